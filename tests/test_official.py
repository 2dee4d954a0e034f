"""An official answer wins where it was written for the question, and goes the moment its source does not stand."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.errors import NotApprovable
from assistant.official import ENGINE, explained
from corpus.announcement import Language
from corpus.curation import OfficialAnswer
from corpus.dates import JST
from corpus.errors import ChangedMeanwhile, UnknownOfficialAnswer
from index.passage import Scope
from tests.bridge_builder import ALL, CONTRACTS, DELAY, notice, opened

NOW = dt.datetime(2025, 6, 1, tzinfo=dt.UTC)
PUBLIC = Scope(now=NOW)


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    made = opened(tmp_path / "data", ALL)
    yield made
    made.close()


def entry(assistant: Assistant, **fields: object) -> OfficialAnswer:
    """A draft on when phase 1 opens, with what it takes to be approved."""
    known = {
        "topic": "工事",
        "questions_ja": ("フェーズ1の開通予定はいつですか",),
        "questions_en": ("When is Phase 1 due to open?",),
        "answer_ja": "2024年3月の予定です。",
        "answer_en": "It is due in March 2024.",
        "sources": (assistant.official.quote("delay.ja", "フェーズ1の開通予定を2023年5月から2024年3月に変更する"),),
        "owner": "広報",
        **fields,
    }
    return OfficialAnswer(id="", **known)  # type: ignore[arg-type]


def approved(assistant: Assistant, **fields: object) -> OfficialAnswer:
    return assistant.official.approve(
        assistant.official.save(entry(assistant, **fields), now=NOW).id, by="大森", now=NOW
    )


def matched(assistant: Assistant, question: str, language: Language | None = None, scope: Scope = PUBLIC) -> str | None:
    found = assistant.official.match(question, language, scope=scope)
    return found.id if found else None


def test_an_official_answer_wins_over_what_is_found_and_quotes_its_sources(assistant: Assistant) -> None:
    question = "フェーズ1の開通予定はいつですか？"
    before = assistant.ask(question, now=NOW)
    approved(assistant)
    answer = assistant.ask(question, id="q7", now=NOW)
    assert (before.engine, answer.engine) == ("extractive", ENGINE)
    assert (answer.id, answer.status, answer.language) == ("q7", "answered", "ja")
    assert answer.answer == "2024年3月の予定です。 [1]"
    (citation,) = answer.citations
    assert citation.quote == assistant.catalog.get("delay.ja").text[citation.start : citation.end]
    assert (citation.marker, citation.published, answer.as_of) == (1, "2022-11-20", "2022-11-20")
    assert assistant.ask("when is phase 1 due to open", now=NOW).answer == "It is due in March 2024. [1]"


@pytest.mark.parametrize(
    "question",
    [
        "フェーズ1の開通予定はいつですか",
        "　フェーズ１の開通予定は、いつですか？？",
        "フェーズ1の開通予定はいつでしょうか。教えてください",
        "はまなす橋梁のフェーズ1の開通予定はいつですか",
        "WHEN IS PHASE 1 DUE TO OPEN",
        "Please tell me when Phase 1 is due to open.",
        "When is Phase 1 of Hamanasu Bridges due to open?",
    ],
)
def test_the_same_question_in_other_words_matches(assistant: Assistant, question: str) -> None:
    approved(assistant)
    assert matched(assistant, question)


@pytest.mark.parametrize(
    "question",
    [
        "フェーズ2の開通予定はいつですか",
        "フェーズ1の開通予定はなぜ変わりましたか",
        "フェーズ1の開通予定はどこですか",
        "フェーズ1の開通はいつでしたか",
        "フェーズ1の調印予定はいつですか",
        "フェーズ1の開通予定の変更はいつですか",
        "フェーズ1の開通予定はいつではないですか",
        "2022年時点で、フェーズ1の開通予定はいつですか",
        "フェーズ1とフェーズ2の開通予定はいつですか",
        "開通予定はいつですか",
        "白樺鋼構のフェーズ1の開通予定はいつですか",
        "When is Phase 2 due to open?",
        "Why is Phase 1 due to open?",
        "Where is Phase 1 due to open?",
        "When is Phase 1 due to close?",
        "When is Phase 1 not due to open?",
        "When is Phase 1 in Oslo due to open?",
        "",
        "？？",
        "開通\ud83d予定",
    ],
)
def test_another_question_does_not_match(assistant: Assistant, question: str) -> None:
    approved(assistant)
    assert matched(assistant, question) is None


def test_who_does_what_to_whom_is_not_turned_round(assistant: Assistant) -> None:
    approved(assistant, questions_ja=("北見市から白樺鋼構への支払いはいつですか",), questions_en=())
    assert matched(assistant, "北見市から白樺鋼構への支払いはいつですか")
    assert matched(assistant, "白樺鋼構から北見市への支払いはいつですか") is None


def test_a_follow_up_matches_what_it_means_not_what_it_says(assistant: Assistant) -> None:
    from assistant.answer import Turn

    approved(assistant)
    history = [Turn("user", "フェーズ2の開通予定はいつですか"), Turn("assistant", "2025年です。")]
    assert assistant.ask("では、フェーズ1はどうですか", history=history, now=NOW).engine == ENGINE
    approved(assistant, questions_ja=("契約額は？",), questions_en=(), answer_ja="公表のとおりです。", answer_en="")
    history = [Turn("user", "フェーズ2はいつ開通しますか"), Turn("assistant", "2025年です。")]
    assert assistant.ask("その契約額は？", history=history, now=NOW).engine != ENGINE


def test_it_answers_only_in_a_language_in_which_it_was_written(assistant: Assistant) -> None:
    approved(assistant, answer_en="")
    assert matched(assistant, "When is Phase 1 due to open?") is None
    assert matched(assistant, "フェーズ1の開通予定はいつですか", "en") is None
    assert matched(assistant, "フェーズ1の開通予定はいつですか", "ja")


def test_only_what_is_approved_is_shown(assistant: Assistant) -> None:
    official = assistant.official
    kept = official.save(entry(assistant), now=NOW)
    assert official.shown(PUBLIC) == []
    official.approve(kept.id, by="大森", now=NOW)
    assert [one.id for one in official.shown(PUBLIC)] == [kept.id]
    official.suspend(kept.id, reason="確認中", now=NOW)
    assert (official.shown(PUBLIC), official.store.get(kept.id).reason) == ([], "確認中")
    official.approve(kept.id, by="大森", now=NOW)
    assert official.shown(PUBLIC)
    official.retire(kept.id, now=NOW)
    assert official.shown(PUBLIC) == []
    assert matched(assistant, "フェーズ1の開通予定はいつですか") is None


def test_changing_it_makes_it_a_draft_again(assistant: Assistant) -> None:
    kept = approved(assistant)
    changed = assistant.official.save(dataclasses.replace(kept, answer_ja="未定です。"), now=NOW)
    assert (changed.status, changed.approved_by, changed.approved_at) == ("draft", "", None)


def test_it_is_shown_through_its_last_day_in_japan(assistant: Assistant) -> None:
    kept = assistant.official.save(entry(assistant), now=NOW)
    assistant.official.approve(kept.id, by="大森", expires=dt.date(2025, 6, 30), now=NOW)
    last = Scope(now=dt.datetime(2025, 6, 30, 23, 59, tzinfo=JST))
    next_day = Scope(now=dt.datetime(2025, 7, 1, tzinfo=JST))
    assert assistant.official.shown(last)
    assert assistant.official.shown(next_day) == []
    assert "expired" in " ".join(assistant.official.notes(now=next_day.now))


def test_as_of_an_earlier_day_it_was_not_there_yet(assistant: Assistant) -> None:
    approved(assistant)
    question = "フェーズ1の開通予定はいつですか"
    assert matched(assistant, question, scope=Scope(now=NOW, as_of=dt.date(2025, 6, 1)))
    assert matched(assistant, question, scope=Scope(now=NOW, as_of=dt.date(2025, 5, 31))) is None
    assert matched(assistant, question, scope=Scope(now=NOW - dt.timedelta(seconds=1))) is None


CORRECTION = notice(
    "fix.ja", "2025-01-10", "（訂正）フェーズ1の開通時期", "2024年4月が正しい時期です。", supersedes="delay.ja"
)
WITHDRAWAL = notice(
    "off.ja", "2025-01-10", "（取消）フェーズ1の開通時期", "発表を取り消します。", supersedes="delay.ja"
)


def test_a_correction_suspends_it_when_the_reader_may_see_the_correction(assistant: Assistant) -> None:
    kept = approved(assistant)
    embargo = dt.datetime(2025, 6, 2, tzinfo=dt.UTC)
    assistant.catalog.add(dataclasses.replace(CORRECTION, published_at=embargo))
    assert assistant.official.shown(PUBLIC) == [kept]
    assert assistant.official.shown(Scope(now=embargo)) == []
    standing = assistant.official.standing(kept, Scope(audience="staff", now=NOW))
    assert (standing.cause, standing.announcement_ids) == ("corrected", ("fix.ja",))
    with pytest.raises(NotApprovable, match=r"corrected by 'fix\.ja'"):
        assistant.official.approve(kept.id, by="大森", now=NOW)


def test_a_withdrawal_a_removal_and_a_new_text_suspend_it(assistant: Assistant) -> None:
    kept = approved(assistant)

    def cause() -> str | None:
        return assistant.official.standing(kept, PUBLIC).cause

    assistant.catalog.add(WITHDRAWAL)
    assert cause() == "withdrawn"
    assistant.catalog.remove("off.ja")
    assert cause() is None
    assistant.catalog.add(notice("delay.ja", "2022-11-20", "変更", "フェーズ1の開通予定は2024年5月です。"))
    assert cause() == "changed"
    assistant.catalog.remove("delay.ja")
    assert cause() == "removed"
    assert ["was removed" in note for note in assistant.official.notes(now=NOW)] == [True]
    assert assistant.ask("フェーズ1の開通予定はいつですか", now=NOW).engine != ENGINE


def test_what_is_said_about_an_announcement_may_change_while_its_text_stands(assistant: Assistant) -> None:
    kept = approved(assistant)
    renamed = dataclasses.replace(DELAY, source_url="https://example.com/delay", content_hash="other")
    assistant.catalog.add(renamed)
    assert assistant.official.shown(PUBLIC) == [kept]


def test_a_correction_of_the_other_edition_suspends_it_too(assistant: Assistant) -> None:
    source = assistant.official.quote("ferry.en", "The ferry Kamome started service in Hakodate on 1 June 2023.")
    kept = approved(assistant, sources=(source,), answer_ja="2023年6月1日です。", answer_en="On 1 June 2023.")
    assistant.catalog.add(notice("ferry-fix.ja", "2024-01-10", "（訂正）渡船", "6月2日です。", supersedes="ferry.ja"))
    assert assistant.official.standing(kept, PUBLIC).cause == "corrected"


@pytest.mark.parametrize("hidden", [{"audience": "staff"}, {"published_at": NOW + dt.timedelta(days=1)}])
def test_what_the_public_may_not_see_is_quoted_for_staff_only(assistant: Assistant, hidden: dict[str, object]) -> None:
    assistant.catalog.add(notice("secret.ja", "2025-05-01", "社内のみ", "次の橋は留萌に架けます。", **hidden))
    source = assistant.official.quote("secret.ja", "次の橋は留萌に架けます。")
    kept = approved(
        assistant, questions_ja=("次の橋はどこですか",), questions_en=(), answer_ja="留萌です。", answer_en="",
        sources=(source, assistant.official.quote("delay.ja", "変更の原因は、鋼材の納入の遅れです。")),
    )  # fmt: skip
    assert assistant.official.shown(PUBLIC) == []
    assert matched(assistant, "次の橋はどこですか") is None
    assert assistant.official.shown(Scope(audience="staff", now=NOW)) == [kept]


@pytest.mark.parametrize(
    ("lacking", "said"),
    [
        ({"sources": ()}, "no source"),
        ({"answer_ja": "", "answer_en": ""}, "no answer"),
        ({"questions_ja": (), "questions_en": ()}, "no question"),
        ({"answer_ja": "2024年4月の予定です。"}, "No source bears out a figure or date in '2024年4月の予定です。'"),
        ({"answer_en": "March 2024, for 12 million yen."}, "12 million"),
        ({"answer_ja": "2024年3月の予定です[2]。"}, r"\[2\]"),
        ({"expires": dt.date(2025, 5, 31)}, "expired on 2025-05-31"),
    ],
)
def test_what_cannot_be_approved_says_why(assistant: Assistant, lacking: dict[str, object], said: str) -> None:
    kept = assistant.official.save(entry(assistant, **lacking), now=NOW)
    with pytest.raises(NotApprovable, match=said):
        assistant.official.approve(kept.id, by="大森", now=NOW)
    assert assistant.official.store.get(kept.id).status == "draft"


def test_two_official_answers_do_not_share_a_question(assistant: Assistant) -> None:
    first = approved(assistant)
    second = assistant.official.save(entry(assistant, questions_ja=("フェーズ１の開通予定はいつ？",)), now=NOW)
    with pytest.raises(NotApprovable, match=f"asked by '{first.id}' too"):
        assistant.official.approve(second.id, by="大森", now=NOW)


def test_a_quote_is_found_across_line_breaks_and_refused_when_it_is_not_there(assistant: Assistant) -> None:
    source = assistant.official.quote("delay.ja", "変更の原因は、\n  鋼材の納入の遅れです。")
    assert source.quote == DELAY.text[source.start : source.end] == "変更の原因は、鋼材の納入の遅れです。"
    second = CONTRACTS.text.index("契約額は", CONTRACTS.text.index("契約額は") + 1)
    assert assistant.official.quote("contracts.ja", "契約額は", start=second).start == second
    for words in ("鋼材の納入の早さ", "", "  "):
        with pytest.raises(NotApprovable, match="does not say"):
            assistant.official.quote("delay.ja", words)


def test_what_someone_else_changed_meanwhile_is_not_overwritten(assistant: Assistant) -> None:
    kept = assistant.official.save(entry(assistant), now=NOW)
    assistant.official.suspend(kept.id, reason="確認中", now=NOW)
    with pytest.raises(ChangedMeanwhile, match="someone else"):
        assistant.official.save(kept, now=NOW)
    with pytest.raises(UnknownOfficialAnswer, match="faq list"):
        assistant.official.approve("nobody", by="大森")


@pytest.mark.parametrize(
    "wrong", [{"questions_ja": (" ",)}, {"answer_ja": "長" * 4001}, {"questions_en": ("?" * 1001,)}]
)
def test_what_is_out_of_bounds_is_refused(assistant: Assistant, wrong: dict[str, object]) -> None:
    with pytest.raises(NotApprovable):
        assistant.official.save(entry(assistant, **wrong))
    with pytest.raises(NotApprovable, match="id"):
        assistant.official.save(dataclasses.replace(entry(assistant), id="a/b"))


def test_every_cause_has_its_sentence() -> None:
    from typing import get_args

    from assistant.official import Cause, Standing

    assert all(explained(Standing(cause, ("a",))) for cause in get_args(Cause))
    assert explained(Standing()) == ""


def test_a_backup_holds_the_official_answers(assistant: Assistant, tmp_path: Path) -> None:
    kept = approved(assistant)
    assistant.catalog.backup(tmp_path / "backup.db")
    assistant.official.retire(kept.id, now=NOW)
    assistant.catalog.restore(tmp_path / "backup.db")
    assert assistant.official.store.entries() == [kept]
    assert assistant.ask("フェーズ1の開通予定はいつですか", now=NOW).engine == ENGINE
    assert assistant.official.check() == []
