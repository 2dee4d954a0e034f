"""Any text becomes an Announcement whose parts hold together, or is said to be empty; never anything worse."""

from __future__ import annotations

import contextlib
import dataclasses
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.announce import announce
from corpus.announcement import Announcement
from corpus.errors import EmptyDocument
from corpus.source import Source

BODY = "株式会社サンプルは、2022年9月22日、月面輸送サービスに関する契約を締結しました。"


def source(*pages: str, **stated: object) -> Source:
    return Source(**{"pages": pages, "layout": "lines", "origin": "test.txt", **stated})  # type: ignore[arg-type]


scraps = st.lists(
    st.one_of(
        st.text(max_size=8),
        st.sampled_from([
            "\n", "\n\n", "\f", "　", "# ", "※1", "*1", "※1 2022年9月時点", "(注1)", "[1]", "i ", "ii 時点",
            "¹", "(1) Note", "1", "11月",
            "2022年", "最短で", "以降", "Nov. 2022", "「", "」と社長の山田は述べた。",
            "“It,” said Jane Doe, CEO.", "左から：", "、", "|",
            "| a | b |", "のコメント", "About X", "お問い合わせ", "■", "・", "Date of Report: ",
            "TOKYO, May 5, 2022 -- ", "契約。",
            "sales1 ", "Mission 1 ", "at the earliest", ")", "(", "）", "（",
        ]),
    ),
    max_size=30,
).map("".join)  # fmt: skip


def holds_together(made: Announcement) -> None:
    text = made.text
    edges = [edge for section in made.sections for edge in (section.start, section.end)]
    assert edges == sorted(edges)
    assert all(0 <= edge <= len(text) for edge in edges)
    held = {place for section in made.sections for place in range(section.start, section.end)}
    assert all(place in held for place, char in enumerate(text) if not char.isspace())
    for note in made.footnotes:
        assert note.anchors
        for start, end in ((note.start, note.end), *note.anchors):
            assert 0 <= start < end <= len(text)
            assert text[start:end].strip()
        assert all(end <= note.start for _, end in note.anchors)
    assert [page.start for page in made.pages] == sorted(page.start for page in made.pages)
    assert all(page.start <= page.end <= len(text) for page in made.pages)
    assert made.title.strip()
    for offset, char in enumerate(text):
        origin = made.offsets.raw(offset)
        assert char.isspace() or char in "|-" or origin < len(made.raw)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(scraps, min_size=1, max_size=3),
    st.sampled_from(["lines", "blocks"]),
    st.sampled_from([None, "契約", "Title"]),
)
def test_any_text_becomes_an_announcement_that_holds_together_or_is_empty(
    pages: list[str], layout: str, title: str | None
) -> None:
    try:
        made = announce(source(*pages, layout=layout, title=title))
    except EmptyDocument:
        # A number alone on a page is the page's.
        assert not any(char.isalpha() for page in pages for char in page)
    else:
        holds_together(made)


@pytest.mark.parametrize(
    "unit",
    [
        BODY, BODY + "\n", "a", "契", "1", "「", "(", "※1 ", "※1 2022年9月時点\n", "2022年11月※1に、",
        "| 1 | 2 |\n", "1 ", "1,", "A. ",
        "Jane Doe, CEO of ACME, ", "“It,” said Jane Doe. ", "https://example.com/", " ", "\n", "、", "十百千万",
        "*1", "11月i", "a-\n",
        "2022年から", "-", "社長の", "Nov 9 to ", "sales1 (1) ", "(1) note\n", "\u3000", "Mission 1 ",
        "Title Case Words ",
    ],
)  # fmt: skip
def test_no_repeated_text_is_slow(unit: str) -> None:
    began = time.process_time()
    with contextlib.suppress(EmptyDocument):
        announce(source(unit * (30_000 // len(unit))))
    assert time.process_time() - began < 3  # a third of a second is usual; what grows with the square takes longer


def test_an_id_is_made_of_date_and_content_and_a_stated_one_is_kept() -> None:
    first = announce(source(f"契約について\n\n2022年9月22日\n\n{BODY}"))
    again = announce(source(f"契約について\n\n2022年9月22日\n\n{BODY}\n\n", origin="elsewhere.txt"))
    other = announce(source(f"契約について\n\n2022年9月22日\n\n{BODY}{BODY}"))
    assert first.id.startswith("2022-09-22-")
    assert first.id == again.id != other.id
    assert announce(source(BODY, id="isp-001.ja")).id == "isp-001.ja"
    assert announce(source(BODY)).id.startswith("undated-")


def test_what_the_source_states_comes_before_what_the_text_says() -> None:
    made = announce(
        source(f"契約について\n\n2022年9月22日\n\n{BODY}", title="別の題", published="2022-10", language="en")
    )
    assert (made.title, str(made.published), made.language) == ("別の題", "2022-10", "en")


def test_the_content_hash_tells_text_and_statements_apart() -> None:
    sources = [source(BODY), source(BODY + "。"), source(BODY, title="題"), source(BODY, audience="staff")]
    assert len({announce(made).content_hash for made in sources}) == len(sources)
    assert announce(source(BODY)).content_hash == announce(dataclasses.replace(source(BODY), origin="b")).content_hash


def test_offsets_lead_back_to_the_raw_text_and_page() -> None:
    made = announce(source("月面輸送の契約につ\nいて\n\n" + BODY, BODY.replace("契約", "覚書")))
    place = made.text.index("覚書")
    assert made.raw[made.offsets.raw(place) :].startswith("覚書")
    assert made.page_of(place) == 2
    assert made.page_of(made.text.index(BODY)) == 1


@pytest.mark.parametrize("empty", ["", " \n\f", "※ …… ・・・", "\u200b"])
def test_a_source_without_words_is_said_to_be_empty(empty: str) -> None:
    with pytest.raises(EmptyDocument, match="Add a file with text"):
        announce(source(empty))
