"""A master key as lines to print and to type back: four of its bytes in each, and a check by which a mistyped line is known.

The check is bound to the id of the key and to the number of the line. In base 32: no 0 and no 1, which look like letters.

Used by:  upkeep, shell
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import NamedTuple

from wayhome.model.reading import bad
from wayhome.store.vault import KEY_BYTES

IN_A_LINE = 4  # bytes; with one of the check they are eight letters
LINES = KEY_BYTES // IN_A_LINE


class RecoverySheet(NamedTuple):
    """A key to print: its id, and its lines in order."""

    key: str
    lines: tuple[str, ...]

    def __repr__(self) -> str:
        return "<RecoverySheet>"


def sheet_of(id: str, key: bytes) -> RecoverySheet:
    """Give a key as lines."""
    parts = (key[at : at + IN_A_LINE] for at in range(0, KEY_BYTES, IN_A_LINE))
    lines = (base64.b32encode(part + _check(id, n, part)).decode() for n, part in enumerate(parts, 1))
    return RecoverySheet(id, tuple(f"{line[:4]}-{line[4:]}" for line in lines))


def read_line(id: str, number: int, typed: str, *, of: RecoverySheet | None = None) -> bytes:
    """Give what a line of a sheet holds; small letters, spaces and hyphens are no matter. Raises BadInput: it was mistyped.

    Its own check lets one mistyped line of 256 pass: where the sheet is known, give it as `of`, and none passes.
    """
    decoded = _decoded(typed)
    part, check = decoded[:IN_A_LINE], decoded[IN_A_LINE:]
    if _check(id, number, part) != check or (of is not None and decoded != _decoded(of.lines[number - 1])):
        raise bad(
            "line", "unreadable", "Line {number} is not as it was printed.", "Look at each letter.", number=number
        )
    return part


def _decoded(line: str) -> bytes:
    letters = "".join(line.split()).replace("-", "").upper()
    try:
        return base64.b32decode(letters, map01="I")
    except (binascii.Error, ValueError):
        return b""


def _check(id: str, number: int, part: bytes) -> bytes:
    return hashlib.sha256(f"{id} {number} ".encode() + part).digest()[:1]
