"""HTML: bytes in, the main text as Markdown blocks out, with title, date, language and issuer as the page states them.

The one door to trafilatura, which finds the article on a page that does not mark it; its words are then taken from the
page itself, so that no table, note or date is lost.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from copy import deepcopy
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

_NEVER = (
    "script",
    "style",
    "template",
    "noscript",
    "rp",
    "rt",
    "nav",
    "form",
    "button",
    "select",
    "iframe",
    "svg",
    "head",
)
_ASIDE_ROLES = ("navigation", "banner", "contentinfo", "search", "complementary", "menu", "menubar", "dialog")
_ASIDE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:g?nav|g?navi|navigation|menu|breadcrumbs?|topicpath|pankuzu|footer|sidebar|share|sns|social|cookie"
    r"|pagetop|page-top|related|pager|pagination|skip|skiplink|banner)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
# What begins a new block of its own; everything else is part of a line.
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "div", "dl", "dt",
        "fieldset", "figcaption", "figure", "footer", "header", "hgroup", "hr", "li", "main", "ol", "p", "pre",
        "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", *_HEADINGS,
    )
)  # fmt: skip


def _main_text(tree: Any) -> str:
    """The text of the page's main part as Markdown blocks, its heading first."""
    _prune(tree)
    main = _main_element(tree)
    blocks = _without_repeats(_blocks(main))
    heading = _sole_heading(tree)
    if heading and not any(_plain(block) == heading for block in blocks[:5]) and not _holds(main, tree.iter("h1")):
        blocks.insert(0, f"# {heading}")
    return "\n\n".join(blocks)


def _prune(tree: Any) -> None:
    """Takes out scripts, forms, navigation, and lists of mere links; never what holds half of the page's text."""
    total = len(tree.text_content()) or 1
    for element in list(tree.iter(etree.Element)):
        if element is tree or element.getparent() is None:
            continue
        if element.tag in _NEVER or (_is_aside(element) and 2 * len(element.text_content()) < total):
            element.drop_tree()


def _is_aside(element: Any) -> bool:
    if element.get("hidden") is not None or (element.get("aria-hidden") or "") == "true":
        return True
    if element.tag == "aside" or (element.get("role") or "").lower() in _ASIDE_ROLES:
        return True
    if element.tag in ("footer", "header"):
        # An article's own header and footer belong to it.
        return not any(parent.tag in ("article", "main") for parent in element.iterancestors()) and (
            element.tag == "footer" or next(element.iter("h1"), None) is None
        )
    if element.tag in ("ul", "ol") and _is_menu(element):
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.tag not in ("html", "body", "main", "article", *_HEADINGS) and bool(_ASIDE_NAMES.search(names))


def _is_menu(items: Any) -> bool:
    """Whether a list is links and nothing else, three or more, none of them dated."""
    links = ["".join(link.itertext()) for link in items.iter("a")]
    text = "".join(items.itertext())
    return len(links) >= 3 and sum(map(len, links)) >= 0.9 * len("".join(text.split())) and not _DAY.search(text)


def _main_element(tree: Any) -> Any:
    """<main>, or the one <article>, or the smallest element that holds what trafilatura takes for the article."""
    body = tree.find("body") if tree.find("body") is not None else tree
    for found in (list(tree.iter("main")), tree.xpath("//*[@role='main']"), list(tree.iter("article"))):
        if len(found) == 1 and len("".join(found[0].itertext()).strip()) >= 40:
            return found[0]
    text = trafilatura.extract(deepcopy(tree), include_tables=True, include_comments=False, favor_recall=True) or ""
    lines = [squeezed for line in text.splitlines() if len(squeezed := _squeezed(line)) >= 8 and "|" not in line]
    if not lines:
        return body
    element = body
    while True:
        inside = [child for child in element.iterchildren(etree.Element) if _holds_lines(child, lines)]
        if len(inside) != 1:
            return element
        element = inside[0]


def _holds_lines(element: Any, lines: list[str]) -> bool:
    text = _squeezed("".join(element.itertext()))
    return (
        lines[0][:60] in text
        and lines[-1][:60] in text
        and sum(line[:60] in text for line in lines) >= 0.9 * len(lines)
    )


def _holds(element: Any, others: Iterator[Any]) -> bool:
    return any(parent is element for other in others for parent in other.iterancestors())


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _plain(block: str) -> str:
    return block.lstrip("# ")


def _blocks(element: Any) -> list[str]:
    """The blocks inside an element, in order."""
    found: list[str] = []
    line: list[str] = []

    def end_line() -> None:
        # Two breaks in a row end a paragraph; one stays a break.
        for paragraph in re.split(r"\n[ \u3000]*(?:\n[ \u3000]*)+", _tidy("".join(line))):
            if paragraph.strip():
                found.append(paragraph.strip())
        line.clear()

    def walk(node: Any) -> None:
        line.append(_flat(node.text))
        for child in node:
            if not isinstance(child.tag, str):  # a comment
                pass
            elif child.tag == "br":
                line.append("\n")
            elif child.tag not in _BLOCKS:
                walk(child)
            else:
                end_line()
                if child.tag in _HEADINGS:
                    text = " ".join(_tidy(_inline(child)).split())
                    found.extend([f"{'#' * int(child.tag[1])} {text}"] if text else [])
                elif child.tag in ("ul", "ol"):
                    items = _items(child)
                    found.extend(["\n".join(items)] if items else [])
                elif child.tag == "table" and not _is_layout(child):
                    found.extend(_table(child))
                elif child.tag == "dl":
                    found.extend(_definitions(child))
                elif child.tag == "pre":
                    found.extend([child.text_content().strip("\n")] if child.text_content().strip() else [])
                else:
                    walk(child)
                    end_line()
            line.append(_flat(child.tail))

    walk(element)
    end_line()
    return found


def _flat(text: str | None) -> str:
    """The text with its line breaks and runs of blanks as one blank; a full-width blank stays."""
    return re.sub(r"[ \t\r\n\f\xa0]+", " ", text or "")


def _tidy(text: str) -> str:
    return re.sub(r" ?\n ?", "\n", re.sub(r" {2,}", " ", text)).strip(" \n")


def _inline(element: Any) -> str:
    """The text of an element on one line."""
    parts = [_flat(element.text)]
    for child in element:
        if isinstance(child.tag, str):
            blank = " " if child.tag in _BLOCKS or child.tag == "br" else ""
            parts += [blank, _inline(child), blank]
        parts.append(_flat(child.tail))
    return "".join(parts)


def _items(element: Any, depth: int = 0) -> list[str]:
    number = int(element.get("start") or 1) if (element.get("start") or "1").isdigit() else 1
    lines: list[str] = []
    for item in element:
        if not isinstance(item.tag, str):
            continue
        inner = [child for child in item if child.tag in ("ul", "ol")]
        for child in inner:
            child.drop_tree()
        text = " ".join(_inline(item).split(" ")).strip() if item.tag not in ("ul", "ol") else ""
        text = re.sub(r" {2,}", " ", text)
        if text:
            lines.append("  " * depth + (f"{number}. " if element.tag == "ol" else "- ") + text)
            number += 1
        for child in [item] if item.tag in ("ul", "ol") else inner:
            lines += _items(child, depth + 1)
    return lines


def _is_layout(table: Any) -> bool:
    """Whether a table only places parts of the page: it holds tables, headings or lists, or has a single cell."""
    cells = list(table.iter("td", "th"))
    return len(cells) <= 1 or next(table.iterdescendants("table", *_HEADINGS), None) is not None


def _table(table: Any) -> list[str]:
    """The caption, if any, and the rows as one block; a cell that spans others stands in its first place."""
    caption = [" ".join(_inline(item).split()) for item in table.iter("caption")]
    rows: list[list[str]] = []
    covered: dict[tuple[int, int], bool] = {}
    for number, row in enumerate(table.iter("tr")):
        cells: list[str] = []
        for cell in row.iterchildren("td", "th"):
            while covered.get((number, len(cells))):
                cells.append("")
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for down in range(1, high):
                for across in range(wide):
                    covered[number + down, len(cells) + across] = True
            cells += [" ".join(_inline(cell).replace("|", "/").split(" ")).strip(), *[""] * (wide - 1)]
        if any(cells):
            rows.append([re.sub(r" {2,}", " ", cell) for cell in cells])
    if not rows:
        return [text for text in caption if text]
    width = max(map(len, rows))
    lines = ["| " + " | ".join(row + [""] * (width - len(row))) + " |" for row in rows]
    if len(lines) > 1:
        lines.insert(1, "|" + "---|" * width)
    return [*(text for text in caption if text), "\n".join(lines)]


def _span(cell: Any, name: str) -> int:
    value = cell.get(name) or "1"
    return min(int(value), 50) if value.isdigit() and int(value) else 1


def _definitions(element: Any) -> list[str]:
    """A list of terms as rows `| term | definition |`, which keeps the two together."""
    rows: list[str] = []
    term = ""
    for item in element.iter("dt", "dd"):
        text = " ".join(_inline(item).replace("|", "/").split())
        if item.tag == "dt":
            term = text
        elif term or text:
            rows.append(f"| {term} | {text} |")
            term = ""
    return ["\n".join(rows)] if rows else []


def _without_repeats(blocks: list[str]) -> list[str]:
    """The blocks, neighbouring equal ones once: pages repeat a heading for phones."""
    return [block for index, block in enumerate(blocks) if index == 0 or block != blocks[index - 1]]
