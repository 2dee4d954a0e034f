"""The sentence ranker: scored Evidence in; the same out, in the order in which it answers the question, best first.

LambdaMART over readable features, learned by `bench/train_ranker.py`; its trees are evaluated here with numpy.
What must never be said (another mission's number, a name that is nowhere near) `assistant/score.py` rules on top.
"""

from __future__ import annotations

import dataclasses
import functools
import json
import logging
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.candidates import TYPED
from assistant.counts import counted
from assistant.errors import AnswerError
from assistant.evidence import Evidence
from assistant.matcher import Matcher
from assistant.names import named_people, named_places
from assistant.question import Question
from assistant.score import explains, rules
from assistant.span import DATA, Line, Span, SpanReader, Spans
from corpus.values import fold
from index.words import words

Floats = NDArray[np.float64]
_Read = Callable[[Sequence[Line]], Spans]

# Sentences that are ranked by the trees, and those that the network reads; the others keep their order behind them.
RANKED, READ = 20, 10
# Kinds of questions that the public sets hardly ask: their sentences keep the order of their scores.
UNLEARNED = frozenset(("yes_no", "reason"))
# Announcements (or passages) that the network reads once more, each without the others.
ALONE = 4
FEATURES = (
    "coverage", "own", "echo", "heuristic", "behind_best", "order", "passage", "closeness", "word_share", "gram_share",
    "other_share", "near_share", "word_share_behind", "largest_missing", "largest_missing_near", "common_run",
    "length", "place", "before_share", "after_share", "values", "typed", "people", "places", "names", "explains",
    "quotation", "body", "newness", "planned", "wants_value", "wants_person", "wants_place", "wants_reason",
    "other_language", "counted",
)  # fmt: skip
SPAN_FEATURES = (
    "was_read", "span_score", "line_score", "span_behind", "line_behind", "none", "span_repeats", "span_length",
    "line_alone", "none_alone", "of_passage", "holds_best", "holds_others", "same_span", "counted_span",
)  # fmt: skip

_log = logging.getLogger(__name__)


class RankerMissing(AnswerError):
    """The file of the sentence ranker is missing or damaged."""


class Trees:
    """A boosted forest: each tree's nodes side by side; a leaf is its own child on either side."""

    def __init__(self, feature: Any, threshold: Any, left: Any, right: Any, value: Any, depth: int) -> None:
        self._feature, self._threshold = np.asarray(feature, np.int64), np.asarray(threshold, np.float64)
        self._left, self._right = np.asarray(left, np.int64), np.asarray(right, np.int64)
        self._value = np.asarray(value, np.float64)
        self._depth = depth

    @classmethod
    def of(cls, trees: Sequence[Mapping[str, Sequence[float]]]) -> Trees:
        """Trees as in the file: for each node `feature` (-1 for a leaf), `threshold`, `left`, `right`, `value`.

        A row goes left where its feature is at most the threshold.
        """
        most = max(len(tree["value"]) for tree in trees)
        shape = (len(trees), most)
        feature, left, right = np.zeros(shape, int), np.zeros(shape, int), np.zeros(shape, int)
        threshold, value = np.zeros(shape), np.zeros(shape)
        for at, tree in enumerate(trees):
            for node, column in enumerate(tree["feature"]):
                is_leaf = column < 0
                feature[at, node] = 0 if is_leaf else int(column)
                threshold[at, node] = tree["threshold"][node]
                left[at, node] = node if is_leaf else int(tree["left"][node])
                right[at, node] = node if is_leaf else int(tree["right"][node])
                value[at, node] = tree["value"][node]
        return cls(feature, threshold, left, right, value, max(_depth(tree) for tree in trees))

    def score(self, rows: Floats) -> Floats:
        """The sum of the leaves that each row falls into, shape (rows,)."""
        tree = np.arange(len(self._feature))
        node = np.zeros((len(rows), len(tree)), dtype=np.int64)
        row = np.arange(len(rows))[:, None]
        for _ in range(self._depth):
            is_left = rows[row, self._feature[tree, node]] <= self._threshold[tree, node]
            node = np.where(is_left, self._left[tree, node], self._right[tree, node])
        total: Floats = self._value[tree, node].sum(axis=1)
        return total


def _depth(tree: Mapping[str, Sequence[float]]) -> int:
    """Steps from the root to the farthest leaf."""
    level, depth = [0], 0
    while level := [
        int(child)
        for node in level
        if tree["feature"][node] >= 0
        for child in (tree["left"][node], tree["right"][node])
    ]:
        depth += 1
    return depth


@dataclasses.dataclass(frozen=True, slots=True)
class Ranker:
    """The trees, and the factor that brings their sum to the scale of `Evidence.score`."""

    trees: Trees
    scale: float

    @classmethod
    def load(cls, folder: Path = DATA) -> Ranker:
        """The ranker in `folder`; raises RankerMissing when its file is missing, damaged or for other features."""
        try:
            read = json.loads((folder / "ranker.json").read_text(encoding="utf-8"))
            if tuple(read["features"]) != FEATURES + SPAN_FEATURES:
                raise ValueError("other features")
            return cls(Trees.of(read["trees"]), float(read["scale"]))
        except (OSError, ValueError, KeyError, TypeError, IndexError) as error:
            raise RankerMissing(
                f"The sentence ranker in {folder} is missing or damaged. "
                'Restore it from the distribution ("git checkout assistant/data"), or run bench/train_ranker.py.'
            ) from error


@lru_cache(maxsize=1)
def shared_ranker() -> Ranker | None:
    """The one ranker of this process, read at the first call; None where there is none."""
    return loaded(DATA)


def loaded(folder: Path) -> Ranker | None:
    """The ranker in `folder`; None, said in the log, where it is missing or damaged."""
    try:
        return Ranker.load(folder)
    except RankerMissing as error:
        _log.warning("Sentences are ordered without the ranker: %s", error)
        return None


def ranked(
    question: Question,
    evidence: Sequence[Evidence],
    matcher: Matcher,
    *,
    reader: SpanReader | None,
    ranker: Ranker | None,
) -> list[Evidence]:
    """Scored `evidence`, best first, the likeliest sentences read by the span reader; by score alone without one.

    What asks for a date, an amount or a count keeps the order of the scores; choices between values are read.
    What asks for yes or no, or for a reason, is read, but keeps that order as well.
    """
    ordered = sorted(evidence, key=lambda one: -one.score)
    if reader is None or not ordered:
        return ordered
    if question.want in TYPED:
        return read_choices(question, ordered, reader)
    if ranker is None or question.want in UNLEARNED or _is_mostly_foreign(question, ordered):
        return read_together(question, ordered, reader)
    return reordered(question, with_spans(question, ordered, reader), matcher, ranker)


def reordered(question: Question, read: Sequence[Evidence], matcher: Matcher, ranker: Ranker) -> list[Evidence]:
    """`read`, best first, by what the trees say of the first sentences and what rules say on top."""
    if _is_mostly_foreign(question, read):
        return list(read)
    first = read[:RANKED]
    rows = np.hstack([features(question, first, matcher.rarity()), span_features(question, first)])
    sums = ranker.trees.score(rows) * ranker.scale
    again = [
        dataclasses.replace(one, score=float(learned) + rules(one, question))
        for one, learned in zip(first, sums, strict=True)
    ]
    lowest = min(one.score for one in again)
    rest = [dataclasses.replace(one, score=min(one.score, lowest - 0.01)) for one in read[RANKED:]]
    return sorted([*again, *rest], key=lambda one: -one.score)


def _is_mostly_foreign(question: Question, ordered: Sequence[Evidence]) -> bool:
    """The trees learned from questions on texts in their own language; these are most often in the other."""
    first = ordered[:RANKED]
    return 2 * sum(one.sentence.language != question.language for one in first) > len(first)


def with_spans(question: Question, ordered: Sequence[Evidence], reader: SpanReader) -> list[Evidence]:
    """`ordered`, the first of them read together, and those of each announcement alone."""
    read = functools.partial(reader.read, reader.asked(question.query))
    return _alone(_together(ordered, read), read)


def read_together(question: Question, ordered: Sequence[Evidence], reader: SpanReader) -> list[Evidence]:
    """`ordered`, the first of them with the words that the span reader would answer."""
    return _together(ordered, functools.partial(reader.read, question.query))


def read_choices(question: Question, ordered: Sequence[Evidence], reader: SpanReader) -> list[Evidence]:
    """`ordered`, those of the first that hold several candidates with the words that the span reader would answer."""
    several = [at for at, one in enumerate(ordered[:READ]) if len(one.candidates) > 1]
    told = list(ordered)
    if several:
        read = read_together(question, [ordered[at] for at in several], reader)
        for at, one in zip(several, read, strict=True):
            told[at] = one
    return told


def _together(ordered: Sequence[Evidence], read: _Read) -> list[Evidence]:
    first, rest = ordered[:READ], ordered[READ:]
    spans = read(_lines(first))
    found = {span.line: span for span in spans.found}
    told = [dataclasses.replace(one, span=found.get(at), none=spans.none) for at, one in enumerate(first)]
    return [*told, *rest]


def _alone(ordered: Sequence[Evidence], read: _Read) -> list[Evidence]:
    first, rest = ordered[:RANKED], ordered[RANKED:]
    lines = _lines(first)
    alone: dict[int, tuple[float, float]] = {}
    for passage in range(ALONE):
        places = [at for at, line in enumerate(lines) if line.passage == passage]
        spans = read([lines[at] for at in places])
        alone |= {places[span.line]: (spans.none, span.line_score) for span in spans.found}
    told = [
        dataclasses.replace(one, none_alone=alone[at][0], line_alone=alone[at][1]) if at in alone else one
        for at, one in enumerate(first)
    ]
    return [*told, *rest]


def _lines(first: Sequence[Evidence]) -> list[Line]:
    """The sentences, those of one announcement as one passage; the passages counted in their order."""
    passages: dict[str, int] = {}
    lines = []
    for one in first:
        sentence = one.sentence
        passage = passages.setdefault(sentence.announcement.id, len(passages))
        lines.append(Line(sentence.text, sentence.before, sentence.announcement.title, passage, sentence.start))
    return lines


def features(question: Question, ordered: Sequence[Evidence], rarity: Mapping[str, float]) -> Floats:
    """The features of sentences, best first, shape (sentences, len(FEATURES)); `rarity` is `Matcher.rarity()`."""
    plain = {term: weight for term, weight in rarity.items() if term[0] not in "_#@~"}
    grams = {term: weight for term, weight in rarity.items() if term[0] == "_"}
    others = {term: weight for term, weight in rarity.items() if term[0] in "#@~"}
    asked = "".join(fold(question.text).casefold().split())
    named = question.text.casefold()
    wanted = counted(question.text)
    days = sorted({one.sentence.held for one in ordered})
    shares = [_share(plain, one.sentence.terms) for one in ordered]
    best_score, best_share = max(one.score for one in ordered), max(shares)
    rows = []
    for at, one in enumerate(ordered):
        sentence = one.sentence
        near = sentence.terms | sentence.around | sentence.title
        text = sentence.text
        follows = _after(one, ordered, shares)
        new_names = sum(name not in named for place, name in _names(text) if place > 0 or sentence.language == "ja")
        rows.append(
            (
                one.coverage, one.own, one.echo, one.score, one.score - best_score, at, one.rank, one.closeness,
                shares[at], _share(grams, sentence.terms), _share(others, near), _share(plain, near),
                shares[at] - best_share, _missing(plain, sentence.terms), _missing(plain, near),
                _common_run(asked, "".join(fold(text).casefold().split())), min(len(text), 400),
                sentence.start, _share(plain, frozenset(sentence.around)) if sentence.before else 0.0, follows,
                len(sentence.values), len(one.candidates), len(named_people(text)), len(named_places(text)), new_names,
                explains(text), sentence.kind == "quotation", sentence.kind == "body",
                (days.index(sentence.held) + 1) / len(days), sentence.is_planned == question.asks_plan,
                question.want in TYPED, question.want in ("person", "organisation"), question.want == "place",
                question.want in ("reason", "manner"),
                sentence.language != question.language,
                0 if wanted is None else 1 if wanted.search(fold(text)) else -1,
            )
        )  # fmt: skip
    return np.array(rows, dtype=np.float64)


def span_features(question: Question, ordered: Sequence[Evidence]) -> Floats:
    """What the span reader made of the same sentences, shape (sentences, len(SPAN_FEATURES))."""
    asked = question.text.casefold()
    wanted = counted(question.text)
    scores = [one.span.score if one.span else 0.0 for one in ordered]
    lines = [one.span.line_score if one.span else 0.0 for one in ordered]
    said = [fold(one.span.text).casefold() if one.span else "" for one in ordered]
    texts = [fold(one.sentence.text).casefold() for one in ordered]
    best = said[scores.index(max(scores))]
    of_passage: dict[str, float] = {}
    for one, line in zip(ordered, lines, strict=True):
        id = one.sentence.announcement.id
        of_passage[id] = of_passage.get(id, 0.0) + line
    rows = []
    for at, one in enumerate(ordered):
        others = [(other, scores[place]) for place, other in enumerate(said) if other and place != at]
        span, own = one.span, said[at]
        rows.append(
            (
                span is not None, scores[at], lines[at], scores[at] - max(scores), lines[at] - max(lines), one.none,
                span is not None and span.text.casefold() in asked, len(span.text) if span else 0,
                one.line_alone, one.none_alone, of_passage[one.sentence.announcement.id],
                bool(best) and best in texts[at],
                sum(score for other, score in others if other in texts[at]),
                sum(score for other, score in others if own and (other in own or own in other)),
                0 if wanted is None or span is None else _counts(wanted, one.sentence.text, span),
            )
        )  # fmt: skip
    return np.array(rows, dtype=np.float64)


# Characters behind a number that its unit may stand in.
_UNIT = 3


def _counts(wanted: re.Pattern[str], text: str, span: Span) -> int:
    """1 where the span says what is counted, else -1."""
    return 1 if wanted.search(fold(text[span.start : span.end + _UNIT])) else -1


@lru_cache(maxsize=20_000)
def _names(text: str) -> tuple[tuple[int, str], ...]:
    """Where each name begins, and the name itself, case folded."""
    return tuple((word.start, word.surface.casefold()) for word in words(text) if word.is_name)


def _share(weights: Mapping[str, float], terms: frozenset[str]) -> float:
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0


def _missing(weights: Mapping[str, float], terms: frozenset[str]) -> float:
    return max((weight for term, weight in weights.items() if term not in terms), default=0.0)


def _after(one: Evidence, ordered: Sequence[Evidence], shares: Sequence[float]) -> float:
    """What the sentence right behind it names."""
    for other, share in zip(ordered, shares, strict=True):
        same = other.sentence.announcement.id == one.sentence.announcement.id
        if same and 0 <= other.sentence.start - one.sentence.end <= 2:
            return share
    return 0.0


def _common_run(asked: str, said: str) -> int:
    """Characters of the longest run that both texts hold.

    >>> _common_run("着陸船の名前", "その着陸船は")
    3
    """
    best = 0
    for start in range(len(asked)):
        while start + best < len(asked) and asked[start : start + best + 1] in said:
            best += 1
    return best
