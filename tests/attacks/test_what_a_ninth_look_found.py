"""What a ninth look found: honest stories that a stricter engine makes impossible or endless, so that people would type a lie.

Each test that fails names the sentence it holds the engine to; beside it stands the counterpart, which passes.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    LEADER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    PreparationRefused,
    actor,
    another,
    at_home,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    signed,
)
from tests.attacks.test_a_day_alone import on
from tests.attacks.test_entered_in_error import corrected, seq_of
from tests.attacks.test_what_a_seventh_look_found import (
    CHILD,
    FAMILY,
    LIVES_WITH_THEM,
    PLAN_ANEW,
    ends,
    records,
    redone,
)

FAILS: Command = {"do": "incident", "type": "partner_failure"}
RECEIVES = "receiving_organisation"


def goes_in_circles(play: Play, move: str = "depart", *, acts: int = 80) -> list[Command]:
    """Follow the remedies; give those that were told again after nothing but themselves, or that were refused."""
    done: list[Command] = []

    def note(_: Play, do: Command) -> bool:
        done.append(do)
        return False

    try:
        if play.prepare(move, instead=note, at_most=acts):
            return []
    except PreparationRefused:
        return done[-1:]
    return [do for do in done[-3:] if done.count(do) > 2]


# --- 1. A partner that was accused by mistake is lost for ever -----------------------------------------------------------
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
    for outcome in play.engine._look(play.case, actor(MANAGER))[0].incidents["partner_failure"].outcomes:
        for who in (LEADER, ASSESSOR):
            play.tried(who, ends("partner_failure", outcome), may_be_bad_input=True)
    play.tried(MANAGER, {"do": "assign", "role": RECEIVES, "partner": was}, may_be_bad_input=True)


@pytest.mark.parametrize("origin", ["SL", "BR", "NG"])
def test_a_partner_that_was_accused_by_mistake_can_receive_again_when_two_say_so(begin: Begin, origin: str) -> None:
    case = begin(ready_to_depart, origin=origin)
    was = case.seen().roles[RECEIVES]
    case.given(MANAGER, FAILS)
    case.wait(minutes=1)
    says_that_it_was_a_mistake(case)

    assert case.told("INPUT", {"do": "assign", "role": RECEIVES, "partner": was}) == []


def test_a_partner_that_was_accused_by_mistake_can_be_chosen_again_when_another_was_meanwhile(begin: Begin) -> None:
    case = begin(ready_to_depart)
    was = case.seen().roles[RECEIVES]
    case.given(MANAGER, FAILS)
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "assign", "role": RECEIVES, "partner": "ng_iom"}, ends("partner_failure", "replaced"))
    assert case.told("INPUT", {"do": "assign", "role": RECEIVES, "partner": was})
    says_that_it_was_a_mistake(case)

    assert case.told("INPUT", {"do": "assign", "role": RECEIVES, "partner": was}) == []


def test_honest_one_alone_takes_no_accusation_back(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, FAILS)
    seq = seq_of(case, "incident_opened")
    case.given(LEADER, corrected(seq))
    assert not case.tried(LEADER, {"do": "sign", "seq": seq}).done
    assert case.told("INPUT", {"do": "assign", "role": RECEIVES, "partner": case.seen().roles[RECEIVES]})


@pytest.mark.parametrize("asks", [True, False])
def test_honest_who_is_accused_has_no_say_in_that(begin: Begin, asks: bool) -> None:
    case = begin(ready_to_depart)
    theirs = Actor("theirs", case.seen().roles[RECEIVES], {RECEIVER})
    case.given(MANAGER, FAILS)
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


def test_honest_a_partner_that_failed_is_replaced_where_there_is_another(begin: Begin) -> None:
    case = begin(ready_to_depart)
    was = case.seen().roles[RECEIVES]
    case.given(MANAGER, FAILS)
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
        case.given(MANAGER, FAILS)
        case.wait(minutes=1)
        circle = goes_in_circles(case)
        if circle:
            break

    failed = {do.get("partner") for do in circle}
    assert failed.isdisjoint({case.seen().roles[RECEIVES]}), circle


# --- 2. A family that was unsafe, and is safe, is no home for ever -------------------------------------------------------
# `family_is_unsafe` asks how the last alarm ended: with 'another_place' it stays unsafe, whatever is found afterwards. Its own
# sentence: "until it is found safe, whatever else is said of it". Design 4.3: a step's result loosens. The remedy is to record
# that she will not live with them, which is false; the other lie is a second alarm that never was, to end it as 'family_safe'.


def has_another_place(begin: Begin) -> Play:
    """The family refuses; another place is found, and the alarm ends. Weeks later they relent, and she wants to live there."""
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result="refuses"))
    case.wait(minutes=1)
    case.given(MANAGER, records(will_live_with_family=False), *PLAN_ANEW)
    case.wait(minutes=1)
    case.given(MANAGER, ends("family_refuses", "another_place"))
    case.wait(minutes=1)
    return case


def test_a_family_that_was_found_safe_after_another_place_was_named_is_a_home(begin: Begin) -> None:
    case = has_another_place(begin)
    case.given(MANAGER, records(will_live_with_family=True))
    case.given(RECEIVER, *redone(FAMILY, result="safe"))
    case.given(MANAGER, *PLAN_ANEW)

    assert case.told("INV-07") == []


def test_honest_a_family_that_refused_and_was_not_assessed_again_is_no_home(begin: Begin) -> None:
    case = has_another_place(begin)
    case.given(MANAGER, records(will_live_with_family=True))
    assert case.why().says("INV-07")


def test_honest_a_family_that_was_found_safe_before_the_alarm_ended_is_a_home(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result="refuses"))
    case.wait(minutes=1)
    case.given(RECEIVER, *redone(FAMILY, result="safe"))
    case.given(MANAGER, ends("family_refuses", "family_safe"), *PLAN_ANEW)
    assert case.told("INV-07") == []


WITHOUT_FAMILY = {**CHILD, "family_contact_in_best_interests": False}


def foster_carer_and_an_alarm(begin: Begin) -> Play:
    """Nobody looks for a family; a foster carer, who is no relative, waits. The alarm about a family was of another file."""
    case = begin(evidence_is_fresh, facts=WITHOUT_FAMILY)
    case.given(MANAGER, {"do": "incident", "type": "family_refuses", "effect": "none"})
    case.wait(minutes=1)
    return case


def test_an_alarm_about_the_family_in_the_wrong_file_asks_what_a_caregiver_is_and_takes_the_truth(begin: Begin) -> None:
    """No end of it helps who is involved as "caregiver" (an aunt could be); a foster carer can be involved as one."""
    case = foster_carer_and_an_alarm(begin)
    case.given(MANAGER, *PLAN_ANEW, ends("family_refuses", "another_place"))
    case.prepare()
    fact = "the family was found unsafe, and it is not said whether the caregiver is one of them"
    todo = "name somebody else, or involve them as what they are: a foster carer, for example"
    assert case.told("INV-12") == [(fact, todo)]

    carer = case.vetted(case.involved("foster_carer"), "care")
    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": carer})
    case.ready()


# --- 3. Who was checked once more on the day of the boarding has "left without clearance" ------------------------------------
# A step is repeated by two events, 'redo' and 'complete'; between them is a state in which the check is not done. Told by its day,
# the departure is judged there, too. docs/decisions/0013: "a day alone never … puts an honest story out of order"; issue 6: "What
# happened can always be recorded truthfully". The old check was fresh, the new one says the same. The lie: an hour nobody knows.

REPEATED: dict[str, tuple[str, dict[str, Any]]] = {
    "risk_recheck": (ASSESSOR, {"result": "unchanged", "will_confirmed": True}),
    "fit_to_travel_check": ("medical_officer", {"result": "fit"}),
    "departure_assistance": (TRAVEL, {"result": "reconfirmed"}),
}


def boarded(play: Play) -> str:
    play.until(play.takes_off)
    at = play.now.isoformat()
    play.wait(minutes=40)
    return at


@pytest.mark.parametrize("step", REPEATED)
def test_a_check_that_was_repeated_on_the_day_of_the_boarding_and_came_out_the_same_keeps_nobody(
    fresh: Play, step: str
) -> None:
    at, (who, said) = boarded(fresh), REPEATED[step]
    fresh.given(who, {"do": "redo", "step": step, **on(fresh)}, complete(step, **said, **on(fresh)))

    answer = fresh.tried(TRAVEL, {**DEPART, "at": at})
    assert answer.done, answer.text


def test_honest_a_check_that_was_taken_back_that_day_and_not_done_again_keeps_her(fresh: Play) -> None:
    at = boarded(fresh)
    fresh.given(ASSESSOR, {"do": "redo", "step": "risk_recheck", **on(fresh)})
    assert not fresh.tried(TRAVEL, {**DEPART, "at": at}).done


def test_honest_a_contact_a_note_and_a_paper_of_that_day_keep_nobody(fresh: Play) -> None:
    at = boarded(fresh)
    day = on(fresh)
    fresh.given(
        TRAVEL, {"do": "contact", "with": fresh.seen().roles[RECEIVES], "channel": "phone", "reached": True, **day}
    )
    fresh.given(MANAGER, {"do": "note", "text": "invented words", **day})
    paper = {"kind": "ng_passport", "status": "held", "issued_on": "2025-03-02", "expires_on": "2030-03-02"}
    fresh.given(TRAVEL, {"do": "document", **paper, **day})
    assert fresh.tried(TRAVEL, {**DEPART, "at": at}).done


# --- 4. The word of a partner who was replaced since is to be typed as the word of the new one ---------------------------------
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
    fresh.wait(minutes=10)

    answer = fresh.tried(Actor("theirs", first, {RECEIVER}), _accepts(fresh, first, at=then), may_be_bad_input=True)
    assert answer.done, answer.text


def _accepts(play: Play, first: str, **said: Any) -> Command:
    window = {
        "reception_from": (play.lands - timedelta(hours=3)).isoformat(),
        "reception_until": (play.lands + timedelta(days=2)).isoformat(),
    }
    return complete("partner_confirmation", result="accepted", housing_named=True, received_by=first, **window, **said)


def test_honest_the_word_of_a_partner_without_an_account_is_typed_for_them_and_signed(fresh: Play) -> None:
    first = fresh.seen().roles[RECEIVES]
    fresh.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"})
    fresh.given(MANAGER, _accepts(fresh, first, by=first, heard_by="letter"))
    fresh.given(another(MANAGER), signed("partner_confirmation"))
    assert fresh.why().done


# --- 5. A remedy that changes nothing: the escort who is changed on the last day ---------------------------------------------
# Design 4.1: what judges is "an open slot", and the forms lead to a permitted departure and are never given twice "without a
# change between". {do: involve, ref: escort-2} is accepted, changes nothing, and is told again; it does not ask for travels=….


def test_the_remedy_for_an_escort_of_whom_nobody_said_that_they_travel_leads_on(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    other = case.vetted(case.involved("escort"), "escort")
    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": other})
    forms = [remedy for subject, remedy in case.remedies() if subject == other]
    assert forms
    for form in forms:
        case.given(MANAGER, case.answered(form))

    assert case.told("INV-19") == []


def test_honest_another_escort_who_travels_is_taken_and_the_first_stays(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    first, other = case.seen().roles["escort"], case.vetted(case.involved("escort"), "escort")
    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": other})
    case.given(MANAGER, *({"do": "involve", "ref": ref, "travels": ref == other} for ref in (first, other)))
    case.ready()


# --- 6. The remedy of the oath screening is refused for ever to who is asked for it --------------------------------------------
# Design 4.1: each line, "for each of `who` and each value of each closed slot, is accepted". Since results that set a protecting
# fact ask `loosen`, the case manager, who stands in `who`, is refused; and also when they find a debt, which protects:
# 4.3, "Towards safety anyone".

SCREENING = "ng_oath_debt_screening"


def sworn(play: Play) -> Play:
    play.given(MANAGER, records(ng_oath_sworn=True), {"do": "redo", "step": SCREENING})
    return play


def test_each_of_who_is_asked_to_screen_may_say_what_the_remedy_says(fresh: Play) -> None:
    case = sworn(fresh)
    asked = [remedy for subject, remedy in case.remedies() if subject == SCREENING]
    assert asked
    for remedy in asked:
        for who in remedy.who:
            slots = fresh.engine.form(case.case, remedy.do, as_=case.actor(who)).slots
            values = [one for slot in slots if slot.name == "result" for one in slot.values] or [None]
            for value in values:
                said = case.why({**case.answered(remedy), **({"result": value} if value else {})}, who)
                assert said.done, (who, value, remedy.do)


def test_a_debt_that_a_case_manager_hears_of_is_taken_though_an_oath_was_recorded(fresh: Play) -> None:
    """To write the debt down at all, they would have to type 'an oath and a debt'."""
    case = sworn(fresh)
    answer = case.tried(MANAGER, complete(SCREENING, result="debt"))

    assert answer.done, answer.text
    assert [case.seen().facts[fact] for fact in ("ng_debt_claimed", "ng_oath_sworn")] == [True, True]


@pytest.mark.parametrize("result", ["nothing_found", "debt"])
def test_honest_a_counsellor_says_what_they_found(fresh: Play, result: str) -> None:
    case = sworn(fresh)
    assert case.tried("counsellor", complete(SCREENING, result=result)).done
    assert case.seen().facts["ng_oath_sworn"] is False


# --- 7. A child of three is vetted as an escort ---------------------------------------------------------------------------------
# Her own child travels along; somebody ticked 'suspected' on the wrong ref, and who assesses risks took it back. The only form is
# to vet the child as an escort ("trusted", "papers seen"), and the fact says "under suspicion", which is no longer so.
# Domain 1.2: an escort is somebody else; design 4.2: "it counts for what was looked at".


def mistaken(case: Play, ref: str) -> Play:
    case.given(MANAGER, {"do": "involve", "ref": ref, "suspected": True})
    case.wait(minutes=1)
    case.given(ASSESSOR, {"do": "involve", "ref": ref, "suspected": False})
    case.wait(minutes=1)
    return case


def test_nobody_is_asked_to_vet_a_child_that_travels_along_as_an_escort(fresh: Play) -> None:
    ref = fresh.involved("child", travels=True)
    asked = [remedy.do for _, remedy in mistaken(fresh, ref).remedies() if remedy.do.get("of") == ref]
    assert not [do for do in asked if "escort" in do.get("for", ())], asked


def test_the_refusal_to_call_a_relative_who_was_suspected_by_mistake_says_what_would_help(fresh: Play) -> None:
    """Two have to look: but the todo is 'contact nobody through them', and nothing names the vetting (design 4.1, remedies)."""
    ref = fresh.involved("relative")
    agreed = {
        "do": "consent",
        "purpose": "contact_family",
        "recipient": ref,
        "answer": "given",
        "groups": ["contact"],
        "language": "en",
    }
    fresh.given(MANAGER, {**agreed, "language": "en", "form": "written", "given_by": "person"})
    call: Command = {"do": "contact", "with": ref, "channel": "phone", "reached": True}
    assert mistaken(fresh, ref).why(call).says("INV-14")

    assert fresh.remedies(call)


def test_honest_a_relative_who_was_suspected_by_mistake_is_called_once_two_have_vetted_them(fresh: Play) -> None:
    ref = fresh.involved("relative")
    agreed = {
        "do": "consent",
        "purpose": "contact_family",
        "recipient": ref,
        "answer": "given",
        "groups": ["contact"],
        "language": "en",
    }
    fresh.given(MANAGER, {**agreed, "language": "en", "form": "written", "given_by": "person"})
    mistaken(fresh, ref).vetted(ref, "card", by=(ASSESSOR, RECEIVER))
    fresh.given(MANAGER, {"do": "contact", "with": ref, "channel": "phone", "reached": True})


# --- 8. Endless before this change, too, and on the paths that it opens ---------------------------------------------------------


def test_who_turned_18_on_the_way_is_not_asked_for_ever_through_a_guardian(begin: Begin) -> None:
    """Her birthday is recorded and past. The guardian's yes is taken and does not count, and is asked again, for ever; nothing says
    to record that she is an adult. Design 4.1: "never gives the same form twice without a change between".
    """
    case = begin(at_home, facts={**CHILD, "turns_18_on": "2026-07-20"})
    case.wait(days=25)
    assert goes_in_circles(case, "settle", acts=40) == []


def test_honest_who_turned_18_and_is_recorded_as_an_adult_settles(begin: Begin) -> None:
    case = begin(at_home, facts={**CHILD, "turns_18_on": "2026-07-20"})
    case.wait(days=25)
    case.given(MANAGER, records(age_status="adult"))
    case.ready("settle")


def test_the_yes_that_is_asked_of_a_guardian_that_is_an_organisation_can_be_given(begin: Begin) -> None:
    """given_by=be_guardianship_service "is no person of this case": the form cannot be read (design 4.1: each line is accepted)."""
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "assign", "role": "guardian", "partner": "be_guardianship_service"})
    asked = [remedy for _, remedy in case.remedies() if remedy.do["do"] == "consent"]
    assert asked
    answer = case.tried(MANAGER, case.answered(asked[0]), may_be_bad_input=True)
    assert answer.done, answer.text


def test_honest_a_guardian_that_is_an_organisation_says_yes_by_its_role(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "assign", "role": "guardian", "partner": "be_guardianship_service"})
    asked = [remedy for _, remedy in case.remedies() if remedy.do["do"] == "consent"]
    case.given(MANAGER, case.answered(asked[0], given_by="guardian"))


def test_who_wants_no_partner_after_one_has_failed_is_not_assessed_for_ever(begin: Begin) -> None:
    """'none_wanted' is an end of the alarm now; then the assessment 'lacks input from the origin side', and the same one is asked."""
    case = begin(ready_to_depart)
    case.given(MANAGER, FAILS)
    case.wait(minutes=1)
    case.given(MANAGER, complete("partner_selection", result="none_wanted"), ends("partner_failure", "none_wanted"))
    case.given(MANAGER, records(reception_declined_in_writing=True))
    assert goes_in_circles(case, acts=60) == []
