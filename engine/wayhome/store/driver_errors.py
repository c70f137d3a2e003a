"""What a driver says, in our words."""

from __future__ import annotations

import errno
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from wayhome.errors import Again, LedgerBroken, StoreUnavailable, Template, WayhomeError

BUSY_SECONDS = 30
LOOK: Template = "Look at the server, and at the address and who it names."
LOOK_AND_ASK: Template = (
    "Look at the server. What was not answered may or may not be kept: look, or give it again under its key."
)
NOT_THERE: Template = "Who opens it may not write there."
NOT_IN_ORDER = ("40001", "40P01", "23505")  # serialisation, deadlock, a key that another took
# A prepared statement that a pooler forgot or has given to another, or whose tables were changed: the next connection prepares anew.
FORGOTTEN = ("26000", "42P05", "0A000")
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
def errors_as_ours(*, may_be_committed: bool = False) -> Iterator[None]:
    """Turn the errors of drivers into ours; whatever else happens passes as it is.

    Args:
        may_be_committed: whether a server that is lost now may have committed. Only after a COMMIT was sent is that possible.
    """
    try:
        yield
    except sqlite3.Error as error:
        raise _of_sqlite(str(error), error) from error
    except OSError as error:
        raise _of_sqlite(SYSTEM_SAYS.get(error.errno or 0, ""), error) from error
    except Exception as error:
        original = getattr(error, "orig", None)
        if isinstance(original, sqlite3.Error):
            raise _of_sqlite(str(original), original) from error
        # Who looks at a file has not loaded SQLAlchemy, and is not to: then it has raised nothing.
        kinds = getattr(sys.modules.get("sqlalchemy"), "exc", None)
        if kinds is not None and isinstance(error, kinds.TimeoutError):
            raise busy("All connections that this program may have are in use.") from error
        state = state_of(original)
        is_of_a_driver = state is not None or (kinds is not None and isinstance(error, kinds.DBAPIError))
        if not is_of_a_driver:  # of the host's own program, or ours
            raise
        raise of_postgresql(state or "", error, may_be_committed=may_be_committed) from error


def state_of(original: Any) -> str | None:
    """Give PostgreSQL's code for an error, wherever its driver has it."""
    if code := getattr(original, "sqlstate", None) or getattr(original, "pgcode", None):
        return str(code)
    told = original.args[0] if getattr(original, "args", ()) else None
    return str(told["C"]) if isinstance(told, dict) and "C" in told else None  # pg8000


def of_postgresql(state: str, error: Exception, *, may_be_committed: bool) -> WayhomeError:
    """Say what PostgreSQL says, by its code (its manual, appendix A); without one, the server was not there.

    Args:
        may_be_committed: whether what was asked may have been committed before the server was lost.
    """
    if state in NOT_IN_ORDER or state in FORGOTTEN:
        return again()
    if state == "25P02":
        return had_failed_before()
    if state == "25006":
        return read_only(NOT_THERE)
    if state == "42501":
        return no_rights("They lack a right that is needed there.")
    if state == "53100":
        return _full()
    if state in ("3F000", "42P01", "3D000"):
        return StoreUnavailable(
            "There is no database here.", why="The server does not know it.", todo="Make one first.", code="no_database"
        )
    if state in ("55P03", "57014"):  # who waits for a lock, or for an answer, has a limit
        return busy()
    if state[:2] in ("", "08", "28", "53", "57"):
        return StoreUnavailable(
            "The database does not answer.",
            why="Its server is not there, or takes nobody in ({error}).",
            todo=LOOK_AND_ASK if may_be_committed else LOOK,
            code="no_answer",
            error=state or type(error).__name__,
        )
    return unusable(state)


def _of_sqlite(told: str, error: Exception) -> WayhomeError:
    text = told.lower()
    if getattr(error, "sqlite_errorname", "") == "SQLITE_BUSY_SNAPSHOT":
        return again()
    if "locked" in text or "busy" in text:
        return busy()
    if "readonly" in text or "read-only" in text:
        return read_only()
    if "closed" in text:
        return closed()
    if "full" in text:
        return _full()
    if "unable to open" in text:
        return cannot_be_opened()
    if "not a database" in text:
        return StoreUnavailable(
            "This file is no database.", why="It holds something else, or is encrypted.", todo="Name the right file."
        )
    if "malformed" in text or "corrupt" in text:
        return damaged_file()
    return unusable(type(error).__name__)


def damaged_file() -> LedgerBroken:
    """Give the error for a file of SQLite that is not as SQLite has written it."""
    return LedgerBroken(
        "The database file is damaged.",
        why="SQLite cannot read all of it.",
        todo="Keep a copy, and go back to your last backup.",
        code="damaged",
    )


def again() -> Again:
    """Give the error for what is to be done once more."""
    return Again(
        "Somebody else was writing at the same time.",
        why="The database could not say who was first, so nothing of this was kept.",
        todo="Do the whole of it again.",
    )


def had_failed_before() -> StoreUnavailable:
    """Give the error for a transaction in which an error was passed over."""
    return StoreUnavailable(
        "An error came before in this transaction.",
        why="PostgreSQL takes nothing more in it.",
        todo="Roll it back, and look at that error.",
        code="failed_before",
    )


def closed() -> StoreUnavailable:
    """Give the error for a database that nobody may use any more."""
    return StoreUnavailable("The database was closed.", todo="Open it again.", code="closed")


def cannot_be_opened() -> StoreUnavailable:
    """Give the error for a file that may not be read, or cannot be reached."""
    return StoreUnavailable(
        "The database cannot be opened.",
        why="Its file or its folder does not exist, or may not be used.",
        todo="Look at the path and its rights.",
    )


def busy(why: Template = "Somebody else has been writing for a long time.") -> StoreUnavailable:
    """Give the error for a turn that did not come: to write, or to be connected."""
    return StoreUnavailable(
        "The database is busy.",
        why=why,
        todo="Try again; if it stays so, look for a program that hangs.",
        code="busy",
    )


def read_only(why: Template = "Its file or folder may not be written.") -> StoreUnavailable:
    """Give the error for what may only be read."""
    return StoreUnavailable(
        "The database is read-only.", why=why, todo="Look at its rights, or its disk.", code="read_only"
    )


def no_rights(why: Template) -> StoreUnavailable:
    """Give the error for who is not given, on a server, what a command needs."""
    return StoreUnavailable(
        "The database may not be used by who opens it.",
        why=why,
        todo="Look at their rights on the server.",
        code="no_rights",
    )


def _full() -> StoreUnavailable:
    return StoreUnavailable(
        "The disk is full.",
        why="Nothing more can be written.",
        todo="Make room; nothing of this was saved.",
        code="full",
    )


def unusable(message: str) -> StoreUnavailable:
    """Give the error for what nobody has foreseen."""
    return StoreUnavailable(
        "The database cannot be used.",
        why="It says: {error}.",
        todo="Look at the disk, and have the ledger verified.",
        code="unusable",
        error=message,
    )
