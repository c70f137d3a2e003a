"""PostgreSQL that goes in the middle and comes back, a lock that nobody gives up; and two programs on one case, on both databases."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from wayhome import Engine, StoreUnavailable, commands
from wayhome.store import sqlalchemy_database

from tests import postgres
from tests.conftest import ANNA, a_case, all_packs
from tests.places import Place
from tests.waiting import sampled

KEYS = {"keys": lambda _: b"k" * 32}


@pytest.fixture(scope="module")
def server() -> Iterator[postgres.OwnServer]:
    one = postgres.OwnServer()
    yield one
    one.close()


def texts_of(engine: Engine, case: str) -> list[str]:
    return [next(iter(row.texts.values()))["text"] for row in engine.history(case, as_=ANNA) if row.texts]


# --- a server that goes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", sampled(["address"], ["host"]))
def test_a_server_that_is_restarted_in_the_middle_loses_nothing_and_the_engine_goes_on(
    server: postgres.OwnServer, by: str
) -> None:
    """Each waits for its answer; who gets none gives the command again under its key, as the sentence says."""
    schema = postgres.a_schema()
    database: Any = server.url if by == "address" else sa.create_engine(server.url)
    wh.create(database, schema=schema, **KEYS)  # type: ignore[arg-type]
    told: Counter[str] = Counter()
    acknowledged: list[str] = []
    ends = threading.Event()
    failed: list[BaseException] = []
    with Engine.open(database, schema=schema, packs=all_packs(), **KEYS) as engine:  # type: ignore[arg-type]
        cases = [a_case(engine, age_status="adult") for _ in range(2)]

        def write(n: int) -> None:
            number = 0
            while not ends.is_set():
                text = f"{n}-{number}"
                while True:
                    try:
                        engine.do(commands.Note(cases[n % 2], text=text, key=text), as_=ANNA)
                        break
                    except StoreUnavailable as error:
                        told[f"{error.code}: {error.what}"] += 1
                        time.sleep(0.05)
                    except BaseException as error:
                        failed.append(error)
                        return
                acknowledged.append(text)
                number += 1

        writers = [threading.Thread(target=write, args=(n,)) for n in range(4)]
        for writer in writers:
            writer.start()
        for _ in range(3):
            time.sleep(0.5)
            server.control("-m", "immediate", "restart")
        before = len(acknowledged)
        time.sleep(1)
        ends.set()
        for writer in writers:
            writer.join(60)

        assert not failed, failed
        assert [*told] == ["no_answer: The database does not answer."]
        assert len(acknowledged) > before
        assert sorted(texts_of(engine, cases[0]) + texts_of(engine, cases[1])) == sorted(acknowledged)
        found = engine.verify()
        assert found.ok, found.problems


def test_while_a_server_is_away_one_sentence_says_what_to_do(server: postgres.OwnServer) -> None:
    schema = postgres.a_schema()
    wh.create(server.url, schema=schema, **KEYS)  # type: ignore[arg-type]
    with Engine.open(server.url, schema=schema, packs=all_packs(), **KEYS) as engine:  # type: ignore[arg-type]
        case = a_case(engine, age_status="adult")
        server.control("-m", "immediate", "stop")
        try:
            for ask in (
                lambda: engine.do(commands.Note(case, text="invented"), as_=ANNA),
                lambda: engine.case(case, as_=ANNA),
                engine.verify,
            ):
                with pytest.raises(StoreUnavailable, match="The database does not answer") as told:
                    ask()
                assert told.value.todo == "Look at the server, and at the address and who it names."
        finally:
            server.control("restart")  # as it was

        assert engine.do(commands.Note(case, text="invented"), as_=ANNA).version == 2


# --- a lock that nobody gives up --------------------------------------------------------------------------------


@pytest.fixture
def held(tmp_path: Path) -> Iterator[tuple[Engine, str, sa.Engine, str]]:
    host, schema = postgres.an_engine(poolclass=sa.pool.QueuePool), postgres.a_schema()
    wh.create(host, schema=schema, **KEYS)  # type: ignore[arg-type]
    with Engine.open(host, schema=schema, packs=all_packs(), **KEYS) as engine:  # type: ignore[arg-type]
        yield engine, a_case(engine, age_status="adult"), host, schema
    with host.begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")
    host.dispose()


def test_a_row_that_somebody_holds_for_long_is_one_sentence(held: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    engine, case, host, schema = held
    monkeypatch.setattr(sqlalchemy_database, "BUSY_SECONDS", 1)
    told: list[StoreUnavailable] = []

    def write() -> None:
        try:
            engine.do(commands.Note(case, text="invented"), as_=ANNA)
        except StoreUnavailable as error:
            told.append(error)

    with host.begin() as connection:
        connection.exec_driver_sql(f"SELECT 1 FROM {schema}.wh_cases WHERE number = %s FOR UPDATE", (case,))
        writer = threading.Thread(target=write)
        writer.start()
        writer.join(20)
        assert [(error.code, error.what) for error in told] == [("busy", "The database is busy.")]
        assert engine.case(case, as_=ANNA).version == 1  # who reads waits for nobody

    assert engine.do(commands.Note(case, text="invented"), as_=ANNA).version == 2


def test_how_long_a_host_waits_is_the_hosts_to_say(held: Any) -> None:
    """In its transaction nothing is set; and in ours, what it has said holds."""
    engine, case, host, schema = held

    def said(connection: sa.Connection) -> Any:
        return connection.exec_driver_sql("SHOW lock_timeout").scalar()

    with host.begin() as connection:
        engine.acting(ANNA, within=connection).do(commands.Note(case, text="invented"))
        assert said(connection) == "0"
    engine.do(commands.Note(case, text="invented"), as_=ANNA)
    with host.begin() as connection:
        assert said(connection) == "0"
    patient = postgres.an_engine(connect_args={"options": "-c lock_timeout=200"})
    with (
        Engine.open(patient, schema=schema, packs=all_packs(), **KEYS) as other,  # type: ignore[arg-type]
        host.begin() as connection,
    ):
        connection.exec_driver_sql(f"SELECT 1 FROM {schema}.wh_cases WHERE number = %s FOR UPDATE", (case,))
        began = time.monotonic()
        with pytest.raises(StoreUnavailable, match="The database is busy"):
            other.do(commands.Note(case, text="invented"), as_=ANNA)
        assert time.monotonic() - began < 20


# --- a person and a batch ------------------------------------------------------------------------------------------

PROGRAM = """
    import json, sys
    from wayhome import Actor, Conflict, Engine, commands
    who, url, case, schema, key, count = sys.argv[1:]
    engine = Engine.open(url, schema=schema or None, key_file=key)
    anna = Actor("anna", "invented_house", {"case_manager_sending"})
    print("ready", flush=True)
    sys.stdin.readline()
    answers, conflicts = {}, 0
    for n in range(int(count)):
        done = engine.do(commands.Note(case, text=f"of both {n}", key=f"both-{n}"), as_=anna)
        answers[f"both-{n}"] = [done.case, done.version]
        if who == "batch":
            engine.do(commands.Note(case, text=f"batch {n}"), as_=anna)
            continue
        while True:
            seen = engine.case(case, as_=anna).version
            try:
                engine.do(commands.Note(case, text=f"person {n}", if_version=seen), as_=anna)
                break
            except Conflict:
                conflicts += 1
    print(json.dumps([answers, conflicts]), flush=True)
"""
COUNT = 25


def test_a_person_and_a_batch_on_one_case_lose_no_update_and_no_key(place: Place) -> None:
    """Two programs give the same commands under the same keys, and others of their own, at the same time."""
    place.make()
    with place.open() as engine:
        case = a_case(engine, age_status="adult")
    line = [case, place.schema or "", str(place.key), str(COUNT)]
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(PROGRAM), who, place.address, *line],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for who in ("person", "batch")
    ]
    for program in programs:
        assert program.stdout is not None
        assert program.stdout.readline() == "ready\n"
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("go\n")
        program.stdin.flush()
    told = [json.loads(program.communicate(timeout=120)[0]) for program in programs]

    assert told[0][0] == told[1][0]  # under one key, one answer for both
    expected = [f"{who} {n}" for who in ("of both", "batch", "person") for n in range(COUNT)]
    with place.open() as engine:
        written = texts_of(engine, case)
        assert sorted(written) == sorted(expected)
        assert engine.case(case, as_=ANNA).version == 1 + len(expected)
        assert engine.verify().ok
    of_each = [text.split()[0] for text in written if not text.startswith("of both")]
    assert told[0][1] or sum(one != other for one, other in pairwise(of_each)) > 1, "they never met"


def test_what_was_lost_in_the_middle_may_or_may_not_be_kept_and_that_is_said(
    held: tuple[Engine, str, sa.Engine, str],
) -> None:
    """The connection goes while the command is being kept: nobody can say whether it was."""
    engine, case, host, _ = held

    def goes(connection: sa.Connection) -> None:
        connection.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")

    sa.event.listen(host, "commit", goes)
    try:
        with pytest.raises(StoreUnavailable, match="The database does not answer") as told:
            engine.do(commands.Note(case, text="invented"), as_=ANNA)
    finally:
        sa.event.remove(host, "commit", goes)
    assert "may or may not be kept" in told.value.todo
    assert engine.case(case, as_=ANNA).version == 1
