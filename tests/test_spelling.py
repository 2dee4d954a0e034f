"""Spelling: an unknown Latin word is read as its near twin in what was found; a known one is left alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from assistant.question import Question, understand
from assistant.spelling import is_form_of, respelled
from index.analyse import analyse
from tests.bridge_builder import FUNDING


def frequency(terms: Iterable[str]) -> Mapping[str, int]:
    held = set(analyse(f"{FUNDING.title}\n{FUNDING.text}", "en"))
    return {term: int(term in held) for term in terms}


def read_as(text: str) -> Question:
    return respelled(understand(text), [FUNDING], frequency)


def test_a_misspelt_name_is_read_as_the_one_that_was_found() -> None:
    question = read_as("Who is Junipper Capital?")
    assert any("Juniper" in need.text for need in question.needs)
    assert question.text == "Who is Junipper Capital?"


def test_a_misspelt_name_in_a_japanese_question_is_read_too() -> None:
    assert any("Juniper" in need.text for need in read_as("Junipperは何をしましたか").needs)


def test_a_word_that_is_known_stays() -> None:
    question = understand("Who led the Phase B round?")
    assert respelled(question, [FUNDING], frequency) is question


def test_a_word_without_a_near_twin_stays() -> None:
    question = understand("Who is the chairman of Zeppelin Works?")
    assert respelled(question, [FUNDING], frequency) is question


def test_another_first_letter_is_another_word() -> None:
    question = understand("Who is Muniper?")
    assert respelled(question, [FUNDING], frequency) is question


@pytest.mark.parametrize(
    ("typed", "near", "is_form"),
    [
        ("founded", "founder", True),
        ("landings", "landing", True),
        ("resilence", "resilience", False),
        ("voidruner", "voidrunner", False),
    ],
)
def test_a_form_of_a_word_is_no_misspelling_of_it(typed: str, near: str, *, is_form: bool) -> None:
    assert is_form_of(typed, near) is is_form
