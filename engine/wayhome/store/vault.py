"""Keys, and what is sealed with them: AES-GCM, a key per case and retention class, each wrapped by the master key.

Everything that is sealed is bound to its place (`place`): what was changed, moved to another row or planted does not open. The master
key is read when it is first needed; which one it is stands in the database, and another one is refused before anything is written.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import stat
from collections.abc import Callable, Mapping
from contextlib import suppress
from copy import copy
from pathlib import Path
from typing import Any, NamedTuple

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from wayhome.errors import StoreUnavailable, Template
from wayhome.plain_files import read_plain, reason_of
from wayhome.store.files import made_whole

KEY_BYTES = 32
LONGEST_KEY_FILE = 1_000  # bytes; a key in base64 has 44
NONCE_BYTES = 12
ID_BYTES = 4
ID = re.compile(r"[0-9a-f]{8}")  # of a master key; a host that looks it up by its id is given nothing else
ENVIRONMENT = "WAYHOME_KEY"
MOST_OPEN_KEYS = 2_048
PLACES = 1  # the version of the list of columns that things are bound to

Random = Callable[[int], bytes]
Keys = Callable[[str], bytes]  # gives the master key of an id: 32 bytes
Whose = tuple[str, str]  # whose key it is: a case's number ("" for the database), and the class of what it seals


class Unopened(Exception):
    """What was sealed does not open: it was changed, or lies where it was not put."""


class Key(NamedTuple):
    """An open key, and what seals with it."""

    raw: bytes
    cipher: AESGCM

    def __repr__(self) -> str:
        return "<Key>"


def make_key_file(path: Path, random: Random = os.urandom) -> None:
    """Write a new master key that only its owner may read: the whole of it or nothing, and never over one that is there.

    Raises:
        FileExistsError: there is a file of that name already.
    """
    with made_whole(path) as file:
        file.write_bytes(base64.b64encode(random(KEY_BYTES)) + b"\n")


def is_in_environment() -> bool:
    """Say whether the environment has a master key."""
    return bool(os.environ.get(ENVIRONMENT))


def master_key(path: Path | None) -> bytes:
    """Read the master key from the environment, else from its file (`read_key`)."""
    given = os.environ.get(ENVIRONMENT)
    if given:
        return _decoded(
            given.encode(), "What stands in the environment variable {variable} is no key.", variable=ENVIRONMENT
        )
    return read_key(path)


def read_key(path: Path | None) -> bytes:
    """Read a master key from its file.

    Raises:
        StoreUnavailable: there is none, others may read it, or it is no key.
    """
    if path is None or not os.path.exists(path):
        raise StoreUnavailable(
            "The key of this database is missing.",
            why="All that is told of a person is sealed with it.",
            todo="Set {variable}, or say where the key file lies."
            if path is None
            else "Put the file {file} back where it lay, or set {variable}.",
            code="no_key",
            variable=ENVIRONMENT,
            **({} if path is None else {"file": path.name}),
        )
    try:
        must_be_its_owners_alone(path)
        return _decoded(read_plain(path, LONGEST_KEY_FILE), "What stands in the key file is no key.")
    except OSError as error:
        raise StoreUnavailable(
            "The key file cannot be read.", why="{reason}", todo="Look at its rights.", reason=reason_of(error)
        ) from error


def must_be_its_owners_alone(path: Path) -> None:
    """Raise StoreUnavailable where others may read a key file."""
    if os.name == "posix" and stat.S_IMODE(path.stat().st_mode) & 0o077:
        raise StoreUnavailable(
            "Others may read the key file.",
            why="Whoever has it can open what is sealed.",
            todo="Take their rights away: chmod 600 on the key file.",
        )


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


def place(table: str, *columns: Any) -> bytes:
    """Write where a sealed thing lies: its table, and those columns of its row that it is bound to."""
    return orjson.dumps([PLACES, table, *columns], default=repr)


def given_by(keys: Keys) -> Keys:
    """Ask whoever gives the master key, and take nothing but a key for an answer.

    Raises:
        StoreUnavailable: there is none, or it is no key. Whatever happens in a function of a host says nothing about the database.
    """

    def ask(id: str) -> bytes:
        if not isinstance(id, str) or ID.fullmatch(id) is None:
            raise Unopened
        try:
            key: Any = keys(id)
        except StoreUnavailable:
            raise
        except Exception as error:
            raise StoreUnavailable(
                "The key of this database was not given.",
                why="What gives it has failed ({error}).",
                todo="Look at what gives the key; the database is as it was.",
                code="no_key",
                error=type(error).__name__,
            ) from error
        if not isinstance(key, bytes) or len(key) != KEY_BYTES:
            raise StoreUnavailable(
                "What was given as the key of this database is none.",
                why="A key is 32 bytes.",
                todo="Look at what gives the key; the database is as it was.",
                code="no_key",
            )
        return key

    return ask


def key_beside(path: Path) -> Path:
    """Say where the key of a database lies that is beside its file."""
    return path.with_name(path.name + ".key")


def key_in_configuration(id: str) -> Path:
    """Say where a master key lies in the configuration folder of who runs this program, by its id."""
    from platformdirs import user_config_path

    return user_config_path("wayhome", appauthor=False) / f"{id}.key"


def keep_in_configuration(id: str, key: bytes) -> Path:
    """Keep a master key in the configuration folder, for its owner alone; one that is there stays as it is.

    Raises:
        StoreUnavailable: nothing can be written there.
    """
    path = key_in_configuration(id)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with suppress(FileExistsError):
            make_key_file(path, lambda _: key)
    except OSError as error:
        raise StoreUnavailable(
            "The key cannot be kept in the configuration folder.",
            why="{reason}",
            todo="Look at the rights of {folder}.",
            reason=reason_of(error),
            folder=str(path.parent),
        ) from error
    return path


def provider(path: Path | None, key_file: str | Path | None, random: Random, *, in_memory: bool = False) -> Keys:
    """Say what gives the master key where nothing else does: the environment, or a file; in memory, chance.

    The file is the one that is named; else one in the configuration folder that has its id, or one beside the database.
    """
    if in_memory and key_file is None:
        memory_key = random(KEY_BYTES)
        return lambda _: memory_key

    def file(id: str) -> Path | None:
        if key_file:
            return Path(key_file)
        own, beside = key_in_configuration(id), None if path is None else key_beside(path)
        if os.path.exists(own) or beside is None:  # a folder of another account is one in which none is found
            return own if os.path.exists(own) else None
        return beside if os.path.exists(beside) else own

    return lambda id: master_key(file(id))


class Vault:
    """Seals and opens with keys that it is given wrapped, and keeps the newest of them open.

    A key that is made is not kept: whoever stores it says when it is stored (`keep`). So nothing is ever sealed with a key that was lost.
    """

    def __init__(self, keys: Keys, random: Random = os.urandom) -> None:
        self._keys = given_by(keys)
        self._random = random
        self._masters: dict[str, AESGCM] = {}
        self._open: dict[Whose, Key] = {}
        self._keeps = True

    def __repr__(self) -> str:
        return "<Vault>"

    def new_master(self) -> tuple[str, bytes]:
        """Give an id to the master key of a new database, and the value by which it is known again."""
        id = self._random(ID_BYTES).hex()
        key = self._keys(id)
        self._masters[id] = AESGCM(key)
        return id, check_value_of(id, key)

    def _master(self, id: str, check_value: bytes) -> AESGCM:
        if id not in self._masters:
            self._masters[id] = AESGCM(self._given(id, check_value))
        return self._masters[id]

    def is_of(self, master: Any) -> bool:
        """Say whether what is open here was opened with this master key; true while nothing is."""
        return not self._masters or master in self._masters

    def _given(self, id: str, check_value: bytes) -> bytes:
        """Ask for the master key, which must be the one that a value is known by."""
        key = self._keys(id)
        if not isinstance(check_value, bytes) or not hmac.compare_digest(check_value_of(id, key), check_value):
            raise StoreUnavailable(
                "This key does not open this database.",
                why="It belongs to another one, or was renewed.",
                todo="Put the right one where it came from: {variable}, if that is set, else its file, or whatever gives it.",
                code="wrong_key",
                variable=ENVIRONMENT,
            )
        return key

    def masters(self, id: str, check_value: bytes) -> dict[str, bytes]:
        """Give the master key by its id, for another process of ours. Raises as `unwrap`."""
        self._master(id, check_value)
        return {id: self._keys(id)}

    def must_fit(self, id: str, check_value: bytes) -> None:
        """Raise StoreUnavailable where the master key is missing, or another than this value is known by; Unopened: that is no id.

        It is asked for now, whatever is kept open.
        """
        self._given(id, check_value)

    def new_key(self, whose: Whose, master: str, check_value: bytes) -> tuple[Key, bytes]:
        """Make a key; gives it, and as it is stored."""
        raw = self._random(KEY_BYTES)
        key = Key(raw, AESGCM(raw))
        return key, self.wrap(key, whose, master, check_value)

    def wrap(self, key: Key, whose: Whose, master: str, check_value: bytes) -> bytes:
        """Give a key as it is stored: wrapped by the master key, and bound to its place."""
        return self._seal(self._master(master, check_value), _of_key(whose, master), key.raw)

    def unwrap(self, whose: Whose, master: str, check_value: bytes, wrapped: bytes) -> Key:
        """Open a stored key.

        Raises:
            Unopened: it was changed, or is that of another place.
            StoreUnavailable: the master key is another one than it was wrapped with.
        """
        raw = _opened(self._master(master, check_value), _of_key(whose, master), wrapped)
        return Key(raw, AESGCM(raw))

    def with_keys(self, keys: Keys) -> Vault:
        """Give a vault with other master keys, in which nothing is open."""
        return Vault(keys, self._random)

    def that_keeps_nothing(self) -> Vault:
        """Give a vault with the same keys, which opens what it needs anew each time and keeps none of it."""
        other = copy(self)
        other._open, other._keeps = dict(self._open), False
        return other

    def known(self, whose: Whose) -> Key | None:
        """Give a key that is open."""
        return self._open.get(whose)

    def keep(self, keys: Mapping[Whose, Key]) -> None:
        """Keep keys open that are stored."""
        for whose, key in keys.items() if self._keeps else ():
            if len(self._open) >= MOST_OPEN_KEYS:
                with suppress(KeyError, StopIteration, RuntimeError):  # another thread may make room too
                    self._open.pop(next(iter(self._open)))
            self._open[whose] = key

    def seal(self, key: Key, where: bytes, plain: bytes) -> bytes:
        """Seal something, bound to its place."""
        return self._seal(key.cipher, where, plain)

    def unseal(self, key: Key, where: bytes, sealed: Any) -> bytes:
        """Open what was sealed. Raises Unopened."""
        return _opened(key.cipher, where, sealed)

    def _seal(self, cipher: AESGCM, where: bytes, plain: bytes) -> bytes:
        nonce = self._random(NONCE_BYTES)
        return nonce + cipher.encrypt(nonce, plain, where)


def tag(index_key: Key, what: str, text: str) -> str:
    """Give what stands for a word in an index: equal for equal words, and nobody without the key can guess it."""
    return hmac.digest(index_key.raw, f"{what}\0{text}".encode(), "sha256").hex()


def _opened(cipher: AESGCM, where: bytes, sealed: Any) -> bytes:
    try:
        if not isinstance(sealed, bytes):
            raise Unopened
        return cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], where)
    except (InvalidTag, ValueError) as error:
        raise Unopened from error


def _of_key(whose: Whose, master: str) -> bytes:
    return place("wh_keys", *whose, master)


def check_value_of(id: str, key: bytes) -> bytes:
    """Give the value by which a master key is known again."""
    return hmac.digest(key, b"wayhome-master-key\0" + id.encode(), "sha256")
