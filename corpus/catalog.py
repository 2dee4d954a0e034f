"""The system of record: Announcements go in one transaction each, and come out as they went in.

Both indexes are derived from this: `changes()` tells them what to follow, and `revision()` how far there is to go.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from corpus.announcement import Announcement
from corpus.audit import note
from corpus.database import Database, printable
from corpus.details import Details, with_details
from corpus.errors import CatalogDamaged, ChangedMeanwhile, UnknownAnnouncement, UnreadableFile
from corpus.links import address
from corpus.originals import Originals
from corpus.record import from_record, to_record
from corpus.schema import (
    BESIDE,
    CHANGES,
    COLUMNS,
    CURRENT,
    EDITS,
    ORIGINAL_FILES,
    ORIGINS,
    REMOVED,
    REVISIONS,
    STATE,
)
from corpus.source import Original

REMOVED_DAYS = 30  # for which a removed announcement can be brought back

_BATCH = 200  # rows a query; SQLite takes 32,766 variables


@dataclass(frozen=True, slots=True)
class Added:
    """What became of an announcement that was added; `revision` is the catalog's afterwards."""

    id: str
    outcome: Literal["added", "updated", "unchanged"]
    revision: int


@dataclass(frozen=True, slots=True)
class Change:
    """The last thing that happened to an announcement, and the catalog's revision that it made."""

    revision: int
    announcement_id: str
    removed: bool


@dataclass(frozen=True, slots=True)
class Removed:
    """An announcement that was removed and can still be brought back."""

    id: str
    title: str
    at: dt.datetime
    by: str  # "" when nobody said


class Catalog:
    """All announcements of one data directory or database. Threads and processes may share it; writers take turns.

    Every method raises CatalogDamaged when the stored catalog is broken, and CorpusError when it is locked or out of
    reach.
    """

    def __init__(self, database: Database) -> None:
        """What a database holds of announcements; other stores may use the same database.

        Attributes:
            database: where it is all kept.
        """
        self.database = database

    @classmethod
    def open(cls, location: Path | str) -> Catalog:
        """The catalog in a directory (a Path; its file `catalog.db` is made when absent) or behind a URL (a str).

        Raises:
            CatalogDamaged: what is there is no catalog, or of a newer version.
            CorpusError: the directory or the server is out of reach; the message holds no password.
        """
        return cls(Database.open(location))

    def revision(self) -> int:
        """How many changes there have been; 0 when new."""
        with self.database.reading() as connection:
            return _revision(connection)

    def identity(self) -> str:
        """A random name made with the catalog. An index made from a catalog of another name has to be made anew."""
        with self.database.reading() as connection:
            identity: str = connection.execute(sa.select(STATE.c.identity)).scalar_one()
        return identity

    def add(self, announcement: Announcement, *, origin: str = "", by: str = "", details: Details = {}) -> Added:  # noqa: B006 - never changed
        """Keeps an announcement, and remembers where it came from; one transaction.

        What was loaded last under the same id is `unchanged`. Other content under a known id is `updated`: it gets the
        next revision number, and the one before stays in `history`, but in nothing that is searched. Details that
        people gave, now or before, stand over those that are loaded.

        Args:
            by: who does so, for the audit log.
            details: what that person says of it.
        """
        with self.database.writing(_named(announcement.id)) as connection:
            known = connection.execute(sa.select(CURRENT).where(CURRENT.c.id == announcement.id)).mappings().first()
            if known is None:
                added = self._begin(connection, announcement, details, by)
            else:
                added = self._update(connection, known, announcement, details, by)
            if origin:
                connection.execute(ORIGINS.delete().where(ORIGINS.c.origin == origin))
                connection.execute(ORIGINS.insert().values(origin=origin, announcement_id=announcement.id))
        return added

    def _begin(self, connection: sa.Connection, announcement: Announcement, details: Details, by: str) -> Added:
        stated = with_details(announcement, details)
        connection.execute(REMOVED.delete().where(REMOVED.c.announcement_id == stated.id))
        connection.execute(CURRENT.insert().values(_row(stated)))
        _keep_edits(connection, stated, details, announcement.content_hash)
        note(connection, by, "announcement added", stated.id, after=stated.revision)
        return Added(stated.id, "added", _record_change(connection, stated.id, removed=False))

    def _update(
        self, connection: sa.Connection, known: sa.RowMapping, announcement: Announcement, details: Details, by: str
    ) -> Added:
        given, loaded = _edits(connection, known["id"], known["revision"], known["content_hash"])
        merged = {**given, **details}
        stated = with_details(announcement, merged)
        is_same_file = announcement.content_hash == loaded and not details
        # The same raw text was read from the same file, whatever else is said about it now.
        is_same_text = announcement.raw == known["raw"]
        if is_same_file or stated.content_hash == known["content_hash"]:
            if is_same_text and announcement.original and announcement.original != known["original"]:
                kept = CURRENT.update().where(CURRENT.c.id == announcement.id)
                connection.execute(kept.values(original=announcement.original))
            return Added(announcement.id, "unchanged", _revision(connection))
        if is_same_text and not stated.original:
            stated = dataclasses.replace(stated, original=known["original"])
        return _succeed(connection, known, stated, merged, announcement.content_hash, by, "announcement updated")

    def edit(self, announcement_id: str, details: Details, *, revision: int, by: str = "") -> Added:
        """Gives an announcement other details, as its next revision; they stay when its file comes again.

        Args:
            revision: of the announcement that the person who edits it has seen.

        Raises:
            UnknownAnnouncement: there is none.
            ChangedMeanwhile: it has another revision by now.
        """
        with self.database.writing(_named(announcement_id)) as connection:
            known = _current(connection, announcement_id, revision)
            present = _announcement(known)
            edited = with_details(present, details)
            if dataclasses.replace(edited, content_hash="") == dataclasses.replace(present, content_hash=""):
                return Added(announcement_id, "unchanged", _revision(connection))
            given, loaded = _edits(connection, known["id"], known["revision"], known["content_hash"])
            return _succeed(connection, known, edited, {**given, **details}, loaded, by, "announcement edited")

    def revert(self, announcement_id: str, to: int, *, revision: int, by: str = "") -> Added:
        """Makes an announcement what it was at revision `to`, as its next revision.

        The file that was loaded last changes nothing when it comes again.

        Args:
            revision: of the announcement that the person who reverts it has seen.

        Raises:
            UnknownAnnouncement: there is none, or it has no such revision.
            ChangedMeanwhile: it has another revision by now.
        """
        with self.database.writing(_named(announcement_id)) as connection:
            known = _current(connection, announcement_id, revision)
            earlier = next((one for one in _history(connection, announcement_id) if one.revision == to), None)
            if earlier is None:
                raise UnknownAnnouncement(f"{_named(announcement_id)} has no revision {to}. Choose one that it has.")
            if earlier.content_hash == known["content_hash"]:
                return Added(announcement_id, "unchanged", _revision(connection))
            _, loaded = _edits(connection, announcement_id, revision, known["content_hash"])
            given, _ = _edits(connection, announcement_id, to, earlier.content_hash)
            return _succeed(connection, known, earlier, given, loaded, by, "announcement reverted")

    def remove(self, announcement_id: str, *, by: str = "", for_good: bool = False) -> None:
        """Takes an announcement out, with its history and origins; that it was removed stays in `changes`.

        It can be brought back for 30 days, unless it goes `for_good`.

        Raises:
            UnknownAnnouncement: there is none; for good, there is none that was removed before either.
        """
        with self.database.writing(_named(announcement_id)) as connection:
            connection.execute(REMOVED.delete().where(REMOVED.c.removed_at < _long_ago()))
            left = connection.execute(REMOVED.delete().where(REMOVED.c.announcement_id == announcement_id)).rowcount
            known = connection.execute(sa.select(CURRENT).where(CURRENT.c.id == announcement_id)).mappings().first()
            if known is None:
                if not (for_good and left):
                    raise _unknown(announcement_id)
                note(connection, by, "announcement forgotten", announcement_id)
                return
            if not for_good:
                connection.execute(REMOVED.insert().values(_removed_row(connection, known, by)))
            connection.execute(CURRENT.delete().where(CURRENT.c.id == announcement_id))
            note(connection, by, "announcement removed", announcement_id, before=known["revision"])
            _record_change(connection, announcement_id, removed=True)

    def removed(self) -> list[Removed]:
        """What can be brought back, the last removed first."""
        columns = (REMOVED.c.announcement_id, REMOVED.c.title, REMOVED.c.removed_at, REMOVED.c.removed_by)
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(*columns).where(REMOVED.c.removed_at >= _long_ago()).order_by(REMOVED.c.removed_at.desc())
            ).all()
        return [Removed(id, title, dt.datetime.fromisoformat(at), by) for id, title, at, by in rows]

    def bring_back(self, announcement_id: str, *, by: str = "") -> Added:
        """Undoes a removal: the announcement is here again with its history and origins.

        Raises:
            UnknownAnnouncement: none with this id was removed in the last 30 days, or it has come back since.
        """
        with self.database.writing(_named(announcement_id)) as connection:
            row = connection.execute(
                sa.select(REMOVED.c.held).where(
                    REMOVED.c.announcement_id == announcement_id, REMOVED.c.removed_at >= _long_ago()
                )
            ).first()
            if row is None:
                raise UnknownAnnouncement(
                    f"{_named(announcement_id)} was not removed in the last {REMOVED_DAYS} days. Add its file again."
                )
            connection.execute(REMOVED.delete().where(REMOVED.c.announcement_id == announcement_id))
            taken = set(connection.execute(sa.select(ORIGINS.c.origin)).scalars())
            held = {**row.held, ORIGINS.name: [one for one in row.held[ORIGINS.name] if one["origin"] not in taken]}
            for table in _OF_AN_ANNOUNCEMENT:
                if held[table.name]:
                    connection.execute(table.insert(), held[table.name])
            revision = row.held[CURRENT.name][0]["revision"]
            note(connection, by, "announcement brought back", announcement_id, after=revision)
            return Added(announcement_id, "added", _record_change(connection, announcement_id, removed=False))

    def get(self, announcement_id: str) -> Announcement:
        """The newest revision of an announcement; UnknownAnnouncement when there is none."""
        with self.database.reading() as connection:
            row = connection.execute(sa.select(CURRENT).where(CURRENT.c.id == announcement_id)).mappings().first()
        if row is None:
            raise _unknown(announcement_id)
        return _announcement(row)

    def find_origin(self, origin: str) -> str | None:
        """The id of the announcement that was last added from this path or URL, while it is still here."""
        with self.database.reading() as connection:
            return connection.execute(
                sa.select(ORIGINS.c.announcement_id).where(ORIGINS.c.origin == origin)
            ).scalar_one_or_none()

    def given(self, announcement_id: str) -> Details:
        """The details that people gave an announcement over its file's; UnknownAnnouncement when there is none."""
        with self.database.reading() as connection:
            known = connection.execute(sa.select(CURRENT.c.revision).where(CURRENT.c.id == announcement_id)).scalar()
            if known is None:
                raise _unknown(announcement_id)
            return _edits(connection, announcement_id, known, "")[0]

    def find_text(self, raw: str) -> tuple[str, int] | None:
        """The id and revision of what was loaded as just this text; one that stands rather than one of the history."""
        with self.database.reading() as connection:
            for table in (CURRENT, REVISIONS):
                found = connection.execute(
                    sa.select(table.c.id, table.c.revision).where(table.c.raw == raw).order_by(table.c.id)
                ).first()
                if found:
                    return found.id, found.revision
        return None

    def ids(self) -> list[str]:
        """Every id, sorted."""
        with self.database.reading() as connection:
            return sorted(connection.execute(sa.select(CURRENT.c.id)).scalars())

    def count(self) -> int:
        """How many announcements there are."""
        with self.database.reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(CURRENT)).scalar_one()

    def announcements(self) -> Iterator[Announcement]:
        """Every announcement, by the date on which it held (the undated first), then by id.

        Holds no transaction between two of them: one that is removed meanwhile is left out.
        """
        with self.database.reading() as connection:
            keys = connection.execute(sa.select(CURRENT.c.held, CURRENT.c.id)).all()
        ordered = [id for _, id in sorted((held, id) for held, id in keys)]
        for start in range(0, len(ordered), _BATCH):
            batch = ordered[start : start + _BATCH]
            with self.database.reading() as connection:
                rows = connection.execute(sa.select(CURRENT).where(CURRENT.c.id.in_(batch))).mappings().all()
            by_id = {row["id"]: row for row in rows}
            yield from (_announcement(by_id[id]) for id in batch if id in by_id)

    def outlines(self) -> list[Announcement]:
        """Every announcement, in the order of `announcements`, without its text and what lies in it; quick for many."""
        left_out = {
            "content_hash": "",
            "text": "",
            "raw": "",
            "pages": [],
            "sections": [],
            "footnotes": [],
            "offsets": [],
        }
        columns = [column for column in CURRENT.columns if column.name not in left_out]
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(*columns)).mappings().all()
        ordered = sorted(rows, key=lambda row: (row["held"], row["id"]))
        return [from_record({**row, **left_out}) for row in ordered]

    def history(self, announcement_id: str) -> list[Announcement]:
        """All revisions of an announcement, the newest last; UnknownAnnouncement when there is none."""
        with self.database.reading() as connection:
            return _history(connection, announcement_id)

    def changes(self, since: int) -> list[Change]:
        """The newest change of each announcement that changed after catalog revision `since`, oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(CHANGES.c.revision, CHANGES.c.announcement_id, CHANGES.c.removed)
                .where(CHANGES.c.revision > since)
                .order_by(CHANGES.c.revision)
            ).all()
        return [Change(revision, announcement_id, removed) for revision, announcement_id, removed in rows]

    def originals(self) -> set[str]:
        """The names of the originals of all announcements and of their earlier revisions."""
        with self.database.reading() as connection:
            names = {
                *connection.execute(sa.select(CURRENT.c.original)).scalars(),
                *connection.execute(sa.select(REVISIONS.c.original)).scalars(),
            }
        return names - {""}

    def files_of(self, announcement_id: str) -> set[str]:
        """The names of the originals of one announcement and its earlier revisions, also when it was removed lately."""
        with self.database.reading() as connection:
            names = {
                *connection.execute(sa.select(CURRENT.c.original).where(CURRENT.c.id == announcement_id)).scalars(),
                *connection.execute(sa.select(REVISIONS.c.original).where(REVISIONS.c.id == announcement_id)).scalars(),
            }
            for held in connection.execute(
                sa.select(REMOVED.c.held).where(REMOVED.c.announcement_id == announcement_id)
            ).scalars():
                names |= {row["original"] for table in (CURRENT, REVISIONS) for row in held[table.name]}
        return names - {""}

    def check(self) -> list[str]:
        """A sentence for each thing that is wrong; empty when all is well."""
        with self.database.reading() as connection:
            sentences = _storage_faults(connection)
            ids = set(connection.execute(sa.select(CURRENT.c.id)).scalars())
            named = {address(url) for url in connection.execute(sa.select(CURRENT.c.source_url)).scalars()}
            live = set(
                connection.execute(sa.select(CHANGES.c.announcement_id).where(CHANGES.c.removed.is_(False))).scalars()
            )
        sentences += [f"Announcement '{id}' is kept but no change says so; add it again." for id in sorted(ids - live)]
        sentences += [f"Announcement '{id}' is said to be kept but is not; add it again." for id in sorted(live - ids)]
        for announcement in self.announcements():
            sentences += offset_faults(announcement)
            sentences += _link_faults(announcement, ids, named)
        return sentences

    def backup(self, file: Path, *, originals: Originals | None = None) -> None:
        """Writes everything into one new SQLite file, which `restore` reads; UnreadableFile when it exists already.

        Args:
            originals: where the files are that announcements were read from, to be in it too; None leaves them out.
        """
        if file.exists():
            raise UnreadableFile(f"'{file}' exists already. Name a new file for the backup.")
        if not file.parent.is_dir():
            raise UnreadableFile(f"The folder '{file.parent}' does not exist. Make it first, or name another one.")
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            with contextlib.closing(Catalog.open(Path(folder))) as copy:
                copy._take_over(self)
                if originals:
                    copy._hold_files(originals)
            os.replace(Path(folder) / "catalog.db", file)

    def restore(self, file: Path, *, by: str = "", originals: Originals | None = None) -> None:
        """Makes this hold what a backup holds, in one transaction; counts as changes, so that the indexes follow.

        Args:
            originals: where to keep the files that are in the backup; None leaves them there.
        """
        if not file.is_file():
            raise UnreadableFile(f"There is no backup file '{file}'.")
        # A copy, so that migrating an old backup leaves the file itself as it is.
        with tempfile.TemporaryDirectory(prefix="announcements-") as folder:
            shutil.copyfile(file, Path(folder) / "catalog.db")
            try:
                source = Catalog.open(Path(folder))
            except CatalogDamaged as error:
                raise UnreadableFile(f"'{file}' is no backup of a catalog that this version can read.") from error
            with contextlib.closing(source):
                if originals:
                    source._hand_files_to(originals)
                self._take_over(source)
        with self.database.writing() as connection:
            note(connection, by, "backup restored", file.name)

    def begin_with(self, source: Catalog) -> None:
        """As restoring a backup of `source`, unless something was ever kept here: then nothing happens."""
        self._take_over(source, only_when_new=True)

    def _hold_files(self, originals: Originals) -> None:
        """Puts the files of all announcements that are there into this backup."""
        names = sorted(name for name in self.originals() if originals.has(name))
        with self.database.writing() as connection:
            ORIGINAL_FILES.create(connection)
            for name in names:
                connection.execute(ORIGINAL_FILES.insert().values(name=name, data=originals.read(name)))

    def _hand_files_to(self, originals: Originals) -> None:
        """Keeps the files that are in this backup, where it has any."""
        with self.database.reading() as connection:
            if not sa.inspect(connection).has_table(ORIGINAL_FILES.name):
                return
            for name in connection.execute(sa.select(ORIGINAL_FILES.c.name)).scalars().all():
                data = connection.execute(sa.select(ORIGINAL_FILES.c.data).where(ORIGINAL_FILES.c.name == name))
                originals.keep(Original(data.scalar_one(), Path(name).suffix))

    def close(self) -> None:
        """Lets go of the file or the server."""
        self.database.close()

    def _take_over(self, source: Catalog, *, only_when_new: bool = False) -> None:
        """Replaces everything here by what `source` holds."""
        with source.database.reading() as reading, self.database.writing() as writing:
            if only_when_new and _revision(writing):
                return
            wanted, present = _hashes(reading), _hashes(writing)
            for id in sorted(present.keys() - wanted.keys()):
                _record_change(writing, id, removed=True)
            for table in (*reversed(BESIDE), ORIGINS, REVISIONS, CURRENT):
                writing.execute(table.delete())
            for table in (CURRENT, REVISIONS, ORIGINS, *BESIDE):
                for rows in (
                    reading.execute(sa.select(table).execution_options(yield_per=_BATCH)).mappings().partitions()
                ):
                    writing.execute(table.insert(), [dict(row) for row in rows])
            for id in sorted(wanted):
                if present.get(id) != wanted[id]:
                    _record_change(writing, id, removed=False)
            writing.execute(STATE.update().values(curated=STATE.c.curated + 1))


def offset_faults(announcement: Announcement) -> list[str]:
    """A sentence for each page, section, note or run of offsets that does not fit the announcement's text.

    >>> offset_faults(Announcement("a", "題", "本文", "ja", "00"))
    []
    """
    size, name = len(announcement.text), f"announcement '{announcement.id}'"
    spans = {
        "A page": [(page.start, page.end) for page in announcement.pages],
        "A section": [(section.start, section.end) for section in announcement.sections],
    }
    sentences = [
        f"{what} of {name} ({start}-{end}) overlaps the one before it or leaves the text; add its file again."
        for what, pairs in spans.items()
        for (start, end), before in zip(pairs, [0, *(end for _, end in pairs)], strict=False)
        if not before <= start <= end <= size
    ]
    if announcement.sections:
        covered = bytearray(size)
        for start, end in spans["A section"]:
            covered[start:end] = b"\1" * len(range(*slice(start, end).indices(size)))
        lost = next((i for i in range(size) if not covered[i] and not announcement.text[i].isspace()), None)
        if lost is not None:
            sentences.append(f"No section of {name} holds its character {lost}; add its file again.")
    sentences += [
        f"Note {note.mark} of {name} qualifies words outside its text; add its file again."
        for note in announcement.footnotes
        if not all(0 <= start <= end <= size for start, end in [*note.anchors, (note.start, note.end)])
    ]
    clean_before = raw_before = 0
    for clean, raw, length in announcement.offsets.runs:
        fits = clean + length <= size and raw + length <= len(announcement.raw)
        if length < 0 or clean < clean_before or raw < raw_before or not fits:
            sentences.append(f"The offsets of {name} do not fit its raw text at character {clean}; add its file again.")
            break
        clean_before, raw_before = clean + length, raw  # a blank that joins two lines stands at the letter before it
    return sentences


def _link_faults(announcement: Announcement, ids: Collection[str], addresses: Collection[str]) -> list[str]:
    links = {"supersedes": announcement.supersedes, "is a translation of": announcement.translation_of}
    return [
        f"Announcement '{announcement.id}' {verb} '{target}', which is not here; add that one, or correct the link."
        for verb, target in links.items()
        if target is not None and target not in ids and address(target) not in addresses
    ]


def _storage_faults(connection: sa.Connection) -> list[str]:
    if connection.dialect.name != "sqlite":
        return []
    reports = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check") if row[0] != "ok"]
    strays = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    reports += [f"a row of {table} belongs to no announcement" for table, *_ in strays]
    return [f"SQLite reports: {report}. Restore a backup." for report in reports]


def _history(connection: sa.Connection, announcement_id: str) -> list[Announcement]:
    newest = connection.execute(sa.select(CURRENT).where(CURRENT.c.id == announcement_id)).mappings().first()
    if newest is None:
        raise _unknown(announcement_id)
    earlier = connection.execute(
        sa.select(REVISIONS).where(REVISIONS.c.id == announcement_id).order_by(REVISIONS.c.revision)
    ).mappings()
    return [_announcement(row) for row in [*earlier, newest]]


# What makes up one announcement, those that are pointed at before those that point at them.
_OF_AN_ANNOUNCEMENT = (CURRENT, REVISIONS, ORIGINS, EDITS)


def _current(connection: sa.Connection, announcement_id: str, revision: int) -> sa.RowMapping:
    """The row of an announcement that should still have this revision."""
    known = connection.execute(sa.select(CURRENT).where(CURRENT.c.id == announcement_id)).mappings().first()
    if known is None:
        raise _unknown(announcement_id)
    if known["revision"] != revision:
        raise ChangedMeanwhile(
            f"{_named(announcement_id)} was changed meanwhile: it has revision {known['revision']} now, not {revision}."
            " Look at it again."
        )
    return known


def _edits(
    connection: sa.Connection, announcement_id: str, revision: int, content_hash: str
) -> tuple[dict[str, str | None], str]:
    """The details that people gave to a revision with this content hash, and the hash of what was last loaded."""
    found = connection.execute(
        sa.select(EDITS.c.details, EDITS.c.loaded_hash).where(
            EDITS.c.announcement_id == announcement_id, EDITS.c.revision == revision
        )
    ).first()
    return (dict(found.details), found.loaded_hash) if found else ({}, content_hash)


def _keep_edits(connection: sa.Connection, stated: Announcement, details: Details, loaded: str) -> None:
    if stated.content_hash != loaded:
        row = {"announcement_id": stated.id, "revision": stated.revision}
        connection.execute(EDITS.insert().values(**row, details=dict(details), loaded_hash=loaded))


def _succeed(
    connection: sa.Connection,
    known: sa.RowMapping,
    stated: Announcement,
    details: Details,
    loaded: str,
    by: str,
    what: str,
) -> Added:
    """Puts `stated` in the place of the row `known`, which goes into the history."""
    successor = dataclasses.replace(stated, revision=known["revision"] + 1)
    connection.execute(REVISIONS.insert().values({name: known[name] for name in COLUMNS}))
    connection.execute(CURRENT.update().where(CURRENT.c.id == successor.id).values(_row(successor)))
    _keep_edits(connection, successor, details, loaded)
    note(connection, by, what, successor.id, before=known["revision"], after=successor.revision)
    return Added(successor.id, "updated", _record_change(connection, successor.id, removed=False))


def _removed_row(connection: sa.Connection, known: sa.RowMapping, by: str) -> dict[str, Any]:
    held = {CURRENT.name: [dict(known)]}
    for table in _OF_AN_ANNOUNCEMENT[1:]:
        column = table.c.id if "id" in table.c else table.c.announcement_id
        rows = connection.execute(sa.select(table).where(column == known["id"])).mappings()
        held[table.name] = [dict(row) for row in rows]
    now = dt.datetime.now(dt.UTC).isoformat(timespec="microseconds")
    return {
        "announcement_id": known["id"], "title": known["title"], "removed_at": now, "removed_by": by, "held": held,
    }  # fmt: skip


def _long_ago() -> str:
    """Before when what was removed is gone for good."""
    return (dt.datetime.now(dt.UTC) - dt.timedelta(days=REMOVED_DAYS)).isoformat(timespec="microseconds")


def _record_change(connection: sa.Connection, announcement_id: str, *, removed: bool) -> int:
    """The catalog's new revision, at which this announcement changed."""
    connection.execute(STATE.update().values(revision=STATE.c.revision + 1))
    revision = _revision(connection)
    connection.execute(CHANGES.delete().where(CHANGES.c.announcement_id == announcement_id))
    connection.execute(CHANGES.insert().values(revision=revision, announcement_id=announcement_id, removed=removed))
    return revision


def _revision(connection: sa.Connection) -> int:
    revision: int = connection.execute(sa.select(STATE.c.revision)).scalar_one()
    return revision


def _hashes(connection: sa.Connection) -> dict[str, str]:
    return {row.id: row.content_hash for row in connection.execute(sa.select(CURRENT.c.id, CURRENT.c.content_hash))}


def _row(announcement: Announcement) -> dict[str, Any]:
    held = announcement.held
    return {**to_record(announcement), "held": held.latest.isoformat() if held else ""}


def _announcement(row: sa.RowMapping) -> Announcement:
    return from_record({column: row[column] for column in COLUMNS})


def _unknown(announcement_id: str) -> UnknownAnnouncement:
    return UnknownAnnouncement(
        f"There is no announcement '{printable(announcement_id)}'. \"python -m assistant list\" shows the ids."
    )


def _named(announcement_id: str) -> str:
    return f"Announcement '{announcement_id}'"
