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


LAUNCHED = "点検船は2025年1月15日15時11分（日本時間、協定世界時では2025年1月15日6時11分）に出港しました。"
PLANNED = "The ship was to dock on 6 June at 04:17 JST (5 June at 15:17 EDT)."


@pytest.mark.parametrize(
    ("sentence", "question", "found"),
    [
        (LAUNCHED, "点検船の出港は日本時間で何時何分でしたか", ["15:11"]),
        (LAUNCHED, "点検船の出港は協定世界時で何時何分でしたか", ["06:11"]),
        (LAUNCHED, "点検船の出港は何時何分でしたか", ["15:11", "06:11"]),
        (PLANNED, "At what time in Japan was the ship to dock?", ["04:17"]),
        (PLANNED, "At what time, Eastern time, was the ship to dock?", ["15:17"]),
        ("The ship sailed at 07:38 UTC.", "At what time UTC did the ship sail?", ["07:38"]),
        ("The ship sailed at 07:38 UTC.", "At what time JST did the ship sail?", []),
    ],
)
def test_an_hour_is_told_by_the_clock_that_was_asked_for(sentence: str, question: str, found: list[str]) -> None:
    assert keys(sentence, question) == found


@pytest.mark.parametrize(
    ("sentence", "question", "found"),
    [
        ("融資50億円のうち25億円を上限に銀行が保証します。", "銀行の保証は最大でいくらですか", ["JPY:2500000000"]),
        ("50億円の融資を銀行が保証します。", "銀行の保証は最大でいくらですか", ["JPY:5000000000"]),
        ("The bank guarantees USD 5 up to a cap of USD 2.", "How much does the bank guarantee at most?", ["USD:2"]),
        ("It won 2 of the 4 contracts that the city gave.", "How many contracts did it win?", ["item:2"]),
        ("It won 2 of the 4 contracts that the city gave.", "How many contracts were given in total?", ["item:4"]),
        ("The staff of the builder numbers about 300.", "How many people worked for the builder?", ["item:300"]),
        ("The burn lasted about 10 minutes.", "How long did the burn last?", ["minute-span:10"]),
        ("The burn lasted about 10 minutes.", "How many days did the burn last?", []),
        ("The shares were first traded at a first price of 10 dollars.", "What was the offer price?", []),
        ("The shares were first traded at a first price of 10 dollars.", "What was the first price?", ["USD:10"]),
    ],
)  # fmt: skip
def test_the_most_a_part_a_count_and_a_length_of_time_are_each_told_by_their_own_words(
    sentence: str, question: str, found: list[str]
) -> None:
    assert keys(sentence, question) == found


def test_what_a_title_says_of_something_else_is_no_value_of_it() -> None:
    title = "Bridge opening moves to 2026; branch office opens in Otaru"
    assert keys(title, "When does the branch office in Otaru open?") == []
    assert keys(title, "When is the opening of the bridge?") == ["2026"]


@pytest.mark.parametrize(
    ("sentence", "question", "found"),
    [
        (
            "The number of shares in the tender was then amended to up to 12,500,000, and was finally 10,250,000.",
            "What was the number of shares in the tender?",
            ["item:12500000", "item:10250000"],
        ),
        ("The staff of Hamanasu numbered about 200 as of May 2025.", "How many people work at Hamanasu?", ["item:200"]),
        ("Hamanasu has 240 employees.", "What is the number of Hamanasu staff?", ["item:240"]),
        ("The number of piers is fixed; the bridge is 300 long.", "How many people work at Hamanasu?", []),
    ],
)
def test_a_figure_counts_what_the_sentence_gives_the_number_of(sentence: str, question: str, found: list[str]) -> None:
    assert keys(sentence, question) == found


def test_days_on_which_several_things_were_announced_are_none_of_the_signing() -> None:
    announced = "橋本建設は、吊橋の契約を2021年4月14日に、歩道橋の契約を2021年5月27日に発表しています。"
    assert keys(announced, "歩道橋の契約はいつ結ばれましたか") == []
    assert "2021-05-27" in keys(announced.replace("発表", "締結"), "歩道橋の契約はいつ結ばれましたか")
