"""Whether the memory of a program that runs for long stays flat, over 20,000 commands.

    make bench                        a JSON line; see figures.py for the status
    LONG_RUN=5000 make bench          commands, instead of 20,000

One engine works on some cases in the middle of a return, as people do, and on others, of which it opens more and more; in between it is
asked why, and shows cases, histories and what is due. Every hundred commands the memory of the process is noted, as the system counts it.
It is called flat when it is in the last fifth of the commands at most 1.02 times what it was in the second fifth: in the first, what is
kept fills up.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from figures import ended, tell
from invented_cases import ANNA, OPENING, START, a_note, as_people_do, ready_to_depart, wait_for_the_disk
from wayhome import Actor, Engine, create
from wayhome.stories.playing import StoryClock

COMMANDS = int(os.environ.get("LONG_RUN", "20000"))
READY, OTHERS, EVERY = 10, 1_100, 100  # others, more than the engine keeps keys of
MEMORY, PAGE_BYTES = Path("/proc/self/statm"), os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    if not MEMORY.exists():
        print(json.dumps({"left_out": "memory of a long-running process", "why": f"this system has no {MEMORY}"}))
        return
    with tempfile.TemporaryDirectory() as folder:
        found = noted(f"sqlite:///{folder}/engine.db")
    fifth = len(found) // 5
    before = median(found[fifth : 2 * fifth])
    beside: dict[str, Any] = {"commands": COMMANDS, "first_mb": found[0], "early_mb": before, "last_mb": found[-1]}
    tell("memory of a long-running process, late / early", [one / before for one in found[-fifth:]], 1.02, **beside)
    ended()


def noted(url: str) -> list[float]:
    """Do the commands; give the memory of the process after each hundred, in megabytes."""
    clock, found = StoryClock(START), list[float]()
    create(url, key_file=f"{url.removeprefix('sqlite:///')}.key")
    with Engine.open(url, clock=clock) as engine:
        wait_for_the_disk(engine, "OFF")
        ready = [ready_to_depart(engine, clock) for _ in range(READY)]
        others = [engine.do(OPENING, as_=ANNA).case for _ in range(OTHERS)]
        for number, (command, actor) in zip(range(1, COMMANDS + 1), work(ready, others), strict=False):
            clock.moment += timedelta(seconds=1)
            done = engine.do(command, as_=actor)
            if command is OPENING:
                others.append(done.case)
            if number % EVERY == 0:
                look(engine, done.case)
                resident = int(MEMORY.read_text().split()[1])
                found.append(round(resident * PAGE_BYTES / 1e6, 1))
    return found


def work(ready: list[str], others: list[str]) -> Iterator[tuple[Any, Actor]]:
    """Give commands without end: on each case in the middle of a return all that people do, then on others, and now and then a new one."""
    chance = Random(1)
    while True:
        for case in ready:
            yield from as_people_do(case)
            for _ in range(3):
                yield a_note(chance.choice(others)), ANNA
        yield OPENING, ANNA


def look(engine: Engine, case: str) -> None:
    engine.why(case, "depart", as_=ANNA)
    engine.case(case, as_=ANNA)
    engine.history(case, as_=ANNA, limit=50)
    engine.due(as_=ANNA, limit=50)


if __name__ == "__main__":
    main()
