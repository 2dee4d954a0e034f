"""Saying: a Value in; its words in either language out, no more exact than it was said."""

from __future__ import annotations

from decimal import Decimal

from corpus.announcement import Language
from corpus.dates import PartialDate
from corpus.numbers import plain
from corpus.said_dates import MONTHS
from corpus.units import CURRENCIES, UNITS
from corpus.value import Value

_SAID_JA = {
    "early": "初頭",
    "mid": "半ば",
    "late": "終盤",
    "end": "末",
    "H1": "前半",
    "H2": "後半",
    "spring": "春",
    "summer": "夏",
    "autumn": "秋",
    "winter": "冬",
}
_SAID_JA_OF_MONTH = {"early": "上旬", "mid": "中旬", "late": "下旬", "end": "末"}
_SAID_EN = {"H1": "first half of ", "H2": "second half of ", "mid": "mid-", "end": "end of "}


def say(value: Value, language: Language) -> str:
    """`value` written in `language`, no more exact than it was; `values` reads the same key from it.

    >>> from corpus.values import values
    >>> say(values("2022年11月")[0], "en"), say(values("USD 125 million")[0], "ja")
    ('November 2022', '1億2500万ドル')
    """
    if value.kind == "date" and value.date is not None:
        return _say_japanese_date(value.date, value.part) if language == "ja" else _say_date(value.date, value.part)
    if value.number is None:
        return value.key
    sign = "-" if value.number < 0 else ""
    if value.kind == "money":
        if language == "ja":
            return sign + _say_japanese(abs(value.number)) + CURRENCIES[value.unit][3]
        return f"{sign}{value.unit} {_say_english(abs(value.number))}"
    _, _, japanese, (one, many) = UNITS[value.unit]
    if language == "ja":
        return sign + _say_japanese(abs(value.number)) + japanese
    return sign + _say_english(abs(value.number)) + (one if value.number == 1 else many)


def _say_japanese_date(date: PartialDate, part: str) -> str:
    text = f"{date.year}年" + (f"{date.month}月" if date.month else "") + (f"{date.day}日" if date.day else "")
    if part.startswith("FY"):
        text += "期" if date.month else "度"
        part = part[3:]
        if part.startswith("H"):
            return text + ("上期" if part == "H1" else "下期")
    if part.startswith("Q"):
        return f"{text}第{part[1]}四半期"
    return text + (_SAID_JA_OF_MONTH if date.month else _SAID_JA).get(part, "")


def _say_date(date: PartialDate, part: str) -> str:
    month = MONTHS[date.month - 1].capitalize() if date.month else ""
    text = " ".join(filter(None, (str(date.day) if date.day else "", month, str(date.year))))
    fiscal = part.startswith("FY")
    if fiscal:
        text = f"fiscal year ended {text}" if month else f"fiscal {text}"
        part = part[3:]
    if part.startswith("Q"):
        return f"{part} of {text}" if fiscal else f"{part} {text}"
    return f"{_SAID_EN[part]}{text}" if part in _SAID_EN else f"{part} {text}".strip()


def _say_japanese(number: Decimal) -> str:
    if number != number.to_integral_value() or number < 10**4:
        return f"{number:,f}".rstrip("0").rstrip(".") if "." in f"{number:f}" else f"{number:,f}"
    rest, said = int(number), ""
    for name, size in (("兆", 10**12), ("億", 10**8), ("万", 10**4)):
        if rest >= size:
            said += f"{rest // size}{name}"
            rest %= size
    return said + (str(rest) if rest else "")


def _say_english(number: Decimal) -> str:
    for name, size in (("trillion", 10**12), ("billion", 10**9), ("million", 10**6)):
        if number >= size:
            return f"{plain(number / size)} {name}"
    return f"{number.normalize():,f}" if number else "0"
