"""How long one durable command takes, beside plain sqlite3 that runs the same statements: paired command by command, in one run.

    make bench                        a JSON line for each figure; see figures.py for the status
    COMMANDS=600 make bench

The engine's side is the whole command: load, safeguards, three packs, sealing, chain, dues, row. The floor is a copy of the same database, in
which all that the engine asked and wrote for a command is run again, in one transaction, right after the engine. At the end both must hold
the same rows. Hot: the case is in memory, as when somebody goes on with it. Cold: it is read from its row first. FULL is timed by the wall, since
it waits for the disk; NORMAL by the processor, which waits for nobody else on the machine.
"""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from figures import ended, tell
from floors import clock_for, listened_to, must_be_equal, run_again
from invented_cases import START, as_people_do, ready_to_depart, wait_for_the_disk
from wayhome import Engine, create
from wayhome.store.sqlite_file import SqliteConnection
from wayhome.stories.playing import StoryClock

COMMANDS = int(os.environ.get("COMMANDS", "240"))
GOALS = {("FULL", "hot"): 1.9, ("FULL", "cold"): 2.2, ("NORMAL", "hot"): 4.5, ("NORMAL", "cold"): 5.5}


def main() -> None:
    for (mode, state), goal in GOALS.items():
        with tempfile.TemporaryDirectory() as folder:
            pairs = measured(Path(folder), mode, is_hot=state == "hot")
        ours, floor = (statistics.median(times) * 1e6 for times in zip(*pairs, strict=True))
        ratios = [engine / plain for engine, plain in pairs]
        tell(f"durable command, {mode}, {state}", ratios, goal, engine_us=round(ours), floor_us=round(floor))
    ended()


def measured(folder: Path, mode: str, *, is_hot: bool) -> list[tuple[float, float]]:
    """Do commands on a case in the middle of a return; give for each how long the engine took, and how long the floor."""
    clock, timer, url = StoryClock(START), clock_for(mode), f"sqlite:///{folder}/engine.db"
    create(url, key_file=f"{url.removeprefix('sqlite:///')}.key")
    with Engine.open(url, clock=clock) as engine, listened_to(SqliteConnection) as statements:
        case = ready_to_depart(engine, clock)
        wait_for_the_disk(engine, mode)
        floor, pairs = a_copy(folder, mode), []
        ours: Any = engine._store.database
        for command, actor in islice(cycle(as_people_do(case)), COMMANDS):
            clock.moment += timedelta(seconds=1)
            statements.clear()
            if not is_hot:
                engine._store._known.clear()
            began = timer()
            engine.do(command, as_=actor)
            took = timer() - began
            pairs.append((took, run_again(floor, statements, timer)))
        must_be_equal((ours.connection, "main"), (floor, "main"))
    floor.close()
    return pairs[COMMANDS // 10 :]  # the first fill what is kept


def a_copy(folder: Path, mode: str) -> sqlite3.Connection:
    copy = sqlite3.connect(folder / "floor.db", isolation_level=None)
    source = sqlite3.connect(folder / "engine.db")
    source.backup(copy)
    source.close()
    for pragma in ("journal_mode = WAL", f"synchronous = {mode}", "secure_delete = ON"):
        copy.execute(f"PRAGMA {pragma}")
    return copy


if __name__ == "__main__":
    main()
