"""What a file says about itself, checked: a mapping of front matter, JSON or metadata in, fields of a Source out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, get_args

from corpus.announcement import Audience, Language
from corpus.dates import JST, PartialDate
from corpus.errors import UnreadableFile

_TEXTS = ("id", "title", "issuer", "category", "source_url", "supersedes", "translation_of")


def stated(fields: Mapping[Any, Any]) -> dict[str, Any]:
    """Keyword arguments for Source from what is stated; absent, null and unknown keys are left out.

    A `published_at` without a time zone is Japan Standard Time, as announcements of Japanese issuers are timed.

    Raises:
        UnreadableFile: a value is not what its key needs; the message names the key.

    >>> stated({"title": " Interim payment ", "published": dt.date(2022, 9, 22), "mood": "glad"})
    {'title': 'Interim payment', 'published': '2022-09-22'}
    """
    found: dict[str, Any] = {}
    for key in _TEXTS:
        text = _text(key, fields.get(key))
        if text:
            found[key] = text
    if fields.get("published") not in (None, ""):
        found["published"] = _published(fields["published"])
    if fields.get("published_at") not in (None, ""):
        found["published_at"] = _published_at(fields["published_at"])
    if fields.get("language") not in (None, ""):
        # A region changes nothing here: ja-JP is ja.
        language = str(fields["language"]).strip().lower().replace("_", "-").split("-")[0]
        found["language"] = _one_of("language", language, get_args(Language))
    if fields.get("audience") not in (None, ""):
        found["audience"] = _one_of("audience", str(fields["audience"]).strip().lower(), get_args(Audience))
    return found


def _text(key: str, value: Any) -> str:
    if value is None:
        return ""
    # YAML reads an unquoted 0042 as a number, and 2022-09-22 as a date; a list or a mapping is a mistake.
    if isinstance(value, bool) or not isinstance(value, str | int | float | dt.date):
        raise UnreadableFile(f"'{key}' must be text, not {type(value).__name__}. Put the value in quotes.")
    return " ".join(str(value).split())


def _published(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.date().isoformat()
    if isinstance(value, dt.date):
        return value.isoformat()
    try:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ValueError
        return str(PartialDate.parse(str(value)))
    except ValueError as error:
        raise UnreadableFile(f"'published' is '{value}'. Write it as YYYY, YYYY-MM or YYYY-MM-DD.") from error


def _published_at(value: Any) -> dt.datetime:
    moment = value
    if isinstance(value, str):
        try:
            moment = dt.datetime.fromisoformat(value.strip())
        except ValueError:
            moment = None
    elif isinstance(value, dt.date) and not isinstance(value, dt.datetime):
        moment = dt.datetime.combine(value, dt.time())
    if not isinstance(moment, dt.datetime):
        raise UnreadableFile(f"'published_at' is '{value}'. Write a date and time such as 2022-09-22T15:00+09:00.")
    return moment if moment.tzinfo else moment.replace(tzinfo=JST)


def _one_of(key: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise UnreadableFile(f"'{key}' is '{value}'. Write one of: {', '.join(allowed)}.")
    return value
