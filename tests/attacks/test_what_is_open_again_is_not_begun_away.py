"""Of a child whose caregiver dies there it stays due, and nobody closes, until two have found it good: one who begins it, or says that it failed or
is unclear, has found nothing (asked_again_within; best_interests_determination: "Negative or unclear?").
"""

from __future__ import annotations

import pytest

from tests.attacks.acts import BEST_FOR_THE_CHILD, CHILD, REACHED, closes, ends, happens
from tests.attacks.play import ASSESSOR, MANAGER, RECEIVER, Command, Play, begun, settled, signed

BEST = "best_interests_determination"
END = closes("support_period_completed")


def whose_caregiver_died(play: Play) -> None:
    settled(play)
    ref = play.seen().roles["caregiver"]
    play.given(RECEIVER, happens("death_of_another", of=ref))
    play.wait(minutes=1)
    play.given(RECEIVER, REACHED, ends("death_of_another", "reached", of=ref))


def is_due(play: Play) -> bool:
    return BEST in {row.step for row in play.engine.due(as_=play.actor(RECEIVER), case=play.case)}


@pytest.mark.parametrize(
    "act",
    [
        {"do": "start", "step": BEST},
        {"do": "fail", "step": BEST, "reason": "(invented) no panel was found"},
        {"do": "complete", "step": BEST, "result": "unclear"},
        {"do": "complete", "step": BEST, "result": "negative"},
    ],
    ids=lambda act: str(act.get("result") or act["do"]),
)
def test_one_account_alone_does_not_make_it_fall_silent(act: Command) -> None:
    with begun(whose_caregiver_died, facts=CHILD) as play:
        assert is_due(play)
        assert ("STEP", BEST) in play.why(END, RECEIVER).reasons
        play.given(ASSESSOR, act)

        assert ("STEP", BEST) in play.why(END, RECEIVER).reasons  # nobody closes over it
        assert is_due(play)


def test_nor_does_a_first_signature_alone() -> None:
    with begun(whose_caregiver_died, facts=CHILD) as play:
        play.given(MANAGER, BEST_FOR_THE_CHILD)

        assert ("STEP", BEST) in play.why(END, RECEIVER).reasons


def test_honest_once_two_have_found_it_good_it_is_asked_no_more() -> None:
    with begun(whose_caregiver_died, facts=CHILD) as play:
        play.given(MANAGER, BEST_FOR_THE_CHILD)
        play.given(ASSESSOR, signed(BEST))

        assert ("STEP", BEST) not in play.why(END, RECEIVER).reasons
        assert not is_due(play)
