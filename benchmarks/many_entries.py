"""What 300 and 3,000 entries of registers cost a command, beside ten of them in the same run.

    make bench                        a JSON line for each figure; see figures.py for the status
    ROUNDS=100 make bench             commands of each kind, instead of 40

Each figure is a command in a case with many entries beside the same in one with few: pairs, in turn, each waiting for the disk as people do.
A command is a note, a fact, or one more entry; and, where they are payments of which each waits for its proof, one more payment.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from datetime import timedelta
from itertools import count

from figures import ended, tell
from invented_cases import ANNA, START, a_note, ready_to_depart, wait_for_the_disk
from wayhome import Engine, commands, create
from wayhome.stories.playing import StoryClock

ROUNDS, FEW = int(os.environ.get("ROUNDS", "40")), 10
GOALS = {300: 1.25, 3_000: 4.0}
BUDGET = {"funder": "ng_idia", "for": ["training"], "granted": "90000 EUR", "form": "cash"}
PAYMENT = {"budget": "budget-1", "direction": "out", "amount": "5 EUR", "payee": "An invented shop"}
COURSE = {"service": "training", "provider": "ng_idia", "what": "An invented course", "ended_how": "finished"}
KINDS: dict[str, Callable[[str, int], commands.AnyCommand]] = {
    "a note": lambda case, _: a_note(case),
    "a fact": lambda case, n: commands.Record(case, facts={"languages": ["en", "fr"] if n % 2 else ["en"]}),
    "an entry": lambda case, _: commands.Enter(case, register="service", status="ended", fields=COURSE),
}
PAYMENTS: dict[str, Callable[[str, int], commands.AnyCommand]] = {
    "a payment": lambda case, _: commands.Enter(case, register="payment", status="paid", fields=PAYMENT),
    "a note beside payments": KINDS["a note"],
}


def main() -> None:
    clock = StoryClock(START)
    with tempfile.TemporaryDirectory() as folder:
        create(f"sqlite:///{folder}/case.db", key_file=f"{folder}/case.db.key")
        with Engine.open(f"sqlite:///{folder}/case.db", clock=clock) as engine:

            def seconds(case: str, act: Callable[[str, int], commands.AnyCommand], number: int) -> float:
                clock.moment += timedelta(seconds=1)
                command = act(case, number)
                began = time.perf_counter()
                engine.do(command, as_=ANNA)
                return time.perf_counter() - began

            for kinds, made_of in ((KINDS, "an entry"), (PAYMENTS, "a payment")):
                cases = {entries: ready_to_depart(engine, clock) for entries in (FEW, *GOALS)}
                wait_for_the_disk(engine, "OFF")
                for entries, case in cases.items():
                    engine.do(commands.Enter(case, register="budget", status="granted", fields=BUDGET), as_=ANNA)
                    for number in range(entries):
                        seconds(case, kinds[made_of], number)
                wait_for_the_disk(engine, "FULL")
                for name, act in kinds.items():
                    for (entries, goal), number in zip(GOALS.items(), count(), strict=False):
                        pairs = list[tuple[float, float]]()
                        for turn in range(ROUNDS):
                            first, second = (FEW, entries) if turn % 2 else (entries, FEW)
                            took = {one: seconds(cases[one], act, number + turn) for one in (first, second)}
                            pairs.append((took[entries], took[FEW]))
                        tell(f"{name}, {entries:,} entries / {FEW}", [a / b for a, b in pairs], goal)
    ended()


if __name__ == "__main__":
    main()
