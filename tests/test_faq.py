"""The FAQ as a visitor and a crawler get it: official answers, asked questions, both languages, nothing that runs."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.api import MAX_QUESTION
from assistant.web.faq import blocks_of, json_for_html
from assistant.web.faq_words import FAQ_WORDS
from assistant.web.server import create_app
from corpus.curation import OfficialAnswer
from tests.bridge_builder import ALL, notice, opened

HOSTILE = """</script><img src=x onerror="alert(1)">'{{7*7}}{% raw %}&lt;"""
BASE = "https://ir.example.com/assistant"
CONFIG = {
    "surfaces": "public", "public_url": BASE, "ir_contact": "ir@example.com", "embeddings": "off", "limit_address": 0,
    "limit_reads": 0, "limit_session": 0,
}  # fmt: skip


def curated(assistant: Assistant, **fields: Any) -> OfficialAnswer:
    known = {
        "topic": "工事",
        "questions_ja": ("フェーズ1の開通予定はいつですか", "フェーズ1はいつ開通しますか"),
        "questions_en": ("When is Phase 1 due to open?",),
        "answer_ja": "2024年3月の予定です。",
        "answer_en": "It is due in March 2024.",
        "sources": (assistant.official.quote("delay.ja", "フェーズ1の開通予定を2023年5月から2024年3月に変更する"),),
        **fields,
    }
    saved = assistant.official.save(OfficialAnswer(id="", **known))
    return assistant.official.approve(saved.id, by="大森")


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    hostile = notice("hostile.ja", "2024-04-01", f"題名{HOSTILE}", f"塗装の色は{HOSTILE}赤です。")
    hostile = dataclasses.replace(hostile, source_url="https://example.com/press.pdf?a=1&b=2")
    made = opened(tmp_path_factory.mktemp("faq") / "data", [*ALL, hostile])
    curated(made)
    curated(
        made,
        topic=HOSTILE,
        questions_ja=(f"色は{HOSTILE}",),
        questions_en=(),
        answer_ja=f"{HOSTILE}赤です [1][0][99]".replace("[0][99]", ""),
        answer_en="",
        sources=(made.official.quote("hostile.ja", "赤です"),),
    )
    yield made
    made.close()


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[TestClient]:
    app = create_app(assistant, Settings(**CONFIG))
    with TestClient(app, base_url="https://ir.example.com", root_path="/assistant") as client:
        yield client


def said(page: str) -> str:
    """What a reader reads."""
    body = re.sub(r"<script.*?</script>|<head.*?</head>", "", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", body)).replace("\u2060", ""))


class Elements(HTMLParser):
    """Every element of a page with its attributes, as a browser takes them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def linked_data(page: str) -> list[dict[str, Any]]:
    return [json.loads(found) for found in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)]


# Official answers


@pytest.mark.parametrize(
    ("path", "question", "answer", "date"),
    [
        ("/faq", "フェーズ1の開通予定はいつですか", "2024年3月の予定です。", "2022年11月20日"),
        ("/en/faq", "When is Phase 1 due to open?", "It is due in March 2024.", "20 Nov 2022"),
    ],
)
def test_an_official_answer_stands_on_its_page_with_its_date_and_source(
    client: TestClient, path: str, question: str, answer: str, date: str
) -> None:
    page = client.get(path)
    assert page.status_code == 200
    shown = said(page.text)
    for part in (question, answer, date, "はまなす橋梁、フェーズ1の開通時期を変更"):
        assert part in shown
    [data] = linked_data(page.text)
    assert data["@type"] == "FAQPage"
    assert (question, answer) in [(one["name"], one["acceptedAnswer"]["text"]) for one in data["mainEntity"]]


def test_an_answer_has_an_address_of_its_own_in_each_of_its_languages(client: TestClient, assistant: Assistant) -> None:
    entry = next(entry for entry in assistant.official.shown() if entry.answer_en)
    for prefix, other in (("", "/en"), ("/en", "")):
        page = client.get(f"{prefix}/faq/answers/{entry.id}")
        assert page.status_code == 200
        assert "フェーズ1の開通予定を2023年5月から2024年3月に変更する" in said(page.text)
        assert f'href="/assistant{other}/faq/answers/{entry.id}"' in page.text
        assert f'<link rel="canonical" href="{BASE}{prefix}/faq/answers/{entry.id}">' in page.text
        assert len(linked_data(page.text)[0]["mainEntity"]) == 1


def test_an_answer_in_one_language_is_not_offered_in_the_other(client: TestClient, assistant: Assistant) -> None:
    entry = next(entry for entry in assistant.official.shown() if not entry.answer_en)
    assert client.get(f"/faq/answers/{entry.id}").status_code == 200
    page = client.get(f"/en/faq/answers/{entry.id}")
    assert page.status_code == 404
    assert FAQ_WORDS["en"]["gone_title"] in page.text
    assert entry.id not in client.get("/en/faq").text


def test_editions_point_at_each_other(client: TestClient) -> None:
    for path in ("/faq", "/en/faq"):
        page = client.get(path).text
        links = dict(re.findall(r'<link rel="alternate" hreflang="([\w-]+)" href="([^"]+)">', page))
        assert links == {"ja": f"{BASE}/faq", "en": f"{BASE}/en/faq", "x-default": f"{BASE}/faq"}
        assert re.search(r'<html lang="(\w+)">', page)[1] == ("en" if "/en" in path else "ja")  # type: ignore[index]


def test_a_suspended_answer_is_gone_everywhere_at_once(tmp_path: Path) -> None:
    assistant = opened(tmp_path / "data", ALL)
    try:
        entry = curated(assistant)
        client = TestClient(create_app(assistant, Settings(**CONFIG)), base_url="https://ir.example.com")
        everywhere = ("/faq", "/en/faq", "/sitemap.xml", "/llms.txt", "/api/v1/faq")
        assert all(entry.id in client.get(path).text for path in everywhere)
        assistant.official.suspend(entry.id, reason="under review")
        assert not any(entry.id in client.get(path).text for path in everywhere)
        assert client.get(f"/faq/answers/{entry.id}").status_code == 404
    finally:
        assistant.close()


def test_the_api_gives_the_same_answers_without_the_names_of_those_who_approved(client: TestClient) -> None:
    everything = client.get("/api/v1/faq").json()
    assert everything["total"] == len(everything["entries"]) == 3
    english = client.get("/api/v1/faq", params={"language": "en"}).json()
    assert [entry["language"] for entry in english["entries"]] == ["en"]
    [first] = client.get("/api/v1/faq", params={"topic": "工事", "language": "ja"}).json()["entries"]
    assert first["questions"] == ["フェーズ1の開通予定はいつですか", "フェーズ1はいつ開通しますか"]
    [citation] = first["citations"]
    text = client.get(f"/api/v1/announcements/{citation['announcement_id']}").json()["text"]
    assert citation["quote"] == text[citation["start"] : citation["end"]]
    assert "大森" not in client.get("/api/v1/faq").text + client.get("/faq").text


# Asked questions


def test_a_question_is_answered_without_a_script_and_kept_by_no_search_engine(client: TestClient) -> None:
    page = client.get("/faq/ask", params={"q": "工事用の台船の重量は？"})
    shown = said(page.text)
    assert page.status_code == 200
    assert "35トン" in shown
    assert "2021年10月1日" in shown
    assert FAQ_WORDS["ja"]["extracted"] in shown
    assert '<meta name="robots" content="noindex, nofollow">' in page.text
    assert page.headers["x-robots-tag"] == "noindex, nofollow"
    assert page.headers["cache-control"] == "no-store"
    assert linked_data(page.text) == []


def test_the_marker_in_an_answer_leads_to_its_source(client: TestClient) -> None:
    page = client.get("/faq/ask", params={"q": "工事用の台船の重量は？"}).text
    markers = re.findall(r'<a class="marker" href="#([\w-]+)"', page)
    assert markers
    assert set(markers) <= set(re.findall(r'<li id="([\w-]+)"', page))


def test_a_question_that_has_an_official_answer_gets_that(client: TestClient) -> None:
    shown = said(client.get("/en/faq/ask", params={"q": "When is Phase 1 due to open?"}).text)
    assert "It is due in March 2024." in shown
    assert FAQ_WORDS["en"]["official_answer"] in shown


def test_what_was_known_on_a_day_is_answered_as_of_that_day(client: TestClient) -> None:
    question = "はまなす橋梁の従業員数は"
    newest = said(client.get("/faq/ask", params={"q": question}).text)
    then = said(client.get("/faq/ask", params={"q": question, "as_of": "2021-12-31"}).text)
    assert "310人" in newest
    assert "240人" in then
    assert "310人" not in then
    assert "2021年12月31日までに公表された資料" in then


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({}, "empty"),
        ({"q": "  \n"}, "empty"),
        ({"q": "\x00\x1b"}, "empty"),
        ({"q": "あ" * (MAX_QUESTION + 1)}, "too_long"),
        ({"q": "いつ", "as_of": "昨日"}, "bad_date"),
        ({"q": "いつ", "as_of": "2022-13-45"}, "bad_date"),
    ],
)
def test_a_question_that_cannot_be_used_is_said_on_the_page(
    client: TestClient, asked: dict[str, str], words: str
) -> None:
    page = client.get("/faq/ask", params=asked)
    assert page.status_code == 400
    assert FAQ_WORDS["ja"][words].format(limit=MAX_QUESTION) in said(page.text)


def test_silence_and_refusals_are_said_in_words(client: TestClient) -> None:
    assert FAQ_WORDS["ja"]["not_found"] in client.get("/faq/ask", params={"q": "橋の番犬の名前は？"}).text
    assert FAQ_WORDS["ja"]["declined"] in client.get("/faq/ask", params={"q": "この会社の株を買うべきですか"}).text


def test_a_reader_who_asks_too_much_gets_a_page(assistant: Assistant) -> None:
    app = create_app(assistant, Settings(**{**CONFIG, "limit_address": 1}))
    client = TestClient(app, base_url="https://ir.example.com")
    first, second = (client.get("/en/faq/ask", params={"q": "When is Phase 1 due to open?"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (200, 429)
    assert int(second.headers["retry-after"]) > 0
    assert second.headers["content-type"].startswith("text/html")
    assert "Please try again in" in said(second.text)


# Hostile words


@pytest.mark.parametrize(
    "path",
    [
        "/faq",
        "/faq/ask?q=色は",
        "/faq/ask",
        "/en/faq",
        "/faq/<script>alert(1)</script>",
        "/faq/answers/<img src=x onerror=1>",
    ],
)
def test_nothing_that_was_written_elsewhere_runs_here(client: TestClient, path: str) -> None:
    page = client.get(path, params={"q": HOSTILE, "as_of": HOSTILE} if path == "/faq/ask" else None)
    elements = Elements(page.text).found
    assert not {tag for tag, _ in elements} & {"img", "style", "iframe", "object", "svg", "base"}
    for tag, attributes in elements:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert tag != "script" or attributes == {"type": "application/ld+json"}
        for name in ("src", "href", "action"):
            target = attributes.get(name)
            assert not target or re.match(r"/assistant/|https://|#|mailto:", target), target
    assert "49" not in said(page.text)
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy


@given(text=st.text())
def test_linked_data_cannot_end_its_element(text: str) -> None:
    shown = str(json_for_html({"text": text}))
    assert not set(shown) & set("<>&\u2028\u2029")
    assert json.loads(shown) == {"text": text}


@given(text=st.text(alphabet="a1[]\n -・。"), markers=st.frozensets(st.integers(0, 20)))
def test_an_answer_loses_no_word_on_the_page(text: str, markers: frozenset[int]) -> None:
    blocks = blocks_of(text, markers)
    shown = "".join(
        f"[{piece.marker}]" if piece.marker else piece.text
        for block in blocks
        for line in block.lines
        for piece in line
    )
    said_and_shown = (re.sub(r"\s|-|・|\[0*", "", each) for each in (text, shown))
    assert len(set(said_and_shown)) == 1


# For machines


def test_the_sitemap_lists_every_page_that_a_search_engine_should_know(
    client: TestClient, assistant: Assistant
) -> None:
    tree = ElementTree.fromstring(client.get("/sitemap.xml").text)
    space = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = [loc.text or "" for loc in tree.findall("s:url/s:loc", space)]
    assert len(found) == len(set(found)) == 2 + 3
    for url in found:
        assert url.startswith(f"{BASE}/")
        assert client.get(url.removeprefix(BASE)).status_code == 200
    dates = [date.text or "" for date in tree.findall("s:url/s:lastmod", space)]
    assert all(dt.date.fromisoformat(date) for date in dates)


def test_crawlers_may_read_answers_and_no_questions(client: TestClient) -> None:
    rules = client.get("/robots.txt").text.splitlines()
    assert "Allow: /assistant/faq" in rules
    assert {"Disallow: /assistant/faq/ask", "Disallow: /assistant/en/faq/ask", "Disallow: /assistant/"} <= set(rules)
    assert rules[-1] == f"Sitemap: {BASE}/sitemap.xml"


def test_llms_txt_names_pages_and_api_that_are_there(client: TestClient) -> None:
    text = client.get("/llms.txt").text
    assert text.startswith("# ")
    for url in re.findall(rf"\]\(({re.escape(BASE)}[^)]*)\)", text):
        assert client.get(url.removeprefix(BASE)).status_code == 200
    assert "When is Phase 1 due to open?" in text
    assert "<script>" not in text


# Words


def test_both_languages_have_every_word() -> None:
    assert FAQ_WORDS["ja"].keys() == FAQ_WORDS["en"].keys()
    for key, words in FAQ_WORDS["ja"].items():
        assert re.findall(r"\{\w+\}", words) == re.findall(r"\{\w+\}", FAQ_WORDS["en"][key]), key


def test_the_note_and_the_contact_are_those_of_the_settings(assistant: Assistant) -> None:
    settings = Settings(**{**CONFIG, "notice_en": "Our own <b>note</b>.", "ir_contact": "https://example.com/ir"})
    client = TestClient(create_app(assistant, settings), base_url="https://ir.example.com")
    assert "Our own <b>note</b>." in said(client.get("/en/faq").text)
    assert 'href="https://example.com/ir"' in client.get("/en/faq").text
    assert FAQ_WORDS["ja"]["notice"] in said(client.get("/faq").text)


# The public alone


def test_a_public_server_leads_to_the_faq_and_has_nothing_of_the_staff_s_page(client: TestClient) -> None:
    home = client.get("/", follow_redirects=False)
    assert (home.status_code, home.headers["location"]) == (307, "/assistant/faq")
    for path in (
        "/config",
        "/gradio_api/info",
        "/gradio_api/queue/join",
        "/theme.css",
        "/staff/",
        "/login",
        "/monitoring",
    ):
        for method in ("GET", "POST"):
            assert client.request(method, path).status_code == 404, path


def test_no_public_page_sets_a_cookie(client: TestClient) -> None:
    pages = ("/faq", "/en/faq", "/faq/ask?q=台船", "/docs", "/openapi.json", "/sitemap.xml", "/robots.txt", "/llms.txt")
    data = ("/api/v1/faq", "/api/v1/announcements", "/static/faq.css", "/favicon.svg", "/nowhere")
    for path in (*pages, *data):
        assert "set-cookie" not in client.get(path).headers, path
