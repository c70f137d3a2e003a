"""Does commands in the code that stands first in PYTHONPATH, as `before.py` asks for them. It is copied, and uses public names only: it must run in old code and new."""

from __future__ import annotations

import gc
import importlib
import json
import logging
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TREE, DATABASE = Path(sys.argv[1]).resolve(), sys.argv[2]

import wayhome as wh  # noqa: E402 - the paths are looked at first
from wayhome.testing import an_actor_for, walk_to_departure  # noqa: E402

CASES = 40  # beside the two that are asked about
ANNA, ROSA = an_actor_for("case_manager_sending"), an_actor_for("risk_assessor")
NOTE = "An invented note of usual length, sealed under the key of its case."
FACTS = {"age_status": "adult", "has_passport": True}


class Clock:
    """A clock that each command moves on."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 3, 2, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment


def packs() -> Any:
    """Give the packs of this tree, and see that nothing of another runs."""
    names = sorted(path.name for path in TREE.glob("plugins/*/wayhome_*"))
    modules = [importlib.import_module(name) for name in names]
    for module in (wh, *modules):
        place = Path(str(module.__file__)).resolve()
        assert place.is_relative_to(TREE), f"{place} is not of {TREE}"
    return wh.Packs.of(*modules)


def main() -> None:
    logging.disable(logging.CRITICAL)
    clock: Any = Clock()
    wh.create(f"sqlite:///{DATABASE}", key_file=f"{DATABASE}.key")
    with wh.Engine.open(f"sqlite:///{DATABASE}", clock=clock, packs=packs()) as engine:
        opening = wh.Open(host_country="BE", origin_country="NG", facts=FACTS)
        others = [engine.do(opening, as_=ANNA).case for _ in range(CASES)]
        for case in others:  # registered, so that the same is due of them in old code and new
            engine.do(wh.Complete(case, step="register_referral"), as_=ANNA)
        ready, busy = engine.do(opening, as_=ANNA).case, engine.do(opening, as_=ANNA).case
        for case in (ready, busy):  # one is looked at, and in one something is done: its history grows
            walk_to_departure(engine, clock, case)
        todo = commands(engine, clock, others[0], ready, busy)
        print(json.dumps({"commands": [*todo]}), flush=True)
        for line in sys.stdin:
            print(json.dumps({"us": took(*todo[line.strip()])}), flush=True)


def commands(
    engine: Any, clock: Clock, new: str, ready: str, busy: str
) -> dict[str, tuple[int, Callable[[], Any], Callable[[], Any]]]:
    """Give by name how often a command is done for one figure, what comes before each (not measured), and the command."""

    def later() -> None:
        clock.moment += timedelta(seconds=1)

    def opened_again() -> None:
        later()
        engine.do(wh.Redo(busy, step="risk_recheck"), as_=ROSA)
        later()

    note = wh.Note(busy, group="case", text=NOTE)
    record = wh.Record(busy, facts={"languages": ["en"]})
    done = wh.Complete(busy, step="risk_recheck", result="unchanged", fields={"will_confirmed": True})
    asked = {"do": "complete", "step": "risk_recheck"}
    return {
        "note": (30, later, lambda: engine.do(note, as_=ANNA)),
        "record": (20, later, lambda: engine.do(record, as_=ANNA)),
        "complete": (15, opened_again, lambda: engine.do(done, as_=ROSA)),
        "why depart": (6, later, lambda: engine.why(ready, "depart", as_=ANNA)),
        "why depart, a new case": (6, later, lambda: engine.why(new, "depart", as_=ANNA)),
        "case": (10, later, lambda: engine.case(ready, as_=ANNA)),
        "next": (4, later, lambda: engine.next(ready, as_=ANNA)),
        "due": (150, later, lambda: engine.due(as_=ANNA, limit=50)),
        "due, of a role": (100, later, lambda: engine.due(as_=ANNA, role="case_manager_sending", limit=50)),
        "form": (250, later, lambda: engine.form(ready, asked, as_=ROSA)),
    }


def took(times: int, before: Callable[[], Any], act: Callable[[], Any]) -> float | None:
    """Give the microseconds of the processor for one, of some in a row; None where it cannot be done here."""
    gc.collect()
    spent = 0
    for _ in range(times):
        try:
            before()
            began = time.process_time_ns()
            act()
            spent += time.process_time_ns() - began
        except Exception as error:
            print(f"{TREE.name}: {type(error).__name__}: {error}", file=sys.stderr)
            return None
    return spent / times / 1000


if __name__ == "__main__":
    main()
