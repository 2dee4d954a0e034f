"""What stands around HTTP: requests are served, everything else passes by."""

from __future__ import annotations

import asyncio
from typing import Any

from starlette.types import Message, Receive, Scope, Send

from assistant.web.asgi import AroundHttp


class Shouting(AroundHttp):
    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app({**scope, "path": scope["path"].upper()}, receive, send)


def test_a_request_is_served_and_anything_else_reaches_the_application_as_it_came() -> None:
    reached: list[Scope] = []

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        reached.append(scope)

    async def receive() -> Message:
        return {}

    async def send(message: Message) -> None:
        """Take it."""

    scopes: list[dict[str, Any]] = [{"type": "http", "path": "/a"}, {"type": "websocket", "path": "/b"}]
    for scope in scopes:
        asyncio.run(Shouting(app)(scope, receive, send))
    assert reached == [{"type": "http", "path": "/A"}, {"type": "websocket", "path": "/b"}]
