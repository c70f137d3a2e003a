"""Upon what each event was written: how many events of the order of all were settled then, and the keyed sum of the heads they leave.

It is sealed in the event, and takes its place in no row, lock or column that two who write would share. So no case can be taken back
alone once anybody has written after it: what came later was written upon more than there is now. Of each case its newest event counts,
by what only who has the key can compute.

Settled is what nothing can come before any more (`store.positions`): in a file all, on a server what is older than every open
transaction. Whoever has not looked yet goes on from the newest claim that can be read, and so believes it: `is_whole` does not.

Used by:  store.cases, store.checking
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import blake2b
from typing import Any, NamedTuple

from wayhome.errors import LedgerBroken
from wayhome.store import statements
from wayhome.store.keyring import SUM, Keyring
from wayhome.store.ledger import GENESIS, Claim, hash_in
from wayhome.store.positions import BEFORE_ALL, are_numbers
from wayhome.store.sql import Connection
from wayhome.store.statements import LEDGER_COLUMNS, POSITION

BYTES = 16  # of a sum
MODULUS = 1 << (8 * BYTES)
AT_ONCE = 200  # events that are read together
NEWEST_AT_ONCE = 16  # with their bodies: as a rule one or two are asked for
NOWHERE = (2**31 - 1, 0, 0)  # after all that there is


class _Settled(NamedTuple):
    """One settled event: its position, its hash, that of the event before it in its case, and whether it is one of the office."""

    at: tuple[int, ...]
    hash: bytes
    before: bytes
    is_of_office: bool = False


class _Reached(NamedTuple):
    """How far the order was summed up: the last event, its hash, how many there were, and what they come to."""

    at: tuple[int, ...] = BEFORE_ALL
    hash: bytes = b""
    covers: int = 0
    total: int = 0

    @property
    def claim(self) -> Claim:
        return Claim(self.covers, self.total.to_bytes(BYTES, "big").hex())


class _Known:
    """What a program knows: how far it has summed up (whether that still stands is seen by its last event), and whether all was whole."""

    reached: _Reached | None = None
    was_whole = False


NOTHING = _Reached()
Upon = Callable[[Connection, Mapping[str, Any], bytes], Claim]


class Claims:
    """Gives each event upon what it is written.

    Args:
        upon: opens a stored event, with the hash of the one before it, and says upon what it was written. Raises LedgerBroken.
        beside: knows the same, and opens with keys of its own: those of a host's transaction may be taken back.
    """

    def __init__(self, keys: Keyring, upon: Upon, beside: Claims | None = None) -> None:
        self._keys, self._upon = keys, upon
        self._known: _Known = _Known() if beside is None else beside._known

    @property
    def settled(self) -> tuple[int, ...]:
        """How far the order was summed up in this program: nothing comes before that any more."""
        return (self._known.reached or NOTHING).at

    @property
    def since(self) -> dict[str, int]:
        """From where the settled events are to be read for `now`, and how many."""
        return _since(NOWHERE if self._known.reached is None else self._known.reached.at)

    def now(self, connection: Connection, settled: str | None) -> Claim:
        """Give upon what is written now.

        Args:
            settled: what there is `since`, as the statements SETTLED and LOCK_CASE tell it.
        """
        reached, rows = self._known.reached, _read(settled)
        if reached is None or not _goes_on(reached, rows) or any(r.is_of_office and r.at > reached.at for r in rows):
            # In the office somebody may have said what is gone, and claims begin anew there.
            reached = self._where_others_were(connection)
            rows = self._settled(connection, reached)
        for further in self.walked(connection, reached, rows):
            reached = further
        self._known.reached = reached
        return reached.claim

    def is_whole(self, connection: Connection, *, anew: bool) -> bool:
        """Say whether the heads that the newest readable claim covers are still those that it was written upon. Opens no other event.

        Args:
            anew: look now; else it is enough that it was found whole in this program before.
        """
        if anew or not self._known.was_whole:
            self._known.was_whole = self._is_whole(connection)
        return self._known.was_whole

    def _is_whole(self, connection: Connection) -> bool:
        claim, last, later = self._newest_claim(connection)
        return last is not None and self._fits(connection, claim, later)

    def fits(self, connection: Connection, claim: Claim) -> bool:
        """Say whether the heads that a claim covers are those that there are now, in this order, by the key of sums of now or of then."""
        last = self._nth(connection, claim.covers) if claim.covers else NOTHING
        if last is None:
            return False
        later = self._after(connection, last)
        return any(self._fits(connection, claim, later, key) for key in self.sum_keys(connection))

    def _fits(self, connection: Connection, claim: Claim, later: Iterable[_Settled], key: bytes | None = None) -> bool:
        total = self._without(connection, connection.run(statements.HEADS, {}), later, key)
        return claim.total == NOTHING._replace(total=total).claim.total

    def _without(
        self, connection: Connection, heads: Iterable[Any], later: Iterable[_Settled], key: bytes | None = None
    ) -> int:
        """Sum up the heads that there were before these events."""
        total = sum(self._head(connection, hash if isinstance(hash, bytes) else b"", key) for _, hash, _ in heads)
        total -= sum(self._head(connection, row.hash, key) - self._head(connection, row.before, key) for row in later)
        return total % MODULUS

    def _after(self, connection: Connection, last: _Reached) -> list[_Settled]:
        """Give the events after one, newest first, of whichever transaction."""
        found: list[_Settled] = []
        for one, _ in self._newest_first(connection):
            if one.at <= last.at:
                break
            found.append(one)
        return found

    def begun_anew(self, connection: Connection) -> Claim:
        """Give a claim of what there is, whatever was claimed before: an administrator has said what is gone."""
        last = self._nth(connection, None) or NOTHING
        found = connection.run(statements.HEADS, {}).fetchall()
        later = self._after(connection, last)
        events = sum(count for *_, count in found) - len(later)
        self._known.reached = last._replace(covers=events, total=self._without(connection, found, later))
        return self._known.reached.claim

    def walked(
        self,
        connection: Connection,
        reached: _Reached,
        rows: Sequence[_Settled] | None = None,
        *,
        key: bytes | None = None,
    ) -> Iterator[_Reached]:
        """Walk on through the order, and say after each event how far that is; by an earlier key of sums, where one is given."""
        rows = self._settled(connection, reached) if rows is None else rows
        while new := [row for row in rows if row.at > reached.at]:
            for row in new:
                total = reached.total + self._head(connection, row.hash, key) - self._head(connection, row.before, key)
                reached = _Reached(row.at, row.hash, reached.covers + 1, total % MODULUS)
                yield reached
            rows = self._settled(connection, reached) if len(rows) >= AT_ONCE else ()

    def _where_others_were(self, connection: Connection) -> _Reached:
        """Give how far the newest claim that can be read has come, and believe it."""
        claim, last, _ = self._newest_claim(connection)
        # Where there is less than it claims, it goes on from there: what was taken back stays missing in every claim to come.
        last = last or self._nth(connection, None) or NOTHING
        return last._replace(covers=claim.covers, total=int(claim.total, 16))

    def _newest_claim(self, connection: Connection) -> tuple[Claim, _Reached | None, list[_Settled]]:
        """Give the claim that covers most of what can be read; the last event that it covers, or None where there is less than it
        claims; and the events after that.

        Where an event stands in the order is bound to nothing. So each is opened that stands after what is covered, as a rule one or two.
        """
        claim, last = NOTHING.claim, NOTHING
        opened: list[_Settled] = []
        for one, row in self._newest_first(connection):
            if one.at <= last.at:
                break
            opened.append(one)
            with suppress(LedgerBroken):
                found = self._upon(connection, row, one.before or GENESIS)
                if found.covers > claim.covers:
                    claim, reached = found, self._nth(connection, found.covers)
                    if reached is None:
                        return claim, None, []
                    last = reached
        return claim, last, [one for one in opened if one.at > last.at]

    @staticmethod
    def _newest_first(connection: Connection) -> Iterator[tuple[_Settled, Mapping[str, Any]]]:
        """Give all events, the newest first, also those of transactions that are not settled; each as it is summed up, and its row."""
        given = 0
        while rows := connection.run(statements.NEWEST_EVENTS, {"most": NEWEST_AT_ONCE, "skipped": given}).fetchall():
            for *values, before in rows:
                row = dict(zip(LEDGER_COLUMNS, values, strict=True))
                at = tuple(row[name] for name in POSITION)
                before = before if isinstance(before, bytes) else b""
                yield _Settled(at if are_numbers(at) else NOWHERE, hash_in(row), before), row
            given += len(rows)

    @staticmethod
    def _nth(connection: Connection, count: int | None) -> _Reached | None:
        """Give the event of this place in the order, or the last one."""
        if count is None:
            row = connection.run(statements.NEWEST_PAST, {}).fetchone()
        else:
            row = connection.run(statements.NTH_EVENT, {"skipped": count - 1}).fetchone()
        return None if row is None else _Reached(tuple(row[:3]), row[3] if isinstance(row[3], bytes) else b"")

    @staticmethod
    def _settled(connection: Connection, reached: _Reached) -> list[_Settled]:
        return _read(connection.run(statements.SETTLED, _since(reached.at)).fetchone()[0])

    def sum_keys(self, connection: Connection) -> list[bytes]:
        """Give the key of sums, and those that were in use before a leak. Raises as `Keyring.key`."""
        return [key.raw for key in self._keys.all_of(connection, SUM)]

    def _head(self, connection: Connection, hash: bytes, key: bytes | None = None) -> int:
        if not hash:
            return 0
        key = self._keys.key(connection, SUM).raw if key is None else key
        return int.from_bytes(blake2b(hash, key=key, digest_size=BYTES).digest(), "big")


class Order:
    """The sums of the order as it lies there now, to which a claim fits or not: by the key of sums, and by each that was renewed after a leak.

    Whoever has only one of those can make no entry that opens, and what was written since was claimed by the next.
    """

    def __init__(self, claims: Claims) -> None:
        self._claims = claims
        self._sums: dict[bytes, tuple[_Reached, bytearray]] = {}
        self._has_key = True

    def go_on(self, connection: Connection) -> None:
        """Sum up what is settled since; without its key nothing can be said, and that is told of the key."""
        try:
            for key in self._claims.sum_keys(connection):
                reached, totals = self._sums.get(key, (NOTHING, bytearray(BYTES)))
                for further in self._claims.walked(connection, reached, key=key):
                    reached = further
                    totals += reached.total.to_bytes(BYTES, "big")
                self._sums[key] = reached, totals
        except LedgerBroken:
            self._has_key = False

    def fits(self, claim: Claim) -> bool:
        """Say whether so many events leave these heads."""
        if not self._has_key:
            return True
        begins = claim.covers * BYTES
        return any(totals[begins : begins + BYTES].hex() == claim.total for _, totals in self._sums.values())


def _given(at: Sequence[int]) -> dict[str, int]:
    return dict(zip(POSITION, at, strict=True))


def _since(at: Sequence[int]) -> dict[str, int]:
    return {**_given(at), "most": AT_ONCE}


def _goes_on(reached: _Reached, rows: Sequence[_Settled]) -> bool:
    """Say whether what was read begins with the last event that was summed up: a transaction may have been taken back since."""
    return not reached.covers or bool(rows and (rows[0].at, rows[0].hash) == (reached.at, reached.hash))


def _read(settled: str | None) -> list[_Settled]:
    """Read events as a statement tells them: each in a row of words, in whatever order."""
    rows = []
    for told in (settled or "").split(","):
        *at, hash, before, office = told.split(" ") if told else ("",) * 6
        with suppress(ValueError):  # something else stands there
            rows.append(_Settled(tuple(map(int, at)), bytes.fromhex(hash), bytes.fromhex(before), bool(office)))
    return sorted(rows)
