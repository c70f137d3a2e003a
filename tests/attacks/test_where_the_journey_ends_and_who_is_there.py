"""A closed world: what no pack declares and nobody vetted is nowhere, and nobody. (findings/safety.md K1, K5, K6)"""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.later import later
from tests.attacks.play import MANAGER, RECEIVER, TRAVEL, Command, Play, complete, ready_to_depart

NOBODY = "madam_x"
CHILD = {"age_status": "child", "family_contact_in_best_interests": True}


@later(6)
@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
@pytest.mark.parametrize("place", ["TIP", "ZZZ"])
def test_nobody_departs_to_a_place_that_is_not_home(begin: Begin, origin: str, place: str) -> None:
    case = begin(ready_to_depart, origin=origin)
    legs = case.legs
    legs[-1]["to"] = place

    booked = case.tried(TRAVEL, {"do": "travel", "status": "booked", "legs": legs}, may_be_bad_input=place == "ZZZ")

    assert booked.says("INPUT", "INV-16") or case.why().says("INV-16")


def test_nobody_departs_on_a_journey_that_ends_where_it_began(begin: Begin) -> None:
    case = begin(ready_to_depart)
    legs = case.legs
    legs[-1]["to"] = "BRU"

    case.tried(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})

    assert case.why().says("INV-16")


@later(6)
def test_nobody_is_met_by_a_party_that_nobody_knows(fresh: Play) -> None:
    fresh.anew("partner_confirmation")
    fresh.must_stand("INV-07")

    fresh.tried(MANAGER, {"do": "assign", "role": "family", "organisation": NOBODY}, may_be_bad_input=True)
    fresh.tried(RECEIVER, _confirmed_by(NOBODY), may_be_bad_input=True)

    assert "INV-07" in fresh.why().rules


def test_a_party_that_nobody_knows_cannot_meet_the_person_unannounced(fresh: Play) -> None:
    fresh.anew("partner_confirmation")

    fresh.tried(RECEIVER, _confirmed_by(NOBODY), may_be_bad_input=True)

    assert "INV-07" in fresh.why().rules


@later(6)
def test_nobody_unknown_stands_on_the_card_of_the_person(fresh: Play) -> None:
    fresh.anew("safety_plan")
    fresh.must_stand("INV-08")

    fresh.tried(MANAGER, {"do": "assign", "role": "family", "organisation": NOBODY}, may_be_bad_input=True)
    card = {"do": "complete", "step": "safety_plan", "emergency_contact": NOBODY, "assisting_organisation": NOBODY}
    fresh.tried(MANAGER, card, may_be_bad_input=True)

    assert "INV-08" in fresh.why().rules


@later(6)
def test_a_child_does_not_fly_with_an_escort_whom_nobody_vetted(begin: Begin) -> None:
    case = begin(facts={"age_status": "child"})
    assigned = []

    def by_the_uncle(play: Play, asked: Command) -> bool:
        if asked.get("relation") != "escort":
            return False
        act = {"do": "assign", "role": "escort", "organisation": "uncle_of_the_madam"}
        assigned.append(play.tried(TRAVEL, act, may_be_bad_input=True))
        return assigned[-1].done

    case.prepare(instead=by_the_uncle)

    if not assigned:
        raise RuntimeError("nobody asked for an escort")
    assert assigned[0].says("INV-19", "INPUT") or case.why().says("INV-19")


@later(6)
def test_a_child_is_not_given_to_a_relative_whom_the_assessment_found_unsafe(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    case.anew("family_contact_and_assessment")
    case.given(RECEIVER, {"do": "complete", "step": "family_contact_and_assessment", "result": "unsafe"})

    case.tried(MANAGER, {"do": "resolve", "incident": "family_refuses"})
    case.prepare(waiting=False)
    relative = case.involved("relative", vetted_on=case.now.date().isoformat())
    given = case.tried(MANAGER, {"do": "assign", "role": "caregiver", "ref": relative})

    assert given.says("INV-12", "INV-19") or case.why().says("INV-12", "INV-19")


@later(6)
def test_nobody_is_sent_to_live_with_a_family_that_was_found_unsafe(begin: Begin) -> None:
    case = begin(ready_to_depart, facts={"age_status": "adult", "will_live_with_family": True})
    case.anew("family_contact_and_assessment")
    case.given(RECEIVER, {"do": "complete", "step": "family_contact_and_assessment", "result": "unsafe"})

    case.tried(MANAGER, {"do": "resolve", "incident": "family_refuses"})
    case.prepare(waiting=False)

    assert case.why().says("INV-07", "family_contact_and_assessment", "family_refuses")


@later(6)
def test_an_interpreter_who_is_suspected_later_takes_the_consent_along(fresh: Play) -> None:
    interpreter = fresh.involved("interpreter", vetted_on=fresh.now.date().isoformat())
    fresh.given(
        MANAGER, {"do": "consent", "purpose": "return", "form": "written", "language": "en", "interpreter": interpreter}
    )
    fresh.ready(waiting=False)

    fresh.given(MANAGER, {"do": "involve", "ref": interpreter, "relation": "interpreter", "suspected": True})

    assert fresh.why().says("INV-01", "INV-19")


def _confirmed_by(party: str) -> Command:
    wide = {"reception_from": "2020-01-01T00:00Z", "reception_until": "2040-01-01T00:00Z"}
    return complete("partner_confirmation", result="accepted", received_by=party, housing_named=True, **wide)
