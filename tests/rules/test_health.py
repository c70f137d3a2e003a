"""Fit to travel: INV-15, each on both sides of its boundary."""

from __future__ import annotations

import pytest
from wayhome.model.case import IncidentRecord

from tests.rules.cases import HOUR, on_both_sides

# --- INV-15: fit to travel ---------------------------------------------------------------------------------------


@on_both_sides
def test_a_fitness_check_counts_for_seventy_two_hours(ready, too_much, met):
    assert ready.with_step("fit_to_travel_check", at=ready.at - 72 * HOUR - too_much).ask("INV-15").met is met


@pytest.mark.parametrize("step", ["medical_assessment", "fit_to_travel_check"])
@pytest.mark.parametrize(
    ("result", "met"),
    [
        ("fit", True),
        ("fit_with_escort", True),
        ("unfit_temporary", False),
        ("unfit", False),
    ],
)
def test_nobody_departs_who_was_found_unfit(ready, step, result, met):
    assert ready.with_step(step, result=result).ask("INV-15").met is met


def test_nobody_departs_without_the_check_before_the_journey(ready):
    assert not ready.without_step("fit_to_travel_check").ask("INV-15").met
    assert not ready.with_step("fit_to_travel_check", state="open").ask("INV-15").met


def test_the_medical_assessment_itself_may_be_missing_or_declined(ready):
    assert ready.without_step("medical_assessment").ask("INV-15").met
    assert ready.with_step("medical_assessment", result="declined").ask("INV-15").met


@pytest.mark.parametrize("result", ["self_declared", "declined"])
@pytest.mark.parametrize(
    ("pregnant", "met", "subject"),
    [
        (False, True, "fit_to_travel_check"),
        (True, False, "fit_to_travel_check"),  # a doctor or nurse must look
        (None, False, "medical_flag"),  # nobody has asked
    ],
)
def test_a_declaration_of_ones_own_does_only_without_medical_flag(ready, result, pregnant, met, subject):
    declared = ready.with_step("fit_to_travel_check", result=result)
    declared = declared.with_fact("psychiatric_condition", False).with_fact("recent_injury_or_illness", False)
    declared = declared if pregnant is None else declared.with_fact("pregnant", pregnant)

    reason = declared.ask("INV-15")

    assert (reason.met, reason.subject) == (met, subject)


@pytest.mark.parametrize(
    ("type", "met"),
    [
        ("medical_unfit", False),  # was unfit on the way here, and says alone to be well again
        ("decision_postponed", True),
    ],
)
def test_who_was_unfit_is_looked_at_by_a_doctor_or_nurse(ready, type, met):
    opened = IncidentRecord(1, type, "none", "pre_departure", ready.at - 72 * HOUR, resolved_at=ready.at)
    declared = ready.with_step("fit_to_travel_check", result="self_declared").but(incidents=(opened,))
    for flag in ("pregnant", "psychiatric_condition", "recent_injury_or_illness"):
        declared = declared.with_fact(flag, False)

    reason = declared.ask("INV-15")

    assert reason.met is met
    assert met or (reason.remedy.do["do"], reason.remedy.do["step"]) == ("redo", "fit_to_travel_check")
    assert met or reason.remedy.from_ == ready.at
    assert ready.with_step("fit_to_travel_check", result="fit").but(incidents=(opened,)).ask("INV-15").met


def test_who_was_unfit_needs_the_check_also_where_nobody_has_asked_about_health(ready):
    opened = IncidentRecord(1, "medical_unfit", "none", "pre_departure", ready.at - 72 * HOUR, resolved_at=ready.at)
    declared = ready.with_step("fit_to_travel_check", result="declined").without_fact("pregnant")

    assert declared.ask("INV-15").subject == "medical_flag"
    assert declared.but(incidents=(opened,)).ask("INV-15").subject == "fit_to_travel_check"
