"""Yes or no: only where a sentence decides it, and never yes to what is still a plan."""

from collections.abc import Iterator
from pathlib import Path

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


def test_a_date_belongs_to_the_verb_that_it_stands_with(tmp_path_factory: pytest.TempPathFactory) -> None:
    payment = notice(
        "payment.ja", "2022-09-22", "はまなす橋梁、前払い金を受領",
        "はまなす橋梁株式会社（北海道室蘭市、代表取締役：大森健一）は、2020年12月に北見市と契約した架設工事に関して、"
        "市による前払いが行われたことをお知らせします。",
    )  # fmt: skip
    assistant = opened(tmp_path_factory.mktemp("payment") / "data", [payment])
    assert assistant.ask("北見市と契約したのはいつですか").short_answer == "2020年12月"
    assert assistant.ask("前払いが行われたのはいつですか").short_answer != "2020年12月"
    assert "北海道室蘭市" in assistant.ask("本社の所在地は？").answer
    assistant.close()


def test_a_count_is_not_answered_by_a_mass(news: Assistant) -> None:
    rover = notice(
        "load.en", "2023-07-01", "Test load of Phase 1", "The test load of Phase 1 is 30 kg per cable.", language="en"
    )
    news.catalog.add(rover, origin="load.en")
    news.index.catch_up(news.catalog)
    assert news.ask("How many cables did the test load of Phase 1 use?").short_answer != "30 kg"


ROPES = [
    notice(
        "cover.en", "2023-03-01", "Insurance of the ropes",
        "The rope insurance of Hamanasu Bridges covers the period from manufacture to assembly.",
        "Phase 1 completed Step 4 on 15 December 2022, ahead of Step 3.",
        "The permit for Phase 2 is the second permit under the Straits Act.",
        "No trade in Hamanasu shares took place on the listing day, 12 April 2023.", language="en",
    ),
    notice(
        "cover.ja", "2023-03-02", "主索の試験について",
        "フェーズ1では、Step 4（ステップ4）をStep 3（ステップ3）より先に完了しました。",
        "主索の保証は、製造から架設までを対象としています。",
        "白樺鋼構は、2025年に着工予定の橋の設計チームの一員です。",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def ropes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("ropes") / "data", ROPES)
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Does the rope insurance cover the time up to assembly?", "Yes"),
        ("Does the rope insurance cover the time after assembly?", "No"),
        ("Does the rope insurance cover the time before manufacture?", "No"),
        ("主索の保証は、架設した後も対象としていますか。", "いいえ"),
        ("Did Phase 1 complete Step 4 before Step 3?", "Yes"),
        ("Did Phase 1 complete Step 4 after Step 3?", "No"),
        ("フェーズ1では、Step 4よりStep 3が先に完了しましたか。", "いいえ"),
        ("フェーズ1では、Step 4がStep 3より先に完了しましたか。", "はい"),
        ("Is the permit for Phase 2 the first permit under the Straits Act?", "No"),
        ("Is the permit for Phase 2 the second permit under the Straits Act?", "Yes"),
        ("Were Hamanasu shares traded on 12 April 2023, the day of the listing?", "No"),
    ],
)
def test_stretches_orders_and_ordinals_decide(ropes: Assistant, question: str, verdict: str) -> None:
    assert ropes.ask(question).short_answer == verdict


def test_a_plan_that_a_sentence_only_mentions_makes_no_not_yet(ropes: Assistant) -> None:
    answer = ropes.ask("白樺鋼構は、設計チームに入っていますか。")
    assert answer.status == "answered"
    assert answer.short_answer != "いいえ"


def test_five_people_are_not_three(news: Assistant) -> None:
    crew = notice("crew.en", "2023-07-02", "The crew", "Three people chose the colour of Phase 1.", language="en")
    news.catalog.add(crew, origin="crew.en")
    news.index.catch_up(news.catalog)
    assert news.ask("Did three people choose the colour of Phase 1?").short_answer == "Yes"
    assert news.ask("Did five people choose the colour of Phase 1?").short_answer != "Yes"


def test_whether_it_went_well_is_not_told_by_what_does_not_speak_of_it(news: Assistant) -> None:
    assert news.ask("フェーズ2の進水式は成功しましたか").status == "not_found"


def test_who_stands_right_before_the_verb_does_it(tmp_path: Path) -> None:
    plan = notice(
        "plan.ja", "2024-02-01", "計画", "室蘭市も参加し旭川市が主導する石狩橋計画に合意する町は増加しています。"
    )
    assistant = opened(tmp_path / "data", [plan])
    assert assistant.ask("石狩橋計画は、室蘭市が主導していますか。").short_answer == "いいえ"
    assert assistant.ask("石狩橋計画は、旭川市が主導していますか。").short_answer != "いいえ"
    assistant.close()
