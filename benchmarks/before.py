"""Whether the commands that people give have become slower since a commit: the same in its code and in this, in turn.

    make bench BEFORE=e0453e2         a JSON line for each figure; PAIRS=40 before it for more of them

Measured is the time of the processor, which waits for no disk and for nobody else, in two programs that live side by side: one runs the code of that
commit, one the code that lies here. Each does some of the same command, then the other; who begins changes, and the order of the commands is drawn anew
each time. A ratio is new to old, and its goal 1.05. Nothing is installed: both use the libraries that are, and each says which files it runs.
"""

from __future__ import annotations

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from figures import NOT_MEASURED, ended, outcomes, tell

HERE = Path(__file__).resolve().parents[1]
PAIRS = max(15, int(os.environ.get("PAIRS", "25")))
GOAL = 1.05


class Side:
    """A program that runs the code of one tree, and does what it is asked."""

    def __init__(self, tree: Path, driver: Path, database: Path) -> None:
        paths = [tree / "engine", *sorted(one for one in (tree / "plugins").iterdir() if one.is_dir())]
        here = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, paths)),
            "PYTHONSAFEPATH": "1",
            "PYTHONHASHSEED": "0",
        }
        words = [sys.executable, str(driver), str(tree), str(database)]
        self._program = subprocess.Popen(words, env=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.commands: list[str] = self._said()["commands"]

    def ask(self, command: str) -> float | None:
        """Let it do a command some times; gives the microseconds that one took, None where this code cannot do it."""
        assert self._program.stdin is not None
        print(command, file=self._program.stdin, flush=True)
        found: float | None = self._said()["us"]
        return found

    def _said(self) -> Any:
        assert self._program.stdout is not None
        line = self._program.stdout.readline()
        if not line:
            print(f"What was to be measured ended with status {self._program.wait()}.", file=sys.stderr)
            sys.exit(NOT_MEASURED)
        return json.loads(line)

    def close(self) -> None:
        assert self._program.stdin is not None
        self._program.stdin.close()
        self._program.wait()


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = code_of(sys.argv[1], folder)
        driver = folder / "before_driver.py"  # one text for both, whichever of them has it
        driver.write_bytes(Path(__file__).with_name("before_driver.py").read_bytes())
        with both(before, driver, folder) as sides:
            measure(*sides)
    ended()


def code_of(commit: str, folder: Path) -> Path:
    """Lay the code of a commit into a folder."""
    tree, packed = folder / "before", folder / "before.tar"
    tree.mkdir()
    for words in (
        ["git", "-C", str(HERE), "archive", "-o", str(packed), commit],
        ["tar", "-xf", str(packed), "-C", str(tree)],
    ):
        if subprocess.run(words, check=False).returncode:
            print(f"The code of {commit} cannot be had.", file=sys.stderr)
            sys.exit(NOT_MEASURED)
    return tree


@contextmanager
def both(before: Path, driver: Path, folder: Path) -> Iterator[tuple[Side, Side]]:
    old, new = Side(before, driver, folder / "old.db"), Side(HERE, driver, folder / "new.db")
    try:
        yield old, new
    finally:
        old.close()
        new.close()


def measure(old: Side, new: Side) -> None:
    found: dict[str, list[tuple[float | None, float | None]]] = {name: [] for name in new.commands}
    for number in range(PAIRS + 1):
        for name in random.sample(new.commands, len(new.commands)):
            if number % 2:
                ours = new.ask(name)
                found[name].append((old.ask(name), ours))
            else:
                found[name].append((old.ask(name), new.ask(name)))
    for name, pairs in found.items():
        known = [(a, b) for a, b in pairs[1:] if a is not None and b is not None]  # the first fill what is kept
        if len(known) < PAIRS:
            print(json.dumps({"left_out": name, "why": "one of the two cannot do it"}), flush=True)
            outcomes.append(NOT_MEASURED)
            continue
        old_us, new_us = (round(statistics.median(times)) for times in zip(*known, strict=True))
        tell(f"{name}, now / before", [b / a for a, b in known], GOAL, old_us=old_us, new_us=new_us)


if __name__ == "__main__":
    main()
