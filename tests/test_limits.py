"""Quotas, places and bodies: who asks too much is told so, in words and with a time; others are served meanwhile."""

from __future__ import annotations

import json
import threading
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import anyio
import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from limits import RateLimitItemPerMinute
from limits.storage import MovingWindowSupport, Storage

from assistant.settings import Settings
from assistant.web.limits import (
    Limiter,
    Limits,
    LimitStorageUnusable,
    Quota,
    address_key,
    refusal_text,
    session_id,
)
from assistant.web.metrics import Metrics
from assistant.web.problems import answer_with_problems
from assistant.web.walls import BodyLimit

ASK = "/api/v1/ask"


def application(*, has_quotas: bool = True, **settings: Any) -> tuple[FastAPI, Metrics]:
    app, metrics = FastAPI(), Metrics()
    answer_with_problems(app)

    @app.post(ASK)
    @app.get("/api/v1/announcements")
    @app.get("/healthz")
    def fine() -> str:
        return "fine"

    app.add_middleware(Limits, settings=Settings(**settings), has_quotas=has_quotas, metrics=metrics)
    return app, metrics


def client_at(app: FastAPI, address: str) -> TestClient:
    return TestClient(app, client=(address, 50000))


def statuses(client: TestClient, count: int, **how: Any) -> list[int]:
    return [client.post(ASK, **how).status_code for _ in range(count)]


def test_one_address_gets_its_questions_and_then_a_sentence_with_a_time() -> None:
    app, metrics = application(limit_address=3)
    client = client_at(app, "203.0.113.7")
    assert statuses(client, 3) == [200, 200, 200]
    refused = client.post(ASK, headers={"Accept-Language": "ja"})
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert 1 <= int(refused.headers["retry-after"]) <= 60
    assert refused.json()["detail"] == refusal_text("address", int(refused.headers["retry-after"]), "ja")
    assert "Please try again" in client.post(ASK, headers={"Accept-Language": "en"}).json()["detail"]
    assert metrics.registry.get_sample_value("assistant_refused_total", {"limit": "address"}) == 2
    # Others, and what is no question, go on.
    assert client_at(app, "203.0.113.8").post(ASK).status_code == 200
    assert client.get("/api/v1/announcements").status_code == 200


def test_what_is_left_is_said_with_each_answer() -> None:
    app, _ = application(limit_address=3, limit_session=0)
    client = client_at(app, "203.0.113.7")
    said = [client.post(ASK).headers for _ in range(4)]
    assert [headers["ratelimit"].split(";")[1] for headers in said] == ["r=2", "r=1", "r=0", "r=0"]
    assert {headers["ratelimit-policy"] for headers in said} == {'"address";q=3;w=60'}


def test_a_session_is_named_by_the_server_and_counted_under_its_name_wherever_it_comes_from() -> None:
    app, _ = application(limit_session=2)
    named = client_at(app, "203.0.113.1").post(ASK).headers["x-session-id"]
    assert session_id(named) == named
    for address, status in (("203.0.113.2", 200), ("203.0.113.3", 429)):
        answer = client_at(app, address).post(ASK, headers={"X-Session-Id": named})
        assert (answer.status_code, answer.headers["x-session-id"]) == (status, named)
    assert client_at(app, "203.0.113.3").post(ASK).status_code == 200  # a new session


def test_what_is_no_uuid_names_no_session() -> None:
    app, _ = application()
    for made_up in ("1", "x" * 5000, "not-a-session"):
        answered = client_at(app, "203.0.113.1").post(ASK, headers={"X-Session-Id": made_up})
        assert answered.headers["x-session-id"] != made_up
        assert uuid.UUID(answered.headers["x-session-id"])


def test_a_widget_has_a_day_s_questions() -> None:
    app, _ = application(limit_widget=2)
    seen = [client_at(app, f"203.0.113.{n}").post(ASK, headers={"X-Widget-Id": "ir"}).status_code for n in range(3)]
    assert seen == [200, 200, 429]
    assert client_at(app, "203.0.113.9").post(ASK, headers={"X-Widget-Id": "careers"}).status_code == 200


def test_reading_is_limited_too_and_health_is_not() -> None:
    app, _ = application(limit_reads=2)
    client = client_at(app, "203.0.113.7")
    assert [client.get("/api/v1/announcements").status_code for _ in range(3)] == [200, 200, 429]
    assert [client.get("/healthz").status_code for _ in range(9)] == [200] * 9


def test_on_a_private_machine_and_with_zero_nothing_is_counted() -> None:
    for app, _ in (
        application(has_quotas=False, limit_address=1, limit_session=1, limit_reads=1),
        application(limit_address=0, limit_session=0, limit_reads=0),
    ):
        client = client_at(app, "127.0.0.1")
        assert statuses(client, 4) == [200] * 4
        assert "ratelimit" not in client.post(ASK).headers


def test_a_refused_request_is_not_counted_against_the_other_quotas() -> None:
    app, _ = application(limit_address=1, limit_widget=2)
    client = client_at(app, "203.0.113.1")
    assert statuses(client, 5, headers={"X-Widget-Id": "ir"}) == [200, 429, 429, 429, 429]
    assert client_at(app, "203.0.113.2").post(ASK, headers={"X-Widget-Id": "ir"}).status_code == 200


# Places


def places(*, max_answers: int, limit_together: int, callers: Sequence[str]) -> list[int]:
    """The statuses of requests from `callers` that are all under way at once."""
    app, go_on = FastAPI(), threading.Event()
    answer_with_problems(app)
    under_way = threading.Semaphore(0)

    @app.post(ASK)
    def wait() -> str:
        under_way.release()
        assert go_on.wait(30)
        return "fine"

    @app.get("/api/v1/announcements")
    def others() -> str:
        return "fine"

    settings = Settings(max_answers=max_answers, limit_together=limit_together)
    limits = Limits(app, settings=settings, has_quotas=True, metrics=Metrics())
    seen: list[int] = []
    refused = threading.Semaphore(0)

    def call(address: str) -> None:
        status = TestClient(limits, client=(address, 1)).post(ASK).status_code
        seen.append(status)
        refused.release()

    threads = []
    for address in callers:
        threads.append(threading.Thread(target=call, args=(address,)))
        threads[-1].start()
        # Either it has its place or it was refused, before the next one comes.
        while not (under_way.acquire(timeout=0.01) or refused.acquire(timeout=0.01)):
            pass
    assert TestClient(limits).get("/api/v1/announcements").status_code == 200
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert limits._under_way.total() == 0
    return seen


def test_more_answers_at_once_than_there_are_places_get_503() -> None:
    seen = places(max_answers=2, limit_together=0, callers=[f"203.0.113.{n}" for n in range(5)])
    assert sorted(seen) == [200, 200, 503, 503, 503]


def test_one_address_cannot_take_all_places() -> None:
    seen = places(max_answers=10, limit_together=2, callers=["203.0.113.1"] * 4 + ["203.0.113.2"])
    assert sorted(seen) == [200, 200, 200, 429, 429]


# Storage


class Away(MovingWindowSupport, Storage):
    """A shared storage whose server does not answer."""

    STORAGE_SCHEME: ClassVar = ["away"]
    base_exceptions = ConnectionError

    def gone(self, *_: object, **__: object) -> Any:
        raise ConnectionError("away://user:password@host refused")

    incr = get = get_expiry = check = reset = clear = acquire_entry = get_moving_window = gone


def test_while_the_shared_storage_is_away_each_process_counts_alone(caplog: pytest.LogCaptureFixture) -> None:
    limiter = Limiter("away://host")
    quota = Quota("address", RateLimitItemPerMinute(1))

    async def twice() -> list[bool]:
        return [(await limiter.take([(quota, "203.0.113.7")]))[0].is_over for _ in range(2)]

    assert anyio.run(twice) == [False, True]
    assert caplog.text.count("this process counts alone") == 1
    assert "password" not in caplog.text


@pytest.mark.parametrize("storage", ["postgresql://user:secret@host", "nonsense", "redis+made-up://host"])
def test_a_storage_that_is_not_known_is_said_in_a_sentence_without_its_password(storage: str) -> None:
    with pytest.raises(LimitStorageUnusable, match="ASSISTANT_LIMIT_STORAGE") as raised:
        Limiter(storage)
    assert "secret" not in str(raised.value)


@given(host=st.one_of(st.ip_addresses().map(str), st.text(max_size=20), st.none()))
def test_every_caller_has_a_key(host: str | None) -> None:
    assert address_key(host)


@given(network=st.ip_addresses(v=6), low=st.integers(0, 2**64 - 1), other=st.integers(0, 2**64 - 1))
def test_one_ipv6_network_is_one_reader(network: Any, low: int, other: int) -> None:
    high = int(network) >> 64 << 64
    keys = {address_key(str(type(network)(high | part))) for part in (low, other)}
    assert len(keys) == 1 or network.ipv4_mapped


# Bodies


def test_a_body_that_drips_is_refused_and_the_connection_ended() -> None:
    app = FastAPI()
    answer_with_problems(app)

    @app.post(ASK)
    async def read(request: Request) -> int:
        return len(await request.body())

    limited = BodyLimit(app, limit=100, seconds=0.05)
    sent: list[Any] = []
    scope = {
        "type": "http", "method": "POST", "path": ASK, "raw_path": ASK.encode(), "query_string": b"", "root_path": "",
        "scheme": "http", "http_version": "1.1", "asgi": {"spec_version": "2.3"},
        "headers": [(b"host", b"127.0.0.1"), (b"content-length", b"50")],
    }  # fmt: skip
    pieces: Iterator[dict[str, Any]] = iter([{"type": "http.request", "body": b"a", "more_body": True}] * 3)

    async def receive() -> dict[str, Any]:
        piece = next(pieces, None)
        if piece is None:
            await anyio.sleep_forever()
        assert piece is not None
        return piece

    async def send(message: Any) -> None:
        sent.append(message)

    anyio.run(limited, scope, receive, send)
    headers = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    assert (sent[0]["status"], headers["connection"]) == (408, "close")
    assert json.loads(sent[1]["body"])["status"] == 408
