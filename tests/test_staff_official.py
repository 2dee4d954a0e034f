"""The screens of official answers: readers look; editors write, quote, approve, take back; all is recorded."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.users import Users
from assistant.web.official_words import OFFICIAL_WORDS
from assistant.web.server import create_app
from corpus.audit import Audit
from corpus.curation import OfficialAnswer
from tests.bridge_builder import ALL, FERRY_JA, notice, opened
from tests.staff import let_in, screens, signed_in

QUOTE = "フェーズ1の開通予定を2023年5月から2024年3月に変更する"
SECRET = notice("secret.ja", "2024-01-01", "次の橋", "はまなす橋梁は次の橋を留萌に架けます。", audience="staff")
EN, JA = OFFICIAL_WORDS["en"], OFFICIAL_WORDS["ja"]


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with closing(opened(tmp_path / "data", (*ALL, SECRET))) as made:
        let_in(made, reader="reader", sato="editor", oomori="editor")
        yield made


@pytest.fixture
def app(assistant: Assistant) -> FastAPI:
    return screens(assistant)


@pytest.fixture
def reader(app: FastAPI) -> TestClient:
    return signed_in(app, "reader")


@pytest.fixture
def sato(app: FastAPI) -> TestClient:
    return signed_in(app, "sato")


@pytest.fixture
def oomori(app: FastAPI) -> TestClient:
    return signed_in(app, "oomori")


def faq(assistant: Assistant) -> str:
    """The page of official answers as the public sees it."""
    settings = Settings(data=assistant.settings.data, surfaces="public", hosts="testserver")
    return TestClient(create_app(assistant, settings)).get("/faq").text


def drafted(assistant: Assistant, **fields: object) -> OfficialAnswer:
    """A draft of sato's with what it takes to be approved."""
    known = {
        "topic": "工事",
        "questions_ja": ("フェーズ1の開通予定はいつですか",),
        "questions_en": ("When is Phase 1 due to open?",),
        "answer_ja": "2024年3月の予定です。",
        "answer_en": "It is due in March 2024.",
        "sources": (assistant.official.quote("delay.ja", QUOTE),),
        "owner": "広報",
        **fields,
    }
    return assistant.official.save(OfficialAnswer(id="", **known), by="sato")  # type: ignore[arg-type]


def text_of(page: str) -> str:
    """What a reader reads."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def form_of(page: str) -> dict[str, list[str]]:
    """What the page's long form would send as it stands."""
    form = page.split('class="entry"')[1]
    sent: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input[^>]*name="(\w+)"[^>]*value="([^"]*)"', form):
        if name != "pick":
            sent.setdefault(name, []).append(html.unescape(value))
    for name, value in re.findall(r'<textarea[^>]*name="(\w+)"[^>]*>\n?(.*?)</textarea>', form, re.DOTALL):
        sent.setdefault(name, []).append(html.unescape(value))
    return sent


def picks_of(page: str) -> list[tuple[str, str]]:
    """The sentences that may be chosen: value, words."""
    found = re.findall(r'name="pick" value="([^"]+)"[^>]*> <span[^>]*>(.*?)</span>', page)
    return [(html.unescape(value), html.unescape(words)) for value, words in found]


def deeds(assistant: Assistant, id: str) -> list[tuple[str, str]]:
    return [(line.who, line.what) for line in Audit(assistant.catalog.database).lines(subject=id)]


def test_the_list_says_how_each_stands_and_why_it_is_not_shown(assistant: Assistant, reader: TestClient) -> None:
    assert EN["none_yet"] in text_of(reader.get("/staff/official").text)
    shown = assistant.official.approve(drafted(assistant).id, by="oomori")
    drafted(assistant, questions_ja=("渡船はいつからですか",), questions_en=(), topic="渡船", owner="")
    listed = text_of(reader.get("/staff/official").text)
    assert "フェーズ1の開通予定" not in listed  # the reader reads English
    assert "When is Phase 1 due to open?" in listed
    assert "渡船はいつからですか" in listed
    assert EN["standing_shown"] in listed
    assistant.catalog.add(notice("fix.ja", "2025-01-10", "（訂正）開通時期", "2024年4月です。", supersedes="delay.ja"))
    stopped = text_of(reader.get("/staff/official").text)
    assert EN["standing_stopped"] in stopped
    assert "corrected by “（訂正）開通時期”" in stopped
    assert EN["attention"].format(count=1) in stopped
    only = text_of(reader.get("/staff/official?state=attention").text)
    assert "When is Phase 1 due to open?" in only
    assert "渡船" not in only.split(EN["question"])[-1]
    assert shown.id not in text_of(reader.get("/staff/official?state=shown").text)


@pytest.mark.parametrize(
    ("query", "count"),
    [("q=船", 1), ("q=納入", 0), ("topic=工事", 1), ("language=en", 1), ("owner=広報", 2), ("state=draft", 2),
     ("state=suspended", 0), ("q=PHASE", 1)],
)  # fmt: skip
def test_filters_narrow_the_list(assistant: Assistant, reader: TestClient, query: str, count: int) -> None:
    drafted(assistant)
    drafted(assistant, questions_ja=("渡船は？",), questions_en=(), answer_en="", topic="渡船", sources=())
    assert reader.get(f"/staff/official?{query}").text.count('scope="row"') == count


def test_an_entry_is_shown_as_the_faq_will_show_it_with_links_to_its_passages(
    assistant: Assistant, reader: TestClient
) -> None:
    kept = drafted(assistant, questions_ja=("一つ目は？", "二つ目は？"), answer_ja="- 2024年3月 [1]\n- <b>予定</b>")
    page = reader.get(f"/staff/official/{kept.id}").text
    source = kept.sources[0]
    assert f"/staff/announcements/delay.ja?start={source.start}&amp;end={source.end}#passage" in page
    assert '<a class="marker" href="#source-1"' in page
    assert "&lt;b&gt;予定&lt;/b&gt;" in page
    assert "二つ目は？" in page
    assert QUOTE in page
    assert EN["needs_editor"] in text_of(page)
    assert "/approve" not in page


def test_a_reader_changes_nothing(assistant: Assistant, reader: TestClient) -> None:
    kept = drafted(assistant)
    for path in ("/staff/official/new", f"/staff/official/{kept.id}/edit"):
        assert reader.get(path).status_code == 403
    for path in ("new", f"{kept.id}/edit", f"{kept.id}/approve", f"{kept.id}/suspend", f"{kept.id}/retire"):
        sent = reader.post(f"/staff/official/{path}", data={"revision": kept.revision, "reason": "x"})
        assert sent.status_code == 403
    assert assistant.official.store.get(kept.id) == kept


def test_an_answer_is_written_quoted_from_what_is_searched_approved_and_found_on_the_faq(
    assistant: Assistant, sato: TestClient, oomori: TestClient
) -> None:
    typed = {
        "questions_ja": "台船の重さは？\r\n 工事用の台船は何トンですか ",
        "answer_ja": "約35トンです。",
        "topic": "設備",
        "find": "台船の重量",
    }
    found = sato.post("/staff/official/new", data={**typed, "act": ""})
    assert found.status_code == 200
    value, words = next(pick for pick in picks_of(found.text) if "35トン" in pick[1])
    assert words == "工事用の台船の重量は約35トンです。"
    picked = sato.post("/staff/official/new", data={**form_of(found.text), "pick": value, "act": "pick"})
    assert form_of(picked.text)["source_quote"] == [words]
    assert form_of(picked.text)["questions_ja"] == ["台船の重さは？\n工事用の台船は何トンですか"]
    saved = sato.post("/staff/official/new", data={**form_of(picked.text), "act": "save"})
    assert saved.status_code == 303
    path = saved.headers["location"].split("?")[0]
    kept = assistant.official.store.get(path.rsplit("/", 1)[1])
    assert (kept.status, kept.owner, kept.sources[0].quote) == ("draft", "", words)
    assert kept.questions_ja == ("台船の重さは？", "工事用の台船は何トンですか")
    assert EN["own_entry"] in text_of(sato.get(path).text)
    refused = sato.post(f"{path}/approve", data={"revision": kept.revision})
    assert refused.status_code == 403
    approved = oomori.post(f"{path}/approve", data={"revision": kept.revision, "expires": "2099-03-31"})
    assert approved.status_code == 303
    assert EN["said_approved"] in text_of(oomori.get(approved.headers["location"]).text)
    assert "台船の重さは？" in faq(assistant)
    assert assistant.ask("工事用の台船は何トンですか").engine == "official"
    assert deeds(assistant, kept.id) == [
        ("oomori", "official answer approved"),
        ("sato", "official answer written"),
    ]


def test_an_editor_alone_approves_what_they_wrote(assistant: Assistant, app: FastAPI) -> None:
    Users(assistant.settings.users_file).remove("oomori")
    kept = drafted(assistant)
    approved = signed_in(app, "sato").post(f"/staff/official/{kept.id}/approve", data={"revision": kept.revision})
    assert approved.status_code == 303
    assert assistant.official.store.get(kept.id).approved_by == "sato"


def test_whoever_reworded_an_entry_last_may_not_approve_it(
    assistant: Assistant, sato: TestClient, oomori: TestClient
) -> None:
    kept = drafted(assistant)
    edited = {**form_of(oomori.get(f"/staff/official/{kept.id}/edit").text), "answer_en": "Due in March 2024."}
    assert oomori.post(f"/staff/official/{kept.id}/edit", data={**edited, "act": "save"}).status_code == 303
    changed = assistant.official.store.get(kept.id)
    assert changed.answer_en == "Due in March 2024."
    path = f"/staff/official/{kept.id}/approve"
    assert oomori.post(path, data={"revision": changed.revision}).status_code == 403
    assert sato.post(path, data={"revision": changed.revision}).status_code == 303


def test_what_the_sources_do_not_bear_out_is_said_beside_the_answer_and_kept_as_a_draft(
    assistant: Assistant, sato: TestClient
) -> None:
    kept = drafted(assistant)
    sent = {**form_of(sato.get(f"/staff/official/{kept.id}/edit").text), "answer_en": "In May 2031. See [4]."}
    saved = sato.post(f"/staff/official/{kept.id}/edit", data={**sent, "act": "save"})
    page = sato.get(saved.headers["location"]).text
    assert form_of(page)["answer_en"] == ["In May 2031. See [4]."]
    beside = page.split('name="answer_en"')[0].split('for="answer_en"')[1]
    assert "In May 2031." in beside
    assert EN["fault_marker"].format(about="4") in text_of(beside)
    assert 'aria-invalid="true"' in page
    entry = text_of(sato.get(f"/staff/official/{kept.id}").text)
    assert EN["before_approval"] in entry
    assert EN["approve"] not in entry
    told = sato.post(
        f"/staff/official/{kept.id}/approve", data={"revision": assistant.official.store.get(kept.id).revision}
    )
    assert told.status_code == 403


def test_faults_speak_the_readers_language_and_name_announcements_by_title(assistant: Assistant, app: FastAPI) -> None:
    kept = drafted(assistant, answer_ja="2031年5月です。")
    page = text_of(signed_in(app, "sato", "ja").get(f"/staff/official/{kept.id}/edit").text)
    assert "「2031年5月です。」の数値または日付が、引用した出典にありません" in page
    assistant.catalog.add(notice("off.ja", "2025-01-10", "（取消）開通時期", "取り消します。", supersedes="delay.ja"))
    page = text_of(signed_in(app, "oomori", "ja").get(f"/staff/official/{kept.id}").text)
    assert "出典が「（取消）開通時期」で取り消されました" in page
    linked = signed_in(app, "reader", "ja").get(f"/staff/official/{kept.id}").text
    assert '<a href="/staff/announcements/off.ja" lang="ja">' in linked


def test_words_that_the_announcement_does_not_say_are_refused_with_all_that_was_typed(
    assistant: Assistant, sato: TestClient
) -> None:
    kept = drafted(assistant)
    sent = {**form_of(sato.get(f"/staff/official/{kept.id}/edit").text), "topic": "新しい項目"}
    for quote, said in (("開通は2030年です", "fault_not_said"), (" ", "fault_no_quote")):
        refused = sato.post(f"/staff/official/{kept.id}/edit", data={**sent, "source_quote": [quote], "act": "save"})
        assert refused.status_code == 422
        assert EN[said] in text_of(refused.text)
        assert form_of(refused.text)["topic"] == ["新しい項目"]
    gone = sato.post(f"/staff/official/{kept.id}/edit", data={**sent, "source_id": ["nowhere"], "act": "save"})
    assert EN["fault_gone"] in text_of(gone.text)
    assert assistant.official.store.get(kept.id) == kept


def test_a_quote_may_be_shortened_and_line_ends_do_not_matter(assistant: Assistant, sato: TestClient) -> None:
    kept = drafted(assistant)
    sent = form_of(sato.get(f"/staff/official/{kept.id}/edit").text)
    shorter = "2023年5月から\r\n2024年3月に変更"
    saved = sato.post(f"/staff/official/{kept.id}/edit", data={**sent, "source_quote": [shorter], "act": "save"})
    assert saved.status_code == 303
    (source,) = assistant.official.store.get(kept.id).sources
    assert source.quote == "2023年5月から2024年3月に変更"
    assert assistant.catalog.get("delay.ja").text[source.start : source.end] == source.quote


def test_taking_a_source_out_keeps_the_markers_of_the_others_right(assistant: Assistant, sato: TestClient) -> None:
    more = assistant.official.quote("opened.ja", "フェーズ1の吊橋は2024年3月15日に開通しました。")
    kept = drafted(assistant, answer_en="Planned [1]. Open [2].")
    kept = assistant.official.save(dataclasses.replace(kept, sources=(*kept.sources, more)), by="sato")
    sent = form_of(sato.get(f"/staff/official/{kept.id}/edit").text)
    page = sato.post(f"/staff/official/{kept.id}/edit", data={**sent, "act": "drop-0"}).text
    assert form_of(page)["answer_en"] == ["Planned. Open [1]."]
    assert form_of(page)["source_quote"] == [more.quote]
    assert assistant.official.store.get(kept.id) == kept


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("expires", "tomorrow", "fault_bad_date"),
        ("questions_en", "x" * 1001, "fault_many_questions"),
        ("answer_ja", "あ" * 4001, "fault_long_answer"),
    ],
)
def test_what_cannot_be_kept_at_all_is_said_beside_its_field(
    assistant: Assistant, sato: TestClient, field: str, value: str, said: str
) -> None:
    sent = {"questions_ja": "いつですか", "answer_ja": "まもなくです。", field: value}
    refused = sato.post("/staff/official/new", data={**sent, "act": "save"})
    assert refused.status_code == 422
    assert EN[said].split("{")[0] in text_of(refused.text)
    assert assistant.official.store.entries() == []


def test_what_someone_else_changed_meanwhile_is_not_overwritten_unseen(
    assistant: Assistant, sato: TestClient, oomori: TestClient
) -> None:
    kept = drafted(assistant)
    mine = {**form_of(sato.get(f"/staff/official/{kept.id}/edit").text), "topic": "私の項目"}
    theirs = {**form_of(oomori.get(f"/staff/official/{kept.id}/edit").text), "topic": "別の項目"}
    assert oomori.post(f"/staff/official/{kept.id}/edit", data={**theirs, "act": "save"}).status_code == 303
    told = sato.post(f"/staff/official/{kept.id}/edit", data={**mine, "act": "save"})
    assert told.status_code == 409
    assert EN["changed_while_editing"] in text_of(told.text)
    assert form_of(told.text)["topic"] == ["私の項目"]
    assert assistant.official.store.get(kept.id).topic == "別の項目"
    assert sato.post(f"/staff/official/{kept.id}/edit", data={**form_of(told.text), "act": "save"}).status_code == 303
    assert assistant.official.store.get(kept.id).topic == "私の項目"
    for what in ("approve", "suspend", "retire", "reopen"):
        stale = oomori.post(f"/staff/official/{kept.id}/{what}", data={"revision": kept.revision, "reason": "x"})
        assert stale.status_code == 409
        assert EN["changed_meanwhile"] in text_of(stale.text)


def test_suspending_asks_for_a_reason_and_retiring_can_be_undone(
    assistant: Assistant, sato: TestClient, oomori: TestClient
) -> None:
    kept = assistant.official.approve(drafted(assistant).id, by="oomori")
    path = f"/staff/official/{kept.id}"
    assert sato.post(f"{path}/suspend", data={"revision": kept.revision}).status_code == 400
    assert assistant.official.store.get(kept.id).status == "approved"
    sato.post(f"{path}/suspend", data={"revision": kept.revision, "reason": "確認中"})
    assert "確認中" in text_of(sato.get(path).text)
    again = oomori.post(f"{path}/approve", data={"revision": kept.revision + 1})
    assert again.status_code == 303
    retired = sato.post(f"{path}/retire", data={"revision": kept.revision + 2})
    page = sato.get(retired.headers["location"]).text
    assert EN["undo"] in page
    assert assistant.official.store.get(kept.id).status == "retired"
    sato.post(f"{path}/reopen", data={"revision": kept.revision + 3})
    assert assistant.official.store.get(kept.id).status == "draft"
    history = text_of(sato.get(path).text).split(EN["history"])[1]
    order = ["did_reopened", "did_retired", "did_approved", "did_suspended", "did_approved", "did_written"]
    assert [history.index(EN[one]) >= 0 for one in order] == [True] * 6
    assert deeds(assistant, kept.id)[0] == ("sato", "official answer reopened")


def test_an_expired_answer_is_approved_again_with_a_later_day(assistant: Assistant, oomori: TestClient) -> None:
    past = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    kept = assistant.official.approve(drafted(assistant).id, by="oomori", expires=dt.date(2024, 6, 30), now=past)
    path = f"/staff/official/{kept.id}"
    page = oomori.get(path).text
    assert EN["standing_expired"] in page
    assert EN["approve_again"] in page
    same = oomori.post(f"{path}/approve", data={"revision": kept.revision, "expires": "2024-06-30"})
    assert same.status_code == 400
    assert "30 Jun 2024" in text_of(same.text)
    assert oomori.post(f"{path}/approve", data={"revision": kept.revision}).status_code == 400
    assert oomori.post(f"{path}/approve", data={"revision": kept.revision, "expires": "2099-01-01"}).status_code == 303
    assert EN["standing_shown"] in oomori.get(path).text


def test_a_kept_answer_fills_the_form_with_its_citations_as_sources(assistant: Assistant, sato: TestClient) -> None:
    answer = assistant.ask("フェーズ1の開通予定はいつですか")
    kept = assistant.records.keep(answer, surface="faq")
    form = form_of(sato.get(f"/staff/official/new?answer={kept}").text)
    assert form["questions_ja"] == [answer.question]
    assert form["questions_en"] == [""]
    assert form["source_quote"] == [citation.quote for citation in answer.citations]
    assert form["owner"] == ["sato"]
    saved = sato.post("/staff/official/new", data={**form, "act": "save"})
    assert saved.headers["location"].endswith(f"?done=saved&answer={kept}")
    made = assistant.official.store.entries()[0]
    assert assistant.official.faults(dataclasses.replace(made, approved_by="x")) == []
    markers = re.findall(r"\[(\d+)\]", made.answer_ja)
    assert {int(marker) for marker in markers} <= set(range(1, len(made.sources) + 1))


def test_a_source_that_changed_since_an_answer_was_kept_is_left_out_and_said(
    assistant: Assistant, sato: TestClient
) -> None:
    kept = assistant.records.keep(assistant.ask("工事用の台船の重量は？"), surface="faq")
    assistant.catalog.add(notice("staff.ja", "2021-10-01", "設備の状況", "台船は廃船になりました。"))
    page = sato.get(f"/staff/official/new?answer={kept}").text
    assert "source_quote" not in form_of(page)
    assert EN["from_lost"].split("{")[0] in page
    assert not re.search(r"\[\d+\]", form_of(page)["answer_ja"][0])


def test_an_unanswered_question_comes_with_a_search_for_what_might_answer_it(
    assistant: Assistant, sato: TestClient
) -> None:
    answer = assistant.ask("白樺鋼構の犬の名前は何ですか")
    kept = assistant.records.keep(answer, surface="faq")
    assert answer.status == "not_found"
    page = sato.get(f"/staff/official/new?answer={kept}").text
    assert form_of(page)["answer_ja"] == [""]
    assert any("白樺鋼構" in words for _, words in picks_of(page))


def test_a_forgotten_answer_and_an_unknown_entry_are_said(sato: TestClient) -> None:
    assert EN["not_kept"] in text_of(sato.get("/staff/official/new?answer=nothing").text)
    missing = sato.get("/staff/official/nothing")
    assert missing.status_code == 404
    assert EN["gone"] in text_of(missing.text)


def test_the_other_edition_offers_the_sentence_that_says_the_same(assistant: Assistant, sato: TestClient) -> None:
    text = FERRY_JA.text
    start = text.index("渡船「かもめ」は2023年6月1日")
    page = sato.get(f"/staff/official/new?announcement=ferry.ja&start={start}&end={start + 30}").text
    assert "The ferry Kamome started service in Hakodate on 1 June 2023." in [words for _, words in picks_of(page)]


def test_a_source_that_is_not_public_is_marked_and_its_entry_is_shown_to_nobody_outside(
    assistant: Assistant, sato: TestClient, oomori: TestClient
) -> None:
    source = assistant.official.quote("secret.ja", "はまなす橋梁は次の橋を留萌に架けます。")
    kept = drafted(
        assistant,
        questions_ja=("次の橋は？",),
        questions_en=(),
        answer_ja="留萌です。",
        answer_en="",
        sources=(source,),
    )
    assert EN["staff_source"] in sato.get(f"/staff/official/{kept.id}/edit").text
    approved = oomori.post(f"/staff/official/{kept.id}/approve", data={"revision": kept.revision})
    page = text_of(oomori.get(approved.headers["location"]).text)
    assert EN["said_approved_hidden"] in page
    assert "“次の橋” is not public" in page
    assert "留萌" not in faq(assistant)


def test_a_form_of_any_size_is_not_read(assistant: Assistant) -> None:
    whole = create_app(assistant, assistant.settings)
    stranger = TestClient(whole, base_url="https://127.0.0.1")
    for client in (stranger, signed_in(whole, "sato")):
        assert client.post("/staff/official/new", data={"topic": "x" * 300_000}).status_code == 413
    assert assistant.official.store.entries() == []


def test_whatever_a_source_and_an_entry_hold_is_shown_as_text(assistant: Assistant, sato: TestClient) -> None:
    trick = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }}"
    assistant.catalog.add(notice("trick.ja", "2024-02-02", f"橋 {trick}", f"橋の色は{trick}朱色です。"))
    kept = drafted(
        assistant,
        topic=trick,
        questions_ja=(f"橋の色は？{trick}",),
        answer_ja=f"朱色です。{trick} [x](javascript:alert(3))",
        sources=(assistant.official.quote("trick.ja", "朱色です。"),),
        owner=trick,
    )
    for path in ("", f"/{kept.id}", f"/{kept.id}/edit", "/new?announcement=trick.ja&start=2&end=30"):
        page = sato.get(f"/staff/official{path}").text
        assert "&lt;img src=x onerror=alert(2)&gt; {{ 7*7 }}" in page, path
        assert not re.search(r"<script>alert|<img|href=.javascript:", page), path
