"""The staff's timeline: the facts register in; how the dates of missions moved, drawn and as tables, out.

The picture is made of links on the server: it prints, it needs no script, and all that it shows stands in the tables.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Literal

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from assistant.timeline import EVENTS, Lane, Mission, Step, timeline
from assistant.web.staff import Reader, StaffPages, passage_path
from assistant.web.staff_words import STAFF
from assistant.web.timeline_words import TIMELINE
from assistant.web.words import spoken_date
from corpus.announcement import Announcement, Language
from corpus.dates import JST
from corpus.facts import Fact, issuer_key
from corpus.period import Period
from index.passage import Scope

Event = Literal["", "schedule", "launch", "orbit", "landing", "milestones"]
Edition = Literal["", "ja", "en", "original"]
TypedDay = Annotated[str, Query(max_length=20)]

_MOST_TICKS = 9
_TICK_MONTHS = (1, 3, 6, 12, 24, 60, 120, 240)
_NARROW = 1.2  # percent of the width; a shorter time is drawn as a point


@dataclass(frozen=True, slots=True)
class Axis:
    """The days that a picture shows, and where a day is across it."""

    first: dt.date
    last: dt.date

    @classmethod
    def over(cls, periods: Sequence[Period]) -> Axis:
        """Whole years around `periods`, with room at the end for a date that may be later."""
        first = min(one.first for one in periods)
        last = max(one.last for one in periods)
        return cls(dt.date(first.year, 1, 1), dt.date(last.year, 12, 31))

    def left(self, day: dt.date) -> float:
        """Percent of the width."""
        return 100 * (day - self.first).days / ((self.last - self.first).days + 1)

    def ticks(self, language: Language) -> list[tuple[float, str]]:
        """Where a year or a month begins, and its name; as many as can be read."""
        months = (self.last.year - self.first.year + 1) * 12
        every = next((step for step in _TICK_MONTHS if months / step <= _MOST_TICKS), _TICK_MONTHS[-1])
        days = [
            dt.date(self.first.year + month // 12, month % 12 + 1, 1) for month in range(0, months, every)
        ]  # fmt: skip
        return [
            (self.left(day), str(day.year) if every >= 12 else spoken_date(f"{day:%Y-%m}", language)) for day in days
        ]


@dataclass(frozen=True, slots=True)
class Mark:
    """A Step as it is drawn."""

    step: Step
    left: float
    width: float
    is_point: bool
    label: str = ""  # drawn in it


def mark(step: Step, axis: Axis, label: str = "") -> Mark | None:
    """Where `step` is drawn on `axis`; None when nobody can tell its days."""
    if step.period is None:
        return None
    left = axis.left(step.period.first)
    width = axis.left(step.period.last + dt.timedelta(1)) - left
    is_point = width < _NARROW
    return Mark(step, left + width / 2 if is_point else left, 0 if is_point else width, is_point, label)


def spoken_months(months: int, words: Mapping[str, str]) -> str:
    """A time in years and months.

    >>> spoken_months(-29, {"years": "{n} y", "months": "{n} mo"})
    '2 y 5 mo'
    """
    years, rest = divmod(abs(months), 12)
    parts = [words["years"].format(n=years) if years else "", words["months"].format(n=rest) if rest else ""]
    return " ".join(filter(None, parts)) if words["years"].startswith("{n} ") else "".join(parts)


class Sources:
    """What a page says of the announcements that its facts are from."""

    def __init__(self, pages: StaffPages, words: Mapping[str, str]) -> None:
        self._outlines = pages.assistant.links.outlines()
        self._words = words

    def title(self, announcement_id: str) -> str:
        """The title, or the id of what has been removed since."""
        outline = self._outlines.get(announcement_id)
        return outline.title if outline else announcement_id

    def withheld(self, announcement_id: str) -> str:
        """Why the public may not see it, or not yet; "" when it may."""
        outline = self._outlines.get(announcement_id)
        return _withheld(outline, self._words) if outline else ""

    @staticmethod
    def path(fact: Fact) -> str:
        """Where the fact stands, for staff."""
        return passage_path(fact.announcement_id, fact.start, fact.end)


def _withheld(outline: Announcement, words: Mapping[str, str]) -> str:
    if Scope().shows(outline):
        return ""
    moment = outline.visible_from if outline.audience == "public" else None
    return (
        words["embargoed"].format(moment=f"{moment.astimezone(JST):%Y-%m-%d %H:%M} JST")
        if moment
        else words["staff_only"]
    )


def asked_day(text: str, words: Mapping[str, str]) -> tuple[dt.date | None, str]:
    """The day that a form gives, None when it gives none, and what to say of what is no day."""
    try:
        return dt.date.fromisoformat(text.strip()) if text.strip() else None, ""
    except ValueError:
        return None, words["bad_date"]


def asked_edition(edition: Edition, reader: Language) -> Language | None:
    """The edition that is quoted: the one chosen, else the reader's own; None: the original."""
    return None if edition == "original" else edition or reader


def mount_timeline(app: FastAPI, pages: StaffPages) -> None:
    """Adds the timeline and the contracts to `app`."""
    pages.name("timeline", "/staff/timeline")
    routes = pages.router()

    @routes.get("/timeline")
    def show(
        request: Request,
        person: Reader,
        mission: Annotated[str, Query(max_length=200)] = "",
        event: Event = "",
        as_of: TypedDay = "",
        edition: Edition = "",
    ) -> Response:
        language = pages.language(request)
        words = TIMELINE[language]
        day, wrong = asked_day(as_of, words)
        told = timeline(
            pages.assistant.register.facts(
                as_of=day,
                shows=Scope(audience="staff", as_of=day).shows,
                language=asked_edition(edition, language),
                history=True,
            ),
            language,
        )
        shown = [one for one in (_filtered(one, event) for one in told if mission in ("", one.id)) if one]
        periods = [step.period for one in shown for step in one.steps if step.period]
        now = day or dt.datetime.now(JST).date()
        return pages.show(
            request,
            person,
            "timeline.html",
            here="timeline",
            words=TIMELINE,
            status=422 if wrong else 200,
            missions=[(one.id, one.name) for one in told],
            shown=shown,
            events=[*EVENTS, "milestones"],
            asked={"mission": mission, "event": event, "as_of": as_of, "edition": edition},
            is_filtered=bool(mission or event or as_of),
            wrong=wrong,
            axis=Axis.over(periods) if periods else None,
            axis_over=Axis.over,
            mark=mark,
            now=now,
            is_today=day is None,
            trail_of=_trail,
            slip=lambda lane: _slip(lane, words),
            sources=Sources(pages, {**STAFF[language], **words}),
            has_several_issuers=len({issuer_key(one.issuer) for one in told}) > 1,
        )

    app.include_router(routes)


def _filtered(mission: Mission, event: Event) -> Mission | None:
    """The part of `mission` that was asked for; None where there is none."""
    if not event:
        return mission
    lanes = tuple(lane for lane in mission.lanes if lane.event == event)
    milestones = mission.milestones if event == "milestones" else ()
    counts = mission.counts if event == "milestones" else ()
    part = replace(mission, lanes=lanes, milestones=milestones, counts=counts, traits=())
    return part if lanes or milestones or counts else None


def _trail(lane: Lane, axis: Axis) -> tuple[float, float] | None:
    """Where the line between all dates begins, and how long it is, in percent; None where nothing moved."""
    middles = [axis.left(step.period.middle) for step in lane.steps if step.period]
    return (min(middles), max(middles) - min(middles)) if len(middles) > 1 else None


def _slip(lane: Lane, words: Mapping[str, str]) -> str:
    """How much later or earlier an event is than first said, in words; "" where that can't be told."""
    months, first, last = lane.slip, lane.steps[0].period, lane.now.period
    if months is None or not (first and last):
        return ""
    if not months:
        return words["same"] if first == last else ""
    time = spoken_months(months, words)
    sure = first.days == last.days == 1
    return words["later" if months > 0 else "sooner"].format(time=time if sure else words["roughly"].format(time=time))
