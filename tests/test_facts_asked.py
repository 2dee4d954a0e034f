"""Questions that facts answer, asked of the real assistant over announcements of missions that do not exist."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.facts_asked import topic_of
from assistant.question import understand
from tests.bridge_builder import notice, opened

NOTICES = (
    notice(
        "plan",
        "2020-03-02",
        "ミッション1とミッション2の計画",
        "ミッション1の打ち上げは2022年を予定しています。ミッション2の打ち上げは2023年を予定しています。",
        "ミッション1の主着陸地点は、うさぎ盆地です。",
    ),
    notice(
        "delay",
        "2021-05-20",
        "ミッション1の打ち上げを2023年に変更",
        "ミッション1の打ち上げは2023年※1に予定されています。ミッション1の打ち上げの従来の計画は、2022年でした。",
        "ミッション2のランダーの名称は、「つくし」です。",
        "※1 2021年5月20日時点の想定",
    ),
    notice(
        "steps",
        "2022-08-01",
        "ミッション1のマイルストーンを公表",
        "ミッション1のサクセス1は、打ち上げの準備です。\n\nミッション1のサクセス2は、分離です。\n\nミッション1のサクセス3は、着陸です。",
        "ミッション1の打ち上げは、最短で2023年4月を予定しています。",
    ),
    notice(
        "flown",
        "2023-06-09",
        "ミッション1のランダーを打ち上げ",
        "ミッション1のランダーは、2023年6月9日10時5分（日本時間）に打ち上げられました。",
    ),
    notice(
        "crash",
        "2023-09-30",
        "ミッション1の結果",
        "ミッション1は、3段階のマイルストーンのうち2段階に到達しました。ミッション1の月面着陸は達成されませんでした。",
        "ミッション2のランダーを「すぎな」に変更しました。ミッション2の契約総額は30億円です。",
    ),
    notice(
        "more",
        "2024-02-01",
        "ミッション2とミッション3の契約",
        "ミッション3の契約総額は45億円です。ミッション3の打ち上げは2028年を予定しています。",
    ),
)


@pytest.fixture(scope="module")
def moon(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("moon") / "data", NOTICES)
    assistant.index.catch_up(assistant.catalog)
    yield assistant
    assistant.close()


def cited(answer: Answer) -> list[str]:
    return [citation.announcement_id for citation in answer.citations]


def test_a_date_that_moved_is_told_in_the_order_in_which_it_moved(moon: Assistant) -> None:
    answer = moon.ask("ミッション1の打ち上げ時期はどのように変わりましたか")
    places = [answer.answer.index(said) for said in ("2022年", "2023年（", "2023年4月", "2023年6月9日10時5分")]
    assert places == sorted(places)
    assert cited(answer)[:4] == ["plan", "delay", "steps", "flown"]


def test_how_often_it_was_put_off_is_counted(moon: Assistant) -> None:
    assert moon.ask("ミッション1の打ち上げは何回延期されましたか").short_answer == "1回"


def test_what_holds_now_names_what_it_replaced_and_an_event_is_no_plan(moon: Assistant) -> None:
    answer = moon.ask("ミッション1はいつ打ち上げられましたか")
    assert (answer.short_answer, cited(answer)[0]) == ("2023年6月9日10時5分（日本時間）", "flown")
    assert "2023年4月" in [earlier.value.removeprefix("最短で") for earlier in answer.superseded]


def test_a_day_in_the_question_or_beside_it_gives_what_held_then(moon: Assistant) -> None:
    assert moon.ask("ミッション1の打ち上げはいつの予定ですか", as_of=dt.date(2020, 12, 31)).short_answer == "2022年"
    assert moon.ask("2021年末の時点で、ミッション1はいつ打ち上げる予定でしたか").short_answer == "2023年"
    assert moon.ask("ミッション1は当初いつ打ち上げる計画でしたか").short_answer == "2022年"


def test_a_name_that_changed_is_the_newest_one_or_all_in_turn(moon: Assistant) -> None:
    assert moon.ask("ミッション2のランダーの名前は何ですか").short_answer == "すぎな"
    changed = moon.ask("ミッション2のランダーはどう変わりましたか").answer
    assert changed.index("つくし") < changed.index("すぎな")


def test_milestones_are_counted_and_listed(moon: Assistant) -> None:
    counted = moon.ask("ミッション1のマイルストーンは何段階まで到達しましたか")
    assert (counted.short_answer, cited(counted)) == ("2段階", ["crash"])
    listed = moon.ask("ミッション1のマイルストーンをすべて教えてください").answer
    assert [name in listed for name in ("打ち上げの準備", "分離", "着陸")] == [True] * 3
    both = moon.ask("ミッション1のマイルストーンは全部でいくつあり、最後の段階は何でしたか").answer
    assert ("着陸" in both, "分離" in both) == (True, False)


def test_of_two_missions_the_one_with_the_larger_contract_is_named(moon: Assistant) -> None:
    assert moon.ask("契約総額が大きいのはミッション2とミッション3のどちらですか").short_answer == "ミッション3"


def test_a_list_of_all_missions_has_each_once(moon: Assistant) -> None:
    answer = moon.ask("ミッションの一覧を教えてください")
    assert cited(answer) == ["flown", "plan", "more"]


def test_what_no_announcement_says_is_not_answered_from_another_mission(moon: Assistant) -> None:
    assert moon.ask("ミッション7の打ち上げはいつですか").status == "not_found"
    assert moon.ask("ミッション3の月面着陸はいつの予定ですか").status == "not_found"


@pytest.mark.parametrize(
    "text",
    [
        "ミッション1の打ち上げ費用はいくらですか",
        "ミッション1の打ち上げが延期された理由は何ですか",
        "Who built the lander of Mission 1?",
        "ミッション1とミッション2の違いは何ですか",
        "株価はいくらですか",
    ],
)
def test_a_question_with_a_word_more_is_left_to_the_sentences(text: str) -> None:
    assert topic_of(understand(text)) is None


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("ミッション2はいつ打ち上げられますか", "launch"),
        ("When is Mission 2 scheduled to land on the Moon?", "landing"),
        ("ミッション2の着陸地点はどこですか", "landing_site"),
        ("What is the lander of Mission 3 called?", "lander"),
        ("How many milestones of Mission 1 were reached?", "milestones"),
        ("ミッション3の契約総額はいくらですか", "amount"),
        ("What is Mission 6 called now?", "name"),
        ("契約の一覧", "contracts"),
    ],
)
def test_what_is_asked_of_the_facts_is_told_from_the_words(text: str, topic: str) -> None:
    assert topic_of(understand(text)) == topic
