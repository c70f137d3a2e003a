"""When something is due in which case, kept in memory: whoever asks again need not open every case again.

It is made by opening every case, once in a program, and then follows the order of all events: the row of each case in which something was
written since is opened. It says only where to look: what is shown is read from its row, there and then, and a case whose row is not there any
more, or does not open, is named. So whoever writes the file cannot make a program forget what it has seen.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from threading import Lock
from typing import NamedTuple

from wayhome.errors import LedgerBroken, NotFound
from wayhome.store import positions
from wayhome.store.sql import Connection

MOST_NEW = 2_000  # events: after more of them every case is opened again

Entry = tuple[int, str]  # a second in which something is due, and the case


class Dates(NamedTuple):
    """The seconds in which something is due in a case, each once and in order, and the process of the case."""

    seconds: tuple[int, ...]
    digest: str


class MadeAgain(Exception):
    """A row does not say what the agenda says of it: it was made again, or another thread has looked further. Nothing of it counts."""


class Look(NamedTuple):
    """The agenda as it was when it was asked."""

    entries: Sequence[Entry]
    digests: frozenset[str]  # the processes of the cases in which something is due
    of_case: Mapping[str, Dates]
    unread: tuple[str, ...]  # cases of which it cannot be said what is due

    def within(self, first: int, last: int) -> Iterator[Entry]:
        """Give the entries from a second to another, earliest first."""
        for index in range(bisect_left(self.entries, (first, "")), len(self.entries)):
            if self.entries[index][0] > last:
                return
            yield self.entries[index]


class Agenda:
    """Follows one database. Several threads may ask it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: positions.Seen | None = None  # what was written until then is known
        self._of_case: dict[str, Dates] = {}
        self._entries: list[Entry] = []  # is made anew where something changes: a look keeps its own
        self._digests: Counter[str] = Counter()
        self._unread: tuple[str, ...] = ()  # they are looked at each time: nothing tells when one is mended

    def forget(self) -> None:
        """Open every case again when it is asked next."""
        with self._lock:
            self._seen = None

    def look(
        self,
        connection: Connection,
        all_: Callable[[list[str]], Iterable[tuple[str, Dates]]],
        one: Callable[[str], Dates],
    ) -> Look:
        """Give when something is due in all cases, as they stand in this look at the database.

        Args:
            all_: opens every case, and gathers those that cannot be read.
            one: opens one. Raises LedgerBroken, or NotFound.
        """
        with self._lock:
            before, self._seen = self._seen, None
            since = None if before is None else positions.written_since(connection, before, MOST_NEW)
            unread: list[str] = []
            if since is None:
                seen = positions.seen(connection)
                self._of_case, self._entries, self._digests = {}, [], Counter()
                self._take(all_(unread))
                self._entries.sort()
            else:
                seen = since.seen
                self._take_again([*_read({*since.cases, *self._unread}, one, unread)])
            self._seen, self._unread = seen, tuple(sorted(unread))
            return Look(self._entries, frozenset(+self._digests), self._of_case, self._unread)

    def _take(self, found: Iterable[tuple[str, Dates]]) -> None:
        for number, dates in found:
            self._of_case[number] = dates
            self._entries += [(second, number) for second in dates.seconds]
            self._digests[dates.digest] += bool(dates.seconds)

    def _take_again(self, found: Iterable[tuple[str, Dates]]) -> None:
        changed = [(number, dates) for number, dates in found if self._of_case.get(number) != dates]
        if changed:
            self._entries = [*self._entries]
        for number, dates in changed:
            before = self._of_case.get(number, Dates((), ""))
            for second in before.seconds:
                del self._entries[bisect_left(self._entries, (second, number))]
            for second in dates.seconds:
                insort(self._entries, (second, number))
            self._digests[before.digest] -= bool(before.seconds)
            self._digests[dates.digest] += bool(dates.seconds)
            self._of_case[number] = dates


def _read(numbers: Iterable[str], one: Callable[[str], Dates], unread: list[str]) -> Iterator[tuple[str, Dates]]:
    for number in numbers:
        try:
            yield number, one(number)
        except (LedgerBroken, NotFound):  # what was known of it stays known
            unread.append(number)
