"""Which of a sentence's values is the answer: the one that the span reader read, unless it was replaced."""

from __future__ import annotations

import dataclasses

import pytest

from assistant.acceptance import objection
from assistant.evidence import Evidence
from assistant.question import understand
from assistant.span import Span
from assistant.values_asked import read_share, read_value
from tests.test_acceptance import told

BUILT = "2019年に設計された吊橋は、2021年に完成し、2024年に塗装されました。"
ASKED = "吊橋の完成はいつですか"


def read(one: Evidence, words: str, score: float) -> Evidence:
    """`one` as if the span reader had read `words` in it."""
    start = one.sentence.text.index(words)
    return dataclasses.replace(one, span=Span(0, start, start + len(words), words, score, score))


def year(one: Evidence, asked: str = ASKED) -> str:
    reading = read_value(understand(asked), "date", [one])
    return reading.value.key if reading and reading.value else ""


@pytest.mark.parametrize("words", ["2019", "2021", "2024"])
def test_the_value_that_the_reader_read_is_the_answer(words: str) -> None:
    assert year(read(told(BUILT, ASKED), f"{words}年", 0.6)) == words


def test_what_the_reader_hardly_believes_leaves_the_value_that_stands_closest() -> None:
    assert year(read(told(BUILT, ASKED), "2024年", 0.05)) == year(told(BUILT, ASKED)) == "2021"


def test_words_that_are_no_value_leave_the_value_that_stands_closest() -> None:
    assert year(read(told(BUILT, ASKED), "吊橋", 0.9)) == "2021"


@pytest.mark.parametrize(
    "sentence",
    [
        "吊橋の完成を2021年から2023年に変更しました。",
        "吊橋の完成は2023年に予定されており、従来の予定は2021年でした。",
        "吊橋の完成は2023年の予定です（当初の計画では2021年）。",
    ],
)
def test_a_value_that_was_replaced_is_not_the_answer_though_the_reader_reads_it(sentence: str) -> None:
    assert year(read(told(sentence, ASKED), "2021年", 0.9)) == "2023"


def test_a_former_value_in_english_is_not_the_answer_though_the_reader_reads_it() -> None:
    asked = "When will the bridge be completed?"
    moved = "The bridge will be completed in 2023, while the previous plan was 2021."
    assert year(read(told(moved, asked), "2021", 0.9), asked) == "2023"


def test_a_sure_reader_does_not_make_up_for_what_a_value_leaves_unnamed() -> None:
    one = dataclasses.replace(read(told(BUILT, ASKED), "2021年", 0.9), coverage=0.45)
    assert objection(one, understand(ASKED), with_value=True) == "it names too little of what was asked"
    assert objection(one, understand(ASKED)) == ""


@pytest.mark.parametrize(
    ("sentence", "asked", "day"),
    [
        ("吊橋の完成は2024年です。", "吊橋の完成は何月何日ですか", ""),
        ("吊橋の完成は2024年5月です。", "吊橋の完成は何日ですか", ""),
        ("吊橋の完成は2024年5月です。", "吊橋の完成の正確な日付は？", ""),
        ("吊橋の完成は2024年です。", "吊橋の完成は何月ですか", "2024"),
        ("吊橋の完成は2024年5月3日です。", "吊橋の完成は何月何日ですか", "2024-05-03"),
        ("吊橋の完成は2024年です。", "吊橋の完成はいつですか", "2024"),
        ("The bridge opens in 2024.", "On what exact day does the bridge open?", ""),
        ("The bridge opens on 3 May 2024.", "On what exact day does the bridge open?", "2024-05-03"),
        ("The bridge opens in 2024.", "When does the bridge open?", "2024"),
    ],
)
def test_a_year_is_no_answer_to_who_asks_for_the_day(sentence: str, asked: str, day: str) -> None:
    assert year(told(sentence, asked), asked) == day


def test_what_is_told_in_like_words_does_not_replace_what_is_told_in_the_words_asked() -> None:
    asked = "When was the bridge listed?"
    said = told("The bridge was listed as a monument on 3 May 2019 (as of 9 June 2019).", asked)
    like = told("The bridge was offered to the public on 4 June 2021.", asked)
    like = dataclasses.replace(like, own_matches=(1.0, 0.6), matches=(1.0, 0.6), own=said.own, coverage=said.coverage)
    reading = read_value(understand(asked), "date", [said, like])
    assert reading is not None
    assert reading.value is not None
    assert reading.value.key == "2019-05-03"


def test_what_was_announced_is_dated_by_the_day_that_is_told() -> None:
    asked = "When was the contract for the bridge announced?"
    one = told("The company announced on 14 April 2021 the contract for the bridge.", asked)
    reading = read_value(understand(asked), "date", [one])
    assert reading is not None
    assert reading.value is not None
    assert reading.value.key == "2021-04-14"


def test_what_was_first_done_is_no_former_plan() -> None:
    asked = "When were the shares of the builder first traded?"
    done = "The shares of the builder were first traded in 2023."
    assert year(told(done, asked), asked) == "2023"


@pytest.mark.parametrize(
    ("asked", "share"),
    [("新しいエンジンの部品数は、どのくらいですか", "4分の1"), ("新しいエンジンの推力は、どのくらいですか", "")],
)
def test_a_share_of_one_thing_is_none_of_another(asked: str, share: str) -> None:
    one = told("新しいエンジンの部品数は、変更前のエンジンの4分の1です。", asked)
    reading = read_share(understand(asked), [one])
    assert (reading.text if reading else "") == share


def test_what_was_planned_at_first_is_told_by_what_says_so_itself() -> None:
    asked = "How many shares did the builder first plan to issue in its offering?"
    done = told("The builder issued 10 shares in its offering.", asked)
    planned = told("The builder first planned to issue up to 20 shares in its offering.", asked)
    reading = read_value(understand(asked), "quantity", [done, planned])
    assert reading
    assert reading.value
    assert reading.value.number == 20
