"""A loaded Source in, an Announcement out: cleaned, structured, dated, named by what it says."""

from __future__ import annotations

import hashlib
import json

from corpus.announcement import Announcement
from corpus.clean import clean, guess_language
from corpus.dates import PartialDate
from corpus.errors import EmptyDocument
from corpus.source import Source
from corpus.structure import structure


def announce(source: Source) -> Announcement:
    """The Announcement that `source` holds.

    The id is the source's own, else made of the publication date and of the content, so that the same notice from two
    places is one announcement.

    Raises:
        EmptyDocument: nothing readable is left after cleaning.
    """
    language = source.language or guess_language("\n".join(source.pages))
    cleaned = clean(source.pages, layout=source.layout, language=language)
    if not any(char.isalnum() for char in cleaned.text):
        raise EmptyDocument(f"{source.origin} holds no readable text. Add a file with text in it.")
    found = structure(cleaned, title=source.title)
    published = PartialDate.parse(source.published) if source.published else found.dateline
    return Announcement(
        id=source.id or f"{published or 'undated'}-{_digest(found.clean.text)[:10]}",
        title=found.title,
        text=found.clean.text,
        language=language,
        content_hash=_content_hash(source),
        issuer=source.issuer,
        category=source.category,
        published=published,
        published_at=source.published_at,
        audience=source.audience,
        source_url=source.source_url,
        supersedes=source.supersedes,
        translation_of=source.translation_of,
        pages=found.clean.pages,
        sections=found.sections,
        footnotes=found.footnotes,
        offsets=found.clean.offsets,
        raw=found.clean.raw,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _content_hash(source: Source) -> str:
    stated = [
        source.title, source.published, str(source.published_at or ""), source.language, source.issuer, source.category,
        source.audience, source.source_url, source.supersedes, source.translation_of, source.layout,
    ]  # fmt: skip
    return _digest(json.dumps([*source.pages, stated], ensure_ascii=True))
