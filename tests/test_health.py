"""Each part says how it is, and why it is not well."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.health import Part, health
from assistant.llm.errors import NoReply
from assistant.llm.guard import FAILURES, Breaker
from assistant.settings import Settings
from tests.bridge_builder import ALL, opened


@pytest.fixture
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("health") / "data", ALL)) as made:
        yield made


def parts(assistant: Assistant) -> dict[str, Part]:
    return {part.name: part for part in health(assistant)}


def test_a_well_assistant_gives_its_figures(assistant: Assistant) -> None:
    assistant.records.keep(Answer("?", "ja", "not_found", ""), surface="api")
    assistant.records.flush()
    found = parts(assistant)
    assert {name: part.state for name, part in found.items() if name not in ("vectors", "disk")} == {
        "catalog": "good", "lexical": "good", "model": "off", "record": "good", "versions": "good",
    }  # fmt: skip
    catalog = dict(found["catalog"].figures)
    assert (catalog["kept_in"], catalog["kept_announcements"]) == ("SQLite", len(ALL))
    assert dict(found["lexical"].figures)["chunks"] == assistant.index.count()
    assert dict(found["record"].figures) == {"answers": 1, "waiting": 0, "lost": 0}
    assert dict(found["versions"].figures)["Python"]


def test_vectors_that_are_left_out_say_why(assistant: Assistant) -> None:
    found = parts(assistant)["vectors"]
    assert (found.state, found.trouble) == ("warn", assistant.index.left_out["vectors"])
    assistant.settings = assistant.settings.model_copy(update={"embeddings": "off"})
    assert parts(assistant)["vectors"].state == "off"


def test_a_part_that_cannot_be_asked_says_so_and_the_others_go_on(assistant: Assistant) -> None:
    assistant.settings = assistant.settings.model_copy(update={"data": assistant.settings.data / "gone"})
    found = parts(assistant)
    assert found["disk"].state == "bad"
    assert "gone" in found["disk"].trouble
    assert found["catalog"].state == "good"


def test_a_model_that_failed_says_for_how_long_it_rests() -> None:
    clock = [100.0]
    breaker = Breaker(clock=lambda: clock[0])
    assert breaker.rests_s() == 0
    for _ in range(FAILURES):
        breaker.failed(NoReply("server"))
    assert breaker.rests_s() == 30
    clock[0] += 31
    assert breaker.rests_s() == 0


def test_a_model_shows_its_limits(assistant: Assistant) -> None:
    limits = {"llm": "ollama:nobody", "llm_tokens_per_day": 1000}
    assistant.settings = Settings(data=assistant.settings.data, **limits)  # type: ignore[arg-type]
    found = parts(assistant)["model"]
    assert found == dataclasses.replace(
        found, state="good", figures=(("name", "ollama:nobody"), ("tokens_limit", 1000))
    )
