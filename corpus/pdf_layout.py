"""Layout: the characters of a page with their boxes in, its lines in reading order out.

From the boxes come lines, columns (read one after the other), table rows (as `| a | b |`), and columns of vertical
writing (joined to one line each). A mark that is set small and high stays glued to its word, as it is printed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

UNNAMED = "\ufffd"  # what stands for a glyph that no character map names
_LEADERS = re.compile(r"(?:[ \u3000]?[.．・…‥·]){4,}[ \u3000]*")
_ENDS = re.compile(r"[。．.!?！？:：」』）)】]\s*$")
_BEFORE_NUMBERS = ("$", "¥", "€", "£", "＄", "￥", "(", "（", "△", "▲")
_AFTER_NUMBERS = (")", "%", ")%", "％", "）", "）％")
# What opens an item of a list: a bullet, a box to tick, (1), １, ①, [例1], 注１, a.
_ITEM_MARK = re.compile(
    r"[^\w\s]|[\[(（【]?(?:例|注|別紙|※)?(?:\d{1,3}|[０-９]{1,3}|[ivxIVX]{1,4}|[a-zA-Zア-ン一-十])[\])）】.．:：]?|[①-⓿]"
)

Place = tuple[float, float, float, float]  # left, right, bottom, top; in points, y upwards


@dataclass(frozen=True, slots=True)
class Glyph:
    """One character and its box in points, y upwards; `gap` when PDFium saw a blank before it that is not drawn."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    gap: bool
    place: Place = (0.0, 0.0, 0.0, 0.0)  # on the page, before it is turned

    @property
    def height(self) -> float:
        return self.top - self.bottom


# --- Reading order ---------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Piece:
    """Characters that were drawn one after the other on one line, without a wide gap."""

    text: str
    left: float
    right: float
    bottom: float
    top: float
    size: float  # height of the tallest character
    latest: float  # left of the last character
    glyphs: list[Glyph] = field(default_factory=list)

    @property
    def middle(self) -> float:
        return (self.bottom + self.top) / 2


Row = list[Piece]


def layout(glyphs: Sequence[Glyph]) -> str:
    """The text of a page: one line for each printed line, in the order that a person reads.

    An empty line stands where the page leaves a gap of more than a line's usual distance.
    """
    return "\n".join(line for line, _ in lines_of(glyphs))


Line = tuple[str, Row]  # as it reads, and the pieces that it was made of; an empty one of none


def lines_of(glyphs: Sequence[Glyph]) -> list[Line]:
    """The lines of a page in reading order, each with the pieces that it was made of."""
    if not glyphs:
        return []
    if not _is_vertical(glyphs):
        return _page_lines(glyphs, tables=True)
    # Vertical writing is horizontal writing that was turned: columns become lines, bands become columns.
    across, down = _parted(glyphs)
    turned = [Glyph(g.text, -g.top, -g.bottom, g.left, g.right, g.gap, g.place) for g in down]
    body = _page_lines(turned, tables=False)
    edge = max(glyph.top for glyph in down)
    heading = _page_lines([glyph for glyph in across if glyph.bottom >= edge - 1], tables=False)
    below = _page_lines([glyph for glyph in across if glyph.bottom < edge - 1], tables=False)
    lines: list[Line] = []
    for part in (heading, body, below):
        lines += [("", []), *part] if lines and part else part
    return lines


def _page_lines(glyphs: Sequence[Glyph], *, tables: bool) -> list[Line]:
    pieces = _pieces(glyphs)
    lines: list[Line] = []
    for region in _regions(pieces, tables=tables):
        if lines and lines[-1][0]:
            lines.append(("", []))
        lines += _region_lines(_rows(region), tables=tables)
    return lines


def _is_vertical(glyphs: Sequence[Glyph]) -> bool:
    """Whether most CJK characters stand below the one drawn before them."""
    down = across = 0
    for before, glyph in pairwise(glyphs):
        if not is_cjk(before.text) or not is_cjk(glyph.text):
            continue
        size = max(before.height, glyph.height, 1)
        beside = abs((glyph.left + glyph.right) - (before.left + before.right)) / 2
        drop = before.top - glyph.top
        if beside < 0.4 * size and 0.4 * size < drop < 2.5 * size:
            down += 1
        elif abs(drop) < 0.4 * size:
            across += 1
    return down > across and down >= 8


def _parted(glyphs: Sequence[Glyph]) -> tuple[list[Glyph], list[Glyph]]:
    """Characters drawn beside one another (headings and page numbers across the page), and those drawn downwards."""
    across: list[Glyph] = []
    down: list[Glyph] = []
    for before, glyph, after in zip([None, *glyphs], glyphs, [*glyphs[1:], None], strict=False):
        beside = (before is not None and _is_beside(before, glyph)) or (after is not None and _is_beside(glyph, after))
        (across if beside else down).append(glyph)
    return across, down


def _is_beside(before: Glyph, glyph: Glyph) -> bool:
    size = max(before.height, glyph.height, 1)
    return abs(glyph.bottom - before.bottom) < 0.3 * size and -0.3 * size < glyph.left - before.right < 3 * size


def _pieces(glyphs: Sequence[Glyph]) -> list[Piece]:
    pieces: list[Piece] = []
    for glyph in glyphs:
        last = pieces[-1] if pieces else None
        if last and _continues(last, glyph):
            blank = " " if glyph.gap and not last.text.endswith((" ", "\u3000")) and glyph.text != " " else ""
            # PDFium sees a blank wherever Japanese is set wide; a gap that takes half a character is one.
            if blank and is_cjk(glyph.text) and is_cjk(last.text[-1]) and glyph.left - last.right < 0.5 * last.size:
                blank = ""
            last.text += blank + glyph.text
            last.glyphs.append(glyph)
            last.right = max(last.right, glyph.right)
            last.latest = glyph.left
            if glyph.height > last.size:
                last.size, last.bottom, last.top = glyph.height, glyph.bottom, glyph.top
        elif glyph.text not in (" ", "\u00a0"):
            place = (glyph.left, glyph.right, glyph.bottom, glyph.top)
            pieces.append(Piece(glyph.text, *place, glyph.height, glyph.left, [glyph]))
    for piece in pieces:
        piece.text = piece.text.replace("\u00a0", " ")
    return [piece for piece in pieces if piece.text.strip()]


def _continues(piece: Piece, glyph: Glyph) -> bool:
    if _overlap(piece.bottom, piece.top, glyph.bottom, glyph.top) < 0.5 * min(piece.size, glyph.height):
        return False
    # The letters of a ligature come one by one, each with the whole ligature's box.
    if abs(glyph.left - piece.latest) < 0.01 * piece.size:
        return True
    return -0.6 * piece.size <= glyph.left - piece.right <= 0.9 * max(piece.size, 1)


def _overlap(low: float, high: float, other_low: float, other_high: float) -> float:
    return min(high, other_high) - max(low, other_low)


def _rows(pieces: Sequence[Piece]) -> list[Row]:
    """Pieces that stand on one line together, lines from the top down, pieces from the left."""
    rows: list[Row] = []
    for piece in sorted(pieces, key=lambda piece: -piece.middle):
        for row in reversed(rows[-4:]):
            tallest = max(row, key=lambda other: other.size)
            shared = _overlap(tallest.bottom, tallest.top, piece.bottom, piece.top)
            collides = any(
                _overlap(other.left, other.right, piece.left, piece.right) > 0.5 * min(other.size, piece.size)
                for other in row
            )
            if shared >= 0.6 * min(tallest.size, piece.size) and not collides:
                row.append(piece)
                break
        else:
            rows.append([piece])
    for row in rows:
        row.sort(key=lambda piece: piece.left)
    return rows


def _regions(pieces: list[Piece], *, tables: bool, depth: int = 0) -> list[list[Piece]]:
    """The pieces in groups to be read one after the other: a page in columns is cut at its gutters."""
    gutter = _gutter(pieces) if depth < 4 and len(pieces) >= 6 else None
    if gutter is None:
        return [pieces] if pieces else []
    regions: list[list[Piece]] = []
    plain: list[Piece] = []  # what is not in columns, in one region until columns come
    for band in _bands(pieces, gutter, tables=tables):
        left = [piece for piece in band if piece.right <= gutter + 1]
        right = [piece for piece in band if piece.right > gutter + 1]
        if not _are_columns(left, right, tables=tables):
            plain += band
            continue
        if plain:
            regions.append(plain)
            plain = []
        regions += _regions(left, tables=tables, depth=depth + 1)
        regions += _regions(right, tables=tables, depth=depth + 1)
    return [*regions, plain] if plain else regions


def _bands(pieces: Sequence[Piece], gutter: float, *, tables: bool) -> list[list[Piece]]:
    """The pieces from the top down, cut wherever one crosses the gutter, and where columns turn into a table or back.

    White space across the page is where that may happen; neighbours of one kind stay together, so that a paragraph's
    end in both columns at once parts nothing.
    """
    bands: list[tuple[str, list[Piece]]] = []
    rows = _rows(pieces) if tables else [[piece] for piece in sorted(pieces, key=lambda piece: -piece.middle)]
    pitches = [_baseline(above) - _baseline(below) for above, below in pairwise(rows)]
    stretch: list[Piece] = []
    for index, row in enumerate(rows):
        crossing = any(piece.left < gutter - 1 and piece.right > gutter + 1 for piece in row)
        if crossing or (tables and index and _is_gap(pitches, index - 1)):
            _add_band(bands, stretch, gutter, tables=tables)
            stretch = []
        if crossing:
            bands.append(("crossing", list(row)))
        else:
            stretch += row
    _add_band(bands, stretch, gutter, tables=tables)
    return [band for _, band in bands]


def _add_band(bands: list[tuple[str, list[Piece]]], stretch: list[Piece], gutter: float, *, tables: bool) -> None:
    if not stretch:
        return
    left = [piece for piece in stretch if piece.right <= gutter + 1]
    right = [piece for piece in stretch if piece.right > gutter + 1]
    last = bands[-1][0] if bands else ""
    if _are_columns(left, right, tables=tables):
        kind = "columns"
    elif last in ("columns", "table") and len(_rows(stretch)) < 3 and _is_whole(left) and _is_whole(right):
        kind = last  # too short to tell by itself
    else:
        kind = "table"
    if kind == last:
        bands[-1][1].extend(stretch)
    else:
        bands.append((kind, list(stretch)))


def _gutter(pieces: Sequence[Piece]) -> float | None:
    """The x in the middle of the widest strip that few pieces cross, with text enough on both sides of it."""
    left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
    size = median([piece.size for piece in pieces])
    if right - left < 20 * size:
        return None
    cells = int(right - left) + 1
    change = [0] * (cells + 2)
    for piece in pieces:
        change[max(0, int(piece.left - left))] += 1
        change[min(cells, int(piece.right - left) + 1)] -= 1
    crossing: list[int] = []
    for step in change[:cells]:
        crossing.append(step + (crossing[-1] if crossing else 0))
    # The strip has to lie inside: each side at least a fifth of the width.
    inside = range(int(0.2 * cells), int(0.8 * cells))
    least = min(crossing[x] for x in inside)
    if least > 0.4 * len(pieces):
        return None
    best = (0, 0.0)
    start = None
    for x in [*inside, None]:
        if x is not None and crossing[x] == least:
            start = x if start is None else start
        elif start is not None:
            end = x if x is not None else inside[-1] + 1
            best = max(best, (end - start, (start + end) / 2))
            start = None
    return left + best[1] if best[0] >= 0.4 * size else None


def _are_columns(left: Sequence[Piece], right: Sequence[Piece], *, tables: bool) -> bool:
    """Whether the two sides are to be read one after the other: both hold running text, or no table is to be feared."""
    if not tables:
        return len(_rows(left)) >= 3 and len(_rows(right)) >= 3
    return _is_running_text(left) and _is_running_text(right)


def _is_running_text(pieces: Sequence[Piece]) -> bool:
    """Three lines or more, many as wide as their side, one piece a line, few digits."""
    rows = _rows(pieces)
    if len(rows) < 3:
        return False
    size = median([piece.size for piece in pieces])
    width = max(piece.right for piece in pieces) - min(piece.left for piece in pieces)
    full = [row[-1].right - row[0].left >= 0.7 * width for row in rows]
    digits = sum(ch.isdigit() for piece in pieces for ch in piece.text) / sum(len(piece.text) for piece in pieces)
    return width >= 10 * size and sum(full) >= 0.4 * len(rows) and digits < 0.3 and _is_whole(pieces)


def _is_whole(pieces: Sequence[Piece]) -> bool:
    """Whether nearly every line is without a gap of two characters."""
    rows = _rows(pieces)
    whole = [all(b.left - a.right < 2 * max(a.size, b.size) for a, b in pairwise(row)) for row in rows]
    return sum(whole) >= 0.8 * len(rows)


# --- Lines and tables ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of a row of a table."""

    text: str
    left: float
    right: float


def _region_lines(rows: Sequence[Row], *, tables: bool) -> list[Line]:
    cells = [_cells(row) for row in rows]
    in_table = _table_rows(rows, cells) if tables else [False] * len(rows)
    columns = _columns_of_tables(cells, in_table)
    pitches = [_baseline(above) - _baseline(below) for above, below in pairwise(rows)]
    edge = max((row[-1].right for row in rows), default=0.0)
    lines: list[Line] = []
    for index, row in enumerate(rows):
        if index and _is_gap(pitches, index - 1) and not (in_table[index] and in_table[index - 1]):
            # A full line without a sentence's end goes on in the next, unless the gap is plain or the letters change.
            above = rows[index - 1]
            alike = abs(_height(above) - _height(row)) < 0.05 * _height(row)
            goes_on = alike and above[-1].right > edge - 2 * row[0].size and not _ENDS.search(above[-1].text)
            if not goes_on or _is_gap(pitches, index - 1, at_least=1.6):
                lines.append(("", []))
        if in_table[index]:
            lines.append(("| " + " | ".join(_in_columns(cells[index], columns[index])) + " |", row))
        else:
            line = _LEADERS.sub(" ", _joined(row)).rstrip()
            if line.strip("| "):
                lines.append((line, row))
    return lines


def _columns_of_tables(cells: Sequence[Sequence[Cell]], in_table: Sequence[bool]) -> list[list[tuple[float, float]]]:
    """For each row, the (left, right) of its table's columns, as its fullest rows show them; none outside tables.

    A table goes on over a single line that is none of its rows.
    """
    columns: list[list[tuple[float, float]]] = [[] for _ in cells]
    rows = [index for index, inside in enumerate(in_table) if inside]
    start = 0
    for place in range(1, len(rows) + 1):
        if place < len(rows) and rows[place] - rows[place - 1] <= 2:
            continue
        block = rows[start:place]
        most = max(len(cells[index]) for index in block)
        spans: list[tuple[float, float]] = []
        for left, right in sorted(
            (c.left, c.right) for index in block if len(cells[index]) == most for c in cells[index]
        ):
            if spans and left < spans[-1][1]:
                spans[-1] = (spans[-1][0], max(spans[-1][1], right))
            else:
                spans.append((left, right))
        for index in block:
            columns[index] = spans
        start = place
    return columns


def _in_columns(cells: Sequence[Cell], columns: Sequence[tuple[float, float]]) -> list[str]:
    """The texts of the cells, with an empty one for each column that the row leaves out.

    Where the cells cannot be told to stand in columns of their own, one after the other, they come as they are.
    """
    texts = [cell.text for cell in cells]
    if len(cells) >= len(columns):
        return texts
    places: list[int] = []
    for cell in cells:
        shared = [_overlap(cell.left, cell.right, *column) for column in columns]
        # A heading over several columns stands in the first of them.
        place = next((number for number, width in enumerate(shared) if width > 0), None)
        if place is None or (places and place <= places[-1]):
            return texts
        places.append(place)
    filled = [""] * len(columns)
    for place, text in zip(places, texts, strict=True):
        filled[place] = text
    return filled


def _is_gap(pitches: Sequence[float], index: int, at_least: float = 1.2) -> bool:
    """Whether the distance of two lines is more than `at_least` times one beside it: the end of a paragraph."""
    beside = [*pitches[max(0, index - 1) : index], *pitches[index + 1 : index + 2]]
    return bool(beside) and pitches[index] > at_least * min(beside)


def _height(row: Row) -> float:
    return max(piece.size for piece in row)


def _baseline(row: Row) -> float:
    return max(row, key=lambda piece: piece.size).bottom


def _joined(row: Row) -> str:
    """The row as one line; pieces that touch are glued, others parted by one blank."""
    line = row[0].text
    for before, piece in pairwise(row):
        touching = piece.left - before.right < 0.15 * max(before.size, piece.size)
        line = line + piece.text if touching else line.rstrip() + " " + piece.text.lstrip()
    return line


def _cells(row: Row) -> list[Cell]:
    """The row cut at its wide gaps and its dotted leaders; a currency or percent sign joins its number."""
    groups: list[Row] = [[row[0]]]
    for before, piece in pairwise(row):
        size = max(before.size, piece.size)
        gap = piece.left - before.right
        numbers = _ends_as_number(before.text) and _begins_as_number(piece.text)
        if gap >= (0.8 if numbers else 1.2) * size:
            groups.append([piece])
        else:
            groups[-1].append(piece)
    cells: list[Cell] = []
    for group in groups:
        parts = [part.strip() for part in _LEADERS.split(_joined(group)) if part and part.strip("| ")]
        for number, part in enumerate(parts):
            # Of what leaders part, the first begins at the left and the last ends at the right.
            left = group[0].left if number == 0 else group[-1].right - 1
            right = group[-1].right if number == len(parts) - 1 else group[0].left + 1
            text = part.replace("|", "/")
            if cells and (cells[-1].text in _BEFORE_NUMBERS or text in _AFTER_NUMBERS):
                cells[-1] = Cell(cells[-1].text + text, cells[-1].left, right)
            else:
                cells.append(Cell(text, left, right))
    return cells


def _ends_as_number(text: str) -> bool:
    return bool(re.search(r"[\d%％)）\-–—―]\s*$", text))


def _begins_as_number(text: str) -> bool:
    return bool(re.match(r"\s*[\d$¥￥€£△▲(（\-–—―]", text))


def _table_rows(rows: Sequence[Row], cells: Sequence[Sequence[Cell]]) -> list[bool]:
    """Which rows are a table's: two cells or more, and a gap that stands above or below a gap of the next such row.

    A row of one cell between two table rows ends nothing; it stays a line of its own.
    """
    gaps = [_gaps(row) if len(cell) > 1 and not _is_item(cell) else [] for row, cell in zip(rows, cells, strict=True)]
    many = [index for index, row_gaps in enumerate(gaps) if row_gaps]
    found = [False] * len(rows)
    for above, below in pairwise(many):
        if below - above <= 2 and any(_overlap(*a, *b) > 1 for a in gaps[above] for b in gaps[below]):
            found[above] = found[below] = True
    return found


def _is_item(cells: Sequence[Cell]) -> bool:
    """Whether this is a list's item: a bullet or a number, and then its text."""
    return len(cells) == 2 and _ITEM_MARK.fullmatch(cells[0].text) is not None and not cells[1].text[:1].isdigit()


def _gaps(row: Row) -> list[tuple[float, float]]:
    size = max(piece.size for piece in row)
    return [(a.right, b.left) for a, b in pairwise(row) if b.left - a.right >= 0.8 * size]


def median(values: Sequence[float]) -> float:
    """The middle one of `values`, the upper one of two."""
    return sorted(values)[len(values) // 2]


def is_cjk(ch: str) -> bool:
    """A character of Japanese or Chinese writing, or a full-width one."""
    return (
        "\u3000" <= ch <= "\u30ff"
        or "\u3400" <= ch <= "\u9fff"
        or "\uf900" <= ch <= "\ufaff"
        or "\uff01" <= ch <= "\uff9f"
    )
