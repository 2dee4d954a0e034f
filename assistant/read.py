"""Reading: evidence in, a Reading out: which sentences answer, with which value, since when, and what they replaced."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

from assistant.acceptance import accepted
from assistant.acceptor import JUDGED, judged, shared_acceptor
from assistant.candidates import TYPED
from assistant.evidence import Evidence
from assistant.history import read_history
from assistant.matcher import Matcher
from assistant.members_asked import read_members
from assistant.pictures import read_footnote, read_picture
from assistant.question import Question
from assistant.ranker import ranked as in_order
from assistant.ranker import read_together, shared_ranker
from assistant.reading import Reading
from assistant.roles_asked import read_role, role_asked, suppliers, without_roles
from assistant.score import confidence_in, scored
from assistant.sentence import Sentence
from assistant.sentences_asked import read_sentences, read_speakers, read_words
from assistant.several import read_several
from assistant.short_forms import read_short_form
from assistant.span import shared_reader
from assistant.values_asked import read_measures, read_share, read_value
from corpus.announcement import Announcement
from corpus.values import fold

__all__ = ["Reading", "read"]
# How likely the acceptor has to hold a sentence to answer that is only quoted.
PLAIN = 0.6
_NUMBER = re.compile(r"(?<![\w.-])\d[\d,.]*\d|(?<![\w.-])\d(?!\d)")
_PRONOUN = re.compile(r"\b(?:it|they|that one|this one)\b|それ(?:は|が)|これ(?:は|が)|あれ(?:は|が)", re.I)


def read(
    question: Question, evidence: Sequence[Evidence], matcher: Matcher, announcements: Mapping[str, Announcement]
) -> Reading:
    """The Reading of `evidence` (best passages first) for `question`."""
    known = [one for one in evidence if question.as_of is None or _known_by(one.sentence, question.as_of)]
    reader = shared_reader()
    ranked = judged(
        question,
        in_order(
            question,
            [scored(one, question) for one in known],
            matcher,
            reader=reader,
            ranker=shared_ranker(),
        ),
        matcher,
        reader=reader,
        acceptor=shared_acceptor(),
    )
    if question.want == "footnote":
        found = read_footnote(question, ranked, announcements)
        if found:
            return found
    if question.want == "people_in_picture":
        found = read_picture(question, ranked, matcher, announcements)
        if found:
            return found
    if question.want in ("history", "change_count"):
        found = read_history(question, ranked)
        if found:
            return found
    if question.want == "as_of" or (question.want == "footnote" and "as_of" in question.wants):
        found = _held_on(question, ranked)
        if found:
            return found
    spelled = read_short_form(question, ranked)
    if spelled:
        return spelled
    if _is_unclear(question):
        found = _ambiguous(question, ranked)
        if found:
            return found
    if question.want == "speaker" and (found := read_speakers(question, ranked)):
        return found
    found = read_several(question, ranked)
    if found:
        return found
    member = read_members(question, ranked, matcher)
    if member:
        return member
    role = role_asked(question)
    if role:
        found = read_role(question, role, ranked)
        if not found and role == "maker":
            found = read_sentences(question, suppliers(question, ranked), matcher)
        if not found:
            found = read_sentences(question, without_roles(ranked), matcher)
        return found or Reading(question, "not_found", nearest=tuple(ranked[:3]))
    if len(question.units) > 1 and question.want == "quantity":
        found = read_measures(question, evidence, matcher)
    elif question.want in TYPED:
        found = read_value(question, question.want, ranked)
        if not found and question.want == "quantity":
            found = read_share(question, ranked)
        if not found and ranked and reader:
            found = read_words(question, read_together(question, ranked, reader))
    else:
        found = read_sentences(question, ranked, matcher)
    return found or _quoted(question, ranked)


def _quoted(question: Question, ranked: Sequence[Evidence]) -> Reading:
    """The first sentence that the acceptor holds for a plain answer, though no name or value was read from it."""
    for one in ranked[:JUDGED]:
        if one.answers is None or one.answers < PLAIN or not accepted(one, question):
            continue
        if question.want in TYPED and not _tells_new_amount(one.sentence, question):
            continue
        return Reading(question, "answered", (one,), confidence=confidence_in(one, typed=False))
    return Reading(question, "not_found", nearest=tuple(ranked[:3]))


def _tells_new_amount(sentence: Sentence, question: Question) -> bool:
    """An amount is asked for, and the sentence states a number that the question does not.

    A date is no such number: it is that of just one event.
    """
    asked = set(_NUMBER.findall(fold(question.text)))
    dates = [value for value in sentence.values if value.kind == "date"]
    told = any(
        match.group() not in asked and not any(date.start <= match.start() < date.end for date in dates)
        for match in _NUMBER.finditer(fold(sentence.text))
    )
    return told and question.want in ("quantity", "money")


def _known_by(sentence: Sentence, day: dt.date) -> bool:
    """The sentence was known on `day`: its announcement was out, or it says itself that it held by then."""
    if sentence.held <= day:
        return True
    stated = sentence.as_of()
    return stated is not None and stated != sentence.announcement.published and stated.latest <= day


def _held_on(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """ "As of which date is it assumed?": the date of the best sentence's note, or the one that it states."""
    able = [one for one in ranked[:8] if accepted(one, question, with_value=True) and one.sentence.as_of()]
    said = [place for place, need in enumerate(question.needs) if need.carried and need.is_number]
    # The figure that was answered before is the one that is meant.
    able = [one for one in able if any(one.own_matches[place] == 1 for place in said[-1:])] or able
    if not able:
        return None
    confidence = confidence_in(able[0], typed=True)
    return Reading(question, "answered", (able[0],), asks_as_of=True, confidence=confidence)


def _is_unclear(question: Question) -> bool:
    firm = [need for need in question.needs if need.factor >= 1]
    named = any(need.is_name or need.is_number or need.carried for need in question.needs)
    return (
        bool(_PRONOUN.search(question.text))
        and not named
        and len(firm) <= 1
        and question.want in ("date", "place", "money", "quantity", "yes_no")
    )


def _ambiguous(question: Question, ranked: Sequence[Evidence]) -> Reading | None:
    """A pronoun that nothing before explains: the possible readings, each with what is said of it."""
    readings: list[Evidence] = []
    for one in ranked[:30]:
        if (
            one.own >= 0.5
            and (one.candidates or question.want not in TYPED)
            and one.sentence.kind not in ("heading", "title", "dateline")
        ):
            readings.append(one)
        if len(readings) == 3:
            break
    if not readings and any(need.is_firm for need in question.needs):
        return None
    return Reading(question, "ambiguous", tuple(readings), confidence=0.4)
