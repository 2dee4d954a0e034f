"""Settling: a yes/no question, and what was read for its probes, in; the Reading that decides it out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from decimal import Decimal

from assistant.evidence import Evidence
from assistant.matcher import Matcher, issuer_of
from assistant.names import named_organisations
from assistant.names_asked import new_names, words_of_name
from assistant.probes import Probe
from assistant.question import Question
from assistant.reading import Reading, Verdict
from assistant.verdict import asks_what_happened, denies
from corpus.values import Value, fold
from index.analyse import analyse

# How well what settles has to name the rest of the question: on the average, and each thing.
_NAMED, _EACH = 0.6, 0.4
_HALF, _AT_LEAST = 0.45, 0.3
# By how much more it has to name to be shown in the place of what was found for the question itself.
_CLEARLY = 0.25
_STRICTLY, _EACH_STRICTLY = 0.8, 0.5
# The same where the other one of two is told of something that a number names.
_ENOUGH, _ENOUGH_UNNUMBERED = 0.5, 0.65
# Days between two sentences of which one says what the other one's thing is called.
_NEAR = 730
# What "about" may be off by.
_ABOUT = Decimal("0.1")
_MORE = re.compile(
    r"以上|超|上回|より(?:も)?[高大多重長]|\b(?:more|larger|bigger|higher|taller|heavier|longer|wider) than\b|\bover\b|\bat least\b|\bexceed",
    re.I,
)
_LESS = re.compile(
    r"以下|未満|下回|より(?:も)?[低小少軽短]|\b(?:less|fewer|smaller|lower|shorter|lighter) than\b|\bunder\b|\bat most\b|\bup to\b|最大",
    re.I,
)
_APPROXIMATELY = re.compile(
    r"約|およそ|ほど|程度|くらい|ぐらい|前後|\b(?:about|approximately|around|roughly|some|nearly|almost)\b", re.I
)
_OR_LATER = re.compile(r"以降|最短|早くて|早ければ|at the earliest|or later|no earlier|as early as", re.I)
_IN_UNITS = {"kg": ("kg", Decimal(1)), "tonne": ("kg", Decimal(1000)), "m": ("m", Decimal(1)), "km": ("m", Decimal(1000)), "cm": ("m", Decimal("0.01")), "mm": ("m", Decimal("0.001"))}  # fmt: skip
_JOINTLY = re.compile(
    r"共同で|共に|とともに|(?:と|、|および)[^、。]{2,20}が(?:共同)?(?:開発|製造|運営)|\bjointly\b|\btogether with\b"
    r"|\b(?:by|of) [A-Z][^.;]{1,80}? and [A-Za-z]",
)


def settled(
    question: Question, whole: Reading, probe: Probe, reading: Reading, matcher: Matcher, *, is_heard: bool
) -> Reading | None:
    """The Reading of `question` by the `reading` of `probe`; None where that decides and shows nothing.

    Args:
        whole: what `question` itself was read to be.
        matcher: of `question`.
        is_heard: some announcement names what the question puts to the test.
    """
    if reading.status != "answered" or not reading.chosen:
        return None
    verdict = None if denies(question) else _verdict(question, whole, probe, reading, matcher)
    if verdict == "no" and probe.kind in ("name", "place") and not is_heard:
        verdict = None  # by another name it may be the same
    if verdict is None and whole.verdict == "yes" and _contradicts(probe, whole, reading):
        return dataclasses.replace(whole, verdict=None)
    if verdict is None and not _is_worth_showing(question, whole, probe, reading, matcher):
        return None
    return dataclasses.replace(
        reading, question=question, verdict=verdict, value=None, text="", words="", earlier=(), parts=(), listing=False
    )


def told_of_other(probe: Probe, question: Question, evidence: Sequence[Evidence]) -> Reading | None:
    """Of evidence that names too little to answer `question`, the piece that tells the other one of two of the very
    thing that is asked about."""
    numbers = [place for place, need in enumerate(question.needs) if need.is_number]
    able = [
        one
        for one in evidence
        if tells_other(probe, one.sentence.text)
        and not (one.missing_name or one.other_number)
        and all(one.own_matches[place] == 1.0 for place in numbers)
        and one.coverage >= (_ENOUGH if numbers else _ENOUGH_UNNUMBERED)
    ]
    best = max(able, key=lambda one: (one.coverage, one.own), default=None)
    return Reading(question, "answered", (best,), confidence=0.5) if best else None


def _contradicts(probe: Probe, whole: Reading, reading: Reading) -> bool:
    """The sentence that was to bear out a yes tells the other one of two as well, or another name in its place."""
    if probe.asked and probe.other:
        text = whole.chosen[0].sentence.text
        return bool(probe.asked.search(text) and probe.other.search(text))
    read = reading.text or reading.words
    return probe.kind in ("name", "place") and bool(read) and not _shares_a_word(probe.said, read)


def tells_other(probe: Probe, text: str) -> bool:
    """`text` says the other one of two that exclude each other, and not the one that was asked about."""
    return bool(probe.other and probe.asked and probe.other.search(text) and not probe.asked.search(text))


def _verdict(question: Question, whole: Reading, probe: Probe, reading: Reading, matcher: Matcher) -> Verdict | None:
    one = reading.chosen[0]
    if one.sentence.is_planned and asks_what_happened(question):
        return None
    named = _names_the_rest(question, probe, reading, matcher, _NAMED, _EACH)
    if probe.kind == "rival":
        was_told = whole.verdict == "yes" and not tells_other(probe, whole.chosen[0].sentence.text)
        decided = reading.verdict == "yes" or (reading.verdict is None and named)
        return "no" if decided and not was_told and tells_other(probe, one.sentence.text) else None
    if not named:
        return None
    if probe.kind == "sole":
        return "no" if _JOINTLY.search(one.sentence.text) else None
    if probe.kind == "value":
        return _by_value(question, probe, reading, matcher)
    is_apart = probe.kind != "place" or _are_apart(probe.said, one.sentence.text)
    return "no" if is_apart and _names_another(probe, reading) else None


def _bears(question: Question, probe: Probe, reading: Reading, matcher: Matcher) -> bool:
    """The sentence is worth showing though it decides nothing: it says what stands in the place of what was asked."""
    if probe.kind == "rival":
        one = reading.chosen[0]
        met = matcher.meet(one.sentence, 0)
        numbers = [place for place, need in enumerate(question.needs) if need.is_number]
        is_of_it = bool(numbers) and all(met.own_matches[place] == 1.0 for place in numbers)
        return tells_other(probe, one.sentence.text) and (
            is_of_it or _names_the_rest(question, probe, reading, matcher, _HALF, 0.0)
        )
    if probe.kind == "value" and reading.value is None:
        return False
    return probe.kind != "sole" and _names_the_rest(question, probe, reading, matcher, _NAMED, _EACH)


def _is_worth_showing(question: Question, whole: Reading, probe: Probe, reading: Reading, matcher: Matcher) -> bool:
    """Nothing was found for the question itself, or nothing that names as much of what it names beside the tested."""
    if whole.verdict or not _bears(question, probe, reading, matcher):
        return False
    if whole.status == "not_found":
        return True
    told = [_rest(question, probe, one, matcher) for one in (reading, whole)]
    return all(told) and _mean(told[0]) >= _mean(told[1]) + _CLEARLY


def _names_the_rest(
    question: Question, probe: Probe, reading: Reading, matcher: Matcher, average: float, each: float
) -> bool:
    """The sentences name what the question names beside what is put to the test."""
    rest = _rest(question, probe, reading, matcher)
    other = matcher.meet(reading.chosen[0].sentence, 0).other_number
    return bool(rest) and _mean(rest) >= average and min(near for _, near in rest) >= each and not other


def _mean(rest: Sequence[tuple[float, float]]) -> float:
    return sum(own for own, _ in rest) / len(rest)


def _rest(question: Question, probe: Probe, reading: Reading, matcher: Matcher) -> list[tuple[float, float]]:
    """For each thing that the question names beside what is put to the test, how far the sentences name it by
    themselves, and with what stands around them."""
    first = reading.chosen[0].sentence
    near_in_time = [one for one in reading.chosen[:2] if abs((one.sentence.spoke - first.spoke).days) <= _NEAR]
    met = [matcher.meet(one.sentence, 0) for one in near_in_time]
    issuer = words_of_name(issuer_of(first.announcement))
    return [
        (max(one.own_matches[place] for one in met), max(one.matches[place] for one in met))
        for place, need in enumerate(question.needs)
        if need.is_firm and not _is_tested(need.text, probe) and not words_of_name(need.text) & issuer
    ]


def _is_tested(need: str, probe: Probe) -> bool:
    said, asked = fold(probe.said).casefold(), fold(need).casefold()
    compared = probe.kind == "value" and re.fullmatch(
        r"[a-z]+er|高い|大きい|重い|多い|長い|低い|小さい|軽い|少ない|短い", asked
    )
    return asked in said or said in asked or bool(compared)


def _by_value(question: Question, probe: Probe, reading: Reading, matcher: Matcher) -> Verdict | None:
    assert probe.value is not None
    value, one = reading.value, reading.chosen[0]
    if value is None or value.kind != probe.value.kind:
        return None
    same = _agrees(question.text, probe.value, one.sentence.text, value)
    if same is None:
        return None
    if same:
        is_named = _names_the_rest(question, probe, reading, matcher, _STRICTLY, _EACH_STRICTLY)
        met = matcher.meet(one.sentence, 0)
        # 42 m is over 40 m, which the sentence does not say.
        missing = met.missing_name and value.key == probe.value.key
        rest = [
            match
            for need, match in zip(question.needs, met.matches, strict=True)
            if need.is_firm and not _is_tested(need.text, probe)
        ]
        return "yes" if is_named and not missing and min(rest, default=1.0) >= _AT_LEAST else None
    if probe.value.key in {stage.value.key for stage in reading.earlier}:
        # Once it was planned so.
        return "no" if question.asks_current or not (question.asks_plan or question.asks_original) else None
    said = [other for other in one.sentence.values if other.kind == value.kind and other is not value]
    if any(_agrees(question.text, probe.value, one.sentence.text, other) for other in said):
        return None
    return "no"


def _agrees(asked: str, wanted: Value, text: str, value: Value) -> bool | None:
    """Whether `value`, which stands in `text`, is `wanted`, which stands in the question; None where that is open."""
    if wanted.date and value.date:
        if wanted.date.earliest <= value.date.earliest and value.date.latest <= wanted.date.latest:
            return True
        is_later = wanted.date.earliest > value.date.latest and bool(_OR_LATER.search(text))
        is_apart = wanted.date.latest < value.date.earliest or value.date.latest < wanted.date.earliest
        return False if is_apart and not is_later else None
    (one, ours), (other, theirs) = _in_unit(wanted), _in_unit(value)
    if ours is None or theirs is None or one != other:
        return None
    near = text[max(0, value.start - 12) : value.end + 6]
    beside = asked[max(0, wanted.start - 14) : wanted.end + 8]
    if (_MORE.search(near) and theirs < ours) or (_LESS.search(near) and theirs > ours):
        return None  # "up to 12" may be 10
    if _MORE.search(beside):
        return theirs >= ours
    if _LESS.search(beside):
        return theirs <= ours
    if ours == theirs:
        return True
    is_rough = _APPROXIMATELY.search(near) or _APPROXIMATELY.search(beside)
    return None if is_rough and abs(ours - theirs) <= _ABOUT * max(abs(ours), abs(theirs)) else False


def _in_unit(value: Value) -> tuple[str, Decimal | None]:
    """The value in the basic unit of its dimension."""
    unit, factor = _IN_UNITS.get(value.unit, (value.unit, Decimal(1)))
    return unit, None if value.number is None else value.number * factor


def _names_another(probe: Probe, reading: Reading) -> bool:
    """Another name stands in the place of the one that was asked about."""
    sentence = reading.chosen[0].sentence
    if _shares_a_word(probe.said, sentence.text) or _may_be_short_for(probe.said, sentence.text):
        return False
    return bool(reading.text or new_names(sentence, reading.question) or named_organisations(sentence.text))


# Places of which none holds another: a country holds a city, and a cape a space centre.
_APART = [
    re.compile(r"クレーター|盆地|の海|の湖|\b(?:crater|basin|mare|lacus|sinus)\b", re.I),
    re.compile(r"\bS?LC-\d+", re.I),
    re.compile(r"市場|\bmarket\b", re.I),
]


def _are_apart(place: str, text: str) -> bool:
    """`place` is of a kind of places that lie side by side, and `text` names one of that kind."""
    return any(kind.search(place) and kind.search(text) for kind in _APART)


def _shares_a_word(name: str, text: str) -> bool:
    """`text` names `name`, or a part of it, in either language."""
    for language in ("ja", "en"):
        own = {term for term in analyse(name, language) if term[0] not in "_#"}
        if own & set(analyse(text, language)):
            return True
    return False


def _may_be_short_for(name: str, text: str) -> bool:
    """`text` holds the first letters of the words of `name`, or the other way round."""
    initials = "".join(word[0] for word in re.findall(r"[A-Za-z]+", name) if word[0].isupper())
    return len(initials) > 2 and initials in text
