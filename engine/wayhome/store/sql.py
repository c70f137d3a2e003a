"""SQL as the store runs it: its statements, and what a connection must be able to do.

Nothing here knows a driver: `sqlite_file` drives a SQLite file directly, with the texts that the statements have there; `sqlalchemy_connection` runs the statements
themselves on a connection of SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal, NamedTuple, Protocol

from wayhome.errors import LedgerBroken, Template

Dialect = Literal["sqlite", "postgresql"]
TRIES = 3  # of a transaction of ours that PostgreSQL could not bring into an order


class Rows(Protocol):
    """What a statement gave."""

    @property
    def rowcount(self) -> int: ...
    def fetchone(self) -> Any: ...
    def fetchall(self) -> Sequence[Any]: ...
    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """A connection in a transaction, as the store uses it."""

    @property
    def dialect(self) -> Dialect: ...
    @property
    def schema(self) -> str | None: ...
    def execute(self, text: str, parameters: Mapping[str, Any] = ..., /) -> Rows:
        """Run a text. What is given stands in it by name, as `:name`."""

    def run(self, statement: Statement, parameters: Mapping[str, Any], /) -> Rows: ...
    def write_row(self, statement: Statement, parameters: Mapping[str, Any], /) -> None:
        """Write one row. Raises LedgerBroken: it was not written."""

    def stream(self, statement: Statement, /) -> Iterable[Any]:
        """Run a statement that gives many rows, and hold few of them at a time."""

    def for_listeners(self) -> Any:
        """Give what a host knows it by: a connection of SQLAlchemy's, or of sqlite3 for a file under an address."""


class Statement(NamedTuple):
    """A statement of the store: the names of its values in their order, and its text, for SQLite. By its name `declared` has it for all databases."""

    name: str
    names: tuple[str, ...]
    text: str


class Database(Protocol):
    """A database: its transactions, whoever owns the connections."""

    @property
    def path(self) -> Path | None:
        """Where it lies, when it is a file of ours."""

    @property
    def address(self) -> str | None:
        """Give the address under which another process can open it; None where none can."""

    @property
    def schema(self) -> str | None:
        """Where our tables lie, on PostgreSQL; by default where it looks first."""

    @property
    def is_writing(self) -> bool:
        """Whether this thread is in a write transaction of ours."""

    @property
    def is_joined(self) -> bool:
        """Whether its transactions are a host's, which keeps them or takes them back."""

    @property
    def tries(self) -> int:
        """How often a transaction is tried that the database cannot bring into an order with others."""

    def writing(self, patience: float | None = None) -> AbstractContextManager[Connection]:
        """One write transaction: all of it is kept, or nothing. `patience`: the seconds for which it waits for who writes now."""

    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent look at the database; inside a write transaction, at what it has written."""

    def close(self) -> None:
        """Give back what it holds. Whoever asks afterwards is told so."""


def row_not_written() -> LedgerBroken:
    """Give the error for a row that was not written: something in the database swallows it."""
    return not_ours("A row was not kept.")


def not_ours(what: Template, **values: Any) -> LedgerBroken:
    """Give the error for tables that are not as they were made."""
    return LedgerBroken(
        what,
        why="Somebody has changed the database, and not with this program.",
        todo="Stop working with this database, keep a copy of it, and go back to your last backup.",
        code="tables_changed",
        **values,
    )
