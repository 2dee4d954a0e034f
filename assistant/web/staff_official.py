"""The screens of official answers: the list, an entry as the FAQ will show it, and the form that drafts one.

Readers look; editors write, approve, suspend and retire. Whoever wrote an entry may not approve it while there is
another editor who could.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Annotated

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from assistant.errors import NotApprovable
from assistant.official import (
    LONGEST_ANSWER,
    OfficialAnswers,
    size_faults,
)
from assistant.question import question_language
from assistant.users import may
from assistant.web.faq import HOME, Block, blocks_of
from assistant.web.official_form import EntryForm, Filled, Forms, drop, found_in
from assistant.web.official_standing import STANDINGS, Standings, speaks
from assistant.web.official_words import OFFICIAL_WORDS
from assistant.web.sign_in import Person
from assistant.web.staff import Editor, Reader, StaffPages, passage_path
from assistant.web.words import spoken_date, spoken_moment
from corpus.announcement import Language
from corpus.audit import Audit
from corpus.curation import OfficialAnswer, Source, text_hash
from corpus.dates import JST
from corpus.errors import ChangedMeanwhile, UnknownAnnouncement, UnknownOfficialAnswer
from index.passage import Scope

LANGUAGES: tuple[Language, ...] = ("ja", "en")

# Of a form: the revision that was seen, and why an entry is taken back.
Revision = Annotated[int, Form()]
Reason = Annotated[str, Form(max_length=500)]


@dataclass(frozen=True, slots=True)
class Shown:
    """A source as the entry's page shows it."""

    marker: int
    title: str
    language: Language
    published: str
    page: int
    quote: str
    path: str
    state: str  # "", source_gone, source_changed, staff_source


@dataclass(frozen=True, slots=True)
class Preview:
    """An entry as the FAQ shows it in one language."""

    language: Language
    question: str
    variants: Sequence[str]
    blocks: Sequence[Block]


def mount_official(app: FastAPI, pages: StaffPages) -> None:
    """Adds the screens at /staff/official to `app`."""
    screens = OfficialScreens(pages)
    pages.name("official", "/staff/official")
    routes = pages.router()

    @routes.get("/official")
    def listed(
        request: Request,
        person: Reader,
        q: str = "",
        state: str = "",
        language: str = "",
        topic: str = "",
        owner: str = "",
    ) -> Response:
        return screens.index(request, person, q.strip(), state, language, topic, owner)

    @routes.get("/official/new")
    def new(
        request: Request,
        person: Editor,
        answer: str = "",
        question: str = "",
        announcement: str = "",
        start: int = 0,
        end: int = 0,
    ) -> Response:
        return screens.new(request, person, answer, question, (announcement, start, end))

    @routes.post("/official/new")
    def write(request: Request, person: Editor, form: Annotated[EntryForm, Form()]) -> Response:
        return screens.take(request, person, form, "")

    @routes.get("/official/{id}")
    def entry(request: Request, person: Reader, id: str, done: str = "", answer: str = "") -> Response:
        return screens.entry(request, person, id, done=done, answer=answer)

    @routes.get("/official/{id}/edit")
    def edit(request: Request, person: Editor, id: str, done: str = "") -> Response:
        return screens.edit(request, person, id, done=done)

    @routes.post("/official/{id}/edit")
    def rewrite(request: Request, person: Editor, id: str, form: Annotated[EntryForm, Form()]) -> Response:
        return screens.take(request, person, form, id)

    @routes.post("/official/{id}/approve")
    def approve(
        request: Request,
        person: Editor,
        id: str,
        revision: Revision,
        by: Annotated[str, Form(max_length=200)] = "",
        expires: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        return screens.approve(request, person, id, revision, by.strip(), expires.strip())

    @routes.post("/official/{id}/suspend")
    def suspend(request: Request, person: Editor, id: str, revision: Revision, reason: Reason = "") -> Response:
        return screens.end(request, person, id, revision, "suspended", reason.strip())

    @routes.post("/official/{id}/retire")
    def retire(request: Request, person: Editor, id: str, revision: Revision, reason: Reason = "") -> Response:
        return screens.end(request, person, id, revision, "retired", reason.strip())

    @routes.post("/official/{id}/reopen")
    def reopen(request: Request, person: Editor, id: str, revision: Revision) -> Response:
        return screens.end(request, person, id, revision, "reopened", "")

    app.include_router(routes)


class OfficialScreens:
    """Draws the screens and takes what their forms send."""

    def __init__(self, pages: StaffPages) -> None:
        self._pages = pages
        self._assistant = pages.assistant
        self._standings = Standings(pages.assistant)
        self._forms = Forms(pages.assistant, self._standings)

    @property
    def _official(self) -> OfficialAnswers:
        return self._assistant.official

    # --- Looking ------------------------------------------------------------------------------------------------

    def index(
        self, request: Request, person: Person, q: str, state: str, language: str, topic: str, owner: str
    ) -> Response:
        """The list of all entries that the filters let through."""
        spoken = self._pages.language(request)
        entries = self._official.store.entries()
        rows = [self._standings.row(entry, spoken) for entry in entries]
        held = [
            row
            for row in rows
            if row.has(q.casefold())
            and state in ("", *row.states)
            and (language not in LANGUAGES or speaks(row.entry, language))
            and topic in ("", row.entry.topic)
            and owner in ("", row.entry.owner)
        ]
        return self._pages.show(
            request,
            person,
            "official_list.html",
            here="official",
            words=OFFICIAL_WORDS,
            to_review=len(self._assistant.proposals.entries(state="proposed")),
            rows=held,
            count=len(rows),
            attention=sum("attention" in row.states for row in rows),
            states=STANDINGS,
            topics=sorted({row.entry.topic for row in rows if row.entry.topic}),
            owners=sorted({row.entry.owner for row in rows if row.entry.owner}),
            chosen={"q": q, "state": state, "language": language, "topic": topic, "owner": owner},
            day=lambda at: _day(at, spoken),
        )

    def entry(self, request: Request, person: Person, id: str, *, done: str = "", answer: str = "") -> Response:
        """One entry: how the FAQ shows it, what it stands on, and what may be done with it."""
        entry = self._get(request, id)
        language = self._pages.language(request)
        words = OFFICIAL_WORDS[language]
        standing = self._official.standing(entry)
        faults = self._official.faults(dataclasses.replace(entry, approved_by=entry.approved_by or "?"))
        wants_approval = entry.status != "approved" or standing.cause == "expired"
        if wants_approval:
            # A later day is given with the approval.
            faults = [fault for fault in faults if fault.kind != "expired"]
        writer = self._official.store.writer(id)
        outlines = self._assistant.links.outlines()
        said = f"said_{done}"
        if done == "approved" and standing.cause:
            said = "said_approved_hidden"
        return self._pages.show(
            request,
            person,
            "official_entry.html",
            here="official",
            words=OFFICIAL_WORDS,
            entry=entry,
            row=self._standings.row(entry, language),
            said=words.get(said, "") if done else "",
            done=done,
            answer=answer,
            faults=[self._standings.spoken(fault, language) for fault in faults],
            at_fault=[self._link(id) for fault in faults for id in fault.announcement_ids if id in outlines],
            wants_approval=wants_approval,
            is_own=self._is_own(person, writer),
            writer=writer,
            previews=[self._preview(entry, each) for each in LANGUAGES],
            sources=[self._shown(number, source) for number, source in enumerate(entry.sources, start=1)],
            lines=Audit(self._assistant.catalog.database).lines(k=50, subject=id),
            did=lambda what: words.get(f"did_{_deed(what)}", what),
            moment=lambda at: spoken_moment(at, language),
            day=lambda at: _day(at, language),
            faq={
                each: f"{HOME[each]}/answers/{entry.id}"
                for each in LANGUAGES
                if standing.cause is None and entry.questions(each) and entry.answer(each)
            },
        )

    def _link(self, announcement_id: str) -> tuple[str, str, Language]:
        """Where an announcement is read, its title, and the title's language."""
        found = self._assistant.links.outlines()[announcement_id]
        return passage_path(announcement_id), found.title or announcement_id, found.language

    def _get(self, request: Request, id: str) -> OfficialAnswer:
        try:
            return self._official.store.get(id)
        except UnknownOfficialAnswer as error:
            raise HTTPException(404, OFFICIAL_WORDS[self._pages.language(request)]["gone"]) from error

    def _is_own(self, person: Person, writer: str) -> bool:
        """Whether `person` wrote it, and someone else may approve it."""
        editors = [user for user in self._pages.sign_in.users.all().values() if may(user.role, "editor")]
        return bool(writer) and person.name == writer and len(editors) > 1

    def _preview(self, entry: OfficialAnswer, language: Language) -> Preview | None:
        questions = entry.questions(language)
        if not questions or not entry.answer(language):
            return None
        text = entry.answer(language)
        with suppress(UnknownAnnouncement):
            text = self._official.as_answer(entry, questions[0], language).answer
        markers = frozenset(range(1, len(entry.sources) + 1))
        return Preview(language, questions[0], questions[1:], blocks_of(text, markers))

    def _shown(self, marker: int, source: Source) -> Shown:
        path = passage_path(source.announcement_id, source.start, source.end)
        found = found_in(self._assistant.catalog, source.announcement_id)
        if found is None:
            spoken = question_language(source.quote)
            return Shown(marker, source.announcement_id, spoken, "", 0, source.quote, path, "source_gone")
        day = str(found.published) if found.published else ""
        state = "" if Scope().shows(found) else "staff_source"
        if found.text[source.start : source.end] != source.quote or text_hash(found) != source.text_hash:
            state = "source_changed"
        page = found.page_of(source.start)
        return Shown(marker, found.title, found.language, day, page, source.quote, path, state)

    # --- Writing ------------------------------------------------------------------------------------------------

    def new(
        self, request: Request, person: Person, answer: str, question: str, passage: tuple[str, int, int]
    ) -> Response:
        """The form, empty or filled from a kept answer, a question or a passage of an announcement."""
        language = self._pages.language(request)
        filled = self._forms.new(person.name, language, answer=answer, question=question, passage=passage)
        return self._form(request, person, filled)

    def edit(self, request: Request, person: Person, id: str, *, done: str = "") -> Response:
        """The form, filled from an entry, with what keeps it from being approved beside each field."""
        language = self._pages.language(request)
        filled = self._forms.of(self._get(request, id), language)
        if done:
            filled.notices.append(OFFICIAL_WORDS[language]["said_saved"])
        return self._form(request, person, filled)

    def take(self, request: Request, person: Person, form: EntryForm, id: str) -> Response:
        """What the form was sent for: sources are searched for, chosen or taken out, or the draft is kept."""
        known = self._get(request, id) if id else OfficialAnswer(id="")
        filled = self._forms.read(form, known, self._pages.language(request))
        act = form.act or ("find" if form.find.strip() and form.find != form.found else "save")
        if act.startswith("drop-") and act[5:].isdecimal():
            drop(filled, int(act[5:]))
        elif act == "pick":
            self._forms.pick(filled, form.pick)
        elif act == "find":
            filled.is_searched = True
        else:
            return self._save(request, person, filled, id)
        if filled.find:
            self._forms.search(filled)
        return self._form(request, person, filled)

    def _save(self, request: Request, person: Person, filled: Filled, id: str) -> Response:
        language = self._pages.language(request)
        for fault in size_faults(filled.entry):
            filled.faults[fault.field].append(self._standings.spoken(fault, language))
        if filled.faults or any(one.wrong for one in filled.chosen):
            self._forms.look_over(filled, language)
            return self._form(request, person, filled, status=422)
        try:
            kept = self._official.save(filled.entry, by=person.name)
        except ChangedMeanwhile:
            filled.is_changed = True
            filled.entry = dataclasses.replace(filled.entry, revision=self._get(request, id).revision)
            return self._form(request, person, filled, status=409)
        faults = self._official.faults(dataclasses.replace(kept, approved_by="?"))
        beside = f"&answer={filled.answer}" if re.fullmatch(r"[\w-]+", filled.answer) else ""
        if faults:
            return self._pages.go(request, f"/staff/official/{kept.id}/edit?done=saved")
        return self._pages.go(request, f"/staff/official/{kept.id}?done=saved{beside}")

    def _form(self, request: Request, person: Person, filled: Filled, *, status: int = 200) -> Response:
        entries = self._official.store.entries()
        users = self._pages.sign_in.users.all()
        filled.twins = self._forms.twins(filled)
        return self._pages.show(
            request,
            person,
            "official_form.html",
            here="official",
            words=OFFICIAL_WORDS,
            status=status,
            filled=filled,
            entry=filled.entry,
            is_public=lambda announcement: Scope().shows(announcement),
            topics=sorted({entry.topic for entry in entries if entry.topic}),
            owners=sorted({*(entry.owner for entry in entries if entry.owner), *users}),
            longest=LONGEST_ANSWER,
        )

    # --- Deciding -----------------------------------------------------------------------------------------------

    def approve(
        self, request: Request, person: Person, id: str, revision: int, by: str, expires: str
    ) -> Response | RedirectResponse:
        """Approves an entry; nobody approves what they wrote themselves while another editor could."""
        words = OFFICIAL_WORDS[self._pages.language(request)]
        entry = self._get(request, id)
        if self._is_own(person, self._official.store.writer(id)):
            raise HTTPException(403, words["own_entry"])
        try:
            until = dt.date.fromisoformat(expires) if expires else None
        except ValueError:
            return self._told(request, person, id, words["fault_bad_date"])
        if until is None and entry.expires:
            return self._told(request, person, id, words["expiry_needed"])
        try:
            self._official.approve(id, by=person.name or by, expires=until, revision=revision)
        except ChangedMeanwhile:
            return self._told(request, person, id, words["changed_meanwhile"], status=409)
        except NotApprovable:
            faults = self._official.faults(
                dataclasses.replace(entry, approved_by=person.name or by, expires=until or entry.expires)
            )
            said = " ".join(self._standings.spoken(fault, self._pages.language(request)) for fault in faults)
            return self._told(request, person, id, said)
        return self._pages.go(request, f"/staff/official/{id}?done=approved")

    def end(self, request: Request, person: Person, id: str, revision: int, what: str, reason: str) -> Response:
        """Suspends or retires an entry, or makes it a draft again."""
        words = OFFICIAL_WORDS[self._pages.language(request)]
        self._get(request, id)
        if what == "suspended" and not reason:
            return self._told(request, person, id, words["reason_needed"])
        try:
            if what == "suspended":
                self._official.suspend(id, reason=reason, by=person.name, revision=revision)
            elif what == "retired":
                self._official.retire(id, reason=reason, by=person.name, revision=revision)
            else:
                self._official.reopen(id, by=person.name, revision=revision)
        except ChangedMeanwhile:
            return self._told(request, person, id, words["changed_meanwhile"], status=409)
        return self._pages.go(request, f"/staff/official/{id}?done={what}")

    def _told(self, request: Request, person: Person, id: str, text: str, *, status: int = 400) -> Response:
        return self._pages.message(request, person, text, status=status, here="official", back=f"/staff/official/{id}")


def _deed(what: str) -> str:
    """ "approved" of the audit log's "official answer approved".

    >>> _deed("official answer imported as draft")
    'imported'
    """
    return what.removeprefix("official answer ").split(" ")[0]


def _day(at: dt.datetime, language: Language) -> str:
    return spoken_date(at.astimezone(JST).date().isoformat(), language)
