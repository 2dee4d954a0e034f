"""The record for staff: what was answered, as it was given, with a replay; and the log of who changed what.

Readers see their own answers, editors and administrators all of them.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from fastapi import FastAPI, Query, Request
from fastapi.responses import Response

from assistant.assistant import Assistant
from assistant.records import Replay
from assistant.web.record_words import RECORD
from assistant.web.sign_in import Person
from assistant.web.staff import Editor, Reader, StaffPages, passage_path
from assistant.web.words import spoken_minute, spoken_moment
from corpus.audit import Audit
from corpus.dates import JST
from corpus.errors import UnknownAnnouncement, UnknownAnswer
from corpus.kept import Feedback, KeptAnswer, Wanted

Day = Annotated[str, Query(max_length=20)]
Name = Annotated[str, Query(max_length=200)]

PAGE = 50
MOST_CHANGES = 30
SURFACES = ("staff", "faq", "widget", "api")
STATUSES = ("answered", "not_found", "ambiguous", "declined")
_MARKER = re.compile(r"\[(\d{1,3})\]")


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of an answer's text: words, or the marker of a citation."""

    text: str
    marker: int | None = None


@dataclass(frozen=True, slots=True)
class Cited:
    """A citation of a kept answer, and whether it still stands where it stood."""

    marker: int
    title: str
    published: str
    page: int
    quote: str
    path: str  # "" where the announcement is gone
    state: Literal["there", "changed", "gone"]


def mount_record(app: FastAPI, pages: StaffPages) -> None:
    """Adds the record and the log of changes to `app`."""
    pages.name("record", "/staff/record")
    routes = pages.router()
    assistant = pages.assistant

    @routes.get("/record")
    def listed(
        request: Request,
        person: Reader,
        find: Annotated[str, Query(max_length=500)] = "",
        surface: Literal["", "staff", "faq", "widget", "api"] = "",
        status: Literal["", "answered", "not_found", "ambiguous", "declined"] = "",
        engine: Name = "",
        rating: Literal["", "up", "down"] = "",
        user: Name = "",
        since: Day = "",
        until: Day = "",
        before: Annotated[str, Query(max_length=100)] = "",
        deleted: bool = False,
    ) -> Response:
        words = RECORD[pages.language(request)]
        asked = {
            "find": find, "surface": surface, "status": status, "engine": engine, "rating": rating, "user": user,
            "since": since, "until": until,
        }  # fmt: skip
        between, wrong = _between(since, until, words)
        sees_all = person.may("editor")
        wanted = Wanted(
            containing=find.strip(),
            surface=surface,
            status=status,
            engine=engine,
            rating=rating,
            user_name=(user or None) if sees_all else person.name,
            since=between[0],
            until=between[1],
        )
        assistant.records.flush(1.0)
        store = assistant.records.store
        rows = store.page(wanted, k=PAGE + 1, before=_place(before))
        shown = rows[:PAGE]
        return pages.show(
            request,
            person,
            "record.html",
            here="record",
            words=RECORD,
            status=422 if wrong else 200,
            rows=shown,
            asked=asked,
            wrong=wrong,
            is_filtered=any(asked.values()),
            sees_all=sees_all,
            deleted=deleted,
            days=pages.settings.record_days,
            surfaces=SURFACES,
            statuses=STATUSES,
            engines=store.engines() if sees_all else (),
            users=store.user_names() if sees_all else (),
            older=urlencode({**asked, "before": _place_of(shown[-1][0])}) if len(rows) > PAGE else "",
            is_first=not before,
            newest=urlencode(asked),
            moment=lambda at: spoken_minute(at, pages.language(request)),
        )

    @routes.get("/record/{answer_id}")
    def shown(request: Request, person: Reader, answer_id: str) -> Response:
        return _shown(pages, request, person, *_kept(assistant, person, answer_id))

    @routes.post("/record/{answer_id}/replay")
    def replayed(request: Request, person: Reader, answer_id: str) -> Response:
        kept, said = _kept(assistant, person, answer_id)
        return _shown(pages, request, person, kept, said, assistant.records.replay(kept.id, assistant))

    @routes.post("/record/{answer_id}/delete")
    def forgotten(request: Request, person: Reader, answer_id: str) -> Response:
        kept, _ = _kept(assistant, person, answer_id)
        if not _may_forget(person, kept):
            raise UnknownAnswer("Only an administrator may delete what somebody else asked.")
        assistant.records.forget(kept.id, by=person.name)
        return pages.go(request, "/staff/record?deleted=1")

    @routes.get("/audit")
    def audit(
        request: Request,
        person: Editor,
        who: Name = "",
        what: Name = "",
        subject: Annotated[str, Query(max_length=500)] = "",
        since: Day = "",
        until: Day = "",
        before: Annotated[int | None, Query(ge=1)] = None,
    ) -> Response:
        words = RECORD[pages.language(request)]
        asked = {"who": who, "what": what, "subject": subject, "since": since, "until": until}
        between, wrong = _between(since, until, words)
        log = Audit(assistant.catalog.database)
        lines = log.lines(
            k=PAGE + 1,
            before=before,
            subject=subject.strip(),
            who=who,
            what=what,
            since=between[0],
            until=between[1],
        )
        rows = lines[:PAGE]
        outlines = assistant.links.outlines()
        return pages.show(
            request,
            person,
            "audit.html",
            here="record",
            words=RECORD,
            status=422 if wrong else 200,
            rows=rows,
            asked=asked,
            wrong=wrong,
            is_filtered=any(asked.values()),
            names=log.names(),
            kinds=log.kinds(),
            said=lambda what: words.get(f"audit {what}", what),
            title_of=lambda id: outlines[id].title if id in outlines else "",
            path_of=passage_path,
            older=urlencode({**asked, "before": rows[-1].number}) if len(lines) > PAGE else "",
            is_first=before is None,
            newest=urlencode(asked),
            moment=lambda at: spoken_minute(at, pages.language(request)),
        )

    app.include_router(routes)


def _kept(assistant: Assistant, person: Person, answer_id: str) -> tuple[KeptAnswer, Feedback | None]:
    """An answer that `person` may see; UnknownAnswer for any other, whether there is one or not."""
    assistant.records.flush(1.0)
    kept, said = assistant.records.store.get(answer_id)
    if not person.may("editor") and (kept.surface != "staff" or kept.user_name != person.name):
        raise UnknownAnswer(f"There is no kept answer '{answer_id}', or it is no longer kept.")
    return kept, said


def _may_forget(person: Person, kept: KeptAnswer) -> bool:
    return person.may("admin") or (kept.surface == "staff" and kept.user_name == person.name)


def _shown(
    pages: StaffPages,
    request: Request,
    person: Person,
    kept: KeptAnswer,
    said: Feedback | None,
    replay: Replay | None = None,
) -> Response:
    language = pages.language(request)
    outlines = pages.assistant.links.outlines()
    citations = _cited(pages.assistant, kept.answer.get("citations", ()))
    return pages.show(
        request,
        person,
        "record_answer.html",
        here="record",
        words=RECORD,
        kept=kept,
        pieces=pieces(str(kept.answer.get("answer", "")), {one.marker for one in citations}),
        citations=citations,
        said=said,
        timings={name: round(float(ms), 1) for name, ms in kept.answer.get("timings_ms", {}).items()},
        replay=replay,
        changes=replay.changes[:MOST_CHANGES] if replay else (),
        more_changes=max(0, len(replay.changes) - MOST_CHANGES) if replay else 0,
        title_of=lambda id: outlines[id].title if id in outlines else id,
        path_of=passage_path,
        may_forget=_may_forget(person, kept),
        moment=lambda at: spoken_moment(at, language),
        value_of=lambda what, value: RECORD[language].get(f"{what}_{value}", value),
    )


def pieces(text: str, markers: set[int]) -> list[Piece]:
    """`text` cut at the markers of its citations.

    >>> [piece.marker or piece.text for piece in pieces("It is red [1]. [9]", {1})]
    ['It is red ', 1, '. [9]']
    """
    found, start = [], 0
    for match in _MARKER.finditer(text):
        if int(match[1]) in markers:
            found += [Piece(text[start : match.start()]), Piece(match.group(), int(match[1]))]
            start = match.end()
    return [piece for piece in (*found, Piece(text[start:])) if piece.text]


def _cited(assistant: Assistant, citations: Sequence[Mapping[str, Any]]) -> list[Cited]:
    return [
        Cited(
            one["marker"],
            one["title"],
            one.get("published") or "",
            one["page"],
            one["quote"],
            *_place_now(assistant, one),
        )
        for one in citations
    ]


def _place_now(assistant: Assistant, citation: Mapping[str, Any]) -> tuple[str, Literal["there", "changed", "gone"]]:
    id, start, end = citation["announcement_id"], citation["start"], citation["end"]
    try:
        text = assistant.catalog.get(id).text
    except UnknownAnnouncement:
        return "", "gone"
    if text[start:end] == citation["quote"]:
        return passage_path(id, start, end), "there"
    return passage_path(id), "changed"


def _between(
    since: str, until: str, words: Mapping[str, str]
) -> tuple[tuple[dt.datetime | None, dt.datetime | None], str]:
    """From the beginning of one day to the end of another, and what to say of what is no day."""
    try:
        return (_begin(since), _end(until)), ""
    except ValueError:
        return (None, None), words["bad_date"]


def _begin(day: str) -> dt.datetime | None:
    return dt.datetime.combine(dt.date.fromisoformat(day.strip()), dt.time(), JST) if day.strip() else None


def _end(day: str) -> dt.datetime | None:
    begin = _begin(day)
    return begin + dt.timedelta(days=1) if begin else None


def _place_of(kept: KeptAnswer) -> str:
    return f"{kept.kept_at.isoformat()} {kept.id}"


def _place(text: str) -> tuple[dt.datetime, str] | None:
    """Where a page begins, as `_place_of` wrote it; None for anything else."""
    moment, _, id = text.partition(" ")
    try:
        at = dt.datetime.fromisoformat(moment)
    except ValueError:
        return None
    return (at, id) if at.tzinfo else None
