"""Which pages may carry a widget: the registry, the wall in front of the API, and what a widget's page may read."""

from __future__ import annotations

import base64
import gzip
import hashlib
import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from assistant.settings import Settings
from assistant.web import serve
from assistant.web.server import create_app
from assistant.web.widgets import WidgetOriginsInvalid, Widgets, integrity, origin_of
from tests.test_web import FUNDING, PAYMENT, SmallAssistant

IR = "https://www.example.com"
PORT = "https://www.example.com:8443"
CAREERS = "https://careers.example.net"
ORIGINS = f"ir-site={IR} {PORT}; careers={CAREERS}"
OTHERS = [
    "https://evil.example", "null", "", "http://www.example.com", "https://www.example.com:8444", "https://example.com",
    "https://www.example.com.evil.example", "https://www.example.com/", "https://WWW.example.com", "*",
]  # fmt: skip


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    app = create_app(SmallAssistant(PAYMENT, FUNDING), Settings(widget_origins=ORIGINS, ir_contact="ir@example.com"))  # type: ignore[arg-type]
    with TestClient(app, base_url="http://127.0.0.1:7860", raise_server_exceptions=False) as client:
        yield client


def requests_to_every_route(client: TestClient) -> list[tuple[str, str]]:
    paths = client.get("/openapi.json").json()["paths"]
    return [
        (method, path.replace("{id}", "payment.ja"))
        for path, operations in paths.items()
        if path.startswith("/api/")
        for method in operations
    ]


# The registry


def test_nothing_listed_allows_nothing() -> None:
    for text in ("", " ; ;\n", "ir-site="):
        widgets = Widgets.parse(text)
        assert widgets.origins == ()
        for id in ("", "default", "ir-site", None):
            for origin in (IR, "", "null", None):
                assert not widgets.allows(id, origin)


def test_each_widget_has_its_own_origins() -> None:
    widgets = Widgets.parse(ORIGINS)
    assert [widgets.allows("ir-site", origin) for origin in (IR, PORT, CAREERS)] == [True, True, False]
    assert [widgets.allows("careers", origin) for origin in (IR, PORT, CAREERS)] == [False, False, True]
    assert not any(widgets.allows(id, IR) for id in ("default", "", "IR-SITE", "ir-site ", None))
    assert set(widgets.origins) == {IR, PORT, CAREERS}


@pytest.mark.parametrize("text", [f"{IR} {PORT}", f"{IR},{PORT}", f" {IR} ,\t{PORT} ", f"default={IR} {PORT}"])
def test_a_bare_list_is_that_of_the_default_widget(text: str) -> None:
    widgets = Widgets.parse(text)
    assert widgets.allows("default", IR)
    assert widgets.allows("default", PORT)


@pytest.mark.parametrize("origin", OTHERS)
def test_an_origin_is_compared_exactly(origin: str) -> None:
    assert not Widgets.parse(ORIGINS).allows("ir-site", origin)


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("https://WWW.Example.COM", "https://www.example.com"),
        ("HTTPS://www.example.com:443", "https://www.example.com"),
        ("http://www.example.com:80", "http://www.example.com"),
        ("http://www.example.com:443", "http://www.example.com:443"),
        ("http://[::1]:7860", "http://[::1]:7860"),
        ("http://例え.jp", "http://xn--r8jz45g.jp"),
    ],
)
def test_an_origin_is_understood_as_a_browser_would_send_it(written: str, sent: str) -> None:
    assert Widgets.parse(written).allows("default", sent)


@pytest.mark.parametrize(
    "text",
    [
        "*", "null", "www.example.com", "https://*.example.com", "https://www.example.com/", "https://www.example.com/ir",
        "https://www.example.com?x", "https://user@www.example.com", "https://", "https://:443", "https://a..b",
        "https://www.example.com:0x50", "https://www.example.com:99999", "ftp://www.example.com", "file:///etc",
        "https://exa\\mple.com", "javascript:alert(1)", "two words=https://www.example.com", "=https://www.example.com",
        f"a={IR}; a={PORT}", f"{'x' * 65}={IR}",
    ],
)  # fmt: skip
def test_what_is_no_origin_is_refused_with_a_sentence_that_names_the_setting(text: str) -> None:
    with pytest.raises(WidgetOriginsInvalid, match=r"ASSISTANT_WIDGET_ORIGINS .+\. .+"):
        Widgets.parse(text)


def test_a_mistake_in_the_origins_is_said_at_the_start(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with pytest.raises(WidgetOriginsInvalid, match=r"'www\.example\.com'"):
        serve(Settings(widget_origins="www.example.com", port=port, data=tmp_path / "data"))
    assert not (tmp_path / "data").exists()


LABELS = st.text("abcxyz059", min_size=1, max_size=8)
HOSTS = st.lists(LABELS, min_size=1, max_size=4).map(".".join)


@given(scheme=st.sampled_from(["http", "https"]), host=HOSTS, port=st.none() | st.integers(1, 65535))
def test_normalising_an_origin_twice_changes_nothing_and_keeps_what_it_names(
    scheme: str, host: str, port: int | None
) -> None:
    once = origin_of(f"{scheme}://{host}" + (f":{port}" if port else ""))
    assert origin_of(once) == once
    assert once.startswith(f"{scheme}://{host}")
    if port not in (None, {"http": 80, "https": 443}[scheme]):
        assert once.endswith(f":{port}")


# The wall


@pytest.mark.parametrize("origin", OTHERS)
@pytest.mark.parametrize("widget", ["ir-site", None])
def test_every_route_of_the_api_refuses_an_origin_that_is_not_listed(
    client: TestClient, origin: str, widget: str | None
) -> None:
    headers = {"Origin": origin} | ({"X-Widget-Id": widget} if widget else {})
    routes = requests_to_every_route(client)
    assert len(routes) >= 4
    for method, path in routes:
        response = client.request(method, path, headers=headers, json={"question": "打ち上げはいつですか"})
        assert (response.status_code, path) == (403, path)
        assert response.headers["content-type"] == "application/problem+json"
        assert "access-control-allow-origin" not in response.headers
        assert "origin" in response.headers["vary"].lower()


@pytest.mark.parametrize("headers", [{"X-Widget-Id": "ir-site"}, {"X-Widget-Id": "ir-site", "Origin": "null"},
                                     {"X-Widget-Id": "", "Origin": IR}, {"X-Widget-Id": "careers", "Origin": IR},
                                     {"X-Widget-Id": "unknown", "Origin": IR}, {"Origin": IR},
                                     {"X-Widget-Id": "ir-site", "Origin": "http://127.0.0.1:7860"}])  # fmt: skip
def test_every_route_refuses_a_widget_on_a_page_that_is_not_its_own(
    client: TestClient, headers: dict[str, str]
) -> None:
    for method, path in requests_to_every_route(client):
        response = client.request(method, path, headers=headers, json={"question": "打ち上げはいつですか"})
        assert (response.status_code, path) == (403, path)


@pytest.mark.parametrize(("widget", "origin"), [("ir-site", IR), ("ir-site", PORT), ("careers", CAREERS)])
def test_a_widget_on_its_own_page_is_answered_and_its_page_may_read_the_answer(
    client: TestClient, widget: str, origin: str
) -> None:
    headers = {"X-Widget-Id": widget, "Origin": origin}
    for method, path in requests_to_every_route(client):
        response = client.request(method, path, headers=headers, json={"question": "打ち上げはいつですか"})
        assert response.status_code != 403, path
        assert response.headers["access-control-allow-origin"] == origin
        assert "access-control-allow-credentials" not in response.headers
        assert "retry-after" in response.headers["access-control-expose-headers"].lower()
    answer = client.post("/api/v1/ask", headers=headers, json={"question": "1号機の打ち上げはいつですか"})
    assert answer.json()["status"] == "answered"


def test_a_program_without_an_origin_and_our_own_page_need_no_widget(client: TestClient) -> None:
    for headers in ({}, {"Origin": "http://127.0.0.1:7860"}):
        assert client.get("/api/v1/announcements", headers=headers).status_code == 200


def test_our_own_page_behind_a_proxy_with_tls_is_known_by_what_only_a_browser_can_say(client: TestClient) -> None:
    ours = {"Origin": "https://127.0.0.1:7860", "Sec-Fetch-Site": "same-origin"}
    assert client.get("/api/v1/announcements", headers=ours).status_code == 200
    for site in ("same-site", "cross-site", "none", ""):
        other = {**ours, "Sec-Fetch-Site": site}
        assert client.get("/api/v1/announcements", headers=other).status_code == 403


def test_a_preflight_allows_what_the_script_sends_to_listed_origins_alone(client: TestClient) -> None:
    asked = {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type,x-request-id,x-session-id,x-widget-id",
    }
    allowed = client.options("/api/v1/ask/stream", headers={"Origin": IR, **asked})
    assert (allowed.status_code, allowed.headers["access-control-allow-origin"]) == (200, IR)
    for origin in OTHERS:
        refused = client.options("/api/v1/ask/stream", headers={"Origin": origin, **asked})
        assert "access-control-allow-origin" not in refused.headers
    more = client.options(
        "/api/v1/ask", headers={"Origin": IR, **asked, "Access-Control-Request-Headers": "authorization"}
    )
    assert more.status_code == 400


# What a page loads


def test_the_script_is_small_and_loads_from_any_page_with_its_hash(client: TestClient) -> None:
    response = client.get("/widget/v1/widget.js", headers={"Origin": CAREERS})
    assert response.headers["content-type"] == "text/javascript; charset=utf-8"
    assert response.headers["cross-origin-resource-policy"] == "cross-origin"
    assert client.get("/widget/v1/widget.js").headers["access-control-allow-origin"] == "*"
    assert len(gzip.compress(response.content)) < 30_000
    etag = response.headers["etag"]
    again = client.get("/widget/v1/widget.js", headers={"If-None-Match": f'"other", W/{etag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", etag)
    assert client.get("/widget/v1/widget.js", headers={"If-None-Match": '"other"'}).content == response.content
    digest = base64.b64decode(integrity(response.content).removeprefix("sha384-"))
    assert digest == hashlib.sha384(response.content).digest()


def test_the_script_parses_no_html_and_no_code_and_names_no_other_host(client: TestClient) -> None:
    source = client.get("/widget/v1/widget.js").text
    code = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    for sink in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function", "srcdoc"):
        assert sink not in code
    assert set(re.findall(r"https?://[\w.-]+", code)) == {"http://www.w3.org"}  # the name space of SVG


def test_both_languages_of_the_script_have_every_word(client: TestClient) -> None:
    source = client.get("/widget/v1/widget.js").text
    tables = [source.split(f"\n    {language}: {{\n")[1].split("\n    },\n")[0] for language in ("ja", "en")]
    ja, en = (dict(re.findall(r'^ +(\w+): (".*"|\{.*\}),$', table, re.MULTILINE)) for table in tables)
    assert len(ja) > 40
    assert ja.keys() == en.keys()
    for key in ja:
        assert sorted(re.findall(r"\{\w+\}", ja[key])) == sorted(re.findall(r"\{\w+\}", en[key])), key


def test_the_readme_names_every_attribute_and_variable_of_the_script(client: TestClient) -> None:
    source = client.get("/widget/v1/widget.js").text
    readme = (Path(__file__).parents[1] / "README.md").read_text("utf-8")
    used = {re.sub(r"([A-Z])", r"-\1", name).lower() for name in re.findall(r"options\.([a-zA-Z]+)", source)}
    first_cells = re.findall(r"^\| (`data-.*?) \|", readme, re.MULTILINE)
    assert set(re.findall(r"data-([a-z-]+)", " ".join(first_cells))) == used
    variables = re.compile(r"--aa-[a-z-]+")
    assert set(variables.findall(readme)) == set(variables.findall(source))


def test_the_demo_page_is_there_in_development_alone() -> None:
    assistant = SmallAssistant(PAYMENT)
    for settings, host, status in (
        (Settings(port=7860), "127.0.0.1:7860", 200),
        (Settings(port=7860), "localhost:7860", 200),
        (Settings(host="0.0.0.0"), "127.0.0.1:7860", 404),
        (Settings(widget_origins=ORIGINS), "127.0.0.1:7860", 404),
    ):
        with TestClient(create_app(assistant, settings), base_url=f"http://{host}") as client:  # type: ignore[arg-type]
            page = client.get("/widget/demo")
            assert page.status_code == status
            assert client.get("/widget/demo.css").status_code == status
            config = client.get("/widget/v1/config?widget=demo", headers={"Origin": f"http://{host}"})
            assert config.status_code == (200 if status == 200 else 403)
            if status == 200:
                other = {"127.0.0.1:7860": "http://localhost:7860", "localhost:7860": "http://127.0.0.1:7860"}[host]
                assert f'src="{other}/widget/v1/widget.js"' in page.text
                assert f"script-src {other};" in page.headers["content-security-policy"]
                script = client.get("/widget/v1/widget.js").content
                assert f'integrity="{integrity(script)}"' in page.text


def test_the_configuration_is_given_to_the_widget_s_own_pages_alone(client: TestClient) -> None:
    config = client.get("/widget/v1/config?widget=ir-site", headers={"Origin": IR})
    assert config.headers["access-control-allow-origin"] == IR
    assert config.json()["contact"] == "ir@example.com"
    assert config.json()["widget"] == "ir-site"
    for query in ("?widget=ir-site", "?widget=careers", "?widget=", "", f"?widget={'x' * 65}"):
        for origin in (None, CAREERS if query == "?widget=ir-site" else IR, *OTHERS):
            response = client.get(f"/widget/v1/config{query}", headers={"Origin": origin} if origin else {})
            assert response.status_code in (403, 422), (query, origin)
            assert "ir@example.com" not in response.text
