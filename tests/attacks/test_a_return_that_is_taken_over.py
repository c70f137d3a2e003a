"""A return that others ran is taken over while it runs: what they did stands as they reported it, and clears no departure.

Issue 7: "earlier evidence is entered as reported, shown so, signed once as a list by two roles; what a gate needs by age is done anew;
follow-up counts from the true days".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any

import pytest
from wayhome import BadInput, Engine
from wayhome.shell.views.case import whole
from wayhome.shell.views.console import draw
from wayhome.stories.playing import StoryClock

from tests.attacks.companions import OWN, has_own, its_own_case
from tests.attacks.play import ASSESSOR, LAWYER, LEADER, MANAGER, START, TRAVEL, Enough, Play, another_case, usual_packs
from tests.whole_answers import risks

Taken = Callable[..., Play]
OPENED = {"host_country": "BE", "origin_country": "NG", "facts": {"age_status": "adult", "languages": ["en"]}}
BEGAN, TAKEN_OVER = "2025-09-01", "2026-03-02"
SIGN = {"do": "sign", "step": "taken_over"}
LIST = {"do": "complete", "step": "taken_over"}
HOME = (
    {"do": "move", "to": "prepare", "at": "2025-10-01"},
    {"do": "move", "to": "depart", "at": "2025-11-02"},
    {"do": "move", "to": "arrive", "at": "2025-11-03"},
)


@pytest.fixture
def taken() -> Iterator[Taken]:
    """Take a running return over, in an engine of its own."""
    engines: list[Engine] = []

    def one(**said: Any) -> Play:
        clock = StoryClock(START)
        engines.append(Engine.open("sqlite://", clock=clock, packs=usual_packs()))
        return another_case(engines[-1], clock, **{**OPENED, "at": BEGAN, "adopted_on": TAKEN_OVER, **said})

    yield one
    for engine in engines:
        engine.close()


def done(step: str, day: str, **fields: Any) -> dict[str, Any]:
    return {"do": "complete", "step": step, "at": day, **fields}


def agreed(purpose: str, day: str) -> dict[str, Any]:
    return {"do": "consent", "purpose": purpose, "language": "en", "at": day}


THE_OLD_FILE = (
    done("register_referral", BEGAN),
    done("safe_first_contact", "2025-09-02"),
    done("give_rights_information", "2025-09-02"),
    agreed("data_processing", "2025-09-02"),
    agreed("assistance", "2025-09-02"),
    agreed("legal", "2025-09-05"),
    done("urgent_needs_assessment", "2025-09-03"),
    done("initial_risk_assessment", "2025-09-03", result="low", own_view="her sister's house"),
    done("screening_interview", "2025-09-10"),
    done("identification_decision", "2025-09-20", result="actual", decided_by="police"),
    done("protection_needs_check", "2025-10-01", result="none"),
    done("legal_counselling", "2025-10-05"),
    {"do": "move", "to": "prepare", "at": "2025-10-10"},
)


def signed_by_two(case: Play) -> None:
    case.given(MANAGER, LIST)
    case.given(LEADER, SIGN)


# --- what clears no departure -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("move", ["depart", "prepare"])
def test_what_others_reported_counts_for_no_move_before_two_have_signed_it(taken: Taken, move: str) -> None:
    case = taken()
    case.given(MANAGER, *(THE_OLD_FILE if move == "depart" else THE_OLD_FILE[:-1]))
    unsigned = [
        (
            "two have not yet signed what was taken over with this return",
            "enter what is known of it with its own days; then two sign it",
        )
    ]

    assert case.told("INV-33", move) == unsigned
    case.given(MANAGER, LIST)
    assert case.told("INV-33", move) == unsigned, "one signature is not two"
    case.given(LEADER, SIGN)
    assert case.told("INV-33", move) == []


def test_whoever_signs_the_list_first_does_not_sign_it_again(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *THE_OLD_FILE, LIST)
    both = replace(case.actor(MANAGER), roles=frozenset({MANAGER, LEADER}))

    assert case.tried(both, SIGN).says("taken_over")
    assert case.step("taken_over").state == "in_progress"


def test_what_is_added_to_the_list_is_signed_anew(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *THE_OLD_FILE)
    signed_by_two(case)
    case.given(MANAGER, done("return_intention", "2025-10-20", result="wants"))
    entry = case.history()[-1].seq

    assert case.told("INV-33") == [
        (f"entry {entry} was added to what was taken over, after two had signed it", "sign it anew")
    ]
    case.given(MANAGER, {"do": "redo", "step": "taken_over"})
    signed_by_two(case)
    assert case.told("INV-33") == []


@pytest.mark.parametrize("signed", [False, True])
def test_what_a_departure_needs_by_its_age_is_done_anew(taken: Taken, signed: bool) -> None:
    """Of two days ago it would be young enough; signed or not, it is another's."""
    case = taken()
    case.given(MANAGER, *THE_OLD_FILE, done("pre_return_risk_assessment", "2026-02-28", **risks()))
    if signed:
        signed_by_two(case)

    assert (case.step("pre_return_risk_assessment").state, case.step("pre_return_risk_assessment").reported) == (
        "expired",
        True,
    )
    ours = "do it anew: what a departure rests on by its age is our own"
    assert case.told("INV-04") == [
        ("'Assess the risks of return together' was done before this return was taken over", ours)
    ]


def test_the_consent_to_return_is_asked_by_whoever_takes_over(taken: Taken) -> None:
    case = taken()
    case.given(
        MANAGER,
        *THE_OLD_FILE,
        done("options_counselling", "2025-10-11", round="1"),
        done("options_counselling", "2025-10-20", round="2"),
    )
    signed_by_two(case)
    assert case.prepare("depart", instead=_stop_at_the_consent) is False
    counted = [s.state for s in case.seen().steps if s.id == "options_counselling" and s.reported]
    assert counted == ["done", "done"]
    assert case.told("INV-01")


def _stop_at_the_consent(case: Play, do: Any) -> bool:
    if do.get("purpose") == "return":
        raise Enough
    return False


def test_a_clearance_is_never_taken_over(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *THE_OLD_FILE)

    answer = case.tried(MANAGER, {"do": "complete", "step": "departure_clearance", "at": "2026-02-20"})

    assert answer.says("INV-33")
    assert answer.says("INV-01")


def test_nobody_is_trusted_because_others_vetted_them(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *THE_OLD_FILE)
    escort = case.involved("escort", at="2025-12-01")
    case.vetted(escort, "escort", at="2025-12-02")
    given = {"do": "assign", "role": "escort", "ref": escort}

    assert (
        case.told("INV-19", given)[0][0]
        == "the escort cannot be trusted: they were vetted before this return was taken over"
    )
    case.given(ASSESSOR, {"do": "redo", "step": "party_vetting", "of": escort})
    case.vetted(escort, "escort")
    assert not case.tried(MANAGER, given).says("INV-19")


def test_a_departure_of_the_day_of_taking_over_is_judged_like_any_other(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *THE_OLD_FILE)
    signed_by_two(case)
    case.wait(hours=3)

    boarding = case.tried(MANAGER, {"do": "move", "to": "depart", "at": "2026-03-02T08:30:00+01:00"})

    assert {"INV-01", "INV-03", "INV-04"} <= boarding.rules


def test_once_the_list_is_signed_no_departure_of_before_is_added(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *THE_OLD_FILE)
    signed_by_two(case)
    late = {"do": "move", "to": "depart", "at": "2026-02-20"}

    assert case.told("PHASE", late, TRAVEL) == [
        (
            "what was taken over is signed, and holds no such move",
            "if it was forgotten, open the list again (redo), enter it, and two sign anew; of somebody who has gone since, enter 'left'",
        )
    ]
    assert case.tried(TRAVEL, {"do": "move", "to": "left", "how": "alone", "at": "2026-02-20"}).done


def test_a_return_of_our_own_takes_no_reports(taken: Taken) -> None:
    case = taken(adopted_on=None)
    case.given(MANAGER, THE_OLD_FILE[0])

    answer = case.tried(MANAGER, {"do": "move", "to": "prepare", "at": "2025-10-10"})

    assert answer.says("screening_interview")
    assert not answer.says("INV-33")
    assert case.step("taken_over").state == "not_applicable"
    assert not any(row.data.get("reported") for row in case.history())


@pytest.mark.parametrize(
    ("at", "day", "says"),
    [
        (BEGAN, "2026-03-03", "That day is still to come."),
        ("2026-03-02", "2026-03-02", "A return that is taken over began before that day"),
        (None, "2026-03-02", "A return that is taken over began before that day"),
        (BEGAN, "2025-09-01", "A return that is taken over began before that day"),
    ],
)
def test_a_return_is_taken_over_after_it_began_and_not_ahead_of_time(
    taken: Taken, at: str | None, day: str, says: str
) -> None:
    with pytest.raises(BadInput, match=says) as refused:
        taken(at=at, adopted_on=day)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("adopted_on", "contradiction")]


@pytest.mark.parametrize(
    ("reason", "is_asked"), [("reintegration_sustained", True), ("lost_contact", False), ("remigrated", False)]
)
def test_only_an_ordinary_end_waits_for_the_list(taken: Taken, reason: str, is_asked: bool) -> None:
    case = taken()
    case.given(MANAGER, *HOME)
    close = {"do": "move", "to": "close", "reason": reason}

    assert bool(case.told("INV-33", close)) is is_asked


# --- what honest offices do -----------------------------------------------------------------------------------------------


def test_honest_what_is_told_of_before_is_written_down_as_it_was_and_shown_so(taken: Taken) -> None:
    """The old office never wrote down its first talk, and its doctor has no account here: neither keeps the rest out."""
    case = taken()
    case.given(MANAGER, done("legal_counselling", "2025-10-05"), done("screening_interview", "2025-09-10"))

    assert [(s.id, s.state) for s in case.seen().steps if s.reported] == [
        ("screening_interview", "done"),
        ("legal_counselling", "done"),
    ]
    assert [row.data.get("reported") for row in case.history()[1:]] == [True, True]
    assert str(case.seen().adopted_on) == TAKEN_OVER


def test_honest_a_yes_of_before_is_shown_as_it_was_reported(taken: Taken, capsys: pytest.CaptureFixture[str]) -> None:
    case = taken()
    case.given(MANAGER, agreed("assistance", "2025-09-05"))
    case.given(MANAGER, {"do": "consent", "purpose": "data_processing", "language": "en"})

    assert {one["purpose"]: one.get("reported", False) for one in case.seen().consents} == {
        "assistance": True,
        "data_processing": False,
    }
    draw(whole(case.seen()))
    given = [line for line in capsys.readouterr().out.splitlines() if ": given" in line]
    assert [line.count("as reported") for line in given] == [1, 0]


def test_honest_a_running_return_is_prepared_to_its_end(taken: Taken) -> None:
    """What has no age stands as it was reported; all else is done anew, and then she may go."""
    case = taken()
    case.given(MANAGER, *THE_OLD_FILE)
    signed_by_two(case)
    before = len(case.said)

    case.ready()

    steps = [str(act.get("step")) for _, _, act in case.said[before:]]
    assert {"screening_interview", "legal_counselling", "identification_decision"}.isdisjoint(steps)
    assert "pre_return_risk_assessment" in steps
    case.until(case.takes_off - timedelta(hours=1))
    case.goes_home()


def test_honest_who_is_home_already_is_followed_up_from_the_day_of_landing(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *HOME, {"do": "move", "to": "settle", "at": "2025-11-20"}, agreed("monitoring", "2025-11-05"))
    case.given(MANAGER, done("arrival_reception", "2025-11-03"))
    signed_by_two(case)

    rounds = {s.round: s.state for s in case.seen().steps if s.id == "monitoring_visit" and s.round}
    assert [rounds[one] for one in ("d2", "d7", "m1", "m3")] == ["passed_over"] * 4
    due = {row.round: row.due_at for row in case.engine.due(as_=case.actor(MANAGER)) if row.step == "monitoring_visit"}
    assert due["m6"].astimezone(UTC).date().isoformat() == "2026-05-03"
    assert case.seen().left is None
    assert not any(one["type"] == "left_without_clearance" for one in case.seen().incidents)


def test_honest_forty_running_returns_in_an_afternoon_by_two_people(taken: Taken) -> None:
    """Half of them are home, half prepare: one enters, the other reads the list and signs; fewer than eight minutes for each."""
    first = taken()
    cases = [
        first,
        *(another_case(first.engine, first.clock, **OPENED, at=BEGAN, adopted_on=TAKEN_OVER) for _ in range(39)),
    ]
    begun = first.now
    for number, case in enumerate(cases):
        acts = [*THE_OLD_FILE] if number % 2 else [*HOME, agreed("monitoring", "2025-11-05")]
        for act in acts:
            case.given(MANAGER, act)
            first.wait(seconds=25)
        signed_by_two(case)
        first.wait(seconds=20)

    assert first.now - begun <= timedelta(hours=5)
    assert [case.step("taken_over").state for case in cases] == ["done"] * 40
    assert [case.seen().phase for case in cases] == ["arrival", "pre_departure"] * 20
    assert all(case.told("INV-33") == [] for case in cases)


# --- what a report does not do --------------------------------------------------------------------


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


# --- what is added, and what others did not write down --------------------------------------------


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


def test_a_visit_of_before_is_told_without_inventing_what_was_talked_about(taken: Taken) -> None:
    """The old list says: 5 November, visited, reached. Nobody who takes over knows what she said."""
    case = taken()
    case.given(MANAGER, *HOME)

    visit = done("monitoring_visit", "2025-11-05", round="d2", how="visit", result="reached")

    assert case.tried(MANAGER, visit, may_be_bad_input=True).done


def test_a_hand_over_of_before_is_told_without_inventing_who_took_over(taken: Taken) -> None:
    case = taken()
    case.given(MANAGER, *HOME, {"do": "assign", "role": "receiving_organisation", "partner": "ng_bakhita"})

    over = done("handover_confirmation", "2025-11-05", result="confirmed")

    assert case.tried(MANAGER, over, may_be_bad_input=True).done


def test_honest_that_a_child_was_cleared_elsewhere_is_told_as_it_was(taken: Taken) -> None:
    """The old file says: 30 October, the daughter is cleared, too. A report is written down as it was; it clears nothing."""
    case = taken()
    case.given(MANAGER, {"do": "involve", "by": "person", "relation": "child", "travels": True, "at": "2025-09-02"})
    case.given(MANAGER, has_own(its_own_case(case)), *THE_OLD_FILE)

    assert case.tried(MANAGER, done(OWN, "2025-10-30", of="child-1", result="cleared")).done


def test_a_safety_plan_in_which_others_wrote_nothing_takes_nobody_home(taken: Taken) -> None:
    contacts = {"emergency_contact": "ng_bakhita", "assisting_organisation": "ng_bakhita"}
    told = dict.fromkeys(("numbers", "where_to_go", "what_to_take", "who_must_not_know"), "invented words")
    asked = []
    for said in (contacts, contacts | told):
        case = taken()
        case.given(MANAGER, *THE_OLD_FILE, done("safety_plan", "2025-10-20", **said))
        signed_by_two(case)
        assert (case.step("safety_plan").state, case.step("safety_plan").reported) == ("done", True)
        asked.append(("STEP", "safety_plan") in case.why().reasons)

    assert asked == [True, False]
