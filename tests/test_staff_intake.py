"""Editors upload files and addresses; each says what became of it, and nothing already here is changed unasked."""

from __future__ import annotations

import io
import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from filelock import FileLock

from assistant.assistant import Assistant
from assistant.web.receive import Incoming, Sizes
from assistant.web.sign_in import SignIn
from assistant.web.staff import StaffPages
from assistant.web.staff_announcements import mount_announcements
from assistant.web.staff_intake import INCOMING, mount_intake
from corpus.audit import Audit
from index.passage import Scope
from tests.bridge_builder import CONTRACTS, STAFF, opened
from tests.staff import let_in
from tests.test_staff_frame import signed_in

HTML = {"Accept": "text/html", "Accept-Language": "en"}
NEWS = {"Accept": "application/x-ndjson", "Accept-Language": "en"}
RELEASE = (
    "2026年3月1日\n\nはまなす橋梁、室蘭の橋の点検を完了\n\n"
    "はまなす橋梁は、室蘭の橋の点検を2026年3月1日に完了しました。点検した橋は12橋です。\n"
)
CORRECTED = RELEASE.replace("12橋", "14橋")
OTHER = "2026年4月1日\n\nはまなす橋梁、函館に支店を開設\n\n函館支店の所在地は港町です。従業員は25人です。\n"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with closing(opened(tmp_path / "data", [CONTRACTS, STAFF])) as made:
        let_in(made, reader="reader", editor="editor")
        yield made


def screens(assistant: Assistant, *mounts: Callable[[FastAPI, StaffPages], None]) -> FastAPI:
    """An application with the form to sign in and these screens."""
    app = FastAPI()
    sign_in = SignIn(assistant.settings)
    pages = StaffPages(assistant, sign_in, assistant.settings)
    sign_in.mount(app)
    pages.mount(app)
    for mount in mounts:
        mount(app, pages)
    return app


@pytest.fixture
def client(assistant: Assistant) -> Iterator[TestClient]:
    """An editor before this screen and the reader."""
    app = screens(assistant, mount_intake, mount_announcements)
    with TestClient(app, base_url="https://127.0.0.1", follow_redirects=False) as made:
        yield signed_in(made, "editor")


def send(client: TestClient, *files: tuple[str, str | bytes], headers: dict[str, str] = NEWS, **fields: str) -> Any:
    sent = [("files", (name, io.BytesIO(data.encode() if isinstance(data, str) else data))) for name, data in files]
    data = {"audience": "public", **fields}
    return client.post("/staff/upload", data=data, files=sent or {"files": ("", b"")}, headers=headers)


def results(client: TestClient, *files: tuple[str, str | bytes], **fields: str) -> list[dict[str, Any]]:
    sent = send(client, *files, **fields)
    assert sent.status_code == 200, sent.text
    news = [json.loads(line) for line in sent.text.splitlines()]
    return [result for one in news if one["state"] == "done" for result in one["results"]]


def test_an_uploaded_file_is_there_to_be_read_and_asked_about(client: TestClient, assistant: Assistant) -> None:
    (result,) = results(client, ("点検.txt", RELEASE))
    assert (result["status"], result["about"]) == ("added", "はまなす橋梁、室蘭の橋の点検を完了")
    read = next(link["to"] for link in result["links"] if link["text"] == "Read it")
    assert "12橋" in client.get(read, headers=HTML).text
    answer = assistant.ask("点検した橋はいくつですか")
    assert (answer.status, answer.short_answer) == ("answered", "12橋")
    (line, *_) = Audit(assistant.catalog.database).lines()
    assert (line.who, line.what) == ("editor", "announcement added")


def test_each_state_is_told_as_it_comes(client: TestClient) -> None:
    news = [json.loads(line) for line in send(client, ("a.txt", RELEASE), ("b.txt", OTHER)).text.splitlines()]
    states = [(one["item"], one["state"]) for one in news]
    assert list(dict.fromkeys(states)) == [
        (0, "reading"), (0, "indexing"), (0, "done"), (1, "reading"), (1, "indexing"), (1, "done"),
    ]  # fmt: skip


def test_without_a_script_the_page_says_what_became_of_each_file(client: TestClient) -> None:
    page = send(client, ("点検.txt", RELEASE), ("<b>broken.pdf", b"%PDF-1.7 nothing"), headers=HTML)
    assert page.status_code == 200
    assert "&lt;b&gt;broken.pdf" in page.text
    assert "The PDF is broken and cannot be opened." in page.text
    assert "はまなす橋梁、室蘭の橋の点検を完了" in page.text
    japanese = send(client, ("x.pdf", b"%PDF-1.7 nothing"), headers={**HTML, "Accept-Language": "ja"})
    assert "PDFが壊れていて開けません。" in japanese.text


def test_the_same_file_again_changes_nothing_whatever_its_name(client: TestClient, assistant: Assistant) -> None:
    results(client, ("点検.txt", RELEASE))
    before = assistant.catalog.revision()
    assert [r["status"] for r in results(client, ("点検.txt", RELEASE), ("copy.txt", RELEASE))] == ["unchanged"] * 2
    (other,) = results(client, ("点検.txt", RELEASE), audience="staff", category="点検")
    assert (other["status"], "Edit it" in other["sentences"][0]) == ("unchanged", True)
    assert assistant.catalog.revision() == before


def test_a_corrected_file_of_the_same_name_is_a_new_revision(client: TestClient, assistant: Assistant) -> None:
    results(client, ("点検.txt", RELEASE))
    (result,) = results(client, ("点検.txt", CORRECTED))
    assert (result["status"], result["sentences"][0]) == ("updated", "It is revision 2 now.")
    assert assistant.catalog.count() == 3
    assert assistant.ask("点検した橋はいくつですか").short_answer == "14橋"
    (earlier,) = results(client, ("点検.txt", RELEASE))
    assert (earlier["status"], "earlier revision" in earlier["sentences"][0]) == ("unchanged", True)


def test_another_notice_under_a_known_name_is_an_announcement_of_its_own(
    client: TestClient, assistant: Assistant
) -> None:
    results(client, ("release.txt", RELEASE))
    (result,) = results(client, ("release.txt", OTHER))
    assert result["status"] == "added"
    assert "はまなす橋梁、室蘭の橋の点検を完了” came under the same file name" in result["sentences"][0]
    assert assistant.catalog.count() == 4
    assert [r["status"] for r in results(client, ("release.txt", CORRECTED), same_name="revision")] == ["updated"]
    assert assistant.catalog.count() == 4


def test_a_file_can_be_said_to_be_a_revision_of_an_announcement(client: TestClient, assistant: Assistant) -> None:
    assert CONTRACTS.title in client.get(f"/staff/upload?of={CONTRACTS.id}", headers=HTML).text
    (result,) = results(client, ("どんな名前でも.txt", OTHER), of=CONTRACTS.id)
    assert (result["status"], assistant.catalog.get(CONTRACTS.id).revision) == ("updated", 2)
    two = results(
        client, ("two.jsonl", '{"text": "一つ目の資料です。"}\n{"text": "二つ目の資料です。"}'), of=CONTRACTS.id
    )
    assert [one["status"] for one in two] == ["updated", "rejected"]
    assert client.get("/staff/upload?of=none", headers=HTML).status_code == 404
    assert send(client, ("a.txt", RELEASE), ("b.txt", OTHER), of=CONTRACTS.id).status_code == 422


def test_what_staff_alone_may_see_stays_so_when_a_new_revision_says_public(
    client: TestClient, assistant: Assistant
) -> None:
    results(client, ("点検.txt", RELEASE), audience="staff")
    (result,) = results(client, ("点検.txt", CORRECTED), audience="public")
    assert (result["status"], "as they were" in result["sentences"][1]) == ("updated", True)
    found = {one.chunk.announcement_id for one in assistant.search("点検した橋", scope=Scope(audience="public"))}
    assert assistant.catalog.find_origin("upload:点検.txt") not in found
    (narrowed,) = results(client, ("別.txt", OTHER), audience="public")
    assert narrowed["sentences"] == ["Published 1 Apr 2026. The public sees it."]


def test_nothing_is_seen_before_its_moment(client: TestClient, assistant: Assistant) -> None:
    (result,) = results(client, ("点検.txt", RELEASE), date="2999-12-01", time="15:00")
    assert result["sentences"] == [
        "Published 1 Dec 2999. The public sees it from 1 Dec 2999 15:00 JST; until then only staff do."
    ]
    assert assistant.ask("点検した橋はいくつですか").status == "not_found"
    assert assistant.ask("点検した橋はいくつですか", audience="staff").status == "answered"
    assert str(assistant.catalog.get(assistant.catalog.find_origin("upload:点検.txt") or "").published) == "2999-12-01"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"audience": ""}, "Choose who may see it."),
        ({"time": "15:00"}, "A time needs a date as well."),
        ({"date": "2026-02-31"}, "Type the date as 2026-12-01."),
        ({"date": "2026-12-01", "time": "25:00"}, "Type the date as 2026-12-01 and the time as 15:00."),
        ({"url": "/etc/passwd"}, "Type an address that begins with http:// or https://."),
        ({"url": "file:///etc/passwd"}, "Type an address that begins with http:// or https://."),
        ({"issuer": "あ" * 301}, "Keep it within 300 characters."),
    ],
)
def test_what_cannot_be_taken_is_said_beside_its_field_and_nothing_is_added(
    client: TestClient, assistant: Assistant, fields: dict[str, str], said: str
) -> None:
    sent = send(client, ("点検.txt", RELEASE), category="点検", **fields)
    assert (sent.status_code, said in sent.json()["wrong"].values()) == (422, True)
    page = send(client, ("点検.txt", RELEASE), headers=HTML, category="点検", **fields)
    assert (page.status_code, said in page.text, 'value="点検"' in page.text) == (422, True, True)
    assert assistant.catalog.count() == 2


def test_an_upload_of_nothing_asks_for_files(client: TestClient) -> None:
    nothing = send(client, headers=HTML)
    assert (nothing.status_code, "Choose a file, or type an address." in nothing.text) == (422, True)


def test_addresses_inside_the_network_are_refused_by_the_guard(client: TestClient) -> None:
    (result,) = results(client, url="http://127.0.0.1:9/news")
    assert (result["status"], "inside a private network" in result["sentences"][0]) == ("rejected", True)


@pytest.fixture
def narrow(assistant: Assistant) -> Iterator[TestClient]:
    """Takes two files of 1 MB, and 3 MB in all."""
    app = screens(assistant, lambda app, pages: mount_intake(app, pages, Sizes(1_000_000, 2, 3_000_000)))
    with TestClient(app, base_url="https://127.0.0.1", follow_redirects=False) as made:
        yield signed_in(made, "editor")


def test_a_file_that_is_too_large_is_passed_over_and_the_others_are_taken(narrow: TestClient) -> None:
    large, fine = results(narrow, ("large.txt", "x" * 1_000_001), ("fine.txt", RELEASE))
    assert (large["status"], large["sentences"]) == ("rejected", ["The file is larger than 1 MB. Split it."])
    assert fine["status"] == "added"


def test_too_much_at_once_is_refused_with_a_sentence(narrow: TestClient) -> None:
    many = send(narrow, *((f"{n}.txt", "x") for n in range(3)))
    assert (many.status_code, "More than 2 files" in many.json()["detail"]) == (413, True)
    large = send(narrow, ("a.txt", b"x" * 3_000_001))
    assert (large.status_code, "more than 3 MB" in large.json()["detail"]) == (413, True)
    long = send(narrow, ("a.txt", RELEASE), category="あ" * 30_000)
    assert (long.status_code, "too long" in long.json()["detail"]) == (413, True)


def test_nothing_of_an_upload_stays_in_the_folder_for_what_comes_in(client: TestClient, assistant: Assistant) -> None:
    results(client, ("点検.txt", RELEASE), ("broken.pdf", b"%PDF-1.7"))
    send(client, ("点検.txt", RELEASE), audience="")
    assert list((assistant.settings.data / INCOMING).glob("*")) == []


def test_uploads_are_for_editors(client: TestClient, assistant: Assistant) -> None:
    client.cookies.clear()
    signed_in(client, "reader")
    assert client.get("/staff/upload", headers=HTML).status_code == 403
    assert send(client, ("点検.txt", RELEASE)).status_code == 403
    client.cookies.clear()
    assert send(client, ("点検.txt", RELEASE)).status_code == 401
    assert assistant.catalog.count() == 2


def test_an_upload_waits_for_whoever_writes_to_the_index_and_readers_go_on(
    client: TestClient, assistant: Assistant
) -> None:
    lock = FileLock(assistant.settings.data / "index" / "write.lock", thread_local=False)
    lock.acquire()
    told: list[dict[str, Any]] = []
    upload = threading.Thread(target=lambda: told.extend(results(client, ("点検.txt", RELEASE))))
    upload.start()
    try:
        while not assistant.catalog.find_origin("upload:点検.txt"):
            assert upload.is_alive()
        assert assistant.ask("2つの契約の契約額はいくらですか").citations
        assert told == []
    finally:
        lock.release()
    upload.join(60)
    assert [result["status"] for result in told] == ["added"]
    assert assistant.ask("点検した橋はいくつですか").short_answer == "12橋"


def test_what_a_crash_left_is_swept_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    incoming = Incoming(tmp_path / "incoming")
    with incoming.room() as used:
        left = tmp_path / "incoming" / "left"
        left.mkdir()
        (left / "0.pdf").write_bytes(b"%PDF")
        a_while_ago = time.time() - 3600
        for room in (left, used):
            os.utime(room, (a_while_ago, a_while_ago))
        incoming.sweep()
        assert (left.exists(), used.exists()) == (False, True)
    assert list((tmp_path / "incoming").iterdir()) == []
