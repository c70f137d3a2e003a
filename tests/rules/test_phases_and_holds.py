"""From which phase a move leads, which move must come before it, and which incidents hold a case where it is."""

from __future__ import annotations

import pytest
from wayhome.case_now import CaseNow
from wayhome.model.case import IncidentRecord, LeftRecord
from wayhome.model.moves import PHASE_NUMBER
from wayhome.model.reason import Judgement
from wayhome.packs.kinds.spans import MaxAge, Span
from wayhome.rules import gates
from wayhome.testing.builders import Ready

from tests.rules.cases import DAY, a_step, moving, of_move, read_through, with_steps


def of_phase(ready: Ready, move: str, **moment: object) -> list[Judgement]:
    case = moving(ready, move, **moment)
    return read_through(case, gates.of_phase(case, move))


def source(ready: Ready, move: str, **moment: object) -> Judgement:
    """What is said of the phase alone, of a case that nothing holds."""
    (found,) = of_phase(ready, move, **moment)
    assert found.rule == "PHASE"
    return found


# --- the phase from which a move leads ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phase", "moves"),
    [
        ("identification", {"prepare", "left", "arrive", "close", "reopen"}),  # who has landed has left
        ("pre_departure", {"depart", "left", "arrive", "close", "reopen"}),
        ("travel", {"arrive", "turn_back", "close", "reopen"}),
        ("arrival", {"settle", "turn_back", "close", "reopen"}),
        ("follow_up", {"close", "reopen"}),
    ],
)
def test_each_phase_has_its_moves(ready, phase, moves):
    here = ready.but(phase=phase)
    every = ("prepare", "depart", "left", "arrive", "settle", "turn_back", "close", "reopen")
    leading = {move for move in every if (found := source(here, move)).finding.met and found.finding.subject == move}

    assert leading == moves


@pytest.mark.parametrize(
    ("phase", "move", "first"),
    [
        ("identification", "depart", "prepare"),
        ("identification", "settle", "prepare"),
        ("pre_departure", "settle", "depart"),
        ("travel", "settle", "arrive"),
    ],
)
def test_a_later_move_waits_for_the_one_that_leads_on_from_here(ready, phase, move, first):
    found = source(with_steps(ready).but(phase=phase), move)

    assert (found.finding.met, found.finding.subject, found.finding.do) == (False, first, {"do": "move", "to": first})
    assert (found.finding.fact, found.finding.todo) == (
        "the case is still in the phase '{phase}'",
        "make the move '{first}' first",
    )
    assert (found.finding.from_, found.phase) == (ready.at, PHASE_NUMBER[phase])


@pytest.mark.parametrize(
    ("phase", "move"),
    [
        ("pre_departure", "prepare"),
        ("travel", "depart"),
        ("follow_up", "settle"),
        ("arrival", "left"),
        ("arrival", "arrive"),
        ("identification", "turn_back"),
    ],
)
def test_what_lies_behind_or_leads_from_elsewhere_is_no_move_of_this_phase(ready, phase, move):
    found = source(ready.but(phase=phase), move)

    assert (found.finding.met, found.finding.subject, found.finding.do) == (False, move, {})
    assert found.finding.fact == "this move does not lead out of the phase '{phase}'"


def test_who_left_without_clearance_departs_only_where_it_turns_out_to_have_been_cleared(ready):
    gone = ready.but(phase="travel", left=LeftRecord("alone", ready.at, ready.case.version, "bela"))

    found = source(gone, "depart")

    assert (found.finding.met, found.finding.subject, found.finding.do) == (False, "depart", {})
    assert found.finding.fact == "this case says that the person left on {moment}, without clearance"
    assert found.finding.values["moment"] == "2026-05-14 10:00 Brussels"
    assert source(gone, "arrive").finding.met
    assert source(gone, "settle").finding.subject == "arrive"
    assert source(gone.but(phase="pre_departure"), "depart").finding.met  # before they went it was a move of its phase


@pytest.mark.parametrize(
    ("done", "effect", "ready_now"),
    [
        (True, None, True),
        (False, None, False),  # its own steps come first
        (True, "on_hold", False),
        (True, "none", True),  # it holds nothing up
        (False, "on_hold", False),
    ],
)
def test_an_earlier_move_is_proposed_for_now_once_nothing_stands_before_it(ready, done, effect, ready_now):
    early = with_steps(ready, a_step("welcome", "identification"), a_step("advice")).but(phase="identification")
    if done:
        early = early.with_step("welcome", state="done", at=ready.at - DAY)
    if effect:
        early = early.but(incidents=(IncidentRecord(9, "no_show_arrival", effect, "identification", ready.at - DAY),))

    found = of_phase(early, "depart")[0].finding

    assert (found.subject, found.from_) == ("prepare", ready.at if ready_now else None)


def test_whether_an_earlier_move_can_be_made_is_looked_at_today_and_not_on_the_day_of_departure(ready):
    welcome = a_step("welcome", "identification", max_ages=(MaxAge(Span(5, "days"), None),))
    early = with_steps(ready, welcome).but(phase="identification")
    today = ready.at - 10 * DAY
    welcomed = early.with_step("welcome", state="done", at=today - DAY)

    assert source(welcomed, "depart", now=today).finding.from_ == today


# --- what holds a case -------------------------------------------------------------------------------------------


def an_incident(ready: Ready, type: str, effect: str = "on_hold", **more: object) -> IncidentRecord:
    return IncidentRecord(ready.case.version, type, effect, "pre_departure", ready.at - DAY, **more)


@pytest.mark.parametrize(
    ("move", "phase", "held"),
    [
        ("prepare", "identification", True),
        ("depart", "pre_departure", True),
        ("settle", "arrival", True),
        ("left", "pre_departure", False),  # what has happened can be recorded
        ("arrive", "travel", False),
        ("turn_back", "travel", False),
        ("close", "follow_up", False),
        ("reopen", "follow_up", False),
    ],
)
def test_an_incident_holds_what_moves_the_case_on_and_nothing_that_has_happened(ready, move, phase, held):
    open_ = an_incident(ready, "lost_contact")
    over = open_._replace(number=2, type="risk_high", resolved_at=ready.at)
    first, *holding = of_phase(ready.but(phase=phase, incidents=(open_, over)), move)

    assert (first.finding.met, first.finding.subject) == (True, move)
    assert [(one.rule, one.finding.met, one.finding.subject) for one in holding] == [
        ("PHASE", False, "lost_contact")
    ] * held
    assert all(one.phase == PHASE_NUMBER[phase] for one in holding)


def test_an_incident_holds_a_case_only_in_the_phases_in_which_it_has_an_effect(ready):
    early = an_incident(ready, "risk_high", "blocked", effects={"arrival": "none"})
    late = an_incident(ready, "violence", "none", effects={"arrival": "blocked"})
    both = ready.but(incidents=(early, late))

    assert [one.finding.subject for one in of_phase(both, "depart")] == ["depart", "risk_high"]
    assert [one.finding.subject for one in of_phase(both.but(phase="arrival"), "settle")] == ["settle", "violence"]


@pytest.mark.parametrize(
    ("type", "todo", "do"),
    [
        ("lost_contact", "{actions}", None),  # what it needs is proposed
        ("death", "close the case", {}),  # it never ends, and nothing is proposed
        (
            "no_such_incident",
            "{actions}",
            None,
        ),  # unknown to the process, it holds all the same
    ],
)
@pytest.mark.parametrize("effect", ["on_hold", "blocked"])
def test_what_holds_a_case_says_how_it_ends(ready, type, todo, do, effect):
    _, found = of_phase(ready.but(incidents=(an_incident(ready, type, effect),)), "depart")

    assert (found.finding.subject, found.finding.todo, found.finding.do) == (type, todo, do)
    assert found.finding.values["effect"] != ""


@pytest.mark.parametrize(
    ("type", "do"),
    [
        ("child_unwell", {"do": "resolve", "incident": "child_unwell", "of": "child-1"}),
        ("no_such_incident", {"do": "resolve", "incident": "no_such_incident", "of": "child-1"}),
        ("death", {}),  # it never ends
    ],
)
def test_what_has_happened_to_a_child_holds_the_case_until_it_is_over_for_that_child(ready, type, do):
    two = ready.with_person("child-1", "child", travels=True).with_person("child-2", "child", travels=True)
    held = two.but(incidents=(an_incident(ready, type, of="child-1"),))

    found = gates.of_phase(moving(held), "depart")[1].finding

    assert (found.met, found.subject, found.do, found.values["whom"]) == (False, type, do, "child-1")
    assert found.fact == "'{incident}' is open (of {whom}), and the case is {effect}"


def test_that_the_person_has_left_is_told_to_whoever_asks_what_can_be_done(ready):
    """Nobody has said yet how they would say that they left."""
    gone = ready.but(phase="arrival", left=LeftRecord("unknown", ready.at, 1, "anna"))

    (found,) = gates.of_phase(CaseNow(gone.process, gone.case, gone.at), "left")

    assert (found.rule, found.finding.met, found.finding.subject, found.finding.do) == ("PHASE", False, "left", {})
    assert found.finding.fact == "that the person left is recorded already"


def test_a_closed_case_is_told_to_be_closed_and_nothing_else(ready):
    closed = ready.but(closed_as="withdrew_return", incidents=(an_incident(ready, "lost_contact"),))

    for move in ("prepare", "depart", "arrive", "close"):
        (found,) = of_phase(closed, move)
        assert (found.rule, found.finding.met, found.finding.subject) == ("PHASE", False, "closed")
    assert source(closed, "reopen").finding.met


def test_what_is_no_move_waits_for_nothing(ready):
    assert of_move(ready, "fly") == []
