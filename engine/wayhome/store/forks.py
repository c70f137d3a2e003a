"""Whoever is forked takes no open database along.

SQLite keeps its locks in the memory of a process. A child that inherits that memory believes to have locks that only its parent has: when
the parent ended, somebody took away the file into which the child had written, and what was acknowledged was gone. So files are closed
before a fork, and opened again by both when they are needed; where somebody is using one just then, the child does not use it at all.
"""

from __future__ import annotations

import os
from typing import Any, Protocol
from weakref import WeakSet

from wayhome.errors import StoreUnavailable

PATIENCE_SECONDS = 5  # for whoever uses a database when its process is forked


class ForkAware(Protocol):
    """What must know that its process is forked."""

    def will_fork(self) -> None:
        """Let go of what no child may have."""

    def has_forked(self) -> None:
        """Go on, in the process that was there before."""

    def was_forked(self) -> None:
        """Go on in the child, before anything else is done there."""


_OPEN: WeakSet[Any] = WeakSet()
_told: list[Any] = []  # of the fork that is being made


def tell_of_forks(one: ForkAware) -> None:
    """Tell it of each fork of this process."""
    _OPEN.add(one)


def forked_in_use() -> StoreUnavailable:
    """Give the error for a database that was in use when this process was forked."""
    return StoreUnavailable(
        "This process was forked while the database was in use.",
        why="SQLite would take the locks of the other process for its own, and what is written could be lost.",
        todo="Fork before the database is opened, or while nobody asks it.",
        code="forked",
    )


def _before() -> None:
    _told[:] = list(_OPEN)
    for one in _told:
        one.will_fork()


def _in_parent() -> None:
    for one in _told:
        one.has_forked()
    _told.clear()


def _in_child() -> None:
    for one in _told:
        one.was_forked()
    _told.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_in_parent, after_in_child=_in_child)
