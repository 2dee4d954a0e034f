"""Texts as the span reader sees them: tokens that cover the text, and numbers that tie them to a question."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.span_text import FEATURES, QUESTION_FEATURES, Asked, Vocabulary, rarities, tokens

WORDS = Vocabulary({"契約": 1, "は": 2}, {"契約": 3.0, "は": 0.1}, {"記号": 1})


@given(text=st.text(max_size=120))
def test_every_visible_character_belongs_to_one_token_and_tokens_are_in_order(text: str) -> None:
    found = tokens(text)
    covered = [place for token in found for place in range(token.start, token.end)]
    assert covered == sorted(set(covered))
    assert {place for place, char in enumerate(text) if not char.isspace()} <= set(covered)


@given(question=st.text(max_size=60), text=st.text(max_size=80), before=st.text(max_size=40))
def test_any_text_becomes_finite_numbers_of_the_promised_shapes(question: str, text: str, before: str) -> None:
    asked = Asked(question, WORDS)
    read = asked.read(text, before=before, title=text)
    size = len(read.tokens)
    assert asked.inputs.features.shape == (len(asked.inputs.tokens), len(QUESTION_FEATURES))
    assert read.features.shape == (size, len(FEATURES))
    assert read.vectors.shape == (size, 384)
    assert read.surfaces.shape == read.speech.shape == (size,)
    assert np.isfinite(read.features).all()
    assert np.isfinite(read.vectors).all()


@pytest.mark.parametrize(
    ("question", "text", "feature"),
    [
        ("契約の相手は", "契約を結んだ。", "same_surface"),
        ("ランダーの名前は", "The lander is Kumo.", "same_meaning"),
        ("What is the contract?", "契約を結んだ。", "same_gloss"),
        ("月の水", "その月は", "shared_characters"),
    ],
)
def test_a_word_of_the_question_is_met_in_either_language(question: str, text: str, feature: str) -> None:
    read = Asked(question, WORDS).read(text)
    assert read.features[:, FEATURES.index(feature)].max() == 1.0
    apart = Asked(question, WORDS).read("梅雨が明けた。")
    assert apart.features[:, FEATURES.index(feature)].max() < 1.0


def test_coverage_grows_with_what_a_sentence_names() -> None:
    asked = Asked("契約の金額はいくらですか", WORDS)
    shares = [asked.coverage(text) for text in ("天気の話です。", "契約の話です。", "契約の金額の話です。")]
    assert shares == sorted(shares)
    assert shares[0] < shares[1] < shares[2] <= 1.0


def test_words_within_brackets_are_marked_and_those_behind_are_not() -> None:
    read = Asked("名前は", WORDS).read("「月の船」という")
    inside = dict(zip((t.surface for t in read.tokens), read.features[:, FEATURES.index("in_brackets")], strict=True))
    assert inside["月"] == inside["船"] == 1.0
    assert inside["と"] == 0.0


def test_a_word_of_every_passage_is_worth_nothing() -> None:
    assert rarities({"の": 8, "月": 2}, 8) == {"の": 0.0, "月": 1.39}
