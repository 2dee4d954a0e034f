"""An Announcement as a JSON object and back, exactly: what the catalog keeps and `show --json` prints."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from corpus.announcement import Announcement, Footnote, OffsetMap, Page, Section
from corpus.dates import PartialDate


def to_record(announcement: Announcement) -> dict[str, Any]:
    """The announcement in JSON's own types; dates are ISO 8601, as precise as they are known.

    >>> record = to_record(Announcement("a", "題", "本文", "ja", "00", published=PartialDate(2022, 9)))
    >>> record["published"], record["pages"]
    ('2022-09', [])
    """
    return {
        "id": announcement.id,
        "title": announcement.title,
        "language": announcement.language,
        "issuer": announcement.issuer,
        "category": announcement.category,
        "published": str(announcement.published) if announcement.published else None,
        "published_at": announcement.published_at.isoformat() if announcement.published_at else None,
        "audience": announcement.audience,
        "source_url": announcement.source_url,
        "supersedes": announcement.supersedes,
        "translation_of": announcement.translation_of,
        "revision": announcement.revision,
        "content_hash": announcement.content_hash,
        "text": announcement.text,
        "pages": [{"number": p.number, "start": p.start, "end": p.end} for p in announcement.pages],
        "sections": [_section_record(section) for section in announcement.sections],
        "footnotes": [_footnote_record(footnote) for footnote in announcement.footnotes],
        "offsets": [list(run) for run in announcement.offsets.runs],
        "raw": announcement.raw,
        "original": announcement.original,
    }


def from_record(record: Mapping[str, Any]) -> Announcement:
    """The announcement that `to_record` wrote; KeyError, TypeError or ValueError when it is none."""
    return Announcement(
        id=record["id"],
        title=record["title"],
        text=record["text"],
        language=record["language"],
        content_hash=record["content_hash"],
        issuer=record["issuer"],
        category=record["category"],
        published=PartialDate.parse(record["published"]) if record["published"] else None,
        published_at=dt.datetime.fromisoformat(record["published_at"]) if record["published_at"] else None,
        audience=record["audience"],
        source_url=record["source_url"],
        supersedes=record["supersedes"],
        translation_of=record["translation_of"],
        revision=record["revision"],
        pages=tuple(Page(p["number"], p["start"], p["end"]) for p in record["pages"]),
        sections=tuple(_section(section) for section in record["sections"]),
        footnotes=tuple(_footnote(footnote) for footnote in record["footnotes"]),
        offsets=OffsetMap(tuple((clean, raw, length) for clean, raw, length in record["offsets"])),
        raw=record["raw"],
        original=record["original"],
    )


def _section_record(section: Section) -> dict[str, Any]:
    return {
        "kind": section.kind,
        "start": section.start,
        "end": section.end,
        "heading": section.heading,
        "speaker": section.speaker,
        "role": section.role,
        "people": [{"name": name, "role": role} for name, role in section.people],
    }


def _section(record: Mapping[str, Any]) -> Section:
    return Section(
        kind=record["kind"],
        start=record["start"],
        end=record["end"],
        heading=record["heading"],
        speaker=record["speaker"],
        role=record["role"],
        people=tuple((person["name"], person["role"]) for person in record["people"]),
    )


def _footnote_record(footnote: Footnote) -> dict[str, Any]:
    return {
        "mark": footnote.mark,
        "start": footnote.start,
        "end": footnote.end,
        "anchors": [list(anchor) for anchor in footnote.anchors],
        "as_of": str(footnote.as_of) if footnote.as_of else None,
    }


def _footnote(record: Mapping[str, Any]) -> Footnote:
    return Footnote(
        mark=record["mark"],
        start=record["start"],
        end=record["end"],
        anchors=tuple((start, end) for start, end in record["anchors"]),
        as_of=PartialDate.parse(record["as_of"]) if record["as_of"] else None,
    )
