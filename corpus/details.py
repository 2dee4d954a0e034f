"""What people say of an announcement, over what its file says: details in, the announcement with them out.

Details are the record's own (corpus/record.py): texts, dates in ISO 8601. The text of an announcement is none of them:
every offset anywhere is into it, so other text comes as another file.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import json
from collections.abc import Mapping

from corpus.announcement import Announcement
from corpus.record import from_record, to_record

DETAILS = (
    "title", "language", "issuer", "category", "published", "published_at", "audience", "source_url", "supersedes",
    "translation_of",
)  # fmt: skip

_NO_CONTENT = ("id", "revision", "content_hash", "original")

Details = Mapping[str, str | None]


def details_of(announcement: Announcement) -> dict[str, str | None]:
    """Each detail of an announcement.

    >>> details_of(Announcement("a", "題", "本文", "ja", "00"))["published"] is None
    True
    """
    record = to_record(announcement)
    return {name: record[name] for name in DETAILS}


def with_details(announcement: Announcement, details: Details) -> Announcement:
    """The announcement with these details in place of its own; with another content hash, where there are any.

    >>> with_details(Announcement("a", "題", "本文", "ja", "00"), {"title": "表題"}).title
    '表題'
    """
    if not details:
        return announcement
    record = {**to_record(announcement), **details}
    content = {name: value for name, value in record.items() if name not in _NO_CONTENT}
    digest = hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
    return dataclasses.replace(from_record(record), content_hash=digest)


def public_from(announcement: Announcement, now: dt.datetime) -> dt.datetime | None:
    """The moment from which the public sees this, `now` at the earliest; None: never, as it is for staff only."""
    if announcement.audience != "public":
        return None
    return max(now, announcement.visible_from or now)


def shows_more(before: Announcement, after: Announcement, now: dt.datetime) -> bool:
    """Whether the public would see this, or see it earlier, after such a change.

    >>> hidden = Announcement("a", "題", "本文", "ja", "00", audience="staff")
    >>> shows_more(hidden, with_details(hidden, {"audience": "public"}), dt.datetime.now(dt.UTC))
    True
    """
    was, will_be = public_from(before, now), public_from(after, now)
    return will_be is not None and (was is None or will_be < was)
