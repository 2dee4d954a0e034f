"""Is the confidence of answers what it says: bins of it against the share that was right, on question files.

    python bench/confidence.py [FILE...] [--seed PATH --seed-file FILE...] [--json]

FILE is in the format of tests/eval/*.jsonl, asked of the bundled sample (tests/eval/sample_questions*.jsonl by
default); each --seed-file is asked of the announcement at PATH alone. Of the answers that are `answered`: how many have
a confidence in each tenth, its mean, and the share that is right; the Brier score (mean square of confidence minus
right, lower is better; beside it that of the one best constant) and the expected calibration error (mean distance of
the two columns). "Refitted" is a logistic curve of the confidence, fitted on the one half of the questions and read off
for the other, both ways: where it is no better, the confidence needs no other curve. Then, for each other status, its
mean confidence and the share right.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.assistant import Assistant
from assistant.evaluate import Verdict, judge
from assistant.question_file import read_gold
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
Floats = NDArray[np.float64]


def verdicts(files: Sequence[str], *, add: Sequence[str] = ()) -> Iterator[Verdict]:
    """The judged answers to the questions of `files`: on the bundled sample, or on the announcements `add` alone."""
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(data=Path(directory) / "data", sample="off" if add else "on")
        assistant = Assistant.open(settings, embeddings="off")
        list(assistant.add(add))
        for gold in (question for file in files for question in read_gold(file)):
            asked = gold.asked
            answer = assistant.ask(asked.question, history=asked.history, as_of=asked.as_of, language=asked.language)
            yield judge(gold, answer)
        assistant.close()


def brier(told: Floats, right: Floats) -> float:
    """The mean square of the difference, 0 at best.

    >>> brier(np.array([1.0, 0.5]), np.array([1.0, 0.0]))
    0.125
    """
    return float(((told - right) ** 2).mean())


def bins(told: Floats, right: Floats) -> list[tuple[float, int, float, float]]:
    """For each tenth that something is in: where it begins, how many, their mean confidence and the share right."""
    tenth = np.minimum((told * 10 + 1e-9).astype(int), 9)
    return [
        (at / 10, int(held.sum()), float(told[held].mean()), float(right[held].mean()))
        for at in range(10)
        if (held := tenth == at).any()
    ]


def calibration_error(told: Floats, right: Floats) -> float:
    """The mean distance of confidence and share right over `bins`, each counting by its size."""
    return sum(count * abs(mean - share) for _, count, mean, share in bins(told, right)) / len(told)


def refitted(told: Floats, right: Floats, half: NDArray[np.bool_]) -> Floats:
    """For each half, the logistic curve of `told` that the other half gives."""
    found = np.zeros_like(told)
    for own in (half, ~half):
        slope = logistic(told[~own], right[~own])
        found[own] = 1 / (1 + np.exp(-(slope[0] + slope[1] * told[own])))
    return found


def logistic(told: Floats, right: Floats, *, steps: int = 30) -> Floats:
    """Intercept and slope of the likeliest logistic curve, shape (2,), by Newton's method with a little ridge."""
    rows = np.column_stack([np.ones_like(told), told])
    weights = np.zeros(2)
    ridge = np.diag([0.0, 0.1])
    for _ in range(steps):
        likely = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (likely - right) + ridge @ weights
        bend = (rows * (likely * (1 - likely))[:, None]).T @ rows + ridge
        weights = weights - np.linalg.solve(bend, slope)
    return weights


def summary(found: Sequence[Verdict]) -> dict[str, Any]:
    answered = [one for one in found if one.answer.status == "answered"]
    told = np.array([one.answer.confidence for one in answered])
    right = np.array([float(one.is_right) for one in answered])
    half = np.array([zlib.crc32(one.gold.asked.question.encode()) % 2 == 0 for one in answered])
    again = refitted(told, right, half)
    others = {}
    for status in ("not_found", "declined", "ambiguous"):
        some = [one for one in found if one.answer.status == status]
        if some:
            confidence = float(np.mean([one.answer.confidence for one in some]))
            others[status] = (len(some), confidence, float(np.mean([one.is_right for one in some])))
    return {
        "answered": len(answered),
        "bins": bins(told, right),
        "brier": brier(told, right),
        "calibration_error": calibration_error(told, right),
        "constant_brier": brier(np.full_like(right, right.mean()), right),
        "refitted_brier": brier(again, right),
        "refitted_calibration_error": calibration_error(again, right),
        "others": others,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    usual = sorted(map(str, (ROOT / "tests/eval").glob("sample_questions*.jsonl")))
    parser.add_argument("files", nargs="*", metavar="FILE", default=usual)
    parser.add_argument("--seed", metavar="PATH", help="an announcement, for --seed-file")
    parser.add_argument("--seed-file", action="append", default=[], metavar="FILE", help="asked of --seed alone")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.seed_file and not options.seed:
        parser.error("--seed-file needs --seed PATH, the announcement that its questions are about")
    found = list(verdicts(options.files))
    if options.seed_file:
        found += verdicts(options.seed_file, add=[options.seed])
    shown = summary(found)
    if options.json:
        print(json.dumps(shown))
        return 0
    print(f"{shown['answered']} answers\nfrom  answers  confidence  right")
    for start, count, mean, share in shown["bins"]:
        print(f"{start:.1f}  {count:8d}  {mean:10.3f}  {share:5.3f}")
    print(f"Brier score {shown['brier']:.4f} (a constant {shown['constant_brier']:.4f})")
    print(f"calibration error {shown['calibration_error']:.4f}")
    print(f"refitted: Brier score {shown['refitted_brier']:.4f}, error {shown['refitted_calibration_error']:.4f}")
    for status, (count, confidence, share) in shown["others"].items():
        print(f"{status}: {count}, confidence {confidence:.3f}, right {share:.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
