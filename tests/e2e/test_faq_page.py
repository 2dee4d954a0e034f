"""The FAQ in a browser: asked and answered without JavaScript, in both languages, on a phone, in the dark."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.server import create_app
from corpus.curation import OfficialAnswer

pytestmark = pytest.mark.browser

PAGES = {
    "index": "/faq",
    "index in English": "/en/faq",
    "asked": "/faq/ask?q=工事用の台船の重量は？",
    "not stated": "/en/faq/ask?q=What is the name of the dog?",
    "mistaken": "/faq/ask?q=",
    "missing": "/en/faq/answers/nowhere",
}


@pytest.fixture(scope="module")
def faq(bridges: Assistant) -> Iterator[str]:
    source = bridges.official.quote("delay.ja", "フェーズ1の開通予定を2023年5月から2024年3月に変更する")
    for topic, question in (("工事", "フェーズ1の開通予定はいつですか"), ("会社", "フェーズ1はいつ開く予定ですか")):
        entry = OfficialAnswer(
            id="", topic=topic, questions_ja=(question,), questions_en=(f"When does Phase 1 open ({topic})?",),
            answer_ja="2024年3月の予定です。", answer_en="In March 2024.", sources=(source,),
        )  # fmt: skip
        bridges.official.approve(bridges.official.save(entry).id, by="広報")
    listener = socket.socket()
    listener.bind(("127.0.0.1", 0))
    settings = Settings(surfaces="public", embeddings="off", ir_contact="ir@example.com")
    server = uvicorn.Server(uvicorn.Config(create_app(bridges, settings), log_config=None))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    thread.join(60)
    listener.close()


@pytest.mark.parametrize("width", [375, 1200])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_is_accessible_and_fits(faq: str, chromium: Browser, width: int, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    for name, path in PAGES.items():
        page.goto(f"{faq}{path}")
        found = [violation["id"] for violation in Axe().run(page).response["violations"]]
        assert found == [], name
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    context.close()


def test_a_reader_without_javascript_asks_and_reads_the_source(faq: str, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    elsewhere: list[str] = []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(faq) else None)
    page.goto(f"{faq}/faq")
    page.get_by_label("質問を入力してください").fill("工事用の台船の重量は？")
    page.get_by_role("button", name="質問する").click()
    assert "35トン" in page.locator("article").inner_text()
    page.locator("a.marker").first.click()
    assert page.url.endswith("#source-1")
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="When does Phase 1 open (会社)?").click()
    assert page.get_by_role("heading", level=1).inner_text() == "When does Phase 1 open (会社)?"
    assert page.locator("blockquote").count() == 1
    assert elsewhere == []
    context.close()


def test_the_page_s_own_style_is_let_in_by_its_policy(faq: str, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if message.type == "error" else None)
    page.goto(f"{faq}/faq")
    assert page.evaluate("getComputedStyle(document.querySelector('header.site')).borderTopWidth") == "4px"
    assert refused == []
    context.close()
