"""Measures the public server under pressure: 1,000 streams at once and slow clients, while someone else reads and asks.

python bench/public.py                       on the bundled sample, in a process of its own
python bench/public.py --streams 1000 --slow 200
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parent.parent
QUESTION = json.dumps({"question": "ミッション1の打ち上げは最短でいつですか"}).encode()
LIMIT = 300  # seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--streams", type=int, default=1000)
    parser.add_argument("--slow", type=int, default=200, help="clients that send half a request and wait")
    parser.add_argument("--places", type=int, default=100, help="ASSISTANT_MAX_ANSWERS")
    chosen = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(8192, hard) if hard > 0 else 8192, hard))
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        environment = {
            **os.environ, "ASSISTANT_DATA": f"{folder}/data", "ASSISTANT_PORT": str(port),
            "ASSISTANT_SURFACES": "public", "ASSISTANT_EMBEDDINGS": "off", "ASSISTANT_LIMIT_ADDRESS": "0",
            "ASSISTANT_LIMIT_TOGETHER": "0", "ASSISTANT_LIMIT_READS": "0",
            "ASSISTANT_MAX_ANSWERS": str(chosen.places), "ASSISTANT_MAX_CONNECTIONS": "4000",
        }  # fmt: skip
        server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            _await(port)
            asyncio.run(measure(port, server.pid, chosen.streams, chosen.slow))
        finally:
            server.terminate()
            server.wait(60)


def _await(port: int) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    sys.exit("The server did not start.")


async def measure(port: int, pid: int, streams: int, slow: int) -> None:
    """Prints what became of the streams, how long the others waited, and the server's memory before and after."""
    print(f"memory before          {_megabytes(pid):6.0f} MB")
    print(f"others, nobody else    {_said(await _others(port, asyncio.Event(), least=20))}")
    held = [await asyncio.open_connection("127.0.0.1", port) for _ in range(slow)]
    for _, writer in held:
        writer.write(b"POST /api/v1/ask HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ")
    done = asyncio.Event()
    others = asyncio.create_task(_others(port, done))
    begun = time.perf_counter()
    asked = await asyncio.gather(*(_stream(port) for _ in range(streams)))
    took = time.perf_counter() - begun
    done.set()
    print(f"{streams} streams, {slow} slow  {dict(Counter(kind for kind, _ in asked))} in {took:.1f} s")
    for kind in sorted({kind for kind, _ in asked}):
        print(f"  {kind:20} {_said([seconds for each, seconds in asked if each == kind])}")
    print(f"others meanwhile       {_said(await others)}")
    closed = await asyncio.gather(*(asyncio.wait_for(reader.read(), LIMIT) for reader, _ in held))
    print(f"slow clients closed    {sum(not rest for rest in closed)} of {slow}")
    print(f"memory after           {_megabytes(pid):6.0f} MB")


async def _stream(port: int) -> tuple[str, float]:
    """What became of one stream, and after how many seconds."""
    begun = time.perf_counter()
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        fields = {"Host": "127.0.0.1", "Content-Type": "application/json", "Connection": "close"}
        head = "".join(f"{name}: {value}\r\n" for name, value in {**fields, "Content-Length": len(QUESTION)}.items())
        writer.write(f"POST /api/v1/ask/stream HTTP/1.1\r\n{head}\r\n".encode() + QUESTION)
        received = await asyncio.wait_for(reader.read(), LIMIT)
        writer.close()
    except OSError:
        return "broken", time.perf_counter() - begun
    status = received.split(b" ", 2)[1].decode() if received else "closed"
    kind = "answered" if b"event: done" in received else status
    return kind, time.perf_counter() - begun


async def _others(port: int, done: asyncio.Event, *, least: int = 0) -> list[float]:
    """Seconds that a reader of the FAQ waits for each page, one after the other, until `done`."""
    waited: list[float] = []
    while len(waited) < least or (not least and not done.is_set()):
        begun = time.perf_counter()
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET /faq HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
        received = await asyncio.wait_for(reader.read(), LIMIT)
        writer.close()
        assert received.startswith(b"HTTP/1.1 200"), received[:100]
        waited.append(time.perf_counter() - begun)
    return waited


def _said(seconds: list[float]) -> str:
    if not seconds:
        return "none"
    ordered = sorted(seconds)
    median = statistics.median(ordered) * 1000
    return f"{len(ordered):5} times, median {median:7.0f} ms, longest {ordered[-1] * 1000:7.0f} ms"


def _megabytes(pid: int) -> float:
    """The memory that the process holds."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 1e6


if __name__ == "__main__":
    main()
