"""An office in motion: departures that are late, and typed late, and some of which nobody writes at all. Nobody is lost, few are rung about in vain.

What an office is like stands in the table; it is the issue's, and no measurement.
"""

from __future__ import annotations

import random
from datetime import timedelta
from math import ceil
from typing import NamedTuple

import pytest
from wayhome.packs.plugins import Packs

from tests.attacks.acts import a_numbered_flight, later_by
from tests.attacks.play import DEPART, TRAVEL, Play, begun
from tests.today.test_the_ring import ADMIN, WORKER

QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
LATE, TYPED_LATE, SILENT = (
    5,
    20,
    10,
)  # one in so many is late, is typed later than within three hours, is written by nobody
MOST_IN_VAIN = 1 / 20
RINGS_WITHIN = 4 * HOUR


class Departure(NamedTuple):
    """What became of one journey: whether nothing was written of it, when it was first rung about, and whether her yes still stands."""

    silent: bool
    rang_after: timedelta | None
    yes_stands: bool


def departs(play: Play, number: int, drawn: random.Random) -> Departure:
    """Let a journey begin: late or not, typed soon, late or never; the ring comes every quarter of an hour."""
    play.engine.put_actor(ADMIN)
    play.engine.put_actor(WORKER, as_=ADMIN)
    play.engine.ring()
    silent = number % SILENT == 3
    if number % LATE == 1:  # the airline says so, somebody types it, and she is asked once more
        play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later_by(play, hours=drawn.choice([1, 2, 4]))})
        play.ready(waiting=False)
    leaves = play.takes_off
    typed = leaves + (drawn.uniform(3.1, 12) if number % TYPED_LATE == 7 else drawn.uniform(0.1, 2.9)) * HOUR
    rang_after = None
    while play.now < leaves + 12 * HOUR:
        play.clock.moment += QUARTER
        if not silent and play.now >= typed:
            play.given(TRAVEL, {**DEPART, "at": leaves.isoformat()})
            break
        if rang_after is None and play.now > leaves and any(call.look_now for call in play.engine.ring().calls):
            rang_after = play.now - leaves
    given = {one["purpose"] for one in play.seen().consents if one["state"] == "given"}
    return Departure(silent, rang_after, "return" in given)


@pytest.fixture(scope="module", params=[20, pytest.param(500, marks=pytest.mark.soak)])
def departures(request: pytest.FixtureRequest, packs: Packs) -> list[Departure]:
    drawn, found = random.Random(33), list[Departure]()
    for number in range(request.param):
        with begun(a_numbered_flight, packs) as play:
            found.append(departs(play, number, drawn))
    return found


def test_a_silence_rings_within_four_hours(departures: list[Departure]) -> None:
    silent = [one for one in departures if one.silent]

    assert silent, "nothing was planted"
    assert all(one.rang_after is not None and one.rang_after <= RINGS_WITHIN for one in silent)


def test_few_departures_are_rung_about_in_vain(departures: list[Departure]) -> None:
    made = [one for one in departures if not one.silent]
    in_vain = [one for one in made if one.rang_after is not None]

    assert 0 < len(in_vain) <= ceil(MOST_IN_VAIN * len(made)), "those that are typed later than that, and no other"


def test_no_consent_is_lost_to_silence(departures: list[Departure]) -> None:
    assert all(one.yes_stands for one in departures)
