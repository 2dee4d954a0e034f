"""Fetching: an http(s) URL in, its bytes and type out, and no address but a public one is ever connected to.

Every connection, also after a redirect, goes to an address that was resolved and checked just before, so a name that
changes its mind in between gains nothing. Time and size are limited in all, not only from one packet to the next.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from email.message import Message

import httpcore
import httpx

from corpus.errors import UnreadableFile

SIZE_LIMIT = 50_000_000  # bytes, after unpacking
TIME_LIMIT = 60.0  # seconds in all, redirects included
_REDIRECT_LIMIT = 5
USER_AGENT = "announcements-assistant/0.1 (reads announcements that a person asked for)"

# What a loader may be able to read; servers name unknown files application/octet-stream.
_TYPES = (
    "text/", "application/pdf", "application/xhtml+xml", "application/xml", "application/rss+xml",
    "application/atom+xml", "application/rdf+xml", "application/json", "application/x-ndjson", "application/jsonl",
    "application/octet-stream", "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
)  # fmt: skip
# Prefixes of IPv6 that carry an IPv4 address, and where in its 16 bytes.
_CARRIERS = ((ipaddress.IPv6Network("64:ff9b::/96"), 12), (ipaddress.IPv6Network("2002::/16"), 2))


class Refused(UnreadableFile):
    """The guard does not let this address be read."""


class NotServed(UnreadableFile):
    """The server replied, but not with the page; `status` is its HTTP status."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True, slots=True)
class Fetched:
    """A reply: `status` 200 with data, or 304 with none when the page has not changed."""

    url: str  # the address in the end, after redirects
    status: int
    data: bytes
    media_type: str  # such as text/html, in small letters, without parameters
    charset: str
    etag: str
    last_modified: str


def fetch(
    url: str,
    *,
    allow_hosts: Collection[str] = (),
    headers: Mapping[str, str] | None = None,
    size_limit: int = SIZE_LIMIT,
    seconds: float = TIME_LIMIT,
) -> Fetched:
    """What stands at `url`.

    Args:
        allow_hosts: host names or addresses that may be private, such as an intranet's. Everything else must resolve
            to public addresses only.
        headers: sent as well, such as If-None-Match.
        size_limit: bytes, after unpacking.
        seconds: in all.

    Raises:
        Refused: not http(s), or an address that is not public.
        NotServed: another status than 200 or 304.
        UnreadableFile: not found, no reply in time, too large, or of a type that no loader reads.
    """
    deadline = time.monotonic() + seconds
    allowed = frozenset(host.strip().lower().strip("[]") for host in allow_hosts)
    check_url(url)
    transport = _GuardedTransport(allowed, deadline)
    agent = {"User-Agent": USER_AGENT, "Accept-Encoding": "gzip, deflate", **(headers or {})}
    try:
        # The environment's proxies would resolve names out of the guard's sight.
        with (
            httpx.Client(transport=transport, trust_env=False, max_redirects=_REDIRECT_LIMIT, headers=agent) as client,
            client.stream("GET", url, follow_redirects=True, timeout=15.0) as response,
        ):
            return _received(response, size_limit, deadline)
    except httpx.TooManyRedirects as error:
        raise UnreadableFile(f"The address leads on more than {_REDIRECT_LIMIT} times. Give the last one.") from error
    except (httpx.TimeoutException, httpcore.TimeoutException, TimeoutError) as error:
        raise UnreadableFile(
            f"The server did not send the page within {seconds:g} seconds. Try again later."
        ) from error
    except httpx.UnsupportedProtocol as error:
        raise Refused("The address leads to something else than http or https.") from error
    except (
        httpx.HTTPError,
        httpx.InvalidURL,
        httpcore.NetworkError,
        httpcore.ProtocolError,
        ssl.SSLError,
        OSError,
    ) as error:
        raise UnreadableFile(f"The page cannot be fetched: {_said(error)}. Check the address.") from error


def check_url(url: str) -> None:
    """Refuses what is no plain http(s) address.

    >>> check_url("https://example.com/news")
    """
    try:
        parts = httpx.URL(url)
    except (httpx.InvalidURL, TypeError, ValueError) as error:
        raise Refused("The address is not a URL. Write it with http:// or https://.") from error
    if parts.scheme not in ("http", "https") or not parts.host:
        raise Refused("Only addresses that begin with http:// or https:// are read.")
    if parts.userinfo:
        raise Refused("The address holds a user name. Leave user names and passwords out of it.")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet, also where IPv6 carries an IPv4 address inside.

    >>> is_public("93.184.215.14"), is_public("169.254.169.254"), is_public("::ffff:10.0.0.1"), is_public("100.64.0.1")
    (True, False, False, False)
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return is_public(str(ip.ipv4_mapped))
        for network, start in _CARRIERS:
            if ip in network:
                return is_public(str(ipaddress.IPv4Address(ip.packed[start : start + 4])))
        # Today's public IPv6 is 2000::/3 alone; Teredo (2001::/32) tunnels to anywhere.
        if ip not in ipaddress.IPv6Network("2000::/3") or ip.teredo:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _received(response: httpx.Response, size_limit: int, deadline: float) -> Fetched:
    media_type, charset = _content_type(response.headers.get("content-type", ""))
    if response.status_code not in (200, 304):
        said = f"{response.status_code} {response.reason_phrase}".strip()
        raise NotServed(f"The server answers {said}. Check the address.", response.status_code)
    if "," in response.headers.get("content-encoding", ""):
        # Packed twice, a few kilobytes can unfold into gigabytes between two looks at the size.
        raise UnreadableFile("The page is packed more than once and is not read.")
    if response.status_code == 200 and media_type and not media_type.startswith(_TYPES):
        raise UnreadableFile(f"The page is of type '{media_type}', which no loader reads.")
    length = response.headers.get("content-length", "")
    data = bytearray()
    if response.status_code == 200:
        if length.isdigit() and int(length) > size_limit:
            raise _too_large(size_limit)
        for piece in response.iter_bytes(65_536):
            data += piece
            if len(data) > size_limit:
                raise _too_large(size_limit)
            if time.monotonic() > deadline:
                raise TimeoutError
    return Fetched(
        url=str(response.url),
        status=response.status_code,
        data=bytes(data),
        media_type=media_type,
        charset=charset,
        etag=response.headers.get("etag", ""),
        last_modified=response.headers.get("last-modified", ""),
    )


def _content_type(header: str) -> tuple[str, str]:
    message = Message()
    message["content-type"] = header
    return (message.get_content_type() if header else ""), (message.get_content_charset() or "")


def _too_large(limit: int) -> UnreadableFile:
    return UnreadableFile(f"The page is larger than {limit // 1_000_000} MB.")


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__).rstrip(".")


# --- The guard --------------------------------------------------------------------------------------------------


class _GuardedBackend(httpcore.NetworkBackend):
    """Connects to checked addresses only, and gives each step no more time than is left in all."""

    def __init__(self, allowed: frozenset[str], deadline: float) -> None:
        self._allowed = allowed
        self._deadline = deadline
        self._backend = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception | None = None
        for address in self._checked(host, port):
            try:
                stream = self._backend.connect_tcp(
                    address, port, timeout=_left(self._deadline, timeout), socket_options=socket_options
                )
                return _TimedStream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"'{host}' has no address")

    def _checked(self, host: str, port: int) -> list[str]:
        name = host.lower().strip("[]").rstrip(".")
        try:
            found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(f"the host '{host}' is not known") from error
        addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
        if name not in self._allowed and not all(is_public(address) for address in addresses):
            raise Refused(
                f"'{host}' is an address inside a private network and is not read. "
                "If it is meant to be, name the host in ASSISTANT_ALLOW_HOSTS."
            )
        return addresses[:4]


class _TimedStream(httpcore.NetworkStream):
    """A connection on which nothing waits beyond the deadline."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._deadline, timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._deadline, timeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        secured = self._stream.start_tls(ssl_context, server_hostname, _left(self._deadline, timeout))
        return _TimedStream(secured, self._deadline)

    def get_extra_info(self, info: str) -> object:
        return self._stream.get_extra_info(info)


def _left(deadline: float, timeout: float | None) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is up")
    return left if timeout is None else min(left, timeout)


class _Body(httpx.SyncByteStream):
    def __init__(self, response: httpcore.Response) -> None:
        self._response = response

    def __iter__(self) -> Iterator[bytes]:
        yield from self._response.iter_stream()

    def close(self) -> None:
        self._response.close()


class _GuardedTransport(httpx.BaseTransport):
    """httpx over the guarded connections; each redirect comes through here again."""

    def __init__(self, allowed: frozenset[str], deadline: float) -> None:
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(trust_env=False),
            network_backend=_GuardedBackend(allowed, deadline),
            max_keepalive_connections=0,
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        check_url(str(request.url))
        response = self._pool.handle_request(
            httpcore.Request(
                method=request.method,
                url=httpcore.URL(
                    scheme=request.url.raw_scheme,
                    host=request.url.raw_host,
                    port=request.url.port,
                    target=request.url.raw_path,
                ),
                headers=request.headers.raw,
                content=request.read(),
                extensions=request.extensions,
            )
        )
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response),
            extensions=response.extensions,
        )

    def close(self) -> None:
        self._pool.close()
