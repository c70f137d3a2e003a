"""Who has read what of a case: each row says who, of which house, on which ground, of which data groups, in which hour. All of it is sealed.

A row is kept before the answer is given, once for each account, case and hour, and once more where more groups are read within it; what
stands in lists is gathered, and kept soon after. Where it cannot be kept, the answer is given all the same and says so; what waits is kept
later, and says that, too. Every night the ledger of the office says how many rows there are, and the sum of them: so none is taken out unseen.

Used by:  wayhome.reads, wayhome.engine, wayhome.upkeep, wayhome.checkup, store.cases, store.backup
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime
from typing import Any, Literal, NamedTuple

import orjson

from wayhome.errors import Again, LedgerBroken, StoreUnavailable
from wayhome.logs import Log
from wayhome.model.data import to_json
from wayhome.store import statements
from wayhome.store.forks import tell_of_forks
from wayhome.store.ledger import GENESIS, digest_of
from wayhome.store.read_places import PATIENCE_SECONDS, ReadsPlace
from wayhome.store.sql import Connection
from wayhome.store.statements import READ_COLUMNS
from wayhome.store.vault import Key, Unopened, Vault, place, tag

How = Literal[
    "case", "history", "form", "list", "found", "changes", "everything", "kept_back", "broke", "tried", "read_log"
]
MISSED = "reads_missed"  # a note: how much was given away that is written down nowhere, and when last
NOT_KEPT = (StoreUnavailable, LedgerBroken, Again)
GLASS_PATIENCE_SECONDS = 5.0  # of who breaks the glass: that waits for it
LIST_SECONDS = 60.0  # for which lines of lists are gathered
A_WHILE_SECONDS = 0.05  # between two tries of what must be kept
REST_SECONDS = 5.0  # after which it is tried again where it could not be kept
MOST_KNOWN, MOST_WAITING, AT_ONCE = 20_000, 10_000, 1_000

log = Log("wayhome")


class Reading(NamedTuple):
    """Somebody was given something of a case: of which data groups more than a summary, and how.

    `everything` is a copy of all for the person; `kept_back` is what somebody has decided to keep back from it. `broke` and `tried` belong to no
    case (its number is empty): that the glass was broken, or that of a number that nobody has, each by its second.

    `at` is the hour (UTC), of a line in a list the day. `late`: it could not be kept before the answer was given.
    """

    case: str
    account: str
    organisation: str
    roles: tuple[str, ...]
    grounds: tuple[str, ...]
    groups: frozenset[str]
    how: How
    at: datetime
    late: bool = False
    kept_back: tuple[
        tuple[int, str, str, str], ...
    ] = ()  # from a copy of all: the entry, the ground, until when, and why


class ReadKeys(NamedTuple):
    """The keys by which rows are sealed, and those by which they are found, each with those before it."""

    seals: Sequence[Key]
    indexes: Sequence[Key]


class Settled(NamedTuple):
    """What the ledger of the office says: up to which row, and the sum of them; and whether rows that it knew of were gone."""

    until: int
    sum: str
    lost: bool = False
    unopened: int = 0  # how many of them do not open; that was said


NONE_YET = Settled(0, GENESIS.hex())


class ReadsFound(NamedTuple):
    """What a check has found: how many rows, how many of these do not open, and whether rows that the office knew are others, or gone."""

    rows: int
    unopened: int
    are_changed: bool


class ReadLog:
    """Keeps who has read what."""

    def __init__(self, place: ReadsPlace, vault: Vault) -> None:
        self.place, self._vault = place, vault
        self._lock = threading.Lock()
        self._known: dict[Reading, frozenset[str]] = {}
        self._waiting: dict[Reading, Reading] = {}
        self._listed: tuple[date | None, set[tuple[tuple[Any, ...], str]]] = (None, set())
        self._tried_at, self._listed_at = float("-inf"), time.monotonic()
        self.missed: list[datetime] = []  # when what was given away that is not kept: it was too much
        tell_of_forks(self)

    def will_fork(self) -> None:
        """Do nothing: what waits is kept by who gathered it."""

    has_forked = will_fork

    def was_forked(self) -> None:
        """Begin anew in the child: who held the lock when it was forked is not there to give it back."""
        self._lock, self._waiting, self.missed = threading.Lock(), {}, []
        self.place.was_forked()

    def under(self, vault: Vault) -> ReadLog:
        """Give the same under another master key."""
        return ReadLog(self.place, vault)

    def keep(self, reads: Iterable[Reading], keys: Callable[[], ReadKeys], *, must: bool = False) -> bool:
        """Keep what was read, before the answer is given; says whether it is kept.

        Args:
            must: without that there is no answer.

        Raises:
            StoreUnavailable: it must be kept, and cannot.
        """
        reads = [*reads]
        if not self.place.is_there:  # somebody has taken it away: what was kept there is not kept
            self._known.clear()
        if all(self._is_known(one) for one in reads):  # nobody waits for who writes others just now
            return True
        ends = time.monotonic() + GLASS_PATIENCE_SECONDS
        while not (is_kept := self._kept(reads, keys, tries_at_once=must)) and must and time.monotonic() < ends:
            time.sleep(A_WHILE_SECONDS)  # others have their turn
        if must and not is_kept:
            raise _not_recorded()
        return is_kept

    def _kept(self, reads: Iterable[Reading], keys: Callable[[], ReadKeys], *, tries_at_once: bool) -> bool:
        held: ReadKeys | None = None
        with suppress(*NOT_KEPT):  # before the lock: whoever has the last connection may wait for it
            held = keys()
        with self._lock:
            new = self._gathered(reads)
            if not new:
                return True
            if tries_at_once or time.monotonic() - self._tried_at >= REST_SECONDS:
                if held is not None and self._try(held):
                    return True
                self._tried_at = time.monotonic()
            self._are_late(new)
        log.info("read_not_recorded")
        return False

    def must_be_kept(self, *, at_once: bool = False) -> None:
        """See that it can be kept what somebody reads. Raises StoreUnavailable, after some seconds; `at_once`: after half a second."""
        try:
            with self.place.writing(PATIENCE_SECONDS if at_once else GLASS_PATIENCE_SECONDS):
                pass
        except NOT_KEPT as error:
            raise _not_recorded() from error

    def not_listed_yet(self, who: tuple[Any, ...], numbers: Iterable[str], day: date) -> list[str]:
        """Name the cases that were not gathered for this list and day; from now on they are."""
        if self._listed[0] != day or len(self._listed[1]) > MOST_KNOWN:
            self._listed = day, set()
        new = [number for number in numbers if (who, number) not in self._listed[1]]
        self._listed[1].update((who, number) for number in new)
        return new

    def keep_soon(self, reads: Iterable[Reading], keys: Callable[[], ReadKeys]) -> None:
        """Gather what stands in lists; it is kept with what is kept next, or with what is gathered after a minute."""
        with self._lock:
            self._gathered(reads)
            now = time.monotonic()
            if not self._waiting or now - max(self._listed_at, self._tried_at) < LIST_SECONDS:
                return
            self._listed_at = now
        self.finish(keys)

    def finish(self, keys: Callable[[], ReadKeys]) -> tuple[datetime, ...]:
        """Keep what waits, as far as that is possible; gives the hours of what is lost."""
        if self._waiting:
            with suppress(*NOT_KEPT):
                held = keys()
                with self._lock:
                    self._try(held)
        return (*self.missed, *(one.at for one in [*self._waiting.values()]))

    def _try(self, keys: ReadKeys) -> bool:
        with suppress(*NOT_KEPT):
            self._write(keys, PATIENCE_SECONDS)
            return True
        return False

    def _is_known(self, one: Reading) -> bool:
        return one.groups <= self._known.get(one._replace(groups=frozenset(), late=False), frozenset())

    def _gathered(self, reads: Iterable[Reading]) -> list[Reading]:
        """Put what is not known yet to what waits; names it."""
        new = []
        for one in reads:
            if self._is_known(one):
                continue
            line = one._replace(groups=frozenset(), late=False)
            before, known = self._waiting.get(line), self._known.get(line, frozenset())
            groups = (one.groups | (before.groups if before else frozenset())) - known
            self._waiting[line] = one._replace(groups=groups, late=before is not None and before.late)
            new.append(line)
        while len(self._waiting) > MOST_WAITING:
            self.missed.append(self._waiting.pop(next(iter(self._waiting))).at)
        return new

    def _are_late(self, lines: Iterable[Reading]) -> None:
        for line in lines:
            if line in self._waiting:
                self._waiting[line] = self._waiting[line]._replace(late=True)

    def _write(self, keys: ReadKeys, patience: float) -> None:
        rows = {_tag(keys.indexes[0], one): one for one in self._waiting.values()}
        if len(rows) < AT_ONCE and self.place.is_there:  # another program may have kept them: then nothing is written
            with suppress(*NOT_KEPT), self.place.reading() as connection:
                rows = {name: one for name, one in rows.items() if not _is_kept(connection, name)}
        if rows:
            with self.place.writing(patience) as connection:
                last = connection.run(statements.LAST_READ, {}).fetchone()[0]
                for name, one in rows.items():
                    if not _is_kept(connection, name):
                        last += 1
                        connection.write_row(statements.ADD_READ, self._row(keys, last, name, one))
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        for line, one in self._waiting.items():
            self._known[line] = self._known.get(line, frozenset()) | one.groups
        self._waiting.clear()

    def _row(self, keys: ReadKeys, n: int, name: str, one: Reading) -> dict[str, Any]:
        of_case = tag(keys.indexes[0], "read_of", one.case)
        plain = orjson.dumps([*one._replace(groups=sorted(one.groups), at=to_json(one.at))])  # type: ignore[arg-type]
        sealed = self._vault.seal(keys.seals[0], place("wh_reads", n, name, of_case), plain)
        return {"n": n, "tag": name, "of_case": of_case, "sealed": sealed}

    def of(self, number: str, keys: ReadKeys) -> tuple[list[Reading], tuple[int, ...]]:
        """Give what was read of a case, in the order in which it was kept, and which rows do not open. Raises StoreUnavailable."""
        if not self.place.is_there:
            return [], ()
        with self.place.reading() as connection:
            rows = [
                row
                for index in keys.indexes
                for row in connection.run(statements.READS_OF, {"of_case": tag(index, "read_of", number)}).fetchall()
            ]
        found = {row[0]: self._opened(dict(zip(READ_COLUMNS, row, strict=True)), keys) for row in sorted(rows)}
        return [one for one in found.values() if one is not None], tuple(n for n, one in found.items() if one is None)

    def _opened(self, row: Mapping[str, Any], keys: ReadKeys) -> Reading | None:
        where = place("wh_reads", row["n"], row["tag"], row["of_case"])
        for key in keys.seals:
            with suppress(Unopened, ValueError, TypeError):
                case, account, house, roles, grounds, groups, how, at, late, kept = orjson.loads(
                    self._vault.unseal(key, where, row["sealed"])
                )
                told = tuple(roles), tuple(grounds), frozenset[str](groups)
                return Reading(
                    case, account, house, *told, how, datetime.fromisoformat(at), late, tuple(map(tuple, kept))
                )
        return None

    def count(self) -> int:
        """Give how many rows there are. Raises StoreUnavailable."""
        if not self.place.is_there:
            return 0
        with self.place.reading() as connection:
            return int(connection.run(statements.LAST_READ, {}).fetchone()[0])

    def rows(self, after: int = 0) -> Iterator[dict[str, Any]]:
        """Give the rows as they lie there, in their order. Raises StoreUnavailable."""
        while self.place.is_there:
            with self.place.reading() as connection:
                found = connection.run(statements.READS_AFTER, {"after": after, "most": AT_ONCE}).fetchall()
            yield from (dict(zip(READ_COLUMNS, row, strict=True)) for row in found)
            if len(found) < AT_ONCE:
                return
            after = found[-1][0]

    def settled(self, before: Settled, *, are_changed: bool) -> Settled:
        """Give what the office is to be told, by what it was told before. Raises StoreUnavailable.

        Args:
            are_changed: rows that it knew are gone, or others: what there is is told anew.
        """
        if are_changed:
            return self._summed(NONE_YET)._replace(lost=True)
        return self._summed(before)

    def _summed(self, before: Settled) -> Settled:
        until, total = before.until, bytes.fromhex(before.sum)
        for row in self.rows(before.until):
            until, total = row["n"], _added(total, row)
        return Settled(until, total.hex())

    def check(self, told: Iterable[Settled], keys: ReadKeys) -> ReadsFound:
        """Look at each row, and whether they are those of which the office was told since rows were gone last. Raises StoreUnavailable."""
        expected = {one.until: one.sum for one in told}
        total, met, rows, unopened = GENESIS, {0: GENESIS.hex()}, 0, 0
        for row in self.rows():
            rows, total = rows + 1, _added(total, row)
            unopened += self._opened(row, keys) is None
            if row["n"] in expected:
                met[row["n"]] = total.hex()
        return ReadsFound(rows, unopened, any(met.get(until) != sum for until, sum in expected.items()))

    def close(self) -> None:
        """Give back what it holds."""
        self.place.close()


def _not_recorded() -> StoreUnavailable:
    return StoreUnavailable(
        "It cannot be written down who reads this, so nothing is shown.",
        why="A broken glass, and a copy of everything, are written down first.",
        todo="Tell whoever runs the system: the list of who has read what is locked, full or away.",
        code="not_recorded",
    )


def _is_kept(connection: Connection, name: str) -> bool:
    return connection.run(statements.READ_TAGGED, {"tag": name}).fetchone() is not None


def _tag(index: Key, one: Reading) -> str:
    words = (one.case, one.account, one.organisation, *one.roles, "", *one.grounds, "", *sorted(one.groups), one.how)
    return tag(index, "read", "\0".join((*words, to_json(one.at), *map(repr, one.kept_back))))


def _added(total: bytes, row: Mapping[str, Any]) -> bytes:
    cells = (row[name] for name in READ_COLUMNS)
    return digest_of(total, *(one if isinstance(one, bytes) else str(one).encode() for one in cells))
