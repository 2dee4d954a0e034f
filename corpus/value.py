"""The nouns of values: a Value is a mention of a date, a time, money or a quantity; `fold` makes one width of text."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from corpus.dates import PartialDate

Kind = Literal["date", "time", "money", "quantity"]

# Full-width ASCII to its half-width twin, one character to one, so that offsets stay.
_FOLD = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    0x3000: 0x20,
    0x2212: 0x2D,
    0x2010: 0x2D,
    0x2011: 0x2D,
}


def fold(text: str) -> str:
    """`text` with full-width ASCII made half-width; same length, so offsets into one are offsets into the other."""
    return text if text.isascii() else text.translate(_FOLD)


@dataclass(frozen=True, slots=True)
class Value:
    """`text[start:end]` says a value; `key` is its canonical form."""

    kind: Kind
    start: int
    end: int
    key: str
    date: PartialDate | None = None
    part: str = ""  # of a date: Q1-Q4, H1, H2, early, mid, late, end, a season, or FY, FY-Q1, FY-H1 (of a fiscal year)
    number: Decimal | None = None
    unit: str = ""  # currency code, or a unit's key in UNITS
