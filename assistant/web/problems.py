"""Errors as RFC 9457 problem details: what went wrong, in a sentence, and where in the request."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

from assistant.web.request_ids import current_request_id
from corpus.errors import AssistantError

_log = logging.getLogger(__name__)

UNABLE = "The assistant cannot answer at the moment. Please try again later."
BROKEN = "Something went wrong here. Please try again later."


class InvalidField(BaseModel):
    """One part of the request that cannot be used."""

    pointer: str = Field(description="JSON pointer into the body, or the name of the parameter.")
    detail: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """RFC 9457 problem details, sent as application/problem+json."""

    type: str = "about:blank"
    title: str = Field(description="The HTTP status in words.")
    status: int
    detail: str = Field(description="What happened, in a sentence.")
    errors: list[InvalidField] | None = Field(
        default=None, description="The fields at fault, when the request was invalid."
    )
    request_id: str | None = Field(
        default=None, description="The response's X-Request-ID: name it when you report the problem."
    )


def problem_body(status: int, detail: str, errors: list[InvalidField] | None = None) -> dict[str, Any]:
    """One problem as JSON's own types, with the id of the request that met it."""
    body = Problem(
        title=HTTPStatus(status).phrase,
        status=status,
        detail=detail,
        errors=errors,
        request_id=current_request_id() or None,
    )
    return body.model_dump(exclude_none=True)


def problem(
    status: int,
    detail: str,
    errors: list[InvalidField] | None = None,
    *,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The response for one problem."""
    return JSONResponse(
        problem_body(status, detail, errors),
        status_code=status,
        media_type="application/problem+json",
        headers={"Cache-Control": "no-store", **(headers or {})},
    )


def _pointer(location: tuple[int | str, ...]) -> str:
    where, *path = location
    return "#/" + "/".join(str(step) for step in path) if where == "body" else "/".join(str(step) for step in path)


def answer_with_problems(app: FastAPI) -> None:
    """Make every error of `app`'s own routes a problem; what went wrong inside is logged, never sent."""

    @app.exception_handler(RequestValidationError)
    async def invalid(_: Request, error: RequestValidationError) -> JSONResponse:
        fields = [InvalidField(pointer=_pointer(e["loc"]), detail=e["msg"]) for e in error.errors()]
        return problem(422, "The request cannot be used; see errors.", fields)

    @app.exception_handler(HTTPException)
    async def refused(_: Request, error: HTTPException) -> JSONResponse:
        return problem(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(AssistantError)
    async def unable(_: Request, error: AssistantError) -> JSONResponse:
        # The message may name files of this machine: it is for the operator, not for the caller.
        _log.error("%s", error)
        return problem(503, UNABLE)

    @app.exception_handler(Exception)
    async def broken(_: Request, error: Exception) -> JSONResponse:
        return problem(500, BROKEN)
