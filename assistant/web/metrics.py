"""What an operator watches, for Prometheus: counts and times of requests and answers; no word of a reader."""

from __future__ import annotations

import secrets
import time

from fastapi import FastAPI, HTTPException, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from assistant.web.asgi import AroundHttp
from assistant.web.request_ids import route_of

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The counters of one application."""

    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.registry = registry
        self.requests = Counter(
            "assistant_requests", "Requests that were answered.", ["method", "route", "status"], registry=registry
        )
        self.seconds = Histogram(
            "assistant_request_seconds", "Seconds to the end of the response.", ["route"], buckets=_SECONDS,
            registry=registry,
        )  # fmt: skip
        self.answers = Counter(
            "assistant_answers", "Answers, by what became of the question.", ["status"], registry=registry
        )
        self.refused = Counter("assistant_refused", "Requests that a limit refused.", ["limit"], registry=registry)
        self.streams = Gauge("assistant_streams_in_flight", "Streams that are being sent.", registry=registry)

    def mount(self, app: FastAPI, *, token: str, is_public: bool = True) -> None:
        """Add `/metrics` for whoever shows `token`; with an empty one, for this machine alone, while nobody else comes.

        Args:
            is_public: whether others than this machine can come.
        """

        @app.get("/metrics", include_in_schema=False)
        def metrics(request: Request) -> Response:
            # By token, not by address: behind a proxy on this machine every visitor comes from it.
            if not token and is_public:
                raise HTTPException(404, "There is no such page.")
            shown = request.headers.get("authorization", "").removeprefix("Bearer ")
            if token and not secrets.compare_digest(shown.encode(), token.encode()):
                raise HTTPException(401, "Show the token of the metrics.", {"WWW-Authenticate": "Bearer"})
            return Response(generate_latest(self.registry), media_type=CONTENT_TYPE_LATEST)


class Measured(AroundHttp):
    """Counts and times every HTTP request that passes."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        super().__init__(app)
        self.metrics = metrics

    async def serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        started, status, streams = time.perf_counter(), 0, False

        async def send_and_note(message: Message) -> None:
            nonlocal status, streams
            if message["type"] == "http.response.start":
                status = message["status"]
                kinds = [value for name, value in message["headers"] if name.lower() == b"content-type"]
                if any(kind.startswith(b"text/event-stream") for kind in kinds):
                    streams = True
                    self.metrics.streams.inc()
            await send(message)

        try:
            await self.app(scope, receive, send_and_note)
        finally:
            if streams:
                self.metrics.streams.dec()
            route = route_of(scope)
            method = scope["method"] if scope["method"] in _METHODS else "other"
            self.metrics.requests.labels(method, route, str(status)).inc()
            self.metrics.seconds.labels(route).observe(time.perf_counter() - started)
