"""Keys where they lie: found, made when there is none, and kept open only when they are stored. And the entries of the office itself."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import orjson

from wayhome.errors import LedgerBroken, StoreUnavailable, Template
from wayhome.store.database import Database, run
from wayhome.store.ledger import digest_of
from wayhome.store.statements import (
    ADD_KEY,
    ADD_MASTER,
    ALL_PROCESSES,
    ENTRIES,
    ENTRY,
    KEY_OF,
    MASTERS,
    PUT_ENTRY,
)
from wayhome.store.vault import Key, Unopened, Vault, Whose, place, tag

DATABASE: Whose = ("", "database")  # whose key seals what belongs to no case
INDEX: Whose = ("", "index")  # whose key makes tags
REGISTER = "register"  # the entries that name, of each kind, all others: so that none is put back or taken out
NOTE = "note"  # what the engine remembers for itself; nothing hangs on it


def damaged(what: Template, *, code: str = "sealed_data_changed", **values: Any) -> LedgerBroken:
    """Give the error for what does not open, or is not there."""
    return LedgerBroken(
        what,
        why="It was changed, or lies where nobody put it.",
        todo="Have the ledger verified, keep a copy of this database, and go back to your last backup.",
        code=code,
        **values,
    )


def first_keys(connection: sqlite3.Connection, vault: Vault) -> None:
    """Write the first keys of a new database: which master key is its own, the key of the database, and that of its indexes."""
    id, check_value = vault.new_master()
    run(connection, ADD_MASTER, {"id": id, "check_value": check_value})
    for number, retention in (DATABASE, INDEX):
        _, wrapped = vault.new_key((number, retention), id, check_value)
        run(connection, ADD_KEY, {"number": number, "retention": retention, "master": id, "wrapped": wrapped})


class Keyring:
    """The keys of one database, and what is sealed without a case: entries."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self.database, self.vault = database, vault
        self._made: dict[Whose, Key] = {}  # in the transaction that is being written

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One write transaction; keys that are made in it are used by others only when they are stored."""
        made: dict[Whose, Key] = {}
        with self.database.writing() as connection:
            self._made = made
            try:
                yield connection
            finally:
                self._made = {}
        self.vault.keep(made)

    def find(self, connection: sqlite3.Connection, whose: Whose) -> Key | None:
        """Give a key; None where none is stored.

        Raises:
            LedgerBroken: it is damaged. StoreUnavailable: the master key is missing, or another one.
        """
        if (known := self.vault.known(whose) or self._made.get(whose)) is not None:
            return known
        key = self.stored(connection, whose)
        if key is not None:
            self.vault.keep({whose: key})  # those that this transaction has made are known already
        return key

    def stored(self, connection: sqlite3.Connection, whose: Whose) -> Key | None:
        """Give a key as it is stored, whatever is kept open. Raises as `find`."""
        row = run(connection, KEY_OF, {"number": whose[0], "retention": whose[1]}).fetchone()
        return None if row is None else self.unwrapped(whose, *row)

    def unwrapped(self, whose: Whose, master: Any, check_value: Any, wrapped: Any) -> Key:
        """Open a key as it is stored.

        Raises:
            LedgerBroken: it is damaged. StoreUnavailable: the master key is missing, or another one.
        """
        try:
            if check_value is None:
                raise Unopened
            return self.vault.unwrap(whose, master, check_value, wrapped)
        except (Unopened, TypeError) as error:
            if whose[0]:
                raise damaged("A key of case {number} does not open.", number=whose[0], code="key_changed") from error
            raise damaged("A key of the database does not open.", code="key_changed") from error

    def key(self, connection: sqlite3.Connection, whose: Whose) -> Key:
        """Give a key that must be there.

        Raises:
            LedgerBroken: it is missing or damaged. StoreUnavailable: the master key is missing, or another one.
        """
        key = self.find(connection, whose)
        if key is not None:
            return key
        raise _missing(whose)

    def must_stand(self, connection: sqlite3.Connection, whose: Whose) -> None:
        """Raise as `key` when a key is not as it is stored, whatever is kept open."""
        if self.stored(connection, whose) is None:
            raise _missing(whose)

    def made(self, connection: sqlite3.Connection, whose: Whose) -> Key:
        """Make a key of a case, store it, and give it."""
        self.key(connection, DATABASE)  # a wrong master key is refused before anything is written
        row = run(connection, MASTERS, {}).fetchone()
        if row is None:
            raise StoreUnavailable("This database has no master key.", todo="Go back to your last backup.")
        key, wrapped = self.vault.new_key(whose, *row)
        run(connection, ADD_KEY, {"number": whose[0], "retention": whose[1], "master": row[0], "wrapped": wrapped})
        self._made[whose] = key
        return key

    # --- what belongs to no case ------------------------------------------------------------------

    def tag(self, connection: sqlite3.Connection, what: str, said: str) -> str:
        """Give what stands for a word in an index of this database."""
        return tag(self.key(connection, INDEX), what, said)

    def sealed(self, connection: sqlite3.Connection, where: bytes, plain: bytes) -> bytes:
        """Seal something that belongs to no case."""
        return self.vault.seal(self.key(connection, DATABASE), where, plain)

    def opened(self, connection: sqlite3.Connection, where: bytes, blob: Any, what: Template) -> bytes:
        """Open it. Raises LedgerBroken, which says what does not open."""
        try:
            return self.vault.unseal(self.key(connection, DATABASE), where, blob)
        except Unopened as error:
            raise damaged(what) from error

    def put(self, connection: sqlite3.Connection, kind: str, name: str, value: Any) -> None:
        """Write an entry of a kind, and the register of the kind."""
        tag = self.tag(connection, kind, name)
        sealed = self.sealed(connection, place("wh_entries", kind, tag), orjson.dumps(value))
        run(connection, PUT_ENTRY, {"kind": kind, "tag": tag, "sealed": sealed})
        if kind not in (REGISTER, NOTE):
            self.register(connection, kind)

    def entry(self, connection: sqlite3.Connection, kind: str, name: str) -> Any:
        """Give an entry; None where there is none. Raises LedgerBroken."""
        tag = self.tag(connection, kind, name)
        row = run(connection, ENTRY, {"kind": kind, "tag": tag}).fetchone()
        return None if row is None else self._read(connection, kind, tag, row[0])

    def entries(self, connection: sqlite3.Connection, kind: str) -> list[Any]:
        """Give all entries of a kind.

        Raises:
            LedgerBroken: one was changed, put there or taken out.
        """
        rows = run(connection, ENTRIES, {"kind": kind}).fetchall()
        if kind not in (REGISTER, NOTE):
            self.must_be_as_registered(connection, kind)
        return [self._read(connection, kind, *row) for row in rows]

    def _read(self, connection: sqlite3.Connection, kind: str, tag: str, sealed: Any) -> Any:
        where = place("wh_entries", kind, tag)
        return orjson.loads(self.opened(connection, where, sealed, WHAT.get(kind, OTHER)))

    def register(self, connection: sqlite3.Connection, kind: str) -> None:
        """Write down which entries of a kind there are now."""
        self.put(connection, REGISTER, kind, _all_of(_rows(connection, kind)))

    def must_be_as_registered(self, connection: sqlite3.Connection, kind: str) -> None:
        """Raise LedgerBroken when the entries of a kind are not those that were written."""
        if (self.entry(connection, REGISTER, kind) or _all_of(())) != _all_of(_rows(connection, kind)):
            raise damaged(WHAT.get(kind, OTHER))


def _missing(whose: Whose) -> LedgerBroken:
    if whose[0]:
        return damaged("A key of case {number} is missing.", number=whose[0], code="sealed_data_missing")
    return damaged("A key of the database is missing.", code="sealed_data_missing")


WHAT: dict[str, Template] = {
    "actor": "Who may use the shell was changed.",
    "organisation": "The organisations that were registered were changed.",
    "process": "The processes were changed.",
    REGISTER: "A register of the database was changed.",
}
KINDS = frozenset({"actor", "organisation", REGISTER, NOTE})
OTHER: Template = "Something that the engine notes for itself was changed."


def _rows(connection: sqlite3.Connection, kind: str) -> Iterable[tuple[Any, Any]]:
    if kind == "process":
        return run(connection, ALL_PROCESSES, {}).fetchall()
    return run(connection, ENTRIES, {"kind": kind}).fetchall()


def _all_of(rows: Iterable[tuple[Any, Any]]) -> str:
    return digest_of(*(str(one).encode() if not isinstance(one, bytes) else one for row in rows for one in row)).hex()
