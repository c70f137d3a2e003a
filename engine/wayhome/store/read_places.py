"""Where it is kept who has read what: in a file of its own beside the database; of a server, in a table there (`store.read_table`).

So nobody who reads waits for who writes cases, and nothing of it is taken back with a host's transaction.

Used by:  store.read_log, store.read_table, store.addresses, store.backup, store.making, wayhome.databases
"""

from __future__ import annotations

import os
import sqlite3
import stat
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Protocol

from wayhome.store.driver_errors import errors_as_ours, unusable
from wayhome.store.sql import Connection, not_ours
from wayhome.store.sqlite_file import SqliteConnection
from wayhome.store.statements import NEW_READS

ENDING = ".reads"  # of the file, behind the name of the database
PATIENCE_SECONDS = 0.5  # for whoever has it locked


class ReadsPlace(Protocol):
    """Where it is kept. Each of its methods raises StoreUnavailable where it is locked, full, away, or may only be read."""

    @property
    def is_there(self) -> bool:
        """Whether anything was ever kept there, or it was made."""

    def writing(self, patience: float = ...) -> AbstractContextManager[Connection]:
        """One write transaction, which is on the disk when it is over. Nobody else writes there meanwhile."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One look at it; only where it is there."""

    def close(self) -> None:
        """Give back what it holds."""

    def was_forked(self) -> None:
        """Go on in the child, before anything else is done there."""


class ReadsFile:
    """A file; None: in memory. It is made when there is none."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._lock = threading.RLock()
        self._memory = self._connected("") if path is None else None

    @property
    def is_there(self) -> bool:
        if self._path is None:
            return True
        try:
            return self._path.stat().st_size > 0
        except (FileNotFoundError, NotADirectoryError):
            return False
        except OSError:  # where nobody may look it is not missing: who opens it is told why that cannot be
            return True

    def _connected(self, how: str, patience: float = PATIENCE_SECONDS) -> SqliteConnection:
        connection = sqlite3.connect(
            ":memory:" if self._path is None else f"{self._path.as_uri()}?{how}",
            uri=True,
            timeout=patience,
            check_same_thread=False,
            isolation_level=None,
            factory=SqliteConnection,
        )
        connection.text_factory = partial(str, encoding="utf-8", errors="replace")
        connection.execute("PRAGMA synchronous = FULL")
        if self._path is None:
            _make(connection)
        return connection

    @contextmanager
    def writing(self, patience: float = PATIENCE_SECONDS) -> Iterator[SqliteConnection]:
        with self._lock, errors_as_ours():
            if self._path is not None and not self._path.exists():
                self._make_file(self._path)
            connection = self._memory or self._connected("mode=rw", patience)
            try:
                connection.execute("BEGIN IMMEDIATE")
                _make(connection)
                yield connection
                connection.commit()
            except OverflowError as error:  # somebody has put a row behind all that there can be
                connection.rollback()
                raise unusable(type(error).__name__) from error
            except BaseException:
                connection.rollback()
                raise
            finally:
                if connection is not self._memory:
                    connection.close()

    @staticmethod
    def _make_file(path: Path) -> None:
        """Make the file, for whoever may use the database beside which it lies."""
        beside, rights = path.with_name(path.name.removesuffix(ENDING)), 0o600
        if beside != path and beside.exists():
            rights |= stat.S_IMODE(beside.stat().st_mode) & 0o060
        handle = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            if hasattr(os, "fchmod"):
                os.fchmod(handle, rights)
        finally:
            os.close(handle)

    @contextmanager
    def reading(self) -> Iterator[SqliteConnection]:
        with self._lock, errors_as_ours():
            if self._memory is not None:
                yield self._memory
                return
            connection = self._connected("mode=ro")
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                connection.close()

    def was_forked(self) -> None:
        self._lock = threading.RLock()

    def close(self) -> None:
        if self._memory is not None:
            self._memory.close()


def _make(connection: SqliteConnection) -> None:
    there = [type for (type,) in connection.execute("SELECT type FROM sqlite_master")]
    if "trigger" in there:
        raise not_ours("Something in the list of who has read what changes what is written there.")
    for statement in () if there else NEW_READS:
        connection.execute(statement)


def put_aside(path: Path, at: datetime) -> None:
    """Give a list of readers that has no database another name: it may be the last there is. Raises OSError."""
    if path.exists():
        path.rename(path.with_name(f"{path.name}.{at:%Y%m%dT%H%M%SZ}"))


def reads_beside(path: Path) -> Path:
    """Say where it is kept of a database in a file who has read what."""
    return path.with_name(path.name + ENDING)
