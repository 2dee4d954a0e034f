"""The administrators' screen: how each part is, what is configured, and the upkeep: check, rebuild, backup."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import FileResponse, JSONResponse, Response
from starlette.background import BackgroundTask

from assistant.assistant import Assistant
from assistant.configured import configured
from assistant.health import health
from assistant.jobs import Job
from assistant.web.settings_words import SETTINGS
from assistant.web.staff import Admin, StaffPages
from assistant.web.words import spoken_minute
from corpus.audit import Audit
from corpus.dates import JST

_HERE = "/staff/settings"


def mount_settings(app: FastAPI, pages: StaffPages) -> None:
    """Adds the screen to `app`."""
    pages.name("settings", _HERE, "admin")
    routes = pages.router()
    assistant = pages.assistant
    log = Audit(assistant.catalog.database)

    @routes.get("/settings")
    def shown(request: Request, person: Admin, changed: bool = False) -> Response:
        language = pages.language(request)
        values = configured(pages.settings)
        return pages.show(
            request,
            person,
            "settings.html",
            here="settings",
            words=SETTINGS,
            parts=health(assistant),
            values=[one for one in values if not changed or one.origin != "default"],
            only_changed=changed,
            users=sorted(pages.sign_in.users.all().values(), key=lambda user: user.name),
            header=pages.settings.sign_in_header,
            job=assistant.jobs.last(),
            moment=lambda at: spoken_minute(at, language),
        )

    @routes.get("/settings/job")
    def job(person: Admin) -> JSONResponse:
        return JSONResponse(_told(assistant.jobs.last()), headers={"Cache-Control": "no-store"})

    @routes.post("/settings/check")
    def check(request: Request, person: Admin) -> Response:
        assistant.jobs.begin("check", lambda tell: (*assistant.check(), *assistant.notes()), by=person.name)
        return pages.go(request, f"{_HERE}#work")

    @routes.post("/settings/rebuild")
    def rebuild(request: Request, person: Admin) -> Response:
        assistant.jobs.begin("rebuild", _rebuilding(assistant), by=person.name)
        log.note(person.name, "indexes rebuilt", "indexes")
        return pages.go(request, f"{_HERE}#work")

    @routes.post("/settings/backup")
    def backup(person: Admin) -> Response:
        # Beside the data, where there is room for it, and gone as soon as it was sent.
        folder = tempfile.TemporaryDirectory(prefix=".backup-", dir=pages.settings.data)
        name = f"announcements-{dt.datetime.now(JST).date()}.db"
        file = Path(folder.name) / name
        try:
            assistant.catalog.backup(file, originals=assistant.originals)
            log.note(person.name, "backup downloaded", name)
        except BaseException:
            folder.cleanup()
            raise
        return FileResponse(
            file,
            media_type="application/vnd.sqlite3",
            filename=name,
            headers={"Cache-Control": "no-store"},
            background=BackgroundTask(folder.cleanup),
        )

    app.include_router(routes)


def _rebuilding(assistant: Assistant) -> Callable[[Callable[[int, int], None]], tuple[str, ...]]:
    def work(tell: Callable[[int, int], None]) -> tuple[str, ...]:
        assistant.rebuild(tell)
        return ()

    return work


def _told(job: Job | None) -> dict[str, Any]:
    if job is None:
        return {"state": "none"}
    return {"name": job.name, "state": job.state, "done": job.done, "total": job.total}
