"""Official answers as they are kept: OfficialAnswers in, the same out, one transaction each.

What may be shown of them, and to which question, is assistant/official.py's to say.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from corpus.announcement import Announcement, Language
from corpus.audit import note
from corpus.database import Database, printable
from corpus.errors import ChangedMeanwhile, UnknownOfficialAnswer, UnreadableFile
from corpus.schema import AUDIT, OFFICIAL, STATE

Status = Literal["draft", "approved", "suspended", "retired"]


@dataclass(frozen=True, slots=True)
class Source:
    """What an official answer stands on: `quote == text[start:end]` of the announcement when it was taken."""

    announcement_id: str
    start: int
    end: int
    quote: str
    text_hash: str  # SHA-256 of the announcement's whole text at that time, in hex

    @classmethod
    def of(cls, announcement: Announcement, start: int, end: int) -> Source:
        """The source that `announcement.text[start:end]` is."""
        return cls(announcement.id, start, end, announcement.text[start:end], text_hash(announcement))


@dataclass(frozen=True, slots=True)
class OfficialAnswer:
    """An answer that people wrote and approved, with the questions that it is for."""

    id: str
    topic: str = ""
    questions_ja: tuple[str, ...] = ()
    questions_en: tuple[str, ...] = ()
    answer_ja: str = ""  # with or without [1] markers, which count the sources; "" when there is none in the language
    answer_en: str = ""
    sources: tuple[Source, ...] = ()
    owner: str = ""
    status: Status = "draft"
    reason: str = ""  # of a suspension or retirement
    approved_by: str = ""
    approved_at: dt.datetime | None = None  # time zone aware
    expires: dt.date | None = None  # the last day on which it is shown, in Japan
    changed_at: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    revision: int = 0  # 0: not kept yet

    def questions(self, language: Language) -> tuple[str, ...]:
        """The ways of asking it in `language`."""
        return self.questions_ja if language == "ja" else self.questions_en

    def answer(self, language: Language) -> str:
        """The answer in `language`; "" when there is none."""
        return self.answer_ja if language == "ja" else self.answer_en


def text_hash(announcement: Announcement) -> str:
    """Changes when the announcement's text does."""
    return hashlib.sha256(announcement.text.encode("utf-8", "replace")).hexdigest()


def changed_meanwhile(id: str) -> ChangedMeanwhile:
    """The error for an entry that is no longer as it was looked at."""
    return ChangedMeanwhile(
        f"Official answer '{printable(id)}' was changed by someone else meanwhile. "
        "Look at it again, then repeat the change."
    )


class Curation:
    """The official answers of a database. Threads and processes may share it; errors are those of the catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def revision(self) -> int:
        """How many changes there have been."""
        with self._database.reading() as connection:
            revision: int = connection.execute(sa.select(STATE.c.curated)).scalar_one()
        return revision

    def entries(self) -> list[OfficialAnswer]:
        """All of them, in whatever state, by topic and id."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(OFFICIAL)).mappings().all()
        return sorted((from_row(dict(row)) for row in rows), key=lambda entry: (entry.topic, entry.id))

    def get(self, id: str) -> OfficialAnswer:
        """The entry with this id; UnknownOfficialAnswer when there is none."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(OFFICIAL).where(OFFICIAL.c.id == id)).mappings().first()
        if row is None:
            raise UnknownOfficialAnswer(
                f"There is no official answer '{printable(id)}'. \"python -m assistant faq list\" shows the ids."
            )
        return from_row(dict(row))

    def writer(self, id: str) -> str:
        """Who last wrote or imported the entry, by the audit log; "" when nobody said."""
        wrote = AUDIT.c.what.startswith("official answer written") | AUDIT.c.what.startswith("official answer imported")
        query = sa.select(AUDIT.c.who).where(AUDIT.c.subject == id, wrote).order_by(AUDIT.c.number.desc()).limit(1)
        with self._database.reading() as connection:
            return connection.execute(query).scalar() or ""

    def put(self, entry: OfficialAnswer, *, by: str = "", what: str = "kept") -> OfficialAnswer:
        """Keeps an entry, new or changed, and gives it with its next revision number.

        Args:
            by, what: who did what to it, for the audit log.

        Raises:
            ChangedMeanwhile: `entry.revision` is not the one that is kept: someone else was faster.
        """
        kept = dataclasses.replace(entry, revision=entry.revision + 1)
        with self._database.writing(f"Official answer '{entry.id}'") as connection:
            known = connection.execute(sa.select(OFFICIAL.c.revision).where(OFFICIAL.c.id == entry.id)).scalar()
            if (known or 0) != entry.revision:
                raise changed_meanwhile(entry.id)
            connection.execute(OFFICIAL.delete().where(OFFICIAL.c.id == entry.id))
            connection.execute(OFFICIAL.insert().values(to_row(kept)))
            connection.execute(STATE.update().values(curated=STATE.c.curated + 1))
            note(connection, by, f"official answer {what}", entry.id, before=known, after=kept.revision)
        return kept


def to_row(entry: OfficialAnswer) -> dict[str, Any]:
    """The entry in JSON's own types; moments and days are ISO 8601."""
    return {
        "id": entry.id,
        "topic": entry.topic,
        "questions_ja": list(entry.questions_ja),
        "questions_en": list(entry.questions_en),
        "answer_ja": entry.answer_ja,
        "answer_en": entry.answer_en,
        "sources": [
            {
                "announcement_id": source.announcement_id,
                "start": source.start,
                "end": source.end,
                "quote": source.quote,
                "text_hash": source.text_hash,
            }
            for source in entry.sources
        ],
        "owner": entry.owner,
        "status": entry.status,
        "reason": entry.reason,
        "approved_by": entry.approved_by,
        "approved_at": entry.approved_at.isoformat() if entry.approved_at else None,
        "expires": entry.expires.isoformat() if entry.expires else None,
        "changed_at": entry.changed_at.isoformat(),
        "revision": entry.revision,
    }


def from_row(row: Mapping[str, Any]) -> OfficialAnswer:
    """The entry that `to_row` wrote; UnreadableFile when it is none."""
    try:
        return OfficialAnswer(
            id=row["id"],
            topic=row["topic"],
            questions_ja=tuple(row["questions_ja"]),
            questions_en=tuple(row["questions_en"]),
            answer_ja=row["answer_ja"],
            answer_en=row["answer_en"],
            sources=tuple(Source(**source) for source in row["sources"]),
            owner=row["owner"],
            status=row["status"],
            reason=row["reason"],
            approved_by=row["approved_by"],
            approved_at=dt.datetime.fromisoformat(row["approved_at"]) if row["approved_at"] else None,
            expires=dt.date.fromisoformat(row["expires"]) if row["expires"] else None,
            changed_at=dt.datetime.fromisoformat(row["changed_at"]),
            revision=row["revision"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise UnreadableFile(f"An official answer cannot be read ({error}). Restore a backup.") from error
