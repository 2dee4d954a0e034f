"""Long work in the background, one piece at a time: a function in; how far it is, and how it ended, out."""

from __future__ import annotations

import datetime as dt
import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from corpus.errors import AssistantError

_log = logging.getLogger(__name__)

Work = Callable[[Callable[[int, int], None]], tuple[str, ...]]  # given how to tell its progress; what it found


class Busy(AssistantError):
    """Something else is under way."""


class Stopped(AssistantError):
    """The program ends before the work is done."""


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work."""

    name: str
    by: str
    began: dt.datetime
    state: Literal["running", "done", "failed", "stopped"] = "running"
    done: int = 0
    total: int = 0  # 0 while nobody knows
    found: tuple[str, ...] = ()
    error: str = ""
    ended: dt.datetime | None = None

    @property
    def share(self) -> float | None:
        """How much of it is done, 0 to 1; None while nobody knows."""
        return min(1.0, self.done / self.total) if self.total else None


class Jobs:
    """Runs one job at a time in a thread of its own. Threads may share it; `close` it before what its jobs use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self._is_closed = False

    def last(self) -> Job | None:
        """What is under way, else what ended last; None when nothing was ever begun."""
        with self._lock:
            return self._job

    def begin(self, name: str, work: Work, *, by: str = "") -> Job:
        """Begins `work`; Busy while another job is under way."""
        with self._lock:
            if self._is_closed:
                raise Stopped("The program is about to end. Try again when it runs.")
            if self._job and self._job.state == "running":
                raise Busy("Something else is under way. Wait until it is done.")
            self._job = job = Job(name, by, dt.datetime.now(dt.UTC))
            self._thread = threading.Thread(target=self._run, args=(work,), name=f"job-{name}", daemon=True)
            self._thread.start()
        return job

    @property
    def is_closing(self) -> bool:
        """Whether the program ends, and with it what is under way."""
        return self._is_closed

    def close(self) -> None:
        """Ends what is under way at its next step, and waits for it."""
        with self._lock:
            self._is_closed = True
            thread = self._thread
        if thread:
            thread.join()

    def _tell(self, done: int, total: int) -> None:
        with self._lock:
            assert self._job is not None
            self._job = replace(self._job, done=done, total=total)
            if self._is_closed:
                raise Stopped("The program ended before this was done. Begin it again.")

    def _run(self, work: Work) -> None:
        try:
            found = work(self._tell)
        except Stopped as error:
            self._end("stopped", error=str(error))
        except AssistantError as error:
            self._end("failed", error=str(error))
        except Exception:
            _log.exception("A job broke off")
            self._end("failed", error="It broke off because of an error in the program; the log says where.")
        else:
            self._end("done", found=found)

    def _end(self, state: Literal["done", "failed", "stopped"], **result: object) -> None:
        with self._lock:
            assert self._job is not None
            self._job = replace(self._job, state=state, ended=dt.datetime.now(dt.UTC), **result)  # type: ignore[arg-type]
