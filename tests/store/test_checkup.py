"""A checkup in a program, on SQLite and PostgreSQL; and the note of the last backup."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import wayhome as wh
from pyrage import x25519
from wayhome.store.of_no_case import LAST_BACKUP
from wayhome.store.office import NOTE

from tests.conftest import a_case, all_packs
from tests.places import Place

RECIPIENT = str(x25519.Identity.generate().to_public())
OF_A_FILE = {"size", "wal", "rights", "disk"}


def of(found: wh.Checkup, id: str) -> wh.Check:
    (one,) = (one for one in found.checks if one.id == id)
    return one


def examined(place: Place, **more: Any) -> wh.Checkup:
    database, how = place.how()
    return wh.doctor(database, packs=all_packs(), **how, **more)


def test_of_a_healthy_database_all_is_well_and_only_what_can_be_known_is_told(place: Place, tmp_path: Path) -> None:
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
        engine.backup(tmp_path / "b.age", recipients=[RECIPIENT])
        inside = engine.doctor()

    outside = examined(place)

    assert (inside.state, outside.state) == ("ok", "ok")
    ids = {one.id for one in outside.checks}
    assert ids == {one.id for one in inside.checks}
    assert ids & OF_A_FILE == (set() if place.schema else OF_A_FILE)  # the disk of a server is not ours to see


def test_where_there_is_nothing_that_is_told_and_nothing_is_made(place: Place) -> None:
    found = examined(place)

    assert found.state == "bad"
    assert of(found, "database").code in ("no_database", "other_tables")
    assert not place.file.exists()


def test_the_note_of_a_backup_is_sealed_and_one_that_was_changed_is_bad(place: Place, tmp_path: Path) -> None:
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
        engine.backup(tmp_path / "b.age", recipients=[RECIPIENT])
        with engine._store.database.reading() as connection:
            tag = engine._store.office.tag(connection, NOTE, LAST_BACKUP)
    ((sealed,),) = place.rows("SELECT sealed FROM wh_entries WHERE tag = ?", tag)
    assert place.write("UPDATE wh_entries SET sealed = ? WHERE tag = ?", bytes(sealed)[::-1], tag) == 1

    assert of(examined(place), "backup").state == "bad"
    assert place.write("DELETE FROM wh_entries WHERE tag = ?", tag) == 1
    assert of(examined(place), "backup").what == "None was made that this database knows of."


def test_of_a_database_that_does_not_hold_together_a_backup_is_made_and_nothing_is_noted(
    place: Place, tmp_path: Path
) -> None:
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
    place.write("UPDATE wh_ledger SET body = ?", b"an invented body")
    before = place.rows("SELECT * FROM wh_entries ORDER BY 1, 2")

    with place.open() as engine:
        made = engine.backup(tmp_path / "b.age", recipients=[RECIPIENT])

        assert not made.ok
        assert (tmp_path / "b.age").exists()
    assert [row[1] for row in place.rows("SELECT * FROM wh_entries ORDER BY 1, 2")] == [row[1] for row in before]


def test_an_event_that_does_not_open_is_told_under_the_clock(place: Place) -> None:
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
    place.write("UPDATE wh_ledger SET body = ?", b"an invented body")

    assert of(examined(place), "clock").state == "bad"


def test_a_checkup_is_data(place: Place) -> None:
    place.make()
    found = examined(place)

    plain = wh.to_json(found)

    assert plain["state"] == found.state
    assert wh.from_json(wh.Checkup, plain) == found


def test_a_server_that_does_not_answer_is_bad() -> None:
    found = wh.doctor("postgresql://nobody@127.0.0.1:1/nothing", packs=all_packs(), keys=lambda _: b"k" * 32)

    assert (of(found, "database").state, of(found, "database").code) == ("bad", "no_answer")
    assert "127.0.0.1" not in str(wh.to_json(found))


def test_a_database_that_was_put_back_knows_of_no_newer_backup_than_it_holds(place: Place, tmp_path: Path) -> None:
    identity = x25519.Identity.generate()
    place.make()
    with place.open() as engine:
        a_case(engine, age_status="adult")
        for name in ("first.age", "second.age"):
            engine.backup(tmp_path / name, recipients=[str(identity.to_public())])

    seen = []
    for name in ("first", "second"):
        new = f"sqlite:///{tmp_path / name}.db"
        wh.restore(tmp_path / f"{name}.age", new, identity=str(identity), key_file=place.key)
        seen.append(of(wh.doctor(new, packs=all_packs(), key_file=place.key), "backup").state)
    assert seen == ["bad", "ok"]
