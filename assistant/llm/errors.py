"""What goes wrong with a chat model; none of it reaches the reader of an answer."""

from __future__ import annotations

from assistant.errors import ModelUnavailable
from corpus.errors import AssistantError


class UnusableModel(AssistantError):
    """The settings name no model that could be asked; the message says what to change."""


class NoReply(ModelUnavailable):
    """The model gave no usable reply; `kind` says why, in one word.

    The words: timeout, key, busy, server, request, dropped, malformed, empty, endless, refused, budget, resting.
    """

    def __init__(self, kind: str, *, retry_after: float | None = None) -> None:
        super().__init__(f"The chat model gave no usable reply ({kind}).")
        self.kind = kind
        self.retry_after = retry_after  # seconds, where the server named them
