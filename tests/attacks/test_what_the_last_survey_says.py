"""What a person says in the last survey, after closing was decided, is looked at before the case closes (process 5.3: "person says manageable")."""

from __future__ import annotations

from tests.attacks.acts import POOR, REVIEW, agreed_after_a_year, closes
from tests.attacks.play import RECEIVER, Play, begun, complete

SUSTAINED = closes("reintegration_sustained")


def surveyed_after_the_review(play: Play) -> None:
    agreed_after_a_year(play)
    play.wait(hours=1)
    play.given(RECEIVER, complete("sustainability_survey", round="m12", **POOR))


def test_the_review_of_before_closes_nothing() -> None:
    with begun(surveyed_after_the_review) as play:
        assert ("STEP", "closure_review") in play.why(SUSTAINED, RECEIVER).reasons


def test_decided_with_it_in_view_the_review_stands() -> None:
    with begun(surveyed_after_the_review) as play:
        play.wait(hours=1)
        play.given(
            RECEIVER, {"do": "redo", "step": "closure_review", "reason": "(invented) the survey was read"}, REVIEW
        )
        assert ("STEP", "closure_review") not in play.why(SUSTAINED, RECEIVER).reasons
