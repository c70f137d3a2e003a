"""The host's own tables. Wayhome's lie beside them, and all of their names begin with `wh_`.

No name of a person stands here either: files are numbers, and what is told of anybody is sealed in the case.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The host's tables."""

    type_annotation_map = {dict[str, Any]: JSON}  # noqa: RUF012 - as SQLAlchemy wants it


class Client(Base):
    """A file of the host's, and the case that Wayhome runs for it."""

    __tablename__ = "client"

    file: Mapped[str] = mapped_column(primary_key=True)
    case: Mapped[str] = mapped_column(unique=True)


class Mail(Base):
    """A mail to be sent, by a program that empties this table and may be killed at any moment."""

    __tablename__ = "mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    to: Mapped[str]
    subject: Mapped[str]


class Night(Base):
    """What one night's batch has counted, and how far it has heard: one row a night, so that nothing is counted twice."""

    __tablename__ = "night"

    day: Mapped[date] = mapped_column(primary_key=True)
    cases: Mapped[dict[str, Any]]  # by phase
    due: Mapped[int]  # in the week to come
    overdue: Mapped[int]
    events: Mapped[dict[str, Any]]  # by type, since the night before
    heard: Mapped[str | None]  # a position of `changes`
