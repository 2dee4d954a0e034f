"""Japanese texts in, vectors in MiniLM's space out: a dictionary's English glosses, embedded once and added up.

A word's vector is MiniLM's vector of its JMdict glosses, adjusted by `bench/build_vectors.py` so that questions find
their passages; a text is the weighted sum of its words. No network runs: a question takes a fraction of a millisecond.
The data files under `index/data/` are derived from JMdict and JMnedict (EDRDG, CC BY-SA 4.0): see NOTICE.
"""

from __future__ import annotations

import gzip
import hashlib
import math
import re
import zlib
from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.analyse import canonical, parts_of, pieces, tokenizer
from index.errors import IndexingError
from index.minilm import DIMENSION, Floats, normalised, read_safetensors, weights_folder

if TYPE_CHECKING:
    from tokenizers import Tokenizer

DATA = Path(__file__).parent / "data"
CONTENT = frozenset(("名詞", "動詞", "形容詞", "形状詞", "副詞", "接頭辞", "接尾辞", "代名詞", "連体詞", "感動詞"))
_LATIN = re.compile(r"[a-zà-ɏ]")
_GLOSS_STOP_WORDS = frozenset(
    ["a", "an", "and", "as", "at", "be", "by", "esp", "etc", "for", "from", "in", "into", "is", "it", "of",
     "off", "on", "one", "or", "out", "s", "someone", "something", "sth", "that", "the", "to", "up", "with"]
)  # fmt: skip


class DataMissing(IndexingError):
    """The data files of the Japanese vectors are missing or damaged."""


@lru_cache(maxsize=1)
def _gloss_lines() -> bytes:
    """The gloss table as in its file, lines in the order of their bytes; a dict would take ten times the room."""
    try:
        return b"\n" + gzip.decompress((DATA / "japanese_glosses.tsv.gz").read_bytes())
    except (OSError, EOFError, zlib.error) as error:
        raise _missing() from error


@lru_cache(maxsize=50_000)
def english_of(term: str) -> str:
    """JMdict's glosses or JMnedict's Latin spellings of a normalised form, joined by `|`; empty when there are none."""
    lines = _gloss_lines()
    wanted = term.encode()
    low, high = 0, len(lines) - 1  # each the place of a line break; the line sought begins after one in [low, high)
    while low < high:
        start = lines.rfind(b"\n", low, (low + high) // 2 + 1)
        end = lines.index(b"\n", start + 1)
        word, _, english = lines[start + 1 : end].partition(b"\t")
        if word == wanted:
            return english.decode()
        low, high = (end, high) if word < wanted else (low, start)
    return ""


def glosses(term: str) -> tuple[str, ...]:
    """English words, in lower case, of a Japanese term in Sudachi's normalised form; empty when it has none.

    >>> glosses("契約")
    ('contract', 'compact', 'agreement')
    >>> glosses("ぬるぽぬるぽ")
    ()
    """
    found = re.findall(r"[a-z0-9]+", canonical(english_of(term)))
    return tuple(dict.fromkeys(word for word in found if word not in _GLOSS_STOP_WORDS))


class DistilledJapanese:
    """The vectors of Japanese texts. Construction maps the files and reads the word list, well under half a second."""

    def __init__(self, folder: Path = DATA) -> None:
        try:
            words = (folder / "japanese_words.txt").read_text(encoding="utf-8").splitlines()
            self._vectors = np.load(folder / "japanese_vectors.npy", mmap_mode="r").view(np.ndarray)
            with np.load(folder / "japanese_weights.npz") as table:
                self._as_query: Floats = table["query"]
                self._as_document: Floats = table["document"]
                self._default = (float(table["other_query"]), float(table["other_document"]))
            with np.load(folder / "english_words.npz") as table:
                self._map: Floats = table["map"].astype(np.float32)
                self._shift: Floats = table["shift"].astype(np.float32)
        except (OSError, ValueError, KeyError) as error:
            raise _missing() from error
        if not len(words) == len(self._vectors) == len(self._as_query) == len(self._as_document):
            raise _missing()
        self._rows = {word: row for row, word in enumerate(words)}
        self._pieces: Floats | None = None
        self._tokenizer: Tokenizer | None = None
        self._other = lru_cache(maxsize=20_000)(self._other_word)

    def encode_documents(self, texts: Sequence[str]) -> Floats:
        """Unit rows, shape (len(texts), 384); zeros for a text without a content word."""
        rows = [self._sum(text, as_query=False) for text in texts]
        return normalised(np.stack(rows)) if rows else np.zeros((0, DIMENSION), dtype=np.float32)

    def encode_query(self, text: str) -> Floats:
        """A unit vector, shape (384,); zeros for a text without a content word."""
        return normalised(self._sum(text, as_query=True))

    def _sum(self, text: str, *, as_query: bool) -> Floats:
        """Σ weight · (1 + ln occurrences) · vector over the words of the text; a question counts each word once."""
        counts = Counter(content_words(text, self._rows))
        known = [(row, count) for word, count in counts.items() if (row := self._rows.get(word)) is not None]
        total = np.zeros(DIMENSION, dtype=np.float32)
        if known:
            rows = np.array([row for row, _ in known])
            weights = (self._as_query if as_query else self._as_document)[rows]
            if not as_query:
                weights = weights * np.array([1 + math.log(count) for _, count in known], dtype=np.float32)
            total += weights @ self._vectors[rows].astype(np.float32)
        default = self._default[0 if as_query else 1]
        for word, count in counts.items():
            if word not in self._rows:
                total += np.float32(default * (1 if as_query else 1 + math.log(count))) * self._other(word)
        return total

    def word_vector(self, word: str) -> Floats:
        """The unit vector, shape (384,), of one word: a Japanese normalised form, or an English word in lower case."""
        row = self._rows.get(word)
        return self._other(word) if row is None else normalised(self._vectors[row].astype(np.float32))

    def _other_word(self, word: str) -> Floats:
        """The unit vector of a word without a row: that of its glosses or letters, and a mark of its own.

        The mark keeps two unknown names apart, and makes the same name meet itself.
        """
        english = word if _LATIN.search(word) else " ".join(glosses(word))
        return normalised(self.english_words(english) + word_mark(word))

    def english_words(self, text: str) -> Floats:
        """About what MiniLM makes of a few English words, without running it; zeros for none.

        MiniLM's own word-piece embeddings through a linear map that was fitted to its vectors of single words.
        """
        if not text:
            return np.zeros(DIMENSION, dtype=np.float32)
        if self._tokenizer is None or self._pieces is None:
            from tokenizers import Tokenizer

            weights = read_safetensors(weights_folder() / "model.safetensors")
            self._pieces = weights["embeddings.word_embeddings.weight"]
            self._tokenizer = Tokenizer.from_file(str(weights_folder() / "tokenizer.json"))
            self._tokenizer.no_padding()
        ids = self._tokenizer.encode(text, add_special_tokens=False).ids
        if not ids:
            return np.zeros(DIMENSION, dtype=np.float32)
        mean: Floats = self._pieces[ids].mean(axis=0)
        return normalised(mean @ self._map + self._shift)


def content_words(text: str, compounds: dict[str, int]) -> list[str]:
    """The words of a text that carry meaning, as often as said: Sudachi's shortest units in normalised form.

    A compound that stands in `compounds` is given beside its parts.
    """
    found: list[str] = []
    for piece in pieces(canonical(text)):
        for morpheme in tokenizer("C").tokenize(piece):
            speech = morpheme.part_of_speech()[0]
            form = morpheme.normalized_form()
            surface = morpheme.surface()
            parts = parts_of(surface) if len(surface) > 1 else ()
            if len(parts) < 2:
                if speech in CONTENT:
                    found.append(canonical(form))
                continue
            found.extend(canonical(part) for _, part_speech, part in parts if part_speech in CONTENT)
            if speech in CONTENT and canonical(form) in compounds:
                found.append(canonical(form))
    return found


def word_mark(word: str) -> Floats:
    """A unit vector that only this word has: its hash as 384 signs, nearly orthogonal to every other.

    >>> bool(word_mark("信長") @ word_mark("信長") > 0.999), bool(abs(word_mark("信長") @ word_mark("秀吉")) < 0.2)
    (True, True)
    """
    bits = np.unpackbits(np.frombuffer(hashlib.shake_256(word.encode()).digest(DIMENSION // 8), dtype=np.uint8))
    return (bits.astype(np.float32) * 2 - 1) / np.float32(DIMENSION**0.5)


@lru_cache(maxsize=1)
def shared_japanese() -> DistilledJapanese:
    """The one set of Japanese vectors of this process, read at the first call."""
    return DistilledJapanese()


def data_file(name: str) -> Path:
    """The path of a data file; raises DataMissing when it is not there."""
    if not (DATA / name).is_file():
        raise _missing()
    return DATA / name


def _missing() -> DataMissing:
    return DataMissing(
        f"The Japanese word vectors in {DATA} are missing or damaged. "
        'Restore the folder from the distribution ("git checkout index/data"), or run bench/build_vectors.py.'
    )
