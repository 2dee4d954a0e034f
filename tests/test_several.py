"""Several: a question that names none of two contracts gets both; one that names one gets that alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from tests.bridge_builder import notice, opened

TWO = notice(
    "two.ja",
    "2022-05-10",
    "はまなす橋梁、2つの契約を締結",
    "はまなす橋梁株式会社は2022年5月10日、2つの契約を締結しました。",
    "1つ目の契約では、はまなす橋梁が、2023年に開通を予定しているフェーズ1で、台船を使用して橋桁を架設します。",
    "2つ目の契約では、白樺鋼構が、2025年に開通を予定しているフェーズ2で、クレーン車を使用して橋桁を架設します。",
    "◼ はまなす橋梁株式会社 CEO 大森健一のコメント\n\n「吊橋は地域の誇りになります。安全を第一に工事を進めます。」",
    "◼ 北見市 市長 石川誠のコメント\n\n「市民とともに完成を待ち望んでいます。」",
)


@pytest.fixture(scope="module")
def contracts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("two") / "data", [TWO])
    yield assistant
    assistant.close()


def test_when_is_told_of_both_where_neither_is_named(contracts: Assistant) -> None:
    answer = contracts.ask("開通はいつですか。")
    assert "2023年" in answer.answer
    assert "2025年" in answer.answer
    assert len(answer.citations) == 2


def test_which_one_is_told_of_both_where_neither_is_named(contracts: Assistant) -> None:
    answer = contracts.ask("橋桁を架設するのはどのフェーズですか。")
    assert "フェーズ1" in answer.answer
    assert "フェーズ2" in answer.answer


def test_of_one_that_is_named_that_one_alone_is_told(contracts: Assistant) -> None:
    answer = contracts.ask("フェーズ2の開通はいつですか。")
    assert answer.short_answer == "2025年"
    assert "2023年" not in answer.answer


def test_everybody_who_is_quoted_is_named(contracts: Assistant) -> None:
    answer = contracts.ask("誰がコメントしていますか。")
    assert "大森健一" in answer.answer
    assert "石川誠" in answer.answer


def test_who_speaks_for_one_of_them_is_told_alone(contracts: Assistant) -> None:
    assert contracts.ask("北見市を代表してコメントしたのは誰ですか。").short_answer == "石川誠"
    assert contracts.ask("はまなす橋梁を代表してコメントしたのは誰ですか。").short_answer == "大森健一"


def test_of_two_the_one_is_told_that_comes_first_or_last(contracts: Assistant) -> None:
    first = contracts.ask("2つの契約のうち、先に開通する契約ではどのフェーズの橋桁を架設しますか。")
    last = contracts.ask("2つの契約のうち、後に開通する契約ではどのフェーズの橋桁を架設しますか。")
    assert "フェーズ1" in first.answer
    assert "フェーズ2" not in first.answer
    assert "フェーズ2" in last.answer
    assert "フェーズ1" not in last.answer
