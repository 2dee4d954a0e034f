"""The real application in a process of its own on a free port with a new data directory, and a browser."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parent.parent.parent
START_SECONDS = 600  # only what will never answer takes so long

# Loaded by Python before anything else: notes every attempt to leave this machine, and lets none succeed.
GUARD = """
import os, socket

def _note(where):
    with open(os.environ["GUARD_LOG"], "a") as log:
        log.write(f"{where}\\n")
    raise OSError(f"The test lets nothing leave this machine: {where}")

def _is_local(host):
    return host in (None, "", "localhost", "::1", "0.0.0.0", "::") or str(host).startswith("127.")

_getaddrinfo, _connect, _connect_ex = socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex

def getaddrinfo(host, *rest, **more):
    name = host.decode() if isinstance(host, bytes) else host
    return _getaddrinfo(host, *rest, **more) if _is_local(name) else _note(name)

def connect(self, address):
    return _connect(self, address) if self.family == socket.AF_UNIX or _is_local(address[0]) else _note(address)

def connect_ex(self, address):
    return _connect_ex(self, address) if self.family == socket.AF_UNIX or _is_local(address[0]) else _note(address)

socket.getaddrinfo, socket.socket.connect, socket.socket.connect_ex = getaddrinfo, connect, connect_ex
"""


@dataclass(frozen=True)
class Served:
    """A running application."""

    url: str
    left_the_machine: Path  # one line for each attempt
    log: Path

    def attempts(self) -> list[str]:
        return self.left_the_machine.read_text().splitlines()


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application with the bundled sample, for whoever is on this machine."""
    with serving(tmp_path_factory.mktemp("served")) as running:
        yield running


@contextmanager
def serving(directory: Path, **settings: str) -> Iterator[Served]:
    """The application with its data in `directory / "data"`, until the end of the block; it must end in peace."""
    (directory / "sitecustomize.py").write_text(GUARD)
    attempts, log = directory / "attempts", directory / "log"
    attempts.touch()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {
        **os.environ,
        "PYTHONPATH": str(directory),
        "GUARD_LOG": str(attempts),
        "ASSISTANT_DATA": str(directory / "data"),
        "ASSISTANT_PORT": str(port),
        "ASSISTANT_HOST": "127.0.0.1",
        "ASSISTANT_SAMPLE": "on",
        "ASSISTANT_READERS": "0",  # a process more for each server of a test costs more than it gives
        **settings,
    }
    with log.open("wb") as output:
        process = subprocess.Popen([sys.executable, "app.py"], cwd=ROOT, env=environment, stdout=output, stderr=output)
    served = Served(f"http://127.0.0.1:{port}", attempts, log)
    try:
        _await(served, process)
        yield served
    finally:
        process.terminate()
        assert process.wait(timeout=START_SECONDS) == 0, served.log.read_text()[-2000:]
        assert "Traceback" not in served.log.read_text()


def _await(served: Served, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"app.py ended with {process.returncode}: {served.log.read_text()[-2000:]}")
        try:
            with urllib.request.urlopen(f"{served.url}/readyz", timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"app.py did not answer within {START_SECONDS} s: {served.log.read_text()[-2000:]}")


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    flags = "--no-sandbox --disable-gpu --disable-background-networking --disable-component-update --no-first-run"
    with sync_playwright() as playwright:
        path = path or (
            playwright.chromium.executable_path if Path(playwright.chromium.executable_path).exists() else None
        )
        if path is None:
            message = "No Chromium is installed; install it, or run 'playwright install chromium'."
            if os.environ.get("CI"):
                pytest.fail(message)
            pytest.skip(message)
        browser = playwright.chromium.launch(executable_path=path, args=[*flags.split(), "--disable-sync"])
        yield browser
        browser.close()
