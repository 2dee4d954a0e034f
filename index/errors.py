"""The branch of the error tree for indexes that cannot serve."""

from corpus.errors import AssistantError


class IndexingError(AssistantError):
    """The stored index cannot serve this."""


class EmbedderMismatch(IndexingError):
    """The index was built with another embedder than the settings ask for."""


class StoreUnavailable(IndexingError):
    """A store is damaged, locked, full or out of reach."""
