"""A desk to work at: one case in an engine in memory, brought to any place on its way within milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from copy import copy
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import pytest
from wayhome import Actor, Done, Engine, Refused
from wayhome.case_now.access import holders_of
from wayhome.commands import read_command
from wayhome.flow.rows import StepRow
from wayhome.model.reason import Decision, Remedy
from wayhome.packs.plugins import Packs
from wayhome.results import CaseView
from wayhome.stories.playing import StoryClock
from wayhome.testing import an_actor_for, answered, walk_to_departure
from wayhome.testing.copies import Memory

from tests.conftest import EVERYBODY, usual_end
from tests.prepared import KEY

START = datetime(2026, 3, 2, 8, tzinfo=UTC)
FACTS = {"age_status": "adult", "has_passport": True}
READER = an_actor_for("case_manager_sending")


# Where a step or the phase goes next, as the life cycles said when the event was made.
CARRIED: dict[str, dict[str, str]] = {
    "step_started": {"state": "in_progress"},
    "step_signed": {"state": "in_progress"},
    "step_completed": {"state": "done"},
    "step_failed": {"state": "failed"},
    "step_skipped": {"state": "skipped"},
    "step_redone": {"state": "open"},
    "steps_reset": {"state": "open"},
    "clearance_voided": {"state": "open"},
    "prepared": {"phase": "pre_departure"},
    "departed": {"phase": "travel"},
    "left": {"phase": "travel", "how": "alone"},
    "arrived": {"phase": "arrival"},
    "settled": {"phase": "follow_up"},
    "turned_back": {"phase": "pre_departure"},
}


class Act(NamedTuple):
    """One command of a way: when, in which role, what."""

    at: datetime
    role: str
    do: Mapping[str, Any]


class Desk:
    """One case, and short words for what is done to it. `do` takes the role's name first, then the command's word."""

    def __init__(self, packs: Packs, facts: Mapping[str, Any] = FACTS, host: str = "BE", origin: str = "NG") -> None:
        self.clock = StoryClock(START)
        self.memory = Memory(self.clock, packs, KEY)
        opened = read_command({"do": "open", "host_country": host, "origin_country": origin, "facts": dict(facts)})
        self.case = self.engine.do(opened, as_=READER).case
        self.way: list[Act] = []

    def another(self, packs: Packs) -> Desk:
        """Give a desk with the same case in a database of its own."""
        desk = copy(self)
        desk.clock, desk.way = StoryClock(self.clock.moment), [*self.way]
        desk.memory = Memory(desk.clock, packs, KEY)
        desk.memory.put(self.memory.taken(), self.clock.moment)
        return desk

    @property
    def engine(self) -> Engine:
        return self.memory.engine

    def command(self, word: str, fields: Mapping[str, Any]) -> Any:
        """Read a command; of an incident that ends, the usual outcome and a reason are said beside."""
        usual = usual_end(self.engine, self.case, fields["incident"]) if word == "resolve" else {}
        return read_command({"do": word, **usual, **fields}, case=self.case)

    def do(self, role: str, word: str, /, **fields: Any) -> Done:
        done = self.engine.do(self.command(word, fields), as_=an_actor_for(role, lambda: self.brief))
        self.way.append(Act(self.clock.moment, role, {"do": word} | fields))
        return done

    def why(self, word: str, as_: str = "case_manager_sending", /, **fields: Any) -> Decision:
        return self.engine.why(self.case, self.command(word, fields), as_=an_actor_for(as_, lambda: self.brief))

    def unmet(self, role: str, word: str, /, **fields: Any) -> set[tuple[str, str]]:
        """Try a command that must be refused; give the rules and subjects of the refusal."""
        before = self.brief.version
        with pytest.raises(Refused) as refused:
            self.do(role, word, **fields)
        assert self.brief.version == before
        return {(r.rule, r.subject) for r in refused.value.decision.unmet}

    def somebody_who_goes_along(self) -> str:
        """Give a child who travels along, and make one known where there is none."""
        if not any(one["travels"] for one in self.view.people):
            self.do("case_manager_sending", "involve", by="person", relation="child", travels=True)
        return next(str(one["ref"]) for one in self.view.people if one["travels"])

    def vets(self, ref: str, *to: str, who: str = "risk_assessor") -> None:
        do = {"do": "complete", "step": "party_vetting", "of": ref, "for": to}
        self.follow(Remedy(do, who={who: who}))
        if {"receive", "house", "care", "speak"}.intersection(to):
            self.do("case_manager_receiving", "sign", step="party_vetting", of=ref, answer="agree")

    def follow(self, remedy: Remedy) -> None:
        do = answered(self.engine, self.case, remedy)
        if do.get("step") == "protection_needs_check" and self.engine._recorded(self.case)[1].has_open("asylum_claim"):
            do["result"] = "refused_final"  # a claim is decided, or withdrawn
        self.do(next(iter(remedy.who)), str(do.pop("do")), **do)

    def follow_remedies(self, word: str, as_: str = "", /, **fields: Any) -> None:
        """Do the first remedy whose time has come until the command is allowed, letting time pass when none has."""
        for _ in range(100):
            unmet = self.why(word, as_ or self.manager, **fields).unmet
            if not unmet:
                return
            known = [r.remedy for r in unmet if r.remedy is not None and r.remedy.from_ is not None]
            assert known, [(r.rule, r.subject, r.fact) for r in unmet]
            ready = [r for r in known if r.from_ is not None and r.from_ <= self.clock.moment]
            if ready:
                self.follow(ready[0])
            else:
                self.clock.moment = min(r.from_ for r in known if r.from_ is not None)
        raise AssertionError("the remedies lead nowhere")

    def until_departure(self) -> None:
        """Let time pass until the booked journey begins."""
        travel = self.brief.travel
        assert travel is not None
        self.clock.moment = datetime.fromisoformat(str(travel["legs"][0]["departs_at"]))

    def later(self, **length: float) -> None:
        self.clock.moment += timedelta(**length)

    @property
    def everybody(self) -> Actor:
        """An invented actor who holds every role that types."""
        return Actor(
            "alex", "invented_organisation", (*EVERYBODY, "escort", "service_provider", "interpreter", "system_admin")
        )

    @property
    def reader(self) -> Actor:
        """An invented case manager who may look: of who opened it; once it is closed, of who led it last."""
        recorded = self.engine._recorded(self.case)[1]
        leads = holders_of(recorded).leads
        if not recorded.is_closed or leads == READER.organisation:
            return READER
        return Actor("invented_case_manager_receiving", leads, {"case_manager_receiving"})

    @property
    def manager(self) -> str:
        """The case manager of who leads: on the side that opened the case, until it is handed over."""
        leads = holders_of(self.engine._recorded(self.case)[1]).leads
        return "case_manager_sending" if leads == READER.organisation else "case_manager_receiving"

    @property
    def view(self) -> CaseView:
        return self.engine.case(self.case, as_=self.reader)

    @property
    def brief(self) -> CaseView:
        """The case without its steps, papers, people and entries, which takes long to show."""
        return self.engine.case(self.case, as_=self.reader, parts=())

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.engine.history(self.case, as_=self.reader)]

    def row(self, step: str, round: str | None = None) -> StepRow:
        view = self.engine.case(self.case, as_=self.reader, parts=("steps",))
        return next(r for r in view.steps if r.id == step and round in (None, r.round))

    def due(self, step: str) -> list[Any]:
        return [d for d in self.engine.due(as_=self.reader) if d.step == step]


@pytest.fixture(scope="session")
def ways(packs: Packs) -> dict[str, list[Act]]:
    """The commands that lead an adult with a passport to each place; made once, by the remedies."""
    desk = Desk(packs)
    walk = walk_to_departure(desk.engine, desk.clock, desk.case)
    assert walk.arrived
    desk.way = [Act(*act) for act in walk.done]
    cleared = list(desk.way)
    not_cleared = [a for a in cleared if a.do.get("step") not in ("departure_clearance", "departure_assistance")]
    travel = desk.brief.travel
    assert travel is not None
    desk.until_departure()
    desk.do("travel_officer", "move", to="depart")
    travelling = list(desk.way)
    desk.clock.moment = datetime.fromisoformat(str(travel["legs"][-1]["arrives_at"]))
    desk.do("reception_officer", "move", to="arrive")
    arrived = list(desk.way)
    desk.follow_remedies("move", to="settle")
    desk.do(desk.manager, "move", to="settle")
    return {
        # Every step that can be done before the first move; phases forbid none.
        "identification": [a for a in not_cleared if a.do != {"do": "move", "to": "prepare"}],
        "pre_departure": cleared,  # at the gate: cleared and asked once more
        "planned": not_cleared,  # everything but the clearance
        "travel": travelling,
        "arrival": arrived,
        "follow_up": desk.way,
    }


@pytest.fixture(scope="session")
def prepared() -> Iterator[dict[Any, Desk]]:
    """Desks that were brought to their place once, by place and facts."""
    made: dict[Any, Desk] = {}
    yield made
    for desk in made.values():
        desk.engine.close()


@pytest.fixture
def desk_in(packs: Packs, ways: dict[str, list[Act]], prepared: dict[Any, Desk]) -> Iterator[Callable[[str], Desk]]:
    """Make a desk whose case stands at a place: a phase, or "opened", or "planned"."""
    made: list[Desk] = []

    def brought(place: str, facts: Mapping[str, Any]) -> Desk:
        desk = Desk(packs, FACTS | facts)
        for act in ways.get(place, []):
            desk.clock.moment = act.at
            do = dict(act.do)
            if "seq" in do:  # on this way it is another entry
                do["seq"] = [e.seq for e in desk.engine.history(desk.case, as_=READER) if e.type == "step_signed"][-1]
            desk.do(act.role, str(do.pop("do")), **do)
        return desk

    def make(place: str, **facts: Any) -> Desk:
        key = (place, *sorted(facts.items()))
        if key not in prepared:
            prepared[key] = brought(place, facts)
        made.append(prepared[key].another(packs))
        return made[-1]

    yield make
    for desk in made:
        desk.engine.close()
