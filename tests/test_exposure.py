"""What settings say about the public address: names that are answered to, proxies that are believed, mistakes told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from assistant.settings import Settings
from assistant.web.exposure import BadExposure, Exposure


def exposure(**settings: Any) -> Exposure:
    return Exposure.of(Settings(**settings))


@pytest.mark.parametrize(
    ("settings", "is_public"),
    [
        ({}, False),
        ({"host": "::1"}, False),
        ({"host": "0.0.0.0"}, True),
        ({"public_url": "https://ir.example.com"}, True),
        ({"trusted_proxies": "127.0.0.1"}, True),
        ({"hosts": "ir.example.com"}, True),
        ({"widget_origins": "https://www.example.com"}, True),
        ({"surfaces": "public"}, True),
    ],
)
def test_any_sign_of_visitors_makes_the_service_public(settings: dict[str, Any], is_public: bool) -> None:
    assert exposure(**settings).is_public is is_public


def test_only_names_that_are_its_own_are_answered_to() -> None:
    assert set(exposure().hosts) == {"127.0.0.1", "localhost", "[::1]"}
    assert set(exposure(public_url="https://ir.example.com:8443/a", hosts="b.example, c.example").hosts) == {
        "ir.example.com", "b.example", "c.example", "127.0.0.1", "localhost", "[::1]",
    }  # fmt: skip
    assert exposure(host="0.0.0.0").hosts == ()


@pytest.mark.parametrize(
    "url",
    ["ir.example.com", "ftp://example.com", "https://", "https://a?b=c", "https://a#b", "https://me:pw@a", "https://["],
)
def test_an_address_that_is_none_is_said(url: str) -> None:
    with pytest.raises(BadExposure, match="ASSISTANT_PUBLIC_URL"):
        exposure(public_url=url)


@pytest.mark.parametrize("proxies", ["proxy.example", "10.0.0.0/99", "10.0.0.1, *", "10.0.0.1/8"])
def test_a_proxy_that_is_no_address_is_said(proxies: str) -> None:
    with pytest.raises(BadExposure, match="ASSISTANT_TRUSTED_PROXIES"):
        exposure(trusted_proxies=proxies)


@pytest.mark.parametrize(
    ("peer", "headers", "seen"),
    [
        ("10.1.2.3", {"X-Forwarded-For": "203.0.113.7"}, "203.0.113.7"),
        ("198.51.100.1", {"X-Forwarded-For": "203.0.113.7"}, "198.51.100.1"),
        # What a visitor writes into the header himself stands left of what the proxy adds.
        ("10.1.2.3", {"X-Forwarded-For": "127.0.0.1, 203.0.113.7"}, "203.0.113.7"),
        ("10.1.2.3", {"X-Forwarded-For": "127.0.0.1, 203.0.113.7, 10.9.9.9"}, "203.0.113.7"),
    ],
)
def test_the_client_s_address_is_believed_from_trusted_proxies_only(
    peer: str, headers: Mapping[str, str], seen: str
) -> None:
    app = FastAPI()

    @app.get("/who")
    def who(request: Request) -> str:
        return request.client.host if request.client else ""

    behind = ProxyHeadersMiddleware(app, trusted_hosts=list(exposure(trusted_proxies="10.0.0.0/8").proxies))  # type: ignore[arg-type]
    assert TestClient(behind, client=(peer, 1)).get("/who", headers=dict(headers)).json() == seen  # type: ignore[arg-type]
