"""What authorities and the law ask before a person may leave: INV-09, INV-10, INV-17, INV-18, INV-32."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from wayhome.commands import Contact, Travel
from wayhome.model.case import IncidentRecord
from wayhome.testing.builders import Ready

SECOND = timedelta(seconds=1)


def with_incident(ready: Ready, type: str, **changes: object) -> Ready:
    opened = IncidentRecord(1, type, "blocked", "pre_departure", ready.at)._replace(**changes)
    return ready.but(incidents=(opened,))


def test_a_case_that_is_ready_passes_every_safeguard_of_this_file(ready):
    assert [rule for rule in ("INV-09", "INV-10", "INV-17", "INV-18", "INV-32") if not ready.ask(rule).met] == []


# --- INV-09: protection ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "met"),
    [
        ("none", True),
        ("not_claimed_after_advice", True),
        ("withdrawn_after_advice", True),
        ("refused_final", True),
        ("claim_possible", False),
        ("claim_pending", False),
    ],
)
def test_nobody_departs_while_protection_is_claimed_or_claimable(ready, result, met):
    assert ready.with_step("protection_needs_check", result=result).ask("INV-09").met is met


def test_a_protection_check_that_is_missing_or_reset_stops_departure(ready):
    assert not ready.without_step("protection_needs_check").ask("INV-09").met
    assert not ready.with_step("protection_needs_check", state="open").ask("INV-09").met


def test_an_open_claim_counts_more_than_an_older_check(ready):
    assert with_incident(ready, "asylum_claim").ask("INV-09").subject == "asylum_claim"
    assert not with_incident(ready, "asylum_claim").ask("INV-09").met
    assert with_incident(ready, "asylum_claim", resolved_at=ready.at).ask("INV-09").met


def test_the_embassy_is_not_contacted_while_a_claim_is_pending(ready):
    call = Contact(ready.case.number, with_="embassy", channel="phone", reached=True, basis="consent")

    assert ready.ask("INV-09", call).met
    assert not with_incident(ready, "asylum_claim").ask("INV-09", call).met


# --- INV-10: the reflection period -------------------------------------------------------------------------------

STARTED = datetime(2026, 3, 2, 8, tzinfo=UTC)
ENDS = datetime(2026, 4, 16, 7, tzinfo=UTC)  # 45 days in Belgium: 9:00 in winter time, 9:00 in summer time


def test_nobody_departs_before_the_last_second_of_reflection_is_over(ready):
    assert ready.case.steps["reflection_period"].at == STARTED
    assert ready.ask("INV-10", at=ENDS).met
    assert not ready.ask("INV-10", at=ENDS - SECOND).met


@pytest.mark.parametrize(
    ("asks", "counselled", "met"),
    [
        (True, True, True),
        (True, False, False),  # nobody independent has told the person what leaving would mean
        (False, True, False),
        (None, True, False),  # not recorded is no wish
    ],
)
def test_only_the_persons_own_wish_after_counselling_ends_reflection(ready, asks, counselled, met):
    asked = ready if asks is None else ready.with_fact("asks_during_reflection", asks)
    asked = asked if counselled else asked.without_step("legal_counselling")

    assert asked.ask("INV-10", at=ENDS - SECOND).met is met


def test_without_a_granted_period_no_reflection_holds_anybody(ready):
    assert ready.with_step("reflection_period", result="not_granted").ask("INV-10", at=ENDS - SECOND).met


def test_a_waived_period_needs_the_persons_own_recorded_wish_and_counselling(ready):
    waived = ready.with_step("reflection_period", result="waived_by_person")

    assert not waived.ask("INV-10").met
    assert waived.with_fact("asks_during_reflection", True).ask("INV-10").met
    assert not waived.with_fact("asks_during_reflection", True).without_step("legal_counselling").ask("INV-10").met


def test_a_period_that_never_began_holds_nobody(ready):
    assert ready.without_step("reflection_period").ask("INV-10", at=ENDS - SECOND).met


def test_the_longer_period_of_a_child_counts_in_belgium(child):
    three_months = datetime(2026, 6, 2, 7, tzinfo=UTC)

    assert child.ask("INV-10", at=three_months).met
    assert not child.ask("INV-10", at=three_months - SECOND).met


def test_a_journey_inside_the_reflection_period_cannot_be_booked(ready):
    travel = ready.case.travel
    booking = Travel(ready.case.number, status="booked")
    leg = travel.legs[0]

    inside = ready.but(travel=travel._replace(legs=(leg._replace(departs_at=ENDS - SECOND),)))
    after = ready.but(travel=travel._replace(legs=(leg._replace(departs_at=ENDS),)))

    assert not inside.ask("INV-10", booking, at=STARTED).met
    assert after.ask("INV-10", booking, at=STARTED).met


# --- INV-17, INV-18: courts and counsel --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "met"),
    [
        ("none", True),
        ("open_no_presence", True),
        ("testimony_secured", True),
        ("arranged", True),
        ("presence_needed", False),
    ],
)
def test_nobody_departs_who_is_needed_in_court_without_arrangement(ready, result, met):
    reason = ready.with_step("proceedings_clearance", result=result).ask("INV-17")

    assert reason.met is met
    assert met or reason.fact == "the person is needed in legal proceedings"


def test_proceedings_that_nobody_has_recorded_stop_departure(ready):
    unrecorded = "it is not recorded how legal proceedings stand"

    assert ready.without_step("proceedings_clearance").ask("INV-17").fact == unrecorded
    assert ready.with_step("proceedings_clearance", state="open").ask("INV-17").fact == unrecorded


@pytest.mark.parametrize(
    ("state", "met"),
    [
        ("done", True),
        ("in_progress", False),
        ("open", False),
        ("failed", False),
        ("skipped", False),  # it is not something to decline
    ],
)
def test_nobody_departs_without_independent_legal_counselling(ready, state, met):
    assert ready.with_step("legal_counselling", state=state).ask("INV-18").met is met


def test_counselling_that_was_never_recorded_stops_departure(ready):
    assert not ready.without_step("legal_counselling").ask("INV-18").met


# --- INV-32: removal ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "resolved", "met"),
    [
        ("expulsion_risk", False, False),
        ("expulsion_risk", True, True),  # the order was lifted
        ("decision_postponed", False, True),  # something else is open
    ],
)
def test_no_return_is_voluntary_while_a_removal_is_enforced(ready, type, resolved, met):
    assert with_incident(ready, type, resolved_at=ready.at if resolved else None).ask("INV-32").met is met
