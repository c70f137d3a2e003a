"""A fair write lock on a database file: one program writes after the other, in the order in which they asked.

Whoever waits for SQLite looks again from time to time, and who looks at the right moment writes; some never do. So whoever writes locks an
empty file beside the database first: the system keeps a queue of those who wait, and gives the lock up when its holder dies, however.
A turn is only fair. That one writes at a time is kept by SQLite's own lock: where there can be no such file, all goes on without it.
Who is the last to close the database takes the file away.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wayhome.store.driver_errors import busy

try:
    import fcntl
except ImportError:  # this system has no such locks
    fcntl = None  # type: ignore[assignment]

ENDING = "-turn"  # of its name; never the database itself: to close that would give up SQLite's locks on it


class WriteLock:
    """The write lock of this program on one file. One thread at a time asks for it."""

    def __init__(self, path: Path) -> None:
        # The second is what SQLite takes away at the end.
        self._path, self._log = path.with_name(path.name + ENDING), path.name + "-wal"
        self._handles: set[int] = set()
        self._ends: weakref.finalize[..., WriteLock] | None = None
        self._decides = threading.Lock()
        self._left: _Queued | None = None  # still in the queue, and nobody waits for it

    @contextmanager
    def held(self, seconds: float) -> Iterator[None]:
        """Hold the lock while the block runs.

        Raises:
            StoreUnavailable: it was not granted within these seconds.
        """
        handle = self._taken(seconds)
        try:
            yield
        finally:
            if handle is not None:
                self.release(handle)

    def close(self) -> None:
        """Take the file away, if nobody else has the database open: whoever locks, if only for that, gets before those who wait."""
        if self._ends is not None and self._ends.detach() and not self._path.with_name(self._log).exists():
            _take_away(self._path)

    def _taken(self, seconds: float) -> int | None:
        ends = time.monotonic() + seconds
        while (handle := self._locked(ends - time.monotonic())) is not None and not _is_there(handle):
            self.release(handle)  # it was taken away meanwhile: others lock another one now
        return handle

    def _locked(self, seconds: float) -> int | None:
        with self._decides:  # whoever gave up waiting left a place in the queue: it is older, so take that
            queued, self._left = self._left, None
        if queued is None:
            if (handle := _opened(self._path, os.O_CREAT)) is None:
                return None
            self._handles.add(handle)
            self._ends = self._ends or weakref.finalize(self, _take_away, self._path)
            if _is_free(handle):
                return handle
            queued = _Queued(self, handle)
            try:
                queued.start()
            except RuntimeError:  # no more threads here
                self.release(handle)
                return None
        try:
            has_come = queued.has_come.wait(seconds)
        except BaseException:
            self._leave(queued)
            raise
        if not has_come:
            self._leave(queued)
            raise busy()
        return queued.handle

    def _leave(self, queued: _Queued) -> None:
        with self._decides:
            if not queued.has_come.is_set():
                self._left = queued
                return
        self.release(queued.handle)

    def grant(self, queued: _Queued) -> None:
        """Give the lock to who waits in the queue; where nobody waits for it any more, release it for the next program."""
        with self._decides:
            if self._left is not queued:
                queued.has_come.set()
                return
            self._left = None
        self.release(queued.handle)

    def release(self, handle: int) -> None:
        """Release the lock. Unlocked explicitly, not only by closing: a child that was forked meanwhile holds the same file open."""
        self._handles.discard(handle)
        _end(handle)

    def was_forked(self) -> None:
        """Leave the lock to the process that this one was forked from, also when that one dies."""
        for handle in self._handles:
            os.close(handle)
        self._handles, self._decides, self._left = set(), threading.Lock(), None


class _Queued(threading.Thread):
    """Waits in the queue for a thread that will not wait for ever: the system knows no end of waiting for a lock."""

    def __init__(self, turns: WriteLock, handle: int) -> None:
        super().__init__(name="wayhome-turn", daemon=True)
        self.handle, self._write_lock = handle, turns
        self.has_come = threading.Event()

    def run(self) -> None:
        with suppress(OSError):
            fcntl.flock(self.handle, fcntl.LOCK_EX)
        self._write_lock.grant(self)


def _opened(path: Path, how: int) -> int | None:
    try:
        return os.open(path, os.O_RDWR | how | os.O_NOFOLLOW, 0o600)
    except (OSError, AttributeError):
        return None


def _end(handle: int) -> None:
    with suppress(OSError, AttributeError):
        fcntl.flock(handle, fcntl.LOCK_UN)
    os.close(handle)


def _take_away(path: Path) -> None:
    if (handle := _opened(path, 0)) is None:
        return
    if _is_free(handle) and _is_there(handle):
        with suppress(OSError):
            path.unlink()
    _end(handle)


def _is_free(handle: int) -> bool:
    """Take the lock if nobody has it. Where there are no locks, it is free."""
    if fcntl is None:
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        return True
    return True


def _is_there(handle: int) -> bool:
    return os.fstat(handle).st_nlink > 0
