"""Whoever can write the file and changes more than a cell: rows, registers, keys, the tables themselves."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import orjson
import pytest
from wayhome import Actor, BadInput, Engine, LedgerBroken, StoreUnavailable, WayhomeError, commands, create
from wayhome.packs.plugins import Packs
from wayhome.store import ledger
from wayhome.stories.playing import StoryClock

from tests.conftest import ANNA, START, a_case, engine_at

ADA = Actor("ada", "invented_house", {"system_admin"})


class Office:
    """A database file with two cases, and somebody who writes it with plain SQL."""

    def __init__(self, folder: Path, packs: Packs) -> None:
        self.folder, self.packs, self.clock = folder, packs, StoryClock(START)
        self.file = folder / "case.db"
        with self.open() as engine:
            self.case, self.other = a_case(engine, age_status="child"), a_case(engine, age_status="adult")
            self.note(engine)

    def open(self, file: Path | None = None, **how: Any) -> Engine:
        return engine_at(f"sqlite:///{file or self.file}", clock=self.clock, packs=self.packs, **how)

    def note(self, engine: Engine, **how: Any) -> None:
        engine.do(commands.Note(self.case, group="case", text="an invented note", **how), as_=ANNA)

    def sql(self, *texts: str, values: tuple[Any, ...] = ()) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            for text in texts:
                connection.execute(text, values)
            connection.commit()

    def rows(self, text: str, *values: Any) -> list[Any]:
        with closing(sqlite3.connect(self.file)) as connection:
            return connection.execute(text, values).fetchall()

    def put(self, table: str, rows: list[Any]) -> None:
        with closing(sqlite3.connect(self.file)) as connection:
            for row in rows:
                connection.execute(f"INSERT OR REPLACE INTO {table} VALUES ({','.join('?' * len(row))})", row)
            connection.commit()

    def named(self) -> list[str]:
        """What `verify` names."""
        with self.open() as engine:
            return [one.what for one in engine.verify().problems]


@pytest.fixture
def office(tmp_path: Path, packs: Packs) -> Office:
    return Office(tmp_path, packs)


# --- what nobody may forget --------------------------------------------------------------------------------


def test_a_row_that_was_taken_out_is_missed_by_every_list_and_no_other_alarm_is_kept_silent(office: Office) -> None:
    office.sql("DELETE FROM wh_cases WHERE number = ?", values=(office.case,))

    with office.open() as engine:
        for ask in (engine.due, engine.cases):
            assert ask(as_=ANNA).damaged == (office.case,)
        assert [row.number for row in engine.cases(as_=ANNA)] == [office.other]
        assert engine.ring().not_raised == (office.case,)


def test_a_list_in_pages_misses_a_row_at_its_end(office: Office) -> None:
    """A page of fifty costs what it shows, however many cases there are; nobody comes to the end of a list that is not whole."""
    with office.open() as engine:
        for _ in range(3):
            a_case(engine)
    office.sql("DELETE FROM wh_cases WHERE number = ?", values=(office.case,))

    with office.open() as engine:
        page, damaged = engine.cases(as_=ANNA, limit=1), []
        while page.after is not None:
            damaged.append(page.damaged)
            page = engine.cases(as_=ANNA, limit=1, after=page.after)
        assert [*damaged, page.damaged] == [(), (), (), (office.case,)]


def test_an_older_row_that_was_put_back_is_in_no_list(office: Office) -> None:
    older = office.rows("SELECT * FROM wh_cases WHERE number = ?", office.case)
    with office.open() as engine:
        office.note(engine)
    office.put("wh_cases", older)

    with office.open() as engine:
        for ask in (engine.due, engine.cases):
            page = ask(as_=ANNA)
            assert page.damaged == (office.case,)
            assert office.case not in {getattr(row, "number", None) or row.case for row in page}
        assert engine.ring().not_raised == (office.case,)


@pytest.mark.parametrize("table", ["wh_ledger", "wh_cases", "wh_blobs", "wh_entries", "wh_command_keys"])
@pytest.mark.parametrize("is_open", [True, False], ids=["under an open engine", "before it is opened"])
def test_nothing_is_acknowledged_that_a_trigger_swallows(office: Office, table: str, is_open: bool) -> None:
    trigger = f"CREATE TRIGGER t BEFORE {{}} ON {table} BEGIN SELECT RAISE(IGNORE); END"
    planted = trigger.format("UPDATE" if table == "wh_cases" else "INSERT")

    def act() -> None:
        with office.open() as engine:
            if is_open:
                office.note(engine)
                office.sql(planted)
            office.note(engine, key="k-1")
            engine.put_actor(Actor("eve", "invented_house", {"system_admin"}))

    if not is_open:
        office.sql(planted)
    with pytest.raises(LedgerBroken, match="Something in this database changes what is written"):
        act()


def test_two_rows_of_one_case_cannot_stand_in_a_table_that_was_made_anew(office: Office) -> None:
    office.sql(
        "CREATE TABLE copied AS SELECT * FROM wh_cases", "DROP TABLE wh_cases", "ALTER TABLE copied RENAME TO wh_cases"
    )

    with pytest.raises(LedgerBroken, match="The tables of this database were changed"):
        office.open()


# --- another database under the same key -------------------------------------------------------------------


def test_nothing_of_another_database_under_the_same_key_is_believed(office: Office, tmp_path: Path) -> None:
    key = tmp_path / "case.db.key"
    other = tmp_path / "training.db"
    with office.open(other, key_file=key) as engine:
        trained = a_case(engine)
        engine.put_actor(Actor("eve", "invented_house", {"system_admin"}))
    office.sql(
        "ATTACH DATABASE '" + str(other) + "' AS t",
        *(
            f"INSERT OR REPLACE INTO main.{table} SELECT * FROM t.{table} WHERE true"
            for table in ("wh_master_keys", "wh_keys", "wh_cases", "wh_ledger", "wh_processes", "wh_entries")
        ),
    )

    with office.open() as engine:
        for ask in (lambda: engine.case(trained, as_=ANNA), lambda: engine.cases(as_=ANNA), engine.actors):
            with pytest.raises(LedgerBroken, match="Which master key belongs to this database was changed"):
                ask()
    assert "Which master key belongs to this database was changed." in office.named()


# --- the office --------------------------------------------------------------------------------------------


def test_no_honest_write_makes_a_changed_office_right(office: Office) -> None:
    with office.open() as engine:
        engine.put_actor(ADA)
        engine.put_actor(Actor("eve", "invented_house", {"system_admin"}), as_=ADA)
        engine.register_organisation("a_house", title="An invented house", country="NG", does=["house"])
    older = office.rows("SELECT * FROM wh_entries WHERE kind IN ('actor', 'organisation')")
    with office.open() as engine:
        engine.put_actor(Actor("eve", "invented_house", {"travel_officer"}), as_=ADA)
        engine.register_organisation("a_house", title="An invented house", country="NG")
    office.put("wh_entries", older)

    with office.open() as engine:
        with pytest.raises(LedgerBroken, match="Who may use the shell was changed"):
            engine.put_actor(Actor("anna", "invented_house", {"travel_officer"}), as_=ADA)
        with pytest.raises(LedgerBroken, match="The organisations that were registered were changed"):
            engine.register_organisation("another", title="Another", country="NG")
        with pytest.raises(LedgerBroken, match="The organisations that were registered were changed"):
            engine._registered("a_house")


def test_labels_that_were_put_back_are_read_by_nobody_and_washed_by_nobody(office: Office) -> None:
    older = office.rows("SELECT * FROM wh_processes")
    with office.open() as engine:
        process = engine.process_of(office.case, as_=ANNA)
        labels = orjson.loads(orjson.dumps(process.labels))
        labels["partners"]["invented"] = {"name": "An invented house", "pack": "core"}
        with engine._store.writing() as connection:
            engine._store.keep_process(connection, _with(process, labels))
    office.put("wh_processes", older)

    with office.open() as engine:
        for ask in (lambda: engine.case(office.case, as_=ANNA), lambda: engine.keep_newest_process("NL", "NG")):
            with pytest.raises(LedgerBroken, match="The processes were changed"):
                ask()


def test_what_one_engine_renews_another_shows(office: Office) -> None:
    with office.open() as first, office.open() as second:
        process = first.process_of(office.case, as_=ANNA)
        labels = orjson.loads(orjson.dumps(process.labels))
        labels["partners"]["invented"] = {"name": "An invented house", "pack": "core"}
        with second._store.writing() as connection:
            second._store.keep_process(connection, _with(process, labels))

        assert "invented" in first.process_of(office.case, as_=ANNA).labels["partners"]


def _with(process: Any, labels: Any) -> Any:
    from dataclasses import replace

    return replace(process, labels=labels)


# --- histories ---------------------------------------------------------------------------------------------


def test_no_event_of_another_future_is_put_into_a_history(office: Office, tmp_path: Path) -> None:
    kept = tmp_path / "kept.db"
    shutil.copy(office.file, kept)
    with office.open() as engine:
        engine.do(commands.Record(office.case, facts={"has_passport": True}), as_=ANNA)
        at = engine.case(office.case, as_=ANNA).version
        office.note(engine)
    said = office.rows("SELECT * FROM wh_ledger WHERE number = ? AND seq = ?", office.case, at)
    shutil.copy(kept, office.file)
    with office.open() as engine:
        office.note(engine)
        office.note(engine)
    office.put("wh_ledger", said)
    _chain_anew(office)
    office.sql("DELETE FROM wh_cases WHERE number = ?", values=(office.case,))

    with office.open() as engine:
        with pytest.raises(LedgerBroken, match="does not hold together"):
            engine.rebuild()
        with pytest.raises(LedgerBroken):
            engine.case(office.case, as_=ANNA)


def _chain_anew(office: Office) -> None:
    names = [row[1] for row in office.rows("PRAGMA table_info(wh_ledger)")]
    before = ledger.GENESIS
    for values in office.rows("SELECT * FROM wh_ledger WHERE number = ? ORDER BY seq", office.case):
        row = dict(zip(names, values, strict=True))
        blobs = dict(
            office.rows(
                "SELECT retention, commitment FROM wh_blobs WHERE number = ? AND seq = ?", office.case, row["seq"]
            )
        )
        before = ledger.hash_of(row, blobs, before)
        office.sql(
            "UPDATE wh_ledger SET hash = ? WHERE number = ? AND seq = ?", values=(before, office.case, row["seq"])
        )


def test_a_key_of_a_command_that_two_cases_had_is_named(office: Office) -> None:
    for is_last in (False, True):
        with office.open() as engine:
            engine.do(commands.Open(host_country="BE", origin_country="NG", key="intake-1"), as_=ANNA)
        if not is_last:
            office.sql("DELETE FROM wh_command_keys")

    assert any("it has the key of a command that case" in what for what in office.named())


def test_a_key_that_is_gone_is_named_though_it_is_kept_open(office: Office) -> None:
    with office.open() as engine:
        engine.case(office.case, as_=ANNA)
        office.sql("DELETE FROM wh_keys WHERE number <> ''")

        assert f"A key of case {office.case} is missing." in [one.what for one in engine.verify().problems]


# --- damage of every kind ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE wh_cases SET state = 4611686018427387904",
        "UPDATE wh_ledger SET body = 4611686018427387904 WHERE seq = 1",
        "UPDATE wh_ledger SET hash = 4611686018427387904 WHERE seq = 1",
        "UPDATE wh_processes SET labels = 4611686018427387904",
        "UPDATE wh_master_keys SET check_value = 4611686018427387904",
        "UPDATE wh_master_keys SET id = x'00'",
        "UPDATE wh_cases SET phase = CAST(x'ff' AS TEXT)",
        "UPDATE wh_ledger SET recorded_on = CAST(x'ff' AS TEXT)",
        "UPDATE wh_entries SET kind = CAST(x'ff' AS TEXT) WHERE rowid = (SELECT MIN(rowid) FROM wh_entries)",
        "UPDATE wh_keys SET wrapped = 'text' WHERE number <> ''",
        "INSERT INTO wh_blobs VALUES ((SELECT number FROM wh_cases LIMIT 1), 77, 'case', x'00', x'00'), "
        "((SELECT number FROM wh_cases LIMIT 1), 'x', 'case', x'00', x'00')",
    ],
)
def test_damage_of_any_kind_is_an_error_of_ours_and_named(office: Office, sql: str) -> None:
    office.sql(sql)

    with office.open() as engine:
        try:
            assert not engine.verify().ok
        except StoreUnavailable as error:
            assert error.code == "wrong_key"
        for ask in (
            lambda: engine.cases(as_=ANNA),
            engine.heads,
            engine.rebuild,
            lambda: engine.verify(chain_only=True),
        ):
            try:
                ask()
            except WayhomeError:
                continue


def test_an_error_that_somebody_keeps_holds_no_old_look(office: Office) -> None:
    state = office.rows("SELECT state FROM wh_cases WHERE number = ?", office.other)[0][0]
    with office.open() as engine:
        office.sql("UPDATE wh_cases SET state = x'00' WHERE number = ?", values=(office.other,))
        with pytest.raises(LedgerBroken) as kept:
            engine.case(office.other, as_=ANNA)
        office.sql("UPDATE wh_cases SET state = ? WHERE number = ?", values=(state, office.other))
        before = engine.case(office.case, as_=ANNA).version
        office.note(engine)

        assert engine.case(office.case, as_=ANNA).version == before + 1
        assert len(engine.cases(as_=ANNA)) == 2
        assert kept.value.code == "row_changed"


# --- names of files, and what gives the key ----------------------------------------------------------------


@pytest.mark.parametrize("left", ["-wal", "-shm", "-journal"])
def test_no_database_is_made_beside_what_another_left(tmp_path: Path, left: str) -> None:
    (tmp_path / f"case.db{left}").write_bytes(b"of another")

    with pytest.raises(BadInput, match=f"'case.db{left}' may belong to a database"):
        create(f"sqlite:///{tmp_path / 'case.db'}", key_file=tmp_path / "case.db.key")

    assert [path.name for path in tmp_path.iterdir()] == [f"case.db{left}"]


def test_no_database_is_made_where_a_link_leads_and_no_key_is_left(tmp_path: Path) -> None:
    (tmp_path / "case.db").symlink_to(tmp_path / "nowhere.db")

    with pytest.raises(BadInput, match="There is a file of that name already"):
        create(f"sqlite:///{tmp_path / 'case.db'}", key_file=tmp_path / "case.db.key")

    assert [path.name for path in tmp_path.iterdir()] == ["case.db"]


@pytest.mark.parametrize("name", ["case.db", "case.db-wal"])
def test_a_key_takes_no_name_of_the_database(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadInput, match="The key cannot have a name of the database's own files"):
        create(f"sqlite:///{tmp_path / 'case.db'}", key_file=tmp_path / name)

    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///file:u.db?uri=true", "sqlite:///file:u.db"])
def test_an_address_that_is_no_file_opens_nothing_and_makes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.chdir(tmp_path)

    for ask in (create, Engine.open):
        with pytest.raises(BadInput, match="That is no address of a database file"):
            ask(url)

    assert [*tmp_path.iterdir()] == []


def test_a_program_that_goes_to_another_folder_stays_with_its_database(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    with Engine.open("sqlite:///case.db", clock=office.clock, packs=office.packs) as engine:
        monkeypatch.chdir(elsewhere)

        assert engine.case(office.case, as_=ANNA).number == office.case
        assert [*elsewhere.iterdir()] == []


def test_a_file_that_was_moved_away_is_made_anew_by_nobody(office: Office) -> None:
    with office.open() as engine:
        for path in office.folder.glob("case.db*"):
            path.rename(path.with_name(f"moved-{path.name}"))

        with engine._store.database.reading(), pytest.raises(StoreUnavailable, match="cannot be opened"):
            engine.case(office.case, as_=ANNA)  # a look beside another, for which the file is opened anew

        assert not office.file.exists()


def _none(_: str) -> Any:
    return None


def _fails(_: str) -> bytes:
    raise PermissionError("an invented word of the host")


@pytest.mark.parametrize("keys", [lambda _: b"k" * 16, lambda _: b"k" * 31, lambda _: "k" * 32, _none, _fails])
def test_what_gives_no_key_makes_nothing_and_blames_no_database(
    office: Office, tmp_path: Path, keys: Callable[[str], bytes]
) -> None:
    new = tmp_path / "new.db"
    with pytest.raises(StoreUnavailable) as told:
        create(f"sqlite:///{new}", keys=keys)
    assert told.value.code == "no_key"
    assert not new.exists()

    with (
        Engine.open(f"sqlite:///{office.file}", keys=keys, packs=office.packs) as engine,
        pytest.raises(StoreUnavailable) as told,
    ):
        engine.case(office.case, as_=ANNA)
    assert told.value.code == "no_key"


def test_nobody_who_gives_a_key_is_asked_for_an_id_that_was_written_into_the_file(office: Office) -> None:
    office.sql(
        "UPDATE wh_master_keys SET id = '../../public/known'", "UPDATE wh_keys SET master = '../../public/known'"
    )
    asked: list[str] = []

    def keys(id: str) -> bytes:
        asked.append(id)
        return b"k" * 32

    with (
        Engine.open(f"sqlite:///{office.file}", keys=keys, packs=office.packs) as engine,
        pytest.raises(LedgerBroken),
    ):
        engine.case(office.case, as_=ANNA)
    assert asked == []
