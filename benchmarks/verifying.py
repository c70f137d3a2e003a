"""How fast `verify` is beside reading and hashing the same rows, what judging a move again takes, and what a command waits meanwhile.

    make bench                        a JSON line for each figure; see figures.py for the status
    ROUNDS=9 make bench

Looked at are the stories of all packs, told several times. The floor is plain sqlite3: it asks what `verify` asked without the key, and makes
with hashlib the hash of each body, each sealed text and each event, which must be those that are stored. A rate is that of the floor's time
to the time of `verify`. With the key all that is sealed is opened, each row is made again and compared, and each move is judged again; that last is
taken off the rate and has a figure of its own, in milliseconds of processor time. There are no signatures yet.

Commands are timed in one program, a second usual and a second beside, in turn, while `verify` looks at the same file: in a process of its own
(`apart=True`), and in a thread of the same program.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from itertools import cycle
from pathlib import Path
from statistics import median
from typing import Any

import orjson
from figures import ended, tell
from floors import Statements, listened_to
from invented_cases import START, as_people_do, ready_to_depart, wait_for_the_disk
from wayhome import Actor, Engine, create
from wayhome.store import checking
from wayhome.store.sqlite_file import SqliteConnection
from wayhome.store.statements import BLOBS, EVENTS
from wayhome.stories.playing import StoryClock, play
from wayhome.stories.telling import read_story

ROUNDS = int(os.environ.get("ROUNDS", "5"))
STORIES = sorted(Path(__file__).parents[1].glob("plugins/*/wayhome_*/stories/*.yaml"))
TOLD = 2  # times
GENESIS = bytes(32)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, clock = Path(folder, "engine.db"), StoryClock(START)
        create(f"sqlite:///{file}", key_file=f"{file}.key")
        with Engine.open(f"sqlite:///{file}", clock=clock) as engine:
            wait_for_the_disk(engine, "OFF")
            for story in [*map(read_story, STORIES)] * TOLD:
                clock.moment = story.clock or START
                play(engine, story, clock=clock)
            rates(engine, file)
            wait_for_the_disk(engine, "FULL")
            beside_verify(engine, clock, "another process", apart=True)
            beside_verify(engine, clock, "another thread", apart=False)
    ended()


def rates(engine: Engine, file: Path) -> None:
    with listened_to(SqliteConnection) as statements:
        events = engine.verify(chain_only=True).events
    floor = sqlite3.connect(file, isolation_level=None)
    without, opening, judging = list[float](), list[float](), list[float]()
    for _ in range(ROUNDS):
        plain = hashing(floor, statements, events)
        without.append(plain / seconds(lambda: engine.verify(chain_only=True)))
        with judging_apart() as judged:
            began = time.perf_counter()
            found = engine.verify()
            took = time.perf_counter() - began
        assert found.ok
        assert not found.not_judged
        opening.append(hashing(floor, statements, events) / (took - judged[0]))
        judging.append(judged[1] / found.moves * 1e3)
    beside = {"cases": found.cases, "events": events, "floor_us_per_event": round(plain / events * 1e6, 1)}
    tell("rate of verify without key / read and hash", without, 0.5, least=True, **beside)
    tell("rate of verify with key, without judging / read and hash", opening, 0.15, least=True, **beside)
    tell("judging a move again, ms", judging, 1.5, moves=found.moves)


def seconds(act: Any) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


@contextmanager
def judging_apart() -> Iterator[list[float]]:
    """Add up how long moves are judged: in seconds, and in seconds of the processor."""
    module: Any = checking
    found, plain = [0.0, 0.0], module._check_moves

    def check_moves(*given: Any) -> list[checking.Problem]:
        began, used = time.perf_counter(), time.process_time()
        problems = [*plain(*given)]
        found[0] += time.perf_counter() - began
        found[1] += time.process_time() - used
        return problems

    module._check_moves = check_moves
    try:
        yield found
    finally:
        module._check_moves = plain


def hashing(floor: sqlite3.Connection, statements: Statements, events: int) -> float:
    """Read and hash; gives the seconds that it took."""
    began, hashed = time.perf_counter(), 0
    rows: list[Any] = []
    for text, values in statements:
        if text == "BEGIN":
            floor.rollback()
        found = floor.execute(text, values).fetchall()
        if text == EVENTS.text:
            rows = found
        elif text == BLOBS.text:
            hashed += chained(rows, found)
    floor.rollback()
    took = time.perf_counter() - began
    assert hashed == events
    return took


def chained(rows: list[Any], blobs: list[Any]) -> int:
    """Hash the events of a case; gives how many there are."""
    commitments: dict[int, list[bytes]] = {}
    for seq, retention, _, sealed in sorted(blobs):
        commitments.setdefault(seq, []).extend((retention.encode(), digest(sealed)))
    previous = GENESIS
    for row in rows:
        number, seq, kind, recorded_on, process, body, stored = row[:7]
        clear = orjson.dumps((number, seq, kind, recorded_on, process))
        previous = digest(previous, clear, digest(body), *commitments.get(seq, ()))
        assert previous == stored
    return len(rows)


def digest(*parts: bytes) -> bytes:
    return sha256(b"".join([one for part in parts for one in (len(part).to_bytes(8, "big"), part)])).digest()


def beside_verify(engine: Engine, clock: StoryClock, where: str, *, apart: bool) -> None:
    work, ratios, times = (
        cycle(as_people_do(ready_to_depart(engine, clock))),
        list[float](),
        list[tuple[float, float]](),
    )
    for _ in range(ROUNDS + 1):  # the first fills what is kept
        usual = p50(engine, clock, work)
        with verify_running(engine, apart=apart):
            beside = p50(engine, clock, work)
        ratios.append(beside / usual)
        times.append((usual, beside))
    usual_us, beside_us = (round(median(one) * 1e6) for one in zip(*times[1:], strict=True))
    name = f"a command while verify runs in {where} / usual, p50"
    tell(name, ratios[1:], 2.0, usual_us=usual_us, beside_us=beside_us)


@contextmanager
def verify_running(engine: Engine, *, apart: bool) -> Iterator[None]:
    """Have the file verified again and again, from when that has begun to look."""
    looks, over = threading.Event(), threading.Event()

    def run() -> None:
        while not over.is_set():
            engine.verify(lambda _: looks.set(), apart=apart)

    thread = threading.Thread(target=run)
    thread.start()
    looks.wait()
    try:
        yield
    finally:
        over.set()
        thread.join()


def p50(engine: Engine, clock: StoryClock, work: Iterator[tuple[Any, Actor]]) -> float:
    """Do commands for a second; gives the median of how long one took, in seconds."""
    times, ends = list[float](), time.perf_counter() + 1
    while time.perf_counter() < ends:
        command, actor = next(work)
        clock.moment += timedelta(seconds=1)
        began = time.perf_counter()
        engine.do(command, as_=actor)
        times.append(time.perf_counter() - began)
    return median(times)


if __name__ == "__main__":
    main()
