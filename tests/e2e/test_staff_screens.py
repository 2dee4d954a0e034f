"""Timeline, contracts, record, log of changes and settings as staff meet them, in both languages, on desk and phone."""

from __future__ import annotations

import csv
import io
import json
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import Served
from tests.e2e.noted import Noted

LOCALES = {"ja": "ja-JP", "en": "en-GB"}
SIZES = {"desk": (1280, 800), "phone": (390, 844)}
WAIT = 30_000  # ms; other tests may run at the same time
LONG = 180_000  # the same, for what goes on in the background
EVERYWHERE = pytest.mark.parametrize(
    ("language", "size"), [("ja", "desk"), ("en", "desk"), ("ja", "phone"), ("en", "phone")]
)


@contextmanager
def screen(
    chromium: Browser, served: Served, path: str, language: str = "en", size: str = "desk", *, dark: bool = False
) -> Iterator[Page]:
    """A screen on which nothing may be asked of another host, and nothing complained about."""
    width, height = SIZES[size]
    with chromium.new_context(
        locale=LOCALES[language],
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        accept_downloads=True,
    ) as context:
        page = context.new_page()
        noted = Noted(page)
        page.goto(f"{served.url}{path}")
        yield page
        noted.kept_to(served.url)


def sound(page: Page) -> None:
    """Axe finds nothing serious, and nothing is wider than the screen."""
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    width = page.viewport_size["width"] if page.viewport_size else 0
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def asked(served: Served, question: str) -> str:
    """The id under which the answer to `question` is kept."""
    body = json.dumps({"question": question}).encode()
    request = urllib.request.Request(f"{served.url}/api/v1/ask", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as response:
        id: str = response.headers["X-Answer-Id"]
        return id


@pytest.mark.browser
@pytest.mark.slow
@EVERYWHERE
def test_an_analyst_sees_how_dates_moved_and_opens_the_passage(
    chromium: Browser, served: Served, language: str, size: str
) -> None:
    with screen(chromium, served, "/staff/timeline", language, size) as page:
        expect(page.locator("html")).to_have_attribute("lang", language)
        sound(page)
        mark = page.locator(".overview .mark.achieved").first
        if size == "desk":
            mark.hover()
            expect(page.locator(".tip").filter(visible=True)).to_contain_text("2022")
        page.locator("#mission").select_option("mission:1")
        page.locator("form.filters button").click()
        rows = page.locator("details.mission table.dates").first.locator("tbody tr:not(.group)")
        expect(rows.first).to_be_visible()
        assert rows.count() > 10
        sound(page)
        page.locator("details.mission .source a").first.click()
        expect(page.locator("mark").first).to_be_visible()
        assert "start=" in page.url


@pytest.mark.browser
@pytest.mark.slow
@EVERYWHERE
def test_contracts_are_sorted_and_downloaded(chromium: Browser, served: Served, language: str, size: str) -> None:
    with screen(chromium, served, "/staff/timeline/contracts", language, size) as page:
        sound(page)
        if size == "desk":
            page.locator("thead th a").nth(2).click()  # by amount
            expect(page.locator("th[aria-sort]")).to_have_count(1)
        with page.expect_download() as download:
            page.locator("a[download]").click()
        content = Path(download.value.path()).read_bytes()
        lines = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        assert content.startswith(b"\xef\xbb\xbf")
        assert len(lines) > 5
        assert download.value.suggested_filename.endswith(".csv")


@pytest.mark.browser
@pytest.mark.slow
@EVERYWHERE
def test_an_answer_is_found_in_the_record_asked_again_and_deleted(
    chromium: Browser, served: Served, language: str, size: str
) -> None:
    id = asked(served, "ミッション3の打ち上げはいつの予定ですか")
    with screen(chromium, served, f"/staff/record?find={id}", language, size) as page:
        sound(page)
        page.locator("table.record th a").click()
        expect(page.locator(".cited")).not_to_have_count(0)
        sound(page)
        page.locator("form[action*=replay] button").click()
        expect(page.locator("#replayed")).to_be_visible(timeout=WAIT)
        page.locator("details.confirm summary").click()
        page.locator("button.danger").click()
        expect(page.locator(".notice.good")).to_be_visible()
        page.goto(f"{served.url}/staff/audit?subject={id}")
        expect(page.locator("tbody tr")).to_have_count(1)
        sound(page)


@pytest.mark.browser
@pytest.mark.slow
@EVERYWHERE
def test_an_administrator_checks_and_rebuilds_and_sees_how_far_it_is(
    chromium: Browser, served: Served, language: str, size: str
) -> None:
    with screen(chromium, served, "/staff/settings", language, size) as page:
        sound(page)
        page.locator(".jobs details summary").click()
        page.locator("form[action$=rebuild] button").click()
        expect(page.locator("#job[data-state=done]")).to_be_visible(timeout=LONG)
        page.locator("form[action$=check] button").click()
        expect(page.locator("#job[data-state=done] .notice.good, #job .found").first).to_be_visible(timeout=LONG)
        sound(page)
        with page.expect_download() as download:
            page.locator("form[action$=backup] button").click()
        assert Path(download.value.path()).read_bytes().startswith(b"SQLite format 3")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("path", ["/staff/timeline", "/staff/timeline/contracts", "/staff/record", "/staff/settings"])
def test_screens_are_sound_in_the_dark(chromium: Browser, served: Served, path: str) -> None:
    asked(served, "When was the Mission 1 lander launched?")
    with screen(chromium, served, path, "en", "desk", dark=True) as page:
        sound(page)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_bar_of_a_phone_begins_at_the_screen_that_is_open(chromium: Browser, served: Served, language: str) -> None:
    with screen(chromium, served, "/staff/settings", language, "phone") as page:
        expect(page.locator("header.site nav a[aria-current]")).to_be_in_viewport(ratio=0.95)
        assert page.evaluate("scrollY") == 0


@pytest.mark.pictures
@pytest.mark.parametrize("view", ["desk-ja", "desk-en", "phone-ja", "dark-en"])
def test_pictures_of_every_staff_screen(chromium: Browser, served: Served, view: str) -> None:
    id = asked(served, "ミッション3の打ち上げはいつの予定ですか")
    kind, language = view.split("-")
    folder = Path(os.environ.get("SCREENSHOTS", "screenshots"))
    folder.mkdir(exist_ok=True)
    for name, path in {
        "announcements": "/staff/announcements",
        "announcement": "/staff/announcements/isp-029.ja",
        "upload": "/staff/upload",
        "timeline": "/staff/timeline",
        "mission": "/staff/timeline?mission=mission:1",
        "contracts": "/staff/timeline/contracts",
        "official": "/staff/official",
        "inbox": "/staff/inbox",
        "record": "/staff/record",
        "answer": f"/staff/record/{id}",
        "audit": "/staff/audit",
        "settings": "/staff/settings",
    }.items():
        with screen(
            chromium, served, path, language, "phone" if kind == "phone" else "desk", dark=kind == "dark"
        ) as page:
            page.screenshot(path=folder / f"staff-{name}-{view}.png", full_page=True)
