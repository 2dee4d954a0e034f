"""A conversation to take along: Exchanges in; text with its citations, or a Markdown file, out."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from typing import Literal
from urllib.parse import quote

from assistant.answer import Answer, Citation
from assistant.web.conversation import Conversation, Exchange
from assistant.web.render import engine_of, web_link
from assistant.web.words import STATUS, WORDS, spoken_date
from corpus.announcement import Language
from corpus.dates import JST

Kind = Literal["title", "facts", "question", "told", "source", "quote", "url"]

_MARKDOWN = re.compile(r"[!-/:-@\[-`{-~]")
_BREAK = re.compile(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def as_text(exchange: Exchange, interface: Language) -> str:
    """A question, its answer and what that rests on, as plain text."""
    answer = exchange.answer
    if answer is None:
        return exchange.question
    words = WORDS[interface]
    sources = [
        f"[{one.marker}] {_line(one, interface)}\n    “{_one_line(one.quote)}”" + (f"\n    {url}" if url else "")
        for one in answer.citations
        for url in (web_link(one.url),)
    ]
    parts = [exchange.question, "\n".join(_told(answer)), *superseded(answer), _facts(exchange, interface)]
    if sources:
        parts.append("\n".join([words["cited"], *sources]))
    return "\n\n".join(part for part in parts if part)


def as_markdown(conversation: Conversation, interface: Language, *, now: dt.datetime) -> str:
    """The conversation as a Markdown file, in which nothing that was said is read as Markdown or HTML."""
    return "\n\n".join(_marked(kind, text) for kind, text in parts_of(conversation, interface, now=now)) + "\n"


def parts_of(conversation: Conversation, interface: Language, *, now: dt.datetime) -> Iterator[tuple[Kind, str]]:
    """The conversation, a paragraph at a time, with what each is."""
    words = WORDS[interface]
    yield "title", words["title"]
    yield "facts", words["made"].format(date=spoken_date(f"{now.astimezone(JST):%Y-%m-%d}", interface))
    yield "facts", words["note"]
    for exchange in conversation.exchanges:
        if exchange.answer is None:
            continue
        yield "question", exchange.question
        yield from (("told", part) for part in [*_told(exchange.answer), *superseded(exchange.answer)])
        yield "facts", _facts(exchange, interface)
        for one in exchange.answer.citations:
            yield "source", f"[{one.marker}] {_line(one, interface)}"
            yield "quote", one.quote
            if url := web_link(one.url):
                yield "url", quote(url, safe=":/?&=#%+,;@~")


def _marked(kind: Kind, text: str) -> str:
    if kind == "url":
        return f"<{text}>"
    if kind in ("quote", "told"):
        lines = [escaped(line) for line in _BREAK.split(text)]
        return "\n".join(f"> {line}".rstrip() for line in lines) if kind == "quote" else "  \n".join(lines)
    return {"title": "# {}", "question": "## {}", "facts": "*{}*", "source": "**{}**"}[kind].format(escaped(text))


def file_name(now: dt.datetime, kind: str) -> str:
    """What a saved conversation is called, without its time, which some systems cannot have in a name.

    >>> file_name(dt.datetime(2026, 11, 22, tzinfo=dt.UTC), "pdf")
    'conversation-2026-11-22.pdf'
    """
    return f"conversation-{now.astimezone(JST):%Y-%m-%d}.{kind}"


def escaped(text: str) -> str:
    r"""`text` as Markdown that shows just that.

    >>> escaped("<b>*5*</b>")
    '\\<b\\>\\*5\\*\\<\\/b\\>'
    """
    return _MARKDOWN.sub(lambda mark: "\\" + mark[0], _one_line(text))


def superseded(answer: Answer) -> list[str]:
    """The earlier values of what was asked, newest first, in one line; none when there are none."""
    if not answer.superseded:
        return []
    words = WORDS[answer.language]
    newest_first = sorted(answer.superseded, key=lambda old: old.as_of or "", reverse=True)
    values = [
        f"{one.value} ({words['was'].format(date=spoken_date(one.as_of, answer.language))})" if one.as_of else one.value
        for one in newest_first
    ]
    return [f"{words['superseded']}: {', '.join(values)}"]


def _told(answer: Answer) -> Iterator[str]:
    """What the answer says, a paragraph at a time, its status first where it is no answer."""
    if STATUS[answer.language][answer.status]:
        yield STATUS[answer.language][answer.status]
    yield from (part for part in answer.answer.split("\n\n") if part.strip())


def _facts(exchange: Exchange, interface: Language) -> str:
    """What holds for the whole answer: its date, what made it, what it was to be answered from."""
    answer, words = exchange.answer, WORDS[interface]
    assert answer is not None
    held = words["held"].format(date=spoken_date(answer.as_of, interface)) if answer.as_of else ""
    chosen = exchange.filters.said(interface)
    only = words["only"].format(chosen=" · ".join(chosen)) if chosen else ""
    return " | ".join(part for part in (held, engine_of(answer), only) if part)


def _line(one: Citation, interface: Language) -> str:
    words = WORDS[interface]
    date = spoken_date(one.published, interface) if one.published else words["undated"]
    return _one_line(f"{one.title} ({date}, {words['page'].format(page=one.page)})")


def _one_line(text: str) -> str:
    return " ".join(part.strip() for part in _BREAK.split(text) if part.strip())
