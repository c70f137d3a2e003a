"""Which database is meant: a file of ours, one in memory, a server's, or that of a host."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from wayhome.errors import BadInput, StoreUnavailable
from wayhome.store.driver_errors import BUSY_SECONDS, state_of
from wayhome.store.drivers import SERVED, is_of_asyncio, must_be_served, of_asyncio, unsupported_database
from wayhome.store.read_places import ReadsFile, ReadsPlace, reads_beside
from wayhome.store.sql import Database
from wayhome.store.sqlite_file import SqliteFile, must_be_there

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.engine import URL

CONNECTED_WITH = {"psycopg": {"prepare_threshold": None}}  # a pooler between may forget what was prepared
MOST_CONNECTIONS = 15  # to a server, that threads of this program can have at once
MOST_WAITING = 5  # connections that are kept open for who comes next
A_SERVER = re.compile(rf"postgresql(?:\+(?:{'|'.join(SERVED['postgresql'])}))?://.*", re.DOTALL)
PASSWORD = re.compile(r"(?<=://)([^:@]*:).*@", re.DOTALL)  # up to the last @: rather too much is hidden than too little
PARAMETER = re.compile(r"([?&])([^=&]*)=([^&]*)")
SECRET = ("password", "secret")
A_FILE = re.compile(r"sqlite://(?:/([^?#]*))?")  # an address of a file as people write it, or of one in memory
SCHEMA_NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


def opened(database: str | Engine, schema: str | None) -> Database:
    """Open a database that was made.

    Raises:
        BadInput: it is none that cases are kept in. StoreUnavailable.
    """
    engine, is_ours = engine_of(database, schema)
    if engine is None:
        return SqliteFile(path_of(str(database)))
    if not is_ours and engine.dialect.name == "sqlite" and (path := _file_of(engine)) is not None:
        must_be_there(path)  # its driver would make an empty one
    from wayhome.store.sqlalchemy_database import SqlalchemyDatabase

    return SqlalchemyDatabase(engine, schema, str(database) if is_ours else None)


def place_of_reads(database: Database) -> ReadsPlace:
    """Say where it is kept who has read what of a database."""
    if isinstance(database, SqliteFile):
        return ReadsFile(None if database.path is None else reads_beside(database.path))
    from wayhome.store.read_table import ReadsTable
    from wayhome.store.sqlalchemy_database import SqlalchemyDatabase

    assert isinstance(database, SqlalchemyDatabase)
    if database.engine.dialect.name != "sqlite":
        return ReadsTable(database.engine, database.schema)
    with database.reading() as connection:  # a host names its file in many ways; the driver knows which it is
        return ReadsFile(reads_beside(Path(connection.execute("PRAGMA database_list").fetchone()[2])))


def engine_of(database: str | Engine, schema: str | None) -> tuple[Engine | None, bool]:
    """Give the SQLAlchemy engine by which a database is used or made, and whether it is ours to close; none for a file of ours.

    Raises:
        BadInput: it is none that cases are kept in, or has no schemas of that name.
    """
    if not isinstance(database, str):
        return _of_host(database, schema), False
    if not is_of_a_server(database):
        _must_be_a_schema(schema, "sqlite")
        return None, True
    _must_be_a_schema(schema, "postgresql")
    return _of_server(database), True


def _of_host(engine: Engine, schema: str | None) -> Engine:
    if is_of_asyncio(engine) or getattr(getattr(engine, "dialect", None), "is_async", False):
        raise of_asyncio(
            "database",
            "Give an engine of create_engine, or an address. In an AsyncSession, use run_sync (docs/embed.md).",
        )
    dialect = getattr(getattr(engine, "dialect", None), "name", "")
    if not hasattr(engine, "connect") or not dialect:
        raise BadInput(
            "That is no database.",
            todo="Give an address, for example sqlite:///wayhome.db, or the engine of your SQLAlchemy itself.",
            field="database",
            code="unreadable",
        )
    if dialect not in ("sqlite", "postgresql"):
        raise unsupported_database(dialect)
    must_be_served(dialect, engine.dialect.driver)
    if _is_in_memory(engine):
        raise BadInput(
            "A database in memory is not shared with a host.",
            why="It has one connection for all, and whoever looks would take back what another is writing.",
            todo="Use a file. For tests, Engine.open('sqlite://') has one of its own.",
            field="database",
        )
    _must_be_a_schema(schema, dialect)
    return engine


def _file_of(engine: Engine) -> Path | None:
    """Give the file that the address of a host's engine names; None where it is connected in another way."""
    name = engine.url.database
    return None if name in (None, "", ":memory:") or name.startswith("file:") else Path(name)


def _must_be_a_schema(schema: str | None, dialect: str) -> None:
    if schema is not None and (dialect != "postgresql" or SCHEMA_NAME.fullmatch(schema) is None):
        raise BadInput(
            "There is no schema of that name.",
            why="Schemas are those of PostgreSQL, and a name is of small letters, numbers and '_'.",
            todo="Leave it out, or choose such a name.",
            field="schema",
            code="unknown",
        )


def _is_in_memory(engine: Engine) -> bool:
    from sqlalchemy.pool import SingletonThreadPool, StaticPool

    return isinstance(engine.pool, StaticPool | SingletonThreadPool)


def path_of(url: str) -> Path | None:
    """Give the file of the address of a SQLite database; None for one in memory.

    Raises:
        BadInput: it is no address of a file.
    """
    plain = _plain_file(url)
    parsed = None if plain else _parsed(url)
    name = plain[1] if plain else parsed.database if parsed is not None else None
    is_another = parsed is not None and (parsed.get_backend_name() != "sqlite" or parsed.query)
    if is_another or name == "" or (name or "").startswith("file:"):
        raise BadInput(
            "That is no address of a database file.",
            todo="Write for example sqlite:///wayhome.db.",
            field="url",
            code="unreadable",
        )
    return Path(name).absolute() if name is not None and name != ":memory:" else None


def shown(url: str) -> str:
    """Give an address as it may be shown: the path of a file, or that of a server without its password."""
    if is_of_a_server(url):
        return PARAMETER.sub(_without_secret, PASSWORD.sub(r"\1***@", url))
    path = path_of(url)
    return "sqlite://" if path is None else str(path)


def _without_secret(found: re.Match[str]) -> str:
    is_secret = any(word in unquote(found[2]).lower() for word in SECRET)
    return f"{found[1]}{found[2]}=***" if is_secret else found[0]


def is_of_a_server(url: str) -> bool:
    """Say whether an address is that of a PostgreSQL server. Raises BadInput: it is none, or of another sort."""
    if _plain_file(url):
        return False
    if A_SERVER.fullmatch(url):
        return True
    parsed = _parsed(url)
    sort = parsed.get_backend_name()
    if sort not in ("sqlite", "postgresql"):
        raise unsupported_database(parsed.drivername)
    _, is_named, driver = parsed.drivername.partition("+")
    if is_named:
        must_be_served(sort, driver)
    return False


def _of_server(address: str) -> Engine:
    """Give an engine of ours for a server. Raises BadInput: nobody can read the address. StoreUnavailable: its driver is missing."""
    from sqlalchemy import create_engine, event

    url = _parsed(address)
    driver = url.drivername.partition("+")[2] or SERVED["postgresql"][0]
    try:
        engine = create_engine(
            url.set(drivername=f"postgresql+{driver}", database=unquote(url.database or "") or None),
            client_encoding="utf8",
            connect_args=CONNECTED_WITH.get(driver, {}),
            hide_parameters=True,
            max_overflow=MOST_CONNECTIONS - MOST_WAITING,
            pool_pre_ping=True,  # one that was lost while nobody used it is made again, and nobody notices
            pool_size=MOST_WAITING,
            pool_timeout=BUSY_SECONDS,
        )
    except ImportError as error:
        raise StoreUnavailable(
            "PostgreSQL needs a package that is not there.",
            why="It is not installed with Wayhome unless it is asked for.",
            todo="Install {package}.",
            code="no_driver",
            package="wayhome[postgres]" if driver == SERVED["postgresql"][0] else driver,
        ) from error

    @event.listens_for(engine, "do_connect")
    def connected(dialect: Any, _: Any, given: Any, named: Any) -> Any:
        """Connect; what the driver cannot even read is no address, and its own words would repeat the password."""
        try:
            return dialect.connect(*given, **named)
        except (dialect.loaded_dbapi.ProgrammingError, TypeError, ValueError) as error:
            if state_of(error):  # a server has answered
                raise
        raise _no_address("database")

    return engine


def _plain_file(url: Any) -> re.Match[str] | None:
    """Read the address of a file without SQLAlchemy, which costs a second of somebody who looks at a case."""
    return A_FILE.fullmatch(url) if isinstance(url, str) else None


def _parsed(url: Any) -> URL:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        raise _no_address() from None


def _no_address(field: str = "") -> BadInput:
    return BadInput(
        "That is no database address.",
        todo="Write for example sqlite:///wayhome.db, or postgresql://person@server/wayhome. In a name or a secret write %40 for @, %2F for / and %25 for %.",
        field=field,
        code="unreadable",
    )
