"""The record for staff: answers as they were given, their own for readers, all for editors; and who changed what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.web.words import spoken_date
from corpus.dates import JST
from corpus.kept import Surface
from tests.bridge_builder import ALL, DELAY, notice, opened
from tests.staff import let_in, screens, signed_in

HTML = {"Accept": "text/html", "Accept-Language": "en"}
JAPANESE = {**HTML, "Accept-Language": "ja"}
QUESTION = "フェーズ1の開通予定はいつですか"
TRICK = "<script>alert(1)</script> {{ 7*7 }}"
# Half past midnight in Japan, where it is a day later than in Greenwich; not so long ago that it is forgotten.
DAY = dt.date.today() - dt.timedelta(days=20)
NOW = dt.datetime.combine(DAY, dt.time(0, 30), JST)


@pytest.fixture
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("record") / "data", ALL)) as made:
        let_in(made, reader="reader", editor="editor", admin="admin")
        yield made


def client(assistant: Assistant, name: str) -> TestClient:
    return signed_in(screens(assistant), name)


def kept(assistant: Assistant, question: str = QUESTION, *, user: str = "editor", now: dt.datetime = NOW) -> str:
    surface: Surface = "staff" if user else "api"
    id = assistant.records.keep(assistant.ask(question), surface=surface, user_name=user, now=now)
    assistant.records.flush()
    return id


def test_a_reader_sees_their_own_answers_and_an_editor_everybodys(assistant: Assistant) -> None:
    own = kept(assistant, "台船の重量は？", user="reader")
    others = kept(assistant, QUESTION, user="editor")
    public = kept(assistant, "塗装工事の色は？", user="")
    reader, editor = client(assistant, "reader"), client(assistant, "editor")
    listed = reader.get("/staff/record", headers=HTML).text
    assert (own in listed, others in listed, public in listed) == (True, False, False)
    assert reader.get(f"/staff/record/{own}", headers=HTML).status_code == 200
    for hidden in (others, public, "nobody-knows"):
        refused = reader.get(f"/staff/record/{hidden}", headers=HTML)
        assert refused.status_code == 400
        assert "no kept answer" in refused.text
        assert QUESTION not in refused.text
    everything = editor.get("/staff/record", headers=HTML).text
    assert all(id in everything for id in (own, others, public))


def test_an_answer_stands_as_it_was_given_with_links_to_its_passages(assistant: Assistant) -> None:
    id = kept(assistant)
    shown = client(assistant, "editor").get(f"/staff/record/{id}", headers=HTML).text
    citation = assistant.records.store.get(id)[0].answer["citations"][0]
    where = f"{citation['announcement_id']}?start={citation['start']}&amp;end={citation['end']}#passage"
    assert f'href="/staff/announcements/{where}"' in shown
    assert citation["quote"] in shown
    assert f"{spoken_date(DAY.isoformat(), 'en')} 00:30 JST" in shown
    assert f"/staff/official/new?answer={id}" in shown
    assert (
        f"{spoken_date(DAY.isoformat(), 'ja')} 00:30（日本時間）"
        in client(assistant, "editor").get(f"/staff/record/{id}", headers=JAPANESE).text
    )


def test_a_citation_whose_words_are_gone_is_said_to_be(assistant: Assistant) -> None:
    id = kept(assistant)
    cited = {one["announcement_id"] for one in assistant.records.store.get(id)[0].answer["citations"]}
    assert DELAY.id in cited
    assistant.catalog.add(notice(DELAY.id, "2022-11-20", "はまなす橋梁、訂正", "先の発表は取り消します。"))
    shown = client(assistant, "editor").get(f"/staff/record/{id}", headers=HTML).text
    assert "has changed since" in shown
    assert f'href="/staff/announcements/{DELAY.id}"' in shown
    assistant.catalog.remove(DELAY.id)
    assert "has been removed since" in client(assistant, "editor").get(f"/staff/record/{id}", headers=HTML).text


def test_the_same_question_again_shows_what_differs_and_what_changed(assistant: Assistant) -> None:
    id = kept(assistant)
    editor = client(assistant, "editor")
    assert "the same answer now" in editor.post(f"/staff/record/{id}/replay", headers=HTML).text
    for announcement in ALL:
        if announcement.id in ("delay.ja", "contracts.ja", "opened.ja"):
            assistant.remove(announcement.id)
    again = editor.post(f"/staff/record/{id}/replay", headers=HTML).text
    assert "the same answer now" not in again
    assert "removed" in again


def test_the_list_is_narrowed_and_goes_on_page_by_page(assistant: Assistant) -> None:
    ids = [kept(assistant, "塗装工事の色は？", user="", now=NOW - dt.timedelta(minutes=n)) for n in range(60)]
    mine = kept(assistant, "台船の重量は？", user="admin", now=NOW - dt.timedelta(days=9))
    assistant.records.flush()
    editor = client(assistant, "editor")
    first = editor.get("/staff/record?surface=api", headers=HTML).text
    assert [id in first for id in ids] == [True] * 50 + [False] * 10
    older = first.split('class="button quiet" href="')[-1].split('"')[0].replace("&amp;", "&")
    second = editor.get(f"/staff/record{older}", headers=HTML).text
    assert [id in second for id in ids] == [False] * 50 + [True] * 10
    for query in ("find=台船", f"find={mine}", "user=admin", f"until={DAY - dt.timedelta(days=2)}", "surface=staff"):
        found = editor.get(f"/staff/record?{query}", headers=HTML).text
        assert (mine in found, ids[0] in found) == (True, False), query
    assert mine not in editor.get(f"/staff/record?since={DAY - dt.timedelta(days=2)}", headers=HTML).text
    assert "Change them" in editor.get("/staff/record?rating=down", headers=HTML).text
    assert editor.get("/staff/record?since=then", headers=HTML).status_code == 422


def test_a_rating_is_shown_and_found(assistant: Assistant) -> None:
    id = kept(assistant)
    assistant.records.feedback(id, rating="down", reason="outdated", comment=TRICK)
    editor = client(assistant, "editor")
    assert id in editor.get("/staff/record?rating=down", headers=HTML).text
    shown = editor.get(f"/staff/record/{id}", headers=HTML).text
    assert "did not help" in shown
    assert "outdated" in shown
    assert "&lt;script&gt;alert(1)" in shown
    assert "<script>alert" not in shown


def test_questions_are_text_everywhere(assistant: Assistant) -> None:
    id = kept(assistant, f"{TRICK} 台船の重量は？")
    editor = client(assistant, "editor")
    for path in ("/staff/record", f"/staff/record/{id}"):
        shown = editor.get(path, headers=HTML).text
        assert "<script>alert" not in shown
        assert "{{ 7*7 }}" in shown


def test_one_forgets_ones_own_answers_and_an_admin_anybodys_and_the_log_says_who(assistant: Assistant) -> None:
    own, others = kept(assistant, user="reader"), kept(assistant, user="editor")
    reader, editor, admin = (client(assistant, name) for name in ("reader", "editor", "admin"))
    assert reader.post(f"/staff/record/{others}/delete", headers=HTML).status_code == 400
    assert editor.post(f"/staff/record/{own}/delete", headers=HTML).status_code == 400
    assert reader.post(f"/staff/record/{own}/delete").headers["location"] == "/staff/record?deleted=1"
    assert admin.post(f"/staff/record/{others}/delete").status_code == 303
    assert "was deleted" in reader.get("/staff/record?deleted=1", headers=HTML).text
    log = editor.get("/staff/audit?what=kept+answer+forgotten", headers=HTML).text
    assert own in log
    assert others in log
    assert others not in editor.get("/staff/audit?who=reader", headers=HTML).text


def test_the_log_says_who_changed_what_and_is_not_for_readers(assistant: Assistant) -> None:
    assistant.catalog.remove("ferry.en", by="大森")
    editor = client(assistant, "editor")
    log = editor.get("/staff/audit", headers=JAPANESE).text
    assert "大森" in log
    assert "資料を削除" in log
    assert 'href="/staff/announcements/ferry.ja"' in log
    assert "ferry.ja" not in editor.get("/staff/audit?subject=ferry.en", headers=HTML).text.split("</form>")[2]
    assert "No change fits" in editor.get("/staff/audit?until=2001-01-01", headers=HTML).text
    assert client(assistant, "reader").get("/staff/audit", headers=HTML).status_code == 403
    assert "/staff/audit" not in client(assistant, "reader").get("/staff/record", headers=HTML).text
