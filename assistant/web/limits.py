"""How much one reader may ask: a request in; let through, or 429 and 503 with a sentence and a time to come back out.

A request counts for the address that it comes from, for the session and for the widget that it names.
"""

from __future__ import annotations

import ipaddress
import logging
import math
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from limits import RateLimitItem, RateLimitItemPerDay, RateLimitItemPerMinute
from limits.errors import ConfigurationError, StorageError
from limits.storage import MemoryStorage, Storage, storage_from_string
from limits.strategies import MovingWindowRateLimiter
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.errors import AnswerError
from assistant.settings import Settings
from assistant.web.metrics import Metrics
from assistant.web.problems import problem
from assistant.web.walls import path_of
from assistant.web.words import interface_language
from corpus.announcement import Language

_log = logging.getLogger(__name__)

SESSION_HEADER = "X-Session-Id"
WIDGET_HEADER = "X-Widget-Id"
ASKING = frozenset({"/api/v1/ask", "/api/v1/ask/stream", "/faq/ask", "/en/faq/ask"})
RATING = "/api/v1/feedback"  # counts for its address as a question does
UNCOUNTED = ("/healthz", "/readyz", "/gradio_api/", "/staff/")  # the last two are for those who have signed in
BUSY_SECONDS = 5  # to come back after, when every place is taken

Name = Literal["address", "session", "widget", "reads", "together", "busy"]
Refuse = Callable[[Scope, int, str, Mapping[str, str]], Response]

_TEXTS: Mapping[Language, Mapping[Name, str]] = {
    "ja": {
        "address": "短い時間に多くの質問が届いています。{wait}後にもう一度お試しください。",
        "session": "本日の質問数の上限に達しました。{wait}後にもう一度お試しください。",
        "widget": "本日この窓口で受け付けられる質問数の上限に達しました。{wait}後にもう一度お試しください。",
        "reads": "短い時間に多くのアクセスが届いています。{wait}後にもう一度お試しください。",
        "together": "前の質問への回答がまだ終わっていません。{wait}後にもう一度お試しください。",
        "busy": "ただいま混み合っています。{wait}後にもう一度お試しください。",
    },
    "en": {
        "address": "Many questions have come in a short time. Please try again in {wait}.",
        "session": "The day's number of questions is used up. Please try again in {wait}.",
        "widget": "The day's number of questions that can be asked here is used up. Please try again in {wait}.",
        "reads": "Many requests have come in a short time. Please try again in {wait}.",
        "together": "Your earlier questions are still being answered. Please try again in {wait}.",
        "busy": "Many people are asking at the moment. Please try again in {wait}.",
    },
}
_UNITS: Mapping[Language, tuple[str, str, str]] = {
    "ja": ("{}秒", "{}分", "{}時間"),
    "en": ("{} s", "{} min", "{} h"),
}


class LimitStorageUnusable(AnswerError):
    """The place where requests are counted cannot be used."""


@dataclass(frozen=True, slots=True)
class Quota:
    """So many requests in a moving window."""

    name: Name
    item: RateLimitItem

    @property
    def policy(self) -> str:
        """As draft-ietf-httpapi-ratelimit-headers writes it in RateLimit-Policy."""
        return f'"{self.name}";q={self.item.amount};w={self.item.get_expiry()}'


@dataclass(frozen=True, slots=True)
class Standing:
    """How a reader stands with one quota after a request."""

    quota: Quota
    left: int
    seconds: int  # until the next request leaves the window

    @property
    def is_over(self) -> bool:
        return self.left < 0


class Limiter:
    """Counts requests in `storage`: memory://, redis://host:port, or another that the library `limits` knows.

    While a shared storage does not answer, each process counts for itself.
    """

    def __init__(self, storage: str = "memory://") -> None:
        try:
            kept = storage_from_string(storage, wrap_exceptions=True)
        except ConfigurationError as error:
            raise LimitStorageUnusable(
                "ASSISTANT_LIMIT_STORAGE cannot be used: write memory:// or redis://host:port, and for Redis "
                'run "pip install redis".'
            ) from error
        assert isinstance(kept, Storage)
        self._is_far = not isinstance(kept, MemoryStorage)
        self._window = MovingWindowRateLimiter(kept)
        self._own = MovingWindowRateLimiter(MemoryStorage())
        self._complained = -math.inf

    async def take(self, wanted: Sequence[tuple[Quota, str]]) -> list[Standing]:
        """How the reader stands with each quota; counted only when none of them is over."""
        if not self._is_far:
            return _take(self._window, wanted)
        try:
            return await run_in_threadpool(_take, self._window, wanted)
        except StorageError as error:
            if time.monotonic() - self._complained > 60:
                self._complained = time.monotonic()
                # Its message may hold the password.
                _log.error(
                    "The storage of the limits does not answer; this process counts alone. (%s)", type(error.__cause__)
                )
            return _take(self._own, wanted)


def _take(window: MovingWindowRateLimiter, wanted: Sequence[tuple[Quota, str]]) -> list[Standing]:
    free = all(window.test(quota.item, quota.name, key) for quota, key in wanted)
    standings = []
    for quota, key in wanted:
        taken = free and window.hit(quota.item, quota.name, key)
        over = not taken and not window.test(quota.item, quota.name, key)
        stats = window.get_window_stats(quota.item, quota.name, key)
        seconds = max(1, math.ceil(stats.reset_time - time.time()))
        standings.append(Standing(quota, -1 if over else stats.remaining, seconds))
    return standings


def address_key(host: str | None) -> str:
    """What one reader's address is counted under: of IPv6 the network, which one reader has whole.

    >>> address_key("203.0.113.7"), address_key("2001:db8:1:2:3:4:5:6"), address_key(None)
    ('203.0.113.7', '2001:db8:1:2::', 'unknown')
    """
    try:
        address = ipaddress.ip_address(host or "")
    except ValueError:
        return host or "unknown"
    if address.version == 4:
        return str(address)
    if address.ipv4_mapped:
        return str(address.ipv4_mapped)
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)


def session_id(given: str | None) -> str | None:
    """The session that a header names; None when it is no UUID."""
    try:
        return str(uuid.UUID(given)) if given else None
    except ValueError:
        return None


def refusal_text(name: Name, seconds: int, language: Language) -> str:
    """A sentence that says when to come back.

    >>> refusal_text("address", 42, "en")
    'Many questions have come in a short time. Please try again in 42 s.'
    """
    in_seconds, in_minutes, in_hours = _UNITS[language]
    if seconds <= 90:
        wait = in_seconds.format(seconds)
    elif seconds <= 5400:
        wait = in_minutes.format(math.ceil(seconds / 60))
    else:
        wait = in_hours.format(math.ceil(seconds / 3600))
    return _TEXTS[language][name].format(wait=wait)


def as_problem(scope: Scope, status: int, detail: str, headers: Mapping[str, str]) -> Response:
    """The refusal for programs."""
    return problem(status, detail, headers=headers)


class Limits:
    """Lets requests through as long as their quotas and the places for answers under way allow."""

    def __init__(
        self, app: ASGIApp, *, settings: Settings, has_quotas: bool, metrics: Metrics, refuse: Refuse = as_problem
    ) -> None:
        self.app = app
        self.metrics = metrics
        self.refuse = refuse
        self.limiter = Limiter(settings.limit_storage.get_secret_value())
        self.most = settings.max_answers
        self.together = settings.limit_together if has_quotas else 0
        amounts: dict[Name, tuple[int, type[RateLimitItem]]] = {
            "address": (settings.limit_address, RateLimitItemPerMinute),
            "session": (settings.limit_session, RateLimitItemPerDay),
            "widget": (settings.limit_widget, RateLimitItemPerDay),
            "reads": (settings.limit_reads, RateLimitItemPerMinute),
        }
        self.quotas = {
            name: Quota(name, window(amount)) for name, (amount, window) in amounts.items() if amount and has_quotas
        }
        self._under_way: Counter[str] = Counter()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = path_of(scope) if scope["type"] == "http" else ""
        if not path or path == "/" or path.startswith(UNCOUNTED):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        address = address_key((scope.get("client") or (None,))[0])
        asks = path in ASKING
        said: dict[str, str] = {}
        session = session_id(headers.get(SESSION_HEADER))
        if asks and path.startswith("/api/"):
            # The server names the session; whoever sends the name back is counted under it.
            session = session or str(uuid.uuid4())
            said[SESSION_HEADER] = session
        keys = (
            {"address": address, "session": session, "widget": headers.get(WIDGET_HEADER)}
            if asks
            else {"address" if path == RATING else "reads": address}
        )
        wanted = [(self.quotas[name], key) for name, key in keys.items() if key and name in self.quotas]  # type: ignore[index]
        standings = await self.limiter.take(wanted) if wanted else []
        if standings:
            tightest = min(standings, key=lambda one: (one.left, -one.seconds))
            said["RateLimit-Policy"] = ", ".join(one.quota.policy for one in standings)
            said["RateLimit"] = f'"{tightest.quota.name}";r={max(0, tightest.left)};t={tightest.seconds}'
            if tightest.is_over:
                await self._refuse(tightest.quota.name, tightest.seconds, said)(scope, receive, send)
                return

        async def send_with_standing(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(said)
            await send(message)

        if not asks:
            await self.app(scope, receive, send)  # what many read may be kept by caches, without one reader's standing
            return
        if self._under_way.total() >= self.most:
            await self._refuse("busy", BUSY_SECONDS, said)(scope, receive, send)
        elif self.together and self._under_way[address] >= self.together:
            await self._refuse("together", BUSY_SECONDS, said)(scope, receive, send)
        else:
            self._under_way[address] += 1
            try:
                await self.app(scope, receive, send_with_standing)
            finally:
                self._under_way[address] -= 1
                if not self._under_way[address]:
                    del self._under_way[address]

    def _refuse(
        self, name: Name, seconds: int, said: Mapping[str, str]
    ) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
        async def answer(scope: Scope, receive: Receive, send: Send) -> None:
            self.metrics.refused.labels(name).inc()
            path = path_of(scope)
            language = interface_language(Headers(scope=scope).get("accept-language"))
            if "/faq" in path and not path.startswith("/api/"):
                language = "en" if path.startswith("/en/") else "ja"  # a page speaks its own language
            status = 503 if name == "busy" else 429
            headers = {**said, "Retry-After": str(seconds), "Content-Language": language}
            response = self.refuse(scope, status, refusal_text(name, seconds, language), headers)
            await response(scope, receive, send)

        return answer
