"""The system of record: Announcements go in one transaction each, and come out as they went in.

Both indexes are derived from this: `changes()` tells them what to follow, and `revision()` how far there is to go.
"""

from __future__ import annotations

import contextlib
import dataclasses
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
from corpus.errors import CatalogDamaged, UnknownAnnouncement, UnreadableFile
from corpus.links import address
from corpus.originals import Originals
from corpus.record import from_record, to_record
from corpus.schema import BESIDE, CHANGES, COLUMNS, CURRENT, ORIGINAL_FILES, ORIGINS, REVISIONS, STATE
from corpus.source import Original

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

    def add(self, announcement: Announcement, *, origin: str = "", by: str = "") -> Added:
        """Keeps an announcement, and remembers where it came from; one transaction.

        The same content hash under the same id is `unchanged`. Other content under a known id is `updated`: it gets the
        next revision number, and the one before stays in `history`, but in nothing that is searched.

        Args:
            by: who does so, for the audit log.
        """
        with self.database.writing(_named(announcement.id)) as connection:
            known = connection.execute(sa.select(CURRENT).where(CURRENT.c.id == announcement.id)).mappings().first()
            if known is None:
                connection.execute(CURRENT.insert().values(_row(announcement)))
                added = Added(announcement.id, "added", _record_change(connection, announcement.id, removed=False))
                note(connection, by, "announcement added", announcement.id, after=announcement.revision)
            elif known["content_hash"] == announcement.content_hash:
                added = Added(announcement.id, "unchanged", _revision(connection))
                if announcement.original and announcement.original != known["original"]:
                    kept = CURRENT.update().where(CURRENT.c.id == announcement.id)
                    connection.execute(kept.values(original=announcement.original))
            else:
                # The same raw text was read from the same file, whatever else is said about it now.
                read_from = known["original"] if announcement.raw == known["raw"] else ""
                successor = dataclasses.replace(
                    announcement, revision=known["revision"] + 1, original=announcement.original or read_from
                )
                earlier = {name: known[name] for name in COLUMNS}
                connection.execute(REVISIONS.insert().values(earlier))
                connection.execute(CURRENT.update().where(CURRENT.c.id == successor.id).values(_row(successor)))
                added = Added(successor.id, "updated", _record_change(connection, successor.id, removed=False))
                revisions = {"before": known["revision"], "after": successor.revision}
                note(connection, by, "announcement updated", successor.id, **revisions)
            if origin:
                connection.execute(ORIGINS.delete().where(ORIGINS.c.origin == origin))
                connection.execute(ORIGINS.insert().values(origin=origin, announcement_id=announcement.id))
        return added

    def remove(self, announcement_id: str, *, by: str = "") -> None:
        """Forgets an announcement with its history and origins; that it was removed stays in `changes`."""
        with self.database.writing(_named(announcement_id)) as connection:
            known = connection.execute(sa.select(CURRENT.c.revision).where(CURRENT.c.id == announcement_id)).scalar()
            if known is None:
                raise _unknown(announcement_id)
            connection.execute(CURRENT.delete().where(CURRENT.c.id == announcement_id))
            note(connection, by, "announcement removed", announcement_id, before=known)
            _record_change(connection, announcement_id, removed=True)

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
            names = [
                *connection.execute(sa.select(CURRENT.c.original)).scalars(),
                *connection.execute(sa.select(REVISIONS.c.original)).scalars(),
            ]
        return set(names) - {""}

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
