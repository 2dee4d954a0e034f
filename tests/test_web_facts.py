"""`GET /api/v1/facts` over a real catalog: what it lists, page by page, and what stays hidden."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.web.facts import mount_facts
from assistant.web.problems import answer_with_problems
from corpus.announce import announce
from corpus.announcement import Audience
from corpus.catalog import Catalog
from corpus.register import Register
from corpus.source import Source


def keep(catalog: Catalog, id: str, published: str, text: str, audience: Audience = "public") -> None:
    catalog.add(
        announce(
            Source((text,), "lines", "test", id=id, title=id, published=published, language="ja", audience=audience)
        )
    )


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    with closing(Catalog.open(tmp_path_factory.mktemp("facts"))) as catalog:
        keep(catalog, "first", "2023-01-10", "ミッション7の打ち上げは2025年を予定しています。")
        keep(catalog, "second", "2024-01-10", "ミッション7の打ち上げは2026年を予定しています。")
        keep(catalog, "secret", "2024-02-10", "ミッション7の打ち上げは2028年を予定しています。", "staff")
        keep(catalog, "early", "2999-01-10", "ミッション7の打ち上げは3001年を予定しています。")
        keep(
            catalog,
            "steps",
            "2024-01-11",
            "ミッション7のサクセス1は、組み立てです。\nミッション7のサクセス2は、輸送です。",
        )
        app = FastAPI()
        answer_with_problems(app)
        mount_facts(app, SimpleNamespace(register=Register(catalog)))  # type: ignore[arg-type]
        yield TestClient(app)


def get(client: TestClient, **query: Any) -> dict[str, Any]:
    response = client.get("/api/v1/facts", params=query)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


def test_the_public_sees_what_is_published_and_no_trace_of_the_rest(client: TestClient) -> None:
    found = get(client, kind="mission", history=True)
    assert [(fact["announcement_id"], fact["status"], fact["superseded_by"]) for fact in found["facts"]] == [
        ("first", "superseded", "second"),
        ("second", "planned", None),
    ]
    assert not any(name in str(get(client, history=True)) for name in ("secret", "early", "2028", "3001"))


def test_a_day_gives_what_held_then(client: TestClient) -> None:
    (fact,) = get(client, kind="mission", as_of="2023-12")["facts"]
    assert (fact["value"]["key"], fact["status"]) == ("2025", "planned")


def test_pages_add_up_to_the_whole_list(client: TestClient) -> None:
    whole = get(client)
    first = get(client, limit=2)
    second = get(client, limit=2, offset=first["next_offset"])
    assert first["facts"] + second["facts"] == whole["facts"]
    assert (whole["total"], whole["next_offset"], second["next_offset"]) == (3, None, None)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ({"kind": "person"}, "kind"),
        ({"attribute": "colour"}, "attribute"),
        ({"as_of": "soon"}, "as_of"),
        ({"limit": 0}, "limit"),
        ({"offset": -1}, "offset"),
    ],
)
def test_a_filter_that_cannot_be_used_is_a_problem_that_names_it(
    client: TestClient, query: dict[str, Any], pointer: str
) -> None:
    response = client.get("/api/v1/facts", params=query)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"
    assert [error["pointer"] for error in response.json()["errors"]] == [pointer]


@given(subject=st.text(max_size=40).filter(lambda text: text.isprintable()))
def test_any_subject_is_answered(client: TestClient, subject: str) -> None:
    found = get(client, subject=subject)
    assert found["total"] == len(found["facts"])
