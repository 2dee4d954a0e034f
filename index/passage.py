"""The nouns of search: a Chunk as stored, a Passage as found, and the Scope that a reader may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace

from corpus.announcement import Announcement, Audience, Language, SectionKind
from corpus.dates import JST


@dataclass(frozen=True, slots=True)
class Chunk:
    """`announcement.text[start:end]`, with enough provenance to cite it."""

    id: str  # "{announcement_id}:{start}-{end}"; made of content, so indexing again changes nothing
    announcement_id: str
    page: int  # 1-based, as a reader counts
    start: int  # characters into Announcement.text
    end: int
    text: str
    section: SectionKind
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A Chunk that a search found; larger scores are better, best is first."""

    chunk: Chunk
    score: float
    scores: Mapping[str, float] = field(default_factory=dict)  # each leg's part, for --explain


@dataclass(frozen=True, slots=True)
class Selection:
    """Which announcements a reader wants to be answered from; None: whichever."""

    language: Language | None = None
    category: str | None = None
    issuer: str | None = None

    def __bool__(self) -> bool:
        return self != Selection()

    def holds(self, announcement: Announcement) -> bool:
        """Whether `announcement` is one of them.

        >>> Selection(language="en").holds(Announcement("a", "題", "本文", "ja", "00"))
        False
        """
        wanted = ((getattr(self, name), getattr(announcement, name)) for name in SELECTABLE)
        return all(value is None or value == own for value, own in wanted)


SELECTABLE = tuple(one.name for one in fields(Selection))
EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Scope:
    """Which announcements may be seen at all. Applied inside the stores, so k passages come back after it.

    `audience="public"` sees public announcements whose moment of publication is not after `now`;
    `audience="staff"` sees everything. `as_of` leaves out what was published after that day, and,
    for a date that is given, what has no date at all.
    """

    audience: Audience = "public"
    now: dt.datetime | None = None  # None: the clock
    as_of: dt.date | None = None
    since: dt.date | None = None
    language: Language | None = None
    category: str | None = None
    issuer: str | None = None
    announcement_ids: frozenset[str] | None = None  # None: all

    def within(self, selection: Selection) -> Scope:
        """The same, of the announcements that `selection` holds."""
        return replace(self, language=selection.language, category=selection.category, issuer=selection.issuer)

    def selects(self, announcement: Announcement) -> bool:
        """Whether `announcement` is of the language, category, issuer and ids that are wanted."""
        is_named = self.announcement_ids is None or announcement.id in self.announcement_ids
        return is_named and Selection(self.language, self.category, self.issuer).holds(announcement)

    def shows(self, announcement: Announcement) -> bool:
        """Whether the reader may see `announcement`, as far as audience, moment and `as_of` go.

        The stores say the same, but count whole seconds, and in doubt wait for the next one.
        """
        if self.audience != "staff":
            visible_from = announcement.visible_from
            now = self.now or dt.datetime.now(dt.UTC)
            if announcement.audience != "public" or (visible_from is not None and visible_from > now):
                return False
        if self.as_of is None:
            return True
        if announcement.held:
            return announcement.held.earliest <= self.as_of
        moment = announcement.published_at
        return moment is not None and moment.astimezone(JST).date() <= self.as_of
