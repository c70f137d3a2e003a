"""Whoever was forked leaves the connections to the process that it was forked from."""

from __future__ import annotations

import os
from typing import Any, Protocol
from weakref import WeakSet


class Forked(Protocol):
    """What must know that it is in another process now."""

    def was_forked(self) -> None: ...


_OPEN: WeakSet[Any] = WeakSet()


def tell_of_forks(one: Forked) -> None:
    """Tell it in each child of this process, before anything else is done there."""
    _OPEN.add(one)


def _tell() -> None:
    for one in list(_OPEN):
        one.was_forked()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_tell)
