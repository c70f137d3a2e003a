"""Each line of "where reality gets stuck or forces a lie" in findings/safety.md, and what shows now the way that is true.

| the line | shown by |
|---|---|
| left anyway, entered late | plugins/nigeria/wayhome_nigeria/stories/4-gone-without-a-word.yaml; test_what_really_happened.py: `who_boarded_against_a_no`, `typed_late_is_confirmed_by_a_second` |
| the receiver suspected in the air | test_what_really_happened.py: `met_by_the_partner_under_suspicion`, `met_by_the_replacement` |
| a missed connection | here; test_what_really_happened.py: `missed_connection_asks_again_who_waits_there` |
| hospital for weeks after landing | here |
| another mind after landing | here |
| two children, one stays | here, as far as it can be said; what is asked of each is issue 7 |
| guidance: the change of the clock | here |
| guidance: no partner wanted, a landing by night | test_remedies_and_guidance.py: `who_wants_no_partner` (issue 8), `landing_by_night_says_from_when` |
| a missed first flight; a partner who refuses late | plugins/brazil/wayhome_brazil/stories/2-a-paper-for-one-direct-trip.yaml; here |
| a no at any moment; a reflection that is running | plugins/brazil/wayhome_brazil/stories/3-no-at-the-gate.yaml, here; here |

All people are invented.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from wayhome.case_now import CaseNow

from tests.attacks.acts import REACHED_AT_HOME, open_alarms
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    MANAGER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    actor,
    another,
    assessed,
    at_home,
    ready_to_depart,
)
from tests.whole_answers import VISIT

BRUSSELS, LAGOS = ZoneInfo("Europe/Brussels"), ZoneInfo("Africa/Lagos")
SETTLE: Command = {"do": "move", "to": "settle"}
HOSPITAL: Command = {"do": "incident", "type": "medical_emergency"}
MONITORING: Command = {"do": "consent", "purpose": "monitoring", "language": "en"}


def due(play: Play, since: datetime | None = None) -> list[tuple[str, str | None, bool]]:
    """Give what is due, and whether it is late; with `since` only what falls due after that."""
    rows = play.engine.due(as_=actor(MANAGER))
    return [(row.step, row.round, row.overdue) for row in rows if since is None or row.due_at >= since]


# --- in hospital for weeks after landing ---------------------------------------------------------------------


def in_hospital(play: Play) -> None:
    """Met at the airport, and the next day taken to hospital."""
    at_home(play)
    play.given(RECEPTION, {"do": "complete", "step": "arrival_reception"})
    play.given(RECEIVER, MONITORING)
    play.wait(hours=20)
    play.given(MANAGER, HOSPITAL)


def test_weeks_in_hospital_after_landing_hold_the_case_and_ask_nothing_of_the_person(begin: Begin) -> None:
    case = begin(in_hospital)
    assert (case.seen().phase, case.seen().status) == ("arrival", "on_hold")
    taken = case.now

    case.wait(days=24)

    asked = {step for step, _, _ in due(case, taken)}
    steps = case.engine.process_of(case.case, as_=actor(MANAGER)).steps
    assert "incident:medical_emergency" in asked  # somebody should look again,
    of_the_person = [
        one for one in asked & set(steps) if steps[one].phase == "follow_up" or steps[one].kind == "offered"
    ]
    assert of_the_person == []  # and asks nothing of the person meanwhile;
    assert {"arrival_wellbeing_check", "handover_confirmation"} <= asked  # how they are, who takes over: never waits
    assert case.tried(case.asking(), SETTLE).says("medical_emergency")
    held = ("'A medical emergency' is open, and the case is on hold", case.what_to_do("medical_emergency"))
    assert held in case.told("PHASE", SETTLE)


def test_after_the_hospital_nobody_catches_up_and_the_follow_up_goes_on(begin: Begin) -> None:
    case = begin(in_hospital)
    case.wait(days=24)
    case.given(RECEIVER, REACHED_AT_HOME)
    case.given(MANAGER, {"do": "resolve", "incident": "medical_emergency"})

    assert case.seen().status == "open"
    rounds = {row.round: row.state for row in case.seen().steps if row.id == "monitoring_visit"}
    assert [rounds[one] for one in ("d2", "d7", "m1")] == ["passed_over", "passed_over", "available"]
    visits = [(round_, late) for step, round_, late in due(case) if step == "monitoring_visit"]
    assert visits[0] == ("m1", False)
    assert not {"d2", "d7"} & {row.do.get("round") for row in case.engine.next(case.case, as_=case.actor(RECEIVER))}

    case.ready("settle")
    case.given(RECEIVER, SETTLE)
    assert (case.seen().phase, case.seen().status) == ("follow_up", "open")


def test_a_round_that_was_passed_over_may_be_made_all_the_same(begin: Begin) -> None:
    case = begin(in_hospital)
    case.wait(days=24)
    case.given(RECEIVER, REACHED_AT_HOME)
    case.given(MANAGER, {"do": "resolve", "incident": "medical_emergency"})

    case.given(RECEIVER, {"do": "complete", "step": "monitoring_visit", "round": "d7", **VISIT})

    assert case.step("monitoring_visit", "d7").state == "done"


def test_what_was_late_before_the_hospital_stays_late(begin: Begin) -> None:
    case = begin(at_home)
    case.given(RECEPTION, {"do": "complete", "step": "arrival_reception"})
    case.wait(days=5)
    assert ("monitoring_visit", "d2", True) in due(case)

    case.given(MANAGER, HOSPITAL)
    case.wait(days=20)

    assert ("monitoring_visit", "d2", True) in due(case)  # the hold excuses nothing
    assert ("monitoring_visit", "d7") not in {(step, round_) for step, round_, _ in due(case)}


def test_an_emergency_in_the_air_pauses_nobody_who_waits(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.given(MANAGER, HOSPITAL)
    assert fresh.seen().status == "on_hold"
    assert "departure_notice" in {step for step, _, _ in due(fresh)}

    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})

    assert {"arrival_reception", "ng_transit_shelter"} <= {step for step, _, _ in due(fresh)}


@pytest.mark.parametrize("type", ["lost_contact", "detention_or_arrest"])
def test_a_hold_without_a_day_to_look_again_pauses_nothing(begin: Begin, type: str) -> None:
    """Else nothing at all would bring the case back to anybody's mind."""
    case = begin(at_home)
    case.given(RECEPTION, {"do": "complete", "step": "arrival_reception"})
    case.given(MANAGER, {"do": "incident", "type": type})
    assert case.seen().status == "on_hold"

    case.wait(days=20)

    assert {("monitoring_visit", "d2", True), ("monitoring_visit", "d7", True)} <= set(due(case))


def test_such_a_hold_pauses_once_a_day_is_set(begin: Begin) -> None:
    case = begin(at_home)
    case.given(RECEPTION, {"do": "complete", "step": "arrival_reception"})
    arrested, look_again = case.now, (case.now + timedelta(days=14)).date().isoformat()
    case.given(MANAGER, {"do": "incident", "type": "detention_or_arrest", "review_on": look_again})

    case.wait(days=20)

    assert not {"monitoring_visit", "baseline_survey"} & {step for step, _, _ in due(case, arrested)}


# --- a missed connection ----------------------------------------------------------------------------------


def test_nine_days_later_and_in_another_town_the_person_is_met_by_who_was_asked_again(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    legs = fresh.legs
    fresh.given(TRAVEL, DEPART, {"do": "complete", "step": "departure_notice"})
    fresh.wait(hours=4)
    fresh.given(MANAGER, {"do": "incident", "type": "missed_flight"})
    on = fresh.now + timedelta(days=9)
    rest = {**legs[-1], "from": "CMN", "to": "ABV", "departs_at": on.isoformat(), "arrives_at": (on + timedelta(hours=5)).isoformat()}  # fmt: skip
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": [rest]})
    assert fresh.step("partner_confirmation").state == "outdated"
    assert {"departure_notice", "partner_confirmation"} <= {
        str(row.do.get("step")) for row in fresh.engine.next(fresh.case, as_=actor(MANAGER))
    }

    party = fresh.seen().roles["receiving_organisation"]
    waits = {"reception_from": on.isoformat(), "reception_until": (on + timedelta(days=1)).isoformat()}
    fresh.given(
        RECEIVER,
        {"do": "redo", "step": "partner_confirmation"},
        {"do": "complete", "step": "partner_confirmation", "result": "accepted", "housing_named": True, "meeting_place": "(invented) by the exit", "received_by": party, **waits},
    )  # fmt: skip
    fresh.given(TRAVEL, {"do": "complete", "step": "departure_notice"})
    fresh.given(MANAGER, {"do": "resolve", "incident": "missed_flight"})
    fresh.until(on + timedelta(hours=5))
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})
    fresh.given(RECEPTION, {"do": "complete", "step": "arrival_reception"})

    assert (fresh.seen().phase, open_alarms(fresh)) == ("arrival", set())
    assert fresh.step("arrival_reception").state == "done"


# --- another mind after landing -------------------------------------------------------------------------------


def test_who_wishes_after_landing_that_they_had_not_returned_is_heard_and_helped_on(begin: Begin) -> None:
    case = begin(at_home)
    case.given(RECEPTION, {"do": "complete", "step": "arrival_reception"})
    before = case.why("settle").reasons
    case.wait(days=2)

    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})

    assert open_alarms(case) == {"wish_changed_after_return"}
    assert (case.seen().phase, case.seen().status) == ("arrival", "open")  # it never counts against the person:
    assert case.why("settle").reasons == before  # all other help goes on as before
    asked = case.engine.next(case.case, as_=actor(MANAGER))
    assert any(row.do.get("incident") == "wish_changed_after_return" for row in asked)


def test_such_a_wish_ends_with_a_talk_that_comes_after_it(begin: Begin) -> None:
    case = begin(at_home)
    case.wait(days=2)
    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    over: Command = {
        "do": "resolve",
        "incident": "wish_changed_after_return",
        "outcome": "talked_again",
        "reason": "invented",
    }
    assert case.told("STEP", over) == [
        ("needed first, after what has happened: 'Talk about all options' is done", "do it"),
    ]
    again: Command = {"do": "consent", "purpose": "return", "language": "en", "form": "written", "given_by": "person"}
    assert case.told("CONSENT", again) == [
        ("the person has said no, and that is not over", "talk about all options again, then ask")
    ]

    case.wait(hours=1)
    case.given(MANAGER, {"do": "complete", "step": "options_counselling"}, over)

    assert open_alarms(case) == set()


# --- two children, of whom one stays ---------------------------------------------------------------------------


def test_of_two_children_one_may_stay_and_both_are_known(begin: Begin) -> None:
    case = begin()
    goes = case.involved("child", travels=True)
    stays = case.involved("child", travels=False)

    case.ready()

    people = {person["ref"]: person["travels"] for person in case.seen().people}
    assert (people[goes], people[stays]) == (True, False)
    rows = [row for row in case.seen().steps if row.state != "not_applicable"]
    asked = {of: {row.id for row in rows if row.of == of} for of in (goes, stays)}
    assert "ng_father_letter" in asked[goes]
    assert asked[stays] == {"child_who_stays"}  # no paper for who stays, and somebody who cares


# --- the change of the clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start", [datetime(2026, 3, 2, 8, tzinfo=BRUSSELS), datetime(2026, 2, 27, 15, tzinfo=BRUSSELS)]
)
def test_across_the_change_of_the_clock_the_remedies_lead_home(begin: Begin, start: datetime) -> None:
    """The fourteen days of the partner's confirmation are counted where the partner is, by the step and by the rule alike."""
    case = begin(start=start, facts={"age_status": "adult", "reflection_applies": False})

    case.ready()

    confirmed = case.step("partner_confirmation").done_at
    assert confirmed < datetime(2026, 3, 29, 2, tzinfo=BRUSSELS) < case.takes_off  # the clock changes between
    redone = [row for row in case.history() if row.type == "step_redone" and row.data["step"] == "partner_confirmation"]
    assert len(redone) <= 2


@pytest.mark.parametrize(("too_late", "fresh_still"), [(timedelta(0), True), (timedelta(seconds=1), False)])
def test_the_step_and_the_rule_end_fourteen_days_in_the_same_second(
    begin: Begin, too_late: timedelta, fresh_still: bool
) -> None:
    case = begin(
        ready_to_depart,
        start=datetime(2026, 3, 2, 8, tzinfo=BRUSSELS),
        facts={"reflection_applies": False, "age_status": "adult"},
    )
    process, recorded = case.engine._recorded(case.case)
    record = recorded.steps["partner_confirmation"]
    ends = (record.at.astimezone(LAGOS) + timedelta(days=14)).astimezone(BRUSSELS)
    assert record.at.astimezone(BRUSSELS).utcoffset() != ends.utcoffset()
    assert recorded.travel is not None
    leaves = ends + too_late
    legs = tuple(leg._replace(departs_at=leaves) for leg in recorded.travel.legs[:1]) + recorded.travel.legs[1:]
    moved = replace(recorded, travel=recorded.travel._replace(legs=legs))

    now = CaseNow(process, moved, leaves)

    assert now.is_fresh(process.steps["partner_confirmation"], record) is fresh_still
    assert now.passed_within("partner_confirmation", "partner_confirmation_max_age") is fresh_still


# --- late paper ------------------------------------------------------------------------------------------------


def test_a_talk_before_the_departure_can_be_typed_after_it(fresh: Play) -> None:
    """Everything but a move may be dated before a recorded move: it is kept, and counts never for that move. (design 4.4)"""
    talked = fresh.now
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)

    fresh.given(MANAGER, {"do": "complete", "step": "options_counselling", "at": talked.isoformat()})

    last = fresh.history()[-1]
    assert (last.data["step"], last.occurred_at, last.recorded_at) == ("options_counselling", talked, fresh.now)
    assert (fresh.seen().phase, open_alarms(fresh)) == ("travel", set())


def test_a_danger_that_was_found_before_the_departure_alarms_though_it_is_typed_after_it(fresh: Play) -> None:
    found = {"at": fresh.now.isoformat()}
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)

    fresh.given(ASSESSOR, {"do": "redo", "step": "pre_return_risk_assessment", **found}, {**assessed("high"), **found})

    assert open_alarms(fresh) == {"risk_high"}


@pytest.mark.parametrize("asked_in_time", [True, False])
def test_who_left_unasked_did_not_depart_because_the_question_is_typed_afterwards(
    fresh: Play, asked_in_time: bool
) -> None:
    case = fresh
    case.anew("departure_assistance")
    asked: Command = {"do": "complete", "step": "departure_assistance", "result": "reconfirmed"}
    at = case.now
    if asked_in_time:
        case.given(TRAVEL, asked)
    boarded = case.takes_off
    case.until(boarded + timedelta(hours=1))
    case.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown", "at": boarded.isoformat()})
    if not asked_in_time:
        case.given(TRAVEL, {**asked, "at": at.isoformat()})  # it is kept

    told = case.tried(another(TRAVEL), {**DEPART, "at": boarded.isoformat()})

    assert told.done is asked_in_time
    if not asked_in_time:
        assert told.says("INV-02")
        assert "left_without_clearance" in open_alarms(case)


# --- what worked, and must go on working ------------------------------------------------------------------------


def test_a_partner_who_refuses_late_is_replaced(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"})
    case.given(MANAGER, {"do": "incident", "type": "partner_failure"})
    assert case.boards().says("partner_failure", "INV-07")

    case.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})
    case.given(MANAGER, {"do": "resolve", "incident": "partner_failure"})

    case.ready()
    assert case.seen().roles["receiving_organisation"] == "ng_cosudow"


def test_a_no_before_boarding_that_is_typed_after_it_is_kept_with_its_own_moment(fresh: Play) -> None:
    said = fresh.now
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)

    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return", "at": said.isoformat()})

    assert [row.occurred_at for row in fresh.history() if row.type == "consent_withdrawn"] == [said]
    assert "consent_withdrawn_before" in open_alarms(fresh)


def test_a_reflection_that_is_running_is_not_redone_to_shorten_or_lengthen_it(begin: Begin) -> None:
    case = begin().ready("prepare")
    case.wait(days=3)

    assert case.told("INV-10", {"do": "redo", "step": "reflection_period"}) == [
        ("this protected period is running until 2026-04-16", "let it run")
    ]
