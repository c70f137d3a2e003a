"""An alarm is a fact and no switch; what protects is loosened only by who may. (findings/safety.md K2, causes 3 and 4)"""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import DOCTOR, LAWYER, LEADER, MANAGER, Command, Play, complete, ready_to_depart


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


def test_a_case_manager_does_not_overrule_what_the_doctor_recorded(fresh: Play) -> None:
    fresh.given(
        DOCTOR, {"do": "record", "facts": {"pregnant": True, "weeks_pregnant": 37, "psychiatric_condition": True}}
    )

    healthy = {"pregnant": False, "psychiatric_condition": False, "recent_injury_or_illness": False}
    assert (
        fresh.tried(MANAGER, {"do": "record", "facts": healthy}).kind == "not_permitted"
    )  # of one of these only a doctor is asked
    overruled = fresh.tried(MANAGER, {"do": "record", "facts": healthy, "by": "person"})
    assert overruled.reasons == {("ROLE", "pregnant"), ("ROLE", "psychiatric_condition")}
    assert fresh.told("ROLE", {"do": "record", "facts": {"pregnant": False}}) == [
        (
            "only Doctor or nurse may change the answer to this: The person is pregnant",
            "ask them to look, and to record it",
        )
    ]
    in_her_name = {"do": "record", "facts": {"pregnant": False}, "by": "medical_officer"}
    assert fresh.tried(MANAGER, in_her_name).reasons == {("ROLE", "pregnant")}
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
    "detention_or_arrest": {"person_reached", "legal_counselling"},
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
    check = {"do": "complete", "step": "protection_needs_check", "result": "refused_final"}
    fresh.given("legal_counsellor", check)
    fresh.wait(minutes=1)
    fresh.given(MANAGER, {"do": "incident", "type": "asylum_claim"})

    resolved = fresh.tried(MANAGER, {"do": "resolve", "incident": "asylum_claim"})
    assert resolved.reasons == {("STEP", "protection_needs_check")}
    fresh.wait(minutes=1)
    fresh.given("legal_counsellor", check)
    fresh.given(MANAGER, {"do": "resolve", "incident": "asylum_claim"})


def test_an_early_wish_counts_only_after_legal_advice(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult", "reflection_applies": True})
    early: Command = {"do": "travel", "by": "person", "status": "target", "departs_on": "2026-03-17"}
    asks: Command = {"do": "record", "facts": {"asks_during_reflection": True}}
    case.given(MANAGER, complete("register_referral"))
    case.given(
        LEADER,
        {
            "do": "assign",
            "role": "case_owner",
            "organisation": "invented_organisation",
            "case_worker": "invented_worker",
        },
    )
    case.given(MANAGER, complete("safe_first_contact"), complete("give_rights_information"))
    for purpose in ("assistance", "data_processing", "legal"):
        case.given(MANAGER, {"do": "consent", "purpose": purpose, "form": "written", "language": "en"})
    case.given(MANAGER, complete("screening_interview"))
    case.given(MANAGER, complete("identification_decision", result="possible", decided_by="ngo"))
    case.given(MANAGER, complete("reflection_period", result="granted"), asks)
    case.wait(minutes=1)
    case.given(LAWYER, complete("protection_needs_check", result="none"), complete("legal_counselling"))

    assert case.told("INV-10", early) == [
        ("the reflection period is still running, or was waived without the person's own recorded wish and legal counselling",
         "wait until it ends; nobody may hurry the person")
    ]  # fmt: skip
    case.wait(minutes=1)
    case.given(MANAGER, asks)
    assert "INV-10" not in case.why(early).rules


def test_a_child_declines_no_reception(begin: Begin) -> None:
    case = begin(ready_to_depart, facts={"age_status": "child"})
    case.anew("partner_confirmation")
    case.must_stand("INV-07")
    declines: Command = {"do": "skip", "step": "arrival_reception", "reason": "the child wants nobody"}
    declined = "a child declines no reception"

    case.tried(MANAGER, {"do": "record", "facts": {"reception_declined_in_writing": True}})
    assert case.told("INV-07", declines) == [(declined, "choose, with the guardian, who receives the child")]

    assert not case.tried(MANAGER, declines).done
    case.must_stand("INV-07")
