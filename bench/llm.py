"""Times the chat model's part of an answer, and watches its memory, against the tests' server that speaks the protocol.

python bench/llm.py                      100 answers for each time, 1,000 for the memory
python bench/llm.py --answers 20 --kept 200
python bench/llm.py --browser            also on the page itself, in Chromium
"""

from __future__ import annotations

import argparse
import gc
import itertools
import logging
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
from playwright.sync_api import sync_playwright
from rich.console import Console
from rich.table import Table

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.chain import Ask, build_reader
from assistant.llm.guard import Breaker
from assistant.llm.models import open_model
from assistant.llm.write import Writer
from assistant.settings import Settings
from tests.e2e.conftest import Served, serving
from tests.llm_server import ModelServer, Reply, model_server, says

QUESTION = "ミッション1の打ち上げは最短でいつですか"
LIMIT = 1.0  # seconds, in place of the default, so that a server that is down is waited for less long


class _Patient(Breaker):
    """Never opens, so that each question waits for the server that is down."""

    def allows(self) -> bool:
        return True


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--answers", type=int, default=100, help="answers for each time")
    parser.add_argument("--kept", type=int, default=1000, help="answers for the memory")
    parser.add_argument("--browser", action="store_true", help="also on the page, in Chromium")
    options = parser.parse_args()
    logging.getLogger("assistant").setLevel(logging.ERROR)
    print(f"load average: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as directory, model_server() as server:
        assistant = Assistant.open(Settings(data=Path(directory) / "data"), embeddings="off")
        try:
            table = Table("what", "median ms", "p95 ms", "target ms")
            for row in times(assistant, server, options.answers):
                table.add_row(*row)
            for row in served(server, _true_sentence(assistant), options.answers, browser=options.browser):
                table.add_row(*row)
            Console().print(table)
            print(f"load average: {os.getloadavg()[0]:.1f}")
            print(memory(assistant, server, options.kept))
        finally:
            assistant.close()


def times(assistant: Assistant, server: ModelServer, answers: int) -> Iterator[tuple[str, str, str, str]]:
    """The rows of the table."""
    opened = _writer(assistant, "http://127.0.0.1:9/v1")
    for _ in range(5):  # three failures open it
        timed(assistant, opened)
    # By turns, so that other work on the machine holds up both alike.
    both = [(timed(assistant), timed(assistant, opened)) for _ in range(answers)]
    extractive, resting = [one for one, _ in both], [other for _, other in both]
    yield _row("quotes alone", extractive, "")
    yield _row("breaker open", resting, f"{statistics.median(extractive) * 1000 + 20:.0f} (median)")
    sentence = _true_sentence(assistant)
    for name, text in (("before", f"{sentence} [1]。"), ("behind", f"{sentence}。[1]")):
        server.script = lambda _, text=text: says(text + f"\n{sentence} [1]。")  # type: ignore[misc]
        yield _row(
            f"first sentence shown after it was sent, marker {name} its stop",
            _firsts(assistant, server, answers),
            "100",
        )
    limit = f"{1000 * LIMIT + 100:.0f}"
    server.script = lambda _: Reply(then="hangs")
    silent = _writer(assistant, server.address, breaker=_Patient())
    yield _row("server silent", [timed(assistant, silent) for _ in range(min(answers, 30))], limit)
    refused = _writer(assistant, "http://127.0.0.1:9/v1", breaker=_Patient())
    yield _row("nobody listening", [timed(assistant, refused) for _ in range(answers)], limit)


def served(server: ModelServer, sentence: str, answers: int, *, browser: bool) -> Iterator[tuple[str, str, str, str]]:
    """The rows for the application in a process of its own: from a sentence's being sent to its being there."""
    settings = {"ASSISTANT_LLM": "openai:bench", "ASSISTANT_LLM_URL": server.address, "ASSISTANT_EMBEDDINGS": "off"}
    server.script = lambda _: says(f"{sentence} [1]。\n{sentence} [1]。")
    with tempfile.TemporaryDirectory() as directory, serving(Path(directory), **settings) as running:
        yield _row("first sentence in a client's hands, over HTTP", list(_streamed(running, server, answers)), "100")
        if browser:
            yield _row("first sentence on the page, in Chromium", list(_shown(running, server, answers)), "100")


def _streamed(running: Served, server: ModelServer, answers: int) -> Iterator[float]:
    with httpx.Client(timeout=60) as client:
        for number, question in enumerate(_differing(answers + 3)):
            server.sent_first_sentence.clear()
            with client.stream("POST", f"{running.url}/api/v1/ask/stream", json={"question": question}) as response:
                lines = response.iter_lines()
                next(line for line in lines if line == "event: delta")
                came = time.monotonic() - server.sent_first_sentence[0]
                assert any('"engine":"llm:bench' in line.replace(" ", "") for line in lines)
            if number >= 3:
                yield came


# Notes when, by the machine's clock, the reply that is being written first holds some text.
_WATCH = """() => {
  window.shownAt = null;
  new MutationObserver(() => {
    const draft = document.querySelector('.exchange:last-of-type .reply-text');
    if (draft && /[1]/.test(draft.textContent) && window.shownAt === null) window.shownAt = Date.now();
  }).observe(document.body, {childList: true, subtree: true, characterData: true});
}"""


def _shown(running: Served, server: ModelServer, answers: int) -> Iterator[float]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    behind = time.time() - time.monotonic()
    with sync_playwright() as playwright, playwright.chromium.launch(
        executable_path=path, args=["--no-sandbox", "--disable-gpu"]
    ) as chromium:  # fmt: skip
        for number, question in enumerate(_differing(answers + 3, begin=answers + 3)):
            # A new conversation each time: the page as most readers have it.
            with chromium.new_context(locale="ja-JP") as visitor:
                page = visitor.new_page()
                page.goto(running.url)
                page.locator("#question textarea").wait_for()
                page.evaluate(_WATCH)
                server.sent_first_sentence.clear()
                page.locator("#question textarea").fill(question)
                page.locator("#question textarea").press("Enter")
                page.wait_for_function("() => window.shownAt !== null")
                shown = page.evaluate("() => window.shownAt") / 1000 - behind
                page.locator(".exchange .reply:not(.reply-draft)").wait_for()
            if number >= 3:
                yield shown - server.sent_first_sentence[0]


def _differing(count: int, *, begin: int = 0) -> Iterator[str]:
    """The question in as many writings, so that no answer is remembered."""
    for number in range(begin, begin + count):
        yield QUESTION + "".join("？?"[number >> bit & 1] for bit in range(9))


def memory(assistant: Assistant, server: ModelServer, answers: int) -> str:
    """What the process holds after a tenth, a half and all of the answers."""
    sentence = _true_sentence(assistant)
    server.script = lambda _: says(f"{sentence} [1]。" * 3)
    writer = _writer(assistant, server.address, limit_s=60)
    held = []
    for number in range(1, answers + 1):
        for _ in writer.stream(Ask(QUESTION)):
            pass
        server.requests.clear()
        server.sent_first_sentence.clear()
        server.keys.clear()
        if number in (answers // 10, answers // 2, answers):
            gc.collect()
            held.append(f"{number}: {_resident():.1f} MB")
    return "memory after streamed answers: " + ", ".join(held)


def timed(assistant: Assistant, writer: Writer | None = None) -> float:
    """Seconds to a whole answer."""
    begun = time.perf_counter()
    if writer is None:
        assistant.ask(QUESTION, engine="extractive")
    else:
        *_, answer = writer.stream(Ask(QUESTION))
        assert isinstance(answer, Answer)
        assert answer.engine == "extractive"
    return time.perf_counter() - begun


def _firsts(assistant: Assistant, server: ModelServer, answers: int) -> list[float]:
    """Seconds from a sentence's being sent to its being shown."""
    writer = _writer(assistant, server.address, limit_s=60)
    found = []
    for _ in range(answers + 3):
        server.sent_first_sentence.clear()
        pieces = writer.stream(Ask(QUESTION))
        next(piece for piece in pieces if piece)
        found.append(time.monotonic() - server.sent_first_sentence[0])
        answer = list(pieces)[-1]
        assert isinstance(answer, Answer)
        assert answer.engine.startswith("llm:")
    return found[3:]


def _true_sentence(assistant: Assistant) -> str:
    answer = assistant.ask(QUESTION)
    return " ".join(answer.citations[0].quote.split()).rstrip("。")


def _writer(assistant: Assistant, address: str, *, breaker: Breaker | None = None, limit_s: float = LIMIT) -> Writer:
    read = build_reader(assistant.catalog, assistant.index, assistant.settings).invoke
    changing = itertools.count()  # so that no answer is remembered
    writer = Writer(
        lambda: open_model("openai:bench", url=address), "bench", read, limit_s=limit_s,
        revision=lambda: next(changing), breaker=breaker,
    )  # fmt: skip
    writer.model()
    return writer


def _row(name: str, seconds: list[float], target: str) -> tuple[str, str, str, str]:
    ms = sorted(1000 * second for second in seconds)
    return name, f"{statistics.median(ms):.1f}", f"{ms[int(0.95 * (len(ms) - 1))]:.1f}", target


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * 4096 / 1e6


if __name__ == "__main__":
    main()
