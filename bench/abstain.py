"""When to say "not stated": precision and recall of that over thresholds, on question files.

    python bench/abstain.py [FILE...] [--add PATH] [--json]

FILE is in the format of tests/eval/*.jsonl (sample_questions.jsonl by default). The questions are asked of the bundled
sample, or with --add of the announcements at PATH alone. UNLIKELY and the values of SOFT of assistant/acceptance.py are
moved together, by `shift`. Of the questions that were met with "not stated" (or declined), precision is the share that
has no answer; of those that have no answer, recall is the share that was met so. `answered` is the share of the
answerable questions that were answered right, `right` the share of all. The line with shift 0 is what the product does.
The acceptor has learned from the files in tests/eval: for a curve that it has not, see bench/train_acceptor.py.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant import acceptance
from assistant.assistant import Assistant
from assistant.evaluate import judge
from assistant.question_file import GoldQuestion, read_gold
from assistant.settings import Settings

ROOT = Path(__file__).resolve().parents[1]
SHIFTS = (-0.25, -0.2, -0.15, -0.1, -0.05, 0.0, 0.05, 0.1, 0.2, 0.3, 0.4)


def measured(assistant: Assistant, questions: Sequence[GoldQuestion]) -> dict[str, float]:
    """Shares between 0 and 1 over `questions`, with the thresholds as they are now."""
    verdicts = []
    for gold in questions:
        asked = gold.asked
        answer = assistant.ask(asked.question, history=asked.history, as_of=asked.as_of, language=asked.language)
        verdicts.append(judge(gold, answer))
    silent = [one for one in verdicts if one.answer.status in ("not_found", "declined")]
    without = [one for one in verdicts if not one.gold.answerable]
    answerable = [one for one in verdicts if one.gold.answerable]
    kept = sum(not one.gold.answerable for one in silent)
    return {
        "precision": kept / max(1, len(silent)),
        "recall": kept / max(1, len(without)),
        "answered": sum(one.is_right for one in answerable) / max(1, len(answerable)),
        "right": sum(one.is_right for one in verdicts) / max(1, len(verdicts)),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", metavar="FILE", default=[str(ROOT / "tests/eval/sample_questions.jsonl")])
    parser.add_argument(
        "--add", action="append", default=[], metavar="PATH", help="these announcements, not the sample"
    )
    parser.add_argument("--json", action="store_true", help="JSON Lines instead of a table")
    options = parser.parse_args()
    questions = [question for file in options.files for question in read_gold(file)]
    with tempfile.TemporaryDirectory() as directory:
        settings = Settings(data=Path(directory) / "data", sample="off" if options.add else "on")
        assistant = Assistant.open(settings, embeddings="off")
        list(assistant.add(options.add))
        unlikely, soft = acceptance.UNLIKELY, dict(acceptance.SOFT)
        if not options.json:
            print(f"{len(questions)} questions\nshift  unlikely  precision  recall  answered  right")
        for shift in SHIFTS:
            acceptance.UNLIKELY = round(unlikely + shift, 3)
            acceptance.SOFT.update({rule: least + shift for rule, least in soft.items()})
            line = {"shift": shift, "unlikely": acceptance.UNLIKELY}
            line |= measured(assistant, questions)
            if options.json:
                print(json.dumps(line), flush=True)
            else:
                shown = (f"{100 * line[name]:.1f}" for name in ("precision", "recall", "answered", "right"))
                widths = zip(shown, (9, 6, 8, 5), strict=True)
                print(f"{shift:+.2f}  {acceptance.UNLIKELY:8.2f}  ", end="")
                print("  ".join(text.rjust(width) for text, width in widths), flush=True)
        assistant.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
