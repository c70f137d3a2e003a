"""It is kept who has read what: in a file of its own or in a table, sealed, once; and nobody waits for it, but who breaks the glass."""

from __future__ import annotations

import os
import signal
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
import wayhome
from wayhome import Actor, StoreUnavailable, commands, read_command
from wayhome.packs.plugins import Packs
from wayhome.reads import told_to_office
from wayhome.store import read_log
from wayhome.stories.playing import StoryClock

from tests.places import Place, a_place

LEADS = "invented_organisation"
MANAGER = Actor("anna", LEADS, {"case_manager_sending"})
GUARD = Actor("dana", LEADS, {"data_protection_officer"})
NIGHT_MANAGER = Actor("nina", LEADS, {"case_manager_sending"})
NIGHT = Actor("night", "ng_cosudow", {"reception_officer"})
GLASS = {"do": "open_up", "ground": "break_glass", "why": "(invented) she called the night line"}


@pytest.fixture
def office(place: Place, packs: Packs) -> tuple[Place, str]:
    """A database that lasts, in which one case is."""
    place.make()
    with place.open(packs=packs) as engine:
        opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
        number = engine.do(opened, as_=MANAGER).case
        engine.do(commands.Record(number, facts={"chosen_name": "Invented Blessing"}), as_=MANAGER)
    return place, number


def test_it_outlasts_the_program_and_is_kept_once_however_many_programs_read(office: tuple[Place, str]) -> None:
    place, number = office
    for _ in range(3):
        with place.open() as engine:
            assert engine.case(number, as_=MANAGER).read_recorded
    with place.open() as engine:
        assert engine._store.reads is not None
        assert engine._store.reads.count() == 1
        (row,) = engine.read_log(number, as_=GUARD)
        assert (row.account, row.how) == ("anna", ("case",))
        assert [one.how for one in engine.read_log(number, as_=GUARD)] == [("case",), ("read_log",)]


def test_nothing_of_it_lies_open(office: tuple[Place, str]) -> None:
    place, number = office
    with place.open() as engine:
        engine.case(number, as_=MANAGER)
        assert engine._store.reads is not None
        rows = str([*engine._store.reads.rows()])
    for word in (number, "anna", LEADS, "leads", "first_name", "case_manager_sending"):
        assert word not in rows


@contextmanager
def locked(place: Place, how: str = "IMMEDIATE") -> Iterator[None]:
    """Somebody holds what is written down of who reads, and does not let go."""
    if place.address.startswith("sqlite"):
        with closing(sqlite3.connect(f"{place.file}.reads", isolation_level=None)) as other:
            other.execute(f"BEGIN {how}")
            yield
    else:
        with place._connected() as other:
            other.exec_driver_sql("LOCK TABLE wh_reads IN ACCESS EXCLUSIVE MODE")
            yield


def test_where_it_is_locked_the_answer_comes_and_says_so_and_it_is_kept_late(office: tuple[Place, str]) -> None:
    place, number = office
    with place.open() as engine:
        engine.case(number, as_=GUARD)  # so that there is something to be locked
        with locked(place):
            begun_at = time.monotonic()
            view = engine.case(number, as_=MANAGER)
            assert time.monotonic() - begun_at < 2
            assert (view.read_recorded, view.facts["chosen_name"]) == (False, "Invented Blessing")
            assert engine.history(number, as_=MANAGER).read_recorded is False
        (row,) = [one for one in engine.read_log(number, as_=GUARD) if one.account == "anna"]
        assert (row.late, row.how) == (True, ("case", "history"))


def test_what_was_never_kept_is_counted(office: tuple[Place, str]) -> None:
    place, number = office
    with place.open() as engine:
        engine.case(number, as_=GUARD)
    with locked(place), place.open() as engine:
        assert not engine.case(number, as_=MANAGER).read_recorded
    with place.open() as engine:
        (check,) = [one for one in engine.doctor().checks if one.id == "reads"]
        assert (check.state, check.figures) == ("look", {"not_recorded": 1})


def test_where_its_folder_may_not_be_looked_at_the_answer_comes_and_says_so(
    tmp_path: Path, packs: Packs, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = Place(tmp_path)
    place.make()
    look = Path.stat

    def refused(path: Path, **how: bool) -> os.stat_result:
        if path.suffix == ".reads":
            raise PermissionError(13, "Permission denied")
        return look(path, **how)

    with place.open(packs=packs) as engine:
        number = engine.do(commands.Open(host_country="BE", origin_country="NG"), as_=MANAGER).case
        engine.case(number, as_=MANAGER)
        with monkeypatch.context() as only_here:
            only_here.setattr(Path, "stat", refused)
            assert engine.case(number, as_=GUARD).read_recorded is False
            assert "anna" in {one.account for one in engine.read_log(number, as_=GUARD)}, (
                "it is not told that nobody has"
            )
        late = {one.account: one.late for one in engine.read_log(number, as_=GUARD) if "case" in one.how}
        assert late == {"anna": False, "dana": True}


def test_the_glass_does_not_break_where_it_cannot_be_written_down(
    office: tuple[Place, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_log, "GLASS_PATIENCE_SECONDS", 0.2)
    place, number = office
    breaks = read_command({**GLASS, "case": number})
    with place.open() as engine:
        engine.case(number, as_=GUARD)
        with locked(place), pytest.raises(StoreUnavailable) as refused:
            engine.do(breaks, as_=NIGHT)
        assert refused.value.code == "not_recorded"

        engine.do(breaks, as_=NIGHT)
        with locked(place), pytest.raises(StoreUnavailable) as refused:
            engine.case(number, as_=NIGHT)
        assert refused.value.code == "not_recorded"
        assert engine.case(number, as_=NIGHT).facts["chosen_name"] == "Invented Blessing"
        (row,) = [one for one in engine.read_log(number, as_=GUARD) if one.organisation == NIGHT.organisation]
        assert row.grounds == ("break_glass",)


def test_without_it_no_copy_of_everything_is_made(office: tuple[Place, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read_log, "GLASS_PATIENCE_SECONDS", 0.2)
    place, number = office
    with place.open() as engine:
        engine.case(number, as_=GUARD)
        with locked(place), pytest.raises(StoreUnavailable) as refused:
            engine.everything(number, as_=GUARD)
        assert refused.value.code == ("not_recorded" if place.schema is None else "busy")
        assert engine.everything(number, as_=GUARD).case.facts["chosen_name"] == "Invented Blessing"


# --- nobody waits ------------------------------------------------------------------------------------------------------


def test_no_reader_waits_for_who_writes_cases(office: tuple[Place, str]) -> None:
    place, number = office
    with place.open() as engine, place._connected() as other:
        begin = (
            "BEGIN IMMEDIATE"
            if place.schema is None
            else "LOCK TABLE wh_cases, wh_ledger, wh_entries IN EXCLUSIVE MODE"
        )
        (other.execute if place.schema is None else other.exec_driver_sql)(begin)
        begun_at = time.monotonic()
        assert engine.case(number, as_=MANAGER).read_recorded
        assert [one.account for one in engine.read_log(number, as_=GUARD)] == ["anna"]
        assert time.monotonic() - begun_at < 2


def test_what_is_read_in_a_hosts_transaction_stays_written_though_that_is_taken_back(office: tuple[Place, str]) -> None:
    place, number = office
    database, how = place.how()
    host = sa.create_engine(database)
    with wayhome.Engine.open(host, **how) as engine:
        with host.connect() as connection:
            connection.begin()
            view = engine.acting(MANAGER, within=connection).case(number)
            assert view.read_recorded
            connection.rollback()
        assert [one.account for one in engine.read_log(number, as_=GUARD)] == ["anna"]
    host.dispose()


def test_who_waits_in_the_hosts_transaction_with_its_last_connection_is_answered(office: tuple[Place, str]) -> None:
    place, number = office
    database, how = place.how()
    host = sa.create_engine(database, poolclass=sa.pool.QueuePool, pool_size=1, max_overflow=0, pool_timeout=1)
    with wayhome.Engine.open(host, **how) as engine, host.connect() as connection:
        connection.begin()
        assert engine.acting(MANAGER, within=connection).case(number).read_recorded
        connection.rollback()
    host.dispose()


def test_lines_of_lists_are_gathered_and_kept_with_what_is_kept_next(office: tuple[Place, str]) -> None:
    place, number = office
    with place.open() as engine:
        log = engine._store.reads
        assert log is not None
        for _ in range(5):
            engine.due(as_=MANAGER)
        assert log.count() == 0 if place.schema is not None else not log.place.is_there
        engine.case(number, as_=MANAGER)
        assert log.count() == 2
        engine.today(as_=GUARD)
    with place.open() as engine:  # what waited was kept at the end
        assert {one.how for one in engine.read_log(number, as_=GUARD)} >= {("case", "list")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_who_is_forked_while_another_thread_writes_it_down_is_answered(office: tuple[Place, str]) -> None:
    place, number = office
    with place.open() as engine:
        engine.case(number, as_=MANAGER)
        log = engine._store.reads
        assert log is not None
        with log._lock:
            if (child := os.fork()) == 0:
                signal.alarm(10)  # whoever waits for ever is ended by that
                os._exit(0 if engine.case(number, as_=GUARD).read_recorded else 1)
        assert os.waitpid(child, 0)[1] == 0
        assert {one.account for one in engine.read_log(number, as_=GUARD)} == {"anna", "dana"}


# --- what is taken out, or others put there -----------------------------------------------------------------------------


def by_hand(place: Place, text: str) -> None:
    if place.schema is None:
        with closing(sqlite3.connect(f"{place.file}.reads")) as other:
            other.execute(text)
            other.commit()
    else:
        with place._connected() as other:
            other.exec_driver_sql(text)


def read_by_three(place: Place, number: str) -> None:
    with place.open() as engine:
        for account in ("anna", "berta", "carla"):
            engine.case(number, as_=Actor(account, LEADS, {"case_manager_sending"}))


TAKES_OUT = "DELETE FROM wh_reads WHERE n = 2"
PUTS_ANOTHER = "UPDATE wh_reads SET sealed = (SELECT sealed FROM wh_reads WHERE n = 1) WHERE n = 2"
PUTS_ANOTHERS_TAG = "UPDATE wh_reads SET of_case = 'x' WHERE n = 2"
ALL_OF_IT = "DELETE FROM wh_reads"


@pytest.mark.parametrize("attack", [TAKES_OUT, PUTS_ANOTHER, PUTS_ANOTHERS_TAG, ALL_OF_IT])
def test_what_the_office_was_told_of_is_missed_and_told_once(office: tuple[Place, str], attack: str) -> None:
    place, number = office
    read_by_three(place, number)
    with place.open() as engine:
        assert engine.verify(rolling=True).ok
    by_hand(place, attack)
    with place.open() as engine:
        found = engine.verify()
        assert not found.ok
        assert any("rows were changed, or are gone" in one.what for one in found.problems)
        assert engine.verify(rolling=True).reads.are_changed
        told = engine.verify()
        assert not told.reads.are_changed  # from here on it is compared with what there was then
        (check,) = [one for one in engine.doctor().checks if one.id == "reads"]
        assert (check.state, "rows are gone, or others" in check.what) == ("look", True)
        assert engine.case(number, as_=MANAGER).read_recorded  # nobody is stopped by it


def test_the_office_is_told_once_a_day_by_whoever_rings_first(office: tuple[Place, str]) -> None:
    """Issue 36.6: by itself. Where nobody verifies at night, what is taken out of the day before is missed all the same."""
    place, number = office
    clock = StoryClock(datetime.now(UTC))

    def told_after(hours: int) -> list[int]:
        clock.moment += timedelta(hours=hours)
        with place.open(clock=clock) as engine:
            engine.case(number, as_=MANAGER)
            engine.case(number, as_=NIGHT_MANAGER)
            engine.ring()
            return [one.until for _, one in told_to_office(engine._store)]

    assert told_after(0) == [2]
    assert told_after(24) == [2, 4]
    clock.moment = clock.moment.replace(hour=3) + timedelta(days=1)
    assert told_after(0) == [2, 4, 6]
    assert told_after(2) == [2, 4, 6], "within the day"
    by_hand(place, TAKES_OUT)
    with place.open(clock=clock) as engine:
        assert any("rows were changed, or are gone" in one.what for one in engine.verify().problems)


IS_THE_LAST = "INSERT INTO wh_reads VALUES (9223372036854775807, 'x', 'y', 'z')"
TAKES_OUT_TWO = "DELETE FROM wh_reads WHERE n > 1"


def test_a_row_behind_all_that_there_can_be_stops_nobody(office: tuple[Place, str]) -> None:
    place, number = office
    read_by_three(place, number)
    with place.open() as engine:
        engine.verify(rolling=True)
    by_hand(place, IS_THE_LAST)
    with place.open() as engine:
        assert engine.case(number, as_=GUARD).read_recorded is False
        assert engine.history(number, as_=MANAGER).read_recorded is False
        (check,) = [one for one in engine.doctor().checks if one.id == "reads"]
        assert (check.state, "rows are gone, or others" in check.what) == ("look", True)


def test_doctor_tells_of_an_older_list(office: tuple[Place, str]) -> None:
    place, number = office
    read_by_three(place, number)
    with place.open() as engine:
        engine.verify(rolling=True)
    by_hand(place, TAKES_OUT_TWO)
    with place.open() as engine:
        (check,) = [one for one in engine.doctor().checks if one.id == "reads"]
        assert (check.state, "rows are gone, or others" in check.what) == ("look", True)


TAKES_OUT_EACH = "CREATE TRIGGER t AFTER INSERT ON wh_reads BEGIN DELETE FROM wh_reads WHERE n = new.n; END"


def test_what_takes_out_each_row_that_is_written_is_found(tmp_path: Path, packs: Packs) -> None:
    place = a_place("sqlite", tmp_path)
    place.make()
    with place.open(packs=packs) as engine:
        opened = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
        number = engine.do(opened, as_=MANAGER).case
        engine.case(number, as_=GUARD)
    by_hand(place, TAKES_OUT_EACH)
    with place.open(packs=packs) as engine:
        assert engine.case(number, as_=MANAGER).read_recorded is False
        (check,) = [one for one in engine.doctor().checks if one.id == "reads"]
        assert check.state != "ok"


def test_a_row_that_was_put_elsewhere_does_not_open(office: tuple[Place, str]) -> None:
    place, number = office
    read_by_three(place, number)
    by_hand(place, PUTS_ANOTHER)
    with place.open() as engine:
        page = engine.read_log(number, as_=GUARD)
        assert ([one.account for one in page], page.damaged) == (["anna", "carla"], (2,))


def test_a_list_that_is_gone_is_told_and_begun_anew(office: tuple[Place, str]) -> None:
    place, number = office
    read_by_three(place, number)
    with place.open() as engine:
        assert engine.verify(rolling=True).ok
    by_hand(place, "DROP TABLE wh_reads")
    with place.open() as engine:
        assert engine.case(number, as_=MANAGER).read_recorded is (place.schema is None)
        assert not engine.verify().ok


# --- in every backup, and under a new key --------------------------------------------------------------------------------


@pytest.mark.usefixtures("quick_passphrases")
def test_it_is_in_every_backup_and_put_back_with_it(office: tuple[Place, str], tmp_path: Path) -> None:
    place, number = office
    read_by_three(place, number)
    with place.open() as engine:
        made = engine.backup(tmp_path / "a.backup", passphrase="six invented words for this one test")
        assert (made.ok, made.reads) == (True, 3)
    other = a_place("postgresql" if place.schema is not None else "sqlite", tmp_path / "other")
    (tmp_path / "other").mkdir()
    database, how = other.how()
    how["key_file"] = place.key
    wayhome.restore(tmp_path / "a.backup", database, passphrase="six invented words for this one test", **how)
    with wayhome.Engine.open(database, **how) as engine:
        assert [one.account for one in engine.read_log(number, as_=GUARD)] == ["anna", "berta", "carla"]
        assert engine.verify().ok
        assert engine.case(number, as_=GUARD).read_recorded
        assert len(engine.read_log(number, as_=GUARD)) == 4
    other.gone()


@pytest.mark.usefixtures("quick_passphrases")
def test_a_list_that_a_killed_restore_has_left_is_put_aside_and_kept(office: tuple[Place, str], tmp_path: Path) -> None:
    place, number = office
    if place.schema is not None:
        return
    read_by_three(place, number)
    with place.open() as engine:
        engine.backup(tmp_path / "a.backup", passphrase="six invented words for this one test")
    (tmp_path / "other").mkdir()
    other = Place(tmp_path / "other")
    database, how = other.how()
    how["key_file"] = place.key
    left = Path(f"{other.file}.reads")
    left.write_bytes(b"an invented list of before")
    wayhome.restore(tmp_path / "a.backup", database, passphrase="six invented words for this one test", **how)
    with wayhome.Engine.open(database, **how) as engine:
        assert len(engine.read_log(number, as_=GUARD)) == 3
    (aside,) = left.parent.glob(f"{left.name}.*")
    assert aside.read_bytes() == b"an invented list of before"


@pytest.mark.usefixtures("quick_passphrases")
def test_where_it_cannot_be_read_the_backup_is_made_all_the_same_and_says_so(
    office: tuple[Place, str], tmp_path: Path
) -> None:
    place, number = office
    read_by_three(place, number)
    with place.open() as engine, locked(place, "EXCLUSIVE"):
        made = engine.backup(tmp_path / "a.backup", passphrase="six invented words for this one test")
    assert (made.ok, made.reads) == (True, None)


@pytest.mark.parametrize("after_leak", [False, True])
def test_under_a_new_key_it_is_read_as_before(office: tuple[Place, str], after_leak: bool) -> None:
    place, number = office
    read_by_three(place, number)
    system = Actor("sys", LEADS, {"system_admin"})
    with place.open() as engine:
        engine.put_actor(system)
        engine.renew_key(lambda _: b"n" * 32, after_leak=after_leak, as_=system)
        engine.case(number, as_=GUARD)
        assert [one.account for one in engine.read_log(number, as_=GUARD)] == ["anna", "berta", "carla", "dana"]
        assert engine.verify().ok


def test_it_may_be_used_by_whom_the_database_may_be(office: tuple[Place, str]) -> None:
    place, number = office
    if place.schema is None:
        place.file.chmod(0o660)
        with place.open() as engine:
            engine.case(number, as_=MANAGER)
        assert stat.S_IMODE(Path(f"{place.file}.reads").stat().st_mode) == 0o660


def test_a_row_that_does_not_open_is_told_once_and_not_every_night(office: tuple[Place, str]) -> None:
    place, number = office
    read_by_three(place, number)
    by_hand(place, PUTS_ANOTHER)
    with place.open() as engine:
        assert [engine.verify(rolling=True).ok for _ in range(3)] == [False, True, True]
    by_hand(place, PUTS_ANOTHER.replace("n = 2", "n = 3"))
    with place.open() as engine:
        assert not engine.verify().ok
