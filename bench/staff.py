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

Waits = dict[str, list[float]]


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
        await _ready(client, with_vectors=chosen.embeddings == "on")
        await _sign_in(client, password)
        chat = Chat((await client.get("/config")).json())
        warm: Waits = defaultdict(list)
        await asyncio.gather(*(_use(client, chat, one, warm, defaultdict(int), 0.0, 0.0) for one in range(4)))
        before, load = _megabytes(pid), os.getloadavg()[0]
        cpu = _cpu_seconds(pid)
        print(
            f"{chosen.users} users, {chosen.seconds:g} s, pause {chosen.pause:g} s; load before: {load:.1f}", flush=True
        )
        waits: Waits = defaultdict(list)
        errors: dict[str, int] = defaultdict(int)
        begun = time.monotonic()
        await asyncio.gather(
            *(
                _use(client, chat, one, waits, errors, begun + chosen.seconds, chosen.pause)
                for one in range(chosen.users)
            )
        )
        took = time.monotonic() - begun
        for surface, seconds in sorted(waits.items()):
            ordered = sorted(seconds)
            p95 = ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]
            median = statistics.median(ordered)
            print(f"  {surface:10} {len(ordered):5} times, p50 {median * 1000:6.0f} ms, p95 {p95 * 1000:6.0f} ms")
        done, used = sum(map(len, waits.values())), _cpu_seconds(pid) - cpu
        print(f"errors {dict(errors) or 0}; {done / took:.1f} a second; load after: {os.getloadavg()[0]:.1f}")
        print(f"CPU of the server {used / done * 1000:.0f} ms for each, {used / took:.2f} cores")
        print(f"memory {before:.0f} MB before, {_megabytes(pid):.0f} MB after")


class Chat:
    """The staff's page as a browser speaks to it: what to send for a question, by its configuration."""

    def __init__(self, config: dict[str, Any]) -> None:
        known = {one["id"]: one["props"] for one in config["components"]}
        self._box = next(id for id, props in known.items() if props.get("elem_id") == "question")
        event = next(
            one for one in config["dependencies"] if [self._box, "submit"] in [list(t) for t in one["targets"]]
        )
        self._event: int = event["id"]
        self._inputs = [(id, known[id].get("value")) for id in event["inputs"]]

    async def ask(self, client: httpx.AsyncClient, question: str) -> None:
        """Asks, and reads until the answer is whole."""
        session = secrets.token_hex(8)
        data = [question if id == self._box else value for id, value in self._inputs]
        body = {
            "data": data,
            "fn_index": self._event,
            "session_hash": session,
            "event_data": None,
            "trigger_id": self._box,
        }
        joined = await client.post("/gradio_api/queue/join", json=body)
        joined.raise_for_status()
        async with client.stream("GET", "/gradio_api/queue/data", params={"session_hash": session}) as events:
            events.raise_for_status()
            async for line in events.aiter_lines():
                if line.startswith("data:"):
                    told = json.loads(line[5:])
                    if told["msg"] == "process_completed":
                        if not told.get("success"):
                            raise ValueError("the chat failed")
                        return
        raise ValueError("the chat broke off")


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
            waits[surface].append(time.perf_counter() - begun)
        await asyncio.sleep(dice.expovariate(1 / pause) if pause else 0)
        if time.monotonic() >= until:
            return


async def _ready(client: httpx.AsyncClient, *, with_vectors: bool) -> None:
    """Waits until questions are answered, and searched by meaning, too."""
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        try:
            reply = await client.get("/readyz")
            if reply.status_code == 200 and (not with_vectors or not reply.json()["left_out"]):
                return
        except httpx.TransportError:
            pass
        await asyncio.sleep(0.2)


async def _sign_in(client: httpx.AsyncClient, password: str) -> None:
    form = (await client.get("/staff/login")).text
    token = form.split('name="token" value="')[1].split('"')[0]
    reply = await client.post("/staff/login", data={"name": "bench", "password": password, "token": token})
    assert reply.status_code == 303, reply.status_code


def _megabytes(pid: int) -> float:
    """The memory that the process holds."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * resource.getpagesize() / 1e6


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    main()
