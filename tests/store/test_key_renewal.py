"""The master key is renewed: what was written before opens, the earlier key opens nothing that is written later, and nothing is lost."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pyrage import x25519
from wayhome import Actor, Again, BadInput, Engine, LedgerBroken, NotPermitted, StoreUnavailable, commands
from wayhome.store import cases, ledger, office
from wayhome.store.sealed_entries import NOTE
from wayhome.store.sqlalchemy_connection import SqlalchemyConnection
from wayhome.store.sqlite_file import SqliteConnection
from wayhome.store.statements import CASE_COLUMNS, LEDGER_COLUMNS
from wayhome.store.vault import Key, tag
from wayhome.store.vault import place as where
from wayhome.store.witness import AWAY_SINCE

from tests.conftest import ANNA, a_case
from tests.killed import Watched, killed_at
from tests.places import Place, a_place

ADA = Actor("ada", "invented_house", {"system_admin"})
OLD, NEW, NEWER = b"o" * 32, b"n" * 32, b"w" * 32


def the(key: bytes) -> dict[str, Any]:
    return {"key_file": None, "keys": lambda _: key}


def note(engine: Engine, case: str, text: str = "an invented note", **more: Any) -> Any:
    return engine.do(commands.Note(case, text=text, **more), as_=ANNA)


def texts(engine: Engine, case: str) -> str:
    return repr([row.texts for row in engine.history(case, as_=ANNA)])


def renewed(engine: Engine, key: bytes = NEW, **more: Any) -> Any:
    return engine.renew_key(lambda _: key, as_=ADA, **more)


@pytest.fixture
def case(place: Place) -> str:
    """The one case of an office with an administrator; something was written in it under the key that is to be renewed."""
    place.make(**the(OLD))
    with place.open(**the(OLD)) as engine:
        engine.put_actor(ADA)
        engine.register_organisation("invented_shelter", title="Invented Shelter", country="BE")
        opening = commands.Open(host_country="BE", origin_country="NG", reference="invented-reference-1")
        case = engine.do(opening, as_=ANNA).case
        engine.do(commands.Involve(case, by="person", relation="relative", name="Invented Name"), as_=ANNA)
        note(engine, case, "before", key="invented-key-1")
        return case


@pytest.mark.parametrize("after_leak", [False, True])
def test_all_that_was_written_opens_under_the_new_key_and_work_goes_on(
    place: Place, case: str, after_leak: bool
) -> None:
    with place.open(**the(OLD)) as engine:
        before = engine.case(case, as_=ANNA), engine.accounts(), engine.organisations(), texts(engine, case)
        heads = engine.heads()

        renewed(engine, after_leak=after_leak)

        assert (engine.case(case, as_=ANNA), engine.accounts(), engine.organisations(), texts(engine, case)) == before
        note(engine, case, "by the program that has renewed it")
    with place.open(**the(NEW)) as engine:
        note(engine, case, "after")
        other = a_case(engine)
        assert note(engine, case, "before", key="invented-key-1").events[0].seq == 3, "it was done already"
        assert "before" in texts(engine, case)
        assert "after" in texts(engine, case)
        assert {one.number for one in engine.cases(as_=ANNA)} == {case, other}
        assert [one.number for one in engine.cases(as_=ANNA, called="invented-reference-1")] == [case]
        assert engine.verify(against=heads) == engine.verify()
        assert engine.verify().ok
        engine.rebuild()
        assert engine.verify().ok


def test_the_earlier_key_opens_nothing_any_more_and_writes_nothing(place: Place, case: str) -> None:
    with place.open(**the(OLD)) as engine:
        renewed(engine)
    before = place.everything()

    with place.open(**the(OLD)) as engine:
        for ask in (lambda: note(engine, case), lambda: a_case(engine), engine.accounts, engine.verify):
            with pytest.raises(StoreUnavailable, match="This key does not open this database"):
                ask()

    assert place.everything() == before


# --- programs that have it open meanwhile ---------------------------------------------------------------------

RENEWED = "The key of this database was renewed. This program still has the one before"


def test_a_program_that_has_it_open_refuses_in_one_sentence_and_writes_nothing(place: Place, case: str) -> None:
    with place.open(**the(OLD)) as running, place.open(**the(OLD)) as engine:
        note(running, case)
        running.due(as_=ANNA)
        renewed(engine)
        before = place.everything()

        for ask in (
            lambda: note(running, case),
            lambda: note(running, case, key="invented-key-1"),
            lambda: note(running, case, key="invented-key-2"),
            lambda: a_case(running),
            lambda: running.case(case, as_=ANNA),
            lambda: [*running.cases(as_=ANNA)],
            lambda: running.history(case, as_=ANNA),
            lambda: running.put_actor(Actor("ben", "invented_house", {"case_manager_sending"}), as_=ADA),
            lambda: running.register_organisation("other_shelter", title="Other", country="BE"),
            lambda: running.tell_loss("invented words", as_=ADA),
            lambda: renewed(running, NEWER),
            running.accounts,
            running.rebuild,
            running.verify,
        ):
            with pytest.raises(StoreUnavailable) as told:
                ask()
            assert str(told.value).startswith(RENEWED)
        assert place.everything() == before
        assert engine.verify().ok


WRITES = """
import sys, wayhome as wh
from tests.conftest import ANNA, all_packs
address, schema, case = sys.argv[1:]
engine = wh.Engine.open(address, schema=schema or None, keys=lambda _: b"o" * 32, packs=all_packs())
for number in range(100_000):
    try:
        engine.do(wh.commands.Note(case, text=f"invented note {number}."), as_=ANNA)
        print(number, flush=True)
    except wh.StoreUnavailable as error:
        print(error.what, flush=True)
        break
"""


def test_of_two_processes_the_one_that_writes_is_told_and_what_it_has_written_is_kept(place: Place, case: str) -> None:
    given = [place.address, place.schema or "", case]
    with subprocess.Popen([sys.executable, "-c", WRITES, *given], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while (last := process.stdout.readline().strip()) != "5":
            pass
        with place.open(**the(OLD)) as engine:
            renewed(engine)
        *more, told = process.stdout.read().splitlines()
        last = more[-1] if more else last

    assert told == "The key of this database was renewed."
    with place.open(**the(NEW)) as engine:
        assert f"invented note {last}." in texts(engine, case)
        assert f"invented note {int(last) + 1}." not in texts(engine, case)
        assert engine.verify().ok


def test_whoever_opens_cases_meanwhile_has_done_it_before_or_is_told(place: Place, case: str) -> None:
    told: list[str] = []

    def opens(engine: Engine) -> None:
        try:
            while True:
                a_case(engine)
        except StoreUnavailable as error:
            told.append(error.what)

    with place.open(**the(OLD)) as one, place.open(**the(OLD)) as other, place.open(**the(OLD)) as engine:
        threads = [threading.Thread(target=opens, args=(running,)) for running in (one, other)]
        for thread in threads:
            thread.start()
        while len(place.rows("SELECT number FROM wh_cases")) < 4:
            pass
        renewed(engine)
        for thread in threads:
            thread.join()
        assert engine.verify().ok
    assert told == ["The key of this database was renewed."] * 2


def test_a_host_that_has_looked_before_makes_no_key_under_the_earlier_one(tmp_path: Path) -> None:
    """A transaction in which the host sees all as it was then."""
    place = a_place("postgresql", tmp_path)
    place.make(**the(OLD))
    host = sa.create_engine(place.address).execution_options(isolation_level="REPEATABLE READ")
    with place.open(**the(OLD)) as engine, host.connect() as connection, place.open(**the(OLD)) as other:
        engine.put_actor(ADA)
        before = a_case(other)
        acting = other.acting(ANNA, within=connection)
        assert [one.number for one in acting.cases()] == [before]
        renewed(engine)

        with pytest.raises((Again, StoreUnavailable)):
            acting.do(commands.Open(host_country="BE", origin_country="NG"))
        connection.rollback()
        assert engine.verify().ok
    host.dispose()
    place.gone()


# --- what a thief has of the earlier key -----------------------------------------------------------------------------


def keys_in(place: Place, master: bytes) -> dict[tuple[str, str], Key]:
    """All keys of a database, as who has its master key opens them."""
    with place.open(**the(master)) as engine, engine._store.database.reading() as connection:
        rows = place.rows("SELECT number, retention FROM wh_keys")
        found = {row: engine._store.keys.stored(connection, row) for row in rows}
        return {whose: key for whose, key in found.items() if key is not None}


def sealed_in(rows: dict[str, list[Any]], heads: dict[tuple[str, int], bytes]) -> Iterator[tuple[bytes, bytes]]:
    """All that is sealed in rows, each with what it is bound to."""
    for values in rows["wh_ledger"]:
        row = dict(zip(LEDGER_COLUMNS, values, strict=True))
        yield ledger.place_of(row, heads.get((row["number"], row["seq"] - 1), ledger.GENESIS)), row["body"]
    for values in rows["wh_cases"]:
        row = dict(zip(CASE_COLUMNS, values, strict=True))
        yield cases.place_of(row, "case"), row["state"]
    for number, seq, retention, _, sealed in rows["wh_blobs"]:
        before = heads.get((number, seq - 1), ledger.GENESIS)
        yield ledger.place_of_blob(number, seq, retention, before), sealed
    yield from ((where("wh_entries", kind, named), sealed) for kind, named, sealed in rows["wh_entries"])
    yield from ((where("wh_command_keys", named), sealed) for named, sealed in rows["wh_command_keys"])
    yield from ((where("wh_processes", digest), labels) for digest, _, labels in rows["wh_processes"])
    yield from ((where("wh_keys", *whose), wrapped) for *whose, wrapped in rows["wh_keys"])


@pytest.mark.parametrize("after_leak", [False, True])
def test_a_thief_of_the_earlier_key_and_of_a_copy_opens_nothing_that_was_written_later(
    place: Place, case: str, after_leak: bool
) -> None:
    stolen, before = [AESGCM(OLD), *(key.cipher for key in keys_in(place, OLD).values())], place.everything()
    with place.open(**the(OLD)) as engine:
        renewed(engine, after_leak=after_leak)
        note(engine, case, "later", key="invented-key-2")
        engine.put_actor(ANNA, as_=ADA)
        a_case(engine)
    after = place.everything()
    new = {table: [row for row in rows if row not in before[table]] for table, rows in after.items()}
    heads = {(row[0], row[1]): row[6] for row in after["wh_ledger"]}

    def opened(rows: dict[str, list[Any]]) -> list[bytes]:
        found = []
        for place_, sealed in sealed_in(rows, heads):
            for cipher in stolen:
                with suppress(InvalidTag):
                    found.append(cipher.decrypt(sealed[:12], sealed[12:], place_))
        return found

    assert all(new[table] for table in ("wh_ledger", "wh_cases", "wh_entries", "wh_keys", "wh_command_keys"))
    assert opened(new) == []
    assert len(opened(before)) > 20, "else nothing would be proved"


def test_after_a_leak_no_guess_of_a_name_is_confirmed_by_the_earlier_key_of_indexes(place: Place, case: str) -> None:
    index = keys_in(place, OLD)["", "index"]
    guesses = [tag(index, "reference", "invented-reference-1"), tag(index, "actor", "ada"), tag(index, "actor", "anna")]
    assert [one for one in guesses if one in repr(place.everything())] == guesses[:2]

    with place.open(**the(OLD)) as engine:
        renewed(engine, after_leak=True)
        engine.put_actor(ANNA, as_=ADA)

    assert not [one for one in guesses if one in repr(place.everything())]


@pytest.mark.parametrize("after_leak", [False, True])
def test_an_entry_that_is_planted_under_an_earlier_key_is_not_believed(
    place: Place, case: str, after_leak: bool
) -> None:
    """Who has the earlier key, and can write the file, adds the next entry of a case, with its row, as it was made under that key."""
    copy = place.copied("other")
    with copy.open(**the(OLD)) as engine:
        note(engine, case, "planted")
    with place.open(**the(OLD)) as engine:
        renewed(engine, after_leak=after_leak)

    for table, seq in (("wh_ledger", " AND seq = 4"), ("wh_blobs", " AND seq = 4"), ("wh_cases", "")):
        place.write(f"DELETE FROM {table} WHERE number = ?{seq}", case)
        for values in copy.rows(f"SELECT * FROM {table} WHERE number = ?{seq}", case):
            if table == "wh_ledger":
                newest = place.rows("SELECT max(generation), max(epoch), max(n) + 1 FROM wh_ledger")[0]
                values = (*values[:7], *newest, *values[10:])
            place.write(f"INSERT INTO {table} VALUES ({', '.join('?' * len(values))})", *values)

    with place.open(**the(NEW)) as engine:
        with pytest.raises(LedgerBroken):
            engine.case(case, as_=ANNA)
        with engine._store.database.reading() as connection, pytest.raises(LedgerBroken, match="Event 4 of case"):
            engine._store.events(connection, case)
        assert not engine.verify().ok


# --- claims, and more than one renewal -----------------------------------------------------------------------------


@pytest.mark.parametrize("leaks", [(False, False), (True, True), (False, True), (True, False)])
def test_it_can_be_renewed_again_with_and_without_anything_between(
    place: Place, case: str, leaks: tuple[bool, bool]
) -> None:
    with place.open(**the(OLD)) as engine:
        renewed(engine, after_leak=leaks[0])
        if all(leaks):
            note(engine, case, "between")
        renewed(engine, NEWER, after_leak=leaks[1])
        note(engine, case, "after both")
        assert engine.verify().ok
    with place.open(**the(NEWER)) as engine:
        assert "before" in texts(engine, case)
        assert "after both" in texts(engine, case)
        assert note(engine, case, "before", key="invented-key-1").events[0].seq == 3
        assert engine.verify().ok


@pytest.mark.parametrize("after_leak", [False, True])
def test_what_is_taken_back_after_it_is_found_though_it_was_written_before_it(
    place: Place, case: str, after_leak: bool
) -> None:
    with place.open(**the(OLD)) as engine:
        note(engine, case, "an invented no")
        renewed(engine, after_leak=after_leak)
    place.write("DELETE FROM wh_ledger WHERE number = ? AND seq = 4", case)

    with place.open(**the(NEW)) as engine:
        said = [one.what for one in engine.verify().problems]
    assert any("what this was written upon is not there any more" in one for one in said), said


def test_where_something_was_taken_back_it_is_not_renewed_which_would_hide_that(place: Place, case: str) -> None:
    with place.open(**the(OLD)) as engine:
        note(engine, case, "an invented no")
        other = a_case(engine)
    before = place.everything()
    place.write("DELETE FROM wh_ledger WHERE number = ? AND seq = 4", case)
    with place.open(**the(OLD)) as engine:
        with pytest.raises(LedgerBroken, match="The key was not renewed: something was taken back"):
            renewed(engine)
        assert engine.case(other, as_=ANNA)
    assert place.everything()["wh_keys"] == before["wh_keys"]


def test_the_witness_goes_on_under_the_new_key(
    place: Place, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYHOME_WITNESS", str(tmp_path / "witness.log"))
    first = place.rows("SELECT id FROM wh_master_keys")[0][0]
    with place.open(**the(OLD)) as engine:
        note(engine, case, "an invented note")
        renewed(engine, after_leak=True)
        there = len(place.rows("SELECT number FROM wh_ledger"))
        told = [json.loads(line) for line in (tmp_path / "witness.log").read_text().splitlines()]
        assert told[-1][4] == there, "at once"
        note(engine, case, "an invented no")
    assert {line[1] for line in told} == {first}, "it is the same database"

    with place.open(**the(NEW)) as engine:
        assert engine.verify().ok
        place.write("DELETE FROM wh_ledger WHERE number = ? AND seq = 5", case)
        assert "the witness has seen more" in repr([one.what for one in engine.verify().problems])


@pytest.mark.parametrize("after_leak", [False, True])
def test_a_copy_of_before_it_was_renewed_is_contradicted_by_the_witness(
    place: Place, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after_leak: bool
) -> None:
    monkeypatch.setenv("WAYHOME_WITNESS", str(tmp_path / "witness.log"))
    with place.open(**the(OLD)) as engine:
        note(engine, case)
    copy = place.copied("before")
    with place.open(**the(OLD)) as engine:
        renewed(engine, after_leak=after_leak)

    with copy.open(**the(OLD)) as engine:
        assert "the witness has seen more" in repr([one.what for one in engine.verify().problems])


def test_a_backup_of_before_that_is_put_back_is_told_what_the_witness_knew_since(
    place: Place, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYHOME_WITNESS", str(tmp_path / "witness.log"))
    identity = x25519.Identity.generate()
    with place.open(**the(OLD)) as engine:
        note(engine, case)
        in_it = len(place.rows("SELECT number FROM wh_ledger"))
        engine.backup(tmp_path / "monday.age", recipients=[str(identity.to_public())])
        renewed(engine)
        note(engine, case)
        there = len(place.rows("SELECT number FROM wh_ledger"))

    new = f"sqlite:///{tmp_path / 'new.db'}"
    found = wh.restore(tmp_path / "monday.age", new, identity=str(identity), keys=lambda _: OLD)
    assert found.known_beyond == there - in_it > 2


def test_what_the_witness_has_seen_under_an_earlier_key_of_sums_still_fits_and_since_when_it_is_away_stays_known(
    place: Place, case: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, kept = tmp_path / "witness.log", tmp_path / "kept.log"
    monkeypatch.setenv("WAYHOME_WITNESS", str(file))
    with place.open(**the(OLD)) as engine:
        note(engine, case)
    file.rename(kept)
    file.mkdir()
    with place.open(**the(OLD)) as engine:
        note(engine, case)
        renewed(engine, after_leak=True)
        with engine._store.database.reading() as connection:
            assert engine._store.entries.entry(connection, NOTE, AWAY_SINCE) is not None
    file.rmdir()
    kept.rename(file)
    with place.open(**the(NEW)) as engine:
        assert engine.verify().ok
        note(engine, case)
        assert engine.verify().ok


# --- who, with what, and what is told ---------------------------------------------------------------------------------


def test_it_is_an_event_of_the_office_that_says_by_whom(place: Place, case: str) -> None:
    ids = [place.rows("SELECT id FROM wh_master_keys")[0][0]]
    with place.open(**the(OLD)) as engine:
        done = renewed(engine, after_leak=True)
        with engine._store.database.reading() as connection:
            event = office.events(engine._store, connection)[-1].event
    ids += [place.rows("SELECT id FROM wh_master_keys")[0][0]]

    assert (event.type, event.actor) == ("key_renewed", "ada")
    assert [done.earlier, done.key] == ids == [event.data["earlier"], event.data["key"]]
    assert event.data["after_leak"]


def test_only_an_administrator_renews_it_and_not_by_itself(place: Place, case: str) -> None:
    before = place.everything()
    with place.open(**the(OLD)) as engine:
        with pytest.raises(NotPermitted):
            engine.renew_key(lambda _: NEW, as_=ANNA)
        with pytest.raises(BadInput, match="That is the key that this database has"):
            renewed(engine, OLD)
        with pytest.raises(StoreUnavailable, match="What was given as the key of this database is none"):
            renewed(engine, b"short")
        note(engine, case)
    assert place.everything()["wh_keys"] == before["wh_keys"]


def test_backups_of_before_are_named_and_need_the_earlier_key_and_those_of_after_the_new(
    place: Place, case: str, tmp_path: Path
) -> None:
    identity = x25519.Identity.generate()
    to = {"recipients": [str(identity.to_public())]}
    with place.open(**the(OLD)) as engine:
        engine.backup(tmp_path / "monday.age", **to)
        engine.backup(tmp_path / "tuesday.age", **to)
        done = renewed(engine, after_leak=True)
        note(engine, case, "after")
        engine.backup(tmp_path / "wednesday.age", as_=ADA, **to)
        again = renewed(engine, NEWER)

    assert [one.name for one in done.need_the_earlier] == ["tuesday.age", "monday.age"]
    assert [one.name for one in again.need_the_earlier] == ["wednesday.age"]
    for backup, opens, not_ in (("monday.age", OLD, NEW), ("wednesday.age", NEW, OLD)):
        new = f"sqlite:///{tmp_path / backup}.db"
        with pytest.raises(StoreUnavailable, match="This key does not open this database"):
            wh.restore(tmp_path / backup, new, identity=str(identity), keys=lambda _, key=not_: key)  # type: ignore[misc]
        assert wh.restore(tmp_path / backup, new, identity=str(identity), keys=lambda _, key=opens: key).ok  # type: ignore[misc]


# --- whoever is killed in the middle --------------------------------------------------------------------------------


def renewed_and_killed(place: Place, at: int) -> int:
    """Renew the key in a process that is killed before or after it writes a row, or keeps all; gives how many such moments there are."""

    def renews(watch: Callable[[Watched], None]) -> None:
        with place.open(**the(OLD)) as engine:
            kind: Any = SqlalchemyConnection if place.schema else SqliteConnection
            watch(((kind, "write_row"), (kind, "commit")))
            renewed(engine, after_leak=True)

    return killed_at(at, renews)


def test_whoever_is_killed_in_the_middle_leaves_it_under_one_of_both_keys_and_nothing_is_lost(
    place: Place, case: str
) -> None:
    moments = renewed_and_killed(place.copied("whole"), 0)
    assert moments > 40
    for at in [*range(1, moments, 1 if place.schema is None else 7), moments]:
        copy = place.copied("killed")
        renewed_and_killed(copy, at)
        assert [key for key in (OLD, NEW) if opens(copy, key, case)] == [NEW if at == moments else OLD], at


def opens(place: Place, key: bytes, case: str) -> bool:
    with place.open(**the(key)) as engine:
        try:
            assert engine.verify().ok
        except StoreUnavailable as error:
            assert error.code == "wrong_key"
            return False
        assert "before" in texts(engine, case)
        return bool(note(engine, case, "afterwards"))
