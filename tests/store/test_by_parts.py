"""`verify` by parts: each night what has changed and a thirtieth of the rest; and both halves at once, in two processes."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519
from wayhome import Actor, BadInput, Engine, commands
from wayhome.store import office
from wayhome.store.checking import NIGHTS

from tests.conftest import ANNA, a_case, engine_at
from tests.places import Place

CASES = 20
ADA = Actor("ada", "invented_house", {"system_admin"})


@pytest.fixture
def engine(place: Place) -> Iterator[Engine]:
    place.make()
    with place.open() as engine:
        for _ in range(CASES):
            a_case(engine)
        yield engine


def nights(engine: Engine) -> list[dict[str, Any]]:
    with engine._store.database.reading() as connection:
        return [dict(one.data) for one in office.of_type(engine._store, connection, office.VERIFIED)]


def test_in_thirty_nights_each_case_is_looked_at_once_and_each_night_is_told(engine: Engine) -> None:
    assert engine.verify(rolling=True).cases == CASES, "nobody had looked before"

    looked = [engine.verify(rolling=True).cases for _ in range(NIGHTS)]

    assert sum(looked) == CASES
    assert max(looked) < CASES / 2
    assert [one["turn"] for one in nights(engine)] == [0, *range(1, NIGHTS), 0]
    assert [one["cases"] for one in nights(engine)] == [CASES, *looked]
    assert engine.verify().ok


def test_what_has_changed_since_is_looked_at_in_the_next_night(engine: Engine) -> None:
    cases = [row.number for row in engine.cases(as_=ANNA)]
    engine.verify(rolling=True)
    usual = engine.verify(rolling=True).cases
    for case in cases[:5]:
        engine.do(commands.Note(case, text="invented words"), as_=ANNA)
    new = a_case(engine)

    found = engine.verify(rolling=True, as_=ADA)

    assert 6 <= found.cases < CASES
    assert found.ok
    assert engine.verify(rolling=True).cases <= usual + 5, "it is not looked at night for night"
    assert new


def test_what_was_damaged_is_found_in_its_night_and_again_until_it_is_mended(place: Place) -> None:
    place.make()
    with place.open() as engine:
        cases = [a_case(engine) for _ in range(CASES)]
        engine.verify(rolling=True)
    ((state,),) = place.rows("SELECT state FROM wh_cases WHERE number = ?", cases[7])
    place.write("UPDATE wh_cases SET state = ? WHERE number = ?", b"spoilt", cases[7])

    with place.open() as engine:
        found = [engine.verify(rolling=True) for _ in range(NIGHTS)]
        bad = [one for one in found if not one.ok]
        assert {problem.case for one in bad for problem in one.problems} == {cases[7]}
        first = found.index(bad[0])
        assert found[first:] == bad, "the same part is looked at again"
    place.write("UPDATE wh_cases SET state = ? WHERE number = ?", state, cases[7])
    with place.open() as engine:
        assert engine.verify(rolling=True).ok
        assert nights(engine)[-1]["turn"] == nights(engine)[-2]["turn"]


def test_who_is_stopped_in_the_middle_has_told_nothing_and_begins_this_part_again(engine: Engine) -> None:
    engine.verify(rolling=True)

    def stopped(_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.verify(stopped, rolling=True)

    assert len(nights(engine)) == 1
    engine.verify(rolling=True)
    assert [one["turn"] for one in nights(engine)] == [0, 1]


@pytest.mark.parametrize("more", [{"chain_only": True}, {"after": "WH-7K3M9-Q2F4A-Z"}, {"most": 5}], ids=str)
@pytest.mark.parametrize("by", [{"rolling": True}, {"processes": 2}], ids=str)
def test_what_goes_by_parts_of_its_own_takes_no_other(by: dict[str, Any], more: dict[str, Any]) -> None:
    with engine_at("sqlite://") as engine, pytest.raises(BadInput, match="parts of its own"):
        engine.verify(**by, **more)


def test_heads_that_were_kept_are_compared_with_all_and_not_with_a_part() -> None:
    with engine_at("sqlite://") as engine:
        a_case(engine)
        with pytest.raises(BadInput, match="parts of its own"):
            engine.verify(rolling=True, against=engine.heads())


def test_two_processes_find_what_one_does(place: Place) -> None:
    place.make()
    with place.open() as engine:
        cases = [a_case(engine) for _ in range(CASES)]
        found, counted = engine.verify(), list[int]()
        assert engine.verify(counted.append, processes=2, against=engine.heads()) == found
        assert sum(counted) == found.events + 1, "and that of the office"
    for case in cases[:4]:
        place.write("UPDATE wh_cases SET state = ? WHERE number = ?", b"spoilt", case)
    place.write("UPDATE wh_entries SET sealed = ? WHERE kind = 'seen'", b"spoilt")
    place.write("DELETE FROM wh_generations")

    with place.open() as engine:
        one, two = engine.verify(), engine.verify(processes=2)
        assert {*one.problems} == {*two.problems}
        assert len(two.problems) == len(one.problems) >= 5


# --- what is killed, at any moment ---------------------------------------------------------------------------------------

PROGRAM = """
import sys
from wayhome import Engine
with Engine.open(sys.argv[1], key_file=sys.argv[2]) as engine:
    print("begun", flush=True)
    {act}
"""
BACKUP = f"engine.backup(sys.argv[3], recipients=['{x25519.Identity.generate().to_public()}'])"


def killed(place: Place, act: str, after_seconds: float, *words: str) -> None:
    """Let another program begin something, and kill it."""
    words = (sys.executable, "-c", PROGRAM.format(act=act), place.address, str(place.key), *words)
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "begun\n"
        time.sleep(after_seconds)
        program.kill()


@pytest.mark.soak
def test_what_was_killed_goes_on_where_it_stood_as_the_page_for_offices_says(tmp_path: Path) -> None:
    """docs/operate.md, "What looking after it costs": a night begins its part again, rows that were made stay, of a backup nothing does."""
    place, spoilt = Place(tmp_path), 400
    place.make()
    with place.open() as engine:
        for _ in range(400):
            a_case(engine)
        engine.verify(rolling=True)
    place.write("UPDATE wh_cases SET state = ?", b"spoilt")

    for turn in range(20):
        killed(place, "engine.rebuild()", turn * 0.05)
        ((left,),) = place.rows("SELECT count(*) FROM wh_cases WHERE state = ?", b"spoilt")
        assert left <= spoilt, "what was made stays"
        spoilt = left
    with place.open() as engine:
        assert engine.rebuild()[0] == 400
        assert engine.verify().ok

    for turn in range(20):
        killed(place, BACKUP, turn * 0.05, str(tmp_path / f"{turn}.age"))
        killed(place, "engine.verify(rolling=True)", turn * 0.02)
        with place.open() as engine:
            before = len(nights(engine))
            assert engine.verify(rolling=True).ok
            assert len(nights(engine)) == before + 1
            turns = [one["turn"] for one in nights(engine)]
            assert turns == [night % NIGHTS for night in range(len(turns))], (
                "no part was left out, and none was counted that was not looked at"
            )
    left = {one.name for one in tmp_path.iterdir()} - {f"{turn}.age" for turn in range(20)}
    assert all(one.startswith((".", "wayhome.db")) for one in left), "beside whole backups only hidden beginnings"
