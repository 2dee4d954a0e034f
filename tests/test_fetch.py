"""Fetching: only public addresses, within limits; tried against a server on this machine."""

import gzip
import socket
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import UnreadableFile
from corpus.fetch import NotServed, Refused, check_url, fetch, is_public

LOCAL = ("127.0.0.1", "localhost")


@contextmanager
def serving(answers):
    """A server on loopback; `answers` maps a path to (status, headers, body) or to a function of the request."""
    requests = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            requests.append((self.path, dict(self.headers)))
            answer = answers.get(self.path, (404, {}, b""))
            status, headers, body = answer(self) if callable(answer) else answer
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        server.server_close()


HTML = {
    "Content-Type": "text/html; charset=Shift_JIS",
    "ETag": '"a1"',
    "Last-Modified": "Thu, 22 Sep 2022 06:00:00 GMT",
}


def test_a_page_comes_with_its_type_and_validators():
    with serving({"/a": (200, HTML, b"<p>text</p>")}) as (base, requests):
        page = fetch(f"{base}/a", allow_hosts=LOCAL)
    assert (page.status, page.data, page.media_type, page.charset) == (200, b"<p>text</p>", "text/html", "shift_jis")
    assert (page.etag, page.last_modified) == ('"a1"', HTML["Last-Modified"])
    assert "announcements-assistant" in requests[0][1]["User-Agent"]


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/", "http://localhost/", "http://[::1]/", "http://2130706433/", "http://0x7f.1/",
        "http://169.254.169.254/latest/meta-data/", "http://10.1.2.3/", "http://192.168.0.1/", "http://100.64.0.1/",
        "http://[fe80::1]/", "http://[fd00::1]/", "http://[::ffff:127.0.0.1]/", "http://[64:ff9b::a00:1]/",
        "http://224.0.0.1/", "http://0.0.0.0/", "http://localhost./",
        "file:///etc/passwd", "ftp://example.com/a", "gopher://example.com/", "http:///a", "//example.com/a",
        "http://user:secret@example.com/",
    ],
)  # fmt: skip
def test_no_address_but_a_public_one_is_read(url):
    with pytest.raises(Refused):
        fetch(url, seconds=5)


def test_a_redirect_into_the_private_network_is_refused():
    for place in ("http://localhost:1/secret", "http://169.254.169.254/", "file:///etc/passwd"):
        with serving({"/a": (302, {"Location": place}, b"")}) as (base, _), pytest.raises(Refused):
            fetch(f"{base}/a", allow_hosts=["127.0.0.1"])


def test_a_name_that_changes_its_mind_after_the_check_gains_nothing(monkeypatch):
    """The address that was checked is the one connected to: the name is resolved once."""
    asked = []
    real = socket.getaddrinfo

    def rebinding(host, *args, **kwargs):
        if host == "rebind.test":
            asked.append(host)
            return real("93.184.215.14" if len(asked) == 1 else "127.0.0.1", *args, **kwargs)
        return real(host, *args, **kwargs)

    connected = []

    def connect(address, *args, **kwargs):
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(UnreadableFile):
        fetch("http://rebind.test/", seconds=5)
    assert connected == ["93.184.215.14"]
    with pytest.raises(Refused):
        fetch("http://rebind.test/", seconds=5)


def test_a_name_with_one_private_address_among_public_ones_is_refused(monkeypatch):
    def both(host, port, **kwargs):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in ("93.184.215.14", "10.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", both)
    with pytest.raises(Refused):
        fetch("http://mixed.test/", seconds=5)


@given(st.ip_addresses(v=4))
def test_an_address_inside_an_address_is_judged_by_the_inner_one(inner):
    number = int(inner)
    for outer in (f"::ffff:{inner}", f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}"):
        assert is_public(outer) == is_public(str(inner))
    assert not (
        is_public(str(inner)) and (inner.is_private or inner.is_loopback or inner.is_link_local or inner.is_multicast)
    )


def test_redirects_are_followed_five_times_and_no_further():
    def chain(length):
        return {f"/{i}": (302, {"Location": f"/{i + 1}"}, b"") for i in range(length)} | {
            f"/{length}": (200, HTML, b"end")
        }

    with serving(chain(5)) as (base, _):
        page = fetch(f"{base}/0", allow_hosts=LOCAL)
        assert (page.data, page.url) == (b"end", f"{base}/5")
    with serving(chain(6)) as (base, _), pytest.raises(UnreadableFile, match="more than 5 times"):
        fetch(f"{base}/0", allow_hosts=LOCAL)


@pytest.mark.parametrize(
    ("headers", "body", "said"),
    [
        ({"Content-Type": "text/html"}, b"x" * 5_000, "larger"),
        ({"Content-Type": "text/html", "Content-Encoding": "gzip"}, gzip.compress(b"x" * 5_000_000, mtime=0), "larger"),
        (
            {"Content-Type": "text/html", "Content-Encoding": "gzip, gzip"},
            gzip.compress(gzip.compress(b"x", mtime=0), mtime=0),
            "packed",
        ),
        ({"Content-Type": "video/mp4"}, b"x", "video/mp4"),
    ],
)
def test_what_is_too_large_or_of_a_foreign_type_is_refused(headers, body, said):
    with serving({"/a": (200, headers, body)}) as (base, _), pytest.raises(UnreadableFile, match=said):
        fetch(f"{base}/a", allow_hosts=LOCAL, size_limit=1_000)


def test_a_server_that_drips_is_left_when_the_time_is_up():
    left = threading.Event()

    def drip(handler):
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n")
        for _ in range(5_000):  # far longer than it is waited for
            try:
                handler.wfile.write(b"x")
                handler.wfile.flush()
            except OSError:
                left.set()
                break
            threading.Event().wait(0.02)
        return 200, {}, b""

    with serving({"/a": drip}) as (base, _), pytest.raises(UnreadableFile, match=r"within 0\.4 seconds"):
        fetch(f"{base}/a", allow_hosts=LOCAL, seconds=0.4)
    assert left.wait(60)


def test_other_replies_are_errors_with_their_status():
    with serving({}) as (base, _), pytest.raises(NotServed, match="404") as caught:
        fetch(f"{base}/none", allow_hosts=LOCAL)
    assert caught.value.status == 404


def test_an_unchanged_page_is_not_sent_again():
    def answer(handler):
        return (304, {}, b"") if handler.headers.get("If-None-Match") == '"a1"' else (200, HTML, b"text")

    with serving({"/a": answer}) as (base, _):
        assert fetch(f"{base}/a", allow_hosts=LOCAL, headers={"If-None-Match": '"a1"'}).status == 304


def test_a_server_that_is_not_there_is_said_to_be_none():
    with pytest.raises(UnreadableFile, match="cannot be fetched"):
        fetch("http://127.0.0.1:1/", allow_hosts=LOCAL, seconds=5)


def test_public_addresses_pass_the_first_check():
    check_url("https://example.com/news?id=1#top")
