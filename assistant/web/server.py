"""The web application: an opened Assistant in, a FastAPI application with the API, its reference and the page out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI, HTTPException, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.openapi.utils import get_openapi
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse
from starlette.middleware.trustedhost import TrustedHostMiddleware
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.settings import Settings
from assistant.web.answering import Answering
from assistant.web.api import ANSWER_HEADER, MAX_HISTORY, MAX_QUESTION, MAX_TURN, mount_api, problems
from assistant.web.exposure import Exposure
from assistant.web.facts import mount_facts
from assistant.web.faq import HOME, FaqPages, mount_faq
from assistant.web.feedback import mount_feedback
from assistant.web.limits import Limits
from assistant.web.metrics import Measured, Metrics
from assistant.web.problems import Problem, answer_with_problems
from assistant.web.published import Published
from assistant.web.reference import reference
from assistant.web.request_ids import RequestIds
from assistant.web.sign_in import Peer, SignIn
from assistant.web.staff import StaffPages, mount_screens
from assistant.web.walls import BodyLimit, NothingBroken, SecurityHeaders
from assistant.web.widgets import ALLOWED_HEADERS, EXPOSED_HEADERS, Widgets, WidgetWall, mount_widget

if TYPE_CHECKING:
    from assistant.assistant import Assistant

MAX_BODY = 256 * 1024  # bytes of a request to the API
ANSWERS_AT_ONCE = 8  # threads; others wait their turn
_STATIC = Path(__file__).parent / "static"


def create_app(assistant: Assistant, settings: Settings) -> FastAPI:
    """The application that serves `assistant`; WidgetOriginsInvalid when the settings list what is no origin."""
    widgets = Widgets.parse(settings.widget_origins)
    exposure = Exposure.of(settings)
    if not exposure.is_public:
        widgets = widgets.with_demo(settings.port)
    metrics = Metrics()
    answering = Answering(assistant, threads=ANSWERS_AT_ONCE, seconds=settings.answer_timeout)

    parts: list[Callable[[], AbstractAsyncContextManager[None]]] = []  # what runs while the application does

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for part in parts:
                await running.enter_async_context(part())
            yield
        answering.close()

    app = FastAPI(
        lifespan=lifespan,
        title="Announcements assistant",
        version="1",
        description="Questions about a company's announcements, answered with exact citations.",
        docs_url=None,  # FastAPI's own page loads its scripts from another host
        redoc_url=None,
    )
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]
    answer_with_problems(app)
    published = Published(assistant)
    pages = FaqPages(answering, published, settings, exposure)
    mount_facts(app, assistant)
    mount_feedback(app, assistant)
    mount_api(app, answering, published, metrics)
    mount_faq(app, pages, metrics)
    metrics.mount(app, token=settings.metrics_token.get_secret_value(), is_public=exposure.is_public)
    sizes = {"max_question": MAX_QUESTION, "max_turn": MAX_TURN, "max_history": MAX_HISTORY}
    config = {"contact": settings.ir_contact, "faq": dict(HOME), "feedback": settings.record_days > 0, **sizes}
    mount_widget(app, widgets, config, with_demo=not exposure.is_public)

    @app.get("/docs", response_class=HTMLResponse, include_in_schema=False)
    def docs() -> str:
        return reference(app.openapi())

    @app.get("/favicon.ico", include_in_schema=False)
    @app.get("/favicon.svg", include_in_schema=False)
    def favicon() -> FileResponse:
        return FileResponse(_STATIC / "favicon.svg", media_type="image/svg+xml")

    app.add_middleware(BodyLimit, limit=MAX_BODY, seconds=settings.request_timeout)
    app.add_middleware(Limits, settings=settings, has_quotas=exposure.is_public, metrics=metrics, refuse=pages.refusal)
    app.add_middleware(WidgetWall, widgets=widgets)
    app.add_middleware(NothingBroken)  # inside CORS, so that a widget can read that something broke
    # Also with no origin at all: without this middleware Gradio would add one that echoes any origin.
    app.add_middleware(
        CORSMiddleware,
        allow_origins=widgets.origins,
        allow_methods=["GET", "POST"],
        allow_headers=ALLOWED_HEADERS,
        expose_headers=[*EXPOSED_HEADERS, "X-Session-Id", ANSWER_HEADER, "RateLimit", "RateLimit-Policy", "ETag"],
    )
    if exposure.hosts:
        # A page on another name that resolves to this machine must not read it.
        app.add_middleware(TrustedHostMiddleware, allowed_hosts=list(exposure.hosts), www_redirect=False)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measured, metrics=metrics)
    app.add_middleware(RequestIds)
    if exposure.proxies:
        app.add_middleware(ProxyHeadersMiddleware, trusted_hosts=list(exposure.proxies))
    if exposure.has_staff and settings.mcp_tokens.get_secret_value():
        from assistant.web.mcp import mount_mcp, tokens

        parts.append(mount_mcp(app, assistant, tokens(settings.mcp_tokens.get_secret_value())))
    app.add_middleware(Peer)
    if exposure.has_staff:
        from assistant.web.page import mount_page  # Gradio, which a public server does without

        sign_in = SignIn(settings)
        sign_in.mount(app)
        staff = StaffPages(assistant, sign_in, settings)
        mount_screens(app, staff)
        mount_page(app, staff, contact=settings.ir_contact)
    else:
        _without_staff(app)
    return app


def _without_staff(app: FastAPI) -> None:
    """Leads `/` to the FAQ; nothing of the staff's page is there."""

    @app.get("/", include_in_schema=False)
    def home(request: Request) -> RedirectResponse:
        return RedirectResponse(f"{request.scope.get('root_path', '')}{HOME['ja']}", status_code=307)

    @app.api_route("/{path:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
    def nothing(path: str) -> None:
        raise HTTPException(404, "There is no such page; the FAQ is at /faq.")


def _openapi(app: FastAPI) -> dict[str, Any]:
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = schema["components"]["schemas"]
        problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas.update(problem.pop("$defs"))
        schemas["Problem"] = problem
        for path, operations in schema["paths"].items():
            if path.startswith("/api/"):
                for operation in operations.values():
                    operation["responses"].update({str(status): said for status, said in problems(403, 429).items()})
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        app.openapi_schema = schema
    return app.openapi_schema
