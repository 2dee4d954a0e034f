"""Extracting facts: an announcement in; what a chat model reads in it, checked and kept as proposals, out.

A proposal counts nowhere: a person has to accept it (`corpus.proposals`), after which it stands in the register beside
the facts that patterns read.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, get_args

from assistant.llm import prompts
from assistant.llm.errors import NoReply
from assistant.llm.fact_check import Reason, check_fact, told
from assistant.llm.request import Requests
from corpus.announcement import Announcement, Language, Section
from corpus.facts import ATTRIBUTES, Fact
from corpus.proposals import Proposals, said
from corpus.register import Register, read_facts

CHARACTERS = 5_000  # of an announcement's text in one request
LONGEST_REPLY = 4_000  # tokens
MOST = 80  # facts of one reply that are looked at

_UNREAD = ("contact", "dateline", "footnote")

SCHEMA: dict[str, Any] = {
    "title": "facts",
    "description": "Facts that the announcement states.",
    "type": "object",
    "properties": {
        "facts": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string", "enum": list(ATTRIBUTES)},
                    "subject": {"type": "string"},
                    "attribute": {
                        "type": "string", "enum": sorted({name for names in ATTRIBUTES.values() for name in names}),
                    },
                    "value": {"type": "string"},
                    "status": {"type": "string", "enum": ["planned", "actual", "cancelled"]},
                    "quote": {"type": "string"},
                },
                "required": ["kind", "subject", "attribute", "value", "status", "quote"],
                "additionalProperties": False,
            },
        }
    },
    "required": ["facts"],
    "additionalProperties": False,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Extracted:
    """What became of one announcement: the numbers of the new proposals, and what was dropped, by reason."""

    announcement_id: str
    proposed: tuple[int, ...] = ()
    dropped: Mapping[Reason, int] = field(default_factory=dict)


@cache
def prompt_version() -> str:
    """A name for the prompts and the schema: others, another name."""
    made_of = [str(prompts.extracting(language)) for language in get_args(Language)]
    return hashlib.sha256("\n".join([*made_of, str(SCHEMA)]).encode()).hexdigest()[:12]


class Extractor:
    """Asks a chat model for the facts of announcements, one announcement at a time.

    Args:
        limit_s: seconds for each request.
    """

    def __init__(self, requests: Requests, proposals: Proposals, register: Register, *, limit_s: float) -> None:
        self._requests, self._proposals, self._register, self._limit = requests, proposals, register, limit_s
        self._known: frozenset[tuple[str, ...]] | None = None

    def was_asked(self, announcement: Announcement) -> bool:
        """Whether this model was asked about just this text already."""
        return self._proposals.was_asked(announcement, model=self._requests.name, prompt=prompt_version())

    def propose(self, announcement: Announcement, *, by: str = "") -> Extracted:
        """What the model reads in `announcement`, kept as proposals once all of it was read; its text is sent there.

        Raises:
            ChangedMeanwhile: the announcement was changed while the model read it.
            NoReply: the model did not reply to the whole of it; nothing of it is kept.
        """
        read = read_facts(announcement)
        known = self._known_facts() | {told(fact) for fact in read}
        proposed: dict[str, Fact] = {}
        dropped: Counter[Reason] = Counter()
        for sections in parts(announcement):
            for worded in self._worded(announcement, sections, read):
                judged = check_fact(worded, announcement, known)
                if judged.fact:
                    proposed.setdefault(said(judged.fact), judged.fact)
                elif judged.reason:
                    dropped[judged.reason] += 1
        numbers = self._proposals.add(
            announcement,
            list(proposed.values()),
            model=self._requests.name,
            prompt=prompt_version(),
            dropped={str(reason): count for reason, count in dropped.items()},
            by=by,
        )
        return Extracted(announcement.id, tuple(numbers), dict(dropped))

    def _known_facts(self) -> frozenset[tuple[str, ...]]:
        """What holds now by the register, those facts too that only staff may see."""
        if self._known is None:
            self._known = frozenset(told(fact) for fact in self._register.facts())
        return self._known

    def _worded(self, announcement: Announcement, sections: Sequence[Section], read: Sequence[Fact]) -> list[object]:
        """The facts of some sections as the model words them."""
        spans = [(section.start, section.end) for section in sections]
        known = [fact for fact in read if any(start <= fact.start < end for start, end in spans)]
        values = prompts.announced(announcement, sections, known, f"data-{secrets.token_hex(8)}")
        messages = prompts.extracting(announcement.language).format_messages(**values)
        until = time.monotonic() + self._limit
        filled = self._requests.filled(messages, SCHEMA, until=until, tokens=LONGEST_REPLY)
        found = filled.get("facts")
        if not isinstance(found, list):
            raise NoReply("malformed")
        return found[:MOST]


def parts(announcement: Announcement) -> Iterator[list[Section]]:
    """The sections that state something, in order, as many at a time as one request takes; a longer one is cut up."""
    held: list[Section] = []
    size = 0
    for section in _cut(announcement):
        length = section.end - section.start
        if held and size + length > CHARACTERS:
            yield held
            held, size = [], 0
        held.append(section)
        size += length
    if held:
        yield held


def _cut(announcement: Announcement) -> Iterator[Section]:
    text = announcement.text
    for section in announcement.sections or (Section("body", 0, len(text)),):
        start = section.start
        while section.kind not in _UNREAD and start < section.end:
            end = min(section.end, start + CHARACTERS)
            # Cut at the end of a line where there is one.
            line = text.rfind("\n", start, end)
            end = line + 1 if end < section.end and line > start else end
            yield Section(section.kind, start, end, section.heading)
            start = end
