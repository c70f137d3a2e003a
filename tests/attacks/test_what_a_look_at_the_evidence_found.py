"""What a hostile look found that keeps the words of rests_on, confirms, trust and alarms, and breaks their meaning."""

from __future__ import annotations

from datetime import timedelta

import pytest
from wayhome import Actor

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    another,
    assessed,
    complete,
    ready_to_depart,
    signed,
)

CHILD = {"age_status": "child", "family_contact_in_best_interests": True}
YES: Command = {"do": "consent", "purpose": "return", "form": "written", "language": "en"}


def confirmed(step: str) -> Command:
    return {"do": "complete", "step": step, "confirms": True}


def recorded(**facts: object) -> Command:
    return {"do": "record", "facts": facts}


# --- whose word it is -----------------------------------------------------------------------------------------------------


def test_a_manager_does_not_confirm_what_a_doctor_has_said(fresh: Play) -> None:
    fresh.anew("fit_to_travel_check")
    fresh.given(DOCTOR, complete("fit_to_travel_check", result="fit"), recorded(pregnant=True, weeks_pregnant=37))

    assert fresh.tried(MANAGER, confirmed("fit_to_travel_check")).reasons == {("ROLE", "fit_to_travel_check")}
    fresh.given(DOCTOR, confirmed("fit_to_travel_check"))


@pytest.mark.parametrize(
    ("who", "step"),
    [(RECEIVER, "partner_confirmation"), (MANAGER, "handover_dossier"), (RECEIVER, "origin_information")],
)
def test_what_was_said_or_sent_is_not_confirmed_for_another_partner_or_place(fresh: Play, who: str, step: str) -> None:
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})
    fresh.given(MANAGER, recorded(ng_residence_state="other"))

    told = f"'{fresh.step(step).title}' is never confirmed"
    assert (told, "do it anew: what was said, sent or asked then is not confirmed") in fresh.told(
        "STEP", confirmed(step), who
    )


def test_nobody_is_cleared_of_suspicion_but_by_who_assesses_risks(fresh: Play) -> None:
    ref = fresh.involved("relative", suspected=True)
    lifts: Command = {"do": "involve", "ref": ref, "suspected": False}

    assert fresh.told("ROLE", lifts) == [
        ("only Risk assessor may record that somebody is no longer suspected", "ask them to look, and to record it")
    ]
    assert not fresh.tried(MANAGER, lifts).done
    fresh.given(ASSESSOR, lifts)


def test_nobody_becomes_somebody_else(fresh: Play) -> None:
    ref = fresh.involved("child", travels=True)

    assert fresh.faults(MANAGER, {"do": "involve", "ref": ref, "relation": "escort"}) == {("relation", "contradiction")}


def test_who_travels_and_is_no_escort_is_looked_at_whatever_they_are_called(fresh: Play) -> None:
    fresh.vetted(fresh.involved("escort", travels=True), "escort")

    assert "INV-04" in fresh.why().rules
    assert "INV-16" in fresh.why().rules


def test_a_complaint_is_not_answered_by_the_house_of_who_is_complained_about(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "complaint"})
    answers: Command = {"do": "resolve", "incident": "complaint"}
    its_head = Actor("never_here", str(fresh.seen().roles["receiving_organisation"]), {MANAGER})

    assert fresh.tried(its_head, answers).reasons == {("ROLE", "complaint")}
    fresh.given(Actor("outside", "another_house", {MANAGER}), answers)


# --- an age, a child, a place ------------------------------------------------------------------------------------------------


def test_a_dispute_that_a_guardian_ended_is_not_settled_by_a_birthday(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "age_dispute"})
    fresh.given(MANAGER, recorded(age_status="child"), recorded(turns_18_on="2000-01-01"))

    doubt = "the age is in doubt, and a day that somebody typed does not settle it"
    assert fresh.told("INV-13", recorded(age_status="adult")) == [(doubt, "clarify the age, with a guardian")]


def test_a_birthday_from_before_a_clarification_makes_no_adult_of_a_child(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "age_dispute"}, recorded(has_responsible_adult=True))
    fresh.given(MANAGER, complete("age_clarification", result="child", by="competent_authority"))
    fresh.given(MANAGER, recorded(turns_18_on="2000-01-01"))

    against = "the clarification found a child, and this birthday would have made an adult before it"
    assert fresh.told("INV-13", recorded(age_status="adult")) == [
        (against, "correct the day, or clarify the age again")
    ]
    tomorrow = fresh.now.date() + timedelta(days=1)
    fresh.given(MANAGER, recorded(turns_18_on=tomorrow.isoformat()))
    fresh.wait(days=2)
    fresh.given(MANAGER, recorded(age_status="adult"))


def test_another_caregiver_asks_for_another_look_at_the_child_s_interests(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    aunt = case.vetted(case.involved("relative"), "care")

    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": aunt})

    assert ("INV-12", "best_interests_determination") in case.why().reasons
    assert ("INV-04", "pre_return_risk_assessment") in case.why().reasons


@pytest.mark.parametrize(
    ("origin", "fact", "place"), [("BR", "br_residence_state", "SP"), ("SL", "sl_place_of_return", "bo")]
)
def test_nobody_departs_for_a_place_that_nobody_has_asked(begin: Begin, origin: str, fact: str, place: str) -> None:
    asked: list[str] = []

    def but_not_the_place(play: Play, act: Command) -> bool:
        if fact in act.get("facts", ()) or act.get("fact") == fact or fact in act:
            asked.append(fact)
            play.given(MANAGER, recorded(**{fact: place}))
            return True
        return False

    case = begin(origin=origin)
    assert case.prepare(instead=but_not_the_place)

    assert asked or case.seen().facts.get(fact) is not None


# --- the order of things --------------------------------------------------------------------------------------------------


def test_no_yes_is_taken_while_the_risk_is_to_be_assessed_again(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "data_breach"})

    assert (
        "'Assess the risks of return together' is to be done again before the person decides",
        "do it first",
    ) in fresh.told("STEP", YES)


def test_a_second_alarm_that_is_stronger_holds_the_case(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "witness", "effect": "none"})
    assert fresh.seen().status == "open"

    fresh.given(MANAGER, {"do": "incident", "type": "witness", "effect": "on_hold"})

    assert fresh.seen().status == "on_hold"


def test_who_was_removed_has_not_departed_as_cleared(fresh: Play) -> None:
    boarded = fresh.takes_off
    fresh.until(boarded + timedelta(hours=2))
    fresh.given(
        TRAVEL, {"do": "move", "to": "left", "how": "removed", "at": (boarded + timedelta(hours=1)).isoformat()}
    )

    late: Command = {**DEPART, "at": boarded.isoformat()}
    assert fresh.told("ROLE", late, TRAVEL) == [
        (
            "this case says that the person was removed; that was no cleared departure",
            "leave it as it is, and help the person there",
        )
    ]
    assert not fresh.tried(another(TRAVEL), late).done


def test_who_left_and_comes_back_is_looked_at_anew(fresh: Play) -> None:
    fresh.given(TRAVEL, {"do": "move", "to": "left", "how": "alone"})
    fresh.wait(hours=1)
    fresh.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    fresh.given(MANAGER, {"do": "resolve", "incident": "left_without_clearance"})

    fresh.given(TRAVEL, {"do": "move", "to": "turn_back"})

    assert ("INV-05", "pre_return_risk_assessment") in fresh.why().reasons
    assert ("STEP", "return_review") in fresh.why().reasons


# --- what is true can be said ----------------------------------------------------------------------------------------------


def test_a_danger_that_comes_to_light_late_is_taken_with_its_own_day(fresh: Play) -> None:
    early = fresh.now - timedelta(days=20)
    fresh.given(MANAGER, recorded(ng_debt_claimed=False))

    fresh.given(MANAGER, {**recorded(ng_debt_claimed=True), "at": early.isoformat()})

    assert fresh.seen().facts["ng_debt_claimed"] is True


def test_what_happened_before_boarding_is_told_on_the_way(fresh: Play) -> None:
    before = fresh.now
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)

    fresh.given(DOCTOR, {"do": "incident", "type": "medical_unfit", "at": before.isoformat()})

    assert "medical_unfit" in {one["type"] for one in fresh.seen().incidents}


def test_a_high_risk_is_no_part_of_this(fresh: Play) -> None:
    """The honest way: another partner is assessed anew by both, and all of it is done again."""
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})
    fresh.anew("pre_return_risk_assessment")
    fresh.given(
        MANAGER,
        {
            "do": "consent",
            "purpose": "share_partner",
            "recipient": "ng_cosudow",
            "groups": ["identity"],
            "language": "en",
        },
    )
    fresh.given(ASSESSOR, assessed("low"))
    fresh.given(another(MANAGER), signed())

    assert "INV-04" not in fresh.why().rules
