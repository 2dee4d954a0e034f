"""`GET /api/v1/facts`: what the published announcements state about contracts, missions and milestones."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, FastAPI, Query
from pydantic import AfterValidator, BaseModel, Field, WithJsonSchema

from assistant.web.api import AsOf
from assistant.web.problems import Problem
from corpus.announcement import Language
from corpus.facts import ATTRIBUTES, Fact, FactKind, FactStatus, ValueKind
from index.passage import Scope

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_NAMES = sorted({name for names in ATTRIBUTES.values() for name in names})


def _named(attribute: str) -> str:
    if attribute not in _NAMES:
        raise ValueError(f"There is no such attribute. Give one of: {', '.join(_NAMES)}.")
    return attribute


class FactValueBody(BaseModel):
    """A value as its announcement prints it, and in a form that can be computed with."""

    kind: ValueKind
    text: str = Field(description="As printed, with the words that make it more or less firm.")
    key: str = Field(description="The same however the value is written, in either language.")
    date: str | None = Field(default=None, description="Of a date: ISO 8601, as precise as known.")
    precision: Literal["day", "month", "year"] | None = None
    number: float | None = None
    currency: str | None = Field(default=None, description="Of an amount of money: its ISO 4217 code.")
    unit: str | None = None


class OriginBody(BaseModel):
    """Where a fact comes from that was not read by this program's own patterns: proposed by a model, then reviewed."""

    kind: Literal["model"]
    model: str = Field(description="The chat model that proposed it.")
    accepted_at: str = Field(description="When a person accepted it: ISO 8601.")


class FactBody(BaseModel):
    """One statement of an announcement: `quote` is exactly its `text[start:end]`, counted in code points."""

    kind: FactKind
    subject: str = Field(description="As the announcement names it.")
    subject_id: str = Field(description="The same in both languages: mission:2.")
    attribute: str
    value: FactValueBody
    status: FactStatus
    as_of: str | None = Field(description="The date on which it held; null where an earlier value's date is not told.")
    announcement_id: str
    published: str | None
    page: int = Field(description="Counted from 1.")
    start: int
    end: int
    quote: str
    superseded_by: str | None = Field(description="The announcement whose value replaced this one.")
    origin: OriginBody | None = Field(default=None, description="Only of a fact that a chat model proposed.")


class FactsBody(BaseModel):
    """One page of facts: by kind and subject, then by attribute, then in the order in which they held."""

    facts: list[FactBody]
    total: int
    next_offset: int | None = Field(description="The `offset` of the next page; null on the last one.")


def _public(fact: Fact) -> dict[str, Any]:
    """The fact without the name of who accepted it, which is the staff's own matter."""
    record = fact.to_dict()
    if fact.origin:
        record["origin"] = {name: said for name, said in record["origin"].items() if name != "accepted_by"}
    return record


def mount_facts(app: FastAPI, assistant: Assistant) -> None:
    """Add the route to `app`; before the routes of the API, whose last one takes whatever is left."""
    api = APIRouter(prefix="/api/v1")
    invalid = {
        "description": "The request cannot be used",
        "content": {"application/problem+json": {"schema": {"$ref": f"#/components/schemas/{Problem.__name__}"}}},
    }

    @api.get(
        "/facts",
        response_model=FactsBody,
        response_model_exclude_unset=True,
        responses={422: invalid},
        tags=["facts"],
        summary="List facts",
    )
    def facts(
        kind: Annotated[FactKind | None, Query(description="Only facts of this kind.")] = None,
        subject: Annotated[
            str | None, Query(max_length=200, description='What they are about: ミッション2, "Mission 2", mission:2.')
        ] = None,
        attribute: Annotated[
            Annotated[str, AfterValidator(_named), WithJsonSchema({"type": "string", "enum": _NAMES})] | None,
            Query(description=f"One of {', '.join(_NAMES)}."),
        ] = None,
        as_of: Annotated[
            AsOf | None,
            Query(description="What held at the end of this day: YYYY-MM-DD, or YYYY-MM or YYYY."),
        ] = None,
        history: Annotated[bool, Query(description="Also the earlier values that were replaced.")] = False,
        language: Annotated[Language | None, Query(description="The edition to quote where there are several.")] = None,
        limit: Annotated[int, Query(ge=1, le=1000, description="How many at most.")] = 100,
        offset: Annotated[int, Query(ge=0, le=10_000_000, description="How many to skip.")] = 0,
    ) -> dict[str, Any]:
        """Lists what the published announcements state about contracts, missions and milestones, with exact quotes."""
        scope = Scope(audience="public", now=dt.datetime.now(dt.UTC), as_of=as_of)
        found = assistant.register.facts(
            kind=kind,
            subject=subject,
            attribute=attribute,
            as_of=as_of,
            shows=scope.shows,
            language=language,
            history=history,
        )
        end = offset + limit
        return {
            "facts": [_public(fact) for fact in found[offset:end]],
            "total": len(found),
            "next_offset": end if end < len(found) else None,
        }

    app.include_router(api)
