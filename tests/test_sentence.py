"""assistant/sentence.py: sentences, the dates on which they held, and what they tell of."""

from __future__ import annotations

import dataclasses
import datetime as dt
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest

from assistant.sentence import Sentence, is_plan, sentences_of, tells_of_change
from corpus.announcement import Announcement
from corpus.sentences import LONGEST, clause_of
from tests.bridge_builder import CONTRACTS, DELAY, FUNDING, OPENED, STAFF, notice


def sentence(announcement: Announcement, part: str) -> Sentence:
    return next(one for one in sentences_of(announcement) if part in one.text)


@pytest.mark.parametrize("announcement", [CONTRACTS, DELAY, OPENED, FUNDING, STAFF], ids=lambda one: one.id)
def test_sentences_are_cut_from_the_text_in_order_and_leave_no_word_out(announcement: Announcement) -> None:
    found = sentences_of(announcement)
    assert [one.start for one in found] == sorted(one.start for one in found)
    assert all(one.text == announcement.text[one.start : one.end] for one in found)
    held = {place for one in found for place in range(one.start, one.end)}
    assert not [char for place, char in enumerate(announcement.text) if place not in held and not char.isspace()]


@pytest.mark.parametrize("table", [False, True])
def test_a_sentence_without_an_end_is_read_in_parts(table: bool) -> None:
    row = "| 年 | 額 |\n|---|---|\n| 契約 | " if table else ""
    endless = notice("endless", "2026-01-05", "契約のお知らせ", row + "契約の相手と金額、" * 3_000)
    found = sentences_of(endless)
    assert max(len(one.text) for one in found) <= LONGEST
    assert "".join(one.text for one in found).count("金額") == 3_000


def test_the_date_on_which_words_held_is_that_of_their_note() -> None:
    plan = sentence(CONTRACTS, "フェーズ1の開通は最短で")
    start = plan.text.index("2023年5月")
    assert str(plan.as_of(start, start + 7)) == "2021-03"


def test_a_date_stated_in_the_sentence_comes_before_that_of_the_announcement() -> None:
    count = sentence(STAFF, "従業員数")
    assert str(count.as_of()) == "2021-09-30"
    assert count.spoke == dt.date(2021, 9, 30)
    assert count.held == dt.date(2021, 10, 1)
    assert str(sentence(STAFF, "台船").as_of()) == "2021-10-01"


def test_a_sentence_of_an_undated_announcement_has_no_date() -> None:
    one = sentence(notice("undated.ja", None, "お知らせ", "吊橋が開通しました。"), "開通")
    assert one.as_of() is None
    assert one.held == dt.date.min


@pytest.mark.parametrize("text", ["2025年に開通を予定しています。", "The bridge will open.", "It is expected in May."])
def test_a_plan_is_told_by_its_words(text: str) -> None:
    assert is_plan(text)
    assert not is_plan("2024年3月15日に開通しました。")


def test_a_change_is_told_by_its_words() -> None:
    assert tells_of_change("開通を2024年に延期しました。")
    assert tells_of_change("The opening was postponed.")
    assert not tells_of_change("吊橋が開通しました。")


def test_a_clause_reaches_from_one_comma_to_the_next_but_not_into_a_number() -> None:
    text = "契約額は8億5,000万円、開通は2025年です。"
    start, end = clause_of(text, 4, 13)
    assert text[start:end] == "契約額は8億5,000万円、"


def test_many_may_read_more_announcements_than_are_remembered() -> None:
    short = dataclasses.replace(DELAY, text="鋼材の納入が遅れました。", sections=())
    many = [dataclasses.replace(short, id=f"delay.{number}") for number in range(6_000)]

    def read(first: int) -> list[str]:
        return [sentences_of(one)[0].announcement.id for one in many[first::2]]

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # threads take turns often
    try:
        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(read, [0, 1] * 4))
    finally:
        sys.setswitchinterval(interval)
    assert found == [[one.id for one in many[first::2]] for first in (0, 1)] * 4
