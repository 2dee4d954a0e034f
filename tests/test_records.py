"""The record keeps what was answered without holding anybody up, groups like questions, and asks again."""

from __future__ import annotations

import dataclasses
import datetime as dt
import logging
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from assistant.answer import Answer, Turn
from assistant.assistant import Assistant
from assistant.errors import BadFeedback
from assistant.records import Records, new_id
from corpus.audit import Audit
from corpus.catalog import Catalog
from corpus.errors import UnknownAnswer
from tests.bridge_builder import ALL, CONTRACTS, notice, opened

NOW = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)


def answer(question: str, status: str = "answered", **fields: object) -> Answer:
    return Answer(question, "ja", status, "本文 [1]", **fields)  # type: ignore[arg-type]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with closing(Catalog.open(tmp_path / "data")) as made:
        yield made


@pytest.fixture
def records(catalog: Catalog) -> Iterator[Records]:
    with closing(Records(catalog, days=90)) as made:
        yield made


def test_an_answer_is_kept_with_what_it_takes_to_ask_again(records: Records, catalog: Catalog) -> None:
    catalog.add(CONTRACTS)
    given = answer("契約額は？", confidence=0.5)
    history = [Turn("user", "フェーズ1の契約は？"), Turn("assistant", "北見市です。")]
    now = dt.datetime.now(dt.UTC)  # what is older than the record reaches back, its writer may have forgotten by then
    id = records.keep(given, surface="api", history=history, as_of=dt.date(2022, 9, 30), request_id="r1", now=now)
    records.flush()
    kept, said = records.store.get(id)
    assert uuid.UUID(id).version == 4
    assert (kept.answer, kept.kept_at, kept.revision, said) == (given.to_dict(), now, 1, None)
    assert (kept.surface, kept.audience, kept.as_of, kept.request_id) == ("api", "public", dt.date(2022, 9, 30), "r1")
    assert kept.history == [{"role": turn.role, "content": turn.content} for turn in history]


def test_only_staff_are_named(records: Records) -> None:
    for surface in ("staff", "faq", "widget", "api"):
        records.keep(answer(surface), surface=surface, user_name="大森")  # type: ignore[arg-type]
    records.flush()
    assert {kept.surface: kept.user_name for kept in records.store.newest()} == {
        "staff": "大森", "faq": "", "widget": "", "api": "",
    }  # fmt: skip


def test_nothing_is_lost_at_the_end(catalog: Catalog) -> None:
    records = Records(catalog, days=90)
    ids = {records.keep(answer(f"質問{number}"), surface="api") for number in range(1_000)}
    records.close()
    assert {kept.id for kept in records.store.newest(k=2_000)} == ids
    assert records.store.count() == 1_000
    assert records.keep(answer("遅い"), surface="api") not in ids
    records.close()
    assert records.store.count() == 1_000


def test_a_database_that_does_not_take_it_fails_no_answer(
    catalog: Catalog, records: Records, caplog: pytest.LogCaptureFixture
) -> None:
    with catalog.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE kept_answers RENAME TO moved")
    with caplog.at_level(logging.ERROR):
        id = records.keep(answer("質問"), surface="api")
        for _ in range(600):  # until the writer found out
            records.flush(timeout=0.1)
            if caplog.records:
                break
    assert "cannot be kept at the moment" in caplog.text
    with catalog.database.writing() as connection:
        connection.exec_driver_sql("ALTER TABLE moved RENAME TO kept_answers")
    records.flush(timeout=30)
    assert records.store.get(id)[0].question == "質問"


def test_what_can_never_be_kept_is_said_at_the_end_and_holds_nothing_up(
    catalog: Catalog, caplog: pytest.LogCaptureFixture
) -> None:
    records = Records(catalog, days=90)
    with catalog.database.writing() as connection:
        connection.exec_driver_sql("DROP TABLE kept_answers")
    records.keep(answer("質問"), surface="api")
    with caplog.at_level(logging.ERROR):
        records.close()
    assert "1 answers could not be kept" in caplog.text


@pytest.mark.parametrize("question", ["壊れた\ud83d文字", "ヌル\0文字", "", " ", "?" * 5_000])
def test_any_question_is_kept(records: Records, question: str) -> None:
    id = records.keep(answer(question), surface="api", request_id="\ud83d")
    records.flush()
    assert records.store.get(id)[0].id == id


def test_with_no_days_nothing_is_kept(catalog: Catalog) -> None:
    with closing(Records(catalog, days=0)) as records:
        id = records.keep(answer("質問"), surface="api")
        assert records.store.count() == 0
        with pytest.raises(UnknownAnswer):
            records.feedback(id, rating="up")


def test_feedback_is_of_an_answer_and_the_last_word_counts(records: Records) -> None:
    id = records.keep(answer("質問"), surface="widget", id="mine")
    assert id == "mine"
    records.feedback(id, rating="down", reason="outdated", comment=" 古い\0です ", now=NOW)
    said = records.store.get(id)[1]
    assert said
    assert (said.rating, said.reason, said.comment, said.given_at) == ("down", "outdated", "古いです", NOW)
    records.feedback(id, rating="up")
    again = records.store.get(id)[1]
    assert again
    assert (again.rating, again.reason, again.comment) == ("up", "", "")
    with pytest.raises(UnknownAnswer, match="no longer"):
        records.feedback(new_id(), rating="up")
    with pytest.raises(BadFeedback, match="500"):
        records.feedback(id, rating="up", comment="長" * 501)


def test_the_inbox_groups_like_questions_and_puts_the_worst_first(records: Records) -> None:
    asked = [
        ("フェーズ1の開通はいつですか", "answered"),
        ("いつですか、フェーズ１の開通は？", "answered"),
        ("フェーズ1の開通はいつですか", "answered"),
        ("フェーズ2の開通はいつですか", "answered"),
        ("社長の趣味は何ですか", "not_found"),
        ("本社はどこですか", "answered"),
    ]
    ids = [records.keep(answer(text, status), surface="api") for text, status in asked]
    records.feedback(ids[5], rating="down", comment="住所が古い")
    found = records.inbox()
    assert [(group.question, group.asked, group.unanswered, group.down) for group in found] == [
        ("本社はどこですか", 1, 0, 1),
        ("社長の趣味は何ですか", 1, 1, 0),
        ("フェーズ1の開通はいつですか", 3, 0, 0),
    ]
    assert found[0].comments == ("住所が古い",)
    assert set(found[2].ids) == set(ids[:3])
    records.store.settle(found[0].gist, by="大森", at=dt.datetime.now(dt.UTC))
    assert [group.question for group in records.inbox()] == [group.question for group in found[1:]]
    records.keep(answer("本社はどこですか", "not_found"), surface="api")
    assert "本社はどこですか" in [group.question for group in records.inbox()]
    assert records.inbox(now=dt.datetime.now(dt.UTC) + dt.timedelta(days=31)) == []


def test_what_is_too_old_is_forgotten_with_what_was_said_of_it(records: Records) -> None:
    old = records.keep(answer("昔の質問"), surface="api", now=NOW - dt.timedelta(days=91))
    new = records.keep(answer("今の質問"), surface="api", now=NOW)
    records.flush()
    assert records.purge(now=NOW) in (0, 1)  # the writer's own first purge may have come before
    with pytest.raises(UnknownAnswer):
        records.store.get(old)
    records.purge(now=NOW + dt.timedelta(days=89))
    assert records.purge(days=0, now=NOW + dt.timedelta(seconds=1)) in (0, 1)
    with pytest.raises(UnknownAnswer):
        records.store.get(new)


def test_questions_are_found_by_their_words_and_their_asker(records: Records) -> None:
    for number, name in enumerate(("大森", "西村", "大森")):
        moment = dt.datetime.now(dt.UTC) + dt.timedelta(seconds=number)
        records.keep(answer(f"質問{number} 100%_x"), surface="staff", user_name=name, now=moment)
    records.flush()
    assert [kept.question[:3] for kept in records.store.newest(user_name="大森")] == ["質問2", "質問0"]
    assert [kept.user_name for kept in records.store.newest(containing="問1 100%_")] == ["西村"]
    assert records.store.newest(containing="0__x") == []
    newest = records.store.newest(k=1)[0]
    assert len(records.store.newest(before=newest.kept_at)) == 2
    assert records.store.forget([newest.id, "nobody"]) == 1


def test_a_replay_asks_as_of_then_and_says_what_differs(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "data", ALL)) as assistant:
        question = "はまなす橋梁の従業員数は何人ですか"
        then = dt.datetime.now(dt.UTC)
        id = assistant.records.keep(assistant.ask(question, now=then), surface="api", now=then)
        same = assistant.records.replay(id, assistant)
        assert (same.differences, same.changes) == ((), ())
        embargoed = notice(
            "later.ja",
            "2024-01-01",
            "人員",
            "はまなす橋梁の従業員数は500人です。",
            published_at=then + dt.timedelta(hours=1),
        )
        add(assistant, embargoed)
        later = assistant.records.replay(id, assistant)
        assert later.differences == ()
        assert [change.announcement_id for change in later.changes] == ["later.ja"]
        add(
            assistant,
            notice("now.ja", "2024-01-01", "人員", "はまなす橋梁の従業員数は、2023年12月31日時点で600人です。"),
        )
        differing = assistant.records.replay(id, assistant)
        assert {"answer", "citations"} <= {difference.what for difference in differing.differences}
        assert "600" in next(one for one in differing.differences if one.what == "answer").after


def add(assistant: Assistant, announcement: object) -> None:
    assistant.catalog.add(announcement)  # type: ignore[arg-type]
    assistant.index.catch_up(assistant.catalog)


def test_a_backup_holds_the_record_and_the_audit_log(records: Records, catalog: Catalog, tmp_path: Path) -> None:
    catalog.add(CONTRACTS, by="大森")
    id = records.keep(answer("質問"), surface="api")
    records.feedback(id, rating="down", comment="古い")
    catalog.backup(tmp_path / "backup.db")
    records.store.forget([id])
    catalog.restore(tmp_path / "backup.db", by="西村")
    kept, said = records.store.get(id)
    assert (kept.question, said and said.comment) == ("質問", "古い")
    assert [(line.who, line.what) for line in Audit(catalog.database).lines()] == [
        ("西村", "backup restored"), ("大森", "announcement added"),
    ]  # fmt: skip


def test_the_audit_log_says_who_changed_what_from_which_revision_to_which(catalog: Catalog) -> None:
    catalog.add(CONTRACTS, by="大森")
    catalog.add(CONTRACTS, by="西村")  # unchanged: no line
    catalog.add(dataclasses.replace(CONTRACTS, content_hash="new", title="訂正"), by="西村")
    catalog.remove(CONTRACTS.id, by="石川")
    audit = Audit(catalog.database)
    assert [(line.number, line.who, line.what, line.before, line.after) for line in audit.lines()] == [
        (3, "石川", "announcement removed", "2", ""),
        (2, "西村", "announcement updated", "1", "2"),
        (1, "大森", "announcement added", "", "1"),
    ]
    audit.note("石川", "user added", "大森")
    assert [line.number for line in audit.lines(subject="大森")] == [4]
    assert [line.number for line in audit.lines(k=2, before=3)] == [2, 1]


# --- Conversations


def kept_talk(records: Records, user: str, conversation: str, *questions: str, day: int = 1) -> list[str]:
    return [
        records.keep(
            dataclasses.replace(answer(question), answer=f"{question}への答え"),
            surface="staff",
            user_name=user,
            conversation_id=conversation,
            turn=turn,
            now=dt.datetime.now(dt.UTC) - dt.timedelta(days=9 - day, minutes=9 - turn),
        )
        for turn, question in enumerate(questions, start=1)
    ]


def test_conversations_are_listed_newest_first_under_their_first_question(records: Records) -> None:
    kept_talk(records, "sato", "one", "契約額は？", "それはいつ？", day=1)
    kept_talk(records, "sato", "two", "着陸はいつ？", day=2)
    listed = records.talks(user_name="sato")
    assert [(talk.id, talk.title, talk.asked) for talk in listed] == [
        ("two", "着陸はいつ？", 1),
        ("one", "契約額は？", 2),
    ]
    assert [talk.id for talk in records.talks(user_name="sato", k=1)] == ["two"]
    assert [kept.question for kept, _ in records.talk("one", user_name="sato")] == ["契約額は？", "それはいつ？"]


@pytest.mark.parametrize(
    ("words", "found"),
    [("いつ", ["two", "one"]), ("契約額は？への答え", ["one"]), ("%", []), ("契約額_", []), ("X", [])],
)
def test_conversations_are_found_by_what_was_asked_or_answered(records: Records, words: str, found: list[str]) -> None:
    kept_talk(records, "sato", "one", "契約額は？", "それはいつ？", day=1)
    kept_talk(records, "sato", "two", "着陸はいつ？", day=2)
    assert [talk.id for talk in records.talks(user_name="sato", containing=words)] == found


@pytest.mark.parametrize("other", ["", "suzuki", "SATO", "%"])
def test_nobody_sees_or_changes_the_conversation_of_another(records: Records, other: str) -> None:
    kept_talk(records, "sato", "one", "契約額は？")
    records.keep(answer("訪問者の質問"), surface="faq", conversation_id="one")
    assert records.talks(user_name=other) == []
    assert records.talk("one", user_name=other) == []
    assert records.part_with(user_name=other, conversation_id="one") == {}
    assert records.part_with(user_name=other) == {}
    assert [talk.id for talk in records.talks(user_name="sato")] == ["one"]


def test_a_question_that_was_asked_again_has_its_newest_answer(records: Records) -> None:
    kept_talk(records, "sato", "one", "契約額は？")
    [newer] = kept_talk(records, "sato", "one", "契約額は？", day=2)
    [(kept, _)] = records.talk("one", user_name="sato")
    assert (kept.id, records.store.count()) == (newer, 2)
    assert records.talks(user_name="sato")[0].asked == 1


def test_a_user_parts_with_one_conversation_or_all_and_the_record_keeps_the_answers(records: Records) -> None:
    first = kept_talk(records, "sato", "one", "契約額は？", "それはいつ？")
    kept_talk(records, "sato", "two", "着陸はいつ？")
    gone = records.part_with(user_name="sato", conversation_id="one")
    assert gone == dict.fromkeys(first, "one")
    assert [talk.id for talk in records.talks(user_name="sato")] == ["two"]
    assert {records.store.get(id)[0].user_name for id in first} == {""}
    records.join_again(gone, user_name="sato")
    assert len(records.talks(user_name="sato")) == 2
    assert len(records.part_with(user_name="sato")) == 3
    assert (records.talks(user_name="sato"), records.store.count()) == ([], 3)


def test_what_is_joined_again_is_nobody_elses(records: Records) -> None:
    [id] = kept_talk(records, "suzuki", "hers", "契約額は？")
    records.join_again({id: "mine"}, user_name="sato")
    assert records.talks(user_name="sato") == []


def test_what_was_said_of_an_answer_can_be_taken_back(records: Records) -> None:
    [id] = kept_talk(records, "sato", "one", "契約額は？")
    records.feedback(id, rating="down", reason="wrong")
    assert records.talk("one", user_name="sato")[0][1] is not None
    records.take_back(id)
    records.take_back("nothing")
    assert records.store.get(id)[1] is None


def test_nothing_is_told_of_conversations_where_none_are_kept(catalog: Catalog) -> None:
    with closing(Records(catalog, days=0)) as records:
        kept_talk(records, "sato", "one", "契約額は？")
        assert (records.keeps, records.talks(user_name="sato"), records.talk("one", user_name="sato")) == (
            False,
            [],
            [],
        )
