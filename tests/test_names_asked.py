"""What something is called, what a name stands for, and which of a kind: a name beside the thing, or no answer."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.names import given_names
from tests.bridge_builder import notice, opened

SHIP = notice(
    "ship.ja",
    "2023-04-10",
    "ハマナス橋梁、点検用の水中ロボットを公開",
    "ハマナス橋梁株式会社は2023年4月10日、点検用の水中ロボット（潜水機）「ウミガラス」を公開しました。",
    "点検用の水中ロボットの質量は約42kgです。",
    "作業船は、函館の工場で組み立てられます。",
    "2号橋の点検は、2023年5月に始まる予定です。",
    "ハマナス橋梁は、保険金3億円を受領しました。",
    "保険料の金額は公表されていません。",
)
DRONE = notice(
    "drone.en",
    "2023-06-01",
    "Hamanasu Bridges shows its survey drone",
    "Hamanasu Bridges showed PETREL, the survey drone of Bridge 3, on 1 June 2023.",
    "The survey drone of Bridge 3 has a mass of 7 kg.",
    "The inspection of Bridge 3 is planned for 2024.",
    language="en",
)


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("names") / "data", [SHIP, DRONE])
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "name"),
    [("水中ロボットの名前は？", "ウミガラス"), ("What is the survey drone of Bridge 3 called?", "PETREL")],
)
def test_a_thing_is_called_by_the_name_beside_it(bridges: Assistant, question: str, name: str) -> None:
    assert bridges.ask(question).short_answer == name


def test_a_thing_without_a_name_gets_none(bridges: Assistant) -> None:
    assert bridges.ask("作業船の名前は何ですか").status == "not_found"


@pytest.mark.parametrize(("question", "short"), [("ウミガラスの重さは？", "約42kg"), ("How heavy is PETREL?", "7 kg")])
def test_what_is_said_of_the_thing_answers_for_its_name(bridges: Assistant, question: str, short: str) -> None:
    answer = bridges.ask(question)
    assert answer.short_answer == short
    # What the name stands for is quoted too.
    assert any(question.split("の")[0] in one.quote or "PETREL" in one.quote for one in answer.citations)


def test_which_of_a_kind_needs_one_of_the_kind(bridges: Assistant) -> None:
    assert bridges.ask("2号橋の点検にはどのクレーンが使われますか").status == "not_found"


def test_half_of_a_compound_is_not_what_was_asked(bridges: Assistant) -> None:
    assert "3億円" not in bridges.ask("保険料はいくらですか").answer
    assert bridges.ask("保険金はいくらですか").short_answer == "3億円"
    assert bridges.ask("ハマナス橋梁の監査法人はどこですか").status == "not_found"


BASE = notice(
    "base.en",
    "2023-07-01",
    "Hamanasu Bridges to open a yard in Portugal",
    "Hamanasu Bridges plans to open a fourth yard in Portugal, after Otaru, Denver and Luxembourg.",
    "The PETREL drone made its first flight over the river Douro.",
    "The last flight of the drone was on 3 May 2023, and the yearly fee for each share of the yard is 12 million yen.",
    language="en",
)


@pytest.mark.parametrize(
    "question",
    [
        "Who will lead Hamanasu Bridges Portugal?",
        "What was the dividend per share in 2023?",
        "Did the PETREL drone land on the Moon?",
        "PETRELの船長の年収は？",
    ],
)
def test_who_is_named_in_a_question_is_not_what_it_asks(
    tmp_path_factory: pytest.TempPathFactory, question: str
) -> None:
    assistant = opened(tmp_path_factory.mktemp("base") / "data", [SHIP, DRONE, BASE])
    try:
        assert assistant.ask(question).status == "not_found"
    finally:
        assistant.close()


ISSUE = notice(
    "issue.en",
    "2024-05-20",
    "Hamanasu Bridges fixes its share issue",
    "Hamanasu Bridges issues 500,000 shares in its overseas offering of May 2024.",
    "The overseas offering of Hamanasu Bridges in May 2024 was first planned, on 2 May 2024, at up to 900,000 shares.",
    language="en",
)


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ("How many shares did Hamanasu Bridges issue in the overseas offering of May 2024?", "500,000"),
        ("How many shares were first planned for the overseas offering of May 2024?", "900,000"),
    ],
)
def test_a_plan_that_was_left_is_no_answer_but_to_what_was_planned_at_first(
    tmp_path: Path, question: str, count: str
) -> None:
    with closing(opened(tmp_path / "data", [ISSUE])) as assistant:
        assert count in assistant.ask(question).answer.split("\n")[0]


def test_what_is_said_of_a_name_answers_only_what_was_asked(bridges: Assistant) -> None:
    assert bridges.ask("How deep did PETREL dive when the cable broke?").status == "not_found"


def test_a_code_is_written_in_figures(bridges: Assistant) -> None:
    assert bridges.ask("ハマナス橋梁の証券コードは何ですか").short_answer in ("", None)


MEMBERS = notice(
    "members.ja",
    "2023-09-01",
    "ハマナス橋梁、河口橋の計画を公表",
    "河口橋の新たな協力会社は、2023年9月1日時点で、白樺鋼構株式会社、北見測量株式会社、函館塗装株式会社です。",
    "ハマナス橋梁は、北海道、青森県、宮城県の3拠点で活動しています。",
    "河口橋の架設地点のほかに、予備の架設地点が2か所示されています。",
)


@pytest.fixture(scope="module")
def members(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("members") / "data", [SHIP, MEMBERS])
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("2023年9月に河口橋の新しい協力会社となった3社をすべて挙げてください", "函館塗装"),
        ("In which three prefectures does Hamanasu Bridges have its bases?", "青森"),
    ],
)
def test_how_many_are_to_be_named_need_not_be_said(members: Assistant, question: str, name: str) -> None:
    assert name in members.ask(question).answer


@pytest.mark.parametrize(
    "question",
    [
        "河口橋の予備の架設地点2か所は、それぞれ何という場所ですか",
        "Which two spare sites are there for the Kako bridge?",
    ],
)
def test_that_there_are_two_names_neither(members: Assistant, question: str) -> None:
    assert not any("2か所" in one.quote for one in members.ask(question).citations)


CALLED = notice(
    "called.ja",
    "2023-11-01",
    "ハマナス橋梁、ポルトガルに拠点",
    "ハマナス橋梁のポルトガルの新しい拠点の名称は、「Hamanasu Porto」（仮称）です。",
    "2号橋の進水には、北見大学のKamome Survey 2が同乗しました。",
    "2012年に設立し、橋梁競技会の決勝に残った5チームのうちの1チームである「HAMAYURI」を運営。",
    "2号橋のクレーンのモーターを「IRUKA」に変更しました。",
    "架橋の催しは、22の協力会社との契約が2023年12月に満了することに伴って終了します。",
    "北見大学の研究所は、歩道橋の点検を支援します。ハマナス橋梁の社長は大森健一です。",
)


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("called") / "data", [SHIP, CALLED])
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("ハマナス橋梁がポルトガルに設ける会社は、仮に何という名前で呼ばれていますか", "Hamanasu Porto"),
        ("2号橋の進水で、北見大学の何という機体が一緒に運ばれましたか", "Kamome Survey 2"),
        ("橋梁競技会の決勝に残ったチームの名称は何ですか", "HAMAYURI"),
        ("2号橋のクレーンのモーターは、変更の結果、どの型になりましたか", "IRUKA"),
        ("2023年12月に契約が満了した協力会社は何社ですか", "22"),
    ],
)
def test_a_name_or_a_number_beside_the_thing_answers(called: Assistant, question: str, name: str) -> None:
    assert name in called.ask(question).answer


def test_who_holds_a_post_is_not_told_where_only_the_office_is_named(called: Assistant) -> None:
    assert called.ask("北見大学の研究所の社長は誰ですか").status == "not_found"


CREW = notice(
    "crew.en",
    "2024-02-01",
    "Hamanasu Bridges and its partners",
    "On 1 February 2024 the team of Pier 7 consists of Otaru Steel as main builder, Rumoi Rope and Wakkanai Paint.",
    "Hamanasu Bridges announced on 1 February 2024 that it is part of the team of Pier 7, a pier of Rishiri Port.",
    'The main investor of Pier 7 is "First Harbor Investment Partnership", a vehicle of Kitami Fund.',
    "The two boats of Pier 7 are named Kamome and Umineko.",
    "The new yard of Hamanasu in Porto is tentatively named hamanasu Porto.",
    language="en",
)


@pytest.fixture(scope="module")
def crew(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("crew") / "data", [CREW])
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("Which companies are in the team of Pier 7? List all of them.", "Wakkanai Paint"),
        ("What are the names of the two boats of Pier 7?", "Umineko"),
    ],
)
def test_a_list_is_not_one_of_them(crew: Assistant, question: str, told: str) -> None:
    assert told in crew.ask(question).answer.split("\n")[0]


def test_which_others_there_are_is_not_told_by_a_subsidiary(crew: Assistant) -> None:
    answer = crew.ask("Besides Hamanasu Bridges, which companies have a yard in Porto?")
    assert not any("hamanasu Porto" in one.quote for one in answer.citations)


def test_half_of_a_quoted_name_is_nobody(crew: Assistant) -> None:
    assert crew.ask("Who is the main investor of Pier 7?").short_answer != "Investment Partnership"


def test_a_name_may_begin_with_a_small_letter() -> None:
    text = "The new yard is tentatively named hamanasu Porto."
    assert [text[start:end] for start, end in given_names(text)][:1] == ["hamanasu Porto"]
