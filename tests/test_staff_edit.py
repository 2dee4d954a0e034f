"""Editors change, remove and bring back announcements; everything that shows them follows in the same moment."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.web.server import create_app
from assistant.web.staff import passage_path
from assistant.web.staff_announcements import mount_announcements
from assistant.web.staff_edit import FORM, mount_edit, typed
from corpus.audit import Audit
from corpus.curation import OfficialAnswer, Source
from corpus.links import superseded_by
from tests.bridge_builder import CONTRACTS, DELAY, FERRY_EN, FERRY_JA, FUNDING, OPENED, STAFF, notice, opened
from tests.staff import let_in
from tests.test_staff_frame import signed_in
from tests.test_staff_intake import screens

HTML = {"Accept": "text/html", "Accept-Language": "en"}
SLASHED = notice("2026/三月", "2026-03-01", "はまなす橋梁、社章を変更", "新しい社章は鷗です。")
PATH = passage_path(DELAY.id)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    everything = [CONTRACTS, STAFF, DELAY, OPENED, FUNDING, FERRY_JA, FERRY_EN, SLASHED]
    with closing(opened(tmp_path / "data", everything)) as made:
        let_in(made, reader="reader", editor="editor")
        yield made


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    """An editor before these screens and the reader."""
    app = screens(assistant, mount_edit, mount_announcements)
    with TestClient(app, base_url="https://127.0.0.1", follow_redirects=False) as made:
        yield signed_in(made, "editor")


@pytest.fixture
def whole(assistant: Assistant) -> Iterator[TestClient]:
    """An editor before the whole application."""
    app = create_app(assistant, assistant.settings)
    with TestClient(app, base_url="https://127.0.0.1", follow_redirects=False) as made:
        yield signed_in(made, "editor")


def edit(client: TestClient, assistant: Assistant, id: str, **changes: str) -> Any:
    """Saves the form as it stands, with these changes."""
    present = assistant.catalog.get(id)
    data = {**typed(present), "revision": str(present.revision), **changes}
    return client.post(f"{passage_path(id)}/edit", data=data, headers=HTML)


def hidden(page: str) -> dict[str, str]:
    fields = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {unescape(name): unescape(value) for name, value in fields}


def test_the_form_holds_what_the_announcement_says_and_saving_it_changes_nothing(
    client: TestClient, assistant: Assistant
) -> None:
    shown = client.get(f"{PATH}/edit", headers=HTML)
    assert all(f'name="{name}"' in shown.text for name in FORM)
    assert f'value="{DELAY.title}"' in shown.text
    before = assistant.catalog.revision()
    saved = edit(client, assistant, DELAY.id)
    assert (saved.status_code, saved.headers["location"]) == (303, f"{PATH}?done=edited")
    assert assistant.catalog.revision() == before


def test_an_edit_is_the_next_revision_and_says_who_made_it(client: TestClient, assistant: Assistant) -> None:
    edit(
        client,
        assistant,
        DELAY.id,
        title="開通時期の変更",
        published="2022-11",
        category="工事",
        not_before="2022-11-20T15:00",
    )
    stands = assistant.catalog.get(DELAY.id)
    assert (stands.title, str(stands.published), stands.category, stands.revision) == (
        "開通時期の変更",
        "2022-11",
        "工事",
        2,
    )
    assert stands.published_at == dt.datetime.fromisoformat("2022-11-20T15:00+09:00")
    assert (stands.text, stands.sections) == (DELAY.text, DELAY.sections)
    (line, *_) = Audit(assistant.catalog.database).lines()
    assert (line.who, line.what, line.subject, line.before, line.after) == (
        "editor", "announcement edited", DELAY.id, "1", "2",
    )  # fmt: skip
    assert assistant.check() == []


def test_an_id_with_a_slash_is_edited_like_any_other(client: TestClient, assistant: Assistant) -> None:
    assert edit(client, assistant, SLASHED.id, title="社章").status_code == 303
    assert assistant.catalog.get(SLASHED.id).title == "社章"


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("title", "", "Give it a title."),
        ("published", "2022-13", "Type it as 2026-12-01, 2026-12 or 2026."),
        ("not_before", "tomorrow", "Type it as 2026-12-01T15:00."),
        ("source_url", "javascript:alert(1)", "Type an address that begins with http:// or https://."),
        ("supersedes", "nothing", "There is no such announcement."),
        ("supersedes", DELAY.id, "That leads back to this announcement."),
        ("language", "fr", "Choose one of those offered."),
        ("audience", "", "Choose one of those offered."),
        ("category", "あ" * 301, "That is too long; shorten it."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_the_rest_is_kept(
    client: TestClient, assistant: Assistant, field: str, value: str, said: str
) -> None:
    refused = edit(client, assistant, DELAY.id, **{"issuer": "新しい発表者", field: value})
    assert (refused.status_code, said in refused.text) == (422, True)
    assert 'value="新しい発表者"' in refused.text
    assert assistant.catalog.get(DELAY.id).revision == 1


def test_an_edit_of_an_older_revision_shows_both_values_and_saves_nothing(
    client: TestClient, assistant: Assistant
) -> None:
    assistant.edit(DELAY.id, {"title": "先の変更", "category": "工事"}, revision=1, by="大森")
    late = edit(client, assistant, DELAY.id, title="後の変更", category=DELAY.category, revision="1")
    assert late.status_code == 409
    assert re.search(r"<td>後の変更</td><td>先の変更</td>", late.text)
    assert '<th scope="row">Category</th>' not in late.text, "only one of them changed that"
    assert assistant.catalog.get(DELAY.id).title == "先の変更"
    again = hidden(late.text)
    saved = edit(client, assistant, DELAY.id, title="後の変更", revision=again["revision"])
    assert saved.status_code == 303
    stands = assistant.catalog.get(DELAY.id)
    assert (stands.title, stands.category, stands.revision) == ("後の変更", "工事", 3)


def test_changes_of_different_fields_at_once_are_both_kept(client: TestClient, assistant: Assistant) -> None:
    assistant.edit(DELAY.id, {"category": "工事"}, revision=1)
    saved = edit(client, assistant, DELAY.id, title="後の変更", category=DELAY.category, revision="1")
    assert saved.status_code == 303
    stands = assistant.catalog.get(DELAY.id)
    assert (stands.title, stands.category) == ("後の変更", "工事")


@pytest.mark.parametrize(
    ("before", "change", "said"),
    [
        ({"audience": "staff"}, {"audience": "public"}, "only staff see it. Once saved, everybody sees it at once"),
        (
            {"published_at": "2999-12-01T15:00:00+09:00"},
            {"not_before": ""},
            "does not see it before 1 Dec 2999 15:00 JST. Once saved, everybody sees it at once",
        ),
        (
            {"published_at": "2999-12-01T15:00:00+09:00"},
            {"not_before": "2999-11-01T09:30"},
            "Once saved, everybody sees it from 1 Nov 2999 09:30 JST.",
        ),
    ],
)
def test_what_would_show_the_public_more_is_asked_again(
    client: TestClient, assistant: Assistant, before: dict[str, str], change: dict[str, str], said: str
) -> None:
    assistant.edit(DELAY.id, before, revision=1)
    asked = edit(client, assistant, DELAY.id, title="題も変更", **change)
    assert (asked.status_code, said in asked.text) == (200, True)
    assert assistant.catalog.get(DELAY.id).revision == 2
    fields = hidden(asked.text)
    back = client.post(f"{PATH}/edit", data={**fields, "back": "1"}, headers=HTML)
    assert 'value="題も変更"' in back.text
    assert edit(client, assistant, DELAY.id, title="題も変更", **change, agreed="some other day").status_code == 200
    assert client.post(f"{PATH}/edit", data=fields, headers=HTML).status_code == 303
    assert assistant.catalog.get(DELAY.id).title == "題も変更"


def test_what_it_replaces_is_found_by_its_title_and_answers_follow(client: TestClient, assistant: Assistant) -> None:
    path = passage_path(OPENED.id)
    shown = edit(client, assistant, OPENED.id, title="打ち直した題", find="supersedes", q_supersedes="開通時期 変更")
    assert f'name="supersedes" value="{DELAY.id}"' in shown.text
    assert 'value="打ち直した題"' in shown.text
    by_enter = edit(client, assistant, OPENED.id, q_translation_of="<b>nowhere</b>")
    assert "No announcement has “&lt;b&gt;nowhere&lt;/b&gt;”" in by_enter.text
    assert assistant.catalog.get(OPENED.id).revision == 1
    assert edit(client, assistant, OPENED.id, supersedes=DELAY.id).headers["location"] == f"{path}?done=edited"
    assert superseded_by(assistant.links.outlines().values())[DELAY.id] == OPENED.id
    circle = edit(client, assistant, DELAY.id, supersedes=OPENED.id)
    assert "That leads back to this announcement." in circle.text


def traces(client: TestClient, assistant: Assistant) -> list[str]:
    """The public places that still show the announcement."""
    elsewhere = TestClient(client.app, base_url="https://127.0.0.1")
    shown = {
        "list": DELAY.title in elsewhere.get("/api/v1/announcements").text,
        "announcement": elsewhere.get(f"/api/v1/announcements/{DELAY.id}").status_code == 200,
        "answer": "鋼材" in elsewhere.post("/api/v1/ask", json={"question": "変更の原因は何ですか"}).text,
        "sitemap": DELAY.id in elsewhere.get("/sitemap.xml").text or "faq-delay" in elsewhere.get("/sitemap.xml").text,
        "FAQ": "鋼材の納入の遅れ" in elsewhere.get("/faq").text + elsewhere.get("/faq/faq-delay").text,
        "facts": DELAY.id in elsewhere.get("/api/v1/facts").text,
        "search": any(one.chunk.announcement_id == DELAY.id for one in assistant.search("鋼材の納入の遅れ", k=50)),
    }
    return [place for place, is_shown in shown.items() if is_shown]


@pytest.fixture
def quoted(assistant: Assistant) -> OfficialAnswer:
    """An approved official answer that quotes the announcement."""
    start = DELAY.text.index("変更の原因は、鋼材の納入の遅れです。")
    quote = "変更の原因は、鋼材の納入の遅れです。"
    entry = OfficialAnswer(
        id="faq-delay",
        questions_ja=("開通が遅れた理由は何ですか",),
        answer_ja="鋼材の納入の遅れです。",
        owner="広報",
        sources=(Source.of(assistant.catalog.get(DELAY.id), start, start + len(quote)),),
    )
    assistant.official.save(entry, by="広報")
    return assistant.official.approve("faq-delay", by="広報部長")


def test_an_edit_to_staff_only_withdraws_it_everywhere_in_the_same_moment(
    whole: TestClient, assistant: Assistant, quoted: OfficialAnswer
) -> None:
    everywhere = traces(whole, assistant)
    assert {"list", "announcement", "answer", "FAQ", "search"} <= set(everywhere)
    edit(whole, assistant, DELAY.id, audience="staff")
    assert traces(whole, assistant) == []
    asked = edit(whole, assistant, DELAY.id, audience="public")
    whole.post(f"{PATH}/edit", data=hidden(asked.text), headers=HTML)
    assert traces(whole, assistant) == everywhere


def test_a_removal_asks_says_what_it_takes_along_and_is_undone_with_all_of_it(
    whole: TestClient, assistant: Assistant, quoted: OfficialAnswer
) -> None:
    edit(whole, assistant, DELAY.id, category="工事")
    everywhere = traces(whole, assistant)
    shown = whole.get(f"{PATH}/edit", headers=HTML).text
    assert "開通が遅れた理由は何ですか" in shown
    removed = whole.post(f"{PATH}/remove", data={"revision": "2"}, headers=HTML)
    assert removed.headers["location"].startswith(f"/staff/announcements?done=removed&id={DELAY.id}&title=")
    assert traces(whole, assistant) == []
    assert whole.get(PATH, headers=HTML).status_code == 404
    assert ["was removed" in note for note in assistant.official.notes()] == [True]
    assert DELAY.title in whole.get("/staff/removed", headers=HTML).text

    undone = whole.post(f"{PATH}/restore", headers=HTML)
    assert undone.headers["location"] == f"{PATH}?done=restored"
    assert traces(whole, assistant) == everywhere
    assert [one.revision for one in assistant.catalog.history(DELAY.id)] == [1, 2]
    assert [line.what for line in Audit(assistant.catalog.database).lines(subject=DELAY.id)][:2] == [
        "announcement brought back", "announcement removed",
    ]  # fmt: skip
    again = whole.post(f"{PATH}/restore", headers=HTML)
    assert again.status_code == 400
    assert "It was not removed lately" in again.text
    assert "nothing to bring back" in whole.get("/staff/removed", headers=HTML).text


def test_a_revision_comes_back_as_the_next_one(client: TestClient, assistant: Assistant) -> None:
    edit(client, assistant, DELAY.id, title="誤った題")
    assert f"Revision 1 · {DELAY.title}" in client.get(f"{PATH}/edit", headers=HTML).text
    back = client.post(f"{PATH}/restore", data={"to": "1", "revision": "2"}, headers=HTML)
    assert back.headers["location"] == f"{PATH}?done=restored"
    stands = assistant.catalog.get(DELAY.id)
    assert (stands.title, stands.revision) == (DELAY.title, 3)
    assert client.post(f"{PATH}/restore", data={"to": "9", "revision": "3"}, headers=HTML).status_code == 404


def test_a_revision_that_the_public_saw_comes_back_only_when_that_is_agreed_to(
    client: TestClient, assistant: Assistant
) -> None:
    edit(client, assistant, DELAY.id, audience="staff")
    asked = client.post(f"{PATH}/restore", data={"to": "1", "revision": "2"}, headers=HTML)
    assert "only staff see it" in asked.text
    assert assistant.catalog.get(DELAY.id).audience == "staff"
    assert client.post(f"{PATH}/restore", data=hidden(asked.text), headers=HTML).status_code == 303
    assert assistant.catalog.get(DELAY.id).audience == "public"


def test_what_changed_meanwhile_is_neither_removed_nor_reverted(client: TestClient, assistant: Assistant) -> None:
    assistant.edit(DELAY.id, {"title": "先の変更"}, revision=1)
    for action, data in (("remove", {"revision": "1"}), ("restore", {"to": "1", "revision": "1"})):
        refused = client.post(f"{PATH}/{action}", data=data, headers=HTML)
        assert (refused.status_code, "was changed after you opened the page" in refused.text) == (400, True)
    assert assistant.catalog.get(DELAY.id).title == "先の変更"


def test_only_editors_change_and_only_from_our_own_pages(client: TestClient, assistant: Assistant) -> None:
    elsewhere = {**HTML, "Sec-Fetch-Site": "cross-site"}
    assert client.post(f"{PATH}/remove", data={"revision": "1"}, headers=elsewhere).status_code == 403
    client.cookies.clear()
    signed_in(client, "reader")
    for action in ("edit", "remove", "restore"):
        assert client.post(f"{PATH}/{action}", data={"revision": "1"}, headers=HTML).status_code == 403
    assert client.get(f"{PATH}/edit", headers=HTML).status_code == 403
    assert client.get("/staff/removed", headers=HTML).status_code == 403
    assert assistant.catalog.get(DELAY.id).revision == 1
