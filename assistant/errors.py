"""The branch of the error tree for answers that could not be made."""

from corpus.errors import AssistantError


class AnswerError(AssistantError):
    """No usable answer could be made."""


class ModelUnavailable(AnswerError):
    """The chat model did not reply."""


class BadQuestionFile(AnswerError):
    """A file of questions could not be read."""


class NotApprovable(AnswerError):
    """An official answer lacks what it needs, or says what its sources do not."""


class BadOfficialAnswers(AnswerError):
    """A file of official answers could not be read."""


class BadFeedback(AnswerError):
    """What was said of an answer cannot be kept."""


class BadUser(AnswerError):
    """A user cannot be made, changed or read."""
