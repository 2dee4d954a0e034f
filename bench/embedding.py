"""What the built-in embedder finds by itself, without any lexical score, and how long it takes.

    python bench/embedding.py --data ../shared/data --facts ../shared/facts/ispace_facts.jsonl

Prints R@1 and R@5 (per cent of questions whose passage is ranked first, or among the first five).
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from corpus.announcement import Language
from index.embed import default_embedder, script_language
from index.minilm import Floats

PAIRS = Path(__file__).parent / "bilingual_pairs.jsonl"


def main() -> None:
    """Measure each set that is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, help="folder with jaquad/ and xquad_en/")
    parser.add_argument("--facts", type=Path, help="JSON Lines with title_ja and title_en")
    options = parser.parse_args()
    began = time.perf_counter()
    embedder = default_embedder()
    embedder.encode_query("準備", "ja")
    print(f"{embedder.name}: first Japanese question {1000 * (time.perf_counter() - began):.0f} ms after construction")
    if options.data:
        measure("JaQuAD", options.data / "jaquad", "ja")
        measure("XQuAD-en", options.data / "xquad_en", "en")
    pairs = read_lines(PAIRS)
    across("40 sentence pairs", [row["ja"] for row in pairs], [row["en"] for row in pairs])
    if options.facts:
        facts = read_lines(options.facts)
        across("announcement titles", [row["title_ja"] for row in facts], [row["title_en"] for row in facts])


def read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def documents(texts: Sequence[str]) -> Floats:
    """Vectors of passages."""
    return default_embedder().encode_documents(texts, [script_language(text) for text in texts])


def queries(texts: Sequence[str]) -> Floats:
    """Vectors of questions, shape (len(texts), dimension)."""
    return np.stack([default_embedder().encode_query(text, script_language(text)) for text in texts])


def ranks(questions: Floats, passages: Floats, gold: Sequence[int]) -> np.ndarray:
    """The place of each question's passage, counted from 0."""
    scores = questions @ passages.T
    found: np.ndarray = (scores > scores[np.arange(len(gold)), gold][:, None]).sum(axis=1)
    return found


def measure(label: str, folder: Path, language: Language) -> None:
    """One question set with title and text in each passage."""
    corpus, questions = read_lines(folder / "corpus.jsonl"), read_lines(folder / "questions.jsonl")
    began = time.perf_counter()
    passages = documents([f"{row['title']}\n{row['text']}" for row in corpus])
    rate = len(corpus) / (time.perf_counter() - began)
    place = {row["id"]: number for number, row in enumerate(corpus)}
    times, rows = [], []
    for row in questions:
        start = time.perf_counter()
        rows.append(default_embedder().encode_query(row["question"], language))
        times.append(1000 * (time.perf_counter() - start))
    found = ranks(np.stack(rows), passages, [place[row["gold"][0]] for row in questions])
    print(
        f"{label}: R@1 {100 * np.mean(found == 0):.1f}, R@5 {100 * np.mean(found < 5):.1f}; "
        f"{rate:.0f} passages/s; a question median {np.median(times):.2f} ms, p95 {np.percentile(times, 95):.2f} ms"
    )


def across(label: str, japanese: Sequence[str], english: Sequence[str]) -> None:
    """Translations of one another, found both ways."""
    gold = list(range(len(japanese)))
    there = ranks(queries(japanese), documents(english), gold)
    back = ranks(queries(english), documents(japanese), gold)
    print(
        f"{label}: Japanese to English R@1 {100 * np.mean(there == 0):.1f}, R@5 {100 * np.mean(there < 5):.1f}; "
        f"back R@1 {100 * np.mean(back == 0):.1f}, R@5 {100 * np.mean(back < 5):.1f}"
    )


if __name__ == "__main__":
    main()
