"""Making and migrating databases: what `Engine.open` never does."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Any

from sqlalchemy import Engine as HostEngine
from sqlalchemy import create_engine

from wayhome.errors import BadInput
from wayhome.store.addresses import engine_of, path_of
from wayhome.store.making import make, make_in, make_key, migrate_in
from wayhome.store.own_file import must_be_there
from wayhome.store.tables import METADATA, VERSION_TABLE
from wayhome.store.vault import ENVIRONMENT, KEY_BYTES, Keys, Random, Vault, is_in_environment, master_key


def create(
    database: str | HostEngine,
    *,
    schema: str | None = None,
    key_file: str | Path | None = None,
    keys: Keys | None = None,
    wal: bool = False,
    random: Random = secrets.token_bytes,
) -> None:
    """Make a database with its key: the whole of it, or nothing, and never over one that exists.

    Args:
        database: "sqlite:///wayhome.db" for a file of its own, which is made for its owner alone; "postgresql+psycopg://…", or a
            SQLAlchemy engine of the host, whose tables may lie beside ours.
        schema: of PostgreSQL, in which our tables lie; made when there is none of that name.
        key_file: where the master key lies, or is made; by default beside a file of its own.
        keys: gives the master key (32 bytes) of an id; instead of file and environment.
        wal: let the SQLite file of a host keep what is written beside it, so that nobody who reads waits. It stays so for all its users.
        random: gives random bytes; only tests give another one.

    Raises:
        BadInput: there is a database already, the address cannot be read, or it is not said where the key lies.
        StoreUnavailable: nothing can be written there, or the key is none.
    """
    engine, is_own = engine_of(database, schema)
    if engine is None:
        path = path_of(str(database))
        if path is not None:  # one in memory is made when it is opened
            make(path, None if keys else key_of(path, key_file), keys, random)
        return
    if keys is None and key_file is None and not is_in_environment():
        raise BadInput(
            "It is not said where the key of this database lies.",
            why="All that is told of a person is sealed with it.",
            todo="Say key_file= or keys=, or set {variable}.",
            field="key_file",
            variable=ENVIRONMENT,
        )
    try:
        make_key(None if keys or key_file is None else Path(key_file), random)
        make_in(engine, schema, Vault(keys or provider(None, key_file, random), random), wal=wal)
    finally:
        if is_own:
            engine.dispose()


def migrate(database: str | HostEngine, *, schema: str | None = None) -> None:
    """Bring a database to this version; and one that was moved to another PostgreSQL server, to the numbers of that server.

    Nothing happens where nothing is to be done. Nobody else can make or migrate it meanwhile.

    Raises:
        BadInput: the address cannot be read. StoreUnavailable: there is none, or a newer program made it.
    """
    engine, is_own = engine_of(database, schema)
    if engine is None:
        path = path_of(str(database))
        if path is None:
            return
        must_be_there(path)
        engine, is_own = create_engine(str(database)), True
    try:
        migrate_in(engine, schema)
    finally:
        if is_own:
            engine.dispose()


def alembic_include_name(name: str | None, type_: str, parent_names: Any) -> bool:
    """Keep a host's alembic from our tables: `context.configure(…, include_name=wh.alembic_include_name)`.

    Without it, its autogenerate would drop what it does not know.
    """
    return type_ != "table" or name not in {*METADATA.tables, VERSION_TABLE}


def key_of(path: Path, key_file: str | Path | None) -> Path:
    """Say where the key of a database lies: where it is said, else beside its file."""
    return Path(key_file) if key_file else path.with_name(path.name + ".key")


def provider(path: Path | None, key_file: str | Path | None, random: Random, *, in_memory: bool = False) -> Keys:
    """Say what gives the master key where nothing else does: a file, or the environment; in memory, chance."""
    if in_memory and key_file is None:
        memory_key = random(KEY_BYTES)
        return lambda _: memory_key
    key = key_of(path, key_file) if path is not None else Path(key_file) if key_file else None
    return lambda _: master_key(key)
