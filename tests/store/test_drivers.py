"""Through which drivers cases are kept: any other is refused by its name, and none makes anybody believe that something was changed."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import sqlalchemy as sa
import wayhome as wh
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_scoped_session, create_async_engine
from sqlalchemy.orm import Session
from wayhome import BadInput, Engine, StoreUnavailable, commands
from wayhome.store.claims import Claims
from wayhome.store.ledger import Claim

from tests import postgres
from tests.conftest import ANNA, a_case, all_packs, who_leads
from tests.golden.fingerprint import Line, Scene, stories

KEYS: dict[str, Any] = {"keys": lambda _: b"k" * 32}
A_DRIVER = SimpleNamespace(paramstyle="pyformat", __version__="2.9.13", Error=Exception)  # as SQLAlchemy asks of one


@dataclass
class House:
    """A database that was made, and the engine of a host that uses it."""

    host: sa.Engine
    schema: str | None

    def engine(self, **more: Any) -> sa.Engine:
        """Another engine of the same database."""
        return sa.create_engine(self.host.url, **more)

    @property
    def asyncio_drivers(self) -> tuple[str, ...]:
        return ("sqlite+aiosqlite",) if self.schema is None else ("postgresql+psycopg", "postgresql+asyncpg")

    def asynchronous(self, driver: str = "") -> AsyncEngine:
        return create_async_engine(self.host.url.set(drivername=driver or self.asyncio_drivers[0]))

    def open(self, host: Any = None) -> Engine:
        return Engine.open(self.host if host is None else host, schema=self.schema, packs=all_packs(), **KEYS)


@pytest.fixture(params=["sqlite", "postgresql"])
def house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[House]:
    if request.param == "sqlite":
        one = House(sa.create_engine(f"sqlite:///{tmp_path / 'host.db'}"), None)
    else:
        one = House(sa.create_engine(postgres.needed()), postgres.a_schema())
    wh.create(one.host, schema=one.schema, **KEYS)
    yield one
    if one.schema:
        with one.host.begin() as connection:
            connection.exec_driver_sql(f'DROP SCHEMA "{one.schema}" CASCADE')
    one.host.dispose()


def every_door(database: Any, tmp_path: Path, schema: str | None = None) -> list[Callable[[], object]]:
    """All that takes a database by its address, or by an engine of SQLAlchemy's."""
    backup = tmp_path / "a.backup"
    return [
        lambda: Engine.open(database, schema=schema, **KEYS),
        lambda: wh.create(database, schema=schema, **KEYS),
        lambda: wh.migrate(database, schema=schema),
        lambda: wh.restore(backup, database, schema=schema, passphrase="invented", **KEYS),
        lambda: wh.doctor(database, schema=schema, packs=all_packs(), **KEYS),
    ]


def refused_at(door: Callable[[], object]) -> BadInput:
    with pytest.raises(BadInput) as told:
        door()
    return told.value


# --- one command through each driver -----------------------------------------------------------------------

STORY, MOST = "001-involve", 40
IN_ASYNCIO = ("aiosqlite", "psycopg_async", "asyncpg")
DRIVERS = ("pysqlite", "psycopg", "psycopg2", "pg8000", *IN_ASYNCIO)


def forty() -> list[Line]:
    return next(story for story in stories() if story.name == STORY).lines[:MOST]


class AlwaysTheSame(Claims):
    """Claims nothing: how much is settled when something is written hangs on who else is at work on a server."""

    def now(self, connection: Any, settled: Any) -> Claim:
        return Claim(0, "0" * 32)


def claim_nothing(engine: Engine) -> None:
    store = engine._store
    store.claims = AlwaysTheSame(store.keys, store._upon)


@pytest.fixture(scope="module")
def usual_heads() -> dict[str, str]:
    scene = Scene(all_packs())
    claim_nothing(scene.engine)
    for line in forty():
        scene.play(line)
    return dict(scene.engine.heads())


@dataclass
class Through(Scene):
    """The same scene, in a database that is reached through a driver: by its address, by a host's engine, in its transaction, or by what run_sync gives."""

    address: sa.URL | None = None
    schema: str | None = None
    way: str = "address"

    def __post_init__(self) -> None:
        url: Any = self.address
        usual = "sqlite" if self.schema is None else "postgresql+psycopg"
        if self.way == "run_sync":
            self.host = create_async_engine(url)
            url = url.set(drivername=usual)
        database = url.render_as_string(hide_password=False) if self.way == "address" else sa.create_engine(url)
        if self.way == "within":
            self.host = database
        wh.create(database, schema=self.schema, keys=lambda _: bytes(32))
        self.engine = Engine.open(
            database,
            schema=self.schema,
            clock=self.clock,
            packs=self.packs,
            keys=lambda _: bytes(32),
            random=self.random,
        )
        claim_nothing(self.engine)

    def play_all(self, lines: list[Line]) -> None:
        if self.way == "within":
            for line in lines:
                self.clock.moment = datetime.fromisoformat(line["at"])
                actor, command = self.said(line)
                with self.host.begin() as connection:
                    self.engine.acting(actor, within=connection).do(command)
            return
        if self.way != "run_sync":
            for line in lines:
                self.play(line)
            return

        async def told() -> None:
            for line in lines:
                self.clock.moment = datetime.fromisoformat(line["at"])
                actor, command = self.said(line)
                async with AsyncSession(self.host) as session:
                    await session.run_sync(lambda own, a=actor, c=command: self.engine.acting(a, within=own).do(c))
                    await session.commit()
            await self.host.dispose()

        asyncio.run(told())


WAYS = [
    *((driver, "run_sync") for driver in IN_ASYNCIO),
    *((driver, way) for driver in DRIVERS if driver not in IN_ASYNCIO for way in ("address", "host", "within")),
]


@pytest.mark.parametrize(("driver", "way"), WAYS)
def test_the_same_forty_commands_leave_equal_heads_through_each_driver(
    driver: str, way: str, tmp_path: Path, usual_heads: dict[str, str]
) -> None:
    schema = None if "sqlite" in driver else postgres.a_schema()
    address = postgres.through(driver) if schema else sa.make_url(f"sqlite+{driver}:///{tmp_path / 'one.db'}")
    scene = Through(all_packs(), address=address, schema=schema, way=way)
    with scene.engine as engine:
        scene.play_all(forty())

        assert dict(engine.heads()) == usual_heads
        assert engine.verify().ok
        case, of_office = sorted(usual_heads)
        assert of_office == "office", "which packs have made its process"
        assert engine.case(case, as_=who_leads(engine, case)).version >= MOST


# --- which drivers ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("driver", ["psycopg2cffi", "a_driver_of_tomorrow"])
def test_a_driver_that_is_not_served_is_refused_by_its_name_at_every_door(
    driver: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody connects: nothing there can be taken for changed."""
    engine = sa.create_engine("postgresql+pg8000://house/cases", module=A_DRIVER)
    monkeypatch.setattr(engine.dialect, "driver", driver)

    for door in every_door(engine, tmp_path):
        (fault,) = refused_at(door).faults
        assert (fault.field, fault.code) == ("database", "unknown")
        assert str(refused_at(door)) == (
            f"Cases are not kept through the driver '{driver}'. Nobody has tested it here, so nothing was read or written. "
            'Make the engine for "postgresql+psycopg://…", or give that address.'
        )


@pytest.mark.parametrize(
    ("driver", "give"),
    [
        ("postgresql+asyncpg", "postgresql+psycopg://…"),
        ("postgresql+psycopg_async", "postgresql+psycopg://…"),
        ("sqlite+aiosqlite", "sqlite:///…"),
    ],
)
def test_a_driver_of_asyncio_in_an_address_is_told_what_to_give(driver: str, give: str, tmp_path: Path) -> None:
    """It is tried, within run_sync: nobody says that it is not."""
    for door in every_door(f"{driver}://anna:geheim@house/cases", tmp_path):
        told = refused_at(door)
        assert told.what == f"The driver '{driver.partition('+')[2]}' is one for asyncio."
        assert give in told.todo
        assert "run_sync" in told.todo
        assert "geheim" not in str(told)


@pytest.mark.parametrize("driver", ["psycopg2cffi", "nonsense"])
def test_a_driver_in_an_address_is_refused_by_its_name(driver: str, tmp_path: Path) -> None:
    for door in every_door(f"postgresql+{driver}://anna:geheim@house/cases", tmp_path):
        told = refused_at(door)
        assert told.what == f"Cases are not kept through the driver '{driver}'."
        assert "postgresql+psycopg://" in told.todo
        assert "geheim" not in str(told)


@pytest.mark.parametrize("driver", ["pysqlcipher", "a_driver_of_tomorrow"])
def test_a_driver_in_the_address_of_a_file_is_refused_by_its_name(driver: str, tmp_path: Path) -> None:
    for door in every_door(f"sqlite+{driver}:///{tmp_path}/wayhome.db", tmp_path):
        told = refused_at(door)
        assert told.what == f"Cases are not kept through the driver '{driver}'."
        assert 'Make the engine for "sqlite:///…", or give that address.' in told.todo
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("address", ["sqlite:///{}", "sqlite+pysqlite:///{}"])
def test_what_python_brings_is_served(address: str, tmp_path: Path) -> None:
    wh.create(address.format(tmp_path / "wayhome.db"), key_file=tmp_path / "wayhome.db.key")
    with Engine.open(address.format(tmp_path / "wayhome.db"), packs=all_packs()) as engine:
        assert a_case(engine)
    wh.migrate(address.format(tmp_path / "wayhome.db"))


@pytest.mark.parametrize("of", [sa.Connection, Session])
def test_in_a_transaction_of_another_driver_nothing_is_done(
    house: House, of: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.open() as engine:
        case = a_case(engine)
        other = house.engine()
        monkeypatch.setattr(other.dialect, "driver", "a_driver_of_tomorrow")
        with other.connect() if of is sa.Connection else Session(other) as within:
            anna = engine.acting(ANNA, within=within)
            for act in (lambda: anna.do(commands.Note(case, text="an invented note")), lambda: anna.case(case)):
                told = refused_at(act)
                assert told.what == "Cases are not kept through the driver 'a_driver_of_tomorrow'."
                assert told.faults[0].field == "within"
            within.commit()
        other.dispose()

        assert engine.case(case, as_=ANNA).version == 1
        assert engine.verify().ok


def test_what_is_no_engine_is_told_so_at_every_door(house: House, tmp_path: Path) -> None:
    with house.host.connect() as connection, Session(house.host) as session:
        for database in (connection, session, 7, None):
            for door in every_door(database, tmp_path):
                assert refused_at(door).what == "That is no database."


def test_in_a_transaction_of_another_sort_of_database_nothing_is_done(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = house.engine()
    monkeypatch.setattr(other.dialect, "name", "mysql")
    with house.open() as engine, other.connect() as within:
        told = refused_at(lambda: engine.acting(ANNA, within=within).cases())
        assert told.what == "Cases are kept in SQLite or PostgreSQL, not in 'mysql'."
        assert told.faults[0].field == "within"
    other.dispose()


# --- asyncio ------------------------------------------------------------------------------------------------


def test_an_engine_of_asyncio_is_refused_at_every_door(house: House, tmp_path: Path) -> None:
    asynchronous = house.asynchronous()

    for database in (asynchronous, asynchronous.sync_engine, AsyncSession(asynchronous), asynchronous.connect()):
        for door in every_door(database, tmp_path, house.schema):
            told = refused_at(door)
            assert (told.faults[0].field, told.faults[0].code) == ("database", "unreadable")
            assert told.what == "This is of SQLAlchemy's asyncio."
            assert "create_engine" in told.todo
            assert "run_sync" in told.todo


def test_a_transaction_of_asyncio_is_refused_and_says_what_to_write(house: House) -> None:
    asynchronous = house.asynchronous()
    scoped = async_scoped_session(lambda: AsyncSession(asynchronous), scopefunc=lambda: 1)  # type: ignore[arg-type,return-value]

    with house.open() as engine:
        for within in (AsyncSession(asynchronous), asynchronous.connect(), asynchronous, scoped):
            told = refused_at(lambda: engine.acting(ANNA, within=within))  # type: ignore[arg-type] # noqa: B023
            assert (told.faults[0].field, told.faults[0].code) == ("within", "unreadable")
            assert told.what == "This is of SQLAlchemy's asyncio."
            assert "await session.run_sync(lambda own: engine.acting(actor, within=own).do(command))" in told.todo


@pytest.mark.parametrize("within", ["session", 7, object()])
def test_what_is_no_transaction_at_all_is_still_told_so(house: House, within: Any) -> None:
    with house.open() as engine:
        assert refused_at(lambda: engine.acting(ANNA, within=within)).what == "That is no transaction of a database."


def test_by_run_sync_the_hosts_row_and_the_case_are_kept_or_taken_back_together(house: House) -> None:
    """As docs/embed.md shows it."""
    place = "" if house.schema is None else f'"{house.schema}".'
    with house.host.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE {place}client (wayhome TEXT)")

    async def take_in(engine: Engine, host: AsyncEngine, *, is_kept: bool) -> str:
        async with AsyncSession(host) as session:
            opening = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult"})
            case = await session.run_sync(lambda own: engine.acting(ANNA, within=own).do(opening).case)
            await session.run_sync(lambda own: engine.acting(ANNA, within=own).do(commands.Note(case, text="a note")))
            await session.execute(sa.text(f"INSERT INTO {place}client VALUES (:case)"), {"case": case})
            assert await session.run_sync(lambda own: engine.acting(ANNA, within=own).case(case).version) == 2
            with pytest.raises(wh.Refused):
                await session.run_sync(lambda own: engine.acting(ANNA, within=own).do(commands.Move(case, to="depart")))
            await (session.commit() if is_kept else session.rollback())
            return case

    async def work(engine: Engine, driver: str) -> str:
        host = house.asynchronous(driver)
        try:
            await take_in(engine, host, is_kept=False)
            kept = await take_in(engine, host, is_kept=True)
            async with host.connect() as connection:
                seen = await connection.run_sync(lambda own: engine.acting(ANNA, within=own).cases())
                assert kept in [row.number for row in seen]
            return kept
        finally:
            await host.dispose()

    with house.open() as engine:
        kept = sorted(asyncio.run(work(engine, driver)) for driver in house.asyncio_drivers)
        assert sorted(row.number for row in engine.cases(as_=ANNA)) == kept
        assert engine.verify().ok
    with house.host.connect() as connection:
        rows = connection.exec_driver_sql(f"SELECT wayhome FROM {place}client ORDER BY wayhome").fetchall()
        assert rows == [(one,) for one in kept]


# --- what comes back ------------------------------------------------------------------------------------------


class AsView(psycopg.adapt.Loader):
    """Gives bytes as psycopg2 does: not as bytes."""

    def load(self, data: Any) -> memoryview:
        return memoryview(bytes.fromhex(bytes(data).decode()[2:]))


def gives_no_bytes(own: Any) -> None:
    """Say to a connection of a driver how its host wants bytes."""
    if hasattr(own, "adapters"):
        own.adapters.register_loader("bytea", AsView)
        return
    own.row_factory = lambda _, row: tuple(memoryview(one) if isinstance(one, bytes) else one for one in row)


def of_odd_bytes(house: House) -> sa.Engine:
    engine = house.engine()
    sa.event.listen(engine, "connect", lambda own, _: gives_no_bytes(own))
    return engine


ODD = "What this driver reads is not what was written."


def test_whose_driver_gives_no_bytes_is_told_so_and_not_that_a_key_was_changed(house: House, tmp_path: Path) -> None:
    odd = of_odd_bytes(house)
    for act in (lambda: house.open(odd), lambda: wh.migrate(odd, schema=house.schema)):
        with pytest.raises(StoreUnavailable) as told:
            act()
        assert (told.value.code, told.value.what) == ("driver", ODD)
        assert "backup" not in str(told.value)
    odd.dispose()
    assert house.open().verify().ok


def test_who_makes_a_database_through_it_makes_none(house: House, tmp_path: Path) -> None:
    if house.schema is None:
        other = House(sa.create_engine(f"sqlite:///{tmp_path / 'other.db'}"), None)
    else:
        other = House(house.host, postgres.a_schema())
    odd = of_odd_bytes(other)

    with pytest.raises(StoreUnavailable, match=ODD):
        wh.create(odd, schema=other.schema, **KEYS)

    odd.dispose()
    assert not [name for name in sa.inspect(other.host).get_table_names(schema=other.schema) if name.startswith("wh_")]


def test_in_a_transaction_of_it_nothing_is_done(house: House) -> None:
    """Though the keys are open that it would need."""
    odd = of_odd_bytes(house)
    with house.open() as engine:
        case = a_case(engine)
        with odd.connect() as within:
            anna = engine.acting(ANNA, within=within)
            for act in (lambda: anna.do(commands.Note(case, text="an invented note")), lambda: anna.case(case)):
                with pytest.raises(StoreUnavailable, match=ODD):
                    act()
            within.commit()
        assert engine.case(case, as_=ANNA).version == 1
    odd.dispose()


def test_under_an_address_it_is_told_as_well(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a program that has said for all connections what is to be done with bytes."""
    address = house.host.url.render_as_string(hide_password=False)
    if house.schema is None:
        monkeypatch.setitem(sqlite3.adapters, (bytes, sqlite3.PrepareProtocol), bytes.hex)
    else:
        odd = psycopg.adapt.AdaptersMap(psycopg.adapters)
        odd.register_loader("bytea", AsView)
        monkeypatch.setattr(psycopg, "adapters", odd)

    with pytest.raises(StoreUnavailable, match=ODD):
        Engine.open(address, schema=house.schema, packs=all_packs(), **KEYS)


def test_known_bytes_are_asked_for_once_of_each_connection(house: House) -> None:
    asked: list[str] = []
    sa.event.listen(
        house.host,
        "before_cursor_execute",
        lambda *given: asked.append(given[2]) if given[2].startswith("SELECT CAST(") else None,
    )
    with house.open() as engine:
        case = a_case(engine)
        house.host.dispose()
        asked.clear()
        with house.host.connect() as within:
            for _ in range(3):
                engine.acting(ANNA, within=within).do(commands.Note(case, text="an invented note"))
            within.commit()
            assert len(asked) == 1
        engine.do(commands.Note(case, text="an invented note"), as_=ANNA)
        assert len(asked) == 1
        assert engine.verify().ok


def test_a_key_that_was_changed_is_still_told(house: House) -> None:
    place = "" if house.schema is None else f'"{house.schema}".'
    with house.host.begin() as connection:
        connection.exec_driver_sql(f"UPDATE {place}wh_keys SET wrapped = check_value FROM {place}wh_master_keys")

    with house.open() as engine, pytest.raises(wh.LedgerBroken) as told:
        a_case(engine)
    assert told.value.code == "key_changed"
