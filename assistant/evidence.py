"""Evidence: a sentence as it meets one question."""

from __future__ import annotations

from dataclasses import dataclass, field

from assistant.sentence import Sentence
from assistant.span import Span
from corpus.values import Value


@dataclass(frozen=True)
class Evidence:
    """A Sentence as it meets one question."""

    sentence: Sentence
    rank: int  # of the passage that held it, from 0
    coverage: float  # share of the question's weight that the sentence and its surroundings name, 0..1
    own: float  # the same for the sentence alone
    matches: tuple[float, ...]  # per need, surroundings included
    own_matches: tuple[float, ...]  # per need, by the sentence alone
    missing_name: bool  # a name or number of the question is nowhere near
    other_number: bool  # it speaks of another mission, contract or stage than was asked for
    echo: float = 0.0  # share of the question's runs of characters that the sentence repeats, 0..1
    score: float = 0.0
    fit: float = 0.0  # how well it meets the question by rule alone, which one text's age and neighbours do not change
    candidates: tuple[Value, ...] = field(default=())  # values of the wanted type
    closeness: float = 1.0  # of its passage: the search score as a share of the best passage's
    span: Span | None = None  # what the span reader would answer from it; None where it was not read
    has_unheard: bool = False  # something asked for is named neither by it nor by any other announcement
    none: float = 0.0  # how likely, to the span reader, nothing of what was read answers, 0..1
    # The same, and how likely the sentence answers, where the span reader reads the sentence's announcement alone.
    none_alone: float = 1.0
    line_alone: float = 0.0
    answers: float | None = None  # how likely it answers, to the acceptor, 0..1; None where that did not judge it
