"""Uploading announcements: files or an address in, each one's progress and what became of it out."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import logging
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args
from urllib.parse import quote, urlsplit

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response, StreamingResponse

from assistant.assistant import Assistant, Intake, Progress
from assistant.uploads import ORIGIN, SameName, Upload
from assistant.web.catching_up import catch_up_patiently
from assistant.web.problems import BROKEN
from assistant.web.reasons import reason_in
from assistant.web.receive import Form, Incoming, ReceivedFile, Sizes, receive
from assistant.web.staff import Editor, StaffPages, passage_path, root_of
from assistant.web.staff_intake_words import INTAKE
from assistant.web.turns import Tell, Turns
from assistant.web.words import spoken_date, spoken_moment
from corpus.announcement import Announcement, Language
from corpus.dates import JST, PartialDate
from corpus.details import Details, public_from
from corpus.errors import AssistantError, UnknownAnnouncement
from corpus.load import DOCUMENT_LIMIT, FORMATS
from corpus.ocr import is_available as can_read_scans
from index.errors import IndexingError

_log = logging.getLogger(__name__)

MOST = Sizes(file=DOCUMENT_LIMIT, files=50, total=500_000_000)
INCOMING = "incoming"  # the folder in the data directory

FIELDS = ("files", "url", "links", "audience", "date", "time", "zone", "category", "issuer", "same_name", "ocr", "of")

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


def mount_intake(app: FastAPI, pages: StaffPages, most: Sizes = MOST) -> None:
    """Adds /staff/upload to `app`, for forms of at most these sizes."""
    assistant = pages.assistant
    incoming = Incoming(pages.settings.data / INCOMING)
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
            values={name: fields.get(name, "") for name in FIELDS},
            wrong={name: wrong.get(name, "") for name in FIELDS},
            has_faults=bool(wrong),
            revised=_revised(assistant, fields.get("of", "")),
            suffixes=",".join(sorted(FORMATS)),
            most=most,
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
            sent = await receive(request, room, most)
            said = read_fields(sent)
            if said.wrong:
                stack.close()
                if _wants_news(request):
                    words = INTAKE[language]
                    return JSONResponse({"wrong": {name: words[key] for name, key in said.wrong.items()}}, 422)
                return form(request, person, sent.fields, said.wrong)
            ahead = turns.waiting
            work = _work(assistant, sent.files, said, most, by=person.name)
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
            items=[(news["name"], results.said(news["results"], news["is_searched"])) for news in done],
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
    if url and not is_address(url):
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


def is_address(url: str) -> bool:
    """Whether this is an http(s) address."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and len(url) <= 2000


def _revised(assistant: Assistant, id: str) -> Announcement | None:
    return assistant.catalog.get(id) if id else None


# --- The work -------------------------------------------------------------------------------------------------------


def _work(
    assistant: Assistant, files: Iterable[ReceivedFile], said: Said, most: Sizes, *, by: str
) -> Callable[[Tell[News]], None]:
    """What is done when it is this upload's turn: one item after the other."""

    def take(file: ReceivedFile | None, progress: Progress) -> Iterable[Intake]:
        if file is None:
            return assistant.add(
                [said.url],
                ocr=said.reads_scans,
                links=said.lists_news,
                progress=progress,
                by=by,
                details=said.details,
            )
        if file.is_too_large:
            return [_rejected(file.name, f"The file is larger than {most.file // 1_000_000} MB. Split it.")]
        upload = Upload(file.path, file.name, said.details, said.same_name, said.of)
        return assistant.add_upload(upload, ocr=said.reads_scans, progress=progress, by=by)

    def take_and_tell(file: ReceivedFile | None, about: News, tell: Tell[News]) -> None:
        tell({**about, "state": "reading"})
        taken: list[Intake] = []
        is_searched = True
        try:
            # One after the other: what was taken before a fault counts.
            for intake in take(file, lambda done, of: tell({**about, "state": "indexing", "done": done, "of": of})):
                taken.append(intake)
        except IndexingError as error:
            # Another one writes to the index for long. What was taken is in the catalog, and this one's turn lasts.
            _log.warning("%s", error)
            is_searched = catch_up_patiently(assistant)
        except AssistantError as error:
            taken.append(_rejected(about["name"], str(error)))
        except Exception:
            _log.exception("Taking in an upload broke off.")
            taken.append(_rejected(about["name"], BROKEN))
        tell({**about, "state": "done", "results": taken, "is_searched": is_searched})

    def work(tell: Tell[News]) -> None:
        items: list[ReceivedFile | None] = [*files, *([None] if said.url else [])]
        for number, file in enumerate(items):
            take_and_tell(file, {"item": number, "name": file.name if file else said.url}, tell)

    return work


def _rejected(name: str, reason: str) -> Intake:
    return Intake(name, None, "", "rejected", reason)


def _tidily(work: Callable[[Tell[News]], None], tell: Tell[News], stack: contextlib.ExitStack) -> None:
    with stack:
        work(tell)


# --- What became of it ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Link:
    """Where to go next."""

    text: str
    to: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one announcement, in words."""

    status: Literal["added", "updated", "unchanged", "rejected"]
    word: str
    about: str  # a title, or a file's name
    sentences: list[str]
    links: list[Link] = field(default_factory=list)


class Results:
    """Says what became of uploads, for one reader."""

    def __init__(self, assistant: Assistant, language: Language, root: str) -> None:
        self._assistant = assistant
        self._language: Language = language
        self._words = INTAKE[language]
        self._root = root

    def said(self, intakes: Iterable[Intake], is_searched: bool) -> list[Result]:
        """For each: what it is about, sentences, and where to go from there."""
        told = [self._result(intake) for intake in intakes]
        if not is_searched and told:
            told[-1].sentences.append(self._words["unsearched"])
        return told or [Result("unchanged", self._words["unchanged"], "", [self._words["nothing_new"]])]

    def _result(self, intake: Intake) -> Result:
        word = self._words[intake.status]
        about = intake.title or intake.origin.removeprefix(ORIGIN)
        if intake.status == "rejected":
            return Result("rejected", word, about, [reason_in(intake.reason, self._language)])
        try:
            announcement = self._assistant.catalog.get(intake.id or "")
        except UnknownAnnouncement:
            return Result(intake.status, word, about, [])  # removed meanwhile
        return Result(intake.status, word, about, self._sentences(intake, announcement), self._links(intake))

    def _sentences(self, intake: Intake, announcement: Announcement) -> list[str]:
        sentences = []
        if intake.status == "updated":
            sentences.append(self._words["new_revision"].format(revision=announcement.revision))
        if intake.why:
            sentences.append(self._words[f"why_{intake.why}"].format(title=self._title(intake.beside)))
        return [*sentences, f"{self._dated(announcement)}{seen_by(announcement, self._language)}"]

    def _dated(self, announcement: Announcement) -> str:
        if not announcement.published:
            return self._words["undated_result"]
        return self._words["dated"].format(date=spoken_date(str(announcement.published), self._language))

    def _links(self, intake: Intake) -> list[Link]:
        id, words = intake.id or "", self._words
        read = f"{self._root}{passage_path(id)}"
        links = [
            Link(words["read"], read),
            Link(words["ask"], f"{self._root}/?about={quote(id, safe='')}"),
            Link(words["edit"], f"{read}/edit"),
        ]
        if intake.why == "same_name":
            other = f"{self._root}{passage_path(intake.beside)}"
            links.append(Link(words["other"].format(title=self._title(intake.beside)), other))
        return links

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
        shown = news
        if news["state"] == "done":
            shown = {
                **news,
                "results": [asdict(result) for result in results.said(news["results"], news["is_searched"])],
            }
        yield f"{json.dumps(shown, ensure_ascii=False)}\n"
