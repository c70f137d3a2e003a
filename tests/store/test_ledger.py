"""The ledger: any changed byte is found, by case and event; rows can be made again, bit for bit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import orjson
import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from wayhome import Actor, Engine, LedgerBroken, StoreUnavailable, commands
from wayhome.packs.process import canonical_bytes
from wayhome.store import checking, ledger
from wayhome.stories.playing import StoryClock
from wayhome.testing import walk_to_departure

from tests.conftest import ANNA, START, a_case, all_packs
from tests.places import Place, a_place

RELATIVE = {"relation": "relative", "name": "Invented Name"}


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def whole(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Place, StoryClock]]:
    """A database with two cases: one that has gone far, and one that was just opened, with sealed text in both."""
    place, clock = a_place(request.param, tmp_path_factory.mktemp("ledger")), StoryClock(START)
    place.make()
    with place.open(clock=clock) as engine:
        for age in ("adult", "child"):
            case = a_case(engine, age_status=age)
            engine.do(commands.Note(case, group="case", text="an invented note"), as_=ANNA)
            engine.do(commands.Involve(case, by="person", **RELATIVE), as_=ANNA)
        walk_to_departure(engine, clock, case)
    yield place, clock
    place.gone()


@pytest.fixture
def place(whole: tuple[Place, StoryClock]) -> Place:
    """A copy of it, for one test."""
    return whole[0].copied("changed")


@pytest.fixture
def opened(place: Place, whole: tuple[Place, StoryClock]) -> Callable[[], Engine]:
    """Open the database again, as it lies there now."""
    return lambda: place.open(clock=whole[1])


def change(place: Place, sql: str, *values: object) -> None:
    assert place.write(sql, *values) == 1, sql


def test_an_untouched_database_verifies_clean(opened: Callable[[], Engine]) -> None:
    with opened() as engine:
        found = engine.verify()

    assert found.ok
    assert found.cases == 2
    assert found.events > 70
    assert found.problems == ()


COLUMNS = ("format", "recorded_on", "digest", "body", "hash")


@pytest.mark.parametrize("column", COLUMNS)
def test_a_changed_byte_in_any_column_of_an_event_is_found_by_case_and_event(
    place: Place, opened: Callable[[], Engine], column: str
) -> None:
    number, seq, old = place.rows(f"SELECT number, seq, {column} FROM wh_ledger WHERE seq = 2 LIMIT 1")[0]
    if isinstance(old, bytes):
        new: object = bytes([old[0] ^ 1]) + old[1:]
    else:
        new = old + 1 if isinstance(old, int) else f"{old or ''}x"
    change(place, f"UPDATE wh_ledger SET {column} = ? WHERE number = ? AND seq = ?", new, number, seq)

    for chain_only in (True, False):
        with opened() as engine:
            found = engine.verify(chain_only=chain_only)

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
    engine.do(commands.Note(case, by="person", group="health", text="an invented note"), as_=ANNA)
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


def test_a_removed_event_is_found_at_the_next_one(place: Place, opened: Callable[[], Engine]) -> None:
    change(
        place,
        "DELETE FROM wh_ledger WHERE seq = 2 AND number = (SELECT number FROM wh_cases ORDER BY version DESC LIMIT 1)",
    )

    with opened() as engine:
        found = engine.verify()

    assert [(p.event, p.what) for p in found.problems][:1] == [(3, "event 2 is missing before it")]


def test_a_removed_last_event_is_found_in_the_row(place: Place, opened: Callable[[], Engine]) -> None:
    change(
        place,
        "DELETE FROM wh_ledger WHERE (number, seq) = (SELECT number, seq FROM wh_ledger ORDER BY seq DESC LIMIT 1)",
    )

    with opened() as engine:
        found = engine.verify()

    assert not found.ok
    assert all(p.case.startswith("WH-") for p in found.problems)


FIRST_BLOB = "WHERE (number, seq, retention) = (SELECT number, seq, retention FROM wh_blobs ORDER BY 1, 2, 3 LIMIT 1)"


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        ("UPDATE wh_cases SET phase = ?", ["travel"]),
        ("UPDATE wh_cases SET state = ?", [b"[]"]),
        ("UPDATE wh_cases SET opened_on = ?", ["2020-01-01"]),
        ("UPDATE wh_cases SET head = ?", [b"\0"]),
        ("DELETE FROM wh_cases", []),
    ],
)
def test_a_changed_row_is_found_and_rebuilt_from_the_ledger(
    place: Place, opened: Callable[[], Engine], sql: str, values: list[Any]
) -> None:
    change(place, f"{sql} WHERE version = (SELECT MAX(version) FROM wh_cases)", *values)
    with opened() as engine:
        assert not engine.verify().ok

        engine.rebuild()

        assert engine.verify().ok


@pytest.mark.parametrize(
    ("sql", "values"),
    [
        (f"UPDATE wh_blobs SET sealed = ? {FIRST_BLOB}", [b"\0"]),
        (f"UPDATE wh_blobs SET sealed = NULL {FIRST_BLOB}", []),
        (f"DELETE FROM wh_blobs {FIRST_BLOB}", []),
        ("UPDATE wh_ledger SET body = ? WHERE (number, seq) = (SELECT MIN(number), 1 FROM wh_ledger)", [b"\0"]),
    ],
)
def test_nothing_is_made_again_of_a_history_that_was_changed(
    place: Place, opened: Callable[[], Engine], sql: str, values: list[Any]
) -> None:
    change(place, sql, *values)
    with opened() as engine:
        with pytest.raises(LedgerBroken, match="does not hold together"):
            engine.rebuild()

        assert not engine.verify().ok


def test_rebuilding_writes_nothing_where_all_is_as_it_should_be(place: Place, opened: Callable[[], Engine]) -> None:
    before = place.rows("SELECT * FROM wh_cases ORDER BY number")
    with opened() as engine:
        engine.rebuild()

    assert place.rows("SELECT * FROM wh_cases ORDER BY number") == before


def test_a_reader_sees_only_the_texts_of_groups_that_the_role_reads(opened: Callable[[], Engine]) -> None:
    with opened() as engine:
        number = next(row.number for row in engine.cases(as_=ANNA) if row.phase != "identification")

        manager = [row.texts for row in engine.history(number, as_=ANNA) if row.texts]
        travel = [
            row.texts
            for row in engine.history(number, as_=Actor("tom", ANNA.organisation, {"travel_officer"}))
            if row.texts
        ]

    assert {"case": {"text": "an invented note"}} in manager
    assert any("family" in texts for texts in manager)
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


def test_a_check_goes_on_where_it_stopped_and_finds_the_same(place: Place, opened: Callable[[], Engine]) -> None:
    with opened() as engine:
        for _ in range(5):
            a_case(engine)
    place.write("UPDATE wh_ledger SET body = ? WHERE seq = 1", b"0")
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


def test_whoever_writes_does_not_wait_for_a_check(place: Place, opened: Callable[[], Engine]) -> None:
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


def test_a_check_in_a_process_of_its_own_finds_the_same(place: Place, opened: Callable[[], Engine]) -> None:
    counted: list[int] = []
    with opened() as engine:
        assert engine.verify(counted.append, apart=True) == engine.verify()
        assert sum(counted) == engine.verify().events + 1, "and that of the office"
        place.write("UPDATE wh_ledger SET body = ? WHERE seq = 1", b"0")
        assert engine.verify(apart=True) == engine.verify()
        assert not engine.verify(apart=True, chain_only=True).ok


def test_a_check_in_a_process_of_its_own_that_is_stopped_is_said_so(
    place: Place, opened: Callable[[], Engine], monkeypatch: pytest.MonkeyPatch
) -> None:
    if place.schema:
        pytest.skip("a host's engine is checked here")
    monkeypatch.setattr("sys.executable", "/bin/true")
    with opened() as engine, pytest.raises(StoreUnavailable, match="The check has ended before it was done"):
        engine.verify(apart=True)
