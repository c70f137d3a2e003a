"""What of a case and of its events belongs to another retention class than `case`: it is taken out, and sealed apart under the key of its class.

In its place stands `null`, as of what is not known. So a class can be erased one day, and what is left can still be read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from wayhome.commands.belonging import belongings
from wayhome.packs.process import Process

CASE = "case"
APART = ("identity", "health", "accounts")  # the retention classes beside it

Place = tuple[str | int, ...]
Part = list[list[Any]]  # of what was taken out: where it stood, and what it is


def taken_out(whole: Any, places: Iterable[tuple[Place, str]]) -> tuple[Any, dict[str, Part]]:
    """Take values out of plain data, or of records; gives what is left, and what was taken, by its class. Nothing that was given is changed."""
    found: dict[str, Part] = {}
    for place, retention in places:
        whole, value = _without(whole, *place)
        found.setdefault(retention, []).append([list(place), value])
    return whole, found


def _without(whole: Any, first: Any, *way: str | int) -> tuple[Any, Any]:
    left, value = _without(whole[first], *way) if way else (None, whole[first])
    if isinstance(whole, list | tuple):  # a record, too
        return [*whole[:first], left, *whole[first + 1 :]], value
    return {**whole, first: left}, value


def put_back(whole: Any, part: Part) -> None:
    """Put the values of a class back where they stood.

    Raises:
        LookupError, TypeError: they stood somewhere else.
    """
    for place, value in part:
        *way, last = place
        there = whole
        for one in way:
            there = there[one]
        there[last] = value


def of_event(process: Process, data: Mapping[str, Any]) -> Iterator[tuple[Place, str]]:
    """Name what of an event's data is sealed apart: where it stands, and its class."""
    for place, group in belongings(process, data):
        if group in process.groups and (retention := process.groups[group].retention or CASE) != CASE:
            yield place, retention
