"""ASGI middleware in front of every route: security headers on each response, a limit on each request body."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.asgi import AroundHttp
from assistant.web.problems import BROKEN, problem

# Gradio's page starts from inline scripts and styles, and builds its HTML components with `new Function`.
PAGE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; "
    "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
)
API_POLICY = "default-src 'none'; frame-ancestors 'none'"
# The FAQ: no script at all, nothing from elsewhere.
READER_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_DATA_PATHS = ("/api/", "/healthz", "/readyz", "/metrics", "/openapi.json", "/widget/", "/mcp")
_READER_PATHS = ("/faq", "/en/faq", "/static/", "/sitemap.xml", "/robots.txt", "/llms.txt")
_OWN_LIMITS = ("/gradio_api/", "/staff/upload")
_HANG_UP = {"Connection": "close"}  # the rest of such a body is not read


def path_of(scope: Scope) -> str:
    """The path within the application, without the prefix that a proxy serves it under."""
    path: str = scope["path"]
    root: str = scope.get("root_path", "")
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


class SecurityHeaders(AroundHttp):
    """Adds the headers above to every HTTP response that does not set them itself."""

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        policy = _policy(path_of(scope))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in {**_HEADERS, "Content-Security-Policy": policy}.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _policy(path: str) -> str:
    if path.startswith(_DATA_PATHS):
        return API_POLICY
    return READER_POLICY if path.startswith(_READER_PATHS) else PAGE_POLICY


class NothingBroken(AroundHttp):
    """Answers 500 to what went wrong inside, so that this response has its headers too; then the server logs it."""

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        begun = False

        async def send_and_note(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        except Exception:
            if not begun:
                await problem(500, BROKEN)(scope, receive, send)
            raise


class BodyLimit(AroundHttp):
    """Answers 413 to a body of more than `limit` bytes, said or counted, and 408 to one that takes over `seconds`.

    Staff upload whole files; those routes have limits of their own. Forms are read before it is known who sends them.
    """

    def __init__(self, app: ASGIApp, *, limit: int, seconds: float) -> None:
        super().__init__(app)
        self.limit = limit
        self.seconds = seconds

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        if path_of(scope).startswith(_OWN_LIMITS):
            await self.app(scope, receive, send)
            return
        said = Headers(scope=scope).get("content-length", "0")
        if not said.isdecimal() or int(said) > self.limit:
            await problem(413, self._detail, headers=_HANG_UP)(scope, receive, send)
            return
        received, whole = 0, False
        deadline = asyncio.get_running_loop().time() + self.seconds

        async def count() -> Message:
            nonlocal received, whole
            try:
                # What comes after the body is that the caller has gone: a stream waits for that as long as it lasts.
                async with asyncio.timeout_at(None if whole else deadline):
                    message = await receive()
            except TimeoutError as error:
                raise HTTPException(408, f"The request took longer than {self.seconds:g} s.", _HANG_UP) from error
            received += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if received > self.limit:
                raise HTTPException(413, self._detail, _HANG_UP)
            return message

        await self.app(scope, count, send)

    @property
    def _detail(self) -> str:
        return f"The request is longer than {self.limit} bytes."
