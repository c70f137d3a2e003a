"""A PostgreSQL server under an address of its own, driven directly: its connections, and who has one."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NoReturn
from weakref import WeakSet

import psycopg

from wayhome.errors import StoreUnavailable, WayhomeError
from wayhome.packs.plugin_calls import NotAskedYet
from wayhome.store.conninfo import conninfo_of
from wayhome.store.driver_errors import BUSY_SECONDS, again, closed, had_failed_before, of_postgresql, unusable
from wayhome.store.drivers import must_give_bytes
from wayhome.store.forks import tell_of_forks
from wayhome.store.positions import must_be_of_this_server
from wayhome.store.schema_check import must_be_known, must_be_ours
from wayhome.store.server_connection import READ, WRITE, ServerConnection
from wayhome.store.sql import PATIENCE, TRIES

MOST_CONNECTIONS = 15  # that threads can have at once, each its first
MOST_WAITING = 5  # connections that are kept open for who comes next
# What is never raised in the middle of psycopg. After anything else, as a time limit of the host, the next one who used the connection
# could be given answers to what this one has asked.
OURS = (WayhomeError, NotAskedYet, GeneratorExit)
# A prepared statement that a pooler forgot or has given to another, or whose tables were changed: the next connection prepares anew.
FORGOTTEN = ("26000", "42P05", "0A000")


_OF_PARENTS: list[ServerConnection] = []  # of the process that this one was forked from


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
        self.address, self.schema, self._conninfo = address, schema, conninfo_of(address)
        self._here = threading.local()  # whether this thread has a place, and the connection on which it is writing
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._waiting: list[ServerConnection] = []  # those that nobody uses just now
        self._all: WeakSet[ServerConnection] = WeakSet()
        self._is_closed = False
        tell_of_forks(self)
        with self.reading() as session:
            must_give_bytes(session)  # a program may tell psycopg for all connections what to do with them
            must_be_known(session)
            must_be_ours(session)
            must_be_of_this_server(session)

    @property
    def is_writing(self) -> bool:
        return self._writing is not None

    @property
    def _writing(self) -> ServerConnection | None:
        """The connection on which this thread is writing; not one whose transaction has ended, however it did."""
        session, turn = getattr(self._here, "writing", (None, 0))
        return session if session is not None and session.turn == turn else None

    @contextmanager
    def writing(self) -> Iterator[ServerConnection]:
        """One write transaction: all of it is kept, or nothing."""
        with self._transaction(WRITE) as session:
            try:
                self._here.writing = session, session.turn
                session.execute(PATIENCE, [f"{BUSY_SECONDS}s"])
                yield session
            finally:
                self._here.writing = None, 0

    @contextmanager
    def reading(self) -> Iterator[ServerConnection]:
        """One consistent look at the database; inside a write transaction, at what it has written."""
        if (writing := self._writing) is not None:
            yield writing
            return
        with self._transaction(READ) as session:
            yield session

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[ServerConnection]:
        with self._a_place():
            session: ServerConnection | None = None
            try:
                session = self._begun(begin)
                yield session
                session.end()
                self._keep(session)
            except BaseException as error:
                is_kept = False
                try:
                    if session is not None and isinstance(error, OURS) and session.take_back():
                        self._keep(session)
                        is_kept = True
                finally:
                    if session is not None and not is_kept:
                        self._drop(session)
                if session is not None and isinstance(error, psycopg.Error):
                    raise _of_server(error, may_be_kept=session.may_be_kept) from error
                raise

    @contextmanager
    def _a_place(self) -> Iterator[None]:
        """Be one of those who may have a connection. Who has one and needs another waits for nobody: all could wait for each other."""
        here, room = self._here, self._room
        if getattr(here, "has_place", False):
            yield
            return
        has_place = False
        try:
            has_place = here.has_place = room.acquire(timeout=BUSY_SECONDS)
            if not has_place:
                _all_in_use()
            yield
        finally:
            here.has_place = False
            if has_place:
                room.release()

    def _begun(self, begin: str) -> ServerConnection:
        """Give a session in a transaction: one that waits and is still there, or a new one."""
        if self._is_closed:
            raise closed()
        while True:
            session, is_new = self._a_waiting_one(), False
            try:
                if session is None:
                    session, is_new = self._connected(), True
                session.begin(begin)
                return session
            except BaseException as error:
                if session is not None:
                    self._drop(session)
                if not isinstance(error, psycopg.Error):
                    raise
                if is_new or session is None:  # one that waited was lost while nobody used it
                    raise _of_server(error, may_be_kept=False) from error

    def _a_waiting_one(self) -> ServerConnection | None:
        with suppress(IndexError):
            return self._waiting.pop()
        return None

    def _connected(self) -> ServerConnection:
        session = ServerConnection(self._conninfo, self.schema)
        self._all.add(session)
        return session

    def _keep(self, session: ServerConnection) -> None:
        if len(self._waiting) >= MOST_WAITING:
            self._drop(session)
            return
        self._waiting.append(session)
        if self._is_closed:  # meanwhile
            self.close()

    def _drop(self, session: ServerConnection) -> None:
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
        _OF_PARENTS.extend(self._all)  # one that somebody was using is never touched again
        self._here, self._room = threading.local(), threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._all, self._waiting = WeakSet(), []

    def close(self) -> None:
        self._is_closed = True
        while (session := self._a_waiting_one()) is not None:
            self._drop(session)


def _of_server(error: psycopg.Error, *, may_be_kept: bool) -> WayhomeError:
    if isinstance(error, psycopg.errors.PipelineAborted):
        return had_failed_before()
    if error.sqlstate in FORGOTTEN:
        return again()
    if error.sqlstate is None and not isinstance(error, psycopg.OperationalError):  # it was not even sent
        return unusable(type(error).__name__)
    return of_postgresql(error.sqlstate or "", error, may_be_kept=may_be_kept)


def _all_in_use() -> NoReturn:
    raise StoreUnavailable(
        "The database is busy.",
        why="All {most} connections of this program are in use.",
        todo="Try again; if it stays so, look for a program that hangs.",
        code="busy",
        most=MOST_CONNECTIONS,
    )
