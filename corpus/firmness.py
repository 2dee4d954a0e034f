"""Firmness: a text and a Value in; the words that make the value more or less firm out, in either language.

2027年以降 is no 2027年, and "no earlier than May" is no May: whoever shows a value alone keeps its bound.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from corpus.announcement import Language
from corpus.say import say
from corpus.values import Kind, Value

Bound = Literal[
    "earliest", "later", "after", "latest", "by", "until", "earlier", "before", "within", "about", "nearly", "more",
    "at_least", "at_most", "up_to", "less", "total",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Firmness:
    """`text[start:end]` says a value with its bounds; the value itself stands between `before` and `after`."""

    start: int
    end: int
    bounds: tuple[Bound, ...]  # as they stand, those in front of the value first
    words: str  # text[start:end] on one line, without the mark of a footnote in it


# bound: what stands in front of a value, Japanese and English; dates only where the second pattern is used
_BEFORE: dict[Bound, str] = {
    "earliest": r"(?:最短|最速|最早)(?:で(?:も|は)?)?、?|早くて(?:も)?、?|早ければ、?"
    r"|(?:no|not) (?:earlier|sooner) than(?: the)?(?: in)?|not before(?: the)?|not until(?: the)?|as (?:early|soon) as(?: the)?(?: in)?|at the earliest,?(?: in)?|the earliest",
    "later": r"(?:in|on) or after(?: the)?",
    "latest": r"遅くとも、?|遅くて(?:も)?、?|(?:no|not) later than(?: the)?(?: in)?|at the latest,?(?: in| by)?",
    "earlier": r"(?:in|on) or before(?: the)?",
    "about": r"約|およそ|おおよそ|概ね|おおむね|about|approximately|approx\.?|around|roughly|circa|some",
    "nearly": r"nearly|almost|just under",
    "more": r"more than|over|exceeding|in excess of|above",
    "at_least": r"少なくとも|at least|a minimum of|no less than|not less than",
    "at_most": r"at most|no more than|not more than",
    "up_to": r"最大で?|最長で?|最多で?|up to|as much as|as many as|a maximum of",
    "less": r"less than|fewer than|under|below",
    "total": r"総額|総計|累計|合計で?|a total of",
}  # fmt: skip
_BEFORE_DATE: dict[Bound, str] = {
    **{name: form for name, form in _BEFORE.items() if name not in ("more", "less", "up_to", "total")},
    "by": r"by(?: the)?",
    "until": r"until(?: the)?|till",
    "after": r"after(?: the)?",
    "before": r"before(?: the)?|prior to(?: the)?",
}
_AFTER: dict[Bound, str] = {
    "about": r"前後|程度|ほど(?=[のにでが、。]|$)|\sor (?:so|thereabouts)",
    "more": r"超(?![過伝音え])|を(?:超える|上回る)|強(?![化調力度い制固])",
    "nearly": r"弱(?![点体い者])",
    "at_least": r"以上|,?\sor (?:more|longer|above)|\sand (?:over|above|more)|\+",
    "at_most": r"以下|以内|,?\sor (?:less|fewer|below)",
    "less": r"未満",
    "until": r"まで(?!に)",
}
_AFTER_DATE: dict[Bound, str] = {
    "later": r"(?:、?(?:または|もしくは|あるいは|か)、?それ)?(?:以降|以後)|,?\s(?:or|and) (?:later|beyond|after(?:wards)?|thereafter)|,?\sonwards?",
    "earliest": r",?\sat the (?:very )?earliest",
    "latest": r",?\sat the (?:very )?latest",
    "earlier": r"以前|,?\s(?:or|and) (?:earlier|before)",
    "after": r"より後(?!ろ)",
    "before": r"より前(?!倒)",
    "by": r"まで(?:に(?!わた|及|延|変)|には)|迄に",
    "until": r"まで|迄",
    "within": r"(?:年?内|中)(?=[にのはをとで、。）)]|$|予定|目標|目途|を目)",
    "about": r"ごろ|ころ|頃|前後|あたり|辺り|,?\sor (?:so|thereabouts)",
}
# bound: as said (Japanese in front and behind, English in front and behind); a date and its time first, then a number
_SAID_OF_DATE: dict[Bound, tuple[str, str, str, str]] = {
    "earliest": ("最短で", "", "", " at the earliest"),
    "later": ("", "以降", "", " or later"),
    "after": ("", "より後", "after ", ""),
    "latest": ("遅くとも", "", "", " at the latest"),
    "by": ("", "までに", "by ", ""),
    "until": ("", "まで", "until ", ""),
    "earlier": ("", "以前", "", " or earlier"),
    "before": ("", "より前", "before ", ""),
    "within": ("", "内", "within ", ""),
    "about": ("", "頃", "around ", ""),
    "nearly": ("", "頃", "around ", ""),
    "at_least": ("", "以降", "", " or later"),
    "at_most": ("", "以前", "", " or earlier"),
}
_SAID_OF_NUMBER: dict[Bound, tuple[str, str, str, str]] = {
    "about": ("約", "", "about ", ""),
    "nearly": ("", "弱", "nearly ", ""),
    "more": ("", "超", "more than ", ""),
    "at_least": ("", "以上", "at least ", ""),
    "at_most": ("", "以下", "at most ", ""),
    "up_to": ("最大", "", "up to ", ""),
    "less": ("", "未満", "less than ", ""),
    "total": ("総額", "", "a total of ", ""),
    "until": ("", "まで", "up to ", ""),
    "earliest": ("早くて", "", "", " at the earliest"),
    "latest": ("遅くとも", "", "", " at the latest"),
}
# Two bounds that say the same of a date are said once.
_SAME: dict[Bound, Bound] = {"earliest": "later", "latest": "by", "at_least": "later", "nearly": "about"}
# The mark of a footnote may stand between a value and what makes it less firm: 2022年11月※1以降, 11月i頃.
_MARK = re.compile(r"\s?(?:※\d{0,2}|\*\d{1,2}|\[\d{1,2}\]|[（(]注\s?\d{0,2}[)）]|[ivx]{1,4}(?=\s?[ぁ-んァ-ヶ一-龯]))")
_ASKED: dict[Bound, re.Pattern[str]] = {
    "earliest": re.compile(r"最短|最速|早くて|早ければ|(?:最も|一番)早|\bearliest\b|\bno(?:t)? earlier\b|\b(?:early|soon) as\b|\bsoonest\b", re.IGNORECASE),
    "latest": re.compile(r"遅くとも|遅くて|(?:最も|一番)遅|\bat the latest\b|\bno later\b", re.IGNORECASE),
    "by": re.compile(r"いつまで|何[年月日]まで|\bby (?:when|what|which)\b|\bdeadline\b", re.IGNORECASE),
    "until": re.compile(r"いつまで|何[年月日]まで|\b(?:until|till) (?:when|what|which)\b|\bhow long\b", re.IGNORECASE),
    "about": re.compile(r"いつ(?:ごろ|頃)|約|およそ|どのくらい|どれくらい|\b(?:about|approximately|roughly|around)\b", re.IGNORECASE),
    "up_to": re.compile(r"最大|最長|最多|\bmaximum\b|\bup to\b|\bat most\b", re.IGNORECASE),
    "total": re.compile(r"総額|総計|累計|合計|\btotal\b", re.IGNORECASE),
}  # fmt: skip


@cache
def _before(*, of_date: bool) -> re.Pattern[str]:
    said = _any_of(_BEFORE_DATE if of_date else _BEFORE, behind=r"(?<![A-Za-z])")
    return re.compile(rf"(?:{said})\s?$", re.IGNORECASE)


@cache
def _after(*, of_date: bool) -> re.Pattern[str]:
    said = _any_of(_AFTER_DATE if of_date else _AFTER)
    return re.compile(rf"(?:{said})(?![A-Za-z])", re.IGNORECASE)


def _any_of(forms: dict[Bound, str], *, behind: str = "") -> str:
    """A pattern of any of the forms, each a group named by its bound."""
    return "|".join(f"(?P<{name}>{behind}(?:{form}))" for name, form in forms.items())


def firmness(text: str, value: Value) -> Firmness:
    """How firm `value` of `text` is said: 約, 最短で, 以降, "or later".

    >>> from corpus.values import values
    >>> firmness("最短で2022年11月以降の予定", values("最短で2022年11月以降の予定")[0]).words
    '最短で2022年11月以降'
    """
    of_date = _is_moment(value.kind)
    start, before = value.start, list[Bound]()
    while match := _before(of_date=of_date).search(text, max(0, start - 40), start):
        start = match.start()
        before.insert(0, _named(match))
    end, after = value.end, list[Bound]()
    mark = _MARK.match(text, end)
    behind = mark.end() if mark else end
    while match := _after(of_date=of_date).match(text, behind):
        end = behind = match.end()
        after.append(_named(match))
    told = text[start : value.end] + (text[mark.end() : end] if mark and after else text[value.end : end])
    return Firmness(start, end, (*before, *after), " ".join(told.split()))


def say_firm(value: Value, firm: Firmness, language: Language, *, without: tuple[Bound, ...] = ()) -> str:
    """`value` with its bounds, in `language`.

    >>> from corpus.values import values
    >>> value = values("no earlier than May 2027")[0]
    >>> say_firm(value, firmness("no earlier than May 2027", value), "ja")
    '最短で2027年5月'
    """
    said = say(value, language)
    table = _SAID_OF_DATE if _is_moment(value.kind) else _SAID_OF_NUMBER
    # "a total of more than about JPY 26.8 billion": the total is said last, in front of all else.
    for bound in sorted(firm.bounds, key=lambda bound: bound == "total"):
        if bound not in table or bound in without or _SAME.get(bound) in firm.bounds:
            continue
        front_ja, back_ja, front_en, back_en = table[bound]
        said = f"the {said}" if front_en and said.startswith(("end of ", "first half ", "second half ")) else said
        said = f"{front_ja}{said}{back_ja}" if language == "ja" else f"{front_en}{said}{back_en}"
    return said


def say_range(text: str, first: Value, last: Value, language: Language) -> str:
    """The range from one date of `text` to another with its bounds, in `language`.

    >>> from corpus.values import values
    >>> say_range("from May to August 2027", *values("from May to August 2027"), "ja")
    '2027年5月から2027年8月'
    """
    begins = say_firm(first, firmness(text, first), language)
    ends = say_firm(last, firmness(text, last), language, without=("by", "until"))
    return f"{begins}から{ends}" if language == "ja" else f"{begins} to {ends}"


def unasked(firm: Firmness, text: str, value: Value, question: str) -> str:
    """The words of a value without the bounds that `question` names itself.

    >>> from corpus.values import values
    >>> text = "最短で2022年11月"
    >>> value = values(text)[0]
    >>> unasked(firmness(text, value), text, value, "最短でいつ"), unasked(firmness(text, value), text, value, "いつ")
    ('2022年11月', '最短で2022年11月')
    """
    named = asked(question)
    if not firm.bounds or not set(firm.bounds) <= set(named):
        return firm.words
    return " ".join(text[value.start : value.end].split())


def asked(question: str) -> tuple[Bound, ...]:
    """The bounds that a question names itself, so that an answer need not: "When at the earliest?" is answered by a date.

    >>> asked("打ち上げは最短でいつですか"), asked("打ち上げはいつですか")
    (('earliest',), ())
    """
    return tuple(bound for bound, words in _ASKED.items() if words.search(question))


def _is_moment(kind: Kind) -> bool:
    return kind in ("date", "time")


def _named(match: re.Match[str]) -> Bound:
    return next(bound for bound in (*_BEFORE_DATE, *_BEFORE, *_AFTER, *_AFTER_DATE) if match.groupdict().get(bound))
