"""Keys where they lie: found, made when there is none, and kept open only when they are stored."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from wayhome.errors import LedgerBroken, StoreUnavailable, Template
from wayhome.store import statements
from wayhome.store.sql import Connection
from wayhome.store.vault import Key, Unopened, Vault, Whose

DATABASE: Whose = ("", "database")  # whose key seals what belongs to no case
INDEX: Whose = ("", "index")  # whose key makes tags
SUM: Whose = ("", "sum")  # whose key sums up heads
READS: Whose = ("", "reads")  # whose key seals who has read what
OWN = (DATABASE, INDEX, SUM, READS)


def damaged(what: Template, *, code: str = "sealed_data_changed", **values: Any) -> LedgerBroken:
    """Give the error for what does not open, or is not there."""
    return LedgerBroken(
        what,
        why="It was changed, or lies where nobody put it.",
        todo="Have the ledger verified, keep a copy of this database, and go back to your last backup.",
        code=code,
        **values,
    )


class Keyring:
    """The keys of one database."""

    def __init__(self, vault: Vault) -> None:
        self.vault = vault
        self._renewed: dict[str, list[tuple[str, str, str]]] = {}
        self._here = threading.local()  # keys that are made in the transaction that this thread writes

    def share(self, other: Keyring) -> None:
        """Know of the same keys that they were renewed."""
        self._renewed = other._renewed

    @contextmanager
    def collecting(self) -> Iterator[dict[Whose, Key]]:
        """Gather the keys that are made in a transaction: nobody else uses them before they are stored."""
        self._here.made = made = dict[Whose, Key]()
        try:
            yield made
        finally:
            self._here.made = {}

    @property
    def _made(self) -> dict[Whose, Key]:
        made: dict[Whose, Key] = getattr(self._here, "made", {})
        return made

    def not_opened(self, connection: Connection, what: Template, **values: Any) -> LedgerBroken:
        """Give the error for what does not open. Raises StoreUnavailable: the master key was renewed, and nothing is wrong with it."""
        self.own_master(connection)
        return damaged(what, **values)

    def unsealed(self, connection: Connection, whose: Whose, seq: Any, where: bytes, sealed: Any) -> bytes:
        """Open what was sealed at an event: with the key of its class, or with the one that was in use then.

        Raises:
            Unopened: it was changed. LedgerBroken, StoreUnavailable: as `key`.
        """
        try:
            return self.vault.unseal(self.key(connection, whose), where, sealed)
        except Unopened:
            until = next((one for one in self.renewed(connection, whose) if isinstance(seq, int) and seq <= one), None)
            if until is None:
                raise
            return self.vault.unseal(self.key(connection, earlier(whose, until)), where, sealed)

    def renewed(self, connection: Connection, whose: Whose) -> tuple[int, ...]:
        """Give up to which event each earlier key of a class was in use; of those of the database, which event of the office renewed it."""
        if whose[0] not in self._renewed:
            rows = connection.run(statements.CLASSES_OF_KEYS, {"number": whose[0]}).fetchall()
            self._renewed[whose[0]] = [str(row[0]).partition(" ") for row in rows]
        found = self._renewed[whose[0]]
        return tuple(sorted(int(seq) for retention, _, seq in found if retention == whose[1] and seq.isdecimal()))

    def all_of(self, connection: Connection, whose: Whose) -> list[Key]:
        """Give the key of a class of the database, and those before it. Raises as `key`."""
        return [
            self.key(connection, one)
            for one in (whose, *(earlier(whose, seq) for seq in self.renewed(connection, whose)))
        ]

    def find(self, connection: Connection, whose: Whose) -> Key | None:
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

    def stored(self, connection: Connection, whose: Whose) -> Key | None:
        """Give a key as it is stored, whatever is kept open. Raises as `find`."""
        self.own_master(connection)
        row = connection.run(statements.KEY_OF, {"number": whose[0], "retention": whose[1]}).fetchone()
        return None if row is None else self.unwrapped(whose, *row)

    def own_master(self, connection: Connection) -> tuple[str, bytes]:
        """Give the id of the master key, and the value by which it is known again.

        Raises:
            LedgerBroken: there is none, or one beside it: then keys of another database would open here.
            StoreUnavailable: it was renewed since this program has opened what it keeps open.
        """
        return self._own(connection.run(statements.MASTERS, {}).fetchall())

    def _own(self, rows: Sequence[Any]) -> tuple[str, bytes]:
        if len(rows) != 1:
            raise damaged("Which master key belongs to this database was changed.", code="key_changed")
        id, check_value = rows[0]
        if not self.vault.is_of(id):
            raise StoreUnavailable(
                "The key of this database was renewed.",
                why="This program still has the one before, and nothing is written under that.",
                todo="End this program, and start it again with the new key.",
                code="wrong_key",
            )
        return id, check_value

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

    def key(self, connection: Connection, whose: Whose) -> Key:
        """Give a key that must be there.

        Raises:
            LedgerBroken: it is missing or damaged. StoreUnavailable: the master key is missing, or another one.
        """
        key = self.find(connection, whose)
        if key is not None:
            return key
        raise missing(whose)

    def must_stand(self, connection: Connection, whose: Whose) -> None:
        """Raise as `key` when a key is not as it is stored, whatever is kept open."""
        if self.stored(connection, whose) is None:
            raise missing(whose)

    def must_fit(self, connection: Connection) -> str:
        """Give the id of the master key, if it is here now and opens what belongs to no case. Raises as `key`."""
        id, check_value = self.own_master(connection)
        try:
            self.vault.must_fit(id, check_value)
        except Unopened as error:
            raise damaged("Which master key belongs to this database was changed.", code="key_changed") from error
        for whose in OWN:
            self.must_stand(connection, whose)
        return id

    def made(self, connection: Connection, whose: Whose) -> Key:
        """Make a key of a case, store it, and give it; the master key is not renewed meanwhile."""
        self.key(connection, DATABASE)  # a wrong master key is refused before anything is written
        master, check_value = self._own(connection.run(statements.HOLD_MASTERS, {}).fetchall())
        key, wrapped = self.vault.new_key(whose, master, check_value)
        connection.write_row(
            statements.ADD_KEY, {"number": whose[0], "retention": whose[1], "master": master, "wrapped": wrapped}
        )
        self._made[whose] = key
        return key


def earlier(whose: Whose, until: int) -> Whose:
    """Name the key of a class that was in use up to an event."""
    return whose[0], f"{whose[1]} {until}"


def is_earlier(whose: Whose) -> bool:
    """Say whether this names an earlier key of a class."""
    return " " in whose[1]


def missing(whose: Whose) -> LedgerBroken:
    """Give the error for a key that is not there."""
    if whose[0]:
        return damaged("A key of case {number} is missing.", number=whose[0], code="sealed_data_missing")
    return damaged("A key of the database is missing.", code="sealed_data_missing")


def first_keys(connection: Connection, vault: Vault) -> None:
    """Write the first keys of a new database: which master key is its own, the key of the database, and those of its indexes and sums."""
    id, check_value = vault.new_master()
    connection.write_row(statements.ADD_MASTER, {"id": id, "check_value": check_value})
    for number, retention in OWN:
        _, wrapped = vault.new_key((number, retention), id, check_value)
        connection.write_row(
            statements.ADD_KEY, {"number": number, "retention": retention, "master": id, "wrapped": wrapped}
        )
