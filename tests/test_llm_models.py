"""Chat models by name, and what is said when one cannot be had."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from assistant.assistant import Assistant
from assistant.errors import AnswerError
from assistant.llm.errors import UnusableModel
from assistant.llm.models import OLLAMA, check_name, open_model
from assistant.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("llm", ["gpt-5", ":x", "openai:", " ", "openai: "])
def test_a_name_without_provider_or_model_is_refused_with_an_example(llm: str) -> None:
    with pytest.raises(UnusableModel, match="provider:model"):
        check_name(llm, url="http://127.0.0.1:1/v1")


def test_openai_without_a_key_says_which_setting_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(UnusableModel, match="ASSISTANT_LLM_KEY"):
        check_name("openai:gpt-5-mini")


def test_a_provider_whose_package_is_missing_names_the_package() -> None:
    with pytest.raises(UnusableModel, match="pip install langchain-anthropic"):
        open_model("anthropic:claude-x", key="k")


def test_an_unknown_provider_is_said_to_be_one() -> None:
    with pytest.raises(UnusableModel, match="no such provider"):
        open_model("nobody:model", key="k")


@pytest.mark.parametrize(
    ("llm", "url", "address", "model"),
    [
        ("ollama:qwen3:8b", "", OLLAMA, "qwen3:8b"), ("openai:Qwen/Qwen3-8B", "http://127.0.0.1:8001/v1",
         "http://127.0.0.1:8001/v1", "Qwen/Qwen3-8B"),
        ("openai:model", "http://127.0.0.1:8002/v1", "http://127.0.0.1:8002/v1", "model"),
    ],
)  # fmt: skip
def test_a_server_of_ones_own_never_gets_the_key_of_the_environment(
    llm: str, url: str, address: str, model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-openai")
    made: Any = open_model(llm, url=url)
    assert (made.openai_api_base, made.model_name) == (address, model)
    assert made.openai_api_key.get_secret_value() == "none"
    assert made.max_retries == 0


def test_openai_itself_gets_the_key_of_the_setting() -> None:
    made: Any = open_model("openai:gpt-5-mini", key="sk-own")
    assert made.openai_api_key.get_secret_value() == "sk-own"
    assert "sk-own" not in repr(made)


def test_a_bad_name_stops_the_start_and_makes_no_data_directory(tmp_path: Path) -> None:
    with pytest.raises(UnusableModel):
        Assistant.open(Settings(data=tmp_path / "data", llm="gpt-5"))
    assert not (tmp_path / "data").exists()


def test_asking_for_the_model_without_one_says_how_to_name_it(bridges: Assistant) -> None:
    with pytest.raises(AnswerError, match="--llm"):
        bridges.ask("開通はいつですか", engine="llm")


def test_without_a_model_none_of_its_libraries_is_imported() -> None:
    code = (
        "import sys, assistant.assistant, assistant.cli\n"
        "names = ('langchain', 'langchain_openai', 'openai', 'assistant.llm.write')\n"
        "print([name for name in names if name in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True).strip() == "[]"
