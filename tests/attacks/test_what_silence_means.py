"""Nobody says anything: `Engine.ring` raises what that means, as the engine's clock, and moves nothing on."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, Refused, commands
from wayhome.case_now import CaseNow
from wayhome.case_now.silence import unheard
from wayhome.packs.plugins import Packs

from tests.attacks.acts import a_numbered_flight, delayed
from tests.attacks.conftest import Begin
from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import (
    DEPART,
    MANAGER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    another_case,
    at_home,
    complete,
    evidence_is_fresh,
    far_ahead,
    opened,
    ready_to_depart,
    settled,
)

ARRIVE = {"do": "move", "to": "arrive"}
FOUND = (
    {"do": "contact", "with": "person", "channel": "phone", "reached": True},
    {"do": "resolve", "incident": "no_show_arrival", "outcome": "found"},
)
LIMIT, ONE_SECOND = timedelta(hours=2), timedelta(seconds=1)  # core/steps.yaml: the person is met within two hours


def rings(play: Play) -> list[str]:
    """Ring, and give what was raised."""
    return [type for one in play.engine.ring().raised for type in one.incidents]


def times_not_met(play: Play) -> int:
    return sum(1 for one in play.seen().incidents if one["type"] == "no_show_arrival")


def on_the_way(play: Play) -> Play:
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    return play


# --- when ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("after_landing", "raised"),
    [
        (LIMIT - ONE_SECOND, []),  # one second is left
        (LIMIT, ["no_show_arrival"]),
        (LIMIT + timedelta(days=3), ["no_show_arrival"]),  # nobody had set a timer
    ],
)
def test_nobody_recorded_the_meeting_within_its_limit_after_the_planned_arrival(fresh, after_landing, raised):
    case = on_the_way(fresh)
    case.until(case.lands + after_landing)

    assert rings(case) == raised


@pytest.mark.parametrize(("after_landing", "raised"), [(LIMIT - ONE_SECOND, []), (LIMIT, ["no_show_arrival"])])
def test_where_the_landing_was_recorded_the_limit_runs_from_it(fresh, after_landing, raised):
    case = on_the_way(fresh)
    case.until(case.lands + timedelta(minutes=90))
    case.given(TRAVEL, ARRIVE)
    landed = case.now
    case.until(landed + after_landing)

    assert rings(case) == raised


def test_a_landing_of_which_only_the_day_is_known_makes_no_silence_longer(fresh):
    case = on_the_way(fresh)
    case.until(case.lands + LIMIT)
    case.given(TRAVEL, {**ARRIVE, "at": case.lands.date().isoformat()})

    assert rings(case) == ["no_show_arrival"]


# --- when not --------------------------------------------------------------------------------------------------------


def test_who_was_met_is_not_missed(fresh):
    case = on_the_way(fresh)
    case.until(case.lands)
    case.given(TRAVEL, ARRIVE)
    case.given(RECEPTION, complete("arrival_reception"))
    case.wait(days=2)

    assert rings(case) == []


def test_who_did_not_want_to_be_met_is_not_missed(fresh):
    case = on_the_way(fresh)
    case.until(case.lands)
    case.given(TRAVEL, ARRIVE)
    case.given(RECEPTION, {"do": "skip", "step": "arrival_reception", "reason": "invented words"})
    case.wait(days=2)

    assert rings(case) == []


def test_who_wanted_nobody_to_receive_them_is_not_missed(fresh):
    case = on_the_way(fresh)
    process, recorded = case.engine._recorded(case.case)
    chosen = recorded.steps["partner_selection"]._replace(result="none_wanted")
    alone = replace(recorded, steps={**recorded.steps, "partner_selection": chosen})

    assert unheard(CaseNow(process, recorded, case.lands + LIMIT))
    assert unheard(CaseNow(process, alone, case.lands + LIMIT)) == []


def test_a_meeting_that_was_recorded_in_between_is_not_overtaken(fresh, monkeypatch: pytest.MonkeyPatch):
    case = on_the_way(fresh)
    case.until(case.lands)
    case.given(TRAVEL, ARRIVE)
    case.wait(hours=2)
    do, told = case.engine.do, []

    def just_before(command: Any, *, as_: Actor) -> Any:
        if as_.is_clock and not told:
            told.append(command)
            case.given(RECEPTION, complete("arrival_reception"))
        return do(command, as_=as_)

    monkeypatch.setattr(case.engine, "do", just_before)

    rung = case.engine.ring()

    assert told
    assert (rung.raised, rung.not_raised) == ((), ())
    assert times_not_met(case) == 0


@pytest.mark.parametrize("prepare", [None, ready_to_depart, evidence_is_fresh, settled])
def test_who_has_not_departed_or_is_settled_is_not_missed(begin: Begin, prepare: Callable[[Play], None] | None):
    case = begin(prepare)
    case.wait(days=30)

    assert rings(case) == []


def test_who_was_turned_back_is_not_missed_where_they_never_landed(fresh):
    case = on_the_way(fresh)
    case.wait(hours=1)
    case.given(TRAVEL, {"do": "move", "to": "turn_back"})
    case.wait(days=3)

    assert rings(case) == []


def test_who_has_died_is_not_missed(fresh):
    case = on_the_way(fresh)
    case.given(MANAGER, {"do": "incident", "type": "death"})
    case.wait(days=3)

    assert rings(case) == []


@pytest.mark.parametrize(("closed_as", "meant"), [(None, 1), ("lost_contact", 0)])
def test_whose_case_is_closed_is_not_missed(fresh, closed_as, meant):
    case = on_the_way(fresh)
    process, recorded = case.engine._recorded(case.case)

    assert len(unheard(CaseNow(process, replace(recorded, closed_as=closed_as), case.lands + LIMIT))) == meant


def test_who_has_gone_without_clearance_is_awaited_by_no_booking_but_from_their_landing_on(fresh):
    case = fresh
    case.given(MANAGER, {"do": "move", "to": "left", "how": "alone"})
    case.wait(days=1)
    assert rings(case) == []  # that they have gone is an alarm already, and it calls

    case.given(MANAGER, ARRIVE)
    case.wait(hours=1, minutes=59, seconds=59)
    assert rings(case) == []
    case.wait(seconds=1)
    assert rings(case) == ["no_show_arrival"]


def test_what_others_did_before_a_return_was_taken_over_is_not_missed(begin: Begin):
    case = begin(at=None)
    old = case.now - timedelta(days=100)
    about = {"do": "open", "host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult"}}
    dated = {"at": old.date().isoformat(), "adopted_on": case.now.date().isoformat()}
    taken = another_case(case.engine, case.clock, **about, **dated)
    landed = old + timedelta(days=30)
    taken.given(MANAGER, {**ARRIVE, "at": landed.isoformat()})
    taken.wait(days=2)

    assert rings(taken) == []


# --- once ------------------------------------------------------------------------------------------------------------


def test_a_second_ring_raises_nothing_twice(fresh):
    case = on_the_way(fresh)
    case.until(case.lands + LIMIT)

    assert [rings(case), rings(case)] == [["no_show_arrival"], []]
    assert times_not_met(case) == 1


def test_what_was_found_to_be_well_is_not_raised_again_for_the_same_arrival(fresh):
    case = on_the_way(fresh)
    case.until(case.lands + LIMIT)
    rings(case)
    case.wait(minutes=5)
    case.given(MANAGER, *FOUND)
    case.wait(hours=3)
    assert rings(case) == []

    case.given(TRAVEL, ARRIVE)
    case.wait(days=1)
    assert rings(case) == []


def test_what_somebody_raised_by_hand_is_not_raised_again(fresh):
    case = on_the_way(fresh)
    case.until(case.lands + timedelta(minutes=30))
    case.given(MANAGER, {"do": "incident", "type": "no_show_arrival"})
    case.until(case.lands + LIMIT)

    assert rings(case) == []


def test_what_somebody_raised_on_the_way_says_nothing_of_the_arrival(fresh):
    case = on_the_way(fresh)
    case.wait(minutes=5)
    case.given(MANAGER, {"do": "incident", "type": "no_show_arrival"}, *FOUND)
    case.until(case.lands + LIMIT)

    assert rings(case) == ["no_show_arrival"]


def test_a_flight_that_is_late_is_awaited_when_it_lands(begin: Begin):
    case = on_the_way(begin(a_numbered_flight))
    booked = case.lands
    delayed(case, 3)
    case.until(booked + LIMIT)
    assert rings(case) == []

    case.until(case.lands + LIMIT)
    assert rings(case) == ["no_show_arrival"]


def test_a_delay_that_is_told_after_the_call_is_another_arrival(begin: Begin):
    case = on_the_way(begin(a_numbered_flight))
    case.until(case.lands + LIMIT)
    rings(case)
    case.wait(minutes=5)
    case.given(MANAGER, *FOUND)
    delayed(case, 6)
    assert rings(case) == []

    case.until(case.lands + LIMIT)
    assert rings(case) == ["no_show_arrival"]


# --- who, and what not -----------------------------------------------------------------------------------------------


def test_the_clock_raises_it_and_nobody_is_named(fresh):
    case = on_the_way(fresh)
    case.until(case.lands + LIMIT)
    case.engine.ring()

    row = case.history()[-1]
    assert (row.type, row.actor, dict(row.texts)) == ("incident_opened", "clock", {})


def test_the_clock_raises_nothing_else_and_nothing_before_its_time(fresh):
    case = on_the_way(fresh)
    for type in ("no_show_arrival", "lost_contact", "risk_high"):
        with pytest.raises(Refused) as refused:
            case.engine.do(commands.Incident(case.case, type=type), as_=Actor.clock)
        assert [reason.rule for reason in refused.value.decision.unmet] == ["INV-22"]


@pytest.mark.parametrize("prepare", [far_ahead, evidence_is_fresh, at_home, settled])
@pytest.mark.parametrize("seed", range(3))
def test_silence_never_advances_a_step(begin: Begin, prepare: Callable[[Play], None], seed: int):
    case, dice = begin(prepare), random.Random(seed)
    if case.seen().phase == "pre_departure" and dice.random() < 0.7:
        case.until(case.takes_off - timedelta(hours=2))
        case.tried(TRAVEL, DEPART)
    before = _of_people(case)

    for _ in range(12):
        case.wait(minutes=dice.choice((1, 45, 300, 3000, 40_000)))
        case.engine.ring()

        assert _of_people(case) == before
        assert {row.type for row in case.history() if row.actor == "clock"} <= {"incident_opened"}


def _of_people(play: Play) -> Any:
    """Give all that people have said and done in a case: where it stands, its steps, consents, papers, facts and journey."""
    _, case = play.engine._recorded(play.case)
    return (
        case.phase, case.moves, case.steps, case.consents, case.documents, case.facts, case.roles, case.travel, case.people,
    )  # fmt: skip


# --- it is data ------------------------------------------------------------------------------------------------------

CALLED = """
- id: ng_not_called
  title: Nobody called
  effect: none
  phases: [arrival]
  opens_on: {silence: {step: arrival_wellbeing_check, after: planned_arrival}}
  outcomes: {called: {title: The person was called, needs: [person_reached]}}
  closes_as: [lost_contact]
  actions: Call.
  source: OC
"""


def test_a_pack_says_what_silence_means_without_any_code(tmp_path):
    packs: Packs = packs_of(like_nigeria(tmp_path / "pack", more={"incidents.yaml": CALLED}))
    case = opened(packs)
    evidence_is_fresh(case)
    case.until(case.takes_off)
    case.goes_home()
    case.given(RECEPTION, complete("arrival_reception"))
    case.wait(hours=23, minutes=59, seconds=59)
    assert rings(case) == []

    case.wait(seconds=1)
    assert rings(case) == ["ng_not_called"]


def test_one_case_that_cannot_be_rung_for_keeps_no_other_silent(begin: Begin, monkeypatch: pytest.MonkeyPatch):
    case = on_the_way(begin(evidence_is_fresh))
    other = another_case(case.engine, case.clock)
    other.given(MANAGER, {"do": "move", "to": "arrive"})
    case.until(case.lands + LIMIT)
    do = case.engine.do

    def broken(command: Any, *, as_: Actor) -> Any:
        if command.case == other.case:
            raise Refused(other.case, "incident", case.engine.why(case.case, "prepare", as_=case.actor(MANAGER)))
        return do(command, as_=as_)

    monkeypatch.setattr(case.engine, "do", broken)

    rung = case.engine.ring()

    assert [one.case for one in rung.raised] == [case.case]
    assert rung.not_raised == (other.case,)


# --- the clock decides nothing --------------------------------------------------------------------


@pytest.mark.parametrize(
    "act",
    [DEPART, {"do": "record", "facts": {"age_status": "adult"}}, {"do": "consent", "purpose": "return"}],
    ids=["depart", "record", "consent"],
)
def test_the_clock_decides_nothing(leaving: Play, act: Command) -> None:
    assert leaving.tried(Actor.clock, act).kind == "not_permitted"
