"""What belongs to no case: who may use the shell, the organisations that were registered, the partner books of
offices, what the engine notes. Sealed, each an entry.

Of each kind a register names all entries (of processes, all rows): so that none is changed, put back or taken out without being missed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import orjson

from wayhome.errors import Template
from wayhome.store.keyring import DATABASE, INDEX, Keyring, first_keys
from wayhome.store.ledger import digest_of
from wayhome.store.positions import begin_anew
from wayhome.store.sql import Connection
from wayhome.store.statements import ENTRIES, ENTRY, LOCK_ENTRY, PUT_ENTRY, REGISTERED_PROCESSES, UNREGISTERED
from wayhome.store.vault import Unopened, Vault, place, tag

MOST_TAGS = 512  # that are remembered
REGISTER = "register"
NOTE = "note"  # what the engine remembers for itself; nothing hangs on it
PROCESS = "process"
SEEN = "seen"  # who has seen what is due, or taken what cannot wait
BOOK = "partner_book"  # what each office notes of its partners
CHANGED: Mapping[str, Template] = {
    "actor": "Who may use the shell was changed.",
    "organisation": "The organisations that were registered were changed.",
    PROCESS: "The processes were changed.",
    SEEN: "Who has seen what is due was changed.",
    BOOK: "What an office noted of its partners was changed.",
    REGISTER: "A register of the database was changed.",
    NOTE: "Something that the engine notes for itself was changed.",
}
WITHOUT_REGISTER = (REGISTER, NOTE)
OF_THE_OFFICE = (
    "actor",
    "organisation",
    BOOK,
)  # these follow from the ledger of the office, and their registers name its head
ENTRIES_OF = ("actor", "organisation", SEEN, BOOK, REGISTER, NOTE)  # processes have a table of their own


class SealedEntries:
    """Seals, opens and names what belongs to no case."""

    def __init__(self, keys: Keyring) -> None:
        self.keys = keys
        self._tags: dict[tuple[str, str], str] = {}

    def tag(self, connection: Connection, what: str, text: str) -> str:
        """Give what stands for a word in an index of this database."""
        known = self._tags.get((what, text))
        if known is None:
            if len(self._tags) >= MOST_TAGS:
                self._tags.clear()
            known = self._tags[what, text] = tag(self.keys.key(connection, INDEX), what, text)
        return known

    def sealed(self, connection: Connection, where: bytes, plain: bytes) -> bytes:
        """Seal something that belongs to no case."""
        return self.keys.vault.seal(self.keys.key(connection, DATABASE), where, plain)

    def opened(self, connection: Connection, where: bytes, blob: Any, what: Template) -> bytes:
        """Open it. Raises LedgerBroken, which says what does not open."""
        try:
            return self.keys.vault.unseal(self.keys.key(connection, DATABASE), where, blob)
        except Unopened as error:
            raise self.keys.not_opened(connection, what) from error

    def put(self, connection: Connection, kind: str, name: str, value: Any) -> None:
        """Write an entry of a kind, and the register of the kind.

        Raises:
            LedgerBroken: the entries are not those that were written; nothing new makes them so.
        """
        if kind not in WITHOUT_REGISTER:
            self.hold(connection, kind)
        else:
            self.keys.own_master(connection)  # what is held is opened under it
        self.write(connection, kind, name, value)
        if kind not in WITHOUT_REGISTER:
            self.register(connection, kind)

    def write(self, connection: Connection, kind: str, name: str, value: Any) -> None:
        """Write an entry, and leave its register as it is."""
        tag = self.tag(connection, kind, name)
        sealed = self.sealed(connection, place("wh_entries", kind, tag), orjson.dumps(value))
        connection.write_row(PUT_ENTRY, {"kind": kind, "tag": tag, "sealed": sealed})

    def entry(self, connection: Connection, kind: str, name: str) -> Any:
        """Give an entry; None where there is none. Raises LedgerBroken: the entries of the kind are not those that were written."""
        if kind not in WITHOUT_REGISTER:
            self.must_be_as_registered(connection, kind)
        tag = self.tag(connection, kind, name)
        row = connection.run(ENTRY, {"kind": kind, "tag": tag}).fetchone()
        return None if row is None else self._read(connection, kind, tag, row[0])

    def entries(self, connection: Connection, kind: str) -> list[Any]:
        """Give all entries of a kind.

        Raises:
            LedgerBroken: one was changed, put there or taken out.
        """
        if kind in WITHOUT_REGISTER:
            rows = connection.run(UNREGISTERED, {"kind": kind}).fetchall()
        else:
            rows = self.must_be_as_registered(connection, kind)
        return [self._read(connection, kind, *row) for row in rows]

    def _read(self, connection: Connection, kind: str, tag: str, sealed: Any) -> Any:
        where = place("wh_entries", kind, tag)
        return orjson.loads(self.opened(connection, where, sealed, CHANGED[kind]))

    def register(self, connection: Connection, kind: str) -> None:
        """Write down which entries of a kind there are now."""
        self.write(connection, REGISTER, kind, _named(kind, *self._registered(connection, kind)[1:]))

    def stamp(self, connection: Connection, kind: str) -> Any:
        """Give what changes whenever the entries of a kind do."""
        row = connection.run(ENTRY, {"kind": REGISTER, "tag": self.tag(connection, REGISTER, kind)}).fetchone()
        return row and row[0]

    def hold(self, connection: Connection, kind: str) -> None:
        """Let nobody else write entries of a kind until this transaction ends. Raises LedgerBroken as `must_be_as_registered`."""
        connection.run(LOCK_ENTRY, {"kind": REGISTER, "tag": self.tag(connection, REGISTER, kind)}).fetchone()
        self.must_be_as_registered(connection, kind)

    def must_be_as_registered(self, connection: Connection, kind: str) -> list[tuple[Any, Any]]:
        """Give the entries of a kind as they lie there. Raises LedgerBroken when they are not those that were written."""
        tag = self.tag(connection, REGISTER, kind)
        sealed, rows, head = self._registered(connection, kind)
        if sealed is None or self._read(connection, REGISTER, tag, sealed) != _named(kind, rows, head):
            raise self.keys.not_opened(connection, CHANGED[kind])
        return rows

    def _registered(self, connection: Connection, kind: str) -> tuple[Any, list[tuple[Any, Any]], Any]:
        """Give the register of a kind, its entries, and the head of the office's ledger, all of one moment."""
        asked = REGISTERED_PROCESSES if kind == PROCESS else ENTRIES
        tag = self.tag(connection, REGISTER, kind)
        rows = connection.run(asked, {"kind": kind, "register": REGISTER, "of_kind": tag}).fetchall()
        entries = [(one, other) for _, one, other, _ in rows if one is not None]
        sealed, head = (rows[0][0], rows[0][3]) if rows else (None, None)
        return sealed, sorted(entries, key=lambda entry: repr(entry[0])), head


def _named(kind: str, rows: Iterable[tuple[Any, Any]], head: Any) -> str:
    """Give what a register says: which entries there are, and of those of the office, after which of its events."""
    after = [("", head if isinstance(head, bytes) else b"")] if kind in OF_THE_OFFICE else []
    return _all_of([*rows, *after])


def _all_of(rows: Iterable[tuple[Any, Any]]) -> str:
    return digest_of(*(str(one).encode() if not isinstance(one, bytes) else one for row in rows for one in row)).hex()


def first_rows(connection: Connection, vault: Vault) -> None:
    """Write what a new database begins with: its keys, the first generation of positions, and registers that name nothing."""
    begin_anew(connection)
    first_keys(connection, vault)
    first_registers(SealedEntries(Keyring(vault)), connection)


def first_registers(entries: SealedEntries, connection: Connection) -> None:
    """Write the registers of all kinds, for what there is."""
    for kind in CHANGED:
        if kind not in WITHOUT_REGISTER:
            entries.register(connection, kind)
