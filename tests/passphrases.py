"""Passphrases that are quick: age makes each one take about a second, so that nobody can try many."""

from __future__ import annotations

from functools import cache

import pyrage
import pytest
from pyrage import x25519

DECRYPT = pyrage.passphrase.decrypt


@cache
def _decrypted(locked: bytes, passphrase: str) -> bytes:
    return DECRYPT(locked, passphrase)


@pytest.fixture
def passphrases_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Try a passphrase on the same bytes once in a run: it comes out alike each time, and takes a second or more."""
    monkeypatch.setattr(pyrage.passphrase, "decrypt", _decrypted)


@pytest.fixture
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lock by a key of its own for each passphrase. Where a test is about the passphrase itself, the real one is used."""
    keys: dict[str, x25519.Identity] = {}

    def key(passphrase: str) -> x25519.Identity:
        return keys.setdefault(passphrase, x25519.Identity.generate())

    def encrypt(plain: bytes, passphrase: str, *, armored: bool = False) -> bytes:
        return pyrage.encrypt(plain, [key(passphrase).to_public()], armored=armored)

    def decrypt(locked: bytes, passphrase: str) -> bytes:
        return pyrage.decrypt(locked, [key(passphrase)])

    monkeypatch.setattr(pyrage.passphrase, "encrypt", encrypt)
    monkeypatch.setattr(pyrage.passphrase, "decrypt", decrypt)
