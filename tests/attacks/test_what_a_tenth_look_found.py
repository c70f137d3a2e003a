"""What a tenth look found: the promises of the last change, kept in their words and broken in their meaning, by another order, another
command, another party, a second time. Each test that fails names the sentence it holds the engine to; beside it stands what passes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from wayhome import Actor
from wayhome.flow.apply import apply
from wayhome.store import snapshot

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    MANAGER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    another,
    at_home,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    settled,
    signed,
    stops_at,
    vetting,
)
from tests.attacks.test_entered_in_error import corrected, seq_of
from tests.attacks.test_what_a_seventh_look_found import (
    CHILD,
    FAMILY,
    HOUSE,
    LIVES_WITH_THEM,
    PLAN_ANEW,
    ago,
    confirmed_by,
    ends,
    goes_on,
    happens,
    last,
    receives,
    records,
    redone,
    suspected,
)
from tests.attacks.test_what_an_eighth_look_found import CALL, LEFT, departs_late, fact, open_alarms

# === 1. What a step has found is corrected away by one alone, and then anybody says otherwise ============================
# Design 4.3: "`correct` follows the same asymmetry: away from safety only by who may loosen that thing, with a second signature. A
# withdrawal, a refusal, a suspicion, a child's age are never corrected away". That is asked of a fact that was recorded, and not of
# one that a result has set (commands/correcting.py, protects; rules/taking_back.py, of_correcting).


def clarified(begin: Begin, result: str) -> tuple[Play, int]:
    """An age in dispute, clarified by the authority. Gives the entry, too."""
    case = begin(facts={"age_status": "disputed"})
    case.prepare(instead=stops_at("age_clarification"))
    case.given(MANAGER, complete("age_clarification", result=result, by="competent_authority"))
    return case, seq_of(case, "step_completed", step="age_clarification")


def test_that_the_authority_found_a_child_is_not_corrected_away_by_a_travel_officer(begin: Begin) -> None:
    """The birthday in a paper said adult; the authority found a child (INV-13 refuses the birthday then). A travel officer "corrects"
    that finding, alone, the manager says "turned 18", and the child is an adult: no guardian, no best interests.
    """
    case, entry = clarified(begin, "child")
    case.given(MANAGER, records(turns_18_on="2020-01-01"))
    assert case.tried(MANAGER, happens("turned_18")).says("INV-13")
    case.tried(TRAVEL, corrected(entry))
    case.tried(MANAGER, happens("turned_18"))

    assert fact(case, "age_status") == "child"


def test_a_dispute_is_not_over_because_a_clarification_was_an_error(begin: Begin) -> None:
    """The age is in dispute (INV-13: only a clarification ends that). A wrong clarification is taken back; then nothing is in dispute
    any more, and the manager types "adult". Design 4.3: 'a typed birthday loosens nothing while an age is disputed'.
    """
    case, entry = clarified(begin, "adult")
    case.given(TRAVEL, corrected(entry))
    case.tried(MANAGER, records(age_status="adult"))

    assert fact(case, "age_status") != "adult"


def test_a_child_that_the_authority_found_is_no_adult_while_that_is_being_looked_at_again(begin: Begin) -> None:
    """The same without `correct`: a step that is open again has no result, and the birthday was compared with none."""
    case, _ = clarified(begin, "child")
    case.given(MANAGER, records(turns_18_on="2020-01-01"), {"do": "redo", "step": "age_clarification"})
    assert case.tried(MANAGER, happens("turned_18")).says("INV-13")


def test_honest_an_age_in_dispute_is_clarified_and_no_word_does_it(begin: Begin) -> None:
    case = begin(facts={"age_status": "disputed"})
    assert case.tried(MANAGER, records(age_status="adult")).says("INV-13")
    case, _ = clarified(begin, "adult")
    assert fact(case, "age_status") == "adult"


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


# === 2. An alarm that ended on an error stays ended ======================================================================


def ended_by_the_wrong_file(case: Play) -> int:
    case.given(MANAGER, happens("self_harm"))
    case.wait(minutes=5)
    case.given(DOCTOR, *redone("medical_assessment", result="fit"))
    case.given(MANAGER, ends("self_harm", "seen_by_a_doctor"))
    return seq_of(case, "step_completed", step="medical_assessment")


def test_an_alarm_that_ended_by_the_examination_of_another_is_open_again_though_the_step_is_being_redone(
    begin: Begin,
) -> None:
    """The doctor notices the wrong file and begins the examination anew, as one does. From then on the entry "says nothing any more
    that can be taken back"; the alarm stays ended, she declines the new one, declares herself fit, and flies.

    Design 3, `correct`: "what hung on it is open again"; issue 6: "What happened can always be recorded truthfully."
    """
    case = begin(ready_to_depart)
    entry = ended_by_the_wrong_file(case)
    case.given(DOCTOR, {"do": "redo", "step": "medical_assessment"})
    case.tried(DOCTOR, corrected(entry))
    case.tried(MANAGER, {"do": "skip", "step": "medical_assessment", "reason": "(invented) she wants none"})

    def herself(play: Play, do: Command) -> bool:
        if do.get("step") != "fit_to_travel_check" or do["do"] != "complete":
            return False
        play.given(DOCTOR, complete("fit_to_travel_check", result="self_declared"))
        return True

    assert not case.prepare(instead=herself) or "self_harm" in open_alarms(case)


def test_honest_an_alarm_that_ended_by_the_examination_of_another_is_open_again(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(DOCTOR, corrected(ended_by_the_wrong_file(case)))
    assert "self_harm" in open_alarms(case)


def test_who_boarded_while_an_alarm_had_ended_on_a_wrong_voice_has_left(begin: Begin) -> None:
    """Contact was lost; the call that ended that was of another file; she boarded. Nothing had ended the alarm, so the gate was shut.

    Design 4.3: "If a departure rested on it, the move stands and `left_without_clearance` opens"; 4.4: "every rule holds".
    """
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("lost_contact"))
    case.wait(minutes=1)
    case.given(MANAGER, CALL, ends("lost_contact", "reached"))
    call = last(case, "contact_made")
    case.ready()
    case.until(case.takes_off - timedelta(hours=2))
    case.ready(waiting=False)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    case.given(MANAGER, corrected(call))
    case.given(RECEIVER, {"do": "sign", "seq": call})

    assert "lost_contact" in open_alarms(case)  # this holds
    assert "left_without_clearance" in open_alarms(case)


def test_honest_who_boarded_on_evidence_of_another_has_left(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    case.given(MANAGER, corrected(seq_of(case, "step_completed", step="safety_plan")))
    assert "left_without_clearance" in open_alarms(case)


# === 3. A death that two have told ========================================================================================


def test_a_death_that_the_hospital_told_stands_though_a_second_report_was_of_another_file(fresh: Play) -> None:
    """Told by one, and an hour later by another. Two take back the *second* report, which was of another file; the first goes with it,
    nobody has taken it back, and it cannot be corrected itself. Design 4.3: an alarm "is a fact, not a switch"; an entry is
    taken back, not what another has told.
    """
    fresh.given(MANAGER, happens("death"))
    fresh.wait(hours=1)
    fresh.given(RECEIVER, happens("death"))
    again = last(fresh, "incident_repeated")
    fresh.given(MANAGER, corrected(again))
    fresh.given(another(MANAGER), {"do": "sign", "seq": again})

    assert "death" in open_alarms(fresh)


def test_honest_a_death_that_was_told_once_is_taken_back_by_two(fresh: Play) -> None:
    fresh.given(MANAGER, happens("death"))
    told = last(fresh, "incident_opened")
    fresh.given(MANAGER, corrected(told))
    fresh.given(another(MANAGER), {"do": "sign", "seq": told})
    assert "death" not in open_alarms(fresh)


# === 4. Who receives ======================================================================================================


def test_no_child_is_given_to_a_relative_of_an_unsafe_family_once_it_has_settled(begin: Begin) -> None:
    """INV-12 asks at the departure and at `settle`; the minute after, the aunt of the family that was found unsafe becomes who cares
    for the child. Design 4.3: 'a family found unsafe is no receiver'; issue 6: 'a child handed to an unsafe relative'.
    """
    case = begin(settled, facts=CHILD)
    aunt = case.vetted(case.involved("relative"), "care")
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)

    assert not case.tried(MANAGER, {"do": "assign", "role": "caregiver", "ref": aunt}).done


def test_honest_a_child_is_given_to_a_friend_once_it_has_settled(begin: Begin) -> None:
    case = begin(settled, facts=CHILD)
    friend = case.vetted(case.involved("friend"), "care")
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": friend})


def with_another_caregiver(begin: Begin) -> Play:
    case = begin(evidence_is_fresh, facts=CHILD)
    friend = case.vetted(case.involved("friend"), "care")
    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": friend})
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.given(MANAGER, *PLAN_ANEW, ends("family_refuses", "another_place"))
    return case


def meets(case: Play, how: str, ref: str) -> list[tuple[str, str]]:
    """Let somebody take the child by the hand, and give what INV-12 says to it."""
    if how == "received by":
        case.given(RECEIVER, *confirmed_by(ref))
    elif how == "meeting person":
        case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": case.legs, "meeting_person": ref})
    else:
        case.given(MANAGER, {"do": "involve", "ref": ref, "travels": True})
        brings: Command = {"do": "assign", "role": "escort", "ref": ref}
        if said := case.told("INV-12", brings):
            return said
        case.given(MANAGER, brings)
    goes_on(case)
    return case.told("INV-12")


@pytest.mark.parametrize("how", ["received by", "meeting person", "escort"])
def test_no_child_is_met_or_brought_by_a_relative_of_an_unsafe_family(begin: Begin, how: str) -> None:
    """A friend stands as caregiver, so INV-12 is content; who takes the child by the hand at the gate is the aunt. One of the family,
    vetted for "meet" before it was found unsafe. Design 4.3: 'a family found unsafe is no receiver'.
    """
    case = with_another_caregiver(begin)
    said = meets(case, how, case.vetted(case.involved("relative"), "meet", "escort"))
    assert said == [("the child would be given to a family that was found unsafe", "name somebody else")]


@pytest.mark.parametrize("how", ["received by", "meeting person", "escort"])
def test_honest_a_child_of_an_unsafe_family_is_met_by_a_friend(begin: Begin, how: str) -> None:
    case = with_another_caregiver(begin)
    assert meets(case, how, case.vetted(case.involved("friend"), "meet", "escort")) == []
    assert case.boards().done


def test_a_family_that_is_found_safe_later_is_a_home_again(begin: Begin) -> None:
    """It ended by "another place"; weeks later the family is assessed anew, and safe. INV-07 refuses for ever, its todo is "another
    place to live", and no alarm is open that could end as "found safe". family_is_unsafe: "until it is found safe"; issue 6:
    "Honest returns stay possible".
    """
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.given(MANAGER, *PLAN_ANEW, ends("family_refuses", "another_place"))
    case.wait(minutes=1)
    case.given(RECEIVER, *redone(FAMILY, result="safe"))

    assert not case.told("INV-07")


def test_honest_a_family_that_is_found_safe_while_the_alarm_is_open_is_a_home(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.given(RECEIVER, *redone(FAMILY, result="safe"))
    case.given(MANAGER, ends("family_refuses", "family_safe"))
    assert not case.told("INV-07")


# === 5. Who is accountable, by the command that nobody asks ===============================================================


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


def test_a_hand_over_is_not_signed_for_the_partner_by_who_works_elsewhere(begin: Begin) -> None:
    """Of the confirmation it is asked whose word it is; of the hand-over not. Design 4.2: "Who signs in for a party belongs to it"; of "a
    reception, a fit check or a hand-over" somebody else's word needs `by`, `heard_by` and a second who has heard it.
    """
    case = begin(at_home)
    case.prepare("settle", instead=stops_at("handover_confirmation"))
    elsewhere = Actor("invented_somebody", "invented_organisation", {RECEIVER})
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
        case.wait(minutes=5)
    redo, word = confirmed_by("reception_officer")
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


# === 6. Trust ============================================================================================================


def met_by_the_uncle(begin: Begin, *, vetted: bool) -> Play:
    case = begin(at_home)
    uncle = case.involved("relative", suspected=True)
    case.prepare("settle", instead=stops_at("arrival_reception"))
    case.wait(minutes=1)
    case.given(ASSESSOR, suspected(uncle, False))
    if vetted:
        case.given(ASSESSOR, vetting(uncle, "meet"))
        case.given(another(MANAGER), signed("party_vetting", of=uncle))
    case.given(RECEPTION, complete("arrival_reception", by=uncle))
    return case


def test_who_is_met_by_somebody_whom_one_alone_has_cleared_of_suspicion_alarms(begin: Begin) -> None:
    """Design 4.2: suspicion "ends by a risk assessor's finding with evidence, signed by a second". One assessor has typed `suspected: no`, nobody has
    vetted him; he meets her, and no alarm opens (4.4: 'being met by the suspended one is recorded, and alarms').
    """
    assert open_alarms(met_by_the_uncle(begin, vetted=False))


def test_honest_who_is_met_by_somebody_whom_two_have_cleared_alarms_nobody(begin: Begin) -> None:
    assert not open_alarms(met_by_the_uncle(begin, vetted=True))


def vetted_and_then_brought(fresh: Play, brings: Any) -> Any:
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet", "escort"])
    fresh.given(MANAGER, vetting(HOUSE, "meet", "escort"))
    return fresh.tried(brings, {"do": "assign", "role": "escort", "organisation": HOUSE})


def test_who_vets_an_organisation_first_does_not_bring_it_into_the_case_then(fresh: Play) -> None:
    """The other order: one alone vets a house that nobody knows, and then gives it the person. Issue 6, 1: vetting is done 'never by
    who involved it'. (commands/organisations.py leaves `made_by` empty for who was vetted first, for ever.)
    """
    assert not vetted_and_then_brought(fresh, MANAGER).done


def test_honest_another_brings_an_organisation_that_was_vetted(fresh: Play) -> None:
    assert vetted_and_then_brought(fresh, another(MANAGER)).done


def flies_with_an_escort_until(begin: Begin, days: int) -> Play:
    case = begin(evidence_is_fresh, facts=CHILD)
    legs = case.legs
    for leg in legs:  # it lands the next day
        late = datetime.fromisoformat(leg["arrives_at"].replace("Z", "+00:00")) + timedelta(hours=12)
        leg["arrives_at"] = late.isoformat()
    until = case.takes_off.date() + timedelta(days=days)
    ref = case.vetted(case.involved("escort", travels=True), "escort", valid_until=until.isoformat())
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": ref})
    assert case.lands.date() == case.takes_off.date() + timedelta(days=1)
    return case


def test_who_escorts_a_child_is_trusted_until_it_has_landed(begin: Begin) -> None:
    """Vetted until the day of departure; the child lands the next, and it is the escort who hands it over. Design 4.2: "valid on the
    day of the act". AT_THE_LANDING knows who receives, meets and cares, and not who is still beside the child.
    """
    case = flies_with_an_escort_until(begin, 0)
    assert case.told("INV-19")
    assert goes_on(case).boards().done  # vetted anew, as it is asked


def test_honest_who_is_trusted_until_the_landing_escorts_a_child(begin: Begin) -> None:
    case = flies_with_an_escort_until(begin, 1)
    assert not case.told("INV-19")
    assert goes_on(case).boards().done


# === 7. What is typed after `left` helps ==================================================================================


def brought_late(fresh: Play, vetted: str) -> Any:
    """She boarded; the uncle had become who meets her before that. Gives what is said to the departure, which is told late."""
    fresh.until(fresh.takes_off)
    boarded = fresh.now.isoformat()
    fresh.wait(hours=1)
    fresh.given(RECEIVER, {"do": "involve", "relation": "relative", **ago(fresh, hours=2)})
    uncle = str(fresh.history()[-1].data["ref"])
    of_him = vetting(uncle, "meet", **ago(fresh, minutes=110))
    if vetted == "before":
        fresh.given(ASSESSOR, of_him)
    fresh.given(TRAVEL, {**LEFT, "at": boarded})
    if vetted == "after":
        fresh.given(ASSESSOR, of_him)
    role: Command = {"do": "assign", "role": "reception_officer", "ref": uncle, **ago(fresh, minutes=100)}
    fresh.given(MANAGER, role)
    return departs_late(fresh, boarded)


def test_a_vetting_that_is_typed_after_she_left_helps_no_departure(fresh: Play) -> None:
    """ADR 13 and as_it_may_have_been: "what is typed after the entry that the person left speaks against the departure …, and never for
    it". The vetting is typed first, then whom it is about: there is no beginning of that row in which only what speaks against it is
    there. Typed before the vetting, the same role would be refused.
    """
    answer = brought_late(fresh, "after")
    assert "INV-19" in answer.rules, answer


def test_honest_a_vetting_from_before_that_entry_counts(fresh: Play) -> None:
    assert brought_late(fresh, "before").done


# === 8. `of` a ref ========================================================================================================


def test_what_hung_on_the_paper_of_a_child_is_open_again_when_that_paper_was_an_error(begin: Begin) -> None:
    """The consent of the absent parent was of another file. The paper is taken back; the step that it had done stays done, because it is
    sought without the `of`, and both fly. Design 3, `correct`: "what hung on it is open again".
    """
    case = begin(evidence_is_fresh)
    child = case.involved("child", travels=True)
    case.ready()
    paper = next(
        row.seq
        for row in case.history()
        if row.type == "document_recorded" and row.data["kind"] == "ng_minor_consent" and row.data.get("of") == child
    )
    case.given(TRAVEL, corrected(paper))

    assert ("STEP", "ng_father_letter") in case.why().reasons
    goes_on(case)
    assert last(case, "document_recorded") > paper  # the right one is brought
    assert ("STEP", "ng_father_letter") not in case.why().reasons


def test_what_hung_on_a_passport_is_open_again_when_that_was_an_error(fresh: Play) -> None:
    """The step is done by "a travel document", the entry names a passport: so the step stays done, and the alarm that ended by it stays
    ended (`missing_document`). INV-16 still keeps her here; but who is to get her a paper is told by nobody.
    """
    fresh.given(MANAGER, happens("missing_document"))
    fresh.wait(minutes=1)
    passport: Command = {"do": "document", "kind": "ng_passport", "status": "held", "issued_on": "2026-05-01"}
    fresh.given(TRAVEL, {**passport, "expires_on": "2028-05-01"})
    fresh.given(MANAGER, ends("missing_document", "document_held"))
    fresh.given(TRAVEL, corrected(seq_of(fresh, "document_recorded", kind="ng_passport")))

    assert "missing_document" in open_alarms(fresh)
    assert fresh.step("travel_document").state != "done"


def test_honest_another_paper_that_was_brought_since_is_enough(fresh: Play) -> None:
    paper: Command = {"do": "document", "status": "held", "issued_on": "2026-05-01", "expires_on": "2028-05-01"}
    fresh.given(TRAVEL, {**paper, "kind": "ng_passport"})
    fresh.given(MANAGER, happens("missing_document"))
    fresh.wait(minutes=1)
    fresh.given(TRAVEL, {**paper, "kind": "ng_etc"})
    fresh.given(MANAGER, ends("missing_document", "document_held"))
    fresh.given(TRAVEL, corrected(seq_of(fresh, "document_recorded", kind="ng_passport")))
    assert "missing_document" not in open_alarms(fresh)
    assert fresh.step("travel_document").state == "done"


def test_honest_what_hung_on_a_consent_is_open_again(fresh: Play) -> None:
    fresh.given(TRAVEL, corrected(seq_of(fresh, "consent_given", purpose="return")))
    assert fresh.step("return_consent").state != "done"


# === 9. A case from its snapshot is the case from its ledger (this holds) ================================================


def is_the_same_from_its_snapshot(case: Play) -> set[str]:
    """Compare after each event, and with what is stored. Gives the types of the events."""
    with case.engine._store.database.reading() as connection:
        events = list(case.engine._store.events(connection, case.case))
        stored = case.engine._store.load(connection, case.case).case
    replayed = kept = None
    for event in events:
        replayed = apply(replayed, event)
        kept = snapshot.read(snapshot.write(apply(kept, event)))
        assert kept == replayed, event.type
    assert stored == replayed
    return {event.type for event in events}


def test_an_alarm_that_is_open_again_is_so_from_a_snapshot(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, happens("violence", at=case.now.date().isoformat()))
    case.wait(days=1)
    case.given(MANAGER, happens("violence", at=case.now.date().isoformat()))
    case.given(DOCTOR, corrected(ended_by_the_wrong_file(case)))
    assert "incident_reopened" in is_the_same_from_its_snapshot(case)


@pytest.mark.parametrize("by_day", [False, True])
def test_what_is_known_later_of_how_she_left_is_so_from_a_snapshot(fresh: Play, by_day: bool) -> None:
    fresh.until(fresh.takes_off)
    day = {"at": fresh.now.date().isoformat()} if by_day else {}
    fresh.given(TRAVEL, {**LEFT, **day})
    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})
    fresh.given(MANAGER, {**LEFT, "how": "removed", **day})
    said = last(fresh, "left")
    is_the_same_from_its_snapshot(fresh)
    fresh.given(MANAGER, corrected(said))
    fresh.given(TRAVEL, {"do": "sign", "seq": said})
    is_the_same_from_its_snapshot(fresh)


def test_who_brought_an_organisation_and_what_is_told_by_its_day_is_so_from_a_snapshot(fresh: Play) -> None:
    today = {"at": fresh.now.date().isoformat()}
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet"])
    fresh.given(MANAGER, {"do": "assign", "role": "family", "organisation": HOUSE})
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet", "escort"])
    fresh.given(RECEIVER, vetting(HOUSE, "meet", **today))
    uncle = fresh.involved("relative")
    fresh.wait(hours=1)
    fresh.given(MANAGER, {"do": "involve", "ref": uncle, "travels": False})
    fresh.given(MANAGER, {"do": "involve", "ref": uncle, "suspected": True, **ago(fresh, minutes=30)})
    fresh.given(MANAGER, {"do": "document", "kind": "ng_passport", "status": "lost", **today})
    assert "organisation_known" in is_the_same_from_its_snapshot(fresh)


def test_who_was_turned_back_is_so_from_a_snapshot(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=3)
    fresh.given(TRAVEL, {"do": "move", "to": "turn_back", "at": fresh.now.date().isoformat()})
    back = last(fresh, "turned_back")
    is_the_same_from_its_snapshot(fresh)
    fresh.given(TRAVEL, corrected(back))
    fresh.given(MANAGER, {"do": "sign", "seq": back})
    is_the_same_from_its_snapshot(fresh)
