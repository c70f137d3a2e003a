"""Random commands through whole cases of all three countries, and what must hold however they go.

`make test` plays 200 walks of 60 steps; `make soak` plays many more.
"""

from __future__ import annotations

import os
import random
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import pytest
import wayhome_belgium
import wayhome_brazil
import wayhome_netherlands
import wayhome_nigeria
import wayhome_sierra_leone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from wayhome import Actor, BadInput, Engine, NotPermitted, Refused, commands
from wayhome.commands import AnyCommand, read_command
from wayhome.commands.life_cycles import DOCUMENT
from wayhome.model.moves import MOVES
from wayhome.packs.plugins import Packs
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for

from tests.conftest import EVERYBODY, START
from tests.oracle import faults_of_departure

PACKS = Packs.of(wayhome_belgium, wayhome_netherlands, wayhome_nigeria, wayhome_brazil, wayhome_sierra_leone)
ROLES = (*EVERYBODY, "escort", "service_provider")
ANNA, BEN = Actor("anna", "invented_house", ROLES), Actor("ben", "invented_partner", ROLES)
RETURNS = (
    ("BE", "NG", "adult"), ("NL", "BR", "adult"), ("BE", "SL", "adult"), ("NL", "NG", "child"), ("BE", "BR", "child"), ("NL", "SL", "adult"),
)  # fmt: skip
NOW_AND_THEN = 12  # remedies between two checkpoints of a prepared walk


def engine_with(clock: StoryClock) -> Engine:
    return Engine.open("sqlite://", clock=clock, packs=PACKS, random=random.Random(7).randbytes)


def follow(engine: Engine, clock: StoryClock, case: str) -> bool:
    """Do the first remedy whose time has come, or let time pass; False when there is none."""
    remedies = [r.remedy for r in engine.why(case, "depart", as_=ANNA).unmet if r.remedy and r.remedy.from_]
    ready = [r for r in remedies if r.from_ and r.from_ <= engine.now()]
    if ready:
        engine.do(read_command(ready[0].do, case=case),
                  as_=an_actor_for(ready[0].who[0]))  # fmt: skip
        return True
    later = [r.from_ for r in remedies if r.from_]
    if later:
        clock.moment = min(later)
    return bool(later)


@lru_cache
def checkpoints(which: int) -> tuple[str, int, tuple[tuple[bytes, Any], ...]]:
    """Walk one return once, to a permitted departure and on to the follow-up; keep the database every few steps, as bytes.

    Gives the case, which checkpoint is the permitted departure, and the checkpoints.
    """
    host, origin, age = RETURNS[which]
    clock = StoryClock(START)
    engine = engine_with(clock)
    case = engine.do(commands.Open(host_country=host, origin_country=origin, facts={"age_status": age}), as_=ANNA).case
    kept = []
    step = 0
    while True:
        if step % NOW_AND_THEN == 0:
            kept.append((engine._store.database.connection.serialize(), clock.moment))
        if not follow(engine, clock, case):
            break
        step += 1
    departure = len(kept)
    kept.append((engine._store.database.connection.serialize(), clock.moment))
    for move in ("depart", "arrive"):
        engine.do(commands.Move(case, to=move), as_=ANNA)
        kept.append((engine._store.database.connection.serialize(), clock.moment))
    for step in range(60):
        if not do_what_is_next(engine, clock, case):
            break
        if step % NOW_AND_THEN == NOW_AND_THEN - 1:
            kept.append((engine._store.database.connection.serialize(), clock.moment))
    return case, departure, tuple(kept)


def do_what_is_next(engine: Engine, clock: StoryClock, case: str) -> bool:
    """Do the first thing that is next, or let time pass until something is; False when nothing is."""
    rows = [row for row in engine.next(case, as_=ANNA) if row.from_ and row.who]
    for row in sorted(rows, key=lambda r: r.from_ or clock.moment):
        clock.moment = max(clock.moment, row.from_ or clock.moment)
        try:
            engine.do(
                read_command(row.do, case=case),
                as_=an_actor_for(row.who[0]),
            )
        except (Refused, BadInput, NotPermitted):
            continue
        return True
    return False


class Walk(RuleBasedStateMachine):
    """One case, and somebody who does anything at all to it."""

    @initialize(which=st.integers(0, len(RETURNS) - 1), start=st.integers(-7, 9), exactly=st.booleans())
    def begin(self, which: int, start: int, exactly: bool) -> None:
        self.case, departure, kept = checkpoints(which)
        blob, moment = kept[departure if exactly else max(0, min(len(kept) - 1, departure + start))]
        self.clock = StoryClock(moment)
        self.engine = engine_with(self.clock)
        self.engine._store.database.connection.deserialize(blob)
        self.process = self.engine.process_of(self.case, as_=ANNA)
        self.departures = 0

    # --- trying --------------------------------------------------------------------------------------

    def row(self) -> Any:
        connection = self.engine._store.database.connection
        row = connection.execute(
            "SELECT version, head, snapshot, next_due_at FROM cases WHERE number = ?", [self.case]
        ).fetchone()
        return row, connection.execute("SELECT COUNT(*), SUM(due_at) FROM due WHERE number = ?", [self.case]).fetchone()

    def attempt(self, command: AnyCommand, actor: Actor = ANNA) -> bool:
        """Try a command; whatever happens, a refusal has changed nothing, and a departure was safe."""
        before = self.row()
        try:
            done = self.engine.do(command, as_=actor)
        except (Refused, BadInput, NotPermitted) as error:
            assert self.row() == before, "a refusal changed something"
            assert str(error)
            if isinstance(error, Refused):
                assert error.decision.unmet
            return False
        assert done.events
        if any(event.type == "departed" for event in done.events):
            self.departures += 1
            assert faults_of_departure(self.engine.history(self.case, as_=ANNA)) == []
        return True

    def _planned(self) -> Any:
        travel = self.engine.case(self.case, as_=ANNA).travel
        legs = travel["legs"] if travel else []
        return datetime.fromisoformat(legs[0]["departs_at"]) if legs else self.clock.moment

    def _by_words(self, do: Any) -> AnyCommand:
        return read_command(do, case=self.case)

    # --- what may happen --------------------------------------------------------------------------------

    @rule(times=st.integers(1, 25))
    def go_on_towards_departure(self, times: int) -> None:
        for _ in range(times):
            decision = self.engine.why(self.case, "depart", as_=ANNA)
            if decision.allowed:
                self.clock.moment = max(self.clock.moment, self._planned())
                self.attempt(commands.Move(self.case, to="depart"), BEN)
                return
            remedies = [r.remedy for r in decision.unmet if r.remedy and r.remedy.from_]
            ready = [r for r in remedies if r.from_ and r.from_ <= self.engine.now()]
            if ready:
                self.attempt(self._by_words(ready[0].do), an_actor_for(ready[0].who[0]))
            elif remedies:
                self.clock.moment = max(self.clock.moment, min(r.from_ for r in remedies if r.from_))

    @rule(number=st.integers(0, 8))
    def do_something_that_is_next(self, number: int) -> None:
        rows = [
            row
            for row in self.engine.next(self.case, as_=ANNA)
            if row.from_ and row.from_ <= self.engine.now() and row.who
        ]
        if rows:
            row = rows[number % len(rows)]
            self.attempt(self._by_words(row.do), an_actor_for(row.who[0]))

    @rule(hours=st.sampled_from([1, 12, 24, 25, 72, 100, 24 * 15, 24 * 31, 24 * 100]))
    def let_time_pass(self, hours: int) -> None:
        self.clock.moment += timedelta(hours=hours)

    @rule(to=st.sampled_from(sorted(MOVES)), reason=st.integers(0, 30), actor=st.sampled_from([ANNA, BEN]))
    def move(self, to: str, reason: int, actor: Actor) -> None:
        outcomes = sorted(self.process.outcomes)
        because = outcomes[reason % len(outcomes)] if to == "close" else None
        self.attempt(commands.Move(self.case, to=to, reason=because), actor)

    @rule(actor=st.sampled_from([ANNA, BEN]))
    def depart(self, actor: Actor) -> None:
        self.attempt(commands.Move(self.case, to="depart"), actor)

    @rule(number=st.integers(0, 200), result=st.integers(0, 6), kind=st.sampled_from(["start", "complete", "fail", "skip", "redo"]),
          actor=st.sampled_from([ANNA, BEN]))  # fmt: skip
    def do_something_to_a_step(self, number: int, result: int, kind: str, actor: Actor) -> None:
        steps = sorted(self.process.steps)
        step = self.process.steps[steps[number % len(steps)]]
        results = list(step.results)
        chosen = results[result % len(results)] if results and kind == "complete" else None
        fields = (
            {n: f.example for n, f in step.fields.items() if f.required and not isinstance(f.example, dict)}
            if kind == "complete"
            else {}
        )
        if any(f.gives_result for f in step.fields.values()):
            fields["matrix"] = [
                {
                    "about": "person",
                    "factor": "housing",
                    "likelihood": "1",
                    "severity": "1",
                    "residual": chosen or "low",
                }
            ]
        reason = "an invented reason" if kind in ("skip", "fail") else None
        self.attempt(
            self._by_words({"do": kind, "step": step.id, "result": chosen, "reason": reason, "fields": fields}), actor
        )

    @rule(purpose=st.integers(0, 40), answer=st.sampled_from(["given", "refused"]), recipient=st.integers(0, 5))
    def answer_a_question_of_consent(self, purpose: int, answer: str, recipient: int) -> None:
        purposes = sorted(self.process.consents)
        chosen = self.process.consents[purposes[purpose % len(purposes)]]
        named = chosen.recipients[recipient % len(chosen.recipients)] if chosen.recipients else None
        self.attempt(
            commands.Consent(
                self.case, purpose=chosen.id, answer=answer, recipient=named, form="written", language="en"
            )
        )

    @rule(purpose=st.sampled_from(["return", "share_partner", "monitoring", "legal", "assistance", "data_processing"]))
    def withdraw(self, purpose: str) -> None:
        cleared = self.engine.case(self.case, as_=ANNA)
        done = self.attempt(commands.Withdraw(self.case, purpose=purpose))
        if done and purpose == "return" and cleared.phase == "pre_departure":
            states = {step.id: step.state for step in self.engine.case(self.case, as_=ANNA).steps}
            assert states["departure_clearance"] != "done", "INV-03: a withdrawal voids the clearance at once"

    @rule(number=st.integers(0, 24))
    def something_happens(self, number: int) -> None:
        types = sorted(self.process.incidents)
        self.attempt(commands.Incident(self.case, type=types[number % len(types)]))

    @rule(number=st.integers(0, 10))
    def end_an_incident(self, number: int) -> None:
        open_ = [i["type"] for i in self.engine.case(self.case, as_=ANNA).incidents if i["resolved_at"] is None]
        if open_:
            self.attempt(commands.Resolve(self.case, incident=open_[number % len(open_)]))

    @rule(number=st.integers(0, 30), status=st.sampled_from(DOCUMENT.states[1:]))
    def a_paper_changes(self, number: int, status: str) -> None:
        kinds = sorted(self.process.documents)
        today = self.clock.moment.date()
        self.attempt(commands.Document(self.case, kind=kinds[number % len(kinds)], status=status, issued_on=today,
                                       expires_on=today + timedelta(days=number * 3)))  # fmt: skip

    @rule(number=st.integers(0, 80), value=st.integers(0, 5))
    def a_fact_becomes_known(self, number: int, value: int) -> None:
        facts = [f for f in self.process.facts.values() if f.derived is None and f.type in ("bool", "code")]
        fact = sorted(facts, key=lambda f: f.id)[number % len(facts)]
        known: list[Any] = [True, False] if fact.type == "bool" else list(fact.values)
        self.attempt(commands.Record(self.case, facts={fact.id: known[value % len(known)]}))

    @rule(
        days=st.integers(-2, 90),
        connection=st.booleans(),
        status=st.sampled_from(["target", "booked", "booked", "cancelled"]),
    )
    def the_journey_changes(self, days: int, connection: bool, status: str) -> None:
        leaves = self.clock.moment + timedelta(days=days)
        middle, lands = leaves + timedelta(hours=3), leaves + timedelta(hours=9)
        legs = [{"from": "BRU", "to": "LOS", "departs_at": leaves, "arrives_at": lands}]
        if connection:
            legs = [{"from": "BRU", "to": "AMS", "departs_at": leaves, "arrives_at": middle},
                    {"from": "AMS", "to": "LOS", "departs_at": middle, "arrives_at": lands}]  # fmt: skip
        self.attempt(
            commands.Travel(self.case, status=status, departs_on=leaves.date(), legs=legs if status == "booked" else ())
        )

    @rule(party=st.sampled_from(["person", "embassy", "family", "partner", "authority_origin"]), reached=st.booleans(),
          basis=st.sampled_from([None, "legal_duty", "vital_interest"]), channel=st.sampled_from(["phone", "sms", "visit", "mail"]))  # fmt: skip
    def somebody_is_contacted(self, party: str, reached: bool, basis: str | None, channel: str) -> None:
        self.attempt(commands.Contact(self.case, with_=party, channel=channel, reached=reached, basis=basis, groups=["identity"],
                                      why="an invented reason" if basis else None))  # fmt: skip

    @rule(
        relation=st.sampled_from(["child", "escort", "guardian", "caregiver", "relative"]),
        vetted=st.booleans(),
        suspected=st.booleans(),
    )
    def somebody_comes_in(self, relation: str, vetted: bool, suspected: bool) -> None:
        ref = f"{relation}-1"
        day = self.clock.moment.date() if vetted else None
        self.attempt(
            commands.Involve(
                self.case, ref=ref, relation=relation, vetted_on=day, suspected=suspected, travels=relation == "child"
            )
        )
        if relation in ("escort", "guardian", "caregiver"):
            self.attempt(commands.Assign(self.case, role=relation, ref=ref))

    # --- what must hold ------------------------------------------------------------------------------------

    @invariant()
    def the_status_is_that_of_the_strictest_open_incident(self) -> None:
        if not hasattr(self, "engine"):
            return
        view = self.engine.case(self.case, as_=ANNA)
        effects = {i["effect"] for i in view.incidents if i["resolved_at"] is None} - {"none"}
        strictest = (
            "closed" if view.closed_as else "blocked" if "blocked" in effects else "on_hold" if effects else "open"
        )
        assert view.status == strictest

    def teardown(self) -> None:
        if not hasattr(self, "engine"):
            return
        found = self.engine.verify()
        assert found.ok, found.problems
        assert self.a_safe_end_is_reachable()
        self.engine.close()

    def a_safe_end_is_reachable(self) -> bool:
        """From wherever the walk has led: the case is closed, or can be, after landing if it is in the air."""
        if self.engine.case(self.case, as_=ANNA).status == "closed":
            return True
        if self.engine.case(self.case, as_=ANNA).phase == "travel":
            assert self.engine.why(self.case, "arrive", as_=ANNA).allowed
            self.engine.do(commands.Move(self.case, to="arrive"), as_=ANNA)
        return any(
            self.engine.why(self.case, commands.Move(self.case, to="close", reason=reason), as_=ANNA).allowed
            for reason in sorted(self.process.outcomes)
        )


CHECKS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much, HealthCheck.large_base_example]


def test_no_random_walk_leads_to_an_unsafe_departure_or_a_broken_history() -> None:
    run_state_machine_as_test(
        Walk,
        settings=settings(
            max_examples=int(os.environ.get("EXAMPLES", "200")),
            stateful_step_count=60,
            deadline=None,
            suppress_health_check=CHECKS,
            derandomize=True,
        ),
    )


@pytest.mark.soak
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

    engine.do(commands.Move(case, to="depart"), as_=ANNA)

    assert faults_of_departure(engine.history(case, as_=ANNA)) == []
