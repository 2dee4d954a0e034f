"""The record: every Answer that was given goes in; what was asked, what readers said of it, and a replay come out.

Keeping an answer costs its reader nothing: it is put in a queue, and a thread of its own writes. No address and no
browser of a reader is kept, and a name only of staff who signed in.
"""

from __future__ import annotations

import datetime as dt
import logging
import threading
import time
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, get_args

from assistant.answer import Answer, Turn
from assistant.errors import BadFeedback
from assistant.official import gist_of
from corpus.announcement import Audience, Language
from corpus.audit import Audit
from corpus.catalog import Catalog, Change
from corpus.errors import AssistantError, UnreadableFile
from corpus.kept import Feedback, Group, Kept, KeptAnswer, Rating, Surface, Talk
from index.passage import EVERYTHING, Selection

if TYPE_CHECKING:
    from assistant.assistant import Assistant

Reason = Literal["", "wrong", "outdated", "incomplete", "unclear", "source", "other"]

LONGEST_COMMENT = 500  # characters
INBOX_DAYS = 30
OFTEN = 3  # times that a question is asked, from which on staff should look at it
_BATCH = 200  # answers in a transaction
_MOST_WAITING = 20_000  # answers; while the database does not take them, more are not kept
_RETRY_SECONDS = 1.0
_LAST_TRIES = 3  # at the end, before what waits is given up
_PURGE_SECONDS = 3600.0

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Difference:
    """What an answer says now in place of what it said."""

    what: Literal["status", "answer", "engine", "citations"]
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Replay:
    """A kept answer, and what the same question gets now, asked as of the moment at which it was asked."""

    kept: KeptAnswer
    again: Answer
    differences: tuple[Difference, ...]
    changes: tuple[Change, ...]  # of announcements, since it was asked


class Records:
    """The record of one catalog. Threads may share it; `close` it before the catalog."""

    def __init__(self, catalog: Catalog, *, days: int) -> None:
        """Keeps answers for `days` days; 0: none are kept."""
        self.store = Kept(catalog.database)
        self._catalog = catalog
        self._days = days
        self._waiting: deque[KeptAnswer] = deque()
        self._changed = threading.Condition()
        self._writer: threading.Thread | None = None
        self._is_closed = False
        self._lost = 0

    def keep(
        self,
        answer: Answer,
        *,
        surface: Surface,
        audience: Audience = "public",
        history: Sequence[Turn] = (),
        as_of: dt.date | None = None,
        user_name: str = "",
        request_id: str = "",
        id: str = "",
        now: dt.datetime | None = None,
        selection: Selection = EVERYTHING,
        conversation_id: str = "",
        turn: int = 0,
    ) -> str:
        """The id under which the answer is kept, for `feedback`; never fails, and never waits for the disk.

        Args:
            as_of: as asked.
            user_name: of staff who signed in; nobody else's.
            id: one made before by `new_id`.
            selection: what it was to be answered from.
            conversation_id, turn: where it belongs, for staff; a later answer of the same turn takes its place there.
        """
        kept_id = id or new_id()
        if not self._days:
            return kept_id
        try:
            revision = self._catalog.revision()
        except AssistantError:
            revision = -1
        kept = KeptAnswer(
            id=kept_id,
            kept_at=now or dt.datetime.now(dt.UTC),
            surface=surface,
            audience=audience,
            question=answer.question,
            language=answer.language,
            status=answer.status,
            engine=answer.engine,
            revision=revision,
            answer=answer.to_dict() | ({"usage": dict(answer.usage)} if answer.usage else {}),
            history=[{"role": turn.role, "content": turn.content} for turn in history],
            as_of=as_of,
            user_name=user_name if surface == "staff" else "",
            request_id=request_id,
            selection={name: value for name, value in asdict(selection).items() if value},
            conversation_id=conversation_id if surface == "staff" else "",
            turn=turn,
        )
        with self._changed:
            if self._is_closed or len(self._waiting) >= _MOST_WAITING:
                self._lost += 1
                return kept_id
            self._waiting.append(kept)
            if self._writer is None:
                self._writer = threading.Thread(target=self._write, name="record", daemon=True)
                self._writer.start()
            self._changed.notify_all()
        return kept_id

    def feedback(
        self, id: str, *, rating: Rating, reason: Reason = "", comment: str = "", now: dt.datetime | None = None
    ) -> None:
        """Keeps what a reader says of an answer; a second word takes the place of the first.

        Raises:
            UnknownAnswer: it is not kept, or no longer.
            BadFeedback: the comment is longer than `LONGEST_COMMENT` characters.
        """
        if len(comment) > LONGEST_COMMENT:
            raise BadFeedback(f"The comment is longer than {LONGEST_COMMENT} characters. Shorten it.")
        self.flush()
        readable = comment.encode("utf-8", "replace").decode("utf-8").replace("\0", "").strip()
        self.store.say(id, Feedback(rating, reason, readable, now or dt.datetime.now(dt.UTC)))

    def take_back(self, id: str) -> None:
        """Forgets what a reader said of an answer."""
        self.flush()
        self.store.unsay(id)

    def talks(self, *, user_name: str, containing: str = "", k: int = 50) -> list[Talk]:
        """The newest conversations of a user, newest first; of those that say `containing`."""
        self.flush()
        return self.store.talks(user_name=user_name, containing=containing, k=k)

    def talk(self, id: str, *, user_name: str) -> list[tuple[KeptAnswer, Feedback | None]]:
        """The answers of a user's conversation in order, with what was said of them; empty when it is not theirs."""
        self.flush()
        return self.store.talk(id, user_name=user_name)

    def part_with(self, *, user_name: str, conversation_id: str | None = None) -> dict[str, str]:
        """Takes a user's name from one conversation, or from all; gives back what `join_again` needs to undo it."""
        self.flush()
        return self.store.part_with(user_name=user_name, conversation_id=conversation_id)

    def join_again(self, answers: Mapping[str, str], *, user_name: str) -> None:
        """Undoes `part_with`."""
        self.store.join_again(answers, user_name=user_name)

    @property
    def keeps(self) -> bool:
        """Whether answers are kept at all."""
        return self._days > 0

    def inbox(
        self,
        *,
        days: int = INBOX_DAYS,
        often: int = OFTEN,
        surface: Surface | None = None,
        language: Language | None = None,
        settled: bool = False,
        now: dt.datetime | None = None,
    ) -> list[Group]:
        """What staff should look at: questions of the last `days`, like ones together, worst first.

        Those that were not answered, those with a thumb down, and those asked at least `often` times.

        Args:
            surface, language: only what was asked there, in it; None: anywhere, in any.
            settled: what was dealt with and not asked again, instead.
        """
        self.flush()
        since = (now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=days)
        return self.store.groups(since=since, often=often, surface=surface, language=language, settled=settled)

    def replay(self, id: str, assistant: Assistant) -> Replay:
        """Asks again what was asked, as of its moment; UnknownAnswer when it is not kept.

        What was published later is left out. What was added, changed or removed since then is not: `changes` says
        which announcements those are.
        """
        self.flush()
        kept, _ = self.store.get(id)
        turns = [Turn("user" if turn["role"] == "user" else "assistant", turn["content"]) for turn in kept.history]
        again = assistant.ask(
            kept.question,
            history=turns,
            as_of=kept.as_of,
            audience=kept.audience,
            language=kept.language,
            now=kept.kept_at,
            selection=selection_of(kept),
        )
        changes = tuple(self._catalog.changes(kept.revision)) if kept.revision >= 0 else ()
        return Replay(kept, again, tuple(_differences(kept, again)), changes)

    def forget(self, id: str, *, by: str = "") -> None:
        """Forgets an answer and what was said of it, for good, and notes who did; UnknownAnswer if it is not kept."""
        self.flush()
        self.store.get(id)
        self.store.forget([id])
        Audit(self._catalog.database).note(by, "kept answer forgotten", id)

    def purge(self, *, days: int | None = None, now: dt.datetime | None = None) -> int:
        """Forgets what is older than `days`, or than the setting says; says how many answers that were."""
        self.flush()
        kept_for = self._days if days is None else days
        return self.store.purge((now or dt.datetime.now(dt.UTC)) - dt.timedelta(days=kept_for))

    @property
    def waiting(self) -> int:
        """How many answers are still to be written."""
        return len(self._waiting)

    @property
    def lost(self) -> int:
        """How many answers could not be kept since the start."""
        return self._lost

    def flush(self, timeout: float = 5.0) -> None:
        """Waits until everything that waits is written, `timeout` seconds at most."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting, timeout)

    def close(self) -> None:
        """Writes what waits, and stops."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        if self._writer:
            self._writer.join()
        if self._lost:
            _log.error("%d answers could not be kept; the database did not take them.", self._lost)

    def _write(self) -> None:
        purge_at, failures = time.monotonic(), 0
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._is_closed, _PURGE_SECONDS)
                batch = [self._waiting[place] for place in range(min(_BATCH, len(self._waiting)))]
                is_last = self._is_closed
            if not batch and is_last:
                return
            try:
                self._put([replace(kept, gist=_gist(kept.question)) for kept in batch])
                failures = 0
            except AssistantError as error:
                failures += 1
                if failures == 1:
                    _log.error("What was answered cannot be kept at the moment. %s", error)
                if is_last and failures >= _LAST_TRIES:
                    self._give_up()
                    return
                with self._changed:
                    self._changed.wait_for(lambda: self._is_closed, _RETRY_SECONDS)
                continue
            with self._changed:
                for _ in batch:
                    self._waiting.popleft()
                self._changed.notify_all()
            if time.monotonic() >= purge_at:
                purge_at = time.monotonic() + _PURGE_SECONDS
                self._purge_quietly()

    def _put(self, batch: Sequence[KeptAnswer]) -> None:
        if not batch:
            return
        try:
            self.store.add(batch)
        except UnreadableFile:
            # One of them cannot be kept at all: the others can.
            for kept in batch:
                try:
                    self.store.add([kept])
                except UnreadableFile as error:
                    self._lost += 1
                    _log.error("An answer cannot be kept. %s", error)

    def _purge_quietly(self) -> None:
        try:
            self.store.purge(dt.datetime.now(dt.UTC) - dt.timedelta(days=self._days))
        except AssistantError as error:
            _log.error("What is too old to be kept could not be forgotten. %s", error)

    def _give_up(self) -> None:
        with self._changed:
            self._lost += len(self._waiting)
            self._waiting.clear()
            self._changed.notify_all()


def new_id() -> str:
    """A name for an answer that is still to be kept; nobody can guess it."""
    return str(uuid.uuid4())


def selection_of(kept: KeptAnswer) -> Selection:
    """What a kept answer was to be answered from."""
    chosen = kept.selection
    language = next((one for one in get_args(Language) if one == chosen.get("language")), None)
    return Selection(language, chosen.get("category"), chosen.get("issuer"))


def _gist(question: str) -> str:
    try:
        return gist_of(question)
    except Exception:
        # Whatever the analysis stumbles over, the answer is kept; it only belongs to no group.
        _log.exception("A question could not be analysed.")
        return ""


def _differences(kept: KeptAnswer, again: Answer) -> list[Difference]:
    now = again.to_dict()
    compared: list[tuple[Literal["status", "answer", "engine", "citations"], str, str]] = [
        ("status", kept.status, again.status),
        ("engine", kept.engine, again.engine),
        ("answer", str(kept.answer.get("answer", "")), again.answer),
        ("citations", _quoted(kept.answer.get("citations", ())), _quoted(now["citations"])),
    ]
    return [Difference(what, before, after) for what, before, after in compared if before != after]


def _quoted(citations: Sequence[dict[str, Any]]) -> str:
    return "\n".join(f"[{one['marker']}] {one['announcement_id']}: {one['quote']}" for one in citations)
