"""Loading: a file, a folder, a URL or a feed in, Sources and Rejections out. Each format has a load_….py of its own."""

from __future__ import annotations

import dataclasses
import io
import os
import re
from collections.abc import Collection, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote, urlsplit

from corpus import load_jsonl, load_markdown, load_text
from corpus.errors import CorpusError, EmptyDocument, UnreadableFile, UnsupportedFormat
from corpus.isolate import Isolated
from corpus.source import Original, Rejection, Source

if TYPE_CHECKING:  # files need no HTTP, which takes long to import
    from corpus.feed import Entry
    from corpus.fetch import Fetched

TEXT_LIMIT = 5_000_000  # bytes; JSON Lines have a limit a line instead
DOCUMENT_LIMIT = 50_000_000  # bytes of a PDF or DOCX
_SECONDS = {"pdf": 120.0, "html": 30.0, "docx": 30.0}
_OCR_SECONDS = 3_600.0

Format = Literal["text", "markdown", "jsonl", "pdf", "html", "docx"]

FORMATS: dict[str, Format] = {
    ".txt": "text", ".text": "text",
    ".md": "markdown", ".markdown": "markdown",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".pdf": "pdf",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".docx": "docx",
}  # fmt: skip
_MEDIA_TYPES: dict[str, Format] = {
    "application/pdf": "pdf",
    "text/html": "html", "application/xhtml+xml": "html",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "text/markdown": "markdown", "application/x-ndjson": "jsonl", "application/jsonl": "jsonl",
    "text/plain": "text",
}  # fmt: skip
_KEPT_AS: dict[Format | None, str] = {
    "text": ".txt",
    "markdown": ".md",
    "pdf": ".pdf",
    "html": ".html",
    "docx": ".docx",
}
_NOT_ANNOUNCEMENTS = ("readme", "license", "licence")


def load(
    target: str | Path,
    *,
    ocr: bool = False,
    allow_hosts: Collection[str] = (),
    feed_memory: Path | None = None,
    links: bool = False,
    delay: float = 1.0,
) -> Iterator[Source | Rejection]:
    """What `target` holds: a file, a folder (with all below it, sorted), or an http(s) URL of a page, file or feed.

    In a folder, hidden files and README and LICENSE files are passed over.

    Args:
        ocr: read scans with Tesseract.
        allow_hosts: hosts of an intranet, which may have private addresses.
        feed_memory: file that keeps which items of a feed were read; without it, every item comes each time.
        links: the URL is a page that lists news: load what it links to beside a date, not the page.
        delay: seconds between two requests to one host.

    Raises:
        UnreadableFile: there is no such file or folder. Everything else that goes wrong is a Rejection.
    """
    if isinstance(target, str) and re.match(r"[A-Za-z][A-Za-z0-9+.-]+://", target):
        return _load_url(target, ocr, allow_hosts, feed_memory, links, delay)
    path = Path(target)
    try:
        there = path.exists()
    except (OSError, ValueError):
        there = False
    if not there:
        raise UnreadableFile(f"There is no file or folder '{target}'. Check the path.")
    return _load_path(path, ocr)


def load_bytes(data: bytes, name: str, *, ocr: bool = False) -> Iterator[Source | Rejection]:
    """What an uploaded file holds; `name` tells its format and becomes its origin."""
    with Isolated() as worker:
        yield from _parsed(worker, data, FORMATS.get(PurePosixPath(name).suffix.lower()), origin=name, ocr=ocr)


# --- Files --------------------------------------------------------------------------------------------------------


def _load_path(path: Path, ocr: bool) -> Iterator[Source | Rejection]:
    with Isolated() as worker:
        for file in _files(path) if path.is_dir() else [path]:
            yield from _load_file(worker, file, ocr)


def _files(folder: Path) -> Iterator[Path]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).stem.lower() not in _NOT_ANNOUNCEMENTS:
                yield Path(place, name)


def _load_file(worker: Isolated, path: Path, ocr: bool) -> Iterator[Source | Rejection]:
    origin = os.path.abspath(path)
    kind = FORMATS.get(path.suffix.lower())
    try:
        if not path.is_file():
            raise UnreadableFile("This is no regular file. Give the path of a file.")
        if kind == "jsonl":
            with path.open("rb") as lines:
                yield from _loaded_lines(lines, origin)
            return
        if kind is None:
            raise _unsupported(path.suffix)
        limit = _limit(kind)
        with path.open("rb") as file:
            data = file.read(limit + 1)
        if len(data) > limit:
            raise UnreadableFile(f"The file is larger than {limit // 1_000_000} MB. Split it.")
    except CorpusError as error:
        yield Rejection(origin, str(error))
    except OSError as error:
        yield Rejection(origin, f"The file cannot be opened: {error.strerror}. Check its permissions.")
    else:
        yield from _parsed(worker, data, kind, origin=origin, ocr=ocr)


def _loaded_lines(lines: Any, origin: str) -> Iterator[Source | Rejection]:
    empty = True
    for item in load_jsonl.parse(lines, origin):
        empty = False
        yield item
    if empty:
        yield Rejection(origin, "The file holds no lines.")


def _limit(kind: Format) -> int:
    return DOCUMENT_LIMIT if kind in ("pdf", "docx") else TEXT_LIMIT


def _unsupported(suffix: str) -> UnsupportedFormat:
    known = ", ".join(sorted(FORMATS))
    return UnsupportedFormat(f"Files of type '{suffix or 'without a suffix'}' are not read. Save it as one of {known}.")


# --- Bytes to Sources ---------------------------------------------------------------------------------------------


def _parsed(
    worker: Isolated, data: bytes, kind: Format | None, *, origin: str, ocr: bool = False, charset: str = ""
) -> Iterator[Source | Rejection]:
    """The Sources in `data`; each with its file; whatever is wrong with it becomes a Rejection."""
    for loaded in _read(worker, data, kind, origin=origin, ocr=ocr, charset=charset):
        if isinstance(loaded, Source) and kind in _KEPT_AS:
            yield dataclasses.replace(loaded, original=Original(data, _KEPT_AS[kind]))
        else:
            yield loaded


def _read(
    worker: Isolated, data: bytes, kind: Format | None, *, origin: str, ocr: bool, charset: str
) -> Iterator[Source | Rejection]:
    try:
        if kind is None:
            raise _unsupported(PurePosixPath(urlsplit(origin).path).suffix)
        if not data.strip():
            raise EmptyDocument("The file is empty.")
        if len(data) > _limit(kind):
            raise UnreadableFile(f"The file is larger than {_limit(kind) // 1_000_000} MB. Split it.")
        match kind:
            case "text":
                yield load_text.parse(data, origin)
            case "markdown":
                yield load_markdown.parse(data, origin)
            case "jsonl":
                yield from _loaded_lines(io.BytesIO(data), origin)
            case "pdf":
                found = _pdf(worker, data, ocr)
                illegible = found.pop("illegible", [])
                yield _source(found, "lines", origin)
                for number in illegible:
                    yield Rejection(
                        f"{origin}#page={number + 1}",
                        f"The text of page {number + 1} is garbage and was left out. Add the file with --ocr.",
                    )
            case "html":
                found = worker.call("corpus.load_html:parse", data, charset=charset, seconds=_SECONDS["html"])
                yield _source(found, "blocks", origin)
            case "docx":
                found = worker.call("corpus.load_docx:parse", data, seconds=_SECONDS["docx"])
                yield _source(found, "blocks", origin)
    except CorpusError as error:
        yield Rejection(origin, str(error))


def _source(found: dict[str, Any], layout: Literal["lines", "blocks"], origin: str) -> Source:
    stated = {key: value for key, value in found.items() if key != "pages" and value}
    return Source(pages=tuple(found["pages"]), layout=layout, origin=origin, **stated)


def _pdf(worker: Isolated, data: bytes, ocr: bool) -> dict[str, Any]:
    """The text layer; with `ocr`, pages without one, or all when it is missing or garbage, are read as pictures."""
    try:
        found: dict[str, Any] = worker.call("corpus.load_pdf:parse", data, seconds=_SECONDS["pdf"])
    except EmptyDocument:
        if not ocr:
            raise
        return dict(worker.call("corpus.ocr:parse", data, seconds=_OCR_SECONDS))
    blank = [number for number, page in enumerate(found["pages"]) if not page.strip()]
    if ocr and blank:
        try:
            read = worker.call("corpus.ocr:parse", data, only=blank, seconds=_OCR_SECONDS)["pages"]
        except EmptyDocument:
            return found
        found["illegible"] = []
        found["pages"] = [page or seen for page, seen in zip(found["pages"], read, strict=True)]
    return found


# --- URLs ---------------------------------------------------------------------------------------------------------


def _load_url(
    url: str, ocr: bool, allow_hosts: Collection[str], feed_memory: Path | None, links: bool, delay: float
) -> Iterator[Source | Rejection]:
    from corpus.feed import Memory, Visitor, is_feed, new_items
    from corpus.fetch import fetch

    with Isolated() as worker:
        try:
            memory = Memory(feed_memory)
            # A feed that did not change is not sent again; a page always is, as nothing is known of it.
            page = fetch(url, allow_hosts=allow_hosts, headers=memory.conditions(url))
        except CorpusError as error:
            yield Rejection(url, str(error))
            return
        if page.status == 304:
            return
        if not links and not is_feed(page):
            yield from _load_page(worker, page, ocr)
            return
        visitor = Visitor(allow_hosts=allow_hosts, delay=delay)
        for item in new_items(url, page, worker=worker, visitor=visitor, memory=memory, links=links):
            if isinstance(item, Rejection):
                yield item
            else:
                entry, fetched = item
                yield from (_completed(loaded, entry) for loaded in _load_page(worker, fetched, ocr))


def _load_page(worker: Isolated, page: Fetched, ocr: bool) -> Iterator[Source | Rejection]:
    for loaded in _parsed(worker, page.data, _format(page), origin=page.url, ocr=ocr, charset=page.charset):
        # What was fetched is the source; a page's own word on its address may be out of date.
        yield dataclasses.replace(loaded, source_url=page.url) if isinstance(loaded, Source) else loaded


def _completed(loaded: Source | Rejection, entry: Entry) -> Source | Rejection:
    """The Source with the feed's title and date where it states none itself."""
    if isinstance(loaded, Rejection):
        return loaded
    return dataclasses.replace(
        loaded, title=loaded.title or entry.title or None, published=loaded.published or entry.published or None
    )


def _format(page: Fetched) -> Format | None:
    """The format by the first bytes, then the server's word, then the name in the address."""
    if page.data.startswith(b"%PDF-"):
        return "pdf"
    by_name = FORMATS.get(PurePosixPath(unquote(urlsplit(page.url).path)).suffix.lower())
    if page.media_type in ("text/plain", "application/octet-stream", "application/json", ""):
        return by_name or _MEDIA_TYPES.get(page.media_type)
    return _MEDIA_TYPES.get(page.media_type, by_name)
