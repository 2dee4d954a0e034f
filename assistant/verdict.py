"""Yes or no: the sentence that answers in; the verdict that it bears out, or None, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assistant.candidates import NUMBER_WORDS
from assistant.evidence import Evidence, Matcher, places_of_needs
from assistant.question import Question
from assistant.reading import Verdict
from corpus.values import fold

_NEGATED = re.compile(
    r"ない|なかった|ません|ず(?:、|に|$|。)|ぬ|\bnot\b|n't\b|\bno\b|\bnever\b|\bwithout\b|\bnor\b", re.I
)
_NUMBER = rf"(?:[0-9]+|{'|'.join(NUMBER_WORDS)})"
_OUT_OF = re.compile(
    rf"(?P<all>[0-9０-９一二三四五六七八九十]+)\s?(?:つ|件|社|人|名|個|回|機|チーム|段階|項目)[^。、]{{0,24}}?のうち[^。0-9０-９]{{0,12}}?(?P<some>[0-9０-９一二三四五六七八九十]+)\s?(?:つ|件|社|人|名|個|回|機|チーム|項目)?|\b(?P<some_en>{_NUMBER}) (?:out )?of (?:the |its |all |these )*(?P<all_en>{_NUMBER})\b",
    re.I,
)


def verdict_of(question: Question, best: Evidence, matcher: Matcher) -> Verdict | None:
    """Yes or no only where the sentence decides it; None leaves the reader with the evidence."""
    text = best.sentence.text
    if question.universal:
        part = _OUT_OF.search(text)
        if part:
            some, everything = part["some"] or part["some_en"], part["all"] or part["all_en"]
            return "yes" if _number(some) == _number(everything) else "no"
    planned = best.sentence.is_planned
    if question.says_already:
        return "not_yet" if planned else None
    weights = [need.factor for need in question.needs if need.factor >= 0.6]
    own = [
        matcher.match(place, best.sentence.terms)
        for place, need in enumerate(question.needs)
        if need.factor >= 0.6 and not need.carried
    ]
    if not weights or not own or min(own) < 0.5 or sum(own) / len(own) < 0.8:
        return None
    negated = _is_negated(text, places_of_needs(best.sentence, question))
    asked_negated = bool(re.search(r"ない(?:です|の)?か|ません(?:でした)?か|n't\b|\bnot\b", question.text, re.I))
    if negated:
        return "no" if not asked_negated else "yes"
    if (
        planned
        and question.is_past
        and not re.search(r"予定|計画|こと(?:に|と)なって|plan|due|schedul|suppos|intend", question.text, re.I)
    ):
        return "not_yet"
    return "yes" if not asked_negated else "no"


def _number(said: str) -> str:
    """A count in one spelling, so that "five of 5" and 五つ are five."""
    plain = fold(said).casefold()
    return str(NUMBER_WORDS.get(plain, "〇一二三四五六七八九".find(plain) if plain in "一二三四五六七八九" else plain))


def _is_negated(text: str, places: Sequence[tuple[float, Sequence[tuple[int, int]]]]) -> bool:
    """A negation in the clause of the last thing that was asked about."""
    ends = [end for _, spots in places for _, end in spots]
    if not ends:
        return False
    last = max(ends)
    clause = re.split(r"[。;；]", text[last:], maxsplit=1)[0][:24]
    before = re.split(r"[。,;；、]", text[:last])[-1]
    return bool(_NEGATED.search(clause)) or bool(re.search(r"\b(?:not|never|no|without)\b|n't\b", before, re.I))
