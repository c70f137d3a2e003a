"""A PostgreSQL server under an address of its own, driven directly.

What needs no answer goes to the server together with what does (psycopg's pipeline): a command waits for it three times, however much it
writes. Whether each row was kept is seen before the transaction is.
"""

from __future__ import annotations

import os
import select
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from typing import Any, NoReturn

import psycopg
from psycopg.conninfo import conninfo_to_dict

from wayhome.errors import BadInput, StoreUnavailable, WayhomeError
from wayhome.store.driver_errors import BUSY_SECONDS, had_failed_before, of_postgresql
from wayhome.store.forks import tell_of_forks
from wayhome.store.ours import must_be_known, must_be_ours
from wayhome.store.positions import must_be_of_this_server
from wayhome.store.sql import PATIENCE, SCHEMA, TRIES, Dialect, not_kept

MOST_CONNECTIONS = 15  # that threads can have at once, each its first
MOST_WAITING = 5  # connections that are kept open for who comes next
SURE_SECONDS = 1  # how long nobody asks whether a connection is still there
AT_ONCE = 500  # rows of what is streamed
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


_OF_PARENTS: list[set[ServerConnection]] = []  # sessions of the process that this one was forked from


class ServerConnection:
    """A connection to the server, and what is sent on it. In a transaction, it is what the store uses.

    Raises:
        psycopg.Error: the server is not there, or takes nobody in.
    """

    dialect: Dialect = "postgresql"

    def __init__(self, conninfo: str, schema: str | None) -> None:
        self.schema = schema
        self._place = f'"{schema}".' if schema else ""
        self.own = psycopg.connect(conninfo, autocommit=True)  # it begins nothing by itself
        self._stack = ExitStack()
        # libpq before version 14 knows no pipeline; there each statement is waited for
        self._pipeline = self._stack.enter_context(self.own.pipeline()) if psycopg.Pipeline.is_supported() else None
        self._written: list[psycopg.Cursor[Any]] = []
        self._used_at = time.monotonic()
        self._writes = False
        self.may_be_kept = False  # whether what was written may have been kept, if no answer comes now

    def execute(self, text: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Run a text with its values. What it gave is waited for when it is read, and an error may come as late."""
        return self.own.execute(_placed(text, self._place), values)

    def keep(self, text: str, values: Sequence[Any] = (), /) -> None:
        """Write one row; before the transaction is kept, it is seen whether it was written."""
        self._written.append(self.execute(text, values))

    def stream(self, text: str, /) -> Iterator[Any]:
        """Run a text that gives many rows, and hold few of them at a time."""
        self.execute(f"DECLARE wayhome NO SCROLL CURSOR FOR {text}")
        while rows := self.execute(f"FETCH {AT_ONCE} FROM wayhome").fetchall():
            yield from rows
        self.execute("CLOSE wayhome")

    def begin(self, how: str) -> None:
        """Begin a transaction; after a pause, see first whether the server is still there."""
        is_sure = time.monotonic() - self._used_at < SURE_SECONDS and not _has_come(self.own.fileno())
        self._writes, self.may_be_kept = how == WRITE, False
        self.execute(how)
        if not is_sure:
            self._wait()

    def end(self) -> None:
        """Keep what was written.

        Raises:
            LedgerBroken: a row was not; something in the database swallows it. StoreUnavailable: an error was passed over.
        """
        if self._written:
            self._wait()
            if any(one.rowcount != 1 for one in self._written):
                raise not_kept()
            self._written.clear()
        self.may_be_kept = self._writes
        ended = self.execute("COMMIT")
        self._wait()
        if ended.statusmessage != "COMMIT":
            raise had_failed_before()
        self._used_at = time.monotonic()

    def take_back(self) -> bool:
        """Take back what was written; gives whether the connection can be used again."""
        self._written.clear()
        try:
            with suppress(psycopg.Error):  # of what nobody has waited for
                self._wait()
            self.own.rollback()
        except psycopg.Error:
            return False
        self._used_at = time.monotonic()
        return not self.own.closed

    def _wait(self) -> None:
        if self._pipeline is not None:
            self._pipeline.sync()

    def close(self) -> None:
        with suppress(psycopg.Error):
            self._stack.close()
        self.own.close()

    def leave_to_parent(self) -> None:
        """Let nothing that this process does reach the server: the connection is that of the process that it was forked from."""
        if not self.own.closed:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, self.own.fileno())
            os.close(nowhere)


class OwnServer:
    """A PostgreSQL database under an address.

    Args:
        address: as libpq reads it, with or without `+psycopg`.
        schema: where our tables lie; by default where the server looks first.

    Raises:
        BadInput: the address cannot be read. StoreUnavailable, LedgerBroken: nothing of ours is there, or it was changed.
    """

    path = None
    tries = TRIES

    def __init__(self, address: str, schema: str | None) -> None:
        self.address, self.schema = address, schema
        self._conninfo = address.replace("+psycopg", "", 1)
        _must_be_readable(self._conninfo)
        self._here = threading.local()  # whether this thread has a place, and the connection on which it is writing
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._waiting: list[ServerConnection] = []  # those that nobody uses just now
        self._all: set[ServerConnection] = set()
        self._is_closed = False
        tell_of_forks(self)
        with self.reading() as session:
            must_be_known(session)
            must_be_ours(session)
            must_be_of_this_server(session)

    @property
    def is_writing(self) -> bool:
        return getattr(self._here, "writing", None) is not None

    @contextmanager
    def writing(self) -> Iterator[ServerConnection]:
        """One write transaction: all of it is kept, or nothing."""
        with self._transaction(WRITE) as session:
            session.execute(PATIENCE, [f"{BUSY_SECONDS}s"])
            self._here.writing = session
            try:
                yield session
            finally:
                self._here.writing = None

    @contextmanager
    def reading(self) -> Iterator[ServerConnection]:
        """One consistent look at the database; inside a write transaction, at what it has written."""
        if (writing := getattr(self._here, "writing", None)) is not None:
            yield writing
            return
        with self._transaction(READ) as session:
            yield session

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[ServerConnection]:
        with self._a_place():
            session = self._begun(begin)
            try:
                yield session
                session.end()
            except BaseException as error:
                is_known = isinstance(
                    error, Exception | GeneratorExit
                )  # who interrupts leaves it waiting for nobody knows what
                self._put_away(session, is_whole=is_known and session.take_back())
                if isinstance(error, psycopg.Error):
                    raise _of_server(error, may_be_kept=session.may_be_kept) from error
                raise
            self._put_away(session, is_whole=True)

    @contextmanager
    def _a_place(self) -> Iterator[None]:
        """Be one of those who may have a connection. Who has one and needs another waits for nobody: all could wait for each other."""
        here, room = self._here, self._room
        if getattr(here, "has_place", False):
            yield
            return
        if not room.acquire(timeout=BUSY_SECONDS):
            _all_in_use()
        here.has_place = True
        try:
            yield
        finally:
            here.has_place = False
            room.release()

    def _begun(self, begin: str) -> ServerConnection:
        """Give a session in a transaction: one that waits and is still there, or a new one."""
        if self._is_closed:
            raise StoreUnavailable("The database was closed.", todo="Open it again.", code="closed")
        while True:
            try:
                session, is_new = self._waiting.pop(), False
            except IndexError:
                session, is_new = self._connected(), True
            try:
                session.begin(begin)
                return session
            except BaseException as error:
                self._put_away(session, is_whole=False)
                if not isinstance(error, psycopg.Error):
                    raise
                if is_new:  # one that waited was lost while nobody used it
                    raise _of_server(error, may_be_kept=False) from error

    def _connected(self) -> ServerConnection:
        try:
            session = ServerConnection(self._conninfo, self.schema)
        except psycopg.Error as error:
            raise _of_server(error, may_be_kept=False) from error
        self._all.add(session)
        return session

    def _put_away(self, session: ServerConnection, *, is_whole: bool) -> None:
        if is_whole and not self._is_closed and len(self._waiting) < MOST_WAITING:
            self._waiting.append(session)
            if self._is_closed:  # just now
                self.close()
        else:
            self._all.discard(session)
            session.close()

    def will_fork(self) -> None:
        """Do nothing: what is open stays with this process."""

    def has_forked(self) -> None:
        """Do nothing."""

    def was_forked(self) -> None:
        """Leave all connections to the process that this one was forked from."""
        for session in self._all:
            session.leave_to_parent()
        for session in self._waiting:
            session.close()
        _OF_PARENTS.append(self._all)  # one that somebody was using is never touched again
        self._here, self._room = threading.local(), threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._all, self._waiting = set(), []

    def close(self) -> None:
        self._is_closed = True
        with suppress(IndexError):
            while True:
                self._put_away(self._waiting.pop(), is_whole=False)


def _of_server(error: psycopg.Error, *, may_be_kept: bool) -> WayhomeError:
    if isinstance(error, psycopg.errors.PipelineAborted):
        return had_failed_before()
    return of_postgresql(error.sqlstate or "", error, may_be_kept=may_be_kept)


@lru_cache(maxsize=512)
def _placed(text: str, place: str) -> str:
    return text.replace(f"{SCHEMA}.", place)


def _has_come(socket: int) -> bool:
    """Whether something has come of which nobody has asked: most often, that the server is gone."""
    if not hasattr(select, "poll"):  # on Windows
        return bool(select.select([socket], [], [], 0)[0])
    asked = select.poll()
    asked.register(socket, select.POLLIN)
    return bool(asked.poll(0))


def _must_be_readable(conninfo: str) -> None:
    with suppress(psycopg.ProgrammingError):  # it repeats the password
        if all(port.isdigit() for port in str(conninfo_to_dict(conninfo).get("port", "0")).split(",")):
            return
    raise BadInput(
        "That is no database address.", todo="Write for example postgresql://person@server/wayhome.", field="database"
    )


def _all_in_use() -> NoReturn:
    raise StoreUnavailable(
        "The database is busy.",
        why="All {most} connections of this program are in use.",
        todo="Try again; if it stays so, look for a program that hangs.",
        code="busy",
        most=MOST_CONNECTIONS,
    )
