"""Staff's AI tools, through the official client: what they give, whom they let in, that they change nothing."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import httpx2
import pytest
from fastapi.testclient import TestClient
from mcp.client.client import Client
from mcp.client.stdio import StdioServerParameters, stdio_client
from mcp.client.streamable_http import streamable_http_client

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.mcp import WeakToken, mcp_server, tokens
from assistant.web.server import create_app
from tests.bridge_builder import ALL, notice, opened

TOKEN = "a-token-for-the-tests-only"
HIDDEN = dataclasses.replace(
    notice("hidden.ja", "2024-05-01", "社内限り：極秘の提携", "極秘の提携先はオリオン商会です。"), audience="staff"
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    made = opened(tmp_path_factory.mktemp("mcp") / "data", [*ALL, HIDDEN])
    yield made
    made.close()


def called(assistant: Assistant, tool: str, audience: Any = "staff", **arguments: Any) -> Any:
    """What a tool gives, or its error's sentence."""

    async def call() -> Any:
        async with Client(mcp_server(assistant, audience=audience)) as client:
            result = await client.call_tool(tool, arguments)
            text = "".join(getattr(part, "text", "") for part in result.content)
            return text if result.is_error else result.structured_content

    return anyio.run(call)


def test_the_tools_are_four_and_only_read(assistant: Assistant) -> None:
    async def listed() -> Any:
        async with Client(mcp_server(assistant)) as client:
            return (await client.list_tools()).tools

    tools = anyio.run(listed)
    assert sorted(tool.name for tool in tools) == ["announcement", "ask", "facts", "search"]
    for tool in tools:
        assert tool.annotations.read_only_hint is True
        assert tool.description


def test_an_answer_quotes_what_the_announcement_tool_gives(assistant: Assistant) -> None:
    answer = called(assistant, "ask", question="工事用の台船の重量は？")
    [citation] = answer["citations"]
    assert "35トン" in answer["answer"]
    text = called(assistant, "announcement", id=citation["announcement_id"])["text"]
    assert text[citation["start"] : citation["end"]] == citation["quote"]


def test_a_search_gives_passages_with_their_places(assistant: Assistant) -> None:
    passages = called(assistant, "search", query="歩道橋 架設", k=3)["passages"]
    assert 0 < len(passages) <= 3
    assert passages[0]["announcement_id"] == "contracts.ja"
    assert passages == sorted(passages, key=lambda passage: -passage["score"])
    for passage in passages:
        assert (
            assistant.catalog.get(passage["announcement_id"]).text[passage["start"] : passage["end"]] == passage["text"]
        )


def test_facts_are_those_of_the_register(assistant: Assistant) -> None:
    given = called(assistant, "facts", history=True)["facts"]
    assert given == json.loads(json.dumps([fact.to_dict() for fact in assistant.register.facts(history=True)]))


@pytest.mark.parametrize(("audience", "sees"), [("staff", True), ("public", False)])
def test_what_staff_see_the_public_s_tools_do_not(assistant: Assistant, audience: str, sees: bool) -> None:
    found = called(assistant, "search", audience, query="極秘の提携先 オリオン商会")
    answer = called(assistant, "ask", audience, question="極秘の提携先はどこですか")
    shown = called(assistant, "announcement", audience, id="hidden.ja")
    assert ("オリオン商会" in str(found["passages"])) is sees
    assert ("オリオン商会" in str(answer["answer"])) is sees
    assert ("オリオン商会" in str(shown)) is sees
    if not sees:
        assert str(shown).replace("hidden.ja", "x") == str(called(assistant, "announcement", audience, id="x"))


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("announcement", {"id": "nowhere"}, "nowhere"),
        ("ask", {"question": "いつ", "as_of": "yesterday"}, "yesterday"),
        ("ask", {"question": ""}, "question"),
        ("search", {"query": "橋", "k": 1000}, "k"),
        ("facts", {"kind": "rumour"}, "kind"),
    ],
)
def test_a_call_that_cannot_be_used_gets_a_sentence(
    assistant: Assistant, tool: str, arguments: dict[str, Any], said: str
) -> None:
    error = called(assistant, tool, **arguments)
    assert isinstance(error, str)
    assert said in error
    assert "Traceback" not in error


# Over HTTP


def over_http(assistant: Assistant, work: Callable[[Any], Any], **settings: Any) -> Any:
    """What `work` gives of a client of the application, with its background work running."""
    app = create_app(
        assistant, Settings(embeddings="off", **{"mcp_tokens": f"another-token-of-16, {TOKEN}", **settings})
    )

    async def call() -> Any:
        transport = httpx2.ASGITransport(app=app)
        async with (
            app.router.lifespan_context(app),
            httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client,
        ):
            return await work(client)

    return anyio.run(call)


def test_whoever_shows_a_token_gets_staff_s_tools_over_http(assistant: Assistant) -> None:
    async def work(http: httpx2.AsyncClient) -> Any:
        http.headers["Authorization"] = f"Bearer {TOKEN}"
        async with Client(streamable_http_client("http://127.0.0.1/mcp", http_client=http)) as client:
            return (await client.call_tool("ask", {"question": "極秘の提携先はどこですか"})).structured_content

    assert "オリオン商会" in over_http(assistant, work)["answer"]


@pytest.mark.parametrize(
    "shown", [None, "", "Bearer", "Bearer ", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", f"Basic {TOKEN}", "Bearer ü"]
)
def test_without_a_token_nothing_is_given(assistant: Assistant, shown: str | None) -> None:
    async def work(http: httpx2.AsyncClient) -> Any:
        headers = {} if shown is None else {"Authorization": shown.encode()}
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
        return [await http.request(method, "/mcp", headers=headers, json=call) for method in ("POST", "GET", "DELETE")]  # type: ignore[arg-type]

    for response in over_http(assistant, work):
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Bearer")
        assert "tools" not in response.text.replace("MCP_TOKENS", "")


@pytest.mark.parametrize("settings", [{"mcp_tokens": ""}, {"surfaces": "public"}])
def test_without_tokens_or_on_a_public_server_there_is_no_such_route(
    assistant: Assistant, settings: dict[str, Any]
) -> None:
    app = create_app(assistant, Settings(embeddings="off", **{"mcp_tokens": TOKEN, "surfaces": "public", **settings}))
    response = TestClient(app, base_url="http://127.0.0.1").post("/mcp", headers={"Authorization": f"Bearer {TOKEN}"})
    assert response.status_code == 404


def test_a_token_that_can_be_guessed_is_refused_without_being_said() -> None:
    with pytest.raises(WeakToken) as raised:
        tokens(f"{TOKEN},hunter2")
    assert "hunter2" not in str(raised.value)


# Over stdin and stdout


@pytest.mark.slow
def test_the_command_serves_the_tools_to_a_program_that_starts_it(tmp_path: Path) -> None:
    opened(tmp_path / "data", ALL).close()
    started = StdioServerParameters(
        command=sys.executable,
        args=["-m", "assistant", "mcp", "--data", str(tmp_path / "data"), "--audience", "public"],
        env={"ASSISTANT_EMBEDDINGS": "off"},
        cwd=str(Path(__file__).parents[1]),
    )

    async def call() -> Any:
        async with Client(stdio_client(started)) as client:
            return (await client.call_tool("ask", {"question": "工事用の台船の重量は？"})).structured_content

    assert "35トン" in anyio.run(call)["answer"]
