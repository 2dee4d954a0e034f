"""`ask`, `evaluate` and `spent` with a chat model behind a real server; and the README's recipes, run as they stand."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from assistant.cli import main
from assistant.llm.models import OLLAMA, open_model
from assistant.records import Records
from assistant.settings import Settings
from corpus.catalog import Catalog
from tests.bridge_builder import ALL, opened
from tests.llm_server import ModelServer, Reply, model_server, says

Run = Callable[..., tuple[int, str, str]]

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
QUESTION = "フェーズ1の開通はいつですか"
TRUE = "フェーズ1の吊橋は2024年3月15日に開通しました [1]。"
FALSE = "フェーズ1の吊橋は2031年7月7日に開通しました [1]。"


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("cli_llm") / "data"
    opened(directory, ALL).close()
    return directory


@pytest.fixture
def run(data: Path, server: ModelServer, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("DATABASE_URL", "LLM", "LLM_KEY", "LLM_URL"):
        monkeypatch.delenv(f"ASSISTANT_{name}", raising=False)
    monkeypatch.setenv("ASSISTANT_LLM_URL", server.address)
    monkeypatch.setenv("ASSISTANT_LLM_PRICE_IN", "2")
    monkeypatch.setenv("ASSISTANT_LLM_PRICE_OUT", "8")
    monkeypatch.setenv("ASSISTANT_EMBEDDINGS", "off")
    (data / "llm.db").unlink(missing_ok=True)

    def command(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--data", str(data)])
        out, err = capfd.readouterr()
        return code, out, err

    return command


# ask


def test_ask_says_who_worded_the_answer_and_what_it_took(run: Run, server: ModelServer) -> None:
    server.script = [says(TRUE, usage=(1_000_000, 500_000))]
    code, out, _ = run("ask", QUESTION, "--llm", "openai:small")
    assert code == 0
    assert "フェーズ1の吊橋は2024年3月15日に開通しました。 [1]" in out
    assert "文章：small（引用と照合済み） (1000000 + 500000 tokens, 6.0000)" in out


def test_the_engine_is_chosen_for_one_question(run: Run, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASSISTANT_LLM", "openai:small")
    server.script = lambda _: says(TRUE)
    engines = [
        json.loads(run("ask", QUESTION, "--json", *more)[1])["engine"] for more in ((), ("--engine", "extractive"))
    ]
    assert (engines, len(server.requests)) == (["llm:small", "extractive"], 1)


def test_the_model_is_asked_for_and_there_is_none(run: Run) -> None:
    code, out, err = run("ask", QUESTION, "--engine", "llm")
    assert (code, out) == (1, "")
    assert "--llm or ASSISTANT_LLM" in err


def test_a_server_that_is_down_costs_a_line_and_not_the_answer(run: Run, server: ModelServer) -> None:
    server.script = lambda _: Reply(status=503, headers={"Retry-After": "60"})
    code, out, _ = run("ask", QUESTION, "--llm", "openai:small", "--json")
    answer = json.loads(out)
    assert (code, answer["engine"], answer["short_answer"]) == (0, "extractive", "2024年3月15日")


# evaluate


def gold(**more: Any) -> str:
    known = {"id": "g1", "lang": "ja", "question": QUESTION, "type": "when", "answerable": True, "must_all": [],
             "must_any": ["2024年3月15日"], "must_not": ["2031"], "gold_records": ["opened.ja"]}  # fmt: skip
    return json.dumps({**known, **more}, ensure_ascii=False) + "\n"


@pytest.fixture
def questions(tmp_path: Path) -> str:
    file = tmp_path / "questions.jsonl"
    nowhere = gold(id="g2", question="水素工場の売却額はいくらですか", answerable=False, must_any=[], gold_records=[])
    file.write_text(gold() + nowhere, encoding="utf-8")
    return str(file)


def test_evaluate_gives_both_engines_side_by_side(run: Run, server: ModelServer, questions: str) -> None:
    server.script = lambda _: says(TRUE)
    code, out, _ = run("evaluate", questions, "--llm", "openai:small")
    lines = [re.split(r"\s{2,}", line.strip()) for line in out.splitlines()]
    assert code == 0
    assert lines[0] == ["quotes alone", "openai:small"]
    assert lines[1][0] == "all"
    assert out.splitlines()[1].count("2/2") == 2
    assert len(server.requests) == 1  # what nothing answers is asked of no model


def test_evaluate_s_json_holds_the_model_s_groups_and_the_quotes_own(
    run: Run, server: ModelServer, questions: str
) -> None:
    server.script = lambda _: says(FALSE)
    code, out, _ = run("evaluate", questions, "--llm", "openai:small", "--json", "--min", "1")
    scored = json.loads(out)
    assert code == 0  # a figure that is wrong is withheld, and the quote takes its place
    assert scored["groups"]["all"] == scored["extractive"]["all"] == {"right": 2, "questions": 2, "share": 1.0}


def test_evaluate_with_one_engine_gives_its_groups_alone(run: Run, server: ModelServer, questions: str) -> None:
    for engine, asked in (("extractive", 0), ("llm", 1)):
        server.script = lambda _: says(TRUE)
        code, out, _ = run("evaluate", questions, "--llm", "openai:small", "--engine", engine, "--json")
        assert (code, set(json.loads(out)), len(server.requests)) == (0, {"groups"}, asked)


def test_the_failures_of_evaluate_are_the_model_s(
    run: Run, server: ModelServer, tmp_path: Path, questions: str
) -> None:
    server.script = lambda _: says("当初は2023年5月を予定していました [2]。" + TRUE)
    asked = tmp_path / "asked.jsonl"
    asked.write_text(gold(must_not=["予定していました"]), encoding="utf-8")
    failures = tmp_path / "wrong.jsonl"
    code, out, err = run(
        "evaluate", str(asked), "--llm", "openai:small", "--failures", str(failures), "--min", "1", "--json"
    )
    scored = json.loads(out)
    assert (scored["extractive"]["all"]["right"], scored["groups"]["all"]["right"]) == (1, 0)
    [wrong] = [json.loads(line) for line in failures.read_text(encoding="utf-8").splitlines()]
    assert (code, wrong["answer"]["engine"]) == (1, "llm:small")
    assert "0.0 % of the answers are right" in err


# spent


def test_spent_lists_days_with_requests_tokens_and_their_cost(run: Run, server: ModelServer) -> None:
    server.script = [says(TRUE, usage=(1000, 100)), says(TRUE, usage=(500, 50))]
    for question in (QUESTION, "フェーズ1の吊橋はいつ開通しましたか"):
        run("ask", question, "--llm", "openai:small")
    today = dt.datetime.now(dt.UTC).date().isoformat()
    code, out, _ = run("spent", "--json")
    [day] = json.loads(out)["days"]
    assert code == 0
    assert day["day"] in (today, (dt.date.fromisoformat(today) - dt.timedelta(days=1)).isoformat())
    assert {name: day[name] for name in day if name != "day"} == {
        "model": "small", "requests": 2, "tokens_in": 1500, "tokens_out": 150, "cost": 0.0042,
    }  # fmt: skip
    line = run("spent")[1]
    assert re.fullmatch(rf"{day['day']}\s+2 requests\s+1500 in\s+150 out\s+0\.0042\s+small\n", line)


def test_before_the_first_request_nothing_was_spent(run: Run) -> None:
    assert run("spent", "--json")[:2] == (0, '{\n  "days": []\n}\n')
    assert run("spent")[:2] == (0, "")


def test_a_day_s_tokens_are_not_overdrawn_and_quotes_go_on(
    run: Run, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_LLM_TOKENS_PER_DAY", "100")
    answer = json.loads(run("ask", QUESTION, "--llm", "openai:small", "--json")[1])
    assert (answer["engine"], server.requests) == ("extractive", [])


# The record of answers


def test_a_kept_answer_says_what_it_took_and_the_published_one_does_not(
    data: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assistant.assistant import Assistant

    settings = Settings(
        data=data, sample="off", embeddings="off", llm="openai:small", llm_url=server.address, llm_price_out=8.0,
    )  # fmt: skip
    server.script = [says(TRUE, usage=(1_000, 500_000))]
    with closing(Assistant.open(settings)) as assistant:
        first, again = assistant.ask(QUESTION), assistant.ask(QUESTION)
    assert first.usage == {"requests": 1, "tokens_in": 1_000, "tokens_out": 500_000, "cost": 4.0}
    assert again.usage == {}  # remembered
    assert "usage" not in first.to_dict()
    with closing(Catalog.open(data)) as catalog:
        records = Records(catalog, days=30)
        id = records.keep(first, surface="staff")
        records.flush()
        assert records.store.get(id)[0].answer["usage"]["cost"] == 4.0
        records.close()


# Off unless asked for


def test_nothing_that_needs_a_model_is_on_by_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LLM", "LLM_QUERIES", "RERANKER"):
        monkeypatch.delenv(f"ASSISTANT_{name}", raising=False)
    monkeypatch.chdir(tmp_path)  # where no .env is
    settings = Settings()
    assert (settings.llm, settings.llm_queries, settings.reranker) == ("", 0, "")


# The README's recipes


def recipes() -> list[dict[str, str]]:
    """The settings of each recipe, in order: OpenAI, Ollama, vLLM, llama.cpp."""
    section = README.split("\n## With a chat model\n")[1].split("\n## ")[0]
    exports = re.findall(r"^export (ASSISTANT_LLM=.+)$", section, re.MULTILINE)
    return [dict(part.split("=", 1) for part in line.split()) for line in exports]


@pytest.mark.parametrize("recipe", recipes(), ids=lambda recipe: recipe["ASSISTANT_LLM"])
def test_each_recipe_of_the_readme_answers_when_its_server_is_ours(
    run: Run, server: ModelServer, monkeypatch: pytest.MonkeyPatch, recipe: dict[str, str]
) -> None:
    """Only the address is another one: there is no such server here."""
    for name, value in {**recipe, "ASSISTANT_LLM_URL": server.address}.items():
        monkeypatch.setenv(name, value)
    server.script = [says(TRUE)]
    answer = json.loads(run("ask", QUESTION, "--json")[1])
    model = recipe["ASSISTANT_LLM"].partition(":")[2]
    assert answer["engine"] == f"llm:{model}"
    assert server.requests[0]["model"] == model
    assert server.keys == [f"Bearer {recipe.get('ASSISTANT_LLM_KEY', 'none')}"]


def test_the_recipes_name_the_four_servers_and_lead_to_their_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_BASE", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    bases = []
    for recipe in recipes():
        model: Any = open_model(
            recipe["ASSISTANT_LLM"], url=recipe.get("ASSISTANT_LLM_URL", ""), key=recipe.get("ASSISTANT_LLM_KEY", "")
        )
        bases.append(model.openai_api_base)
    assert bases == [None, OLLAMA, "http://127.0.0.1:8001/v1", "http://127.0.0.1:8002/v1"]
