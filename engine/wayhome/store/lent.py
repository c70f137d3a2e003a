"""A connection of SQLAlchemy's, as the store uses it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from wayhome.store.sql import SCHEMA, Dialect, not_kept

if TYPE_CHECKING:
    from sqlalchemy import Connection


class Lent:
    """Runs the store's texts on a connection that somebody lends. It begins, commits and closes nothing."""

    def __init__(self, connection: Connection, schema: str | None = None) -> None:
        self.connection = connection
        self.schema = schema
        self.dialect = cast("Dialect", connection.dialect.name)
        self._place = f'"{schema}".' if schema else ""

    def execute(self, text: str, values: Sequence[Any] = (), /) -> Any:
        """Run a text with its values, in their order."""
        return self.connection.exec_driver_sql(self._placed(text), tuple(values))

    def keep(self, text: str, values: Sequence[Any] = (), /) -> None:
        """Write one row. Raises LedgerBroken: it was not written."""
        if self.execute(text, values).rowcount != 1:
            raise not_kept()

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """Give the connection."""
        yield self.connection

    def stream(self, text: str, /) -> Any:
        """Run a text that gives many rows, and hold few of them at a time."""
        return self.connection.exec_driver_sql(self._placed(text), execution_options={"stream_results": True})

    def executemany(self, text: str, rows: Sequence[tuple[Any, ...]], /) -> Any:
        """Run a text once for the values of each row."""
        return self.connection.exec_driver_sql(self._placed(text), list(rows))

    def _placed(self, text: str) -> str:
        return text.replace(f"{SCHEMA}.", self._place) if self.dialect == "postgresql" else text
