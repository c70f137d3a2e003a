"""A yes to "share travel data" that leaves out the name or the journey lets her be booked, announced and met: what she kept back is told."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import IN_ENGLISH
from tests.attacks.play import MANAGER, TRAVEL, Play, begun, evidence_is_fresh


def agrees_to(p: Play, recipient: str, *groups: str) -> Any:
    yes = {"do": "consent", "purpose": "travel_data_share", "recipient": recipient, "groups": groups, **IN_ENGLISH}
    p.given(MANAGER, yes)


@pytest.mark.parametrize("groups", [["contact"], ["identity"], ["travel"]])
def test_no_journey_is_booked_under_a_yes_that_leaves_out_the_name_or_the_journey(groups: list[str]) -> None:
    with begun(evidence_is_fresh) as p:
        books = {"do": "travel", "status": "booked", "legs": p.legs}
        assert p.why(books, TRAVEL).done
        agrees_to(p, "carrier", *groups)

        [(fact, todo)] = p.told("CONSENT", books, TRAVEL)
        assert fact.startswith("what the person has agreed to leaves out")
        assert todo == "ask whether this may be told, too; if not, nothing that needs it is done"


def test_who_is_to_meet_her_was_not_told_when_she_lands() -> None:
    with begun(evidence_is_fresh) as p:
        assert p.why().done
        agrees_to(p, "ng_bakhita", "contact")
        p.wait(minutes=1)
        assert "INV-03" in p.boards().rules


def test_honest_the_name_on_the_ticket_and_the_landing_are_enough() -> None:
    """Whoever waits needs no telephone of hers, and no passport."""
    with begun(evidence_is_fresh) as p:
        agrees_to(p, "ng_bakhita", "ticket_name", "arrival")
        p.ready(waiting=False, at_most=30)
        assert p.boards().done


def test_a_yes_that_does_not_say_what_may_be_told_is_asked_back() -> None:
    with begun(evidence_is_fresh) as p:
        yes = {"do": "consent", "purpose": "travel_data_share", "recipient": "carrier", **IN_ENGLISH}
        assert ("groups", "missing") in p.faults(MANAGER, yes)
