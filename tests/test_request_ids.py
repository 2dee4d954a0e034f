"""Each request has one id: in the response, in its problem, in the log; nobody can write into a header with it."""

from __future__ import annotations

import logging

import pytest
from fastapi import FastAPI, HTTPException
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.problems import answer_with_problems
from assistant.web.request_ids import RequestIds, WithRequestId, request_id
from assistant.web.walls import NothingBroken, SecurityHeaders


@pytest.fixture
def client() -> TestClient:
    app = FastAPI()
    answer_with_problems(app)

    @app.get("/fails/{kind}")
    def fails(kind: str) -> None:
        logging.getLogger("assistant.test").error("it failed")
        if kind == "inside":
            raise RuntimeError("the password is hunter2")
        raise HTTPException(404, "not here")

    app.add_middleware(NothingBroken)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(RequestIds)
    return TestClient(app, raise_server_exceptions=False)


@pytest.mark.parametrize("kind", ["inside", "expected"])
def test_a_failure_names_its_request_in_header_and_body(client: TestClient, kind: str) -> None:
    response = client.get(f"/fails/{kind}", headers={"X-Request-ID": "from-the-proxy.7"})
    assert response.headers["x-request-id"] == response.json()["request_id"] == "from-the-proxy.7"
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "hunter2" not in response.text
    assert client.get(f"/fails/{kind}").headers["x-request-id"] != client.get(f"/fails/{kind}").headers["x-request-id"]


def test_a_log_line_names_its_request_and_no_path_of_a_reader(
    client: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "assistant")
    caplog.handler.addFilter(WithRequestId())
    client.get("/fails/my-secret-question", headers={"X-Request-ID": "one"})
    ours = {record.getMessage(): record.request_id for record in caplog.records if record.name.startswith("assistant")}  # type: ignore[attr-defined]
    assert ours["it failed"] == "one"
    [line] = [message for message in ours if message.startswith("GET ")]
    assert line.startswith("GET /fails/{kind} 404 ")
    assert "my-secret-question" not in str(ours)


@given(given=st.text(max_size=80))
def test_an_id_is_fit_for_a_header_whatever_was_sent(given: str) -> None:
    used = request_id(given)
    assert used.isascii()
    assert 0 < len(used) <= 64
    assert not set(used) & set("\r\n:;, \"'<>")
