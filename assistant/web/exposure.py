"""How the world reaches the service: settings in; address, names, proxies and who may come out."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.errors import AnswerError
from assistant.settings import Settings
from assistant.web.address import LOOPBACK

_LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]")


class BadExposure(AnswerError):
    """A setting about the public address cannot be used."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """How the world reaches the service.

    Args:
        base: what public links begin with, such as "https://ir.example.com/assistant"; "" when nobody has said.
        root_path: the path of `base`, which the proxy takes off before it asks us: "/assistant", or "".
        hosts: the host names that are answered to; none: any.
        proxies: addresses and networks whose X-Forwarded-For and X-Forwarded-Proto are believed.
        is_public: whether others than this machine can come, so that quotas hold.
        has_staff: whether the staff's page is served, too.
    """

    base: str
    root_path: str
    hosts: tuple[str, ...]
    proxies: tuple[str, ...]
    is_public: bool
    has_staff: bool

    @classmethod
    def of(cls, settings: Settings) -> Exposure:
        """What `settings` say; BadExposure when that cannot be.

        >>> found = Exposure.of(Settings(public_url="https://ir.example.com/assistant/", trusted_proxies="10.0.0.0/8"))
        >>> found.base, found.root_path, found.is_public
        ('https://ir.example.com/assistant', '/assistant', True)
        """
        base, host, path = _base(settings.public_url)
        named = _listed(settings.hosts)
        proxies = tuple(_network(text) for text in _listed(settings.trusted_proxies))
        is_local = settings.host in LOOPBACK
        hosts = (*named, *([host] if host else []))
        if is_local or hosts:
            hosts = (*hosts, *_LOCAL_NAMES)
        return cls(
            base=base,
            root_path=path,
            hosts=tuple(dict.fromkeys(hosts)),
            proxies=proxies,
            is_public=not is_local
            or settings.surfaces == "public"
            or any((base, named, proxies, settings.widget_origins.strip())),
            has_staff=settings.surfaces != "public",
        )


def _listed(text: str) -> tuple[str, ...]:
    return tuple(filter(None, (part.strip() for part in text.split(","))))


def _base(text: str) -> tuple[str, str, str]:
    """The base, its host and its path; three empty ones when nothing is given."""
    if not text.strip():
        return "", "", ""
    try:
        parts = urlsplit(text.strip())
        usable = (
            parts.scheme in ("http", "https") and parts.hostname and not (parts.query or parts.fragment or "@" in text)
        )
    except ValueError:
        usable = None
    if not usable:
        raise BadExposure(
            f"ASSISTANT_PUBLIC_URL is '{text}', which is no address such as https://ir.example.com/assistant."
        )
    path = parts.path.rstrip("/")
    host = parts.hostname or ""
    return f"{parts.scheme}://{parts.netloc}{path}", f"[{host}]" if ":" in host else host, path


def _network(text: str) -> str:
    try:
        ipaddress.ip_network(text)
    except ValueError as error:
        raise BadExposure(
            f"ASSISTANT_TRUSTED_PROXIES lists '{text}', which is no IP address or network such as 10.0.0.0/8."
        ) from error
    return text
