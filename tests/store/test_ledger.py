"""The ledger: any changed byte is found, by case and event; rows can be made again, bit for bit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from wayhome import Actor, Engine, LedgerBroken, StoreUnavailable, commands
from wayhome.packs.plugins import Packs
from wayhome.packs.process import canonical_bytes
from wayhome.store import checking, ledger
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


COLUMNS = ("format", "recorded_on", "digest", "body", "hash")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_byte_in_any_column_of_an_event_is_found_by_case_and_event(
    path: Path, opened: Callable[[], Engine], column: str
) -> None:
    reader = sqlite3.connect(path)
    number, seq, old = reader.execute(f"SELECT number, seq, {column} FROM wh_ledger WHERE seq = 2 LIMIT 1").fetchone()
    reader.close()
    if isinstance(old, bytes):
        new: object = bytes([old[0] ^ 1]) + old[1:]
    else:
        new = old + 1 if isinstance(old, int) else f"{old or ''}x"
    change(path, f"UPDATE wh_ledger SET {column} = ? WHERE number = ? AND seq = ?", new, number, seq)

    for chain_only in (True, False):
        found = opened().verify(chain_only=chain_only)

        assert not found.ok
        assert (number, seq) in {(p.case, p.event) for p in found.problems}


@given(st.data())
def test_any_single_changed_byte_of_the_stored_blobs_is_found_without_a_key(data: st.DataObject) -> None:
    rows, blobs = _rows_of_a_small_ledger()
    row = data.draw(st.sampled_from(rows))
    own = {column: row[column] for column in ("body", "hash")} | {
        f"{retention} {which}": value
        for retention, two in blobs.get(row["seq"], {}).items()
        for which, value in zip(("commitment", "sealed"), two, strict=True)
    }
    where = data.draw(st.sampled_from(sorted(own)))
    changed = bytearray(own[where])
    changed[data.draw(st.integers(0, len(changed) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    own[where] = bytes(changed)
    changed_blobs = {
        retention: (own[f"{retention} commitment"], own[f"{retention} sealed"])
        for retention in blobs.get(row["seq"], {})
    }

    assert _faults({**row, "body": own["body"], "hash": own["hash"]}, changed_blobs, rows, blobs)


Blobs = dict[int, dict[str, tuple[bytes, bytes]]]


@cache
def _rows_of_a_small_ledger() -> tuple[list[dict[str, Any]], Blobs]:
    engine = Engine.open("sqlite://", packs=all_packs())
    case = a_case(engine)
    engine.do(commands.Note(case, group="health", text="an invented note"), as_=ANNA)
    engine.do(commands.Complete(case, step="register_referral"), as_=ANNA)
    with engine._store.database.reading() as connection:
        history = checking._history(connection, case)
    assert not history.problems
    return history.rows, history.blobs  # type: ignore[return-value]


def _faults(row: dict[str, Any], own: Any, rows: list[dict[str, Any]], blobs: Blobs) -> list[Any]:
    before = [r for r in rows if r["seq"] == row["seq"] - 1]
    after = [r for r in rows if r["seq"] == row["seq"] + 1]
    found = ledger.faults(row, own, before[0]["hash"] if before else ledger.GENESIS)
    if after:
        found += ledger.faults(after[0], blobs.get(after[0]["seq"], {}), row["hash"])
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
        "UPDATE wh_cases SET state = x'5b5d' WHERE version = (SELECT MAX(version) FROM wh_cases)",
        "UPDATE wh_cases SET opened_on = '2020-01-01' WHERE version = (SELECT MAX(version) FROM wh_cases)",
        "UPDATE wh_cases SET head = x'00' WHERE version = (SELECT MAX(version) FROM wh_cases)",
        "DELETE FROM wh_cases WHERE version = (SELECT MAX(version) FROM wh_cases)",
    ],
)
def test_a_changed_row_is_found_and_rebuilt_from_the_ledger(path: Path, opened: Callable[[], Engine], sql: str) -> None:
    change(path, sql)
    engine = opened()
    assert not engine.verify().ok

    engine.rebuild()

    assert engine.verify().ok


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE wh_blobs SET sealed = x'00' WHERE rowid = (SELECT MIN(rowid) FROM wh_blobs)",
        "UPDATE wh_blobs SET sealed = NULL WHERE rowid = (SELECT MIN(rowid) FROM wh_blobs)",
        "DELETE FROM wh_blobs WHERE rowid = (SELECT MIN(rowid) FROM wh_blobs)",
        "UPDATE wh_ledger SET body = x'00' WHERE rowid = (SELECT MIN(rowid) FROM wh_ledger)",
    ],
)
def test_nothing_is_made_again_of_a_history_that_was_changed(
    path: Path, opened: Callable[[], Engine], sql: str
) -> None:
    change(path, sql)
    engine = opened()

    with pytest.raises(LedgerBroken, match="does not hold together"):
        engine.rebuild()

    assert not engine.verify().ok


def test_rebuilding_writes_nothing_where_all_is_as_it_should_be(path: Path, opened: Callable[[], Engine]) -> None:
    def everything() -> list[object]:
        reader = sqlite3.connect(path)
        rows = [*reader.execute("SELECT * FROM wh_cases ORDER BY number")]
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


# --- some cases at a time ------------------------------------------------------------------------------------


def test_a_check_goes_on_where_it_stopped_and_finds_the_same(path: Path, opened: Callable[[], Engine]) -> None:
    with opened() as engine:
        for _ in range(5):
            a_case(engine)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE wh_ledger SET body = x'00' WHERE seq = 1")
    with opened() as engine:
        whole = engine.verify()
        parts, after = [], None
        while True:
            parts.append(engine.verify(after=after, most=2))
            after = parts[-1].after
            if after is None:
                break

    assert len(parts) > 2
    assert (sum(part.cases for part in parts), sum(part.events for part in parts)) == (whole.cases, whole.events)
    assert sorted(repr(one) for part in parts for one in part.problems) == sorted(map(repr, whole.problems))
    assert whole.problems
    assert whole.after is None


def test_whoever_writes_does_not_wait_for_a_check(path: Path, opened: Callable[[], Engine]) -> None:
    """Between two looks of a check somebody writes: neither hinders the other, and nothing is called a problem."""
    with opened() as engine:
        case = a_case(engine)

        def write(_: int) -> None:
            engine.do(
                commands.Note(case, text="an invented note", key=f"during-{engine.case(case, as_=ANNA).version}"),
                as_=ANNA,
            )

        assert engine.verify(write).problems == ()
        assert engine.verify().ok


def test_a_check_in_a_process_of_its_own_finds_the_same(path: Path, opened: Callable[[], Engine]) -> None:
    counted: list[int] = []
    with opened() as engine:
        assert engine.verify(counted.append, apart=True) == engine.verify()
        assert sum(counted) == engine.verify().events
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE wh_ledger SET body = x'00' WHERE seq = 1")
        assert engine.verify(apart=True) == engine.verify()
        assert not engine.verify(apart=True, chain_only=True).ok


def test_a_check_in_a_process_of_its_own_that_is_stopped_is_said_so(
    opened: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/bin/true")
    with opened() as engine, pytest.raises(StoreUnavailable, match="The check has ended before it was done"):
        engine.verify(apart=True)
