"""Guarding requests: what went wrong, whether to try again and after how long, and when to stop asking for a while."""

from __future__ import annotations

import email.utils
import random
import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from assistant.llm.errors import NoReply

ATTEMPTS = 3
FIRST_WAIT = 0.25  # seconds, doubled with each attempt; a random part of it is waited
# Troubles that may be over in a moment.
_PASSING = frozenset({"busy", "server", "dropped"})

FAILURES = 3  # in a row, until the breaker opens
REST = 30.0  # seconds that it stays open
LONG_REST = 300.0  # the same for a refused key, and the most for a server that names the seconds itself


def trouble(error: BaseException) -> NoReply:
    """What an error of a provider's library means; told by its status and type, as each provider has errors of its own.

    Its message is left out: it may hold the key or the question.
    """
    if isinstance(error, NoReply):
        return error
    status = getattr(error, "status_code", None)
    if isinstance(status, int):
        if status in (401, 403):
            return NoReply("key")
        if status == 429:
            return NoReply("busy", retry_after=_retry_after(error))
        if status >= 500 or status in (408, 409):
            return NoReply("server", retry_after=_retry_after(error))
        return NoReply("request")
    names = {one.__name__ for one in type(error).__mro__}
    if isinstance(error, TimeoutError) or any("Timeout" in name for name in names):
        return NoReply("timeout")
    if isinstance(error, OSError) or names & {"APIConnectionError", "TransportError", "NetworkError"}:
        return NoReply("dropped")
    return NoReply("malformed")


def wait_before(attempt: int, failed: NoReply, *, left: float, first_wait: float = FIRST_WAIT) -> float | None:
    """Seconds to wait before attempt number `attempt` (the second is 2); None where another one does not help.

    A server that names the seconds gets them, or is not asked again when fewer than those are `left`.
    """
    if failed.kind not in _PASSING or attempt > ATTEMPTS:
        return None
    jittered = random.uniform(0.5, 1.0) * first_wait * 2 ** (attempt - 2)  # noqa: S311
    wait = failed.retry_after if failed.retry_after is not None else jittered
    return wait if wait < left else None


def _retry_after(error: BaseException) -> float | None:
    """Seconds that the server asks to wait, from Retry-After as a number or as a date."""
    headers: Mapping[str, Any] = getattr(getattr(error, "response", None), "headers", None) or {}
    said = str(headers.get("retry-after") or "").strip()
    if not said:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    try:
        return max(0.0, email.utils.parsedate_to_datetime(said).timestamp() - time.time())
    except (TypeError, ValueError):
        return None


class Breaker:
    """Stops asking a model that fails: closed, then open for a while, then one request tries whether it is back."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._failures = 0
        self._opens_at = 0.0  # until then nothing is asked
        self._trying = False

    def allows(self) -> bool:
        """Whether to ask now; after a rest, True for one caller until that one succeeded or failed."""
        with self._lock:
            if self._clock() < self._opens_at or self._trying:
                return False
            self._trying = self._opens_at > 0
            return True

    def rests_s(self) -> float:
        """For how many seconds nothing is asked; 0 while it is."""
        with self._lock:
            return max(0.0, self._opens_at - self._clock())

    def succeeded(self) -> None:
        """The model replied."""
        with self._lock:
            self._failures, self._opens_at, self._trying = 0, 0.0, False

    def let_go(self) -> None:
        """The request was given up by whoever asked; that says nothing of the model."""
        with self._lock:
            self._trying = False

    def failed(self, why: NoReply) -> None:
        """The model did not reply, because of `why`."""
        with self._lock:
            self._failures += 1
            rest = REST if self._failures >= FAILURES or self._trying else 0.0
            if why.kind == "key":
                rest = LONG_REST
            if why.retry_after is not None:
                rest = max(rest, min(why.retry_after, LONG_REST))
            if rest:
                self._opens_at = self._clock() + rest
            self._trying = False
