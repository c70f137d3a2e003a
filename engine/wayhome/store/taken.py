"""What cannot wait and somebody has taken: who, and when. Each case has an entry of its own. See `sealed_entries` for what is raised."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import NamedTuple

from wayhome.model.actor import Actor
from wayhome.store import snapshot
from wayhome.store.sealed_entries import NOTE, TAKEN, SealedEntries
from wayhome.store.sql import Connection

CALLS = "calls"


class Taken(NamedTuple):
    """Who has taken something, and when."""

    by: str
    organisation: str
    at: datetime


def put_taken(
    entries: SealedEntries, connection: Connection, case: str, keys: Iterable[str], by: Actor, at: datetime
) -> None:
    """Write down that somebody has taken something in a case, in the place of who had taken it before."""
    before: Mapping[str, list[object]] = dict((entries.entry(connection, TAKEN, case) or ["", []])[1])
    found = {**before, **{key: [by.id, by.organisation, snapshot.seconds(at)] for key in keys}}
    entries.put(connection, TAKEN, case, [case, sorted(found.items())])


def taken_in(entries: SealedEntries, connection: Connection) -> dict[str, dict[str, Taken]]:
    """Return, by case, what is taken there."""
    return {
        case: {key: Taken(by, organisation, snapshot.moment(at)) for key, (by, organisation, at) in found}
        for case, found in entries.entries(connection, TAKEN)
    }


def note_calls(entries: SealedEntries, connection: Connection, calls: Mapping[str, tuple[str, frozenset[str]]]) -> None:
    """Note for what each account was called: on which day, and what could not wait."""
    entries.put(connection, NOTE, CALLS, [[id, day, sorted(keys)] for id, (day, keys) in sorted(calls.items())])


def calls_before(entries: SealedEntries, connection: Connection) -> dict[str, tuple[str, frozenset[str]]]:
    """Return for what each account was called before; nothing where that is not known: then they are called once more."""
    return {id: (day, frozenset(keys)) for id, day, keys in entries.entry(connection, NOTE, CALLS) or ()}
