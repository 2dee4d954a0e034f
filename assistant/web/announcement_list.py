"""Which announcements a list shows: outlines and what was asked for in, the ones to show in their order out."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Literal, get_args
from urllib.parse import urlencode

from corpus.announcement import Announcement, Language
from corpus.dates import PartialDate

Order = Literal["newest", "oldest", "title", "added"]
Seen = Literal["public", "staff", "embargoed"]  # by whom an announcement may be seen now

PAGE = 50  # announcements on a page of the list


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader asks of the list; its address holds just this."""

    q: str = ""
    language: Language | None = None
    category: str = ""
    issuer: str = ""
    seen: Seen | None = None
    year: int | None = None
    since: dt.date | None = None
    until: dt.date | None = None
    order: Order | None = None
    page: int = 1

    @classmethod
    def parse(cls, query: Mapping[str, str]) -> tuple[Wanted, list[str]]:
        """What an address asks for, and the names of the fields that could not be read, which are left out.

        >>> wanted, unread = Wanted.parse({"q": " 契約 ", "year": "2O22"})
        >>> wanted.query(), unread
        ('?q=%E5%A5%91%E7%B4%84', ['year'])
        """
        said = {key: value.strip()[:500] for key, value in query.items() if value.strip()}
        unread: list[str] = []

        def one_of(name: str, known: Sequence[str]) -> str | None:
            value = said.get(name)
            if value is not None and value not in known:
                unread.append(name)
                return None
            return value

        def number(name: str, least: int, most: int) -> int | None:
            value = said.get(name, "")
            if value.isdecimal() and len(value) < 10 and least <= int(value) <= most:
                return int(value)
            unread.extend([name] if value else [])
            return None

        def day(name: str, *, last: bool) -> dt.date | None:
            try:
                date = PartialDate.parse(said[name]) if name in said else None
            except ValueError:
                unread.append(name)
                return None
            return (date.latest if last else date.earliest) if date else None

        wanted = cls(
            q=said.get("q", ""),
            language=one_of("language", get_args(Language)),  # type: ignore[arg-type]
            category=said.get("category", ""),
            issuer=said.get("issuer", ""),
            seen=one_of("seen", get_args(Seen)),  # type: ignore[arg-type]
            year=number("year", 1, 9999),
            since=day("since", last=False),
            until=day("until", last=True),
            order=one_of("order", get_args(Order)),  # type: ignore[arg-type]
            page=number("page", 1, 1_000_000) or 1,
        )
        return wanted, unread

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out of the list."""
        return any(getattr(self, field.name) for field in fields(self) if field.name not in ("order", "page"))

    def query(self, **changed: object) -> str:
        """The query part of the address that asks for this, with some fields changed; "" when it asks for nothing."""
        values = {field.name: getattr(self, field.name) for field in fields(self)} | changed
        if values["page"] == 1:
            del values["page"]
        kept = {name: str(value) for name, value in values.items() if value}
        return f"?{urlencode(kept)}" if kept else ""


def seen_by(outline: Announcement, now: dt.datetime) -> Seen:
    """Who may see an announcement now: everybody, staff only, or staff until it is published."""
    if outline.audience == "staff":
        return "staff"
    return "embargoed" if outline.visible_from and outline.visible_from > now else "public"


def narrowed(outlines: Iterable[Announcement], wanted: Wanted, now: dt.datetime) -> list[Announcement]:
    """Those that pass every filter of `wanted` but its words; one without a date passes none on dates."""
    return [one for one in outlines if _passes(one, wanted, now)] if wanted.is_narrowed else list(outlines)


def _passes(one: Announcement, wanted: Wanted, now: dt.datetime) -> bool:
    if wanted.language and one.language != wanted.language:
        return False
    if (wanted.category and one.category != wanted.category) or (wanted.issuer and one.issuer != wanted.issuer):
        return False
    if wanted.seen and seen_by(one, now) != wanted.seen:
        return False
    if wanted.year is None and wanted.since is None and wanted.until is None:
        return True
    date = one.published
    if date is None:
        return False
    return (
        (wanted.year is None or date.year == wanted.year)
        and (wanted.since is None or date.latest >= wanted.since)
        and (wanted.until is None or date.earliest <= wanted.until)
    )


def titled(outlines: Iterable[Announcement], words: str) -> list[Announcement]:
    """Those whose title, id or address holds every one of the `words`, whatever their case and width."""
    wanted = folded(words).split()
    return [
        one for one in outlines if all(word in folded(f"{one.title}\n{one.id}\n{one.source_url}") for word in wanted)
    ]


def folded(text: str) -> str:
    """`text` as it is compared: width and case do not matter."""
    return unicodedata.normalize("NFKC", text).casefold()


def in_order(outlines: Iterable[Announcement], order: Order, added: Mapping[str, int]) -> list[Announcement]:
    """The announcements in an order; the undated stand behind the dated ones.

    Args:
        added: for each id a number that rises with every change.
    """
    if order == "title":
        return sorted(outlines, key=lambda one: (folded(one.title), one.id))
    if order == "added":
        return sorted(outlines, key=lambda one: (-added.get(one.id, 0), one.id))
    by_id = sorted(outlines, key=lambda one: one.id)
    dated = [one for one in by_id if one.published]
    dated.sort(key=lambda one: one.published.latest, reverse=order == "newest")  # type: ignore[union-attr]
    return [*dated, *(one for one in by_id if not one.published)]


@dataclass(frozen=True, slots=True)
class Choices:
    """What there is to choose from, each with how many announcements have it."""

    languages: tuple[tuple[str, int], ...]
    categories: tuple[tuple[str, int], ...]  # by name
    issuers: tuple[tuple[str, int], ...]  # by name
    years: tuple[tuple[int, int], ...]  # newest first
    seen: tuple[tuple[str, int], ...]


def choices(outlines: Sequence[Announcement], now: dt.datetime) -> Choices:
    """The choices that the filters offer over all of `outlines`."""
    years = Counter(one.published.year for one in outlines if one.published)
    return Choices(
        languages=tuple(sorted(Counter(one.language for one in outlines).items())),
        categories=tuple(sorted(Counter(one.category for one in outlines if one.category).items())),
        issuers=tuple(sorted(Counter(one.issuer for one in outlines if one.issuer).items())),
        years=tuple(sorted(years.items(), reverse=True)),
        seen=tuple(sorted(Counter(seen_by(one, now) for one in outlines).items())),
    )
