"""How long a durable command takes on PostgreSQL, and what eight processes gain there: each beside plain psycopg with the same statements.

    make bench                        a JSON line for each figure; see figures.py for the status
    COMMANDS=600 ROUNDS=9 make bench

One connection: what the engine asked and wrote for a command is run again right after it, in one transaction, in a copy of the tables. Eight
processes: each works on a case of its own, with one connection; a round is one process alone and then all, the engine first and then the
floor with what was noted of it. The gain is how many more commands a second all do together than one. At the end both must hold the same rows.
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from itertools import cycle, islice
from multiprocessing.connection import Connection
from typing import Any

import psycopg
from figures import ended, show, tell
from floors import Statements, listened_to_server, must_be_equal, run_again
from invented_cases import START, as_people_do, ready_to_depart
from servers import server_for
from wayhome import Engine, create
from wayhome.store.statements import POSITION, TABLES
from wayhome.stories.playing import StoryClock

COMMANDS = int(os.environ.get("COMMANDS", "240"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
PROCESSES, EACH = 8, 60  # commands of a process in a round
OURS, FLOOR = (f"wayhome_bench_{os.getpid()}_{name}" for name in ("engine", "floor"))


def main() -> None:
    server = server_for("durable command on PostgreSQL")
    if server is not None:
        with schemas(server):
            pairs = one_connection(server)
        ours, floor = (statistics.median(times) * 1e6 for times in zip(*pairs, strict=True))
        ratios = [engine / plain for engine, plain in pairs]
        show("durable command, PostgreSQL / psycopg", ratios, engine_us=round(ours), floor_us=round(floor))
        with schemas(server):
            gains = eight_processes(server)
        engine, plain = (round(statistics.median(one), 2) for one in zip(*gains, strict=True))
        name = f"gain of {PROCESSES} processes, PostgreSQL / psycopg"
        tell(name, [a / b for a, b in gains], 0.8, least=True, engine_gain=engine, floor_gain=plain)
    ended()


def a_key(_: str) -> bytes:
    return bytes(32)


@contextmanager
def schemas(server: str) -> Iterator[None]:
    try:
        for schema in (OURS, FLOOR):
            create(server, schema=schema, keys=a_key)
        yield
    finally:
        with psycopg.connect(server) as connection:
            for schema in (OURS, FLOOR):
                connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def copied(floor: psycopg.Connection[Any]) -> None:
    """Make the tables of the floor equal to those of the engine."""
    for table in TABLES:
        floor.execute(f"TRUNCATE {FLOOR}.{table} CASCADE")
    for table in TABLES:
        floor.execute(f"INSERT INTO {FLOOR}.{table} SELECT * FROM {OURS}.{table}")
    floor.commit()
    floor.autocommit = True
    floor.execute("ANALYZE")
    floor.autocommit = False


def of_the_floor(statements: Statements, ours: str = OURS, schema: str = FLOOR) -> Statements:
    return [(text.replace(f"{ours}.", f"{schema}."), values) for text, values in statements]


def one_connection(server: str) -> list[tuple[float, float]]:
    """Do commands on a case in the middle of a return; give for each how long the engine took, and how long the floor."""
    clock, pairs = StoryClock(START), []
    with (
        Engine.open(server, schema=OURS, keys=a_key, clock=clock) as engine,
        psycopg.connect(server) as floor,
        listened_to_server(engine) as statements,
    ):
        case = ready_to_depart(engine, clock)
        copied(floor)
        for command, actor in islice(cycle(as_people_do(case)), COMMANDS):
            clock.moment += timedelta(seconds=1)
            statements.clear()
            began = time.perf_counter()
            engine.do(command, as_=actor)
            took = time.perf_counter() - began
            pairs.append((took, run_again(floor, of_the_floor(statements))))
        must_be_equal((floor, OURS), (floor, FLOOR), but=POSITION)
    return pairs[COMMANDS // 10 :]  # the first fill what is kept


def eight_processes(server: str) -> list[tuple[float, float]]:
    """Give for each round the gain of the engine, and that of the floor."""
    spawn = multiprocessing.get_context("spawn")
    ends, processes = [], []
    for _ in range(PROCESSES):
        here, there = spawn.Pipe()
        processes.append(spawn.Process(target=work, args=(there, server, OURS, FLOOR), daemon=True))
        processes[-1].start()
        ends.append(here)
    told(ends, "ready")
    with psycopg.connect(server) as floor:
        copied(floor)
        gains = [one_round(ends) for _ in range(ROUNDS + 1)][1:]  # the first fills what is kept
        told(ends, "end")
        for process in processes:
            process.join()
        must_be_equal((floor, OURS), (floor, FLOOR), but=POSITION)
    return gains


def one_round(ends: Sequence[Connection]) -> tuple[float, float]:
    took: dict[tuple[str, int], float] = {}
    for some in (1, PROCESSES):
        for side in ("engine", "place", "floor"):
            took[side, some] = told(ends[:some], side)
    engine, floor = (PROCESSES * took[side, 1] / took[side, PROCESSES] for side in ("engine", "floor"))
    return engine, floor


def told(ends: Sequence[Connection], what: str) -> float:
    """Tell processes what to do, wait until all have done it, and give the seconds that it took."""
    began = time.perf_counter()
    for end in ends:
        end.send(what)
    for end in ends:
        end.recv()
    return time.perf_counter() - began


def work(end: Connection, server: str, ours: str, schema: str) -> None:
    """Do in a process what is told: commands on a case of its own, and then, on the floor, the statements that were noted of them."""
    clock = StoryClock(START)
    with (
        Engine.open(server, schema=ours, keys=a_key, clock=clock) as engine,
        psycopg.connect(server) as floor,
        listened_to_server(engine) as statements,
    ):
        case = ready_to_depart(engine, clock)
        commands, noted = cycle(as_people_do(case)), list[Statements]()
        while (what := end.recv()) != "end":
            if what == "engine":
                noted.clear()
                for command, actor in islice(commands, EACH):
                    clock.moment += timedelta(seconds=1)
                    statements.clear()
                    engine.do(command, as_=actor)
                    noted.append(statements.copy())
            elif what == "place":
                noted[:] = [of_the_floor(one, ours, schema) for one in noted]
            elif what == "floor":
                for one in noted:
                    run_again(floor, one)
            end.send(what)
    end.send("ended")


if __name__ == "__main__":
    main()
