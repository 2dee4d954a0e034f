"""Measures 50 users at once: signed in, asking different questions in the chat and over HTTP, and reading the screens.

python bench/staff.py                        50 users for 60 s on the bundled sample, who read 3 s between two questions
python bench/staff.py --pause 0              the same without a pause: as much as the machine gives
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import secrets
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

import httpx

sys.path.insert(0, str(Path(__file__).parent.parent))
from assistant.users import Users

ROOT = Path(__file__).parent.parent
QUESTIONS = [
    json.loads(line)["question"]
    for name in ("sample_questions", "sample_questions_2")
    for line in (ROOT / "tests" / "eval" / f"{name}.jsonl").read_text("utf-8").splitlines()
]
SCREENS = ("/staff/announcements", "/staff/timeline", "/staff/timeline/contracts", "/staff/record")
LIMIT = 300.0  # seconds
IDLE = 0.3  # seconds of CPU in a second, below which a server has nothing to do
LONGEST_TALK = 6  # questions, before a user begins a new conversation

Waits = dict[str, list[tuple[float, float]]]  # when it was asked, and for how long it was waited, in seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument(
        "--pause", type=float, default=3, help="seconds that a user reads before asking again, on average"
    )
    parser.add_argument("--embeddings", choices=["on", "off"], default="on")
    chosen = parser.parse_args()
    password = secrets.token_urlsafe()
    with tempfile.TemporaryDirectory() as folder, socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
        probe.close()
        users = Path(folder) / "users"
        Users(users).add("bench", "editor", password)
        environment = {
            **os.environ, "ASSISTANT_DATA": f"{folder}/data", "ASSISTANT_PORT": str(port),
            "ASSISTANT_STAFF_USERS": str(users), "ASSISTANT_EMBEDDINGS": chosen.embeddings,
        }  # fmt: skip
        server = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
        try:
            asyncio.run(measure(f"http://127.0.0.1:{port}", password, server.pid, chosen))
        finally:
            server.terminate()
            server.wait(60)


async def measure(url: str, password: str, pid: int, chosen: argparse.Namespace) -> None:
    """Prints, for each surface, how long its users waited; errors; the server's CPU and memory."""
    limits = httpx.Limits(max_connections=chosen.users * 3)
    async with httpx.AsyncClient(base_url=url, timeout=LIMIT, limits=limits) as client:
        await _ready(client, pid, with_vectors=chosen.embeddings == "on")
        await _sign_in(client, password)
        page = (await client.get("/config")).json()
        chats = [Chat(page) for _ in range(chosen.users)]
        before, load = _megabytes(pid), os.getloadavg()[0]
        cpu = _cpu_seconds(pid)
        print(
            f"{chosen.users} users, {chosen.seconds:g} s, pause {chosen.pause:g} s; load before: {load:.1f}", flush=True
        )
        waits: Waits = defaultdict(list)
        errors: dict[str, int] = defaultdict(int)
        begun = time.perf_counter()
        held = asyncio.create_task(_memory(pid, chosen.seconds))
        await asyncio.gather(
            *(
                _use(client, chat, one, waits, errors, begun + chosen.seconds, chosen.pause)
                for one, chat in enumerate(chats)
            )
        )
        took = time.perf_counter() - begun
        for surface, waited in sorted(waits.items()):
            every = [seconds for _, seconds in waited]
            quarters = [
                [seconds for at, seconds in waited if int(4 * (at - begun) / chosen.seconds) == one] for one in range(4)
            ]
            by_quarter = " ".join(f"{_p95(one) * 1000:5.0f}" for one in quarters if one)
            print(
                f"  {surface:10} {len(every):5} times, p50 {statistics.median(every) * 1000:6.0f} ms,"
                f" p95 {_p95(every) * 1000:6.0f} ms; of each quarter {by_quarter}"
            )
        done, used = sum(map(len, waits.values())), _cpu_seconds(pid) - cpu
        print(f"errors {dict(errors) or 0}; {done / took:.1f} a second; load after: {os.getloadavg()[0]:.1f}")
        print(f"CPU of the server {used / done * 1000:.0f} ms for each, {used / took:.2f} cores")
        print(f"memory {before:.0f} MB before; at each quarter {' '.join(f'{one:.0f}' for one in await held)} MB")


def _p95(seconds: list[float]) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


class Chat:
    """The staff's page as one browser speaks to it: what to send for a question, by its configuration.

    A browser keeps one session for the life of its page, and with it the conversation, and asks for the list of
    conversations after each answer. A new conversation is begun after so many questions.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        known = {one["id"]: one["props"] for one in config["components"]}
        self._box = next(id for id, props in known.items() if props.get("elem_id") == "question")
        clear = next(id for id, props in known.items() if props.get("elem_id") == "clear")
        events = config["dependencies"]
        self._ask = _event_of(events, self._box, "submit")
        self._clear = _event_of(events, clear, "click")
        self._list = next(one for one in events if one.get("trigger_after") == self._ask["id"])
        self._values = {id: props.get("value") for id, props in known.items()}
        self._session = secrets.token_hex(8)
        self._asked = 0

    async def ask(self, client: httpx.AsyncClient, question: str) -> None:
        """Asks, and reads until the answer is whole."""
        if self._asked == LONGEST_TALK:
            self._asked = 0
            await self._run(client, self._clear, None)
        self._asked += 1
        await self._run(client, self._ask, question)

    async def list(self, client: httpx.AsyncClient) -> None:
        """Asks for what was asked before, as the page does when an answer is whole."""
        await self._run(client, self._list, None)

    async def _run(self, client: httpx.AsyncClient, event: dict[str, Any], question: str | None) -> None:
        data = [question if id == self._box else self._values[id] for id in event["inputs"]]
        body = {
            "data": data,
            "fn_index": event["id"],
            "session_hash": self._session,
            "event_data": None,
            "trigger_id": self._box,
        }
        joined = await client.post("/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": self._session}) as events:
            events.raise_for_status()
            async for line in events.aiter_lines():
                if line.startswith("data:"):
                    told = json.loads(line[5:])
                    if told["msg"] == "process_completed":
                        if not told.get("success"):
                            raise ValueError("the chat failed")
                        return
        raise ValueError("the chat broke off")


def _event_of(events: list[dict[str, Any]], component: int, name: str) -> dict[str, Any]:
    return next(one for one in events if [component, name] in [list(target) for target in one["targets"]])


async def _use(
    client: httpx.AsyncClient, chat: Chat, user: int, waits: Waits, errors: dict[str, int], until: float, pause: float
) -> None:
    """One user, until a moment, or once: asks in the chat and over HTTP, and opens a screen."""
    dice = random.Random(user)
    await asyncio.sleep(dice.random() * pause)
    while True:
        question = dice.choice(QUESTIONS)
        surface = dice.choices(("chat", "api", "screens"), (6, 2, 2))[0]
        begun = time.perf_counter()
        try:
            if surface == "chat":
                await chat.ask(client, question)
            elif surface == "api":
                (await client.post("/api/v1/ask", json={"question": question})).raise_for_status()
            else:
                (await client.get(dice.choice(SCREENS), headers={"Accept": "text/html"})).raise_for_status()
        except (httpx.HTTPError, ValueError) as error:
            errors[f"{surface}: {error!r}"[:120]] += 1
        else:
            waits[surface].append((begun, time.perf_counter() - begun))
            if surface == "chat":
                await chat.list(client)  # which nobody waits for
        await asyncio.sleep(dice.expovariate(1 / pause) if pause else 0)
        if time.perf_counter() >= until:
            return


async def _ready(client: httpx.AsyncClient, pid: int, *, with_vectors: bool) -> None:
    """Waits until questions are answered, by meaning, too, and what a server does at its start is done: it is idle."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        used = _cpu_seconds(pid)
        await asyncio.sleep(1)
        try:
            reply = await client.get("/readyz")
        except httpx.TransportError:
            continue
        is_whole = reply.status_code == 200 and not (with_vectors and reply.json()["left_out"])
        if is_whole and _cpu_seconds(pid) - used < IDLE:
            return
    raise SystemExit("The server did not get ready.")


async def _memory(pid: int, seconds: float) -> list[float]:
    """The memory that the server holds at the end of each quarter of the time."""
    held = []
    for _ in range(4):
        await asyncio.sleep(seconds / 4)
        held.append(_megabytes(pid))
    return held


async def _sign_in(client: httpx.AsyncClient, password: str) -> None:
    form = (await client.get("/staff/login")).text
    token = form.split('name="token" value="')[1].split('"')[0]
    reply = await client.post("/staff/login", data={"name": "bench", "password": password, "token": token})
    assert reply.status_code == 303, reply.status_code


def _megabytes(pid: int) -> float:
    """The memory that the server and its processes hold; what they share counts for each."""
    pages = sum(int(Path(f"/proc/{one}/statm").read_text().split()[1]) for one in _with_children(pid))
    return pages * resource.getpagesize() / 1e6


def _cpu_seconds(pid: int) -> float:
    ticks = 0
    for one in _with_children(pid):
        fields = Path(f"/proc/{one}/stat").read_text().rsplit(")", 1)[1].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _with_children(pid: int) -> list[int]:
    children = [int(one) for file in Path(f"/proc/{pid}/task").glob("*/children") for one in file.read_text().split()]
    return [pid, *children]


if __name__ == "__main__":
    main()
