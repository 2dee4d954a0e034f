"""The index, brought level with the catalog after a change, however long another one writes to it.

What may be seen is decided by the catalog in the moment of a change; only searching for new words waits.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import suppress

from assistant.assistant import Assistant
from index.errors import IndexingError

_log = logging.getLogger(__name__)
_TRIES = 10  # of a minute each, which is how long the index waits for its lock


def catch_up_patiently(assistant: Assistant) -> bool:
    """Whether the index is level with the catalog, within ten minutes."""
    for _ in range(_TRIES):
        try:
            assistant.index.catch_up(assistant.catalog)
        except IndexingError as error:
            _log.warning("%s", error)
        else:
            return True
    return False


def and_catch_up(assistant: Assistant, change: Callable[[], object]) -> None:
    """Makes a change; where the index is busy with something longer, it follows in the background."""
    try:
        change()
    except IndexingError as error:
        _log.warning("%s", error)
        threading.Thread(target=_in_background, args=(assistant,), name="catch-up", daemon=True).start()


def _in_background(assistant: Assistant) -> None:
    with suppress(Exception):  # the application may have ended meanwhile
        catch_up_patiently(assistant)
