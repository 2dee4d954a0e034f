"""Two editions of one announcement in, their blocks side by side out, those beside each other that say the same.

Nothing translates: what tells is the order, the kind of a block, its length, and the figures, dates and Latin names
that both languages write alike.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from assistant.web.blocks import Block
from corpus.announcement import Announcement, Language
from corpus.values import fold, values

_BAND = 0.08  # how far from its place in the one edition a block may stand in the other, as a share of all
_LEAST_BAND, _MOST_BAND = 12, 24  # blocks
_LENGTH = {"ja": 2.2, "en": 1.0}  # characters of English that one character comes to
_LATIN = re.compile(r"[a-z][a-z0-9]{2,}")
_STEPS = ((1, 1), (1, 2), (2, 1), (1, 0), (0, 1))  # blocks of each edition that stand in one row


@dataclass(frozen=True, slots=True)
class Pair:
    """Blocks of both editions that stand beside each other; one side may be empty."""

    one: tuple[Block, ...]
    other: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class _Traits:
    kind: str
    length: float
    features: frozenset[str]
    words: frozenset[str]  # Latin ones


def side_by_side(one: Announcement, ones: Sequence[Block], other: Announcement, others: Sequence[Block]) -> list[Pair]:
    """Every block of both editions, in order, in rows."""
    left = [_traits(one, block) for block in ones]
    right = [_traits(other, block) for block in others]
    best: dict[tuple[int, int], tuple[float, tuple[int, int]]] = {(0, 0): (0.0, (0, 0))}
    reach = min(_MOST_BAND, max(_LEAST_BAND, int(_BAND * max(len(left), len(right)))))
    for at, by in product(range(len(left) + 1), range(len(right) + 1)):
        if (at, by) not in best or abs(at * len(right) - by * len(left)) > reach * max(len(left), len(right), 1):
            continue
        for down, across in _STEPS:
            to = at + down, by + across
            if to[0] <= len(left) and to[1] <= len(right):
                score = best[at, by][0] + _fit(left[at : to[0]], right[by : to[1]], one.language, other.language)
                if to not in best or score > best[to][0]:
                    best[to] = score, (down, across)
    rows: list[Pair] = []
    at, by = len(left), len(right)
    while (at, by) != (0, 0):
        down, across = best[at, by][1]
        rows.append(Pair(tuple(ones[at - down : at]), tuple(others[by - across : by])))
        at, by = at - down, by - across
    return rows[::-1]


def _traits(announcement: Announcement, block: Block) -> _Traits:
    text = announcement.text[block.start : block.end]
    keys = frozenset(value.key for value in values(text, context=announcement.published))
    words = frozenset(_LATIN.findall(fold(text).casefold()))
    return _Traits(block.kind, len(text) * _LENGTH[announcement.language], keys, words)


def _fit(one: Sequence[_Traits], other: Sequence[_Traits], language: Language, other_language: Language) -> float:
    """How well blocks say the same; 0 for a block alone, less than 0 for what had better stand alone."""
    if not one or not other:
        return 0.0
    kinds = {trait.kind for trait in one}, {trait.kind for trait in other}
    is_heading = "heading" in kinds[0], "heading" in kinds[1]
    score = -0.3 if is_heading[0] != is_heading[1] else 0.25 if kinds[0] == kinds[1] else -0.05
    lengths = sum(trait.length for trait in one), sum(trait.length for trait in other)
    score += 0.3 * min(lengths) / max(lengths, default=1) - 0.15
    keys = frozenset().union(*(t.features for t in one)), frozenset().union(*(t.features for t in other))
    words = frozenset().union(*(t.words for t in one)), frozenset().union(*(t.words for t in other))
    # English is all Latin letters: only the names in the Japanese edition tell anything.
    names = words[0] if language == "ja" else words[1] if other_language == "ja" else words[0] & words[1]
    shared = len(keys[0] & keys[1]) + len(names & words[0] & words[1])
    least = min(len(keys[0]), len(keys[1])) + len(names)
    most = max(len(keys[0]), len(keys[1])) + len(names)
    if most:
        score += 0.9 * shared / most if shared else (-0.25 if least else -0.1)
    return score - 0.12 * (len(one) + len(other) - 2)
