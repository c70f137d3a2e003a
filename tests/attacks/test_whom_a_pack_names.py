"""A pack's step can name a party too: who picks the person up, in which shelter they live. INV-19 asks of each what the field says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.attacks.play import MANAGER, RECEIVER, TRAVEL, Enough, Play, complete

Begin = Callable[..., Play]
PICK_UP = {"flight_told": True, "recognised_by": "codeword"}
VET = "let somebody vet them for this, who did not bring them into the case"


def picked_up_by(party: str) -> dict[str, Any]:
    return dict(complete("ng_airport_pickup", picked_up_by=party, **PICK_UP))


def named(why: str) -> str:
    return f"'Name the pick-up and tell them the flight' names somebody who cannot be trusted: {why}"


@pytest.mark.parametrize(
    ("party", "why"),
    [
        ("ng_naptip", "this partner does not do that"),
        ("be_pag_asa", "this partner does not do that"),
    ],
)
def test_nobody_is_picked_up_by_a_partner_that_does_not_do_that(fresh: Play, party: str, why: str) -> None:
    fresh.anew("ng_airport_pickup")
    assert fresh.told("INV-19", picked_up_by(party), TRAVEL) == [(named(why), "name somebody else")]


def test_nobody_is_picked_up_by_an_uncle_whom_nobody_has_vetted_or_who_is_under_suspicion(fresh: Play) -> None:
    uncle = fresh.involved("relative")
    fresh.anew("ng_airport_pickup")
    assert fresh.told("INV-19", picked_up_by(uncle), TRAVEL) == [(named("nobody has vetted them"), VET)]

    fresh.vetted(uncle, "meet")
    assert fresh.told("INV-19", picked_up_by(uncle), TRAVEL) == []
    fresh.given(TRAVEL, picked_up_by(uncle))
    fresh.given(MANAGER, {"do": "involve", "ref": uncle, "relation": "relative", "suspected": True})

    assert (named("they are under suspicion"), "name somebody else") in fresh.told("INV-19")


def test_who_meets_the_person_as_the_partner_said_may_pick_them_up(fresh: Play) -> None:
    assert fresh.step("ng_airport_pickup").state == "done"
    assert "INV-19" not in fresh.why().rules


# --- where they live -------------------------------------------------------------------------------------------------


def test_that_somebody_lives_with_those_whom_nobody_trusts_is_written_down_and_does_not_count_as_settled(
    begin: Begin,
) -> None:
    """Where a person sleeps is a fact, and no program refuses it; but nobody says that they have arrived safely."""
    case = begin()
    case.ready(instead=_chooses_an_open_shelter)
    case.until(case.takes_off)
    case.goes_home()
    case.prepare("settle", instead=lambda at, do: _moves_in(at, do, "ng_fnph_uselu"))

    said = "'Move into the first shelter' names somebody who cannot be trusted: this partner does not do that"
    assert case.told("INV-19", "settle", RECEIVER) == [(said, "name somebody else")]

    case.anew("ng_transit_shelter")
    _moves_in(case, {"step": "ng_transit_shelter"}, "ng_bakhita")
    assert case.told("INV-19", "settle", RECEIVER) == []


def _chooses_an_open_shelter(at: Play, do: Any) -> bool:
    if do.get("step") != "ng_receiver_choice":
        return False
    at.given(MANAGER, {**do, "result": "open_shelter"})
    return True


def _moves_in(at: Play, do: Any, shelter: str) -> bool:
    if do.get("step") != "ng_transit_shelter":
        return False
    if do.get("do") == "redo":
        raise Enough
    at.given(RECEIVER, complete("ng_transit_shelter", shelter=shelter, regime="open"))
    return True
