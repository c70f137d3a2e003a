"""The family has thrown her out in month 5, she lives in a room of her own, and her plan, reviewed by telephone, says so: that ends it."""

from __future__ import annotations

from tests.attacks.acts import HOME, REACHED, ends, happens, in_follow_up, redone
from tests.attacks.play import RECEIVER, Play, begun

REVIEWED = redone("reintegration_plan_review", result="by_telephone")


def has_a_room_of_her_own(play: Play) -> None:
    in_follow_up(play)
    play.wait(days=150)
    play.given(RECEIVER, happens("family_refuses"))
    play.wait(days=1)
    play.given(RECEIVER, REACHED, {**HOME, "home": "own_room"}, *REVIEWED)
    play.wait(hours=1)


def test_the_plan_that_was_reviewed_with_her_names_another_place() -> None:
    """She rents a room in Kano, safe by her word. Her plan was gone through with her, by telephone ('help after the return waits for no
    paper', steps.yaml).
    """
    with begun(has_a_room_of_her_own) as play:
        assert play.why(ends("family_refuses", "another_place"), RECEIVER).reasons == frozenset()
