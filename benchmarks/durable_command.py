"""How long one durable command takes, beside plain sqlite3 that runs the same statements: paired command by command, in one run.

    make bench                        a JSON line for each figure; status 1 when a goal is missed by more than its spread
    COMMANDS=600 make bench

The engine's side is the whole command: load, safeguards, three packs, sealing, chain, dues, row. The floor is a copy of the same database, in
which all that the engine asked and wrote for a command is run again, in one transaction, right after the engine. At the end both must hold
the same rows. Hot: the case is in memory, as when somebody goes on with it. Cold: it is read from its row first.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

import structlog
from figures import ended, tell
from wayhome import Actor, Engine, commands, create
from wayhome.store.own_file import OwnConnection
from wayhome.store.statements import TABLES
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, walk_to_departure

COMMANDS = int(os.environ.get("COMMANDS", "240"))
START = datetime(2026, 3, 2, 8, tzinfo=UTC)
GOALS = {("FULL", "hot"): 1.9, ("FULL", "cold"): 2.2, ("NORMAL", "hot"): 4.5, ("NORMAL", "cold"): 5.5}
ANNA, ROSA = Actor("anna", "invented_house", {"case_manager_sending"}), an_actor_for("risk_assessor")

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


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
    clock, url = StoryClock(START), f"sqlite:///{folder}/engine.db"
    create(url)
    with Engine.open(url, clock=clock) as engine:
        facts = {"age_status": "adult", "has_passport": True}
        case = engine.do(commands.Open(host_country="BE", origin_country="NG", facts=facts), as_=ANNA).case
        walk_to_departure(engine, clock, case)
        engine._store.database.connection.execute(f"PRAGMA synchronous = {mode}")
        floor, statements, pairs = a_copy(folder, mode), listened_to(), []
        for command, actor in islice(cycle(as_people_do(case)), COMMANDS):
            clock.moment += timedelta(seconds=1)
            statements.clear()
            if not is_hot:
                engine._store._known.clear()
            began = time.perf_counter()
            engine.do(command, as_=actor)
            took = time.perf_counter() - began
            pairs.append((took, of_the_floor(floor, statements)))
        must_be_equal(engine._store.database.connection, floor)
    floor.close()
    return pairs[COMMANDS // 10 :]  # the first fill what is kept


def as_people_do(case: str) -> list[tuple[Any, Actor]]:
    again = commands.Redo(case, step="risk_recheck")
    done = commands.Complete(case, step="risk_recheck", result="unchanged", fields={"will_confirmed": True})
    note = commands.Note(case, group="case", text="An invented note of usual length, sealed under the key of its case.")
    return [(again, ROSA), (done, ROSA), (note, ANNA)]


Statements = list[tuple[str, Sequence[Any]]]
EXECUTE = OwnConnection.execute


def listened_to() -> Statements:
    """Gather what the engine asks and writes."""
    found: Statements = []

    def execute(self: OwnConnection, text: str, values: Sequence[Any] = ()) -> Any:
        found.append((text, values))
        return EXECUTE(self, text, values)

    OwnConnection.execute = execute  # type: ignore[method-assign, assignment]
    return found


def a_copy(folder: Path, mode: str) -> sqlite3.Connection:
    copy = sqlite3.connect(folder / "floor.db", isolation_level=None)
    source = sqlite3.connect(folder / "engine.db")
    source.backup(copy)
    source.close()
    for pragma in ("journal_mode = WAL", f"synchronous = {mode}", "secure_delete = ON"):
        copy.execute(f"PRAGMA {pragma}")
    return copy


def of_the_floor(floor: sqlite3.Connection, statements: Statements) -> float:
    began = time.perf_counter()
    for text, values in statements:
        floor.execute(text, values).fetchall()
    floor.commit()
    return time.perf_counter() - began


def must_be_equal(engine: Any, floor: sqlite3.Connection) -> None:
    for table, columns in TABLES.items():
        text = (
            f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2" if len(columns) > 1 else f"SELECT * FROM {table}"
        )
        ours, plain = (connection.execute(text).fetchall() for connection in (engine, floor))
        assert [*map(tuple, ours)] == [*map(tuple, plain)], table


if __name__ == "__main__":
    main()
