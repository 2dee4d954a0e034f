"""Values: text in, typed mentions of dates, money and quantities out, each with a canonical key and its exact place.

The key is the same however a value is written: 2022年11月, Nov. 2022 and ２０２２年１１月 are all `2022-11`; 268億円
and JPY 26.8bn are both `JPY:26800000000`. corpus/say.py writes a value again in either language.
"""

from __future__ import annotations

from collections.abc import Iterator

from corpus.dates import PartialDate
from corpus.quantities import money, quantities
from corpus.said_dates import (
    Found,
    days,
    english_dates,
    japanese_dates,
    numeric_dates,
    relatives,
    resolved,
    times,
    years_alone,
)
from corpus.value import Kind, Value, fold

__all__ = ["Kind", "Value", "fold", "values"]


def values(text: str, *, context: PartialDate | None = None) -> list[Value]:
    """Every date, time, amount of money and quantity in `text`, in order, none overlapping another.

    Args:
        context: the date on which the text spoke, mostly its publication. 本日, 来年 and "today" are counted from it,
            and a day without a year ("11月22日") takes the year that puts it nearest. Without context, such a day takes
            the year of the full date before it, and words like 本日 are no values.

    >>> [v.key for v in values("2022年11月に約268億円、Nov. 2022: JPY 26.8bn")]
    ['2022-11', 'JPY:26800000000', '2022-11', 'JPY:26800000000']
    """
    folded = fold(text)
    taken = bytearray(len(folded))
    found: list[Found] = []
    for candidate in _candidates(folded):
        start, end = candidate.start, candidate.end
        if start < end and not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            found.append(candidate)
    found.sort(key=lambda candidate: candidate.start)
    return list(resolved(found, folded, context))


def _candidates(text: str) -> Iterator[Found]:
    """What might be a value, the surest kinds first: of two that overlap, the first one stands."""
    digits = any(char.isdigit() for char in text)
    if digits or "年" in text:
        yield from japanese_dates(text)
    if digits:
        yield from english_dates(text)
        yield from numeric_dates(text)
    yield from money(text)
    if digits:
        yield from times(text)
    yield from quantities(text)
    if digits:
        yield from years_alone(text)
        yield from days(text)
    yield from relatives(text)
