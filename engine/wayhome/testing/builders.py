"""Cases for tests: one that passes every rule of departure, and small changes to it, one fact at a time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from wayhome import remedies
from wayhome.case_now import CaseNow
from wayhome.commands import AnyCommand, Move, Open
from wayhome.engine import Engine
from wayhome.model.case import (
    Case,
    ConsentRecord,
    DocumentRecord,
    FactRecord,
    PersonRecord,
    StepRecord,
    Suspicion,
    consent_key,
)
from wayhome.model.reason import Reason
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process
from wayhome.rules.safeguard import SAFEGUARDS
from wayhome.stories.playing import StoryClock
from wayhome.testing.walking import an_actor_for, walk_to_departure

START = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Ready:
    """A case at a moment, with its process; `ask` puts one safeguard to it."""

    process: Process
    case: Case
    at: datetime

    def ask(
        self, rule: str, command: AnyCommand | None = None, *, at: datetime | None = None, actor: Any = None
    ) -> Reason:
        """Judge one safeguard; by default as for boarding now."""
        command = command or Move(self.case.number, to="depart")
        case = CaseNow(
            self.process, self.case, at or self.at, actor=actor or an_actor_for("case_manager_sending"), command=command
        )
        return remedies.reason(case, SAFEGUARDS[rule].ask(case))

    def but(self, **changes: Any) -> Ready:
        """The same with parts of the case replaced."""
        return replace(self, case=replace(self.case, **changes))

    def with_fact(self, id: str, value: Any) -> Ready:
        return self.but(facts={**self.case.facts, id: FactRecord(value, self.at, self.case.version)})

    def without_fact(self, id: str) -> Ready:
        return self.but(facts={k: v for k, v in self.case.facts.items() if k != id})

    def with_step(self, id: str, **changes: Any) -> Ready:
        """The same with one step's record changed (state, at, result, values, signed …), or made."""
        old = self.case.steps.get(id) or StepRecord("done", self.at, self.case.version)
        return self.but(steps={**self.case.steps, id: old._replace(**changes)})

    def without_step(self, id: str) -> Ready:
        return self.but(steps={k: v for k, v in self.case.steps.items() if k != id})

    def with_consent(self, purpose: str, recipient: str = "", **changes: Any) -> Ready:
        """The same with one consent's record changed, or made."""
        key = consent_key(purpose, recipient)
        old = self.case.consents.get(key) or ConsentRecord("given", purpose, recipient, self.at, self.case.version)
        return self.but(consents={**self.case.consents, key: old._replace(**changes)})

    def without_consent(self, purpose: str) -> Ready:
        return self.but(consents={k: c for k, c in self.case.consents.items() if c.purpose != purpose})

    def with_document(self, kind: str, **changes: Any) -> Ready:
        old = self.case.documents.get(kind) or DocumentRecord(kind, "held", self.at, self.case.version)
        return self.but(documents={**self.case.documents, kind: old._replace(**changes)})

    def without_documents(self) -> Ready:
        return self.but(documents={})

    def with_person(self, ref: str, relation: str, **changes: Any) -> Ready:
        old = self.case.people.get(ref) or PersonRecord(ref, relation, self.at, self.case.version)
        suspected, suspicions = changes.pop("suspected", None), dict(self.case.suspicions)
        if suspected is not None:
            suspicions[ref] = Suspicion(ref, suspected, self.at, self.case.version)
        return self.but(people={**self.case.people, ref: old._replace(**changes)}, suspicions=suspicions)


@lru_cache(maxsize=32)
def ready_to_depart(
    host: str, origin: str, facts: tuple[tuple[str, Any], ...] = (("age_status", "adult"),), packs: Packs | None = None
) -> Ready:
    """Give a case that may depart at the moment that is given with it. Made once by following the remedies alone.

    Raises:
        AssertionError: the remedies did not lead there.
    """
    clock = StoryClock(START)
    with Engine.open("sqlite://", clock=clock, packs=packs) as engine:
        number = engine.do(
            Open(host_country=host, origin_country=origin, facts=dict(facts)), as_=an_actor_for("case_manager_sending")
        ).case
        walk = walk_to_departure(engine, clock, number)
        assert walk.arrived, [(r.rule, r.fact) for r in walk.stuck]
        process, case = engine._recorded(number)
        departs_at = case.travel.legs[0].departs_at if case.travel and case.travel.legs else clock.moment
    return Ready(process, case, departs_at)
