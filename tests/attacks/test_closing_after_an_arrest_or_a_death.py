"""Who was arrested, or whose child died or fell ill, is not closed by the review of before (process 5.3: "person says manageable … person
agrees"; "no open safety incident").
"""

from __future__ import annotations

import pytest

from tests.attacks.acts import REACHED, closes, ends, happens
from tests.attacks.play import RECEIVER, Play, begun, complete
from tests.deviations import near_the_end
from tests.whole_answers import VISIT


def with_a_child(play: Play) -> None:
    play.involved("child", travels=True)
    near_the_end(play)


@pytest.mark.parametrize("reason", ["reintegration_sustained", "support_period_completed"])
def test_who_is_in_prison_is_not_closed_as_a_return_that_holds(reason: str) -> None:
    with begun(near_the_end) as play:
        play.given(RECEIVER, happens("detention_or_arrest"))
        play.wait(hours=1)
        play.given(RECEIVER, REACHED, ends("detention_or_arrest", "stays_detained"))
        play.wait(hours=1)

        told = play.tried(RECEIVER, closes(reason))
        assert not told.done
        assert told.says("closure_review", reason)


@pytest.mark.parametrize("what", ["death_of_another", "child_unwell"])
def test_nobody_decides_in_the_hour_in_which_a_child_died_or_fell_ill(what: str) -> None:
    with begun(with_a_child) as play:
        play.given(RECEIVER, happens(what, of="child-1"))

        told = play.tried(RECEIVER, closes("reintegration_sustained"))
        assert not told.done
        assert told.says("closure_review", "reintegration_sustained")


@pytest.mark.parametrize(
    "said",
    [{"s_home": "no", "s_home_now": "no"}, {"s_money": "yes", "s_money_now": "no"}],
    ids=["not safe at home", "they want money for the journey"],
)
def test_who_is_not_safe_by_their_word_at_the_last_visit_has_the_risk_looked_at_first(said: dict[str, str]) -> None:
    """Process 5.2: "a safety item must never be averaged away"; the same word in the register of homes asks for it, too."""
    with begun(near_the_end) as play:
        play.given(RECEIVER, complete("monitoring_visit", round="extra", **{**VISIT, **said}))

        told = play.tried(RECEIVER, closes("reintegration_sustained"))
        assert not told.done
        assert told.says("post_arrival_risk_assessment", "reintegration_sustained")


def test_where_nothing_has_happened_it_is_closed() -> None:
    with begun(with_a_child) as play:
        assert play.why(closes("reintegration_sustained"), RECEIVER).done
