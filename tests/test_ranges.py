"""Ranges: two dates that bound a range, and two of which one takes the place of the other, are told apart."""

from __future__ import annotations

import pytest

from corpus.ranges import joint, range_of
from corpus.values import values

MOVES = [
    "2027年5月から2027年8月へと変更しました。",
    "打ち上げを2026年から2027年に変更しました。",
    "2027年5月から2027年8月へ延期します。",
    "当初の2027年5月から2027年8月に見直しました。",
    "当初予定していた2027年5月から2027年8月となります。".replace("となり", "に"),
    "2027年5月から2027年8月に打ち上げ時期を変更します。",
    "2027年5月頃から2027年8月以降に後ろ倒ししました。",
    "2027年5月※1から2027年8月※2へと再設定しました。",
    "2027年5月より2027年8月まで延期されました。",
    "打ち上げ時期の変更：2027年5月から2027年8月",
    "打ち上げ時期：2027年5月 → 2027年8月",
    "2027年5月から2027年8月へ。",
    "2027年5月から2027年8月にずれ込む見込みです。",
    "The launch was moved from May 2027 to August 2027.",
    "The launch has been postponed from May to August 2027.",
    "It postponed its landing from early 2027 to late 2027 or later.",
    "The date slipped from May 2027 until August 2027.",
    "a change of the schedule from May 2027 to August 2027",
    "The plan is revised from May 2027 -> August 2027.",
]
RANGES = [
    "2027年5月から2027年8月まで実施します。",
    "2027年5月から8月まで続きます。",
    "2027年5月から8月にかけて行います。",
    "2027年5月〜8月に打ち上げます。",
    "2027年5月から2027年8月の間に着陸します。",
    "当初の計画では2027年5月から2027年8月までの予定でした。",
    "2027年5月から2027年8月まで、運用します。",
    "between May 2027 and August 2027",
    "between May and August 2027",
    "The launch window runs from May to August 2027.",
    "We operate it from May 2027 to August 2027.",
    "The plan was changed: it now runs from May 2027 to August 2027.",
    "The postponed campaign lasts from May 2027 until August 2027.",
    "open May 2027 – August 2027",
]
NEITHER = [
    "2027年5月と2027年8月に打ち上げます。",
    "2027年5月に着陸し、2027年8月に終了します。",
    "in May 2027 and August 2027",
    "launched in May 2027, and landed in August 2027",
]


@pytest.mark.parametrize("text", MOVES)
def test_a_move_is_no_range(text: str) -> None:
    first, second = (value for value in values(text) if value.date)
    assert joint(text, first, second) == "move"
    assert range_of(text, second, [first, second]) is None


@pytest.mark.parametrize("text", RANGES)
def test_a_range_is_no_move(text: str) -> None:
    first, second = (value for value in values(text) if value.date)
    assert joint(text, first, second) == "range"
    assert range_of(text, first, [first, second]) == range_of(text, second, [first, second]) == (first, second)


@pytest.mark.parametrize("text", NEITHER)
def test_two_dates_side_by_side_are_two_dates(text: str) -> None:
    first, second = (value for value in values(text) if value.date)
    assert joint(text, first, second) is None
