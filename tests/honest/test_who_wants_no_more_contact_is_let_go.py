"""Who wants no more contact after the return is let go, also where a matter goes on that only more contact with us could end (process 3)."""

from __future__ import annotations

import pytest

from tests.attacks.acts import CHILD, NO_MORE_CONTACT, REACHED, closes, happens, in_follow_up, records
from tests.attacks.play import RECEIVER, begun, complete, settled
from tests.deviations import near_the_end
from tests.honest.walks import says


@pytest.mark.parametrize("matter", ["witness", "family_refuses", "asylum_claim"])
def test_she_says_no_to_all_of_us(matter: str) -> None:
    """Month 5. A court wants her as a witness; or her family has thrown her out; or she asks for protection elsewhere. She was reached, is well,
    and wants nothing more of us: no help, no visits, no lawyer of ours.
    """
    with begun(in_follow_up) as play:
        play.wait(days=150)
        play.given(RECEIVER, happens(matter))
        play.wait(days=1)
        play.given(RECEIVER, REACHED)
        for purpose in ("monitoring", "assistance_local", "legal"):
            play.given(RECEIVER, says(purpose, "refused"))
        play.given(RECEIVER, records(person_asks_to_close=True))
        play.given(RECEIVER, complete("closure_review", result="on_persons_request", manages="yes"))

        assert play.why(NO_MORE_CONTACT, RECEIVER).reasons == frozenset()


def test_her_year_is_over_and_a_court_still_wants_her() -> None:
    """The trial in Antwerp is set for next spring; her year of help is over, and her lawyer goes on without us."""
    with begun(near_the_end) as play:
        assert play.why(closes("support_period_completed"), RECEIVER).done
        play.given(RECEIVER, happens("witness"), REACHED)
        assert play.why(closes("support_period_completed"), RECEIVER).reasons == frozenset()


def test_a_child_whose_family_refuses_is_not_let_go_so() -> None:
    """Somebody looks first at who cares for it: that it is nobody's wish to be visited ends that as little as a danger."""
    with begun(settled, facts=CHILD) as play:
        play.given(RECEIVER, happens("family_refuses"))

        told = play.why(NO_MORE_CONTACT, RECEIVER)
        assert ("FACT", "consent_withdrawn_after_return") in told.reasons
        assert any("family" in fact for fact, _ in play.told("FACT", NO_MORE_CONTACT, RECEIVER))
