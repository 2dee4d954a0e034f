"""Texts in, vectors out: what an embedder is, and where the default one and any other come from.

Nothing here imports torch or sentence-transformers until `load_embedder` or `as_sentence_transformer` is called.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from corpus.announcement import Language
from index.minilm import DIMENSION, Floats, shared_minilm

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


def script_language(text: str) -> Language:
    """The language that the characters of a text speak for: `ja` from one kana or kanji in twenty letters on.

    >>> script_language("ispace社の着陸船")
    'ja'
    >>> script_language("The Hakuto-R programme is named after 白兎, a rabbit of Japanese mythology")
    'en'
    """
    letters = sum(character.isalpha() for character in text)
    return "ja" if len(_JAPANESE.findall(text)) * 20 > letters else "en"


class EnglishEmbedder:
    """MiniLM in plain numpy: see `index.minilm`."""

    name = "all-MiniLM-L6-v2"
    dimension = DIMENSION
    languages: frozenset[Language] = frozenset({"en"})

    def encode_documents(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        """Vectors of passages, shape (len(texts), 384); the languages are not looked at."""
        return shared_minilm().encode(texts)

    def encode_query(self, text: str, language: Language) -> Floats:
        """The vector of a question, shape (384,)."""
        vector: Floats = shared_minilm().encode([text])[0]
        return vector


def default_embedder() -> Embedder:
    """The embedder that needs no download; constructing it reads nothing yet."""
    return EnglishEmbedder()


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


def glosses(term: str) -> tuple[str, ...]:
    """English words for a Japanese term in Sudachi's normalised form; empty when the dictionary has none."""
    return ()
