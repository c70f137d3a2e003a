"""The only partner of the town has closed, there is no other, and she would like one: that is how it ends, once she was reached."""

from __future__ import annotations

from tests.attacks.acts import REACHED, closes, ends, happens
from tests.attacks.play import MANAGER, RECEIVER, SENDS, Command, Play, begun
from tests.deviations import near_the_end

NOBODY_THERE: Command = {
    "do": "fail", "step": "partner_selection", "reason": "(invented) we asked all four; none works in that town",
}  # fmt: skip
LEADS_AGAIN: Command = {
    "do": "assign", "role": "case_owner", "organisation": SENDS, "case_worker": "invented_case_manager_sending",
}  # fmt: skip


GO_ON = "go on trying, in the agreed order"


def the_partner_closes(play: Play) -> None:
    near_the_end(play)
    if not play.why(closes("support_period_completed"), RECEIVER).done:
        raise RuntimeError("it could not be closed before, either")
    play.given(MANAGER, happens("partner_failure"))
    play.wait(days=1)
    play.given(MANAGER, REACHED, LEADS_AGAIN, NOBODY_THERE)


def test_that_there_is_none_is_how_it_ends_and_the_case_goes_on() -> None:
    """The sending side goes on by telephone. Neither 'she wants none' nor 'another was chosen' would be true."""
    with begun(the_partner_closes) as play:
        play.wait(hours=1)
        over = ends("partner_failure", "none_to_be_had")
        assert play.why(over, MANAGER).done
        play.given(MANAGER, over)
        assert play.why(closes("reintegration_sustained")).reasons == frozenset()


def test_before_she_was_reached_it_does_not_end_so() -> None:
    with begun(near_the_end) as play:
        play.given(MANAGER, happens("partner_failure"))
        assert [todo for _, todo in play.told("INPUT", ends("partner_failure", "none_to_be_had"), RECEIVER)] == [GO_ON]
