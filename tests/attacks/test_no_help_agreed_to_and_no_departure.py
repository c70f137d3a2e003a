"""Who takes back the yes to our help, or to a file, was cleared anew and left: nothing asked whether we may still act for them."""

from __future__ import annotations

import pytest

from tests.attacks.acts import IN_ENGLISH
from tests.attacks.play import MANAGER, begun, complete, evidence_is_fresh


@pytest.mark.parametrize("purpose", ["assistance", "data_processing"])
@pytest.mark.parametrize("no", [{"do": "withdraw"}, {"do": "consent", "answer": "refused"}], ids=["back", "refused"])
def test_who_does_not_want_our_help_or_a_file_is_not_cleared_again(purpose: str, no: dict[str, str]) -> None:
    with begun(evidence_is_fresh) as p:
        p.given(MANAGER, {**no, "purpose": purpose})
        p.wait(minutes=1)
        cleared = complete("departure_clearance")
        [(fact, todo)] = p.told("CONSENT", cleared)
        assert fact.startswith("the person has said no")
        assert todo.startswith("do not ask again; if they wish it themselves, write it down")
        assert "INV-03" in p.boards().rules


def test_honest_who_says_yes_again_by_themselves_is_cleared_and_goes() -> None:
    with begun(evidence_is_fresh) as p:
        p.given(MANAGER, {"do": "withdraw", "purpose": "data_processing"})
        p.wait(minutes=1)
        everything = ["purpose", "use", "research", "access", "storage", "withdrawal"]
        p.given(MANAGER, {**IN_ENGLISH, "do": "consent", "purpose": "data_processing", "explained": everything})
        p.ready(waiting=False, at_most=30)
        assert p.boards().done
