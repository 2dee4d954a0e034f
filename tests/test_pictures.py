"""Pictures: who stands where, by place, by name and beside whom."""

from __future__ import annotations

import pytest

from assistant.answer import Turn
from assistant.assistant import Assistant


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("写真の左端の人は誰ですか", "西村里美"),
        ("写真で大森健一氏の右隣にいるのは誰ですか", "石川誠"),
        ("写真で大森健一氏の左隣にいるのは誰ですか", "西村里美"),
        ("写真の一番右の人は誰ですか", "石川誠"),
    ],
)
def test_one_is_told_by_the_place_or_by_who_stands_beside(bridges: Assistant, question: str, name: str) -> None:
    answer = bridges.ask(question)
    assert answer.status == "answered"
    assert answer.short_answer == name


def test_both_neighbours_are_told_where_no_side_is_named(bridges: Assistant) -> None:
    answer = bridges.ask("写真で大森健一氏の隣にいるのは誰ですか")
    assert "西村里美" in answer.short_answer
    assert "石川誠" in answer.short_answer


def test_nobody_stands_beyond_the_last_one(bridges: Assistant) -> None:
    assert bridges.ask("写真で石川誠氏の右隣にいるのは誰ですか").status == "not_found"


def test_the_next_one_is_told_after_the_one_at_the_end(bridges: Assistant) -> None:
    history = [Turn("user", "写真の左端の人は誰ですか"), Turn("assistant", "CFOの西村里美です。")]
    assert bridges.ask("そのすぐ右隣の人は誰ですか", history=history).short_answer == "大森健一"
    shown = [Turn("user", "Who is at the far right of the photo?"), Turn("assistant", "Makoto Ishikawa.")]
    assert "大森健一" in bridges.ask("And who is the person right next to him?", history=shown).answer
