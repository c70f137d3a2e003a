"""What the tests of the rules share: a case that is ready to depart, and small changes to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from wayhome.airports import airport
from wayhome.model.case import Leg
from wayhome.testing.builders import Ready

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)

on_both_sides = pytest.mark.parametrize(
    ("too_much", "met"),
    [
        (timedelta(0), True),  # exactly as old as is allowed
        (SECOND, False),  # one second older
    ],
)


def with_process(ready: Ready, **changes: Any) -> Ready:
    """The same case under a process with other figures (`limits`), or with other entries of a kind."""
    limits = changes.pop("limits", ready.process.limits)
    kinds = {type(one): entries for entries in changes.values() for one in entries.values()}
    return replace(ready, process=replace(ready.process, limits=limits, kinds={**ready.process.kinds, **kinds}))


def vetted(ready: Ready, ref: str, *to: str, days_ago: int = 0, **changes: Any) -> Ready:
    """The same with somebody vetted for something."""
    made = {"state": "done", "result": "trusted", "at": ready.at - days_ago * DAY, **changes}
    return ready.with_step(f"party_vetting@{ref}", **{"values": {"for": to}, **made})


def with_values(ready: Ready, step: str, **values: object) -> Ready:
    """The same with some of the values that a step recorded replaced."""
    return ready.with_step(step, values={**ready.case.steps[step].values, **values})


def with_kind(ready: Ready, kind: str, **changes: object) -> Ready:
    """The same with one kind of document changed in the process."""
    documents = {**ready.process.documents, kind: replace(ready.process.documents[kind], **changes)}
    return with_process(ready, documents=documents)


def with_legs(ready: Ready, *legs: Leg, **changes: Any) -> Ready:
    """The same with another journey, whose airports lie where they do."""
    travel = ready.case.travel
    assert travel is not None
    placed = (leg._replace(to_country=there.country if (there := airport(leg.to)) else None) for leg in legs)
    return ready.but(travel=travel._replace(legs=tuple(placed) or travel.legs, **changes))
