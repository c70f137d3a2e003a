"""What a driver says, in our words."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from wayhome.errors import LedgerBroken, StoreUnavailable

BUSY_SECONDS = 30
SYSTEM_SAYS = {  # what the system says of a file, in the words of the driver
    errno.ENOSPC: "full",
    errno.EDQUOT: "full",
    errno.EACCES: "readonly",
    errno.EPERM: "readonly",
    errno.EROFS: "readonly",
    errno.ENOENT: "unable to open",
    errno.ENOTDIR: "unable to open",
}


@contextmanager
def errors_as_ours() -> Iterator[None]:
    """Turn the driver's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise _ours(str(error), error) from error
    except OSError as error:
        raise _ours(SYSTEM_SAYS.get(error.errno or 0, ""), error) from error
    except Exception as error:
        original = getattr(error, "orig", None)
        if isinstance(original, sqlite3.Error):
            raise _ours(str(original), original) from error
        raise


def _ours(told: str, error: Exception) -> StoreUnavailable | LedgerBroken:
    text = told.lower()
    if "locked" in text or "busy" in text:
        return StoreUnavailable(
            "The database is busy.",
            why="Another program has been writing for more than {seconds} seconds.",
            todo="Try again; if it stays so, look for a program that hangs.",
            code="busy",
            seconds=BUSY_SECONDS,
        )
    if "readonly" in text or "read-only" in text:
        return StoreUnavailable(
            "The database is read-only.",
            why="Its file or folder may not be written.",
            todo="Look at its rights, or its disk.",
            code="read_only",
        )
    if "closed" in text:
        return StoreUnavailable("The database was closed.", todo="Open it again.", code="closed")
    if "full" in text:
        return StoreUnavailable(
            "The disk is full.",
            why="Nothing more can be written.",
            todo="Make room; nothing of this was saved.",
            code="full",
        )
    if "unable to open" in text:
        return StoreUnavailable(
            "The database cannot be opened.",
            why="Its folder does not exist, or may not be used.",
            todo="Look at the path and its rights.",
        )
    if "not a database" in text:
        return StoreUnavailable(
            "This file is no database.", why="It holds something else, or is encrypted.", todo="Name the right file."
        )
    if "malformed" in text or "corrupt" in text:
        return LedgerBroken(
            "The database file is damaged.",
            why="SQLite cannot read it.",
            todo="Keep a copy, and go back to your last backup.",
        )
    return StoreUnavailable(
        "The database cannot be used.",
        why="SQLite says: {error}.",
        todo="Look at the disk, and have the ledger verified.",
        code="unusable",
        error=type(error).__name__,
    )
