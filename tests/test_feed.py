"""Feeds and lists of news: new items only, politely, and each with the date that is said."""

import json
from pathlib import Path

import pytest
from test_fetch import LOCAL, serving

from corpus.errors import UnreadableFile
from corpus.feed import Memory, Visitor, entries, listed
from corpus.load import load
from corpus.source import Rejection, Source

HTML = {"Content-Type": "text/html; charset=utf-8"}


def article(title):
    text = f"株式会社テストは、{title}についてお知らせします。詳細は別紙をご覧ください。"
    return f'<html lang="ja"><body><main><h1>{title}のお知らせです</h1><p>{text}</p></main></body></html>'.encode()


def rss(base, names):
    items = "".join(
        f"<item><title>{name}</title><link>{base}/{name}</link><pubDate>Wed, 21 Sep 2022 23:00:00 GMT</pubDate></item>"
        for name in names
    )
    channel = f"<channel><title>t</title><language>ja</language>{items}</channel>"
    return f'<?xml version="1.0"?><rss version="2.0">{channel}</rss>'.encode()


RDF = b"""<?xml version="1.0" encoding="utf-8"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="x"/>
<item rdf:about="/a"><title>A</title><link>/a</link><dc:date>2022-09-22T00:30:00+09:00</dc:date></item></rdf:RDF>"""
ATOM = b"""<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>A</title><link href="a.pdf#page=2"/>
<published>2022-09-22T08:00:00+09:00</published><updated>2023-01-01T00:00:00Z</updated></entry>
<entry><title>again</title><link href="a.pdf"/></entry>
<entry><title>no</title><link href="javascript:1"/></entry></feed>"""


@pytest.mark.parametrize(("data", "url"), [(RDF, "https://example.jp/a"), (ATOM, "https://example.jp/news/a.pdf")])
def test_rss_1_and_atom_name_their_items_with_the_day_in_their_own_zone(data, url):
    assert entries(data, url="https://example.jp/news/feed") == [{"url": url, "title": "A", "published": "2022-09-22"}]


def test_a_japanese_feed_that_tells_utc_is_dated_in_japan():
    assert entries(rss("https://example.com", ["a"]), url="https://example.com/f")[0]["published"] == "2022-09-22"


def test_a_list_of_news_gives_its_dated_links_and_no_menu():
    page = """<html><body><ul><li><a href="/">ホーム</a></li><li><a href="/ir">IR</a></li></ul>
    <ul><li><span>2022.09.22</span> <a href="/news/2">中間支払いの受領</a></li>
    <li><a href="/news/1.pdf">2022年9月1日 月探査の契約</a></li></ul>
    <dl><dt>2021/1/5</dt><dd><a href="https://other.example/0">提携</a></dd></dl>
    <div><p>Sep 3, 2020</p><h3><a href="/en/3">A contract</a></h3></div><a href="#top">2022.09.22</a></body></html>"""
    found = [
        (item["url"], item["title"], item["published"])
        for item in listed(page.encode(), url="https://example.com/news/")
    ]
    assert found == [
        ("https://example.com/news/2", "中間支払いの受領", "2022-09-22"),
        ("https://example.com/news/1.pdf", "月探査の契約", "2022-09-01"),
        ("https://other.example/0", "提携", "2021-01-05"),
        ("https://example.com/en/3", "A contract", "2020-09-03"),
    ]


def test_a_feed_loads_new_items_only_and_asks_politely(tmp_path):
    memory = tmp_path / "feeds.json"
    answers = {f"/{name}": (200, HTML, article(name)) for name in "abc"}
    with serving(answers) as (base, requests):

        def feed(names, tag):
            def answer(handler):
                if handler.headers.get("If-None-Match") == tag:
                    return 304, {}, b""
                return 200, {"Content-Type": "application/rss+xml", "ETag": tag}, rss(base, names)

            return answer

        def again():
            requests.clear()
            items = list(load(f"{base}/feed", allow_hosts=LOCAL, feed_memory=memory, delay=0))
            assert all(isinstance(item, Source) for item in items)
            return [item.origin.rpartition("/")[2] for item in items]

        answers["/feed"] = feed("ba", '"1"')
        assert again() == ["a", "b"]  # the oldest first
        assert [path for path, _ in requests].count("/robots.txt") == 1
        assert again() == []
        assert [path for path, _ in requests] == ["/feed"]  # and not even sent again
        answers["/feed"] = feed("cba", '"2"')
        assert again() == ["c"]
        first = next(iter(load(f"{base}/feed", allow_hosts=LOCAL, delay=0)))
    assert isinstance(first, Source)
    assert (first.title, first.published, first.source_url) == ("aのお知らせです", "2022-09-22", f"{base}/a")


def test_an_item_that_failed_is_tried_again(tmp_path):
    memory = tmp_path / "feeds.json"
    answers = {"/b": (200, HTML, article("b"))}
    with serving(answers) as (base, _):
        answers["/feed"] = (200, {"Content-Type": "text/xml", "ETag": '"1"'}, rss(base, "ba"))
        kinds = [type(item) for item in load(f"{base}/feed", allow_hosts=LOCAL, feed_memory=memory, delay=0)]
        assert kinds == [Rejection, Source]
        answers["/a"] = (200, HTML, article("a"))
        assert [type(item) for item in load(f"{base}/feed", allow_hosts=LOCAL, feed_memory=memory, delay=0)] == [Source]


def test_what_was_interrupted_is_not_taken_for_read(tmp_path):
    memory = tmp_path / "feeds.json"
    answers = {f"/{name}": (200, HTML, article(name)) for name in "ab"}
    with serving(answers) as (base, _):
        answers["/feed"] = (200, {"Content-Type": "text/xml"}, rss(base, "ba"))
        items = load(f"{base}/feed", allow_hosts=LOCAL, feed_memory=memory, delay=0)
        next(items)
        next(items)
        items.close()
        seen = json.loads(memory.read_text(encoding="utf-8"))[f"{base}/feed"]["seen"]
    assert seen == [f"{base}/a"]


def test_robots_txt_is_kept_and_the_pause_between_requests_too():
    answers = {
        "/robots.txt": (200, {"Content-Type": "text/plain"}, b"User-agent: *\nDisallow: /private\nCrawl-delay: 3"),
        "/a": (200, HTML, article("a")),
        "/private/b": (200, HTML, article("b")),
    }
    now, pauses = [0.0], []

    def sleep(seconds):
        pauses.append(round(seconds, 3))
        now[0] += seconds

    with serving(answers) as (base, requests):
        visitor = Visitor(allow_hosts=LOCAL, delay=1.0, clock=lambda: now[0], sleep=sleep)
        visitor.fetch(f"{base}/a")
        with pytest.raises(UnreadableFile, match=r"robots\.txt"):
            visitor.fetch(f"{base}/private/b")
        visitor.fetch(f"{base}/a")
    assert [path for path, _ in requests] == ["/robots.txt", "/a", "/a"]
    assert pauses == [3.0, 3.0]


def test_a_list_of_news_is_followed_when_asked(tmp_path):
    listing = '<html><body><ul><li>2022.09.22 <a href="/a">お知らせ</a></li></ul></body></html>'
    with serving({"/news": (200, HTML, listing.encode()), "/a": (200, HTML, article("a"))}) as (base, _):
        items = list(load(f"{base}/news", allow_hosts=LOCAL, links=True, delay=0))
    assert [(item.origin, item.published) for item in items if isinstance(item, Source)] == [
        (f"{base}/a", "2022-09-22")
    ]


def test_a_broken_feed_and_a_refused_address_are_rejections():
    with serving({"/feed": (200, {"Content-Type": "application/rss+xml"}, b"<rss><chan")}) as (base, _):
        (broken,) = load(f"{base}/feed", allow_hosts=LOCAL, delay=0)
        (refused,) = load(f"{base}/feed")
    assert isinstance(broken, Rejection)
    assert isinstance(refused, Rejection)
    assert "private network" in refused.reason


def test_a_page_by_its_address_is_read_by_its_type_not_its_name():
    pdf = Path(__file__).parent.parent.parent / "shared" / "data" / "pdf" / "kampo.pdf"
    data = pdf.read_bytes() if pdf.exists() else b"%PDF-1.4 broken"
    answers = {
        "/download?id=1": (200, {"Content-Type": "application/octet-stream"}, data),
        "/a.txt": (200, {"Content-Type": "text/plain"}, "本文です。".encode()),
    }
    with serving(answers) as (base, _):
        (item,) = load(f"{base}/download?id=1", allow_hosts=LOCAL)
        (text,) = load(f"{base}/a.txt", allow_hosts=LOCAL)
    assert isinstance(item, Source) == pdf.exists()
    assert isinstance(text, Source)
    assert text.pages == ("本文です。",)


def test_a_damaged_memory_is_said_to_be_damaged(tmp_path):
    (tmp_path / "m.json").write_text("{", encoding="utf-8")
    with pytest.raises(UnreadableFile, match="damaged"):
        Memory(tmp_path / "m.json")
