"""Learns the weights of the second stage from the training parts of public question sets.

    python bench/build_vectors.py --jaquad ../shared/data/jaquad --english ../shared/data/en_train \\
        --leave-out --out .data/left-out
    python bench/learn_weights.py --data ../shared/data --japanese-vectors .data/left-out [--write]

DIR has `jaquad/train_corpus.jsonl.gz` and `train_questions.jsonl.gz` (Japanese), `en_train/corpus.jsonl.gz` and
`questions.jsonl.gz` (English). For each language: indexes the passages of every fifth article and ranks the candidates
of --sample of their questions. Then:

1. what each text feature counts: softmax over the first stage's hundred candidates of a question, the gold passage
   against the others (Adam);
2. with --kinds, what each kind of term counts: one kind after the other takes the step of KINDS with the best MRR, the
   features learned anew for each (a minute a step);
3. the share of the vectors: the step of SHARES with the best MRR over the candidates of both legs.

MRR is always counted in four folds: weights learned on three, ranks counted on the fourth. The Japanese vectors that
are shipped were adjusted on all training articles, which would flatter them here, so the first command makes some that
have not seen every fifth. --write puts what was learned into index/weights.json. What no question set
teaches stays as it is there: kinds of section, numbered names that disagree, headings, neighbours, age, kinds across
languages, and concepts: the questions are on encyclopedias, where the list of company terms is hardly ever met.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import sys
import tempfile
import time
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from bench.retrieval import WHOLE, QuestionSetCatalog
from corpus.announcement import Language
from index import rank
from index.analyse import analyse
from index.distilled import DistilledJapanese
from index.embed import default_embedder
from index.lexical import Hit, LexicalIndex
from index.passage import Scope
from index.search import Index

WEIGHTS = Path(rank.__file__).parent / "weights.json"
FEATURES = [name for name in rank.TEXT_FEATURES if name != "heading"]  # question sets have no headings
KINDS = {"_": (0.3, 0.5, 0.7, 1.0), "#": (0.3, 0.5, 0.7, 1.0), "~": (0.05, 0.15, 0.3, 0.5)}
FILES = {
    "ja": ("jaquad/train_corpus.jsonl.gz", "jaquad/train_questions.jsonl.gz"),
    "en": ("en_train/corpus.jsonl.gz", "en_train/questions.jsonl.gz"),
}
SHARES = [round(0.05 * step, 2) for step in range(13)]
FOLDS = 4
MOST = 200  # candidates of a question: a hundred of each leg


@dataclass(frozen=True)
class Asked:
    """A question, its candidates (the first stage's hundred first), and which of them is the gold passage."""

    query: rank.Query
    hits: Sequence[Hit]
    lexical: int  # how many of them the first stage found
    near: np.ndarray  # cosine of each
    gold: int  # -1: not among them

    def features(self, statistics: rank.Statistics, kinds: Mapping[str, float]) -> dict[str, np.ndarray]:
        languages = [hit.language for hit in self.hits]
        return rank.features(self.query, [hit.packed for hit in self.hits], languages, statistics, kinds=kinds)


@dataclass(frozen=True)
class Table:
    """Features (question, candidate, feature), which candidates are real, and the gold one's place (-1: none)."""

    features: np.ndarray
    real: np.ndarray
    gold: np.ndarray

    def of(self, questions: np.ndarray) -> Table:
        return Table(self.features[questions], self.real[questions], self.gold[questions])


def read(path: Path) -> list[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def is_left_out(title: str) -> bool:
    """Whether an article is one of those (every fifth) that weights are learned on, and vectors may be made without."""
    return zlib.crc32(title.encode()) % 5 == 0


def sample(rows: list[dict[str, Any]], questions: list[dict[str, Any]], count: int) -> tuple[Any, Any]:
    """The passages of the articles left out, and `count` questions on them."""
    kept = [row for row in rows if is_left_out(row["title"])]
    ids = {row["id"] for row in kept}
    asked = [question for question in questions if question["gold"][0] in ids]
    random.Random(1).shuffle(asked)
    return kept, asked[:count]


def collect(
    lexical: LexicalIndex,
    rows: list[dict[str, Any]],
    questions: list[dict[str, Any]],
    language: Language,
    embedder: Any,
) -> list[Asked]:
    """The candidates of both legs for each question, as a search would have them."""
    texts = [f"{row['title']}\n{row['text']}" for row in rows]
    vectors = embedder.encode_documents(texts, [language] * len(texts))
    at = {row["id"]: number for number, row in enumerate(rows)}
    found = []
    for question in questions:
        text = question["question"]
        terms = analyse(text, language)
        frequencies = lexical.frequencies(terms)
        times = {term: float(min(terms.count(term), 3)) for term in terms}
        hits = lexical.search(times, frequencies, Scope(), 100)
        first = len(hits)
        cosine = vectors @ embedder.encode_query(text, language)
        held = {hit.chunk.announcement_id for hit in hits}
        nearest = [rows[number] for number in np.argsort(-cosine)[:100]]
        hits += lexical.fetch(
            [f"{row['id']}:0-{len(row['text'].rstrip())}" for row in nearest if row["id"] not in held], Scope()
        )
        ids = [hit.chunk.announcement_id for hit in hits]
        gold = next((number for number, name in enumerate(ids) if name in question["gold"]), -1)
        query = rank.Query.of(text, terms, frequencies, language)
        found.append(Asked(query, hits, first, cosine[[at[name] for name in ids]], gold))
    return found


def table(asked: Sequence[Asked], rows: Sequence[np.ndarray]) -> Table:
    features = np.zeros((len(asked), MOST, rows[0].shape[1]))
    real = np.zeros((len(asked), MOST), dtype=bool)
    for number, one in enumerate(rows):
        features[number, : len(one)] = one
        real[number, : len(one)] = True
    return Table(features, real, np.array([one.gold for one in asked]))


def lexical_only(asked: Sequence[Asked], whole: Table) -> Table:
    """Only the first stage's candidates."""
    first = np.array([one.lexical for one in asked])
    inside = np.arange(MOST)[None, :] < first[:, None]
    return Table(whole.features, whole.real & inside, np.where(whole.gold < first, whole.gold, -1))


def fit(data: Table, *, rounds: int = 400) -> np.ndarray:
    """The weights that make the gold candidates likeliest, scaled so that the first is 1."""
    known = data.of(np.flatnonzero(data.gold >= 0))
    weights = np.zeros(known.features.shape[2])
    weights[0] = 10.0
    mean = spread = np.zeros_like(weights)
    own = known.features[np.arange(len(known.gold)), known.gold].sum(0)
    for step in range(1, rounds + 1):
        scores = np.where(known.real, known.features @ weights, -1e9)
        chances = np.exp(scores - scores.max(1, keepdims=True))
        chances /= chances.sum(1, keepdims=True)
        slope = (np.einsum("qc,qcf->f", chances, known.features) - own) / len(known.gold) + 1e-4 * weights
        mean = 0.9 * mean + 0.1 * slope
        spread = 0.99 * spread + 0.01 * slope**2
        rate = 0.5 if step < 0.7 * rounds else 0.05
        weights = weights - rate * (mean / (1 - 0.9**step)) / (np.sqrt(spread / (1 - 0.99**step)) + 1e-8)
    learned: np.ndarray = weights / weights[0]
    return learned


def ranks(scores: np.ndarray, data: Table) -> np.ndarray:
    """The place of each gold passage, from 0; far behind when it is no candidate."""
    shown = np.where(data.real, scores, -1e9)
    own = shown[np.arange(len(data.gold)), data.gold]
    found: np.ndarray = np.where(data.gold >= 0, (shown > own[:, None]).sum(1), 10**9)
    return found


def figures(places: np.ndarray) -> str:
    return f"R@1 {100 * (places < 1).mean():.2f}, R@5 {100 * (places < 5).mean():.2f}, MRR {mrr(places):.2f}"


def mrr(places: np.ndarray) -> float:
    return float(100 * np.where(places < 10, 1 / (1 + places), 0).mean())


def spread(scores: np.ndarray, real: np.ndarray) -> np.ndarray:
    """Each question's scores over 0 to 1, as a search does before it adds up its legs."""
    low = np.where(real, scores, np.inf).min(1, keepdims=True)
    high = np.where(real, scores, -np.inf).max(1, keepdims=True)
    found: np.ndarray = (scores - low) / np.maximum(high - low, 1e-12)
    return found


def crossed(data: Table) -> np.ndarray:
    """The scores of each question by weights that were learned without its fold."""
    scores = np.zeros(data.real.shape)
    fold = np.arange(len(data.gold)) % FOLDS
    for one in range(FOLDS):
        held_out = np.flatnonzero(fold == one)
        scores[held_out] = data.of(held_out).features @ fit(data.of(np.flatnonzero(fold != one)))
    return scores


class LeftOutJapanese:
    """The built-in embedder, its Japanese side from another folder."""

    def __init__(self, folder: Path) -> None:
        self._japanese = DistilledJapanese(folder)

    def encode_documents(self, texts: Sequence[str], languages: Sequence[Language]) -> np.ndarray:
        return self._japanese.encode_documents(texts)

    def encode_query(self, text: str, language: Language) -> np.ndarray:
        return self._japanese.encode_query(text)


def learn(
    language: Language, data: Path, count: int, embedder: Any, stored: Mapping[str, Any], *, with_kinds: bool
) -> dict[str, Any]:
    """The learned weights of one language: {"features", "kinds", "share"}; prints how good they are."""
    corpus, questions = (read(data / name) for name in FILES[language])
    rows, chosen = sample(corpus, questions, count)
    with tempfile.TemporaryDirectory() as folder:
        index = Index.open(Path(folder), chunk_size=WHOLE)
        index.catch_up(QuestionSetCatalog(rows, language))
        lexical = LexicalIndex(Path(folder) / "lexical")
        asked = collect(lexical, rows, chosen, language, embedder)
        statistics = lexical.statistics()
    say(f"{language}: {len(rows)} passages, {len(asked)} questions")

    def features(counts: Mapping[str, float]) -> Table:
        columns = [one.features(statistics, counts) for one in asked]
        return table(asked, [np.stack([column[name] for name in FEATURES], axis=1) for column in columns])

    def quality(counts: Mapping[str, float], note: str) -> tuple[float, Table]:
        whole = features(counts)
        words = lexical_only(asked, whole)
        places = ranks(crossed(words), words)
        say(f"{language}: {note:44} {figures(places)}")
        return mrr(places), whole

    kinds = dict(stored["kinds"][f"{language}-{language}"])
    best, chosen_table = quality(kinds, "learned")
    words = lexical_only(asked, chosen_table)
    old = np.array([stored[language].get(name, 0.0) for name in FEATURES])
    say(f"{language}: {'stored weights':44} {figures(ranks(words.features @ old, words))}")
    for kind, steps in KINDS.items() if with_kinds else ():
        for step in sorted({*steps} - {kinds[kind]}):
            reached, whole = quality({**kinds, kind: step}, f"learned, {kind} counts {step}")
            if reached > best:
                best, chosen_table, kinds = reached, whole, {**kinds, kind: step}
    weights = fit(lexical_only(asked, chosen_table))

    near = np.zeros(chosen_table.real.shape)
    for number, one in enumerate(asked):
        near[number, : len(one.near)] = one.near
    meaning, by_words = spread(near, chosen_table.real), spread(crossed(chosen_table), chosen_table.real)
    places = {share: ranks((1 - share) * by_words + share * meaning, chosen_table) for share in SHARES}
    for share in SHARES:
        say(f"{language}: {f'share of the vectors {share:4.2f}':44} {figures(places[share])}")
    return {
        "features": {name: round(float(value), 2) for name, value in zip(FEATURES, weights, strict=True)},
        "kinds": kinds,
        "share": max(SHARES, key=lambda share: mrr(places[share])),
    }


def say(line: str) -> None:
    print(f"{time.perf_counter() - _START:6.0f} s  {line}", flush=True)


_START = time.perf_counter()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder with jaquad/ and en_train/")
    parser.add_argument("--languages", nargs="+", choices=tuple(FILES), default=tuple(FILES))
    parser.add_argument("--sample", type=int, default=2000, help="questions of each language")
    parser.add_argument("--kinds", action="store_true", help="learn what kinds of terms count, too")
    parser.add_argument("--japanese-vectors", type=Path, help="folder of vectors that never saw these articles")
    parser.add_argument("--write", action="store_true", help="put the weights into index/weights.json")
    options = parser.parse_args()
    stored = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    for language in options.languages:
        embedder = default_embedder()
        if language == "ja" and options.japanese_vectors:
            embedder = LeftOutJapanese(options.japanese_vectors)
        learned = learn(language, options.data, options.sample, embedder, stored, with_kinds=options.kinds)
        stored[language].update(learned["features"])
        stored["kinds"][f"{language}-{language}"] = learned["kinds"]
        stored["vectors"][language] = learned["share"]
    lines = ",\n".join(f"  {json.dumps(key)}: {json.dumps(value)}" for key, value in stored.items())
    print("{\n" + lines + "\n}")
    if options.write:
        WEIGHTS.write_text("{\n" + lines + "\n}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
