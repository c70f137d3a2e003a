"""The booked journey: whoever waits is told of each change, the partner waits where she lands, and there is no hole on the way."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.attacks.acts import CHILD, confirmed_by, goes_on
from tests.attacks.conftest import Begin
from tests.attacks.play import DEPART, MANAGER, RECEIVER, TRAVEL, Command, Enough, Play, actor, evidence_is_fresh

# --- a delay, of which who waits is told ----------------------------------------------------------


def numbered(case: Play) -> None:
    evidence_is_fresh(case)
    legs = [{**leg, "carrier": "XX", "number": "XX1"} for leg in case.legs]
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    case.ready(waiting=False)


def _moved(moment: str, by: timedelta) -> str:
    return (datetime.fromisoformat(moment) + by).isoformat().replace("+00:00", "Z")


def _late(case: Play, hours: float) -> Command:
    times = ("departs_at", "arrives_at")
    later = {name: timedelta(hours=hours) for name in times}
    legs = [{**leg, **{n: _moved(leg[n], later[n]) for n in times}} for leg in case.legs]
    return {"do": "travel", "status": "booked", "legs": legs}


def _but_nobody_is_told(case: Play, act: Command) -> bool:
    if act.get("step") == "delay_notice":
        raise Enough
    return False


def test_nobody_boards_eleven_hours_late_while_who_waits_was_not_told(begin: Begin) -> None:
    """The rule says that who waits knows of no delay. To enter one tells nobody."""
    case = begin(numbered, origin="BR")
    case.given(TRAVEL, _late(case, 11))
    case.until(case.takes_off - timedelta(minutes=30))
    case.anew("departure_assistance")
    case.prepare(waiting=False, instead=_but_nobody_is_told)
    assert case.step("delay_notice").state == "available"

    said = case.told("INV-02", DEPART)
    assert not case.boards().done
    assert len(said) == 1
    assert "who waits" in said[0][0]
    assert "tell who waits" in said[0][1]


def test_who_tells_them_boards_eleven_hours_late(begin: Begin) -> None:
    case = begin(numbered, origin="BR")
    case.given(TRAVEL, _late(case, 11), {"do": "complete", "step": "delay_notice"})
    case.until(case.takes_off - timedelta(minutes=30))
    case.anew("departure_assistance")
    case.ready(waiting=False)

    assert case.boards().done


# --- another flight on the way --------------------------------------------------------------------


def _by_another_flight(leg: dict[str, Any]) -> dict[str, Any]:
    return {**leg, "carrier": "YY", "number": "YY9"}


def _whose_number_nobody_knows(leg: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in leg.items() if name not in ("carrier", "number")}


def _that_is_late(leg: dict[str, Any]) -> dict[str, Any]:
    return leg


@pytest.mark.parametrize(
    "flight",
    [
        _that_is_late,
        _by_another_flight,
        _whose_number_nobody_knows,
    ],
)
def test_who_waits_is_told_of_each_landing_that_is_later(begin: Begin, flight: Any) -> None:
    """The first way is the honest one that stands. Of the others nothing is due: the person lands, and nobody is there."""
    case = begin(numbered, origin="BR")
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    case.wait(minutes=5)
    case.given(TRAVEL, {"do": "complete", "step": "departure_notice"})
    case.wait(hours=1)

    late = _late(case, 3)
    case.given(TRAVEL, {**late, "legs": [flight(leg) for leg in late["legs"]]})

    due = {row.step for row in case.engine.due(as_=actor(TRAVEL)) if row.due_at <= case.lands}
    asked = {row.do.get("step") for row in case.engine.next(case.case, as_=actor(TRAVEL))}
    assert due & {"delay_notice", "departure_notice"}
    assert asked & {"delay_notice", "departure_notice"}


# --- another airport than where the partner waits -------------------------------------------------


def lands_elsewhere(case: Play, place: str) -> None:
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": [{**case.legs[0], "to": place}]})


@pytest.mark.parametrize(("origin", "place"), [("NG", "ABV"), ("BR", "REC")])
def test_nobody_lands_in_another_town_than_where_the_partner_said_that_it_waits(
    begin: Begin, origin: str, place: str
) -> None:
    """The partner has confirmed that it waits in Lagos. No seat is left, and the evening before the flight is booked to Abuja, at the same
    hours: a new briefing, clearance and question, and she boards. The partner is asked nothing; she lands at night 500 km away. (On the
    way the engine would ask it again; before the boarding it does not.) Design 4.3: 'partner's confirmation on the organisation (it
    names landing place and window, which INV-07 compares with the booking)'; INV-07: 'confirmed ... who meets the person, where and
    when'. The confirmation's place is a text that nothing reads.
    """
    case = begin(evidence_is_fresh, origin=origin)
    lands_elsewhere(case, place)

    assert case.why().says("INV-07", "partner_confirmation")


@pytest.mark.parametrize(("origin", "place"), [("NG", "ABV"), ("BR", "REC")])
def test_honest_who_lands_in_another_town_goes_when_the_partner_waits_there(
    begin: Begin, origin: str, place: str
) -> None:
    case = begin(evidence_is_fresh, origin=origin)
    lands_elsewhere(case, place)
    case.given(RECEIVER, *confirmed_by(case, "receiving_organisation"))
    assert goes_on(case).boards().done


# --- a journey with a hole ------------------------------------------------------------------------


WITHOUT_A_PASSPORT = {"age_status": "adult", "has_passport": False, "br_passport_obtainable": False}


def books(case: Play, *legs: tuple[str, str, int, int]) -> Any:
    """Try to book flights at so many hours after the take-off that was booked; at each connection she stays airside."""
    begins = case.takes_off
    said = [
        {
            "from": off,
            "to": to,
            "mode": "air",
            "airside": True,
            "departs_at": (begins + timedelta(hours=departs)).isoformat(),
            "arrives_at": (begins + timedelta(hours=lands)).isoformat(),
        }
        for off, to, departs, lands in legs
    ]
    return case.tried(TRAVEL, {"do": "travel", "status": "booked", "legs": said}, may_be_bad_input=True)


@pytest.mark.parametrize("off", ["ORY", "LIS"])
def test_nobody_changes_airports_on_a_paper_with_which_they_may_not_leave_the_airside(begin: Begin, off: str) -> None:
    """With a Brazilian return paper she lands at Paris CDG, and flies on from Orly, or from Lisbon: a cheap ticket, or a leg that nobody
    typed. The form says 'airside', the flights do not join, and she is cleared and boards; in Paris she can neither go on nor leave.
    INV-16: 'valid for the whole itinerary, transit ... included'; documents.yaml (br_arb): 'at a connection the person must stay
    airside'.
    """
    case = begin(evidence_is_fresh, origin="BR", facts=WITHOUT_A_PASSPORT)
    booked = books(case, ("BRU", "CDG", 0, 1), (off, "GRU", 3, 13))
    goes_on(case)

    assert not (booked.done and case.boards().done)


def test_honest_who_changes_planes_at_one_airport_and_stays_airside_goes(begin: Begin) -> None:
    case = begin(evidence_is_fresh, origin="BR", facts=WITHOUT_A_PASSPORT)
    assert books(case, ("BRU", "CDG", 0, 1), ("CDG", "GRU", 3, 13)).done
    assert goes_on(case).boards().done


# --- an escort who does not come ------------------------------------------------------------------


def test_no_child_flies_alone_because_the_escort_stays_at_home(begin: Begin) -> None:
    """She was vetted, named and briefed, and then cannot come: 'travels: no' voids nothing, and the child boards alone. Domain 1.2:
    an escort is a 'person travelling along'; 2.2: mandatory for a child, 'none -> postpone'.
    """
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": case.seen().roles["escort"], "travels": False})

    assert not case.boards().done


def test_a_child_flies_with_the_escort_who_comes(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": case.seen().roles["escort"], "travels": True})
    assert case.boards().done
