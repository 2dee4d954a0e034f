"""Subjects: a sentence as evidence and a question about Mission 2 in; whether it may be about another mission out."""

from __future__ import annotations

from assistant.evidence import Evidence
from assistant.labels import labels
from assistant.question import Question

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
