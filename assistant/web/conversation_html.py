"""What stands around an answer, as HTML: a Conversation in; the log, its panel and the list of past ones out.

Everything that came from a question, an announcement or a model goes through `inert` or `attribute`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import get_args

from assistant.records import LONGEST_COMMENT, Reason
from assistant.web.conversation import Conversation, Exchange
from assistant.web.export import as_text
from assistant.web.render import attribute, inert, language_of, web_link
from assistant.web.words import WORDS, spoken_date
from corpus.announcement import Language
from corpus.dates import JST
from corpus.kept import Talk

_ICONS = {
    "up": "M7 10v11H3V10zm2 11h8.5a2.5 2.5 0 0 0 2.4-1.9l1.5-6A2.5 2.5 0 0 0 19 10h-5V5a2 2 0 0 0-2-2l-3 7z",
    "down": "M17 14V3h4v11zm-2-11H6.5a2.5 2.5 0 0 0-2.4 1.9l-1.5 6A2.5 2.5 0 0 0 5 14h5v5a2 2 0 0 0 2 2l3-7z",
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Whoever looks at the page."""

    interface: Language = "ja"
    root: str = ""  # in front of every path of the application
    is_editor: bool = False
    keeps: bool = True  # whether answers are recorded
    examples: Sequence[str] = field(default=())


def conversation_html(conversation: Conversation, viewer: Viewer, *, is_working: bool = False) -> str:
    """The conversation, oldest first; while there is none, a welcome in both languages with questions to begin with.

    Args:
        is_working: its last answer is still being made.
    """
    exchanges, interface = conversation.exchanges, viewer.interface
    held = f'data-conversation="{attribute(conversation.id if viewer.keeps else "")}"'
    if not exchanges:
        shown = f"{both('welcome', 'welcome', 'welcome_more')}{_chips(viewer.examples)}"
        return f'<div class="log log-empty" {held}>{shown}</div>'
    words = WORDS[interface]
    *_, last = exchanges
    parts = [
        f'<section class="exchange"><div class="asked" lang="{language_of(exchange.question)}">'
        f'<span class="unseen" lang="{interface}">{inert(words["you"])} </span>{inert(exchange.question)}</div>'
        f"{exchange.reply}{_actions_html(exchange, place, viewer, is_last=exchange is last, is_working=is_working)}"
        "</section>"
        for place, exchange in enumerate(exchanges)
    ]
    is_choice = last.answer is not None and last.answer.status == "ambiguous"
    chips = _chips(last.suggestions, "" if is_choice else words["choose"], interface)
    return (
        f"{_bar_html(words)}"
        f'<div class="log" role="log" aria-live="off" aria-label="{attribute(words["conversation"])}" tabindex="0" '
        f"{held}>{''.join(parts)}{chips}</div>"
    )


def _bar_html(words: Mapping[str, str]) -> str:
    label = inert(words["save_as"])
    return (
        f'<div class="bar" role="group" aria-label="{label}"><span aria-hidden="true">{label}</span>'
        '<button type="button" data-do="save" data-kind="markdown">Markdown</button>'
        '<button type="button" data-do="save" data-kind="pdf">PDF</button></div>'
    )


def _chips(questions: Sequence[str], label: str = "", language: Language = "ja") -> str:
    if not questions:
        return ""
    buttons = "".join(
        f'<button type="button" class="chip" data-do="ask" data-question="{attribute(question)}" '
        f'lang="{language_of(question)}">{inert(question)}</button>'
        for question in questions
    )
    head = f'<p class="chips-label" lang="{language}">{inert(label)}</p>' if label else ""
    return f'<div class="chips">{head}{buttons}</div>'


def _actions_html(exchange: Exchange, place: int, viewer: Viewer, *, is_last: bool, is_working: bool) -> str:
    """What can be done with an answer: rate it, copy it, ask again, make it official."""
    if is_last and is_working:
        return ""
    words = WORDS[viewer.interface]
    buttons: list[str] = []
    if exchange.answer and viewer.keeps:
        buttons += [_thumb(exchange, place, rating, words[rating]) for rating in ("up", "down")]
    if exchange.answer:
        text = attribute(as_text(exchange, viewer.interface))
        said = f'data-done="{attribute(words["copied"])}" data-failed="{attribute(words["copy_failed"])}"'
        buttons.append(f'<button type="button" data-copy="{text}" {said}>{inert(words["copy"])}</button>')
    if is_last:
        buttons.append(f'<button type="button" data-do="again">{inert(words["again"])}</button>')
    if exchange.answer and exchange.answer.status == "answered" and viewer.is_editor and viewer.keeps:
        path = attribute(f"{viewer.root}/staff/official/new?answer={exchange.answer_id}")
        buttons.append(f'<a class="act" href="{path}">{inert(words["make_official"])}</a>')
    if not buttons:
        return ""
    label = attribute(words["actions"])
    return (
        f'<div class="actions" role="group" aria-label="{label}" lang="{viewer.interface}">{"".join(buttons)}</div>'
        f"{_said_html(exchange, place, viewer.interface)}"
    )


def _thumb(exchange: Exchange, place: int, rating: str, label: str) -> str:
    is_pressed = str(exchange.said.rating == rating).lower()
    return (
        f'<button type="button" class="thumb" data-do="rate" data-place="{place}" data-rating="{rating}" '
        f'aria-pressed="{is_pressed}" aria-label="{attribute(label)}" title="{attribute(label)}">'
        f'<svg viewBox="0 0 24 24" aria-hidden="true"><path d="{_ICONS[rating]}"/></svg></button>'
    )


def _said_html(exchange: Exchange, place: int, interface: Language) -> str:
    """What the page replied to a rating, and for one that is not good, the reasons to choose from."""
    words, said = WORDS[interface], exchange.said
    reply = f'<p class="said" role="status" lang="{interface}">{inert(words[said.reply]) if said.reply else ""}</p>'
    if said.rating != "down":
        return reply
    reasons = "".join(
        f'<button type="button" data-do="reason" data-place="{place}" data-reason="{reason}" '
        f'aria-pressed="{str(reason == said.reason).lower()}">{inert(words[f"reason_{reason}"])}</button>'
        for reason in get_args(Reason)
        if reason
    )
    label = inert(words["reasons"])
    return (
        f'{reply}<form class="reasons" data-do="comment" data-place="{place}" lang="{interface}">'
        f'<div role="group" aria-label="{label}"><span class="reasons-label">{label}</span>{reasons}</div>'
        f"<label><span>{inert(words['comment'])}</span>"
        f'<input name="comment" maxlength="{LONGEST_COMMENT}" autocomplete="off" value="{attribute(said.comment)}">'
        f"</label><button>{inert(words['send'])}</button></form>"
    )


def both(kind: str, *keys: str) -> str:
    """The page's own words in both languages; the style sheet shows those of the document's `lang`."""
    return "".join(
        f'<div class="{kind} only-{language}" lang="{language}">'
        + "".join(f'<p class="{kind}-{key}">{inert(words[key])}</p>' for key in keys)
        + "</div>"
        for language, words in WORDS.items()
    )


def heading_html() -> str:
    """The page's name, for whoever does not see where it stands in the navigation."""
    return "".join(
        f'<h1 class="unseen only-{language}" lang="{language}">{inert(words["title"])}</h1>'
        for language, words in WORDS.items()
    )


def note_html(contact: str) -> str:
    """What every answer on the page is, and, with `contact` (an e-mail address or URL), whom to ask instead."""
    link = web_link(contact) or (f"mailto:{contact}" if re.fullmatch(r"[^\s@:/?#]+@[^\s@:/?#]+", contact) else None)
    shown = f'<a href="{inert(link)}" rel="noopener noreferrer">{inert(contact)}</a>' if link else inert(contact)
    return "".join(
        f'<div class="note only-{language}" lang="{language}"><p>{inert(words["note"])}'
        + (f" {inert(words['contact'])} {shown}" if contact else "")
        + "</p></div>"
        for language, words in WORDS.items()
    )


def panel_html(exchanges: Sequence[Exchange], interface: Language) -> str:
    """The panel beside the conversation: the newest sources open, earlier ones folded under their question."""
    if not any(exchange.sources for exchange in exchanges):
        return both("panel", "evidence", "evidence_empty")
    words = WORDS[interface]
    newest = exchanges[-1].sources
    head = f'<h2 lang="{interface}">{inert(words["evidence"])}</h2>'
    if not newest:
        head += f'<p class="panel-none" lang="{interface}">{inert(words["evidence_none"])}</p>'
    folded = "".join(
        f'<details><summary lang="{language_of(exchange.question)}">{inert(exchange.question)}</summary>'
        f"{exchange.sources}</details>"
        for exchange in reversed(exchanges[:-1])
        if exchange.sources
    )
    older = f'<h2 class="earlier" lang="{interface}">{inert(words["earlier"])}</h2>{folded}' if folded else ""
    return head + newest + older


# --- Past conversations


@dataclass(frozen=True, slots=True)
class Past:
    """What the list of past conversations shows."""

    talks: Sequence[Talk] = ()
    current: str = ""  # the id of the one on the page
    searched: str = ""
    days: int = 0  # for which they are kept; 0: none are
    can_undo: bool = False


def past_html(past: Past, viewer: Viewer) -> str:
    """The list of a person's conversations, each a link to it and a way to delete it."""
    words, interface = WORDS[viewer.interface], viewer.interface
    if not past.days:
        return f'<p class="past-note" lang="{interface}">{inert(words["past_not_kept"])}</p>'
    undo = (
        f'<p class="past-undo" role="status" lang="{interface}">{inert(words["forgotten"])} '
        f'<button type="button" data-do="bring_back">{inert(words["bring_back"])}</button></p>'
        if past.can_undo
        else ""
    )
    if not past.talks:
        empty = words["past_not_found"].format(words=past.searched) if past.searched else words["past_none"]
        shown = f'<p class="past-note" lang="{interface}">{inert(empty)}</p>'
    else:
        shown = f'<ul class="talks">{"".join(_talk_html(talk, past, viewer) for talk in past.talks)}</ul>'
    kept = inert(words["past_kept"].format(days=past.days))
    every = (
        f'<details class="forget forget-all"><summary>{inert(words["forget_all"])}</summary>'
        f"<p>{inert(words['forget_all_ask'])}</p>"
        f'<button type="button" data-do="forget_all">{inert(words["forget_yes"])}</button></details>'
        if past.talks and not past.searched
        else ""
    )
    return f'{undo}{shown}<div class="past-foot" lang="{interface}"><p class="past-note">{kept}</p>{every}</div>'


def _talk_html(talk: Talk, past: Past, viewer: Viewer) -> str:
    words, interface = WORDS[viewer.interface], viewer.interface
    day = spoken_date(f"{talk.newest.astimezone(JST):%Y-%m-%d}", interface)
    facts = inert(f"{day} · {words['past_count'].format(count=talk.asked)}")
    here = ' aria-current="true"' if talk.id == past.current else ""
    id, path = attribute(talk.id), attribute(f"{viewer.root}/?conversation={talk.id}")
    named = attribute(words["forget_named"].format(title=talk.title))
    return (
        f'<li><a href="{path}" data-do="resume" data-conversation="{id}"{here}>'
        f'<span class="talk-title" lang="{language_of(talk.title)}">{inert(talk.title)}</span>'
        f'<span class="talk-facts" lang="{interface}">{facts}</span></a>'
        f'<details class="forget" lang="{interface}"><summary aria-label="{named}" title="{named}">×</summary>'
        f"<p>{inert(words['forget_ask'])}</p>"
        f'<button type="button" data-do="forget" data-conversation="{id}">{inert(words["forget_yes"])}</button>'
        "</details></li>"
    )
