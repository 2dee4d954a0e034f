"""The public server on a real socket: slow, silent and many clients are bounded, and others are answered meanwhile."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.connections import patient_for
from assistant.web.server import create_app

PATIENCE = 60  # seconds that a test waits for another thread before it fails
PLACES = 4  # answers at once


class Halting:
    """The real assistant, but a stream stops after its first words until it is told to go on."""

    def __init__(self, real: Assistant) -> None:
        self.real, self.go_on = real, threading.Event()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)

    def stream(self, question: str, **options: Any) -> Iterator[str | Answer]:
        yield "調べています。"
        assert self.go_on.wait(PATIENCE)
        yield from self.real.stream(question, **options)


@dataclass(frozen=True)
class Running:
    """A server, and what its streams wait for."""

    port: int
    halting: Halting

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)

    def get(self, path: str) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request("GET", path)
        status = connection.getresponse().status
        connection.close()
        return status


@contextmanager
def running(bridges: Assistant, **chosen: Any) -> Iterator[Running]:
    settings = Settings(surfaces="public", embeddings="off", request_timeout=0.3, max_answers=PLACES, limit_together=0,
                        limit_address=0, limit_reads=0, **chosen)  # fmt: skip
    halting = Halting(bridges)
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    listener.listen(256)
    config = uvicorn.Config(
        create_app(halting, settings),  # type: ignore[arg-type]
        http=patient_for(settings.request_timeout),
        limit_concurrency=settings.max_connections,
        log_config=None,
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield Running(listener.getsockname()[1], halting)
    finally:
        halting.go_on.set()
        server.should_exit = True
        thread.join(PATIENCE)
        listener.close()
        assert not thread.is_alive()


@pytest.fixture(scope="module")
def server(bridges: Assistant) -> Iterator[Running]:
    with running(bridges) as started:
        yield started


def until_closed(connection: socket.socket) -> bytes:
    received = b""
    try:
        while piece := connection.recv(65536):
            received += piece
    except ConnectionResetError:
        pass
    return received


@pytest.mark.parametrize("sent", [b"", b"GET", b"GET /faq HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: a"])
def test_a_connection_whose_request_does_not_come_is_closed_and_others_are_served(server: Running, sent: bytes) -> None:
    slow = [server.connect() for _ in range(20)]
    for connection in slow:
        connection.sendall(sent)
    assert server.get("/healthz") == 200
    for connection in slow:
        assert until_closed(connection) == b""
        connection.close()


def test_a_second_request_on_a_connection_has_no_more_time_than_the_first(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        assert b"200 OK" in connection.recv(65536)
        connection.sendall(b"GET /healthz HTT")
        assert b"HTTP/1.1" not in until_closed(connection)


def test_a_body_that_does_not_come_is_answered_408_and_the_connection_closed(server: Running) -> None:
    head = (
        b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{"
    )
    with server.connect() as connection:
        connection.sendall(head)
        answered = until_closed(connection)
    assert answered.startswith(b"HTTP/1.1 408 ")
    assert b"application/problem+json" in answered


def test_a_body_without_end_is_cut_off(server: Running) -> None:
    head = b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n\r\n"
    with server.connect() as connection:
        connection.sendall(head)
        try:
            for _ in range(2000):
                connection.sendall(b"400\r\n" + b" " * 1024 + b"\r\n")
        except OSError:
            return  # cut off while it was sending
        assert until_closed(connection).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    "request_line",
    [
        b"GET /static/../../../../etc/passwd HTTP/1.1",
        b"GET /static/%2e%2e/%2e%2e/%2e%2e/etc/passwd HTTP/1.1",
        b"GET /widget/v1/..%2f..%2f..%2fserver.py HTTP/1.1",
        b"GET /faq/answers/..%2f..%2fetc%2fpasswd HTTP/1.1",
        b"GET /api/v1/announcements/....//....//etc/passwd HTTP/1.1",
        b"GET /faq/answers/a%0d%0aSet-Cookie:%20a=b HTTP/1.1",
        b"GET /faq/ask?q=a%0d%0aSet-Cookie:%20a=b HTTP/1.1",
        b"GET /?a=\xff\xfe HTTP/1.1",
        b"GET http://evil.example/faq HTTP/1.1",
    ],
)
def test_no_path_leads_out_and_none_writes_a_header(server: Running, request_line: bytes) -> None:
    with server.connect() as connection:
        connection.sendall(request_line + b"\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        head, _, body = until_closed(connection).partition(b"\r\n\r\n")
    assert int(head.split(b" ")[1]) < 500
    assert b"set-cookie" not in head.lower()
    assert b"root:" not in body
    assert b"import annotations" not in body


def test_a_request_id_cannot_write_a_header(server: Running) -> None:
    with server.connect() as connection:
        connection.sendall(
            b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Request-ID: a\tb;c<script>\r\nConnection: close\r\n\r\n"
        )
        head = until_closed(connection).partition(b"\r\n\r\n")[0]
    assert b"<script>" not in head


def ask(server: Running) -> tuple[int, http.client.HTTPResponse, http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE)
    body = json.dumps({"question": "工事用の台船の重量は？"})
    connection.request("POST", "/api/v1/ask/stream", body, {"Content-Type": "application/json"})
    response = connection.getresponse()
    return response.status, response, connection


def test_more_streams_than_places_are_refused_and_everybody_else_is_served(bridges: Assistant) -> None:
    with running(bridges) as server:
        asked = [ask(server) for _ in range(PLACES * 10)]
        assert sorted(status for status, *_ in asked) == [200] * PLACES + [503] * PLACES * 9
        refused = next(response for status, response, _ in asked if status == 503)
        assert int(refused.headers["retry-after"]) > 0
        for path in ("/healthz", "/readyz", "/faq", "/api/v1/announcements", "/sitemap.xml"):
            assert server.get(path) == 200
        server.halting.go_on.set()
        for status, response, connection in asked:
            text = response.read().decode()
            assert ("event: done" in text) == (status == 200)
            connection.close()
        # The places are free again.
        status, response, connection = ask(server)
        assert status == 200
        assert "35トン" in response.read().decode()
        connection.close()


def test_a_reader_who_hangs_up_leaves_a_place_for_the_next(bridges: Assistant) -> None:
    with running(bridges) as server:
        for status, response, connection in [ask(server) for _ in range(PLACES)]:
            assert status == 200
            assert response.fp is not None
            response.close()
            connection.close()
        server.halting.go_on.set()  # what was begun ends at its next step
        seen = [status for status, response, connection in _until_one_is_taken(server)]
        assert seen[-1] == 200


def _until_one_is_taken(server: Running) -> Iterator[tuple[int, Any, Any]]:
    """Asks again and again, as the server notices that someone has gone only a moment later."""
    for _ in range(1000):
        asked = ask(server)
        asked[1].read()
        asked[2].close()
        yield asked
        if asked[0] == 200:
            return


def test_more_connections_than_allowed_are_refused_and_not_kept_waiting(bridges: Assistant) -> None:
    with running(bridges, max_connections=10) as server:
        held = [server.connect() for _ in range(30)]
        for connection in held:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
        said = [connection.recv(65536) for connection in held]
        assert {int(one.split(b" ")[1]) for one in said if one} == {200, 503}  # b"": it was closed before it could ask
        for connection in held:
            connection.close()
