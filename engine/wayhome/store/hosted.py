"""Databases that others own too: a host's SQLAlchemy engine, and a host's own transaction.

Of a host's engine a connection is taken for each command and given back. In a host's transaction nothing is begun, ended or set that
the host would notice: what is written stands after a savepoint, and is kept or taken back with all else of it.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from wayhome.errors import BadInput
from wayhome.store.driver_errors import BUSY_SECONDS, closed, errors_as_ours
from wayhome.store.drivers import is_of_asyncio, must_be_served_in_transaction, must_give_bytes, of_asyncio
from wayhome.store.forks import forked_in_use, tell_of_forks
from wayhome.store.lent import Lent
from wayhome.store.positions import must_be_of_this_server
from wayhome.store.schema_check import must_be_known, must_be_ours
from wayhome.store.sql import PATIENCE, TRIES

if TYPE_CHECKING:
    from sqlalchemy import Connection, Engine

BY_RUN_SYNC = "await session.run_sync(lambda own: engine.acting(actor, within=own).do(command))"
TRIED = "wayhome_tried"  # stands in the `info` of a connection


class Hosted:
    """A database behind a SQLAlchemy engine.

    Args:
        engine: whose connections are used, one for each transaction.
        schema: where our tables lie, on PostgreSQL; by default where it looks first.
    """

    path = address = None
    tries = TRIES

    def __init__(self, engine: Engine, schema: str | None = None) -> None:
        self.engine, self.schema = engine, schema
        self._here = threading.local()  # the connection on which this thread is writing
        self._is_closed = False
        self._is_in_use = self._is_of_parent = False  # while the process was forked
        self._counts, self._uses = threading.Lock(), 0  # of connections that are out; not every pool counts them
        tell_of_forks(self)
        with self.reading() as connection:
            must_be_known(connection)
            must_be_ours(connection)
            must_be_of_this_server(connection)

    @property
    def is_writing(self) -> bool:
        return getattr(self._here, "writing", None) is not None

    @contextmanager
    def writing(self) -> Iterator[Lent]:
        """One write transaction: all of it is kept, or nothing."""
        with self._lent("READ COMMITTED") as lent:
            if lent.dialect == "sqlite":
                begin_writing(lent)
            else:
                lent.execute(PATIENCE, [f"{BUSY_SECONDS}s"])
            try:
                self._here.writing = lent
                yield lent
                lent.connection.commit()
            finally:
                self._here.writing = None

    @contextmanager
    def reading(self) -> Iterator[Lent]:
        """One consistent look at the database; inside a write transaction, at what it has written."""
        if (writing := getattr(self._here, "writing", None)) is not None:
            yield writing
            return
        with self._lent("REPEATABLE READ") as lent:
            if lent.dialect == "sqlite" and not is_in_transaction(lent.connection):
                lent.execute("BEGIN")
            yield lent

    @contextmanager
    def _lent(self, level: Any) -> Iterator[Lent]:
        if self._is_closed:
            raise closed()
        if self._is_of_parent:
            raise forked_in_use()
        with (
            self._in_use(),
            errors_as_ours(),
            self.engine.connect() as connection,
        ):  # what was not committed is rolled back
            if connection.dialect.name == "postgresql":
                connection.execution_options(isolation_level=level)
            usable(connection)
            connection.begin()
            yield tried(Lent(connection, self.schema))

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
        """Leave the connections that wait to the process that this one was forked from; and a file that was in use, wholly."""
        self._here, self._counts, self._uses = threading.local(), threading.Lock(), 0
        self._is_of_parent = self._is_of_parent or self._is_in_use
        self.engine.dispose(close=False)

    def close(self) -> None:
        self._is_closed = True


class Joined:
    """A host's own transaction, as a database.

    Args:
        lend: gives the connection on which the host is working now.
    """

    path = address = None
    tries = 1  # what cannot be brought into an order, the host runs again as a whole

    def __init__(self, lend: Callable[[], Connection], schema: str | None) -> None:
        self._lend, self.schema = lend, schema
        self._writing: Lent | None = None

    @property
    def is_writing(self) -> bool:
        return self._writing is not None

    @contextmanager
    def writing(self) -> Iterator[Lent]:
        """Write after a savepoint: all of it, or nothing; the host keeps it, or takes it back."""
        with errors_as_ours():
            lent = tried(Lent(usable(self._lend()), self.schema))
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
    def reading(self) -> Iterator[Lent]:
        """Look at the database as the host sees it."""
        if self._writing is not None:
            yield self._writing
            return
        with errors_as_ours():
            lent = tried(Lent(usable(self._lend()), self.schema))
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


def lender(within: Any) -> Callable[[], Connection]:
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


def tried(lent: Lent) -> Lent:
    """Give a connection of a host on which known bytes came back whole; each connection of its driver is asked once.

    Raises:
        StoreUnavailable: they did not.
    """
    known = lent.connection.info
    if TRIED not in known:
        must_give_bytes(lent)
        known[TRIED] = True
    return lent


def begin_writing(lent: Lent) -> None:
    """Take the turn to write in a SQLite file, where the driver has not begun: it would begin at the first row only, and a savepoint
    before that would be kept as soon as it is released."""
    if not is_in_transaction(lent.connection):
        lent.execute("BEGIN IMMEDIATE")


def is_in_transaction(connection: Connection) -> bool:
    """Say whether the driver of a SQLite connection has begun."""
    own: Any = connection.connection.driver_connection
    return bool(own.in_transaction)
