"""What one announcement states, and what became of it since: announcements in, facts with what replaced them out.

What later announcements say is read from all of them, which takes a minute where there are ten thousand and the
register is new. Nobody waits for that: until it is known, the facts come without it, and say so.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from corpus.announcement import Announcement, Language
from corpus.errors import AssistantError
from corpus.facts import Fact, issuer_key

if TYPE_CHECKING:
    from assistant.assistant import Assistant

PATIENCE = 3.0  # seconds that a reader waits for what later announcements say


@dataclass(frozen=True, slots=True)
class Told:
    """A fact as this announcement tells it, and what became of it."""

    fact: Fact
    is_superseded: bool
    later: Announcement | None  # what replaced it, without its text


_Key = tuple[object, ...]


class _All:
    """What all announcements together say, at one revision of the catalog."""

    def __init__(self, facts: Mapping[_Key, Fact]) -> None:
        self._facts = facts

    @classmethod
    def read(cls, assistant: Assistant, language: Language) -> _All:
        facts: dict[_Key, Fact] = {}
        for fact in assistant.register.facts(language=language, history=True):
            facts[_said(fact)] = facts[_place(fact)] = fact
        return cls(facts)

    def now(self, fact: Fact) -> Fact:
        """The same statement as the register has it; `fact` itself where it has none."""
        # The place first: a thing may have got another name since, and its name another thing.
        return self._facts.get(_place(fact)) or self._facts.get(_said(fact), fact)


def _place(fact: Fact) -> _Key:
    return fact.announcement_id, fact.attribute, fact.value.start, fact.value.key


def _said(fact: Fact) -> _Key:
    return issuer_key(fact.issuer), fact.kind, fact.subject_id, fact.attribute, fact.value.key


class ToldFacts:
    """Facts of announcements for readers. Threads may share it."""

    def __init__(self, assistant: Assistant, *, patience: float = PATIENCE) -> None:
        self._assistant = assistant
        self._patience = patience
        self._lock = threading.Lock()
        self._known: dict[Language, tuple[int, _All]] = {}
        self._reading: dict[Language, threading.Thread] = {}

    def of(self, announcement: Announcement) -> tuple[list[Told], bool]:
        """What `announcement` states, in order, and whether it is known what became of it since."""
        own = self._assistant.register.of({announcement.id: announcement}, language=announcement.language)
        everything = self._all(announcement.language)
        outlines = self._assistant.links.outlines()
        told = []
        for fact in own:
            over = everything.now(fact) if everything else fact
            later = over.superseded_by or fact.superseded_by
            told.append(
                Told(
                    fact,
                    "superseded" in (fact.status, over.status),
                    outlines.get(later) if later and later != announcement.id else None,
                )
            )
        return told, everything is not None

    def _all(self, language: Language) -> _All | None:
        revision = self._assistant.catalog.revision()
        with self._lock:
            if language in self._known and self._known[language][0] == revision:
                return self._known[language][1]
            reading = self._reading.get(language)
            if reading is None or not reading.is_alive():
                reading = threading.Thread(target=self._read, args=(language,), name="facts", daemon=True)
                self._reading[language] = reading
                reading.start()
        reading.join(self._patience)
        with self._lock:
            known = self._known.get(language)
        return known[1] if known and known[0] >= revision else None

    def _read(self, language: Language) -> None:
        # A catalog out of reach says so itself, to whoever reads an announcement.
        with suppress(AssistantError):
            revision = self._assistant.catalog.revision()
            found = _All.read(self._assistant, language)
            with self._lock:
                self._known[language] = revision, found
