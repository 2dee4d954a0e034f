"""What the README says is there, and what is there the README says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant import cli
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SET_UP = "python3.11 -m venv .venv && .venv/bin/pip install -r requirements.txt && .venv/bin/python app.py"
TEST = ".venv/bin/python -m pytest"


def commands() -> list[str]:
    """Every command as it is typed, those of a group with its name before them: "faq list"."""
    groups = {"": cli.app, **{f"{group.name} ": group.typer_instance for group in cli.app.registered_groups}}
    return sorted(
        f"{prefix}{info.name or info.callback.__name__}"
        for prefix, group in groups.items()
        if group
        for info in group.registered_commands
        if info.callback
    )


def test_the_first_screen_sets_up_and_tests() -> None:
    first_screen = README.splitlines()[:30]
    assert SET_UP in first_screen
    assert TEST in first_screen


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_is_in_the_readme(name: str) -> None:
    assert re.search(rf"^\| `ASSISTANT_{name.upper()}` \|", README, re.MULTILINE)


def test_the_readme_names_no_setting_that_is_not_there() -> None:
    known = {f"ASSISTANT_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"ASSISTANT_[A-Z_]+", README)) - known == set()


@pytest.mark.parametrize("command", commands())
def test_every_command_is_in_the_readme(command: str) -> None:
    assert f"python -m assistant {command}" in README


def test_the_readme_names_no_command_or_option_that_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    used: dict[str, set[str]] = {}
    known = "|".join(sorted(commands(), key=len, reverse=True))
    for command, rest in re.findall(rf"python -m assistant ((?:{known})\b|[a-z]+)([^`\n#]*)", README):
        used.setdefault(command, set()).update(re.findall(r"(?<!\S)--?[a-z][a-z-]*", rest))
    assert used.keys() - set(commands()) == set()
    for command, options in used.items():
        cli.main([*command.split(), "--help"])
        shown = capsys.readouterr().out
        assert [option for option in options if not re.search(rf"(?<!\S){option}\b", shown)] == [], command


def test_files_that_documents_link_to_are_there() -> None:
    for document in (ROOT / "README.md", ROOT / "CHANGELOG.md", *(ROOT / "docs").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:|#)([^)#\s]+)", document.read_text(encoding="utf-8")):
            assert (document.parent / target).exists(), f"{document.name}: {target}"


def test_make_runs_what_ci_runs() -> None:
    steps = ["ruff format --check .", "ruff check .", "mypy", "python -m pytest -m slow", "python -m pytest"]
    makefile, ci = ((ROOT / name).read_text(encoding="utf-8") for name in ("Makefile", ".ci/run"))
    assert re.findall(r"^\t\$\(BIN\)/(.+)$", makefile.split("\ncheck:")[1].split("\n\n")[0], re.MULTILINE) == steps
    ran = re.findall(r'^"\$python" -m (.+?) \|\| failed=1$', ci, re.MULTILINE)
    assert ran == [step.removeprefix("python -m ") for step in steps]


def test_every_decision_says_what_was_chosen_rejected_why_and_how_measured() -> None:
    _, *decisions = re.split(r"^## ", (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert decisions
    for decision in decisions:
        assert re.match(r"\d{4}-\d{2}-\d{2} – ", decision), decision.splitlines()[0]
        for part in ("Chosen", "Rejected", "Why", "Measured"):
            assert f"- **{part}:**" in decision, decision.splitlines()[0]
