"""The frame of the staff's screens: who may see one, how it is shown, and what a reader is told when something fails.

A screen is a module of its own beside this one. It takes `StaffPages`, asks for a router, names itself in the
navigation, and shows templates that extend `staff/base.html`. Screens work without a script but where one says so.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import FileResponse, HTMLResponse, RedirectResponse, Response
from fastapi.routing import APIRoute
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from assistant.settings import Settings
from assistant.users import Role
from assistant.web.problems import problem
from assistant.web.sign_in import Person, SignIn
from assistant.web.staff_words import STAFF
from assistant.web.words import interface_language, spoken_date
from corpus.announcement import Language
from corpus.errors import AssistantError, UnknownAnnouncement

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)
_HERE = Path(__file__).parent
_STATIC = _HERE / "static"
_KINDS = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}

# No script but our own, nothing from elsewhere. Styles that scripts set on elements count as inline.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


@dataclass(frozen=True, slots=True)
class Screen:
    """An entry of the navigation."""

    key: str  # of its name in `staff_words.STAFF`
    path: str
    least: Role


class StaffPages:
    """What the staff's screens share, for one application."""

    def __init__(self, assistant: Assistant, sign_in: SignIn, settings: Settings) -> None:
        self.assistant = assistant
        self.sign_in = sign_in
        self.settings = settings
        self.screens: list[Screen] = [Screen("chat", "/", "reader")]

    def router(self) -> APIRouter:
        """A router under /staff whose failures are pages for people, or problem details for scripts."""
        return APIRouter(prefix="/staff", include_in_schema=False, route_class=self._route_class())

    def name(self, key: str, path: str, least: Role = "reader") -> None:
        """Adds a screen to the navigation of those with the role `least`; call it in the order of the navigation."""
        self.screens.append(Screen(key, path, least))

    def person(self, request: Request, least: Role) -> Person:
        """Who asks, when they may what `least` may.

        Who has yet to sign in is led to the form when they open a page; a script is told 401, and 403 who may not.
        """
        try:
            return self.sign_in.asked_of(least)(request)
        except HTTPException as error:
            if error.status_code == 401 and request.method == "GET" and wants_page(request):
                asked = request.url.path.removeprefix(root_of(request)) or "/"
                asked += f"?{request.url.query}" if request.url.query else ""
                to = f"{root_of(request)}/staff/login?next={quote(asked)}"
                raise HTTPException(303, "Sign in first.", headers={"Location": to}) from error
            raise

    def show(
        self,
        request: Request,
        person: Person,
        template: str,
        *,
        here: str,
        words: Mapping[Language, Mapping[str, str]] | None = None,
        status: int = 200,
        **values: Any,
    ) -> HTMLResponse:
        """A page from `templates/staff/{template}`, in the language of the reader's browser.

        A template has: `words` (the frame's and those given), `language`, `root` (in front of every path), `person`,
        `may(role)`, `date(iso)` (as its readers write it) and `static(file)` (the address of a style or script).

        Args:
            here: the key of the screen, marked in the navigation.
        """
        language = self.language(request)
        html = TEMPLATES.get_template(f"staff/{template}").render(
            **self._frame(request, person, here),
            words={**STAFF[language], **(words or {language: {}})[language]},
            language=language,
            may=person.may,
            date=lambda iso: spoken_date(iso, language),
            static=lambda file: f"{root_of(request)}/staff/static/{file}?v={_version(file)}",
            **values,
        )
        headers = {"Cache-Control": "no-store", "Content-Security-Policy": POLICY}
        return HTMLResponse(html, status, headers=headers)

    def navigation(self, request: Request, person: Person, *, here: str) -> str:
        """The bar above every screen, as HTML, for a page that is not made of these templates."""
        words = STAFF[self.language(request)]
        template = TEMPLATES.get_template("staff/navigation.html")
        return template.render(**self._frame(request, person, here), words=words)

    def _frame(self, request: Request, person: Person, here: str) -> dict[str, Any]:
        screens = [screen for screen in self.screens if person.may(screen.least)]
        is_asked_for = self.sign_in.is_asked_for
        return {
            "root": root_of(request), "person": person, "screens": screens, "here": here, "signs_in": is_asked_for
        }  # fmt: skip

    def message(
        self, request: Request, person: Person, text: str, *, status: int = 400, here: str = "", back: str = ""
    ) -> HTMLResponse:
        """A page that says one thing, such as why something cannot be done, with a way back to the path `back`."""
        heading = STAFF[self.language(request)]["missing" if status == 404 else "failed"]
        return self.show(
            request, person, "message.html", here=here, status=status, heading=heading, text=text, back=back
        )

    def go(self, request: Request, path: str) -> RedirectResponse:
        """To the page at `path` of this application, after a form was taken."""
        return RedirectResponse(f"{root_of(request)}{path}", 303)

    @staticmethod
    def language(request: Request) -> Language:
        """The language that the reader's browser prefers."""
        return interface_language(request.headers.get("accept-language"))

    def mount(self, app: FastAPI) -> None:
        """Adds the styles and scripts of the screens to `app`; the screens themselves add their routes."""
        app.state.staff = self
        routes = APIRouter(prefix="/staff/static", include_in_schema=False)

        @routes.get("/{file}")
        def static(file: str) -> FileResponse:
            path = _STATIC / file
            if not file.startswith("staff") or path.suffix not in _KINDS or path.parent != _STATIC or not path.exists():
                raise HTTPException(404, "There is no such file.")
            return FileResponse(path, media_type=_KINDS[path.suffix], headers={"Cache-Control": "max-age=86400"})

        app.include_router(routes)

    def _route_class(self) -> type[APIRoute]:
        pages = self

        class StaffRoute(APIRoute):
            """Turns what a reader can mend into a page, instead of problem details."""

            def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
                handle = super().get_route_handler()

                async def handled(request: Request) -> Response:
                    try:
                        return await handle(request)
                    except UnknownAnnouncement:
                        return pages._failed(request, 404, STAFF[pages.language(request)]["no_announcement"])
                    except AssistantError as error:
                        _log.info("%s", error)
                        return pages._failed(request, 400, str(error))
                    except HTTPException as error:
                        if error.status_code < 400:
                            raise
                        return pages._failed(request, error.status_code, str(error.detail))
                    except RequestValidationError as error:
                        first = error.errors()[0]
                        where = ".".join(str(part) for part in first["loc"][1:])
                        return pages._failed(request, 422, f"{where}: {first['msg']}")

                return handled

        return StaffRoute

    def _failed(self, request: Request, status: int, text: str) -> Response:
        person = self.sign_in.person(request.scope)
        if not wants_page(request) or person is None:
            return problem(status, text)
        if status == 403:
            text = STAFF[self.language(request)]["forbidden"]
        return self.message(request, person, text, status=status, back=own_referrer(request))


def _person_with(least: Role) -> Callable[[Request], Person]:
    def person(request: Request) -> Person:
        pages: StaffPages = request.app.state.staff
        return pages.person(request, least)

    return person


# Of a route's parameter: who asks, when they have that role.
Reader = Annotated[Person, Depends(_person_with("reader"))]
Editor = Annotated[Person, Depends(_person_with("editor"))]
Admin = Annotated[Person, Depends(_person_with("admin"))]


def mount_screens(app: FastAPI, pages: StaffPages) -> None:
    """Adds every screen beside the chat to `app`, in the order of the navigation."""
    # They ask this module for what screens share.
    from assistant.web.staff_announcements import mount_announcements
    from assistant.web.staff_contracts import mount_contracts
    from assistant.web.staff_edit import mount_edit
    from assistant.web.staff_inbox import mount_inbox
    from assistant.web.staff_intake import mount_intake
    from assistant.web.staff_official import mount_official
    from assistant.web.staff_proposals import mount_proposals
    from assistant.web.staff_record import mount_record
    from assistant.web.staff_settings import mount_settings
    from assistant.web.staff_timeline import mount_timeline

    pages.mount(app)
    # Screens below /staff/announcements/{id}/ are mounted before the reader, which takes any id.
    mount_intake(app, pages)
    mount_edit(app, pages)
    mount_announcements(app, pages)
    mount_timeline(app, pages)
    mount_contracts(app, pages)
    mount_proposals(app, pages)
    mount_official(app, pages)
    mount_inbox(app, pages)
    mount_record(app, pages)
    mount_settings(app, pages)
    _mount_nothing(app, pages)


def _mount_nothing(app: FastAPI, pages: StaffPages) -> None:
    """Adds the page that says that there is none at the address, for whoever may see the others."""
    routes = pages.router()

    @routes.get("/{path:path}")
    def nothing(request: Request, person: Reader, path: str) -> Response:
        text = STAFF[pages.language(request)]["no_page"]
        return pages.message(request, person, text, status=404) if wants_page(request) else problem(404, text)

    app.include_router(routes)


def wants_page(request: Request) -> bool:
    """Whether a person looks at this with a browser, not a script."""
    return "text/html" in request.headers.get("accept", "")


def root_of(request: Request) -> str:
    """The prefix that a proxy serves the application under, without a slash at its end."""
    root: str = request.scope.get("root_path", "")
    return root.rstrip("/")


def own_referrer(request: Request) -> str:
    """The path that the request says it came from, when it is one of the staff's; else the chat."""
    _, found, path = request.headers.get("referer", "").partition(f"://{request.headers.get('host', '')}")
    return path.removeprefix(root_of(request)) if found and "/staff/" in path else "/"


def passage_path(announcement_id: str, start: int | None = None, end: int | None = None) -> str:
    """Where the staff read an announcement, at `text[start:end]` when given.

    >>> passage_path("2022/a", 3, 9)
    '/staff/announcements/2022%2Fa?start=3&end=9#passage'
    """
    path = f"/staff/announcements/{quote(announcement_id, safe='')}"
    return path if start is None or end is None else f"{path}?start={start}&end={end}#passage"


def _version(file: str) -> str:
    return hashlib.sha256((_STATIC / file).read_bytes()).hexdigest()[:8]


TEMPLATES = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=select_autoescape(),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
