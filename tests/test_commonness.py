"""Commonness: words that say little anywhere, and words that say much."""

from __future__ import annotations

import pytest

from index.commonness import information
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
