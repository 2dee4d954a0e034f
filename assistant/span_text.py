"""Texts as the span reader sees them: a sentence and a question in; tokens with their places, and their numbers, out.

`bench/train_reader.py` learns from the same numbers that a question meets in the product, so nothing here may change
without training again.
"""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
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


@lru_cache(maxsize=20_000)
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
        found.append(Token(start, end, surface, form, "-".join(speech[:3]), is_content, speech[1] == "数詞"))
    return found


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


@dataclass(frozen=True, slots=True)
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


def _common(text: str, vocabulary: Vocabulary) -> tuple[tuple[Token, ...], Floats, Integers, Integers]:
    found = tokens(text)
    vectors = np.stack([_vector(t.form, t.surface) for t in found]) if found else np.zeros((0, DIMENSION), np.float32)
    surfaces = np.array([vocabulary.surfaces.get(t.surface, 0) for t in found], dtype=np.int64)
    speech = np.array([vocabulary.speech.get(t.speech, 0) for t in found], dtype=np.int64)
    return found, vectors, surfaces, speech


class Asked:
    """A question, ready to be met by sentences."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        found, vectors, surfaces, speech = _common(text, vocabulary)
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
        self.inputs = Inputs(found, vectors, surfaces, speech, np.array(features, np.float32).reshape(len(found), 5))
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
        self._met: dict[str, _Met] = {}
        self._read: dict[tuple[str, str, str], Inputs] = {}

    def _matches(self, token: Token) -> tuple[float, float, float]:
        """Same surface; same form, concept or synonym; same by a gloss: each 0 or 1."""
        if not token.form:
            return 0.0, 0.0, 0.0
        same = token.surface in self._surfaces
        if not token.is_content:
            return float(same), 0.0, 0.0
        one = meaning(token.surface, token.form)
        alike = token.form in self._forms or not one.groups.isdisjoint(self._groups)
        return float(same), float(alike), float(not one.english.isdisjoint(self._english))

    def meet(self, text: str) -> _Met:
        """What of the question `text` names."""
        if text not in self._met:
            found = tokens(text)
            matches = [self._matches(t) for t in found]
            forms: set[str] = set()
            groups: set[str] = set()
            english: set[str] = set()
            for t in found:
                if t.is_content:
                    one = meaning(t.surface, t.form)
                    forms.update((t.form, t.surface))
                    groups |= one.groups
                    english |= one.english
            shares = [
                1.0
                if keys & forms or not groups_.isdisjoint(groups)
                else 0.6
                if not english_.isdisjoint(english)
                else 0
                for keys, groups_, english_ in self._keys
            ]
            covered = sum(w * s for w, s in zip(self._weights, shares, strict=True)) / self._total
            self._met[text] = _Met(matches, covered, tuple(shares))
        return self._met[text]

    def coverage(self, text: str) -> float:
        """Share of the question's weight that `text` names, 0..1."""
        return self.meet(text).coverage

    def read(self, text: str, *, before: str = "", title: str = "") -> Inputs:
        """`text`, one sentence, in numbers; `before` is the sentence before it, `title` that of its announcement."""
        key = (text, before, title)
        if key not in self._read:
            self._read[key] = self._in_numbers(text, before, title)
        return self._read[key]

    def _in_numbers(self, text: str, before: str, title: str) -> Inputs:
        found, vectors, surfaces, speech = _common(text, self.vocabulary)
        met = self.meet(text)
        size = len(found)
        features = np.zeros((size, len(FEATURES)), dtype=np.float32)
        if not size:
            return Inputs(found, vectors, surfaces, speech, features)
        features[:, :3] = met.matches
        if len(self._content_vectors):
            features[:, 3] = np.clip(vectors @ self._content_vectors.T, 0, 1).max(axis=1)
        rarity = np.array([self.vocabulary.rarity_of(t) for t in found], dtype=np.float32)
        matched = features[:, :3].max(axis=1) * np.array([t.is_content for t in found], dtype=np.float32)
        features[:, 4] = rarity
        features[:, 5] = matched * rarity
        places = np.flatnonzero(matched)
        if len(places):
            features[:, 6] = np.exp(-np.abs(np.arange(size)[:, None] - places[None, :]).min(axis=1) / 4)
        in_title = {t.form for t in tokens(title) if t.is_content}
        depth = 0
        for at, t in enumerate(found):
            char = text[t.start]
            depth = max(0, depth - 1) if char in _CLOSE else depth
            features[at, 7] = t.form in in_title
            features[at, 10] = t.is_number
            features[at, 11] = min(1.0, (t.end - t.start) / 8)
            features[at, 12] = char.isupper()
            features[at, 13] = t.speech.startswith("X-")
            features[at, 14] = depth > 0
            if not t.surface.isascii():
                features[at, 17] = sum(c in self._characters for c in t.surface) / max(1, len(t.surface))
            depth = depth + 1 if char in _OPEN else depth
        features[:, 8] = met.coverage
        features[:, 9] = self.coverage(before) if before else 0.0
        features[0, 15] = 1.0
        features[:, 16] = np.minimum(np.arange(size) / 32, 1)
        return Inputs(found, vectors, surfaces, speech, features)


@dataclass(frozen=True, slots=True)
class _Met:
    matches: Sequence[tuple[float, float, float]]  # per token of the sentence
    coverage: float
    shares: tuple[float, ...]  # per content token of the question


def rarities(counts: Mapping[str, int], passages: int) -> dict[str, float]:
    """ln(passages / those that hold it), for each surface of `counts`."""
    return {surface: round(math.log(passages / count), 2) for surface, count in counts.items()}
