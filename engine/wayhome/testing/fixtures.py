"""Fixtures for the tests of a program that embeds Wayhome. pytest finds them by itself where both are installed.

def test_what_my_program_does_when_somebody_says_no(wayhome_engine, wayhome_case, wayhome_clock):
    case = wayhome_case("XA", "XB", phase="travel")
    wayhome_clock.moment += timedelta(days=2)
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Literal, Protocol

import pytest

from wayhome.commands import Move, Open, read_command
from wayhome.engine import Engine
from wayhome.model.closed_sets import PHASES, Phase
from wayhome.model.reading import one_of
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing.answering import answered
from wayhome.testing.walking import an_actor_for, walk_to_departure

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
BEFORE_BOARDING = timedelta(hours=20), timedelta(hours=2)  # when what has become too old is done anew
MOST_STEPS = 200


class MakesCases(Protocol):
    """Opens a case and brings it to a phase; gives its number."""

    def __call__(self, host: str, origin: str, *, phase: Phase = "identification", **facts: Any) -> str: ...


@pytest.fixture(scope="session")
def wayhome_packs() -> Packs:
    """The installed packs, loaded once: a fresh engine with them takes some milliseconds."""
    return Packs.installed()


@pytest.fixture
def wayhome_clock() -> StoryClock:
    """The clock of `wayhome_engine`: it stands still, until a test moves it (`wayhome_clock.moment += …`)."""
    return StoryClock(START)


@pytest.fixture
def wayhome_engine(wayhome_packs: Packs, wayhome_clock: StoryClock) -> Iterator[Engine]:
    """An engine of its own for one test, in memory."""
    with Engine.open("sqlite://", clock=wayhome_clock, packs=wayhome_packs) as engine:
        yield engine


@pytest.fixture
def wayhome_case(wayhome_engine: Engine, wayhome_clock: StoryClock) -> MakesCases:
    """Opens a case in `wayhome_engine` and brings it to a phase, as invented people do; the clock goes on meanwhile."""

    def make(host: str, origin: str, *, phase: Phase = "identification", **facts: Any) -> str:
        one_of("phase", phase, PHASES, "phase")
        manager = an_actor_for("case_manager_sending")
        opened = Open(host_country=host, origin_country=origin, facts={"age_status": "adult", **facts})
        case = wayhome_engine.do(opened, as_=manager).case
        for reached, go_on in zip(PHASES[1:], (_prepared, _departed, _arrived, _settled), strict=True):
            if phase in PHASES[PHASES.index(reached) :]:
                go_on(wayhome_engine, wayhome_clock, case)
        return case

    return make


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
    walk_to_departure(engine, clock, case)
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
        decision = engine.why(case, "settle", as_=_manager())
        if decision.allowed:
            break
        remedies = [one.remedy for one in decision.unmet if one.remedy is not None and one.remedy.from_ is not None]
        remedy = min(remedies, key=lambda one: one.from_ or clock.moment)
        clock.moment = max(clock.moment, remedy.from_ or clock.moment)
        who = an_actor_for(next(iter(remedy.who)), lambda: engine.case(case, as_=_manager()))
        engine.do(read_command(answered(engine, case, remedy), case=case), as_=who)
    engine.do(Move(case, to="settle"), as_=_manager())


def _manager() -> Any:
    return an_actor_for("case_manager_sending")


def _is_past(engine: Engine, case: str) -> bool:
    return engine.case(case, as_=_manager()).phase != "identification"


def _moment(engine: Engine, case: str, leg: int, name: Literal["departs_at", "arrives_at"]) -> datetime:
    travel = engine.case(case, as_=an_actor_for("travel_officer")).travel
    assert travel is not None
    return datetime.fromisoformat(travel["legs"][leg][name])
