"""Killed in the middle: announcements are added by a process that ends at a random moment, then by one that may finish.

Slow. CRASH_MOMENTS sets how many moments are tried (8; 50 for a release), CRASH_SEED which ones:
`CRASH_MOMENTS=50 python -m pytest -m slow tests/test_crash.py`.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.register import FACTS, read_facts
from corpus.register_file import load_facts
from index.passage import Scope

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[1]
MOMENTS = int(os.environ.get("CRASH_MOMENTS", "8"))
SEED = int(os.environ.get("CRASH_SEED", "2022"))
ANNOUNCEMENTS = 200
QUERIES = ("打ち上げは7号機ですか", "契約 120号機", "Mission 33 launch date", "contract amount 150")


@dataclass(frozen=True)
class Moment:
    """When to kill: so many seconds after so many announcements were taken in."""

    taken: int
    seconds: float
    embeddings: bool = False


def moments(count: int, seed: int) -> list[Moment]:
    """Some while starting, most while adding, a good part while the indexes are written; every tenth with vectors."""
    chance = random.Random(seed)
    drawn = []
    for number in range(count):
        phase = chance.random()
        if phase < 0.1:
            taken, longest = 0, 2.0  # counted from the start of the process
        elif phase < 0.6:
            taken, longest = chance.randrange(1, ANNOUNCEMENTS), 0.02
        else:
            taken, longest = ANNOUNCEMENTS, 1.5
        embeddings = number % 10 == 3
        drawn.append(Moment(taken, chance.random() * longest * (4 if embeddings else 1), embeddings))
    return drawn


def command(*arguments: str, embeddings: bool = False) -> subprocess.Popen[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    return subprocess.Popen(
        [sys.executable, "-m", "assistant", *arguments],
        cwd=ROOT,
        env={**environment, "ASSISTANT_EMBEDDINGS": "on" if embeddings else "off"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def finished(*arguments: str, embeddings: bool = False) -> str:
    """What a command prints that is left alone; it must end well and complain of nothing."""
    process = command(*arguments, embeddings=embeddings)
    out, err = process.communicate(timeout=300)
    assert (process.returncode, err) == (0, "")
    return out


def killed(process: subprocess.Popen[str], moment: Moment) -> bool:
    """Kills the process at the moment; whether it was still running."""
    assert process.stdout
    taken = 0
    while taken < moment.taken and process.stdout.readline():
        taken += 1
    drain = threading.Thread(target=process.stdout.read, daemon=True)
    drain.start()
    try:
        process.wait(moment.seconds)
        return False
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
        return True
    finally:
        drain.join()
        process.stdout.close()
        if process.stderr:
            process.stderr.close()


def inside(data: Path) -> dict[str, object]:
    """All that a reader can tell of a data directory."""
    assistant = Assistant.open(Settings(data=data, embeddings="off"))
    try:
        announcements = list(assistant.catalog.announcements())
        return {
            "problems": assistant.check(),
            "ids": sorted(one.id for one in announcements),
            "texts": Counter(one.text for one in announcements),
            "revisions": {len(assistant.catalog.history(one.id)) for one in announcements},
            "chunks": assistant.index.count(),
            "found": [
                [(p.chunk.id, p.score) for p in assistant.search(query, scope=Scope(audience="staff"))]
                for query in QUERIES
            ],
        }
    finally:
        assistant.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hundred announcements, every fourth in English."""
    made = tmp_path_factory.mktemp("announcements")
    for number in range(ANNOUNCEMENTS):
        day, name = 1 + number % 28, f"{number}号機"
        if number % 4:
            text = f"# {name}の打ち上げについて\n\n2022年9月{day}日\n\n{name}の打ち上げ契約は{number}億円です。"
        else:
            text = f"# Mission {number}\n\n{day} September 2022\n\nIts contract is worth JPY {number} million."
        (made / f"{number:03}.md").write_text(text + "\n", encoding="utf-8")
    return made


@pytest.fixture(scope="module")
def whole(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    """What is inside when nobody interferes."""
    data = tmp_path_factory.mktemp("whole") / "data"
    finished("add", str(folder), "--data", str(data))
    expected = inside(data)
    assert len(expected["ids"]) == ANNOUNCEMENTS  # type: ignore[arg-type]
    assert expected["problems"] == []
    return expected


@pytest.mark.parametrize("moment", moments(MOMENTS, SEED), ids=str)
def test_killed_while_adding_and_started_again_nothing_is_lost_or_double(
    moment: Moment, folder: Path, whole: dict[str, object], tmp_path: Path
) -> None:
    data = str(tmp_path / "data")
    adding = command("add", str(folder), "--data", data, "--json", embeddings=moment.embeddings)
    was_running = killed(adding, moment)
    assert was_running or adding.returncode == 0

    lines = finished("add", str(folder), "--data", data, "--json", embeddings=moment.embeddings).splitlines()
    statuses = Counter(json.loads(line)["status"] for line in lines)
    print(f"killed: {was_running}, kept: {statuses['unchanged']}, added again: {statuses['added']}")  # for -rP
    assert statuses["added"] + statuses["unchanged"] == ANNOUNCEMENTS
    assert statuses["unchanged"] >= moment.taken  # what was said to be added stays added
    assert finished("check", "--data", data, embeddings=moment.embeddings) == ""
    assert inside(Path(data)) == whole


@pytest.mark.parametrize("number", range(max(2, MOMENTS // 5)))
def test_killed_during_the_first_start_the_next_start_is_whole(number: int, tmp_path: Path) -> None:
    chance = random.Random(SEED + number)
    data = str(tmp_path / "data")
    for _ in range(3):
        killed(command("list", "--data", data), Moment(0, chance.uniform(0.2, 4.0)))
    listed = json.loads(finished("list", "--json", "--data", data))["announcements"]
    assert len(listed) == 80
    assert sum(one["translation_of"] is not None for one in listed) == 40
    assert finished("check", "--data", data) == ""


@pytest.mark.parametrize("lines", [0, 1, 40, 150])
def test_killed_while_the_facts_are_first_read_the_next_reading_goes_on(lines: int, tmp_path: Path) -> None:
    data, notices = tmp_path / "data", tmp_path / "notices.jsonl"
    told = (
        {"title": f"計画{n}", "text": f"ミッション{n % 90}を{2000 + n % 90}年に予定しています。"} for n in range(200)
    )
    notices.write_text("\n".join(json.dumps(one) for one in told), encoding="utf-8")
    finished("add", str(notices), "--data", str(data))
    reading = command("facts", "--json", "--data", str(data))
    file = data / FACTS
    while reading.poll() is None and (not file.exists() or file.read_bytes().count(b"\n") < lines):
        with contextlib.suppress(subprocess.TimeoutExpired):
            reading.wait(0.001)
    reading.kill()
    reading.communicate()
    kept = file.read_bytes().splitlines()[: max(1, lines)]  # the last one may be cut off

    assert len(json.loads(finished("facts", "--json", "--data", str(data)))["facts"]) == 90
    assert file.read_bytes().splitlines()[: len(kept)] == kept  # what was read stays read
    with closing(Catalog.open(data)) as catalog:
        read = load_facts(file, catalog.identity())
        assert read == {one.id: (catalog.revision(), read_facts(one)) for one in catalog.announcements()}


@pytest.mark.parametrize(("hours", "stays"), [(0.5, True), (2, False)])
def test_what_a_killed_start_left_is_swept_up_when_nobody_can_still_be_at_it(
    hours: float, stays: bool, tmp_path: Path
) -> None:
    left = tmp_path / ".data.unfinished-abcd"
    left.mkdir()
    other = tmp_path / ".data.kept"
    other.mkdir()
    begun = time.time() - hours * 3600
    for folder in (left, other):
        os.utime(folder, (begun, begun))
    Assistant.open(Settings(data=tmp_path / "data", sample="off", embeddings="off")).close()
    assert (left.exists(), other.exists()) == (stays, True)
