"""The assistant on one data directory: catalog, index and reader, assembled; questions in, Answers out."""

from __future__ import annotations

import dataclasses
import datetime as dt
import glob
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Unpack

from assistant.answer import Answer, told
from assistant.chain import Ask, How, Step, build_chain, build_reader
from assistant.errors import AnswerError
from assistant.jobs import Jobs
from assistant.matcher import read_ahead
from assistant.official import OfficialAnswers
from assistant.processes import Readers
from assistant.records import Records
from assistant.settings import Settings
from assistant.uploads import ORIGIN, Place, Upload, Why, place, placed_by_id
from corpus.announce import announce
from corpus.announcement import Announcement, Language
from corpus.catalog import Added, Catalog
from corpus.details import Details
from corpus.errors import AssistantError, CorpusError, UnknownAnnouncement, UnreadableFile
from corpus.links import Links, differences
from corpus.load import load
from corpus.originals import ORIGINALS, Originals
from corpus.proposals import Proposals
from corpus.register import FACTS, Register
from corpus.source import Rejection, Source
from index.embed import glosses
from index.errors import IndexingError
from index.passage import Passage, Scope
from index.search import Index

if TYPE_CHECKING:
    from assistant.llm.write import Writer
    from index.rerank import Reranker

SAMPLE = Path(__file__).parent.parent / "corpus" / "announcements"
# Questions that are read at the same time; others wait for their turn. Reading is work for the processor, in one
# interpreter: more at once would all take longer, and none would be done sooner.
READ_AT_ONCE = 3
READ_AHEAD = 300  # announcements, the newest, that a server takes apart before anybody asks

Progress = Callable[[int, int], None]
Embeddings = Literal["now", "background", "off"]
Engine = Literal["extractive", "llm"]


@dataclass(frozen=True, slots=True)
class Intake:
    """What became of one announcement that was to be added."""

    origin: str
    id: str | None
    title: str
    status: Literal["added", "updated", "unchanged", "rejected"]
    reason: str = ""
    why: Why = ""  # of an upload
    beside: str = ""  # the id of another announcement that `why` is about


class Assistant:
    """Answers from the announcements in `settings.data`; safe to use from several threads."""

    def __init__(self, settings: Settings, catalog: Catalog, index: Index) -> None:
        self.settings = settings
        self.catalog = catalog
        self.index = index
        self.links = Links(catalog)
        self.originals = Originals(settings.data / ORIGINALS)
        self.proposals = Proposals(catalog.database)
        self.register = Register(catalog, self.links, file=settings.data / FACTS, accepted=self.proposals.facts)
        self.official = OfficialAnswers(catalog, self.links)
        self.records = Records(catalog, days=settings.record_days)
        self.jobs = Jobs()
        self._reranker: Reranker | None = None
        self._chain = build_chain(catalog, index, settings, rerank=self._reranked)
        self._places = threading.Semaphore(READ_AT_ONCE)
        self._writer = self._open_writer() if settings.llm else None
        self._readers: Readers | None = None
        self._starting: threading.Thread | None = None
        self._warming: threading.Thread | None = None
        self._following: threading.Thread | None = None
        self._closed = threading.Event()

    @classmethod
    def open(cls, settings: Settings, *, sample: bool = True, embeddings: Embeddings = "now") -> Assistant:
        """The assistant on `settings.data`, made when absent; a new one gets the bundled sample when asked to.

        With `settings.database_url` the directory holds the indexes only; a database that never held anything counts
        as new. What other machines write there is seen within a second.

        Args:
            embeddings: load the vectors `now`, in the `background` (words alone are searched until then), or never.
                In the background, the newest announcements are read ahead, too.

        Raises:
            AssistantError: the directory or the chat model cannot be used; the message says why and what to do.
        """
        if settings.llm:
            from assistant.llm.models import check_name

            check_name(settings.llm, url=settings.llm_url, key=settings.llm_key.get_secret_value())
        directory = settings.data
        if not directory.exists():
            _create(settings, with_sample=sample and settings.sample == "on")
        if not directory.is_dir():
            raise AssistantError(f"The data directory '{directory}' is a file. Name another directory with --data.")
        catalog = Catalog.open(settings.catalog)
        index = Index.open(directory / "index", vectors_url=settings.chroma_url or None)
        assistant = cls(settings, catalog, index)
        try:
            if embeddings == "now" and settings.embeddings == "on":
                assistant._load_embedder()
            index.catch_up(catalog)
        except IndexingError:
            catalog.close()
            raise
        if embeddings == "background":
            assistant._warming = threading.Thread(target=assistant._warm_up, name="warm-up", daemon=True)
            assistant._warming.start()
        if settings.database_url:
            assistant._following = threading.Thread(target=assistant._follow, name="follow", daemon=True)
            assistant._following.start()
        return assistant

    def wait_until_warm(self) -> None:
        """Waits for what was left to the background when it was opened."""
        if self._warming:
            self._warming.join()

    def _load_embedder(self) -> None:
        from index.embed import default_embedder, load_embedder

        name = self.settings.embedding_model
        self.index.set_embedder(load_embedder(name) if name else default_embedder())
        if self.settings.reranker:
            from index.rerank import Reranker

            self._reranker = Reranker(self.settings.reranker)

    def _reranked(self, query: str, passages: Sequence[Passage]) -> list[Passage]:
        return self._reranker.rerank(query, passages) if self._reranker else list(passages)

    def _warm_up(self) -> None:
        # A leg that fails to load is left out of searches; `Index.left_out` says why, and so does /readyz.
        if self.settings.embeddings == "on":
            with suppress(AssistantError):
                self._load_embedder()
                if not self._closed.is_set():
                    self.index.catch_up(self.catalog)
        with suppress(AssistantError):
            self._read_ahead()

    def _read_ahead(self) -> None:
        outlines = self.links.outlines().values()
        newest = sorted(outlines, key=lambda one: one.held.latest if one.held else dt.date.min, reverse=True)
        for one in newest[:READ_AHEAD]:
            if self._closed.wait(_BREATH_SECONDS):
                return
            with suppress(UnknownAnnouncement), self._places:  # removed since
                read_ahead(self.catalog.get(one.id), glosses)
        self.register.facts()
        # What is loaded by the first question, is now: a title asks for its announcement.
        for language in ("ja", "en"):
            told_in = [one.title for one in newest if one.language == language]
            for title in told_in[:REHEARSED]:
                if self._closed.is_set():
                    return
                with self._places:
                    self._chain.invoke(Ask(title, audience="staff"))

    def _follow(self) -> None:
        # While the server or the disk does not serve, searches say so themselves; the next round tries again.
        while not self._closed.wait(_FOLLOW_SECONDS):
            with suppress(AssistantError):
                self.index.catch_up(self.catalog)

    def model_rests_s(self) -> float:
        """For how many seconds the chat model is not asked, after it failed; 0 while it is, or where none is set."""
        return self._writer.rests_s() if self._writer else 0.0

    def _open_writer(self) -> Writer:
        from assistant.llm import open_writer

        reader = build_reader(self.catalog, self.index, self.settings, rerank=self._reranked)

        def read(asked: Ask) -> Step:
            with self._places:
                return reader.invoke(asked)

        return open_writer(self.settings, read, self.catalog, self.register)

    def ask(self, question: str, *, id: str = "", engine: Engine | None = None, **how: Unpack[How]) -> Answer:
        """The answer to `question`, from what its audience may see now and, with `as_of`, what was known on that day.

        An official answer to just this question comes before any that is found.

        Args:
            id: the answer's.
            engine: what words it: quotes alone, or the chat model, which falls back to them; None: the chat model
                where the settings name one.
            how: see `How`.

        Raises:
            AnswerError: the chat model is asked for and the settings name none.
        """
        *_, answer = self.stream(question, id=id, engine=engine, **how)
        assert isinstance(answer, Answer)
        return answer

    def stream(
        self, question: str, *, id: str = "", engine: Engine | None = None, **how: Unpack[How]
    ) -> Iterator[str | Answer]:
        """The same answer in pieces of text as they are ready; the last item is the whole Answer, its text their sum.

        An empty piece says that nothing came yet. Closing the iterator ends the work on the answer, a request to the
        chat model included.
        """
        asked = Ask(question, **how)
        official = self._official_answer(asked)
        if official is None and self._words_by_model(engine):
            pieces = self._written(asked)
        else:
            pieces = told(official or self.read(asked))
        for piece in pieces:
            yield dataclasses.replace(piece, id=id) if isinstance(piece, Answer) else piece

    def read(self, asked: Ask) -> Answer:
        """The Answer that quotes alone give, from a process of its own where there is one that is free."""
        answer = self._readers.read(asked) if self._readers else None
        if answer is not None:
            return answer
        with self._places:
            return self._chain.invoke(asked)

    def read_in_processes(self, count: int) -> None:
        """Reads in `count` processes more, once this one has warmed up and they are open; for a server."""
        if count:
            self._starting = threading.Thread(target=self._start_readers, args=(count,), name="readers", daemon=True)
            self._starting.start()

    def _start_readers(self, count: int) -> None:
        self.wait_until_warm()
        if not self._closed.is_set():
            self._readers = Readers(self.settings, count)

    def _official_answer(self, ask: Ask) -> Answer | None:
        began = time.perf_counter()
        seen = Scope(audience=ask.audience, as_of=ask.as_of, now=ask.now or dt.datetime.now(dt.UTC))
        scope = seen.within(ask.selection)
        found = self.official.answer(ask.question, history=ask.history, language=ask.language, scope=scope)
        timings = {"total": (time.perf_counter() - began) * 1000}
        return dataclasses.replace(found, timings_ms=timings) if found else None

    def _words_by_model(self, engine: Engine | None) -> bool:
        if engine == "llm" and self._writer is None:
            raise AnswerError("No chat model is set. Name one with --llm or ASSISTANT_LLM, such as ollama:qwen3.")
        return self._writer is not None and engine != "extractive"

    def _written(self, asked: Ask) -> Iterator[str | Answer]:
        assert self._writer is not None
        return self._writer.stream(asked)

    def search(
        self,
        query: str,
        *,
        k: int = 10,
        scope: Scope | None = None,
        distinct: bool = False,
        language: Language | None = None,
    ) -> list[Passage]:
        """The best `k` passages for `query`, best first; what is being removed or withheld is left out at once."""
        within = scope or Scope()
        found = self.index.search(query, k=k, scope=within, distinct=distinct, language=language)
        held = self.links.outlines()
        return [one for one in found if (shown := held.get(one.chunk.announcement_id)) and within.shows(shown)]

    def add(
        self,
        targets: Sequence[str],
        *,
        ocr: bool = False,
        links: bool = False,
        progress: Progress | None = None,
        by: str = "",
        details: Details | None = None,
    ) -> Iterator[Intake]:
        """Adds files, folders or URLs; one Intake for each announcement or rejected part, searchable at the end.

        A file that was added before and has changed becomes a new revision of the same announcement. Of a feed, only
        what is new comes.

        Args:
            ocr: read scans with Tesseract.
            links: a URL is a page that lists news: add what it links to, not the page.
            by: who does so, for the audit log.
            details: what that person says of each, over what it says itself.
        """
        hosts = [host.strip() for host in self.settings.allow_hosts.split(",") if host.strip()]
        memory = self.settings.data / "feeds.json"
        try:
            for target in targets:
                try:
                    for loaded in load(target, ocr=ocr, allow_hosts=hosts, feed_memory=memory, links=links):
                        yield self._take(loaded, by, details or {})
                except UnreadableFile as error:
                    yield Intake(target, None, "", "rejected", str(error))
        finally:
            self.index.catch_up(self.catalog, progress=progress)

    def add_upload(
        self, upload: Upload, *, ocr: bool = False, progress: Progress | None = None, by: str = ""
    ) -> Iterator[Intake]:
        """Adds an uploaded file; one Intake for each announcement or rejected part, searchable at the end.

        What is a new revision of what is decided by assistant/uploads.py.

        Raises:
            UnknownAnnouncement: the upload is said to be a revision of an announcement that is not here.
        """
        if upload.of:
            self.catalog.get(upload.of)
        sources = 0
        try:
            for loaded in load(upload.file, ocr=ocr):
                sources += isinstance(loaded, Source)
                if upload.of and sources > 1:
                    reason = "A new revision is one announcement, and this file holds several. Add it by itself."
                    yield Intake(f"{ORIGIN}{upload.name}", None, "", "rejected", reason)
                    return
                origin = loaded.origin.replace(str(upload.file), f"{ORIGIN}{upload.name}", 1)
                yield self._take(dataclasses.replace(loaded, origin=origin), by, upload.details, upload)
        finally:
            self.index.catch_up(self.catalog, progress=progress)

    def _take(self, loaded: Source | Rejection, by: str, details: Details, upload: Upload | None = None) -> Intake:
        if isinstance(loaded, Rejection):
            return Intake(loaded.origin, None, "", "rejected", loaded.reason)
        try:
            announcement = announce(loaded)
        except CorpusError as error:
            return Intake(loaded.origin, loaded.id, loaded.title or "", "rejected", str(error))
        if upload:
            return self._take_upload(loaded, announcement, by, upload)
        known = None if loaded.id else self.catalog.find_origin(loaded.origin)
        if known:
            announcement = dataclasses.replace(announcement, id=known)
        if not details:
            return self._keep(loaded, announcement, by, details)
        return self._put(loaded, announcement, by, placed_by_id(announcement, details, self.catalog, _now()))

    def _take_upload(self, loaded: Source, announcement: Announcement, by: str, upload: Upload) -> Intake:
        if loaded.id and not upload.of:
            placed = placed_by_id(announcement, upload.details, self.catalog, _now())
        else:
            placed = place(announcement, upload, loaded.origin, self.catalog, _now())
        return self._put(loaded, announcement, by, placed)

    def _put(self, loaded: Source, announcement: Announcement, by: str, placed: Place) -> Intake:
        if placed.is_new:
            kept = self._keep(loaded, dataclasses.replace(announcement, id=placed.id), by, placed.details)
        else:
            kept = Intake(loaded.origin, placed.id, self.catalog.get(placed.id).title, "unchanged")
        return dataclasses.replace(kept, why=placed.why, beside=placed.beside)

    def _keep(self, loaded: Source, announcement: Announcement, by: str, details: Details) -> Intake:
        try:
            announcement = dataclasses.replace(announcement, original=self._original(loaded, announcement))
        except CorpusError as error:
            return Intake(loaded.origin, announcement.id, announcement.title, "rejected", str(error))
        added = self.catalog.add(announcement, origin=loaded.origin, by=by, details=details)
        title = details.get("title") or announcement.title
        return Intake(loaded.origin, added.id, title, added.outcome)

    def _original(self, loaded: Source, announcement: Announcement) -> str:
        """Keeps the file that `announcement` was loaded from, where there is one, and gives its name."""
        if loaded.original is None:
            return ""
        with suppress(UnknownAnnouncement):
            known = self.catalog.get(announcement.id)
            if known.content_hash == announcement.content_hash and self.originals.has(known.original):
                return known.original  # a page that only its scripts changed is no new file
        return self.originals.keep(loaded.original)

    def edit(self, announcement_id: str, details: Details, *, revision: int, by: str = "") -> Added:
        """As `Catalog.edit`; what is searched follows."""
        edited = self.catalog.edit(announcement_id, details, revision=revision, by=by)
        self.index.catch_up(self.catalog)
        return edited

    def revert(self, announcement_id: str, to: int, *, revision: int, by: str = "") -> Added:
        """As `Catalog.revert`; what is searched follows."""
        reverted = self.catalog.revert(announcement_id, to, revision=revision, by=by)
        self.index.catch_up(self.catalog)
        return reverted

    def remove(self, announcement_id: str, *, by: str = "", for_good: bool = False) -> None:
        """Takes an announcement out of the catalog and of all that is searched; UnknownAnnouncement if none.

        It can be brought back for 30 days, with the files that it was read from, unless it goes `for_good`.
        """
        files = set(self.catalog.files_of(announcement_id))
        self.originals.touch(files)
        self.catalog.remove(announcement_id, by=by, for_good=for_good)
        if for_good:
            self.originals.drop(files - self.catalog.originals())
        self.register.forget()
        self.index.catch_up(self.catalog)

    def bring_back(self, announcement_id: str, *, by: str = "") -> Added:
        """As `Catalog.bring_back`; what is searched follows."""
        back = self.catalog.bring_back(announcement_id, by=by)
        self.index.catch_up(self.catalog)
        return back

    def check(self) -> list[str]:
        """What is wrong with the data directory, a sentence each; empty when all is well."""
        if self._following:
            self.index.catch_up(self.catalog)  # what another machine wrote just now is nothing wrong
        kept = self.originals.check(self.catalog.originals())
        return [*self.catalog.check(), *kept, *self.official.check(), *self.index.check(self.catalog)]

    def notes(self) -> list[str]:
        """What someone should look at though it is not wrong, a sentence each.

        Figures and dates that differ between two editions of one announcement; official answers that are not shown;
        accepted facts that no longer count.
        """
        found = []
        for link in self.links.translations():
            with suppress(UnknownAnnouncement):
                found += differences(self.catalog.get(link.original), self.catalog.get(link.translation))
        return [*found, *self.official.notes(), *self.proposals.notes()]

    def rebuild(self, progress: Progress | None = None) -> None:
        """Makes both indexes again from the catalog, and forgets originals that nothing has needed for a month."""
        self.index.rebuild(self.catalog, progress=progress)
        self.originals.drop_unneeded(self.catalog.originals)

    def close(self) -> None:
        """Releases the stores; a warm-up or a job under way ends first."""
        self._closed.set()
        self.jobs.close()
        if self._warming:
            self._warming.join(timeout=60)
        if self._following:
            self._following.join(timeout=60)
        if self._starting:
            self._starting.join(timeout=60)
        if self._readers:
            self._readers.close()
        self.records.close()
        self.index.close()
        self.catalog.close()


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


_ABANDONED = 3600.0  # seconds after which nobody is still making a data directory
REHEARSED = 8  # titles in each language that are asked at the start
_BREATH_SECONDS = 0.01  # between two announcements that are read ahead, for those who ask meanwhile
_FOLLOW_SECONDS = 0.4  # between two looks at a database that other machines write to too


def _hand_over(directory: Path, settings: Settings) -> None:
    with closing(Catalog.open(directory)) as made, closing(Catalog.open(settings.catalog)) as catalog:
        catalog.begin_with(made)


def _unfinished(directory: Path) -> str:
    return f".{directory.name}.unfinished-"


def _sweep(directory: Path) -> None:
    """Removes what a killed start left beside `directory`."""
    for left in directory.parent.glob(f"{glob.escape(_unfinished(directory))}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left)


def _create(settings: Settings, *, with_sample: bool) -> None:
    """Makes the data directory whole or not at all: it is filled beside its place and moved there at the end.

    A database takes the sample in one transaction, when it never held anything.
    """
    directory = settings.data
    if settings.database_url:
        with closing(Catalog.open(settings.catalog)) as catalog:
            with_sample = with_sample and not catalog.revision()
    try:
        directory.parent.mkdir(parents=True, exist_ok=True)
        _sweep(directory)
        building = Path(tempfile.mkdtemp(prefix=_unfinished(directory), dir=directory.parent))
    except OSError as error:
        raise AssistantError(
            f"The data directory '{directory}' cannot be made ({error.strerror}). Name another one with --data."
        ) from error
    try:
        catalog = Catalog.open(building)
        try:
            if with_sample:
                for loaded in load(SAMPLE):
                    if isinstance(loaded, Rejection):
                        # The folder's README is no announcement.
                        continue
                    if loaded.id is None:
                        continue
                    origin = f"sample:{Path(loaded.origin).name}"
                    catalog.add(announce(dataclasses.replace(loaded, origin=origin)), origin=origin)
        finally:
            catalog.close()
        if settings.database_url:
            if with_sample:
                _hand_over(building, settings)
            for file in building.glob("catalog.db*"):
                file.unlink()
        building.chmod(0o755)
        os.rename(building, directory)
    except OSError as error:
        if directory.is_dir():
            return  # another process made it first
        raise UnreadableFile(f"The data directory '{directory}' cannot be made ({error.strerror}).") from error
    finally:
        shutil.rmtree(building, ignore_errors=True)
