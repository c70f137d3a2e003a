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
from wayhome.store.driver_errors import errors_as_ours
from wayhome.store.files import BESIDE, made_whole
from wayhome.store.lent import Lent
from wayhome.store.office import first_rows
from wayhome.store.own_file import prepare_new
from wayhome.store.vault import ENVIRONMENT, Keys, Random, Vault, make_key_file, master_key


def make(path: Path, key: Path | None, keys: Keys | None, random: Random) -> None:
    """Make a database and, unless it is given or there already, its key; both for their owner alone.

    Args:
        key: the file of the key; None where `keys` gives it.

    Raises:
        BadInput: there is a file of that name already.
        StoreUnavailable: the folder cannot be written, the disk is full, or the key is none.
    """
    for name in (path.with_name(path.name + ending) for ending in BESIDE):
        if name.exists() or name.is_symlink():
            _there_already(name)
        if key == name:
            raise BadInput(
                "The key cannot have a name of the database's own files.", todo="Choose another name.", field="key_file"
            )
    with errors_as_ours():
        if key is not None and not os.environ.get(ENVIRONMENT):
            with suppress(FileExistsError):  # a key that is there is used as it is
                make_key_file(key, random)
        try:
            with made_whole(path) as building:
                _build(building, Vault(keys or (lambda _: master_key(key)), random))
        except FileExistsError:
            _there_already(path)


def _build(path: Path, vault: Vault) -> None:
    from wayhome.store.migrations import upgrade

    engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
    try:
        upgrade(engine)
        with engine.connect() as connection:
            own: Any = connection.connection.driver_connection
            prepare_new(own)
            first_rows(Lent(connection), vault)
            connection.commit()
    finally:
        engine.dispose()


def _there_already(path: Path) -> NoReturn:
    raise BadInput(
        "There is a file of that name already; nothing was changed.",
        why="'{name}' may belong to a database, and none is ever overwritten.",
        todo="Use it as it is, or choose another name.",
        name=path.name,
    )
