"""She agreed to "carriers", and then says no to this one by name (he works there). Her no voids nothing, and she is booked with it, announced to it, and boards.

Domain: return-process.md INV-20 ("Personal data leave an organisation only under a consent naming recipient, purpose and data groups"); 7.2 (a consent has a `recipient`); resolutions item 20 ("a refusal is recorded
and counts").
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import IN_ENGLISH, a_numbered_flight
from tests.attacks.play import MANAGER, TRAVEL, Play, begun

NOES: dict[str, Any] = {
    "refused": {"do": "consent", "purpose": "travel_data_share", "recipient": "SN", "answer": "refused"},
    "withdrawn": {"do": "withdraw", "purpose": "travel_data_share", "recipient": "SN"},
}


@pytest.mark.parametrize("no", NOES.values(), ids=NOES)
def test_nobody_is_booked_with_a_carrier_to_whom_she_said_no(no: Any) -> None:
    with begun(a_numbered_flight) as p:
        assert {leg["carrier"] for leg in p.legs} == {"SN"}
        p.given(MANAGER, no)
        p.wait(minutes=1)
        books = {"do": "travel", "status": "booked", "legs": p.legs}
        assert not p.why(books, TRAVEL).done, "the carrier that she refused is told her name and her flight"


@pytest.mark.parametrize("no", NOES.values(), ids=NOES)
def test_nobody_boards_with_a_carrier_to_whom_she_said_no(no: Any) -> None:
    with begun(a_numbered_flight) as p:
        p.given(MANAGER, no)
        p.wait(minutes=1)
        p.prepare(waiting=False)
        assert not p.boards().done


def test_the_no_voids_the_clearance_however_it_is_written() -> None:
    with begun(a_numbered_flight) as p:
        p.given(MANAGER, NOES["refused"])
        p.wait(minutes=1)
        assert not p.why().done


def test_honest_a_call_to_that_carrier_is_refused_already() -> None:
    with begun(a_numbered_flight) as p:
        p.given(MANAGER, NOES["refused"])
        call = {"do": "contact", "with": "SN", "channel": "phone", "reached": True, "groups": ["ticket_name"]}
        assert "INV-20" in p.why(call, TRAVEL).rules


def test_honest_with_another_carrier_she_may_be_booked() -> None:
    with begun(a_numbered_flight) as p:
        p.given(MANAGER, NOES["refused"])
        p.wait(minutes=1)
        legs = [{**leg, "carrier": "KL", "number": f"KL{n}"} for n, leg in enumerate(p.legs, 1)]
        assert p.why({"do": "travel", "status": "booked", "legs": legs}, TRAVEL).done


# --- a yes to another -------------------------------------------------------------------------------------------------


def agrees_to_one_alone(p: Play) -> None:
    p.given(MANAGER, {"do": "withdraw", "purpose": "travel_data_share", "recipient": "carrier"})
    yes = {"do": "consent", "purpose": "travel_data_share", "recipient": "SN", "groups": ["identity", "travel"]}
    p.given(MANAGER, {**yes, **IN_ENGLISH})


def test_a_yes_to_one_carrier_books_no_other() -> None:
    with begun(a_numbered_flight) as p:
        agrees_to_one_alone(p)
        legs = [{**leg, "carrier": "KL", "number": f"KL{n}"} for n, leg in enumerate(p.legs, 1)]
        [(fact, todo)] = p.told("INV-20", {"do": "travel", "status": "booked", "legs": legs}, TRAVEL)
        assert fact.startswith("the person has agreed to others, and not to KL")
        assert todo == "ask whether this one may be told, too; or book with whom they have named"


def test_honest_with_the_one_whom_she_named_she_is_booked() -> None:
    with begun(a_numbered_flight) as p:
        agrees_to_one_alone(p)
        assert p.why({"do": "travel", "status": "booked", "legs": p.legs}, TRAVEL).done
