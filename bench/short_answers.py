"""How sure a short answer must be: precision and coverage over thresholds, on questions that nothing was learned from.

    python bench/short_answers.py --data ../shared/data --lang ja [--questions N] [--json]     # and --lang en

The questions are those of the training parts that the span reader has not seen (bench/train_ranker.py), asked of an
index of their passages and others. The first lines say what the product does: which share it answers, to which share it
gives a short answer, and how often that is right. Then, for each threshold of the span's probability, the short answers
that are words of the first sentence: coverage is the share of all questions whose span is at least so likely, exact and
right the shares of those. Right means that one of gold answer and short answer holds the other. "Accepted" are the
sentences that the product answers with, "any" the ranker's first sentence for every question, accepted or not.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.read import read
from assistant.sentences_asked import LIKELY, SURE, span_text
from assistant.wording import word
from bench.reading import Asked, QuestionSet, bare, by_trees, exact
from bench.train_ranker import SOURCES, unseen
from index.embed import glosses

THRESHOLDS = (0.0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)


@dataclass(frozen=True, slots=True)
class Said:
    """A short answer, how likely it was to the span reader, and whether it is right."""

    likely: float
    is_exact: bool
    is_right: bool


def said(text: str, likely: float, answers: Sequence[str]) -> Said:
    return Said(likely, exact(text, answers), agrees(text, answers))


def agrees(text: str, answers: Sequence[str]) -> bool:
    """One of `text` and some answer holds the other, but for case, white space and punctuation.

    >>> agrees("the Denver Broncos", ["Denver Broncos"]), agrees("", ["Denver Broncos"])
    (True, False)
    """
    short = bare(text)
    return any(short and long and (short in long or long in short) for long in map(bare, answers))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one question."""

    status: str
    product: Said | None  # the short answer that was given
    accepted: Said | None  # the span of the sentence that was answered with, where words of it are the answer
    any: Said | None  # the span of the ranker's first sentence


def outcome(asked: Asked) -> Outcome:
    answers = asked.row["answers"]
    reading = read(asked.question, asked.evidence, asked.matcher, asked.announcements)
    answer = word(reading, newest=None, contact="", glosses=glosses)
    first = reading.chosen[0] if reading.status == "answered" and reading.chosen else None
    words = span_text(asked.question, first, least=0.0) if first else ""
    is_named = words and first and first.span and reading.text in ("", words) and reading.value is None
    order = by_trees(asked)
    span = order[0].span if order else None
    return Outcome(
        answer.status,
        said(answer.short_answer, 1.0, answers) if answer.short_answer else None,
        said(words, first.span.score, answers) if is_named and first and first.span else None,
        said(span.text, span.score, answers) if span else None,
    )


def shares(found: Sequence[Said], questions: int) -> dict[str, float]:
    """Coverage of all `questions`, and the exact and the right among `found`, 0..1."""
    some = max(1, len(found))
    return {
        "coverage": len(found) / questions,
        "exact": sum(one.is_exact for one in found) / some,
        "right": sum(one.is_right for one in found) / some,
    }


def curve(found: Sequence[Said], questions: int) -> Iterator[tuple[float, dict[str, float]]]:
    """Each of THRESHOLDS with the shares of what is at least so likely."""
    for threshold in THRESHOLDS:
        yield threshold, shares([one for one in found if one.likely >= threshold], questions)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--lang", choices=tuple(SOURCES), default="ja")
    parser.add_argument("--questions", type=int, default=800, help="at most")
    parser.add_argument("--passages", type=int, default=8, help="that are read")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows, questions = unseen(options.data, options.lang)
    with tempfile.TemporaryDirectory() as folder:
        whole = QuestionSet(rows, options.lang, Path(folder))
        outcomes = [outcome(whole.ask(row, passages=options.passages)) for row in questions[: options.questions]]
    count = len(outcomes)
    tables = {
        "product": shares([one.product for one in outcomes if one.product], count),
        "accepted": dict(curve([one.accepted for one in outcomes if one.accepted], count)),
        "any": dict(curve([one.any for one in outcomes if one.any], count)),
    }
    answered = sum(one.status == "answered" for one in outcomes) / count
    if options.json:
        print(json.dumps({"questions": count, "answered": answered, **tables}))
        return 0
    print(f"{count} questions, answered {100 * answered:.1f} %; SURE is {SURE}, LIKELY {LIKELY}")
    print(f"{'':8s} {'least':>6s} {'coverage':>9s} {'exact':>6s} {'right':>6s}")
    print(line("product", "", tables["product"]))
    for name in ("accepted", "any"):
        for threshold, found in tables[name].items():
            print(line(name, f"{threshold:.2f}", found))
    return 0


def line(name: str, threshold: str, found: dict[str, float]) -> str:
    shown = " ".join(f"{100 * found[key]:{width}.1f}" for key, width in (("coverage", 9), ("exact", 6), ("right", 6)))
    return f"{name:8s} {threshold:>6s} {shown}"


if __name__ == "__main__":
    sys.exit(main())
