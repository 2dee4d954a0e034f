"""The catalog on a real PostgreSQL server: as on SQLite, shared by processes, and silent about its password."""

from __future__ import annotations

import dataclasses
import itertools
import json
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test

from assistant import cli
from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus import database as database_module
from corpus.announcement import Announcement
from corpus.catalog import Catalog
from corpus.database import SCHEMA
from corpus.errors import CatalogDamaged, CorpusError, UnreadableFile
from corpus.record import from_record, to_record
from tests.test_catalog import CatalogAgainstADict, announcement, announcements

ROOT = Path(__file__).parents[1]
PASSWORD = "geheim-秘密@/:%"
ESCAPED = "geheim-%E7%A7%98%E5%AF%86%40%2F%3A%25"
_numbers = itertools.count()


def _program(name: str) -> str | None:
    beside = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(beside[-1]) if beside else shutil.which(name)


def _database(url: str) -> str:
    return url.rsplit("/", 1)[1]


class Server:
    """A PostgreSQL of our own on a loopback port, which asks for a password. It never runs as root."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = int(probe.getsockname()[1])
        self._as_owner = []
        if os.geteuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(folder, owner.pw_uid, owner.pw_gid)
            self._as_owner = ["runuser", "-u", "postgres", "--"]
        secret = folder / "secret"
        secret.write_text(PASSWORD + "\n", encoding="utf-8")
        secret.chmod(0o644)
        made = subprocess.run(
            [
                *self._as_owner, str(_program("initdb")), "--pgdata", f"{folder}/data", "--username", "role",
                "--pwfile", str(secret), "--no-sync", "--auth", "scram-sha-256", "--encoding", "UTF8", "--no-locale",
            ],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
        assert made.returncode == 0, made.stderr
        self.start()

    def start(self) -> None:
        settings = {
            "listen_addresses": "127.0.0.1", "port": self.port, "unix_socket_directories": "", "shared_buffers": "16MB",
            "fsync": "off", "full_page_writes": "off", "lc_messages": "C",
        }  # fmt: skip
        # The shell ends the server when its stdin ends: also when the tests are killed, no server stays behind.
        self.process = subprocess.Popen(
            [
                *self._as_owner, "sh", "-c", '"$@" & read -r _; kill -INT $!; wait $!', "sh",
                str(_program("postgres")), "-D", f"{self.folder}/data", *(f"--{k}={v}" for k, v in settings.items()),
            ],
            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/",
        )  # fmt: skip
        for attempt in range(300):
            try:
                self.execute("SELECT 1")
                return
            except psycopg.OperationalError:
                assert attempt < 299, "The PostgreSQL server did not start."
                time.sleep(0.1)  # a process that starts cannot be waited for in another way

    def stop(self) -> None:
        self.process.communicate()

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://role:{ESCAPED}@127.0.0.1:{self.port}/{database}"

    def new_database(self) -> str:
        """The URL of an empty one."""
        name = f"news_{next(_numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.execute(f"DROP DATABASE {_database(url)} WITH (FORCE)")

    def execute(self, statement: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(statement.encode())


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    if _program("initdb") is None:
        if os.environ.get("CI"):
            pytest.fail("PostgreSQL is missing: apt-get install postgresql.")
        pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
    # Not pytest's own folder, which only its user may enter.
    folder = Path(tempfile.mkdtemp(prefix="announcements-postgres-"))
    try:
        running = Server(folder)
        yield running
        running.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    made = server.new_database()
    yield made
    server.drop(made)


@pytest.fixture
def catalog(url: str) -> Iterator[Catalog]:
    with closing(Catalog.open(url)) as opened:
        yield opened


def python(script: str, *arguments: str) -> subprocess.Popen[str]:
    """Another process, in the repository's root; it prints its errors where ours go."""
    return subprocess.Popen(
        [sys.executable, "-c", script, *arguments], cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )


class Run:
    """The command line in this process: exit code, stdout and stderr of each command."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self._monkeypatch = monkeypatch
        for name in ("EMBEDDINGS", "SAMPLE"):
            monkeypatch.setenv(f"ASSISTANT_{name}", "off")

    def __call__(self, *arguments: str, url: str, data: Path) -> tuple[int, str, str]:
        self._monkeypatch.setenv("ASSISTANT_DATABASE_URL", url)
        code = cli.main([*arguments, "--data", str(data)])
        said = self._capsys.readouterr()
        return code, said.out, said.err


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    return Run(monkeypatch, capsys)


# The same as on SQLite


KEPT = announcements.map(lambda made: from_record(_without_nul(to_record(made))))


def _without_nul(value: Any) -> Any:
    """PostgreSQL keeps every character but one."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [_without_nul(one) for one in value]
    return {key: _without_nul(one) for key, one in value.items()} if isinstance(value, dict) else value


def test_it_does_what_a_dict_does(server: Server, url: str) -> None:
    class OnPostgres(CatalogAgainstADict):
        def __init__(self) -> None:
            server.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public", _database(url))
            super().__init__()

        def open(self) -> Catalog:
            return Catalog.open(url)

        @rule(
            target=CatalogAgainstADict.added, made=KEPT, origin=st.sampled_from(["", "/a.txt", "https://example.com/b"])
        )
        def add(self, made: Announcement, origin: str) -> str:
            return CatalogAgainstADict.add(self, made, origin)

    run_state_machine_as_test(
        OnPostgres,
        settings=settings(
            deadline=None, max_examples=6, stateful_step_count=10, suppress_health_check=list(HealthCheck),
            phases=[Phase.explicit, Phase.reuse, Phase.generate],
        ),
    )  # fmt: skip


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=KEPT)
def test_an_announcement_comes_out_as_it_went_in(catalog: Catalog, made: Announcement) -> None:
    named = dataclasses.replace(made, id=f"{made.id}{catalog.count()}")
    catalog.add(named)
    assert catalog.get(named.id) == named


@pytest.mark.parametrize("broken", ["a\0b", "\ud83d"])
def test_a_character_that_it_cannot_keep_is_refused_and_leaves_no_trace(catalog: Catalog, broken: str) -> None:
    with pytest.raises(UnreadableFile, match="'a' holds"):
        catalog.add(announcement("a", broken))
    assert (catalog.count(), catalog.revision()) == (0, 0)


def test_a_new_database_is_brought_to_the_newest_schema_and_stays_there(server: Server, url: str) -> None:
    with closing(Catalog.open(url)) as first:
        identity = first.identity()
        assert (first.revision(), first.ids(), first.check()) == (0, [], [])
    with closing(Catalog.open(url)) as again:
        assert again.identity() == identity
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(SCHEMA,)]


def test_an_older_database_is_brought_up_with_all_that_it_holds(server: Server, url: str) -> None:
    with closing(Catalog.open(url)) as catalog:
        catalog.add(announcement("kept"))
    server.execute("ALTER TABLE state DROP COLUMN identity, DROP COLUMN curated, DROP COLUMN proposed", _database(url))
    tables = "edits, removed, official_answers, feedback, kept_answers, settled, audit, proposals, asked_for_facts"
    server.execute(f"DROP TABLE {tables}", _database(url))
    for table in ("announcements", "revisions"):
        server.execute(f"ALTER TABLE {table} DROP COLUMN original", _database(url))
    server.execute("UPDATE alembic_version SET version_num = '0001'", _database(url))
    with closing(Catalog.open(url)) as catalog:
        assert catalog.identity()
        assert (catalog.get("kept"), catalog.revision()) == (announcement("kept"), 1)


def test_another_programs_database_is_left_alone(server: Server, url: str) -> None:
    server.execute("CREATE TABLE recipes (name TEXT)", _database(url))
    with pytest.raises(CatalogDamaged, match=r"other tables.*empty database"):
        Catalog.open(url)


def test_a_backup_goes_from_either_kind_to_the_other(catalog: Catalog, tmp_path: Path) -> None:
    catalog.add(announcement("a", "旧"), origin="/a.txt")
    catalog.add(announcement("a", "新"), origin="/a.txt")
    for number in range(205):  # more than one portion
        catalog.add(announcement(f"b{number:03d}", f"本文{number}"))
    catalog.backup(tmp_path / "from-postgres.db")
    with closing(Catalog.open(tmp_path / "sqlite")) as other:
        other.add(announcement("gone"))
        other.restore(tmp_path / "from-postgres.db")
        assert list(other.announcements()) == list(catalog.announcements())
        assert other.history("a") == catalog.history("a")
        assert other.find_origin("/a.txt") == "a"
        assert other.check() == []
        other.remove("b000")
        other.add(announcement("a", "最新"))
        other.backup(tmp_path / "from-sqlite.db")
        before = catalog.revision()
        catalog.restore(tmp_path / "from-sqlite.db")
        assert list(catalog.announcements()) == list(other.announcements())
        assert [known.text for known in catalog.history("a")] == ["旧", "新", "最新"]
    assert {(c.announcement_id, c.removed) for c in catalog.changes(before)} == {("a", False), ("b000", True)}
    assert catalog.check() == []


# Several processes

_ADD = """
import sys
from corpus.catalog import Catalog
from corpus.announcement import Announcement
def announcement(id, text="本文"):
    return Announcement(id, "題", text, "ja", text)
catalog = Catalog.open(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
for number in range(20):
    catalog.add(announcement(f"{sys.argv[2]}-{number}"))
    catalog.add(announcement("shared", f"{sys.argv[2]}{number}"))
"""


def test_processes_that_add_at_once_lose_and_double_no_revision(url: str) -> None:
    # The database is still empty, so that they bring it up at once too.
    writers = [python(_ADD, url, name) for name in ("one", "two")]
    for writer in writers:
        assert writer.stdout
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin
        writer.stdin.write("go\n")
        writer.stdin.flush()
    with closing(Catalog.open(url)) as catalog:
        seen = 0
        followed: dict[str, int] = {}
        while any(writer.poll() is None for writer in writers):
            # What a reader that follows sees: revisions in their order, none that appears behind it later.
            changes = catalog.changes(seen)
            revisions = [change.revision for change in changes]
            assert revisions == sorted(set(revisions))
            followed.update((change.announcement_id, change.revision) for change in changes)
            seen = max([seen, *revisions])
        assert [writer.wait() for writer in writers] == [0, 0]
        followed.update((change.announcement_id, change.revision) for change in catalog.changes(seen))
        assert (catalog.revision(), catalog.count()) == (80, 41)
        last = {change.announcement_id: change.revision for change in catalog.changes(0)}
        assert followed == last
        assert [one.revision for one in catalog.history("shared")] == list(range(1, 41))
        assert catalog.check() == []


def test_one_announcement_added_by_two_at_once_is_added_once(url: str) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with closing(Catalog.open(url)) as one, closing(Catalog.open(url)) as two, ThreadPoolExecutor(2) as both:
        for number in range(20):
            made = announcement(f"a{number}")
            outcomes = [added.outcome for added in both.map(lambda c, made=made: c.add(made), (one, two))]
            assert sorted(outcomes) == ["added", "unchanged"]
        assert one.revision() == 20


def test_a_reader_is_not_held_up_by_a_writer_and_a_second_writer_is_told(
    catalog: Catalog, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "_WAIT", 1)
    catalog.add(announcement("a"))
    with closing(Catalog.open(url)) as other, other.database.writing():
        assert (catalog.revision(), catalog.ids()) == (1, ["a"])
        with pytest.raises(CorpusError, match="Another process has been writing to the catalog 'news_"):
            catalog.add(announcement("b"))
    catalog.add(announcement("b"))
    assert catalog.ids() == ["a", "b"]


_ASSISTANT = """
import sys
from pathlib import Path
from assistant.assistant import Assistant
from assistant.settings import Settings
settings = Settings(data=Path(sys.argv[2]), sample="off", embeddings="off", database_url=sys.argv[1])
assistant = Assistant.open(settings, embeddings="off")
print("ready", flush=True)
for line in sys.stdin:
    found = assistant.search(line.strip())
    print(",".join(sorted({passage.chunk.announcement_id for passage in found})), flush=True)
assistant.close()
"""


def _ask(reader: subprocess.Popen[str], query: str) -> str:
    assert reader.stdin
    assert reader.stdout
    reader.stdin.write(query + "\n")
    reader.stdin.flush()
    return reader.stdout.readline().strip()


def _settings(url: str, data: Path, **more: object) -> Settings:
    return Settings(data=data, embeddings="off", database_url=url, **{"sample": "off", **more})  # type: ignore[arg-type]


def _sees_each_change(find: Callable[[str], str], writer: Assistant, folder: Path) -> None:
    def wait_for(expected: str) -> None:
        # Within a second on a machine that has nothing else to do.
        until = time.monotonic() + 60
        while (seen := find("着陸")) != expected and time.monotonic() < until:
            pass
        assert seen == expected

    wait_for("")
    for number in range(3):
        record = {"id": f"a{number}", "title": "着陸", "text": f"着陸に成功した。{number}回目。"}
        (folder / "a.jsonl").write_text(json.dumps(record), encoding="utf-8")
        assert [intake.status for intake in writer.add([str(folder / "a.jsonl")])] == ["added"]
        wait_for(",".join(f"a{known}" for known in range(number + 1)))
    writer.remove("a0")
    wait_for("a1,a2")


def test_a_reader_of_the_same_directory_sees_a_change_unasked(url: str, tmp_path: Path) -> None:
    with closing(Assistant.open(_settings(url, tmp_path / "data"), embeddings="off")) as writer:
        reader = python(_ASSISTANT, url, str(tmp_path / "data"))
        assert reader.stdout
        assert reader.stdout.readline() == "ready\n"
        _sees_each_change(lambda query: _ask(reader, query), writer, tmp_path)
    reader.communicate(timeout=30)
    assert reader.returncode == 0


def test_readers_on_other_machines_follow_unasked(url: str, tmp_path: Path) -> None:
    with (
        closing(Assistant.open(_settings(url, tmp_path / "data"), embeddings="off")) as writer,
        closing(Assistant.open(_settings(url, tmp_path / "one"), embeddings="off")) as one,
        closing(Assistant.open(_settings(url, tmp_path / "two"), embeddings="off")) as two,
    ):

        def _found(reader: Assistant, query: str) -> str:
            return ",".join(sorted({passage.chunk.announcement_id for passage in reader.search(query)}))

        _sees_each_change(lambda query: _found(one, query), writer, tmp_path)
        assert two.check() == one.check() == []


# The assistant and its command line


def test_the_command_line_uses_the_database_and_the_directory_holds_indexes_only(
    url: str, tmp_path: Path, run: Run
) -> None:
    data, other, file, kept = (tmp_path / name for name in ("data", "other", "a.md", "b.db"))
    file.write_text("---\nid: landing\ntitle: 着陸に成功\n---\n月面への着陸に成功しました。\n", encoding="utf-8")
    assert run("list", url=url, data=data)[0] == 0
    assert not data.exists()
    assert run("add", str(file), url=url, data=data)[0] == 0
    assert not (data / "catalog.db").exists()
    assert (data / "index").is_dir()
    # Another machine, whose directory is new.
    listed = json.loads(run("list", "--json", url=url, data=other)[1])
    assert [one["id"] for one in listed["announcements"]] == ["landing"]
    found = json.loads(run("search", "着陸", "--json", url=url, data=other)[1])
    assert [one["announcement_id"] for one in found["passages"]] == ["landing"]
    assert run("backup", str(kept), url=url, data=data)[0] == 0
    assert run("remove", "landing", url=url, data=data)[0] == 0
    assert json.loads(run("search", "着陸", "--json", url=url, data=other)[1]) == {"passages": []}
    assert run("restore", str(kept), url=url, data=other)[0] == 0
    # The first machine's index is behind now; it catches up by itself.
    assert run("check", url=url, data=data)[:2] == (0, "")
    assert json.loads(run("show", "landing", "--json", url=url, data=data)[1])["title"] == "着陸に成功"


def test_the_sample_goes_into_a_database_that_never_held_anything_and_into_no_other(url: str, tmp_path: Path) -> None:
    def opened(name: str) -> Assistant:
        return Assistant.open(_settings(url, tmp_path / name, sample="on"), embeddings="off")

    with closing(opened("first")) as first:
        ids = first.catalog.ids()
        assert len(ids) == 80
        assert not (tmp_path / "first" / "catalog.db").exists()
        first.remove(ids[0])
    with closing(opened("second")) as second:
        assert second.catalog.ids() == ids[1:]
        assert second.search("打ち上げ")


# Out of reach


def test_a_server_that_is_down_is_said_in_one_sentence_and_is_used_again_when_back(
    server: Server, url: str, tmp_path: Path, run: Run
) -> None:
    with closing(Catalog.open(url)) as catalog:
        catalog.add(announcement("a"))
        server.stop()
        try:
            with pytest.raises(CorpusError, match=r"cannot be used.*ASSISTANT_DATABASE_URL") as caught:
                catalog.revision()
            _holds_no_password(str(caught.value), repr(caught.value), "".join(traceback.format_exception(caught.value)))
            for command in (["list"], ["ask", "着陸はいつですか"], ["check"], ["backup", str(tmp_path / "b.db")]):
                code, out, err = run(*command, url=url, data=tmp_path / "data")
                assert (code, out) == (1, "")
                assert err.startswith("Error: The catalog 'news_")
                assert f"'127.0.0.1:{server.port}' cannot be used" in " ".join(err.split())
                assert "Traceback" not in err
                _holds_no_password(err)
        finally:
            server.start()
        # A connection of before is replaced, not used.
        assert catalog.add(announcement("b")).revision == 2
        assert run("check", url=url, data=tmp_path / "data")[0] == 0


def _holds_no_password(*texts: str) -> None:
    for text in texts:
        assert "geheim" not in text


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda url: url.replace(ESCAPED, "geheim-falsch"), "password authentication failed"),
        (lambda url: url + "_absent", "does not exist"),
        (lambda url: url.replace(ESCAPED, "geheim@x/y"), "is not one"),
        (lambda url: url.replace(ESCAPED, "geheim:x@y"), "is not one"),
        (lambda url: url.replace("postgresql://", "mysql://"), "is not one"),
        (lambda url: "geheim", "is not one"),
        (lambda url: url + "?sslmode=nonsense", "cannot be used"),
        (lambda url: url + "?nonsense=1", "cannot be used"),
    ],
)
def test_what_is_wrong_with_an_address_is_said_without_the_password(
    url: str, tmp_path: Path, run: Run, change: Callable[[str], str], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    code, out, err = run("list", url=change(url), data=tmp_path / "data")
    assert (code, out) == (1, "")
    assert err.startswith("Error: The ")
    assert said in " ".join(err.split())
    _holds_no_password(err, caplog.text)


def test_a_role_without_rights_is_told_so(server: Server, url: str) -> None:
    name = _database(url)
    server.execute("CREATE ROLE reader LOGIN PASSWORD 'geheim'")
    with pytest.raises(CorpusError, match=r"permission denied.*what its role may do") as caught:
        Catalog.open(f"postgresql://reader:geheim@127.0.0.1:{server.port}/{name}")
    assert not isinstance(caught.value, CatalogDamaged)
    with closing(Catalog.open(url)) as catalog:
        catalog.add(announcement("a"))
    server.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", name)
    # Whoever may only read can read.
    with closing(Catalog.open(f"postgresql://reader:geheim@127.0.0.1:{server.port}/{name}")) as catalog:
        assert catalog.ids() == ["a"]
        with pytest.raises(CorpusError, match="permission denied"):
            catalog.add(announcement("b"))


def test_no_settings_show_the_password(url: str, tmp_path: Path) -> None:
    known = _settings(url, tmp_path)
    for shown in (repr(known), str(known), str(known.model_dump()), known.model_dump_json()):
        assert "geheim" not in shown
    assert known.catalog == url
    with closing(Catalog.open(url)) as catalog:
        _holds_no_password(repr(catalog), str(vars(catalog)))
