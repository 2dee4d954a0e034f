"""One of several, or all of them: by a sentence on each, where there are just so many."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from tests.bridge_builder import notice, opened

SUPPLIERS = notice(
    "suppliers.ja",
    "2022-03-01",
    "河口橋の補助金に採択された北海道企業3社と合意",
    "はまなす橋梁株式会社は2022年3月1日、河口橋の補助金に採択された北海道企業3社からの受注を発表しました。"
    "3社のうち1社と契約を、2社と覚書を締結しています。",
    "Kitami Surveyとはまなす橋梁は、橋脚の測量について、契約を締結しました。",
    "Otaru Paintとはまなす橋梁は、塗装について、覚書を締結しました。",
    "Rumoi Ropeとはまなす橋梁は、索の検査について、覚書を締結しました。",
)
SAILORS = notice(
    "sailors.en",
    "2022-05-01",
    "Hamanasu hires two ferry companies",
    "Hamanasu announced on 1 May 2022 that two ferry companies of the bay help with the bridge.",
    "Rishiri Lines carries the cables to the island.",
    "Hamanasu pays for the fuel.",
    language="en",
)


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("members") / "data", [SUPPLIERS, SAILORS])
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("河口橋の補助金に採択された北海道企業3社のうち、覚書ではなく契約を結んだのはどの会社ですか", "Kitami Survey"),
        ("河口橋の補助金に採択された3社のうち、塗装について合意したのはどこですか", "Otaru Paint"),
        ("河口橋の補助金に採択された三社のうち、索を検査するのはどの企業ですか", "Rumoi Rope"),
    ],
)
def test_the_one_of_which_it_is_said_is_named(bridges: Assistant, question: str, name: str) -> None:
    assert bridges.ask(question).short_answer == name


@pytest.mark.parametrize(
    "question",
    [
        "河口橋の補助金に採択された3社のうち、覚書を結んだのはどの会社ですか",  # two of them did
        "河口橋の補助金に採択された3社のうち、倒産したのはどの会社ですか",
        "Which of the two ferry companies of the bay carries the cables?",  # only one of them is told of
    ],
)
def test_of_which_two_or_none_it_is_said_no_one_is_named(bridges: Assistant, question: str) -> None:
    assert bridges.ask(question).short_answer not in ("Otaru Paint", "Rumoi Rope", "Kitami Survey", "Rishiri Lines and")


def test_all_of_them_are_listed(bridges: Assistant) -> None:
    answer = bridges.ask("河口橋の補助金に採択された北海道企業3社をすべて挙げてください").answer
    assert [name in answer for name in ("Kitami Survey", "Otaru Paint", "Rumoi Rope")] == [True] * 3
