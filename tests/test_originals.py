"""The file that an announcement was read from is kept as it came, with each revision, until nothing needs it."""

from __future__ import annotations

import dataclasses
import os
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.assistant import Assistant
from assistant.settings import Settings
from corpus.catalog import Catalog
from corpus.errors import CorpusError, OriginalMissing
from corpus.originals import KEPT_FOR, ORIGINALS, Originals
from corpus.source import Original
from tests.bridge_builder import OPENED, opened

TEXT = "# はまなす橋梁、吊橋を点検\n\nはまなす橋梁は2024年5月1日、吊橋を点検しました。\n"


@pytest.fixture
def assistant(tmp_path: Path) -> Iterator[Assistant]:
    with closing(opened(tmp_path / "data", ())) as made:
        yield made


@pytest.fixture
def notice(tmp_path: Path) -> Path:
    path = tmp_path / "点検.md"
    path.write_text(TEXT, "utf-8")
    return path


def added(assistant: Assistant, path: Path) -> str:
    (intake,) = assistant.add([str(path)])
    assert intake.status != "rejected", intake.reason
    assert intake.id
    return intake.id


@given(data=st.binary(min_size=1, max_size=300), suffix=st.sampled_from([".pdf", ".html", ".txt"]))
def test_a_file_comes_back_as_it_came(tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str) -> None:
    originals = Originals(tmp_path_factory.getbasetemp() / "round-trip")
    name = originals.keep(Original(data, suffix))
    assert originals.read(name) == data
    assert originals.keep(Original(data, suffix)) == name


@pytest.mark.parametrize("name", ["", "../catalog.db", "a" * 64, f"{'a' * 64}.pdf/../../x", f"{'0' * 64}.pdf"])
def test_no_name_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    (tmp_path / "catalog.db").write_text("secret")
    originals = Originals(tmp_path / ORIGINALS)
    assert not originals.has(name)
    with pytest.raises(OriginalMissing, match="not kept on this machine"):
        originals.read(name)


def test_a_damaged_file_is_never_handed_out(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    name = originals.keep(Original(b"true", ".txt"))
    next(tmp_path.glob("*/*.txt")).write_bytes(b"fake")
    with pytest.raises(OriginalMissing, match="damaged"):
        originals.read(name)
    (said,) = originals.check([name, f"{'0' * 64}.pdf"])
    assert name in said


def test_a_file_that_cannot_be_kept_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match="Check the free space"):
        Originals(tmp_path / "file").keep(Original(b"x", ".txt"))


def test_what_is_added_keeps_its_file_and_each_revision_its_own(assistant: Assistant, notice: Path) -> None:
    id = added(assistant, notice)
    changed = TEXT.replace("点検しました", "補修しました")
    notice.write_text(changed, "utf-8")
    assert added(assistant, notice) == id
    texts = [assistant.originals.read(one.original).decode() for one in assistant.catalog.history(id)]
    assert texts == [TEXT, changed]


def test_adding_the_same_again_keeps_no_second_file(assistant: Assistant, notice: Path) -> None:
    added(assistant, notice)
    added(assistant, notice)
    assert len(list((assistant.settings.data / ORIGINALS).glob("*/*"))) == 1


def test_what_was_kept_without_its_file_gets_it_when_it_is_added_again(assistant: Assistant, notice: Path) -> None:
    id = added(assistant, notice)
    next((assistant.settings.data / ORIGINALS).glob("*/*")).unlink()
    (again,) = assistant.add([str(notice)])
    assert again.status == "unchanged"
    assert assistant.originals.read(assistant.catalog.get(id).original) == TEXT.encode()


def test_correcting_what_is_said_of_an_announcement_keeps_its_file(assistant: Assistant, notice: Path) -> None:
    before = assistant.catalog.get(added(assistant, notice))
    assistant.catalog.add(dataclasses.replace(before, title="点検", content_hash="1", original=""))
    assert assistant.catalog.get(before.id).original == before.original != ""
    assistant.catalog.add(dataclasses.replace(before, raw="anders", text="anders", content_hash="2", original=""))
    assert assistant.catalog.get(before.id).original == ""


def test_the_bundled_sample_has_none(tmp_path: Path) -> None:
    with closing(Assistant.open(Settings(data=tmp_path / "data"), embeddings="off")) as assistant:
        assert assistant.catalog.originals() == set()


def test_the_file_of_what_was_removed_stays_a_month(assistant: Assistant, notice: Path) -> None:
    name = assistant.catalog.get(added(assistant, notice)).original
    path = next((assistant.settings.data / ORIGINALS).glob("*/*"))
    a_year_ago = time.time() - 365 * 86_400
    os.utime(path, (a_year_ago, a_year_ago))
    assistant.rebuild()
    assert assistant.originals.has(name), "it is still needed"
    assistant.remove(assistant.catalog.ids()[0])
    assistant.rebuild()
    assert assistant.originals.has(name), "it was removed just now"
    os.utime(path, (a_year_ago, time.time() - KEPT_FOR - 60))
    assistant.rebuild()
    assert not assistant.originals.has(name)


def test_what_a_killed_process_left_is_cleared_away(tmp_path: Path) -> None:
    originals = Originals(tmp_path)
    name = originals.keep(Original(b"whole", ".txt"))
    half = next(tmp_path.glob("*/*")).parent / ".half.part"
    half.write_bytes(b"ha")
    originals.drop_unneeded(lambda: [name])
    assert half.exists(), "someone may be writing it"
    os.utime(half, (0, 0))
    originals.drop_unneeded(lambda: [name])
    assert not half.exists()
    assert originals.has(name)


def test_a_backup_holds_the_files_and_a_restored_directory_has_them(
    assistant: Assistant, notice: Path, tmp_path: Path
) -> None:
    id = added(assistant, notice)
    assistant.catalog.add(OPENED)
    assistant.catalog.backup(tmp_path / "whole.db", originals=assistant.originals)
    assistant.catalog.backup(tmp_path / "lean.db")
    for file, has_it in (("whole.db", True), ("lean.db", False)):
        folder = tmp_path / f"restored-{file}"
        folder.mkdir()
        originals = Originals(folder / ORIGINALS)
        with closing(Catalog.open(folder)) as catalog:
            catalog.restore(tmp_path / file, originals=originals)
            assert catalog.count() == 2
            assert originals.has(catalog.get(id).original) is has_it
