"""Files that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wayhome.errors import StoreUnavailable

BESIDE = ("", "-journal", "-wal", "-shm")  # what a database leaves beside it while it is made
NO_LINKS = (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)


@contextmanager
def made_whole(path: Path, *, needs_links: bool = True) -> Iterator[Path]:
    """Give an empty file to fill that is its owner's alone; it gets its name when it is whole and on the disk.

    Args:
        needs_links: whether a disk that does not know two names for a file is refused, as most sticks are. Without, the file is
            renamed there; only who makes a file of the same name in the same moment can lose theirs by that.

    Raises:
        FileExistsError: there is a file of that name already.
        StoreUnavailable: the disk does not know two names for a file.
    """
    building = path.with_name(f".{path.name}.{secrets.token_hex(8)}.new")
    try:
        os.close(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        yield building
        _to_the_disk(building)
        _link(building, path, needs_links=needs_links)
        _to_the_disk(path.parent)
    finally:
        for ending in BESIDE:
            with suppress(OSError):
                building.with_name(building.name + ending).unlink()


def _link(building: Path, path: Path, *, needs_links: bool) -> None:
    try:
        os.link(building, path)  # unlike a renaming, it never takes the place of another's
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if not needs_links:
            _rename(building, path)
            return
        raise StoreUnavailable(
            "On this disk no database can be made.",
            why="It knows no second name for a file, so half a database could be left there.",
            todo="Make it on another disk.",
            code="no_links",
        ) from error


def _rename(building: Path, path: Path) -> None:
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST))
    os.rename(building, path)


def _to_the_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
