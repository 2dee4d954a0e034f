"""Which days a date may mean: a FactValue in, as vague as it was said; its Period, the first and the last day, out."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from corpus.dates import PartialDate
from corpus.facts import FactValue

# First and last month of a part of a year, as widely as it may be meant; winter runs into the next year.
_MONTHS = {
    "Q1": (1, 3), "Q2": (4, 6), "Q3": (7, 9), "Q4": (10, 12), "H1": (1, 6), "H2": (7, 12), "early": (1, 4),
    "mid": (5, 8), "late": (9, 12), "end": (11, 12), "spring": (3, 5), "summer": (6, 8), "autumn": (9, 11),
    "winter": (12, 14),
}  # fmt: skip
_DAYS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31), "end": (25, 31), "H1": (1, 15), "H2": (16, 31)}

_KEY = re.compile(r"(?P<date>\d{4}(?:-\d\d){0,2})(?:-(?P<part>[A-Za-z][A-Za-z\d-]*))?(?:T.*)?")
_NOT_BEFORE = re.compile(
    r"以降|最短|早ければ|早くて|\bor later\b|\bno earlier\b|\bnot (?:earlier|before)\b|\bas early as\b|\bonwards?\b"
    r"|\bat the earliest\b",
    re.IGNORECASE,
)
_NOT_AFTER = re.compile(r"遅くとも|(?<!か)まで|\bno later\b|\bby\b|\bor earlier\b|\bat the latest\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Period:
    """The days from `first` to `last`, both included."""

    first: dt.date
    last: dt.date
    is_open: bool = False  # it may be later, too: "no earlier than", 以降
    is_until: bool = False  # it may be earlier, too: "by", まで

    @property
    def middle(self) -> dt.date:
        """The day halfway."""
        return self.first + (self.last - self.first) / 2

    @property
    def days(self) -> int:
        """How many days it has, 1 for a day."""
        return (self.last - self.first).days + 1


def period(value: FactValue) -> Period | None:
    """The days that `value` may mean; None for what is no date."""
    if value.kind != "date":
        return None
    ends = [_span(part) for part in value.key.split("/")]
    known = [end for end in ends if end]
    if not known or len(known) < len(ends):
        return None
    first, last = min(end[0] for end in known), max(end[1] for end in known)
    is_range = len(known) > 1
    return Period(
        first,
        last,
        is_open=bool(_NOT_BEFORE.search(value.text)),
        is_until=bool(_NOT_AFTER.search(value.text)) and not is_range,
    )


def months_between(one: Period, other: Period) -> int | None:
    """By how many months `other` is later than `one`, from middle to middle; None where they are too vague for it."""
    days = (other.middle - one.middle).days
    if abs(days) * 2 < one.days + other.days - 2:
        return None
    return round(days / 30.4375)


def _span(key: str) -> tuple[dt.date, dt.date] | None:
    match = _KEY.fullmatch(key)
    if not match:
        return None
    date, part = PartialDate.parse(match["date"]), match["part"] or ""
    if not part:
        return date.earliest, date.latest
    if part.startswith("FY"):
        return _fiscal(date, part[3:])
    if date.month is None and part in _MONTHS:
        return _months(date.year, *_MONTHS[part])
    if date.month is not None and date.day is None and part in _DAYS:
        first, last = _DAYS[part]
        return date.earliest.replace(day=first), date.latest.replace(day=min(last, date.latest.day))
    return date.earliest, date.latest


def _fiscal(date: PartialDate, part: str) -> tuple[dt.date, dt.date] | None:
    """A fiscal year that ends with a month, or a part of it; None for one that is told by its year alone."""
    if date.month is None:
        return None
    begins = date.month + 1 - 12
    first, last = _MONTHS[part] if part in ("Q1", "Q2", "Q3", "Q4", "H1", "H2") else (1, 12)
    return _months(date.year, begins + first - 1, begins + last - 1)


def _months(year: int, first: int, last: int) -> tuple[dt.date, dt.date]:
    """From the first day of a month to the last day of another; months count on from January of `year`."""
    begins, ends = divmod(first - 1, 12), divmod(last - 1, 12)
    end = year + ends[0], ends[1] + 1
    return dt.date(year + begins[0], begins[1] + 1, 1), dt.date(*end, calendar.monthrange(*end)[1])
