"""What a reader sees of an announcement: every character where it belongs, and a passage marked exactly."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.blocks import Block, Run, Stretch, passage_in, stretches
from corpus.announce import announce
from corpus.announcement import Announcement
from corpus.source import Source
from tests.bridge_builder import CONTRACTS, notice

TABLE = notice(
    "table.ja",
    "2024-05-10",
    "はまなす橋梁、決算を発表",
    "| （単位：百万円） | 2023年3月期 | 2024年3月期 |\n|---|---|---|\n"
    "| 売上高 | 1,234 | 2,345 |\n| 営業利益 | △500 | 100 |",
    "- 吊橋を架けます。\n- 歩道橋を架けます。",
    "（1）北見\n（2）室蘭",
)
PAGES = announce(
    Source(
        (
            "はまなす橋梁、吊橋を点検\n\n"
            "はまなす橋梁は2024年5月1日、吊橋を点検しました。点検は三日間にわたって行われ、十人の技術者が",
            "参加しました。\n\n以上です。",
        ),
        "lines",
        "pages.txt",
        language="ja",
    )
)  # fmt: skip


def blocks(announcement: Announcement, *passages: tuple[int, int]) -> list[Block]:
    return [block for stretch in stretches(announcement, passages) for block in stretch.blocks]


def runs(found: list[Block]) -> Iterator[Run]:
    for block in found:
        yield from block.runs
        for item in block.items:
            yield from item
        for row in block.rows:
            for cell in row:
                yield from cell.runs


def squeezed(text: str) -> str:
    return "".join(char for char in text if char.isalnum())


@pytest.mark.parametrize("announcement", [CONTRACTS, TABLE, PAGES], ids=lambda one: one.id)
def test_every_word_is_shown_once_where_it_stands(announcement: Announcement) -> None:
    shown = list(runs(blocks(announcement)))
    assert all(announcement.text[run.start : run.start + len(run.text)] == run.text for run in shown)
    assert squeezed("".join(run.text for run in shown)) == squeezed(announcement.text)
    assert [run.start for run in shown] == sorted(run.start for run in shown)


@given(data=st.data())
def test_exactly_the_passage_is_marked(data: st.DataObject) -> None:
    announcement = data.draw(st.sampled_from([CONTRACTS, TABLE, PAGES]))
    start = data.draw(st.integers(0, len(announcement.text) - 1))
    end = data.draw(st.integers(start + 1, len(announcement.text)))
    shown = list(runs(blocks(announcement, (start, end))))
    marked = {at for run in shown if run.is_passage for at in range(run.start, run.start + len(run.text))}
    everything = {at for run in shown for at in range(run.start, run.start + len(run.text))}
    assert marked == everything & set(range(start, end))
    assert sum(run.begins_passage for run in shown) == bool(marked)


@pytest.mark.parametrize(("start", "end"), [(None, None), (5, 5), (9, 3), (-4, 2), (0, 10**9), (10**9, 10**9 + 1)])
def test_what_is_no_passage_is_none(start: int | None, end: int | None) -> None:
    assert passage_in(CONTRACTS, start, end) is None
    assert passage_in(CONTRACTS, 0, len(CONTRACTS.text)) == (0, len(CONTRACTS.text))


def test_several_passages_are_marked_each_with_its_beginning() -> None:
    shown = list(runs(blocks(CONTRACTS, (40, 50), (10, 20), (45, 60))))
    assert {at for run in shown if run.is_passage for at in range(run.start, run.start + len(run.text))} == {
        *range(10, 20),
        *range(40, 60),
    } - {at for at, char in enumerate(CONTRACTS.text) if char == "\n"}
    assert [run.start for run in shown if run.begins_passage] == [10, 40, 45]


def test_a_table_has_its_head_its_rows_and_its_numbers() -> None:
    (table,) = (block for block in blocks(TABLE) if block.kind == "table")
    cells = [["".join(run.text for run in cell.runs) for cell in row] for row in table.rows]
    assert cells == [
        ["（単位：百万円）", "2023年3月期", "2024年3月期"],
        ["売上高", "1,234", "2,345"],
        ["営業利益", "△500", "100"],
    ]
    assert (table.head, table.width) == (1, 3)
    assert [[cell.is_number for cell in row] for row in table.rows[1:]] == [[False, True, True]] * 2


def test_the_bullets_of_a_list_become_a_list_and_its_numbers_stay() -> None:
    lists = [block for block in blocks(TABLE) if block.kind == "list"]
    shown = [(block.is_bulleted, ["".join(run.text for run in item) for item in block.items]) for block in lists]
    assert shown == [(True, ["吊橋を架けます。", "歩道橋を架けます。"]), (False, ["（1）北見", "（2）室蘭"])]


def test_a_note_and_what_it_qualifies_lead_to_each_other() -> None:
    shown = list(runs(blocks(CONTRACTS)))
    marks = [(run.text[-5:], mark) for run in shown for mark in run.marks]
    assert [(mark.text, mark.note) for _, mark in marks] == [("※1", 0), ("※2", 1)]
    assert marks[0][0].endswith("5月")
    assert [run.note for run in shown if run.note is not None] == [0, 1]
    assert [[mark.note for mark in run.back] for run in shown if run.back] == [[0], [1]]


def test_a_quotation_names_its_speaker() -> None:
    (quotation,) = (block for block in blocks(CONTRACTS) if block.kind == "quotation")
    assert "大森健一" in quotation.speaker


def test_a_page_that_begins_inside_a_paragraph_is_told_there() -> None:
    begun = [(run.page, run.text[:4]) for run in runs(blocks(PAGES)) if run.page]
    assert begun == [(2, "参加しま")]


def test_boilerplate_is_folded_unless_the_passage_is_in_it() -> None:
    told = notice(
        "about.ja", "2024-01-01", "はまなす橋梁、年始のご挨拶", "新年です。", "## 会社概要", "室蘭の会社です。"
    )
    folded = [stretch for stretch in stretches(told) if stretch.is_folded]
    assert len(folded) == 1
    at = told.text.index("室蘭")
    (opened,) = (stretch for stretch in stretches(told, [(at, at + 2)]) if stretch.is_folded)
    assert (folded[0].holds_passage, opened.holds_passage) == (False, True)


def test_an_announcement_without_sections_is_one_paragraph() -> None:
    (stretch,) = stretches(Announcement("a", "題", "本文です。", "ja", "00"))
    assert stretch == Stretch((Block("paragraph", 0, 5, runs=(Run(0, "本文です。"),)),), False, False)
