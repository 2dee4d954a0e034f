"""How it changed: scored Evidence in; a Reading with the values, or the sentences, in the order of their dates out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.candidates import candidates_in, says_when_said
from assistant.course import period_of, without_period
from assistant.evidence import Evidence
from assistant.labels import belongs, labels
from assistant.names_asked import new_names, words_of_name
from assistant.needs import NUMBERED, Need
from assistant.question import Question
from assistant.reading import Reading, Stage
from assistant.sentence import Sentence, is_plan, tells_of_change
from assistant.values_asked import EARLIER, is_old, read_value
from assistant.wants import Want
from corpus.dates import PartialDate
from corpus.sentences import clause_of
from corpus.values import Value, fold
from index.analyse import analyse

_NUMBER_OF = re.compile(r"規模|の数[はがをのに]|[件社人株台]数|\bsize\b|\bscale\b|\bnumbers? of\b", re.I)
_SHARES = re.compile(r"株式?|\bshares?\b", re.I)
_PLANS = re.compile(r"計画|予定|実施|目標|\bplan|schedul|target", re.I)
_MONEY_WORDS = re.compile(
    r"資金|調達|金額|総額|額|売上|利益|損失|借入|費用|価格|株価|配当|funding|raised|revenue|\bloan|amount|\bsales\b|profit|\bloss|\bvalue|\bcost|\bprice|\bdividend",
    re.I,
)
_NO_DATE_WORDS = re.compile(
    r"地点|場所|名称|名前|呼|ランダーは|機種|理由|経過|経緯|\bsite|\barea|location|\bname|called|label|engine|エンジン",
    re.I,
)
_DATE_WORDS = re.compile(
    r"時期|日程|予定|計画|何?[年月日](?=はど|をど|がど|の推移|の変遷|の経|$)|年|いつ|打ち上げ|着陸|schedul|\bdate|\byear|month|launch|landing|timeline|\bwhen\b|\bplan",
    re.I,
)
# The unit of the value says it, whatever word the sentence has for it.
_HEADCOUNT = re.compile(r"head ?count|人数|人員数?", re.I)
# "USD 86 million) as of", 約300名です（: between a value and the day of which it was.
_RIGHT_BEHIND = re.compile(
    r"[^,;、。.]{0,24}?,? \(?(?:as of|as at|as assumed (?:on|in)|when stated in) |[^、。（(]{0,12}[（(]|[^,;、。]{0,24}\)? (?:as of|as at) ",
    re.I,
)
_CHANGED_TO = re.compile(
    r"[にへ](?:変更|変わ|改称|改め|切り替え|交代|替え)|\b(?:changed?|changes|moved?|moves|switch(?:ed|es)?|renamed|replaced) (?:\w+ )?(?:to|by|with)\b",
    re.I,
)
_FINAL = re.compile(r"最終|確定|\bfinal(?:ly)?\b", re.I)
_IN_BRACKETS = re.compile(r"[0-9円銭ルロ株名人nsd]\s?[（(](?:約|about |approximately )?$")
_NO_STEPS = ("heading", "dateline", "footnote", "title", "contact", "boilerplate")
# Of what is asked about, the share that a step names at least, and how much less than the best of them.
LEAST, LESS = 0.6, 0.34
# What the announcement names somewhere matches by as much.
SOMEWHERE = 0.3
# Steps of a history that are told by sentences.
MOST_STEPS = 10


@dataclass(frozen=True)
class _Told:
    """A value, and when it was stated."""

    when: PartialDate
    stage: Stage
    one: Evidence
    share: float  # of the subject's needs that its sentence names
    is_narrower: bool  # it belongs to a thing that the question does not name

    @property
    def order(self) -> tuple[dt.date, bool, bool, int]:
        """In time; of one day, what is called final comes last; of one sentence, what was said before comes first."""
        value, sentence = self.stage.value, self.stage.sentence
        others = [one for one in sentence.values if one.kind == value.kind]
        is_final = bool(_FINAL.search(sentence.text[: value.start]))
        return self.when.latest, is_final, not is_old(sentence.text, value, others), value.start


def read_history(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """The values of the asked attribute in the order in which they were stated, each once."""
    kind = _history_kind(question)
    told = _alike(list(_told(question, kind, ranked)), kind) if kind else []
    if _is_of_several(told, question):
        return None
    chain = _chain(told, question)
    by_year = question.want == "change_count" and kind == "date"
    if by_year:
        chain = _years(chain, question)
    if len(chain) < 2:
        return _timeline(question, ranked) if kind in (None, "date") else _stated_once(question, kind, told, ranked)
    confidence = min(0.9, 0.5 + 0.05 * len(chain))
    evidence = tuple(next(one.one for one in told if one.stage is stage) for stage in chain)
    changes = None
    if question.want == "change_count":
        changes = _postponements(chain) if by_year else len(chain) - 1
    return Reading(question, "answered", evidence, chain=tuple(chain), changes=changes, confidence=confidence)


def _history_kind(question: Question) -> Want | None:
    """The kind of value that changed: money, a quantity, a date; None where it was something else."""
    text = without_period(fold(question.text))
    if question.unit and question.unit != "times":
        return "quantity"
    if _MONEY_WORDS.search(text) or "money" in question.wants:
        return "money"
    if _NUMBER_OF.search(text) and not (question.labels and _DATE_WORDS.search(text)):
        return "quantity"
    if _NO_DATE_WORDS.search(text):
        return None
    return "date" if question.labels or _DATE_WORDS.search(text) else None


def _stated_once(question: Question, kind: Want, told: Sequence[_Told], ranked: Sequence[Evidence]) -> Reading | None:
    """Of an amount that was stated once, that one; of a figure that was never stated, that it was not."""
    if not told:
        return Reading(question, "not_found", nearest=tuple(ranked[:3]))
    if kind != "money":
        return None
    typed = [replace(one, candidates=tuple(_values(one.sentence, question, kind))) for one in ranked]
    found = read_value(replace(question, wants=(kind,)), kind, typed)
    return replace(found, question=question) if found else None


def _subject(question: Question, ranked: Sequence[Evidence]) -> list[int]:
    """The places of the needs that say what changed: no name, no number, and not the company that speaks."""
    speakers = {term for one in ranked[:5] for term in analyse(one.sentence.announcement.issuer, question.language)}
    return [
        place
        for place, need in enumerate(question.needs)
        if need.is_firm
        and not (need.is_number or need.is_name)
        and not {term for term in need.terms if term[0] not in "_"} & speakers
        and not (question.unit == "person" and _HEADCOUNT.fullmatch(need.text))
    ]


def _told(question: Question, kind: Want, ranked: Sequence[Evidence]) -> Iterable[_Told]:
    """Each value of the kind that is said of the subject."""
    subject = _subject(question, ranked)
    needs = [question.needs[place] for place in subject]
    on_plans = any(_PLANS.search(need.text) for need in question.needs)
    for one in ranked:
        sentence = one.sentence
        if one.other_number or sentence.kind in _NO_STEPS:
            continue
        if question.labels and not (question.labels & labels(sentence.text)):
            continue
        share = sum(one.own_matches[place] for place in subject) / len(subject) if subject else 1.0
        planned = kind == "date" and bool(question.labels) and on_plans and len(subject) <= 1 and sentence.is_planned
        if share < LEAST and not planned:
            continue
        if any(one.matches[place] < LEAST for place, need in enumerate(question.needs) if _is_which(need)):
            continue
        for value in _values(sentence, question, kind):
            if kind == "date" and not _is_said_of(sentence, value, needs):
                continue
            when = told_on(sentence, value)
            if when:
                yield _Told(when, Stage(value, sentence), one, share, _is_narrower(sentence, question))


def _is_which(need: Need) -> bool:
    """The need says which one of several is meant, by a date: the offering of March 2024, a fiscal year."""
    return need.is_firm and need.is_number and not labels(need.text)


def _values(sentence: Sentence, question: Question, kind: Want) -> Sequence[Value]:
    """The values of `sentence` that may be steps."""
    if kind == "date":
        return [
            value
            for value in sentence.values
            if value.kind == "date"
            and not says_when_said(sentence, value)
            and belongs(sentence.text, value.start, value.end, question.labels)
        ]
    asked = replace(question, wants=(kind,), given=())
    if kind == "quantity" and not question.unit and _SHARES.search(question.text):
        asked = replace(asked, unit="share", counted="share")
    found = [value for value in candidates_in(sentence, asked) if value.number != 1]
    # JPY 5.8 billion (USD 40 million) is one amount.
    again = [value for value in found if _IN_BRACKETS.search(sentence.text[: value.start])]
    return [value for value in found if value not in again or len(found) == 1]


def _is_narrower(sentence: Sentence, question: Question) -> bool:
    """The sentence names something else, of which its value may be: the round of a funding, the team of some people."""
    kinds = {label.partition(":")[0] for label in question.labels}
    named = {label for match in NUMBERED.finditer(sentence.text) for label in labels(match[0])}
    return any(label.partition(":")[0] not in kinds for label in named) or bool(new_names(sentence, question))


def _alike(told: Sequence[_Told], kind: Want) -> list[_Told]:
    """Without what names less of the subject than the others, or speaks of a part of it, where enough others are there."""
    best = max((one.share for one in told), default=0.0)
    whole = [one for one in told if one.share >= best - LESS]
    if kind == "date":
        return whole
    plain = [one for one in whole if not one.is_narrower]
    return plain if len({one.stage.value.key for one in plain}) > 1 else whole


def _is_of_several(told: Sequence[_Told], question: Question) -> bool:
    """The values belong to several missions, of which the question names none: they are no steps of one thing."""
    missions = {label for one in told for label in labels(one.stage.sentence.text) if label.startswith("mission:")}
    return not question.labels and len(missions) > 1


def _chain(told: Sequence[_Told], question: Question) -> list[Stage]:
    """The best sentence for each value, in the order in which the values were first stated."""
    first, last = period_of(question.text)
    inside = [one for one in told if first <= one.when.latest and one.when.earliest <= last]
    if len({one.stage.value.key for one in inside}) < 2:
        inside = list(told)
    first_told: dict[str, _Told] = {}
    for one in inside:
        known = first_told.get(one.stage.value.key)
        # The notice that first said it, best of all in a sentence that says nothing else.
        if known is None or (one.when.latest, -one.one.score) < (known.when.latest, -known.one.score):
            first_told[one.stage.value.key] = one
    return [one.stage for one in sorted(first_told.values(), key=lambda one: one.order)]


def _timeline(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """The best sentence of each day of which one is told on the matter, oldest first."""
    first, last = period_of(question.text)
    steps = [
        (one, happened_on(one.sentence), _share(one, question))
        for one in ranked
        if _is_step(one, question) and any(need.is_firm for need in question.needs)
    ]
    enough = max(LEAST, max((share for *_, share in steps), default=0.0) - LESS)
    best: dict[str, tuple[float, Evidence, PartialDate]] = {}
    for one, when, share in steps:
        if when is None or share < enough or not (first <= when.latest and when.earliest <= last):
            continue
        # Which events the question itself names tells the better sentence of a day.
        named = share + 0.1 * sum(one.own_matches)
        if str(when) not in best or named > best[str(when)][0]:
            best[str(when)] = named, one, when
    days = {when for *_, when in best.values()}
    kept = [(when, one) for _, one, when in best.values() if not _is_told_closer(when, days)]
    ordered = tuple(one for _, one in sorted(kept, key=lambda item: (item[0].latest, item[0].earliest)))
    if len(kept) == 1:
        return _before_and_after(question, [one for one, _, share in steps if share >= enough])
    if not kept:
        return None
    return Reading(question, "answered", ordered[-MOST_STEPS:], timeline=True, confidence=0.55)


def _before_and_after(question: Question, steps: Sequence[Evidence]) -> Reading | None:
    """Of what one notice tells alone, what holds since and what was so before."""
    changed = [one for one in steps if _CHANGED_TO.search(one.sentence.text)]
    former = [one for one in steps if EARLIER.search(one.sentence.text) and one not in changed[:1]]
    if not former or not changed:
        return None
    return Reading(question, "answered", (changed[0], former[0]), confidence=0.55)


def _is_told_closer(when: PartialDate, days: Iterable[PartialDate]) -> bool:
    """Of the month `when` another step names the day."""
    return when.day is None and any(day.day and when.earliest <= day.earliest <= when.latest for day in days)


def happened_on(sentence: Sentence) -> PartialDate | None:
    """The day of which the sentence tells: the last one in it that was over when it was announced, else that day."""
    stated, held = sentence.as_of(), sentence.announcement.held
    if stated is None or held is None or stated != sentence.announcement.held or sentence.is_planned:
        return stated if stated is None or held is None or stated.latest <= held.latest else held
    over = [value.date for value in sentence.values if value.date and value.date.latest <= held.latest]
    return max(over, key=lambda date: (date.latest, date.earliest), default=held)


def _is_step(one: Evidence, question: Question) -> bool:
    if one.missing_name or one.other_number or one.sentence.kind in _NO_STEPS:
        return False
    # That the announcement names it somewhere makes no step of each of its sentences.
    issuer = words_of_name(one.sentence.announcement.issuer)
    own = [
        match
        for need, match in zip(question.needs, one.own_matches, strict=True)
        if need.is_firm and not (words_of_name(need.text) and words_of_name(need.text) <= issuer)
    ]
    if own and max(own) < 0.5:
        return False
    return not question.labels or bool(question.labels & labels(one.sentence.text))


def _share(one: Evidence, question: Question) -> float:
    """How much of what is asked about the sentence names; of names and numbers, what stands beside it counts too."""
    firm = [
        max(own, 0.8 * (near >= SOMEWHERE)) if need.is_name or need.is_number else own
        for need, own, near in zip(question.needs, one.own_matches, one.matches, strict=True)
        if need.is_firm
    ]
    return sum(firm) / len(firm) if firm else 0.0


def _is_said_of(sentence: Sentence, value: Value, subject: Sequence[Need]) -> bool:
    """The clause of `value` speaks of the subject, or of a plan or a change."""
    start, end = clause_of(sentence.text, value.start, value.end)
    clause = sentence.text[start:end]
    if is_plan(clause) or tells_of_change(clause):
        return True
    terms = set(analyse(clause, sentence.language))
    return not subject or any({term for term in need.terms if term[0] != "_"} & terms for need in subject)


def told_on(sentence: Sentence, value: Value) -> PartialDate | None:
    """When `value` was stated: a date of saying beside it in the sentence, else the announcement's."""
    note = sentence.footnote_at(value.start, value.end)
    if note and note.as_of:
        return note.as_of
    said = [one for one in sentence.values if one.date and says_when_said(sentence, one)]
    behind = [one for one in said if _RIGHT_BEHIND.fullmatch(sentence.text[value.end : max(one.start, value.end)])]
    before = [one for one in said if one.end <= value.start]
    beside = [*behind[:1], *before[-1:]]
    return beside[0].date if beside else sentence.as_of(value.start, value.end)


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


def _postponements(chain: Sequence[Stage]) -> int:
    years = [stage.value.date.year for stage in chain if stage.value.date]
    return sum(1 for before, after in pairwise(years) if after > before)
