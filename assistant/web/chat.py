"""What the page people ask on does: a question, a click or a choice in; the page as it is to be shown out.

Everything here is told who asks by the request, never by what the page sends.
"""

from __future__ import annotations

import base64
import datetime as dt
import logging
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, get_args

import gradio as gr

from assistant.answer import Answer, answer_of
from assistant.records import LONGEST_COMMENT, Reason, new_id, selection_of
from assistant.web.conversation import Choices, Conversation, Exchange, Filters, Said
from assistant.web.conversation_html import Past, Viewer, conversation_html, panel_html, past_html
from assistant.web.export import as_markdown, file_name
from assistant.web.render import draft_html, language_of, notice_html, reply_html, sources_html
from assistant.web.sign_in import Person
from assistant.web.staff import StaffPages, root_of
from assistant.web.words import WORDS, interface_language
from corpus.announcement import Announcement, Language
from corpus.dates import PartialDate
from corpus.errors import AssistantError, UnknownAnnouncement, UnknownAnswer
from corpus.kept import Feedback, KeptAnswer, Rating
from index.passage import Scope, Selection

if TYPE_CHECKING:
    from fastapi import Request

_log = logging.getLogger(__name__)

MAX_QUESTION = 1000  # characters
MAX_SEARCH = 200  # characters
PAST_SHOWN = 50  # conversations
DRAFT_SECONDS = 0.1  # at least, between two pictures of an answer that grows
# A piece that was on its way when the reader stopped comes within so many times so long.
SETTLING_SECONDS, SETTLINGS = 0.3, 8
MOST_STOPPED = 1000  # answers that are remembered as stopped

# What a handler gives the page: question box, ask button, stop button, conversation, sources, session.
Update = tuple[Any, Any, Any, Any, Any, Any]
NOTHING_NEW: Update = (gr.skip(),) * 6


@dataclass(frozen=True, slots=True)
class Parted:
    """What somebody deleted last, for undoing it: answers and the conversation of each."""

    answers: Mapping[str, str] = field(default_factory=dict)


class Chat:
    """The handlers of one page."""

    def __init__(self, pages: StaffPages, *, examples: Sequence[str] = ()) -> None:
        self._pages = pages
        self._assistant = pages.assistant
        self._records = pages.assistant.records
        self._days = pages.settings.record_days
        self._examples = tuple(examples)
        # Ids of answers that are not wanted any more: what is under way may still come after the page was told so.
        self._stopped: deque[str] = deque(maxlen=MOST_STOPPED)

    # --- Opening the page ---------------------------------------------------------------------------------------

    def open(self, request: gr.Request) -> tuple[Any, ...]:
        """The navigation, and for an address that names a conversation, that one; for one that names an announcement,
        a question about it to send or to change; else the page stays as it is."""
        viewer = self._viewer(request)
        navigation = self._pages.navigation(_http(request), self._person(request), here="chat")
        about = self._find(str(request.query_params.get("about") or ""))
        if about:
            question = WORDS[viewer.interface]["ask_about"].format(title=about.title)
            return (_for_template(navigation), question[:MAX_QUESTION], *NOTHING_NEW[1:])
        asked_for = str(request.query_params.get("conversation") or "")
        if not asked_for or not self._records.keeps:
            return (_for_template(navigation), *NOTHING_NEW)
        found = self._restored(asked_for, request)
        if found:
            return (_for_template(navigation), *self._shown(found, viewer))
        gone = Exchange("", notice_html(WORDS[viewer.interface]["past_gone"], viewer.interface))
        shown = conversation_html(Conversation(), viewer) + gone.reply
        return (_for_template(navigation), "", gr.skip(), gr.skip(), shown, gr.skip(), Conversation())

    def choices(self, request: gr.Request) -> tuple[Any, ...]:
        """What the question can be narrowed to: language, category and issuer, those left out that would not narrow."""
        words = WORDS[self._viewer(request).interface]
        offered = Choices.of(list(self._assistant.links.outlines().values()))

        def choice(values: Sequence[str], named: Callable[[str], str] = str) -> Any:
            pairs = [(words["every"], ""), *((named(value), value) for value in values)]
            return gr.update(choices=pairs, value="", visible=len(values) > 1)

        return (
            choice(offered.languages, lambda value: words[f"language_{value}"]),
            choice(offered.categories),
            choice(offered.issuers),
        )

    def label(self, as_of: str, language: str, category: str, issuer: str, request: gr.Request) -> Any:
        """The heading over the filters, which says what is chosen."""
        interface = self._viewer(request).interface
        try:
            chosen = _filters(as_of, language, category, issuer).said(interface)
        except ValueError:
            chosen = [as_of.strip()]
        said = WORDS[interface]["filters_on"].format(chosen=" · ".join(chosen)) if chosen else ""
        return gr.update(label=said or WORDS[interface]["filters"])

    # --- Asking -------------------------------------------------------------------------------------------------

    def respond(
        self,
        question: object,
        as_of: object,
        language: object,
        category: object,
        issuer: object,
        conversation: Conversation,
        request: gr.Request,
    ) -> Iterator[Update]:
        """Yields the page for each piece of the answer that arrives.

        What was asked and chosen comes as the browser sent it: of what is no text, nothing is taken.
        """
        viewer = self._viewer(request)
        words, interface = WORDS[viewer.interface], viewer.interface
        asked = _text_of(question).strip()
        if not asked:
            yield self._shown(conversation, viewer)
            return
        begun = conversation if conversation.id else replace(conversation, id=new_id())
        try:
            filters = _filters(_text_of(as_of), _text_of(language), _text_of(category), _text_of(issuer))
        except ValueError:
            refused = Exchange(asked, notice_html(words["bad_date"], interface))
            yield self._shown(begun.then(refused), viewer, box=asked)
            return
        if len(asked) > MAX_QUESTION:
            text = words["too_long"].format(limit=MAX_QUESTION)
            yield self._shown(begun.then(Exchange(asked[:60] + "…", notice_html(text, interface))), viewer)
            return
        reply, kept_id = notice_html(words["unable"], interface), new_id()
        try:
            for piece in self._read(asked, filters, begun, kept_id, viewer, request):
                if isinstance(piece, Exchange):
                    yield self._shown(begun.then(piece), viewer)
                    return
                if kept_id in self._stopped:
                    return
                pending = Exchange(asked, piece, filters=filters, answer_id=kept_id)
                yield self._shown(begun.then(pending), viewer, is_working=True) if piece else NOTHING_NEW
        except AssistantError as error:
            # The message may name files of this machine: it is for the operator, not for the reader.
            _log.error("%s", error)
        except Exception:
            _log.exception("The assistant failed on a question.")
        if kept_id in self._stopped:
            return
        yield self._shown(begun.then(Exchange(asked, reply, filters=filters)), viewer)

    def choose(
        self,
        as_of: object,
        language: object,
        category: object,
        issuer: object,
        conversation: Conversation,
        request: gr.Request,
        event: gr.EventData,
    ) -> Iterator[Update]:
        """The same for an example, a suggestion or a choice that was clicked."""
        question = _text(event, "question")[: MAX_QUESTION + 1]
        yield from self.respond(question, as_of, language, category, issuer, conversation, request)

    def again(
        self,
        as_of: object,
        language: object,
        category: object,
        issuer: object,
        conversation: Conversation,
        request: gr.Request,
    ) -> Iterator[Update]:
        """Asks the last question once more; what comes takes the place of what came before."""
        if not conversation.exchanges:
            yield self._shown(conversation, self._viewer(request))
            return
        *before, last = conversation.exchanges
        kept = replace(conversation, exchanges=tuple(before))
        yield from self.respond(last.question, as_of, language, category, issuer, kept, request)

    def stop(self, conversation: Conversation, request: gr.Request) -> Update:
        """The page after its reader wants no more of the answer."""
        viewer = self._viewer(request)
        if not conversation.exchanges:
            return self._shown(conversation, viewer)
        *before, last = conversation.exchanges
        if last.answer:
            return self._shown(conversation, viewer)  # it came just before
        self._stopped.append(last.answer_id)
        stopped = replace(last, reply=notice_html(WORDS[viewer.interface]["stopped"], viewer.interface), answer_id="")
        return self._shown(replace(conversation, exchanges=(*before, stopped)), viewer)

    def settle(self, conversation: Conversation, request: gr.Request) -> Update:
        """The same once more where a piece that was on its way when the reader stopped has come behind."""
        time.sleep(SETTLING_SECONDS)
        last = conversation.exchanges[-1] if conversation.exchanges else None
        is_late = last is not None and not last.answer and last.answer_id in self._stopped
        return self.stop(conversation, request) if is_late else NOTHING_NEW

    def clear(self, request: gr.Request) -> Update:
        """The page for a new conversation."""
        return self._shown(Conversation(), self._viewer(request))

    def _read(
        self,
        question: str,
        filters: Filters,
        conversation: Conversation,
        kept_id: str,
        viewer: Viewer,
        request: gr.Request,
    ) -> Iterator[str | Exchange]:
        """Yields the reply as HTML while it grows, and at the end what came of the question; the answer is kept.

        Nothing is yielded in between as "", so that whoever waits may stop waiting.
        """
        language = language_of(question)
        draft = ""
        yield draft_html(draft, language)
        shown, shown_at, yielded_at = draft, 0.0, time.monotonic()
        turns = conversation.turns
        pieces = self._assistant.stream(
            question, history=turns, as_of=filters.as_of, audience="staff", selection=filters.selection
        )
        for piece in pieces:
            if isinstance(piece, Answer):
                if kept_id in self._stopped:
                    return
                turn = len(conversation.exchanges) + 1
                self._records.keep(
                    piece,
                    surface="staff",
                    audience="staff",
                    history=turns,
                    as_of=filters.as_of,
                    user_name=self._person(request).name,
                    selection=filters.selection,
                    conversation_id=conversation.id,
                    turn=turn,
                    id=kept_id,
                )
                yield self._exchange(piece, turn, filters, kept_id, viewer)
                return
            draft += piece
            # What is yielded costs the page an event each: the first piece is shown at once, then so many a second.
            now = time.monotonic()
            if draft != shown and now - shown_at >= DRAFT_SECONDS:
                shown, shown_at, yielded_at = draft, now, now
                yield draft_html(draft, language)
            elif now - yielded_at >= DRAFT_SECONDS:
                yielded_at = now
                yield ""

    def _exchange(self, answer: Answer, turn: int, filters: Filters, kept_id: str, viewer: Viewer) -> Exchange:
        ids = [one.announcement_id for one in answer.citations] + [one.announcement_id for one in answer.superseded]
        named = [self._find(id) for id in dict.fromkeys(ids)]
        is_confidential = any(found is not None and not Scope().shows(found) for found in named)
        chosen = filters.said(answer.language)
        return Exchange(
            answer.question,
            reply_html(answer, turn, is_confidential=is_confidential, root=viewer.root, filters=chosen),
            sources_html(answer, turn, self._find, viewer.interface, root=viewer.root),
            tuple(answer.suggestions),
            answer,
            kept_id,
            filters,
        )

    def _find(self, id: str) -> Announcement | None:
        try:
            return self._assistant.catalog.get(id)
        except UnknownAnnouncement:
            return None

    # --- An answer that is there --------------------------------------------------------------------------------

    def rate(self, conversation: Conversation, request: gr.Request, event: gr.EventData) -> tuple[Any, Any]:
        """A thumb up or down; the same one again takes it back."""
        place, rating = _place(event, conversation), _text(event, "rating")
        if place is None or rating not in get_args(Rating):
            return gr.skip(), gr.skip()
        before = conversation.exchanges[place].said
        if before.rating == rating:
            return self._say(conversation, place, Said(), "unrated", request)
        reply = "rated" if rating == "up" else "rated_down"
        return self._say(conversation, place, Said("up" if rating == "up" else "down"), reply, request)

    def explain(self, conversation: Conversation, request: gr.Request, event: gr.EventData) -> tuple[Any, Any]:
        """Why an answer is not good: one of the reasons, or words; the same reason again takes it back."""
        place = _place(event, conversation)
        if place is None or conversation.exchanges[place].said.rating != "down":
            return gr.skip(), gr.skip()
        said = conversation.exchanges[place].said
        given = _text(event, "reason")
        reason: Reason = next((one for one in get_args(Reason) if one == given), "")
        if reason:
            told = replace(said, reason="" if reason == said.reason else reason)
        else:
            told = replace(said, comment=_text(event, "comment")[:LONGEST_COMMENT])
        return self._say(conversation, place, told, "rated_down", request)

    def _say(
        self, conversation: Conversation, place: int, said: Said, reply: str, request: gr.Request
    ) -> tuple[Any, Any]:
        exchange = conversation.exchanges[place]
        try:
            if said.rating is None:
                self._records.take_back(exchange.answer_id)
            else:
                self._records.feedback(exchange.answer_id, rating=said.rating, reason=said.reason, comment=said.comment)
            told = replace(said, reply=reply)
        except UnknownAnswer:
            told = replace(exchange.said, reply="not_kept")
        changed = conversation.with_said(place, told)
        return conversation_html(changed, self._viewer(request)), changed

    def save(self, conversation: Conversation, request: gr.Request, event: gr.EventData) -> dict[str, str] | None:
        """The conversation as a file: name, media type and bytes in base 64; None while there is no answer."""
        if not conversation.turns:
            return None
        now, interface = dt.datetime.now(dt.UTC), self._viewer(request).interface
        if _text(event, "kind") == "pdf":
            from assistant.web.export_pdf import as_pdf  # when wanted: it takes a while to import

            name, media, made = file_name(now, "pdf"), "application/pdf", as_pdf(conversation, interface, now=now)
        else:
            text = as_markdown(conversation, interface, now=now)
            name, media, made = file_name(now, "md"), "text/markdown;charset=utf-8", text.encode("utf-8", "replace")
        return {"name": name, "media": media, "data": base64.b64encode(made).decode()}

    # --- Past conversations -------------------------------------------------------------------------------------

    def past(self, words: str, conversation: Conversation, parted: Parted, request: gr.Request) -> str:
        """The list of one's own conversations, of those that hold `words`."""
        return self._past_html(words, conversation.id, parted, request)

    def resume(self, conversation: Conversation, request: gr.Request, event: gr.EventData) -> Update:
        """The page with an earlier conversation, to be gone on with."""
        viewer = self._viewer(request)
        found = self._restored(_text(event, "conversation"), request)
        if found is None:
            return self._shown(conversation, viewer)
        return self._shown(found, viewer)

    def forget(
        self, words: str, conversation: Conversation, request: gr.Request, event: gr.EventData
    ) -> tuple[Any, ...]:
        """Takes one conversation out of the list; the page begins anew when it shows that one."""
        return self._part(words, conversation, request, _text(event, "conversation"))

    def forget_all(self, words: str, conversation: Conversation, request: gr.Request) -> tuple[Any, ...]:
        """The same for all of them."""
        return self._part(words, conversation, request, None)

    def bring_back(
        self, words: str, conversation: Conversation, parted: Parted, request: gr.Request
    ) -> tuple[str, Parted]:
        """Undoes the last deletion."""
        self._records.join_again(parted.answers, user_name=self._person(request).name)
        return self._past_html(words, conversation.id, Parted(), request), Parted()

    def _part(self, words: str, conversation: Conversation, request: gr.Request, id: str | None) -> tuple[Any, ...]:
        answers = self._records.part_with(user_name=self._person(request).name, conversation_id=id)
        parted = Parted(answers)
        is_gone = conversation.id in answers.values()
        kept = Conversation() if is_gone else conversation
        page = self._shown(kept, self._viewer(request)) if is_gone else NOTHING_NEW
        return (self._past_html(words, kept.id, parted, request), parted, *page)

    def _past_html(self, words: str, current: str, parted: Parted, request: gr.Request) -> str:
        searched = words.strip()[:MAX_SEARCH]
        name = self._person(request).name
        try:
            talks = self._records.talks(user_name=name, containing=searched, k=PAST_SHOWN) if self._days else []
        except AssistantError as error:
            _log.error("%s", error)
            talks = []
        return past_html(Past(talks, current, searched, self._days, bool(parted.answers)), self._viewer(request))

    def _restored(self, id: str, request: gr.Request) -> Conversation | None:
        kept = self._records.talk(id, user_name=self._person(request).name) if id else []
        viewer = self._viewer(request)
        exchanges = [self._kept_exchange(one, said, turn, viewer) for turn, (one, said) in enumerate(kept, start=1)]
        return Conversation(tuple(exchanges), id) if exchanges else None

    def _kept_exchange(self, kept: KeptAnswer, said: Feedback | None, turn: int, viewer: Viewer) -> Exchange:
        filters = Filters(kept.as_of, selection_of(kept))
        exchange = self._exchange(answer_of(kept.answer), turn, filters, kept.id, viewer)
        reason: Reason = next((one for one in get_args(Reason) if said and one == said.reason), "")
        return replace(exchange, said=Said(said.rating, reason, said.comment)) if said else exchange

    # --- Who looks ----------------------------------------------------------------------------------------------

    def _person(self, request: gr.Request) -> Person:
        # The wall in front of the page lets nobody else in; a session that ends meanwhile leaves no name.
        return self._pages.sign_in.person(_http(request).scope) or Person("", "reader")

    def _viewer(self, request: gr.Request) -> Viewer:
        return Viewer(
            interface=interface_language(request.headers.get("accept-language")),
            root=root_of(_http(request)),
            is_editor=self._person(request).may("editor"),
            keeps=self._records.keeps,
            examples=self._examples,
        )

    @staticmethod
    def _shown(conversation: Conversation, viewer: Viewer, *, is_working: bool = False, box: str = "") -> Update:
        return (
            box,
            gr.update(visible=not is_working),
            gr.update(visible=is_working),
            conversation_html(conversation, viewer, is_working=is_working),
            panel_html(conversation.exchanges, viewer.interface),
            conversation,
        )


def _http(request: gr.Request) -> Request:
    assert request.request is not None
    return request.request


def _for_template(html: str) -> str:
    """`html` with nothing that Gradio's templates would read."""
    return html.replace("$", "&#36;").replace("{", "&#123;").replace("}", "&#125;")


def _filters(as_of: str, language: str, category: str, issuer: str) -> Filters:
    """What was chosen; ValueError for a date that cannot be read."""
    spoken: Language | None = next((one for one in get_args(Language) if one == language), None)
    day = PartialDate.parse(as_of).latest if as_of.strip() else None
    return Filters(day, Selection(spoken, category or None, issuer or None))


def _text(event: gr.EventData, name: str) -> str:
    return _text_of(event._data.get(name) if isinstance(event._data, dict) else None)


def _text_of(sent: object) -> str:
    return sent if isinstance(sent, str) else ""


def _place(event: gr.EventData, conversation: Conversation) -> int | None:
    """Which answer of the conversation an event is about, counted from 0; None when there is none."""
    said = _text(event, "place")
    place = int(said) if said.isascii() and said.isdigit() and len(said) < 6 else len(conversation.exchanges)
    return place if place < len(conversation.exchanges) and conversation.exchanges[place].answer else None
