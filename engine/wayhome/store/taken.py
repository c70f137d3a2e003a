"""What cannot wait and somebody has taken: who, and when. Each case has an entry of its own. See `sealed_entries` for what is raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from wayhome.store import snapshot
from wayhome.store.sealed_entries import NOTE, TAKEN, SealedEntries
from wayhome.store.sql import Connection

RANG = "rang"


class Taken(NamedTuple):
    """Who has taken something, and when."""

    by: str
    at: datetime


def put_taken(
    entries: SealedEntries, connection: Connection, case: str, keys: Iterable[str], by: str, at: datetime
) -> None:
    """Write down that somebody has taken something in a case; who took it first keeps it."""
    before: Mapping[str, list[object]] = dict((entries.entry(connection, TAKEN, case) or ["", []])[1])
    found = {**{key: [by, snapshot.seconds(at)] for key in keys}, **before}
    entries.put(connection, TAKEN, case, [case, sorted(found.items())])


def taken_in(entries: SealedEntries, connection: Connection) -> dict[str, dict[str, Taken]]:
    """Return, by case, what is taken there."""
    return {
        case: {key: Taken(by, snapshot.moment(at)) for key, (by, at) in found}
        for case, found in entries.entries(connection, TAKEN)
    }


def note_rang(entries: SealedEntries, connection: Connection, rang: Mapping[str, tuple[str, frozenset[str]]]) -> None:
    """Note for what each account was called: on which day, and what could not wait."""
    entries.put(connection, NOTE, RANG, [[id, day, sorted(keys)] for id, (day, keys) in sorted(rang.items())])


def rang_before(entries: SealedEntries, connection: Connection) -> dict[str, tuple[str, frozenset[str]]]:
    """Return for what each account was called before; nothing where that is not known: then they are called once more."""
    return {id: (day, frozenset(keys)) for id, day, keys in entries.entry(connection, NOTE, RANG) or ()}
