"""How long it takes to decide on a departure, with every reason, beside one trigger of `transitions`: pairs, in turn.

    make bench                        a JSON line for each figure; see figures.py for the status

Deciding is what lies between a case in memory and its decision: `decide(judge(…))`, with what the packs' own code
has answered and the events were read before.
The trigger is that of the same move in a machine of the same phases, with a model and without conditions.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from figures import ended, tell
from invented_cases import ANNA, OPENING, START, ready_to_depart
from transitions import Machine
from wayhome import Engine
from wayhome.case_now import CaseNow
from wayhome.commands import Move
from wayhome.model.moves import MOVES, PHASES
from wayhome.model.reason import Decision
from wayhome.packs.plugin_calls import PluginCalls, with_plugin_calls
from wayhome.stories.playing import StoryClock

PAIRS = int(os.environ.get("PAIRS", "30"))
DECISIONS, TRIGGERS = 5, 200  # of a pair


class Model:
    """What a machine moves."""

    state: str
    depart: Callable[[], bool]


def main() -> None:
    clock = StoryClock(START)
    with Engine.open("sqlite://", clock=clock) as engine:
        new = engine.do(OPENING, as_=ANNA).case
        ready = ready_to_depart(engine, clock)
        for name, case, goal in (("all met", ready, 60), ("all unmet", new, 200)):
            decided = deciding(engine, case)
            reasons = decided().reasons
            unmet = sum(not reason.met for reason in reasons)
            assert unmet == 0 if case == ready else unmet > len(reasons) * 0.8
            pairs = [(seconds(decided, DECISIONS), seconds(triggering(), TRIGGERS)) for _ in range(PAIRS)]
            ours, other = (round(median(times) * 1e6, 1) for times in zip(*pairs, strict=True))
            beside = {"reasons": len(reasons), "unmet": unmet, "ours_us": ours, "other_us": other}
            tell(f"decide on a departure, {name} / one trigger", [a / b for a, b in pairs], goal, **beside)
    ended()


def deciding(engine: Engine, number: str) -> Callable[[], Decision]:
    """Give what decides on the departure of a case, at the planned moment of boarding where one is planned; plugins have answered."""
    process, case, *_ = engine._look(number, ANNA)
    command, asked = Move(number, to="depart"), list[PluginCalls]()
    now = CaseNow(process, case, engine.now()).planned_departure or engine.now()
    with engine._store.database.reading() as connection:
        past = [*engine._store.events(connection, number)]

    def decided(calls: PluginCalls) -> Decision:
        asked.append(calls)
        return engine._decide(process, case, command, ANNA, now, calls, past=lambda: past).decision

    with_plugin_calls(decided)
    return lambda: engine._decide(process, case, command, ANNA, now, asked[-1], past=lambda: past).decision


def triggering() -> Callable[[], None]:
    """Give what moves a model of `transitions` by the same move, from the same phase each time."""
    model = Model()
    rows: list[Any] = [[row.name, [*row.sources], row.to] for row in MOVES.values() if row.to]
    Machine(model=model, states=[*PHASES], transitions=rows, initial=PHASES[1], auto_transitions=False)

    def trigger() -> None:
        model.state = PHASES[1]
        model.depart()

    return trigger


def seconds(act: Callable[[], object], times: int) -> float:
    """Give how long it takes once, of so many times."""
    began = time.perf_counter()
    for _ in range(times):
        act()
    return (time.perf_counter() - began) / times


if __name__ == "__main__":
    main()
