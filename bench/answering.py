"""How long an answer takes without a chat model, as the announcements grow.

    python bench/answering.py [--chunks 10000] [--questions tests/eval/sample_questions.jsonl] [--no-vectors] [--json]

The bundled sample, and generated announcements (those of bench/scale.py, half Japanese) until there are so many chunks;
then the questions of the file, one after the other, as the web application asks them. What is generated gets vectors at
random: MiniLM would take minutes over words of random letters, and a question would take no longer for it. Prints the
median and the 95th percentile by language in milliseconds of wall time, the median of the processor's time, and the
median of each part.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

# As the server sets it; numpy reads it when it is imported.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.answer import Turn
from assistant.assistant import Assistant
from assistant.settings import Settings
from bench.scale import CHUNKS_EACH, GeneratedCatalog
from corpus.announcement import Language
from index.embed import BilingualEmbedder, default_embedder
from index.minilm import Floats, normalised

PARTS = ("retrieve", "read", "total")


class Drawn(BilingualEmbedder):
    """Unit vectors at random for passages, under the name and with the dimension of the built-in ones."""

    def __init__(self) -> None:
        self._random = np.random.default_rng(7)

    def encode_documents(self, texts: Sequence[str], languages: Sequence[Language]) -> Floats:
        return normalised(self._random.standard_normal((len(texts), self.dimension), dtype=np.float32))


def grown(assistant: Assistant, chunks: int) -> int:
    """Adds generated announcements until about `chunks` chunks are there; gives how many are."""
    missing = chunks - assistant.index.count()
    generated = GeneratedCatalog(max(0, round(missing / CHUNKS_EACH)))
    for id in generated.ids():
        assistant.catalog.add(generated.get(id))
    if assistant.index.embedder:
        assistant.index.set_embedder(Drawn())
    assistant.index.catch_up(assistant.catalog)
    if assistant.index.embedder:
        assistant.index.set_embedder(default_embedder())
    return assistant.index.count()


def measured(assistant: Assistant, questions: list[dict[str, Any]]) -> dict[str, list[dict[str, float]]]:
    """The times of each answer in milliseconds, by the question's language."""
    found: dict[str, list[dict[str, float]]] = defaultdict(list)
    for one in [*questions[:5], *questions]:  # the first five twice: what is loaded once is not counted
        history = [Turn(turn["role"], turn["content"]) for turn in one.get("history", [])]
        began, cpu = time.perf_counter(), time.process_time()
        answer = assistant.ask(one["question"], history=history)
        times = {"wall": (time.perf_counter() - began) * 1000, "processor": (time.process_time() - cpu) * 1000}
        found[one["lang"]].append(times | {part: answer.timings_ms.get(part, 0.0) for part in PARTS})
    first = [one["lang"] for one in questions[:5]]
    return {language: times[first.count(language) :] for language, times in found.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chunks", type=int, default=10_000)
    parser.add_argument("--questions", type=Path, default=Path("tests/eval/sample_questions.jsonl"))
    parser.add_argument("--no-vectors", action="store_true", help="search by words alone")
    parser.add_argument("--json", action="store_true", help="JSON Lines instead of a table")
    options = parser.parse_args()
    questions = [json.loads(line) for line in options.questions.read_text("utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "data", record_days=0)
        assistant = Assistant.open(settings, embeddings="off" if options.no_vectors else "now")
        began = time.perf_counter()
        chunks = grown(assistant, options.chunks)
        build = time.perf_counter() - began
        rows = []
        for language, times in sorted(measured(assistant, questions).items()):
            walls = sorted(one["wall"] for one in times)
            rows.append(
                {
                    "chunks": chunks, "language": language, "questions": len(times),
                    "median ms": round(statistics.median(walls), 1),
                    "p95 ms": round(walls[int(0.95 * (len(walls) - 1))], 1),
                    **{f"{part} ms": round(statistics.median(one[part] for one in times), 1)
                       for part in ("processor", "retrieve", "read")},
                }
            )  # fmt: skip
        assistant.close()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    load = os.getloadavg()[0]
    if options.json:
        for row in rows:
            print(json.dumps(row | {"build s": round(build, 1), "peak MB": peak, "load": round(load, 1)}))
        return 0
    print("| " + " | ".join(rows[0]) + " |\n|" + "---|" * len(rows[0]))
    for row in rows:
        print("| " + " | ".join(map(str, row.values())) + " |")
    print(f"\nBuilt in {build:.0f} s, {peak} MB at most, load {load:.1f}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
