"""Texts in, vectors out: what an embedder is, and where the default one and any other come from.

Nothing here imports torch or sentence-transformers until `load_embedder` or `as_sentence_transformer` is called.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Sequence
from functools import cache, cached_property, lru_cache
from typing import TYPE_CHECKING, Protocol

import numpy as np

from corpus.announcement import Language
from index.distilled import data_file, glosses, shared_japanese
from index.minilm import DIMENSION, Floats, normalised, shared_minilm

_MOST_QUERIES = 512  # vectors of questions that are remembered

__all__ = [
    "BilingualEmbedder",
    "Embedder",
    "as_sentence_transformer",
    "default_embedder",
    "glosses",
    "load_embedder",
    "script_language",
]

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class Embedder(Protocol):
    """What search needs of an embedding model. Rows are unit vectors, so a dot product is the cosine.

    A text in which the model finds nothing to hold on to (empty, or no known word) gives a row of zeros: its cosine
    to anything is 0, never NaN.
    """

    @property
    def name(self) -> str:
        """Stored with the vectors; another name means other vectors."""

    @property
    def dimension(self) -> int:
        """Numbers in a vector."""

    @property
    def languages(self) -> frozenset[Language]:
        """The languages that it serves; its vectors of any other are noise and are left out of a search."""

    def encode_documents(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        """Vectors of passages, shape (len(texts), dimension)."""

    def encode_query(self, text: str, language: Language) -> Floats:
        """The vector of a question, shape (dimension,)."""


# Kana, kanji, and the marks that only Japanese text uses between them.
_JAPANESE = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")


def script_language(text: str, hint: Language = "en") -> Language:
    """The language that the characters of a text speak for.

    `ja` from one kana or kanji in twenty letters on, or, where the hint says `ja`, from the first one on.

    >>> script_language("ispace社の着陸船")
    'ja'
    >>> script_language("The Hakuto-R programme is named after 白兎, a rabbit of Japanese mythology")
    'en'
    """
    found = len(_JAPANESE.findall(text))
    enough = found > 0 if hint == "ja" else found * 20 > sum(map(str.isalpha, text))
    return "ja" if enough else "en"


class BilingualEmbedder:
    """MiniLM for English and its dictionary-distilled Japanese counterpart, in one space of 384 dimensions.

    Each text goes by its script; the language that comes with it only decides for English with a little Japanese in it.
    English is read up to MiniLM's 256 tokens, Japanese to its end. A text without a word (in Japanese: without a
    content word) is a row of zeros.
    """

    dimension = DIMENSION
    languages: frozenset[Language] = frozenset({"ja", "en"})

    @cached_property
    def name(self) -> str:
        """`bilingual-minilm@` and ten hex digits that change with the data files."""
        digest = hashlib.sha256(b"centred")
        for file in ("english_words.npz", "japanese_weights.npz", "japanese_words.txt", "japanese_glosses.tsv.gz"):
            digest.update(data_file(file).read_bytes())
        return f"bilingual-minilm@{digest.hexdigest()[:10]}"

    def encode_documents(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        """Vectors of passages, shape (len(texts), 384)."""
        routes = [script_language(text, hint) for text, hint in zip(texts, languages, strict=True)]
        japanese = [row for row, route in enumerate(routes) if route == "ja"]
        english = [row for row, route in enumerate(routes) if route == "en"]
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        if japanese:
            vectors[japanese] = shared_japanese().encode_documents([texts[row] for row in japanese])
        if english:
            vectors[english] = self._english([texts[row] for row in english])
        return vectors

    def encode_query(self, text: str, language: Language) -> Floats:
        """The vector of a question, shape (384,)."""
        if script_language(text, language) == "ja":
            return shared_japanese().encode_query(text)
        return self._english_query(text)

    @cached_property
    def _english_query(self) -> Callable[[str], Floats]:
        """Remembers the last questions: a chain searches several times for one, and many people ask the same."""

        def vector(text: str) -> Floats:
            made: Floats = self._english([text])[0]
            made.setflags(write=False)
            return made

        return lru_cache(maxsize=_MOST_QUERIES)(vector)

    @cached_property
    def _mean(self) -> Floats:
        """MiniLM's mean over English paragraphs; without it, all of English is near all of English."""
        with np.load(data_file("english_words.npz")) as table:
            mean: Floats = table["mean"]
        return mean

    def _english(self, texts: Sequence[str]) -> Floats:
        vectors = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        rows = [row for row, text in enumerate(texts) if any(map(str.isalnum, text))]
        if rows:
            vectors[rows] = normalised(shared_minilm().encode([texts[row] for row in rows]) - self._mean)
        return vectors


@cache
def default_embedder() -> Embedder:
    """The bilingual embedder that needs no download; constructing it reads nothing yet."""
    return BilingualEmbedder()


def load_embedder(name_or_folder: str) -> Embedder:
    """Any other sentence-transformers model, with the prompts that it declares for questions and passages.

    Takes some ten seconds (torch). Raises EmbedderUnavailable when there is no such model or it cannot be loaded.
    """
    from index.sentence_models import load

    return load(name_or_folder)


def as_sentence_transformer(embedder: Embedder | None = None) -> SentenceTransformer:
    """The default embedder as a sentence-transformers model, for LangChain and other programs that expect one.

    Its `encode_query` and `encode_document` give the vectors that search uses. Imports torch.
    """
    from index.sentence_models import wrap

    return wrap(embedder or default_embedder())
