"""A closed world: what no pack declares and nobody vetted is nowhere, and nobody. (findings/safety.md K1, K5, K6)"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.later import later
from tests.attacks.play import MANAGER, RECEIVER, TRAVEL, Command, Play, complete, ready_to_depart

NOBODY = "madam_x"
NOT_HOME = ("the booked journey does not end in the country of origin", "book the journey as it will be")
CHILD = {"age_status": "child", "family_contact_in_best_interests": True}


@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_nobody_departs_to_a_place_that_is_not_home(begin: Begin, origin: str) -> None:
    case = begin(ready_to_depart, origin=origin)
    legs = case.legs
    legs[-1]["to"] = "TIP"

    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})

    assert case.told("INV-16") == [NOT_HOME]


def test_a_journey_to_nowhere_is_not_booked(begin: Begin) -> None:
    case = begin(ready_to_depart)
    legs = case.legs
    legs[-1]["to"] = "ZZZ"

    assert case.faults(TRAVEL, {"do": "travel", "status": "booked", "legs": legs}) == {("legs[0].to", "unknown")}


def test_nobody_calls_another_country_home(begin: Begin) -> None:
    case = begin(ready_to_depart)
    legs = case.legs
    legs[-1] |= {"to": "TIP", "to_country": "NG", "to_zone": "Africa/Lagos"}

    assert case.faults(TRAVEL, {"do": "travel", "status": "booked", "legs": legs}) == {("legs[0].to", "contradiction")}


def test_a_place_by_land_that_no_pack_knows_says_where_it_lies(begin: Begin) -> None:
    case = begin(ready_to_depart)
    leg = {**case.legs[0], "to": "Seme_border", "mode": "land"}
    case.given(TRAVEL, _booked({**leg, "to_country": "NG", "to_zone": "Africa/Lagos"}))
    assert not case.why().says("INV-16")

    case.given(TRAVEL, _booked({**leg, "to_country": "BJ", "to_zone": "Africa/Porto-Novo"}))
    assert case.told("INV-16") == [NOT_HOME]

    assert case.faults(TRAVEL, _booked(leg)) == {("legs[0].to_country", "missing")}
    nowhere = {**leg, "to_country": "NG", "to_zone": "Middle/Earth"}
    assert case.faults(TRAVEL, _booked(nowhere)) == {("legs[0].to_zone", "unknown")}


def _booked(*legs: dict[str, Any]) -> Command:
    return {"do": "travel", "status": "booked", "legs": [*legs]}


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
