"""A name for each request: X-Request-ID in, or a new one; the same in the response, in problems and in the log."""

from __future__ import annotations

import logging
import re
import time
import uuid
from contextvars import ContextVar

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from assistant.web.asgi import AroundHttp

HEADER = "X-Request-ID"
_USABLE = re.compile(r"[A-Za-z0-9._-]{1,64}")
_current: ContextVar[str] = ContextVar("request_id", default="")
_access = logging.getLogger("assistant.web.access")


def current_request_id() -> str:
    """The id of the request that is being answered; empty outside of one."""
    return _current.get()


def request_id(given: str | None) -> str:
    r"""`given` where it is fit for headers and logs, else a new one.

    >>> request_id("proxy-7.a"), len(request_id("7\r\nSet-Cookie: a=b")), len(request_id(None))
    ('proxy-7.a', 32, 32)
    """
    return given if given and _USABLE.fullmatch(given) else uuid.uuid4().hex


def route_of(scope: Scope) -> str:
    """The route's pattern, such as `/api/v1/announcements/{id}`: no word of a reader is in it."""
    path = getattr(scope.get("route"), "path", None)
    return path if isinstance(path, str) and path else "other"


class RequestIds(AroundHttp):
    """Gives each HTTP request its id, and logs one line for it at level INFO: no address, no question in it."""

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        id = request_id(Headers(scope=scope).get(HEADER))
        # Never reset: a request has a context of its own, and the server's own handlers still need the id.
        _current.set(id)
        started, status = time.perf_counter(), 0

        async def send_with_id(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[HEADER] = id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        finally:
            spent = (time.perf_counter() - started) * 1000
            _access.info("%s %s %d %.0f ms", scope["method"], route_of(scope), status, spent)


class WithRequestId(logging.Filter):
    """Puts the request's id into each record, as `%(request_id)s`; `-` outside of a request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every record pass."""
        record.request_id = current_request_id() or "-"
        return True
