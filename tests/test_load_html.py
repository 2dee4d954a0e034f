"""HTML: the article without navigation, and what the page states about it."""

import json

import pytest

from corpus.errors import EmptyDocument, UnreadableFile
from corpus.load import load
from corpus.load_html import parse
from corpus.source import Rejection, Source

BODY = """
<header><nav><ul><li><a href="/">ホーム</a></li><li><a href="/ir">IR情報</a></li></ul></nav></header>
<main><h1>中間支払いの受領のお知らせ</h1><p>2022年9月22日</p>
<p>株式会社テストは、2020年12月に契約した月資源の商取引契約に関して、<b>開発</b>の節目<sup>※1</sup>を達成しました。</p>
<h2>業績</h2>
<table><tr><th>項目</th><th>2022年3月期</th><th>2023年3月期</th></tr>
<tr><td>売上高</td><td>1,234</td><td>2,345</td></tr><tr><td>営業利益</td><td>△12</td><td>34</td></tr></table>
<ul><li>契約先: NASA</li><li>打ち上げ: 2022年11月</li></ul>
<p>※1 2022年9月時点の想定</p></main>
<footer><p>Copyright 2022 テスト All rights reserved. プライバシーポリシー</p></footer>
"""


def page(head="", body=BODY, lang="ja"):
    return f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8">{head}</head><body>{body}</body></html>'


def test_the_article_comes_as_blocks_without_navigation():
    text = parse(page().encode())["pages"][0]
    assert text.split("\n\n") == [
        "# 中間支払いの受領のお知らせ",
        "2022年9月22日",
        "株式会社テストは、2020年12月に契約した月資源の商取引契約に関して、開発の節目※1を達成しました。",
        "## 業績",
        "| 項目 | 2022年3月期 | 2023年3月期 |\n|---|---|---|\n| 売上高 | 1,234 | 2,345 |\n| 営業利益 | △12 | 34 |",
        "- 契約先: NASA\n- 打ち上げ: 2022年11月",
        "※1 2022年9月時点の想定",
    ]


def test_a_page_of_bare_divisions_is_read_without_its_menus():
    menu = "".join(f'<div class="item"><a href="/{i}">メニューの項目{i}</a></div>' for i in range(9))
    story = "".join(
        f"<div>株式会社テストは、第{i}の契約に関して、開発の節目を達成し、中間支払いを受けたことをお知らせします。<br>詳細は別紙をご覧ください。</div>"
        for i in range(6)
    )
    table = "<table><tr><td>売上高</td><td>1,234</td></tr><tr><td>営業利益</td><td>△12</td></tr></table>"
    body = (
        f'<div id="wrap"><div class="top">{menu}</div><div class="g-navi">{menu}</div>'
        f'<div class="body"><div>2022年9月22日</div><div><h2>節目の達成</h2>{story}{table}<p>※1 想定</p></div></div>'
        f'<div class="footer">Copyright テスト</div></div>'
    )
    text = parse(page(body=body).encode())["pages"][0]
    assert "メニュー" not in text
    assert "Copyright" not in text
    assert text.count("\n詳細は別紙をご覧ください。") == 6
    assert "| 売上高 | 1,234 |\n|---|---|\n| 営業利益 | △12 |\n\n※1 想定" in text


def test_cells_that_span_others_keep_the_columns_apart():
    table = (
        "<main><p>業績の概要は次のとおりです。金額の単位は百万円であり、端数は切り捨てています。</p><table>"
        "<tr><th rowspan=2>項目</th><th colspan=2>2023年3月期</th></tr><tr><th>予想</th><th>実績</th></tr>"
        "<tr><td>売上高</td><td>10</td><td>12</td></tr></table></main>"
    )
    rows = parse(page(body=table).encode())["pages"][0].split("\n\n")[1].split("\n")
    assert rows == ["| 項目 | 2023年3月期 |  |", "|---|---|---|", "|  | 予想 | 実績 |", "| 売上高 | 10 | 12 |"]


def json_ld(**fields):
    return f'<script type="application/ld+json">{json.dumps(fields, ensure_ascii=False)}</script>'


def test_json_ld_states_title_date_language_and_issuer():
    article = {
        "@type": "NewsArticle", "headline": "中間支払いの受領", "datePublished": "2022-09-22T15:00:00+09:00",
        "inLanguage": "ja-JP", "publisher": {"@type": "Organization", "name": "株式会社テスト"},
    }  # fmt: skip
    found = parse(
        page(json_ld(**{"@context": "https://schema.org", "@graph": [{"@type": "WebSite"}, article]}), lang="").encode()
    )
    assert (found["title"], found["published"], found["language"], found["issuer"]) == (
        "中間支払いの受領", "2022-09-22", "ja", "株式会社テスト",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ('<meta property="article:published_time" content="2022-09-22T00:30:00+09:00">', "2022-09-22"),
        ('<meta name="dc.date" content="2022-09">', "2022-09"),
        ('<meta name="date" content="2022年9月22日">', "2022-09-22"),
        ('<meta name="date" content="soon">', None),
        ("", None),
    ],
)
def test_the_date_is_as_precise_as_a_meta_tag_states_it(head, published):
    assert parse(page(head).encode()).get("published") == published


def test_one_time_element_dates_the_page_and_two_different_ones_do_not():
    one = BODY.replace("<p>2022年9月22日</p>", '<p><time datetime="2022-09-22">9月22日</time></p>')
    assert parse(page(body=one).encode())["published"] == "2022-09-22"
    two = one + '<p><time datetime="2021-01-01">前回</time></p>'
    assert "published" not in parse(page(body=two).encode())


def test_the_site_name_is_no_part_of_the_title():
    head = "<title>中間支払いの受領のお知らせ | ニュース | 株式会社テスト</title>"
    assert parse(page(head).encode())["title"] == "中間支払いの受領のお知らせ"


@pytest.mark.parametrize("encoding", ["utf-8", "shift_jis", "euc-jp", "iso-2022-jp"])
@pytest.mark.parametrize("said", [True, False])
def test_the_encoding_is_taken_from_the_page_or_told_from_its_bytes(encoding, said):
    html = page().replace("utf-8", encoding) if said else page().replace('<meta charset="utf-8">', "")
    assert "株式会社テストは、2020年12月" in parse(html.encode(encoding))["pages"][0]


def test_a_page_without_text_and_one_nested_too_deep_are_rejected():
    with pytest.raises(EmptyDocument):
        parse(b"<html><body><script>var a = 1;</script></body></html>")
    with pytest.raises((UnreadableFile, EmptyDocument)):
        parse(b"<div>" * 100_000 + b"text")


def test_a_hostile_page_is_a_rejection_within_bounds(tmp_path):
    (tmp_path / "deep.html").write_bytes(b"<table><tr><td>" * 60_000)
    (tmp_path / "good.html").write_text(page(), encoding="utf-8")
    deep, good = load(tmp_path)
    assert isinstance(deep, Rejection)
    assert isinstance(good, Source)
    assert good.layout == "blocks"
