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
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import count
from typing import Any, NoReturn
from weakref import WeakSet

import psycopg

from wayhome.errors import StoreUnavailable, WayhomeError
from wayhome.packs.answers import NotAskedYet
from wayhome.store.conninfo import conninfo_of
from wayhome.store.driver_errors import BUSY_SECONDS, again, closed, had_failed_before, of_postgresql, unusable
from wayhome.store.forks import tell_of_forks
from wayhome.store.ours import must_be_known, must_be_ours
from wayhome.store.positions import must_be_of_this_server
from wayhome.store.sql import PATIENCE, SCHEMA, TRIES, Dialect, not_kept

MOST_CONNECTIONS = 15  # that threads can have at once, each its first
MOST_WAITING = 5  # connections that are kept open for who comes next
SURE_SECONDS = 1  # how long nobody asks whether a connection is still there
AT_ONCE = 500  # rows of what is streamed
# What is never raised in the middle of psycopg. After anything else, as a time limit of the host, the next one who used the connection
# could be given answers to what this one has asked.
OURS = (WayhomeError, NotAskedYet, GeneratorExit)
# A prepared statement that a pooler forgot or has given to another, or whose tables were changed: the next connection prepares anew.
FORGOTTEN = ("26000", "42P05", "0A000")
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"


_OF_PARENTS: list[ServerConnection] = []  # of the process that this one was forked from
_NUMBERS = count()


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
        self._pipeline: psycopg.Pipeline | None = None
        self._begin_pipeline()
        self.turn = 0  # changes with each transaction that begins or ends
        self._written: list[psycopg.Cursor[Any]] = []
        self._used_at = time.monotonic()
        self._writes = False
        self.may_be_kept = False  # whether what was written may have been kept, if no answer comes now

    def _begin_pipeline(self) -> None:
        if psycopg.Pipeline.is_supported():  # libpq before version 14 knows none; there each statement is waited for
            # As `with own.pipeline()` does, which would wait for the server once more when it is collected, in whatever state it is then.
            self.own._pipeline = self._pipeline = psycopg.Pipeline(self.own)
            self._pipeline.__enter__()

    def _end_pipeline(self) -> None:
        if self._pipeline is not None:
            self._pipeline.__exit__(None, None, None)
            self.own._pipeline = self._pipeline = None

    def execute(self, text: str, values: Sequence[Any] = (), /) -> psycopg.Cursor[Any]:
        """Run a text with its values. What it gave is waited for when it is read, and an error may come as late."""
        return self.own.execute(_placed(text, self._place), values)

    def _say(self, text: str) -> psycopg.Cursor[Any]:
        """Say something that is not prepared: a pooler between may forget what was, and then nothing would ever begin again."""
        return self.own.execute(text, prepare=False)

    def keep(self, text: str, values: Sequence[Any] = (), /) -> None:
        """Write one row; before the transaction is kept, it is seen whether it was written."""
        self._written.append(self.execute(text, values))

    def stream(self, text: str, /) -> Iterator[Any]:
        """Run a text that gives many rows, and hold few of them at a time."""
        name = f"wayhome_{next(_NUMBERS)}"
        self._say(f"DECLARE {name} NO SCROLL CURSOR FOR {_placed(text, self._place)}")
        while rows := self._say(f"FETCH {AT_ONCE} FROM {name}").fetchall():
            yield from rows
        self._say(f"CLOSE {name}")

    @contextmanager
    def lent(self) -> Iterator[psycopg.Connection[Any]]:
        """Give psycopg's connection, on which each statement waits for its answer."""
        self._end_pipeline()
        yield self.own
        self._begin_pipeline()  # after an error there is none, and nobody uses it again
        self._say("RESET ALL")  # who comes next looks where this connection looked when it was opened

    def begin(self, how: str) -> None:
        """Begin a transaction; after a pause, see first whether the server is still there."""
        is_sure = time.monotonic() - self._used_at < SURE_SECONDS and not _has_come(self.own.fileno())
        self._writes, self.may_be_kept = how == WRITE, False
        self.turn += 1
        self._say(how)
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
        ended = self._say("COMMIT")
        self._wait()
        if ended.statusmessage != "COMMIT":
            raise had_failed_before()
        self.turn += 1
        self._used_at = time.monotonic()

    def take_back(self) -> bool:
        """Take back what was written; gives whether the connection can be used again."""
        self.turn += 1
        self._written.clear()
        pipeline = self._pipeline
        if psycopg.Pipeline.is_supported() and pipeline is None:  # it was lent, and came back with an error
            return False
        try:
            with suppress(psycopg.Error):  # of what nobody has waited for
                self._wait()
            self.own.rollback()
        except psycopg.Error:
            return False
        self._used_at = time.monotonic()
        is_read = pipeline is None or not (pipeline.command_queue or pipeline.result_queue)
        return is_read and self.own.info.transaction_status == psycopg.pq.TransactionStatus.IDLE

    def _wait(self) -> None:
        if self._pipeline is not None:
            self._pipeline.sync()

    def close(self) -> None:
        """Give it up, in whatever state it is: nothing is waited for."""
        self.turn += 1
        self.own.close()

    def __del__(self) -> None:
        """Leave nothing open at the server, wherever somebody was interrupted."""
        if hasattr(self, "own"):
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
        self.address, self.schema, self._conninfo = address, schema, conninfo_of(address)
        self._here = threading.local()  # whether this thread has a place, and the connection on which it is writing
        self._room = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self._waiting: list[ServerConnection] = []  # those that nobody uses just now
        self._all: WeakSet[ServerConnection] = WeakSet()
        self._is_closed = False
        tell_of_forks(self)
        with self.reading() as session:
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


def _all_in_use() -> NoReturn:
    raise StoreUnavailable(
        "The database is busy.",
        why="All {most} connections of this program are in use.",
        todo="Try again; if it stays so, look for a program that hangs.",
        code="busy",
        most=MOST_CONNECTIONS,
    )
