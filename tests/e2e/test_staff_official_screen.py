"""Official answers, proposed facts and the inbox in a browser: each flow in both languages, on a phone, in the dark."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.inbox_words import INBOX_WORDS
from assistant.web.official_words import OFFICIAL_WORDS
from assistant.web.proposals_words import PROPOSALS_WORDS
from assistant.web.server import create_app
from corpus.announcement import Language
from corpus.curation import OfficialAnswer
from tests.bridge_builder import ALL, notice, opened
from tests.e2e.noted import Noted
from tests.test_proposals import MOON, kept, lander

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LOCALES: dict[Language, str] = {"ja": "ja-JP", "en": "en-US"}
SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
HOSTILE = '<img src=x onerror="document.title=1"> [a](javascript:alert(1)) **b**'


@dataclass(frozen=True)
class Desk:
    """A running application and what it holds."""

    url: str
    assistant: Assistant
    approved: str
    stopped: str
    asked: str


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The screens for whoever is on this machine: entries in several states, an inbox, a proposal."""
    with closing(opened(tmp_path_factory.mktemp("desk") / "data", (*ALL, MOON))) as assistant:
        official = assistant.official

        def made(question: str, answer: str, id: str, quote: str, **more: Any) -> str:
            source = official.quote(id, quote)
            entry = OfficialAnswer("", "工事", (question,), (), answer, "", (source,), "広報", **more)
            return official.approve(official.save(entry, by="sato").id, by="大森").id

        approved = made("開通予定は？", "2024年3月です。", "delay.ja", "2023年5月から2024年3月に変更する")
        stopped = made("台船の重さは？", "約35トンです。", "staff.ja", "工事用の台船の重量は約35トンです。")
        correction = notice("fix.ja", "2025-01-10", "（訂正）設備", "約36トンです。", supersedes="staff.ja")
        assistant.catalog.add(correction)
        assistant.index.catch_up(assistant.catalog)
        asked = assistant.records.keep(assistant.ask("渡船「かもめ」はいつ運航を開始しましたか"), surface="faq")
        assistant.records.feedback(asked, rating="down", reason="unclear", comment=HOSTILE)
        assistant.records.keep(assistant.ask(HOSTILE), surface="widget")
        kept(assistant.proposals, lander())
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        settings = Settings(data=assistant.settings.data, sample="off", embeddings="off")
        server = uvicorn.Server(uvicorn.Config(create_app(assistant, settings), log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield Desk(f"http://127.0.0.1:{listener.getsockname()[1]}", assistant, approved, stopped, asked)
        server.should_exit = True
        thread.join(60)
        listener.close()


@pytest.fixture(params=[(language, size) for language in LOCALES for size in SIZES], ids="-".join)
def visit(request: pytest.FixtureRequest, chromium: Browser, desk: Desk) -> Iterator[tuple[Language, Page]]:
    """A page in one language and size, the phone in the dark, that must ask no other host and complain of nothing."""
    language, size = request.param
    scheme = "dark" if size == "phone" else "light"
    with chromium.new_context(
        locale=LOCALES[language],
        viewport=SIZES[size],  # type: ignore[arg-type]
        color_scheme=scheme,
    ) as context:
        page = context.new_page()
        noted = Noted(page)
        yield language, page
        noted.kept_to(desk.url)


def looked_at(page: Page) -> None:
    """Nothing is inaccessible, and nothing sticks out sideways."""
    assert [violation["id"] for violation in Axe().run(page).response["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_every_screen_is_accessible_and_fits(desk: Desk, visit: tuple[Language, Page]) -> None:
    _, page = visit
    entry = f"/staff/official/{desk.stopped}"
    for path in (
        "/staff/official", "/staff/official?state=attention", f"/staff/official/{desk.approved}", entry,
        f"{entry}/edit", "/staff/official/new", f"/staff/official/new?answer={desk.asked}", "/staff/official/facts",
        "/staff/inbox", f"/staff/inbox/{desk.asked}?again=true", "/staff/inbox?kind=often",
    ):  # fmt: skip
        page.goto(f"{desk.url}{path}")
        looked_at(page)


def test_an_answer_is_written_with_a_source_that_was_searched_and_approved(
    desk: Desk, visit: tuple[Language, Page], request: pytest.FixtureRequest
) -> None:
    language, page = visit
    words = OFFICIAL_WORDS[language]
    question = f"渡船の名前は何ですか（{request.node.name}）"
    page.goto(f"{desk.url}/staff/official")
    page.get_by_role("link", name=words["new"]).click()
    page.get_by_label(words["questions_ja"]).fill(question)
    page.get_by_label(words["answer_ja"]).fill("「かもめ」です。")
    page.get_by_label(words["find"]).fill("渡船 かもめ")
    page.get_by_label(words["find"]).press("Enter")
    page.get_by_label("渡船「かもめ」は2023年6月1日に函館で運航を開始しました。").check()
    page.get_by_role("button", name=words["pick"]).last.click()
    expect(page.locator("textarea.quote")).to_have_count(1)
    expect(page.get_by_label(words["questions_ja"])).to_have_value(question)
    looked_at(page)
    page.get_by_role("button", name=words["save_draft"]).last.click()
    expect(page.get_by_text(words["said_saved"])).to_be_visible()
    page.get_by_label(words["approver"]).fill("大森")
    page.get_by_role("button", name=words["approve"]).click()
    expect(page.get_by_text(words["said_approved"])).to_be_visible()
    page.get_by_role("link", name=words["on_faq"]).click()
    expect(page.locator("article")).to_contain_text("「かもめ」です。")
    page.goto(f"{desk.url}/staff/official?q={request.node.name}")
    page.get_by_role("link", name=question).click()
    page.get_by_text(words["retire"]).first.click()
    page.get_by_role("button", name=words["retire_sure"]).click()
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.get_by_text(words["said_reopened"])).to_be_visible()


def test_what_is_not_borne_out_is_shown_beside_the_answer(desk: Desk, visit: tuple[Language, Page]) -> None:
    language, page = visit
    words = OFFICIAL_WORDS[language]
    page.goto(f"{desk.url}/staff/official/{desk.approved}/edit")
    page.get_by_label(words["answer_ja"]).fill("2031年5月です。")
    page.get_by_role("button", name=words["save_draft"]).last.click()
    answer = page.get_by_label(words["answer_ja"])
    expect(answer).to_have_value("2031年5月です。")
    expect(answer).to_have_accessible_description(
        f"{words['fault_unsupported'].format(about='2031年5月です。')} {words['answer_hint']}"
    )
    looked_at(page)
    answer.fill("2024年3月です。")
    page.get_by_role("button", name=words["save_draft"]).last.click()
    expect(page.get_by_text(words["said_saved"])).to_be_visible()


def test_the_inbox_is_worked_through(desk: Desk, visit: tuple[Language, Page]) -> None:
    language, page = visit
    words = INBOX_WORDS[language]
    page.goto(f"{desk.url}/staff/inbox?kind=down")
    expect(page.locator("blockquote").first).to_have_text(HOSTILE)
    assert page.title() != "1"
    page.get_by_role("link", name="渡船「かもめ」はいつ運航を開始しましたか").click()
    page.get_by_role("link", name=words["try"]).click()
    expect(page.locator("#today")).to_contain_text("2023年6月1日")
    page.get_by_role("button", name=words["settle"]).click()
    page.get_by_role("button", name=words["undo"]).click()
    expect(page.get_by_text(words["reopened"])).to_be_visible()
    page.get_by_role("link", name=words["make_official"]).click()
    expect(page.locator("textarea.quote").first).to_contain_text("2023年6月1日")


def test_a_proposed_fact_is_accepted_and_taken_back(desk: Desk, visit: tuple[Language, Page]) -> None:
    language, page = visit
    words = PROPOSALS_WORDS[language]
    (one,) = desk.assistant.proposals.entries()
    if one.state != "rejected":
        desk.assistant.proposals.reject(one.number, by="test")
    page.goto(f"{desk.url}/staff/official/facts?state=rejected")
    page.get_by_role("button", name=words["accept_n"].format(number=one.number)).click()
    expect(page.get_by_text(words["done_accepted"].format(count=1))).to_be_visible()
    page.get_by_role("link", name=words["look_accepted"]).click()
    looked_at(page)
    page.get_by_role("button", name=words["reject_n"].format(number=one.number)).click()
    assert desk.assistant.proposals.get(one.number).state == "rejected"


def test_the_form_works_without_a_script(desk: Desk, chromium: Browser) -> None:
    words = OFFICIAL_WORDS["en"]
    with chromium.new_context(java_script_enabled=False, locale="en-US") as context:
        page = context.new_page()
        page.goto(f"{desk.url}/staff/official/new")
        page.get_by_label(words["questions_en"]).fill("Where is the new office?")
        page.get_by_label(words["find"]).fill("new office")
        page.get_by_role("button", name=words["find_button"]).click()
        page.get_by_label("The new office of Hamanasu Bridges is in Oslo.").check()
        page.get_by_role("button", name=words["pick"]).last.click()
        assert page.locator("textarea.quote").input_value() == "The new office of Hamanasu Bridges is in Oslo."
        page.get_by_role("button", name=words["drop_n"].format(number=1)).click()
        assert page.locator("textarea.quote").count() == 0
        assert page.get_by_label(words["questions_en"]).input_value() == "Where is the new office?"
