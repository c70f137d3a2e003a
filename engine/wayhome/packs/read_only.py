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

from wayhome.calendar.days import add_working_days, is_working_day
from wayhome.calendar.spans import end_of_day, start_of_day, zone_of
from wayhome.packs.kinds.kind import every_key
from wayhome.packs.pack import Pack

T = TypeVar("T")
Entries = Mapping[str, Mapping[str, Any]]
ATOMS = frozenset({str, int, bool, float, NoneType, date, datetime, timedelta})


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack's own entries, as its YAML files say them: by id, each with all of its keys; and its calendar and clock.

    >>> pack.partners["ng_naptip"]["regime"]  # doctest: +SKIP
    'closed'
    """

    id: str
    country: str
    zone: str
    calendar: str
    partners: Entries
    places: Entries
    documents: Entries
    facts: Entries
    steps: Entries
    consents: Entries
    identifiers: Entries
    risks: Entries

    def is_working_day(self, day: date) -> bool:
        """Say whether a day is neither Saturday, Sunday nor a public holiday of the pack's calendar."""
        return is_working_day(day, self.calendar)

    def add_working_days(self, start: date, count: int) -> date:
        """Count working days of the pack's calendar forwards (or backwards, when count is negative), not counting the start."""
        return add_working_days(start, count, self.calendar)[0]

    def day_in_zone(self, at: datetime) -> date:
        """Give the day that it is at an aware moment where the pack's country is."""
        return at.astimezone(zone_of(self.zone)).date()

    def start_of_day(self, day: date) -> datetime:
        """Give the first moment of a day there, in UTC."""
        return start_of_day(day, self.zone)

    def end_of_day(self, day: date) -> datetime:
        """Give the last second of a day there, in UTC."""
        return end_of_day(day, self.zone)


def pack_view(pack: Pack) -> PackView:
    """Show a pack to its own plugin."""
    about, entries = pack.about, {stem: _by_id(pack, stem) for stem in PackView.__slots__[4:]}
    country = about.country or ""
    return PackView(pack.id, country, about.zone or "", about.calendar or country, **entries)


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
