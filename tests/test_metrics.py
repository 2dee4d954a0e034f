"""The metrics count what happened, name no reader's word, and show themselves only to the token."""

from __future__ import annotations

from fastapi import FastAPI
from fastapi.responses import StreamingResponse
from fastapi.testclient import TestClient
from prometheus_client.parser import text_string_to_metric_families

from assistant.web.metrics import Measured, Metrics
from assistant.web.problems import answer_with_problems

SHOWN = {"Authorization": "Bearer let-me-see"}


def application(token: str, *, is_public: bool = True) -> tuple[TestClient, Metrics]:
    app, metrics = FastAPI(), Metrics()
    answer_with_problems(app)
    metrics.mount(app, token=token, is_public=is_public)

    @app.get("/stream/{id}")
    def stream(id: str) -> StreamingResponse:
        def pieces() -> object:
            yield f"data: {metrics.registry.get_sample_value('assistant_streams_in_flight')}\n\n"

        return StreamingResponse(pieces(), media_type="text/event-stream")  # type: ignore[arg-type]

    app.add_middleware(Measured, metrics=metrics)
    return TestClient(app), metrics


def test_without_a_token_a_public_service_has_no_metrics() -> None:
    client, _ = application("")
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": ""}):
        assert client.get("/metrics", headers=headers).status_code == 404


def test_without_a_token_only_this_machine_sees_them_while_nobody_else_comes() -> None:
    client, _ = application("", is_public=False)
    assert client.get("/metrics").status_code == 200
    guarded, _ = application("let-me-see", is_public=False)
    assert guarded.get("/metrics").status_code == 401


def test_metrics_show_themselves_to_their_token_only() -> None:
    client, _ = application("let-me-see")
    for headers in ({}, {"Authorization": "Bearer let-me-se"}, {"Authorization": "Bearer ünïcode".encode()}):
        response = client.get("/metrics", headers=headers)  # type: ignore[arg-type]
        assert response.status_code == 401
        assert response.headers["www-authenticate"] == "Bearer"
    assert client.get("/metrics", headers=SHOWN).status_code == 200


def test_requests_are_counted_by_route_and_streams_while_they_last() -> None:
    client, metrics = application("let-me-see")
    assert client.get("/stream/secret-1").text == "data: 1.0\n\n"
    client.get("/stream/secret-2")
    client.get("/nowhere/secret-3")
    client.request("MADE-UP", "/nowhere")
    page = client.get("/metrics", headers=SHOWN).text
    assert "secret" not in page
    assert "MADE-UP" not in page
    families = {family.name: family for family in text_string_to_metric_families(page)}
    counted = {
        (sample.labels["method"], sample.labels["route"], sample.labels["status"]): sample.value
        for sample in families["assistant_requests"].samples
        if sample.name == "assistant_requests_total"
    }
    assert counted == {
        ("GET", "/stream/{id}", "200"): 2,
        ("GET", "other", "404"): 1,
        ("other", "other", "404"): 1,
    }
    assert metrics.registry.get_sample_value("assistant_streams_in_flight") == 0
