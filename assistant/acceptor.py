"""The acceptor: ranked Evidence in; how likely each of the first sentences answers the question, 0..1, out.

A small network, learned by `bench/train_acceptor.py`: what each need of the question is like and how far the sentence
names it, summed over the needs, beside the features of the ranker and the rules of `assistant/acceptance.py`. Those
rules alone refuse too much that is said in other words, and let through what is near; see bench/README.md.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import get_args
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from assistant.acceptance import SOFT, objection
from assistant.candidates import TYPED
from assistant.errors import AnswerError
from assistant.evidence import Evidence
from assistant.matcher import Matcher
from assistant.needs import Need
from assistant.question import Question
from assistant.ranker import FEATURES, SPAN_FEATURES, UNLEARNED, features, span_features, with_spans
from assistant.span import DATA, SpanReader
from assistant.span_text import closeness
from assistant.wants import Want
from index.commonness import information
from index.words import words

Floats = NDArray[np.float32]

# Sentences that are judged, the first ones; the others are left to the rules.
JUDGED = 8
NEED_FEATURES = (
    "match", "own_match", "factor", "weight", "information", "is_unknown", "is_name", "is_number", "is_head",
    "is_strict", "likeness", "closeness", "anywhere", "is_unheard", "place", "is_latin", "behind_small_word", "is_kind",
    "is_listed", "length",
)  # fmt: skip
WANTS = get_args(Want)
SENTENCE_FEATURES = (
    *FEATURES, *SPAN_FEATURES, "missing_name", "other_number", "has_unheard", "has_candidates", "needs", "is_japanese",
    "has_unit", "asks_name", "asks_kind", "by_rules",
    "breaks_soft", *WANTS,
)  # fmt: skip
_SMALL_WORD = re.compile(r"\b(?:when|once|after|while|before|to|from|in|at|of|for|as)\s(?:the |an? )?$", re.I)
# Kinds of questions with readers of their own, which the question files hardly ask.
_UNLEARNED = frozenset(("as_of", "footnote", "people_in_picture", "history", "change_count"))
_MOST = 5.0  # standard deviations that a feature may be from its mean

_log = logging.getLogger(__name__)


class AcceptorMissing(AnswerError):
    """The file of the acceptor is missing or damaged."""


@dataclass(frozen=True, slots=True)
class Inputs:
    """The features of sentences, as they are.

    Shapes: `sentences` (sentences, len(SENTENCE_FEATURES)), `needs` (sentences, needs, len(NEED_FEATURES)).
    """

    sentences: Floats
    needs: Floats


class Acceptor:
    """Several networks of one form, whose outputs are averaged.

    Args:
        weights: by name, each with the networks as its first axis: `need_1`, `need_2`, `sentence_1`, `sentence_2` and
            the same with `_bias`; without that axis `sentence_mean`, `sentence_scale`, `need_mean`, `need_scale`.
    """

    def __init__(self, weights: dict[str, Floats]) -> None:
        self._weights = weights

    @classmethod
    def load(cls, folder: Path = DATA) -> Acceptor:
        """The acceptor in `folder`; raises AcceptorMissing when its file is missing, damaged or for other features."""
        try:
            with np.load(folder / "acceptor.npz", allow_pickle=False) as file:
                weights = {name: file[name] for name in file.files}
            names = (*SENTENCE_FEATURES, *NEED_FEATURES)
            if tuple(weights.pop("names").tolist()) != names:
                raise ValueError("other features")
            return cls({name: array.astype(np.float32) for name, array in weights.items()})
        except (OSError, ValueError, KeyError, BadZipFile) as error:
            raise AcceptorMissing(
                f"The acceptor in {folder} is missing, damaged or older than the rules. "
                'Restore it from the distribution ("git checkout assistant/data"), or run bench/train_acceptor.py.'
            ) from error

    def answers(self, question: Question, first: Sequence[Evidence], matcher: Matcher) -> list[float]:
        """How likely each of `first` answers, 0..1."""
        return [float(told) for told in self.judge(inputs(question, first, matcher))]

    def judge(self, read: Inputs) -> Floats:
        """The same of features, shape (sentences,)."""
        w = self._weights
        needs = np.clip((read.needs - w["need_mean"]) / w["need_scale"], -_MOST, _MOST)
        sentences = np.clip((read.sentences - w["sentence_mean"]) / w["sentence_scale"], -_MOST, _MOST)
        told = np.zeros(len(sentences), np.float32)
        nets = len(w["need_1"])
        for net in range(nets):
            each = np.maximum(needs @ w["need_1"][net] + w["need_1_bias"][net], 0)
            each = np.maximum(each @ w["need_2"][net] + w["need_2_bias"][net], 0)
            whole = np.concatenate([sentences, each.sum(axis=1) / 3, each.max(axis=1)], axis=1)
            hidden = np.maximum(whole @ w["sentence_1"][net] + w["sentence_1_bias"][net], 0)
            out = (hidden @ w["sentence_2"][net] + w["sentence_2_bias"][net])[:, 0]
            told += 1 / (1 + np.exp(-out))
        return (told / nets).astype(np.float32)


def judged(
    question: Question,
    ranked: Sequence[Evidence],
    matcher: Matcher,
    *,
    reader: SpanReader | None,
    acceptor: Acceptor | None,
) -> list[Evidence]:
    """`ranked`, the first of them with how likely they answer; as they are without a reader or an acceptor."""
    if reader is None or acceptor is None or not ranked or not question.needs or question.want in _UNLEARNED:
        return list(ranked)
    first = ranked[:JUDGED]
    # What is not in the ranker's order was not read, or with others than these.
    read = with_spans(question, first, reader) if question.want in TYPED or question.want in UNLEARNED else first
    told = acceptor.answers(question, read, matcher)
    return [*(replace(one, answers=likely) for one, likely in zip(first, told, strict=True)), *ranked[JUDGED:]]


@lru_cache(maxsize=1)
def shared_acceptor() -> Acceptor | None:
    """The one acceptor of this process, read at the first call; None where there is none."""
    return loaded(DATA)


def loaded(folder: Path) -> Acceptor | None:
    """The acceptor in `folder`; None, said in the log, where it is missing or damaged."""
    try:
        return Acceptor.load(folder)
    except AcceptorMissing as error:
        _log.warning("Whether a sentence answers is told by rules alone: %s", error)
        return None


def inputs(question: Question, first: Sequence[Evidence], matcher: Matcher) -> Inputs:
    """The features of `first`, ranked sentences, best first."""
    told = np.hstack([features(question, first, matcher.rarity()), span_features(question, first)])
    more = []
    for one in first:
        broken = objection(one, question, with_value=bool(one.candidates))
        more.append(
            (
                one.missing_name, one.other_number, one.has_unheard, bool(one.candidates), len(question.needs),
                question.language == "ja", bool(question.unit), bool(question.asks_name), bool(question.kind_asked),
                not broken, broken in SOFT, *(want in question.wants for want in WANTS),
            )
        )  # fmt: skip
    asked = [_of_question(need, question) for need in question.needs]
    needs = [
        [
            (
                one.matches[place], one.own_matches[place], need.factor, matcher.weights[place], *own[:6],
                matcher.likeness(place, one.sentence), closeness(need.text, one.sentence.text),
                matcher.match_anywhere(place, one.sentence.announcement), matcher.is_unheard(place), *own[6:],
            )
            for place, (need, own) in enumerate(zip(question.needs, asked, strict=True))
        ]
        for one in first
    ]  # fmt: skip
    return Inputs(
        np.hstack([told, np.array(more, np.float64)]).astype(np.float32),
        np.array(needs, np.float32).reshape(len(first), len(question.needs), len(NEED_FEATURES)),
    )


def _of_question(need: Need, question: Question) -> tuple[float, ...]:
    """What the need is like, by the question alone."""
    known = [told for word in words(need.text) if (told := information(word)) is not None]
    at = question.text.find(need.text)
    return (
        max(known, default=-1.0), not known, need.is_name, need.is_number, need.head, need.strict,
        at / max(1, len(question.text)), need.text.isascii(), at > 0 and bool(_SMALL_WORD.search(question.text[:at])),
        need.text == question.kind_asked, any(term[0] == "@" for term in need.terms), len(need.text),
    )  # fmt: skip
