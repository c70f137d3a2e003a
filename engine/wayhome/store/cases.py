"""Cases as they are kept: each with its ledger, its keys and its process, all of one command in one transaction."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, NamedTuple
from uuid import NAMESPACE_OID, uuid5

import orjson
from msgspec import Raw

import wayhome
from wayhome.calendar.days import calendar_version
from wayhome.case_now.access import holders_of
from wayhome.errors import BadInput, LedgerBroken, NotFound, Template
from wayhome.flow.apply import fold
from wayhome.flow.dependencies import DerivedDues
from wayhome.flow.due import DueItem, rederive_dues
from wayhome.frozen import EMPTY
from wayhome.model.actor import Actor
from wayhome.model.case import Case
from wayhome.model.event import Draft, Event
from wayhome.packs.process import Process, canonical_bytes
from wayhome.store import ledger, sealed_columns, snapshot, statements
from wayhome.store.claims import Claims
from wayhome.store.heads import Head, KnownHeads
from wayhome.store.keyring import INDEX, READS, damaged
from wayhome.store.processes import Processes
from wayhome.store.read_log import ReadKeys, ReadLog
from wayhome.store.sealed_columns import APART, CASE
from wayhome.store.sealed_entries import PROCESS, REGISTER
from wayhome.store.sql import Connection, Database
from wayhome.store.statements import CASE_COLUMNS, LEDGER_COLUMNS
from wayhome.store.vault import Key, Random, Unopened, Vault, place
from wayhome.store.vault import tag as tag_by
from wayhome.store.witness import Witness

LAST = 2**31 - 1  # of the events of a case
MOST_KNOWN_CASES = 256
COMMAND_KEYS = "command_key"  # of which things these are tags
# What the state of a case is bound to.
CLEAR = itemgetter(*(name for name in CASE_COLUMNS if name not in ("head", "state", *APART)))


class Loaded(NamedTuple):
    """A case as its row has it."""

    case: Case
    head: bytes  # the hash of its last event
    classes: tuple[str, ...]  # the retention classes of which its events say anything beside their bodies
    derived: tuple[DerivedDues, ...] = ()  # the dues with their dependencies
    derived_by: str = ""
    dues: tuple[DueItem, ...] = ()  # what is due, in its order
    encoded: snapshot.Encoded | None = None  # what was written of it last


class Appended(NamedTuple):
    case: Case
    events: tuple[Event, ...]


class EarlierCommand(NamedTuple):
    """What was done under a command's key before: in which case, its first and its last event."""

    number: str
    first: int
    last: int


class Cases(Processes):
    """Cases, each with its history, and what is kept of commands. Methods with `connection` work inside the caller's transaction."""

    def __init__(self, database: Database, vault: Vault, random: Random = os.urandom) -> None:
        super().__init__(database, vault, random)
        self._known: dict[str, Loaded] = {}  # cases lately seen; used only while the row still has the same head
        self.claims = Claims(self.keys, self._upon)
        self.heads = KnownHeads()
        self.newest_read: tuple[Any, datetime | None] = (None, None)  # the event that was written last, and when
        # Up to which event of the office, all of them that change no entry.
        self.office_read: tuple[Any, list[Event]] = (None, [])
        # By case its version, and by what its person is known (`duplicates`): in memory alone, of fewer than 1,000 cases.
        self.persons_read: dict[str, tuple[int, Any]] = {}
        self.witness: Witness | None = None
        self.reads: ReadLog | None = (
            None  # of who opens it for people; who checks or moves the database gives nothing away
        )
        self._written = threading.local()  # the heads that the transaction of this thread writes

    def read_keys(self, connection: Connection) -> ReadKeys:
        """Give the keys by which it is kept, and found, who has read what. Raises LedgerBroken, StoreUnavailable."""
        return ReadKeys(self.keys.all_of(connection, READS), self.keys.all_of(connection, INDEX))

    # --- reading one case ------------------------------------------------------------

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """One write transaction: all of it is kept, or nothing. What is kept is remembered."""
        self._written.heads = heads = dict[str, tuple[bytes, Head]]()
        with super().writing() as connection:
            yield connection
        if not self.database.is_joined:
            self.heads.keep(heads)

    def lock(self, connection: Connection, number: str) -> ledger.Claim:
        """Let nobody else write a case until this transaction ends; gives upon what is written there."""
        row = connection.run(statements.LOCK_CASE, {"number": number, **self.claims.since}).fetchone()
        return self.claims.now(connection, row[1]) if row is not None else self.upon(connection)

    def upon(self, connection: Connection) -> ledger.Claim:
        """Give upon what a new case is written."""
        return self.claims.now(connection, connection.run(statements.SETTLED, self.claims.since).fetchone()[0])

    def _upon(self, connection: Connection, row: Mapping[str, Any], previous: bytes) -> ledger.Claim:
        return self.body(connection, row, previous).upon

    def load(self, connection: Connection, number: str) -> Loaded:
        """Load a case by its row. Raises as `pinned`."""
        return self._loaded(connection, number)[0]

    def pinned(self, connection: Connection, number: str) -> tuple[Process, Loaded]:
        """Load a case by its row, with the process that it is pinned to.

        Raises:
            NotFound: there is no such case.
            LedgerBroken: its row is not as it was written, or does not follow from its history.
        """
        loaded, stamp = self._loaded(connection, number)
        return self.process(connection, loaded.case.digest, stamp), loaded

    def _loaded(self, connection: Connection, number: str) -> tuple[Loaded, Any]:
        """Load a case, and read what changes whenever the stored processes do."""
        given = {"register": REGISTER, "of_kind": self.entries.tag(connection, REGISTER, PROCESS)}
        found = connection.run(statements.LOAD, {"number": number, **given}).fetchone()
        if found is None:
            raise self._is_missing(connection, number)
        *columns, newest, after, stamp, master = found
        if not self.vault.is_of(master):
            self.keys.own_master(connection)
        row = dict(zip(CASE_COLUMNS, columns, strict=True))
        must_be_newest(row, newest, after)
        self._saw(connection, row)
        known = self._known.get(number)
        if known is not None and known.head == row["head"] and known.case.version == row["version"]:
            return known, stamp  # the head names the whole history, so this is the case as it stands
        try:
            return self._keep(self._read_row(connection, row)), stamp
        except snapshot.OtherVersion:  # it is whole, and another version of this program wrote it
            return self._keep(self._from_its_history(connection, row)), stamp

    def _saw(self, connection: Connection, row: Mapping[str, Any]) -> None:
        if not self.database.is_writing and not self.database.is_joined:
            self.heads.saw(connection, row["number"], (row["version"], row["head"]))

    def _read_row(self, connection: Connection, row: Mapping[str, Any]) -> Loaded:
        number = str(row["number"])
        state = snapshot.read_state(self.state_in(row, self.keys.key(connection, (number, CASE))))
        written: dict[str, bytes | Raw] = {CASE: state.row}
        for retention in state.summary.apart:
            written[retention] = self.state_in(row, self.keys.key(connection, (number, retention)), retention)
        said = snapshot.read_derived(state.derived)
        summary = state.summary
        return Loaded(snapshot.read(written), row["head"], summary.classes, said, state.derived_by, summary.dues)

    def _from_its_history(self, connection: Connection, row: Mapping[str, Any]) -> Loaded:
        number = str(row["number"])
        case = fold(self.events(connection, number))
        if case is None:
            raise damaged("The history of case {number} is missing.", number=number, code="event_missing")
        classes = {class_ for _, class_ in self._blobs_of(connection, number, 1, LAST)}
        return Loaded(case, row["head"], tuple(sorted(classes)))

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
        for values in connection.run(statements.EVENTS, {"number": number, "first": expected, "last": last}).fetchall():
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
        found = connection.run(statements.BLOBS_WITHIN, {"number": number, "first": first, "last": last})
        return {(seq, class_): sealed for seq, class_, _, sealed in found}

    def body(self, connection: Connection, row: Mapping[str, Any], previous: bytes) -> ledger.Body:
        """Open the body of a stored event (`whole` adds what is sealed apart). Raises LedgerBroken: it was changed, or lies where it
        was not put.
        """
        number = str(row["number"])
        try:
            where = ledger.place_of(row, previous)
            plain = self.keys.unsealed(connection, (number, CASE), row["seq"], where, row["body"])
            return ledger.read_body(row, plain)
        except (Unopened, ValueError, TypeError, AttributeError) as error:
            what: Template = "Event {seq} of case {number} does not open."
            raise self.keys.not_opened(connection, what, number=number, seq=row["seq"]) from error

    def history(
        self,
        connection: Connection,
        number: str,
        groups_of: Callable[[int], frozenset[str]],
        process: Process,
        first: int = 1,
        last: int = LAST,
        *,
        only: Container[int] | None = None,
    ) -> Iterator[tuple[int, Event | None, dict[str, Any], bool]]:
        """Give the events of a case with the texts of the groups that the reader may see of each, and whether all of it could be read.

        Where `only` some are asked for, no other is opened. An event that is missing or does not open is none; parts of it, and texts, that do not open are left out.
        """
        within = {"number": number, "first": first, "last": last}
        blobs = self._blobs_of(connection, number, first, last)
        expected, previous = max(first - 1, 1), ledger.GENESIS
        for values in connection.run(statements.EVENTS, {**within, "first": expected}).fetchall():
            row = dict(zip(LEDGER_COLUMNS, values, strict=True))
            while isinstance(row["seq"], int) and expected < row["seq"]:
                if expected >= first:
                    yield expected, None, {}, False
                expected += 1
            before, previous = previous, ledger.hash_in(row)
            expected += 1
            if expected <= first or (only is not None and row["seq"] not in only):
                continue
            try:
                body = self.body(connection, row, before)
            except LedgerBroken:
                yield expected - 1, None, {}, False
                continue
            opened: dict[str, ledger.Blob] = {}
            groups = groups_of(row["seq"])
            wanted = {process.groups[group].retention or CASE for group in groups if group in process.groups}
            for class_ in {*body.classes} & {*wanted, *body.apart}:
                with suppress(LedgerBroken):
                    sealed = blobs.get((row["seq"], class_))
                    opened[class_] = self.blob(connection, number, row["seq"], class_, sealed, before)
            event = whole(body, opened) if opened.keys() >= {*body.apart} else _as_far_as_it_opens(body)
            texts = {group: said for one in opened.values() for group, said in one.texts.items() if group in groups}
            yield row["seq"], event, texts, opened.keys() >= {*body.classes} & {*wanted, *body.apart}

    def words(
        self, connection: Connection, number: str, process: Process, wanted: Mapping[int, frozenset[str]]
    ) -> dict[int, dict[str, Any]]:
        """Give the texts of some entries of a case, by their seq, each of these data groups; what does not open is left out."""
        return {seq: texts for seq, (_, texts) in self.some_events(connection, number, process, wanted).items()}

    def some_events(
        self, connection: Connection, number: str, process: Process, wanted: Mapping[int, frozenset[str]]
    ) -> dict[int, tuple[Event | None, dict[str, Any]]]:
        """Give some entries of a case, by their seq, each with the texts of these data groups; one that does not open is None."""
        found = (
            one
            for first, last in _near_each_other(wanted)
            for one in self.history(connection, number, wanted.__getitem__, process, first, last, only=wanted)
        )
        return {seq: (event, texts) for seq, event, texts, _ in found if seq in wanted}

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
            return ledger.Blob(*orjson.loads(self.keys.unsealed(connection, (number, retention), seq, where, sealed)))
        except Unopened as error:
            what: Template = "Sealed texts of case {number}, event {seq}, do not open."
            raise self.keys.not_opened(connection, what, number=number, seq=seq) from error

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
        upon: ledger.Claim,
    ) -> Appended:
        """Append the events of a command to a case's ledger, and write its row from them. All in the caller's transaction.

        Args:
            key: the command's key; what stands for it is kept.
            grounds: on what it was decided, beside the case and its process.
            upon: what else there was in this database (`lock`, `upon`).
        """
        if key is not None:
            key = self.tag_of(connection, key)
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
            left, part_of = sealed_columns.taken_out(data, sealed_columns.of_event(process, data))
            blobs = self._blobs(connection, process, number, seq, draft, part_of, classes, previous)
            row = ledger.clear_of(event)
            row["body"] = self.vault.seal(
                case_key,
                ledger.place_of(row, previous),
                ledger.body_of(event, left, sorted(blobs), sorted(part_of), upon),
            )
            commitments = {retention: ledger.digest_of(sealed) for retention, sealed in blobs.items()}
            row["hash"] = previous = ledger.hash_of(row, commitments, previous)
            connection.write_row(statements.APPEND, {**row, "of_case": number})
            for retention, sealed in blobs.items():
                columns = {"retention": retention, "commitment": commitments[retention], "sealed": sealed}
                connection.write_row(statements.KEEP_BLOB, {"number": number, "seq": seq, **columns})
            events.append(replace(event, hash=previous.hex()))
        case = fold(events, before.case if before else None)
        assert case is not None
        self._put(connection, process, Loaded(case, previous, tuple(sorted(classes))), before)
        return Appended(case, tuple(events))

    def _put(self, connection: Connection, process: Process, now: Loaded, before: Loaded | None) -> None:
        """Write the row of a case as its events have made it, and remember the case."""
        self._keep(self._save(connection, process, now, before, is_new=before is None))
        after = before.head if before is not None else ledger.GENESIS
        after = self._written.heads.get(now.case.number, (after,))[0]
        self._written.heads[now.case.number] = after, (now.case.version, now.head)

    def _blobs(
        self,
        connection: Connection,
        process: Process,
        number: str,
        seq: int,
        draft: Draft,
        part_of: Mapping[str, sealed_columns.Part],
        classes: set[str],
        previous: bytes,
    ) -> dict[str, bytes]:
        """Seal what an event says by its retention class: texts, and what was taken out of its data.

        A key is made for the first of a class, and never again; it may have been made when a newer process was adopted (`_save`).
        """
        by_class: dict[str, dict[str, Any]] = {retention: {} for retention in part_of}
        for group, texts in draft.sealed.items():
            if texts:
                by_class.setdefault(process.groups[group].retention or CASE, {})[group] = texts
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
            "owner_tag": self.tagged(connection, "owner", case.owner),
            "reference_tag": self.tagged(connection, "reference", case.reference),
        }

    def _save(
        self, connection: Connection, process: Process, now: Loaded, before: Loaded | None = None, *, is_new: bool
    ) -> Loaded:
        """Write the row of a case; gives it with what is due, and on what that rests."""
        case = now.case
        row: dict[str, Any] = {**self.clear_of(connection, case), "head": now.head, **dict.fromkeys(APART)}
        said_by = derivation_stamp(process)
        if before is None or before.derived_by != said_by:
            items, said = rederive_dues(process, case)
        else:
            items, said = rederive_dues(process, case, before.case, before.derived, before.dues)
        encoded = (before.encoded if before is not None else None) or snapshot.Encoded()
        for retention, state in states_of(process, case, items, said, now.classes, encoded).items():
            whose = (case.number, retention)
            is_there = retention in (CASE, *now.classes)
            key = self.keys.key(connection, whose) if is_there else self._first(connection, whose)
            row["state" if retention == CASE else retention] = self.vault.seal(key, place_of(row, retention), state)
        if is_new:
            connection.write_row(statements.OPEN_CASE, row)
        else:
            new = {f"new_{name}": value for name, value in row.items()}
            connection.write_row(statements.SAVE_CASE, {**new, "of_case": case.number})
        return now._replace(derived=said, derived_by=said_by, dues=items, encoded=encoded)

    def _first(self, connection: Connection, whose: tuple[str, str]) -> Key:
        """Give the key of a class of which no event says anything yet: it is there where a newer process counts to that class what
        events say of another.
        """
        return self.keys.find(connection, whose) or self.keys.made(connection, whose)

    # --- command keys -------------------------------------------------------------------------

    def tag_of(self, connection: Connection, key: str) -> str:
        """Give what stands for a command's key, in the events of that command too."""
        return self.entries.tag(connection, COMMAND_KEYS, key)

    def earlier_command(self, connection: Connection, key: str, command_hash: bytes) -> EarlierCommand | None:
        """Give what was done under a command's key before.

        Raises:
            BadInput: another command was given under this key.
        """
        tag = self.tag_of(connection, key)
        sealed, has_earlier_tags = connection.run(statements.COMMAND_KEY, {"tag": tag}).fetchone()
        for index in self.keys.all_of(connection, INDEX)[1:] if sealed is None and has_earlier_tags else ():
            tag = tag_by(index, COMMAND_KEYS, key)
            if (sealed := connection.run(statements.COMMAND_KEY, {"tag": tag}).fetchone()[0]) is not None:
                break
        if sealed is None:
            return None
        kept, number, first, last = self.answer(connection, tag, sealed)
        if kept != command_hash.hex():
            raise BadInput(
                "Another command was given under this key.",
                why="A key names one command for ever.",
                todo="Use a new key.",
                field="key",
            )
        return EarlierCommand(number, first, last)

    def answer(self, connection: Connection, tag: str, sealed: Any) -> tuple[str, str, int, int]:
        """Open what is kept of a command key: the hash of its command, the case, its first and last event. Raises LedgerBroken."""
        where = place("wh_command_keys", tag)
        told = self.entries.opened(connection, where, sealed, "What is kept of a command's key does not open.")
        command, number, first, last = orjson.loads(told)
        return command, number, first, last

    def record_result(
        self, connection: Connection, key: str, command_hash: bytes, number: str, first: int, last: int
    ) -> None:
        tag = self.tag_of(connection, key)
        told = orjson.dumps([command_hash.hex(), number, first, last])
        sealed = self.entries.sealed(connection, place("wh_command_keys", tag), told)
        connection.write_row(statements.ADD_COMMAND_KEY, {"tag": tag, "sealed": sealed})

    def newest_event(self, connection: Connection) -> Event | None:
        """Give the event that was written last. Raises LedgerBroken: it was changed."""
        found = connection.run(statements.NEWEST_EVENT, {}).fetchone()
        if found is None:
            return None
        number, seq = str(found[0]), found[1]
        events = self.events(connection, number, seq, seq) if isinstance(seq, int) else []
        if not events:
            raise damaged("Event {seq} of case {number} does not open.", number=number, seq=str(seq))
        return events[0]

    def tagged(self, connection: Connection, what: str, said: str | None) -> str | None:
        """Give what stands for an owner or a reference; None where there is none."""
        return None if said is None else self.entries.tag(connection, what, said)

    def _is_missing(self, connection: Connection, number: str) -> NotFound | LedgerBroken:
        """Give the error for a case that has no row."""
        if connection.run(statements.HAS_EVENTS, {"number": number}).fetchone() is None:
            return no_case(number)
        return damaged("The row of case {number} is missing.", number=number, code="row_missing")


def row_of(values: Sequence[Any]) -> dict[str, Any]:
    """Give the row of a case out of what was read, by its columns."""
    return dict(zip(CASE_COLUMNS, values, strict=False))


def must_be_newest(row: Mapping[str, Any], newest: Any, after: Any) -> None:
    """Refuse a row that does not name the newest event: it was changed, or put back from an older copy."""
    if newest is None or newest != row["head"] or after is not None:
        number = str(row["number"])
        raise damaged("The row of case {number} does not follow from its history.", number=number, code="row_changed")


def no_case(number: str) -> NotFound:
    """Give the error for a number under which nothing is stored, and for a case in which whoever asks has no part: in the same words."""
    return NotFound(
        "There is no case {number} for you here.",
        why="Nothing is stored under this number, or you have no part in that case.",
        todo="Look at the list of cases, or ask who leads it.",
        code="no_case",
        number=number,
    )


@lru_cache(maxsize=MOST_KNOWN_CASES)
def uuid_of(number: str) -> str:
    """Give the UUID of a case: derived from its number, so that it can be made again."""
    return str(uuid5(NAMESPACE_OID, number))


def place_of(row: Mapping[str, Any], retention: str) -> bytes:
    """Say what a part of the state of a case is bound to."""
    return place("wh_cases", *CLEAR(row), retention)


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
            sealed_columns.put_back(data, opened[retention].part)
    except (LookupError, TypeError) as error:
        number, seq = body.event.case, body.event.seq
        raise damaged("Event {seq} of case {number} does not open.", number=number, seq=seq) from error
    return replace(body.event, data=data)


MOST_BETWEEN = 16  # entries that are read and not opened, so that those around them are asked for at once


def _near_each_other(seqs: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Give the runs in which some entries lie near each other: the first and the last of each."""
    run: list[int] = []
    for seq in sorted(seqs):
        if run and seq - run[-1] > MOST_BETWEEN:
            yield run[0], run[-1]
            run = []
        run.append(seq)
    if run:
        yield run[0], run[-1]


def _as_far_as_it_opens(body: ledger.Body) -> Event:
    """Give an event of which a part does not open, without all that could be that part: nobody has said that it is not known."""
    data = {
        name: {key: one for key, one in value.items() if one is not None} if isinstance(value, Mapping) else value
        for name, value in body.event.data.items()
        if value is not None
    }
    return replace(body.event, data=data)


def states_of(
    process: Process,
    case: Case,
    items: tuple[DueItem, ...],
    derived: Sequence[DerivedDues],
    classes: Sequence[str],
    encoded: snapshot.Encoded | None = None,
) -> dict[str, bytes]:
    """Write what is sealed of a case, by its class: what lists need, what is due and on what that rests, the case; and what is taken out
    of it.

    Args:
        classes: of which its events say anything.
        encoded: what was written of the case before.
    """
    written = snapshot.write(case, process, encoded)
    summary = summary_of(case, items, classes, [one for one in APART if one in written])
    return {**written, CASE: snapshot.state_of(summary, derivation_stamp(process), derived, written[CASE], encoded)}


def summary_of(
    case: Case, items: tuple[DueItem, ...], classes: Sequence[str], apart: Sequence[str]
) -> snapshot.Summary:
    """Say what lists need of a case."""
    return snapshot.Summary(
        case.opened_at,
        tuple(classes),
        tuple(apart),
        items,
        holders_of(case),
        case.written_at or case.opened_at,
        case.closed_as,
    )


def derivation_stamp(process: Process) -> str:
    """Name what decides, beside a case and its process, what is due: this program, the calendar, and what is shown of partners."""

    def name() -> str:
        beside = [wayhome.__version__, calendar_version(), process.partners, process.labels.get("packs")]
        return hashlib.sha256(canonical_bytes(beside)).hexdigest()[:8]

    return process.memoised("what stands beside", name)
