"""Rendering: values keep the words that make them more or less firm; nothing is said that the quote does not say."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.render import qualified, say_qualified, terms_in
from corpus.announcement import Language
from corpus.values import values


def no_glosses(word: str) -> Sequence[str]:
    return ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("最短で2023年5月に開通", "最短で2023年5月"),
        ("総計約268億円超を調達", "総計約268億円超"),
        ("2027年以降に予定", "2027年以降"),
        ("raised about 40 million dollars", "about 40 million dollars"),
        ("opens in 2027 or later", "2027 or later"),
    ],
)
def test_a_value_is_quoted_with_its_qualifying_words(text: str, said: str) -> None:
    start, end = qualified(text, values(text)[0])
    assert text[start:end] == said


@pytest.mark.parametrize(
    ("text", "source", "said"),
    [
        ("最短で2023年5月に開通", "ja", "May 2023 at the earliest"),
        ("約12億円の契約", "ja", "about JPY 1.2 billion"),
        ("2027年以降に予定", "ja", "2027 or later"),
        ("raised about 40 million dollars", "en", "約4000万ドル"),
        ("as early as May 2023", "en", "最短で2023年5月"),
        ("opens in 2027 or later", "en", "2027年以降"),
    ],
)
def test_the_qualifying_words_are_said_in_the_other_language(text: str, source: Language, said: str) -> None:
    target: Language = "en" if source == "ja" else "ja"
    assert say_qualified(text, values(text)[0], source=source, target=target) == said


def test_terms_are_values_names_and_listed_terms_in_their_order() -> None:
    said = terms_in(
        "ミッション2のランダーは最短で2023年5月にOslo Portへ到着", source="ja", target="en", glosses=no_glosses
    )
    assert said == ["Mission 2", "lander", "May 2023 at the earliest", "Oslo Port"]


def test_a_persons_name_is_not_taken_for_a_word() -> None:
    assert "hill" not in terms_in("森山健一", source="ja", target="en", glosses=lambda word: ["hill"])


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="約最短で以降2023年5月12億円aboutor later の、。ABC%", max_size=40))
def test_a_qualified_value_always_holds_the_value(text: str) -> None:
    for value in values(text):
        start, end = qualified(text, value)
        assert 0 <= start <= value.start <= value.end <= end <= len(text)
        for target in ("ja", "en"):
            assert say_qualified(text, value, source="ja", target=target)
