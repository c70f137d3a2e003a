"""What a doctor must have seen before an emergency is over, and before who turned back flies again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.attacks.acts import REACHED, YES, ends, goes_on, happens, redone, two_look_again, until_a_doctor_is_asked
from tests.attacks.play import ASSESSOR, DEPART, DOCTOR, MANAGER, TRAVEL, Command, Play, complete

# --- seen by a doctor -----------------------------------------------------------------------------


@pytest.mark.parametrize(("type", "outcome"), [("self_harm", "seen_by_a_doctor"), ("pregnancy_or_birth", "assessed")])
@pytest.mark.parametrize(
    "said",
    [
        (MANAGER, complete("fit_to_travel_check", result="self_declared")),
        (MANAGER, complete("fit_to_travel_check", result="declined")),
        (DOCTOR, complete("medical_assessment", result="declined")),
    ],
)
def test_who_was_seen_by_nobody_was_not_seen_by_a_doctor(
    fresh: Play, type: str, outcome: str, said: tuple[str, Command]
) -> None:
    """'A doctor or nurse has looked at the person': what she declares herself, or declines, ends the alarm, and she flies.
    Design 4.3: an alarm ends with evidence of what its outcome says.
    """
    fresh.given(MANAGER, happens(type))
    fresh.wait(minutes=1)
    who, act = said
    fresh.tried(who, act)

    assert not fresh.tried(MANAGER, ends(type, outcome)).done


def test_whom_a_doctor_has_seen_was_seen(fresh: Play) -> None:
    fresh.given(MANAGER, happens("self_harm"))
    fresh.wait(minutes=1)
    fresh.given(DOCTOR, *redone("medical_assessment", result="fit"))
    fresh.given(MANAGER, ends("self_harm", "seen_by_a_doctor"))


# --- an emergency in the air ----------------------------------------------------------------------


def _turned_back_after(case: Play, type: str) -> list[dict[str, Any]]:
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    case.given(TRAVEL, happens(type))
    case.wait(minutes=30)
    case.given(TRAVEL, REACHED)
    case.given(MANAGER, ends(type, "reached"))
    legs = case.legs
    case.wait(hours=3)
    case.given(TRAVEL, {"do": "move", "to": "turn_back"})
    case.wait(hours=1)
    if type == "self_harm":  # no step of this alarm looks at the whole danger
        two_look_again(case)
    case.given(MANAGER, YES)
    later = timedelta(hours=26)
    for leg in legs:
        for end in ("departs_at", "arrives_at"):
            leg[end] = (datetime.fromisoformat(leg[end].replace("Z", "+00:00")) + later).isoformat()
    return legs


@pytest.mark.parametrize("type", ["medical_emergency", "self_harm"])
def test_an_emergency_in_the_air_asks_for_a_new_examination_of_who_comes_back(fresh: Play, type: str) -> None:
    """She was turned back, and flies the next day on the certificate of before. incidents.yaml says it of each danger ('they count
    only if the person comes back'), and not of her body; INV-15 asks whether she is fit now.
    """
    legs = _turned_back_after(fresh, type)
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    fresh.wait(hours=18)
    fresh.given(ASSESSOR, {"do": "redo", "step": "risk_recheck"})

    fresh.prepare(waiting=False, instead=until_a_doctor_is_asked)
    assert "INV-15" in fresh.why().rules


def test_whom_a_doctor_has_seen_after_it_flies_the_next_day(fresh: Play) -> None:
    legs = _turned_back_after(fresh, "medical_emergency")
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    fresh.given(DOCTOR, complete("medical_assessment", result="fit"), complete("fit_to_travel_check", result="fit"))
    fresh.wait(hours=18)
    fresh.given(ASSESSOR, {"do": "redo", "step": "risk_recheck"})
    assert goes_on(fresh).why().done
