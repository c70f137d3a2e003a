"""Who can never do something is refused when they are chosen; who merely lacks something is taken, and `why` says it from that minute.

desk.md F4: "Who was the witness?" offered the number 112, and it was taken. What a class of organisations can do stands in recipients.yaml.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from tests.attacks.acts import redo
from tests.attacks.play import MANAGER, RECEIVER, TRAVEL, Command, Play, complete
from tests.attacks.test_whom_a_pack_names import MET, met_by
from tests.whole_answers import EXPLAINED_ALL

PLAN = {
    "numbers": "(invented) two, tried",
    "where_to_go": "(invented) to the sisters",
    "what_to_take": "(invented) papers",
    "who_must_not_know": "(invented) the landlord",
}
NOBODYS = "that is no organisation, and no person"
NOT_DONE = "this partner does not do that"
ANOTHER = "name a partner that can, or a person of the case"
VETTED = "name a partner that can, or somebody whom you have vetted"


def witnessed_by(party: str) -> Command:
    said = {"language": "en", "form": "witnessed", "given_by": "person", "groups": ["contact"], **EXPLAINED_ALL}
    return {
        "do": "consent",
        "purpose": "contact_family",
        "recipient": "family",
        "answer": "given",
        "witness": party,
        **said,
    }


def on_the_card(contact: str, organisation: str = "ng_bakhita") -> tuple[Command, Command]:
    plan = complete("safety_plan", emergency_contact=contact, assisting_organisation=organisation, **PLAN)
    return redo("safety_plan"), plan


def refused(play: Play, who: str, act: Command) -> list[tuple[str, str]]:
    """Say what INV-19 says to an act, and that nobody else says anything."""
    answer = play.tried(who, act)
    assert (answer.done, answer.rules) == (False, {"INV-19"})
    return play.told("INV-19", act, who)


@pytest.mark.parametrize(
    "party", ["be_emergency_numbers", "ng_emergency", "be_immigration_office", "ng_embassy_brussels"]
)
def test_no_authority_and_no_emergency_number_is_the_witness(fresh: Play, party: str) -> None:
    assert refused(fresh, MANAGER, witnessed_by(party)) == [(f"the witness cannot be trusted: {NOT_DONE}", VETTED)]


def test_a_class_is_no_witness_and_is_not_proposed_in_its_own_place(fresh: Play) -> None:
    answer = fresh.tried(MANAGER, witnessed_by("authority_host"), may_be_bad_input=True)

    assert answer.kind == "bad_input"
    assert "Did you mean authority_origin?" in answer.text


@pytest.mark.parametrize(
    ("party", "why"),
    [
        ("be_emergency_numbers", NOT_DONE),
        ("ng_emergency", NOT_DONE),
        ("ng_naptip", NOT_DONE),  # it takes people in, and its pack does not say that it comes to the airport
        ("be_pag_asa", NOT_DONE),  # a shelter, where the person leaves
        ("family", NOBODYS),
        ("person", NOBODYS),
    ],
)
def test_who_can_never_meet_the_person_is_not_named_as_who_does(fresh: Play, party: str, why: str) -> None:
    again, confirms = met_by(party)
    fresh.given(RECEIVER, again)

    fact = f"'Get the partner's confirmation' names somebody who cannot be trusted: {why}"
    assert refused(fresh, RECEIVER, confirms) == [(fact, ANOTHER)]


@pytest.mark.parametrize("slot", ["emergency_contact", "assisting_organisation"])
@pytest.mark.parametrize("party", ["be_emergency_numbers", "ng_embassy_brussels", "be_caritas"])
def test_who_can_never_help_there_is_not_put_on_the_card(fresh: Play, party: str, slot: str) -> None:
    again, plan = on_the_card(*((party,) if slot == "emergency_contact" else ("ng_bakhita", party)))
    fresh.given(MANAGER, again)

    fact = f"'Make a safety plan' names somebody who cannot be trusted: {NOT_DONE}"
    assert refused(fresh, MANAGER, plan) == [(fact, ANOTHER)]


@pytest.mark.parametrize(
    ("who", "act", "fact"),
    [
        (MANAGER, {"do": "assign", "role": "escort"}, "the escort cannot be trusted"),
        (MANAGER, {"do": "assign", "role": "reception_officer"}, "the reception officer cannot be trusted"),
        (MANAGER, {"do": "assign", "role": "interpreter"}, "the interpreter cannot be trusted"),
        (MANAGER, {"do": "assign", "role": "caregiver"}, "the caregiver cannot be trusted"),
        (MANAGER, {"do": "assign", "role": "guardian"}, "the guardian cannot be trusted"),
    ],
    ids=lambda one: one.get("role") if isinstance(one, Mapping) else None,
)
def test_an_emergency_number_has_no_role_near_the_person(fresh: Play, who: str, act: Command, fact: str) -> None:
    said = refused(fresh, who, {**act, "partner": "ng_emergency"})

    assert said[0] == (f"{fact}: {NOT_DONE}", VETTED)


def test_an_emergency_number_meets_nobody_by_the_booking(fresh: Play) -> None:
    booked = {"do": "travel", "status": "booked", "legs": fresh.legs, "meeting_person": "ng_emergency"}

    assert refused(fresh, TRAVEL, booked) == [(f"the meeting person cannot be trusted: {NOT_DONE}", VETTED)]


# --- and who lacks something ------------------------------------------------------------------------------------------


def test_who_lacks_something_is_taken_and_why_says_it_from_that_minute(fresh: Play) -> None:
    """A house of nuns with beds, of which no source says that it comes to the airport."""
    fresh.given(RECEIVER, *met_by("ng_cosudow"))
    fresh.given(MANAGER, *on_the_card("ng_nactal"))

    assert (f"{MET}: {NOT_DONE}", "have the partner name somebody else") in fresh.told("INV-07")
    assert "INV-08" in fresh.why().rules
    assert fresh.told("INV-19") == []


def test_a_nurse_of_the_case_or_a_house_that_works_on_it_is_the_witness(fresh: Play) -> None:
    witness = fresh.involved("witness")

    for one in (witness, "be_pag_asa", "be_caritas"):
        assert fresh.tried(MANAGER, witnessed_by(one)).done


def test_a_no_is_taken_whoever_heard_it_and_whomever_it_names(fresh: Play) -> None:
    no: dict[str, Any] = {**witnessed_by("ng_emergency"), "answer": "refused"}
    assert fresh.tried(MANAGER, no).done

    again, confirms = met_by("ng_emergency")
    fresh.given(RECEIVER, again)
    assert fresh.tried(RECEIVER, {**confirms, "result": "refused"}).done
