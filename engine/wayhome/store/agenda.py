"""When something is due in which case, and whose it is, kept in memory: whoever asks again need not open every case again.

It is made by opening every case, once in a program, and then follows the order of all events: the row of each case in which something was
written since is opened. It knows, too, by which roles each thing is done, and who holds what in its case; so whoever asks for what is theirs
is shown where that lies, and no other case is opened. It says only where to look: what is shown is read from its row, there and then, and
a case whose row is not there any more, or does not open, is named. So whoever writes the file cannot make a program forget what it has seen.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from heapq import merge
from threading import Lock
from typing import NamedTuple

from wayhome.case_now.access import Holders
from wayhome.errors import LedgerBroken, NotFound
from wayhome.store import positions
from wayhome.store.sql import Connection

MOST_NEW = 2_000  # events: after more of them every case is opened again

Entry = tuple[int, str]  # a second in which something is due, and the case
Who = tuple[str, ...]  # the roles that do something


class Whose(NamedTuple):
    """All that is looked at, beside the roles, to know for whom something is that is due in a case: its process, and who holds what."""

    digest: str
    holders: Holders


Asked = Callable[[Whose, Who], bool]  # whether what these roles do in such a case is asked for
Place = tuple[str, str]  # of a case in the list of cases: the day on which it was opened, and its number


class Dates(NamedTuple):
    """The seconds in which something is due in a case, in order, each with who does it; whose the case is; and when it was opened."""

    dues: tuple[tuple[int, Who], ...]
    whose: Whose
    opened_on: str


class StaleAgenda(Exception):
    """A row does not say what the agenda says of it: it was made again, or another thread has looked further. Nothing of it counts."""


class Look(NamedTuple):
    """The agenda as it was when it was asked."""

    lists: Sequence[Sequence[Entry]]  # of all that was asked for
    digests: frozenset[str]  # the processes of the cases in which something is due
    whose: Collection[Whose]  # all cases are
    of_case: Mapping[str, Dates]
    unread: tuple[str, ...]  # cases of which it cannot be said what is due
    cases: Sequence[Place] = ()  # of those that were asked for, in order

    def within(self, first: Entry, last: int) -> Iterator[Entry]:
        """Give the entries from one to the end of a second, earliest first."""
        before = None
        for entry in merge(*(_part(entries, first, last) for entries in self.lists)):
            if entry != before:  # several things, which others do, are due there in one second
                yield entry
            before = entry


class AgendaGroup:
    """The cases that have one process, and are in the same hands."""

    __slots__ = ("by_who", "cases", "whose")

    def __init__(self, whose: Whose) -> None:
        self.whose, self.cases = whose, set[str]()
        self.by_who: dict[Who, list[Entry]] = {}


class Agenda:
    """Follows one database. Several threads may ask it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: positions.ReadPosition | None = None  # what was written until then is known
        self._of_case: dict[str, Dates] = {}
        self._all: list[Entry] = []  # is made anew where something changes, as those by group are: a look keeps its own
        self._groups: dict[Whose, AgendaGroup] = {}
        self._whose: tuple[Whose, ...] = ()
        self._digests: frozenset[str] = frozenset()
        self._unread: tuple[str, ...] = ()  # they are looked at each time: nothing tells when one is mended
        self.is_asked = (
            False  # whether this program has asked for a list before: who asks again keeps what they have opened
        )

    def forget(self) -> None:
        """Open every case again when it is asked next."""
        with self._lock:
            self._seen = None

    def look(
        self,
        connection: Connection,
        all_: Callable[[list[str]], Iterable[tuple[str, Dates]]],
        dates_of: Callable[[str], Dates],
        asked: Asked | None = None,
        cases_of: Callable[[Whose], bool] | None = None,
    ) -> Look:
        """Give when something is due in all cases, as they stand in this look at the database.

        Args:
            all_: opens every case, and gathers those that cannot be read.
            dates_of: opens one. Raises LedgerBroken, or NotFound.
            asked: what is asked for; without it, everything.
            cases_of: whose cases are asked for, beside what is due.
        """
        with self._lock:
            before, self._seen = self._seen, None
            since = None if before is None else positions.written_since(connection, before, MOST_NEW)
            unread: list[str] = []
            if since is None:
                seen = positions.seen(connection)
                self._of_case, self._all, self._groups = {}, [], {}
                self._take(all_(unread))
            else:
                seen = since.seen
                self._take_again([*_read({*since.cases, *self._unread}, dates_of, unread)])
            self._seen, self._unread = seen, tuple(sorted(unread))
            lists = [self._all] if asked is None else [*self._asked_for(asked)]
            groups = (group for whose, group in self._groups.items() if cases_of is not None and cases_of(whose))
            cases = sorted((self._of_case[number].opened_on, number) for group in groups for number in group.cases)
            return Look(lists, self._digests, self._whose, self._of_case, self._unread, cases)

    def _asked_for(self, asked: Asked) -> Iterator[list[Entry]]:
        for whose, group in self._groups.items():
            yield from (entries for who, entries in group.by_who.items() if asked(whose, who))

    def _take(self, found: Iterable[tuple[str, Dates]]) -> None:
        for number, dates in found:
            group = self._joined(number, dates)
            for second, who in dates.dues:
                entry = second, number
                self._all.append(entry)
                group.by_who.setdefault(who, []).append(entry)
        self._all.sort()
        for group in self._groups.values():
            for entries in group.by_who.values():
                entries.sort()
        self._sum_up()

    def _take_again(self, found: Iterable[tuple[str, Dates]]) -> None:
        changed = [(number, dates) for number, dates in found if self._of_case.get(number) != dates]
        if not changed:
            return
        self._all = [*self._all]
        copied: dict[tuple[Whose, Who], list[Entry]] = {}

        def lists(group: AgendaGroup, who: Who) -> tuple[list[Entry], list[Entry]]:
            if (group.whose, who) not in copied:
                group.by_who[who] = copied[group.whose, who] = [*group.by_who.get(who, ())]
            return self._all, group.by_who[who]

        for number, dates in changed:
            before = self._of_case.get(number)
            if before is not None:
                group = self._groups[before.whose]
                group.cases.discard(number)
                for second, who in before.dues:
                    for entries in lists(group, who):
                        del entries[bisect_left(entries, (second, number))]
            group = self._joined(number, dates)
            for second, who in dates.dues:
                for entries in lists(group, who):
                    insort(entries, (second, number))
        self._groups = {whose: group for whose, group in self._groups.items() if group.cases}
        self._sum_up()

    def _sum_up(self) -> None:
        self._whose = (*self._groups,)
        self._digests = frozenset(whose.digest for whose, group in self._groups.items() if any(group.by_who.values()))

    def _joined(self, number: str, dates: Dates) -> AgendaGroup:
        """Give the group of a case, which is counted there from now on."""
        group = self._groups.get(dates.whose)
        if group is None:
            group = self._groups[dates.whose] = AgendaGroup(dates.whose)
        group.cases.add(number)
        self._of_case[number] = dates._replace(whose=group.whose)
        return group


def _part(entries: Sequence[Entry], first: Entry, last: int) -> Iterator[Entry]:
    return map(entries.__getitem__, range(bisect_left(entries, first), bisect_left(entries, (last + 1, ""))))


def _read(numbers: Iterable[str], one: Callable[[str], Dates], unread: list[str]) -> Iterator[tuple[str, Dates]]:
    for number in numbers:
        try:
            yield number, one(number)
        except (LedgerBroken, NotFound):  # what was known of it stays known
            unread.append(number)
