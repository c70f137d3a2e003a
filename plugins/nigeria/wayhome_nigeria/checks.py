"""What takes judgement in a return to Nigeria: three rules that look across several records.

Rules:    NG-01 a closed shelter is the person's own choice, NG-02 the pick-up knows the booked flight,
          NG-03 nobody is handed to a family that had a part
Sources:  sources.yaml, by the ids that each answer carries
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wayhome.country import Case, Reason, Remedy, met, unmet

# The partners of partners.yaml whose regime is closed; a test compares the two.
CLOSED_PARTNERS = frozenset({"ng_naptip", "ng_naptip_benin", "ng_naptip_shelters"})
ALTERNATIVES = frozenset({"open_shelter", "family", "closed_shelter"})
OWN_CHOICE = frozenset({"person", "guardian_with_assent"})
RECEIVING_ROLES = ("receiving_organisation", "caregiver")
CASE_MANAGERS = ("case_manager_sending", "case_manager_receiving")


def closed_shelter_is_own_choice(case: Case, at: datetime) -> Reason:
    """NG-01: refuse a closed shelter that the person has not chosen freely, knowing the open ones.

    Four things make the choice the person's own: the result of `ng_receiver_choice` is the closed shelter,
    all alternatives were explained, the person (or the guardian with the child's assent) chose, and consents
    to contact with NAPTIP. A closed partner in a receiving role counts as a planned closed shelter.
    """
    sources = ["S27", "S28", "S29", "S30", "OC"]
    choice = case.result("ng_receiver_choice")
    role = _closed_receiving_role(case)
    if choice != "closed_shelter" and role is None:
        return met("NG-01", "no closed shelter is planned", source=sources)
    if choice != "closed_shelter":
        return unmet(
            "NG-01",
            "a closed shelter is to receive the person, and that is not what the person chose",
            "name an open organisation, or ask the person again who is to receive them",
            subject=role or "",
            remedy=_remedy(at, do="assign", role=role, partner="ng_bakhita"),
            source=sources,
        )
    if not _chosen_freely(case):
        return unmet(
            "NG-01",
            "a closed shelter was chosen without all alternatives explained, or not by the person",
            "explain the open shelter, the family and the closed shelter, and let the person choose again",
            subject="ng_receiver_choice",
            remedy=_remedy(at, do="redo", step="ng_receiver_choice"),
            source=sources,
        )
    if not _agreed_to_naptip(case):
        return unmet(
            "NG-01",
            "a closed shelter was chosen, and there is no consent to contact with NAPTIP",
            "ask for consent to contact NAPTIP, or choose an open shelter",
            subject="contact_authorities_origin",
            remedy=_remedy(
                at, do="consent", purpose="contact_authorities_origin", recipient="ng_naptip", answer="given"
            ),
            source=sources,
        )
    return met("NG-01", "the closed shelter is the person's own, informed choice", source=sources)


def pickup_knows_the_booked_flight(case: Case, at: datetime) -> Reason:
    """NG-02: refuse a departure on a flight that was booked after the pick-up was told.

    That the pick-up is told at all is asked by the step itself, which is left out for those who want no
    partner, decline to be met, or refuse that their travel data are shared. This rule compares two moments.
    """
    sources = ["S103", "OC"]
    pickup = case.step("ng_airport_pickup")
    if pickup is None or pickup.state != "done":
        return met("NG-02", "no pick-up was told of a flight that could have changed", source=sources)
    if pickup.values.get("flight_told") is False:
        fact = "the pick-up does not know the flight"
    elif case.travel is not None and case.travel.seq > pickup.seq:
        fact = "the booking has changed since the pick-up was told"
    else:
        return met("NG-02", "the pick-up knows the flight that is booked", source=sources)
    return unmet(
        "NG-02",
        fact,
        "tell the pick-up the flight that is booked now",
        subject="ng_airport_pickup",
        remedy=_remedy(at, do="redo", step="ng_airport_pickup"),
        source=sources,
    )


def receiving_family_had_no_part(case: Case, at: datetime) -> Reason:
    """NG-03: refuse a departure into a family of which it was found that it had a part in the trafficking."""
    sources = ["S103", "S98", "OC"]
    if case.result("ng_receiver_choice") != "family":
        return met("NG-03", "the family is not to receive the person", source=sources)
    if case.result("ng_family_role_check") != "had_a_part":
        return met("NG-03", "no part of the receiving family in the trafficking is recorded", source=sources)
    return unmet(
        "NG-03",
        "the family that is to receive the person had a part in what happened",
        "choose with the person who else can receive them",
        subject="ng_receiver_choice",
        remedy=_remedy(at, do="redo", step="ng_receiver_choice"),
        source=sources,
    )


def _closed_receiving_role(case: Case) -> str | None:
    held = (case.roles.get(role) for role in RECEIVING_ROLES)
    return next((one.role for one in held if one and one.partner in CLOSED_PARTNERS), None)


def _chosen_freely(case: Case) -> bool:
    choice = case.step("ng_receiver_choice")
    if choice is None:
        return False
    explained = choice.values.get("explained") or ()
    return set(explained) >= ALTERNATIVES and choice.values.get("chosen_by") in OWN_CHOICE


def _agreed_to_naptip(case: Case) -> bool:
    asked = (case.consent("contact_authorities_origin", partner) for partner in sorted(CLOSED_PARTNERS))
    return any(one is not None and one.state == "given" for one in asked)


def _remedy(at: datetime, **do: object) -> Remedy:
    """Say one command that can be given at once."""
    return Remedy(do=do, who=CASE_MANAGERS, from_=at)


BY_RULE: dict[str, Callable[[Case, datetime], Reason]] = {
    "NG-01": closed_shelter_is_own_choice,
    "NG-02": pickup_knows_the_booked_flight,
    "NG-03": receiving_family_had_no_part,
}
