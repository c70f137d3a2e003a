"""Making and migrating databases: what `Engine.open` never does."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING, Any

from wayhome.errors import BadInput, LedgerBroken
from wayhome.hooks import Listeners
from wayhome.logs import Log
from wayhome.model.argument_types import must_be, must_be_a_path, must_fit_open
from wayhome.store import office
from wayhome.store.addresses import engine_of, opened, path_of
from wayhome.store.backup import head_of, must_have_its_key, put_back
from wayhome.store.backup_file import unlocked
from wayhome.store.checking import Progress, Verification
from wayhome.store.files import made_whole
from wayhome.store.lists import Store
from wayhome.store.read_places import ReadsFile, put_aside, reads_beside
from wayhome.store.sealed_entries import first_rows
from wayhome.store.sqlite_file import must_be_there
from wayhome.store.statements import HEADS
from wayhome.store.statements import KEYS as TABLES
from wayhome.store.vault import ENVIRONMENT, Keys, Random, Vault, is_in_environment, provider
from wayhome.store.versions import VERSION_TABLE
from wayhome.store.witness import Witness

if TYPE_CHECKING:
    from sqlalchemy import Engine as HostEngine

    from wayhome.store.sqlalchemy_connection import SqlalchemyConnection

log = Log("wayhome")


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
        key_file: where the master key lies, or is made. Keep it apart from the database.
        keys: gives the master key (32 bytes) of an id; instead of file and environment.
        wal: let the SQLite file of a host keep what is written beside it, so that nobody who reads waits. It stays so for all its users.
        random: gives random bytes; only tests give another one.

    Raises:
        BadInput: there is a database already, the address cannot be read, or it is not said where the key lies.
        StoreUnavailable: nothing can be written there, or the key is none.
    """
    from wayhome.store.making import make, make_in, make_key

    must_fit_open(key_file=key_file, keys=keys, random=random)
    engine, is_own = engine_of(database, schema)
    path = path_of(str(database)) if engine is None else None
    if engine is None and path is None:  # one in memory is made when it is opened
        return
    if keys is None and key_file is None and not is_in_environment():
        raise BadInput(
            "It is not said where the key of this database lies.",
            why="All that is told of a person is sealed with it.",
            todo="Say 'key_file' or 'keys', or set {variable}.",
            field="key_file",
            variable=ENVIRONMENT,
            code="missing",
        )
    key = None if keys or key_file is None else Path(key_file)
    if path is not None:
        make(path, key, keys, random)
        return
    assert engine is not None
    try:
        make_key(key, random)
        vault = Vault(keys or provider(None, key_file, random), random)
        make_in(engine, schema, lambda lent: first_rows(lent, vault), wal=wal)
    finally:
        if is_own:
            engine.dispose()


def restore(
    path: str | Path,
    database: str | HostEngine,
    *,
    passphrase: str | None = None,
    identity: str | None = None,
    schema: str | None = None,
    key_file: str | Path | None = None,
    keys: Keys | None = None,
    hooks: Iterable[object] = (),
    progress: Progress = lambda _: None,
) -> Verification:
    """Put a backup into a database that does not exist yet: the whole of it, or nothing, and never over one that exists.

    It makes no key. The one that belongs to the backup must be there before, and is looked at before anything is made. What was put back is
    looked through against the heads of the backup before it is kept. Whoever hears changes is told nothing twice: a new
    generation of positions begins.

    Args:
        path: the file that `Engine.backup` has made.
        database: as for `create`: a file of its own that is not there, or a database in which none of our tables lie.
        passphrase: by which it was locked.
        identity: the key of age to which it was locked: the text of it, or of its file.
        schema: of PostgreSQL, in which our tables are to lie; made when there is none of that name.
        key_file: where the master key lies; by default as for `Engine.open`. The environment wins over it.
        keys: gives the master key (32 bytes) of an id; instead of file and environment.
        hooks: as for `Engine.open`: of them the witness that a host keeps is asked, and told; else that of the environment.
        progress: is told how many events more were looked through.

    Returns:
        What was found when it was looked through, and how many events more the witness knew of. It holds together, unless it did not when
        the backup was made.

    Raises:
        BadInput: there is a database already; the backup does not open with what was given, was changed, is not whole, or is none.
        StoreUnavailable: the key is missing or another one, nothing can be written there, or a newer program made the backup.
        LedgerBroken: it does not hold together, and did when it was made.
    """
    from wayhome.store.making import make_file, make_in, must_be_free

    must_be_a_path("path", path)
    must_be("passphrase", passphrase, str, NoneType)
    must_be("identity", identity, str, NoneType)
    must_fit_open(key_file=key_file, keys=keys, hooks=hooks)
    must_be("progress", progress, Callable)
    witness = Listeners(hooks).witness() or Witness.of_environment()
    engine, is_own = engine_of(database, schema)
    try:
        file = path_of(str(database)) if engine is None else None
        if engine is None and file is None:
            raise BadInput("In memory nothing can be put back.", todo="Name a database that lasts.", field="database")
        if file is not None:
            must_be_free(file, None if keys or key_file is None else Path(key_file), is_put_back=True)
        vault = Vault(keys or provider(file, key_file, secrets.token_bytes))
        identities = unlocked(Path(path), passphrase, identity)
        head = head_of(Path(path), identities)
        must_have_its_key(head, vault)
        found: list[Verification] = []

        def fill(lent: SqlalchemyConnection) -> None:
            if lent.dialect != "sqlite":
                write(lent, None)
                return
            beside = file or Path(lent.execute("PRAGMA database_list").fetchone()[2])
            put_aside(reads_beside(beside), datetime.now(UTC))
            with made_whole(reads_beside(beside)) as building:
                write(lent, ReadsFile(building))

        def write(lent: SqlalchemyConnection, reads: ReadsFile | None) -> None:
            made_at = datetime.now(UTC)
            found.append(put_back(lent, Path(path), identities, head, vault, made_at, progress, reads))

        if engine is None:
            assert file is not None
            make_file(file, fill)
        else:
            make_in(engine, schema, fill, wal=False)
        made = found[0] if witness is None else _told_to(witness, Store(opened(database, schema), vault), found[0])
    finally:
        if engine is not None and is_own:
            engine.dispose()
    log.info("database_restored", ok=made.ok, cases=made.cases, events=made.events)
    return made


def _told_to(witness: Witness, store: Store, found: Verification) -> Verification:
    """Ask the witness what it knew beyond what was put back, and begin a generation there."""
    now = datetime.now(UTC).replace(microsecond=0)
    try:
        with suppress(LedgerBroken), store.database.reading() as connection:
            there = sum(events for *_, events in connection.run(HEADS, {})) - 1  # that it was put back is the newest
            there_now = office.witnessed(store, connection, store.upon(connection))
            known = witness.last_of(there_now.database, now)
            witness.saw(there_now, now)
            if known is not None:
                return found._replace(known_beyond=max(known.claim.covers - there, 0), known_until=known.at)
        return found
    finally:
        store.database.close()


def migrate(database: str | HostEngine, *, schema: str | None = None) -> None:
    """Bring a database to this version; and one that was moved to another PostgreSQL server, to the numbers of that server.

    Nothing happens where nothing is to be done. Nobody else can make or migrate it meanwhile.

    Raises:
        BadInput: the address cannot be read. StoreUnavailable: there is none, or a newer program made it.
    """
    from sqlalchemy import create_engine

    from wayhome.store.making import migrate_in

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
    return type_ != "table" or name not in {*TABLES, "wh_reads", VERSION_TABLE}
