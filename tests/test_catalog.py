"""The catalog keeps announcements exactly, counts its changes, and says what to do when its file is broken."""

from __future__ import annotations

import dataclasses
import datetime as dt
import multiprocessing
import os
import signal
import sqlite3
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from corpus.announcement import Announcement, Footnote, OffsetMap, Page, Section
from corpus.catalog import Added, Catalog, Change, offset_faults
from corpus.database import SCHEMA
from corpus.dates import PartialDate
from corpus.details import details_of, shows_more, with_details
from corpus.errors import CatalogDamaged, ChangedMeanwhile, CorpusError, UnknownAnnouncement, UnreadableFile
from corpus.record import from_record, to_record

texts = st.text(st.characters(codec="utf-8"), max_size=40)
offsets = st.integers(0, 10**6)
partial_dates = st.builds(
    lambda day, known: PartialDate(day.year, *(day.month, day.day)[:known]), st.dates(), st.integers(0, 2)
)
moments = st.datetimes(
    dt.datetime(1990, 1, 1), timezones=st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=9), "JST")])
)
sections = st.builds(
    Section,
    kind=st.sampled_from(["title", "body", "caption", "quotation"]),
    start=offsets,
    end=offsets,
    heading=st.none() | texts,
    speaker=st.none() | texts,
    role=st.none() | texts,
    people=st.lists(st.tuples(texts, texts), max_size=3).map(tuple),
)
footnotes = st.builds(
    Footnote,
    mark=texts,
    start=offsets,
    end=offsets,
    anchors=st.lists(st.tuples(offsets, offsets), max_size=3).map(tuple),
    as_of=st.none() | partial_dates,
)
announcements = st.builds(
    Announcement,
    id=st.sampled_from(["isp-023.ja", "isp-023.en", "訂正/1", "a b"]),
    title=texts,
    text=texts,
    language=st.sampled_from(["ja", "en"]),
    content_hash=st.sampled_from(["00", "01", "02"]),
    issuer=texts,
    category=texts,
    published=st.none() | partial_dates,
    published_at=st.none() | moments,
    audience=st.sampled_from(["public", "staff"]),
    source_url=texts,
    supersedes=st.none() | texts,
    translation_of=st.none() | texts,
    revision=st.integers(1, 9),
    pages=st.lists(st.builds(Page, number=offsets, start=offsets, end=offsets), max_size=3).map(tuple),
    sections=st.lists(sections, max_size=3).map(tuple),
    footnotes=st.lists(footnotes, max_size=3).map(tuple),
    offsets=st.lists(st.tuples(offsets, offsets, offsets), max_size=3).map(tuple).map(OffsetMap),
    raw=texts,
)


def announcement(id: str = "isp-023.ja", text: str = "中間支払いを受領した。", **fields: object) -> Announcement:
    known = {"title": "お知らせ", "language": "ja", "content_hash": text, "raw": text, **fields}
    return Announcement(id=id, text=text, **known)  # type: ignore[arg-type]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    opened = Catalog.open(tmp_path / "data")
    yield opened
    opened.close()


@given(announcements)
def test_a_record_says_everything_about_an_announcement(made: Announcement) -> None:
    assert from_record(to_record(made)) == made


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(made=announcements)
def test_an_announcement_comes_out_as_it_went_in(catalog: Catalog, made: Announcement) -> None:
    named = dataclasses.replace(made, id=f"{made.id}{catalog.count()}")
    catalog.add(named)
    assert catalog.get(named.id) == named


class CatalogAgainstADict(RuleBasedStateMachine):
    """What the catalog says is what a dict of histories and a list of changes would say."""

    added = Bundle("added")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.catalog = self.open()
        self.histories: dict[str, list[Announcement]] = {}
        self.edits: dict[str, list[tuple[dict[str, str | None], str]]] = {}  # of each revision: details, loaded hash
        self.taken_out: dict[str, tuple[list[Announcement], list[tuple[dict[str, str | None], str]], set[str]]] = {}
        self.origins: dict[str, str] = {}
        self.log: list[Change] = []

    def open(self) -> Catalog:
        return Catalog.open(Path(self.folder.name))

    def teardown(self) -> None:
        self.catalog.close()
        self.folder.cleanup()

    @rule(target=added, made=announcements, origin=st.sampled_from(["", "/a.txt", "https://example.com/b"]))
    def add(self, made: Announcement, origin: str) -> str:
        history = self.histories.get(made.id, [])
        if not history:
            expected = "added"
            self.histories[made.id], self.edits[made.id] = [made], [({}, made.content_hash)]
            self.taken_out.pop(made.id, None)
        else:
            details, loaded = self.edits[made.id][-1]
            stated = with_details(made, details)
            is_same = made.content_hash == loaded or stated.content_hash == history[-1].content_hash
            expected = "unchanged" if is_same else "updated"
            if not is_same:
                self.follow(made.id, stated, details, made.content_hash)
        if expected == "added":
            self.log.append(Change(len(self.log) + 1, made.id, False))
        if origin:
            self.origins[origin] = made.id
        assert self.catalog.add(made, origin=origin) == Added(made.id, expected, len(self.log))  # type: ignore[arg-type]
        return made.id

    def follow(self, id: str, successor: Announcement, details: dict[str, str | None], loaded: str) -> None:
        history = self.histories[id]
        history.append(dataclasses.replace(successor, revision=history[-1].revision + 1))
        self.edits[id].append((details, loaded))
        self.log.append(Change(len(self.log) + 1, id, False))

    @rule(id=added, title=st.sampled_from(["表題", "別の表題"]), audience=st.sampled_from(["public", "staff"]))
    def edit(self, id: str, title: str, audience: str) -> None:
        if id not in self.histories:
            return
        details: dict[str, str | None] = {"title": title, "audience": audience}
        present = self.histories[id][-1]
        if details_of(present) != {**details_of(present), **details}:
            given, loaded = self.edits[id][-1]
            self.follow(id, with_details(present, details), {**given, **details}, loaded)
        self.catalog.edit(id, details, revision=present.revision)

    @rule(id=added, share=st.floats(0, 0.99))
    def revert(self, id: str, share: float) -> None:
        if id not in self.histories:
            return
        at = int(share * len(self.histories[id]))
        earlier, present = self.histories[id][at], self.histories[id][-1]
        if earlier.content_hash != present.content_hash:
            self.follow(id, earlier, self.edits[id][at][0], self.edits[id][-1][1])
        self.catalog.revert(id, earlier.revision, revision=present.revision)

    @rule(id=consumes(added))
    def remove(self, id: str) -> None:
        if id not in self.histories:
            with pytest.raises(UnknownAnnouncement, match="list"):
                self.catalog.remove(id)
            return
        self.catalog.remove(id)
        origins = {origin for origin, known in self.origins.items() if known == id}
        self.taken_out[id] = self.histories.pop(id), self.edits.pop(id), origins
        self.origins = {origin: known for origin, known in self.origins.items() if known != id}
        self.log.append(Change(len(self.log) + 1, id, True))

    @rule(target=added, id=st.sampled_from(["isp-023.ja", "isp-023.en", "訂正/1", "a b"]))
    def bring_back(self, id: str) -> str:
        if id not in self.taken_out:
            with pytest.raises(UnknownAnnouncement, match="Add its file again"):
                self.catalog.bring_back(id)
            return id
        self.histories[id], self.edits[id], origins = self.taken_out.pop(id)
        self.origins = {**dict.fromkeys(origins, id), **self.origins}
        self.log.append(Change(len(self.log) + 1, id, False))
        assert self.catalog.bring_back(id).revision == len(self.log)
        return id

    @rule()
    def open_again(self) -> None:
        self.catalog.close()
        self.catalog = self.open()

    @rule()
    def back_up_and_restore(self) -> None:
        file = Path(self.folder.name) / "backup.db"
        self.catalog.backup(file)
        self.catalog.restore(file)
        file.unlink()

    @rule(share=st.floats(0, 1))
    def follow_changes(self, share: float) -> None:
        since = int(share * len(self.log))
        newest = {change.announcement_id: change for change in self.log[since:]}
        assert self.catalog.changes(since) == sorted(newest.values(), key=lambda change: change.revision)

    @invariant()
    def holds_what_the_dict_holds(self) -> None:
        assert self.catalog.revision() == len(self.log)
        assert self.catalog.count() == len(self.histories)
        assert {one.id for one in self.catalog.removed()} == set(self.taken_out)
        assert self.catalog.ids() == sorted(self.histories)
        assert list(self.catalog.announcements()) == sorted(
            (history[-1] for history in self.histories.values()),
            key=lambda known: (known.held.latest.isoformat() if known.held else "", known.id),
        )
        for id, history in self.histories.items():
            assert self.catalog.get(id) == history[-1]
            assert self.catalog.history(id) == history
        for origin in ("/a.txt", "https://example.com/b"):
            assert self.catalog.find_origin(origin) == self.origins.get(origin)


TestCatalogAgainstADict = CatalogAgainstADict.TestCase
TestCatalogAgainstADict.settings = settings(deadline=None, max_examples=20, stateful_step_count=15)


def test_details_that_people_gave_stand_when_a_file_comes_again(catalog: Catalog) -> None:
    catalog.add(announcement(), origin="/a.txt")
    catalog.edit("isp-023.ja", {"audience": "staff", "title": "訂正した表題"}, revision=1)
    assert catalog.add(announcement()).outcome == "unchanged"
    assert catalog.add(announcement(text="改めた本文。")).outcome == "updated"
    stands = catalog.get("isp-023.ja")
    assert (stands.text, stands.audience, stands.title, stands.revision) == ("改めた本文。", "staff", "訂正した表題", 3)


def test_a_file_that_comes_again_does_not_undo_a_revert(catalog: Catalog) -> None:
    catalog.add(announcement(text="初版"))
    catalog.add(announcement(text="第二版"))
    catalog.revert("isp-023.ja", 1, revision=2)
    assert catalog.add(announcement(text="第二版")).outcome == "unchanged"
    assert (catalog.get("isp-023.ja").text, catalog.get("isp-023.ja").revision) == ("初版", 3)


def test_an_edit_of_an_older_revision_is_refused_and_changes_nothing(catalog: Catalog) -> None:
    catalog.add(announcement())
    catalog.edit("isp-023.ja", {"title": "一人目"}, revision=1)
    for change in (
        lambda: catalog.edit("isp-023.ja", {"title": "二人目"}, revision=1),
        lambda: catalog.revert("isp-023.ja", 1, revision=1),
    ):
        with pytest.raises(ChangedMeanwhile, match="revision 2 now, not 1"):
            change()
    assert catalog.get("isp-023.ja").title == "一人目"


def test_details_given_with_a_file_are_those_of_its_announcement(catalog: Catalog) -> None:
    catalog.add(announcement(), details={"audience": "staff"})
    assert catalog.get("isp-023.ja").audience == "staff"
    assert catalog.add(announcement(), details={"audience": "staff"}).outcome == "unchanged"
    assert catalog.add(announcement()).outcome == "unchanged"
    assert catalog.add(announcement(), details={"audience": "public"}).outcome == "updated"


def test_what_was_removed_for_good_cannot_be_brought_back(catalog: Catalog, tmp_path: Path) -> None:
    catalog.add(announcement(text="消すべき文面"))
    catalog.remove("isp-023.ja", by="大森")
    assert [(one.id, one.title, one.by) for one in catalog.removed()] == [("isp-023.ja", "お知らせ", "大森")]
    catalog.remove("isp-023.ja", for_good=True)
    assert catalog.removed() == []
    with pytest.raises(UnknownAnnouncement, match="Add its file again"):
        catalog.bring_back("isp-023.ja")
    catalog.add(announcement(text="消すべき文面"))
    catalog.remove("isp-023.ja", for_good=True)
    catalog.backup(tmp_path / "backup.db")
    assert "消すべき文面".encode() not in (tmp_path / "backup.db").read_bytes()


def test_what_comes_back_leaves_a_file_to_the_announcement_that_has_it_now(catalog: Catalog) -> None:
    catalog.add(announcement("a"), origin="/news.txt")
    catalog.remove("a")
    catalog.add(announcement("b", "別の文"), origin="/news.txt")
    catalog.bring_back("a")
    assert (catalog.find_origin("/news.txt"), catalog.ids()) == ("b", ["a", "b"])


def test_text_is_found_where_it_stands_before_where_it_stood(catalog: Catalog) -> None:
    catalog.add(announcement("a", "同じ文"))
    catalog.add(announcement("a", "別の文"))
    assert catalog.find_text("同じ文") == ("a", 1)
    catalog.add(announcement("b", "同じ文"))
    assert (catalog.find_text("同じ文"), catalog.find_text("無い文")) == (("b", 1), None)


def test_the_public_sees_more_when_it_sees_something_or_sees_it_earlier() -> None:
    now = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
    staff, public = announcement(audience="staff"), announcement()
    soon = announcement(published_at=now + dt.timedelta(days=1))
    later = announcement(published_at=now + dt.timedelta(days=2))
    past = announcement(published_at=now - dt.timedelta(days=9))
    widening = {(0, 1), (0, 2), (0, 3), (0, 4), (2, 1), (3, 1), (3, 2), (2, 4), (3, 4)}
    states = (staff, public, soon, later, past)
    found = {(i, j) for i, a in enumerate(states) for j, b in enumerate(states) if shows_more(a, b, now)}
    assert found == widening


def test_an_unknown_id_is_said_to_be_unknown(catalog: Catalog) -> None:
    for ask in (catalog.get, catalog.history, catalog.remove):
        with pytest.raises(UnknownAnnouncement, match="isp-099"):
            ask("isp-099")


def test_a_restored_backup_counts_as_new_changes(catalog: Catalog, tmp_path: Path) -> None:
    catalog.add(announcement("kept"))
    catalog.add(announcement("removed later"))
    catalog.add(announcement("changed later", "旧"))
    catalog.backup(tmp_path / "backup.db")
    catalog.remove("removed later")
    catalog.add(announcement("changed later", "新"))
    catalog.add(announcement("added later"))
    before = catalog.revision()

    catalog.restore(tmp_path / "backup.db")

    assert catalog.ids() == ["changed later", "kept", "removed later"]
    assert [known.text for known in catalog.history("changed later")] == ["旧"]
    assert {(change.announcement_id, change.removed) for change in catalog.changes(before)} == {
        ("removed later", False),
        ("changed later", False),
        ("added later", True),
    }
    assert catalog.check() == []


def test_a_backup_overwrites_no_file_and_restore_wants_a_backup(catalog: Catalog, tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database " * 1000)
    with pytest.raises(UnreadableFile, match="exists already"):
        catalog.backup(file)
    with pytest.raises(UnreadableFile, match="no backup"):
        catalog.restore(file)
    with pytest.raises(UnreadableFile, match="There is no"):
        catalog.restore(tmp_path / "absent.db")
    with pytest.raises(UnreadableFile, match="does not exist"):
        catalog.backup(tmp_path / "absent" / "b.db")


def test_a_file_that_is_no_database_is_named_with_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "catalog.db").write_text("no database " * 1000)
    with pytest.raises(CatalogDamaged, match=r"catalog\.db.*restore FILE"):
        Catalog.open(tmp_path)


def test_another_programs_database_is_left_alone(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.close()
    with pytest.raises(CatalogDamaged, match="other tables"):
        Catalog.open(tmp_path)


def test_a_catalog_of_a_newer_version_asks_for_an_update(tmp_path: Path) -> None:
    Catalog.open(tmp_path).close()
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    with pytest.raises(CatalogDamaged, match="newer version"):
        Catalog.open(tmp_path)


def test_a_torn_catalog_is_damaged_and_not_a_traceback(tmp_path: Path) -> None:
    opened = Catalog.open(tmp_path)
    for number in range(50):
        opened.add(announcement(f"a{number:02d}", "本文" * 2000))
    opened.close()
    file = tmp_path / "catalog.db"
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 8])
    with pytest.raises(CatalogDamaged, match="restore FILE"):  # noqa: PT012 - which statement meets the tear is SQLite's affair
        torn = Catalog.open(tmp_path)
        list(torn.announcements())


def test_a_directory_that_cannot_be_one_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(CorpusError, match="Name a directory"):
        Catalog.open(tmp_path / "file")
    with pytest.raises(CorpusError, match="postgresql"):
        Catalog.open("nonsense://")


def test_half_a_character_is_refused_and_leaves_no_trace(catalog: Catalog) -> None:
    with pytest.raises(UnreadableFile, match="UTF-8"):
        catalog.add(announcement("broken", "\ud83d"))
    assert (catalog.count(), catalog.revision()) == (0, 0)


def test_the_newest_migration_is_the_schema_that_the_code_expects() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parents[1] / "corpus" / "migrations"))
    assert ScriptDirectory.from_config(config).get_current_head() == SCHEMA


def test_an_older_catalog_is_brought_up_with_all_that_it_holds(tmp_path: Path) -> None:
    opened = Catalog.open(tmp_path)
    opened.add(announcement("kept"))
    opened.close()
    with sqlite3.connect(tmp_path / "catalog.db") as connection:
        for column in ("identity", "curated", "proposed"):
            connection.execute(f"ALTER TABLE state DROP COLUMN {column}")
        official = ("official_answers", "feedback", "kept_answers", "settled", "audit")
        for table in ("edits", "removed", *official, "proposals", "asked_for_facts"):
            connection.execute(f"DROP TABLE {table}")
        for table in ("announcements", "revisions"):
            connection.execute(f"ALTER TABLE {table} DROP COLUMN original")
        connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.close()
    opened = Catalog.open(tmp_path)
    assert opened.identity()
    assert (opened.get("kept"), opened.revision()) == (announcement("kept"), 1)
    opened.close()


def test_each_catalog_has_a_name_that_stays(catalog: Catalog, tmp_path: Path) -> None:
    again, other = Catalog.open(tmp_path / "data"), Catalog.open(tmp_path / "other")
    assert again.identity() == catalog.identity() != other.identity()
    catalog.backup(tmp_path / "backup.db")
    before = catalog.identity()
    catalog.restore(tmp_path / "backup.db")
    assert catalog.identity() == before
    again.close()
    other.close()


def test_check_names_links_that_lead_nowhere_and_offsets_that_do_not_fit(catalog: Catalog) -> None:
    catalog.add(announcement("a", supersedes="gone", translation_of="b"))
    catalog.add(announcement("b", translation_of="a"))
    catalog.add(announcement("c", "短い", pages=(Page(1, 0, 99),)))
    found = catalog.check()
    assert len(found) == 2
    assert "'a' supersedes 'gone'" in found[0]
    assert "A page of announcement 'c'" in found[1]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"sections": (Section("body", 0, 2), Section("body", 1, 4))}, "overlaps"),
        ({"sections": (Section("body", 0, 2),)}, "character 2"),
        ({"footnotes": (Footnote("i", 0, 2, ((3, 9),)),)}, "Note i"),
        ({"offsets": OffsetMap(((0, 0, 9),))}, "raw text"),
        ({"offsets": OffsetMap(((2, 0, 1), (0, 1, 1)))}, "raw text"),
    ],
)
def test_offsets_that_do_not_fit_are_named(wrong: dict[str, object], said: str) -> None:
    assert [said in sentence for sentence in offset_faults(announcement("a", "本文です", **wrong))] == [True]


def _open_and_add(folder: str, name: str) -> None:
    opened = Catalog.open(Path(folder))
    for number in range(10):
        opened.add(announcement(f"{name}-{number}"))
    opened.close()


def test_processes_that_start_at_once_share_one_new_catalog(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_open_and_add, args=(str(tmp_path / "new"), f"p{n}")) for n in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    opened = Catalog.open(tmp_path / "new")
    assert (opened.count(), opened.revision(), opened.check()) == (40, 40, [])
    opened.close()


def _add_until_killed(folder: str, pipe: int) -> None:
    opened = Catalog.open(Path(folder))
    for number in range(10_000):
        opened.add(announcement(f"a{number:05d}", f"本文{number}"))
        os.write(pipe, b".")


def test_a_killed_writer_loses_nothing_that_it_had_added(tmp_path: Path) -> None:
    said, pipe = os.pipe()
    writer = multiprocessing.get_context("fork").Process(target=_add_until_killed, args=(str(tmp_path), pipe))
    writer.start()
    confirmed = sum(len(os.read(said, 1)) for _ in range(25))
    os.kill(writer.pid or 0, signal.SIGKILL)
    writer.join()
    os.close(pipe)
    confirmed += len(os.read(said, 1 << 16))
    os.close(said)
    opened = Catalog.open(tmp_path)
    # The one in flight may have been committed without being confirmed.
    assert opened.count() - confirmed in (0, 1)
    assert (opened.revision(), opened.check()) == (opened.count(), [])
    opened.close()


def test_a_reader_is_not_held_up_by_a_writer(tmp_path: Path) -> None:
    reader = Catalog.open(tmp_path)
    reader.add(announcement("a"))
    writer = sqlite3.connect(tmp_path / "catalog.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE state SET revision = 99")
    assert (reader.revision(), reader.ids()) == (1, ["a"])
    writer.execute("COMMIT")
    assert reader.revision() == 99
    writer.close()
    reader.close()
