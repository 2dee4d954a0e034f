"""HTML: bytes in, the main text as Markdown blocks out, with title, date, language and issuer as the page states them.

The one door to trafilatura, which tells an article from navigation; lxml reads the statements of the head.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from typing import Any

import trafilatura
from lxml import etree, html

from corpus.dates import PartialDate
from corpus.errors import EmptyDocument, UnreadableFile
from corpus.legible import strange_share
from corpus.load_text import decode

_DEPTH_LIMIT = 250  # elements inside one another; libxml2 itself stops at 256
_CHARSET = re.compile(rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE)
_ARTICLES = ("NewsArticle", "Article", "PressRelease", "ReportageNewsArticle", "BlogPosting", "AnalysisNewsArticle")
_DATES = (
    "article:published_time", "og:article:published_time", "datepublished", "dcterms.issued", "dcterms.date",
    "dc.date.issued", "dc.date", "dcterms.created", "pubdate", "publishdate", "publish-date", "date",
)  # fmt: skip
_DAY = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})(?:\s*[-/.月]\s*(\d{1,2}))?")


def parse(data: bytes, *, charset: str = "") -> dict[str, Any]:
    """The text and what the page states: {"pages": [str], "title", "published", "language", "issuer", "source_url"}.

    Args:
        charset: the encoding that the server named, or empty.

    Raises:
        EmptyDocument: no text beside navigation.
        UnreadableFile: no HTML, or nested deeper than any reader takes.
    """
    tree = read_tree(data, charset)
    stated = _stated(tree)
    text = _main_text(tree)
    if not text.strip():
        raise EmptyDocument("The page holds no text beside navigation. If scripts build it, save it from a browser.")
    return {"pages": [text], **stated}


def read_tree(data: bytes, charset: str = "") -> Any:
    """The page as an lxml tree.

    Raises:
        UnreadableFile: no HTML, or nested deeper than any reader takes.
    """
    page = _decoded(data, charset)
    try:
        tree = html.document_fromstring(page.encode("utf-8"), parser=html.HTMLParser(encoding="utf-8", huge_tree=False))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableFile("The page is no HTML. Save it anew from the browser.") from error
    if _depth(tree) > _DEPTH_LIMIT:
        raise UnreadableFile(f"The page nests elements more than {_DEPTH_LIMIT} deep. Save its text instead.")
    return tree


def _decoded(data: bytes, charset: str) -> str:
    """The page by its byte order mark, the server's word, its own word, or what the bytes themselves tell."""
    said = _CHARSET.search(data[:4096])
    for name in (charset, said[1].decode("ascii") if said else ""):
        # Pages that call themselves Shift_JIS are written on Windows, with its extra characters.
        codec = {"shift_jis": "cp932", "shift-jis": "cp932", "x-sjis": "cp932"}.get(name.lower(), name)
        if not codec or data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
            continue
        try:
            return data.decode(codec)
        except (LookupError, UnicodeDecodeError):
            continue
    return decode(data)


def _depth(tree: Any) -> int:
    deepest = depth = 0
    for event, _ in etree.iterwalk(tree, events=("start", "end")):
        depth += 1 if event == "start" else -1
        deepest = max(deepest, depth)
    return deepest


# --- What the page states ---------------------------------------------------------------------------------------


def _stated(tree: Any) -> dict[str, str]:
    """Title, published, language, issuer and source_url, each left out when not stated."""
    articles = list(_json_ld(tree))
    metas = _metas(tree)
    title = _first(
        *(str(article.get("headline") or "") for article in articles),
        metas.get("og:title", ""), metas.get("twitter:title", ""), _sole_heading(tree), _head_title(tree),
    )  # fmt: skip
    issuer = _first(*map(_publisher, articles), metas.get("dc.publisher", ""), metas.get("og:site_name", ""))
    found = {
        "title": _without_site(title, issuer, tree),
        "published": _published(tree, articles, metas),
        "language": _language(tree, articles, metas),
        "issuer": issuer,
        "source_url": _address(tree, metas),
    }
    return {key: value for key, value in found.items() if value}


def _json_ld(tree: Any) -> Iterator[dict[str, Any]]:
    """The JSON-LD objects that describe an article."""
    for script in tree.iter("script"):
        if (script.get("type") or "").strip().lower() != "application/ld+json":
            continue
        try:
            waiting: list[Any] = [json.loads((script.text or "").strip())]
        except (ValueError, RecursionError):
            continue
        for _ in range(1_000):
            if not waiting:
                break
            thing = waiting.pop(0)
            if isinstance(thing, list):
                waiting += thing
            elif isinstance(thing, dict):
                waiting += [thing[key] for key in ("@graph", "mainEntity", "itemListElement") if key in thing]
                kinds = thing.get("@type")
                if any(kind in _ARTICLES for kind in (kinds if isinstance(kinds, list) else [kinds])):
                    yield thing


def _metas(tree: Any) -> dict[str, str]:
    metas: dict[str, str] = {}
    for meta in tree.iter("meta"):
        key = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        content = " ".join((meta.get("content") or "").split())
        if key and content:
            metas.setdefault(key.strip().lower(), content)
    return metas


def _publisher(article: dict[str, Any]) -> str:
    for key in ("publisher", "sourceOrganization", "author"):
        value = article.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        # A person may have written it; only an organisation issues it.
        if isinstance(value, dict) and value.get("@type") != "Person" and isinstance(value.get("name"), str):
            return str(value["name"])
    return ""


def _published(tree: Any, articles: list[dict[str, Any]], metas: dict[str, str]) -> str:
    """The date of publication as ISO 8601, from JSON-LD, a meta tag, or the page's one <time>; empty otherwise."""
    for stated in [*(article.get("datePublished") for article in articles), *(metas.get(key) for key in _DATES)]:
        if isinstance(stated, str) and (date := _iso(stated)):
            return date
    times = [item for item in tree.iter("time") if not any(_is_aside(parent) for parent in item.iterancestors())]
    marked = [
        item for item in times if "publish" in (item.get("itemprop") or "").lower() or item.get("pubdate") is not None
    ]
    dates = {_iso(item.get("datetime") or "") or _iso(item.text_content()) for item in marked or times} - {""}
    return dates.pop() if len(dates) == 1 else ""


def _iso(text: str) -> str:
    """The day, month or year that `text` begins with, in Japan's time where a time and another zone are given."""
    words = text.strip()
    try:
        moment = dt.datetime.fromisoformat(words)
    except ValueError:
        moment = None
    if moment is not None:
        return moment.date().isoformat()
    match = _DAY.match(words)
    parts = "-".join(part for part in match.groups() if part) if match else words
    try:
        return str(PartialDate.parse(parts))
    except ValueError:
        return ""


def _language(tree: Any, articles: list[dict[str, Any]], metas: dict[str, str]) -> str:
    stated = [tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang") or ""]
    stated += [str(article.get("inLanguage") or "") for article in articles]
    stated += [metas.get(key, "") for key in ("og:locale", "content-language", "dc.language")]
    for value in stated:
        if value[:2].lower() in ("ja", "en"):
            return value[:2].lower()
    return ""


def _address(tree: Any, metas: dict[str, str]) -> str:
    links = [link.get("href") or "" for link in tree.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    return next((url for url in [*links, metas.get("og:url", "")] if re.match(r"https?://", url)), "")


def _head_title(tree: Any) -> str:
    return next((" ".join((item.text or "").split()) for item in tree.iter("title")), "")


def _sole_heading(tree: Any) -> str:
    """The page's h1, when there is one and it says more than a site's name."""
    texts = [" ".join(item.text_content().split()) for item in tree.iter("h1")]
    return texts[0] if len(texts) == 1 and len(texts[0]) >= 8 else ""


def _without_site(title: str, issuer: str, tree: Any) -> str:
    """`title` without the site's name behind a bar or dash, when the page says the shorter form too."""
    clean = " ".join(title.split())
    if not clean or strange_share(clean) > 0:
        return ""
    body = tree.find("body")
    text = "".join(body.itertext()) if body is not None else ""
    for match in re.finditer(r"\s*[|｜–—:：]\s*|\s+-\s+", clean):
        head, tail = clean[: match.start()], clean[match.end() :]
        if len(head) >= 8 and (tail == issuer or (head in text and clean not in text)):
            return head
    return clean


def _first(*values: str) -> str:
    return next((" ".join(value.split()) for value in values if value.strip()), "")


# --- The main text ----------------------------------------------------------------------------------------------


def _main_text(tree: Any) -> str:
    for item in list(tree.iter("script", "style", "template", "noscript", "rp", "rt")):
        item.drop_tree()
    # Marks inside a sentence say nothing here; a raised footnote mark stays glued to its word.
    for item in list(
        tree.iter("b", "strong", "em", "i", "u", "s", "mark", "small", "sup", "sub", "code", "font", "ruby")
    ):
        item.drop_tag()
    extracted = trafilatura.extract(
        tree, output_format="markdown", include_tables=True, include_comments=False, include_links=False,
        include_images=False, include_formatting=True, favor_recall=True, deduplicate=False,
    )  # fmt: skip
    return "\n".join(line.rstrip() for line in (extracted or "").splitlines()).strip()


def _is_aside(element: Any) -> bool:
    return element.tag in ("nav", "footer", "aside") or (element.get("role") or "") in ("navigation", "complementary")
