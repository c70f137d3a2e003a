"""A connection of SQLAlchemy's, as the store uses it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import Connection, Executable
from sqlalchemy import text as sql_text

from wayhome.frozen import EMPTY
from wayhome.store.declared import declared_as
from wayhome.store.driver_errors import errors_as_ours, had_failed_before
from wayhome.store.sql import Dialect, Statement, row_not_written


class SqlalchemyConnection:
    """Runs the store's statements on a connection that somebody lends. It begins and closes nothing."""

    listeners_had_it = False

    def __init__(self, connection: Connection, schema: str | None = None) -> None:
        self.connection, self.schema = connection, schema
        self.dialect = cast("Dialect", connection.dialect.name)
        self.place = f'"{schema}".' if schema else ""  # before the name of a table, in a text
        # What a host maps for its own tables, as where each of its tenants has a schema, would lead into other cases than ours.
        self._how: dict[str, Any] = {"schema_translate_map": {None: schema} if schema else {}}
        self._has_failed = False

    def execute(self, text: str, parameters: Mapping[str, Any] = EMPTY, /) -> Any:
        """Run a text with its values."""
        return self._run(sql_text(text), parameters)

    def run(self, statement: Statement, parameters: Mapping[str, Any], /) -> Any:
        """Run a statement with its values."""
        asked, names = declared_as(self.dialect, statement.name)
        return self._run(asked, {name: parameters[name] for name in names}, preserve_rowcount=True)

    def write_row(self, statement: Statement, parameters: Mapping[str, Any], /) -> None:
        """Write one row. Raises LedgerBroken: it was not written."""
        if self.run(statement, parameters).rowcount != 1:
            raise row_not_written()

    def stream(self, statement: Statement, /) -> Any:
        """Run a statement that gives many rows, and hold few of them at a time."""
        return self._run(declared_as(self.dialect, statement.name)[0], EMPTY, stream_results=True)

    def write_rows(self, statement: Statement, rows: Iterable[Mapping[str, Any]], /) -> None:
        """Write many rows."""
        self._run(declared_as(self.dialect, statement.name)[0], [*rows])

    def _run(self, asked: Executable, parameters: Any, **how: Any) -> Any:
        try:
            return self.connection.execute(asked, parameters, execution_options=self._how | how)
        except BaseException:
            self._has_failed = True
            raise

    def for_listeners(self) -> Connection:
        """Give the connection of SQLAlchemy's itself."""
        self.listeners_had_it = True
        return self.connection

    def commit(self) -> None:
        """Keep what was written.

        Raises:
            StoreUnavailable: an error was passed over (PostgreSQL answers COMMIT with ROLLBACK then, and no driver calls that an error); or
                no answer came, and only then nobody knows whether it was kept.
        """
        if self._has_failed:
            raise had_failed_before()
        with errors_as_ours(may_be_committed=True):
            self.connection.commit()
