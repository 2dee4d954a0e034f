"""The second stage of ranking: a query and the terms of some chunks in, exact features and one score for each out.

The first stage (tantivy) brings the best hundred; here they are weighed with what it cannot: BM25 with our own
constants, the best single sentence, phrases, titles, the kind of section, and whether numbered names agree.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from corpus.announcement import Language

Floats = npt.NDArray[np.float64]
Hashes = npt.NDArray[np.uint32]

K1, B = 0.9, 0.6
TITLE_TIMES = 2  # a word of the title counts as often
_SEPARATOR = 0

TEXT_FEATURES = (
    "bm25", "sentence", "title", "heading", "coverage", "sentence_coverage", "phrase", "answer_kind",
)  # fmt: skip
# Marks that stand in packed chunks only: this sentence holds a date, a number, an amount of money.
_MARKS = {"#d:": "!date", "#md:": "!date", "#n:": "!number", "#pct:": "!number", "#money:": "!money"}
_ASKS = tuple(
    (mark, re.compile(pattern))
    for mark, pattern in (
        ("!date", r"いつ|何年|何月|何日|何世紀|年代|日付|\bwhen\b|\b(?:what|which) (?:year|date|day|month)\b"),
        ("!money", r"いくら|金額|何円|\bhow much\b"),
        ("!number", r"何[人個件社回名台歳割番度機%]|いくつ|何(?:パーセント|メートル|キロ)|ど(?:れ|の)くらい"),
        ("!number", r"\bhow (?:many|old|long|far|tall|big)\b|\bwhat (?:percent|number)"),
    )
)


@cache
def weights(path: Path = Path(__file__).parent / "weights.json") -> Mapping[str, Mapping[str, Any]]:
    """What each feature counts, by language of the query; learned by bench/learn_weights.py."""
    read: Mapping[str, Mapping[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    return read


def kind(term: str) -> str:
    """The first character of a term that is none of a word, else an empty string."""
    return term[0] if term[0] in "_#@~=" and len(term) > 1 else ""


@lru_cache(maxsize=100_000)
def term_hash(term: str) -> int:
    """A number of 32 bits for a term; never that of the separator."""
    return zlib.crc32(term.encode()) or 1


def pack(title: Sequence[str], heading: Sequence[str], sentences: Sequence[Sequence[str]]) -> bytes:
    """The terms of one chunk as bytes, in the form that `features` reads: title, heading, then each sentence."""
    packed: list[int] = []
    for number, terms in enumerate((title, heading, *sentences)):
        packed.extend(map(term_hash, terms))
        if number > 1:
            values = [term for term in terms if term[0] == "#"]
            marks = {mark for start, mark in _MARKS.items() if any(value.startswith(start) for value in values)}
            packed.extend(map(term_hash, sorted(marks)))
        packed.append(_SEPARATOR)
    return np.array(packed, dtype="<u4").tobytes()


@dataclass(frozen=True, slots=True)
class Statistics:
    """What BM25 must know of all chunks."""

    chunks: int
    mean_length: float  # terms of a chunk, its title counted TITLE_TIMES
    mean_sentence: float  # terms of a sentence


@dataclass(frozen=True, slots=True)
class Query:
    """An analysed query: distinct terms with how often each was said and how many chunks hold it."""

    terms: tuple[str, ...]
    times: tuple[int, ...]
    frequencies: tuple[int, ...]  # document frequency of each term
    pairs: frozenset[tuple[str, str]]  # words that follow one another
    factors: tuple[float, ...]  # of what the kind of each term counts; below 1 for one of several glosses of a word
    asks: str | None  # the mark of a sentence that could answer, when the query asks for a date or a number
    language: Language

    @classmethod
    def of(
        cls,
        text: str,
        terms: Sequence[str],
        frequencies: Mapping[str, int],
        language: Language,
        glossed: Mapping[str, float] | None = None,
    ) -> Query:
        """Terms that no chunk holds are kept: a chunk that misses them covers less of the query.

        Args:
            glossed: English stems for a Japanese query, with what each counts (`analyse.gloss_terms`).
        """
        counts = Counter(terms)
        extra = {f"={stem}": factor for stem, factor in (glossed or {}).items() if stem not in counts}
        distinct = (*counts, *extra)
        return cls(
            distinct,
            (*counts.values(), *(1 for _ in extra)),
            tuple(frequencies.get(spelled(term), 0) for term in distinct),
            frozenset(
                (first, second) for first, second in itertools.pairwise(terms) if kind(first) == kind(second) == ""
            ),
            (*(1.0 for _ in counts), *extra.values()),
            next((mark for mark, pattern in _ASKS if pattern.search(text.lower())), None),
            language,
        )


def spelled(term: str) -> str:
    """A term of a query as chunks have it."""
    return term[1:] if kind(term) == "=" else term


def idf(frequency: int, chunks: int) -> float:
    """The rarity of a term that `frequency` of `chunks` hold; Lucene's form, never negative.

    >>> idf(10, 10) < idf(1, 10)
    True
    """
    return math.log(1 + (chunks - min(frequency, chunks) + 0.5) / (frequency + 0.5))


def features(
    query: Query,
    packed: Sequence[bytes],
    languages: Sequence[Language],
    statistics: Statistics,
    *,
    kinds: Mapping[str, float] | None = None,
) -> dict[str, Floats]:
    """Each of TEXT_FEATURES, one value for each packed chunk, all between 0 and about 1.

    Args:
        kinds: what each kind of term counts, in chunks of any language; None: as the weights say.
    """
    count, width = len(packed), len(query.terms)
    if not count or not width:
        return {name: np.zeros(count) for name in TEXT_FEATURES}
    rarity = np.array([idf(frequency, statistics.chunks) for frequency in query.frequencies])
    times = np.minimum(np.array(query.times, dtype=float), 3.0)
    kind_of = [kind(term) for term in query.terms]
    factors = np.array(query.factors)

    def value(language: Language) -> Floats:
        counts = weights()["kinds"][f"{query.language}-{language}"] if kinds is None else kinds
        worths: Floats = np.array([counts.get(one, 0.0) for one in kind_of]) * factors * rarity * times
        return worths

    values = {language: value(language) for language in set(languages)}
    worth = np.stack([values[language] for language in languages])  # count x width
    whole = float(value(query.language).sum()) or 1.0

    marks = [*map(spelled, query.terms), query.asks or "!none"]
    hashes = np.array([term_hash(mark) for mark in marks], dtype=np.uint32)
    order = np.argsort(hashes)
    tokens = np.frombuffer(b"".join(packed), dtype="<u4")
    sizes = np.array([len(part) // 4 for part in packed])
    owner = np.repeat(np.arange(count), sizes)
    breaks = tokens == _SEPARATOR
    segment = np.cumsum(breaks) - breaks  # running number of the segment that holds each token
    firsts = np.concatenate([[0], np.cumsum(np.bincount(owner, weights=breaks, minlength=count))])[:-1].astype(int)
    place = segment - firsts[owner]  # 0 title, 1 heading, 2.. sentences

    term = order[np.minimum(np.searchsorted(hashes[order], tokens), width)]
    known = (hashes[term] == tokens) & ~breaks
    held = known & (term < width)

    def table(mask: npt.NDArray[np.bool_]) -> Floats:
        return (
            np.bincount(owner[mask] * width + term[mask], minlength=count * width).reshape(count, width).astype(float)
        )

    title, heading, body = table(held & (place == 0)), table(held & (place == 1)), table(held & (place > 1))
    said = body + TITLE_TIMES * title + heading
    lengths = np.bincount(owner, weights=~breaks & (place != 0), minlength=count) + TITLE_TIMES * np.bincount(
        owner, weights=~breaks & (place == 0), minlength=count
    )
    norm = K1 * (1 - B + B * lengths / max(statistics.mean_length, 1.0))

    found = {name: np.zeros(count) for name in TEXT_FEATURES}
    found["bm25"] = (worth * said / (said + norm[:, None])).sum(1) / whole
    found["title"] = (worth * (title > 0)).sum(1) / whole
    found["heading"] = (worth * (heading > 0)).sum(1) / whole
    found["coverage"] = (worth * (said > 0)).sum(1) / whole
    found["phrase"] = _phrases(query, worth, owner, segment, term, held, count)

    in_body = held & (place > 1)
    rows, row_of = np.unique(segment[in_body], return_inverse=True)  # the sentences that hold any term
    if rows.size:
        occurs = np.bincount(row_of * width + term[in_body], minlength=rows.size * width).reshape(rows.size, width)
        row_owner = np.zeros(rows.size, dtype=int)
        row_owner[row_of] = owner[in_body]
        row_length = np.bincount(segment, weights=~breaks)[rows]
        row_worth = worth[row_owner]
        row_norm = K1 * (1 - B + B * row_length / max(statistics.mean_sentence, 1.0))
        scores = (row_worth * occurs / (occurs + row_norm[:, None])).sum(1) / whole
        np.maximum.at(found["sentence"], row_owner, scores)
        covered = (row_worth * ((occurs > 0) | (title[row_owner] > 0))).sum(1) / whole
        np.maximum.at(found["sentence_coverage"], row_owner, covered)
        if query.asks:
            marked = np.isin(rows, segment[known & (term == width)])
            np.maximum.at(found["answer_kind"], row_owner[marked], scores[marked])
    return found


def _phrases(
    query: Query,
    worth: Floats,
    owner: npt.NDArray[np.int64],
    segment: npt.NDArray[np.int64],
    term: npt.NDArray[np.int64],
    held: npt.NDArray[np.bool_],
    count: int,
) -> Floats:
    """The share of the query's neighbouring words that are neighbours in the chunk too, weighted by their worth."""
    if not query.pairs or len(term) < 2:
        return np.zeros(count)
    width = len(query.terms)
    number = {name: place for place, name in enumerate(query.terms)}
    pairs = np.array(sorted(number[first] * width + number[second] for first, second in query.pairs))
    codes = term[:-1] * width + term[1:]
    at = np.minimum(np.searchsorted(pairs, codes), len(pairs) - 1)
    real = held[:-1] & held[1:] & (segment[:-1] == segment[1:]) & (pairs[at] == codes)
    present = np.zeros((count, len(pairs)))
    present[owner[:-1][real], at[real]] = 1.0
    pair_worth = (worth[:, pairs // width] + worth[:, pairs % width]) / 2
    totals = pair_worth.sum(1)
    shares: Floats = (pair_worth * present).sum(1) / np.where(totals > 0, totals, 1.0)
    return shares


def other_name(asked: Sequence[str], held: Sequence[str]) -> float:
    """1 when the chunk speaks of another number of a name asked for and never of that one: Mission 1 is not Mission 2.

    >>> other_name(["#mission:1"], ["#mission:2"]), other_name(["#mission:1"], ["#mission:2", "#mission:1"])
    (1.0, 0.0)
    """
    wrong = 0
    said = {name.rsplit(":", 1)[0] for name in held}
    for name in asked:
        wrong += name not in held and name.rsplit(":", 1)[0] in said
    return wrong / len(asked) if asked else 0.0
