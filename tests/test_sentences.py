"""Sentences end where a reader would end them, and together hold the whole text."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.sentences import clause_of, cut, sentences


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
        ['TOKYO – ispace, inc. ("ispace") announced that it signed.', "The rest follows."],
        ["Kaguya Co., Ltd. (TSE: 1234) said so.", "Its shares rose."],
        ["Moon K.K. (Tokyo) and Mond GmbH. (Berlin) agreed.", "Both are new."],
        ["ispace EUROPE S.A. (Luxembourg) and ispace technologies U.S., inc. (Denver) agreed.", "They built it."],
        ["The U.S. Space Force bought it in the U.S.", "The plan is set."],
        ["Dr. Smith of St. Louis is approx. 30 km away, e.g. at Mare Frigoris vs. the highlands.", "No. 5 is next."],
        ["It had 65 staff in 2018.", "eBay, inc. bought the lander.", "ispace sold it."],
        ["The bridge, incl. the piers and approx. the half of the yard, is e.g. in 2018 or so. new."],
        ["Is it postponed?", "No.", "The launch takes place in Nov. 2025."],
        ["It launches on Jan. 15, 2025 at 1:11 a.m. EST.", "The lander follows at 3 p.m.", "The end."],
        ["At 5 p.m. (EST) it landed.", "At 6 a.m. JST it slept."],
        ["See Fig. 3, sec. 4 and vol. 2.", "(Note 2.)", "Then go."],
        ["J. F. Kennedy and Jane A. Doe spoke.", "It was long."],
        ["The rover moves 5 m.", "It stops after 3 t.", "Its plan B.", "The others wait."],
        ["The site is Mare Frigoris, etc.", "The landing site is new.", "Smith Jr. left.", "Gen. Lee came."],
        ["It works with Boeing Co.", "In 2025 it flew.", "Acme Inc. builds it."],
        ['NASA announced it.', '"We go," he said.', "(See below.)", "Version 2.0 follows."],
    ],
)  # fmt: skip
def test_a_text_is_cut_where_its_sentences_end(expected: list[str]) -> None:
    joiner = "" if any("\u3041" <= char <= "\u9fff" for char in "".join(expected)) else " "
    assert split(joiner.join(expected)) == expected


@pytest.mark.parametrize(
    ("clause", "within"),
    [
        ("", 'ispace, inc. ("ispace") announced on 9 May 2025 that the launch moves to 2027.'),
        ("", "The lander of Kaguya Co., Ltd. (TSE: 1234, Tokyo) lands in 2027."),
        ("", "It was signed in Tokyo on Monday, June 7, 2027."),
        ("the launch moves to 2027", "After that, the launch moves to 2027; the landing follows."),
        ("打ち上げは2027年です", "株式会社ispace（以下、ispace）によれば、打ち上げは2027年です。"),
        ("", "株式会社ispace（以下、ispace）の打ち上げは2027年です。"),
    ],
)
def test_a_clause_goes_from_one_comma_to_the_next_and_cuts_no_name(clause: str, within: str) -> None:
    at = within.index("2027")
    start, end = clause_of(within, at, at + 4)
    assert within[start:end].strip("、。,;； .") == (clause or within.strip("。."))


def test_a_clause_inside_brackets_ends_with_them() -> None:
    text = "The launch (planned for May, not for 2027, as before) is open."
    at = text.index("2027")
    assert text[slice(*clause_of(text, at, at + 4))].strip(", ") == "not for 2027"


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


@settings(deadline=None)
@given(st.text(alphabet="契約、, \n。", max_size=80), st.integers(2, 30))
def test_a_long_sentence_is_cut_into_parts_that_leave_out_only_blanks(text: str, longest: int) -> None:
    parts = list(cut(text, 0, len(text), longest))
    assert all(end - start <= longest for start, end in parts)
    assert [start for start, _ in parts] == sorted(start for start, _ in parts)
    held = {place for start, end in parts for place in range(start, end)}
    assert all(place in held for place, char in enumerate(text) if not char.isspace())


def test_what_is_short_enough_is_not_cut() -> None:
    assert list(cut("契約、締結", 0, 5, 5)) == [(0, 5)]


def test_far_away_signs_change_nothing() -> None:
    names = "Acme Inc. " * 500
    assert split(f"{names}It ended.") == [names.strip(), "It ended."]
    unclosed = "「契約" + "「" * 500 + ")" * 500
    assert split(f"{unclosed}。」終わり。") == [f"{unclosed}。」終わり。"]
