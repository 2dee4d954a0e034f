"""The page people ask on; Gradio's one door. An opened Assistant in, Gradio Blocks out; nothing else happens."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI
from gradio.components.textbox import InputHTMLAttributes
from starlette.routing import Mount

from assistant.answer import Answer, Turn
from assistant.web.render import (
    Exchange,
    conversation_html,
    draft_html,
    language_of,
    masthead_html,
    note_html,
    notice_html,
    panel_html,
    reply_html,
    sources_html,
)
from assistant.web.sign_in import SignIn, StaffWall
from assistant.web.words import WORDS, interface_language
from corpus.announcement import Announcement, Language
from corpus.dates import PartialDate
from corpus.errors import AssistantError, UnknownAnnouncement
from index.passage import Scope

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)
_STATIC = Path(__file__).parent / "static"

TITLE = "開示情報アシスタント / Announcements assistant"
MAX_QUESTION = 1000  # characters
ASKING_AT_ONCE = 4  # questions of all visitors that are answered at the same time; others wait
SESSION_SECONDS = 3600  # a conversation is forgotten this long after its page was closed
KEPT_TURNS = 20  # messages of a conversation that are given to the assistant as history

# Fitting for the bundled sample; the page offers those that the announcements at hand can answer.
EXAMPLES = (
    "ミッション3の打ち上げはいつの予定ですか",
    "ispaceはどの市場に上場しましたか",
    "When was the Mission 1 lander launched?",
    "How much did ispace raise in its Series C round?",
)

# Gradio finds the event's name in this text: 'ask'.
ASK_ON_CHIP_CLICK = """
element.addEventListener('click', (event) => {
  const chip = event.target.closest('.chip');
  if (chip) trigger('ask', {question: chip.textContent});
});
"""

_FONTS = (
    "system-ui", "-apple-system", "Segoe UI", "Hiragino Sans", "Hiragino Kaku Gothic ProN", "BIZ UDPGothic",
    "Yu Gothic UI", "Meiryo", "Noto Sans JP", "Noto Sans CJK JP", "sans-serif",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Conversation:
    """What one visitor has asked so far; lives in the session, on the server."""

    exchanges: tuple[Exchange, ...] = ()
    turns: tuple[Turn, ...] = ()

    def then(self, exchange: Exchange, *turns: Turn) -> Conversation:
        """The conversation with one more exchange, and what of it the assistant is to remember."""
        return Conversation((*self.exchanges, exchange), (*self.turns, *turns)[-KEPT_TURNS:])


# What a handler gives the page: question box, ask button, stop button, conversation, sources, session.
Update = tuple[Any, Any, Any, str, str, Conversation]


def build_page(assistant: Assistant, *, contact: str = "", examples: Sequence[str] = ()) -> Any:
    """The chat with its sources beside it, as Blocks that are not served yet.

    Args:
        contact: named below it, for those whom the assistant cannot help.
        examples: questions to begin with.
    """
    i18n = gr.I18n(ja=dict(WORDS["ja"]), en=dict(WORDS["en"]))

    def shown(conversation: Conversation, interface: Language, *, is_working: bool = False, box: str = "") -> Update:
        return (
            box,
            gr.update(visible=not is_working),
            gr.update(visible=is_working),
            conversation_html(conversation.exchanges, interface, examples=examples),
            panel_html(conversation.exchanges, interface),
            conversation,
        )

    def find(id: str) -> Announcement | None:
        try:
            found: Announcement = assistant.catalog.get(id)
        except UnknownAnnouncement:
            return None
        return found

    def respond(question: str, as_of: str, conversation: Conversation, request: gr.Request) -> Iterator[Update]:
        """Yields the page for each piece of the answer that arrives."""
        interface = _interface(request)
        asked = question.strip()
        if not asked:
            yield shown(conversation, interface)
            return
        try:
            day = PartialDate.parse(as_of).latest if as_of.strip() else None
        except ValueError:
            refused = Exchange(asked, notice_html(WORDS[interface]["bad_date"], interface))
            yield shown(conversation.then(refused), interface, box=asked)
            return
        if len(asked) > MAX_QUESTION:
            text = WORDS[interface]["too_long"].format(limit=MAX_QUESTION)
            yield shown(conversation.then(Exchange(asked[:60] + "…", notice_html(text, interface))), interface)
            return
        reply = notice_html(WORDS[interface]["unable"], interface)
        try:
            for piece in _read(assistant, asked, day, conversation, find, interface, request.username or ""):
                if isinstance(piece, Conversation):
                    yield shown(piece, interface)
                    return
                pending = conversation.then(Exchange(asked, piece))
                yield shown(pending, interface, is_working=True)
        except AssistantError as error:
            # The message may name files of this machine: it is for the operator, not for the reader.
            _log.error("%s", error)
        except Exception:
            _log.exception("The assistant failed on a question.")
        yield shown(conversation.then(Exchange(asked, reply)), interface)

    def choose(as_of: str, conversation: Conversation, request: gr.Request, event: gr.EventData) -> Iterator[Update]:
        """The same for an example or a suggestion that was clicked."""
        yield from respond(str(event.question)[: MAX_QUESTION + 1], as_of, conversation, request)

    def stop(conversation: Conversation, request: gr.Request) -> Update:
        interface = _interface(request)
        *before, last = conversation.exchanges or (Exchange("", ""),)
        stopped = replace(last, reply=notice_html(WORDS[interface]["stopped"], interface))
        return shown(replace(conversation, exchanges=(*before, stopped)), interface)

    def clear(request: gr.Request) -> Update:
        return shown(Conversation(), _interface(request))

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        gr.HTML(masthead_html(), elem_id="masthead")
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(scale=6, min_width=320, elem_id="talk"):
                chat = gr.HTML(
                    conversation_html((), "ja", examples=examples), elem_id="conversation", js_on_load=ASK_ON_CHIP_CLICK
                )
                with gr.Row(elem_id="composer", equal_height=False):
                    box = gr.Textbox(
                        label=i18n("question"),
                        placeholder=i18n("placeholder"),
                        show_label=False,
                        container=False,
                        lines=1,
                        max_lines=6,
                        max_length=MAX_QUESTION,
                        elem_id="question",
                        scale=8,
                        html_attributes=InputHTMLAttributes(enterkeyhint="send", autocomplete="off"),
                    )
                    ask = gr.Button(i18n("ask"), variant="primary", elem_id="ask", scale=0, min_width=96)
                    halt = gr.Button(i18n("stop"), variant="stop", elem_id="stop", scale=0, min_width=96, visible=False)
                with gr.Row(elem_id="options", equal_height=False):
                    as_of = gr.Textbox(
                        label=i18n("as_of"),
                        info=i18n("as_of_info"),
                        placeholder=i18n("as_of_placeholder"),
                        max_length=10,
                        elem_id="as-of",
                        scale=4,
                        html_attributes=InputHTMLAttributes(autocomplete="off"),
                    )
                    again = gr.Button(i18n("clear"), variant="secondary", elem_id="clear", scale=0, min_width=168)
            with gr.Column(scale=5, min_width=320, elem_id="beside"):
                panel = gr.HTML(panel_html((), "ja"), elem_id="evidence")
        gr.HTML(note_html(contact), elem_id="note")
        session = gr.State(Conversation(), time_to_live=SESSION_SECONDS)

        outputs = [box, ask, halt, chat, panel, session]
        quietly: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        asking: list[Any] = [
            event(respond, [box, as_of, session], outputs, concurrency_limit=ASKING_AT_ONCE, **quietly)
            for event in (box.submit, ask.click)
        ]
        asking.append(chat.ask(choose, [as_of, session], outputs, concurrency_limit=ASKING_AT_ONCE, **quietly))
        halt.click(stop, session, outputs, cancels=asking, **quietly)
        again.click(clear, None, outputs, cancels=asking, **quietly)
    page.i18n_instance = i18n
    return page


def _read(
    assistant: Assistant,
    question: str,
    day: dt.date | None,
    conversation: Conversation,
    find: Callable[[str], Announcement | None],
    interface: Language,
    user_name: str,
) -> Iterator[str | Conversation]:
    """Yields the reply as HTML while it grows, and at the end the conversation that holds it; the answer is kept."""
    language = language_of(question)
    draft = ""
    yield draft_html(draft, language)
    for piece in assistant.stream(question, history=conversation.turns, as_of=day, audience="staff"):
        if isinstance(piece, Answer):
            number = len(conversation.exchanges) + 1
            sources = sources_html(piece, number, find, interface)
            ids = [one.announcement_id for one in piece.citations] + [one.announcement_id for one in piece.superseded]
            named = [find(id) for id in dict.fromkeys(ids)]
            is_confidential = any(found is not None and not Scope().shows(found) for found in named)
            reply = reply_html(piece, number, is_confidential=is_confidential)
            exchange = Exchange(question, reply, sources, tuple(piece.suggestions))
            assistant.records.keep(
                piece, surface="staff", audience="staff", history=conversation.turns, as_of=day, user_name=user_name
            )
            yield conversation.then(exchange, Turn("user", question), Turn("assistant", piece.answer))
            return
        draft += piece
        yield draft_html(draft, language)


def _interface(request: gr.Request) -> Language:
    return interface_language(request.headers.get("accept-language"))


def answerable(assistant: Assistant, questions: Sequence[str]) -> list[str]:
    """Those of `questions` that the announcements answer; none while the assistant cannot say."""
    try:
        # Whether they can be answered, no chat model need be asked.
        answers = [assistant.ask(question, engine="extractive") for question in questions]
        return [answer.question for answer in answers if answer.status == "answered"]
    except AssistantError as error:
        _log.error("%s", error)
        return []


def mount_page(app: FastAPI, assistant: Assistant, sign_in: SignIn, *, contact: str = "", path: str = "/") -> None:
    """Serve the page at `path` of `app`, to those who signed in; nothing of Gradio's own (analytics, its API) comes."""
    page = build_page(assistant, contact=contact, examples=answerable(assistant, EXAMPLES))
    page.queue(max_size=100, api_open=False)
    gr.mount_gradio_app(
        app,
        page,
        path=path,
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        show_error=False,
        max_file_size=1,  # nothing is uploaded here
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
        i18n=page.i18n_instance,
        theme=_theme(),
        css_paths=[_STATIC / "page.css"],
        head=_head(),
        auth_dependency=lambda request: person.name if (person := sign_in.person(request.scope)) else None,
    )
    mounted = app.routes[-1]
    assert isinstance(mounted, Mount)
    mounted.app = StaffWall(mounted.app, sign_in)


def _theme() -> gr.themes.Base:
    # Plain names are fonts of the reader's system; Gradio's own default would be a web font.
    return gr.themes.Base(
        primary_hue=gr.themes.colors.blue,
        neutral_hue=gr.themes.colors.slate,
        font=_FONTS,
        font_mono=("ui-monospace", "Menlo", "Consolas", "monospace"),
    )


def _head() -> str:
    script = (_STATIC / "page.js").read_text("utf-8")
    return f'<link rel="icon" href="/favicon.svg" type="image/svg+xml"><script>{script}</script>'
