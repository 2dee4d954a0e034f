"""What letters stand for, and how a name is shortened: as an announcement spells it out, or no answer."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from assistant.assistant import Assistant
from assistant.short_forms import Form, forms_in
from tests.bridge_builder import notice, opened

GAUGE = notice(
    "gauge.ja",
    "2023-09-01",
    "はまなす橋梁、河口橋の計測を開始",
    "はまなす橋梁株式会社は、国土海洋研究機構（KKRK）の計測計画RBMS（River Bridge Motion Survey）に参加しました。",
    "子会社のHamanasu Bridges Portugal, Lda.（以下、Hamanasu PT）が計測を行います。",
    "はまなす橋梁のCEOは、大森健一です。",
)
BUOY = notice(
    "buoy.en",
    "2023-10-01",
    "Hamanasu Bridges sets out a buoy",
    "The Otaru Port Authority (OPA) and Hamanasu Bridges set out a buoy (the old one).",
    language="en",
)


@pytest.fixture(scope="module")
def bridges(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    assistant = opened(tmp_path_factory.mktemp("forms") / "data", [GAUGE, BUOY])
    yield assistant
    assistant.close()


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("KKRKの計測計画「RBMS」は、何という英語の略ですか。", "River Bridge Motion Survey"),
        ("What does RBMS stand for?", "River Bridge Motion Survey"),
        ("KKRKの正式名称を教えて", "国土海洋研究機構"),
        ('What is the full company name behind the short form "Hamanasu PT"?', "Hamanasu Bridges Portugal, Lda."),
        ("国土海洋研究機構の略称は？", "KKRK"),
        ("What does OPA stand for?", "Otaru Port Authority"),
    ],
)
def test_the_other_form_of_a_name_is_given(bridges: Assistant, question: str, told: str) -> None:
    assert bridges.ask(question).short_answer == told


@pytest.mark.parametrize(
    "question",
    [
        "What does XBMS stand for?",
        "Hamanasu PTのCEOのフルネームは？",
        "KKRKとの計画で、河口橋の正式名称は何になりましたか",
    ],
)
def test_another_name_is_not_spelled_out_instead(bridges: Assistant, question: str) -> None:
    answer = bridges.ask(question)
    assert answer.short_answer not in (
        "国土海洋研究機構",
        "Hamanasu Bridges Portugal, Lda.",
        "River Bridge Motion Survey",
    )


def test_what_is_told_in_brackets_is_no_form_of_a_name() -> None:
    assert list(forms_in("水中ロボット（潜水機）の試験（2022年）では、OPA（港の役所との契約）が", "ja")) == []
    assert list(forms_in("株式会社ハマナス（以下、ハマナス）", "ja")) == [Form("ハマナス", "株式会社ハマナス")]
