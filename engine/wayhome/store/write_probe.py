"""Does a database take what commands write? It is tried, row by row, and taken back.

What keeps a command from being kept shows here: rights, a quota, a full disk, a column that is gone. On PostgreSQL a position of the
order is used up by that; gaps in it mean nothing (`store.positions`).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from wayhome.errors import StoreUnavailable, WayhomeError
from wayhome.store.driver_errors import NOT_THERE, read_only
from wayhome.store.sql import Connection, Database, Statement, row_not_written
from wayhome.store.statements import (
    ADD_COMMAND_KEY,
    ADD_KEY,
    APPEND,
    KEEP_BLOB,
    LOCK_CASE,
    OPEN_CASE,
    PUT_ENTRY,
    PUT_PROCESS,
    SAVE_CASE,
)

WRITTEN: Mapping[str, tuple[Statement, ...]] = {  # by commands, and in which table
    "wh_cases": (OPEN_CASE, LOCK_CASE, SAVE_CASE),
    "wh_ledger": (APPEND,),
    "wh_blobs": (KEEP_BLOB,),
    "wh_keys": (ADD_KEY,),
    "wh_processes": (PUT_PROCESS,),
    "wh_command_keys": (ADD_COMMAND_KEY,),
    "wh_entries": (PUT_ENTRY,),
}
NUMBERS = ("version", "seq", "format", "generation", "epoch", "n", "most")
SEALED = (
    "head",
    "state",
    "identity",
    "health",
    "accounts",
    "body",
    "hash",
    "commitment",
    "sealed",
    "wrapped",
    "canonical",
    "labels",
)
IN_A_FILE_BYTES = 64 * 1024  # of each value: with a case as much as the first one of two countries writes


def must_take_what_is_written(database: Database) -> None:
    """Raise what a command would meet that writes now; nothing of the try is kept.

    Raises:
        StoreUnavailable, LedgerBroken, Again: as any command. Where only some tables may not be written, they are named.
    """
    refused: list[StoreUnavailable] = []
    tables: list[str] = []
    for table, statements in WRITTEN.items():
        try:
            _try(database, statements)
        except StoreUnavailable as error:
            if error.code not in ("read_only", "no_rights"):
                raise
            refused.append(error)
            tables.append(table)
    if len(refused) == len(WRITTEN):
        raise refused[0] if refused[0].code == "read_only" else read_only(NOT_THERE)
    if refused:
        raise StoreUnavailable(
            "The database takes no command: not all of its tables may be written.",
            why="Who opens it may not write {tables}.",
            todo="Give them the same rights on all tables.",
            code="read_only_in_part",
            tables=tables,
        )


class _TakenBack(WayhomeError):
    """The try has come to its end."""


def _try(database: Database, statements: tuple[Statement, ...]) -> None:
    with suppress(_TakenBack), database.writing() as connection, _reaching_the_disk(connection) as size_bytes:
        given = _Given(secrets.token_hex(16), size_bytes)
        for statement in statements:
            found = connection.run(statement, given)
            if found.rowcount != 1 and statement is not LOCK_CASE:
                raise row_not_written()
        raise _TakenBack("Nothing of this is kept.")


@contextmanager
def _reaching_the_disk(connection: Connection) -> Iterator[int]:
    """Let what is written reach the disk before it is kept, and say how much that takes: where others read beside it, it disturbs nobody."""
    if connection.dialect != "sqlite" or connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
        yield 0
        return
    pages = int(connection.execute("PRAGMA cache_size").fetchone()[0])
    connection.execute("PRAGMA cache_size = 1")
    try:
        yield IN_A_FILE_BYTES
    finally:
        connection.execute(f"PRAGMA cache_size = {pages}")


class _Given(dict[str, Any]):
    """Values for the columns of a row that is nobody's, whatever a statement calls them."""

    def __init__(self, name: str, size_bytes: int) -> None:
        super().__init__()
        self._name, self._sealed = name, name.encode() + bytes(size_bytes)

    def __missing__(self, asked: str) -> Any:
        column = asked.removeprefix("new_")
        return 1 if column in NUMBERS else self._sealed if column in SEALED else self._name
