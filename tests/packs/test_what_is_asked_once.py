"""What the core asks, no pack asks again: of two that could ask, one does, and what nobody has said is still asked for."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome.packs.conditions import UNKNOWN, judge
from wayhome.packs.plugins import Packs
from wayhome.packs.process import Process


def asks(process: Process, step: str, **known: Any) -> bool | None:
    """Whether a step is asked for, when this is known; None where it waits for an answer."""
    return judge(process.steps[step].when, lambda name: known.get(name, UNKNOWN))


IN_A_SHELTER = {"ng_receiver_choice": "open_shelter", "ng_residence_state": "Edo"}


@pytest.mark.parametrize(
    ("needed", "at_once", "later"),
    [
        (True, True, False),  # to the final place, on the same day or the next
        (False, False, True),  # first a shelter where the plane lands
        (UNKNOWN, None, None),  # nobody has planned it: both wait
    ],
)
def test_the_way_on_is_asked_once(packs: Packs, needed: object, at_once: bool | None, later: bool | None) -> None:
    process = packs.process("BE", "NG")
    known = IN_A_SHELTER | {"onward_travel_needed": needed}

    assert asks(process, "onward_transport", **known) is at_once
    assert asks(process, "ng_onward_edo", **known) is later


def test_where_a_man_sleeps_in_sierra_leone_is_asked_once_and_the_arrival_waits_for_it(packs: Packs) -> None:
    """No shelter takes men, so nothing else asks; what kind of place it is, is said of everybody."""
    process = packs.process("BE", "SL")
    a_man = {"sex": "male", "is_child": False, "age_status": "adult", "safe_home_at_arrival": False}
    asked = [id for id in process.steps if ("shelter" in id or "accommodation" in id) and asks(process, id, **a_man)]
    step = process.steps["temporary_accommodation"]

    assert asked == ["temporary_accommodation"]
    assert (step.gate, step.kind, step.fields["sl_place"].required) == ("settle", "mandatory", True)
    assert "nothing_found" not in step.fields["sl_place"].values
