"""The system of record: Announcements go in one transaction each, and come out as they went in.

SQLAlchemy's one door. SQLite in a directory by default, PostgreSQL by URL. Both indexes are derived from this:
`changes()` tells them what to follow, and `revision()` how far there is to go.
"""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import json
import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa

from corpus.announcement import Announcement
from corpus.errors import CatalogDamaged, CorpusError, UnknownAnnouncement, UnreadableFile
from corpus.links import address
from corpus.record import from_record, to_record

# The newest of migrations/versions. Alembic is imported only when a catalog is at another one.
SCHEMA = "0002"

_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT = 30  # seconds that a writer waits for another one
_BATCH = 200  # rows a query; SQLite takes 32,766 variables
_CONNECT = 10  # seconds that a server has to answer in
_ONE_WRITER = 0x616E6E6F  # the name of PostgreSQL's lock; the number is "anno" in ASCII

_tables = sa.MetaData()


def _announcement_columns() -> list[sa.Column[Any]]:
    texts = ("title", "language", "issuer", "category", "audience", "source_url", "content_hash", "text", "raw")
    optional = ("published", "published_at", "supersedes", "translation_of")
    structures = ("pages", "sections", "footnotes", "offsets")
    return [
        *(sa.Column(name, sa.Text, nullable=False) for name in texts),
        *(sa.Column(name, sa.Text) for name in optional),
        *(sa.Column(name, sa.JSON, nullable=False) for name in structures),
    ]


_current = sa.Table(
    "announcements",
    _tables,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("held", sa.Text, nullable=False),  # last day of Announcement.held, "" when there is none: for ordering
    *_announcement_columns(),
)
_revisions = sa.Table(
    "revisions",
    _tables,
    sa.Column("id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    *_announcement_columns(),
)
_COLUMNS = [column.name for column in _revisions.columns]  # one for each key of a record
_origins = sa.Table(
    "origins",
    _tables,
    sa.Column("origin", sa.Text, primary_key=True),
    sa.Column("announcement_id", sa.Text, sa.ForeignKey("announcements.id", ondelete="CASCADE"), nullable=False),
)
# One row for every id that was ever here; `revision` is the catalog's when it last changed.
_changes = sa.Table(
    "changes",
    _tables,
    sa.Column("announcement_id", sa.Text, primary_key=True),
    sa.Column("revision", sa.Integer, nullable=False, unique=True),
    sa.Column("removed", sa.Boolean, nullable=False),
)
# One row. A counter rather than a sequence: a sequence leaves gaps, and on PostgreSQL lets a later number commit first.
_state = sa.Table(
    "state",
    _tables,
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("identity", sa.Text, nullable=False),
)


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

    def __init__(self, engine: sa.Engine, name: str) -> None:
        """Use `Catalog.open`, which also brings the tables up to date."""
        self._engine = engine
        self._name = name  # as a person knows it, without a password
        self._is_served = engine.dialect.name != "sqlite"

    @classmethod
    def open(cls, location: Path | str) -> Catalog:
        """The catalog in a directory (a Path; its file `catalog.db` is made when absent) or behind a URL (a str).

        Raises:
            CatalogDamaged: what is there is no catalog, or of a newer version.
            CorpusError: the directory or the server is out of reach; the message holds no password.
        """
        if isinstance(location, str):
            url = _url(location)
            catalog = cls(_engine(url), _name(url))
        else:
            file = _file_in(location)
            catalog = cls(_engine(sa.URL.create("sqlite", database=str(file))), f"catalog '{file}'")
        try:
            catalog._migrate()
        except BaseException:
            catalog.close()
            raise
        return catalog

    def revision(self) -> int:
        """How many changes there have been; 0 when new."""
        with self._reading() as connection:
            return _revision(connection)

    def identity(self) -> str:
        """A random name made with the catalog. An index made from a catalog of another name has to be made anew."""
        with self._reading() as connection:
            identity: str = connection.execute(sa.select(_state.c.identity)).scalar_one()
        return identity

    def add(self, announcement: Announcement, *, origin: str = "") -> Added:
        """Keeps an announcement, and remembers where it came from; one transaction.

        The same content hash under the same id is `unchanged`. Other content under a known id is `updated`: it gets the
        next revision number, and the one before stays in `history`, but in nothing that is searched.
        """
        with self._writing(announcement.id) as connection:
            known = connection.execute(sa.select(_current).where(_current.c.id == announcement.id)).mappings().first()
            if known is None:
                connection.execute(_current.insert().values(_row(announcement)))
                added = Added(announcement.id, "added", _record_change(connection, announcement.id, removed=False))
            elif known["content_hash"] == announcement.content_hash:
                added = Added(announcement.id, "unchanged", _revision(connection))
            else:
                successor = dataclasses.replace(announcement, revision=known["revision"] + 1)
                earlier = {name: known[name] for name in _COLUMNS}
                connection.execute(_revisions.insert().values(earlier))
                connection.execute(_current.update().where(_current.c.id == successor.id).values(_row(successor)))
                added = Added(successor.id, "updated", _record_change(connection, successor.id, removed=False))
            if origin:
                connection.execute(_origins.delete().where(_origins.c.origin == origin))
                connection.execute(_origins.insert().values(origin=origin, announcement_id=announcement.id))
        return added

    def remove(self, announcement_id: str) -> None:
        """Forgets an announcement with its history and origins; that it was removed stays in `changes`."""
        with self._writing(announcement_id) as connection:
            if not connection.execute(_current.delete().where(_current.c.id == announcement_id)).rowcount:
                raise _unknown(announcement_id)
            _record_change(connection, announcement_id, removed=True)

    def get(self, announcement_id: str) -> Announcement:
        """The newest revision of an announcement; UnknownAnnouncement when there is none."""
        with self._reading() as connection:
            row = connection.execute(sa.select(_current).where(_current.c.id == announcement_id)).mappings().first()
        if row is None:
            raise _unknown(announcement_id)
        return _announcement(row)

    def find_origin(self, origin: str) -> str | None:
        """The id of the announcement that was last added from this path or URL, while it is still here."""
        with self._reading() as connection:
            return connection.execute(
                sa.select(_origins.c.announcement_id).where(_origins.c.origin == origin)
            ).scalar_one_or_none()

    def ids(self) -> list[str]:
        """Every id, sorted."""
        with self._reading() as connection:
            return sorted(connection.execute(sa.select(_current.c.id)).scalars())

    def count(self) -> int:
        """How many announcements there are."""
        with self._reading() as connection:
            return connection.execute(sa.select(sa.func.count()).select_from(_current)).scalar_one()

    def announcements(self) -> Iterator[Announcement]:
        """Every announcement, by the date on which it held (the undated first), then by id.

        Holds no transaction between two of them: one that is removed meanwhile is left out.
        """
        with self._reading() as connection:
            keys = connection.execute(sa.select(_current.c.held, _current.c.id)).all()
        ordered = [id for _, id in sorted((held, id) for held, id in keys)]
        for start in range(0, len(ordered), _BATCH):
            batch = ordered[start : start + _BATCH]
            with self._reading() as connection:
                rows = connection.execute(sa.select(_current).where(_current.c.id.in_(batch))).mappings().all()
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
        columns = [column for column in _current.columns if column.name not in left_out]
        with self._reading() as connection:
            rows = connection.execute(sa.select(*columns)).mappings().all()
        ordered = sorted(rows, key=lambda row: (row["held"], row["id"]))
        return [from_record({**row, **left_out}) for row in ordered]

    def history(self, announcement_id: str) -> list[Announcement]:
        """All revisions of an announcement, the newest last; UnknownAnnouncement when there is none."""
        with self._reading() as connection:
            return _history(connection, announcement_id)

    def changes(self, since: int) -> list[Change]:
        """The newest change of each announcement that changed after catalog revision `since`, oldest first."""
        with self._reading() as connection:
            rows = connection.execute(
                sa.select(_changes.c.revision, _changes.c.announcement_id, _changes.c.removed)
                .where(_changes.c.revision > since)
                .order_by(_changes.c.revision)
            ).all()
        return [Change(revision, announcement_id, removed) for revision, announcement_id, removed in rows]

    def check(self) -> list[str]:
        """A sentence for each thing that is wrong; empty when all is well."""
        with self._reading() as connection:
            sentences = _storage_faults(connection)
            ids = set(connection.execute(sa.select(_current.c.id)).scalars())
            named = {address(url) for url in connection.execute(sa.select(_current.c.source_url)).scalars()}
            live = set(
                connection.execute(sa.select(_changes.c.announcement_id).where(_changes.c.removed.is_(False))).scalars()
            )
        sentences += [f"Announcement '{id}' is kept but no change says so; add it again." for id in sorted(ids - live)]
        sentences += [f"Announcement '{id}' is said to be kept but is not; add it again." for id in sorted(live - ids)]
        for announcement in self.announcements():
            sentences += offset_faults(announcement)
            sentences += _link_faults(announcement, ids, named)
        return sentences

    def backup(self, file: Path) -> None:
        """Writes everything into one new SQLite file, which `restore` reads; UnreadableFile when it exists already."""
        if file.exists():
            raise UnreadableFile(f"'{file}' exists already. Name a new file for the backup.")
        if not file.parent.is_dir():
            raise UnreadableFile(f"The folder '{file.parent}' does not exist. Make it first, or name another one.")
        with tempfile.TemporaryDirectory(dir=file.parent, prefix=".backup-") as folder:
            with contextlib.closing(Catalog.open(Path(folder))) as copy:
                copy._take_over(self)
            os.replace(Path(folder) / "catalog.db", file)

    def restore(self, file: Path) -> None:
        """Makes this hold what a backup holds, in one transaction; counts as changes, so that the indexes follow."""
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
                self._take_over(source)

    def begin_with(self, source: Catalog) -> None:
        """As restoring a backup of `source`, unless something was ever kept here: then nothing happens."""
        self._take_over(source, only_when_new=True)

    def close(self) -> None:
        """Lets go of the file or the server."""
        self._engine.dispose()

    def _take_over(self, source: Catalog, *, only_when_new: bool = False) -> None:
        """Replaces everything here by what `source` holds."""
        with source._reading() as reading, self._writing() as writing:
            if only_when_new and _revision(writing):
                return
            wanted, present = _hashes(reading), _hashes(writing)
            for id in sorted(present.keys() - wanted.keys()):
                _record_change(writing, id, removed=True)
            for table in (_origins, _revisions, _current):
                writing.execute(table.delete())
            for table in (_current, _revisions, _origins):
                for rows in (
                    reading.execute(sa.select(table).execution_options(yield_per=_BATCH)).mappings().partitions()
                ):
                    writing.execute(table.insert(), [dict(row) for row in rows])
            for id in sorted(wanted):
                if present.get(id) != wanted[id]:
                    _record_change(writing, id, removed=False)

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sa.Connection]:
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def _writing(self, announcement_id: str = "") -> Iterator[sa.Connection]:
        # IMMEDIATE: a transaction that reads before it writes must not find that another one wrote in between.
        with (
            self._translated(announcement_id),
            self._engine.execution_options(**_WRITING[self._is_served]).begin() as connection,
        ):
            if self._is_served:
                # Held until the end of the transaction, like SQLite's: one writer at a time, over all machines.
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAIT}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")
            yield connection

    @contextlib.contextmanager
    def _translated(self, announcement_id: str = "") -> Iterator[None]:
        """Turns SQLAlchemy's errors into sentences."""
        try:
            yield
        except UnicodeEncodeError as error:
            raise UnreadableFile(
                f"Announcement '{_printable(announcement_id)}' holds halves of characters (lone surrogates). "
                "Save its file as UTF-8 and add it again."
            ) from error
        except json.JSONDecodeError as error:
            raise self._damaged(f"a stored structure is no JSON: {error}") from error
        except sa.exc.DataError as error:
            raise UnreadableFile(
                f"Announcement '{_printable(announcement_id)}' holds characters that the {self._name} cannot keep."
            ) from error
        except sa.exc.DatabaseError as error:
            raise self._served_no_more(error) if self._is_served else self._out_of_reach(error) from error

    def _out_of_reach(self, error: sa.exc.DatabaseError) -> CorpusError:
        reason = str(error.orig).strip()
        if not isinstance(error, sa.exc.OperationalError):
            return self._damaged(reason)
        if "locked" in reason or "busy" in reason:
            return self._busy()
        if "malformed" in reason or "no such table" in reason or "no such column" in reason:
            return self._damaged(reason)
        return CorpusError(
            f"The {self._name} cannot be used ({reason}). Check that it exists, its rights and the free space."
        )

    def _served_no_more(self, error: sa.exc.DatabaseError) -> CorpusError:
        """For a server, whose messages may be in any language: what went wrong is in its five-letter state."""
        state = getattr(error.orig, "sqlstate", None) or ""
        reason = " ".join(str(error.orig).split()).rstrip(".?")
        if password := self._engine.url.password:
            reason = reason.replace(str(password), "***")
        if state == "55P03":
            return self._busy()
        if state in ("42P01", "42703"):  # no such table, no such column
            return self._damaged(reason)
        return CorpusError(
            f"The {self._name} cannot be used ({reason}). Check ASSISTANT_DATABASE_URL, that the server runs, and what "
            "its role may do."
        )

    def _busy(self) -> CorpusError:
        return CorpusError(
            f"Another process has been writing to the {self._name} for over {_WAIT} seconds. "
            "Wait for it, then try again."
        )

    def _damaged(self, reason: str) -> CatalogDamaged:
        if self._is_served:
            return CatalogDamaged(
                f"The {self._name} is damaged or no catalog ({reason}). Name an empty database in "
                'ASSISTANT_DATABASE_URL, then put a backup into it with "python -m assistant restore FILE".'
            )
        return CatalogDamaged(
            f"The {self._name} is damaged or no catalog ({reason}). Move it away, then put a backup in its place with "
            '"python -m assistant restore FILE", or add the announcements again.'
        )

    def _migrate(self) -> None:
        """Brings the tables to SCHEMA; looks first without a lock, since most catalogs are there already."""
        with self._reading() as connection:
            if _schema(connection) == SCHEMA:
                return
        with self._writing() as connection:
            schema = _schema(connection)
            if schema == SCHEMA:
                return
            if schema is None and sa.inspect(connection).get_table_names():
                raise self._damaged("it holds other tables")
            from alembic import command
            from alembic.config import Config
            from alembic.script import ScriptDirectory

            config = Config()
            config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
            config.attributes["connection"] = connection
            known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
            if schema is not None and schema not in known:
                raise CatalogDamaged(
                    f"The {self._name} comes from a newer version (schema {schema}; this one knows up to {SCHEMA}). "
                    "Update the assistant, or name another data directory."
                )
            command.upgrade(config, SCHEMA)


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
    newest = connection.execute(sa.select(_current).where(_current.c.id == announcement_id)).mappings().first()
    if newest is None:
        raise _unknown(announcement_id)
    earlier = connection.execute(
        sa.select(_revisions).where(_revisions.c.id == announcement_id).order_by(_revisions.c.revision)
    ).mappings()
    return [_announcement(row) for row in [*earlier, newest]]


def _record_change(connection: sa.Connection, announcement_id: str, *, removed: bool) -> int:
    """The catalog's new revision, at which this announcement changed."""
    connection.execute(_state.update().values(revision=_state.c.revision + 1))
    revision = _revision(connection)
    connection.execute(_changes.delete().where(_changes.c.announcement_id == announcement_id))
    connection.execute(_changes.insert().values(revision=revision, announcement_id=announcement_id, removed=removed))
    return revision


def _revision(connection: sa.Connection) -> int:
    revision: int = connection.execute(sa.select(_state.c.revision)).scalar_one()
    return revision


def _hashes(connection: sa.Connection) -> dict[str, str]:
    return {row.id: row.content_hash for row in connection.execute(sa.select(_current.c.id, _current.c.content_hash))}


def _row(announcement: Announcement) -> dict[str, Any]:
    held = announcement.held
    return {**to_record(announcement), "held": held.latest.isoformat() if held else ""}


def _announcement(row: sa.RowMapping) -> Announcement:
    return from_record({column: row[column] for column in _COLUMNS})


def _unknown(announcement_id: str) -> UnknownAnnouncement:
    return UnknownAnnouncement(
        f"There is no announcement '{_printable(announcement_id)}'. \"python -m assistant list\" shows the ids."
    )


def _printable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _schema(connection: sa.Connection) -> str | None:
    """The schema version that the database says it has; None for a new one."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()


def _file_in(directory: Path) -> Path:
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise CorpusError(f"'{directory}' is a file. Name a directory for the data.") from error
    except OSError as error:
        raise CorpusError(f"The data directory '{directory}' cannot be made ({error.strerror}).") from error
    return (directory / "catalog.db").absolute()


# What makes a transaction that writes, by whether a server keeps the catalog. PostgreSQL's reading ones see one moment
# throughout; its writing ones must see what the writer before them left.
_WRITING: dict[bool, dict[str, Any]] = {
    False: {"sqlite_begin": "BEGIN IMMEDIATE"},
    True: {"isolation_level": "READ COMMITTED"},
}


def _url(location: str) -> sa.URL:
    """The database URL that `location` is; says nothing of it when it is none, since it may hold a password."""
    try:
        url = sa.make_url(location)
    except (sa.exc.ArgumentError, ValueError):
        raise _no_url() from None
    kind = url.get_backend_name() if "+" in url.drivername else url.drivername
    if kind not in ("sqlite", "postgresql", "postgres") or "@" in f"{url.host}{url.database}":
        raise _no_url()
    return url if kind == "sqlite" else url.set(drivername="postgresql+psycopg")


def _no_url() -> CorpusError:
    return CorpusError(
        "The database URL is not one. It looks like postgresql://user:password@host:5432/name, with %40 for an @, %3A "
        "for a : and %2F for a / in the password."
    )


def _name(url: sa.URL) -> str:
    """What a person calls the catalog, without user and password.

    >>> _name(sa.make_url("postgresql://role:secret@db.example.com:5433/news"))
    "catalog 'news' on 'db.example.com:5433'"
    """
    if url.drivername.startswith("sqlite"):
        return f"catalog '{url.database}'"
    host = url.host or str(url.query.get("host", "localhost"))
    return f"catalog '{url.database or url.username or ''}' on '{host}{f':{url.port}' if url.port else ''}'"


def _engine(url: sa.URL) -> sa.Engine:
    options: dict[str, Any] = {}
    if not url.drivername.startswith("sqlite"):
        waits = {} if "connect_timeout" in url.query else {"connect_timeout": _CONNECT}
        # pre_ping: a connection that a server's restart cut is replaced, not used.
        options = {"isolation_level": "REPEATABLE READ", "pool_pre_ping": True, "connect_args": waits}
    try:
        engine = sa.create_engine(
            url, json_serializer=functools.partial(json.dumps, ensure_ascii=False, separators=(",", ":")), **options
        )
    except ModuleNotFoundError as error:
        raise CorpusError(
            f"The database URL needs the package '{error.name}'. Install it with pip install \"psycopg[binary]\"."
        ) from error
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _prepare_sqlite)
        sa.event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _: Any) -> None:
    connection.isolation_level = None  # the driver's own BEGIN leaves CREATE TABLE outside the transaction
    connection.execute(f"PRAGMA busy_timeout = {_WAIT * 1000}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    if connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        connection.execute("PRAGMA journal_mode = WAL")


def _begin_sqlite(connection: sa.Connection) -> None:
    connection.exec_driver_sql(connection.get_execution_options().get("sqlite_begin", "BEGIN"))
