"""The staff's page answers from everything that staff may see, says what is not public, and keeps what it answered."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import gradio as gr
import pytest

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.web.page import Conversation, build_page
from assistant.web.render import reply_html, sources_html
from assistant.web.words import WORDS
from corpus.announcement import Announcement
from tests.bridge_builder import ALL, notice, opened

TOMORROW = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
SECRET = notice("secret.ja", "2024-01-01", "次の橋", "はまなす橋梁は次の橋を留萌に架けます。", audience="staff")
EMBARGOED = notice("soon.ja", "2024-01-02", "新しい台船", "新しい台船の重量は90トンです。", published_at=TOMORROW)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("page") / "data", (*ALL, SECRET, EMBARGOED))) as made:
        yield made


@pytest.fixture(scope="module")
def page(assistant: Assistant) -> Any:
    return build_page(assistant)


def asked(page: Any, question: str, conversation: Conversation, *, user: str = "", language: str = "ja") -> list[Any]:
    """What the page shows in the end: conversation, sources, and the session."""
    respond = next(one.fn for one in page.fns.values() if one.name == "respond")
    request = gr.Request(username=user, headers={"accept-language": language})
    *_, last = respond(question, "", conversation, request)
    return list(last[3:])


@pytest.mark.parametrize(
    ("question", "value", "badge"),
    [
        ("次の橋はどこに架けますか", "留萌", WORDS["ja"]["staff_only"]),
        ("新しい台船の重量は何トンですか", "90", "公表前"),
    ],
)
def test_what_the_public_may_not_see_is_answered_and_marked(page: Any, question: str, value: str, badge: str) -> None:
    conversation, sources, _ = asked(page, question, Conversation())
    assert value in conversation
    assert "reply-confidential" in conversation
    assert badge in sources
    assert "source-withheld" in sources


def test_what_is_public_is_not_marked(page: Any) -> None:
    conversation, sources, _ = asked(page, "フェーズ1の吊橋はいつ開通しましたか", Conversation())
    assert "reply-answered" in conversation
    assert "confidential" not in conversation
    assert "withheld" not in sources


def test_an_answer_is_kept_under_the_name_of_who_asked(page: Any, assistant: Assistant) -> None:
    question = "変更の原因は何ですか"
    _, _, session = asked(page, "フェーズ1の開通予定はいつですか", Conversation(), user="sato")
    asked(page, question, session, user="sato")
    assistant.records.flush()
    kept = next(one for one in assistant.records.store.newest(user_name="sato") if one.question == question)
    assert (kept.surface, kept.audience) == ("staff", "staff")
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
