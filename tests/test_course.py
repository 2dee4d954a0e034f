"""What says how far back to look, or asks for the steps, is no name of anything; and a period is read from it."""

from __future__ import annotations

import datetime as dt

import pytest

from assistant.course import period_of
from assistant.question import understand
from assistant.wants import COURSE_ASKED


def firm(question: str) -> list[str]:
    return [need.text for need in understand(question).needs if need.is_firm]


@pytest.mark.parametrize(
    ("question", "named"),
    [
        ("Trace the opening year of Phase 2 from its first mention in May 2019 to the plan of June 2023.", ["opening", "Phase 2"]),
        ("How did the net loss develop from the original forecast through the revised forecast to the actual result?", ["net loss"]),
        ("How was the number of piles in the tender of March 2024 changed step by step?", ["piles", "tender", "March 2024"]),
        ("開通時期は、2019年末の当初計画から実際の開通まで、どう移り変わりましたか。", ["開通"]),
        ("鋼材の保険は、最初の協力の発表から保険金の受け取りまで、どのような経過をたどりましたか。", ["鋼材", "保険"]),
        ("従業員数は2018年以降、どのように増えましたか。", ["従業員数"]),
        ("How did the loan from Juniper Capital to Hamanasu grow?", ["loan", "Juniper Capital", "Hamanasu"]),
    ],
)  # fmt: skip
def test_only_what_each_step_has_to_name_is_asked_for(question: str, named: list[str]) -> None:
    assert understand(question).want == "history"
    assert firm(question) == named


@pytest.mark.parametrize(
    "question",
    [
        "How does the ferry exchange data with the harbour?",
        "Which tracking stations follow the ferry?",
        "How was the paint developed by Juniper?",
        "Which stage comes first?",
    ],
)
def test_what_only_sounds_like_a_change_asks_for_none(question: str) -> None:
    assert not COURSE_ASKED.search(question)
    assert understand(question).want != "history"


def test_the_first_of_several_plans_is_no_label_of_one() -> None:
    assert understand("How did Phase 2 slip, from the first plan to the opening?").labels == {"phase:2"}


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("How did it grow from August 2020 to July 2022?", dt.date(2020, 8, 1), dt.date(2022, 7, 31)),
        ("How did it change from February to November 2025?", dt.date(2025, 2, 1), dt.date(2025, 11, 30)),
        ("2025年2月から11月まで、どう増えましたか。", dt.date(2025, 2, 1), dt.date(2025, 11, 30)),
        ("2022年7月の発表と2023年9月の発表の間でどう変わりましたか。", dt.date(2022, 7, 1), dt.date(2023, 9, 30)),
        ("How has it changed since 2018?", dt.date(2018, 1, 1), dt.date.max),
        ("How has it changed?", dt.date.min, dt.date.max),
        ("How did it change between 2025 and 2019?", dt.date.min, dt.date.max),
    ],
)
def test_the_period_is_read_from_its_two_ends(question: str, first: dt.date, last: dt.date) -> None:
    assert period_of(question) == (first, last)
