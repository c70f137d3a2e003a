"""Many commands in one transaction: what each would read or write again is read and written once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from wayhome.packs.process import Process
from wayhome.store.cases import Loaded
from wayhome.store.ledger import Claim
from wayhome.store.lists import Store
from wayhome.store.sql import Connection


class _Row(NamedTuple):
    """The row of a case that is still to be written: under which process, the case as its row stands, and as it is now."""

    process: Process
    before: Loaded | None
    now: Loaded


class Batch(Store):
    """The store in the hands of one who does many commands. Events are written at once; the row of a case when all is written.

    Args:
        store: of which it is; what is known there is known here.
        puts_off: whether rows are written at the end; not where somebody reads them in between.
    """

    def __init__(self, store: Store, *, puts_off: bool) -> None:
        super().__init__(store.database, store.vault, store._random)
        self.keys, self.entries = store.keys, store.entries
        self._read, self._labelled_by, self._known = store._read, store._labelled_by, store._known
        self.claims, self.heads, self.witness, self.reads = store.claims, store.heads, store.witness, store.reads
        self._written_upon: Claim | None = None
        self._puts_off = puts_off
        self._rows: dict[str, _Row] = {}
        self._locked: set[str] = set()
        self._processes: dict[str, Process] = {}
        self._labels_recorded = store._labels_recorded

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: all of it is kept, or nothing."""
        try:
            with super().writing() as connection:
                yield connection
                for process, before, now in self._rows.values():
                    super()._put(connection, process, now, before)
        finally:  # whoever looks between two transactions looks at what is kept
            for what in (self._rows, self._locked, self._processes):
                what.clear()
            self._written_upon = None

    def lock(self, connection: Connection, number: str) -> Claim:
        """Let nobody else write a case until this transaction ends; gives upon what all of it is written."""
        if number in self._locked and self._written_upon is not None:
            return self._written_upon
        self._locked.add(number)
        upon = super().lock(connection, number)
        self._written_upon = self._written_upon or upon
        return self._written_upon

    def upon(self, connection: Connection) -> Claim:
        """Give upon what all of a transaction is written."""
        if self._written_upon is None:
            self._written_upon = super().upon(connection)
        return self._written_upon

    def _loaded(self, connection: Connection, number: str) -> tuple[Loaded, Any]:
        """Load a case by its row, or as this transaction has made it."""
        row = self._rows.get(number)
        return super()._loaded(connection, number) if row is None else (row.now, None)

    def labelled(self, connection: Connection, label: str) -> list[str]:
        """Give the numbers of the cases that have a label, also of those that this transaction opens."""
        new = [one.now.case for one in self._rows.values() if one.before is None]
        return [*super().labelled(connection, label), *(case.number for case in new if case.label == label)]

    def process(self, connection: Connection, digest: str, stamp: Any = None) -> Process:
        """Give a stored process: within one transaction always the same."""
        found = self._processes.get(digest)
        if found is None:
            found = self._processes[digest] = super().process(connection, digest, stamp)
        return found

    def keep_process(self, connection: Connection, process: Process) -> bool:
        """Store a process, or bring its labels up to date; gives whether it is new."""
        is_new = super().keep_process(connection, process)
        self._processes.pop(process.digest, None)
        return is_new

    def _put(self, connection: Connection, process: Process, now: Loaded, before: Loaded | None) -> None:
        if not self._puts_off:
            return super()._put(connection, process, now, before)
        if (row := self._rows.get(now.case.number)) is not None:
            before = row.before
        if before is not None:
            now = now._replace(derived=before.derived, derived_by=before.derived_by)
        self._rows[now.case.number] = _Row(process, before, now)
        return None
