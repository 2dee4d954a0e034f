"""Which announcement an uploaded text belongs to: an announcement and how it came in, its Place among the others out.

A file's name says little: two people may upload a "release.pdf" each, and one may upload each month's under one name.
So a text that is here already is left as it is; the same name makes a new revision only of what is the same notice; and
no upload shows the public more of what is already here.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from corpus.announcement import Announcement
from corpus.catalog import Catalog
from corpus.details import Details, details_of, shows_more, with_details
from corpus.errors import UnknownAnnouncement

ORIGIN = "upload:"  # in front of the file's name

# What to do with a file whose name an earlier one had; auto: a new revision where it is the same notice.
SameName = Literal["auto", "revision", "separate"]

# What a person should know of an upload beside its status.
#   same_text      just this text is here already
#   other_details  the same, and what was said with the upload differs from what is said there
#   earlier_text   an announcement said just this at an earlier revision
#   same_name      an earlier file of this name is another announcement
#   kept_hidden    the public would have seen more than before, so that stays as it was
Why = Literal["", "same_text", "other_details", "earlier_text", "same_name", "kept_hidden"]

_VISIBILITY = ("audience", "published", "published_at")
_ALIKE = 0.5  # share of the shorter text's runs of characters that the other one has
_RUN = 6  # characters
_COMPARED = 50_000  # characters of a text


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on the disk, as someone uploaded it."""

    file: Path
    name: str  # that it had with them
    details: Details = field(default_factory=dict)  # that they gave with it
    same_name: SameName = "auto"
    of: str = ""  # the id of the announcement that it is a new revision of, where they said so


@dataclass(frozen=True, slots=True)
class Place:
    """Where an uploaded text belongs."""

    id: str
    details: Details
    is_new: bool  # whether there is anything to be added
    why: Why = ""
    beside: str = ""  # the id of the announcement that `why` is about, where it is another one


def place(announcement: Announcement, upload: Upload, origin: str, catalog: Catalog, now: dt.datetime) -> Place:
    """Where `announcement`, which was read from the upload, belongs; UnknownAnnouncement when `upload.of` is none."""
    if upload.of:
        return _revision_of(upload.of, announcement, upload.details, catalog, now)
    same = catalog.find_text(announcement.raw)
    if same:
        return _same_text(*same, upload.details, catalog)
    known = _known(catalog, catalog.find_origin(origin))
    if known and upload.same_name != "separate":
        if upload.same_name == "revision" or is_same_notice(known, announcement):
            return _revision_of(known.id, announcement, upload.details, catalog, now)
        return Place(announcement.id, upload.details, True, "same_name", known.id)
    return placed_by_id(announcement, upload.details, catalog, now)


def placed_by_id(announcement: Announcement, details: Details, catalog: Catalog, now: dt.datetime) -> Place:
    """The Place of an announcement whose id says which one it is."""
    if _known(catalog, announcement.id):
        return _revision_of(announcement.id, announcement, details, catalog, now)
    return Place(announcement.id, details, True)


def is_same_notice(one: Announcement, other: Announcement) -> bool:
    """Whether two texts are one notice, put right: of one day, with the same title or half of the text in common."""
    if str(one.published or "") != str(other.published or ""):
        return False
    first, second = _runs(one.text), _runs(other.text)
    shared = len(first & second) / max(1, min(len(first), len(second)))
    return (bool(one.title) and one.title == other.title) or shared >= _ALIKE


def _runs(text: str) -> set[str]:
    plain = "".join(text[:_COMPARED].split())
    return {plain[at : at + _RUN] for at in range(max(1, len(plain) - _RUN + 1))}


def _same_text(id: str, revision: int, details: Details, catalog: Catalog) -> Place:
    present = catalog.get(id)
    if present.revision != revision:
        return Place(id, details, False, "earlier_text", id)
    differs = any(details_of(present)[name] != value for name, value in details.items())
    return Place(id, details, False, "other_details" if differs else "same_text", id)


def _revision_of(id: str, announcement: Announcement, details: Details, catalog: Catalog, now: dt.datetime) -> Place:
    present = catalog.get(id)
    named = dataclasses.replace(announcement, id=id)
    if not shows_more(present, with_details(named, {**catalog.given(id), **details}), now):
        return Place(id, details, True)
    as_before = {name: details_of(present)[name] for name in _VISIBILITY}
    return Place(id, {**details, **as_before}, True, "kept_hidden", id)


def _known(catalog: Catalog, id: str | None) -> Announcement | None:
    try:
        return catalog.get(id) if id else None
    except UnknownAnnouncement:
        return None
