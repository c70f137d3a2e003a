"""Who has read what of a case: written down before an answer is given, and told to who may know it (access, sections 6 and 9).

Used by:  wayhome.looking, wayhome.engine, wayhome.worklist, wayhome.execution, wayhome.upkeep, wayhome.everything, wayhome.checkup
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from wayhome.calendar.spans import zone_of
from wayhome.case_now.access import GLASS
from wayhome.case_now.parties import party_called
from wayhome.errors import Again, LedgerBroken, NotPermitted, StoreUnavailable
from wayhome.frozen import EMPTY
from wayhome.model.check import Check, make_check
from wayhome.model.data import Data, data, to_json
from wayhome.store import office
from wayhome.store.read_log import MISSED, How, Reading, ReadKeys, ReadsFound, Settled
from wayhome.store.sealed_entries import NOTE

if TYPE_CHECKING:
    from wayhome.case_now.access import Holders
    from wayhome.case_now.letters import Letters
    from wayhome.model.actor import Actor
    from wayhome.model.case import Case, Opening
    from wayhome.packs.process import Process
    from wayhome.store.lists import Store

GROUP = "read_log"
IN_LISTS: tuple[How, ...] = ("list",)
OF_NO_CASE = ""  # in the place of a number: the tries of an account to break the glass
MOST_TRIES, TRIES_WITHIN = 3, timedelta(hours=1)  # (access, section 8; our own choice)
MOST_BROKEN, BROKEN_WITHIN = 10, timedelta(days=30)
ASKED_WITHIN = timedelta(days=365)


@data
class ReadRow(Data):
    """That somebody was given something of a case, on one day.

    Attributes:
        on: the day, where the return starts. roles: those that counted in the case.
        grounds: on which ground they are in it: leads, opened, role, consent, let_in, legal_duty, danger_to_life, break_glass.
        groups: of which data groups they were given more than a summary; how: by looking at the case, its history, a form to sign, a
            list, by finding it by name, by a program that hears changes, by making a copy of everything for the person, or by keeping something
            back from one (`kept_back`: the entries, each with the ground). All are empty for who is told only that somebody read.
        account, hours: of the own house alone. late: some of it could not be written down before the answer was given.
        titles: what the ids in it are called.
    """

    on: date
    organisation: str
    roles: tuple[str, ...]
    grounds: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    how: tuple[str, ...] = ()
    account: str = ""
    hours: tuple[datetime, ...] = ()
    late: bool = False
    kept_back: tuple[tuple[int, str], ...] = ()
    titles: Mapping[str, str] = EMPTY


def read_of(
    number: str, reader: Actor, grounds: Iterable[str], groups: Collection[str], how: How, now: datetime
) -> Reading:
    """Say what is to be written down: of a line in a list by its day, else by its hour."""
    at = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    at = at.replace(hour=0) if how in IN_LISTS else at
    return Reading(
        number,
        reader.id,
        reader.organisation,
        tuple(sorted(reader.roles)),
        tuple(sorted(grounds)),
        frozenset(groups),
        how,
        at,
    )


def in_a_list(
    number: str, reader: Actor, holders: Holders, groups: Collection[str], now: datetime, zone: str
) -> Reading:
    """Say what is to be written down of a line in a list: the day that it is then in the zone where the return starts."""
    day = datetime.combine(now.astimezone(zone_of(zone)).date(), time(), UTC)
    return read_of(number, reader, [ground_in_lists(holders, reader.organisation)], groups, "list", day)


def not_listed_yet(store: Store, actor: Actor, numbers: Iterable[str], now: datetime) -> list[str]:
    """Name the cases of a list of which this program has not written down today that they stood in a list of this actor."""
    if store.reads is None:
        return []
    return store.reads.not_listed_yet((actor.id, actor.organisation, actor.roles), numbers, now.astimezone(UTC).date())


def ground_in_lists(holders: Holders, house: str) -> str:
    """Say on which ground a case stands in somebody's lists, as far as it is seen there."""
    if house == holders.leads:
        return "leads"
    return "opened" if house == holders.organisation else "role"


def keep(store: Store, reads: Iterable[Reading], *, must: bool = False) -> bool:
    """Write down what is about to be given; says whether it is written. What is of no group, or of the clock, is no reading.

    Raises:
        StoreUnavailable: it must be written, or somebody has broken the glass, and it cannot be.
    """
    told = [one for one in reads if one.groups]
    if store.reads is None or not told:
        return True
    return store.reads.keep(told, lambda: _keys(store), must=must or any(GLASS in one.grounds for one in told))


def note_glass(store: Store, actor: Actor, how: How, now: datetime) -> None:
    """Write down that somebody has broken the glass of a case, or has tried it with a number that nobody has."""
    one = read_of(OF_NO_CASE, actor, (), {GROUP}, how, now)
    keep(store, [one._replace(at=now.astimezone(UTC).replace(microsecond=0))])


def glass_of(store: Store, house: str, now: datetime) -> tuple[Check, ...]:
    """Name the accounts of a house that break the glass often, or try it with numbers that nobody has."""
    found = dict[tuple[str, str], list[datetime]]()
    for one in of_case(store, OF_NO_CASE)[0]:
        if one.organisation == house and now - one.at <= BROKEN_WITHIN:
            found.setdefault((one.account, one.how), []).append(one.at)
    return tuple(check for (account, how), at in sorted(found.items()) for check in _glass(account, how, sorted(at)))


def has_broken(store: Store, house: str, now: datetime) -> bool:
    """Say whether somebody of a house has broken a glass within a year: so long it is asked whether it was right."""
    found = of_case(store, OF_NO_CASE)[0]
    return any((one.organisation, one.how) == (house, "broke") and now - one.at <= ASKED_WITHIN for one in found)


def broken_glass(number: str, one: Opening) -> Check:
    """Tell data protection of a house that an account of theirs has broken the glass of a case in which that house has no part."""
    return make_check(
        "glass_broken",
        "look",
        "{account} has broken the glass of case {number}, at {at}.",
        why="Who leads that case has not said yet whether it was right.",
        todo="Ask them why, and look at what they have read of it.",
        about=one.worker,
        account=one.worker,
        number=number,
        at=to_json(one.at),
    )


def _glass(account: str, how: str, at: list[datetime]) -> Iterator[Check]:
    if how == "broke" and len(at) >= MOST_BROKEN:
        yield make_check(
            "glass",
            "look",
            "{account} has broken the glass {count} times within 30 days, the last time at {at}.",
            why="It is for emergencies, and opens what protects a person.",
            todo="Ask them, and look at what they have read of each.",
            about=account,
            account=account,
            count=len(at),
            at=to_json(at[-1]),
            figures={"times": len(at)},
        )
    close = [last for first, last in zip(at, at[MOST_TRIES - 1 :], strict=False) if last - first <= TRIES_WITHIN]
    if how == "tried" and close:
        yield make_check(
            "glass",
            "look",
            "{account} has tried {count} times within an hour to break the glass of cases that are not there, the last time at {at}.",
            why="Somebody may be looking for a number.",
            todo="Ask them, and whoever enters accounts, whether they may go on.",
            about=account,
            account=account,
            count=MOST_TRIES,
            at=to_json(close[-1]),
            figures={"times": len(at)},
        )


def must_be_kept(store: Store, *, at_once: bool = False) -> None:
    """See that it can be written down what somebody reads who breaks the glass. Raises StoreUnavailable."""
    if store.reads is not None:
        store.reads.must_be_kept(at_once=at_once)


def keep_soon(store: Store, reads: Iterable[Reading]) -> None:
    """Write down, soon, what stood in a list."""
    if store.reads is not None:
        store.reads.keep_soon((one for one in reads if one.groups), lambda: _keys(store))


def of_case(store: Store, number: str) -> tuple[list[Reading], tuple[int, ...]]:
    """Give what was read of a case, and which rows do not open; what waits is written down before. Raises StoreUnavailable."""
    if store.reads is None:
        return [], ()
    store.reads.finish(lambda: _keys(store))
    return store.reads.of(number, _keys(store))


def told_to_office(store: Store) -> list[tuple[datetime, Settled]]:
    """Give what the office was told of the rows, and when, since rows were gone last. Raises LedgerBroken, StoreUnavailable."""
    with store.database.reading() as connection:
        told = [
            (one.recorded_at, Settled(*(one.data[name] for name in Settled._fields)))
            for one in office.of_type(store, connection, office.READS)
        ]
    lost = max((place for place, (_, one) in enumerate(told) if one.lost), default=0)
    return told[lost:]


def is_gone(store: Store) -> bool:
    """Say whether there are fewer rows than the office knows. Raises StoreUnavailable, LedgerBroken."""
    told = told_to_office(store)
    return store.reads is not None and bool(told) and store.reads.count() < told[-1][1].until


def checked(store: Store) -> ReadsFound | None:
    """Look at who has read what; None where nothing is kept of it here. Raises StoreUnavailable, LedgerBroken."""
    if store.reads is None:
        return None
    return store.reads.check((one for _, one in told_to_office(store)), _keys(store))


def finish(store: Store) -> None:
    """Write down what waits; of what cannot be, note how much it was."""
    if store.reads is None or store.database.is_joined:
        return
    lost = store.reads.finish(lambda: _keys(store))
    if not lost:
        return
    try:
        with store.database.writing(patience=1) as connection:
            noted = store.entries.entry(connection, NOTE, MISSED) or [0, ""]
            store.entries.put(connection, NOTE, MISSED, [noted[0] + len(lost), f"{max(lost):%Y-%m-%dT%H:%M:%SZ}"])
    except (StoreUnavailable, LedgerBroken, Again):  # nothing can be written here at all
        return


def _keys(store: Store) -> ReadKeys:
    with store.database.reading() as connection:
        return store.read_keys(connection)


def rows_for(reads: Iterable[Reading], process: Process, case: Case, letters: Letters) -> tuple[ReadRow, ...]:
    """Tell who has read a case to who may know it: of the own house its accounts and hours, of others roles, house and day.

    Raises:
        NotPermitted: they are not told.
    """
    told = letters.own
    if GROUP not in told.sums:
        raise NotPermitted(
            "Your roles are not told who has read this case.",
            why="The data protection officer looks after that, and the person may ask for it.",
            todo="Ask the data protection officer of the house that leads the case.",
            code="read_log",
        )
    zone, in_full, found = zone_of(process.zones["host"]), GROUP in told.reads, dict[tuple[object, ...], ReadRow]()
    # That a clinic is in it is itself a secret; and to the person, what one alone has said of a danger is not kept back.
    known = (
        one for one in reads if letters.knows_party(one.organisation) and (letters.house or one.how != "kept_back")
    )
    for one in sorted(known, key=lambda one: (one.at, one.organisation, one.roles)):
        on = one.at.date() if one.how in IN_LISTS else one.at.astimezone(zone).date()
        is_own = in_full and one.organisation == letters.house
        account = one.account if is_own else ""
        row = found.setdefault(
            (on, one.organisation, one.roles, account), ReadRow(on, one.organisation, one.roles, account=account)
        )
        if in_full:
            row = replace(
                row,
                grounds=_with(row.grounds, one.grounds),
                groups=_with(row.groups, one.groups),
                how=_with(row.how, [one.how]),
                hours=tuple(sorted({*row.hours, one.at})) if is_own and one.how not in IN_LISTS else row.hours,
                late=row.late or one.late,
                kept_back=tuple(sorted({*row.kept_back, *((entry, ground) for entry, ground, *_ in one.kept_back)})),
            )
        found[on, one.organisation, one.roles, account] = row
    return tuple(replace(row, titles=_titles(row, process, case)) for row in found.values())


def _with(before: tuple[str, ...], more: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({*before, *more}))


def _titles(row: ReadRow, process: Process, case: Case) -> dict[str, str]:
    named = {row.organisation: party_called(process, case, row.organisation)}
    named |= {id: process.title("roles", id) for id in row.roles}
    return named | {id: process.title("groups", id) for id in row.groups}
