"""The widget on pages of another origin, in headless Chromium: a real server, real pages, a small assistant."""

from __future__ import annotations

import dataclasses
import http.server
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Locator, Page, expect

from assistant.answer import Answer, Superseded
from assistant.settings import Settings
from assistant.web.server import create_app
from corpus.errors import UnknownAnswer
from tests.e2e.noted import Noted
from tests.test_web import FUNDING, PAYMENT, SmallAssistant, announcement

pytestmark = pytest.mark.browser

WAIT = 20_000  # ms; other tests may run at the same time
LAUNCH = "1号機の打ち上げは最短でいつですか"
SERIES = "How much was raised in the Series C round?"
NOWHERE = "zzz qqq xxx"
SLOWLY = "ゆっくり、会談はどこで行われましたか"
CHANGED = "1号機の打ち上げはいつに変わりましたか"
WHICH = "どれのことですか"
HOSTILE = "敵意のある題名の議案は何ですか"

EVIL = announcement(
    "evil.ja",
    "<img src=x onerror=document.title='pwned'>題名",
    "敵意のある題名の議案は<b>太字</b>と<script>document.title='pwned'</script>です。",
    source_url="javascript:document.title='pwned'",
)


class SmallRecord:
    """Keeps answers by their name, and what was said of them in order."""

    def __init__(self) -> None:
        self.kept: dict[str, Answer] = {}
        self.said: list[tuple[str, str, str]] = []

    def keep(self, answer: Answer, *, id: str, **_: object) -> None:
        self.kept[id] = answer

    def feedback(self, id: str, *, rating: str, reason: str, comment: str) -> None:
        if id not in self.kept:
            raise UnknownAnswer(f"There is no answer '{id}'.")
        self.said.append((self.kept[id].question, rating, reason + comment))


class ScriptedAssistant(SmallAssistant):
    """Answers as SmallAssistant does; one question takes until `go_on` after its first piece, two have more to them."""

    def __init__(self) -> None:
        super().__init__(PAYMENT, FUNDING, EVIL)
        self.go_on = threading.Event()
        self.records = SmallRecord()

    def ask(self, question: str, **how: Any) -> Answer:
        if question == WHICH:
            self.seen.append((question, tuple(how.get("history", ()))))
            choices = (LAUNCH, "会談はどこで行われましたか")
            return Answer(question, "ja", "ambiguous", "二つのことが考えられます。", suggestions=choices)
        answer = super().ask(question, **how)
        if question != CHANGED:
            return answer
        old = [Superseded(f"2022年{month}月", f"2022-{month - 3:02}", "payment.ja") for month in (6, 8, 10, 7, 9)]
        return dataclasses.replace(answer, short_answer="2022年11月", superseded=old)

    def stream(self, question: str, **how: object) -> Iterator[str | Answer]:
        for place, piece in enumerate(super().stream(question, **how)):
            while question == SLOWLY and place and not self.go_on.wait(0.05):
                yield ""  # where somebody who hung up is noticed
            yield piece


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address at which `app` is served, in a thread of its own."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(64)
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join(timeout=20)
            assert not thread.is_alive()


@dataclass
class Site:
    """A company's site on an origin of its own: pages by path, with their headers."""

    port: int
    pages: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def put(self, path: str, html: str, **headers: str) -> None:
        self.pages[path] = (html, {name.replace("_", "-"): value for name, value in headers.items()})


@contextmanager
def site() -> Iterator[Site]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page, headers = found.pages.get(urlsplit(self.path).path, (None, {}))
            self.send_response(200 if page is not None else 404)
            kind = "text/css" if self.path.endswith(".css") else "text/html"
            for name, value in {"Content-Type": f"{kind}; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write((page or "").encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found = Site(server.server_address[1])
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield found
        finally:
            server.shutdown()
            thread.join()


@dataclass
class World:
    """The company's site, the assistant's server, and the assistant behind it."""

    site: Site
    server: str
    assistant: ScriptedAssistant


HEAD = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,">'
TEXT = "<main><h1>投資家の皆さま</h1><p>架空ムーン社のページです。</p><button id='shop'>店</button></main>"


def page_with(*tags: str, head: str = "", lang: str = "ja") -> str:
    top = f'<!doctype html><html lang="{lang}"><head><title>IR</title>{HEAD}{head}'
    return f"{top}</head><body>{TEXT}{''.join(tags)}</body></html>"


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    assistant = ScriptedAssistant()
    with site() as company:
        settings = Settings(
            widget_origins=f"ir={company.url}; careers={company.url}",
            ir_contact="ir@example.com",
            surfaces="public",
            limit_address=0,
            record_days=30,
        )
        with serving(create_app(assistant, settings)) as server:  # type: ignore[arg-type]
            script = f'<script async src="{server}/widget/v1/widget.js" data-widget-id="ir"></script>'
            company.put("/bare", page_with(head=script))
            company.put("/english", page_with(head=script, lang="en-GB"))
            company.put("/loud", page_with(head=f'<link rel="stylesheet" href="/loud.css">{script}'))
            company.put("/loud.css", LOUD)
            policy = f"default-src 'none'; script-src {server}; style-src 'self'; connect-src {server}; img-src data:"
            company.put(
                "/strict",
                page_with(head=f'<link rel="stylesheet" href="/quiet.css">{script}'),
                Content_Security_Policy=f"{policy}; require-trusted-types-for 'script'; trusted-types 'none'",
            )
            company.put("/quiet.css", "main { max-width: 40rem; }")
            inline = '<announcements-assistant data-widget-id="{}" data-lang="{}"></announcements-assistant>'
            company.put(
                "/two",
                page_with(inline.format("ir", "ja"), inline.format("careers", "en"), script, script),
            )
            company.put("/inline", page_with(inline.format("ir", "en"), script.replace("async", "data-mode=inline")))
            company.put("/unknown", page_with(inline.format("nobody", "en"), script.replace('"ir"', '"nobody"')))
            yield World(company, server, assistant)
            assistant.go_on.set()


# What frameworks and old sites do to every element.
LOUD = """
html { font-size: 5px; line-height: 4; }
* { color: red !important; letter-spacing: 9px !important; font-family: serif !important;
  text-transform: uppercase !important;
  box-sizing: content-box !important; text-align: right !important; animation: none; }
body, main, announcements-assistant { direction: rtl; background: yellow; }
button, a, textarea, input, p, div, section, header, h2, form { position: static !important; display: block !important;
  width: 100% !important; height: 3px !important; margin: 40px !important; padding: 40px !important;
  border: 9px dotted lime !important; background: lime !important; }
announcements-assistant { position: static !important; display: none !important; opacity: 0.1 !important;
  transform: scale(3) !important;
  visibility: hidden !important; filter: blur(9px) !important; z-index: -5 !important; }
"""


class Visit(Noted):
    """A visitor's page."""

    def forgive(self, *expected: str) -> None:
        """Forgets complaints, all of which name one of `expected`."""
        assert [one for one in self.complaints if not any(part in one for part in expected)] == []
        self.complaints.clear()

    @property
    def widget(self) -> Locator:
        return self.page.locator("announcements-assistant[data-mode=launcher]")

    @property
    def launcher(self) -> Locator:
        return self.widget.locator(".launch")

    @property
    def panel(self) -> Locator:
        return self.widget.get_by_role("dialog")

    def open(self) -> Locator:
        expect(self.launcher).to_be_visible(timeout=WAIT)
        self.launcher.click()
        expect(self.panel).to_be_visible()
        return self.panel


@contextmanager
def visit(browser: Browser, world: World, path: str, *, before: str = "", **context: Any) -> Iterator[Visit]:
    with browser.new_context(locale="ja-JP", **context) as visitor:
        page = visitor.new_page()
        page.set_default_timeout(WAIT)
        if before:
            page.add_init_script(before)
        found = Visit(page)
        page.goto(world.site.url + path)
        yield found
        found.kept_to(world.site.url, world.server)


def ask(within: Locator, question: str) -> Locator:
    """The reply to `question`, asked by keyboard."""
    before = within.locator(".reply:not(.draft)").count()
    box = within.get_by_role("textbox")
    box.fill(question)
    box.press("Enter")
    replies = within.locator(".reply:not(.draft)")
    expect(replies).to_have_count(before + 1, timeout=WAIT)
    return replies.nth(before)


def assert_accessible(page: Page) -> None:
    options = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
    found = Axe().run(page, options=options)
    assert found.violations_count == 0, found.generate_report()


# Pages


def test_on_a_bare_page_a_visitor_asks_and_sees_title_date_page_and_link_of_the_source(
    chromium: Browser, world: World
) -> None:
    with visit(chromium, world, "/bare") as there:
        panel = there.open()
        expect(panel.get_by_role("textbox", name="質問")).to_be_focused()
        reply = ask(panel, LAUNCH)
        expect(reply).to_have_attribute("lang", "ja")
        expect(reply.locator(".text")).to_contain_text("最短で2022年11月を予定しています。")
        source = reply.locator(".source")
        expect(source.locator("time")).to_have_text("2022年9月27日")
        expect(source.locator(".meta")).to_contain_text("1ページ")
        link = source.get_by_role("link", name=PAYMENT.title)
        expect(link).to_have_attribute("href", PAYMENT.source_url)
        expect(link).to_have_attribute("rel", "noopener noreferrer")
        expect(link).to_have_attribute("target", "_blank")
        expect(panel.locator(".note")).to_contain_text("必ず原文をご確認ください")
        expect(panel.get_by_role("link", name="ir@example.com")).to_have_attribute("href", "mailto:ir@example.com")
        reply.get_by_role("button", name="出典1").click()
        expect(source).to_be_focused()

        # A question in English is answered in English, and says so to those who listen.
        english = ask(panel, SERIES)
        expect(english).to_have_attribute("lang", "en")
        expect(english.locator("time")).to_have_text("20 Jul 2022")
        history = world.assistant.seen[-1][1]
        assert [turn.role for turn in history] == ["user", "assistant"]
        assert history[0].content == LAUNCH
        assert_accessible(there.page)


def test_nothing_said_and_a_choice_are_shown_as_what_they_are_and_a_suggestion_can_be_asked(
    chromium: Browser, world: World
) -> None:
    with visit(chromium, world, "/english") as there:
        panel = there.open()
        expect(panel.get_by_role("textbox", name="Question")).to_be_focused()
        nothing = ask(panel, NOWHERE)
        expect(nothing.locator(".status")).to_have_text("Not stated in the announcements")
        expect(nothing.locator(".source")).to_have_count(0)
        choice = ask(panel, WHICH)
        expect(choice.locator(".status")).to_have_text("質問の対象を選んでください")
        choice.get_by_role("button", name=LAUNCH).click()
        expect(panel.locator(".reply:not(.draft)")).to_have_count(3, timeout=WAIT)
        expect(panel.locator(".source")).to_have_count(1)
        expect(panel.locator(".chips:not(.chip-row)")).to_have_count(0)
        changed = ask(panel, CHANGED)
        # The newest first; what is older still is folded away.
        expect(changed.locator("del")).to_have_text([f"2022年{month}月" for month in (10, 9, 8, 7, 6)])
        expect(changed.locator(".values li").nth(1)).to_contain_text("2022年7月時点")
        expect(changed.locator("del").nth(4)).to_be_hidden()
        changed.get_by_text("さらに以前の値（2件）").click()
        expect(changed.locator("del").nth(4)).to_be_visible()
        assert_accessible(there.page)


def test_what_an_announcement_says_is_text_whatever_it_says(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/bare") as there:
        panel = there.open()
        reply = ask(panel, HOSTILE)
        expect(reply.locator(".text")).to_contain_text("<script>document.title='pwned'</script>")
        expect(reply.locator(".source")).to_contain_text("<img src=x onerror=document.title='pwned'>題名")
        expect(reply.locator("img, script, b, a")).to_have_count(0)
        expect(there.page).to_have_title("IR")
        asked = ask(panel, "<img src=x onerror=document.title='pwned'> zzz")
        expect(asked).to_be_visible()
        expect(panel.locator("img")).to_have_count(0)
        there.page.reload()
        expect(there.open().locator(".reply")).to_have_count(2)
        expect(there.page).to_have_title("IR")


LOOK = """(element) => {
  const names = `color background-color font letter-spacing text-transform text-align direction line-height visibility
    opacity transform filter z-index position display border margin padding box-sizing animation-name`.split(/\\s+/);
  return [element, ...element.shadowRoot.querySelectorAll('*')].map((one) => {
    const style = getComputedStyle(one);
    const { x, y, width, height } = one.getBoundingClientRect();
    const box = [x, y, width, height].map(Math.round).join(' ');
    const values = names.map((name) => style.getPropertyValue(name));
    return [one.tagName, one.className.toString(), box, ...values].join('; ');
  });
}"""


def test_a_loud_style_sheet_of_the_page_changes_nothing_in_the_widget(chromium: Browser, world: World) -> None:
    looks = {}
    for path in ("/bare", "/loud"):
        with visit(chromium, world, path) as there:
            ask(there.open(), LAUNCH)
            there.panel.get_by_role("textbox").blur()
            looks[path] = there.widget.evaluate(LOOK)
    assert len(looks["/bare"]) > 40
    assert looks["/loud"] == looks["/bare"]


def test_the_widget_changes_nothing_on_the_page(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/bare") as there:
        look = """() => JSON.stringify([...document.querySelectorAll('html, body, main, main *')].map((one) =>
            [one.tagName, one.getAttribute('style'), one.className, JSON.stringify(one.getBoundingClientRect()),
             [...getComputedStyle(one)].map((name) => getComputedStyle(one)[name]).join()]))"""
        expect(there.launcher).to_be_visible(timeout=WAIT)
        before = there.page.evaluate(look)
        ask(there.open(), LAUNCH)
        assert there.page.evaluate(look) == before
        names = "() => Object.keys(window).filter((name) => !window.__before.includes(name))"
        there.page.add_init_script("window.__before = Object.keys(window)")
        there.page.reload()
        expect(there.launcher).to_be_visible(timeout=WAIT)
        assert set(there.page.evaluate(names)) - {"__before", "shop"} == {"AnnouncementsAssistant"}


def test_a_strict_policy_of_the_page_can_stay_as_it_is(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/strict") as there:
        reply = ask(there.open(), LAUNCH)
        expect(reply.locator(".source")).to_have_count(1)
        assert there.panel.evaluate("panel => getComputedStyle(panel).borderRadius") == "16px"


def test_an_origin_that_is_not_listed_gets_no_launcher_and_no_answer(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/bare") as there:
        other = there.page.context.new_page()
        complaints: list[str] = []
        other.on("console", lambda message: complaints.append(message.text) if message.type == "warning" else None)
        with other.expect_console_message(lambda message: message.type == "warning", timeout=WAIT):
            other.goto(f"http://localhost:{world.site.port}/bare")
        assert "list this exact origin" in complaints[0]
        asked = len(world.assistant.seen)
        expect(other.locator(".launch")).to_be_hidden()
        other.evaluate("AnnouncementsAssistant.open()")
        assert other.evaluate(f"AnnouncementsAssistant.ask({LAUNCH!r})") is None
        expect(other.get_by_role("dialog")).to_be_hidden()
        refused = other.evaluate(
            """async ([server, question]) => { try { await fetch(`${server}/api/v1/ask`, { method: 'POST',
            headers: { 'Content-Type': 'application/json', 'X-Widget-Id': 'ir' }, body: JSON.stringify({ question }) });
            return false; } catch { return true; } }""",
            [world.server, LAUNCH],
        )
        assert refused
        assert len(world.assistant.seen) == asked
        other.close()


def test_a_widget_inside_the_page_says_that_it_is_not_for_this_page(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/unknown") as there:
        inline = there.page.locator("announcements-assistant[data-mode=inline]")
        expect(inline.locator(".notice")).to_contain_text("not available on this page", timeout=WAIT)
        expect(inline.get_by_role("textbox")).to_be_disabled()
        expect(there.launcher).to_be_hidden()
        there.forgive("403", "CORS", "exact origin", "ERR_FAILED")


def test_two_inside_the_page_and_a_launcher_keep_apart_and_the_script_may_be_there_twice(
    chromium: Browser, world: World
) -> None:
    with visit(chromium, world, "/two") as there:
        japanese = there.page.locator("announcements-assistant[data-lang=ja]")
        english = there.page.locator("announcements-assistant[data-lang=en]")
        expect(english.locator("h3")).to_have_text("Ask about our announcements", timeout=WAIT)
        reply = ask(english, LAUNCH)
        expect(reply).to_have_attribute("lang", "en")  # the language that the page asks for
        expect(japanese.locator(".reply")).to_have_count(0)
        expect(there.widget).to_have_count(1)
        assert_accessible(there.page)
        expect(there.open().locator(".reply")).to_have_count(0)


def test_an_answer_can_be_rated_with_a_reason_and_the_rating_stands_after_a_reload(
    chromium: Browser, world: World
) -> None:
    with visit(chromium, world, "/bare") as there:
        panel = there.open()
        said = world.assistant.records.said
        before = len(said)
        reply = ask(panel, LAUNCH)
        down = reply.get_by_role("button", name="役に立たなかった")
        expect(down).to_have_attribute("aria-pressed", "false")
        down.click()
        reply.get_by_role("button", name="情報が古い").click()
        expect(reply.get_by_role("status")).to_have_text("ご意見をありがとうございます。", timeout=WAIT)
        until(lambda: len(said) == before + 2, there.page)
        assert said[before:] == [(LAUNCH, "down", ""), (LAUNCH, "down", "outdated")]
        expect(reply.get_by_role("button", name="情報が古い")).to_be_hidden()
        there.page.reload()
        reply = there.open().locator(".reply")
        expect(reply.get_by_role("button", name="役に立たなかった")).to_have_attribute("aria-pressed", "true")
        reply.get_by_role("button", name="役に立った").click()
        until(lambda: said[-1] == (LAUNCH, "up", ""), there.page)
        assert_accessible(there.page)
        expect(ask(there.panel, "株は買いですか").locator(".thumb")).to_have_count(0)


# Remembering


def test_a_conversation_outlives_a_reload_but_neither_a_day_nor_the_button_for_a_new_one(
    chromium: Browser, world: World
) -> None:
    with visit(chromium, world, "/bare") as there:
        ask(there.open(), LAUNCH)
        there.page.reload()
        panel = there.open()
        expect(panel.locator(".source")).to_have_count(1)
        there.page.evaluate(
            """() => { const [key] = Object.keys(sessionStorage); const kept = JSON.parse(sessionStorage[key]);
            if (kept.expires - Date.now() > 24 * 3600e3) throw new Error('kept too long');
            sessionStorage[key] = JSON.stringify({ ...kept, expires: Date.now() - 1 }); }"""
        )
        there.page.reload()
        expect(there.open().locator(".reply")).to_have_count(0)
        ask(there.panel, SERIES)
        assert world.assistant.seen[-1][1] == ()
        there.panel.get_by_role("button", name="新しい会話").click()
        expect(there.panel.locator(".reply")).to_have_count(0)
        expect(there.panel.get_by_role("textbox")).to_be_focused()
        ask(there.panel, LAUNCH)
        assert world.assistant.seen[-1][1] == ()


BLOCKED = """
Object.defineProperty(window, "sessionStorage", { get() { throw new DOMException("blocked", "SecurityError"); } });
Object.defineProperty(window, "localStorage", { get() { throw new DOMException("blocked", "SecurityError"); } });
"""


def test_with_the_storage_blocked_a_conversation_lives_as_long_as_the_page(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/bare", before=BLOCKED) as there:
        panel = there.open()
        ask(panel, LAUNCH)
        there.page.keyboard.press("Escape")
        there.launcher.click()
        expect(panel.locator(".source")).to_have_count(1)
        ask(panel, SERIES)
        assert len(world.assistant.seen[-1][1]) == 2
        there.page.reload()
        expect(there.open().locator(".reply")).to_have_count(0)


LEFT = [
    "{",
    "[]",
    '{"expires": 9e99, "session": "x", "exchanges": 7}',
    '{"expires": 9e99, "session": "00000000-0000-4000-8000-000000000000", "exchanges": '
    '[null, {"question": "q", "answer": {"status": "answered", "answer": 5, '
    '"citations": [{"url": "javascript:alert(1)", "title": "t"}]}}]}',
]


def test_what_somebody_else_left_in_the_storage_breaks_nothing(chromium: Browser, world: World) -> None:
    key = f"announcements-assistant:{world.server}:ir:launcher"
    with visit(chromium, world, "/bare") as there:
        for left in LEFT:
            there.page.evaluate("([key, left]) => { sessionStorage[key] = left; }", [key, left])
            there.page.reload()
            expect(there.open().locator(".reply")).to_have_count(1 if "javascript:" in left else 0)
            expect(there.panel.locator(".reply a")).to_have_count(0)
        ask(there.panel, LAUNCH)


# Slow, refused, gone


def test_a_slow_answer_shows_as_it_comes_and_is_read_out_once_when_it_is_whole(chromium: Browser, world: World) -> None:
    world.assistant.go_on.clear()
    with visit(chromium, world, "/bare") as there:
        panel = there.open()
        panel.get_by_role("textbox").fill(SLOWLY)
        panel.get_by_role("button", name="送信").click()
        draft = panel.locator(".draft")
        expect(draft.locator(".text")).to_contain_text("会談はパリで行われました。", timeout=WAIT)
        expect(draft).to_have_attribute("aria-live", "off")
        expect(panel.get_by_role("button", name="中止")).to_be_visible()
        world.assistant.go_on.set()
        expect(panel.locator(".source")).to_have_count(1, timeout=WAIT)
        expect(draft).to_have_count(0)
        expect(panel.get_by_role("log")).to_have_attribute("aria-live", "polite")
        expect(panel.get_by_role("textbox")).to_be_focused()


@pytest.mark.parametrize("how", ["中止", "閉じる", "新しい会話"])
def test_stopping_closing_or_beginning_anew_stops_the_work_on_the_server(
    chromium: Browser, world: World, how: str
) -> None:
    world.assistant.go_on.clear()
    given_up = world.assistant.given_up
    with visit(chromium, world, "/bare") as there:
        panel = there.open()
        panel.get_by_role("textbox").fill(SLOWLY)
        panel.get_by_role("textbox").press("Enter")
        expect(panel.locator(".draft .text")).to_be_visible(timeout=WAIT)
        with there.page.expect_event("requestfailed", timeout=WAIT):
            panel.get_by_role("button", name=how).click()
        until(lambda: world.assistant.given_up == given_up + 1, there.page)
        world.assistant.go_on.set()
        if how == "閉じる":
            expect(there.launcher).to_be_focused()
            there.launcher.click()
        expect(panel.locator(".draft")).to_have_count(0)
        expect(panel.locator(".notice")).to_have_count(0 if how == "新しい会話" else 1)
        ask(panel, LAUNCH)


def until(holds: Callable[[], bool], page: Page) -> None:
    for _ in range(200):
        if holds():
            return
        page.wait_for_timeout(50)
    pytest.fail("It did not come about.")


def test_too_many_questions_are_said_with_the_seconds_to_wait(chromium: Browser) -> None:
    with site() as company:
        settings = Settings(widget_origins=company.url, surfaces="public", limit_address=1)
        with serving(create_app(ScriptedAssistant(), settings)) as server:  # type: ignore[arg-type]
            company.put("/", page_with(f'<script src="{server}/widget/v1/widget.js" data-lang="en"></script>'))
            with visit(chromium, World(company, server, ScriptedAssistant()), "/") as there:
                panel = there.open()
                ask(panel, SERIES)
                panel.get_by_role("textbox").fill(LAUNCH)
                panel.get_by_role("textbox").press("Enter")
                notice = panel.locator(".notice")
                expect(notice).to_contain_text(re.compile(r"Please try again in [1-6]?\d s\."), timeout=WAIT)
                again = notice.get_by_role("button", name="Try again")
                expect(again).to_be_disabled()
                expect(again).to_have_text(re.compile(r"^Try again \(in \d+ s\)$"))
                there.forgive("429")


def test_when_the_server_is_gone_the_list_of_announcements_is_named(chromium: Browser, world: World) -> None:
    tag = f'<script async src="{world.server}/widget/v1/widget.js" data-widget-id="ir" '
    world.site.put("/listed", page_with(f'{tag} data-announcements-url="https://www.example.com/ir"></script>'))
    with visit(chromium, world, "/listed") as there:
        panel = there.open()
        there.page.context.set_offline(True)
        panel.get_by_role("textbox").fill(LAUNCH)
        panel.get_by_role("textbox").press("Enter")
        notice = panel.locator(".notice")
        expect(notice).to_contain_text("ただいまお答えできません", timeout=WAIT)
        link = notice.get_by_role("link", name="発表資料の一覧を見る")
        expect(link).to_have_attribute("href", "https://www.example.com/ir")
        there.page.context.set_offline(False)
        notice.get_by_role("button", name="もう一度試す").click()
        expect(panel.locator(".source")).to_have_count(1, timeout=WAIT)
        expect(panel.locator(".asked")).to_have_count(1)
        there.forgive("ERR_INTERNET_DISCONNECTED")


# Keys


def test_enter_that_ends_a_conversion_does_not_send_and_the_next_one_does(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/bare") as there:
        panel = there.open()
        box = panel.get_by_role("textbox")
        keyboard = there.page.context.new_cdp_session(there.page)
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
        asked = len(world.assistant.seen)
        for part in ("うちあげ", "打ち上げ"):
            keyboard.send("Input.imeSetComposition", {"text": part, "selectionStart": 4, "selectionEnd": 4})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter})
        expect(box).to_have_value("打ち上げ")
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter, "windowsVirtualKeyCode": 229})
        keyboard.send("Input.insertText", {"text": "打ち上げはいつの予定"})
        there.page.wait_for_timeout(100)  # longer than the pause after a conversion
        # Some keyboards convert without telling: every key of theirs is number 229.
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter, "windowsVirtualKeyCode": 229})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **enter, "windowsVirtualKeyCode": 229})
        # Safari ends the conversion first and sends the key after it, as if nobody were converting.
        box.evaluate(
            """(box) => {
            const about = { bubbles: true, composed: true, cancelable: true };
            box.dispatchEvent(new CompositionEvent('compositionstart', about));
            box.dispatchEvent(new CompositionEvent('compositionend', about));
            box.dispatchEvent(new KeyboardEvent('keydown', { ...about, key: 'Enter' }));
            }"""
        )
        expect(box).to_have_value("打ち上げはいつの予定")
        expect(panel.locator(".asked")).to_have_count(0)
        there.page.wait_for_timeout(100)
        box.press("Shift+Enter")
        box.press_sequentially("ですか")
        expect(box).to_have_value("打ち上げはいつの予定\nですか")
        box.press("Enter")
        expect(panel.locator(".source")).to_have_count(1, timeout=WAIT)
        assert [question for question, _ in world.assistant.seen[asked:]] == ["打ち上げはいつの予定\nですか"]


def test_the_keyboard_alone_opens_asks_reads_and_closes(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/bare") as there:
        page, keyboard = there.page, there.page.keyboard
        expect(there.launcher).to_be_visible(timeout=WAIT)
        expect(there.launcher).to_have_attribute("aria-expanded", "false")
        page.locator("#shop").focus()
        keyboard.press("Tab")
        expect(there.launcher).to_be_focused()
        keyboard.press("Enter")
        expect(there.panel).to_be_visible()
        keyboard.insert_text(LAUNCH)
        keyboard.press("Enter")
        expect(there.panel.locator(".source")).to_have_count(1, timeout=WAIT)
        names = []
        for _ in range(12):
            keyboard.press("Tab")
            names.append(
                there.widget.evaluate(
                    """(host) => { const one = host.shadowRoot.activeElement; const ring = getComputedStyle(one);
                    if (ring.outlineStyle === 'none' || !(parseInt(ring.outlineWidth) >= 2)) throw one.outerHTML;
                    return one.getAttribute('aria-label') || one.innerText || one.getAttribute('href'); }"""
                )
            )
        assert len(set(names)) < len(names)  # it goes round: nothing of the page in between
        for name in ("新しい会話", "閉じる", "会話", "出典1", "送信"):
            assert name in names
        keyboard.press("Escape")
        expect(there.panel).to_be_hidden()
        expect(there.launcher).to_be_focused()


def test_the_page_hears_no_key_and_no_text_of_the_conversation(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/bare") as there:
        there.page.evaluate(
            """() => { window.heard = [];
            const note = (event) => window.heard.push([event.type, JSON.stringify(event.detail ?? null)]);
            for (const type of ['keydown', 'keyup', 'keypress', 'input', 'beforeinput', 'focusin', 'paste', 'copy',
              'announcements-assistant:open', 'announcements-assistant:answer', 'announcements-assistant:close'])
              document.addEventListener(type, note); }"""
        )
        ask(there.open(), LAUNCH)
        there.page.keyboard.press("Escape")
        heard = there.page.evaluate("window.heard")
        assert [kind for kind, _ in heard] == [
            f"announcements-assistant:{name}" for name in ("open", "answer", "close")
        ]
        assert LAUNCH not in str(heard)
        assert "2022年11月" not in str(heard)


# Phones and tastes


def test_on_a_phone_the_panel_is_the_whole_screen(chromium: Browser, world: World) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
    with visit(chromium, world, "/bare", **phone) as there:
        expect(there.launcher).to_be_visible(timeout=WAIT)
        there.launcher.tap()
        assert there.panel.bounding_box() == {"x": 0, "y": 0, "width": 390, "height": 844}
        expect(there.panel).to_have_attribute("aria-modal", "true")
        expect(there.panel.get_by_role("textbox")).not_to_be_focused()  # no keyboard over what is to be read
        ask(there.panel, LAUNCH)
        wide = "panel => [...panel.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > 390.5).length"
        assert there.panel.evaluate(wide) == 0
        targets = """panel => [...panel.querySelectorAll('header button, form button')]
            .filter((e) => e.checkVisibility()).map((e) => Math.min(e.offsetWidth, e.offsetHeight))"""
        assert min(there.panel.evaluate(targets)) >= 44
        there.page.set_viewport_size({"width": 844, "height": 390})
        expect(there.panel).not_to_have_attribute("aria-modal", "true")
        there.panel.get_by_role("button", name="閉じる").tap()
        expect(there.launcher).to_be_visible()


MORE_COLOURS = ["", "#123", "rebeccapurple", "nonsense", "red;background:url(//evil.example)"]


@pytest.mark.parametrize("colour", ["#ffd400", *(pytest.param(one, marks=pytest.mark.slow) for one in MORE_COLOURS)])
def test_whatever_its_colour_the_widget_can_be_read_in_light_and_in_the_dark(
    chromium: Browser, world: World, colour: str
) -> None:
    tag = f'<script src="{world.server}/widget/v1/widget.js" data-widget-id="ir" data-color="{colour}"></script>'
    world.site.put("/colour", page_with(tag, head="<style>html { color-scheme: light dark; }</style>"))
    with visit(chromium, world, "/colour", color_scheme="dark", reduced_motion="reduce") as there:
        panel = there.open()
        reply = ask(panel, CHANGED)
        paper = panel.evaluate("panel => getComputedStyle(panel).backgroundColor")
        assert paper == "rgb(25, 34, 45)"
        assert_accessible(there.page)
        there.page.emulate_media(color_scheme="light")
        assert panel.evaluate("panel => getComputedStyle(panel).backgroundColor") == "rgb(255, 255, 255)"
        assert_accessible(there.page)
        assert reply.evaluate("() => document.getAnimations().length") == 0


BOTH = '<meta name="color-scheme" content="light dark">'


@pytest.mark.parametrize(
    ("page", "wanted", "paper"),
    [
        ("", "", "rgb(255, 255, 255)"),
        (BOTH, "", "rgb(25, 34, 45)"),
        pytest.param(BOTH, "light", "rgb(255, 255, 255)", marks=pytest.mark.slow),
        pytest.param("", "dark", "rgb(25, 34, 45)", marks=pytest.mark.slow),
    ],
)
def test_the_widget_is_dark_where_visitor_and_page_are_or_the_page_says_so(
    chromium: Browser, world: World, page: str, wanted: str, paper: str
) -> None:
    tag = f'<script src="{world.server}/widget/v1/widget.js" data-widget-id="ir" data-theme="{wanted}"></script>'
    world.site.put("/theme", page_with(tag, head=page))
    with visit(chromium, world, "/theme", color_scheme="dark") as there:
        assert there.open().evaluate("panel => getComputedStyle(panel).backgroundColor") == paper


# For programmers


def test_the_page_can_open_ask_listen_close_and_take_it_away(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/bare") as there:
        page = there.page
        expect(there.launcher).to_be_visible(timeout=WAIT)
        page.evaluate(
            """() => { window.told = []; for (const name of ['open', 'answer', 'close'])
            window.off = AnnouncementsAssistant.on(name, (about) => window.told.push([name, about])); }"""
        )
        page.locator("#shop").focus()
        answer = page.evaluate(f"AnnouncementsAssistant.ask({LAUNCH!r})")
        assert answer["status"] == "answered"
        expect(there.panel).to_be_visible()
        page.evaluate("AnnouncementsAssistant.close()")
        expect(page.locator("#shop")).to_be_focused()
        page.evaluate("() => { window.off(); AnnouncementsAssistant.open(); AnnouncementsAssistant.close(); }")
        told = page.evaluate("window.told")
        assert [name for name, _ in told] == ["open", "answer", "close", "open"]
        assert told[1][1]["question"] == LAUNCH
        assert told[1][1]["citations"][0]["quote"] in PAYMENT.text
        assert told[0][1] == {"widget": "ir", "mode": "launcher"}
        page.evaluate("AnnouncementsAssistant.destroy()")
        expect(page.locator("announcements-assistant")).to_have_count(0)
        assert page.evaluate("window.AnnouncementsAssistant === undefined")
        page.evaluate(
            """(src) => document.head.append(Object.assign(document.createElement('script'), { src }))""",
            f"{world.server}/widget/v1/widget.js",
        )
        until(lambda: page.evaluate("'AnnouncementsAssistant' in window"), page)
        expect(there.widget).to_have_count(1)
        # This tag named no widget, and there is none called "default".
        until(lambda: any("exact origin" in complaint for complaint in there.complaints), page)
        there.forgive("exact origin", "403", "CORS", "ERR_FAILED")


def test_a_question_that_is_too_long_is_kept_and_said_so(chromium: Browser, world: World) -> None:
    with visit(chromium, world, "/inline") as there:
        inline = there.page.locator("announcements-assistant")
        expect(inline.locator("h3")).to_be_visible(timeout=WAIT)
        expect(inline).to_have_count(1)
        box = inline.get_by_role("textbox")
        box.fill("𠮷" * 1001)
        box.press("Enter")
        expect(inline.get_by_role("alert")).to_contain_text("within 1000 characters (now 1001)")
        expect(box).to_have_value("𠮷" * 1001)
        box.fill("𠮷" * 1000)
        expect(inline.get_by_role("alert")).to_be_hidden()
        box.press("Enter")
        expect(inline.locator(".reply:not(.draft)")).to_have_count(1, timeout=WAIT)
