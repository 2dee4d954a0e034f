"""The staff's page lets in who signed in, and nobody else; public routes ask nobody and set no cookie."""

from __future__ import annotations

import io
import re
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant import cli
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.users import Users
from assistant.web.server import create_app
from assistant.web.sign_in import COOKIE, NobodyMaySignIn, key_in, refuse_to_be_open
from tests.bridge_builder import ALL, opened

PASSWORD = "月面まで38万キロ!"
HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("signed") / "data", ALL)) as made:
        Users(made.settings.users_file).add("sato", "editor", PASSWORD)
        yield made


def client_of(assistant: Assistant, base: str = "https://127.0.0.1", **settings: object) -> TestClient:
    configured = assistant.settings.model_copy(update=settings)
    return TestClient(create_app(assistant, configured), base_url=base, follow_redirects=False)


@pytest.fixture(scope="module")
def served(assistant: Assistant) -> FastAPI:
    return create_app(assistant, assistant.settings)


@pytest.fixture
def client(served: FastAPI) -> TestClient:
    return TestClient(served, base_url="https://127.0.0.1", follow_redirects=False)


def sign_in(client: TestClient, name: str = "sato", password: str = PASSWORD, **fields: str) -> object:
    form = {"name": name, "password": password, "token": token_of(client), "next": "/", **fields}
    return client.post("/staff/login", data=form)


def test_the_page_is_there_for_who_signed_in_and_until_they_sign_out(client: TestClient) -> None:
    asked = client.get("/", headers=HTML)
    assert (asked.status_code, asked.headers["location"]) == (303, "/staff/login?next=/")
    named = client.get("/?conversation=one&x=2", headers=HTML)
    assert named.headers["location"] == "/staff/login?next=/%3Fconversation%3Done%26x%3D2"
    assert sign_in(client, next="/?x=1").headers["location"] == "/?x=1"  # type: ignore[attr-defined]
    assert client.get("/", headers=HTML).status_code == 200
    assert client.get("/staff/login").status_code == 303
    assert client.post("/staff/logout").headers["location"] == "/staff/login"
    assert client.get("/", headers=HTML).status_code == 303


@pytest.mark.parametrize(
    "path", ["/", "/config", "/gradio_api/info", "/gradio_api/queue/join", "/theme.css", "/nowhere"]
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_nothing_of_the_page_is_there_for_anybody_else(client: TestClient, method: str, path: str) -> None:
    for cookie in ("", "forged", "eyJuYW1lIjoic2F0byJ9.x.y"):
        client.cookies.set(COOKIE, cookie)
        refused = client.request(method, path)
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"


def test_the_cookie_is_for_the_server_alone(client: TestClient) -> None:
    said = sign_in(client).headers["set-cookie"]  # type: ignore[attr-defined]
    session = next(part for part in said.split(", ") if part.startswith(f"{COOKIE}="))
    for attribute in ("HttpOnly", "SameSite=lax", "Secure", "Path=/"):
        assert attribute.lower() in session.lower()
    assert "sato" not in session


def test_public_routes_ask_nobody_and_set_no_cookie(client: TestClient) -> None:
    for path in ("/healthz", "/api/v1/announcements", "/faq", "/docs", "/favicon.svg"):
        found = client.get(path)
        assert found.status_code == 200
        assert "set-cookie" not in found.headers


def test_a_wrong_password_reads_the_same_as_a_wrong_name(client: TestClient) -> None:
    wrong = [sign_in(client, *pair) for pair in (("sato", "x" * 12), ("nobody", PASSWORD), ("sato", ""))]
    assert [response.status_code for response in wrong] == [401] * 3  # type: ignore[attr-defined]
    said = {re.sub(r'value="[^"]*"|autofocus', "", response.text) for response in wrong[:1] + wrong[2:]}  # type: ignore[attr-defined]
    assert len(said) == 1
    assert 'role="alert"' in said.pop()


def test_trying_is_limited_for_a_name_and_for_an_address(assistant: Assistant) -> None:
    client = client_of(assistant)
    codes = [sign_in(client, password="x" * 12).status_code for _ in range(11)]  # type: ignore[attr-defined]
    assert codes == [401] * 10 + [429]
    refused = sign_in(client)
    assert refused.status_code == 429  # type: ignore[attr-defined]
    assert int(refused.headers["retry-after"]) > 0  # type: ignore[attr-defined]
    # Those that are refused count for the address: a hundred in all, then no other name may be tried from there.
    assert {sign_in(client).status_code for _ in range(87)} == {429}  # type: ignore[attr-defined]
    assert [sign_in(client, name).status_code for name in ("ono", "kato")] == [401, 429]  # type: ignore[attr-defined]
    elsewhere = TestClient(client.app, base_url="https://127.0.0.1", client=("127.0.0.2", 50_000))
    assert sign_in(elsewhere, "kato").status_code == 401  # type: ignore[attr-defined]


def test_a_form_of_another_site_signs_nobody_in(client: TestClient) -> None:
    assert client.post("/staff/login", data={"name": "sato", "password": PASSWORD}).status_code == 400
    other = token_of(client)
    client.cookies.clear()
    assert client.post("/staff/login", data={"name": "sato", "password": PASSWORD, "token": other}).status_code == 400
    theirs, ours = "https://evil.example", "https://127.0.0.1"
    for name, value, status in (("Origin", theirs, 400), ("Sec-Fetch-Site", "cross-site", 400), ("Origin", ours, 303)):
        form = {"name": "sato", "password": PASSWORD, "token": token_of(client)}
        assert client.post("/staff/login", data=form, headers={name: value}).status_code == status
    assert client.post("/staff/logout", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert client.post("/gradio_api/queue/join", headers={"Origin": "https://evil.example"}).status_code == 403


def token_of(client: TestClient) -> str:
    found = re.search(r'name="token" value="([^"]+)"', client.get("/staff/login").text)
    assert found
    return found[1]


@pytest.mark.parametrize(
    "next", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "x"]
)
def test_signing_in_leads_nowhere_else(client: TestClient, next: str) -> None:
    assert sign_in(client, next=next).headers["location"] == "/"  # type: ignore[attr-defined]


def test_a_session_ends_with_its_user(assistant: Assistant, client: TestClient) -> None:
    users = Users(assistant.settings.users_file)
    users.add("ono", "reader", PASSWORD)
    sign_in(client, "ono")
    assert client.get("/", headers=HTML).status_code == 200
    users.set_password("ono", PASSWORD + "2")
    assert client.get("/", headers=HTML).status_code == 303
    sign_in(client, "ono", PASSWORD + "2")
    assert client.get("/", headers=HTML).status_code == 200
    users.remove("ono")
    assert client.get("/", headers=HTML).status_code == 303


def test_the_form_is_in_the_readers_language_and_shows_what_was_typed_as_text(client: TestClient) -> None:
    japanese = client.get("/staff/login", headers={"Accept-Language": "ja"}).text
    assert '<html lang="ja">' in japanese
    assert "サインイン" in japanese
    typed = sign_in(client, '"><script>alert(1)</script>', "x")
    assert "<script" not in typed.text  # type: ignore[attr-defined]
    assert "script-src" not in typed.headers["content-security-policy"]  # type: ignore[attr-defined]
    assert client.post("/staff/login", content=b"name=" + b"x" * 300_000).status_code == 413


def test_a_header_is_believed_from_a_trusted_proxy_only(assistant: Assistant) -> None:
    app = create_app(
        assistant,
        assistant.settings.model_copy(update={"sign_in_header": "X-User", "trusted_proxies": "10.0.0.0/8"}),
    )
    says = {**HTML, "X-User": "sato"}
    for peer, status in (("10.1.2.3", 200), ("192.0.2.1", 303)):
        client = TestClient(app, base_url="https://127.0.0.1", follow_redirects=False, client=(peer, 5000))
        assert client.get("/", headers=says).status_code == status
        # Whoever the proxy says was forwarded, it is the proxy that speaks.
        assert client.get("/", headers={**says, "X-Forwarded-For": "10.9.9.9"}).status_code == status
        assert client.get("/", headers=HTML).status_code == 303
    off = client_of(assistant, trusted_proxies="10.0.0.0/8")
    assert off.get("/", headers=says).status_code == 303


def test_without_users_this_machine_alone_is_served(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "data", ())) as empty:
        client = client_of(empty)
        assert client.get("/", headers=HTML).status_code == 200
        forwarded = client.get("/", headers={**HTML, "X-Forwarded-For": "192.0.2.1"})
        assert forwarded.status_code == 303
        assert client.post("/gradio_api/queue/join", headers={"Origin": "https://evil.example"}).status_code == 403
        settings = empty.settings
        assert refuse_to_be_open(settings)
        for change in ({"host": "0.0.0.0"}, {"public_url": "https://ir.example.com"}, {"trusted_proxies": "10.0.0.1"}):
            with pytest.raises(NobodyMaySignIn, match="user add"):
                refuse_to_be_open(settings.model_copy(update=change))
        with pytest.raises(NobodyMaySignIn, match="does not exist"):
            refuse_to_be_open(settings.model_copy(update={"staff_users": tmp_path / "nowhere"}))
        assert not refuse_to_be_open(settings.model_copy(update={"host": "0.0.0.0", "surfaces": "public"}))
        Users(settings.users_file).add("sato", "admin", PASSWORD)
        assert not refuse_to_be_open(settings.model_copy(update={"host": "0.0.0.0"}))
        assert client.get("/", headers=HTML).status_code == 303


def test_the_key_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    key = key_in(tmp_path, "")
    assert len(key) >= 32
    assert key_in(tmp_path, "") == key
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600
    assert key_in(tmp_path, "given") == "given"


def test_users_are_managed_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDINGS", "off")
    opened(tmp_path / "data", ()).close()

    def run(*arguments: str, typed: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr("sys.stdin", io.StringIO(typed))
        code = cli.main([*arguments, "--data", str(tmp_path / "data")])
        said = capsys.readouterr()
        return code, said.out, said.err

    assert run("user", "add", "sato", "--role", "editor", "--password-stdin", typed=f"{PASSWORD}\n")[0] == 0
    code, out, err = run("user", "add", "ono", "--password-stdin", typed="short\n")
    assert (code, out, "10 to 1024" in err) == (1, "", True)
    assert run("user", "list")[1] == "editor  sato\n"
    assert run("user", "password", "sato", "--password-stdin", typed=f"{PASSWORD}2\n")[0] == 0
    assert Users(Settings(data=tmp_path / "data").users_file).verify("sato", f"{PASSWORD}2")
    assert run("user", "remove", "sato")[0] == 0
    assert run("user", "remove", "sato")[0] == 1
    audited = run("audit")[1]
    for what in ("user added as editor  sato", "user's password changed  sato", "user removed  sato"):
        assert what in audited
    assert PASSWORD not in audited
