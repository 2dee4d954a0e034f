"""Texts as the span reader sees them: a sentence and a question in; tokens with their places, and their numbers, out.

`bench/train_reader.py` learns from the same numbers that a question meets in the product, so nothing here may change
without training again.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from corpus.values import fold
from index.analyse import analyse, canonical, stem, tokenizer
from index.distilled import CONTENT, glosses, shared_japanese
from index.minilm import DIMENSION

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

_CJK = "\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_PIECE = re.compile(rf"(?P<ja>[{_CJK}]+)|(?P<word>(?:(?![{_CJK}])[^\W\d_])+)|(?P<number>\d+(?:[.,]\d+)*)|(?P<mark>\S)")
_HIRAGANA = re.compile(r"[\u3041-\u309f]+")
_OPEN, _CLOSE = "「『（(“【〈《[", "」』）)”】〉》]"
_TEXTS = 2_000  # sentences whose numbers are remembered, some 10 kB each
# Sudachi takes at most 49,149 bytes a call.
_LONGEST_RUN = 4_000
_SUFFIXES = ("ing", "tion", "ment", "ness", "ity", "ous", "ive", "est", "ly", "ed", "er", "or", "al", "s")
_STOP_WORDS = frozenset(
    str.split(
        """a an and are as at be been but by did do does for from had has have he her his how i if in into is it its of
        on or s she that the their them there these they this those to was we were what when where which who whom
        whose why will with would you"""
    )
)
_EMPTY_FORMS = frozenset(
    str.split("""為る 有る 居る 成る 其れ 此れ 何 誰 何処 何時 如何 何れ 為 事 物 所 者 等 の 言う 付く 因る""")
)
# Glosses beyond the first few make almost any two words meet.
_GLOSSES = 4
_MOST_IDF = 10.0

FEATURES = (
    "same_surface", "same_meaning", "same_gloss", "nearest_vector", "rarity", "matched_rarity", "near_match",
    "in_title", "sentence_coverage", "before_coverage", "is_number", "length", "capital", "capitals", "in_brackets",
    "first", "place", "shared_characters",
)  # fmt: skip
QUESTION_FEATURES = ("rarity", "is_content", "is_number", "length", "capital")


@dataclass(frozen=True, slots=True)
class Token:
    """`text[start:end]` as a word, number or mark, with what it may be matched by."""

    start: int
    end: int
    surface: str  # in canonical spelling
    form: str  # the normalised form, or the English stem
    speech: str
    is_content: bool
    is_number: bool


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a token stands for beside its own form."""

    groups: frozenset[str]  # concepts and synonym groups
    english: frozenset[str]  # stems of its first glosses, or its own


@lru_cache(maxsize=2 * _TEXTS)
def tokens(text: str) -> tuple[Token, ...]:
    """The tokens of `text`, in order; every character that is no white space belongs to one.

    >>> [token.surface for token in tokens("ispaceは2022年に契約した。")]
    ['ispace', 'は', '2022', '年', 'に', '契約', 'し', 'た', '。']
    """
    folded = fold(text)
    found: list[Token] = []
    for piece in _PIECE.finditer(folded):
        start, end = piece.span()
        if piece["ja"]:
            for begin in range(start, end, _LONGEST_RUN):
                found += _japanese(folded[begin : min(begin + _LONGEST_RUN, end)], begin)
        elif piece["word"]:
            low = canonical(piece.group())
            found.append(Token(start, end, low, stem(low), _shape(piece.group()), low not in _STOP_WORDS, False))
        elif piece["number"]:
            said = piece.group()
            found.append(Token(start, end, said, said, f"数{min(6, len(said))}", True, True))
        else:
            found.append(Token(start, end, canonical(piece.group()), "", "記号", False, False))
    return tuple(found)


def _japanese(run: str, offset: int) -> list[Token]:
    found = []
    for morpheme in tokenizer("A").tokenize(run):
        speech = morpheme.part_of_speech()
        surface, form = canonical(morpheme.surface()), canonical(morpheme.normalized_form())
        is_content = (
            speech[0] in CONTENT
            and form not in _EMPTY_FORMS
            and not (_HIRAGANA.fullmatch(surface) and len(surface) < 2)
        )
        start, end = offset + morpheme.begin(), offset + morpheme.end()
        found.append(Token(start, end, surface, form, _joined(speech[:3]), is_content, speech[1] == "数詞"))
    return found


@lru_cache(maxsize=1_000)
def _joined(speech: tuple[str, ...]) -> str:
    """One string for all tokens of that part of speech."""
    return "-".join(speech)


def _shape(word: str) -> str:
    """Letters in capitals and the ending, as a part of speech for a word without one."""
    shape = "X" if word.isupper() and len(word) > 1 else "Xx" if word[0].isupper() else "x"
    low = word.lower()
    return f"{shape}-{next((s for s in _SUFFIXES if low.endswith(s) and len(low) > len(s) + 2), '')}"


@lru_cache(maxsize=50_000)
def meaning(surface: str, form: str) -> Meaning:
    """What the word stands for; nothing for a mark or a number."""
    if not form or form[0].isdigit():
        return Meaning(frozenset(), frozenset())
    groups = frozenset(term for term in analyse(surface, "ja") if term[0] in "@~")
    if surface.isascii():
        return Meaning(groups, frozenset((form,)))
    english = frozenset(stem(gloss) for gloss in glosses(form)[:_GLOSSES])
    return Meaning(groups, english)


@lru_cache(maxsize=16_000)
def _vector(form: str, surface: str) -> Floats:
    if not form or form[0].isdigit():
        return np.zeros(DIMENSION, dtype=np.float32)
    return shared_japanese().word_vector(surface if surface.isascii() else form)


def closeness(text: str, other: str) -> float:
    """How near the words of `text` are to the nearest ones of `other` by their vectors: a mean cosine, 0 without any.

    Both languages share one space.
    """
    own, near = _directions(text), _directions(other)
    return float((own @ near.T).max(axis=1).mean()) if len(own) and len(near) else 0.0


@lru_cache(maxsize=2 * _TEXTS)
def _directions(text: str) -> Floats:
    """The vectors of the content words, each of length 1, shape (words, DIMENSION)."""
    found = [_vector(token.form, token.surface) for token in tokens(text) if token.is_content]
    table = np.array(found, dtype=np.float32).reshape(len(found), DIMENSION)
    directions: Floats = table / (np.linalg.norm(table, axis=1, keepdims=True) + 1e-6)
    return directions


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """What the reader learned of words: number and rarity (ln of the inverse share of passages) of each surface."""

    surfaces: Mapping[str, int]  # from 1; 0 is any other
    rarity: Mapping[str, float]
    speech: Mapping[str, int]  # from 1; 0 is any other

    def rarity_of(self, token: Token) -> float:
        """0..1; that of an unknown surface is 1, that of a mark 0."""
        return min(1.0, self.rarity.get(token.surface, _MOST_IDF) / _MOST_IDF) if token.form else 0.0


@dataclass(frozen=True, slots=True)
class Inputs:
    """One text in numbers: T tokens."""

    tokens: tuple[Token, ...]
    vectors: Floats  # (T, 384)
    surfaces: Integers  # (T,)
    speech: Integers  # (T,)
    features: Floats  # (T, len(FEATURES)) or (T, len(QUESTION_FEATURES))


@dataclass(frozen=True, slots=True)
class _Plain:
    """A text in what no question changes of its numbers; its vectors are looked up each time, for their size."""

    tokens: tuple[Token, ...]
    surfaces: Integers  # (T,)
    speech: Integers  # (T,)
    is_content: Floats  # (T,), 0 or 1
    features: Floats  # (T, len(FEATURES)); 0 where a question or a neighbour decides
    forms: frozenset[str]  # of content tokens: forms and surfaces,
    groups: frozenset[str]  # what they stand for,
    english: frozenset[str]  # and that in English

    def vectors(self) -> Floats:
        """Shape (T, 384)."""
        found = np.zeros((len(self.tokens), DIMENSION), dtype=np.float32)
        for row, token in zip(found, self.tokens, strict=True):
            row[:] = _vector(token.form, token.surface)
        return found


@lru_cache(maxsize=_TEXTS)
def _plain(text: str, vocabulary: Vocabulary) -> _Plain:
    found = tokens(text)
    content = [t for t in found if t.is_content]
    meanings = [meaning(t.surface, t.form) for t in content]
    features = np.zeros((len(found), len(FEATURES)), dtype=np.float32)
    depth = 0
    for at, t in enumerate(found):
        char = text[t.start]
        depth = max(0, depth - 1) if char in _CLOSE else depth
        features[at, 4] = vocabulary.rarity_of(t)
        features[at, 10] = t.is_number
        features[at, 11] = min(1.0, (t.end - t.start) / 8)
        features[at, 12] = char.isupper()
        features[at, 13] = t.speech.startswith("X-")
        features[at, 14] = depth > 0
        depth = depth + 1 if char in _OPEN else depth
    features[:1, 15] = 1.0
    features[:, 16] = np.minimum(np.arange(len(found)) / 32, 1)
    return _Plain(
        found,
        np.array([vocabulary.surfaces.get(t.surface, 0) for t in found], dtype=np.int64),
        np.array([vocabulary.speech.get(t.speech, 0) for t in found], dtype=np.int64),
        np.array([t.is_content for t in found], dtype=np.float32),
        features,
        frozenset(itertools.chain.from_iterable((t.form, t.surface) for t in content)),
        frozenset(itertools.chain.from_iterable(one.groups for one in meanings)),
        frozenset(itertools.chain.from_iterable(one.english for one in meanings)),
    )


class Asked:
    """A question, ready to be met by sentences."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        plain = _plain(text, vocabulary)
        found, vectors = plain.tokens, plain.vectors()
        features = [
            (
                vocabulary.rarity_of(t),
                float(t.is_content),
                float(t.is_number),
                min(1.0, (t.end - t.start) / 8),
                float(text[t.start].isupper()),
            )
            for t in found
        ]
        rows = np.array(features, np.float32).reshape(len(found), len(QUESTION_FEATURES))
        self.inputs = Inputs(found, vectors, plain.surfaces, plain.speech, rows)
        self.content = [t for t in found if t.is_content]
        self._surfaces = {t.surface for t in self.content}
        self._forms = {t.form for t in self.content}
        meanings = [meaning(t.surface, t.form) for t in self.content]
        self._groups = frozenset(itertools.chain.from_iterable(one.groups for one in meanings))
        self._english = frozenset(itertools.chain.from_iterable(one.english for one in meanings))
        self._characters = {char for t in self.content if not t.surface.isascii() for char in t.surface}
        self._keys = [
            ({t.form, t.surface}, one.groups, one.english) for t, one in zip(self.content, meanings, strict=True)
        ]
        self._weights = [vocabulary.rarity_of(t) for t in self.content]
        self._total = sum(self._weights) or 1.0
        self._content_vectors = vectors[[at for at, t in enumerate(found) if t.is_content]]
        self._matched: dict[tuple[str, str, bool], tuple[float, float, float, float]] = {}
        self._read: dict[tuple[str, str, str], Inputs] = {}

    def _matches(self, token: Token) -> tuple[float, float, float, float]:
        """Same surface; same form, concept or synonym; same by a gloss: each 0 or 1; the share of its characters."""
        key = token.surface, token.form, token.is_content
        known = self._matched.get(key)
        if known is None:
            known = self._matched[key] = (*self._meets(token), self._shares(token.surface))
        return known

    def _meets(self, token: Token) -> tuple[float, float, float]:
        if not token.form:
            return 0.0, 0.0, 0.0
        same = token.surface in self._surfaces
        if not token.is_content:
            return float(same), 0.0, 0.0
        one = meaning(token.surface, token.form)
        alike = token.form in self._forms or not one.groups.isdisjoint(self._groups)
        return float(same), float(alike), float(not one.english.isdisjoint(self._english))

    def _shares(self, surface: str) -> float:
        if surface.isascii():
            return 0.0
        return sum(char in self._characters for char in surface) / max(1, len(surface))

    def coverage(self, text: str) -> float:
        """Share of the question's weight that `text` names, 0..1."""
        said = _plain(text, self.vocabulary)
        shares = [
            1.0
            if not keys.isdisjoint(said.forms) or not groups.isdisjoint(said.groups)
            else 0.6
            if not english.isdisjoint(said.english)
            else 0
            for keys, groups, english in self._keys
        ]
        return sum(w * s for w, s in zip(self._weights, shares, strict=True)) / self._total

    def read(self, text: str, *, before: str = "", title: str = "") -> Inputs:
        """`text`, one sentence, in numbers; `before` is the sentence before it, `title` that of its announcement."""
        key = (text, before, title)
        if key not in self._read:
            self._read[key] = self._in_numbers(text, before, title)
        return self._read[key]

    def _in_numbers(self, text: str, before: str, title: str) -> Inputs:
        plain = _plain(text, self.vocabulary)
        found, vectors, features = plain.tokens, plain.vectors(), plain.features.copy()
        size = len(found)
        if not size:
            return Inputs(found, vectors, plain.surfaces, plain.speech, features)
        matches = np.array([self._matches(t) for t in found], dtype=np.float32)
        features[:, :3], features[:, 17] = matches[:, :3], matches[:, 3]
        if len(self._content_vectors):
            features[:, 3] = np.clip(vectors @ self._content_vectors.T, 0, 1).max(axis=1)
        matched = features[:, :3].max(axis=1) * plain.is_content
        features[:, 5] = matched * features[:, 4]
        places = np.flatnonzero(matched)
        if len(places):
            features[:, 6] = np.exp(-_apart(size, places) / 4)
        in_title = _content_forms(title)
        features[:, 7] = [t.form in in_title for t in found]
        features[:, 8] = self.coverage(text)
        features[:, 9] = self.coverage(before) if before else 0.0
        return Inputs(found, vectors, plain.surfaces, plain.speech, features)


def _apart(size: int, places: Integers) -> Integers:
    """How far each of `size` tokens is from the nearest of `places`, which ascend.

    >>> _apart(5, np.array([1, 4])).tolist()
    [1, 0, 1, 1, 0]
    """
    at = np.arange(size)
    behind = np.searchsorted(places, at)
    before, after = places[np.maximum(behind - 1, 0)], places[np.minimum(behind, len(places) - 1)]
    nearest: Integers = np.minimum(np.abs(at - before), np.abs(after - at))
    return nearest


@lru_cache(maxsize=1_000)
def _content_forms(text: str) -> frozenset[str]:
    return frozenset(t.form for t in tokens(text) if t.is_content)


def rarities(counts: Mapping[str, int], passages: int) -> dict[str, float]:
    """ln(passages / those that hold it), for each surface of `counts`."""
    return {surface: round(math.log(passages / count), 2) for surface, count in counts.items()}
