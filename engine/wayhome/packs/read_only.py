"""What a plugin is shown: the case, the command and its own pack, each copied for it and read-only all the way down.

A check that changes what it is given would change what the engine judges by; here it can at most change its own copy.

Used by:  packs.plugins, and the tests of country authors (wayhome.testing)
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from copy import copy
from dataclasses import dataclass, fields, is_dataclass
from datetime import date, datetime, timedelta
from types import MappingProxyType, NoneType
from typing import Any, TypeVar

from wayhome.packs.kinds.kind import every_key
from wayhome.packs.pack import Pack

T = TypeVar("T")
Entries = Mapping[str, Mapping[str, Any]]
ATOMS = frozenset({str, int, bool, float, NoneType, date, datetime, timedelta})


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack's own entries, as its YAML files say them: by id, each with all of its keys.

    >>> pack.partners["ng_naptip"]["regime"]  # doctest: +SKIP
    'closed'
    """

    id: str
    country: str
    zone: str
    partners: Entries
    places: Entries
    documents: Entries
    facts: Entries
    steps: Entries
    consents: Entries
    identifiers: Entries
    risks: Entries


def pack_view(pack: Pack) -> PackView:
    """Show a pack to its own plugin."""
    entries = {stem: _by_id(pack, stem) for stem in PackView.__slots__[3:]}
    return PackView(pack.id, pack.about.country or "", pack.about.zone or "", **entries)


def _by_id(pack: Pack, stem: str) -> Entries:
    return read_only({one.entry.id: every_key(one.entry) for one in pack.of(stem) if hasattr(one.entry, "id")})


def read_only(value: T) -> T:
    """Copy something so that no part of the copy can be changed, and no part of the original reached through it."""
    if type(value) in ATOMS:
        return value
    copied: Any = value
    if isinstance(value, tuple):
        parts = [part if type(part) in ATOMS else read_only(part) for part in value]
        copied = value._make(parts) if hasattr(value, "_make") else tuple(parts)
    elif isinstance(value, Mapping):
        copied = MappingProxyType({key: read_only(part) for key, part in value.items()})
    elif isinstance(value, list):
        copied = tuple(map(read_only, value))
    elif isinstance(value, Set):
        copied = frozenset(value)
    elif is_dataclass(value) and not isinstance(value, type):
        copied = copy(value)
        for one in fields(value):
            object.__setattr__(copied, one.name, read_only(getattr(value, one.name)))
    found: T = copied
    return found
