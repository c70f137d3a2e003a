"""A return does not count as one that holds on a risk whose day of looking again has passed (process 5.3)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.attacks.acts import closes, confirmed, found_there, in_follow_up, redo
from tests.attacks.play import RECEIVER, Play, begun
from tests.deviations import near_the_end

HOLDS = closes("reintegration_sustained")
RISK = "post_arrival_risk_assessment"


def looks_again_on(play: Play, day: date) -> None:
    play.given(RECEIVER, redo(RISK), {**found_there("low"), "next_review": day.isoformat()})


@pytest.mark.parametrize(("days", "held_up"), [(-1, True), (0, False)])
def test_the_day_on_which_the_risk_was_to_be_looked_at_again(days: int, held_up: bool) -> None:
    with begun(near_the_end) as play:
        day = play.now.date() + timedelta(days=10)
        looks_again_on(play, day)
        play.wait(days=10 - days)

        told = [fact for fact, _ in play.told("INV-26", HOLDS, RECEIVER)]
        asked = f"'Assess the risks again on the spot' was to be looked at again by {day}, and was not"
        assert told == ([asked] if held_up else [])


def test_an_assessment_that_names_its_own_day_is_not_its_own_second_look() -> None:
    with begun(near_the_end) as play:
        looks_again_on(play, play.now.date())
        play.wait(days=1)

        assert ("INV-26", RISK) in play.why(HOLDS, RECEIVER).reasons


def test_once_somebody_has_looked_again_and_it_still_holds_it_closes() -> None:
    with begun(near_the_end) as play:
        looks_again_on(play, play.now.date() + timedelta(days=1))
        play.wait(days=2)
        play.given(RECEIVER, confirmed(RISK))

        assert "INV-26" not in play.why(HOLDS, RECEIVER).rules


def test_before_that_day_there_is_nothing_to_confirm() -> None:
    with begun(near_the_end) as play:
        looks_again_on(play, play.now.date() + timedelta(days=2))

        told = play.tried(RECEIVER, confirmed(RISK))
        assert ("STEP", RISK) in told.reasons


def test_the_next_look_is_not_set_so_far_ahead_that_nobody_ever_looks() -> None:
    """A year that is mistyped, or meant so, takes it from every list, and *It holds* waits for a day that never comes."""
    with begun(in_follow_up) as play:
        far, near = ((play.now + timedelta(days=days)).date().isoformat() for days in (200, 180))
        play.given(RECEIVER, redo(RISK))

        assert play.faults(RECEIVER, {**found_there("low"), "next_review": far}) == {("next_review", "contradiction")}
        play.given(RECEIVER, {**found_there("low"), "next_review": near})
