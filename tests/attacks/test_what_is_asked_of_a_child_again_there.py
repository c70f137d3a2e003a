"""What was found of a child before the flight is looked at again there, once its family refuses or has a part in it, or somebody hurts the one
that stayed behind (process 2.2, 3: `family_refuses` "for a child, determine the best interests anew"; `child_in_danger`).
"""

from __future__ import annotations

from tests.attacks.acts import CHILD, happens
from tests.attacks.companions import STAYS
from tests.attacks.play import RECEIVER, Play, at_home, begun, settled

INTERESTS = "best_interests_determination"


def one_stays_and_she_is_at_home(play: Play) -> None:
    play.involved("child", travels=False)
    settled(play)


def test_a_child_whose_family_has_a_part_in_it_does_not_settle_on_the_best_interests_of_before() -> None:
    with begun(at_home, facts=CHILD) as play:
        play.given(RECEIVER, happens("family_refuses", effect="none"))

        told = play.why("settle")
        assert (INTERESTS, "STEP") in {(subject, rule) for rule, subject in told.reasons}


def test_a_child_of_whose_family_nothing_new_is_known_is_asked_for_none() -> None:
    with begun(at_home, facts=CHILD) as play:
        told = play.why("settle")
        assert INTERESTS not in {subject for _, subject in told.reasons}


def test_who_cares_for_a_child_that_stayed_is_asked_again_once_somebody_hurts_it() -> None:
    with begun(one_stays_and_she_is_at_home) as play:
        play.given(RECEIVER, happens("child_in_danger", of="child-1"))

        told = play.why({"do": "move", "to": "close", "reason": "support_period_completed"}, RECEIVER)
        assert (STAYS, "STEP") in {(subject, rule) for rule, subject in told.reasons}
