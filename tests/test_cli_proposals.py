"""`proposals …` and what becomes of it in `facts`, against a real catalog and a real server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from assistant.cli import main
from assistant.settings import Settings
from assistant.web.facts import mount_facts
from corpus.catalog import Catalog
from tests.bridge_builder import notice
from tests.llm_server import ModelServer, Reply, model_server, says

Run = Callable[..., tuple[int, str, str]]

LANDER = "ミッション7のために開発したランダーには「ひばり」という名を与えました。"
SITE = "ミッション7の着陸地点としては、氷の海を見込んでいます。"
ANNOUNCEMENTS = (
    notice("moon", "2024-04-10", "月面開発の準備状況", LANDER, SITE),
    notice("sea", "2024-05-10", "月面開発の続報", SITE),
    notice("secret", "2024-06-10", "内部資料", LANDER, audience="staff"),
)


def fact(quote: str, attribute: str, value: str, status: str) -> dict[str, str]:
    return {"kind": "mission", "subject": "ミッション7", "attribute": attribute, "value": value, "status": status,
            "quote": quote}  # fmt: skip


TRUE = (fact(LANDER, "lander", "ひばり", "actual"), fact(SITE, "landing_site", "氷の海", "planned"))
FALSE = fact(LANDER, "lander", "つばめ", "actual")


def replies(*facts: object) -> Reply:
    return says(json.dumps({"facts": facts}, ensure_ascii=False))


@pytest.fixture
def server() -> Iterator[ModelServer]:
    with model_server() as server:
        yield server


@pytest.fixture
def data(tmp_path: Path, server: ModelServer, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("ASSISTANT_DATABASE_URL", "ASSISTANT_LLM", "ASSISTANT_LLM_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ASSISTANT_LLM_URL", server.address)
    monkeypatch.setenv("COLUMNS", "140")
    with closing(Catalog.open(tmp_path)) as catalog:
        for announcement in ANNOUNCEMENTS:
            catalog.add(announcement)
    return tmp_path


@pytest.fixture
def run(data: Path, capfd: pytest.CaptureFixture[str]) -> Run:
    def command(*arguments: str) -> tuple[int, str, str]:
        code = main([*arguments, "--data", str(data)])
        out, err = capfd.readouterr()
        return code, out, err

    return command


def objects(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def listed(run: Run, *arguments: str) -> list[dict[str, Any]]:
    code, out, _ = run("proposals", "list", "--json", *arguments)
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)["proposals"]
    return found


def facts(run: Run, *arguments: str) -> list[dict[str, Any]]:
    code, out, _ = run("facts", "--json", *arguments)
    assert code == 0
    found: list[dict[str, Any]] = json.loads(out)["facts"]
    return found


def test_nothing_is_asked_of_a_model_until_the_command_is_given_and_a_model_is_named(
    run: Run, server: ModelServer
) -> None:
    assert facts(run) == []
    code, out, err = run("proposals", "make")
    assert (code, out, server.requests) == (1, "", [])
    assert "--llm or ASSISTANT_LLM" in err


def test_made_listed_accepted_and_then_a_fact_that_says_where_it_comes_from(run: Run, server: ModelServer) -> None:
    server.script = [replies(*TRUE, FALSE), replies()]
    code, out, _ = run("proposals", "make", "--llm", "openai:small", "--json")
    assert code == 0
    assert objects(out) == [
        {"announcement_id": "moon", "status": "asked", "proposed": [1, 2], "dropped": {"value": 1}, "reason": ""},
        {"announcement_id": "sea", "status": "asked", "proposed": [], "dropped": {}, "reason": ""},
    ]
    assert facts(run) == []
    assert [(one["number"], one["state"], one["fact"]["quote"]) for one in listed(run)] == [
        (1, "proposed", LANDER), (2, "proposed", SITE),
    ]  # fmt: skip
    assert run("proposals", "accept", "1", "--by", "IR, M. Sato")[:2] == (0, "1  accepted\n")
    assert run("proposals", "reject", "2")[:2] == (0, "2  rejected\n")
    [known] = facts(run, "--kind", "mission")
    assert (known["value"]["text"], known["status"], known["quote"]) == ("ひばり", "actual", LANDER)
    assert known["origin"]["model"] == "small"
    assert known["origin"]["accepted_by"] == "IR, M. Sato"
    assert [one["number"] for one in listed(run, "--state", "rejected")] == [2]


def test_a_person_reads_the_quote_the_source_and_who_accepted_it(run: Run, server: ModelServer) -> None:
    server.script = [replies(TRUE[0])]
    assert run("proposals", "make", "moon", "--llm", "openai:small")[1] == "moon: 1 proposed\n"
    out = run("proposals", "list")[1]
    for part in (
        "1  proposed",
        "ミッション7 / lander: ひばり (actual, 2024-04-10)",
        f"“{LANDER}”",
        "moon, p. 1",
        "small",
    ):
        assert part in out
    run("proposals", "accept", "1", "--by", "Sato")
    assert "actual (a model's, accepted by Sato)" in run("facts")[1]


def test_the_text_of_a_staff_announcement_is_sent_nowhere_without_a_word(run: Run, server: ModelServer) -> None:
    code, _, err = run("proposals", "make", "secret", "--llm", "openai:small")
    assert (code, server.requests) == (1, [])
    assert "--include-staff" in err
    server.script = lambda _: replies()
    run("proposals", "make", "--llm", "openai:small")
    assert "内部資料" not in "".join(server.prompt(place) for place in range(len(server.requests)))
    run("proposals", "make", "--llm", "openai:small", "--include-staff")
    assert "内部資料" in server.prompt()


def test_the_public_never_sees_what_was_accepted_of_a_staff_announcement(
    run: Run, server: ModelServer, data: Path
) -> None:
    server.script = [replies(TRUE[0])]
    run("proposals", "make", "secret", "--llm", "openai:small", "--include-staff")
    run("proposals", "accept", "1", "--by", "Sato")
    assert facts(run) == []
    assert [one["announcement_id"] for one in facts(run, "--audience", "staff")] == ["secret"]
    assert served(data).json()["facts"] == []


def test_the_api_marks_what_a_model_proposed_and_keeps_the_reviewer_s_name_to_itself(
    run: Run, server: ModelServer, data: Path
) -> None:
    server.script = [replies(TRUE[0])]
    run("proposals", "make", "moon", "--llm", "openai:small")
    assert served(data).json()["facts"] == []
    run("proposals", "accept", "1", "--by", "Sato")
    response = served(data)
    assert set(response.json()["facts"][0]["origin"]) == {"kind", "model", "accepted_at"}
    assert "Sato" not in response.text


def served(data: Path) -> httpx.Response:
    with closing(Assistant.open(Settings(data=data, sample="off", embeddings="off"))) as assistant:
        app = FastAPI()
        mount_facts(app, assistant)
        response: httpx.Response = TestClient(app).get("/api/v1/facts")
        return response


def test_an_accepted_fact_answers_a_question_with_the_sentence_that_states_it(
    run: Run, server: ModelServer, data: Path
) -> None:
    server.script = [replies(TRUE[1])]
    run("proposals", "make", "moon", "--llm", "openai:small")
    run("proposals", "accept", "1", "--by", "Sato")
    with closing(Assistant.open(Settings(data=data, sample="off", embeddings="off"))) as assistant:
        answer = assistant.ask("ミッション7の着陸地点はどこですか")
    assert (answer.status, answer.short_answer) == ("answered", "氷の海")
    assert SITE in [citation.quote for citation in answer.citations]


def test_a_changed_announcement_takes_its_facts_back_and_check_says_so(
    run: Run, server: ModelServer, data: Path
) -> None:
    server.script = [replies(TRUE[0])]
    run("proposals", "make", "moon", "--llm", "openai:small")
    run("proposals", "accept", "1", "--by", "Sato")
    assert len(facts(run)) == 1
    with closing(Catalog.open(data)) as catalog:
        catalog.add(notice("moon", "2024-04-10", "月面開発の準備状況（訂正）", LANDER))
    assert facts(run) == []
    assert "it does not count" in run("proposals", "list")[1]
    assert "proposals make moon" in "".join(run("check")[1:])
    assert run("proposals", "accept", "1")[0] == 1
    server.script = [replies(TRUE[0])]
    run("proposals", "make", "moon", "--llm", "openai:small")
    assert [(one["number"], one["state"], one["is_current"]) for one in listed(run)] == [
        (1, "accepted", False), (2, "proposed", True),
    ]  # fmt: skip
    assert "proposals make" not in "".join(run("check")[1:])  # it was read again


def test_a_run_that_was_cut_off_goes_on_where_it_stopped(run: Run, server: ModelServer) -> None:
    server.script = [replies(TRUE[0]), Reply(status=401)]
    code, out, err = run("proposals", "make", "--llm", "openai:small", "--json")
    assert (code, [one["status"] for one in objects(out)]) == (1, ["asked", "failed"])
    assert "the same command goes on" in err
    server.script = [replies(TRUE[1])]
    code, out, _ = run("proposals", "make", "--llm", "openai:small", "--json")
    assert (code, [one["status"] for one in objects(out)]) == (0, ["unchanged", "asked"])
    assert [one["number"] for one in listed(run)] == [1, 2]
    server.script = lambda _: replies(*TRUE)
    run("proposals", "make", "--llm", "openai:small", "--again")
    assert len(listed(run)) == 3


def test_a_refused_key_stops_the_run_and_is_nowhere_in_what_is_said(
    run: Run, server: ModelServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSISTANT_LLM_KEY", "sk-very-secret")
    server.script = lambda _: Reply(status=401, raw=b'{"error": {"message": "Bad key sk-very-secret"}}')
    code, out, err = run("proposals", "make", "--llm", "openai:small")
    assert (code, len(server.requests)) == (1, 1)
    assert "sk-very-secret" not in out + err
    assert server.keys == ["Bearer sk-very-secret"]


def test_a_number_that_is_not_there_is_said_and_nothing_is_changed(run: Run, server: ModelServer) -> None:
    server.script = [replies(TRUE[0])]
    run("proposals", "make", "moon", "--llm", "openai:small")
    code, out, err = run("proposals", "accept", "1", "99")
    assert (code, out) == (1, "")
    assert "There is no proposal 99" in err
    assert [one["state"] for one in listed(run)] == ["proposed"]
