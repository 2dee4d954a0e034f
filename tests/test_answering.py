"""Streams over HTTP end to end, and the threads behind them: they stop, beat and give up as they should."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import anyio
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.answer import Answer
from assistant.web.answering import Answering, TooSlow
from assistant.web.api import mount_api
from assistant.web.metrics import Metrics
from assistant.web.problems import answer_with_problems
from assistant.web.published import Published

PATIENCE = 30  # seconds that a test waits for another thread before it fails


class Halting:
    """Says one sentence, then waits until it is told to go on; notes what became of it."""

    def __init__(self) -> None:
        self.catalog = SimpleNamespace(count=lambda: 0)
        self.records = SimpleNamespace(keep=lambda answer, **_: None)
        self.index = SimpleNamespace(left_out={})
        self.go_on, self.closed = threading.Event(), threading.Event()
        self.finished = False

    def stream(self, question: str, **_: object) -> Iterator[str | Answer]:
        try:
            yield "一つ目。"
            assert self.go_on.wait(PATIENCE)
            yield "二つ目。"
            self.finished = True
            yield Answer(question, "ja", "not_found", "一つ目。二つ目。")
        finally:
            self.closed.set()

    def ask(self, question: str, **_: object) -> Answer:
        assert self.go_on.wait(PATIENCE)
        return Answer(question, "ja", "not_found", "ありません。")


def application(halting: Halting, *, seconds: float = 60, heartbeat: float = 60) -> FastAPI:
    app = FastAPI()
    answer_with_problems(app)
    answering = Answering(halting, threads=2, seconds=seconds)  # type: ignore[arg-type]
    mount_api(app, answering, Published(answering.assistant), Metrics(), heartbeat=heartbeat)
    return app


def request(path: str, question: str) -> tuple[dict[str, Any], dict[str, Any]]:
    scope = {
        "type": "http", "method": "POST", "path": path, "raw_path": path.encode(), "query_string": b"",
        "root_path": "", "scheme": "http", "http_version": "1.1", "asgi": {"spec_version": "2.3"},
        "headers": [(b"host", b"127.0.0.1"), (b"content-type", b"application/json")],
    }  # fmt: skip
    return scope, {"type": "http.request", "body": json.dumps({"question": question}).encode()}


def test_the_server_stops_working_on_an_answer_when_the_caller_hangs_up() -> None:
    halting = Halting()
    scope, body = request("/api/v1/ask/stream", "いつですか")
    received, sent = [body], []

    async def call() -> None:
        heard = anyio.Event()

        async def receive() -> dict[str, Any]:
            if received:
                return received.pop()
            await heard.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            sent.append(message.get("body", b""))
            if b"event: delta" in message.get("body", b""):
                heard.set()

        await application(halting)(scope, receive, send)

    anyio.run(call)
    halting.go_on.set()
    assert halting.closed.wait(PATIENCE)
    assert not halting.finished
    assert b"event: done" not in b"".join(sent)


def test_a_silent_stream_says_that_it_is_alive() -> None:
    halting = Halting()
    scope, body = request("/api/v1/ask/stream", "いつですか")
    received, sent = [body], []

    async def call() -> None:
        async def receive() -> dict[str, Any]:
            if received:
                return received.pop()
            await anyio.sleep_forever()
            raise AssertionError

        async def send(message: Any) -> None:
            sent.append(message.get("body", b""))
            if message.get("body", b"").startswith(b": "):
                halting.go_on.set()

        await application(halting, heartbeat=0.01)(scope, receive, send)

    anyio.run(call)
    stream = b"".join(sent).decode()
    assert ": still there\n\n" in stream
    assert halting.finished
    blocks = [dict(line.split(": ", 1) for line in block.split("\n")) for block in stream.split("\n\n") if block]
    numbered = [(block["id"], block["event"]) for block in blocks if "id" in block]
    assert numbered == [
        ("1", "start"),
        ("2", "delta"),
        ("3", "delta"),
        ("4", "citations"),
        ("5", "done"),
    ]


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    halting = Halting()
    app = application(halting, seconds=0.05)
    client = TestClient(app)
    plain = client.post("/api/v1/ask", json={"question": "いつですか"})
    streamed = client.post("/api/v1/ask/stream", json={"question": "いつですか"}).text
    assert plain.status_code == 503
    assert "一つ目" in streamed
    assert "event: error" in streamed
    assert "ASSISTANT_ANSWER_TIMEOUT" not in streamed + plain.text  # that is for the operator's log
    halting.go_on.set()
    assert halting.closed.wait(PATIENCE)
    assert not halting.finished


def test_waiting_questions_that_nobody_waits_for_are_never_begun() -> None:
    halting = Halting()
    begun: list[str] = []
    halting.ask = lambda question, **_: (begun.append(question), halting.go_on.wait(PATIENCE))[0]  # type: ignore[method-assign,assignment,func-returns-value]

    async def call() -> None:
        answering = Answering(halting, threads=1, seconds=0.05)  # type: ignore[arg-type]
        for question in ("first", "second"):
            with pytest.raises(TooSlow):
                await answering.ask(question)
        halting.go_on.set()
        answering.close()

    anyio.run(call)
    assert begun == ["first"]
