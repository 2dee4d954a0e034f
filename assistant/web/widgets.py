"""The embedded widget's server side: which pages may carry which widget, and the files that they load.

`ASSISTANT_WIDGET_ORIGINS` in, a registry, a wall in front of the API and the routes under `/widget/` out.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from string import Template
from typing import Annotated, Any
from urllib.parse import urlsplit

from fastapi import FastAPI, Header, HTTPException, Query, Request, Response
from fastapi.responses import FileResponse, HTMLResponse
from pydantic import BaseModel, Field
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import AnswerError
from assistant.web.problems import problem
from assistant.web.walls import path_of
from corpus.announcement import Language

DEFAULT = "default"  # the id of a widget whose origins are listed without one
DEMO = "demo"  # the id that the demo page uses
WIDGET_HEADER = "X-Widget-Id"
ALLOWED_HEADERS = ("Content-Type", WIDGET_HEADER, "X-Session-Id", "X-Request-ID")
EXPOSED_HEADERS = ("Retry-After", "X-Request-ID")  # what the widget's script may read of a response

_FOLDER = Path(__file__).parent / "widget"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_ORIGIN = re.compile(r"https?://[^/?#@\\\s]+", re.IGNORECASE)
_HOST = re.compile(r"\[[0-9a-f:.]+\]|[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_EXAMPLE = "https://www.example.com"


class WidgetOriginsInvalid(AnswerError):
    """ASSISTANT_WIDGET_ORIGINS cannot be understood."""


def origin_of(text: str) -> str:
    """An origin as browsers write it in the Origin header: lower case, no default port; ValueError when it is none.

    >>> origin_of("https://WWW.Example.com:443"), origin_of("http://例え.jp:8080")
    ('https://www.example.com', 'http://xn--r8jz45g.jp:8080')
    """
    parts = urlsplit(text)
    if not _ORIGIN.fullmatch(text) or not parts.hostname:
        raise ValueError("it is not scheme://host or scheme://host:port")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname.encode("idna").decode("ascii")
    if not _HOST.fullmatch(host):
        raise ValueError("its host is not one host's name")
    port = parts.port
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, _DEFAULT_PORTS[parts.scheme]) else "")


@dataclass(frozen=True, slots=True)
class Widgets:
    """The widgets that exist, each with the exact origins of the pages that may carry it."""

    origins_of: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Widgets:
        """The registry that `ASSISTANT_WIDGET_ORIGINS` describes; WidgetOriginsInvalid says what to write instead.

        >>> found = Widgets.parse("ir=https://www.example.com, https://example.com:8443; careers=https://jobs.example")
        >>> found.allows("ir", "https://example.com:8443"), found.allows("careers", "https://www.example.com")
        (True, False)
        >>> Widgets.parse("https://www.example.com").allows("default", "https://www.example.com")
        True
        """
        found: dict[str, frozenset[str]] = {}
        for entry in filter(str.strip, re.split(r"[;\n]", text)):
            id, equals, listed = entry.partition("=")
            id, listed = (id.strip(), listed) if equals else (DEFAULT, entry)
            if not _ID.fullmatch(id):
                raise WidgetOriginsInvalid(
                    f"ASSISTANT_WIDGET_ORIGINS names a widget '{id}'. "
                    "An id has 1 to 64 letters a to z, digits, hyphens and underscores."
                )
            if id in found:
                raise WidgetOriginsInvalid(
                    f"ASSISTANT_WIDGET_ORIGINS lists the widget '{id}' twice. Write its origins behind one '{id}='."
                )
            found[id] = frozenset(_listed(origin) for origin in re.split(r"[\s,]+", listed.strip()) if origin)
        return cls(found)

    def allows(self, widget_id: str | None, origin: str | None) -> bool:
        """Whether a page of `origin`, as its browser names it, may carry the widget."""
        return bool(widget_id and origin) and origin in self.origins_of.get(widget_id or "", ())

    def with_demo(self, port: int) -> Widgets:
        """These and the demo page's widget, for browsers on this machine that reach the server on `port`."""
        hosts = ("127.0.0.1", "localhost", "[::1]")
        return Widgets({**self.origins_of, DEMO: frozenset(origin_of(f"http://{host}:{port}") for host in hosts)})

    @property
    def origins(self) -> tuple[str, ...]:
        """Every origin of every widget, for CORSMiddleware."""
        return tuple(sorted(frozenset[str]().union(*self.origins_of.values())))


def _listed(origin: str) -> str:
    try:
        return origin_of(origin)
    except ValueError as error:
        raise WidgetOriginsInvalid(
            f"ASSISTANT_WIDGET_ORIGINS lists '{origin}', but {error}. Write each origin as in '{_EXAMPLE}': "
            "no path, no wildcard, and the port where it is not the usual one."
        ) from None


class WidgetWall:
    """Answers 403 under `/api/` to a page of another origin, unless it names a widget that it may carry."""

    def __init__(self, app: ASGIApp, *, widgets: Widgets) -> None:
        self.app = app
        self.widgets = widgets

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and path_of(scope).startswith("/api/"):
            headers = Headers(scope=scope)
            origin, widget = headers.get("origin"), headers.get(WIDGET_HEADER)
            # Whoever names a widget must be a page that may carry it, whatever else would let it pass.
            is_welcome = (
                self.widgets.allows(widget, origin)
                if widget is not None
                else origin is None or is_same_origin(headers, scope["scheme"])
            )
            if not is_welcome:
                await problem(403, _REFUSED)(scope, receive, send)
                return
        await self.app(scope, receive, send)


_REFUSED = (
    "This page may not use the assistant: its exact origin (scheme, host and port) has to be listed for the widget "
    "that it names, in ASSISTANT_WIDGET_ORIGINS."
)


def is_same_origin(headers: Mapping[str, str], scheme: str) -> bool:
    """Whether the Origin header names this very server.

    Behind a proxy that speaks TLS the server may take itself for http; a browser then still says so itself, in a
    header that no page can set.
    """
    try:
        origin = origin_of(headers.get("origin", ""))
        same, other = (origin_of(f"{name}://{headers.get('host', '')}") for name in (scheme, urlsplit(origin).scheme))
    except ValueError:
        return False
    return origin == same or (origin == other and headers.get("sec-fetch-site") == "same-origin")


class WidgetConfig(BaseModel):
    """What the widget's script has to know before it asks; nothing in it is secret."""

    widget: str
    contact: str = Field(description="E-mail address or URL of investor relations; empty: none.")
    faq: dict[Language, str] = Field(description="Path of the page with the official answers, by its language.")
    feedback: bool = Field(default=False, description="Whether an answer can be rated.")
    max_question: int = Field(description="Characters of a question.")
    max_turn: int = Field(description="Characters of one earlier message.")
    max_history: int = Field(description="Earlier messages sent along.")


def integrity(content: bytes) -> str:
    """The value of a script tag's `integrity` attribute."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode("ascii")


def mount_widget(app: FastAPI, widgets: Widgets, config: Mapping[str, Any], *, with_demo: bool = False) -> None:
    """Add the routes under `/widget/` to `app`; the demo page only `with_demo`, that is in development.

    Args:
        config: the fields of WidgetConfig but `widget`.
    """
    script = (_FOLDER / "widget.js").read_bytes()
    etag = f'"{hashlib.sha256(script).hexdigest()[:32]}"'

    @app.get("/widget/v1/widget.js", include_in_schema=False)
    def widget_script(if_none_match: Annotated[str, Header()] = "") -> Response:
        headers = {
            "ETag": etag,
            "Cache-Control": "public, max-age=3600",
            "Cross-Origin-Resource-Policy": "cross-origin",
            # The script is the same for everybody and no secret; a page that pins its hash loads it with CORS.
            "Access-Control-Allow-Origin": "*",
        }
        if etag in (tag.strip().removeprefix("W/") for tag in if_none_match.split(",")):
            return Response(status_code=304, headers=headers)
        return Response(script, media_type="text/javascript", headers=headers)

    @app.get("/widget/v1/config", response_model=WidgetConfig, include_in_schema=False)
    def widget_config(
        response: Response, origin: Annotated[str, Header()] = "", widget: Annotated[str, Query(max_length=64)] = ""
    ) -> dict[str, Any]:
        if not widgets.allows(widget, origin):
            raise HTTPException(403, _REFUSED)
        response.headers["Cache-Control"] = "private, max-age=300"
        return {"widget": widget, **config}

    if with_demo:
        _mount_demo(app, integrity(script))


def _mount_demo(app: FastAPI, script_integrity: str) -> None:
    page = Template((_FOLDER / "demo.html").read_text("utf-8"))

    @app.get("/widget/demo", response_class=HTMLResponse, include_in_schema=False)
    def demo(request: Request) -> HTMLResponse:
        # The page takes the script from this machine's other name: that is another origin, as on a real site.
        host = request.url.hostname or ""
        other = request.url.replace(hostname="127.0.0.1" if host == "localhost" else "localhost", path="", query="")
        policy = f"default-src 'none'; script-src {other}; connect-src {other}; style-src 'self'; base-uri 'none'"
        headers = {"Content-Security-Policy": f"{policy}; form-action 'none'; frame-ancestors 'none'"}
        return HTMLResponse(page.substitute(server=escape(str(other)), integrity=script_integrity), headers=headers)

    @app.get("/widget/demo.css", include_in_schema=False)
    def demo_style() -> FileResponse:
        return FileResponse(_FOLDER / "demo.css", media_type="text/css")
