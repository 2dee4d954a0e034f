"""What the public may know of: an assistant in; its published announcements and official answers of this moment out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

from corpus.announcement import Announcement, Language
from corpus.errors import UnknownAnnouncement
from index.passage import Scope

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from corpus.curation import OfficialAnswer


def is_visible_to_the_public(announcement: Announcement, now: dt.datetime) -> bool:
    """Whether a public route may show this: it is for the public, and its moment of publication has come."""
    return Scope(audience="public", now=now).shows(announcement)


class Published:
    """The one way in which public routes look at announcements and official answers."""

    def __init__(
        self, assistant: Assistant, *, clock: Callable[[], dt.datetime] = lambda: dt.datetime.now(dt.UTC)
    ) -> None:
        self._assistant = assistant
        self._clock = clock

    def announcements(self, language: Language | None = None) -> list[Announcement]:
        """All of them, in one language or in any, newest first; without their texts."""
        now = self._clock()
        outlines = self._assistant.links.outlines().values()
        return sorted(
            (one for one in outlines if language in (None, one.language) and is_visible_to_the_public(one, now)),
            key=_newest_first,
        )

    def announcement(self, id: str | None) -> Announcement | None:
        """The announcement with its text; None when there is none, or none that the public may know of."""
        try:
            found = self._assistant.catalog.get(id) if id else None
        except UnknownAnnouncement:
            return None
        return found if found and is_visible_to_the_public(found, self._clock()) else None

    def known_id(self, id: str | None) -> str | None:
        """`id`, when the public may know that there is such an announcement."""
        outline = self._assistant.links.outlines().get(id) if id else None
        return id if outline and is_visible_to_the_public(outline, self._clock()) else None

    def official(self, language: Language | None = None) -> list[OfficialAnswer]:
        """The official answers that are shown, those with question and answer in `language`; by topic and id."""
        languages: tuple[Language, ...] = (language,) if language else ("ja", "en")
        return [
            entry
            for entry in self._assistant.official.shown(Scope(audience="public", now=self._clock()))
            if any(entry.questions(each) and entry.answer(each) for each in languages)
        ]

    def issuer(self, language: Language) -> str:
        """The company whose announcements these are, in `language`; "" when there are several, or none."""
        issuers = {one.issuer for one in self.announcements(language) if one.issuer}
        return issuers.pop() if len(issuers) == 1 else ""


def _newest_first(announcement: Announcement) -> tuple[int, str]:
    day = announcement.published.latest.toordinal() if announcement.published else 0
    return -day, announcement.id
