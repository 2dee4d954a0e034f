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

    def lines(
        self,
        *,
        k: int = 100,
        before: int | None = None,
        subject: str = "",
        who: str = "",
        what: str = "",
        since: dt.datetime | None = None,
        until: dt.datetime | None = None,
    ) -> list[Line]:
        """The newest `k` changes, newest first; with `before`, those with smaller numbers.

        Args:
            subject, who, what: only changes of this, by them, of this kind.
            since, until: only changes from this moment on, and before that one; time zone aware.
        """
        query = sa.select(AUDIT).order_by(AUDIT.c.number.desc()).limit(k)
        if before is not None:
            query = query.where(AUDIT.c.number < before)
        for column, value in ((AUDIT.c.subject, subject), (AUDIT.c.who, who), (AUDIT.c.what, what)):
            if value:
                query = query.where(column == value)
        if since:
            query = query.where(AUDIT.c.at >= _moment(since))
        if until:
            query = query.where(AUDIT.c.at < _moment(until))
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [Line(**{**row, "at": dt.datetime.fromisoformat(row["at"])}) for row in rows]

    def names(self) -> list[str]:
        """Who has changed something."""
        return [name for name in self._distinct(AUDIT.c.who) if name]

    def kinds(self) -> list[str]:
        """What has been changed: "announcement added", …"""
        return self._distinct(AUDIT.c.what)

    def _distinct(self, column: sa.Column[str]) -> list[str]:
        with self._database.reading() as connection:
            return list(connection.execute(sa.select(column).distinct().order_by(column)).scalars())

    def note(self, who: str, what: str, subject: str) -> None:
        """A line for a change of something that is kept elsewhere, such as a user."""
        with self._database.writing("The audit log's new line") as connection:
            note(connection, who, what, subject)


def _moment(moment: dt.datetime) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def note(
    connection: sa.Connection, who: str, what: str, subject: str, *, before: int | None = None, after: int | None = None
) -> None:
    """Adds a line, inside the transaction that makes the change."""
    last = connection.execute(sa.select(sa.func.max(AUDIT.c.number))).scalar() or 0
    connection.execute(
        AUDIT.insert().values(
            number=last + 1,
            at=_moment(dt.datetime.now(dt.UTC)),
            who=who,
            what=what,
            subject=subject,
            before="" if before is None else str(before),
            after="" if after is None else str(after),
        )
    )
