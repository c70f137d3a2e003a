"""The schema. SQLModel declares it; the hot path runs statements built from these tables once (store.statements).

Times are whole seconds since 1970 (UTC) in columns, and ISO text inside what is hashed.
"""

from __future__ import annotations

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field, SQLModel

SCHEMA_VERSION = "0002"


class CaseRow(SQLModel, table=True):
    """One case as its history has made it. Derived: `rebuild` makes it again, bit for bit."""

    __tablename__ = "cases"

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


class LedgerRow(SQLModel, table=True):
    """One event. `header` is what the hash covers; the columns before it are copies that `verify` compares."""

    __tablename__ = "ledger"

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


class DueIndexRow(SQLModel, table=True):
    """What is due. Derived; counted from `anchor`, so that the date can explain itself."""

    __tablename__ = "due"

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


class IdentityRow(SQLModel, table=True):
    """Sealed identity, apart from everything else; the ledger holds only its hash."""

    __tablename__ = "identity"

    number: str = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CaseKeyRow(SQLModel, table=True):
    """The key of one case and retention class, wrapped by the master key."""

    __tablename__ = "case_keys"

    number: str = Field(primary_key=True)
    retention: str = Field(primary_key=True)
    wrapped: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ProcessRow(SQLModel, table=True):
    """A process that cases are pinned to: what decides (digested), and the newest labels known for it."""

    __tablename__ = "processes"

    digest: str = Field(primary_key=True)
    canonical: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    labels: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CommandKeyRow(SQLModel, table=True):
    """A command's key: the same command under it happens once."""

    __tablename__ = "command_keys"

    command_key: str = Field(primary_key=True)
    command_hash: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    number: str
    first_seq: int
    last_seq: int


class ActorRow(SQLModel, table=True):
    """Someone who may use the shell, as the administrator wrote it."""

    __tablename__ = "actors"

    id: str = Field(primary_key=True)
    organisation: str
    roles: str


class OrganisationRow(SQLModel, table=True):
    """An organisation that no pack knows, as the office registered it. Nothing about people."""

    __tablename__ = "organisations"

    id: str = Field(primary_key=True)
    title: str
    country: str
    does: str
    added_at: int


class MetaRow(SQLModel, table=True):
    """Small facts about the database itself."""

    __tablename__ = "meta"

    name: str = Field(primary_key=True)
    value: str
