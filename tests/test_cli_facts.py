"""The command `facts` against a real catalog: what it prints, for whom, and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from assistant.cli import main
from corpus.announce import announce
from corpus.announcement import Audience
from corpus.catalog import Catalog
from corpus.source import Source

Run = Callable[..., tuple[int, str, str]]


def announcement(id: str, published: str, text: str, *, audience: Audience = "public") -> Source:
    return Source((text,), "lines", "test", id=id, title=id, published=published, language="ja", audience=audience)


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.delenv("ASSISTANT_DATABASE_URL", raising=False)
    monkeypatch.setenv("COLUMNS", "140")
    with closing(Catalog.open(tmp_path)) as catalog:
        for source in (
            announcement("first", "2023-01-10", "ミッション7の打ち上げは2025年を予定しています。"),
            announcement("second", "2024-01-10", "ミッション7の打ち上げは2026年を予定しています。"),
            announcement("third", "2024-05-10", "ミッション7の打ち上げは2028年を予定しています。", audience="staff"),
        ):
            catalog.add(announce(source))

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main(["facts", "--data", str(tmp_path), *arguments])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def facts(run: Run, *arguments: str) -> list[dict[str, object]]:
    code, out, _ = run(*arguments, "--json")
    assert code == 0
    found: list[dict[str, object]] = json.loads(out)["facts"]
    return found


def test_json_holds_what_holds_now_with_its_quote(run: Run) -> None:
    (fact,) = facts(run, "--kind", "mission")
    assert (fact["subject"], fact["attribute"], fact["status"]) == ("ミッション7", "launch", "planned")
    assert (fact["announcement_id"], fact["as_of"], fact["page"]) == ("second", "2024-01-10", 1)
    assert fact["value"] == {
        "kind": "date", "text": "2026年", "key": "2026", "date": "2026", "precision": "year",
    }  # fmt: skip
    assert fact["quote"] == "ミッション7の打ち上げは2026年を予定しています。"


def test_history_adds_what_was_replaced_and_by_what(run: Run) -> None:
    found = facts(run, "--history")
    assert [(fact["announcement_id"], fact["status"], fact["superseded_by"]) for fact in found] == [
        ("first", "superseded", "second"),
        ("second", "planned", None),
    ]


def test_a_date_gives_what_held_then_and_staff_see_what_the_public_does_not(run: Run) -> None:
    assert [fact["announcement_id"] for fact in facts(run, "--as-of", "2023-06")] == ["first"]
    assert [fact["announcement_id"] for fact in facts(run, "--audience", "staff")] == ["third"]


def test_a_subject_may_be_named_in_either_language(run: Run) -> None:
    assert facts(run, "--subject", "Mission 7") == facts(run, "--subject", "ミッション７") != []
    assert facts(run, "--subject", "Mission 8") == []
    assert facts(run, "--kind", "contract") == []


def test_a_person_reads_a_table(run: Run) -> None:
    code, out, _ = run("--history")
    assert code == 0
    lines = out.splitlines()
    assert lines[0].split() == ["subject", "attribute", "value", "status", "as", "of", "announcement"]
    assert "superseded by second" in lines[1]
    assert "ミッション7" not in lines[2]  # named once


def test_an_unknown_attribute_is_bad_usage_and_names_those_that_there_are(run: Run) -> None:
    code, out, err = run("--attribute", "colour")
    assert (code, out) == (2, "")
    assert "landing_site" in err
