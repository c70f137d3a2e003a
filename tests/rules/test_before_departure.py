"""Who may start the journey: INV-01 … INV-08, INV-15, INV-16, INV-30, each on both sides of its boundary."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from wayhome.model.case import IncidentRecord
from wayhome.packs.process import Span
from wayhome.testing.builders import Ready, ready_to_depart

DAY, HOUR, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(seconds=1)

on_both_sides = pytest.mark.parametrize(
    ("too_much", "met"),
    [
        (timedelta(0), True),  # exactly as old as is allowed
        (SECOND, False),  # one second older
    ],
)


@pytest.fixture
def ready(shelf) -> Ready:
    return ready_to_depart("BE", "NG", shelf=shelf)


def with_values(ready: Ready, step: str, **values: object) -> Ready:
    """The same with some of the values that a step recorded replaced."""
    return ready.with_step(step, values={**ready.case.steps[step].values, **values})


def with_kind(ready: Ready, kind: str, **changes: object) -> Ready:
    """The same with one kind of document changed in the process."""
    documents = {**ready.process.documents, kind: replace(ready.process.documents[kind], **changes)}
    return replace(ready, process=replace(ready.process, documents=documents))


def with_legs(ready: Ready, *legs: object, **changes: object) -> Ready:
    travel = ready.case.travel
    assert travel is not None
    return ready.but(travel=travel._replace(legs=legs or travel.legs, **changes))


def test_a_case_that_is_ready_passes_every_safeguard_of_this_file(ready):
    rules = [
        "INV-01",
        "INV-02",
        "INV-03",
        "INV-04",
        "INV-05",
        "INV-06",
        "INV-07",
        "INV-08",
        "INV-15",
        "INV-16",
        "INV-30",
    ]

    assert [rule for rule in rules if not ready.ask(rule).met] == []


# --- INV-01: a return consent in force ---------------------------------------------------------------------------


@on_both_sides
def test_a_consent_to_return_counts_for_exactly_thirty_days(ready, too_much, met):
    asked = ready.with_consent("return", at=ready.at - 30 * DAY - too_much)

    assert asked.ask("INV-01").met is met


@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("refused", "the person does not want to return"),
        ("withdrawn", "the consent to return was taken back"),
        ("void", "the consent to return no longer counts"),
    ],
)
def test_a_consent_that_is_no_yes_says_what_it_is(ready, state, said):
    reason = ready.with_consent("return", state=state).ask("INV-01")

    assert (reason.met, reason.fact) == (False, said)


def test_nobody_departs_without_having_been_asked_for_consent(ready):
    reason = ready.without_consent("return").ask("INV-01")

    assert (reason.met, reason.fact) == (False, "there is no consent to return")


@pytest.mark.parametrize(
    ("form", "met"),
    [
        ("written", True),
        ("witnessed", True),  # for a person who cannot write
        ("oral", False),
        (None, False),
    ],
)
def test_only_a_written_or_witnessed_consent_counts_for_return(ready, form, met):
    assert ready.with_consent("return", form=form).ask("INV-01").met is met


@pytest.mark.parametrize(
    ("language", "met"),
    [
        ("en", True),
        ("fr", False),  # not among the languages that the person understands
        (None, False),
    ],
)
def test_a_consent_counts_only_in_a_language_that_is_understood(ready, language, met):
    assert ready.with_consent("return", language=language).ask("INV-01").met is met


def test_unrecorded_languages_leave_the_consent_to_return_unmet(ready):
    reason = ready.without_fact("languages").ask("INV-01")

    assert (reason.met, reason.subject, reason.remedy.do["do"]) == (False, "languages", "record")


@pytest.mark.parametrize(
    ("ends", "met"),
    [
        (0, True),  # its last day is the day of departure
        (-1, False),  # it ended the day before
    ],
)
def test_a_consent_with_an_end_counts_until_the_end_of_that_day(ready, ends, met):
    asked = ready.with_consent("return", expires_on=ready.at.date() + ends * DAY)

    assert asked.ask("INV-01").met is met


@pytest.mark.parametrize(
    ("later", "met"),
    [
        (timedelta(0), True),
        (SECOND, False),  # given after the moment that is judged
    ],
)
def test_a_consent_that_is_given_later_does_not_count_yet(ready, later, met):
    assert ready.with_consent("return", at=ready.at + later).ask("INV-01").met is met


# --- INV-02: the spoken yes --------------------------------------------------------------------------------------


@on_both_sides
def test_the_spoken_yes_counts_for_twenty_four_hours_before_boarding(ready, too_much, met):
    assert ready.with_step("departure_assistance", at=ready.at - 24 * HOUR - too_much).ask("INV-02").met is met


def test_a_spoken_no_or_no_answer_at_all_stops_boarding(ready):
    assert not ready.with_step("departure_assistance", result="declined").ask("INV-02").met
    assert not ready.with_step("departure_assistance", state="open").ask("INV-02").met
    assert not ready.without_step("departure_assistance").ask("INV-02").met


# --- INV-03: the clearance ---------------------------------------------------------------------------------------


@on_both_sides
def test_a_clearance_counts_for_exactly_twenty_four_hours(ready, too_much, met):
    assert ready.with_step("departure_clearance", at=ready.at - 24 * HOUR - too_much).ask("INV-03").met is met


def test_a_void_clearance_is_told_apart_from_a_missing_one(ready):
    void = ready.with_step("departure_clearance", state="open").ask("INV-03")
    missing = ready.without_step("departure_clearance").ask("INV-03")

    assert (void.met, void.fact) == (False, "the clearance is void")
    assert (missing.met, missing.fact) == (
        False,
        "the departure is not cleared, or its clearance is older than 24 hours",
    )


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
        ("risk_recheck", {"result": "changed"}),
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


# --- INV-07: who meets the person, where and when ----------------------------------------------------------------


@on_both_sides
def test_a_partner_has_confirmed_at_most_fourteen_days_before(ready, too_much, met):
    assert ready.with_step("partner_confirmation", at=ready.at - 14 * DAY - too_much).ask("INV-07").met is met


@pytest.mark.parametrize(
    ("opens", "closes", "met"),
    [
        ("2026-05-14T16:00:00Z", "2026-05-14T16:00:00Z", True),  # a window of one moment: the landing
        ("2026-05-14T16:00:01Z", "2026-05-17T08:00:00Z", False),  # the person lands a second before it opens
        ("2026-05-14T08:00:00Z", "2026-05-14T15:59:59Z", False),  # the person lands a second after it closes
        ("", "", False),  # no window was named
    ],
)
def test_the_person_lands_while_the_partner_is_waiting(ready, opens, closes, met):
    agreed = with_values(ready, "partner_confirmation", reception_from=opens, reception_until=closes)

    assert agreed.ask("INV-07").met is met


def test_a_confirmation_names_who_meets_the_person(ready):
    assert not with_values(ready, "partner_confirmation", received_by=None).ask("INV-07").met


def test_a_partner_who_refuses_or_is_silent_does_not_count(ready):
    assert not ready.with_step("partner_confirmation", result="refused").ask("INV-07").met
    assert not ready.without_step("partner_confirmation").ask("INV-07").met


def test_no_reception_can_be_agreed_before_the_journey_is_booked(ready):
    reason = with_legs(ready, status="target").ask("INV-07")

    assert (reason.met, reason.subject) == (False, "travel_plan")


@pytest.mark.parametrize(
    ("in_writing", "met"),
    [
        (True, True),
        (False, False),  # said, and not written
        (None, False),
    ],
)
def test_who_wants_no_partner_declines_reception_in_writing(ready, in_writing, met):
    alone = ready.without_step("partner_confirmation").with_step("partner_selection", result="none_wanted")

    assert alone.with_fact("reception_declined_in_writing", in_writing).ask("INV-07").met is met


def test_a_person_may_decline_being_met_at_the_airport(ready):
    alone = ready.without_step("partner_confirmation")
    declined = alone.with_step("arrival_reception", state="skipped")

    assert declined.with_fact("reception_declined_in_writing", True).ask("INV-07").met
    assert declined.ask("INV-07").remedy.do["facts"] == {"reception_declined_in_writing": True}
    assert not alone.with_step("arrival_reception", state="open").ask("INV-07").met


# --- INV-08: contacts in the country of origin -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("values", "met"),
    [
        ({}, True),
        ({"assisting_organisation": "nobody_knows_it"}, False),  # neither a partner nor a person of the case
        ({"assisting_organisation": None}, False),
        ({"emergency_contact": None}, False),
    ],
)
def test_the_person_carries_a_helper_and_an_emergency_contact(ready, values, met):
    assert with_values(ready, "safety_plan", **values).ask("INV-08").met is met


def test_a_safety_plan_that_is_missing_or_reset_holds_no_contacts(ready):
    assert not ready.without_step("safety_plan").ask("INV-08").met
    assert not ready.with_step("safety_plan", state="open").ask("INV-08").met


@pytest.mark.parametrize(
    ("partner", "met"),
    [
        ({"contacts": []}, True),
        ({"contacts": [{"status": "unchecked"}]}, True),
        ({"contacts": [{"status": "reported_down"}, {"status": "working"}]}, True),  # one way is left
        ({"contacts": [{"status": "reported_down"}]}, False),  # the last way is gone
        ({"contacts": [{"status": "working"}], "superseded_by": "ng_other"}, False),
    ],
)
def test_a_contact_that_is_reported_down_does_not_count(ready, partner, met):
    labels = {**ready.process.labels, "partners": {**ready.process.partners, "ng_bakhita": partner}}

    assert replace(ready, process=replace(ready.process, labels=labels)).ask("INV-08").met is met


@pytest.mark.parametrize(
    ("needed", "met"),
    [
        (2, True),  # the plan has two places: who helps, and for an emergency
        (3, False),
    ],
)
def test_a_country_may_ask_for_more_contacts_on_the_card(ready, needed, met):
    limits = {**ready.process.limits, "emergency_contacts": needed}

    assert replace(ready, process=replace(ready.process, limits=limits)).ask("INV-08").met is met


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


# --- INV-16: a travel document -----------------------------------------------------------------------------------


LANDING = date(2026, 5, 14)


@pytest.mark.parametrize(
    ("expires_on", "met"),
    [
        (LANDING, True),  # its last day is the day of landing
        (LANDING - DAY, False),  # one day short
        (None, False),  # nobody has read it from the paper
    ],
)
def test_a_printed_paper_is_valid_until_the_landing(ready, expires_on, met):
    assert ready.with_document("ng_passport", expires_on=expires_on).ask("INV-16").met is met


def test_a_landing_after_midnight_in_the_country_of_origin_is_the_next_day(ready):
    late = with_legs(ready, ready.case.travel.legs[0]._replace(arrives_at=ready.at.replace(hour=23)))  # 00:00 in Lagos

    assert late.with_document("ng_passport", expires_on=LANDING + DAY).ask("INV-16").met
    assert not late.with_document("ng_passport", expires_on=LANDING).ask("INV-16").met


@pytest.mark.parametrize(
    ("margin", "days"),
    [
        (Span(3, "days"), 3),
        (Span(2, "weeks"), 14),
        (Span(6, "months"), 6 * 31),  # the longest that six months can come to
        (Span(5, "working_days"), 10),
        (Span(12, "hours"), 1),  # a paper knows only whole days
    ],
)
def test_a_margin_of_the_pack_is_added_to_the_journey(ready, margin, days):
    strict = with_kind(ready, "ng_passport", margin=margin)

    assert strict.with_document("ng_passport", expires_on=LANDING + days * DAY).ask("INV-16").met
    assert not strict.with_document("ng_passport", expires_on=LANDING + (days - 1) * DAY).ask("INV-16").met


@pytest.mark.parametrize(
    ("issued_on", "expires_on", "met"),
    [
        (LANDING - 30 * DAY, None, True),  # its thirtieth day is the landing
        (LANDING - 31 * DAY, None, False),  # one day short
        (LANDING - 31 * DAY, LANDING + 90 * DAY, False),  # print cannot make it longer
        (LANDING, LANDING - DAY, False),  # nor can its issue
        (None, None, False),  # nobody knows when it was issued
    ],
)
def test_a_paper_that_runs_from_its_issue_ends_by_itself(ready, issued_on, expires_on, met):
    thirty = with_kind(ready, "ng_passport", validity="issue", max_days=30)

    assert thirty.with_document("ng_passport", issued_on=issued_on, expires_on=expires_on).ask("INV-16").met is met


@pytest.mark.parametrize(
    ("validity", "expires_on", "met"),
    [
        ("trip", None, True),
        ("trip", LANDING - DAY, False),  # what is printed counts all the same
        ("life", None, True),
        ("life", LANDING - DAY, False),
    ],
)
def test_a_paper_for_the_trip_or_for_life_needs_no_end(ready, validity, expires_on, met):
    lasting = with_kind(ready, "ng_passport", validity=validity)

    assert lasting.with_document("ng_passport", issued_on=None, expires_on=expires_on).ask("INV-16").met is met


@pytest.mark.parametrize("status", ["requested", "lost", "withheld", "refused", "surrendered"])
def test_only_a_paper_in_hand_opens_the_border(ready, status):
    assert not ready.with_document("ng_passport", status=status).ask("INV-16").met


def test_no_paper_or_no_booked_journey_leaves_the_document_unmet(ready):
    assert ready.without_documents().ask("INV-16").fact == "no valid travel document is held"
    assert with_legs(ready, status="target").ask("INV-16").subject == "travel_plan"
    assert ready.but(travel=None).ask("INV-16").subject == "travel_plan"


def test_a_paper_of_another_route_does_not_count(ready):
    reason = ready.with_fact("has_passport", False).ask("INV-16")

    assert (reason.met, reason.fact) == (False, "the travel document is not one for this journey")


def test_one_valid_paper_is_enough_beside_an_expired_one(ready):
    both = ready.with_document("ng_passport", expires_on=LANDING - DAY)
    both = with_kind(both, "ng_etc", when=None).with_document("ng_etc", expires_on=LANDING)

    assert both.ask("INV-16").met


@pytest.mark.parametrize(
    ("airside", "met"),
    [
        ([], True),  # a direct flight has no transit
        ([True], True),
        ([True, True], True),
        ([True, False], False),  # the second connection leaves the airside
        ([None], False),  # nobody has asked
    ],
)
def test_an_airside_paper_needs_every_connection_to_stay_airside(ready, airside, met):
    direct = ready.case.travel.legs[0]
    legs = [*(direct._replace(to="AMS", airside=stays) for stays in airside), direct]

    assert with_legs(with_kind(ready, "ng_passport", airside_only=True), *legs).ask("INV-16").met is met


def test_a_flight_on_inside_the_country_of_origin_and_a_train_to_the_airport_are_no_transit(ready):
    direct = ready.case.travel.legs[0]
    legs = [direct._replace(to="AMS", mode="rail"), direct, direct._replace(from_="LOS", to="BNI")]

    assert with_legs(with_kind(ready, "ng_passport", airside_only=True), *legs).ask("INV-16").met


@pytest.mark.parametrize(
    ("expires_on", "met"),
    [
        (LANDING, True),
        (LANDING - DAY, False),
    ],
)
def test_each_child_who_travels_along_has_a_paper_of_its_own(ready, expires_on, met):
    together = ready.with_person("child-1", "child", travels=True)
    held = ready.case.documents["ng_passport"]._replace(kind="ng_child_passport", of="child-1", expires_on=expires_on)

    assert not together.ask("INV-16").met
    papers = {**ready.case.documents, "ng_child_passport@child-1": held}
    assert together.but(documents=papers).ask("INV-16").met is met


def test_an_escort_and_a_child_who_stays_need_no_paper_here(ready):
    assert ready.with_person("escort-1", "escort", travels=True).ask("INV-16").met
    assert ready.with_person("child-1", "child", travels=False).ask("INV-16").met


# --- INV-30: nothing that has expired counts ---------------------------------------------------------------------


@on_both_sides
@pytest.mark.parametrize(
    ("step", "age"),
    [
        ("pre_return_risk_assessment", 14 * DAY),
        ("partner_confirmation", 14 * DAY),
        ("return_review", 30 * DAY),
        ("return_consent", 30 * DAY),
        ("risk_recheck", 72 * HOUR),
        ("fit_to_travel_check", 72 * HOUR),
    ],
)
def test_evidence_is_judged_by_its_age_at_the_departure(ready, step, age, too_much, met):
    reason = ready.with_step(step, at=ready.at - age - too_much).ask("INV-30")

    assert reason.met is met
    assert met or reason.subject == step


@on_both_sides
def test_a_medical_assessment_counts_for_three_calendar_months(ready, too_much, met):
    three_months_before = ready.at.replace(month=2) + HOUR  # February has winter time: the same clock time in Brussels

    assert ready.with_step("medical_assessment", at=three_months_before - too_much).ask("INV-30").met is met


def test_the_same_evidence_is_fresh_earlier_and_too_old_later(ready):
    assert ready.ask("INV-30", at=ready.at).met
    assert not ready.ask("INV-30", at=ready.at + SECOND).met


def test_old_evidence_of_a_step_that_is_not_asked_for_is_no_matter(ready):
    old = ready.with_step("partner_confirmation", at=ready.at - 15 * DAY)

    assert not old.ask("INV-30").met
    assert old.with_step("partner_selection", result="none_wanted").ask("INV-30").met


@pytest.mark.parametrize(
    ("changes", "met"),
    [
        ({}, False),
        ({"gate": "settle"}, True),  # another move waits for it
        ({"gate": "none"}, True),
        ({"kind": "offered"}, True),
    ],
)
def test_only_the_age_of_what_departure_waits_for_counts(ready, changes, met):
    step = replace(ready.process.steps["return_review"], **changes)
    process = replace(ready.process, steps={**ready.process.steps, "return_review": step})
    old = ready.with_step("return_review", at=ready.at - 90 * DAY)

    assert replace(old, process=process).ask("INV-30").met is met


@pytest.mark.parametrize("step", ["departure_clearance", "departure_assistance"])
def test_clearance_and_spoken_yes_have_rules_of_their_own(ready, step):
    assert ready.with_step(step, at=ready.at - 90 * DAY).ask("INV-30").met


def test_what_was_reset_is_not_called_too_old(ready):
    reset = ready.with_step("return_review", state="open", at=ready.at - 90 * DAY)

    assert reset.ask("INV-30").met
