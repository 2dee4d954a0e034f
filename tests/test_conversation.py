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
    carried = {need.text for need in question.needs}
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


def test_that_lander_is_the_one_that_was_answered() -> None:
    before = after("Which ferry will serve Phase 3?", "The ferry is Kamome 2, which took the place of Tsuru.")
    question = stand_alone("And how many passengers can that ferry carry?", before)
    assert any("Kamome" in need.text and not need.carried for need in question.needs)


def test_what_the_answer_named_may_also_go_by_what_was_asked_of_it() -> None:
    before = after("Which lander will Mission 4 use?", "The Series 3 lander.")
    question = stand_alone("How tall is it planned to be?", before)
    assert {"mission:4"} & {term[1:] for need in question.needs for terms in need.alternatives for term in terms}


def test_that_office_is_in_the_place_that_was_answered() -> None:
    question = stand_alone("How many people work at that office?", after("Where did it open?", "In Oslo, Norway."))
    assert any(need.text == "Oslo" and not need.carried for need in question.needs)


def test_another_event_of_the_same_thing_is_asked_of_that_thing() -> None:
    question = stand_alone("では、閉鎖は何月の予定ですか", after("フェーズ2の開通はいつの予定ですか", "2028年です。"))
    assert any(need.text == "フェーズ2" and not need.carried for need in question.needs)
    assert question.labels == frozenset({"phase:2"})


def test_another_number_leaves_the_one_before_behind() -> None:
    before = after("フェーズ2の元請けはどこですか", "白樺鋼構です。")
    question = stand_alone("では、フェーズ3の元請けはどこですか", before)
    assert not any("フェーズ2" in need.text for need in question.needs)


def test_one_of_several_that_were_counted_need_not_be_counted_again() -> None:
    before = after("北見市の4つの契約の総額はいくらですか", "30億円です。")
    question = stand_alone("そのうち白樺鋼構が提案した金額はいくらですか", before)
    assert any(need.text == "契約" for need in question.needs)
    assert not any("4つ" in need.text for need in question.needs)


def test_a_phrase_is_exchanged_for_another_of_its_kind() -> None:
    before = after("Who spoke on behalf of the city?")
    assert stand_alone("And on behalf of the builder?", before).query == "Who spoke on behalf of the builder?"


def test_another_currency_is_no_other_case() -> None:
    assert "Phase B" in stand_alone("And in euros?", after("How much was raised in Phase B?")).query


def test_as_of_when_is_asked_of_the_figure_that_was_answered() -> None:
    before = after("What is the value of the contract of Phase 3?", "JPY 12.7 billion.")
    question = stand_alone("As of which date is that figure given?", before)
    assert any(need.carried and need.is_number and "12.7" in need.text for need in question.needs)


def test_it_is_what_was_asked_about_two_turns_before() -> None:
    history = [
        *after("フェーズ2の開通はいつの予定ですか", "2028年です。"),
        *after("それは何年の想定ですか", "2024年です。"),
    ]
    assert "フェーズ2" in stand_alone("その契約額はいくらですか", history).query


def test_who_stands_beside_the_one_before_is_asked_of_the_same_picture() -> None:
    question = stand_alone("そのすぐ右隣の人は誰ですか", after("写真の左端の人は誰ですか", "西村里美です。"))
    assert (question.want, question.position, question.beside) == ("people_in_picture", "left", (1,))


def test_from_which_company_points_at_nothing() -> None:
    before = after("橋には何が取り付けられていますか", "投光器が取り付けられています。")
    question = stand_alone("それを作ったのはどこの会社ですか", before)
    assert any(need.text == "投光器" for need in question.needs)


def test_that_mission_need_not_be_called_a_mission_where_its_number_stands() -> None:
    before = after("Which bridge does Phase 3 build?", "The Gull Bridge.")
    question = stand_alone("Where does that contract end?", [*before[:1], Turn("assistant", "A bridge.")])
    (kind,) = [need for need in question.needs if need.text == "contract"]
    assert kind.factor < 1
    assert "phase:3" in question.labels


def test_what_belongs_to_a_named_thing_is_asked_of_that_thing() -> None:
    before = after("When does the new base in Norway open?", "In 2031.")
    question = stand_alone("Who will be its managing director?", before)
    assert any(need.is_name and not need.carried for need in question.needs if "Norway" in need.text)


def test_when_one_event_comes_is_not_asked_of_the_other() -> None:
    question = stand_alone("では、閉鎖は何月ですか", after("フェーズ2の開通はいつですか", "2028年です。"))
    assert not any(need.text == "開通" for need in question.needs)


def test_an_answer_that_there_is_none_names_nothing() -> None:
    nothing = "The announcements do not state this. (Announcements up to 16 January 2026 by Hamanasu were searched.)"
    question = stand_alone("How heavy is that ferry?", after("Which ferry will serve Phase 9?", nothing))
    assert {need.text for need in question.needs if need.is_name or need.is_number} == {"Phase 9"}


def test_since_when_somebody_held_that_post_is_asked_of_the_post() -> None:
    before = after("Who was CEO of Hamanasu in 2023?", "Kenichi Omori.")
    question = stand_alone("Since when had he held that post?", before)
    assert not any(need.is_firm and not need.carried for need in question.needs)
    assert {"CEO", "Kenichi Omori"} <= {need.text for need in question.needs if need.is_firm}


def test_of_all_that_an_answer_names_the_one_beside_its_kind_is_meant() -> None:
    told = "Hamanasu Nordic, the unit in Norway, announced in Oslo that Phase 3 will use the ferry KAMOME. [1]"
    question = stand_alone("How heavy is that ferry?", after("Which ferry will serve Phase 3?", told))
    assert [need.text for need in question.needs if need.is_name and not need.carried] == ["KAMOME"]
