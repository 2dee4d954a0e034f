"""Reading in processes of their own: what was asked in, its Answer out, beside the one that serves the pages.

One interpreter runs on one core. A process here holds the same announcements, opened a second time, and sees what is
written to them as any other reader of the data directory does.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import threading
import time
from concurrent.futures import CancelledError, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.settings import Settings
from corpus.errors import AssistantError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.chain import Ask

# Questions that may wait for a process, besides the one that it reads; more are read where they came in.
WAITING = 8
_ORPHANED_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Readers:
    """Processes that read. Threads may share them; `close` them with the assistant."""

    def __init__(self, settings: Settings, count: int) -> None:
        """Starts `count` processes, which takes them some seconds; nothing is read by them before."""
        self._count = count
        self._pool = ProcessPoolExecutor(
            count, mp_context=multiprocessing.get_context("spawn"), initializer=_open, initargs=(settings, os.getpid())
        )
        self._lock = threading.Lock()
        self._under_way = 0
        self._opened = [self._pool.submit(os.getpid) for _ in range(count)]
        self._is_lost = False

    @property
    def serves(self) -> bool:
        """Whether the processes are open, and none was lost."""
        return not self._is_lost and all(one.done() and one.exception() is None for one in self._opened)

    def wait(self) -> None:
        """Waits until the processes are open; raises what kept one from that."""
        for one in self._opened:
            one.result()

    def ids(self) -> list[int]:
        """The processes' ids, once they are open."""
        return sorted({one.result() for one in self._opened})

    def read(self, asked: Ask) -> Answer | None:
        """The Answer; None where it has to be read here: no process is free soon, or one was lost.

        Raises:
            AssistantError: as reading it here would.
        """
        with self._lock:
            if not self.serves or self._under_way >= self._count + WAITING:
                return None
            self._under_way += 1
        try:
            pending = self._submitted(asked)
            return pending.result() if pending else None
        except (BrokenProcessPool, CancelledError) as error:
            if not self._is_lost:  # killed, or out of memory
                _log.error("A process that reads was lost; the server reads by itself from now on. %s", error)
            self._is_lost = True
            return None
        finally:
            with self._lock:
                self._under_way -= 1

    def _submitted(self, asked: Ask) -> Future[Answer] | None:
        try:
            return self._pool.submit(_read, asked)
        except BrokenProcessPool:
            raise
        except RuntimeError:  # closed meanwhile
            return None

    def close(self) -> None:
        """Ends the processes; what they read is dropped. One that is still being opened is waited for."""
        self._is_lost = True
        for one in self._opened:
            if one.done() and not one.cancelled() and one.exception() is None:
                with suppress(ProcessLookupError):
                    os.kill(one.result(), signal.SIGTERM)
        self._pool.shutdown(wait=True, cancel_futures=True)


_assistant: Assistant | None = None


def _open(settings: Settings, parent: int) -> None:
    global _assistant
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the server's, which ends its processes
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
    from assistant.assistant import Assistant

    own = settings.model_copy(update={"llm": "", "record_days": 0})
    try:
        _assistant = Assistant.open(own, sample=False, embeddings="background")
    except AssistantError as error:
        _log.error("A process that reads cannot start; the server reads by itself. %s", error)
        os._exit(1)
    _assistant.wait_until_warm()


def _end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(_ORPHANED_SECONDS)
    os._exit(0)


def _read(asked: Ask) -> Answer:
    assert _assistant is not None
    return _assistant.read(asked)
