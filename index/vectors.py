"""The vector index: unit vectors of Chunks in, the nearest chunks out as cosine similarities. The one door to Chroma.

Chroma runs inside this process on a directory, or as a server by URL. The collection remembers the embedder that made
its vectors, and the revision of the catalog that it holds.
"""

from __future__ import annotations

import datetime as dt
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt

from corpus.announcement import Announcement
from index.errors import EmbedderMismatch, StoreUnavailable
from index.lexical import State, held_days, visible_second
from index.passage import Chunk, Scope

Vectors = npt.NDArray[np.float32]
_COLLECTION = "chunks"
# At the end of a State's analysis: the collection is being made and not whole yet.
FILLING = "/filling"
_ASK_AGAIN_SECONDS = 1.0  # between two looks whether another process has filled it
# In the collection's metadata: whether it ever held what is for staff, and since when all of the rest is visible.
_NOTHING_HIDDEN = {"staff": False, "latest": 0}
_MOST_LOOKED_THROUGH = 5_000  # vectors, when the graph gives fewer than were asked for
_STAMP = "written"  # an empty file, touched after each write


@dataclass(frozen=True, slots=True)
class Embedded:
    """A chunk and its vector, ready to be stored."""

    chunk: Chunk
    vector: Vectors


class VectorIndex:
    """One Chroma collection, opened for one embedder.

    Raises:
        EmbedderMismatch: another embedder made what is stored.
        StoreUnavailable: the directory is damaged, or the server out of reach.
    """

    def __init__(self, directory: Path, embedder_name: str, *, url: str | None = None) -> None:
        self._directory = directory
        self._url = url
        self._embedder_name = embedder_name
        self._where = url or str(directory)
        self._reopening = threading.Lock()
        self._ask_again_at = 0.0
        self._stamp = self._written()
        try:
            self._client, self._collection = self._connect()
            stored = (self._collection.metadata or {}).get("embedder")
        except Exception as error:  # chromadb raises errors of many libraries
            raise self._unavailable(error) from error
        if stored != embedder_name:
            raise EmbedderMismatch(
                f"The index was built with '{stored}' but settings ask for '{embedder_name}'. "
                'Run "python -m assistant rebuild", or put the old name back.'
            )

    def _connect(self) -> tuple[Any, Any]:
        client = _client(self._directory, self._url)
        collection = client.get_or_create_collection(
            _COLLECTION,
            configuration={"hnsw": {"space": "cosine"}},
            metadata={"embedder": self._embedder_name, "revision": 0, "analysis": "", **_NOTHING_HIDDEN},
            embedding_function=None,
        )
        return client, collection

    def _hides_nothing(self, scope: Scope) -> bool:
        """Whether a public reader may see by now whatever was ever stored here.

        Chroma's filter lists all that it lets through, a tenth of a second at 100,000 vectors, so it is left away where
        it would let everything through. Of a server, another process may have changed what is known here.
        """
        known = self._collection.metadata or {}
        if self._url or any(name not in known for name in _NOTHING_HIDDEN):
            return False
        return not known["staff"] and int(known["latest"]) <= _second(scope)

    def _note_hidden(self, announcements: Sequence[Announcement]) -> None:
        """Says what the public may not see, before it is stored."""
        known = self._collection.metadata or {}
        if not announcements or any(name not in known for name in _NOTHING_HIDDEN):
            return
        staff = bool(known["staff"]) or any(one.audience != "public" for one in announcements)
        latest = max(int(known["latest"]), *(visible_second(one) for one in announcements))
        if (staff, latest) != (known["staff"], known["latest"]):
            self._collection.modify(metadata={**known, "staff": staff, "latest": latest})
            self._touch()

    def _touch(self) -> None:
        if not self._url:
            (self._directory / _STAMP).touch()
            self._stamp = self._written()

    def _written(self) -> int:
        """When the directory was last written to, by any process; 0 for a server, which sees to that itself."""
        try:
            return 0 if self._url else (self._directory / _STAMP).stat().st_mtime_ns
        except FileNotFoundError:
            return 0

    def refresh(self) -> None:
        """Sees what another process wrote since: an open client of an embedded Chroma keeps its old graph in memory."""
        with self._reopening:
            written = self._written()
            if written == self._stamp:
                return
            self._stamp = written
            try:
                self._client.close()
                self._client, self._collection = self._connect()
            except Exception as error:
                raise self._unavailable(error) from error

    def close(self) -> None:
        """Lets go of the files, or of the connection."""
        self._client.close()

    def _unavailable(self, error: Exception) -> StoreUnavailable:
        return StoreUnavailable(
            f"The vectors in '{self._where}' are out of reach ({type(error).__name__}: {error}). "
            'Start the Chroma server, or run "python -m assistant rebuild" when the directory is damaged.'
        )

    @staticmethod
    def erase(directory: Path, *, url: str | None = None) -> None:
        """Drops the collection, whoever made it."""
        try:
            client = _client(directory, url)
            if _COLLECTION in [found.name for found in client.list_collections()]:
                client.delete_collection(_COLLECTION)
        except Exception as error:
            raise StoreUnavailable(
                f"The vectors in '{url or directory}' can't be removed ({error}). "
                "Remove that directory by hand, or start the Chroma server, and run the command again."
            ) from error

    def state(self) -> State:
        """What the collection holds; revision 0 when it is new."""
        self.refresh()
        try:
            self._collection = self._client.get_collection(_COLLECTION, embedding_function=None)
            stored = self._collection.metadata or {}
        except Exception as error:
            raise self._unavailable(error) from error
        return State(int(stored.get("revision", 0)), str(stored.get("analysis", "")))

    def is_filling(self) -> bool:
        """Whether the collection is still being made for the first time, so that most chunks have no vector yet."""
        self.refresh()
        stored = str((self._collection.metadata or {}).get("analysis", ""))
        if (not stored or stored.endswith(FILLING)) and time.monotonic() >= self._ask_again_at:
            stored = self.state().analysis
            self._ask_again_at = time.monotonic() + _ASK_AGAIN_SECONDS
        return not stored or stored.endswith(FILLING)

    def count(self) -> int:
        """Vectors held."""
        try:
            return int(self._collection.count())
        except Exception as error:
            raise self._unavailable(error) from error

    def announcement_ids(self) -> set[str]:
        """Every announcement that has a vector here."""
        found: set[str] = set()
        step = 5_000
        try:
            for offset in range(0, self.count(), step):
                page = self._collection.get(limit=step, offset=offset, include=["metadatas"])
                found.update(str(metadata["announcement_id"]) for metadata in page["metadatas"])
        except Exception as error:
            raise self._unavailable(error) from error
        return found

    def write(
        self, entries: Sequence[tuple[Announcement, Sequence[Embedded]]], removed: Sequence[str], state: State
    ) -> None:
        """Upserts the chunks of whole announcements, then deletes what else was held of them, then notes the revision.

        Cut short, it is repeated from the old revision and ends the same, since ids are made of content.
        """
        try:
            rows = [(announcement, one) for announcement, chunks in entries for one in chunks]
            stale: set[str] = set()
            touched = [announcement.id for announcement, _ in entries] + list(removed)
            for start in range(0, len(touched), 100):
                held = self._collection.get(
                    where={"announcement_id": {"$in": touched[start : start + 100]}}, include=[]
                )
                stale.update(held["ids"])
            self._note_hidden([announcement for announcement, _ in entries])
            step = int(self._client.get_max_batch_size())
            for start in range(0, len(rows), step):
                part = rows[start : start + step]
                self._collection.upsert(
                    ids=[one.chunk.id for _, one in part],
                    embeddings=np.stack([one.vector for _, one in part]),
                    metadatas=[_metadata(announcement) for announcement, _ in part],
                )
            gone = sorted(stale - {one.chunk.id for _, one in rows})
            for start in range(0, len(gone), step):
                self._collection.delete(ids=gone[start : start + step])
            self._collection.modify(
                metadata={**(self._collection.metadata or {}), "revision": state.revision, "analysis": state.analysis}
            )
            self._touch()
        except Exception as error:
            raise self._unavailable(error) from error

    def search(self, vector: Vectors, scope: Scope, k: int) -> dict[str, float]:
        """Chunk ids with their cosine similarity, at most `k`, nearest first."""
        if scope.announcement_ids is not None and not scope.announcement_ids:
            return {}  # Chroma takes no empty list
        self.refresh()
        where = _where(scope, gated=not self._hides_nothing(scope))
        try:
            found = self._collection.query(
                query_embeddings=[vector], n_results=k, where=where, include=["distances"]
            )  # fmt: skip
            # Chroma answers with cosine distance; a Passage carries similarity.
            near = {name: 1.0 - float(far) for name, far in zip(found["ids"][0], found["distances"][0], strict=True)}
            if len(near) < k:
                near |= self._looked_through(vector, where)
        except Exception as error:
            raise self._unavailable(error) from error
        best = sorted(near.items(), key=lambda item: (-item[1], item[0]))
        return dict(best[:k])

    def _looked_through(self, vector: Vectors, where: dict[str, Any] | None) -> dict[str, float]:
        """Every chunk within `where`, one by one: Chroma's graph may miss most of a narrow scope."""
        held = self._collection.get(where=where, limit=_MOST_LOOKED_THROUGH, include=["embeddings"])
        if not held["ids"]:
            return {}
        cosines = np.asarray(held["embeddings"], dtype=np.float32) @ vector
        return {name: float(cosine) for name, cosine in zip(held["ids"], cosines, strict=True)}

    def similarities(self, chunk_ids: Sequence[str], vector: Vectors) -> dict[str, float]:
        """The cosine similarity of each chunk that has a vector here."""
        if not chunk_ids:
            return {}
        try:
            found = self._collection.get(ids=list(chunk_ids), include=["embeddings"])
        except Exception as error:
            raise self._unavailable(error) from error
        if not found["ids"]:
            return {}
        near = np.asarray(found["embeddings"], dtype=np.float32) @ vector
        return {name: float(value) for name, value in zip(found["ids"], near, strict=True)}


def _client(directory: Path, url: str | None) -> Any:
    import chromadb
    from chromadb.config import Settings

    settings = Settings(anonymized_telemetry=False)
    if url:
        parts = urlsplit(url if "//" in url else f"http://{url}")
        return chromadb.HttpClient(
            host=parts.hostname or "localhost", port=parts.port or 8000, ssl=parts.scheme == "https", settings=settings
        )
    directory.mkdir(parents=True, exist_ok=True)
    return chromadb.PersistentClient(path=str(directory), settings=settings)


def _metadata(announcement: Announcement) -> dict[str, Any]:
    metadata: dict[str, Any] = {
        "announcement_id": announcement.id, "audience": announcement.audience, "language": announcement.language,
        "category": announcement.category, "issuer": announcement.issuer, "visible_from": visible_second(announcement),
    }  # fmt: skip
    held = held_days(announcement)
    return {**metadata, "held_first": held[0], "held_last": held[1]} if held else metadata


def _second(scope: Scope) -> int:
    now = scope.now or dt.datetime.now(dt.UTC)
    return int(now.timestamp() // 1)


def _where(scope: Scope, *, gated: bool) -> dict[str, Any] | None:
    clauses: list[dict[str, Any]] = []
    if scope.audience != "staff" and gated:
        clauses += [{"audience": {"$eq": "public"}}, {"visible_from": {"$lte": _second(scope)}}]
    if scope.as_of:
        clauses.append({"held_first": {"$lte": scope.as_of.toordinal()}})
    if scope.since:
        clauses.append({"held_last": {"$gte": scope.since.toordinal()}})
    for field in ("language", "category", "issuer"):
        if getattr(scope, field) is not None:
            clauses.append({field: {"$eq": getattr(scope, field)}})
    if scope.announcement_ids is not None:
        clauses.append({"announcement_id": {"$in": sorted(scope.announcement_ids)}})
    if len(clauses) > 1:
        return {"$and": clauses}
    return clauses[0] if clauses else None
