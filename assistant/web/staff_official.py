"""The screens of official answers: the list, an entry as the FAQ will show it, and the form that drafts one.

Readers look; editors write, approve, suspend and retire. Whoever wrote an entry may not approve it while there is
another editor who could. The form works without a script: searching for sources and choosing quotes are submissions of
the same form, which comes back with everything that was typed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import FastAPI, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response
from pydantic import BaseModel

from assistant.errors import NotApprovable
from assistant.official import (
    LONGEST_ANSWER,
    LONGEST_QUESTION,
    MOST_QUESTIONS,
    MOST_SOURCES,
    Fault,
    OfficialAnswers,
    Standing,
    size_faults,
)
from assistant.question import question_language
from assistant.users import may
from assistant.verify import keys_of
from assistant.web.faq import HOME, Block, blocks_of
from assistant.web.official_words import OFFICIAL_WORDS
from assistant.web.sign_in import Person
from assistant.web.staff import Editor, Reader, StaffPages, passage_path
from assistant.web.words import spoken_date, spoken_moment
from corpus.announcement import Announcement, Language
from corpus.audit import Audit
from corpus.curation import OfficialAnswer, Source, text_hash
from corpus.dates import JST
from corpus.errors import ChangedMeanwhile, UnknownAnnouncement, UnknownAnswer, UnknownOfficialAnswer
from corpus.kept import KeptAnswer
from corpus.sentences import sentences
from index.passage import Scope

LANGUAGES: tuple[Language, ...] = ("ja", "en")
EXPIRING_DAYS = 30
_FOUND = 6  # passages that a search for sources shows
_TWINS = 2  # sentences of the other edition that are offered for a source
_MARKER = re.compile(r"\[(\d{1,4})\]")
_STANDINGS = ("shown", "expiring", "attention", "draft", "suspended", "stopped", "expired", "retired")
_BADGES = {"shown": "good", "suspended": "warn", "expired": "warn", "stopped": "bad"}


class EntryForm(BaseModel):
    """What the form sends; the three `source_` lists run side by side."""

    act: str = ""  # save, find, pick, drop-N; "" when Enter was pressed in a field
    revision: int = 0  # that the form was filled from
    answer: str = ""  # the id of the kept answer that it was filled from
    topic: str = ""
    questions_ja: str = ""  # one in a line
    questions_en: str = ""
    answer_ja: str = ""
    answer_en: str = ""
    owner: str = ""
    expires: str = ""
    source_id: list[str] = []
    source_start: list[str] = []
    source_quote: list[str] = []
    find: str = ""
    found: str = ""  # what was searched for last
    pick: list[str] = []  # "{start}-{end}:{announcement_id}"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A source in the form, as far as it could be found in the announcement."""

    announcement_id: str
    start: int | None
    quote: str
    source: Source | None
    announcement: Announcement | None
    wrong: str = ""  # key of a fault

    @property
    def path(self) -> str:
        """Where the passage is read."""
        if self.source:
            return passage_path(self.announcement_id, self.source.start, self.source.end)
        return passage_path(self.announcement_id)


@dataclass(frozen=True, slots=True)
class Offer:
    """An announcement with sentences that may be chosen as sources."""

    announcement: Announcement
    sentences: Sequence[tuple[str, str, bool]]  # value of `pick`, words, whether it is a source already


@dataclass(slots=True)
class Filled:
    """The form as it is shown."""

    entry: OfficialAnswer
    chosen: Sequence[Chosen] = ()
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))  # by field
    expires: str = ""  # as typed
    answer: str = ""
    find: str = ""
    offers: Sequence[Offer] = ()
    twins: Sequence[Offer] = ()
    is_searched: bool = False
    notices: list[str] = field(default_factory=list)
    is_changed: bool = False  # by someone else meanwhile


@dataclass(frozen=True, slots=True)
class Row:
    """An entry in the list."""

    entry: OfficialAnswer
    question: str
    language: Language
    standing: str  # of `_STANDINGS`
    badge: str
    why: str
    is_expiring: bool
    titles: Sequence[str]


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
        revision: Annotated[int, Form()],
        by: Annotated[str, Form(max_length=200)] = "",
        expires: Annotated[str, Form(max_length=40)] = "",
    ) -> Response:
        return screens.approve(request, person, id, revision, by.strip(), expires.strip())

    @routes.post("/official/{id}/suspend")
    def suspend(
        request: Request,
        person: Editor,
        id: str,
        revision: Annotated[int, Form()],
        reason: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        return screens.end(request, person, id, revision, "suspended", reason.strip())

    @routes.post("/official/{id}/retire")
    def retire(
        request: Request,
        person: Editor,
        id: str,
        revision: Annotated[int, Form()],
        reason: Annotated[str, Form(max_length=500)] = "",
    ) -> Response:
        return screens.end(request, person, id, revision, "retired", reason.strip())

    @routes.post("/official/{id}/reopen")
    def reopen(request: Request, person: Editor, id: str, revision: Annotated[int, Form()]) -> Response:
        return screens.end(request, person, id, revision, "reopened", "")

    app.include_router(routes)


class OfficialScreens:
    """Draws the screens and takes what their forms send."""

    def __init__(self, pages: StaffPages) -> None:
        self._pages = pages
        self._assistant = pages.assistant

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
        rows = [self._row(entry, spoken) for entry in entries]
        held = [
            row
            for row in rows
            if _has(row, q.casefold())
            and state in ("", *_states(row))
            and (language not in LANGUAGES or _speaks(row.entry, language))
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
            attention=sum("attention" in _states(row) for row in rows),
            states=_STANDINGS,
            topics=sorted({row.entry.topic for row in rows if row.entry.topic}),
            owners=sorted({row.entry.owner for row in rows if row.entry.owner}),
            chosen={"q": q, "state": state, "language": language, "topic": topic, "owner": owner},
            day=lambda at: _day(at, spoken),
        )

    def _row(self, entry: OfficialAnswer, language: Language) -> Row:
        other: Language = "en" if language == "ja" else "ja"
        first = next(iter((*entry.questions(language), *entry.questions(other))), entry.id)
        standing = self._official.standing(entry)
        outlines = self._assistant.links.outlines()
        named = [outlines.get(source.announcement_id) for source in entry.sources]
        return Row(
            entry=entry,
            question=first,
            language=question_language(first),
            standing=_standing(standing),
            badge=_BADGES.get(_standing(standing), ""),
            why=self._why(entry, standing, language),
            is_expiring=standing.cause is None and _expires_soon(entry),
            titles=list(dict.fromkeys(found.title for found in named if found)),
        )

    def _why(self, entry: OfficialAnswer, standing: Standing, language: Language) -> str:
        if standing.cause is None:
            return ""
        words = OFFICIAL_WORDS[language]
        why = words[f"why_{standing.cause}"].format(about=self._titles(standing.announcement_ids, language))
        return f"{why} {words['reason_given'].format(reason=entry.reason)}" if entry.reason else why

    def _titles(self, announcement_ids: Sequence[str], language: Language) -> str:
        """Announcements by their titles, those that are gone by their ids."""
        outlines = self._assistant.links.outlines()
        titles = [outlines[id].title if id in outlines else id for id in announcement_ids]
        return (
            "、".join(f"「{title}」" for title in titles) if language == "ja" else ", ".join(f"“{t}”" for t in titles)
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
            row=self._row(entry, language),
            said=words.get(said, "") if done else "",
            done=done,
            answer=answer,
            faults=[self._spoken(fault, language) for fault in faults],
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
        found = _found(self._assistant.catalog.get, source.announcement_id)
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
        filled = Filled(OfficialAnswer(id="", owner=person.name))
        if answer:
            filled = self._from_answer(request, person, answer)
        elif question:
            filled.entry = _asking(filled.entry, question, question_language(question))
            filled.find = question
        announcement_id, start, end = passage
        if announcement_id and start < end:
            found = _found(self._assistant.catalog.get, announcement_id)
            if found and end <= len(found.text):
                filled.chosen = [*filled.chosen, _chosen(found, Source.of(found, start, end))]
        if filled.find and not filled.chosen:
            self._search(filled)
        return self._form(request, person, filled)

    def _from_answer(self, request: Request, person: Person, answer_id: str) -> Filled:
        words = OFFICIAL_WORDS[self._pages.language(request)]
        self._assistant.records.flush()
        try:
            kept, _ = self._assistant.records.store.get(answer_id)
        except UnknownAnswer:
            return Filled(OfficialAnswer(id="", owner=person.name), notices=[words["not_kept"]])
        entry = _asking(OfficialAnswer(id="", owner=person.name), kept.question, kept.language)
        if kept.status != "answered":
            return Filled(entry, answer=answer_id, find=kept.question)
        chosen, numbers, lost = self._cited(kept)
        text = _renumbered(str(kept.answer.get("answer", "")), numbers)
        if kept.language == "ja":
            entry = dataclasses.replace(entry, answer_ja=text)
        else:
            entry = dataclasses.replace(entry, answer_en=text)
        notices = [words["from_answer"]] + ([words["from_lost"].format(count=lost)] if lost else [])
        return Filled(entry, chosen, answer=answer_id, notices=notices, find="" if chosen else kept.question)

    def _cited(self, kept: KeptAnswer) -> tuple[list[Chosen], dict[int, int], int]:
        """The sources that the citations of an answer are, their new number by the old one, and how many are lost."""
        chosen: list[Chosen] = []
        numbers: dict[int, int] = {}
        cited = [one for one in kept.answer.get("citations", ()) if isinstance(one, Mapping)]
        for one in cited[:MOST_SOURCES]:
            with suppress(UnknownAnnouncement, NotApprovable):
                source = self._official.quote(one["announcement_id"], one["quote"], start=one["start"])
                chosen.append(_chosen(self._assistant.catalog.get(source.announcement_id), source))
                numbers[one["marker"]] = len(chosen)
        return chosen, numbers, len(cited) - len(chosen)

    def edit(self, request: Request, person: Person, id: str, *, done: str = "") -> Response:
        """The form, filled from an entry, with what keeps it from being approved beside each field."""
        entry = self._get(request, id)
        filled = Filled(entry, [self._resolved(s.announcement_id, str(s.start), s.quote) for s in entry.sources])
        filled.expires = entry.expires.isoformat() if entry.expires else ""
        if done:
            filled.notices.append(OFFICIAL_WORDS[self._pages.language(request)]["said_saved"])
        self._look_over(filled, self._pages.language(request))
        return self._form(request, person, filled)

    def take(self, request: Request, person: Person, form: EntryForm, id: str) -> Response:
        """What the form was sent for: sources are searched for, chosen or taken out, or the draft is kept."""
        language = self._pages.language(request)
        known = self._get(request, id) if id else OfficialAnswer(id="")
        filled = self._read(form, known, language)
        act = form.act or ("find" if form.find.strip() and form.find != form.found else "save")
        if act.startswith("drop-") and act[5:].isdecimal():
            _drop(filled, int(act[5:]))
        elif act == "pick":
            self._pick(filled, form.pick)
        elif act == "find":
            filled.is_searched = True
        else:
            return self._save(request, person, filled, id)
        if filled.find:
            self._search(filled)
        return self._form(request, person, filled)

    def _read(self, form: EntryForm, known: OfficialAnswer, language: Language) -> Filled:
        rows = list(zip(form.source_id, form.source_start, form.source_quote, strict=False))
        chosen = [self._resolved(id, start, _lines(quote)) for id, start, quote in rows]
        entry = dataclasses.replace(
            known,
            topic=form.topic.strip(),
            questions_ja=_questions(form.questions_ja),
            questions_en=_questions(form.questions_en),
            answer_ja=_lines(form.answer_ja).strip(),
            answer_en=_lines(form.answer_en).strip(),
            sources=tuple(one.source for one in chosen if one.source),
            owner=form.owner.strip(),
            revision=form.revision,
        )
        filled = Filled(entry, chosen, expires=form.expires.strip(), answer=form.answer, find=form.find.strip())
        try:
            expires = dt.date.fromisoformat(filled.expires) if filled.expires else None
            filled.entry = dataclasses.replace(entry, expires=expires)
        except ValueError:
            filled.faults["expires"].append(OFFICIAL_WORDS[language]["fault_bad_date"])
        return filled

    def _resolved(self, announcement_id: str, start: str, quote: str) -> Chosen:
        begin = int(start) if start.isdecimal() else None
        found = _found(self._assistant.catalog.get, announcement_id)
        if found is None:
            return Chosen(announcement_id, begin, quote, None, None, "gone")
        if not quote.strip():
            return Chosen(announcement_id, begin, quote, None, found, "no_quote")
        try:
            source = self._official.quote(announcement_id, quote.strip(), start=begin)
        except NotApprovable:
            return Chosen(announcement_id, begin, quote, None, found, "not_said")
        return Chosen(announcement_id, source.start, quote, source, found)

    def _pick(self, filled: Filled, picks: Sequence[str]) -> None:
        for pick in picks:
            place, _, announcement_id = pick.partition(":")
            begin, _, stop = place.partition("-")
            found = _found(self._assistant.catalog.get, announcement_id)
            if found is None or not begin.isdecimal() or not stop.isdecimal():
                continue
            if 0 <= int(begin) < int(stop) <= len(found.text):
                source = Source.of(found, int(begin), int(stop))
                if source not in filled.entry.sources:
                    filled.chosen = [*filled.chosen, _chosen(found, source)]
                    filled.entry = dataclasses.replace(filled.entry, sources=(*filled.entry.sources, source))

    def _search(self, filled: Filled) -> None:
        """Offers the sentences of the passages that were searched for."""
        filled.is_searched = True
        taken = _places(filled)
        spans: dict[str, set[tuple[int, int]]] = defaultdict(set)
        for passage in self._assistant.search(filled.find, k=_FOUND, scope=Scope(audience="staff")):
            chunk = passage.chunk
            spans[chunk.announcement_id].update(
                (chunk.start + start, chunk.start + end) for start, end in sentences(chunk.text)
            )
        found = [(_found(self._assistant.catalog.get, id), sorted(places)) for id, places in spans.items()]
        filled.offers = [_offer(announcement, places, taken) for announcement, places in found if announcement]

    def _look_over(self, filled: Filled, language: Language) -> None:
        """Puts what keeps the entry from being approved beside its fields."""
        for fault in self._official.faults(dataclasses.replace(filled.entry, approved_by="?")):
            if not (fault.kind == "no_source" and filled.chosen):
                filled.faults[fault.field].append(self._spoken(fault, language))

    def _spoken(self, fault: Fault, language: Language) -> str:
        """The fault in the reader's language, announcements by their titles."""
        about = self._titles(fault.announcement_ids, language) if fault.announcement_ids else fault.about
        limits = {"many_questions": (MOST_QUESTIONS, LONGEST_QUESTION), "many_sources": (MOST_SOURCES, 0)}
        most, longest = limits.get(fault.kind, (0, LONGEST_ANSWER))
        if fault.kind == "expired":
            about = spoken_date(about, language)
        return OFFICIAL_WORDS[language][f"fault_{fault.kind}"].format(
            about=about, other=fault.other, most=most, longest=longest
        )

    def _save(self, request: Request, person: Person, filled: Filled, id: str) -> Response:
        language = self._pages.language(request)
        for fault in size_faults(filled.entry):
            filled.faults[fault.field].append(self._spoken(fault, language))
        if filled.faults or any(one.wrong for one in filled.chosen):
            self._look_over(filled, language)
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
        filled.twins = self._twins(filled)
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

    def _twins(self, filled: Filled) -> list[Offer]:
        """Sentences of the other editions of the sources' announcements that say what is quoted, best first."""
        taken = _places(filled)
        chosen_ids = {one.announcement_id for one in filled.chosen}
        spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for one in filled.chosen:
            for other_id in self._editions(one.announcement_id):
                other = _found(self._assistant.catalog.get, other_id)
                if other and one.source and one.announcement and other_id not in chosen_ids:
                    spans[other_id] += counterparts(one.announcement, one.source.start, one.source.end, other)
        offers = [
            (_found(self._assistant.catalog.get, id), list(dict.fromkeys(places))) for id, places in spans.items()
        ]
        return [_offer(announcement, places, taken) for announcement, places in offers if announcement and places]

    def _editions(self, announcement_id: str) -> Iterator[str]:
        for link in self._assistant.links.translations():
            if announcement_id in (link.original, link.translation):
                yield link.translation if announcement_id == link.original else link.original

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
            said = " ".join(self._spoken(fault, self._pages.language(request)) for fault in faults)
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


def counterparts(announcement: Announcement, start: int, end: int, other: Announcement) -> list[tuple[int, int]]:
    """The places of the sentences of another edition that may say `announcement.text[start:end]`, best first.

    Those that share figures and dates with it; where it has none, those that stand as far into the text.
    """
    sought = keys_of(announcement.text[start:end], context=announcement.published)
    depth = (start + end) / 2 / max(1, len(announcement.text))
    rated = []
    for first, last in sentences(other.text):
        shared = len(sought & keys_of(other.text[first:last], context=other.published))
        away = abs((first + last) / 2 / max(1, len(other.text)) - depth)
        if shared or not sought:
            rated.append((-shared, away, (first, last)))
    return [place for _, _, place in sorted(rated)[:_TWINS]]


def _found(get: Any, announcement_id: str) -> Announcement | None:
    try:
        found: Announcement = get(announcement_id)
    except UnknownAnnouncement:
        return None
    return found


def _chosen(found: Announcement, source: Source) -> Chosen:
    return Chosen(found.id, source.start, source.quote, source, found)


def _places(filled: Filled) -> set[tuple[str, int, int]]:
    return {(one.announcement_id, one.source.start, one.source.end) for one in filled.chosen if one.source}


def _offer(announcement: Announcement, places: Sequence[tuple[int, int]], taken: set[tuple[str, int, int]]) -> Offer:
    rows = [
        (
            f"{start}-{end}:{announcement.id}",
            announcement.text[start:end],
            (announcement.id, start, end) in taken,
        )
        for start, end in places
    ]
    return Offer(announcement, rows)


def _asking(entry: OfficialAnswer, question: str, language: Language) -> OfficialAnswer:
    line = " ".join(question.split())[:LONGEST_QUESTION]
    if not line:
        return entry
    if language == "ja":
        return dataclasses.replace(entry, questions_ja=(line,))
    return dataclasses.replace(entry, questions_en=(line,))


def _drop(filled: Filled, place: int) -> None:
    """Takes a source out; the answers' markers go on pointing at the others."""
    kept = [at for at in range(len(filled.chosen)) if at != place]
    numbers = {at + 1: number for number, at in enumerate(kept, start=1)}
    filled.chosen = [filled.chosen[at] for at in kept]
    filled.entry = dataclasses.replace(
        filled.entry,
        sources=tuple(one.source for one in filled.chosen if one.source),
        answer_ja=_renumbered(filled.entry.answer_ja, numbers),
        answer_en=_renumbered(filled.entry.answer_en, numbers),
    )


def _renumbered(text: str, numbers: Mapping[int, int]) -> str:
    """`text` with the markers that `numbers` maps, the others taken out.

    >>> _renumbered("One [1]. Two [3][2].", {2: 1, 3: 2})
    'One. Two [2][1].'
    """
    marked = _MARKER.sub(lambda found: f"[{numbers[int(found[1])]}]" if int(found[1]) in numbers else "\0", text)
    return re.sub(r" *\0", "", marked)


def _questions(text: str) -> tuple[str, ...]:
    lines = (" ".join(line.split()) for line in text.splitlines())
    return tuple(dict.fromkeys(line for line in lines if line))


def _lines(text: str) -> str:
    """`text` as it was before a browser ended its lines with two characters."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _standing(standing: Standing) -> str:
    if standing.cause is None:
        return "shown"
    return standing.cause if standing.cause in ("draft", "suspended", "retired", "expired") else "stopped"


def _states(row: Row) -> Iterator[str]:
    """The filters that let `row` through."""
    yield row.standing
    if row.is_expiring:
        yield "expiring"
    if row.standing in ("expired", "stopped"):
        yield "attention"


def _expires_soon(entry: OfficialAnswer) -> bool:
    return entry.expires is not None and entry.expires <= dt.datetime.now(JST).date() + dt.timedelta(days=EXPIRING_DAYS)


def _speaks(entry: OfficialAnswer, language: str) -> bool:
    return bool(entry.questions_ja and entry.answer_ja if language == "ja" else entry.questions_en and entry.answer_en)


def _has(row: Row, words: str) -> bool:
    entry = row.entry
    texts = (entry.id, entry.topic, *entry.questions_ja, *entry.questions_en, entry.answer_ja, entry.answer_en)
    return any(words in text.casefold() for text in (*texts, *row.titles, *(s.quote for s in entry.sources)))


def _deed(what: str) -> str:
    """ "approved" of the audit log's "official answer approved".

    >>> _deed("official answer imported as draft")
    'imported'
    """
    return what.removeprefix("official answer ").split(" ")[0]


def _day(at: dt.datetime, language: Language) -> str:
    return spoken_date(at.astimezone(JST).date().isoformat(), language)
