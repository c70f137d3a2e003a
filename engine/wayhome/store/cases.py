"""The store: cases with their ledger, keys and processes, all of one command in one transaction."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

import orjson
from msgspec import Raw

import wayhome
from wayhome.calendar.days import calendar_version
from wayhome.errors import BadInput, LedgerBroken, NotFound
from wayhome.flow.apply import fold
from wayhome.flow.due import DueItem, dues, dues_again, is_an_offer
from wayhome.flow.looking import Said
from wayhome.frozen import EMPTY
from wayhome.model.actor import Account, AccountChange, Actor
from wayhome.model.case import Case
from wayhome.model.closed_sets import Phase, Status
from wayhome.model.event import Draft, Event
from wayhome.model.organisation import Organisation
from wayhome.packs.process import Process, canonical_bytes, told
from wayhome.store import ledger, parts, snapshot
from wayhome.store.keyring import Keyring, damaged
from wayhome.store.office import NOTE, PROCESS, Office
from wayhome.store.parts import APART, CASE
from wayhome.store.sql import Connection, Database, run, write
from wayhome.store.statements import (
    ADD_COMMAND_KEY,
    ALL_DIGESTS,
    APPEND,
    BLOBS_WITHIN,
    CASE_COLUMNS,
    CASES,
    COMMAND_KEY,
    COUNTED_BY,
    COUNTS,
    EVENTS,
    HAS_EVENTS,
    KEEP_BLOB,
    LABELLED,
    LEDGER_COLUMNS,
    LOAD,
    LOCK_CASE,
    NEWEST_EVENT,
    OPEN_CASE,
    OPENED_ON,
    PROCESS_OF,
    PUT_PROCESS,
    SAVE_CASE,
    WITHOUT_ROW,
)
from wayhome.store.vault import Key, Unopened, Vault, place

FAR_AWAY = 2**62
MOST_HELD = 500  # rows of cases at once
LAST = 2**31 - 1  # of the events of a case
MOST_KNOWN_CASES = 256
LABELS_OF = "labels_of"
LAST_BACKUP = "last_backup"
COMMAND_KEYS = "command_key"  # of which things these are tags
CLEAR = (
    *(name for name in CASE_COLUMNS if name not in ("head", "state", *APART)),
)  # what the state of a case is bound to
LISTED = ("number", "label", "version", "phase", "status", "host_country", "origin_country", "digest")

Random = Callable[[int], bytes]


class Filter(NamedTuple):
    """Which cases a list is to show: all, or those that have all that is said."""

    phase: str | None = None
    status: str | None = None
    owner: str | None = None
    reference: str | None = None
    number: str | None = None


class Loaded(NamedTuple):
    """A case as its row has it."""

    case: Case
    head: bytes  # the hash of its last event
    classes: tuple[str, ...]  # the retention classes of which its events say anything beside their bodies
    said: tuple[Said, ...]  # on what it rests what is due
    said_by: str


class Listed(NamedTuple):
    """A case as a list shows it: its row, and what stands first in its sealed state."""

    number: str
    label: str
    version: int
    phase: Phase
    status: Status
    host_country: str
    origin_country: str
    digest: str
    summary: snapshot.Summary


class Appended(NamedTuple):
    case: Case
    events: tuple[Event, ...]


class Earlier(NamedTuple):
    """What was done under a command's key before: in which case, its first and its last event."""

    number: str
    first: int
    last: int


class Store:
    """Everything that is kept. Methods with `connection` work inside the caller's transaction."""

    def __init__(self, database: Database, vault: Vault, random: Random = os.urandom) -> None:
        self.database, self.vault, self._random = database, vault, random
        self.keys = Keyring(vault)
        self.office = Office(self.keys)
        self._read: tuple[Any, dict[str, Process]] = (
            None,
            {},
        )  # the register of processes, and those that were read under it
        # The labels that a process was given, and under which register of processes.
        self._labels_kept: dict[str, tuple[Any, Mapping[str, Any]]] = {}
        self._labelled_by = ""  # by which set of packs this program labels what it stores
        self._known: dict[str, Loaded] = {}  # cases lately seen; used only while the row still has the same head

    def joined(self, database: Database) -> Store:
        """Give the store in a host's transaction: what is made or read there, and may be taken back, is remembered by nobody."""
        other = Store(database, self.vault.that_keeps_nothing(), self._random)
        other._read, other._labelled_by = self._read, self._labelled_by
        return other

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

    # --- reading one case ------------------------------------------------------------

    def lock(self, connection: Connection, number: str) -> None:
        """Let nobody else write a case until this transaction ends. In a file, nobody else is writing anyway."""
        if connection.dialect == "postgresql":
            run(connection, LOCK_CASE, {"number": number}).fetchone()

    def load(self, connection: Connection, number: str) -> Loaded:
        """Load a case by its row.

        Raises:
            NotFound: there is no such case.
            LedgerBroken: its row is not as it was written, or does not follow from its history.
        """
        found = run(connection, LOAD, {"number": number}).fetchone()
        if found is None:
            if run(connection, HAS_EVENTS, {"number": number}).fetchone() is not None:
                raise damaged("The row of case {number} is missing.", number=number, code="row_missing")
            raise no_case(number)
        *columns, newest, after = found
        row = dict(zip(CASE_COLUMNS, columns, strict=True))
        _must_be_newest(row, newest, after)
        known = self._known.get(number)
        if known is not None and known.head == row["head"] and known.case.version == row["version"]:
            return known  # the head names the whole history, so this is the case as it stands
        try:
            return self._keep(self._read_row(connection, row))
        except snapshot.OtherVersion:  # it is whole, and another version of this program wrote it
            return self._keep(self._from_its_history(connection, row))

    def _read_row(self, connection: Connection, row: Mapping[str, Any]) -> Loaded:
        number = str(row["number"])
        state = snapshot.read_state(self.state_in(row, self.keys.key(connection, (number, CASE))))
        written: dict[str, bytes | Raw] = {CASE: state.row}
        for retention in state.summary.apart:
            written[retention] = self.state_in(row, self.keys.key(connection, (number, retention)), retention)
        said = snapshot.read_said(state.said)
        return Loaded(snapshot.read(written), row["head"], state.summary.classes, said, state.said_by)

    def _from_its_history(self, connection: Connection, row: Mapping[str, Any]) -> Loaded:
        number = str(row["number"])
        case = fold(self.events(connection, number))
        if case is None:
            raise damaged("The history of case {number} is missing.", number=number, code="event_missing")
        classes = {class_ for _, class_ in self._blobs_of(connection, number, 1, LAST)}
        return Loaded(case, row["head"], tuple(sorted(classes)), (), "")

    def state_in(self, row: Mapping[str, Any], key: Key, retention: str = CASE) -> bytes:
        """Open what is sealed of one class in a case's row. Raises LedgerBroken: it was changed, or lies where it was not put."""
        try:
            return self.vault.unseal(key, place_of(row, retention), row["state" if retention == CASE else retention])
        except Unopened as error:
            number = str(row["number"])
            raise damaged("The row of case {number} does not open.", number=number, code="row_changed") from error

    def states_in(self, connection: Connection, row: Mapping[str, Any]) -> dict[str, bytes]:
        """Open all that is sealed in a case's row, by its class. Raises LedgerBroken."""
        number = row["number"]
        here = (CASE, *(retention for retention in APART if row[retention] is not None))
        return {one: self.state_in(row, self.keys.key(connection, (number, one)), one) for one in here}

    def _keep(self, loaded: Loaded) -> Loaded:
        if len(self._known) >= MOST_KNOWN_CASES:
            with suppress(KeyError, StopIteration, RuntimeError):  # another thread may make room too
                self._known.pop(next(iter(self._known)))
        self._known[loaded.case.number] = loaded
        return loaded

    def events(self, connection: Connection, number: str, first: int = 1, last: int = LAST) -> list[Event]:
        """Give the events of a case in order, without the texts beside them.

        Raises:
            LedgerBroken: one was changed, or is missing.
        """
        return [*self._events(connection, number, first, last)]

    def _events(self, connection: Connection, number: str, first: int, last: int) -> Iterator[Event]:
        expected = max(first - 1, 1)  # the one before says what the first is bound to
        blobs: Mapping[tuple[int, str], Any] | None = None
        previous = ledger.GENESIS
        for values in run(connection, EVENTS, {"number": number, "first": expected, "last": last}).fetchall():
            row = dict(zip(LEDGER_COLUMNS, values, strict=True))
            if row["seq"] != expected:
                raise damaged(
                    "Event {seq} of case {number} is missing.", number=number, seq=expected, code="event_missing"
                )
            if expected >= first:
                body = self.body(connection, row, previous)
                if body.apart and blobs is None:
                    blobs = self._blobs_of(connection, number, first, last)
                opened = {
                    class_: self.blob(
                        connection, number, expected, class_, (blobs or {}).get((expected, class_)), previous
                    )
                    for class_ in body.apart
                }
                yield whole(body, opened)
            expected += 1
            previous = ledger.hash_in(row)

    def _blobs_of(self, connection: Connection, number: str, first: int, last: int) -> dict[tuple[int, str], Any]:
        found = run(connection, BLOBS_WITHIN, {"number": number, "first": first, "last": last})
        return {(seq, class_): sealed for seq, class_, _, sealed in found}

    def body(self, connection: Connection, row: Mapping[str, Any], previous: bytes) -> ledger.Body:
        """Open the body of a stored event (`whole` adds what is sealed apart). Raises LedgerBroken: it was changed, or lies where it
        was not put.
        """
        number = str(row["number"])
        try:
            plain = self.vault.unseal(
                self.keys.key(connection, (number, "case")), ledger.place_of(row, previous), row["body"]
            )
            return ledger.read_body(row, plain)
        except (Unopened, ValueError, TypeError, AttributeError) as error:
            raise damaged("Event {seq} of case {number} does not open.", number=number, seq=row["seq"]) from error

    def history(
        self,
        connection: Connection,
        number: str,
        groups: frozenset[str],
        retention: Mapping[str, str],
        first: int = 1,
        last: int = LAST,
    ) -> Iterator[tuple[int, Event | None, dict[str, Any], bool]]:
        """Give the events of a case with the texts of the groups that the reader may see, and whether all of it could be read.

        An event that is missing or does not open is none; parts of it, and texts, that do not open are left out.
        """
        wanted = {retention[group] for group in groups if group in retention}
        within = {"number": number, "first": first, "last": last}
        blobs = self._blobs_of(connection, number, first, last)
        expected, previous = max(first - 1, 1), ledger.GENESIS
        for values in run(connection, EVENTS, {**within, "first": expected}).fetchall():
            row = dict(zip(LEDGER_COLUMNS, values, strict=True))
            while isinstance(row["seq"], int) and expected < row["seq"]:
                if expected >= first:
                    yield expected, None, {}, False
                expected += 1
            before, previous = previous, ledger.hash_in(row)
            expected += 1
            if expected <= first:
                continue
            try:
                body = self.body(connection, row, before)
            except LedgerBroken:
                yield expected - 1, None, {}, False
                continue
            opened: dict[str, ledger.Blob] = {}
            for class_ in {*body.classes} & {*wanted, *body.apart}:
                with suppress(LedgerBroken):
                    sealed = blobs.get((row["seq"], class_))
                    opened[class_] = self.blob(connection, number, row["seq"], class_, sealed, before)
            event = whole(body, opened) if opened.keys() >= {*body.apart} else _as_far_as_it_opens(body)
            texts = {group: said for one in opened.values() for group, said in one.texts.items() if group in groups}
            yield row["seq"], event, texts, opened.keys() >= {*body.classes} & {*wanted, *body.apart}

    def blob(
        self, connection: Connection, number: str, seq: int, retention: str, sealed: Any, previous: bytes
    ) -> ledger.Blob:
        """Open what an event says of one class. Raises LedgerBroken."""
        if sealed is None:
            raise damaged(
                "Sealed texts of case {number}, event {seq}, are missing.",
                number=number,
                seq=seq,
                code="sealed_data_missing",
            )
        try:
            where = ledger.place_of_blob(number, seq, retention, previous)
            return ledger.Blob(
                *orjson.loads(self.vault.unseal(self.keys.key(connection, (number, retention)), where, sealed))
            )
        except Unopened as error:
            raise damaged("Sealed texts of case {number}, event {seq}, do not open.", number=number, seq=seq) from error

    # --- writing --------------------------------------------------------------------------

    def append(
        self,
        connection: Connection,
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
        grounds: Mapping[str, Any],
    ) -> Appended:
        """Append the events of a command to a case's ledger, and write its row from them. All in the caller's transaction.

        Args:
            key: the command's key; what stands for it is kept.
            grounds: on what it was decided, beside the case and its process.
        """
        if key is not None:
            key = self.office.tag(connection, COMMAND_KEYS, key)
        case_key = (
            self.keys.key(connection, (number, "case")) if before else self.keys.made(connection, (number, "case"))
        )
        previous, seq = (before.head, before.case.version) if before else (ledger.GENESIS, 0)
        classes = {*(before.classes if before else ())}
        events: list[Event] = []
        for draft in drafts:
            seq += 1
            data = orjson.loads(canonical_bytes(draft.data))
            rests_on = orjson.loads(canonical_bytes(grounds)) if not events else EMPTY
            event = Event(
                number, seq, draft.type, ledger.EVENT_VERSION, occurred_at, recorded_at, actor.id, role, actor.organisation,
                data, process.digest, key, "", rests_on,
            )  # fmt: skip
            left, part_of = parts.taken_out(data, parts.of_event(process, data))
            blobs = self._blobs(connection, process, number, seq, draft, part_of, classes, previous)
            row = ledger.clear_of(event)
            row["body"] = self.vault.seal(
                case_key, ledger.place_of(row, previous), ledger.body_of(event, left, sorted(blobs), sorted(part_of))
            )
            commitments = {retention: ledger.digest_of(sealed) for retention, sealed in blobs.items()}
            row["hash"] = previous = ledger.hash_of(row, commitments, previous)
            write(connection, APPEND, {**row, "of_case": number})
            for retention, sealed in blobs.items():
                columns = {"retention": retention, "commitment": commitments[retention], "sealed": sealed}
                write(connection, KEEP_BLOB, {"number": number, "seq": seq, **columns})
            events.append(replace(event, hash=previous.hex()))
        case = fold(events, before.case if before else None)
        assert case is not None
        self._put(connection, process, case, previous, tuple(sorted(classes)), before)
        return Appended(case, tuple(events))

    def _put(
        self,
        connection: Connection,
        process: Process,
        case: Case,
        head: bytes,
        classes: tuple[str, ...],
        before: Loaded | None,
    ) -> None:
        """Write the row of a case as its events have made it, and remember the case."""
        self._keep(self._save(connection, process, case, head, classes, before, is_new=before is None))

    def _blobs(
        self,
        connection: Connection,
        process: Process,
        number: str,
        seq: int,
        draft: Draft,
        part_of: Mapping[str, parts.Part],
        classes: set[str],
        previous: bytes,
    ) -> dict[str, bytes]:
        """Seal what an event says by its retention class: texts, and what was taken out of its data.

        A key is made for the first of a class, and never again; it may have been made when a newer process was adopted (`_save`).
        """
        by_class: dict[str, dict[str, Any]] = {retention: {} for retention in part_of}
        for group, texts in draft.sealed.items():
            if texts:
                by_class.setdefault(process.groups[group], {})[group] = texts
        blobs: dict[str, bytes] = {}
        for retention, grouped in by_class.items():
            is_first = retention not in classes and retention != CASE
            key = (self._first if is_first else self.keys.key)(connection, (number, retention))
            classes.add(retention)
            where, said = ledger.place_of_blob(number, seq, retention, previous), [grouped, part_of.get(retention, [])]
            blobs[retention] = self.vault.seal(key, where, orjson.dumps(said))
        return blobs

    def clear_of(self, connection: Connection, case: Case) -> dict[str, Any]:
        """Give the columns of a case's row that lie in clear or as tags, and that its state is bound to."""
        return {
            "number": case.number,
            "uuid": uuid_of(case.number),
            "label": case.label,
            "version": case.version,
            "host_country": case.host_country,
            "origin_country": case.origin_country,
            "organisation": case.organisation,
            "phase": case.phase,
            "status": case.status,
            "opened_on": case.opened_at.date().isoformat(),
            "digest": case.digest,
            "owner_tag": self._tagged(connection, "owner", owner_of(case)),
            "reference_tag": self._tagged(connection, "reference", case.reference),
        }

    def _save(
        self,
        connection: Connection,
        process: Process,
        case: Case,
        head: bytes,
        classes: tuple[str, ...],
        before: Loaded | None = None,
        *,
        is_new: bool,
    ) -> Loaded:
        row: dict[str, Any] = {**self.clear_of(connection, case), "head": head, **dict.fromkeys(APART)}
        said_by = what_stands_beside(process)
        if before is None or before.said_by != said_by:
            items, said = dues_again(process, case)
        else:
            items, said = dues_again(process, case, before.case, before.said)
        for retention, state in states_of(process, case, items, said, classes).items():
            whose = (case.number, retention)
            key = self.keys.key(connection, whose) if retention in (CASE, *classes) else self._first(connection, whose)
            row["state" if retention == CASE else retention] = self.vault.seal(key, place_of(row, retention), state)
        if is_new:
            write(connection, OPEN_CASE, row)
        else:
            new = {f"new_{name}": value for name, value in row.items()}
            write(connection, SAVE_CASE, {**new, "of_case": case.number})
        return Loaded(case, head, classes, said, said_by)

    def _first(self, connection: Connection, whose: tuple[str, str]) -> Key:
        """Give the key of a class of which no event says anything yet: it is there where a newer process counts to that class what
        events say of another.
        """
        return self.keys.find(connection, whose) or self.keys.made(connection, whose)

    # --- command keys -------------------------------------------------------------------------

    def answered(self, connection: Connection, key: str, command_hash: bytes) -> Earlier | None:
        """Give what was done under a command's key before.

        Raises:
            BadInput: another command was given under this key.
        """
        tag = self.office.tag(connection, COMMAND_KEYS, key)
        row = run(connection, COMMAND_KEY, {"tag": tag}).fetchone()
        if row is None:
            return None
        kept, number, first, last = self.answer(connection, tag, row[0])
        if kept != command_hash.hex():
            raise BadInput(
                "Another command was given under this key.",
                why="A key names one command for ever.",
                todo="Use a new key.",
                field="key",
            )
        return Earlier(number, first, last)

    def answer(self, connection: Connection, tag: str, sealed: Any) -> tuple[str, str, int, int]:
        """Open what is kept of a command key: the hash of its command, the case, its first and last event. Raises LedgerBroken."""
        where = place("wh_command_keys", tag)
        told = self.office.opened(connection, where, sealed, "What is kept of a command's key does not open.")
        command, number, first, last = orjson.loads(told)
        return command, number, first, last

    def keep_answer(
        self, connection: Connection, key: str, command_hash: bytes, number: str, first: int, last: int
    ) -> None:
        tag = self.office.tag(connection, COMMAND_KEYS, key)
        told = orjson.dumps([command_hash.hex(), number, first, last])
        sealed = self.office.sealed(connection, place("wh_command_keys", tag), told)
        write(connection, ADD_COMMAND_KEY, {"tag": tag, "sealed": sealed})

    # --- processes ---------------------------------------------------------------------------------

    def process(self, connection: Connection, digest: str) -> Process:
        """Give a stored process; kept in memory after the first time.

        Raises:
            NotFound: it was never stored here. LedgerBroken: it was changed, or put there by nobody.
        """
        read = self._read
        if (stamp := self.office.stamp(connection, PROCESS)) != read[0]:  # somebody has renewed what is shown
            read = self._read = (stamp, {})
        if digest not in read[1]:
            self.office.must_be_as_registered(connection, PROCESS)
            row = run(connection, PROCESS_OF, {"digest": digest}).fetchone()
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
            return self.office.opened(connection, place("wh_processes", digest), labels, changed)
        except LedgerBroken as error:
            raise damaged(changed, process=str(digest)[:12], code="process_changed") from error

    def stored_labels(self, connection: Connection, digest: str) -> bytes:
        """Open the labels of a process as they are stored, whatever is kept in memory. Raises LedgerBroken."""
        return self._labels(connection, digest, *run(connection, PROCESS_OF, {"digest": digest}).fetchone())

    def keep_process(self, connection: Connection, process: Process) -> None:
        """Store a process, or bring its labels up to date; those of a newer pack stay beside those of an older one."""
        stamp = self.office.stamp(connection, PROCESS)
        kept_under, labels_kept = self._labels_kept.get(process.digest, (None, None))
        if labels_kept is process.labels and kept_under == stamp:  # nobody else has changed any since
            return
        if self._labels_to_keep(connection, process) is not None:
            self.office.hold(connection, PROCESS)
            if (labels := self._labels_to_keep(connection, process)) is not None:  # unless somebody has just kept them
                sealed = self.office.sealed(connection, place("wh_processes", process.digest), labels)
                columns = {"digest": process.digest, "canonical": process.canonical, "labels": sealed}
                write(connection, PUT_PROCESS, columns)
                self.office.register(connection, PROCESS)
                self._note_labels(connection)
            stamp = self.office.stamp(connection, PROCESS)
        self._labels_kept[process.digest] = stamp, process.labels

    def _note_labels(self, connection: Connection) -> None:
        """Let the next program bring all labels up to date, where they were given by other packs than ours."""
        with suppress(LedgerBroken):  # nothing hangs on the note
            if self.office.entry(connection, NOTE, LABELS_OF) not in (None, self._labelled_by):
                self.office.put(connection, NOTE, LABELS_OF, None)

    def _labels_to_keep(self, connection: Connection, process: Process) -> bytes | None:
        """Give the labels that a process gets; None where it has them."""
        row = run(connection, PROCESS_OF, {"digest": process.digest}).fetchone()
        before = orjson.loads(self._labels(connection, process.digest, *row)) if row else {}
        labels = orjson.dumps(newest_labels(before, process.labels) if before else process.labels)
        return labels if orjson.loads(labels) != before else None

    def digests(self, connection: Connection) -> list[str]:
        """Name the processes that are stored."""
        return [row[0] for row in run(connection, ALL_DIGESTS, {})]

    def adopt_process(self, connection: Connection, process: Process, *, instead_of: Process) -> None:
        """Store a process that a case adopts; partners whom it no longer names are shown on, as out of use."""
        partners = _with_those_let_go({"partners": {**instead_of.partners, **process.partners}}, process.labels)
        self.keep_process(connection, replace(process, labels={**process.labels, "partners": partners}))

    def renew_labels(self, fingerprint: str, newest: Callable[[Process], Mapping[str, Any]]) -> None:
        """Bring what is shown (titles, partners, contacts) of every stored process up to date, once per set of packs.

        What the newest packs no longer know keeps its last label: a case can still be read when its plugin is gone.
        """
        self._labelled_by = fingerprint
        with self.database.reading() as connection:
            digests = self.digests(connection)
            if self.office.entry(connection, NOTE, LABELS_OF) == fingerprint:
                return
        with self.writing() as connection:
            for digest in digests:
                process = self.process(connection, digest)
                new = newest(process)
                labels = {
                    kind: {**(process.labels.get(kind) or {}), **(new.get(kind) or {})}
                    for kind in {*process.labels, *new}
                }
                labels["partners"] = _with_those_let_go(labels, new)
                self.keep_process(connection, replace(process, labels=told(labels, process.figures)))
            self.office.put(connection, NOTE, LABELS_OF, fingerprint)

    # --- backups -----------------------------------------------------------------------------------

    def note_backup(self, at: datetime) -> None:
        """Note when a backup was made."""
        with self.writing() as connection:
            self.office.put(connection, NOTE, LAST_BACKUP, snapshot.seconds(at))

    def last_backup(self, connection: Connection) -> datetime | None:
        """Say when the last backup was made of a database that held together; None where none is known."""
        noted = self.office.entry(connection, NOTE, LAST_BACKUP)
        return None if noted is None else snapshot.moment(noted)

    def newest_event(self, connection: Connection) -> Event | None:
        """Give the event that was written last. Raises LedgerBroken: it was changed."""
        found = run(connection, NEWEST_EVENT, {}).fetchone()
        if found is None:
            return None
        number, seq = str(found[0]), found[1]
        events = self.events(connection, number, seq, seq) if isinstance(seq, int) else []
        if not events:
            raise damaged("Event {seq} of case {number} does not open.", number=number, seq=str(seq))
        return events[0]

    # --- lists ----------------------------------------------------------------------------------------

    def listed(
        self,
        connection: Connection,
        broken: list[str] | None = None,
        *,
        asked: Filter = Filter(),  # noqa: B008 - a value
        after: str | None = None,
        most: int = FAR_AWAY,
    ) -> Iterator[Listed]:
        """Give cases as a list shows them, by the day they were opened and their number. Where it comes to its end, it is seen whether each
        history has its row.

        Args:
            broken: gathers the numbers of those whose rows are damaged or missing; without it, the first of them ends the list.
            asked: which of them.
            after: the case after which the list goes on.
            most: how many at most.

        Raises:
            LedgerBroken: the row of one was changed, put back from an older copy, or taken out.
            NotFound: there is no such case to go on after.
        """
        self.keys.own_master(connection)
        given = {
            "phase_asked": asked.phase,
            "status_asked": asked.status,
            "owner_tag_asked": self._tagged(connection, "owner", asked.owner),
            "reference_tag_asked": self._tagged(connection, "reference", asked.reference),
            "number_asked": asked.number,
        }
        listed = 0
        for values in self._pages(connection, given, after, most):
            listed += 1
            row = dict(zip(CASE_COLUMNS, values, strict=False))
            try:
                yield self._listed(connection, row, *values[len(CASE_COLUMNS) :])
            except LedgerBroken:
                if broken is None:
                    raise
                broken.append(str(row["number"]))
        if listed >= most:  # whoever goes on to the end of the list is told what is missing
            return
        for (number,) in run(connection, WITHOUT_ROW, {}).fetchall():
            if broken is None:
                raise damaged("The row of case {number} is missing.", number=str(number), code="row_missing")
            broken.append(str(number))

    def _pages(
        self, connection: Connection, given: Mapping[str, Any], after: str | None, most: int
    ) -> Iterator[Sequence[Any]]:
        """Give rows of cases, of which only some are held at once."""
        at = {"after_day": "" if after is None else self._opened_on(connection, after), "after_number": after or ""}
        while most > 0:
            rows = run(connection, CASES, {**given, **at, "most": min(most, MOST_HELD)}).fetchall()
            yield from rows
            if len(rows) < MOST_HELD:
                return
            most -= len(rows)
            last = dict(zip(CASE_COLUMNS, rows[-1], strict=False))
            at = {"after_day": last["opened_on"], "after_number": last["number"]}

    def _opened_on(self, connection: Connection, number: str) -> str:
        row = run(connection, OPENED_ON, {"number": number}).fetchone()
        if row is None:
            raise no_case(number)
        return str(row[0])

    def _tagged(self, connection: Connection, what: str, said: str | None) -> str | None:
        return None if said is None else self.office.tag(connection, what, said)

    def counts(self, connection: Connection) -> list[tuple[dict[str, str], int]]:
        """Count the cases, by all that they can be counted by."""
        found = run(connection, COUNTS, {}).fetchall()
        return [(dict(zip(COUNTED_BY, values, strict=True)), number) for *values, number in found]

    def labelled(self, connection: Connection, label: str) -> list[str]:
        """Give the numbers of the cases that have a label."""
        return [str(number) for (number,) in run(connection, LABELLED, {"said": label}).fetchall()]

    def due(
        self, connection: Connection, until: int = FAR_AWAY, *, number: str | None = None
    ) -> Iterator[tuple[Listed, DueItem]]:
        """Give what is due in all cases, or in one, or offered, by a moment; earliest first.

        Every case is opened: whoever can write the file cannot make anybody forget what is due.

        Raises:
            LedgerBroken: the row of one was changed.
        """
        found = [
            (item, one)
            for one in self.listed(connection, asked=Filter(number=number))
            for item in one.summary.dues
            if snapshot.seconds(item.due_at) <= until
        ]
        for item, one in sorted(
            found, key=lambda pair: (pair[0].due_at, pair[1].number, pair[0].step, pair[0].round, pair[0].of)
        ):
            yield one, item

    def _listed(
        self,
        connection: Connection,
        row: Mapping[str, Any],
        newest: Any,
        after: Any,
        wrapped: Any,
        master: Any,
        check_value: Any,
    ) -> Listed:
        number = str(row["number"])
        _must_be_newest(row, newest, after)
        if wrapped is None:
            raise damaged("A key of case {number} is missing.", number=number, code="sealed_data_missing")
        whose = (number, "case")
        key = self.vault.known(whose) or self.keys.unwrapped(whose, master, check_value, wrapped)
        try:
            summary = snapshot.read_state(self.state_in(row, key)).summary
        except snapshot.OtherVersion:
            loaded = self._from_its_history(connection, row)
            process = self.process(connection, loaded.case.digest)
            summary = summary_of(process, loaded.case, dues(process, loaded.case), loaded.classes, ())
        number, label, version, phase, status, host, origin, digest = (row[name] for name in LISTED)
        return Listed(number, label, version, phase, status, host, origin, digest, summary)

    # --- rebuilding ------------------------------------------------------------------------------------

    def rebuild_case(
        self, connection: Connection, case: Case, head: bytes, classes: tuple[str, ...], *, exists: bool
    ) -> None:
        """Write a case's row again from its folded history."""
        self._known.pop(case.number, None)
        try:
            process = self.process(connection, case.digest)
        except NotFound as error:
            raise damaged("The process of case {number} is missing.", number=case.number) from error
        self._save(connection, process, case, head, classes, is_new=not exists)

    # --- actors -----------------------------------------------------------------------------------------

    def put_account(self, connection: Connection, one: Account) -> None:
        ended_at = snapshot.seconds(one.ended_at) if one.ended_at else None
        changes = [[snapshot.seconds(c.at), c.by, c.organisation, sorted(c.roles), c.ended] for c in one.changes]
        value = [one.actor.id, one.actor.organisation, sorted(one.actor.roles), ended_at, changes]
        self.office.put(connection, "actor", one.actor.id, value)

    def accounts(self, connection: Connection) -> list[Account]:
        found = [_account(*one) for one in self.office.entries(connection, "actor")]
        return sorted(found, key=lambda one: one.actor.id)

    # --- organisations that the office registered ---------------------------------------------------------

    def put_organisation(self, connection: Connection, one: Organisation) -> Organisation:
        """Register an organisation, or change what is known of it; its day stays that of the first time. Gives it as it is kept."""
        before = self.organisation(connection, one.id)
        kept = replace(one, added_at=before.added_at) if before else one
        value = [kept.id, kept.title, kept.country, list(kept.does), snapshot.seconds(kept.added_at)]
        self.office.put(connection, "organisation", one.id, value)
        return kept

    def organisation(self, connection: Connection, id: str) -> Organisation | None:
        found = self.office.entry(connection, "organisation", id)
        return _organisation(found) if found else None

    def organisations(self, connection: Connection) -> list[Organisation]:
        found = [_organisation(one) for one in self.office.entries(connection, "organisation")]
        return sorted(found, key=lambda one: one.id)


@lru_cache(maxsize=16)
def _read_process(canonical: bytes, labels: bytes) -> Process:
    """Read a process whose bytes were found authentic: once in a program, whatever databases it has open. Nothing changes one."""
    return Process.of(orjson.loads(canonical), orjson.loads(labels))


def _account(
    id: str, organisation: str, roles: Sequence[str], ended_at: int | None, changes: Sequence[Sequence[Any]]
) -> Account:
    ended = None if ended_at is None else snapshot.moment(ended_at)
    return Account(actor=Actor(id, organisation, [*roles]), ended_at=ended, changes=tuple(_change(*c) for c in changes))


def _change(at: int, by: str | None, organisation: str, roles: Sequence[str], ended: bool) -> AccountChange:
    return AccountChange(at=snapshot.moment(at), by=by, organisation=organisation, roles=frozenset(roles), ended=ended)


def _organisation(value: Sequence[Any]) -> Organisation:
    id, title, country, does, added_at = value
    return Organisation(id=id, title=title, country=country, does=tuple(does), added_at=snapshot.moment(added_at))


def _must_be_newest(row: Mapping[str, Any], newest: Any, after: Any) -> None:
    """Refuse a row that does not name the newest event: it was changed, or put back from an older copy."""
    if newest is None or newest != row["head"] or after is not None:
        number = str(row["number"])
        raise damaged("The row of case {number} does not follow from its history.", number=number, code="row_changed")


def no_case(number: str) -> NotFound:
    """Give the error for a number under which nothing is stored."""
    return NotFound(
        "There is no case {number}.",
        why="The number is well formed, but nothing is stored under it.",
        todo="Look at the list of cases.",
        code="no_case",
        number=number,
    )


@lru_cache(maxsize=MOST_KNOWN_CASES)
def uuid_of(number: str) -> str:
    """Give the UUID of a case: derived from its number, so that it can be made again."""
    return str(uuid5(NAMESPACE_OID, number))


def place_of(row: Mapping[str, Any], retention: str) -> bytes:
    """Say what a part of the state of a case is bound to."""
    return place("wh_cases", *(row[name] for name in CLEAR), retention)


def whole(body: ledger.Body, opened: Mapping[str, ledger.Blob]) -> Event:
    """Give an event with what was sealed apart from its body.

    Raises:
        LedgerBroken: a part belongs to another event.
    """
    if not body.apart:
        return body.event
    data: dict[str, Any] = orjson.loads(canonical_bytes(body.event.data))
    try:
        for retention in body.apart:
            parts.put_back(data, opened[retention].part)
    except (LookupError, TypeError) as error:
        number, seq = body.event.case, body.event.seq
        raise damaged("Event {seq} of case {number} does not open.", number=number, seq=seq) from error
    return replace(body.event, data=data)


def owner_of(case: Case) -> str | None:
    """Give the organisation that leads a case."""
    role = case.roles.get("case_owner")
    return None if role is None else role.party


def _as_far_as_it_opens(body: ledger.Body) -> Event:
    """Give an event of which a part does not open, without all that could be that part: nobody has said that it is not known."""
    data = {
        name: {key: one for key, one in value.items() if one is not None} if isinstance(value, Mapping) else value
        for name, value in body.event.data.items()
        if value is not None
    }
    return replace(body.event, data=data)


def states_of(
    process: Process, case: Case, items: Sequence[DueItem], said: Sequence[Said], classes: Sequence[str]
) -> dict[str, bytes]:
    """Write what is sealed of a case, by its class: what lists need, what is due and on what that rests, the case; and what is taken out
    of it.

    Args:
        classes: of which its events say anything.
    """
    written = snapshot.write(case, snapshot.places(process, case))
    summary = summary_of(process, case, items, classes, [one for one in APART if one in written])
    return {**written, CASE: snapshot.state_of(summary, what_stands_beside(process), said, written[CASE])}


def summary_of(
    process: Process, case: Case, items: Sequence[DueItem], classes: Sequence[str], apart: Sequence[str]
) -> snapshot.Summary:
    """Say what lists need of a case."""
    next_due = next((item.due_at for item in items if not is_an_offer(process, item)), None)
    return snapshot.Summary(case.opened_at, next_due, tuple(classes), tuple(apart), tuple(items), owner_of(case))


def what_stands_beside(process: Process) -> str:
    """Name what decides, beside a case and its process, what is due: this program, the calendar, and what is shown of partners."""

    def name() -> str:
        beside = [wayhome.__version__, calendar_version(), process.partners, process.labels.get("packs")]
        return hashlib.sha256(canonical_bytes(beside)).hexdigest()[:8]

    return process.kept("what stands beside", name)


def _with_those_let_go(labels: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Give the partners, those whom their pack is there for and no longer names as out of use: a case still shows who they were."""
    partners, named, installed = labels.get("partners") or {}, new.get("partners") or {}, new.get("packs") or {}
    return {
        id: {**one, "historical": True} if id not in named and one.get("pack") in installed else one
        for id, one in partners.items()
    }


def newest_labels(kept: Mapping[str, Any], given: Mapping[str, Any]) -> Mapping[str, Any]:
    """Give the labels that are given, and in place of those of each pack of an older version than was kept, what was kept of it."""
    from packaging.version import Version

    were, are = (
        {id: Version(one.get("version") or "0") for id, one in (labels.get("packs") or {}).items()}
        for labels in (kept, given)
    )
    older = {id for id in {*were} & {*are} if are[id] < were[id]}
    if not older:
        return given
    return {
        kind: {id: one for id, one in (given.get(kind) or {}).items() if _pack_of(kind, id, one) not in older}
        | {id: one for id, one in (kept.get(kind) or {}).items() if _pack_of(kind, id, one) in older}
        for kind in {*kept, *given}
    }


def _pack_of(kind: str, id: str, one: Mapping[str, Any]) -> str:
    if kind == "packs":
        return id
    return id.partition("/")[0] if kind == "sources" else str(one.get("pack") or "")
