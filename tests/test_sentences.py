"""Sentences end where a reader would end them, and together hold the whole text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sentences import sentences


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["着陸は2025年です。", "打ち上げは2024年です。"],
        ["本当ですか？", "はい！", "以上"],
        ["社長は「大変嬉しい。今後も努力する。」と述べた。", "以上です。"],
        ["「シスルナ経済の発展に取り組みます。」", "「次もあります。」"],
        ["当社（以下「ispace」といいます。）は契約しました。", "金額は非公表です。"],
        ["売上高は12.5億円です。", "前年は1．5億円です。"],
        ["「Expand our planet. Expand our future.」をビジョンに掲げています。"],
        ["The U.S. unit ispace technologies U.S., inc. won it.", "It starts in Nov. 2022."],
        ["ACME Inc. announced results.", "The contract is worth $1.5 million."],
        ["Dr. Jane Doe met Mr. Smith at 8:00 a.m. on Monday.", "They signed."],
        ['"This is great, and we are glad," said Jane Doe.', "She left."],
        ["“It is a step.”", "The end."],
        ["See https://example.com/a.b for no. 5 of the list.", "Really?", "Yes!"],
        ["ispace, inc. (“ispace”) won it.", "NASA paid."],
    ],
)  # fmt: skip
def test_a_text_is_cut_where_its_sentences_end(expected: list[str]) -> None:
    joiner = "" if any("\u3041" <= char <= "\u9fff" for char in "".join(expected)) else " "
    assert split(joiner.join(expected)) == expected


def test_a_line_break_always_ends_a_sentence() -> None:
    assert split("見出し\n本文です。\n\n続き") == ["見出し", "本文です。", "続き"]


pieces = st.lists(
    st.one_of(st.text(max_size=6), st.sampled_from([*"。．！？!?.「」『』（）()“”\"'、, \n\f", "Inc.", "U.S.",
    "3.5", "と"])),
    max_size=30,
).map("".join)  # fmt: skip


@settings(deadline=None)
@given(pieces)
def test_sentences_hold_every_character_in_order_and_no_blank_around_them(text: str) -> None:
    spans = sentences(text)
    edges = [edge for span in spans for edge in span]
    assert edges == sorted(edges)
    held = {place for start, end in spans for place in range(start, end)}
    assert all(place in held for place, char in enumerate(text) if not char.isspace())
    assert all(text[start:end] == text[start:end].strip() and start < end for start, end in spans)
    assert all("\n" not in text[start:end] for start, end in spans)


@settings(deadline=None)
@given(pieces)
def test_a_sentence_alone_is_one_sentence_again(text: str) -> None:
    assert len(split("\n".join(split(text)))) >= len(split(text))
