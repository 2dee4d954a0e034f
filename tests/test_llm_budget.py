"""What a model may take in a day."""

from __future__ import annotations

import datetime as dt
import threading
from pathlib import Path

import pytest

from assistant.llm.budget import Budget, Prices, Usage, estimated
from assistant.llm.errors import UnusableModel


class Calendar:
    def __init__(self) -> None:
        self.day = dt.date(2026, 1, 1)

    def __call__(self) -> dt.date:
        return self.day


def test_tokens_are_counted_by_day_and_model_and_cost_what_the_prices_say(tmp_path: Path) -> None:
    calendar = Calendar()
    budget = Budget(tmp_path / "llm.db", prices=Prices(2.0, 8.0), today=calendar)
    for model, used in (("a", Usage(1000, 100)), ("a", Usage(500, 50)), ("b", Usage(10, 1))):
        assert budget.hold(model, Usage(2000, 500))
        budget.settle(model, Usage(2000, 500), used)
    calendar.day += dt.timedelta(days=1)
    budget.hold("a", Usage(1, 1))
    budget.settle("a", Usage(1, 1), Usage(7, 3))
    found = [(one.day, one.model, one.requests, one.usage, round(one.cost, 6)) for one in budget.days()]
    assert found == [
        ("2026-01-02", "a", 1, Usage(7, 3), 0.000038), ("2026-01-01", "a", 2, Usage(1500, 150), 0.0042),
        ("2026-01-01", "b", 1, Usage(10, 1), 0.000028),
    ]  # fmt: skip


def test_no_room_is_given_beyond_the_tokens_of_a_day(tmp_path: Path) -> None:
    calendar = Calendar()
    budget = Budget(tmp_path / "llm.db", tokens=1000, today=calendar)
    assert budget.hold("a", Usage(600, 100))
    assert not budget.hold("b", Usage(300, 100)), "what is set aside counts"
    budget.settle("a", Usage(600, 100), Usage(500, 20))
    assert budget.hold("b", Usage(300, 100))
    calendar.day += dt.timedelta(days=1)
    assert budget.hold("a", Usage(900, 100))


def test_no_room_is_given_beyond_the_cost_of_a_day(tmp_path: Path) -> None:
    budget = Budget(tmp_path / "llm.db", cost=0.01, prices=Prices(1.0, 10.0), today=Calendar())
    assert budget.hold("a", Usage(1000, 400))
    budget.settle("a", Usage(1000, 400), Usage(1000, 400))
    assert budget.hold("a", Usage(1000, 300))
    budget.settle("a", Usage(1000, 300), Usage(1000, 300))
    assert not budget.hold("a", Usage(1000, 200))


def test_askers_at_the_same_time_do_not_overdraw_it_together(tmp_path: Path) -> None:
    given: list[bool] = []

    def ask() -> None:
        given.append(Budget(tmp_path / "llm.db", tokens=1000, today=Calendar()).hold("a", Usage(90, 10)))

    threads = [threading.Thread(target=ask) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(given) == 10


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "llm.db").write_text("nothing of the kind" * 100)
    with pytest.raises(UnusableModel, match=r"llm\.db"):
        Budget(tmp_path / "llm.db").hold("a", Usage(1, 1))


def test_an_estimate_is_not_far_below_what_tokenizers_say() -> None:
    japanese, english = (
        "フェーズ1の開通予定を2024年3月に変更すると発表しました。",
        "The bridge opened on 15 March 2024.",
    )
    # cl100k gives 29 and 11, o200k 19 and 12.
    assert estimated(japanese) >= 19
    assert estimated(english) >= 9
