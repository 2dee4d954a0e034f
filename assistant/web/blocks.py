"""An Announcement in, what a reader sees of it out: paragraphs, headings, lists, tables, quotations and notes.

Every character that is shown stands in a Run that says where in the announcement's text it comes from, so that a
passage is marked exactly and a selection can be turned into an address. Marks of layout (the bars of a table, the
bullets of a list) are shown as what they stand for.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, groupby, pairwise
from typing import Literal

from corpus.announcement import Announcement, Section
from corpus.tables import table_grid

BlockKind = Literal["title", "dateline", "heading", "paragraph", "list", "table", "quotation", "caption", "note"]

_KINDS: dict[str, BlockKind] = {
    "title": "title", "dateline": "dateline", "heading": "heading", "list": "list", "table": "table",
    "quotation": "quotation", "caption": "caption", "footnote": "note",
}  # fmt: skip
_FOLDED = frozenset(("boilerplate", "contact"))
_BULLET = re.compile(r"[ \u3000]*[-–—•‣⁃・*▪▫◦∙][ \u3000]?(?=\S)")
_NUMBER = re.compile(r"[△▲(（+\-−–—$¥€£￥ ]*[\d０-９][\d０-９,，.．]*\s?(?:[%％)）円株人名]|百万円|千円)*|[-–—―－]")


@dataclass(frozen=True, slots=True)
class Mark:
    """The mark of the note `note` (counted from 0) behind the words that it qualifies for the `place`th time."""

    text: str
    note: int
    place: int


@dataclass(frozen=True, slots=True)
class Run:
    """`announcement.text[start:start + len(text)]`, to be shown without a change of any kind inside it."""

    start: int
    text: str
    is_passage: bool = False
    begins_passage: bool = False
    page: int | None = None  # the page that begins with it, except for the first
    note: int | None = None  # the note that begins with it
    marks: tuple[Mark, ...] = ()  # behind it
    back: tuple[Mark, ...] = ()  # behind it, where it ends a note: where the note is referred to


Line = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a table."""

    runs: Line
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """One block; which of `runs`, `items` and `rows` holds its text is told by its kind."""

    kind: BlockKind
    start: int
    end: int
    runs: Line = ()
    items: tuple[Line, ...] = ()  # of a list
    is_bulleted: bool = False  # the list's own bullets were taken off
    rows: tuple[tuple[Cell, ...], ...] = ()  # of a table
    head: int = 0  # how many rows name the columns
    width: int = 0  # the most cells of a row
    speaker: str = ""
    role: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Blocks that follow one another; boilerplate and contacts are folded away unless the passage is in them."""

    blocks: tuple[Block, ...]
    is_folded: bool
    holds_passage: bool


def stretches(announcement: Announcement, passages: Sequence[tuple[int, int]] = ()) -> list[Stretch]:
    """The whole announcement, in order.

    Args:
        passages: (start, end) of what is marked in its text.
    """
    cutter = _Cutter(announcement, passages)
    sections = announcement.sections or (Section("body", 0, len(announcement.text)),)
    found = []
    for is_folded, group in groupby(sections, key=lambda section: section.kind in _FOLDED):
        inside = list(group)
        holds = any(start < section.end and section.start < end for section in inside for start, end in passages)
        found.append(Stretch(tuple(_blocks(cutter, inside)), is_folded, holds))
    return found


def passage_in(announcement: Announcement, start: int | None, end: int | None) -> tuple[int, int] | None:
    """(start, end) when `text[start:end]` is a passage of the announcement that holds anything."""
    if start is None or end is None or not 0 <= start < end <= len(announcement.text):
        return None
    return start, end


def _blocks(cutter: _Cutter, sections: Sequence[Section]) -> Iterator[Block]:
    for is_list, group in groupby(sections, key=lambda section: section.kind == "list"):
        if is_list:
            yield from _lists(cutter, list(group))
        else:
            yield from (_block(cutter, section) for section in group)


def _block(cutter: _Cutter, section: Section) -> Block:
    if section.kind == "table":
        return _table(cutter, section)
    return Block(
        _KINDS.get(section.kind, "paragraph"),
        section.start,
        section.end,
        runs=cutter.line(section.start, section.end),
        speaker=section.speaker or "",
        role=section.role or "",
    )


def _lists(cutter: _Cutter, sections: Sequence[Section]) -> Iterator[Block]:
    """A list for each stretch of items with bullets, which are taken off, or with numbers, which stay."""
    lines = [
        (section.start + match.start(), section.start + match.end())
        for section in sections
        for match in re.finditer(r"[^\n]+", cutter.text[section.start : section.end])
    ]
    for is_bulleted, group in groupby(lines, key=lambda line: bool(_BULLET.match(cutter.text, *line))):
        inside = list(group)
        begins = [match.end() if (match := _BULLET.match(cutter.text, *line)) else line[0] for line in inside]
        items = tuple(cutter.line(begin, end) for begin, (_, end) in zip(begins, inside, strict=True))
        yield Block("list", inside[0][0], inside[-1][1], items=items, is_bulleted=is_bulleted)


def _table(cutter: _Cutter, section: Section) -> Block:
    grid = table_grid(cutter.text, section)
    rows = tuple(
        tuple(Cell(cutter.line(*span), bool(_NUMBER.fullmatch(cutter.text[slice(*span)]))) for span in row)
        for row in grid.rows
    )
    width = max(map(len, rows), default=0)
    return Block("table", section.start, section.end, rows=rows, head=grid.head, width=width)


class _Cutter:
    """Cuts spans of an announcement's text into Runs, asked for in the order of the text."""

    def __init__(self, announcement: Announcement, passages: Sequence[tuple[int, int]]) -> None:
        self.text = announcement.text
        self._passages = sorted(passages)
        self._begun: set[tuple[int, int]] = set()
        self._pages = [(page.start, page.number) for page in announcement.pages[1:]]
        self._notes = {note.start: number for number, note in enumerate(announcement.footnotes)}
        self._marks: dict[int, list[Mark]] = {}
        self._backs: dict[int, tuple[Mark, ...]] = {}
        for number, note in enumerate(announcement.footnotes):
            marks = tuple(Mark(note.mark, number, place) for place in range(len(note.anchors)))
            self._backs[note.end] = marks
            for (_, anchor_end), mark in zip(note.anchors, marks, strict=True):
                self._marks.setdefault(anchor_end, []).append(mark)
        pages = (at for at, _ in self._pages)
        self._cuts = sorted({*chain.from_iterable(passages), *pages, *self._notes, *self._marks, *self._backs})

    def line(self, start: int, end: int) -> Line:
        """The runs of `text[start:end]`."""
        inside = self._cuts[bisect_right(self._cuts, start) : bisect_left(self._cuts, end)]
        places = [start, *inside, end] if start < end else []
        return tuple(self._run(*pair) for pair in pairwise(places))

    def _run(self, start: int, end: int) -> Run:
        page = None
        while self._pages and self._pages[0][0] <= start:
            page = self._pages.pop(0)[1]
        inside = {passage for passage in self._passages if passage[0] <= start < end <= passage[1]}
        begins = bool(inside - self._begun)
        self._begun |= inside
        return Run(
            start,
            self.text[start:end],
            is_passage=bool(inside),
            begins_passage=begins,
            page=page,
            note=self._notes.get(start),
            marks=tuple(self._marks.get(end, ())),
            back=self._backs.get(end, ()),
        )
