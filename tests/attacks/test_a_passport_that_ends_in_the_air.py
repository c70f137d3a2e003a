"""The flight leaves five hours late and nobody enters the delay: she lands on the day after the last day of her passport, and boards all the same.

Domain: return-process.md INV-16 ("No departure without a travel document valid for the whole itinerary"); resolutions item 25 ("INV-02, the clearance and travel documents always count to boarding itself").
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.attacks.acts import ENDS, THERE
from tests.attacks.play import TRAVEL, Play, begun


def _in_the_evening(case: Play, act: Any) -> bool:
    """Book the flight five hours later: it lands at 22:00 in Lagos."""
    if act["do"] != "travel" or act["status"] != "booked":
        return False
    later = [
        {**leg, **{e: (datetime.fromisoformat(str(leg[e])) + timedelta(hours=5)).isoformat() for e in ENDS}}
        for leg in act["legs"]
    ]
    case.given(TRAVEL, {**act, "legs": later})
    return True


def with_a_passport_to(p: Play, *, days_after_landing: int) -> None:
    p.ready(instead=_in_the_evening)
    p.until(p.takes_off - timedelta(hours=26))
    p.anew("partner_confirmation", "fit_to_travel_check", "pre_return_risk_assessment")
    p.ready(waiting=False)
    p.until(p.takes_off - timedelta(hours=2))
    last_day = p.lands.astimezone(THERE).date() + timedelta(days=days_after_landing)
    passport = {"kind": "ng_passport", "issued_on": "2021-05-20", "expires_on": last_day.isoformat()}
    p.given(TRAVEL, {"do": "document", "status": "held", **passport})
    p.anew("risk_recheck", "departure_clearance", "departure_assistance")
    p.ready(waiting=False)


def test_nobody_boards_so_late_that_the_passport_has_run_out_at_the_border() -> None:
    with begun() as p:
        with_a_passport_to(p, days_after_landing=0)
        late = timedelta(hours=5)
        p.until(p.takes_off + late)
        assert (p.lands + late).astimezone(THERE).date() > p.lands.astimezone(THERE).date()
        assert "INV-16" in p.boards().rules, "she lands at three in the morning, with a passport that ended at midnight"


def test_honest_on_time_on_the_last_day_she_boards() -> None:
    with begun() as p:
        with_a_passport_to(p, days_after_landing=0)
        p.until(p.takes_off)
        assert p.boards().done


def test_honest_late_with_a_passport_of_one_day_more_she_boards() -> None:
    with begun() as p:
        with_a_passport_to(p, days_after_landing=1)
        p.until(p.takes_off + timedelta(hours=5))
        assert p.boards().done
