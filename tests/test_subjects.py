"""Subjects: a value of an announcement that speaks of several stages is one of the stage that its sentence names."""

from __future__ import annotations

from pathlib import Path

from tests.bridge_builder import notice, opened

BOTH = notice(
    "both.ja",
    "2023-02-01",
    "はまなす橋梁からのお知らせ",
    "はまなす橋梁は、フェーズ1の吊橋とフェーズ2の歩道橋を建設しています。",
    "工事は市の補助を受けています。",
    "姉妹会社の跳ね橋の閉鎖は、2031年の予定です。",
)
ONE = notice(
    "one.ja",
    "2023-03-01",
    "はまなす橋梁からの続報",
    "はまなす橋梁は、フェーズ4の可動橋を建設しています。",
    "工事は市の補助を受けています。",
    "可動橋の閉鎖は、2035年の予定です。",
)


def test_a_date_beside_which_no_stage_stands_may_be_that_of_another(tmp_path: Path) -> None:
    assistant = opened(tmp_path / "data", [BOTH])
    assert assistant.ask("フェーズ2の閉鎖はいつの予定ですか").status == "not_found"
    assistant.close()


def test_a_date_in_an_announcement_of_one_stage_alone_is_of_that(tmp_path: Path) -> None:
    assistant = opened(tmp_path / "data", [ONE])
    assert assistant.ask("フェーズ4の可動橋の閉鎖はいつの予定ですか").short_answer == "2035年"
    assistant.close()


def test_the_cost_of_one_thing_is_not_that_of_another(tmp_path: Path) -> None:
    text = "はまなす橋梁は、フェーズ4の遅れを受けた費用への影響を約3億円と見込んでいます。"
    assistant = opened(tmp_path / "data", [notice("cost.ja", "2023-04-01", "フェーズ4のお知らせ", text)])
    assert assistant.ask("フェーズ4の点灯費用はいくらですか").status == "not_found"
    assert assistant.ask("フェーズ4の遅れによる費用への影響はいくらですか").status == "answered"
    assistant.close()
