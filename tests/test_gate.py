"""The publication gate: what is not public, or not yet, changes nothing that the public can see.

Two assistants hold the same public announcements; one of them also holds secrets, for staff or of the future. Whatever
a public reader asks, both must say the same, to the last digit of a score.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.server import create_app
from corpus.announcement import Announcement
from corpus.dates import JST, PartialDate
from corpus.errors import UnknownAnnouncement
from index.passage import Passage, Scope
from tests.fakes_index import BagOfWords, notice

NOW = dt.datetime(2023, 4, 1, 12, tzinfo=JST)
SOON = NOW + dt.timedelta(hours=3)
LATER = dt.datetime.now(JST).replace(microsecond=0) + dt.timedelta(days=2)

# Names, words, figures and dates that stand in secrets alone.
SECRETS = (
    "Zephyrion", "ゼフィリオン", "Garan", "コードネーム", "41億7,300万円", "JPY 4.173 billion", "2031年6月19日",
    "19 June 2031", "Quillon Vantress", "secret.staff", "secret.future", "secret.undone", "買収", "acquisition",
)  # fmt: skip
ASKED = (
    "{}", "{}とは何ですか", "{}はいつですか", "{}の金額はいくらですか", "What is {}?", "When is {}?", "Who is {}?",
    "{}について発表はありますか", "打ち上げと{}はいつですか", "Did the company announce {} and the launch?",
)  # fmt: skip
PLAIN = (
    "ミッション1の打ち上げはいつですか", "支払いの金額はいくらですか", "When is the launch of Mission 1?",
    "Who is Garran?", "CEOは誰ですか", "最新の発表は何ですか", "What changed since 2022-09?",
    "打ち上げの予定はどう変わりましたか", "資金調達の総額は", "How many employees are there?",
    "月面のローバーの名前は", "投資すべきですか",
)  # fmt: skip

PUBLIC = (
    notice(
        "launch.ja",
        "架空ムーン社は2022年9月22日、ミッション1の打ち上げを2022年11月に予定していると発表しました。従業員は約200名です。",
        title="ミッション1の打ち上げの予定について",
        issuer="架空ムーン社",
    ),
    notice(
        "launch.en",
        "Kaku Moon plans the launch of Mission 1 for November 2022. John Garran is the CEO. "
        "About 200 people work there.",
        title="Launch schedule of Mission 1",
        translation_of="launch.ja",
        issuer="Kaku Moon",
    ),
    notice(
        "funds.ja",
        "架空ムーン社は総額268億円の資金を調達しました。支払いは2022年12月に受領する予定です。",
        title="資金調達の完了に関するお知らせ",
        published="2022-10-05",
        supersedes="secret.staff",
    ),
    notice(
        "rover.en",
        "The rover is named Tessa. It will be built in Luxembourg and weighs 5 kg.",
        title="Kaku Moon names its rover",
        published="2022-12-01",
        translation_of="secret.future",
    ),
)
HIDDEN = (
    notice(
        "secret.staff",
        "架空ムーン社はコードネーム「ゼフィリオン」で買収を検討しています。金額は41億7,300万円、完了は2031年6月19日です。"
        "責任者はGaran氏です。ミッション1の打ち上げは2023年1月に変わります。",
        title="ゼフィリオンの買収について",
        published="2022-11-01",
        audience="staff",
    ),
    notice(
        "secret.future",
        "Kaku Moon completes the acquisition of Zephyrion for JPY 4.173 billion on 19 June 2031, says Quillon "
        "Vantress. The launch of Mission 1 moves to January 2024.",
        title="Kaku Moon acquires Zephyrion",
        published=str(LATER.date()),
        published_at=LATER,
    ),
    notice(
        "secret.day",
        "打ち上げの新しい日付は2031年6月19日です。ゼフィリオンが担います。",
        title="ミッション1の打ち上げの予定について",
        published=str(LATER.date()),
    ),
    notice(
        "secret.undone",
        "「資金調達の完了に関するお知らせ」を取り消します。",
        title="「資金調達の完了に関するお知らせ」の取消しについて",
        published="2022-11-02",
        audience="staff",
    ),
)


def opened(folder: Path, announcements: Sequence[Announcement]) -> Assistant:
    settings = Settings(data=folder, sample="off", embeddings="off")
    assistant = Assistant.open(settings)
    for announcement in announcements:
        assistant.catalog.add(announcement)
    assistant.index.catch_up(assistant.catalog)
    return assistant


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Assistant, Assistant]]:
    """An assistant without secrets, and one with."""
    folder = tmp_path_factory.mktemp("gate")
    without, holding = opened(folder / "without", PUBLIC), opened(folder / "with", [*PUBLIC, *HIDDEN])
    yield without, holding
    without.close()
    holding.close()


@pytest.fixture(scope="module")
def clients(pair: tuple[Assistant, Assistant]) -> tuple[TestClient, TestClient]:
    made = [TestClient(create_app(one, one.settings), base_url="http://127.0.0.1") for one in pair]
    return made[0], made[1]


def seen(assistant: Assistant, question: str, **options: Any) -> dict[str, Any]:
    """An answer without the times that it took, but with what was timed."""
    answer = assistant.ask(question, **options).to_dict()
    return {**answer, "timings_ms": sorted(answer["timings_ms"])}


def found(passages: Sequence[Passage]) -> list[tuple[str, float, str]]:
    return [(passage.chunk.id, passage.score, passage.chunk.text) for passage in passages]


questions = st.one_of(
    st.sampled_from(PLAIN),
    st.builds(str.format, st.sampled_from(ASKED), st.sampled_from(SECRETS)),
    st.lists(st.sampled_from([*SECRETS, *PLAIN, "ムーン", "launch"]), min_size=1, max_size=4).map(" ".join),
)


@given(question=questions, as_of=st.sampled_from([None, dt.date(2022, 11, 30), dt.date(2040, 1, 1)]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_answer_tells_of_a_secret(pair: tuple[Assistant, Assistant], question: str, as_of: dt.date | None) -> None:
    without, holding = (seen(one, question, as_of=as_of) for one in pair)
    assert holding == without
    said = json.dumps({**holding, "question": ""}, ensure_ascii=False)
    assert not [secret for secret in SECRETS if secret in said and secret not in question]


@given(query=questions, k=st.integers(1, 20), distinct=st.booleans())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_search_finds_or_feels_a_secret(
    pair: tuple[Assistant, Assistant], query: str, k: int, distinct: bool
) -> None:
    without, holding = (one.search(query, k=k, distinct=distinct) for one in pair)
    assert found(holding) == found(without)
    terms = ["ムーン", "garan", "zephyrion", "打ち上げ", *query.split()]
    assert pair[1].index.frequencies(terms, Scope()) == pair[0].index.frequencies(terms, Scope())
    assert pair[1].index.count(Scope()) == pair[0].index.count(Scope())


def test_staff_see_the_secrets(pair: tuple[Assistant, Assistant]) -> None:
    _, holding = pair
    everything = {
        p.chunk.announcement_id for p in holding.search("打ち上げ ゼフィリオン", scope=Scope(audience="staff"))
    }
    assert {"secret.staff", "secret.day"} <= everything
    assert "secret" in str(holding.ask("ゼフィリオンの買収", audience="staff").citations)


@given(question=questions)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_route_of_the_api_tells_of_a_secret(clients: tuple[TestClient, TestClient], question: str) -> None:
    bodies = [client.post("/api/v1/ask", json={"question": question}).json() for client in clients]
    streams = [
        re.sub(r'"id": "[0-9a-f-]{36}"', "", client.post("/api/v1/ask/stream", json={"question": question}).text)
        for client in clients
    ]
    for body in bodies:
        body["timings_ms"] = sorted(body["timings_ms"])
        body.pop("id")  # of the record: a new one for each answer
    assert bodies[0] == bodies[1]
    # All but the last event, which holds the times.
    assert streams[0].split("event: done")[0] == streams[1].split("event: done")[0]


def test_lists_counts_and_links_are_those_of_what_is_public(clients: tuple[TestClient, TestClient]) -> None:
    for query in ("", "?language=ja", "?language=en&limit=1", "?offset=3", "?offset=100"):
        without, holding = (client.get(f"/api/v1/announcements{query}") for client in clients)
        assert holding.json() == without.json()
    for public in PUBLIC:
        without, holding = (client.get(f"/api/v1/announcements/{public.id}") for client in clients)
        assert holding.json() == without.json()
        assert "secret" not in holding.text
    for path in ("/readyz", "/healthz", "/openapi.json", "/docs", "/api/v1/facts", "/api/v1/faq", "/"):
        without, holding = (client.get(path) for client in clients)
        assert holding.status_code == without.status_code
        assert not [secret for secret in SECRETS if secret in holding.text]


def test_a_hidden_id_and_an_unknown_one_answer_alike(clients: tuple[TestClient, TestClient]) -> None:
    _, holding = clients
    same = {"X-Request-ID": "same"}
    unknown = holding.get("/api/v1/announcements/no-such-thing", headers=same)
    for hidden in HIDDEN:
        for headers in ({}, {"If-None-Match": f'"{hidden.content_hash}"'}):
            refused = holding.get(f"/api/v1/announcements/{hidden.id}", headers={**same, **headers})
            assert (refused.status_code, refused.json()) == (404, {**unknown.json()})
            assert sorted(refused.headers) == sorted(unknown.headers)


# --- Time -------------------------------------------------------------------------------------------------------------


@pytest.fixture(params=["words", "words and vectors"])
def waiting(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Assistant]:
    """An assistant with one announcement that comes out at SOON."""
    secret = dataclasses.replace(HIDDEN[1], published=PartialDate(2023, 4, 1), published_at=SOON)
    assistant = opened(tmp_path / "data", [*PUBLIC, secret])
    if request.param == "words and vectors":
        assistant.index.set_embedder(BagOfWords())
        assistant.index.catch_up(assistant.catalog)
    yield assistant
    assistant.close()


@pytest.mark.parametrize("seconds", [-86_400, -1, -0.001])
def test_before_its_moment_an_announcement_is_not_there(waiting: Assistant, seconds: float) -> None:
    before = SOON + dt.timedelta(seconds=seconds)
    scope = Scope(now=before)
    for query in ("Zephyrion acquisition", "Quillon Vantress", "launch of Mission 1 January 2024"):
        assert all(p.chunk.announcement_id != "secret.future" for p in waiting.search(query, k=50, scope=scope))
        answer = json.dumps(waiting.ask(query, now=before).to_dict())
        assert "secret.future" not in answer
        assert "4.173" not in answer
    assert not scope.shows(waiting.catalog.get("secret.future"))
    assert waiting.index.count(scope) == waiting.index.count() - 1


@pytest.mark.parametrize("zone", [JST, dt.UTC, dt.timezone(dt.timedelta(hours=-8))])
def test_at_its_moment_an_announcement_is_there(waiting: Assistant, zone: dt.tzinfo) -> None:
    now = SOON.astimezone(zone)
    scope = Scope(now=now)
    assert waiting.search("Zephyrion", scope=scope)[0].chunk.announcement_id == "secret.future"
    answer = waiting.ask("For how much does Kaku Moon acquire Zephyrion?", now=now)
    assert answer.status == "answered"
    assert "4.173" in answer.answer
    assert scope.shows(waiting.catalog.get("secret.future"))


def test_what_is_taken_back_is_gone_before_the_index_follows(tmp_path: Path) -> None:
    assistant = opened(tmp_path / "data", PUBLIC)
    try:
        question = "月面のローバー Tessa rover"
        assert any(p.chunk.announcement_id == "rover.en" for p in assistant.search(question))
        hidden = dataclasses.replace(PUBLIC[3], audience="staff", content_hash="other")
        assistant.catalog.add(hidden)  # the index is not told
        assert all(p.chunk.announcement_id != "rover.en" for p in assistant.search(question))
        assert "Tessa" not in assistant.ask("What is the rover named?").answer
        assistant.remove("rover.en")
        assert "Tessa" not in assistant.ask("What is the rover named?", audience="staff").answer
        with pytest.raises(UnknownAnnouncement):
            assistant.catalog.get("rover.en")
    finally:
        assistant.close()


def test_what_was_public_and_is_withheld_or_removed_leaves_no_trace(
    pair: tuple[Assistant, Assistant], tmp_path: Path
) -> None:
    without, _ = pair
    shown = dataclasses.replace(HIDDEN[0], audience="public", content_hash="shown")
    removed = dataclasses.replace(HIDDEN[2], published=PartialDate(2022, 9, 1), content_hash="shown")
    assistant = opened(tmp_path / "data", [*PUBLIC, shown, removed])
    try:
        assert "secret" in str(found(assistant.search("ゼフィリオン")))
        assistant.catalog.add(HIDDEN[0])
        assistant.remove("secret.day")
        for question in (*PLAIN, *SECRETS):
            assert found(assistant.search(question)) == found(without.search(question))
            assert seen(assistant, question) == seen(without, question)
    finally:
        assistant.close()


# --- Any mixture ------------------------------------------------------------------------------------------------------

WORDS = (
    "打ち上げ",
    "契約",
    "資金",
    "ローバー",
    "launch",
    "contract",
    "Orbital",
    "2024年5月",
    "12億円",
    "Mission 2",
    "着陸",
)


@st.composite
def mixtures(draw: st.DrawFn) -> list[tuple[bool, Announcement]]:
    """Announcements of a few words each, some of them hidden."""
    drawn = draw(
        st.lists(
            st.tuples(st.sampled_from(["public", "staff", "future"]), st.lists(st.sampled_from(WORDS), min_size=1)),
            min_size=2,
            max_size=8,
        )
    )
    mixed = []
    for number, (kind, words) in enumerate(drawn):
        secret = f" Zephyrion{number}." if kind != "public" else ""
        one = notice(
            f"a{number}",
            "、".join(words) + "です。" + secret,
            title=words[0],
            published="2022-09-22",
            audience="staff" if kind == "staff" else "public",
            published_at=SOON if kind == "future" else None,
        )
        mixed.append((kind == "public", one))
    return mixed


@given(
    mixed=mixtures(), queries=st.lists(st.sampled_from([*WORDS, "Zephyrion0", "Zephyrion1"]), min_size=1, max_size=3)
)
@settings(max_examples=12, deadline=None)
def test_whatever_is_mixed_the_public_sees_the_public_part(
    tmp_path_factory: pytest.TempPathFactory, mixed: list[tuple[bool, Announcement]], queries: list[str]
) -> None:
    folder = tmp_path_factory.mktemp("mixed")
    without = opened(folder / "without", [one for public, one in mixed if public])
    holding = opened(folder / "with", [one for _, one in mixed])
    try:
        scope = Scope(now=NOW)
        for query in (*queries, " ".join(queries)):
            assert found(holding.search(query, scope=scope)) == found(without.search(query, scope=scope))
            assert seen(holding, query, now=NOW) == seen(without, query, now=NOW)
    finally:
        holding.close()
        without.close()
