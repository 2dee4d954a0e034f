"""The inbox: what went unanswered, displeased or is asked often; filtered, opened, tried again, settled."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.web.inbox_words import INBOX_WORDS
from corpus.audit import Audit
from tests.bridge_builder import ALL, opened
from tests.staff import PASSWORD, let_in, screens, signed_in
from tests.test_staff_official import EN as OFFICIAL
from tests.test_staff_official import drafted, form_of, text_of

NOW = dt.datetime.now(dt.UTC)
EN = INBOX_WORDS["en"]
DOG, MASS, OPENING = "会社の犬の名前は何ですか", "工事用の台船の重量は？", "When is Phase 1 due to open?"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with closing(opened(tmp_path / "data", ALL)) as made:
        let_in(made, reader="reader", sato="editor", oomori="editor")
        yield made


@pytest.fixture
def asked(assistant: Assistant) -> dict[str, str]:
    """Ids of kept answers: one unanswered on the FAQ, one that displeased in the widget, one asked often by staff."""
    records = assistant.records
    ids = {
        DOG: records.keep(assistant.ask(DOG), surface="faq", now=NOW - dt.timedelta(days=2)),
        MASS: records.keep(assistant.ask(MASS), surface="widget", now=NOW - dt.timedelta(hours=5)),
    }
    for hours in (3, 2, 1):
        again = assistant.ask(OPENING)
        ids[OPENING] = records.keep(again, surface="staff", user_name="tanaka", now=NOW - dt.timedelta(hours=hours))
    records.feedback(ids[MASS], rating="down", reason="outdated", comment="<b>古い</b>値です")
    records.flush()
    return ids


@pytest.fixture
def reader(assistant: Assistant) -> TestClient:
    return signed_in(screens(assistant), "reader")


@pytest.fixture
def sato(assistant: Assistant) -> TestClient:
    return signed_in(screens(assistant), "sato")


def listed(client: TestClient, query: str = "") -> list[str]:
    """The questions on the list, from the top."""
    page = client.get(f"/staff/inbox{query}").text
    assert page.count("<h2 ") == page.count('class="card group"')
    return [text_of(part.split("</a>")[0]).split("> ")[-1] for part in page.split("<h2 ")[1:]]


def test_it_is_empty_until_something_comes_in(assistant: Assistant, reader: TestClient) -> None:
    assert EN["empty"] in text_of(reader.get("/staff/inbox").text)
    assistant.records.keep(assistant.ask(MASS), surface="faq")
    assert EN["empty"] in text_of(reader.get("/staff/inbox").text)


@pytest.mark.usefixtures("asked")
def test_the_worst_come_first_with_what_readers_said_as_text(reader: TestClient) -> None:
    assert listed(reader) == [MASS, DOG, OPENING]
    page = reader.get("/staff/inbox").text
    assert "&lt;b&gt;古い&lt;/b&gt;値です" in page
    for said in (EN["down"].format(count=1), EN["reason_outdated"], EN["unanswered"].format(count=1), "Asked 3×"):
        assert said in text_of(page)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?kind=unanswered", [DOG]),
        ("?kind=down", [MASS]),
        ("?kind=often", [OPENING]),
        ("?surface=faq", [DOG]),
        ("?language=en", [OPENING]),
        ("?days=1", [MASS, OPENING]),
        ("?order=newest", [OPENING, MASS, DOG]),
        ("?order=asked", [OPENING, MASS, DOG]),
        ("?state=settled", []),
        ("?surface=api&kind=down", []),
    ],
)
@pytest.mark.usefixtures("asked")
def test_filters_and_orders(reader: TestClient, query: str, expected: list[str]) -> None:
    assert listed(reader, query) == expected


def test_a_filter_that_is_none_is_said(reader: TestClient) -> None:
    assert reader.get("/staff/inbox?kind=odd").status_code == 422


def test_a_group_opens_to_its_askings_and_names_nobody(asked: dict[str, str], reader: TestClient) -> None:
    page = text_of(reader.get(f"/staff/inbox/{asked[OPENING]}").text)
    assert page.count(EN["surface_staff"]) == 3
    assert "tanaka" not in page
    assert EN["settle"] not in page
    displeased = reader.get(f"/staff/inbox/{asked[MASS]}").text
    assert "&lt;b&gt;古い&lt;/b&gt;値です" in displeased
    assert f"/staff/record/{asked[MASS]}" in displeased


def test_trying_again_shows_what_is_answered_today_and_keeps_no_record(
    assistant: Assistant, asked: dict[str, str], reader: TestClient
) -> None:
    count = assistant.records.store.count()
    page = reader.get(f"/staff/inbox/{asked[MASS]}?again=true").text
    assert "35トン" in text_of(page)
    assert "/staff/announcements/staff.ja?start=" in page
    assert EN["status_not_found"] in text_of(reader.get(f"/staff/inbox/{asked[DOG]}?again=true").text)
    assistant.records.flush()
    assert assistant.records.store.count() == count


def test_what_staff_asked_is_tried_again_as_staff(assistant: Assistant, reader: TestClient) -> None:
    from tests.test_staff_official import SECRET

    assistant.catalog.add(SECRET)
    assistant.index.catch_up(assistant.catalog)
    question = "次の橋はどこに架けますか"
    inside = assistant.records.keep(assistant.ask(question, audience="staff"), surface="staff", audience="staff")
    outside = assistant.records.keep(assistant.ask(question), surface="faq")
    assert "留萌" in reader.get(f"/staff/inbox/{inside}?again=true").text
    assert "留萌" not in text_of(reader.get(f"/staff/inbox/{outside}?again=true").text)


def test_settling_takes_a_group_away_until_it_is_asked_again_and_can_be_undone(
    assistant: Assistant, asked: dict[str, str], sato: TestClient
) -> None:
    settled = sato.post(f"/staff/inbox/{asked[DOG]}/settle")
    page = sato.get(settled.headers["location"]).text
    assert EN["settled"].format(question=DOG) in text_of(page)
    assert listed(sato) == [MASS, OPENING]
    assert listed(sato, "?state=settled") == [DOG]
    assert "sato marked" in text_of(sato.get(f"/staff/inbox/{asked[DOG]}").text)
    sato.post(f"/staff/inbox/{asked[DOG]}/reopen")
    assert listed(sato) == [MASS, DOG, OPENING]
    sato.post(f"/staff/inbox/{asked[DOG]}/settle")
    assistant.records.keep(assistant.ask(DOG), surface="faq", now=NOW + dt.timedelta(seconds=5))
    assert DOG in listed(sato)
    assert listed(sato, "?state=settled") == []
    lines = Audit(assistant.catalog.database).lines(subject=asked[DOG])
    assert [(line.who, line.what) for line in lines] == [
        ("sato", "question settled"), ("sato", "question reopened"), ("sato", "question settled")
    ]  # fmt: skip


def test_what_came_in_after_the_list_was_seen_is_not_settled_with_it(
    assistant: Assistant, asked: dict[str, str], sato: TestClient
) -> None:
    seen = assistant.records.store.get(asked[DOG])[0].kept_at
    assistant.records.keep(assistant.ask(DOG), surface="faq")
    sato.post(f"/staff/inbox/{asked[DOG]}/settle", data={"until": seen.isoformat()})
    assert DOG in listed(sato)


def test_a_reader_settles_nothing(asked: dict[str, str], reader: TestClient) -> None:
    assert reader.post(f"/staff/inbox/{asked[DOG]}/settle").status_code == 403
    assert reader.post(f"/staff/inbox/{asked[DOG]}/reopen").status_code == 403
    assert DOG in listed(reader)


def test_a_question_becomes_an_official_answer_and_is_settled(
    assistant: Assistant, asked: dict[str, str], sato: TestClient
) -> None:
    assert f"/staff/official/new?answer={asked[MASS]}" in sato.get("/staff/inbox").text
    form = form_of(sato.get(f"/staff/official/new?answer={asked[MASS]}").text)
    saved = sato.post("/staff/official/new", data={**form, "act": "save"})
    page = sato.get(saved.headers["location"]).text
    assert OFFICIAL["settle_asked"] in page
    assert f'action="/staff/inbox/{asked[MASS]}/settle"' in page
    (kept,) = assistant.official.store.entries()
    assistant.official.approve(kept.id, by="oomori")
    assert EN["official_exists"] in text_of(sato.get("/staff/inbox").text)


def test_the_inbox_says_that_an_official_answer_answers_it_now(
    assistant: Assistant, asked: dict[str, str], reader: TestClient
) -> None:
    assistant.official.approve(drafted(assistant).id, by="oomori")
    assert EN["official_exists"] in text_of(reader.get("/staff/inbox").text)
    assert EN["today_official"] in text_of(reader.get(f"/staff/inbox/{asked[OPENING]}?again=true").text)


def test_a_question_that_is_kept_no_longer_is_said(
    assistant: Assistant, asked: dict[str, str], reader: TestClient, sato: TestClient
) -> None:
    assistant.records.store.forget([asked[DOG]])
    for told in (reader.get(f"/staff/inbox/{asked[DOG]}"), sato.post(f"/staff/inbox/{asked[DOG]}/settle")):
        assert told.status_code == 404
        assert EN["gone"] in text_of(told.text)


def test_where_nothing_is_recorded_the_inbox_says_so(assistant: Assistant) -> None:
    from assistant.web.server import create_app

    settings = assistant.settings.model_copy(update={"record_days": 0})
    client = TestClient(create_app(assistant, settings), base_url="https://127.0.0.1", headers={"Accept": "text/html"})
    token = client.get("/staff/login").text.split('name="token" value="')[1].split('"')[0]
    client.post("/staff/login", data={"name": "reader", "password": PASSWORD, "token": token}, follow_redirects=False)
    assert "ASSISTANT_RECORD_DAYS" in client.get("/staff/inbox").text


def test_both_languages_have_every_word() -> None:
    assert set(INBOX_WORDS["ja"]) == set(EN)


def test_whatever_somebody_asked_is_shown_as_text(assistant: Assistant, reader: TestClient) -> None:
    trick = "<script>alert(1)</script><img src=x onerror=alert(2)> {{ 7*7 }} は何ですか"
    id = assistant.records.keep(assistant.ask(trick), surface="faq")
    assistant.records.flush()
    for path in ("", f"/{id}", f"/{id}?again=1"):
        page = reader.get(f"/staff/inbox{path}").text
        assert "&lt;img src=x onerror=alert(2)&gt; {{ 7*7 }}" in page, path
        assert not re.search(r"<script>alert|<img", page), path
