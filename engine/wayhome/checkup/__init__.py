"""A checkup: how all that the work rests on stands. It changes nothing of what is kept, and names nobody."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import NoneType
from typing import TYPE_CHECKING

import wayhome
from wayhome.checkup.database import (
    loose_key,
    of_accounts,
    of_backup,
    of_clock,
    of_database,
    of_file,
    of_key,
    of_wal,
    unopened,
    unread,
    wal_bytes_of,
)
from wayhome.checkup.packs import of_cases, of_checks, of_packs
from wayhome.checkup.reads import of_reads
from wayhome.errors import BadInput, LedgerBroken, StoreUnavailable
from wayhome.logs import Log
from wayhome.model.argument_types import must_be, must_fit_open
from wayhome.model.check import Check, Checkup, met, unknown
from wayhome.packs.plugins import Packs
from wayhome.store.addresses import is_of_a_server, path_of, place_of_reads
from wayhome.store.addresses import opened as database_at
from wayhome.store.lists import Store
from wayhome.store.read_log import ReadLog
from wayhome.store.sqlite_file import SqliteFile
from wayhome.store.taken_back import taken_back
from wayhome.store.vault import Keys, Vault, provider
from wayhome.store.witness import Witness

if TYPE_CHECKING:
    from sqlalchemy import Engine as HostEngine

__all__ = ["Check", "Checkup", "checkup_of", "doctor"]

log = Log("wayhome")
BEHIND_THE_KEY = ("clock", "backup", "cases", "upgrade", "checks")


def doctor(
    database: str | HostEngine,
    *,
    schema: str | None = None,
    key_file: str | Path | None = None,
    keys: Keys | None = None,
    clock: Callable[[], datetime] | None = None,
    packs: Packs | None = None,
) -> Checkup:
    """Look after all that the work rests on, also where the database cannot be opened. Arguments are those of `Engine.open`.

    Whoever has an engine open asks it: `Engine.doctor`.

    Raises:
        BadInput: the address cannot be read, or is that of a database in memory.
    """
    must_fit_open(key_file=key_file, keys=keys, clock=clock)
    must_be("packs", packs, Packs, NoneType)
    now = (clock() if clock else datetime.now(UTC)).astimezone(UTC).replace(microsecond=0)
    packs = packs or Packs.installed()
    try:
        opened = database_at(database, schema)
    except (StoreUnavailable, LedgerBroken) as error:
        path = None if not isinstance(database, str) or is_of_a_server(database) else path_of(database)
        seen = [met("database", error), *of_file(path), *_behind_the_database(path)]
        return _report(now, [*seen, *of_packs(packs, now.date())])
    try:
        if isinstance(opened, SqliteFile) and opened.path is None:
            raise BadInput("A database in memory is gone at once.", todo="Name one that lasts.", field="database")
        store = Store(opened, Vault(keys or provider(opened.path, key_file, secrets.token_bytes)))
        store.witness, store.reads = Witness.of_environment(), ReadLog(place_of_reads(opened), store.vault)
        return checkup_of(store, packs, now)
    finally:
        opened.close()


def checkup_of(store: Store, packs: Packs, now: datetime, *, packs_alone: bool = False) -> Checkup:
    """Look after an open database, its packs, and what it lies on; or only after what is soon seen: packs, whether open cases go with them,
    and what of the database is gone.
    """
    seen = [*taken_back(store, now), *of_checks(store, packs)] if packs_alone else _of_store(store, packs, now)
    return _report(now, [*seen, *of_packs(packs, now.date())])


def _of_store(store: Store, packs: Packs, now: datetime) -> Iterator[Check]:
    path = store.database.path
    files, wal_bytes = [*of_file(path)], 0 if path is None else wal_bytes_of(path)  # before anything is tried
    if (bad := unread(store)) is not None:
        yield from (bad, *files, *_behind_the_database(path))
        return
    database, key = of_database(store), of_key(store)
    closed = None if key.state == "bad" else unopened(store)
    yield from (closed or database, *files)
    if path is not None and database.state == "ok":
        yield of_wal(store, wal_bytes)
    yield key if key.state == "bad" else loose_key(path) or key
    if key.state == "bad":
        yield from unknown(BEHIND_THE_KEY, "key")
        return
    yield from unknown(["clock"], "database") if closed else [of_clock(store, now)]
    yield of_backup(store, now)
    yield from (*taken_back(store, now), *of_accounts(store), *filter(None, [of_reads(store, now)]))
    yield from of_cases(store, packs)
    yield from of_checks(store, packs)


def _behind_the_database(path: Path | None) -> list[Check]:
    """Say what is not known where it is bad; and whether others may read its key, which is known all the same."""
    loose = loose_key(path)
    return [*([loose] if loose else unknown(["key"], "database")), *unknown(BEHIND_THE_KEY, "database")]


def _report(now: datetime, checks: list[Check]) -> Checkup:
    made = Checkup(now, wayhome.__version__, tuple(checks))
    log.info("checked_up", state=made.state, bad=sorted({one.id for one in checks if one.state == "bad"}))
    return made
