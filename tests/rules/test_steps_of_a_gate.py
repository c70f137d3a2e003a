"""Which steps a move waits for, and those that they wait for themselves."""

from __future__ import annotations

import pytest
from wayhome.model.moves import PHASE_NUMBER
from wayhome.packs.conditions import Is
from wayhome.packs.kinds.needs import DocumentNeed, FactNeed, StepNeed
from wayhome.packs.kinds.spans import Round, Span, Timing
from wayhome.packs.kinds.steps import DoneBy, Result
from wayhome.rules import gates

from tests.rules.cases import (
    DAY,
    a_paper,
    a_step,
    after,
    done,
    listed,
    moving,
    of_move,
    of_steps,
    papers,
    read_through,
    said,
    undone,
    with_steps,
)

WANTED, UNWANTED = Is("wants_family_contact", (True,)), Is("wants_family_contact", (False,))


def brings(paper: str) -> dict[str, DoneBy]:
    return {"done_by": DoneBy("document", (paper,))}


# --- which steps -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "steps"),
    [
        ("prepare", ["welcome"]),
        ("depart", ["welcome", "advice"]),  # what preparing asked for still holds when the person boards
        ("settle", ["notice", "housing"]),
        ("close", ["review"]),
    ],
)
def test_a_move_waits_for_the_steps_that_gate_it_in_the_order_of_the_process(ready, move, steps):
    asked = with_steps(
        ready,
        a_step("review", "follow_up"),
        a_step("housing", "arrival"),
        a_step("notice", "travel"),
        a_step("advice", "pre_departure"),
        a_step("welcome", "identification"),
        a_step("extra_course", "identification", kind="offered"),
        a_step("diary", "identification", gate="none"),
    )

    found = of_steps(asked, move)

    assert listed(found) == undone(found) == steps
    assert [one.phase for one in found] == [PHASE_NUMBER[asked.process.steps[step].phase] for step in steps]
    assert {(one.rule, one.source) for one in found} == {("STEP", ("OC",))}


def test_a_gated_move_tells_its_phase_and_its_steps_and_an_ungated_one_waits_for_none(ready):
    asked = with_steps(ready, a_step("advice"), a_step("housing", "arrival"))

    assert [one.rule for one in of_move(asked, "depart")][:2] == ["PHASE", "STEP"]
    assert "STEP" not in {one.rule for move in ("left", "arrive", "turn_back") for one in of_move(asked, move)}


def test_clearing_the_departure_asks_for_all_that_departing_does_but_for_what_comes_after_it(ready):
    asked = with_steps(
        ready,
        a_step("welcome", "identification"),
        a_step("housing", "arrival"),
        a_step("departure_clearance"),
        a_step("departure_assistance", "travel", gate="depart"),
        a_step("briefing", **after("departure_clearance")),
    )
    case = moving(asked)

    found = read_through(case, gates.of_clearance(case))

    assert [(one.rule, one.finding.subject) for one in found] == [
        ("PHASE", "depart"),
        ("STEP", "welcome"),
        ("STEP", "briefing"),
    ]
    assert {"departure_clearance", "departure_assistance"} < set(listed(of_steps(asked)))


def test_after_the_landing_a_step_is_asked_again_where_the_person_has_gone_without_it(ready):
    asked = with_steps(
        ready, a_step("who_receives", asked_again=("arrival",)), a_step("advice"), a_step("housing", "arrival")
    )
    landed = asked.but(phase="arrival")

    assert undone(of_steps(landed, "settle")) == ["who_receives", "housing"]
    assert listed(of_steps(done(landed, "who_receives"), "settle")) == ["housing"]
    assert listed(of_steps(asked.but(phase="travel"), "settle")) == ["housing"]  # on the way it is not asked yet
    assert listed(of_steps(landed, "close")) == []  # nor for any move but the one out of this phase


# --- what a step of a gate waits for -----------------------------------------------------------------------------


def test_what_a_step_of_a_gate_waits_for_is_listed_too_until_that_step_is_done(ready):
    asked = with_steps(
        ready,
        a_step("ask", gate="none"),
        a_step("look", gate="none", **after("ask")),
        a_step("decide", **after("look")),
        a_step("tell", **after("look")),
        a_step("write"),
    )

    assert undone(of_steps(asked)) == ["ask", "look", "decide", "tell", "write"]
    assert undone(of_steps(done(asked, "ask"))) == ["look", "decide", "tell", "write"]
    assert listed(of_steps(done(asked, "decide", "tell"))) == ["decide", "tell", "write"]


def test_a_round_leads_on_to_the_step_that_says_whether_it_is_asked_for(ready):
    if_ill = Round("if_ill", Timing(Span(1, "days"), "departed"), when=Is("doctor", ("ill",)))
    asked = with_steps(
        ready,
        a_step("doctor", gate="none", results={"ill": Result(), "well": Result()}),
        a_step("visit", rounds=(if_ill,)),
    )

    assert undone(of_steps(asked)) == ["doctor", "visit"]


def test_a_step_that_a_paper_completes_leads_on_to_what_must_come_before_the_paper(ready):
    asked = with_steps(
        ready,
        a_step("interview", gate="none"),
        a_step("talk_at_court", gate="none"),
        a_step("nothing_to_do_with_it", gate="none"),
        a_step("papers_held", **brings("any_permit")),
        documents=papers(
            a_paper("permit", satisfies=("any_permit",), needs=(StepNeed("interview"),)),
            a_paper("court_permit", satisfies=("any_permit",), needs=(StepNeed("talk_at_court"),), when=UNWANTED),
            a_paper("club_card", satisfies=("any_card",), needs=(StepNeed("nothing_to_do_with_it"),)),
        ),
    )

    assert undone(of_steps(asked.with_fact("wants_family_contact", True))) == ["interview", "papers_held"]
    assert undone(of_steps(asked.without_fact("wants_family_contact"))) == ["interview", "talk_at_court", "papers_held"]
    assert listed(of_steps(done(asked, "papers_held"))) == ["papers_held"]


def test_a_step_that_names_its_paper_leads_on_to_what_that_paper_needs(ready):
    asked = with_steps(
        ready,
        a_step("interview", gate="none"),
        a_step("permit_held", **brings("permit")),
        documents=papers(a_paper("permit", needs=(StepNeed("interview"),))),
    )

    assert undone(of_steps(asked)) == ["interview", "permit_held"]


def test_a_step_that_another_command_completes_has_no_papers_though_it_names_the_like(ready):
    asked = with_steps(
        ready,
        a_step("interview", gate="none"),
        a_step("said_yes", done_by=DoneBy("consent", ("legal",))),
        documents=papers(a_paper("legal", needs=(StepNeed("interview"),))),
    )

    assert undone(of_steps(asked)) == ["said_yes"]


@pytest.mark.parametrize(
    "waiting",
    [
        {**after(DocumentNeed("form"))},  # the step itself waits for the paper
        {**brings("permit")},  # a paper that completes it does
    ],
)
@pytest.mark.parametrize("wanted", ["form", "any_form"])
def test_what_waits_for_a_paper_leads_on_to_the_step_that_brings_it(ready, waiting, wanted):
    asked = with_steps(
        ready,
        a_step("ask_for_form", gate="none", **brings(wanted)),
        a_step("other_paper", gate="none", **brings("club_card")),
        a_step("gate", **waiting),
        documents=papers(
            a_paper("form", satisfies=("any_form",)),
            a_paper("club_card"),
            a_paper("permit", needs=(DocumentNeed("form"),)),
        ),
    ).without_documents()

    assert undone(of_steps(asked)) == ["ask_for_form", "gate"]


@pytest.mark.parametrize("waiting", [{**after(FactNeed("travel_booked"))}, {**brings("permit")}])
def test_what_waits_for_a_ticket_leads_on_to_the_booking(ready, waiting):
    asked = with_steps(
        ready,
        a_step("booking", gate="none", done_by=DoneBy("travel", ("booked",))),
        a_step("gate", **waiting),
        documents=papers(a_paper("permit", needs=(FactNeed("travel_booked"),))),
    )

    assert undone(gates.of_steps(moving(asked.but(travel=None)), "depart")) == ["booking", "gate"]
    assert undone(gates.of_steps(moving(asked), "depart")) == ["gate"]


def test_what_nobody_knows_yet_leads_to_no_other_step(ready):
    asked = with_steps(
        ready, a_step("booking", gate="none", done_by=DoneBy("travel", ("booked",))), a_step("gate", when=WANTED)
    )

    assert undone(of_steps(asked.but(travel=None).without_fact("wants_family_contact"))) == ["gate"]


def test_what_a_step_waits_for_is_what_it_waits_for_today(ready):
    in_a_week = Timing(Span(7, "days"), "planned_departure", backwards=True)
    asked = with_steps(ready, a_step("letter", not_before=(in_a_week,)))
    today = ready.at - 10 * DAY

    (found,) = of_steps(asked, at=ready.at, now=today)

    assert said(found) == ("", "'letter' is not done")
