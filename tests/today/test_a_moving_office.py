"""An office in motion: departures that are late, and typed late, and some of which nobody writes at all; cases that a colleague takes over, and
accounts that end meanwhile. Nobody is lost, few are rung about in vain.

First each departure by itself, every quarter of an hour; then a whole office, every morning. What an office is like stands in the tables; it
is the issue's, and no measurement.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import ceil
from typing import NamedTuple

import pytest
from wayhome import Actor
from wayhome.packs.plugins import Packs
from wayhome.today import Today

from tests.attacks.acts import a_numbered_flight, later_by
from tests.attacks.play import DEPART, LEADER, TRAVEL, Play, begun
from tests.today.office_in_motion import Moved, OfficeInMotion, cases_of
from tests.today.test_the_ring import ADMIN, CHIEF, COLLEAGUE, HOUSE, WORKER

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
QUARTER, PAST = 15 * MINUTE, 5 * MINUTE  # how often it rings, and how long past the hour
# One in so many is late, is typed later than within three hours (of the half that is typed late one in twenty), is written by nobody.
LATE, TYPED_LATE, SILENT = 5, 40, 10
REASSIGNED, ENDED = 3, 4  # one in so many gets another case worker, loses the account of whoever it has
MOST_IN_VAIN = 1 / 20
RINGS_WITHIN = 4 * HOUR
MOST_LINES_A_DAY = 3  # that reach one account, beyond the daily one
CHANGES_WITHIN = 5 * HOUR  # from two hours before the departure until the ring of a silence comes


class Departure(NamedTuple):
    """What became of one journey.

    Attributes:
        silent: nothing was written of it. rang_after: when it was first rung about.
        yes_stands: her consent to the return is still in force.
        reassigned: somebody else became the case worker. ended_before: the account of the case worker had ended before it was rung about.
        called: who was called first, because it could not wait. called_in_vain: whoever was called and had no account any more.
        unseen: the moments at which something was due, and it stood on the list of nobody who can act.
        unasked: the moments after the planned hour at which nobody had written that they left, and no list of who can act said so.
    """

    silent: bool
    rang_after: timedelta | None
    yes_stands: bool
    reassigned: bool
    ended_before: bool
    called: frozenset[str]
    called_in_vain: frozenset[str]
    unseen: tuple[datetime, ...]
    unasked: tuple[datetime, ...]


@dataclass
class Staff:
    """Who works in the office of one journey, and what changes there: whose case it becomes, and when whose account ends."""

    play: Play
    reassigned_at: datetime | None
    ended_at: datetime | None
    worker: Actor = WORKER
    acting: set[Actor] = field(default_factory=lambda: {WORKER, COLLEAGUE, CHIEF})

    def enter(self) -> None:
        self.play.engine.put_actor(ADMIN)
        for one in (WORKER, COLLEAGUE, CHIEF):
            self.play.engine.put_actor(one, as_=ADMIN)

    def change(self) -> None:
        """Do what is to have changed by now."""
        now = self.play.now
        if self.reassigned_at is not None and self.reassigned_at <= now:
            self.worker, self.reassigned_at = COLLEAGUE, None
            owner = {"role": "case_owner", "organisation": HOUSE, "case_worker": COLLEAGUE.id}
            self.play.given(LEADER, {"do": "assign", **owner})
        if self.ended_at is not None and self.ended_at <= now:
            self.acting.discard(self.worker)
            self.ended_at = None
            self.play.engine.end_actor(self.worker.id, as_=ADMIN)

    def sees_the_case(self) -> bool:
        """Say whether it stands on the list of somebody who can act; also where nothing is due in it."""
        engine, case = self.play.engine, self.play.case
        if not any(row.due_at <= self.play.now for row in engine.due(as_=CHIEF, case=case)):
            return True
        return any(case in cases_of(found) for found in self.lists())

    def lists(self) -> Iterator[Today]:
        return (self.play.engine.today(as_=one) for one in sorted(self.acting, key=lambda one: one.id))

    def asks_whether_they_left(self) -> bool:
        journeys = [one for found in self.lists() for one in found.journeys if one.case == self.play.case]
        return any(one.at <= self.play.now and one.leaves and not one.written for one in journeys)


def staff_of(play: Play, number: int, drawn: random.Random) -> Staff:
    """Draw what changes in the office of a journey; either may come first."""
    reassigned, ended = (play.now + drawn.random() * CHANGES_WITHIN for _ in range(2))
    return Staff(play, reassigned if number % REASSIGNED == 0 else None, ended if number % ENDED == 1 else None)


def departs(play: Play, number: int, drawn: random.Random) -> Departure:
    """Let a journey begin: late or not, typed soon, late or never; the ring comes every quarter of an hour."""
    staff = staff_of(play, number, drawn)
    is_reassigned = staff.reassigned_at is not None
    staff.enter()
    play.engine.ring()
    silent = number % SILENT == 3
    if number % LATE == 1:  # the airline says so, somebody types it, and she is asked once more
        play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later_by(play, hours=drawn.choice([1, 2, 4]))})
        play.ready(waiting=False)
    leaves = play.takes_off
    typed = leaves + (drawn.uniform(3.1, 12) if number % TYPED_LATE == 7 else drawn.uniform(0.1, 2.9)) * HOUR
    rang_after, ended_before = None, False
    called, in_vain, unseen, unasked = set[str](), set[str](), list[datetime](), list[datetime]()
    play.clock.moment += (
        PAST  # so that it rings soon after something is due, and the next are not called with the first
    )
    while play.now < leaves + 12 * HOUR:
        play.clock.moment += QUARTER
        staff.change()
        if not silent and play.now >= typed:
            play.given(TRAVEL, {**DEPART, "at": leaves.isoformat()})
            break
        calls = play.engine.ring().calls
        in_vain |= {call.account for call in calls} - {one.id for one in {*staff.acting, ADMIN}}
        look_now = {call.account for call in calls if call.look_now}
        if rang_after is None and play.now > leaves and look_now:
            rang_after, called, ended_before = play.now - leaves, look_now, staff.worker not in staff.acting
        if play.now.minute < QUARTER / MINUTE and not staff.sees_the_case():
            unseen.append(play.now)
        if play.now > leaves and play.now.minute < QUARTER / MINUTE and not staff.asks_whether_they_left():
            unasked.append(play.now)
    yes_stands = "return" in {one["purpose"] for one in play.seen().consents if one["state"] == "given"}
    return Departure(
        silent,
        rang_after,
        yes_stands,
        is_reassigned,
        ended_before,
        frozenset(called),
        frozenset(in_vain),
        tuple(unseen),
        tuple(unasked),
    )


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


def test_a_silence_calls_somebody_who_can_act_though_the_account_of_the_worker_has_ended(
    departures: list[Departure],
) -> None:
    left = [one for one in departures if one.silent and one.ended_before]

    assert left, "nobody has left before a silence was rung about"
    assert all(one.rang_after is not None and one.rang_after <= RINGS_WITHIN for one in left)
    assert all(one.called == {COLLEAGUE.id if not one.reassigned else WORKER.id} for one in left)


def test_who_took_a_case_over_is_called_about_its_silence(departures: list[Departure]) -> None:
    taken_over = [one for one in departures if one.silent and one.reassigned and not one.ended_before]

    assert taken_over, "no case with a silence was given to a colleague"
    assert all(one.called == {COLLEAGUE.id} for one in taken_over)


def test_nobody_whose_account_has_ended_is_called(departures: list[Departure]) -> None:
    assert [one.called_in_vain for one in departures if one.called_in_vain] == []


def test_each_case_with_something_due_stands_on_the_list_of_somebody_who_can_act(departures: list[Departure]) -> None:
    assert [one.unseen for one in departures if one.unseen] == []


def test_from_the_planned_hour_a_list_says_that_it_is_not_written_yet(departures: list[Departure]) -> None:
    assert [one.unasked for one in departures if one.unasked] == []


def test_few_departures_are_rung_about_in_vain(departures: list[Departure]) -> None:
    made = [one for one in departures if not one.silent]
    in_vain = [one for one in made if one.rang_after is not None]

    assert 0 < len(in_vain) <= ceil(MOST_IN_VAIN * len(made)), "those that are typed later than that, and no other"


def test_no_consent_is_lost_to_silence(departures: list[Departure]) -> None:
    assert all(one.yes_stands for one in departures)


# --- a whole office, every morning ------------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[(14, 200), pytest.param((500, 730), marks=pytest.mark.soak)], ids=str)
def moved(request: pytest.FixtureRequest, packs: Packs, tmp_path_factory: pytest.TempPathFactory) -> Moved:
    """So many returns, that begin within so many days: the office as it was after them."""
    cases, days = request.param
    office = OfficeInMotion(cases, days, packs, tmp_path_factory.mktemp("office"))
    with office.engine:
        return office.move()


def test_an_office_moves(moved: Moved) -> None:
    """What the others say of it would say little of one in which nothing happens."""
    assert moved.done > 2 * moved.refused
    assert moved.reassigned > moved.days / 30
    assert len(moved.ended) > moved.days / 30
    assert moved.seen > moved.days


def test_every_morning_each_case_with_something_due_stands_on_the_list_of_somebody_who_can_act(moved: Moved) -> None:
    """Where nobody is left who manages the cases of the house that leads, `doctor` names it: of 500 returns in 730 days two days of one."""
    lost = [one for one in moved.lost if not one.named]
    alike = Counter((one.day, one.who, one.staff) for one in lost)

    assert not lost, "\n".join(f"{count} on {what}" for what, count in alike.items()) + f"\n{lost[0]}"


def test_a_ring_calls_nobody_who_has_left(moved: Moved) -> None:
    assert moved.called_in_vain == []


def test_at_most_three_lines_a_day_reach_one_account_beyond_the_daily_one_while_there_is_somebody_else(
    moved: Moved,
) -> None:
    """On a day on which everybody of a house who is called has heard as much (three women missing at once), a fourth is called about all the
    same: of a hundred returns in two hundred days that was so on two.
    """
    assert moved.urgent > moved.days / 20, "nobody was called about what cannot wait"
    for (house, day), called in moved.called.items():
        heard = {one: moved.lines[one, day] for one in called}

        assert max(heard.values()) <= MOST_LINES_A_DAY + 1 or min(heard.values()) > MOST_LINES_A_DAY, (
            house,
            day,
            heard,
        )
