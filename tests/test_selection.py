"""Answers from some of the announcements only: the stores leave the rest out, and what corrects them still counts."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from contextlib import closing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.records import selection_of
from corpus.announcement import Announcement
from corpus.curation import OfficialAnswer
from index.passage import SELECTABLE, Scope, Selection
from tests.bridge_builder import ALL, notice, opened

REPORT = notice("report.ja", "2022-01-10", "点検の結果", "はるにれ橋の点検で欠陥は3件でした。", category="点検")
FIX = notice(
    "fix.ja",
    "2022-02-10",
    "（訂正）点検の結果",
    "はるにれ橋の点検で欠陥は3件でしたが、正しくは5件でした。",
    category="訂正",
    supersedes="report.ja",
)
OTHER = notice("other.ja", "2022-03-01", "試験の結果", "はるにれ橋の試験では欠陥は9件でした。", category="試験")
OTHERS = dataclasses.replace(
    notice("partner.ja", "2022-04-01", "台船の更新", "新しい台船の重量は77トンです。"), issuer="白樺鋼構株式会社"
)


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("some") / "data", (*ALL, REPORT, FIX, OTHER, OTHERS))) as made:
        yield made


def cited(answer: Answer) -> set[str]:
    return {citation.announcement_id for citation in answer.citations}


@pytest.mark.parametrize(
    ("question", "selection", "id"),
    [
        ("渡船「かもめ」はいつ運航を開始しましたか", Selection(), "ferry.ja"),
        ("When did the ferry Kamome start service?", Selection(), "ferry.en"),
        ("Phase Bのラウンドで調達した金額はいくらですか", Selection(language="en"), "funding.en"),
        ("新しい台船の重量は何トンですか", Selection(issuer="白樺鋼構株式会社"), "partner.ja"),
        ("はるにれ橋の試験の欠陥は何件でしたか", Selection(category="試験"), "other.ja"),
    ],
)
def test_an_answer_is_of_the_announcements_that_were_selected(
    assistant: Assistant, question: str, selection: Selection, id: str
) -> None:
    answer = assistant.ask(question, selection=selection)
    assert (answer.status, cited(answer)) == ("answered", {id})
    *_, streamed = assistant.stream(question, selection=selection)
    assert isinstance(streamed, Answer)
    assert cited(streamed) == {id}


@pytest.mark.parametrize(
    "selection", [Selection(category="試験"), Selection(issuer="Hamanasu Bridges, Inc."), Selection("ja", issuer="x")]
)
def test_what_was_not_selected_is_not_answered_from(assistant: Assistant, selection: Selection) -> None:
    assert assistant.ask("渡船「かもめ」はいつ運航を開始しましたか", selection=selection).status == "not_found"


def test_a_correction_counts_although_it_is_of_another_category(assistant: Assistant) -> None:
    answer = assistant.ask("はるにれ橋の点検の欠陥は何件でしたか", selection=Selection(category="点検"))
    assert answer.status == "answered"
    assert "5件" in answer.answer
    assert "other.ja" not in cited(answer)


def test_an_official_answer_comes_only_where_all_its_sources_were_selected(assistant: Assistant) -> None:
    question = "台船の重さは公式には何トンですか"
    source = assistant.official.quote("staff.ja", "約35トン")
    entry = OfficialAnswer("", answer_ja="約35トンです。[1]", questions_ja=(question,), sources=(source,))
    assistant.official.approve(assistant.official.save(entry).id, by="sato")
    assert assistant.ask(question).engine == "official"
    issuer = "はまなす橋梁株式会社"
    assert assistant.ask(question, selection=Selection("ja", issuer=issuer)).engine == "official"
    assert assistant.ask(question, selection=Selection("en")).engine != "official"


def test_the_selection_is_kept_with_the_answer_and_asked_with_again(assistant: Assistant) -> None:
    question, selection = "渡船「かもめ」はいつ運航を開始しましたか", Selection("en")
    id = assistant.records.keep(assistant.ask(question, selection=selection), surface="staff", selection=selection)
    assistant.records.flush()
    assert selection_of(assistant.records.store.get(id)[0]) == selection
    assert assistant.records.replay(id, assistant).differences == ()


@given(
    selection=st.builds(
        Selection,
        language=st.none() | st.sampled_from(["ja", "en"]),
        category=st.none() | st.sampled_from(["IR", "PR"]),
        issuer=st.none() | st.sampled_from(["A", "B"]),
    ),
    announcement=st.builds(
        lambda language, category, issuer: Announcement(
            "a", "題", "文", language, "00", category=category, issuer=issuer
        ),
        st.sampled_from(["ja", "en"]),
        st.sampled_from(["IR", "PR"]),
        st.sampled_from(["A", "B"]),
    ),
)
def test_a_scope_selects_what_its_selection_holds(selection: Selection, announcement: Announcement) -> None:
    wanted = [name for name in SELECTABLE if getattr(selection, name)]
    assert bool(selection) == bool(wanted)
    holds = all(getattr(selection, name) == getattr(announcement, name) for name in wanted)
    assert selection.holds(announcement) == Scope().within(selection).selects(announcement) == holds
    assert not Scope(announcement_ids=frozenset("b")).selects(announcement)
