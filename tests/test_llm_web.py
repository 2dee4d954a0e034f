"""A chat model behind the web surface: streamed to a visitor, let go when the visitor leaves, its key nowhere."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.server import create_app
from tests.bridge_builder import ALL
from tests.llm_server import ModelServer, Reply, model_server, says

KEY = "sk-very-secret-0123456789"
OPENED = "フェーズ1の吊橋は2024年3月15日に開通しました [1]。"
QUESTION = {"question": "フェーズ1の開通はいつですか", "id": "q1"}


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture(scope="module")
def served(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    data = tmp_path_factory.mktemp("llm") / "data"
    settings = Settings(data=data, sample="off", llm="openai:small", llm_url=server.address, llm_key=KEY)  # type: ignore[arg-type]
    assistant = Assistant.open(settings, embeddings="off")
    for announcement in ALL:
        assistant.catalog.add(announcement, origin=announcement.id)
    assistant.index.catch_up(assistant.catalog)
    config = uvicorn.Config(create_app(assistant, settings), host="127.0.0.1", port=0, log_level="warning")
    running = uvicorn.Server(config)
    thread = threading.Thread(target=running.run, daemon=True)
    thread.start()
    while not running.started:
        assert thread.is_alive()
        threading.Event().wait(0.05)
    yield f"http://127.0.0.1:{running.servers[0].sockets[0].getsockname()[1]}"
    running.should_exit = True
    thread.join(20)
    assistant.close()


def events(response: httpx.Response) -> Iterator[tuple[str, Any]]:
    event = ""
    for line in response.iter_lines():
        if line.startswith("event: "):
            event = line.removeprefix("event: ")
        elif line.startswith("data: "):
            yield event, json.loads(line.removeprefix("data: "))


def test_deltas_are_verified_sentences_and_add_up_to_the_answer(served: str, server: ModelServer) -> None:
    server.script = [says(OPENED + "フェーズ2の開通は2028年を予定しています [1]。")]
    with httpx.stream("POST", f"{served}/api/v1/ask/stream", json=QUESTION, timeout=60) as response:
        got = list(events(response))
    deltas = [data["text"] for name, data in got if name == "delta"]
    done = got[-1][1]
    assert (got[-1][0], done["engine"], done["id"]) == ("done", "llm:small", "q1")
    assert len(deltas) == 2
    assert "".join(deltas) == done["answer"]


def test_a_visitor_who_leaves_ends_the_request_to_the_model(served: str, server: ModelServer) -> None:
    server.script = [says("フェーズ1では10項目の検査のうち9項目に合格しました [1]。", then="hangs")]
    asked = {"question": "フェーズ1で合格した検査は何項目ですか"}
    with httpx.stream("POST", f"{served}/api/v1/ask/stream", json=asked, timeout=60) as response:
        assert next(data for name, data in events(response) if name == "delta")
        assert not server.gone.is_set()
    assert server.gone.wait(10)


def test_the_key_is_on_no_page_in_no_answer_and_in_no_log(
    served: str, server: ModelServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    server.script = lambda _: Reply(status=401, raw=json.dumps({"error": {"message": f"Bad key {KEY}"}}).encode())
    asked = {"question": "北見市との契約額はいくらですか"}
    texts = [httpx.post(f"{served}/api/v1/ask", json=asked, timeout=60).text]
    texts += [
        httpx.get(f"{served}{path}", timeout=60).text for path in ("/", "/docs", "/openapi.json", "/readyz", "/faq")
    ]
    assert json.loads(texts[0])["engine"] == "extractive"
    assert not [text for text in texts if KEY in text]
    assert KEY not in caplog.text
    assert KEY not in repr(Settings(llm_key=KEY))  # type: ignore[arg-type]


def test_what_the_model_took_is_counted_in_the_data_directory(served: str, server: ModelServer, tmp_path: Path) -> None:
    from assistant.llm.budget import Budget, Usage

    budget = Budget(tmp_path / "llm.db")
    assert budget.days() == []
    data = Settings(data=tmp_path, llm="openai:small", llm_url=server.address, llm_key=KEY, sample="off")  # type: ignore[arg-type]
    server.script = [says(OPENED, usage=(1234, 56))]
    assistant = Assistant.open(data, embeddings="off")
    try:
        for announcement in ALL:
            assistant.catalog.add(announcement, origin=announcement.id)
        assistant.index.catch_up(assistant.catalog)
        assert assistant.ask(QUESTION["question"]).engine == "llm:small"
        assert assistant.ask(QUESTION["question"], engine="extractive").engine == "extractive"
    finally:
        assistant.close()
    [spent] = budget.days()
    assert (spent.model, spent.requests, spent.usage) == ("small", 1, Usage(1234, 56))
