"""Yes or no: only where a sentence decides it, and never yes to what is still a plan."""

from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from tests.bridge_builder import notice, opened

NEWS = [
    notice(
        "plans.en", "2023-02-01", "Hamanasu Bridges plans the opening of Phase 3",
        "Hamanasu Bridges plans to open Phase 3 in 2026, previously 2025.",
        "The opening of Phase 3 moves from 2025 to 2026 because of late parts.",
        "Aoi Mori is CEO of Hamanasu Bridges Europe. Kenichi Omori is CEO of Hamanasu Bridges, Inc.", language="en",
    ),
    notice(
        "opened.en", "2023-05-20", "Hamanasu Bridges opens Phase 1",
        "Phase 1 was opened on 20 May 2023, and there was no accident at the opening of Phase 1.", language="en",
    ),
    notice(
        "trial.ja", "2023-06-01", "フェーズ2の載荷試験について",
        "フェーズ2の載荷試験は、5段階のうちStep 4（ステップ4）まで完了しましたが、最終段階に至りませんでした。",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("news") / "data", NEWS)
    yield assistant
    assistant.close()


@pytest.mark.parametrize("question", ["Has Phase 3 been opened?", "Was Phase 3 opened?"])
def test_what_is_planned_has_not_happened(news: Assistant, question: str) -> None:
    assert news.ask(question).short_answer != "Yes"


def test_what_happened_has_happened_whatever_else_did_not(news: Assistant) -> None:
    assert news.ask("Was Phase 1 opened in 2023?").short_answer == "Yes"


def test_a_failure_is_no_success_also_where_a_step_succeeded(news: Assistant) -> None:
    assert news.ask("フェーズ2の載荷試験は成功しましたか").short_answer == "いいえ"


def test_the_head_of_a_subsidiary_is_not_the_head_of_the_company(news: Assistant) -> None:
    answer = news.ask("Who is the CEO of Hamanasu Bridges Europe?").answer
    assert "Aoi Mori" in answer
