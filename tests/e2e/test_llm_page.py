"""The page with a chat model behind it: what it says of who wrote an answer, and that a reader can stop it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Served, serving
from tests.llm_server import ModelServer, Reply, model_server, says

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "ミッション3の打ち上げはいつの予定ですか"
WAIT = 30_000  # ms; other tests may run at the same time


@pytest.fixture(scope="module")
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture(scope="module")
def served(server: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    settings = {"ASSISTANT_LLM": "openai:small", "ASSISTANT_LLM_URL": server.address}
    with serving(tmp_path_factory.mktemp("llm_page"), ASSISTANT_EMBEDDINGS="off", **settings) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, served: Served) -> Iterator[Page]:
    with chromium.new_context(locale="ja-JP") as visitor:
        page = visitor.new_page()
        page.goto(served.url)
        expect(page.locator("#question textarea")).to_be_visible(timeout=WAIT)
        yield page


def ask(page: Page, question: str) -> None:
    box = page.locator("#question textarea")
    box.fill(question)
    box.press("Enter")


def test_the_page_names_the_model_that_wrote_an_answer_and_says_so_of_quotes(page: Page, server: ModelServer) -> None:
    server.script = [says("ミッション3の打ち上げは2027年以降を予定しています [1]。")]
    ask(page, QUESTION)
    meta = page.locator(".exchange .reply:not(.reply-draft) .reply-meta")
    expect(meta).to_contain_text("smallが作成し、原文と照合した文章", timeout=WAIT)
    expect(page.locator(".exchange .reply-text")).to_contain_text("2027年以降を予定しています")
    server.script = lambda _: Reply(status=400)
    ask(page, "ミッション2の打ち上げはいつでしたか")
    expect(meta).to_have_count(2, timeout=WAIT)
    expect(meta.nth(1)).not_to_contain_text("small")


def test_stopping_an_answer_ends_the_request_to_the_model(page: Page, server: ModelServer) -> None:
    server.gone.clear()
    server.script = [Reply(then="hangs")]
    ask(page, "ミッション1のランダーの打ち上げはいつでしたか")
    expect(page.locator("#stop")).to_be_visible(timeout=WAIT)
    assert not server.gone.is_set()
    page.locator("#stop").click()
    assert server.gone.wait(10)
    expect(page.locator("#ask")).to_be_visible(timeout=WAIT)


def test_a_reader_who_closes_the_page_ends_the_request_to_the_model(page: Page, server: ModelServer) -> None:
    server.gone.clear()
    server.script = [Reply(then="hangs")]
    asked = len(server.requests)
    ask(page, "ミッション2のランダーの打ち上げはいつでしたか")
    expect(page.locator("#stop")).to_be_visible(timeout=WAIT)
    page.wait_for_function("() => document.querySelector('.reply-draft') !== null", timeout=WAIT)
    while len(server.requests) == asked:
        page.wait_for_timeout(50)
    page.close()
    assert server.gone.wait(10)
