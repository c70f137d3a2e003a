"""A backup as a file: lines of JSON, packed and sealed by age. It is there whole or not at all, and never over another.

What lies in it is sealed to an age key of its own, made for this one backup, and to the recipients that were named. For a passphrase that
key is locked by it and stands first: so both are sealed in a stream, and nothing is held whole. The key of its own also opens
the file again at once, from the disk, which the recipients' keys cannot: they are elsewhere. For recipients it is then forgotten. Each half
is what the program `age` reads, too. The last line is the hash of all before it.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, NamedTuple

import orjson

from wayhome.errors import BadInput, StoreUnavailable, Template
from wayhome.plain_files import open_plain, reason_of
from wayhome.store import age

if TYPE_CHECKING:
    from pyrage import x25519

LOCKED = b"-----BEGIN AGE ENCRYPTED FILE-----\n"
LOCKED_END = b"-----END AGE ENCRYPTED FILE-----\n"
TOO_MUCH_WORK = "Excessive work"  # as pyrage says it
MOST_LOCKED_BYTES = 4_096  # of a key that is locked by a passphrase; it has about 500
SEALED = b"age-encryption.org/"
NO_BACKUP: Template = "No backup was made."


class Lock(NamedTuple):
    """What seals one backup: a key of its own, the same locked by a passphrase (nothing without one), and all to whom it is sealed."""

    own: x25519.Identity
    first: bytes
    recipients: list[x25519.Recipient]

    def __repr__(self) -> str:
        return "<Lock>"


def _library() -> Any:
    return age.library(
        "Backups can be neither made nor put back by this installation.",
        "The library that seals them (pyrage) is missing.",
    )


def lock_of(passphrase: str | None, recipients: Sequence[str]) -> Lock:
    """Make the lock of a backup.

    Raises:
        BadInput: there must be a passphrase or recipients, and not both; a recipient is none.
    """
    pyrage = _library()
    if isinstance(recipients, str) or bool(passphrase) == bool(recipients):
        raise BadInput(
            "A backup is locked by a passphrase, or to keys of age.",
            why="Exactly one of both was to be given.",
            todo="Give a passphrase, or a list of recipients.",
            field="passphrase",
        )
    own = pyrage.x25519.Identity.generate()
    if passphrase:
        first = pyrage.passphrase.encrypt(str(own).encode(), age.typed(passphrase), armored=True)
        return Lock(own, first, [own.to_public()])
    return Lock(own, b"", [own.to_public(), *age.recipients(pyrage, recipients)])


def write(path: Path, lock: Lock, lines: Iterable[bytes], passphrase: str | None) -> None:
    """Write lines to a new file that is its owner's alone, open it again, and only then give it its name.

    Raises:
        BadInput: there is a file of that name already, or no such folder. StoreUnavailable: it cannot be written, or does not open again.
    """
    pyrage = _library()
    with age.written_to(path, NO_BACKUP, _taken(path)) as building:
        with building.open("wb") as file:
            file.write(lock.first)
            source, to = _Source(_packed(lines)), _ErrorKeepingWriter(file.write)
            try:
                pyrage.encrypt_io(source, to, lock.recipients)
            except (pyrage.EncryptError, OSError):
                if not (source.error or to.error):
                    raise
            for error in (source.error, to.error):  # the library may swallow that nothing could be written
                if error is not None:
                    raise error
        try:
            opener = unlocked(building, passphrase, None) if passphrase else [lock.own]
        except BadInput as error:  # the passphrase is the one that locked it
            raise StoreUnavailable(
                NO_BACKUP,
                why="What was written did not open again with its passphrase: this computer is too busy for that.",
                todo="End other programs, and make it again.",
                code="busy",
            ) from error
        read(building, opener, lambda _: None)


def must_be_free(path: Path) -> None:
    """Raise as `write` where there is a file of that name already, or no such folder."""
    age.must_be_free(path, NO_BACKUP, _taken(path))


def unlocked(path: Path, passphrase: str | None, identity: str | None) -> list[x25519.Identity]:
    """Give what opens a backup.

    Raises:
        BadInput: it does not open with that, or is none.
    """
    pyrage = _library()
    with _opened(path) as (locked, _):
        pass
    if not locked:
        if not identity:
            raise _locked_otherwise("This backup is locked to a key of age.", "identity")
        return age.identities(pyrage, identity)
    if not passphrase:
        raise _locked_otherwise("This backup is locked by a passphrase.", "passphrase")
    try:
        return age.identities(pyrage, pyrage.passphrase.decrypt(locked, age.typed(passphrase)).decode())
    except (pyrage.DecryptError, UnicodeDecodeError) as error:
        # Age takes nothing that would take this computer some sixteen times as long as it should.
        if TOO_MUCH_WORK in str(error):
            raise BadInput(
                "This computer is too slow, or too busy, to try a passphrase on this backup.",
                why="Each try is made to take its time; where the backup was made, one took less.",
                todo="End other programs and try again, or take a faster computer. The passphrase may be right.",
                field="passphrase",
            ) from error
        raise BadInput(
            "The backup does not open with this passphrase.",
            why="It was mistyped, or it is that of another backup, or the file was changed.",
            todo="Type it once more. Then try another copy of the backup.",
            field="passphrase",
        ) from error


def first_line(path: Path, identities: Sequence[Any]) -> bytes:
    """Give the first line of a backup. Raises BadInput: it does not open."""
    found: list[bytes] = []

    def take(line: bytes) -> None:
        found.append(line)
        raise _Enough

    try:
        read(path, identities, take)
    except _Enough:
        return found[0]
    raise not_whole()


def read(path: Path, identities: Sequence[Any], take: Callable[[bytes], None]) -> None:
    """Give each line of a backup, but the last, to `take`; what it raises ends that.

    Raises:
        BadInput: it does not open with these, was changed, or is not whole. Lines were given before that is known.
    """
    pyrage = _library()
    with _opened(path) as (locked, file):
        unpacking = _Unpacking(take)
        to = _ErrorKeepingWriter(unpacking.feed)
        try:
            pyrage.decrypt_io(file, to, identities)
        except (pyrage.DecryptError, OSError) as error:
            if to.error is not None:
                raise to.error from None
            if not locked and "No matching keys" in str(error):
                raise BadInput(
                    "The backup does not open with this key of age.",
                    why="It was locked to another one, or the file was changed.",
                    todo="Look for the key to which it was locked. Then try another copy of the backup.",
                    field="identity",
                ) from error
            raise not_whole() from error
        if to.error is not None:
            raise to.error
        unpacking.end()


def not_whole() -> BadInput:
    """Give the error for a backup that was changed or cut."""
    return BadInput(
        "This backup is not as it was made.",
        why="It was changed, or its end is missing.",
        todo="Take another copy of it, or an older backup. Nothing was put back.",
        field="path",
    )


def no_backup() -> BadInput:
    """Give the error for a file that is something else."""
    return BadInput(
        "This file holds no backup of Wayhome.", todo="Name the right file.", field="path", code="unreadable"
    )


def _locked_otherwise(what: Template, field: str) -> BadInput:
    return BadInput(what, todo="Give that, and nothing else.", field=field, code="missing")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[bytes, BinaryIO]]:
    """Open a backup behind the locked key that may stand first; gives that key, and the file."""
    try:
        file = open_plain(path)
    except OSError as error:
        raise BadInput(
            "The backup cannot be read.",
            why="{reason}",
            todo="Look at its name.",
            field="path",
            reason=reason_of(error),
            code="unreadable",
        ) from error
    with file:
        begin = file.read(MOST_LOCKED_BYTES)
        locked = b""
        if begin.startswith(LOCKED):
            locked = begin[: begin.find(LOCKED_END) + len(LOCKED_END)] if LOCKED_END in begin else begin
        if not begin:
            raise not_whole()
        if not locked and not begin.startswith(SEALED):
            raise no_backup()
        file.seek(len(locked))
        yield locked, file


def _taken(path: Path) -> BadInput:
    return BadInput(
        "There is a file of that name already; nothing was changed.",
        why="'{name}' may be a backup, and none is ever overwritten.",
        todo="Choose another name.",
        field="path",
        name=path.name,
    )


def _packed(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Pack lines, and one more that is the hash of them all."""
    packing, hashed = zlib.compressobj(), hashlib.sha256()
    for line in lines:
        hashed.update(line + b"\n")
        if packed := packing.compress(line + b"\n"):
            yield packed
    yield packing.compress(orjson.dumps({"hash": hashed.hexdigest()}) + b"\n") + packing.flush()


class _Enough(Exception):
    """Whoever reads has what they need."""


class _Source:
    """What pyrage reads from: the parts of an iterator, in whatever sizes it asks for."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self._parts, self._left = parts, b""
        self.error: BaseException | None = None

    def read(self, size: int = -1) -> bytes:
        """Give no more than that many bytes; none at the end."""
        try:
            while len(self._left) < size and (part := next(self._parts, b"")):
                self._left += part
        except BaseException as error:
            self.error = error
            raise
        given, self._left = self._left[:size], self._left[size:]
        return given


class _ErrorKeepingWriter:
    """What pyrage writes to. It keeps what was raised there, which pyrage tells as something else, or not at all."""

    def __init__(self, take: Callable[[bytes], Any]) -> None:
        self._take = take
        self.error: BaseException | None = None

    def write(self, data: bytes) -> int:
        """Hand on bytes."""
        try:
            if self.error is None:
                self._take(data)
        except BaseException as error:
            self.error = error
            raise
        return len(data)

    def flush(self) -> None:
        """Do nothing: who opened the file closes it."""


class _Unpacking:
    """Unpacks lines, gives each to `take` when the next has begun, and knows the last by its hash."""

    def __init__(self, take: Callable[[bytes], None]) -> None:
        self._take = take
        self._packing, self._hashed = zlib.decompressobj(), hashlib.sha256()
        self._parts: list[bytes] = []  # of the line that has begun
        self._line: bytes | None = None

    def feed(self, data: bytes) -> None:
        """Take more of what was packed."""
        try:
            unpacked = self._packing.decompress(data)
        except zlib.error as error:
            raise no_backup() from error
        *ended, begun = unpacked.split(b"\n")
        for one in ended:
            line = b"".join((*self._parts, one))
            self._parts = []
            if self._line is not None:
                self._hashed.update(self._line + b"\n")
                self._take(self._line)
            self._line = line
        self._parts.append(begun)

    def end(self) -> None:
        """Raise BadInput when the last line is not the hash of all before it."""
        whole = self._packing.eof and not self._packing.unused_data and not any(self._parts)
        if not whole or self._line != orjson.dumps({"hash": self._hashed.hexdigest()}):
            raise not_whole()
