"""The nouns of reading: what the evidence says to a Question, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from assistant.answer import Status
from assistant.evidence import Evidence
from assistant.question import Question
from assistant.sentence import Sentence
from corpus.announcement import Announcement, Footnote
from corpus.dates import PartialDate
from corpus.values import Value

Verdict = Literal["yes", "no", "not_yet"]


@dataclass(frozen=True, slots=True)
class Stage:
    """One value of the asked attribute, and the sentence that gave it."""

    value: Value
    sentence: Sentence
    told: PartialDate | None = None  # when it was stated; None: as the sentence tells


@dataclass(frozen=True, slots=True)
class Reading:
    """What the evidence says to a question; `chosen` are the sentences to quote, best first."""

    question: Question
    status: Status
    chosen: tuple[Evidence, ...] = ()
    value: Value | None = None  # in chosen[0]
    text: str = ""  # a short answer that is no typed value: a name, an option
    words: str = ""  # the likeliest words of chosen[0], not sure enough to be said in front of it
    verdict: Verdict | None = None
    earlier: tuple[Stage, ...] = ()  # what `value` replaced, oldest first
    chain: tuple[Stage, ...] = ()  # of a question about history
    changes: int | None = None
    timeline: bool = False  # `chosen` are in the order of their dates
    listing: bool = False  # `chosen` are the items of a list, each by itself
    asks_as_of: bool = False  # the date on which chosen[0] held is the answer
    footnote: tuple[Announcement, Footnote] | None = None
    people: tuple[tuple[str, str], ...] = ()
    from_dateline: Announcement | None = None  # the value is this announcement's own date
    nearest: tuple[Evidence, ...] = ()  # for "not stated": what is closest
    confidence: float = 0.0
    parts: tuple[Reading, ...] = field(default=())  # of a compound question
