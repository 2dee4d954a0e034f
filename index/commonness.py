"""Commonness: a word in; how much it says in whatever text, out: "through" and 知る little, "crater" and 着陸 much.

What is rare in a few announcements need not be rare at all: an inverse document frequency of theirs takes "through" for
telling because none of them says it. English: the rank in MiniLM's vocabulary, which stands in the order of frequency
(Wikipedia and books; Devlin et al. 2019), taken for a frequency by Zipf's law. Japanese: the weight of a word in a
question, which `bench/build_vectors.py` learned on JaQuAD.
"""

from __future__ import annotations

import math
from functools import lru_cache
from pathlib import Path

import numpy as np

from index.minilm import weights_folder
from index.words import Word

_DATA = Path(__file__).parent / "data"
# Rows before this one are marks, letters and parts of characters.
_FIRST_WORD = 1995
# To natural logarithms of about an inverse document frequency's size: 2 for "end" and 正式, 6 for "crater" and 配当.
_LATIN_SLOPE, _LATIN_SHIFT = 0.9, 2.6
_JAPANESE_SCALE = 500.0


def information(word: Word) -> float | None:
    """How much `word` says, about between 0 and 7; None for what is not known, such as a name.

    >>> from index.words import words
    >>> through, crater = (information(word) for word in words("through crater"))
    >>> through < 2 < 5 < crater
    True
    """
    if word.speech[0] == "語":
        rank = _ranks().get(word.surface.casefold())
        return None if rank is None else max(0.0, _LATIN_SLOPE * (math.log(1 + rank) - _LATIN_SHIFT))
    weight = _weights().get(word.form)
    return None if weight is None else _JAPANESE_SCALE * weight


@lru_cache(maxsize=1)
def _ranks() -> dict[str, int]:
    lines = (weights_folder() / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word: rank for rank, word in enumerate(lines[_FIRST_WORD:]) if word.isalpha()}


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    words = (_DATA / "japanese_words.txt").read_text(encoding="utf-8").splitlines()
    with np.load(_DATA / "japanese_weights.npz") as table:
        return dict(zip(words, table["query"].tolist(), strict=True))


def is_common(word: str) -> bool:
    """`word`, an English one in lower case, is in common use, whatever the announcements hold.

    >>> is_common("crater"), is_common("astrobotic")
    (True, False)
    """
    return word in _ranks()


@lru_cache(maxsize=5_000)
def near_common(word: str) -> str:
    """The commonest English word that one slip of the finger makes `word`; "" where none does.

    >>> near_common("realy"), near_common("happend"), near_common("astrobotic")
    ('really', 'happened', '')
    """
    cuts = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    letters = "abcdefghijklmnopqrstuvwxyz"
    near = {before + after[1:] for before, after in cuts if after}
    near |= {before + after[1] + after[0] + after[2:] for before, after in cuts if len(after) > 1}
    near |= {before + letter + after for before, after in cuts for letter in letters}
    near |= {before + letter + after[1:] for before, after in cuts if after for letter in letters}
    known = [one for one in near if one in _ranks() and len(one) > 3]
    return min(known, key=lambda one: (_ranks()[one], one), default="")
