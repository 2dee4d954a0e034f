"""Tables: a table section in, its cells out, each with the labels of its row and column and the number that it says.

Units ((単位：百万円), "$ in millions"), negatives (△, ▲, parentheses), per cent and per-share amounts are resolved, so
that 売上高 of 2023年3月期 is JPY 1,234,000,000 where the cell prints 1,234.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from corpus.announcement import Section
from corpus.units import UNITS
from corpus.values import Value, fold, values


@dataclass(frozen=True, slots=True)
class Cell:
    """`text[start:end]` stands in the row and the column that the labels name; a label may be empty."""

    row_label: str
    column_label: str
    start: int
    end: int
    unit: str = ""  # of `number`: a currency code, or a key of UNITS; "" where the table does not say
    number: Decimal | None = None  # scale and sign applied; None where the cell holds no number

    @property
    def value(self) -> Value | None:
        """The cell as a Value, which `say` writes in either language; None without a number or a unit."""
        if self.number is None or not self.unit:
            return None
        key = f"{self.unit}:{format(self.number.normalize(), 'f') if self.number else 0}"
        kind = "quantity" if self.unit in UNITS else "money"
        return Value(kind, self.start, self.end, key, number=self.number, unit=self.unit)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class _Part:
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class _Unit:
    """What numbers without a sign of their own count."""

    unit: str = ""
    scale: int = 1
    shares: bool = False  # whether the scale counts shares too


_Row = list[_Part]

_RULE = re.compile(r"[|\s:–—-]*-[|\s:–—-]*")
_NUMBER = re.compile(
    r"(?P<minus>[△▲(-]\s?)?\s*(?P<currency>US\$|[$¥€£])?\s*(?P<minus2>[△▲(-]\s?)?(?P<number>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?|\.\d+)\s*(?P<percent>%)?\s*(?P<close>\))?\s*(?P<percent2>%)?\s*[\^*]?"
)
_SEN = re.compile(r"(?P<minus>[△▲-]\s?)?(?P<yen>[\d,]+)円\s?(?P<sen>\d{1,2})銭")
_NOTHING = re.compile(r"\s*[-–—―－*^]*\s*")
_CURRENCY = re.compile(
    r"(?P<JPY>円|¥|yen|JPY)|(?P<USD>米?ドル|\$|dollars?|USD)|(?P<EUR>ユーロ|€|euros?|EUR)|(?P<GBP>ポンド|£|GBP)",
    re.IGNORECASE,
)
_UNIT_JA = re.compile(
    r"(?:単位\s*[:：]?\s*|[（(]\s*|^)(?P<scale>十億|百万|千|億|万)?(?P<what>円|米?ドル|ユーロ|株|人|名|%)(?=[\s、,)）]|$)"
)
_UNIT_EN = re.compile(
    r"(?P<before>[$¥€£]|dollars?|yen|euros?|JPY|USD|EUR|amounts?)?(?P<shares>\sand\sshares?)?\s*(?:are\s)?(?:expressed\s)?(?:in\s)?(?P<scale>thousands?|millions?|billions?)\b(?:\sof\s(?P<after>(?:U\.?S\.?\s)?dollars|(?:Japanese\s)?yen|euros))?",
    re.IGNORECASE,
)
_SCALES = {
    "千": 10**3, "万": 10**4, "百万": 10**6, "億": 10**8, "十億": 10**9, "thousand": 10**3, "million": 10**6,
    "billion": 10**9,
}  # fmt: skip
_PER_SHARE = re.compile(
    r"per\s(?:common\s|diluted\s|basic\s|ordinary\s)*share|\bEPS\b|[1１一]\s?株(?:当|あ)たり|[1１]株", re.IGNORECASE
)
_SHARES = re.compile(r"\bshares\b|株式数", re.IGNORECASE)
_PERCENT = re.compile(r"%|％|パーセント|percent|比率|利益率|増減率", re.IGNORECASE)
_CHANGES = re.compile(
    r"quarter|full[- ]year|(?:weeks|months|year)s? ended|change|四半期|通期|増減|前期|当期", re.IGNORECASE
)
# How far above a table its head and its unit may stand, in characters.
_REACH = 3_000


def table_cells(text: str, section: Section) -> list[Cell]:
    """The cells of the table `section` of the announcement text `text`, row by row, labels and empty cells left out.

    A table that a page or a subheading cut off from its head takes the head of the nearest table above it with as many
    columns.

    >>> table = "（単位：百万円） | 2023年3月期\\n売上高 | 1,234\\n営業利益 | △500"
    >>> [(c.row_label, c.column_label, str(c.number)) for c in table_cells(table, Section("table", 0, len(table)))]
    [('売上高', '2023年3月期', '1234000000'), ('営業利益', '2023年3月期', '-500000000')]
    """
    rows, head_size = _rows(text, section.start, section.end)
    head = rows[:head_size] or _head_above(text, section.start, max(map(len, rows), default=0))
    # A column's own unit is not the table's: 増減率（％） beside amounts of money.
    heads = [part.text for row in head for part in row if part is row[0] or "単位" in part.text]
    unit = _unit([said for said in (*heads, *reversed(_lines_above(text, section.start))) if not _PERCENT.search(said)])
    if unit.scale > 1 and not unit.unit:
        # "In thousands" of what the table's amounts show: $9,583.
        symbols = (_NUMBER.fullmatch(fold(part.text)) for row in rows for part in row)
        unit = replace(
            unit, unit=next((_currency(found["currency"]) for found in symbols if found and found["currency"]), "")
        )
    group = section.heading or ""
    cells: list[Cell] = []
    for row in rows[head_size:]:
        labelled = not _is_number(row[0].text)
        label, parts = (row[0].text, row[1:]) if labelled else ("", row)
        if labelled and not any(part.text for part in parts):
            group = label
        for place, part in enumerate(parts):
            if part.text and not _NOTHING.fullmatch(part.text):
                column = _column_label(head, place, len(parts))
                cell_unit = _unit_for([column, label], group, unit)
                number, said = _number(part.text, cell_unit, percent=bool(_PERCENT.search(f"{column} {label}")))
                cells.append(Cell(label or group, column, part.start, part.end, said, number))
    return cells


@dataclass(frozen=True, slots=True)
class Grid:
    """A table as it is laid out: for each row the (start, end) of its cells, empty ones included."""

    rows: tuple[tuple[tuple[int, int], ...], ...]
    head: int  # how many rows at the top name the columns


def table_grid(text: str, section: Section) -> Grid:
    """The rows of the table `section` of the announcement text `text`; a line without bars is a row of one cell.

    >>> table_grid("| 項目 | 金額 |\\n|---|---|\\n| 売上高 | 12 |", Section("table", 0, 36))
    Grid(rows=(((2, 4), (7, 9)), ((24, 27), (30, 32))), head=1)
    """
    barred, head_size = _rows(text, section.start, section.end)
    cells = {row[0].start: row for row in barred}
    rows: list[tuple[tuple[int, int], ...]] = []
    head = 0
    for match in re.finditer(r"[^\n]+", text[section.start : section.end]):
        start, end = section.start + match.start(), section.start + match.end()
        row = next((cells[at] for at in range(start, end) if at in cells), None)
        if row is not None:
            rows.append(tuple((part.start, part.end) for part in row))
            head = len(rows) if row in barred[:head_size] else head
        elif "|" not in match.group() and match.group().strip():
            rows.append(((start, end),))
    return Grid(tuple(rows), head)


def _rows(text: str, start: int, end: int) -> tuple[list[_Row], int]:
    """The rows between `start` and `end`, and how many of them are the head."""
    rows: list[_Row] = []
    ruled = 0
    for match in re.finditer(r"[^\n]+", text[start:end]):
        line = match.group()
        if "|" not in line:
            continue
        if _RULE.fullmatch(line):
            ruled = ruled or len(rows)
            continue
        rows.append(list(_parts(line, start + match.start())))
    return rows, ruled or _head_size(rows)


def _parts(line: str, base: int) -> Iterator[_Part]:
    begin = 1 if line.startswith("|") else 0
    stop = len(line) - 1 if begin and line.rstrip().endswith("|") else len(line)
    at = begin
    for piece in line[begin:stop].split("|"):
        said = piece.strip()
        start = base + at + (len(piece) - len(piece.lstrip()) if said else 0)
        yield _Part(start, start + len(said), said)
        at += len(piece) + 1


def _is_number(said: str) -> bool:
    """Whether a cell holds a number, and no year or date."""
    folded = fold(said)
    if re.fullmatch(r"(?:19|20)\d\d", folded):
        return False
    return bool(_NUMBER.fullmatch(folded) or _SEN.fullmatch(folded))


def _head_size(rows: list[_Row]) -> int:
    """How many rows at the top name the columns: those without a number, above one with numbers."""
    size = 0
    for row in rows[:5]:
        named = [part.text for part in row[1:] if part.text]
        if any(_is_number(part.text) for part in row):
            return size
        if named and all(_is_period(part) for part in named):
            size += 1
            continue
        # A second row of a head begins with nothing, a unit or what all columns are of.
        first = row[0].text
        widest = max(map(len, rows))
        if (
            not named
            or (widest == 2 and len(row) == 2 and first and not _unit([first]).scale > 1)
            or (size and first and len(row) == widest and not re.search(r"[（(]|単位", first))
        ):
            return size
        size += 1
    periods = all(_is_period(part.text) for row in rows for part in row[1:] if part.text)
    return size if size < len(rows) or periods else 0


def _is_period(said: str) -> bool:
    """Whether a column's name is a date, a period of time or a change between two."""
    if _CHANGES.search(fold(said)):
        return True
    dates = [value for value in values(said) if value.kind == "date"]
    return sum(value.end - value.start for value in dates) >= 0.5 * len(said) > 0


def _head_above(text: str, start: int, width: int) -> list[_Row]:
    base = max(0, start - _REACH)
    above, _ = _rows(text, base, start)
    for end in range(len(above), 0, -1):
        begin = end
        while begin and not any(_is_number(part.text) for part in above[begin - 1]):
            if begin < end and text.count("\n", above[begin - 1][-1].end, above[begin][0].start) > 1:
                break
            begin -= 1
        head = above[begin:end]
        # Without a period in it, what stands above is another table: a list of contacts, say.
        if head and len(head[-1]) in (width, width - 1) and any(_is_period(part.text) for part in head[-1][1:]):
            return head
    return []


def _column_label(head: list[_Row], place: int, columns: int) -> str:
    """What the rows of the head say above column `place` of `columns`, top down."""
    said: list[str] = []
    for number, row in enumerate(head):
        names = [part.text for part in row]
        if len(names) > columns:
            names = names[len(names) - columns :]
        elif columns % len(names) == 0:
            # "Three Months Ended | Six Months Ended" over four columns spans two each.
            names = [name for name in names for _ in range(columns // len(names))]
        else:
            continue
        name = names[place]
        if not name and number + 1 < len(head):
            # A cell over several columns says its name in the first.
            name = next((other for other in reversed(names[:place]) if other), "")
        if name:
            said.append(name)
    return " ".join(said)


def _lines_above(text: str, start: int) -> list[str]:
    """Lines above the table that may state its unit; of other tables' rows only those that are about units."""
    lines = text[max(0, start - _REACH) : start].split("\n")
    return [
        line
        for line in lines
        if line.strip() and ("|" not in line or re.search(r"単位|\b[Ii]n (?:thou|mill|bill)", line))
    ]


def _unit(said: list[str]) -> _Unit:
    """The unit that the first text of `said` with one states."""
    for statement in said:
        folded = fold(statement)
        japanese = _UNIT_JA.search(folded)
        if japanese and ("単位" in folded or "(" in folded or japanese.group() == folded.strip()):
            what = japanese["what"]
            kind = {"株": "share", "人": "person", "名": "person", "%": "percent"}.get(what) or _currency(what)
            return _Unit(kind, _SCALES.get(japanese["scale"] or "", 1), kind == "share")
        english = _UNIT_EN.search(folded)
        if english and (
            english["before"] or english["after"] or re.search(r"\bin\s(?:thou|mill|bill)", folded, re.IGNORECASE)
        ):
            currency = _currency(english["after"] or english["before"] or "") or _currency(folded)
            scale = _SCALES[english["scale"].casefold().removesuffix("s")]
            return _Unit(currency, scale, bool(re.search(r"shares?\s(?:are\s)?in\b", folded, re.IGNORECASE)))
    return _Unit()


def _currency(said: str) -> str:
    match = _CURRENCY.search(said)
    return match.lastgroup or "" if match else ""


def _unit_for(labels: list[str], group: str, unit: _Unit) -> _Unit:
    """The unit of a cell: what its column or row states, else the table's."""
    own = _unit(labels)
    if own.unit:
        return own
    if any(_PER_SHARE.search(label) for label in labels):
        return _Unit("" if unit.unit in UNITS else unit.unit)
    if any(_SHARES.search(label) for label in [*labels, group]):
        return _Unit("share", unit.scale if unit.shares else 1) if unit.shares else _Unit()
    return unit


def _number(said: str, unit: _Unit, *, percent: bool) -> tuple[Decimal | None, str]:
    """The number that a cell says and its unit; (None, "") for a cell of words."""
    folded = fold(said)
    sen = _SEN.fullmatch(folded)
    if sen:
        amount = Decimal(sen["yen"].replace(",", "")) + Decimal(sen["sen"]) / 100
        return (-amount if sen["minus"] else amount), "JPY"
    match = _NUMBER.fullmatch(folded)
    if not match or (match["close"] and "(" not in folded):
        # A cell that says its own unit: 10億円, EUR 2.7 million.
        stated = [value for value in values(said) if value.number is not None]
        whole = len(stated) == 1 and stated[0].end - stated[0].start >= 0.7 * len(said)
        return (stated[0].number, stated[0].unit) if whole else (None, "")
    number = Decimal(match["number"].replace(",", ""))
    number = -number if match["minus"] or match["minus2"] else number
    if match["percent"] or match["percent2"]:
        return number, "percent"
    if match["currency"]:
        code = _currency(match["currency"])
        return number * unit.scale, code
    if percent:
        return number, "percent"
    return number * unit.scale, unit.unit
