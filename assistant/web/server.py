"""The web application: an opened Assistant in, a FastAPI application with the API, its reference and the page out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, HTMLResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware

from assistant.settings import Settings
from assistant.web.address import LOOPBACK
from assistant.web.api import mount_api
from assistant.web.page import mount_page
from assistant.web.problems import Problem, answer_with_problems
from assistant.web.reference import reference
from assistant.web.walls import BodyLimit, SecurityHeaders

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MAX_BODY = 256 * 1024  # bytes of a request to the API
_STATIC = Path(__file__).parent / "static"


def create_app(assistant: Assistant, settings: Settings, *, origins: Sequence[str] = ()) -> FastAPI:
    """The application that serves `assistant`; browsers of `origins` (scheme://host:port) may call its API."""
    app = FastAPI(
        title="Announcements assistant",
        version="1",
        description="Questions about a company's announcements, answered with exact citations.",
        docs_url=None,  # FastAPI's own page loads its scripts from another host
        redoc_url=None,
    )
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    answer_with_problems(app)
    mount_api(app, assistant)

    @app.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    def docs() -> str:
        return reference(app.openapi())

    @app.get("/favicon.ico", include_in_schema=False)
    @app.get("/favicon.svg", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(_STATIC / "favicon.svg", media_type="image/svg+xml")

    app.add_middleware(BodyLimit, limit=MAX_BODY)
    # Also with no origin at all: without this middleware Gradio would add one that echoes any origin.
    app.add_middleware(CORSMiddleware, allow_origins=list(origins), allow_methods=["GET", "POST"])
    if settings.host in LOOPBACK:
        # A page on another name that resolves to this machine must not read it.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost", "[::1]"])
    app.add_middleware(SecurityHeaders)
    mount_page(app, assistant, contact=settings.ir_contact)
    return app


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = schema["components"]["schemas"]
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs"))
        schemas["Problem"] = problem
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = schema
    return app.openapi_schema
