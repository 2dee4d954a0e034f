"""Who changed what, and when: a line for each change, written in the change's own transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from corpus.database import Database
from corpus.schema import AUDIT


@dataclass(frozen=True, slots=True)
class Line:
    """One change."""

    number: int  # from 1, without gaps
    at: dt.datetime
    who: str  # "" when nobody said
    what: str  # "announcement added", "official answer approved"
    subject: str  # the id of what was changed
    before: str  # its revision, "" when there was none
    after: str


class Audit:
    """The audit log of a database. Nothing is ever taken out of it, but by restoring a backup."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def lines(self, *, k: int = 100, before: int | None = None, subject: str = "") -> list[Line]:
        """The newest `k` changes, newest first; with `before`, those with smaller numbers; of one `subject`, or all."""
        query = sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(k)
        if before is not None:
            query = query.where(AUDIT.c.number < before)
        if subject:
            query = query.where(AUDIT.c.subject == subject)
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [Line(**{**row, "at": dt.datetime.fromisoformat(row["at"])}) for row in rows]

    def note(self, who: str, what: str, subject: str) -> None:
        """A line for a change of something that is kept elsewhere, such as a user."""
        with self._database.writing("The audit log's new line") as connection:
            note(connection, who, what, subject)


def note(
    connection: sa.Connection, who: str, what: str, subject: str, *, before: int | None = None, after: int | None = None
) -> None:
    """Adds a line, inside the transaction that makes the change."""
    last = connection.execute(sa.select(sa.func.max(AUDIT.c.number))).scalar() or 0
    connection.execute(
        AUDIT.insert().values(
            number=last + 1,
            at=dt.datetime.now(dt.UTC).isoformat(timespec="microseconds"),
            who=who,
            what=what,
            subject=subject,
            before="" if before is None else str(before),
            after="" if after is None else str(after),
        )
    )
