"""A partner that failed receives nobody and keeps no case, until two say that it was a mistake; another takes its place."""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.acts import (
    HOUSE,
    ON_THE_SPOT,
    PARTNER_FAILS,
    RECEIVES,
    ago,
    corrected,
    ends,
    found_there,
    goes_in_circles,
    goes_on,
    happens,
    is_open,
    receives,
    records,
    seq_of,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    LEADER,
    MANAGER,
    RECEIVER,
    Command,
    Play,
    at_home,
    complete,
    ready_to_depart,
    settled,
    vetting,
)
from tests.whole_answers import PLAN

# --- before the departure -------------------------------------------------------------------------


@pytest.mark.parametrize("instead", ["nobody", "another"])
def test_a_partner_that_failed_does_not_receive_the_person_two_minutes_later(fresh: Play, instead: str) -> None:
    """'Another partner was chosen': for one minute, or nobody at all. Then the one that harmed her is chosen again, and she flies.
    Domain 3 (partner_failure): 'Suspend partner, new partner'; design 4.2: trust that was taken does not come back by a word.
    """
    failed = fresh.seen().roles["receiving_organisation"]
    fresh.given(MANAGER, happens("partner_failure"))
    fresh.wait(minutes=1)
    fresh.given(
        MANAGER,
        complete("partner_selection", result="none_wanted") if instead == "nobody" else receives("ng_cosudow"),
    )
    fresh.tried(MANAGER, ends("partner_failure", "replaced"))
    fresh.wait(minutes=1)
    for act in ({"do": "redo", "step": "partner_selection"}, receives(failed)):
        fresh.tried(MANAGER, act)

    if fresh.seen().roles["receiving_organisation"] == failed and not is_open(fresh, "partner_failure"):
        goes_on(fresh)
    assert not fresh.boards().done


def test_who_wants_no_partner_has_not_chosen_another(fresh: Play) -> None:
    """The outcome says 'another partner was chosen' (incidents.yaml: replaced), and nobody was."""
    fresh.given(MANAGER, happens("partner_failure"))
    fresh.wait(minutes=1)
    fresh.given(MANAGER, complete("partner_selection", result="none_wanted"))

    assert fresh.tried(MANAGER, ends("partner_failure", "replaced")).says("partner_selection")


def test_another_partner_that_was_chosen_ends_it(fresh: Play) -> None:
    fresh.given(MANAGER, happens("partner_failure"))
    fresh.wait(minutes=1)
    fresh.given(MANAGER, receives("ng_cosudow"), ends("partner_failure", "replaced"))


def test_whatever_who_has_failed_is_told_is_a_breach(begin: Begin) -> None:
    """It broke confidence, and is told her plan an hour later. incidents.yaml: 'Suspend the partner … and stop all sharing.'"""
    case = begin(at_home)
    failed = case.seen().roles["receiving_organisation"]
    told: Command = {"do": "contact", "with": failed, "channel": "phone", "reached": True, "groups": ["identity"]}
    case.given(MANAGER, told)  # before
    case.given(MANAGER, happens("partner_failure"))
    case.wait(hours=1)

    assert "data_breach" not in [one["type"] for one in case.seen().incidents]
    case.given(MANAGER, told)
    assert "data_breach" in [one["type"] for one in case.seen().incidents]


def test_who_has_failed_can_be_called(begin: Begin) -> None:
    case = begin(at_home)
    failed = case.seen().roles["receiving_organisation"]
    case.given(MANAGER, happens("partner_failure"))
    case.given(MANAGER, {"do": "contact", "with": failed, "channel": "phone", "reached": True})


def test_that_a_partner_failed_before_another_was_chosen_suspends_not_the_other(fresh: Play) -> None:
    """She chose another yesterday; today they hear that the first broke confidence the day before. With its true day it is told,
    and the partner that did nothing has failed, too, and cannot be chosen again: a truth that has a price for the wrong one.
    """
    failed, then = fresh.seen().roles["receiving_organisation"], ago(fresh, hours=1)
    fresh.wait(minutes=1)
    fresh.given(MANAGER, receives("ng_cosudow"))
    fresh.wait(hours=1)
    fresh.given(MANAGER, happens("partner_failure", **then))

    over = [("this partner has failed, and that is not over", "choose another")]
    assert fresh.told("INPUT", receives(failed)) == over
    assert fresh.told("INPUT", receives("ng_cosudow")) == []


# --- accused by mistake ---------------------------------------------------------------------------
# Domain 3, partner_failure: "`blocked` until replaced". Issue 6: "Honest returns stay possible and short". Design 4.3: away from
# safety "only by who may loosen that thing, with a second signature": so there is a way for two. Here there is none at all: the
# alarm is never corrected, no outcome says that it was none, a partner of a pack is not vetted, and `suspending` asks the alarms
# that are over, too ("they have failed, and that is not over"). In Sierra Leone one partner receives adults. What is left to type:
# that the person wants no partner, or an invented organisation.


def says_that_it_was_a_mistake(play: Play) -> None:
    """Try every way that there may be, by two: a correction, each end of the alarm, a new choice of the same partner."""
    was, seq = play.seen().roles[RECEIVES], seq_of(play, "incident_opened")
    play.tried(LEADER, corrected(seq), may_be_bad_input=True)
    for who in (LEADER, ASSESSOR, MANAGER):
        play.tried(who, {"do": "sign", "seq": seq}, may_be_bad_input=True)
    play.tried(MANAGER, {"do": "assign", "role": RECEIVES, "partner": was}, may_be_bad_input=True)
    for outcome in play.engine._recorded(play.case)[0].incidents["partner_failure"].outcomes:
        for who in (LEADER, ASSESSOR):
            play.tried(who, ends("partner_failure", outcome), may_be_bad_input=True)
    play.tried(MANAGER, {"do": "assign", "role": RECEIVES, "partner": was}, may_be_bad_input=True)


@pytest.mark.parametrize("origin", ["SL", "BR", "NG"])
def test_a_partner_that_was_accused_by_mistake_can_receive_again_when_two_say_so(begin: Begin, origin: str) -> None:
    case = begin(ready_to_depart, origin=origin)
    was = case.seen().roles[RECEIVES]
    case.given(MANAGER, PARTNER_FAILS)
    case.wait(minutes=1)
    says_that_it_was_a_mistake(case)

    assert case.told("INPUT", {"do": "assign", "role": RECEIVES, "partner": was}) == []


def test_a_partner_that_was_accused_by_mistake_can_be_chosen_again_when_another_was_meanwhile(begin: Begin) -> None:
    case = begin(ready_to_depart)
    was = case.seen().roles[RECEIVES]
    case.given(MANAGER, PARTNER_FAILS)
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "assign", "role": RECEIVES, "partner": "ng_iom"}, ends("partner_failure", "replaced"))
    assert case.told("INPUT", {"do": "assign", "role": RECEIVES, "partner": was})
    says_that_it_was_a_mistake(case)

    assert case.told("INPUT", {"do": "assign", "role": RECEIVES, "partner": was}) == []


def test_honest_one_alone_takes_no_accusation_back(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, PARTNER_FAILS)
    seq = seq_of(case, "incident_opened")
    case.given(LEADER, corrected(seq))
    assert not case.tried(LEADER, {"do": "sign", "seq": seq}).done
    assert case.told("INPUT", {"do": "assign", "role": RECEIVES, "partner": case.seen().roles[RECEIVES]})


@pytest.mark.parametrize("asks", [True, False])
def test_honest_who_is_accused_has_no_say_in_that(begin: Begin, asks: bool) -> None:
    case = begin(ready_to_depart)
    theirs = Actor("theirs", case.seen().roles[RECEIVES], {RECEIVER})
    case.given(MANAGER, PARTNER_FAILS)
    seq = seq_of(case, "incident_opened")
    if not asks:
        case.given(LEADER, corrected(seq))
    answer = case.tried(theirs, corrected(seq) if asks else {"do": "sign", "seq": seq})
    assert "ROLE" in answer.rules, answer


def test_honest_an_alarm_of_another_kind_that_is_over_says_nothing_any_more(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, {"do": "incident", "type": "lost_contact"})
    seq = seq_of(case, "incident_opened")
    assert [fact for fact, _ in case.told("INPUT", corrected(seq))] == ["an alarm is never corrected away"]
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    case.given(MANAGER, ends("lost_contact", "reached"))
    assert [fact for fact, _ in case.told("INPUT", corrected(seq))] == [
        f"entry {seq} says nothing any more that can be taken back"
    ]


# --- where there is another, and where there is none ----------------------------------------------


def test_honest_a_partner_that_failed_is_replaced_where_there_is_another(begin: Begin) -> None:
    case = begin(ready_to_depart)
    was = case.seen().roles[RECEIVES]
    case.given(MANAGER, PARTNER_FAILS)
    case.wait(minutes=1)
    case.ready()
    assert case.seen().roles[RECEIVES] != was


@pytest.mark.parametrize("origin", ["SL", "BR"])
def test_no_remedy_names_the_partner_that_has_failed(begin: Begin, origin: str) -> None:
    """Design 4.1: each form is accepted, or refused "only with reasons whose subject is a slot that was answered"; "never gives the
    same form twice without a change between". With nobody left, the remedy is to choose the one that failed; that is refused.
    """
    case = begin(ready_to_depart, origin=origin)
    for _ in range(2 if origin == "BR" else 1):  # in Brazil the second is the last one
        case.given(MANAGER, PARTNER_FAILS)
        case.wait(minutes=1)
        circle = goes_in_circles(case)
        if circle:
            break

    failed = {do.get("partner") for do in circle}
    assert failed.isdisjoint({case.seen().roles[RECEIVES]}), circle


def test_who_wants_no_partner_after_one_has_failed_is_not_assessed_for_ever(begin: Begin) -> None:
    """'none_wanted' is an end of the alarm now; then the assessment 'lacks input from the origin side', and the same one is asked."""
    case = begin(ready_to_depart)
    case.given(MANAGER, PARTNER_FAILS)
    case.wait(minutes=1)
    case.given(MANAGER, complete("partner_selection", result="none_wanted"), ends("partner_failure", "none_wanted"))
    case.given(MANAGER, records(reception_declined_in_writing=True))
    assert goes_in_circles(case, acts=60) == []


# --- after the landing ----------------------------------------------------------------------------


def replaced_after_the_landing(begin: Begin) -> Play:
    """She is met and the risk is found low; then the partner harms her, and another takes its place."""
    case = begin(at_home)
    case.prepare("settle", waiting=False)
    case.wait(hours=1)
    case.given(MANAGER, happens("partner_failure"))
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "redo", "step": "partner_selection"}, receives("ng_cosudow"))
    case.given(MANAGER, ends("partner_failure", "replaced"))
    return case


@pytest.mark.parametrize("step", ["safety_plan", ON_THE_SPOT])
def test_what_was_judged_with_a_partner_that_harms_is_asked_anew_with_the_next(begin: Begin, step: str) -> None:
    """The partner that houses her harms her; another takes over. The safety plan and the low risk that were written while the first one
    had her stand as done, and she settles: only the hand-over is signed again. Design 4.3: 'risk assessment rests on the receiving
    organisation ... safety plan on organisation and place'; 4.4: 'the arrival side asks anew for what is missing (partner, risk, safety
    plan)'.
    """
    assert replaced_after_the_landing(begin).why("settle").says(step)


def test_honest_who_is_judged_anew_with_the_next_partner_settles(begin: Begin) -> None:
    case = replaced_after_the_landing(begin)
    theirs = {"emergency_contact": "receiving_organisation", "assisting_organisation": "receiving_organisation"}
    case.given(MANAGER, {"do": "redo", "step": "safety_plan"}, complete("safety_plan", **theirs, **PLAN))
    case.given(RECEIVER, {"do": "redo", "step": ON_THE_SPOT}, found_there("low"))
    case.ready("settle", waiting=False)


# --- who becomes and who stays accountable --------------------------------------------------------


@pytest.mark.parametrize("who", ["not trusted", "failed"])
@pytest.mark.parametrize("when", [at_home, settled])
def test_nobody_who_is_not_trusted_becomes_owner_of_the_case_by_hand(begin: Begin, when: Any, who: str) -> None:
    """INV-07 is asked at the hand-over; `assign role=case_owner` is the same without it. Design 4.2: trusted(receive); domain 2.4:
    "not confirmed -> escalate, sending side stays owner"; domain 3: "Suspend partner".
    """
    case = begin(when)
    if who == "failed":
        bad = case.seen().roles["receiving_organisation"]
        case.given(MANAGER, happens("partner_failure"), receives("ng_iom"))
        case.given(
            MANAGER,
            {
                "do": "assign",
                "role": "case_owner",
                "organisation": "invented_organisation",
                "case_worker": "invented_worker",
            },
        )
        said: Command = {"partner": bad}
    else:
        bad = HOUSE
        case.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["receive", "house"])
        case.given(RECEIVER, vetting(HOUSE, "receive", result="not_trusted"))
        said = {"organisation": HOUSE}
    case.wait(minutes=1)
    case.tried(MANAGER, {"do": "assign", "role": "case_owner", "case_worker": "invented_worker", **said})

    assert case.seen().roles["case_owner"] != bad


def handed_over_and_failed(begin: Begin) -> tuple[Play, str]:
    case = begin(at_home)
    case.ready("settle")
    failed = case.seen().roles["case_owner"]
    case.given(MANAGER, happens("partner_failure"), receives("ng_iom"))
    case.wait(minutes=1)
    return case, failed


def test_a_partner_that_failed_after_the_hand_over_does_not_keep_the_case(begin: Begin) -> None:
    """It took the case over, then harmed her; another was chosen, and she settles: the one that failed is still who is accountable.
    Hand-over rests on nothing. Domain 3 (partner_failure): 'Suspend partner, new partner'; "a failed partner stays untrusted".
    """
    case, failed = handed_over_and_failed(begin)
    case.prepare("settle")
    case.tried(MANAGER, {"do": "move", "to": "settle"})

    assert case.seen().phase == "arrival" or case.seen().roles["case_owner"] != failed


def test_honest_the_case_is_handed_over_to_the_other_partner(begin: Begin) -> None:
    case, failed = handed_over_and_failed(begin)
    case.given(MANAGER, {"do": "redo", "step": "handover_confirmation"})
    case.ready("settle")
    assert case.seen().roles["case_owner"] == "ng_iom" != failed
