"""How it changed: scored Evidence in; a Reading with the values, or the sentences, in the order of their dates out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.acceptance import accepted
from assistant.candidates import says_when_said
from assistant.evidence import Evidence
from assistant.labels import belongs, labels
from assistant.needs import Need
from assistant.question import Question
from assistant.reading import Reading, Stage
from assistant.sentence import Sentence, is_plan, tells_of_change
from corpus.dates import PartialDate
from corpus.sentences import clause_of
from corpus.values import Value
from index.analyse import analyse

_CHANGE = re.compile(
    r"変|移|経緯|後ろ倒し|延期|最初|当初|段階|増え|減|伸び|時期ごと|grow|grew|chang|mov|evol|shift|slip|postpon|delay|track|stage|increas|decreas",
    re.I,
)
_PLANS = re.compile(r"計画|予定|実施|目標|\bplan|schedul|target", re.I)
_MONEY_WORDS = re.compile(
    r"資金|調達|金額|総額|額|売上|利益|損失|借入|費用|funding|raised|revenue|\bloan|amount|\bsales\b|profit|\bloss|value|cost",
    re.I,
)
_NO_DATE_WORDS = re.compile(
    r"地点|場所|名称|名前|呼|ランダーは|機種|理由|\bsite|\barea|location|\bname|called|label|engine|エンジン", re.I
)
_DATE_WORDS = re.compile(
    r"時期|日程|予定|計画|[年月日]|いつ|打ち上げ|着陸|schedul|date|year|month|launch|landing|timeline|when|plan", re.I
)


def read_history(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """The values of the asked attribute in the order in which they were stated, each once."""
    kind = _history_kind(question)
    if kind is None:
        return _timeline(question, ranked)
    subject = [
        place
        for place, need in enumerate(question.needs)
        if need.is_firm and not need.is_number and not _CHANGE.search(need.text) and not need.is_name
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
            if kind == "date" and says_when_said(one.sentence, value):
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
        if accepted(one, question, with_value=True) and one.sentence.kind not in ("heading", "dateline", "footnote"):
            best.setdefault(one.sentence.announcement.id, one)
    if len(best) < 2:
        return None
    top = max(one.fit for one in best.values())
    kept = sorted((one for one in best.values() if one.fit >= top - 0.35), key=lambda one: one.sentence.held)[-8:]
    return Reading(question, "answered", tuple(kept), timeline=True, confidence=0.55) if len(kept) > 1 else None


def _is_said_of(sentence: Sentence, value: Value, subject: Sequence[Need]) -> bool:
    """The clause of `value` speaks of the subject, or of a plan or a change."""
    start, end = clause_of(sentence.text, value.start, value.end)
    clause = sentence.text[start:end]
    if is_plan(clause) or tells_of_change(clause):
        return True
    terms = set(analyse(clause, sentence.language))
    return not subject or any({term for term in need.terms if term[0] != "_"} & terms for need in subject)


def told_on(sentence: Sentence, value: Value) -> PartialDate | None:
    """When `value` was stated: a date of saying just before it in the sentence, else the announcement's."""
    before = [v for v in sentence.values if v.date and v.end <= value.start and says_when_said(sentence, v)]
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
