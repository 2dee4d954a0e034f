"""The lexical index: Chunks with their terms in, the best chunks for a query out. The one door to tantivy.

The revision of the catalog that the index holds is a document of the index itself, so one commit moves both or neither.
"""

from __future__ import annotations

import datetime as dt
import json
import shutil
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Document, FieldType, Occur
from tantivy import Query as TantivyQuery

from corpus.announcement import Announcement, Language
from corpus.dates import JST
from index.errors import StoreUnavailable
from index.passage import Chunk, Scope
from index.rank import TITLE_TIMES, Statistics, kind, pack

_STATE = "\x00state"  # the announcement id of the document that holds the revision
_NEVER_HELD_BACK = 0  # 1970: visible to everyone at any time
_HEAP_BYTES = 64_000_000
_FIRST_STAGE_BOOST = {"": 1.0, "_": 0.8, "#": 1.0, "@": 0.6, "~": 0.4, "=": 1.0}
# A term in more chunks than this share says little about any; it is left to the second stage when others remain.
_COMMON, _COMMON_FROM, _RARE_ENOUGH = 0.2, 5_000, 4
# Up to so many chunks a term's are counted one by one, without those that are deleted but not yet merged away.
_COUNTED = 1_000
_MOST_FREQUENCIES = 100_000  # numbers remembered between two commits


@dataclass(frozen=True, slots=True)
class Entry:
    """A chunk with its terms, ready to be stored."""

    chunk: Chunk
    title_terms: Sequence[str]
    heading_terms: Sequence[str]
    sentence_terms: Sequence[Sequence[str]]
    ordinal: int  # place among the chunks of its announcement


@dataclass(frozen=True, slots=True)
class Hit:
    """A stored chunk that matched, with what the second stage needs."""

    chunk: Chunk
    packed: bytes
    language: Language
    names: Sequence[str]  # numbered names that it holds, "#mission:1"
    held: int  # ordinal of the day on which it held; 0 when unknown
    ordinal: int
    score: float  # of the first stage


@dataclass(frozen=True, slots=True)
class State:
    """Up to where the index is built, and from which analysis."""

    revision: int
    analysis: str


def held_days(announcement: Announcement) -> tuple[int, int] | None:
    """The first and last possible day on which `announcement` held, as ordinals; None when it has no date."""
    if announcement.held:
        return announcement.held.earliest.toordinal(), announcement.held.latest.toordinal()
    if announcement.published_at:
        day = announcement.published_at.astimezone(JST).date().toordinal()
        return day, day
    return None


def visible_second(announcement: Announcement) -> int:
    """The moment from which the public may see it, in seconds since 1970; a started second counts as not yet over."""
    moment = announcement.visible_from
    return _NEVER_HELD_BACK if moment is None else max(0, -int(-moment.timestamp() // 1))


def _second(scope: Scope) -> int:
    now = scope.now or dt.datetime.now(dt.UTC)
    return int(now.timestamp() // 1)


def _schema() -> Any:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    for name in ("announcement_id", "chunk_id", "audience", "language", "category", "issuer"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in ("visible_from", "held_first", "held_last"):
        builder.add_integer_field(name, indexed=True, fast=True)
    for name in ("length", "sentences"):
        builder.add_integer_field(name, fast=True)
    builder.add_bytes_field("packed", stored=True)
    builder.add_bytes_field("record", stored=True)
    return builder.build()


class LexicalIndex:
    """One directory of tantivy files. Any number of readers; one writer at a time, which the caller sees to."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._schema = _schema()
        self._seen: tuple[int, int] | None = None
        self._statistics: dict[int, Statistics] = {}  # by how many chunks are hidden
        self._gate: tuple[int, int] | None = None
        self._frequencies: dict[tuple[int, str], int] = {}  # by how many chunks are hidden, and term
        try:
            directory.mkdir(parents=True, exist_ok=True)
            self._index = tantivy.Index(self._schema, path=str(directory), reuse=True)
            self._index.config_reader(reload_policy="manual")
            self._index.reload()
        except (ValueError, OSError) as error:
            raise StoreUnavailable(
                f"The search index in '{directory}' can't be opened ({error}). "
                'Run "python -m assistant rebuild" to make it again from the catalog.'
            ) from error

    @staticmethod
    def erase(directory: Path) -> None:
        """Removes a damaged index, so that an empty one takes its place."""
        shutil.rmtree(directory, ignore_errors=True)

    def refresh(self) -> None:
        """Sees what another process committed since; StoreUnavailable when the directory was removed or replaced."""
        try:
            meta = (self._directory / "meta.json").stat()
            if (meta.st_mtime_ns, meta.st_ino) != self._seen:
                self._index.reload()
        except (ValueError, OSError) as error:
            raise StoreUnavailable(
                f"The search index in '{self._directory}' is gone or damaged ({error}). "
                'Run "python -m assistant rebuild" to make it again from the catalog.'
            ) from error
        if (meta.st_mtime_ns, meta.st_ino) != self._seen:
            self._seen = (meta.st_mtime_ns, meta.st_ino)
            self._forget()

    def state(self) -> State:
        """What the index holds; revision 0 when it is new."""
        searcher = self._index.searcher()
        found = searcher.search(self._term("announcement_id", _STATE), 1).hits
        if not found:
            return State(0, "")
        return State(**json.loads(_stored(searcher.doc(found[0][1]), "record")))

    def count(self, scope: Scope | None = None) -> int:
        """Chunks held; with a scope, those that its reader may see by now."""
        return max(0, int(self._index.searcher().num_docs) - 1 - self._hidden(scope))

    def has_language(self, language: Language) -> bool:
        """Whether any chunk is of an announcement in `language`."""
        return int(self._index.searcher().doc_freq("language", language)) > 0

    def _hidden(self, scope: Scope | None) -> int:
        """How many chunks the reader may not see, or not yet."""
        if scope is None or scope.audience == "staff":
            return 0
        searcher = self._index.searcher()
        if self._gate is None:
            staff = _matching(searcher, self._term("audience", "staff"))
            latest = searcher.aggregate(TantivyQuery.all_query(), {"last": {"max": {"field": "visible_from"}}})
            self._gate = staff, int(latest["last"]["value"] or 0)
        staff, last = self._gate
        return 0 if not staff and last <= _second(scope) else _matching(searcher, self._gated(scope))

    def _gated(self, scope: Scope) -> Any:
        """A query for what a public reader may not see."""
        later = TantivyQuery.range_query(
            self._schema, "visible_from", FieldType.Integer, lower_bound=_second(scope) + 1, upper_bound=None
        )
        return TantivyQuery.boolean_query([(Occur.Should, self._term("audience", "staff")), (Occur.Should, later)])

    def announcement_ids(self) -> set[str]:
        """Every announcement that has a chunk here."""
        searcher = self._index.searcher()
        listed = searcher.terms_with_prefix("announcement_id", "", TantivyQuery.all_query())
        return {name for name, _ in listed if name != _STATE}

    def statistics(self, scope: Scope | None = None) -> Statistics:
        """The numbers that BM25 needs, over what the reader may see by now."""
        hidden = self._hidden(scope)
        # At one commit, less is hidden with time and never something else: the number tells what.
        if hidden not in self._statistics:
            searcher = self._index.searcher()
            everything = TantivyQuery.all_query()
            shown = [(Occur.Must, everything)]
            if hidden and scope:
                shown.append((Occur.MustNot, self._gated(scope)))
            totals = searcher.aggregate(
                TantivyQuery.boolean_query(shown),
                {name: {"sum": {"field": name}} for name in ("length", "sentences")},
            )
            chunks = max(1, searcher.num_docs - 1 - hidden)
            length, sentences = (float(totals[name]["value"] or 0) for name in ("length", "sentences"))
            self._statistics[hidden] = Statistics(chunks, length / chunks, length / max(1.0, sentences))
        return self._statistics[hidden]

    def frequencies(self, terms: Iterable[str], scope: Scope | None = None) -> dict[str, int]:
        """How many chunks that the reader may see by now hold each term.

        Of a term in more than 1,000 chunks, removed ones may be counted until tantivy merges its files.
        """
        # Taken before the searcher: what is counted in an older commit never ends among the numbers of a newer one.
        known = self._frequencies
        searcher = self._index.searcher()
        hidden = self._hidden(scope)
        if len(known) > _MOST_FREQUENCIES:
            known.clear()
        found = {}
        for term in set(terms):
            held = known.get((hidden, term))
            if held is None:
                held = known[hidden, term] = self._frequency(searcher, term, scope if hidden else None)
            found[term] = held
        return found

    def _frequency(self, searcher: Any, term: str, scope: Scope | None) -> int:
        held = int(searcher.doc_freq("terms", term))
        if 0 < held <= _COUNTED:
            held = _matching(searcher, self._term("terms", term))
        if not held or not scope:
            return held
        both = [(Occur.Must, self._term("terms", term)), (Occur.Must, self._gated(scope))]
        return max(0, held - _matching(searcher, TantivyQuery.boolean_query(both)))

    def holds(self, announcement_id: str, terms: Iterable[str]) -> bool:
        """Whether any chunk of the announcement holds any of `terms`."""
        any_term = TantivyQuery.boolean_query([(Occur.Should, self._term("terms", term)) for term in terms])
        both = [(Occur.Must, self._term("announcement_id", announcement_id)), (Occur.Must, any_term)]
        return _matching(self._index.searcher(), TantivyQuery.boolean_query(both)) > 0

    def write(
        self,
        entries: Iterable[tuple[Announcement, Sequence[Entry]]],
        removed: Iterable[str],
        state: State,
        *,
        everything: bool = False,
    ) -> None:
        """Puts the chunks of whole announcements in place of what was held of them, in one commit.

        Args:
            everything: first forgets all that is held.
        """
        try:
            writer = self._writer()
            if everything:
                writer.delete_all_documents()
            for announcement_id in (*removed, _STATE):
                writer.delete_documents_by_term("announcement_id", announcement_id)
            for announcement, chunks in entries:
                writer.delete_documents_by_term("announcement_id", announcement.id)
                for entry in chunks:
                    writer.add_document(self._document(announcement, entry))
            marker = Document()
            marker.add_text("announcement_id", _STATE)
            marker.add_bytes("record", json.dumps(asdict(state)).encode())
            writer.add_document(marker)
            writer.commit()
            writer.wait_merging_threads()
        except (ValueError, OSError) as error:
            raise StoreUnavailable(
                f"The search index in '{self._directory}' can't be written ({error}). Is the disk full, or another "
                "program writing to it? Free some room or wait, then run the command again; nothing is lost."
            ) from error
        self._index.reload()
        self._forget()

    def _forget(self) -> None:
        self._statistics, self._gate, self._frequencies = {}, None, {}

    def _writer(self) -> Any:
        # A reader that looks at the directory, or a writer that just ended, may hold tantivy's own lock for a moment.
        for attempt in range(20):
            try:
                return self._index.writer(_HEAP_BYTES, 1)
            except ValueError:
                if attempt == 19:
                    raise
                time.sleep(0.1)
        raise AssertionError("unreachable")

    def _document(self, announcement: Announcement, entry: Entry) -> Any:
        document = Document()
        terms = [*entry.title_terms, *entry.title_terms, *entry.heading_terms]
        for sentence in entry.sentence_terms:
            terms.extend(sentence)
        held = held_days(announcement)
        document.add_text("terms", " ".join(terms))
        document.add_text("announcement_id", announcement.id)
        document.add_text("chunk_id", entry.chunk.id)
        document.add_text("audience", announcement.audience)
        document.add_text("language", announcement.language)
        document.add_text("category", announcement.category)
        document.add_text("issuer", announcement.issuer)
        document.add_integer("visible_from", visible_second(announcement))
        if held:
            document.add_integer("held_first", held[0])
            document.add_integer("held_last", held[1])
        document.add_integer("length", len(terms) + (TITLE_TIMES - 2) * len(entry.title_terms))
        document.add_integer("sentences", max(1, len(entry.sentence_terms)))
        document.add_bytes("packed", pack(entry.title_terms, entry.heading_terms, entry.sentence_terms))
        names = sorted({term for term in terms if term[0] == "#" and is_name(term)})
        record = {
            "chunk": asdict(entry.chunk), "language": announcement.language, "names": names,
            "held": held[1] if held else 0, "ordinal": entry.ordinal,
        }  # fmt: skip
        document.add_bytes("record", json.dumps(record, ensure_ascii=False).encode())
        return document

    def _term(self, field: str, value: str) -> Any:
        option = "freq" if field == "terms" else "basic"
        return TantivyQuery.term_query(self._schema, field, value, index_option=option)

    def _scoped(self, query: Any, scope: Scope) -> Any:
        """`query` within `scope`: what the reader may not see is not found, counted or ranked."""
        clauses = [(Occur.Must, query), (Occur.MustNot, self._term("announcement_id", _STATE))]

        def only(condition: Any) -> None:
            clauses.append((Occur.Must, TantivyQuery.const_score_query(condition, 0.0)))

        def between(field: str, first: int | None, last: int | None) -> Any:
            return TantivyQuery.range_query(self._schema, field, FieldType.Integer, lower_bound=first, upper_bound=last)

        if scope.audience != "staff":
            only(self._term("audience", "public"))
            clauses.append((Occur.MustNot, between("visible_from", _second(scope) + 1, None)))
        if scope.as_of:
            only(between("held_first", None, scope.as_of.toordinal()))
        if scope.since:
            only(between("held_last", scope.since.toordinal(), None))
        for field in ("language", "category", "issuer"):
            value = getattr(scope, field)
            if value is not None:
                only(self._term(field, value))
        if scope.announcement_ids is not None:
            only(TantivyQuery.term_set_query(self._schema, "announcement_id", sorted(scope.announcement_ids)))
        return TantivyQuery.boolean_query(clauses)

    def search(self, terms: Mapping[str, float], frequencies: Mapping[str, int], scope: Scope, k: int) -> list[Hit]:
        """The first stage: at most `k` chunks that hold any of `terms` (with what each counts), best first."""
        chunks = self.statistics(scope).chunks
        known = {term: weight for term, weight in terms.items() if frequencies.get(term)}
        rare = {t: w for t, w in known.items() if frequencies[t] <= _COMMON * chunks or kind(t) == "#"}
        used = rare if chunks >= _COMMON_FROM and len(rare) >= _RARE_ENOUGH else known
        if not used:
            return []
        either = TantivyQuery.boolean_query(
            [
                (Occur.Should, TantivyQuery.boost_query(self._term("terms", t), w * _FIRST_STAGE_BOOST[kind(t)]))
                for t, w in used.items()
            ]
        )
        return self._hits(self._scoped(either, scope), k)

    def fetch(self, chunk_ids: Sequence[str], scope: Scope) -> list[Hit]:
        """Those of the chunks that are held and that the reader may see, in no order."""
        if not chunk_ids:
            return []
        wanted = TantivyQuery.term_set_query(self._schema, "chunk_id", list(chunk_ids))
        return self._hits(self._scoped(wanted, scope), len(chunk_ids))

    def _hits(self, query: Any, k: int) -> list[Hit]:
        searcher = self._index.searcher()
        hits = []
        for score, address in searcher.search(query, k, count=False).hits:
            document = searcher.doc(address)
            record = json.loads(_stored(document, "record"))
            hits.append(
                Hit(
                    chunk=Chunk(**record["chunk"]),
                    packed=_stored(document, "packed"),
                    language=record["language"],
                    names=record["names"],
                    held=record["held"],
                    ordinal=record["ordinal"],
                    score=float(score),
                )
            )
        return hits


def _matching(searcher: Any, query: Any) -> int:
    return int(searcher.search(query, 1, count=True).count)


def _stored(document: Any, field: str) -> bytes:
    value: bytes = document.get_first(field)
    return value


def is_name(term: str) -> bool:
    """Whether a term is a numbered name such as #mission:1, not a date, an amount or a plain number."""
    return term[0] == "#" and term.partition(":")[0] not in ("#d", "#md", "#m", "#n", "#pct", "#money", "#id", "#fy")
