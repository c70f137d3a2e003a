"""Keys and sealed data: one key per case and retention class, each wrapped by the master key.

AES-256-GCM; what is sealed is bound to its case, event and class, so that it opens nowhere else.
Nothing here is ever logged, and no error holds what was sealed.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

from wayhome.errors import LedgerBroken, StoreUnavailable, Template

KEY_BYTES = 32
NONCE_BYTES = 12
MOST_OPEN_KEYS = 512
ENVIRONMENT = "WAYHOME_KEY"

Random = Callable[[int], bytes]


def make_key_file(path: Path, random: Random = os.urandom) -> None:
    """Write a new master key that only its owner may read: the whole of it or nothing, and never over one that is there.

    Raises:
        FileExistsError: there is a file of that name already.
    """
    writing = path.with_name(f".{path.name}.{os.urandom(8).hex()}.new")
    try:
        with os.fdopen(os.open(writing, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(base64.b64encode(random(KEY_BYTES)) + b"\n")
            file.flush()
            os.fsync(file.fileno())
        os.link(writing, path)  # unlike a renaming, it never takes the place of another's
    finally:
        with suppress(OSError):
            writing.unlink()


def master_key(path: Path | None) -> bytes:
    """Read the master key from the environment, else from its file.

    Raises:
        StoreUnavailable: there is none, others may read it, or it is no key.
    """
    given = os.environ.get(ENVIRONMENT)
    if given:
        return _decoded(
            given.encode(), "What stands in the environment variable {variable} is no key.", variable=ENVIRONMENT
        )
    if path is None or not path.exists():
        raise StoreUnavailable(
            "The key of this database is missing.",
            why="Names and texts are sealed with it.",
            todo="Put the key file back beside the database, or set {variable}.",
            code="no_key",
            variable=ENVIRONMENT,
        )
    try:
        if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise StoreUnavailable(
                "Others may read the key file.",
                why="Whoever has it can open what is sealed.",
                todo="Take their rights away: chmod 600 on the key file.",
            )
        return _decoded(path.read_bytes(), "What stands in the key file is no key.")
    except OSError as error:
        raise StoreUnavailable(
            "The key file cannot be read.", why="{reason}", todo="Look at its rights.", reason=error.strerror or ""
        ) from error


def _decoded(text: bytes, otherwise: Template, **values: str) -> bytes:
    try:
        key = base64.b64decode(text.strip(), validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise StoreUnavailable(
            otherwise, why="A key is 32 bytes in base64.", todo="Put the right key there.", code="no_key", **values
        )
    return key


class Vault:
    """Seals and opens. The master key is read when it is first needed."""

    def __init__(self, key: Callable[[], bytes], random: Random = os.urandom) -> None:
        self._master = key
        self._random = random
        self._open: dict[tuple[str, str], AESGCM] = {}
        self._key: bytes | None = None

    def __repr__(self) -> str:
        return "<Vault>"

    @property
    def key(self) -> bytes:
        if self._key is None:
            self._key = self._master()
        return self._key

    def new_key(self, number: str, retention: str) -> bytes:
        """Make a key for a case and class; gives it wrapped, to be stored."""
        key = self._random(KEY_BYTES)
        self._remember(number, retention, key)
        return aes_key_wrap(self.key, key)

    def unwrap(self, number: str, retention: str, wrapped: bytes) -> None:
        """Open a stored key for use.

        Raises:
            StoreUnavailable: the master key is another one than it was wrapped with.
        """
        try:
            key = aes_key_unwrap(self.key, wrapped)
        except (InvalidUnwrap, ValueError) as error:
            raise StoreUnavailable(
                "This key does not open this database.",
                why="It belongs to another one.",
                todo="Put the right key file beside the database.",
            ) from error
        self._remember(number, retention, key)

    def _remember(self, number: str, retention: str, key: bytes) -> None:
        if len(self._open) >= MOST_OPEN_KEYS:
            self._open.pop(next(iter(self._open)))
        self._open[number, retention] = AESGCM(key)

    def forget(self) -> None:
        """Drop all open keys from memory; they are read again from the database when they are needed."""
        self._open.clear()

    def has(self, number: str, retention: str) -> bool:
        return (number, retention) in self._open

    def seal(self, number: str, seq: int, retention: str, texts: Mapping[str, Any]) -> bytes:
        """Seal texts under the key of a case and class."""
        nonce = self._random(NONCE_BYTES)
        return nonce + self._open[number, retention].encrypt(nonce, orjson.dumps(texts), _bound(number, seq, retention))

    def unseal(self, number: str, seq: int, retention: str, blob: bytes) -> dict[str, Any]:
        """Open what was sealed.

        Raises:
            LedgerBroken: it was changed, or moved from another case or event.
        """
        try:
            plain = self._open[number, retention].decrypt(
                blob[:NONCE_BYTES], blob[NONCE_BYTES:], _bound(number, seq, retention)
            )
        except (InvalidTag, ValueError) as error:
            raise LedgerBroken(
                "Sealed data of case {number}, event {seq}, cannot be opened.",
                why="It was changed.",
                todo="Have the ledger verified, and keep a copy of the database.",
                code="sealed_data_changed",
                number=number,
                seq=seq,
            ) from error
        found: dict[str, Any] = orjson.loads(plain)
        return found


def _bound(number: str, seq: int, retention: str) -> bytes:
    return f"{number}/{seq}/{retention}".encode()
