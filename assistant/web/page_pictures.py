"""Pages of kept PDFs as pictures: an announcement and a page in, a PNG out with the quoted passage marked.

Every picture is drawn in a process of its own (corpus/isolate.py); the last ones are held in memory.
"""

from __future__ import annotations

import base64
import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any

from corpus.announcement import Announcement
from corpus.errors import CorpusError
from corpus.isolate import Isolated
from corpus.originals import Originals

WIDTH = 1_200  # pixels
HELD = 64_000_000  # bytes of pictures in memory
AT_ONCE = 2  # pictures that are drawn at the same time
SECONDS = 20.0  # for one picture, and for its turn to come

_DRAWN_AS = 1  # raise it when pages are drawn otherwise, so that browsers ask for them anew


class Busy(CorpusError):
    """Too many pictures are being drawn."""


@dataclass(frozen=True, slots=True)
class Picture:
    """Which picture: a page of an original, and the passage to mark, in characters of the page's raw text."""

    original: str
    number: int  # of the page, counted from 1
    text: str
    start: int = 0
    end: int = 0

    @classmethod
    def of(cls, announcement: Announcement, number: int, start: int = 0, end: int = 0) -> Picture:
        """Page `number` of an announcement with the part of `text[start:end]` that stands on it.

        IndexError when there is no such page.
        """
        pages = announcement.raw.split("\f")
        if not 0 < number <= len(pages):
            raise IndexError(number)
        text = pages[number - 1]
        if start >= end:
            return cls(announcement.original, number, text)
        offset = sum(len(page) + 1 for page in pages[: number - 1])
        first = announcement.offsets.raw(start) - offset
        last = announcement.offsets.raw(end - 1) + 1 - offset
        return cls(announcement.original, number, text, min(max(0, first), len(text)), max(0, min(last, len(text))))

    @property
    def etag(self) -> str:
        """The same for the same picture."""
        return f'"{self.original[:32]}-{self.number}-{self.start}-{self.end}-{_DRAWN_AS}"'


class PagePictures:
    """Draws pages of the originals in one folder. Threads may share it."""

    def __init__(self, originals: Originals) -> None:
        self._originals = originals
        self._held: OrderedDict[str, bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._turns = threading.BoundedSemaphore(AT_ONCE)

    def draw(self, picture: Picture) -> bytes:
        """The picture as PNG.

        Raises:
            OriginalMissing: the file is not kept here.
            UnreadableFile: the page cannot be drawn.
            Busy: too many are being drawn.
        """
        with self._lock:
            if known := self._held.get(picture.etag):
                self._held.move_to_end(picture.etag)
                return known
        data = self._originals.read(picture.original)
        if not self._turns.acquire(timeout=SECONDS):
            raise Busy("Many pages are being drawn at the moment. Try again shortly.")
        try:
            # A child that a file took over could fake the pictures of others; so it draws one.
            with Isolated(seconds=SECONDS) as child:
                options: dict[str, Any] = {
                    "text": picture.text,
                    "start": picture.start,
                    "end": picture.end,
                    "width": WIDTH,
                }
                drawn = child.call("corpus.load_pdf:page_picture", data, number=picture.number - 1, **options)
        finally:
            self._turns.release()
        png = base64.b64decode(drawn["png"])
        with self._lock:
            self._held[picture.etag] = png
            while sum(map(len, self._held.values())) > HELD and len(self._held) > 1:
                self._held.popitem(last=False)
        return png


def page_count(announcement: Announcement) -> int:
    """How many pages there are to draw; 0 when the announcement was not read from a PDF."""
    return announcement.raw.count("\f") + 1 if announcement.original.endswith(".pdf") else 0
