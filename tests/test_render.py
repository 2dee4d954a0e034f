"""Rendering: values keep the words that make them more or less firm; nothing is said that the quote does not say."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.render import say_qualified, terms_in
from corpus.announcement import Language
from corpus.values import values


def no_glosses(word: str) -> Sequence[str]:
    return ()


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


@pytest.mark.parametrize(
    ("text", "source", "said"),
    [
        ("運用は2027年5月から8月まで続きます。", "ja", "2027年5月から8月まで"),
        ("operates from May to August 2027", "en", "May to August 2027"),
    ],
)
def test_of_a_range_both_ends_are_said(text: str, source: Language, said: str) -> None:
    found = values(text)
    other: Language = "en" if source == "ja" else "ja"
    for value in found:
        assert say_qualified(text, value, source=source, target=source, among=found) == said
        both = say_qualified(text, value, source=source, target=other, among=found)
        assert both == ("May 2027 to August 2027" if other == "en" else "2027年5月から2027年8月")


def test_of_a_move_only_the_value_itself_is_said() -> None:
    text = "打ち上げを2027年5月から2027年8月へ延期"
    found = values(text)
    assert say_qualified(text, found[1], source="ja", target="en", among=found) == "August 2027"


def test_a_bound_that_the_question_names_is_not_said_again() -> None:
    text = "最短で2027年5月に開通"
    (value,) = values(text)
    said = {
        asked: say_qualified(text, value, source="ja", target="ja", asked=asked)
        for asked in ("開通は最短でいつですか", "開通はいつですか")
    }
    assert list(said.values()) == ["2027年5月", "最短で2027年5月"]


@settings(max_examples=60, deadline=None)
@given(text=st.text(alphabet="約最短で以降2023年5月12億円aboutor later の、。ABC%", max_size=40))
def test_every_value_can_be_said_in_both_languages(text: str) -> None:
    found = values(text)
    for value in found:
        for target in ("ja", "en"):
            assert say_qualified(text, value, source="ja", target=target, among=found)
