"""Whose word it is: what a doctor, an assessor, a counsellor or a partner has said is said anew by them, and by nobody else."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.acts import (
    RECEIVES,
    booked_to_meet,
    confirmed,
    confirmed_by,
    corrected,
    fact,
    goes,
    open_alarms,
    receives,
    records,
    redo,
    redone,
    seq_of,
    suspected,
    works_in_it,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    LAWYER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    another,
    at_home,
    complete,
    ready_to_depart,
    signed,
    stops_at,
    vetting,
)

# --- a doctor's -----------------------------------------------------------------------------------


def test_a_case_manager_does_not_overrule_a_doctor(leaving: Play) -> None:
    leaving.given(DOCTOR, redo("fit_to_travel_check"), complete("fit_to_travel_check", result="unfit"))
    leaving.given(MANAGER, redo("fit_to_travel_check"))

    again = complete("fit_to_travel_check", result="fit", examined_since="(invented) everything")
    assert leaving.tried(MANAGER, again).kind == "refused"
    leaving.given(MANAGER, complete("fit_to_travel_check", result="self_declared"))
    assert leaving.why().says("INV-15")


def test_a_manager_does_not_confirm_what_a_doctor_has_said(fresh: Play) -> None:
    fresh.anew("fit_to_travel_check")
    fresh.given(DOCTOR, complete("fit_to_travel_check", result="fit"), records(pregnant=True, weeks_pregnant=37))

    assert fresh.tried(MANAGER, confirmed("fit_to_travel_check")).reasons == {("ROLE", "fit_to_travel_check")}
    fresh.given(DOCTOR, confirmed("fit_to_travel_check"))


def test_the_certificate_of_a_doctor_without_an_account_is_typed_and_seen_by_a_second(fresh: Play) -> None:
    """'Your roles may not do this': a clerk gets an account as doctor, or the person declares what she cannot know."""
    fresh.given(MANAGER, {"do": "redo", "step": "fit_to_travel_check"})
    paper: Command = {"do": "complete", "step": "fit_to_travel_check", "result": "fit", "by": "medical_officer"}

    assert fresh.tried(MANAGER, {**paper, "heard_by": "letter", "on_paper": "(invented) certificate"}).done

    assert fresh.why().says("fit_to_travel_check")  # it counts once another has seen the paper
    second: Command = {"do": "sign", "step": "fit_to_travel_check", "by": "medical_officer"}
    assert not fresh.tried(MANAGER, second).done
    fresh.given(another(MANAGER), second)
    assert fresh.step("fit_to_travel_check").state == "done"
    assert "INV-15" not in fresh.why().rules


# --- a partner's ----------------------------------------------------------------------------------


def test_a_swapped_partner_must_confirm(leaving: Play) -> None:
    leaving.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})

    assert leaving.why().says("INV-07")


@pytest.mark.parametrize(
    ("who", "step"),
    [(RECEIVER, "partner_confirmation"), (MANAGER, "handover_dossier"), (RECEIVER, "origin_information")],
)
def test_what_was_said_or_sent_is_not_confirmed_for_another_partner_or_place(fresh: Play, who: str, step: str) -> None:
    fresh.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "partner": "ng_cosudow"})
    fresh.given(MANAGER, records(ng_residence_state="other"))

    told = f"'{fresh.step(step).title}' is never confirmed"
    assert (told, "do it anew: what was said, sent or asked then is not confirmed") in fresh.told(
        "STEP", confirmed(step), who
    )


def _accepts(play: Play, first: str, **said: Any) -> Command:
    window = {
        "reception_from": (play.lands - timedelta(hours=3)).isoformat(),
        "reception_until": (play.lands + timedelta(days=2)).isoformat(),
    }
    return complete(
        "partner_confirmation",
        result="accepted",
        housing_named=True,
        meeting_place="(invented) by the exit",
        received_by=first,
        **window,
        **said,
    )


# `speak_at` asks who holds the role today. Monday's letter of the first partner, typed on Wednesday, is "not their word, but that
# of" the second; the todo is to write by=<the second>, who never said it. Issue 6: "a case typed from paper two days later",
# "What happened can always be recorded truthfully"; design 4.4: "Everything else may be dated before …: it is kept".


def test_the_word_of_a_partner_who_held_the_role_that_day_is_theirs(fresh: Play) -> None:
    first = fresh.seen().roles[RECEIVES]
    fresh.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"})
    fresh.wait(minutes=10)
    then = fresh.now.isoformat()
    fresh.wait(minutes=10)
    fresh.given(MANAGER, {"do": "assign", "role": RECEIVES, "partner": "ng_naptip"})
    works_in_it(fresh, first, RECEIVER)  # it receives no more, and is in the case still
    fresh.wait(minutes=10)

    answer = fresh.tried(Actor("theirs", first, {RECEIVER}), _accepts(fresh, first, at=then), may_be_bad_input=True)
    assert answer.done, answer.text


def test_honest_the_word_of_a_partner_without_an_account_is_typed_for_them_and_signed(fresh: Play) -> None:
    first = fresh.seen().roles[RECEIVES]
    fresh.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"})
    fresh.given(MANAGER, _accepts(fresh, first, by=first, heard_by="letter"))
    fresh.given(another(MANAGER), signed("partner_confirmation"))
    assert fresh.why().done


def test_a_hand_over_is_not_signed_for_the_partner_by_who_works_elsewhere(begin: Begin) -> None:
    """Of the confirmation it is asked whose word it is; of the hand-over not. Design 4.2: "Who signs in for a party belongs to it"; of "a
    reception, a fit check or a hand-over" somebody else's word needs `by`, `heard_by` and a second who has heard it.
    """
    case = begin(at_home)
    case.prepare("settle", instead=stops_at("handover_confirmation"))
    elsewhere = Actor("invented_somebody", "invented_organisation", {RECEIVER})
    works_in_it(case, elsewhere.organisation, RECEIVER)
    owner = case.seen().roles["case_owner"]
    case.tried(
        elsewhere,
        complete("handover_confirmation", result="confirmed", case_worker="invented_worker_there"),
        may_be_bad_input=True,
    )
    case.tried(MANAGER, signed("handover_confirmation"))

    assert case.seen().roles["case_owner"] == owner


def test_honest_a_hand_over_is_signed_by_the_partner(begin: Begin) -> None:
    case = begin(at_home)
    case.prepare("settle", instead=stops_at("handover_confirmation"))
    case.given(RECEIVER, complete("handover_confirmation", result="confirmed", case_worker="invented_worker_there"))
    case.given(MANAGER, signed("handover_confirmation"))
    assert case.seen().roles["case_owner"] == "ng_bakhita"


def word_of_the_first_partner(case: Play, *, typed_late: bool) -> Any:
    """The partner of that hour has confirmed it, and its own manager types it."""
    house = case.seen().roles["receiving_organisation"]
    theirs = Actor("invented_of_the_first", house, {RECEIVER})
    then = case.now.isoformat()
    case.wait(hours=1)
    if typed_late:
        case.given(MANAGER, receives("ng_cosudow"))
        works_in_it(case, house, RECEIVER)  # it receives no more, and is in the case still
        case.wait(minutes=5)
    redo, word = confirmed_by(case, "reception_officer")
    case.given(theirs, {**redo, "at": then})
    return case.tried(theirs, {**word, "at": then}, may_be_bad_input=True)


def test_what_a_partner_confirmed_before_another_was_chosen_is_its_own_word_still(fresh: Play) -> None:
    """It is told "you work for another organisation; write by=ng_cosudow": to put its word into the mouth of who never said it.

    Issue 6: "What happened can always be recorded truthfully"; design 4.2: `by` names who has said it. It helps nobody: the
    confirmation rests on who receives.
    """
    answer = word_of_the_first_partner(fresh, typed_late=True)
    assert answer.done, answer


def test_honest_what_a_partner_confirms_is_taken_from_it(fresh: Play) -> None:
    assert word_of_the_first_partner(fresh, typed_late=False).done


# --- an assessor's and a counsellor's -------------------------------------------------------------


PROTECTING = [("safe_place_tonight", False), ("safe_home_at_arrival", False), ("risk_escort_needed", True)]


@pytest.mark.parametrize(("fact", "protects"), PROTECTING)
def test_what_who_assesses_risks_recorded_is_not_taken_back_by_the_manager(
    fresh: Play, fact: str, protects: bool
) -> None:
    """Design 4.3: facts that protect 'say in facts.yaml what loosens them'; these say nothing. A step of the risk assessor says no
    to safe_place_tonight when the danger is high, and a minute later nobody looks for a place any more (domain 2.1: 'high -> protective
    accommodation now').
    """
    fresh.given(ASSESSOR, records(**{fact: protects}))
    fresh.wait(minutes=1)

    assert fresh.tried(MANAGER, records(**{fact: not protects})).says("ROLE")


@pytest.mark.parametrize(("fact", "protects"), PROTECTING)
def test_what_who_assesses_risks_recorded_they_take_back(fresh: Play, fact: str, protects: bool) -> None:
    fresh.given(ASSESSOR, records(**{fact: protects}))
    fresh.wait(minutes=1)
    fresh.given(ASSESSOR, records(**{fact: not protects}))


def test_an_oath_that_a_counsellor_recorded_is_not_taken_back_by_a_step_of_the_manager(fresh: Play) -> None:
    """`record` asks for counsellor or risk assessor (loosen); the manager does the screening once more, 'nothing found', and flies
    her home sworn. Design 4.3: what protects is taken away only by who may.
    """
    fresh.given("counsellor", records(ng_oath_sworn=True))
    fresh.must_stand("INV-04")
    fresh.wait(minutes=1)
    for act in redone("ng_oath_debt_screening", result="nothing_found"):
        fresh.tried(MANAGER, act)

    assert "INV-04" in fresh.why().rules


def test_an_oath_that_a_counsellor_does_not_find_any_more_is_taken_back(fresh: Play) -> None:
    fresh.given("counsellor", records(ng_oath_sworn=True))
    fresh.wait(minutes=1)
    fresh.given("counsellor", *redone("ng_oath_debt_screening", result="nothing_found"))
    assert "INV-04" not in fresh.why().rules


def test_an_oath_that_a_counsellor_has_found_is_not_corrected_away_by_a_travel_officer(fresh: Play) -> None:
    """`record` and the step itself ask who takes it back; `correct` of the step asks nobody. Then it is unknown, and unknown may be
    set to no by anybody: "results cannot take away what protects", in another order.
    """
    fresh.given("counsellor", *redone("ng_oath_debt_screening", result="oath"))
    assert fresh.tried(MANAGER, records(ng_oath_sworn=False)).says("ROLE")
    fresh.tried(TRAVEL, corrected(seq_of(fresh, "step_completed", step="ng_oath_debt_screening")))
    fresh.tried(MANAGER, records(ng_oath_sworn=False))

    assert fact(fresh, "ng_oath_sworn") is not False


def test_honest_the_counsellor_looks_again_and_finds_none(fresh: Play) -> None:
    fresh.given("counsellor", *redone("ng_oath_debt_screening", result="oath"))
    fresh.given("counsellor", *redone("ng_oath_debt_screening", result="nothing_found"))
    assert fact(fresh, "ng_oath_sworn") is False


# --- of who has no account ------------------------------------------------------------------------

COUNSEL = "legal_counselling"
BY_PHONE: Command = {"heard_by": "phone"}


@pytest.mark.parametrize("doubt", ["suspected", "cleared by one alone", "not found to be trusted"])
def test_a_lawyer_who_is_doubted_has_advised_nobody(begin: Begin, doubt: str) -> None:
    case = begin(ready_to_depart)
    lawyer = case.involved("lawyer", suspected=doubt != "not found to be trusted" or None)
    if doubt == "cleared by one alone":
        case.given(ASSESSOR, suspected(lawyer, False))
    elif doubt != "suspected":
        case.given(ASSESSOR, vetting(lawyer, "interpret", result="not_trusted"))
    case.given(LAWYER, redo(COUNSEL))

    advice = complete(COUNSEL, by=lawyer, **BY_PHONE)
    who = "who was not found to be trusted" if doubt == "not found to be trusted" else "who is under suspicion"
    assert case.told("STEP", advice) == [
        (
            f"'{case.step(COUNSEL).title}' would rest on the word of {lawyer}, {who}",
            "ask somebody else, or say why nobody can be asked",
        )
    ]
    assert case.tried(MANAGER, advice).reasons == {("STEP", COUNSEL)}


@pytest.mark.parametrize("relation", ["relative", "interpreter"])
def test_nobody_but_a_lawyer_has_advised_them(begin: Begin, relation: str) -> None:
    case = begin(ready_to_depart)
    other = case.involved(relation)
    case.given(LAWYER, redo(COUNSEL))

    refused = case.tried(MANAGER, complete(COUNSEL, by=other, **BY_PHONE))
    assert (refused.kind, "It is done by: Legal counsellor." in refused.text) == ("not_permitted", True)


def test_who_was_not_booked_to_meet_her_has_not_met_her(begin: Begin) -> None:
    """Of anybody else only whoever was there says that they met her: it is no word of a telephone."""
    case = begin(ready_to_depart)
    booked_to_meet(case)
    other = case.vetted(case.involved("reception_person"), "meet")
    goes(case)

    refused = case.tried(MANAGER, complete("arrival_reception", by=other, **BY_PHONE))
    assert (refused.kind, "It is done by: Reception officer." in refused.text) == ("not_permitted", True)


def test_who_was_booked_to_meet_her_and_is_suspected_since_alarms(begin: Begin) -> None:
    """The truth is taken, and it alarms."""
    case = begin(ready_to_depart)
    meets = booked_to_meet(case)
    goes(case)
    case.given(MANAGER, suspected(meets, True), complete("arrival_reception", by=meets, **BY_PHONE))

    assert open_alarms(case) == {"re_trafficking"}
