"""Walk a case to a permitted departure by answering nothing but the first remedy whose time has come.

This is the promise of "why not?": that its questions, answered one after the other by those whom it names, lead there when the
answers allow it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from typing import Any

from wayhome.commands import read_command
from wayhome.engine import Engine
from wayhome.flow.rows import NextRow
from wayhome.model.actor import Actor
from wayhome.model.moves import AFTER_LANDING
from wayhome.model.reason import Reason, Remedy
from wayhome.results import CaseView
from wayhome.stories.playing import StoryClock
from wayhome.testing.scripted_answers import Replies, answered

MOST_STEPS = 400
SENDS = "invented_organisation"
OF_WHO_SENDS = ("case_manager_sending", "travel_officer")
OF_WHO_RECEIVES = ("case_manager_receiving", "reception_officer", "service_provider")


@dataclass
class Walk:
    """How a walk went: what was done, in order, and what stood in the way when it stopped."""

    done: list[tuple[datetime, str, Mapping[str, Any]]] = field(default_factory=list)
    stuck: tuple[Reason, ...] = ()

    @property
    def arrived(self) -> bool:
        return not self.stuck


def an_actor_for(role: str, case: Callable[[], CaseView] | None = None, *, house: str = SENDS) -> Actor:
    """Make an invented actor who holds one role, of the house that has them in a case, which `case` shows: who receives, or leads.

    Where nobody receives yet, a second case manager of who sends does what the receiving one could.

    Args:
        house: that sends.
    """
    view = case() if case is not None else None
    receives = view.roles.get("receiving_organisation") if view and role in OF_WHO_RECEIVES else None
    is_there = view is not None and view.phase in AFTER_LANDING
    if view is not None and receives is None and role == "case_manager_receiving" and not is_there:
        return Actor("invented_colleague", house, {"case_manager_sending"})
    if view is not None and role not in OF_WHO_SENDS:
        house = receives or view.owner or house
    return Actor(f"invented_{role}", house, {role})


def who_does(asked: Remedy | NextRow, case: Callable[[], CaseView] | None = None, *, house: str = SENDS) -> Actor:
    """Make an invented actor who does what is asked: the first of those who may; a colleague of theirs, where another's word is signed."""
    actor = an_actor_for(next(iter(asked.who)), case, house=house)
    return Actor(f"{actor.id}_too", actor.organisation, actor.roles) if asked.do["do"] == "sign" else actor


def walk_to_departure(
    engine: Engine,
    clock: StoryClock,
    case: str,
    *,
    answers: Replies = answered,
    choose: Callable[[Remedy], Remedy] = lambda r: r,
    stop: Callable[[Walk], bool] = lambda _: False,
) -> Walk:
    """Answer the first remedy whose `from` has come, again and again; let time pass when none has. Stops at a permitted departure.

    Args:
        answers: what an invented case worker answers to the questions of the remedies.
        choose: may take another remedy, as a case worker would (e.g. for another paper).
        stop: ends the walk when it says so.

    Raises:
        WayhomeError: what was answered is refused.
    """
    house = engine._recorded(case)[1].organisation
    asker = an_actor_for("case_manager_sending", house=house)
    walk = Walk()
    while len(walk.done) < MOST_STEPS and not stop(walk):
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
        do = answers(engine, case, remedy)
        engine.do(
            read_command(do, case=case),
            as_=who_does(remedy, partial(engine.case, case, as_=asker, parts=()), house=house),
        )
        walk.done.append((now, next(iter(remedy.who)), do))
    walk.stuck = engine.why(case, "depart", as_=asker).unmet
    return walk
