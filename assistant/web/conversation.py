"""A conversation as its page holds it: questions and answers in; what the assistant is to remember of it out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from assistant.answer import Answer, Turn
from assistant.records import Reason
from assistant.web.words import WORDS, spoken_date
from corpus.announcement import Announcement, Language
from corpus.kept import Rating
from index.passage import EVERYTHING, Selection

KEPT_TURNS = 20  # messages of a conversation that are given to the assistant as history


@dataclass(frozen=True, slots=True)
class Filters:
    """What a question was to be answered from."""

    as_of: dt.date | None = None
    selection: Selection = EVERYTHING

    def said(self, interface: Language) -> list[str]:
        """What was chosen, in the words of the page, the date last."""
        words, chosen = WORDS[interface], self.selection
        language = words[f"language_{chosen.language}"] if chosen.language else ""
        day = words["was"].format(date=spoken_date(str(self.as_of), interface)) if self.as_of else ""
        return [part for part in (language, chosen.category, chosen.issuer, day) if part]


@dataclass(frozen=True, slots=True)
class Said:
    """What the reader said of an answer, and what the page replied to that."""

    rating: Rating | None = None
    reason: Reason = ""
    comment: str = ""
    reply: str = ""  # a key of WORDS


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and what came of it, as the page shows them; `reply` and `sources` are HTML."""

    question: str
    reply: str
    sources: str = ""
    suggestions: tuple[str, ...] = ()
    answer: Answer | None = None  # None: while it is being made, or where none came
    answer_id: str = ""  # in the record
    filters: Filters = field(default=Filters())
    said: Said = field(default=Said())


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one person has asked so far; lives in the session, on the server."""

    exchanges: tuple[Exchange, ...] = ()
    id: str = ""  # in the record

    @property
    def turns(self) -> Sequence[Turn]:
        """What of it the assistant is to remember."""
        pairs = [(one.question, one.answer.answer) for one in self.exchanges if one.answer]
        turns = [turn for asked, told in pairs for turn in (Turn("user", asked), Turn("assistant", told))]
        return turns[-KEPT_TURNS:]

    def then(self, exchange: Exchange) -> Conversation:
        """The conversation with one more exchange."""
        return replace(self, exchanges=(*self.exchanges, exchange))

    def with_said(self, place: int, said: Said) -> Conversation:
        """The same with what was said of the answer at `place`, counted from 0."""
        changed = replace(self.exchanges[place], said=said)
        return replace(self, exchanges=(*self.exchanges[:place], changed, *self.exchanges[place + 1 :]))


@dataclass(frozen=True, slots=True)
class Choices:
    """What the announcements can be narrowed to, each in the order in which it is offered."""

    languages: tuple[str, ...]
    categories: tuple[str, ...]
    issuers: tuple[str, ...]

    @classmethod
    def of(cls, announcements: Sequence[Announcement]) -> Choices:
        """Those that any of `announcements` has; Japanese first, the rest by name."""

        def named(name: str, **how: Any) -> tuple[str, ...]:
            return tuple(sorted({getattr(one, name) for one in announcements} - {""}, **how))

        return cls(named("language", reverse=True), named("category"), named("issuer"))
