"""The review of proposed facts: what a chat model read, each beside its words; an editor's yes or no to each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import FastAPI, Form, HTTPException, Query, Request
from fastapi.responses import Response

from assistant.web.proposals_words import PROPOSALS_WORDS
from assistant.web.render import Surroundings, surroundings
from assistant.web.sign_in import Person
from assistant.web.staff import Editor, Reader, StaffPages, passage_path
from assistant.web.words import spoken_moment
from corpus.errors import ChangedMeanwhile, UnknownAnnouncement, UnknownProposal
from corpus.proposals import Proposal, State

PATH = "/staff/official/facts"
PAGE = 25  # proposals on a page
_REACH = 200  # characters of the announcement around a quote


@dataclass(frozen=True, slots=True)
class Shown:
    """A proposal as the page shows it."""

    proposal: Proposal
    title: str
    around: Surroundings
    path: str


def mount_proposals(app: FastAPI, pages: StaffPages) -> None:
    """Adds the screen at /staff/official/facts to `app`; to be called before an entry's id may be any word."""
    proposals = pages.assistant.proposals
    routes = pages.router()

    def shown(one: Proposal) -> Shown:
        fact = one.fact
        try:
            found = pages.assistant.catalog.get(fact.announcement_id)
        except UnknownAnnouncement:
            found = None
        stands = found is not None and found.text[fact.start : fact.end] == fact.quote
        around = Surroundings("", fact.quote, "", True, True)
        if found is not None and stands:
            around = surroundings(found.text, fact.start, fact.end, reach=_REACH)
        path = (
            passage_path(fact.announcement_id, fact.start, fact.end) if stands else passage_path(fact.announcement_id)
        )
        return Shown(one, found.title if found else fact.announcement_id, around, path)

    @routes.get("/official/facts")
    def listed(
        request: Request,
        person: Reader,
        state: State = "proposed",
        announcement: str = "",
        page: Annotated[int, Query(ge=1)] = 1,
        done: Literal["", "accepted", "rejected"] = "",
        count: int = 0,
    ) -> Response:
        language = pages.language(request)
        of_state = proposals.entries(state=state)
        held = [one for one in of_state if announcement in ("", one.fact.announcement_id)]
        outlines = pages.assistant.links.outlines()
        ids = sorted({one.fact.announcement_id for one in of_state})
        last = max(1, -(-len(held) // PAGE))
        here = min(page, last)
        return pages.show(
            request,
            person,
            "proposals.html",
            here="official",
            words=PROPOSALS_WORDS,
            rows=[shown(one) for one in held[(here - 1) * PAGE : here * PAGE]],
            total=len(held),
            state=state,
            announcement=announcement,
            announcements=[(id, outlines[id].title if id in outlines else id) for id in ids],
            page=here,
            pages=last,
            done=done,
            count=count,
            moment=lambda at: spoken_moment(at, language),
        )

    @routes.post("/official/facts")
    def review(
        request: Request,
        person: Editor,
        state: Annotated[State, Form()] = "proposed",
        announcement: Annotated[str, Form()] = "",
        number: Annotated[list[int], Form()] = [],  # noqa: B006 - FastAPI copies it
        act: Annotated[Literal["", "accepted", "rejected"], Form()] = "",
        accept: Annotated[int | None, Form()] = None,
        reject: Annotated[int | None, Form()] = None,
    ) -> Response:
        words = PROPOSALS_WORDS[pages.language(request)]
        one = accept if accept is not None else reject
        numbers = [one] if one is not None else list(dict.fromkeys(number))
        what: State = "accepted" if accept is not None or (one is None and act == "accepted") else "rejected"
        if not numbers or (one is None and not act):
            return _told(request, person, words["choose_some"], 400)
        for each in numbers:
            try:
                proposals.get(each)
            except UnknownProposal as error:
                raise HTTPException(404, words["gone"]) from error
        for each in numbers:
            try:
                if what == "accepted":
                    proposals.accept(each, by=person.name)
                else:
                    proposals.reject(each, by=person.name)
            except ChangedMeanwhile:
                return _told(request, person, words["changed"].format(number=each), 409)
        only = f"&announcement={quote(announcement)}" if announcement else ""
        return pages.go(request, f"{PATH}?state={state}{only}&done={what}&count={len(numbers)}")

    def _told(request: Request, person: Person, text: str, status: int) -> Response:
        return pages.message(request, person, text, status=status, here="official", back=PATH)

    app.include_router(routes)
