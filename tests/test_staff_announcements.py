"""The staff's list of announcements and their reader: what they show, to whom, and that it is only ever text."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.web.announcements_words import ANNOUNCEMENTS
from assistant.web.sign_in import SignIn
from assistant.web.staff import StaffPages
from assistant.web.staff_announcements import mount_announcements
from assistant.web.staff_words import STAFF
from corpus.announcement import Announcement
from tests.bridge_builder import ALL, CONTRACTS, FERRY_EN, FERRY_JA, notice, opened
from tests.fakes_index import BagOfWords
from tests.staff import PASSWORD, let_in
from tests.test_page_pictures import pdf, two_pages

HTML = {"Accept": "text/html", "Accept-Language": "en"}
JA = {"Accept": "text/html", "Accept-Language": "ja"}
LIST = "/staff/announcements"
PARTS = ("original", "pages/1.png", "compare", "beside")

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)> [x](javascript:alert(3)) {{ 7*7 }} ${7*7}"
HOSTILE = notice(
    "hostile/../<b>",
    "2024-02-02",
    f"はまなす橋梁 {EVIL}",
    f"本文です。{EVIL}",
    f"| 項目 | 値 |\n|---|---|\n| {EVIL.replace('|', '/')} | 1 |",
    f"- {EVIL}",
    category=EVIL,
    source_url="javascript:alert(4)",
)
SECRET = notice("secret.ja", "2024-04-01", "はまなす橋梁、社内の覚書", "秘密の吊橋です。", audience="staff")
COMING = notice(
    "coming.ja",
    "2099-01-01",
    "はまなす橋梁、新しい吊橋を発表",
    "新しい吊橋を架けます。",
    published_at=dt.datetime(2099, 1, 1, 6, 0, tzinfo=dt.UTC),
)
CORRECTION = notice(
    "correction.ja", "2023-01-10", "（訂正）塗装工事のお知らせ", "色を訂正します。", supersedes="injected.ja"
)
UNDATED = notice("undated.ja", None, "はまなす橋梁の沿革", "昔の話です。")
EVERYTHING = (*ALL, HOSTILE, SECRET, COMING, CORRECTION, UNDATED)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("announcements") / "data", EVERYTHING)) as made:
        let_in(made, reader="reader", editor="editor")
        yield made


def app_of(assistant: Assistant) -> FastAPI:
    app = FastAPI()
    sign_in = SignIn(assistant.settings)
    sign_in.mount(app)
    pages = StaffPages(assistant, sign_in, assistant.settings)
    pages.mount(app)
    mount_announcements(app, pages)
    return app


def signed_in(assistant: Assistant, name: str) -> TestClient:
    client = TestClient(app_of(assistant), base_url="https://127.0.0.1", follow_redirects=False, headers=HTML)
    token = client.get("/staff/login").text.split('name="token" value="')[1].split('"')[0]
    assert client.post("/staff/login", data={"name": name, "password": PASSWORD, "token": token}).status_code == 303
    return client


@pytest.fixture(scope="module")
def reader(assistant: Assistant) -> TestClient:
    return signed_in(assistant, "reader")


@pytest.fixture(scope="module")
def editor(assistant: Assistant) -> TestClient:
    return signed_in(assistant, "editor")


def listed(client: TestClient, query: str) -> list[str]:
    """The ids on a page of the list, in order."""
    page = client.get(f"{LIST}{query}")
    assert page.status_code == 200, page.text
    return re.findall(r'class="title" lang="\w\w" href="/staff/announcements/([^"]+)"', page.text)


def quoted(announcement: Announcement, words: str) -> str:
    start = announcement.text.index(words)
    return f"?start={start}&end={start + len(words)}"


# --- Who ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path", ["", *(f"/delay.ja{part}" for part in ("", "/original", "/pages/1.png", "/compare", "/beside"))]
)
def test_nobody_reads_without_signing_in(assistant: Assistant, path: str) -> None:
    client = TestClient(app_of(assistant), base_url="https://127.0.0.1", follow_redirects=False)
    assert client.get(LIST + path).status_code == 401
    assert client.get(LIST + path, headers=HTML).headers["location"].startswith("/staff/login?next=")


def test_only_editors_are_led_to_change_anything(reader: TestClient, editor: TestClient) -> None:
    for page in ("", "/delay.ja"):
        assert not re.search(r"/edit|/upload|/restore", reader.get(LIST + page).text)
    assert "/staff/announcements/delay.ja/edit" in editor.get(f"{LIST}/delay.ja").text
    assert "/staff/upload" in editor.get(LIST).text


# --- The list -----------------------------------------------------------------------------------------------------


def test_the_newest_come_first_and_the_undated_last(reader: TestClient) -> None:
    shown = listed(reader, "")
    assert len(shown) == len(EVERYTHING)
    assert shown[0] == "coming.ja"
    assert shown[-1] == "undated.ja"


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ("?language=en&order=oldest", ["funding.en", "ferry.en"]),
        ("?year=2021&order=oldest", ["contracts.ja", "staff.ja"]),
        ("?since=2024-03-01&until=2024-12-31", ["secret.ja", "opened.ja"]),
        ("?since=2022-11&until=2022-11", ["delay.ja"]),
        ("?seen=staff", ["secret.ja"]),
        ("?seen=embargoed", ["coming.ja"]),
        ("?issuer=Hamanasu+Bridges,+Inc.&order=title", ["funding.en", "ferry.en"]),
    ],
)
def test_filters_keep_just_what_fits(reader: TestClient, query: str, ids: list[str]) -> None:
    assert listed(reader, query) == ids


def test_words_are_found_in_titles_first_and_in_texts_with_their_place(reader: TestClient) -> None:
    shown = listed(reader, "?q=吊橋")
    assert shown[:2] == ["coming.ja", "opened.ja"]
    assert "contracts.ja" in shown
    assert "secret.ja" in shown
    page = reader.get(f"{LIST}?q=台船").text
    (start, end) = re.findall(
        r'class="snippet" lang="ja" href="/staff/announcements/staff.ja\?start=(\d+)&amp;end=(\d+)', page
    )[0]
    assert "台船" in reader.get(f"{LIST}/staff.ja?start={start}&end={end}").text.split('id="passage"')[1]


def test_words_and_filters_go_together(reader: TestClient) -> None:
    assert listed(reader, "?q=吊橋&seen=staff") == ["secret.ja"]
    assert listed(reader, "?q=吊橋&year=1999") == []


def test_what_cannot_be_read_in_an_address_is_named_and_left_out(reader: TestClient) -> None:
    page = reader.get(f"{LIST}?year=2O22&since=yesterday&order=size&page=-1").text
    assert "Year, From, Order, Page" in page
    assert "delay.ja" in page


def test_a_page_beyond_the_last_leads_to_the_last(reader: TestClient) -> None:
    assert reader.get(f"{LIST}?page=99&language=ja").headers["location"] == f"{LIST}?language=ja"


def test_badges_say_who_may_not_see_it_and_what_became_of_it(reader: TestClient) -> None:
    rows = {
        part.split('"')[0]: part
        for part in reader.get(LIST).text.split('class="title" lang="ja" href="/staff/announcements/')
    }
    assert "Staff only" in rows["secret.ja"]
    assert "Not published before 1 Jan 2099 15:00 JST" in rows["coming.ja"]
    assert "Corrected later" in rows["injected.ja"]
    assert "Also in English" in rows["ferry.ja"]
    assert "badge" not in rows["opened.ja"].split("</tr>")[0]


def test_a_list_without_announcements_says_what_to_do(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "data", ())) as empty:
        let_in(empty, editor="editor")
        page = signed_in(empty, "editor").get(LIST).text
        assert "There are no announcements yet" in page
        assert "/staff/upload" in page


def test_what_was_done_is_said_and_a_removal_can_be_undone(
    assistant: Assistant, reader: TestClient, editor: TestClient
) -> None:
    assistant.catalog.add(notice("gone/1", "2020-01-01", "はまなす橋梁 <i>x</i>", "なくなります。"))
    assistant.remove("gone/1", by="editor")
    page = editor.get(f"{LIST}?done=removed&id=gone%2F1").text
    assert 'action="/staff/announcements/gone%2F1/restore"' in page
    assert "“はまなす橋梁 &lt;i&gt;x&lt;/i&gt;” was removed" in page
    assert "/restore" not in reader.get(f"{LIST}?done=removed&id=gone%2F1").text
    assert "was removed" not in editor.get(f"{LIST}?done=removed&id=delay.ja").text, "it is still here"
    assert "is back" in editor.get(f"{LIST}/delay.ja?done=restored").text
    assert "notice" not in editor.get(f"{LIST}?done=<script>").text


def test_what_is_only_near_in_meaning_is_listed_where_no_text_has_the_words(
    assistant: Assistant, reader: TestClient
) -> None:
    assert listed(reader, "?q=qqqq") == []
    assistant.index.set_embedder(BagOfWords())
    assistant.index.catch_up(assistant.catalog)
    near = listed(reader, "?q=qqqq")
    worded = listed(reader, "?q=台船")
    assert "staff.ja" in worded
    assert "funding.en" in set(near) - set(worded)


# --- The reader ---------------------------------------------------------------------------------------------------


def test_a_passage_is_marked_exactly_and_is_where_the_browser_lands(reader: TestClient) -> None:
    words = "契約額は12億円です。"
    page = reader.get(f"{LIST}/contracts.ja{quoted(CONTRACTS, words)}").text
    assert re.findall(r'<mark id="passage"[^>]*>([^<]*)</mark>', page) == [words]
    assert "<mark" not in reader.get(f"{LIST}/contracts.ja").text


def test_a_passage_over_several_blocks_is_marked_through_all(reader: TestClient) -> None:
    words = CONTRACTS.text[CONTRACTS.text.index("吊橋を架設") : CONTRACTS.text.index("調印式") + 3]
    page = reader.get(f"{LIST}/contracts.ja{quoted(CONTRACTS, words)}").text
    marked = "".join(re.findall(r"<mark[^>]*>([^<]*)</mark>", page))
    assert marked == words.replace("\n", "")
    assert page.count('id="passage"') == 1


@pytest.mark.parametrize("query", ["?start=5", "?start=5&end=100000", "?start=9&end=3", "?start=-3&end=2"])
def test_a_passage_that_is_not_there_is_said(reader: TestClient, query: str) -> None:
    page = reader.get(f"{LIST}/contracts.ja{query}")
    assert page.status_code == 200
    assert "is not in the text as it is now" in page.text
    assert "<mark" not in page.text


def test_offsets_that_are_no_numbers_are_named(reader: TestClient) -> None:
    assert reader.get(f"{LIST}/contracts.ja?start=x").status_code == 422


@pytest.mark.parametrize("part", ["", "/compare", "/original"])
def test_an_unknown_id_is_not_found_and_said_in_the_readers_language(reader: TestClient, part: str) -> None:
    for headers, language in ((HTML, "en"), (JA, "ja")):
        missing = reader.get(f"{LIST}/nothing{part}", headers=headers)
        assert missing.status_code == 404
        assert STAFF[language]["no_announcement"] in missing.text


def test_an_id_may_hold_anything(reader: TestClient) -> None:
    page = reader.get(f"{LIST}/hostile%2F..%2F%3Cb%3E")
    assert page.status_code == 200
    assert "hostile/../&lt;b&gt;" in page.text


def test_whatever_an_announcement_holds_is_shown_as_text(editor: TestClient) -> None:
    for path in ("", "?q=alert", "/hostile%2F..%2F%3Cb%3E", "/hostile%2F..%2F%3Cb%3E?start=0&end=40"):
        page = editor.get(LIST + path).text
        assert "&lt;script&gt;alert(1)" in page
        assert not re.search(r"<script>|<img|onerror=alert\(2\)>|href=\"javascript|>49<", page)


def test_notes_lead_to_their_marks_and_back(reader: TestClient) -> None:
    page = reader.get(f"{LIST}/contracts.ja").text
    for target in re.findall(r'href="#([^"]+)"', page):
        assert f'id="{target}"' in page, target
    assert 'href="#note-1"' in page
    assert 'href="#ref-1-1"' in page


def test_facts_lead_to_their_quotes_and_replaced_ones_to_what_replaced_them(reader: TestClient) -> None:
    sample = reader.get(f"{LIST}/contracts.ja").text
    facts = sample.split('id="facts"')[1]
    assert "北見市" in facts
    for start, end in re.findall(r"contracts\.ja\?start=(\d+)&amp;end=(\d+)#passage", facts):
        assert CONTRACTS.text[int(start) : int(end)].strip()


def test_editions_and_corrections_lead_to_each_other(reader: TestClient) -> None:
    for here, there in ((FERRY_JA, FERRY_EN), (FERRY_EN, FERRY_JA)):
        assert f'href="/staff/announcements/{there.id}"' in reader.get(f"{LIST}/{here.id}").text
    assert "corrects this one" in reader.get(f"{LIST}/injected.ja").text
    assert 'href="/staff/announcements/injected.ja"' in reader.get(f"{LIST}/correction.ja").text


def test_both_languages_have_every_word(reader: TestClient) -> None:
    for path in ("", "/contracts.ja", "/ferry.en"):
        page = reader.get(LIST + path, headers=JA).text
        assert '<html lang="ja">' in page
        assert "開示資料" in page


# --- Originals ----------------------------------------------------------------------------------------------------


def test_an_original_is_saved_and_can_do_nothing_in_a_browser(
    assistant: Assistant, reader: TestClient, tmp_path: Path
) -> None:
    file = tmp_path / "x.html"
    file.write_text(
        "<html lang=ja><title>はまなす橋梁の点検報告</title><p>はまなす橋梁は点検を終えました。</p>"
        "<script>alert(1)</script></html>",
        "utf-8",
    )
    (added,) = assistant.add([str(file)])
    page = reader.get(f"{LIST}/{added.id}").text
    assert f"/staff/announcements/{added.id}/original" in page
    original = reader.get(f"{LIST}/{added.id}/original")
    assert original.content == file.read_bytes()
    assert original.headers["content-disposition"].startswith("attachment; ")
    assert original.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assistant.remove(added.id or "")


def test_an_announcement_without_its_original_says_so(reader: TestClient) -> None:
    assert "not kept" in reader.get(f"{LIST}/delay.ja").text
    assert reader.get(f"{LIST}/delay.ja/original").status_code == 404


def test_a_page_of_a_pdf_is_shown_beside_the_text_with_the_passage_marked(
    assistant: Assistant, reader: TestClient, tmp_path: Path
) -> None:
    (tmp_path / "yard.pdf").write_bytes(pdf(two_pages))
    (added,) = assistant.add([str(tmp_path / "yard.pdf")])
    announcement = assistant.catalog.get(added.id or "")
    query = quoted(announcement, "three years")
    page = reader.get(f"{LIST}/{added.id}{query}").text
    (picture,) = re.findall(r'<img src="([^"]+)"', page)
    picture = picture.replace("&amp;", "&")
    assert picture == f"{LIST}/{added.id}/pages/2.png{query}"
    drawn = reader.get(picture)
    assert drawn.headers["content-type"] == "image/png"
    assert drawn.content != reader.get(picture.split("?")[0]).content
    tag = drawn.headers["etag"]
    assert reader.get(picture, headers={"If-None-Match": tag}).status_code == 304
    assert reader.get(f"{LIST}/{added.id}/pages/3.png").status_code == 404
    assert reader.get(f"{LIST}/delay.ja/pages/1.png").status_code == 404
    assert "pages/1.png" in reader.get(f"{LIST}/{added.id}?page=-4").text
    assistant.remove(added.id or "")


# --- Revisions and editions ---------------------------------------------------------------------------------------


def test_two_revisions_are_compared_in_words(assistant: Assistant, reader: TestClient, tmp_path: Path) -> None:
    file = tmp_path / "cost.md"
    file.write_text("# 点検のお知らせ\n\n費用は1,200万円です。<b>\n\n以上です。\n", "utf-8")
    (added,) = assistant.add([str(file)], by="hanako")
    file.write_text("# 点検のお知らせ\n\n費用は1,350万円です。<b>\n\n以上です。\n", "utf-8")
    list(assistant.add([str(file)], by="taro"))
    assistant.catalog.edit(added.id or "", {"audience": "staff"}, revision=2, by="hanako")
    path = f"{LIST}/{added.id}"
    page = reader.get(f"{path}/compare?before=1&after=2").text
    assert "費用は<del>1,200</del><ins>1,350</ins>万円です。&lt;b&gt;" in page
    newest = reader.get(f"{path}/compare").text
    assert "<del>Public</del> → <ins>Staff only</ins>" in newest
    assert "The text did not change." in newest
    listing = reader.get(path).text.split('id="revisions"')[1]
    assert re.findall(r"hanako|taro", listing) == ["hanako", "taro", "hanako"]
    assert reader.get(f"{path}/compare?before=1&after=9").status_code == 404
    assistant.remove(added.id or "")


def test_two_editions_stand_side_by_side_and_say_where_they_differ(reader: TestClient, assistant: Assistant) -> None:
    page = reader.get(f"{LIST}/ferry.en/beside").text
    assert "渡船「かもめ」は" in page
    assert "The ferry Kamome" in page
    assert "No figure or date was found to differ" in page
    ja = notice("price.ja", "2024-07-01", "橋の料金", "料金は2024年8月1日から500円になります。")
    en = notice(
        "price.en",
        "2024-07-01",
        "Tolls",
        "Tolls are 600 yen from 1 August 2024.",
        language="en",
        translation_of="price.ja",
    )
    for one in (ja, en):
        assistant.catalog.add(one)
    assistant.index.catch_up(assistant.catalog)
    page = reader.get(f"{LIST}/price.ja/beside?other=price.en").text
    table = page.split('class="table differing"')[0].split('class="differing"')[1].split("</table>")[0]
    assert re.findall(r">([^<]*\d[^<]*)</a>", table) == ["500円", "600 yen"]
    for target in re.findall(r'href="#([^"]+)"', table):
        assert f'id="{target}"' in page
    for id in ("price.ja", "price.en"):
        assistant.remove(id)


def test_without_another_edition_nothing_stands_beside(reader: TestClient) -> None:
    assert reader.get(f"{LIST}/delay.ja/beside?other=contracts.ja").status_code == 404


def test_every_word_is_there_in_both_languages() -> None:
    assert ANNOUNCEMENTS["ja"].keys() == ANNOUNCEMENTS["en"].keys()
