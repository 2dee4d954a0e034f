"""A thing in two states has values of its own in each: dry and fuelled, at first and later, by design and in fact."""

from __future__ import annotations

import pytest

from assistant.question import understand
from assistant.states import of_the_state_asked, state_spans
from corpus.values import values

MASS_JA = "クレーン船の計画上の質量は、乾燥質量が約1トン、燃料を含めた質量が約3.5トンです。"
MASS_EN = "The planned mass of the crane ship is about 1 t dry and about 3.5 t wet."
LOAD_JA = "クレーン船の積載量は最大300kgで、将来は最大500kgを計画しています。"
LOAD_EN = "The ship is to carry up to 300 kg, and later up to 500 kg."
SONAR = "The sonar worked at 1 mile, instead of at the designed 2 miles."


@pytest.mark.parametrize(
    ("text", "question", "found"),
    [
        (MASS_JA, "クレーン船は、燃料を積んでいない状態で何トンですか", ["tonne:1"]),
        (MASS_JA, "クレーン船は、燃料を入れた状態で何トンですか", ["tonne:3.5"]),
        (MASS_JA, "クレーン船は何トンですか", ["tonne:1", "tonne:3.5"]),
        (MASS_EN, "How heavy is the crane ship without fuel?", ["tonne:1"]),
        (MASS_EN, "What does the crane ship weigh once it is filled with fuel?", ["tonne:3.5"]),
        ("The fuelled mass is 5 t.", "How heavy is the crane ship when empty?", []),
        (LOAD_JA, "クレーン船は最初は最大で何kg運べますか", ["kg:300"]),
        (LOAD_JA, "クレーン船は将来、最大で何kg運べますか", ["kg:300", "kg:500"]),
        (LOAD_EN, "How much can the ship carry at first?", ["kg:300"]),
        (SONAR, "From how far did the sonar actually work?", ["mile:1"]),
    ],
)
def test_a_value_of_the_other_state_is_none_of_what_was_asked(text: str, question: str, found: list[str]) -> None:
    measured = [value for value in values(text) if value.kind == "quantity"]
    assert [value.key for value in of_the_state_asked(text, measured, question)] == found


def test_the_words_that_tell_the_state_are_told_by_the_value_and_need_not_be_said_again() -> None:
    asked = "What does the crane ship weigh once it is filled with fuel?"
    (start, end), *_ = state_spans(asked)
    assert asked[start:end] == "filled with fuel"
    said = {need.text for need in understand(asked).needs if need.is_firm}
    assert not said & {"filled", "fuel"}
