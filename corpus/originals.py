"""Originals: the files that announcements were read from in, each kept under a name made of its content; the same out.

They lie in the data directory of the machine that added them, also where the catalog is a database that many share.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

from corpus.errors import CorpusError, OriginalMissing
from corpus.source import Original

ORIGINALS = "originals"  # the folder in a data directory
KEPT_FOR = 30 * 86_400.0  # seconds for which a file stays that nothing needs: what was removed may be put back
_ABANDONED = 3_600.0  # seconds after which nobody is still writing a file

_NAME = re.compile(r"([0-9a-f]{64})(\.[a-z]{2,5})")


class Originals:
    """The files in one folder, which is made when the first one comes. Threads and processes may share it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, original: Original) -> str:
        """The name of `original`, which is on the disk when this returns; CorpusError when the disk refuses it."""
        name = f"{hashlib.sha256(original.data).hexdigest()}{original.suffix}"
        path = self._path(name)
        with contextlib.suppress(OSError):
            if path.stat().st_size == len(original.data):
                os.utime(path)
                return name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            written, beside = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".part")
            try:
                with os.fdopen(written, "wb") as file:
                    file.write(original.data)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(beside, path)
            except BaseException:
                Path(beside).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise CorpusError(
                f"The file cannot be kept in '{self._folder}' ({error.strerror}). Check the free space and the rights."
            ) from error
        return name

    def has(self, name: str) -> bool:
        """Whether the file of this name is kept here; False for "" and for what is no name."""
        return _NAME.fullmatch(name) is not None and self._path(name).is_file()

    def size(self, name: str) -> int | None:
        """How many bytes the file of this name has; None when it is not here."""
        try:
            return self._path(name).stat().st_size if self.has(name) else None
        except OSError:
            return None

    def read(self, name: str) -> bytes:
        """The file of this name, as it came; OriginalMissing when it is not here, or was changed since."""
        if not self.has(name):
            raise OriginalMissing("The original file is not kept on this machine. Add it again to see it here.")
        try:
            data = self._path(name).read_bytes()
        except OSError as error:
            raise OriginalMissing(f"The original file cannot be read ({error.strerror}). Check its rights.") from error
        if hashlib.sha256(data).hexdigest() != Path(name).stem:
            raise OriginalMissing("The original file was damaged since it was kept. Add it again.")
        return data

    def touch(self, names: Collection[str]) -> None:
        """Counts the time for which files stay that nothing needs from now."""
        for name in names:
            if self.has(name):
                with contextlib.suppress(OSError):
                    os.utime(self._path(name))

    def drop(self, names: Collection[str]) -> None:
        """Removes these files now."""
        for name in names:
            if self.has(name):
                self._path(name).unlink(missing_ok=True)

    def check(self, needed: Collection[str]) -> list[str]:
        """A sentence for each file among `needed` that is here and not what it was; absent ones are no fault."""
        sentences = []
        for name in sorted(needed):
            if self.has(name):
                try:
                    self.read(name)
                except OriginalMissing as error:
                    sentences.append(f"Original '{name}': {error}")
        return sentences

    def drop_unneeded(self, needed: Callable[[], Collection[str]], *, older_than: float = KEPT_FOR) -> int:
        """Removes the files that nothing has needed for `older_than` seconds; says how many.

        Args:
            needed: gives the names to keep; asked after the folder was looked at, so that what comes meanwhile stays.
        """
        now = time.time()
        old = [path for path in self._files() if _age(path, now) > older_than]
        kept = needed()
        gone = [path for path in old if path.name not in kept]
        abandoned = [path for path in self._folder.glob("*/.*.part") if _age(path, now) > _ABANDONED]
        for path in [*gone, *abandoned]:
            path.unlink(missing_ok=True)
        return len(gone)

    def _files(self) -> Iterator[Path]:
        return (path for path in self._folder.glob("*/*") if _NAME.fullmatch(path.name))

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _age(path: Path, now: float) -> float:
    try:
        return now - path.stat().st_mtime
    except OSError:
        return 0.0  # gone meanwhile
