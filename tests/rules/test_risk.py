"""How dangerous the return is: INV-04 … INV-06, each on both sides of its boundary."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wayhome.case_now import CaseNow
from wayhome.model.case import EntryPart, EntryRecord, IncidentRecord
from wayhome.rules.safeguard import SAFEGUARDS

from tests.rules.cases import DAY, HOUR, SECOND, on_both_sides, with_values

# --- INV-04: the age of the risk assessment ----------------------------------------------------------------------


@on_both_sides
@pytest.mark.parametrize(
    ("step", "age"),
    [
        ("pre_return_risk_assessment", 14 * DAY),
        ("risk_recheck", 72 * HOUR),
    ],
)
def test_risk_is_assessed_and_checked_again_late_enough(ready, step, age, too_much, met):
    reason = ready.with_step(step, at=ready.at - age - too_much).ask("INV-04")

    assert reason.met is met
    assert met or reason.subject == step


@pytest.mark.parametrize(
    ("step", "changes"),
    [
        ("pre_return_risk_assessment", {"state": "open"}),
        ("pre_return_risk_assessment", {"state": "in_progress"}),  # one signature is missing
        ("pre_return_risk_assessment", {"result": "high"}),
        ("risk_recheck", {"state": "failed"}),
        ("risk_recheck", {"result": "worse"}),
    ],
)
def test_an_assessment_that_is_not_done_or_does_not_pass_never_counts(ready, step, changes):
    reason = ready.with_step(step, **changes).ask("INV-04")

    assert (reason.met, reason.subject) == (False, step)


@pytest.mark.parametrize("step", ["pre_return_risk_assessment", "risk_recheck"])
def test_nobody_departs_without_both_looks_at_the_risk(ready, step):
    assert not ready.without_step(step).ask("INV-04").met


# --- INV-05: the level of the risk -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("level", "met"),
    [
        ("low", True),
        ("medium", True),  # one step inside
        ("high", False),  # one step outside
    ],
)
def test_nobody_departs_while_the_risk_of_return_is_high(ready, level, met):
    assert ready.with_step("pre_return_risk_assessment", result=level).ask("INV-05").met is met


def test_an_open_high_risk_stops_departure_whatever_the_assessment_says(ready):
    opened = IncidentRecord(1, "risk_high", "blocked", "pre_departure", ready.at)

    assert not ready.but(incidents=(opened,)).ask("INV-05").met
    assert ready.but(incidents=(opened._replace(resolved_at=ready.at),)).ask("INV-05").met


@pytest.mark.parametrize("state", ["open", "in_progress", "failed", "skipped"])
def test_a_risk_that_is_not_known_stops_departure(ready, state):
    reason = ready.with_step("pre_return_risk_assessment", state=state).ask("INV-05")

    assert (reason.met, reason.fact) == (False, "the risk of return is not known")


def test_a_risk_that_nobody_has_looked_at_stops_departure(ready):
    assert ready.without_step("pre_return_risk_assessment").ask("INV-05").fact == "the risk of return is not known"


@pytest.mark.parametrize(
    ("signed", "met"),
    [
        ([("risk_assessor", "anna", "low"), ("case_manager_sending", "bela", "low")], True),
        ([("risk_assessor", "anna", "low")], False),  # one signature short
        ([("risk_assessor", "anna", "low"), ("risk_assessor", "bela", "low")], False),  # two people, one role
        ([], False),
    ],
)
def test_a_risk_assessment_is_signed_by_two_different_roles(ready, signed, met):
    assert ready.with_step("pre_return_risk_assessment", signed=tuple(signed)).ask("INV-05").met is met


# --- INV-06: a complete assessment -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "missing"),
    [
        ({}, None),
        ({"origin_input": "other_vetted_source"}, None),
        ({"own_view": None}, "the person's own view"),
        ({"own_view": False}, "the person's own view"),
        ({"origin_input": None}, "input from the origin side"),
        ({"own_view": None, "origin_input": None}, "the person's own view and input from the origin side"),
    ],
)
def test_an_assessment_holds_the_own_view_and_the_origin_side(ready, values, missing):
    reason = with_values(ready, "pre_return_risk_assessment", **values).ask("INV-06")

    assert reason.met is (missing is None)
    assert missing is None or reason.fact == f"the risk assessment lacks {missing}"


@pytest.mark.parametrize(
    ("origin_input", "met"),
    [
        ("other_vetted_source", True),
        ("receiving_partner", False),  # there is none who could have said anything
    ],
)
def test_without_a_partner_another_vetted_source_speaks_for_the_origin(ready, origin_input, met):
    alone = ready.with_step("partner_selection", result="none_wanted")

    assert with_values(alone, "pre_return_risk_assessment", origin_input=origin_input).ask("INV-06").met is met


def test_an_assessment_that_was_reset_holds_nothing_that_counts(ready):
    assert not ready.with_step("pre_return_risk_assessment", state="open").ask("INV-06").met
    assert not ready.without_step("pre_return_risk_assessment").ask("INV-06").met


# --- what was asked before the yes that counts -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "met"),
    [
        (0 * SECOND, True),
        (SECOND, False),  # a second before the consent that counts now
    ],
)
def test_risk_and_wish_are_checked_after_the_consent_that_counts(ready, before, met):
    asked = ready.case.steps["risk_recheck"].at + before

    reason = ready.with_consent("return", at=asked).ask("INV-04")

    assert reason.met is met
    assert met or (reason.subject, reason.remedy.do["do"], reason.remedy.do["step"]) == (
        "risk_recheck",
        "redo",
        "risk_recheck",
    )
    assert met or reason.remedy.from_ == ready.at


@pytest.mark.parametrize(
    ("confirmed", "met"),
    [
        (True, True),
        (None, False),  # nobody asked: that is no yes
        (False, False),
    ],
)
def test_who_did_not_want_to_go_at_the_last_check_does_not_depart(ready, confirmed, met):
    reason = with_values(ready, "risk_recheck", will_confirmed=confirmed).ask("INV-04")

    assert reason.met is met
    said_no = "at the last check the person did not want to go"
    asked = said_no if confirmed is False else "at the last check nobody asked whether the person still wants to go"
    assert met or reason.fact == asked
    assert met or (reason.subject, reason.remedy.from_) == ("risk_recheck", ready.at)
    assert met or reason.remedy.do == {"do": "redo", "step": "risk_recheck"}


# --- each factor, and the children who travel along ---------------------------------------------------------------

UNKNOWN = "the risk of return is not known: not every factor could be answered"
ROW = {"about": "person", "factor": "housing", "likelihood": "1", "severity": "1", "residual": "low"}


@pytest.mark.parametrize(
    ("factors", "said"),
    [
        ({"housing": "present"}, None),
        ({"housing": "unknown"}, UNKNOWN),
        ({"housing": "unknown", "income": "unknown"}, UNKNOWN),
        ({"housing": None}, UNKNOWN),  # nobody was asked, where the process did not ask for it then
    ],
)
def test_what_is_not_known_of_the_risk_holds_and_is_not_told(ready, factors, said):
    answers = {**ready.case.steps["pre_return_risk_assessment"].values["factors"], **factors}
    said_of = {factor: answer for factor, answer in answers.items() if answer}
    reason = with_values(ready, "pre_return_risk_assessment", factors=said_of).ask("INV-05")

    assert reason.met is (said is None)
    assert said is None or (reason.fact, reason.subject, reason.todo) == (
        said,
        "pre_return_risk_assessment",
        "find out, there and here; then assess it anew",
    )


def test_what_was_not_known_in_an_assessment_that_is_done_anew_says_nothing(ready):
    unknown = with_values(ready, "pre_return_risk_assessment", factors={"housing": "unknown"})
    again = unknown.with_step("pre_return_risk_assessment", state="open")

    assert again.ask("INV-05").fact == "the risk of return is not known"


@pytest.mark.parametrize(
    ("person", "rows", "met"),
    [
        ({"relation": "child", "travels": True}, [ROW], False),
        ({"relation": "child", "travels": True}, [ROW, {**ROW, "about": "accompanying_children"}], True),
        ({"relation": "child", "travels": True}, [], True),  # nothing is there, for nobody
        ({"relation": "child", "travels": False}, [ROW], True),
        ({"relation": "child", "travels": True, "age_band": "adult"}, [ROW], True),
        ({"relation": "relative", "travels": True}, [ROW], False),
        ({"relation": "lawyer", "travels": True}, [ROW], True),
    ],
)
def test_children_who_travel_along_stand_in_the_assessment(ready, person, rows, met):
    along = ready.with_person("somebody-1", **person)

    reason = with_values(along, "pre_return_risk_assessment", matrix=rows).ask("INV-06")

    assert reason.met is met
    assert met or (reason.fact, reason.subject, reason.todo) == (
        "no row of the risk assessment is about the children who travel along",
        "pre_return_risk_assessment",
        "assess it anew, with a row for what concerns them",
    )


# --- when it is looked at again ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "met"), [(0, True), (1, True), (-1, False)])
def test_a_risk_whose_day_to_look_again_is_over_holds(ready, days, met):
    day = (ready.at + days * DAY).date().isoformat()

    reason = with_values(ready, "pre_return_risk_assessment", next_review=day).ask("INV-04")

    assert reason.met is met
    assert met or (reason.fact, reason.subject, reason.todo, dict(reason.remedy.do)) == (
        f"the risk was to be looked at again by {day}",
        "pre_return_risk_assessment",
        "assess it anew",
        {"do": "redo", "step": "pre_return_risk_assessment"},
    )


@pytest.mark.parametrize("is_late", [True, False])
def test_a_flight_that_leaves_after_midnight_makes_a_risk_no_older(ready, is_late):
    """Booked for the evening of the day to look again, and gone in the night: ages count at the booked departure, then."""
    evening = ready.at.replace(hour=18, minute=0)  # 20 hours in Brussels
    known = with_values(ready, "pre_return_risk_assessment", next_review=evening.date().isoformat())
    leaves = evening + timedelta(hours=6)
    boards = CaseNow(known.process, known.case, leaves, ages_at=evening if is_late else leaves)

    finding = SAFEGUARDS["INV-04"].judge(boards)

    assert (finding.fact == "the risk was to be looked at again by {day}") is not is_late


def test_where_no_day_is_said_none_is_over(ready):
    assert with_values(ready, "pre_return_risk_assessment", next_review=None).ask("INV-04").met


def with_conditions(ready, *states):
    """Conditions of the return that one has set, and of which another says how they stand."""
    set_ = EntryPart(ready.at - 2 * HOUR, 900, "planned", {"against": "condition"}, "anna")
    refs = [f"measure-{number}" for number, _ in enumerate(states, start=1)]
    said = [EntryPart(ready.at - HOUR, 901, state, actor="rosa") for state in states]
    return ready.but(
        entries={ref: EntryRecord(ref, "measure", "", (set_, one)) for ref, one in zip(refs, said, strict=True)}
    )


@pytest.mark.parametrize(
    ("result", "states", "waits_for"),
    [
        ("go", (), None),
        ("go", ("done", "not_needed"), None),
        ("go", ("planned",), "measure-1"),  # it was written down that it must be so
        ("go_with_conditions", ("done",), None),
        ("go_with_conditions", ("done", "planned", "planned"), "measure-2, measure-3"),
        ("go_with_conditions", (), ""),
        ("go_with_conditions", ("not_needed", "not_possible"), ""),
    ],
)
def test_each_condition_of_the_return_is_written_down_and_was_seen_to_be_kept(ready, result, states, waits_for):
    reason = with_conditions(ready.with_step("return_review", result=result), *states).ask("INV-04")

    assert reason.met is (waits_for is None)
    if waits_for:
        assert (reason.fact, reason.subject, reason.todo, dict(reason.remedy.do)) == (
            f"nobody has seen that these conditions of the return are kept: {waits_for}",
            "measure",
            "let another than who set them see it, and say how; or say that it is not possible",
            {"do": "update", "ref": waits_for.split(",")[0]},
        )
    elif waits_for == "":
        title = ready.process.title("registers", "measure")
        assert (reason.fact, reason.subject, reason.todo, dict(reason.remedy.do)) == (
            f"what is said of 'Decide together whether to go' needs an entry of '{title}' that still stands: "
            "a condition of the return",
            "measure",
            "enter it first: what is done, who sees to it, and by when",
            {"do": "enter", "register": "measure"},
        )


def test_a_review_that_is_open_again_or_was_never_held_sets_no_condition(ready):
    conditional = ready.with_step("return_review", result="go_with_conditions")

    assert not conditional.ask("INV-04").met
    assert conditional.with_step("return_review", state="open").ask("INV-04").met  # that it is open is said by the step
    assert ready.without_step("return_review").ask("INV-04").met


@pytest.mark.parametrize(
    ("factor", "against", "state", "lacks"),
    [
        ("housing", None, "planned", "housing"),
        ("debt_or_oath_pressure", None, "planned", "debt or oath pressure"),
        ("debt_or_oath_pressure", "housing", "planned", "debt or oath pressure"),  # that makes another danger smaller
        ("debt_or_oath_pressure", "debt_or_oath_pressure", "not_possible", "debt or oath pressure"),
        ("debt_or_oath_pressure", "debt_or_oath_pressure", "planned", None),
        ("debt_or_oath_pressure", "debt_or_oath_pressure", "done", None),
    ],
)
def test_a_danger_is_called_smaller_only_while_a_measure_against_it_stands(ready, factor, against, state, lacks):
    row = {"about": "person", "factor": factor, "likelihood": "3", "severity": "3", "residual": "low"}
    smaller = with_values(ready, "pre_return_risk_assessment", matrix=[row])
    if against is not None:
        part = EntryPart(ready.at - HOUR, 900, state, {"against": against}, "anna")
        smaller = smaller.but(entries={"measure-1": EntryRecord("measure-1", "measure", "", (part,))})

    reason = smaller.ask("INV-05")

    assert reason.met is (lacks is None)
    if lacks is not None:
        step, register = (
            ready.process.title("steps", "pre_return_risk_assessment"),
            ready.process.title("registers", "measure"),
        )
        assert (reason.subject, reason.todo) == (
            "measure",
            "enter it first: what is done, who sees to it, and by when",
        )
        assert reason.fact == f"what is said of '{step}' needs an entry of '{register}' that still stands: {lacks}"
        assert reason.remedy.do == {"do": "enter", "register": "measure"}
