"""How long one durable command takes, beside plain sqlite3 writing the same bytes in the same run.

    make bench                      JSON lines: each round, then the medians and the ratio
    ROUNDS=9 COMMANDS=200 make bench

Both use WAL and synchronous=FULL. The engine's side is the whole command: load, safeguards, three packs, sealing, ledger,
row. The floor replays the rows that the engine really wrote (captured from its connection), in the same
transactions. Machines are noisy: read the ratio, and the median of several rounds.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import statistics
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from wayhome import Actor, Engine, commands, create
from wayhome.store import cases
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, walk_to_departure

ROUNDS = int(os.environ.get("ROUNDS", "7"))
COMMANDS = int(os.environ.get("COMMANDS", "150"))
START = datetime(2026, 3, 2, 8, tzinfo=UTC)

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def engine_side(folder: Path, length: int) -> tuple[list[float], list[list[tuple[str, list[object]]]], str]:
    """Do COMMANDS commands on cases in the middle of a return; give the times, and the statements that were written."""
    clock = StoryClock(START)
    path = folder / "engine.db"
    create(f"sqlite:///{path}")
    engine = Engine.open(f"sqlite:///{path}", clock=clock)
    anna = Actor("anna", "invented_house", {"case_manager_sending"})
    case = engine.do(
        commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult", "has_passport": True}),
        as_=anna,
    ).case
    if length:
        walk_to_departure(engine, clock, case)
    rosa = an_actor_for("risk_assessor")
    written: list[list[tuple[str, list[object]]]] = []
    original, current = cases.write, list[tuple[str, list[object]]]()

    def write(connection, statement, given):  # type: ignore[no-untyped-def]
        text, names = statement.on["sqlite"]
        current.append((text, [given[name] for name in names]))
        original(connection, statement, given)

    todo = []
    for _ in range(COMMANDS // 3 + 1):
        todo += [
            (commands.Redo(case, step="risk_recheck"), rosa),
            (commands.Complete(case, step="risk_recheck", result="unchanged", fields={"will_confirmed": True}), rosa),
            (
                commands.Note(
                    case, group="case", text="An invented note of usual length, sealed under the key of its case."
                ),
                anna,
            ),
        ]
    if not length:
        todo = [(commands.Note(case, group="case", text="An invented note of usual length."), anna)] * COMMANDS
    times = []
    for command, actor in todo[:COMMANDS]:
        clock.moment += timedelta(seconds=1)
        begin = time.perf_counter()
        engine.do(command, as_=actor)
        times.append(time.perf_counter() - begin)
    cases.write = write
    for command, actor in todo[:COMMANDS]:
        clock.moment += timedelta(seconds=1)
        current.clear()
        engine.do(command, as_=actor)
        written.append(list(current))
    cases.write = original
    engine.close()
    return times, written, str(path)


def floor_side(folder: Path, written: list[list[tuple[str, list[object]]]], path: str) -> list[float]:
    """Write the same rows with plain sqlite3: a copy of the schema, the same statements, the same transactions."""
    copy = folder / "floor.db"
    source = sqlite3.connect(path)
    target = sqlite3.connect(copy, isolation_level=None)
    source.backup(target)
    source.close()
    for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
        target.execute(f"PRAGMA {pragma}")
    for table in ("wh_ledger", "wh_blobs"):
        target.execute(f"DELETE FROM {table} WHERE seq > 5")
    times = []
    for statements in written:
        begin = time.perf_counter()
        target.execute("BEGIN IMMEDIATE")
        target.execute("SELECT version, head, state FROM wh_cases").fetchone()
        for text, values in statements:
            target.execute(text, values)
        target.commit()
        times.append(time.perf_counter() - begin)
    target.close()
    return times


def main() -> None:
    ratios = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            times, written, path = engine_side(folder, length=1)
            floor = floor_side(folder, written, path)
        ours, plain = statistics.median(times) * 1e6, statistics.median(floor) * 1e6
        ratios.append(ours / plain)
        row = {
            "round": number + 1,
            "durable_command_us": round(ours),
            "plain_sqlite3_us": round(plain),
            "ratio": round(ours / plain, 2),
        }
        print(json.dumps(row), flush=True)
    print(json.dumps({"median_ratio": round(statistics.median(ratios), 2), "rounds": ROUNDS, "commands": COMMANDS,
                      "synchronous": "FULL", "python": sys.version.split()[0], "target": 3.0}))  # fmt: skip


if __name__ == "__main__":
    main()
