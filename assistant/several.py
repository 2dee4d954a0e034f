"""Several: a question that names none of several missions or contracts in; what is said of each of them out.

"When is the launch?" of an announcement that plans two is answered with both, and "Which vehicle?" as well; "Which of
the two flies first?" with the one whose day comes first.
"""

from __future__ import annotations

import re
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
# From here on, the sentence itself names what is asked for.
_NAMED = 0.55
_MOST = 4


def read_several(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """What an announcement says of each of its missions, where the question means any; None where it means one."""
    order = _order_asked(question)
    if not order and (not _asks_of_any(question) or _means_one(question)):
        return None
    is_typed = question.want in TYPED
    able = [one for one in ranked if accepted(one, question, with_value=is_typed) and (one.candidates or not is_typed)]
    able = [one for one in able if _names_all(question, one)]
    chosen = able[:1]
    for one in able[1:]:
        if (
            len(chosen) < _MOST
            and _is_as_good(one, chosen[0], order)
            and all(_is_of_another(one, other) for other in chosen)
        ):
            chosen.append(one)
    if len(chosen) < 2:
        return None
    if order:
        return _first_or_last(question, chosen, order)
    parts = tuple(
        Reading(
            question,
            "answered",
            (one,),
            one.candidates[0] if is_typed else None,
            confidence=confidence_in(one, typed=is_typed),
        )
        for one in sorted(chosen, key=lambda one: one.sentence.start)
    )
    confidence = min(part.confidence for part in parts)
    return Reading(question, "answered", parts[0].chosen, confidence=confidence, parts=parts)


# "Of the two contracts, which flies first?", 2つのうち後に…
_OF_SEVERAL = re.compile(
    r"つの.{0,12}?うち|(?:両|双)方のうち|\b(?:of|between) (?:the |these |those |both )?(?:two|three)\b", re.I
)
_EARLIER = re.compile(r"先に|早い|早く|先の?|\b(?:first|earlier|earliest|sooner)\b", re.I)
_LATER = re.compile(r"後に|遅い|遅く|あとに|後の?|\b(?:last|later|latest)\b", re.I)


def _order_asked(question: Question) -> str:
    """ "earlier" or "later", where one of several is meant by when it comes; else ""."""
    if question.want in TYPED or question.options or not _OF_SEVERAL.search(question.text):
        return ""
    return "earlier" if _EARLIER.search(question.text) else "later" if _LATER.search(question.text) else ""


def _first_or_last(question: Question, chosen: Sequence[Evidence], order: str) -> Reading | None:
    """What is said of the one that comes first, or last; None where one of them has no day of its own."""
    days = [
        (min(value.date.earliest for value in one.sentence.values if value.date), one)
        for one in chosen
        if any(value.date for value in one.sentence.values)
    ]
    if len(days) < len(chosen) or len({day for day, _ in days}) < len(days):
        return None
    _, one = (min if order == "earlier" else max)(days, key=lambda pair: pair[0])
    return Reading(question, "answered", (one,), confidence=confidence_in(one, typed=False))


def _asks_of_any(question: Question) -> bool:
    """A day is asked for, or which of a kind of thing."""
    is_kind = bool(question.kind_asked) or any(need.head and need.alternatives for need in question.needs)
    return question.want in ("date", "time") or (is_kind and question.want not in TYPED)


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
    """All that is asked for in earnest stands in the sentence itself; how many there are, and their order, need not."""
    order = _order_asked(question)
    firm = [
        match
        for need, match in zip(question.needs, one.own_matches, strict=True)
        if need.is_firm
        and not (order and (need.is_number or _EARLIER.fullmatch(need.text) or _LATER.fullmatch(need.text)))
    ]
    return bool(firm) and min(firm) >= _NAMED


def _is_as_good(one: Evidence, best: Evidence, order: str) -> bool:
    """The two stand in one announcement, and name about as much; that 2つ stands in 2つ目 decides no order."""
    beside = one.sentence.announcement.id == best.sentence.announcement.id and one.sentence.kind == best.sentence.kind
    as_much = one.own >= best.own - _AS_MUCH and one.coverage >= best.coverage - _AS_MUCH
    return beside and (as_much or bool(order))


def _is_of_another(one: Evidence, other: Evidence) -> bool:
    """The two speak of two missions, and give two values where values are asked for."""
    mine, theirs = labels(one.sentence.text), labels(other.sentence.text)
    kinds = {label.partition(":")[0] for label in mine} & {label.partition(":")[0] for label in theirs}
    values = {value.key for value in one.candidates} & {value.key for value in other.candidates}
    return bool(kinds) and not mine & theirs and not values
