"""Two editions stand side by side, every block of each once and in order, those together that say the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import SAMPLE
from assistant.web.blocks import Block, stretches
from assistant.web.editions import Pair, side_by_side
from corpus.announce import announce
from corpus.announcement import Announcement
from corpus.load import load
from corpus.source import Source
from tests.bridge_builder import notice

JA = notice(
    "yard.ja",
    "2024-06-01",
    "はまなす橋梁、オスロに新しい工場を開設",
    "はまなす橋梁は2024年6月1日、オスロに新しい工場を開設しました。工場にはクレーンが2台あります。",
    "工場では40人が働きます。",
    "## 今後の予定",
    "2025年3月には、ベルゲンにも工場を開設する予定です。投資額は12億円です。",
    "社長の大森は「地域の誇りになる工場です」と述べました。",
)
EN = notice(
    "yard.en",
    "2024-06-01",
    "Hamanasu Bridges opens a new yard in Oslo",
    "Hamanasu Bridges opened a new yard in Oslo on 1 June 2024. The yard has two cranes.",
    "## What comes next",
    "Another yard is to be opened in Bergen in March 2025. The investment is 1.2 billion yen.",
    "President Omori said: “It is a yard that the region can be proud of.”",
    language="en",
)


def blocks(announcement: Announcement) -> list[Block]:
    return [block for stretch in stretches(announcement) for block in stretch.blocks]


def paired(one: Announcement, other: Announcement) -> list[tuple[str, str]]:
    def said(announcement: Announcement, side: tuple[Block, ...]) -> str:
        return " ".join(announcement.text[block.start : block.end][:14] for block in side)

    return [
        (said(one, row.one), said(other, row.other)) for row in side_by_side(one, blocks(one), other, blocks(other))
    ]


def test_paragraphs_that_say_the_same_stand_beside_each_other() -> None:
    rows = paired(JA, EN)
    assert ("はまなす橋梁は2024年6月", "Hamanasu Bridg") in rows
    assert ("今後の予定", "What comes nex") in rows
    assert ("2025年3月には、ベルゲン", "Another yard i") in rows
    assert ("工場では40人が働きます。", "") in rows


def test_either_edition_may_stand_on_the_left() -> None:
    assert {(right, left) for left, right in paired(EN, JA)} == set(paired(JA, EN))


def test_the_bundled_editions_have_hardly_a_paragraph_alone() -> None:
    bundled = {source.id: announce(source) for source in load(SAMPLE) if isinstance(source, Source) and source.id}
    alone = total = 0
    for other in bundled.values():
        if other.translation_of:
            one = bundled[other.translation_of]
            rows = side_by_side(one, blocks(one), other, blocks(other))
            alone += sum(not (row.one and row.other) for row in rows)
            total += len(rows)
    assert total > 300
    assert alone < 0.02 * total


@given(data=st.data())
def test_every_block_is_there_once_and_in_order(data: st.DataObject) -> None:
    ones = data.draw(st.lists(st.sampled_from(blocks(JA)), max_size=20))
    others = data.draw(st.lists(st.sampled_from(blocks(EN)), max_size=40))
    rows: list[Pair] = side_by_side(JA, ones, EN, others)
    assert [block for row in rows for block in row.one] == ones
    assert [block for row in rows for block in row.other] == others
    assert all(row.one or row.other for row in rows)
