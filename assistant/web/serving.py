"""From settings to a served page: bind, open the assistant, serve until interrupted, close."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import signal
import threading
from types import FrameType

from assistant.settings import Settings
from assistant.web.address import bound, url
from assistant.web.exposure import Exposure
from assistant.web.request_ids import WithRequestId
from assistant.web.sign_in import refuse_to_be_open

_M_ARENA_MAX, _ARENAS = -8, 2


def serve(settings: Settings) -> None:
    """Serve the page and the API on `settings.host`:`settings.port` until interrupted; AssistantError before that."""
    if refuse_to_be_open(settings):
        print("Nobody has to sign in: there is no staff user yet, and only this machine is served.", flush=True)
    _log_to_stderr(settings.log_level)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    exposure = Exposure.of(settings)
    _hold_few_arenas()
    _allow_open_files(2 * settings.max_connections + 200)
    # Bound before anything is loaded, which takes seconds, so that a port in use is said at once.
    with bound(settings.host, settings.port) as listener:
        import uvicorn

        from assistant.assistant import Assistant
        from assistant.web.connections import patient_for
        from assistant.web.server import create_app
        from assistant.web.widgets import Widgets

        Widgets.parse(settings.widget_origins)  # a mistake in them is said before anything is loaded
        # After the imports: opening starts to warm up the embeddings, which would slow them down.
        assistant = Assistant.open(settings, embeddings="background")
        try:
            assistant.read_in_processes(settings.readers)
            config = uvicorn.Config(
                create_app(assistant, settings),
                http=patient_for(settings.request_timeout),
                root_path=exposure.root_path,
                proxy_headers=False,  # the application does that itself, for the proxies that the settings trust
                limit_concurrency=settings.max_connections,
                log_config=None,
                server_header=False,
                timeout_graceful_shutdown=5,
            )
            print(f"Open {url(settings.host, settings.port)} in a browser. Stop with Ctrl+C.", flush=True)
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            assistant.close()


def _hold_few_arenas() -> None:
    """Lets threads share their memory: glibc has an arena for each, which only grows (mallopt(3), M_ARENA_MAX)."""
    os.environ.setdefault("MALLOC_ARENA_MAX", str(_ARENAS))  # of the processes that read
    with contextlib.suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _ARENAS)


def _allow_open_files(wanted: int) -> None:
    """Lets this process have as many connections as the settings say, where the system leaves that to it."""
    try:
        import resource
    except ImportError:  # Windows, which has no such limit
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(wanted, hard) if hard > 0 else wanted, hard))


def _log_to_stderr(level: str) -> None:
    """Every record with the id of its request; our own from `level` on, those of libraries from warnings on."""
    lines = logging.StreamHandler()
    lines.addFilter(WithRequestId())
    lines.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[lines])
    logging.getLogger("assistant").setLevel(level.upper())


def _end(_number: int, _frame: FrameType | None) -> None:
    # uvicorn raises the signal again once it has finished; by default that would end us before the stores are closed.
    raise SystemExit(0)
