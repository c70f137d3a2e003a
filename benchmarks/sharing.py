"""How fairly programs share our own file, and what a writer that holds it costs those who read.

    make bench                       a JSON line for each figure; see figures.py for the status
    LASTING=10 ROUNDS=9 make bench

Sixteen programs write for some seconds, each into a case of its own. Then eight threads read cases, alone and beside a writer who holds the
file all that time: pairs, in turn.
"""

from __future__ import annotations

import multiprocessing
import os
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from statistics import median

from figures import ended, tell
from invented_cases import ANNA, OPENING, a_note
from wayhome import Engine, create

LASTING = float(os.environ.get("LASTING", "4"))
ROUNDS = int(os.environ.get("ROUNDS", "5"))
WRITERS, READERS, READ = 16, 8, 40  # cases that a reader reads


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/engine.db"
        create(url, key_file=f"{url.removeprefix('sqlite:///')}.key")
        fairness(url)
        beside_a_writer(url)
    ended()


def fairness(url: str) -> None:
    with Engine.open(url) as engine:
        cases = [engine.do(OPENING, as_=ANNA).case for _ in range(WRITERS)]
    spawn, ends, programs = multiprocessing.get_context("spawn"), list[Connection](), []
    for case in cases:
        here, there = spawn.Pipe()
        programs.append(spawn.Process(target=write, args=(there, url, case), daemon=True))
        programs[-1].start()
        ends.append(here)
    for end in ends:
        end.recv()
    rounds = [one_round(ends) for _ in range(ROUNDS)]
    for end, program in zip(ends, programs, strict=True):
        end.send("")
        program.join()
    shares, waits = ([*one] for one in zip(*((share, wait) for share, wait, _ in rounds), strict=True))
    each_second = round(median(count for _, _, count in rounds) / LASTING)
    tell(f"the slowest of {WRITERS} programs that write / their mean", shares, 0.5, least=True, per_second=each_second)
    tell(f"the longest that one of {WRITERS} programs that write waits, seconds", waits, 1.0)


def one_round(ends: Sequence[Connection]) -> tuple[float, float, int]:
    """Let all write; give the share of the slowest, the longest wait, and how many commands there were."""
    for end in ends:
        end.send("go")
    told = [end.recv() for end in ends]
    counts = [count for count, _ in told]
    return min(counts) * len(counts) / sum(counts), max(wait for _, wait in told), sum(counts)


def write(end: Connection, url: str, case: str) -> None:
    """Write in a process of its own for some seconds, each time that it is told to; tell how often, and the longest wait."""
    with Engine.open(url) as engine:
        engine.do(a_note(case), as_=ANNA)
        end.send("ready")
        while end.recv():
            ends, waits = time.perf_counter() + LASTING, list[float]()
            while (began := time.perf_counter()) < ends:
                engine.do(a_note(case), as_=ANNA)
                waits.append(time.perf_counter() - began)
            end.send((len(waits), max(waits)))


def beside_a_writer(url: str) -> None:
    with Engine.open(url) as engine, Engine.open(url) as other:
        cases = [engine.do(OPENING, as_=ANNA).case for _ in range(READ)]
        reading(engine, cases)
        pairs = []
        for _ in range(ROUNDS):
            alone = reading(engine, cases)
            with held(other):
                pairs.append((reading(engine, cases), alone))
    beside_ms, alone_ms = (round(median(one) * 1e3) for one in zip(*pairs, strict=True))
    name = f"{READERS} threads that read, beside a writer / alone"
    tell(name, [a / b for a, b in pairs], 1.5, beside_ms=beside_ms, alone_ms=alone_ms)


def reading(engine: Engine, cases: Sequence[str]) -> float:
    """Let threads read all cases; gives the seconds that it took."""

    def read() -> None:
        for case in cases:
            engine.case(case, as_=ANNA)

    threads = [threading.Thread(target=read) for _ in range(READERS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began


@contextmanager
def held(engine: Engine) -> Iterator[None]:
    """Hold the file by a writer in another thread."""
    begun, over = threading.Event(), threading.Event()

    def hold() -> None:
        with engine._store.database.writing():
            begun.set()
            over.wait()

    writer = threading.Thread(target=hold)
    writer.start()
    begun.wait()
    try:
        yield
    finally:
        over.set()
        writer.join()


if __name__ == "__main__":
    main()
