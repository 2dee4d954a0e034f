"""The whole way of a piece of news: signed in, uploaded, asked about, seen in the PDF, made official, found on the FAQ.

A stranger to the project should be able to do this with nothing but the browser, in Japanese and in English.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from assistant.web.announcements_words import ANNOUNCEMENTS
from assistant.web.official_words import OFFICIAL_WORDS
from assistant.web.staff_intake_words import INTAKE
from assistant.web.words import SIGN_IN, WORDS
from corpus.announcement import Language
from tests.e2e.conftest import ROOT, Served, serving

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# Debian: fonts-ipafont-gothic. It has Latin letters, too.
IPA = Path("/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf")
PASSWORD = "月面まで38万キロ!"
# What Gradio says of its open stream when the chat is left for another screen.
LEFT = re.compile(r"AbortError: signal is aborted|Connection errored out|BodyStreamBuffer was aborted")
WAIT = 60_000  # ms; other tests may run at the same time


@dataclass(frozen=True)
class News:
    """What is uploaded, asked and answered."""

    language: Language
    locale: str
    title: str
    lines: Sequence[str]
    sentence: str  # that answers the question
    question: str
    value: str  # that the answer has to name
    faq: str


STORIES = [
    News(
        "ja",
        "ja-JP",
        "はまなす橋梁、渡船「うみねこ」を就航",
        [
            "2024年5月20日",
            "はまなす橋梁株式会社は、新しい渡船「うみねこ」を函館港に就航させます。",
            "「うみねこ」の定員は148名です。",
            "運航は毎日6往復を予定しています。",
        ],
        "「うみねこ」の定員は148名です。",
        "うみねこの定員は何名ですか",
        "148",
        "/faq",
    ),
    News(
        "en",
        "en-US",
        "Hamanasu Bridges orders a second test barge",
        [
            "3 June 2024",
            "Hamanasu Bridges, Inc. has ordered a second test barge, the Puffin, from a yard in Bergen.",
            "The Puffin can carry 420 tonnes of steel.",
            "It will be delivered in the spring.",
        ],
        "The Puffin can carry 420 tonnes of steel.",
        "How many tonnes of steel can the Puffin carry?",
        "420",
        "/en/faq",
    ),
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The application of an office with two editors, and with no announcement yet."""
    directory = tmp_path_factory.mktemp("office")
    for name in ("sato", "oomori"):
        command = [sys.executable, "-m", "assistant", "user", "add", name, "--role", "editor", "--password-stdin"]
        subprocess.run(
            [*command, "--data", str(directory / "data")], cwd=ROOT, input=f"{PASSWORD}\n", text=True, check=True
        )
    with serving(directory, ASSISTANT_SAMPLE="off", ASSISTANT_EMBEDDINGS="off") as running:
        yield running


def pdf_of(news: News) -> bytes:
    """A press release of one page, with its font inside."""
    if not IPA.exists() and not os.environ.get("CI"):
        pytest.skip("needs Debian's fonts-ipafont-gothic")
    pdfmetrics.registerFont(TTFont("IPA", str(IPA)))
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4)
    canvas.setTitle(news.title)
    canvas.setFont("IPA", 18)
    canvas.drawString(60, 760, news.title)
    canvas.setFont("IPA", 11)
    for number, line in enumerate(news.lines):
        canvas.drawString(60, 715 - 32 * number, line)
    canvas.save()
    return out.getvalue()


def signed_in(page: Page, office: Served, name: str, language: Language) -> None:
    """Signs in with the form to which whoever comes is led."""
    page.goto(office.url)
    page.get_by_label(SIGN_IN[language]["name"]).fill(name)
    page.get_by_label(SIGN_IN[language]["password"], exact=True).fill(PASSWORD)
    page.get_by_role("button", name=SIGN_IN[language]["sign_in"]).click()
    expect(page.locator("#question textarea")).to_be_visible(timeout=WAIT)


@pytest.mark.parametrize("news", STORIES, ids=lambda news: news.language)
def test_news_goes_from_the_pdf_to_the_public_faq(
    chromium: Browser, office: Served, news: News, tmp_path: Path
) -> None:
    intake, official = INTAKE[news.language], OFFICIAL_WORDS[news.language]
    file = tmp_path / f"{news.language}.pdf"
    file.write_bytes(pdf_of(news))
    elsewhere: list[str] = []
    complaints: list[str] = []

    def watched(page: Page) -> Page:
        page.on("request", lambda sent: elsewhere.append(sent.url) if _host(sent.url) not in ("", own) else None)
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    own = _host(office.url)
    with chromium.new_context(locale=news.locale) as context:
        page = watched(context.new_page())
        signed_in(page, office, "sato", news.language)

        page.goto(f"{office.url}/staff/upload")
        page.get_by_label(intake["files"], exact=True).set_input_files(file)
        page.get_by_role("radio", name=f"{intake['public']} {intake['public_hint']}").check()
        page.get_by_role("button", name=intake["submit"]).click()
        expect(page.get_by_text(news.title).first).to_be_visible(timeout=WAIT)

        page.goto(office.url)
        box = page.locator("#question textarea")
        box.fill(news.question)
        box.press("Enter")
        reply = page.locator(".exchange .reply:not(.reply-draft)")
        expect(reply).to_have_count(1, timeout=WAIT)
        expect(reply).to_contain_text(news.value)
        conversation = page.url

        page.locator(".cite").first.click()
        page.wait_for_url("**/staff/announcements/**")
        expect(page.locator("mark#passage, #passage").first).to_contain_text(news.sentence)
        picture = page.locator(".page-image img")
        expect(picture).to_have_attribute("alt", ANNOUNCEMENTS[news.language]["page_image_marked"].format(page=1))
        assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300

        page.go_back()
        if page.url != conversation:
            page.goto(conversation)
        page.get_by_role("link", name=WORDS[news.language]["make_official"]).first.click(timeout=WAIT)
        expect(page.get_by_label(official[f"questions_{news.language}"])).to_have_value(news.question)
        expect(page.locator("textarea.quote").first).to_have_value(news.sentence)
        page.get_by_label(official[f"answer_{news.language}"]).fill(f"{news.sentence} [1]")
        page.get_by_role("button", name=official["save_draft"]).last.click()
        expect(page.get_by_text(official["said_saved"])).to_be_visible()
        expect(page.get_by_text(official["own_entry"])).to_be_visible()
        entry = urlsplit(page.url).path

    with chromium.new_context() as investor:
        page = watched(investor.new_page())
        page.goto(f"{office.url}{news.faq}")
        assert news.question not in page.locator("main").inner_text()

    with chromium.new_context(locale=news.locale) as context:
        page = watched(context.new_page())
        signed_in(page, office, "oomori", news.language)
        page.goto(f"{office.url}{entry}")
        page.get_by_role("button", name=official["approve"]).click()
        expect(page.get_by_text(official["said_approved"])).to_be_visible()

    with chromium.new_context() as investor:
        page = watched(investor.new_page())
        page.goto(f"{office.url}{news.faq}")
        page.get_by_role("link", name=news.question).click()
        expect(page.locator("article")).to_contain_text(news.value)
        expect(page.locator("blockquote")).to_have_text(news.sentence)

    assert elsewhere == []
    assert [said for said in complaints if not LEFT.search(said)] == []
    assert office.attempts() == []


def _host(url: str) -> str:
    return urlsplit(url).netloc
