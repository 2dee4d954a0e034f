"""The nouns of answering: Turn in, Answer with its Citations out. `Answer.to_dict()` is the published JSON contract."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from corpus.announcement import Language, SectionKind

Status = Literal["answered", "not_found", "declined", "ambiguous"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a conversation."""

    role: Literal["user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Citation:
    """Where an answer stands: `quote == announcement.text[start:end]`, always."""

    marker: int  # 1-based, as printed in [1]
    announcement_id: str
    title: str
    published: str | None  # ISO 8601, as precise as known
    url: str
    page: int
    start: int
    end: int
    quote: str
    section: SectionKind


@dataclass(frozen=True, slots=True)
class Superseded:
    """An earlier value of what was asked, no longer current."""

    value: str
    as_of: str | None
    announcement_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a reader gets for a question; `answered` has at least one citation."""

    question: str
    language: Language
    status: Status
    answer: str  # with [1] markers
    short_answer: str = ""
    as_of: str | None = None
    confidence: float = 0.0  # 0..1
    engine: str = "extractive"  # or official, llm:MODEL, llm:MODEL+extractive where quotes fill in
    citations: Sequence[Citation] = ()
    superseded: Sequence[Superseded] = ()
    suggestions: Sequence[str] = ()
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    id: str = ""
    # What a chat model took for it: requests, tokens_in, tokens_out, cost. For the operator; no part of the contract.
    usage: Mapping[str, float] = field(default_factory=dict)

    @property
    def model(self) -> str:
        """The chat model that worded it, all or in part; empty where none did."""
        return self.engine.removeprefix("llm:").removesuffix("+extractive") if self.engine.startswith("llm:") else ""

    def to_dict(self) -> dict[str, Any]:
        """The contract's JSON object, keys in the contract's order."""
        return {
            "id": self.id, "question": self.question, "language": self.language, "status": self.status,
            "answer": self.answer, "short_answer": self.short_answer, "as_of": self.as_of,
            "confidence": round(self.confidence, 2), "engine": self.engine,
            "citations": [
                {
                    "marker": c.marker, "announcement_id": c.announcement_id, "title": c.title,
                    "published": c.published, "url": c.url, "page": c.page, "start": c.start, "end": c.end,
                    "quote": c.quote, "section": c.section,
                }
                for c in self.citations
            ],
            "superseded": [
                {"value": s.value, "as_of": s.as_of, "announcement_id": s.announcement_id} for s in self.superseded
            ],
            "suggestions": list(self.suggestions),
            "timings_ms": {name: round(ms, 1) for name, ms in self.timings_ms.items()},
        }  # fmt: skip


def answer_of(kept: Mapping[str, Any]) -> Answer:
    """The Answer that `Answer.to_dict` wrote.

    >>> answer_of(Answer("?", "en", "not_found", "Not stated.").to_dict()).status
    'not_found'
    """
    lists = {
        "citations": [Citation(**one) for one in kept["citations"]],
        "superseded": [Superseded(**one) for one in kept["superseded"]],
    }
    return Answer(**{**kept, **lists})


def told(answer: Answer) -> Iterator[str | Answer]:
    """A finished answer in pieces, one paragraph at a time, then whole."""
    paragraphs = answer.answer.split("\n\n")
    for place, paragraph in enumerate(paragraphs):
        yield paragraph + ("\n\n" if place + 1 < len(paragraphs) else "")
    yield answer
