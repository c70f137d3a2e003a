"""Our own SQLite file, driven directly: one connection that writes, and others that read."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any, cast

from wayhome.errors import StoreUnavailable, WayhomeError
from wayhome.store.driver_errors import BUSY_SECONDS, busy, cannot_be_opened, errors_as_ours, read_only
from wayhome.store.drivers import must_give_bytes
from wayhome.store.forks import PATIENCE_SECONDS, forked_in_use, tell_of_forks
from wayhome.store.schema_check import must_be_known, must_be_ours
from wayhome.store.sql import Dialect, Statement, row_not_written
from wayhome.store.statements import NEW_FILE
from wayhome.store.versions import SCHEMA_VERSION, VERSION_TABLE
from wayhome.store.write_lock import WriteLock

MAY_MAKE_NOTHING = ("SQLITE_READONLY", "SQLITE_CANTOPEN")
OF_ALL = ("-wal", "-shm")  # what lies beside the database while anybody has it open
UNDONE = ("-wal", "-journal")  # what was written, and is not in the database yet or not whole
MOST_READERS = 8  # connections that are kept open for who reads next


class SqliteConnection(sqlite3.Connection):
    """A connection to our own file."""

    dialect: Dialect = "sqlite"
    schema = None

    def run(self, statement: Statement, parameters: Mapping[str, Any], /) -> sqlite3.Cursor:
        """Run a statement with its values."""
        return self.execute(statement.text, [parameters[name] for name in statement.names])

    def write_row(self, statement: Statement, parameters: Mapping[str, Any], /) -> None:
        """Write one row. Raises LedgerBroken: it was not written."""
        if self.run(statement, parameters).rowcount != 1:
            raise row_not_written()

    def stream(self, statement: Statement, /) -> sqlite3.Cursor:
        """Run a statement; it holds no more rows than are asked of it."""
        return self.execute(statement.text)

    def for_listeners(self) -> sqlite3.Connection:
        """Give itself."""
        return self


_OF_PARENTS: list[Any] = []  # connections of the process that this one was forked from: never used again, never closed
_IN_USE: set[tuple[int, int]] = set()  # files that it was using just then: never opened here


class SqliteFile:
    """A SQLite database: one connection that writes, and others that read, so that nobody who reads waits for who writes.

    Writers take turns, in this process and with other processes. In memory there is one connection, and everybody takes turns.
    """

    schema = None
    is_joined = False
    tries = 1  # whoever writes has the file alone

    def __init__(self, path: Path | None) -> None:
        self.path = path  # None: in memory
        self._lock = threading.RLock()
        self._write_lock = WriteLock(path) if path else None
        self._writer: int | None = None  # the thread that is writing
        self._readers: list[SqliteConnection] = []  # those that nobody uses just now
        self._own: SqliteConnection | None = None  # the one that writes
        self._is_closed = False
        self._schema = -1
        self._looks: Counter[int] = Counter()  # how many looks each thread takes
        self._changes = threading.Condition()  # of these
        self._forks: int | None = None  # the thread that forks this process now
        self._is_held = self._is_in_use = False  # while it does
        self._place = (0, 0)  # of the file on its disk
        tell_of_forks(self)
        with errors_as_ours():
            if self.path is not None:
                must_be_there(self.path)
            else:  # in memory there is nothing before it is opened
                self._make()
            with self.reading() as connection:
                must_give_bytes(connection)  # a program may tell sqlite3 for all connections what to do with them
                must_be_known(connection)
                self._must_be_ours(connection)

    @property
    def address(self) -> str | None:
        return None if self.path is None else f"sqlite:///{self.path}"

    @property
    def connection(self) -> SqliteConnection:
        """The one that writes; in memory, the only one."""
        if self._is_closed:
            raise sqlite3.ProgrammingError("closed")
        if self._own is None:
            if self.path is not None and self.path.exists() and not may_be_written(self.path):
                raise read_only()
            self._own = self._connect()
        return self._own

    def _connect(self, how: str = "mode=rw") -> SqliteConnection:
        # read and write, and never make: a file that was moved away is not there
        if self.path:
            there = self.path.stat()
            self._place = there.st_dev, there.st_ino
            if self._place in _IN_USE:
                raise forked_in_use()
        name = f"{self.path.as_uri()}?{how}" if self.path else ":memory:"
        connection = sqlite3.connect(
            name,
            uri=True,
            timeout=BUSY_SECONDS,
            check_same_thread=False,
            isolation_level=None,
            factory=SqliteConnection,
        )
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")  # damage is looked at, and named
        connection.execute(f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA secure_delete = ON")
        return connection

    def _make(self) -> None:
        for statement in NEW_FILE:
            self.connection.execute(statement)
        self.connection.execute(f"CREATE TABLE {VERSION_TABLE} (version_num VARCHAR(32) NOT NULL)")
        self.connection.execute(f"INSERT INTO {VERSION_TABLE} VALUES ('{SCHEMA_VERSION}')")  # noqa: S608 - our own constant

    def _must_be_ours(self, connection: SqliteConnection) -> None:
        self._schema = _schema_of(connection)
        must_be_ours(connection)

    @property
    def is_writing(self) -> bool:
        return self._writer == threading.get_ident()

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[SqliteConnection]:
        """One write transaction: all of it is kept, or nothing."""
        patience = BUSY_SECONDS if patience is None else patience
        with self._turn(patience), errors_as_ours():
            connection = self.connection
            try:
                connection.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")
                connection.execute("BEGIN IMMEDIATE")
                self._writer = threading.get_ident()
                if _schema_of(connection) != self._schema:
                    self._must_be_ours(connection)
                yield connection
                connection.commit()
            except BaseException:
                connection.rollback()
                raise
            finally:
                self._writer = None

    @contextmanager
    def _turn(self, patience: float) -> Iterator[None]:
        """Be the one thread of this program that writes, and then the one program."""
        begun, lock = time.monotonic(), self._lock
        if not lock.acquire(timeout=patience):
            raise busy()
        try:
            if self._write_lock is None or self._writer is not None:  # in memory there is nobody else
                yield
                return
            with self._write_lock.held(patience - (time.monotonic() - begun)):
                yield
        finally:
            lock.release()

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
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
            with self._look():
                yield from self._looked()

    def _looked(self) -> Iterator[SqliteConnection]:
        connection = self._reader()
        if connection is None:
            with self._looking_at_what_lies_still() as still:
                yield still
            return
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

    @contextmanager
    def _look(self) -> Iterator[None]:
        """Be one who uses a connection that reads: not while the process is forked, unless it has begun before."""
        me = threading.get_ident()
        with self._changes:
            self._changes.wait_for(lambda: self._forks is None or me in self._looks)
            self._looks[me] += 1
        try:
            yield
        finally:
            with self._changes:
                self._looks[me] -= 1
                if not self._looks[me]:
                    del self._looks[me]
                self._changes.notify_all()

    def _reader(self) -> SqliteConnection | None:
        """Give a connection that reads; none where SQLite would have to make a file beside the database first, and may not.

        Beside a database that may not be written it makes files that may not be written either, and takes them away no more: then
        nobody could write, for ever.
        """
        with suppress(IndexError):
            return self._readers.pop()
        path = cast("Path", self.path)
        if not may_be_written(path) and not all(path.with_name(path.name + ending).exists() for ending in OF_ALL):
            return None
        try:
            connection = self._connect()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorname.startswith(MAY_MAKE_NOTHING):
                return None
            raise
        connection.execute("PRAGMA query_only = ON")
        return connection

    @contextmanager
    def _looking_at_what_lies_still(self) -> Iterator[SqliteConnection]:
        """Look at the file as it lies, where nobody can be asked to wait; if it was written meanwhile, the look is worth nothing.

        Raises:
            StoreUnavailable: it was written meanwhile, or some of what was written is not in it yet.
        """
        path = cast("Path", self.path)
        before = _lies(path)
        if any(beside.exists() and beside.stat().st_size for beside in (path.with_name(path.name + e) for e in UNDONE)):
            raise StoreUnavailable(
                "The database cannot be read here.",
                why="Some of it still lies in a file beside it, and it or its folder may not be written.",
                todo="Copy it with all files beside it into a folder that may be written, and open it there.",
                code="left_beside",
            )
        connection = self._connect("mode=ro&immutable=1")
        try:
            with _one_look(connection):
                yield connection
        except (sqlite3.Error, WayhomeError):
            _must_lie(path, before)
            raise
        finally:
            connection.close()
        _must_lie(path, before)

    def will_fork(self) -> None:
        """Close the file when nobody uses it any more, and let nobody use it until the process is forked."""
        if self.path is None:
            return
        me = threading.get_ident()
        self._is_held = self._writer != me and self._lock.acquire(timeout=PATIENCE_SECONDS)
        with self._changes:
            self._forks = me
            are_over = self._changes.wait_for(lambda: not self._looks, 0 if me in self._looks else PATIENCE_SECONDS)
        self._is_in_use = not (self._is_held and are_over)
        if not self._is_in_use:
            self._let_go()

    def has_forked(self) -> None:
        """Go on; the file is opened again when it is needed."""
        with self._changes:
            self._forks = None
            self._changes.notify_all()
        if self._is_held:
            self._is_held = False
            self._lock.release()

    def was_forked(self) -> None:
        """Go on in the child, unless somebody used the file just then. In memory, each goes on with a copy of its own."""
        self._lock, self._writer, self._is_held = threading.RLock(), None, False
        self._looks, self._changes, self._forks = Counter(), threading.Condition(), None
        if self._write_lock is not None:
            self._write_lock.was_forked()
        if self.path is not None and self._is_in_use:
            _OF_PARENTS.append((self._own, self._readers))
            self._readers, self._own = [], None
            _IN_USE.add(self._place)

    def close(self) -> None:
        with self._lock:
            self._is_closed = True
            self._let_go()
            if self._write_lock is not None:
                self._write_lock.close()

    def _let_go(self) -> None:
        while self._readers:
            self._readers.pop().close()
        if self._own is not None and self.path is not None:
            self._own.close()
            self._own = None


def _schema_of(connection: SqliteConnection) -> int:
    return int(connection.execute("PRAGMA schema_version").fetchone()[0])


@contextmanager
def _one_look(connection: SqliteConnection) -> Iterator[None]:
    if connection.in_transaction:  # in memory, a look inside another
        yield
        return
    connection.execute("BEGIN")
    try:
        yield
    finally:
        connection.rollback()


def _lies(path: Path) -> tuple[int, ...]:
    now = path.stat()
    return now.st_ino, now.st_size, now.st_mtime_ns


def _must_lie(path: Path, before: tuple[int, ...]) -> None:
    if _lies(path) != before:
        raise StoreUnavailable(
            "The database was written while it was read.",
            why="It or its folder may not be written from here, so nobody could be asked to wait.",
            todo="Ask again.",
            code="written_meanwhile",
        )


def may_be_written(path: Path) -> bool:
    """Say whether whoever runs this program may write a file."""
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def must_be_there(path: Path) -> None:
    """Open nothing that was not made: a mistyped name makes neither a file nor a key."""
    try:
        is_there = path.exists()
    except PermissionError as error:
        raise cannot_be_opened() from error
    if not is_there:
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
