"""A floor: what the engine asked and wrote, run again on a plain connection of the driver."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event
from wayhome.store.statements import KEYS, TABLES

Statements = list[tuple[str, Sequence[Any]]]


@contextmanager
def listened_to(kind: Any) -> Iterator[Statements]:
    """Gather what is asked and written on connections of a kind."""
    found: Statements = []
    plain = kind.execute

    def execute(self: Any, text: str, values: Sequence[Any] = ()) -> Any:
        found.append((text, values))
        return plain(self, text, values)

    kind.execute = execute
    try:
        yield found
    finally:
        kind.execute = plain


@contextmanager
def listened_to_server(engine: Any) -> Iterator[Statements]:
    """Gather what an engine of ours asks and writes on a server, as its driver is given it."""
    found: Statements = []
    host = engine._store.database.engine

    def asked(connection: Any, cursor: Any, text: str, values: Any, *_: Any) -> None:
        found.append((text, values))

    event.listen(host, "before_cursor_execute", asked)
    try:
        yield found
    finally:
        event.remove(host, "before_cursor_execute", asked)


def clock_for(mode: str) -> Callable[[], float]:
    """Give by what a command is timed: where each waits for the disk (FULL), by the wall; else by the processor, which waits for nobody else."""
    return time.perf_counter if mode == "FULL" else time.thread_time


def run_again(floor: Any, statements: Statements, clock: Callable[[], float] = time.perf_counter) -> float:
    """Run statements in one transaction, and read what they give; gives the seconds that it took."""
    began = clock()
    for text, values in statements:
        found = floor.execute(text, values)
        if found.description:
            found.fetchall()
    floor.commit()
    return clock() - began


def must_be_equal(engine: tuple[Any, str], floor: tuple[Any, str], *, but: Sequence[str] = ()) -> None:
    """See that two databases hold the same rows: each a connection and a schema; `but` in these columns, which a server fills itself."""
    for table, columns in TABLES.items():
        named, key = ", ".join(column for column in columns if column not in but), ", ".join(KEYS[table])
        ours, plain = (
            [*map(tuple, at.execute(f"SELECT {named} FROM {schema}.{table} ORDER BY {key}").fetchall())]
            for at, schema in (engine, floor)
        )
        assert ours == plain, table
