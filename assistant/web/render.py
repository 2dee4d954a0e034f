"""What an answer looks like, as HTML: Answers in; the reply with its chips, and the sources beside it, out.

Everything that came from a question, an announcement or a model goes through `inert`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from assistant.answer import Answer, Citation, Status
from assistant.web.staff import passage_path
from assistant.web.words import SECTIONS, STATUS, WORDS, spoken_date
from corpus.announcement import Announcement, Language
from corpus.dates import JST
from corpus.sentences import sentences
from index.passage import Scope

_MARKER = re.compile(r"\[(\d{1,3})\]")
_ASCII_MARK = re.compile(r"[!-/:-@\[-`{-~]")
_LINE_BREAK = re.compile(r"\r\n?|[\n\v\f\x1c-\x1e\x85\u2028\u2029]")
_JAPANESE = re.compile(r"[\u3041-\u30ff\u4e00-\u9fff]")


def inert(text: str) -> str:
    """`text` as HTML that nothing on the way reads as anything but text: no browser, template or Markdown renderer.

    >>> inert("<b>*5*</b>")
    '&#60;b&#62;&#42;5&#42;&#60;&#47;b&#62;'
    """
    lines = _LINE_BREAK.sub("\n", text).split("\n")
    return "<br>".join(_ASCII_MARK.sub(lambda mark: f"&#{ord(mark[0])};", line) for line in lines)


def _stressed(text: str, value: str) -> str:
    """`text` as inert HTML, with `value` in bold where it first stands."""
    before, found, after = text.partition(value) if value else (text, "", "")
    return f"{inert(before)}<strong>{inert(found)}</strong>{inert(after)}" if found else inert(text)


def _paragraphs(text: str, value: str = "") -> str:
    """The same with less space between paragraphs than an empty line would take."""
    return _stressed(text, value).replace("<br><br>", '<span class="gap"></span>')


def language_of(text: str) -> Language:
    """The language attribute for text that somebody typed: Japanese as soon as it holds kana or kanji."""
    return "ja" if _JAPANESE.search(text) else "en"


def web_link(url: str) -> str | None:
    """`url` when it is an http or https address, which alone is safe to put behind a link; else None."""
    try:
        parts = urlsplit(url.strip())
    except ValueError:
        return None
    return url.strip() if parts.scheme in ("http", "https") and parts.netloc else None


SUPERSEDED_SHOWN = 3  # earlier values of what was asked; older ones are folded away
CITED_SHOWN = 4  # sources below an answer; the rest is folded away


def attribute(text: str) -> str:
    """`text` as the value of an attribute, its line breaks kept.

    >>> attribute('"a"' + chr(10) + "<b>")
    '&#34;a&#34;&#10;&#60;b&#62;'
    """
    return inert(text).replace("<br>", "&#10;")


def draft_html(pieces: str, language: Language) -> str:
    """The part of an answer that has arrived so far; before the first piece, that the search goes on."""
    shown = pieces or WORDS[language]["searching"]
    return f'<div class="reply reply-draft" lang="{language}"><p class="reply-text">{inert(shown)}</p></div>'


def notice_html(text: str, language: Language) -> str:
    """A message of the page itself, such as a date that cannot be read."""
    return f'<div class="reply reply-notice" lang="{language}"><p class="reply-text">{inert(text)}</p></div>'


def reply_html(
    answer: Answer, turn: int, *, is_confidential: bool = False, root: str = "", filters: Sequence[str] = ()
) -> str:
    """An answer as it stands in the conversation, with a chip for each source.

    Markers and chips lead to the passage; a script shows the source of `turn` beside the conversation for a marker.

    Args:
        is_confidential: it holds what the public may not see, and says so.
        root: in front of every path of the application.
        filters: what it was to be answered from, in words.
    """
    language = answer.language
    words = WORDS[language]
    markers = {citation.marker: citation for citation in answer.citations}

    def linked(text: str) -> str:
        shown: list[str] = []
        at, value = 0, answer.short_answer
        for match in _MARKER.finditer(text):
            citation = markers.get(int(match[1]))
            if citation:
                label = attribute(f"{words['source']} {citation.marker}: {citation.title}")
                link = (
                    f'<a class="marker" href="{_passage(citation, root)}" title="{label}" '
                    f'data-source="{_source_id(turn, citation.marker)}">{match[1]}</a>'
                )
                said = text[at : match.start()].rstrip(" ")
                # A word joiner, so that no line begins with a marker.
                shown += [_paragraphs(said, value), "&#8288;", link]
                at = match.end()
                value = "" if value in said else value
        return "".join([*shown, _paragraphs(text[at:], value)])

    status = STATUS[language][answer.status]
    head = f'<p class="reply-status">{inert(status)}</p>' if status else ""
    if is_confidential:
        head = f'<p class="reply-confidential">{inert(words["confidential"])}</p>{head}'
    return (
        f'<div class="reply reply-{_class_of(answer.status)}" lang="{language}">{head}'
        f'<p class="reply-text">{linked(answer.answer)}</p>{_superseded_html(answer)}'
        f"{_cited_html(answer, root)}{_provenance_html(answer, filters)}</div>"
    )


def _passage(citation: Citation, root: str) -> str:
    return attribute(root + passage_path(citation.announcement_id, citation.start, citation.end))


def _cited_html(answer: Answer, root: str) -> str:
    """A numbered link for each source, to the passage in the announcement."""
    if not answer.citations:
        return ""
    words, language = WORDS[answer.language], answer.language
    chips = []
    for one in answer.citations:
        date = spoken_date(one.published, language) if one.published else words["undated"]
        facts = inert(f"{date} · {words['page'].format(page=one.page)}")
        chips.append(
            f'<li><a class="cite" href="{_passage(one, root)}" title="{attribute(words["open_passage"])}">'
            f'<span class="cite-number">{one.marker}</span> <span class="cite-title" lang="{language_of(one.title)}">'
            f'{inert(one.title)}</span> <span class="cite-facts">{facts}</span></a></li>'
        )
    shown, rest = "".join(chips[:CITED_SHOWN]), "".join(chips[CITED_SHOWN:])
    more = inert(words["more_cited"].format(count=len(chips) - CITED_SHOWN))
    folded = f"<details><summary>{more}</summary><ul>{rest}</ul></details>" if rest else ""
    return f'<div class="cited" role="group" aria-label="{attribute(words["cited"])}"><ul>{shown}</ul>{folded}</div>'


def _class_of(status: Status) -> str:
    return status.replace("_", "-")


def _superseded_html(answer: Answer) -> str:
    if not answer.superseded:
        return ""
    words = WORDS[answer.language]
    newest_first = sorted(answer.superseded, key=lambda old: old.as_of or "", reverse=True)
    earlier = [_value_html(words["superseded"], "del", old.value, old.as_of, answer.language) for old in newest_first]
    now = _value_html(words["current"], "ins", answer.short_answer, answer.as_of, answer.language)
    shown = "".join(([now] if answer.short_answer else []) + earlier[:SUPERSEDED_SHOWN])
    rest = "".join(earlier[SUPERSEDED_SHOWN:])
    more = inert(words["more_superseded"].format(count=len(earlier) - SUPERSEDED_SHOWN))
    folded = f"<details><summary>{more}</summary><ul>{rest}</ul></details>" if rest else ""
    return f'<div class="superseded"><ul>{shown}</ul>{folded}</div>'


def _value_html(label: str, tag: str, value: str, as_of: str | None, language: Language) -> str:
    date = f" <small>{inert(_on(WORDS[language]['was'], as_of, language))}</small>" if as_of else ""
    return f'<li><span class="label">{inert(label)}</span><span><{tag}>{inert(value)}</{tag}>{date}</span></li>'


def _provenance_html(answer: Answer, filters: Sequence[str]) -> str:
    """What every answer tells of itself: the date it holds for, what made it, what it was to be answered from."""
    words = WORDS[answer.language]
    facts = [_on(words["held"], answer.as_of, answer.language)] if answer.as_of else []
    facts.append(engine_of(answer))
    if filters:
        facts.append(words["only"].format(chosen=" · ".join(filters)))
    return '<p class="reply-meta">' + "".join(f"<span>{inert(fact)}</span>" for fact in facts) + "</p>"


def engine_of(answer: Answer) -> str:
    """What made `answer`, in its language."""
    words = WORDS[answer.language]
    if answer.model:
        return words["written"].format(engine=answer.model)
    if answer.engine == "official":
        return words["official"]
    return words["extractive" if answer.status == "answered" else "searched"]


def _on(words: str, iso: str, language: Language) -> str:
    return words.format(date=spoken_date(iso, language))


def _source_id(turn: int, marker: int) -> str:
    return f"source-{turn}-{marker}"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """A quote with what stands before and after it; `before + quote + after` is one piece of the announcement."""

    before: str
    quote: str
    after: str
    is_cut_before: bool  # more of the announcement comes before
    is_cut_after: bool


def surroundings(text: str, start: int, end: int, *, reach: int = 160) -> Surroundings:
    """`text[start:end]` with whole sentences before and after it, at most `reach` characters on each side.

    >>> surroundings("一つ目。二つ目。三つ目。四つ目。", 4, 8, reach=5)
    Surroundings(before='一つ目。', quote='二つ目。', after='三つ目。', is_cut_before=False, is_cut_after=True)
    """
    spans = sentences(text)
    first = min((s for s, _ in spans if start - reach <= s <= start), default=start)
    last = max((e for _, e in spans if end <= e <= end + reach), default=end)
    return Surroundings(
        before=text[first:start],
        quote=text[start:end],
        after=text[end:last],
        is_cut_before=bool(text[:first].strip()),
        is_cut_after=bool(text[last:].strip()),
    )


def sources_html(
    answer: Answer, turn: int, find: Callable[[str], Announcement | None], interface: Language, *, root: str = ""
) -> str:
    """The sources of one answer: number, title, date, page, links, and each quote marked where it stands.

    Args:
        find: gives the announcement of an id, or None when it is gone since.
        interface: the language of the labels; quotes keep their own.
        root: in front of every path of the application.
    """
    value = answer.short_answer
    return "".join(_source_html(c, turn, find(c.announcement_id), value, interface, root) for c in answer.citations)


def _source_html(
    citation: Citation, turn: int, announcement: Announcement | None, value: str, interface: Language, root: str
) -> str:
    words = WORDS[interface]
    language = announcement.language if announcement else language_of(citation.quote)
    around = (
        surroundings(announcement.text, citation.start, citation.end, reach=120 if language == "ja" else 240)
        if announcement and announcement.text[citation.start : citation.end] == citation.quote
        else Surroundings("", citation.quote, "", True, True)
    )
    date = (
        f'<time datetime="{inert(citation.published)}">{inert(spoken_date(citation.published, interface))}</time>'
        if citation.published
        else f"<span>{inert(words['undated'])}</span>"
    )
    facts = [
        _withheld_html(announcement, interface),
        date,
        f"<span>{inert(words['page'].format(page=citation.page))}</span>",
        f"<span>{inert(SECTIONS[interface][citation.section])}</span>",
    ]
    url = web_link(citation.url)
    link = (
        f'<a class="source-link" href="{inert(url)}" target="_blank" rel="noopener noreferrer">'
        f"{inert(words['original'])}</a>"
        if url
        else f'<span class="source-link">{inert(words["no_original"])}</span>'
    )
    label = inert(f"{words['source']} {citation.marker}")
    return (
        f'<article class="source" id="{_source_id(turn, citation.marker)}" tabindex="-1" aria-label="{label}">'
        f'<header><span class="source-number" aria-hidden="true">{citation.marker}</span>'
        f'<div><h3 lang="{language}"><a href="{_passage(citation, root)}">{inert(citation.title)}</a></h3>'
        f'<p class="source-meta">{"".join(facts)}</p></div>'
        f"</header>"
        f'<blockquote lang="{language}">{"… " if around.is_cut_before else ""}{_paragraphs(around.before)}'
        f"<mark>{_paragraphs(around.quote, value)}</mark>{_paragraphs(around.after)}"
        f"{' …' if around.is_cut_after else ''}</blockquote>"
        f'<p class="source-links"><a class="source-link" href="{_passage(citation, root)}">'
        f"{inert(words['open_passage'])}</a>{link}</p></article>"
    )


def _withheld_html(announcement: Announcement | None, interface: Language) -> str:
    """A badge on what the public may not see, or not yet; nothing on all else."""
    if announcement is None or Scope().shows(announcement):
        return ""
    words = WORDS[interface]
    moment = announcement.visible_from if announcement.audience == "public" else None
    said = f"{moment.astimezone(JST):%Y-%m-%d %H:%M} JST" if moment else ""
    text = words["embargoed"].format(moment=said) if said else words["staff_only"]
    return f'<span class="source-withheld">{inert(text)}</span>'
