"""A family that refuses or is unsafe is no home, and gives a child to none of its relatives, until it is found safe."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.attacks.acts import (
    BEST_FOR_THE_CHILD,
    CHILD,
    confirmed_by,
    ends,
    goes_on,
    happens,
    open_alarms,
    records,
    redone,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    at_home,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    settled,
    signed,
    signed_as_it_stands,
    vetting,
)
from tests.whole_answers import SIGNED

LIVES_WITH_THEM = {"age_status": "adult", "will_live_with_family": True}
FAMILY = "family_contact_and_assessment"
PLAN_ANEW = {"do": "redo", "step": "reintegration_plan"}, complete("reintegration_plan", **SIGNED)


def found_safe_by_two(case: Play) -> None:
    """Find a family safe after it was not: one of the other side signs it, too."""
    case.given(RECEIVER, *redone(FAMILY, result="safe"))
    case.given(MANAGER, signed_as_it_stands(case, FAMILY))


# --- a family that refuses, or was found unsafe ---------------------------------------------------


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
    found_safe_by_two(case)
    case.given(MANAGER, ends("family_refuses", "family_safe"))
    assert goes_on(case).boards().done


# --- a child, and a relative of that family -------------------------------------------------------


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


def _child_with_an_aunt(begin: Begin, relation: str = "relative") -> Play:
    case = begin(evidence_is_fresh, facts=CHILD)
    who = case.vetted(case.involved(relation), "care")
    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": who})
    return case


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


def test_a_child_whose_family_is_unsafe_is_given_to_a_friend_whom_two_have_vetted(begin: Begin) -> None:
    case = _child_with_an_aunt(begin, "friend")
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    case.given(MANAGER, *PLAN_ANEW, ends("family_refuses", "another_place"))
    assert goes_on(case).boards().done


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
    case.given(RECEIVER, {"do": "assign", "role": "caregiver", "ref": friend})


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
        case.given(RECEIVER, *confirmed_by(case, ref))
    elif how == "meeting person":
        case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": case.legs, "meeting_person": ref})
        case.given(RECEIVER, *confirmed_by(case, ref))  # as the partner says, too
    else:
        case.given(MANAGER, {"do": "involve", "by": "person", "ref": ref, "travels": True})
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


def test_another_caregiver_asks_for_another_look_at_the_child_s_interests(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=CHILD)
    aunt = case.vetted(case.involved("relative"), "care")

    case.given(MANAGER, {"do": "assign", "role": "caregiver", "ref": aunt})

    assert ("INV-12", "best_interests_determination") in case.why().reasons
    assert ("INV-04", "pre_return_risk_assessment") in case.why().reasons


# --- a child declines nobody ----------------------------------------------------------------------


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


# --- found safe -----------------------------------------------------------------------------------


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
    found_safe_by_two(case)

    assert not case.told("INV-07")


def test_honest_a_family_that_is_found_safe_while_the_alarm_is_open_is_a_home(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    case.wait(minutes=1)
    found_safe_by_two(case)
    case.given(MANAGER, ends("family_refuses", "family_safe"))
    assert not case.told("INV-07")


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
    found_safe_by_two(case)
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
    found_safe_by_two(case)
    case.given(MANAGER, ends("family_refuses", "family_safe"), *PLAN_ANEW)
    assert case.told("INV-07") == []


# --- away from safety it takes two ----------------------------------------------------------------


@pytest.mark.parametrize("first", ["unsafe", "refuses"])
@pytest.mark.parametrize("then", ["safe", "safe_with_conditions", "not_found"])
@pytest.mark.parametrize("alarm", ["is open", "has ended: there is another place"])
def test_one_alone_does_not_find_a_family_safe_that_was_not(begin: Begin, first: str, then: str, alarm: str) -> None:
    """safety.md F7: a minute after 'unsafe' the same account typed 'safe', and she flew to them on the same day."""
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result=first))
    case.wait(minutes=1)
    if alarm != "is open":
        case.given(MANAGER, *PLAN_ANEW, ends("family_refuses", "another_place"))
        case.wait(minutes=1)

    case.given(RECEIVER, *redone(FAMILY, result=then))

    assert case.step(FAMILY).state != "done"
    assert case.why().says("INV-07")
    rows = case.engine.due(as_=case.actor(MANAGER), case=case.case)
    assert [row.title for row in rows if row.step == f"sign:{FAMILY}"] == ["Sign: Contact and assess the family"]
    assert ("ROLE", FAMILY) in case.tried(RECEIVER, signed_as_it_stands(case, FAMILY)).reasons
    case.given(MANAGER, signed_as_it_stands(case, FAMILY))
    assert case.step(FAMILY).result == then


def test_honest_towards_safety_one_alone_says_it(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=LIVES_WITH_THEM)
    case.given(RECEIVER, *redone(FAMILY, result="unsafe"))
    assert case.step(FAMILY).result == "unsafe"
    assert open_alarms(case) == {"family_refuses"}


@pytest.mark.parametrize("first", ["negative", "unclear"])
def test_one_alone_does_not_find_it_best_for_a_child_to_go_where_it_was_not(begin: Begin, first: str) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    again = {"do": "redo", "step": "best_interests_determination"}
    case.given(MANAGER, again, BEST_FOR_THE_CHILD | {"result": first})
    case.wait(minutes=1)

    case.given(MANAGER, again, BEST_FOR_THE_CHILD)

    assert case.why().says("INV-12", "best_interests_determination")
    assert case.step("best_interests_determination").state != "done"
    as_well = signed_as_it_stands(case, "best_interests_determination") | {"by": "guardian"}
    assert ("ROLE", "best_interests_determination") in case.tried(MANAGER, as_well).reasons, (
        "the same hand, for another"
    )
    case.given(RECEIVER, as_well)
    assert case.step("best_interests_determination").result == "positive"


# --- who decides for a child, and who receives it -------------------------------------------------

BOTH = (
    "the same person decides for the child and receives it",
    "name another caregiver or guardian; a parent, or a guardian, may be both once the paper or decision was seen that says so",
)


def is_guardian_and_caregiver(begin: Begin, relation: str, how: str) -> Play:
    case = begin(evidence_is_fresh, facts=CHILD)
    one = case.vetted(case.involved(relation), "speak", "care", how=[how])
    case.given(MANAGER, *({"do": "assign", "role": role, "ref": one} for role in ("guardian", "caregiver")))
    return case


@pytest.mark.parametrize(
    ("relation", "how"), [("relative", "papers_seen"), ("friend", "papers_seen"), ("parent", "visited")]
)
def test_one_uncle_does_not_decide_for_a_child_and_receive_it(begin: Begin, relation: str, how: str) -> None:
    """safety.md F6: one uncle was guardian and caregiver, consented for her and found it best: she departed on the same flight."""
    case = is_guardian_and_caregiver(begin, relation, how)

    assert BOTH in case.told("INV-12")
    assert not goes_on(case).boards().done


@pytest.mark.parametrize("relation", ["parent", "guardian"])
def test_honest_a_parent_or_a_guardian_whose_paper_was_seen_is_both(begin: Begin, relation: str) -> None:
    case = is_guardian_and_caregiver(begin, relation, "papers_seen")

    assert BOTH not in case.told("INV-12")
    goes_on(case)
    # Whoever is named guardian two hours before the flight has two days to think, as anybody who signs.
    assert case.boards().reasons == {("INV-01", "return"), ("STEP", "departure_clearance")}


def test_nobody_is_vetted_by_one_alone_to_decide_for_a_child(begin: Begin) -> None:
    case = begin(evidence_is_fresh, facts=CHILD)
    who = case.involved("guardian")
    case.given(ASSESSOR, vetting(who, "speak"))
    named = {"do": "assign", "role": "guardian", "ref": who}

    assert case.told("INV-19", named) == [
        ("the guardian cannot be trusted: their vetting still needs another signature",
         "let somebody vet them for this, who did not bring them into the case")
    ]  # fmt: skip
    case.given(RECEIVER, signed("party_vetting", of=who))
    assert case.told("INV-19", named) == []


# --- an alarm in the wrong file -------------------------------------------------------------------


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
