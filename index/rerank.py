"""Ranking anew: a query and its passages in, the same passages in the order of a cross-encoder out.

Importing this module imports torch (about ten seconds); it is done only where the settings name a cross-encoder.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sentence_transformers import CrossEncoder

from index.errors import IndexingError
from index.passage import Passage

AT_ONCE = 32  # pairs


class RerankerUnavailable(IndexingError):
    """The cross-encoder that the settings ask for cannot be loaded."""


class Reranker:
    """A cross-encoder of sentence-transformers, by name or folder.

    Raises:
        RerankerUnavailable: there is no such model, or it does not give one score for a pair of texts.
    """

    def __init__(self, name: str) -> None:
        try:
            self._model = CrossEncoder(name, device="cpu")
        except Exception as error:
            raise RerankerUnavailable(
                f"The cross-encoder '{name}' cannot be loaded. Set ASSISTANT_RERANKER to a folder that holds one, or "
                "to nothing."
            ) from error
        if self._model.num_labels != 1:
            raise RerankerUnavailable(
                f"The model '{name}' gives {self._model.num_labels} scores for a pair of texts; a reranker gives one."
            )

    def rerank(self, query: str, passages: Sequence[Passage]) -> list[Passage]:
        """`passages`, best first by the cross-encoder, whose score is among their `scores`; equal ones as they were."""
        if not passages:
            return []
        pairs = [(query, f"{passage.chunk.heading or ''}\n{passage.chunk.text}".strip()) for passage in passages]
        found = self._model.predict(pairs, batch_size=AT_ONCE, show_progress_bar=False)
        scored = [
            replace(passage, scores={**passage.scores, "rerank": float(score)})
            for passage, score in zip(passages, found, strict=True)
        ]
        return sorted(scored, key=lambda passage: -passage.scores["rerank"])
