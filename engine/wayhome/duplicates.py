"""Whether the person of a case is known already, in another case: compared for nobody who types, and asked of the house that leads the older one.

Each case is opened, and its names and year of birth compared with those of all others, by the rule of `find.in_common`: every night
(`verify` with `rolling`); and by the ring, which runs every few minutes, while there are fewer than 1,000 cases and something was
written since. Never within a command, nor in an answer to anybody: whoever types a name waits no longer for one that is known, and a look
writes the same whatever it finds. Not by `today` either: its reader would wait.

Used by:  wayhome.upkeep, wayhome.worklist
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, NamedTuple

from wayhome.errors import Again, LedgerBroken, NotFound, StoreUnavailable
from wayhome.find import KnownNames, in_common, name_entries, names_in
from wayhome.logs import Log
from wayhome.model.event import Event
from wayhome.store import office, statements
from wayhome.store.lists import FAR_AWAY, Listed, Store
from wayhome.store.matches import Match, Noted, noted_matches, put_matches

log = Log("wayhome")
AT_ONCE_BELOW = 1_000  # cases (issue 36)
MOST_ASKED = 5  # of one case at a time for one house, so that nobody fills the list of another; our own choice


class _Person(NamedTuple):
    number: str
    linked_to: str | None
    is_open: bool
    leads: str
    names: KnownNames

    def since(self, names: Iterable[tuple[str, ...]]) -> tuple[datetime, str]:
        """Since when one of these names stands here. The day on which a case was opened, or a name was so, is what somebody says."""
        return min(self.names.since[name] for name in names), self.number


def look(store: Store, now: datetime, *, by_ring: bool = False) -> None:
    """Compare the persons of all cases, and note which may be one. What cannot be read keeps nothing else from being compared.

    Args:
        by_ring: only while there are fewer than 1,000 cases, and something was written since the last look.
    """
    if store.database.is_joined:
        return
    with suppress(LedgerBroken, StoreUnavailable, Again):  # nobody waits for it; the next look does it
        with store.database.reading() as connection:
            newest = connection.run(statements.NEWEST_EVENT, {}).fetchone()
            upon = newest and [*newest]
            if by_ring and noted_matches(store.entries, connection).upon == upon:
                return
            most = AT_ONCE_BELOW if by_ring else FAR_AWAY
            through = store.looked_through(connection, most=most)
            listed = [one for one in through if isinstance(one, Listed)]
        if len(listed) >= most:
            return
        known = store.persons_read if by_ring else {}  # a program that rings for long opens only what was written since
        for one in listed:
            if known.get(one.number, (0, None))[0] != one.version:
                known[one.number] = one.version, _person_in(store, one.number)
        persons = [person for one in listed if (person := known[one.number][1]) is not None]
        with store.writing() as connection:
            before, said = noted_matches(store.entries, connection), answers(store, connection)
            put_matches(store.entries, connection, Noted(tuple(_to_ask(persons, before, said, now)), upon))
        log.info("persons_compared", cases=len(listed))


def answers(store: Store, connection: Any) -> dict[frozenset[str], Event]:
    """Give what was said last of two cases. Raises LedgerBroken: the ledger of the office does not open."""
    said = office.of_type(store, connection, office.SAME_PERSON)
    return {frozenset((one.data["older"], one.data["newer"])): one for one in said}


def _person_in(store: Store, number: str) -> _Person | None:
    """Give by what the person of a case is known; None where no name is written, or it cannot be read."""
    with suppress(LedgerBroken, NotFound), store.database.reading() as connection:  # each by itself: no writer waits
        process, loaded = store.pinned(connection, number)
        case, written = loaded.case, dict[int, tuple[datetime, Mapping[str, Any]]]()
        for seq, groups in name_entries(process, case).items():
            for _, event, texts, _ in store.history(connection, number, {seq: groups}.__getitem__, process, seq, seq):
                if event is not None:
                    written[seq] = event.recorded_at, texts
        names = names_in(process, case, written)
        return _Person(number, case.linked_to, not case.is_closed, case.leads, names) if names.since else None
    return None


def _to_ask(
    persons: Iterable[_Person], before: Noted, answered: Mapping[frozenset[str], Event], now: datetime
) -> Iterator[Match]:
    """Give what is to be asked: each house about each newer case that is open, once, in the oldest of its cases that may be of that person.

    By name and house, so that a word that stands in many cases ("not known") costs no more than others.
    """
    by_name = defaultdict[tuple[str, ...], dict[str, list[_Person]]](dict)
    for one in sorted(persons, key=lambda one: one.number):
        for name in one.names.since:
            by_name[name].setdefault(one.leads, []).append(one)
    for name, houses in by_name.items():
        for some in houses.values():
            some.sort(key=lambda one: one.since([name]))
    noted, counts = {(one.older, one.newer): one.at for one in before.matches}, Counter[tuple[str, str]]()
    asked = set[tuple[str, str]]()  # house, newer case
    for name, houses in by_name.items():
        for newer in (one for some in houses.values() for one in some if one.is_open):
            for house, some in houses.items():
                older = _oldest(some, name, newer, answered)
                if older is None or (house, newer.number) in asked:
                    continue
                asked.add((house, newer.number))
                counts[older.number, newer.leads] += 1
                if counts[older.number, newer.leads] <= MOST_ASKED:
                    pair = older.number, newer.number
                    yield Match(*pair, (older.names.seq, newer.names.seq), noted.get(pair, now))


def _oldest(
    some: Iterable[_Person], name: tuple[str, ...], newer: _Person, answered: Mapping[frozenset[str], Event]
) -> _Person | None:
    """Give the first of these, by since when they have a name, of whom it is asked whether they are the person of a newer case."""
    before = newer.since([name])
    for one in some:
        if one.since([name]) >= before:
            return None
        if _may_ask(one, newer, answered):
            return one
    return None


def _may_ask(older: _Person, newer: _Person, answered: Mapping[frozenset[str], Event]) -> bool:
    """Say whether it is asked of one case whether it is of the person of a newer one: not where one was linked to the other as it was opened,
    nor after a yes; after a no once a name or the birth date was written anew.
    """
    names = in_common(older.names, newer.names)
    if not names or newer.since(names) < older.since(names):
        return False
    if older.number == newer.linked_to or newer.number == older.linked_to:
        return False
    answer = answered.get(frozenset((older.number, newer.number)))
    if answer is None:
        return True
    said = answer.data
    seen = {said["older"]: said["seqs"][0], said["newer"]: said["seqs"][1]}
    return not said["same"] and seen != {one.number: one.names.seq for one in (older, newer)}
