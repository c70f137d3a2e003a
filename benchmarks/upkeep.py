"""What upkeep costs of each case and of each event: verify, rebuild, backup, restore, a night of `verify --rolling`, and the first look of `due`.

    make bench                        a JSON line for each figure; see figures.py for the status
    CASES=10000 .venv/bin/python benchmarks/upkeep.py

Each case is one that may be cleared: what was done in one of them is done in all, step by step, and notes fill it up to 80 events. (To clear one looks at the
heads of all: 0.3 s where there are 10,000.) There are 1,000 of them, and
their restore is rehearsed. A figure is the milliseconds of a case, by the wall; beside it stand, of the quickest run, the microseconds of an event, the
seconds, and those of the processor in all processes: they say what it takes where nobody else works. A backup is locked to a key of age: a passphrase takes a second more, however much there is.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from itertools import takewhile
from pathlib import Path
from typing import Any

from figures import ended, show
from invented_cases import ANNA, START, a_note, ready_to_depart, wait_for_the_disk
from pyrage import x25519
from wayhome import Actor, Engine, create, restore
from wayhome.stories.playing import StoryClock

CASES, EVENTS = int(os.environ.get("CASES", "1000")), 80
ROUNDS = int(os.environ.get("ROUNDS", "2"))
CLEARANCE = "departure_clearance"
Told = tuple[datetime, Actor, Any]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        file, key = Path(folder, "office.db"), x25519.Identity.generate()
        create(f"sqlite:///{file}", key_file=f"{file}.key")
        with Engine.open(f"sqlite:///{file}", clock=(clock := StoryClock(START))) as engine:
            fill(engine, clock)
            timed("verify", engine.verify)
            timed("verify, in two processes", lambda: engine.verify(processes=2))
            timed("a night of verify --rolling, where nothing has changed", rolling(engine))
            timed("rebuild", engine.rebuild)
            taken = iter(range(ROUNDS))
            timed(
                "backup", lambda: engine.backup(Path(folder, f"{next(taken)}.age"), recipients=[str(key.to_public())])
            )
        put = iter(range(ROUNDS))

        def put_back() -> Any:
            path = Path(folder, f"again{next(put)}.db")
            path.with_name(path.name + ".key").write_bytes(Path(folder, "office.db.key").read_bytes())
            path.with_name(path.name + ".key").chmod(0o600)
            found = restore(Path(folder, "0.age"), f"sqlite:///{path}", identity=str(key))
            assert found.ok
            assert (found.cases, found.events) == (CASES, CASES * EVENTS)

        timed("restore", put_back)
    ended()


def fill(engine: Engine, clock: StoryClock) -> None:
    """Bring so many cases to where they may depart, all at once, and write notes until each has its events."""
    wait_for_the_disk(engine, "OFF")
    (_, _, opening), *rest = walked()
    numbers = [engine.do(opening, as_=ANNA).case for _ in range(CASES)]
    for moment, actor, command in rest:
        clock.moment = moment
        done(engine, (replace(command, case=number) for number in numbers), actor)
    left = EVENTS - engine.case(numbers[0], as_=ANNA).version
    assert left >= 0
    done(engine, (a_note(number) for number in numbers for _ in range(left)), ANNA)
    wait_for_the_disk(engine, "FULL")


def walked() -> list[Told]:
    """Walk one case to its departure, in memory; gives each command with its moment and who gave it."""
    clock, told = StoryClock(START), list[Told]()
    with Engine.open("sqlite://", clock=clock) as engine, noting(engine, clock, told):
        ready_to_depart(engine, clock)
    return [*takewhile(lambda one: getattr(one[2], "step", None) != CLEARANCE, told)]


@contextmanager
def noting(engine: Engine, clock: StoryClock, told: list[Told]) -> Iterator[None]:
    plain = engine.do

    def do(command: Any, *, as_: Actor) -> Any:
        done = plain(command, as_=as_)
        told.append((clock.moment, as_, command))
        return done

    engine.do = do  # type: ignore[method-assign]
    yield


def done(engine: Engine, commands: Iterator[Any], actor: Actor) -> None:
    for one in engine.do_all(commands, as_=actor):
        if one is None or isinstance(one, Exception):
            raise SystemExit(f"It was not done: {one}")


def rolling(engine: Engine) -> Callable[[], Any]:
    engine.verify(rolling=True)  # the first looks at all that there is
    return lambda: engine.verify(rolling=True)


def timed(name: str, act: Callable[[], Any]) -> None:
    times, worked = [], []
    for _ in range(ROUNDS):
        began, used = time.perf_counter(), sum(os.times()[:4])
        act()
        times.append(time.perf_counter() - began)
        worked.append(sum(os.times()[:4]) - used)
    beside = {"us_of_an_event": round(min(times) / CASES / EVENTS * 1e6, 1), "seconds": round(min(times), 1)}
    show(
        f"ms of {name}, of a case",
        [1e3 * one / CASES for one in times],
        **beside,
        processor_seconds=round(min(worked), 1),
    )


if __name__ == "__main__":
    main()
