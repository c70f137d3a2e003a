"""Copies of what an engine in memory holds: a return that was prepared once is there again in milliseconds.

Used by:  wayhome.testing.fixtures, and the tests of this repository
"""

from __future__ import annotations

import os
from collections.abc import Callable, Hashable
from datetime import datetime
from typing import NamedTuple

from wayhome.engine import Engine
from wayhome.packs.plugins import Packs
from wayhome.store.lists import Store
from wayhome.store.read_log import ReadLog
from wayhome.store.read_places import ReadsFile
from wayhome.store.sqlite_file import SqliteConnection, SqliteFile
from wayhome.store.vault import KEY_BYTES, Vault
from wayhome.stories.playing import StoryClock


class Memory:
    """An engine in memory: all that it holds can be taken, and put into another one that was opened with the same key."""

    def __init__(self, clock: StoryClock, packs: Packs | None, key: bytes) -> None:
        self.clock, self.packs = clock, packs
        self.engine = Engine.open("sqlite://", clock=clock, packs=packs, keys=lambda _: key)
        self.mark()

    @property
    def _connection(self) -> SqliteConnection:
        database = self.engine._store.database
        assert isinstance(database, SqliteFile)
        return database.connection

    def mark(self) -> None:
        """Remember how it is now."""
        self._marked = self._connection.total_changes, self.clock.moment

    @property
    def is_as_marked(self) -> bool:
        """Whether nothing was written since it was marked, opened or put there, and no time has passed."""
        return self._marked == (self._connection.total_changes, self.clock.moment)

    def taken(self) -> bytes:
        """Give all that it holds."""
        return self._connection.serialize()

    def put(self, database: bytes, moment: datetime) -> None:
        """Hold what another one held at that moment, and nothing else; what the engine remembers of its own is forgotten."""
        self._connection.deserialize(database)
        old = self.engine._store
        new = Store(old.database, Vault(old.vault._keys, old.vault._random), old._random)
        new._labelled_by, new.reads = old._labelled_by, ReadLog(ReadsFile(None), new.vault)
        self.engine._store, self.clock.moment = new, moment
        self.mark()


class Copy(NamedTuple):
    """What was made once."""

    database: bytes
    moment: datetime
    case: str


class Copies:
    """What was made in memory in one run of tests, by what was asked for; all engines have one key, so that one can hold what another held."""

    def __init__(self) -> None:
        self.key = os.urandom(KEY_BYTES)
        self._made: dict[Hashable, Copy] = {}

    def of(self, memory: Memory, asked: Hashable, make: Callable[[], str]) -> str:
        """Give the number of the case that is made: anew, or as a copy where all that was asked for before was the same, at the same time.

        Where anything else was done meanwhile, it is made anew, and so is all that is asked for after it.
        """
        if not memory.is_as_marked:
            return make()
        name = (memory.packs, memory.clock.moment, asked)
        if name in self._made:
            memory.put(self._made[name].database, self._made[name].moment)
        else:
            case = make()
            self._made[name] = Copy(memory.taken(), memory.clock.moment, case)
            memory.mark()
        return self._made[name].case
