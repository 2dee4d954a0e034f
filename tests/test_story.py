"""The whole way on the command line, with the real assistant: the announcement that the project started from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from assistant import cli

ROOT = Path(__file__).parents[1]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture(autouse=True)
def only_these_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    def in_one_directory(*arguments: str) -> tuple[int, str, str]:
        code = cli.main([*arguments, "--data", str(tmp_path / "data")])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return in_one_directory


def ask(run: Run, question: str) -> Any:
    code, out, err = run("ask", "--json", question)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_the_seed_goes_in_once_and_is_answered_from_exactly(shared: Path, run: Run) -> None:
    seed = str(shared / "seeds" / "ispace-nasa-interim-payment.ja.txt")
    assert [json.loads(run("add", seed, "--json")[1])["status"] for _ in range(2)] == ["added", "unchanged"]

    launch = ask(run, "ミッション1の打ち上げは最短でいつですか")
    assert (launch["status"], launch["short_answer"], launch["as_of"]) == ("answered", "2022年11月", "2022-09")
    text = json.loads(run("show", launch["citations"][0]["announcement_id"], "--json")[1])["text"]
    assert all(text[c["start"] : c["end"]] == c["quote"] for c in launch["citations"])

    in_english = ask(run, "When is the launch of Mission 1 at the earliest?")
    assert (in_english["status"], in_english["language"]) == ("answered", "en")
    assert "November 2022" in in_english["answer"]

    assert ask(run, "中間支払いの金額は")["status"] == "not_found"
    assert run("check")[0] == 0

    run("remove", launch["citations"][0]["announcement_id"])
    assert ask(run, "ミッション1の打ち上げは最短でいつですか")["status"] == "not_found"


def test_damaged_indexes_are_made_again_from_the_catalog(run: Run, tmp_path: Path) -> None:
    (tmp_path / "notice.md").write_text(
        "---\nid: n\ntitle: 着陸のお知らせ\n---\n着陸船は月面に着陸しました。\n", "utf-8"
    )
    run("add", "notice.md")
    (tmp_path / "data" / "index" / "lexical" / "meta.json").write_text("torn")
    code, out, err = run("search", "着陸", "--json")
    assert (code, out) == (1, "")
    assert "rebuild" in err
    assert json.loads(run("list", "--json")[1])["announcements"][0]["id"] == "n"
    assert run("backup", "kept.db")[0] == 0
    assert run("rebuild")[0] == 0
    assert run("check")[0] == 0
    assert json.loads(run("search", "着陸", "--json")[1])["passages"][0]["announcement_id"] == "n"


def test_a_restored_backup_is_searched_at_once(run: Run, tmp_path: Path) -> None:
    for name in ("first", "second"):
        (tmp_path / f"{name}.md").write_text(
            f"---\nid: {name}\ntitle: {name}\n---\n着陸船は月面に着陸しました。\n", "utf-8"
        )
    run("add", "first.md")
    assert run("backup", "kept.db")[0] == 0
    run("remove", "first")
    run("add", "second.md")
    assert run("restore", "kept.db")[0] == 0
    found = json.loads(run("search", "着陸", "--json", "--distinct")[1])["passages"]
    assert [passage["announcement_id"] for passage in found] == ["first"]
    assert run("check")[0] == 0


def test_one_question_imports_no_torch(tmp_path: Path) -> None:
    (tmp_path / "notice.txt").write_text("着陸船は月面に着陸しました。", "utf-8")
    program = (
        "import sys; from assistant.cli import main; main(['add', sys.argv[1], '--data', sys.argv[2]]);"
        "main(['ask', '着陸しましたか', '--json', '--data', sys.argv[2]]);"
        "sys.exit(bool({'torch', 'gradio', 'sentence_transformers', 'transformers'} & set(sys.modules)))"
    )
    arguments = [sys.executable, "-c", program, str(tmp_path / "notice.txt"), str(tmp_path / "data")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ASSISTANT_")}
    assert subprocess.run(arguments, cwd=ROOT, env=environment, capture_output=True, check=False).returncode == 0
