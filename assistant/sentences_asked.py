"""Who, where, why, which, yes or no: scored Evidence in; a Reading of the sentence that answers out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from assistant.acceptance import ENOUGH, accepted
from assistant.evidence import Evidence
from assistant.matcher import Matcher, is_same_office
from assistant.names import named_people, named_places
from assistant.names_asked import name_given, unasked
from assistant.question import Question
from assistant.reading import Reading
from assistant.score import confidence_in, explains, may_explain, supporting
from assistant.sentence import Sentence, tells_of_change, tells_what_happened
from assistant.verdict import asks_of_success, asks_what_happened, failure, tells_success, verdict_of
from assistant.wanted import places_of_needs
from corpus.sentences import clause_of
from corpus.values import fold, values
from index.analyse import analyse
from index.terms import terms as term_list
from index.words import words

# What is asked for in a few words of a sentence.
SPANNED = frozenset(("free", "person", "place", "organisation", "definition", "reason", "manner"))
# How likely a span has to be to be said in front of its sentence, and to be the short answer beside it: on training
# questions, nine of ten are right with 0.7, seven with 0.1 (bench/short_answers.py).
SURE, LIKELY = 0.7, 0.1
_SEVERAL = re.compile(r"[、,・&]|と|および|及び|\band\b")
# What companies have in common names none of them; and a code is written in figures.
_IS_FORM = re.compile(r"(?:株式|合同|有限|合名|合資)?会社|法人|inc\.?|co\.?|ltd\.?|the company", re.I)
_CODE_ASKED = re.compile(r"コード|番号|\b(?:ticker|securities code|stock code)\b", re.I)
_DATE_LIKE = re.compile(
    r"\d\s?(?:年|月|日|世紀)|\b\d{3,4}(?:s|\b)|\d(?:st|nd|rd|th) century"
    r"|\b(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
)
_NUMBER_LIKE = re.compile(
    r"\d|[一二三四五六七八九十百千]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve)\b", re.I
)


# A reason that was given at first, before more was known.
_FIRST_GIVEN = re.compile(
    r"(?:最初|当初|初期|暫定)の?(?:理由|原因|説明|見解|分析)|\b(?:first|initial|preliminary|provisional|early) (?:stated |given )?(?:reasons?|causes?|explanations?|analysis|findings?|assessment)\b",
    re.I,
)


_FIRST_ASKED = re.compile(
    r"最初に|当初|はじめに|\bfirst\b.{0,40}\b(?:reasons?|causes?|explanations?|explain)|\b(?:reasons?|causes?|explanations?)\b.{0,40}\b(?:first|initially|originally)\b",
    re.I,
)
_NO_CAUSE = re.compile(
    r"除外|否定|原因では(?:な|あり)|\b(?:ruled out|cleared|excluded|not (?:caused|due|the cause|because))\b",
    re.I,
)

_NO_CAUSE_ASKED = re.compile(r"外(?:さ|し|れ)|除外|否定|ではな|でない|\b(?:ruled out|cleared|excluded|not)\b", re.I)


def _reasons_that_hold(question: Question, able: Sequence[Evidence]) -> list[Evidence]:
    """Without the reason that was given at first (or that one alone, where it is asked for), and what was none."""
    asks_first = question.asks_original or bool(
        _FIRST_ASKED.search(question.text) or _FIRST_GIVEN.search(question.text)
    )
    held = [one for one in able if bool(_FIRST_GIVEN.search(one.sentence.text)) == asks_first] or list(able)
    asks_no_cause = bool(_NO_CAUSE_ASKED.search(question.text))
    return [one for one in held if asks_no_cause or not _NO_CAUSE.search(one.sentence.text)]


def read_sentences(question: Question, ranked: Sequence[Evidence], matcher: Matcher) -> Reading | None:
    """The sentence that answers best, with a name, an option or a verdict where it gives one; None if none will do."""
    able = [
        one for one in ranked if accepted(one, question) and one.sentence.kind not in ("heading", "dateline", "contact")
    ]
    if question.want in ("speaker", "statement"):
        able = _quoted(question, ranked, matcher) or able
    if question.want == "place":
        able = [one for one in able if unasked(named_places(one.sentence.text), question)] or able
    if question.want == "reason":
        able = [one for one in able if explains(one.sentence.text)] or able
        able = _reasons_that_hold(question, able)
    if not able:
        return None
    best = _newest_alike(question, able)
    if question.says_already:
        # What is still a plan in one sentence has not happened, whatever another one calls it.
        plans = [one for one in able if one.sentence.is_planned and one.fit >= best.fit - 0.3]
        best = plans[0] if plans else best
    elif question.want == "yes_no" and asks_what_happened(question):
        # Whether it happened, only a sentence decides that tells of something that did.
        over = [
            one for one in able if tells_what_happened(one.sentence.text) and not tells_of_change(one.sentence.text)
        ]
        close = [
            one
            for one in over
            if not one.sentence.is_planned and one.fit >= best.fit - 0.35 and one.own >= best.own - 0.1
        ]
        best = close[0] if close else best
    verdict = verdict_of(question, best, matcher) if question.want == "yes_no" else None
    if verdict == "yes" and asks_of_success(question) and not tells_success(best.sentence.text):
        verdict = None
    failed = failure(able) if asks_of_success(question) else None
    if failed:
        best, verdict = failed, "no"
    if verdict == "not_yet" and _is_stale(best, ranked):
        return None
    if question.want == "yes_no" and verdict is None and _is_of_another_event(question, best):
        return None
    text = short_text(question, best)
    if not text and question.want not in ("reason", "manner"):
        text = span_text(question, best, least=SURE)
        if (question.so_many > 1 or "list" in question.wants) and not _SEVERAL.search(text):
            text = ""  # one of them is no list
    if question.want == "choice" and not text:
        decided = next(((one, option) for one in able if (option := short_text(question, one))), None)
        if decided:
            best, text = decided
    support = () if question.want in ("choice", "speaker") else supporting(question, ranked, best)
    if question.want == "reason" and not any(may_explain(one.sentence.text) for one in (best, *support)):
        return None
    return Reading(
        question,
        "answered",
        (best, *support),
        text=text,
        words=span_text(question, best, least=LIKELY),
        verdict=verdict,
        confidence=confidence_in(best, typed=bool(text)),
    )


# Days after which "not yet" is not said of today any more.
_STALE = 730


def _is_stale(best: Evidence, ranked: Sequence[Evidence]) -> bool:
    """What was still to come when the sentence was written may have come since: the announcements go on for years."""
    newest = max(one.sentence.held for one in ranked)
    return (newest - best.sentence.spoke).days > _STALE


def _is_of_another_event(question: Question, best: Evidence) -> bool:
    """A launch was asked after, or another listed thing, and the sentence and its title say nothing of it; or a name is
    asked after that the sentence itself does not hold."""
    # How something turned out is told by a sentence that speaks of it, whatever its title does.
    about = best.own_matches if asks_of_success(question) else best.matches
    return any(
        need.is_name and not need.carried and match < 0.3
        for need, match in zip(question.needs, best.own_matches, strict=True)
    ) or any(
        need.factor >= 1
        and not need.is_number
        and (any(term[0] == "@" for term in need.terms) or asks_of_success(question))
        and match < 0.3
        for need, match in zip(question.needs, about, strict=True)
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
        if question.want == "speaker" and _speaks_for(question, one, speaker, matcher):
            found.append((1 + one.own, one))
        elif question.want == "speaker" and one.own >= ENOUGH:
            found.append((one.own, one))
        elif question.want == "statement" and named and max(named) >= 0.5:
            found.append((sum(max(pair) for pair in zip(named, said, strict=True)) / len(firm), one))
    enough = [pair for pair in found if pair[0] >= 0.5]
    return [one for _, one in sorted(enough, key=lambda pair: -pair[0])]


# "Who commented on behalf of the subsidiary?": words for speaking are in no quotation.
_SPEECH = re.compile(
    r"comment\w*|behalf|quot\w+|statements?|remarks?|words|sp[eo]ke\w*|publish\w*|itself|コメント|代表|発言|述べ|語|寄せ|公表|掲載",
    re.I,
)
_HOME = re.compile(r"japan|日本|本体|本社", re.I)


def _speaks_for(question: Question, one: Evidence, speaker: frozenset[str], matcher: Matcher) -> bool:
    """The quotation's speaker belongs to all that the question names; a company's own are those of no subsidiary."""
    section, issuer = one.sentence.section, one.sentence.announcement.issuer
    said = f"{section.speaker or ''} {section.role or ''}" if section else ""
    asked = [
        place
        for place, need in enumerate(question.needs)
        if need.is_firm and not need.carried and not _SPEECH.fullmatch(need.text)
    ]
    named = [place for place in asked if matcher.match(place, speaker) >= 0.5]
    is_home = "株式会社" in said
    rest = [
        place for place in asked if place not in named and not (is_home and _HOME.fullmatch(question.needs[place].text))
    ]
    return bool(named) and not rest and is_same_office(issuer, question.text, said)


def read_speakers(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """ "Who is quoted?": everybody whose words the announcement gives; None where more is asked, or one speaks."""
    if any(need.is_firm and not _SPEECH.fullmatch(need.text) for need in question.needs):
        return None
    quoted = [one for one in ranked if one.sentence.kind == "quotation" and one.sentence.section]
    first: dict[str, Evidence] = {}
    for one in sorted(quoted, key=lambda one: one.sentence.start):
        first.setdefault((one.sentence.section and one.sentence.section.speaker) or "", one)
    if len({one.sentence.announcement.id for one in quoted}) != 1 or len(first) < 2 or "" in first:
        return None
    parts = [Reading(question, "answered", (one,), text=name, confidence=0.8) for name, one in first.items()]
    return Reading(question, "answered", parts[0].chosen, confidence=0.8, parts=tuple(parts))


def _newest_alike(question: Question, able: Sequence[Evidence]) -> Evidence:
    best = able[0]
    margin = 0.12 if question.asks_latest or question.asks_current or question.as_of else 0.04
    if question.asks_outcome:
        over = [one for one in able if not one.sentence.is_planned and one.fit >= best.fit - 0.4]
        return max(over, key=lambda one: (one.sentence.spoke, one.fit)) if over else best
    alike = [
        one
        for one in able
        if one.fit >= best.fit - margin
        and one.coverage >= best.coverage - 0.05
        and all(new >= old - 0.1 for new, old in zip(one.matches, best.matches, strict=True))
    ]
    if question.asks_original:
        named = [one for one in able if question.asks_name and one.own >= best.own - 0.1]
        alike = named or alike
        return min(alike, key=lambda one: (one.sentence.spoke, -one.score))
    if question.want in ("person", "place") and short_text(question, best):
        alike = [one for one in alike if short_text(question, one)]
    return max(alike, key=lambda one: (one.sentence.spoke, one.score)) if alike else best


def read_words(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """A date or a quantity in a form without a typed value ("371年", "1710-1760年ごろ"), if the span reader is sure."""
    spoken = [one for one in ranked if one.span and accepted(one, question)]
    if not spoken:
        return None
    best = max(spoken, key=lambda one: one.span.score if one.span else 0.0)
    span = best.span
    if span is None or span.score < SURE or not _is_untyped_value(span.text, question):
        return None
    # A value that is typed and was not taken belongs to another thing, another day or another label.
    if any(v.kind == question.want and v.start < span.end and span.start < v.end for v in best.sentence.values):
        return None
    return Reading(question, "answered", (best,), text=span.text, confidence=confidence_in(best, typed=True))


def _is_untyped_value(text: str, question: Question) -> bool:
    """`text` has the looks of the date or quantity that is asked for."""
    said = fold(text)
    if question.want == "date":
        return bool(_DATE_LIKE.search(said)) and said not in fold(question.text)
    if question.want != "quantity" or not _NUMBER_LIKE.search(said):
        return False
    counted = re.search(r"何(?P<unit>[一-龯ァ-ヶー]+)|いくつ", fold(question.text))
    if counted:
        return counted["unit"] is None or counted["unit"][:2] in said
    return not question.unit and bool(re.search(r"\bhow many\b", question.text, re.I))


def span_text(question: Question, best: Evidence, *, least: float) -> str:
    """The words of the sentence that the span reader finds with a probability of at least `least`, else ""."""
    span = best.span
    if span is None or question.want not in SPANNED or span.score < least:
        return ""
    if fold(span.text).casefold() in fold(question.text).casefold() or _IS_FORM.fullmatch(span.text):
        return ""
    concepts = {term for term in analyse(span.text, best.sentence.language) if term[0] == "@"}
    if question.want == "reason" and len(words(span.text)) < 2:
        return ""  # one word is no reason
    if concepts and question.want in ("person", "organisation") and not concepts & _listed_names():
        return ""  # a lander is nobody
    if (
        concepts
        and concepts <= {term for need in question.needs for term in need.terms}
        and not re.search(r"\d", span.text)
    ):
        return ""  # the lander, of which the name was asked
    told = values(span.text)
    if told and told[0].kind == "date" and told[0].end - told[0].start >= len(span.text) - 4:
        return ""  # no date was asked for
    if _CODE_ASKED.search(question.text) and not re.search(r"\d", span.text):
        return ""
    if question.want == "person" and not _is_asked_of(span.text, best.sentence, question):
        return ""
    return span.text


@lru_cache(maxsize=1)
def _listed_names() -> frozenset[str]:
    """The concepts of the term list that are names."""
    return frozenset(f"@{name}" for name in term_list().names)


def short_text(question: Question, best: Evidence) -> str:
    sentence = best.sentence
    if question.asks_name and question.so_many < 2 and (name := name_given(sentence, question)):
        return name
    if question.want == "speaker" and sentence.section and sentence.section.speaker:
        return sentence.section.speaker
    if question.want == "choice" and question.options:
        held = [option for option in question.options if _names(sentence, option)]
        return held[0] if len(held) == 1 else ""
    asked = {term for need in question.needs for term in need.terms}
    if question.want == "person" and sentence.section and sentence.section.people:
        return _bearer(sentence.section.people, sentence, question)
    if question.want == "person":
        people = [
            name
            for name in named_people(sentence.text)
            if not set(analyse(name, sentence.language)) & {t for t in asked if t[0] != "_"}
        ]
        return people[0] if len(people) == 1 and _is_asked_of(people[0], sentence, question) else ""
    if question.want == "place":
        places = [
            name
            for name in named_places(sentence.text)
            if not set(analyse(name, sentence.language)) & {t for t in asked if t[0] != "_"}
        ]
        return places[0] if len(places) == 1 and _is_where(places[0], sentence.text) else ""
    return ""


def _is_where(place: str, text: str) -> bool:
    """`place` stands where a sentence says where: パリで, "in Paris"."""
    name = re.escape(place)
    return bool(
        re.search(
            rf"{name}[」）)]?(?:（[^）]*）)?(?:で|に|へ|から|を|、|。)|\b(?:in|at|on|near|to|is|from) (?:the )?{name}",
            text,
        )
    )


def _bearer(people: Sequence[tuple[str, str]], sentence: Sentence, question: Question) -> str:
    """Of the people in a caption, the one whose role names most of what was asked; "" where two do, or none."""
    named: list[tuple[float, str]] = []
    for name, role in people:
        terms = {term for term in analyse(role, sentence.language) if term[0] != "_"}
        held = [
            need.factor for need in question.needs if any(terms & set(one) for one in (need.terms, *need.alternatives))
        ]
        named.append((sum(held), name))
    most = max(weight for weight, _ in named)
    best = [name for weight, name in named if weight == most and most >= 1]
    return best[0] if len(best) == 1 else ""


def _is_asked_of(name: str, sentence: Sentence, question: Question) -> bool:
    """No other clause of the sentence names more of what was asked than that of `name`: "CFOはA、COOはB"."""
    asked: dict[tuple[int, int], float] = {}
    for weight, places in places_of_needs(sentence, question):
        for clause in {clause_of(sentence.text, start, end) for start, end in places}:
            asked[clause] = asked.get(clause, 0.0) + weight
    start = sentence.text.index(name)
    own = asked.get(clause_of(sentence.text, start, start + len(name)), 0.0)
    return not asked or own >= max(asked.values())


def _names(sentence: Sentence, option: str) -> bool:
    for language in ("ja", "en"):
        terms = analyse(option, language)
        strong = [term for term in terms if term[0] in "@~#"]
        plain = [term for term in terms if term[0] not in "@~#_"]
        if any(term in sentence.terms for term in strong) or (plain and all(term in sentence.terms for term in plain)):
            return True
    return False
