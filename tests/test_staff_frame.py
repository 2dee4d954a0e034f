"""Every screen of the staff asks who it is, speaks the browser's language, and says what cannot be done in a page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import Response
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.web.sign_in import SignIn
from assistant.web.staff import Editor, Reader, StaffPages
from assistant.web.staff_words import STAFF
from corpus.errors import AssistantError
from tests.bridge_builder import ALL, opened
from tests.staff import PASSWORD, let_in, screens

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("frame") / "data", ALL)) as made:
        let_in(made, reader="reader", editor="editor")
        yield made


@pytest.fixture
def client(assistant: Assistant) -> TestClient:
    """An application with one screen for readers and one for editors."""
    app = FastAPI()
    sign_in = SignIn(assistant.settings)
    pages = StaffPages(assistant, sign_in, assistant.settings)
    sign_in.mount(app)
    pages.mount(app)
    pages.name("announcements", "/staff/one")
    pages.name("settings", "/staff/two", "editor")
    routes = pages.router()

    @routes.get("/one")
    def one(request: Request, person: Reader, fail: str = "") -> Response:
        if fail:
            raise AssistantError(fail)
        return pages.message(request, person, "<b>hello</b>", status=200, here="announcements", back="/staff/one")

    @routes.post("/two")
    def two(request: Request, person: Editor, number: int = 0) -> Response:
        return pages.go(request, f"/staff/one?n={number}")

    app.include_router(routes)
    return TestClient(app, base_url="https://127.0.0.1", follow_redirects=False)


def signed_in(client: TestClient, name: str) -> TestClient:
    token = client.get("/staff/login").text.split('name="token" value="')[1].split('"')[0]
    assert client.post("/staff/login", data={"name": name, "password": PASSWORD, "token": token}).status_code == 303
    return client


def test_who_has_yet_to_sign_in_is_led_to_the_form_and_back(client: TestClient) -> None:
    led = client.get("/staff/one?x=1", headers=HTML)
    assert (led.status_code, led.headers["location"]) == (303, "/staff/login?next=/staff/one%3Fx%3D1")
    assert client.get("/staff/one").status_code == 401
    assert client.post("/staff/two", headers=HTML).status_code == 401


def test_an_address_without_a_page_is_said_in_the_readers_language(assistant: Assistant) -> None:
    client = TestClient(screens(assistant), base_url="https://127.0.0.1", follow_redirects=False)
    assert client.get("/staff/nowhere", headers=HTML).headers["location"].startswith("/staff/login?next=")
    signed_in(client, "reader")
    missing = client.get("/staff/no/where", headers={**HTML, "Accept-Language": "ja"})
    assert missing.status_code == 404
    assert STAFF["ja"]["no_page"] in missing.text
    assert 'href="/staff/announcements"' in missing.text
    assert client.get("/staff/nowhere").json()["status"] == 404


def test_the_navigation_holds_what_the_reader_may_open(client: TestClient) -> None:
    signed_in(client, "reader")
    shown = client.get("/staff/one", headers=HTML).text
    assert 'href="/staff/one" aria-current="page">Announcements' in shown
    assert "/staff/two" not in shown
    assert "&lt;b&gt;hello&lt;/b&gt;" in shown
    assert "開示資料" in client.get("/staff/one", headers={**HTML, "Accept-Language": "ja"}).text


def test_a_screen_is_kept_by_nobody_and_runs_no_script_but_ours(client: TestClient) -> None:
    shown = signed_in(client, "reader").get("/staff/one", headers=HTML)
    assert shown.headers["cache-control"] == "no-store"
    assert "script-src 'self';" in shown.headers["content-security-policy"]


def test_what_one_may_not_do_is_said_in_a_page_and_to_a_script_as_a_problem(client: TestClient) -> None:
    signed_in(client, "reader")
    refused = client.post("/staff/two", headers=HTML)
    assert (refused.status_code, refused.headers["content-type"]) == (403, "text/html; charset=utf-8")
    assert "Ask an administrator" in refused.text
    assert client.post("/staff/two").headers["content-type"] == "application/problem+json"


def test_what_a_reader_can_mend_is_said_as_text_with_a_way_back(client: TestClient) -> None:
    signed_in(client, "reader")
    told = client.get("/staff/one?fail=<i>no</i>", headers={**HTML, "Referer": "https://127.0.0.1/staff/one"})
    assert told.status_code == 400
    assert "&lt;i&gt;no&lt;/i&gt;" in told.text
    assert 'href="/staff/one">Back' in told.text
    elsewhere = client.get("/staff/one?fail=no", headers={**HTML, "Referer": "https://evil.example/staff/x"})
    assert "evil" not in elsewhere.text


def test_a_field_that_cannot_be_read_is_named(client: TestClient) -> None:
    signed_in(client, "editor")
    assert "number" in client.post("/staff/two?number=x", headers=HTML).text
    assert client.post("/staff/two?number=3").headers["location"] == "/staff/one?n=3"


def test_a_form_of_another_site_changes_nothing(client: TestClient) -> None:
    signed_in(client, "editor")
    assert client.post("/staff/two", headers={**HTML, "Sec-Fetch-Site": "cross-site"}).status_code == 403


@pytest.mark.parametrize("file", ["page.js", "..%2Fserver.py", "nothing.css", "staff.py", "staff_words.css"])
def test_nothing_but_the_screens_own_files_is_served(client: TestClient, file: str) -> None:
    assert client.get(f"/staff/static/{file}").status_code == 404
    assert client.get("/staff/static/staff.css").status_code == 200
