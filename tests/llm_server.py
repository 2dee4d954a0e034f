"""A server that speaks OpenAI's chat completions, on a free port; what it answers, and how badly, is scripted."""

from __future__ import annotations

import json
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Script = Callable[[dict[str, Any]], "Reply"]


@dataclass(frozen=True)
class Reply:
    """What the server does with one request."""

    pieces: Sequence[str] = ()
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None  # the body as it is, in place of pieces
    # After the pieces it ends; stops (unfinished), drops (the connection), hangs (until the client goes), or repeats.
    then: str = "ends"
    usage: tuple[int, int] | None = (100, 20)


def says(text: str, **rest: Any) -> Reply:
    """A reply in pieces of a few characters."""
    return Reply([text[at : at + 4] for at in range(0, len(text), 4)], **rest)


class ModelServer:
    """The server; `address` is what ASSISTANT_LLM_URL is set to."""

    def __init__(self) -> None:
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str | None] = []
        self.script: list[Reply] | Script = []
        self.gone = threading.Event()  # a client went away before its reply ended
        self.sent_first_sentence: list[float] = []  # time.monotonic() when a full stop was first sent
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: Any) -> None:
                pass

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                outer.keys.append(self.headers.get("Authorization"))
                outer.requests.append(body)
                self.close_connection = True
                try:
                    outer._answer(self, body, outer._next(body))
                except (BrokenPipeError, ConnectionResetError):
                    outer.gone.set()

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self._server.shutdown()
        self._server.server_close()

    def prompt(self, number: int = -1) -> str:
        """All messages of a request as one text."""
        return "\n".join(str(message["content"]) for message in self.requests[number]["messages"])

    def _next(self, body: dict[str, Any]) -> Reply:
        if callable(self.script):
            return self.script(body)
        return self.script.pop(0) if self.script else Reply(status=500, raw=b"{}")

    def _answer(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], reply: Reply) -> None:
        raw, streams = reply.raw, bool(body.get("stream"))
        if raw is None and reply.status != 200:
            raw = json.dumps({"error": {"message": "No.", "type": "error"}}).encode()
        elif raw is None and not streams:
            raw = self._whole(handler, body, reply)
        handler.send_response(reply.status)
        kind = "application/json" if raw is not None and (reply.status != 200 or not streams) else "text/event-stream"
        for name, value in {"Content-Type": kind, "Connection": "close", **reply.headers}.items():
            handler.send_header(name, value)
        if raw is None:
            handler.send_header("Transfer-Encoding", "chunked")
        else:
            handler.send_header("Content-Length", str(len(raw)))
        handler.end_headers()
        if raw is not None:
            handler.wfile.write(raw)
            return
        self._stream(handler, body, reply)

    def _whole(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], reply: Reply) -> bytes:
        """The reply in one piece, for a client that did not ask for a stream."""
        if reply.then == "hangs":
            self._wait_for_the_client_to_go(handler.connection)
        if reply.then in ("hangs", "drops"):
            raise ConnectionResetError
        asked, answered = reply.usage or (0, 0)
        usage = {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}
        finish = "length" if reply.then == "stops" else "stop"
        message = {"role": "assistant", "content": "".join(reply.pieces)}
        choices = [{"index": 0, "message": message, "finish_reason": finish}]
        completion = {"id": "c1", "object": "chat.completion", "created": 1, "model": body["model"]}
        return json.dumps({**completion, "choices": choices, "usage": usage}, ensure_ascii=False).encode()

    def _stream(self, handler: BaseHTTPRequestHandler, body: dict[str, Any], reply: Reply) -> None:
        noted = False

        def write(data: bytes) -> None:
            handler.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
            handler.wfile.flush()

        def send(event: dict[str, Any] | str) -> None:
            data = event if isinstance(event, str) else json.dumps(event, ensure_ascii=False)
            write(f"data: {data}\n\n".encode())

        def chunk(delta: dict[str, str], finish: str | None = None, **more: Any) -> dict[str, Any]:
            choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
            return {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": body["model"],
                    "choices": choices, **more}  # fmt: skip

        send(chunk({"role": "assistant", "content": ""}))
        while True:
            for piece in reply.pieces:
                send(chunk({"content": piece}))
                if not noted and any(sign in piece for sign in "。."):
                    noted = True
                    self.sent_first_sentence.append(time.monotonic())
            if reply.then != "repeats":
                break
        if reply.then == "stops":
            write(b"")
            return
        if reply.then == "drops":
            handler.connection.shutdown(socket.SHUT_RDWR)
            return
        if reply.then == "hangs":
            self._wait_for_the_client_to_go(handler.connection)
            return
        send(chunk({}, "stop"))
        if reply.usage and body.get("stream_options", {}).get("include_usage"):
            told = dict(zip(("prompt_tokens", "completion_tokens"), reply.usage, strict=True))
            send({**chunk({}), "choices": [], "usage": {**told, "total_tokens": sum(reply.usage)}})
        send("[DONE]")
        write(b"")

    def _wait_for_the_client_to_go(self, connection: socket.socket) -> None:
        for _ in range(1200):
            readable, _, _ = select.select([connection], [], [], 0.05)
            if readable and not connection.recv(1, socket.MSG_PEEK):
                self.gone.set()
                return


@contextmanager
def model_server() -> Iterator[ModelServer]:
    """A server that runs for as long as the block."""
    server = ModelServer()
    try:
        yield server
    finally:
        server.close()
