"""The staff's page answers from everything that staff may see, says what is not public, and keeps what it answered."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import html
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import gradio as gr
import pypdfium2
import pytest
from fastapi import Request

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.chat import NOTHING_NEW, Chat, Parted
from assistant.web.conversation import Conversation, Filters
from assistant.web.page import build_page
from assistant.web.render import reply_html, sources_html
from assistant.web.sign_in import SignIn
from assistant.web.staff import StaffPages
from assistant.web.words import WORDS
from corpus.announcement import Announcement
from tests.bridge_builder import ALL, notice, opened
from tests.staff import let_in

TOMORROW = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
SECRET = notice("secret.ja", "2024-01-01", "次の橋", "はまなす橋梁は次の橋を留萌に架けます。", audience="staff")
EMBARGOED = notice("soon.ja", "2024-01-02", "新しい台船", "新しい台船の重量は90トンです。", published_at=TOMORROW)
OPENING = "フェーズ1の吊橋はいつ開通しましたか"
PLANNED = "フェーズ1の開通予定はいつですか"
FERRY = "渡船「かもめ」はいつ運航を開始しましたか"
NOWHERE = "ペンギンの飼育数は何羽ですか"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    announcements = [dataclasses.replace(one, category="架橋") for one in ALL]
    with closing(opened(tmp_path_factory.mktemp("page") / "data", (*announcements, SECRET, EMBARGOED))) as made:
        let_in(made, sato="editor", suzuki="reader", kato="reader")
        yield made


class By:
    """Someone at the page: what they do, and what the page shows them then."""

    def __init__(self, assistant: Assistant, user: str = "sato", *, language: str = "ja", root: str = "") -> None:
        trusted = assistant.settings.model_copy(update={"sign_in_header": "x-user", "trusted_proxies": "10.0.0.1"})
        self.chat = Chat(StaffPages(assistant, SignIn(trusted), assistant.settings), examples=[FERRY])
        self.user, self.language, self.root = user, language, root
        self.shown, self.sources, self.session = "", "", Conversation()

    def request(self, query: str = "") -> gr.Request:
        headers = [(b"accept-language", self.language.encode()), (b"x-user", self.user.encode())]
        scope = {
            "type": "http", "method": "POST", "path": "/", "root_path": self.root, "headers": headers,
            "query_string": query.encode(), "peer": "10.0.0.1",
        }  # fmt: skip
        return gr.Request(request=Request(scope), username=self.user)

    def ask(self, question: str, *filters: str) -> str:
        pieces = self.chat.respond(question, *(*filters, *[""] * 4)[:4], self.session, self.request())
        return self.see(list(pieces)[-1])

    def see(self, update: tuple[Any, ...]) -> str:
        *_, self.shown, self.sources, self.session = update
        return self.shown

    def does(self, name: str, *inputs: Any, **event: str) -> Any:
        said = gr.EventData(None, event)
        return getattr(self.chat, name)(*inputs, self.request(), said)

    def clicks(self, name: str, **event: str) -> str:
        """On something in the conversation that changes the conversation and nothing else."""
        self.shown, self.session = self.does(name, self.session, **event)
        return self.shown

    def listed(self, words: str = "") -> list[str]:
        """The titles of the past conversations."""
        shown = self.chat.past(words, self.session, Parted(), self.request())
        return [html.unescape(title) for title in re.findall(r'class="talk-title"[^>]*>([^<]*)<', shown)]

    def kept(self, assistant: Assistant) -> Any:
        assistant.records.flush()
        return assistant.records.store.get(self.session.exchanges[-1].answer_id)


@pytest.fixture
def sato(assistant: Assistant) -> Iterator[By]:
    yield By(assistant)
    for name in ("sato", "suzuki", "kato"):
        assistant.records.part_with(user_name=name)


@pytest.mark.parametrize(
    ("question", "value", "badge"),
    [
        ("次の橋はどこに架けますか", "留萌", WORDS["ja"]["staff_only"]),
        ("新しい台船の重量は何トンですか", "90", "公表前"),
    ],
)
def test_what_the_public_may_not_see_is_answered_and_marked(sato: By, question: str, value: str, badge: str) -> None:
    shown = sato.ask(question)
    assert value in shown
    assert "reply-confidential" in shown
    assert badge in sato.sources
    assert "source-withheld" in sato.sources


def test_what_is_public_is_not_marked(sato: By) -> None:
    shown = sato.ask(OPENING)
    assert "reply-answered" in shown
    assert "confidential" not in shown
    assert "withheld" not in sato.sources


def test_an_answer_is_kept_under_the_name_of_who_asked(sato: By, assistant: Assistant) -> None:
    sato.ask(PLANNED)
    sato.ask("変更の原因は何ですか")
    kept, _ = sato.kept(assistant)
    assert (kept.surface, kept.audience, kept.user_name) == ("staff", "staff", "sato")
    assert (kept.conversation_id, kept.turn) == (sato.session.id, 2)
    assert [turn["role"] for turn in kept.history] == ["user", "assistant"]


def test_an_official_answer_says_that_it_is_one() -> None:
    for language in ("ja", "en"):
        answer = Answer("?", language, "answered", "x", engine="official")
        assert WORDS[language]["official"] in html.unescape(reply_html(answer, 1))


def test_an_announcement_that_is_gone_has_no_badge(assistant: Assistant) -> None:
    answer = assistant.ask("次の橋はどこに架けますか", audience="staff")
    assert answer.citations

    def found(announcement: Announcement | None) -> str:
        return sources_html(answer, 1, lambda _: announcement, "en")

    assert "withheld" not in found(None)
    assert WORDS["en"]["staff_only"] in found(SECRET)
    assert "withheld" not in found(dataclasses.replace(SECRET, audience="public"))


# --- Asking


def test_the_answer_streams_and_its_chips_lead_to_the_passage(assistant: Assistant) -> None:
    by = By(assistant, root="/qa")
    updates = list(by.chat.respond(OPENING, "", "", "", "", Conversation(), by.request()))
    assert len(updates) >= 3
    assert "reply-draft" in updates[0][3]
    shown = html.unescape(by.see(updates[-1]))
    answer = by.session.exchanges[0].answer
    assert answer is not None
    one = answer.citations[0]
    path = f'href="/qa/staff/announcements/{one.announcement_id}?start={one.start}&end={one.end}#passage"'
    assert f'class="cite" {path}' in shown
    assert path in html.unescape(by.sources)
    assert f"2024年3月15日 · {one.page}ページ" in shown


@pytest.mark.parametrize(
    ("filters", "chips"),
    [
        (("2023", "", "", ""), "範囲：2023年12月31日時点"),
        (("", "ja", "架橋", "はまなす橋梁株式会社"), "範囲：日本語 · 架橋 · はまなす橋梁株式会社"),
    ],
)
def test_a_filter_is_said_in_the_answer_and_kept_with_it(
    sato: By, assistant: Assistant, filters: tuple[str, ...], chips: str
) -> None:
    assert chips in html.unescape(sato.ask(FERRY, *filters))
    kept, _ = sato.kept(assistant)
    chosen = {name: value for name, value in zip(("language", "category", "issuer"), filters[1:], strict=True) if value}
    assert (kept.selection, str(kept.as_of)) == (chosen, "2023-12-31" if filters[0] else "None")


def test_a_filter_leaves_out_what_was_not_chosen(sato: By) -> None:
    assert "reply-answered" in sato.ask(FERRY)
    assert "reply-not-found" in sato.ask(FERRY, "2021")
    assert "reply-not-found" in sato.ask(FERRY, "", "", "", "Somebody else")


def test_what_can_be_chosen_comes_from_the_announcements(sato: By) -> None:
    language, category, issuer = sato.chat.choices(sato.request())
    assert language["choices"] == [("すべて", ""), ("日本語", "ja"), ("英語", "en")]
    assert (category["choices"], category["visible"]) == ([("すべて", ""), ("架橋", "架橋")], False)
    assert [value for _, value in issuer["choices"]] == ["", "Hamanasu Bridges, Inc.", "はまなす橋梁株式会社"]


@pytest.mark.parametrize(
    ("chosen", "label"),
    [
        (("", "", "", ""), "絞り込み"),
        (("2022-09", "en", "", ""), "絞り込み：英語 · 2022年9月30日時点"),
        (("昨日", "", "", ""), "絞り込み：昨日"),
    ],
)
def test_the_heading_of_the_filters_says_what_is_chosen(sato: By, chosen: tuple[str, ...], label: str) -> None:
    assert sato.chat.label(*chosen, sato.request())["label"] == label


def test_a_date_that_cannot_be_read_is_said_and_the_question_stays_in_the_box(sato: By) -> None:
    *_, update = sato.chat.respond(FERRY, "昨日", "", "", "", Conversation(), sato.request())
    assert update[0] == FERRY
    assert "2022-09-30" in html.unescape(sato.see(update))


@pytest.mark.parametrize("sent", [None, 7, ["x"], {"a": 1}])
def test_of_what_is_no_text_nothing_is_taken(sato: By, sent: object) -> None:
    *_, unasked = sato.chat.respond(sent, sent, sent, sent, sent, Conversation(), sato.request())
    assert unasked[-1] == Conversation()
    *_, asked = sato.chat.respond(OPENING, sent, sent, sent, sent, Conversation(), sato.request())
    assert asked[-1].exchanges[0].filters == Filters()


def test_choices_of_an_ambiguous_question_are_buttons_that_ask(sato: By) -> None:
    shown = sato.ask("When did it open?")
    answer = sato.session.exchanges[-1].answer
    assert answer is not None
    assert (answer.status, bool(answer.suggestions)) == ("ambiguous", True)
    for choice in answer.suggestions:
        assert f'data-question="{html.escape(choice)}"' in html.unescape(shown).replace("&", "&amp;")
    pieces = sato.does("choose", "", "", "", "", sato.session, question=FERRY)
    assert "2023年6月1日" in sato.see(list(pieces)[-1])


def test_asked_again_an_answer_takes_the_place_of_the_one_before(sato: By, assistant: Assistant) -> None:
    sato.ask(PLANNED)
    sato.ask(FERRY, "2021")
    assert "reply-not-found" in sato.shown
    *_, update = sato.chat.again("", "", "", "", sato.session, sato.request())
    assert "2023年6月1日" in sato.see(update)
    assert [one.question for one in sato.session.exchanges] == [PLANNED, FERRY]
    kept, _ = sato.kept(assistant)
    assert (kept.turn, len(kept.history)) == (2, 2)
    assert [one.question for one, _ in assistant.records.talk(sato.session.id, user_name="sato")] == [PLANNED, FERRY]


def test_nothing_is_asked_again_where_nothing_was_asked(sato: By) -> None:
    [update] = sato.chat.again("", "", "", "", Conversation(), sato.request())
    assert update[-1] == Conversation()
    assert sato.chat.stop(Conversation(), sato.request())[-1] == Conversation()


def test_a_stopped_answer_can_be_asked_again(sato: By) -> None:
    pieces = sato.chat.respond(FERRY, "", "", "", "", Conversation(), sato.request())
    working = next(pieces)
    assert 'data-do="again"' not in working[3]
    stopped = sato.see(sato.chat.stop(working[-1], sato.request()))
    assert WORDS["ja"]["stopped"] in html.unescape(stopped)
    assert list(pieces) == []
    sato.chat._records.flush()
    assert sato.listed() == []
    *_, update = sato.chat.again("", "", "", "", sato.session, sato.request())
    assert "2023年6月1日" in sato.see(update)


def test_a_piece_that_comes_behind_the_stop_is_taken_back(sato: By) -> None:
    working = next(sato.chat.respond(FERRY, "", "", "", "", Conversation(), sato.request()))
    assert sato.chat.settle(working[-1], sato.request()) == NOTHING_NEW
    stopped = sato.chat.stop(working[-1], sato.request())
    assert sato.chat.settle(stopped[-1], sato.request()) == NOTHING_NEW
    late = sato.see(sato.chat.settle(working[-1], sato.request()))
    assert WORDS["ja"]["stopped"] in html.unescape(late)
    assert 'data-do="again"' in late


def test_every_answer_says_what_made_it_and_when_it_held(sato: By) -> None:
    shown = html.unescape(sato.ask(OPENING))
    assert "2024年3月15日時点の情報" in shown
    assert WORDS["ja"]["extractive"] in shown
    assert WORDS["ja"]["searched"] in html.unescape(sato.ask(NOWHERE))


def test_only_editors_are_offered_to_make_an_answer_official(assistant: Assistant) -> None:
    for user, is_offered in (("sato", True), ("suzuki", False)):
        by = By(assistant, user)
        shown = html.unescape(by.ask(OPENING))
        id = by.session.exchanges[0].answer_id
        assert (f'href="/staff/official/new?answer={id}"' in shown) == is_offered
        assert "official/new" not in html.unescape(by.ask(NOWHERE)).split('class="exchange"')[-1]


# --- Rating


def test_a_thumb_is_kept_shown_and_taken_back_by_the_same_click(sato: By, assistant: Assistant) -> None:
    sato.ask(FERRY)
    assert pressed(sato.clicks("rate", place="0", rating="up")) == ["up"]
    assert sato.kept(assistant)[1].rating == "up"
    assert pressed(sato.clicks("rate", place="0", rating="down")) == ["down"]
    sato.clicks("explain", place="0", reason="outdated")
    shown = sato.clicks("explain", place="0", comment="<b>古い</b>")
    said = sato.kept(assistant)[1]
    assert (said.rating, said.reason, said.comment) == ("down", "outdated", "<b>古い</b>")
    assert "&#60;b&#62;古い" in shown
    sato.clicks("explain", place="0", reason="outdated")
    assert sato.kept(assistant)[1].reason == ""
    assert pressed(sato.clicks("rate", place="0", rating="down")) == []
    assert sato.kept(assistant)[1] is None
    assert WORDS["ja"]["unrated"] in html.unescape(sato.shown)


def test_a_thumb_down_goes_to_the_inbox(sato: By, assistant: Assistant) -> None:
    sato.ask("調印式はどこで行われましたか")
    sato.clicks("rate", place="0", rating="down")
    assert [group.down for group in assistant.records.inbox() if "調印式" in group.question] == [1]


@pytest.mark.parametrize(
    "event",
    [{}, {"place": "1", "rating": "up"}, {"place": "-1", "rating": "up"}, {"place": "0", "rating": "best"},
     {"place": "٠", "rating": "up"}, {"place": "9" * 5000, "rating": "up"}],
)  # fmt: skip
def test_a_rating_that_the_page_never_offered_changes_nothing(
    sato: By, assistant: Assistant, event: Mapping[str, str]
) -> None:
    sato.ask(FERRY)
    assert sato.does("rate", sato.session, **event) == (gr.skip(), gr.skip())
    assert sato.does("explain", sato.session, **event) == (gr.skip(), gr.skip())
    assert sato.kept(assistant)[1] is None


def test_what_is_no_longer_kept_cannot_be_rated_and_that_is_said(sato: By, assistant: Assistant) -> None:
    sato.ask(FERRY)
    sato.kept(assistant)
    assistant.records.store.forget([sato.session.exchanges[0].answer_id])
    shown = sato.clicks("rate", place="0", rating="up")
    assert pressed(shown) == []
    assert WORDS["ja"]["not_kept"] in html.unescape(shown)


def pressed(shown: str) -> list[str]:
    return re.findall(r'data-rating="(\w+)" aria-pressed="true"', shown)


# --- Past conversations


def test_a_conversation_is_listed_opened_again_and_gone_on_with(sato: By, assistant: Assistant) -> None:
    sato.ask(PLANNED)
    sato.ask(OPENING, "", "ja")
    sato.clicks("rate", place="1", rating="down")
    before, id = sato.session, sato.session.id
    assert sato.listed() == [PLANNED]
    later = By(assistant)
    later.see(later.does("resume", Conversation(), conversation=id))
    assert told(later.session) == told(before)
    assert later.session.exchanges[1].said.rating == "down"
    assert later.session.exchanges[1].filters.selection.language == "ja"
    later.ask("変更の原因は何ですか")
    kept, _ = later.kept(assistant)
    assert (kept.conversation_id, kept.turn, len(kept.history)) == (id, 3, 4)


def told(conversation: Conversation) -> list[dict[str, Any]]:
    return [one.answer.to_dict() for one in conversation.exchanges if one.answer]


def test_an_address_that_names_a_conversation_opens_it(sato: By) -> None:
    sato.ask(FERRY)
    navigation, *page = sato.chat.open(sato.request(f"conversation={sato.session.id}"))
    assert "sato" in navigation
    assert page[-1].id == sato.session.id
    assert sato.chat.open(sato.request())[1:] == (gr.skip(),) * 6
    about = sato.chat.open(sato.request(f"about={SECRET.id}"))
    assert about[1] == f"「{SECRET.title}」では何が発表されましたか"
    assert sato.chat.open(sato.request("about=nothing"))[1:] == (gr.skip(),) * 6
    gone = sato.chat.open(sato.request("conversation=nothing"))
    assert WORDS["ja"]["past_gone"] in html.unescape(gone[4])


def test_nobody_sees_opens_or_deletes_the_conversation_of_another(sato: By, assistant: Assistant) -> None:
    sato.ask(FERRY)
    other, id = By(assistant, "suzuki"), sato.session.id
    assert other.listed() == []
    assert other.does("resume", Conversation(), conversation=id)[-1] == Conversation()
    assert other.chat.open(other.request(f"conversation={id}"))[-1] == Conversation()
    other.does("forget", "", Conversation(), conversation=id)
    other.chat.forget_all("", Conversation(), other.request())
    other.chat.bring_back("", Conversation(), Parted({sato.session.exchanges[0].answer_id: "mine"}), other.request())
    assert (sato.listed(), other.listed()) == ([FERRY], [])


@pytest.mark.parametrize(
    ("words", "found"), [("かもめ", [FERRY]), ("函館", [FERRY]), ("留萌", []), ("2023年6月1日", [FERRY]), ("%", [])]
)
def test_conversations_are_searched_in_questions_and_answers(sato: By, words: str, found: list[str]) -> None:
    sato.ask(FERRY)
    assert sato.listed(words) == found


def test_a_deleted_conversation_leaves_the_page_and_comes_back_when_undone(sato: By, assistant: Assistant) -> None:
    sato.ask(FERRY)
    id, answer_id = sato.session.id, sato.session.exchanges[0].answer_id
    shown, parted, *page = sato.does("forget", "", sato.session, conversation=id)
    assert "bring_back" in shown
    assert page[-1] == Conversation()
    assert sato.listed() == []
    assert assistant.records.store.get(answer_id)[0].user_name == ""
    shown, parted = sato.chat.bring_back("", Conversation(), parted, sato.request())
    assert "bring_back" not in shown
    assert sato.listed() == [FERRY]
    assert parted == Parted()


def test_all_conversations_are_deleted_at_once(sato: By) -> None:
    sato.ask(FERRY)
    sato.session = Conversation()
    sato.ask(OPENING)
    assert len(sato.listed()) == 2
    shown, parted, *page = sato.chat.forget_all("", sato.session, sato.request())
    assert (sato.listed(), len(parted.answers), page[-1]) == ([], 2, Conversation())
    assert WORDS["ja"]["past_none"] in html.unescape(shown)


def test_with_no_record_nothing_is_listed_and_the_page_says_so(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "data", sample="off", record_days=0)
    with closing(Assistant.open(settings, embeddings="off")) as assistant:
        by = By(assistant)
        shown = by.chat.past("", Conversation(), Parted(), by.request())
        assert "ASSISTANT_RECORD_DAYS=0" in html.unescape(shown)
        by.ask(FERRY)
        assert 'data-conversation=""' in by.shown
        assert 'data-do="rate"' not in by.shown
        assert by.chat.open(by.request("conversation=x"))[1:] == (gr.skip(),) * 6


# --- Taking it along


def test_a_conversation_is_saved_as_markdown_and_as_pdf(sato: By) -> None:
    assert sato.does("save", Conversation(), kind="pdf") is None
    sato.ask(FERRY)
    markdown = sato.does("save", sato.session, kind="markdown")
    text = base64.b64decode(markdown["data"]).decode()
    assert re.fullmatch(r"conversation-\d{4}-\d\d-\d\d\.md", markdown["name"])
    assert FERRY in text
    file = sato.does("save", sato.session, kind="pdf")
    assert file["media"] == "application/pdf"
    with closing(pypdfium2.PdfDocument(base64.b64decode(file["data"]))) as document:
        page = document[0].get_textpage().get_text_range()
    assert "2023年6月1日" in page
    assert FERRY in page.replace("\r\n", "")


# --- The page


def test_the_navigation_is_that_of_the_persons_role_below_the_prefix_of_a_proxy(assistant: Assistant) -> None:
    by = By(assistant, "suzuki", language="en", root="/qa")
    by.chat._pages.name("settings", "/staff/settings", "admin")
    by.chat._pages.name("announcements", "/staff/announcements")
    navigation, *_ = by.chat.open(by.request())
    assert 'href="/qa/staff/announcements">Announcements' in navigation
    assert "/staff/settings" not in navigation
    assert 'action="/qa/staff/logout"' in navigation
    assert "suzuki (reader)" in navigation


def test_the_page_can_be_built_and_every_event_of_its_scripts_has_a_handler(assistant: Assistant) -> None:
    page = build_page(StaffPages(assistant, SignIn(assistant.settings), assistant.settings))
    handled = {event for one in page.fns.values() for _, event in one.targets}
    scripts = " ".join(one.js_on_load or "" for one in page.blocks.values() if isinstance(one, gr.HTML))
    assert set(re.findall(r"trigger\('(\w+)'", scripts)) <= handled
    assert {one.api_visibility for one in page.fns.values()} == {"private"}
