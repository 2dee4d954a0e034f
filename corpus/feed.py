"""Feeds: the address of an RSS or Atom feed, or of a page that lists news, in; its new items, fetched, out.

The one door to feedparser. Items are asked for one at a time with a pause, robots.txt is kept, and what was read
before is not asked for again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import email.utils
import json
import os
import re
import time
import urllib.robotparser
from collections.abc import Callable, Collection, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

from corpus.dates import JST
from corpus.errors import UnreadableFile
from corpus.fetch import USER_AGENT, Fetched, NotServed, fetch
from corpus.isolate import Isolated
from corpus.source import Rejection

ITEM_LIMIT = 200  # items of one feed in one run, the first of the feed
DELAY = 1.0  # seconds between two requests to one host
_LONGEST_DELAY = 30.0  # seconds, whatever robots.txt asks for
_SEEN_LIMIT = 5_000  # items remembered of a feed
_FEED_TYPES = ("application/rss+xml", "application/atom+xml", "application/rdf+xml")
_FEED_ROOT = re.compile(
    rb"\A\s*(?:<\?xml[^>]*>|<!--.*?-->|<\?xml-stylesheet[^>]*>|\s)*<(?:rss|feed|rdf:RDF)\b", re.DOTALL
)
_DATE = re.compile(r"(20\d\d|19\d\d)\s*[-/.年]\s*(1[0-2]|0?[1-9])\s*[-/.月]\s*(3[01]|[12]\d|0?[1-9])(?!\d)\s*日?")
_ENGLISH_DATE = re.compile(
    r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+(\d{1,2}),?\s+(20\d\d|19\d\d)\b"
    r"|\b(\d{1,2})\s+(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?\s+(20\d\d|19\d\d)\b"
)
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One item as its feed or list names it."""

    url: str
    title: str
    published: str  # YYYY-MM-DD, or empty


# --- What a feed or a list names (runs isolated) ------------------------------------------------------------------


def is_feed(page: Fetched) -> bool:
    """Whether this is RSS or Atom, by its type or its root element."""
    return (
        page.media_type in _FEED_TYPES or _FEED_ROOT.match(page.data[:4096].removeprefix(b"\xef\xbb\xbf")) is not None
    )


def entries(data: bytes, *, url: str) -> list[dict[str, str]]:
    """The items of an RSS or Atom feed, in its order."""
    import feedparser  # type: ignore[import-untyped,unused-ignore]

    feed = feedparser.parse(data, sanitize_html=False, resolve_relative_uris=False)
    if feed.bozo and not feed.entries:
        raise UnreadableFile("The feed is broken. Check its address in a browser.")
    in_japan = str(feed.feed.get("language", "")).lower().startswith("ja") or (urlsplit(url).hostname or "").endswith(
        ".jp"
    )
    found = []
    for item in feed.entries:
        address = urldefrag(urljoin(url, str(item.get("link") or "").strip()))[0]
        title = " ".join(re.sub(r"<[^>]+>", "", str(item.get("title") or "")).split())
        said = str(item.get("published") or item.get("date") or item.get("updated") or "")
        found.append(Entry(address, title, _day(said, in_japan=in_japan)))
    return [asdict(entry) for entry in _distinct(found, url)]


def listed(data: bytes, *, url: str, charset: str = "") -> list[dict[str, str]]:
    """The links of a page that stand beside a date, as lists of news do, in their order; navigation is left out."""
    from corpus.load_html import read_tree

    tree = read_tree(data, charset)
    base = urljoin(url, next((item.get("href") or "" for item in tree.iter("base")), ""))
    found = []
    for link in tree.iter("a"):
        date = _date_beside(link)
        text = " ".join(link.text_content().split())
        if date and link.get("href"):
            title = _DATE.sub("", _ENGLISH_DATE.sub("", text)).strip(" 　:：|-")
            found.append(Entry(urldefrag(urljoin(base, link.get("href").strip()))[0], title, date))
    return [asdict(entry) for entry in _distinct(found, url)]


def _distinct(found: list[Entry], url: str) -> list[Entry]:
    """Entries with an http(s) address of their own, each address once."""
    own = urldefrag(url)[0]
    by_address: dict[str, Entry] = {}
    for entry in found:
        if urlsplit(entry.url).scheme in ("http", "https") and entry.url != own:
            by_address.setdefault(entry.url, entry)
    return list(by_address.values())


def _day(said: str, *, in_japan: bool) -> str:
    """The day of a feed's date in its own time zone; a Japanese feed's UTC is told in Japan's time."""
    moment: dt.datetime | None = None
    with contextlib.suppress(ValueError, TypeError, IndexError):
        moment = dt.datetime.fromisoformat(said.strip())
    if moment is None:
        with contextlib.suppress(ValueError, TypeError, IndexError):
            moment = email.utils.parsedate_to_datetime(said)
    if moment is None:
        return ""
    if in_japan and moment.tzinfo and not moment.utcoffset():
        moment = moment.astimezone(JST)
    return moment.date().isoformat()


def _date_beside(link: Any) -> str:
    """The date in the link, or in the smallest element around it that is still one row of a list; empty if none."""
    element = link
    for _ in range(5):
        text = " ".join(element.itertext())
        if len(text) > 500 or element.tag in ("body", "nav", "footer", "ul", "ol", "table", "tbody"):
            return ""
        if element.tag == "dd":  # <dt>date</dt><dd>link</dd>
            before = element.getprevious()
            text = f"{before.text_content()} {text}" if before is not None and before.tag == "dt" else text
        dates = _dates(text)
        if dates:
            return dates[0] if len(set(dates)) == 1 or element is link else ""
        element = element.getparent()
        if element is None:
            return ""
    return ""


def _dates(text: str) -> list[str]:
    found = [(int(y), int(m), int(d)) for y, m, d in _DATE.findall(text)]
    for month, day, year, day2, month2, year2 in _ENGLISH_DATE.findall(text):
        found.append((int(year or year2), _MONTHS.index(month or month2) + 1, int(day or day2)))
    days = []
    for parts in found:
        with contextlib.suppress(ValueError):
            days.append(dt.date(*parts).isoformat())
    return days


# --- Reading politely ---------------------------------------------------------------------------------------------


class Memory:
    """What was read of each feed, kept in a JSON file; without a path, nothing is kept."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._feeds: dict[str, dict[str, Any]] = {}
        if path is not None and path.exists():
            try:
                feeds = json.loads(path.read_text(encoding="utf-8"))
            except (OSError, ValueError) as error:
                raise UnreadableFile(
                    f"The file of what was read, '{path}', is damaged. Delete it to read all."
                ) from error
            self._feeds = feeds if isinstance(feeds, dict) else {}

    def conditions(self, feed: str) -> dict[str, str]:
        """Request headers that let the server answer "not modified"."""
        known = self._feeds.get(feed, {})
        pairs = (("If-None-Match", known.get("etag")), ("If-Modified-Since", known.get("last_modified")))
        return {name: str(value) for name, value in pairs if value}

    def has(self, feed: str, url: str) -> bool:
        return url in self._feeds.get(feed, {}).get("seen", ())

    def add(self, feed: str, url: str) -> None:
        seen = self._feeds.setdefault(feed, {}).setdefault("seen", [])
        if url not in seen:
            seen.append(url)
            del seen[:-_SEEN_LIMIT]
            self._save()

    def finish(self, feed: str, page: Fetched) -> None:
        """Remembers the state of a feed whose items were all read."""
        self._feeds.setdefault(feed, {}).update(etag=page.etag, last_modified=page.last_modified)
        self._save()

    def _save(self) -> None:
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        draft = self._path.with_name(self._path.name + ".new")
        draft.write_text(json.dumps(self._feeds, ensure_ascii=False, indent=1), encoding="utf-8")
        os.replace(draft, self._path)


class Visitor:
    """Fetches with a pause between requests to one host, and only what its robots.txt lets a robot read."""

    def __init__(
        self,
        *,
        allow_hosts: Collection[str] = (),
        delay: float = DELAY,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._allow_hosts = allow_hosts
        self._delay = delay
        self._clock = clock
        self._sleep = sleep
        self._rules: dict[str, urllib.robotparser.RobotFileParser] = {}
        self._visited: dict[str, float] = {}

    def fetch(self, url: str, headers: dict[str, str] | None = None) -> Fetched:
        """As `corpus.fetch.fetch`; UnreadableFile also when robots.txt forbids it."""
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        rules = self._rules.get(site) or self._rules.setdefault(site, self._read_rules(site))
        if not rules.can_fetch(USER_AGENT, url):
            raise UnreadableFile("The site's robots.txt asks programs not to read this page. Download it by hand.")
        asked = rules.crawl_delay(USER_AGENT)
        self._pause(site, max(self._delay, min(float(asked or 0), _LONGEST_DELAY)))
        return fetch(url, allow_hosts=self._allow_hosts, headers=headers)

    def _read_rules(self, site: str) -> urllib.robotparser.RobotFileParser:
        rules = urllib.robotparser.RobotFileParser()
        self._pause(site, self._delay)
        try:
            page = fetch(f"{site}/robots.txt", allow_hosts=self._allow_hosts, size_limit=500_000, seconds=20)
            rules.parse(page.data.decode("utf-8", "replace").splitlines())
        except NotServed as error:
            # RFC 9309: no file means no rules; a server in trouble means hands off.
            rules.parse(["User-agent: *", "Disallow: /"] if error.status >= 500 else [])
        return rules

    def _pause(self, site: str, seconds: float) -> None:
        wait = self._visited.get(site, self._clock() - seconds) + seconds - self._clock()
        if wait > 0:
            self._sleep(wait)
        self._visited[site] = self._clock()


def new_items(
    url: str,
    page: Fetched | None,
    *,
    worker: Isolated,
    visitor: Visitor,
    memory: Memory,
    links: bool = False,
) -> Iterator[tuple[Entry, Fetched] | Rejection]:
    """The items of the feed at `url` that `memory` does not know, oldest first, each with its page.

    An item is remembered once the caller asks for the next one, so what a crash interrupts is read again; one that
    could not be fetched is tried again in the next run.

    Args:
        page: the feed, when it is fetched already.
        links: `url` is a page that lists news, not a feed.
    """
    try:
        feed = page or visitor.fetch(url, memory.conditions(url))
        if feed.status == 304:
            return
        if links and not is_feed(feed):
            named = worker.call("corpus.feed:listed", feed.data, url=feed.url, charset=feed.charset)
        else:
            named = worker.call("corpus.feed:entries", feed.data, url=feed.url)
    except UnreadableFile as error:
        yield Rejection(url, str(error))
        return
    if not named:
        yield Rejection(url, "The page lists no items with a date. Give the address of the list, or of each item.")
        return
    complete = len(named) <= ITEM_LIMIT
    for fields in reversed(named[:ITEM_LIMIT]):
        entry = Entry(**fields)
        if memory.has(url, entry.url):
            continue
        try:
            item = visitor.fetch(entry.url)
        except UnreadableFile as error:
            complete = False
            yield Rejection(entry.url, str(error))
            continue
        yield entry, item
        memory.add(url, entry.url)
    if complete:
        memory.finish(url, feed)
