"""Course: a question on how something changed in; its needs without the words that only ask for that, and its period, out.

"From the first plan in 2017 to the launch" says how far back to look, and names nothing that each step has to name.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence

from assistant.labels import labels
from assistant.needs import Need
from corpus.said_dates import MONTH
from corpus.values import fold, values

# They ask for the steps, and are said at none of them.
_TELLING = re.compile(
    r"trac(?:e|ing)|steps?|stages?|chang\w*|mov(?:e|es|ed|ing)|gr(?:ow|ew|own|owth)|evol\w*|shift\w*|slip\w*|develop(?:ed|ment)?|progress\w*|course|through|"
    r"history|timeline|timing|all|every|figures?|revis\w*|amend\w*|cut|reduc\w*|increas\w*|decreas\w*|mention\w*|successive\w*|years|dollars?|yen|euros?"
    r"|経過|経緯|推移|変遷|変化|変更|変わっ?り?|移り変わり|うつりかわり|移り?|移っ|動[いき]?|たどり?|辿り?|段階(?:的)?|順|時系列|修正|訂正|改定|増え|増加|減[りっ]?|縮小|拡大|伸び|替わっ?り?|交代|見直し?",
    re.I,
)
_TELLING_LIGHT = 0.2
_SPAN_EN = re.compile(
    r"\b(?:(?P<from>from)|between)\s(?P<first>[^?;]+?)\s(?:up to|to|until|till|through|(?(from)(?!)|and))\s(?P<last>[^?;,]+)"
    r"|\b(?P<since>since)\s(?P<start>[^?;,]+)",
    re.I,
)
_SPAN_JA = re.compile(
    r"(?P<first>[^、。はが]{2,30}?)から、?(?P<last>[^、。はが]{2,30}?)(?:に至る)?まで(?:の間)?(?:に|で)?"
    r"|(?P<one>[^、。はが]{2,20})と(?P<other>[^、。はが]{2,20})の間[にで]?"
    r"|(?P<since>[0-9]{4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?)(?:以降|以来|より|から(?=[^、。]{0,4}(?:どう|どのよう|今|現在|これ)))"
)


def without_telling(needs: Sequence[Need], text: str) -> tuple[Need, ...]:
    """`needs` of a question on the course of something: what says how far back to look weighs nothing, and what only
    asks for the steps next to nothing."""
    folded = fold(text)
    rest = folded
    for pattern in (_SPAN_EN, _SPAN_JA):
        rest = pattern.sub(lambda found: " " * len(found[0]), rest)
    found = []
    for need in needs:
        said = fold(need.text)
        is_bound = said not in rest and not need.is_name and not labels(need.text)
        if is_bound:
            found.append(dataclasses.replace(need, factor=0.0, is_number=False, strict=False, head=False))
        elif _TELLING.fullmatch(said) and not need.is_name:
            found.append(dataclasses.replace(need, factor=min(need.factor, _TELLING_LIGHT), head=False))
        else:
            found.append(need)
    return tuple(found)


def period_of(text: str) -> tuple[dt.date, dt.date]:
    """The first and the last day of the period that `text` names; the calendar's own where it names none.

    >>> period_of("How did the date move between October and December 2022?")
    (datetime.date(2022, 10, 1), datetime.date(2022, 12, 31))
    >>> period_of("How did the plan change between 2020 and November 2022?")
    (datetime.date(2020, 1, 1), datetime.date(2022, 11, 30))
    """
    folded = fold(text)
    first, last = dt.date.min, dt.date.max
    for pattern in (_SPAN_EN, _SPAN_JA):
        for match in pattern.finditer(folded):
            said = match.groupdict()
            begins = said.get("first") or said.get("one") or said.get("start") or said["since"] or ""
            ends = said.get("last") or said.get("other") or ""
            begins, ends = _with_year(begins, ends), _with_year(ends, begins)
            started = [value.date.earliest for value in values(begins) if value.date]
            ended = [value.date.latest for value in values(ends) if value.date]
            first, last = max([first, *started[:1]]), min([last, *ended[-1:]])
    return (first, last) if first <= last else (dt.date.min, dt.date.max)


def _with_year(said: str, other: str) -> str:
    """`said`, of which a month without a year is of the year that `other` names."""
    year = re.search(r"[0-9]{4}", other)
    if year is None or re.search(r"[0-9]{4}", said):
        return said
    said = re.sub(r"(?<![0-9年])([0-9]{1,2}月)", rf"{year[0]}年\1", said)
    return re.sub(rf"\b({MONTH})\b(?! [0-9])", rf"\1 {year[0]}", said)
