"""The FAQ page for investors: official answers and asked questions in, pages that need no script out.

`/faq` is Japanese, `/en/faq` English. Beside the pages: sitemap.xml, robots.txt and llms.txt. Jinja2's one door.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, HTMLResponse, PlainTextResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.types import Scope

from assistant.answer import Answer, Citation
from assistant.official import ENGINE as OFFICIAL
from assistant.records import new_id
from assistant.settings import Settings
from assistant.web.answering import Answering
from assistant.web.api import MAX_QUESTION
from assistant.web.exposure import Exposure
from assistant.web.faq_words import FAQ_WORDS
from assistant.web.metrics import Metrics
from assistant.web.problems import problem
from assistant.web.published import Published
from assistant.web.render import language_of, web_link
from assistant.web.walls import path_of
from assistant.web.words import spoken_date
from corpus.announcement import Announcement, Language
from corpus.curation import OfficialAnswer
from corpus.dates import JST, PartialDate
from corpus.errors import AssistantError

_log = logging.getLogger(__name__)

LANGUAGES: tuple[Language, ...] = ("ja", "en")
HOME: Mapping[Language, str] = {"ja": "/faq", "en": "/en/faq"}
LATEST = 5  # announcements at the foot of the page
_HERE = Path(__file__).parent
_STYLE = _HERE / "static" / "faq.css"
_MARKER = re.compile(r"\[(\d{1,3})\]")
_ITEM = re.compile(r"^(?:- |・)")
_FRESH = {"Cache-Control": "public, max-age=60"}  # an answer that is taken back is gone a minute later everywhere
_PRIVATE = {"Cache-Control": "no-store", "X-Robots-Tag": "noindex, nofollow"}


def language_of_path(path: str) -> Language:
    """The language of the page at `path`.

    >>> language_of_path("/en/faq/ask"), language_of_path("/faq")
    ('en', 'ja')
    """
    return "en" if path.startswith("/en/") else "ja"


@dataclass(frozen=True, slots=True)
class Day:
    """A date for programs and for people."""

    iso: str
    spoken: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line: words, or the number of a source."""

    text: str = ""
    marker: int = 0


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a list of which each line is an item."""

    lines: Sequence[Sequence[Piece]]
    is_list: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """A citation as the page shows it."""

    marker: int
    title: str
    language: Language
    date: Day | None
    page: int
    link: str | None
    quote: str


@dataclass(frozen=True, slots=True)
class Entry:
    """An official answer as the page shows it."""

    id: str
    topic: str
    question: str
    path: str
    blocks: Sequence[Block]
    plain: str
    approved: Day
    as_of: Day | None
    citations: Sequence[Source]


def blocks_of(text: str, markers: frozenset[int]) -> list[Block]:
    """The paragraphs and lists of an answer, its markers apart; a number in brackets that is no marker stays text.

    >>> found = blocks_of("Two:\\n- a [1]\\n- b", frozenset())
    >>> [(block.is_list, [line[0].text for line in block.lines]) for block in found]
    [(False, ['Two:']), (True, ['a [1]', 'b'])]
    """
    blocks = []
    for paragraph in filter(str.strip, re.split(r"\n\s*\n", text)):
        for is_list, lines in groupby(paragraph.strip().split("\n"), key=lambda line: bool(_ITEM.match(line))):
            blocks.append(
                Block([_pieces(_ITEM.sub("", line) if is_list else line, markers) for line in lines], is_list)
            )
    return blocks


def _pieces(line: str, markers: frozenset[int]) -> list[Piece]:
    pieces: list[Piece] = []
    at = 0
    for found in _MARKER.finditer(line):
        if int(found[1]) in markers:
            pieces += [Piece(line[at : found.start()].rstrip(" ")), Piece(marker=int(found[1]))]
            at = found.end()
    return [piece for piece in [*pieces, Piece(line[at:])] if piece.text or piece.marker]


def json_for_html(value: Any) -> Markup:
    """JSON that may stand in a `<script>`: nothing in it ends the element or begins a comment.

    >>> json_for_html("</script><!--")
    Markup('"\\\\u003c/script\\\\u003e\\\\u003c!--"')
    """
    text = json.dumps(value, ensure_ascii=False)
    for char in "<>&\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - escaped just above


def page_link(url: str, page: int) -> str | None:
    """Where a citation leads: a PDF at its page; None when the address is none.

    >>> page_link("https://example.com/a.pdf", 3), page_link("javascript:x", 1)
    ('https://example.com/a.pdf#page=3', None)
    """
    link = web_link(url)
    is_pdf = link and link.split("?")[0].lower().endswith(".pdf")
    return f"{link}#page={page}" if is_pdf else link


class FaqPages:
    """Draws the pages; every text that is not ours goes through Jinja's escaping."""

    def __init__(self, answering: Answering, published: Published, settings: Settings, exposure: Exposure) -> None:
        self.answering = answering
        self.published = published
        self.exposure = exposure
        self.settings = settings
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            auto_reload=False,
        )
        self.style_version = hashlib.sha256(_STYLE.read_bytes()).hexdigest()[:12]

    # --- Pages ------------------------------------------------------------------------------------------------------

    def index(self, request: Request, language: Language) -> Response:
        """All official answers by topic, the form, and the latest announcements."""
        entries = [self._entry(entry, language) for entry in self.published.official(language)]
        topics = [
            {"name": topic or FAQ_WORDS[language]["other_topic"], "entries": list(found)}
            for topic, found in groupby(entries, key=lambda entry: entry.topic)
        ]
        return self._page(
            "index.html",
            request,
            language,
            paths=dict(HOME),
            headers=_FRESH,
            description=FAQ_WORDS[language]["lead"],
            topics=topics,
            announcements=self._latest(language),
            json_ld=json_for_html(_json_ld(entries, language)) if entries else "",
        )

    def entry(self, request: Request, language: Language, id: str) -> Response:
        """One official answer under its own address."""
        found = next((entry for entry in self.published.official(language) if entry.id == id), None)
        if found is None:
            return self.message(request, language, 404, "gone_title", FAQ_WORDS[language]["gone"])
        entry = self._entry(found, language)
        spoken = [each for each in LANGUAGES if found.questions(each) and found.answer(each)]
        return self._page(
            "entry.html",
            request,
            language,
            paths={each: _entry_path(found, each) for each in spoken},
            headers=_FRESH,
            description=_shortened(entry.plain),
            entry=entry,
            json_ld=json_for_html(_json_ld([entry], language)),
        )

    def asked(self, request: Request, language: Language, answer: Answer, as_of: str) -> Response:
        """The answer to a question that a reader typed; no search engine may keep it."""
        words = FAQ_WORDS[language]
        now = dt.datetime.now(JST)
        moment = f"{spoken_date(now.date().isoformat(), language)} {now:%H:%M}" + (
            "（日本時間）" if language == "ja" else " JST"
        )
        markers = frozenset(citation.marker for citation in answer.citations)
        origin = ""
        if answer.status == "answered":
            engines = {OFFICIAL: words["official_answer"], "extractive": words["extracted"]}
            origin = engines.get(answer.engine, words["written"].format(engine=answer.engine))
        return self._page(
            "asked.html",
            request,
            language,
            headers=_PRIVATE,
            question=answer.question,
            question_language=language_of(answer.question),
            answer=answer,
            verdict="" if answer.status == "answered" else words[answer.status],
            blocks=blocks_of(answer.answer, markers),
            superseded=[{"text": old.value, "date": _day(old.as_of, language)} for old in answer.superseded],
            origin=origin,
            held=_day(answer.as_of, language),
            until=_day(as_of, language) if as_of else None,
            as_of=as_of,
            moment=moment,
            citations=[self._source(citation, language) for citation in answer.citations],
            suggestions=list(answer.suggestions),
        )

    def message(
        self, request: Request, language: Language, status: int, title: str, text: str, **shown: Any
    ) -> Response:
        """A page that says what went wrong and what to do."""
        headers = {**_PRIVATE, **shown.pop("headers", {})}
        return self._page(
            "message.html",
            request,
            language,
            status=status,
            headers=headers,
            title=FAQ_WORDS[language][title],
            text=text,
            announcements=shown.pop("announcements", None) or [],
            **{"question": "", "as_of": "", **shown},
        )

    def unable(self, request: Request, language: Language) -> Response:
        """Answers cannot be given; the announcements are listed as long as they can be read."""
        try:
            latest = self._latest(language)
        except AssistantError:
            latest = []
        text = FAQ_WORDS[language]["unable"]
        return self.message(request, language, 503, "unable_title", text, announcements=latest)

    def refusal(self, scope: Scope, status: int, detail: str, headers: Mapping[str, str]) -> Response:
        """A limit's refusal: a page for those who read pages, a problem for programs."""
        path = path_of(scope)
        if path.startswith(tuple(HOME.values())):
            language = language_of_path(path)
            return self.message(Request(scope), language, status, "refused_title", detail, headers=dict(headers))
        return problem(status, detail, headers=headers)

    # --- For machines -----------------------------------------------------------------------------------------------

    def sitemap(self, request: Request) -> Response:
        """Every page that a search engine should know, with its twin in the other language."""
        base = self._base(request)
        pages = [{"alternates": {each: f"{base}{HOME[each]}" for each in LANGUAGES}, "changed": ""}]
        for entry in self.published.official():
            spoken = [each for each in LANGUAGES if entry.questions(each) and entry.answer(each)]
            alternates = {each: f"{base}{_entry_path(entry, each)}" for each in spoken}
            pages.append({"alternates": alternates, "changed": _approved_on(entry)})
        text = self._templates.get_template("sitemap.xml").render(pages=pages)
        return Response(text, media_type="application/xml", headers=_FRESH)

    def robots(self, request: Request) -> Response:
        """What crawlers may read: the FAQ and what describes it, not the questions of readers."""
        root = request.scope.get("root_path", "")
        allowed = [f"{root}{path}" for path in (*HOME.values(), "/static/", "/llms.txt", "/sitemap.xml")]
        closed = [f"{root}{path}" for path in (*(f"{home}/ask" for home in HOME.values()), "/")]
        lines = ["User-agent: *", *(f"Allow: {path}" for path in allowed), *(f"Disallow: {path}" for path in closed)]
        return PlainTextResponse("\n".join([*lines, f"Sitemap: {self._base(request)}/sitemap.xml", ""]), headers=_FRESH)

    def llms(self, request: Request) -> Response:
        """What a language model should know before it reads here: the pages, the API, and how to quote."""
        base = self._base(request)
        company = self.published.issuer("en") or self.published.issuer("ja")
        lines = [
            f"# {_one_line(company or 'Announcements')}: frequently asked questions and announcements",
            "",
            "> Answers from what the company has published, in Japanese and English, each with exact quotes, dates and "
            "links to the originals. The originals prevail.",
            "",
            "- Quote figures, dates and names only as the quotes give them, with the date on which they held.",
            "- A question that the announcements do not answer gets the status `not_found`: say so, and do not guess.",
            "- Nothing here is advice to invest.",
            "",
            "## Pages",
            "",
            f"- [FAQ in Japanese]({base}{HOME['ja']})",
            f"- [FAQ in English]({base}{HOME['en']})",
            "",
            "## API",
            "",
            f'- [Description]({base}/docs): POST {base}/api/v1/ask with {{"question": "…"}} answers one question',
            f"- [OpenAPI document]({base}/openapi.json)",
            f"- [Official answers]({base}/api/v1/faq)",
            f"- [Announcements]({base}/api/v1/announcements)",
        ]
        for language, title in (("en", "Official answers in English"), ("ja", "Official answers in Japanese")):
            entries = self.published.official(language)  # type: ignore[arg-type]
            if entries:
                lines += ["", f"## {title}", ""]
                lines += [
                    f"- [{_one_line(entry.questions(language)[0])}]({base}{_entry_path(entry, language)})"  # type: ignore[arg-type]
                    for entry in entries
                ]
        return PlainTextResponse("\n".join([*lines, ""]), headers=_FRESH)

    # --- Parts ------------------------------------------------------------------------------------------------------

    def _page(
        self,
        template: str,
        request: Request,
        language: Language,
        *,
        status: int = 200,
        headers: Mapping[str, str],
        paths: Mapping[Language, str] | None = None,
        **shown: Any,
    ) -> Response:
        """One page; `paths` are those of its editions, none for a page that no search engine may keep."""
        words = FAQ_WORDS[language]
        other: Language = "en" if language == "ja" else "ja"
        base = self._base(request)
        contact = self.settings.ir_contact
        is_mail = re.fullmatch(r"[^\s@:/?#]+@[^\s@:/?#]+", contact)
        text = self._templates.get_template(template).render(
            language=language,
            other=other,
            words=words,
            root=request.scope.get("root_path", ""),
            home=HOME[language],
            other_path=(paths or {}).get(other, HOME[other]),
            alternates={each: f"{base}{path}" for each, path in (paths or {}).items()},
            company=self._company(language),
            notice=self._notice(language),
            contact=contact,
            contact_link=web_link(contact) or (f"mailto:{contact}" if is_mail else None),
            style_version=self.style_version,
            max_question=MAX_QUESTION,
            **{"description": "", **shown},
        )
        return HTMLResponse(text, status_code=status, headers={"Content-Language": language, **headers})

    def _company(self, language: Language) -> str:
        try:
            return self.published.issuer(language)
        except AssistantError:
            return ""  # a page that says that nothing can be read must not fail for that

    def _notice(self, language: Language) -> str:
        own = self.settings.notice_ja if language == "ja" else self.settings.notice_en
        return own or FAQ_WORDS[language]["notice"]

    def _base(self, request: Request) -> str:
        return self.exposure.base or str(request.base_url).rstrip("/")

    def _entry(self, entry: OfficialAnswer, language: Language) -> Entry:
        question = entry.questions(language)[0]
        answer = self.answering.assistant.official.as_answer(entry, question, language)
        markers = frozenset(citation.marker for citation in answer.citations)
        return Entry(
            id=entry.id,
            topic=entry.topic,
            question=question,
            path=_entry_path(entry, language),
            blocks=blocks_of(answer.answer, markers),
            plain=_MARKER.sub("", answer.answer).strip(),
            approved=_day(_approved_on(entry), language) or Day("", ""),
            as_of=_day(answer.as_of, language),
            citations=[self._source(citation, language) for citation in answer.citations],
        )

    def _source(self, citation: Citation, language: Language) -> Source:
        return Source(
            marker=citation.marker,
            title=citation.title,
            language=language_of(citation.title + citation.quote),
            date=_day(citation.published, language),
            page=citation.page,
            link=page_link(citation.url, citation.page),
            quote=citation.quote,
        )

    def _latest(self, language: Language) -> list[dict[str, Any]]:
        newest: list[Announcement] = self.published.announcements(language)[:LATEST]
        return [
            {
                "title": one.title,
                "date": _day(str(one.published), language) if one.published else None,
                "link": web_link(one.source_url),
            }
            for one in newest
        ]


def mount_faq(app: FastAPI, pages: FaqPages, metrics: Metrics) -> None:
    """Add `/faq` and `/en/faq` with their pages, and what crawlers read."""

    def add(language: Language) -> None:
        home = HOME[language]

        @app.get(home, include_in_schema=False, name=f"faq_{language}")
        def index(request: Request) -> Response:
            try:
                return pages.index(request, language)
            except AssistantError as error:
                _log.error("%s", error)
                return pages.unable(request, language)

        @app.get(f"{home}/answers/{{id}}", include_in_schema=False, name=f"faq_answer_{language}")
        def entry(request: Request, id: str) -> Response:
            try:
                return pages.entry(request, language, id)
            except AssistantError as error:
                _log.error("%s", error)
                return pages.unable(request, language)

        @app.get(f"{home}/ask", include_in_schema=False, name=f"faq_ask_{language}")
        async def ask(request: Request, q: str = "", as_of: str = "") -> Response:
            question = "".join(char for char in q if char.isprintable() or char.isspace()).strip()
            day: dt.date | None = None
            wrong = _wrong(question, language)
            try:
                day = PartialDate.parse(as_of).latest if as_of else None
            except ValueError:
                wrong = FAQ_WORDS[language]["bad_date"]
            if wrong:
                again = {"question": question[:MAX_QUESTION], "as_of": as_of[:10]}
                return await run_in_threadpool(pages.message, request, language, 400, "bad_title", wrong, **again)
            try:
                answer = await pages.answering.ask(question, as_of=day, audience="public")
                metrics.answers.labels(answer.status).inc()
                await pages.answering.keep(answer, {"as_of": day}, surface="faq", id=new_id())
                return await run_in_threadpool(pages.asked, request, language, answer, as_of)
            except AssistantError as error:
                _log.error("%s", error)
                return await run_in_threadpool(pages.unable, request, language)

        @app.get(f"{home}/{{path:path}}", include_in_schema=False, name=f"faq_gone_{language}")
        def gone(request: Request, path: str) -> Response:
            return pages.message(request, language, 404, "gone_title", FAQ_WORDS[language]["gone"])

    for each in LANGUAGES:
        add(each)

    @app.get("/static/faq.css", include_in_schema=False)
    def style() -> FileResponse:
        return FileResponse(_STYLE, media_type="text/css", headers={"Cache-Control": "public, max-age=86400"})

    @app.get("/sitemap.xml", include_in_schema=False)
    def sitemap(request: Request) -> Response:
        return pages.sitemap(request)

    @app.get("/robots.txt", include_in_schema=False)
    def robots(request: Request) -> Response:
        return pages.robots(request)

    @app.get("/llms.txt", include_in_schema=False)
    def llms(request: Request) -> Response:
        return pages.llms(request)


def _wrong(question: str, language: Language) -> str:
    """What is wrong with a question, in a sentence; "" when nothing is."""
    words = FAQ_WORDS[language]
    if not question:
        return words["empty"]
    return words["too_long"].format(limit=MAX_QUESTION) if len(question) > MAX_QUESTION else ""


def _json_ld(entries: Sequence[Entry], language: Language) -> dict[str, Any]:
    return {
        "@context": "https://schema.org",
        "@type": "FAQPage",
        "inLanguage": language,
        "mainEntity": [
            {
                "@type": "Question",
                "name": entry.question,
                "acceptedAnswer": {
                    "@type": "Answer",
                    "text": entry.plain,
                    "dateModified": entry.approved.iso,
                    "citation": [source.link or source.title for source in entry.citations],
                },
            }
            for entry in entries
        ],
    }


def _entry_path(entry: OfficialAnswer, language: Language) -> str:
    return f"{HOME[language]}/answers/{quote(entry.id, safe='')}"


def _approved_on(entry: OfficialAnswer) -> str:
    return (entry.approved_at or entry.changed_at).astimezone(JST).date().isoformat()


def _day(iso: str | None, language: Language) -> Day | None:
    return Day(iso, spoken_date(iso, language)) if iso else None


def _one_line(text: str) -> str:
    """`text` as the label of a Markdown link."""
    return re.sub(r"([\\\[\]])", r"\\\1", " ".join(text.split()))


def _shortened(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 150 else f"{line[:149]}…"
