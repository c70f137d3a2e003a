"""Renewing the master key: in one transaction, in which nobody else writes, so that a database opens with the one or with the other.

What is written from then on is sealed under new keys, made with it. Entries of the ledger stay as they were written: the keys that opened
them are wrapped by the new master key, each named with the last entry that it opens (`Keyring.unsealed`), and open nothing later. All else
is sealed anew. Tags and sums are made by the same keys as before; after a leak by new ones. Then what was claimed under the earlier key of sums
is still compared with that (`claims.Order`), and a command's key is looked for under the earlier one, too.

Used by:  upkeep
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from wayhome.errors import LedgerBroken, Template, part
from wayhome.frozen import EMPTY
from wayhome.model.actor import Actor
from wayhome.model.reading import bad
from wayhome.store import office, statements
from wayhome.store.backup import OneLook
from wayhome.store.cases import place_of
from wayhome.store.checking import verify
from wayhome.store.keyring import DATABASE, INDEX, READS, SUM, damaged, earlier, is_earlier, missing
from wayhome.store.ledger import OFFICE
from wayhome.store.lists import Store
from wayhome.store.read_log import MISSED
from wayhome.store.sealed_columns import APART, CASE
from wayhome.store.sealed_entries import CHANGED, NOTE, OF_THE_OFFICE, SEEN, WITHOUT_REGISTER, first_registers
from wayhome.store.sql import Connection
from wayhome.store.statements import CASE_COLUMNS
from wayhome.store.vault import Key, Unopened, Vault, Whose, check_value_of, place
from wayhome.store.witness import AWAY_SINCE

LOCK = "LOCK TABLE {tables} IN EXCLUSIVE MODE"  # of PostgreSQL: who reads goes on, who writes waits
RENEWED_IN = ("wh_master_keys", "wh_keys", "wh_cases", "wh_processes", "wh_command_keys", "wh_entries")
Keys = dict[Whose, Key]


class KnownBackup(NamedTuple):
    """A backup that was made of this database: the name of its file, and when."""

    name: str
    made_at: datetime


class Renewal(NamedTuple):
    """A key that was renewed: the ids of both, and the backups that open with the earlier one only, as far as this database knows."""

    earlier: str
    key: str
    need_the_earlier: tuple[KnownBackup, ...]


def hold(connection: Connection) -> None:
    """Let nobody else write anything of ours until this transaction ends; whoever writes now is waited for."""
    if connection.dialect == "postgresql":
        place = f'"{connection.schema}".' if connection.schema else ""
        connection.execute(LOCK.format(tables=", ".join(place + table for table in RENEWED_IN)))


def renew(
    store: Store, connection: Connection, vault: Vault, *, after_leak: bool, contradicted: bool, by: Actor, at: datetime
) -> tuple[Store, Renewal]:
    """Seal a database under a new master key, in the caller's transaction, which holds it; gives the store that opens it then.

    Args:
        vault: has the new master key.
        contradicted: a witness has seen more than there is.

    Raises:
        BadInput: it is the one that there is. LedgerBroken: something was taken back, or does not open: then nothing is renewed.
    """
    before = store.keys.must_fit(connection), connection.run(statements.MASTERS, {}).fetchone()[1]
    _must_hold_together(store, connection, contradicted=contradicted)
    heads = {str(number): hash.hex() for number, hash, _ in connection.run(statements.HEADS, {}).fetchall()}
    backups = tuple(
        KnownBackup(one.data["name"], one.recorded_at) for one in reversed(office.backups(store, connection))
    )
    told = {kind: office.told(store, connection, kind) for kind in OF_THE_OFFICE}
    told[SEEN] = {value[0]: value for value in store.entries.entries(connection, SEEN)}
    told[NOTE] = {name: store.entries.entry(connection, NOTE, name) for name in (AWAY_SINCE, MISSED)}

    old = {
        (str(number), str(retention)): store.keys.unwrapped((number, retention), master, before[1], wrapped)
        for number, retention, master, wrapped in connection.run(statements.WHOLE_KEYS, {}).fetchall()
    }
    cases = {number: store.load(connection, number).case for number in _cases_of(old)} if after_leak else {}
    named = {number: {"owner": case.owner, "reference": case.reference} for number, case in cases.items()}
    id, check_value = vault.new_master()
    if check_value_of(before[0], vault.masters(id, check_value)[id]) == before[1]:
        raise bad(
            "new_key",
            "contradiction",
            "That is the key that this database has.",
            "Give a new one. If it was renewed just now, make a backup.",
        )
    connection.write_row(statements.RENEW_MASTER, {"new_id": id, "new_check_value": check_value})
    new = _written_anew(connection, vault, old, (id, check_value), after_leak=after_leak)
    vault.keep({whose: key for whose, key in new.items() if whose[0] in ("", OFFICE)})

    renewed = Store(OneLook(connection), vault)
    with renewed.keys.collecting() as made:
        _seal_cases(store, renewed, connection, old, new, named)
        _seal_what_is_of_no_case(renewed, connection, old[DATABASE], told)
        data = {"earlier": before[0], "key": id, "after_leak": after_leak}
        office.write(renewed, connection, office.RENEWED, data, by=by, at=at, anew=True)
    vault.keep(made)
    found = verify(Store(OneLook(connection), vault), against=heads)
    if not found.ok:
        raise _not_renewed(found.problems[0].what_template, **found.problems[0].values)
    return store.under(vault), Renewal(before[0], id, backups)


def _must_hold_together(store: Store, connection: Connection, *, contradicted: bool) -> None:
    """Raise LedgerBroken where something was taken back: what is written now is claimed anew, and would hide that."""
    if contradicted or not store.claims.is_whole(connection, anew=True):
        raise _not_renewed("something was taken back")
    for kind in CHANGED:
        if kind not in WITHOUT_REGISTER:
            store.entries.must_be_as_registered(connection, kind)


def _not_renewed(what: Template, **values: Any) -> LedgerBroken:
    return LedgerBroken(
        "The key was not renewed: {problem}",
        why="What is sealed anew would hide what does not hold together.",
        todo="Have the ledger verified, and do what it says. Then renew the key.",
        problem=part(what, **values),
    )


def _cases_of(keys: Iterable[Whose]) -> list[str]:
    return sorted({number for number, retention in keys if retention == CASE} - {OFFICE})


def _written_anew(
    connection: Connection, vault: Vault, old: Keys, master: tuple[str, bytes], *, after_leak: bool
) -> Keys:
    """Make new keys, and write them and those that are still needed, all wrapped by a master key; gives those that seal from now on."""
    newest = connection.run(statements.NEWEST_OF, {"number": OFFICE}).fetchone()
    last = {number: seq or 0 for number, _, seq in connection.run(statements.ALL_KEYS, {}).fetchall()}
    last[""] = newest[0] if newest else 0
    connection.run(statements.EMPTY_KEYS, {})
    new, kept = Keys(), Keys()
    for whose, key in old.items():
        before = earlier(whose, last[whose[0]])
        if is_earlier(whose):
            kept[whose] = key
        elif whose in (INDEX, SUM, READS) and not after_leak:
            new[whose] = key
        else:
            new[whose] = vault.new_key(whose, *master)[0]
            if whose != DATABASE and before not in old:  # what it has sealed of the ledger, if anything
                kept[before] = key
    for whose, key in {**new, **kept}.items():
        wrapped = vault.wrap(key, whose, *master)
        row = {"number": whose[0], "retention": whose[1], "master": master[0], "wrapped": wrapped}
        connection.write_row(statements.ADD_KEY, row)
    return new


def _seal_cases(
    store: Store, renewed: Store, connection: Connection, old: Keys, new: Keys, named: Mapping[str, Mapping[str, Any]]
) -> None:
    """Seal the rows of all cases under their new keys; `named`: what of a case is to be tagged anew."""
    for number in _cases_of(old):
        values = connection.run(statements.ROW_OF, {"number": number}).fetchone()
        if values is None:  # which is told when all is verified
            continue
        before = dict(zip(CASE_COLUMNS, values, strict=True))
        tags = {f"{what}_tag": renewed.tagged(connection, what, one) for what, one in named.get(number, EMPTY).items()}
        row = before | tags
        for retention in (CASE, *(one for one in APART if before[one] is not None)):
            if (number, retention) not in old:
                raise missing((number, retention))
            state = store.state_in(before, old[number, retention], retention)
            column = "state" if retention == CASE else retention
            row[column] = renewed.vault.seal(new[number, retention], place_of(row, retention), state)
        of = {f"new_{name}": value for name, value in row.items()}
        connection.write_row(statements.SAVE_CASE, {**of, "of_case": number})


def _seal_what_is_of_no_case(
    renewed: Store, connection: Connection, old: Key, told: Mapping[str, Mapping[str, Any]]
) -> None:
    """Seal processes and what is kept of commands under the new key, and the entries, by their names; all else that the engine notes begins anew."""

    def again(where: bytes, sealed: Any) -> bytes:
        try:
            return renewed.entries.sealed(connection, where, renewed.vault.unseal(old, where, sealed))
        except Unopened as error:
            raise damaged("Something that belongs to no case does not open.") from error

    for digest, canonical, labels in connection.run(statements.WHOLE_PROCESSES, {}).fetchall():
        columns = {"digest": digest, "canonical": canonical}
        columns["labels"] = again(place("wh_processes", digest), labels)
        connection.write_row(statements.PUT_PROCESS, columns)
    answers = connection.run(statements.ALL_COMMAND_KEYS, {}).fetchall()
    connection.run(statements.EMPTY_COMMAND_KEYS, {})
    for tag, sealed in answers:
        columns = {"tag": tag, "sealed": again(place("wh_command_keys", tag), sealed)}
        connection.write_row(statements.ADD_COMMAND_KEY, columns)
    connection.run(statements.EMPTY_ENTRIES, {})
    first_registers(renewed.entries, connection)
    for kind, entries in told.items():
        for name, value in entries.items():
            renewed.entries.write(connection, kind, name, value)
    first_registers(renewed.entries, connection)
