"""Words: text in, its words out with their places and parts of speech; Japanese by Sudachi, the rest by spaces."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from corpus.values import fold
from index.analyse import canonical, stem, tokenizer

_PIECE = re.compile(
    r"(?P<ja>[\u3005-\u3007\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff]+)"
    r"|(?P<latin>[A-Za-zÀ-ɏ]+(?:['’.&-][A-Za-zÀ-ɏ0-9]+)*\d*)|(?P<number>\d+(?:[.,]\d+)*)"
)
# Sudachi takes at most 49,149 bytes a call; no real word is longer than this many characters.
_LONGEST_RUN = 4_000
_SHORT = 500  # characters of a text whose words are remembered for a while


@dataclass(frozen=True, slots=True)
class Word:
    """`text[start:end]`, its normalised form, and Sudachi's part of speech (Latin words have `語`, numbers `数`)."""

    start: int
    end: int
    surface: str
    form: str
    speech: tuple[str, ...]

    @property
    def is_name(self) -> bool:
        """A proper noun, or a Latin word written like one."""
        if self.speech[0] == "語":
            return self.surface[0].isupper() or any(char.isupper() or char.isdigit() for char in self.surface[1:])
        return self.speech[:2] == ("名詞", "固有名詞")


def words(text: str) -> list[Word]:
    """The words of `text` in order; compounds stay whole, particles and endings are words of their own.

    >>> [word.surface for word in words("ispaceは契約した")]
    ['ispace', 'は', '契約', 'し', 'た']
    """
    return list(_few(text) if len(text) <= _SHORT else _words(text))


def _words(text: str) -> tuple[Word, ...]:
    folded = fold(text)
    found: list[Word] = []
    for piece in _PIECE.finditer(folded):
        if piece["ja"]:
            for begin in range(piece.start(), piece.end(), _LONGEST_RUN):
                run = folded[begin : min(begin + _LONGEST_RUN, piece.end())]
                for m in tokenizer("C").tokenize(run):
                    start, end = begin + m.begin(), begin + m.end()
                    found.append(
                        Word(start, end, text[start:end], canonical(m.normalized_form()), tuple(m.part_of_speech()[:3]))
                    )
        elif piece["latin"]:
            form = stem(canonical(piece.group()))
            found.append(Word(piece.start(), piece.end(), piece.group(), form, ("語",)))
        else:
            found.append(Word(piece.start(), piece.end(), piece.group(), piece.group(), ("数",)))
    return tuple(found)


# One sentence is asked for its names, its places and its concepts, one after the other.
_few = lru_cache(maxsize=500)(_words)
