"""The page people ask on, put together: the handlers of `chat` in, Gradio Blocks out; nothing else happens."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import gradio as gr
from fastapi import FastAPI
from gradio.components.textbox import InputHTMLAttributes
from starlette.routing import Mount

from assistant.web.chat import MAX_QUESTION, MAX_SEARCH, SETTLINGS, Chat, Parted
from assistant.web.conversation import Conversation
from assistant.web.conversation_html import Viewer, both, conversation_html, heading_html, note_html, panel_html
from assistant.web.sign_in import StaffWall
from assistant.web.staff import StaffPages
from assistant.web.words import WORDS
from corpus.errors import AssistantError

if TYPE_CHECKING:
    from assistant.assistant import Assistant

_log = logging.getLogger(__name__)
_STATIC = Path(__file__).parent / "static"

TITLE = "開示情報アシスタント / Announcements assistant"
ASKING_AT_ONCE = 8  # questions of all visitors that are answered at the same time; others wait
SESSION_SECONDS = 3600  # a conversation is forgotten this long after its page was closed
MOST_PAGES = 500  # pages whose conversations are held; each takes about a tenth of a megabyte until then

# Fitting for the bundled sample; the page offers those that the announcements at hand can answer.
EXAMPLES = (
    "ミッション3の打ち上げはいつの予定ですか",
    "ispaceはどの市場に上場しましたか",
    "When was the Mission 1 lander launched?",
    "How much did ispace raise in its Series C round?",
)

# Gradio finds the events' names in these texts, so each stands there by itself.
ON_CHAT = """
element.addEventListener('click', (event) => {
  const one = event.target.closest('button[data-do]');
  if (!one) return;
  const said = { ...one.dataset };
  if (said.do === 'ask') trigger('ask', said);
  if (said.do === 'again') trigger('again', said);
  if (said.do === 'rate') trigger('rate', said);
  if (said.do === 'reason') trigger('explain', said);
  if (said.do === 'save') trigger('save', said);
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  const form = event.target;
  trigger('explain', { place: form.dataset.place, comment: form.elements.comment.value });
});
"""
ON_PAST = """
element.addEventListener('click', (event) => {
  const one = event.target.closest('[data-do]');
  if (!one || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  const said = { ...one.dataset };
  event.preventDefault();
  if (said.do === 'resume') trigger('resume', said);
  if (said.do === 'forget') trigger('forget', said);
  if (said.do === 'forget_all') trigger('forget_all', said);
  if (said.do === 'bring_back') trigger('bring_back', said);
});
"""
SAVE_FILE = "(file) => window.saveFile(file)"

_FONTS = (
    "system-ui", "-apple-system", "Segoe UI", "Hiragino Sans", "Hiragino Kaku Gothic ProN", "BIZ UDPGothic",
    "Yu Gothic UI", "Meiryo", "Noto Sans JP", "Noto Sans CJK JP", "sans-serif",
)  # fmt: skip


def build_page(pages: StaffPages, *, contact: str = "", examples: Sequence[str] = ()) -> Any:
    """The chat with its sources beside it and what was asked before, as Blocks that are not served yet.

    Args:
        contact: named below it, for those whom the assistant cannot help.
        examples: questions to begin with.
    """
    i18n = gr.I18n(ja=dict(WORDS["ja"]), en=dict(WORDS["en"]))
    do = Chat(pages, examples=examples)
    typed = InputHTMLAttributes(autocomplete="off")
    plain: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}

    with gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True) as page:
        navigation = gr.HTML("", elem_id="navigation", **plain)
        gr.HTML(heading_html(), elem_id="masthead", **plain)
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(scale=3, min_width=220, elem_id="past"):
                gr.HTML(both("past-head", "past"), **plain)
                find = gr.Textbox(
                    "",
                    label=i18n("find"),
                    placeholder=i18n("find_placeholder"),
                    max_length=MAX_SEARCH,
                    elem_id="find",
                    html_attributes=InputHTMLAttributes(autocomplete="off", enterkeyhint="search"),
                )
                past = gr.HTML("", elem_id="talks", js_on_load=ON_PAST, apply_default_css=False)
            with gr.Column(scale=8, min_width=320, elem_id="talk"):
                chat = gr.HTML(
                    conversation_html(Conversation(), Viewer(examples=examples)),
                    elem_id="conversation",
                    js_on_load=ON_CHAT,
                    apply_default_css=False,
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
                    with gr.Accordion(i18n("filters"), open=False, elem_id="filters") as filters:
                        as_of = gr.Textbox(
                            "",  # the browser sends None for what was never opened
                            label=i18n("as_of"),
                            info=i18n("as_of_info"),
                            placeholder=i18n("as_of_placeholder"),
                            max_length=10,
                            elem_id="as-of",
                            html_attributes=typed,
                        )
                        narrowed = [
                            gr.Dropdown(choices=[""], value="", label=i18n(name), elem_id=name, visible=False)
                            for name in ("language", "category", "issuer")
                        ]
                    gr.HTML(_toggle_html(), elem_id="toggle", **plain)
                    again = gr.Button(i18n("clear"), variant="secondary", elem_id="clear", scale=0, min_width=140)
            with gr.Column(scale=6, min_width=320, elem_id="beside"):
                panel = gr.HTML(panel_html((), "ja"), elem_id="evidence", **plain)
        gr.HTML(note_html(contact), elem_id="note", **plain)
        session = gr.State(Conversation(), time_to_live=SESSION_SECONDS)
        parted = gr.State(Parted(), time_to_live=SESSION_SECONDS)
        file = gr.JSON(visible=False)

        outputs = [box, ask, halt, chat, panel, session]
        chosen = [as_of, *narrowed]
        quietly: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
        # What the page sends and gets for a question is text as it is: preparing each part of it would take Gradio a
        # thread, for each picture of an answer that grows.
        asked = {
            "concurrency_limit": ASKING_AT_ONCE, "concurrency_id": "asking", "preprocess": False, "postprocess": False,
            **quietly,
        }  # fmt: skip
        listed: dict[str, Any] = {"fn": do.past, "inputs": [find, session, parted], "outputs": past, **quietly}

        page.load(do.open, None, [navigation, *outputs], **quietly).then(**listed)
        page.load(do.choices, None, narrowed, **quietly)
        asking: list[Any] = [
            event(do.respond, [box, *chosen, session], outputs, **asked) for event in (box.submit, ask.click)
        ]
        asking.append(chat.ask(do.choose, [*chosen, session], outputs, **asked))
        asking.append(chat.again(do.again, [*chosen, session], outputs, **asked))
        for event in asking:
            event.then(**listed)
        stopped = halt.click(do.stop, session, outputs, cancels=asking, **quietly)
        for _ in range(SETTLINGS):
            stopped = stopped.then(do.settle, session, outputs, **quietly)
        again.click(do.clear, None, outputs, cancels=asking, **quietly).then(**listed)
        gr.on([as_of.change, *(one.input for one in narrowed)], do.label, chosen, filters, **quietly)

        chat.rate(do.rate, session, [chat, session], **quietly)
        chat.explain(do.explain, session, [chat, session], **quietly)
        chat.save(do.save, session, file, **quietly).then(None, file, None, js=SAVE_FILE, **quietly)

        gr.on([find.change, find.submit], trigger_mode="always_last", **listed)
        past.resume(do.resume, session, outputs, cancels=asking, **quietly).then(**listed)
        past.forget(do.forget, [find, session], [past, parted, *outputs], **quietly)
        past.forget_all(do.forget_all, [find, session], [past, parted, *outputs], **quietly)
        past.bring_back(do.bring_back, [find, session, parted], [past, parted], **quietly)
    page.i18n_instance = i18n
    return page


def _toggle_html() -> str:
    """The button that shows past conversations where there is no room for them beside the talk."""
    return "".join(
        f'<button type="button" class="toggle only-{language}" lang="{language}" data-toggle '
        f'aria-expanded="false" aria-controls="past">{words["past"]}</button>'
        for language, words in WORDS.items()
    )


def answerable(assistant: Assistant, questions: Sequence[str]) -> list[str]:
    """Those of `questions` that the announcements answer; none while the assistant cannot say."""
    try:
        # Whether they can be answered, no chat model need be asked.
        answers = [assistant.ask(question, engine="extractive") for question in questions]
        return [answer.question for answer in answers if answer.status == "answered"]
    except AssistantError as error:
        _log.error("%s", error)
        return []


def mount_page(app: FastAPI, pages: StaffPages, *, contact: str = "", path: str = "/") -> None:
    """Serve the page at `path` of `app`, to those who signed in; nothing of Gradio's own (analytics, its API) comes."""
    page = build_page(pages, contact=contact, examples=answerable(pages.assistant, EXAMPLES))
    sign_in = pages.sign_in
    page.state_session_capacity = MOST_PAGES
    page.queue(max_size=100, api_open=False, default_concurrency_limit=ASKING_AT_ONCE)
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
        css_paths=[_STATIC / "staff_navigation.css", _STATIC / "page.css"],
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
    return f'<link rel="icon" href="favicon.svg" type="image/svg+xml"><script>{script}</script>'
