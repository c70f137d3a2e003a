"""One database: opening, the connections that write and read, transactions, and errors as ours.

The one module that talks to the driver. Statements are built once from the tables by SQLAlchemy and compiled to
text; the hot path runs them on the driver's cursor of a connection that is kept.
"""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.schema import CreateIndex, CreateTable

from wayhome.errors import BadInput, LedgerBroken, StoreUnavailable, Template
from wayhome.store.tables import FIRST_FORMAT, METADATA, SCHEMA_VERSION, VERSION_TABLE

BUSY_SECONDS = 30
MOST_READERS = 8  # connections that are kept open for who reads next
SYSTEM_SAYS = {  # what the system says of a file, in the words of the driver
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "readonly",
    errno.EPERM: "readonly",
    errno.EROFS: "readonly",
    errno.ENOENT: "unable to open",
    errno.ENOTDIR: "unable to open",
}


class Statement:
    """A statement compiled once: its text, and the order in which it takes its values."""

    __slots__ = ("names", "text")

    def __init__(self, statement: Executable) -> None:
        compiled = statement.compile(dialect=sqlite.dialect(paramstyle="qmark"))  # type: ignore[attr-defined]
        self.text = str(compiled)
        self.names: tuple[str, ...] = tuple(compiled.positiontup or ())

    def values(self, given: Mapping[str, Any]) -> list[Any]:
        return [given[name] for name in self.names]


def run(connection: sqlite3.Connection, statement: Statement, given: Mapping[str, Any]) -> sqlite3.Cursor:
    """Run a statement with its values."""
    return connection.execute(statement.text, statement.values(given))


def write(connection: sqlite3.Connection, statement: Statement, given: Mapping[str, Any]) -> None:
    """Write one row.

    Raises:
        LedgerBroken: it was not written; something in the file swallows it.
    """
    if run(connection, statement, given).rowcount != 1:
        raise _not_ours("A row was not kept.")


class Database:
    """A SQLite database: one connection that writes, and others that read, so that nobody who reads waits for who writes.

    Writers take turns, in this process and with other processes. In memory there is one connection, and everybody takes turns.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self.path = path_of(url)
        self._lock = threading.RLock()
        self._writer: int | None = None  # the thread that is writing
        self._readers: list[sqlite3.Connection] = []  # those that nobody uses just now
        self._is_closed = False
        self._schema = -1
        with errors_as_ours():
            if self.path is not None:
                _must_be_there(self.path)
            self.connection = self._connect()
            if self.path is None:  # in memory there is nothing before it is opened
                self._make()
            self._check_version()

    def _connect(self) -> sqlite3.Connection:
        # read and write, and never make: a file that was moved away is not there
        name = self.path.as_uri() + "?mode=rw" if self.path else ":memory:"
        connection = sqlite3.connect(
            name, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None
        )
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # damage is looked at, and named
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        return connection

    def _make(self) -> None:
        dialect = sqlite.dialect()
        for table in METADATA.sorted_tables:
            self.connection.execute(str(CreateTable(table).compile(dialect=dialect)))
            for index in table.indexes:
                self.connection.execute(str(CreateIndex(index).compile(dialect=dialect)))
        self.connection.execute(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL)")
        self.connection.execute(f"INSERT INTO {VERSION_TABLE} VALUES ('{SCHEMA_VERSION}')")  # noqa: S608 - our own constant

    def _check_version(self) -> None:
        names = {row[0] for row in self.connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        found = None
        if VERSION_TABLE in names:
            row = self.connection.execute(f"SELECT version_num FROM {VERSION_TABLE}").fetchone()  # noqa: S608 - our own constant
            found = str(row[0]) if row else None
        elif FIRST_FORMAT in names:
            raise StoreUnavailable(
                "The first Wayhome made this database, and this one does not read it.",
                why="How cases are kept has changed before anybody had data.",
                todo="Make a new database.",
                code="first_format",
            )
        if found not in (None, SCHEMA_VERSION):
            raise StoreUnavailable(
                "A newer Wayhome made this database.",
                why="It has version {found}, and this program knows {known}.",
                todo="Use the newer program.",
                code="too_new",
                found=found,
                known=SCHEMA_VERSION,
            )
        if found is None or not {*METADATA.tables} <= names:
            raise StoreUnavailable(
                "This file holds no Wayhome database.",
                why="It has other tables.",
                todo="Name the right file, or make a database.",
                code="other_tables",
            )
        self.must_be_ours(self.connection)

    def must_be_ours(self, connection: sqlite3.Connection) -> None:
        """Look whether our tables are as they were made.

        Raises:
            LedgerBroken: a trigger changes what is written, or two rows may stand where one must.
        """
        self._schema = _schema_of(connection)
        beside = "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'wh!_%' ESCAPE '!'"
        if connection.execute(beside).fetchone() is not None:
            raise _not_ours("Something in this file changes what is written.")
        for table in METADATA.sorted_tables:
            key = {row[1] for row in connection.execute(f"PRAGMA table_info({table.name})") if row[5]}
            if key != {column.name for column in table.primary_key}:
                raise _not_ours("The tables of this database were changed.")

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction: all of it is kept, or nothing."""
        with self._lock, errors_as_ours():
            self.connection.execute("BEGIN IMMEDIATE")
            self._writer = threading.get_ident()
            try:
                if _schema_of(self.connection) != self._schema:
                    self.must_be_ours(self.connection)
                yield self.connection
                self.connection.commit()
            except BaseException:
                self.connection.rollback()
                raise
            finally:
                self._writer = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One consistent look at the database; inside a write transaction, at what it has written."""
        if self._writer == threading.get_ident():
            yield self.connection
            return
        with errors_as_ours():
            if self._is_closed:
                raise sqlite3.ProgrammingError("closed")
            if self.path is None:
                with self._lock, _one_look(self.connection):
                    yield self.connection
                return
            try:
                connection = self._readers.pop()
            except IndexError:
                connection = self._connect()
                connection.execute("PRAGMA query_only = ON")
            is_whole = False
            try:
                with _one_look(connection):
                    yield connection
                is_whole = True
            finally:  # whoever failed may hold rows that are half read, and with them an old look
                if is_whole and len(self._readers) < MOST_READERS and not self._is_closed:
                    self._readers.append(connection)
                else:
                    connection.close()

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            while self._readers:
                self._readers.pop().close()
            self.connection.close()


def _schema_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA schema_version").fetchone()[0])


def _not_ours(what: Template) -> LedgerBroken:
    return LedgerBroken(
        what,
        why="Somebody has changed the file, and not with this program.",
        todo="Stop working with this database, keep a copy of it, and go back to your last backup.",
        code="tables_changed",
    )


@contextmanager
def _one_look(connection: sqlite3.Connection) -> Iterator[None]:
    if connection.in_transaction:  # in memory, a look inside another
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def path_of(url: str) -> Path | None:
    """Give the file of a database URL; None for one in memory.

    Raises:
        BadInput: it is no URL, or of a kind that this version does not keep cases in.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise BadInput("That is no database address.", todo="Write for example sqlite:///wayhome.db.") from error
    if parsed.get_backend_name() != "sqlite":
        raise BadInput(
            "This version keeps cases in SQLite, not in '{sort}'.",
            todo="Write for example sqlite:///wayhome.db.",
            sort=parsed.get_backend_name(),
        )
    name = parsed.database
    if name == "" or parsed.query or (name or "").startswith("file:"):
        raise BadInput(
            "That is no address of a database file.", todo="Write for example sqlite:///wayhome.db.", field="url"
        )
    return Path(name).absolute() if name is not None and name != ":memory:" else None


def _must_be_there(path: Path) -> None:
    """Open nothing that was not made: a mistyped name makes neither a file nor a key."""
    if not path.exists():
        if path.with_name(path.name + ".key").exists():
            raise StoreUnavailable(
                "There is no database here, and there is the key of one.",
                why="The file was lost or moved, or it was never made.",
                todo="Put it back, or your last backup. Make one only if there never were cases.",
                code="lost",
            )
        raise StoreUnavailable(
            "There is no database here.", why="The file does not exist.", todo="Make one first.", code="no_database"
        )
    if path.stat().st_size == 0:
        raise StoreUnavailable(
            "This file holds no Wayhome database.",
            why="It is empty.",
            todo="If it held cases, put your last backup in its place.",
            code="emptied",
        )


def prepare_new(connection: Any) -> None:
    """Set what a database file remembers: that readers never wait for its writer."""
    connection.execute("PRAGMA journal_mode = WAL")


@contextmanager
def errors_as_ours() -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(str(error), error) from error
    except OSError as error:
        raise _ours(SYSTEM_SAYS.get(error.errno or 0, ""), error) from error
    except Exception as error:
        original = getattr(error, "orig", None)
        if isinstance(original, sqlite3.Error):
            raise _ours(str(original), original) from error
        raise


def _ours(told: str, error: Exception) -> StoreUnavailable | LedgerBroken:
    text = told.lower()
    if "locked" in text or "busy" in text:
        return StoreUnavailable(
            "The database is busy.",
            why="Another program has been writing for more than {seconds} seconds.",
            todo="Try again; if it stays so, look for a program that hangs.",
            code="busy",
            seconds=BUSY_SECONDS,
        )
    if "readonly" in text or "read-only" in text:
        return StoreUnavailable(
            "The database is read-only.",
            why="Its file or folder may not be written.",
            todo="Look at its rights, or its disk.",
            code="read_only",
        )
    if "closed" in text:
        return StoreUnavailable("The database was closed.", todo="Open it again.", code="closed")
    if "full" in text:
        return StoreUnavailable(
            "The disk is full.",
            why="Nothing more can be written.",
            todo="Make room; nothing of this was saved.",
            code="full",
        )
    if "unable to open" in text:
        return StoreUnavailable(
            "The database cannot be opened.",
            why="Its folder does not exist, or may not be used.",
            todo="Look at the path and its rights.",
        )
    if "not a database" in text:
        return StoreUnavailable(
            "This file is no database.", why="It holds something else, or is encrypted.", todo="Name the right file."
        )
    if "malformed" in text or "corrupt" in text:
        return LedgerBroken(
            "The database file is damaged.",
            why="SQLite cannot read it.",
            todo="Keep a copy, and go back to your last backup.",
        )
    return StoreUnavailable(
        "The database cannot be used.",
        why="SQLite says: {error}.",
        todo="Look at the disk, and have the ledger verified.",
        code="unusable",
        error=type(error).__name__,
    )
