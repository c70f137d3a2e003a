"""A database with its keys: where it writes, the keys that were made are kept with what was written, or not at all.

Used by:  store.processes
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from wayhome.store.keyring import Keyring
from wayhome.store.sealed_entries import SealedEntries
from wayhome.store.sql import Connection, Database
from wayhome.store.vault import Vault

Random = Callable[[int], bytes]


class KeyedDatabase:
    """A database with its keys, and the sealed entries of no case."""

    def __init__(self, database: Database, vault: Vault, random: Random = os.urandom) -> None:
        self.database, self.vault, self._random = database, vault, random
        self.keys = Keyring(vault)
        self.entries = SealedEntries(self.keys)

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: all of it is kept, or nothing."""
        with self.database.writing() as connection, self.keys.collecting() as made:
            yield connection
        self.vault.keep(made)

    def masters(self) -> dict[str, bytes]:
        """Give the master key by its id, for another process of ours. Raises as `load` when it is missing, or another one."""
        with self.database.reading() as connection:
            return self.vault.masters(*self.keys.own_master(connection))
