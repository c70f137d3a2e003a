"""Verify: is every event as it was written, and does every case follow from its events? Rebuild: make the rows again."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar, NamedTuple

import orjson

from wayhome.errors import LedgerBroken, Template, WayhomeError, filled
from wayhome.flow.apply import fold
from wayhome.flow.due import dues
from wayhome.frozen import EMPTY
from wayhome.model.case import Case
from wayhome.model.data import Data
from wayhome.store import ledger
from wayhome.store.cases import Store, case_values, due_values, event_of, uuid_of
from wayhome.store.statements import DUE_COLUMNS, DUE_OF

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Problem(Data):
    """One thing that does not hold together: in which case, at which event (None: in its row), and what."""

    told: ClassVar[tuple[str, ...]] = ("what",)

    case: str
    event: int | None
    what_template: Template
    values: Mapping[str, Any] = EMPTY

    @property
    def what(self) -> str:
        """What does not hold together, in English."""
        return filled(self.what_template, self.values)


class Verification(NamedTuple):
    """What a check of the whole database found."""

    ok: bool
    cases: int
    events: int
    problems: tuple[Problem, ...]


def verify(store: Store, progress: Progress = lambda _: None) -> Verification:
    """Check every event of every case, and every row that is made from them. Needs no key."""
    problems: list[Problem] = []
    count = 0
    with store.database.reading() as connection:
        cases = {row["number"]: row for row in store.cases(connection)}
        identities = store.all_identity(connection)
        keys = store.all_key_classes(connection)
        seen: set[str] = set()
        used: set[tuple[str, int]] = set()
        for number, rows in _histories(store, connection):
            seen.add(number)
            found, case, head = _check_history(number, rows, identities, used)
            found += _missing_keys(number, rows, keys)
            count += len(rows)
            problems += found
            if number not in cases:
                problems.append(Problem(number, None, "its row is missing"))
            elif not found:
                problems += _check_rows(store, connection, cases[number], case, head)
            progress(len(rows))
        problems += [Problem(number, None, "its history is missing") for number in sorted(set(cases) - seen)]
        problems += [
            Problem(n, seq, "its sealed identity belongs to no event") for n, seq in sorted(set(identities) - used)
        ]
    return Verification(not problems, len(cases), count, tuple(problems))


def _histories(store: Store, connection: sqlite3.Connection) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    for number, rows in groupby(store.all_events(connection), key=lambda row: row["number"]):
        yield str(number), list(rows)


def _check_history(
    number: str, rows: list[dict[str, Any]], identities: dict[tuple[str, int], bytes], used: set[tuple[str, int]]
) -> tuple[list[Problem], Case | None, bytes]:
    problems: list[Problem] = []
    previous = ledger.GENESIS
    for expected, row in enumerate(rows, start=1):
        seq = row["seq"]
        if seq != expected:
            problems.append(Problem(number, seq, "event {missing} is missing before it", {"missing": expected}))
            break
        identity = identities.get((number, seq))
        if identity is not None:
            used.add((number, seq))
        problems += [
            Problem(number, seq, what["template"], what["values"]) for what in ledger.faults(row, previous, identity)
        ]
        previous = row["hash"] if isinstance(row["hash"], bytes) else b""
    if problems:
        return problems, None, previous
    try:
        return [], fold(event_of(row) for row in rows), previous
    except (WayhomeError, KeyError, ValueError, TypeError, AttributeError, orjson.JSONDecodeError):
        return [Problem(number, None, "its events do not make a case")], None, previous


def _missing_keys(number: str, rows: list[dict[str, Any]], keys: set[tuple[str, str]]) -> list[Problem]:
    """Say at which event something is sealed with a key that is not there any more."""
    found = []
    for row in rows:
        try:
            sealed = orjson.loads(row["sealed"]) if row["sealed"] else {}
        except orjson.JSONDecodeError:
            continue  # told already
        missing = [class_ for class_ in sealed if (number, class_) not in keys]
        if missing:
            keyless = "the key of its sealed data is missing ({classes})"
            found.append(Problem(number, row["seq"], keyless, {"classes": missing}))
    return found


def _check_rows(
    store: Store, connection: sqlite3.Connection, row: dict[str, Any], case: Case | None, head: bytes
) -> list[Problem]:
    number = str(row["number"])
    if case is None:
        return []
    try:
        process = store.process(connection, case.digest)
        if process.digest != case.digest:
            return [Problem(number, None, "the process that it is pinned to was changed")]
        items = dues(process, case)
    except WayhomeError:
        return [Problem(number, None, "the process that it is pinned to is missing")]
    wanted = case_values(process, case, head, items) | {"uuid": uuid_of(number)}
    problems = [
        Problem(number, None, "its row does not follow from its events ({column})", {"column": name})
        for name, v in wanted.items()
        if row[name] != v
    ]
    stored = {
        (d["step"], d["round"], d["of"]): {"number": number, **d, "backwards": bool(d["backwards"])}
        for values in store.database.run(connection, DUE_OF, {"number": number})
        for d in [dict(zip(DUE_COLUMNS[1:], values, strict=True))]
    }
    if stored != {(i.step, i.round, i.of): due_values(number, i) for i in items}:
        problems.append(Problem(number, None, "its due rows do not follow from its events"))
    return problems


def rebuild(store: Store, progress: Progress = lambda _: None) -> tuple[int, int]:
    """Make every case's row and due rows again from its events; gives how many cases and events."""
    count = cases = 0
    with store.database.writing() as connection:
        existing = {row["number"]: row["version"] for row in store.cases(connection)}
        for number, rows in list(_histories(store, connection)):
            if existing.get(number, 0) > rows[-1]["seq"]:
                raise LedgerBroken(
                    "Case {number} has lost its last events: its row knows {row}, its history {history}.",
                    why="Rebuilding would hide that.",
                    todo="Go back to your last backup, and keep a copy of this database.",
                    number=number,
                    row=existing[number],
                    history=rows[-1]["seq"],
                )
            case = fold(event_of(row) for row in rows)
            assert case is not None
            store.rebuild_case(connection, number, case, rows[-1]["hash"], exists=number in existing)
            cases, count = cases + 1, count + len(rows)
            progress(len(rows))
    return cases, count
