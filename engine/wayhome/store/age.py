"""What seals with age, a backup as well as a copy of everything for the person, and the new file in which it lies.

Each of them gives its own sentences: what cannot be made is told as what it is.

Used by:  wayhome.store.backup_file, wayhome.shell.commands.everything
"""

from __future__ import annotations

import errno
import os
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from wayhome.errors import BadInput, StoreUnavailable, Template
from wayhome.store.files import made_whole

if TYPE_CHECKING:
    from pyrage import x25519

NOT_WRITTEN: dict[int, tuple[Template, Template]] = {
    errno.ENOSPC: ("The disk is full.", "Make room, or choose another disk."),
    errno.EDQUOT: ("The disk is full.", "Make room, or choose another disk."),
    errno.EFBIG: ("The file is too large for this disk.", "Choose another disk."),
    errno.EACCES: ("Its folder may not be written.", "Choose another folder."),
    errno.EPERM: ("Its folder may not be written.", "Choose another folder."),
    errno.EROFS: ("The disk may only be read.", "Choose another disk."),
    errno.ENOENT: ("There is no such folder.", "Name another place."),
    errno.ENOTDIR: ("There is no such folder.", "Name another place."),
}
CODES = {errno.ENOSPC: "full", errno.EDQUOT: "full", errno.EROFS: "read_only", errno.EACCES: "read_only"}


def library(otherwise: Template, why: Template) -> Any:
    """Give the library that seals. Raises StoreUnavailable: it is not installed here, in these two sentences."""
    try:
        import pyrage
    except ImportError as error:
        raise StoreUnavailable(
            otherwise, why=why, todo="Install it: pip install 'wayhome[backup]'.", code="not_installed"
        ) from error
    return pyrage


def recipients(pyrage: Any, keys: Iterable[str]) -> list[x25519.Recipient]:
    """Read public keys of age. Raises BadInput: one is none."""
    try:
        return [*map(pyrage.x25519.Recipient.from_str, keys)]
    except (pyrage.RecipientError, TypeError) as error:
        raise BadInput(
            "That is no recipient.",
            why="One begins with 'age1', and a mistyped one is known by its last letters.",
            todo="Copy the public key that age-keygen has told.",
            field="recipients",
            code="unreadable",
        ) from error


def identities(pyrage: Any, text: str) -> list[x25519.Identity]:
    """Read the lines of a key file of age. Raises BadInput: there is no key in it."""
    lines = [line.strip() for line in text.splitlines()]
    try:
        found = [pyrage.x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except pyrage.IdentityError:
        found = []
    if not found:
        raise BadInput(
            "That is no key of age.",
            why="One begins with 'AGE-SECRET-KEY-1'.",
            todo="Give what age-keygen has written.",
            field="identity",
            code="unreadable",
        )
    return found


def typed(passphrase: str) -> str:
    """Take a passphrase as it was meant: an é is one, however a keyboard writes it."""
    return unicodedata.normalize("NFC", passphrase)


@contextmanager
def written_to(path: Path, otherwise: Template, taken: BadInput) -> Iterator[Path]:
    """Give an empty file to fill that is its owner's alone; it gets its name when it is whole and on the disk.

    Args:
        otherwise: what is said first where it cannot be written.

    Raises:
        BadInput: `taken`, as there is a file of that name already. StoreUnavailable: it cannot be written.
    """
    with _told_of(otherwise, taken), made_whole(path, needs_links=False) as building:
        yield building


def must_be_free(path: Path, otherwise: Template, taken: BadInput) -> None:
    """Raise as `written_to` where there is a file of that name already, or no such folder."""
    with _told_of(otherwise, taken):
        if os.path.lexists(path):
            raise FileExistsError
        os.stat(path.parent)


@contextmanager
def _told_of(otherwise: Template, taken: BadInput) -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise taken from error
    except OSError as error:
        why, todo = NOT_WRITTEN.get(error.errno or 0, ("{reason}", "Look at the disk, or choose another."))
        raise StoreUnavailable(
            otherwise,
            why=why,
            todo=todo,
            code=CODES.get(error.errno or 0, "unusable"),
            **({} if error.errno in NOT_WRITTEN else {"reason": error.strerror or type(error).__name__}),
        ) from error
