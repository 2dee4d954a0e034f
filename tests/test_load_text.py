"""Text, Markdown and JSON Lines: encodings, front matter, and one rejection for each bad line."""

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.load import load
from corpus.load_markdown import parse as parse_markdown
from corpus.load_text import decode, layout_of
from corpus.load_text import parse as parse_text
from corpus.source import Rejection, Source

PROSE = "株式会社ispaceは、2020年12月にNASAと契約した月資源の商取引契約に関してお知らせします。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp932", "shift_jis", "euc_jp", "iso2022_jp"])
def test_japanese_comes_out_of_every_usual_encoding(encoding):
    assert decode(PROSE.encode(encoding)) == PROSE


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp"])
@given(
    text=st.text(
        st.sampled_from("あいうえおかがきくけこさしすたちつてとなにのはをんアイスペース契約月面資源受領着陸船、。12"),
        min_size=6,
    )
)
def test_japanese_with_kana_is_never_read_as_another_encoding(encoding, text):
    prose = text + "についてのお知らせです。"
    assert decode(prose.encode(encoding)) == prose


def test_curly_quotes_of_windows_stay_english():
    text = "The company\u2019s lander \u2013 \u201cHAKUTO-R\u201d \u2013 was launched in December 2022."
    assert decode(text.encode("cp1252")) == text


@pytest.mark.parametrize("data", [b"\x00\x01\x02\x03" * 40, b"\xff\xff\x80\x81" * 9, bytes(range(256)) * 3])
def test_what_is_no_text_is_said_to_be_none(data):
    with pytest.raises(UnreadableFile, match="UTF-8"):
        decode(data)


def test_form_feeds_part_pages():
    source = parse_text("一頁目\n\f二頁目\n\f".encode(), "a.txt")
    assert source.pages == ("一頁目\n", "二頁目\n")
    assert source.layout == "lines"


FRONT = """---
id: isp-023.ja
title: "中間支払い: 受領"
published: 2022-09-22
published_at: 2022-09-22 15:00
issuer: 株式会社ispace
language: ja-JP
category: contract
audience: staff
source_url: https://example.com/a
supersedes: isp-001.ja
translation_of: isp-023.en
unofficial: true
---

# 見出し
"""


def test_front_matter_fills_the_source():
    source = parse_markdown(FRONT.encode(), "a.md")
    assert source == Source(
        pages=("\n# 見出し\n",), layout="blocks", origin="a.md", id="isp-023.ja", title="中間支払い: 受領",
        published="2022-09-22", published_at=dt.datetime(2022, 9, 22, 15, tzinfo=dt.timezone(dt.timedelta(hours=9))),
        language="ja", issuer="株式会社ispace", category="contract", audience="staff",
        source_url="https://example.com/a", supersedes="isp-001.ja", translation_of="isp-023.en",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("published: 22 September 2022", "'published'"),
        ("published: 2022-13-01", "date"),
        ("published_at: soon", "'published_at'"),
        ("language: fr", "'language'"),
        ("audience: everyone", "'audience'"),
        ("title: [a, b]", "'title'"),
        ("title: a: b", "line 2"),
        ("title: *x", "anchor"),
        ("a: &x [1]\nb: *x", "anchor"),
    ],
)
def test_a_mistake_in_the_front_matter_is_named(front, said):
    with pytest.raises(UnreadableFile, match=said):
        parse_markdown(f"---\n{front}\n---\nText.".encode(), "a.md")


def test_front_matter_without_end_is_a_mistake_but_a_rule_is_not():
    with pytest.raises(UnreadableFile, match="does not end"):
        parse_markdown(b"---\ntitle: a\nText.", "a.md")
    for text in ("---\n\nText.", "---\nText.\n---\nMore.", "Text only."):
        assert parse_markdown(text.encode(), "a.md").pages == (text,)


def test_markdown_with_nothing_below_its_front_matter_is_empty():
    with pytest.raises(EmptyDocument):
        parse_markdown(b"---\ntitle: a\n---\n \n", "a.md")


@pytest.mark.parametrize(
    ("stated", "published"), [("2022", "2022"), ("2022-09", "2022-09"), ("2022-9-2", "2022-09-02")]
)
def test_published_is_as_precise_as_it_is_stated(stated, published):
    assert parse_markdown(f"---\npublished: {stated}\n---\nText.".encode(), "a.md").published == published


def test_good_lines_load_beside_bad_ones(tmp_path):
    file = tmp_path / "a.jsonl"
    lines = [
        json.dumps({"id": "x", "title": "契約", "text": "本文です。", "published": "2022"}, ensure_ascii=False),
        "{broken", "", "42", '{"title": "no text"}', '{"text": 3}', '{"text": "a", "audience": "all"}',
        '{"text": "half a pair \\ud800."}',
    ]  # fmt: skip
    file.write_bytes(("\ufeff" + "\n".join(lines)).encode())
    items = list(load(file))
    assert [int(item.origin.rpartition("#")[2]) for item in items] == [1, 2, 4, 5, 6, 7, 8]
    assert [type(item) for item in items] == [Source, *[Rejection] * 5, Source]
    first, last = items[0], items[-1]
    assert isinstance(first, Source)
    assert (first.id, first.title, first.published) == ("x", "契約", "2022")
    assert isinstance(last, Source)
    assert last.pages == ("half a pair ?.",)


def test_a_line_beyond_the_limit_is_rejected_and_the_next_still_loads(tmp_path, monkeypatch):
    monkeypatch.setattr("corpus.load_jsonl.LONGEST_LINE", 1000)
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"text": "a" * 5000}) + "\n" + json.dumps({"text": "b"}) + "\n", encoding="utf-8")
    assert [type(item) for item in load(file)] == [Rejection, Source]


def test_broken_lines_are_told_from_paragraphs():
    wrapped = (
        "株式会社ispaceは、2020年12月にNASAと契約した月資源の商\n"
        "取引契約に関して、開発マイルストーンを達成し、NASAによ\n"
        "る中間支払いが行われたことをお知らせ致します。"
    )
    assert layout_of(wrapped) == "lines"
    assert layout_of(wrapped.replace("\n", "")) == "blocks"
    assert layout_of("# 見出し\n\n" + PROSE + "\n" + PROSE) == "blocks"
    assert (
        layout_of("【提出書類】 | 有価証券報告書の訂正報告書\n【提出先】 | 関東財務局長および東京証券取引所")
        == "blocks"
    )
    assert layout_of("| 項目 | 金額 |\n|---|---|\n| 売上高 | 100 |") == "blocks"
