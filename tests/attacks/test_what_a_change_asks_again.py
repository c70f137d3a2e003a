"""What each change asks again, and that every sequence of changes ends. (design 4.3; findings/safety.md, cause 2)"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import product

import pytest

from tests.attacks import play as plays
from tests.attacks.acts import records
from tests.attacks.conftest import Begin
from tests.attacks.play import DOCTOR, MANAGER, RECEIVER, TRAVEL, Play

PARTNERS = ("ng_bakhita", "ng_cosudow")
PLACES = ("Lagos", "Delta")
MOST_ACTS = 60  # most of them since a flight passes meanwhile, and what has aged is done again


def _booked(case: Play, *, later: float = 0, lands_later: float = 0, via: str | None = None) -> None:
    off, lands, first, last = case.takes_off, case.lands, case.legs[0], case.legs[-1]
    off, lands = off + timedelta(hours=later), lands + timedelta(hours=later + lands_later)
    stops = [first["from"], *([via] if via else []), last["to"]]
    moments = [off, *([off + timedelta(hours=2)] if via else []), lands]
    legs = [
        {"from": start, "to": end, "mode": "air", "departs_at": _text(leaves, number), "arrives_at": _text(there, 0)}
        for number, (start, end, leaves, there) in enumerate(zip(stops, stops[1:], moments, moments[1:], strict=False))
    ]
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})


def _text(moment: object, hours: int) -> str:
    return (moment + timedelta(hours=hours)).isoformat()  # type: ignore[operator]


def another_time(case: Play) -> None:
    _booked(case, later=2)


def another_landing(case: Play) -> None:
    """The partner had said until when they can wait, and the plane now lands after that."""
    case.ready()
    waits = {
        "reception_from": case.takes_off.isoformat(),
        "reception_until": (case.lands + timedelta(hours=1)).isoformat(),
    }
    said = {
        "do": "complete",
        "step": "partner_confirmation",
        "result": "accepted",
        "housing_named": True,
        "meeting_place": "(invented) by the exit",
    }
    case.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"}, {**said, **waits, "received_by": "ng_bakhita"})
    _booked(case, lands_later=3)


def another_route(case: Play) -> None:
    _booked(case, via="AMS" if len(case.legs) == 1 else None)


def another_partner(case: Play) -> None:
    now = case.seen().roles["receiving_organisation"]
    case.given(
        MANAGER,
        {"do": "assign", "role": "receiving_organisation", "partner": next(one for one in PARTNERS if one != now)},
    )


def another_place(case: Play) -> None:
    now = case.seen().facts["ng_residence_state"]
    case.given(MANAGER, records(ng_residence_state=next(one for one in PLACES if one != now)))


def another_companion(case: Play) -> None:
    case.involved("relative", travels=True)


def another_state_of_health(case: Play) -> None:
    case.given(DOCTOR, records(continuing_medication=True))


CLEARED = "departure_clearance"
GATE = {CLEARED, "departure_assistance"}
ASKED_AGAIN: list[tuple[Callable[[Play], None], set[str]]] = [
    (another_time, GATE),
    (another_landing, {*GATE, "partner_confirmation"}),
    # By another country, where she passes a border.
    (another_route, {*GATE, "pre_departure_briefing", "pre_return_risk_assessment"}),
    (
        another_partner,
        {
            CLEARED,
            "pre_return_risk_assessment",
            "safety_plan",
            "partner_confirmation",
            "handover_dossier",
            "travel_data_share",
        },
    ),
    (another_place, {CLEARED, "origin_information", "pre_return_risk_assessment", "safety_plan", "return_consent"}),
    (
        another_companion,
        {CLEARED, "pre_return_risk_assessment", "child_best_interests", "child_fit_check", "other_parent_agreement"},
    ),
    (another_state_of_health, {"fit_to_travel_check"}),
]
CHANGES = [change for change, _ in ASKED_AGAIN]


@pytest.mark.parametrize(("change", "asked"), ASKED_AGAIN, ids=[change.__name__ for change in CHANGES])
def test_a_change_asks_for_what_rests_on_it_and_for_nothing_else(
    begin: Begin, change: Callable[[Play], None], asked: set[str]
) -> None:
    case = begin(plays.far_ahead)
    assert case.why().done

    change(case)

    core = {subject for _, subject in case.why().reasons if not subject.startswith("ng_")}
    assert core == asked


@pytest.mark.parametrize("change", CHANGES, ids=[change.__name__ for change in CHANGES])
def test_each_change_ends(begin: Begin, change: Callable[[Play], None]) -> None:
    case = begin(plays.far_ahead)
    change(case)
    before = len(case.said)

    case.ready()

    assert len(case.said) - before <= MOST_ACTS


@pytest.mark.soak
@pytest.mark.parametrize("change", CHANGES, ids=[change.__name__ for change in CHANGES])
def test_every_two_changes_one_after_the_other_end(begin: Begin, change: Callable[[Play], None]) -> None:
    for second in CHANGES:
        case = begin(plays.far_ahead)
        change(case)
        case.wait(minutes=5)
        second(case)
        before = len(case.said)

        case.ready()

        assert len(case.said) - before <= MOST_ACTS, (change.__name__, second.__name__)


def test_all_changes_in_turn_twice_over_end(begin: Begin) -> None:
    case = begin(plays.far_ahead)

    for _, change in product(range(2), CHANGES):
        change(case)
        case.wait(minutes=5)
    before = len(case.said)

    case.ready()
    assert len(case.said) - before <= MOST_ACTS
