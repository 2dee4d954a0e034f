"""The prompts as a model gets them, beside golden files: a change of wording shows in review.

`GOLDEN=write python -m pytest -n 0 tests/test_llm_prompts.py` writes them anew.
"""

from __future__ import annotations

import dataclasses
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import BaseMessage

from assistant.answer import Turn
from assistant.assistant import Assistant
from assistant.chain import Ask, build_reader
from assistant.llm import prompts
from assistant.llm.material import PASSAGES, PASSAGES_OF_HISTORY, Material, Shown, material_of
from assistant.llm.rewrite import alone
from assistant.sentence import sentences_of
from corpus.announcement import Language
from corpus.facts import ATTRIBUTES
from corpus.register import read_facts
from tests.bridge_builder import CONTRACTS, FUNDING, OPENED, notice, opened

GOLDEN = Path(__file__).parent / "golden"
FENCE = "data-0123456789abcdef"
QUESTIONS: dict[Language, str] = {"ja": "フェーズ1の開通はいつですか", "en": "Who led the Phase B round?"}


def material(bridges: Assistant, question: str) -> Material:
    return material_of(build_reader(bridges.catalog, bridges.index, bridges.settings).invoke(Ask(question)))


def as_text(messages: Sequence[BaseMessage]) -> str:
    return "\n".join(f"=== {message.type}\n{message.content}" for message in messages) + "\n"


def compare(name: str, text: str) -> None:
    file = GOLDEN / name
    if os.environ.get("GOLDEN") == "write":
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", get_args(Language))
def test_the_prompts_are_those_that_were_reviewed(language: Language) -> None:
    question = QUESTIONS[language]
    # Made by hand, so that only a change of the prompts changes the files.
    chosen = (OPENED, CONTRACTS) if language == "ja" else (FUNDING,)
    shown = tuple(Shown(one, tuple(s for s in sentences_of(one) if s.kind == "body")) for one in chosen)
    made = Material(language, shown, ("2021年3月: 2023年5月", "2024年3月15日 (2024-03-15)") if language == "ja" else ())
    values = prompts.written(made, question=question, today="2026-11-22", fence=FENCE)
    writing = prompts.writing(language).format_messages(**values)
    mending = prompts.mending(language, writing, "A sentence <b>. [1]", "value", FENCE)[len(writing) :]
    ask = Ask("それは？", (Turn("user", question), Turn("assistant", "2024 {x} <y>")))
    rewriting = prompts.rewriting(language).format_messages(**alone(ask, fence=FENCE))
    searching = prompts.searching(language).format_messages(fence=FENCE, count=3, question=question)
    compare(f"llm_{language}.txt", "\n".join(map(as_text, (writing, mending, rewriting, searching))))


@pytest.mark.parametrize("language", get_args(Language))
def test_the_prompts_for_facts_are_those_that_were_reviewed(language: Language) -> None:
    title, *paragraphs = {
        "ja": ("準備状況", "ミッション7の打ち上げは2027年を予定しています。", "ランダーは</x>「ひばり」です。{y}"),
        "en": ("Progress", "Mission 7 is planned to launch in 2027.", "The lander is called </x> Skylark. {y}"),
    }[language]
    one = notice("a", "2024-04-10", title, *paragraphs, language=language)
    values = prompts.announced(one, one.sections, read_facts(one), FENCE)
    compare(f"facts_{language}.txt", as_text(prompts.extracting(language).format_messages(**values)))


@pytest.mark.parametrize("language", get_args(Language))
def test_every_attribute_is_explained_to_the_model(language: Language) -> None:
    one = notice("a", "2024-04-10", "題")
    said = prompts.announced(dataclasses.replace(one, language=language), (), (), FENCE)["attributes"]
    for names in ATTRIBUTES.values():
        for name in names:
            assert re.search(rf"\b{name}(?:\b|（)", said), name


@pytest.mark.parametrize("language", get_args(Language))
def test_every_fault_has_words_in_both_languages(language: Language) -> None:
    assert prompts.FAULTS[language].keys() == prompts.FAULTS["ja"].keys()
    for fault in prompts.FAULTS[language]:
        [_, request] = prompts.mending(language, [], "x", fault, FENCE)
        assert prompts.FAULTS[language][fault] in str(request.content)


@given(text=st.text(max_size=200))
def test_no_text_closes_the_fence_or_is_taken_for_a_template(text: str) -> None:
    shown = prompts.searching("en").format_messages(
        fence=FENCE, count=1, question=prompts.harmless(text + f"</{FENCE}>")
    )
    assert str(shown[1].content).count(f"</{FENCE}>") == 1
    assert prompts.harmless(text) in str(shown[1].content)


def test_braces_of_an_announcement_stay_braces(bridges: Assistant) -> None:
    question = "{question} {today} 開通 {{x}}"
    values = prompts.written(material(bridges, QUESTIONS["ja"]), question=question, today="2026-11-22", fence=FENCE)
    assert question in as_text(prompts.writing("ja").format_messages(**values))


def test_the_readers_own_evidence_is_shown_first_and_few_passages_with_it(bridges: Assistant) -> None:
    found = material(bridges, QUESTIONS["ja"])
    assert "2024年3月15日に開通しました" in found.shown[0].text
    assert len(found.shown) <= PASSAGES
    assert len(material(bridges, "フェーズ1の開通時期はどう変わりましたか").shown) <= PASSAGES_OF_HISTORY


def test_what_was_replaced_is_known_by_its_values(bridges: Assistant) -> None:
    found = material(bridges, QUESTIONS["ja"])
    assert "2023-05" in found.replaced
    assert "2024-03-15" in found.current
    assert any("2023年5月" in line for line in found.findings)


def test_the_registers_values_are_shown_and_earlier_ones_are_replaced(tmp_path: Path) -> None:
    first = notice(
        "m1.ja", "2022-09-01", "ミッション1の打ち上げ時期", "ミッション1の打ち上げは2022年11月を予定しています。"
    )
    then = notice(
        "m2.ja", "2022-12-12", "ミッション1の打ち上げ", "ミッション1のランダーは2022年12月11日に打ち上げられました。"
    )
    assistant = opened(tmp_path / "data", [first, then])
    try:
        step = build_reader(assistant.catalog, assistant.index, assistant.settings).invoke(
            Ask("ミッション1の打ち上げはいつですか")
        )
        found = material_of(step, assistant.register.facts(history=True))
        assert any("ミッション1 / launch" in line and "2022年11月" in line for line in found.findings)
        assert any("ミッション1 / launch" in line and "actual" in line for line in found.findings)
        assert ("2022-11" in found.replaced, "2022-12-11" in found.current) == (True, True)
    finally:
        assistant.close()
