"""Where reality gets stuck or forces a lie: what happened can always be said. (findings/safety.md; a27, a29)"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from wayhome.calendar.spans import clock_text

from tests.attacks.acts import LEFT, MET, PARTNER_FAILS, REPLACED, TOLD, lands_though, open_alarms
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    DEPART,
    MANAGER,
    READER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    actor,
    another,
    at_home,
    evidence_is_fresh,
    ready_to_depart,
)
from tests.oracle import faults_of_departure
from tests.whole_answers import RECEIPT


def times(play: Play, type: str) -> list[object]:
    """Give when an incident happened, and happened again."""
    return [row.occurred_at for row in play.history() if row.data.get("type") == type]


def test_being_met_by_the_partner_under_suspicion_is_recorded_and_alarms(fresh: Play) -> None:
    case = lands_though(fresh)
    case.wait(minutes=20)
    assert len(times(case, "partner_failure")) == 1

    case.given(RECEPTION, MET)

    assert times(case, "partner_failure")[1:] == [case.now]
    assert case.step("arrival_reception").state == "done"
    assert case.told("STEP", {"do": "resolve", "incident": "partner_failure"}) == [
        (
            "needed first, after what has happened: 'Choose the receiving organisation together' is done as 'A partner is chosen'",
            "do it",
        )
    ]


def test_being_met_by_the_replacement_can_be_recorded(fresh: Play) -> None:
    case = lands_though(fresh, REPLACED)
    assert case.told("CONSENT", MET, RECEPTION) == [
        (
            "the person's consent is not there: Share travel data",
            "ask the person; while they cannot be reached, you may tell a trusted party what averts danger: a contact with them, whose 'basis' is vital_interest",
        )
    ]
    case.given(MANAGER, TOLD)

    case.given(RECEPTION, MET)

    assert len(times(case, "partner_failure")) == 1  # who waits now is nobody's suspect


def test_who_met_the_person_though_another_was_to_is_said_and_alarms(fresh: Play) -> None:
    failed = fresh.seen().roles["receiving_organisation"]
    case = lands_though(fresh, REPLACED)
    case.given(MANAGER, TOLD)
    case.wait(minutes=20)

    case.given(RECEPTION, {**MET, "by": failed, "heard_by": "phone"})

    assert times(case, "partner_failure")[1:] == [case.now]


def test_a_partner_that_failed_is_not_chosen_again_by_a_detour(fresh: Play) -> None:
    failed = fresh.seen().roles["receiving_organisation"]
    case = lands_though(fresh, REPLACED)

    again: Command = {"do": "assign", "role": "receiving_organisation", "partner": failed}

    assert case.told("INPUT", again) == [("this partner has failed, and that is not over", "choose another")]


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"reached": False}, "nobody was told"),
        ({"with": "ng_iom"}, "another was told"),
        ({"basis": "legal_duty"}, "a duty is no danger"),
        ({"groups": ["identity", "health"]}, "more was told than a reception needs"),
    ],
)
def test_danger_stands_for_a_consent_only_where_it_was_averted(fresh: Play, told: Command, why: str) -> None:
    case = lands_though(fresh, REPLACED)
    case.tried(MANAGER, {**TOLD, **told})

    assert case.tried(RECEPTION, MET).says("CONSENT"), why


def test_danger_stands_for_no_consent_once_the_person_can_be_asked(fresh: Play) -> None:
    case = lands_though(fresh, REPLACED)
    case.given(MANAGER, TOLD)
    case.wait(minutes=5)
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})

    assert case.tried(RECEPTION, MET).says("CONSENT")


def test_danger_stands_against_no_no_of_the_person(fresh: Play) -> None:
    case = lands_though(fresh, REPLACED)
    refused = {"do": "consent", "purpose": "travel_data_share", "recipient": "ng_cosudow", "answer": "refused"}
    case.given(MANAGER, refused, TOLD)

    assert case.tried(RECEPTION, MET).says("CONSENT")


def test_before_the_departure_the_person_is_asked(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, PARTNER_FAILS, REPLACED, TOLD)

    assert case.why({"do": "complete", "step": "handover_dossier", "groups_sent": ["identity"], **RECEIPT}).says(
        "travel_data_share"
    )


# --- permitted and happened are two things ---------------------------------------------------------------


def test_who_boarded_against_a_no_can_be_followed(fresh: Play) -> None:
    boarded, said_no = fresh.takes_off, fresh.takes_off - timedelta(minutes=30)
    fresh.until(boarded + timedelta(hours=5))
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return", "at": said_no.isoformat()})
    assert fresh.told("INV-01", {**DEPART, "at": boarded.isoformat()}) == [
        ("the consent to return was taken back", "talk with the person; only their own written yes counts")
    ]

    fresh.given(TRAVEL, {**LEFT, "at": boarded.isoformat()})

    assert fresh.seen().phase == "travel"
    assert open_alarms(fresh) == {"consent_withdrawn_before", "left_without_clearance"}


def test_a_no_on_the_way_does_not_undo_the_boarding_before_it(fresh: Play) -> None:
    boarded, legs = fresh.takes_off, fresh.legs
    fresh.until(boarded + timedelta(hours=5))
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return", "at": (boarded + timedelta(hours=4)).isoformat()})

    fresh.given(TRAVEL, {**DEPART, "at": boarded.isoformat()})

    assert fresh.seen().phase == "travel"
    assert open_alarms(fresh) == {"consent_withdrawn_before"}
    assert fresh.legs == legs  # a no on the way ends no flight: the landing is watched
    assert faults_of_departure(fresh.history(READER)) == []


@pytest.mark.parametrize("ready", [True, False])
def test_who_has_gone_has_gone_however_far_the_preparation_was(begin: Begin, fresh: Play, ready: bool) -> None:
    case = fresh if ready else begin()
    unmet = case.why().reasons
    case.wait(hours=1)

    case.given(TRAVEL, {**LEFT, "how": "removed"})

    assert case.seen().phase == "travel"
    assert open_alarms(case) == {"left_without_clearance"}
    assert bool(unmet) is not ready  # nothing was asked of it
    assert [row.data["how"] for row in case.history() if row.type == "left"] == ["removed"]


@pytest.mark.parametrize(
    ("act", "fault"),
    [
        ({"do": "move", "to": "left"}, ("how", "missing")),
        ({"do": "move", "to": "left", "how": "fled"}, ("how", "unknown")),
        ({**DEPART, "how": "alone"}, ("how", "contradiction")),
    ],
)
def test_how_is_said_of_who_left_and_of_nobody_else(fresh: Play, act: Command, fault: tuple[str, str]) -> None:
    assert fresh.faults(TRAVEL, act) == {fault}


def test_nobody_leaves_before_what_led_to_it_or_out_of_the_journey(fresh: Play) -> None:
    prepared = next(row.occurred_at for row in fresh.history() if row.type == "prepared")
    assert fresh.faults(TRAVEL, {**LEFT, "at": (prepared - timedelta(minutes=1)).isoformat()}) == {
        ("at", "contradiction")
    }
    fresh.given(TRAVEL, DEPART)

    assert fresh.told("PHASE", LEFT) == [("this move does not lead out of the phase 'Journey'", "")]


def test_who_is_found_at_home_after_the_case_was_closed_left_when_they_left(fresh: Play) -> None:
    gone = fresh.now
    fresh.wait(days=2)
    lives_there = {"do": "record", "facts": {"lasting_solution": "third_country"}}  # so they were told
    fresh.given(MANAGER, lives_there, {"do": "move", "to": "close", "reason": "other_durable_solution"})
    fresh.wait(days=20)
    assert fresh.told("PHASE", {**LEFT, "at": gone.isoformat()}) == [("the case is closed", "reopen it")]
    fresh.given(MANAGER, {"do": "move", "to": "reopen"})

    fresh.given(MANAGER, {**LEFT, "at": gone.isoformat()}, {"do": "move", "to": "arrive"})

    assert fresh.seen().phase == "arrival"
    assert {row.type: row.occurred_at for row in fresh.history()}["left"] == gone


def test_who_landed_without_a_boarding_has_landed(fresh: Play) -> None:
    fresh.until(fresh.lands + timedelta(hours=30))

    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})

    assert fresh.seen().phase == "arrival"
    assert open_alarms(fresh) == {"left_without_clearance"}
    last = [(row.type, row.data.get("how")) for row in fresh.history() if row.type != "steps_reset"][-3:]
    assert last == [("left", "unknown"), ("incident_opened", None), ("arrived", None)]


def test_a_permitted_boarding_that_is_told_later_takes_the_place_of_the_guess(fresh: Play) -> None:
    boarded = fresh.takes_off
    fresh.until(fresh.lands + timedelta(hours=1))
    fresh.given(RECEPTION, {"do": "move", "to": "arrive"})

    fresh.given(TRAVEL, {**DEPART, "at": boarded.isoformat()})

    assert fresh.seen().phase == "arrival"
    assert open_alarms(fresh) == set()
    assert fresh.seen().left is None
    assert faults_of_departure(fresh.history(READER)) == []


def test_a_boarding_that_was_not_permitted_takes_no_place(fresh: Play) -> None:
    boarded, landed = fresh.takes_off, fresh.lands
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    fresh.until(landed)
    fresh.given(RECEPTION, {"do": "move", "to": "arrive"})

    told = fresh.tried(TRAVEL, {**DEPART, "at": boarded.isoformat()})

    assert told.says("INV-01", "INV-02", "INV-03")
    assert fresh.seen().left["how"] == "unknown"
    assert "left_without_clearance" in open_alarms(fresh)


def test_a_clearance_that_is_typed_afterwards_clears_nothing(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.until(case.takes_off - timedelta(hours=2))
    case.anew("departure_clearance", "departure_assistance")
    case.until(case.takes_off)
    case.ready(waiting=False)
    case.anew("departure_clearance")
    boarded = case.now
    case.wait(minutes=30)
    cleared = {"do": "complete", "step": "departure_clearance", "at": boarded.isoformat()}
    case.given(MANAGER, cleared)

    assert case.told("INV-03", {**DEPART, "at": boarded.isoformat()}) == [
        ("the clearance is void", "clear the departure when everything else is met")
    ]


def test_nobody_departs_twice(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(minutes=5)

    again = {**DEPART, "at": (fresh.takes_off - timedelta(minutes=1)).isoformat()}

    assert fresh.faults(TRAVEL, again) == {("at", "contradiction")}
    assert fresh.told("PHASE", DEPART) == [("this move does not lead out of the phase 'Journey'", "")]


def test_a_boarding_typed_late_is_confirmed_by_a_second_and_counts(fresh: Play) -> None:
    boarded = fresh.takes_off
    late: Command = {**DEPART, "at": boarded.isoformat()}
    fresh.until(boarded + timedelta(hours=24))
    assert fresh.why(late, TRAVEL).done
    fresh.wait(seconds=1)
    assert fresh.told("ROLE", late, TRAVEL) == [
        (
            "a departure that is entered more than 24 hours late is told by two people",
            "enter the move 'left' first; then somebody else enters 'depart' with 'at'",
        )
    ]

    fresh.given(TRAVEL, {**LEFT, "at": boarded.isoformat()})

    assert fresh.told("ROLE", late, TRAVEL) == [
        ("whoever entered 'left' cannot enter the departure too", "let somebody else enter the departure")
    ]
    assert open_alarms(fresh) == {"left_without_clearance"}  # until the second has spoken
    fresh.given(another(TRAVEL), late)
    assert (fresh.seen().phase, open_alarms(fresh), fresh.seen().left) == ("travel", set(), None)
    assert faults_of_departure(fresh.history(READER)) == []


def test_two_people_cannot_tell_a_departure_that_was_not_permitted(fresh: Play) -> None:
    boarded = fresh.takes_off
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    fresh.until(boarded + timedelta(hours=30))
    fresh.given(TRAVEL, {**LEFT, "at": boarded.isoformat()})

    late = fresh.tried(another(MANAGER), {**DEPART, "at": boarded.isoformat()})

    assert {"INV-01", "INV-02", "INV-03"} <= late.rules
    assert not late.says("ROLE")


def test_a_departure_takes_no_place_of_one_who_had_left_before(fresh: Play) -> None:
    gone = fresh.now
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, {**LEFT, "at": gone.isoformat()})

    assert fresh.told("PHASE", DEPART) == [
        (
            f"this case says that the person left on {clock_text(gone, 'Europe/Brussels')}, without clearance",
            "if the departure was cleared, enter it with 'at' as they boarded",
        )
    ]


# --- back in the host country ----------------------------------------------------------------------------


@pytest.mark.parametrize("gone", [DEPART, LEFT], ids=["departed", "left"])
def test_a_journey_that_was_turned_back_has_used_up_the_yes_the_clearance_and_the_booking(
    fresh: Play, gone: Command
) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, gone)
    fresh.wait(hours=3)

    fresh.given(TRAVEL, {"do": "move", "to": "turn_back"})

    assert fresh.seen().phase == "pre_departure"
    assert fresh.told("INV-01") == [
        ("the consent to return no longer counts", "talk with the person; only their own written yes counts")
    ]
    assert fresh.told("INV-03") == [("the clearance is void", "clear the departure when everything else is met")]
    assert {"INV-01", "INV-02", "INV-03"} <= fresh.why().rules
    assert ("STEP", "return_consent") in fresh.why().reasons
    assert fresh.seen().travel["status"] == "cancelled"


def test_who_is_back_and_asks_anew_can_go(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=3)
    fresh.given(TRAVEL, {"do": "move", "to": "turn_back"})

    fresh.ready()


@pytest.mark.parametrize(("how_far", "phase"), [("nowhere", "identification"), ("prepared", "pre_departure")])
def test_who_is_turned_back_is_where_they_left(begin: Begin, how_far: str, phase: str) -> None:
    case = begin({"nowhere": nowhere, "prepared": prepared}[how_far])
    case.given(TRAVEL, {"do": "move", "to": "arrive"})
    case.wait(hours=3)

    case.given(TRAVEL, {"do": "move", "to": "turn_back"})

    assert (case.seen().phase, case.seen().status) == (phase, "blocked")  # why they had gone is asked first
    assert case.seen().left is None
    case.given(TRAVEL, LEFT)  # and they can go once more
    assert [row.type for row in case.history()][-2:] == ["left", "incident_repeated"]


# --- who has gone is met, housed, looked at and followed all the same ------------------------------------------------


def nowhere(play: Play) -> None:
    """A case that was opened today."""


def prepared(play: Play) -> None:
    """A case whose journey is being prepared."""
    play.ready("prepare")
    play.given(MANAGER, {"do": "move", "to": "prepare"})


@pytest.mark.parametrize("how_far", [nowhere, prepared, evidence_is_fresh])
def test_who_left_without_clearance_is_met_and_settles_in_truth(begin: Begin, how_far: Callable[[Play], None]) -> None:
    case = begin(how_far)
    case.given(TRAVEL, LEFT)
    case.wait(hours=9)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})

    case.ready("settle")
    case.given(RECEIVER, {"do": "resolve", "incident": "left_without_clearance"}, {"do": "move", "to": "settle"})

    told = (*case.history(), *case.history(RECEIVER))  # of the danger there the house that looked at it tells
    done = {row.data["step"] for row in told if row.type == "step_completed"}
    assert {"partner_selection", "safety_plan", "arrival_reception", "post_arrival_risk_assessment"} <= done
    assert case.seen().phase == "follow_up"
    assert case.seen().left["how"] == "unknown"  # a return that was cleared it never becomes


@pytest.mark.parametrize(
    "about", [{"origin": "BR", "host": "NL"}, {"origin": "SL"}, {"facts": {"age_status": "child"}}]
)
def test_from_any_country_and_at_any_age_who_left_is_met_and_settles(begin: Begin, about: dict[str, Any]) -> None:
    case = begin(nowhere, **about)
    case.given(TRAVEL, LEFT)
    case.wait(hours=9)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})

    case.ready("settle")


def test_the_way_somebody_came_is_written_down_as_it_was(begin: Begin) -> None:
    case = begin(prepared)
    flew, landed = case.now, case.now + timedelta(hours=9)
    leg = {"from": "BRU", "to": "LOS", "departs_at": flew.isoformat(), "arrives_at": landed.isoformat()}
    booked: Command = {"do": "travel", "status": "booked", "legs": [leg]}
    case.wait(days=2)
    assert case.faults(TRAVEL, booked) == {("legs[0].departs_at", "contradiction")}
    case.given(TRAVEL, {**LEFT, "at": flew.isoformat()}, {"do": "move", "to": "arrive", "at": landed.isoformat()})

    case.given(TRAVEL, booked)

    assert case.seen().travel["legs"][0]["to"] == "LOS"


def test_what_was_to_be_done_before_the_departure_is_told_and_no_longer_asked(begin: Begin) -> None:
    case = begin(prepared)
    before = {row.step for row in case.engine.due(as_=actor(MANAGER))}

    case.given(TRAVEL, LEFT)

    assert case.step("return_consent").state == "not_done_before_departure"
    assert case.step("departure_notice").state == "not_applicable"  # of a journey that nobody cleared, nobody is told
    asked = {row.do.get("step") for row in case.engine.next(case.case, as_=actor(MANAGER))}
    assert asked.isdisjoint({"options_counselling", "legal_counselling", "pre_return_risk_assessment"})
    due = {row.step for row in case.engine.due(as_=actor(MANAGER))}
    assert due - before == {"incident:left_without_clearance"}


def test_being_at_home_is_not_being_safe(begin: Begin) -> None:
    case = begin(prepared)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})

    asked = case.why("settle").reasons

    assert {("STEP", "partner_selection"), ("STEP", "safety_plan"), ("STEP", "post_arrival_risk_assessment")} <= asked
    assert case.told("STEP", "settle")[:1] == [
        (
            "'Choose the receiving organisation together' is not done",
            "Ask for the consent to contact this partner before the first contact.",
        )
    ]
    assert not case.why("settle").says("pre_return_risk_assessment", "return_consent", "departure_notice")


def test_at_home_too_nobody_speaks_with_the_family_before_knowing_its_part(begin: Begin) -> None:
    case = begin(prepared)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})
    case.given(RECEIVER, {"do": "record", "facts": {"wants_family_contact": True}})

    contact: Command = {"do": "complete", "step": "family_contact_and_assessment", "result": "safe"}

    assert case.tried(RECEIVER, contact).says("ng_family_role_check")


def test_who_left_and_cannot_be_found_is_looked_for(begin: Begin) -> None:
    case = begin(prepared)
    case.given(TRAVEL, LEFT)

    calls = [row for row in case.engine.due(as_=actor(MANAGER)) if row.step == "incident:left_without_clearance"]

    assert [row.round for row in calls[:1]] == ["open"]  # as long as it is, it stands there
    assert [row.due_at - case.now for row in calls[1:]] == [
        timedelta(hours=2),
        timedelta(hours=24),
        timedelta(hours=72),
    ]
    assert case.told("INPUT", {"do": "resolve", "incident": "left_without_clearance"}) == [
        ("the person has not been reached since", "go on trying, in the agreed order")
    ]


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
    asked = [row.do for row in fresh.engine.next(fresh.case, as_=actor(MANAGER))]
    assert {"do": "redo", "step": "partner_confirmation"} in asked
    party = fresh.seen().roles["receiving_organisation"]
    waits = {"reception_from": on.isoformat(), "reception_until": (on + timedelta(days=1)).isoformat()}
    said = {
        "do": "complete",
        "step": "partner_confirmation",
        "result": "accepted",
        "housing_named": True,
        "meeting_place": "(invented) by the exit",
    }
    fresh.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"}, {**said, **waits, "received_by": party})
    assert fresh.step("partner_confirmation").state == "done"


def test_who_waits_there_is_told_of_a_missed_connection(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART, {"do": "complete", "step": "departure_notice"})
    fresh.wait(hours=4)

    fresh.given(MANAGER, {"do": "incident", "type": "missed_flight"})

    assert fresh.step("departure_notice").state == "available"
    assert "departure_notice" in {row.step for row in fresh.engine.due(as_=actor(MANAGER))}


def test_the_same_landing_an_hour_later_asks_nobody_again(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    later = [dict(leg) for leg in fresh.legs]
    later[-1]["arrives_at"] = (fresh.lands + timedelta(hours=1)).isoformat()

    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later})

    assert fresh.step("partner_confirmation").state == "done"


def test_what_the_gate_looked_at_is_not_asked_once_more_on_the_way(begin: Begin) -> None:
    """The partner confirmed before the journey was booked: at boarding both were looked at together."""
    case = begin(ready_to_depart)
    case.until(case.takes_off - timedelta(hours=1))
    case.anew("departure_clearance", "departure_assistance")
    case.ready(waiting=False)
    case.given(TRAVEL, DEPART)
    assert case.step("partner_confirmation").state == "done"
    case.wait(minutes=30)
    elsewhere = [dict(leg) for leg in case.legs]
    elsewhere[-1]["to"] = "ABV"

    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": elsewhere})

    assert case.step("partner_confirmation").state == "outdated"


@pytest.mark.parametrize("place", ["air", "home"])
def test_a_stay_in_hospital_holds_the_case_in_any_phase(begin: Begin, fresh: Play, place: str) -> None:
    case = begin(at_home) if place == "home" else fresh
    if place == "air":
        case.until(case.takes_off)
        case.given(TRAVEL, DEPART)

    phase = case.seen().phase

    case.given(MANAGER, {"do": "incident", "type": "medical_emergency"})

    assert open_alarms(case) == {"medical_emergency"}
    assert (case.seen().phase, case.seen().status) == (
        phase,
        "on_hold",
    )  # it waits where it is, and is not closed or undone


def test_a_wish_that_changes_after_landing_is_heard(begin: Begin) -> None:
    case = begin(at_home)

    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})

    assert "wish_changed_after_return" in open_alarms(case)


@pytest.mark.parametrize("type", ["complaint", "self_harm", "violence", "medical_emergency"])
def test_what_happens_to_people_has_a_name(fresh: Play, type: str) -> None:
    assert fresh.tried(MANAGER, {"do": "incident", "type": type}).done


# --- typed in another order than it happened ---------------------------------------------------------------


@pytest.mark.parametrize(("typed_first", "lost"), [(True, False), (False, True)])
def test_an_attempt_alarms_unless_the_person_was_reached_after_it(fresh: Play, typed_first: bool, lost: bool) -> None:
    """Who has spoken with them since need not look for them, whenever the older attempt comes to paper."""
    tried = fresh.now
    fresh.wait(hours=1)
    reached: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": True}
    fresh.given(MANAGER, *([reached] if typed_first else []))
    fresh.wait(minutes=5)

    fresh.given(MANAGER, {**reached, "reached": False, "at": tried.isoformat()})

    assert ("lost_contact" in open_alarms(fresh)) is lost
    assert fresh.seen().status == ("on_hold" if lost else "open")


def test_an_attempt_after_the_last_talk_alarms_though_an_older_talk_is_typed_later(fresh: Play) -> None:
    talked = fresh.now
    fresh.wait(hours=1)
    tried: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": False}
    fresh.given(MANAGER, tried)

    fresh.given(MANAGER, {**tried, "reached": True, "at": talked.isoformat()})

    assert open_alarms(fresh) == {"lost_contact"}
    assert fresh.told("INPUT", {"do": "resolve", "incident": "lost_contact"}) == [
        ("the person has not been reached since", "go on trying, in the agreed order")
    ]
