"""The database behind the catalog and what is kept beside it: opened, brought up to date, its errors in sentences.

SQLite in a directory by default, PostgreSQL by URL. SQLAlchemy's door, with the stores that use it: catalog.py
(announcements), curation.py (official answers), kept.py (what was answered), proposals.py (facts that a chat model
proposed), audit.py (who changed what), and their tables in schema.py.
"""

from __future__ import annotations

import contextlib
import functools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from corpus.errors import CatalogDamaged, CorpusError, UnreadableFile

# The newest of migrations/versions. Alembic is imported only when a database is at another one.
SCHEMA = "0008"

_MIGRATIONS = Path(__file__).parent / "migrations"
_WAIT = 30  # seconds that a writer waits for another one
_CONNECT = 10  # seconds that a server has to answer in
_ONE_WRITER = 0x616E6E6F  # the name of PostgreSQL's lock; the number is "anno" in ASCII


class Database:
    """One SQLite file or PostgreSQL database. Threads and processes may share it; writers take turns.

    Attributes:
        name: what a person calls it, without a password.
    """

    def __init__(self, engine: sa.Engine, name: str) -> None:
        """Use `Database.open`, which also brings the tables up to date."""
        self.name = name
        self._engine = engine
        self._is_served = engine.dialect.name != "sqlite"

    @classmethod
    def open(cls, location: Path | str) -> Database:
        """The database in a directory (a Path; its file `catalog.db` is made when absent) or behind a URL (a str).

        Raises:
            CatalogDamaged: what is there is no catalog, or of a newer version.
            CorpusError: the directory or the server is out of reach; the message holds no password.
        """
        if isinstance(location, str):
            url = _url(location)
            database = cls(_engine(url), _name(url))
        else:
            file = _file_in(location)
            database = cls(_engine(sa.URL.create("sqlite", database=str(file))), f"catalog '{file}'")
        try:
            database._migrate()
        except BaseException:
            database.close()
            raise
        return database

    def close(self) -> None:
        """Lets go of the file or the server."""
        self._engine.dispose()

    @contextlib.contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A connection that sees one moment throughout."""
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self, subject: str = "What was to be kept") -> Iterator[sa.Connection]:
        """A transaction of the one writer; committed at the end, undone by an exception.

        Args:
            subject: what is being written, as the beginning of a sentence: "Announcement 'a'".
        """
        # IMMEDIATE: a transaction that reads before it writes must not find that another one wrote in between.
        with (
            self._translated(subject),
            self._engine.execution_options(**_WRITING[self._is_served]).begin() as connection,
        ):
            if self._is_served:
                # Held until the end of the transaction, like SQLite's: one writer at a time, over all machines.
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{_WAIT}s'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_ONE_WRITER})")
            yield connection

    @contextlib.contextmanager
    def _translated(self, subject: str = "What was asked for") -> Iterator[None]:
        """Turns SQLAlchemy's errors into sentences."""
        try:
            yield
        except UnicodeEncodeError as error:
            raise UnreadableFile(
                f"{printable(subject)} holds halves of characters (lone surrogates). Save its file as UTF-8 and add it "
                "again."
            ) from error
        except json.JSONDecodeError as error:
            raise self._damaged(f"a stored structure is no JSON: {error}") from error
        except sa.exc.DataError as error:
            raise UnreadableFile(f"{printable(subject)} holds characters that the {self.name} cannot keep.") from error
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
            f"The {self.name} cannot be used ({reason}). Check that it exists, its rights and the free space."
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
            f"The {self.name} cannot be used ({reason}). Check ASSISTANT_DATABASE_URL, that the server runs, and what "
            "its role may do."
        )

    def _busy(self) -> CorpusError:
        return CorpusError(
            f"Another process has been writing to the {self.name} for over {_WAIT} seconds. "
            "Wait for it, then try again."
        )

    def _damaged(self, reason: str) -> CatalogDamaged:
        if self._is_served:
            return CatalogDamaged(
                f"The {self.name} is damaged or no catalog ({reason}). Name an empty database in "
                'ASSISTANT_DATABASE_URL, then put a backup into it with "python -m assistant restore FILE".'
            )
        return CatalogDamaged(
            f"The {self.name} is damaged or no catalog ({reason}). Move it away, then put a backup in its place with "
            '"python -m assistant restore FILE", or add the announcements again.'
        )

    def _migrate(self) -> None:
        """Brings the tables to SCHEMA; looks first without a lock, since most catalogs are there already."""
        with self.reading() as connection:
            if _schema(connection) == SCHEMA:
                return
        with self.writing() as connection:
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
                    f"The {self.name} comes from a newer version (schema {schema}; this one knows up to {SCHEMA}). "
                    "Update the assistant, or name another data directory."
                )
            command.upgrade(config, SCHEMA)


def printable(text: str) -> str:
    """`text` with a "?" for each half of a character."""
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
