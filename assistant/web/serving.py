"""From settings to a served page: bind, open the assistant, serve until interrupted, close."""

from __future__ import annotations

import logging
import signal
import sys
import threading
from types import FrameType

from assistant.settings import Settings
from assistant.web.address import LOOPBACK, bound, url
from assistant.web.request_ids import WithRequestId


def serve(settings: Settings) -> None:
    """Serve the page and the API on `settings.host`:`settings.port` until interrupted; AssistantError before that."""
    if settings.host not in LOOPBACK:
        print(
            f"Warning: {settings.host} can be reached from other machines, and this version asks nobody to sign in. "
            "Put a proxy that does in front of it, or serve on 127.0.0.1.",
            file=sys.stderr,
        )
    _log_to_stderr(settings.log_level)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _end)
    # Bound before anything is loaded, which takes seconds, so that a port in use is said at once.
    with bound(settings.host, settings.port) as listener:
        import uvicorn

        from assistant.assistant import Assistant
        from assistant.web.server import create_app
        from assistant.web.widgets import Widgets

        Widgets.parse(settings.widget_origins)  # a mistake in them is said before anything is loaded
        # After the imports: opening starts to warm up the embeddings, which would slow them down.
        assistant = Assistant.open(settings, embeddings="background")
        try:
            config = uvicorn.Config(
                create_app(assistant, settings), log_config=None, server_header=False, timeout_graceful_shutdown=5
            )
            print(f"Open {url(settings.host, settings.port)} in a browser. Stop with Ctrl+C.", flush=True)
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            assistant.close()


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
