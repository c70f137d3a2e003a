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


@pytest.mark.parametrize(("host", "field"), [("BE", "be_budget"), ("NL", "nl_support")])
def test_what_became_of_the_budget_is_asked_where_the_plan_is_delivered(packs: Packs, host: str, field: str) -> None:
    """By nobody else, and nobody is held because a budget is not used."""
    for origin in ("NG", "BR", "SL"):
        process = packs.process(host, origin)
        asked = [step.id for step in process.steps.values() if field in step.fields or "budget" in step.id]

        assert asked == ["reintegration_assistance"]
        assert not process.steps["reintegration_assistance"].fields[field].required
