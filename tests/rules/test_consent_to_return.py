"""The consent to return, the last question, the clearance: INV-01 … INV-03, each on both sides of its boundary."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.rules.cases import DAY, HOUR, SECOND, on_both_sides

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
    asked = ready.at - 24 * HOUR - too_much
    cleared = ready.with_step("departure_clearance", at=asked)  # a moment before

    assert cleared.with_step("departure_assistance", at=asked).ask("INV-02").met is met


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
