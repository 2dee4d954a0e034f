"""A conversation that is taken along says where each answer stands, and nothing in it is read as anything but text."""

from __future__ import annotations

import datetime as dt
import re
from contextlib import closing

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from assistant.answer import Answer, Citation, Superseded
from assistant.web.conversation import Conversation, Exchange, Filters
from assistant.web.export import as_markdown, as_text, escaped
from assistant.web.export_pdf import as_pdf
from assistant.web.words import WORDS
from corpus.announcement import Language
from index.passage import Selection

NOW = dt.datetime(2026, 11, 22, 3, tzinfo=dt.UTC)
HOSTILE = "<script>x</script> **b** [l](javascript:x) `c` # h | - 1. ${y} {{z}} ~~s~~ \\ <https://evil.example>"
TITLE = "月面輸送契約の中間支払いを受領"
QUOTE = "1号機の打ち上げは最短で2022年11月を予定しています。"
PAID = Citation(1, "a", TITLE, "2022-09-27", "https://example.com/a?b=c", 2, 0, len(QUOTE), QUOTE, "body")
ANSWER = Answer(
    "打ち上げはいつ？", "ja", "answered", f"最短で2022年11月です。[1]\n\n{QUOTE}[1]", "2022年11月", "2022-09-27",
    citations=(PAID,), superseded=(Superseded("2022年10月", "2021-05", "x"),),
)  # fmt: skip
NARROWED = Filters(dt.date(2022, 9, 30), Selection("ja", "IR"))


def conversation(*answers: Answer) -> Conversation:
    stopped = Exchange("止めた質問", "<p>Stopped.</p>")
    return Conversation((*(Exchange(one.question, "", answer=one, filters=NARROWED) for one in answers), stopped), "id")


def hostile(text: str) -> Answer:
    citation = Citation(1, "h", text, text, "javascript:alert(1)", 1, 0, 1, text, "body")
    old = Superseded(text, text, "h")
    return Answer(text, "en", "not_found", text, as_of=text, engine=text, citations=(citation,), superseded=(old,))


def test_copied_text_holds_question_answer_dates_and_sources() -> None:
    text = as_text(conversation(ANSWER).exchanges[0], "ja")
    assert text.startswith("打ち上げはいつ？\n\n最短で2022年11月です。[1]")
    assert f"[1] {TITLE} (2022年9月27日, 2ページ)\n    “{QUOTE}”\n    https://example.com/a?b=c" in text
    assert "更新前: 2022年10月 (2021年5月時点)" in text
    assert "2022年9月27日時点の情報 | 原文からの抜粋 | 範囲：日本語 · IR · 2022年9月30日時点" in text


def test_a_markdown_file_shows_the_same_as_text() -> None:
    html = MarkdownIt("commonmark").render(as_markdown(conversation(ANSWER), "ja", now=NOW))
    said = re.sub(r"<[^>]+>", "", html)
    for part in (
        "2026年11月22日に作成",
        "打ち上げはいつ？",
        TITLE,
        QUOTE,
        "更新前: 2022年10月",
        "https://example.com/a?b=c",
    ):
        assert part in said
    assert "<blockquote>" in html
    assert "止めた質問" not in said


@given(text=st.text(alphabet="ab月 \n\t<>[]()*_`#|-+.!~\\&${}\"'1:/=", max_size=60).filter(str.strip))
def test_nothing_that_was_said_becomes_markdown_or_html(text: str) -> None:
    html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(f"p {escaped(text)} q")
    assert re.fullmatch(r"<p>[^<>]*</p>\n", html)


def test_hostile_text_in_a_markdown_file_stays_text() -> None:
    html = MarkdownIt("commonmark").render(as_markdown(conversation(hostile(HOSTILE)), "en", now=NOW))
    assert set(re.findall(r"<(/?\w+)", html)) <= {
        f"{end}{tag}" for tag in ("h1", "h2", "p", "em", "strong", "blockquote", "br") for end in ("", "/")
    }
    assert html.count("&lt;script&gt;") >= 5


@pytest.mark.parametrize("interface", ["ja", "en"])
def test_a_pdf_holds_the_conversation_in_japanese_and_english(interface: Language) -> None:
    english = Answer("When?", "en", "answered", "“November” – 2022. " * 60 + "[1]", citations=(PAID,))
    pages = read(as_pdf(conversation(ANSWER, *[english] * 4), interface, now=NOW))
    whole = re.sub(r"\s", "", "".join(pages))
    for part in (
        WORDS[interface]["title"],
        "打ち上げはいつ？",
        TITLE,
        QUOTE,
        "“November”–2022.",
        "https://example.com/a?b=c",
    ):
        assert re.sub(r"\s", "", part) in whole
    assert len(pages) >= 2
    assert [page.strip()[0] for page in pages[:2]] == ["1", "2"]


@settings(max_examples=20, deadline=None)
@given(text=st.text(max_size=200).filter(str.strip))
def test_any_text_can_be_set_as_a_pdf(text: str) -> None:
    assert read(as_pdf(conversation(hostile(text), hostile(HOSTILE)), "ja", now=NOW))


def read(pdf: bytes) -> list[str]:
    with closing(pypdfium2.PdfDocument(pdf)) as document:
        return [page.get_textpage().get_text_range() for page in document]
