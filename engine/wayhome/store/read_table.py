"""Where it is kept on a server who has read what: in a table beside those of the cases, by connections that keep what is written at once.

Used by:  store.addresses
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine

from wayhome.store.driver_errors import errors_as_ours
from wayhome.store.forks import tell_of_forks
from wayhome.store.read_places import PATIENCE_SECONDS
from wayhome.store.sql import Connection
from wayhome.store.sqlalchemy_connection import SqlalchemyConnection


class ReadsTable:
    """A table of a server, beside those of the cases."""

    is_there = True

    def __init__(self, engine: Engine, schema: str | None) -> None:
        # Of the host's pool nothing is taken: whoever waits in its transaction may have the last connection of it.
        self._engine, self._schema = Engine(engine.pool.recreate(), engine.dialect, engine.url), schema
        tell_of_forks(self)

    @contextmanager
    def writing(self, patience: float = PATIENCE_SECONDS) -> Iterator[Connection]:
        with errors_as_ours(), self._engine.connect() as connection:
            connection.execution_options(isolation_level="READ COMMITTED")
            lent = SqlalchemyConnection(connection, self._schema)
            lent.execute("SELECT set_config('lock_timeout', :wait, true)", {"wait": f"{int(patience * 1000)}ms"})
            lent.execute(f"LOCK TABLE {lent.place}wh_reads IN SHARE ROW EXCLUSIVE MODE")
            yield lent
            lent.commit()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with errors_as_ours(), self._engine.connect() as connection:
            connection.execution_options(isolation_level="REPEATABLE READ")
            lent = SqlalchemyConnection(connection, self._schema)
            lent.execute(
                "SELECT set_config('lock_timeout', :wait, true)", {"wait": f"{int(PATIENCE_SECONDS * 1000)}ms"}
            )
            yield lent

    def close(self) -> None:
        self._engine.dispose()

    def will_fork(self) -> None:
        """Do nothing: what is open stays the parent's."""

    has_forked = will_fork

    def was_forked(self) -> None:
        """Leave all connections to the process that this one was forked from."""
        self._engine.dispose(close=False)
