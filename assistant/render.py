"""Rendering a quoted sentence for a reader of the other language: its values, names and listed terms, in its order.

No translation: each term is one that the term list or the dictionary gives, so nothing is said that the quote does not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache

from corpus.announcement import Language
from corpus.firmness import asked as bounds_asked
from corpus.firmness import firmness, say_firm, say_range, unasked
from corpus.ranges import range_of
from corpus.values import Value, fold, values
from index.terms import terms as term_list
from index.words import Word, words

Glosses = Callable[[str], Sequence[str]]

_NUMBERED = re.compile(r"(?P<noun>[ァ-ヶー]{3,}|[A-Z][a-z]+)\s?(?P<number>[0-9]+(?:\.[0-9]+)?)")
_ORDINAL = re.compile(r"(?P<n>[0-9一二三四五])\s?(?:つ目|番目|回目|件目|社目)")
_ORDINALS = {"1": "first", "2": "second", "3": "third", "4": "fourth", "5": "fifth", "一": "first", "二": "second", "三": "third", "四": "fourth", "五": "fifth"}  # fmt: skip
_QUALIFIERS = {
    "最短で": "at the earliest", "早ければ": "at the earliest", "約": "about", "およそ": "about", "最大": "up to", "以降": "or later",
    "ごろ": "around", "頃": "around", "超": "more than", "以上": "or more", "以下": "or less", "未満": "less than", "まで": "by",
    "総計約": "about", "総額": "in total", "総計": "in total", "累計": "in total", "最短": "at the earliest",
}  # fmt: skip


@cache
def _names() -> tuple[dict[str, str], dict[str, str]]:
    """The first Japanese and the first English name of each concept."""
    known = term_list()
    japanese: dict[str, str] = {}
    english: dict[str, str] = {}
    for name, concept in known.japanese.items():
        japanese.setdefault(concept, name)
    for name, concept in known.english.items():
        english.setdefault(concept, name)
    return japanese, english


def say_qualified(
    text: str,
    value: Value,
    *,
    source: Language,
    target: Language,
    among: Sequence[Value] = (),
    asked: str = "",
) -> str:
    """`value` with its bounds, and the whole range where it bounds one, in `target`; as it stands in `text` when that is
    the language of both.

    Args:
        among: the values of `text`, for the other end of a range.
        asked: a question whose own bounds need not be said again: "When at the earliest?".
    """
    ends = range_of(text, value, among)
    if ends:
        start, end = firmness(text, ends[0]).start, firmness(text, ends[1]).end
        return " ".join(text[start:end].split()) if source == target else say_range(text, *ends, target)
    firm = firmness(text, value)
    if source == target:
        return unasked(firm, text, value, asked)
    return say_firm(value, firm, target, without=bounds_asked(asked))


def terms_in(text: str, *, source: Language, target: Language, glosses: Glosses, most: int = 30) -> list[str]:
    """The values, names and listed terms of `text` in `target`, in their order, each once."""
    found: list[tuple[int, int, str]] = []

    def take(start: int, end: int, said: str) -> None:
        if said and not any(start < other_end and other_start < end for other_start, other_end, _ in found):
            found.append((start, end, said))

    folded = fold(text)
    japanese, english = _names()
    known = term_list()
    for value in values(text):
        firm = firmness(folded, value)
        take(firm.start, firm.end, say_firm(value, firm, target))
    for match in _ORDINAL.finditer(folded):
        take(match.start(), match.end(), _ORDINALS[match["n"]])
    for match in _NUMBERED.finditer(folded):
        noun = match["noun"].lower()
        concept = known.japanese.get(noun) if source == "ja" else known.english.get(noun)
        name = (english if target == "en" else japanese).get(concept or "")
        if name:
            take(
                match.start(),
                match.end(),
                f"{name.title()} {match['number']}" if target == "en" else f"{name}{match['number']}",
            )
    if source == "ja":
        lowered = folded.lower()
        if len(lowered) == len(text):
            for match in known.pattern.finditer(lowered):
                if match.group().isascii():
                    continue  # a Latin name stays as it is spelt
                take(match.start(), match.end(), english.get(known.japanese[match.group()], ""))
        for qualifier, said in _QUALIFIERS.items():
            for match in re.finditer(qualifier, text):
                if len(qualifier) > 1:
                    take(match.start(), match.end(), said)
        for word in words(text):
            if word.speech[0] == "語":
                take(word.start, word.end, word.surface)
            elif word.speech[0] == "名詞" and word.speech[2:3] != ("人名",) and _says_something(word):
                take(word.start, word.end, next(iter(glosses(word.form)), ""))
    else:
        for size in (3, 2, 1):
            for match in re.finditer(r"[A-Za-z]+(?:[ -][A-Za-z]+){" + str(size - 1) + "}", text):
                concept = known.english.get(" ".join(match.group().lower().split()))
                take(match.start(), match.end(), japanese.get(concept or "", ""))
    ordered = [said for _, _, said in sorted(found)]
    joined = _joined_latin(sorted(found), text) if source == "ja" else ordered
    return list(dict.fromkeys(joined))[:most]


def _says_something(word: Word) -> bool:
    """A noun of one letter says something where it is one by itself: 水, but not the 名 of 12名."""
    return len(word.surface) > 1 or (word.speech[1:3] == ("普通名詞", "一般") and not word.surface.isascii())


def _joined_latin(found: list[tuple[int, int, str]], text: str) -> list[str]:
    """Latin words that stand side by side in the text are one name: Casey Swails, ispace EU."""
    merged: list[tuple[int, int, str]] = []
    for start, end, said in found:
        if merged and said == text[start:end] and merged[-1][2] == text[merged[-1][0] : merged[-1][1]]:
            between = text[merged[-1][1] : start]
            if between in (" ", ". ", " & ", ", "):
                merged[-1] = (merged[-1][0], end, text[merged[-1][0] : end])
                continue
        merged.append((start, end, said))
    return [said for _, _, said in merged]
