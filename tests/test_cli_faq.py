"""`faq` on the command line: an official answer from its first draft to its retirement, and through files and back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bridge_builder import ALL, opened
from tests.command_run import Run

QUOTE = "delay.ja:変更の原因は、鋼材の納入の遅れです。"
QUESTION = "開通時期の変更の原因は何ですか"


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("ASSISTANT_EMBEDDINGS", "off")
    opened(tmp_path / "data", ALL).close()
    return Run(tmp_path / "data", capsys)


def add(run: Run, *more: str) -> str:
    made = run.json(
        "faq", "add", "--question", QUESTION, "--question", "Why was the opening postponed?", "--quote", QUOTE,
        "--answer-ja", "鋼材の納入の遅れです。", "--answer-en", "Steel was delivered late.", "--owner", "広報", *more,
    )  # fmt: skip
    assert made["status"] == "draft"
    return str(made["id"])


def engine(run: Run, question: str = QUESTION) -> str:
    return str(run.json("ask", question)["engine"])


def test_an_official_answer_is_written_approved_suspended_and_retired(run: Run) -> None:
    id = add(run, "--topic", "工事")
    assert engine(run) == "extractive"
    assert run("faq", "approve", id, "--by", "大森", "--expires", "2999-12-31")[:2] == (0, f"approved   {id}\n")
    assert engine(run) == "official"
    assert engine(run, "why was the opening postponed") == "official"
    (listed,) = run.json("faq", "list", "--status", "approved")["faq"]
    assert (listed["is_shown"], listed["owner"], listed["approved_by"], listed["expires"]) == (
        True, "広報", "大森", "2999-12-31",
    )  # fmt: skip
    assert listed["questions_en"] == ["Why was the opening postponed?"]
    assert run("faq", "suspend", id, "--reason", "確認中")[0] == 0
    assert engine(run) == "extractive"
    assert run("faq", "retire", id)[0] == 0
    assert [one["status"] for one in run.json("faq", "list")["faq"]] == ["retired"]


def test_what_goes_wrong_is_said_in_a_sentence(run: Run) -> None:
    code, out, err = run("faq", "approve", "nobody")
    assert (code, out) == (1, "")
    assert "faq list" in err
    code, _, err = run("faq", "add", "--question", QUESTION, "--quote", "delay.ja:言っていないこと")
    assert (code, "does not say" in err) == (1, True)
    assert run("faq", "add", "--question", QUESTION, "--quote", "no colon")[0] == 2
    assert run("faq", "add", "--question", QUESTION, "--quote", QUOTE, "--expires", "soon")[0] == 2
    id = add(run)
    assert run("remove", "delay.ja")[0] == 0
    code, _, err = run("faq", "approve", id, "--by", "大森")
    assert (code, "was removed" in err) == (1, True)


def test_one_that_is_no_longer_shown_is_listed_and_noted_with_the_reason(run: Run) -> None:
    id = add(run)
    run("faq", "approve", id, "--by", "大森")
    run("remove", "delay.ja")
    assert "Not shown. Its source 'delay.ja' was removed" in run("faq", "list")[1]
    code, out, _ = run("check")
    assert (code, f"Note: Official answer '{id}' is not shown." in out) == (0, True)


@pytest.mark.parametrize("name", ["faq.jsonl", "faq.yaml"])
def test_a_file_takes_them_elsewhere_and_back(run: Run, tmp_path: Path, name: str) -> None:
    id = add(run)
    run("faq", "approve", id, "--by", "大森", "--expires", "2999-12-31")
    (before,) = run.json("faq", "list")["faq"]
    file = tmp_path / name
    assert run("faq", "export", str(file))[0] == 0
    assert run("faq", "export", str(file))[0] == 1
    assert run("faq", "import", str(file))[1] == f"unchanged  {id}\n"
    run("faq", "retire", id)
    assert run("faq", "import", str(file))[1] == f"updated    {id}\n"
    (after,) = run.json("faq", "list")["faq"]
    moving = {"revision", "changed_at"}
    assert {k: v for k, v in after.items() if k not in moving} == {k: v for k, v in before.items() if k not in moving}
    assert engine(run) == "official"


def test_an_export_without_a_file_is_json_lines(run: Run) -> None:
    id = add(run)
    (line,) = run("faq", "export")[1].splitlines()
    assert (json.loads(line)["id"], json.loads(line)["sources"][0]["announcement_id"]) == (id, "delay.ja")


def test_a_record_that_cannot_be_used_is_rejected_and_the_others_are_taken(run: Run, tmp_path: Path) -> None:
    source = [{"announcement_id": "delay.ja", "quote": "変更の原因は、鋼材の納入の遅れです。"}]
    good = {"id": "why", "questions_ja": [QUESTION], "answer_ja": "納入の遅れです。", "sources": source}
    lines = [
        good,
        {**good, "id": "unapproved", "status": "approved"},
        {**good, "id": "misquoted", "sources": [{"announcement_id": "delay.ja", "quote": "ない文"}]},
        {**good, "id": "unknown", "answers": "?"},
        [1],
    ]
    file = tmp_path / "faq.jsonl"
    file.write_text("\n".join([*map(json.dumps, lines), "{"]), encoding="utf-8")
    code, out, err = run("faq", "import", str(file))
    assert (code, out) == (1, "added      why\n")
    for said in ("approves it", "does not say", "Line 4: 'answers'", "Line 5", "Line 6: it is no JSON"):
        assert said in err
    for name, text in (("bad.yaml", "- ]"), ("map.yaml", "a: 1"), ("binary.jsonl", "\udcff")):
        (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
        assert run("faq", "import", str(tmp_path / name))[0] == 1
    assert run("faq", "import", str(tmp_path / "nowhere.jsonl"))[0] == 1
