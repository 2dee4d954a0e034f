"""The chain: what an Answer says of the search behind it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.announcement import Language
from index.errors import StoreUnavailable
from tests.bridge_builder import notice, opened
from tests.fakes_index import BagOfWords

QUESTION = "ミッション1の打ち上げはいつですか"


class Failing(BagOfWords):
    """Embeds announcements, and has lost its model when a question comes."""

    def encode_query(self, text: str, language: Language) -> np.ndarray:
        raise StoreUnavailable("The embedding model is gone. Restore it.")


@pytest.fixture
def assistant(tmp_path: Path) -> Assistant:
    notices = tmp_path / "notices.jsonl"
    text = "ミッション1の打ち上げは2022年11月22日です。"
    notices.write_text(json.dumps({"id": "m1", "title": "ミッション1", "text": text}) + "\n", encoding="utf-8")
    assistant = Assistant.open(Settings(data=tmp_path / "data", sample="off"), embeddings="off")
    list(assistant.add([str(notices)]))
    return assistant


def test_an_answer_says_what_each_leg_took(assistant: Assistant) -> None:
    assistant.index.set_embedder(BagOfWords())
    assistant.index.catch_up(assistant.catalog)
    answer = assistant.ask(QUESTION)
    assert answer.short_answer == "2022年11月22日"
    assert set(answer.timings_ms) == {"lexical", "vectors", "rank", "retrieve", "read", "total"}


def test_an_answer_says_that_a_leg_that_failed_was_left_out(assistant: Assistant) -> None:
    assistant.index.set_embedder(Failing())
    assistant.index.catch_up(assistant.catalog)
    answer = assistant.ask(QUESTION)
    assert answer.short_answer == "2022年11月22日"
    assert "vectors_left_out" in answer.to_dict()["timings_ms"]
    assert "vectors" not in answer.timings_ms


def test_an_answer_says_that_a_leg_that_is_still_loading_was_left_out(assistant: Assistant) -> None:
    answer = assistant.ask(QUESTION)
    assert answer.short_answer == "2022年11月22日"
    assert "vectors_left_out" in answer.timings_ms
    assert "vectors" not in answer.timings_ms


def test_the_second_part_of_a_question_is_not_answered_for_somebody_else(tmp_path: Path) -> None:
    text = "Hamanasu Bridges listed on the Otaru exchange. The offer price of Hamanasu Bridges was JPY 254 per share."
    page = notice("listing", "2026-01-05", "Listing", text, language="en")
    other = notice("crane", "2026-01-06", "Crane", "Hamanasu Bridges builds its crane with Kaguya.", language="en")
    answered = opened(tmp_path, [page, other])
    assert answered.ask("Where is Hamanasu Bridges listed, and at what offer price?").status == "answered"
    assert answered.ask("On which exchange is Kaguya listed, and at what offer price?").status == "not_found"
