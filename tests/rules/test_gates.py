"""What a move waits for beside rules, phase and steps: the boarding window, a late entry, how a case closes and is reopened."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from wayhome import remedies
from wayhome.case_now import CaseNow
from wayhome.commands import Move
from wayhome.errors import filled
from wayhome.model.case import IncidentRecord, LeftRecord, Was
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Judgement
from wayhome.rules import gates
from wayhome.testing.builders import Ready

from tests.rules.cases import DAY, SECOND, a_step, asks_and_never_answers, moving, of_move, with_process, with_steps


def unmet(ready: Ready, rule: str, move: str = "depart", **asked: Any) -> list[Judgement]:
    return [one for one in of_move(ready, move, **asked) if one.rule == rule and not one.finding.met]


# --- the boarding window -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("limit", "beyond", "said", "do"),
    [
        ("boarding_before", 0 * SECOND, None, None),  # the first moment
        ("boarding_before", -SECOND, "nobody boards more than", {"do": "move", "to": "depart"}),
        ("boarding_after", 0 * SECOND, None, None),  # the last moment
        ("boarding_after", SECOND, "nobody boards it more than", {"do": "travel"}),
    ],
)
def test_the_person_boards_the_journey_that_is_booked_and_about_then(ready, limit, beyond, said, do):
    leaves, is_early = ready.case.travel.legs[0].departs_at, limit == "boarding_before"
    edge = moving(ready).shifted(leaves, ready.process.span(limit), back=is_early)

    found = unmet(ready, "PHASE", at=edge + beyond)

    assert len(found) == (said is not None)
    for one in found:
        assert said in one.finding.fact
        assert (one.finding.subject, one.finding.do) == ("travel_plan", do)
        assert one.finding.from_ == (edge if is_early else edge + beyond)
        assert one.phase == PHASE_NUMBER["pre_departure"]  # it is told among what was to be done before


def test_without_a_booked_journey_no_hour_of_boarding_is_judged(ready):
    travel = ready.case.travel
    for other in (None, travel._replace(status="target", legs=()), travel._replace(status="cancelled")):
        assert unmet(ready.but(travel=other), "PHASE", at=ready.at - 30 * DAY) == []
    assert unmet(ready, "PHASE", at=ready.at - 30 * DAY) != []


def test_ages_are_counted_at_the_booked_departure_of_who_boards_a_little_late(ready):
    after = ready.process.span("boarding_after")
    latest = moving(ready).shifted(ready.at, after)

    assert gates.as_booked(moving(ready)).ages_at == ready.at
    assert gates.as_booked(moving(ready, at=ready.at + SECOND)).ages_at == ready.at
    assert gates.as_booked(moving(ready, at=latest)).ages_at == ready.at
    assert gates.as_booked(moving(ready, at=latest + SECOND)).ages_at == latest + SECOND
    assert gates.as_booked(moving(ready, at=ready.at - SECOND)).ages_at == ready.at - SECOND  # early is early
    assert gates.as_booked(moving(ready.but(travel=None), at=latest)).ages_at == latest


def test_a_clearance_judges_the_departure_that_lies_ahead(ready):
    assert gates.at_departure(moving(ready, at=ready.at - DAY)).at == ready.at
    assert gates.at_departure(moving(ready, at=ready.at + SECOND)).at == ready.at + SECOND
    assert gates.at_departure(moving(ready.but(travel=None), at=ready.at - DAY)).at == ready.at - DAY


# --- a departure that is entered late -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("late", "met"),
    [
        (0 * SECOND, True),  # as late as one alone may enter it
        (SECOND, False),
    ],
)
def test_a_departure_that_is_entered_late_is_told_by_two(ready, late, met):
    limit = ready.process.late_entries["depart"]
    entered = moving(ready).shifted(ready.at, limit) + late

    found = unmet(ready, "ROLE", now=entered)

    assert (found == []) is met
    assert all(one.finding.subject == "depart" and "is told by two people" in one.finding.fact for one in found)
    assert all((one.finding.do, one.phase) == ({}, PHASE_NUMBER["pre_departure"]) for one in found)


@pytest.mark.parametrize(
    ("how", "actor", "late", "said"),
    [
        ("unknown", "bela", True, None),  # somebody else said that the person has gone
        ("unknown", "anna", True, "whoever entered 'left' cannot enter the departure too"),
        ("unknown", "anna", False, None),  # entered at once: a guess gives way to what is known
        ("alone", "bela", False, None),
        ("alone", "anna", False, "whoever entered 'left' cannot enter the departure too"),
        ("removed", "bela", False, "this case says that the person was removed; that was no cleared departure"),
        ("removed", "bela", True, "this case says that the person was removed; that was no cleared departure"),
    ],
)
def test_who_said_that_the_person_left_does_not_say_too_that_they_were_cleared(ready, how, actor, late, said):
    gone = ready.but(left=LeftRecord(how, ready.at, ready.case.version, actor))
    limit = ready.process.late_entries["depart"]
    entered = moving(ready).shifted(ready.at, limit) + (SECOND if late else 0 * SECOND)

    found = unmet(gone, "ROLE", now=entered)

    assert [one.finding.fact for one in found] == ([said] if said else [])
    assert all((one.finding.subject, one.finding.do) == ("depart", {}) for one in found)


# --- a move that others made, before this return was taken over ---------------------------------------------------


@pytest.mark.parametrize(
    ("move", "waits_for"),
    [("depart", None), ("settle", "depart")],  # in their order they are told, too
)
@pytest.mark.parametrize("state", [None, "open", "in_progress"])
def test_a_move_of_others_waits_for_its_phase_alone(ready, move, waits_for, state):
    others = with_steps(ready, a_step("advice"), a_step("housing", "arrival")).but(adopted_at=ready.at + DAY)
    listed = others if state is None else others.with_step("taken_over", state=state)

    found = of_move(listed, move)

    assert [(one.rule, one.finding.met, one.finding.subject) for one in found] == [
        ("PHASE", waits_for is None, waits_for or move)
    ]


def test_once_two_have_signed_what_was_taken_over_no_move_of_others_is_added_to_it(ready):
    signed = ready.but(adopted_at=ready.at + DAY).with_step("taken_over", state="done")

    phase, listed = of_move(signed, "depart")

    assert (phase.finding.met, phase.finding.subject) == (True, "depart")
    assert (listed.rule, listed.finding.met, listed.finding.subject, listed.finding.do) == (
        "PHASE",
        False,
        "depart",
        {},
    )
    assert listed.finding.fact == "what was taken over is signed, and holds no such move"
    assert listed.finding.todo.startswith("if it was forgotten, open the list again (redo), enter it, and two sign")


# --- a case that was closed ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closed_as", "met"),
    [
        ("withdrew_return", True),
        ("deceased", False),  # final
        ("duplicate", False),
        (None, False),  # it is open
    ],
)
def test_a_closed_case_is_reopened_unless_its_end_was_final(ready, closed_as, met):
    closed = ready.but(closed_as=closed_as)

    found = [one.finding.subject for one in unmet(closed, "PHASE", "reopen")]

    assert (found == []) is met
    assert met or found[-1] == (closed_as or "reopen")


def test_nothing_more_happens_in_a_closed_case(ready):
    closed = ready.but(closed_as="withdrew_return")

    (found,) = (
        one.finding
        for one in unmet(closed, "PHASE", "close") + gates.of_phase(moving(closed), "prepare")[:1]
        if not one.finding.met
    )

    assert (found.subject, found.do, found.from_) == ("closed", {"do": "move", "to": "reopen"}, ready.at)


def test_reopening_tells_the_phase_beside_why_it_cannot_be_and_proposes_nothing(ready):
    opened, final = of_move(ready, "reopen"), of_move(ready.but(closed_as="deceased"), "reopen")

    assert [(one.rule, one.finding.subject, one.finding.met) for one in opened] == [
        ("PHASE", "reopen", True),
        ("PHASE", "reopen", False),
    ]
    assert [(one.finding.subject, one.finding.do) for one in final if not one.finding.met] == [("deceased", {})]
    assert opened[1].finding.do == {}


# --- how a case closes -------------------------------------------------------------------------------------------


def closing(ready: Ready, outcome: str | None) -> list[Judgement]:
    return of_move(ready, "close", reason=outcome)


def an_incident(ready: Ready, type: str) -> IncidentRecord:
    return IncidentRecord(ready.case.version, type, "blocked", ready.case.phase, ready.at - DAY)


def test_a_case_closes_where_nothing_speaks_against_its_reason(ready):
    known_already = ready.with_fact("existed_already", True)

    assert [(one.rule, one.finding.met) for one in closing(known_already, "duplicate")] == [("PHASE", True)]


@pytest.mark.parametrize(("later", "met"), [(0 * SECOND, True), (SECOND, False)])
def test_a_case_does_not_close_before_what_was_done_in_it(ready, later, met):
    asked = ready.with_fact("existed_already", True).but(touched_at=ready.at + later)

    found = [
        (one.rule, one.finding.subject, one.finding.do) for one in closing(asked, "duplicate") if not one.finding.met
    ]

    assert found == [("PHASE", "close", {})] * (not met)


@pytest.mark.parametrize(("asks_now", "unmet_of"), [(True, []), (False, [("STEP", "closure_review")])])
def test_a_case_closes_on_what_still_holds(ready, asks_now, unmet_of):
    before = {"facts": {"person_asks_to_close": (Was(True, ready.at - 2 * DAY, 1),)}}
    found_one = ready.with_fact("lasting_solution", "residence")
    asked = found_one.with_fact("person_asks_to_close", asks_now).but(phase="follow_up", earlier=before)
    reviewed = asked.with_step("closure_review", state="done", result="close", at=ready.at - DAY, seq=1)

    found = closing(reviewed, "other_durable_solution")

    assert [(one.rule, one.finding.subject) for one in found if not one.finding.met] == unmet_of


@pytest.mark.parametrize(
    ("said", "is_high", "unmet_of"),
    [
        ("no", False, [("STEP", "return_review")]),
        ("no", True, []),  # the open alarm says so, too
        ("go", False, [("FACT", "return_not_safe")]),  # it says nothing of it, before the change or after
    ],
)
def test_what_no_longer_holds_is_asked_anew_where_the_end_rests_on_it_alone(ready, said, is_high, unmet_of):
    before = {"steps": {"pre_return_risk_assessment": (Was("medium", ready.at - 2 * DAY, 1),)}}
    risk = ready.with_step("pre_return_risk_assessment", result="low").but(earlier=before)
    reviewed = risk.with_step("return_review", result=said, at=ready.at - DAY, seq=1)
    reviewed = reviewed.but(incidents=(an_incident(ready, "risk_high"),) if is_high else ())

    found = closing(reviewed, "return_not_safe")

    assert [(one.rule, one.finding.subject) for one in found if not one.finding.met and one.rule != "PHASE"] == unmet_of


def test_a_reason_that_rests_on_nothing_waits_for_nothing_to_be_recorded(ready):
    duplicate = replace(ready.process.outcomes["duplicate"], when=None)
    free = with_process(ready, outcomes={**ready.process.outcomes, "duplicate": duplicate})

    assert all(one.finding.met for one in closing(free, "duplicate"))


@pytest.mark.parametrize(("by", "age", "met"), [("person", "adult", True), ("guardian-1", "child", True), ("guardian-1", "adult", False)])  # fmt: skip
def test_the_no_of_a_guardian_ends_when_the_person_decides_alone(ready, by, age, met):
    asked = ready.with_fact("age_status", age).with_consent("assistance", state="refused", given_by=by)

    assert all(one.finding.met for one in closing(asked, "assistance_declined") if one.rule == "FACT") is met


@pytest.mark.parametrize(
    ("how", "said", "met"),
    [
        ("unknown", "removed", True),
        ("unknown", "alone", True),
        ("unknown", "unknown", False),
        ("alone", "removed", False),
    ],
)
def test_how_somebody_left_is_said_when_it_becomes_known(ready, how, said, met):
    gone = ready.but(phase="arrival", left=LeftRecord(how, ready.at, 1, "anna"))

    move = Move(gone.case.number, to="left", how=said)
    asking = CaseNow(gone.process, gone.case, gone.at, command=move)
    (found,) = (one.finding for one in gates.of_move(asking, move) if one.rule == "PHASE")

    assert (found.met, found.subject) == (met, "left")
    assert met or (found.do, found.todo) == ({}, "say how they left, once that is known; or write a note")


@pytest.mark.parametrize("reason", [None, "no_such_reason"])
def test_a_reason_that_does_not_exist_is_refused_where_commands_are_read(ready, reason):
    assert closing(ready, reason) == []


def test_a_reason_to_close_belongs_to_its_phases(ready):
    declined = ready.but(phase="arrival").with_consent("assistance", state="refused")

    (found,) = (one for one in closing(declined, "assistance_declined") if not one.finding.met)

    assert (found.rule, found.finding.subject, found.finding.do) == ("PHASE", "assistance_declined", {})
    assert filled(found.finding.fact, found.finding.values) == (
        "a case does not close as 'The person declined assistance' in the phase 'arrival'"
    )
    assert found.finding.todo == "choose the reason that fits"


@pytest.mark.parametrize("known", [None, False])  # unknown is not enough
def test_a_reason_to_close_must_be_recorded_first_in_the_words_of_its_own(ready, known):
    asked = ready.without_fact("existed_already") if known is None else ready.with_fact("existed_already", known)

    (found,) = (one for one in closing(asked, "duplicate") if not one.finding.met)

    assert (found.rule, found.finding.subject, found.finding.do) == ("FACT", "duplicate", {})
    assert found.finding.fact == "'{outcome}' needs this to be recorded: {what}"


@pytest.mark.parametrize(
    ("outcome", "waits"),
    [
        ("support_period_completed", ["review"]),  # the follow-up must be complete
        ("other_durable_solution", []),
    ],
)
def test_only_an_end_of_the_follow_up_waits_for_its_steps(ready, outcome, waits):
    there = with_steps(ready, a_step("review", "follow_up"), a_step("housing", "arrival")).but(phase="follow_up")

    found = closing(there, outcome)

    assert [one.finding.subject for one in found if one.rule == "STEP"] == waits
    assert [one.rule for one in found][:2] == ["PHASE", "FACT"]


@pytest.mark.parametrize(
    ("incident", "phase", "outcome", "may"),
    [
        ("partner_failure", "pre_departure", "return_not_possible", True),
        ("partner_failure", "arrival", "return_not_possible", False),  # in this phase it is looked at first
        ("partner_failure", "pre_departure", "assistance_declined", False),  # another name would hide it
        ("partner_failure", "pre_departure", "lost_contact", True),  # that is an end over every alarm
        ("death", "pre_departure", "assistance_declined", False),
        ("death", "pre_departure", "deceased", True),
        ("complaint", "pre_departure", "deceased", False),
    ],
)
def test_what_is_open_says_as_what_a_case_may_close(ready, incident, phase, outcome, may):
    here = ready.but(phase=phase)
    held = here.but(incidents=(an_incident(here, incident),))

    found = [one for one in closing(held, outcome) if one.finding.subject == incident]

    assert [(one.rule, one.finding.met) for one in found] == [("PHASE", False)] * (not may)


@pytest.mark.parametrize(
    ("incident", "phase", "todo", "do"),
    [
        ("death", "pre_departure", "close the case as {ends}", {}),  # it never ends
        ("partner_failure", "pre_departure", "do what it needs, then resolve it; or close the case as {ends}", None),
        ("partner_failure", "arrival", "do what it needs, then resolve it", None),  # in this phase it closes as nothing
    ],
)
def test_an_incident_that_forbids_an_end_says_how_the_case_goes_on(ready, incident, phase, todo, do):
    here = ready.but(phase=phase)
    held = here.but(incidents=(an_incident(here, incident),))

    (found,) = (one.finding for one in closing(held, "assistance_declined") if one.finding.subject == incident)

    assert (found.todo, found.do) == (todo, do)
    assert bool(found.values["ends"]) is ("{ends}" in todo)


def test_each_of_several_open_incidents_must_allow_the_end_and_one_that_nobody_knows_says_nothing(ready):
    held = ready.but(incidents=tuple(an_incident(ready, one) for one in ("no_such_incident", "death", "witness")))

    found = [one.finding.subject for one in closing(held, "withdrew_return") if one.rule == "PHASE"]

    assert found == ["close", "death"]


def test_an_end_that_an_open_incident_forbids_asks_how_that_ended(ready):
    opened = IncidentRecord(ready.case.version, "partner_failure", "blocked", "pre_departure", ready.at - DAY)
    hides = moving(ready.but(incidents=(opened,)), "close", reason="assistance_declined")

    found = [one for one in gates.of_move(hides, hides.command) if "over it" in one.finding.fact]

    assert [one.finding.subject for one in found] == ["partner_failure"]
    asks_and_never_answers(remedies.reason(hides, found[0]).remedy, hides)


@pytest.mark.parametrize(("told", "asked"), [(1, True), (-1, False)])
def test_a_plan_that_was_made_with_another_partner_is_asked_anew_where_it_counts_again(ready, told, asked):
    plan = ready.case.steps["safety_plan"]
    held, before = ready.case.roles["receiving_organisation"], ready.case.earlier.get("roles", {})
    at, seq = plan.at + told * DAY, plan.seq + told
    was = {**before, held.role: (Was("ng_iom", plan.at - 9 * DAY, 2),)}
    there = ready.but(
        phase="arrival",
        roles={**ready.case.roles, held.role: held._replace(at=at, seq=seq)},
        earlier={**ready.case.earlier, "roles": was},
    )
    case = CaseNow(there.process, there.case, ready.at, command=Move(there.case.number, to="settle"))

    unmet = {one.finding.subject for one in gates.of_steps(case, "settle") if not one.finding.met}
    assert ("safety_plan" in unmet) is asked
