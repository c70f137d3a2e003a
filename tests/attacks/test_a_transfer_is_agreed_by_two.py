"""Nobody is closed as transferred to another country by one alone, without a word of theirs, and to nobody (process 3: "refer with consent")."""

from __future__ import annotations

from tests.attacks.acts import TRANSFER_AGREED, closes, happens
from tests.attacks.play import MANAGER, RECEIVER, Play, begun, complete, settled, signed

TRANSFERRED = closes("transferred")


def wanted_elsewhere(play: Play) -> None:
    settled(play)
    play.given(MANAGER, happens("transfer_third_country"))
    play.wait(days=3)


def test_it_closes_once_two_have_heard_it_and_somebody_takes_over() -> None:
    with begun(wanted_elsewhere) as play:
        assert ("FACT", "transferred") in play.tried(RECEIVER, TRANSFERRED).reasons
        play.given(RECEIVER, TRANSFER_AGREED)
        assert ("FACT", "transferred") in play.tried(RECEIVER, TRANSFERRED).reasons
        play.given(MANAGER, signed("transfer_agreed"))
        assert play.why(TRANSFERRED, RECEIVER).done


def test_that_an_authority_carried_it_out_can_be_written() -> None:
    with begun(wanted_elsewhere) as play:
        said = {"result": "carried_out", "paper": "seen", "taken_over_by": "(invented) the police there"}
        play.given(RECEIVER, complete("transfer_agreed", **said))
        play.given(MANAGER, signed("transfer_agreed"))
        assert play.why(TRANSFERRED, RECEIVER).done


def test_who_does_not_want_it_is_not_transferred() -> None:
    with begun(wanted_elsewhere) as play:
        play.given(RECEIVER, complete("transfer_agreed", result="not_agreed"))
        assert ("FACT", "transferred") in play.tried(RECEIVER, TRANSFERRED).reasons
