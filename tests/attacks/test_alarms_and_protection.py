"""An alarm is a fact and no switch; what protects is loosened only by who may. (findings/safety.md K2, causes 3 and 4)"""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.later import later
from tests.attacks.play import DOCTOR, MANAGER, TRAVEL, Command, Play, ready_to_depart


def test_a_typed_birthday_does_not_end_a_disputed_age(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "age_dispute"})
    fresh.must_stand("INV-12")

    fresh.given(MANAGER, {"do": "record", "facts": {"turns_18_on": "2008-01-01"}})
    grown: Command = {"do": "record", "facts": {"age_status": "adult"}}
    typed = "the age is in doubt, and a day that somebody typed does not settle it"
    assert fresh.told("INV-13", grown) == [(typed, "clarify the age, with a guardian")]
    assert fresh.tried(MANAGER, grown).rules == {"INV-13"}
    assert fresh.told("INV-13", {"do": "incident", "type": "turned_18"}) == [
        (typed, "clarify the age, with a guardian")
    ]
    ended = fresh.tried(MANAGER, {"do": "resolve", "incident": "age_dispute"})

    assert ended.says("age_clarification", "guardian_appointment")
    assert "INV-12" in fresh.why().rules


def test_a_birthday_of_a_child_whose_age_is_not_in_doubt_counts(begin: Begin) -> None:
    case = begin(facts={"age_status": "child"})

    case.given(MANAGER, {"do": "record", "facts": {"turns_18_on": "2026-01-02"}})

    case.given(MANAGER, {"do": "record", "facts": {"age_status": "adult"}})


@later(6)
def test_a_case_manager_does_not_overrule_what_the_doctor_recorded(fresh: Play) -> None:
    fresh.given(
        DOCTOR, {"do": "record", "facts": {"pregnant": True, "weeks_pregnant": 37, "psychiatric_condition": True}}
    )

    healthy = {"pregnant": False, "psychiatric_condition": False, "recent_injury_or_illness": False}
    fresh.tried(MANAGER, {"do": "record", "facts": healthy})
    fresh.tried(MANAGER, {"do": "redo", "step": "fit_to_travel_check"})
    fresh.tried(MANAGER, {"do": "complete", "step": "fit_to_travel_check", "result": "self_declared"})

    assert "INV-15" in fresh.why().rules


def test_a_removal_order_is_not_lifted_by_a_word(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "expulsion_risk"})
    fresh.must_stand("INV-32")

    resolved = fresh.tried(MANAGER, {"do": "resolve", "incident": "expulsion_risk"})

    assert resolved.reasons == {("STEP", "legal_counselling"), ("STEP", "return_intention")}
    assert "INV-32" in fresh.why().rules


def test_the_dead_do_not_depart(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "death"})
    fresh.must_stand("PHASE")

    resolved = fresh.tried(MANAGER, {"do": "resolve", "incident": "death"})

    assert resolved.reasons == {("STEP", "death")}
    assert fresh.why().says("death")


ENDS_WITH = {  # what must have happened since, and been recorded since; the caller found is no step
    "re_trafficking": {"pre_return_risk_assessment", "return_review"},
    "family_refuses": {"reintegration_plan"},
    "detention_or_arrest": {"person_reached"},
    "transfer_third_country": {"options_counselling"},
    "decision_postponed": {"options_counselling"},
    "no_show_departure": {"person_reached"},
    "lost_contact": {"person_reached"},
    "risk_high": {"pre_return_risk_assessment", "return_review"},
    "witness": {"proceedings_clearance"},
    "asylum_claim": {"protection_needs_check"},
    "medical_unfit": {"medical_assessment"},
    "data_breach": {"pre_return_risk_assessment"},
    "partner_failure": {"partner_selection"},
    "pregnancy_or_birth": {"medical_assessment"},
}


@pytest.mark.parametrize("incident", ENDS_WITH)
def test_no_alarm_ends_by_a_word_with_nothing_newer(fresh: Play, incident: str) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": incident})

    resolved = fresh.tried(MANAGER, {"do": "resolve", "incident": incident})

    assert {subject for _, subject in resolved.reasons} == ENDS_WITH[incident]


def test_a_second_alarm_is_not_answered_by_what_answered_the_first(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "asylum_claim"})
    fresh.wait(minutes=1)
    check = {"do": "complete", "step": "protection_needs_check", "result": "none"}
    fresh.given("legal_counsellor", check)
    fresh.wait(minutes=1)
    fresh.given(MANAGER, {"do": "incident", "type": "asylum_claim"})

    resolved = fresh.tried(MANAGER, {"do": "resolve", "incident": "asylum_claim"})
    assert resolved.reasons == {("STEP", "protection_needs_check")}
    fresh.wait(minutes=1)
    fresh.given("legal_counsellor", check)
    fresh.given(MANAGER, {"do": "resolve", "incident": "asylum_claim"})


@later(6)
def test_an_early_wish_counts_only_after_legal_advice(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult", "reflection_applies": True})
    case.tried(MANAGER, {"do": "record", "facts": {"asks_during_reflection": True}})
    aimed = []

    def at_two_weeks(play: Play, asked: Command) -> bool:
        if asked["do"] != "travel" or asked.get("status") != "target":
            return False
        aimed.append(play.tried(TRAVEL, {"do": "travel", "status": "target", "departs_on": "2026-03-17"}))
        return aimed[-1].done

    case.prepare(instead=at_two_weeks)

    if not aimed:
        raise RuntimeError("nobody asked for a day")
    assert aimed[0].says("INV-10") or case.why().says("INV-10")


def test_a_child_declines_no_reception(begin: Begin) -> None:
    case = begin(ready_to_depart, facts={"age_status": "child"})
    case.anew("partner_confirmation")
    case.must_stand("INV-07")

    case.tried(MANAGER, {"do": "record", "facts": {"reception_declined_in_writing": True}})
    case.tried(MANAGER, {"do": "skip", "step": "arrival_reception", "reason": "the child wants nobody"})

    declined = "a child declines no reception"
    assert case.told("INV-07") == [(declined, "choose, with the guardian, who receives the child")]
