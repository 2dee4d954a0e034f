"""Two hundred attempts to see a trace of what is not public: ask, list, name, guess, compare; none gets any."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.server import create_app
from corpus.curation import OfficialAnswer
from tests.test_gate import ASKED, HIDDEN, PUBLIC, SECRETS, opened

NAMED = {"X-Request-ID": "same"}
CONFIG: Mapping[str, Any] = {
    "surfaces": "public",
    "embeddings": "off",
    "limit_address": 0,
    "limit_reads": 0,
    "limit_session": 0,
}
# What differs between two equal answers: times, and names that are made for each answer.
_MADE = re.compile(r'"timings_ms": ?\{[^}]*\}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|\d\d:\d\d')


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TestClient, TestClient]]:
    """A server without secrets, and one that holds some; also official answers that stand on them."""
    folder: Path = tmp_path_factory.mktemp("leaks")
    assistants = [opened(folder / "without", PUBLIC), opened(folder / "with", [*PUBLIC, *HIDDEN])]
    for assistant in assistants:
        _approve(assistant, "launch.ja", "ミッション1の打ち上げを2022年11月に予定している", "打ち上げの予定は")
    for source, words in (("secret.day", "新しい日付は2031年6月19日です"), ("secret.future", "19 June 2031")):
        _approve(assistants[1], source, words, f"完了はいつですか {source}")
    yield tuple(  # type: ignore[misc]
        TestClient(create_app(one, Settings(**CONFIG)), base_url="http://127.0.0.1", headers=NAMED)
        for one in assistants
    )
    for assistant in assistants:
        assistant.close()


def _approve(assistant: Assistant, source: str, words: str, question: str) -> None:
    entry = OfficialAnswer(
        id="", topic=f"topic of {source}", questions_ja=(question,), answer_ja=words,
        sources=(assistant.official.quote(source, words),),
    )  # fmt: skip
    assistant.official.approve(assistant.official.save(entry).id, by="the editor")


def attempts() -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(method, path, how) of each; what a request itself says is no leak."""
    routes = itertools.cycle(["/api/v1/ask", "/api/v1/ask/stream", "/faq/ask", "/en/faq/ask"])
    for secret, form in itertools.product(SECRETS, ASKED):
        question, route = form.format(secret), next(routes)
        if route.startswith("/api"):
            yield "POST", route, {"json": {"question": question, "id": "q"}}
        else:
            yield "GET", route, {"params": {"q": question}}
    for secret in SECRETS:
        for path in (f"/api/v1/announcements/{secret}", f"/faq/answers/{secret}", f"/en/faq/answers/{secret}"):
            yield "GET", path, {}
        yield "GET", "/api/v1/facts", {"params": {"subject": secret, "history": "true"}}
        yield "GET", "/api/v1/faq", {"params": {"topic": secret}}
        yield "POST", "/api/v1/feedback", {"json": {"answer_id": secret, "rating": "up"}}
    for hidden in HIDDEN:
        etag = {"If-None-Match": f'"{hidden.content_hash}"'}
        yield "GET", f"/api/v1/announcements/{hidden.id}", {"headers": etag}
        yield "GET", "/api/v1/faq", {"params": {"topic": f"topic of {hidden.id}"}}
        yield "GET", f"/faq/answers/{hidden.id}", {}
        for as_of in ("2040-01-01", "2022-11-03"):
            yield "POST", "/api/v1/ask", {"json": {"question": hidden.title, "as_of": as_of, "id": "q"}}
            yield "GET", "/api/v1/facts", {"params": {"as_of": as_of, "history": "true"}}
    for query in (
        "",
        "?limit=100",
        "?offset=4",
        "?offset=1000",
        "?language=ja",
        "?language=en",
        "?limit=0",
        "?offset=-1",
    ):
        yield "GET", f"/api/v1/announcements{query}", {}
    pages = ("/faq", "/en/faq", "/sitemap.xml", "/robots.txt", "/llms.txt", "/docs", "/openapi.json", "/", "/staff/")
    data = ("/healthz", "/readyz", "/metrics", "/mcp", "/api/v1/faq", "/api/v1/facts", "/api/v1/nothing")
    for path in (*pages, *data):
        yield "GET", path, {}
    for conversation in (["何を買収しますか"], ["ゼフィリオンとは", "分かりません", "もっと詳しく"]):
        history = [
            {"role": ("user", "assistant")[place % 2], "content": text} for place, text in enumerate(conversation)
        ]
        yield "POST", "/api/v1/ask", {"json": {"question": "それはいつですか", "history": history, "id": "q"}}


ATTEMPTS = list(attempts())


def test_there_are_more_than_two_hundred_attempts() -> None:
    assert len(ATTEMPTS) > 200
    assert len({path.split("?")[0].split("/")[1] for _, path, _ in ATTEMPTS}) > 10


@pytest.mark.parametrize("part", range(8))
def test_no_attempt_gets_a_trace_of_a_secret(pair: tuple[TestClient, TestClient], part: int) -> None:
    """Every response is that of a server which holds no secret: body, status, headers, to the byte."""
    for method, path, how in ATTEMPTS[part::8]:
        without, holding = (client.request(method, path, follow_redirects=False, **how) for client in pair)
        said = _MADE.sub("", holding.text)
        assert (holding.status_code, said) == (without.status_code, _MADE.sub("", without.text)), (path, how)
        assert sorted(holding.headers) == sorted(without.headers), path
        assert holding.headers.get("etag") == without.headers.get("etag")
        asked = path + repr(how)
        assert not [secret for secret in SECRETS if secret in holding.text and secret not in asked], (path, how)
