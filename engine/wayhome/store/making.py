"""Making a database in a file: the whole of it, or nothing.

It is built under another name beside its own, and gets its own only when it is whole and on the disk. So whoever is killed in the
middle, or finds no room, leaves no database; and of several who begin at once one makes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from wayhome.errors import BadInput
from wayhome.store.driver_errors import errors_as_ours
from wayhome.store.files import BESIDE, made_whole
from wayhome.store.migrations import upgrade
from wayhome.store.positions import are_of_another_server, begin_anew
from wayhome.store.read_places import ENDING
from wayhome.store.schema_check import must_be_known, names_of_tables
from wayhome.store.sealed_entries import first_rows
from wayhome.store.sqlalchemy_connection import SqlalchemyConnection
from wayhome.store.sqlalchemy_database import begin_writing, tried, usable
from wayhome.store.sqlite_file import prepare_new
from wayhome.store.tables import METADATA, READS
from wayhome.store.vault import Keys, Random, Vault, is_in_environment, make_key_file, master_key
from wayhome.store.versions import VERSION_TABLE

if TYPE_CHECKING:
    from sqlalchemy import Engine

Fill = Callable[[SqlalchemyConnection], None]


def make(path: Path, key: Path | None, keys: Keys | None, random: Random) -> None:
    """Make a database and, where a file is named for it in which there is none, its key; both for their owner alone.

    Args:
        key: the file of the key; None where `keys` gives it, or the environment.

    Raises:
        BadInput: there is a file of that name already.
        StoreUnavailable: the folder cannot be written, the disk is full, or the key is none.
    """
    must_be_free(path, key)
    with errors_as_ours():
        make_key(key, random)
        vault = Vault(keys or (lambda _: master_key(key)), random)
        make_file(path, lambda lent: first_rows(lent, vault))


def must_be_free(path: Path, key: Path | None, *, is_put_back: bool = False) -> None:
    """Raise BadInput where a file of that name is there, or one that a database would leave beside it, or the key would lie in its place.

    Args:
        is_put_back: a list of readers may be there alone: whoever was killed while putting it back has left it (`put_aside`).
    """
    for ending in (*BESIDE, ENDING):
        name = path.with_name(path.name + ending)
        if (name.exists() or name.is_symlink()) and not (is_put_back and ending == ENDING):
            _there_already(name)
        if key == name:
            raise BadInput(
                "The key cannot have a name of the database's own files.", todo="Choose another name.", field="key_file"
            )


def make_file(path: Path, fill: Fill) -> None:
    """Make the file of a database, with the rows that `fill` writes. Raises BadInput: there is one by now."""
    with errors_as_ours():
        try:
            with made_whole(path) as building:
                _build(building, fill)
        except FileExistsError:
            _there_already(path)


def make_key(key: Path | None, random: Random) -> None:
    """Make the file of a key, unless there is one, or the environment has it. A key that is there is used as it is."""
    if key is not None and not is_in_environment():
        with suppress(FileExistsError):
            make_key_file(key, random)


def _build(path: Path, fill: Fill) -> None:
    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    try:
        make_in(engine, None, fill, wal=True)
    finally:
        engine.dispose()


def make_in(engine: Engine, schema: str | None, fill: Fill, *, wal: bool) -> None:
    """Make our tables in a database that others may use too, and their rows: all of it or nothing, while nobody else makes them.

    Args:
        fill: writes the rows, in the same transaction.
        wal: let a SQLite file keep what is written beside it, so that nobody who reads waits; it stays so for all its users.

    Raises:
        BadInput: they are there already. StoreUnavailable.
    """
    with errors_as_ours(), engine.connect() as connection:
        lent = SqlalchemyConnection(connection, schema)
        if wal and lent.dialect == "sqlite":
            prepare_new(connection.connection.driver_connection)
        with alone(lent):
            if names_of_tables(lent) & {*METADATA.tables, VERSION_TABLE}:
                raise BadInput("There is a Wayhome database already; nothing was changed.", todo="Use it as it is.")
            if schema is not None and not _schema_exists(lent, schema):
                lent.execute(f'CREATE SCHEMA IF NOT EXISTS "{schema}"')
            upgrade(connection, schema)
            _make_reads(lent)
            fill(lent)


def _make_reads(lent: SqlalchemyConnection) -> None:
    """Make the table of who has read what, where there is none; of a file, that is one of its own, made when it is first written."""
    if lent.dialect == "postgresql":
        how = {None: lent.schema} if lent.schema else {}
        READS.create_all(lent.connection.execution_options(schema_translate_map=how))


def _schema_exists(lent: SqlalchemyConnection, schema: str) -> bool:
    """Say whether there is a schema: the server asks for a right on the whole database also where it would make none."""
    return bool(
        lent.execute("SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = :schema", {"schema": schema}).fetchall()
    )


def migrate_in(engine: Engine, schema: str | None) -> None:
    """Bring our tables to this version, and begin a new generation of positions where the database has moved to another server.

    Raises:
        StoreUnavailable: there are none, or a newer program made them.
    """
    with errors_as_ours(), engine.connect() as connection:
        lent = SqlalchemyConnection(connection, schema)
        with alone(lent):
            must_be_known(lent)
            _make_reads(lent)
            if are_of_another_server(lent):
                begin_anew(lent)


@contextmanager
def alone(lent: SqlalchemyConnection) -> Iterator[None]:
    """A transaction in which nobody else makes or migrates: all of it is kept, or nothing."""
    usable(lent.connection)
    lent.connection.begin()
    tried(lent)
    if lent.dialect == "sqlite":
        begin_writing(lent)
    else:
        lent.execute(
            "SELECT pg_advisory_xact_lock(hashtext('wayhome'), hashtext(coalesce(:schema, current_schema())))",
            {"schema": lent.schema},
        )
    yield
    lent.commit()


def _there_already(path: Path) -> NoReturn:
    raise BadInput(
        "There is a file of that name already; nothing was changed.",
        why="'{name}' may belong to a database, and none is ever overwritten.",
        todo="Use it as it is, or choose another name.",
        name=path.name,
    )
