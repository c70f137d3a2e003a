"""What a hundred times as many cases cost a command and the lists, and a long history a page of it.

    make bench                        a JSON line for each figure; see figures.py for the status
    CASES=10000 make bench            instead of 100,000

A command, and a page of a history, are measured beside the same in a small database: pairs, in turn. The cases are opened by the engine, for
as many houses in turn as makes two hundred cases each, and lists are asked for by somebody of one of these. To make many quickly nothing is
waited for on the disk, and what is the same for all of a day (what is due, and that the process is kept) is found once; `verify` looks at
some of them afterwards. Commands are notes on cases by chance, none of which is in memory. Lists are asked for in a program that goes on,
after something was written each time: they take at most 50 ms of the processor, however many cases there are. The first time every case is
opened, as in each program that was just opened: that is told beside. Of a name each case of the house is opened whole: that has no goal.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from figures import ended, show, tell
from invented_cases import ANNA, OPENING, START, a_note, wait_for_the_disk
from wayhome import Actor, Engine, commands, create
from wayhome.model.case import Case
from wayhome.packs.process import Process
from wayhome.store import cases
from wayhome.stories.playing import StoryClock

CASES = int(os.environ.get("CASES", "100000"))
FEW, CASES_A_DAY, OF_A_HOUSE = 1_000, 500, 200
LONG, SHORT, PAGE = 2_000, 100, 50
LOOKED_AT = 200
COMMANDS, CALLS = 200, int(os.environ.get("CALLS", "5"))
MOST_MS, BY_NAME = 50, "find by a name"

LISTS: dict[str, Callable[[Engine, Actor], Any]] = {
    "due": lambda engine, one: engine.due(as_=one, limit=PAGE),
    "today": lambda engine, one: engine.today(as_=one),
    "cases": lambda engine, one: engine.cases(as_=one, limit=PAGE),
    "count": lambda engine, one: engine.count(as_=one),
    BY_NAME: lambda engine, one: engine.cases(as_=one, called="Invented Name", limit=PAGE),
}

Call = Callable[[], Any]


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        many, few = (Office(Path(folder), name, count) for name, count in (("many", CASES), ("few", FEW)))
        for one in (many, few):
            stack.callback(one.engine.close)
            one.fill()
        sizes = f"{CASES:,} cases / {FEW:,}"
        commands = ((many.command(), few.command()) for _ in range(COMMANDS))
        compared(f"a command, {sizes}", commands, 1.3)
        for name in LISTS:
            first, *then = (many.listed(name) * 1e3 for _ in range(CALLS * 8 + 1))
            if name == BY_NAME:
                show(f"ms of {name}, {CASES:,} cases", then, first_ms=round(first))
            else:
                tell(f"ms of {name}, {CASES:,} cases", then, MOST_MS, first_ms=round(first))
        long, short = few.with_history(LONG), few.with_history(SHORT)
        compared(f"history, the last {PAGE} events, {LONG:,} / {SHORT}", [(long, short)] * CALLS * 8, 2.0)
    ended()


class Office:
    """A database with so many cases, opened on one day after the other."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self.count, self.clock, self.numbers = count, StoryClock(START), list[str]()
        self._chance, self._houses = Random(count), max(1, count // OF_A_HOUSE)
        self.one = replace(ANNA, organisation="house_0")
        create(f"sqlite:///{folder}/{name}.db", key_file=folder / f"{name}.db.key")
        self.engine = Engine.open(f"sqlite:///{folder}/{name}.db", clock=self.clock)

    def fill(self) -> None:
        wait_for_the_disk(self.engine, "OFF")
        self.numbers.append(self.opened())
        while len(self.numbers) < self.count:
            with found_once():
                today = min(CASES_A_DAY, self.count - len(self.numbers))
                for _ in range(today):
                    self.numbers.append(self.opened())
            self.clock.moment += timedelta(days=1)
        wait_for_the_disk(self.engine, "NORMAL")
        found = self.engine.verify(most=LOOKED_AT)
        assert not found.problems

    def opened(self) -> str:
        """Open a case of the house whose turn it is, and register who referred the person: then something is due."""
        worker = replace(ANNA, organisation=f"house_{len(self.numbers) % self._houses}")
        case = self.engine.do(OPENING, as_=worker).case
        self.engine.do(commands.Complete(case, step="register_referral"), as_=worker)
        return case

    def by_chance(self) -> tuple[commands.Note, Actor]:
        """Give a note on one of the cases, and who writes it."""
        n = self._chance.randrange(len(self.numbers))
        return a_note(self.numbers[n]), replace(ANNA, organisation=f"house_{n % self._houses}")

    def command(self) -> Call:
        note, worker = self.by_chance()

        def do() -> None:
            self.engine._store._known.clear()
            self.engine.do(note, as_=worker)

        return do

    def listed(self, name: str) -> float:
        """Write something, and give the seconds of the processor that such a list of one house takes then."""
        note, worker = self.by_chance()
        self.engine.do(note, as_=worker)
        began = time.process_time()
        LISTS[name](self.engine, self.one)
        return time.process_time() - began

    def with_history(self, events: int) -> Call:
        """Write a history that long; gives what reads its last page."""
        case = self.engine.do(OPENING, as_=ANNA).case
        while self.engine.case(case, as_=ANNA).version < events:
            self.engine.do(a_note(case), as_=ANNA)

        def read() -> None:
            assert len(self.engine.history(case, as_=ANNA, after=events - PAGE, limit=PAGE)) == PAGE

        return read


@contextmanager
def found_once() -> Iterator[None]:
    """Find only once what is due in cases that are opened at one moment, and that their process is kept."""
    module: Any = cases
    dues, keeps, found = module.rederive_dues, module.Store.keep_process, dict[int, Any]()

    def rederive_dues(process: Process, case: Case, *before: Any) -> Any:
        if case.version not in found:
            found[case.version] = dues(process, case, *before)
        return found[case.version]

    module.rederive_dues, module.Store.keep_process = rederive_dues, lambda *_: None
    try:
        yield
    finally:
        module.rederive_dues, module.Store.keep_process = dues, keeps


def compared(name: str, pairs: Iterable[tuple[Call, Call]], goal: float, *, tells_first: bool = False) -> None:
    """Time pairs, each made when it is its turn; the first is not counted, and told where that is worth reading."""
    turns = iter(pairs)
    first = in_turn(*next(turns), is_turned=False)
    times = [in_turn(*pair, is_turned=bool(number % 2)) for number, pair in enumerate(turns)]
    large, small = (round(median(one) * 1e6) for one in zip(*times, strict=True))
    beside: dict[str, Any] = dict(
        zip(("large_first_ms", "small_first_ms"), (round(one * 1e3) for one in first), strict=True)
    )
    tell(name, [a / b for a, b in times], goal, large_us=large, small_us=small, **(beside if tells_first else {}))


def in_turn(large: Call, small: Call, *, is_turned: bool) -> tuple[float, float]:
    """Time both, the small one first where they are turned: whoever comes second may have to wait for other programs."""
    if is_turned:
        after = seconds(small)
        return seconds(large), after
    return seconds(large), seconds(small)


def seconds(act: Call) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
