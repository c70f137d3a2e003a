"""Walk a case to a permitted departure by doing nothing but the first remedy whose time has come.

This is the promise of "why not?": that its remedies, done one after the other by those whom it names, lead there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from wayhome.commands import read_command
from wayhome.engine import Engine
from wayhome.model.actor import Actor
from wayhome.model.closed_sets import EXPLAINED
from wayhome.model.reason import Reason, Remedy
from wayhome.results import CaseView
from wayhome.stories.playing import StoryClock

MOST_STEPS = 400
# What an invented case worker finds where a remedy asks, and fills nothing in: of somebody who is vetted.
FOUND: Mapping[str, Any] = {"result": "trusted", "how": ["papers_seen"], "seen_where": "(invented words)"}
EXPLAINED_ALL: Mapping[str, Any] = {"explained": list(EXPLAINED), "version": "invented_1"}
WORKERS: Mapping[str, str] = {"case_owner": "invented_worker", "handover_confirmation": "invented_worker_there"}


@dataclass
class Walk:
    """How a walk went: what was done, in order, and what stood in the way when it stopped."""

    done: list[tuple[datetime, str, Mapping[str, Any]]] = field(default_factory=list)
    stuck: tuple[Reason, ...] = ()

    @property
    def arrived(self) -> bool:
        return not self.stuck


def an_actor_for(role: str, case: Callable[[], CaseView] | None = None) -> Actor:
    """Make an invented actor who holds one role; on the receiving side of a case, which `case` shows, one of whom receives there."""
    house = case().roles.get("receiving_organisation") if case and role == "case_manager_receiving" else None
    return Actor(f"invented_{role}", house or "invented_organisation", {role})


def answered(do: Mapping[str, Any]) -> dict[str, Any]:
    """Answer what a remedy leaves open."""
    if do["do"] == "assign" and do["role"] in WORKERS and "ref" not in do:
        return {**do, "case_worker": WORKERS[do["role"]]}
    if do["do"] == "complete" and do["step"] in WORKERS:
        return {**do, "case_worker": WORKERS[do["step"]]}
    if do["do"] == "consent" and do.get("answer") == "given":
        return {**EXPLAINED_ALL, **do}
    return {**do, **FOUND} if do["do"] == "complete" and "for" in do else dict(do)


def walk_to_departure(
    engine: Engine, clock: StoryClock, case: str, *, choose: Callable[[Remedy], Remedy] = lambda r: r
) -> Walk:
    """Do the first remedy whose `from` has come, again and again; let time pass when none has. Stops at a permitted departure.

    Args:
        choose: may change what a remedy proposes, as a case worker would (e.g. another paper).
    """
    asker = an_actor_for("case_manager_sending")
    walk = Walk()
    while len(walk.done) < MOST_STEPS:
        decision = engine.why(case, "depart", as_=asker)
        if decision.allowed:
            return walk
        remedies = [reason.remedy for reason in decision.unmet if reason.remedy is not None]
        now = engine.now()
        ready = [r for r in remedies if r.from_ is not None and r.from_ <= now]
        if not ready:
            later = [r.from_ for r in remedies if r.from_ is not None]
            if not later:
                walk.stuck = decision.unmet
                return walk
            clock.moment = min(later)
            continue
        remedy = choose(ready[0])
        engine.do(
            read_command(answered(remedy.do), case=case),
            as_=an_actor_for(remedy.who[0], partial(engine.case, case, as_=asker)),
        )
        walk.done.append((now, remedy.who[0], remedy.do))
    walk.stuck = engine.why(case, "depart", as_=asker).unmet
    return walk
