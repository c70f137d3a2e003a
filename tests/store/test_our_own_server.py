"""A PostgreSQL server under an address of its own: what is sent together is kept together, and who is lost is found out."""

from __future__ import annotations

import gc
import os
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
from wayhome.store import addresses, own_server, server_connection
from wayhome.store.conninfo import conninfo_of
from wayhome.store.own_server import OwnServer
from wayhome.store.server_connection import ServerConnection

from tests import postgres
from tests.conftest import ANNA, a_case, all_packs
from tests.programs import Program
from tests.waiting import sampled

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


LOOKS = """
import sys, wayhome as wh
url, schema, number = sys.argv[1:]
anna = wh.Actor("anna", "invented_house", {"case_manager_sending"})
with wh.Engine.open(url, schema=schema, keys=lambda _: b"k" * 32) as engine:
    engine.do(wh.Note(number, text="invented words"), as_=anna)
    engine.case(number, as_=anna), engine.history(number, as_=anna), engine.cases(as_=anna), engine.due(as_=anna)
print([m for m in ("sqlalchemy", "sqlmodel", "alembic", "pydantic", "structlog", "yaml") if m in sys.modules])
"""


def test_who_looks_at_a_case_on_a_server_loads_nothing_heavy(engine: Engine, made: str, later_program: Program) -> None:
    case = a_case(engine, age_status="adult")
    assert later_program(LOOKS, postgres.needed(), made, case) == ("[]\n", "")


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
    monkeypatch.setattr(server_connection, "_has_come", lambda _: False)
    monkeypatch.setattr(server_connection, "SURE_SECONDS", 0)
    ended(number)
    assert engine.do(a_note(case), as_=ANNA).version == 2


@pytest.mark.parametrize("when", ["before", "after", "as it ends"])
def test_of_a_command_whose_connection_is_lost_nothing_is_kept_and_the_sentence_says_whether_that_is_sure(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, when: str
) -> None:
    """The server ends it when all rows are sent: before they are seen to be kept, after that, and just before it is told to keep them."""
    case = a_case(engine, age_status="adult")
    end, say = ServerConnection.end, ServerConnection._say

    def ending(self: ServerConnection) -> None:
        if self._written and when != "as it ends":
            if when == "after":
                self._wait()
            ended(self.own.info.backend_pid)
        end(self)

    def saying(self: ServerConnection, text: str) -> Any:
        if text == "COMMIT" and self._writes and when == "as it ends":
            ended(self.own.info.backend_pid)
        return say(self, text)

    monkeypatch.setattr(ServerConnection, "end", ending)
    monkeypatch.setattr(ServerConnection, "_say", saying)
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


def test_a_row_that_another_hand_holds_for_long_is_one_sentence_and_nothing_is_kept(
    engine: Engine, made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(own_server, "BUSY_SECONDS", 1)
    case = a_case(engine, age_status="adult")
    with postgres.an_engine().begin() as other:
        other.exec_driver_sql(f"SELECT 1 FROM {made}.wh_cases WHERE number = %s FOR UPDATE", (case,))
        with pytest.raises(StoreUnavailable) as told:
            engine.do(a_note(case), as_=ANNA)
        assert (told.value.code, told.value.what) == ("busy", "The database is busy.")
        assert engine.case(case, as_=ANNA).version == 1  # who reads waits for nobody
    assert engine.do(a_note(case), as_=ANNA).version == 2


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


def test_of_several_that_are_read_in_one_look_each_gives_its_own(server: OwnServer) -> None:
    with server.reading() as session:
        next(iter(session.stream("SELECT n FROM generate_series(1, 2000) AS n")))  # left half read
        pairs = zip(
            *(session.stream(f"SELECT n * {k} FROM generate_series(1, 2000) AS n") for k in (1, 3)), strict=True
        )
        assert all(three == (3 * one[0],) for one, three in pairs)


def test_who_was_interrupted_as_it_began_to_write_is_not_writing(engine: Engine, server: OwnServer) -> None:
    """What says so is set before anything can be taken back, and counts no longer than its transaction."""
    case = a_case(engine, age_status="adult")
    with server.writing() as session:
        server._here.kept = server._here.writing
    server._here.writing = server._here.kept  # as if the end of it had been interrupted
    assert not server.is_writing
    assert engine.do(a_note(case), as_=ANNA).version == 2
    server._here.writing = server._here.kept
    with server.reading() as other:
        assert other is session or other.turn
        assert engine.case(case, as_=ANNA).version == 2


@pytest.mark.parametrize("has_pipeline", [True, False])
def test_many_rows_come_some_at_a_time_and_all_of_them(
    server: OwnServer, monkeypatch: pytest.MonkeyPatch, has_pipeline: bool
) -> None:
    _with_pipeline(server, monkeypatch, has_pipeline)
    with server.reading() as session:
        for many in (
            0,
            1,
            server_connection.AT_ONCE,
            2 * server_connection.AT_ONCE + 1,
        ):  # one after the other in one look
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
        server._drop(server._waiting.pop())
    monkeypatch.setattr(psycopg.Pipeline, "is_supported", classmethod(lambda _: has_pipeline))


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


def test_who_listens_is_given_a_connection_of_psycopg_that_waits_for_each_answer(
    heard: tuple[Engine, Listener, str], made: str
) -> None:
    engine, listener, case = heard
    given: list[Any] = []

    def write(connection: psycopg.Connection[Any]) -> None:
        given.append((type(connection), connection.info.pipeline_status))
        with pytest.raises(psycopg.errors.UniqueViolation), connection.transaction():
            for number in (1, 2, 2):
                connection.execute(f"INSERT INTO {made}.mine VALUES (%s)", [number])
        assert connection.execute(f"INSERT INTO {made}.mine VALUES (3)").rowcount == 1

    listener.act = write
    assert engine.do(a_note(case), as_=ANNA).version == 2
    assert given == [(psycopg.Connection, psycopg.pq.PipelineStatus.OFF)]
    assert of_listeners(made) == [3]
    listener.act = lambda connection: None
    assert engine.do(a_note(case), as_=ANNA).version == 3


def test_a_listener_that_fails_lets_nothing_be_kept_and_its_error_comes_as_it_is(
    heard: tuple[Engine, Listener, str], made: str
) -> None:
    engine, listener, case = heard

    def twice(connection: psycopg.Connection[Any]) -> None:
        for _ in range(2):
            connection.execute(f"INSERT INTO {made}.mine VALUES (7)")

    listener.act = twice
    with pytest.raises(psycopg.errors.UniqueViolation):
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

    def act(connection: psycopg.Connection[Any]) -> None:
        with suppress(psycopg.Error):
            connection.execute(what)

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
        listener.act = lambda connection: connection.execute("SET search_path = pg_temp")
        assert [engine.do(a_note(case), as_=ANNA).version for _ in range(3)] == [2, 3, 4]
        assert engine.case(case, as_=ANNA).version == 4


@pytest.mark.parametrize("how", ["close", "commit", "rollback"])
def test_a_listener_that_uses_what_psycopg_offers_to_end_it_is_told_so(
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
    heard: tuple[Engine, Listener, str], made: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command is tried again, and only what can be kept is told."""
    engine, listener, case = heard
    heard_of: list[int] = []
    listener.act = lambda connection: heard_of.append(1)
    keep, failed = ServerConnection.keep, list[str]()

    def kept(self: ServerConnection, text: str, *values: Any) -> None:
        keep(self, text, *values)
        if not failed:  # once, a row that is there already
            failed.append(text)
            keep(self, f"INSERT INTO {made}.wh_generations SELECT max(generation) FROM {made}.wh_generations")

    monkeypatch.setattr(ServerConnection, "keep", kept)
    assert engine.do(a_note(case), as_=ANNA).version == 2
    assert heard_of == [1]


def test_statements_that_a_pooler_forgot_are_prepared_anew(engine: Engine, server: OwnServer) -> None:
    case = a_case(engine, age_status="adult")
    for _ in range(8):
        engine.do(a_note(case), as_=ANNA)
    for one in server._waiting:  # as DISCARD ALL of a pooler, which psycopg does not see
        one.own.execute("DO $$ BEGIN EXECUTE 'DEALLOCATE ALL'; END $$")
        one._wait()
    before = 9
    assert [engine.do(a_note(case), as_=ANNA).version for _ in range(3)] == [before + n for n in (1, 2, 3)]


# --- who is interrupted anywhere -----------------------------------------------------------------------------------


class Stopped(BaseException):
    """As KeyboardInterrupt, of which whoever runs the tests would take notice."""


class Late(Exception):
    """A time limit of a host, as those who run jobs raise it: an exception that comes anywhere."""


PLACES = (
    (psycopg.Connection, "wait"),
    (ServerConnection, "begin"),
    (ServerConnection, "end"),
    (ServerConnection, "take_back"),
    (OwnServer, "_begun"),
    (OwnServer, "_connected"),
    (OwnServer, "_keep"),
)


INTERRUPTED = [*product(["before", "in the middle", "after"], ["note", "refused", "look"], [Late, Stopped])]


@pytest.mark.parametrize(("when", "asked", "what"), sampled(INTERRUPTED[6:7], INTERRUPTED[:6] + INTERRUPTED[7:]))
def test_whoever_is_interrupted_leaves_no_lock_and_no_connection_that_answers_for_another(
    engine: Engine, server: OwnServer, what: type[BaseException], asked: str, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At each place where psycopg waits for the server, and where a connection is begun, ended, taken back and put away, in turn."""
    monkeypatch.setattr(own_server, "BUSY_SECONDS", 1)
    case = a_case(engine, age_status="adult")
    asks: dict[str, Callable[[], Any]] = {
        "note": lambda: engine.do(a_note(case), as_=ANNA),
        "refused": lambda: engine.do(commands.Move(case, to="depart"), as_=ANNA),
        "look": lambda: engine.case(case, as_=ANNA),
    }
    reached, at = 0, 0

    def interrupted(plain: Any, self: Any, *given: Any, **named: Any) -> Any:
        nonlocal reached
        reached += 1
        if reached != at:
            return plain(self, *given, **named)
        if when == "in the middle" and plain is WAIT:
            next(given[0])  # what is to be sent is sent, and nobody has noted it
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
        asks[asked]() if asked != "refused" else ask(0)  # what is kept in memory, and prepared, is
    places = ask(0)
    assert places > 5
    for place in range(1, places + 1):
        ask(place)
        before = engine.case(case, as_=ANNA).version
        version = engine.do(a_note(case), as_=ANNA).version  # what was sent to be kept may be kept a little later
        assert version in ((before + 1, before + 2) if asked == "note" else (before + 1,)), place
    gc.collect()  # one that was lost on the way from hand to hand is closed when it is collected
    assert {*server._waiting} == {*server._all}
    assert all(one.own.info.transaction_status == psycopg.pq.TransactionStatus.IDLE for one in server._waiting)
    assert not server.is_writing
    assert server._room._value == own_server.MOST_CONNECTIONS  # type: ignore[attr-defined]
    assert engine.verify().ok


WAIT = psycopg.Connection.wait


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
        "postgresql://anna:geheim@house/cases?nonsense=1",
        "postgresql://anna:geheim@house:port/cases",
        "postgresql://anna:geheim@/cases?host=one&host=two",  # SQLAlchemy's way to write several servers
        "postgresql://anna:geheim@house/cases?host=one&%68ost=two",
        "postgresql://anna:geheim@house/\ud800",
        "postgresql://anna:geh/eim@house/cases",
        "postgresql://anna:geh%eim@house/cases",
        "postgresql://anna:geheim@home@house/cases",
    ],
)
def test_an_address_that_libpq_does_not_read_is_no_address_for_who_opens_and_who_makes(address: str) -> None:
    for act in (lambda: Engine.open(address, **KEYS), lambda: wh.create(address, **KEYS)):
        with pytest.raises(BadInput, match=r"That is no database address\.") as told:
            act()
        assert told.value.faults[0].field == "database"
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


def test_only_the_driver_is_taken_out_of_an_address() -> None:
    for driver in ("", "+psycopg"):
        read = conninfo_of(f"postgresql{driver}://anna@h1:1,h2/x+psycopg?application_name=a+psycopg")
        assert "dbname=x+psycopg" in read
        assert "application_name=a+psycopg" in read
        assert "host=h1,h2" in read


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
        assert (engine.verify().ok, [*engine.heads()], backup.ok) == (True, [case], True)

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
