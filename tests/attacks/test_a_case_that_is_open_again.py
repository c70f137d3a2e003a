"""A case that is opened again brings a visit within a week, and the review that closed it closes it no second time (process 5.3)."""

from __future__ import annotations

from tests.attacks.acts import closes
from tests.attacks.play import MANAGER, RECEIVER, Play, begun, complete
from tests.deviations import near_the_end
from tests.whole_answers import VISIT

SUSTAINED = closes("reintegration_sustained")


def closed_and_open_again(play: Play) -> None:
    near_the_end(play)
    play.given(RECEIVER, SUSTAINED)
    play.wait(days=30)
    play.given(MANAGER, {"do": "move", "to": "reopen"})


def visits_due(play: Play) -> list[tuple[str, float]]:
    due = play.engine.due(case=play.case, as_=play.actor(RECEIVER))
    return [(one.round, (one.due_at - play.now).days) for one in due if one.step == "monitoring_visit"]


def test_a_visit_is_due_within_a_week() -> None:
    with begun(closed_and_open_again) as play:
        assert [(round, days <= 8) for round, days in visits_due(play)] == [("extra", True)]


def test_once_she_was_visited_none_is_due() -> None:
    with begun(closed_and_open_again) as play:
        play.wait(days=1)
        play.given(RECEIVER, complete("monitoring_visit", round="extra", **VISIT))
        assert visits_due(play) == []


def test_the_review_that_closed_it_closes_it_no_second_time() -> None:
    with begun(closed_and_open_again) as play:
        told = play.tried(RECEIVER, SUSTAINED)
        assert not told.done
        assert ("STEP", "closure_review") in told.reasons


def test_decided_together_anew_it_closes() -> None:
    with begun(closed_and_open_again) as play:
        play.wait(hours=1)
        play.given(RECEIVER, {"do": "redo", "step": "closure_review"})
        play.given(RECEIVER, complete("closure_review", result="close", manages="yes", agrees="yes"))
        assert play.why(SUSTAINED, RECEIVER).done
