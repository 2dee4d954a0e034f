"""Loading: a file, a folder or a URL in, Sources and Rejections out. Each format has a file of its own, load_….py."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from corpus import load_jsonl, load_markdown, load_text
from corpus.errors import CorpusError, UnreadableFile, UnsupportedFormat
from corpus.source import Rejection, Source

TEXT_LIMIT = 5_000_000  # bytes

_FORMATS = {
    ".txt": "text", ".text": "text",
    ".md": "markdown", ".markdown": "markdown",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
}  # fmt: skip
_NOT_ANNOUNCEMENTS = ("readme", "license", "licence")


def load(target: str | Path, *, ocr: bool = False, allow_hosts: Collection[str] = ()) -> Iterator[Source | Rejection]:
    """What `target` holds: a file, a folder (with all below it, sorted), or an http(s) URL.

    In a folder, hidden files and README and LICENSE files are passed over.

    Raises:
        UnreadableFile: there is no such file or folder. Everything else that goes wrong is a Rejection.
    """
    path = Path(target)
    if not path.exists():
        raise UnreadableFile(f"There is no file or folder '{target}'. Check the path.")
    if path.is_dir():
        return _load_folder(path)
    return _load_file(path)


def _load_folder(folder: Path) -> Iterator[Source | Rejection]:
    for place, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and Path(name).stem.lower() not in _NOT_ANNOUNCEMENTS:
                yield from _load_file(Path(place, name))


def _load_file(path: Path) -> Iterator[Source | Rejection]:
    origin = str(path.resolve())
    try:
        kind = _FORMATS.get(path.suffix.lower())
        if kind is None:
            raise UnsupportedFormat(f"Files of type '{path.suffix}' are not read.")
        if kind == "jsonl":
            with path.open("rb") as lines:
                yield from load_jsonl.parse(lines, origin)
            return
        data = path.read_bytes()
        yield load_markdown.parse(data, origin) if kind == "markdown" else load_text.parse(data, origin)
    except CorpusError as error:
        yield Rejection(origin, str(error))
    except OSError as error:
        yield Rejection(origin, f"The file cannot be opened: {error.strerror}. Check its permissions.")
