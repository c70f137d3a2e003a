"""Which cases may be of one person: two numbers each, sealed, and no name; and what the house that leads the older one has said of it.

The note is written anew by each look (`duplicates`), always as long as this much at least: its length tells little of how many there are.
What was said stands in the ledger of the office, by whom and when.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

import orjson

from wayhome.errors import LedgerBroken
from wayhome.store import snapshot
from wayhome.store.sealed_entries import NOTE, SealedEntries
from wayhome.store.sql import Connection

MATCHES = "same_person"
BLOCK = 4_096  # bytes to whose multiple the note is filled up: some forty pairs


class Match(NamedTuple):
    """Two cases that may be of one person, when that was seen, and in each the newest entry of those by which it was.

    The older is the one in which the name was written down first.
    """

    older: str
    newer: str
    seqs: tuple[int, int]
    at: datetime


class Noted(NamedTuple):
    """What was seen by the last look, and the event that was written last then."""

    matches: tuple[Match, ...] = ()
    upon: Any = None


def put_matches(entries: SealedEntries, connection: Connection, noted: Noted) -> None:
    """Write down what was seen, in the place of what was seen before."""
    rows = [[one.older, one.newer, one.seqs, snapshot.seconds(one.at)] for one in noted.matches]
    fill = " " * (-len(orjson.dumps([rows, noted.upon])) % BLOCK)
    entries.put(connection, NOTE, MATCHES, [rows, noted.upon, fill])


def noted_matches(entries: SealedEntries, connection: Connection) -> Noted:
    """Give what was seen by the last look; nothing where the note is damaged: the next look writes it anew."""
    with suppress(LedgerBroken):
        if (said := entries.entry(connection, NOTE, MATCHES)) is not None:
            rows, upon, _ = said
            return Noted(tuple(Match(a, b, (x, y), snapshot.moment(at)) for a, b, (x, y), at in rows), upon)
    return Noted()


def ids_of(entries: SealedEntries, connection: Connection, matches: Iterable[Match]) -> dict[str, Match]:
    """Give matches by what stands for each in a list: nothing of the newer case is read from that."""
    return {entries.tag(connection, MATCHES, f"{one.older} {one.newer}")[:12]: one for one in matches}
