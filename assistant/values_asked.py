"""Dates, times, amounts and counts: scored Evidence in; a Reading with the value that holds, and what it replaced, out."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from assistant.acceptance import accepted, unlikely
from assistant.candidates import ANNOUNCED
from assistant.evidence import Evidence
from assistant.labels import conflict, labels
from assistant.matcher import Matcher
from assistant.question import Question
from assistant.reading import Reading, Stage
from assistant.score import confidence_in, scored, supporting
from assistant.sentence import Sentence, tells_of_change, tells_what_happened
from assistant.sentences_asked import LIKELY
from assistant.wanted import PARAPHRASE, places_of_needs
from assistant.wants import measure_of
from corpus.values import Value
from index.analyse import analyse, name_of

# Several changes told in turn: the last of them holds.
_IN_TURN = re.compile(r"続いて|その後|さらに|再設定|、次いで|\bthen\b|subsequently|afterwards|finally", re.I)
_OLD_BEFORE = re.compile(
    r"(?:従来(?:の|は|計画では)?|当初(?:の|は|計画では)?|以前(?:の|は)?|previously|formerly|earlier|originally|instead of|rather than|from|was)[\s(（「]*$",
    re.I,
)
# A sentence that gives what was said before beside what is said now.
EARLIER = re.compile(
    r"従来|当初|以前|これまで|前回|もともと|元々|\b(?:previous|former|earlier|original|initial)(?:ly)?\b|instead|rather than",
    re.I,
)
_OLD_AFTER = re.compile(r"(?:※?\d*)?(?:から|より)(?!約?[0-9]+(?:年|日|か月|カ月)間)")

_AT_FIRST = re.compile(
    r"当初|もともと|元々|最初の|\boriginal(?:ly)?\b|\binitial(?:ly)?\b|\bat first\b|\bfirst (?:plan|expect)", re.I
)

# What really happened is asked for: a plan is no answer.
_ACTUAL = re.compile(r"実際(?!の計画)|実績|\bactual(?:ly)?\b", re.I)
_FORECAST = re.compile(r"予想|見通し|見込|\bforecasts?\b|\bexpected\b|\bprojected\b", re.I)
_FORMERLY = re.compile(
    r"\b(?:was|were|had been) (?:originally|initially|previously|earlier|first (?=plan|schedul|expect|set\b|target|intend|forecast|estimat|assum|stat|announc))|\b(?:original|initial|previous|earlier|first) plan\b"
    r"|(?:当初|従来|以前|最初)の?(?:計画|予定|想定|発表)|時点の(?:当初)?(?:計画|想定|予定)では",
    re.I,
)
_FORMERLY_JA = re.compile(r"[^。]{0,24}(?:の(?:予定|計画|想定)でした|とされていました|を予定していました)")
_UNDISCLOSED = re.compile(
    r"(?:公表|開示|公開|発表)(?:され|し)て(?:いない|いません|おらず|おりません)|非公表|非開示|未公表|未開示"
    r"|\b(?:not|never) (?:been )?(?:disclosed|published|announced|made public)|\bundisclosed\b",
    re.I,
)
_MONTH_ASKED = re.compile(r"何月|何日|\b(?:what|which) month\b", re.I)
_SHARE = re.compile(
    r"[0-9一二三四五六七八九十]+分の[0-9一二三四五六七八九十]+|半分|半数|半額|[0-9.一二三四五六七八九十]+倍"
    r"|\b(?:a |one |two |three )?(?:half|thirds?|quarters?)(?= (?:of|the|as)\b)|\b(?:twice|double|triple)\b|\b[\w.]+ times (?=as|the|more)",
    re.I,
)
_RATIO = re.compile(r"割合|比率|share|proportion|percentage|fraction", re.I)
_DAY_ASKED = re.compile(
    r"何月何日|何日(?!間|後|前)|正確な日|具体的な日|\b(?:what|which) (?:exact |calendar )?day\b|\bexact (?:calendar )?(?:day|date)\b",
    re.I,
)
# The date of the announcing is asked for, and not one that was announced.
_WHEN_ANNOUNCED = re.compile(
    r"(?:発表|公表|開示|公開)(?:された|した|があった|が行われた)?(?:の)?(?:日|時期|日付)?(?:は|が)(?:いつ|何[年月日])|いつ、?(?:発表|公表|開示|公開)"
    r"|\bwhen (?:was|were|did)\b(?!.{0,90}\b(?:to|will|would)\b).{1,90}\b(?:announced?|disclosed?|published?|released?)\b",
    re.I,
)


def read_value(question: Question, want: str, ranked: Sequence[Evidence]) -> Reading | None:
    """The value of the kind `want` that holds now (or did, where that is asked), and those that it replaced."""
    dated = _dateline(question, ranked) if want == "date" else None
    if dated and _WHEN_ANNOUNCED.search(question.text):
        return dated
    able = [one for one in ranked if one.candidates and accepted(one, question, with_value=True)]
    if unlikely(able):
        return dated
    if want == "date" and (_MONTH_ASKED.search(question.text) or _DAY_ASKED.search(question.text)):
        fine = [one for one in able if any(value.date and value.date.month for value in one.candidates)]
        able = fine or able
        if _DAY_ASKED.search(question.text) and not any(v.date and v.date.day for one in able for v in one.candidates):
            return dated  # 2027 is no answer to somebody who asks for the day
    if _ACTUAL.search(question.text):
        able = [one for one in able if not one.sentence.is_planned and not _FORECAST.search(one.sentence.text)]
    if not able:
        return dated
    if not question.asks_original:
        able = [one for one in able if not _tells_a_former_plan_alone(one)] or able
    if want == "date" and question.asks_plan:
        able = _plans_and_what_came_of_them(able, question)
    if question.asks_original:
        able = _told_as_original(able) or able
    best = able[0]
    if any(one.own > best.own and accepted(one, question) and _UNDISCLOSED.search(one.sentence.text) for one in ranked):
        return None  # that it was not disclosed is said of just what is asked: no other value is it
    if question.asks_future and not best.sentence.is_planned and best.coverage < 0.85:
        return None
    alike = [one for one in able if _is_alike(one, best, question)]
    if question.asks_original:
        # Of what was so at first, a sentence that says so; words for what was done later may miss in it.
        at_first = [one for one in able if _tells_at_first(one) and one.coverage >= best.coverage - 0.15]
        alike = at_first or alike
    stages = sorted(
        ((one, _pick(one, question)) for one in alike), key=lambda pair: (pair[0].sentence.spoke, -pair[0].score)
    )
    chosen, value = _current(question, stages, best)
    if _fits_several_cells(chosen, value, question):
        # Which column is meant the question leaves open: the row is shown with its labels, and no figure picked.
        return Reading(question, "answered", (chosen,), confidence=confidence_in(chosen, typed=False))
    replaced = _replaced(stages, chosen, value)
    support = (*_first_notice(stages, chosen, value), *supporting(question, ranked, chosen))
    return Reading(
        question,
        "answered",
        tuple(dict.fromkeys((chosen, *support))),
        value,
        earlier=replaced,
        confidence=confidence_in(chosen, typed=True),
    )


def read_share(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """ "How far did it fall?": a quarter of something, twice something, which is no value with a unit."""
    if question.unit not in ("", "percent") or question.counted:
        return None
    for one in ranked:
        match = _SHARE.search(one.sentence.text)
        if match and accepted(one, question) and _names_what_is_measured(one, question):
            return Reading(question, "answered", (one,), text=match[0], confidence=confidence_in(one, typed=True))
    return None


def _told_as_original(able: Sequence[Evidence]) -> list[Evidence]:
    """Of evidence that names about as much as the best, what says itself that it was so at first."""
    first = [one for one in able if any(_AT_FIRST.search(one.sentence.text[: v.start]) for v in one.candidates)]
    return [one for one in first if one.coverage >= able[0].coverage - 0.2]


def _names_what_is_measured(one: Evidence, question: Question) -> bool:
    """A quarter of the parts is no thrust: the sentence itself names each thing that is asked of the one it is about."""
    plain = [
        match
        for need, match in zip(question.needs, one.own_matches, strict=True)
        if need.factor >= 1 and not (need.is_name or need.is_number or _RATIO.fullmatch(need.text))
    ]
    return bool(plain) and (plain[-1] if question.language == "ja" else max(plain)) >= 0.4


def _tells_at_first(one: Evidence) -> bool:
    """One of the sentence's values is told as the first one."""
    return any(_AT_FIRST.search(one.sentence.text[: value.start]) for value in one.candidates)


def _tells_a_former_plan_alone(one: Evidence) -> bool:
    """The sentence says what was planned at first, or before, and not what became of it."""
    return len({value.key for value in one.candidates}) == 1 and bool(
        _FORMERLY.search(one.sentence.text[: one.candidates[0].start])
        or _FORMERLY_JA.match(one.sentence.text[one.candidates[0].end :])
    )


def read_measures(question: Question, evidence: Sequence[Evidence], matcher: Matcher) -> Reading | None:
    """ "The height and the mass": each measure by itself."""
    readings = []
    for unit in question.units:
        needs = tuple(
            dataclasses.replace(need, factor=0.0) if (other := measure_of(need.text)) and other != unit else need
            for need in question.needs
        )
        single = dataclasses.replace(question, unit=unit, units=(), needs=needs)
        own = matcher.asking(single)
        ranked = sorted(
            (scored(own.meet(one.sentence, one.rank), single) for one in evidence), key=lambda one: -one.score
        )
        reading = read_value(single, "quantity", ranked)
        if reading:
            readings.append(reading)
    if not readings:
        return None
    confidence = min(reading.confidence for reading in readings)
    return Reading(question, "answered", readings[0].chosen, confidence=confidence, parts=tuple(readings))


def _dateline(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """ "When was … announced?" is answered by the date of the announcement itself."""
    if not ANNOUNCED.search(question.text):
        return None
    for one in ranked[:3]:
        announcement = one.sentence.announcement
        told = _told_as_announced(one.sentence) if accepted(one, question) else ()
        if told:
            day = _pick(dataclasses.replace(one, candidates=told), question)
            return Reading(question, "answered", (one,), day, confidence=confidence_in(one, typed=True))
        if announcement.published and accepted(one, question):
            return Reading(
                question, "answered", (one,), from_dateline=announcement, confidence=confidence_in(one, typed=True)
            )
    return None


_ANNOUNCED_ON = re.compile(r"\bannounced? (?:on|in) $|\bannouncement (?:of|on) $", re.I)
_THEN_ANNOUNCED = re.compile(r"(?:に|、)[^。、]{0,60}?(?:発表|公表|開示)(?:し|され)")


def _told_as_announced(sentence: Sentence) -> tuple[Value, ...]:
    """The days before this announcement on which the sentence says that something was announced."""
    found = []
    for value in sentence.values:
        is_earlier = value.kind == "date" and value.date is not None and value.date.latest < sentence.held
        before, after = sentence.text[: value.start], sentence.text[value.end :]
        if is_earlier and (_ANNOUNCED_ON.search(before) or _THEN_ANNOUNCED.match(after)):
            found.append(value)
    if found and sentence.language == "ja":
        # "…を4月14日に、…を5月27日に発表しました": the verb of the last is that of the first.
        dates = [value for value in sentence.values if value.kind == "date" and value.end < found[-1].start]
        found = [*(value for value in dates if sentence.text.startswith("に、", value.end)), *found]
    return tuple(dict.fromkeys(found))


def _plans_and_what_came_of_them(able: list[Evidence], question: Question) -> list[Evidence]:
    """Of evidence on a plan, what states it, and what happened since: a question about a plan may come too late."""
    planned = [one for one in able if one.sentence.is_planned]
    if not planned:
        return able
    kinds = {name.partition(":")[0] for name in question.labels}
    events = [
        place
        for place, need in enumerate(question.needs)
        if need.is_firm and not (need.is_number or need.is_name) and name_of(need.text.lower()) not in kinds
    ]
    newest, best = max(one.sentence.spoke for one in planned), max(one.own for one in planned)
    came = [one for one in able if _is_done(one.sentence) and one.sentence.spoke >= newest and one.own >= 0.9 * best]
    came = [one for one in came if any(one.own_matches[place] >= 0.8 for place in events)]
    about = {id(one) for one in [*planned, *(one for one in came if tells_what_happened(one.sentence.text))]}
    return [one for one in able if id(one) in about]


def _is_alike(one: Evidence, best: Evidence, question: Question) -> bool:
    """`one` speaks of the same thing as `best`: it names each firm need that `best` names."""
    if one.coverage < best.coverage - 0.3 or one.own < best.own - 0.45:
        return False
    for place, need in enumerate(question.needs):
        if not need.is_firm:
            continue
        if one.matches[place] < min(best.matches[place], 0.5):
            return False
        # A title may say which mission it is, but not that the landing in a sentence is a launch.
        plain = not (need.is_number or need.is_name or need.carried)
        if plain and one.own_matches[place] < min(best.own_matches[place], 0.4):
            return False
        # An offering is told in words like those of a listing, and is none; people are people, whatever they are called.
        is_counted = question.unit == "person" and "@employee" in need.terms
        if plain and not is_counted and best.own_matches[place] > 0.95 and one.own_matches[place] <= PARAPHRASE:
            return False
    return True


def _current(question: Question, stages: Sequence[tuple[Evidence, Value]], best: Evidence) -> tuple[Evidence, Value]:
    """The stage that holds now (or did at first, where that is asked): the newest statement, actual before planned."""
    if question.asks_original:
        told = [pair for pair in stages if _AT_FIRST.search(pair[0].sentence.text[: pair[1].start])]
        return told[0] if told else stages[0]
    if question.want in ("quantity", "time") and not (question.asks_latest or question.asks_current):
        return next(pair for pair in stages if pair[0] is best)
    newest = stages[-1][0].sentence.spoke
    last = [pair for pair in stages if pair[0].sentence.spoke == newest]
    done = [pair for pair in stages if _is_done(pair[0].sentence)]
    happened = [pair for pair in done if tells_what_happened(pair[0].sentence.text) and pair[0].own >= 0.9 * best.own]
    if happened and question.want == "date":
        return max(happened, key=lambda pair: (pair[0].sentence.spoke, pair[0].score))
    # What has happened is not undone by an older plan that a later text repeats.
    pool = done if done and question.want == "date" and not all(p[0].sentence.is_planned for p in last) else last
    return max(pool, key=lambda pair: (pair[0].sentence.spoke, pair[0].score))


def _first_notice(stages: Sequence[tuple[Evidence, Value]], chosen: Evidence, value: Value) -> tuple[Evidence, ...]:
    """The sentence of the announcement that said the same value first, where `chosen` only says it again."""
    same = [one for one, said in stages if said.key == value.key and one.sentence.held < chosen.sentence.held]
    return (min(same, key=lambda one: (one.sentence.held, -one.score)),) if same else ()


def _is_done(sentence: Sentence) -> bool:
    """The sentence tells what happened, not a plan or how a plan moved."""
    return not sentence.is_planned and not tells_of_change(sentence.text)


def _replaced(stages: Sequence[tuple[Evidence, Value]], chosen: Evidence, value: Value) -> tuple[Stage, ...]:
    seen = {value.key}
    found: list[Stage] = []
    for one, older in stages:
        if conflict(labels(chosen.sentence.text), labels(one.sentence.text)):
            continue  # the plan of another mission was not replaced
        if older.key not in seen and one.sentence.spoke < chosen.sentence.spoke and one.sentence.is_planned:
            seen.add(older.key)
            found.append(Stage(older, one.sentence))
    return tuple(found)


def _pick(one: Evidence, question: Question) -> Value:
    """The candidate that the span reader read, else the one closest to what was asked; none that another one replaced."""
    if len(one.candidates) == 1:
        return one.candidates[0]
    if one.sentence.cells:
        return max(one.candidates, key=lambda value: (_named_by_column(one.sentence, value, question), -value.start))
    places = places_of_needs(one.sentence, question)
    text = one.sentence.text
    if tells_of_change(text) and _IN_TURN.search(text):
        return max(one.candidates, key=lambda value: value.start)
    span = one.span
    # Of an old value and a new one the reader may take either.
    if span is not None and span.score >= LIKELY and not (tells_of_change(text) or EARLIER.search(text)):
        read = [value for value in one.candidates if value.start < span.end and span.start < value.end]
        if read:
            return read[0]

    def cost(value: Value) -> float:
        far = 0.0
        for weight, spots in places:
            gaps = [_gap(text, value, start, end) for start, end in spots]
            far += weight * min(gaps, default=40.0)
        return far + (60.0 if is_old(text, value, one.candidates) else 0.0)

    return min(one.candidates, key=cost)


def _named_by_column(sentence: Sentence, value: Value, question: Question) -> float:
    """How much of the question the labels of the value's cell name; columns differ in little else than a date."""
    cell = sentence.cell_of(value)
    if cell is None:
        return 0.0
    terms = set(analyse(f"{cell.row_label} {cell.column_label}", sentence.language))
    # The month alone is the same in every year's column.
    exact = {term for term in terms if term[0] == "#" and not term.startswith("#m:")}
    asked = [set(need.terms) for need in question.needs]
    return sum(2.0 * len(need & exact) + bool(need & terms) for need in asked)


def _fits_several_cells(one: Evidence, value: Value, question: Question) -> bool:
    if one.sentence.cell_of(value) is None:
        return False
    fit = _named_by_column(one.sentence, value, question)
    others = (other for other in one.candidates if other.key != value.key)
    return any(_named_by_column(one.sentence, other, question) == fit for other in others)


def _gap(text: str, value: Value, start: int, end: int) -> float:
    between = text[value.end : start] if start >= value.end else text[end : value.start]
    return min(len(between), 60) + 12 * len(re.findall(r"[、,;；]", between)) + 30 * len(re.findall(r"[。]", between))


def is_old(text: str, value: Value, candidates: Sequence[Value]) -> bool:
    """`value` is what `text` says that was so before: another one of `candidates` has replaced it."""
    later = any(other.start >= value.end for other in candidates)
    if _OLD_BEFORE.search(text[: value.start]):
        return not re.search(r"(?:was|were)[\s(]*$", text[: value.start], re.I) or bool(
            re.search(r"[(（]was\s?$", text[: value.start])
        )
    return later and bool(_OLD_AFTER.match(text[value.end :])) and tells_of_change(text)
