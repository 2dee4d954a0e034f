"""Reading in processes of their own: the same answers, also from what was just added; none is lost with a process."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.chain import Ask
from assistant.processes import Readers
from assistant.settings import Settings
from tests.bridge_builder import CONTRACTS, DELAY, STAFF, opened

QUESTIONS = ["1つ目の契約の契約額はいくらですか", "フェーズ1の開通はいつですか", "社長の趣味は何ですか"]


def plain(answer: Answer | None) -> dict[str, object]:
    assert answer is not None
    return {name: value for name, value in answer.to_dict().items() if name != "timings_ms"}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    made = opened(tmp_path_factory.mktemp("processes") / "data", [CONTRACTS, STAFF])
    yield made
    made.close()


@pytest.fixture(scope="module")
def settings(assistant: Assistant) -> Settings:
    return Settings(data=assistant.settings.data, sample="off", embeddings="off")


@pytest.fixture(scope="module")
def readers(settings: Settings) -> Iterator[Readers]:
    made = Readers(settings, 1)
    made.wait()
    yield made
    made.close()


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_process_gives_the_answer_that_is_given_here(assistant: Assistant, readers: Readers, question: str) -> None:
    assert plain(readers.read(Ask(question))) == plain(assistant.ask(question))


def test_what_was_just_added_is_read(assistant: Assistant, readers: Readers) -> None:
    assistant.catalog.add(DELAY, origin=DELAY.id)
    assistant.index.catch_up(assistant.catalog)
    answer = readers.read(Ask("フェーズ1の開通はいつですか"))
    assert answer is not None
    assert answer.short_answer.startswith("2024年3月")


def test_nothing_is_read_before_a_process_is_open(settings: Settings) -> None:
    made = Readers(settings, 1)
    try:
        assert made.read(Ask(QUESTIONS[0])) is None or made.serves
    finally:
        made.close()
    assert made.read(Ask(QUESTIONS[0])) is None


def test_a_lost_process_loses_no_question(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    made = Readers(settings, 1)
    made.wait()
    (process,) = made.ids()
    os.kill(process, signal.SIGKILL)
    with caplog.at_level(logging.ERROR):
        while made.read(Ask(QUESTIONS[0])) is not None:
            pass  # it may still have been alive
    assert not made.serves
    assert "was lost" in caplog.text
    made.close()


def test_a_server_reads_by_itself_when_it_shall(assistant: Assistant) -> None:
    assistant.read_in_processes(0)
    assert assistant.read(Ask(QUESTIONS[0])).status == "answered"


def test_a_directory_that_cannot_be_opened_leaves_reading_to_the_server(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no directory")
    made = Readers(Settings(data=tmp_path / "file", sample="off", embeddings="off"), 1)
    with pytest.raises(BrokenProcessPool):
        made.wait()
    assert made.read(Ask(QUESTIONS[0])) is None
    made.close()
