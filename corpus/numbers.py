"""Numbers: text in digits, kanji or English words in; a Decimal out; and the patterns that find them."""

from __future__ import annotations

import re
from decimal import Decimal

_SCALES_EN = {
    "trillion": 10**12, "tn": 10**12, "billion": 10**9, "bn": 10**9, "b": 10**9, "million": 10**6, "mn": 10**6,
    "mm": 10**6, "m": 10**6, "thousand": 10**3, "k": 10**3,
}  # fmt: skip
NUMBER_WORDS = {
    word: value
    for value, word in enumerate((
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
    ))
} | {"thirty": 30, "forty": 40, "fifty": 50, "sixty": 60, "hundred": 100, "dozen": 12}  # fmt: skip
_KANJI_DIGITS = {char: i for i, char in enumerate("〇一二三四五六七八九")} | {"零": 0, "両": 2}
_KANJI_TENS = {"十": 10, "百": 100, "千": 1000}
_KANJI_MYRIADS = {"万": 10**4, "億": 10**8, "兆": 10**12}
NUM = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
_KANJI_DIGIT = "〇零一二三四五六七八九両"
# Every character can be read in one way only, and a number ends somewhere: no text makes this slow.
NUM_JA = rf"(?:{NUM}|[{_KANJI_DIGIT}十百千万億兆])(?:\s?[十百千万億兆]|(?<=[十百千万億兆])\s?{NUM}|(?<=[{_KANJI_DIGIT}十百千万億兆])[{_KANJI_DIGIT}]){{0,24}}"
SIGN = r"(?P<sign>[△▲]\s?|(?<![\w)%.,])-(?=\d|[A-Z$¥€£]))?"


WORDS = "|".join(sorted(NUMBER_WORDS, key=len, reverse=True))
SCALE_EN = r"(?:trillion|billion|million|thousand|tn|bn|mn|mm|[bmk])(?![A-Za-z])"
# A number after one of these names a thing: Mission 1, Series 3, Section 4.
NAMING = re.compile(
    r"\b(?:mission|series|section|article|note|phase|falcon|table|figure|step|stage|item|no\.?|number|version|chapter|part|page|level|tier|class|type|form|rule|exhibit|milestone|success|apollo|schedule|appendix|block|round|volume|vol\.?|group|unit|act|lot|day|week|model|mark|option|case|annex|question|top)\s?$",
    re.IGNORECASE,
)


def decimal(text: str) -> Decimal:
    """The number that digits with commas say."""
    return Decimal(text.replace(",", "").replace(" ", ""))


def japanese_number(text: str) -> Decimal:
    """What a number in digits, kanji or both says; 0 for an empty text.

    >>> japanese_number("1億2,500万"), japanese_number("三百二十"), japanese_number("1,234百万")
    (Decimal('125000000'), Decimal('320'), Decimal('1234000000'))
    """
    total, section, digits = Decimal(0), Decimal(0), None
    positional = False
    for token in re.findall(rf"{NUM}|\S", text):
        if token[0].isdigit():
            digits, positional = decimal(token), False
        elif token in _KANJI_DIGITS:
            digits = (digits or 0) * (10 if positional else 1) + Decimal(_KANJI_DIGITS[token])
            positional = True
        elif token in _KANJI_TENS:
            section += (Decimal(1) if digits is None else digits) * _KANJI_TENS[token]
            digits, positional = None, False
        elif token in _KANJI_MYRIADS:
            # 1,234百万 and 3千万: what stands before 万, 億, 兆 counts them.
            counted = section + (digits or 0)
            total += (counted if section or digits is not None else Decimal(1)) * _KANJI_MYRIADS[token]
            section, digits, positional = Decimal(0), None, False
    return total + section + (digits or 0)


def plain(value: Decimal) -> str:
    """The digits of a number, with neither exponent nor trailing zeros."""
    return format(value.normalize(), "f") if value else "0"


def signed(match: re.Match[str], number: Decimal) -> Decimal:
    """`number` with the sign that the pattern found: ▲, △ or -."""
    return -number if match["sign"] else number


def english_number(text: str, scale: str | None) -> Decimal:
    """The number that digits or a word say, times what "million" and its like say."""
    number = Decimal(NUMBER_WORDS[text.casefold()]) if text.casefold() in NUMBER_WORDS else decimal(text)
    return number * _SCALES_EN.get((scale or "").casefold(), 1)
