"""The facts of one announcement say what became of them, and nobody waits long for that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.told_facts import Told, ToldFacts


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Over the bundled sample, in which plans change."""
    data = tmp_path_factory.mktemp("told") / "data"
    with closing(Assistant.open(Settings(data=data, embeddings="off"), embeddings="off")) as made:
        yield made


def launches(told: list[Told]) -> dict[str, Told]:
    return {
        one.fact.value.key: one for one in told if (one.fact.subject_id, one.fact.attribute) == ("mission:3", "launch")
    }


def holding(assistant: Assistant, language: str) -> list[str]:
    """The announcements that tell when Mission 3 is to be launched, oldest first."""
    facts = assistant.register.facts(subject="mission:3", attribute="launch", history=True, language=language)  # type: ignore[arg-type]
    return [fact.announcement_id for fact in sorted(facts, key=lambda fact: str(fact.as_of))]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_plan_that_moved_names_the_announcement_that_moved_it(assistant: Assistant, language: str) -> None:
    ids = [id for id in holding(assistant, language) if id.endswith(language)]
    first, last = ids[0], ids[-1]
    told, is_settled = ToldFacts(assistant, patience=60).of(assistant.catalog.get(first))
    (moved,) = launches(told).values()
    assert is_settled
    assert moved.is_superseded
    assert moved.later
    assert moved.later.id != first
    newest, _ = ToldFacts(assistant, patience=60).of(assistant.catalog.get(last))
    assert any(not one.is_superseded for one in launches(newest).values())


def test_every_fact_is_a_quote_of_its_own_announcement(assistant: Assistant) -> None:
    facts = ToldFacts(assistant, patience=60)
    for id in assistant.catalog.ids()[:20]:
        announcement = assistant.catalog.get(id)
        for told in facts.of(announcement)[0]:
            assert announcement.text[told.fact.start : told.fact.end] == told.fact.quote


def test_who_cannot_wait_gets_the_facts_and_is_told_that_more_is_to_come(assistant: Assistant, tmp_path: Path) -> None:
    with closing(Assistant.open(Settings(data=tmp_path / "data", embeddings="off"), embeddings="off")) as fresh:
        facts = ToldFacts(fresh, patience=0)
        announcement = fresh.catalog.get(holding(assistant, "ja")[0])
        told, is_settled = facts.of(announcement)
        assert told
        assert not is_settled
        for thread in facts._reading.values():
            thread.join()
        assert facts.of(announcement)[1]
