"""What is prepared once in a run of the tests, and copied for each test (`prepared` in tests/attacks/play.py).

The workers of one run share it: a folder for the run, and a lock for each thing. Nothing is kept for the next run.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Hashable
from pathlib import Path
from typing import Any

from fasteners import InterProcessLock

KEY = b"an invented key of these tests.."  # of all engines in memory: one can hold what another held


class Shelf:
    """What was prepared in this run, by its name. Where the workers of a run share a folder, by all of them."""

    def __init__(self) -> None:
        self._kept: dict[Hashable, bytes] = {}
        self.folder: Path | None = None

    def taken(self, name: Hashable, make: Callable[[], Any], *, shared: bool) -> Any:
        """Give what lies under a name, always as a copy; it is made where it is not there.

        Args:
            shared: the name means the same in all workers.
        """
        if name not in self._kept:
            self._kept[name] = self._of_all(repr(name), make) if shared and self.folder else pickle.dumps(make())
        return pickle.loads(self._kept[name])

    def _of_all(self, name: str, make: Callable[[], Any]) -> bytes:
        assert self.folder is not None
        file = self.folder / hashlib.sha256(name.encode()).hexdigest()[:24]
        with InterProcessLock(file.with_suffix(".lock")):
            if not file.exists():
                made = file.with_suffix(".made")
                made.write_bytes(pickle.dumps(make()))
                made.replace(file)
        return file.read_bytes()


SHELF = Shelf()
