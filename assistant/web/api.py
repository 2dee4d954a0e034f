"""The HTTP API of version 1: questions in, answers with citations out. Only what is public exists here."""

from __future__ import annotations

import datetime as dt
import json
import logging
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Header, HTTPException, Path, Query, Response
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from sse_starlette import EventSourceResponse, ServerSentEvent

from assistant.answer import Answer, Status, Turn
from assistant.records import new_id
from assistant.web.answering import Answering
from assistant.web.metrics import Metrics
from assistant.web.problems import BROKEN, UNABLE, problem_body
from assistant.web.published import Published
from corpus.announcement import Announcement, Language, SectionKind
from corpus.curation import OfficialAnswer
from corpus.dates import JST, PartialDate
from corpus.errors import AssistantError
from corpus.kept import Surface

_log = logging.getLogger(__name__)

MAX_QUESTION = 1000  # characters
MAX_TURN = 4000  # characters
MAX_HISTORY = 20  # turns
ANSWER_HEADER = "X-Answer-Id"  # the name of an answer, for feedback
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


Widget = Annotated[str | None, Header(max_length=64, description="The widget that asks; its page must be listed.")]
Session = Annotated[
    uuid.UUID | None,
    WithJsonSchema({"type": "string", "format": "uuid"}),
    Header(description="The session that the server named in an earlier answer's X-Session-Id."),
]
_EVENT = {
    "type": "object",
    "properties": {
        "id": {"type": "string"},
        "event": {"enum": ["start", "delta", "citations", "done", "error"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
    },
    "required": ["id", "event", "data"],
}
Text = Annotated[str, AfterValidator(_sendable)]
AsOf = Annotated[
    dt.date,
    BeforeValidator(_last_day),
    WithJsonSchema(
        {"type": "string", "anyOf": [{"format": "date"}, {"pattern": "^[12][0-9]{3}(-(0[1-9]|1[0-2]))?$"}]},
        mode="validation",
    ),
]


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
        max_length=MAX_QUESTION,
        description=f"In Japanese or English, at most {MAX_QUESTION} characters.",
        json_schema_extra={"pattern": r"\S"},
    )
    id: Text = Field(
        default="", max_length=100, description="Given back with the answer; without one the answer gets a name."
    )
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


class OfficialAnswerBody(BaseModel):
    """An answer that investor relations wrote and approved, in one language."""

    id: str
    topic: str
    language: Language
    questions: list[str] = Field(description="Ways of asking it, the first as a heading.")
    answer: str = Field(description="For a person, with [1] markers.")
    approved: str = Field(description="ISO 8601 date, in Japan.")
    as_of: str | None = Field(description="Date of the newest source, ISO 8601, as precise as known.")
    citations: list[CitationBody]


class FaqBody(BaseModel):
    """All official answers that are shown now."""

    entries: list[OfficialAnswerBody]
    total: int


class HealthBody(BaseModel):
    """The process is alive."""

    status: Literal["ok"]


class ReadinessBody(HealthBody):
    """Questions can be answered."""

    left_out: list[str] = Field(description="Parts of the search that do not serve yet; answers come without them.")


def _event(number: int, name: str, data: Any) -> ServerSentEvent:
    return ServerSentEvent(json.dumps(data, ensure_ascii=False), event=name, id=str(number), sep="\n")


def _still_there() -> ServerSentEvent:
    return ServerSentEvent(comment="still there", sep="\n")


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The problems that a route may answer with, for its OpenAPI description."""
    words = {
        400: "The body is no text",
        403: "The page's origin is not listed for the widget that it names",
        404: "There is no such thing, or none that is public",
        408: "The request took too long to arrive",
        413: "The request is too long",
        422: "The request cannot be used",
        429: "Too many requests: Retry-After says in how many seconds to come back",
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


def _official(answer: Answer, entry: OfficialAnswer, language: Language) -> dict[str, Any]:
    shown = answer.to_dict()
    approved = entry.approved_at or entry.changed_at
    return {
        "id": entry.id,
        "topic": entry.topic,
        "language": language,
        "questions": list(entry.questions(language)),
        "answer": shown["answer"],
        "approved": approved.astimezone(JST).date().isoformat(),
        "as_of": shown["as_of"],
        "citations": shown["citations"],
    }


def mount_api(
    app: FastAPI, answering: Answering, published: Published, metrics: Metrics, *, heartbeat: float = HEARTBEAT
) -> None:
    """Add the routes of `/api/v1`, `/healthz` and `/readyz` to `app`.

    Args:
        heartbeat: seconds between two comments in a stream.
    """
    api = APIRouter(prefix="/api/v1")
    assistant = answering.assistant

    def question_of(body: AskBody, answer_id: str) -> dict[str, Any]:
        return {
            "history": [Turn(turn.role, turn.content) for turn in body.history],
            "as_of": body.as_of,
            "audience": "public",
            "language": None if body.lang == "auto" else body.lang,
            "id": body.id or answer_id,
        }

    @api.post(
        "/ask",
        response_model=AnswerBody,
        responses=problems(400, 408, 413, 422, 429, 503),
        tags=["questions"],
        summary="Ask",
    )
    async def ask(body: AskBody, response: Response, x_widget_id: Widget = None, x_session_id: Session = None) -> Any:
        """Answers a question from the published announcements, with exact citations.

        A question that the announcements do not answer gets `not_found`; input that is no question about them,
        such as a wish for investment advice, gets `declined`.
        """
        answer_id = new_id()
        asked = question_of(body, answer_id)
        answer = await answering.ask(body.question, **asked)
        metrics.answers.labels(answer.status).inc()
        await answering.keep(answer, asked, surface="widget" if x_widget_id else "api", id=answer_id)
        response.headers[ANSWER_HEADER] = answer_id
        return answer.to_dict()

    @api.post(
        "/ask/stream",
        response_class=EventSourceResponse,
        responses={
            200: {
                "description": "Server-sent events, data in JSON: `start` {id}; `delta` {text}, appended to what came "
                "before; `citations` {citations}; `done`, the whole answer as from /ask; or `error`, a problem. "
                f"Each has a number as its id; a comment every {heartbeat:g} s says that the server still works.",
                "content": {"text/event-stream": {"schema": _EVENT}},
            },
            **problems(400, 408, 413, 422, 429, 503),
        },
        tags=["questions"],
        summary="Ask, and read the answer as it is made",
    )
    async def ask_stream(
        body: AskBody, x_widget_id: Widget = None, x_session_id: Session = None
    ) -> EventSourceResponse:
        """Sends the answer piece by piece, and stops working when the caller hangs up."""

        answer_id = new_id()
        asked = question_of(body, answer_id)

        async def events() -> AsyncIterator[ServerSentEvent]:
            number = 1
            yield _event(number, "start", {"id": asked["id"]})
            try:
                async with aclosing(answering.stream(body.question, **asked)) as pieces:
                    async for piece in pieces:
                        if piece == "":
                            continue  # nothing came yet
                        number += 1
                        if isinstance(piece, str):
                            yield _event(number, "delta", {"text": piece})
                            continue
                        metrics.answers.labels(piece.status).inc()
                        surface: Surface = "widget" if x_widget_id else "api"
                        await answering.keep(piece, asked, surface=surface, id=answer_id)
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
            headers={"Cache-Control": "no-store", ANSWER_HEADER: answer_id},
            sep="\n",
            ping=heartbeat,
            ping_message_factory=_still_there,
            send_timeout=SEND_SECONDS,
        )

    @api.get(
        "/announcements",
        response_model=AnnouncementsBody,
        responses=problems(422, 429),
        tags=["announcements"],
        summary="List the announcements",
    )
    def announcements(
        limit: Annotated[int, Query(ge=1, le=100, description="How many at most.")] = 20,
        offset: Annotated[int, Query(ge=0, le=10_000_000, description="How many to skip.")] = 0,
        language: Annotated[Language | None, Query(description="Only those in this language.")] = None,
    ) -> dict[str, Any]:
        """Lists what is published, newest first."""
        visible = published.announcements(language)
        end = offset + limit
        return {
            "announcements": [_shown(announcement, published.known_id) for announcement in visible[offset:end]],
            "total": len(visible),
            "next_offset": end if end < len(visible) else None,
        }

    @api.get(
        "/announcements/{id}",
        response_model=FullAnnouncementBody,
        responses={304: {"description": "Unchanged since the given ETag"}, **problems(404, 422, 429)},
        tags=["announcements"],
        summary="Read one announcement",
    )
    def announcement(
        id: Annotated[str, Path(max_length=300)],
        response: Response,
        if_none_match: Annotated[str | None, Header()] = None,
    ) -> Any:
        """Gives one announcement with the text that citations count into."""
        # Not public and not there at all read the same.
        found = published.announcement(id) if id.isprintable() else None
        if found is None:
            raise HTTPException(404, "There is no published announcement with this id.")
        etag = f'"{found.content_hash}"'
        if if_none_match and etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(",")):
            return Response(status_code=304, headers={"ETag": etag})
        response.headers["ETag"] = etag
        return {**_shown(found, published.known_id), "text": found.text}

    @api.get(
        "/faq", response_model=FaqBody, responses=problems(422, 429), tags=["faq"], summary="Read the official answers"
    )
    def faq(
        language: Annotated[Language | None, Query(description="Only those in this language.")] = None,
        topic: Annotated[str | None, Query(max_length=200, description="Only those of this topic.")] = None,
    ) -> dict[str, Any]:
        """Gives the answers that investor relations approved, by topic.

        One whose source was corrected or withdrawn is not among them, nor one that has expired.
        """
        languages: tuple[Language, ...] = (language,) if language else ("ja", "en")
        entries = [
            _official(assistant.official.as_answer(entry, entry.questions(each)[0], each), entry, each)
            for entry in published.official(language)
            for each in languages
            if entry.questions(each) and entry.answer(each) and topic in (None, entry.topic)
        ]
        return {"entries": entries, "total": len(entries)}

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
        responses=problems(503),
        tags=["health"],
        summary="Can questions be answered?",
    )
    def readyz() -> dict[str, Any]:
        """Answers 200 when the catalog can be read; names the parts of the search that are still warming up."""
        assistant.catalog.count()
        return {"status": "ok", "left_out": sorted(assistant.index.left_out)}

    app.include_router(api)
