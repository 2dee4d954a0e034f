"""The address to serve on: host and port in, a listening socket out, or a sentence why not."""

from __future__ import annotations

import errno
import socket
import sys

from assistant.errors import AnswerError

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - compared, not bound


class PortInUse(AnswerError):
    """Another program listens on the port."""


class AddressUnavailable(AnswerError):
    """The host is no address of this machine, or the port is not allowed."""


def bound(host: str, port: int) -> socket.socket:
    """A socket that listens on the address; PortInUse or AddressUnavailable when that cannot be."""
    listener = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
    try:
        # On Windows this would share the port with whoever holds it.
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
    except OSError as error:
        listener.close()
        if isinstance(error, socket.gaierror):
            raise AddressUnavailable(f"'{host}' is no address of this machine; set ASSISTANT_HOST.") from error
        if error.errno == errno.EADDRINUSE:
            raise PortInUse(
                f"Port {port} on {host} is in use. Stop the program that holds it, or set ASSISTANT_PORT to another."
            ) from error
        reason = error.strerror or str(error)
        raise AddressUnavailable(f"Cannot serve on {host}, port {port} ({reason}); set ASSISTANT_HOST.") from error
    return listener


def url(host: str, port: int) -> str:
    """The address for a browser on this machine.

    >>> url("::1", 7860), url("0.0.0.0", 80)
    ('http://[::1]:7860', 'http://127.0.0.1:80')
    """
    if host in _ANY:
        return f"http://127.0.0.1:{port}"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
