"""The span reader: a question and sentences in; the words that answer it out, or how likely none of them does.

A small network that `bench/train_reader.py` learned from public questions; it reads Japanese, English, and a question
in one over sentences of the other. What it was learned from, and under which licences, is in NOTICE.
"""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.errors import AnswerError
from assistant.span_text import Asked, Inputs, Vocabulary, tokens

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

DATA = Path(__file__).parent / "data"
# Tokens: what is longer is not read. Training saw contexts of up to 170.
LONGEST_QUESTION, LONGEST_SENTENCE, LONGEST_ANSWER, MOST_TOKENS = 40, 120, 20, 240

_log = logging.getLogger(__name__)


class ReaderMissing(AnswerError):
    """The files of the span reader are missing or damaged."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sentence to read, and what stands around it."""

    text: str
    before: str = ""
    title: str = ""
    passage: int = 0  # lines of one passage are read together,
    place: int = 0  # in this order


@dataclass(frozen=True, slots=True)
class Span:
    """`lines[line].text[start:end]`, read as the answer."""

    line: int
    start: int
    end: int
    text: str
    score: float  # probability that it is the answer, 0..1
    line_score: float  # the same, that the answer is some words of this line


@dataclass(frozen=True, slots=True)
class Spans:
    """What was read: the best span of each line, likeliest first, and the probability that no line answers."""

    found: tuple[Span, ...] = ()
    none: float = 1.0


class SpanReader:
    """The network with its vocabulary. Reading one question takes some milliseconds, always with the same result."""

    def __init__(self, session: InferenceSession, vocabulary: Vocabulary) -> None:
        self._session = session
        self.vocabulary = vocabulary

    @classmethod
    def load(cls, folder: Path = DATA) -> SpanReader:
        """The reader in `folder`; raises ReaderMissing when its files are missing or damaged."""
        try:
            from onnxruntime import InferenceSession, SessionOptions

            with gzip.open(folder / "reader_words.json.gz", "rt", encoding="utf-8") as file:
                read = json.load(file)
            vocabulary = Vocabulary(
                {str(surface): at + 1 for at, (surface, _) in enumerate(read["surfaces"])},
                {str(surface): float(rarity) for surface, rarity in read["surfaces"]},
                {str(speech): at + 1 for at, speech in enumerate(read["speech"])},
            )
            options = SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            # Kept buffers of every length that was ever read would fill the memory.
            options.enable_cpu_mem_arena = options.enable_mem_pattern = False
            options.log_severity_level = 3
            session = InferenceSession(str(folder / "reader.onnx"), options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime raises its own errors, which descend from Exception alone
            raise ReaderMissing(
                f"The span reader in {folder} is missing or damaged. "
                'Restore it from the distribution ("git checkout assistant/data"), or run bench/train_reader.py.'
            ) from error
        return cls(session, vocabulary)

    def asked(self, question: str) -> Asked:
        """`question`, taken apart once for any number of lines."""
        return Asked(question, self.vocabulary)

    def read(self, question: str | Asked, lines: Sequence[Line]) -> Spans:
        """The best span of each of `lines`, which come best first: those that no longer fit are not read."""
        asked = question if isinstance(question, Asked) else self.asked(question)
        if not asked.inputs.tokens:
            return Spans()
        inputs: dict[int, Inputs] = {}
        total = 0
        for at, line in enumerate(lines):
            size = min(len(tokens(line.text)), LONGEST_SENTENCE)
            if size and (total + size <= MOST_TOKENS or not inputs):
                inputs[at] = _shortened(asked.read(line.text, before=line.before, title=line.title), LONGEST_SENTENCE)
                total += size
        if not inputs:
            return Spans()
        order = sorted(inputs, key=lambda at: (lines[at].passage, lines[at].place))
        scores, none = self._scores(_shortened(asked.inputs, LONGEST_QUESTION), [inputs[at] for at in order])
        return _best_spans(scores, none, [(at, lines[at].text, inputs[at]) for at in order])

    def _scores(self, question: Inputs, parts: Sequence[Inputs]) -> tuple[Any, float]:
        sentence = np.concatenate([np.full(len(part.tokens), at) for at, part in enumerate(parts)])
        feeds: dict[str, Any] = {
            "q_vectors": question.vectors, "q_surfaces": question.surfaces, "q_speech": question.speech,
            "q_features": question.features, "q_mask": np.ones(len(question.tokens), dtype=bool),
            "c_vectors": np.concatenate([part.vectors for part in parts]),
            "c_surfaces": np.concatenate([part.surfaces for part in parts]),
            "c_speech": np.concatenate([part.speech for part in parts]),
            "c_features": np.concatenate([part.features for part in parts]),
            "c_sentence": sentence,
        }  # fmt: skip
        given = {name: value[None] for name, value in feeds.items()}
        outputs: list[Any] = list(self._session.run(None, given))
        return outputs[0][0], float(outputs[1][0])


def _shortened(inputs: Inputs, most: int) -> Inputs:
    if len(inputs.tokens) <= most:
        return inputs
    return Inputs(
        inputs.tokens[:most],
        inputs.vectors[:most],
        inputs.surfaces[:most],
        inputs.speech[:most],
        inputs.features[:most],
    )


def _best_spans(scores: Any, none: float, parts: Sequence[tuple[int, str, Inputs]]) -> Spans:
    """The softmax over every span within one line and "none", and the best of each line."""
    blocks = []
    start = 0
    for _, _, inputs in parts:
        size = len(inputs.tokens)
        block = scores[start : start + size, start : start + size].astype(np.float64)
        apart = np.arange(size)[None, :] - np.arange(size)[:, None]
        blocks.append(np.where((apart >= 0) & (apart < LONGEST_ANSWER), block, -np.inf))
        start += size
    most = max(none, *(float(block.max()) for block in blocks))
    weights = [np.exp(block - most) for block in blocks]
    total = float(np.exp(none - most)) + sum(float(weight.sum()) for weight in weights)
    found = []
    for (at, text, inputs), weight in zip(parts, weights, strict=True):
        first, last = divmod(int(weight.argmax()), len(inputs.tokens))
        begin, end = inputs.tokens[first].start, inputs.tokens[last].end
        found.append(
            Span(at, begin, end, text[begin:end], float(weight[first, last]) / total, float(weight.sum()) / total)
        )
    found.sort(key=lambda span: (-span.score, span.line))
    return Spans(tuple(found), float(np.exp(none - most)) / total)


@lru_cache(maxsize=1)
def shared_reader() -> SpanReader | None:
    """The one span reader of this process, read at the first call; None where there is none."""
    return loaded(DATA)


def loaded(folder: Path) -> SpanReader | None:
    """The reader in `folder`; None, said in the log, where it is missing or damaged."""
    try:
        return SpanReader.load(folder)
    except ReaderMissing as error:
        _log.warning("Answers go without the span reader: %s", error)
        return None
