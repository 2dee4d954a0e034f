"""`POST /api/v1/feedback`: what a reader says of an answer goes to the record, for staff to look at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import APIRouter, FastAPI, HTTPException
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue

from assistant.records import LONGEST_COMMENT
from assistant.web.api import Text, problems
from corpus.errors import UnknownAnswer

if TYPE_CHECKING:
    from assistant.assistant import Assistant

Reason = Literal["", "wrong", "outdated", "missing", "incomplete", "unclear", "source", "other"]


# In the OpenAPI document, so that it promises no more than is taken.
_NO_NUL: dict[str, JsonValue] = {"pattern": r"^[^\x00]*$"}


def _whole(text: str) -> str:
    if "\0" in text:
        raise ValueError("The text holds a NUL character.")
    return text


class FeedbackBody(BaseModel):
    """What a reader says of an answer."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"answer_id": "0b9f4f5e-0c5e-4f0e-9d50-0d2f3f1f8f11", "rating": "down", "reason": "outdated"}]
        }
    )

    answer_id: Annotated[Text, AfterValidator(_whole)] = Field(
        min_length=1,
        max_length=100,
        description="The X-Answer-Id that came with the answer.",
        json_schema_extra=_NO_NUL,
    )
    rating: Literal["up", "down"]
    reason: Reason = ""
    comment: Annotated[Text, AfterValidator(_whole)] = Field(
        default="",
        max_length=LONGEST_COMMENT,
        description="Please name no person and no address.",
        json_schema_extra=_NO_NUL,
    )


def mount_feedback(app: FastAPI, assistant: Assistant) -> None:
    """Add the route to `app`; before the routes of the API, whose last one takes whatever is left."""
    api = APIRouter(prefix="/api/v1")

    @api.post(
        "/feedback",
        status_code=204,
        responses=problems(400, 404, 408, 413, 422, 429),
        tags=["feedback"],
        summary="Rate an answer",
    )
    def feedback(body: FeedbackBody) -> None:
        """Keeps the rating with the answer; a second one takes the place of the first."""
        reason = "incomplete" if body.reason == "missing" else body.reason
        try:
            assistant.records.feedback(body.answer_id, rating=body.rating, reason=reason, comment=body.comment)
        except UnknownAnswer as error:
            raise HTTPException(404, "There is no such answer, or it is kept no longer.") from error

    app.include_router(api)
