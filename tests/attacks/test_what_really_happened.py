"""Where reality gets stuck or forces a lie: what happened can always be said. (findings/safety.md; a27, a29)"""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.later import later
from tests.attacks.play import DEPART, MANAGER, RECEPTION, TRAVEL, Command, Play, at_home

PARTNER_FAILS: Command = {"do": "incident", "type": "partner_failure"}
MET: Command = {"do": "complete", "step": "arrival_reception"}


def alarms(play: Play) -> set[str]:
    return {incident["type"] for incident in play.seen().incidents if not incident["resolved_at"]}


def lands_though(fresh: Play, *meanwhile: Command) -> Play:
    """Let the partner fail in the air, and the person land."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=2)
    fresh.given(MANAGER, PARTNER_FAILS, *meanwhile)
    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})
    return fresh


@later(6)
def test_being_met_by_the_partner_under_suspicion_alarms(fresh: Play) -> None:
    case = lands_though(fresh)
    before = {(one["type"], one["at"]) for one in case.seen().incidents}
    case.wait(minutes=20)

    case.given(RECEPTION, MET)

    assert {(one["type"], one["at"]) for one in case.seen().incidents} != before


@later(6)
def test_being_met_by_the_replacement_can_be_recorded(fresh: Play) -> None:
    replaced: Command = {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"}
    case = lands_though(fresh, replaced)
    told = {"do": "contact", "with": "ng_cosudow", "channel": "phone", "reached": True, "basis": "vital_interest",
            "groups": ["identity", "travel"], "why": "nobody else can meet the person"}  # fmt: skip
    case.given(MANAGER, told)

    assert case.tried(RECEPTION, MET).done


@later(6)
def test_who_boarded_against_a_no_can_be_followed(fresh: Play) -> None:
    boarded = fresh.takes_off
    fresh.until(boarded + timedelta(hours=5))
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return", "at": (boarded + timedelta(hours=4)).isoformat()})

    fresh.tried(
        TRAVEL, {"do": "move", "to": "left", "how": "unknown", "at": boarded.isoformat()}, may_be_bad_input=True
    )

    assert fresh.seen().phase == "travel"
    assert "left_without_clearance" in alarms(fresh)


@later(6)
def test_who_landed_without_a_boarding_has_landed(fresh: Play) -> None:
    fresh.until(fresh.lands + timedelta(hours=30))

    landed = fresh.tried(TRAVEL, {"do": "move", "to": "arrive"})

    assert landed.done
    assert "left_without_clearance" in alarms(fresh)


@later(6)
def test_a_boarding_typed_late_is_confirmed_by_a_second_and_counts(fresh: Play) -> None:
    boarded = fresh.takes_off
    fresh.until(boarded + timedelta(hours=25))

    late = fresh.tried(TRAVEL, {**DEPART, "at": boarded.isoformat()}, may_be_bad_input=True)

    assert late.done or late.says("ROLE")


@later(6)
def test_a_missed_connection_asks_again_who_waits_there(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    legs = fresh.legs
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=4)
    fresh.given(MANAGER, {"do": "incident", "type": "missed_flight"})
    on = fresh.now + timedelta(days=9)
    rest = {
        **legs[-1],
        "from": "CMN",
        "to": "ABV",
        "departs_at": on.isoformat(),
        "arrives_at": (on + timedelta(hours=5)).isoformat(),
    }
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": [rest]})

    assert fresh.step("partner_confirmation").state == "outdated"


@pytest.mark.parametrize("place", ["air", "home"])
def test_weeks_in_hospital_hold_the_case_in_any_phase(begin: Begin, fresh: Play, place: str) -> None:
    case = begin(at_home) if place == "home" else fresh
    if place == "air":
        case.until(case.takes_off)
        case.given(TRAVEL, DEPART)

    case.tried(MANAGER, {"do": "incident", "type": "medical_emergency"})

    assert "medical_emergency" in alarms(case)


def test_a_wish_that_changes_after_landing_is_heard(begin: Begin) -> None:
    case = begin(at_home)

    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})

    assert "wish_changed_after_return" in alarms(case)


@pytest.mark.parametrize("type", ["complaint", "self_harm", "violence", "medical_emergency"])
def test_what_happens_to_people_has_a_name(fresh: Play, type: str) -> None:
    assert fresh.tried(MANAGER, {"do": "incident", "type": type}).done
