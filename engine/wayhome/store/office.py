"""The ledger of the office: what belongs to no case and must not be forgotten. Events like those of a case, in one chain, sealed, claimed.

Used by:  store.checking, upkeep
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from wayhome.errors import LedgerBroken
from wayhome.frozen import EMPTY
from wayhome.model.actor import Actor
from wayhome.model.event import Event
from wayhome.packs.process import Process, canonical_bytes
from wayhome.store import ledger, statements
from wayhome.store.cases import LAST
from wayhome.store.ledger import OFFICE
from wayhome.store.lists import Store
from wayhome.store.sealed_columns import CASE
from wayhome.store.sealed_entries import OF_THE_OFFICE, SealedEntries
from wayhome.store.sql import Connection
from wayhome.store.statements import LEDGER_COLUMNS, POSITION
from wayhome.store.witness import Witnessed

CHANGED = "entry_changed"  # an account, an organisation or a partner book is now so
CLOCK = "clock_confirmed"  # an administrator has said that the clock is right, though something was written later
RENEWED = "key_renewed"  # from here on all is sealed under new keys
RESTORED = "put_back"  # this database was put back from a backup: what was seen of another one says nothing of it
PROCESS = (
    "process_seen"  # a process is used here first, or a version of its packs is: by which it was made, or is shown
)
BACKUP = "backup_made"  # of a database that held together: of which name, how much, and under which master key
WITNESS = "witness_begun"  # a witness is told of here first, by its name
VERIFIED = "verified"  # a night of the rolling check: up to where, which part of the rest, and what was found
READS = "reads_settled"  # how many rows say who has read what, and the sum of them; `lost`: rows that were known are gone, or others
SAME_PERSON = "same_person"  # whether two cases are of one person, as the house says that leads the older one
LOSS = "loss_told"  # an administrator has said what is gone: from here on claims begin anew


class OfficeEvent(NamedTuple):
    """An event of the office, and where it stands in the order of all."""

    at: tuple[int, ...]
    event: Event


class OfficeEntries(SealedEntries):
    """The entries of the office in the hands of who changes them: each change is an event of its ledger, from which they follow."""

    def __init__(self, store: Store, by: Actor | None, at: datetime) -> None:
        super().__init__(store.keys)
        self._store, self._by, self._at = store, by, at

    def put(self, connection: Connection, kind: str, name: str, value: Any) -> None:
        """Write an entry of a kind, and that it has changed. Raises as `SealedEntries.put`."""
        told = {"kind": kind, "name": name, "value": value}
        write(self._store, connection, CHANGED, told, by=self._by, at=self._at)


def write(
    store: Store,
    connection: Connection,
    type: str,
    data: Mapping[str, Any],
    *,
    by: Actor | None,
    at: datetime,
    anew: bool = False,
) -> Event:
    """Write an event of the office, what follows from it, and in the registers that it was the last one. Nobody else writes one meanwhile.

    Args:
        anew: it is written upon what there is, whatever was claimed before.

    Raises:
        LedgerBroken: the entries of the office are not those that were written.
    """
    for kind in OF_THE_OFFICE:
        store.entries.hold(connection, kind)
    with suppress(LedgerBroken):  # that is told of its case
        # A clock that stands back is not believed, but where somebody says that it is right.
        at = at if type == CLOCK else max(at, newest_moment(store, connection) or at)
    upon = store.claims.begun_anew(connection) if anew else store.upon(connection)
    newest = connection.run(statements.NEWEST_OF, {"number": OFFICE}).fetchone()
    seq, previous = newest if newest is not None else (0, ledger.GENESIS)
    whose = (OFFICE, CASE)
    key = store.keys.find(connection, whose) or store.keys.made(connection, whose)
    plain = orjson.loads(canonical_bytes(data))
    who, house = (by.id, by.organisation) if by is not None else ("", "")
    event = Event(*(OFFICE, seq + 1, type, ledger.EVENT_VERSION, at, at, who, "", house, plain, "", None, "", EMPTY))
    row = ledger.clear_of(event)
    row["body"] = store.vault.seal(key, ledger.place_of(row, previous), ledger.body_of(event, plain, (), (), upon))
    row["hash"] = ledger.hash_of(row, {}, previous)
    connection.write_row(statements.APPEND, {**row, "of_case": OFFICE})
    if type == CHANGED:
        store.entries.write(connection, data["kind"], data["name"], data["value"])
    for kind in OF_THE_OFFICE:
        store.entries.register(connection, kind)
    return event


def told(store: Store, connection: Connection, kind: str) -> dict[str, Any]:
    """Give the entries of a kind as they follow from the events, by their names. Raises LedgerBroken."""
    changed = (event.data for _, event in events(store, connection) if event.type == CHANGED)
    return {data["name"]: data["value"] for data in changed if data["kind"] == kind}


def follow(store: Store, connection: Connection, kind: str) -> bool:
    """Say whether the entries of a kind are what the events have made of them. Raises LedgerBroken: the events do not open."""
    made = {canonical_bytes(one) for one in told(store, connection, kind).values()}
    try:
        return {canonical_bytes(one) for one in store.entries.entries(connection, kind)} == made
    except LedgerBroken:
        return False


def rebuild(store: Store, connection: Connection) -> None:
    """Make the entries again from the events, where they are others. Raises LedgerBroken."""
    for kind in OF_THE_OFFICE:
        if not follow(store, connection, kind):
            for name, value in told(store, connection, kind).items():
                store.entries.write(connection, kind, name, value)
            store.entries.register(connection, kind)


def events(store: Store, connection: Connection) -> list[OfficeEvent]:
    """Give the events of the office, in order. Raises LedgerBroken: one does not open."""
    found, previous = [], ledger.GENESIS
    for values in connection.run(statements.EVENTS, {"number": OFFICE, "first": 1, "last": LAST}).fetchall():
        row = dict(zip(LEDGER_COLUMNS, values, strict=True))
        body = store.body(connection, row, previous)
        found.append(OfficeEvent(tuple(row[name] for name in POSITION), body.event))
        previous = ledger.hash_in(row)
    return found


def newest_moment(store: Store, connection: Connection) -> datetime | None:
    """Give what the clock said when something was written last; None where nothing was. Raises LedgerBroken: that does not open."""
    place = connection.run(statements.NEWEST_EVENT, {}).fetchone()
    if place is None or tuple(place) != store.newest_read[0]:
        newest = store.newest_event(connection)
        store.newest_read = place and tuple(place), None if newest is None else newest.recorded_at
    return store.newest_read[1]


def witnessed(store: Store, connection: Connection, claim: ledger.Claim) -> Witnessed:
    """Give what a witness is told: of which database, in which generation, after how many losses that were told, and what was claimed.

    A database is named by its first master key: so it contradicts a copy of before the key was renewed, too. A generation has a number by
    chance: the same backup may be put back twice. (The table of generations is in clear: anybody can write there.)
    """
    renewed = of_type(store, connection, RENEWED)
    named = renewed[0].data["earlier"] if renewed else store.keys.own_master(connection)[0]
    put_back = last(store, connection, RESTORED)
    generation = 0 if put_back is None else put_back.data["generation"]
    return Witnessed(named, generation, len(of_type(store, connection, LOSS)), claim)


def packs_of(process: Process) -> dict[str, Any]:
    """Say of a process by which versions of packs it was made, or is shown."""
    packs = process.labels.get("packs") or {}
    return {"digest": process.digest, "packs": {id: one.get("version") for id, one in packs.items()}}


def is_told_after(store: Store, connection: Connection, seq: int) -> bool:
    """Say whether the office has told after one of its events that something is gone, or was put back. Raises LedgerBroken."""
    return any(event.seq > seq for event in of_type(store, connection, LOSS, RESTORED))


def last(store: Store, connection: Connection, type: str) -> Event | None:
    """Give the last event of a type; None where there is none. Raises LedgerBroken."""
    return next(reversed(of_type(store, connection, type)), None)


def backups(store: Store, connection: Connection) -> list[Event]:
    """Give the backups that open with the master key of now, in order. Raises LedgerBroken."""
    own, _ = store.keys.own_master(connection)
    return [event for event in of_type(store, connection, BACKUP) if event.data["master"] == own]


def of_type(store: Store, connection: Connection, *types: str) -> list[Event]:
    """Give the events of these types, in order: all but those that change entries, read once for each event of the office. Raises LedgerBroken."""
    newest = connection.run(statements.NEWEST_OF, {"number": OFFICE}).fetchone()
    if newest is None:
        return []
    if store.office_read[0] != newest[1]:
        found = [event for _, event in events(store, connection) if event.type != CHANGED]
        store.office_read = newest[1], found
    return [event for event in store.office_read[1] if event.type in types]
