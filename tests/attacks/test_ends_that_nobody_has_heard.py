"""A case or an alarm that ends by a word which nobody heard from the person: each such end is refused, and the honest one beside it stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.acts import ON_THE_SPOT, POOR, REACHED, closes, ends, found_there, happens, in_follow_up
from tests.attacks.companions import along_and_settled
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    MANAGER,
    READER,
    RECEIVER,
    TRAVEL,
    Play,
    assessed,
    at_home,
    complete,
    signed,
)
from tests.conftest import who_leads
from tests.oracle import faults_of_departure
from tests.oracle_of_closings import faults_of_closing, faults_of_ended_alarms

NO_VISITS = {"do": "consent", "purpose": "monitoring", "answer": "refused"}


def closing(play: Play) -> list[str]:
    return faults_of_closing(play.history(who_leads(play.engine, play.case)))


def on_the_way(play: Play) -> Play:
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.wait(hours=1)
    return play


# 1 (kill): three lines of one account, in one minute, and a child stays with who hurts it.
def test_a_child_in_danger_is_not_closed_over_by_a_no_to_visits(begin: Begin) -> None:
    play = begin(along_and_settled)
    play.given(MANAGER, {**happens("child_in_danger"), "of": "child-1"}, NO_VISITS)

    assert not play.tried(MANAGER, closes("consent_withdrawn_after_return")).done, closing(play)


# 2 (kill): a risk assessment of after the boarding counts for it, where the second dates the signature back.
def test_no_signature_is_of_before_what_it_signs(fresh: Play) -> None:
    boards = fresh.takes_off
    fresh.given(ASSESSOR, {"do": "redo", "step": "pre_return_risk_assessment"})
    fresh.until(boards + timedelta(hours=4))
    fresh.given(ASSESSOR, assessed("low"))
    fresh.tried(MANAGER, {**signed(), "at": (boards - timedelta(hours=1)).isoformat()})

    late = fresh.tried(TRAVEL, {**DEPART, "at": boards.isoformat()})
    assert not late.done, faults_of_departure(fresh.history(READER))


# ... and an alarm is over a week before somebody looked at it.
def test_no_alarm_is_over_before_it_was_looked_at(begin: Begin) -> None:
    play = begin(in_follow_up)
    play.given(MANAGER, happens("risk_high"))
    play.wait(days=9)
    play.given(RECEIVER, found_there("low"))
    then = {"at": (play.now - timedelta(days=7)).isoformat()}
    play.tried(ASSESSOR, {**signed(ON_THE_SPOT), **then})

    ended = play.tried(MANAGER, {**ends("risk_high", "below_high_there"), **then})
    assert not ended.done, faults_of_ended_alarms(play.history(READER))


# 3 (serious): she did not come, nobody has heard her, and it is closed as her own choice by two typed lines.
@pytest.mark.parametrize("first", [True, False])
def test_who_did_not_come_is_not_closed_as_having_said_no(fresh: Play, first: bool) -> None:
    lines = [happens("no_show_departure"), happens("consent_withdrawn_before")]
    fresh.until(fresh.takes_off)
    fresh.given(MANAGER, *(lines if first else lines[::-1]))

    assert not fresh.tried(MANAGER, closes("withdrew_return")).done, closing(fresh)


# 4 (serious): somebody says for her that she wants no visits, and the case closes.
@pytest.mark.parametrize("by_withdrawal", [True, False])
def test_a_no_to_visits_through_somebody_ends_the_visits_and_not_the_case(begin: Begin, by_withdrawal: bool) -> None:
    play = begin(in_follow_up)
    play.wait(days=40)
    through = {"by": "person", "heard_by": "through_somebody"}
    withdrawn = {"do": "withdraw", "purpose": "monitoring", "channel": "through_somebody"}
    play.given(MANAGER, withdrawn if by_withdrawal else {**NO_VISITS, **through})

    assert not play.tried(MANAGER, closes("consent_withdrawn_after_return")).done, closing(play)


@pytest.mark.parametrize(("purpose", "reason"), [("return", "withdrew_return"), ("assistance", "assistance_declined")])
def test_nor_does_a_no_to_the_return_or_to_help_that_somebody_brings(fresh: Play, purpose: str, reason: str) -> None:
    no = {"do": "consent", "purpose": purpose, "answer": "refused", "by": "person", "heard_by": "through_somebody"}
    fresh.given(MANAGER, no)

    assert not fresh.tried(MANAGER, closes(reason)).done, closing(fresh)


# (kill, found by hand; no history can show it: the fact is taken at its word) Nobody has met her, the alarm of that is open, and three
# lines of one account in the minute of landing close it as "trafficked again, and referred": there is no other case.
def test_a_new_case_is_linked_and_not_only_said_to_be(begin: Begin) -> None:
    play = begin(at_home)
    play.given(
        MANAGER, happens("no_show_arrival"), happens("re_trafficking"), {"do": "record", "facts": {"opened_anew": True}}
    )

    assert not play.tried(MANAGER, closes("re_trafficked_referred")).done


# 5 (serious): on the way she is closed as one who chose not to return; the aircraft door is shut, and nobody meets her.
def test_who_is_on_the_way_is_not_closed_as_staying(fresh: Play) -> None:
    on_the_way(fresh).given(MANAGER, {"do": "withdraw", "purpose": "return", "channel": "through_somebody"})
    fresh.given(MANAGER, complete("options_counselling", round="4"), ends("consent_withdrawn_before", "talked_again"))

    assert not fresh.tried(MANAGER, closes("withdrew_return")).done, closing(fresh)


# 6 (serious): who sits in detention here, or is ordered to leave, is closed as gone (resolution 16: boarded or was removed).
@pytest.mark.parametrize("alarm", ["detention_or_arrest", "expulsion_risk"])
def test_who_has_not_left_is_not_closed_as_having_left(fresh: Play, alarm: str) -> None:
    fresh.given(MANAGER, happens(alarm))

    assert not fresh.tried(MANAGER, closes("left_outside_process")).done, closing(fresh)


# 9 (serious): she answered the survey of month six, and the next day she is closed as lost; the attempts of before it count on.
def test_who_answered_a_survey_meanwhile_is_not_lost(begin: Begin) -> None:
    play = begin(in_follow_up)
    play.wait(days=165)
    tried = {"do": "contact", "with": "person", "reached": False}
    for channel in ("phone", "message", "visit", "phone"):
        play.given(MANAGER, {**tried, "channel": channel})
        play.wait(days=6)
    play.wait(days=70)
    play.given(RECEIVER, complete("sustainability_survey", round="m6", **POOR))
    play.wait(days=1)
    play.given(MANAGER, {**tried, "channel": "phone"})

    assert not play.tried(MANAGER, closes("lost_contact")).done, closing(play)


# 7 (serious): that she was let in, was told of the breach, or moves by choice is known through somebody else.
@pytest.mark.parametrize(
    ("alarm", "outcome"),
    [("refused_entry", "admitted"), ("transfer_third_country", "reached"), ("remigration", "contact_goes_on")],
)
def test_through_somebody_nobody_was_reached_after_the_landing(begin: Begin, alarm: str, outcome: str) -> None:
    play = begin(at_home)
    play.given(MANAGER, happens(alarm), {**REACHED, "channel": "through_somebody"})

    assert not play.tried(MANAGER, ends(alarm, outcome)).done, faults_of_ended_alarms(play.history(READER))


def test_through_somebody_nobody_was_told_of_a_breach(fresh: Play) -> None:
    on_the_way(fresh).given(MANAGER, happens("data_breach"), {**REACHED, "channel": "through_somebody"})

    assert not fresh.tried(MANAGER, ends("data_breach", "person_told")).done


# 8 (issue 34.2, being built): an alarm about safety ends when she is heard herself, and live.
@pytest.mark.parametrize("channel", ["through_somebody", "social_media", "message", "email", "letter"])
@pytest.mark.parametrize(
    ("alarm", "outcome"),
    [("no_show_arrival", "found"), ("lost_contact", "reached"), ("detention_or_arrest", "reached"), ("self_harm", "reached"),
     ("medical_emergency", "reached")],
)  # fmt: skip
def test_an_alarm_about_safety_ends_when_she_is_heard_live(
    begin: Begin, alarm: str, outcome: str, channel: str
) -> None:
    play = begin(at_home)
    play.given(MANAGER, happens(alarm), {**REACHED, "channel": channel})

    assert not play.tried(MANAGER, ends(alarm, outcome)).done
