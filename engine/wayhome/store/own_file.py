"""Our own SQLite file, driven directly: one connection that writes, and others that read."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy.dialects import sqlite
from sqlalchemy.schema import CreateIndex, CreateTable

from wayhome.errors import StoreUnavailable
from wayhome.store.driver_errors import BUSY_SECONDS, errors_as_ours
from wayhome.store.forks import tell_of_forks
from wayhome.store.ours import must_be_known, must_be_ours
from wayhome.store.sql import Dialect
from wayhome.store.tables import METADATA, SCHEMA_VERSION, VERSION_TABLE

MOST_READERS = 8  # connections that are kept open for who reads next


class OwnConnection(sqlite3.Connection):
    """A connection to our own file."""

    dialect: Dialect = "sqlite"
    schema = None
    stream = sqlite3.Connection.execute  # it holds no more rows than are asked of it


_OF_PARENTS: list[
    Any
] = []  # connections of the process that this one was forked from: never used again, and never closed


class OwnFile:
    """A SQLite database: one connection that writes, and others that read, so that nobody who reads waits for who writes.

    Writers take turns, in this process and with other processes. In memory there is one connection, and everybody takes turns.
    """

    tries = 1  # whoever writes has the file alone

    def __init__(self, path: Path | None) -> None:
        self.path = path  # None: in memory
        self._lock = threading.RLock()
        self._writer: int | None = None  # the thread that is writing
        self._readers: list[OwnConnection] = []  # those that nobody uses just now
        self._is_closed = False
        self._is_forked = False
        self._schema = -1
        tell_of_forks(self)
        with errors_as_ours():
            if self.path is not None:
                must_be_there(self.path)
            self.connection = self._connect()
            if self.path is None:  # in memory there is nothing before it is opened
                self._make()
            must_be_known(self.connection)
            self._must_be_ours()

    @property
    def address(self) -> str | None:
        return None if self.path is None else f"sqlite:///{self.path}"

    def _connect(self) -> OwnConnection:
        # read and write, and never make: a file that was moved away is not there
        name = self.path.as_uri() + "?mode=rw" if self.path else ":memory:"
        connection = sqlite3.connect(
            name, uri=True, timeout=BUSY_SECONDS, check_same_thread=False, isolation_level=None, factory=OwnConnection
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

    def _must_be_ours(self) -> None:
        self._schema = _schema_of(self.connection)
        must_be_ours(self.connection)

    @contextmanager
    def writing(self) -> Iterator[OwnConnection]:
        """One write transaction: all of it is kept, or nothing."""
        with self._lock, errors_as_ours():
            if self._is_forked:
                self.connection, self._is_forked = self._connect(), False
            self.connection.execute("BEGIN IMMEDIATE")
            self._writer = threading.get_ident()
            try:
                if _schema_of(self.connection) != self._schema:
                    self._must_be_ours()
                yield self.connection
                self.connection.commit()
            except BaseException:
                self.connection.rollback()
                raise
            finally:
                self._writer = None

    @contextmanager
    def reading(self) -> Iterator[OwnConnection]:
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

    def was_forked(self) -> None:
        """Leave the connections to the process that this one was forked from. In memory, each goes on with a copy of its own."""
        self._lock, self._writer = threading.RLock(), None
        if self.path is not None and not self._is_closed:
            _OF_PARENTS.append((self.connection, self._readers))
            self._readers, self._is_forked = [], True

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            while self._readers:
                self._readers.pop().close()
            if not self._is_forked:
                self.connection.close()


def _schema_of(connection: OwnConnection) -> int:
    return int(connection.execute("PRAGMA schema_version").fetchone()[0])


@contextmanager
def _one_look(connection: OwnConnection) -> Iterator[None]:
    if connection.in_transaction:  # in memory, a look inside another
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def must_be_there(path: Path) -> None:
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
