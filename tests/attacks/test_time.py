"""When it happened and when it was typed: both count, and boarding is boarding the booked flight. (findings/safety.md cause 5)"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from wayhome.shell.views.history import said

from tests.attacks.conftest import Begin
from tests.attacks.later import later
from tests.attacks.play import DEPART, MANAGER, TRAVEL, Play, ready_to_depart


def test_nobody_boards_a_day_before_take_off(begin: Begin) -> None:
    case = begin(ready_to_depart)

    if case.takes_off - case.now < timedelta(hours=20):
        raise RuntimeError("the evidence is not ready a day ahead")
    assert case.boards().reasons == {("PHASE", "travel_plan")}
    assert case.told("PHASE", {**DEPART, "at": case.now.isoformat()}) == [
        (
            f"the booked journey begins at {case.takes_off:%Y-%m-%dT%H:%M:%SZ}; nobody boards more than 6 hours earlier",
            "wait until then, or book the journey as it is",
        )
    ]


@pytest.mark.parametrize(("early", "refused"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_boarding_opens_six_hours_before(begin: Begin, early: timedelta, refused: bool) -> None:
    case = begin(ready_to_depart)
    case.until(case.takes_off - timedelta(hours=6) - early)

    assert case.boards().says("travel_plan") is refused


@pytest.mark.parametrize(("late", "refused"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_boarding_ends_twelve_hours_after(fresh: Play, late: timedelta, refused: bool) -> None:
    fresh.until(fresh.takes_off + timedelta(hours=12) + late)

    assert (("PHASE", "travel_plan") in fresh.boards().reasons) is refused


def test_who_boards_late_lands_late_and_somebody_must_wait_then(fresh: Play) -> None:
    confirmed = [row for row in fresh.history() if row.data.get("step") == "partner_confirmation"][-1].data["values"]
    until = datetime.fromisoformat(confirmed["reception_until"])
    fresh.until(fresh.takes_off + (until - fresh.lands))
    assert "INV-07" not in fresh.boards().rules

    fresh.wait(seconds=1)

    assert "INV-07" in fresh.boards().rules


@later(6)
def test_who_boards_eight_hours_late_is_asked_again(fresh: Play) -> None:
    fresh.until(fresh.takes_off + timedelta(hours=7, minutes=59))

    assert fresh.boards().says("INV-02", "INV-07")


def test_nobody_boards_a_flight_that_has_landed_already(fresh: Play) -> None:
    fresh.until(fresh.takes_off + timedelta(hours=13))

    assert fresh.boards().says("INV-16")


def test_a_whole_return_typed_in_one_second_permits_nothing(begin: Begin) -> None:
    walked = begin().ready()
    typed = begin(start=walked.now, at=walked.said[0][0])

    for at, who, act in walked.said:
        typed.tried(who, {**act, "at": at.isoformat()})

    late = "the yes was written down more than 72 hours late, and nobody else has seen it"
    assert (late, "let somebody else read it, and sign it") in typed.told("INV-01")


def test_the_clearance_keeps_what_its_gate_said(fresh: Play) -> None:
    cleared = [row for row in fresh.history() if row.data.get("step") == "departure_clearance"][-1]

    gate = cleared.data["gate"]
    assert {"INV-01", "INV-04", "INV-05", "INV-07", "INV-16", "NG-02"} <= set(gate)
    assert gate["INV-05"] == ("pre_return_risk_assessment",)
    assert {"handover_dossier", "pre_departure_briefing"} <= set(gate["STEP"])
    assert said(cleared).endswith(f"{len(gate)} rules met at the gate")  # in the history it takes no screen


@later(6)
def test_two_accounts_of_one_office_in_one_minute_stand_in_the_gate_report(fresh: Play) -> None:
    cleared = [row for row in fresh.history() if row.data.get("step") == "departure_clearance"][-1]

    assert any(word in repr(cleared.data) for word in ("same_organisation", "same organisation", "same_minute"))


def test_the_remedies_do_not_turn_in_circles_when_the_clocks_change(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult", "reflection_applies": False})

    assert case.prepare(at_most=200)


# Nothing but the clock is different from the moment before, so whatever refuses, refuses the clock.
@later(6)
def test_a_clock_that_runs_backwards_makes_no_old_evidence_fresh(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "note", "group": "case", "text": "an invented note"})
    then = fresh.now
    fresh.wait(days=40)
    fresh.given(MANAGER, {"do": "note", "group": "case", "text": "forty days later"})
    if fresh.why().done:
        raise RuntimeError("the evidence never ages")

    fresh.clock.moment = then

    assert not fresh.tried(TRAVEL, DEPART, may_be_bad_input=True).done


def test_a_flight_five_minutes_late_is_still_the_flight(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.until(case.takes_off - timedelta(hours=1))
    case.anew("departure_clearance", "departure_assistance")
    case.ready(waiting=False)

    case.until(case.takes_off + timedelta(minutes=5))

    assert case.boards().done


def test_what_happened_two_days_ago_can_be_said_truthfully(begin: Begin) -> None:
    case = begin(ready_to_depart)
    boarded = case.takes_off + timedelta(minutes=5)
    case.until(case.takes_off + timedelta(hours=49))

    left = {"do": "move", "to": "left", "how": "alone", "at": boarded.isoformat()}
    case.tried(TRAVEL, left, may_be_bad_input=True)

    assert case.seen().phase == "travel"
