"""Questions in one language on announcements in the other: how often a passage that holds the answer is found.

    python bench/bilingual.py [--pairs tests/eval/bilingual_pairs.jsonl] [--misses]

Indexes `corpus/announcements/` as the product does, and asks each pair's Japanese question within the English
announcements and its English question within the Japanese ones (the Scope's language), by words alone and with the
vectors. Prints R@1 and R@5: the per cent of questions with a passage among the first one or five that holds the answer,
as the pair spells it in that language.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.announcement import Language
from index.embed import default_embedder
from index.passage import Scope

PAIRS = Path(__file__).resolve().parents[1] / "tests" / "eval" / "bilingual_pairs.jsonl"


def place(assistant: Assistant, pair: Mapping[str, Any], asked: Language, within: Language) -> int | None:
    """From 0, the place of the first of ten passages that holds the answer."""
    found = assistant.search(pair[asked], k=10, scope=Scope(language=within), language=asked)
    return next((rank for rank, one in enumerate(found) if pair["holds"][within] in one.chunk.text), None)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pairs", type=Path, default=PAIRS)
    parser.add_argument("--misses", action="store_true", help="list the questions without the answer in the first five")
    options = parser.parse_args()
    pairs = [json.loads(line) for line in options.pairs.read_text(encoding="utf-8").splitlines()]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder) / "data", sample="on")
        began = time.perf_counter()
        assistant = Assistant.open(settings, embeddings="off")
        size = sum(file.stat().st_size for file in (settings.data / "index").rglob("*") if file.is_file())
        print(f"words: built in {time.perf_counter() - began:.1f} s, {size / 1e6:.1f} MB")
        report("words", assistant, pairs, misses=options.misses)
        assistant.index.set_embedder(default_embedder())
        assistant.index.catch_up(assistant.catalog)
        report("words and vectors", assistant, pairs, misses=options.misses)
        assistant.close()
    return 0


def report(name: str, assistant: Assistant, pairs: Sequence[Mapping[str, Any]], *, misses: bool) -> None:
    directions: tuple[tuple[Language, Language], ...] = (("ja", "en"), ("en", "ja"))
    for asked, within in directions:
        places = [place(assistant, pair, asked, within) for pair in pairs]
        shares = [100 * sum(rank is not None and rank < k for rank in places) / len(places) for k in (1, 5)]
        print(f"{name}, {asked} questions on {within} announcements: R@1 {shares[0]:.0f}, R@5 {shares[1]:.0f}")
        for pair, rank in zip(pairs, places, strict=True):
            if misses and (rank is None or rank > 4):
                print(f"    {pair['id']} {pair[asked]} ({'not in ten' if rank is None else rank + 1})")


if __name__ == "__main__":
    sys.exit(main())
