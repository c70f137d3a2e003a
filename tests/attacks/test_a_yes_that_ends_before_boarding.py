"""A yes that she gave until a day ends between the clearance and the boarding, and nothing asked for it again: she boards without it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.acts import IN_ENGLISH
from tests.attacks.play import MANAGER, Play, begun, ready_to_depart
from tests.whole_answers import EXPLAINED_ALL

NEEDED = [
    ({"purpose": "assistance"}, "Be assisted"),
    ({"purpose": "data_processing"}, "Keep data"),
    (
        {"purpose": "travel_data_share", "recipient": "ng_bakhita", "groups": ["identity", "travel"]},
        "Share travel data",
    ),
]


def cleared_on_the_eve(p: Play, what: dict[str, Any], until: timedelta) -> None:
    """Clear the departure on the evening before; a yes of hers ends on a day."""
    p.until(p.takes_off - timedelta(hours=26))
    yes = {**IN_ENGLISH, "do": "consent", **what, **EXPLAINED_ALL}
    p.anew("partner_confirmation", "fit_to_travel_check", "pre_return_risk_assessment")
    p.ready(waiting=False)
    p.until(p.takes_off - timedelta(hours=14))
    p.given(MANAGER, {**yes, "expires_on": (p.takes_off + until).date().isoformat()})
    p.anew("risk_recheck", "departure_clearance", "departure_assistance")


@pytest.mark.parametrize(("what", "title"), NEEDED, ids=[title for _, title in NEEDED])
def test_nobody_boards_on_a_yes_that_ended_the_day_before(what: dict[str, Any], title: str) -> None:
    with begun(ready_to_depart) as p:
        cleared_on_the_eve(p, what, -timedelta(days=1))
        p.prepare(waiting=False, instead=lambda play, do: do.get("do") == "consent", at_most=20)
        p.until(p.takes_off - timedelta(hours=1))
        assert p.told("INV-03") == [
            (f"a consent on which the clearance rests is not in force at the departure: {title}", "ask the person")
        ]
        assert not p.boards().done


@pytest.mark.parametrize(("what", "title"), NEEDED, ids=[title for _, title in NEEDED])
def test_honest_who_is_asked_again_or_said_longer_goes(what: dict[str, Any], title: str) -> None:
    with begun(ready_to_depart) as p:
        cleared_on_the_eve(p, what, timedelta(days=0))
        p.ready(waiting=False)
        p.until(p.takes_off - timedelta(hours=1))
        p.ready(waiting=False)
        assert p.boards().done
