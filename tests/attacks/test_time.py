"""When it happened and when it was typed: both count, and boarding is boarding the booked flight. (findings/safety.md cause 5)"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from wayhome import Actor
from wayhome.calendar.spans import clock_text
from wayhome.shell.views.history import event_line

from tests.attacks.acts import a_numbered_flight, later_by
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    LEADER,
    MANAGER,
    READER,
    RECEIVER,
    RECEPTION,
    START,
    TRAVEL,
    Command,
    Enough,
    Play,
    actor,
    assessed,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    signed,
)
from tests.oracle import faults_of_departure

ASSISTANCE = "departure_assistance"


def test_nobody_boards_half_a_day_before_take_off(begin: Begin) -> None:
    case = begin(ready_to_depart)

    if case.takes_off - case.now < timedelta(hours=12):
        raise RuntimeError("the evidence is not ready half a day ahead")
    assert case.boards().reasons == {("PHASE", "travel_plan")}
    assert case.told("PHASE", {**DEPART, "at": case.now.isoformat()}) == [
        (
            f"the booked journey begins at {clock_text(case.takes_off, 'Europe/Brussels')}; nobody boards more than 6 hours earlier",
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

    answer = fresh.boards()
    assert (("PHASE", "travel_plan") in answer.reasons) is refused
    assert (("INV-02", "travel_plan") in answer.reasons) is not refused  # until then it can be entered as a delay


def test_who_boards_late_lands_late_and_somebody_must_wait_then(fresh: Play) -> None:
    confirmed = [row for row in fresh.history() if row.data.get("step") == "partner_confirmation"][-1].data["values"]
    until = datetime.fromisoformat(confirmed["reception_until"])
    fresh.until(fresh.takes_off + (until - fresh.lands))
    assert "INV-07" not in fresh.boards().rules

    fresh.wait(seconds=1)

    assert "INV-07" in fresh.boards().rules


@pytest.mark.parametrize(("late", "untold"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_a_flight_more_than_six_hours_late_is_told_first(fresh: Play, late: timedelta, untold: bool) -> None:
    booked = fresh.takes_off
    fresh.until(booked + timedelta(hours=6) + late)

    assert fresh.boards().reasons == ({("INV-02", "travel_plan")} if untold else set())
    if untold:
        assert fresh.told("INV-02", {**DEPART, "at": fresh.now.isoformat()}) == [
            (
                f"the journey was booked for {clock_text(booked, 'Europe/Brussels')}; the person said yes to that, and who waits knows of no delay",
                "enter the delay: the same flight with its new times; then tell who waits, and ask the person again",
            )
        ]


def test_a_flight_five_hours_late_is_still_the_flight(fresh: Play) -> None:
    fresh.until(fresh.takes_off + timedelta(hours=5))

    assert fresh.boards().done


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
    cleared = _cleared(fresh)

    gate = cleared.data["gate"]
    assert {"INV-01", "INV-04", "INV-05", "INV-07", "INV-16", "NG-02"} <= set(gate)
    assert gate["INV-05"] == ("pre_return_risk_assessment",)
    assert {"handover_dossier", "pre_departure_briefing"} <= set(gate["STEP"])
    assert event_line(cleared).endswith(f"{len(gate)} rules met at the gate")  # in the history it takes no screen


def test_two_accounts_of_one_office_in_one_minute_stand_in_the_gate_report(fresh: Play) -> None:
    cleared = _cleared(fresh)

    assert cleared.data["same_organisation"] == ("pre_return_risk_assessment", "return_review")
    assert "pre_return_risk_assessment" in cleared.data["same_minute"]
    told = [r.fact for r in fresh.engine.why(fresh.case, "depart", as_=actor(MANAGER)).met if r.rule == "ROLE"]
    assert told[0] == (
        "two people of one organisation signed: Assess the risks of return together, Decide together whether to go"
    )
    assert told[1].startswith("these were written down within one minute: ")
    assert "signed by two of one organisation: Assess the risks of return together, " in event_line(cleared)


@pytest.mark.parametrize(
    ("organisation", "apart", "shown"),
    [
        ("invented_organisation", 61, {"same_organisation"}),
        ("ng_bakhita", 60, {"same_minute"}),
        ("ng_bakhita", 61, set()),
    ],
)
def test_the_gate_report_names_what_lies_in_one_hand(
    fresh: Play, organisation: str, apart: int, shown: set[str]
) -> None:
    first = Actor("bela", organisation, {ASSESSOR})
    fresh.given(ASSESSOR, {"do": "redo", "step": "pre_return_risk_assessment"})
    fresh.wait(minutes=5)
    fresh.given(first, assessed("low"))
    fresh.wait(seconds=apart)
    fresh.given(MANAGER, signed())
    fresh.wait(minutes=5)
    fresh.anew("risk_recheck", "departure_clearance", ASSISTANCE)
    fresh.ready(waiting=False)

    report = _cleared(fresh).data
    assert {word for word in HANDS if "pre_return_risk_assessment" in report.get(word, ())} == shown


HANDS = ("same_organisation", "same_minute")


def _cleared(case: Play) -> Any:
    return [row for row in case.history() if row.data.get("step") == "departure_clearance"][-1]


@pytest.mark.parametrize("late", [0, 1, 3, 6])
@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_who_follows_the_remedies_still_boards_a_flight_that_leaves_some_hours_late(
    begin: Begin, origin: str, late: int
) -> None:
    case = begin(ready_to_depart, origin=origin)
    case.until(case.takes_off + timedelta(hours=late))

    if origin == "SL" and late >= 3:  # it lands after dark: the night is planned first
        assert case.told("SL-02")[0][1] == "plan a safe night at Lungi, or book an arrival by daylight"
        case.given(TRAVEL, complete("sl_night_at_lungi", night_place="(invented) a room near the airport"))
    assert case.boards().done


# From when each is proposed: a quarter of its age inside the edge, and at most a day.
FIRST = [
    ("risk_recheck", timedelta(hours=54)),
    ("fit_to_travel_check", timedelta(hours=54)),
    ("departure_clearance", timedelta(hours=18)),
]
AGAIN = [("pre_return_risk_assessment", timedelta(days=13)), ("partner_confirmation", timedelta(days=13))]


@pytest.mark.parametrize(("step", "before"), FIRST, ids=[id for id, _ in FIRST])
def test_what_is_done_when_the_remedies_say_is_done_well_inside_its_age(
    begin: Begin, step: str, before: timedelta
) -> None:
    case = begin(ready_to_depart)

    assert case.takes_off - case.step(step).done_at == before


@pytest.mark.parametrize(("step", "before"), AGAIN, ids=[id for id, _ in AGAIN])
def test_what_will_be_too_old_is_done_again_well_inside_its_age(begin: Begin, step: str, before: timedelta) -> None:
    case = begin(ready_to_depart)
    _books(case, later_by(case, days=50))

    assert {remedy.from_ for subject, remedy in case.remedies() if subject == step} == {case.takes_off - before}


def test_the_remedies_do_not_turn_in_circles_when_the_clocks_change(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult", "reflection_applies": False})

    assert case.prepare(at_most=200)


# --- a clock that runs backwards (design 4.4) -----------------------------------------------------


def _set_back(case: Play) -> None:
    """Write something forty days later, when the evidence has aged; then set the clock back to where it was."""
    then = case.now
    case.wait(days=40)
    case.given(MANAGER, NOTE)
    if case.why().done:
        raise RuntimeError("the evidence never ages")
    case.clock.moment = then


NOTE = {"do": "note", "group": "case", "text": "an invented note"}
CLOCK = {"do": "clock"}
ADMINISTRATOR = "system_admin"


def test_a_clock_that_runs_backwards_makes_no_old_evidence_fresh(fresh: Play) -> None:
    _set_back(fresh)

    # Nothing but the clock is different from the moment before, so whatever refuses, refuses the clock.
    for who, act in ((TRAVEL, DEPART), (MANAGER, NOTE), (ASSESSOR, {"do": "redo", "step": "risk_recheck"})):
        assert fresh.tried(who, act).reasons == {("INPUT", "clock")}
    assert fresh.told("INPUT", DEPART) == [
        (
            f"the clock of this machine says {fresh.now:%Y-%m-%dT%H:%M:%SZ}, and this case holds what was written down "
            f"later, at {fresh.now + timedelta(days=40):%Y-%m-%dT%H:%M:%SZ}",
            "set the clock; if it is right now, an administrator confirms it",
        )
    ]
    assert fresh.seen().phase == "pre_departure"  # it can be read
    assert fresh.history()[-1].type == "note_added"


@pytest.mark.parametrize(("back", "refused"), [(0, False), (1, True)])
def test_a_clock_goes_backwards_when_it_lies_before_what_was_written_last(
    fresh: Play, back: int, refused: bool
) -> None:
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**NOTE, "at": (fresh.now - timedelta(minutes=30)).isoformat()})  # written now, of before

    fresh.clock.moment -= timedelta(seconds=back)

    assert fresh.tried(MANAGER, NOTE).says("clock") is refused


def test_an_administrator_confirms_the_clock_and_nobody_else_does(fresh: Play) -> None:
    assert fresh.tried(ADMINISTRATOR, CLOCK).reasons == {("INPUT", "clock")}  # it goes forwards
    _set_back(fresh)

    assert fresh.tried(MANAGER, CLOCK).kind == "not_permitted"
    fresh.given(ADMINISTRATOR, CLOCK)

    last = fresh.history()[-1]
    assert (last.type, last.recorded_at, last.data["before"]) == (
        "clock_confirmed", fresh.now, f"{fresh.now + timedelta(days=40):%Y-%m-%dT%H:%M:%SZ}",
    )  # fmt: skip
    fresh.given(MANAGER, NOTE)


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


# --- a delay is the same flight, later (design 4.4) -----------------------------------------------


def _books(case: Play, legs: list[dict[str, Any]], **more: Any) -> str:
    """Enter how the journey is booked now; give what stands in the history then."""
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs, **more})
    return next(row.type for row in reversed(case.history()) if row.type.startswith("travel_"))


def _is_cleared(case: Play) -> bool:
    return case.step("departure_clearance").state == "done"


def test_a_delay_asks_the_last_question_again_and_never_the_clearance(begin: Begin) -> None:
    case = begin(a_numbered_flight)

    assert _books(case, later_by(case, hours=5)) == "travel_delayed"

    assert _is_cleared(case)
    # The rule of Nigeria: whoever picks the person up knows the flight.
    assert case.why().reasons == {("INV-02", ASSISTANCE), ("STEP", ASSISTANCE), ("NG-02", "ng_airport_pickup")}
    case.until(case.takes_off - timedelta(hours=1))
    case.anew(ASSISTANCE)
    case.ready(waiting=False)
    case.until(case.takes_off + timedelta(minutes=5))
    assert case.boards().done
    assert faults_of_departure(case.history(READER)) == []


LATER: list[tuple[str, dict[str, float], dict[str, Any], bool]] = [
    ("twelve hours", {"hours": 12}, {}, True),
    ("a second more", {"hours": 12, "seconds": 1}, {}, False),
    ("a second", {"seconds": 1}, {}, True),
    ("as it is", {}, {}, False),
    ("a second earlier", {"seconds": -1}, {}, False),
    ("another carrier", {"hours": 5}, {"carrier": "XX"}, False),
    ("another number", {"hours": 5}, {"number": "SN9"}, False),
    ("a number that nobody knows", {"hours": 5}, {"number": None}, False),
    ("another place", {"hours": 5}, {"to": "ABV"}, False),
    ("another way", {"hours": 5}, {"from": "AMS"}, False),
]


@pytest.mark.parametrize(("span", "changed", "is_delay"), [row[1:] for row in LATER], ids=[row[0] for row in LATER])
def test_the_same_flight_up_to_twelve_hours_later_is_a_delay(
    begin: Begin, span: dict[str, float], changed: dict[str, Any], is_delay: bool
) -> None:
    case = begin(a_numbered_flight)

    booked = _books(case, [{**leg, **changed} for leg in later_by(case, **span)])

    assert (booked == "travel_delayed", _is_cleared(case)) == (is_delay, is_delay)


def test_a_delay_upon_a_delay_counts_from_the_flight_as_it_was_booked(begin: Begin) -> None:
    case = begin(a_numbered_flight)

    assert _books(case, later_by(case, hours=8)) == "travel_delayed"
    assert _books(case, later_by(case, hours=-3)) == "travel_delayed"  # not so late after all
    assert _books(case, later_by(case, hours=7, seconds=1)) == "travel_booked"
    assert not _is_cleared(case)


def test_a_delay_says_nothing_else_of_who_meets_the_person(begin: Begin) -> None:
    """Who meets the person was booked with the flight, and waits for it later: nobody has said otherwise."""
    case = begin(a_numbered_flight)
    partner = "ng_bakhita"
    _books(case, case.legs, meeting_person=partner)
    met = case.seen().travel["meeting_person"]

    assert _books(case, later_by(case, hours=5)) == "travel_delayed"

    assert met == partner
    assert case.seen().travel["meeting_person"] == partner


def test_a_booking_of_another_meeting_is_no_delay(begin: Begin) -> None:
    case = begin(a_numbered_flight)

    assert _books(case, later_by(case, hours=1), meeting_place="an invented hall") == "travel_booked"


def test_a_flight_of_which_nobody_knows_the_number_is_booked_anew(fresh: Play) -> None:
    assert _books(fresh, later_by(fresh, hours=1)) == "travel_booked"
    assert not _is_cleared(fresh)


@pytest.mark.parametrize(("more", "too_old"), [(timedelta(0), False), (timedelta(seconds=1), True)])
def test_a_flight_that_is_late_makes_no_evidence_older(begin: Begin, more: timedelta, too_old: bool) -> None:
    case = begin(a_numbered_flight)
    checked = case.step("risk_recheck").done_at
    _books(case, later_by(case, hours=(checked + timedelta(hours=71) - case.takes_off) / timedelta(hours=1)))
    case.ready()
    if case.step("risk_recheck").done_at != checked:
        raise RuntimeError("risk and wish were checked again, so nothing is near its age")

    assert _books(case, later_by(case, hours=12)) == "travel_delayed"
    case.until(case.takes_off - timedelta(hours=1))
    case.anew("departure_clearance", ASSISTANCE)
    case.ready(waiting=False)

    case.until(case.takes_off + more)
    answer = case.boards()
    assert too_old or faults_of_departure(case.history(READER)) == []
    assert (("INV-04", "risk_recheck") in answer.reasons) is too_old
    assert answer.done is not too_old


def test_who_waits_is_told_of_a_delay_and_of_the_next(begin: Begin) -> None:
    case = begin(a_numbered_flight)
    assert case.step(TELLING).state == "not_applicable"

    for hours in (2, 3):
        _books(case, later_by(case, hours=hours))
        case.wait(minutes=1)
        assert _due(case) == [case.now + timedelta(hours=2, minutes=-1)]
        assert TELLING in {row.do.get("step") for row in case.engine.next(case.case, as_=actor(TRAVEL))}
        if case.step(TELLING).state == "outdated":
            case.given(TRAVEL, {"do": "redo", "step": TELLING})
        case.given(TRAVEL, complete(TELLING))
        assert _due(case) == []


TELLING = "delay_notice"


def _due(case: Play) -> list[datetime]:
    return [row.due_at for row in case.engine.due(as_=actor(MANAGER)) if row.step == TELLING]


@pytest.mark.parametrize(("more", "asked"), [(0, False), (1, True)])
def test_a_delay_asks_who_waits_when_it_lands_after_they_have_gone(begin: Begin, more: int, asked: bool) -> None:
    case = begin(a_numbered_flight)
    waits = {"reception_from": case.lands.isoformat(), "reception_until": (case.lands + timedelta(hours=2)).isoformat()}
    party = case.seen().roles["receiving_organisation"]
    said = complete(
        "partner_confirmation",
        result="accepted",
        housing_named=True,
        meeting_place="(invented) by the exit",
        received_by=party,
        **waits,
    )
    case.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"}, said)

    _books(case, later_by(case, hours=2, seconds=more))

    assert ("INV-07" in case.why().rules) is asked
    assert _is_cleared(case)


def test_a_flight_eight_hours_late_is_told_before_anybody_boards_it(begin: Begin) -> None:
    case = begin(a_numbered_flight)
    leaves, lands = case.takes_off, case.lands
    case.until(leaves + timedelta(hours=7, minutes=50))

    case.ready(waiting=False)  # what the reasons propose: the same flight, later; then the last question

    assert [row.type for row in case.history() if row.type.startswith("travel_")][-1] == "travel_delayed"
    assert case.lands - case.takes_off == lands - leaves
    assert _is_cleared(case)
    assert case.step("delay_notice").state == "done"  # who waits was told before anybody boards so late


# --- what is proposed of a journey ----------------------------------------------------------------------------------


def proposed(case: Play, act: Command | str = "depart", who: str = MANAGER) -> list[Command]:
    """Give the journeys that are proposed: by the reasons against an act, and by what comes next."""
    asked = [remedy for _, remedy in case.remedies(act, who)]
    asked += [row for row in case.engine.next(case.case, as_=actor(MANAGER)) if row.do]
    return [one.do for one in asked if one.do["do"] == "travel"]


@pytest.mark.parametrize("late", [7, 8, 11, 13, 30])  # it takes six hours, and could leave twelve hours late
def test_no_journey_is_proposed_that_begins_in_the_past(begin: Begin, late: int) -> None:
    case = begin(a_numbered_flight)
    case.until(case.takes_off + timedelta(hours=late))

    for do in proposed(case):
        assert all(datetime.fromisoformat(leg["departs_at"]) > case.now for leg in do.get("legs", ()))
        assert "departs_on" not in do or do["departs_on"] > case.now.date().isoformat()


@pytest.mark.parametrize("late", [7, 8, 11])
def test_of_a_flight_that_is_late_nobody_says_when_it_leaves_but_who_knows(begin: Begin, late: int) -> None:
    case = begin(a_numbered_flight)
    case.until(case.takes_off + timedelta(hours=late))

    assert proposed(case)
    assert {tuple(sorted(do.items())) for do in proposed(case)} == {(("do", "travel"), ("status", "booked"))}


def test_a_flight_that_is_too_late_to_be_the_same_is_planned_anew(begin: Begin) -> None:
    case = begin(a_numbered_flight)
    case.until(case.takes_off + timedelta(hours=12))

    assert {do["status"] for do in proposed(case)} == {"target"}


def test_on_the_target_day_the_journey_is_asked_and_no_flight_is_proposed(begin: Begin) -> None:
    case = begin()
    case.prepare(instead=_until_it_is_to_be_booked)
    (day,) = {row.data["departs_on"] for row in case.history() if row.type == "travel_targeted"}
    case.until(datetime.fromisoformat(f"{day}T09:30+00:00"))

    assert {"do": "travel", "status": "booked"} in [dict(do) for do in proposed(case)]


def _until_it_is_to_be_booked(play: Play, do: Command) -> bool:
    if do["do"] == "travel" and do["status"] == "booked":
        raise Enough
    return False


def test_of_a_journey_that_is_over_nothing_is_made_up(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(TRAVEL, {"do": "travel", "status": "cancelled"}, {"do": "move", "to": "left", "how": "alone"})
    case.wait(hours=9)
    case.given(RECEPTION, {"do": "move", "to": "arrive"})

    assert [do for do in proposed(case, "settle") if "legs" in do] == []


# --- a referral is opened with the day it happened (design 4.4) ------------------------------------


def test_a_referral_is_opened_with_its_own_day_and_all_since_is_told_with_its_own(begin: Begin) -> None:
    came = START - timedelta(days=10)
    case = begin(at=came)
    assert case.seen().opened_at == came

    def on_day(number: int) -> dict[str, str]:
        return {"at": (came + timedelta(days=number)).isoformat()}

    case.given(MANAGER, {**complete("register_referral"), **on_day(0)})
    (due,) = [row for row in case.engine.due(as_=actor(MANAGER)) if row.step == "assign_case_manager"]
    assert (due.due_at, due.overdue) == (datetime(2026, 2, 22, 22, 59, 59, tzinfo=UTC), True)  # two days after it came

    owner = {
        "do": "assign",
        "role": "case_owner",
        "organisation": "invented_organisation",
        "case_worker": "invented_worker",
    }
    case.given(LEADER, {**owner, **on_day(1)})
    case.given(MANAGER, {**complete("safe_first_contact"), **on_day(3)})
    case.given(MANAGER, {"do": "record", "facts": {"has_passport": False}, **on_day(3)})
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True, **on_day(4)})
    case.given(MANAGER, {"do": "incident", "type": "complaint", **on_day(5)})
    case.given(MANAGER, {**NOTE, **on_day(6)})
    told = [row for row in case.history() if row.seq > 1]
    assert {row.recorded_at for row in told} == {case.now}
    assert max(row.occurred_at for row in told) == came + timedelta(days=6)

    before = {**complete("give_rights_information"), "at": (came - timedelta(seconds=1)).isoformat()}
    assert case.faults(MANAGER, before) == {("at", "contradiction")}


# --- a clock that was fast, and is right again ----------------------------------------------------


def _the_clock_was_twenty_days_fast(case: Play) -> None:
    """All evidence was typed twenty days ago, by a clock that was wrong; now it is right, and that is confirmed."""
    case.clock.moment -= timedelta(days=20)
    case.given("system_admin", {"do": "clock"})


def test_what_a_fast_clock_dated_ahead_is_not_fresh_when_that_day_comes(fresh: Play) -> None:
    leaves = fresh.takes_off
    _the_clock_was_twenty_days_fast(fresh)
    fresh.until(leaves)  # nobody has looked at anything, or asked the person, for twenty days

    assert {"INV-02", "INV-03", "INV-04"} <= fresh.why(DEPART).rules
    fact, todo = fresh.told("INV-03", DEPART)[0]
    assert fact in ("the clearance is void", "the departure is not cleared, or its clearance is older than 24 hours")
    assert todo == "clear the departure when everything else is met"
    assert not fresh.boards().done


def test_what_a_fast_clock_dated_ahead_can_be_done_anew_today(fresh: Play) -> None:
    """The way out of it, for all who see it, is closed for twenty days: 'something later is recorded already'."""
    _the_clock_was_twenty_days_fast(fresh)

    assert fresh.step("risk_recheck").state != "done"
    anew: Command = {"do": "start", "step": "risk_recheck"}
    assert fresh.tried(ASSESSOR, anew).kind != "bad_input"  # nothing later stands in its way


# --- days that are still to come ------------------------------------------------------------------


def dossier(receipt_at: str) -> Command:
    return complete("handover_dossier", groups_sent=["identity", "plan"], receipt_at=receipt_at)


@pytest.mark.parametrize("moment", ["2031-01-01T00:00:00Z", "2019-01-01T00:00:00Z"])
def test_a_receipt_that_is_still_to_come_or_was_before_the_case_is_none(begin: Begin, moment: str) -> None:
    """The partner has confirmed, in 2031, that the dossier came (or did so years before there was a case): boarding is permitted.

    Against issue 7, "the dossier's receipt", and the step's own "No receipt? Ask again; until then it was not handed over."
    (a field of the type `instant` has no bound).
    """
    case = begin(evidence_is_fresh)
    case.anew("handover_dossier")

    case.tried(MANAGER, dossier(moment), may_be_bad_input=True)

    assert case.why().says("handover_dossier")


def test_honest_a_receipt_of_this_morning_is_one(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.anew("handover_dossier")
    case.given(MANAGER, dossier((case.now - timedelta(hours=1)).isoformat()))
    assert case.why().done


def test_information_of_a_day_that_is_still_to_come_informs_nobody(begin: Begin) -> None:
    """A fact sheet dated 2031 (a slip for 2021, say) is taken, and counts as of today: ninety days long nobody looks.

    Against issue 7, "origin information by its own date", and the step's evidence, "Fact sheet with date and source"
    (`aged_from` takes the earlier of that day and the act; a day to come is silently read as today).
    """
    case = begin(evidence_is_fresh)
    case.anew("origin_information")

    sheet = complete("origin_information", dated_on="2031-03-01", origin_source="other_dated_source")
    case.tried(RECEIVER, sheet, may_be_bad_input=True)

    assert case.step("origin_information").state != "done"


def test_honest_information_of_today_is_taken(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.anew("origin_information")
    today = case.now.date().isoformat()
    case.given(RECEIVER, complete("origin_information", dated_on=today, origin_source="other_dated_source"))
    assert case.step("origin_information").state == "done"
