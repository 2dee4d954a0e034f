"""The web surface against a small assistant that really answers: by the sentence that shares most with the question."""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import get_args

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Citation, Status, Superseded, Turn
from assistant.settings import Settings
from assistant.web import serve
from assistant.web.address import AddressUnavailable, PortInUse, bound
from assistant.web.api import MAX_QUESTION
from assistant.web.conversation import Conversation, Exchange, Said
from assistant.web.conversation_html import Past, Viewer, conversation_html, note_html, panel_html, past_html
from assistant.web.export import as_text
from assistant.web.page import answerable
from assistant.web.published import is_visible_to_the_public
from assistant.web.render import draft_html, inert, reply_html, sources_html, surroundings, web_link
from assistant.web.server import MAX_BODY, create_app
from assistant.web.sign_in import NobodyMaySignIn
from assistant.web.words import SECTIONS, STATUS, WORDS
from corpus.announcement import Announcement, Audience, Language, SectionKind
from corpus.dates import JST, PartialDate
from corpus.errors import CatalogDamaged, UnknownAnnouncement
from corpus.kept import Talk
from corpus.sentences import sentences


def announcement(id: str, title: str, text: str, language: Language = "ja", **more: object) -> Announcement:
    fields = {"published": PartialDate(2022, 9, 27), "source_url": f"https://example.com/{id}", **more}
    return Announcement(id, title, text, language, hashlib.sha256(text.encode()).hexdigest(), **fields)  # type: ignore[arg-type]


PAYMENT = announcement(
    "payment.ja",
    "架空ムーン社、月面輸送契約の中間支払いを受領",
    "架空ムーン社は、月面輸送契約の中間支払いを受領しました。\n1号機の打ち上げは最短で2022年11月を予定しています。"
    "着陸船は東京で組み立てられました。会談はパリで行われました。\n問い合わせ先は広報室です。",
)
FUNDING = announcement(
    "funding.en",
    "Imaginary Moon Inc. closes its Series C round",
    "Imaginary Moon Inc. raised 50 million dollars in its Series C round. The total raised so far is 230 million "
    "dollars. The round was led by a fund in Luxembourg.",
    "en",
    published=PartialDate(2022, 7, 20),
)
STAFF_ONLY = announcement("secret.ja", "社内限り：極秘の提携", "極秘の提携先はオリオン商会です。", audience="staff")
TOMORROW = announcement(
    "tomorrow.ja",
    "解禁前：増資の決議",
    "増資の決議はペガサス銀行が引き受けます。",
    published_at=dt.datetime.now(JST) + dt.timedelta(days=1),
)


class SmallCatalog:
    database = None  # asked for by the staff's screens when they are mounted

    def __init__(self, *announcements: Announcement) -> None:
        self._all = {announcement.id: announcement for announcement in announcements}

    def get(self, id: str) -> Announcement:
        try:
            return self._all[id]
        except KeyError:
            raise UnknownAnnouncement(f"There is no announcement '{id}'.") from None

    def announcements(self) -> Iterator[Announcement]:
        yield from self._all.values()

    def count(self) -> int:
        return len(self._all)


class SmallAssistant:
    """Answers with the sentence that shares most character pairs with the question, if one shares enough."""

    def __init__(self, *announcements: Announcement) -> None:
        self.catalog = SmallCatalog(*announcements)
        self.links = SimpleNamespace(outlines=lambda: {one.id: one for one in self.catalog.announcements()})
        self.records = SimpleNamespace(keep=lambda answer, **_: None)
        self.official = SimpleNamespace(shown=lambda scope: [])
        self.originals = self.register = self.jobs = self.proposals = SimpleNamespace()  # of the staff's screens
        self.index = SimpleNamespace(left_out={"vectors": "No embedder at /srv/models."})
        self.seen: list[tuple[str, tuple[Turn, ...]]] = []
        self.given_up = 0

    def ask(
        self,
        question: str,
        *,
        history: Sequence[Turn] = (),
        as_of: dt.date | None = None,
        audience: Audience = "public",
        language: Language | None = None,
        id: str = "",
        engine: str | None = None,
    ) -> Answer:
        self.seen.append((question, tuple(history)))
        spoken: Language = language or ("ja" if re.search("[ぁ-ん一-龠]", question) else "en")
        if "株" in question or "invest" in question:
            return Answer(
                question, spoken, "declined", "投資の助言はいたしません。", id=id, suggestions=("打ち上げはいつですか",)
            )
        scored = [
            (len(_pairs(question) & _pairs(found.text[start:end])), found, start, end)
            for found in self.catalog.announcements()
            if (audience == "staff" or is_visible_to_the_public(found, dt.datetime.now(dt.UTC)))
            and (as_of is None or (found.published and found.published.earliest <= as_of))
            for start, end in sentences(found.text)
        ]
        score, found, start, end = max(scored, key=lambda row: row[0], default=(0, PAYMENT, 0, 0))
        if score < 4:
            return Answer(question, spoken, "not_found", "発表資料には見つかりませんでした。", id=id)
        citation = Citation(
            1,
            found.id,
            found.title,
            str(found.published),
            found.source_url,
            1,
            start,
            end,
            found.text[start:end],
            "body",
        )
        return Answer(
            question, spoken, "answered", f"{citation.quote} [1]", as_of=str(found.published), confidence=0.9, id=id,
            citations=(citation,), timings_ms={"total": 1.0},
        )  # fmt: skip

    def stream(self, question: str, **how: object) -> Iterator[str | Answer]:
        answer = self.ask(question, **how)  # type: ignore[arg-type]
        try:
            for start, end in sentences(answer.answer):
                yield answer.answer[start:end]
            yield answer
        except GeneratorExit:
            self.given_up += 1
            raise

    def close(self) -> None:
        pass


def _pairs(text: str) -> set[str]:
    words = re.sub(r"[\s、。？?.,]", "", text.lower())
    return {words[i : i + 2] for i in range(len(words) - 1)}


@pytest.fixture(scope="module")
def small_assistant() -> SmallAssistant:
    return SmallAssistant(PAYMENT, FUNDING, STAFF_ONLY, TOMORROW)


@pytest.fixture(scope="module")
def client(small_assistant: SmallAssistant) -> Iterator[TestClient]:
    app = create_app(small_assistant, Settings(widget_origins="https://ir.example.com"))  # type: ignore[arg-type]
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


# Questions over HTTP


def test_an_answer_over_http_quotes_the_announcement_that_it_names(client: TestClient) -> None:
    answer = client.post("/api/v1/ask", json={"id": "q7", "question": "1号機の打ち上げは最短でいつですか"}).json()
    [citation] = answer["citations"]
    text = client.get(f"/api/v1/announcements/{citation['announcement_id']}").json()["text"]
    assert (answer["id"], answer["status"], answer["language"]) == ("q7", "answered", "ja")
    assert citation["quote"] == text[citation["start"] : citation["end"]]
    assert "2022年11月" in citation["quote"]


def test_the_conversation_so_far_and_the_language_reach_the_assistant(
    client: TestClient, small_assistant: SmallAssistant
) -> None:
    history = [{"role": "user", "content": "Series Cは？"}, {"role": "assistant", "content": "5,000万ドルです。"}]
    answer = client.post("/api/v1/ask", json={"question": "打ち上げはいつ", "history": history, "lang": "en"}).json()
    assert small_assistant.seen[-1][1] == (Turn("user", "Series Cは？"), Turn("assistant", "5,000万ドルです。"))
    assert answer["language"] == "en"


@pytest.mark.parametrize(
    ("as_of", "status"), [("2022-09-27", "answered"), ("2022-09", "answered"), ("2021", "not_found")]
)
def test_a_question_as_of_a_date_sees_only_what_was_published_by_then(
    client: TestClient, as_of: str, status: str
) -> None:
    response = client.post("/api/v1/ask", json={"question": "1号機の打ち上げは最短でいつですか", "as_of": as_of})
    assert response.json()["status"] == status


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "#/question"),
        ({"question": " \n"}, "#/question"),
        ({"question": "あ" * (MAX_QUESTION + 1)}, "#/question"),
        ({"question": "いつ", "as_of": "昨日"}, "#/as_of"),
        ({"question": "いつ", "as_of": "2022-13"}, "#/as_of"),
        ({"question": "いつ", "lang": "fr"}, "#/lang"),
        ({"question": "いつ", "audience": "staff"}, "#/audience"),
        ({"question": "いつ", "history": [{"role": "system", "content": "x"}]}, "#/history/0/role"),
    ],
)
def test_a_request_that_cannot_be_used_is_a_problem_that_points_at_its_fault(
    client: TestClient, body: dict[str, object], pointer: str
) -> None:
    response = client.post("/api/v1/ask", json=body)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == 422
    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_half_a_character_and_broken_json_are_problems_too(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    for content in (b'{"question": "\\ud83d"}', b'{"question": ', b"\xff\xfe", b"[]"):
        response = client.post("/api/v1/ask", content=content, headers=headers)
        assert response.status_code in (400, 422), content
        assert response.headers["content-type"] == "application/problem+json"


def test_a_body_over_the_limit_is_refused_whether_its_length_is_said_or_not(client: TestClient) -> None:
    said = client.post("/api/v1/ask", content=b" " * (MAX_BODY + 1))
    counted = client.post("/api/v1/ask", content=(b" " * 1024 for _ in range(MAX_BODY // 1024 + 1)))
    assert [said.status_code, counted.status_code] == [413, 413]
    assert str(MAX_BODY) in counted.json()["detail"]


def test_a_stream_sends_its_events_in_order_and_its_deltas_add_up_to_the_answer(client: TestClient) -> None:
    response = client.post("/api/v1/ask/stream", json={"id": "s1", "question": "How much was raised in Series C?"})
    assert response.headers["content-type"].startswith("text/event-stream")
    events = events_of(response.text)
    assert [name for name, _ in events if name != "delta"] == ["start", "citations", "done"]
    answer = events[-1][1]
    said = "".join(data["text"] for name, data in events if name == "delta")
    assert re.sub(r"\s", "", said) == re.sub(r"\s", "", answer["answer"])
    assert events[-2][1]["citations"] == answer["citations"]
    assert (events[0][1], answer["status"]) == ({"id": "s1"}, "answered")


def test_an_error_of_the_assistant_stays_inside_and_the_caller_gets_a_sentence(
    client: TestClient, small_assistant: SmallAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object, **__: object) -> Answer:
        raise CatalogDamaged("/srv/data/catalog.sqlite is damaged.")

    monkeypatch.setattr(small_assistant, "ask", damaged)
    plain = client.post("/api/v1/ask", json={"question": "いつですか"})
    streamed = events_of(client.post("/api/v1/ask/stream", json={"question": "いつですか"}).text)
    assert (plain.status_code, streamed[-1][0]) == (503, "error")
    assert "/srv/data" not in plain.text + json.dumps(streamed)


def events_of(stream: str) -> list[tuple[str, dict[str, object]]]:
    events = []
    for block in filter(None, stream.split("\n\n")):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if fields:
            events.append((fields["event"], json.loads(fields["data"])))
    return events


# Announcements over HTTP


def test_the_list_is_newest_first_and_pages_without_loss(client: TestClient) -> None:
    first = client.get("/api/v1/announcements", params={"limit": 1}).json()
    second = client.get("/api/v1/announcements", params={"limit": 1, "offset": first["next_offset"]}).json()
    assert [page["announcements"][0]["id"] for page in (first, second)] == ["payment.ja", "funding.en"]
    assert (first["total"], second["next_offset"]) == (2, None)
    english = client.get("/api/v1/announcements", params={"language": "en"}).json()
    assert [row["id"] for row in english["announcements"]] == ["funding.en"]


def test_what_is_not_public_or_not_yet_published_leaves_no_trace(client: TestClient) -> None:
    same = {"X-Request-ID": "same"}
    missing = client.get("/api/v1/announcements/nowhere", headers=same)
    for hidden, words in ((STAFF_ONLY, "オリオン"), (TOMORROW, "ペガサス")):
        response = client.get(f"/api/v1/announcements/{hidden.id}", headers=same)
        assert (response.status_code, response.content) == (404, missing.content)
        for question in (hidden.title, hidden.text):
            for route in ("/api/v1/ask", "/api/v1/ask/stream"):
                assert words not in client.post(route, json={"question": question[:4]}).text
        assert hidden.id not in client.get("/api/v1/announcements").text


def test_an_unchanged_announcement_is_not_sent_again(client: TestClient) -> None:
    etag = client.get("/api/v1/announcements/payment.ja").headers["etag"]
    again = client.get("/api/v1/announcements/payment.ja", headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path", ["/api/v1/announcements/..%2f..%2fetc%2fpasswd", "/api/v1/nothing", "/api/v1/announcements/a/b"]
)
def test_an_unknown_route_is_a_problem(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


@given(
    audience=st.sampled_from(["public", "staff"]),
    hours=st.none() | st.integers(-48, 48),
)
def test_the_public_sees_exactly_what_is_public_and_due(audience: Audience, hours: int | None) -> None:
    now = dt.datetime(2026, 11, 22, 15, tzinfo=JST)
    moment = None if hours is None else now + dt.timedelta(hours=hours)
    found = announcement("x", "x", "x", audience=audience, published=None, published_at=moment)
    assert is_visible_to_the_public(found, now) == (audience == "public" and (hours is None or hours <= 0))


# Walls


@pytest.mark.parametrize(
    "path", ["/", "/docs", "/healthz", "/readyz", "/api/v1/announcements", "/nothing", "/openapi.json"]
)
def test_every_response_carries_the_security_headers(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["referrer-policy"] == "strict-origin-when-cross-origin"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("path", ["/", "/api/v1/announcements", "/gradio_api/info", "/config"])
def test_only_a_listed_origin_may_read(client: TestClient, path: str) -> None:
    listed = client.get(path, headers={"Origin": "https://ir.example.com"})
    assert listed.headers["access-control-allow-origin"] == "https://ir.example.com"
    for origin in ("https://evil.example", "null", "http://ir.example.com", "https://ir.example.com:8443"):
        other = client.get(path, headers={"Origin": origin})
        assert "access-control-allow-origin" not in other.headers
        assert "access-control-allow-credentials" not in other.headers


def test_another_host_name_that_resolves_here_is_refused(client: TestClient) -> None:
    assert client.get("/api/v1/announcements", headers={"Host": "evil.example:7860"}).status_code == 400


def test_readiness_names_what_is_left_out_but_not_why(client: TestClient) -> None:
    assert client.get("/readyz").json() == {"status": "ok", "left_out": ["vectors"]}


def test_an_ipv6_loopback_address_is_served(client: TestClient) -> None:
    assert client.get("/healthz", headers={"Host": "[::1]:7860"}).status_code == 200


@pytest.mark.parametrize("path", ["/monitoring", "/gradio_api/monitoring", "/gradio_api/monitoring/summary"])
def test_gradios_monitoring_is_closed(client: TestClient, path: str) -> None:
    assert client.get(path).status_code in (403, 404)


def test_the_page_and_its_reference_name_no_other_host_to_load_from(client: TestClient) -> None:
    for path in ("/", "/docs", "/theme.css"):
        text = client.get(path).text
        loaded = re.findall(
            r"""(?:src|href)=["']?(https?://[^"' >]+)|url\(["']?(https?://[^"')]+)|@import\s+["'](http[^"']+)""", text
        )
        assert loaded == [], path


def test_the_reference_describes_every_route_of_the_openapi_document(client: TestClient) -> None:
    openapi = client.get("/openapi.json").json()
    page = client.get("/docs").text
    assert set(openapi["paths"]) >= {
        "/api/v1/ask",
        "/api/v1/ask/stream",
        "/api/v1/announcements",
        "/healthz",
        "/readyz",
    }
    for path in openapi["paths"]:
        assert path in page
    refs = set(re.findall(r'"#/components/schemas/(\w+)"', json.dumps(openapi)))
    assert refs == set(openapi["components"]["schemas"])


# What the page shows


HOSTILE = """<img src=x onerror="alert(1)"> **bold** ${alert(2)} {{value}} [x](javascript:alert(3)) </mark>`'&amp;"""


@given(text=st.text())
def test_inert_text_holds_nothing_that_a_browser_or_a_template_would_act_on(text: str) -> None:
    shown = inert(text)
    assert not set(re.sub(r"&#\d+;|<br>", "", shown)) & set("<>&\"'`*_[]{}$\\")
    newlines = re.sub(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]", "\n", text)
    assert html.unescape(shown.replace("<br>", "\n")) == newlines


def test_the_page_offers_only_examples_that_the_announcements_answer() -> None:
    questions = ["1号機の打ち上げは最短でいつですか", "株を買うべきですか", "ペンギンは何羽ですか"]
    assert answerable(SmallAssistant(PAYMENT), questions) == questions[:1]  # type: ignore[arg-type]
    assert answerable(SmallAssistant(), questions) == []  # type: ignore[arg-type]


def test_hostile_text_is_shown_as_text_everywhere() -> None:
    quote = HOSTILE
    hostile = announcement("h", HOSTILE, f"前の文。{quote} 後の文。", source_url="javascript:alert(4)")
    citation = Citation(1, "h", HOSTILE, HOSTILE, hostile.source_url, 1, 4, 4 + len(quote), quote, "body")
    answer = Answer(
        HOSTILE, "ja", "answered", f"{HOSTILE} [1]", short_answer=HOSTILE, as_of=HOSTILE, engine=HOSTILE,
        citations=(citation,), superseded=(Superseded(HOSTILE, HOSTILE, "h"),), suggestions=(HOSTILE,),
    )  # fmt: skip
    reply, sources = reply_html(answer, 1, filters=[HOSTILE]), sources_html(answer, 1, lambda _: hostile, "ja")
    exchange = Exchange(HOSTILE, reply, sources, (HOSTILE,), answer, HOSTILE, said=Said("down", "other", HOSTILE))
    talk = Talk(HOSTILE, HOSTILE, dt.datetime.now(dt.UTC), 1)
    viewer = Viewer(is_editor=True, examples=[HOSTILE])
    shown = (
        conversation_html(Conversation((exchange,), HOSTILE), viewer)
        + conversation_html(Conversation(), viewer)
        + panel_html([exchange, exchange], "ja")
        + draft_html(HOSTILE, "ja")
        + past_html(Past([talk], HOSTILE, "", 90), viewer)
        + past_html(Past([], "", HOSTILE, 90), viewer)
    )
    assert "<img" not in shown
    assert "${" not in shown
    assert "{{" not in shown
    assert "javascript:" not in shown
    assert not re.search(r"<[^>]*\son\w+=", shown)
    assert html.unescape(re.sub(r"<[^>]+>", "", shown)).count("onerror") >= 10
    [copied] = re.findall(r'data-copy="([^"]*)"', shown)
    assert html.unescape(copied) == as_text(exchange, "ja")


def test_a_marker_links_to_its_source_and_other_brackets_stay_text() -> None:
    citation = Citation(
        1, PAYMENT.id, PAYMENT.title, "2022-09-27", PAYMENT.source_url, 1, 0, 28, PAYMENT.text[:28], "body"
    )
    answer = Answer("？", "ja", "answered", "受領しました [1][0][99][x]", citations=(citation,))
    reply = reply_html(answer, 3)
    assert re.findall(r'data-source="([\w-]+)"', reply) == ["source-3-1"]
    assert {html.unescape(one) for one in re.findall(r'href="([^"]+)"', reply)} == {
        "/staff/announcements/payment.ja?start=0&end=28#passage"
    }
    assert 'id="source-3-1"' in sources_html(answer, 3, SmallCatalog(PAYMENT).get, "ja")
    assert html.unescape(re.sub("<[^>]+>", "", reply)).count("[0][99][x]") == 1


def test_a_source_shows_number_title_date_page_link_and_the_quote_marked_in_its_surroundings() -> None:
    start = PAYMENT.text.index("1号機")
    end = PAYMENT.text.index("着陸船")
    citation = Citation(
        2, PAYMENT.id, PAYMENT.title, "2022-09-27", PAYMENT.source_url, 1, start, end, PAYMENT.text[start:end], "body"
    )
    answer = Answer("？", "ja", "answered", "はい [2]", citations=(citation,))
    source = html.unescape(sources_html(answer, 1, SmallCatalog(PAYMENT).get, "en"))
    for part in ("27 Sep 2022", "page 1", PAYMENT.title, f'href="{PAYMENT.source_url}"', 'rel="noopener noreferrer"'):
        assert part in source
    assert f"<mark>{PAYMENT.text[start:end]}</mark>着陸船は" in source
    assert "受領しました。<br><mark>" in source


def test_a_quote_that_no_longer_stands_in_its_announcement_is_shown_alone() -> None:
    citation = Citation(1, PAYMENT.id, PAYMENT.title, None, "", 1, 0, 5, "古い文面で", "body")
    shown = sources_html(
        Answer("？", "ja", "answered", "[1]", citations=(citation,)), 1, SmallCatalog(PAYMENT).get, "ja"
    )
    assert "<mark>古い文面で</mark>" in shown
    assert "架空" not in re.sub(r"<header>.*</header>", "", shown)


def test_each_status_looks_different_and_says_so_in_words() -> None:
    statuses: tuple[Status, ...] = ("answered", "not_found", "declined", "ambiguous")
    shown = {status: reply_html(Answer("？", "ja", status, "本文"), 1) for status in statuses}
    assert len(set(shown.values())) == 4
    assert all(STATUS["ja"][status] in shown[status] for status in statuses)


def test_the_short_answer_stands_out_in_the_answer_and_in_its_quote() -> None:
    start, end = sentences(PAYMENT.text)[1]
    citation = Citation(1, PAYMENT.id, PAYMENT.title, None, "", 1, start, end, PAYMENT.text[start:end], "body")
    answer = Answer("？", "ja", "answered", f"{citation.quote} [1]", "2022年11月", citations=(citation,))
    for shown in (reply_html(answer, 1), sources_html(answer, 1, SmallCatalog(PAYMENT).get, "ja")):
        assert shown.count("<strong>2022年11月</strong>") == 1


def test_a_superseded_value_is_struck_through_beside_the_current_one() -> None:
    answer = Answer(
        "？", "en", "answered", "November 2022", "November 2022", "2022-09",
        superseded=(Superseded("October 2022", "2021-05", "x"),),
    )  # fmt: skip
    shown = reply_html(answer, 1)
    assert "<del>October 2022</del> <small>as of May 2021" in shown
    assert "<ins>November 2022</ins> <small>as of Sep 2022" in shown


def test_many_superseded_values_are_newest_first_and_the_oldest_are_folded_away() -> None:
    old = tuple(Superseded(f"value {year}", str(year), "x") for year in range(2015, 2022))
    shown = reply_html(Answer("？", "en", "answered", "x", "value 2022", "2022", superseded=old), 1)
    assert re.findall(r"value (\d+)", shown) == [str(year) for year in range(2022, 2014, -1)]
    assert re.findall(r"value (\d+)", shown[shown.index("<details>") :]) == ["2018", "2017", "2016", "2015"]


@given(
    text=st.text(alphabet="月面。. \nab着陸", max_size=300),
    cut=st.tuples(st.integers(0, 300), st.integers(0, 300)),
    reach=st.integers(0, 80),
)
def test_surroundings_are_one_piece_of_the_text_within_reach(text: str, cut: tuple[int, int], reach: int) -> None:
    start, end = sorted(min(place, len(text)) for place in cut)
    around = surroundings(text, start, end, reach=reach)
    assert around.quote == text[start:end]
    assert text[start - len(around.before) : end + len(around.after)] == around.before + around.quote + around.after
    assert max(len(around.before), len(around.after)) <= reach


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.com/a?b=c", "https://example.com/a?b=c"),
        ("javascript:alert(1)", None),
        ("data:text/html,x", None),
        ("//example.com", None),
        ("https://[broken", None),
        ("", None),
    ],
)
def test_only_web_addresses_become_links(url: str, link: str | None) -> None:
    assert web_link(url) == link


@pytest.mark.parametrize(
    ("contact", "link"),
    [
        ("ir@example.com", 'href="mailto:ir@example.com"'),
        ("https://example.com/ir", 'href="https://example.com/ir"'),
        ("広報室 03-0000-0000", None),
        ("javascript:alert(1)@x", None),
    ],
)
def test_the_note_names_the_contact_and_links_only_addresses(contact: str, link: str | None) -> None:
    note = html.unescape(note_html(contact))
    assert contact in note
    assert re.findall(r'href="[^"]*"', note) == ([link, link] if link else [])


def test_both_languages_have_every_word() -> None:
    assert WORDS["ja"].keys() == WORDS["en"].keys()
    assert SECTIONS["ja"].keys() == SECTIONS["en"].keys() == set(get_args(SectionKind))
    for key, words in WORDS["ja"].items():
        assert re.findall(r"\{\w+\}", words) == re.findall(r"\{\w+\}", WORDS["en"][key])


# Starting


def test_a_port_in_use_is_said_in_a_sentence() -> None:
    with bound("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(PortInUse, match=f"Port {port} on 127.0.0.1 is in use. .*ASSISTANT_PORT"):
            bound("127.0.0.1", port)


@pytest.mark.parametrize("host", ["not a host", "203.0.113.7"])
def test_a_host_that_is_not_this_machine_is_said_in_a_sentence(host: str) -> None:
    with pytest.raises(AddressUnavailable, match=re.escape(host)):
        bound(host, 0)


@pytest.mark.parametrize("case", ["port in use", "damaged catalog", "port that is no number"])
def test_app_py_ends_with_one_sentence_and_exit_code_1(case: str, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "catalog.db").write_text("This is no database, and longer than its header." * 3)
    with bound("127.0.0.1", 0) as taken, bound("127.0.0.1", 0) as free:
        port = taken.getsockname()[1] if case == "port in use" else free.getsockname()[1]
        free.close()
        environment = {
            **os.environ,
            "ASSISTANT_HOST": "127.0.0.1",
            "ASSISTANT_PORT": "many" if case == "port that is no number" else str(port),
            "ASSISTANT_DATA": str(tmp_path / "data"),
        }
        root = Path(__file__).parent.parent
        ended = subprocess.run([sys.executable, "app.py"], cwd=root, env=environment, capture_output=True, check=False)
    said = ended.stderr.decode()
    assert ended.returncode == 1
    assert said.startswith("Error: ")
    assert said.count("\n") == 1, said


def test_a_host_that_others_can_reach_is_refused_while_there_is_no_user(tmp_path: Path) -> None:
    with pytest.raises(NobodyMaySignIn, match="user add"):
        serve(Settings(host="203.0.113.7", data=tmp_path))
    with pytest.raises(AddressUnavailable):
        serve(Settings(host="203.0.113.7", data=tmp_path, surfaces="public"))


def test_a_page_that_asks_nobody_to_sign_in_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with bound("127.0.0.1", 0) as taken, pytest.raises(PortInUse):
        serve(Settings(port=taken.getsockname()[1], data=tmp_path))
    assert "Nobody has to sign in" in capsys.readouterr().out
