"""Checking proposed facts: what a model says that an announcement states in; the Fact that it does state out, if any.

The model only points: quote, value, subject, date and status are taken from the announcement's own words, by the same
code as for facts that are read by patterns. What is doubtful is dropped; what is left waits for a person.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from assistant.labels import belongs
from assistant.llm.check import addresses_a_program
from assistant.llm.prompts import harmless
from assistant.sentence import is_plan, tells_of_change, tells_what_happened
from corpus.announcement import Announcement
from corpus.facts import ATTRIBUTES, Fact, FactValue, Statement, ValueKind, issuer_key, name_key, statements
from corpus.milestones import milestone_subject
from corpus.mission_names import mentions, named_missions
from corpus.missions import vehicle_key
from corpus.quotes import find_words
from corpus.register import read_facts
from corpus.values import fold, values

# Why something that the model said is no fact to propose.
Reason = Literal[
    "form",  # it is no fact as it was asked for
    "attribute",  # no such attribute, or the sentence does not speak of it
    "quote",  # the announcement does not say this
    "instruction",  # it asks for something, of a program or of a person
    "value",  # the quote does not hold the value
    "subject",  # the sentence is not about this, or about several
    "plan",  # a plan told as done
    "status",  # the sentence does not bear out the status
    "changed",  # the sentence tells of a change, and it can't be said which value is the new one
    "known",  # the register has it
]

SENTENCES = 3  # that one quote may run over

_DATED = frozenset(("signed", "announced", "schedule", "launch", "orbit", "landing", "planned"))
_COUNTED = frozenset(("total", "reached"))
_NAMED = frozenset(("counterparty", "name", "lander", "rover", "rocket", "engine", "payload", "maker", "funder"))
_PLACED = frozenset(("landing_site", "launch_site"))
_VEHICLES = frozenset(("lander", "rover"))
# What is done once it is stated, and what is still to come.
_DONE, _TO_COME = frozenset(("signed", "announced", "achieved", "reached", "outcome")), frozenset(("planned",))

_AGREED = r"契約|覚書|合意|協定|提携|受注|発注|contract|agreement|memorand|\bMO?o?U\b|facility|order"
_REACHED = r"サクセス|マイルストーン|success|milestone"
# A sentence speaks of an attribute only where one of its words stands.
_WORDS: dict[str, str] = {
    "counterparty": _AGREED, "matter": _AGREED, "status": _AGREED, "period": rf"{_AGREED}|期間|period|term",
    "amount": rf"{_AGREED}|金額|総額|amount|value|worth", "signed": rf"{_AGREED}|締結|調印|署名|sign|execut|effective|dated",
    "announced": r"発表|公表|開示|announc|disclos", "name": r"名称|改称|命名|変更|呼|旧|renam|renumber|call|name|known", "lander": r"ランダー|着陸船|lander",
    "rover": r"ローバー|探査車|rover", "rocket": r"ロケット|打ち?上げ|rocket|launch", "engine": r"エンジン|engine",
    "payload": r"ペイロード|搭載|輸送|運|payload|carr|transport|deliver|aboard", "schedule": r".",
    "launch": r"打ち?上げ|発射|リフトオフ|launch|lift(?:ed|s)?[\s-]?off", "orbit": r"周回|軌道|orbit",
    "landing": r"着陸(?!船|機)|\bland(?:s|ed|ing)?\b", "landing_site": r"着陸|目的地|\bland|destination",
    "launch_site": r"打ち?上げ|発射|射場|launch", "criterion": _REACHED, "planned": _REACHED, "achieved": _REACHED,
    "outcome": r"着陸|打ち?上げ|軌道|通信|成功|失敗|達成|完了|終了|land|launch|orbit|contact|success|fail|achiev|complet",
    "maker": r"開発|製造|製作|設計|建造|作|造|buil|develop|manufactur|ma[dk]e|design|produc",
    "funder": r"出資|助成|融資|投資|補助|資金|費用|fund|financ|sponsor|paid|pay", "total": _REACHED, "reached": _REACHED,
}  # fmt: skip
_EVENTS = ("launch", "orbit", "landing")
_ENDED = re.compile(
    r"中止|取りやめ|断念|解除|解約|失敗|未達|されず|できな|できず|ませんでした|cancel|terminat|abandon|withdr|fail|\bnot\b|no longer",
    re.IGNORECASE,
)
# A request states nothing, whomever it is addressed to.
_REQUEST = re.compile(
    r"(?:ください|下さい|せよ|しろ|なさい|すること)[。」!！]?\s*$|^\s*(?:please|extract|record|register|report|output|add|note that you)\b|\bplease (?:extract|record|register|report|output|add)\b",
    re.IGNORECASE | re.MULTILINE,
)
# What a contract is called besides its counterparty or its matter.
_CONTRACT_JA = re.compile(
    r"(?:との|による|に関する|についての|の)?[一-龯ァ-ヶー]{0,8}(?:契約|覚書|合意書?|協定|提携|受注|発注)(?:書)?$"
)
_CONTRACT_EN = re.compile(
    r"^(?:the\s)?(?:[a-z]+\s){0,3}(?:contract|agreement|memorandum(?: of understanding)?|MOU|order)s?\s(?:with|for|from|on)\s"
    r"|(?:['’]s)?\s(?:[a-z]+\s){0,3}(?:contract|agreement|memorandum(?: of understanding)?|MOU|order)s?$",
    re.IGNORECASE,
)


class Worded(BaseModel):
    """A fact as a model words it."""

    kind: str
    subject: str = Field(min_length=1, max_length=120)
    attribute: str
    value: str = Field(min_length=1, max_length=160)
    status: Literal["planned", "actual", "cancelled"]
    quote: str = Field(min_length=1, max_length=800)


@dataclass(frozen=True, slots=True)
class Judged:
    """The Fact, or the reason why there is none."""

    fact: Fact | None = None
    reason: Reason | None = None


class _Unfit(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason


def check_fact(worded: object, announcement: Announcement, known: Collection[tuple[str, ...]]) -> Judged:
    """The Fact that `announcement` states as `worded` says, or the first reason that is found against it.

    Args:
        worded: what the model said, with whatever members it has.
        known: facts that need not be proposed, as `told` tells them.
    """
    try:
        fact = _fact(Worded.model_validate(worded), announcement)
    except ValidationError:
        return Judged(reason="form")
    except _Unfit as why:
        return Judged(reason=why.reason)
    return Judged(reason="known") if told(fact) in known else Judged(fact)


def told(fact: Fact) -> tuple[str, ...]:
    """The same for two facts that say the same of one issuer's."""
    return issuer_key(fact.issuer), fact.kind, fact.subject_id, fact.attribute, fact.value.key


def _fact(worded: Worded, announcement: Announcement) -> Fact:
    kind = next((kind for kind in ATTRIBUTES if kind == worded.kind), None)
    if kind is None or worded.attribute not in ATTRIBUTES[kind]:
        raise _Unfit("attribute")
    # The model saw the text without signs that could pass for a tag; each is one character, so places are the same.
    place = find_words(harmless(announcement.text), worded.quote)
    if place is None:
        raise _Unfit("quote")
    parts = [one for one in statements(announcement) if one.start < place[1] and place[0] < one.end]
    if not 1 <= len(parts) <= SENTENCES or parts[0].section != parts[-1].section:
        raise _Unfit("quote")
    whole = Statement(announcement, parts[0].start, parts[-1].end, parts[0].section)
    if addresses_a_program(whole.text) or any(_REQUEST.search(one.folded) for one in parts):
        raise _Unfit("instruction")
    value = _value(worded, whole, (place[0] - whole.start, place[1] - whole.start))
    at = whole.start + value.start
    sentence = next((one for one in parts if one.start <= at < one.end), parts[0])
    _check_words(worded.attribute, sentence, at - sentence.start)
    subject = _subject(worded, whole, value)
    _check_status(worded, sentence, value)
    return whole.fact(kind, subject, worded.attribute, value, worded.status, whole.as_of(value.start, value.end))


# --- the value ---


def _value(worded: Worded, whole: Statement, quoted: tuple[int, int]) -> FactValue:
    """The value where it stands within the quote; a date, an amount or a count by its canonical form."""
    wanted = _kind_of_value(worded)
    if wanted in ("date", "money", "count"):
        kind = "quantity" if wanted == "count" else wanted
        keys = {one.key for one in values(worded.value, context=whole.announcement.held) if one.kind == kind}
        found = [
            one
            for one in whole.values
            if one.kind == kind and one.key in keys and quoted[0] <= one.start and one.end <= quoted[1]
        ]
        if len(keys) != 1 or not found or found[0] in whole.told or (wanted == "count" and found[0].unit != "item"):
            raise _Unfit("value")
        return whole.typed(found[0])
    place = find_words(fold(whole.text[slice(*quoted)]), fold(harmless(worded.value)))
    if place is None:
        raise _Unfit("value")
    start, end = quoted[0] + place[0], quoted[0] + place[1]
    text = whole.text[start:end]
    key = vehicle_key(text) if worded.attribute in _VEHICLES else ""
    if worded.attribute == "name":
        key = next((id for mention in mentions(text) for id in mention.ids), "")
    return whole.words(wanted, start, end, key)


def _kind_of_value(worded: Worded) -> ValueKind:
    attribute = worded.attribute
    if attribute == "achieved" and values(worded.value):
        return "date"
    if attribute in _DATED:
        return "date"
    if attribute in _COUNTED:
        return "count"
    if attribute == "amount":
        return "money"
    return "name" if attribute in _NAMED else "place" if attribute in _PLACED else "text"


def _check_words(attribute: str, sentence: Statement, at: int) -> None:
    """The sentence has to speak of the attribute, and of several events of the one nearest to the value."""
    text = sentence.folded
    if not re.search(_WORDS[attribute], text, re.IGNORECASE):
        raise _Unfit("attribute")
    if attribute not in _EVENTS:
        return

    def distance(event: str) -> int:
        spans = [match.span() for match in re.finditer(_WORDS[event], text, re.IGNORECASE)]
        return min((at - end if end <= at else start - at for start, end in spans), default=len(text))

    if min(_EVENTS, key=distance) != attribute:
        raise _Unfit("attribute")


# --- the subject ---


def _subject(worded: Worded, whole: Statement, value: FactValue) -> tuple[str, str]:
    """(name, id) of what the sentence is about; its own words, its heading or the title have to name it."""
    if worded.kind == "contract":
        return _contract(worded, whole, value)
    mission = _mission(worded.subject, whole, value)
    if worded.kind == "mission":
        if mission is None:
            raise _Unfit("subject")
        return mission
    if worded.attribute in _COUNTED:
        if mission is None:
            raise _Unfit("subject")
        set_name = f"{mission[0]}のマイルストーン" if mission[0].startswith("ミ") else f"{mission[0]} milestones"
        return set_name, f"{mission[1]}/milestones"
    named, there = milestone_subject(worded.subject, mission), milestone_subject(whole.text, mission)
    if named is None or there is None or named[1] != there[1]:
        raise _Unfit("subject")
    return named


def _mission(subject: str, whole: Statement, value: FactValue) -> tuple[str, str] | None:
    """The one mission that `subject` names, where the sentence says the value of it; None where it names none."""
    named = named_missions(whole.announcement)
    found = {id: name for one in mentions(subject, named=named) for id, name in zip(one.ids, one.names, strict=True)}
    if not found:
        return None
    if len(found) > 1:
        raise _Unfit("subject")
    [(id, name)] = found.items()
    there = {each for one in mentions(whole.text, named=named) for each in one.ids}
    if not there:
        heading = whole.section.heading if whole.section else None
        around = [mentions(text, named=named) for text in (heading or "", whole.announcement.title)]
        there = next(({each for one in each_of for each in one.ids} for each_of in around if each_of), set())
    is_alone = there == {id}
    if id not in there or not (is_alone or belongs(whole.text, value.start, value.end, frozenset({id}))):
        raise _Unfit("subject")
    return name, id


def _contract(worded: Worded, whole: Statement, value: FactValue) -> tuple[str, str]:
    """A contract by its counterparty or its matter, in words of the announcement; under the name that it has there."""
    mission = _mission(worded.subject, whole, value)
    if mission and worded.attribute == "amount":
        name = f"{mission[0]}の契約" if mission[0].startswith("ミ") else f"{mission[0]} contract"
        return name, f"{mission[1]}/contract"
    own = issuer_key(whole.announcement.issuer)
    name = _bare(worded.subject)
    if worded.attribute == "counterparty":
        name = value.text
    around = [whole.text, (whole.section.heading if whole.section else None) or "", whole.announcement.title]
    if len(name_key(name)) < 2 or issuer_key(name) == own or not any(name_key(name) in name_key(one) for one in around):
        raise _Unfit("subject")
    read = [fact for fact in read_facts(whole.announcement) if fact.kind == "contract"]
    same = {fact.subject_id: fact.subject for fact in read if _is_same(name, fact)}
    if len(same) > 1:
        raise _Unfit("subject")
    return next(((subject, id) for id, subject in same.items()), (worded.subject, f"contract:{name_key(name)}"))


def _bare(subject: str) -> str:
    """The counterparty or the matter in the name of a contract.

    >>> _bare("NASAとの契約"), _bare("the lease agreement with Juniper Capital"), _bare("NASA contract")
    ('NASA', 'Juniper Capital', 'NASA')
    """
    plain = fold(subject).strip()
    return _CONTRACT_EN.sub("", _CONTRACT_JA.sub("", plain)).strip(' 「」『』“”"') or plain


def _is_same(name: str, fact: Fact) -> bool:
    """Whether `name` is the counterparty or the matter of the contract that `fact` is about."""
    return fact.attribute in ("counterparty", "matter") and name_key(name) in (
        name_key(fact.value.text), name_key(_bare(fact.subject)),
    )  # fmt: skip


# --- whether it is a plan ---


def _check_status(worded: Worded, sentence: Statement, value: FactValue) -> None:
    """What the sentence tells as a plan is planned; what has happened is actual; what was given up is cancelled."""
    text, status, attribute = sentence.text, worded.status, worded.attribute
    held = sentence.announcement.held
    is_ahead = bool(value.typed and value.typed.date and held and value.typed.date.earliest > held.latest)
    if status == "actual" and (is_plan(text) or is_ahead):
        raise _Unfit("plan")
    if status == "planned" and (not is_plan(text) or (tells_what_happened(text) and not is_ahead)):
        raise _Unfit("status")
    if (status == "planned" and attribute in _DONE) or (status == "actual" and attribute in _TO_COME):
        raise _Unfit("plan" if attribute in _DONE else "status")
    if status == "cancelled" and not _ENDED.search(text):
        raise _Unfit("status")
    if value.typed and tells_of_change(text) and len({one.key for one in _alike(value, sentence)}) > 1:
        raise _Unfit("changed")


def _alike(value: FactValue, sentence: Statement) -> Sequence[Any]:
    """The values of a sentence that are of the same kind as `value`, those aside that tell when it was said."""
    assert value.typed is not None
    return [one for one in sentence.values if one.kind == value.typed.kind and one not in sentence.told]
