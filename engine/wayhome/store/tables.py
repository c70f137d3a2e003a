"""The schema. SQLModel declares it, and on it stand the statements (store.declared).

In clear stands what a list is filtered by and what the chain covers; all else is sealed, and bound to the columns in clear of its row.
Times are whole seconds since 1970 (UTC) in columns, days are ISO text.
"""

from __future__ import annotations

from typing import Any, ClassVar

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, Sequence, text
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

METADATA = MetaData()
READS = (
    MetaData()
)  # of who has read what: beside a file in one of its own, so that no reader waits for who writes cases
POSITIONS = Sequence("wh_positions", metadata=METADATA)  # of PostgreSQL; a file counts under its lock


class Bytes(LargeBinary):
    """Bytes, given to the driver as they are: each takes them, and what another hand has put in their place is put back from a backup as it lay."""

    cache_ok = True

    def bind_processor(self, dialect: Any) -> None:
        """Change nothing."""


Whole = BigInteger().with_variant(Integer, "sqlite")


def _bytes(*, nullable: bool = False) -> Column[bytes]:
    return Column(Bytes, nullable=nullable)


class _Table(SQLModel, registry=registry(metadata=METADATA)):
    """Our tables stand in a registry of their own: a host's SQLModel knows none of them, and may use the same names."""

    metadata: ClassVar[MetaData] = METADATA


class CaseRow(_Table, table=True):
    """One case as its history has made it. Derived: `rebuild` makes it again.

    `state` is sealed and bound to the columns in clear and the tags; `head` names the newest event of the ledger. What of it belongs to
    another retention class is sealed apart, bound in the same way.
    """

    __tablename__ = "wh_cases"
    __table_args__ = (Index("ix_wh_cases_opened_on", "opened_on", "number"),)

    number: str = Field(primary_key=True)
    uuid: str = Field(unique=True)
    label: str = Field(index=True)
    version: int
    host_country: str
    origin_country: str
    organisation: str
    phase: str = Field(index=True)
    status: str
    opened_on: str
    digest: str
    owner_tag: str | None = Field(default=None, index=True)
    reference_tag: str | None = Field(default=None, index=True)
    head: bytes = Field(sa_column=_bytes())
    state: bytes = Field(sa_column=_bytes())
    identity: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))
    health: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))
    accounts: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))


class LedgerRow(_Table, table=True):
    """One event. `hash` covers the event before it, and what lies here and in its blobs; so a chain is checked without a key.

    Its position among all events of the database (`generation`, `epoch`, `n`: see `store.positions`) is covered by nothing: it differs
    where a database was put back. `signature` and `signed_by` are for who signs events; nobody does yet.
    """

    __tablename__ = "wh_ledger"
    # Which cases there are.
    __table_args__ = (
        Index("ix_wh_ledger_first", "number", sqlite_where=text("seq = 1"), postgresql_where=text("seq = 1")),
        Index("ix_wh_ledger_position", "generation", "epoch", "n", unique=True),
    )

    number: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    format: int
    recorded_on: str
    digest: str
    body: bytes = Field(sa_column=_bytes())
    hash: bytes = Field(sa_column=_bytes())
    generation: int
    epoch: int = Field(sa_column=Column(BigInteger, nullable=False))
    n: int = Field(sa_column=Column(BigInteger, nullable=False))
    signature: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))
    signed_by: str | None = Field(default=None)


class GenerationRow(_Table, table=True):
    """How often positions have begun anew: once when the database is made, and whenever it was put back or moved."""

    __tablename__ = "wh_generations"

    generation: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))


class BlobRow(_Table, table=True):
    """What an event says of one retention class, sealed: texts, and a part of its data. The hash of the event covers `commitment`, that of `sealed`."""

    __tablename__ = "wh_blobs"

    number: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    retention: str = Field(primary_key=True)
    commitment: bytes = Field(sa_column=_bytes())
    sealed: bytes | None = Field(default=None, sa_column=_bytes(nullable=True))


class MasterKeyRow(_Table, table=True):
    """Which master key wraps keys here: its id, and a value by which it is known again."""

    __tablename__ = "wh_master_keys"

    id: str = Field(primary_key=True)
    check_value: bytes = Field(sa_column=_bytes())


class KeyRow(_Table, table=True):
    """A key, wrapped by a master key: of a case and retention class, or of the database (no number)."""

    __tablename__ = "wh_keys"

    number: str = Field(primary_key=True)
    retention: str = Field(primary_key=True)
    master: str
    wrapped: bytes = Field(sa_column=_bytes())


class ProcessRow(_Table, table=True):
    """A process that cases are pinned to: what decides (digested), and the newest labels known for it, sealed."""

    __tablename__ = "wh_processes"

    digest: str = Field(primary_key=True)
    canonical: bytes = Field(sa_column=_bytes())
    labels: bytes = Field(sa_column=_bytes())


class CommandKeyRow(_Table, table=True):
    """A command's key (its tag), and sealed which command it was and what it wrote: the same command under it happens once."""

    __tablename__ = "wh_command_keys"

    tag: str = Field(primary_key=True)
    sealed: bytes = Field(sa_column=_bytes())


class EntryRow(_Table, table=True):
    """What is kept of the office itself, sealed: who may use the shell, the organisations that it registered, notes of the engine."""

    __tablename__ = "wh_entries"

    kind: str = Field(primary_key=True)
    tag: str = Field(primary_key=True)
    sealed: bytes = Field(sa_column=_bytes())


class _Apart(SQLModel, registry=registry(metadata=READS)):
    metadata: ClassVar[MetaData] = READS


class ReadingRow(_Apart, table=True):
    """That somebody was given something of a case, sealed. `n` counts them in the order in which they were kept; by `tag` each is kept once."""

    __tablename__ = "wh_reads"

    n: int = Field(sa_column=Column(Whole, primary_key=True, autoincrement=False))
    tag: str = Field(unique=True)
    of_case: str = Field(index=True)
    sealed: bytes = Field(sa_column=_bytes())
