"""Reading on a question set: which sentence answers, and which words of it, beside plain baselines in the same run.

    python bench/reading.py --data DIR [--questions N] [--passages N] [--embeddings] [--json]

DIR holds `corpus.jsonl` {id, title, text} and `questions.jsonl` {id, question, lang, gold, answers}, and maybe `scope`.
"gold" is with the passage given that holds the answer, "found" after our own retrieval (--passages of them). For each
way of choosing sentences: how often a gold answer stands in the first, and in the first three, in per cent. For each
way of answering in a few words: exact answers, and the overlap of characters (F1) with the best gold answer, in per
cent; an answer withheld counts as wrong. The lines "product" are what the product itself would say, its silence
included. The last lines say where the first sentence stands that holds no answer (ranker for every question), in per
cent of all questions.
"""

from __future__ import annotations

import argparse
import functools
import json
import math
import random
import re
import sys
import tempfile
import time
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.candidates import TYPED
from assistant.evidence import Evidence
from assistant.matcher import Matcher, gather
from assistant.question import Question, understand
from assistant.ranker import ranked, reordered, shared_ranker, with_spans
from assistant.read import read
from assistant.score import scored
from assistant.sentences_asked import short_text
from assistant.span import shared_reader
from assistant.wording import word
from bench.retrieval import WHOLE, QuestionSetCatalog
from corpus.announcement import Announcement
from index.analyse import analyse
from index.embed import Embedder, default_embedder, glosses
from index.passage import Passage, Scope
from index.search import Index

Row = Mapping[str, Any]
_PUNCTUATION = re.compile(r"[\s、。,.!?！？・「」『』()（）\[\]【】\"'“”‘’:;]")


def plain(text: str) -> str:
    """`text` in NFKC and lower case without white space."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).lower()


def holds(text: str, answers: Sequence[str]) -> bool:
    """Some answer stands in `text`."""
    return any(plain(answer) and plain(answer) in plain(text) for answer in answers)


def bare(text: str) -> str:
    """`text` in NFKC and lower case without white space and punctuation."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).lower())


def overlap(said: str, answers: Sequence[str]) -> float:
    """The best harmonic mean of precision and recall over characters, 0..1.

    >>> overlap("2022年", ["2022年11月"]) > 0.7, overlap("", ["2022年"])
    (True, 0.0)
    """
    best = 0.0
    for answer in map(bare, answers):
        common = sum((Counter(bare(said)) & Counter(answer)).values())
        best = max(best, 2 * common / (len(bare(said)) + len(answer)) if common else float(bare(said) == answer == ""))
    return best


def exact(said: str, answers: Sequence[str]) -> bool:
    """The answer is one of `answers`, but for case, white space and punctuation."""
    return any(bare(said) == bare(answer) for answer in answers)


@dataclass(frozen=True)
class Asked:
    """A question with what there is to answer it from."""

    row: Row
    question: Question
    matcher: Matcher
    evidence: Sequence[Evidence]  # in the order of the passages
    announcements: Mapping[str, Announcement]


class QuestionSet:
    """A question set behind an Index of its passages, each one chunk."""

    def __init__(self, rows: Sequence[Row], language: str, folder: Path, *, embedder: Embedder | None = None) -> None:
        self.catalog = QuestionSetCatalog(rows, language)
        self.index = Index.open(folder, chunk_size=WHOLE, embedder=embedder)
        self.index.catch_up(self.catalog)
        self._scopes: dict[str, set[str]] = defaultdict(set)
        for row in rows:
            self._scopes[row.get("scope", "")].add(row["id"])

    def ask(self, row: Row, *, passages: int, given: Sequence[str] = ()) -> Asked:
        """The question of `row` with the sentences of the `passages` best passages, or of the `given` ones alone."""
        question = understand(row["question"], language=row["lang"])
        scope = Scope(announcement_ids=frozenset(self._scopes[row["scope"]]) if row.get("scope") else None)
        if given:
            scope = Scope(announcement_ids=frozenset(given))
        found: Sequence[Passage] = self.index.search(
            question.query, k=passages, scope=scope, language=question.language, distinct=True
        )
        announcements = {p.chunk.announcement_id: self.catalog.get(p.chunk.announcement_id) for p in found}
        matcher = Matcher(
            question, functools.partial(self.index.frequencies, scope=Scope()), self.index.count(), glosses
        )
        return Asked(row, question, matcher, gather(found, announcements, matcher), announcements)


def by_bm25(asked: Asked) -> list[Evidence]:
    """BM25 over the sentences of the first three passages."""
    rarity = asked.matcher.rarity()
    near = [one for one in asked.evidence if one.rank < 3]
    lengths = [len(one.sentence.text) for one in near]
    mean = sum(lengths) / max(1, len(lengths))

    def score(one: Evidence) -> float:
        counts = Counter(analyse(one.sentence.text, one.sentence.language))
        room = 0.9 * (1 - 0.4 + 0.4 * len(one.sentence.text) / mean)
        return sum(rarity[t] * counts[t] * 1.9 / (counts[t] + room) for t in rarity if counts[t] and t[0] not in "#@~_")

    return sorted(near, key=lambda one: -score(one))


def by_coverage(asked: Asked) -> list[Evidence]:
    """Inverse document frequency of the question's words and runs that the sentence holds, + 0.5/rank + 0.3 × type."""
    rarity = {term: weight for term, weight in asked.matcher.rarity().items() if term[0] not in "#@~"}
    total = sum(rarity.values()) or 1.0
    near = [one for one in asked.evidence if one.rank < 3]

    def score(one: Evidence) -> float:
        said = set(analyse(one.sentence.text, one.sentence.language))
        typed = asked.question.want in TYPED and bool(scored(one, asked.question).candidates)
        return sum(w for t, w in rarity.items() if t in said) / total + 0.5 / (1 + one.rank) + 0.3 * typed

    return sorted(near, key=lambda one: -score(one))


def by_rules(asked: Asked) -> list[Evidence]:
    """The product's order before anything learned."""
    return sorted((scored(one, asked.question) for one in asked.evidence), key=lambda one: -one.score)


def by_ranker(asked: Asked) -> list[Evidence]:
    """The product's order."""
    return ranked(asked.question, by_rules(asked), asked.matcher, reader=shared_reader(), ranker=shared_ranker())


def by_trees(asked: Asked) -> list[Evidence]:
    """The product's order for plain questions, for every question."""
    reader, ranker = shared_reader(), shared_ranker()
    order = by_rules(asked)
    if reader is None or ranker is None or not order:
        return order
    return reordered(asked.question, with_spans(asked.question, order, reader), asked.matcher, ranker)


def typed_or_named(asked: Asked, order: Sequence[Evidence]) -> str:
    """The plain heuristic: a value of the wanted kind, or the one name, in the first sentence."""
    if not order:
        return ""
    best = order[0]
    if best.candidates:
        value = best.candidates[0]
        return best.sentence.text[value.start : value.end]
    return short_text(asked.question, best)


def by_span(order: Sequence[Evidence]) -> str:
    """What the span reader finds likeliest, whatever the sentence."""
    read_ = [one.span for one in order if one.span]
    return max(read_, key=lambda span: span.score).text if read_ else ""


def of_first(order: Sequence[Evidence]) -> str:
    """What the span reader finds in the ranker's first sentence."""
    return order[0].span.text if order and order[0].span else ""


def said_by_product(asked: Asked) -> str:
    """The short answer as the product gives it; "" where it says that nothing is stated."""
    reading = read(asked.question, asked.evidence, asked.matcher, asked.announcements)
    answer = word(reading, newest=None, contact="", glosses=glosses)
    return answer.short_answer or ""


SELECTORS = {
    "first sentence": lambda asked: list(asked.evidence),
    "BM25": by_bm25,
    "coverage": by_coverage,
    "rules": by_rules,
}


def figures(asked: Asked) -> Iterator[tuple[str, float]]:
    """The name of each figure with its value for one question."""
    answers = asked.row["answers"]
    orders = {name: choose(asked) for name, choose in SELECTORS.items()}
    began = time.perf_counter()
    orders["ranker"] = by_ranker(asked)
    yield "ms", 1000 * (time.perf_counter() - began)
    orders["ranker, always"] = by_trees(asked)
    for name, order in orders.items():
        yield f"{name}: first", holds(order[0].sentence.text, answers) if order else False
        yield f"{name}: three", any(holds(one.sentence.text, answers) for one in order[:3])
    said = {
        "heuristic": typed_or_named(asked, orders["rules"]),
        "span": by_span(orders["ranker, always"]),
        "span of first": of_first(orders["ranker, always"]),
        "product": said_by_product(asked),
    }
    for name, text in said.items():
        yield f"{name}: exact", exact(text, answers)
        yield f"{name}: F1", overlap(text, answers)
        yield f"{name}: said", bool(text)
    missed = where_missed(asked, orders["ranker, always"])
    for place in MISSED:
        yield f"missed: {place}", missed == place


MISSED = ("passage not found", "in another passage", "in the gold passage")


def where_missed(asked: Asked, order: Sequence[Evidence]) -> str:
    """One of MISSED, for an order whose first sentence holds no answer; "" where it does."""
    if order and holds(order[0].sentence.text, asked.row["answers"]):
        return ""
    gold = set(asked.row["gold"])
    if gold.isdisjoint(one.sentence.announcement.id for one in order):
        return MISSED[0]
    return MISSED[2] if order[0].sentence.announcement.id in gold else MISSED[1]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--questions", type=int, help="a sample of this many")
    parser.add_argument("--passages", type=int, default=8, help="that are read")
    parser.add_argument("--embeddings", action="store_true", help="search by meaning as well, as the product does")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows, questions = ([json.loads(line) for line in (options.data / name).open(encoding="utf-8")]
                       for name in ("corpus.jsonl", "questions.jsonl"))  # fmt: skip
    if options.questions:
        questions = random.Random(1).sample(questions, min(options.questions, len(questions)))
    sums: dict[str, dict[str, list[float]]] = {"gold": defaultdict(list), "found": defaultdict(list)}
    with tempfile.TemporaryDirectory() as folder:
        embedder = default_embedder() if options.embeddings else None
        whole = QuestionSet(rows, questions[0]["lang"], Path(folder), embedder=embedder)
        for row in questions:
            for mode, given in (("gold", row["gold"]), ("found", ())):
                for name, value in figures(whole.ask(row, passages=options.passages, given=given)):
                    sums[mode][name].append(float(value))
    shown = {
        mode: {name: round((1 if name == "ms" else 100) * sum(values) / len(values), 1) for name, values in by.items()}
        for mode, by in sums.items()
    }
    if options.json:
        print(json.dumps({"questions": len(questions), **shown}, ensure_ascii=False))
        return 0
    half = 98 * math.sqrt(1 / len(questions))
    print(f"{len(questions)} questions; half the width of a 95 % interval at most {half:.1f}\n{'':24s}  gold  found")
    for name in shown["gold"]:
        print(f"{name:24s} {shown['gold'][name]:5.1f}  {shown['found'][name]:5.1f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
