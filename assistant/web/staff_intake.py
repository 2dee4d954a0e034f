"""Uploading announcements: files or an address in, each one's progress and what became of it out."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, get_args
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.assistant import Assistant, Intake
from assistant.uploads import ORIGIN, SameName, Upload
from assistant.web.problems import BROKEN
from assistant.web.reasons import reason_in
from assistant.web.receive import Form, Incoming, ReceivedFile, receive
from assistant.web.staff import Editor, StaffPages, passage_path, root_of
from assistant.web.staff_intake_words import INTAKE
from assistant.web.turns import Tell, Turns
from assistant.web.words import spoken_moment
from corpus.announcement import Announcement, Language
from corpus.dates import JST, PartialDate
from corpus.details import Details, public_from
from corpus.errors import AssistantError, UnknownAnnouncement
from corpus.load import DOCUMENT_LIMIT, FORMATS
from corpus.ocr import is_available as can_read_scans

_log = logging.getLogger(__name__)

FILES_LIMIT = 50  # of one form
TOTAL_LIMIT = 500_000_000  # bytes of one form
INCOMING = "incoming"  # the folder in the data directory

_NEWS = "application/x-ndjson"
_LONGEST = 300  # characters of a field

News = dict[str, Any]  # for one line: item, state ("waiting", "reading", "indexing", "done"), and with done: results


@dataclass(frozen=True, slots=True)
class Said:
    """What an editor said of everything in one upload, and what of it cannot be taken: field, key of its words."""

    details: Details
    same_name: SameName
    of: str
    url: str
    lists_news: bool
    reads_scans: bool
    wrong: Mapping[str, str]


def mount_intake(app: FastAPI, pages: StaffPages) -> None:
    """Adds /staff/upload to `app`."""
    assistant = pages.assistant
    incoming = Incoming(assistant.settings.data / INCOMING)
    turns: Turns[News] = Turns("intake")
    routes = pages.router()

    def form(request: Request, person: Editor, fields: Mapping[str, str], wrong: Mapping[str, str]) -> Response:
        return pages.show(
            request,
            person,
            "upload.html",
            here="announcements",
            words=INTAKE,
            status=422 if wrong else 200,
            values=fields,
            wrong=wrong,
            revised=_revised(assistant, fields.get("of", "")),
            suffixes=",".join(sorted(FORMATS)),
            limit=DOCUMENT_LIMIT,
            files_limit=FILES_LIMIT,
            total=TOTAL_LIMIT,
            can_read_scans=can_read_scans(),
            issuers=sorted({one.issuer for one in assistant.links.outlines().values() if one.issuer}),
            categories=sorted({one.category for one in assistant.links.outlines().values() if one.category}),
        )

    @routes.get("/upload")
    def upload_form(request: Request, person: Editor, of: str = "", url: str = "") -> Response:
        return form(request, person, {"of": of, "url": url}, {})

    @routes.post("/upload")
    async def upload(request: Request, person: Editor) -> Response:
        language = pages.language(request)
        stack = contextlib.ExitStack()
        try:
            room = stack.enter_context(incoming.room())
            sent = await receive(
                request, room, file_limit=DOCUMENT_LIMIT, files_limit=FILES_LIMIT, total_limit=TOTAL_LIMIT
            )
            said = read_fields(sent)
            if said.wrong:
                stack.close()
                if _wants_news(request):
                    words = INTAKE[language]
                    return JSONResponse({"wrong": {name: words[key] for name, key in said.wrong.items()}}, 422)
                return form(request, person, sent.fields, said.wrong)
            ahead = turns.waiting
            work = _work(assistant, sent.files, said, by=person.name)
            told = turns.do(lambda tell: _tidily(work, tell, stack))
        except BaseException:
            stack.close()
            raise
        results = Results(assistant, language, root_of(request))
        if _wants_news(request):
            headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
            return StreamingResponse(_lines(told, results, ahead), media_type=_NEWS, headers=headers)
        done = [news async for news in told if news["state"] == "done"]
        return pages.show(
            request,
            person,
            "uploaded.html",
            here="announcements",
            words=INTAKE,
            items=[(news["name"], results.said(news["results"])) for news in done],
        )

    app.include_router(routes)


# --- What was said --------------------------------------------------------------------------------------------------


def read_fields(sent: Form) -> Said:
    """What the fields of a form say, and what is wrong with them."""
    fields = sent.fields
    wrong: dict[str, str] = {}
    details: dict[str, str | None] = {}
    audience = fields.get("audience", "")
    if audience in ("public", "staff"):
        details["audience"] = audience
    elif audience != "file":
        wrong["audience"] = "choose_audience"
    for name in ("category", "issuer"):
        if len(fields.get(name, "")) > _LONGEST:
            wrong[name] = "too_long"
        elif fields.get(name):
            details[name] = fields[name]
    try:
        details.update(publication(fields.get("date", ""), fields.get("time", ""), fields.get("zone", "")))
    except ValueError as error:
        wrong["date"] = str(error)
    url = fields.get("url", "")
    if url and not _is_address(url):
        wrong["url"] = "bad_url"
    if not sent.files and not url:
        wrong["files"] = "choose_files"
    of = fields.get("of", "")
    if of and len(sent.files) + bool(url) > 1:
        wrong["files"] = "one_file"
    if of and url:
        wrong["url"] = "file_only"
    same_name = fields.get("same_name", "auto")
    return Said(
        details=details,
        same_name=same_name if same_name in get_args(SameName) else "auto",  # type: ignore[arg-type]
        of=of,
        url=url,
        lists_news=bool(fields.get("links")),
        reads_scans=bool(fields.get("ocr")),
        wrong=wrong,
    )


def publication(date: str, time: str, zone: str) -> dict[str, str | None]:
    """The details that say when something is published; none for empty fields. ValueError: the key of what is wrong.

    >>> publication("2026-12-01", "15:00", "")
    {'published': '2026-12-01', 'published_at': '2026-12-01T15:00:00+09:00'}
    >>> publication("2026-12", "", "")
    {'published': '2026-12', 'published_at': None}
    """
    if not date and not time:
        return {}
    if not date:
        raise ValueError("time_alone")
    try:
        published = PartialDate.parse(date)
        if not time:
            return {"published": str(published), "published_at": None}
        moment = dt.datetime.combine(
            dt.date.fromisoformat(str(published)), dt.time.fromisoformat(time), dt.UTC if zone == "UTC" else JST
        )
    except ValueError as error:
        raise ValueError("bad_time" if time else "bad_date") from error
    return {"published": str(published), "published_at": moment.isoformat()}


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 2000


def _revised(assistant: Assistant, id: str) -> Announcement | None:
    if not id:
        return None
    try:
        return assistant.catalog.get(id)
    except UnknownAnnouncement as error:
        raise HTTPException(404, str(error)) from error


# --- The work -------------------------------------------------------------------------------------------------------


def _work(assistant: Assistant, files: Iterable[ReceivedFile], said: Said, *, by: str) -> Callable[[Tell[News]], None]:
    """What is done when it is this upload's turn: one item after the other."""

    def items() -> Iterable[tuple[str, Callable[[Callable[[int, int], None]], Iterable[Intake]]]]:
        for file in files:
            yield file.name, lambda progress, file=file: _file_taken(assistant, file, said, by, progress)  # type: ignore[misc]
        if said.url:
            details, ocr, links = said.details, said.reads_scans, said.lists_news
            yield (
                said.url,
                lambda progress: assistant.add(
                    [said.url], ocr=ocr, links=links, progress=progress, by=by, details=details
                ),
            )

    def work(tell: Tell[News]) -> None:
        for number, (name, take) in enumerate(items()):
            about = {"item": number, "name": name}
            tell({**about, "state": "reading"})
            taken: list[Intake] = []
            fault = ""
            try:
                for intake in take(lambda done, of: tell({**about, "state": "indexing", "done": done, "of": of})):
                    taken.append(intake)
            except AssistantError as error:
                fault = str(error)
            except Exception:
                _log.exception("Taking in an upload broke off.")
                fault = BROKEN
            if fault:
                taken.append(Intake(name, None, "", "rejected", fault))
            tell({**about, "state": "done", "results": taken})

    return work


def _file_taken(
    assistant: Assistant, file: ReceivedFile, said: Said, by: str, progress: Callable[[int, int], None]
) -> Iterable[Intake]:
    if file.is_too_large:
        reason = f"The file is larger than {DOCUMENT_LIMIT // 1_000_000} MB. Split it."
        return [Intake(file.name, None, "", "rejected", reason)]
    upload = Upload(file.path, file.name, said.details, said.same_name, said.of)
    return assistant.add_upload(upload, ocr=said.reads_scans, progress=progress, by=by)


def _tidily(work: Callable[[Tell[News]], None], tell: Tell[News], stack: contextlib.ExitStack) -> None:
    with stack:
        work(tell)


# --- What became of it ----------------------------------------------------------------------------------------------


class Results:
    """Says what became of uploads, for one reader."""

    def __init__(self, assistant: Assistant, language: Language, root: str) -> None:
        self._assistant = assistant
        self._language: Language = language
        self._words = INTAKE[language]
        self._root = root

    def said(self, intakes: Iterable[Intake]) -> list[dict[str, Any]]:
        """For each: status, its word, what it is about, sentences, and where to go from there."""
        return [self._one(intake) for intake in intakes] or [
            {"status": "unchanged", "word": self._words["unchanged"], "about": "", "sentences": [self._words["nothing_new"]], "links": []}
        ]  # fmt: skip

    def _one(self, intake: Intake) -> dict[str, Any]:
        words = self._words
        part = intake.origin.removeprefix(ORIGIN)
        result: dict[str, Any] = {
            "status": intake.status, "word": words[intake.status], "about": intake.title or part, "sentences": [], "links": [],
        }  # fmt: skip
        if intake.status == "rejected":
            result["sentences"] = [reason_in(intake.reason, self._language)]
            return result
        try:
            announcement = self._assistant.catalog.get(intake.id or "")
        except UnknownAnnouncement:
            return result  # removed meanwhile
        sentences = []
        if intake.status == "updated":
            sentences.append(words["new_revision"].format(revision=announcement.revision))
        if intake.why:
            sentences.append(words[f"why_{intake.why}"].format(title=self._title(intake.beside)))
        sentences.append(seen_by(announcement, self._language))
        result["sentences"] = sentences
        read = f"{self._root}{passage_path(announcement.id)}"
        result["links"] = [
            {"text": words["read"], "to": read},
            {"text": words["ask"], "to": f"{self._root}/?about={quote(announcement.id, safe='')}"},
            {"text": words["edit"], "to": f"{read}/edit"},
        ]
        if intake.why == "same_name":
            result["links"].append(
                {"text": words["other"].format(title=self._title(intake.beside)), "to": f"{self._root}{passage_path(intake.beside)}"}
            )  # fmt: skip
        return result

    def _title(self, id: str) -> str:
        outline = self._assistant.links.outlines().get(id)
        return outline.title if outline else id


def seen_by(announcement: Announcement, language: Language, now: dt.datetime | None = None) -> str:
    """A sentence that says who sees an announcement, and from when."""
    now = now or dt.datetime.now(dt.UTC)
    moment = public_from(announcement, now)
    words = INTAKE[language]
    if moment is None:
        return words["seen_by_staff"]
    return words["seen_by_all"] if moment <= now else words["seen_from"].format(moment=spoken_moment(moment, language))


def _wants_news(request: Request) -> bool:
    return _NEWS in request.headers.get("accept", "")


async def _lines(told: AsyncIterator[News], results: Results, ahead: int) -> AsyncIterator[str]:
    if ahead:
        yield f"{json.dumps({'item': 0, 'state': 'waiting', 'ahead': ahead})}\n"
    async for news in told:
        shown = {**news, "results": results.said(news["results"])} if news["state"] == "done" else news
        yield f"{json.dumps(shown, ensure_ascii=False)}\n"
