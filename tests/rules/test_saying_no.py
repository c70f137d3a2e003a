"""What follows from a no to the journey: since when it is to be called off, whether a no that has ended stands, who is still to be told."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome.case_now import CaseNow
from wayhome.model.case import ContactRecord, IncidentRecord
from wayhome.rules.saying_no import has_said_no, no_beside_a_booked_journey, still_to_be_told, who_counts_on_the_journey
from wayhome.testing import Ready

from tests.rules.cases import DAY, HOUR, SECOND

SAYS_NO = "consent_withdrawn_before"


def now(ready: Ready) -> CaseNow:
    return CaseNow(ready.process, ready.case, ready.at)


def happened(ready: Ready, type: str, at: datetime, **changes: Any) -> IncidentRecord:
    return IncidentRecord(ready.case.version + 1, type, "on_hold", "pre_departure", at)._replace(**changes)


# --- since when a booked journey stands beside a no ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("alarms", "asked", "since"),
    [
        ({SAYS_NO: 2}, None, 2),
        ({SAYS_NO: 2}, 5, 2),  # what was said when she was asked, before that, is not the last word
        ({SAYS_NO: 5}, 2, 2),
        ({SAYS_NO: 5, "missed_flight": 2}, None, 5),  # that is no no
        ({SAYS_NO: 2, "an_alarm_of_a_pack_that_is_gone": 1}, None, 2),
        ({}, 2, 2),
        ({"missed_flight": 2}, None, None),
    ],
)
def test_a_journey_is_to_be_called_off_since_the_last_no(ready, alarms, asked, since):
    told = tuple(happened(ready, type, ready.at - hours * HOUR) for type, hours in alarms.items())
    case = ready.but(incidents=told)
    if asked is not None:
        case = case.with_step("return_intention", result="no", at=ready.at - asked * HOUR, seq=ready.case.version + 1)

    assert no_beside_a_booked_journey(now(case)) == (since and ready.at - since * HOUR)


def test_who_says_no_on_the_way_has_no_journey_to_call_off(ready):
    case = ready.but(incidents=(happened(ready, SAYS_NO, ready.at - HOUR),))

    assert no_beside_a_booked_journey(now(case)) is not None
    assert no_beside_a_booked_journey(now(case.but(phase="travel"))) is None


def test_a_journey_that_is_booked_after_a_no_is_to_be_called_off_since_its_booking(ready):
    booked = ready.case.travel._replace(at=ready.at - HOUR)
    case = ready.but(incidents=(happened(ready, SAYS_NO, ready.at - DAY),), travel=booked)

    assert no_beside_a_booked_journey(now(case)) == booked.at
    assert no_beside_a_booked_journey(now(case.but(travel=booked._replace(status="target")))) is None


# --- a no that has ended ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["stays", "may_ask_again", "not_heard_again"])
def test_a_no_that_has_ended_stands_until_all_was_talked_about_again(ready, outcome):
    ended = happened(ready, SAYS_NO, ready.at - 9 * DAY, resolved_at=ready.at - 5 * DAY, resolved_seq=9_000)
    case = ready.but(incidents=(ended._replace(outcome=outcome),))

    def talked(hours: int, seq: int = 9_001) -> Ready:
        return case.with_step("options_counselling/4", at=ended.resolved_at + hours * HOUR, seq=seq)

    assert has_said_no(now(case))
    assert has_said_no(now(talked(-1))), "that was before it ended"
    assert not has_said_no(now(talked(1)))
    assert has_said_no(now(talked(1).but(taken_back=(9_001,)))), "an error is no talk"
    assert has_said_no(now(talked(1, seq=8_999))), "it was written down before"


@pytest.mark.parametrize("outcome", ["talked_again", None, "an_end_of_a_pack_that_is_gone"])
def test_after_any_other_end_of_a_no_they_may_be_asked(ready, outcome):
    ended = happened(ready, SAYS_NO, ready.at - 9 * DAY, resolved_at=ready.at - 5 * DAY, resolved_seq=9_000)

    assert not has_said_no(now(ready.but(incidents=(ended._replace(outcome=outcome),))))


def test_a_no_of_which_only_the_day_is_known_is_talked_about_after_its_end(ready):
    """The end of that day is not the end of the no."""
    ended = happened(ready, SAYS_NO, ready.at - 5 * DAY, ends_at=ready.at - 3 * DAY, outcome="stays")
    ended = ended._replace(resolved_at=ready.at - 5 * DAY, resolved_seq=9_000)
    talked = ready.with_step("options_counselling/4", at=ready.at - 4 * DAY, seq=9_001)

    assert not has_said_no(now(talked.but(incidents=(ended,))))


# --- who counts on the journey ----------------------------------------------------------------------------------------


def with_values_of(ready: Ready, step: str, state: str = "done", **values: str) -> Ready:
    return ready.with_step(step, state=state, values={**ready.case.steps[step].values, **values})


@pytest.mark.parametrize(
    ("changes", "state", "counts"),
    [
        ({}, "done", True),
        ({}, "open", False),  # nobody has confirmed it
        ({"gone": True}, "done", False),
        ({"suspected": True}, "done", False),
    ],
)
def test_who_is_to_meet_the_person_counts_on_the_journey(ready, changes, state, counts):
    met = with_values_of(
        ready.with_person("friend-1", "friend", **changes), "partner_confirmation", state, received_by="friend-1"
    )

    assert who_counts_on_the_journey(now(met)) == ("ng_bakhita", *(["friend-1"] * counts), "carrier")


def test_who_stands_on_the_card_or_is_known_to_nobody_counts_on_nothing(ready):
    carded = with_values_of(ready.with_person("friend-1", "friend"), "safety_plan", emergency_contact="friend-1")

    assert who_counts_on_the_journey(now(carded)) == ("ng_bakhita", "carrier")
    strange = with_values_of(ready, "partner_confirmation", received_by="somebody whom nobody knows")
    assert who_counts_on_the_journey(now(strange)) == ("ng_bakhita", "carrier")


# --- who is still to be told ------------------------------------------------------------------------------------------


def called_off(ready: Ready, *contacts: ContactRecord, no_at: datetime | None = None) -> Ready:
    """A journey that was called off an hour ago, with the no of that hour, or of another."""
    off = ready.case.travel._replace(at=ready.at - HOUR, seq=9_000)
    travel = off._replace(status="cancelled", called_off=off)
    return ready.but(
        travel=travel, contacts_with_others=contacts, incidents=(happened(ready, SAYS_NO, no_at or off.at),)
    )


def call(ready: Ready, with_: str = "ng_bakhita", *, minutes: int = 30, **changes: Any) -> ContactRecord:
    reached = changes.pop("reached", True)
    return ContactRecord(with_, "phone", reached, ready.at - timedelta(minutes=minutes), 9_001)._replace(**changes)


@pytest.mark.parametrize(
    ("said", "awaited"),
    [
        (None, {"ng_bakhita": False, "carrier": False}),
        ({}, {"carrier": False}),
        ({"reached": False}, {"ng_bakhita": True, "carrier": False}),
        ({"reached": False, "postponed": "only_that"}, {"ng_bakhita": True, "carrier": False}),
        ({"reached": False, "postponed": "given_up"}, {"carrier": False}),
        ({"reached": False, "postponed": "not_wanted"}, {"carrier": False}),
        ({"minutes": 61}, {"ng_bakhita": False, "carrier": False}),  # that was before it was called off
        ({"with_": "ng_cosudow"}, {"ng_bakhita": False, "carrier": False}),
        ({"with_": "partner"}, {"carrier": False}),  # of all who are of that kind
    ],
)
def test_who_counts_on_a_journey_that_was_called_off_is_told_since(ready, said, awaited):
    contacts = () if said is None else (call(ready, **said),)

    assert dict(still_to_be_told(now(called_off(ready, *contacts)))) == awaited


def test_of_a_journey_that_was_called_off_for_no_no_nobody_is_to_be_told(ready):
    earlier = called_off(ready, no_at=ready.at - HOUR - SECOND)

    assert not [*still_to_be_told(now(earlier))], "that no was before, and another was booked since"
    asked = earlier.with_step("return_intention", result="no", at=ready.at - 2 * HOUR, seq=8_000)
    assert [*still_to_be_told(now(asked))], "asked what they want, they said no"
    missed = called_off(ready).but(incidents=(happened(ready, "missed_flight", ready.at - HOUR),))
    assert not [*still_to_be_told(now(missed))]
    gone = called_off(ready).but(incidents=(happened(ready, "an_alarm_of_a_pack_that_is_gone", ready.at - HOUR),))
    assert not [*still_to_be_told(now(gone))]


def test_of_a_journey_that_was_never_booked_or_still_is_nobody_is_to_be_told(ready):
    no = (happened(ready, SAYS_NO, ready.at),)

    assert not [*still_to_be_told(now(ready.but(travel=None, incidents=no)))]
    assert not [*still_to_be_told(now(ready.but(incidents=no)))]
