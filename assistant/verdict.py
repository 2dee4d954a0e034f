"""Yes or no: the sentence that answers in; the verdict that it bears out, or None, out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from assistant.candidates import NUMBER_WORDS
from assistant.evidence import Evidence
from assistant.labels import label_spans
from assistant.matcher import Matcher
from assistant.question import Question
from assistant.reading import Verdict
from assistant.sentence import Sentence, tells_of_change, tells_what_happened
from assistant.wanted import places_of_needs
from corpus.values import fold
from index.analyse import analyse

_NEGATED = re.compile(
    r"ない|なかった|ません|ず(?:、|に|$|。)|ぬ|\bnot\b|n't\b|\bno\b|\bnever\b|\bwithout\b|\bnor\b", re.I
)
_SUCCESS = re.compile(r"成功|無事|うまくい|\bsucce(?:ss|ed)|\bsafely\b|\bmanage(?:d)? to\b|\bachieve", re.I)
_FAILED = re.compile(
    r"失敗|断念|達成でき(?:な|ませ)|至らず|至りませ|墜落|喪失|失われ|途絶|ハードランディング|硬着陸|\bfail(?:ed|ure|s)?\b|\bcrash|\bhard landing|\bnot (?:be )?achiev|\bunsuccessful|\blost\b|\bcould not\b",
    re.I,
)
_ON_A_PLAN = re.compile(
    r"予定|計画|見込|目標|想定|こと(?:に|と)なって|\bplan|\bdue\b|schedul|suppos|intend|expect|\bwill\b|\bgoing to\b|target",
    re.I,
)
_PERFECT = re.compile(r"\b(?:has|have)\b.{1,60}\b(?:been|\w+ed|\w+en)\b|(?:て|で)い(?:ます|る)か|済み|\bdone\b", re.I)
_IN_ORDER = re.compile(
    r"\b(?:before|after|ahead of|earlier than|later than|(?:more|less|fewer|larger|smaller|higher|lower|bigger|heavier|lighter) than)\b"
    r"|より(?:も)?(?:先|前|後|早|遅|多|少|大き|小さ|高|低|重|軽)|の(?:前|後)に",
    re.I,
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
    if _IN_ORDER.search(question.text):
        return None  # "A before B" and "B ahead of A" hold the same words
    planned = best.sentence.is_planned
    if question.says_already:
        return "not_yet" if planned else None
    weights = [need.factor for need in question.needs if need.is_firm]
    terms = _terms_beside_labels(best.sentence, question)
    own = [
        matcher.match(place, terms) for place, need in enumerate(question.needs) if need.is_firm and not need.carried
    ]
    if not weights or not own or min(own) < 0.5 or sum(own) / len(own) < 0.8:
        return None
    named = [need for need in question.needs if need.is_name or need.is_number]
    asked_of = dataclasses.replace(question, needs=tuple(need for need in question.needs if need not in named))
    negated = _is_negated(text, places_of_needs(best.sentence, asked_of))
    asked_negated = bool(re.search(r"ない(?:です|の)?か|ません(?:でした)?か|n't\b|\bnot\b", question.text, re.I))
    if negated:
        return "no" if not asked_negated else "yes"
    if planned and not _ON_A_PLAN.search(question.text):
        # A plan tells what is still to come; of how things are it decides nothing.
        return "not_yet" if asks_what_happened(question) else None
    if asks_what_happened(question) and (tells_of_change(text) or not tells_what_happened(text)):
        return None
    return "yes" if not asked_negated else "no"


def asks_what_happened(question: Question) -> bool:
    """Whether something took place, and not whether it is planned."""
    return (question.is_past or bool(_PERFECT.search(question.text))) and not _ON_A_PLAN.search(question.text)


def failure(able: Sequence[Evidence]) -> Evidence | None:
    """The newest sentence that tells of a failure; what did not succeed is seldom said with a "not"."""
    failed = [one for one in able if _FAILED.search(one.sentence.text) and not one.sentence.is_planned]
    return max(failed, key=lambda one: (one.sentence.spoke, one.score), default=None)


def asks_of_success(question: Question) -> bool:
    """ "Did it land successfully?", 「着陸に成功しましたか」"""
    return question.want == "yes_no" and bool(_SUCCESS.search(question.text))


def tells_failure(text: str) -> bool:
    """The text says that something failed, was lost or was given up."""
    return bool(_FAILED.search(text))


def tells_success(text: str) -> bool:
    """The text says that something was done, reached or went well."""
    return bool(_SUCCESS.search(text)) or bool(re.search(r"完了|達成し|\bcomplet|\breached\b", text, re.I))


def _terms_beside_labels(sentence: Sentence, question: Question) -> frozenset[str]:
    """The sentence's terms; the name of a label that was not asked for, as in Success 8, says nothing of success."""
    text = sentence.text
    for label in reversed(label_spans(text)):
        if label.name not in question.labels:
            text = text[: label.start] + " " + text[label.end :]
    return sentence.terms if text == sentence.text else frozenset(analyse(text, sentence.language))


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
    before = re.split(r"[。,;；、]", text[:last])[-1][-30:]
    return bool(_NEGATED.search(clause)) or bool(re.search(r"\b(?:not|never|no|without)\b|n't\b", before, re.I))
