"""Making a database in a file: the whole of it, or nothing.

It is built under another name beside its own, and gets its own only when it is whole and on the disk. So whoever is killed in the
middle, or finds no room, leaves no database; and of several who begin at once one makes it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from wayhome.errors import BadInput
from wayhome.store.database import errors_as_ours, prepare_new
from wayhome.store.keyring import first_keys
from wayhome.store.vault import ENVIRONMENT, Keys, Random, Vault, make_key_file, master_key

BESIDE = ("", "-journal", "-wal", "-shm")  # the files of a database that is being built


def make(path: Path, key: Path | None, keys: Keys | None, random: Random) -> None:
    """Make a database and, unless it is given or there already, its key; both for their owner alone.

    Args:
        key: the file of the key; None where `keys` gives it.

    Raises:
        BadInput: there is a file of that name already.
        StoreUnavailable: the folder cannot be written, the disk is full, or the key is none.
    """
    if path.exists():
        _there_already()
    with errors_as_ours():
        building = path.with_name(f".{path.name}.{random(8).hex()}.new")
        try:
            os.close(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
            if key is not None and not os.environ.get(ENVIRONMENT):
                _key(key, random)
            _build(building, Vault(keys or (lambda _: master_key(key)), random))
            _to_the_disk(building)
            os.link(building, path)  # unlike a renaming, it never takes the place of another's
            _to_the_disk(path.parent)
        except FileExistsError:
            _there_already()
        finally:
            for ending in BESIDE:
                with suppress(OSError):
                    building.with_name(building.name + ending).unlink()


def _key(path: Path, random: Random) -> None:
    try:
        make_key_file(path, random)
    except FileExistsError:
        return  # it is used as it is
    _to_the_disk(path.parent)


def _build(path: Path, vault: Vault) -> None:
    from wayhome.store.migrations import upgrade

    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    try:
        upgrade(engine)
        with engine.connect() as connection:
            own: Any = connection.connection.driver_connection
            prepare_new(own)
            first_keys(own, vault)
            own.commit()
    finally:
        engine.dispose()


def _to_the_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _there_already() -> NoReturn:
    raise BadInput(
        "There is a file of that name already; nothing was changed.",
        why="A database is never overwritten.",
        todo="Use it as it is, or choose another name.",
    )
