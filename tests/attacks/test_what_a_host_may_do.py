"""What a host may do beside us, with listeners, autocommit, memory, forks and labels: nothing that was acknowledged is lost by it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import wayhome as wh
from sqlalchemy.pool import NullPool, QueuePool, StaticPool
from wayhome import Actor, BadInput, Engine, StoreUnavailable, commands
from wayhome.model.label import FIRST
from wayhome.store.sqlite_file import SqliteConnection
from wayhome.stories.playing import StoryClock

from tests import postgres
from tests.conftest import ANNA, START, a_case, all_packs, engine_at
from tests.store.test_at_home_with_a_host import Host, client, host  # noqa: F401 - a fixture

KEYS = {"keys": lambda _: b"k" * 32, "packs": all_packs()}


class Listener:
    """Does in `wayhome_recorded` what it is given, once it is armed."""

    def __init__(self, act: Any = lambda events, connection: None) -> None:
        self.act, self.armed, self.kept = act, False, list[str]()

    @wh.hookimpl
    def wayhome_recorded(self, events: Any, connection: Any) -> None:
        if self.armed:
            self.act(events, connection)

    @wh.hookimpl
    def wayhome_committed(self, events: Any) -> None:
        self.kept += [event.type for event in events]


def note(case: str) -> commands.Note:
    return commands.Note(case, text="an invented note")


# --- listeners ------------------------------------------------------------------------------------------


def test_an_error_that_a_listener_swallows_acknowledges_nothing_that_is_not_kept(host: Host) -> None:  # noqa: F811
    """On PostgreSQL the transaction is broken then, and a commit of it keeps nothing and says nothing."""

    def twice(events: Any, connection: Any) -> None:
        for _ in range(2):
            with suppress(sa.exc.IntegrityError):
                connection.execute(client.insert().values(wayhome="the same"))

    listener = Listener(twice)
    engine = host.open(hooks=[listener])
    case = a_case(engine)
    listener.armed = True
    if host.schema:
        with pytest.raises(
            StoreUnavailable, match="Something that listens has ended the transaction, or has swallowed"
        ) as told:
            engine.do(note(case), as_=ANNA)
        assert told.value.code == "listener"
    else:
        engine.do(note(case), as_=ANNA)  # SQLite takes back the one statement, and all else stands
    listener.armed = False

    version = engine.case(case, as_=ANNA).version
    assert version == (1 if host.schema else 2)
    assert listener.kept == ["opened", "note_added"][:version]
    engine.do(note(case), as_=ANNA)
    assert engine.verify().ok


@pytest.mark.parametrize(
    "sql",
    ["INSERT OR ROLLBACK INTO mine VALUES (1)", "ROLLBACK", "COMMIT", "ROLLBACK TO SAVEPOINT wayhome_listeners; -- "],
)
def test_a_listener_that_ends_the_transaction_of_a_file_is_told_so(tmp_path: Path, sql: str) -> None:
    def ends(events: Any, connection: Any) -> None:
        with suppress(sqlite3.Error):
            connection.execute(sql)

    url, listener = f"sqlite:///{tmp_path / 'case.db'}", Listener(ends)
    with engine_at(url, packs=all_packs(), hooks=[listener]) as engine:
        case = a_case(engine)
        with sqlite3.connect(tmp_path / "case.db") as connection:
            connection.execute("CREATE TABLE mine (id INTEGER PRIMARY KEY)")
            connection.execute("INSERT INTO mine VALUES (1)")
        listener.armed = True
        is_ended = "SAVEPOINT" not in sql
        if is_ended:
            with pytest.raises(StoreUnavailable, match="Something that listens has ended the transaction"):
                engine.do(note(case), as_=ANNA)
        else:
            engine.do(note(case), as_=ANNA)
        listener.armed = False
        assert engine.verify().ok
        assert engine.case(case, as_=ANNA).version == (1 if "ROLLBACK" in sql and is_ended else 2)


def test_a_listener_gives_no_commands_and_asks_for_no_changes(host: Host) -> None:  # noqa: F811
    """What it did would stay when its own command is taken back; what it heard would come again with another event."""
    engine = host.open(hooks=[listener := Listener()])
    case, other = a_case(engine), a_case(engine)
    listener.armed = True
    for act in (lambda *_: engine.do(note(other), as_=ANNA), lambda *_: engine.changes()):
        listener.act = act
        with pytest.raises(BadInput, match="A listener gives no commands, and asks for no changes"):
            engine.do(note(case), as_=ANNA)
    listener.armed = False
    assert [engine.case(one, as_=ANNA).version for one in (case, other)] == [1, 1]


def test_a_listener_gives_no_commands_in_the_transaction_of_a_host_either(host: Host) -> None:  # noqa: F811
    engine = host.open(hooks=[listener := Listener()])
    case, other = a_case(engine), a_case(engine)
    with host.host.connect() as connection:
        anna = engine.acting(ANNA, within=connection)
        listener.armed, listener.act = True, lambda *_: anna.do(note(other))
        with pytest.raises(BadInput, match="A listener gives no commands"):
            anna.do(note(case))
        listener.armed = False
        anna.do(note(case))
        connection.commit()
    assert [engine.case(one, as_=ANNA).version for one in (case, other)] == [2, 1]
    assert engine.verify().ok


def test_when_one_listener_fails_the_others_hear_all_the_same(host: Host) -> None:  # noqa: F811
    class Fails:
        @wh.hookimpl
        def wayhome_committed(self, events: Any) -> None:
            raise ValueError("an invented failure")

    heard = [Listener(), Listener()]
    engine = host.open(hooks=[heard[0], Fails(), heard[1]])
    a_case(engine)

    assert [one.kept for one in heard] == [["opened"], ["opened"]]


def test_a_listener_that_fails_in_one_case_keeps_no_other_alarm_silent() -> None:
    with Engine.open("sqlite://", packs=all_packs(), clock=StoryClock(START)) as engine:
        cases = [a_case(engine), a_case(engine)]
        calls: list[str] = []

        def raise_in(number: str) -> Any:
            calls.append(number)
            if number == cases[0]:
                raise KeyError("an invented failure of a listener")
            return wh.Raised(number, ("no_show_arrival",), {})

        engine._silent_cases = lambda failed: cases  # type: ignore[method-assign]
        engine._raise_in = raise_in  # type: ignore[method-assign]
        rung = engine.ring()

    assert rung.not_raised == (cases[0],)
    assert [one.case for one in rung.raised] == [cases[1]]


# --- connections of a host --------------------------------------------------------------------------------


def test_on_a_connection_in_autocommit_nothing_is_written(host: Host) -> None:  # noqa: F811
    engine = host.open()
    case = a_case(engine)
    with (
        host.host.connect().execution_options(isolation_level="AUTOCOMMIT") as connection,
        pytest.raises(BadInput, match="On this connection each statement is kept at once"),
    ):
        engine.acting(ANNA, within=connection).do(note(case))
    assert engine.case(case, as_=ANNA).version == 1


@pytest.mark.parametrize("pool", [StaticPool, None])
def test_a_database_in_memory_is_not_shared_with_a_host(pool: Any) -> None:
    """It has one connection for all: a look from outside took back the command and the host's own row."""
    in_memory = sa.create_engine("sqlite://", **({"poolclass": pool} if pool else {}))
    for ask in (wh.create, Engine.open):
        with pytest.raises(BadInput, match="A database in memory is not shared with a host"):
            ask(in_memory, keys=lambda _: b"k" * 32)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no forks here")
@pytest.mark.parametrize("pool", [NullPool, QueuePool])
def test_a_child_uses_no_file_of_a_host_that_was_in_use_when_it_was_forked(tmp_path: Path, pool: Any) -> None:
    theirs = sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}", poolclass=pool)
    wh.create(theirs, keys=lambda _: b"k" * 32, wal=True)
    with Engine.open(theirs, **KEYS) as engine:
        case = a_case(engine)
        inside, ends = threading.Event(), threading.Event()

        def look() -> None:
            with engine._store.database.reading():
                inside.set()
                ends.wait(20)

        reader = threading.Thread(target=look)
        reader.start()
        inside.wait(5)
        if (child := os.fork()) == 0:
            try:
                engine.do(note(case), as_=ANNA)
            except StoreUnavailable as error:
                os._exit(7 if error.code == "forked" else 1)
            except BaseException:
                os._exit(1)
            os._exit(0)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        ends.set()
        reader.join()
        assert engine.case(case, as_=ANNA).version == 1


def test_an_error_that_came_before_in_a_transaction_is_not_said_to_be_another_writer(host: Host) -> None:  # noqa: F811
    if host.schema is None:
        pytest.skip("a matter of PostgreSQL")
    engine = host.open()
    case = a_case(engine)
    with host.host.connect() as connection:
        with suppress(sa.exc.DBAPIError):
            connection.exec_driver_sql("SELECT no_such_function()")
        with pytest.raises(StoreUnavailable, match="An error came before in this transaction"):
            engine.acting(ANNA, within=connection).do(note(case))


@pytest.mark.parametrize(
    "url", ["postgresql://u:p@ss:word@h/db", "postgresql+nothing://h/db", "postgresql://h:port/db"]
)
def test_an_address_that_cannot_be_read_is_bad_input_and_not_repeated(url: str) -> None:
    with pytest.raises(BadInput) as told:
        Engine.open(url, keys=lambda _: b"k" * 32)
    assert "word" not in str(told.value)
    assert told.value.__cause__ is None


def test_whoever_interrupts_the_beginning_of_a_command_keeps_nobody_from_writing(
    tmp_path: Path, packs: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C came just when SQLite had begun: the transaction stayed open until the program ended."""
    began = SqliteConnection.execute

    def interrupted(self: SqliteConnection, text: str, *values: Any) -> Any:
        answer = began(self, text, *values)
        if text == "BEGIN IMMEDIATE":
            raise KeyboardInterrupt
        return answer

    url = f"sqlite:///{tmp_path / 'case.db'}"
    with engine_at(url, packs=packs) as engine, engine_at(url, packs=packs) as other:
        case = a_case(engine)
        with monkeypatch.context() as patched:
            patched.setattr(SqliteConnection, "execute", interrupted)
            with pytest.raises(KeyboardInterrupt):
                engine.do(note(case), as_=ANNA)
        other.do(note(case), as_=ANNA)
        engine.do(note(case), as_=ANNA)
        assert engine.case(case, as_=ANNA).version == 3


# --- which case is meant, and by whom it is asked -----------------------------------------------------------


def test_a_label_is_never_given_again(packs: Any) -> None:
    """It stays on papers of a return that has ended: what is told of that one must not come into another."""
    one_label = lambda n: bytes(n) if n == 4 else os.urandom(n)  # noqa: E731
    clock = StoryClock(START)
    with engine_at("sqlite://", packs=packs, random=one_label, clock=clock) as engine:
        first = a_case(engine, age_status="adult")
        label = engine.case(first, as_=ANNA).label
        engine._store.database.connection.execute("UPDATE wh_cases SET status = 'closed'")  # type: ignore[attr-defined]
        second = a_case(engine, age_status="adult")

        assert label.split("-")[0] == FIRST[0]
        assert engine.case(second, as_=ANNA).label != label


def test_who_may_read_no_case_gets_no_number_of_one(packs: Any) -> None:
    with engine_at("sqlite://", packs=packs) as engine:
        case = a_case(engine)
        label = engine.case(case, as_=ANNA).label
        with pytest.raises(wh.NotPermitted):
            engine.number_of(label, as_=Actor("sysop", "invented_house", {"system_admin"}))


def test_two_administrators_who_end_each_other_at_once_leave_one() -> None:
    place, schema = postgres.an_engine(poolclass=QueuePool), postgres.a_schema()
    wh.create(place, schema=schema, keys=lambda _: b"k" * 32)
    with Engine.open(place, schema=schema, **KEYS) as engine:
        two = [Actor(name, "invented_house", {"system_admin"}) for name in ("one", "two")]
        engine.put_actor(two[0])
        engine.put_actor(two[1], as_=two[0])
        both = threading.Barrier(2)

        def end(own: Actor, other: Actor) -> None:
            both.wait(5)
            with suppress(wh.WayhomeError):
                engine.end_actor(other.id, as_=own)

        threads = [threading.Thread(target=end, args=pair) for pair in (two, two[::-1])]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(engine.administrators()) == 1


# --- what is told, and what is due ---------------------------------------------------------------------------


@pytest.fixture
def file(tmp_path: Path) -> Iterator[tuple[Path, Engine]]:
    with engine_at(f"sqlite:///{tmp_path / 'case.db'}", packs=all_packs(), clock=StoryClock(START)) as engine:
        yield tmp_path / "case.db", engine


def test_a_change_that_cannot_be_read_is_told_without_its_event_and_stops_no_other(file: tuple[Path, Engine]) -> None:
    path, engine = file
    one, two, three = (a_case(engine) for _ in range(3))
    engine.do(note(one), as_=ANNA)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE wh_ledger SET body = x'00' WHERE number = ? AND seq = 1", (one,))
        connection.execute("UPDATE wh_cases SET state = x'00' WHERE number = ?", (two,))
    with Engine.open(f"sqlite:///{path}", packs=all_packs()) as other:
        told = other.acting(ANNA).changes()

    assert [(change.case, change.seq, change.event is not None) for change in told] == [
        (one, 1, False), (two, 1, False), (three, 1, True), (one, 2, True),
    ]  # fmt: skip


def test_a_page_of_changes_of_which_none_may_be_read_says_where_to_go_on(file: tuple[Path, Engine]) -> None:
    _, engine = file
    for _ in range(3):
        a_case(engine)
    nobody = Actor("nobody", "invented_house", {"no_such_role"})

    page = engine.acting(nobody).changes(limit=2)
    assert page == ()
    assert page.after is not None
    last = engine.acting(nobody).changes(after=page.after, limit=2)
    assert last.after == engine.changes()[-1].position
    assert engine.acting(nobody).changes(after=last.after).after == last.after


@pytest.mark.parametrize("after", ["99.0.0", "1.0.99"])
def test_a_position_after_all_that_there_is_is_said_so(file: tuple[Path, Engine], after: str) -> None:
    """An older copy was put back, or it is of another database: answered with nothing, a listener would wait for ever."""
    _, engine = file
    a_case(engine)
    with pytest.raises(BadInput, match="That position lies after all that there is here"):
        engine.changes(after=after)


def test_of_an_older_copy_that_was_put_back_a_listener_is_told(file: tuple[Path, Engine], tmp_path: Path) -> None:
    path, engine = file
    case = a_case(engine)
    engine.close()
    shutil.copy(path, tmp_path / "older.db")
    shutil.copy(f"{path}.key", tmp_path / "older.db.key")
    with Engine.open(f"sqlite:///{path}", packs=all_packs()) as newer:
        newer.do(note(case), as_=ANNA)
        position = newer.changes().after
    with (
        Engine.open(f"sqlite:///{tmp_path / 'older.db'}", packs=all_packs()) as older,
        pytest.raises(BadInput, match="An older copy was put back"),
    ):
        older.changes(after=position)


@pytest.mark.parametrize("after", ["zzz", "WH-7K3M9-Q2F4A-Z", "", 12])
def test_the_list_of_what_is_due_goes_on_after_no_word(file: tuple[Path, Engine], after: Any) -> None:
    _, engine = file
    with pytest.raises(BadInput, match="That is no place in the list of what is due"):
        engine.due(as_=ANNA, after=after)


@pytest.mark.parametrize("until", [datetime(2026, 1, 1), "2026-01-01", (START + timedelta(1)).date()])  # noqa: DTZ001
def test_until_when_is_a_moment_with_its_zone(file: tuple[Path, Engine], until: Any) -> None:
    _, engine = file
    with pytest.raises(BadInput):
        engine.due(as_=ANNA, until=until)
    assert engine.due(as_=ANNA, until=datetime(2030, 1, 1, tzinfo=UTC)) == ()
