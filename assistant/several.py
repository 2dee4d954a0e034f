"""Several: a question that names none of several missions or contracts in; what is said of each of them out.

"When is the launch?" of an announcement that plans two is answered with both, and "Which vehicle?" as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from assistant.acceptance import accepted
from assistant.candidates import TYPED
from assistant.evidence import Evidence
from assistant.labels import labels
from assistant.question import Question
from assistant.reading import Reading
from assistant.score import confidence_in

# What one sentence names less of the question than the best one, and still speaks of the same thing.
_AS_MUCH = 0.12
_MOST = 4


def read_several(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """What an announcement says of each of its missions, where the question means any; None where it means one."""
    is_typed = question.want in ("date", "time")
    if not (is_typed or question.kind_asked) or _means_one(question):
        return None
    able = [
        one
        for one in ranked
        if accepted(one, question, with_value=is_typed) and (one.candidates or question.want not in TYPED)
    ]
    if not able or not _names_all(question, able[0]):
        return None
    best = able[0]
    chosen = [best]
    for one in able[1:]:
        if len(chosen) < _MOST and _is_as_good(one, best) and all(_is_of_another(one, other) for other in chosen):
            chosen.append(one)
    if len(chosen) < 2:
        return None
    in_order = sorted(chosen, key=lambda one: one.sentence.start)
    confidence = min(confidence_in(one, typed=is_typed) for one in in_order)
    parts = tuple(
        Reading(question, "answered", (one,), one.candidates[0] if is_typed else None, confidence=confidence)
        for one in in_order
    )
    return Reading(question, "answered", parts[0].chosen, confidence=confidence, parts=parts)


def _means_one(question: Question) -> bool:
    """The question says which one it means, or asks for something else than a thing of its own."""
    return bool(
        question.labels
        or question.asks_latest
        or question.asks_original
        or question.asks_outcome
        or question.as_of
        or question.given
        or question.siblings
        or any(need.carried or need.strict for need in question.needs)
    )


def _names_all(question: Question, one: Evidence) -> bool:
    """All that is asked for in earnest stands in the sentence itself."""
    firm = [match for need, match in zip(question.needs, one.own_matches, strict=True) if need.is_firm]
    return bool(firm) and min(firm) >= 0.55


def _is_as_good(one: Evidence, best: Evidence) -> bool:
    return (
        one.sentence.announcement.id == best.sentence.announcement.id
        and one.sentence.kind == best.sentence.kind
        and one.own >= best.own - _AS_MUCH
        and one.coverage >= best.coverage - _AS_MUCH
    )


def _is_of_another(one: Evidence, other: Evidence) -> bool:
    """The two speak of two missions, and give two values where values are asked for."""
    mine, theirs = labels(one.sentence.text), labels(other.sentence.text)
    kinds = {label.partition(":")[0] for label in mine} & {label.partition(":")[0] for label in theirs}
    values = {value.key for value in one.candidates} & {value.key for value in other.candidates}
    return bool(kinds) and not mine & theirs and not values
