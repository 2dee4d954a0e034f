"""Proposed facts as they are kept: what a chat model read in; what people accepted of it, as facts, out.

Nothing that is proposed counts before a person accepted it, and nothing that was accepted counts once its announcement
has changed or is gone: the database itself compares the two.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import sqlalchemy as sa

from corpus.announcement import Announcement
from corpus.audit import note
from corpus.database import Database, printable
from corpus.errors import ChangedMeanwhile, UnknownProposal, UnreadableFile
from corpus.facts import Fact, Origin
from corpus.register_file import fact_record, read_fact
from corpus.schema import ASKED, CURRENT, PROPOSALS, STATE

State = Literal["proposed", "accepted", "rejected"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A fact that a chat model read in an announcement, and what a person said of it."""

    number: int  # never given to another one
    fact: Fact  # its quote stands in the announcement as it was read
    model: str
    prompt: str  # the version of the prompt
    revision: int  # of the announcement, as it was read
    proposed_at: dt.datetime  # time zone aware, as all moments here
    state: State
    reviewed_by: str
    reviewed_at: dt.datetime | None
    is_current: bool  # the announcement is still as it was read; otherwise it counts nowhere, whatever its state

    def to_dict(self) -> dict[str, Any]:
        """The JSON object that staff are shown."""
        reviewed = self.reviewed_at.isoformat(timespec="seconds") if self.reviewed_at else None
        return {
            "number": self.number, "state": self.state, "is_current": self.is_current, "model": self.model,
            "prompt": self.prompt, "proposed_at": self.proposed_at.isoformat(timespec="seconds"),
            "reviewed_by": self.reviewed_by, "reviewed_at": reviewed, "fact": self.fact.to_dict(),
        }  # fmt: skip


class Proposals:
    """The proposed facts of a database. Threads and processes may share it; errors are those of the catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(
        self,
        announcement: Announcement,
        facts: Sequence[Fact],
        *,
        model: str,
        prompt: str,
        dropped: Mapping[str, int],
        by: str = "",
    ) -> list[int]:
        """Keeps what a model proposed of an announcement, in one transaction; the numbers of those that are new.

        What was proposed of the same text before keeps its number and what was said of it. What waits for a review of
        an earlier text is taken back.

        Args:
            dropped: how many things that the model said were no such fact, by reason.

        Raises:
            ChangedMeanwhile: the announcement is no longer what the model was shown.
        """
        now = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
        asked = {"content_hash": announcement.content_hash, "model": model, "prompt": prompt}
        with self._database.writing("A proposed fact") as connection:
            kept = connection.execute(sa.select(CURRENT.c.content_hash).where(CURRENT.c.id == announcement.id))
            if kept.scalar() != announcement.content_hash:
                raise ChangedMeanwhile(
                    f"Announcement '{printable(announcement.id)}' changed while the model read it. Ask again."
                )
            known = _take_back(connection, announcement)
            new = {key: fact for fact in facts if (key := said(fact)) not in known}
            numbers = [_highest(connection) + place for place in range(1, len(new) + 1)]
            for number, (key, fact) in zip(numbers, new.items(), strict=True):
                stated = {**asked, "number": number, "said": key, "fact": fact_record(fact), "proposed_at": now}
                unseen = {"state": "proposed", "reviewed_by": "", "reviewed_at": None}
                read = {"announcement_id": announcement.id, "revision": announcement.revision}
                connection.execute(PROPOSALS.insert().values(**read, **stated, **unseen))
            if numbers:
                connection.execute(STATE.update().values(proposed=numbers[-1]))
            connection.execute(ASKED.delete().where(ASKED.c.announcement_id == announcement.id))
            said_of_it = {"announcement_id": announcement.id, "asked_at": now, "dropped": dict(dropped)}
            connection.execute(ASKED.insert().values(**said_of_it, **asked))
            note(connection, by, f"facts proposed by {model}", announcement.id, after=announcement.revision)
        return numbers

    def was_asked(self, announcement: Announcement, *, model: str, prompt: str) -> bool:
        """Whether this model was asked about just this text, by this version of the prompt, and its reply was kept."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(ASKED).where(ASKED.c.announcement_id == announcement.id)).first()
        asked = (announcement.content_hash, model, prompt)
        return row is not None and (row.content_hash, row.model, row.prompt) == asked

    def entries(self, *, state: State | None = None) -> list[Proposal]:
        """The proposals, by number; of one state, or all."""
        query = _joined().order_by(PROPOSALS.c.number)
        if state:
            query = query.where(PROPOSALS.c.state == state)
        with self._database.reading() as connection:
            return [_proposal(row) for row in connection.execute(query).mappings()]

    def get(self, number: int) -> Proposal:
        """One proposal; UnknownProposal when there is none."""
        with self._database.reading() as connection:
            return _one(connection, number)

    def accept(self, number: int, *, by: str) -> Proposal:
        """Makes a proposal count as a fact, from now on and for as long as its announcement stays as it is.

        Raises:
            ChangedMeanwhile: the announcement was changed after the model read it.
            UnknownProposal: there is none of this number.
        """
        return self._review(number, "accepted", by)

    def reject(self, number: int, *, by: str) -> Proposal:
        """Makes a proposal count nowhere, also one that was accepted; of the same text it is not proposed again."""
        return self._review(number, "rejected", by)

    def _review(self, number: int, state: State, by: str) -> Proposal:
        at = dt.datetime.now(dt.UTC)
        with self._database.writing("The review") as connection:
            known = _one(connection, number)
            if state == "accepted" and not known.is_current:
                raise ChangedMeanwhile(
                    f"Announcement '{known.fact.announcement_id}' was changed after proposal {number} was made. Run "
                    f'"python -m assistant proposals make {known.fact.announcement_id}" and review what it says now.'
                )
            if known.state == state:
                return known
            stated = {"state": state, "reviewed_by": by, "reviewed_at": at.isoformat(timespec="microseconds")}
            connection.execute(PROPOSALS.update().where(PROPOSALS.c.number == number).values(**stated))
            note(connection, by, f"fact proposal {state}", f"proposal {number}", after=known.revision)
        return dataclasses.replace(known, state=state, reviewed_by=by, reviewed_at=at)

    def facts(self) -> dict[str, tuple[Fact, ...]]:
        """What was accepted and still stands, by announcement; each fact says who proposed and who accepted it."""
        found: dict[str, list[Fact]] = defaultdict(list)
        with self._database.reading() as connection:
            rows = connection.execute(_joined().where(PROPOSALS.c.state == "accepted").order_by(PROPOSALS.c.number))
            accepted = [_proposal(row) for row in rows.mappings()]
        for one in accepted:
            if one.is_current and one.reviewed_at:
                origin = Origin(one.model, one.reviewed_by, one.reviewed_at)
                found[one.fact.announcement_id].append(dataclasses.replace(one.fact, origin=origin))
        return {id: tuple(facts) for id, facts in found.items()}

    def notes(self) -> list[str]:
        """A sentence for each accepted fact that counts no longer: its announcement was changed, and not read again."""
        with self._database.reading() as connection:
            read = {row.announcement_id: row.content_hash for row in connection.execute(sa.select(ASKED))}
            rows = connection.execute(_joined().where(PROPOSALS.c.state == "accepted").order_by(PROPOSALS.c.number))
            outdated = [
                _proposal(row) for row in rows.mappings() if read.get(row["announcement_id"]) == row["content_hash"]
            ]
        return [
            f"Proposal {one.number} ({one.fact.subject}, {one.fact.attribute}) was accepted, but announcement "
            f"'{one.fact.announcement_id}' has changed since, so it counts no longer. Run \"python -m assistant "
            f'proposals make {one.fact.announcement_id}" and review what it says now, or reject proposal {one.number}.'
            for one in outdated
            if not one.is_current
        ]


def said(fact: Fact) -> str:
    """The same for two facts that say the same thing."""
    return json.dumps([fact.kind, fact.subject_id, fact.attribute, fact.value.key, fact.status], ensure_ascii=False)


def _take_back(connection: sa.Connection, announcement: Announcement) -> set[str]:
    """Forgets what waits for a review of an earlier text; what was proposed of this one, as `said` says it."""
    of_it = PROPOSALS.c.announcement_id == announcement.id
    is_current = PROPOSALS.c.content_hash == announcement.content_hash
    connection.execute(PROPOSALS.delete().where(of_it, ~is_current, PROPOSALS.c.state == "proposed"))
    return set(connection.execute(sa.select(PROPOSALS.c.said).where(of_it, is_current)).scalars())


def _highest(connection: sa.Connection) -> int:
    """The highest number that a proposal ever had here, those that are gone or came with a backup among them."""
    given: int = connection.execute(sa.select(STATE.c.proposed)).scalar_one()
    kept = connection.execute(sa.select(sa.func.max(PROPOSALS.c.number))).scalar()
    return max(given, kept or 0)


def _joined() -> sa.Select[Any]:
    """Every proposal, with whether its announcement is as it was."""
    is_current = (CURRENT.c.content_hash == PROPOSALS.c.content_hash).label("is_current")
    return sa.select(PROPOSALS, is_current).join(CURRENT, CURRENT.c.id == PROPOSALS.c.announcement_id)


def _one(connection: sa.Connection, number: int) -> Proposal:
    row = connection.execute(_joined().where(PROPOSALS.c.number == number)).mappings().first()
    if row is None:
        raise UnknownProposal(
            f'There is no proposal {number}. "python -m assistant proposals list" shows their numbers.'
        )
    return _proposal(row)


def _proposal(row: sa.RowMapping) -> Proposal:
    try:
        fact = read_fact(dict(row["fact"]))
    except (KeyError, TypeError, ValueError, ArithmeticError) as error:
        raise UnreadableFile(f"Proposal {row['number']} cannot be read ({error}). Restore a backup.") from error
    return Proposal(
        number=row["number"],
        fact=fact,
        model=row["model"],
        prompt=row["prompt"],
        revision=row["revision"],
        proposed_at=dt.datetime.fromisoformat(row["proposed_at"]),
        state=row["state"],
        reviewed_by=row["reviewed_by"],
        reviewed_at=dt.datetime.fromisoformat(row["reviewed_at"]) if row["reviewed_at"] else None,
        is_current=bool(row["is_current"]),
    )
