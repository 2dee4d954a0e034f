"""Learns assistant/data/acceptor.npz: which sentence answers a question, and that none does, from our own questions.

    python bench/train_acceptor.py gather FILE --questions tests/eval/sample_questions.jsonl …_[2-6].jsonl
    python bench/train_acceptor.py gather FILE --add SEED.txt --questions tests/eval/seed_questions*.jsonl
    python bench/train_acceptor.py fit FILE... [--leave-out NAME...] [--write]

`gather` asks the questions of the bundled sample (or with --add of the announcements at PATH alone), and keeps of each
the features of its first sentences, and which of them hold the answer, in FILE. `fit` learns from them. With
--leave-out it learns without the questions of the files (or the groups: L of L-a01) of those names, and prints for each
how many of its questions would be answered at several thresholds, beside the rules alone; --write puts networks learned
from all of them into assistant/data. What is kept for testing belongs in no FILE: `../shared/eval`, and here
`sample_questions_7.jsonl`.
"""

from __future__ import annotations

import argparse
import functools
import pickle
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from assistant.acceptor import JUDGED, NEED_FEATURES, SENTENCE_FEATURES, Acceptor, Inputs, inputs, judged
from assistant.assistant import Assistant
from assistant.chain import READ, one_edition
from assistant.evaluate import comparable
from assistant.evidence import Evidence
from assistant.matcher import Matcher, gather
from assistant.question import Question, understand
from assistant.question_file import GoldQuestion, read_gold
from assistant.ranker import ranked, shared_ranker
from assistant.score import scored
from assistant.settings import Settings
from assistant.span import DATA, shared_reader
from index.embed import glosses
from index.passage import Scope

NETS, EPOCHS, BATCH = 5, 40, 256
NEED_WIDTH, WIDTH = 24, 48
MOST = 5.0
BY_RULES = SENTENCE_FEATURES.index("by_rules")
THRESHOLDS = (0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6)


@dataclass(frozen=True)
class Row:
    """A question with the features of its first sentences and whether each holds the answer."""

    id: str
    file: str
    answerable: bool
    read: Inputs
    right: np.ndarray  # bool, shape (sentences,)

    @property
    def group(self) -> str:
        """The letters in front of its number, by which the questions of one writer are known."""
        return self.id.partition("-")[0]


class Recorder(Acceptor):
    """Keeps what it is to judge."""

    def __init__(self) -> None:
        super().__init__({})
        self.read: Inputs | None = None

    def answers(self, question: Question, first: Sequence[Evidence], matcher: Matcher) -> list[float]:
        self.read = inputs(question, first, matcher)
        return [1.0] * len(first)


def gathered(assistant: Assistant, golds: Sequence[GoldQuestion], file: str) -> list[Row]:
    """A Row for each question that stands alone and for which something is found."""
    rows = []
    for gold in golds:
        asked = gold.asked
        if asked.history:
            continue
        question = understand(asked.question, language=asked.language)
        scope = Scope(as_of=asked.as_of)
        passages = assistant.index.search(question.query, k=READ, scope=scope, language=question.language)
        known = {p.chunk.announcement_id: assistant.catalog.get(p.chunk.announcement_id) for p in passages}
        frequencies = functools.partial(assistant.index.frequencies, scope=scope)
        matcher = Matcher(question, frequencies, assistant.index.count(scope), glosses, assistant.index.holds)
        met = gather(one_edition(passages, known, question.language), known, matcher)
        reader = shared_reader()
        order = ranked(question, [scored(one, question) for one in met], matcher, reader=reader, ranker=shared_ranker())
        recorder = Recorder()
        judged(question, order, matcher, reader=reader, acceptor=recorder)
        if recorder.read is not None:
            right = np.array([holds(gold, one) for one in order[:JUDGED]])
            rows.append(Row(asked.id, file, gold.answerable, recorder.read, right))
    return rows


def holds(gold: GoldQuestion, one: Evidence) -> bool:
    """The sentence holds all that the answer must, something that it may, and nothing that it must not."""
    text = comparable(one.sentence.text)
    all_, any_, none = ([comparable(said) for said in group] for group in (gold.must_all, gold.must_any, gold.must_not))
    return (
        gold.answerable
        and all(said in text for said in all_)
        and (not any_ or any(said in text for said in any_))
        and not any(said in text for said in none)
    )


class Net(nn.Module):
    """What each need is like and how far it is named, summed, beside the features of the sentence."""

    def __init__(self) -> None:
        super().__init__()
        self.need_1, self.need_2 = nn.Linear(len(NEED_FEATURES), NEED_WIDTH), nn.Linear(NEED_WIDTH, NEED_WIDTH)
        self.sentence_1 = nn.Linear(len(SENTENCE_FEATURES) + 2 * NEED_WIDTH, WIDTH)
        self.sentence_2 = nn.Linear(WIDTH, 1)
        self.little, self.much = nn.Dropout(0.2), nn.Dropout(0.3)

    def forward(self, sentences: torch.Tensor, needs: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        each = torch.relu(self.need_2(self.little(torch.relu(self.need_1(needs))))) * there[..., None]
        whole = torch.cat([sentences, each.sum(1) / 3, each.max(1)[0]], 1)
        return self.sentence_2(self.much(torch.relu(self.sentence_1(self.little(whole))))).squeeze(1)


def learned(rows: Sequence[Row]) -> dict[str, np.ndarray]:
    """The weights, as `Acceptor` takes them."""
    torch.set_num_threads(1)
    sentences = np.concatenate([row.read.sentences for row in rows])
    told = np.concatenate([row.read.needs.reshape(-1, len(NEED_FEATURES)) for row in rows])
    weights = {
        "sentence_mean": sentences.mean(0), "sentence_scale": sentences.std(0) + 1e-3,
        "need_mean": told.mean(0), "need_scale": told.std(0) + 1e-3,
    }  # fmt: skip
    most = max(row.read.needs.shape[1] for row in rows)
    needs = np.zeros((len(sentences), most, len(NEED_FEATURES)), np.float32)
    there = np.zeros((len(sentences), most), np.float32)
    at = 0
    for row in rows:
        count, many = row.read.needs.shape[:2]
        needs[at : at + count, :many] = (row.read.needs - weights["need_mean"]) / weights["need_scale"]
        there[at : at + count, :many] = 1
        at += count
    given = [
        torch.tensor(np.clip((sentences - weights["sentence_mean"]) / weights["sentence_scale"], -MOST, MOST)),
        torch.tensor(np.clip(needs, -MOST, MOST)),
        torch.tensor(there),
    ]
    right = torch.tensor(np.concatenate([row.right for row in rows]).astype(np.float32))
    nets = []
    for seed in range(NETS):
        torch.manual_seed(seed)
        net = Net()
        steps = torch.optim.AdamW(net.parameters(), 2e-3, weight_decay=2e-2)
        for _ in range(EPOCHS):
            for some in torch.randperm(len(right)).split(BATCH):
                loss = nn.functional.binary_cross_entropy_with_logits(net(*(one[some] for one in given)), right[some])
                steps.zero_grad()
                loss.backward()
                steps.step()
        nets.append(net.state_dict())
    for layer in ("need_1", "need_2", "sentence_1", "sentence_2"):
        weights[layer] = np.stack([net[f"{layer}.weight"].numpy().T for net in nets])
        weights[f"{layer}_bias"] = np.stack([net[f"{layer}.bias"].numpy() for net in nets])
    return {name: array.astype(np.float32) for name, array in weights.items()}


def report(name: str, rows: Sequence[Row], acceptor: Acceptor) -> None:
    """Prints what would be answered and refused, by the best sentence of each question."""
    best = [(row, acceptor.judge(row.read)) for row in rows]
    answerable = [one for one in best if one[0].answerable]
    others = [one for one in best if not one[0].answerable]
    pairs = [float(a[1].max() > o[1].max()) for a in answerable for o in others]
    by_rules = [bool(row.read.sentences[:, BY_RULES].any()) for row, _ in answerable]
    refused = [not row.read.sentences[:, BY_RULES].any() for row, _ in others]
    print(
        f"{name}: {len(answerable)} answerable, {len(others)} not; area under the curve {np.mean(pairs or [0]):.3f}; "
        f"rules alone: {by_rules.count(False)} wrongly refused, {refused.count(True)} rightly"
    )
    for least in THRESHOLDS:
        wrongly = sum(told.max() < least for _, told in answerable)
        right = sum(told.max() >= least and bool(row.right[told.argmax()]) for row, told in answerable)
        rightly = sum(told.max() < least for _, told in others)
        print(f"  from {least:.2f}: {wrongly} wrongly refused, {rightly} rightly, {right} with the right sentence")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    gather_ = commands.add_parser("gather", help="keep the features of the sentences that questions meet")
    gather_.add_argument("file", type=Path, metavar="FILE")
    gather_.add_argument("--questions", nargs="+", type=Path, required=True, metavar="FILE")
    gather_.add_argument("--add", action="append", default=[], metavar="PATH", help="these, not the sample")
    fit = commands.add_parser("fit", help="learn from what was gathered")
    fit.add_argument("files", nargs="+", type=Path, metavar="FILE")
    fit.add_argument("--leave-out", nargs="+", default=[], metavar="NAME")
    fit.add_argument("--write", action="store_true")
    options = parser.parse_args()
    if options.command == "gather":
        with tempfile.TemporaryDirectory() as folder:
            settings = Settings(data=Path(folder) / "data", sample="off" if options.add else "on")
            assistant = Assistant.open(settings, embeddings="off")
            list(assistant.add(options.add))
            rows = [row for file in options.questions for row in gathered(assistant, read_gold(file), file.stem)]
            assistant.close()
        options.file.write_bytes(pickle.dumps(rows))
        print(f"{len(rows)} questions in {options.file}")
        return 0
    rows = [row for file in options.files for row in pickle.loads(file.read_bytes())]
    is_out = [bool({row.file, row.group} & set(options.leave_out)) for row in rows]
    out = [row for row, left in zip(rows, is_out, strict=True) if left]
    if out:
        acceptor = Acceptor(learned([row for row, left in zip(rows, is_out, strict=True) if not left]))
        for name in options.leave_out:
            report(name, [row for row in out if name in (row.file, row.group)], acceptor)
    if options.write:
        names = np.array([*SENTENCE_FEATURES, *NEED_FEATURES])
        np.savez_compressed(DATA / "acceptor.npz", names=names, **learned(rows))
        print(f"learned from {len(rows)} questions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
