"""Reading: evidence in, a Reading out: which sentences answer, with which value, since when, and what they replaced."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import pairwise
from typing import Literal

from assistant.answer import Status
from assistant.evidence import Evidence, Matcher, Sentence, announcement_sentences, is_plan, sentences_of
from assistant.labels import belongs, labels
from assistant.names import named_people, named_places
from assistant.question import Need, Question, measure_of
from corpus.announcement import Announcement, Footnote
from corpus.dates import PartialDate
from corpus.values import Value
from index.analyse import analyse, stem
from index.words import words

Verdict = Literal["yes", "no", "not_yet"]

# Least share of the question's weight that the evidence names; set on development questions (bench/abstain.py).
ENOUGH_WITH_VALUE = 0.5
ENOUGH = 0.55
OWN_ENOUGH = 0.25
# The same where the very thing asked about is not named.
HEADLESS = 0.7

_TYPED = {"date": "date", "time": "time", "money": "money", "quantity": "quantity"}
_SECTION_PRIOR = {
    "footnote": -0.3, "heading": -0.3, "dateline": -0.5, "boilerplate": -0.06, "contact": -0.25, "title": -0.08,
    "caption": -0.08,
}  # fmt: skip
_MOVED = re.compile(
    r"再設定|変更|延期|後ろ倒し|前倒し|見直|修正|引き上げ|引き下げ|postpon|delay|moved?|chang|revis|rescheduled|instead", re.I
)
_OLD_BEFORE = re.compile(
    r"(?:従来(?:の|は|計画では)?|当初(?:の|は|計画では)?|以前(?:の|は)?|previously|formerly|earlier|originally|instead of|rather than|from|was)[\s(（「]*$",
    re.I,
)
_OLD_AFTER = re.compile(r"(?:※?\d*)?(?:から|より)(?!約?[0-9]+(?:年|日|か月|カ月)間)")
_NEGATED = re.compile(
    r"ない|なかった|ません|ず(?:、|に|$|。)|ぬ|\bnot\b|n't\b|\bno\b|\bnever\b|\bwithout\b|\bnor\b", re.I
)
_UNDISCLOSED = re.compile(
    r"非開示|未開示|(?:開示|公表|記載|公開)(?:されて|して)いません|公表していない|not (?:been )?(?:disclosed|published|stated|announced)|undisclosed|does not (?:give|state|disclose)|示していません|ではありません。?$",
    re.I,
)
NUMBER_WORDS = {word: n for n, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())}
# Units of one dimension: whoever asks for a mass may get kilograms or tonnes.
_MEASURED = {
    **dict.fromkeys(("kg", "tonne", "gram"), ("kg", "tonne", "gram")),
    **dict.fromkeys(("m", "cm", "mm", "km"), ("m", "cm", "mm", "km", "mile")),
    **dict.fromkeys(("year-span", "month-span", "day-span"), ("year-span", "month-span", "day-span")),
}
_COUNTS = frozenset(("item", "contract", "mission", "times"))
_PART_OF = re.compile(
    rf"\b(?P<some>\d+|{'|'.join(NUMBER_WORDS)}) (?:out )?of (?:the |its |all |these )?(?:\d+|{'|'.join(NUMBER_WORDS)})\b", re.I
)
_REASON = re.compile(r"ため|により|によって|理由|原因|起因|because|due to|caused?|owing|reason", re.I)
_ANNOUNCED = re.compile(r"発表|公表|お知らせ|開示|announc|releas|publish|disclos", re.I)
_OUT_OF = re.compile(
    r"(?P<all>[0-9０-９一二三四五六七八九十]+)\s?(?:つ|件|社|人|名|個|回|機|チーム|段階|項目)[^。、]{0,24}?のうち[^。0-9０-９]{0,12}?(?P<some>[0-9０-９一二三四五六七八九十]+)\s?(?:つ|件|社|人|名|個|回|機|チーム|項目)?|(?P<some_en>\w+) (?:out )?of (?:the )?(?P<all_en>\w+) ",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """One value of the asked attribute, and the sentence that gave it."""

    value: Value
    sentence: Sentence


@dataclass(frozen=True, slots=True)
class Reading:
    """What the evidence says to a question; `chosen` are the sentences to quote, best first."""

    question: Question
    status: Status
    chosen: tuple[Evidence, ...] = ()
    value: Value | None = None  # in chosen[0]
    text: str = ""  # a short answer that is no typed value: a name, an option
    verdict: Verdict | None = None
    earlier: tuple[Stage, ...] = ()  # what `value` replaced, oldest first
    chain: tuple[Stage, ...] = ()  # of a question about history
    changes: int | None = None
    timeline: bool = False  # `chosen` are in the order of their dates
    asks_as_of: bool = False  # the date on which chosen[0] held is the answer
    footnote: tuple[Announcement, Footnote] | None = None
    people: tuple[tuple[str, str], ...] = ()
    from_dateline: Announcement | None = None  # the value is this announcement's own date
    choices: tuple[str, ...] = ()  # readings of an ambiguous question
    nearest: tuple[Evidence, ...] = ()  # for "not stated": what is closest
    confidence: float = 0.0
    parts: tuple[Reading, ...] = field(default=())  # of a compound question


def read(
    question: Question, evidence: Sequence[Evidence], matcher: Matcher, announcements: Mapping[str, Announcement]
) -> Reading:
    """The Reading of `evidence` (best passages first) for `question`."""
    known = [one for one in evidence if question.as_of is None or _known_by(one.sentence, question.as_of)]
    ranked = sorted((scored(one, question) for one in known), key=lambda one: -one.score)
    if question.want == "footnote":
        found = _footnote(question, ranked, announcements)
        if found:
            return found
    if question.want == "people_in_picture":
        found = _picture(question, ranked, matcher, announcements)
        if found:
            return found
    if question.want in ("history", "change_count"):
        found = _history(question, ranked)
        if found:
            return found
    if question.want == "as_of":
        found = _held_on(question, ranked)
        if found:
            return found
    if _is_unclear(question):
        found = _ambiguous(question, ranked)
        if found:
            return found
    if len(question.units) > 1 and question.want == "quantity":
        found = _measures(question, evidence, matcher)
    elif question.want in _TYPED:
        found = _typed(question, question.want, ranked)
    else:
        found = _free(question, ranked, matcher)
    return found or Reading(question, "not_found", nearest=tuple(ranked[:3]))


def _new_names(names: Sequence[str], question: Question) -> list[str]:
    """Names that the question does not hold already."""
    asked = question.text.casefold()
    return [name for name in names if name.casefold() not in asked]


def _has_new_name(sentence: Sentence, question: Question) -> bool:
    """The sentence, or the quotation's speaker, names somebody or something that the question does not."""
    section = sentence.section
    if section and section.speaker:
        return True
    asked = question.text.casefold()
    named = [word.surface for word in words(sentence.text) if word.is_name and (word.start > 0 or sentence.language == "ja")]
    return bool(_new_names([*named_people(sentence.text), *named], question)) or not asked


def _known_by(sentence: Sentence, day: dt.date) -> bool:
    """The sentence was known on `day`: its announcement was out, or it says itself that it held by then."""
    if sentence.held <= day:
        return True
    stated = sentence.as_of()
    return stated is not None and stated != sentence.announcement.published and stated.latest <= day


def _held_on(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """"As of which date is it assumed?": the date of the best sentence's note, or the one that it states."""
    for one in ranked[:8]:
        if _accepted(one, question, ENOUGH_WITH_VALUE) and one.sentence.as_of():
            return Reading(question, "answered", (one,), asks_as_of=True, confidence=_confidence(one, typed=True))
    return None


def scored(one: Evidence, question: Question) -> Evidence:
    """`one` with its candidates of the wanted type and its score."""
    candidates = _candidates(one.sentence, question)
    score = one.coverage + 0.45 * one.own + 0.12 / (1 + one.rank) ** 0.5
    score += 0.3 * one.echo
    score += _SECTION_PRIOR.get(one.sentence.kind, 0.0)
    if question.want in _TYPED:
        score += 0.3 if candidates else -0.2
        score += 0.08 if question.asks_plan and one.sentence.is_planned else 0.0
    elif question.want == "reason":
        score += (
            0.3
            if _REASON.search(one.sentence.text)
            else 0.0
        )
    elif question.want == "person":
        score += 0.12 if named_people(one.sentence.text) else -0.05
    elif question.want == "place":
        score += 0.2 if _new_names(named_places(one.sentence.text), question) else -0.15
    elif question.want in ("speaker", "statement"):
        score += 0.35 if one.sentence.kind == "quotation" else -0.1
    if one.other_number:
        score -= 0.45
    if one.missing_name:
        score -= 0.4
    return dataclasses.replace(one, score=score, candidates=candidates)


def _candidates(sentence: Sentence, question: Question) -> tuple[Value, ...]:
    kind = _TYPED.get(question.want)
    if kind is None:
        return ()
    given = {value.key for value in question.given}
    found = [
        value
        for value in sentence.values
        if value.kind == kind
        and value.key not in given
        and belongs(sentence.text, value.start, value.end, question.labels)
    ]
    if kind == "date":
        found = [value for value in found if not any(key.startswith(value.key + "-") for key in given)]
        found = [value for value in found if not _says_when_said(sentence, value)]
        if re.search(r"何月|what month|which month", question.text, re.I):
            found = [value for value in found if value.date and value.date.month] or found
    if kind == "quantity" and not found or question.unit in _COUNTS:
        found = [*found, *(value for value in _out_of(sentence.text) if value.key not in given and value.kind == kind)]
    if kind == "quantity" and question.counted:
        counted = _numbers_of(sentence, question.counted)
        if counted:
            return tuple(value for value in counted if value.key not in given)
    if kind == "quantity" and question.unit:
        same = [value for value in found if value.unit in _MEASURED.get(question.unit, (question.unit,))]
        loose = [value for value in found if question.unit in _COUNTS and value.unit in _COUNTS]
        found = same or loose
    return tuple(found)


_COUNTED = re.compile(rf"(?<![\w.,-])(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+|{'|'.join(NUMBER_WORDS)}) (?P<words>(?:[a-z-]+ ){{0,2}}[a-z]+)", re.I)
_NUMBERS = re.compile(r"(?:numbers?|numbered|of|is|was|has|had|employs?|employed|about|over|than|to) (?P<number>\d{1,3}(?:,\d{3})+|\d+)(?![\w%.,-]*\d)(?! (?:[A-Z]|[a-z]))")


def _numbers_of(sentence: Sentence, noun: str) -> list[Value]:
    """The numbers that count `noun` (a stem): the 12 of "12 new shareholders", the 300 of "the staff numbers 300"."""
    text, found = sentence.text, []
    if sentence.language != "en":
        return []
    for match in _COUNTED.finditer(text):
        if noun in {stem(word.casefold()) for word in match["words"].split()}:
            found.append((match.start("number"), match["number"]))
    if not found and re.search(r"\b(?:staff|employees|people|personnel|workforce)\b", text, re.I) and noun in ("peopl", "employe", "staff", "person"):
        found = [(match.start("number"), match["number"]) for match in _NUMBERS.finditer(text)]
    values = []
    for start, said in found:
        plain = said.casefold().replace(",", "")
        number = Decimal(plain) if plain.isdigit() else Decimal(NUMBER_WORDS[plain])
        if not (plain.isdigit() and 1900 <= number <= 2100):
            values.append(Value("quantity", start, start + len(said), f"item:{number}", number=number, unit="item"))
    return values


def _out_of(text: str) -> list[Value]:
    """The 8 of "8 of its 10 milestones", which has no unit of its own."""
    found = []
    for match in _PART_OF.finditer(text):
        if re.search(r"[A-Z][a-z]+ $", text[: match.start()]):
            continue  # "Success 2 of its ten milestones": a label, no count
        said = match["some"].casefold()
        number = Decimal(said) if said.isdigit() else Decimal(NUMBER_WORDS[said])
        found.append(Value("quantity", match.start("some"), match.end("some"), f"item:{number}", number=number, unit="item"))
    return found


def _says_when_said(sentence: Sentence, value: Value) -> bool:
    """The date tells when something was said or held, not when something happens: "2020年7月30日時点の計画"."""
    text = sentence.text
    if value.key == str(sentence.announcement.published or "") and _ANNOUNCED.search(text):
        return True
    after, before = text[value.end :], text[: value.start]
    # "12月7日に最短12月11日と再設定": the day on which another one was set.
    if re.match(r"に[^、。]{0,6}\d{4}年", after):
        return True
    return bool(
        re.match(r"(?:\s?[(（][^)）]*[)）])?(?:時点|現在|付(?:け)?(?:の|で)|の?(?:当初|従来)?の?(?:計画|想定)(?:では|は|で)|(?:に|の)?(?:発表|公表|開示|お知らせ|プレスリリース))", after)
        or re.search(r"(?:\b(?:as of|as at|as assumed (?:in|on)|announced (?:on|in)|announcement of|stated (?:on|in)|published (?:on|in)|said (?:on|in)|plan (?:of|announced on))\s)$", before, re.I)
    )


def _accepted(one: Evidence, question: Question, enough: float) -> bool:
    if one.missing_name or one.other_number or one.own < OWN_ENOUGH:
        return False
    if question.want == "person" and not _has_new_name(one.sentence, question):
        return False
    if question.says_only and any(
        need.factor >= 1 and match < 0.5 for need, match in zip(question.needs, one.own_matches, strict=True)
    ):
        return False
    # Of what is asked of a thing, something must be named; that the thing is named is not enough.
    said = [
        match
        for need, match in zip(question.needs, one.matches, strict=True)
        if need.factor >= 0.6 and not (need.is_name or need.is_number or need.carried)
    ]
    explains = question.want == "reason" and _REASON.search(one.sentence.text)
    if said and max(said) < 0.4 and not explains:
        return False
    # What the question is about must be named, unless all the rest is.
    for need, match in zip(question.needs, one.matches, strict=True):
        if need.head and match < 0.4 and not (question.want in _TYPED and one.candidates):
            enough = max(enough, HEADLESS)
    return one.coverage >= enough


# --- a date, an amount, a count ------------------------------------------------------------------------------------------


def _typed(question: Question, want: str, ranked: Sequence[Evidence]) -> Reading | None:
    dated = _dateline(question, ranked) if want == "date" else None
    able = [one for one in ranked if one.candidates and _accepted(one, question, ENOUGH_WITH_VALUE)]
    if want == "date" and re.search(r"何月|何日|what month|which month|what day|which day|exact date", question.text, re.I):
        fine = [one for one in able if any(value.date and value.date.month for value in one.candidates)]
        able = fine or able
    if not able:
        return dated
    if want == "date" and question.asks_plan:
        planned = [one for one in able if one.sentence.is_planned]
        able = planned or able
    best = able[0]
    if question.asks_future and not best.sentence.is_planned and best.coverage < 0.85:
        return None
    alike = [one for one in able if _is_alike(one, best, question)]
    stages = sorted(
        ((one, _pick(one, question)) for one in alike), key=lambda pair: (pair[0].sentence.spoke, -pair[0].score)
    )
    chosen, value = _current(question, stages, best)
    replaced = _replaced(question, stages, chosen, value)
    support = _support(question, ranked, chosen)
    return Reading(
        question, "answered", (chosen, *support), value, earlier=replaced, confidence=_confidence(chosen, typed=True)
    )


def _is_alike(one: Evidence, best: Evidence, question: Question) -> bool:
    """`one` speaks of the same thing as `best`: it names each firm need that `best` names."""
    if one.coverage < best.coverage - 0.3:
        return False
    return all(
        need.factor < 0.6 or new >= min(old, 0.5) for need, new, old in zip(question.needs, one.matches, best.matches, strict=True)
    )


def _measures(question: Question, evidence: Sequence[Evidence], matcher: Matcher) -> Reading | None:
    """"The height and the mass": each measure by itself."""
    readings = []
    for unit in question.units:
        needs = tuple(
            dataclasses.replace(need, factor=0.0) if (other := measure_of(need.text)) and other != unit else need
            for need in question.needs
        )
        single = dataclasses.replace(question, unit=unit, units=(), needs=needs)
        own = matcher.asking(single)
        ranked = sorted((scored(own.meet(one.sentence, one.rank), single) for one in evidence), key=lambda one: -one.score)
        reading = _typed(single, "quantity", ranked)
        if reading:
            readings.append(reading)
    if not readings:
        return None
    confidence = min(reading.confidence for reading in readings)
    return Reading(question, "answered", readings[0].chosen, confidence=confidence, parts=tuple(readings))


def _dateline(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """ "When was … announced?" is answered by the date of the announcement itself."""
    if not _ANNOUNCED.search(question.text):
        return None
    for one in ranked[:3]:
        announcement = one.sentence.announcement
        if announcement.published and _accepted(one, question, ENOUGH):
            return Reading(
                question, "answered", (one,), from_dateline=announcement, confidence=_confidence(one, typed=True)
            )
    return None


def _current(question: Question, stages: Sequence[tuple[Evidence, Value]], best: Evidence) -> tuple[Evidence, Value]:
    """The stage that holds now (or did at first, where that is asked): the newest statement, actual before planned."""
    if question.asks_original:
        return stages[0]
    if question.want in ("quantity", "time") and not (question.asks_latest or question.asks_current):
        return next(pair for pair in stages if pair[0] is best)
    newest = stages[-1][0].sentence.spoke
    last = [pair for pair in stages if pair[0].sentence.spoke == newest]
    done = [pair for pair in stages if not pair[0].sentence.is_planned]
    # What has happened is not undone by an older plan that a later text repeats.
    pool = done if done and question.want == "date" and not all(p[0].sentence.is_planned for p in last) else last
    return max(pool, key=lambda pair: (pair[0].sentence.spoke, pair[0].score))


def _replaced(
    question: Question, stages: Sequence[tuple[Evidence, Value]], chosen: Evidence, value: Value
) -> tuple[Stage, ...]:
    seen = {value.key}
    found: list[Stage] = []
    for one, older in stages:
        if older.key not in seen and one.sentence.spoke < chosen.sentence.spoke and one.sentence.is_planned:
            seen.add(older.key)
            found.append(Stage(older, one.sentence))
    return tuple(found)


def _pick(one: Evidence, question: Question) -> Value:
    """The candidate that stands closest to what was asked, and is not the value that another one replaced."""
    if len(one.candidates) == 1:
        return one.candidates[0]
    places = need_places(one.sentence, question)
    text = one.sentence.text

    def cost(value: Value) -> float:
        far = 0.0
        for weight, spots in places:
            gaps = [_gap(text, value, start, end) for start, end in spots]
            far += weight * min(gaps, default=40.0)
        return far + (60.0 if _is_old(text, value, one.candidates) else 0.0)

    return min(one.candidates, key=cost)


def _gap(text: str, value: Value, start: int, end: int) -> float:
    between = text[value.end : start] if start >= value.end else text[end : value.start]
    return min(len(between), 60) + 12 * len(re.findall(r"[、,;；]", between)) + 30 * len(re.findall(r"[。]", between))


def _is_old(text: str, value: Value, candidates: Sequence[Value]) -> bool:
    later = any(other.start >= value.end for other in candidates)
    if _OLD_BEFORE.search(text[: value.start]):
        return not re.search(r"(?:was|were)[\s(]*$", text[: value.start], re.I) or bool(
            re.search(r"[(（]was\s?$", text[: value.start])
        )
    return later and bool(_OLD_AFTER.match(text[value.end :])) and bool(_MOVED.search(text))


def need_places(sentence: Sentence, question: Question) -> list[tuple[float, list[tuple[int, int]]]]:
    """For each need that the sentence itself names: its weight and where it stands in the sentence."""
    spots: list[tuple[int, int, frozenset[str]]] = []
    for word in words(sentence.text):
        spots.append(
            (word.start, word.end, frozenset(t for t in analyse(word.surface, sentence.language) if t[0] != "_"))
        )
    found: list[tuple[float, list[tuple[int, int]]]] = []
    for need in question.needs:
        direct = [m.span() for m in re.finditer(re.escape(need.text), sentence.text, re.I)]
        plain = {term for term in need.terms if term[0] != "_"}
        near = direct or [(start, end) for start, end, terms in spots if terms & plain]
        if near:
            found.append((need.factor, near))
    return found


# --- a free question -----------------------------------------------------------------------------------------------------


def _free(question: Question, ranked: Sequence[Evidence], matcher: Matcher) -> Reading | None:
    able = [
        one for one in ranked if _accepted(one, question, ENOUGH) and one.sentence.kind not in ("heading", "dateline", "contact")
    ]
    if question.want in ("speaker", "statement"):
        able = _quoted(question, ranked, matcher) or able
    if not able:
        return None
    best = _newest_alike(question, able)
    if question.says_already:
        # What is still a plan in one sentence has not happened, whatever another one calls it.
        plans = [one for one in able if one.sentence.is_planned and one.score >= best.score - 0.3]
        best = plans[0] if plans else best
    verdict = _verdict(question, best, able, matcher) if question.want == "yes_no" else None
    text = _short_text(question, best)
    if question.want == "choice" and not text:
        decided = next(((one, option) for one in able if (option := _short_text(question, one))), None)
        if decided:
            best, text = decided
    support = () if question.want in ("choice", "speaker") else _support(question, ranked, best)
    return Reading(
        question,
        "answered",
        (best, *support),
        text=text,
        verdict=verdict,
        confidence=_confidence(best, typed=bool(text)),
    )


def _quoted(question: Question, ranked: Sequence[Evidence], matcher: Matcher) -> list[Evidence]:
    """Sentences of quotations whose words, or whose speaker, the question names; best first."""
    found = []
    for one in ranked:
        section = one.sentence.section
        if one.sentence.kind != "quotation" or section is None or one.missing_name:
            continue
        speaker = frozenset(analyse(f"{section.speaker or ''}\n{section.role or ''}", one.sentence.language))
        firm = [place for place, need in enumerate(question.needs) if need.factor >= 1]
        named = [matcher.match(place, speaker) for place in firm]
        said = [one.matches[place] for place in firm]
        if question.want == "speaker" and one.own >= ENOUGH:
            found.append((one.own, one))
        elif question.want == "statement" and named and max(named) >= 0.5:
            found.append((sum(max(pair) for pair in zip(named, said, strict=True)) / len(firm), one))
    enough = [pair for pair in found if pair[0] >= 0.5]
    return [one for _, one in sorted(enough, key=lambda pair: -pair[0])]


def _newest_alike(question: Question, able: Sequence[Evidence]) -> Evidence:
    best = able[0]
    margin = 0.12 if question.asks_latest or question.asks_current else 0.04
    if question.asks_outcome:
        over = [one for one in able if not one.sentence.is_planned and one.score >= best.score - 0.4]
        return max(over, key=lambda one: (one.sentence.spoke, one.score)) if over else best
    alike = [
        one
        for one in able
        if one.score >= best.score - margin
        and one.coverage >= best.coverage - 0.05
        and all(new >= old - 0.1 for new, old in zip(one.matches, best.matches, strict=True))
    ]
    if question.asks_original:
        return min(alike, key=lambda one: (one.sentence.spoke, -one.score))
    return max(alike, key=lambda one: (one.sentence.spoke, one.score)) if alike else best


def _short_text(question: Question, best: Evidence) -> str:
    sentence = best.sentence
    if question.want == "speaker" and sentence.section and sentence.section.speaker:
        return sentence.section.speaker
    if question.want == "choice" and question.options:
        held = [option for option in question.options if _names(sentence, option)]
        return held[0] if len(held) == 1 else ""
    asked = {term for need in question.needs for term in need.terms}
    if question.want == "person":
        people = [
            name
            for name in named_people(sentence.text)
            if not set(analyse(name, sentence.language)) & {t for t in asked if t[0] != "_"}
        ]
        return people[0] if len(people) == 1 else ""
    if question.want == "place":
        places = [
            name
            for name in named_places(sentence.text)
            if not set(analyse(name, sentence.language)) & {t for t in asked if t[0] != "_"}
        ]
        return places[0] if len(places) == 1 else ""
    return ""


def _names(sentence: Sentence, option: str) -> bool:
    for language in ("ja", "en"):
        terms = analyse(option, language)
        strong = [term for term in terms if term[0] in "@~#"]
        plain = [term for term in terms if term[0] not in "@~#_"]
        if any(term in sentence.terms for term in strong) or (plain and all(term in sentence.terms for term in plain)):
            return True
    return False


def _support(question: Question, ranked: Sequence[Evidence], best: Evidence, most: int = 2) -> tuple[Evidence, ...]:
    """Further sentences that name what the first does not: for lists, and for questions with several sides."""
    many = question.want in ("list", "free", "manner", "reason", "organisation", "person", "definition", "statement")
    covered = list(best.matches)
    found: list[Evidence] = []
    for one in ranked[:40]:
        if len(found) >= most or one is best:
            continue
        if one.other_number or one.missing_name or one.sentence.kind in ("heading", "dateline", "title", "footnote"):
            continue
        gain = sum(
            max(0.0, new - old) * need.factor
            for new, old, need in zip(one.matches, covered, question.needs, strict=True)
        )
        same_place = one.sentence.announcement.id == best.sentence.announcement.id
        follows = same_place and 0 <= one.sentence.start - best.sentence.end <= 2
        list_more = question.want == "list" and one.score >= best.score - 0.25
        if gain >= 0.7 or list_more or (many and follows and one.coverage >= 0.6 and gain >= 0.2):
            found.append(one)
            covered = [max(old, new) for old, new in zip(covered, one.matches, strict=True)]
    return tuple(found)


# --- yes or no -----------------------------------------------------------------------------------------------------------


def _verdict(question: Question, best: Evidence, able: Sequence[Evidence], matcher: Matcher) -> Verdict | None:
    """Yes or no only where the sentence decides it; None leaves the reader with the evidence."""
    text = best.sentence.text
    if question.universal:
        part = _OUT_OF.search(text)
        if part:
            some, everything = part["some"] or part["some_en"], part["all"] or part["all_en"]
            return "no" if some != everything else "yes"
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
    negated = _is_negated(text, need_places(best.sentence, question))
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


def _is_negated(text: str, places: Sequence[tuple[float, Sequence[tuple[int, int]]]]) -> bool:
    """A negation in the clause of the last thing that was asked about."""
    ends = [end for _, spots in places for _, end in spots]
    if not ends:
        return False
    last = max(ends)
    clause = re.split(r"[。;；]", text[last:], maxsplit=1)[0][:24]
    before = re.split(r"[。,;；、]", text[:last])[-1]
    return bool(_NEGATED.search(clause)) or bool(re.search(r"\b(?:not|never|no|without)\b|n't\b", before, re.I))


# --- how it changed ------------------------------------------------------------------------------------------------------


def _history(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """The values of the asked attribute in the order in which they were stated, each once."""
    kind = _history_kind(question)
    if kind is None:
        return _timeline(question, ranked)
    subject = [
        place
        for place, need in enumerate(question.needs)
        if need.factor >= 0.6 and not need.is_number and not _CHANGE.search(need.text) and not need.is_name
    ]
    speakers = {term for one in ranked[:5] for term in analyse(one.sentence.announcement.issuer, question.language)}
    subject = [place for place in subject if not {t for t in question.needs[place].terms if t[0] not in "_"} & speakers]
    on_plans = any(_PLANS.search(need.text) for need in question.needs)
    stages: list[tuple[PartialDate, Stage, Evidence]] = []
    for one in ranked:
        if one.other_number or one.sentence.kind in ("heading", "dateline", "footnote"):
            continue
        if question.labels and not (question.labels & labels(one.sentence.text)):
            continue
        share = sum(one.own_matches[place] for place in subject) / len(subject) if subject else 1.0
        planned = bool(question.labels) and on_plans and len(subject) <= 1 and one.sentence.is_planned
        if share < 0.6 and not planned:
            continue
        for value in one.sentence.values:
            if value.kind != kind or (kind == "quantity" and (value.unit != question.unit or value.number == 1)):
                continue
            if kind == "date" and _says_when_said(one.sentence, value):
                continue
            if not belongs(one.sentence.text, value.start, value.end, question.labels):
                continue
            if kind == "date" and not _is_said_of(one.sentence, value, [question.needs[place] for place in subject]):
                continue
            told = told_on(one.sentence, value)
            if told:
                stages.append((told, Stage(value, one.sentence), one))
    chain = _chain(stages, question)
    by_year = question.want == "change_count" and kind == "date"
    if by_year:
        chain = _years(chain, question)
    if len(chain) < 2:
        return _timeline(question, ranked)
    confidence = min(0.9, 0.5 + 0.05 * len(chain))
    evidence = tuple(next(one for _, kept, one in stages if kept is stage) for stage in chain)
    changes = None
    if question.want == "change_count":
        changes = _postponements(chain) if by_year else len(chain) - 1
    return Reading(question, "answered", evidence, chain=tuple(chain), changes=changes, confidence=confidence)


def _history_kind(question: Question) -> str | None:
    """The kind of value that changed: money, a quantity, a date; None where it was something else."""
    if question.unit and question.unit != "times":
        return "quantity"
    if _MONEY_WORDS.search(question.text) or "money" in question.wants:
        return "money"
    if _NO_DATE_WORDS.search(question.text):
        return None
    return "date" if question.labels or _DATE_WORDS.search(question.text) else None


def _timeline(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """The best sentence of each announcement on the matter, oldest first."""
    best: dict[str, Evidence] = {}
    for one in ranked:
        if _accepted(one, question, ENOUGH_WITH_VALUE) and one.sentence.kind not in ("heading", "dateline", "footnote"):
            best.setdefault(one.sentence.announcement.id, one)
    if len(best) < 2:
        return None
    top = max(one.score for one in best.values())
    kept = sorted((one for one in best.values() if one.score >= top - 0.35), key=lambda one: one.sentence.held)[-8:]
    return Reading(question, "answered", tuple(kept), timeline=True, confidence=0.55) if len(kept) > 1 else None


def _is_said_of(sentence: Sentence, value: Value, subject: Sequence[Need]) -> bool:
    """The clause of `value` speaks of the subject, or of a plan or a change."""
    start, end = clause_of(sentence.text, value)
    clause = sentence.text[start:end]
    if is_plan(clause) or _MOVED.search(clause):
        return True
    terms = set(analyse(clause, sentence.language))
    return not subject or any({term for term in need.terms if term[0] != "_"} & terms for need in subject)


def clause_of(text: str, value: Value) -> tuple[int, int]:
    """Where the words from one comma to the next stand that hold `value`."""
    breaks = [0, *(match.end() for match in re.finditer(r"[、。;；](?!\d)|,\s", text)), len(text)]
    return max(place for place in breaks if place <= value.start), min(place for place in breaks if place >= value.end)


def told_on(sentence: Sentence, value: Value) -> PartialDate | None:
    """When `value` was stated: a date of saying just before it in the sentence, else the announcement's."""
    before = [v for v in sentence.values if v.date and v.end <= value.start and _says_when_said(sentence, v)]
    return before[-1].date if before else sentence.as_of(value.start, value.end)


def _chain(stages: Sequence[tuple[PartialDate, Stage, Evidence]], question: Question) -> list[Stage]:
    """The best sentence for each value, in the order in which the values were first stated."""
    bounds = [value.date for value in question.given if value.date] if question.want == "history" else []
    first_told: dict[str, tuple[PartialDate, float, Stage]] = {}
    for told, stage, one in stages:
        if len(bounds) >= 2 and not (bounds[0].earliest <= told.latest and told.earliest <= bounds[-1].latest):
            continue
        known = first_told.get(stage.value.key)
        # The notice that first said it, best of all in a sentence that says nothing else.
        if known is None or (told.latest, -one.score) < (known[0].latest, -known[1]):
            first_told[stage.value.key] = (told, one.score, stage)
    ordered = sorted(first_told.values(), key=lambda item: (item[0].latest, item[2].value.start))
    return [stage for _, _, stage in ordered]


def _postponements(chain: Sequence[Stage]) -> int:
    years = [stage.value.date.year for stage in chain if stage.value.date]
    return sum(1 for before, after in pairwise(years) if after > before)


_CHANGE = re.compile(
    r"変|移|経緯|後ろ倒し|延期|最初|当初|段階|増え|減|伸び|時期ごと|grow|grew|chang|mov|evol|shift|slip|postpon|delay|track|stage|increas|decreas",
    re.I,
)
_PLANS = re.compile(r"計画|予定|実施|目標|\bplan|schedul|target", re.I)
_MONEY_WORDS = re.compile(
    r"資金|調達|金額|総額|額|売上|利益|損失|借入|費用|funding|raised|revenue|\bloan|amount|\bsales\b|profit|\bloss|value|cost", re.I
)
_NO_DATE_WORDS = re.compile(r"地点|場所|名称|名前|呼|ランダーは|機種|理由|\bsite|\barea|location|\bname|called|label|engine|エンジン", re.I)
_DATE_WORDS = re.compile(r"時期|日程|予定|計画|[年月日]|いつ|打ち上げ|着陸|schedul|date|year|month|launch|landing|timeline|when|plan", re.I)


def _years(chain: Sequence[Stage], question: Question) -> list[Stage]:
    """The stages at which the year changed, from the first one that the question names."""
    start = [value.date.year for value in question.given if value.date and not value.date.month]
    kept: list[Stage] = []
    for stage in chain:
        if stage.value.date is None:
            continue
        if kept and kept[-1].value.date and stage.value.date.year == kept[-1].value.date.year:
            continue
        if not kept and start and stage.value.date.year not in start:
            continue
        kept.append(stage)
    return kept


# --- pictures and footnotes ----------------------------------------------------------------------------------------------


def _footnote(
    question: Question, ranked: Sequence[Evidence], announcements: Mapping[str, Announcement]
) -> Reading | None:
    order = list(dict.fromkeys([*(one.sentence.announcement.id for one in ranked), *announcements]))
    for id in order:
        for note in announcements[id].footnotes:
            if _bare(note.mark) == _bare(question.footnote):
                sentence = _sentence_at(announcements[id], note.anchors[0][0])
                if sentence:
                    chosen = Evidence(sentence, 0, 1.0, 1.0, (), (), missing_name=False, other_number=False)
                    return Reading(question, "answered", (chosen,), footnote=(announcements[id], note), confidence=0.9)
    return None


def _bare(mark: str) -> str:
    return re.sub(r"[^0-9a-z]", "", mark.casefold())


def _sentence_at(announcement: Announcement, offset: int) -> Sentence | None:
    return next((s for s in announcement_sentences(announcement) if s.start <= offset < s.end), None)


def _picture(
    question: Question, ranked: Sequence[Evidence], matcher: Matcher, announcements: Mapping[str, Announcement]
) -> Reading | None:
    order = list(dict.fromkeys([*(one.sentence.announcement.id for one in ranked), *announcements]))
    for id in order:
        captions = [one for one in sentences_of(announcements[id]) if one.section and one.section.people]
        if not captions:
            continue
        caption = captions[0]
        assert caption.section is not None
        everyone = tuple(person for person in caption.section.people if person[0])
        if not everyone:
            continue
        reverse = bool(re.match(r"[（(]?(?:写真)?[:：]?右から|from right", caption.text, re.I))
        from_left = everyone[::-1] if reverse else everyone
        asked = _at(question.position, from_left)
        return Reading(
            question, "answered", (matcher.meet(caption, 0),), people=asked or from_left,
            text=asked[0][0] if asked else "", confidence=0.9,
        )  # fmt: skip
    return None


def _at(position: str, people: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    if position == "left":
        return people[:1]
    if position == "right":
        return people[-1:]
    if position:
        number = int(position)
        index = number - 1 if number > 0 else number
        if -len(people) <= index < len(people):
            return (people[index],)
    return ()


# --- unclear -------------------------------------------------------------------------------------------------------------

_PRONOUN = re.compile(r"\b(?:it|they|that one|this one)\b|それ(?:は|が)|これ(?:は|が)|あれ(?:は|が)", re.I)


def _is_unclear(question: Question) -> bool:
    firm = [need for need in question.needs if need.factor >= 1]
    named = any(need.is_name or need.is_number or need.carried for need in question.needs)
    return (
        bool(_PRONOUN.search(question.text))
        and not named
        and len(firm) <= 1
        and question.want in ("date", "place", "money", "quantity", "yes_no")
    )


def _ambiguous(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """A pronoun that nothing before explains: the possible readings, each with what is said of it."""
    readings: list[Evidence] = []
    for one in ranked[:30]:
        if (
            one.own >= 0.5
            and (one.candidates or question.want not in _TYPED)
            and one.sentence.kind not in ("heading", "title", "dateline")
        ):
            readings.append(one)
        if len(readings) == 3:
            break
    if not readings:
        return None
    return Reading(question, "ambiguous", tuple(readings), confidence=0.4)


def _confidence(one: Evidence, *, typed: bool) -> float:
    return round(max(0.05, min(0.97, 0.25 + 0.55 * one.coverage + 0.15 * one.own + (0.05 if typed else 0.0))), 2)
