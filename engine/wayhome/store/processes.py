"""A database with its keys, and the processes that cases are pinned to, as they are stored, with the newest labels known for each.

Where it writes, the keys that were made are kept with what was written, or not at all.

Used by:  store.cases
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

import orjson

from wayhome.errors import LedgerBroken, NotFound
from wayhome.packs.process import Process, with_figures
from wayhome.store.keyring import Keyring, damaged
from wayhome.store.sealed_entries import NOTE, PROCESS, SealedEntries
from wayhome.store.sql import Connection, Database
from wayhome.store.statements import ALL_DIGESTS, OPEN_UNDER, PROCESS_OF, PUT_PROCESS
from wayhome.store.vault import Random, Vault, place

LABELS_OF = "labels_of"


class Processes:
    """A database with its keys, and the processes that are stored. Methods with `connection` work inside the caller's transaction."""

    def __init__(self, database: Database, vault: Vault, random: Random = os.urandom) -> None:
        self.database, self.vault, self._random = database, vault, random
        self.keys = Keyring(vault)
        self.entries = SealedEntries(self.keys)
        # The register of processes, and those that were read under it.
        self._read: tuple[Any, dict[str, Process]] = (None, {})
        # The labels that a process was given, and under which register of processes.
        self._labels_recorded: dict[str, tuple[Any, Mapping[str, Any]]] = {}
        self._labelled_by = ""  # by which set of packs this program labels what it stores

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

    def process(self, connection: Connection, digest: str, stamp: Any = None) -> Process:
        """Give a stored process; kept in memory after the first time.

        Args:
            stamp: that of the processes, where it was read already.

        Raises:
            NotFound: it was never stored here. LedgerBroken: it was changed, or put there by nobody.
        """
        read = self._read
        stamp = self.entries.stamp(connection, PROCESS) if stamp is None else stamp
        if stamp != read[0]:  # somebody has renewed what is shown
            read = self._read = (stamp, {})
        if digest not in read[1]:
            self.entries.must_be_as_registered(connection, PROCESS)
            row = connection.run(PROCESS_OF, {"digest": digest}).fetchone()
            if row is None:
                raise NotFound(
                    "There is no process with this digest here.",
                    todo="Look at the process, and copy its digest.",
                    code="no_process",
                )
            labels = self._labels(connection, digest, *row)
            read[1][digest] = _read_process(row[0], labels)
        return read[1][digest]

    def _labels(self, connection: Connection, digest: str, canonical: Any, labels: Any) -> bytes:
        """Open the labels of a stored process: that they open says that a process was composed here, and nobody put it there."""
        changed: Any = "The process {process} was changed, or composed by nobody here."
        if not isinstance(canonical, bytes) or hashlib.sha256(canonical).hexdigest() != digest:
            raise damaged(changed, process=str(digest)[:12], code="process_changed")
        try:
            return self.entries.opened(connection, place("wh_processes", digest), labels, changed)
        except LedgerBroken as error:
            raise damaged(changed, process=str(digest)[:12], code="process_changed") from error

    def stored_labels(self, connection: Connection, digest: str) -> bytes:
        """Open the labels of a process as they are stored, whatever is kept in memory. Raises LedgerBroken."""
        return self._labels(connection, digest, *connection.run(PROCESS_OF, {"digest": digest}).fetchone())

    def keep_process(self, connection: Connection, process: Process) -> bool:
        """Store a process, or bring its labels up to date; those of a newer pack stay beside those of an older one.

        Returns:
            Whether it is new here, or a version of a pack is.
        """
        is_new, stamp = False, self.entries.stamp(connection, PROCESS)
        kept_under, labels_kept = self._labels_recorded.get(process.digest, (None, None))
        if labels_kept is process.labels and kept_under == stamp:  # nobody else has changed any since
            return False
        if self._labels_to_keep(connection, process) is not None:
            self.entries.hold(connection, PROCESS)
            if (labels := self._labels_to_keep(connection, process)) is not None:  # unless somebody has just kept them
                sealed = self.entries.sealed(connection, place("wh_processes", process.digest), labels)
                columns = {"digest": process.digest, "canonical": process.canonical, "labels": sealed}
                row = connection.run(PROCESS_OF, {"digest": process.digest}).fetchone()
                before = {} if row is None else orjson.loads(self._labels(connection, process.digest, *row))
                is_new = row is None or before.get("packs") != orjson.loads(labels).get("packs")
                connection.write_row(PUT_PROCESS, columns)
                self.entries.register(connection, PROCESS)
                self._note_labels(connection)
            stamp = self.entries.stamp(connection, PROCESS)
        self._labels_recorded[process.digest] = stamp, process.labels
        return is_new

    def _note_labels(self, connection: Connection) -> None:
        """Let the next program bring all labels up to date, where they were given by other packs than ours."""
        with suppress(LedgerBroken):  # nothing hangs on the note
            if self.entries.entry(connection, NOTE, LABELS_OF) not in (None, self._labelled_by):
                self.entries.put(connection, NOTE, LABELS_OF, None)

    def _labels_to_keep(self, connection: Connection, process: Process) -> bytes | None:
        """Give the labels that a process gets; None where it has them."""
        row = connection.run(PROCESS_OF, {"digest": process.digest}).fetchone()
        if row is None:
            return orjson.dumps(process.labels)
        before = orjson.loads(self._labels(connection, process.digest, *row))
        labels = orjson.dumps(newest_labels(before, process.labels))
        return labels if orjson.loads(labels) != before else None

    def digests(self, connection: Connection) -> list[str]:
        """Name the processes that are stored."""
        return [row[0] for row in connection.run(ALL_DIGESTS, {})]

    def open_under(self, connection: Connection) -> dict[str, int]:
        """Count the cases that are not closed, by the digest of the process to which they are pinned, as their rows say it in clear."""
        return {str(row[0]): int(row[1]) for row in connection.run(OPEN_UNDER, {"closed": "closed"})}

    def adopt_process(self, connection: Connection, process: Process, *, instead_of: Process) -> bool:
        """Store a process that a case adopts; partners whom it no longer names are shown on, as out of use. Gives whether it is new."""
        partners = _with_those_let_go({"partners": {**instead_of.partners, **process.partners}}, process.labels)
        return self.keep_process(connection, replace(process, labels={**process.labels, "partners": partners}))

    def renew_labels(self, fingerprint: str, newest: Callable[[Process], Mapping[str, Any]]) -> list[Process]:
        """Bring what is shown (titles, partners, contacts) of every stored process up to date, once per set of packs.

        What the newest packs no longer know keeps its last label: a case can still be read when its plugin is gone. Gives the processes of
        which a version of a pack is new.
        """
        found = list[Process]()
        self._labelled_by = fingerprint
        with self.database.reading() as connection:
            digests = self.digests(connection)
            if self.entries.entry(connection, NOTE, LABELS_OF) == fingerprint:
                return found
        with self.writing() as connection:
            for digest in digests:
                process = self.process(connection, digest)
                new = newest(process)
                labels = {
                    kind: {**(process.labels.get(kind) or {}), **(new.get(kind) or {})}
                    for kind in {*process.labels, *new}
                }
                labels["partners"] = _with_those_let_go(labels, new)
                renewed = replace(process, labels=with_figures(labels, process.figures))
                if self.keep_process(connection, renewed):
                    found.append(renewed)
            self.entries.put(connection, NOTE, LABELS_OF, fingerprint)
        return found


@lru_cache(maxsize=16)
def _read_process(canonical: bytes, labels: bytes) -> Process:
    """Read a process whose bytes were found authentic: once in a program, whatever databases it has open. Nothing changes one."""
    return Process.of(orjson.loads(canonical), orjson.loads(labels))


def _with_those_let_go(labels: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Give the partners, those whom their pack is there for and no longer names as out of use: a case still shows who they were."""
    partners, named, installed = labels.get("partners") or {}, new.get("partners") or {}, new.get("packs") or {}
    return {
        id: {**one, "historical": True} if id not in named and one.get("pack") in installed else one
        for id, one in partners.items()
    }


def newest_labels(recorded: Mapping[str, Any], offered: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the labels that are given, and in place of those of each pack of an older version than was kept, what was kept of it."""
    from packaging.version import Version

    were, are = (
        {id: Version(one.get("version") or "0") for id, one in (labels.get("packs") or {}).items()}
        for labels in (recorded, offered)
    )
    older = {id for id in {*were} & {*are} if are[id] < were[id]}
    if not older:
        return offered
    return {
        kind: {id: one for id, one in (offered.get(kind) or {}).items() if _pack_of(kind, id, one) not in older}
        | {id: one for id, one in (recorded.get(kind) or {}).items() if _pack_of(kind, id, one) in older}
        for kind in {*recorded, *offered}
    }


def _pack_of(kind: str, id: str, one: Mapping[str, Any]) -> str:
    if kind == "packs":
        return id
    return id.partition("/")[0] if kind == "sources" else str(one.get("pack") or "")
