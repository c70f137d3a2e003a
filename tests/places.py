"""Where the database of a test lies: in a file of its own, or in a schema of a PostgreSQL server.

Both can be opened, copied, read, and written by another hand. The fixture `place` runs a test on each.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import sqlalchemy as sa
import wayhome as wh
from wayhome import Engine
from wayhome.store.tables import METADATA

from tests import postgres
from tests.conftest import all_packs


@dataclass(frozen=True)
class Place:
    """A database. Its texts of SQL name our tables plainly, and write `?` for a value."""

    folder: Path
    name: str = "wayhome"
    counts_without_gaps: ClassVar[bool] = True  # its events

    @property
    def key(self) -> Path:
        return self.folder / "wayhome.db.key"

    @property
    def file(self) -> Path:
        return self.folder / f"{self.name}.db"

    @property
    def address(self) -> str:
        """By which another process opens it, with its schema."""
        return f"sqlite:///{self.file}"

    @property
    def schema(self) -> str | None:
        return None

    def how(self) -> tuple[Any, dict[str, Any]]:
        """What `create` and `Engine.open` are told."""
        return f"sqlite:///{self.file}", {"key_file": self.key}

    def make(self, **more: Any) -> None:
        database, how = self.how()
        wh.create(database, **(how | more))

    def open(self, **more: Any) -> Engine:
        database, how = self.how()
        return Engine.open(database, **({"packs": all_packs()} | how | more))

    def copied(self, name: str) -> Place:
        """Copy the database, which nobody has opened; one of that name is written over."""
        shutil.copy(self.file, self.folder / f"{name}.db")
        with suppress(FileNotFoundError):
            shutil.copy(f"{self.file}.reads", self.folder / f"{name}.db.reads")
        return type(self)(self.folder, name)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        with closing(sqlite3.connect(self.file)) as connection:
            yield connection
            connection.commit()

    def write(self, text: str, *values: Any) -> int:
        """Write by another hand; gives how many rows were written.

        Raises:
            TypeError: the database does not take it.
        """
        try:
            with self._connected() as connection:
                return int(self._run(connection, text, values).rowcount)
        except (sqlite3.IntegrityError, sa.exc.DBAPIError) as error:
            raise TypeError from error

    def write_each(self, text: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Write a row after the other by another hand, in one transaction."""
        with self._connected() as connection:
            for values in rows:
                self._run(connection, text, values)

    def rows(self, text: str, *values: Any) -> list[Any]:
        with self._connected() as connection:
            return [tuple(row) for row in self._run(connection, text, values)]

    def everything(self) -> dict[str, list[Any]]:
        """All that stands in our tables."""
        return {
            name: self.rows(f"SELECT * FROM {name} ORDER BY 1, 2")
            for name in METADATA.tables
            if name != "wh_generations"
        }

    def _run(self, connection: Any, text: str, values: tuple[Any, ...]) -> Any:
        return connection.execute(text, values)

    def gone(self) -> None:
        """Leave nothing of it."""


class Schema(Place):
    """A schema of the server that all tests of this process share."""

    counts_without_gaps = False

    def how(self) -> tuple[Any, dict[str, Any]]:
        return self.address, {"schema": self.name, "key_file": self.key}

    @property
    def address(self) -> str:
        return postgres.needed()

    @property
    def schema(self) -> str:
        return self.name

    def copied(self, name: str) -> Place:
        name = f"{self.name}_{name}"
        with _host().begin() as connection:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {name} CASCADE")
            connection.exec_driver_sql(f"CREATE SCHEMA {name}")
            connection.exec_driver_sql(f"CREATE SEQUENCE {name}.wh_positions")
            last = connection.exec_driver_sql(f"SELECT last_value FROM {self.name}.wh_positions").scalar()
            connection.exec_driver_sql(f"SELECT setval('{name}.wh_positions', {last})")
            for table in sa.inspect(connection).get_table_names(schema=self.name):
                connection.exec_driver_sql(f"CREATE TABLE {name}.{table} (LIKE {self.name}.{table} INCLUDING ALL)")
                connection.exec_driver_sql(f"INSERT INTO {name}.{table} SELECT * FROM {self.name}.{table}")
        return Schema(self.folder, name)

    @contextmanager
    def _connected(self) -> Iterator[Any]:
        with _host().begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL search_path = {self.name}")
            yield connection

    def _run(self, connection: Any, text: str, values: tuple[Any, ...]) -> Any:
        return connection.exec_driver_sql(text.replace("?", "%s"), values)

    def gone(self) -> None:
        with _host().begin() as connection:
            for name in sa.inspect(connection).get_schema_names():
                if name == self.name or name.startswith(f"{self.name}_"):
                    connection.exec_driver_sql(f"DROP SCHEMA {name} CASCADE")


@cache
def _host() -> sa.Engine:
    return postgres.an_engine(poolclass=sa.pool.QueuePool, pool_size=12)


def a_place(sort: str, folder: Path) -> Place:
    """Give a place for a database, where none is yet."""
    return Schema(folder, postgres.a_schema()) if sort == "postgresql" else Place(folder)
