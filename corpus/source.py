"""What a loader read: raw text page by page, and what the file says about itself. Cleaning comes after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from corpus.announcement import Audience, Language

# lines:  text as printed; a line may end anywhere, also inside a word (PDF, scans, plain text out of PDFs)
# blocks: one block per paragraph, with Markdown's marks for headings, lists and tables (Markdown, HTML, DOCX)
Layout = Literal["lines", "blocks"]


@dataclass(frozen=True, slots=True)
class Original:
    """A file as it was fetched or uploaded."""

    data: bytes = field(repr=False)
    suffix: str  # .pdf, .html, .docx, .md or .txt


@dataclass(frozen=True, slots=True)
class Source:
    """One announcement as loaded. A field that the file does not state is None or empty, never guessed."""

    pages: tuple[str, ...]  # raw text, one string a page; formats without pages have one
    layout: Layout
    origin: str  # absolute path or URL, with #line for a line of a JSON Lines file
    id: str | None = None
    title: str | None = None
    published: str | None = None  # ISO 8601: YYYY, YYYY-MM or YYYY-MM-DD
    published_at: dt.datetime | None = None  # time zone aware
    language: Language | None = None
    issuer: str = ""
    category: str = ""
    audience: Audience = "public"
    source_url: str = ""
    supersedes: str | None = None
    translation_of: str | None = None
    original: Original | None = field(default=None, compare=False)  # None for a line of a JSON Lines file


@dataclass(frozen=True, slots=True)
class Rejection:
    """A file, or one line of it, that could not become a Source; the reason is a sentence for its owner."""

    origin: str
    reason: str
