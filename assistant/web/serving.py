"""From settings to a served page: bind, open the assistant, serve until interrupted, close."""

from __future__ import annotations

import socket
import sys

import uvicorn

from assistant.errors import AnswerError
from assistant.settings import Settings
from assistant.web.server import LOOPBACK, create_app


class PortInUse(AnswerError):  # noqa: N818 - named as the tree names them
    """Another program listens on the port."""


class AddressUnavailable(AnswerError):  # noqa: N818
    """The host is no address of this machine, or the port is not allowed."""


def serve(settings: Settings) -> None:
    """Serve the page and the API on `settings.host`:`settings.port` until interrupted; AssistantError before that."""
    if settings.host not in LOOPBACK:
        print(
            f"Warning: {settings.host} can be reached from other machines, and this version asks nobody to sign in. "
            "Put a proxy that does in front of it, or serve on 127.0.0.1.",
            file=sys.stderr,
        )
    from assistant.assistant import Assistant  # its imports take seconds; a port in use is said before

    # Bound before anything is loaded, so that a port in use is said at once.
    with bound(settings.host, settings.port) as listener:
        assistant = Assistant.open(settings, embeddings="background")
        try:
            app = create_app(assistant, settings)
            config = uvicorn.Config(app, log_level="warning", server_header=False, timeout_graceful_shutdown=5)
            print(f"Open http://{_in_url(settings.host)}:{settings.port} in a browser. Stop with Ctrl+C.", flush=True)
            uvicorn.Server(config).run(sockets=[listener])
        finally:
            assistant.close()


def bound(host: str, port: int) -> socket.socket:
    """A socket bound to the address, ready to listen; PortInUse or AddressUnavailable when that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        # Windows would share the port with whoever holds it.
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if isinstance(error, socket.gaierror):
            raise AddressUnavailable(f"'{host}' is no address of this machine; set ASSISTANT_HOST.") from error
        if error.errno == 98 or "in use" in str(error):
            raise PortInUse(
                f"Port {port} on {host} is in use. Stop the program that holds it, or set ASSISTANT_PORT to another."
            ) from error
        raise AddressUnavailable(f"Cannot serve on {host}, port {port}: {error.strerror or error}.") from error
    return listener


def _in_url(host: str) -> str:
    if host in ("0.0.0.0", "::"):  # noqa: S104 - compared, not bound
        return "127.0.0.1"
    return f"[{host}]" if ":" in host else host
