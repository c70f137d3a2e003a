"""Through which drivers of databases cases are kept, and what is said of others.

A driver has its own way to take values and to give them. One that was never tried made whole data look changed: whoever came with it was told
that their key was lost, and to go back to a backup. So each is named here that is tried (tests/store/test_drivers.py), any other is refused before anything is read, and nothing is said of a
database before known bytes came back whole.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from wayhome.errors import BadInput, StoreUnavailable, Template
from wayhome.store.sql import Connection
from wayhome.store.statements import KNOWN_BYTES

if TYPE_CHECKING:
    from sqlalchemy import Dialect as HostDialect

SERVED = {"sqlite": ("pysqlite",), "postgresql": ("psycopg", "psycopg2", "pg8000")}  # as SQLAlchemy calls them
SERVED_IN_ASYNCIO = {"sqlite": ("aiosqlite",), "postgresql": ("psycopg", "asyncpg")}  # on what run_sync gives
ADDRESSES = {"sqlite": "sqlite:///…", "postgresql": "postgresql+psycopg://…"}
EACH_BYTE = bytes(range(256))


def must_be_served(dialect: str, driver: str, *, field: str = "database", is_async: bool = False) -> None:
    """Raise BadInput, which names the driver, where cases are not kept through it."""
    if not is_async and driver.removesuffix("_async") in SERVED_IN_ASYNCIO[dialect] and driver not in SERVED[dialect]:
        raise of_asyncio(
            field,
            'Make the engine for "{address}", or give that address. In an AsyncSession, use run_sync (docs/embed.md).',
            what="The driver '{driver}' is one for asyncio.",
            driver=driver,
            address=ADDRESSES[dialect],
        )
    if driver not in (SERVED_IN_ASYNCIO if is_async else SERVED)[dialect]:
        raise BadInput(
            "Cases are not kept through the driver '{driver}'.",
            why="Nobody has tested it here, so nothing was read or written.",
            todo='Make the engine for "{address}", or give that address.',
            field=field,
            code="unknown",
            driver=driver,
            address=ADDRESSES[dialect],
        )


def unsupported_database(sort: str, field: str = "") -> BadInput:
    """Give the error for a database of another sort."""
    return BadInput(
        "Cases are kept in SQLite or PostgreSQL, not in '{sort}'.",
        todo="Write for example sqlite:///wayhome.db or postgresql://person@server/wayhome, or give a SQLAlchemy engine.",
        field=field,
        code="unknown",
        sort=sort,
    )


def must_be_served_in_transaction(dialect: HostDialect) -> None:
    """Raise BadInput where the transaction of a host is one of a database or a driver that is not served."""
    if dialect.name not in SERVED:
        raise unsupported_database(dialect.name, field="within")
    must_be_served(dialect.name, dialect.driver, field="within", is_async=dialect.is_async)


def is_of_asyncio(candidate: Any) -> bool:
    """Say whether something is an engine, a connection or a session of SQLAlchemy's asyncio. Where nobody has imported that, nothing is."""
    asyncio = sys.modules.get("sqlalchemy.ext.asyncio")
    kinds = ("AsyncEngine", "AsyncConnection", "AsyncSession", "async_scoped_session")
    return asyncio is not None and isinstance(candidate, tuple(getattr(asyncio, kind) for kind in kinds))


def of_asyncio(
    field: str, todo: Template, *, what: Template = "This is of SQLAlchemy's asyncio.", **values: Any
) -> BadInput:
    """Give the error for what is of SQLAlchemy's asyncio."""
    return BadInput(
        what,
        why="Wayhome itself waits for its database.",
        todo=todo,
        field=field,
        code="unreadable",
        **values,
    )


def must_give_bytes(connection: Connection) -> None:
    """Raise StoreUnavailable where known bytes do not come back whole: then what is read says nothing of the database, or of its key."""
    came = connection.run(KNOWN_BYTES, {"known": EACH_BYTE}).fetchone()[0]
    if type(came) is not bytes or came != EACH_BYTE:
        raise StoreUnavailable(
            "What this driver reads is not what was written.",
            why="Known bytes did not come back whole, so nobody looked at the database or its key.",
            todo="Look at what your program tells the driver to do with bytes (adapters, row_factory).",
            code="driver",
        )
