"""Databases behind SQLAlchemy: a server under an address, a host's engine, and a host's own transaction.

Of an engine a connection is taken for each transaction and given back. In a host's transaction nothing is begun, ended or set that
the host would notice: what is written stands after a savepoint, and is kept or taken back with all else of it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from wayhome.errors import BadInput, WayhomeError
from wayhome.packs.plugin_calls import NotAskedYet
from wayhome.store.driver_errors import BUSY_SECONDS, closed, errors_as_ours
from wayhome.store.drivers import is_of_asyncio, must_be_served_in_transaction, must_give_bytes, of_asyncio
from wayhome.store.forks import forked_in_use, tell_of_forks
from wayhome.store.positions import must_be_of_this_server
from wayhome.store.schema_check import must_be_known, must_be_ours
from wayhome.store.sql import TRIES
from wayhome.store.sqlalchemy_connection import SqlalchemyConnection

BY_RUN_SYNC = "await session.run_sync(lambda own: engine.acting(actor, within=own).do(command))"
PATIENCE = "SELECT set_config('lock_timeout', :wait, true) WHERE current_setting('lock_timeout') = '0'"  # unless the host says how long
TRIED = "wayhome_tried"  # stands in the `info` of a connection
# What is never raised in the middle of a driver. After anything else, as Ctrl-C or a time limit of the host, whoever used the connection
# next could be given answers to what this one has asked.
OURS = (WayhomeError, NotAskedYet, GeneratorExit)


class SqlalchemyDatabase:
    """A database behind a SQLAlchemy engine.

    Args:
        engine: whose connections are used, one for each transaction.
        schema: where our tables lie, on PostgreSQL; by default where it looks first.
        address: under which it was opened; then the engine is ours, and nobody else has it.
    """

    path = None
    is_joined = False
    tries = TRIES

    def __init__(self, engine: Engine, schema: str | None = None, address: str | None = None) -> None:
        self.engine, self.schema, self.address = engine, schema, address
        self._here = threading.local()  # the connections with which this thread is writing, and looking
        self._is_closed = False
        self._is_in_use = self._is_of_parent = False  # while the process was forked
        self._counts, self._uses = threading.Lock(), 0  # of connections that are out; not every pool counts them
        self._out: WeakSet[Connection] = WeakSet()
        tell_of_forks(self)
        with self.reading() as connection:
            must_be_known(connection)
            must_be_ours(connection)
            must_be_of_this_server(connection)

    @property
    def is_writing(self) -> bool:
        return self._of_this_thread("writing") is not None

    def _of_this_thread(self, what: str) -> SqlalchemyConnection | None:
        """Give the connection that this thread has; not one whose transaction has ended, however it did."""
        lent: SqlalchemyConnection | None = getattr(self._here, what, None)
        return lent if lent is not None and not lent.connection.closed else None

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[SqlalchemyConnection]:
        """One write transaction: all of it is kept, or nothing."""
        with self._borrowed("READ COMMITTED") as lent:
            if lent.dialect == "sqlite":
                begin_writing(lent)
            else:
                lent.execute(PATIENCE, {"wait": f"{BUSY_SECONDS if patience is None else patience}s"})
            try:
                self._here.writing = lent
                yield lent
                if lent.listeners_had_it and self.address:
                    lent.execute("RESET ALL")  # who listened may have set what moves whoever has this connection next
                lent.commit()
                self._here.looking = None  # who has written sees it, also in the middle of a look
            finally:
                self._here.writing = None

    @contextmanager
    def reading(self) -> Iterator[SqlalchemyConnection]:
        """One consistent look at the database; inside a write transaction, at what it has written.

        A look inside a look is the same look: who has a connection waits for no other one.
        """
        if (here := self._of_this_thread("writing") or self._of_this_thread("looking")) is not None:
            yield here
            return
        with self._borrowed("REPEATABLE READ", postgresql_readonly=True) as lent:
            if lent.dialect == "sqlite" and not is_in_transaction(lent.connection):
                lent.execute("BEGIN")
            try:
                self._here.looking = lent
                yield lent
            finally:
                self._here.looking = None

    @contextmanager
    def _borrowed(self, level: str, **more: Any) -> Iterator[SqlalchemyConnection]:
        if self._is_closed:
            raise closed()
        if self._is_of_parent:
            raise forked_in_use()
        with self._in_use(), errors_as_ours(), self._connected() as connection:
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level=level, **more)
            usable(connection)
            connection.begin()
            yield tried(SqlalchemyConnection(connection, self.schema))

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            self._out.add(connection)
            try:  # what was not kept, the pool takes back
                yield connection
            except (*OURS, SQLAlchemyError):
                raise
            except BaseException:
                connection.invalidate()
                raise

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        with self._counts:
            self._uses += 1
        try:
            yield
        finally:
            with self._counts:
                self._uses -= 1

    def will_fork(self) -> None:
        """Close the connections that wait, if they are of a SQLite file: no child may have them open."""
        if self.engine.dialect.name == "sqlite" and self.engine.url.database not in (None, "", ":memory:"):
            self._is_in_use = self._uses > 0 or getattr(self.engine.pool, "checkedout", int)() > 0
            self.engine.dispose()

    def has_forked(self) -> None:
        """Do nothing: connections are made again when they are needed."""

    def was_forked(self) -> None:
        """Leave all connections to the process that this one was forked from; and a file that was in use, wholly."""
        for connection in self._out:
            _leave_to_parent(connection)
        self._here, self._counts, self._uses = threading.local(), threading.Lock(), 0
        self._out = WeakSet()
        self._is_of_parent = self._is_of_parent or self._is_in_use
        self.engine.dispose(close=False)

    def close(self) -> None:
        self._is_closed = True
        if self.address:
            self.engine.dispose()


def _leave_to_parent(connection: Connection) -> None:
    """Let nothing that this process does reach the server: not even the end of what its parent has begun."""
    with suppress(Exception):  # one that is closed, or has no socket
        own: Any = connection.connection.driver_connection
        nowhere = os.open(os.devnull, os.O_RDWR)
        os.dup2(nowhere, getattr(own, "_usock", own).fileno())  # pg8000 keeps its socket to itself
        os.close(nowhere)


class HostTransaction:
    """A host's own transaction, as a database.

    Args:
        lend: gives the connection on which the host is working now.
    """

    path = address = None
    is_joined = True
    tries = 1  # what cannot be brought into an order, the host runs again as a whole

    def __init__(self, lend: Callable[[], Connection], schema: str | None) -> None:
        self._lend, self.schema = lend, schema
        self._writing: SqlalchemyConnection | None = None

    @property
    def is_writing(self) -> bool:
        return self._writing is not None

    @contextmanager
    def writing(self, patience: float | None = None) -> Iterator[SqlalchemyConnection]:
        """Write after a savepoint: all of it, or nothing; the host keeps it, or takes it back."""
        with errors_as_ours():
            lent = tried(SqlalchemyConnection(usable(self._lend()), self.schema))
            if lent.dialect == "sqlite":
                lent.execute("PRAGMA secure_delete = ON")
                begin_writing(lent)
            lent.execute("SAVEPOINT wayhome")
            self._writing = lent
            try:
                yield lent
            except BaseException:
                with suppress(Exception):  # of a connection that is gone, nothing needs to be taken back
                    lent.execute("ROLLBACK TO SAVEPOINT wayhome")
                    lent.execute("RELEASE SAVEPOINT wayhome")
                raise
            finally:
                self._writing = None
            lent.execute("RELEASE SAVEPOINT wayhome")

    @contextmanager
    def reading(self) -> Iterator[SqlalchemyConnection]:
        """Look at the database as the host sees it."""
        if self._writing is not None:
            yield self._writing
            return
        with errors_as_ours():
            lent = tried(SqlalchemyConnection(usable(self._lend()), self.schema))
            if lent.dialect != "sqlite" or is_in_transaction(lent.connection):
                yield lent
                return
            lent.execute("BEGIN")  # one look; the driver of the host has begun nothing, and finds nothing begun
            try:
                yield lent
            finally:
                lent.execute("ROLLBACK")

    def close(self) -> None:
        """Do nothing: it is the host's."""


def connection_source(within: Any) -> Callable[[], Connection]:
    """Say how the connection of a host is come by.

    Raises:
        BadInput: it is none.
    """
    if is_of_asyncio(within):
        raise of_asyncio("within", "Give what run_sync gives: {line}.", line=BY_RUN_SYNC)
    if hasattr(within, "exec_driver_sql"):
        return lambda: within
    if hasattr(within, "connection") and callable(within.connection):
        lend: Callable[[], Connection] = within.connection
        return lend
    raise BadInput(
        "That is no transaction of a database.",
        todo="Give a Connection or a Session of SQLAlchemy.",
        field="within",
        code="unreadable",
    )


def usable(connection: Connection) -> Connection:
    """Give a connection of a host, if what is written on it can be taken back.

    Raises:
        BadInput: each statement on it is kept at once, or its driver is not served.
    """
    must_be_served_in_transaction(connection.dialect)
    said = connection.get_execution_options().get("isolation_level") or getattr(
        connection.dialect, "_on_connect_isolation_level", None
    )
    if getattr(connection.connection.driver_connection, "autocommit", False) is True or said == "AUTOCOMMIT":
        raise BadInput(
            "On this connection each statement is kept at once.",
            why="So a command could be kept in part.",
            todo="Give one that is not in autocommit.",
            field="within",
        )
    return connection


def tried(lent: SqlalchemyConnection) -> SqlalchemyConnection:
    """Give a connection of a host on which known bytes came back whole; each connection of its driver is asked once.

    Raises:
        StoreUnavailable: they did not.
    """
    known = lent.connection.info
    if TRIED not in known:
        must_give_bytes(lent)
        known[TRIED] = True
    return lent


def begin_writing(lent: SqlalchemyConnection) -> None:
    """Take the turn to write in a SQLite file, where the driver has not begun: it would begin at the first row only, and a savepoint
    before that would be kept as soon as it is released."""
    if not is_in_transaction(lent.connection):
        lent.execute("BEGIN IMMEDIATE")


def is_in_transaction(connection: Connection) -> bool:
    """Say whether the driver of a SQLite connection has begun."""
    own: Any = connection.connection.driver_connection
    return bool(own.in_transaction)
