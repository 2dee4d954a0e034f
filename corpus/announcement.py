"""The nouns of the corpus: an Announcement, and the pages, sections and footnotes inside its clean text."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Literal

from corpus.dates import JST, PartialDate

Language = Literal["ja", "en"]
Audience = Literal["public", "staff"]
SectionKind = Literal[
    "title", "dateline", "lead", "heading", "body", "list", "table", "caption", "quotation", "footnote", "boilerplate",
    "contact",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Page:
    """`text[start:end]` stands on page `number`, counted from 1."""

    number: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """`text[start:end]` is of one kind; sections are in order, do not overlap, and leave out only white space."""

    kind: SectionKind
    start: int
    end: int
    heading: str | None = None  # the nearest heading above
    speaker: str | None = None  # of a quotation
    role: str | None = None  # the speaker's
    people: tuple[tuple[str, str], ...] = ()  # (name, role) of a caption, in the order of the picture


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note `text[start:end]`, its mark, and the exact words that it qualifies.

    The mark itself is lifted out of the running text: `11月i` reads `11月`, and an anchor ends after 月.
    """

    mark: str
    start: int
    end: int
    anchors: tuple[tuple[int, int], ...]  # (start, end) of the qualified words
    as_of: PartialDate | None = None  # the date on which the qualified statement held


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Where clean characters came from: `runs` of (clean start, raw start, length), in order of both.

    A clean character outside every run (a blank that joins two lines) maps to the raw place just before it.

    >>> OffsetMap(((0, 4, 3), (3, 9, 2))).raw(4)
    10
    """

    runs: tuple[tuple[int, int, int], ...]

    def raw(self, offset: int) -> int:
        """The offset into the raw text of clean offset `offset`."""
        before = 0
        for clean, raw, length in self.runs:
            if offset < clean:
                return before
            if offset < clean + length:
                return raw + offset - clean
            before = raw + length
        return before


@dataclass(frozen=True, slots=True)
class Announcement:
    """One published notice, cleaned. Every offset anywhere is into `text`, in characters (code points)."""

    id: str
    title: str
    text: str
    language: Language
    content_hash: str  # SHA-256 of the raw text and of what is said about it, in hex
    issuer: str = ""
    category: str = ""
    published: PartialDate | None = None
    published_at: dt.datetime | None = None  # time zone aware; the public sees nothing before this moment
    audience: Audience = "public"
    source_url: str = ""
    supersedes: str | None = None
    translation_of: str | None = None
    revision: int = 1
    pages: tuple[Page, ...] = ()
    sections: tuple[Section, ...] = ()
    footnotes: tuple[Footnote, ...] = ()
    offsets: OffsetMap = field(default=OffsetMap(()))
    raw: str = ""  # as loaded, pages joined by form feeds
    original: str = ""  # the name among the Originals of the file that it was read from; "" when none is kept

    @property
    def held(self) -> PartialDate | None:
        """The date on which the text spoke: the publication date, else the newest date that its notes name."""
        if self.published:
            return self.published
        dates = [note.as_of for note in self.footnotes if note.as_of]
        return max(dates, key=lambda date: date.latest) if dates else None

    @property
    def visible_from(self) -> dt.datetime | None:
        """The first moment at which the public may see this; None when nothing holds it back."""
        if self.published_at:
            return self.published_at
        if self.published:
            return dt.datetime.combine(self.published.earliest, dt.time(), JST)
        return None

    def page_of(self, offset: int) -> int:
        """The page, counted from 1, on which clean offset `offset` stands."""
        number = 1
        for page in self.pages:
            if offset >= page.start:
                number = page.number
        return number

    def section_of(self, offset: int) -> Section | None:
        """The section that holds clean offset `offset`."""
        for section in self.sections:
            if section.start <= offset < section.end:
                return section
        return None
