"""How much processor time asking and doing takes, in a case in the middle of a return: microseconds per call.

    make bench                    JSON lines: each round, then the medians
    ROUNDS=9 CALLS=100 make bench

Processor time, because machines are shared: what waits for the disk or for others is not counted (for that there is
`durable_command.py`). To compare two versions run it with both in turn, several times.
"""

from __future__ import annotations

import json
import logging
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from wayhome import Actor, Engine, commands, create
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, walk_to_departure

ROUNDS = int(os.environ.get("ROUNDS", "5"))
CALLS = int(os.environ.get("CALLS", "60"))
CASES = 300  # in the lists
START = datetime(2026, 3, 2, 8, tzinfo=UTC)

structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))


def cost(call: Callable[[], Any], calls: int = CALLS) -> int:
    """Give the median processor time of a call, in microseconds; the first is not counted, it fills what is kept."""
    call()
    times = []
    for _ in range(calls):
        begin = time.process_time_ns()
        call()
        times.append(time.process_time_ns() - begin)
    return round(statistics.median(times) / 1000)


def one_round(folder: str) -> dict[str, int]:
    """Measure everything once, with a database of its own."""
    clock = StoryClock(START)
    anna, rosa = Actor("anna", "invented_house", {"case_manager_sending"}), an_actor_for("risk_assessor")
    opening = commands.Open(host_country="BE", origin_country="NG", facts={"age_status": "adult", "has_passport": True})
    create(f"sqlite:///{folder}/bench.db")
    with Engine.open(f"sqlite:///{folder}/bench.db", clock=clock) as engine:
        case = engine.do(opening, as_=anna).case
        walk_to_departure(engine, clock, case)

        def in_turn() -> None:
            for command, actor in (
                (commands.Redo(case, step="risk_recheck"), rosa),
                (
                    commands.Complete(case, step="risk_recheck", result="unchanged", fields={"will_confirmed": True}),
                    rosa,
                ),
                (commands.Note(case, group="case", text="An invented note of usual length."), anna),
            ):
                clock.moment += timedelta(seconds=1)
                engine.do(command, as_=actor)

        found = {
            "durable_command": round(cost(in_turn) / 3),
            "why_depart": cost(lambda: engine.why(case, "depart", as_=anna)),
            "case": cost(lambda: engine.case(case, as_=anna)),
            "next": cost(lambda: engine.next(case, as_=anna)),
            "open_case": cost(lambda: engine.do(opening, as_=anna), CASES - 2),
            "cases": cost(lambda: engine.cases(as_=anna), 10),
            "due": cost(lambda: engine.due(as_=anna), 10),
        }
    return found | {"open_engine": cost(lambda: Engine.open(f"sqlite:///{folder}/bench.db").close())}


def main() -> None:
    rounds = []
    for number in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder:
            rounds.append(one_round(folder))
        print(json.dumps({"round": number + 1, **rounds[-1]}), flush=True)
    medians = {name: statistics.median(one[name] for one in rounds) for name in rounds[0]}
    print(json.dumps({"median_us": medians, "rounds": ROUNDS, "calls": CALLS, "python": sys.version.split()[0]}))


if __name__ == "__main__":
    main()
