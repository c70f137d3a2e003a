"""She moved on and asks for protection in a third country: her case closes as what it is, while she waits and once she has it."""

from __future__ import annotations

from tests.attacks.acts import REACHED, closes, happens, records
from tests.attacks.play import LAWYER, RECEIVER, Play, begun
from tests.deviations import near_the_end


def asks_for_protection_abroad(play: Play) -> None:
    near_the_end(play)
    play.given(RECEIVER, happens("asylum_claim"))
    play.wait(days=3)
    play.given(RECEIVER, REACHED)


def test_she_moved_on_and_her_claim_there_is_pending() -> None:
    """She left Nigeria by choice, has claimed asylum in Portugal, and a lawyer there acts for her. The case closes as `remigrated`."""
    with begun(asks_for_protection_abroad) as play:
        play.given(RECEIVER, happens("remigration"), REACHED)
        assert play.why(closes("remigrated"), RECEIVER).reasons == frozenset()


def test_she_was_granted_protection_there() -> None:
    """The lasting solution is recorded as `protection`, and the review was held: `other_durable_solution` is exactly what it is."""
    with begun(asks_for_protection_abroad) as play:
        play.given(LAWYER, records(lasting_solution="protection"))
        assert play.why(closes("other_durable_solution"), RECEIVER).reasons == frozenset()


def test_who_claims_nothing_closes_so() -> None:
    """Without a claim both ends are open, as before."""
    with begun(near_the_end) as play:
        play.given(LAWYER, records(lasting_solution="protection"))
        assert play.why(closes("other_durable_solution"), RECEIVER).done
        play.given(RECEIVER, happens("remigration"), REACHED)
        assert play.why(closes("remigrated"), RECEIVER).done
