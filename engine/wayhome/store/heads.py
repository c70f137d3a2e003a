"""The heads that this program has seen kept: of each case its newest event, so that nobody takes it back unnoticed while it runs.

Used by:  store.cases
"""

from __future__ import annotations

from collections.abc import Mapping

from wayhome.store import statements
from wayhome.store.ledger import OFFICE
from wayhome.store.sql import Connection

Head = tuple[int, bytes]  # the number of an event, and its hash


class KnownHeads:
    """Of each case, the newest event that was seen kept, until an administrator says what is gone, or the database is put back."""

    def __init__(self) -> None:
        self._heads: dict[str, Head] = {}
        self._since: int | None = None  # after which event of the office

    def saw(self, connection: Connection, number: str, head: Head) -> None:
        """Remember what was read in a look: of what a transaction has written that is not at its end, nobody knows."""
        known = self._heads.get(number)
        if known == head:
            return
        if self._since is None:
            self._since = _beginning(connection)
        if known is None or (head[0] > known[0] and _stands(connection, number, known)):
            self._heads[number] = head

    def keep(self, written: Mapping[str, tuple[bytes, Head]]) -> None:
        """Remember what was written, and is kept: by its case, the hash of the event that it was written after, and the new head."""
        for number, (before, head) in written.items() if self._since is not None else ():
            known = self._heads.get(number)
            if known is None or known[1] == before:
                self._heads[number] = head

    @property
    def are_known(self) -> bool:
        """Whether this program has seen any."""
        return bool(self._heads)

    @property
    def office_seq(self) -> int:
        """The event of the office after which heads were seen here."""
        return self._since or 0

    def lost(self, connection: Connection, *, is_told: bool) -> list[str]:
        """Name the cases of which an event is gone that was seen here, in order."""
        if is_told or not self._heads:
            return []
        newest = {number: hash for number, hash, _ in connection.run(statements.HEADS, {})}
        seen = [(number, head) for number, head in [*self._heads.items()] if newest.get(number) != head[1]]
        return sorted(number for number, head in seen if not _stands(connection, number, head))

    def has_lost(self, connection: Connection, number: str, *, is_told: bool) -> bool:
        """Say whether an event of a case is gone that was seen here.

        Args:
            is_told: whether the office has told meanwhile that something is gone, or was put back; then all is seen anew.
        """
        known = self._heads.get(number)
        if known is None or self._since is None or _stands(connection, number, known):
            return False
        if not is_told:
            return True
        self._heads.clear()
        self._since = _beginning(connection)
        return False


def _stands(connection: Connection, number: str, head: Head) -> bool:
    row = connection.run(statements.HASH_OF, {"number": number, "seq": head[0]}).fetchone()
    return row is not None and row[0] == head[1]


def _beginning(connection: Connection) -> int:
    newest = connection.run(statements.NEWEST_OF, {"number": OFFICE}).fetchone()
    return newest[0] if newest and isinstance(newest[0], int) else 0  # else somebody else wrote it
