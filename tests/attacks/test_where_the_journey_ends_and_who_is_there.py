"""A closed world: what no pack declares and nobody vetted is nowhere, and nobody. (findings/safety.md K1, K5, K6)"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import BEST_FOR_THE_CHILD, CHILD, records
from tests.attacks.conftest import Begin
from tests.attacks.play import ASSESSOR, MANAGER, RECEIVER, TRAVEL, Command, Play, complete, ready_to_depart, signed
from tests.whole_answers import PLAN

NOBODY = "madam_x"
UNREGISTERED = {("organisation", "unregistered")}
NOT_HOME = (
    "the booked journey does not end in the country of origin",
    "book the journey as it will be. Do they go to live in another country? Record that as the lasting solution, third_country, "
    "and close so",
)


@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_nobody_departs_to_a_place_that_is_not_home(begin: Begin, origin: str) -> None:
    case = begin(ready_to_depart, origin=origin)
    legs = case.legs
    legs[-1]["to"] = "TIP"

    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})

    assert case.told("INV-16") == [NOT_HOME]


def test_a_journey_to_nowhere_is_not_booked(begin: Begin) -> None:
    case = begin(ready_to_depart)
    legs = case.legs
    legs[-1]["to"] = "ZZZ"

    assert case.faults(TRAVEL, {"do": "travel", "status": "booked", "legs": legs}) == {("legs[0].to", "unknown")}


def test_nobody_calls_another_country_home(begin: Begin) -> None:
    case = begin(ready_to_depart)
    legs = case.legs
    legs[-1] |= {"to": "TIP", "to_country": "NG", "to_zone": "Africa/Lagos"}

    assert case.faults(TRAVEL, {"do": "travel", "status": "booked", "legs": legs}) == {("legs[0].to", "contradiction")}


def test_a_place_by_land_that_no_pack_knows_says_where_it_lies(begin: Begin) -> None:
    case = begin(ready_to_depart)
    leg = {**case.legs[0], "to": "Seme_border", "mode": "land"}
    case.given(TRAVEL, _booked({**leg, "to_country": "NG", "to_zone": "Africa/Lagos"}))
    assert not case.why().says("INV-16")

    case.given(TRAVEL, _booked({**leg, "to_country": "BJ", "to_zone": "Africa/Porto-Novo"}))
    assert case.told("INV-16") == [NOT_HOME]

    assert case.faults(TRAVEL, _booked(leg)) == {("legs[0].to_country", "missing")}
    nowhere = {**leg, "to_country": "NG", "to_zone": "Middle/Earth"}
    assert case.faults(TRAVEL, _booked(nowhere)) == {("legs[0].to_zone", "unknown")}


def _booked(*legs: dict[str, Any]) -> Command:
    return {"do": "travel", "status": "booked", "legs": [*legs]}


def test_nobody_departs_on_a_journey_that_ends_where_it_began(begin: Begin) -> None:
    case = begin(ready_to_depart)
    legs = case.legs
    legs[-1]["to"] = "BRU"

    case.tried(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})

    assert case.why().says("INV-16")


def test_nobody_is_met_by_a_party_that_nobody_knows(fresh: Play) -> None:
    fresh.anew("partner_confirmation")
    assert fresh.faults(MANAGER, {"do": "assign", "role": "family", "organisation": NOBODY}) == UNREGISTERED
    fresh.given(RECEIVER, _confirmed_by(NOBODY))

    unknown = "who is to meet the person cannot be trusted: nobody here knows this party"
    assert fresh.told("INV-07") == [(unknown, "have the partner name somebody else")]


def test_nobody_is_received_by_an_organisation_that_nobody_knows(fresh: Play) -> None:
    receives = {"do": "assign", "role": "receiving_organisation"}

    assert fresh.faults(MANAGER, {**receives, "organisation": NOBODY}) == UNREGISTERED
    assert fresh.faults(MANAGER, {**receives, "partner": NOBODY}) == {("partner", "unknown")}
    assert fresh.boards().done  # the house that was chosen still receives her


def test_nobody_unknown_waits_at_the_gate_of_arrival(fresh: Play) -> None:
    """Who meets the person stands in the booking, too."""
    booked = {"do": "travel", "status": "booked", "legs": fresh.legs}

    assert fresh.faults(TRAVEL, {**booked, "meeting_person": NOBODY}) == {("meeting_person", "unregistered")}
    does_not = "the meeting person cannot be trusted: this partner does not do that"
    todo = "name a partner that can, or somebody whom you have vetted"
    assert fresh.told("INV-19", {**booked, "meeting_person": "ng_cosudow"}, TRAVEL) == [(does_not, todo)]
    assert fresh.told("INV-19", {**booked, "meeting_person": "ng_bakhita"}, TRAVEL) == []


def test_no_consent_is_interpreted_by_somebody_unknown(begin: Begin) -> None:
    case = begin()
    said = {"do": "consent", "purpose": "assistance", "language": "en", "form": "written"}

    assert case.faults(MANAGER, {**said, "interpreter": NOBODY}) == {("interpreter", "unregistered")}
    ref = case.vetted(case.involved("interpreter"), "interpret")
    assert case.why({**said, "interpreter": ref}).done


def test_a_partner_that_does_not_interpret_carries_no_consent(begin: Begin) -> None:
    case = begin()
    said = {"do": "consent", "purpose": "assistance", "language": "en", "form": "written", "interpreter": "ng_bakhita"}

    does_not = "the interpreter cannot be trusted: this partner does not do that"
    assert case.told("INV-19", said) == [(does_not, "name a partner that can, or somebody whom you have vetted")]


def test_nobody_unknown_stands_on_the_card_of_the_person(fresh: Play) -> None:
    fresh.anew("safety_plan")
    card = {
        "do": "complete",
        "step": "safety_plan",
        "emergency_contact": NOBODY,
        "assisting_organisation": NOBODY,
        **PLAN,
    }
    fresh.given(MANAGER, card)

    assert fresh.told("INV-08") == [
        (
            "somebody on the person's card cannot be trusted: nobody here knows this party",
            "put somebody else into the safety plan, and on the person's card",
        )
    ]


def test_a_child_does_not_fly_with_an_escort_whom_nobody_vetted(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    uncle = {"do": "assign", "role": "escort", "organisation": "uncle_of_the_madam"}

    assert case.faults(TRAVEL, uncle) == UNREGISTERED
    case.engine.register_organisation("uncle_of_the_madam", title="Escorts", country="BE", does=["escort"])
    assert case.told("INV-19", uncle, TRAVEL) == [
        ("the escort cannot be trusted: nobody has vetted them",
         "name a partner that can, or somebody whom you have vetted")
    ]  # fmt: skip
    assert not case.tried(TRAVEL, uncle).done


def test_a_vetting_of_thirteen_months_ago_counts_no_more(fresh: Play) -> None:
    escort = fresh.vetted(fresh.involved("escort", travels=True), "escort")
    act = {"do": "assign", "role": "escort", "ref": escort}
    assert "INV-19" not in fresh.why(act, TRAVEL).rules

    fresh.wait(days=396)

    assert fresh.told("INV-19", act, TRAVEL) == [
        ("the escort cannot be trusted: they were vetted more than 12 months ago",
         "let somebody vet them for this, who did not bring them into the case")
    ]  # fmt: skip
    fresh.given(ASSESSOR, {"do": "redo", "step": "party_vetting", "of": escort})
    fresh.vetted(escort, "escort")
    assert "INV-19" not in fresh.why(act, TRAVEL).rules


def test_a_child_is_not_given_to_a_relative_whom_the_assessment_found_unsafe(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    looked_at_again = {**complete("best_interests_determination", confirms=True), "by": "panel"}
    relative = case.vetted(case.involved("relative"), "care")
    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": relative})
    case.given(MANAGER, looked_at_again)
    case.given(ASSESSOR, looked_at_again)
    assert "INV-12" not in case.why().rules

    case.anew("family_contact_and_assessment")
    case.given(RECEIVER, {"do": "complete", "step": "family_contact_and_assessment", "result": "unsafe"})
    case.given(MANAGER, BEST_FOR_THE_CHILD)
    case.given(ASSESSOR, signed("best_interests_determination"))

    assert case.told("INV-12") == [("the child would be given to a family that was found unsafe", "name somebody else")]

    aunt = {"do": "assign", "role": "caregiver", "ref": case.vetted(case.involved("caregiver"), "care")}
    assert case.told("INV-12", aunt) == [
        (
            "the family was found unsafe, and it is not said whether the caregiver is one of them",
            "name somebody else, or involve them as what they are: a foster carer, for example",
        )
    ]
    foster = case.vetted(case.involved("foster_carer"), "care")
    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": foster}, looked_at_again)
    case.given(ASSESSOR, looked_at_again)
    assert "INV-12" not in case.why().rules


def test_nobody_is_sent_to_live_with_a_family_that_was_found_unsafe(begin: Begin) -> None:
    case = begin(ready_to_depart, facts={"age_status": "adult", "will_live_with_family": True})
    case.anew("family_contact_and_assessment")
    case.given(RECEIVER, {"do": "complete", "step": "family_contact_and_assessment", "result": "unsafe"})

    assert case.told("INV-07") == [
        ("the person would live with a family that was found unsafe",
         "find, together with the person, another place to live; then record that they will not live with the family")
    ]  # fmt: skip
    case.given(MANAGER, {"do": "record", "facts": {"will_live_with_family": False}})
    assert "INV-07" not in case.why().rules


SEEN: Command = {"do": "consent", "purpose": "return", "language": "en", "form": "witnessed"}


@pytest.mark.parametrize("nobody", [NOBODY, "family", "partner"])
def test_a_witness_is_somebody_whom_the_case_knows(fresh: Play, nobody: str) -> None:
    assert fresh.faults(MANAGER, {**SEEN, "witness": nobody}) == {("witness", "unregistered")}


@pytest.mark.parametrize("known", ["invented_organisation", "ng_bakhita"])
def test_a_witness_is_of_an_organisation_that_the_case_knows(fresh: Play, known: str) -> None:
    assert fresh.tried(MANAGER, {**SEEN, "witness": known}).done


def test_a_witness_is_a_person_of_the_case_who_need_not_be_vetted(fresh: Play) -> None:
    witness = fresh.involved("witness")

    assert fresh.tried(MANAGER, {**SEEN, "witness": witness}).done


def test_nobody_is_witness_of_their_own_yes(begin: Begin) -> None:
    case = begin(facts={"age_status": "child"})
    guardian = case.involved("guardian")
    said = {"do": "consent", "purpose": "assistance", "language": "en", "form": "witnessed", "assent": True}

    own = {**said, "given_by": guardian, "witness": guardian}
    assert case.faults(MANAGER, own) == {("witness", "contradiction")}
    assert case.tried(MANAGER, {**own, "witness": case.involved("witness")}).rules == {"CONSENT"}


def test_a_witness_who_is_suspected_later_takes_the_consent_along(fresh: Play) -> None:
    witness = fresh.involved("witness")
    fresh.given(MANAGER, {**SEEN, "witness": witness})
    fresh.ready(waiting=False)

    fresh.given(MANAGER, {"do": "involve", "by": "person", "ref": witness, "relation": "witness", "suspected": True})

    assert [fact for fact, _ in fresh.told("INV-01")] == [
        "who gave, interpreted or witnessed the consent to return is under suspicion"
    ]


def test_an_interpreter_who_is_suspected_later_takes_the_consent_along(fresh: Play) -> None:
    interpreter = fresh.vetted(fresh.involved("interpreter"), "interpret")
    fresh.given(
        MANAGER, {"do": "consent", "purpose": "return", "form": "written", "language": "en", "interpreter": interpreter}
    )
    fresh.ready(waiting=False)

    fresh.given(
        MANAGER, {"do": "involve", "by": "person", "ref": interpreter, "relation": "interpreter", "suspected": True}
    )

    assert fresh.told("INV-01") == [
        ("who gave, interpreted or witnessed the consent to return is under suspicion",
         "talk with the person; only their own written yes counts")
    ]  # fmt: skip


def _confirmed_by(party: str) -> Command:
    wide = {"reception_from": "2026-05-10T00:00Z", "reception_until": "2026-05-17T20:00Z"}
    return complete(
        "partner_confirmation",
        result="accepted",
        received_by=party,
        housing_named=True,
        meeting_place="(invented) by the exit",
        **wide,
    )


# --- a place that nobody has asked ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("origin", "fact", "place"), [("BR", "br_residence_state", "SP"), ("SL", "sl_place_of_return", "bo")]
)
def test_nobody_departs_for_a_place_that_nobody_has_asked(begin: Begin, origin: str, fact: str, place: str) -> None:
    asked: list[str] = []

    def but_not_the_place(play: Play, act: Command) -> bool:
        if fact in act.get("facts", ()) or act.get("fact") == fact or fact in act:
            asked.append(fact)
            play.given(MANAGER, records(**{fact: place}))
            return True
        return False

    case = begin(origin=origin)
    assert case.prepare(instead=but_not_the_place)

    assert asked or case.seen().facts.get(fact) is not None
