"""The ledger: any changed byte is found, by case and event; rows can be made again, bit for bit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from wayhome import Actor, Engine, commands
from wayhome.packs.plugins import Packs
from wayhome.packs.process import canonical_bytes
from wayhome.stories.playing import StoryClock
from wayhome.testing import walk_to_departure

from tests.conftest import ANNA, a_case, all_packs, engine_at

RELATIVE = {"relation": "relative", "name": "Invented Name"}


@pytest.fixture
def path(tmp_path: Path, packs: Packs, clock: StoryClock) -> Path:
    """A database with two cases: one that has gone far, and one that was just opened, with sealed text in both."""
    file = tmp_path / "case.db"
    with engine_at(f"sqlite:///{file}", clock=clock, packs=packs) as engine:
        for age in ("adult", "child"):
            case = a_case(engine, age_status=age)
            engine.do(commands.Note(case, group="case", text="an invented note"), as_=ANNA)
            engine.do(commands.Involve(case, **RELATIVE), as_=ANNA)
        walk_to_departure(engine, clock, case)
    return file


@pytest.fixture
def opened(path: Path, packs: Packs, clock: StoryClock) -> Callable[[], Engine]:
    """Open the database again, as it lies there now."""
    return lambda: engine_at(f"sqlite:///{path}", clock=clock, packs=packs)


def change(file: Path, sql: str, *values: object) -> None:
    with sqlite3.connect(file) as connection:
        changed = connection.execute(sql, values).rowcount
    connection.close()
    assert changed == 1, sql


def test_an_untouched_database_verifies_clean(opened: Callable[[], Engine]) -> None:
    found = opened().verify()

    assert found.ok
    assert found.cases == 2
    assert found.events > 70
    assert found.problems == ()


COLUMNS = (
    "type", "v", "occurred_at", "recorded_at", "actor", "role", "organisation", "digest", "command_key", "header", "data", "salt", "sealed",
    "hash",
)  # fmt: skip


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_byte_in_any_column_of_an_event_is_found_by_case_and_event(
    path: Path, opened: Callable[[], Engine], column: str
) -> None:
    reader = sqlite3.connect(path)
    number, seq, old = reader.execute(
        f"SELECT number, seq, {column} FROM wh_ledger WHERE type = 'note_added' LIMIT 1"
    ).fetchone()
    reader.close()
    if isinstance(old, bytes):
        new: object = bytes([old[0] ^ 1]) + old[1:]
    else:
        new = old + 1 if isinstance(old, int) else f"{old or ''}x"
    change(path, f"UPDATE wh_ledger SET {column} = ? WHERE number = ? AND seq = ?", new, number, seq)

    found = opened().verify()

    assert not found.ok
    assert (number, seq) in {(p.case, p.event) for p in found.problems}


@given(st.data())
def test_any_single_changed_byte_of_the_stored_blobs_is_found(data: st.DataObject) -> None:
    rows = _rows_of_a_small_ledger()
    row = data.draw(st.sampled_from(rows))
    column = data.draw(st.sampled_from([c for c in ("header", "data", "salt", "sealed", "hash") if row[c]]))
    position = data.draw(st.integers(0, len(row[column]) - 1))
    bit = data.draw(st.integers(0, 7))
    changed = bytearray(row[column])
    changed[position] ^= 1 << bit

    assert _faults({**row, column: bytes(changed)}, rows)


@cache
def _rows_of_a_small_ledger() -> list[dict[str, object]]:
    engine = Engine.open("sqlite://", packs=all_packs())
    case = a_case(engine)
    engine.do(commands.Note(case, group="health", text="an invented note"), as_=ANNA)
    engine.do(commands.Complete(case, step="register_referral"), as_=ANNA)
    with engine._store.database.reading() as connection:
        return list(engine._store.all_events(connection))


def _faults(row: dict[str, object], rows: list[dict[str, object]]) -> list[str]:
    from wayhome.store import ledger

    before = [r for r in rows if r["seq"] == row["seq"] - 1]  # type: ignore[operator]
    after = [r for r in rows if r["seq"] == row["seq"] + 1]  # type: ignore[operator]
    found = ledger.faults(row, before[0]["hash"] if before else ledger.GENESIS, None)  # type: ignore[arg-type]
    if after:
        found += ledger.faults(after[0], row["hash"], None)  # type: ignore[arg-type]
    return found


def test_a_removed_event_is_found_at_the_next_one(path: Path, opened: Callable[[], Engine]) -> None:
    change(
        path,
        "DELETE FROM wh_ledger WHERE seq = 2 AND number = (SELECT number FROM wh_cases ORDER BY version DESC LIMIT 1)",
    )

    found = opened().verify()

    assert [(p.event, p.what) for p in found.problems][:1] == [(3, "event 2 is missing before it")]


def test_a_removed_last_event_is_found_in_the_row(path: Path, opened: Callable[[], Engine]) -> None:
    change(path, "DELETE FROM wh_ledger WHERE rowid = (SELECT rowid FROM wh_ledger ORDER BY seq DESC LIMIT 1)")

    found = opened().verify()

    assert not found.ok
    assert all(p.case.startswith("WH-") for p in found.problems)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE wh_cases SET phase = 'travel' WHERE version = (SELECT MAX(version) FROM wh_cases)",
        "UPDATE wh_cases SET snapshot = x'5b5d' WHERE version = (SELECT MAX(version) FROM wh_cases)",
        "UPDATE wh_due SET due_at = due_at + 1 WHERE rowid = (SELECT MIN(rowid) FROM wh_due)",
        "DELETE FROM wh_due WHERE rowid = (SELECT MIN(rowid) FROM wh_due)",
        "UPDATE wh_identity SET sealed = x'00' WHERE rowid = (SELECT MIN(rowid) FROM wh_identity)",
        "DELETE FROM wh_cases WHERE version = (SELECT MAX(version) FROM wh_cases)",
    ],
)
def test_a_changed_row_is_found_and_rebuilt_from_the_ledger(path: Path, opened: Callable[[], Engine], sql: str) -> None:
    change(path, sql)
    engine = opened()
    assert not engine.verify().ok

    engine.rebuild()

    assert engine.verify().ok or "identity" in sql  # sealed identity cannot be made again


def test_rebuilding_gives_the_same_bytes(path: Path, opened: Callable[[], Engine]) -> None:
    def everything() -> list[object]:
        reader = sqlite3.connect(path)
        rows = [
            *reader.execute("SELECT * FROM wh_cases ORDER BY number"),
            *reader.execute("SELECT * FROM wh_due ORDER BY number, step, round, of"),
        ]
        reader.close()
        return rows

    before = everything()
    opened().rebuild()

    assert everything() == before


def test_what_is_sealed_lies_nowhere_in_clear(path: Path) -> None:
    for file in path.parent.glob("case.db*"):
        if file.suffix != ".key":
            content = file.read_bytes()
            assert b"Invented Name" not in content
            assert b"an invented note" not in content


def test_a_reader_sees_only_the_texts_of_groups_that_the_role_reads(opened: Callable[[], Engine]) -> None:
    engine = opened()
    number = engine.cases(as_=ANNA)[0].number

    manager = [row.texts for row in engine.history(number, as_=ANNA) if row.texts]
    travel = [row.texts for row in engine.history(number, as_=Actor("tom", "x", {"travel_officer"})) if row.texts]

    assert {"case": {"text": "an invented note"}} in manager
    assert any("identity" in texts for texts in manager)
    assert not any("case" in texts for texts in travel)


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), children),
    max_leaves=20,
)


@given(PLAIN)
def test_canonical_json_is_that_of_rfc_8785(value: object) -> None:
    try:
        expected = rfc8785.dumps(value)  # type: ignore[arg-type]
    except (UnicodeEncodeError, rfc8785.CanonicalizationError):
        return
    assert canonical_bytes(value) == expected
    assert orjson.loads(expected) == value
