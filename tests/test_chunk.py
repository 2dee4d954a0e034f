"""Chunks cover the text, quote it exactly, and cut no sentence."""

from __future__ import annotations

import itertools

from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.announcement import Announcement, Page, Section
from corpus.sentences import sentences
from index.chunk import chunk
from tests.fakes_index import notice

_PARTS = st.sampled_from(
    ["契約を締結した。", "着陸は2025年です。", "The lander is ready. ", "It cost 3.5 million yen. ", "\n", "\n\n", "　",
     "売上高 | 100\n", "とても長い名前の" * 9, "word " * 12, "。", "「はい。」と述べた。"]
)  # fmt: skip
_KINDS = st.sampled_from(["title", "lead", "body", "body", "table", "quotation", "footnote", "boilerplate"])


@st.composite
def announcements(draw: st.DrawFn) -> Announcement:
    text, sections, pages = "", [], []
    for _ in range(draw(st.integers(0, 6))):
        body = "".join(draw(st.lists(_PARTS, min_size=1, max_size=8)))
        gap = draw(st.sampled_from(["", "\n", "外の文。\n"]))
        text += gap
        pages.append(Page(len(pages) + 1, len(text), len(text) + len(body)))
        heading = draw(st.sampled_from([None, "見出し"]))
        sections.append(Section(draw(_KINDS), len(text), len(text) + len(body), heading))
        text += body
    return notice("a", text, sections=tuple(sections), pages=tuple(pages))


@settings(max_examples=150, deadline=None)
@given(announcement=announcements(), size=st.integers(20, 400))
def test_chunks_cover_the_text_and_quote_it_exactly(announcement: Announcement, size: int) -> None:
    chunks = chunk(announcement, size=size)
    text = announcement.text
    assert all(c.text == text[c.start : c.end] and c.text.strip() for c in chunks)
    assert {i for c in chunks for i in range(c.start, c.end)} >= {i for i, ch in enumerate(text) if not ch.isspace()}
    assert all(before.end <= after.start for before, after in itertools.pairwise(chunks))
    assert all(c.id == f"a:{c.start}-{c.end}" and c.page == announcement.page_of(c.start) for c in chunks)


@settings(max_examples=100, deadline=None)
@given(announcement=announcements(), size=st.integers(20, 400))
def test_a_chunk_is_of_one_kind_and_ends_where_sentences_end(announcement: Announcement, size: int) -> None:
    chunks = chunk(announcement, size=size)
    for one in chunks:
        inside = [s for s in announcement.sections if s.start < one.end and one.start < s.end]
        assert all(s.kind == one.section and (s.heading or "") == one.heading for s in inside)
    for section in announcement.sections:
        spans = sentences(announcement.text[section.start : section.end])
        for start, end in spans:
            if end - start <= 4 * size:
                holders = [c for c in chunks if c.start < section.start + end and section.start + start < c.end]
                assert len(holders) == 1


def test_a_long_text_gives_chunks_of_about_the_size_asked() -> None:
    chunks = chunk(notice("a", "この契約は二〇二〇年十二月に締結されたものです。" * 100), size=400)
    assert all(300 <= c.end - c.start <= 500 for c in chunks)


def test_an_endless_sentence_is_cut_at_a_clause_mark() -> None:
    chunks = chunk(notice("a", "とても長い文で、" * 300), size=100)
    assert all(c.end - c.start <= 400 and c.text.endswith("、") for c in chunks)


def test_an_announcement_without_text_has_no_chunks() -> None:
    assert chunk(notice("a", " \n")) == []
