"""A working day at the chat, in headless Chromium: signed in, below the prefix of a proxy, on the real assistant."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, expect
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Mount, Route

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.users import Users
from assistant.web.server import create_app
from assistant.web.words import WORDS
from corpus.announcement import Language
from tests.bridge_builder import ALL, notice
from tests.e2e.noted import Noted
from tests.e2e.test_widget import serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# What Gradio's own script says when a page is left while it still listens for events.
LEFT = re.compile(r"AbortError|Connection errored out|BodyStreamBuffer was aborted")

WAIT = 30_000  # ms; other tests may run at the same time
PASSWORD = "月面まで38万キロ!"
LOCALES: dict[Language, str] = {"ja": "ja-JP", "en": "en-US"}
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
ASKED: dict[Language, tuple[str, str]] = {
    "ja": ("フェーズ1の吊橋はいつ開通しましたか", "2024年3月15日"),
    "en": ("Who led the Phase B round?", "Juniper Capital"),
}
SLOWLY = "ゆっくり、調印式はどこで行われましたか"
WHICH = "When did it open?"
EVIL_TITLE = "<img src=x onerror=window.hit=1>お知らせ"
EVIL = notice("evil.ja", "2023-03-03", EVIL_TITLE, "悪意の橋の色は<script>window.hit=1</script>朱色です。")


class Unhurried(Assistant):
    """The real assistant; one question takes until `go_on` after its first piece."""

    go_on = threading.Event()

    def stream(self, question: str, **how: Any) -> Iterator[str | Answer]:
        for place, piece in enumerate(super().stream(question, **how)):
            while question == SLOWLY and place and not self.go_on.wait(0.05):
                yield ""
            yield piece


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = Settings(data=tmp_path_factory.mktemp("chat") / "data", sample="off")
    with closing(Unhurried.open(settings, embeddings="off")) as assistant:
        for announcement in (*ALL, EVIL):
            assistant.catalog.add(announcement, origin=announcement.id)
        assistant.index.catch_up(assistant.catalog)
        for name in ("sato", "suzuki", "kato"):
            Users(settings.users_file).add(name, "editor", PASSWORD)
        app = create_app(assistant, settings)
        elsewhere = Route("/favicon.ico", lambda _: Response(status_code=204))  # what else stands on that host
        routes = [elsewhere, Mount("/qa", app=app)]
        outer = Starlette(routes=routes, lifespan=lambda _: app.router.lifespan_context(app))
        with serving(outer) as server:
            yield f"{server}/qa"


@dataclass
class Desk(Noted):
    """A page of somebody who signed in."""

    interface: Language

    def ask(self, question: str) -> Locator:
        """Asks by keyboard and waits for the whole answer."""
        place = self.page.locator(".exchange").count()
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        expect(self.page.locator(".exchange .actions")).to_have_count(place + 1, timeout=WAIT)
        return self.page.locator(".exchange").nth(place)

    def says(self, key: str, **values: object) -> str:
        return WORDS[self.interface][key].format(**values)

    def button(self, key: str) -> Locator:
        return self.page.get_by_role("button", name=self.says(key), exact=True)

    def is_accessible(self) -> None:
        found = Axe().run(self.page).response["violations"]
        grave = [one for one in found if one["impact"] in ("serious", "critical")]
        assert [(one["id"], [node["html"] for node in one["nodes"]]) for one in grave] == []
        width = self.page.viewport_size["width"] if self.page.viewport_size else 0
        assert self.page.evaluate("document.documentElement.scrollWidth") <= width

    def show_past(self) -> None:
        """On a phone the list of conversations waits behind a button."""
        toggle = self.page.locator(".toggle:visible")
        if toggle.count() and toggle.get_attribute("aria-expanded") == "false":
            toggle.click()
        expect(self.page.locator("#find")).to_be_visible()


@contextmanager
def desk(browser: Browser, site: str, interface: Language, user: str = "sato", **context: Any) -> Iterator[Desk]:
    with browser.new_context(locale=LOCALES[interface], **context) as visitor:
        made = Desk(visitor.new_page(), interface)
        page = made.page
        page.goto(site)
        made.is_accessible()
        page.locator("#name").fill(user)
        page.locator("#password").fill(PASSWORD)
        page.keyboard.press("Enter")
        expect(page.locator("header.site nav")).to_be_visible(timeout=WAIT)
        yield made
        # Gradio ends its stream when the page is left, and sometimes says so.
        made.complaints = [one for one in made.complaints if not LEFT.search(one)]
        made.kept_to(site)


@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("interface", ["ja", "en"])
def test_someone_signs_in_asks_opens_the_passage_comes_back_and_signs_out(
    chromium: Browser, site: str, interface: Language, size: dict[str, Any]
) -> None:
    question, said = ASKED[interface]
    with desk(chromium, site, interface, **size) as at:
        page = at.page
        at.is_accessible()
        exchange = at.ask(question)
        expect(exchange.locator(".reply-text")).to_contain_text(said)
        expect(exchange.locator(".reply-meta")).to_contain_text(at.says("extractive"))
        at.is_accessible()
        chip = exchange.locator(".cite").first
        expect(chip).to_contain_text(re.compile(r"1ページ|page 1"))
        opened = page.url
        assert "conversation=" in opened
        chip.focus()
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile(r"/qa/staff/announcements/[\w.]+\?start=\d+&end=\d+#passage$"))
        expect(page.locator("mark").first).to_contain_text(said)
        page.go_back()
        expect(page).to_have_url(opened)
        expect(page.locator(".exchange .reply-text")).to_contain_text(said, timeout=WAIT)
        page.locator("header.site form button").click()
        expect(page.locator("#password")).to_be_visible()
        page.goto(opened)
        expect(page.locator("#password")).to_be_visible()


@pytest.mark.parametrize(("interface", "size"), [("ja", PHONE), ("en", DESKTOP)])
def test_an_answer_is_rated_with_a_reason_and_that_is_taken_back(
    chromium: Browser, site: str, interface: Language, size: dict[str, Any]
) -> None:
    with desk(chromium, site, interface, **size) as at:
        at.ask(ASKED[interface][0])
        at.button("down").click()
        expect(at.button("down")).to_have_attribute("aria-pressed", "true", timeout=WAIT)
        expect(at.button("down")).to_be_focused()
        at.button("reason_outdated").click()
        expect(at.button("reason_outdated")).to_have_attribute("aria-pressed", "true", timeout=WAIT)
        at.page.get_by_label(at.says("comment")).fill("<b>古い</b>")
        at.page.get_by_label(at.says("comment")).press("Enter")
        expect(at.page.locator(".said")).to_have_text(at.says("rated_down"))
        at.is_accessible()
        at.page.reload()
        expect(at.button("down")).to_have_attribute("aria-pressed", "true", timeout=WAIT)
        expect(at.page.get_by_label(at.says("comment"))).to_have_value("<b>古い</b>")
        at.button("down").click()
        expect(at.button("down")).to_have_attribute("aria-pressed", "false", timeout=WAIT)
        expect(at.page.locator(".reasons")).to_have_count(0)


@pytest.mark.parametrize(("interface", "size"), [("ja", DESKTOP), ("en", PHONE)])
def test_a_conversation_is_found_opened_deleted_and_brought_back(
    chromium: Browser, site: str, interface: Language, size: dict[str, Any]
) -> None:
    with desk(chromium, site, interface, "suzuki" if interface == "ja" else "kato", **size) as at:
        page, (question, said) = at.page, ASKED[interface]
        listed = page.locator("#talks .talk-title")
        at.ask(question)
        at.button("clear").click()
        expect(page.locator(".exchange")).to_have_count(0)
        assert "conversation=" not in page.url
        at.ask("塗装工事の色は何ですか")
        at.show_past()
        expect(listed).to_have_count(2, timeout=WAIT)
        page.get_by_label(at.says("find")).fill(said)
        expect(listed).to_have_text([question], timeout=WAIT)
        at.is_accessible()
        listed.first.click()
        expect(page.locator(".exchange .reply-text")).to_contain_text(said, timeout=WAIT)
        expect(page.locator(".exchange .asked")).to_be_in_viewport()
        at.show_past()
        page.get_by_label(at.says("find")).fill("")
        expect(listed).to_have_count(2, timeout=WAIT)
        page.locator("#talks .forget summary").nth(1).click()
        at.is_accessible()
        page.locator("#talks .forget[open] button").click()
        expect(listed).to_have_count(1, timeout=WAIT)
        expect(page.locator(".exchange")).to_have_count(0)
        at.button("bring_back").click()
        expect(listed).to_have_count(2, timeout=WAIT)


def test_the_conversation_of_one_is_not_there_for_another(chromium: Browser, site: str) -> None:
    with desk(chromium, site, "ja") as at:
        at.ask(ASKED["ja"][0])
        address = at.page.url
    with desk(chromium, site, "ja", "suzuki") as at:
        at.page.goto(address)
        expect(at.page.locator("#conversation")).to_contain_text(at.says("past_gone"), timeout=WAIT)
        expect(at.page.locator(".exchange")).to_have_count(0)


def test_an_answer_is_copied_and_a_conversation_saved(chromium: Browser, site: str, tmp_path: Path) -> None:
    question, said = ASKED["ja"]
    allowed = {"permissions": ["clipboard-read", "clipboard-write"], "accept_downloads": True}
    with desk(chromium, site, "ja", **DESKTOP, **allowed) as at:
        page = at.page
        at.ask(question)
        page.locator("[data-copy]").click()
        expect(page.locator("[data-copy]")).to_have_text(at.says("copied"))
        copied = page.evaluate("navigator.clipboard.readText()")
        assert copied.startswith(question)
        assert f"[1] {'はまなす橋梁、フェーズ1の吊橋が開通'}" in copied
        for kind, begins in (("Markdown", "# "), ("PDF", "%PDF")):
            with page.expect_download() as download:
                at.page.get_by_role("button", name=kind, exact=True).click()
            file = tmp_path / download.value.suggested_filename
            download.value.save_as(file)
            assert file.read_bytes().decode("utf-8", "ignore").startswith(begins)
        assert said.replace("年", "年") in (next(tmp_path.glob("*.md"))).read_text("utf-8")


def test_a_filter_narrows_the_answer_says_so_and_closes_by_itself(chromium: Browser, site: str) -> None:
    with desk(chromium, site, "en", **DESKTOP) as at:
        page = at.page
        heading = page.locator("#filters > button")
        heading.click()
        expect(heading).to_have_attribute("aria-expanded", "true")
        at.is_accessible()
        page.get_by_role("combobox", name=at.says("language")).click()
        page.get_by_role("option", name="Japanese").click()
        expect(heading).to_contain_text("Filters: Japanese", timeout=WAIT)
        exchange = at.ask(ASKED["en"][0])
        expect(heading).to_have_attribute("aria-expanded", "false")
        expect(exchange.locator(".reply")).to_have_class(re.compile("reply-not-found"))
        expect(exchange.locator(".reply-meta")).to_contain_text("Only: Japanese")
        heading.click()
        page.get_by_role("combobox", name=at.says("language")).click()
        page.get_by_role("option", name="All").click()
        expect(heading).to_have_text(re.compile(r"^Filters\s*[▼◀]?$"), timeout=WAIT)
        page.keyboard.press("Escape")
        expect(heading).to_have_attribute("aria-expanded", "false")
        at.button("again").click()
        expect(page.locator(".exchange .reply-text")).to_contain_text(ASKED["en"][1], timeout=WAIT)
        expect(page.locator(".exchange")).to_have_count(1)


def test_choices_are_buttons_and_an_answer_can_be_stopped_and_asked_again(chromium: Browser, site: str) -> None:
    with desk(chromium, site, "ja", **DESKTOP) as at:
        page = at.page
        at.ask(WHICH)
        choice = page.locator(".chips .chip").first
        text = choice.inner_text()
        choice.click()
        expect(page.locator(".asked").nth(1)).to_contain_text(text, timeout=WAIT)
        expect(page.locator(".exchange .actions")).to_have_count(2, timeout=WAIT)
        Unhurried.go_on.clear()
        page.locator("#question textarea").fill(SLOWLY)
        page.keyboard.press("Enter")
        expect(page.locator(".exchange .reply").nth(2)).to_contain_text("旭川", timeout=WAIT)
        at.button("stop").click()
        expect(page.locator(".exchange .reply").nth(2)).to_have_text(at.says("stopped"), timeout=WAIT)
        Unhurried.go_on.set()
        at.button("again").click()
        expect(page.locator(".exchange .cite").last).to_be_visible(timeout=WAIT)
        expect(page.locator(".exchange")).to_have_count(3)
        expect(page.locator(".asked").nth(2)).to_contain_text(SLOWLY)


def test_shift_and_enter_begins_a_line_and_enter_asks(chromium: Browser, site: str) -> None:
    with desk(chromium, site, "ja") as at:
        box = at.page.locator("#question textarea")
        box.fill("渡船「かもめ」は")
        box.press("Shift+Enter")
        box.type("いつ運航を開始しましたか")
        expect(box).to_have_value("渡船「かもめ」は\nいつ運航を開始しましたか")
        assert at.page.locator(".exchange").count() == 0
        box.press("Enter")
        expect(at.page.locator(".reply-text")).to_contain_text("2023年6月1日", timeout=WAIT)


def test_hostile_titles_and_questions_stay_text_in_every_part_of_the_page(chromium: Browser, site: str) -> None:
    with desk(chromium, site, "ja", **DESKTOP) as at:
        page = at.page
        exchange = at.ask("悪意の橋の色は何色ですか")
        expect(exchange.locator(".cite-title")).to_have_text(EVIL_TITLE)
        expect(page.locator("article.source h3")).to_have_text(EVIL_TITLE)
        question = "<img src=x onerror=window.hit=1> ${window.hit=1} {{1}} **x** 悪意の橋の色は何色ですか"
        at.button("clear").click()
        expect(page.locator(".exchange")).to_have_count(0)
        at.ask(question)
        expect(page.locator("#talks .talk-title").first).to_have_text(question, timeout=WAIT)
        page.reload()
        expect(page.locator(".asked")).to_contain_text(question, timeout=WAIT)
        assert page.evaluate("window.hit") is None
        assert page.locator("#conversation img, #talks img, #evidence img, #navigation img").count() == 0


def test_the_finished_answer_is_read_out_once(chromium: Browser, site: str) -> None:
    with desk(chromium, site, "ja") as at:
        said = at.page.locator("body > .unseen[role=status]")
        at.ask(ASKED["ja"][0])
        expect(said).to_contain_text("吊橋は2024年3月15日に開通しました。")
        assert at.says("copy") not in said.inner_text()
        at.ask("ペンギンの飼育数は何羽ですか")
        expect(said).to_contain_text("記載が見つかりません")
        assert "吊橋" not in said.inner_text()
