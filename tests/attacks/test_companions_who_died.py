"""Somebody who travels along has died, or was said to have by an error: who lives is asked about, and who died speaks for nobody."""

from __future__ import annotations

import pytest

from tests.attacks.acts import CHILD, REACHED, closes, ends, happens
from tests.attacks.companions import (
    STAYS,
    along,
    along_and_settled,
    done,
    fresh_and_one_stays,
    fresh_with_own_case,
    open_incidents,
    own,
    talked_again,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, RECEIVER, Command, Play, begun, complete, settled

LIVES: Command = {"do": "involve", "by": "person", "ref": "child-1", "lives": True}


# --- somebody who travels along has died ----------------------------------------------------------


def the_child_has_died(case: Play) -> None:
    case.given(MANAGER, happens("death_of_another", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, complete("options_counselling"))
    case.given(MANAGER, ends("death_of_another", "talked_again", of="child-1"))


def test_nobody_is_asked_who_cares_for_a_child_that_has_died(begin: Begin) -> None:
    case = begin(along)
    the_child_has_died(case)

    case.given(MANAGER, {"do": "involve", "by": "person", "ref": "child-1", "travels": False})

    assert ("STEP", STAYS) not in case.why().reasons, (
        "she must say who cares for her dead child, and how they keep in touch"
    )


def test_a_child_that_has_died_does_not_travel_along(begin: Begin) -> None:
    case = begin(along)
    the_child_has_died(case)

    reasons = case.why().reasons

    assert "pre_return_risk_assessment" in {about for _, about in reasons}, "assessed for a child that is dead"
    assert ("child_fit_check", "child-1") not in done(case), "a dead child counts as fit to travel"


def test_honest_who_has_not_died_and_stays_is_asked_about(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": "child-1", "travels": False})
    assert ("STEP", STAYS) in case.why().reasons


def test_that_somebody_has_died_is_told_as_what_it_is(begin: Begin) -> None:
    assert begin(along).faults(MANAGER, {**LIVES, "lives": False}) == {("lives", "contradiction")}


# --- the wrong child is said to have died ---------------------------------------------------------


def test_of_a_child_that_lives_it_is_asked_before_its_mother_flies_though_it_was_said_to_have_died(
    begin: Begin,
) -> None:
    """A slip: child-1 for child-2. The alarm ends with a talk; what it said of the child has no end that takes it back."""
    case = begin(fresh_and_one_stays)
    case.given(MANAGER, happens("death_of_another", of="child-1"))
    talked_again(case)
    case.given(MANAGER, ends("death_of_another", "talked_again", of="child-1"))
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": "child-1", "lives": True})

    asked = {row.id for row in case.seen().steps if row.of == "child-1" and row.state != "not_applicable"}
    assert STAYS in asked, "the child lives, stays behind, and nobody is asked who cares for it"


def test_who_corrects_that_the_wrong_child_has_died_is_told_how(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, happens("death_of_another", of="child-1"))
    for type in ("incident_opened", "person_involved"):
        entry = [row.seq for row in case.history() if row.type == type][-1]
        said = case.tried(MANAGER, {"do": "correct", "seq": entry, "why": "invented words"}, may_be_bad_input=True)
        if said.done or "involve" in said.text:
            return
    pytest.fail("an alarm is never corrected away, and nothing says how the child that lives is asked about again")


def test_honest_who_travels_after_all_is_asked_about_again(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, happens("death_of_another", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": "child-1", "travels": True, "lives": True})
    assert "child_best_interests" in {row.id for row in case.seen().steps if row.of == "child-1"}


def test_who_lives_after_all_travels_as_it_was_said(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, happens("death_of_another", of="child-1"))
    case.wait(minutes=1)

    assert case.faults(MANAGER, {"do": "involve", "by": "person", "ref": "child-1", "travels": True}) == {
        ("travels", "contradiction")
    }
    case.given(MANAGER, {**LIVES, "travels": True})

    assert case.seen().people[0]["travels"]
    assert "child_best_interests" in {row.id for row in case.seen().steps if row.of == "child-1"}


def test_a_child_that_stays_and_lives_is_asked_about_though_the_error_was_found_after_the_talk(begin: Begin) -> None:
    """Ended as a death; then it is found that she lives."""
    case = begin(along)
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": "child-1", "travels": False})
    case.given(MANAGER, happens("death_of_another", of="child-1"))
    talked_again(case)
    case.given(MANAGER, ends("death_of_another", "talked_again", of="child-1"))

    case.given(MANAGER, LIVES)

    assert STAYS in {row.id for row in case.seen().steps if row.of == "child-1" and row.state != "not_applicable"}


# --- what had ended with a death that was an error ------------------------------------------------


def test_danger_there_is_not_over_because_a_death_was_an_error(begin: Begin) -> None:
    """Two must sign that it is below high. One says dead, then «an error», and a call to the mother ends it."""
    case = begin(along_and_settled)
    case.given(MANAGER, happens("child_in_danger", of="child-1"))
    over = ends("child_in_danger", "below_high_there", of="child-1")
    assert case.why(over).reasons == {("STEP", "post_arrival_risk_assessment")}
    case.wait(minutes=1)
    case.given(MANAGER, happens("death_of_another", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, LIVES, REACHED, ends("death_of_another", "reached", of="child-1"))

    assert open_incidents(case) == {("child_in_danger", "child-1")}, (
        "the child lives, is in danger, and nobody has looked"
    )


@pytest.mark.parametrize("type", ["child_unwell", "child_in_danger"])
def test_what_holds_a_journey_holds_it_again_when_a_death_was_an_error(begin: Begin, type: str) -> None:
    case = begin(along)
    case.given(MANAGER, happens(type, of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, happens("death_of_another", of="child-1"))
    talked_again(case)
    case.given(MANAGER, LIVES, ends("death_of_another", "talked_again", of="child-1"))

    assert ("PHASE", type) in case.why().reasons
    assert [todo for fact, todo in case.told("PHASE") if "child-1" in fact] == [case.what_to_do(type)]


# --- who has died speaks for no child, and waits for none -----------------------------------------


def test_honest_a_child_whose_guardian_and_caregiver_live_may_go(begin: Begin) -> None:
    assert own(begin(fresh_with_own_case)).why().done


@pytest.mark.parametrize(
    ("role", "todo"),
    [
        ("guardian", "have a guardian appointed, and vetted"),
        ("caregiver", "name a family member, a guardian or a facility, and let two vet them"),
    ],
)
def test_no_child_departs_to_a_caregiver_or_with_a_guardian_who_has_died(begin: Begin, role: str, todo: str) -> None:
    case = own(begin(fresh_with_own_case))
    ref = case.seen().roles[role]  # who waits there, or stays here: that somebody dies is written of each
    case.given(MANAGER, happens("death_of_another", of=ref))
    talked_again(case)
    case.given(MANAGER, ends("death_of_another", "talked_again", of=ref))

    assert todo in [do for _, do in case.told("INV-12")], f"may depart: {case.why().done}"


def test_who_has_died_says_no_yes_for_a_child(begin: Begin) -> None:
    case = own(begin(fresh_with_own_case))
    yes: Command = {
        "do": "consent",
        "purpose": "monitoring",
        "language": "en",
        "given_by": "guardian-1",
        "assent": True,
    }
    assert case.why(yes).done  # while the guardian lives
    case.given(MANAGER, happens("death_of_another", of="guardian-1"))
    case.wait(minutes=1)

    assert not case.tried(MANAGER, yes).done


BEST = "best_interests_determination"


def test_what_was_found_good_for_a_child_is_looked_at_anew_when_who_was_to_care_for_it_dies(begin: Begin) -> None:
    case = own(begin(fresh_with_own_case))
    case.given(MANAGER, happens("death_of_another", of=case.seen().roles["caregiver"]))
    talked_again(case)
    case.given(MANAGER, ends("death_of_another", "talked_again", of=case.seen().roles["caregiver"]))

    changed = [
        todo for fact, todo in case.told("STEP") if "'Caregiver of a child'" in fact and "best interests" in fact
    ]
    assert changed == ["look again: confirm it if it still holds, else do it anew"]


def test_a_death_that_was_an_error_asks_for_nothing_anew(begin: Begin) -> None:
    case = own(begin(fresh_with_own_case))
    ref = case.seen().roles["caregiver"]
    case.given(MANAGER, happens("death_of_another", of=ref))
    talked_again(case)
    case.given(MANAGER, ends("death_of_another", "talked_again", of=ref))
    case.given(MANAGER, {"do": "involve", "by": "person", "ref": ref, "lives": True})

    assert ("STEP", BEST) not in case.why().reasons
    assert "INV-12" not in case.why().rules


def a_child_at_home(play: Play) -> None:
    settled(play)


def test_of_a_child_whose_caregiver_dies_there_it_is_asked_who_cares_for_it_now() -> None:
    """It is due at once, and nobody closes before two have looked."""
    with begun(a_child_at_home, facts=CHILD) as case:
        ref = case.seen().roles["caregiver"]
        case.given(RECEIVER, happens("death_of_another", of=ref))
        case.wait(minutes=1)
        case.given(RECEIVER, REACHED, ends("death_of_another", "reached", of=ref))

        assert ("STEP", BEST) in case.why(closes("support_period_completed"), RECEIVER).reasons
        assert BEST in {row.step for row in case.engine.due(as_=case.actor(RECEIVER), case=case.case)}


def test_of_a_grown_woman_whose_aunt_dies_no_best_interests_are_asked(begin: Begin) -> None:
    case = begin(settled)
    aunt = case.involved("relative")
    case.given(RECEIVER, happens("death_of_another", of=aunt))
    case.wait(minutes=1)
    case.given(RECEIVER, REACHED, ends("death_of_another", "reached", of=aunt))

    assert ("STEP", BEST) not in case.why(closes("support_period_completed"), RECEIVER).reasons


def test_after_the_hand_over_the_house_that_leads_writes_that_a_guardian_has_died() -> None:
    """It is told who decides for the child, and so may say that they have died."""
    with begun(settled, facts=CHILD) as case:
        case.given(RECEIVER, happens("death_of_another", of=case.seen().roles["guardian"]))
