"""How good the answers are: questions with expected answers in, a score for each kind of question out.

Right is an answer to an answerable question that has the status `answered` (or `ambiguous`, where the question is
ambiguous), says everything that it must, at least one of the things of which one is enough, and nothing that it must
not. Right for a question without an answer is the status `not_found` or `declined`, and nothing that must not be said.
Cited is a right answer with a quote that shares words with the gold evidence, or a citation of a gold announcement.

Texts are compared without white space, after NFKC and case folding; markers such as [1] are not part of an answer.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.answer import Answer
from assistant.question_file import GoldQuestion

SHARED_RUN = 8  # characters that a quote and the evidence have in common at least, when neither holds the other

_MARKER = re.compile(r"\[\d+\]")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer, judged."""

    gold: GoldQuestion
    answer: Answer
    is_right: bool
    is_cited: bool

    def to_dict(self) -> dict[str, Any]:
        """The JSON object of a failure: what was asked, what was expected, what came."""
        return {
            "id": self.gold.asked.id, "question": self.gold.asked.question, "type": self.gold.type,
            "lang": self.gold.language, "answerable": self.gold.answerable, "must_all": list(self.gold.must_all),
            "must_any": list(self.gold.must_any), "must_not": list(self.gold.must_not), "right": self.is_right,
            "cited": self.is_cited, "answer": self.answer.to_dict(),
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Share:
    """How many of a group of questions were right; `group` is "all", "answerable", "lang ja", "type who" and so on."""

    group: str
    right: int
    questions: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 for an empty group."""
        return self.right / self.questions if self.questions else 0.0


def judge(gold: GoldQuestion, answer: Answer) -> Verdict:
    """Whether an answer is right, and whether it cites what it should; see the head of this file for the rules."""
    said = comparable(_MARKER.sub("", answer.answer))
    is_right = _has_right_status(gold, answer) and not any(comparable(text) in said for text in gold.must_not)
    if gold.answerable and answer.status == "answered":
        says_all = all(comparable(text) in said for text in gold.must_all)
        says_any = not gold.must_any or any(comparable(text) in said for text in gold.must_any)
        is_right = is_right and says_all and says_any
    return Verdict(gold, answer, is_right, _is_cited(gold, answer))


def shares(verdicts: Sequence[Verdict]) -> list[Share]:
    """Right answers of all questions, then by whether they can be answered, by language and by type.

    The last group, "cited", counts among the right answers to answerable questions.
    """
    right: Counter[str] = Counter()
    questions: Counter[str] = Counter()
    for verdict in verdicts:
        for group in _groups(verdict.gold):
            questions[group] += 1
            right[group] += verdict.is_right
    order = {"all": 0, "answerable": 1, "unanswerable": 2}
    groups = sorted(questions, key=lambda group: (order.get(group, 3), group))
    citing = [verdict.is_cited for verdict in verdicts if verdict.is_right and verdict.gold.answerable]
    return [
        *(Share(group, right[group], questions[group]) for group in groups),
        Share("cited", sum(citing), len(citing)),
    ]


def comparable(text: str) -> str:
    """A text as it is compared.

    >>> comparable("ミッション １ は\\n2022 年")
    'ミッション1は2022年'
    """
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


def share_words(quote: str, evidence: str) -> bool:
    """Whether one text holds the other, or both hold the same run of SHARED_RUN characters.

    >>> share_words("契約は2020年12月に締結された", "2020 年 12 月に締結")
    True
    """
    ours, theirs = comparable(quote), comparable(evidence)
    if not ours or not theirs:
        return False
    return ours in theirs or theirs in ours or not _runs(ours).isdisjoint(_runs(theirs))


def _runs(text: str) -> set[str]:
    return {text[start : start + SHARED_RUN] for start in range(len(text) - SHARED_RUN + 1)}


def _has_right_status(gold: GoldQuestion, answer: Answer) -> bool:
    if not gold.answerable:
        return answer.status in ("not_found", "declined")
    return answer.status == "answered" or (answer.status == "ambiguous" and gold.type == "ambiguous")


def _is_cited(gold: GoldQuestion, answer: Answer) -> bool:
    if gold.gold_records:
        beginnings = tuple(record.casefold() for record in gold.gold_records)
        return any(citation.announcement_id.casefold().startswith(beginnings) for citation in answer.citations)
    return any(share_words(citation.quote, text) for citation in answer.citations for text in gold.evidence)


def _groups(gold: GoldQuestion) -> Iterable[str]:
    yield "all"
    yield "answerable" if gold.answerable else "unanswerable"
    if gold.language:
        yield f"lang {gold.language}"
    if gold.type:
        yield f"type {gold.type}"
