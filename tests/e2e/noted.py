"""A page under the eyes of a test: every host that it asks and everything that it complains about is noted."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Page


@dataclass
class Noted:
    """A page, from before it is opened on."""

    page: Page
    hosts: set[str] = field(default_factory=set, init=False)
    complaints: list[str] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.page.on("request", lambda request: self._asks(request.url))
        self.page.on("websocket", lambda socket: self._asks(socket.url))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._hears)

    def kept_to(self, *urls: str) -> None:
        """It asked no host but those of `urls`, all of them, and complained of nothing."""
        # data: and blob: addresses have no host.
        assert self.hosts - {""} == {urlsplit(url).netloc for url in urls}
        assert self.complaints == []

    def _asks(self, url: str) -> None:
        self.hosts.add(urlsplit(url).netloc)

    def _hears(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(f"{message.text} {message.location}")
