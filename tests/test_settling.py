"""Settling: what the answer to another question decides of a yes/no question."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from tests.bridge_builder import notice, opened

NEWS = [
    notice(
        "toll.ja", "2023-06-01", "フェーズ1の通行料について",
        "フェーズ1の吊橋の通行料は1台300円です。フェーズ1の吊橋の主塔の高さは約42mです。",
        "フェーズ1の載荷試験の審査は、北見市主導で行われました。",
        "フェーズ1の吊橋のウインチは、白樺鋼構とはまなす橋梁が開発しました。",
    ),
    notice(
        "fault.en", "2023-08-01", "Hamanasu Bridges reports the cause of the winch stop in Phase 2",
        "The winch stop in Phase 2 was caused by a hardware anomaly of the brake.",
        "The tide and the wind were ruled out as causes of the winch stop in Phase 2.",
        "The signing ceremony of Phase 2 was held in Asahikawa on 12 July 2023.",
        "The lead investor of Series C is Akan Fund. The lead investor of Series A was Shiretoko Capital.",
        "The anchors of Phase 2 weigh 12 tonnes each.", language="en",
    ),
]  # fmt: skip


@pytest.fixture(scope="module")
def news(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("news") / "data", NEWS)
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "quoted"),
    [
        ("フェーズ1の吊橋の通行料は、1台500円ですか。", "300円"),
        ("フェーズ1の吊橋の主塔は、高さが60m以上ですか。", "42m"),
        ("Was the signing ceremony of Phase 2 held in May 2023?", "12 July 2023"),
        ("Was the winch stop in Phase 2 caused by a software anomaly?", "hardware"),
        ("Was Shiretoko Capital the lead investor of Series C?", "Akan Fund"),
        ("フェーズ1の吊橋のウインチは、はまなす橋梁が単独で開発したものですか。", "白樺鋼構"),
        ("Was the wind a cause of the winch stop in Phase 2?", "ruled out"),
    ],
)
def test_another_value_or_name_in_its_place_is_a_no(news: Assistant, question: str, quoted: str) -> None:
    answer = news.ask(question)
    assert answer.short_answer in ("No", "いいえ")
    assert quoted in answer.citations[0].quote


@pytest.mark.parametrize(
    "question",
    ["フェーズ1の吊橋の通行料は、1台300円ですか。", "フェーズ1の吊橋の主塔の高さは、40m以上ですか。",
     "Was the winch stop in Phase 2 caused by a hardware anomaly?", "Was Akan Fund the lead investor of Series C?"],
)  # fmt: skip
def test_the_same_in_its_place_is_no_no(news: Assistant, question: str) -> None:
    assert news.ask(question).short_answer in ("Yes", "はい")


@pytest.mark.parametrize(
    "question",
    [
        "Was the signing ceremony of Phase 2 held in Hokkaido?",  # Asahikawa is there
        "Was the lead investor of Series C the Akanko Investment Company?",  # never heard of: perhaps the same
        "フェーズ1の吊橋の主塔の高さは、約43mですか。",  # about
    ],
)
def test_what_may_be_the_same_is_not_denied(news: Assistant, question: str) -> None:
    assert news.ask(question).short_answer not in ("No", "いいえ")


@pytest.mark.parametrize(
    "question", ["Did the winch of Phase 4 weigh 12 tonnes?", "フェーズ1の吊橋の維持費は、1億円ですか。"]
)
def test_what_nothing_tells_is_not_decided(news: Assistant, question: str) -> None:
    assert news.ask(question).status == "not_found"


@pytest.mark.parametrize(
    ("question", "verdict"),
    [
        ("Is the opening of Phase 3 planned for 2025?", "No"),
        ("Is the opening of Phase 3 planned for 2026?", "Yes"),
        ("フェーズ3の開通は、2025年の予定ですか。", "いいえ"),
    ],
)
def test_what_was_planned_before_is_not_planned_now(tmp_path: Path, question: str, verdict: str) -> None:
    delay = [
        notice(
            "first.en", "2022-02-01", "Phase 3 planned", "The opening of Phase 3 is planned for 2025.", language="en"
        ),
        notice(
            "then.en", "2023-02-01", "Phase 3 moves",
            "The opening of Phase 3 is planned for 2026, previously 2025.", language="en",
        ),
        notice(
            "then.ja", "2023-02-01", "フェーズ3の変更",
            "フェーズ3の開通は2026年に予定されており、従来の予定は2025年でした。",
        ),
    ]  # fmt: skip
    assistant = opened(tmp_path / "data", delay)
    assert assistant.ask(question).short_answer == verdict
    assistant.close()
