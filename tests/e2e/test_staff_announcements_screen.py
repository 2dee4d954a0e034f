"""The list of announcements and their reader in a browser: found, read at the passage, compared, linked to."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.server import create_app
from tests.bridge_builder import ALL, notice, opened
from tests.test_page_pictures import pdf, two_pages
from tests.test_staff_announcements import COMING, CORRECTION, HOSTILE, SECRET

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
LOCALES = {"ja": "ja-JP", "en": "en-GB"}
RARE = notice(
    "rare.ja",
    "2024-03-01",
    "はまなす橋梁、𠮷田工場を開設",
    "はまなす橋梁は2024年3月1日、𠮷田工場を開設しました。",
    *(f"工場の第{number}棟では、橋の部材を作ります。" for number in range(1, 40)),
    "𠮷田工場の敷地は3万平方メートルです。",
    "## 会社概要",
    "はまなす橋梁は室蘭の会社です。",
)


@dataclass(frozen=True)
class Shown:
    """A running application, and the announcement that was read from a PDF."""

    url: str
    assistant: Assistant
    pdf_id: str
    revised_id: str


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("announcements")
    with closing(opened(folder / "data", (*ALL, HOSTILE, SECRET, COMING, CORRECTION, RARE))) as assistant:
        (folder / "yard.pdf").write_bytes(pdf(two_pages))
        (added,) = assistant.add([str(folder / "yard.pdf")])
        revised = folder / "cost.md"
        revised.write_text("# 点検のお知らせ\n\n費用は1,200万円です。\n", "utf-8")
        (first,) = assistant.add([str(revised)], by="hanako")
        revised.write_text("# 点検のお知らせ\n\n費用は1,350万円です。\n", "utf-8")
        list(assistant.add([str(revised)], by="taro"))
        assistant.catalog.add(notice("gone.ja", "2020-01-01", "はまなす橋梁、橋を撤去", "橋は撤去されました。"))
        assistant.remove("gone.ja")
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        app = create_app(assistant, Settings(data=folder / "data", embeddings="off", port=port))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        yield Shown(f"http://127.0.0.1:{port}", assistant, added.id or "", first.id or "")
        server.should_exit = True
        thread.join(60)
        listener.close()


@contextmanager
def opened_page(
    chromium: Browser, shown: Shown, language: str = "ja", size: str = "desktop", **more: Any
) -> Iterator[Page]:
    """A page that fails when anything is asked of another host or said on the console."""
    context = chromium.new_context(locale=LOCALES[language], viewport=SIZES[size], **more)  # type: ignore[arg-type]
    page = context.new_page()
    wrong: list[str] = []
    page.on("request", lambda one: None if one.url.startswith((shown.url, "data:")) else wrong.append(one.url))
    page.on("console", lambda one: wrong.append(one.text) if one.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: (wrong.append(dialog.message), dialog.dismiss()))
    yield page
    context.close()
    assert wrong == []


def serious(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html'][:200]}" for one in found if one["impact"] in ("serious", "critical")
    ]


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desktop", "dark")])
def test_every_screen_is_accessible_and_fits(
    shown: Shown, chromium: Browser, language: str, size: str, scheme: str
) -> None:
    paths = [
        "", "?q=吊橋&since=2020-01-01", "?q=nothing-like-this", "?done=removed&id=gone.ja",
        "/contracts.ja?start=70&end=120", "/hostile%2F..%2F%3Cb%3E", f"/{shown.pdf_id}?start=40&end=90",
        f"/{shown.revised_id}/compare", "/ferry.ja/beside",
    ]  # fmt: skip
    with opened_page(chromium, shown, language, size, color_scheme=scheme) as page:
        for path in paths:
            page.goto(f"{shown.url}/staff/announcements{path}", wait_until="networkidle")
            assert serious(page) == [], path
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
            assert page.locator("html").get_attribute("lang") == language


@pytest.mark.parametrize("language", LOCALES)
@pytest.mark.parametrize("size", SIZES)
def test_found_by_its_words_and_read_at_the_place(shown: Shown, chromium: Browser, language: str, size: str) -> None:
    words = {"ja": ("検索語", "絞り込む", "引用箇所"), "en": ("Words", "Show", "quoted passage")}[language]
    with opened_page(chromium, shown, language, size) as page:
        page.goto(f"{shown.url}/staff/announcements")
        page.get_by_label(words[0]).fill("工事用の台船の重量")
        page.get_by_role("button", name=words[1], exact=True).click()
        assert "q=" in page.url
        page.locator("a.snippet").first.click()
        assert "台船" in page.locator("mark").first.inner_text()
        assert words[2] in page.locator("#passage-notice").inner_text()
        page.go_back()
        assert page.get_by_label(words[0]).input_value() == "工事用の台船の重量"


def test_a_passage_far_down_is_in_view(shown: Shown, chromium: Browser) -> None:
    start = RARE.text.index("敷地は3万平方メートル")
    with opened_page(chromium, shown, size="phone") as page:
        page.goto(f"{shown.url}/staff/announcements/rare.ja?start={start}&end={start + 11}#passage")
        expect(page.locator("#passage")).to_be_in_viewport()  # the browser gets there when the page is whole
        assert page.locator("#passage").inner_text() == "敷地は3万平方メートル"


def test_what_is_folded_is_open_where_the_passage_is_in_it(shown: Shown, chromium: Browser) -> None:
    start = RARE.text.index("室蘭の会社")
    with opened_page(chromium, shown) as page:
        page.goto(f"{shown.url}/staff/announcements/rare.ja")
        assert not page.get_by_text("室蘭の会社").is_visible()
        page.goto(f"{shown.url}/staff/announcements/rare.ja?start={start}&end={start + 5}#passage")
        assert page.locator("#passage").is_visible()


def test_selected_text_becomes_a_link_to_just_it(shown: Shown, chromium: Browser) -> None:
    with opened_page(chromium, shown, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.goto(f"{shown.url}/staff/announcements/rare.ja")
        assert not page.locator(".copy-link").is_visible()
        # Behind a character that takes two units of a browser's strings, and over two paragraphs.
        page.evaluate(
            """() => {
              const runs = [...document.querySelectorAll('article.text [data-at]')];
              const first = runs.find((run) => run.textContent.startsWith('はまなす橋梁は2024年3月1日')).firstChild;
              const second = runs.find((run) => run.textContent.includes('第1棟')).firstChild;
              const range = new Range();
              range.setStart(first, first.data.indexOf('工場'));
              range.setEnd(second, second.data.indexOf('では'));
              getSelection().addRange(range);
            }"""
        )
        page.get_by_role("button", name="この箇所へのリンクをコピー").click()
        page.get_by_role("button", name="リンクをコピーしました").wait_for()
        link = page.evaluate("navigator.clipboard.readText()")
        page.goto(link)
        marked = page.locator("article mark").all_inner_texts()
        assert marked == ["工場を開設しました。", "工場の第1棟"]


@pytest.mark.parametrize("size", SIZES)
def test_the_picture_of_the_page_follows_the_text(shown: Shown, chromium: Browser, size: str) -> None:
    announcement = shown.assistant.catalog.get(shown.pdf_id)
    start = announcement.text.index("three years")
    path = f"/staff/announcements/{shown.pdf_id}/pages"
    with opened_page(chromium, shown, "en", size) as page:
        page.goto(f"{shown.url}/staff/announcements/{shown.pdf_id}?start={start}&end={start + 11}#passage")
        image = page.locator("figure.page-image img")
        page.wait_for_function("document.querySelector('figure.page-image img').naturalWidth > 1000")
        assert (
            image.get_attribute("src")
            == f"/staff/announcements/{shown.pdf_id}/pages/2.png?start={start}&end={start + 11}"
        )
        assert "passage marked" in (image.get_attribute("alt") or "")
        page.get_by_role("link", name="Previous").click()
        assert image.get_attribute("src") == f"{path}/1.png"
        assert page.locator(".pdf-pages .now").inner_text() == "Page 1 of 2"


def test_without_a_script_everything_can_be_read(shown: Shown, chromium: Browser) -> None:
    with opened_page(chromium, shown, "en", java_script_enabled=False) as page:
        page.goto(f"{shown.url}/staff/announcements")
        page.get_by_label("Language").select_option("en")
        page.get_by_label("Order").select_option("title")
        page.get_by_role("button", name="Show", exact=True).click()
        assert page.locator("a.title").all_inner_texts()[0] == "Hamanasu Bridges closes its Phase B round"
        page.goto(f"{shown.url}/staff/announcements/{shown.pdf_id}")
        page.get_by_role("link", name="Next").click()
        assert "page=2" in page.url
        assert "/pages/2.png" in (page.locator("figure.page-image img").get_attribute("src") or "")
        page.goto(f"{shown.url}/staff/announcements/contracts.ja")
        page.get_by_role("link", name="Note ※1", exact=True).click()
        assert page.url.endswith("#note-1")
        page.get_by_role("link", name="Back to where note ※1 belongs").click()
        assert page.url.endswith("#ref-1-1")
        page.goto(f"{shown.url}/staff/announcements/{shown.revised_id}")
        page.get_by_role("button", name="Compare").click()
        assert page.locator("article del").inner_text() == "1,200"
        assert page.locator("article ins").inner_text() == "1,350"


def test_a_fact_leads_to_its_quote(shown: Shown, chromium: Browser) -> None:
    with opened_page(chromium, shown, "en") as page:
        page.goto(f"{shown.url}/staff/announcements/contracts.ja")
        page.locator("table.told a").first.click()
        assert page.locator("#passage").is_visible()


def test_an_original_is_saved_as_it_came(shown: Shown, chromium: Browser) -> None:
    with opened_page(chromium, shown, "en") as page:
        page.goto(f"{shown.url}/staff/announcements/{shown.pdf_id}")
        with page.expect_download() as saving:
            page.get_by_role("link", name="Download (PDF").click()
        original = shown.assistant.catalog.get(shown.pdf_id).original
        assert Path(saving.value.path()).read_bytes() == shown.assistant.originals.read(original)
        assert saving.value.suggested_filename == "Hamanasu Bridges opens its yard.pdf"
