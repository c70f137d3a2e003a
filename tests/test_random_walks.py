"""Random commands through whole cases of all three countries, and what must hold however they go.

`make test` plays 16 walks of 60 steps; `make soak` plays many more.
"""

from __future__ import annotations

import os
import random
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import lru_cache, partial
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from wayhome import Actor, BadInput, Engine, NotFound, NotPermitted, Refused, commands
from wayhome.commands import AnyCommand, read_command
from wayhome.model.case import Case
from wayhome.model.reason import Remedy
from wayhome.stories.playing import StoryClock
from wayhome.testing import answered, walk_to_departure, who_does

from tests.anything import ANNA, BEN, ROLES, anything, at_work, whole_history
from tests.conftest import START, all_packs
from tests.fast import is_fast
from tests.oracle import ABOUT, faults_of_departure

RETURNS = (
    ("BE", "NG", "adult"), ("NL", "BR", "adult"), ("BE", "SL", "adult"), ("NL", "NG", "child"), ("BE", "BR", "child"), ("NL", "SL", "adult"),
    ("BE", "NG", "adult, taken over"),
)  # fmt: skip
# What the others had done of the return that is taken over, by its results.
OLD_FILE = {
    "safe_first_contact": None,
    "screening_interview": None,
    "legal_counselling": None,
    "proceedings_clearance": "none",
}
OUTSIDER = Actor("odo", "another_invented_house", ROLES)  # who has nothing to do with the case
NOW_AND_THEN = 12  # remedies between two checkpoints of a prepared walk


def engine_with(clock: StoryClock) -> Engine:
    return Engine.open("sqlite://", clock=clock, packs=all_packs(), random=random.Random(7).randbytes)


@lru_cache
def checkpoints(which: int) -> tuple[str, int, tuple[tuple[bytes, Any], ...]]:
    """Walk one return once, to a permitted departure and on to the follow-up; keep the database every few steps, as bytes.

    Gives the case, which checkpoint is the permitted departure, and the checkpoints.
    """
    host, origin, age = RETURNS[which]
    clock = StoryClock(START)
    engine = engine_with(clock)
    began = START - timedelta(days=200) if age != (age_status := age.partition(",")[0]) else None
    case = engine.do(
        commands.Open(
            host_country=host,
            origin_country=origin,
            facts={"age_status": age_status},
            at=began,
            adopted_on=began and START.date(),
        ),
        as_=ANNA,
    ).case
    for number, step in enumerate(OLD_FILE if began else ()):
        at = START - timedelta(days=190 - number)
        engine.do(commands.Complete(case, step=step, result=OLD_FILE[step], at=at.date()), as_=at_work(engine, case))
    kept: list[tuple[bytes, datetime]] = []
    steps = count()

    def keep() -> None:
        kept.append((engine._store.database.connection.serialize(), clock.moment))

    def now_and_then(remedy: Remedy) -> Remedy:
        if next(steps) % NOW_AND_THEN == 0:
            keep()
        return remedy

    assert walk_to_departure(engine, clock, case, choose=now_and_then).arrived
    keep()
    travel = engine.case(case, as_=at_work(engine, case)).travel
    assert travel is not None
    clock.moment = datetime.fromisoformat(travel["legs"][0]["departs_at"])
    departure = len(kept)
    keep()
    for move in ("depart", "arrive"):
        engine.do(commands.Move(case, to=move), as_=at_work(engine, case))
        keep()
    for step in range(60):
        if not do_what_is_next(engine, clock, case):
            break
        if step % NOW_AND_THEN == NOW_AND_THEN - 1:
            keep()
    return case, departure, tuple(kept)


def do_what_is_next(engine: Engine, clock: StoryClock, case: str) -> bool:
    """Do the first thing that is next, or let time pass until something is; False when nothing is."""
    reader = at_work(engine, case)
    rows = [row for row in engine.next(case, as_=reader) if row.from_ and row.who]
    for row in sorted(rows, key=lambda r: r.from_ or clock.moment):
        clock.moment = max(clock.moment, row.from_ or clock.moment)
        try:
            engine.do(
                read_command(answered(engine, case, row), case=case),
                as_=who_does(row, partial(engine.case, case, as_=reader, parts=()), house=ANNA.organisation),
            )
        except (Refused, BadInput, NotFound, NotPermitted):
            continue
        return True
    return False


class Walk(RuleBasedStateMachine):
    """One case, and somebody who does anything at all to it."""

    @initialize(
        which=st.integers(0, len(RETURNS) - 1), start=st.integers(-7, 9), exactly=st.booleans(),
        typed=st.sampled_from(["at once", "late, and by days"]), dice=st.integers(0, 2**32),
    )  # fmt: skip
    def begin(self, which: int, start: int, exactly: bool, typed: str, dice: int) -> None:
        self.typed_at_once, self.dice = typed == "at once", random.Random(dice)
        self.case, departure, kept = checkpoints(which)
        blob, moment = kept[departure if exactly else max(0, min(len(kept) - 1, departure + start))]
        self.clock = StoryClock(moment)
        self.engine = engine_with(self.clock)
        self.engine._store.database.connection.deserialize(blob)
        self.process = self.engine.process_of(self.case, as_=at_work(self.engine, self.case))

    # --- trying --------------------------------------------------------------------------------------

    def row(self) -> Any:
        connection = self.engine._store.database.connection
        return connection.execute("SELECT * FROM wh_cases WHERE number = ?", [self.case]).fetchone()

    def attempt(self, what: AnyCommand | Mapping[str, Any], actor: Actor = ANNA) -> bool:
        """Try a command; whatever happens, a refusal has changed nothing, and a departure was safe."""
        before, what = self.row(), self.told(what)
        actor = at_work(self.engine, self.case, actor) if actor in (ANNA, BEN) else actor
        try:
            command = read_command(what, case=self.case) if isinstance(what, Mapping) else what
            done = self.engine.do(command, as_=actor)
        except (Refused, BadInput, NotFound, NotPermitted) as error:
            assert self.row() == before, "a refusal changed something"
            assert str(error)
            if isinstance(error, Refused):
                assert error.decision.unmet
            return False
        assert done.events
        if any(event.type == "departed" for event in done.events):
            assert faults_of_departure(whole_history(self.engine, self.case)) == []
        return True

    def told(self, what: AnyCommand | Mapping[str, Any]) -> AnyCommand | Mapping[str, Any]:
        """Tell half of what happens some days late, or by its day; and a boarding some hours late."""
        now = self.clock.moment
        if self.typed_at_once or self.dice.random() < 0.5:
            return what
        if isinstance(what, Mapping):
            at = now - timedelta(days=self.dice.choice([0, 0, 1, 2]))
            if self.recorded.adopted_at is not None and self.dice.random() < 0.2:
                at = self.recorded.adopted_at - timedelta(days=self.dice.choice([1, 30]))
            return {"at": self.dice.choice([at, at.date(), at.date()]), **what}
        if isinstance(what, commands.Move) and what.to == "depart":
            return replace(what, at=now - timedelta(hours=self.dice.choice([0, 1, 5])))
        return replace(what, at=now.date())

    def who_does(self, row: Any) -> Actor:
        reader = partial(self.engine.case, self.case, as_=at_work(self.engine, self.case), parts=())
        return who_does(row, reader, house=ANNA.organisation)

    @property
    def recorded(self) -> Case:
        """The case as it is recorded: a walk looks at it after each step, and a view costs more than most commands."""
        return self.engine._recorded(self.case)[1]

    def _planned(self) -> datetime:
        travel = self.recorded.travel
        return travel.legs[0].departs_at if travel and travel.legs else self.clock.moment

    # --- what may happen --------------------------------------------------------------------------------

    @rule(times=st.integers(1, 25))
    def go_on_towards_departure(self, times: int) -> None:
        for _ in range(times):
            decision = self.engine.why(self.case, "depart", as_=at_work(self.engine, self.case))
            if decision.allowed:
                self.clock.moment = max(self.clock.moment, self._planned())
                self.attempt(commands.Move(self.case, to="depart"), BEN)
                return
            remedies = [r.remedy for r in decision.unmet if r.remedy and r.remedy.from_]
            ready = [r for r in remedies if r.from_ and r.from_ <= self.engine.now()]
            if ready:
                self.attempt(answered(self.engine, self.case, ready[0]), self.who_does(ready[0]))
            elif remedies:
                self.clock.moment = max(self.clock.moment, min(r.from_ for r in remedies if r.from_))

    @rule(number=st.integers(0, 8))
    def do_something_that_is_next(self, number: int) -> None:
        rows = [
            row
            for row in self.engine.next(self.case, as_=at_work(self.engine, self.case))
            if row.from_ and row.from_ <= self.engine.now() and row.who
        ]
        if rows:
            row = rows[number % len(rows)]
            self.attempt(answered(self.engine, self.case, row), self.who_does(row))

    @rule(hours=st.sampled_from([1, 12, 24, 25, 72, 100, 24 * 15, 24 * 31, 24 * 100]))
    def let_time_pass(self, hours: int) -> None:
        self.clock.moment += timedelta(hours=hours)

    @rule(actor=st.sampled_from([ANNA, BEN]))
    def depart(self, actor: Actor) -> None:
        self.attempt(commands.Move(self.case, to="depart"), actor)

    @rule(times=st.integers(1, 4), dice=st.randoms(), actor=st.sampled_from([ANNA, BEN]))
    def do_anything(self, times: int, dice: random.Random, actor: Actor) -> None:
        for _ in range(times):
            self.attempt(anything(self.engine, self.case, dice), actor)

    @rule(purpose=st.sampled_from(["return", "share_partner", "monitoring", "legal", "assistance", "data_processing"]))
    def withdraw(self, purpose: str) -> None:
        cleared = self.engine.case(self.case, as_=at_work(self.engine, self.case))
        done = self.attempt(commands.Withdraw(self.case, purpose=purpose))
        if done and purpose == "return" and cleared.phase == "pre_departure":
            states = {
                step.id: step.state for step in self.engine.case(self.case, as_=at_work(self.engine, self.case)).steps
            }
            assert states["departure_clearance"] != "done", "INV-03: a withdrawal voids the clearance at once"

    @rule(
        days=st.integers(-2, 90),
        connection=st.booleans(),
        status=st.sampled_from(["target", "booked", "booked", "cancelled"]),
        to=st.sampled_from(["LOS", "LOS", "LOS", "TIP", "BRU", "ZZZ"]),
    )
    def the_journey_changes(self, days: int, connection: bool, status: str, to: str) -> None:
        leaves = self.clock.moment + timedelta(days=days)
        middle, lands = leaves + timedelta(hours=3), leaves + timedelta(hours=9)
        flight = {"carrier": "XX", "number": "101"}
        legs = [{"from": "BRU", "to": to, "departs_at": leaves, "arrives_at": lands, **flight}]
        if connection:
            legs = [{"from": "BRU", "to": "AMS", "departs_at": leaves, "arrives_at": middle},
                    {"from": "AMS", "to": to, "departs_at": middle, "arrives_at": lands}]  # fmt: skip
        self.attempt(
            commands.Travel(self.case, status=status, departs_on=leaves.date(), legs=legs if status == "booked" else ())
        )

    @rule(dice=st.randoms(), leaves=st.booleans())
    def something_comes_to_light(self, dice: random.Random, leaves: bool) -> None:
        """What evidence is about changes: a fact, the partner, who travels along; then perhaps they try to leave."""
        view = self.engine.case(self.case, as_=at_work(self.engine, self.case))
        about = sorted({what for subjects in ABOUT.values() for what in subjects} & set(self.process.facts))
        fact = self.process.facts[dice.choice(about)]
        others = [one for one in fact.values or (True, False) if one != view.facts.get(fact.id)]
        partners = sorted(self.process.partners)
        act: Mapping[str, Any] = dice.choice([
            {"do": "record", "facts": {fact.id: dice.choice(others)}},
            {"do": "record", "facts": {fact.id: dice.choice(others)}},
            {"do": "assign", "role": "receiving_organisation", "partner": dice.choice(partners)},
            {"do": "involve", "by": "person", "relation": "child", "travels": True},
        ])  # fmt: skip
        self.attempt(act)
        if leaves:
            self.attempt(commands.Move(self.case, to="depart"), BEN)

    @rule(dice=st.randoms(), days=st.integers(0, 6), agrees=st.booleans())
    def second_thoughts(self, dice: random.Random, days: int, agrees: bool) -> None:
        """Something is taken back that was entered, or typed late from paper; and a second signs it, or disagrees."""
        version = self.recorded.version
        entry = version - min(dice.randrange(1, 60), version - 2)
        late = self.clock.moment - timedelta(days=days)
        if days:
            written = {**anything(self.engine, self.case, dice), "at": dice.choice([late, late.date()])}
            self.attempt(written)
            entry = self.recorded.version
        else:
            self.attempt({"do": "correct", "seq": entry, "why": "an invented mistake"})
        answer = {"answer": "agree"} if agrees else {"answer": "disagree", "reason": "an invented doubt"}
        self.attempt({"do": "sign", "seq": entry, **answer}, dice.choice([ANNA, BEN]))

    @rule(hours=st.integers(0, 13), leaves=st.booleans())
    def the_flight_is_late(self, hours: int, leaves: bool) -> None:
        """The same flight is booked anew, some hours later; then perhaps they board it."""
        travel = self.engine.case(self.case, as_=at_work(self.engine, self.case)).travel
        shift = timedelta(hours=hours)
        legs = [
            {
                **{key: leg[key] for key in ("from", "to", "mode", "carrier", "number") if leg.get(key)},
                "departs_at": datetime.fromisoformat(leg["departs_at"]) + shift,
                "arrives_at": datetime.fromisoformat(leg["arrives_at"]) + shift,
            }
            for leg in (travel["legs"] if travel else ())
        ]
        if legs:
            self.attempt(commands.Travel(self.case, status="booked", legs=legs))
        if legs and leaves:
            self.clock.moment = max(self.clock.moment, legs[0]["departs_at"])
            self.attempt(commands.Move(self.case, to="depart"), BEN)

    # --- what must hold ------------------------------------------------------------------------------------

    @invariant()
    def the_status_is_that_of_the_strictest_open_incident(self) -> None:
        if not hasattr(self, "engine"):
            return
        case = self.recorded
        effects = {one.effect_in(case.phase) for one in case.incidents if one.is_open} - {"none"}
        strictest = (
            "closed" if case.closed_as else "blocked" if "blocked" in effects else "on_hold" if effects else "open"
        )
        assert case.status == strictest

    def teardown(self) -> None:
        if not hasattr(self, "engine"):
            return
        found = self.engine.verify()
        assert found.ok, found.problems
        assert self.a_safe_end_is_reachable()
        self.engine.close()

    def a_safe_end_is_reachable(self) -> bool:
        """From wherever the walk has led: the case is closed, or can be, after landing if it is in the air.

        Only who has died ends as dead. Else it closes as it stands, or over whatever is open when the person was honestly looked
        for and is not found.
        """
        view = self.engine.case(self.case, as_=at_work(self.engine, self.case))
        if view.status == "closed":
            return True
        if view.phase == "travel":
            assert self.engine.why(self.case, "arrive", as_=at_work(self.engine, self.case)).allowed
            self.engine.do(commands.Move(self.case, to="arrive"), as_=at_work(self.engine, self.case))
        dead = any(one["type"] == "death" for one in view.incidents if one["resolved_at"] is None)
        if any(self.closes(reason) for reason in sorted(self.process.outcomes) if dead or reason != "deceased"):
            return True
        if dead:
            known = {"no_family": "hospital", "other_source": "family"}
            confirmed = commands.Complete(self.case, step="death_confirmation", result="by_two_sources", fields=known)
            if any(one.id == "death_confirmation" and one.state == "done" for one in view.steps):
                self.engine.do(commands.Redo(self.case, step="death_confirmation"), as_=at_work(self.engine, self.case))
            self.engine.do(confirmed, as_=at_work(self.engine, self.case))
            if any(one["type"] == "complaint" for one in view.incidents if one["resolved_at"] is None):
                answered = {"incident": "complaint", "outcome": "answered", "reason": "an invented answer"}
                self.engine.do(commands.Resolve(self.case, **answered), as_=OUTSIDER)
            return self.closes("deceased")
        for channel in ("phone", "message", "visit", "phone", "letter", "phone"):
            self.clock.moment += timedelta(days=20)
            tried = {"do": "contact", "with": "person", "channel": channel, "reached": False}
            self.engine.do(read_command(tried, case=self.case), as_=at_work(self.engine, self.case))
        return self.closes("lost_contact")

    def closes(self, reason: str) -> bool:
        return self.engine.why(
            self.case, commands.Move(self.case, to="close", reason=reason), as_=at_work(self.engine, self.case)
        ).allowed


CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]


@pytest.mark.usefixtures("said_rightly")
def test_no_random_walk_leads_to_an_unsafe_departure_or_a_broken_history() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=int(os.environ.get("EXAMPLES", "4" if is_fast() else "16")),
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=CHECKS,
            derandomize=True,
        ),
    )


@pytest.mark.soak
@pytest.mark.usefixtures("said_rightly")
def test_many_random_walks() -> None:
    examples = int(os.environ.get("WALKS", "5000"))
    run_state_machine_as_test(
        Walk,
        settings=settings(max_examples=examples, stateful_step_count=120, deadline=None, suppress_health_check=CHECKS),
    )


@pytest.mark.parametrize("which", range(len(RETURNS)))
def test_the_oracle_agrees_that_a_walk_by_the_remedies_ends_safely(which: int) -> None:
    case, departure, kept = checkpoints(which)
    blob, moment = kept[departure]
    engine = engine_with(StoryClock(moment))
    engine._store.database.connection.deserialize(blob)

    engine.do(commands.Move(case, to="depart"), as_=at_work(engine, case))

    assert faults_of_departure(whole_history(engine, case)) == []
