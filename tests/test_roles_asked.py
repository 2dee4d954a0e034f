"""Who made it and who paid for it, asked: neither answers the other, nor does who made another thing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from assistant.question import understand
from assistant.roles_asked import role_asked, without_roles
from tests.bridge_builder import notice, opened
from tests.test_acceptance import told

JAPANESE = (
    "点検車「かもめ」には、北方財団が欧州の機関との契約を通じて資金を拠出しています。",
    "点検車「かもめ」には、スウェーデンの乙製作所が製造した投光器を搭載する計画です。",
    "白樺鋼構のクレーン「つる」も現場に運ばれます。",
    "風力計は、甲重工と丙大学が共同で開発しました。",
)
ENGLISH = (
    "The inspection car Gull is co-funded by the Hoppo Fund through a contract with the European Office.",
    "The inspection car Gull is planned to carry a floodlight made by Otsu Works of Sweden.",
    "The wind gauge is jointly developed by Kou Heavy and Hei University.",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(
        tmp_path_factory.mktemp("site") / "data",
        [
            notice("site.ja", "2023-04-10", "点検車と機材のお知らせ", *JAPANESE),
            notice("car.en", "2023-04-11", "Inspection car Gull and its tools", *ENGLISH, language="en"),
        ],
    )
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("かもめの資金を出したのは誰ですか", "北方財団"),
        ("かもめに資金を拠出しているのはどこですか", "北方財団"),
        ("投光器を製造したのはどこですか", "スウェーデンの乙製作所"),
        ("風力計は誰が開発しましたか", "甲重工と丙大学"),
        ("クレーン「つる」を作ったのはどこの会社ですか", "白樺鋼構"),
        ("Who funds the inspection car Gull?", "Hoppo Fund"),
        ("Who made the floodlight?", "Otsu Works of Sweden"),
        ("Which companies developed the wind gauge?", "Kou Heavy and Hei University"),
    ],
)
def test_the_one_who_has_the_role_is_named_in_full(site: Assistant, question: str, short: str) -> None:
    answer = site.ask(question)
    assert (answer.status, answer.short_answer) == ("answered", short)


@pytest.mark.parametrize(
    "question",
    [
        "投光器の資金を出したのは誰ですか",
        "風力計に出資したのはどこですか",
        "Who paid for the floodlight?",
        "Who funded the wind gauge?",
        "Who built the inspection car Gull?",
    ],
)
def test_another_role_or_another_things_maker_is_no_answer(site: Assistant, question: str) -> None:
    assert site.ask(question).status == "not_found"


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("かもめを作ったのはどこですか", "maker"),
        ("かもめのメーカーはどこですか", "maker"),
        ("どの企業が助成していますか、かもめを", "funder"),
        ("Who is the manufacturer of the Gull?", "maker"),
        ("Who sponsors the Gull?", "funder"),
        ("かもめはどこで作られますか", None),
        ("シリーズBに出資したのは誰ですか", None),
        ("Who led the funding round?", None),
        ("Which companies make up the team?", None),
        ("かもめはいつ開発されましたか", None),
    ],
)
def test_a_question_asks_for_a_maker_for_a_funder_or_for_neither(question: str, role: str | None) -> None:
    assert role_asked(understand(question)) == role


def test_a_sentence_that_tells_of_a_role_stands_aside_for_those_that_tell_of_none() -> None:
    asked = "クレーンを作ったのは誰ですか"
    told_of = [
        told(one, asked) for one in ("風力計は、甲重工と丙大学が共同で開発しました。", "クレーンは白樺鋼構のものです。")
    ]
    assert without_roles(told_of) == told_of[1:]


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("スウェーデンのメーカーが作った投光器の製造元はどこですか", "スウェーデンの乙製作所"),
        ("Which company of Sweden made the floodlight?", "Otsu Works of Sweden"),
    ],
)
def test_a_place_that_a_question_names_may_be_the_makers(site: Assistant, question: str, short: str) -> None:
    assert site.ask(question).short_answer == short
