"""The HTTP API of version 1: questions in, answers with citations out. Only what is public exists here."""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Header, HTTPException, Path, Query, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.answer import Status, Turn
from assistant.web.answering import Answering
from assistant.web.metrics import Metrics
from assistant.web.problems import BROKEN, UNABLE, problem_body
from corpus.announcement import Announcement, Language, SectionKind
from corpus.dates import PartialDate
from corpus.errors import AssistantError, UnknownAnnouncement
from index.passage import Scope

_log = logging.getLogger(__name__)

MAX_QUESTION = 1000  # characters
MAX_TURN = 4000  # characters
MAX_HISTORY = 20  # turns
HEARTBEAT = 15.0  # seconds of silence after which a stream says that it is alive
SEND_SECONDS = 10.0  # for a reader of a stream to take one event


def _sendable(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("The text holds half of a character (an unpaired surrogate).") from error
    return text


def _asked(text: str) -> str:
    if not text.strip():
        raise ValueError("The question is empty.")
    return text


def _last_day(value: Any) -> Any:
    return PartialDate.parse(value).latest if isinstance(value, str) else value


Text = Annotated[str, AfterValidator(_sendable)]
AsOf = Annotated[dt.date, BeforeValidator(_last_day, json_schema_input_type=str)]


class TurnBody(BaseModel):
    """One earlier message of the conversation."""

    role: Literal["user", "assistant"]
    content: Text = Field(max_length=MAX_TURN)


class AskBody(BaseModel):
    """A question about the announcements."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "ミッション1の打ち上げは最短でいつですか"},
                {"id": "q2", "question": "When was Mission 1 to be launched?", "as_of": "2022-09-30", "lang": "en"},
            ]
        },
    )

    question: Annotated[Text, AfterValidator(_asked)] = Field(
        max_length=MAX_QUESTION, description=f"In Japanese or English, at most {MAX_QUESTION} characters."
    )
    id: Text = Field(default="", max_length=100, description="Given back with the answer.")
    history: list[TurnBody] = Field(
        default=[], max_length=MAX_HISTORY, description="The conversation so far, oldest first."
    )
    as_of: AsOf | None = Field(
        default=None,
        description="Answer from what was published by the end of this day: YYYY-MM-DD, or YYYY-MM or YYYY.",
        examples=["2022-09-30"],
    )
    lang: Literal["ja", "en", "auto"] = Field(
        default="auto", description="Language of the answer; auto: the question's own."
    )


class CitationBody(BaseModel):
    """Where an answer stands: `quote` is exactly the announcement's `text[start:end]`, counted in code points."""

    marker: int = Field(description="As printed in the answer: 1 for [1].")
    announcement_id: str
    title: str
    published: str | None = Field(description="ISO 8601, as precise as known.")
    url: str
    page: int = Field(description="Counted from 1.")
    start: int
    end: int
    quote: str
    section: SectionKind


class SupersededBody(BaseModel):
    """An earlier value of what was asked, no longer current."""

    value: str
    as_of: str | None
    announcement_id: str


class AnswerBody(BaseModel):
    """An answer; `answered` has at least one citation."""

    id: str
    question: str
    language: Language
    status: Status
    answer: str = Field(description="For a person, with [1] markers.")
    short_answer: str
    as_of: str | None = Field(description="When the answer held, ISO 8601, as precise as known.")
    confidence: float = Field(ge=0, le=1)
    engine: str
    citations: list[CitationBody]
    superseded: list[SupersededBody]
    suggestions: list[str]
    timings_ms: dict[str, float] = Field(
        description="Milliseconds by part. `vectors_left_out` in place of `vectors`: searched by words alone, as the "
        "vectors failed, are still loading or do not serve the language; the number is what the attempt took."
    )


class AnnouncementBody(BaseModel):
    """One announcement, without its text."""

    id: str
    title: str
    language: Language
    issuer: str
    category: str
    published: str | None = Field(description="ISO 8601, as precise as known.")
    source_url: str
    translation_of: str | None
    supersedes: str | None


class FullAnnouncementBody(AnnouncementBody):
    """One announcement with the text that citations count into."""

    text: str


class AnnouncementsBody(BaseModel):
    """One page of the list, newest first."""

    announcements: list[AnnouncementBody]
    total: int
    next_offset: int | None = Field(description="The `offset` of the next page; null on the last one.")


class HealthBody(BaseModel):
    """The process is alive."""

    status: Literal["ok"]


class ReadinessBody(HealthBody):
    """Questions can be answered."""

    left_out: list[str] = Field(description="Parts of the search that do not serve yet; answers come without them.")


def is_visible_to_the_public(announcement: Announcement, now: dt.datetime) -> bool:
    """Whether a public route may show this: it is for the public, and its moment of publication has come."""
    return Scope(audience="public", now=now).shows(announcement)


def _event(number: int, name: str, data: Any) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, id=str(number), sep="\n")


def _still_there() -> ServerSentEvent:
    return ServerSentEvent(comment="still there", sep="\n")


def _problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    words = {
        404: "No such announcement",
        413: "The request is too long",
        422: "The request cannot be used",
        503: "No answer can be made now",
    }
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": words[status], "content": content} for status in statuses}


def _shown(announcement: Announcement, visible: Callable[[str | None], str | None]) -> dict[str, Any]:
    """What is listed of an announcement; `visible` gives back an id that the public may know of, else None."""
    return {
        "id": announcement.id,
        "title": announcement.title,
        "language": announcement.language,
        "issuer": announcement.issuer,
        "category": announcement.category,
        "published": str(announcement.published) if announcement.published else None,
        "source_url": announcement.source_url,
        "translation_of": visible(announcement.translation_of),
        "supersedes": visible(announcement.supersedes),
    }


def _newest_first(announcement: Announcement) -> tuple[int, str]:
    day = announcement.published.latest.toordinal() if announcement.published else 0
    return -day, announcement.id


def mount_api(app: FastAPI, answering: Answering, metrics: Metrics, *, heartbeat: float = HEARTBEAT) -> None:
    """Add the routes of `/api/v1`, `/healthz` and `/readyz` to `app`.

    Args:
        heartbeat: seconds between two comments in a stream.
    """
    api = APIRouter(prefix="/api/v1")
    assistant = answering.assistant

    def published_id(id: str | None) -> str | None:
        """`id`, when the public may know that there is such an announcement."""
        try:
            named = assistant.catalog.get(id) if id else None
        except UnknownAnnouncement:
            return None
        return id if named and is_visible_to_the_public(named, dt.datetime.now(dt.UTC)) else None

    def question_of(body: AskBody) -> dict[str, Any]:
        return {
            "history": [Turn(turn.role, turn.content) for turn in body.history],
            "as_of": body.as_of,
            "audience": "public",
            "language": None if body.lang == "auto" else body.lang,
            "id": body.id,
        }

    @api.post("/ask", response_model=AnswerBody, responses=_problems(413, 422, 503), tags=["questions"], summary="Ask")
    async def ask(body: AskBody) -> dict[str, Any]:
        """Answers a question from the published announcements, with exact citations.

        A question that the announcements do not answer gets `not_found`; input that is no question about them,
        such as a wish for investment advice, gets `declined`.
        """
        answer = await answering.ask(body.question, **question_of(body))
        metrics.answers.labels(answer.status).inc()
        return answer.to_dict()

    @api.post(
        "/ask/stream",
        response_class=EventSourceResponse,
        responses={
            200: {
                "description": "Server-sent events, data in JSON: `start` {id}; `delta` {text}, appended to what came "
                "before; `citations` {citations}; `done`, the whole answer as from /ask; or `error`, a problem. "
                f"Each has a number as its id; a comment every {heartbeat:g} s says that the server still works.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            },
            **_problems(413, 422, 503),
        },
        tags=["questions"],
        summary="Ask, and read the answer as it is made",
    )
    async def ask_stream(body: AskBody) -> EventSourceResponse:
        """Sends the answer piece by piece, and stops working when the caller hangs up."""

        async def events() -> AsyncIterator[ServerSentEvent]:
            number = 1
            yield _event(number, "start", {"id": body.id})
            try:
                async with aclosing(answering.stream(body.question, **question_of(body))) as pieces:
                    async for piece in pieces:
                        if piece == "":
                            continue  # nothing came yet
                        number += 1
                        if isinstance(piece, str):
                            yield _event(number, "delta", {"text": piece})
                            continue
                        metrics.answers.labels(piece.status).inc()
                        answer = piece.to_dict()
                        yield _event(number, "citations", {"citations": answer["citations"]})
                        yield _event(number + 1, "done", answer)
            except AssistantError as error:
                _log.error("%s", error)
                yield _event(number + 1, "error", problem_body(503, UNABLE))
            except Exception:
                _log.exception("A stream broke off")
                yield _event(number + 1, "error", problem_body(500, BROKEN))

        return EventSourceResponse(
            events(),
            headers={"Cache-Control": "no-store"},
            sep="\n",
            ping=heartbeat,
            ping_message_factory=_still_there,
            send_timeout=SEND_SECONDS,
        )

    @api.get(
        "/announcements",
        response_model=AnnouncementsBody,
        responses=_problems(422),
        tags=["announcements"],
        summary="List the announcements",
    )
    def announcements(
        limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 20,
        offset: Annotated[int, Query(ge=0, le=10_000_000, description="How many to skip.")] = 0,
        language: Annotated[Language | None, Query(description="Only those in this language.")] = None,
    ) -> dict[str, Any]:
        """Lists what is published, newest first."""
        now = dt.datetime.now(dt.UTC)
        visible = sorted(
            (
                announcement
                for announcement in assistant.catalog.announcements()
                if is_visible_to_the_public(announcement, now) and language in (None, announcement.language)
            ),
            key=_newest_first,
        )
        end = offset + limit
        return {
            "announcements": [_shown(announcement, published_id) for announcement in visible[offset:end]],
            "total": len(visible),
            "next_offset": end if end < len(visible) else None,
        }

    @api.get(
        "/announcements/{id}",
        response_model=FullAnnouncementBody,
        responses={304: {"description": "Unchanged since the given ETag"}, **_problems(404, 422)},
        tags=["announcements"],
        summary="Read one announcement",
    )
    def announcement(
        id: Annotated[str, Path(max_length=300)],
        response: Response,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Any:
        """Gives one announcement with the text that citations count into."""
        try:
            found = assistant.catalog.get(_sendable(id))
        except (UnknownAnnouncement, ValueError):
            found = None
        # Not public and not there at all read the same.
        if found is None or not is_visible_to_the_public(found, dt.datetime.now(dt.UTC)):
            raise HTTPException(404, "There is no published announcement with this id.")
        etag = f'"{found.content_hash}"'
        if if_none_match and etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(",")):
            return Response(status_code=304, headers={"ETag": etag})
        response.headers["ETag"] = etag
        return {**_shown(found, published_id), "text": found.text}

    @api.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    def nothing(path: str) -> None:
        raise HTTPException(404, "There is no such route; the API is described at /docs.")

    @app.get("/healthz", response_model=HealthBody, tags=["health"], summary="Is the process alive?")
    def healthz() -> dict[str, str]:
        """Answers as long as the process serves requests."""
        return {"status": "ok"}

    @app.get(
        "/readyz",
        response_model=ReadinessBody,
        responses=_problems(503),
        tags=["health"],
        summary="Can questions be answered?",
    )
    def readyz() -> dict[str, Any]:
        """Answers 200 when the catalog can be read; names the parts of the search that are still warming up."""
        assistant.catalog.count()
        return {"status": "ok", "left_out": sorted(assistant.index.left_out)}

    app.include_router(api)
