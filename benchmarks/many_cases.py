"""What a hundred times as many cases cost a command and the lists, and a long history a page of it.

    make bench                        a JSON line for each figure; see figures.py for the status
    CASES=10000 make bench            instead of 100,000

Each figure is a call in the large database beside the same in the small one: pairs, in turn. The cases are opened by the engine. To make
many quickly nothing is waited for on the disk, and what is the same for all of a day (what is due, and that the process is kept) is
found once; `verify` looks at some of them afterwards. Commands are notes on cases by chance, none of which is in memory. What is due is asked
in a program that goes on, after something was written each time: the first time, which opens every case, is told beside. The cases are
those of fifty houses, in turn; it is asked what is due for one of them, and for a role of which nothing is due. That takes at most 50 ms, however many
cases there are.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import cycle
from pathlib import Path
from random import Random
from statistics import median
from typing import Any

from figures import ended, tell
from invented_cases import ANNA, OPENING, START, a_note, wait_for_the_disk
from wayhome import Engine, commands, create
from wayhome.model.case import Case
from wayhome.packs.process import Process
from wayhome.store import cases
from wayhome.stories.playing import StoryClock

CASES = int(os.environ.get("CASES", "100000"))
FEW, CASES_A_DAY, HOUSES = 1_000, 500, 50
LONG, SHORT, PAGE = 2_000, 100, 50
LOOKED_AT = 200
COMMANDS, CALLS = 200, int(os.environ.get("CALLS", "5"))
MOST_MS = 50
OF_A_HOUSE: dict[str, Any] = {"organisation": "house_7"}
OF_NOBODY: dict[str, Any] = {"role": "travel_officer"}  # who has nothing to do yet

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
        dues = ((many.due(), few.due()) for _ in range(CALLS * 8))
        compared(f"due, limit {PAGE}, {sizes}", dues, 2.0, tells_first=True)
        for whose, asked, rows in (("a house", OF_A_HOUSE, PAGE), ("nobody", OF_NOBODY, 0)):
            times = [seconds(many.due(min(rows, CASES // HOUSES), **asked)) * 1e3 for _ in range(CALLS * 8)]
            tell(f"ms of due, of {whose}, {CASES:,} cases", times, MOST_MS)
        compared(f"cases, limit {PAGE}, {sizes}", [(many.listed, few.listed)] * CALLS * 8, 2.0)
        long, short = few.with_history(LONG), few.with_history(SHORT)
        compared(f"history, the last {PAGE} events, {LONG:,} / {SHORT}", [(long, short)] * CALLS * 8, 2.0)
    ended()


class Office:
    """A database with so many cases, opened on one day after the other."""

    def __init__(self, folder: Path, name: str, count: int) -> None:
        self.count, self.clock, self.numbers = count, StoryClock(START), list[str]()
        self._chance, self._houses = Random(count), cycle(range(HOUSES))
        create(f"sqlite:///{folder}/{name}.db", key_file=folder / f"{name}.db.key")
        self.engine = Engine.open(f"sqlite:///{folder}/{name}.db", clock=self.clock)

    def fill(self) -> None:
        wait_for_the_disk(self.engine, "OFF")
        self.numbers.append(self.opened())
        while len(self.numbers) < self.count:
            with found_once():
                today = min(CASES_A_DAY, self.count - len(self.numbers))
                self.numbers += [self.opened() for _ in range(today)]
            self.clock.moment += timedelta(days=1)
        wait_for_the_disk(self.engine, "NORMAL")
        found = self.engine.verify(most=LOOKED_AT)
        assert not found.problems

    def opened(self) -> str:
        """Open a case, and register who referred the person: then something is due."""
        worker = replace(ANNA, organisation=f"house_{next(self._houses)}")
        case = self.engine.do(OPENING, as_=worker).case
        self.engine.do(commands.Complete(case, step="register_referral"), as_=worker)
        return case

    def command(self) -> Call:
        note = a_note(self._chance.choice(self.numbers))

        def do() -> None:
            self.engine._store._known.clear()
            self.engine.do(note, as_=ANNA)

        return do

    def due(self, rows: int = PAGE, **asked: Any) -> Call:
        """Write something, and give what asks then what is due, of all or of whom it is asked: so many rows."""
        self.engine.do(a_note(self._chance.choice(self.numbers)), as_=ANNA)

        def ask() -> None:
            assert len(self.engine.due(as_=ANNA, limit=PAGE, **asked)) == rows

        return ask

    def listed(self) -> None:
        assert len(self.engine.cases(as_=ANNA, limit=PAGE)) == PAGE

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
