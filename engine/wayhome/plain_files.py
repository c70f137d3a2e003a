"""Reading and writing plain files that somebody named: no folder, no pipe and no device, which may have no end or wait for ever."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any, BinaryIO

from wayhome.errors import Template, term

NO_PLAIN_FILE: Template = "It is a folder, a pipe or a device."
WAITS_FOR_NOBODY = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)  # Windows has neither
AS_IT_STANDS = getattr(os, "O_BINARY", 0)  # only Windows changes the ends of lines


class NotPlain(OSError):
    """What has this name is no plain file."""


def reason_of(error: OSError) -> Any:
    """Give why a file cannot be read, as a value of a sentence."""
    return term(NO_PLAIN_FILE) if isinstance(error, NotPlain) else error.strerror or ""


def open_plain(path: Path) -> BinaryIO:
    """Open a plain file for reading.

    What has the name is looked at before it is opened, since opening alone can move a device; and once more when it is open, since
    somebody may have exchanged it in between.

    Raises:
        NotPlain: it is none. OSError: it cannot be opened.
    """
    _must_be_plain(os.stat(path))
    handle = os.open(path, os.O_RDONLY | WAITS_FOR_NOBODY | AS_IT_STANDS)
    try:
        _must_be_plain(os.fstat(handle))
        return open(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def read_plain(path: Path, most: int = -1) -> bytes:
    """Read a plain file, and of one that is longer than `most` bytes one byte more, by which that is seen.

    Raises:
        NotPlain: it is none. OSError: it cannot be read.
    """
    with open_plain(path) as file:
        return file.read(most + 1 if most >= 0 else -1)


def write_for_its_owner(path: Path, text: str) -> None:
    """Write a text file that only its owner may read, whatever others were allowed before. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        if hasattr(os, "fchmod") and stat.S_ISREG(os.fstat(handle).st_mode):
            os.fchmod(handle, 0o600)
        file.write(text)


def _must_be_plain(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise NotPlain(errno.EINVAL, os.strerror(errno.EINVAL))
