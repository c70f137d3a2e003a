"""What the other commands wait for: a booking, a role; and that the clock goes forward."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from wayhome.model.case import Assignment, IncidentRecord
from wayhome.testing.builders import Ready

from tests.rules.cases import SECOND, anew, asked, declared, made, proposed, told, unmet

# --- commands that wait for nothing here -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "fields"),
    [
        ("note", {"text": "invented words"}),
        ("contact", {"with": "person", "channel": "phone", "reached": True}),
        ("rebase", {"digest": "0" * 64}),  # who reads it says that nobody knows this process
        ("travel", {"status": "cancelled"}),
    ],
)
def test_some_commands_wait_for_nothing_here(ready: Ready, word: str, fields: dict[str, Any]) -> None:
    assert asked(ready, word, **fields) == []


def test_a_move_waits_for_what_its_gate_says(ready: Ready) -> None:
    found = [subject for _, subject, _, _ in told(ready.without_step("safety_plan"), "move", to="depart")]

    assert found == ["safety_plan"]
    assert told(ready, "move", to="depart") == []


# --- the journey --------------------------------------------------------------------------------------------------------------

LEG = {
    "from": "BRU",
    "to": "LOS",
    "departs_at": "2026-05-14T08:00:00Z",
    "arrives_at": "2026-05-14T16:00:00Z",
}


@pytest.mark.parametrize(
    ("phase", "waits"),
    [
        ("identification", True),
        ("pre_departure", True),
        ("travel", False),  # another flight on the way is written down as it was booked
        ("arrival", False),
    ],
)
def test_a_journey_is_booked_when_somebody_will_wait_at_its_end(ready: Ready, phase: str, waits: bool) -> None:
    case = ready.without_step("partner_confirmation").but(phase=phase)
    case = case if waits else case.but(moves=made(ready, departed=ready.at))

    fact = "needed first: 'Get the partner's confirmation' is done"
    assert (
        told(case, "travel", status="booked", legs=[LEG]) == [("STEP", "partner_confirmation", fact, "do it")] * waits
    )
    assert told(case, "travel", status="target", departs_on="2026-06-01") == []
    assert asked(ready, "travel", status="booked", legs=[LEG]) == []


# --- roles -----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("record", "waits"),
    [
        (None, True),
        ("open", True),
        ("done", False),  # the role is given to another
    ],
)
def test_a_role_waits_for_what_its_step_waits_for(ready: Ready, record: str | None, waits: bool) -> None:
    case = ready.without_step("return_intention").without_step("partner_selection")
    if record:
        case = case.with_step("partner_selection", state=record)

    found = told(case, "assign", role="receiving_organisation", partner="ng_bakhita")

    fact = "needed first: 'Hear whether the person wants to explore return' is done"
    assert found == [("STEP", "return_intention", fact, "do it")] * waits
    assert asked(case, "assign", role="interpreter", partner="ng_bakhita") == []


def test_a_step_that_is_not_asked_for_holds_up_its_role(ready: Ready) -> None:
    """Nobody escorts who needs no escort; the escort of somebody who may need one is named."""
    case = ready.with_person("relative-1", "relative")

    assert asked(case.with_fact("wishes_escort", False), "assign", role="escort", ref="relative-1") == []
    case = case.with_fact("wishes_escort", True).without_step("medical_assessment")
    assert [subject for _, subject, _, _ in told(case, "assign", role="escort", ref="relative-1")] == [
        "medical_assessment"
    ]


def test_a_step_that_was_begun_goes_on_though_the_person_has_said_no_since(ready: Ready) -> None:
    case = declared(ready, "escort_assignment", kind="offered").with_fact("wishes_escort", True)
    case = case.with_person("relative-1", "relative").with_consent("travel_data_share", "carrier", state="refused")

    assert asked(case, "assign", role="escort", ref="relative-1") == []  # nobody asks for it any more
    begun = case.with_step("escort_assignment", state="in_progress")
    ((rule, subject, _, _),) = told(begun, "assign", role="escort", ref="relative-1")
    assert (rule, subject) == ("CONSENT", "travel_data_share")


def failed(ready: Ready, held: Assignment) -> Ready:
    """The same in which whoever holds the role of the receiving organisation has failed, and that is not over."""
    since = anew(ready).but(roles={**ready.case.roles, held.role: held})
    opened = IncidentRecord(since.case.version + 1, "partner_failure", "blocked", "pre_departure", ready.at)
    return since.but(incidents=(opened,), version=since.case.version + 1)


@pytest.mark.parametrize(
    "party",
    [
        {"partner": "ng_bakhita"},
        {"organisation": "invented_shelter"},
        {"ref": "relative-1"},
    ],
)
def test_who_has_failed_is_not_given_the_role_again(ready: Ready, party: dict[str, str]) -> None:
    (name,) = party.values()
    held = Assignment("receiving_organisation", ready.at, ready.case.version + 1, **party)
    case = failed(ready.with_person("relative-1", "relative"), held)

    (found,) = unmet(case, "assign", role="receiving_organisation", **party)

    assert (found.rule, found.subject) == ("INPUT", name)
    assert (found.fact, found.todo) == ("this partner has failed, and that is not over", "choose another")
    assert proposed(found) == {}
    assert told(case, "assign", role="receiving_organisation", partner="ng_iom") == []
    assert told(case, "assign", role="interpreter", **party) == []  # that is another role


@pytest.mark.parametrize(
    ("known", "todo"),
    [
        ({"historical": False}, None),
        ({"historical": True}, "take another instead"),
        ({"superseded_by": "ng_esma"}, "take ng_esma instead"),
        ({"historical": True, "superseded_by": "ng_esma"}, "take ng_esma instead"),
    ],
)
def test_a_partner_that_is_gone_is_given_no_role(ready: Ready, known: dict[str, Any], todo: str | None) -> None:
    partners = {**ready.process.partners, "ng_idia": {**ready.process.partners["ng_idia"], **known}}
    process = replace(ready.process, labels={**ready.process.labels, "partners": partners})

    found = unmet(replace(ready, process=process), "assign", role="interpreter", partner="ng_idia")

    fact = "this partner no longer works under this name"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == (
        [("INPUT", "ng_idia", fact, todo)] if todo else []
    )
    assert not any(map(proposed, found))


@pytest.mark.parametrize(("sex", "takes"), [("female", True), ("male", False), (None, True)])
def test_a_partner_that_takes_other_people_is_given_no_role(ready: Ready, sex: str | None, takes: bool) -> None:
    case = ready.with_fact("sex", sex) if sex else ready

    found = unmet(case, "assign", role="receiving_organisation", partner="ng_cosudow")  # it takes in women

    fact, todo = "this partner takes people of another sex or age", "choose one who takes this person"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [("INPUT", "ng_cosudow", fact, todo)] * (
        not takes
    )
    assert not any(map(proposed, found))


# --- the clock -----------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("earlier", "backwards"),
    [
        (timedelta(0), False),
        (SECOND, True),
    ],
)
def test_under_a_clock_that_goes_backwards_nothing_is_done(ready: Ready, earlier: timedelta, backwards: bool) -> None:
    written = ready.case.written_at
    assert written is not None

    found = unmet(ready, "note", text="invented words", now=written - earlier)

    fact = (
        "the clock of this machine says 2026-05-13T13:59:59Z, "
        "and this case holds what was written down later, at 2026-05-13T14:00:00Z"
    )
    todo = "set the clock; if it is right now, an administrator confirms it"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("INPUT", "clock", fact, todo)
    ] * backwards
    assert not any(map(proposed, found))


@pytest.mark.parametrize(
    ("earlier", "needed"),
    [
        (timedelta(0), False),
        (SECOND, True),
        (None, False),  # nobody knows when anything was written down
    ],
)
def test_a_clock_is_confirmed_where_it_went_backwards(ready: Ready, earlier: timedelta | None, needed: bool) -> None:
    case = ready if earlier is not None else ready.but(written_at=None)

    found = unmet(case, "clock", now=ready.case.written_at - (earlier or timedelta(0)))

    fact = "nothing in this case was written down later than the clock says"
    assert [(one.rule, one.subject, one.fact, one.todo) for one in found] == [
        ("INPUT", "clock", fact, "nothing needs to be confirmed")
    ] * (not needed)
    assert not any(map(proposed, found))


def test_of_a_case_in_which_nothing_says_when_it_was_written_no_clock_is_wrong(ready: Ready) -> None:
    assert asked(ready.but(written_at=None), "note", text="invented words") == []
