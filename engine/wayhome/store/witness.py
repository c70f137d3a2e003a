"""A witness outside of the database, on another disk or with the host, in which stands how much was settled, and the sum of it.

So it is seen that the newest entries of all were taken back, or that an older copy was put in the place of the database. In it stands no
number of a case, and nobody who reads it learns anything of one. It is appended by whoever sees that more is settled. A witness that is
away, full or behind stops nobody; it is said since when.

Used by:  store.cases, execution, upkeep, checkup, databases, hooks
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple, Protocol

from wayhome.plain_files import WAITS_FOR_NOBODY, open_plain
from wayhome.store.ledger import Claim

ENVIRONMENT = "WAYHOME_WITNESS"
AWAY_SINCE = "witness_away_since"  # a note
LAST_BYTES = 64 * 1024  # of the file: some hundred lines


class Keeper(Protocol):
    """Where the lines of a witness lie, called by its name. Whatever it raises says that it is away."""

    name: str

    def keep(self, line: str) -> None:
        """Keep a line."""

    def lines(self) -> Iterable[str | bytes]:
        """Give the lines that were kept last, in order."""


class Witnessed(NamedTuple):
    """What a witness has seen: of which database (the id of its first master key), in which generation (0: it was never put back), after how many
    losses that were told.
    """

    database: str
    generation: int
    losses: int
    claim: Claim


class Sighting(NamedTuple):
    """The most that a witness has seen of a database, and when it did."""

    claim: Claim
    at: datetime


class WitnessFile:
    """A file on another disk."""

    def __init__(self, path: Path) -> None:
        self.path, self.name = path, str(path.absolute())

    def keep(self, line: str) -> None:
        """Append a line, and see it on the disk. Raises OSError."""
        handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | WAITS_FOR_NOBODY, 0o600)
        try:
            os.write(handle, f"{line}\n".encode())
            os.fsync(handle)
        finally:
            os.close(handle)

    def lines(self) -> Iterable[bytes]:
        """Give the last lines; the first may be cut off. Raises OSError."""
        with open_plain(self.path) as file:
            file.seek(max(0, os.fstat(file.fileno()).st_size - LAST_BYTES))
            return file.read(LAST_BYTES).split(b"\n")


class Witness:
    """A witness, and how it stands.

    Attributes:
        away_since: when it first could not be written or read; None while it can.
        is_begun: whether the office has told of it, as far as this program knows.
        is_noted_away: whether it is noted in the database that it is away; None where nobody has looked.
    """

    def __init__(self, keeper: Keeper) -> None:
        self._keeper, self.name = keeper, keeper.name
        self.away_since: datetime | None = None
        self.is_begun = False
        self.is_noted_away: bool | None = None
        self._last: Witnessed | None = None

    @classmethod
    def of_environment(cls) -> Witness | None:
        """Give the witness that the environment names."""
        named = os.environ.get(ENVIRONMENT)
        return cls(WitnessFile(Path(named))) if named else None

    def saw(self, seen: Witnessed, at: datetime) -> None:
        """Append what was seen, where it is more than this program has written."""
        if self._last is not None and self._last[:3] == seen[:3] and seen.claim.covers <= self._last.claim.covers:
            return
        try:
            self._keeper.keep(json.dumps([f"{at:%Y-%m-%dT%H:%M:%SZ}", *seen[:3], *seen.claim]))
        except Exception:  # of a host, whatever it is: nobody's work waits for a witness
            self.away_since = self.away_since or at
            return
        self._last, self.away_since = seen, None

    def newest(self, known: Witnessed, at: datetime) -> Sighting | None:
        """Give the most that was seen of a database since it was put back, and since somebody last said what is gone."""
        return max((one for seen, one in self._told(at) if seen[:3] == known[:3]), default=None)

    def last_of(self, database: str, at: datetime) -> Sighting | None:
        """Give what was seen of a database last, in whichever generation."""
        return next((one for seen, one in reversed([*self._told(at)]) if seen.database == database), None)

    def _told(self, at: datetime) -> Iterable[tuple[Witnessed, Sighting]]:
        try:
            lines = [*self._keeper.lines()]
        except Exception:  # as above
            self.away_since = self.away_since or at
            return
        for line in lines:
            try:
                moment, database, generation, losses, covers, total = json.loads(line)
                claim = Claim(int(covers), str(total))
                seen = Witnessed(str(database), int(generation), int(losses), claim)
                yield seen, Sighting(claim, datetime.fromisoformat(moment))
            except (ValueError, TypeError):  # the first one is cut off, or the disk was full
                continue
