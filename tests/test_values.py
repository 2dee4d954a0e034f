"""Values have one key however they are written, and say nothing that the text does not."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.announcement import Language
from corpus.dates import PartialDate
from corpus.say import say
from corpus.units import UNITS
from corpus.values import Value, fold, values

SPOKEN_ON = PartialDate(2022, 9, 22)


def keys(text: str, context: PartialDate | None = None) -> list[str]:
    return [value.key for value in values(text, context=context)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("令和4年9月22日", ["2022-09-22"]),
        ("令和元年5月", ["2019-05"]),
        ("R4.9.22", ["2022-09-22"]),
        ("version R4.9.22.1", []),
        ("R4.13.22", []),
        ("２０２２年１１月", ["2022-11"]),
        ("2022年13月40日", []),
        ("2023年2月30日", []),
        ("2022.11", []),
        ("2022/11/9", ["2022-11-09"]),
        ("08/16/2023", ["2023-08-16"]),
        ("08/09/2023", []),
        ("Sept. 22, 2022", ["2022-09-22"]),
        ("22nd of September, 2022", ["2022-09-22"]),
        ("Thursday, September 22, 2022", ["2022-09-22"]),
        ("we may 2 and they march 3", []),
        ("part 2022-A, $2022, 2,022 and 12022", ["USD:2022"]),
    ],
)
def test_a_date_has_one_key_however_it_is_written(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年3月期第2四半期", ["2023-03-FY-Q2"]),
        ("2023年3月期", ["2023-03-FY"]),
        ("2023年度第２四半期", ["2023-FY-Q2"]),
        ("second quarter of fiscal 2023", ["2023-FY-Q2"]),
        ("fiscal year ended March 31, 2023", ["2023-03-FY"]),
        ("FY2023/3", ["2023-03-FY"]),
        ("Q2 FY24", ["2024-FY-Q2"]),
        ("2022年第4四半期", ["2022-Q4"]),
        ("Q4 2022", ["2022-Q4"]),
        ("the fourth quarter of 2022", ["2022-Q4"]),
        ("2024年後半", ["2024-H2"]),
        ("the second half of 2024", ["2024-H2"]),
        ("2019年末ごろ", ["2019-end"]),
        ("the end of 2019", ["2019-end"]),
        ("mid-2020", ["2020-mid"]),
        ("2023年4月下旬", ["2023-04-late"]),
        ("2024年冬", ["2024-winter"]),
    ],
)
def test_a_vague_date_stays_as_vague_as_it_was(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2022年11月9日から15日", ["2022-11-09", "2022-11-15"]),
        ("2022年11月9日～11月15日", ["2022-11-09", "2022-11-15"]),
        ("2022年12月20日から1月10日", ["2022-12-20", "2023-01-10"]),
        ("9–15 November 2022", ["2022-11-09", "2022-11-15"]),
        ("moving the launch of Mission 1 to 22 November 2022", ["2022-11-22"]),
        ("November 9 and 15, 2022", ["2022-11-09", "2022-11-15"]),
        ("from November 28 to December 3, 2022", ["2022-11-28", "2022-12-03"]),
        ("from December 28 to January 3, 2023", ["2022-12-28", "2023-01-03"]),
        ("2022-2023", ["2022", "2023"]),
    ],
)
def test_a_range_is_two_dates_each_in_its_own_year(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("本日発表しました", ["2022-09-22"]),
        ("昨日", ["2022-09-21"]),
        ("年内に", ["2022"]),
        ("来年3月", ["2023-03"]),
        ("昨年12月4日", ["2021-12-04"]),
        ("先月", ["2022-08"]),
        ("11月28日", ["2022-11-28"]),
        ("1月5日", ["2023-01-05"]),
        ("today announced; next year", ["2022-09-22", "2023"]),
        ("on November 28", ["2022-11-28"]),
    ],
)
def test_a_relative_date_is_counted_from_the_day_on_which_the_text_spoke(text: str, expected: list[str]) -> None:
    assert keys(text, SPOKEN_ON) == expected


def test_nothing_is_guessed_where_no_date_says_the_year() -> None:
    assert keys("11月28日、本日、来年、on November 28, today") == []
    assert keys("本日", PartialDate(2022, 9)) == []
    assert keys("今月", PartialDate(2022)) == []


def test_the_same_day_and_year_are_those_just_named() -> None:
    assert keys("2022年11月22日に出発し、同日に着き、同年12月に戻る") == ["2022-11-22", "2022-11-22", "2022-12"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("約268億円", ["JPY:26800000000"]),
        ("95億円", ["JPY:9500000000"]),
        ("20億3,100万円", ["JPY:2031000000"]),
        ("1,234百万円", ["JPY:1234000000"]),
        ("３千万円", ["JPY:30000000"]),
        ("一億二千万円", ["JPY:120000000"]),
        ("△123百万円", ["JPY:-123000000"]),
        ("▲1.5億円", ["JPY:-150000000"]),
        ("1株につき871円", ["share:1", "JPY:871"]),
        ("数億円", []),
        ("億円単位", []),
        ("3次元、2元論", []),
        ("US$65M", ["USD:65000000"]),
        ("¥1.2 billion", ["JPY:1200000000"]),
        ("EUR 2.695m", ["EUR:2695000"]),
        ("26.8 billion yen", ["JPY:26800000000"]),
        ("two billion yen", ["JPY:2000000000"]),
        ("65 million U.S. dollars", ["USD:65000000"]),
        ("-$12.5 million", ["USD:-12500000"]),
    ],
)
def test_money_has_one_key_whatever_its_scale_and_script(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("約200名", ["person:200"]),
        ("About 20 engineers", ["person:20"]),
        ("4つの契約のうち2つ", ["contract:4", "item:2"]),
        ("four contracts", ["contract:4"]),
        ("三社", ["company:3"]),
        ("12者が新たに株主となり、応募は3団体", ["party:12", "party:3"]),
        ("6者の投資家", ["party:6"]),
        ("12 new shareholders and six other investors", ["party:12", "party:6"]),
        ("12 Japanese companies", ["company:12"]),
        ("a two-year contract", ["year-span:2"]),
        ("5年契約", ["year-span:5"]),
        ("▲5.0％", ["percent:-5"]),
        ("100万人", ["person:1000000"]),
        ("1.2 million shares", ["share:1200000"]),
        ("15時17分、午後3時、8:00 a.m.", ["15:17", "15:00", "08:00"]),
    ],
)
def test_a_count_has_one_key_in_digits_kanji_and_words(text: str, expected: list[str]) -> None:
    assert keys(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "ten Mission 1 milestones", "Mission 1 and the company", "Series 3 lander", "1つ目の契約", "第1回", "2回目",
        "同一人物", "ミッション1", "第三者", "ISO 9001 m", "see Section 4 members", "HAKUTO-R1", "2機関", "3社長",
        "二者択一", "三者間契約", "第三者割当", "両者", "数者",
    ],
)  # fmt: skip
def test_an_identifier_is_no_quantity(text: str) -> None:
    assert keys(text) == []


@settings(deadline=None)
@given(st.text(), st.none() | st.builds(lambda day: PartialDate(day.year, day.month, day.day), st.dates()))
def test_values_lie_in_the_text_in_order_and_apart(text: str, context: PartialDate | None) -> None:
    found = values(text, context=context)
    places = [place for value in found for place in (value.start, value.end)]
    assert places == sorted(places)
    assert all(0 <= value.start < value.end <= len(text) for value in found)
    assert len(fold(text)) == len(text)


pieces = st.lists(
    st.sampled_from([
        *"0123456789年月日期第四半億万百円ドル△-–~,./:() ", "2022", "Nov ", "May", "from ", " to ", "Q", "FY", "本日",
        "同日", "R4.", "m", "%",
    ]),
    max_size=30,
).map("".join)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(pieces, st.sampled_from([None, SPOKEN_ON, PartialDate(1, 1, 1), PartialDate(9999, 12, 31)]))
def test_no_mixture_of_date_and_money_signs_makes_it_stumble(text: str, context: PartialDate | None) -> None:
    for value in values(text, context=context):
        assert text[value.start : value.end].strip()
        assert (value.date is not None) == (value.kind == "date")


days = st.dates(dt.date(1900, 1, 1), dt.date(2150, 12, 31))
date_values = st.one_of(
    st.tuples(days, st.integers(1, 3), st.just("")),
    st.tuples(days, st.just(1), st.sampled_from([
        "Q1", "Q4", "H1", "H2", "early", "mid", "late", "end", "spring", "summer", "autumn", "winter", "FY", "FY-Q3",
        "FY-H1", "FY-H2",
    ])),
    st.tuples(days, st.just(2), st.sampled_from(["early", "mid", "late", "end", "FY", "FY-Q1", "FY-Q4"])),
)  # fmt: skip


@settings(deadline=None)
@given(date_values, st.sampled_from(["ja", "en"]))
def test_a_date_said_in_either_language_reads_back(made: tuple[dt.date, int, str], language: Language) -> None:
    day, known, part = made
    date = PartialDate(day.year, *(day.month, day.day)[: known - 1])
    value = Value("date", 0, 0, f"{date}-{part}" if part else str(date), date=date, part=part)
    assert keys(say(value, language)) == [value.key]


amounts = st.decimals(0, 10**15, places=0) | st.decimals(0, 10**6, places=2)


@settings(deadline=None)
@given(
    amounts,
    st.sampled_from(["JPY", "USD", "EUR", "GBP", "CNY", "CAD", "AUD", "KRW"]),
    st.sampled_from(["ja", "en"]),
    st.booleans(),
)
def test_money_said_in_either_language_reads_back(amount: Decimal, code: str, language: Language, debit: bool) -> None:
    number = -amount if debit and amount else amount
    value = Value("money", 0, 0, f"{code}:{format(number.normalize(), 'f') if number else 0}", number=number, unit=code)
    assert keys(say(value, language)) == [value.key]


@settings(deadline=None)
@given(st.integers(0, 10**9), st.sampled_from(sorted(UNITS)), st.sampled_from(["ja", "en"]))
def test_a_quantity_said_in_either_language_reads_back(count: int, unit: str, language: Language) -> None:
    value = Value("quantity", 0, 0, f"{unit}:{count}", number=Decimal(count), unit=unit)
    assert keys(say(value, language)) == [value.key]
