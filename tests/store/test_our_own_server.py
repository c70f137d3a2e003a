"""A PostgreSQL server under an address of its own: what is sent together is kept together, and who is lost is found out."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
import wayhome as wh
from wayhome import BadInput, Engine, LedgerBroken, Refused, StoreUnavailable, commands
from wayhome.store import addresses, own_server
from wayhome.store.own_server import OwnServer, ServerConnection

from tests import postgres
from tests.conftest import ANNA, a_case, all_packs

LOOK = "Look at the server, and at the address and who it names."
KEYS: Any = {"keys": lambda _: b"k" * 32}
LOOK_AND_ASK = "Look at the server. What was not answered may or may not be kept: look, or give it again under its key."


@pytest.fixture(scope="module")
def made() -> Iterator[str]:
    """A schema in which there is a database."""
    schema = postgres.a_schema()
    wh.create(postgres.needed(), schema=schema, **KEYS)
    yield schema
    with postgres.an_engine().begin() as connection:
        connection.exec_driver_sql(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def engine(made: str) -> Iterator[Engine]:
    with Engine.open(postgres.needed(), schema=made, packs=all_packs(), **KEYS) as one:
        yield one


@pytest.fixture
def server(engine: Engine) -> OwnServer:
    database = engine._store.database
    assert isinstance(database, OwnServer)
    return database


def a_note(case: str) -> commands.Note:
    return commands.Note(case, text="invented")


def number_of(session: Any) -> int:
    """The number of the server's process that serves a session."""
    return int(session.execute("SELECT pg_backend_pid()").fetchone()[0])


def ended(number: int) -> None:
    with postgres.an_engine(isolation_level="AUTOCOMMIT").connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({number}, 5000)")


# --- how often it is waited for -------------------------------------------------------------------------------------


def test_a_command_waits_for_the_server_three_times_however_much_it_writes(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """For the row of the case, for the rows that it wrote, and until they are kept."""
    case = a_case(engine, age_status="adult")
    engine.do(a_note(case), as_=ANNA)  # what is kept in memory is read
    waits: list[str] = []
    for kind, name in (
        (psycopg.Cursor, "fetchone"),
        (psycopg.Cursor, "fetchall"),
        (ServerConnection, "_wait"),
    ):
        plain = getattr(kind, name)
        monkeypatch.setattr(kind, name, lambda self, plain=plain, name=name: waits.append(name) or plain(self))

    for command in (
        a_note(case),
        commands.Complete(case, step="register_referral"),
        commands.Record(case, facts={"languages": ["en"], "safe_place_tonight": True}),
    ):
        waits.clear()
        engine.do(command, as_=ANNA)
        assert waits == ["fetchone", "_wait", "_wait"], command


# --- who is lost ---------------------------------------------------------------------------------------------------


def test_a_connection_that_was_lost_while_nobody_used_it_is_made_again_and_nobody_notices(
    engine: Engine, server: OwnServer
) -> None:
    case = a_case(engine, age_status="adult")
    for version in (2, 3):
        with server.reading() as session:
            number = number_of(session)
        ended(number)
        assert engine.do(a_note(case), as_=ANNA).version == version


def test_a_connection_that_was_lost_without_a_word_is_asked_for_after_a_pause(
    engine: Engine, server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing has come on it, as where a cable was pulled: who has not asked for a second asks before anything hangs on it."""
    case = a_case(engine, age_status="adult")
    with server.reading() as session:
        number = number_of(session)
    monkeypatch.setattr(own_server, "_has_come", lambda _: False)
    monkeypatch.setattr(own_server, "SURE_SECONDS", 0)
    ended(number)
    assert engine.do(a_note(case), as_=ANNA).version == 2


@pytest.mark.parametrize("when", ["before", "after", "as it ends"])
def test_of_a_command_whose_connection_is_lost_nothing_is_kept_and_the_sentence_says_whether_that_is_sure(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The server ends it when all rows are sent: before they are seen to be kept, after that, and just before it is told to keep them."""
    case = a_case(engine, age_status="adult")
    end, execute = ServerConnection.end, ServerConnection.execute

    def ending(self: ServerConnection) -> None:
        if self._written and when != "as it ends":
            if when == "after":
                self._wait()
            ended(self.own.info.backend_pid)
        end(self)

    def executing(self: ServerConnection, text: str, *values: Any) -> Any:
        if text == "COMMIT" and self._writes and when == "as it ends":
            ended(self.own.info.backend_pid)
        return execute(self, text, *values)

    monkeypatch.setattr(ServerConnection, "end", ending)
    monkeypatch.setattr(ServerConnection, "execute", executing)
    with pytest.raises(StoreUnavailable) as told:
        engine.do(a_note(case), as_=ANNA)
    todo = LOOK_AND_ASK if when == "as it ends" else LOOK
    assert (told.value.code, told.value.todo) == ("no_answer", todo)
    monkeypatch.undo()
    assert engine.case(case, as_=ANNA).version == 1
    assert engine.do(a_note(case), as_=ANNA).version == 2
    assert engine.verify().ok


def test_who_only_looks_is_not_told_that_something_may_be_kept(engine: Engine, server: OwnServer) -> None:
    with pytest.raises(StoreUnavailable) as told, server.reading() as session:
        ended(session.own.info.backend_pid)
        session.execute("SELECT 1").fetchone()
    assert (told.value.code, told.value.todo) == ("no_answer", LOOK)


def test_a_command_that_the_server_kept_and_could_not_answer_is_done_once_under_its_key(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_case(engine, age_status="adult")
    command = commands.Note(case, text="invented", key="lost-after")
    plain = ServerConnection.end

    def end(self: ServerConnection) -> None:
        plain(self)
        if self._writes:
            raise psycopg.OperationalError("invented: the answer was lost")

    monkeypatch.setattr(ServerConnection, "end", end)
    with pytest.raises(StoreUnavailable) as told:
        engine.do(command, as_=ANNA)
    assert (told.value.code, told.value.todo) == ("no_answer", LOOK_AND_ASK)
    monkeypatch.undo()
    assert engine.do(command, as_=ANNA).version == 2
    assert engine.case(case, as_=ANNA).version == 2


def test_who_is_not_taken_in_is_told_to_look_at_the_address(made: str) -> None:
    address = sa.make_url(postgres.needed()).set(database="none_of_that_name").render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailable) as told:
        Engine.open(address, schema=made, **KEYS)
    assert told.value.code == "no_answer"
    assert told.value.todo == "Look at the server, and at the address and who it names."


# --- all or nothing ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("has_pipeline", [True, False])
def test_a_row_that_the_server_swallows_is_missed_before_anything_is_kept(
    engine: Engine, server: OwnServer, made: str, monkeypatch: pytest.MonkeyPatch, has_pipeline: bool
) -> None:
    _with_pipeline(server, monkeypatch, has_pipeline)
    case = a_case(engine, age_status="adult")
    with postgres.an_engine().begin() as other:
        other.exec_driver_sql(f"CREATE RULE lost AS ON UPDATE TO {made}.wh_cases DO INSTEAD NOTHING")
    try:
        with pytest.raises(LedgerBroken, match=r"A row was not kept\."):
            engine.do(a_note(case), as_=ANNA)
    finally:
        with postgres.an_engine().begin() as other:
            other.exec_driver_sql(f"DROP RULE lost ON {made}.wh_cases")
    assert engine.do(a_note(case), as_=ANNA).version == 2
    assert engine.verify().ok


@pytest.mark.parametrize("has_pipeline", [True, False])
def test_an_error_that_was_passed_over_lets_nothing_be_kept(
    engine: Engine, server: OwnServer, made: str, monkeypatch: pytest.MonkeyPatch, has_pipeline: bool
) -> None:
    """PostgreSQL answers COMMIT with ROLLBACK there, and no driver calls that an error."""
    _with_pipeline(server, monkeypatch, has_pipeline)
    with pytest.raises(StoreUnavailable) as told, server.writing() as session:
        session.keep(f"INSERT INTO {made}.wh_generations VALUES (%s::INTEGER)", [77])
        with suppress(psycopg.Error):
            session.execute("SELECT 1 / 0").fetchone()
    assert told.value.code == "failed_before"
    with server.reading() as session:
        assert session.execute(f"SELECT count(*) FROM {made}.wh_generations WHERE generation = 77").fetchone() == (0,)


def test_an_error_of_a_row_is_told_as_the_error_it_is_also_when_others_come_after_it(
    server: OwnServer, made: str
) -> None:
    """A key that is taken means: again. What was sent behind it is refused for another reason, which is none."""
    with pytest.raises(wh.Again), server.writing() as session:
        for _ in range(2):
            session.keep(f"INSERT INTO {made}.wh_generations VALUES (%s::INTEGER)", [78])
        session.keep(f"INSERT INTO {made}.wh_generations VALUES (%s::INTEGER)", [79])
    with server.reading() as session:
        assert session.execute(f"SELECT count(*) FROM {made}.wh_generations WHERE generation > 77").fetchone() == (0,)


def test_who_is_interrupted_keeps_nothing_and_leaves_no_connection_in_the_middle(
    engine: Engine, server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_case(engine, age_status="adult")

    def interrupted(self: ServerConnection) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(ServerConnection, "end", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.do(a_note(case), as_=ANNA)
    monkeypatch.undo()
    assert not server.is_writing
    assert not server._all  # it was closed: nobody knows what it was waiting for
    assert engine.do(a_note(case), as_=ANNA).version == 2


def test_after_a_refusal_the_same_connection_goes_on_and_nobody_waits_for_it(
    engine: Engine, server: OwnServer, made: str
) -> None:
    case = a_case(engine, age_status="adult")
    with server.reading() as session:
        number = number_of(session)
    for _ in range(3):
        with pytest.raises(Refused):
            engine.do(commands.Move(case, to="depart"), as_=ANNA)
        with Engine.open(postgres.needed(), schema=made, packs=all_packs(), **KEYS) as other:
            other.do(a_note(case), as_=ANNA)
    with server.reading() as session:
        assert number_of(session) == number


def test_a_look_writes_nothing(server: OwnServer, made: str) -> None:
    with pytest.raises(StoreUnavailable) as told, server.reading() as session:
        session.keep(f"INSERT INTO {made}.wh_generations VALUES (%s::INTEGER)", [80])
    assert told.value.code == "read_only"


def test_a_look_is_one_look_however_much_is_written_meanwhile(engine: Engine, server: OwnServer, made: str) -> None:
    case = a_case(engine, age_status="adult")
    asked = f"SELECT version FROM {made}.wh_cases WHERE number = %s"
    with server.reading() as session:
        assert session.execute(asked, [case]).fetchone() == (1,)
        threads = [threading.Thread(target=engine.do, args=(a_note(case),), kwargs={"as_": ANNA}) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert session.execute(asked, [case]).fetchone() == (1,)
    assert engine.case(case, as_=ANNA).version == 4


@pytest.mark.parametrize("has_pipeline", [True, False])
def test_many_rows_come_some_at_a_time_and_all_of_them(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch, has_pipeline: bool
) -> None:
    _with_pipeline(server, monkeypatch, has_pipeline)
    with server.reading() as session:
        for many in (0, 1, own_server.AT_ONCE, 2 * own_server.AT_ONCE + 1):  # one after the other in one look
            found = [row[0] for row in session.stream(f"SELECT n FROM generate_series(1, {many}) AS n")]
            assert found == [*range(1, many + 1)]


def test_where_libpq_knows_no_pipeline_the_same_is_kept(
    engine: Engine, server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    _with_pipeline(server, monkeypatch, False)
    case = a_case(engine, age_status="adult")
    with pytest.raises(Refused):
        engine.do(commands.Move(case, to="depart"), as_=ANNA)
    assert engine.do(a_note(case), as_=ANNA).version == 2
    assert [row.seq for row in engine.history(case, as_=ANNA)] == [1, 2]
    assert engine.verify().ok


def _with_pipeline(server: OwnServer, monkeypatch: pytest.MonkeyPatch, has_pipeline: bool) -> None:
    while server._waiting:
        server._put_away(server._waiting.pop(), is_whole=False)
    monkeypatch.setattr(psycopg.Pipeline, "is_supported", classmethod(lambda _: has_pipeline))


# --- how many ------------------------------------------------------------------------------------------------------


def test_a_program_takes_so_many_connections_at_once_and_who_comes_after_them_is_told(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_server, "BUSY_SECONDS", 0.05)
    here, ends = threading.Barrier(own_server.MOST_CONNECTIONS + 1), threading.Event()

    def look() -> None:
        with server.reading():
            here.wait(20)
            ends.wait(20)

    threads = [threading.Thread(target=look) for _ in range(own_server.MOST_CONNECTIONS)]
    for thread in threads:
        thread.start()
    here.wait(20)
    try:
        with pytest.raises(StoreUnavailable) as told, server.reading():
            pass
        assert (told.value.code, told.value.why) == ("busy", "All 15 connections of this program are in use.")
    finally:
        ends.set()
        for thread in threads:
            thread.join(20)
    assert len(server._all) == own_server.MOST_WAITING
    with server.reading() as session:
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_who_has_a_connection_and_needs_another_waits_for_nobody(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else all who have one would wait for each other."""
    monkeypatch.setattr(own_server, "BUSY_SECONDS", 1)
    together = threading.Barrier(own_server.MOST_CONNECTIONS)
    found: list[Any] = []

    def look() -> None:
        with server.reading():
            together.wait(20)
            with server.reading() as session:
                found.append(session.execute("SELECT 1").fetchone())
            with server.writing(), server.reading():
                together.wait(20)

    threads = [threading.Thread(target=look) for _ in range(own_server.MOST_CONNECTIONS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert found == [(1,)] * own_server.MOST_CONNECTIONS
    with server.reading() as session:
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_many_threads_write_and_read_through_few_connections(engine: Engine, server: OwnServer) -> None:
    case = a_case(engine, age_status="adult")
    failed: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(4):
                engine.do(a_note(case), as_=ANNA)
                engine.case(case, as_=ANNA)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert not failed
    assert engine.case(case, as_=ANNA).version == 81
    assert len(server._all) <= own_server.MOST_WAITING


def test_who_was_closed_says_so_and_holds_no_connection(engine: Engine, server: OwnServer) -> None:
    engine.close()
    assert not server._all
    with pytest.raises(StoreUnavailable) as told, server.reading():
        pass
    assert told.value.code == "closed"


# --- forks ---------------------------------------------------------------------------------------------------------

FORKS = """
    import os, sys
    from wayhome import Actor, Engine, commands
    url, schema, case = sys.argv[1:]
    engine = Engine.open(url, schema=schema, keys=lambda _: b"k" * 32)
    anna = Actor("anna", "invented_house", {"case_manager_sending"})
    server = engine._store.database

    def child(act):
        if (number := os.fork()) == 0:
            act()
            sys.exit(0)  # all that is left is collected, as at the end of any program
        assert os.waitpid(number, 0)[1] == 0

    def note():
        engine.do(commands.Note(case, text="of a child"), as_=anna)

    child(lambda: None)
    child(note)
    engine.do(commands.Note(case, text="of the parent"), as_=anna)
    with server.reading() as session:
        def in_it():
            try:
                session.execute("SELECT 1").fetchone()
            except Exception as error:
                print(type(error).__module__.partition(".")[0])
            note()
        first = session.execute("SELECT pg_backend_pid()").fetchone()
        child(in_it)
        assert session.execute("SELECT pg_backend_pid()").fetchone() == first
    engine.do(commands.Note(case, text="of the parent"), as_=anna)
    print(engine.case(case, as_=anna).version)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no forks")
def test_a_child_touches_no_connection_of_its_parent_and_both_go_on(engine: Engine, made: str) -> None:
    case = a_case(engine, age_status="adult")
    words = [sys.executable, "-c", textwrap.dedent(FORKS), postgres.needed(), made, case]
    done = subprocess.run(words, capture_output=True, text=True, timeout=120, check=False)
    assert done.stdout.split() == ["psycopg", "5"], done.stderr
    assert "Traceback" not in done.stderr


# --- addresses -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://anna:secret@house/cases", "postgresql://anna:***@house/cases"),
        ("postgresql+psycopg://anna:sec%40ret@house:5433/cases", "postgresql+psycopg://anna:***@house:5433/cases"),
        ("postgresql+psycopg://house/cases", "postgresql+psycopg://house/cases"),
        ("postgresql://anna@[::1]:5432/cases", "postgresql://anna@[::1]:5432/cases"),
        ("postgresql:///cases?password=secret&user=anna", "postgresql:///cases?password=***&user=anna"),
        ("postgresql://anna:a:b@house/cases", "postgresql://anna:***@house/cases"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert addresses.shown(address) == shown


@pytest.mark.parametrize("address", ["postgresql+psycopg2://house/cases", "postgresql+nonsense://house/cases"])
def test_another_driver_is_the_hosts_to_choose(address: str) -> None:
    for act in (lambda: Engine.open(address, **KEYS), lambda: wh.create(address, **KEYS)):
        with pytest.raises(BadInput, match="not in 'postgresql") as told:
            act()
        assert "SQLAlchemy engine" in told.value.todo


def test_an_address_that_libpq_does_not_read_is_no_address() -> None:
    with pytest.raises(BadInput, match=r"That is no database address\.") as told:
        Engine.open("postgresql://house/cases?nonsense=1", **KEYS)
    assert told.value.faults[0].field == "database"
