"""A process that is killed (kill -9) at a chosen moment of what it does."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable
from typing import Any

Watched = Iterable[tuple[Any, str]]


def killed_at(at: int, act: Callable[[Callable[[Watched], None]], None]) -> int:
    """Do something in a process that is killed at a moment, counted from one; gives how many such moments there are, where it is not (0).

    The process is a copy of this one: else each would load the engine anew.

    Args:
        act: is given what begins to count, by where and as what lies that is watched: a moment is before, and after, each call of it.
    """
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        seen = 0

        def step() -> None:
            nonlocal seen
            seen += 1
            if seen == at:
                os.kill(os.getpid(), signal.SIGKILL)

        def counted(real: Callable[..., Any]) -> Callable[..., Any]:
            def run(*given: Any, **more: Any) -> Any:
                step()
                found = real(*given, **more)
                step()
                return found

            return run

        def watch(watched: Watched) -> None:
            for where, name in watched:
                setattr(where, name, counted(getattr(where, name)))

        act(watch)
        os.write(writes, str(seen).encode())
        os._exit(0)
    os.close(writes)
    _, status = os.waitpid(child, 0)
    with open(reads, "rb") as told:
        seen_there = told.read()
    assert (os.WIFSIGNALED(status), bool(seen_there)) == ((True, False) if at else (False, True))
    return int(seen_there or 0)
