"""Signing in: requests in; who it is out, as a Person, or the form to sign in with.

A session is a signed cookie that holds a name and the version of that user: it ends when its hours are over, when the
password or the role changes, and when the user is removed. Nothing of it is kept on the server. Only routes of the
staff ask for it or set it.
"""

from __future__ import annotations

import ipaddress
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import quote, urlsplit

from fastapi import APIRouter, FastAPI, Form, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from itsdangerous import BadSignature, URLSafeTimedSerializer
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import BadUser
from assistant.settings import Settings
from assistant.users import Role, User, Users, may
from assistant.web.address import LOOPBACK
from assistant.web.exposure import Exposure
from assistant.web.problems import problem
from assistant.web.words import SIGN_IN, interface_language

COOKIE, FORM_COOKIE = "staff", "staff_form"
SESSION_SECONDS = 12 * 3600
FORM_SECONDS = 3600
TRIES_OF_A_NAME = RateLimitItemPerMinute(10, 15)  # in 15 minutes
TRIES_FROM_AN_ADDRESS = RateLimitItemPerMinute(100, 15)
_FORWARDED = ("x-forwarded-for", "x-real-ip", "forwarded")
_SAFE = ("GET", "HEAD", "OPTIONS")
_KEY_BYTES = 32
_HERE = Path(__file__).parent


class NobodyMaySignIn(BadUser):
    """The staff's page would be open to whoever can reach it."""


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks. Nobody has a name where nobody has to sign in."""

    name: str
    role: Role

    def may(self, least: Role) -> bool:
        """Whether they may what someone with the role `least` may."""
        return may(self.role, least)


class SignIn:
    """Who may use the staff's routes, for one application."""

    def __init__(self, settings: Settings) -> None:
        self.users = Users(settings.users_file)
        self._settings = settings
        self._proxies = tuple(ipaddress.ip_network(network) for network in Exposure.of(settings).proxies)
        self._tries = MovingWindowRateLimiter(MemoryStorage())

    @property
    def is_asked_for(self) -> bool:
        """Whether anybody has to sign in."""
        return bool(self._settings.sign_in_header or self.users.all())

    def person(self, scope: Scope) -> Person | None:
        """Who asks; None when they have yet to sign in."""
        headers = Headers(scope=scope)
        if not self.is_asked_for:
            # This machine only: whom a proxy forwards is somewhere else.
            return None if any(name in headers for name in _FORWARDED) else Person("", "admin")
        header = self._settings.sign_in_header
        if header and self._is_proxy(scope.get("peer", "")) and (name := headers.get(header, "").strip()):
            known = self.users.all().get(name)
            return Person(name, known.role if known else "reader")
        user = self._user_of(HTTPConnection(scope).cookies.get(COOKIE, ""))
        return Person(user.name, user.role) if user else None

    def _is_proxy(self, peer: str) -> bool:
        try:
            address = ipaddress.ip_address(peer)
        except ValueError:
            return False
        return any(address in network for network in self._proxies)

    def _user_of(self, cookie: str) -> User | None:
        if not cookie:
            return None
        try:
            said = self._signed("session").loads(cookie, max_age=SESSION_SECONDS)
        except BadSignature:
            return None
        user = self.users.all().get(said["name"])
        return user if user and secrets.compare_digest(user.version, said["version"]) else None

    def _signed(self, salt: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self._key, salt=salt)

    @cached_property
    def _key(self) -> str:
        return key_in(self._settings.data, self._settings.secret_key.get_secret_value())

    def asked_of(self, least: Role) -> Callable[[Request], Person]:
        """A dependency of a route: the Person, when they may what `least` may; else 401 or 403."""

        def person_of(request: Request) -> Person:
            person = self.person(request.scope)
            if person is None:
                raise HTTPException(401, "Sign in first, at /staff/login.")
            if not person.may(least):
                raise HTTPException(403, f"This needs the role {least}. Ask an administrator for it.")
            if comes_from_elsewhere(request.scope):
                raise HTTPException(403, "This request came from a page of another site.")
            return person

        return person_of

    # --- The form -----------------------------------------------------------------------------------------------

    def mount(self, app: FastAPI) -> None:
        """Adds the form at /staff/login, and /staff/logout, to `app`."""
        routes = APIRouter(prefix="/staff", include_in_schema=False)

        @routes.get("/sign_in.css")
        def style() -> FileResponse:
            return FileResponse(_HERE / "static" / "sign_in.css", media_type="text/css")

        @routes.get("/login", response_class=HTMLResponse)
        def form(request: Request, next: str = "/") -> Response:
            if self.person(request.scope):
                return RedirectResponse(f"{_root(request)}{_own_path(next)}", 303)
            return self._form(request, next, wrong="" if self.is_asked_for else "nobody")

        @routes.post("/login", response_class=HTMLResponse)
        def sign_in(
            request: Request,
            name: Annotated[str, Form(max_length=200)] = "",
            password: Annotated[str, Form(max_length=2000)] = "",
            token: Annotated[str, Form(max_length=500)] = "",
            next: Annotated[str, Form(max_length=2000)] = "/",
        ) -> Response:
            if not self._is_own_form(request, token):
                return self._form(request, next, wrong="stale", status=400)
            address = request.client.host if request.client else ""
            if not self._may_try(name, address):
                return self._form(request, next, wrong="too_often", status=429)
            user = self.users.verify(name, password)
            if user is None:
                return self._form(request, next, wrong="wrong", status=401, name=name)
            self._tries.clear(TRIES_OF_A_NAME, "name", name)
            response = RedirectResponse(f"{_root(request)}{_own_path(next)}", 303)
            said = {"name": user.name, "version": user.version}
            self._set(response, request, COOKIE, str(self._signed("session").dumps(said)), SESSION_SECONDS)
            response.delete_cookie(FORM_COOKIE, path=f"{_root(request)}/staff")
            return response

        @routes.post("/logout")
        def sign_out(request: Request) -> Response:
            if comes_from_elsewhere(request.scope):
                raise HTTPException(403, "This request came from a page of another site.")
            response = RedirectResponse(f"{_root(request)}/staff/login", 303)
            response.delete_cookie(COOKIE, path=_root(request) or "/")
            return response

        app.include_router(routes)

    def _may_try(self, name: str, address: str) -> bool:
        # Counted before the password is looked at, so that many at once are no way round it.
        from_here = self._tries.hit(TRIES_FROM_AN_ADDRESS, "address", address)
        return from_here and self._tries.hit(TRIES_OF_A_NAME, "name", name)

    def _is_own_form(self, request: Request, token: str) -> bool:
        """Whether the form is one that this browser was given: its token is signed, and the browser has it as well."""
        try:
            self._signed("form").loads(token, max_age=FORM_SECONDS)
        except BadSignature:
            return False
        held = request.cookies.get(FORM_COOKIE, "")
        return secrets.compare_digest(held.encode(), token.encode()) and not comes_from_elsewhere(request.scope)

    def _form(self, request: Request, next: str, *, wrong: str = "", status: int = 200, name: str = "") -> Response:
        language = interface_language(request.headers.get("accept-language"))
        token = str(self._signed("form").dumps(secrets.token_urlsafe(16)))
        html = _TEMPLATES.get_template("sign_in.html").render(
            words=SIGN_IN[language], language=language, root=_root(request), token=token, next=_own_path(next),
            wrong=SIGN_IN[language][wrong] if wrong else "", name=name,
        )  # fmt: skip
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": _FORM_POLICY}
        if status == 429:
            headers["Retry-After"] = str(TRIES_OF_A_NAME.get_expiry())
        response = HTMLResponse(html, status, headers=headers)
        self._set(response, request, FORM_COOKIE, token, FORM_SECONDS, path="/staff", same_site="strict")
        return response

    @staticmethod
    def _set(
        response: Response,
        request: Request,
        name: str,
        value: str,
        seconds: int,
        *,
        path: str = "",
        same_site: Literal["lax", "strict"] = "lax",
    ) -> None:
        response.set_cookie(
            name,
            value,
            max_age=seconds,
            path=f"{_root(request)}{path}" or "/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite=same_site,
        )


class StaffWall:
    """In front of the staff's page: sends whoever has yet to sign in to the form; no other site's page may write."""

    def __init__(self, app: ASGIApp, sign_in: SignIn) -> None:
        self.app = app
        self._sign_in = sign_in

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if self._sign_in.person(scope) is None:
            await self._refused(scope)(scope, receive, send)
        elif comes_from_elsewhere(scope):
            await problem(403, "This request came from a page of another site.")(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    @staticmethod
    def _refused(scope: Scope) -> Response:
        request = Request(scope)
        if request.method == "GET" and "text/html" in request.headers.get("accept", ""):
            path = scope["path"].removeprefix(scope.get("root_path", "")) or "/"
            path += f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{_root(request)}/staff/login?next={quote(path)}", 303)
        return problem(401, "Sign in first, at /staff/login.")


class Peer:
    """Notes who is at the other end of the connection, before a proxy's word for who asks takes its place."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = scope.get("client")
        await self.app({**scope, "peer": client[0]} if client else scope, receive, send)


def comes_from_elsewhere(scope: Scope) -> bool:
    """Whether a browser says that a page of another origin makes this request, which is not just to read."""
    if scope["type"] == "http" and scope["method"] in _SAFE:
        return False
    headers = Headers(scope=scope)
    if "sec-fetch-site" in headers:
        return headers["sec-fetch-site"] not in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def key_in(directory: Path, given: str) -> str:
    """The key that sessions are signed with: the one given, else one made once in `directory`, for its owner alone."""
    if given:
        return given
    file = directory / "secret.key"
    try:
        made = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(made, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(_KEY_BYTES))
    key = file.read_text(encoding="ascii").strip()
    if len(key) < _KEY_BYTES:
        raise BadUser(
            f"The key file '{file}' is damaged. Remove it: another one is made, and everybody signs in again."
        )
    return key


def refuse_to_be_open(settings: Settings) -> bool:
    """Whether nobody has to sign in, as only this machine is served; NobodyMaySignIn where others would be, too."""
    if settings.surfaces == "public" or settings.sign_in_header or Users(settings.users_file).all():
        return False
    if settings.staff_users and not settings.staff_users.exists():
        raise NobodyMaySignIn(
            f"The users' file '{settings.staff_users}' does not exist. Make it with "
            '"python -m assistant user add NAME --role admin", or correct ASSISTANT_STAFF_USERS.'
        )
    if settings.host not in LOOPBACK or settings.public_url or settings.hosts or settings.trusted_proxies:
        raise NobodyMaySignIn(
            "There is no staff user yet, so the staff's page is served on this machine only. Add one with "
            '"python -m assistant user add NAME --role admin", or serve visitors only with ASSISTANT_SURFACES=public.'
        )
    return True


_FORM_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"), autoescape=select_autoescape(), undefined=StrictUndefined
)


def _root(request: Request) -> str:
    root: str = request.scope.get("root_path", "")
    return root.rstrip("/")


def _own_path(next: str) -> str:
    """`next`, when it is a path of this application; else "/".

    >>> _own_path("/?x=1"), _own_path("//evil.example"), _own_path("https://evil.example"), _own_path("/\\\\evil")
    ('/?x=1', '/', '/', '/')
    """
    parts = urlsplit(next)
    is_own = next.startswith("/") and not next.startswith("//") and not parts.scheme and not parts.netloc
    return next if is_own and "\\" not in next and next.isprintable() else "/"
