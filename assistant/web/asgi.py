"""ASGI middleware for HTTP alone: an application in, one that does more for each request out; the rest passes by."""

from __future__ import annotations

from abc import ABC, abstractmethod

from starlette.types import ASGIApp, Receive, Scope, Send


class AroundHttp(ABC):
    """Stands in front of `app`; whatever is no HTTP request goes straight to it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self.serve(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    @abstractmethod
    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one HTTP request, mostly by way of `app`."""
