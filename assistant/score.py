"""Scoring: Evidence in; the same with its candidates and its score out; what else is said, and how sure."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence

from assistant.candidates import TYPED, candidates_in
from assistant.evidence import Evidence
from assistant.names import named_people, named_places
from assistant.names_asked import members_named, name_given, names_in_a_row, unasked
from assistant.question import Question

_SECTION_PRIOR = {
    "footnote": -0.3, "heading": -0.3, "dateline": -0.5, "boilerplate": -0.06, "contact": -0.25, "title": -0.08,
    "caption": -0.08,
}  # fmt: skip
_REASON = re.compile(r"ため|によるもの|により|によって|理由|原因|起因|because|due to|caused?|owing|reason", re.I)
# Xのほかに, "besides X": a sentence on the others says so, too.
_ASKS_OTHERS = re.compile(
    r"以外|の(?:ほか|他)(?:に|は|の)|を除[いく]|他社|(?:ほか|他)の(?:会社|企業|国|機関|団体|場所)"
    r"|\b(?:besides|apart from|aside from|other than|except(?: for)?|in addition to|which other|what other|who else)\b",
    re.I,
)
_OTHERS = re.compile(
    r"以外|ほか|の他|他の|相乗り|同乗|\b(?:other|others|another|besides|apart from|shared with|alongside)\b", re.I
)
# What leads to something without saying so.
_LEADS_TO = re.compile(
    r"を受けて|に伴|踏まえ|背景|ので|ことから|\bfollow(?:s|ing)\b|as a result|\bafter\b|\bin order to\b|\bthrough\b",
    re.I,
)


def scored(one: Evidence, question: Question) -> Evidence:
    """`one` with its candidates of the wanted type and its score."""
    candidates = candidates_in(one.sentence, question)
    typed = dataclasses.replace(one, candidates=candidates)
    score = one.coverage + 0.45 * one.own + 0.12 / (1 + one.rank) ** 0.5
    score += 0.3 * one.echo
    if question.want in TYPED:
        score += 0.3 if candidates else -0.2
    elif question.want == "person":
        score += 0.12 if named_people(one.sentence.text) else -0.05
    elif question.want == "place":
        score += 0.2 if unasked(named_places(one.sentence.text), question) else -0.15
    total = score + rules(typed, question)
    return dataclasses.replace(typed, score=total, fit=total)


def rules(one: Evidence, question: Question) -> float:
    """What holds of announcements whatever was learned from other texts: a sum to be added to a score."""
    score = _SECTION_PRIOR.get(one.sentence.kind, 0.0)
    if one.sentence.kind == "title" and one.echo > 0.5:
        score -= 0.6  # whoever quotes a title asks for what stands under it
    if question.want in TYPED:
        score += 0.08 if question.asks_plan and one.sentence.is_planned else 0.0
    elif question.want == "reason":
        score += 0.3 if explains(one.sentence.text) else 0.0
    elif question.asks_name:
        score += 0.3 if name_given(one.sentence, question) else -0.3
    elif question.want in ("speaker", "statement"):
        score += 0.35 if one.sentence.kind == "quotation" else -0.1
    if question.so_many and question.want not in TYPED:
        score += 0.2 if len(members_named(one.sentence, question)) >= question.so_many else 0.0
    if "list" in question.wants and question.want not in TYPED:
        score += 0.12 * max(0, min(4, names_in_a_row(one.sentence, question)) - 1)
    if asks_others(question.text) and _OTHERS.search(one.sentence.text):
        score += 0.5
    if one.other_number:
        score -= 0.45
    if one.missing_name:
        score -= 0.4
    return score


def asks_others(text: str) -> bool:
    """`text` asks for those besides one that it names."""
    return bool(_ASKS_OTHERS.search(text))


def explains(text: str) -> bool:
    """`text` gives a reason."""
    return bool(_REASON.search(text))


def may_explain(text: str) -> bool:
    """`text` gives a reason, or what went before and led to something."""
    return bool(_REASON.search(text) or _LEADS_TO.search(text))


def supporting(question: Question, ranked: Sequence[Evidence], best: Evidence, most: int = 2) -> tuple[Evidence, ...]:
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
        gives_reason = (
            question.want == "reason"
            and same_place
            and not explains(best.sentence.text)
            and explains(one.sentence.text)
            and one.coverage >= 0.4
        )
        list_more = question.want == "list" and one.fit >= best.fit - 0.25
        if gain >= 0.7 or gives_reason or list_more or (many and follows and one.coverage >= 0.6 and gain >= 0.2):
            found.append(one)
            covered = [max(old, new) for old, new in zip(covered, one.matches, strict=True)]
    return tuple(found)


def confidence_in(one: Evidence, *, typed: bool) -> float:
    """How sure an answer from this evidence is, between 0.05 and 0.97, from the shares that it names."""
    return round(max(0.05, min(0.97, 0.25 + 0.55 * one.coverage + 0.15 * one.own + (0.05 if typed else 0.0))), 2)
