"""What counts today and will be too old on the day of the flight is due: from when, until when, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome.flow.due import dues
from wayhome.store import checking

from tests.attacks.acts import a_numbered_flight, later_by
from tests.attacks.conftest import Begin
from tests.attacks.play import DEPART, MANAGER, TRAVEL, Play, far_ahead, ready_to_depart

RISK = "pre_return_risk_assessment"  # 14 days count (core/limits.yaml)
ONE_SECOND = timedelta(seconds=1)


def renewals(play: Play) -> dict[str, Any]:
    """Give what is listed because of its age, by step."""
    return {row.step: row for row in play.engine.due(as_=play.actor(MANAGER)) if row.renews}


def is_to_fly(play: Play, departs_at: datetime) -> None:
    """Book the same journey for another time."""
    span = departs_at - play.takes_off
    legs = later_by(play, seconds=span.total_seconds())
    play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})


def done_at(play: Play, step: str) -> datetime:
    found = play.step(step).done_at
    assert isinstance(found, datetime)
    return found


@pytest.mark.parametrize(
    ("days", "seconds", "is_due"),
    [
        (14, 0, False),  # it counts to the last second
        (14, 1, True),
        (15, 0, True),
    ],
)
def test_evidence_is_due_again_when_its_age_will_be_over_at_the_departure(begin: Begin, days, seconds, is_due):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=days, seconds=seconds))

    assert (RISK in renewals(case)) is is_due
    assert (("INV-04", RISK) in case.why().reasons or ("STEP", RISK) in case.why().reasons) is is_due


def test_it_says_from_when_it_is_done_again_until_when_and_why(begin: Begin):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=15))

    row = renewals(case)[RISK]

    assert (row.due_at, row.from_, row.overdue) == (
        case.takes_off,
        case.takes_off - timedelta(days=13),  # a day inside the limit, so that the flight can be late
        False,
    )
    assert row.because == "will be 15 days old at the departure; at most 14 days count"
    assert row.who == case.step(RISK).who
    asked = {remedy.from_ for subject, remedy in case.remedies() if subject == RISK}
    assert asked == {row.from_}  # the list and the refusal name the same moment


def test_hours_are_told_as_hours(begin: Begin):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, "risk_recheck") + timedelta(hours=80))

    assert renewals(case)["risk_recheck"].because == "will be 80 hours old at the departure; at most 72 hours count"


def test_a_little_too_old_is_told_as_that(begin: Begin):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=14, minutes=1))

    assert (
        renewals(case)[RISK].because == "will be a little more than 14 days old at the departure; at most 14 days count"
    )


def test_what_was_done_again_in_time_is_due_no_more(begin: Begin):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=15))
    case.until(renewals(case)[RISK].from_)

    case.prepare(waiting=False)

    assert RISK not in renewals(case)


def test_what_an_alarm_has_undone_is_not_too_old_but_open(begin: Begin):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=15))
    assert RISK in renewals(case)

    case.given(MANAGER, {"do": "incident", "type": "risk_high"})

    assert RISK not in renewals(case)


def test_nothing_is_too_old_for_a_journey_that_is_not_planned_or_is_over(begin: Begin):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=15))
    assert renewals(case)

    case.given(TRAVEL, {"do": "travel", "status": "cancelled"})
    assert renewals(case) == {}


def test_a_departure_that_has_passed_asks_for_nothing_by_its_age(begin: Begin):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=15))

    case.until(case.takes_off - ONE_SECOND)
    assert RISK in renewals(case)
    case.until(case.takes_off)
    assert renewals(case) == {}


def test_who_has_departed_is_asked_for_nothing_by_its_age(begin: Begin):
    case = begin(far_ahead)
    case.until(case.takes_off - timedelta(hours=2))
    case.anew("departure_clearance", "departure_assistance")
    case.ready(waiting=False)
    case.given(TRAVEL, DEPART)

    assert renewals(case) == {}


def test_a_flight_that_is_late_makes_no_evidence_older(begin: Begin):
    case = begin(a_numbered_flight)
    before = renewals(case)
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later_by(case, hours=12)})

    assert set(renewals(case)) - set(before) <= {"departure_clearance", "departure_assistance"}


@pytest.mark.parametrize("late", [0, 3])
def test_a_flight_that_is_late_makes_no_assessment_too_old(begin: Begin, late: int):
    case = begin(a_numbered_flight)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=14, hours=-1))
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later_by(case, hours=late)})

    assert RISK not in renewals(case)


@pytest.mark.parametrize(("phase", "is_asked"), [("pre_departure", True), ("travel", False), ("arrival", False)])
def test_only_who_has_yet_to_go_is_asked_for_what_ages(begin: Begin, phase: str, is_asked: bool):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=15))
    process, recorded = case.engine._recorded(case.case)

    assert any(item.renews for item in dues(process, replace(recorded, phase=phase))) is is_asked


@pytest.mark.parametrize(("days_before", "is_due"), [(1, True), (0, False)])  # a consent counts to the end of its day
def test_a_consent_that_ends_before_the_departure_is_due(begin: Begin, days_before, is_due):
    case = begin(far_ahead)
    ends = case.takes_off.date() - timedelta(days=days_before)
    case.given(MANAGER, {**_given(case, "share_partner"), "expires_on": ends.isoformat()})

    found = renewals(case).get("consent:share_partner")

    assert (found is not None) is is_due
    if found is not None:
        assert (found.due_at, found.from_) == (case.takes_off, None)
        assert found.because == f"ends on {ends}, before the departure"


def _given(case: Play, purpose: str) -> dict[str, Any]:
    """Give a consent again as it was given."""
    was = next(one for one in case.seen().consents if one["purpose"] == purpose and one["state"] == "given")
    kept = {name: was[name] for name in ("purpose", "recipient", "groups", "language", "version", "form", "given_by")}
    return {"do": "consent", "answer": "given", **{name: value for name, value in kept.items() if value}}


def test_a_paper_that_runs_out_before_the_journey_ends_is_due(begin: Begin):
    case = begin(far_ahead)
    held = next(one for one in case.seen().documents if one["status"] == "held")
    kept = {name: held[name] for name in ("kind", "issuer", "issued_on") if held[name]}
    case.given(MANAGER, {"do": "document", "status": "held", **kept, "expires_on": case.now.date().isoformat()})

    assert ("INV-16", held["kind"]) in {(rule, held["kind"]) for rule, _ in case.why().reasons}
    row = renewals(case)[f"document:{held['kind']}"]
    assert row.because == "runs out before the journey ends, or inside its margin"


def test_one_paper_that_lasts_is_enough(begin: Begin):
    case = begin(far_ahead)
    held = next(one for one in case.seen().documents if one["status"] == "held")
    other = next(kind for kind in ("ng_passport", "ng_etc") if kind != held["kind"])
    far = (case.takes_off + timedelta(days=2000)).date().isoformat()
    case.given(MANAGER, {"do": "document", "status": "held", "kind": other, "expires_on": far})
    kept = {name: held[name] for name in ("kind", "issuer", "issued_on") if held[name]}
    case.given(MANAGER, {"do": "document", "status": "held", **kept, "expires_on": case.now.date().isoformat()})

    assert not [step for step in renewals(case) if step.startswith("document:")]


def test_what_is_too_old_follows_from_the_case_and_not_from_the_day_of_asking(begin: Begin):
    case = begin(ready_to_depart)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=15))
    rows = _stored(case)
    assert any(item.anchor == "age" for item in rows)

    case.wait(days=3)
    checking.rebuild(case.engine._store)

    assert _stored(case) == rows
    assert case.engine.verify().ok


def _stored(case: Play) -> list[Any]:
    with case.engine._store.database.reading() as connection:
        return [item for one in case.engine._store.listed(connection) for item in one.summary.dues]


def test_a_day_to_look_again_and_an_age_that_will_be_over_are_both_told(begin: Begin):
    case = begin(far_ahead)
    is_to_fly(case, done_at(case, RISK) + timedelta(days=15))

    rows = [row for row in case.engine.due(as_=case.actor(MANAGER)) if row.step == RISK]

    assert sorted((row.renews, row.round) for row in rows) == [(False, None), (True, None)]
