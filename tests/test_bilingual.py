"""Questions in one language on the bundled announcements in the other, by words alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.announcement import Language
from index.passage import Scope

PAIRS = [
    json.loads(line)
    for line in (Path(__file__).parent / "eval" / "bilingual_pairs.jsonl").read_text(encoding="utf-8").splitlines()
]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    data = tmp_path_factory.mktemp("bilingual") / "data"
    assistant = Assistant.open(Settings(data=data, sample="on"), embeddings="off")
    yield assistant
    assistant.close()


@pytest.mark.parametrize(("asked", "within"), [("ja", "en"), ("en", "ja")])
def test_nine_of_ten_questions_find_their_answer_in_the_other_language(
    assistant: Assistant, asked: Language, within: Language
) -> None:
    missed = []
    for pair in PAIRS:
        found = assistant.search(pair[asked], k=5, scope=Scope(language=within), language=asked)
        assert all(assistant.catalog.get(one.chunk.announcement_id).language == within for one in found)
        if not any(pair["holds"][within] in one.chunk.text for one in found):
            missed.append(pair["id"])
    assert len(missed) <= 0.1 * len(PAIRS), missed


def test_each_answer_stands_in_both_languages(assistant: Assistant) -> None:
    for pair in PAIRS:
        for language, words in pair["holds"].items():
            kept = assistant.catalog.announcements()
            assert any(words in one.text for one in kept if one.language == language), pair["id"]
