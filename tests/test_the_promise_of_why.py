"""Doing nothing but the first remedy whose time has come leads to a permitted departure."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from wayhome import Actor, Engine, Refused, commands
from wayhome.stories.playing import StoryClock
from wayhome.testing import walk_to_departure

from tests.conftest import ANNA, a_case

ADULT = {"age_status": "adult"}
NO_PASSPORT = {"age_status": "adult", "has_passport": False}
CHILD = {"age_status": "child", "has_responsible_adult": False}

EACH_PAPER = [
    ("BE", "NG", ADULT | {"has_passport": True}, "ng_passport"),
    ("BE", "NG", NO_PASSPORT | {"ng_document_route": "temporary_passport"}, "ng_temporary_passport"),
    ("NL", "NG", NO_PASSPORT | {"ng_document_route": "temporary_passport"}, "ng_temporary_passport"),
    ("BE", "NG", NO_PASSPORT | {"ng_document_route": "etc"}, "ng_etc"),
    ("NL", "NG", NO_PASSPORT | {"ng_document_route": "etc"}, "ng_etc"),
    ("BE", "NG", NO_PASSPORT | {"ng_document_route": "laissez_passer"}, "ng_temporary_passport"),  # known in NL alone
    ("NL", "NG", NO_PASSPORT | {"ng_document_route": "laissez_passer"}, "ng_lp"),
    ("BE", "NG", NO_PASSPORT | {"ng_document_route": "passport"}, "ng_new_passport"),
    ("BE", "BR", ADULT | {"has_passport": True}, "br_passport"),
    ("NL", "BR", NO_PASSPORT, "br_arb"),
    ("BE", "BR", NO_PASSPORT | {"br_passport_obtainable": True}, "br_new_passport"),
    ("BE", "SL", ADULT | {"has_passport": True}, "sl_passport"),
    ("NL", "SL", NO_PASSPORT, "sl_etc"),
]


@pytest.mark.parametrize(("host", "origin", "facts", "paper"), EACH_PAPER)
def test_an_adult_reaches_departure_by_the_remedies_alone_with_each_paper(
    engine: Engine, clock: StoryClock, host: str, origin: str, facts: dict[str, object], paper: str
) -> None:
    case = a_case(engine, origin, host=host, **facts)

    walk = walk_to_departure(engine, clock, case)

    assert walk.arrived, [(r.rule, r.subject, r.fact) for r in walk.stuck]
    assert {d["kind"]: d["status"] for d in engine.case(case, as_=ANNA).documents}.get(paper) == "held"


@pytest.mark.parametrize("host", ["BE", "NL"])
@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_a_child_reaches_departure_with_guardian_determination_and_escort(
    engine: Engine, clock: StoryClock, host: str, origin: str
) -> None:
    case = a_case(engine, origin, host=host, **CHILD)

    walk = walk_to_departure(engine, clock, case)

    assert walk.arrived, [(r.rule, r.subject, r.fact) for r in walk.stuck]
    view = engine.case(case, as_=ANNA)
    done = {step.id for step in view.steps if step.state == "done"}
    assert {"guardian_appointment", "best_interests_determination", "escort_assignment"} <= done
    assert {"guardian", "escort", "caregiver"} <= set(view.roles)


@pytest.mark.parametrize("host", ["BE", "NL"])
@pytest.mark.parametrize("route", ["temporary_passport", "etc", "laissez_passer"])
def test_a_child_without_a_passport_reaches_departure_by_each_route_home_to_nigeria(
    engine: Engine, clock: StoryClock, host: str, route: str
) -> None:
    case = a_case(engine, host=host, **CHILD, has_passport=False, ng_document_route=route)

    walk = walk_to_departure(engine, clock, case)

    assert walk.arrived, [(r.rule, r.subject, r.fact) for r in walk.stuck]


def test_a_fresh_case_lists_every_unmet_safeguard_and_step_at_once(engine: Engine) -> None:
    case = a_case(engine, **ADULT)

    decision = engine.why(case, "depart", as_=ANNA)

    rules = {reason.rule for reason in decision.unmet}
    assert {f"INV-{n:02d}" for n in (1, 2, 3, 4, 5, 6, 7, 8, 9, 15, 16, 17, 18)} <= rules
    process = engine.process_of(case, as_=ANNA)
    gating = {
        s.id
        for move in ("prepare", "depart")
        for s in process.gate_steps[move]
        if s.is_core and s.when is None and not s.each
    }
    assert gating <= {reason.subject for reason in decision.unmet if reason.rule == "STEP"}
    assert all(reason.remedy is not None for reason in decision.unmet if reason.rule.startswith("INV"))


def test_without_an_age_the_person_is_protected_as_a_child_and_the_age_is_asked(engine: Engine) -> None:
    case = a_case(engine)

    unmet = {r.rule: r for r in engine.why(case, "depart", as_=ANNA).unmet}

    assert "INV-12" in unmet
    assert unmet["INV-13"].remedy is not None
    assert unmet["INV-13"].remedy.do["facts"] == ("age_status",)
    assert unmet["INV-13"].remedy.slots == {"age_status": "code"}
    (slot,) = (slot for slot in engine.form(case, unmet["INV-13"].remedy.do, as_=ANNA).slots if slot.required)
    assert [*slot.values] == ["adult", "child", "disputed"]


def test_after_the_walk_the_person_departs_and_one_day_later_could_not(engine: Engine, clock: StoryClock) -> None:
    case = a_case(engine, **ADULT)
    walk_to_departure(engine, clock, case)
    travel = engine.case(case, as_=ANNA).travel
    assert travel is not None
    tom = Actor("tom", ANNA.organisation, {"travel_officer"})

    leaves = datetime.fromisoformat(travel["legs"][0]["departs_at"])

    clock.moment = leaves + timedelta(hours=24, seconds=1)
    with pytest.raises(Refused) as refused:
        engine.do(commands.Move(case, to="depart"), as_=tom)
    assert {"INV-02", "INV-03"} <= {r.rule for r in refused.value.decision.unmet}
    clock.moment = leaves
    engine.do(commands.Move(case, to="depart"), as_=tom)
    assert engine.case(case, as_=ANNA).phase == "travel"


def test_why_a_departure_says_from_when_it_can_be_done_and_the_command_is_judged_as_do_judges_it_now(
    engine: Engine, clock: StoryClock
) -> None:
    """F10: 'allowed', eighteen hours before boarding opens, and `do` refused."""
    case = a_case(engine, **ADULT)
    walk_to_departure(engine, clock, case)
    tom = Actor("tom", ANNA.organisation, {"travel_officer"})
    travel = engine.case(case, as_=ANNA).travel
    assert travel is not None
    opens = datetime.fromisoformat(travel["legs"][0]["departs_at"]) - timedelta(hours=6)
    assert clock.moment < opens

    asked = engine.why(case, "depart", as_=tom)
    now = engine.why(case, commands.Move(case, to="depart"), as_=tom)

    assert (asked.allowed, asked.from_, asked.zone) == (True, opens, "Europe/Brussels")
    with pytest.raises(Refused) as refused:
        engine.do(commands.Move(case, to="depart"), as_=tom)
    assert [reason.fact for reason in now.unmet] == [reason.fact for reason in refused.value.decision.unmet]
    clock.moment = opens
    assert engine.why(case, "depart", as_=tom).from_ is None
    assert engine.why(case, commands.Move(case, to="depart"), as_=tom).allowed
