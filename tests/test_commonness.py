"""Commonness: words that say little anywhere, and words that say much."""

from __future__ import annotations

import pytest

from index.commonness import information, is_common, near_common
from index.words import words


def said(text: str) -> list[float | None]:
    return [information(word) for word in words(text)]


@pytest.mark.parametrize(
    ("little", "much"), [("through", "crater"), ("went", "auditor"), ("知る", "着陸"), ("理由", "配当")]
)
def test_common_words_say_less_than_words_of_a_trade(little: str, much: str) -> None:
    (less,), (more,) = said(little), said(much)
    assert less is not None
    assert more is not None
    assert 0 <= less < 3 < more < 9


@pytest.mark.parametrize("name", ["Hamanasuko", "ハマナス橋梁山"])
def test_nothing_is_known_of_names(name: str) -> None:
    assert None in said(name)


@pytest.mark.parametrize(
    ("word", "common"), [("bridge", True), ("carpenter", True), ("hamanasu", False), ("brigde", False)]
)
def test_a_word_in_common_use_is_known_whatever_was_announced(word: str, *, common: bool) -> None:
    assert is_common(word) is common


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("brigde", "bridge"),  # two letters exchanged
        ("brdge", "bridge"),  # one left out
        ("bridgge", "bridge"),  # one too many
        ("bridhe", "bridge"),  # one beside it
        ("bbrigde", ""),  # two slips
        ("hamanasu", ""),
        ("xq", ""),  # nothing so short
    ],
)
def test_one_slip_leads_to_a_common_word_and_two_do_not(typed: str, meant: str) -> None:
    assert near_common(typed) == meant


def test_of_several_common_words_the_commonest_is_meant() -> None:
    assert near_common("hous") == "house"
    assert near_common("thar") == "that"
