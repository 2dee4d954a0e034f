"""What fails around the assistant: a full disk, a broken file, a directory or a server that goes. Nothing is lost."""

from __future__ import annotations

import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from assistant import cli
from assistant.assistant import Assistant, Intake
from assistant.settings import Settings
from corpus import database as database_module
from corpus.catalog import Catalog
from corpus.errors import AssistantError, CatalogDamaged, CorpusError
from index.errors import StoreUnavailable
from index.search import Index
from tests.fakes_index import BagOfWords, DictCatalog, notice
from tests.test_vectors import Server

ROOT = Path(__file__).parents[1]
NEWS = [(f"n{number}", f"着陸に成功した。第{number}回。") for number in range(6)]
DISK = 4 * 1024 * 1024  # bytes of the small disk


def opened(data: Path, **more: object) -> Assistant:
    known = Settings(data=data, **{"sample": "off", "embeddings": "off", **more})  # type: ignore[arg-type]
    return Assistant.open(known, embeddings="off")


def write(file: Path, announcements: Sequence[tuple[str, str]]) -> str:
    lines = [json.dumps({"id": id, "title": "着陸", "text": text}) for id, text in announcements]
    file.write_text("\n".join(lines), encoding="utf-8")
    return str(file)


def add(assistant: Assistant, announcements: Sequence[tuple[str, str]]) -> list[Intake]:
    with tempfile.TemporaryDirectory() as folder:
        return list(assistant.add([write(Path(folder) / "news.jsonl", announcements)]))


def found(assistant: Assistant, query: str = "着陸") -> set[str]:
    return {passage.chunk.announcement_id for passage in assistant.search(query, k=20, distinct=True)}


# A full disk


@pytest.fixture(params=["tmpfs", "a limit of the process"])
def disk(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Disk]:
    """A disk that can be filled and emptied: a small one where we may mount, and files that cannot grow everywhere."""
    made = Tmpfs(tmp_path / "disk") if request.param == "tmpfs" else Limit(tmp_path / "disk")
    yield made
    made.remove()


class Disk:
    """`path` is a folder on it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir()

    def fill(self, *, but: int = 0) -> None:
        """Leaves `but` bytes."""
        raise NotImplementedError

    def empty(self) -> None:
        raise NotImplementedError

    def remove(self) -> None:
        raise NotImplementedError


class Tmpfs(Disk):
    """A small file system of its own."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        command = ["mount", "-t", "tmpfs", "-o", f"size={DISK}", "tmpfs", str(path)]
        if os.geteuid() or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("a small disk cannot be mounted here; the other disk is tested")

    def fill(self, *, but: int = 0) -> None:
        with (self.path / "ballast").open("wb", 0) as ballast:
            try:
                while True:
                    ballast.write(bytes(4096))
            except OSError:
                pass  # full
        os.truncate(self.path / "ballast", (self.path / "ballast").stat().st_size - but)

    def empty(self) -> None:
        (self.path / "ballast").unlink(missing_ok=True)

    def remove(self) -> None:
        subprocess.run(["umount", "--lazy", str(self.path)], check=True)


class Limit(Disk):
    """No file of this process may grow beyond some size: what a quota does."""

    def fill(self, *, but: int = 0) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (but, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    def empty(self) -> None:
        most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))

    def remove(self) -> None:
        self.empty()


def test_adding_on_a_full_disk_says_so_and_goes_on_after_room_is_made(disk: Disk, tmp_path: Path) -> None:
    more = write(tmp_path / "more.jsonl", [("n0", "書き換えた。"), *NEWS[1:]])
    with closing(opened(disk.path / "data")) as assistant:
        add(assistant, NEWS[:1])
        before = assistant.catalog.get("n0")
        disk.fill()
        for _ in range(2):
            with pytest.raises(AssistantError, match=r"cannot be used \(.*\).*free space") as caught:
                list(assistant.add([more]))
            assert isinstance(caught.value, CorpusError)
        # Nothing half-written, and what is there is still read.
        assert (assistant.catalog.revision(), assistant.catalog.get("n0")) == (1, before)
        assert found(assistant) == {"n0"}
        disk.empty()
        assert [intake.status for intake in add(assistant, NEWS)] == ["unchanged", *["added"] * 5]
        assert found(assistant) == {id for id, _ in NEWS}
        assert assistant.check() == []


def test_what_was_added_when_the_index_ran_out_of_room_is_indexed_later(disk: Disk) -> None:
    with closing(opened(disk.path / "data")) as assistant:
        add(assistant, NEWS[:1])
        # The catalog keeps it; the index has no room for its files.
        assistant.catalog.add(notice("n1", NEWS[1][1] * 2000))
        disk.fill()
        with pytest.raises(StoreUnavailable, match=r"can't be written .*Free some room.*nothing is lost"):
            assistant.index.catch_up(assistant.catalog)
        assert found(assistant) == {"n0"}
        assert any("revision 1 of the catalog, which is at 2" in said for said in assistant.check())
        disk.empty()
        assistant.index.catch_up(assistant.catalog)
        assert found(assistant) == {"n0", "n1"}
        assert assistant.check() == []


@pytest.mark.parametrize("disk", ["tmpfs"], indirect=True)
def test_vectors_without_room_are_left_out_and_come_later(disk: Disk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("index.search._RETRY_SECONDS", 0.0)
    catalog = DictCatalog(notice("a", "契約を締結した。"))
    (disk.path / "index").mkdir()
    (disk.path / "index" / "lexical").symlink_to(disk.path.parent / "lexical")  # this leg has a disk of its own
    (disk.path.parent / "lexical").mkdir()
    with closing(Index.open(disk.path / "index", embedder=BagOfWords())) as index:
        index.catch_up(catalog)
        for number in range(100):
            catalog.put(notice(f"b{number}", f"契約を解除した。{number}回目の契約の解除。"))
        disk.fill()
        index.catch_up(catalog)
        assert "full" in index.left_out["vectors"]
        assert index.search("契約の解除")[0].chunk.announcement_id.startswith("b")
        disk.empty()
        index.catch_up(catalog)
        assert index.left_out == {}
        assert all("vectors" in passage.scores for passage in index.search("契約"))
        assert index.check(catalog) == []


def test_a_first_start_on_a_full_disk_leaves_nothing_and_works_later(
    disk: Disk, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDINGS", "off")
    disk.fill(but=8192)
    assert cli.main(["ask", "着陸はいつですか", "--data", str(disk.path / "data")]) == 1
    said = capsys.readouterr()
    disk.empty()
    assert said.out == ""
    assert said.err.startswith("Error: ")
    assert said.err.count("\n") == 1
    assert list(disk.path.iterdir()) == []
    with closing(opened(disk.path / "data")) as assistant:
        assert assistant.check() == []


def test_a_backup_on_a_full_disk_leaves_no_half_of_one(disk: Disk, tmp_path: Path) -> None:
    with closing(opened(tmp_path / "data")) as assistant:
        add(assistant, [(id, text * 500) for id, text in NEWS])
        disk.fill()
        with pytest.raises(AssistantError):
            assistant.catalog.backup(disk.path / "backup.db")
        disk.empty()
        assert list(disk.path.iterdir()) == []
        assistant.catalog.backup(disk.path / "backup.db")
        with closing(Catalog.open(tmp_path / "other")) as other:
            other.restore(disk.path / "backup.db")
            assert list(other.announcements()) == list(assistant.catalog.announcements())


# A broken catalog


@pytest.mark.parametrize("ruin", [lambda whole: b"no database " * 999, lambda whole: whole[: len(whole) // 3]])
def test_a_broken_catalog_is_named_and_its_advice_works(
    tmp_path: Path,
    ruin: Callable[[bytes], bytes],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ASSISTANT_EMBEDDINGS", "off")
    data, kept = tmp_path / "data", tmp_path / "kept.db"
    with closing(opened(data)) as assistant:
        add(assistant, [(id, text * 300) for id, text in NEWS])
        assistant.catalog.backup(kept)
    file = data / "catalog.db"
    file.write_bytes(ruin(file.read_bytes()))
    for command in (
        ["show", "n5"],
        ["list"],
        ["ask", "着陸はいつですか"],
        ["check"],
        ["backup", str(tmp_path / "b.db")],
    ):
        assert cli.main([*command, "--data", str(data)]) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert "restore" in said.err
        assert "Traceback" not in said.err
    assert not (tmp_path / "b.db").exists()
    for left in data.glob("catalog.db*"):
        left.rename(tmp_path / left.name)  # "Move it away, then put a backup in its place"
    assert cli.main(["restore", str(kept), "--data", str(data)]) == 0
    assert cli.main(["check", "--data", str(data)]) == 0
    with closing(opened(data)) as assistant:
        assert found(assistant) == {id for id, _ in NEWS}


def test_a_catalog_that_breaks_under_a_running_reader_is_named(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "data")) as assistant:
        add(assistant, [(id, text * 300) for id, text in NEWS])
        for file in (tmp_path / "data").glob("catalog.db*"):
            file.write_bytes(b"no database " * 999)
        with pytest.raises(CatalogDamaged, match="restore FILE"):
            list(assistant.catalog.announcements())


def test_a_second_writer_of_the_catalog_is_told_to_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "_WAIT", 0.05)
    with closing(Catalog.open(tmp_path)) as one, closing(Catalog.open(tmp_path)) as two:
        with (
            two.database.writing(),
            pytest.raises(CorpusError, match="Another process has been writing to the catalog"),
        ):
            one.add(notice("a", "契約。"))
        one.add(notice("a", "契約。"))
        assert two.ids() == ["a"]


# An index that goes


def test_an_index_removed_under_a_running_reader_is_said_so_and_served_again_after_rebuild(tmp_path: Path) -> None:
    with closing(opened(tmp_path / "data")) as reader:
        add(reader, NEWS)
        shutil.rmtree(tmp_path / "data" / "index")
        for ask in (found, lambda one: one.ask("着陸はいつですか"), lambda one: add(one, [("later", "着陸の延期。")])):
            with pytest.raises(StoreUnavailable, match=r"gone or damaged.*rebuild"):
                ask(reader)
        done = subprocess.run(
            [sys.executable, "-m", "assistant", "rebuild", "--data", str(tmp_path / "data")],
            cwd=ROOT, capture_output=True, text=True, check=False, env={**os.environ, "ASSISTANT_EMBEDDINGS": "off"},
        )  # fmt: skip
        assert (done.returncode, done.stderr) == (0, "")
        # What was added meanwhile went into the catalog, and is there too.
        assert found(reader) == {"later", *(id for id, _ in NEWS)}
        assert reader.check() == []


# A Chroma server that goes


def test_answers_go_on_without_the_chroma_server_and_its_vectors_catch_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.search._RETRY_SECONDS", 0.0)
    question = "NASAとの契約の対価はいくらですか"
    server = Server(tmp_path / "chroma")  # not started yet
    with closing(opened(tmp_path / "data", chroma_url=server.url)) as assistant:
        assistant.index.set_embedder(BagOfWords())
        add(assistant, [("nasa", "NASAとの契約の対価は5,000米ドルです。"), *NEWS[:2]])
        assert f"'{server.url}' are out of reach" in assistant.index.left_out["vectors"]
        assert assistant.ask(question).citations
        assert any("left out" in said for said in assistant.check())
        try:
            server.start()
            add(assistant, NEWS[2:4])
            assert assistant.index.left_out == {}
            assert all("vectors" in passage.scores for passage in assistant.search("着陸"))
            server.stop()
            add(assistant, NEWS[4:])
            assistant.remove("n0")
            assert found(assistant) - {"nasa"} == {f"n{number}" for number in range(1, 6)}
            assert assistant.ask(question).citations
            assert "vectors" in assistant.index.left_out
            server.start()
            assistant.index.catch_up(assistant.catalog)
            assert assistant.index.left_out == {}
            assert all("vectors" in passage.scores for passage in assistant.search("着陸"))
            assert assistant.check() == []
        finally:
            server.stop()
