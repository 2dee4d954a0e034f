"""What an error means, when another attempt helps, and when a model is left alone."""

from __future__ import annotations

import datetime as dt
import email.utils
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.llm.errors import NoReply
from assistant.llm.guard import ATTEMPTS, FAILURES, LONG_REST, REST, Breaker, trouble, wait_before


class StatusError(Exception):
    """As the libraries of OpenAI and Anthropic raise them."""

    def __init__(self, status: int, **headers: str) -> None:
        super().__init__(f"{status} with sk-secret")
        self.status_code = status
        self.response = SimpleNamespace(headers={name.replace("_", "-"): value for name, value in headers.items()})


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (StatusError(401), "key"), (StatusError(403), "key"), (StatusError(429), "busy"), (StatusError(500), "server"),
        (StatusError(529), "server"), (StatusError(408), "server"), (StatusError(404), "request"),
        (TimeoutError(), "timeout"),
        (httpx.ReadTimeout("x"), "timeout"), (httpx.ConnectError("x"), "dropped"), (ConnectionResetError(), "dropped"),
        (httpx.RemoteProtocolError("x"), "dropped"), (ValueError("no JSON"), "malformed"), (NoReply("empty"), "empty"),
    ],
)  # fmt: skip
def test_an_error_is_told_by_its_status_and_type(error: Exception, kind: str) -> None:
    assert trouble(error).kind == kind
    assert "sk-secret" not in str(trouble(error))


def test_retry_after_is_read_as_seconds_and_as_a_date() -> None:
    assert trouble(StatusError(429, retry_after="7")).retry_after == 7
    soon = email.utils.format_datetime(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=90))
    assert 80 < (trouble(StatusError(429, retry_after=soon)).retry_after or 0) <= 90
    assert trouble(StatusError(429, retry_after="soon")).retry_after is None


@given(attempt=st.integers(2, ATTEMPTS), left=st.floats(0, 60))
def test_a_wait_is_jittered_grows_and_fits_the_time_that_is_left(attempt: int, left: float) -> None:
    wait = wait_before(attempt, NoReply("server"), left=left, first_wait=0.25)
    longest = 0.25 * 2 ** (attempt - 2)
    assert wait is None or (longest / 2 <= wait <= longest and wait < left)
    assert wait is not None or left <= longest


@pytest.mark.parametrize("kind", ["key", "request", "timeout", "malformed", "empty", "endless"])
def test_what_does_not_pass_is_not_tried_again(kind: str) -> None:
    assert wait_before(2, NoReply(kind), left=60) is None


def test_a_server_gets_the_seconds_that_it_asks_for_or_is_left_alone() -> None:
    assert wait_before(2, NoReply("busy", retry_after=5), left=10) == 5
    assert wait_before(2, NoReply("busy", retry_after=5), left=4) is None
    assert wait_before(ATTEMPTS + 1, NoReply("busy", retry_after=0), left=60) is None


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def failed(breaker: Breaker, times: int, why: Any = None) -> None:
    for _ in range(times):
        assert breaker.allows()
        breaker.failed(why or NoReply("server"))


def test_the_breaker_opens_after_failures_in_a_row_and_lets_one_try_after_a_rest() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    failed(breaker, FAILURES)
    assert not breaker.allows()
    clock.now += REST
    assert breaker.allows()
    assert not breaker.allows(), "one tries, the others wait for what comes of it"
    breaker.failed(NoReply("server"))
    assert not breaker.allows()
    clock.now += REST
    assert breaker.allows()
    breaker.succeeded()
    assert breaker.allows()
    assert breaker.allows()


def test_failures_with_a_success_between_them_do_not_open_it() -> None:
    breaker = Breaker(clock=Clock())
    for _ in range(3):
        failed(breaker, FAILURES - 1)
        breaker.succeeded()
    assert breaker.allows()


def test_a_refused_key_and_a_server_that_asks_for_time_open_it_at_once() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    failed(breaker, 1, NoReply("key"))
    clock.now += LONG_REST - 1
    assert not breaker.allows()
    clock.now += 1
    assert breaker.allows()
    breaker.succeeded()
    failed(breaker, 1, NoReply("busy", retry_after=12))
    clock.now += 11
    assert not breaker.allows()
    clock.now += 1
    assert breaker.allows()


def test_a_trial_that_its_asker_gave_up_leaves_the_next_one_try() -> None:
    clock = Clock()
    breaker = Breaker(clock=clock)
    failed(breaker, FAILURES)
    clock.now += REST
    assert breaker.allows()
    breaker.let_go()
    assert breaker.allows()
