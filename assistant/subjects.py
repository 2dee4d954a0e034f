"""Subjects: a sentence as evidence and a question about Mission 2 in; whether it may be about another mission out."""

from __future__ import annotations

import re

from assistant.evidence import Evidence
from assistant.labels import labels
from assistant.question import Question

# Whose cost is asked for must be named, by the sentence or beside it.
_NAMED = 0.4
_COST_JA, _COST_EN = r"(?:費用|料金|コスト|運賃)", r"(?:costs?|fees?)"


def is_cost_of_another(one: Evidence, question: Question) -> bool:
    """The cost of a launch was asked for, and neither the sentence nor what stands beside it speaks of a launch."""
    for need, match in zip(question.needs, one.matches, strict=True):
        said = re.escape(need.text)
        of_it = (
            rf"{said}(?:の|に(?:かかる|要する))?{_COST_JA}|\b{said} {_COST_EN}\b"
            rf"|\b{_COST_EN} (?:of|for) (?:the |a |its )?{said}\b"
        )
        # 遅れによる費用: it is a thing that costs.
        is_thing = need.is_firm and not need.is_number and not re.fullmatch(r"[ぁ-ん]+", need.text)
        if is_thing and match < _NAMED and re.search(of_it, question.text, re.I):
            return True
    return False


# What only the rest of its announcement names, a sentence need not be about.
_SOMEWHERE = 0.35


def may_be_of_another(one: Evidence, question: Question) -> bool:
    """A mission, contract or stage that was asked about is named neither by the sentence nor beside it or above it, and
    its announcement speaks of several."""
    text = one.sentence.announcement.text
    for need, match in zip(question.needs, one.matches, strict=True):
        kinds = {label.partition(":")[0] for label in labels(need.text)} if need.is_number else set()
        if match > _SOMEWHERE or not kinds:
            continue
        if len({label for label in labels(text) if label.partition(":")[0] in kinds}) > 1:
            return True
    return False
