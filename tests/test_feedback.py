"""Answers over HTTP are kept and can be rated by the name that came with them; no reader's address is kept."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.server import create_app
from tests.bridge_builder import ALL, opened

QUESTION = {"question": "工事用の台船の重量は？"}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    made = opened(tmp_path_factory.mktemp("feedback") / "data", ALL)
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> TestClient:
    settings = Settings(surfaces="public", widget_origins="ir=https://www.example.com", limit_address=0, _env_file=None)
    return TestClient(create_app(assistant, settings), base_url="http://127.0.0.1", client=("203.0.113.77", 1))


def kept(assistant: Assistant, id: str) -> Any:
    assistant.records.flush()
    return assistant.records.store.get(id)


@pytest.mark.parametrize("route", ["/api/v1/ask", "/api/v1/ask/stream"])
@pytest.mark.parametrize("own_id", [{}, {"id": "q7"}])
def test_an_answer_is_kept_under_the_name_that_comes_with_it(
    assistant: Assistant, client: TestClient, route: str, own_id: dict[str, str]
) -> None:
    response = client.post(route, json={**QUESTION, **own_id}, headers={"X-Request-ID": "seven"})
    name = response.headers["x-answer-id"]
    answer, feedback = kept(assistant, name)
    assert (answer.question, answer.surface, answer.audience) == (QUESTION["question"], "api", "public")
    assert (answer.request_id, answer.user_name, feedback) == ("seven", "", None)
    found = re.findall(r'^data: (\{.*"short_answer".*\})$', response.text, re.MULTILINE) or [response.text]
    assert json.loads(found[0])["id"] == own_id.get("id", name)


def test_what_the_widget_and_the_faq_answer_is_kept_as_theirs(assistant: Assistant, client: TestClient) -> None:
    page = {"Origin": "https://www.example.com", "X-Widget-Id": "ir"}
    name = client.post("/api/v1/ask", json=QUESTION, headers=page).headers["x-answer-id"]
    assert kept(assistant, name)[0].surface == "widget"
    before = {group.question for group in assistant.records.inbox(often=1)}
    client.get("/faq/ask", params={"q": "橋の番犬の名前は？"})
    after = {group.question for group in assistant.records.inbox(often=1)}
    assert after - before == {"橋の番犬の名前は？"}


def test_a_rating_stands_with_its_answer_and_the_last_one_counts(assistant: Assistant, client: TestClient) -> None:
    name = client.post("/api/v1/ask", json=QUESTION).headers["x-answer-id"]
    for body in ({"rating": "up"}, {"rating": "down", "reason": "missing", "comment": "<b>金額</b>も"}):
        response = client.post("/api/v1/feedback", json={"answer_id": name, **body})
        assert (response.status_code, response.content) == (204, b"")
    _, feedback = kept(assistant, name)
    assert (feedback.rating, feedback.reason, feedback.comment) == ("down", "incomplete", "<b>金額</b>も")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"answer_id": "00000000-0000-0000-0000-000000000000", "rating": "up"}, 404),
        ({"answer_id": "q7", "rating": "up"}, 404),
        ({"answer_id": "", "rating": "up"}, 422),
        ({"answer_id": "a\0b", "rating": "up"}, 422),
        ({"rating": "up"}, 422),
        ({"answer_id": "x", "rating": "sideways"}, 422),
        ({"answer_id": "x", "rating": "down", "reason": "boring"}, 422),
        ({"answer_id": "x", "rating": "down", "comment": "あ" * 501}, 422),
    ],
)
def test_a_rating_that_cannot_be_used_is_a_problem(client: TestClient, body: dict[str, str], status: int) -> None:
    response = client.post("/api/v1/feedback", json=body)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")


def test_no_address_of_a_reader_is_kept(assistant: Assistant, client: TestClient) -> None:
    name = client.post("/api/v1/ask", json=QUESTION, headers={"User-Agent": "Reader-Browser/7"}).headers["x-answer-id"]
    everything = repr(kept(assistant, name))
    assert "203.0.113.77" not in everything
    assert "Reader-Browser" not in everything
