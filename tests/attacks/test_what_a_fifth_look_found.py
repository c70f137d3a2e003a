"""What a fifth look found: days alone, entries taken back, and departures that are told late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    MANAGER,
    TRAVEL,
    Command,
    Play,
    another,
    assessed,
    complete,
    signed,
    vetting,
)
from tests.attacks.test_a_day_alone import on
from tests.attacks.test_told_late import before_the_doctor, last

SHARE: Command = {"do": "consent", "purpose": "share_partner", "answer": "given", "form": "written", "language": "en"}


# --- a departure that was not permitted when they boarded ---------------------------------------------------------------


def test_the_last_question_that_was_asked_after_the_boarding_and_told_by_its_day_permits_no_departure(
    fresh: Play,
) -> None:
    """She was asked half an hour after she had boarded: that it was 'today' does not put it before the boarding."""
    fresh.given(TRAVEL, {"do": "redo", "step": "departure_assistance"})
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.must_stand("INV-02")
    fresh.wait(minutes=30)
    fresh.given(TRAVEL, {**complete("departure_assistance", result="reconfirmed"), **on(fresh)})

    assert "INV-02" in fresh.boards(at=boarded).rules


def test_a_recheck_that_was_made_after_the_boarding_and_told_by_its_day_permits_no_departure(fresh: Play) -> None:
    """No recheck stood when she boarded; the one of half an hour later has a day that begins before."""
    fresh.given(ASSESSOR, {"do": "redo", "step": "risk_recheck"})
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.must_stand("INV-04")
    fresh.wait(minutes=30)
    fresh.given(ASSESSOR, {**complete("risk_recheck", result="unchanged", will_confirmed=True), **on(fresh)})

    assert "INV-04" in fresh.boards(at=boarded).rules


def test_an_assessment_that_was_confirmed_after_the_boarding_by_its_day_permits_no_departure(fresh: Play) -> None:
    """A debt became known before she boarded, and two looked at the risk again only after that."""
    fresh.wait(minutes=10)
    fresh.given(MANAGER, {"do": "record", "facts": {"ng_debt_claimed": True}})
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.must_stand("INV-04")
    fresh.wait(minutes=20)
    for who in (ASSESSOR, MANAGER):
        fresh.given(who, {**complete("pre_return_risk_assessment", confirms=True), **on(fresh)})

    assert "INV-04" in fresh.boards(at=boarded).rules


# --- an alarm or a no of which only the day is known ----------------------------------------------------------------


def test_an_alarm_of_a_day_alone_is_not_ended_by_what_may_have_been_before_it(begin: Begin) -> None:
    """The alarm is told of today; an examination of an hour before that telling may be older than the alarm, and ends it not."""
    case = begin(before_the_doctor)
    case.wait(hours=3)
    case.given(MANAGER, {"do": "incident", "type": "pregnancy_or_birth", **on(case)})
    case.wait(minutes=5)
    an_hour_ago = {"at": (case.now - timedelta(hours=1)).isoformat()}
    case.given(DOCTOR, {**complete("medical_assessment", result="fit"), **an_hour_ago})

    ends: Command = {"do": "resolve", "incident": "pregnancy_or_birth", "outcome": "assessed"}
    assert case.tried(MANAGER, ends).says("medical_assessment")


def test_a_no_of_a_day_alone_is_not_overruled_by_a_yes_of_an_hour_before_it_was_told(fresh: Play) -> None:
    """She took it back today; a form of forty minutes ago, typed after that, may be from before her no."""
    fresh.wait(hours=1)
    given = next(
        row for row in fresh.history() if row.type == "consent_given" and row.data["purpose"] == "share_partner"
    )
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "share_partner", **on(fresh)})
    fresh.wait(minutes=5)
    yes = {**SHARE, "recipient": given.data["recipient"], "groups": [*given.data["groups"]]}
    fresh.given(MANAGER, {**yes, "at": (fresh.now - timedelta(minutes=40)).isoformat()})

    stands = next(one for one in fresh.seen().consents if one["purpose"] == "share_partner")
    assert stands["state"] == "withdrawn"


# --- a departure that was one, and is lost or cannot be told -----------------------------------------------------------


def test_taking_back_that_she_left_does_not_undo_the_departure_that_took_its_place(fresh: Play) -> None:
    """All in one second, as a program writes it: she is on her way, and nobody has said that she did not depart."""
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.wait(hours=1)
    fresh.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown", "at": boarded})
    left = last(fresh, "left").seq
    fresh.given(another(TRAVEL), {**DEPART, "at": boarded})

    fresh.tried(MANAGER, {"do": "correct", "seq": left, "why": "an invented reason"})
    fresh.tried(another(MANAGER), {"do": "sign", "seq": left})
    assert fresh.seen().phase == "travel"


@pytest.mark.parametrize("by_day", [True, False])
def test_a_guess_of_when_she_left_gives_way_to_the_hour_at_which_she_boarded(fresh: Play, by_day: bool) -> None:
    """One says that she was gone that day, or guesses an hour before; another knows that she boarded as it was cleared."""
    fresh.until(fresh.takes_off)
    boarded = fresh.now
    fresh.wait(hours=3)
    guess = on(fresh) if by_day else {"at": (boarded - timedelta(minutes=30)).isoformat()}
    fresh.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown", **guess})

    answer = fresh.tried(another(TRAVEL), {**DEPART, "at": boarded.isoformat()})
    assert answer.done, answer.text


def test_a_turning_back_that_was_an_error_leaves_the_journey_booked(fresh: Play) -> None:
    """She sits in the aeroplane; when two have said that she did not turn back, it is known again when she lands."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)
    fresh.given(MANAGER, {"do": "move", "to": "turn_back"})
    entry = last(fresh, "turned_back").seq
    fresh.given(MANAGER, {"do": "correct", "seq": entry, "why": "an invented reason"})
    fresh.given(another(MANAGER), {"do": "sign", "seq": entry})

    assert fresh.seen().phase == "travel"
    assert fresh.seen().travel["status"] == "booked"


def test_an_assessment_of_two_stands_when_what_was_newer_is_taken_back(fresh: Play) -> None:
    """Written of last week beside what stands; that was an error, and the second signs: two have assessed the risk."""
    day = {"at": (fresh.now - timedelta(days=3)).isoformat()}
    fresh.given(ASSESSOR, {**assessed("medium"), **day})
    stood = next(
        row.seq
        for row in reversed(fresh.history())
        if row.type == "step_completed" and row.data["step"] == "pre_return_risk_assessment"
    )
    fresh.given(ASSESSOR, {"do": "correct", "seq": stood, "why": "an invented reason"})
    fresh.given(MANAGER, signed())

    assert fresh.step("pre_return_risk_assessment").result == "medium"


# --- nothing breaks ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_day", [True, False])
def test_a_departure_is_told_late_beside_an_entry_of_after_it_that_was_taken_back(fresh: Play, by_day: bool) -> None:
    """The correction can have been before the boarding, and what it takes back cannot: the engine answers all the same."""
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.wait(minutes=5)
    ref = fresh.involved("relative")
    fresh.given(ASSESSOR, vetting(ref, "interpret"))
    entry = fresh.history()[-1].seq
    fresh.wait(minutes=5)
    dated = on(fresh) if by_day else {"at": boarded}
    fresh.given(ASSESSOR, {"do": "correct", "seq": entry, "why": "an invented reason", **dated})
    fresh.wait(minutes=5)

    assert fresh.boards(at=boarded).kind in ("done", "refused")


@pytest.mark.parametrize("act", [complete("register_referral"), {"do": "record", "facts": {"has_passport": True}}])
def test_the_first_day_of_the_calendar_is_a_day(begin: Begin, act: Command) -> None:
    """Its first minute lies before all that a computer counts: it is told so, and nothing breaks."""
    case = begin()

    assert case.tried(MANAGER, {**act, "at": date.min.isoformat()}, may_be_bad_input=True).kind in ("done", "bad_input")
