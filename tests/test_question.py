"""Understanding: language, the kind of answer, needs, scope, labels."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.labels import conflict, labels
from assistant.question import understand


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("打ち上げはいつですか", "date"),
        ("When did the lander land?", "date"),
        ("調達額はいくらですか", "money"),
        ("How much did the company borrow?", "money"),
        ("社員は何人いますか", "quantity"),
        ("How many satellites will be deployed?", "quantity"),
        ("How heavy is the rover?", "quantity"),
        ("契約に署名したのは誰ですか", "person"),
        ("Which bank granted the loan?", "organisation"),
        ("会議はどの都市で開かれましたか", "place"),
        ("失敗の原因は何ですか", "reason"),
        ("Was the mission successful?", "yes_no"),
        ("着陸は成功しましたか", "yes_no"),
        ("ロケットと衛星のどちらを使いますか", "choice"),
        ("Is it built by the parent or the subsidiary?", "choice"),
        ("打ち上げ時期はどのように変わりましたか", "history"),
        ("How did the launch date change?", "history"),
        ("打ち上げは何回延期されましたか", "change_count"),
        ("写真の右端は誰ですか", "people_in_picture"),
        ("What does footnote ii qualify?", "footnote"),
        ("これは誰のコメントですか", "speaker"),
    ],
)
def test_the_kind_of_answer_is_told_from_the_words(text: str, want: str) -> None:
    assert understand(text).want == want


def test_full_width_and_half_width_digits_make_the_same_needs() -> None:
    typed, plain = understand("ミッション２の着陸"), understand("ミッション2の着陸")
    assert [need.terms for need in typed.needs] == [need.terms for need in plain.needs]


def test_a_listed_name_typed_in_hiragana_is_found() -> None:
    assert any("@regolith" in need.terms for need in understand("れごりすは誰のものですか").needs)


def test_words_that_only_name_the_kind_of_answer_say_little() -> None:
    factors = {need.text: need.factor for need in understand("契約の金額はいくらですか").needs}
    assert factors["契約"] == 1.0
    assert factors["金額"] < 0.5


def test_as_of_is_the_last_day_of_the_stated_period() -> None:
    assert understand("2022年9月時点で打ち上げはいつの予定でしたか").as_of == dt.date(2022, 9, 30)
    assert understand("As of July 2022, how much had it raised?").as_of == dt.date(2022, 7, 31)


def test_each_of_several_labels_is_a_question_of_its_own() -> None:
    assert len(understand("Who led each of the Series A, Series B and Series C rounds?").siblings) == 3
    assert understand("Did Mission 1 and Mission 2 land?").siblings == ()


def test_labels_are_the_same_in_both_languages() -> None:
    assert labels("ミッション１") == labels("Mission 1") == {"mission:1"}
    assert labels("2つ目の契約") == labels("the second contract") == {"ordinal:2"}


def test_a_label_conflicts_only_with_another_of_its_kind() -> None:
    assert conflict(labels("Mission 1"), labels("Mission 2 landed"))
    assert not conflict(labels("Mission 1"), labels("Missions 1 and 2 landed"))
    assert not conflict(labels("Mission 1"), labels("Success 9 was not reached"))


def test_dates_and_amounts_are_no_labels() -> None:
    assert labels("On June 6, USD 5 was paid in May 2024") == frozenset()


@given(st.text(max_size=300))
def test_any_text_is_understood_without_an_error(text: str) -> None:
    question = understand(text)
    assert question.language in ("ja", "en")
    assert question.wants


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("フェーズ2の橋の名前と長さは？", ("フェーズ2の橋の名前は？", "フェーズ2の橋の長さは？")),
        ("許可はいつ、どこの国の機関からですか", ("許可はいつ？", "許可はどこの国の機関からですか")),
        ("吊橋はいつ、どこから架けられましたか", ("吊橋はいつ架けられましたか", "吊橋はどこから架けられましたか")),
        ("When and where was the bridge opened?", ("When was the bridge opened?", "Where was the bridge opened?")),
        (
            "What are the name and the mass of the survey drone?",
            ("What are the name of the survey drone?", "What are the mass of the survey drone?"),
        ),
        ("橋の長さと幅は", ()),  # two measures: read_measures takes them
        ("日本とドイツの工場はどこですか", ()),
        ("What is the status of bridges and roads?", ()),
    ],
)
def test_two_things_asked_of_one_thing_are_two_questions(text: str, parts: tuple[str, ...]) -> None:
    assert understand(text).parts == parts


def test_the_last_figure_is_the_latest() -> None:
    question = understand("What was the last figure for its cumulative funding?")
    assert question.asks_latest
    assert question.want == "money"


def test_two_options_may_be_asked_one_after_the_other() -> None:
    assert understand("台船を使うのはフェーズ1ですか、フェーズ2ですか").options == ("フェーズ1", "フェーズ2")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2回目のミッションの打ち上げはいつ", "mission:2"),
        ("When is the fourth mission launched?", "mission:4"),
        ("３番目のミッションは", "mission:3"),
    ],
)
def test_the_nth_mission_is_the_one_of_that_number(text: str, label: str) -> None:
    assert label in understand(text).labels


def test_how_big_a_grant_is_asks_for_money() -> None:
    assert understand("How big is the grant of the prefecture?").want == "money"
    assert understand("How big is the bridge?").want != "money"


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("When the bridge was closed, how many people were on it?", "quantity"),
        ("How many people were on the bridge when it was closed?", "quantity"),
        ("When was the bridge closed?", "date"),
        ("When exactly was the bridge closed?", "date"),
        ("Opening of the bridge when?", "date"),
        ("launch date of the ferry?", "date"),
        ("On what exact day does the bridge open?", "date"),
        ("渡船の打ち上げ日は？", "date"),
        ("吊橋の完成予定日は？", "date"),
        ("契約の締結日を教えてください", "date"),
        ("What is the update of the ferry?", "definition"),
        ("点検の開始日程は？", "free"),
        ("点検の実施日数は？", "free"),
        ("How high is the tower?", "quantity"),
        ("社員の名前は？", "person"),
        ("責任者の名前を教えて", "person"),
        ("水中ロボットの名前は？", "free"),
        ("ticket price for the ferry?", "money"),
        ("ferry premium seats for tickets were sold", "free"),
        ("元請けはどこですか", "organisation"),
        ("吊橋の発注者はどこですか", "organisation"),
        ("吊橋の発注者はどこにいますか", "place"),
        ("吊橋の工場はどこですか", "place"),
        ("Did the bridge open or nah?", "yes_no"),
        ("Is the work going on or has it ended?", "yes_no"),
        ("Is it a ferry or a bridge?", "choice"),
        ("What is the survey of the port, whose crew Harbor Ltd leads, meant to find?", "free"),
        ("What was lost in the storm, and by whom was it found?", "person"),
        ("Which Canadian company supplies the cameras?", "organisation"),
        ("Which other companies won a contract?", "organisation"),
        ("吊橋を支援する機関はどこですか", "organisation"),
        ("吊橋を作った会社はどこで設立されましたか", "place"),
    ],
)
def test_a_noun_or_a_clause_may_say_what_is_asked(text: str, want: str) -> None:
    assert understand(text).want == want


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("協力会社4社をすべて挙げてください", 4),
        ("二つあげて", 2),
        ("予備の架設地点3か所は、それぞれ何という場所ですか", 3),
        ("Name the two countries that take part in the bridge", 2),
        ("In which three cities does it have offices?", 3),
        ("協力会社4社のうち、契約を結んだのはどこですか", 0),
        ("Which of the three signed a contract?", 0),
        ("What two million yen bought was a ferry; which one?", 0),
        ("4つの契約の総額はいくらですか", 0),
    ],
)
def test_how_many_are_to_be_named_is_no_need(text: str, number: int) -> None:
    question = understand(text)
    assert question.so_many == number
    assert not number or not any(str(number) in need.text or need.text == "two" for need in question.needs)


def test_what_somebody_is_called_is_no_name_of_a_thing() -> None:
    assert understand("水中ロボットの名前は？").asks_name
    assert not understand("責任者の名前は？").asks_name


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("台船の速度は何キロですか", "km/h"),
        ("台船は何キロですか", "kg"),
        ("How fast is the ferry?", "km/h"),
        ("How heavy is the ferry?", "kg"),
        ("How high is the tower?", "m"),
        ("ドローンの高度は？", "km"),
        ("塔の高さは？", "m"),
    ],
)
def test_the_unit_is_that_of_the_measure(text: str, unit: str) -> None:
    assert understand(text).unit == unit


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("What opened in may 2021?", "2021-05"),
        ("What opened on 7 june 2021?", "2021-06-07"),
        ("What opened on sept. 7, 2021?", "2021-09-07"),
        ("What opened on 3rd march 2021?", "2021-03-03"),
    ],
)
def test_months_may_be_written_small(text: str, date: str) -> None:
    assert [value.key for value in understand(text).given] == [date]


@pytest.mark.parametrize("text", ["The company may pay.", "In which march did they play?", "Who sept?"])
def test_a_small_word_without_a_number_is_no_month(text: str) -> None:
    assert understand(text).text == text


@pytest.mark.parametrize(
    ("text", "only"),
    [
        ("吊橋は自社だけで架けましたか", True),
        ("点検車を独自に開発しましたか", True),
        ("Did it build the bridge on its own?", True),
        ("Did it build the bridge by itself?", True),
        ("吊橋は自社で架けましたか", False),
        ("Does it own the bridge itself?", False),
    ],
)
def test_who_did_it_alone_is_asked_in_many_ways(text: str, *, only: bool) -> None:
    assert understand(text).says_only is only


@pytest.mark.parametrize(
    ("text", "term"),
    [
        ("5月3日に何がありましたか", "#md:05-03"),
        ("What opened on June 7?", "#md:06-07"),
        ("What opened on the 7th of June?", "#md:06-07"),
    ],
)
def test_a_day_without_a_year_is_asked_for_in_earnest(text: str, term: str) -> None:
    (day,) = (need for need in understand(text).needs if need.is_number)
    assert (day.terms, day.factor) == ((term,), 1.0)


@pytest.mark.parametrize(
    "text", ["2024年6月7日に何がありましたか", "What opened on June 7, 2024?", "7 June 2024 opening"]
)
def test_a_day_with_a_year_is_the_day_of_that_year(text: str) -> None:
    (day,) = (need for need in understand(text).needs if need.is_number)
    assert "#d:2024-06-07" in day.terms


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("What opened in spring 2023?", {3, 4, 5}),
        ("What opened in late 2023?", {9, 10, 11, 12}),
        ("What opened in 2023?", set()),
        ("What opened in April 2023?", set()),
    ],
)
def test_a_part_of_a_year_is_any_of_its_months(text: str, months: set[int]) -> None:
    (time,) = (need for need in understand(text).needs if need.is_number)
    assert {term for terms in time.alternatives for term in terms} == {f"#d:2023-{month:02}" for month in months}


def test_small_talk_says_little_and_the_rest_of_the_question_much() -> None:
    question = understand("hey guys, honestly, when did the bridge open pls")
    assert [need.text for need in question.needs if need.factor >= 1] == ["bridge", "open"]
    japanese = understand("ちょっと気になるんですが、吊橋の開通って本当はいつでしたっけ")
    assert [need.text for need in japanese.needs if need.factor >= 1] == ["吊橋", "開通"]


def test_to_list_shares_is_something_that_a_company_does_and_to_list_the_parts_is_not() -> None:
    assert "listed" in [need.text for need in understand("When did the company list its shares?").needs]
    assert "listed" not in [need.text for need in understand("List the parts of the bridge").needs]


def test_what_is_shouted_is_read_as_if_it_were_said() -> None:
    question = understand("WHICH COUNTRY LEADS THE JAXA PROGRAM?")
    assert question.want == "place"
    assert question.text == "which country leads the JAXA program?"
    assert understand("What does NASA pay?").text == "What does NASA pay?"


def test_a_statement_before_the_question_asks_nothing_itself() -> None:
    question = understand("The opening of Phase 2 carries a footnote; as of which month was it assumed?")
    assert not question.parts
    assert "as_of" in question.wants


def test_a_day_with_an_hour_of_the_day_behind_it_asks_for_no_day() -> None:
    assert understand("2024年10月28日時点の累計調達額はいくらですか").want == "money"


@pytest.mark.parametrize(
    "text",
    [
        "On which day, in Japan time, did the crane arrive?",
        "At what time in Japan did the crane arrive?",
        "At what time of day (UTC) did the crane arrive?",
        "クレーンは日本時間で何時に到着しましたか",
    ],
)
def test_the_clock_by_which_an_hour_is_told_is_no_thing_that_is_asked_about(text: str) -> None:
    firm = {need.text for need in understand(text).needs if need.is_firm}
    assert len(firm) == 2, firm


@pytest.mark.parametrize(
    ("text", "country", "says_much"),
    [
        ("What does Japan's Space Resources Act allow?", "Japan", False),
        ("日本のMETIの補助金はいくらですか", "日本", False),
        ("When does Japan's new bridge open?", "Japan", True),
        ("日本の橋はいつ開通しますか", "日本", True),
    ],
)
def test_the_country_before_a_name_that_says_it_all_says_little(text: str, country: str, *, says_much: bool) -> None:
    need = next(need for need in understand(text).needs if need.text == country)
    assert need.is_firm is says_much


@pytest.mark.parametrize(
    ("text", "want", "unit"),
    [
        ("What was the last day on which it could open?", "date", ""),
        ("How large were the contracts in total?", "money", ""),
        ("About how long did the burn last?", "quantity", "year-span"),
        ("最高速度は、時速何キロですか", "quantity", "km/h"),
    ],
)
def test_a_last_day_a_sum_of_contracts_a_length_of_time_and_a_speed_are_asked_in_these_words(
    text: str, want: str, unit: str
) -> None:
    question = understand(text)
    assert (question.want, question.unit) == (want, unit)
    assert len(question.units) <= 1


def test_how_much_cargo_is_no_sum_of_money() -> None:
    question = understand("How much payload can the lander take?")
    assert (question.want, question.unit) == ("quantity", "kg")
    assert understand("How much did they pay?").want == "money"


def test_what_something_weighs_is_no_money_however_long_its_name_is() -> None:
    assert understand("How much does the small survey drone of the second bridge of Phase 2 weigh?").want == "quantity"
