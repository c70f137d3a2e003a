"""In its host's database: beside its tables, with its connections, in its transactions, on SQLite and PostgreSQL."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from sqlalchemy.orm import Session
from wayhome import Again, BadInput, Engine, StoreUnavailable, commands

from tests import postgres
from tests.conftest import ANNA, a_case, all_packs

CLIENTS = sa.MetaData()
client = sa.Table(
    "client", CLIENTS, sa.Column("id", sa.Integer, primary_key=True), sa.Column("wayhome", sa.String, unique=True)
)

KEYS: dict[str, Any] = {"keys": lambda _: b"k" * 32}


@dataclass
class Host:
    """Somebody's database, with a table of theirs and our tables in it."""

    host: sa.Engine
    schema: str | None
    opened: list[Engine] = field(default_factory=list)

    def open(self, **more: Any) -> Engine:
        engine = Engine.open(self.host, schema=self.schema, keys=lambda _: b"k" * 32, packs=all_packs(), **more)
        self.opened.append(engine)
        return engine

    def clients(self) -> list[str]:
        with self.host.connect() as connection:
            return [row[0] for row in connection.execute(sa.select(client.c.wayhome).order_by(client.c.id))]


def sqlite_host(folder: Path) -> Host:
    return Host(sa.create_engine(f"sqlite:///{folder / 'host.db'}"), None)


def postgresql_host(folder: Path) -> Host:
    schema = postgres.a_schema()
    host = postgres.an_engine(poolclass=sa.pool.QueuePool, connect_args={"options": f"-c search_path={schema}"})
    return Host(host, schema)


@pytest.fixture(params=[sqlite_host, postgresql_host], ids=["sqlite", "postgresql"])
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Host]:
    one: Host = request.param(tmp_path)
    wh.create(one.host, schema=one.schema, keys=lambda _: b"k" * 32)
    CLIENTS.create_all(one.host)
    yield one
    for engine in one.opened:
        engine.close()
    if one.schema:
        with one.host.begin() as connection:
            connection.exec_driver_sql(f'DROP SCHEMA "{one.schema}" CASCADE')
    one.host.dispose()


def note(case: str, text: str = "an invented note", **more: Any) -> commands.Note:
    return commands.Note(case, text=text, **more)


# --- beside its tables -------------------------------------------------------------------------------


def test_cases_live_beside_the_tables_of_a_host(host: Host) -> None:
    engine = host.open()

    case = a_case(engine, age_status="adult")
    engine.do(note(case), as_=ANNA)

    assert engine.case(case, as_=ANNA).version == 2
    assert [row.number for row in engine.cases(as_=ANNA)] == [case]
    assert engine.history(case, as_=ANNA)[-1].texts
    assert engine.verify().ok
    assert engine.rebuild() == (1, 2)


def test_a_second_making_changes_nothing_and_says_so(host: Host) -> None:
    with pytest.raises(BadInput, match="There is a Wayhome database already"):
        wh.create(host.host, schema=host.schema, keys=lambda _: b"x" * 32)
    assert host.open().verify().ok


def test_what_was_not_made_is_not_opened_and_a_failed_making_leaves_nothing(host: Host, tmp_path: Path) -> None:
    def no_key(_: str) -> bytes:
        raise OSError("an invented failure")

    other = (
        Host(host.host, postgres.a_schema())
        if host.schema
        else Host(sa.create_engine(f"sqlite:///{tmp_path}/o.db"), None)
    )
    with pytest.raises(StoreUnavailable, match="The key of this database was not given"):
        wh.create(other.host, schema=other.schema, keys=no_key)
    with pytest.raises(StoreUnavailable, match=r"There is no Wayhome database|holds no Wayhome database"):
        other.open()
    assert not [name for name in sa.inspect(other.host).get_table_names(schema=other.schema) if name.startswith("wh_")]


def test_it_is_said_when_nobody_says_where_the_key_lies(host: Host) -> None:
    with pytest.raises(BadInput, match="It is not said where the key of this database lies"):
        wh.create(host.host, schema=host.schema)


def test_the_key_of_a_hosts_database_may_lie_in_a_file(host: Host, tmp_path: Path) -> None:
    if host.schema:
        other, schema = host.host, postgres.a_schema()
    else:
        other, schema = sa.create_engine(f"sqlite:///{tmp_path}/o.db"), None
    wh.create(other, schema=schema, key_file=tmp_path / "the.key")

    assert oct((tmp_path / "the.key").stat().st_mode)[-3:] == "600"
    with Engine.open(other, schema=schema, key_file=tmp_path / "the.key", packs=all_packs()) as engine:
        case = a_case(engine)
        engine.do(commands.Involve(case, by="person", relation="relative", name="Invented Name"), as_=ANNA)
    with (
        Engine.open(other, schema=schema, keys=lambda _: b"x" * 32, packs=all_packs()) as engine,
        pytest.raises(StoreUnavailable, match="This key does not open this database"),
    ):
        engine.case(case, as_=ANNA)


def test_the_alembic_of_a_host_leaves_our_tables_alone(host: Host) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    with host.host.connect() as connection:
        ours = {"include_name": wh.alembic_include_name}
        assert compare_metadata(MigrationContext.configure(connection, opts=ours), CLIENTS) == []
        assert compare_metadata(MigrationContext.configure(connection), CLIENTS) != []


# --- in its transactions ----------------------------------------------------------------------------


def of_connection(host: Host, act: Callable[[Any, Any], None]) -> None:
    with host.host.connect() as connection:
        act(connection, connection)


def of_session(host: Host, act: Callable[[Any, Any], None]) -> None:
    with Session(host.host) as session:
        act(session, session)


def of_a_deferred_driver(host: Host, act: Callable[[Any, Any], None]) -> None:
    """What SQLAlchemy's manual says of SQLite and savepoints: the driver begins nothing, an event says BEGIN."""
    if host.schema:
        pytest.skip("a matter of SQLite")
    sa.event.listen(host.host, "connect", lambda own, _: setattr(own, "isolation_level", None))
    sa.event.listen(host.host, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    host.host.dispose()
    of_connection(host, act)


@pytest.mark.parametrize("way", [of_connection, of_session, of_a_deferred_driver])
@pytest.mark.parametrize("first", ["reads", "writes", "writes after"])
def test_the_hosts_row_and_the_case_are_kept_or_taken_back_together(host: Host, way: Any, first: str) -> None:
    engine = host.open()
    case = a_case(engine, age_status="adult")
    before = engine.case(case, as_=ANNA).version

    def act(own: Any, within: Any) -> None:
        for is_kept in (False, True):
            if first == "reads":
                own.execute(sa.select(client)).all()
            elif first == "writes":
                own.execute(client.insert().values(wayhome=f"{case}-{is_kept}"))
            anna = engine.acting(ANNA, within=within)
            anna.do(note(case))
            opened = anna.do(commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})).case
            assert anna.case(opened).phase == "identification"
            assert anna.why(case, "depart").unmet
            if first == "writes after":
                own.execute(client.insert().values(wayhome=f"{case}-{is_kept}"))
            (own.commit if is_kept else own.rollback)()
            assert len(engine.cases(as_=ANNA)) == (2 if is_kept else 1)
            assert engine.case(case, as_=ANNA).version == (before + 1 if is_kept else before)

    way(host, act)

    assert host.clients() == ([] if first == "reads" else [f"{case}-True"])
    assert engine.verify().ok


def test_nothing_of_a_command_that_fails_is_left_and_the_host_goes_on(host: Host) -> None:
    engine = host.open()
    case = a_case(engine, age_status="adult")

    with host.host.begin() as connection:
        anna = engine.acting(ANNA, within=connection)
        connection.execute(client.insert().values(wayhome="before"))
        with pytest.raises(wh.Refused):
            anna.do(commands.Move(case, to="depart"))
        anna.do(note(case))
        connection.execute(client.insert().values(wayhome="after"))

    assert host.clients() == ["before", "after"]
    assert engine.case(case, as_=ANNA).version == 2
    assert engine.verify().ok


def test_a_hosts_savepoint_takes_back_what_was_written_after_it_with_the_keys_that_were_made(host: Host) -> None:
    """A key that was made inside and is remembered would seal what nobody can ever open."""
    engine = host.open()
    case = a_case(engine, age_status="adult")

    with Session(host.host) as session, session.begin():
        anna = engine.acting(ANNA, within=session)
        session.execute(client.insert().values(wayhome="kept"))
        inner = session.begin_nested()
        anna.do(
            commands.Involve(case, by="person", relation="relative", name="Invented Name")
        )  # the first of its class: a key is made
        inner.rollback()
        anna.do(commands.Involve(case, by="person", relation="relative", name="Another Invented Name"))
        anna.do(commands.Involve(case, by="person", relation="relative", name="A Third Invented Name"))
    engine.do(commands.Involve(case, by="person", relation="relative", name="A Fourth Invented Name"), as_=ANNA)

    assert engine.verify().ok
    with host.open() as other:
        names = [row.texts for row in other.history(case, as_=ANNA)]
    assert "Another Invented Name" in repr(names)
    assert "Fourth" in repr(names)
    assert "'Invented Name'" not in repr(names)


def test_a_process_that_was_first_stored_in_a_transaction_that_was_taken_back_is_stored_again(host: Host) -> None:
    engine = host.open()
    with host.host.connect() as connection:
        engine.acting(ANNA, within=connection).do(commands.Open(host_country="NL", origin_country="BR"))
        connection.rollback()

    case = engine.do(commands.Open(host_country="NL", origin_country="BR"), as_=ANNA).case

    assert engine.case(case, as_=ANNA).version == 1
    assert engine.verify().ok


def test_on_a_connection_that_keeps_each_statement_at_once_nothing_is_written(host: Host) -> None:
    if host.schema is None:
        pytest.skip("the driver of SQLite takes a turn to write all the same")
    engine = host.open()
    case = a_case(engine)
    with (
        host.host.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        pytest.raises(BadInput, match="On this connection each statement is kept at once"),
    ):
        engine.acting(ANNA, within=connection).do(note(case))


def test_where_a_host_has_its_own_tables_elsewhere_ours_are_looked_for_where_they_lie() -> None:
    """A host with a schema for each of its tenants: what it maps for itself led into the cases of another one."""
    ours, another = postgres.a_schema(), postgres.a_schema()
    host = postgres.an_engine(connect_args={"options": f"-c search_path={ours}"})
    for schema in (ours, another):
        wh.create(postgres.needed(), schema=schema, **KEYS)
    mapped = {"schema_translate_map": {None: another}}
    with (
        Engine.open(host, packs=all_packs(), **KEYS) as engine,
        Engine.open(host, schema=another, packs=all_packs(), **KEYS) as other,
        Engine.open(host.execution_options(**mapped), packs=all_packs(), **KEYS) as through,
    ):
        case = a_case(engine)
        a_case(other)
        assert [row.number for row in through.cases(as_=ANNA)] == [case]
        with host.connect().execution_options(**mapped) as connection:
            anna = engine.acting(ANNA, within=connection)
            assert [row.number for row in anna.cases()] == [case]
            assert anna.do(commands.Note(case, text="invented")).version == 2
            connection.commit()
        assert [row.version for row in other.cases(as_=ANNA)] == [1]
        assert engine.verify().ok
        assert other.verify().ok


@pytest.mark.parametrize("level", ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
def test_at_each_level_of_isolation_two_hosts_on_one_case_lose_nothing(host: Host, level: str) -> None:
    """Who cannot be brought into an order is told `Again`, and does the whole of it again."""
    if host.schema is None:
        pytest.skip("a matter of PostgreSQL")
    engine = host.open()
    case = a_case(engine, age_status="adult")
    both = threading.Barrier(2)
    tried: list[str] = []

    def act(name: str) -> None:
        for _ in range(20):
            try:
                with host.host.connect().execution_options(isolation_level=level) as connection, connection.begin():
                    connection.execute(client.insert().values(wayhome=name))
                    if not tried:
                        both.wait(5)
                    engine.acting(ANNA, within=connection).do(note(case, name))
                return
            except Again:
                tried.append(name)

    at_once(lambda: act("one"), lambda: act("two"))

    assert sorted(host.clients()) == ["one", "two"]
    assert engine.case(case, as_=ANNA).version == 3
    assert engine.verify().ok
    assert bool(tried) == (level != "READ COMMITTED")


def test_two_hosts_on_two_cases_in_opposite_order_are_both_kept(host: Host) -> None:
    engine = host.open()
    one, two = a_case(engine, age_status="adult"), a_case(engine, age_status="adult")
    both = threading.Barrier(2)
    again: list[str] = []

    def act(first: str, second: str) -> None:
        for turn in range(10):
            try:
                with host.host.begin() as connection:
                    anna = engine.acting(ANNA, within=connection)
                    anna.do(note(first))
                    if turn == 0 and host.schema:
                        both.wait(5)
                    anna.do(note(second))
                return
            except Again:
                again.append(first)

    at_once(lambda: act(one, two), lambda: act(two, one))

    assert [engine.case(case, as_=ANNA).version for case in (one, two)] == [3, 3]
    assert engine.verify().ok
    assert bool(again) == bool(host.schema)


# --- many at once ---------------------------------------------------------------------------------------


def at_once(*acts: Callable[[], Any]) -> None:
    failed: list[BaseException] = []

    def run(act: Callable[[], Any]) -> None:
        try:
            act()
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed


def test_many_threads_of_several_engines_lose_nothing(host: Host) -> None:
    engines = [host.open(), host.open()]
    case, other = (a_case(engines[0], age_status="adult") for _ in range(2))

    def write(n: int) -> None:
        for i in range(6):
            engines[n % 2].do(note((case, other)[i % 2], f"{n}-{i}"), as_=ANNA)

    at_once(*(lambda n=n: write(n) for n in range(4)))

    texts = [
        next(iter(row.texts.values()))["text"]
        for one in (case, other)
        for row in engines[0].history(one, as_=ANNA)
        if row.texts
    ]
    assert sorted(texts) == sorted(f"{n}-{i}" for n in range(4) for i in range(6))
    assert engines[1].verify().ok


def test_one_command_under_one_key_is_done_once_whoever_gives_it_first(host: Host) -> None:
    engines = [host.open(), host.open()]
    given: list[str] = []
    command = commands.Open(
        host_country="BE", origin_country="NG", facts={"age_status": "adult"}, key="an-invented-key"
    )

    at_once(*(lambda one=one: given.append(one.do(command, as_=ANNA).case) for one in engines * 3))

    assert len(set(given)) == 1
    assert len(engines[0].cases(as_=ANNA)) == 1


def test_several_first_cases_of_several_processes_are_all_kept(host: Host) -> None:
    engines = [host.open() for _ in range(3)]
    pairs = [("BE", "NG"), ("NL", "BR"), ("BE", "SL")]

    at_once(
        *(
            lambda one=one, pair=pair: one.do(commands.Open(host_country=pair[0], origin_country=pair[1]), as_=ANNA)
            for one, pair in zip(engines, pairs, strict=True)
        )
    )

    assert len(engines[0].cases(as_=ANNA)) == 3
    assert engines[0].verify().ok


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
def test_after_a_fork_both_go_on(host: Host) -> None:
    engine = host.open()
    case = a_case(engine, age_status="adult")
    if (child := os.fork()) == 0:
        try:
            engine.do(note(case, "of the child"), as_=ANNA)
            os._exit(0)
        except BaseException:
            os._exit(1)
    engine.do(note(case, "of the parent"), as_=ANNA)

    assert os.waitpid(child, 0)[1] == 0
    assert engine.case(case, as_=ANNA).version == 3
    assert engine.verify().ok


# --- who listens ---------------------------------------------------------------------------------------


@dataclass
class Listener:
    """Writes a row of the host for each event, in its transaction; remembers what was kept."""

    kept: list[str] = field(default_factory=list)
    fails: bool = False

    @wh.hookimpl
    def wayhome_recorded(self, events: Any, connection: Any) -> None:
        if self.fails:
            raise ValueError("an invented failure")
        for event in events:
            connection.execute(client.insert().values(wayhome=f"{event.seq} {event.type}"))

    @wh.hookimpl
    def wayhome_committed(self, events: Any) -> None:
        self.kept += [event.type for event in events]


def test_a_host_hears_each_event_in_its_transaction_and_after_it(host: Host) -> None:
    listener = Listener()
    engine = host.open(hooks=[listener])
    case = engine.do(commands.Open(host_country="BE", origin_country="NG"), as_=ANNA).case
    with pytest.raises(wh.Refused):
        engine.do(commands.Move(case, to="depart"), as_=ANNA)
    with host.host.connect() as connection:
        engine.acting(ANNA, within=connection).do(note(case))
        connection.rollback()

    assert host.clients() == ["1 opened"]
    assert listener.kept == ["opened"]


def test_a_listener_that_fails_lets_nothing_be_kept_and_its_error_comes_as_it_is(host: Host) -> None:
    listener = Listener()
    engine = host.open(hooks=[listener])
    case = a_case(engine)
    listener.fails = True

    with pytest.raises(ValueError, match="an invented failure"):
        engine.do(note(case), as_=ANNA)

    assert engine.case(case, as_=ANNA).version == 1
    listener.fails = False
    engine.do(note(case), as_=ANNA)
    with pytest.raises(sa.exc.IntegrityError), host.host.begin() as connection:  # the host's own, as the host knows it
        connection.execute(client.insert().values(wayhome="3 note_added"))
        engine.acting(ANNA, within=connection).do(note(case))
    assert engine.verify().ok


# --- an address of a server --------------------------------------------------------------------------


def test_an_address_of_a_server_is_enough() -> None:
    schema = postgres.a_schema()
    url = postgres.needed()
    wh.create(url, schema=schema, keys=lambda _: b"k" * 32)
    wh.migrate(url, schema=schema)
    with Engine.open(url, schema=schema, keys=lambda _: b"k" * 32, packs=all_packs()) as engine:
        case = a_case(engine)
    with Engine.open(url, schema=schema, keys=lambda _: b"k" * 32, packs=all_packs()) as engine:
        assert engine.case(case, as_=ANNA).version == 1
    with pytest.raises(StoreUnavailable, match="The database was closed"):
        engine.case(case, as_=ANNA)


@pytest.mark.parametrize("schema", ["Invented", "a;b", 'a"b', "", "1a"])
def test_a_schema_has_a_plain_name(schema: str) -> None:
    with pytest.raises(BadInput, match="There is no schema of that name"):
        wh.create("postgresql+psycopg://nobody@localhost/none", schema=schema, keys=lambda _: b"k" * 32)


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(StoreUnavailable, match="The database does not answer") as told:
        Engine.open("postgresql+psycopg://nobody@127.0.0.1:1/none?connect_timeout=2", keys=lambda _: b"k" * 32)
    assert "127.0.0.1" not in str(told.value)


@pytest.mark.parametrize("url", ["mysql://somebody@somewhere/db", "mongodb://x"])
def test_other_databases_are_named(url: str) -> None:
    with pytest.raises(BadInput, match="Cases are kept in SQLite or PostgreSQL"):
        Engine.open(url)
