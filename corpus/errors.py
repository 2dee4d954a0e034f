"""The error tree starts here; every message is a sentence that its reader can act on.

AssistantError
├── CorpusError     EmptyDocument, UnsupportedFormat, UnreadableFile, CatalogDamaged, ...
├── IndexingError   (index/errors.py)
└── AnswerError     (assistant/errors.py)
"""


class AssistantError(Exception):
    """Something that a person can put right; the message says how."""


class CorpusError(AssistantError):
    """A file could not become an Announcement, or the catalog could not keep it."""


class EmptyDocument(CorpusError):
    """The file holds no text."""


class UnsupportedFormat(CorpusError):
    """The file's type is none that a loader reads."""


class UnreadableFile(CorpusError):
    """The file is missing, broken, encrypted, or not what its name says."""


class CatalogDamaged(CorpusError):
    """The catalog file is not a catalog, or comes from a newer version."""


class UnknownAnnouncement(CorpusError):
    """No announcement has this id."""


class OriginalMissing(CorpusError):
    """The file that an announcement was read from is not kept, or not as it was."""


class UnknownOfficialAnswer(CorpusError):
    """No official answer has this id."""


class ChangedMeanwhile(CorpusError):
    """Someone else changed what was to be changed."""


class UnknownProposal(CorpusError):
    """No proposed fact has this number."""


class UnknownAnswer(CorpusError):
    """No kept answer has this id, or it is kept no longer."""
