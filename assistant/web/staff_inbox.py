"""The inbox: what readers asked that staff should look at, like questions together, and what to do about each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Annotated, Any, Literal, get_args

from fastapi import FastAPI, Form, HTTPException, Query, Request
from fastapi.responses import Response

from assistant.answer import Answer, Turn
from assistant.official import ENGINE
from assistant.records import OFTEN
from assistant.web.faq import blocks_of
from assistant.web.inbox_words import INBOX_WORDS
from assistant.web.sign_in import Person
from assistant.web.staff import Editor, Reader, StaffPages, passage_path
from assistant.web.words import spoken_moment
from corpus.announcement import Language
from corpus.errors import UnknownAnswer
from corpus.kept import Group, KeptAnswer, Surface

Kind = Literal["", "unanswered", "down", "often"]
Order = Literal["worst", "newest", "asked"]
DAYS = (7, 30, 90, 365)

_KINDS: Mapping[Kind, Callable[[Group], bool]] = {
    "": lambda _: True,
    "unanswered": lambda group: group.unanswered > 0,
    "down": lambda group: group.down > 0,
    "often": lambda group: group.asked >= OFTEN,
}


def mount_inbox(app: FastAPI, pages: StaffPages) -> None:
    """Adds the screens at /staff/inbox to `app`."""
    screens = InboxScreens(pages)
    pages.name("inbox", "/staff/inbox")
    routes = pages.router()

    @routes.get("/inbox")
    def listed(
        request: Request,
        person: Reader,
        kind: Kind = "",
        surface: Surface | Literal[""] = "",
        language: Language | Literal[""] = "",
        days: Annotated[int, Query(ge=1, le=10_000)] = 30,
        order: Order = "worst",
        state: Literal["open", "settled"] = "open",
        settled: str = "",
    ) -> Response:
        chosen = {"kind": kind, "surface": surface, "language": language, "days": days, "order": order, "state": state}
        groups = pages.assistant.records.inbox(
            days=days, surface=surface or None, language=language or None, settled=state == "settled"
        )
        return screens.index(request, person, _ordered(filter(_KINDS[kind], groups), order), chosen, settled)

    @routes.get("/inbox/{answer_id}")
    def group(request: Request, person: Reader, answer_id: str, again: bool = False, done: str = "") -> Response:
        return screens.group(request, person, answer_id, again=again, done=done)

    @routes.post("/inbox/{answer_id}/settle")
    def settle(
        request: Request, person: Editor, answer_id: str, until: Annotated[dt.datetime | None, Form()] = None
    ) -> Response:
        return screens.settle(request, person, answer_id, until)

    @routes.post("/inbox/{answer_id}/reopen")
    def reopen(request: Request, person: Editor, answer_id: str) -> Response:
        kept = screens.kept(request, answer_id)
        pages.assistant.records.store.unsettle(kept.gist, by=person.name, answer_id=answer_id)
        return pages.go(request, f"/staff/inbox/{answer_id}?done=reopened")

    app.include_router(routes)


class InboxScreens:
    """Draws the screens."""

    def __init__(self, pages: StaffPages) -> None:
        self._pages = pages
        self._assistant = pages.assistant

    def index(
        self, request: Request, person: Person, groups: list[Group], chosen: Mapping[str, Any], settled: str
    ) -> Response:
        """The groups, with the one that was just settled so that it can be taken back."""
        language = self._pages.language(request)
        return self._show(
            request,
            person,
            "inbox_list.html",
            groups=[(group, self._official_of(group.question, group.language)) for group in groups],
            chosen=chosen,
            days=DAYS,
            surfaces=get_args(Surface),
            is_filtered=bool(chosen["kind"] or chosen["surface"] or chosen["language"]),
            is_recorded=self._pages.settings.record_days > 0,
            settled=self._settled(settled),
            moment=lambda at: spoken_moment(at, language),
        )

    def _settled(self, answer_id: str) -> KeptAnswer | None:
        try:
            return self._assistant.records.store.get(answer_id)[0] if answer_id else None
        except UnknownAnswer:
            return None

    def _official_of(self, question: str, language: Language) -> str:
        """The id of the official answer that answers a question today; "" when there is none."""
        found = self._assistant.official.match(question, language)
        return found.id if found else ""

    def group(self, request: Request, person: Person, answer_id: str, *, again: bool, done: str) -> Response:
        """The questions that ask for the same as a kept one, and with `again` what it gets today."""
        kept = self.kept(request, answer_id)
        store = self._assistant.records.store
        language = self._pages.language(request)
        today = self._today(kept) if again else None
        return self._show(
            request,
            person,
            "inbox_group.html",
            kept=kept,
            asked=store.asked(kept.gist),
            settled=store.settled(kept.gist),
            official=self._official_of(kept.question, kept.language),
            done=INBOX_WORDS[language]["reopened"] if done == "reopened" else "",
            today=today,
            blocks=blocks_of(today.answer, frozenset(c.marker for c in today.citations)) if today else [],
            engine=_engine(today, language) if today else "",
            passage=passage_path,
            moment=lambda at: spoken_moment(at, language),
        )

    def kept(self, request: Request, answer_id: str) -> KeptAnswer:
        """The kept answer with this id; 404 when it is kept no longer, or belongs to no group."""
        words = INBOX_WORDS[self._pages.language(request)]
        self._assistant.records.flush()
        try:
            kept, _ = self._assistant.records.store.get(answer_id)
        except UnknownAnswer as error:
            raise HTTPException(404, words["gone"]) from error
        if not kept.gist:
            raise HTTPException(404, words["ungrouped"])
        return kept

    def _today(self, kept: KeptAnswer) -> Answer:
        """What the reader who asked would be answered now; it is not recorded."""
        turns = [Turn("user" if turn["role"] == "user" else "assistant", turn["content"]) for turn in kept.history]
        return self._assistant.ask(
            kept.question, history=turns, as_of=kept.as_of, audience=kept.audience, language=kept.language
        )

    def settle(self, request: Request, person: Person, answer_id: str, until: dt.datetime | None) -> Response:
        """Marks the questions of a group as dealt with, up to the newest one, or up to the one that was seen."""
        kept = self.kept(request, answer_id)
        store = self._assistant.records.store
        newest, _ = store.asked(kept.gist, k=1)[0]
        seen = until if until and until.tzinfo else newest.kept_at
        store.settle(kept.gist, by=person.name, at=min(seen, newest.kept_at), answer_id=answer_id)
        return self._pages.go(request, f"/staff/inbox?settled={answer_id}")

    def _show(self, request: Request, person: Person, template: str, **values: Any) -> Response:
        return self._pages.show(request, person, template, here="inbox", words=INBOX_WORDS, **values)


def _ordered(groups: Iterable[Group], order: Order) -> list[Group]:
    """The groups in an order; `worst` is the one in which they come."""
    if order == "newest":
        return sorted(groups, key=lambda group: group.newest, reverse=True)
    if order == "asked":
        return sorted(groups, key=lambda group: (-group.asked, -group.newest.timestamp()))
    return list(groups)


def _engine(answer: Answer, language: Language) -> str:
    words = INBOX_WORDS[language]
    if answer.status != "answered":
        return words[f"status_{answer.status}"]
    if answer.engine == ENGINE:
        return words["today_official"]
    return words["today_written"].format(engine=answer.model) if answer.model else words["today_extractive"]
