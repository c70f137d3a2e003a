"""A connection to a PostgreSQL server, and what is sent on it.

What needs no answer goes to the server together with what does (psycopg's pipeline): a command waits for it three times, however much it
writes. Whether each row was kept is seen before the transaction is.
"""

from __future__ import annotations

import os
import select
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from itertools import count
from typing import Any

import psycopg

from wayhome.store.driver_errors import had_failed_before
from wayhome.store.sql import SCHEMA, Dialect, not_kept

SURE_SECONDS = 1  # how long nobody asks whether a connection is still there
AT_ONCE = 500  # rows of what is streamed
WRITE = "BEGIN ISOLATION LEVEL READ COMMITTED"
READ = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"
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
