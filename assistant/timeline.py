"""Missions and milestones over time: Facts with their history in; how each date of each mission moved, out."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from corpus.announcement import Language
from corpus.facts import Fact, issuer_key
from corpus.period import Period, months_between, period

EVENTS = ("schedule", "launch", "orbit", "landing")

_NUMBERED: dict[Language, str] = {"ja": "ミッション{}", "en": "Mission {}"}

State = Literal["earlier", "planned", "achieved", "cancelled", "overtaken"]


@dataclass(frozen=True, slots=True)
class Step:
    """One value of a date, from when it was said until another one took its place."""

    fact: Fact
    period: Period | None
    state: State


@dataclass(frozen=True, slots=True)
class Lane:
    """What was said of one event of a mission, oldest first; never empty."""

    event: str  # of EVENTS
    steps: tuple[Step, ...]

    @property
    def now(self) -> Step:
        """What was said last."""
        return self.steps[-1]

    @property
    def slip(self) -> int | None:
        """By how many months the event is later than first said, less than 0: earlier; None where it can't be told."""
        first, last = self.steps[0].period, self.now.period
        if len(self.steps) < 2 or self.now.state not in ("planned", "achieved") or not (first and last):
            return None
        return months_between(first, last)


@dataclass(frozen=True, slots=True)
class Milestone:
    """One numbered step of a mission: what it takes, and when it was to be, or was, reached."""

    subject_id: str
    number: str  # "9"; "" where it has none
    name: str
    criterion: Fact | None
    planned: tuple[Step, ...]
    reached: Step | None  # "achieved", or "cancelled" where it is said that it was not


@dataclass(frozen=True, slots=True)
class Mission:
    """What is known of one mission, or of the milestones of no mission that is named."""

    id: str
    issuer: str
    name: str
    lanes: tuple[Lane, ...]
    milestones: tuple[Milestone, ...]
    counts: tuple[Fact, ...]  # how many milestones there are, how many were reached
    traits: tuple[Fact, ...]  # lander, rocket, outcome, …; the ones that hold

    @property
    def steps(self) -> Iterator[Step]:
        """Every dated value, of events and of milestones."""
        for lane in self.lanes:
            yield from lane.steps
        for one in self.milestones:
            yield from one.planned
            if one.reached:
                yield one.reached


def timeline(facts: Sequence[Fact], language: Language) -> list[Mission]:
    """The missions that `facts` tell of, in their order; each chain of values is in the order in which it held.

    Args:
        facts: of missions and milestones, as `Register.facts(history=True)` gives them.
        language: of the missions' names.
    """
    by_mission: dict[tuple[str, str], list[Fact]] = defaultdict(list)
    for fact in facts:
        # Who made a thing, and who paid for it, belongs to no mission.
        if fact.kind in ("mission", "milestone") and not fact.subject_id.startswith("thing:"):
            by_mission[issuer_key(fact.issuer), fact.subject_id.partition("/")[0]].append(fact)
    order = {key: place for place, key in enumerate(by_mission)}
    named = sorted(
        by_mission, key=lambda key: (key[0], all(f.kind == "milestone" for f in by_mission[key]), order[key])
    )
    return [_mission(key[1], by_mission[key], language) for key in named]


def _mission(id: str, facts: Sequence[Fact], language: Language) -> Mission:
    about = [fact for fact in facts if fact.kind == "mission"]
    milestones: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if fact.kind == "milestone":
            milestones[fact.subject_id].append(fact)
    lanes = []
    for event in EVENTS:
        chain = [fact for fact in about if fact.attribute == event]
        if chain:
            lanes.append(Lane(event, tuple(_steps(chain))))
    return Mission(
        id,
        facts[0].issuer,
        _name(id, facts, language),
        tuple(lanes),
        tuple(_milestone(id, told) for id, told in milestones.items() if not id.endswith("/milestones")),
        tuple(fact for fact in milestones.get(f"{id}/milestones", ()) if fact.status != "superseded"),
        tuple(fact for fact in about if fact.attribute not in EVENTS and fact.status != "superseded"),
    )


def _name(id: str, facts: Sequence[Fact], language: Language) -> str:
    """As an announcement in `language` names it, else by its number, else as it is named anywhere."""
    named = [fact for fact in facts if fact.subject_id == id]
    kind, _, number = id.partition(":")
    return next(
        (fact.subject for fact in named if fact.language == language),
        _NUMBERED[language].format(number) if kind == "mission" and number else named[0].subject if named else id,
    )


def _steps(chain: Sequence[Fact]) -> Iterator[Step]:
    for fact in chain:
        yield Step(fact, period(fact.value), _state(fact, is_last=fact is chain[-1]))


def _state(fact: Fact, *, is_last: bool) -> State:
    if fact.status == "superseded":
        return "overtaken" if is_last else "earlier"
    if fact.status == "cancelled":
        return "cancelled"
    return "achieved" if fact.status == "actual" else "planned"


def _milestone(id: str, facts: Sequence[Fact]) -> Milestone:
    said: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        said[fact.attribute].append(fact)
    number = re.search(r":(\d+)$", id)
    reached = next(reversed(list(_steps(said["achieved"]))), None) if said["achieved"] else None
    return Milestone(
        id,
        number.group(1) if number else "",
        facts[0].subject,
        next((fact for fact in said["criterion"] if fact.status != "superseded"), None),
        tuple(_steps(said["planned"])),
        reached,
    )
