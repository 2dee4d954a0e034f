"""Questions about a table find their cell, with the unit and the sign that the table gives it."""

from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from tests.bridge_builder import notice, opened

RESULTS = notice(
    "results.ja",
    "2024-05-10",
    "2024年3月期 決算短信",
    "2024年5月10日",
    "連結経営成績は次のとおりです。",
    "（単位：百万円）",
    "| 科目 | 2023年3月期 | 2024年3月期 |\n| --- | --- | --- |\n| 売上高 | 1,234 | 2,345 |\n| 営業利益 | △567 | 89 |\n"
    "| 従業員数（人） | 210 | 235 |",
    "2025年3月期の配当は未定です。",
)


PLAIN = notice(
    "plain.en",
    "2024-05-10",
    "Hamanasu Bridges reports results",
    "| Item | Quarter Ended 3/31/2024 | Year Ended 3/31/2024 |\n| --- | --- | --- |\n| Net revenue | $1,234 | $5,678 |",
    language="en",
)


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("results") / "data", [RESULTS, PLAIN])
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("2023年3月期の売上高はいくらですか", "12億3400万円"),
        ("2024年3月期の売上高は？", "23億4500万円"),
        ("２０２３年３月期の営業利益は？", "-5億6700万円"),
        ("2024年3月期の従業員数は何人ですか", "235人"),
        ("What was the operating income for the fiscal year ended March 2024?", "JPY 89 million"),
    ],
)
def test_row_and_column_find_the_cell(results: Assistant, question: str, short: str) -> None:
    answer = results.ask(question)
    assert (answer.status, answer.short_answer) == ("answered", short)
    assert answer.citations[0].section == "table"


@pytest.mark.parametrize(
    "question", ["2022年3月期の売上高は？", "2024年3月期の純利益は？", "2025年3月期の売上高の予想は？"]
)
def test_a_row_or_a_column_that_is_not_there_gives_no_figure(results: Assistant, question: str) -> None:
    assert results.ask(question).status == "not_found"


def test_of_two_columns_that_fit_alike_both_are_shown_and_none_is_picked(results: Assistant) -> None:
    answer = results.ask("What was the net revenue of Hamanasu Bridges in 2024?")
    assert answer.short_answer == ""
    assert "Quarter Ended 3/31/2024: $1,234; Year Ended 3/31/2024: $5,678" in answer.answer


def test_a_figure_whose_scale_no_table_states_is_shown_as_printed(results: Assistant) -> None:
    answer = results.ask("What was the net revenue of Hamanasu Bridges in the quarter ended 3/31/2024?")
    assert answer.short_answer in ("", "$1,234")
    assert "JPY" not in answer.answer
    assert "USD" not in answer.answer
