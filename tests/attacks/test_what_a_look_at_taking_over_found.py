"""What a look at returns that are taken over found: a report loosens nothing, skips nothing, and ends no alarm.

Issue 7 ("earlier evidence is entered as reported") beside design 4.3: towards safety anyone, away from it only who may.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from wayhome import Engine
from wayhome.stories.playing import StoryClock

from tests.attacks.play import ASSESSOR, LAWYER, LEADER, MANAGER, START, Play, another_case, usual_packs
from tests.attacks.test_a_return_that_is_taken_over import (
    BEGAN,
    LIST,
    OPENED,
    SIGN,
    TAKEN_OVER,
    THE_OLD_FILE,
    done,
    signed_by_two,
)


@pytest.fixture
def case() -> Iterator[Play]:
    """A running return that was taken over, with its old file entered."""
    clock = StoryClock(START)
    with Engine.open("sqlite://", clock=clock, packs=usual_packs()) as engine:
        yield another_case(engine, clock, **OPENED, at=BEGAN, adopted_on=TAKEN_OVER)


def a_child(case: Play, **facts: Any) -> Play:
    said = {**OPENED, "facts": {"languages": ["en"], "age_status": "disputed", "has_responsible_adult": False, **facts}}
    return another_case(case.engine, case.clock, **said, at=BEGAN, adopted_on=TAKEN_OVER)


def test_no_report_of_one_makes_an_adult_of_who_may_be_a_child(case: Play) -> None:
    girl = a_child(case)

    answer = girl.tried(MANAGER, done("age_clarification", "2025-10-01", result="adult"))

    assert ("STEP", "guardian_appointment") in answer.reasons
    assert girl.seen().facts["age_status"] == "disputed"


@pytest.mark.parametrize("step", ["legal_counselling", "screening_interview", "protection_needs_check"])
def test_nothing_is_left_out_because_others_left_it_out(case: Play, step: str) -> None:
    skip = {"do": "skip", "step": step, "reason": "invented words", "at": "2025-10-01"}
    who = MANAGER if step == "screening_interview" else LAWYER

    assert ("STEP", step) in case.tried(who, skip).reasons
    assert case.step(step).state not in ("skipped", "not_applicable")


@pytest.mark.parametrize("step", ["obtain_assistance_consent", "guardian_appointment", "return_consent", "travel_plan"])
def test_no_report_of_a_step_stands_for_the_command_that_does_it(case: Play, step: str) -> None:
    """A consent is a consent, with its language, its form and who gave it: no step of that name takes its place."""
    about = a_child(case) if step == "guardian_appointment" else case

    answer = about.tried(MANAGER, done(step, "2025-10-01"))

    assert ("STEP", step) in answer.reasons
    assert about.step(step).state != "done"


def test_no_report_ends_an_alarm(case: Play) -> None:
    case.given(MANAGER, *THE_OLD_FILE, {"do": "incident", "type": "lost_contact", "at": "2025-12-01"})
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "visit", "reached": True, "at": "2025-12-05"})
    ends = {"do": "resolve", "incident": "lost_contact", "at": START.isoformat()}
    signed_by_two(case)

    assert not case.tried(MANAGER, ends).done
    case.wait(hours=1)
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "visit", "reached": True})
    case.wait(hours=1)
    assert case.tried(MANAGER, {"do": "resolve", "incident": "lost_contact"}).done


def test_a_report_by_the_word_of_a_suspect_passes_nothing(case: Play) -> None:
    ref = case.involved("relative", suspected=True)

    answer = case.tried(MANAGER, done("screening_interview", "2025-10-01", by=ref, heard_by="phone"))

    assert ("STEP", "screening_interview") in answer.reasons


def test_a_yes_to_return_rests_on_talks_of_our_own(case: Play) -> None:
    """The old office talked and informed three days ago: the new one talks and informs itself, and then two days are left to think."""
    talks = [done("options_counselling", day, round=n) for n, day in (("1", "2026-02-25"), ("2", "2026-02-26"))]
    case.given(MANAGER, *THE_OLD_FILE, *talks)
    signed_by_two(case)
    yes = {"do": "consent", "purpose": "return", "form": "written", "language": "en"}

    assert (
        "'Talk about all options' was done before this return was taken over",
        "do it anew: what a departure rests on by its age is our own",
    ) in case.told("STEP", yes)


def test_the_clearance_tells_what_of_it_others_have_reported(case: Play) -> None:
    case.given(MANAGER, *THE_OLD_FILE)
    signed_by_two(case)
    case.ready()

    cleared = [
        row.data
        for row in case.history()
        if row.data.get("step") == "departure_clearance" and row.type == "step_completed"
    ]

    assert {"legal_counselling", "screening_interview"} <= set(cleared[-1]["as_reported"])
    assert "pre_return_risk_assessment" not in cleared[-1]["as_reported"]


def test_honest_a_departure_that_was_forgotten_is_added_when_two_sign_the_list_anew(case: Play) -> None:
    case.given(MANAGER, *THE_OLD_FILE)
    signed_by_two(case)
    home = [{"do": "move", "to": "depart", "at": "2025-11-02"}, {"do": "move", "to": "arrive", "at": "2025-11-03"}]
    assert [todo for _, todo in case.told("PHASE", home[0])] == [
        "if it was forgotten, open the list again (redo), enter it, and two sign anew; of somebody who has gone since, enter 'left'"
    ]

    case.given(MANAGER, {"do": "redo", "step": "taken_over"}, *home, LIST)
    case.given(LEADER, SIGN)

    assert case.seen().phase == "arrival"
    assert case.told("INV-33", "settle") == []


def test_honest_an_assessor_reports_what_was_found(case: Play) -> None:
    found = done("initial_risk_assessment", "2025-09-03", result="high", own_view="invented words")

    case.given(ASSESSOR, found)

    assert case.step("initial_risk_assessment").reported
