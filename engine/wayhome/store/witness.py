"""A witness outside of the database: a file on another disk in which stands how much was settled, and the sum of it.

So it is seen that the newest entries of all were taken back, or that an older copy was put in the place of the database. In it stands no
number of a case, and nobody who reads it learns anything of one. It is appended by whoever sees that more is settled. A witness that is
away, full or behind stops nobody; it is said since when.

Used by:  store.cases, execution, upkeep, checkup
"""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from wayhome.plain_files import WAITS_FOR_NOBODY, open_plain
from wayhome.store.ledger import Claim

ENVIRONMENT = "WAYHOME_WITNESS"
LAST_BYTES = 64 * 1024  # of the file: some hundred lines


class Witnessed(NamedTuple):
    """What a witness has seen: of which database (the id of its master key), in which generation, after how many losses that were told."""

    database: str
    generation: int
    losses: int
    claim: Claim


class Witness:
    """The file, and how it stands.

    Attributes:
        away_since: when it first could not be written or read; None while it can.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.away_since: datetime | None = None
        self._last: Witnessed | None = None

    @classmethod
    def of_environment(cls) -> Witness | None:
        """Give the witness that the environment names."""
        named = os.environ.get(ENVIRONMENT)
        return cls(Path(named)) if named else None

    def saw(self, seen: Witnessed, at: datetime) -> None:
        """Append what was seen, where it is more than this program has written."""
        if self._last is not None and self._last[:3] == seen[:3] and seen.claim.covers <= self._last.claim.covers:
            return
        line = json.dumps([f"{at:%Y-%m-%dT%H:%M:%SZ}", *seen[:3], *seen.claim]) + "\n"
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | WAITS_FOR_NOBODY, 0o600)
            try:
                os.write(handle, line.encode())
                os.fsync(handle)
            finally:
                os.close(handle)
        except OSError:
            self.away_since = self.away_since or at
            return
        self._last, self.away_since = seen, None

    def newest(self, database: str, generation: int, losses: int, at: datetime) -> Claim | None:
        """Give the most that was seen of a database since it was put back, and since somebody last said what is gone."""
        found: list[Claim] = []
        try:
            with open_plain(self.path) as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - LAST_BYTES))
                lines = file.read(LAST_BYTES).split(b"\n")
        except OSError:
            self.away_since = self.away_since or at
            return None
        for line in lines:
            try:
                _, *of, covers, total = json.loads(line)
                if of == [database, generation, losses]:
                    found.append(Claim(int(covers), str(total)))
            except (ValueError, TypeError):  # the first one is cut off, or the disk was full
                continue
        return max(found, default=None)
