"""What a question counts: the counter of 何…, years, any number, or nothing."""

from __future__ import annotations

import pytest

from assistant.counts import counted


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("代わりの砲は何インチですか", "口径8インチの砲"),
        ("何世紀頃の絵ですか", "これは19世紀の作品である"),
        ("第何軍が戦いましたか", "第5軍は苦戦した"),
        ("事故では何人が負傷しましたか", "百二十人が負傷した"),
        ("吊橋はいつ開通しましたか", "1998年に開通した"),
        ("What year did it open?", "It opened in 1998."),
        ("How many people work there?", "It has forty, or perhaps ten, employees."),
    ],
)
def test_a_text_that_says_what_is_counted_is_found(question: str, text: str) -> None:
    pattern = counted(question)
    assert pattern is not None
    assert pattern.search(text)


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("代わりの砲は何インチですか", "口径203mmの砲"),
        ("第何軍が戦いましたか", "ドイツ軍は3年戦った"),
        ("What year did it open?", "It opened with 12 lanes."),
        ("How many people work there?", "Many people work there."),
    ],
)
def test_another_unit_or_no_number_is_not_it(question: str, text: str) -> None:
    pattern = counted(question)
    assert pattern is not None
    assert not pattern.search(text)


@pytest.mark.parametrize(
    "question", ["何がありますか", "何故ですか", "何処で作られましたか", "Who built it?", "", "何"]
)
def test_a_question_that_counts_nothing_has_no_pattern(question: str) -> None:
    assert counted(question) is None
