"""A date is drawn over the days that it may mean: never as one day where a month was said."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.facts import FactValue
from corpus.period import Period, months_between, period


def dated(key: str, text: str = "") -> FactValue:
    return FactValue("date", 0, len(text), text or key, key)


@pytest.mark.parametrize(
    ("key", "first", "last"),
    [
        ("2024-02-29", "2024-02-29", "2024-02-29"),
        ("2022-12-11T16:38", "2022-12-11", "2022-12-11"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2023", "2023-01-01", "2023-12-31"),
        ("2022-Q4", "2022-10-01", "2022-12-31"),
        ("2022-H2", "2022-07-01", "2022-12-31"),
        ("2020-mid", "2020-05-01", "2020-08-31"),
        ("2024-winter", "2024-12-01", "2025-02-28"),
        ("2023-02-end", "2023-02-25", "2023-02-28"),
        ("2025-01-mid", "2025-01-11", "2025-01-20"),
        ("2022-11-09/2022-11-15", "2022-11-09", "2022-11-15"),
        ("2025-05-end/2025-06-early", "2025-05-25", "2025-06-10"),
        ("2026-03-FY", "2025-04-01", "2026-03-31"),
        ("2026-03-FY-Q1", "2025-04-01", "2025-06-30"),
        ("2026-03-FY-H2", "2025-10-01", "2026-03-31"),
        ("2025-12-FY", "2025-01-01", "2025-12-31"),
    ],
)
def test_a_date_means_the_days_that_it_was_said_for(key: str, first: str, last: str) -> None:
    assert period(dated(key)) == Period(dt.date.fromisoformat(first), dt.date.fromisoformat(last))


@pytest.mark.parametrize(
    "text", ["2027年以降", "最短で2022年11月", "早くて2022年11月", "2027 or later", "no earlier than 2027"]
)
def test_a_date_that_may_be_later_says_so(text: str) -> None:
    found = period(dated("2027", text))
    assert found is not None
    assert found.is_open
    assert not found.is_until


def test_the_end_of_a_range_is_no_limit_of_its_own() -> None:
    ranged = period(dated("2022-11-09/2022-11-15", "2022年11月9日から2022年11月15日まで"))
    until = period(dated("2022-11-15", "2022年11月15日まで"))
    assert ranged is not None
    assert until is not None
    assert (ranged.is_until, until.is_until) == (False, True)


def test_what_no_day_can_be_told_of_has_no_period() -> None:
    assert period(dated("2025-FY")) is None
    assert period(FactValue("name", 0, 4, "2024", "2024")) is None


@given(st.dates(dt.date(2000, 1, 1), dt.date(2040, 1, 1)), st.integers(-4000, 4000))
def test_a_delay_counts_back_and_forth_alike_and_is_told_only_where_it_is_sure(day: dt.date, days: int) -> None:
    one = Period(day, day)
    later = day + dt.timedelta(days)
    other = Period(later, later)
    there, back = months_between(one, other), months_between(other, one)
    assert there is not None
    assert back is not None
    assert there == -back
    assert abs(there * 30.4375 - days) <= 15.3
    vague = Period(later - dt.timedelta(5000), later + dt.timedelta(5000))
    assert months_between(one, vague) is None
