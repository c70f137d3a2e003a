"""The same no, written as 'refused' and not as 'taken back', voids no clearance and opens no alarm: she boards as if she had said nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import IN_ENGLISH, open_alarms
from tests.attacks.play import MANAGER, RECEIVER, begun, evidence_is_fresh, settled

NOES = {
    "assistance": {"purpose": "assistance"},
    "data": {"purpose": "data_processing"},
    "carrier": {"purpose": "travel_data_share", "recipient": "carrier"},
    "who waits": {"purpose": "travel_data_share", "recipient": "ng_bakhita"},
}


@pytest.mark.parametrize("no", NOES.values(), ids=NOES)
@pytest.mark.parametrize(
    "written", [{"do": "withdraw"}, {"do": "consent", "answer": "refused"}], ids=["withdraw", "refused"]
)
def test_the_clearance_is_void_at_once_however_a_no_is_written(no: Any, written: Any) -> None:
    with begun(evidence_is_fresh) as p:
        assert p.why().done
        p.given(MANAGER, {**written, **no})
        p.wait(minutes=1)
        assert not p.boards().done


@pytest.mark.parametrize(
    "written", [{"do": "withdraw"}, {"do": "consent", "answer": "refused"}], ids=["withdraw", "refused"]
)
def test_a_no_to_visits_after_the_return_is_one_however_it_is_written(written: Any) -> None:
    with begun(settled) as p:
        p.given(MANAGER, {"do": "consent", "purpose": "monitoring", **IN_ENGLISH})
        p.wait(minutes=1)
        p.given(RECEIVER, {**written, "purpose": "monitoring"})
        assert "consent_withdrawn_after" in open_alarms(p)


def test_honest_who_was_asked_for_more_and_said_no_to_that_goes() -> None:
    """A no to what was never agreed to takes nothing back: nothing of the departure rests on it."""
    with begun(evidence_is_fresh) as p:
        p.given(MANAGER, {"do": "consent", "purpose": "research_anonymous", "answer": "refused"})
        assert p.boards().done


def test_honest_who_agrees_again_and_is_cleared_anew_goes() -> None:
    with begun(evidence_is_fresh) as p:
        p.given(MANAGER, {"do": "withdraw", "purpose": "assistance"})
        p.wait(minutes=1)
        p.given(MANAGER, {"do": "consent", "purpose": "assistance", **IN_ENGLISH})
        p.ready(waiting=False, at_most=30)
        assert p.boards().done
