"""Learns what each text feature of the second stage counts, from the training parts of public question sets.

    python bench/learn_weights.py --lang ja --corpus train_corpus.jsonl.gz --questions train_questions.jsonl.gz

Takes some of the titles (--passages), indexes their passages, ranks the candidates of --sample of their questions, and
fits a linear score by softmax over the candidates (the gold passage against the other 99), on three quarters of the
questions; prints R@1 and MRR on the last quarter, with the old weights and the new. --write puts the new weights into
index/weights.json. What no question set teaches (kinds of section, numbered names that disagree, neighbours, age, what
kinds of terms count) stays as it is there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.retrieval import WHOLE, QuestionSetCatalog
from index import rank
from index.analyse import analyse
from index.passage import Scope
from index.search import Index

WEIGHTS = Path(rank.__file__).parent / "weights.json"
FEATURES = [name for name in rank.TEXT_FEATURES if name != "heading"]  # question sets have no headings


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def sample(rows: list[dict[str, Any]], questions: list[dict[str, Any]], passages: int, count: int) -> tuple[Any, Any]:
    """Whole titles until there are `passages` passages, and `count` questions on them."""
    chance = random.Random(1)
    titles = sorted({row["title"] for row in rows})
    chance.shuffle(titles)
    by_title: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        by_title.setdefault(row["title"], []).append(row)
    kept: list[dict[str, Any]] = []
    for title in titles:
        if len(kept) >= passages:
            break
        kept += by_title[title]
    ids = {row["id"] for row in kept}
    asked = [question for question in questions if question["gold"][0] in ids]
    chance.shuffle(asked)
    return kept, asked[:count]


def candidates(index: Index, question: dict[str, Any], language: Any) -> tuple[np.ndarray, int] | None:
    """The features of the first stage's candidates, and the place of the gold one; None when it is not among them."""
    text = question["question"]
    terms = analyse(text, language)
    lexical = index._lexical
    frequencies = lexical.frequencies(terms)
    times = {term: float(min(terms.count(term), 3)) for term in terms}
    hits = lexical.search(times, frequencies, Scope(), 100)
    gold = next((n for n, hit in enumerate(hits) if hit.chunk.announcement_id in question["gold"]), None)
    if gold is None:
        return None
    query = rank.Query.of(text, terms, frequencies, language)
    columns = rank.features(query, [hit.packed for hit in hits], [language] * len(hits), lexical.statistics())
    return np.stack([columns[name] for name in FEATURES], axis=1), gold


def padded(data: list[tuple[np.ndarray, int]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features (question, candidate, feature), which candidates are real, and the gold one's place."""
    features = np.zeros((len(data), 100, len(FEATURES)))
    real = np.zeros((len(data), 100), dtype=bool)
    for number, (rows, _) in enumerate(data):
        features[number, : len(rows)] = rows
        real[number, : len(rows)] = True
    return features, real, np.array([gold for _, gold in data])


def fit(features: np.ndarray, real: np.ndarray, gold: np.ndarray, *, rounds: int = 400) -> np.ndarray:
    """The weights that make the gold candidates likeliest (Adam), scaled so that the first is 1."""
    weights = np.zeros(features.shape[2])
    weights[0] = 10.0
    mean = spread = np.zeros_like(weights)
    own = features[np.arange(len(gold)), gold].sum(0)
    for step in range(1, rounds + 1):
        scores = np.where(real, features @ weights, -1e9)
        chances = np.exp(scores - scores.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        slope = (np.einsum("qc,qcf->f", chances, features) - own) / len(gold) + 1e-4 * weights
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope**2
        rate = 0.5 if step < 0.7 * rounds else 0.05
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    return weights / weights[0]


def report(name: str, weights: np.ndarray, data: tuple[np.ndarray, np.ndarray, np.ndarray], missed: float) -> None:
    features, real, gold = data
    scores = np.where(real, features @ weights, -1e9)
    ranks = (scores > scores[np.arange(len(gold)), gold][:, None]).sum(1)
    share = 100 * (1 - missed)
    print(f"{name}: R@1 {share * (ranks < 1).mean():.2f}, MRR {share * (1 / (1 + ranks)).mean():.2f}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--lang", choices=("ja", "en"), required=True)
    parser.add_argument("--corpus", type=Path, required=True, help="JSON Lines, .gz or not")
    parser.add_argument("--questions", type=Path, required=True, help="JSON Lines, .gz or not")
    parser.add_argument("--passages", type=int, default=2000)
    parser.add_argument("--sample", type=int, default=2000)
    parser.add_argument("--write", action="store_true", help="put the weights into index/weights.json")
    options = parser.parse_args()
    rows, questions = sample(read(options.corpus), read(options.questions), options.passages, options.sample)
    with tempfile.TemporaryDirectory() as folder:
        index = Index.open(Path(folder), chunk_size=WHOLE)
        index.catch_up(QuestionSetCatalog(rows, options.lang))
        found = [candidates(index, question, options.lang) for question in questions]
    data = [one for one in found if one is not None]
    missed = 1 - len(data) / len(found)
    print(f"{len(rows)} passages, {len(questions)} questions, gold not among 100 candidates: {100 * missed:.1f} %")
    split = len(data) * 3 // 4
    learned = fit(*padded(data[:split]))
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    old = np.array([stored[options.lang].get(name, 0.0) for name in FEATURES])
    report("old weights", old, padded(data[split:]), missed)
    report("new weights", learned, padded(data[split:]), missed)
    new = {name: round(float(value), 2) for name, value in zip(FEATURES, learned, strict=True)}
    print(json.dumps(new))
    if options.write:
        stored[options.lang].update(new)
        lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in stored.items())
        WEIGHTS.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
