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


def test_the_year_after_is_another_year_and_not_that_of_the_statement() -> None:
    before = after("What revenue was forecast for the fiscal year ending March 2024 as of 28 September 2023?")
    assert "March 2025 as of 28 September 2023" in stand_alone("And the year after?", before).query
    assert "2023年3月期の売上高" in stand_alone("では、前年は？", after("2024年3月期の売上高はいくらですか")).query


def test_another_measure_leaves_the_measure_before_behind() -> None:
    question = stand_alone("それは何グラムですか", after("点検ロボットの直径は？", "80mmです。"))
    assert "ロボット" in question.query
    assert "直径" not in question.query
