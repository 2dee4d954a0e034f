"""The command line against a small assistant that really keeps, finds and answers; exit codes as promised."""

from __future__ import annotations

import ast
import datetime as dt
import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from assistant import cli
from assistant.answer import Answer, Citation, Turn
from assistant.settings import Settings
from assistant.terminal import Progress, wrapped
from corpus.announce import announce
from corpus.announcement import Audience, Language
from corpus.catalog import Catalog
from corpus.load import load
from corpus.sentences import sentences
from corpus.source import Rejection
from index.passage import Chunk, Passage, Scope

ROOT = Path(__file__).parents[1]
COMMANDS = [
    "ask", "search", "add", "list", "show", "remove", "facts", "evaluate", "check", "rebuild", "backup", "restore",
    "serve", "spent", "inbox", "audit", "mcp",
]  # fmt: skip


class SmallAssistant:
    """Answers with the sentence that shares most pairs of characters with the question."""

    def __init__(self, settings: Settings, *, sample: bool, discard: bool) -> None:
        is_new = not settings.data.exists()
        self.settings = settings
        self.catalog = Catalog.open(settings.data)
        if is_new and sample:
            list(self.add([str(settings.data.parent / "sample.md")]))

    def close(self) -> None:
        self.catalog.close()

    def add(
        self, targets: Sequence[str], *, ocr: bool = False, links: bool = False,
        progress: Progress = lambda done, total: None, by: str = "",
    ) -> Iterator[Any]:  # fmt: skip
        for target in targets:
            for number, loaded in enumerate(load(target), 1):
                progress(number, None)
                if isinstance(loaded, Rejection):
                    yield SimpleNamespace(
                        origin=loaded.origin, id=None, title="", status="rejected", reason=loaded.reason
                    )
                    continue
                made = announce(loaded)
                added = self.catalog.add(made, origin=loaded.origin, by=by)
                yield SimpleNamespace(
                    origin=loaded.origin, id=added.id, title=made.title, status=added.outcome, reason=""
                )

    def search(
        self, query: str, *, k: int, scope: Scope, distinct: bool = False, language: Language | None = None
    ) -> list[Passage]:
        wanted = _pairs(query)
        found = []
        for kept in self.catalog.announcements():
            hidden = scope.audience == "public" and kept.audience == "staff"
            late = scope.as_of and (not kept.published or kept.published.earliest > scope.as_of)
            if hidden or late:
                continue
            for start, end in sentences(kept.text):
                text = kept.text[start:end]
                score = float(len(wanted & _pairs(text)))
                chunk = Chunk(f"{kept.id}:{start}-{end}", kept.id, kept.page_of(start), start, end, text, "body")
                found.append(Passage(chunk, score, {"pairs": score}))
        found.sort(key=lambda passage: (-passage.score, passage.chunk.id))
        if distinct:
            best = {passage.chunk.announcement_id: passage for passage in reversed(found)}
            found = sorted(best.values(), key=lambda passage: -passage.score)
        return [passage for passage in found if passage.score][:k]

    def ask(
        self, question: str, *, history: Sequence[Turn] = (), as_of: dt.date | None = None,
        audience: Audience = "public", language: Language | None = None, id: str = "", engine: str | None = None,
    ) -> Answer:  # fmt: skip
        language = language or ("en" if question.isascii() else "ja")
        asked = " ".join([*(turn.content for turn in history), question])
        found = self.search(asked, k=1, scope=Scope(audience=audience, as_of=as_of))
        if not found:
            return Answer(question, language, "not_found", "記載がありません。", id=id)
        chunk = found[0].chunk
        kept = self.catalog.get(chunk.announcement_id)
        citation = Citation(
            1, kept.id, kept.title, str(kept.published) if kept.published else None, kept.source_url, chunk.page,
            chunk.start, chunk.end, chunk.text, "body",
        )  # fmt: skip
        return Answer(question, language, "answered", f"{chunk.text} [1]", citations=[citation], id=id)

    def remove(self, announcement_id: str, *, by: str, for_good: bool) -> None:
        self.catalog.remove(announcement_id, by=by, for_good=for_good)

    def bring_back(self, announcement_id: str, *, by: str) -> None:
        self.catalog.bring_back(announcement_id, by=by)

    def check(self) -> list[str]:
        return self.catalog.check()

    def notes(self) -> list[str]:
        return []

    def rebuild(self, progress: Progress) -> None:
        progress(self.catalog.count(), self.catalog.count())


def _pairs(text: str) -> set[str]:
    return {text[i : i + 2] for i in range(len(text) - 1)}


SAMPLE = """---
id: payment.ja
title: 架空ムーン社、中間支払いを受領
published: 2022-09-27
language: ja
source_url: https://example.com/payment
---
架空ムーン社は、月面輸送契約の中間支払いを受領しました。1号機の打ち上げは最短で2022年11月を予定しています。
"""
FUNDING = SAMPLE.replace("payment", "funding").replace("2022-09-27", "2023-01-05").replace("中間支払い", "資金")


class Terminal:
    """Runs commands in one data directory and keeps what they print."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capture = folder, capture
        (folder / "sample.md").write_text(SAMPLE, encoding="utf-8")

    def __call__(self, *arguments: str, data: str = "data") -> tuple[int, str, str]:
        """The exit code, stdout and stderr of `python -m assistant ARGUMENTS --data DATA`."""
        code = cli.main([*arguments, "--data", str(self.folder / data)], opener=SmallAssistant)  # type: ignore[arg-type]
        captured = self._capture.readouterr()
        return code, captured.out, captured.err

    def write(self, name: str, *lines: object) -> str:
        file = self.folder / name
        text = [line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in lines]
        file.write_text("\n".join(text), encoding="utf-8")
        return str(file)


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Terminal:
    for name in [name for name in os.environ if name.startswith("ASSISTANT_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)  # no .env but one that a test writes
    return Terminal(tmp_path, capsys)


def test_a_new_directory_gets_the_sample_and_answers_with_its_quote(run: Terminal) -> None:
    code, out, err = run("ask", "打ち上げは最短でいつですか")
    assert (code, err) == (0, "")
    assert "2022年11月" in out
    assert "[1] 架空ムーン社、中間支払いを受領" in out
    assert "2022-09-27, 1ページ, payment.ja" in out
    assert "https://example.com/payment" in out


def test_every_line_of_an_answer_fits_eighty_columns(run: Terminal) -> None:
    run("add", run.write("long.md", FUNDING.replace("資金", "lander開発のためのseries C資金と、" * 12)))
    _, out, _ = run("ask", "資金を受領しましたか")
    assert max(map(cell_len, out.splitlines())) in range(70, 81)


@given(st.text("a0 、。「」月面ー(\n", max_size=60), st.integers(4, 20))
def test_wrapping_loses_nothing_but_blanks_and_keeps_the_width(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert re.sub(r"\s", "", "".join(lines)) == re.sub(r"\s", "", text)
    assert all(cell_len(line) <= columns for line in lines)


def test_labels_follow_the_language_of_the_answer(run: Terminal) -> None:
    assert "出典" in run("ask", "打ち上げは最短でいつですか")[1]
    assert "Sources" in run("ask", "--lang", "en", "打ち上げは最短でいつですか")[1]


def test_json_is_the_answer_and_nothing_else(run: Terminal) -> None:
    code, out, err = run("ask", "--json", "打ち上げは最短でいつですか")
    answer = json.loads(out)
    assert (code, err, answer["status"]) == (0, "", "answered")
    assert "打ち上げ" in out  # as UTF-8, not as \\u escapes
    (citation,) = answer["citations"]
    kept = json.loads(run("show", "payment.ja", "--json")[1])
    assert citation["quote"] == kept["text"][citation["start"] : citation["end"]]


def test_a_date_hides_what_came_later(run: Terminal) -> None:
    asked = ["ask", "打ち上げは最短でいつですか", "--json", "--as-of"]
    assert json.loads(run(*asked, "2022-08")[1])["status"] == "not_found"
    assert json.loads(run(*asked, "2022-09")[1])["status"] == "answered"
    assert json.loads(run(*asked, "2022")[1])["status"] == "answered"
    code, out, err = run(*asked, "yesterday")
    assert (code, out) == (2, "")
    assert "YYYY-MM-DD" in re.sub(r"\s+", " ", err)


def test_a_batch_answers_each_line_in_order_with_its_id(run: Terminal) -> None:
    file = run.write(
        "questions.jsonl",
        {"id": "b", "question": "打ち上げは最短でいつですか", "lang": "ja", "history": []},
        {"id": "a", "question": "打ち上げは最短でいつですか", "as_of": "2021"},
        {"id": "c", "question": "いつ?", "history": [{"role": "user", "content": "打ち上げの予定を知りたい"}]},
    )
    code, out, _ = run("ask", "--batch", file, "--json")
    answers = [json.loads(line) for line in out.splitlines()]
    assert code == 0
    assert [(a["id"], a["status"]) for a in answers] == [("b", "answered"), ("a", "not_found"), ("c", "answered")]


def test_a_malformed_line_stops_a_batch_before_anything_is_printed(run: Terminal) -> None:
    file = run.write("questions.jsonl", {"id": "a", "question": "いつ?"}, '{"id": "b"')
    code, out, err = run("ask", "--batch", file, "--json")
    assert (code, out) == (1, "")
    assert "Line 2" in err
    assert err.count("\n") == 1


def test_asking_nothing_or_twice_is_bad_usage(run: Terminal) -> None:
    for arguments in (["ask"], ["ask", "いつ?", "--batch", "x"], ["ask", " "], ["search"], ["search", "--batch", "x"]):
        code, out, err = run(*arguments)
        assert (code, out) == (2, ""), arguments
        assert "Traceback" not in err


def test_adding_says_what_became_of_each_announcement(run: Terminal) -> None:
    file = run.write("funding.md", FUNDING)
    results = []
    for text in (FUNDING, FUNDING, FUNDING.replace("11月", "12月")):
        run.write("funding.md", text)
        code, out, _ = run("add", file, "--json")
        assert code == 0
        results.append(json.loads(out))
    assert [(result["id"], result["status"]) for result in results] == [
        ("funding.ja", "added"), ("funding.ja", "unchanged"), ("funding.ja", "updated"),
    ]  # fmt: skip
    assert set(results[0]) == {"origin", "id", "title", "status", "reason"}
    assert json.loads(run("list", "--json")[1])["announcements"][0]["revision"] == 2


def test_add_makes_an_empty_directory_without_the_sample(run: Terminal) -> None:
    run("add", run.write("funding.md", FUNDING))
    assert [a["id"] for a in json.loads(run("list", "--json")[1])["announcements"]] == ["funding.ja"]


def test_what_is_rejected_is_said_with_its_reason_and_the_rest_goes_in(run: Terminal) -> None:
    good, odd, empty = run.write("good.md", FUNDING), run.write("picture.xyz", "x"), run.write("empty.txt", "")
    code, out, err = run("add", odd, good, empty)
    assert code == 1
    assert "added      funding.ja" in out
    assert "picture.xyz was rejected." in err
    assert "empty.txt was rejected." in err
    assert err.count("\n") == 2


@pytest.mark.parametrize(
    "arguments",
    [["add", "absent.md"], ["evaluate", "absent.jsonl"], ["ask", "--batch", "absent"], ["restore", "absent"]],
)
def test_a_missing_path_is_one_sentence(run: Terminal, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert "absent" in err
    assert err.count("\n") == 1


def test_a_folder_without_announcements_is_said(run: Terminal) -> None:
    (run.folder / "nothing").mkdir()
    code, _, err = run("add", str(run.folder / "nothing"))
    assert (code, err.count("\n")) == (1, 1)
    assert "no announcement" in err


def test_an_unknown_id_is_one_sentence(run: Terminal) -> None:
    run("list")
    for command in ("show", "remove"):
        code, out, err = run(command, "isp-099")
        assert (code, out) == (1, "")
        assert "isp-099" in err


@pytest.mark.parametrize("arguments", [["ask", "いつ?"], ["list"], ["check"], ["add", "sample.md"]])
def test_a_corrupt_data_directory_is_one_sentence(run: Terminal, arguments: list[str]) -> None:
    (run.folder / "data").mkdir()
    (run.folder / "data" / "catalog.db").write_bytes(b"no database " * 1000)
    code, out, err = run(*arguments)
    assert (code, out) == (1, "")
    assert "restore FILE" in err
    assert err.count("\n") == 1


def test_a_data_directory_that_is_a_file_is_one_sentence(run: Terminal) -> None:
    code, _, err = run("list", data="sample.md")
    assert (code, err.count("\n")) == (1, 1)
    assert "is a file" in err


def test_search_prints_passages_best_first(run: Terminal) -> None:
    run("add", str(run.folder / "sample.md"), run.write("funding.md", FUNDING))
    code, out, _ = run("search", "中間支払い受領の予定", "-k", "3", "--json")
    passages = json.loads(out)["passages"]
    assert code == 0
    assert len(passages) == 3
    assert [p["score"] for p in passages] == sorted((p["score"] for p in passages), reverse=True)
    assert {"announcement_id", "score", "page", "start", "end", "text"} <= set(passages[0])
    assert "scores" not in passages[0]
    distinct = json.loads(run("search", "受領しました", "--distinct", "--explain", "--json")[1])["passages"]
    assert {p["announcement_id"] for p in distinct} == {"payment.ja", "funding.ja"}
    assert len(distinct) == 2
    assert distinct[0]["scores"]
    assert "受領" in distinct[0]["terms"]
    explained = run("search", "受領しました", "--explain")[1]
    assert "pairs" in explained
    assert "matched: 受領" in explained


def test_a_search_is_narrowed_by_date_issuer_category_and_language(run: Terminal) -> None:
    scopes: list[Scope] = []

    class Watched(SmallAssistant):
        def search(self, query: str, *, scope: Scope, **rest: Any) -> list[Passage]:
            scopes.append(scope)
            return super().search(query, scope=scope, **rest)

    narrowed = ["--since", "2022-09", "--as-of", "2022-10", "--issuer", "A社", "--category", "contract", "--in", "ja"]
    arguments = ["search", "受領", *narrowed, "--data", str(run.folder / "data")]
    assert cli.main(arguments, opener=Watched) == 0  # type: ignore[arg-type]
    assert scopes == [
        Scope(
            since=dt.date(2022, 9, 1), as_of=dt.date(2022, 10, 31), issuer="A社", category="contract", language="ja",
        )
    ]  # fmt: skip
    code, _, err = run("search", "受領", "--since", "soon")
    assert code == 2
    assert "2022-09" in err or "YYYY" in err


def test_a_batch_of_queries_keeps_its_ids(run: Terminal) -> None:
    file = run.write("queries.jsonl", {"id": "x", "query": "受領"}, {"id": "y", "query": "zzz", "lang": "en"})
    code, out, _ = run("search", "--batch", file, "--json", "-k", "1")
    assert code == 0
    assert [(r["id"], len(r["passages"])) for r in map(json.loads, out.splitlines())] == [("x", 1), ("y", 0)]


def test_show_spells_out_the_words_of_sections_and_notes(run: Terminal) -> None:
    record = json.loads(run("show", "payment.ja", "--json")[1])
    assert record["published"] == "2022-09-27"
    assert all(section["text"] == record["text"][section["start"] : section["end"]] for section in record["sections"])
    code, out, _ = run("show", "payment.ja")
    assert code == 0
    assert record["text"] in out


def test_a_removed_announcement_is_gone(run: Terminal) -> None:
    run("list")
    assert run("remove", "payment.ja", "--json")[:2] == (0, '{"id": "payment.ja", "status": "removed"}\n')
    assert json.loads(run("ask", "打ち上げは最短でいつですか", "--json")[1])["status"] == "not_found"


def test_a_removed_announcement_comes_back_unless_it_went_for_good(run: Terminal) -> None:
    run("list")
    run("remove", "payment.ja")
    assert run("remove", "payment.ja", "--undo", "--json")[:2] == (
        0, '{"id": "payment.ja", "status": "brought back"}\n',
    )  # fmt: skip
    assert run("show", "payment.ja")[0] == 0
    assert run("remove", "payment.ja", "--for-good")[0] == 0
    code, _, err = run("remove", "payment.ja", "--undo")
    assert (code, "Add its file again" in err) == (1, True)
    assert run("remove", "payment.ja", "--undo", "--for-good")[0] == 2


def test_commands_that_change_want_a_directory_that_is_there(run: Terminal) -> None:
    for arguments in (["remove", "a"], ["rebuild"], ["backup", "b.db"]):
        code, _, err = run(*arguments, data="absent")
        assert code == 1
        assert "no data directory" in err
    assert not (run.folder / "absent").exists()


def test_a_backup_comes_back(run: Terminal) -> None:
    run("list")
    file = str(run.folder / "kept.db")
    assert run("backup", file)[0] == 0
    assert run("backup", file)[0] == 1
    run("remove", "payment.ja")
    assert run("restore", file)[0] == 0
    assert [a["id"] for a in json.loads(run("list", "--json")[1])["announcements"]] == ["payment.ja"]
    assert run("check", "--json")[:2] == (0, '{\n  "problems": [],\n  "notes": []\n}\n')
    assert run("rebuild")[0] == 0


def test_check_says_what_is_wrong_and_fails(run: Terminal) -> None:
    run("add", run.write("odd.md", FUNDING.replace("language: ja", "language: ja\nsupersedes: gone")))
    code, out, err = run("check", "--json")
    assert code == 1
    assert json.loads(out)["problems"] == [err.strip()]
    assert "'gone'" in err


def test_evaluate_scores_by_language_and_type_and_writes_failures(run: Terminal) -> None:
    file = run.write(
        "gold.jsonl",
        {"id": "1", "lang": "ja", "question": "打ち上げは最短でいつ", "type": "when", "answerable": True,
         "must_all": ["2022年11月"], "must_any": [], "must_not": [], "gold_records": ["payment"]},
        {"id": "2", "lang": "ja", "question": "打ち上げの費用", "type": "how_much", "answerable": False, "must_all": [],
         "must_any": [], "must_not": [], "evidence": ""},
    )  # fmt: skip
    failures = run.folder / "wrong.jsonl"
    code, out, _ = run("evaluate", file, "--failures", str(failures), "--json")
    groups = json.loads(out)["groups"]
    assert code == 0
    assert (groups["all"]["share"], groups["type when"]["share"], groups["cited"]["share"]) == (0.5, 1.0, 1.0)
    assert [json.loads(line)["id"] for line in failures.read_text("utf-8").splitlines()] == ["2"]
    code, out, err = run("evaluate", file, "--min", "0.9")
    assert code == 1
    assert "50.0 %" in out
    assert "90.0 %" in err


def test_text_of_announcements_cannot_steer_the_terminal(run: Terminal) -> None:
    run("add", run.write("evil.md", FUNDING.replace("資金", "[bold]資金[/bold]\x1b[2J\x07")))
    for arguments in (["show", "funding.ja"], ["list"], ["ask", "資金を受領しましたか"], ["search", "資金"]):
        out = run(*arguments)[1]
        assert "\x1b" not in out
        assert "\x07" not in out
    assert "[bold]" in run("show", "funding.ja")[1]


def test_settings_that_cannot_be_are_named(run: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_PORT", "many")
    code, _, err = run("list")
    assert code == 1
    assert "ASSISTANT_PORT cannot be 'many'" in err
    assert err.count("\n") == 1


def test_the_environment_names_the_data_directory(
    run: Terminal, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_DATA", str(run.folder / "elsewhere"))
    assert cli.main(["list"], opener=SmallAssistant) == 0  # type: ignore[arg-type]
    assert (run.folder / "elsewhere").is_dir()


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_each_command_has_an_example(run: Terminal, capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert cli.main([command, "--help"]) == 0
    out = capsys.readouterr().out
    assert f"python -m assistant {command}" in out


def test_the_list_of_commands_is_whole() -> None:
    names = {info.name or info.callback.__name__ for info in cli.app.registered_commands if info.callback}
    assert names == set(COMMANDS)


def test_an_unknown_command_is_bad_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["anwser"]) == 2
    assert cli.main(["ask", "--jsn", "x"]) == 2
    assert capsys.readouterr().out == ""


def test_help_begins_with_what_is_asked_most(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--help"]) == 0
    commands = re.findall(r"^│ ([a-z]+) ", capsys.readouterr().out.split("Commands")[1], re.MULTILINE)
    assert commands[:6] == ["ask", "search", "add", "list", "show", "remove"]


def test_help_is_there_at_once_and_imports_nothing_heavy() -> None:
    heavy = [
        "chromadb",
        "gradio",
        "torch",
        "sentence_transformers",
        "langchain_core",
        "sqlalchemy",
        "numpy",
        "pydantic",
    ]
    program = f"import sys, assistant.cli; print(sorted(set({heavy!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ast.literal_eval(done.stdout) == []
    helped = subprocess.run([sys.executable, "-m", "assistant", "--help"], cwd=ROOT, capture_output=True, check=True)
    assert b"search" in helped.stdout


def test_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text('{"question": "打ち上げ"', encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "assistant", "ask", "--batch", str(file), "--data", str(tmp_path / "d")],
        cwd=ROOT,
        capture_output=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert done.returncode == 1
    assert "Line 1" in done.stderr.decode("utf-8")


def test_a_bar_is_shown_on_a_terminal_only_and_only_for_work_over_a_second() -> None:
    program = (
        "import time\n"
        "from assistant.terminal import counted\n"
        "for _ in counted(range(2), 'Working'): time.sleep({})\n"
    )  # fmt: skip
    assert b"Working" in _on_a_terminal(program.format(0.7))
    assert b"Working" not in _on_a_terminal(program.format(0.01))


def _on_a_terminal(program: str) -> bytes:
    """What a Python program writes to a terminal as its stderr."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    running = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=theirs, env=environment)
    os.close(theirs)
    said = b""
    try:
        while piece := os.read(ours, 4096):
            said += piece
    except OSError:  # Linux says so when the other end is closed
        pass
    os.close(ours)
    assert running.wait() == 0
    return said


def test_a_bug_is_not_dressed_up_as_a_mistake_of_the_user(run: Terminal) -> None:
    def broken(settings: Settings, *, sample: bool, discard: bool) -> Any:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        cli.main(["list"], opener=broken)
