"""Learns assistant/data/ranker.json, the order of sentences, from public questions that the span reader never saw.

    pip install -r requirements.txt -r bench/requirements.txt
    python bench/train_ranker.py gather --data ../shared/data --work DIR --lang ja     # and --lang en
    python bench/train_ranker.py fit --work DIR [--write]

`gather` asks questions that the span reader has not learned from (those of the titles that bench/train_reader.py holds
out, and of the one of its parts that it was trained without) of an index of their passages and others, and keeps the
sentences of the first passages. `fit` reads them with the span reader that is in assistant/data, learns LambdaMART on
them (LightGBM), and prints by four-fold cross-validation how often the first and one of the first three sentences hold
the answer; --write puts trees learned from all of them into assistant/data/ranker.json.
"""

from __future__ import annotations

import argparse
import json
import pickle
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.evidence import Evidence
from assistant.ranker import FEATURES, RANKED, SPAN_FEATURES, Trees, features, span_features, with_spans
from assistant.score import rules
from assistant.span import SpanReader
from bench.reading import QuestionSet, by_coverage, by_rules, holds
from bench.train_reader import LEFT_OUT, SHIPPED, is_held_out, parts, read_lines, training_data

SEED = 3
KEPT = 30  # sentences of a question, at most
OTHERS = 2500  # passages that no question is on
NAMES = FEATURES + SPAN_FEATURES
SOURCES = {
    "ja": ("jaquad/train_corpus.jsonl.gz", "jaquad/train_questions.jsonl.gz"),
    "en": ("en_train/corpus.jsonl.gz", "en_train/questions.jsonl.gz"),
}


def unseen(data: Path, language: str) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Passages, and questions on some of them in random order; the span reader has learned from none of those."""
    rows, questions = (read_lines(data / name) for name in SOURCES[language])
    chance = random.Random(SEED)
    left_out = {row["id"] for row in rows if is_held_out(row["title"])} | set(parts(training_data(data)[1])[LEFT_OUT])
    asked = [question for question in questions if question["gold"][0] in left_out]
    chance.shuffle(asked)
    others = [row for row in rows if row["id"] not in left_out]
    kept = [row for row in rows if row["id"] in left_out] + chance.sample(others, min(OTHERS, len(others)))
    return kept, asked


def gather(data: Path, work: Path, language: str, *, most: int, passages: int) -> None:
    """The sentences of each unseen question, best first by rules, with labels, as a pickle."""
    kept, asked = unseen(data, language)
    found = []
    with tempfile.TemporaryDirectory() as folder:
        whole = QuestionSet(kept, language, Path(folder))
        for number, row in enumerate(asked[:most]):
            met = whole.ask(row, passages=passages)
            order = by_rules(met)[:KEPT]
            if not order:
                continue
            labels = [label_of(one, row) for one in order]
            baseline = [holds(one.sentence.text, row["answers"]) for one in by_coverage(met)[:3]]
            found.append((met.question, order, met.matcher.rarity(), labels, baseline))
            if number % 400 == 0:
                print(language, number, flush=True)
                save(work / f"ranker_{language}.pickle", found)
    save(work / f"ranker_{language}.pickle", found)


def save(path: Path, found: Any) -> None:
    with path.with_suffix(".part").open("wb") as file:
        pickle.dump(found, file)
    path.with_suffix(".part").rename(path)


def label_of(one: Evidence, row: Mapping[str, Any]) -> int:
    """2 where the answer was marked, 1 where it stands as well, 0 elsewhere."""
    if not holds(one.sentence.text, row["answers"]):
        return 0
    marked = (
        one.sentence.announcement.id in row["gold"] and one.sentence.start <= row["answer_start"] < one.sentence.end
    )
    return 2 if marked else 1


def read_with_spans(work: Path, language: str) -> list[tuple[np.ndarray, np.ndarray, Any]]:
    """Rows, labels and (language, baseline, rules) of each question that was gathered."""
    reader = SpanReader.load()
    found = []
    with (work / f"ranker_{language}.pickle").open("rb") as file:
        for question, order, rarity, labels, baseline in pickle.load(file):
            first = with_spans(question, order[:RANKED], reader)
            rows = np.hstack([features(question, first, rarity), span_features(question, first)])
            told = np.array([rules(one, question) for one in first])
            found.append((rows, np.array(labels[:RANKED]), (language, baseline, told)))
    return found


def fit_trees(rows: Sequence[np.ndarray], labels: Sequence[np.ndarray], rounds: int) -> Any:
    """A LightGBM booster."""
    import lightgbm

    data = lightgbm.Dataset(
        np.concatenate(rows), np.concatenate(labels), group=[len(one) for one in labels], feature_name=list(NAMES)
    )
    settings = {
        "objective": "lambdarank", "num_leaves": 15, "learning_rate": 0.05, "min_data_in_leaf": 60, "verbose": -1,
        "lambdarank_truncation_level": 5, "feature_fraction": 0.7, "bagging_fraction": 0.8, "bagging_freq": 1,
        "lambda_l2": 5.0, "seed": SEED, "num_threads": 1, "use_missing": False, "label_gain": [0, 2, 3],
        "deterministic": True,
    }  # fmt: skip
    return lightgbm.train(settings, data, num_boost_round=rounds)


def trees_of(booster: Any) -> list[dict[str, list[float]]]:
    """The booster's trees as assistant/ranker.py reads them."""
    found = []
    for info in booster.dump_model()["tree_info"]:
        tree: dict[str, list[float]] = {name: [] for name in ("feature", "threshold", "left", "right", "value")}

        def add(node: Mapping[str, Any], tree: dict[str, list[float]] = tree) -> int:
            at = len(tree["feature"])
            is_leaf = "leaf_value" in node
            tree["feature"].append(-1 if is_leaf else int(node["split_feature"]))
            tree["threshold"].append(0.0 if is_leaf else float(node["threshold"]))
            tree["value"].append(round(float(node["leaf_value"]), 6) if is_leaf else 0.0)
            tree["left"].append(0)
            tree["right"].append(0)
            if not is_leaf:
                tree["left"][at] = add(node["left_child"])
                tree["right"][at] = add(node["right_child"])
            return at

        add(info["tree_structure"])
        found.append(tree)
    return found


def fit(work: Path, *, rounds: int, write: bool) -> None:
    found = [one for language in SOURCES for one in read_with_spans(work, language)]
    random.Random(SEED).shuffle(found)
    rows, labels, extra = zip(*found, strict=True)
    fold = np.arange(len(rows)) % 4
    hits: dict[str, dict[str, list[bool]]] = {}

    def count(at: int, name: str, scores: np.ndarray) -> None:
        best = np.argsort(-scores, kind="stable")[:3]
        by = hits.setdefault(extra[at][0], {})
        by.setdefault(f"{name}: first", []).append(bool(labels[at][best[0]] > 0))
        by.setdefault(f"{name}: three", []).append(bool((labels[at][best] > 0).any()))

    spread = []
    for part in range(4):
        learned = [at for at in range(len(rows)) if fold[at] != part]
        booster = fit_trees([rows[at] for at in learned], [labels[at] for at in learned], rounds)
        for at in np.flatnonzero(fold == part):
            scores = booster.predict(rows[at])
            spread.append((np.std(scores), np.std(rows[at][:, NAMES.index("heuristic")])))
            count(at, "ranker", scores)
            scale = 0.25
            count(at, "ranker and rules", scores * scale + extra[at][2])
            count(at, "line score", rows[at][:, NAMES.index("line_score")])
            count(at, "rules", rows[at][:, NAMES.index("heuristic")])
            by = hits[extra[at][0]]
            by.setdefault("coverage: first", []).append(bool(extra[at][1][0]))
            by.setdefault("coverage: three", []).append(any(extra[at][1]))
    for language, by in hits.items():
        print(
            language,
            len(by["rules: first"]),
            {name: round(100 * float(np.mean(value)), 1) for name, value in by.items()},
        )
    learned_spread, usual_spread = np.mean(spread, axis=0)
    scale = round(float(usual_spread / learned_spread), 3)
    print("scale", scale)
    booster = fit_trees(rows, labels, rounds)
    ranking = sorted(zip(booster.feature_importance("gain"), NAMES, strict=True), reverse=True)
    print(", ".join(f"{name} {gain:.0f}" for gain, name in ranking[:20]))
    trees = trees_of(booster)
    assert np.allclose(Trees.of(trees).score(rows[0]), booster.predict(rows[0]), atol=1e-4)
    if write:
        lines = ",\n".join(json.dumps(tree, separators=(",", ":")) for tree in trees)
        text = f'{{"features": {json.dumps(NAMES)},\n"scale": {scale},\n"trees": [\n{lines}\n]}}\n'
        (SHIPPED / "ranker.json").write_text(text, encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("step", choices=("gather", "fit"))
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--lang", choices=tuple(SOURCES), default="ja")
    parser.add_argument("--most", type=int, default=1500, help="questions")
    parser.add_argument("--passages", type=int, default=5, help="whose sentences are ranked")
    parser.add_argument("--rounds", type=int, default=150)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.step == "gather":
        gather(options.data, options.work, options.lang, most=options.most, passages=options.passages)
    else:
        fit(options.work, rounds=options.rounds, write=options.write)
    return 0


if __name__ == "__main__":
    sys.exit(main())
