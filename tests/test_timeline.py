"""How the dates of missions and milestones moved: every value with its state, and a delay only where it can be told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.timeline import Lane, Mission, timeline
from corpus.catalog import Catalog
from corpus.register import Register
from tests.mission_notices import ALL


@pytest.fixture
def register(tmp_path: Path) -> Iterator[Register]:
    with closing(Catalog.open(tmp_path)) as catalog:
        for announcement in ALL:
            catalog.add(announcement)
        yield Register(catalog)


def missions(register: Register, **asked: object) -> dict[str, Mission]:
    return {one.id: one for one in timeline(register.facts(history=True, **asked), "en")}  # type: ignore[arg-type]


def lane(mission: Mission, event: str) -> Lane:
    return next(one for one in mission.lanes if one.event == event)


def test_a_launch_that_moved_is_a_chain_from_the_first_plan_to_what_happened(register: Register) -> None:
    launch = lane(missions(register)["mission:7"], "launch")
    assert [(step.fact.value.key[:10], step.state) for step in launch.steps] == [
        ("2024", "earlier"),
        ("2025-11", "earlier"),
        ("2026-02-03", "achieved"),
    ]
    assert launch.now.period is not None
    assert launch.now.period.days == 1
    assert launch.slip == 19


def test_a_plan_that_what_happened_made_void_is_overtaken_and_has_no_delay(register: Register) -> None:
    landing = lane(missions(register)["mission:7"], "landing")
    assert landing.now.state == "overtaken"
    assert landing.now.fact.superseded_by == "lost.ja"
    assert landing.slip is None


def test_a_plan_that_holds_may_be_later_where_it_was_said_so(register: Register) -> None:
    launch = lane(missions(register)["mission:8"], "launch")
    assert (launch.now.state, launch.now.period and launch.now.period.is_open) == ("planned", True)


def test_what_was_announced_later_is_not_there_on_an_earlier_day(register: Register) -> None:
    import datetime as dt

    launch = lane(missions(register, as_of=dt.date(2025, 6, 1))["mission:7"], "launch")
    assert [step.state for step in launch.steps] == ["earlier", "planned"]


def test_milestones_stand_with_their_mission_reached_not_reached_or_without_a_word(register: Register) -> None:
    seventh = missions(register)["mission:7"]
    assert {one.number: one.reached.state if one.reached else None for one in seventh.milestones} == {
        "1": "achieved",
        "2": None,
        "3": "cancelled",
    }
    assert [count.value.key for count in seventh.counts] == ["item:3", "item:1"]


def test_a_mission_has_the_name_of_the_readers_language_in_whichever_language_it_was_announced(
    register: Register,
) -> None:
    facts = register.facts(history=True)
    assert [one.name for one in timeline(facts, "en")] == ["Mission 7", "Mission 8"]
    assert [one.name for one in timeline(facts, "ja")] == ["ミッション7", "ミッション8"]
