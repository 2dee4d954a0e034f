"""Fakes for the tests of the index that really work, only smaller: a catalog in a dict, a bag-of-words embedder."""

from __future__ import annotations

import dataclasses
import zlib
from collections.abc import Sequence

import numpy as np

from corpus.announcement import Announcement, Language
from corpus.dates import PartialDate
from corpus.errors import UnknownAnnouncement
from index.analyse import analyse


@dataclasses.dataclass(frozen=True)
class Changed:
    revision: int
    announcement_id: str
    removed: bool


class DictCatalog:
    """A catalog in memory."""

    def __init__(self, *announcements: Announcement) -> None:
        self._held: dict[str, Announcement] = {}
        self._changed: dict[str, Changed] = {}
        self._revision = 0
        for announcement in announcements:
            self.put(announcement)

    def _note(self, announcement_id: str, *, removed: bool) -> None:
        self._revision += 1
        self._changed.pop(announcement_id, None)
        self._changed[announcement_id] = Changed(self._revision, announcement_id, removed)

    def put(self, announcement: Announcement) -> None:
        self._held[announcement.id] = announcement
        self._note(announcement.id, removed=False)

    def remove(self, announcement_id: str) -> None:
        del self._held[announcement_id]
        self._note(announcement_id, removed=True)

    name = "catalog"

    def identity(self) -> str:
        return self.name

    def revision(self) -> int:
        return self._revision

    def changes(self, since: int) -> Sequence[Changed]:
        return [change for change in self._changed.values() if change.revision > since]

    def get(self, announcement_id: str) -> Announcement:
        if announcement_id not in self._held:
            raise UnknownAnnouncement(f"No announcement has the id '{announcement_id}'.")
        return self._held[announcement_id]

    def ids(self) -> list[str]:
        return list(self._held)


class BagOfWords:
    """An embedder that hashes words: texts that share words are near each other."""

    name = "bag-of-words"
    dimension = 256

    def __init__(self, *languages: Language) -> None:
        self.languages: frozenset[Language] = frozenset(languages or ("ja", "en"))

    def _vector(self, text: str, language: Language) -> np.ndarray:
        vector = np.full(self.dimension, 1e-3, dtype=np.float32)
        for term in analyse(text, language):
            vector[zlib.crc32(term.encode()) % self.dimension] += 1
        return vector / np.linalg.norm(vector)

    def encode_documents(self, texts: Sequence[str], languages: Sequence[Language]) -> np.ndarray:
        return np.stack([self._vector(text, language) for text, language in zip(texts, languages, strict=True)])

    def encode_query(self, text: str, language: Language) -> np.ndarray:
        return self._vector(text, language)


def notice(
    id: str, text: str, *, title: str = "", published: str | None = "2022-09-22", **rest: object
) -> Announcement:
    """An announcement for a test."""
    return dataclasses.replace(
        Announcement(
            id=id,
            title=title,
            text=text,
            language="ja" if any("\u3041" <= char <= "\u9fff" for char in text) else "en",
            content_hash=str(zlib.crc32(text.encode())),
            published=PartialDate.parse(published) if published else None,
        ),
        **rest,  # type: ignore[arg-type]
    )
