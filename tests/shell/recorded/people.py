"""Who works in the three recorded returns, and what is answered in them. All people are invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from wayhome import Actor
from wayhome.testing.scripted_answers import OpenSlot

from tests.answers import EVERY, NO_RISK, in_days

Table = Mapping[str, Any]
MONDAY = datetime(2026, 3, 2, 8, tzinfo=UTC)


@dataclass(frozen=True)
class Return:
    """A return that is recorded: what it tells, how the case is opened, who works in it, and what is answered.

    Attributes:
        people: the first of them opens the case.
        says_no: whether the person says no at the gate.
        screens: by what is done, the name under which its first screen is kept, and the one before it is saved.
        looks_before: the step before which somebody asks what still holds the person here.
    """

    title: str
    opening: str
    people: tuple[Actor, ...]
    answers: tuple[Table, ...]
    start: datetime = MONDAY
    says_no: bool = False
    screens: Mapping[str, str] = field(default_factory=dict)
    looks_before: str = ""


def colleagues(house: str, there: str, *names: str) -> tuple[Actor, ...]:
    """Those who work in a return: in the house that leads it, at the travel office, and there."""
    roles = ("case_manager_sending", "programme_manager", "risk_assessor", "legal_counsellor", "medical_officer")
    # Who leads the programme of a small house talks with people, too.
    beside = {"programme_manager": {"counsellor"}}
    own = tuple(Actor(name, house, {role, *beside.get(role, ())}) for name, role in zip(names, roles, strict=False))
    travel, receives = names[len(roles) :]
    return (*own, Actor(travel, "be_iom", {"travel_officer"}), Actor(receives, there, {"case_manager_receiving"}))


def risk(factor: str, **level: str) -> Table:
    """A risk assessment that finds one thing there, and nothing else."""
    return {
        "pre_return_risk_assessment.factors": {**NO_RISK, factor: "present"},
        "pre_return_risk_assessment.matrix": [{"about": "person", "factor": factor, **level}],
    }


def led_by(house: str, worker: str, there: str) -> Table:
    return {
        "case_owner.partner": house, "case_owner.organisation": None, "case_owner.case_worker": worker,
        "receiving_organisation.partner": there,
    }  # fmt: skip


def goes_along(asked: OpenSlot) -> bool | None:
    """Answer whether somebody travels: who was found as an escort does."""
    known = {**asked.do, **asked.said}
    return any("escort" in str(known.get(name)) for name in ("relation", "ref")) or None


PLAN: Table = {
    "reintegration_plan.result": "signed",
    "partner_confirmation.meeting_place": "Arrivals, at the post office",
    "best_interests_determination.childs_view": "I want to sleep where my aunt sleeps.",
    "medical_assessment.examined_since": None,
    "fit_to_travel_check.examined_since": None,
    "party_vetting.seen_where": "At the house, with a colleague beside me",
    "safety_plan.numbers": "The house, the police, a sister; all three were tried",
    "safety_plan.where_to_go": "To the house, at any hour",
    "safety_plan.what_to_take": "Papers, telephone, money for the bus",
    "safety_plan.who_must_not_know": "The sponsor, and whoever asks for him",
    "pre_return_risk_assessment.sources": "Two talks, and a call with the house there",
    "pre_return_risk_assessment.triggers": "A call or a visit from anybody of before",
}
TO_NIGERIA: Table = {
    **led_by("be_pag_asa", "anna", "ng_bakhita"),
    "paper_where": "In folder 9, with her signature.",
    **risk("traffickers_know_home_or_family", likelihood="2", severity="2", residual="medium"),
    "initial_risk_assessment.result": "medium",
    "initial_risk_assessment.own_view": "That they know where my mother lives.",
    "pre_return_risk_assessment.own_view": "Lagos first. Benin City when I am ready.",
    "ng_origin_address.local_government_area": "An invented area",
    "ng_origin_address.town": "An invented town",
    "safe_place_tonight": False, "has_passport": False, "ng_document_route": "temporary_passport", "ng_origin_state": "Edo",
    "eu_return_document_agreed": False, "ng_temporary_passport.expires_on": in_days(29),
    "special_assistance_needed": False,
}  # fmt: skip
TO_SIERRA_LEONE: Table = {
    **led_by("be_payoke", "katrien", "sl_iom"),
    "paper_where": "In folder 9, with her signature.",
    "involve.by": "person",
    "travel.by": "person",
    "involve.travels": goes_along,
    "involve.age_band": "adult",
    "sl_companion_paper.result": "own_passport",
    "sl_yellow_fever_companion.result": "certificate_held",
    "initial_risk_assessment.own_view": "That nobody comes to fetch me.",
    "pre_return_risk_assessment.own_view": "I want to go to my aunt, and to school.",
    "company_wanted.own_words": "The woman from the office may sit beside me.",
}
TO_BRAZIL: Table = {
    **led_by("be_payoke", "lieve", "br_asbrad"),
    "paper_where": "In folder 9, with his signature.",
    **risk("income", likelihood="2", severity="1", residual="low"),
    "sex": "male", "languages": ["pt"], "br_residence_state": "RJ",
    "initial_risk_assessment.own_view": "That my daughter's school is not paid.",
    "pre_return_risk_assessment.own_view": "I go back with empty hands.",
}  # fmt: skip
RETURNS: Mapping[str, Return] = {
    "a-woman-to-nigeria": Return(
        "A woman goes home from Brussels to Nigeria, from the first call to the departure. The people are invented.",
        "case open --host BE --origin NG age_status=adult",
        colleagues("be_pag_asa", "ng_bakhita", "anna", "petra", "rosa", "leo", "mira", "tom", "grace"),
        ({**PLAN, **TO_NIGERIA}, *EVERY),
        screens={
            "Look for immediate danger": "a-conversation",
            "Sign: Assess the risks of return together": "a-signature",
        },
        looks_before="departure_assistance",
    ),
    "a-child-to-sierra-leone": Return(
        "A child goes home from Antwerp to Sierra Leone, from the first call to the departure. The people are invented.",
        "case open --host BE --origin SL age_status=child",
        (
            *colleagues("be_payoke", "sl_iom", "katrien", "karel", "ingrid", "stefaan", "an", "pieter", "isatu"),
            Actor("els", "be_payoke", {"case_manager_sending"}),
        ),
        ({**PLAN, **TO_SIERRA_LEONE}, *EVERY),
        screens={"Determine the best interests of the child": "best-interests"},
    ),
    "a-man-to-brazil-who-says-no": Return(
        "A man is to go home from Antwerp to Brazil, and says no at the gate. The people are invented.",
        "case open --host BE --origin BR age_status=adult sex=male",
        colleagues("be_payoke", "br_asbrad", "lieve", "stijn", "amina", "jef", "wim", "carla", "marcia"),
        ({**PLAN, **TO_BRAZIL}, *EVERY),
        says_no=True,
    ),
}
