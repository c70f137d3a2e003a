"""What a seventh look found: alarms that end by a word, trust that comes back alone, the family, what is told by its day, and what
nobody asks once the person has landed. Beside each, the honest story.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

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
    Enough,
    Play,
    another,
    assessed,
    at_home,
    complete,
    evidence_is_fresh,
    settled,
    signed,
    vetting,
)
from tests.attacks.test_a_day_alone import on
from tests.whole_answers import PLAN

CHILD = {"age_status": "child", "family_contact_in_best_interests": True}
LIVES_WITH_THEM = {"age_status": "adult", "will_live_with_family": True}
FAMILY = "family_contact_and_assessment"
ON_THE_SPOT = "post_arrival_risk_assessment"
HOUSE = "mercy_house"  # invented
YES: Command = {"do": "consent", "purpose": "return", "form": "written", "language": "en"}
REACHED: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": True}
WIDE = {"reception_from": "2020-01-01T00:00Z", "reception_until": "2040-01-01T00:00Z"}
PLAN_ANEW = {"do": "redo", "step": "reintegration_plan"}, complete("reintegration_plan")


def redone(step: str, **said: Any) -> tuple[Command, Command]:
    return {"do": "redo", "step": step}, complete(step, **said)


def happens(type: str, **said: Any) -> Command:
    return {"do": "incident", "type": type, **said}


def ends(type: str, outcome: str) -> Command:
    return {"do": "resolve", "incident": type, "outcome": outcome}


def records(**facts: Any) -> Command:
    return {"do": "record", "facts": facts}


def suspected(ref: str, is_so: bool) -> Command:
    return {"do": "involve", "ref": ref, "suspected": is_so}


def receives(partner: str) -> Command:
    return {"do": "assign", "role": "receiving_organisation", "partner": partner}


def confirmed_by(party: str) -> tuple[Command, Command]:
    return redone("partner_confirmation", result="accepted", received_by=party, housing_named=True, **WIDE)


def ago(case: Play, **span: float) -> dict[str, str]:
    return {"at": (case.now - timedelta(**span)).isoformat()}


def last(case: Play, type: str) -> int:
    return int(next(row.seq for row in reversed(case.history()) if row.type == type))


def is_open(case: Play, type: str) -> bool:
    return any(one["type"] == type and one["resolved_at"] is None for one in case.seen().incidents)


def goes_on(case: Play, move: str = "depart") -> Play:
    """Follow what is asked, without letting time pass, as far as it leads."""
    case.prepare(move, waiting=False)
    return case


# === 1. alarms that end by a word ========================================================================================

# --- the partner that failed ------------------------------------------------------------------------------------------


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


# --- a no at the last check -------------------------------------------------------------------------------------------


def test_a_no_at_the_last_check_is_not_talked_away_in_two_minutes(fresh: Play) -> None:
    """Design 4.3: after a no 'a new yes needs a counselling after the no, and 48 hours'. The check is simply done once more."""
    fresh.given(ASSESSOR, *redone("risk_recheck", result="unchanged", will_confirmed=False))
    fresh.must_stand("INV-04")
    fresh.wait(minutes=2)
    for act in redone("risk_recheck", result="unchanged", will_confirmed=True):
        fresh.tried(ASSESSOR, act)

    assert not goes_on(fresh).boards().done


def test_a_check_of_risk_and_wish_that_asked_nobody_opens_no_gate(fresh: Play) -> None:
    """Domain 2.2: 're-check of risk and person's will'; design 1.3: an unanswered thing is an unmet reason."""
    for act in redone("risk_recheck", result="unchanged"):
        fresh.tried(ASSESSOR, act, may_be_bad_input=True)

    assert "INV-04" in fresh.why().rules


def test_who_still_wants_to_go_at_the_last_check_goes(fresh: Play) -> None:
    fresh.given(ASSESSOR, *redone("risk_recheck", result="unchanged", will_confirmed=True))
    assert goes_on(fresh).boards().done


# --- what a doctor must have seen -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("type", "outcome"), [("self_harm", "seen_by_a_doctor"), ("pregnancy_or_birth", "assessed")])
@pytest.mark.parametrize(
    "said",
    [
        (MANAGER, complete("fit_to_travel_check", result="self_declared")),
        (MANAGER, complete("fit_to_travel_check", result="declined")),
        (DOCTOR, complete("medical_assessment", result="declined")),
    ],
)
def test_who_was_seen_by_nobody_was_not_seen_by_a_doctor(
    fresh: Play, type: str, outcome: str, said: tuple[str, Command]
) -> None:
    """'A doctor or nurse has looked at the person': what she declares herself, or declines, ends the alarm, and she flies.
    Design 4.3: an alarm ends with evidence of what its outcome says.
    """
    fresh.given(MANAGER, happens(type))
    fresh.wait(minutes=1)
    who, act = said
    fresh.tried(who, act)

    assert not fresh.tried(MANAGER, ends(type, outcome)).done


def test_whom_a_doctor_has_seen_was_seen(fresh: Play) -> None:
    fresh.given(MANAGER, happens("self_harm"))
    fresh.wait(minutes=1)
    fresh.given(DOCTOR, *redone("medical_assessment", result="fit"))
    fresh.given(MANAGER, ends("self_harm", "seen_by_a_doctor"))


@pytest.mark.parametrize("type", ["medical_emergency", "self_harm"])
def test_an_emergency_in_the_air_asks_for_a_new_examination_of_who_comes_back(fresh: Play, type: str) -> None:
    """She was turned back, and flies the next day on the certificate of before. incidents.yaml says it of each danger ('they count
    only if the person comes back'), and not of her body; INV-15 asks whether she is fit now.
    """
    legs = _turned_back_after(fresh, type)
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    fresh.wait(hours=18)
    fresh.given(ASSESSOR, {"do": "redo", "step": "risk_recheck"})

    fresh.prepare(waiting=False, instead=_until_a_doctor_is_asked)
    assert "INV-15" in fresh.why().rules


def _until_a_doctor_is_asked(_: Play, do: Command) -> bool:
    if do.get("step") in ("fit_to_travel_check", "medical_assessment"):
        raise Enough
    return False


def _turned_back_after(case: Play, type: str) -> list[dict[str, Any]]:
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    case.wait(hours=1)
    case.given(TRAVEL, happens(type))
    case.wait(minutes=30)
    case.given(TRAVEL, REACHED)
    case.given(MANAGER, ends(type, "reached"))
    legs = case.legs
    case.wait(hours=3)
    case.given(TRAVEL, {"do": "move", "to": "turn_back"})
    case.wait(hours=1)
    case.given(MANAGER, YES)
    later = timedelta(hours=26)
    for leg in legs:
        for end in ("departs_at", "arrives_at"):
            leg[end] = (datetime.fromisoformat(leg[end].replace("Z", "+00:00")) + later).isoformat()
    return legs


def test_whom_a_doctor_has_seen_after_it_flies_the_next_day(fresh: Play) -> None:
    legs = _turned_back_after(fresh, "medical_emergency")
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    fresh.given(DOCTOR, complete("medical_assessment", result="fit"), complete("fit_to_travel_check", result="fit"))
    fresh.wait(hours=18)
    fresh.given(ASSESSOR, {"do": "redo", "step": "risk_recheck"})
    assert goes_on(fresh).why().done


# --- an alarm that ended by what never was ---------------------------------------------------------------------------


def test_an_emergency_that_ended_by_the_examination_of_another_is_not_over(fresh: Play) -> None:
    """The paper was another patient's, and one alone takes it back: the alarm stays ended, the step is declined, and she flies.
    Design 3, correct: 'what hung on it is open again'.
    """
    fresh.given(MANAGER, happens("medical_emergency"))
    fresh.wait(minutes=5)
    fresh.given(DOCTOR, complete("medical_assessment", result="fit"))
    entry = last(fresh, "step_completed")
    fresh.given(MANAGER, ends("medical_emergency", "seen_by_a_doctor"))
    fresh.wait(minutes=5)
    fresh.given(MANAGER, {"do": "correct", "seq": entry, "why": "(invented) another patient's"})
    fresh.tried(MANAGER, {"do": "skip", "step": "medical_assessment", "reason": "invented words"})
    fresh.tried(MANAGER, complete("fit_to_travel_check", result="self_declared"))

    assert is_open(fresh, "medical_emergency")
    fresh.prepare(waiting=False, instead=_until_a_doctor_is_asked)
    assert not fresh.boards().done


def test_who_was_found_by_a_call_that_reached_somebody_else_is_not_found(begin: Begin) -> None:
    """Two say that it was not her voice: nobody has seen her since she landed, and nobody looks for her any more."""
    case = begin(at_home)
    case.given(MANAGER, happens("no_show_arrival"))
    case.wait(minutes=5)
    case.given(MANAGER, REACHED)
    entry = last(case, "contact_made")
    case.given(MANAGER, ends("no_show_arrival", "found"))
    case.wait(minutes=5)
    case.given(MANAGER, {"do": "correct", "seq": entry, "why": "(invented) another voice"})
    case.given(another(MANAGER), {"do": "sign", "seq": entry})

    assert is_open(case, "no_show_arrival")


def test_who_was_found_is_found(begin: Begin) -> None:
    case = begin(at_home)
    case.given(MANAGER, happens("no_show_arrival"))
    case.wait(minutes=5)
    case.given(MANAGER, REACHED, ends("no_show_arrival", "found"))
    assert not is_open(case, "no_show_arrival")


def test_nobody_is_safe_by_an_assessment_that_says_high(begin: Begin) -> None:
    """'The danger was assessed and the person is safe' (incidents.yaml), and the assessment says high. Design 4.3: below high."""
    case = begin()
    case.prepare("prepare")
    case.given(MANAGER, happens("violence"))
    case.wait(minutes=1)
    case.given(ASSESSOR, *redone("initial_risk_assessment", result="high"))

    assert not case.tried(MANAGER, ends("violence", "safe_place")).done
    case.given(ASSESSOR, *redone("initial_risk_assessment", result="medium"))
    case.given(MANAGER, ends("violence", "safe_place"))  # honest


@pytest.mark.parametrize("who", [RECEIVER, ASSESSOR])
def test_a_danger_at_home_is_not_over_because_one_alone_writes_low_a_minute_later(begin: Begin, who: str) -> None:
    """Domain 3 (risk_high): 'only via a NEW complete risk assessment below high, signed by two roles'; 2.4: receiving manager *and*
    risk assessor. After the landing one alone finds it high, and one minute later low, and settles.
    """
    case = begin(at_home)
    case.prepare("settle", instead=_until_the_risk_is_assessed)
    case.given(RECEIVER, _found_there("high"))
    case.wait(minutes=1)
    case.given(who, {"do": "redo", "step": ON_THE_SPOT}, _found_there("low"))
    over = ends("risk_high", "below_high_there")

    assert case.tried(RECEIVER, over).says(ON_THE_SPOT)
    assert case.tried(another(who), signed(ON_THE_SPOT)).rules == {"ROLE"}  # the same role
    case.given(ASSESSOR if who == RECEIVER else RECEIVER, signed(ON_THE_SPOT))
    case.given(RECEIVER, over)


def test_a_danger_at_home_is_told_by_one_alone(begin: Begin) -> None:
    case = begin(at_home)
    case.prepare("settle", instead=_until_the_risk_is_assessed)
    case.given(RECEIVER, _found_there("high"), {"do": "redo", "step": ON_THE_SPOT}, _found_there("high"))

    assert case.step(ON_THE_SPOT).result == "high"


def _found_there(level: str) -> Command:
    said = {name: what for name, what in assessed(level).items() if name != "origin_input"}
    return {**said, "step": "post_arrival_risk_assessment"}


def _until_the_risk_is_assessed(_: Play, do: Command) -> bool:
    if do.get("step") == "post_arrival_risk_assessment":
        raise Enough
    return False


def test_an_age_that_is_in_doubt_again_is_not_settled_by_a_paper_from_before(fresh: Play) -> None:
    """The doubt came up twice; the clarification lies between, and is told last. Its step is undone by the second alarm, and what
    it sets stands: an adult, with the alarm open, who is asked alone. Design 4.3: evidence that happened after the latest alarm.
    """
    between = _in_doubt_twice(fresh)
    fresh.tried(MANAGER, {**complete("age_clarification", result="adult"), **between})

    assert fresh.seen().facts["age_status"] == "disputed"
    alone: Command = {"do": "consent", "purpose": "legal", "answer": "given", "language": "en"}
    assert not fresh.tried(MANAGER, alone).done  # without guardian


def _in_doubt_twice(case: Play) -> dict[str, str]:
    case.given(MANAGER, happens("age_dispute"), records(has_responsible_adult=False))
    guardian = case.vetted(case.involved("guardian"), "speak")
    case.given(MANAGER, {"do": "assign", "role": "guardian", "ref": guardian})
    case.wait(hours=1)
    between = {"at": case.now.isoformat()}
    case.wait(hours=1)
    case.given(MANAGER, happens("age_dispute"))
    case.wait(hours=1)
    return between


def test_an_age_that_was_clarified_after_the_last_doubt_is_clear(fresh: Play) -> None:
    _in_doubt_twice(fresh)
    fresh.given(MANAGER, complete("age_clarification", result="adult"), ends("age_dispute", "age_clarified"))
    assert fresh.seen().facts["age_status"] == "adult"


# === 2. the family =====================================================================================================


def test_nobody_goes_to_live_with_a_family_that_refuses_because_somebody_chose_that_nothing_depends_on_it(
    begin: Begin,
) -> None:
    """It is recorded that she will live with them; who types the alarm chooses 'none', and she flies to a family that wants her not.
    Domain 3 (family_refuses): '`blocked` if housing depended on it'; design 4.3: no receiver.
    """
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.tried(MANAGER, happens("family_refuses", effect="none"), may_be_bad_input=True)
    case.wait(minutes=1)

    assert case.why().says("INV-07")  # what would help is another place: 'will_live_with_family' is no


def test_who_has_another_place_to_live_need_not_wait_for_the_family(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(MANAGER, records(will_live_with_family=False), happens("family_refuses", effect="none"))
    case.wait(minutes=1)
    assert goes_on(case).boards().done


def test_a_family_that_was_found_unsafe_is_no_home_because_it_is_not_found_any_more(begin: Begin) -> None:
    """Design 4.3: 'a family found unsafe is no receiver'. 'Not found' an hour later is no finding that it is safe."""
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.given(RECEIVER, *redone(FAMILY, result="not_found"))
    case.given(MANAGER, *PLAN_ANEW)
    case.tried(MANAGER, ends("family_refuses", "another_place"))

    assert case.why().says("INV-07")


def test_a_family_that_was_found_safe_after_all_is_a_home(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.given(RECEIVER, *redone(FAMILY, result="safe"))
    case.given(MANAGER, ends("family_refuses", "family_safe"))
    assert goes_on(case).boards().done


def _not_found(case: Play) -> None:
    case.given(RECEIVER, *redone(FAMILY, result="not_found"))


def _not_asked_any_more(case: Play) -> None:
    case.given(RECEIVER, {"do": "redo", "step": FAMILY})
    case.given(MANAGER, records(family_contact_in_best_interests=False))


def _an_error(case: Play) -> None:
    """A travel officer, alone: design 4.3, 'away from safety only by who may loosen that thing, with a second signature'."""
    entry = next(r.seq for r in reversed(case.history()) if r.type == "step_completed" and r.data["step"] == FAMILY)
    case.tried(TRAVEL, {"do": "correct", "seq": entry, "why": "invented words"})
    case.given(MANAGER, records(family_contact_in_best_interests=False))


@pytest.mark.parametrize("then", [_not_found, _not_asked_any_more, _an_error])
def test_a_child_is_not_given_to_a_relative_because_the_family_is_not_looked_at_any_more(
    begin: Begin, then: Callable[[Play], None]
) -> None:
    """INV-12 asks only what stands last in that step: it is opened again, and the aunt of the unsafe family waits for the child."""
    case = _child_with_an_aunt(begin)
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    then(case)
    case.given(MANAGER, *PLAN_ANEW)
    case.tried(MANAGER, ends("family_refuses", "another_place"))

    assert not goes_on(case).boards().done


@pytest.mark.parametrize("told", ["by hand", "by the step of the country"])
def test_a_child_is_not_given_to_a_relative_when_the_family_had_a_part(begin: Begin, told: str) -> None:
    """'The family refuses or has a part in it', and the plan names another place: but the aunt still is who waits for the child."""
    case = _child_with_an_aunt(begin)
    if told == "by hand":
        case.given(MANAGER, happens("family_refuses"))
    else:
        case.given(RECEIVER, *redone("ng_family_role_check", result="had_a_part"))
    case.wait(minutes=1)
    case.given(MANAGER, *PLAN_ANEW)
    case.tried(MANAGER, ends("family_refuses", "another_place"))

    assert not goes_on(case).boards().done


def _child_with_an_aunt(begin: Begin, relation: str = "relative") -> Play:
    case = begin(evidence_is_fresh, facts=CHILD)
    who = case.vetted(case.involved(relation), "care")
    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": who})
    return case


def test_a_child_whose_family_is_unsafe_is_given_to_a_friend_whom_two_have_vetted(begin: Begin) -> None:
    case = _child_with_an_aunt(begin, "friend")
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.given(MANAGER, *PLAN_ANEW, ends("family_refuses", "another_place"))
    assert goes_on(case).boards().done


# === 3. trust =========================================================================================================

# --- that comes back by one alone ------------------------------------------------------------------------------------


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


# --- that nobody gave ------------------------------------------------------------------------------------------------


def test_no_organisation_speaks_for_a_child_that_nobody_vetted_for_it(begin: Begin) -> None:
    """A relative without vetting is refused as guardian; a house that only picks people up is not, and agrees to calls and is told
    all. Only the departure asks (INV-12). Design 4.2: trusted(party, for), and who speaks for whom.
    """
    case = begin(facts={"age_status": "child", "has_responsible_adult": False})
    case.engine.register_organisation(HOUSE, title="An invented house", country="BE", does=["meet"])
    case.tried(MANAGER, {"do": "assign", "role": "guardian", "organisation": HOUSE})
    aunt = case.involved("relative")
    agreed = {"do": "consent", "given_by": "guardian", "assent": True, "language": "en"}
    for purpose in ({"purpose": "assistance"}, {"purpose": "data_processing"},
                    {"purpose": "contact_family", "recipient": aunt, "groups": ["identity"]}):  # fmt: skip
        case.tried(MANAGER, {**agreed, **purpose}, may_be_bad_input=True)

    call: Command = {"do": "contact", "channel": "phone", "reached": True}
    assert not case.tried(MANAGER, {**call, "with": aunt, "groups": ["identity"]}).done
    assert not case.tried(MANAGER, {**call, "with": "guardian", "groups": ["narrative"]}).done


def test_no_doubt_about_an_age_ends_under_a_guardian_whom_nobody_vetted(fresh: Play) -> None:
    """'A guardian protects the person as a child': a house that only picks people up, which nobody has looked at."""
    fresh.engine.register_organisation(HOUSE, title="An invented house", country="BE", does=["meet"])
    fresh.given(MANAGER, happens("age_dispute"), records(has_responsible_adult=False))
    fresh.wait(minutes=1)
    fresh.tried(MANAGER, {"do": "assign", "role": "guardian", "organisation": HOUSE})

    assert not fresh.tried(MANAGER, ends("age_dispute", "protected_as_a_child")).done


def test_a_guardian_whom_another_has_vetted_speaks_for_the_child(begin: Begin) -> None:
    case = begin(facts={"age_status": "child", "has_responsible_adult": False})
    guardian = case.vetted(case.involved("guardian"), "speak")
    aunt = case.involved("relative")
    case.given(MANAGER, {"do": "assign", "role": "guardian", "ref": guardian})
    agreed = {"do": "consent", "given_by": "guardian", "assent": True, "language": "en"}
    case.given(MANAGER, {**agreed, "purpose": "contact_family", "recipient": aunt, "groups": ["identity"]})
    case.given(MANAGER, {"do": "contact", "with": aunt, "channel": "phone", "reached": True, "groups": ["identity"]})


def test_who_brought_an_organisation_into_the_case_does_not_vet_it(fresh: Play) -> None:
    """Issue 6, 1: a vetting 'done of a ref or registered organisation (… never by who involved it)'. Asked only of refs."""
    _brought_in(fresh)
    fresh.tried(MANAGER, vetting(HOUSE, "meet", "escort"))

    assert not fresh.tried(MANAGER, {"do": "assign", "role": "escort", "organisation": HOUSE}).done


def test_another_vets_an_organisation_that_somebody_brought(fresh: Play) -> None:
    _brought_in(fresh)
    fresh.given(RECEIVER, vetting(HOUSE, "meet", "escort"))
    fresh.given(MANAGER, {"do": "assign", "role": "escort", "organisation": HOUSE})


def _brought_in(case: Play) -> None:
    case.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["meet", "escort"])
    case.given(MANAGER, {"do": "assign", "role": "family", "organisation": HOUSE})


@pytest.mark.parametrize("over", ["before the landing", "after it"])
def test_who_meets_the_person_is_trusted_on_the_day_on_which_they_do(fresh: Play, over: str) -> None:
    """Vetted until the day of departure; she lands the next. Design 4.2: 'until when … valid on the day of the act'."""
    legs = fresh.legs
    night = timedelta(hours=12)
    for leg in legs:
        leg["arrives_at"] = (datetime.fromisoformat(leg["arrives_at"].replace("Z", "+00:00")) + night).isoformat()
    until = fresh.takes_off.date() + timedelta(days=0 if over == "before the landing" else 1)
    ref = fresh.vetted(fresh.involved("relative"), "meet", valid_until=until.isoformat())
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    assert fresh.lands.date() == fresh.takes_off.date() + timedelta(days=1)
    fresh.given(RECEIVER, *confirmed_by(ref))
    assert fresh.why().says("INV-07") == (over == "before the landing")

    goes_on(fresh)  # who asks is told to have them vetted anew, and does
    fresh.until(fresh.takes_off)
    assert fresh.boards().done


def test_who_meets_the_person_is_who_the_partner_said(fresh: Play) -> None:
    """It confirmed 'the reception officer', and then another got the role: the partner never named him. INV-07: 'confirmed … who'."""
    one, other = (fresh.vetted(fresh.involved(who), "meet") for who in ("relative", "friend"))
    fresh.given(MANAGER, {"do": "assign", "role": "reception_officer", "ref": one})
    fresh.given(RECEIVER, *confirmed_by("reception_officer"))
    assert goes_on(fresh).why().done  # honest
    fresh.wait(minutes=3)
    fresh.given(MANAGER, {"do": "assign", "role": "reception_officer", "ref": other})

    assert not fresh.boards().done


def test_who_stands_on_the_card_is_who_was_written_there(fresh: Play) -> None:
    """The plan names a role, the card a name: another gets the role, and the person calls somebody who knows of nothing. INV-08:
    'the person holds contact details'.
    """
    one, other = (fresh.vetted(fresh.involved("friend"), "card") for _ in range(2))
    fresh.given(MANAGER, {"do": "assign", "role": "health_service", "ref": one})
    fresh.given(
        MANAGER,
        *redone(
            "safety_plan", emergency_contact="health_service", assisting_organisation="receiving_organisation", **PLAN
        ),
    )
    assert goes_on(fresh).why().done  # honest
    fresh.wait(minutes=3)
    fresh.given(MANAGER, {"do": "assign", "role": "health_service", "ref": other})

    assert not fresh.boards().done


# --- of which nobody asks after the landing -------------------------------------------------------------------------


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


def test_no_organisation_that_was_found_not_to_be_trusted_takes_the_person_over_after_the_landing(begin: Begin) -> None:
    """Vetted, found not to be trusted, given the role, confirmed, handed the case. INV-07 is asked at the departure alone.
    Design 4.2: trusted(receive); 4.4: 'the arrival side asks anew for what is missing (partner …)'.
    """
    case = begin(at_home)
    case.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["receive", "meet", "house"])
    case.given(RECEIVER, vetting(HOUSE, "receive", result="not_trusted"))
    case.tried(MANAGER, {"do": "assign", "role": "receiving_organisation", "organisation": HOUSE})
    case.prepare("settle")
    case.tried(MANAGER, {"do": "move", "to": "settle"})

    assert case.seen().roles["case_owner"] != HOUSE


def test_an_organisation_that_two_have_vetted_takes_the_person_over_after_the_landing(begin: Begin) -> None:
    case = begin(at_home)
    case.engine.register_organisation(HOUSE, title="An invented house", country="NG", does=["receive", "meet", "house"])
    case.vetted(HOUSE, "receive", "meet", "house")
    case.given(MANAGER, {"do": "assign", "role": "receiving_organisation", "organisation": HOUSE})
    case.ready("settle")
    assert case.seen().roles["case_owner"] == HOUSE


def test_no_child_settles_with_a_relative_of_a_family_that_was_found_unsafe_after_the_landing(begin: Begin) -> None:
    """'A child handed to an unsafe relative' (issue 6), a day later: 'a family found unsafe is no receiver' (design 4.3)."""
    case = begin(at_home, facts=CHILD)
    aunt = case.vetted(case.involved("relative"), "care")
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.tried(MANAGER, {"do": "assign", "role": "caregiver", "ref": aunt})
    case.given(RECEIVER, *PLAN_ANEW)
    case.tried(MANAGER, ends("family_refuses", "another_place"))
    case.prepare("settle")
    case.tried(MANAGER, {"do": "move", "to": "settle"})

    assert case.seen().phase == "arrival" or case.seen().roles["caregiver"] != aunt


@pytest.mark.parametrize("how", ["being met", "any partner"])
def test_a_child_declines_nobody_after_the_landing_either(begin: Begin, how: str) -> None:
    """Design 4.3: 'a child declines no reception'. On paper before the journey; here a manager types it at the airport."""
    case = begin(at_home, facts=CHILD)
    declined: tuple[Command, ...] = ({"do": "skip", "step": "arrival_reception", "reason": "invented words"},)
    if how == "any partner":
        declined = redone("partner_selection", result="none_wanted")
    for act in declined:
        case.tried(MANAGER, act)
    case.prepare("settle")

    assert case.step("arrival_reception").state != "not_applicable"


def test_an_adult_may_decline_to_be_met_after_the_landing(begin: Begin) -> None:
    case = begin(at_home)
    case.given(MANAGER, {"do": "skip", "step": "arrival_reception", "reason": "(invented) she wants to go alone"})
    case.ready("settle")


def test_who_is_met_by_somebody_under_suspicion_alarms(begin: Begin) -> None:
    """'Met by whom': by the uncle under suspicion. It is written down, nobody is alarmed, and she settles the same day. Design 4.4:
    'being met by the suspended one is recorded, and alarms'; of a partner that failed it does.
    """
    case = begin(at_home)
    uncle = case.involved("relative", suspected=True)
    case.prepare("settle", instead=_until_somebody_meets_them)
    case.given(RECEPTION, complete("arrival_reception", by=uncle))  # the truth is taken

    assert [one["type"] for one in case.seen().incidents if one["resolved_at"] is None]


def test_who_is_met_by_who_was_named_alarms_nobody(begin: Begin) -> None:
    case = begin(at_home)
    case.prepare("settle", instead=_until_somebody_meets_them)
    case.given(RECEPTION, complete("arrival_reception"))
    assert case.seen().incidents == ()


def _until_somebody_meets_them(_: Play, do: Command) -> bool:
    if do.get("step") == "arrival_reception":
        raise Enough
    return False


def test_no_child_flies_alone_because_the_escort_stays_at_home(begin: Begin) -> None:
    """She was vetted, named and briefed, and then cannot come: 'travels: no' voids nothing, and the child boards alone. Domain 1.2:
    an escort is a 'person travelling along'; 2.2: mandatory for a child, 'none -> postpone'.
    """
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "involve", "ref": case.seen().roles["escort"], "travels": False})

    assert not case.boards().done


def test_a_child_flies_with_the_escort_who_comes(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    case.given(MANAGER, {"do": "involve", "ref": case.seen().roles["escort"], "travels": True})
    assert case.boards().done


# === 4. what protects, and is taken away by who may not ==============================================================


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


# === 5. what is told by its day ======================================================================================


def test_a_new_yes_of_today_is_followed_by_check_clearance_and_question(fresh: Play) -> None:
    """Told at seven that she said yes anew today: it is put at the last entry of that day, at six, and so nothing has come before
    it. Design 4.3: 'last check, clearance and reconfirmation come after that consent'; 4.4: 'order within it is believed'.
    """
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**YES, **on(fresh)})

    assert {"INV-02", "INV-03", "INV-04"} <= fresh.why().rules
    fresh.wait(minutes=1)
    fresh.anew("risk_recheck", "departure_clearance", "departure_assistance")
    assert goes_on(fresh).boards().done  # honest


def test_a_check_of_an_hour_before_a_yes_of_today_was_told_does_not_come_after_it(fresh: Play) -> None:
    """She said yes today, nobody knows when; the check of twenty to seven may be from before."""
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**YES, **on(fresh)})
    fresh.wait(minutes=5)
    before = ago(fresh, minutes=40)
    fresh.given(
        ASSESSOR, *({**act, **before} for act in redone("risk_recheck", result="unchanged", will_confirmed=True))
    )
    fresh.anew("departure_clearance", "departure_assistance")

    assert "INV-04" in fresh.why().rules
    assert goes_on(fresh).boards().done  # checked once more, after the yes


def test_a_clearance_of_today_is_followed_by_the_question(fresh: Play) -> None:
    """Cleared anew, told at seven with its day: the question of six was asked before. Design 4.3: 'the reconfirmation after the
    clearance'.
    """
    fresh.wait(hours=1)
    for act in redone("departure_clearance"):
        fresh.given(MANAGER, {**act, **on(fresh)})

    assert "INV-02" in fresh.why().rules
    fresh.anew("departure_assistance")
    assert goes_on(fresh).boards().done  # honest


@pytest.mark.parametrize("anew", ["done", "confirmed"])
def test_a_debt_of_today_may_be_newer_than_an_assessment_of_an_hour_before_it_was_told(fresh: Play, anew: str) -> None:
    """The debt became known today; the assessment of twenty to seven, typed after that, may not have known it. As with an alarm of
    a day alone (decision 13), what has its hour comes after the day only where that hour does.
    """
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**records(ng_debt_claimed=True), **on(fresh)})
    fresh.must_stand("INV-04")
    fresh.wait(minutes=5)
    _assessed_anew(fresh, anew, ago(fresh, minutes=40))

    assert ("INV-04", "pre_return_risk_assessment") in fresh.why().reasons


@pytest.mark.parametrize("anew", ["done", "confirmed"])
def test_an_assessment_of_now_knows_the_debt_of_today(fresh: Play, anew: str) -> None:
    fresh.wait(hours=1)
    fresh.given(MANAGER, {**records(ng_debt_claimed=True), **on(fresh)})
    fresh.wait(minutes=5)
    _assessed_anew(fresh, anew, {})
    assert "INV-04" not in fresh.why().rules


def _assessed_anew(case: Play, anew: str, at: dict[str, str]) -> None:
    step = "pre_return_risk_assessment"
    if anew == "confirmed":
        for who in (ASSESSOR, MANAGER):
            case.given(who, {**complete(step, confirms=True), **at})
        return
    case.given(ASSESSOR, {"do": "redo", "step": step, **at}, {**assessed("low"), **at})
    case.given(MANAGER, signed(**at))


def test_another_partner_of_today_did_not_confirm_an_hour_before_that_was_told(fresh: Play) -> None:
    """Who said at twenty to seven that she is received may still be the partner of before."""
    fresh.wait(hours=1)
    for purpose in ("contact_partner", "share_partner"):
        agreed = {
            "do": "consent",
            "purpose": purpose,
            "recipient": "ng_cosudow",
            "groups": ["identity"],
            "language": "en",
        }
        fresh.given(MANAGER, {**agreed, "form": "written", **ago(fresh, minutes=50)})
    fresh.given(MANAGER, {**receives("ng_cosudow"), **on(fresh)})
    fresh.wait(minutes=5)
    fresh.given(RECEIVER, *({**act, **ago(fresh, minutes=40)} for act in confirmed_by("ng_bakhita")))
    before = fresh.told("INV-07")
    fresh.given(RECEIVER, *confirmed_by("ng_bakhita"))

    assert fresh.told("INV-07") == []  # honest
    assert before


def test_a_vetting_of_an_hour_before_a_suspicion_of_today_was_told_does_not_take_it_back(fresh: Play) -> None:
    """Suspected today, nobody knows since when; the vetting of half past six may be from before. Design 4.2: 'takes trust at once'."""
    ref = _suspected_today(fresh)
    before = ago(fresh, minutes=40)
    fresh.tried(RECEIVER, vetting(ref, "escort", **before))
    fresh.tried(another(ASSESSOR), signed("party_vetting", of=ref, **before))

    assert fresh.why({"do": "assign", "role": "escort", "ref": ref}).says("INV-19")


def test_a_vetting_of_now_comes_after_a_suspicion_of_today(fresh: Play) -> None:
    ref = _suspected_today(fresh)
    fresh.given(RECEIVER, vetting(ref, "escort"))
    fresh.given(another(ASSESSOR), signed("party_vetting", of=ref))
    assert fresh.why({"do": "assign", "role": "escort", "ref": ref}).done


def _suspected_today(case: Play) -> str:
    case.wait(minutes=1)
    ref = case.involved("relative")
    case.wait(hours=1)
    case.given(MANAGER, {**suspected(ref, True), **on(case)})
    case.wait(minutes=5)
    case.given(ASSESSOR, suspected(ref, False))
    case.wait(minutes=5)
    return ref


def test_a_passport_that_was_lost_today_is_not_held_because_somebody_saw_it_an_hour_before_that_was_told(
    fresh: Play,
) -> None:
    """Lost today, nobody knows when; seen at twenty to seven, typed last: it counts as held, and may be gone. INV-16."""
    passport = fresh.seen().documents[0]["kind"]
    held: Command = {
        "do": "document",
        "kind": passport,
        "status": "held",
        "issued_on": "2024-01-01",
        "expires_on": "2034-01-01",
    }
    fresh.wait(hours=1)
    fresh.given(TRAVEL, {"do": "document", "kind": passport, "status": "lost", **on(fresh)})
    fresh.wait(minutes=5)
    fresh.tried(TRAVEL, {**held, **ago(fresh, minutes=40)}, may_be_bad_input=True)
    before = fresh.why().rules
    fresh.given(TRAVEL, held)

    assert "INV-16" not in fresh.why().rules  # honest
    assert "INV-16" in before


# === 6. what is true, and cannot be said =============================================================================


def test_a_suspicion_of_yesterday_is_taken_though_something_was_said_of_them_since(fresh: Play) -> None:
    """'Correct at=…': whoever heard it on Monday must say that it was Tuesday. Towards safety anybody, late too (design 4.3, 4.4)."""
    ref = fresh.involved("relative")
    fresh.wait(hours=2)
    fresh.given(MANAGER, {"do": "involve", "ref": ref, "travels": False})

    assert fresh.tried(MANAGER, {**suspected(ref, True), **ago(fresh, hours=1)}, may_be_bad_input=True).done


@pytest.mark.parametrize(
    ("where", "reason"),
    [(evidence_is_fresh, "assistance_declined"), (settled, "consent_withdrawn_after_return")],
)
def test_who_becomes_an_adult_and_wants_no_more_help_is_let_go(
    begin: Begin, where: Callable[[Play], None], reason: str
) -> None:
    """Her own first decision is a no; the alarm asks for a yes, has no other end, and closes as nothing (turned_18 has no closes_as).
    Resolution 16 and 20: a refusal is recorded and counts; design 4.4: no alarm 'that can neither end nor close'.
    """
    case = begin(where, facts=CHILD)
    case.wait(days=1)
    yesterday = (case.now - timedelta(days=1)).date().isoformat()
    case.given(MANAGER, records(turns_18_on=yesterday), happens("turned_18"))
    for purpose in ("assistance", "data_processing", "monitoring"):
        case.given(MANAGER, {"do": "consent", "purpose": purpose, "answer": "refused"})
    case.given(MANAGER, REACHED)
    case.tried(MANAGER, ends("turned_18", "asked_anew"))

    assert case.tried(MANAGER, {"do": "move", "to": "close", "reason": reason}).done


def test_who_was_refused_at_the_border_and_does_not_want_to_go_any_more_is_let_go(begin: Begin) -> None:
    """Sent back, met, and asked anew: no. The case closes so only after somebody has said that 'the person was let in'."""
    case = begin(at_home)
    case.given(MANAGER, happens("refused_entry"))
    case.wait(hours=9)
    case.given(TRAVEL, {"do": "move", "to": "turn_back"})
    case.wait(hours=1)
    case.given(MANAGER, REACHED, {"do": "consent", "purpose": "return", "answer": "refused"})

    assert case.tried(MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"}).done


@pytest.mark.parametrize("alarm", ["expulsion_risk", "medical_unfit"])
def test_what_held_the_departure_holds_up_no_end_of_the_help_at_home(begin: Begin, alarm: str) -> None:
    """Removed, or flown though a doctor had said no, and helped at home: the alarm of before ends only by 'chooses freely' or 'fit
    to travel', which is not so, and lets the case close under no true name. Resolution 27: past depart it is no longer asked for.
    """
    case = begin(evidence_is_fresh)
    case.given(DOCTOR if alarm == "medical_unfit" else MANAGER, happens(alarm))
    case.until(case.takes_off)
    case.given(TRAVEL, {"do": "move", "to": "left", "how": "removed" if alarm == "expulsion_risk" else "unknown"})
    case.until(case.lands)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})
    case.ready("settle")
    case.given(MANAGER, {"do": "move", "to": "settle"})
    ended: Command = {"do": "move", "to": "close", "reason": "support_period_completed"}

    assert ("PHASE", alarm) not in case.why(ended).reasons
