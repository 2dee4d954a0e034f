"""`records`, `inbox` and `audit` on the command line show what was kept."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from tests.bridge_builder import ALL, opened
from tests.command_run import Run

QUESTION = "フェーズ1の開通予定はいつですか"
NOWHERE = "社長の趣味は何ですか"


class Asked(Run):
    """The command line on data in which two questions were asked."""

    def __init__(self, data: Path, capsys: pytest.CaptureFixture[str]) -> None:
        super().__init__(data, capsys)
        with closing(opened(data, ALL)) as assistant:
            self.ids = [
                assistant.records.keep(assistant.ask(question), surface="api") for question in (QUESTION, NOWHERE)
            ]
            assistant.records.feedback(self.ids[0], rating="down", reason="outdated", comment="古いです")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Asked:
    monkeypatch.setenv("ASSISTANT_EMBEDDINGS", "off")
    return Asked(tmp_path / "data", capsys)


def test_answers_are_listed_and_shown_with_what_was_said_of_them(run: Asked) -> None:
    listed = run.json("records", "list")["records"]
    assert {one["id"] for one in listed} == set(run.ids)
    assert [one["question"] for one in run.json("records", "list", "--status", "not_found")["records"]] == [NOWHERE]
    assert [one["id"] for one in run.json("records", "list", "--containing", "開通予定")["records"]] == [run.ids[0]]
    shown = run.json("records", "show", run.ids[0])
    assert shown["answer"]["question"] == QUESTION
    assert (shown["feedback"]["rating"], shown["feedback"]["comment"]) == ("down", "古いです")
    assert "down outdated 古いです" in run("records", "show", run.ids[0])[1]
    code, out, err = run("records", "show", "nobody")
    assert (code, out, "no longer kept" in err) == (1, "", True)


def test_an_answer_is_replayed(run: Asked) -> None:
    assert run("records", "replay", run.ids[0])[1] == "The same answer.\n"
    run("remove", "delay.ja")
    run("remove", "opened.ja")
    replayed = run.json("records", "replay", run.ids[0])
    assert "answer" in [difference["what"] for difference in replayed["differences"]]
    assert replayed["changed_since"] == [
        {"announcement_id": "delay.ja", "removed": True}, {"announcement_id": "opened.ja", "removed": True},
    ]  # fmt: skip


def test_the_inbox_and_the_audit_log_are_printed(run: Asked) -> None:
    groups = run.json("inbox")["groups"]
    assert [(group["question"], group["down"], group["unanswered"]) for group in groups] == [
        (QUESTION, 1, 0), (NOWHERE, 0, 1),
    ]  # fmt: skip
    assert "古いです" in run("inbox")[1]
    run("remove", "delay.ja")
    (removed, *_) = run.json("audit")["audit"]
    assert (removed["what"], removed["subject"], removed["before"]) == ("announcement removed", "delay.ja", "1")
    assert removed["who"]
    assert len(run.json("audit", "--subject", "delay.ja")["audit"]) == 2
    assert "announcement removed  delay.ja" in run("audit", "-k", "1")[1]


def test_old_answers_are_purged(run: Asked) -> None:
    assert run.json("records", "purge") == {"purged": 0}
    assert run("records", "purge", "--days", "0")[1] == "Forgot 2 answers.\n"
    assert run.json("records", "list") == {"records": []}
