"""What an invented case worker answers on a whole way to a departure: every slot by its name, and for each what would be bad.

Written apart from the engine and from the packs: it is the oracle of the promises of asking (design 4.1). A slot that does not
stand here fails the test that meets it; whoever adds a question decides here what an honest answer is, and which one must
hold the person here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from wayhome.testing import AN_ANSWER, WHOLE
from wayhome.testing.scripted_answers import OpenSlot, now, who_interpreted, who_is_trusted, who_meets

Table = Mapping[str, Any]
NO_RISK = dict.fromkeys(
    (
        "traffickers_know_home_or_family", "debt_or_oath_pressure", "testimony_given", "trafficker_free_or_at_home",
        "family_involvement", "threats_received", "police_trust_or_corruption", "stigma", "housing", "income",
        "health_or_suicide_risk", "legal_status_and_documents", "local_conflict",
    ),
    "absent",
)  # fmt: skip


def in_days(days: int) -> Callable[[OpenSlot], str]:
    """Answer with a day, so many days from now."""
    return lambda asked: (asked.today + timedelta(days=days)).isoformat()


def for_a_year(asked: OpenSlot) -> str:
    """Until when a paper is valid that was issued today: a year and a bit, or as long as such papers are."""
    most = asked.case.process.documents[str(asked.do["kind"])].max_days
    return in_days(min(400, most or 400))(asked)


OF_THE_CORE: Table = {
    "initial_risk_assessment.result": "low", "initial_risk_assessment.own_view": None,
    "identification_decision.result": "actual", "identification_decision.decided_by": "ngo",
    "reflection_period.result": "granted", "return_intention.result": "wants",
    "protection_needs_check.result": "none", "proceedings_clearance.result": "none",
    "origin_information.dated_on": in_days(0), "origin_information.origin_source": None,
    "medical_assessment.result": "fit", "fit_to_travel_check.result": "fit",
    "family_contact_and_assessment.result": "safe", "best_interests_determination.result": "positive",
    "best_interests_determination.decided_by": "panel", "best_interests_determination.childs_view": AN_ANSWER,
    "best_interests_determination.decision": AN_ANSWER, "medical_assessment.examined_since": AN_ANSWER,
    "fit_to_travel_check.examined_since": AN_ANSWER, "company_wanted.result": "wanted", "company_wanted.heard": ["visit"],
    "company_wanted.own_words": AN_ANSWER, "complaint_check.result": "nothing",
    "pre_return_risk_assessment.factors": NO_RISK, "pre_return_risk_assessment.matrix": None,
    "pre_return_risk_assessment.own_view": AN_ANSWER, "pre_return_risk_assessment.sources": AN_ANSWER,
    "pre_return_risk_assessment.triggers": AN_ANSWER, "pre_return_risk_assessment.next_review": in_days(30),
    "safety_plan.emergency_contact": who_is_trusted, "safety_plan.assisting_organisation": who_is_trusted,
    "safety_plan.numbers": AN_ANSWER, "safety_plan.where_to_go": AN_ANSWER, "safety_plan.what_to_take": AN_ANSWER,
    "safety_plan.who_must_not_know": AN_ANSWER,
    "return_review.result": "go",
    "partner_confirmation.result": "accepted", "partner_confirmation.received_by": who_is_trusted,
    "partner_confirmation.housing_named": True, "partner_confirmation.meeting_place": AN_ANSWER,
    "handover_dossier.groups_sent": ["identity"], "handover_dossier.receipt_at": now,
    "risk_recheck.result": "unchanged", "departure_assistance.result": "reconfirmed", "departure_assistance.asked_in": None,
    "departure_assistance.interpreter": who_interpreted,
    "party_vetting.result": "trusted", "party_vetting.valid_until": None, "involve.ref": None, "skip.reason": AN_ANSWER, "sign.reason": AN_ANSWER,
    "document.expires_on": for_a_year,
    "has_claims_or_belongings": False, "wants_family_contact": False, "will_live_with_family": False,
    "wishes_escort": False, "risk_escort_needed": False, "asks_during_reflection": None,
    "says_so_unasked": None,
}  # fmt: skip
OF_THE_PACKS: Table = {
    "be_papers_held_by_immigration_office": False, "nl_tries_expired_passport": False, "reflection_period.nl_dublin": False,
    "br_residence_state": "SP", "br_serious_threat": False,
    "ng_oath_reported": False, "ng_residence_state": "Edo",
    "ng_origin_address.local_government_area": AN_ANSWER, "ng_origin_address.town": AN_ANSWER,
    "ng_oath_debt_screening.result": "nothing_found", "ng_oath_debt_screening.fears": None,
    "ng_family_role_check.result": "no_part_known",
    "ng_receiver_choice.result": "open_shelter", "ng_receiver_choice.chosen_by": "person",
    "ng_receiver_choice.explained": ["open_shelter", "family", "closed_shelter"],
    "ng_arrival_airport.result": "onward_planned",
    "ng_airport_pickup.told": who_meets, "ng_airport_pickup.flight_told": True, "ng_airport_pickup.recognised_by": "codeword",
    "ng_airport_pickup.recognition_sign": None,
    "sl_home_assessment.result": "suitable", "sl_journey_money.result": "none", "sl_place_of_return": "freetown",
}  # fmt: skip
EVERY: tuple[Table, ...] = (OF_THE_CORE, OF_THE_PACKS, WHOLE)

# An answer after which nobody departs: by what is asked, on which way it is asked, and what is said.
ADULT_TO_NIGERIA = ("BE", "NG", "adult")
CHILD_TO_NIGERIA = ("BE", "NG", "child")
TO_BRAZIL = ("NL", "BR", "adult")
TO_SIERRA_LEONE = ("BE", "SL", "adult")
LONG_AGO, FAR_AHEAD = "2020-01-01", "2036-01-01"


def _one_unknown(asked: OpenSlot) -> dict[str, str]:
    return {**NO_RISK, "stigma": "unknown"}


BAD: Mapping[tuple[str, str, str], Table] = {
    ADULT_TO_NIGERIA: {
        **{f"{purpose}.answer": "refused" for purpose in (
            "data_processing", "assistance", "legal", "share_partner", "health_processing", "contact_partner", "travel_data_share",
            "return",
        )},
        **{f"{purpose}.explained": ["withdrawal"] for purpose in ("data_processing", "share_partner", "return")},
        "return.interpreter": "be_immigration_office", "return.given_by": "guardian", "return.language": "xx",
        "return.version": None, "return.form": None, "sign.answer": "disagree",
        "identification_decision.result": "not_victim", "reflection_period.result": "waived_by_person", "return_intention.result": "not_now",
        "protection_needs_check.result": "claim_possible", "proceedings_clearance.result": "presence_needed",
        "medical_assessment.result": "unfit", "fit_to_travel_check.result": "unfit_temporary",
        "origin_information.dated_on": LONG_AGO, "return_review.result": "not_now",
        "pre_return_risk_assessment.factors": _one_unknown, "pre_return_risk_assessment.matrix": [],
        "pre_return_risk_assessment.own_view": "(in the person's own words)", "pre_return_risk_assessment.sources": "…",
        "pre_return_risk_assessment.triggers": "<text>", "pre_return_risk_assessment.next_review": LONG_AGO,
        "pre_return_risk_assessment.origin_input": None,
        "safety_plan.emergency_contact": "person", "safety_plan.assisting_organisation": "be_immigration_office",
        "safety_plan.numbers": "<text>", "safety_plan.where_to_go": "()", "safety_plan.what_to_take": "...",
        "safety_plan.who_must_not_know": "[unknown]",
        "ng_passport.status": "requested", "ng_passport.expires_on": LONG_AGO, "ng_passport.issued_on": FAR_AHEAD,
        "travel.departs_on": LONG_AGO, "travel.legs": [],
        "reintegration_plan.result": "by_telephone", "reintegration_plan.paper_where": "…", "reintegration_plan.paper_seen_by": "person",
        "receiving_organisation.partner": "ng_naptip",
        "partner_confirmation.result": "refused", "partner_confirmation.received_by": "person",
        "partner_confirmation.housing_named": False, "partner_confirmation.reception_from": f"{FAR_AHEAD}T00:00Z",
        "partner_confirmation.reception_until": f"{LONG_AGO}T00:00Z",
        "handover_dossier.groups_sent": ["narrative"], "handover_dossier.receipt_at": f"{FAR_AHEAD}T00:00Z",
        "ng_origin_address.town": "(in a few words)",
        "ng_airport_pickup.flight_told": False,
        "risk_recheck.result": "worse", "risk_recheck.will_confirmed": False, "departure_assistance.result": "declined",
    },
    CHILD_TO_NIGERIA: {
        "return.assent": False, "data_processing.assent": False, "contact_family.given_by": "person",
        "best_interests_determination.result": "negative",
        "family_contact_and_assessment.result": "unsafe", "party_vetting.result": "not_trusted", "party_vetting.how": [],
        "party_vetting.seen_where": "(in a few words)", "involve.suspected": True, "involve.travels": False,
    },
    TO_BRAZIL: {"br_passport.status": "withheld", "br_passport.expires_on": LONG_AGO},
    TO_SIERRA_LEONE: {"sl_icvp.status": "refused"},
    ("BE", "SL", "child"): {"sl_home_assessment.result": "not_suitable"},
}  # fmt: skip
