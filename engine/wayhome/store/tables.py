"""The schema. SQLModel declares it; the hot path runs statements built from these tables once (store.statements).

Times are whole seconds since 1970 (UTC) in columns, and ISO text inside what is hashed.
"""

from __future__ import annotations

from typing import ClassVar

from sqlalchemy import Column, LargeBinary, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

SCHEMA_VERSION = "0001"
VERSION_TABLE = "wh_version"
FIRST_FORMAT = "alembic_version_wayhome"  # the version table of databases that this program does not read
METADATA = MetaData()


class _Table(SQLModel, registry=registry(metadata=METADATA)):
    """Our tables stand in a registry of their own: a host's SQLModel knows none of them, and may use the same names."""

    metadata: ClassVar[MetaData] = METADATA


class CaseRow(_Table, table=True):
    """One case as its history has made it. Derived: `rebuild` makes it again, bit for bit."""

    __tablename__ = "wh_cases"

    number: str = Field(primary_key=True)
    uuid: str = Field(unique=True)
    version: int
    host_country: str
    origin_country: str
    phase: str = Field(index=True)
    status: str
    opened_at: int
    next_due_at: int | None = None
    digest: str
    head: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    snapshot: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LedgerRow(_Table, table=True):
    """One event. `header` is what the hash covers; the columns before it are copies that `verify` compares."""

    __tablename__ = "wh_ledger"

    number: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    type: str
    v: int
    occurred_at: int
    recorded_at: int
    actor: str
    role: str
    organisation: str
    digest: str
    command_key: str | None = None
    header: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    data: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    salt: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    sealed: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class DueIndexRow(_Table, table=True):
    """What is due. Derived; counted from `anchor`, so that the date can explain itself."""

    __tablename__ = "wh_due"

    number: str = Field(primary_key=True)
    step: str = Field(primary_key=True)
    round: str = Field(primary_key=True, default="")
    of: str = Field(primary_key=True, default="")
    due_at: int = Field(index=True)
    who: str
    amount: int | None = None
    unit: str | None = None
    anchor: str
    backwards: bool
    side: str


class IdentityRow(_Table, table=True):
    """Sealed identity, apart from everything else; the ledger holds only its hash."""

    __tablename__ = "wh_identity"

    number: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CaseKeyRow(_Table, table=True):
    """The key of one case and retention class, wrapped by the master key."""

    __tablename__ = "wh_case_keys"

    number: str = Field(primary_key=True)
    retention: str = Field(primary_key=True)
    wrapped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ProcessRow(_Table, table=True):
    """A process that cases are pinned to: what decides (digested), and the newest labels known for it."""

    __tablename__ = "wh_processes"

    digest: str = Field(primary_key=True)
    canonical: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    labels: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CommandKeyRow(_Table, table=True):
    """A command's key: the same command under it happens once."""

    __tablename__ = "wh_command_keys"

    command_key: str = Field(primary_key=True)
    command_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    number: str
    first_seq: int
    last_seq: int


class ActorRow(_Table, table=True):
    """Someone who may use the shell, as the administrator wrote it."""

    __tablename__ = "wh_actors"

    id: str = Field(primary_key=True)
    organisation: str
    roles: str


class OrganisationRow(_Table, table=True):
    """An organisation that no pack knows, as the office registered it. Nothing about people."""

    __tablename__ = "wh_organisations"

    id: str = Field(primary_key=True)
    title: str
    country: str
    does: str
    added_at: int


class MetaRow(_Table, table=True):
    """Small facts about the database itself."""

    __tablename__ = "wh_meta"

    name: str = Field(primary_key=True)
    value: str
