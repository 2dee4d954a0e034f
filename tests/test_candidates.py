"""Candidates: of the values of a sentence, those of the line of accounts and of the side that is asked for."""

from __future__ import annotations

import pytest

from assistant.candidates import candidates_in
from assistant.question import understand
from tests.test_acceptance import told


def keys(sentence: str, question: str) -> list[str]:
    return [value.key for value in told(sentence, question).candidates]


SALES_AND_LOSS = "売上高は10億円、純損失は3億円です。"
SALES_AND_GROSS = "売上高は10億円、売上総利益は4億円です。"


@pytest.mark.parametrize(
    ("sentence", "question", "found"),
    [
        (SALES_AND_LOSS, "売上高はいくらですか", ["JPY:1000000000"]),
        (SALES_AND_LOSS, "純損失はいくらですか", ["JPY:300000000"]),
        (SALES_AND_LOSS, "営業利益はいくらですか", []),
        (SALES_AND_GROSS, "売上総利益はいくらですか", ["JPY:400000000"]),
        (SALES_AND_GROSS, "売上はいくらですか", ["JPY:1000000000"]),
        ("3億円の純損失を計上しました。", "純損失はいくらですか", ["JPY:300000000"]),
        ("3億円の売上高を計上しました。", "純損失はいくらですか", []),
        ("Net sales were 9 million yen and the net loss was 3 million yen.", "What was the net loss?", ["JPY:3000000"]),
        ("The premium is 3 million yen.", "How much is the insurance payment?", []),
        ("The premium is 3 million yen.", "How much is the premium?", ["JPY:3000000"]),
    ],
)
def test_an_amount_of_another_line_of_the_accounts_is_none_of_what_was_asked(
    sentence: str, question: str, found: list[str]
) -> None:
    assert keys(sentence, question) == found


def test_where_no_line_is_named_any_amount_may_be_meant() -> None:
    assert keys("塗装には3億円を払いました。", "純損失はいくらですか") == ["JPY:300000000"]
    assert keys(SALES_AND_LOSS, "いくらと発表しましたか") == ["JPY:1000000000", "JPY:300000000"]


@pytest.mark.parametrize(
    ("sentence", "question", "found"),
    [
        ("公募価格は1株につき1200円です。", "1株いくらですか", ["JPY:1200"]),
        ("公募による調達は1200円です。", "1株いくらですか", []),
        ("公募による調達は1200円です。", "いくら調達しましたか", ["JPY:1200"]),
        ("The price is 12 dollars per share.", "How much is it per share?", ["USD:12"]),
        ("The price is 12 dollars for each share.", "How much is one share?", ["USD:12"]),
        ("The sale raised 12 dollars.", "How much is it per share?", []),
    ],
)
def test_what_one_share_costs_is_told_by_a_price_of_a_share(sentence: str, question: str, found: list[str]) -> None:
    assert keys(sentence, question) == found


@pytest.mark.parametrize(
    ("sentence", "question", "found"),
    [
        ("点検車は高さ2mで、高度300mを飛びます。", "点検車の高さは何mですか", ["m:2"]),
        ("点検車は高度300mを飛びます。", "点検車の高さは何mですか", []),
        ("点検車は高度300mを飛びます。", "点検車の高度は何mですか", ["m:300"]),
        ("The drone flies at an altitude of 300 metres.", "What is the height of the drone?", []),
        ("The drone flies at an altitude of 300 metres.", "How high does the drone fly?", ["m:300"]),
    ],
)
def test_an_altitude_is_no_height(sentence: str, question: str, found: list[str]) -> None:
    assert keys(sentence, question) == found


def test_the_day_of_another_event_that_says_when_something_was_thought_is_no_value_of_it() -> None:
    asked = "吊橋の開通はいつですか"
    one = told("吊橋の開通は、2025年1月15日の着工時には2026年5月の想定でした。", asked)
    assert [value.key for value in candidates_in(one.sentence, understand(asked))] == ["2026-05"]
