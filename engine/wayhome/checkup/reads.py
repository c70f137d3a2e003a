"""Can it be written down who reads what, and is it told to the office each night?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from wayhome.errors import LedgerBroken, StoreUnavailable
from wayhome.model.check import Check, make_check, met
from wayhome.model.data import to_json
from wayhome.reads import told_to_office
from wayhome.store.lists import Store
from wayhome.store.read_log import MISSED, NOT_KEPT, ReadLog
from wayhome.store.sealed_entries import NOTE

REMEMBERED = timedelta(days=7)  # for which what went wrong is said; our own choice
MOST_ROWS = 2**63 - 1
SETTLED_EACH = timedelta(days=2)  # a night's verify tells the office (docs/operate.md)


def of_reads(store: Store, now: datetime) -> Check | None:
    """Say what is wrong with the list of who has read what; None where nothing is."""
    try:
        return None if store.reads is None else next(_wrong_with(store, store.reads, now), None)
    except (StoreUnavailable, LedgerBroken) as error:
        return met("reads", error)


def _wrong_with(store: Store, log: ReadLog, now: datetime) -> Iterator[Check]:
    told = told_to_office(store)
    if not log.place.is_there:
        if told and told[-1][1].until:
            yield _gone(told[-1][0])
        return
    try:
        with log.place.writing():
            pass
    except NOT_KEPT as error:
        yield make_check(
            "reads",
            "look",
            "It cannot be written down who reads what now: {reason}",
            why="Answers are given all the same, and say so. The glass does not break.",
            todo="Look who has the file or the table locked, whether its disk is full, and who may write there.",
            reason=error.what,
        )
    with store.database.reading() as connection:
        missed = store.entries.entry(connection, NOTE, MISSED)
    if missed is not None and now - datetime.fromisoformat(missed[1]) < REMEMBERED:
        yield make_check(
            "reads",
            "look",
            "{count} answers were given that are written down nowhere, the last at {at}.",
            why="The list of who has read what was locked, full or away, and the program has ended.",
            todo="Tell the data protection officers.",
            count=missed[0],
            at=to_json(datetime.fromisoformat(missed[1])),
            figures={"not_recorded": missed[0]},
        )
    if told and told[0][1].lost and now - told[0][0] < REMEMBERED:
        yield _gone(told[0][0])
    rows, settled_at, until = log.count(), told[-1][0] if told else None, told[-1][1].until if told else 0
    if (
        settled_at is not None and not until <= rows < MOST_ROWS
    ):  # an older list, or a row put behind all that there can be
        yield _gone(settled_at)
    if settled_at is not None and rows > until and now - settled_at > SETTLED_EACH:
        yield make_check(
            "reads",
            "look",
            "The office was told at {at} last how many rows say who has read what; since then there are {rows} more.",
            why="What is taken out of these is seen by nobody.",
            todo="Have it verified every night, a part of it each time.",
            at=to_json(settled_at),
            rows=rows - until,
        )


def _gone(at: datetime) -> Check:
    return make_check(
        "reads",
        "look",
        "Who has read what is not as it was at {at}: rows are gone, or others.",
        why="Somebody may want to hide that they have looked. Nobody's work is stopped by it.",
        todo="Put the list back from the last backup beside this one, and tell the data protection officers.",
        at=to_json(at),
    )
