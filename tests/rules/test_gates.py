"""What a move waits for beside the numbered rules: the boarding window, a late entry, the moment that is judged."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import remedies
from wayhome.case_now import CaseNow
from wayhome.commands import Move, read_command
from wayhome.model.actor import Actor
from wayhome.model.case import IncidentRecord, LeftRecord
from wayhome.model.reason import Judgement
from wayhome.rules import gates
from wayhome.testing.builders import Ready

from tests.rules.cases import DAY, SECOND

ANNA = Actor("anna", "invented_house", {"case_manager_sending"})


def now(ready: Ready, *, move: str = "depart", reason: str | None = None, **moment: Any) -> CaseNow:
    return CaseNow(
        ready.process,
        ready.case,
        moment.pop("at", ready.at),
        actor=ANNA,
        command=Move(ready.case.number, to=move, reason=reason),
        **moment,
    )


def unmet(ready: Ready, rule: str, **asked: Any) -> list[Judgement]:
    case = now(ready, **asked)
    assert isinstance(case.command, Move)
    return [one for one in gates.of_move(case, case.command) if one.rule == rule and not one.finding.met]


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
    edge = now(ready).shifted(leaves, ready.process.span(limit), back=is_early)

    found = unmet(ready, "PHASE", at=edge + beyond)

    assert len(found) == (said is not None)
    for one in found:
        assert said in one.finding.fact
        assert (one.finding.subject, one.finding.do) == ("travel_plan", do)
        assert one.finding.from_ == (edge if is_early else edge + beyond)


def test_without_a_booked_journey_no_hour_of_boarding_is_judged(ready):
    travel = ready.case.travel
    for other in (None, travel._replace(status="target", legs=()), travel._replace(status="cancelled")):
        assert unmet(ready.but(travel=other), "PHASE", at=ready.at - 30 * DAY) == []
    assert unmet(ready, "PHASE", at=ready.at - 30 * DAY) != []


def test_ages_are_counted_at_the_booked_departure_of_who_boards_a_little_late(ready):
    after = ready.process.span("boarding_after")
    latest = now(ready).shifted(ready.at, after)

    assert gates.as_booked(now(ready)).ages_at == ready.at
    assert gates.as_booked(now(ready, at=ready.at + SECOND)).ages_at == ready.at
    assert gates.as_booked(now(ready, at=latest)).ages_at == ready.at
    assert gates.as_booked(now(ready, at=latest + SECOND)).ages_at == latest + SECOND
    assert gates.as_booked(now(ready, at=ready.at - SECOND)).ages_at == ready.at - SECOND  # early is early
    assert gates.as_booked(now(ready.but(travel=None), at=latest)).ages_at == latest


def test_a_clearance_judges_the_departure_that_lies_ahead(ready):
    assert gates.at_departure(now(ready, at=ready.at - DAY)).at == ready.at
    assert gates.at_departure(now(ready, at=ready.at + SECOND)).at == ready.at + SECOND
    assert gates.at_departure(now(ready.but(travel=None), at=ready.at - DAY)).at == ready.at - DAY


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
    entered = now(ready).shifted(ready.at, limit) + late

    found = unmet(ready, "ROLE", now=entered)

    assert (found == []) is met
    assert all(one.finding.subject == "depart" and "is told by two people" in one.finding.fact for one in found)


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
    entered = now(ready).shifted(ready.at, limit) + (SECOND if late else 0 * SECOND)

    found = unmet(gone, "ROLE", now=entered)

    assert [one.finding.fact for one in found] == ([said] if said else [])
    assert all((one.finding.subject, one.finding.do) == ("depart", {}) for one in found)


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

    found = [one.finding.subject for one in unmet(closed, "PHASE", move="reopen")]

    assert (found == []) is met
    assert met or found[-1] == (closed_as or "reopen")


def test_nothing_more_happens_in_a_closed_case(ready):
    closed = ready.but(closed_as="withdrew_return")

    (found,) = (
        one.finding
        for one in unmet(closed, "PHASE", move="close") + gates.of_phase(now(closed), "prepare")[:1]
        if not one.finding.met
    )

    assert (found.subject, found.do, found.from_) == ("closed", {"do": "move", "to": "reopen"}, ready.at)


def test_an_end_that_an_open_incident_forbids_proposes_a_whole_command(ready):
    opened = IncidentRecord(ready.case.version, "partner_failure", "blocked", "pre_departure", ready.at - DAY)
    hides = now(ready.but(incidents=(opened,)), move="close", reason="assistance_declined")

    found = [one for one in gates.of_move(hides, hides.command) if "over it" in one.finding.fact]

    assert [one.finding.subject for one in found] == ["partner_failure"]
    assert read_command(remedies.reason(hides, found[0]).remedy.do, case=ready.case.number)
