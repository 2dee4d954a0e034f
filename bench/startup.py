"""Times the two things that people wait for: a cold `ask` on the command line, and the first answer of a started app.

python bench/startup.py            three runs of each, on a copy of a data directory with the bundled sample
python bench/startup.py --runs 5
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parent.parent
QUESTION = "ミッション1の打ち上げは最短でいつですか"
LIMIT = 300  # seconds; a busy machine may need many times the target


def ask_cold(data: Path) -> float:
    """Seconds that `python -m assistant ask` takes on `data`, from start to exit."""
    begun = time.perf_counter()
    command = [sys.executable, "-m", "assistant", "ask", "--json", "--data", str(data), QUESTION]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=LIMIT, check=False)
    took = time.perf_counter() - begun
    if done.returncode:
        sys.exit(f"ask ended with {done.returncode}: {done.stderr.decode()[-500:]}")
    _expect_status(json.loads(done.stdout))
    return took


def first_answer(data: Path) -> float:
    """Seconds from the start of app.py on `data` to its first answer over HTTP."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "ASSISTANT_DATA": str(data),
        "ASSISTANT_PORT": str(port),
        "ASSISTANT_HOST": "127.0.0.1",
    }
    begun = time.perf_counter()
    app = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)
    try:
        while time.perf_counter() - begun < LIMIT:
            if app.poll() is not None:
                sys.exit(f"app.py ended with {app.returncode}.")
            request = urllib.request.Request(
                f"http://127.0.0.1:{port}/api/v1/ask",
                json.dumps({"question": QUESTION}).encode(),
                {"Content-Type": "application/json"},
            )
            try:
                with urllib.request.urlopen(request, timeout=LIMIT) as response:
                    _expect_status(json.load(response))
                    return time.perf_counter() - begun
            except urllib.error.HTTPError as error:
                sys.exit(f"app.py answered {error.code}: {error.read().decode()[:500]}")
            except OSError:
                time.sleep(0.05)
    finally:
        app.terminate()
        app.wait(timeout=LIMIT)
    sys.exit(f"app.py gave no answer within {LIMIT} s.")


def _expect_status(answer: dict[str, str]) -> None:
    if answer["status"] != "answered":
        sys.exit(f"The bundled sample answers this question, yet the status was {answer['status']}.")


def _processor_seconds() -> float:
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return ended.ru_utime + ended.ru_stime


def main() -> None:
    """Runs each measurement and prints a table with the targets."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--runs", type=int, default=3, help="how often each is measured (default 3)")
    runs = options.parse_args().runs
    columns = ("what", "target s", "median s", "fastest s", "slowest s", "processor s", "runs")
    table = Table(*columns, title=f"Start-up: {QUESTION}", caption="processor s: of the whole process, median")
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"

        def on_a_new_directory(measure: Callable[[Path], float]) -> Callable[[Path], float]:
            def measure_new(_: Path) -> float:
                new = Path(folder) / "new"
                shutil.rmtree(new, ignore_errors=True)
                return measure(new)

            return measure_new

        measurements = (
            ("ask, new data directory (loads the sample)", "", on_a_new_directory(ask_cold)),
            ("app.py, new data directory, to its first answer", "15", on_a_new_directory(first_answer)),
            ("ask, cold", "3", ask_cold),
            ("app.py to its first answer", "15", first_answer),
        )
        first_answer(data)  # makes the directory that the last two use
        for name, target, measure in measurements:
            times, processor = [], []
            for _ in range(runs):
                used = _processor_seconds()
                times.append(measure(data))
                processor.append(_processor_seconds() - used)
                print(f"{name}: {times[-1]:.2f} s, {processor[-1]:.2f} s of processor", file=sys.stderr)
            figures = (statistics.median(times), min(times), max(times), statistics.median(processor))
            table.add_row(name, target, *(f"{seconds:.2f}" for seconds in figures), str(runs))
    Console().print(table)


if __name__ == "__main__":
    main()
