"""Each event is told once, those of a case in their order, whoever writes them and however slowly they end."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from wayhome import Again, BadInput, Engine, LedgerBroken, StoreUnavailable, commands

from tests import postgres
from tests.conftest import ANNA, a_case, all_packs, engine_at

KEY = b"k" * 32


def keys(_: str) -> bytes:
    return KEY


@pytest.fixture(params=["own file", "host's file", "postgresql"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Engine, sa.Engine]]:
    """An engine, and a host's engine on the same database."""
    if request.param == "postgresql":
        host, schema = postgres.an_engine(poolclass=sa.pool.QueuePool, pool_size=12), postgres.a_schema()
        wh.create(host, schema=schema, keys=keys)
        engine = Engine.open(host, schema=schema, keys=keys, packs=all_packs())
    else:
        url = f"sqlite:///{tmp_path / 'case.db'}"
        host, schema = sa.create_engine(url, connect_args={"timeout": 30}), None
        if request.param == "own file":
            wh.create(url, keys=keys)
        else:
            wh.create(host, keys=keys, wal=True)
        engine = Engine.open(url if request.param == "own file" else host, keys=keys, packs=all_packs())
    with engine:
        yield engine, host
    host.dispose()


def heard(engine: Engine, after: str | None = None, *, limit: int = 7) -> list[wh.Change]:
    """Listen to the end, page by page."""
    found: list[wh.Change] = []
    while page := engine.changes(after=after, limit=limit):
        found += page
        after = page[-1].position
    return found


def test_each_event_is_told_once_in_order_and_a_page_goes_on_where_the_last_one_ended(opened: Any) -> None:
    engine, _ = opened
    one, two = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
    for n in range(5):
        engine.do(commands.Note(one, text=str(n)), as_=ANNA)
        engine.do(commands.Note(two, text=str(n)), as_=ANNA)

    told = heard(engine)

    assert [(change.case, change.seq) for change in told] == [(one, 1), (two, 1)] + [
        (case, n) for n in range(2, 7) for case in (one, two)
    ]
    assert engine.changes(after=told[-1].position) == ()
    assert heard(engine, told[4].position) == told[5:]
    assert heard(engine, limit=1) == told


def test_an_actor_is_told_what_happened_as_they_may_see_it(opened: Any) -> None:
    engine, _ = opened
    case = a_case(engine, age_status="adult")
    engine.do(commands.Note(case, text="an invented note"), as_=ANNA)

    told = engine.acting(ANNA).changes()

    assert [change.event.type for change in told if change.event] == ["opened", "note_added"]
    assert "an invented note" in repr(told[1].event.texts if told[1].event else "")
    assert "an invented note" not in repr(engine.changes())
    assert engine.acting(wh.Actor("nobody", "invented_house", {"no_such_role"})).changes() == ()


@pytest.mark.parametrize(
    "after", ["", "1", "1.2", "1.2.3.4", "1.2.x", "1.-2.3", "1.2.99999999999999999999999", "１.２.３", 3]
)
def test_what_is_no_position_is_refused(after: Any, packs: Any) -> None:
    with engine_at("sqlite://", packs=packs) as engine, pytest.raises(BadInput, match="That is no position"):
        engine.changes(after=after)


@pytest.mark.parametrize("limit", [0, -1, 10_001, True, "7"])
def test_a_page_has_a_limit(limit: Any, packs: Any) -> None:
    with engine_at("sqlite://", packs=packs) as engine, pytest.raises(BadInput, match="That is no limit"):
        engine.changes(limit=limit)


def test_in_a_transaction_that_can_be_taken_back_no_position_is_given(opened: Any) -> None:
    engine, host = opened
    a_case(engine)
    with host.connect() as connection, pytest.raises(BadInput, match="Changes are told outside of a transaction"):
        engine.acting(ANNA, within=connection).changes()


def test_a_race_of_writers_savepoints_and_sleepers_tells_each_event_once(opened: Any) -> None:
    """Transactions that begin early, a fifth taken back, savepoints, one writer that sleeps before its commit; a reader all the while."""
    engine, host = opened
    cases = [a_case(engine, age_status="adult") for _ in range(3)]
    ends = threading.Event()
    told: list[wh.Change] = []
    failed: list[BaseException] = []

    def read() -> None:
        after = None
        while True:
            last = ends.is_set()
            for change in heard(engine, after, limit=5):
                told.append(change)
                after = change.position
            if last:
                return

    def write(n: int) -> None:
        chance = random.Random(n)
        for i in range(8):
            while True:
                try:
                    with host.connect() as connection:
                        outer = connection.begin()
                        if host.dialect.name == "postgresql":
                            connection.exec_driver_sql("SELECT pg_current_xact_id()")  # an early number
                            time.sleep(chance.random() / 50)
                        anna = engine.acting(ANNA, within=connection)
                        inner = connection.begin_nested() if host.dialect.name == "postgresql" and i % 2 else None
                        anna.do(commands.Note(chance.choice(cases), text=f"{n}-{i}"))
                        if inner is not None:
                            (inner.rollback if i % 4 == 3 else inner.commit)()
                        anna.do(commands.Note(chance.choice(cases), text=f"{n}-{i}-second"))
                        if n == 0 and i == 3:
                            time.sleep(2 if host.dialect.name == "postgresql" else 0.3)
                        (outer.rollback if chance.random() < 0.2 else outer.commit)()
                    break
                except Again:
                    continue
                except BaseException as error:
                    failed.append(error)
                    return

    reader = threading.Thread(target=read)
    writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
    for thread in (reader, *writers):
        thread.start()
    for thread in writers:
        thread.join()
    ends.set()
    reader.join()

    assert not failed
    assert len({change.position for change in told}) == len(told)
    for case in cases:
        assert [change.seq for change in told if change.case == case] == [
            *range(1, engine.case(case, as_=ANNA).version + 1)
        ]
    assert [(change.case, change.seq) for change in heard(engine)] == [(change.case, change.seq) for change in told]
    assert engine.verify().ok


def test_after_a_move_to_another_server_it_is_said_and_after_a_migration_nobody_misses_anything() -> None:
    """The numbers of transactions are those of the server: what was written there would be told to nobody here."""
    host, schema = postgres.an_engine(), postgres.a_schema()
    wh.create(host, schema=schema, keys=keys)
    with Engine.open(host, schema=schema, keys=keys, packs=all_packs()) as engine:
        case = a_case(engine, age_status="adult")
        before = heard(engine)
    with host.begin() as connection:  # as if this were a younger server
        connection.exec_driver_sql(f"UPDATE {schema}.wh_ledger SET epoch = epoch + 1000000")

    with pytest.raises(StoreUnavailable, match="This database was moved here from another server") as told:
        Engine.open(host, schema=schema, keys=keys, packs=all_packs())
    assert told.value.code == "moved"
    wh.migrate(host, schema=schema)
    wh.migrate(host, schema=schema)

    with Engine.open(host, schema=schema, keys=keys, packs=all_packs()) as engine:
        again = heard(engine)
        engine.do(commands.Note(case, text="here"), as_=ANNA)
        assert [(one.case, one.seq) for one in again] == [(one.case, one.seq) for one in before]
        assert [(one.case, one.seq) for one in heard(engine, again[-1].position)] == [(case, 2)]
        assert engine.verify().ok
        with host.connect() as connection:
            assert connection.exec_driver_sql(f"SELECT max(generation) FROM {schema}.wh_generations").scalar() == 2


MIGRATES = """
import os, sys
import sqlalchemy as sa, wayhome
from wayhome.store import making

def killed(*given):
    if sys.argv[3] == "after":
        begin_anew(*given)
    os.kill(os.getpid(), 9)
begin_anew, making.begin_anew = making.begin_anew, killed
wayhome.migrate(sys.argv[1], schema=sys.argv[2])
"""


@pytest.mark.parametrize("when", ["before", "after"])
def test_whoever_is_killed_while_migrating_leaves_what_was_there_and_it_is_done_then(when: str) -> None:
    host, schema = postgres.an_engine(), postgres.a_schema()
    wh.create(host, schema=schema, keys=keys)
    with Engine.open(host, schema=schema, keys=keys, packs=all_packs()) as engine:
        case = a_case(engine, age_status="adult")
    with host.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {schema}.wh_ledger SET epoch = epoch + 1000000")

    words = [sys.executable, "-c", MIGRATES, host.url.render_as_string(hide_password=False), schema, when]
    assert subprocess.run(words, check=False).returncode == -signal.SIGKILL

    with host.connect() as connection:
        assert connection.exec_driver_sql(f"SELECT max(generation) FROM {schema}.wh_generations").scalar() == 1
    wh.migrate(host, schema=schema)
    with Engine.open(host, schema=schema, keys=keys, packs=all_packs()) as engine:
        assert [change.case for change in heard(engine)] == [case]
        assert engine.verify().ok


def test_who_changes_the_order_in_the_file_is_named(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'case.db'}"
    with engine_at(url, packs=all_packs()) as engine:
        a_case(engine)
        case = a_case(engine)
        engine.do(commands.Note(case, text="an invented note"), as_=ANNA)
        with sa.create_engine(url).begin() as connection:
            connection.exec_driver_sql("UPDATE wh_ledger SET n = 40 WHERE n = 4")

        assert [problem.what for problem in engine.verify().problems] == ["the order of all events was changed"]


@pytest.mark.parametrize("where", ["generation = 'no number'", "epoch = 'no number'", "n = x'00'"])
@pytest.mark.parametrize("seq", [1, 2])
def test_what_stands_in_the_order_and_is_no_number_is_said_and_silences_no_list(
    tmp_path: Path, where: str, seq: int
) -> None:
    """A file takes whatever another hand puts there."""
    url = f"sqlite:///{tmp_path / 'case.db'}"
    with engine_at(url, packs=all_packs()) as engine:
        a_case(engine)
        case = a_case(engine)
        engine.do(commands.Note(case, text="an invented note"), as_=ANNA)
        with sa.create_engine(url).begin() as connection:
            connection.exec_driver_sql(f"UPDATE wh_ledger SET {where} WHERE number = '{case}' AND seq = {seq}")

        with pytest.raises(LedgerBroken, match="The order in which things were written was changed") as told:
            engine.changes(as_=ANNA)
        assert told.value.code == "tables_changed"
        assert len(engine.cases(as_=ANNA)) == 2
        assert len({row.case for row in engine.due(as_=ANNA)}) == 2
        assert engine.verify().problems


@pytest.mark.usefixtures("quick_passphrases")
def test_who_listens_goes_on_from_their_position_after_a_backup_was_put_back(tmp_path: Path) -> None:
    """Also before anything is written there: to begin again, they would hear all of it a second time."""
    with engine_at(f"sqlite:///{tmp_path / 'case.db'}") as engine:
        case = a_case(engine)
        engine.backup(tmp_path / "case.age", passphrase="six invented words")
        for _ in range(5):
            engine.do(commands.Note(case, text="invented"), as_=ANNA)
        heard_last = engine.changes().after
    there = f"sqlite:///{tmp_path / 'new.db'}"
    wh.restore(tmp_path / "case.age", there, passphrase="six invented words", key_file=tmp_path / "case.db.key")
    with Engine.open(there, key_file=tmp_path / "case.db.key", packs=all_packs()) as engine:
        page = engine.changes(after=heard_last)
        assert (page, page.after) == ((), heard_last)

        engine.do(commands.Note(case, text="written since"), as_=ANNA)
        assert [one.case for one in engine.changes(after=heard_last)] == [case]
