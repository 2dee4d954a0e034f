"""Search: a query in, the best Passages that its reader may see out; and the Index that follows the catalog.

query → analyse → first stage (tantivy) and vectors (Chroma) → exact second stage (rank.py) → fusion → Passages
"""

from __future__ import annotations

import itertools
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from filelock import FileLock, Timeout

from corpus.announcement import Announcement, Language
from corpus.errors import UnknownAnnouncement
from corpus.sentences import sentences
from index import rank
from index.analyse import analyse, fingerprint, gloss_terms
from index.chunk import chunk
from index.distilled import glosses
from index.errors import EmbedderMismatch, IndexingError, StoreUnavailable
from index.lexical import Entry, Hit, LexicalIndex, State, is_name
from index.passage import Chunk, Passage, Scope
from index.vectors import FILLING, Embedded, VectorIndex

if TYPE_CHECKING:
    from index.embed import Embedder

Progress = Callable[[int, int], None]  # announcements done, announcements to do

_CANDIDATES = 100  # chunks that the second stage looks at
_BATCH_CHARACTERS = 2_000_000  # of text between two commits
_LOCK_SECONDS = 60.0
_RETRY_SECONDS = 5.0  # before a leg that failed is tried again
_CJK = re.compile("[\u3041-\u30ff\u3400-\u9fff]")


class Change(Protocol):
    """That an announcement was added, updated or removed; corpus/catalog.py has the real one."""

    @property
    def revision(self) -> int: ...
    @property
    def announcement_id(self) -> str: ...
    @property
    def removed(self) -> bool: ...


class CatalogReader(Protocol):
    """What the index needs of the catalog."""

    def identity(self) -> str:
        """A name that no other catalog has; an index made from another one is made anew."""
        ...

    def revision(self) -> int:
        """Rises with every change; 0 for an empty new catalog."""
        ...

    def changes(self, since: int) -> Sequence[Change]:
        """The newest state of each announcement changed after revision `since`, by ascending revision."""
        ...

    def get(self, announcement_id: str) -> Announcement:
        """Raises UnknownAnnouncement."""
        ...

    def ids(self) -> list[str]:
        """Of all announcements."""
        ...


def language_of(text: str) -> Language:
    """Japanese when `text` has any Japanese character, else English."""
    return "ja" if _CJK.search(text) else "en"


def entries(announcement: Announcement, chunks: Sequence[Chunk]) -> list[Entry]:
    """The chunks of one announcement with their terms."""
    language = announcement.language
    title = analyse(announcement.title, language)
    return [
        Entry(
            chunk=one,
            title_terms=title,
            heading_terms=analyse(one.heading, language) if one.heading else [],
            sentence_terms=[analyse(one.text[start:end], language) for start, end in sentences(one.text)],
            ordinal=ordinal,
        )
        for ordinal, one in enumerate(chunks)
    ]


def matched_terms(query: str, announcement: Announcement, chunk: Chunk, language: Language | None = None) -> list[str]:
    """The terms of `query` that the chunk, its title or its heading holds, in the order of the query."""
    held = entries(announcement, [chunk])[0]
    terms = {*held.title_terms, *held.heading_terms, *itertools.chain(*held.sentence_terms)}
    return [term for term in dict.fromkeys(analyse(query, language or language_of(query))) if term in terms]


@dataclass(frozen=True, slots=True)
class Found:
    """What a search brought, and how long each part of it took."""

    passages: Sequence[Passage]  # best first
    # Milliseconds of "lexical", "vectors" and "rank". When the vectors had no part in the ranking (failed, still
    # loading, none for the query's language), "vectors_left_out" stands in place of "vectors": what the attempt cost.
    timings_ms: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class _Near:
    """What the vectors say of a query."""

    similarities: Mapping[str, float]  # cosine by chunk id
    more: Sequence[Hit]  # chunks that the first stage did not find
    exhausted: bool  # no further chunk could be had


class Index:
    """The lexical and the vector index of one data directory, kept level with the catalog."""

    def __init__(self, directory: Path, lexical: LexicalIndex, *, vectors_url: str | None, chunk_size: int) -> None:
        self._failed: dict[str, str] = {"vectors": "No embedder is loaded yet."}
        self._directory = directory
        self._lexical = lexical
        self._vectors_url = vectors_url
        self._chunk_size = chunk_size
        self._embedder: Embedder | None = None
        self._vectors: VectorIndex | None = None
        self._retry_at = 0.0
        self._catalog_name = ""
        self._refreshing = threading.Lock()

    @classmethod
    def open(
        cls,
        directory: Path,
        *,
        embedder: Embedder | None = None,
        vectors_url: str | None = None,
        chunk_size: int = 400,
        discard: bool = False,
    ) -> Index:
        """The index in `directory`, made when absent.

        Args:
            vectors_url: of a Chroma server; without it vectors live in `directory`.
            chunk_size: about how many characters a chunk has.
            discard: throw away what can't be opened or was made by another embedder, as before `rebuild`.

        Raises:
            StoreUnavailable: the lexical index is damaged. Vectors out of reach are only left out.
            EmbedderMismatch: another embedder made the stored vectors.
        """
        where = directory / "lexical"
        try:
            lexical = LexicalIndex(where)
            lexical.state()
        except Exception as error:
            if not discard:
                if isinstance(error, IndexingError):
                    raise
                raise StoreUnavailable(
                    f"The search index in '{where}' is damaged ({error}). "
                    'Run "python -m assistant rebuild" to make it again from the catalog.'
                ) from error
            LexicalIndex.erase(where)
            lexical = LexicalIndex(where)
        index = cls(directory, lexical, vectors_url=vectors_url, chunk_size=chunk_size)
        if embedder is not None:
            index.set_embedder(embedder, discard=discard)
        return index

    @property
    def left_out(self) -> dict[str, str]:
        """For each leg that can't serve now, a sentence why; searching goes on without it."""
        vectors = self._vectors
        if vectors is None or self._failed:
            return dict(self._failed)
        try:
            return {"vectors": "The vectors are still being made."} if vectors.is_filling() else {}
        except IndexingError as error:
            return {"vectors": str(error)}

    @property
    def embedder(self) -> str:
        """The name of the embedding model; "" before there is one."""
        return self._embedder.name if self._embedder else ""

    def set_embedder(self, embedder: Embedder, *, discard: bool = False) -> None:
        """Searches by meaning from now on; what the vectors lack comes with the next `catch_up`.

        Raises:
            EmbedderMismatch: another embedder made the stored vectors, and `discard` is not set.
        """
        self._embedder = embedder
        try:
            self._open_vectors(discard=discard)
        except StoreUnavailable as error:
            if discard and not self._vectors_url:
                import shutil

                shutil.rmtree(self._directory / "vectors", ignore_errors=True)
                self._open_vectors(discard=False)
            else:
                self._leave_out(error)

    def _open_vectors(self, *, discard: bool) -> VectorIndex:
        assert self._embedder is not None
        where = self._directory / "vectors"
        try:
            self._vectors = VectorIndex(where, self._embedder.name, url=self._vectors_url)
        except EmbedderMismatch as error:
            if not discard:
                self._failed["vectors"] = str(error)
                raise
            VectorIndex.erase(where, url=self._vectors_url)
            self._vectors = VectorIndex(where, self._embedder.name, url=self._vectors_url)
        self._failed.pop("vectors", None)
        return self._vectors

    def _leave_out(self, error: Exception) -> None:
        self._failed["vectors"] = str(error)
        self._vectors = None
        self._retry_at = time.monotonic() + _RETRY_SECONDS

    def _working_vectors(self) -> VectorIndex | None:
        """The vector index, opened again when it failed some seconds ago; None while it can't serve."""
        if self._vectors is None and self._embedder is not None and time.monotonic() >= self._retry_at:
            try:
                return self._open_vectors(discard=False)
            except IndexingError as error:
                self._leave_out(error)
        return self._vectors

    # Following the catalog

    def catch_up(self, catalog: CatalogReader, *, progress: Progress | None = None) -> None:
        """Brings each leg to the catalog's revision. Cut short, it goes on from its last commit next time.

        Raises:
            StoreUnavailable: another process is writing, or the lexical index can't be written.
        """
        self._catalog_name = catalog.identity()
        if self._is_level(catalog):
            return
        with self._writing():
            self._refresh()
            self._follow_lexical(catalog, progress)
            vectors = self._working_vectors()
            if vectors:
                try:
                    self._follow_vectors(vectors, catalog, progress)
                except IndexingError as error:
                    self._leave_out(error)

    def _is_level(self, catalog: CatalogReader) -> bool:
        revision = catalog.revision()
        self._refresh()
        if self._lexical.state() != State(revision, self._analysis()):
            return False
        vectors = self._working_vectors()
        try:
            return vectors is None or vectors.state() == State(revision, self._chunking())
        except StoreUnavailable as error:
            self._leave_out(error)
            return True

    def _analysis(self) -> str:
        return f"{fingerprint()}/{self._chunking()}"

    def _chunking(self) -> str:
        """What, with the revision, says which chunks are held: how they were cut, and of which catalog."""
        return f"1/{self._chunk_size}/{self._catalog_name}"

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone, or not at all: one writer at a time, over all processes."""
        self._directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._directory / "write.lock")
        try:
            lock.acquire(timeout=_LOCK_SECONDS)
        except Timeout as error:
            raise StoreUnavailable(
                f"Another process has been writing to the index in '{self._directory}' for {_LOCK_SECONDS:.0f} "
                "seconds. "
                "Wait until it is done, then run the command again."
            ) from error
        try:
            yield
        finally:
            lock.release()

    def _follow_lexical(self, catalog: CatalogReader, progress: Progress | None) -> None:
        target = catalog.revision()
        held = self._lexical.state()
        whole, filling = self._analysis(), self._analysis() + FILLING
        if held == State(target, whole):
            return
        fresh = held.analysis not in (whole, filling) or held.revision > target
        pending = list(catalog.changes(0 if fresh else held.revision))
        if fresh and self._lexical.announcement_ids():
            self._fill_lexical(catalog, [change for change in pending if not change.removed], target, progress)
            return
        # A first fill is read as it grows, and one that was cut short goes on from its last commit.
        on_the_way = filling if fresh else held.analysis
        for added, removed, revision, done in _batches(catalog, pending):
            done_all = done == len(pending)
            self._lexical.write(
                ((one, entries(one, chunk(one, size=self._chunk_size))) for one in added),
                removed,
                State(max(target, revision) if done_all else revision, whole if done_all else on_the_way),
            )
            if progress:
                progress(done, len(pending))
        if not pending:
            self._lexical.write([], [], State(target, whole))

    def _fill_lexical(
        self, catalog: CatalogReader, pending: Sequence[Change], target: int, progress: Progress | None
    ) -> None:
        """Everything anew in one commit: readers keep the old state until the new one is whole."""

        def rows() -> Iterator[tuple[Announcement, list[Entry]]]:
            for done, change in enumerate(pending, start=1):
                announcement = _get(catalog, change.announcement_id)
                if announcement:
                    yield announcement, entries(announcement, chunk(announcement, size=self._chunk_size))
                if progress:
                    progress(done, len(pending))

        self._lexical.write(rows(), [], State(target, self._analysis()), everything=True)

    def _follow_vectors(self, vectors: VectorIndex, catalog: CatalogReader, progress: Progress | None) -> None:
        assert self._embedder is not None
        target = catalog.revision()
        held = vectors.state()
        whole, filling = self._chunking(), self._chunking() + FILLING
        if held == State(target, whole):
            return
        fresh = held.analysis not in (whole, filling) or held.revision > target
        if fresh:
            gone = vectors.announcement_ids() - set(catalog.ids())
            vectors.write([], sorted(gone), State(0, filling))
        pending = list(catalog.changes(0 if fresh else held.revision))
        on_the_way = filling if fresh else held.analysis
        for added, removed, revision, done in _batches(catalog, pending):
            rows = [(one, self._embedded(one)) for one in added]
            done_all = done == len(pending)
            last = max(target, revision) if done_all else revision
            vectors.write(rows, removed, State(last, whole if done_all else on_the_way))
            if progress:
                progress(done, len(pending))
        if not pending:
            vectors.write([], [], State(target, whole))

    def _embedded(self, announcement: Announcement) -> list[Embedded]:
        assert self._embedder is not None
        if announcement.language not in self._embedder.languages:
            return []
        chunks = chunk(announcement, size=self._chunk_size)
        if not chunks:
            return []
        texts = [f"{announcement.title}\n{one.text}" for one in chunks]
        rows = self._embedder.encode_documents(texts, [announcement.language] * len(texts))
        return [Embedded(one, row) for one, row in zip(chunks, rows, strict=True)]

    def rebuild(self, catalog: CatalogReader, *, progress: Progress | None = None) -> None:
        """Makes both legs again from the catalog; readers keep the old lexical index until the new one is whole."""
        self._catalog_name = catalog.identity()
        with self._writing():
            self._refresh()
            target = catalog.revision()
            pending = [change for change in catalog.changes(0) if not change.removed]
            self._fill_lexical(catalog, pending, target, progress)
            if self._embedder is not None:
                try:
                    VectorIndex.erase(self._directory / "vectors", url=self._vectors_url)
                    self._follow_vectors(self._open_vectors(discard=True), catalog, progress)
                except StoreUnavailable as error:
                    self._leave_out(error)

    def check(self, catalog: CatalogReader) -> list[str]:
        """A sentence for each way in which an index disagrees with the catalog; none when all is well."""
        found = []
        self._catalog_name = catalog.identity()
        self._refresh()
        revision, ids = catalog.revision(), set(catalog.ids())
        with_text = {name for name in ids if (one := _get(catalog, name)) and one.text.strip()}
        legs: list[tuple[str, LexicalIndex | VectorIndex, str, set[str]]] = [
            ("search index", self._lexical, self._analysis(), with_text)
        ]
        vectors = self._working_vectors()
        if vectors and self._embedder:
            served = self._embedder.languages
            embedded = {name for name in with_text if (one := _get(catalog, name)) and one.language in served}
            legs.append(("vectors", vectors, self._chunking(), embedded))
        elif self._embedder:
            found.append(f"The vectors are left out: {self.left_out.get('vectors', '')}")
        for name, leg, analysis, expected in legs:
            try:
                state, held = leg.state(), leg.announcement_ids()
            except StoreUnavailable as error:
                found.append(str(error))
                continue
            verb = "hold" if name == "vectors" else "holds"
            if state.revision != revision:
                found.append(f"The {name} {verb} revision {state.revision} of the catalog, which is at {revision}.")
            elif state.analysis != analysis:
                found.append(f'The {name} {verb} terms of another version; run "python -m assistant rebuild".')
            if missing := expected - held:
                found.append(f"The {name} {verb} nothing of {len(missing)} announcements, such as {min(missing)}.")
            if extra := held - ids:
                found.append(f"The {name} still {verb} {len(extra)} removed announcements, such as {min(extra)}.")
        return found

    def frequencies(self, terms: Iterable[str], scope: Scope | None = None) -> dict[str, int]:
        """How many chunks hold each of `terms` (of `analyse`); with a scope, of those its reader may see by now."""
        self._refresh()
        return self._lexical.frequencies(terms, scope)

    def holds(self, announcement_id: str, terms: Iterable[str]) -> bool:
        """Whether the announcement holds any of `terms` (of `analyse`), in its title or in any chunk."""
        self._refresh()
        return self._lexical.holds(announcement_id, terms)

    def count(self, scope: Scope | None = None) -> int:
        """Chunks that can be found; with a scope, those that its reader may see by now."""
        self._refresh()
        return self._lexical.count(scope)

    def close(self) -> None:
        """Lets go of the stores."""
        if self._vectors is not None:
            self._vectors.close()
        self._vectors = None
        self._embedder = None

    def _refresh(self) -> None:
        with self._refreshing:
            self._lexical.refresh()

    # Searching

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        scope: Scope | None = None,
        language: Language | None = None,
        distinct: bool = False,
    ) -> list[Passage]:
        """The `k` best passages within `scope`, best first; fewer only when fewer match.

        Args:
            language: of the query; by its script when None.
            distinct: only the best passage of each announcement.
        """
        return list(self.find(query, k=k, scope=scope, language=language, distinct=distinct).passages)

    def find(
        self,
        query: str,
        *,
        k: int = 10,
        scope: Scope | None = None,
        language: Language | None = None,
        distinct: bool = False,
    ) -> Found:
        """The same as `search`, with what each part took."""
        if k < 1 or not any(char.isalnum() for char in query):
            return Found((), {})
        within = scope or Scope()
        asked = language or language_of(query)
        self._refresh()
        timings: dict[str, float] = {}
        size = max(_CANDIDATES, k)
        while True:
            passages, exhausted = self._ranked(query, asked, within, size, timings)
            shown = list(_best_of_each(passages)) if distinct else passages
            if len(shown) >= k or exhausted:
                return Found(shown[:k], timings)
            size *= 4

    def _ranked(
        self, query: str, language: Language, scope: Scope, size: int, timings: dict[str, float]
    ) -> tuple[list[Passage], bool]:
        """All candidates in order, and whether no more could be had; adds to `timings`."""
        began = time.perf_counter()
        terms = analyse(query, language)
        across = self._glossed(query, language, scope)
        frequencies = self._lexical.frequencies((*terms, *across), scope)
        share = rank.weights()["kinds"]["ja-en"]["="]
        times = {stem: share * factor for stem, factor in across.items()}
        times |= {term: float(min(count, 3)) for term, count in Counter(terms).items()}
        hits = self._lexical.search(times, frequencies, scope, size)
        exhausted = len(hits) < size
        searched = _added(timings, "lexical", since=began)
        near = self._by_meaning(query, language, scope, size, hits)
        if near:
            exhausted = exhausted and near.exhausted
            hits += near.more
        similarities = near.similarities if near else {}
        looked = _added(timings, "vectors" if near else "vectors_left_out", since=searched)
        if not hits:
            return [], True
        asked = rank.Query.of(query, terms, frequencies, language, across)
        passages = _order(asked, hits, self._lexical.statistics(scope), similarities)
        _added(timings, "rank", since=looked)
        return passages, exhausted

    def _glossed(self, query: str, language: Language, scope: Scope) -> dict[str, float]:
        """English stems that stand for the words of a Japanese query, where English text may be found."""
        if language != "ja" or scope.language == "ja" or not self._lexical.has_language("en"):
            return {}
        return gloss_terms(query, glosses)

    def _by_meaning(self, query: str, language: Language, scope: Scope, size: int, hits: Sequence[Hit]) -> _Near | None:
        """What the vectors find beside `hits`, and how near each is; None when they are left out."""
        vectors = self._working_vectors()
        if vectors is None or self._embedder is None or language not in self._embedder.languages:
            return None
        known = {hit.chunk.id for hit in hits}
        try:
            if vectors.is_filling():
                return None
            vector = self._embedder.encode_query(query, language)
            nearest = vectors.search(vector, scope, size)
            others = vectors.similarities([name for name in known if name not in nearest], vector)
        except IndexingError as error:
            self._leave_out(error)
            return None
        more = self._lexical.fetch([name for name in nearest if name not in known], scope)
        return _Near({**nearest, **others}, more, exhausted=len(nearest) < size)


def _added(timings: dict[str, float], name: str, *, since: float) -> float:
    """Adds to `timings` the milliseconds since then; gives the moment now."""
    now = time.perf_counter()
    timings[name] = timings.get(name, 0.0) + (now - since) * 1000
    return now


def _get(catalog: CatalogReader, announcement_id: str) -> Announcement | None:
    try:
        return catalog.get(announcement_id)
    except UnknownAnnouncement:
        return None  # removed since the changes were listed; its removal is a later change


def _batches(
    catalog: CatalogReader, pending: Sequence[Change]
) -> Iterator[tuple[list[Announcement], list[str], int, int]]:
    """Changes in portions of bounded size: (added or updated, removed ids, last revision, changes done so far)."""
    added: list[Announcement] = []
    removed: list[str] = []
    size = 0
    for done, change in enumerate(pending, start=1):
        announcement = None if change.removed else _get(catalog, change.announcement_id)
        if announcement:
            added.append(announcement)
            size += len(announcement.text)
        else:
            removed.append(change.announcement_id)
        if size >= _BATCH_CHARACTERS or len(removed) >= 1_000 or done == len(pending):
            yield added, removed, change.revision, done
            added, removed, size = [], [], 0


def _best_of_each(passages: Iterable[Passage]) -> Iterator[Passage]:
    seen = set()
    for passage in passages:
        if passage.chunk.announcement_id not in seen:
            seen.add(passage.chunk.announcement_id)
            yield passage


def _order(
    query: rank.Query, hits: Sequence[Hit], statistics: rank.Statistics, similarities: Mapping[str, float]
) -> list[Passage]:
    """Passages of all hits, best first."""
    weights = rank.weights()[query.language]
    columns = rank.features(query, [hit.packed for hit in hits], [hit.language for hit in hits], statistics)
    asked_names = [term for term in query.terms if is_name(term)]
    parts: list[dict[str, float]] = []
    for row, hit in enumerate(hits):
        found = {name: float(column[row]) for name, column in columns.items()}
        found["boilerplate"] = float(hit.chunk.section == "boilerplate")
        found["footnote"] = float(hit.chunk.section == "footnote")
        found["contact"] = float(hit.chunk.section == "contact")
        found["heading_only"] = float(hit.chunk.section in ("heading", "title", "dateline"))
        found["other_name"] = rank.other_name(asked_names, hit.names)
        parts.append(found)
    lexical = [sum(weights.get(name, 0.0) * value for name, value in found.items()) for found in parts]
    fused = _fused(query.language, hits, lexical, similarities)
    totals = _with_company(hits, fused)
    passages = [
        Passage(hit.chunk, round(total, 6), {**found, "lexical": score, "fused": one, **_near(similarities, hit)})
        for hit, found, score, one, total in zip(hits, parts, lexical, fused, totals, strict=True)
    ]
    return sorted(passages, key=lambda passage: (-passage.score, passage.chunk.id))


def _near(similarities: Mapping[str, float], hit: Hit) -> dict[str, float]:
    return {"vectors": similarities[hit.chunk.id]} if hit.chunk.id in similarities else {}


def _fused(
    language: Language, hits: Sequence[Hit], lexical: Sequence[float], similarities: Mapping[str, float]
) -> list[float]:
    """Weighted sums of the legs' scores, each spread to 0..1 over the candidates; without vectors the lexical."""
    if not similarities:
        return list(lexical)
    share = rank.weights()["vectors"][language]
    words = _spread(lexical)
    lowest = min(similarities.values())
    meaning = _spread([similarities.get(hit.chunk.id, lowest) for hit in hits])
    return [(1 - share) * word + share * near for word, near in zip(words, meaning, strict=True)]


def _spread(scores: Sequence[float]) -> list[float]:
    low, high = min(scores), max(scores)
    return [(score - low) / (high - low) if high > low else 1.0 for score in scores]


def _with_company(hits: Sequence[Hit], scores: Sequence[float]) -> list[float]:
    """Adds a little for good neighbours in the same announcement, and, between equals, for the newer one."""
    weights = rank.weights()["all"]
    at = {(hit.chunk.announcement_id, hit.ordinal): score for hit, score in zip(hits, scores, strict=True)}
    newest = max(hit.held for hit in hits)
    totals = []
    for hit, score in zip(hits, scores, strict=True):
        place = (hit.chunk.announcement_id, hit.ordinal)
        beside = max(at.get((place[0], place[1] - 1), 0.0), at.get((place[0], place[1] + 1), 0.0), 0.0)
        age = (newest - hit.held) / 3650 if hit.held else 1.0
        totals.append(score + weights["neighbours"] * beside - weights["age"] * min(age, 1.0))
    return totals
