"""Members: a question for one of several, or for all of them, in; a Reading of the sentences on each one out.

An announcement says that there were three companies, and tells of each in a sentence of its own. Only where it tells of
just so many is it known who they are.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.evidence import Evidence
from assistant.matcher import Matcher
from assistant.names_asked import new_names, words_of_name
from assistant.question import Question
from assistant.reading import Reading
from assistant.sentence import Sentence, sentences_of
from corpus.values import fold, values
from index.analyse import analyse

_NUMBER_WORDS = ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
_ONE_OF = re.compile(
    r"(?P<ja>[0-9]{1,2}|[二三四五六七八九])\s?(?:社|者|団体|大学|機関|チーム|か国|カ国)(?:の)?(?:うち|なか|中)"
    rf"|\b(?:which|who|what)(?: one)? of (?:the |its |these )?(?P<en>[2-9]|{'|'.join(_NUMBER_WORDS)})\b"
    rf"|\bof (?:the |its |these )?(?P<of>[2-9]|{'|'.join(_NUMBER_WORDS)})\b[^,?]{{2,80}}, (?:which|who)\b",
    re.I,
)
# 覚書ではなく契約, "rather than a memorandum".
_DENIED = re.compile(
    r"(?P<ja>[一-龯ァ-ヶーA-Za-z]{1,12})(?:(?:では|じゃ|で)なくて?|(?:では|じゃ)ない)"
    r"|\b(?:rather than|instead of|and not|not) (?:an? |just |only |merely |by |the )*(?P<en>[A-Za-z]+)",
    re.I,
)
# What can be a member: it acts by itself, in a sentence of its own.
_WHO = frozenset(("company", "party", "team", "person", "country"))
# What is asked of one has to be said this far by its sentence, and this much less by those of the others.
_SAID, _LESS = 0.6, 0.05


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    one: Evidence


def read_members(question: Question, ranked: Sequence[Evidence], matcher: Matcher) -> Reading | None:
    """The one of several that the question asks for, or all of them; None where it asks for neither, or they are not
    told one by one."""
    number = question.so_many or _one_of(question)
    if number < 2 or question.want not in ("organisation", "place", "free", "list", "person"):
        return None
    for whole in ranked[:6]:
        if whole.missing_name or whole.other_number or whole.coverage < 0.5 or not _counts(whole.sentence, number):
            continue
        members = _members(question, whole, matcher)
        if len(members) != number:
            continue
        if question.so_many:
            told = tuple(dict.fromkeys((whole, *(member.one for member in members))))
            return Reading(question, "answered", told, listing=True, confidence=0.75)
        asked = _asked(question, members)
        if asked:
            return Reading(question, "answered", (asked.one, whole), text=asked.name, confidence=0.8)
    return None


def _one_of(question: Question) -> int:
    """Of how many one is asked for; 0 where the question does not say."""
    match = _ONE_OF.search(fold(question.text))
    if match is None:
        return 0
    said = (match["ja"] or match["en"] or match["of"]).casefold()
    if said.isdigit():
        return int(said)
    return "一二三四五六七八九".index(said) + 1 if said in "一二三四五六七八九" else _NUMBER_WORDS.index(said) + 2


def _counts(sentence: Sentence, number: int) -> bool:
    """The sentence says that there were so many companies, teams or people."""
    return any(value.unit in _WHO and value.number == number for value in values(sentence.text))


def _members(question: Question, whole: Evidence, matcher: Matcher) -> list[_Member]:
    """What each sentence of the announcement tells that names just one that neither the question nor `whole` names."""
    known = words_of_name(whole.sentence.announcement.issuer)
    before = {name.casefold() for name in new_names(whole.sentence, question)}
    found: dict[str, _Member] = {}
    for sentence in sentences_of(whole.sentence.announcement):
        if sentence.kind not in ("body", "lead", "list") or sentence.start == whole.sentence.start:
            continue
        names = [
            name
            for name in new_names(sentence, question)
            if name.casefold() not in before and not (words_of_name(name) and words_of_name(name) <= known)
        ]
        if len(names) == 1 and names[0] not in found:
            found[names[0]] = _Member(names[0], matcher.meet(sentence, whole.rank))
    return list(found.values())


def _asked(question: Question, members: Sequence[_Member]) -> _Member | None:
    """The one whose sentence says more of what is asked than that of any other; None where two do, or none."""
    denied = [match["ja"] or match["en"] for match in _DENIED.finditer(question.text)]
    unlike = {term for said in denied for term in analyse(said, question.language) if term[0] not in "_#"}
    able = [member for member in members if not unlike & member.one.sentence.terms]
    ordered = sorted(able, key=lambda member: -member.one.own)
    if not ordered:
        return None
    best = ordered[0].one
    things = zip(question.needs, best.own_matches, strict=True)
    said = [match for need, match in things if need.is_firm and not (need.is_number or need.is_name)]
    if not said or max(said) < _SAID or (len(ordered) > 1 and best.own - ordered[1].one.own < _LESS):
        return None
    return ordered[0]
