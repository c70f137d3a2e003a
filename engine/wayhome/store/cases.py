"""The store: cases with their ledger, due rows, keys and processes, all of one command in one transaction."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

import orjson

from wayhome.errors import BadInput, LedgerBroken, NotFound, StoreUnavailable
from wayhome.flow.apply import fold
from wayhome.flow.due import DueItem, dues, is_an_offer
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.event import Draft, Event
from wayhome.model.organisation import Organisation
from wayhome.packs.kinds.spans import Span
from wayhome.packs.process import Process, told
from wayhome.store import ledger, snapshot
from wayhome.store.database import Database
from wayhome.store.statements import (
    ADD_COMMAND_KEY,
    ADD_DUE,
    ADD_KEY,
    ALL_ACTORS,
    ALL_CASES,
    ALL_DIGESTS,
    ALL_DUE,
    ALL_EVENTS,
    ALL_IDENTITY,
    ALL_KEYS,
    ALL_ORGANISATIONS,
    APPEND,
    CASE_COLUMNS,
    COMMAND_KEY,
    DROP_ALL_DUE,
    DROP_DUE,
    DUE_COLUMNS,
    DUE_OF,
    EVENTS,
    IDENTITY,
    KEEP_IDENTITY,
    KEY_OF,
    LABELS_OF,
    LEDGER_COLUMNS,
    LIST_OF_CASES,
    LOAD,
    META,
    OPEN_CASE,
    ORGANISATION,
    PROCESS,
    PUT_ACTOR,
    PUT_META,
    PUT_ORGANISATION,
    PUT_PROCESS,
    SAVE_ANY_CASE,
    SAVE_CASE,
)
from wayhome.store.vault import Vault

FAR_AWAY = 2**62
MOST_KNOWN_CASES = 256

Random = Callable[[int], bytes]


class Loaded(NamedTuple):
    """A case as its row has it, and the hash of its last event."""

    case: Case
    head: bytes


class DueRecord(NamedTuple):
    """A due row, with what is needed to explain it."""

    number: str
    item: DueItem
    digest: str
    snapshot: bytes


class Appended(NamedTuple):
    case: Case
    events: tuple[Event, ...]


class Store:
    """Everything that is kept. Methods with `connection` work inside the caller's transaction."""

    def __init__(self, database: Database, vault: Vault, random: Random = os.urandom) -> None:
        self.database, self.vault, self._random = database, vault, random
        self._processes: dict[str, Process] = {}
        self._known: dict[str, Loaded] = {}  # cases lately seen; used only while the row still has the same head

    # --- reading one case ------------------------------------------------------------

    def load(self, connection: sqlite3.Connection, number: str) -> Loaded:
        """Load a case by its row.

        Raises:
            NotFound: there is no such case.
        """
        row = self.database.run(connection, LOAD, {"number": number}).fetchone()
        if row is None:
            raise NotFound(
                "There is no case {number}.",
                why="The number is well formed, but nothing is stored under it.",
                todo="Look at the list of cases.",
                code="no_case",
                number=number,
            )
        known = self._known.get(number)
        if known is not None and known.head == row[1] and known.case.version == row[0]:
            return known  # the head names the whole history, so this is the case as it stands
        return self._keep(Loaded(snapshot.read(row[2]), row[1]))

    def _keep(self, loaded: Loaded) -> Loaded:
        if len(self._known) >= MOST_KNOWN_CASES:
            self._known.pop(next(iter(self._known)))
        self._known[loaded.case.number] = loaded
        return loaded

    def events(self, connection: sqlite3.Connection, number: str, first: int = 1, last: int = FAR_AWAY) -> list[Event]:
        """Give the events of a case in order, without what is sealed."""
        return [event_of(row) for row in self._rows(connection, number, first, last)]

    def _rows(
        self, connection: sqlite3.Connection, number: str, first: int = 1, last: int = FAR_AWAY
    ) -> list[dict[str, Any]]:
        cursor = self.database.run(connection, EVENTS, {"number": number, "first": first, "last": last})
        return [dict(zip(LEDGER_COLUMNS, row, strict=True)) for row in cursor]

    def unsealed(
        self, connection: sqlite3.Connection, number: str, groups: frozenset[str], retention: Mapping[str, str]
    ) -> dict[int, dict[str, Any]]:
        """Open what is sealed in a case, by event, for the groups that the reader may see: {seq: {group: {field: text}}}."""
        identities = dict(self.database.run(connection, IDENTITY, {"number": number}).fetchall())
        found: dict[int, dict[str, Any]] = {}
        for row in self._rows(connection, number):
            parts = orjson.loads(row["sealed"]) if row["sealed"] else {}
            for class_, blob in parts.items():
                if not any(retention.get(group) == class_ for group in groups):
                    continue
                raw = identities.get(row["seq"]) if class_ == "identity" else bytes.fromhex(blob)
                if raw is None or not self._open_key(connection, number, class_):
                    raise LedgerBroken(
                        "Sealed data of case {number}, event {seq}, cannot be opened.",
                        why="The key of this case, or what it seals, is missing.",
                        todo="Have the ledger verified, and go back to your last backup.",
                        code="sealed_data_missing",
                        number=number,
                        seq=row["seq"],
                    )
                texts = self.vault.unseal(number, row["seq"], class_, raw)
                kept = {group: fields for group, fields in texts.items() if group in groups}
                if kept:
                    found.setdefault(row["seq"], {}).update(kept)
        return found

    def _open_key(self, connection: sqlite3.Connection, number: str, retention: str) -> bool:
        if self.vault.has(number, retention):
            return True
        row = self.database.run(connection, KEY_OF, {"number": number, "retention": retention}).fetchone()
        if row is None:
            return False
        self.vault.unwrap(number, retention, row[0])
        return True

    # --- writing --------------------------------------------------------------------------

    def append(
        self,
        connection: sqlite3.Connection,
        process: Process,
        before: Loaded | None,
        drafts: Sequence[Draft],
        *,
        number: str,
        occurred_at: datetime,
        recorded_at: datetime,
        actor: Actor,
        role: str,
        key: str | None,
    ) -> Appended:
        """Append events to a case's ledger; write its row and due rows from them. All in the caller's transaction."""
        seq = before.case.version if before else 0
        previous = before.head if before else ledger.GENESIS
        entries = []
        for draft in drafts:
            seq += 1
            digest = process.digest
            sealed, identity = self._sealed(connection, process, number, seq, draft)
            made = ledger.entry(
                number,
                seq,
                draft,
                occurred_at=occurred_at,
                recorded_at=recorded_at,
                actor=actor,
                role=role,
                digest=digest,
                key=key,
                salt=self._random(ledger.SALT_BYTES),
                sealed=sealed,
                identity=identity,
                previous=previous,
            )
            previous = made.hash
            entries.append(made)
        self.database.run_many(connection, APPEND, [_ledger_values(made) for made in entries])
        for made in entries:
            if made.identity is not None:
                self.database.run(
                    connection, KEEP_IDENTITY, {"number": number, "seq": made.event.seq, "sealed": made.identity}
                )
        events = tuple(made.event for made in entries)
        case = fold(events, before.case if before else None)
        assert case is not None
        self._save(connection, process, case, previous, before)
        self._keep(Loaded(case, previous))
        return Appended(case, events)

    def _sealed(
        self, connection: sqlite3.Connection, process: Process, number: str, seq: int, draft: Draft
    ) -> tuple[bytes, bytes | None]:
        by_class: dict[str, dict[str, Any]] = {}
        for group, texts in draft.sealed.items():
            if texts:
                by_class.setdefault(process.groups[group], {})[group] = texts
        parts: dict[str, bytes] = {}
        for retention, grouped in by_class.items():
            if not self._open_key(connection, number, retention):
                wrapped = self.vault.new_key(number, retention)
                self.database.run(connection, ADD_KEY, {"number": number, "retention": retention, "wrapped": wrapped})
            parts[retention] = self.vault.seal(number, seq, retention, grouped)
        identity = parts.pop("identity", None)
        return ledger.sealed_bytes(parts, identity), identity

    def _save(
        self,
        connection: sqlite3.Connection,
        process: Process,
        case: Case,
        head: bytes,
        before: Loaded | None,
    ) -> None:
        items = dues(process, case)
        values = case_values(process, case, head, items)
        if before is None:
            self.database.run(connection, OPEN_CASE, values | {"uuid": uuid_of(case.number)})
        else:
            given = {f"new_{k}": v for k, v in values.items()} | {
                "of_case": case.number,
                "from_version": before.case.version,
            }
            if self.database.run(connection, SAVE_CASE, given).rowcount != 1:
                raise StoreUnavailable("The case was changed while it was being saved.", todo="Try again.")
        self._save_dues(connection, case.number, items, is_new=before is None)

    def _save_dues(
        self, connection: sqlite3.Connection, number: str, items: Sequence[DueItem], *, is_new: bool
    ) -> None:
        """Write only the due rows that differ."""
        wanted = {(i.step, i.round, i.of): due_values(number, i) for i in items}
        if not is_new:
            names = DUE_COLUMNS[1:]
            for row in self.database.run(connection, DUE_OF, {"number": number}).fetchall():
                stored = dict(zip(names, row, strict=True))
                key = (stored["step"], stored["round"], stored["of"])
                if wanted.get(key) == {"number": number, **stored, "backwards": bool(stored["backwards"])}:
                    del wanted[key]
                else:
                    self.database.run(
                        connection, DROP_DUE, {"number": number, "step": key[0], "round": key[1], "of": key[2]}
                    )
        if wanted:
            self.database.run_many(connection, ADD_DUE, list(wanted.values()))

    # --- command keys -------------------------------------------------------------------------

    def answered(self, connection: sqlite3.Connection, key: str, command_hash: bytes) -> tuple[str, int, int] | None:
        """Give what a command key answered before: case and events.

        Raises:
            BadInput: another command was given under this key.
        """
        row = self.database.run(connection, COMMAND_KEY, {"command_key": key}).fetchone()
        if row is None:
            return None
        if row[0] != command_hash:
            raise BadInput(
                "Another command was given under this key.",
                why="A key names one command for ever.",
                todo="Use a new key.",
            )
        return row[1], row[2], row[3]

    def keep_answer(
        self, connection: sqlite3.Connection, key: str, command_hash: bytes, number: str, first: int, last: int
    ) -> None:
        given = {
            "command_key": key,
            "command_hash": command_hash,
            "number": number,
            "first_seq": first,
            "last_seq": last,
        }
        self.database.run(connection, ADD_COMMAND_KEY, given)

    # --- processes ---------------------------------------------------------------------------------

    def process(self, connection: sqlite3.Connection, digest: str) -> Process:
        """Give a stored process; kept in memory after the first time.

        Raises:
            NotFound: it was never stored here.
        """
        if digest not in self._processes:
            row = self.database.run(connection, PROCESS, {"digest": digest}).fetchone()
            if row is None:
                raise NotFound(
                    "There is no process with this digest here.",
                    todo="Look at the process, and copy its digest.",
                    code="no_process",
                )
            self._processes[digest] = Process.of(orjson.loads(row[0]), orjson.loads(row[1]))
        return self._processes[digest]

    def keep_process(self, connection: sqlite3.Connection, process: Process) -> None:
        """Store a process, or bring its labels up to date."""
        labels = orjson.dumps(process.labels)
        self.database.run(
            connection, PUT_PROCESS, {"digest": process.digest, "canonical": process.canonical, "labels": labels}
        )
        self._processes[process.digest] = process

    def digests(self, connection: sqlite3.Connection) -> list[str]:
        """Name the processes that are stored."""
        return [row[0] for row in self.database.run(connection, ALL_DIGESTS, {})]

    def adopt_process(self, connection: sqlite3.Connection, process: Process, *, instead_of: Process) -> None:
        """Store a process that a case adopts; partners whom it no longer names are shown on, as out of use."""
        partners = _with_those_let_go({"partners": {**instead_of.partners, **process.partners}}, process.labels)
        self.keep_process(connection, replace(process, labels={**process.labels, "partners": partners}))

    def renew_labels(self, fingerprint: str, newest: Callable[[Process], Mapping[str, Any]]) -> None:
        """Bring what is shown (titles, partners, contacts) of every stored process up to date, once per set of packs.

        What the newest packs no longer know keeps its last label: a case can still be read when its plugin is gone.
        """
        with self.database.reading() as connection:
            row = self.database.run(connection, META, {"name": LABELS_OF}).fetchone()
            digests = [r[0] for r in self.database.run(connection, ALL_DIGESTS, {})]
        if not digests or (row is not None and row[0] == fingerprint):
            return
        with self.database.writing() as connection:
            for digest in digests:
                process = self.process(connection, digest)
                new = newest(process)
                labels = {
                    kind: {**(process.labels.get(kind) or {}), **(new.get(kind) or {})}
                    for kind in {*process.labels, *new}
                }
                labels["partners"] = _with_those_let_go(labels, new)
                self.keep_process(connection, replace(process, labels=told(labels, process.figures)))
            self.database.run(connection, PUT_META, {"name": LABELS_OF, "value": fingerprint})

    # --- lists ----------------------------------------------------------------------------------------

    def cases(self, connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
        """Give the rows of all cases, oldest first."""
        for row in self.database.run(connection, ALL_CASES, {}):
            yield dict(zip(CASE_COLUMNS, row, strict=True))

    def listed(self, connection: sqlite3.Connection) -> list[tuple[Any, ...]]:
        """Give of all cases what a list shows (`statements.LISTED`), oldest first."""
        return self.database.run(connection, LIST_OF_CASES, {}).fetchall()

    def due(self, connection: sqlite3.Connection, until: int = FAR_AWAY) -> Iterator[DueRecord]:
        """Give the due rows of all cases, earliest first."""
        for row in self.database.run(connection, ALL_DUE, {"until": until}):
            yield DueRecord(row[0], due_item(*row[1:-2]), row[-2], row[-1])

    def all_events(self, connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
        for row in self.database.run(connection, ALL_EVENTS, {}):
            yield dict(zip(LEDGER_COLUMNS, row, strict=True))

    def all_key_classes(self, connection: sqlite3.Connection) -> set[tuple[str, str]]:
        return {(row[0], row[1]) for row in self.database.run(connection, ALL_KEYS, {})}

    def all_identity(self, connection: sqlite3.Connection) -> dict[tuple[str, int], bytes]:
        return {(row[0], row[1]): row[2] for row in self.database.run(connection, ALL_IDENTITY, {})}

    # --- rebuilding ------------------------------------------------------------------------------------

    def rebuild_case(
        self, connection: sqlite3.Connection, number: str, case: Case, head: bytes, *, exists: bool
    ) -> None:
        """Write a case's row and due rows again from its folded history."""
        process = self.process(connection, case.digest)
        items = dues(process, case)
        values = case_values(process, case, head, items)
        if exists:
            given = {f"new_{k}": v for k, v in values.items()} | {"of_case": number}
            sql = SAVE_ANY_CASE
            self.database.run(connection, sql, given)
        else:
            self.database.run(connection, OPEN_CASE, values | {"uuid": uuid_of(number)})
        self.database.run(connection, DROP_ALL_DUE, {"number": number})
        if items:
            self.database.run_many(connection, ADD_DUE, [due_values(number, item) for item in items])

    # --- actors -----------------------------------------------------------------------------------------

    def put_actor(self, connection: sqlite3.Connection, actor: Actor) -> None:
        self.database.run(
            connection,
            PUT_ACTOR,
            {"id": actor.id, "organisation": actor.organisation, "roles": ",".join(sorted(actor.roles))},
        )

    def actors(self, connection: sqlite3.Connection) -> list[Actor]:
        return [
            Actor(r[0], r[1], r[2].split(",") if r[2] else []) for r in self.database.run(connection, ALL_ACTORS, {})
        ]

    # --- organisations that the office registered ---------------------------------------------------------

    def put_organisation(self, connection: sqlite3.Connection, one: Organisation) -> None:
        values = {"id": one.id, "title": one.title, "country": one.country, "does": ",".join(one.does)}
        self.database.run(connection, PUT_ORGANISATION, values | {"added_at": snapshot.seconds(one.added_at)})

    def organisation(self, connection: sqlite3.Connection, id: str) -> Organisation | None:
        row = self.database.run(connection, ORGANISATION, {"id": id}).fetchone()
        return _organisation(row) if row else None

    def organisations(self, connection: sqlite3.Connection) -> list[Organisation]:
        return [_organisation(row) for row in self.database.run(connection, ALL_ORGANISATIONS, {})]


def _organisation(row: Sequence[Any]) -> Organisation:
    id, title, country, does, added_at = row
    trust: Any = tuple(does.split(",")) if does else ()
    return Organisation(id=id, title=title, country=country, does=trust, added_at=snapshot.moment(added_at))


def uuid_of(number: str) -> str:
    """Give the UUID of a case: derived from its number, so that it can be made again."""
    return str(uuid5(NAMESPACE_OID, number))


def case_values(process: Process, case: Case, head: bytes, items: Sequence[DueItem]) -> dict[str, Any]:
    """Give the columns of a case's row, but for its UUID."""
    next_due = next((item.due_at for item in items if not is_an_offer(process, item)), None)
    return {
        "number": case.number,
        "version": case.version,
        "host_country": case.host_country,
        "origin_country": case.origin_country,
        "phase": case.phase,
        "status": case.status,
        "opened_at": snapshot.seconds(case.opened_at),
        "next_due_at": snapshot.seconds(next_due) if next_due is not None else None,
        "digest": case.digest,
        "head": head,
        "snapshot": snapshot.write(case),
    }


def due_values(number: str, item: DueItem) -> dict[str, Any]:
    """Give the columns of a due row."""
    return {
        "number": number,
        "step": item.step,
        "round": item.round,
        "of": item.of,
        "due_at": snapshot.seconds(item.due_at),
        "who": ",".join(item.who),
        "amount": item.span.amount if item.span else None,
        "unit": item.span.unit if item.span else None,
        "anchor": item.anchor,
        "backwards": item.backwards,
        "side": item.side,
    }


def due_item(
    step: str,
    round: str,
    of: str,
    due_at: int,
    who: str,
    amount: int | None,
    unit: str | None,
    anchor: str,
    backwards: int,
    side: str,
) -> DueItem:
    """Read the columns of a due row, in their order."""
    span = Span(amount or 0, unit) if unit else None
    who_all = tuple(who.split(","))
    return DueItem(step, round, of, snapshot.moment(due_at), who_all, span, anchor, bool(backwards), side)


def _ledger_values(made: ledger.LedgerEntry) -> dict[str, Any]:
    event = made.event
    return {
        "number": event.case,
        "seq": event.seq,
        "type": event.type,
        "v": event.v,
        "occurred_at": snapshot.seconds(event.occurred_at),
        "recorded_at": snapshot.seconds(event.recorded_at),
        "actor": event.actor,
        "role": event.role,
        "organisation": event.organisation,
        "digest": event.digest,
        "command_key": event.key,
        "header": made.header,
        "data": made.data,
        "salt": made.salt,
        "sealed": made.sealed,
        "hash": made.hash,
    }


def event_of(row: Mapping[str, Any]) -> Event:
    """Read an event from its ledger row."""
    return Event(
        row["number"],
        row["seq"],
        row["type"],
        row["v"],
        snapshot.moment(row["occurred_at"]),
        snapshot.moment(row["recorded_at"]),
        row["actor"],
        row["role"],
        row["organisation"],
        orjson.loads(row["data"]) if row["data"] else {},
        row["digest"],
        row["command_key"],
        row["hash"].hex(),
    )


def _with_those_let_go(labels: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Give the partners, those whom their pack is there for and no longer names as out of use: a case still shows who they were."""
    partners, named, installed = labels.get("partners") or {}, new.get("partners") or {}, new.get("packs") or {}
    return {
        id: {**one, "historical": True} if id not in named and one.get("pack") in installed else one
        for id, one in partners.items()
    }
