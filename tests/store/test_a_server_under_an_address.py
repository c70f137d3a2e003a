"""A PostgreSQL server under an address: what belongs together is kept together, and who is lost is found out."""

from __future__ import annotations

import gc
import os
import re
import subprocess
import sys
import textwrap
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial, partialmethod
from itertools import product
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
import wayhome as wh
from wayhome import BadInput, Engine, LedgerBroken, Refused, StoreUnavailable, commands
from wayhome.store import addresses, sqlalchemy_database
from wayhome.store.drivers import SERVED
from wayhome.store.sql import Statement
from wayhome.store.sqlalchemy_connection import SqlalchemyConnection
from wayhome.store.sqlalchemy_database import SqlalchemyDatabase
from wayhome.store.statements import ADD_GENERATION, GENERATION, LISTED_CASE, SAVE_CASE, WHOLE_LEDGER

from tests import postgres
from tests.conftest import ANNA, a_case, all_packs
from tests.proxy import Proxy
from tests.waiting import sampled

COMMIT = re.compile(rb"(?i)\0?commit\0")
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
def server(engine: Engine) -> SqlalchemyDatabase:
    database = engine._store.database
    assert isinstance(database, SqlalchemyDatabase)
    return database


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    one = Proxy()
    yield one
    one.close()


def a_note(case: str, **more: Any) -> commands.Note:
    return commands.Note(case, text="invented", **more)


def cut_at_the_end_of_what_is_written() -> Callable[[bytes], str | None]:
    """Cut the line when the COMMIT is answered after a row of the ledger was sent: a driver may send others before, to set something."""
    is_written: list[bool] = []

    def cut(sent: bytes) -> str | None:
        if b"wh_ledger (" in sent:
            is_written.append(True)
        return "after" if is_written and COMMIT.search(sent) else None

    return cut


def number_of(session: Any) -> int:
    """The number of the server's process that serves a session."""
    return int(session.execute("SELECT pg_backend_pid()").fetchone()[0])


def ended(number: int) -> None:
    with postgres.an_engine(isolation_level="AUTOCOMMIT").connect() as other:
        other.exec_driver_sql(f"SELECT pg_terminate_backend({number}, 5000)")


# --- how often it is waited for -------------------------------------------------------------------------------------


def test_a_command_waits_for_the_server_nine_times_at_most_and_eleven_under_a_key(made: str, proxy: Proxy) -> None:
    """To see that it is there, to begin, for its patience, the lock, the row of the case, for each row that is written, and for the end."""
    with Engine.open(proxy.address, schema=made, packs=all_packs(), **KEYS) as engine:
        case = a_case(engine, age_status="adult")
        engine.do(a_note(case), as_=ANNA)  # what is kept in memory is read
        waits = []
        for command in (
            a_note(case),
            commands.Complete(case, step="register_referral"),
            commands.Record(case, facts={"languages": ["en"], "safe_place_tonight": True}),
            a_note(case, key="an-invented-key"),
        ):
            proxy.waits = 0
            engine.do(command, as_=ANNA)
            waits.append(proxy.waits)
    assert waits == [9, 8, 9, 11]


# --- who is lost ---------------------------------------------------------------------------------------------------


def test_a_connection_that_was_lost_while_nobody_used_it_is_made_again_and_nobody_notices(
    engine: Engine, server: SqlalchemyDatabase
) -> None:
    case = a_case(engine, age_status="adult")
    for version in (2, 3):
        with server.reading() as session:
            number = number_of(session)
        ended(number)
        assert engine.do(a_note(case), as_=ANNA).version == version


@pytest.mark.parametrize("when", ["before", "after", "as it ends"])
def test_of_a_command_whose_connection_is_lost_nothing_is_kept_and_the_sentence_says_whether_that_is_sure(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The server ends it before the last row, after it, and just before it is told to keep them."""
    case = a_case(engine, age_status="adult")
    keep, commit = SqlalchemyConnection.write_row, sa.Connection.commit

    def keeping(self: SqlalchemyConnection, statement: Statement, given: Any) -> None:
        if when == "before":
            ended(number_of(self))
        keep(self, statement, given)
        if when == "after" and statement is SAVE_CASE:
            ended(number_of(self))
            self.execute("SELECT 1")

    def committing(self: sa.Connection) -> None:
        if when == "as it ends":
            ended(self.connection.driver_connection.info.backend_pid)  # type: ignore[union-attr]
        commit(self)

    monkeypatch.setattr(SqlalchemyConnection, "write_row", keeping)
    monkeypatch.setattr(sa.Connection, "commit", committing)
    with pytest.raises(StoreUnavailable) as told:
        engine.do(a_note(case), as_=ANNA)
    todo = LOOK_AND_ASK if when == "as it ends" else LOOK
    assert (told.value.code, told.value.todo) == ("no_answer", todo)
    monkeypatch.undo()
    assert engine.case(case, as_=ANNA).version == 1
    assert engine.do(a_note(case), as_=ANNA).version == 2
    assert engine.verify().ok


def test_who_only_looks_is_not_told_that_something_may_be_kept(server: SqlalchemyDatabase) -> None:
    with pytest.raises(StoreUnavailable) as told, server.reading() as session:
        ended(number_of(session))
        session.execute("SELECT 1").fetchone()
    assert (told.value.code, told.value.todo) == ("no_answer", LOOK)


@pytest.mark.parametrize(("how", "kept"), [("before", 1), ("after", 2)])
def test_a_commit_that_was_cut_off_is_said_to_be_in_doubt_and_done_once_under_its_key(
    made: str, proxy: Proxy, how: str, kept: int
) -> None:
    """Before the server heard of it nothing was kept, after it had answered all of it: nobody here can tell which."""
    with Engine.open(proxy.address, schema=made, packs=all_packs(), **KEYS) as engine:
        case = a_case(engine, age_status="adult")
        command = a_note(case, key=f"lost-{how}")
        proxy.cut = lambda sent: how if COMMIT.search(sent) else None
        with pytest.raises(StoreUnavailable) as told:
            engine.do(command, as_=ANNA)
        assert (told.value.code, told.value.todo) == ("no_answer", LOOK_AND_ASK)
        proxy.cut = lambda sent: None
        assert engine.case(case, as_=ANNA).version == kept
        assert engine.do(command, as_=ANNA).version == 2
        assert engine.case(case, as_=ANNA).version == 2
        assert engine.verify().ok


def test_who_is_not_taken_in_is_told_to_look_at_the_address(made: str) -> None:
    address = sa.make_url(postgres.needed()).set(database="none_of_that_name").render_as_string(hide_password=False)
    with pytest.raises(StoreUnavailable) as told:
        Engine.open(address, schema=made, **KEYS)
    assert told.value.code == "no_answer"
    assert told.value.todo == "Look at the server, and at the address and who it names."


def test_a_row_that_another_hand_holds_for_long_is_one_sentence_and_nothing_is_kept(
    engine: Engine, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlalchemy_database, "BUSY_SECONDS", 1)
    case = a_case(engine, age_status="adult")
    with postgres.an_engine().begin() as other:
        other.exec_driver_sql(f"SELECT 1 FROM {made}.wh_cases WHERE number = %s FOR UPDATE", (case,))
        with pytest.raises(StoreUnavailable) as told:
            engine.do(a_note(case), as_=ANNA)
        assert (told.value.code, told.value.what) == ("busy", "The database is busy.")
        assert engine.case(case, as_=ANNA).version == 1  # who reads waits for nobody
    assert engine.do(a_note(case), as_=ANNA).version == 2


@pytest.mark.parametrize("driver", SERVED["postgresql"])
def test_what_goes_wrong_is_told_alike_through_each_driver(
    made: str, proxy: Proxy, driver: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has its own errors, and its own place for the server's code; none is told as a key or a database that was changed."""
    monkeypatch.setattr(sqlalchemy_database, "BUSY_SECONDS", 1)
    address = postgres.through(driver, proxy.address).render_as_string(hide_password=False)
    told: dict[str, Any] = {}

    def ask(what: str, act: Callable[[], Any]) -> None:
        with pytest.raises(wh.WayhomeError) as refused:
            act()
        told[what] = type(refused.value).__name__, refused.value.code, refused.value.todo == LOOK_AND_ASK

    def write_in(transaction: Any, times: int) -> None:
        with transaction() as session:
            for _ in range(times):
                session.write_row(ADD_GENERATION, {"generation": 90})

    def end_in(transaction: Any) -> None:
        with transaction() as session:
            ended(number_of(session))
            session.execute("SELECT 1")

    with Engine.open(address, schema=made, packs=all_packs(), **KEYS) as engine:
        case, server = a_case(engine, age_status="adult"), engine._store.database
        with postgres.an_engine().begin() as other:
            other.exec_driver_sql(f"SELECT 1 FROM {made}.wh_cases WHERE number = %s FOR UPDATE", (case,))
            ask("a row that another holds", lambda: engine.do(a_note(case), as_=ANNA))
        ask("a key that is taken", lambda: write_in(server.writing, 2))
        ask("a look that writes", lambda: write_in(server.reading, 1))
        ask("lost in a look", lambda: end_in(server.reading))
        ask("lost before its end", lambda: end_in(server.writing))
        proxy.cut = cut_at_the_end_of_what_is_written()
        ask("lost as it was kept", lambda: engine.do(a_note(case, key=f"lost-{driver}"), as_=ANNA))
        proxy.cut = lambda sent: None
        assert engine.do(a_note(case, key=f"lost-{driver}"), as_=ANNA).version == 2
        assert engine.case(case, as_=ANNA).version == 2
        assert engine.verify().ok
    elsewhere = postgres.through(driver).set(database="none_of_that_name").render_as_string(hide_password=False)
    ask("no such database", lambda: Engine.open(elsewhere, schema=made, **KEYS))
    # libpq gives no code to what is said before somebody is taken in, and pg8000 does unless the line was closed before
    assert told.pop("no such database")[1] in ("no_answer", "no_database")
    assert told == {
        "a row that another holds": ("StoreUnavailable", "busy", False),
        "a key that is taken": ("Again", "", False),
        "a look that writes": ("StoreUnavailable", "read_only", False),
        "lost in a look": ("StoreUnavailable", "no_answer", False),
        "lost before its end": ("StoreUnavailable", "no_answer", False),
        "lost as it was kept": ("StoreUnavailable", "no_answer", True),
    }


# --- all or nothing ------------------------------------------------------------------------------------------------


def test_a_row_that_the_server_swallows_is_missed_before_anything_is_kept(engine: Engine, made: str) -> None:
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


def test_an_error_that_was_passed_over_lets_nothing_be_kept(server: SqlalchemyDatabase, made: str) -> None:
    """PostgreSQL answers COMMIT with ROLLBACK there, and no driver calls that an error."""
    with pytest.raises(StoreUnavailable) as told, server.writing() as session:
        session.write_row(ADD_GENERATION, {"generation": 77})
        with suppress(sa.exc.DBAPIError):
            session.execute("SELECT 1 / 0").fetchone()
    assert told.value.code == "failed_before"
    with server.reading() as session:
        assert session.execute(f"SELECT count(*) FROM {made}.wh_generations WHERE generation = 77").fetchone() == (0,)


def test_an_error_of_a_row_is_told_as_the_error_it_is(server: SqlalchemyDatabase, made: str) -> None:
    """A key that is taken means: again."""
    with pytest.raises(wh.Again), server.writing() as session:
        for _ in range(2):
            session.write_row(ADD_GENERATION, {"generation": 78})
    with server.reading() as session:
        assert session.execute(f"SELECT count(*) FROM {made}.wh_generations WHERE generation > 77").fetchone() == (0,)


def test_who_is_interrupted_keeps_nothing_and_leaves_no_connection_in_the_middle(
    engine: Engine, server: SqlalchemyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = a_case(engine, age_status="adult")

    def interrupted(self: SqlalchemyConnection) -> None:
        raise KeyboardInterrupt

    with server.reading() as session:
        number = number_of(session)
    monkeypatch.setattr(SqlalchemyConnection, "commit", interrupted)
    with pytest.raises(KeyboardInterrupt):
        engine.do(a_note(case), as_=ANNA)
    monkeypatch.undo()
    assert not server.is_writing
    with server.reading() as session:
        assert number_of(session) != number  # it was closed: nobody knows what it was waiting for
    assert engine.do(a_note(case), as_=ANNA).version == 2


def test_after_a_refusal_the_same_connection_goes_on(engine: Engine, server: SqlalchemyDatabase, made: str) -> None:
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


def test_a_look_writes_nothing(server: SqlalchemyDatabase) -> None:
    with pytest.raises(StoreUnavailable) as told, server.reading() as session:
        session.write_row(ADD_GENERATION, {"generation": 80})
    assert told.value.code == "read_only"


def test_after_a_look_the_same_connection_writes(engine: Engine, server: SqlalchemyDatabase) -> None:
    case = a_case(engine, age_status="adult")
    for _ in range(3):
        with server.reading() as session:
            number = number_of(session)
        with server.writing() as writing:
            assert number_of(writing) == number
            assert writing.execute("SHOW transaction_read_only").fetchone() == ("off",)
            assert writing.execute("SHOW transaction_isolation").fetchone() == ("read committed",)
    assert engine.do(a_note(case), as_=ANNA).version == 2


def test_a_look_is_one_look_however_much_is_written_meanwhile(
    engine: Engine, server: SqlalchemyDatabase, made: str
) -> None:
    case = a_case(engine, age_status="adult")
    asked = f"SELECT version FROM {made}.wh_cases WHERE number = :case"
    with server.reading() as session:
        assert session.execute(asked, {"case": case}).fetchone() == (1,)
        threads = [threading.Thread(target=engine.do, args=(a_note(case),), kwargs={"as_": ANNA}) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert session.execute(asked, {"case": case}).fetchone() == (1,)
    assert engine.case(case, as_=ANNA).version == 4


def test_of_several_that_are_read_in_one_look_each_gives_its_own(engine: Engine, server: SqlalchemyDatabase) -> None:
    case = a_case(engine, age_status="adult")
    for _ in range(30):
        engine.do(a_note(case), as_=ANNA)
    with server.reading() as session:
        whole = session.run(WHOLE_LEDGER, {}).fetchall()
        next(iter(session.stream(WHOLE_LEDGER)))  # left half read
        pairs = [*zip(*(session.stream(WHOLE_LEDGER) for _ in range(2)), strict=True)]
    assert len(whole) > 30
    assert pairs == [(row, row) for row in whole]


def test_who_was_interrupted_as_its_writing_ended_is_not_writing(engine: Engine, server: SqlalchemyDatabase) -> None:
    """What says so counts no longer than its transaction."""
    case = a_case(engine, age_status="adult")
    with server.writing() as session:
        pass
    server._here.writing = session  # as if the end of it had been interrupted
    assert not server.is_writing
    with server.reading() as other:
        assert other is not session
    assert engine.do(a_note(case), as_=ANNA).version == 2


# --- who listens ---------------------------------------------------------------------------------------------------


class Listener:
    """Does on the connection that it is given what a test says."""

    def __init__(self) -> None:
        self.act: Any = lambda connection: None

    @wh.hookimpl
    def wayhome_recorded(self, events: Any, connection: Any) -> None:
        self.act(connection)


@pytest.fixture
def heard(made: str) -> Iterator[tuple[Engine, Listener, str]]:
    listener = Listener()
    with postgres.an_engine().begin() as other:
        other.exec_driver_sql(f"CREATE TABLE {made}.mine (id INTEGER PRIMARY KEY)")
    with Engine.open(postgres.needed(), schema=made, packs=all_packs(), hooks=[listener], **KEYS) as engine:
        yield engine, listener, a_case(engine, age_status="adult")
        listener.act = lambda connection: None
        assert engine.verify().ok
    with postgres.an_engine().begin() as other:
        other.exec_driver_sql(f"DROP TABLE {made}.mine")


def of_listeners(made: str) -> list[int]:
    with postgres.an_engine().begin() as other:
        return [row[0] for row in other.exec_driver_sql(f"SELECT id FROM {made}.mine ORDER BY id")]


def test_who_listens_is_given_a_connection_of_sqlalchemy_and_may_take_back_its_own(
    heard: tuple[Engine, Listener, str], made: str
) -> None:
    engine, listener, case = heard
    given: list[Any] = []

    def write(connection: sa.Connection) -> None:
        given.append(type(connection))
        with pytest.raises(sa.exc.IntegrityError), connection.begin_nested():
            for number in (1, 2, 2):
                connection.exec_driver_sql(f"INSERT INTO {made}.mine VALUES (%s)", (number,))
        assert connection.exec_driver_sql(f"INSERT INTO {made}.mine VALUES (3)").rowcount == 1

    listener.act = write
    assert engine.do(a_note(case), as_=ANNA).version == 2
    assert given == [sa.Connection]
    assert of_listeners(made) == [3]
    listener.act = lambda connection: None
    assert engine.do(a_note(case), as_=ANNA).version == 3


def test_a_listener_that_fails_lets_nothing_be_kept_and_its_error_comes_as_it_is(
    heard: tuple[Engine, Listener, str], made: str
) -> None:
    engine, listener, case = heard

    def twice(connection: sa.Connection) -> None:
        for _ in range(2):
            connection.exec_driver_sql(f"INSERT INTO {made}.mine VALUES (7)")

    listener.act = twice
    with pytest.raises(sa.exc.IntegrityError):
        engine.do(a_note(case), as_=ANNA)
    assert engine.case(case, as_=ANNA).version == 1
    assert of_listeners(made) == []
    listener.act = lambda connection: None
    assert engine.do(a_note(case), as_=ANNA).version == 2


@pytest.mark.parametrize("what", ["COMMIT", "ROLLBACK", "SELECT 1 / 0"])
def test_a_listener_that_ends_the_transaction_or_swallows_an_error_is_told_so(
    heard: tuple[Engine, Listener, str], what: str
) -> None:
    engine, listener, case = heard

    def act(connection: sa.Connection) -> None:
        with suppress(sa.exc.DBAPIError):
            connection.exec_driver_sql(what)

    listener.act = act
    with pytest.raises(StoreUnavailable, match="Something that listens has ended the transaction") as told:
        engine.do(a_note(case), as_=ANNA)
    assert told.value.code == "listener"
    listener.act = lambda connection: None
    before = engine.case(case, as_=ANNA).version
    assert before in ((1, 2) if what == "COMMIT" else (1,))
    assert engine.do(a_note(case), as_=ANNA).version == before + 1


def test_what_a_listener_sets_and_does_not_take_back_moves_nobody_elsewhere(made: str) -> None:
    listener = Listener()
    address = postgres.needed()
    address += f"{'&' if '?' in address else '?'}options=-csearch_path%3D{made}"
    with Engine.open(address, packs=all_packs(), hooks=[listener], **KEYS) as engine:
        case = a_case(engine, age_status="adult")
        listener.act = lambda connection: connection.exec_driver_sql("SET search_path = pg_temp")
        assert [engine.do(a_note(case), as_=ANNA).version for _ in range(3)] == [2, 3, 4]
        assert engine.case(case, as_=ANNA).version == 4


@pytest.mark.parametrize("how", ["close", "commit", "rollback", "invalidate"])
def test_a_listener_that_uses_what_sqlalchemy_offers_to_end_it_is_told_so(
    heard: tuple[Engine, Listener, str], how: str
) -> None:
    engine, listener, case = heard
    listener.act = lambda connection: getattr(connection, how)()
    with pytest.raises(StoreUnavailable, match="Something that listens has ended the transaction") as told:
        engine.do(a_note(case), as_=ANNA)
    assert told.value.code == "listener"
    listener.act = lambda connection: None
    before = engine.case(case, as_=ANNA).version
    assert before == (2 if how == "commit" else 1)
    assert engine.do(a_note(case), as_=ANNA).version == before + 1


def test_where_another_took_what_was_written_who_listens_hears_nothing_of_it(
    heard: tuple[Engine, Listener, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is tried again, and only what can be kept is told."""
    engine, listener, case = heard
    heard_of: list[int] = []
    listener.act = lambda connection: heard_of.append(1)
    keep, failed = SqlalchemyConnection.write_row, list[str]()

    def kept(self: SqlalchemyConnection, statement: Statement, given: Any) -> None:
        keep(self, statement, given)
        if not failed:  # once, a row that is there already
            failed.append(statement.name)
            keep(self, ADD_GENERATION, {"generation": self.run(GENERATION, {}).fetchone()[0]})

    monkeypatch.setattr(SqlalchemyConnection, "write_row", kept)
    assert engine.do(a_note(case), as_=ANNA).version == 2
    assert heard_of == [1]


def test_under_an_address_no_statement_is_prepared_that_a_pooler_could_forget(
    engine: Engine, server: SqlalchemyDatabase
) -> None:
    case = a_case(engine, age_status="adult")
    for _ in range(8):
        engine.do(a_note(case), as_=ANNA)
    with server.reading() as session:
        assert session.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)


def test_of_a_host_s_engine_statements_that_a_pooler_forgot_are_prepared_anew(made: str) -> None:
    host = postgres.an_engine(poolclass=sa.pool.QueuePool)
    with Engine.open(host, schema=made, packs=all_packs(), **KEYS) as engine:
        case = a_case(engine, age_status="adult")
        for _ in range(8):
            engine.do(a_note(case), as_=ANNA)
        with host.begin() as connection:  # as DISCARD ALL of a pooler, which psycopg does not see
            assert connection.exec_driver_sql("SELECT count(*) FROM pg_prepared_statements").scalar()
            connection.exec_driver_sql("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")
        assert [engine.do(a_note(case), as_=ANNA).version for _ in range(3)] == [10, 11, 12]
    host.dispose()


# --- who is interrupted anywhere -----------------------------------------------------------------------------------


class Stopped(BaseException):
    """As KeyboardInterrupt, of which whoever runs the tests would take notice."""


class Late(Exception):
    """A time limit of a host, as those who run jobs raise it: an exception that comes anywhere."""


PLACES: tuple[tuple[Any, str], ...] = (
    (psycopg.Connection, "wait"),
    (sa.Engine, "connect"),
    (sa.Connection, "begin"),
    (sa.Connection, "close"),
    (SqlalchemyConnection, "_run"),
    (SqlalchemyConnection, "commit"),
)


INTERRUPTED = [*product(["before", "in the middle", "after"], ["note", "refused", "look"], [Late, Stopped])]


@pytest.mark.parametrize(("when", "asked", "what"), sampled(INTERRUPTED[6:7], INTERRUPTED[:6] + INTERRUPTED[7:]))
def test_whoever_is_interrupted_leaves_no_lock_and_no_connection_that_answers_for_another(
    engine: Engine,
    server: SqlalchemyDatabase,
    what: type[BaseException],
    asked: str,
    when: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """At each place where psycopg waits for the server, and where a connection is taken, begun, ended and given back, in turn.

    Not inside SQLAlchemy's own giving back, which has taken back everything before: there it would lose one of its places (decision 0033).
    """
    monkeypatch.setattr(sqlalchemy_database, "BUSY_SECONDS", 1)
    case = a_case(engine, age_status="adult")
    asks: dict[str, Callable[[], Any]] = {
        "note": lambda: engine.do(a_note(case), as_=ANNA),
        "refused": lambda: engine.do(commands.Move(case, to="depart"), as_=ANNA),
        "look": lambda: engine.case(case, as_=ANNA),
    }
    reached, at, is_given_back = 0, 0, False

    def interrupted(plain: Any, self: Any, *given: Any, **named: Any) -> Any:
        nonlocal reached, is_given_back
        if is_given_back:
            return plain(self, *given, **named)
        reached += 1
        if reached != at:
            is_given_back = plain is CLOSE
            try:
                return plain(self, *given, **named)
            finally:
                is_given_back = False
        if when == "in the middle" and plain is WAIT:
            next(given[0], None)  # what is to be sent is sent, and nobody has noted it
        elif when != "before":
            plain(self, *given, **named)
        raise what

    def ask(place: int) -> int:
        """Ask, and interrupt at this place of all; gives how many there were."""
        nonlocal reached, at
        reached, at = 0, place
        with monkeypatch.context() as patch, suppress(Refused, what, StoreUnavailable):
            for kind, name in PLACES:
                patch.setattr(kind, name, partialmethod(partial(interrupted, getattr(kind, name))))
            asks[asked]()
        return reached

    for _ in range(8):
        asks[asked]() if asked != "refused" else ask(0)  # what is kept in memory is
    places = ask(0)
    assert places > 5
    for place in range(1, places + 1):
        ask(place)
        if server.engine.pool.checkedout():  # type: ignore[attr-defined]
            gc.collect()  # one that was lost on the way from hand to hand is given back when it is collected
        before = engine.case(case, as_=ANNA).version
        version = engine.do(a_note(case), as_=ANNA).version  # what was sent to be kept may be kept a little later
        assert version in ((before + 1, before + 2) if asked == "note" else (before + 1,)), place
    gc.collect()
    pool: Any = server.engine.pool
    assert pool.checkedout() == 0
    for _ in range(pool.checkedin()):
        with server.engine.connect() as connection:
            own: Any = connection.connection.driver_connection
            assert own.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    assert not server.is_writing
    assert engine.verify().ok


WAIT, CLOSE = psycopg.Connection.wait, sa.Connection.close


# --- how many ------------------------------------------------------------------------------------------------------


def test_a_program_takes_so_many_connections_at_once_and_who_comes_after_them_is_told(
    server: SqlalchemyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server.engine.pool, "_timeout", 0.05)
    here, ends = threading.Barrier(addresses.MOST_CONNECTIONS + 1), threading.Event()

    def look() -> None:
        with server.reading():
            here.wait(20)
            ends.wait(20)

    threads = [threading.Thread(target=look) for _ in range(addresses.MOST_CONNECTIONS)]
    for thread in threads:
        thread.start()
    here.wait(20)
    try:
        with pytest.raises(StoreUnavailable) as told, server.reading():
            pass
        assert (told.value.code, told.value.why) == (
            "busy",
            "All connections that this program may have are in use.",
        )
    finally:
        ends.set()
        for thread in threads:
            thread.join(20)
    assert server.engine.pool.checkedin() == addresses.MOST_WAITING  # type: ignore[attr-defined]
    with server.reading() as session:
        assert session.execute("SELECT 1").fetchone() == (1,)


def test_a_look_inside_a_look_waits_for_no_other_connection(made: str) -> None:
    """Else all who have one would wait for each other; and a host may have one only."""
    host = postgres.an_engine(poolclass=sa.pool.QueuePool, pool_size=1, max_overflow=0, pool_timeout=1)
    with Engine.open(host, schema=made, packs=all_packs(), **KEYS) as engine:
        database = engine._store.database
        with database.reading() as one, database.reading() as other:
            assert other is one
            assert engine.cases(as_=ANNA) is not None
        with database.writing() as one, database.reading() as other:
            assert other is one
        with database.reading() as session:
            assert session.execute("SELECT 1").fetchone() == (1,)
    host.dispose()


def test_who_writes_in_the_middle_of_a_look_sees_it_in_the_next_one(engine: Engine, server: SqlalchemyDatabase) -> None:
    """As who is told of the progress of a backup, and does something meanwhile."""
    case = a_case(engine, age_status="adult")
    with server.reading() as look:
        assert look.run(LISTED_CASE, {"number": case}).fetchone().version == 1
        assert engine.do(a_note(case), as_=ANNA).version == 2
        assert engine.case(case, as_=ANNA).version == 2
        assert look.run(LISTED_CASE, {"number": case}).fetchone().version == 1


def test_many_threads_write_and_read_through_few_connections(engine: Engine, server: SqlalchemyDatabase) -> None:
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
    assert server.engine.pool.checkedin() <= addresses.MOST_WAITING  # type: ignore[attr-defined]


def test_who_was_closed_says_so_and_holds_no_connection(engine: Engine, server: SqlalchemyDatabase) -> None:
    engine.close()
    assert server.engine.pool.checkedin() == 0  # type: ignore[attr-defined]
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
    assert done.stdout.split() == ["sqlalchemy", "5"], done.stderr
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
        ("postgresql://anna:a/b?c@d@house/cases", "postgresql://anna:***@house/cases"),
        ("postgresql://house/cases?sslpassword=a&PASSWORD=b", "postgresql://house/cases?sslpassword=***&PASSWORD=***"),
        ("postgresql://house/cases?%70assword=a&port=1", "postgresql://house/cases?%70assword=***&port=1"),
        ("postgresql://house/cases?oauth_client_secret=a", "postgresql://house/cases?oauth_client_secret=***"),
    ],
)
def test_an_address_is_shown_without_its_password(address: str, shown: str) -> None:
    assert addresses.shown(address) == shown


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://anna:geheim@127.0.0.1/cases?nonsense=1",
        "postgresql://anna:geheim@house:port/cases",
    ],
)
def test_an_address_that_nobody_can_read_is_none_for_who_opens_and_who_makes(address: str) -> None:
    for act in (lambda: Engine.open(address, **KEYS), lambda: wh.create(address, **KEYS)):
        with pytest.raises(BadInput, match=r"That is no database address\.") as told:
            act()
        assert "geheim" not in str(told.value)
        assert "write %40 for @, %2F for / and %25 for %." in told.value.todo


def test_who_makes_a_database_and_who_opens_it_read_its_address_alike() -> None:
    """SQLAlchemy takes a name of a database as it is written; libpq decodes it."""
    plain = sa.make_url(postgres.needed())
    name, schema = f"a house {os.getpid()}", postgres.a_schema()
    with postgres.an_engine(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}" TEMPLATE template0 ENCODING SQL_ASCII LOCALE "C"')
        try:
            address = (
                plain.set(database="NAME")
                .render_as_string(hide_password=False)
                .replace("NAME", "a%20house%20" + str(os.getpid()))
            )
            for one in (address, address.replace("postgresql+psycopg:", "postgresql:")):
                schema = postgres.a_schema()
                wh.create(one, schema=schema, **KEYS)
                with Engine.open(one, schema=schema, packs=all_packs(), **KEYS) as engine:
                    case = a_case(engine, age_status="adult")
                    engine.do(commands.Note(case, text="Žofie, ångström"), as_=ANNA)
                    [row] = [row for row in engine.history(case, as_=ANNA) if row.texts]
                    assert next(iter(row.texts.values()))["text"] == "Žofie, ångström"
                    assert engine.verify().ok
        finally:
            connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')


# --- who may make the tables -------------------------------------------------------------------------------


@pytest.fixture
def account() -> Iterator[Callable[..., tuple[str, str]]]:
    """Make an account of the server that may only sign in, and a name for a schema; gives its address, and that name."""
    plain, made = sa.make_url(postgres.needed()), list[tuple[str, str]]()

    def make(*rights: str, exists: bool) -> tuple[str, str]:
        schema = postgres.a_schema()
        role = f"least_{schema}"
        with postgres.an_engine().begin() as connection:
            connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN PASSWORD 'invented'")
            made.append((role, schema))
            if exists:
                connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
            for right in rights:
                connection.exec_driver_sql(right.format(schema=schema, role=role, database=f'"{plain.database}"'))
        return plain.set(username=role, password="invented").render_as_string(hide_password=False), schema

    yield make
    with postgres.an_engine().begin() as connection:
        for role, schema in made:
            connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            connection.exec_driver_sql(f"DROP OWNED BY {role}")
            connection.exec_driver_sql(f"DROP ROLE {role}")


@pytest.mark.usefixtures("quick_passphrases")
def test_who_may_only_use_a_schema_that_is_there_makes_the_tables_in_it(account: Any, tmp_path: Any) -> None:
    url, schema = account("GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}", exists=True)

    wh.create(url, schema=schema, **KEYS)

    with Engine.open(url, schema=schema, packs=all_packs(), **KEYS) as engine:
        case = a_case(engine, age_status="adult")
        backup = engine.backup(tmp_path / "b.age", passphrase="an invented passphrase")
        assert (engine.verify().ok, [*engine.heads()], backup.ok) == (True, [case, "office"], True)

    again, other = account("GRANT USAGE, CREATE ON SCHEMA {schema} TO {role}", exists=True)
    assert wh.restore(tmp_path / "b.age", again, passphrase="an invented passphrase", schema=other, **KEYS).ok


def test_who_may_make_a_schema_makes_one_where_there_is_none(account: Any) -> None:
    url, schema = account("GRANT CREATE ON DATABASE {database} TO {role}", exists=False)

    wh.create(url, schema=schema, **KEYS)

    with Engine.open(url, schema=schema, packs=all_packs(), **KEYS) as engine:
        assert engine.verify().ok


@pytest.mark.parametrize("exists", [True, False])
def test_who_may_do_neither_is_told_that_rights_are_missing_and_leaves_nothing(account: Any, exists: bool) -> None:
    url, schema = account(exists=exists)

    with pytest.raises(StoreUnavailable) as told:
        wh.create(url, schema=schema, **KEYS)

    assert told.value.code == "no_rights"
    with postgres.an_engine().connect() as connection:
        there = sa.text(
            "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = :s"
        )
        assert connection.execute(there, {"s": schema}).scalar() == 0
