"""What two entries say of the same thing is looked at together: who meets, when somebody waits, what an interpreter carried, what a partner did."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.acts import RECEIVES, confirmed_by, receives, redone, seq_of, waits
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    LEADER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    another,
    complete,
    evidence_is_fresh,
    far_ahead,
    ready_to_depart,
)

CONFIRMATION = "partner_confirmation"


# --- who meets, and when -----------------------------------------------------------------------------------------------


def test_whom_the_partner_names_and_whom_the_journey_names_is_one(begin: Begin) -> None:
    """F8: who confirms to meet her and who is booked to meet her were never compared."""
    case = begin(ready_to_depart)
    other = case.vetted(case.involved("reception_person"), "meet")
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": case.legs, "meeting_person": other})

    told = [
        fact
        for fact, todo in case.told("INV-07")
        if todo == "ask the partner; then book it so, or have it confirmed so"
    ]
    assert told == [f"the partner says that Bakhita Villa meets the person, and the journey says {other}"]
    case.given(RECEIVER, *confirmed_by(case, other))
    assert case.told("INV-07") == []


def test_the_role_and_who_holds_it_are_one(begin: Begin) -> None:
    """The honest story: the partner writes 'the receiving organisation', the booking its name."""
    case = begin(ready_to_depart)
    case.given(RECEIVER, *confirmed_by(case, RECEIVES))
    partner = case.seen().roles[RECEIVES]
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": case.legs, "meeting_person": partner})

    assert case.told("INV-07") == []


def test_nobody_waits_for_twenty_years(begin: Begin) -> None:
    """a07: a window of twenty years met every landing."""
    case = begin(ready_to_depart)
    wide = {"reception_from": "2020-01-01T00:00Z", "reception_until": "2040-01-01T00:00Z"}
    here = {"housing_named": True, "meeting_place": "(invented) by the exit"}
    case.given(RECEIVER, *redone(CONFIRMATION, result="accepted", received_by=RECEIVES, **here, **wide))

    assert case.told("INV-07") == [
        (
            "the partner would wait for more than 8 days: nobody knows when somebody is there",
            "ask the partner who is there on the day of the landing, and confirm that",
        )
    ]


def test_who_is_met_is_met_somewhere(begin: Begin) -> None:
    case = begin(ready_to_depart)
    redo, word = redone(CONFIRMATION, result="accepted", received_by=RECEIVES, housing_named=True, **waits(case))
    case.given(RECEIVER, redo)

    assert case.faults(RECEIVER, word) == {("meeting_place", "missing")}


# --- what an interpreter carried ---------------------------------------------------------------------------------------


def test_what_an_interpreter_carried_is_asked_again_when_they_fall(begin: Begin) -> None:
    case = begin(ready_to_depart)
    speaks = case.vetted(case.involved("interpreter"), "interpret")
    yes = {
        "do": "consent",
        "purpose": "travel_data_share",
        "recipient": "carrier",
        "groups": ["identity", "travel"],
        "language": "bin",
        "form": "written",
    }
    case.given(TRAVEL, yes | {"interpreter": speaks})
    asked = {"do": "travel", "status": "booked", "legs": case.legs}
    assert not [fact for fact, _ in case.told("CONSENT", asked, who=TRAVEL)]

    case.given(MANAGER, {"do": "involve", "ref": speaks, "suspected": True})

    assert [fact for fact, _ in case.told("CONSENT", asked, who=TRAVEL)] == [
        "the person's consent is not there: Share travel data"
    ]


# --- a partner of whom harm is noted -------------------------------------------------------------------------------------


def harm_is_noted(case: Play, kind: str = "harm") -> str:
    """Note that a partner has done harm, in another case, which is not named; then choose it here."""
    partner = "ng_cosudow"
    case.engine.note_partner(partner, kind, "(invented) took her telephone", as_=case.actor(MANAGER))
    case.given(MANAGER, {"do": "assign", "role": RECEIVES, "partner": partner})
    return partner


def test_a_partner_of_whom_the_office_has_noted_harm_is_taken_by_two(begin: Begin) -> None:
    case = begin(far_ahead)
    harm_is_noted(case)

    alone = "harm is noted of the receiving organisation, and one alone has chosen it"
    assert (alone, "let somebody else read what is noted, and sign; or choose another") in case.told("INV-07")
    entry = next(row.seq for row in reversed(case.history()) if row.type == "role_assigned")
    assert case.tried(MANAGER, {"do": "sign", "seq": entry}).reasons == {("ROLE", "")}
    case.given(LEADER, {"do": "sign", "seq": entry})
    assert alone not in [fact for fact, _ in case.told("INV-07")]


def test_whoever_disagrees_takes_the_partner_away(begin: Begin) -> None:
    case = begin(far_ahead)
    harm_is_noted(case)
    entry = next(row.seq for row in reversed(case.history()) if row.type == "role_assigned")
    case.given(LEADER, {"do": "sign", "seq": entry, "answer": "disagree", "reason": "(invented) not there again"})

    assert RECEIVES not in case.seen().roles or case.seen().roles[RECEIVES] != "ng_cosudow"


def test_who_is_only_careful_takes_a_partner_alone(begin: Begin) -> None:
    case = begin(far_ahead)
    harm_is_noted(case, "careful")

    assert not [fact for fact, _ in case.told("INV-07") if "harm is noted" in fact]


def test_what_another_office_notes_decides_nothing_here(begin: Begin) -> None:
    case = begin(far_ahead)
    case.engine.note_partner("ng_cosudow", "harm", "(invented) words", as_=case.actor(RECEIVER))
    case.given(MANAGER, {"do": "assign", "role": RECEIVES, "partner": "ng_cosudow"})

    assert not [fact for fact, _ in case.told("INV-07") if "harm is noted" in fact]


# --- towards safety anyone, away from it two -------------------------------------------------------------------------------


def test_a_home_that_was_not_safe_and_is_now_is_looked_at_by_two(begin: Begin) -> None:
    """F7: 'unsafe' became 'safe' by one account in a minute."""
    case = begin(ready_to_depart)
    case.given(ASSESSOR, {"do": "record", "facts": {"safe_home_at_arrival": False}})
    case.wait(minutes=1)
    case.given(ASSESSOR, {"do": "complete", "step": "pre_return_risk_assessment", "confirms": True})
    case.given(MANAGER, {"do": "complete", "step": "pre_return_risk_assessment", "confirms": True})
    case.wait(minutes=1)
    case.given(ASSESSOR, {"do": "record", "facts": {"safe_home_at_arrival": True}})

    assert ("INV-04", "pre_return_risk_assessment") in case.why().reasons
    case.given(ASSESSOR, {"do": "complete", "step": "pre_return_risk_assessment", "confirms": True})
    assert ("INV-04", "pre_return_risk_assessment") in case.why().reasons  # one alone


@pytest.mark.parametrize("step", ["medical_assessment", "fit_to_travel_check"])
def test_who_was_unfit_is_fit_once_it_is_said_what_was_examined_since(begin: Begin, step: str) -> None:
    case = begin(evidence_is_fresh)
    case.given(DOCTOR, *redone(step, result="unfit"), {"do": "redo", "step": step})

    assert case.faults(DOCTOR, complete(step, result="fit")) == {("examined_since", "missing")}
    assert [
        slot.name
        for slot in case.engine.form(case.case, {"do": "complete", "step": step}, as_=case.actor(DOCTOR)).slots
    ].count("examined_since") == 1
    case.given(DOCTOR, complete(step, result="fit", examined_since="(invented) heart and lungs"))


def test_whoever_clears_sees_that_somebody_was_unfit_and_nothing_of_what_was_examined(begin: Begin) -> None:
    case = begin(ready_to_depart)
    fit = {"result": "fit_with_escort"}
    case.given(DOCTOR, *redone("medical_assessment", **fit))

    told = [fact for fact, _ in case.told("STEP") if "Confirm that the journey may start" in fact]
    assert told == ["'Confirm that the journey may start' was done before this changed: 'Offer a medical assessment'"]


def test_a_language_that_turns_out_to_be_spoken_is_not_the_word_of_one_alone(begin: Begin) -> None:
    """n67: a counsellor writes Edo; a minute later one account writes English, and takes the yes in English."""
    case = begin(evidence_is_fresh, facts={"languages": ["bin"]})
    case.given(MANAGER, {"do": "record", "facts": {"languages": ["bin", "en"]}})
    yes = {"do": "consent", "purpose": "return", "form": "written", "language": "en"}

    told = [todo for fact, todo in case.told("CONSENT", yes) if "asks them in it" in fact]
    assert told == ["let somebody else ask, or hear it and write it down; or ask with an interpreter"]
    assert not [fact for fact, _ in case.told("CONSENT", yes, who=another(MANAGER)) if "asks them in it" in fact]
    case.given(another(MANAGER), {"do": "record", "facts": {"languages": ["en", "bin"]}})  # a second has heard it
    assert not [fact for fact, _ in case.told("CONSENT", yes) if "asks them in it" in fact]


# --- who is to come along ---------------------------------------------------------------------------------------------------


def wants(result: str = "wanted", **said: Any) -> Command:
    heard = {"heard": ["visit"], "own_words": "(invented) he is good to me", **said}
    return complete("company_wanted", result=result, **heard)


def test_whether_she_wants_an_adult_along_she_is_asked_alone_before_two(begin: Begin) -> None:
    case = begin(ready_to_depart)
    assert ("STEP", "company_wanted") not in case.why().reasons
    case.involved("partner", travels=True, age_band="adult")

    assert ("STEP", "company_wanted") in case.why().reasons
    case.given(MANAGER, wants())
    assert ("STEP", "company_wanted") in case.why().reasons  # one alone has heard it
    case.given(ASSESSOR, {"do": "sign", "step": "company_wanted"})
    assert ("STEP", "company_wanted") not in case.why().reasons
    case.involved("sibling", travels=True, age_band="adult")
    assert ("STEP", "company_wanted") in case.why().reasons  # of another she was not asked


def test_of_a_son_who_is_grown_when_they_fly_she_can_be_asked_before_his_birthday(begin: Begin) -> None:
    """`why` asked for it from the first day on, and `do` refused it until he was 18."""
    case = begin(ready_to_depart)
    birthday = (case.takes_off - timedelta(hours=5)).date()
    assert case.now.date() < birthday or case.now + timedelta(hours=1) < case.takes_off
    case.involved("child", travels=True, born_on=birthday.replace(year=birthday.year - 18).isoformat())

    assert ("STEP", "company_wanted") in case.why().reasons
    case.given(MANAGER, wants())
    case.given(ASSESSOR, {"do": "sign", "step": "company_wanted"})
    assert ("STEP", "company_wanted") not in case.why().reasons


def test_whom_she_does_not_want_does_not_come_along(begin: Begin) -> None:
    case = begin(ready_to_depart)
    husband = case.involved("partner", travels=True, age_band="adult")
    case.given(MANAGER, wants("not_wanted"))

    assert ("STEP", "company_wanted") in case.why().reasons
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": husband, "travels": False})
    assert ("STEP", "company_wanted") not in case.why().reasons


@pytest.mark.parametrize(("relation", "age"), [("child", "child"), ("escort", "adult")])
def test_of_her_child_and_of_an_escort_nobody_asks_that(begin: Begin, relation: str, age: str) -> None:
    case = begin(ready_to_depart)
    along = case.involved(relation, travels=True, age_band=age)
    if relation == "escort":  # that somebody is called so is not enough: two have given them the role
        case.given(MANAGER, {"do": "assign", "role": "escort", "ref": case.vetted(along, "escort")})

    assert ("STEP", "company_wanted") not in case.why().reasons


# --- how somebody has died ----------------------------------------------------------------------------------------------------


def test_two_sources_of_a_death_are_two(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.given(MANAGER, {"do": "incident", "type": "death"})
    said = {"result": "by_two_sources", "no_family": "colleague", "other_source": "colleague"}

    assert case.faults(MANAGER, complete("death_confirmation", **said)) == {("other_source", "contradiction")}
    case.given(MANAGER, complete("death_confirmation", **{**said, "other_source": "family"}))


COSUDOW = "ng_cosudow"
HARM = "(invented) took her telephone"
OFFICER = Actor("invented_officer", "invented_organisation", {TRAVEL, MANAGER})


def is_taken_by_one_alone(case: Play) -> bool:
    said = "harm is noted of the receiving organisation, and one alone has chosen it"
    return (said, "let somebody else read what is noted, and sign; or choose another") in case.told("INV-07")


def notes_harm(case: Play, who: str | Actor = ASSESSOR, text: str = HARM, **how: bool) -> None:
    case.engine.note_partner(COSUDOW, "harm", text, as_=case.actor(who), **how)


@pytest.mark.parametrize("overwrites", [False, True])
def test_harm_that_a_colleague_noted_is_not_dropped_by_who_chooses_the_partner(begin: Begin, overwrites: bool) -> None:
    """One officer drops the colleague's note, or writes over it and drops that, and chooses the partner."""
    case = begin(far_ahead)
    notes_harm(case)
    if overwrites:
        notes_harm(case, OFFICER, "(invented) nothing")
        notes_harm(case, OFFICER, drop=True)
    notes_harm(case, OFFICER, drop=True)
    case.given(OFFICER, receives(COSUDOW))

    assert is_taken_by_one_alone(case)
    case.given(LEADER, {"do": "sign", "seq": seq_of(case, "role_assigned", partner=COSUDOW)})
    assert not is_taken_by_one_alone(case)


@pytest.mark.parametrize("drops", [ASSESSOR, OFFICER])
def test_honest_harm_that_is_dropped_by_who_noted_it_or_by_another_than_chooses_needs_no_second(
    begin: Begin, drops: str | Actor
) -> None:
    case = begin(far_ahead)
    notes_harm(case)
    notes_harm(case, drops, drop=True)
    case.given(OFFICER if drops == ASSESSOR else MANAGER, receives(COSUDOW))

    assert not is_taken_by_one_alone(case)


def test_the_receiving_side_does_not_choose_past_the_book_of_the_office_that_leads(begin: Begin) -> None:
    """Whose own book is empty chooses no partner at all: of one the office that leads the case has noted harm."""
    case = begin(far_ahead)
    notes_harm(case)
    refused = case.tried(RECEIVER, receives(COSUDOW))

    assert refused.text.startswith("Only who leads the case may do this.")
    assert case.seen().roles[RECEIVES] != COSUDOW
    assert case.engine.partner_notes(as_=case.actor(RECEIVER)) == ()  # nobody else reads it
