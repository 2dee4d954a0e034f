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
from assistant.wants import Want
from corpus.said_dates import MONTH
from corpus.values import fold, values

# They ask for the steps, and are said at none of them.
_TELLING = re.compile(
    r"trac(?:e|ing)|steps?|stages?|chang\w*|mov(?:e|es|ed|ing)|gr(?:ow|ew|own|owth)|evol\w*|shift\w*|slip\w*|develop(?:ed|ment)?|progress\w*|proceed\w*|unfold\w*|went|go|going|pass|course|through|"
    r"history|timeline|timing|all|every|figures?|revis\w*|amend\w*|cut|reduc\w*|increas\w*|decreas\w*|mention\w*|successive\w*|years|dollars?|yen|euros?"
    r"|postpon\w*|delay\w*|push(?:ed|es)?|times|types?|models?|延期|後ろ倒し|前倒し|遅れ?|ずれ|型|機種|種類|経過|経緯|推移|変遷|変化|変更|変わっ?り?|移り変わり|うつりかわり|移り?|移っ|動[いき]?|たどり?|辿り?|段階(?:的)?|順|時系列|修正|訂正|改定|増え|増加|減[りっ]?|縮小|拡大|伸び|替わっ?り?|交代|見直し?",
    re.I,
)
_INQUIRY = re.compile(
    r"final|last|最終|investigat\w*|analys[ie]s|analy[sz]\w*|inquir\w+|finding|conclu\w+|explanation|explain\w*|review|reading|結論|調査|分析|解析|究明|判明|特定|説明|原因究明",
    re.I,
)
# Behind what is asked for, what that is then compared with.
_COMPARED = re.compile(
    r"(?<=[でりしか])、[^、。？?]{2,40}(?:より|に比べて?|と比べて?)[^、。？?]{0,6}(?:小さ|大き|多|少な|増え|減|良|悪|高|低|改善|下回|上回)[^、]*$"
    r"|,? and (?:was|is|were|are|did) (?:it|that|they|this)\b.{0,20}\b(?:smaller|larger|more|less|fewer|better|worse|higher|lower|bigger|earlier|later|above|below)\b.*$",
    re.I,
)
_TELLING_LIGHT = 0.2
_SPAN_EN = re.compile(
    r"\b(?:(?P<from>from)|between)\s(?P<first>[^?;]+?)\s(?:up to|to|until|till|through|(?(from)(?!)|and))\s(?P<last>[^?;,]+)"
    r"|\b(?:since|during|(?:in|over) the course of)\s(?P<start>[^?;,]+)",
    re.I,
)
_SPAN_JA = re.compile(
    r"(?P<first>[^、。はが]{2,30}?)から、?(?P<last>[^、。はが]{2,30}?)(?:に至る)?まで(?:の間)?(?:に|で)?"
    r"|(?P<one>[^、。はが]{2,20})と(?P<other>[^、。はが]{2,20})の間[にで]?"
    r"|(?P<plan>[0-9]{4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?末?)の(?:当初の?)?(?:計画|予定|発表|想定)から"
    r"|(?P<since>[0-9]{4}年(?:[0-9]{1,2}月)?(?:[0-9]{1,2}日)?)(?:以降|以来|より|から(?=[^、。]{0,4}(?:どう|どのよう|今|現在|これ)))"
)


def without_telling(needs: Sequence[Need], text: str) -> tuple[Need, ...]:
    """`needs` of a question on the course of something: what says how far back to look weighs nothing, and what only
    asks for the steps next to nothing."""
    folded = fold(text)
    rest = without_period(folded)
    is_labelled = bool(labels(rest))
    found = []
    for need in needs:
        said = fold(need.text)
        is_kept = labels(need.text) or (need.is_name and not is_labelled)
        if said not in rest and not is_kept:
            found.append(
                dataclasses.replace(need, factor=0.0, is_name=False, is_number=False, strict=False, head=False)
            )
        elif _TELLING.fullmatch(said) and not need.is_name:
            found.append(dataclasses.replace(need, factor=min(need.factor, _TELLING_LIGHT), head=False))
        else:
            found.append(need)
    return tuple(found)


def without_inquiry(needs: Sequence[Need], wants: Sequence[Want]) -> tuple[Need, ...]:
    """`needs` of a question after a reason without who or what found it out: the sentence that gives it need not say so."""
    if wants[0] != "reason":
        return tuple(needs)
    return tuple(
        dataclasses.replace(need, factor=min(need.factor, _TELLING_LIGHT), head=False, strict=False)
        if _INQUIRY.fullmatch(fold(need.text)) and not need.is_name
        else need
        for need in needs
    )


def without_comparison(needs: Sequence[Need], text: str) -> tuple[Need, ...]:
    """`needs` without what only the second half of a question compares the first with: 「いくらで、9月の予想より小さいか」."""
    folded = fold(text)
    found = _COMPARED.search(folded)
    if found is None:
        return tuple(needs)
    rest = folded[: found.start()] + folded[found.end() :]
    return tuple(
        need
        if fold(need.text) in rest or labels(need.text)
        else dataclasses.replace(need, factor=0.0, is_name=False, is_number=False, strict=False, head=False)
        for need in needs
    )


def without_period(text: str) -> str:
    """`text` with blanks for what says how far back to look."""
    for pattern in (_SPAN_EN, _SPAN_JA):
        text = pattern.sub(lambda found: " " * len(found[0]), text)
    return text


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
            begins = next((said[name] for name in ("first", "one", "start", "plan", "since") if said.get(name)), "")
            ends = said.get("last") or said.get("other") or (begins if match[0].lower().startswith("during") else "")
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
