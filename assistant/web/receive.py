"""A form with files: the request in, its fields and the files on the disk out; only fields are held in memory."""

from __future__ import annotations

import asyncio
import contextlib
import re
import shutil
import tempfile
import time
import unicodedata
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO
from urllib.parse import parse_qsl, unquote

from fastapi import Depends, HTTPException, Request
from filelock import FileLock, Timeout
from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header
from starlette.concurrency import run_in_threadpool

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

FIELD_LIMIT = 64 * 1024  # bytes of all fields together
HEADER_LIMIT = 16 * 1024  # bytes of a part's headers
NAME_LIMIT = 150  # characters
IDLE_SECONDS = 60.0  # without a byte, after which a sender is given up

_LOCK = "in_use"
_NEW_SECONDS = 30.0  # in which a new folder gets its lock
_SUFFIX = re.compile(r"\.[a-z]{1,8}")


@dataclass(slots=True)
class ReceivedFile:
    """One file of a form; `path` is its place on the disk, with the name's suffix."""

    name: str  # without folders
    path: Path
    size: int = 0  # bytes that were sent, more than are on the disk when it is too large
    is_too_large: bool = False


@dataclass(frozen=True, slots=True)
class Sizes:
    """The most that one form may send."""

    file: int  # bytes
    files: int  # how many
    total: int  # bytes


@dataclass(slots=True)
class Form:
    """What was sent; of a field that comes twice, the last."""

    fields: dict[str, str] = field(default_factory=dict)
    files: list[ReceivedFile] = field(default_factory=list)


class Incoming:
    """The folder of the data directory in which files wait to be read; what a crash left there goes at the next use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextlib.contextmanager
    def room(self) -> Iterator[Path]:
        """A new folder inside, removed at the end; locked meanwhile, so that no process takes it for a leftover."""
        self.sweep()
        self._folder.mkdir(parents=True, exist_ok=True)
        room = Path(tempfile.mkdtemp(dir=self._folder))
        lock = FileLock(room / _LOCK, thread_local=False)  # it is let go of by whichever thread is done with it
        lock.acquire(timeout=0)
        try:
            yield room
        finally:
            lock.release()
            shutil.rmtree(room, ignore_errors=True)

    def sweep(self) -> None:
        """Removes the folders that nobody uses any more."""
        for room in self._folder.glob("*"):
            with contextlib.suppress(OSError):
                if time.time() - room.stat().st_mtime < _NEW_SECONDS:
                    continue
            lock = FileLock(room / _LOCK)
            with contextlib.suppress(Timeout, OSError):
                lock.acquire(timeout=0)
                shutil.rmtree(room, ignore_errors=True)
                lock.release()


async def receive(request: Request, room: Path, most: Sizes) -> Form:
    """The form that `request` sends, its files in `room`. The rest of a file that is too large is passed over.

    Raises:
        HTTPException: 400 what is sent is no such form; 408 nothing comes any more; 413 it is too much in all, or too
            many files; 507 the disk is full.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary")
    if kind != b"multipart/form-data" or not boundary:
        raise HTTPException(400, "This is no form with files. Send it from the page.")
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most.total:
        raise HTTPException(413, _too_much(most.total), {"Connection": "close"})
    parts = _Parts(room, most)
    received = 0
    try:
        parser = MultipartParser(boundary, parts.callbacks())
        async for piece in _pieces(request):
            received += len(piece)
            if received > most.total:
                raise HTTPException(413, _too_much(most.total), {"Connection": "close"})
            parser.write(piece)
            await run_in_threadpool(parts.write_down)
        parser.finalize()
    except FormParserError as error:
        raise HTTPException(400, "The form arrived broken. Send it again.") from error
    except OSError as error:
        raise HTTPException(507, f"The file cannot be kept ({error.strerror}). Make room on the disk.") from error
    finally:
        parts.close()
    return parts.form


async def receive_fields(request: Request) -> dict[str, str]:
    """The fields of a form without files; HTTPException 413 when they are too long, 408 when they do not come."""
    body = bytearray()
    async for piece in _pieces(request):
        body += piece
        if len(body) > FIELD_LIMIT:
            raise HTTPException(413, "What was typed into the form is too long.", {"Connection": "close"})
    return {name: value.strip() for name, value in parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True)}


# Of a route's parameter: what was typed into a form without files.
Fields = Annotated[dict[str, str], Depends(receive_fields)]


async def _pieces(request: Request) -> AsyncIterator[bytes]:
    stream = request.stream()
    while True:
        try:
            async with asyncio.timeout(IDLE_SECONDS):
                piece = await anext(stream, None)
        except TimeoutError as error:
            raise HTTPException(408, f"Nothing came for {IDLE_SECONDS:g} seconds.", {"Connection": "close"}) from error
        if piece is None:
            return
        yield piece


def _too_much(limit: int) -> str:
    return f"All files together have more than {limit // 1_000_000} MB. Send them in several goes."


class _Parts:
    """What a parser of forms calls: each part goes into a field, or into a file of its own."""

    def __init__(self, room: Path, most: Sizes) -> None:
        self.form = Form()
        self._room = room
        self._most = most
        self._header, self._value = bytearray(), bytearray()
        self._headers: dict[bytes, bytes] = {}
        self._name = ""
        self._field: bytearray | None = None
        self._fields_size = 0
        self._file: tuple[ReceivedFile, BinaryIO] | None = None
        self._pending: list[tuple[BinaryIO, bytes]] = []

    def callbacks(self) -> MultipartCallbacks:
        """What to call for each event."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._gather(self._header, data[start:end]),
            "on_header_value": lambda data, start, end: self._gather(self._value, data[start:end]),
            "on_header_end": self._header_ended,
            "on_headers_finished": self._headers_ended,
            "on_part_data": lambda data, start, end: self._take(data[start:end]),
            "on_part_end": self._end,
        }

    def write_down(self) -> None:
        """Writes what came since the last time; OSError when the disk does not take it."""
        pending, self._pending = self._pending, []
        for file, data in pending:
            file.write(data)

    def close(self) -> None:
        """Closes a file whose end did not come."""
        if self._file:
            self._file[1].close()

    def _begin(self) -> None:
        self._headers.clear()
        self._header.clear()
        self._value.clear()

    def _gather(self, into: bytearray, data: bytes) -> None:
        into += data
        if len(into) > HEADER_LIMIT:
            raise FormParserError("A header of a part is too long.")

    def _header_ended(self) -> None:
        self._headers[bytes(self._header).lower()] = bytes(self._value)
        self._header.clear()
        self._value.clear()

    def _headers_ended(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode("utf-8", "replace")
        if b"filename" not in options:
            self._field = bytearray()
            return
        name = bare_name(options[b"filename"].decode("utf-8", "replace"))
        if not name:
            return  # the picker was left empty
        if len(self.form.files) >= self._most.files:
            raise HTTPException(413, f"More than {self._most.files} files. Send them in several goes.")
        suffix = Path(name).suffix.lower()
        place = self._room / f"{len(self.form.files)}{suffix if _SUFFIX.fullmatch(suffix) else ''}"
        received = ReceivedFile(name, place)
        self.form.files.append(received)
        self._file = received, place.open("wb")

    def _take(self, data: bytes) -> None:
        if self._field is not None:
            self._fields_size += len(data)
            if self._fields_size > FIELD_LIMIT:
                raise HTTPException(413, "What was typed into the form is too long.")
            self._field += data
        elif self._file:
            received, file = self._file
            received.size += len(data)
            received.is_too_large = received.size > self._most.file
            if not received.is_too_large:
                self._pending.append((file, data))

    def _end(self) -> None:
        if self._field is not None:
            self.form.fields[self._name] = self._field.decode("utf-8", "replace").strip()
        if self._file:
            self.write_down()
            self._file[1].close()
        self._field = self._file = None


def bare_name(sent: str) -> str:
    """The name of a file as browsers send it, without folders, composed as most systems write it, of a sane length.

    >>> bare_name("C:\\\\press\\\\リリース.pdf"), bare_name("../../etc/passwd"), bare_name(".."), bare_name('a%22b.txt')
    ('リリース.pdf', 'passwd', '', 'a"b.txt')
    """
    last = re.split(r"[/\\]", sent)[-1]
    for code in ("%22", "%0D", "%0A"):  # what browsers escape, and nothing else
        last = last.replace(code, unquote(code))
    plain = " ".join("".join(" " if unicodedata.category(c)[0] == "C" else c for c in last).split())
    name = unicodedata.normalize("NFC", plain)
    if not name.strip("."):
        return ""
    stem, dot, suffix = name.rpartition(".")
    return name if len(name) <= NAME_LIMIT else f"{stem[: NAME_LIMIT - len(suffix) - 1]}{dot}{suffix}"[:NAME_LIMIT]
