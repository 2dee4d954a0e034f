"""The administrators' screen: nobody else sees it, no secret is on it, and long work holds nobody up."""

from __future__ import annotations

import html
import importlib
import pkgutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pydantic import SecretStr

import assistant.web
from assistant.assistant import Assistant
from assistant.settings import Settings
from assistant.web.staff_words import STAFF
from corpus.catalog import Catalog
from tests.bridge_builder import ALL, notice, opened
from tests.fakes_index import BagOfWords
from tests.staff import let_in, screens, signed_in

HTML = {"Accept": "text/html", "Accept-Language": "en"}


@pytest.fixture
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    with closing(opened(tmp_path_factory.mktemp("settings") / "data", ALL)) as one:
        let_in(one, reader="reader", editor="editor", admin="admin")
        yield one


def client(one: Assistant, name: str, settings: Settings | None = None) -> TestClient:
    return signed_in(screens(one, settings), name)


def finished(one: Assistant) -> None:
    for thread in threading.enumerate():
        if thread.name.startswith("job-"):
            thread.join(60)


@pytest.mark.parametrize("name", ["reader", "editor"])
def test_only_administrators_see_it(made: Assistant, name: str) -> None:
    person = client(made, name)
    assert person.get("/staff/settings", headers=HTML).status_code == 403
    assert person.get("/staff/settings/job").status_code == 403
    for work in ("check", "rebuild", "backup"):
        assert person.post(f"/staff/settings/{work}", headers=HTML).status_code == 403
    assert made.jobs.last() is None
    assert "/staff/settings" not in person.get("/staff/record", headers=HTML).text


def test_settings_health_and_users_are_shown_without_any_secret(made: Assistant) -> None:
    settings = made.settings.model_copy(
        update={"secret_key": SecretStr("k" * 40), "llm_key": SecretStr("hush"), "chroma_url": "http://a:hush@host:1"}
    )
    shown = client(made, "admin", settings).get("/staff/settings", headers=HTML).text
    assert "hush" not in shown
    assert "kkkk" not in shown
    assert "argon2" not in shown
    assert "http://•••@host:1" in shown
    assert "ASSISTANT_RECORD_DAYS" in shown
    assert "It is not loaded yet; words alone are searched" in shown
    assert all(f'<th scope="row">{name}</th>' in shown for name in ("reader", "editor", "admin"))
    assert "設定と状態" in client(made, "admin").get("/staff/settings", headers={**HTML, "Accept-Language": "ja"}).text
    changed = client(made, "admin", settings).get("/staff/settings?changed=1", headers=HTML).text
    assert "ASSISTANT_DATA" in changed
    assert "ASSISTANT_LIMIT_READS" not in changed


def test_what_is_wrong_with_a_part_is_said_in_the_readers_language(made: Assistant) -> None:
    made.index.set_embedder(BagOfWords())  # whose vectors come with the next change
    person = client(made, "admin")
    japanese = person.get("/staff/settings", headers={**HTML, "Accept-Language": "ja"}).text
    assert "意味の索引を作成中です" in japanese
    assert "still being made" not in japanese
    assert "They are still being made" in person.get("/staff/settings", headers=HTML).text


def test_a_check_finds_what_is_wrong(made: Assistant) -> None:
    admin = client(made, "admin")
    made.catalog.add(notice("late.ja", "2024-01-01", "はまなす橋梁、<b>橋</b>", "索引にまだありません。"))
    assert admin.post("/staff/settings/check").headers["location"] == "/staff/settings#work"
    finished(made)
    assert admin.get("/staff/settings/job").json()["state"] == "done"
    job = made.jobs.last()
    assert job is not None
    assert job.found
    shown = admin.get("/staff/settings", headers=HTML).text
    assert all(
        html.escape(one, quote=True).replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in shown for one in job.found
    )
    admin.post("/staff/settings/rebuild")
    finished(made)
    admin.post("/staff/settings/check")
    finished(made)
    assert "Nothing is wrong." in admin.get("/staff/settings", headers=HTML).text


def test_a_rebuild_goes_on_by_itself_and_questions_are_answered_meanwhile(made: Assistant) -> None:
    admin = client(made, "admin")
    assert admin.post("/staff/settings/rebuild").status_code == 303
    assert made.ask("台船の重量は？").status == "answered"
    finished(made)
    job = made.jobs.last()
    assert job is not None
    assert (job.state, job.by, job.done) == ("done", "admin", job.total)
    assert made.ask("台船の重量は？").status == "answered"
    assert "indexes rebuilt" in admin.get("/staff/audit", headers=HTML).text


def test_one_thing_at_a_time(made: Assistant) -> None:
    go_on = threading.Event()

    def work(tell: object) -> tuple[str, ...]:
        go_on.wait(30)
        return ()

    made.jobs.begin("check", work)
    admin = client(made, "admin")
    refused = admin.post("/staff/settings/rebuild", headers=HTML)
    assert (refused.status_code, "Wait until it is done" in refused.text) == (400, True)
    shown = admin.get("/staff/settings", headers=HTML).text
    assert "under way" in shown
    assert admin.get("/staff/settings/job").json() == {"name": "check", "state": "running", "done": 0, "total": 0}
    go_on.set()
    finished(made)


def test_a_backup_restores_what_there_is_and_holds_no_users(made: Assistant, tmp_path: Path) -> None:
    admin = client(made, "admin")
    sent = admin.post("/staff/settings/backup")
    assert sent.headers["content-disposition"].startswith('attachment; filename="announcements-2')
    file = tmp_path / "backup.db"
    file.write_bytes(sent.content)
    with closing(Catalog.open(tmp_path / "restored")) as restored:
        restored.restore(file)
        assert set(restored.ids()) == set(made.catalog.ids())
    assert b"argon2" not in sent.content
    assert not list(made.settings.data.glob(".backup-*"))
    assert "backup downloaded" in admin.get("/staff/audit", headers=HTML).text


# --- The words of every screen ---------------------------------------------------------------------------------

# What the frame says around every screen.
_FRAME = ("app", "skip", "navigation", "chat", "announcements", "timeline", "official", "inbox", "record", "settings")


def tables() -> Iterator[tuple[str, Mapping[str, Mapping[str, str]]]]:
    for module in pkgutil.iter_modules(assistant.web.__path__):
        if module.name.endswith("_words") and module.name not in ("staff_words", "faq_words"):
            for name, value in vars(importlib.import_module(f"assistant.web.{module.name}")).items():
                if name.isupper() and isinstance(value, Mapping) and set(value) == {"ja", "en"}:
                    yield f"{module.name}.{name}", value


@pytest.mark.parametrize(("name", "table"), tables())
def test_no_screens_words_take_the_place_of_the_navigations(name: str, table: Mapping[str, Mapping[str, str]]) -> None:
    for language in ("ja", "en"):
        assert [key for key in _FRAME if table[language].get(key, STAFF[language][key]) != STAFF[language][key]] == []
