"""What happens to the whole database stands in the ledger of the office: sealed, chained, and claimed as the events of a case."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import wayhome as wh
from pyrage import x25519
from wayhome import Actor, Engine, commands
from wayhome.store import office

from tests.conftest import ANNA, a_case, all_packs
from tests.places import Place

IDENTITY = x25519.Identity.generate()
RECIPIENT = str(IDENTITY.to_public())
ADA = Actor("ada", "invented_house", {"system_admin"})


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    place.make()
    with place.open() as engine:
        yield engine


def told(engine: Engine, *types: str) -> list[dict[str, Any]]:
    with engine._store.database.reading() as connection:
        return [dict(event.data) for event in office.of_type(engine._store, connection, *types)]


def master_of(engine: Engine) -> str:
    with engine._store.database.reading() as connection:
        return engine._store.keys.own_master(connection)[0]


def test_which_versions_of_packs_have_made_a_process_is_told_once_when_it_is_used_first(engine: Engine) -> None:
    for _ in range(3):
        a_case(engine)

    (seen,) = told(engine, office.PROCESS)
    assert seen["digest"] == engine.packs.process("BE", "NG").digest
    assert seen["packs"].keys() >= {"core", "belgium", "nigeria"}
    assert all(seen["packs"].values())
    engine.do(commands.Open(host_country="NL", origin_country="BR", facts={"age_status": "adult"}), as_=ANNA)
    assert len(told(engine, office.PROCESS)) == 2
    assert engine.verify().ok


def test_a_new_version_of_a_pack_is_told_though_it_decides_nothing_else(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_case(engine)
    plain = type(engine.packs).labels_for

    def newer(packs: Any, process: Any) -> Any:
        found = {kind: {**one} for kind, one in plain(packs, process).items()}
        found["packs"]["nigeria"] = {**found["packs"]["nigeria"], "version": "99.0"}
        return found

    monkeypatch.setattr(type(engine.packs), "labels_for", newer)
    for _ in range(2):
        engine._renew_labels("of a newer pack")

    first, second = told(engine, office.PROCESS)
    assert first["digest"] == second["digest"]
    assert {id for id in first["packs"] if first["packs"][id] != second["packs"][id]} == {"nigeria"}
    assert second["packs"]["nigeria"] == "99.0"
    assert engine.verify().ok


def test_in_many_commands_too_and_it_goes_with_what_is_taken_back(engine: Engine) -> None:
    opening = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
    with pytest.raises(RuntimeError), engine._store.writing() as connection:
        engine._keep_process(connection, engine.packs.process("BE", "NG"), ANNA)
        raise RuntimeError
    assert told(engine, office.PROCESS) == []

    assert all(engine.do_all([opening] * 3, as_=ANNA))

    assert len(told(engine, office.PROCESS)) == 1
    assert engine.verify().ok


def test_where_the_register_of_the_office_was_changed_a_case_is_opened_all_the_same(place: Place) -> None:
    place.make()
    with place.open() as engine:
        engine.put_actor(ADA)
    place.write("DELETE FROM wh_entries WHERE kind = 'actor'")

    with place.open() as engine:
        assert a_case(engine)
        assert told(engine, office.PROCESS) == []


def test_a_backup_is_told_with_who_made_it_and_the_key_that_it_needs(engine: Engine, tmp_path: Path) -> None:
    a_case(engine)
    for name, who in (("night.age", None), ("day.age", ADA)):
        engine.backup(tmp_path / name, recipients=[RECIPIENT], as_=who)

    with engine._store.database.reading() as connection:
        made = office.of_type(engine._store, connection, office.BACKUP)
    assert [event.actor for event in made] == ["", "ada"]
    assert [event.data["master"] for event in made] == [master_of(engine)] * 2
    assert [(event.data["cases"], event.data["events"]) for event in made] == [(1, 1), (1, 1)]
    (check,) = [one for one in engine.doctor().checks if one.id == "backup"]
    assert check.values["last"] == made[-1].data["made_at"]
    assert engine.verify().ok


def test_what_a_backup_was_said_of_is_not_taken_back_unseen(place: Place, tmp_path: Path) -> None:
    place.make()
    with place.open() as engine:
        case = a_case(engine)
        engine.backup(tmp_path / "b.age", recipients=[RECIPIENT])
        engine.do(commands.Note(case, text="invented words"), as_=ANNA)
    assert place.write("DELETE FROM wh_ledger WHERE number = 'office' AND seq > 1") == 1

    with place.open() as engine:
        assert not engine.verify().ok


def test_that_it_was_put_back_is_told_with_the_moment_of_the_backup(engine: Engine, tmp_path: Path) -> None:
    a_case(engine)
    engine.backup(tmp_path / "b.age", recipients=[RECIPIENT])
    key = engine._store.masters()[master_of(engine)]
    new = f"sqlite:///{tmp_path}/new.db"

    wh.restore(tmp_path / "b.age", new, identity=str(IDENTITY), keys=lambda _: key)

    with Engine.open(new, keys=lambda _: key, packs=all_packs()) as again:
        (back,) = told(again, office.RESTORED)
        assert back["made_at"] == told(engine, office.BACKUP)[0]["made_at"]
        assert back["put_back_at"] >= back["made_at"]
