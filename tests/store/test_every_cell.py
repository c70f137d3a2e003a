"""Whoever can write the file: each cell of each table changed, exchanged with another's, or put back from an older copy.

The next question refuses or is answered as before; `verify` names it; `rebuild` makes nothing of it but what the ledger says.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from wayhome import Actor, Engine, LedgerBroken, StoreUnavailable, WayhomeError, commands
from wayhome.packs.plugins import Packs
from wayhome.store.tables import METADATA
from wayhome.stories.playing import StoryClock

from tests.conftest import ANNA, START, a_case, engine_at

KEYS = {name: [column.name for column in table.primary_key] for name, table in METADATA.tables.items()}
CELLS = [(name, column.name) for name, table in METADATA.tables.items() for column in table.columns]
WAYS = ("changed", "exchanged", "older")


class Written(NamedTuple):
    """A database with two cases, an older copy of it, and what it answers."""

    file: Path
    older: Path
    cases: tuple[str, str]
    clock: StoryClock
    packs: Packs
    said: str

    def opened(self, file: Path) -> Engine:
        return Engine.open(f"sqlite:///{file}", clock=self.clock, packs=self.packs, key_file=f"{self.file}.key")


def answers(engine: Engine, cases: tuple[str, str]) -> str:
    """Ask all that a person acts upon: may they depart, what comes next, what is due, who may act."""
    said: list[Any] = [engine.why(case, "depart", as_=ANNA) for case in cases]
    said += [engine.next(case, as_=ANNA) for case in cases]
    said += [[(row.seq, row.type, row.texts) for row in whole_history(engine, case)] for case in cases]
    return repr([*said, engine.due(as_=ANNA), engine.cases(as_=ANNA), engine.actors(), engine.organisations()])


def whole_history(engine: Engine, case: str) -> Any:
    page = engine.history(case, as_=ANNA)
    if page.damaged:
        raise LedgerBroken("something is damaged, and named")
    return page


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory, packs: Packs) -> Written:
    folder = tmp_path_factory.mktemp("cells")
    file, older = folder / "case.db", folder / "older.db"
    clock = StoryClock(START)
    with engine_at(f"sqlite:///{file}", clock=clock, packs=packs) as engine:
        cases = a_case(engine, age_status="adult"), a_case(engine, age_status="child")
        for n, case in enumerate(cases):
            engine.do(commands.Note(case, group="case", text="an invented note", key=f"note-{n}"), as_=ANNA)
            engine.do(commands.Involve(case, relation="relative", name="Invented Name"), as_=ANNA)
        for house in ("an_invented_house", "another_house"):
            engine.put_actor(Actor(f"of_{house}", house, {"case_manager_sending"}))
            engine.register_organisation(house, title="An invented house", country="NG")
    shutil.copy(file, older)
    with engine_at(f"sqlite:///{file}", clock=clock, packs=packs) as engine:
        for case in cases:
            engine.do(commands.Complete(case, step="register_referral"), as_=ANNA)
        for house in ("an_invented_house", "another_house"):
            engine.put_actor(Actor(f"of_{house}", house, {"travel_officer"}))
            engine.register_organisation(house, title="Another title", country="NG")
        engine.keep_newest_process("NL", "NG")
        said = answers(engine, cases)
    return Written(file, older, cases, clock, packs, said)


def rows(file: Path, table: str) -> list[dict[str, Any]]:
    connection = sqlite3.connect(file)
    connection.row_factory = sqlite3.Row
    found = [dict(row) for row in connection.execute(f"SELECT * FROM {table} ORDER BY {', '.join(KEYS[table])}")]
    connection.close()
    return found


def put(file: Path, table: str, row: dict[str, Any], column: str, value: Any) -> bool:
    """Write a cell; gives whether the file takes it."""
    where = " AND ".join(f"{key} = ?" for key in KEYS[table])
    connection = sqlite3.connect(file)
    try:
        given = (value, *(row[key] for key in KEYS[table]))
        return connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", given).rowcount == 1
    except sqlite3.IntegrityError:  # there is such a row already, or it must not be empty
        return False
    finally:
        connection.commit()
        connection.close()


def otherwise(value: Any) -> list[Any]:
    """Give what somebody could write in place of a value."""
    if isinstance(value, bytes):
        return [bytes([value[0] ^ 1]) + value[1:], value[:-1], b"", "no bytes at all"]
    if isinstance(value, int):
        return [value + 1, value - 1, "many"]
    return [f"{value}x", "", b"\xff\xfe"]


def attacks(
    written: Written, table: str, column: str, way: str, *, of_each: int
) -> Iterator[tuple[dict[str, Any], Any]]:
    """Give rows, and what to write into their cell."""
    now = rows(written.file, table)
    before = {tuple(row[key] for key in KEYS[table]): row for row in rows(written.older, table)}
    for row in now[-of_each:]:
        if way == "changed":
            values = [value for value in otherwise(row[column]) if value != row[column]]
            for value in values[: 1 if of_each == 1 else None]:
                yield row, value
        elif way == "exchanged":
            others = [other for other in now if other[column] != row[column]]
            mates = [one for one in others if all(one[k] == row[k] for k in KEYS[table][1:])] or others
            for other in mates[:of_each]:
                yield row, other[column]
        elif (old := before.get(tuple(row[key] for key in KEYS[table]))) and old[column] != row[column]:
            yield row, old[column]


def attacked(written: Written, folder: Path, table: str, column: str, row: dict[str, Any], value: Any) -> bool:
    """Attack one cell, and look at what comes of it; gives whether the file took it."""
    file = folder / "attacked.db"
    shutil.copy(written.file, file)
    if not put(file, table, row, column, value):
        return False
    with written.opened(file) as engine:
        try:
            said = answers(engine, written.cases)
        except WayhomeError:
            said = written.said
        assert said == written.said, "it was believed"
        for case in written.cases:  # what is shown of a damaged history is as it was
            with suppress(LedgerBroken, StoreUnavailable):
                told = [repr((row.seq, row.type, row.texts)) for row in engine.history(case, as_=ANNA)]
                assert all(one in written.said or "{}" in one for one in told), "another text was believed"
        assert found(engine), "nobody named it"
        try:
            engine.rebuild()
        except (LedgerBroken, StoreUnavailable):
            pass
        else:
            assert found(engine) or answers(engine, written.cases) == written.said, "it was made a row of"
    return True


def found(engine: Engine) -> bool:
    try:
        return not engine.verify().ok
    except StoreUnavailable as error:
        return error.code in ("wrong_key", "no_key")


@pytest.mark.parametrize(("table", "column"), CELLS, ids=[f"{table}.{column}" for table, column in CELLS])
def test_no_cell_is_believed_that_was_written_by_another_hand(
    written: Written, tmp_path: Path, table: str, column: str
) -> None:
    for way in WAYS:
        for row, value in attacks(written, table, column, way, of_each=1):
            attacked(written, tmp_path, table, column, row, value)


@pytest.mark.soak
@pytest.mark.parametrize(("table", "column"), CELLS, ids=[f"{table}.{column}" for table, column in CELLS])
def test_no_cell_of_any_row_is_believed_whatever_stands_in_it(
    written: Written, tmp_path: Path, table: str, column: str
) -> None:
    for way in WAYS:
        for row, value in attacks(written, table, column, way, of_each=8):
            attacked(written, tmp_path, table, column, row, value)


def test_every_table_is_attacked_in_every_way_that_it_can_be(written: Written, tmp_path: Path) -> None:
    """What is written once has no older copy of itself; all else is put back, exchanged and changed."""
    taken = {
        (table, way)
        for table, column in CELLS
        for way in WAYS
        for row, value in attacks(written, table, column, way, of_each=1)
        if put(Path(shutil.copy(written.file, tmp_path / "tried.db")), table, row, column, value)
    }

    assert {table for table, way in taken if way == "changed"} == {*KEYS}
    assert {table for table, way in taken if way == "exchanged"} == {*KEYS} - {"wh_master_keys", "wh_generations"}
    assert {table for table, way in taken if way == "older"} == {"wh_cases", "wh_entries"}
