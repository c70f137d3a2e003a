"""What takes judgement in a return to Nigeria: three rules that look across several records.

Rules:    NG-01 a closed shelter is the person's own choice, NG-02 the pick-up knows the booked flight,
          NG-03 nobody is handed to a family that had a part
Sources:  rules.yaml, by rule. Who is closed: the `regime` in partners.yaml
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from wayhome.country import AnyCommand, Case, Finding, PackView, StepRecord, commands, no, yes

ALTERNATIVES = frozenset({"open_shelter", "family", "closed_shelter"})
RECEIVING_ROLES = ("receiving_organisation", "caregiver")


def closed_shelter_is_own_choice(case: Case, command: AnyCommand, at: datetime, pack: PackView) -> Finding:
    """NG-01: refuse a closed shelter that the person has not chosen freely, knowing the open ones.

    Four things make the choice the person's own: the result of `ng_receiver_choice` is the closed shelter,
    all alternatives were explained, the person (or the guardian with the child's assent) chose, and consents
    to contact with NAPTIP. A closed partner in a receiving role counts as a planned closed shelter; so does the shelter
    into which the person is said to move, when the directory calls it closed, or who moves them in does.
    """
    choice = case.result("ng_receiver_choice")
    role = _closed_receiving_role(case, pack)
    if choice != "closed_shelter" and _moves_into_a_closed_one(command, pack):
        return no(
            "the shelter is a closed one, and that is not what the person chose",
            "ng_receiver_choice",
            todo="find an open shelter, or ask the person again which they choose",
        )
    if choice != "closed_shelter" and role is None:
        return yes("no closed shelter is planned")
    if choice != "closed_shelter":
        return no(
            "a closed shelter is to receive the person, and that is not what the person chose",
            role or "",
            todo="name an open organisation, or ask the person again who is to receive them",
        )
    if not _chosen_freely(case):
        return no(
            "a closed shelter was chosen without all alternatives explained, or not by the person",
            "ng_receiver_choice",
            todo="explain the open shelter, the family and the closed shelter, and let the person choose again",
        )
    if not _agreed_to_a_closed_partner(case, at, pack):
        return no(
            "a closed shelter was chosen, and there is no consent to contact with NAPTIP",
            "contact_authorities_origin",
            todo="ask for consent to contact NAPTIP, or choose an open shelter",
            recipient="ng_naptip",
        )
    return yes("the closed shelter is the person's own, informed choice")


def pickup_knows_the_booked_flight(case: Case, command: AnyCommand, at: datetime, pack: PackView) -> Finding:
    """NG-02: refuse a departure on a flight that was booked after the pick-up was told, or of which another was told.

    That the pick-up is told at all is asked by the step itself, which is left out for those who want no
    partner, decline to be met, or refuse that their travel data are shared. This rule compares two moments.
    """
    pickup = case.step("ng_airport_pickup")
    if pickup is None or pickup.state != "done":
        return yes("no pick-up was told of a flight that could have changed")
    if case.travel is None or case.travel.status != "booked":
        return yes("no flight is booked of which anybody could be told")
    confirmed = case.step("partner_confirmation")
    if pickup.values.get("flight_told") is False:
        fact = "the pick-up does not know the flight"
    elif confirmed is not None and not _was_told(case, pickup, confirmed.values.get("received_by")):
        fact = "who meets the person is not who was told the flight"
    elif case.travel is not None and case.travel.seq > pickup.seq:
        fact = "the booking has changed since the pick-up was told"
    else:
        return yes("the pick-up knows the flight that is booked")
    return no(fact, "ng_airport_pickup", todo="tell the pick-up the flight that is booked now")


def receiving_family_had_no_part(case: Case, command: AnyCommand, at: datetime, pack: PackView) -> Finding:
    """NG-03: refuse a departure into a family of which it was found that it had a part in the trafficking.

    Into a family goes who will live with it, or of whom nobody has said that they will not. Who cares for a child is
    judged by the engine (INV-12).
    """
    if case.result("ng_family_role_check") != "had_a_part":
        return yes("no part of the family in the trafficking is recorded")
    if case.fact("will_live_with_family") is False:
        return yes("the family is not to receive the person")
    return no(
        "the family that is to receive the person had a part in what happened",
        "will_live_with_family",
        todo="find with the person another place to live, and record that they will not live with the family",
    )


def _closed(pack: PackView) -> list[str]:
    return [id for id, partner in pack.partners.items() if partner["regime"] == "closed"]


def _closed_receiving_role(case: Case, pack: PackView) -> str | None:
    held = (case.roles.get(role) for role in RECEIVING_ROLES)
    return next((one.role for one in held if one and one.partner in _closed(pack)), None)


def _moves_into_a_closed_one(command: AnyCommand, pack: PackView) -> bool:
    """Judged on the command, since what it says is not in the case yet."""
    if not isinstance(command, commands.StepCommand) or command.step != "ng_transit_shelter":
        return False
    return command.fields.get("regime") == "closed" or command.fields.get("shelter") in _closed(pack)


def _chosen_freely(case: Case) -> bool:
    choice = case.step("ng_receiver_choice")
    if choice is None:
        return False
    explained, by = choice.values.get("explained") or (), choice.values.get("chosen_by")
    speaks = by == "person" or (
        by == "guardian_with_assent" and "guardian" in case.roles
    )  # only a child has a guardian
    return set(explained) >= ALTERNATIVES and speaks


def _was_told(case: Case, pickup: StepRecord, meets: object) -> bool:
    """Whether who meets the person was told: by name, or as who held that role when they were told, and holds it still."""
    role = case.roles.get(str(meets))
    holder = role.party if role else meets
    if pickup.values.get("told") == meets:
        return role is None or role.seq < pickup.seq
    return pickup.values.get("told") == holder


def _agreed_to_a_closed_partner(case: Case, at: datetime, pack: PackView) -> bool:
    asked = (case.consent("contact_authorities_origin", partner) for partner in _closed(pack))
    given = (one for one in asked if one is not None and one.state == "given")
    return any(one.expires_on is None or one.expires_on >= at.date() for one in given)


BY_RULE: dict[str, Callable[[Case, AnyCommand, datetime, PackView], Finding]] = {
    "NG-01": closed_shelter_is_own_choice,
    "NG-02": pickup_knows_the_booked_flight,
    "NG-03": receiving_family_had_no_part,
}
