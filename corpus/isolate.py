"""Parsing in a process of its own: bytes in, a plain value out, within a bounded time and memory, whatever the bytes.

A PDF, HTML or DOCX file comes from outside and may be broken or made to harm. What reads it runs in a child process
that has little memory, cannot write files, and is ended when it takes too long. Its reply is JSON, so that even a
child that was taken over can hand back no code.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

from corpus import errors
from corpus.errors import CorpusError, UnreadableFile

MEMORY_LIMIT = 1_500_000_000  # bytes of address space for the child
TIME_LIMIT = 60.0  # seconds for one file
# What the child needs of the environment; keys and passwords stay out of its reach.
_ENVIRONMENT = (
    "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "SYSTEMROOT",
    "TESSDATA_PREFIX",
)  # fmt: skip
_REPLY_LIMIT = 200_000_000  # bytes


class Isolated:
    """Runs named functions of the corpus package in a child process, which is started when first needed.

    One child serves many calls, one after the other, and is replaced after a failure. Close it, or use `with`.
    """

    def __init__(self, *, seconds: float = TIME_LIMIT, memory: int = MEMORY_LIMIT) -> None:
        self._seconds = seconds
        self._memory = memory
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Isolated:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def call(self, function: str, data: bytes, /, *, seconds: float | None = None, **options: Any) -> Any:
        """`function(data, **options)` for a function named as "corpus.module:name" that returns what JSON can carry.

        Raises:
            CorpusError: what the function raised.
            UnreadableFile: it took longer than `seconds` (or the limit set at first), needed too much memory, or broke.
        """
        limit = seconds or self._seconds
        child = self._started()
        assert child.stdin is not None
        assert child.stdout is not None
        late = threading.Event()

        def end() -> None:
            late.set()
            _kill(child)

        timer = threading.Timer(limit, end)
        timer.daemon = True
        timer.start()
        try:
            head = json.dumps({"function": function, "options": options, "size": len(data)})
            child.stdin.write(head.encode() + b"\n" + data)
            child.stdin.flush()
            reply = child.stdout.readline(_REPLY_LIMIT)
        except OSError:
            reply = b""
        finally:
            timer.cancel()
        if not reply.endswith(b"\n"):
            self.close()
            if late.is_set():
                raise UnreadableFile(f"Reading the file takes longer than {limit:g} seconds. Split or simplify it.")
            raise UnreadableFile("Reading the file breaks its reader. Save it anew from its program, or as text.")
        outcome = json.loads(reply)
        if "value" in outcome:
            return outcome["value"]
        if outcome["error"] == "MemoryError":
            self.close()
            raise UnreadableFile(
                f"Reading the file needs more than {self._memory // 1_000_000:,} MB of memory. Split or simplify it."
            )
        kind = getattr(errors, outcome["error"], None)
        if isinstance(kind, type) and issubclass(kind, CorpusError):
            raise kind(outcome["message"])
        raise UnreadableFile(
            f"The file is broken ({outcome['error']}: {outcome['message'][:200]}). Save it anew from its program."
        )

    def close(self) -> None:
        """Ends the child."""
        child, self._child = self._child, None
        if child is None:
            return
        _kill(child)
        for pipe in (child.stdin, child.stdout):
            if pipe:
                with contextlib.suppress(OSError):
                    pipe.close()
        child.wait()

    def _started(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self.close()
            root = str(Path(__file__).resolve().parent.parent)
            self._child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-m", "corpus.isolate", str(self._memory)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=root,
                env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ},
                start_new_session=True,  # so that programs it started end with it
            )
        return self._child


def _kill(child: subprocess.Popen[bytes]) -> None:
    """Ends the child and every program that it started."""
    if child.poll() is not None:
        return
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(child.pid, signal.SIGKILL)
        else:
            child.kill()


def _serve(memory: int) -> None:
    """The child: reads calls from standard input and writes replies until the input ends."""
    calls: BinaryIO = sys.stdin.buffer
    replies: BinaryIO = os.fdopen(os.dup(1), "wb")
    # Whatever a library prints must not mix with the replies.
    os.dup2(2, 1)
    _bound(memory)
    while head := calls.readline():
        call = json.loads(head)
        data = calls.read(call["size"])
        try:
            module, _, name = call["function"].partition(":")
            outcome = {"value": getattr(importlib.import_module(module), name)(data, **call["options"])}
            reply = json.dumps(outcome).encode()
        except BaseException as error:
            reply = json.dumps({"error": type(error).__name__, "message": " ".join(str(error).split())}).encode()
        del data
        replies.write(reply + b"\n")
        replies.flush()


def _bound(memory: int) -> None:
    """Limits this process's memory, files it may write, and processes' core dumps, where the system can."""
    try:
        import resource
    except ImportError:  # not a POSIX system: the time limit alone holds
        return
    for what, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_CORE, 0)):
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    _serve(int(sys.argv[1]))
