"""Whatever is asked and whatever an announcement says, an Answer is whole: exact quotes, markers that point at them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterable
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from assistant.answer import Answer, Status, Turn
from assistant.assistant import Assistant
from corpus.announce import announce
from corpus.errors import EmptyDocument
from corpus.source import Source
from tests.bridge_builder import opened

PIECES = st.sampled_from(
    [
        "フェーズ1", "フェーズ２", "の", "は", "いつ", "開通", "契約", "1つ目", "いくら", "誰", "CFO", "ですか",
        "ました", "？", "、", "脚注※1", "写真", "左から2番目", "はい", "すべて", "以前", "から", "2023年5月", "最短で",
        "12億円", "どのように", "変わりましたか", "何回", "延期", "When", "did", "the", "Phase B", "round", "open",
        "?", "Phase A", "Who led each of", "and how much", "footnote ※9", "{braces}", "%", "which", "or",
        "[1]", "[99]", "bridge", "as of 2021", "it", "not",
    ]
)  # fmt: skip
MARKS = st.sampled_from(["。", "\n\n", "\n※1 2021年3月時点の想定", "「", "」", "左から：", "# ", "- ", "| a | b |\n"])


def runs_of(pieces: st.SearchStrategy[str], most: int) -> st.SearchStrategy[str]:
    joined = st.sampled_from(["", " "])
    return st.builds(lambda found, between: between.join(found), st.lists(pieces, max_size=most), joined)


QUESTIONS = st.one_of(st.text(max_size=60), runs_of(PIECES, 12))
TEXTS = st.one_of(st.text(max_size=200), runs_of(st.one_of(PIECES, MARKS), 40))


def assert_whole(answer: Answer, assistant: Assistant) -> None:
    assert answer.status in get_args(Status)
    assert 0 <= answer.confidence <= 1
    assert json.loads(json.dumps(answer.to_dict()))["status"] == answer.status
    if answer.status == "answered":
        assert answer.citations
    said_by_us = answer.answer
    for citation in answer.citations:
        announcement = assistant.catalog.get(citation.announcement_id)
        assert citation.quote == announcement.text[citation.start : citation.end] != ""
        said_by_us = said_by_us.replace(" ".join(citation.quote.split()), "")
    markers = {citation.marker for citation in answer.citations}
    if answer.citations:
        assert markers >= {int(number) for number in re.findall(r"(?<=[^0-9\]]) \[(\d+)\]", said_by_us)}


def timed(assistant: Assistant, question: str, history: Iterable[Turn] = ()) -> Answer:
    began = time.thread_time()
    answer = assistant.ask(question, history=tuple(history))
    assert time.thread_time() - began < 1
    return answer


@pytest.fixture(scope="module")
def asked_before(bridges: Assistant) -> Assistant:
    """An assistant whose word lists are open, which the first question of a process waits for."""
    bridges.ask("吊橋の開通はいつですか")
    return bridges


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=QUESTIONS)
@example(question="")
@example(question="？" * 3_000)
@example(question="\x00\u202e\ud83d")
@example(question="".join(map(chr, range(0x4E00, 0x4E00 + 2_000))))
@example(question="千" * 2_000)
@example(question="（" * 1_000 + "開通" + "）" * 1_000)
def test_any_question_gets_a_whole_answer(asked_before: Assistant, question: str) -> None:
    assert_whole(timed(asked_before, question), asked_before)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=QUESTIONS, said=QUESTIONS, question=QUESTIONS)
def test_any_conversation_gets_a_whole_answer(bridges: Assistant, before: str, said: str, question: str) -> None:
    assert_whole(timed(bridges, question, [Turn("user", before), Turn("assistant", said)]), bridges)


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return opened(tmp_path_factory.mktemp("changing") / "data", [])


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXTS)
@example(text="※1 フェーズ1の開通は2023年5月※1です。\n\n※1 2021年3月時点の想定")
@example(text="フェーズ1の開通は{0}です。[7] 2023年5月に開通。")
@example(text="フェーズ1の開通の写真、左は" * 1_000)
@example(text="（" * 5_000 + "フェーズ1の開通" + "）" * 5_000)
def test_any_announcement_is_quoted_exactly(changing: Assistant, text: str) -> None:
    try:
        announcement = announce(Source((text,), "blocks", "x.md", id="x", title="開通", published="2022-01-01"))
    except EmptyDocument:
        return
    changing.catalog.add(announcement, origin="x")
    changing.index.catch_up(changing.catalog)
    for question in (
        "フェーズ1の開通はいつですか",
        "How did the opening of Phase 1 change?",
        "脚注※1は？",
        "写真の左は誰ですか",
    ):
        assert_whole(timed(changing, question), changing)


def test_a_data_directory_is_left_whole(tmp_path: Path) -> None:
    assistant = opened(tmp_path / "data", [])
    assistant.ask("フェーズ1の開通はいつですか")
    assert assistant.check() == []
    assistant.close()
