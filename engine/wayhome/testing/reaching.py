"""Brings an invented case to a phase, as invented people do: each step by whom it is asked of."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from wayhome.commands import Move, Open, read_command
from wayhome.engine import Engine
from wayhome.model.actor import Actor
from wayhome.model.closed_sets import PHASES, Phase
from wayhome.model.reading import one_of
from wayhome.stories.playing import StoryClock
from wayhome.testing.scripted_answers import answered
from wayhome.testing.walking import SENDS, an_actor_for, walk_to_departure, who_does

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
BEFORE_BOARDING = timedelta(hours=20), timedelta(hours=2)  # when what has become too old is done anew
MOST_STEPS = 200


def brought_to(engine: Engine, clock: StoryClock, host: str, origin: str, phase: Phase, facts: dict[str, Any]) -> str:
    """Open a case and bring it to a phase; the clock goes on meanwhile. Gives its number."""
    one_of("phase", phase, PHASES, "phase")
    manager = an_actor_for("case_manager_sending")
    opened = Open(host_country=host, origin_country=origin, facts={"age_status": "adult", **facts})
    case = engine.do(opened, as_=manager).case
    for reached, go_on in zip(PHASES[1:], (_prepared, _departed, _arrived, _settled), strict=True):
        if phase in PHASES[PHASES.index(reached) :]:
            go_on(engine, clock, case)
    return case


def _prepared(engine: Engine, clock: StoryClock, case: str) -> None:
    walk_to_departure(
        engine,
        clock,
        case,
        stop=lambda _: engine.why(case, "prepare", as_=_manager()).allowed or _is_past(engine, case),
    )
    if not _is_past(engine, case):
        engine.do(Move(case, to="prepare"), as_=_manager())


def _departed(engine: Engine, clock: StoryClock, case: str) -> None:
    walk = walk_to_departure(engine, clock, case)
    assert walk.arrived, [(reason.rule, reason.fact) for reason in walk.stuck]
    boards = _moment(engine, case, 0, "departs_at")
    for before in BEFORE_BOARDING:
        clock.moment = max(clock.moment, boards - before)
        walk_to_departure(engine, clock, case)
    engine.do(Move(case, to="depart"), as_=an_actor_for("travel_officer"))


def _arrived(engine: Engine, clock: StoryClock, case: str) -> None:
    clock.moment = max(clock.moment, _moment(engine, case, -1, "arrives_at"))
    engine.do(Move(case, to="arrive"), as_=an_actor_for("travel_officer"))


def _settled(engine: Engine, clock: StoryClock, case: str) -> None:
    """Do what settling waits for, each by whom it is asked of."""
    for _ in range(MOST_STEPS):
        decision = engine.why(case, "settle", as_=_leading(engine, case))
        if decision.allowed:
            break
        remedies = [one.remedy for one in decision.unmet if one.remedy is not None and one.remedy.from_ is not None]
        remedy = min(remedies, key=lambda one: one.from_ or clock.moment)
        clock.moment = max(clock.moment, remedy.from_ or clock.moment)
        who = who_does(remedy, lambda: engine.case(case, as_=_manager(), parts=()))
        engine.do(read_command(answered(engine, case, remedy), case=case), as_=who)
    engine.do(Move(case, to="settle"), as_=_leading(engine, case))


def _manager() -> Any:
    return an_actor_for("case_manager_sending")


def _leading(engine: Engine, case: str) -> Actor:
    """Give a manager of the house that leads the case: the one that sends, until it is handed over."""
    owner = engine.case(case, as_=_manager(), parts=()).owner
    role = "case_manager_sending" if owner in (None, SENDS) else "case_manager_receiving"
    return Actor(f"invented_{role}", owner or SENDS, {role})


def _is_past(engine: Engine, case: str) -> bool:
    return engine.case(case, as_=_manager(), parts=()).phase != "identification"


def _moment(engine: Engine, case: str, leg: int, name: Literal["departs_at", "arrives_at"]) -> datetime:
    travel = engine.case(case, as_=an_actor_for("travel_officer"), parts=()).travel
    assert travel is not None
    return datetime.fromisoformat(travel["legs"][leg][name])
