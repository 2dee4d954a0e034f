"""How the indexes grow: generated chunks, 10^3 and up; build rate, size on disk, memory, time of a query.

    python bench/scale.py [--to 5] [--queries 200] [--keep DIR] [--json] [--vectors]

--to N goes up to 10^N chunks. --vectors measures the vector index (Chroma, embedded) instead of the lexical one, with
random vectors of 384 numbers around 1,000 centres: what it costs to make real ones, bench/embedding.py says. --keep DIR
leaves the lexical indexes there, and a second run with it only asks again. Announcements of some twenty-six chunks are
made of words drawn by Zipf's law, half of them in Japanese; nothing but the generator's seed is kept in memory. Each
size is built and measured in its own process.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

PARAGRAPHS = 20
CHUNKS_EACH = 25.85  # what comes of so many paragraphs at 400 characters a chunk
VOCABULARY = 50_000


@dataclass(frozen=True)
class _Change:
    revision: int
    announcement_id: str
    removed: bool = False


class GeneratedCatalog:
    """`count` announcements, each made anew whenever it is asked for."""

    def __init__(self, count: int) -> None:
        self._count = count
        known = random.Random(7)
        kanji = [chr(code) for code in range(0x4E00, 0x4E00 + 2500)]
        kana = [chr(code) for code in range(0x30A1, 0x30F6)]
        letters = "abcdefghijklmnopqrstuvwxyz"
        self._ja = ["".join(known.choices(kanji if n % 3 else kana, k=2 if n % 3 else 4)) for n in range(VOCABULARY)]
        self._en = ["".join(known.choices(letters, k=known.randint(3, 9))) for _ in range(VOCABULARY)]

    def words(self, source: random.Random, language: str, count: int) -> list[str]:
        """`count` words; the n-th most frequent about 1/n as often as the first."""
        vocabulary = self._ja if language == "ja" else self._en
        return [vocabulary[min(int(VOCABULARY ** source.random()), VOCABULARY) - 1] for _ in range(count)]

    def sentence(self, source: random.Random, language: str) -> str:
        if language == "ja":
            words = self.words(source, language, 12)
            return "".join(w + p for w, p in zip(words, "はのがをにとでのへもやを", strict=True)) + "した。"
        return " ".join(self.words(source, language, 14)).capitalize() + ". "

    def get(self, announcement_id: str) -> Any:
        from corpus.announcement import Announcement
        from corpus.dates import PartialDate

        number = int(announcement_id)
        source = random.Random(number)
        language = "ja" if number % 2 else "en"
        sentences = 11 if language == "ja" else 5
        text = "\n".join("".join(self.sentence(source, language) for _ in range(sentences)) for _ in range(PARAGRAPHS))
        return Announcement(
            id=announcement_id,
            title=self.sentence(source, language),
            text=text,
            language=language,  # type: ignore[arg-type]
            content_hash="",
            published=PartialDate(2000 + number % 25, 1 + number % 12, 1 + number % 28),
        )

    def identity(self) -> str:
        return "benchmark"

    def revision(self) -> int:
        return self._count

    def changes(self, since: int) -> list[_Change]:
        return [_Change(number, str(number)) for number in range(since + 1, self._count + 1)]

    def ids(self) -> list[str]:
        return [str(number) for number in range(1, self._count + 1)]


def measure(chunks: int, queries: int, folder: Path) -> dict[str, float | int]:
    """All figures of one size, measured in this process; an index that `folder` holds already is only asked."""
    from index.search import Index

    catalog = GeneratedCatalog(max(1, round(chunks / CHUNKS_EACH)))
    index = Index.open(folder)
    figures: dict[str, float | int] = {}
    if not index.count():
        started = time.perf_counter()
        index.catch_up(catalog)
        build = time.perf_counter() - started
        figures = {
            "build s": round(build, 1), "chunks/s": round(index.count() / build), "peak MB building": _peak_memory(),
        }  # fmt: skip
    held = index.count()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    index.close()
    began = time.perf_counter()
    index = Index.open(folder)
    index.search("契約")
    opened = time.perf_counter() - began
    source = random.Random(99)
    times = []
    for number in range(queries):
        language = "ja" if number % 2 else "en"
        words = catalog.words(source, language, 6)
        query = "の".join(words) if language == "ja" else " ".join(words)
        began = time.perf_counter()
        index.search(query, k=10)
        times.append((time.perf_counter() - began) * 1000)
    times.sort()
    return {
        "chunks": held, **figures, "disk MB": size // 1_000_000, "open + first query s": round(opened, 2),
        "median ms": round(times[len(times) // 2], 1), "p95 ms": round(times[int(0.95 * (len(times) - 1))], 1),
        "peak MB": _peak_memory(),
    }  # fmt: skip


def measure_vectors(chunks: int, queries: int, folder: Path) -> dict[str, float | int]:
    """The same of the vector index alone."""
    import numpy as np

    from index.chunk import chunk
    from index.lexical import State
    from index.passage import Scope
    from index.vectors import Embedded, VectorIndex

    catalog = GeneratedCatalog(max(1, round(chunks / CHUNKS_EACH)))
    chance = np.random.default_rng(7)
    centres = chance.standard_normal((1000, 384))

    def vectors(count: int) -> Any:
        rows = centres[chance.integers(len(centres), size=count)] + 0.7 * chance.standard_normal((count, 384))
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)

    index = VectorIndex(folder, "generated")
    build = 0.0
    ids = catalog.ids()
    for at in range(0, len(ids), 200):
        announcements = [catalog.get(name) for name in ids[at : at + 200]]
        rows = []
        for one in announcements:
            chunks_of_it = chunk(one)
            made = vectors(len(chunks_of_it))
            rows.append((one, [Embedded(part, row) for part, row in zip(chunks_of_it, made, strict=True)]))
        started = time.perf_counter()
        index.write(rows, [], State(at + 1, "generated"))
        build += time.perf_counter() - started
    held = index.count()
    build_memory = _peak_memory()
    index.close()
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    began = time.perf_counter()
    index = VectorIndex(folder, "generated")
    asked = vectors(queries + 1)
    index.search(asked[0], Scope(), 100)
    opened = time.perf_counter() - began
    times: dict[str, list[float]] = {}
    for name, scope in (("", Scope()), (", one language", Scope(language="ja"))):
        for vector in asked[1:]:
            began = time.perf_counter()
            index.search(vector, scope, 100)
            times.setdefault(name, []).append((time.perf_counter() - began) * 1000)
    for one in times.values():
        one.sort()
    latency = {
        f"{kind} ms{name}": round(one[int(share * (len(one) - 1))], 1)
        for name, one in times.items()
        for kind, share in (("median", 0.5), ("p95", 0.95))
    }
    return {
        "vectors": held, "build s": round(build, 1), "vectors/s": round(held / build), "peak MB building": build_memory,
        "disk MB": size // 1_000_000, "open + first query s": round(opened, 2), **latency, "peak MB": _peak_memory(),
    }  # fmt: skip


def _peak_memory() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--to", type=int, default=5, help="the largest size is 10 to this power (3 to 6)")
    parser.add_argument("--queries", type=int, default=200)
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the indexes in this folder")
    parser.add_argument("--vectors", action="store_true", help="measure the vector index")
    parser.add_argument("--json", action="store_true", help="JSON Lines instead of a table")
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.size:
        with tempfile.TemporaryDirectory() as folder:
            figures_of = measure_vectors if options.vectors else measure
            print(json.dumps(figures_of(options.size, options.queries, options.keep or Path(folder))))
        return 0
    for power in range(3, options.to + 1):
        command = [sys.executable, __file__, "--size", str(10**power), "--queries", str(options.queries)]
        if options.vectors:
            command += ["--vectors"]
        if options.keep:
            command += ["--keep", str(options.keep / str(10**power))]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
        figures = json.loads(done.stdout.strip().splitlines()[-1])
        if options.json:
            print(json.dumps(figures), flush=True)
            continue
        if power == 3:
            print("| " + " | ".join(figures) + " |\n|" + "---|" * len(figures))
        print("| " + " | ".join(str(value) for value in figures.values()) + " |", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
