"""Two dates side by side: a text and two Values in; whether they bound a range, or the one replaces the other, out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from corpus.values import Value

Joint = Literal["range", "move"]

# A mark of a footnote, and the words that make a date more or less firm, may stand on either side.
_MARK = r"(?:\s?(?:※\d{0,2}|\*\d{1,2}|\[\d{1,2}\]|[（(]注\s?\d{0,2}[)）]))?"
_LOOSE_JA = r"(?:ごろ|ころ|頃|以降|以後|末|中|内)*"
_LOOSE_EN = r"(?:\s(?:or later|at the earliest|onwards?))?"
_BEFORE = r"(?:、?(?:最短で?|早くて|早ければ|約|およそ|the |about |around |early |late |mid-?|no earlier than |as early as ))*"
# When the first of two dates was said: "May 2025, as announced on 1 March 2024, to August 2025".
_ASIDE = r"(?:,\s(?:as\s)?(?:announced|published|stated|assumed|planned|disclosed)\s(?:on|in)\s[^,;]{4,20},)?"
_JOIN = re.compile(
    rf"{_LOOSE_JA}{_LOOSE_EN}{_MARK}{_ASIDE}\s?(?:から|より|[~〜～–—-]|to|until|till|through)\s?{_BEFORE}",
    re.IGNORECASE,
)
_AND = re.compile(r"\sand\s(?:the\s)?", re.IGNORECASE)
_BETWEEN = re.compile(r"\bbetween\s(?:the\s|about\s|early\s|late\s)?$", re.IGNORECASE)
_ARROW = re.compile(rf"{_LOOSE_JA}{_LOOSE_EN}{_MARK}\s?(?:→|⇒|⇨|➡|->|=>)\s?{_BEFORE}", re.IGNORECASE)

_CHANGE_JA = (
    r"(?:変更|延期|延長|後ろ倒し|前倒し|繰り?[上下]げ|先送り|順延|移[しすっ]|移行|再設定|再調整|再延期|修正|改定|改訂|改め|訂正|更新|見直|組み直"
    r"|ずれ|ずら|遅れ|遅ら|早[めま]|延び|延ば|短縮|引き?直)"
)
# Behind the second date: へと変更, に打ち上げ時期を見直し, まで延期. What only passes between them is no comma and no stop.
_CHANGED_JA = re.compile(
    rf"{_LOOSE_JA}{_MARK}(?:、?続いて|(?:までに?|へと?|に|と|には)(?:[^、。；;\d]{{0,16}}?){_CHANGE_JA}"
    r"|へ(?:と|、|。|$|の(?:変更|延期|見直|移行))|に(?:なり|なった|なる|変わ))"
)
_HEADED_JA = re.compile(rf"{_CHANGE_JA}[^。、]{{0,12}}[:：]\s?{_BEFORE}$")
_AT_FIRST_JA = re.compile(r"(?:当初|従来|これまで|以前|前回)[^。、]{0,24}$")
_TO_JA = re.compile(rf"{_LOOSE_JA}{_MARK}(?:へ|に|と)")
_CHANGE_EN = re.compile(
    r"\b(?:mov(?:e|es|ed|ing)|chang\w+|postpon\w+|delay\w*|slip\w*|re-?schedul\w+|push\w*|shift\w*|revis\w+|updat\w+|adjust\w*|amend\w*"
    r"|defer\w*|advanc\w+|accelerat\w+|brought|bring\w*|put|set back|extend\w*|extension|correct\w+)\b(?P<between>[^;.:]*)\bfrom\s"
    rf"{_BEFORE}$",
    re.IGNORECASE,
)
_LASTS_EN = re.compile(
    r"\b(?:runs?|ran|running|lasts?|lasted|lasting|opens?|spans?|spanning|available|valid|takes? place|took place|window|period"
    r"|held|conducted|carried out|operat\w+)\b",
    re.IGNORECASE,
)


def joint(text: str, first: Value, second: Value) -> Joint | None:
    """How two dates that follow one another belong together; None where they are two dates by themselves.

    >>> from corpus.values import values
    >>> def read(text: str) -> Joint | None:
    ...     return joint(text, *values(text)[:2])
    >>> read("2027年5月から2027年8月へと変更"), read("2027年5月から8月まで実施"), read("2027年5月と2027年8月")
    ('move', 'range', None)
    >>> read("postponed from May 2027 to August 2027"), read("open from May to August 2027")
    ('move', 'range')
    """
    between, before = text[first.end : second.start], text[: first.start]
    if _ARROW.fullmatch(between):
        return "move"
    if _AND.fullmatch(between):
        return "range" if _BETWEEN.search(before) else None
    if not _JOIN.fullmatch(between):
        return None
    if _CHANGED_JA.match(text, second.end) or _HEADED_JA.search(before):
        return "move"
    if re.search(r"から|より", between) and _AT_FIRST_JA.search(before) and _TO_JA.match(text, second.end):
        return "move"
    changed = _CHANGE_EN.search(before) if re.search(r"\b(?:to|until|till)\b", between, re.IGNORECASE) else None
    return "move" if changed and not _LASTS_EN.search(changed["between"]) else "range"


def range_of(text: str, value: Value, among: Sequence[Value]) -> tuple[Value, Value] | None:
    """The first and the last date of the range that `value` bounds, of the values of `text`; None where it bounds none.

    >>> from corpus.values import values
    >>> found = values("open between May and August 2027")
    >>> [date.key for date in range_of("open between May and August 2027", found[1], found)]
    ['2027-05', '2027-08']
    """
    dates = [one for one in among if one.kind == "date"]
    for first, last in pairwise(dates):
        if value.start in (first.start, last.start) and joint(text, first, last) == "range":
            return first, last
    return None
