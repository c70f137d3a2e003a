"""One order for all events of a database, in which each is told once, and those of a case in theirs.

A position is `(generation, epoch, n)`, and means nothing to whoever keeps it. A file counts its events under its lock. PostgreSQL has
no such lock, and none is taken: `n` comes of a sequence after the case is locked, and `epoch` is the number of the writing transaction,
or that of the event before in the same case when that is greater. Whoever asks is told only what is older than every transaction that
is still writing; so nothing ever appears before a position that was given already. Positions begin anew (a generation) where a database
is put back or moved: numbers of transactions are counted by the server.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from wayhome.errors import StoreUnavailable
from wayhome.model.reading import bad
from wayhome.store import statements
from wayhome.store.sql import Connection, not_ours
from wayhome.store.statements import POSITION

BEFORE_ALL = (0, 0, 0)


class PositionedEvent(NamedTuple):
    """One event in the order of all: its position as a text, its case, its number there, and the day it was written."""

    position: str
    case: str
    seq: int
    day: str


def changes(connection: Connection, after: str | None, most: int) -> list[PositionedEvent]:
    """Give what was written after a position, in order.

    Raises:
        BadInput: it is no position. LedgerBroken: one in the order is none.
    """
    begins = BEFORE_ALL if after is None else _read(after)
    newest = connection.run(statements.NEWEST_POSITION, {}).fetchone()
    _must_be_numbers(() if newest is None else (newest,))
    lies_after = begins > (BEFORE_ALL if newest is None else tuple(newest))
    if lies_after and begins[0] >= _generation(connection):  # else it was put back since, and nothing is written yet
        raise bad(
            "after",
            "contradiction",
            "That position lies after all that there is here.",
            "An older copy was put back, or it is of another database. Begin again without a position.",
        )
    given = dict(zip(POSITION, begins, strict=True))
    rows = connection.run(statements.CHANGES, {**given, "most": most}).fetchall()
    _must_be_numbers(row[:3] for row in rows)
    return [PositionedEvent(_written(row[:3]), str(row[3]), int(row[4]), str(row[5])) for row in rows]


class ReadPosition(NamedTuple):
    """How far somebody has looked: nothing will ever be written at this position or before it, as long as the generation stays."""

    generation: int
    at: tuple[int, int, int]


class WrittenSince(NamedTuple):
    """In which cases something was written, and how far that is looked through."""

    cases: frozenset[str]
    seen: ReadPosition


def seen(connection: Connection) -> ReadPosition:
    """Say how far whoever looks now has looked; where the end of the order was changed by another hand, it is not known."""
    found, generation = connection.run(statements.NEWEST_PAST, {}).fetchone(), _generation(connection)
    newest = found and found[:3]
    is_known = newest is not None and _can_be(connection, newest, generation)
    return ReadPosition(generation, (newest[0], newest[1], newest[2]) if is_known else BEFORE_ALL)


def written_since(connection: Connection, before: ReadPosition, most: int) -> WrittenSince | None:
    """Name the cases in which something was written since somebody looked, also what may still be told before something else.

    Returns:
        None where that cannot be said: there is more than `most`, another database lies here, or the end of the order was changed by
        another hand. What is written after an event that stands too far would come before it, and nobody would be told.
    """
    newest, generation = connection.run(statements.NEWEST_POSITION, {}).fetchone(), _generation(connection)
    if newest is not None and not _can_be(connection, newest, generation):
        return None
    if generation != before.generation or (BEFORE_ALL if newest is None else tuple(newest)) < before.at:
        return None
    given = dict(zip(POSITION, before.at, strict=True))
    rows = connection.run(statements.WRITTEN_SINCE, {**given, "most": most + 1}).fetchall()
    if len(rows) > most:
        return None
    at = before.at
    for generation, epoch, n, _, is_past in rows:
        if not is_past:
            break
        at = generation, epoch, n
    return WrittenSince(frozenset(str(row[3]) for row in rows), ReadPosition(before.generation, at))


def _can_be(connection: Connection, newest: Any, generation: int) -> bool:
    """Say whether an event can stand last there: under the newest generation, or one before it; and a file counts without an epoch."""
    return are_numbers(newest) and bool(
        newest[0] <= generation and (connection.dialect != "sqlite" or newest[0] < generation or newest[1] == 0)
    )


def are_numbers(position: Iterable[Any]) -> bool:
    """Say whether a position is one: a file takes whatever is put there, and sets it after all numbers."""
    return all(type(one) is int for one in position)


def _must_be_numbers(positions: Iterable[Iterable[Any]]) -> None:
    if not all(map(are_numbers, positions)):
        raise not_ours("The order in which things were written was changed.")


def _generation(connection: Connection) -> int:
    newest = connection.run(statements.GENERATION, {}).fetchone()[0]
    return newest if type(newest) is int else 0


def begin_anew(connection: Connection, least: int = 1) -> None:
    """Begin a new generation of positions: in a new database, and in one that was put back or moved.

    Args:
        least: of its number. One that is put back takes it of the clock: of two that are put back from one backup, the later one would
            begin with the same number, and whoever has heard the first would miss what is written in the second.
    """
    newest = connection.run(statements.GENERATION, {}).fetchone()[0]
    connection.write_row(statements.ADD_GENERATION, {"generation": max((newest or 0) + 1, least)})


def are_of_another_server(connection: Connection) -> bool:
    """Say whether the newest event has a number that no transaction of this server has had."""
    newest = connection.run(statements.NEWEST_POSITION, {}).fetchone()
    generation = connection.run(statements.GENERATION, {}).fetchone()[0]
    if connection.dialect == "sqlite" or newest is None or newest[0] != generation:
        return False
    return bool(newest[1] >= connection.run(statements.NEXT_WRITER, {}).fetchone()[0])


def must_be_of_this_server(connection: Connection) -> None:
    """Raise StoreUnavailable where events would be told to nobody, because their numbers are those of another server."""
    if are_of_another_server(connection):
        raise StoreUnavailable(
            "This database was moved here from another server.",
            why="The order of its events is told by numbers of that server.",
            todo="Have it migrated once; nothing is lost by that.",
            code="moved",
        )


def _written(position: Any) -> str:
    return ".".join(str(int(one)) for one in position)


def _read(position: str) -> tuple[int, int, int]:
    parts = position.split(".") if isinstance(position, str) else []
    if len(parts) != len(POSITION) or not all(one.isascii() and one.isdigit() and len(one) < 20 for one in parts):
        raise bad("after", "unreadable", "That is no position.", "Give one as a change had it.")
    generation, epoch, n = map(int, parts)
    return generation, epoch, n
