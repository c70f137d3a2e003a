"""Who is under suspicion: what passed through them counts no more, they end nothing, and one alone clears nobody."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, NotFound

from tests.attacks.acts import (
    CHILD,
    NO_MORE_CONTACT,
    YES,
    asked_anew,
    confirmed_by,
    goes_on,
    happens,
    is_open,
    open_alarms,
    suspected,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    LEADER,
    MANAGER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Enough,
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

# --- when it was told -----------------------------------------------------------------------------


def test_a_suspicion_keeps_the_day_on_which_it_was_told(fresh: Play) -> None:
    """'Correct at=…': whoever heard it at the gate types that it was heard an hour later. Towards safety anybody, late too."""
    ref = fresh.involved("relative")
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    heard = fresh.now - timedelta(minutes=10)
    fresh.wait(hours=1)

    said: Command = {"do": "involve", "ref": ref, "suspected": True, "at": heard.isoformat()}
    assert fresh.tried(MANAGER, said, may_be_bad_input=True).done


@pytest.mark.parametrize("hours", [0, 3])
def test_that_the_escort_is_a_suspect_alarms_though_it_was_known_before_the_boarding(begin: Begin, hours: int) -> None:
    """The police called in the morning, the boarding was at noon, the office types it in the afternoon with its own hour. The child
    is in the air with the escort. Design 4.2: 'Suspicion takes trust at once, for what comes'.
    """
    case = begin(evidence_is_fresh, facts=CHILD)
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    at = (case.now - timedelta(hours=hours)).isoformat()
    case.given(MANAGER, {**suspected("escort-1", True), "at": at})

    assert is_open(case, "re_trafficking")


def test_honest_a_suspicion_before_the_boarding_that_is_told_before_it_alarms_nobody(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, suspected("escort-1", True))
    assert not is_open(case, "re_trafficking")
    assert case.why().says("INV-19")


# --- who is under suspicion speaks for nobody -----------------------------------------------------


def test_nobody_under_suspicion_travels_along(leaving: Play) -> None:
    leaving.involved("escort", travels=True, suspected=True)

    assert leaving.why().says("INV-19")


@pytest.mark.parametrize("by", ["guardian", "guardian-1"])
def test_nothing_passes_by_the_word_of_a_guardian_under_suspicion_however_they_are_called(
    begin: Begin, by: str
) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.anew("best_interests_determination")
    case.given(MANAGER, suspected("guardian-1", True))
    positive = {
        **complete(
            "best_interests_determination",
            result="positive",
            decided_by="panel",
            childs_view="(invented) I want to go to my aunt",
        ),
        "by": by,
    }

    assert [todo for fact, todo in case.told("STEP", positive) if "who is under suspicion" in fact] == [
        "ask somebody else, or say why nobody can be asked"
    ]
    negative = {**positive, "result": "negative"}
    assert not [fact for fact, _ in case.told("STEP", negative) if "who is under suspicion" in fact]


def test_what_a_guardian_agreed_to_who_is_under_suspicion_counts_no_more(begin: Begin) -> None:
    case = begin(ready_to_depart, facts={"age_status": "child", "family_contact_in_best_interests": True})
    guardian = str(case.seen().roles["guardian"])

    case.given(MANAGER, {"do": "involve", "ref": guardian, "suspected": True})

    carried = "who gave, interpreted or witnessed the consent to return is under suspicion"
    assert carried in [fact for fact, _ in case.told("INV-01")]
    told: Command = {"do": "contact", "with": guardian, "channel": "phone", "reached": True, "groups": ["risk"]}
    assert ("somebody under suspicion is not contacted", "contact nobody through them") in case.told(
        "INV-14", {**told, "groups": []}
    )
    case.given(MANAGER, told)  # what was told was told
    assert "data_breach" in [one["type"] for one in case.seen().incidents]


def test_a_complaint_is_not_answered_by_the_house_of_who_is_complained_about(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "complaint"})
    answers: Command = {"do": "resolve", "incident": "complaint"}
    its_head = Actor("never_here", str(fresh.seen().roles["receiving_organisation"]), {RECEIVER})

    assert "There is no open incident like that." in fresh.tried(its_head, answers, may_be_bad_input=True).text
    with pytest.raises(NotFound):  # nor by a house that has no part in the case: it does not know that there is one
        fresh.engine.do(fresh._read(answers), as_=Actor("outside", "another_house", {LEADER}))
    fresh.given(Actor("outside", "invented_organisation", {LEADER}), answers)


def test_a_complaint_is_not_answered_by_who_oversees_the_work_of_who_receives(fresh: Play) -> None:
    """Access 2: `complaint` never travels by consent, so whoever ends it is of the house that has it."""
    fresh.given(MANAGER, {"do": "incident", "type": "complaint"})
    its_head = Actor("never_here", str(fresh.seen().roles["receiving_organisation"]), {LEADER})

    ends: Command = {"do": "resolve", "incident": "complaint"}
    assert "There is no open incident like that." in fresh.tried(its_head, ends, may_be_bad_input=True).text


# --- one alone clears nobody ----------------------------------------------------------------------


def test_nobody_is_cleared_of_suspicion_but_by_who_assesses_risks(fresh: Play) -> None:
    ref = fresh.involved("relative", suspected=True)
    lifts: Command = {"do": "involve", "ref": ref, "suspected": False}
    by_a_word: Command = {**lifts, "by": "person"}

    assert fresh.tried(MANAGER, lifts).kind == "not_permitted"
    assert fresh.told("ROLE", by_a_word) == [
        ("only Risk assessor may record that somebody is no longer suspected", "ask them to look, and to record it")
    ]
    assert not fresh.tried(MANAGER, by_a_word).done
    fresh.given(ASSESSOR, lifts)


def test_who_takes_a_suspicion_back_does_not_vet_them_alone(fresh: Play) -> None:
    """One assessor, in one minute: no suspicion, and trusted. As who brought somebody, they are one pair of eyes."""
    ref = fresh.involved("relative")
    fresh.given(MANAGER, {"do": "involve", "ref": ref, "suspected": True})
    fresh.wait(minutes=1)
    fresh.given(ASSESSOR, {"do": "involve", "ref": ref, "suspected": False})

    fresh.tried(ASSESSOR, vetting(ref, "escort"))

    assert fresh.why({"do": "assign", "role": "escort", "ref": ref}).reasons == {("INV-19", ref)}
    half = "the escort cannot be trusted: their vetting still needs another signature"
    assert fresh.told("INV-19", {"do": "assign", "role": "escort", "ref": ref})[0][0] == half
    assert fresh.tried(RECEIVER, signed("party_vetting", of=ref)).done  # the honest way: another looks at them
    assert fresh.why({"do": "assign", "role": "escort", "ref": ref}).done


def test_who_travels_along_is_not_cleared_of_suspicion_by_one_alone(fresh: Play) -> None:
    """Design 4.2: a suspicion 'ends by a risk assessor's finding with evidence, signed by a second'. Here by one word of one."""
    ref = fresh.involved("relative", travels=True)
    goes_on(fresh)
    fresh.wait(minutes=5)
    fresh.given(MANAGER, suspected(ref, True))
    fresh.must_stand("INV-19")
    fresh.wait(minutes=5)
    fresh.tried(ASSESSOR, suspected(ref, False))

    assert not fresh.boards().done


def met_by_the_uncle(begin: Begin, *, vetted: bool) -> Play:
    case = begin(at_home)
    uncle = case.involved("relative", suspected=True)
    case.prepare("settle", instead=stops_at("arrival_reception"))
    case.wait(minutes=1)
    case.given(ASSESSOR, suspected(uncle, False))
    if vetted:
        case.given(ASSESSOR, vetting(uncle, "meet"))
        case.given(another(MANAGER), signed("party_vetting", of=uncle))
    case.given(RECEPTION, complete("arrival_reception", by=uncle, heard_by="phone"))
    return case


def test_who_is_met_by_somebody_whom_one_alone_has_cleared_of_suspicion_alarms(begin: Begin) -> None:
    """Design 4.2: suspicion "ends by a risk assessor's finding with evidence, signed by a second". One assessor has typed `suspected: no`, nobody has
    vetted him; he meets her, and no alarm opens (4.4: 'being met by the suspended one is recorded, and alarms').
    """
    assert open_alarms(met_by_the_uncle(begin, vetted=False))


def test_honest_who_is_met_by_somebody_whom_two_have_cleared_alarms_nobody(begin: Begin) -> None:
    assert not open_alarms(met_by_the_uncle(begin, vetted=True))


# --- a yes that a suspect carried -----------------------------------------------------------------


@pytest.mark.parametrize("relation", ["interpreter", "witness"])
def test_a_yes_that_a_suspect_carried_does_not_count_again_by_one_alone(fresh: Play, relation: str) -> None:
    """'… and for the consents that it carried' (design 4.2): the yes of yesterday counts again, and nobody asks her anew."""
    ref = fresh.involved(relation)
    if relation == "interpreter":
        fresh.vetted(ref, "interpret")
    form = {"form": "witnessed"} if relation == "witness" else {}
    fresh.given(MANAGER, {**YES, **form, relation: ref})
    goes_on(fresh)
    fresh.wait(minutes=5)
    fresh.given(MANAGER, suspected(ref, True))
    fresh.must_stand("INV-01")
    fresh.wait(minutes=5)
    fresh.tried(ASSESSOR, suspected(ref, False))

    assert not fresh.boards().done


def test_a_yes_that_is_given_anew_with_another_interpreter_counts(fresh: Play) -> None:
    ref = fresh.vetted(fresh.involved("interpreter"), "interpret")
    fresh.given(MANAGER, {**YES, "interpreter": ref})
    goes_on(fresh)
    fresh.wait(minutes=5)
    fresh.given(MANAGER, suspected(ref, True))
    other = fresh.vetted(fresh.involved("interpreter"), "interpret")
    fresh.given(MANAGER, {**YES, "interpreter": other})
    fresh.anew("risk_recheck", "departure_clearance", "departure_assistance")
    assert goes_on(fresh).boards().done


def test_a_yes_does_not_outlive_the_trust_in_who_interpreted_it(fresh: Play) -> None:
    """He was looked at again, and is not to be trusted with it. Design 4.3: 'return consent on the place, the interpreter …'."""
    ref = fresh.vetted(fresh.involved("interpreter"), "interpret")
    fresh.given(MANAGER, {**YES, "interpreter": ref})
    goes_on(fresh)
    fresh.wait(minutes=5)
    fresh.given(ASSESSOR, {"do": "redo", "step": "party_vetting", "of": ref})
    fresh.given(ASSESSOR, vetting(ref, "interpret", result="not_trusted"))

    assert not fresh.boards().done


def through_an_interpreter(play: Play) -> str:
    """Have her yes interpreted by somebody whom two did not doubt, and then somebody does. Gives the ref."""
    ref = play.vetted(play.involved("interpreter"), "interpret")
    play.wait(minutes=5)
    asked_anew(play, interpreter=ref)
    play.wait(minutes=5)
    play.ready()
    play.given(MANAGER, {"do": "involve", "ref": ref, "suspected": True})
    assert "INV-01" in play.why().rules
    play.wait(minutes=5)
    return ref


def test_a_yes_through_somebody_suspected_counts_again_by_no_word_of_one(begin: Begin) -> None:
    """design 4.2: suspicion takes trust "for the consents that it carried; it ends by a risk assessor's finding with evidence,
    signed by a second". One says suspected=false, with no finding, and she may board.
    """
    case = begin(ready_to_depart)
    ref = through_an_interpreter(case)
    case.given(ASSESSOR, {"do": "involve", "ref": ref, "suspected": False})

    answer = case.why()
    assert "INV-01" in answer.rules, answer


def test_honest_a_yes_that_is_asked_anew_without_them_counts(begin: Begin) -> None:
    case = begin(ready_to_depart)
    through_an_interpreter(case)
    asked_anew(case)

    assert "INV-01" not in case.why().rules


# --- a no that ends the visits --------------------------------------------------------------------


NO_VISITS: Command = {
    "do": "consent",
    "purpose": "monitoring",
    "answer": "refused",
    "form": "written",
    "language": "en",
}


@pytest.mark.parametrize("who", ["guardian-1", "caregiver-1"])
def test_nobody_under_suspicion_ends_the_visits_to_a_child(begin: Begin, who: str) -> None:
    """On the day after the landing the guardian is found to have sold the child, or the caregiver with whom it lives comes under
    suspicion. The guardian says that nobody shall visit: the case closes in the same minute, no alarm stands, nobody looks at the child
    again. Design 4.2: 'Suspicion takes trust at once, for what comes and for the consents that it carried'; 4.3: 'Towards safety anyone,
    away from it only who may'; issue 6: 'a child handed to an unsafe relative'. A no to the return is a step towards safety, a no to the
    visits is one away from it.
    """
    case = begin(settled, facts=CHILD)
    case.given(MANAGER, suspected(who, True))
    case.wait(minutes=1)
    case.tried(MANAGER, {**NO_VISITS, "given_by": "guardian"})

    assert not case.tried(MANAGER, NO_MORE_CONTACT).done


def test_no_interpreter_under_suspicion_ends_the_visits(begin: Begin) -> None:
    """Her cousin is under suspicion, and says for her, on the telephone, that she wants no visits: the case closes in the same minute."""
    case = begin(settled)
    cousin = case.involved("relative")
    case.given(MANAGER, suspected(cousin, True))
    case.wait(minutes=1)
    case.tried(MANAGER, {**NO_VISITS, "interpreter": cousin})

    assert not case.tried(MANAGER, NO_MORE_CONTACT).done


def test_honest_who_says_herself_that_she_wants_no_visits_is_left_alone(begin: Begin) -> None:
    case = begin(settled)
    case.wait(minutes=1)
    case.given(MANAGER, NO_VISITS, NO_MORE_CONTACT)


# --- who has the person in their hands ------------------------------------------------------------


def test_no_child_settles_with_a_caregiver_under_suspicion(begin: Begin) -> None:
    """INV-19 says that it is asked at 'settle', and looks at nobody then but those whom packs name (contacts.py)."""
    case = begin(at_home, facts=CHILD)
    case.given(RECEIVER, suspected("caregiver-1", True))
    case.prepare("settle")

    assert case.tried(MANAGER, {"do": "move", "to": "settle"}).says("INV-19")


def test_a_child_settles_with_another_caregiver_whom_two_have_vetted(begin: Begin) -> None:
    case = begin(at_home, facts=CHILD)
    case.given(RECEIVER, suspected("caregiver-1", True))
    other = case.vetted(case.involved("friend"), "care")
    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": other})
    case.ready("settle")


def _until_somebody_meets_them(_: Play, do: Command) -> bool:
    if do.get("step") == "arrival_reception":
        raise Enough
    return False


def test_who_is_met_by_somebody_under_suspicion_alarms(begin: Begin) -> None:
    """'Met by whom': by the uncle under suspicion. It is written down, nobody is alarmed, and she settles the same day. Design 4.4:
    'being met by the suspended one is recorded, and alarms'; of a partner that failed it does.
    """
    case = begin(at_home)
    uncle = case.involved("relative", suspected=True)
    case.prepare("settle", instead=_until_somebody_meets_them)
    case.given(RECEPTION, complete("arrival_reception", by=uncle, heard_by="phone"))  # the truth is taken

    assert [one["type"] for one in case.seen().incidents if one["resolved_at"] is None]


def test_who_is_met_by_who_was_named_alarms_nobody(begin: Begin) -> None:
    case = begin(at_home)
    case.prepare("settle", instead=_until_somebody_meets_them)
    case.given(RECEPTION, complete("arrival_reception"))
    assert case.seen().incidents == ()


def in_the_air(case: Play) -> Play:
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    return case


def with_the_escort(begin: Begin) -> tuple[Play, str]:
    return in_the_air(begin(evidence_is_fresh, facts=CHILD)), "escort-1"


def towards_who_waits(begin: Begin) -> tuple[Play, str]:
    case = begin(evidence_is_fresh)
    friend = case.vetted(case.involved("friend"), "meet")
    case.given(RECEIVER, *confirmed_by(case, friend))
    return in_the_air(goes_on(case)), friend


def at_home_with_the_caregiver(begin: Begin) -> tuple[Play, str]:
    return begin(settled, facts=CHILD), "caregiver-1"


def told(case: Play) -> Any:
    """Give all that is told of a case: how it stands, its alarms, what is due and what is to be done."""
    rows, due = case.engine.next(case.case, as_=case.actor(MANAGER)), case.engine.due(as_=case.actor(MANAGER))
    steps = [(step.id, step.round, step.state) for step in case.seen().steps]
    return (
        case.seen().status,
        open_alarms(case),
        steps,
        [(i.step, i.due_at) for i in due],
        [str(row.do) for row in rows],
    )


@pytest.mark.parametrize("begins", [with_the_escort, towards_who_waits, at_home_with_the_caregiver])
def test_that_who_has_the_person_in_their_hands_is_a_suspect_is_told_to_somebody(begin: Begin, begins: Any) -> None:
    """An hour after the take-off the police calls: the escort beside the child, or the friend who will meet her at the gate, is one of
    them; or it is the caregiver with whom the child lives now. The office records it, and nothing happens: no alarm, no step open again,
    nothing due or to do. (The partner that fails in the air does alarm.) Design 4.2: 'Suspicion takes trust at once, for what comes';
    4.3: 'A safety incident is a fact, not a switch. One alarming answer opens it at once'; issue 6: 'a receiver lost in the air'.
    """
    case, who = begins(begin)
    before = told(case)
    case.given(MANAGER, suspected(who, True))

    assert told(case) != before


def test_honest_who_has_nobody_in_their_hands_alarms_nobody(begin: Begin) -> None:
    case = in_the_air(begin(evidence_is_fresh))
    cousin = case.involved("relative")
    before = told(case)
    case.given(MANAGER, suspected(cousin, True))
    assert told(case) == before


def test_honest_a_partner_that_is_lost_in_the_air_alarms(begin: Begin) -> None:
    case = in_the_air(begin(evidence_is_fresh))
    before = told(case)
    case.given(MANAGER, happens("partner_failure"))
    assert told(case) != before
