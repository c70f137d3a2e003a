"""Verify: is every event as it was written, and does every case follow from its events? Rebuild: make the rows again.

The chain is checked without a key. With it, all that is sealed is opened too; so what was changed, moved, planted or put back is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, ClassVar, NamedTuple
from zlib import crc32

from msgspec import Raw

from wayhome.case_now.outside import OtherCase
from wayhome.errors import LedgerBroken, StoreUnavailable, Template, WayhomeError, filled, part
from wayhome.flow.apply import fold
from wayhome.flow.as_of import seen_from_elsewhere
from wayhome.flow.due import rederive_dues
from wayhome.flow.rejudge import Moved, case_and_moves, rejudge_moves
from wayhome.frozen import EMPTY, Frozen
from wayhome.model.case import Case
from wayhome.model.data import Data, data
from wayhome.model.event import Event
from wayhome.store import ledger, office, positions, snapshot, statements
from wayhome.store.cases import LAST, derivation_stamp, states_of, whole
from wayhome.store.claims import Order
from wayhome.store.keyring import OWN, damaged
from wayhome.store.ledger import OFFICE
from wayhome.store.lists import MOST_HELD, Store
from wayhome.store.read_log import ReadsFound
from wayhome.store.schema_check import must_be_ours
from wayhome.store.sealed_columns import CASE
from wayhome.store.sealed_entries import ENTRIES_OF, OF_THE_OFFICE, PROCESS
from wayhome.store.sql import Connection
from wayhome.store.statements import CASE_COLUMNS, LEDGER_COLUMNS, POSITION

CHUNK = 50  # cases that are looked at in one transaction
NIGHTS = 30  # in which a rolling check has looked at every case
Progress = Callable[[int], None]
Heads = Mapping[str, str]  # the hash of the newest event of each case, in hex, by its number
Row = dict[str, Any]


@data
class Problem(Data):
    """One thing that does not hold together: in which case ("" for the database itself), at which event (None: in its row), and what."""

    json_properties: ClassVar[tuple[str, ...]] = ("what",)

    case: str
    event: int | None
    what_template: Template
    values: Mapping[str, Any] = EMPTY

    @property
    def what(self) -> str:
        """What does not hold together, in English."""
        return filled(self.what_template, self.values)


def _problem(case: str, event: int | None, error: WayhomeError) -> Problem:
    return Problem(case, event, error.what_template, error.values)


class Verification(NamedTuple):
    """What a check of the database found.

    Attributes:
        ok: whether all holds together that was looked at.
        after: the case after which the check goes on (`verify(after=…)`); None when it is done.
        moves: how many moves were judged again, each by what stood before it.
        not_judged: how many moves could not be, by the reason, in English.
        known_beyond: of what was put back, how many events more the witness knew of, and
        known_until: until when; None where there is no witness, or it cannot say.
        reads: what was found of who has read what; what is wrong with it stands in `problems`, and keeps nobody from anything.
    """

    ok: bool
    cases: int
    events: int
    problems: tuple[Problem, ...]
    after: str | None = None
    moves: int = 0
    not_judged: Mapping[str, int] = EMPTY
    known_beyond: int = 0
    known_until: datetime | None = None
    reads: ReadsFound = ReadsFound(0, 0, are_changed=False)


class History(NamedTuple):
    """The stored events of one case, the blobs beside them, and what does not hold together in them."""

    number: str
    rows: list[Row]
    blobs: Mapping[int, Mapping[str, tuple[Any, Any]]]
    problems: list[Problem]

    @property
    def head(self) -> bytes:
        """The hash of the newest event."""
        return ledger.hash_in(self.rows[-1])

    @property
    def with_previous(self) -> Iterator[tuple[Row, bytes]]:
        """Give each event, with the hash of the one before."""
        return zip(self.rows, (ledger.GENESIS, *map(ledger.hash_in, self.rows)), strict=False)


class Share(NamedTuple):
    """Which cases are looked at: one of so many parts of all, by their numbers, and what has changed since a place in the order.

    Attributes:
        is_all_else: whether what belongs to no case is looked at, too.
    """

    turn: int
    of: int
    since: tuple[int, ...] | None = None
    is_all_else: bool = True

    def has(self, number: str) -> bool:
        """Say whether a case is in this part, whatever was written in it; the ledger of the office is in one that looks at all else."""
        if number == OFFICE:
            return self.is_all_else
        return crc32(_as_bytes(number)) % self.of == self.turn % self.of


class _Upon(NamedTuple):
    """The order of all events, and those that were written upon something else: each by its position, its case and its number."""

    order: Order
    missing: list[tuple[tuple[Any, ...], str, int]]


def verify(
    store: Store,
    progress: Progress = lambda _: None,
    *,
    against: Heads = EMPTY,
    chain_only: bool = False,
    after: str | None = None,
    most: int | None = None,
    part: Share | None = None,
) -> Verification:
    """Check every event of every case, and unless `chain_only`, which needs no key, all that is sealed and every row.

    Some cases at a time, each of one moment: nobody who writes is kept waiting, and little is held.

    Args:
        against: heads that were kept elsewhere; each must be part of the history of its case.
        after: the case after which it goes on.
        most: how many cases at most; then `after` of what is given says where to go on.
        part: look only at these; the order of all events is walked all the same.
    """
    problems: list[Problem] = []
    moves: Counter[str] = Counter()
    upon = None if chain_only else _Upon(Order(store.claims), [])
    cases = events = 0
    with store.database.reading() as connection:
        must_be_ours(connection)
        changed = _changed(connection, part.since) if part is not None and part.since is not None else set()
    while True:
        with store.database.reading() as connection:
            if upon is not None:
                upon.order.go_on(connection)
            numbers = _numbers(connection, after, CHUNK if most is None else min(CHUNK, most - cases))
            chosen = [one for one in numbers if part is None or part.has(one) or one in changed]
            for number in chosen:
                history, row = _history(connection, number), _row(connection, number)
                problems += _check_case(store, connection, history, row, against, moves, upon)
                events += 0 if number == OFFICE else len(history.rows)
                progress(len(history.rows))
        cases += len([number for number in chosen if number != OFFICE])
        if not numbers:
            break
        after = numbers[-1]
        if most is not None and cases >= most:
            return _found([*problems, *_taken_back(store, upon)], cases, events, moves, after)
    problems += _taken_back(store, upon)
    if part is not None and not part.is_all_else:
        return _found(problems, cases, events, moves)
    with store.database.reading() as connection:
        has_gaps = not chain_only and bool(_told(store, connection))
        problems += _check_whole(connection, against, has_gaps=has_gaps)
        if not chain_only:
            problems += _check_office(store, connection)
    return _found(problems, cases, events, moves)


def _changed(connection: Connection, since: Sequence[int]) -> set[str]:
    """Name the cases in which something was written after a place in the order of all events."""
    found, at = set[str](), tuple(since)
    while rows := connection.run(
        statements.WRITTEN_SINCE, {**dict(zip(POSITION, at, strict=True)), "most": MOST_HELD}
    ).fetchall():
        found |= {row[3] for row in rows}
        at = tuple(rows[-1][:3])
    return found


def merged(one: Verification, other: Verification) -> Verification:
    """Give what two checks of different parts have found."""
    not_judged = Counter(one.not_judged) + Counter(other.not_judged)
    return one._replace(
        ok=one.ok and other.ok,
        cases=one.cases + other.cases,
        events=one.events + other.events,
        problems=(*one.problems, *other.problems),
        moves=one.moves + other.moves,
        not_judged=Frozen(dict(not_judged)),
    )


def _found(
    problems: Sequence[Problem], cases: int, events: int, moves: Mapping[str, int], after: str | None = None
) -> Verification:
    not_judged = Frozen({why: count for why, count in sorted(moves.items()) if why})
    return Verification(not problems, cases, events, tuple(problems), after, moves.get("", 0), not_judged)


def heads(store: Store) -> dict[str, str]:
    """Give the hash of the newest event of each case, in hex: kept elsewhere, they show later whether anything was lost."""
    with store.database.reading() as connection:
        rows = connection.run(statements.HEADS, {}).fetchall()
    return {str(number): (head if isinstance(head, bytes) else b"").hex() for number, head, _ in rows}


def _numbers(connection: Connection, after: str | None, most: int) -> list[str]:
    """Name the next cases, in order: those of which there are events, or a row."""
    given = {"after": after or "", "most": most}
    found = {
        row[0]
        for asked in (statements.NUMBERS_OF_EVENTS, statements.NUMBERS_OF_ROWS)
        for row in connection.run(asked, given).fetchall()
    }
    if after is None and _row(connection, "") is not None:
        found.add("")  # no number comes before it; somebody wrote it
    return sorted(found, key=_as_bytes)[:most]


def _as_bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


def _row(connection: Connection, number: str) -> Row | None:
    values = connection.run(statements.ROW_OF, {"number": number}).fetchone()
    return None if values is None else dict(zip(CASE_COLUMNS, values, strict=True))


def _history(connection: Connection, number: str) -> History:
    """Give the history of a case, its chain checked."""
    rows = connection.run(statements.EVENTS, {"number": number, "first": -LAST, "last": LAST}).fetchall()
    blobs: dict[int, dict[str, tuple[Any, Any]]] = {}
    for seq, retention, commitment, sealed in connection.run(statements.BLOBS, {"number": number}).fetchall():
        blobs.setdefault(seq, {})[str(retention)] = (commitment, sealed)
    history = History(str(number), [dict(zip(LEDGER_COLUMNS, row, strict=True)) for row in rows], blobs, [])
    if rows:
        history.problems.extend(_faults_of_chain(history))
    # A case has a row that says which entry is its last; of the office no row does, and a file takes a word for a number.
    if number == OFFICE and len(connection.run(statements.HAS_EVENTS, {"number": number}).fetchall()) != len(rows):
        history.problems.append(Problem(history.number, None, "an entry of it has a number that is none"))
    return history


def _check_case(
    store: Store,
    connection: Connection,
    history: History,
    row: Row | None,
    against: Heads,
    moves: Counter[str],
    upon: _Upon | None,
) -> Iterator[Problem]:
    if not history.rows:
        yield Problem(history.number, None, "its history is missing")
        return
    yield from history.problems
    yield from _lost_heads(history, against)
    if (row is None) is not (history.number == OFFICE):
        yield Problem(
            history.number, None, "its row is missing" if row is None else "there is a row of it, as of a case"
        )
    elif row is not None and row["head"] != history.head:
        yield Problem(history.number, None, "its row does not follow from its events (head)")
    if upon is not None:
        yield from _check_sealed(store, connection, history, row, moves, upon)


def _taken_back(store: Store, upon: _Upon | None) -> Iterator[Problem]:
    """Say once that something was taken back, and before what: whatever was written later was written upon more than there is.

    Of what was written before an administrator has said what is gone, that is known.
    """
    if upon is None or not upon.missing:
        return
    with store.database.reading() as connection:
        known = max(_told(store, connection), default=positions.BEFORE_ALL)
    missing = [one for one in upon.missing if one[0] > known]
    if missing:
        _, number, seq = min(missing)
        since: Template = (
            "what this was written upon is not there any more: something was taken back; so of {count} entries in all"
        )
        yield Problem(number, seq, since, {"count": len(missing)})


def _told(store: Store, connection: Connection) -> list[tuple[int, ...]]:
    """Give where in the order administrators have said what is gone."""
    try:
        return [at for at, event in office.events(store, connection) if event.type == office.LOSS]
    except LedgerBroken:  # which is told of the office
        return []


def _check_whole(connection: Connection, against: Heads, *, has_gaps: bool) -> Iterator[Problem]:
    """Look at what belongs to no case that there is, and at the order of all events."""
    for number in sorted(against):
        if connection.run(statements.HAS_EVENTS, {"number": number}).fetchone() is None:
            yield Problem(number, None, "the whole case is missing, of which a head was kept")
    for number in sorted({str(row[0]) for row in connection.run(statements.BLOBS_WITHOUT_EVENT, {}).fetchall()}):
        yield Problem(number, None, "sealed texts belong to no event")
    yield from _check_positions(connection, has_gaps=has_gaps)


def _faults_of_chain(history: History) -> Iterator[Problem]:
    number, previous = history.number, ledger.GENESIS
    for expected, row in enumerate(history.rows, start=1):
        seq = row["seq"]
        if seq != expected:
            yield Problem(number, seq, "event {missing} is missing before it", {"missing": expected})
            return
        for what in ledger.faults(row, history.blobs.get(seq, EMPTY), previous):
            yield Problem(number, seq, what["template"], what["values"])
        previous = ledger.hash_in(row)
    last: tuple[Any, ...] = positions.BEFORE_ALL
    for row in history.rows:
        position = tuple(row[name] for name in POSITION)
        if not all(isinstance(one, int) for one in position) or position <= last:
            yield Problem(number, row["seq"], "it does not stand after the event before it, in the order of all events")
            break
        last = position
    for row in history.rows:
        if (row["signature"], row["signed_by"]) != (None, None):
            yield Problem(number, row["seq"], "it has a signature, and nobody signs yet")
    for seq in sorted({*history.blobs} - {row["seq"] for row in history.rows}, key=repr):
        yield Problem(number, seq, "sealed texts belong to no event")


def _lost_heads(history: History, against: Heads) -> list[Problem]:
    kept = against.get(history.number)
    if kept is None or any(isinstance(row["hash"], bytes) and row["hash"].hex() == kept for row in history.rows):
        return []
    return [Problem(history.number, None, "the head that was kept is not part of its history: something was lost")]


def _check_sealed(
    store: Store,
    connection: Connection,
    history: History,
    row: Row | None,
    moves: Counter[str] | None = None,
    upon: _Upon | None = None,
) -> Iterator[Problem]:
    """Open all that is sealed of a case, and compare its row with what follows from its events; count its moves, judged again."""
    events: list[Event] = []
    given: dict[str, tuple[str, int, int]] = {}
    classes: set[str] = set()
    for one, previous in history.with_previous:
        number, seq = history.number, one["seq"]
        try:
            body = store.body(connection, one, previous)
            blobs = history.blobs.get(seq, EMPTY)
            if upon is not None and not upon.order.fits(body.upon):
                upon.missing.append((tuple(one[name] for name in POSITION), number, seq))
            if {*body.classes} != {*blobs}:
                yield Problem(number, seq, "sealed texts of it are missing, or too many")
            event = _whole(store, connection, history, one, previous, body)
        except StoreUnavailable:  # without the right key nothing can be said
            raise
        except WayhomeError as error:
            yield _problem(number, seq, error)
            continue
        classes |= {*body.classes}
        events.append(event)
        if event.key:
            given[event.key] = (number, given.get(event.key, (number, seq, seq))[1], seq)
    for key, told in given.items():
        yield from _check_answer(store, connection, key, told)
    for retention in sorted(classes | {"case"}):
        yield from _said(history.number, partial(store.keys.must_stand, connection, (history.number, retention)))
    if history.problems or len(events) < len(history.rows) or history.number == OFFICE:
        return
    case, made = _folded(events)
    if case is None:
        yield Problem(history.number, None, "its events do not make a case")
        return
    if row is not None:
        yield from _check_row(store, connection, row, case, sorted(classes))
    if moves is not None:
        yield from _check_moves(store, connection, history.number, events, made, moves)


def _check_moves(
    store: Store,
    connection: Connection,
    number: str,
    events: Sequence[Event],
    made: Iterable[Moved],
    moves: Counter[str],
) -> Iterator[Problem]:
    """Judge each move again, and count them by why they were not."""

    def another(other: str, at: datetime, now: datetime, version: int) -> OtherCase | None:
        ever = store.events(connection, other)
        if ever and not 1 <= version <= len(ever):
            return None
        told = ever[:version]
        case, _ = _folded(told)
        if case is None:
            raise LedgerBroken("Case {number} cannot be read.", todo="Have the ledger verified.", number=other)
        then = seen_from_elsewhere(case, told, at) if at < now else case
        return OtherCase(store.process(connection, then.digest), then, version)

    for one in rejudge_moves(events, made, partial(store.process, connection), another):
        moves[one.not_judged] += 1
        if one.against:
            yield Problem(number, one.seq, "judged again, {against}", {"against": one.against})


def _whole(
    store: Store, connection: Connection, history: History, row: Row, previous: bytes, body: ledger.Body
) -> Event:
    """Open all that is sealed of an event. Raises LedgerBroken."""
    seq, blobs = row["seq"], history.blobs.get(row["seq"], EMPTY)
    sealed = {retention: blobs.get(retention, (None, None))[1] for retention in body.classes}
    opened = {
        retention: store.blob(connection, history.number, seq, retention, one, previous)
        for retention, one in sealed.items()
    }
    return whole(body, opened)


def _folded(events: list[Event]) -> tuple[Case | None, list[Moved]]:
    try:
        return case_and_moves(events)
    except (WayhomeError, KeyError, ValueError, TypeError, AttributeError):
        return None, []


def _check_row(
    store: Store, connection: Connection, row: Row, case: Case, classes: list[str], *, of_any_version: bool = True
) -> Iterator[Problem]:
    number = case.number
    try:
        process = store.process(connection, case.digest)
        items, said = rederive_dues(process, case)
    except StoreUnavailable:
        raise
    except WayhomeError as error:
        yield _problem(number, None, error)
        return
    for name, value in store.clear_of(connection, case).items():
        if row[name] != value:
            yield Problem(number, None, "its row does not follow from its events ({column})", {"column": name})
    try:
        kept = store.states_in(connection, row)
        state = snapshot.read_state(kept[CASE])
        if not snapshot.is_of_this_version(state.row):
            raise snapshot.OtherVersion
        is_said_by_us = state.derived_by == derivation_stamp(process)
        if not is_said_by_us and not of_any_version:
            raise snapshot.OtherVersion
        made = states_of(process, case, items, said, classes)
        if _without_dues(kept, is_said_by_us) != _without_dues(made, is_said_by_us):
            yield Problem(number, None, "its row does not follow from its events ({column})", {"column": "state"})
    except snapshot.OtherVersion:  # what it says of the case, or of what is due, is not believed, but said anew
        if not of_any_version:
            yield Problem(number, None, "its row was written by another version of this program")
    except LedgerBroken as error:
        yield _problem(number, None, error)


def _without_dues(states: dict[str, bytes], is_said_by_us: bool) -> dict[str, Any]:
    """Leave out what another version of this program, or another calendar, has said is due: it may be otherwise, and nobody believes it."""
    state = snapshot.read_state(states[CASE])
    if not is_said_by_us:
        summary = state.summary._replace(dues=())
        state = state._replace(summary=summary, derived=Raw(b""), derived_by="")
    return {**states, CASE: state}


def _check_positions(connection: Connection, *, has_gaps: bool) -> Iterator[Problem]:
    """Look at the order of all events. Nothing binds it: who changes it may make a listener miss events, and nobody decide otherwise.

    Args:
        has_gaps: somebody has said what is gone.
    """
    known = [row[0] for row in connection.run(statements.ALL_GENERATIONS, {}).fetchall()]
    if known[:1] != [1] or not all(isinstance(one, int) for one in known):
        yield Problem("", None, "the generations of positions were changed")
    for generation, epoch, count, first, last in connection.run(statements.COUNTED, {}).fetchall():
        is_counted = epoch == 0  # in a file; the numbers of PostgreSQL have gaps
        is_foreign = connection.dialect == "sqlite" and [generation] == known[-1:] and not is_counted
        are_numbers = isinstance(first, int) and isinstance(last, int)
        if (
            generation not in known
            or is_foreign
            or not are_numbers
            or (is_counted and not has_gaps and last - first + 1 != count)
        ):
            yield Problem("", None, "the order of all events was changed")
            return


def _check_answer(store: Store, connection: Connection, tag: str, told: tuple[str, int, int]) -> Iterator[Problem]:
    """Look at what is kept of a command's key, by what stands for it: it must say what the events say."""
    number, first, _ = told
    sealed = connection.run(statements.COMMAND_KEY, {"tag": tag}).fetchone()[0]
    if sealed is None:
        yield Problem(number, None, "what is kept of a command's key is missing")
        return
    try:
        kept = store.answer(connection, tag, sealed)[1:]
    except LedgerBroken as error:
        yield _problem(number, None, error)
        return
    if kept[0] != number:
        yield Problem(number, first, "it has the key of a command that case {other} has had", {"other": kept[0]})
    elif kept != told:
        yield Problem(number, None, "what is kept of a command's key does not follow from its events")


def _check_office(store: Store, connection: Connection) -> Iterator[Problem]:
    """Open all that belongs to no case: keys, processes, what is kept of commands, the entries of the office."""
    own = [problem for whose in OWN for problem in _said("", partial(store.keys.must_stand, connection, whose))]
    if own:
        yield from own
        return  # nothing else of it can be opened
    for number, retention, seq in connection.run(statements.ALL_KEYS, {}).fetchall():
        if number and seq is None:
            yield Problem(str(number), None, "there is a key of it, and no event")
        yield from _said(str(number), partial(store.keys.stored, connection, (number, retention)))
    for digest in store.digests(connection):
        yield from _said("", partial(store.stored_labels, connection, digest))
    yield from _said("", partial(store.entries.must_be_as_registered, connection, PROCESS))
    for kind in sorted({row[0] for row in connection.run(statements.ALL_KINDS, {})} | {*ENTRIES_OF}, key=repr):
        if kind not in ENTRIES_OF:
            yield Problem("", None, "there is an entry of a kind that nobody knows")
        else:
            yield from _said("", partial(store.entries.entries, connection, kind))
    for kind in OF_THE_OFFICE:
        yield from _said("", partial(_must_follow, store, connection, kind))
    for tag, sealed in connection.run(statements.ALL_COMMAND_KEYS, {}).fetchall():
        yield from _check_kept(store, connection, tag, sealed)


def _must_follow(store: Store, connection: Connection, kind: str) -> None:
    """Raise LedgerBroken where the entries of a kind are not what the office's events have made of them."""
    if not office.follow(store, connection, kind):
        raise damaged("What the office has entered does not follow from its ledger.")


def _check_kept(store: Store, connection: Connection, tag: Any, sealed: Any) -> Iterator[Problem]:
    """Look whether the event has a command's key that is kept."""
    try:
        _, number, first, _ = store.answer(connection, tag, sealed)
        events = store.events(connection, number, first, first)
    except LedgerBroken as error:
        yield _problem("", None, error)
        return
    if not events or events[0].key != tag:
        yield Problem("", None, "a command's key is kept that no event has")


def _said(number: str, ask: Callable[[], Any]) -> Iterator[Problem]:
    try:
        ask()
    except LedgerBroken as error:
        yield _problem(number, None, error)


def rebuild(store: Store, progress: Progress = lambda _: None) -> tuple[int, int]:
    """Make every case's row again from its events, where it is another; gives how many cases and events.

    First all is looked at, then rows are written, some cases at a time.

    Raises:
        LedgerBroken: the history itself does not hold together. Nothing is made of what was changed.
    """
    for numbers in _chunks(store):
        with store.database.reading() as connection:
            for number in numbers:
                history = _history(connection, number)
                if number == OFFICE:  # no row is made of it
                    continue
                if not history.rows:
                    raise LedgerBroken(
                        "There is a row of case {number}, and no history.",
                        why="Its history was taken out, or somebody wrote another number into the row.",
                        todo="Go back to your last backup, and keep a copy of this database.",
                        number=history.number,
                    )
                _must_hold(store, connection, history, _row(connection, number))
    cases = count = 0
    for numbers in _chunks(store):
        with store.writing() as connection:
            for number in numbers:
                if number == OFFICE:
                    continue
                store.lock(connection, number)
                history, row = _history(connection, number), _row(connection, number)
                if not history.rows:
                    continue
                _must_hold(store, connection, history, row)
                _make_again(store, connection, history, row)
                cases, count = cases + 1, count + len(history.rows)
                progress(len(history.rows))
    with store.writing() as connection:
        office.rebuild(store, connection)
    return cases, count


def _chunks(store: Store) -> Iterator[list[str]]:
    after = None
    while True:
        with store.database.reading() as connection:
            numbers = _numbers(connection, after, CHUNK)
        if not numbers:
            return
        yield numbers
        after = numbers[-1]


def _make_again(store: Store, connection: Connection, history: History, row: Row | None) -> None:
    bodies = [(one, previous, store.body(connection, one, previous)) for one, previous in history.with_previous]
    classes = sorted({one for _, _, body in bodies for one in body.classes})
    case = fold(_whole(store, connection, history, *one) for one in bodies)
    assert case is not None
    if (
        row is None
        or row["head"] != history.head
        or any(_check_row(store, connection, row, case, classes, of_any_version=False))
    ):
        store.rebuild_case(connection, case, history.head, tuple(classes), exists=row is not None)


def _must_hold(store: Store, connection: Connection, history: History, row: Row | None) -> None:
    problem = next(iter([*history.problems, *_check_sealed(store, connection, history, None)]), None)
    if problem is not None:
        raise LedgerBroken(
            "The history of case {number} does not hold together: {problem}.",
            why="Rebuilding would make rows of what was changed.",
            todo="Go back to your last backup, and keep a copy of this database.",
            number=history.number,
            problem=part(problem.what_template, **problem.values),
        )
    known = row["version"] if row is not None else 0
    if isinstance(known, int) and known > history.rows[-1]["seq"]:
        raise LedgerBroken(
            "Case {number} has lost its last events: its row knows {row}, its history {history}.",
            why="Rebuilding would hide that.",
            todo="Go back to your last backup, and keep a copy of this database.",
            number=history.number,
            row=known,
            history=history.rows[-1]["seq"],
        )
