"""The page as people meet it: the real application with the bundled sample, in headless Chromium."""

from __future__ import annotations

import json
import os
import re
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import Served
from tests.e2e.noted import Noted

pytestmark = pytest.mark.browser

JAPANESE = "ミッション3の打ち上げはいつの予定ですか"
ENGLISH = "When was the Mission 1 lander launched?"
NOWHERE = "ペンギンの飼育数は何羽ですか"
WAIT = 30_000  # ms; other tests may run at the same time


class Watched(Noted):
    """The page."""

    def ask(self, question: str) -> None:
        """Asks by keyboard and waits for the whole answer."""
        answered = self.page.locator(".exchange .reply:not(.reply-draft)").count()
        box = self.page.locator("#question textarea")
        box.fill(question)
        box.press("Enter")
        expect(self.page.locator(".exchange .reply:not(.reply-draft)")).to_have_count(answered + 1, timeout=WAIT)


@contextmanager
def opened(browser: Browser, served: Served, locale: str, **context: Any) -> Iterator[Watched]:
    with browser.new_context(locale=locale, **context) as visitor:
        watched = Watched(visitor.new_page())
        page = watched.page
        page.goto(served.url)
        expect(page.locator("#question textarea")).to_be_visible(timeout=WAIT)
        yield watched
        watched.kept_to(served.url)


def asked_over_http(served: Served, question: str) -> dict[str, Any]:
    request = urllib.request.Request(
        f"{served.url}/api/v1/ask",
        json.dumps({"question": question}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=60) as response:
        answer: dict[str, Any] = json.load(response)
        return answer


def test_a_reader_asks_in_both_languages_and_sees_the_passage_behind_each_answer(
    chromium: Browser, served: Served
) -> None:
    with opened(chromium, served, "ja-JP") as watched:
        page = watched.page
        expect(page.locator("html")).to_have_attribute("lang", "ja")
        # Notes each state of the reply, so that streaming shows.
        page.evaluate(
            """() => { window.seen = []; new MutationObserver(() => {
            const reply = document.querySelector('.reply');
            if (reply) window.seen.push(reply.className);
            }).observe(document.body, {childList: true, subtree: true}); }"""
        )
        for number, question in enumerate((JAPANESE, ENGLISH), start=1):
            watched.ask(question)
            answer = asked_over_http(served, question)
            reply = page.locator(".exchange .reply").nth(number - 1)
            expect(reply).to_have_class(re.compile(r"\breply-answered\b"))
            expect(reply).to_have_attribute("lang", answer["language"])
            for citation in answer["citations"]:
                source = page.locator(f"#source-{number}-{citation['marker']}")
                expect(source.locator("h3")).to_have_text(citation["title"])
                marked = source.locator("mark").inner_text()
                assert squeezed(marked) == squeezed(citation["quote"])
                assert squeezed(marked) in squeezed(source.locator("blockquote").inner_text())
                if citation["url"]:
                    expect(source.get_by_role("link", name="原文を開く")).to_have_attribute("href", citation["url"])
        assert any("reply-draft" in state for state in page.evaluate("window.seen"))

        marker = page.locator(".exchange").nth(1).locator("a.marker").first
        marker.click()
        expect(page.locator(f"#{marker.get_attribute('data-source')}")).to_be_focused()
        # The first answer's source is folded away; its marker opens it.
        first = page.locator(".exchange").nth(0).locator("a.marker").first
        first.click()
        expect(page.locator(f"#{first.get_attribute('data-source')}")).to_be_focused()
    assert served.attempts() == []


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def test_what_the_announcements_do_not_say_is_said_so_without_sources(chromium: Browser, served: Served) -> None:
    with opened(chromium, served, "en-US") as watched:
        watched.ask(NOWHERE)
        expect(watched.page.locator(".reply")).to_have_class(re.compile(r"\breply-(not-found|declined)\b"))
        expect(watched.page.locator("article.source")).to_have_count(0)


def test_the_keyboard_alone_reaches_an_example_and_everything_has_a_name(chromium: Browser, served: Served) -> None:
    with opened(chromium, served, "en-US") as watched:
        page = watched.page
        expect(page.get_by_role("textbox", name="Question")).to_be_visible()
        page.get_by_role("button", name="Filters").click()
        expect(page.get_by_role("textbox", name="As of")).to_be_visible()
        expect(page.get_by_role("combobox", name="Language of the announcements")).to_be_visible()
        page.locator("#conversation .log").focus()
        nameless = page.evaluate(
            """() => [...document.querySelectorAll('button, a[href], input, textarea')].filter(
            (e) => e.checkVisibility() && !(e.innerText || e.getAttribute('aria-label') || e.labels?.[0]?.innerText)
            ).map((e) => e.outerHTML)"""
        )
        assert nameless == []
        chip = page.locator(".chip").filter(has_text=JAPANESE)
        for _ in range(40):
            page.keyboard.press("Tab")
            if chip.evaluate("chip => chip === document.activeElement"):
                break
        page.keyboard.press("Enter")
        expect(page.locator(".exchange .asked")).to_contain_text(JAPANESE, timeout=WAIT)
        expect(page.locator(".reply-answered")).to_be_visible(timeout=WAIT)


def test_enter_that_confirms_a_japanese_conversion_does_not_send(chromium: Browser, served: Served) -> None:
    with opened(chromium, served, "ja-JP") as watched:
        page = watched.page
        box = page.locator("#question textarea")
        box.focus()
        keyboard = page.context.new_cdp_session(page)
        enter = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13, "text": "\r"}
        keyboard.send("Input.imeSetComposition", {"text": "ちゃくりく", "selectionStart": 5, "selectionEnd": 5})
        keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Process", "windowsVirtualKeyCode": 229})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", **enter})
        assert page.locator(".exchange").count() == 0
        keyboard.send("Input.insertText", {"text": "着陸"})
        # Safari: the composition has ended, and its Enter comes just after.
        box.evaluate(
            """(box) => { box.dispatchEvent(new CompositionEvent('compositionend', {bubbles: true}));
            const enter = {key: 'Enter', keyCode: 13, bubbles: true, cancelable: true};
            for (const kind of ['keydown', 'keypress']) box.dispatchEvent(new KeyboardEvent(kind, enter)); }"""
        )
        box.evaluate(
            """(box) => { for (const kind of ['keydown', 'keypress']) box.dispatchEvent(new KeyboardEvent(kind,
            {key: 'Enter', isComposing: true, bubbles: true, cancelable: true})); }"""
        )
        page.wait_for_timeout(300)
        assert page.locator(".exchange").count() == 0
        expect(box).to_have_value(re.compile("着陸"))
        box.press("Enter")
        expect(page.locator(".exchange")).to_have_count(1, timeout=WAIT)


def test_a_phone_shows_everything_without_scrolling_sideways(chromium: Browser, served: Served) -> None:
    phone = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
    with opened(chromium, served, "ja-JP", **phone) as watched:
        page = watched.page
        watched.ask(JAPANESE)
        watched.ask(NOWHERE)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        expect(page.locator(".asked").last).to_be_in_viewport()
        expect(page.locator("#question textarea")).to_be_in_viewport()
        talk, beside = page.locator("#talk").bounding_box(), page.locator("#beside").bounding_box()
        assert talk
        assert beside
        assert beside["y"] >= talk["y"] + talk["height"]
        for button in page.locator("button:visible").all():
            box = button.bounding_box()
            assert box
            assert box["height"] >= 40, button.inner_text()


def test_a_date_that_cannot_be_read_is_said_and_an_earlier_date_changes_what_is_known(
    chromium: Browser, served: Served
) -> None:
    with opened(chromium, served, "en-US") as watched:
        watched.page.get_by_role("button", name="Filters").click()
        date = watched.page.locator("#as-of input, #as-of textarea")
        date.fill("yesterday")
        watched.ask(ENGLISH)
        expect(watched.page.locator(".reply-notice")).to_contain_text("2022-09-30")
        watched.page.locator("#filters > button").click()  # they closed when the question was asked
        date.fill("2009")
        watched.ask(ENGLISH)
        expect(watched.page.locator(".reply").last).not_to_have_class(re.compile(r"\breply-answered\b"))


def test_hostile_questions_are_shown_as_text(chromium: Browser, served: Served) -> None:
    hostile = '<img src=x onerror="window.hit=1"><script>window.hit=1</script> ${window.hit=1} {{value}} **x**'
    with opened(chromium, served, "en-US") as watched:
        watched.ask(hostile)
        expect(watched.page.locator(".asked")).to_contain_text(hostile)
        assert watched.page.evaluate("window.hit") is None
        assert watched.page.locator("#conversation img, #conversation script").count() == 0


@pytest.mark.pictures
@pytest.mark.parametrize(
    ("name", "locale", "context", "question"),
    [
        ("page-ja", "ja-JP", {"viewport": {"width": 1280, "height": 860}}, JAPANESE),
        ("page-en", "en-US", {"viewport": {"width": 1280, "height": 860}}, ENGLISH),
        ("phone-ja", "ja-JP", {"viewport": {"width": 390, "height": 844}, "is_mobile": True}, JAPANESE),
        ("phone-en", "en-US", {"viewport": {"width": 390, "height": 844}, "is_mobile": True}, ENGLISH),
    ],
)
def test_pictures_for_the_readme(
    chromium: Browser, served: Served, name: str, locale: str, context: dict[str, Any], question: str
) -> None:
    with opened(chromium, served, locale, **context) as watched:
        watched.ask(question)
        watched.page.mouse.move(0, 0)
        watched.page.evaluate("document.activeElement.blur()")
        folder = Path(os.environ.get("SCREENSHOTS", "screenshots"))
        folder.mkdir(exist_ok=True)
        watched.page.screenshot(path=folder / f"{name}.png")
