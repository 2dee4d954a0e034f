"""Conversation: a follow-up stands alone; a new topic starts anew."""

from assistant.answer import Turn
from assistant.conversation import stand_alone


def after(question: str, answer: str = "…") -> list[Turn]:
    return [Turn("user", question), Turn("assistant", answer)]


def test_the_second_one_exchanges_the_ordinal() -> None:
    question = stand_alone("And the second one?", after("When is the first contract's launch?"))
    assert question.query == "When is the second contract's launch?"


def test_the_other_one_exchanges_the_ordinal_in_japanese() -> None:
    question = stand_alone("では、もう一方の契約は？", after("1つ目の契約の打ち上げはいつですか"))
    assert "2つ目の契約" in question.query
    assert question.want == "date"


def test_another_mission_keeps_what_was_asked() -> None:
    question = stand_alone("ミッション3は？", after("ミッション2の打ち上げはいつですか"))
    assert question.want == "date" or "ミッション3" in question.query
    leaning = stand_alone("では、ミッション3は？", after("ミッション2の打ち上げはいつですか"))
    assert leaning.query == "ミッション3の打ち上げはいつですか"


def test_that_rover_carries_what_was_said_of_the_rover() -> None:
    before = after("Who made the scoop on the Mission 2 micro rover?")
    question = stand_alone("And how much does that rover weigh?", before)
    carried = {need.text for need in question.needs if need.carried}
    assert "Mission 2" in carried
    assert "scoop" not in carried


def test_a_new_topic_takes_nothing_from_before() -> None:
    question = stand_alone("ミッション3のランダーの名称は何ですか", after("シンジケートローンの金額はいくらですか"))
    assert not any(need.carried for need in question.needs)


def test_without_history_a_question_is_itself() -> None:
    assert stand_alone("いつですか", []).query == "いつですか"
