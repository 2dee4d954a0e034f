"""What was answered, and what readers said of it: KeptAnswers in; the same, and groups of like questions, out.

No address and no browser of a reader is kept, and a name only of staff who signed in.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import sqlalchemy as sa

from corpus.announcement import Audience, Language
from corpus.audit import note
from corpus.database import Database, printable
from corpus.errors import UnknownAnswer
from corpus.schema import FEEDBACK, KEPT, SETTLED

Surface = Literal["staff", "faq", "widget", "api"]
Rating = Literal["up", "down"]

_BATCH = 200  # ids a query; SQLite takes 32,766 variables


@dataclass(frozen=True, slots=True)
class KeptAnswer:
    """One answer as it was given, with what it takes to ask again."""

    id: str
    kept_at: dt.datetime  # time zone aware
    surface: Surface
    audience: Audience
    question: str
    language: Language
    status: str
    engine: str
    revision: int  # of the catalog; -1 when it could not be told
    answer: Mapping[str, Any]  # as Answer.to_dict gives it
    history: Sequence[Mapping[str, str]] = ()  # the turns before it: role and content
    as_of: dt.date | None = None  # as asked
    gist: str = ""  # the same for questions that ask for the same
    user_name: str = ""  # of staff
    request_id: str = ""
    selection: Mapping[str, str] = field(default_factory=dict)  # what it was to be answered from: field and value
    conversation_id: str = ""  # of staff
    turn: int = 0  # of the conversation, from 1; asked again, it is the same


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a reader said of an answer."""

    rating: Rating
    reason: str = ""
    comment: str = ""
    given_at: dt.datetime = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class Talk:
    """A conversation of one member of staff, as a list shows it."""

    id: str
    title: str  # its first question
    newest: dt.datetime
    asked: int  # questions


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask for the same."""

    gist: str
    question: str  # the newest of them
    language: Language
    asked: int
    unanswered: int
    down: int
    newest: dt.datetime
    ids: tuple[str, ...] = field(default=())  # of the newest answers, at most ten
    comments: tuple[str, ...] = field(default=())  # of those who were not pleased
    reasons: tuple[str, ...] = field(default=())  # theirs, the most frequent first
    surfaces: tuple[Surface, ...] = field(default=())  # where it was asked


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which kept answers to list; what is empty does not narrow."""

    containing: str = ""  # words of the question, or an answer's whole id
    surface: str = ""
    status: str = ""
    engine: str = ""
    rating: str = ""
    user_name: str | None = None
    since: dt.datetime | None = None  # time zone aware
    until: dt.datetime | None = None  # before this moment


class Kept:
    """The kept answers of a database. Threads and processes may share it; errors are those of the catalog."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, answers: Sequence[KeptAnswer]) -> None:
        """Keeps answers, in one transaction."""
        rows = [_row(answer) for answer in answers]
        with self._database.writing("An answer") as connection:
            connection.execute(KEPT.insert(), rows)

    def get(self, id: str) -> tuple[KeptAnswer, Feedback | None]:
        """An answer and what was said of it; UnknownAnswer when it is not kept, or not any more."""
        with self._database.reading() as connection:
            row = connection.execute(sa.select(KEPT).where(KEPT.c.id == id)).mappings().first()
            said = connection.execute(sa.select(FEEDBACK).where(FEEDBACK.c.answer_id == id)).mappings().first()
        if row is None:
            raise _unknown(id)
        return _answer(row), _feedback(said) if said else None

    def newest(
        self,
        *,
        k: int = 50,
        before: dt.datetime | None = None,
        containing: str = "",
        user_name: str | None = None,
        status: str = "",
    ) -> list[KeptAnswer]:
        """The `k` newest answers, newest first; of those whose question holds `containing`, asked before a moment."""
        query = sa.select(KEPT).order_by(KEPT.c.kept_at.desc(), KEPT.c.id).limit(k)
        if before is not None:
            query = query.where(KEPT.c.kept_at < _moment(before))
        if containing:
            query = query.where(KEPT.c.question.icontains(containing, autoescape=True))
        if user_name is not None:
            query = query.where(KEPT.c.user_name == user_name)
        if status:
            query = query.where(KEPT.c.status == status)
        with self._database.reading() as connection:
            return [_answer(row) for row in connection.execute(query).mappings()]

    def page(
        self, wanted: Wanted, *, k: int = 50, before: tuple[dt.datetime, str] | None = None
    ) -> list[tuple[KeptAnswer, Feedback | None]]:
        """The `k` newest answers that are `wanted`, newest first, with what was said of each.

        Args:
            before: the moment and the id of the last answer of the page before.
        """
        query = sa.select(KEPT, FEEDBACK).select_from(KEPT.outerjoin(FEEDBACK))
        query = query.order_by(KEPT.c.kept_at.desc(), KEPT.c.id).limit(k)
        for column, value in (
            (KEPT.c.surface, wanted.surface),
            (KEPT.c.status, wanted.status),
            (KEPT.c.engine, wanted.engine),
            (FEEDBACK.c.rating, wanted.rating),
        ):
            if value:
                query = query.where(column == value)
        if wanted.containing:
            holds = KEPT.c.question.icontains(wanted.containing, autoescape=True)
            query = query.where(sa.or_(holds, KEPT.c.id == wanted.containing))
        if wanted.user_name is not None:
            query = query.where(KEPT.c.user_name == wanted.user_name)
        if wanted.since:
            query = query.where(KEPT.c.kept_at >= _moment(wanted.since))
        if wanted.until:
            query = query.where(KEPT.c.kept_at < _moment(wanted.until))
        if before:
            last, id = _moment(before[0]), before[1]
            query = query.where(sa.or_(KEPT.c.kept_at < last, sa.and_(KEPT.c.kept_at == last, KEPT.c.id > id)))
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [
            (
                _answer({column.name: row[column.name] for column in KEPT.columns}),
                _feedback(row) if row["rating"] else None,
            )
            for row in rows
        ]

    def engines(self) -> list[str]:
        """What has worded the kept answers."""
        return self._distinct(KEPT.c.engine)

    def user_names(self) -> list[str]:
        """Of whom answers are kept."""
        return [name for name in self._distinct(KEPT.c.user_name) if name]

    def _distinct(self, column: sa.Column[Any]) -> list[str]:
        with self._database.reading() as connection:
            return list(connection.execute(sa.select(column).distinct().order_by(column)).scalars())

    def count(self) -> int:
        """How many answers are kept."""
        with self._database.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(KEPT)).scalar_one()

    def say(self, answer_id: str, feedback: Feedback) -> None:
        """Keeps what a reader said of an answer, in place of what was said before; UnknownAnswer if it is not kept."""
        with self._database.writing("The feedback") as connection:
            if not connection.execute(sa.select(KEPT.c.id).where(KEPT.c.id == answer_id)).first():
                raise _unknown(answer_id)
            connection.execute(FEEDBACK.delete().where(FEEDBACK.c.answer_id == answer_id))
            said = {**asdict(feedback), "given_at": _moment(feedback.given_at)}
            connection.execute(FEEDBACK.insert().values(answer_id=answer_id, **said))

    def unsay(self, answer_id: str) -> None:
        """Takes back what was said of an answer, if anything was."""
        with self._database.writing("The feedback") as connection:
            connection.execute(FEEDBACK.delete().where(FEEDBACK.c.answer_id == answer_id))

    def talks(self, *, user_name: str, containing: str = "", k: int = 50) -> list[Talk]:
        """The `k` newest conversations of a user, newest first; of those that say `containing` anywhere."""
        theirs = (KEPT.c.surface == "staff", KEPT.c.user_name == user_name, KEPT.c.conversation_id != "")
        query = sa.select(KEPT.c.conversation_id, KEPT.c.turn, KEPT.c.question, KEPT.c.kept_at).where(*theirs)
        if containing:
            says = KEPT.c.question.icontains(containing, autoescape=True)
            says |= KEPT.c.answer["answer"].as_string().icontains(containing, autoescape=True)
            query = query.where(KEPT.c.conversation_id.in_(sa.select(KEPT.c.conversation_id).where(*theirs, says)))
        by_id: dict[str, list[Any]] = {}
        with self._database.reading() as connection:
            for row in connection.execute(query.order_by(KEPT.c.kept_at.desc(), KEPT.c.id)):
                by_id.setdefault(row.conversation_id, []).append(row)
        return [
            Talk(id, rows[-1].question, dt.datetime.fromisoformat(rows[0].kept_at), len({row.turn for row in rows}))
            for id, rows in list(by_id.items())[:k]
        ]

    def talk(self, id: str, *, user_name: str) -> list[tuple[KeptAnswer, Feedback | None]]:
        """The answers of a conversation in order, the newest of each turn, and what was said of them.

        Empty when there is none with this id, or when it is another user's.
        """
        theirs = (KEPT.c.surface == "staff", KEPT.c.user_name == user_name, KEPT.c.conversation_id == id)
        query = sa.select(KEPT).where(*theirs, KEPT.c.conversation_id != "").order_by(KEPT.c.kept_at, KEPT.c.id)
        with self._database.reading() as connection:
            answers = {row["turn"]: _answer(row) for row in connection.execute(query).mappings()}
            wanted = [answer.id for answer in answers.values()]
            said = connection.execute(sa.select(FEEDBACK).where(FEEDBACK.c.answer_id.in_(wanted))).mappings().all()
        heard = {row["answer_id"]: _feedback(row) for row in said}
        return [(answer, heard.get(answer.id)) for _, answer in sorted(answers.items())]

    def part_with(self, *, user_name: str, conversation_id: str | None = None) -> dict[str, str]:
        """Takes a user's name from the answers of one conversation, or of all; they stay in the record.

        Gives back which answer was of which conversation, for `join_again`.
        """
        theirs = [KEPT.c.surface == "staff", KEPT.c.user_name == user_name, KEPT.c.conversation_id != ""]
        if conversation_id is not None:
            theirs.append(KEPT.c.conversation_id == conversation_id)
        with self._database.writing("The conversation") as connection:
            rows = connection.execute(sa.select(KEPT.c.id, KEPT.c.conversation_id).where(*theirs)).all()
            connection.execute(KEPT.update().where(*theirs).values(user_name="", conversation_id=""))
        return {row.id: row.conversation_id for row in rows}

    def join_again(self, answers: Mapping[str, str], *, user_name: str) -> None:
        """Undoes `part_with`, for what is still kept; what is somebody's stays theirs."""
        nobodys = (KEPT.c.surface == "staff", KEPT.c.user_name == "", KEPT.c.conversation_id == "")
        with self._database.writing("The conversation") as connection:
            for id, conversation_id in answers.items():
                values = {"user_name": user_name, "conversation_id": conversation_id}
                connection.execute(KEPT.update().where(KEPT.c.id == id, *nobodys).values(**values))

    def groups(
        self,
        *,
        since: dt.datetime,
        often: int = 3,
        k: int = 100,
        surface: Surface | None = None,
        language: Language | None = None,
        settled: bool = False,
    ) -> list[Group]:
        """What staff should look at: what was not answered, did not please, or was asked `often`; worst first.

        A group is left out from when it was settled until it is asked again.

        Args:
            surface, language: only what was asked there, in it; None: anywhere, in any.
            settled: those that were settled and not asked again, instead.
        """
        columns = (KEPT.c.id, KEPT.c.gist, KEPT.c.question, KEPT.c.language, KEPT.c.status, KEPT.c.kept_at)
        said = (KEPT.c.surface, FEEDBACK.c.rating, FEEDBACK.c.reason, FEEDBACK.c.comment, SETTLED.c.settled_at)
        query = (
            sa.select(*columns, *said)
            .select_from(KEPT.outerjoin(FEEDBACK).outerjoin(SETTLED, SETTLED.c.gist == KEPT.c.gist))
            .where(KEPT.c.kept_at >= _moment(since), KEPT.c.gist != "")
            .order_by(KEPT.c.kept_at.desc(), KEPT.c.id)
        )
        if surface is not None:
            query = query.where(KEPT.c.surface == surface)
        if language is not None:
            query = query.where(KEPT.c.language == language)
        by_gist: dict[str, list[Any]] = {}
        open_again: set[str] = set()
        with self._database.reading() as connection:
            for row in connection.execute(query.execution_options(yield_per=1_000)):
                is_open = not row.settled_at or row.kept_at > row.settled_at
                if is_open:
                    open_again.add(row.gist)
                if is_open != settled:
                    by_gist.setdefault(row.gist, []).append(row)
        groups = [_group(rows) for gist, rows in by_gist.items() if not (settled and gist in open_again)]
        worth = [group for group in groups if group.unanswered or group.down or group.asked >= often]
        worth.sort(key=lambda group: (-(group.down * 2 + group.unanswered), -group.asked, -group.newest.timestamp()))
        return worth[:k]

    def asked(self, gist: str, *, k: int = 100) -> list[tuple[KeptAnswer, Feedback | None]]:
        """The `k` newest answers to questions of a gist, newest first, and what was said of each."""
        said = [FEEDBACK.c[name].label(f"said_{name}") for name in ("rating", "reason", "comment", "given_at")]
        query = (
            sa.select(KEPT, *said)
            .select_from(KEPT.outerjoin(FEEDBACK))
            .where(KEPT.c.gist == gist, KEPT.c.gist != "")
            .order_by(KEPT.c.kept_at.desc(), KEPT.c.id)
            .limit(k)
        )
        with self._database.reading() as connection:
            rows = connection.execute(query).mappings().all()
        return [(_answer(row), _said(row)) for row in rows]

    def settle(self, gist: str, *, by: str, at: dt.datetime, answer_id: str = "") -> None:
        """Says that the questions of a gist have been dealt with, up to a moment.

        Args:
            answer_id: of one of them, for the audit log.
        """
        with self._database.writing("The inbox") as connection:
            connection.execute(SETTLED.delete().where(SETTLED.c.gist == gist))
            connection.execute(SETTLED.insert().values(gist=gist, settled_at=_moment(at), settled_by=by))
            note(connection, by, "question settled", answer_id)

    def unsettle(self, gist: str, *, by: str, answer_id: str = "") -> None:
        """Takes back that the questions of a gist have been dealt with."""
        with self._database.writing("The inbox") as connection:
            if connection.execute(SETTLED.delete().where(SETTLED.c.gist == gist)).rowcount:
                note(connection, by, "question reopened", answer_id)

    def settled(self, gist: str) -> tuple[dt.datetime, str] | None:
        """Up to when the questions of a gist have been dealt with, and who says so; None when nobody does."""
        query = sa.select(SETTLED.c.settled_at, SETTLED.c.settled_by).where(SETTLED.c.gist == gist)
        with self._database.reading() as connection:
            row = connection.execute(query).first()
        return (dt.datetime.fromisoformat(row.settled_at), row.settled_by) if row else None

    def purge(self, before: dt.datetime) -> int:
        """Forgets what was answered before a moment, with what was said of it; says how many answers that were."""
        with self._database.writing("The record") as connection:
            gone = connection.execute(KEPT.delete().where(KEPT.c.kept_at < _moment(before))).rowcount
            connection.execute(SETTLED.delete().where(SETTLED.c.settled_at < _moment(before)))
        return gone

    def forget(self, ids: Collection[str]) -> int:
        """Forgets these answers; says how many there were."""
        wanted, gone = sorted(ids), 0
        with self._database.writing("The record") as connection:
            for start in range(0, len(wanted), _BATCH):
                gone += connection.execute(KEPT.delete().where(KEPT.c.id.in_(wanted[start : start + _BATCH]))).rowcount
        return gone


def _group(rows: Sequence[Any]) -> Group:
    newest = rows[0]
    return Group(
        gist=newest.gist,
        question=newest.question,
        language=newest.language,
        asked=len(rows),
        unanswered=sum(row.status in ("not_found", "ambiguous") for row in rows),
        down=sum(row.rating == "down" for row in rows),
        newest=dt.datetime.fromisoformat(newest.kept_at),
        ids=tuple(row.id for row in rows[:10]),
        comments=tuple(row.comment for row in rows if row.rating == "down" and row.comment)[:10],
        reasons=tuple(reason for reason, _ in Counter(row.reason for row in rows if row.reason).most_common()),
        surfaces=tuple(sorted({row.surface for row in rows})),
    )


def _moment(moment: dt.datetime) -> str:
    """In one form, so that text compares as time does."""
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds")


def _row(answer: KeptAnswer) -> dict[str, Any]:
    row = {name: getattr(answer, name) for name in KEPT.columns.keys()}  # noqa: SIM118 - a collection of columns
    kept = {
        **row,
        "kept_at": _moment(answer.kept_at),
        "as_of": answer.as_of.isoformat() if answer.as_of else None,
        "history": [dict(turn) for turn in answer.history],
        "answer": dict(answer.answer),
        "selection": dict(answer.selection),
    }
    readable: dict[str, Any] = _keepable(kept)
    return readable


def _keepable(value: Any) -> Any:
    """`value` without halves of characters and NUL, which a database cannot keep."""
    if isinstance(value, str):
        return printable(value).replace("\0", "")
    if isinstance(value, dict):
        return {key: _keepable(one) for key, one in value.items()}
    return [_keepable(one) for one in value] if isinstance(value, list) else value


def _answer(row: Mapping[str, Any] | sa.RowMapping) -> KeptAnswer:
    return KeptAnswer(
        **{
            **{name: row[name] for name in KEPT.columns.keys()},  # noqa: SIM118 - a collection of columns
            "kept_at": dt.datetime.fromisoformat(row["kept_at"]),
            "as_of": dt.date.fromisoformat(row["as_of"]) if row["as_of"] else None,
        }
    )


def _feedback(row: sa.RowMapping) -> Feedback:
    return Feedback(row["rating"], row["reason"], row["comment"], dt.datetime.fromisoformat(row["given_at"]))


def _said(row: sa.RowMapping) -> Feedback | None:
    """What was said of the answer in the same row."""
    if row["said_rating"] is None:
        return None
    at = dt.datetime.fromisoformat(row["said_given_at"])
    return Feedback(row["said_rating"], row["said_reason"], row["said_comment"], at)


def _unknown(id: str) -> UnknownAnswer:
    return UnknownAnswer(
        f"There is no kept answer '{printable(id)}', or it is no longer kept. "
        '"python -m assistant records list" shows the newest.'
    )
