"""A hold, its day to look again, and the visits that fall due: none vanishes, and none is forgiven."""

from __future__ import annotations

from datetime import timedelta

from tests.attacks.acts import REACHED_AT_HOME, in_follow_up
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, RECEIVER, Play, actor, at_home, complete
from tests.whole_answers import SAFE

# --- the day to look again ------------------------------------------------------------------------


def _visits(case: Play) -> list[str]:
    """Name the rounds of the visits that are due until now, or at any time."""
    return [row.round or "" for row in case.engine.due(as_=case.actor(RECEIVER)) if row.step == "monitoring_visit"]


def test_a_day_to_look_again_is_not_in_sixty_years(begin: Begin) -> None:
    """A year mistyped, and all visits of two years are off the list; the only row that is left is due in 2090."""
    case = begin(in_follow_up)
    act = {"do": "incident", "type": "lost_contact", "review_on": "2090-01-01"}

    assert {field for field, _ in case.faults(MANAGER, act)} == {"review_on"}
    assert {"d2", "d7", "m1"} <= {*_visits(case)}
    assert case.tried(MANAGER, {**act, "review_on": f"{case.now + timedelta(days=30):%Y-%m-%d}"}).done  # honest


def test_a_day_that_is_set_on_an_open_incident_is_kept(begin: Begin) -> None:
    """It opens by itself where nobody was reached, so no day is set; who sets one later reads 'done', and it is nowhere."""
    case = begin(in_follow_up)
    case.given(MANAGER, {"do": "incident", "type": "lost_contact"})
    day = case.now + timedelta(days=30)

    case.given(MANAGER, {"do": "incident", "type": "lost_contact", "review_on": f"{day:%Y-%m-%d}"})

    rows = [
        row
        for row in case.engine.due(as_=actor(MANAGER))
        if row.step == "incident:lost_contact" and row.round != "open"
    ]
    assert [(row.round, row.due_at.date()) for row in rows] == [("review", day.date())]


# --- visits that fall due -------------------------------------------------------------------------


def test_what_fell_due_while_nothing_paused_stays_due_when_one_hold_is_over(begin: Begin) -> None:
    """Contact is lost, no day is set, so all stays due. A stay in hospital that is over takes the month's visit off the list."""
    case = begin(in_follow_up)
    case.given(MANAGER, {"do": "incident", "type": "lost_contact"})
    case.wait(days=20)
    case.given(MANAGER, {"do": "incident", "type": "medical_emergency"})
    case.wait(days=15)
    assert "m1" in _visits(case)  # it was asked for all the time

    case.given(MANAGER, REACHED_AT_HOME, {"do": "resolve", "incident": "medical_emergency"})

    assert case.seen().status == "on_hold"
    assert "m1" in _visits(case)


def test_a_hold_that_is_told_late_does_not_forgive_what_nobody_did(begin: Begin) -> None:
    case = begin(in_follow_up)
    landed = case.now
    case.wait(days=40)
    assert {"d2", "d7", "m1"} <= {*_visits(case)}  # for weeks

    case.given(
        MANAGER, {"do": "incident", "type": "medical_emergency", "at": (landed + timedelta(hours=1)).isoformat()}
    )
    case.wait(minutes=1)
    case.given(MANAGER, REACHED_AT_HOME, {"do": "resolve", "incident": "medical_emergency"})

    assert "m1" in _visits(case)


# --- who was met and did not want to talk ---------------------------------------------------------


def test_whoever_was_met_and_did_not_want_to_talk_was_reached(begin: Begin) -> None:
    """«The person chooses the place and the way, may skip, and may stop.»"""
    case = begin(at_home)
    case.ready("settle")
    case.given(MANAGER, {"do": "move", "to": "settle"})
    case.wait(days=8)
    case.given(MANAGER, {"do": "consent", "purpose": "monitoring", "language": "en"})

    visit = complete(
        "monitoring_visit", round="d7", how="visit", result="reached", v_since="fine, and no more words", **SAFE
    )

    assert case.tried("case_manager_receiving", visit, may_be_bad_input=True).done
