"""What a second hostile look found in the mends of the first: companions, cases of their own, and who has died. (issue 7)"""

from __future__ import annotations

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    MANAGER,
    TRAVEL,
    Play,
    PreparationRefused,
    complete,
    evidence_is_fresh,
)
from tests.attacks.test_a_return_that_is_taken_over import THE_OLD_FILE, Taken, signed_by_two, taken
from tests.attacks.test_a_return_that_is_taken_over import done as of_before
from tests.attacks.test_of_each_who_goes_along import (
    along,
    ends,
    happens,
    has_own,
    is_open,
    its_own_case,
)
from tests.attacks.test_what_a_look_at_companions_found import (
    CLEARED,
    OWN,
    STAYS,
    fresh_and_one_stays,
    fresh_with_own_case,
    later,
    there,
)

__all__ = ["taken"]


def own(case: Play) -> Play:
    return there(case, str(case.seen().people[0]["own_case"]))


def talked_again(case: Play) -> None:
    case.wait(minutes=1)
    case.given(MANAGER, complete("options_counselling"))


def can_go(case: Play) -> None:
    """Do what is asked; what is asked and cannot be done is a case worker who is stuck, and no broken test."""
    try:
        case.ready()
    except PreparationRefused as stuck:
        pytest.fail(f"stuck: {stuck}")


# --- 1. cleared there, and no more ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("what", ["consent_withdrawn_before", "risk_high"])
def test_nobody_takes_a_child_along_who_said_no_in_its_own_case_after_somebody_looked(begin: Begin, what: str) -> None:
    """At eight in the evening: cleared there. At nine the daughter says no, in her own case. At ten they board."""
    case = begin(fresh_with_own_case)
    assert case.why().done

    own(case).given(MANAGER, happens(what))

    assert not case.why().done, "the daughter has said no (or is in danger), and her mother boards with her"


def test_nobody_takes_a_child_along_whose_own_case_was_closed_after_somebody_looked(begin: Begin) -> None:
    case = begin(fresh_with_own_case)
    own(case).given(
        MANAGER, happens("consent_withdrawn_before"), {"do": "move", "to": "close", "reason": "withdrew_return"}
    )

    assert not case.why().done


# --- 2. cleared there long ago, for another flight --------------------------------------------------------------------------


def test_a_clearance_that_has_run_out_there_is_none(begin: Begin) -> None:
    """It ends after a day, and is of one flight."""
    case = begin(fresh_with_own_case)
    case.given(MANAGER, {"do": "redo", "step": OWN, "of": "child-1"})
    assert case.why(CLEARED).done  # it holds, for this flight

    case.given(TRAVEL, later(case, hours=6))
    assert not case.tried(MANAGER, CLEARED).done, "«cleared for the same journey»"
    own(case).given(TRAVEL, later(case, hours=0))
    assert not case.tried(MANAGER, CLEARED).done, "the clearance there was void with its flight"


# --- 3. ill, and no doctor has seen it -----------------------------------------------------------------------------------------


def test_a_child_with_a_case_of_its_own_is_not_fit_because_it_was_cleared_there_before_it_fell_ill(
    begin: Begin,
) -> None:
    case = begin(fresh_with_own_case)
    case.given(MANAGER, happens("child_unwell", of="child-1"))
    talked_again(case)

    case.tried(MANAGER, CLEARED)  # nothing was done in her own case since

    assert not case.tried(MANAGER, ends("child_unwell", "fit", of="child-1")).done, (
        "«a doctor or nurse finds the child fit to travel»: nobody has seen her since she fell ill"
    )


def test_honest_not_cleared_can_be_said_of_who_is_ill(begin: Begin) -> None:
    case = begin(fresh_with_own_case)
    case.given(MANAGER, happens("child_unwell", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, complete(OWN, of="child-1", result="not_cleared"))
    assert ("STEP", OWN) in case.why().reasons


# --- 5. the wrong child is said to have died ------------------------------------------------------------------------------------------


def test_of_a_child_that_lives_it_is_asked_before_its_mother_flies_though_it_was_said_to_have_died(
    begin: Begin,
) -> None:
    """A slip: child-1 for child-2. The alarm ends with a talk; what it said of the child has no end that takes it back."""
    case = begin(fresh_and_one_stays)
    case.given(MANAGER, happens("companion_died", of="child-1"))
    talked_again(case)
    case.given(MANAGER, ends("companion_died", "talked_again", of="child-1"))
    case.given(MANAGER, {"do": "involve", "ref": "child-1", "lives": True})

    asked = {row.id for row in case.seen().steps if row.of == "child-1" and row.state != "not_applicable"}
    assert STAYS in asked, "the child lives, stays behind, and nobody is asked who cares for it"


def test_who_corrects_that_the_wrong_child_has_died_is_told_how(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, happens("companion_died", of="child-1"))
    for type in ("incident_opened", "person_involved"):
        entry = [row.seq for row in case.history() if row.type == type][-1]
        said = case.tried(MANAGER, {"do": "correct", "seq": entry, "why": "invented words"}, may_be_bad_input=True)
        if said.done or "involve" in said.text:
            return
    pytest.fail("an alarm is never corrected away, and nothing says how the child that lives is asked about again")


def test_honest_who_travels_after_all_is_asked_about_again(begin: Begin) -> None:
    case = begin(along)
    case.given(MANAGER, happens("companion_died", of="child-1"))
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "involve", "ref": "child-1", "travels": True, "lives": True})
    assert "child_best_interests" in {row.id for row in case.seen().steps if row.of == "child-1"}


# --- 6. what is over in a way that nobody can reach ----------------------------------------------------------------------------------


@pytest.mark.parametrize("type", ["child_unwell", "child_in_danger"])
def test_honest_a_mother_whose_child_was_ill_or_in_danger_and_died_is_not_held_for_ever(
    begin: Begin, type: str
) -> None:
    case = begin(along)
    case.given(MANAGER, happens(type, of="child-1"))
    case.wait(hours=1)
    case.given(MANAGER, happens("companion_died", of="child-1"))

    can_go(case)

    assert is_open(case) == set()


@pytest.mark.parametrize("type", ["child_unwell", "child_in_danger"])
def test_honest_what_happens_to_a_grown_daughter_ends(begin: Begin, type: str) -> None:
    """She is 'child' by relation, and 19: it can happen to her, and no step that could end it is asked of her."""

    def grown(play: Play) -> None:
        play.involved("child", travels=True, age_band="adult")
        evidence_is_fresh(play)

    case = begin(grown)
    case.given(MANAGER, happens(type, of="child-1"))

    can_go(case)


@pytest.mark.parametrize("type", ["child_unwell", "child_in_danger"])
def test_honest_what_happens_to_a_young_brother_ends_when_he_stays(begin: Begin, type: str) -> None:
    """He falls ill, and stays with his grandmother. Of who stays only a 'child' by relation is asked who cares for them."""

    def brother(play: Play) -> None:
        play.involved("sibling", travels=True, age_band="child")
        evidence_is_fresh(play)

    case = begin(brother)
    case.given(MANAGER, happens(type, of="sibling-1"))
    case.wait(minutes=1)
    case.given(MANAGER, {"do": "involve", "ref": "sibling-1", "travels": False})

    can_go(case)


# --- 7. what others found out, taken over --------------------------------------------------------------------------------------------


def test_honest_that_a_child_was_cleared_elsewhere_is_told_as_it_was(taken: Taken) -> None:
    """The old file says: 30 October, the daughter is cleared, too. A report is written down as it was; it clears nothing."""
    case = taken()
    case.given(MANAGER, {"do": "involve", "relation": "child", "travels": True, "at": "2025-09-02"})
    case.given(MANAGER, has_own(its_own_case(case)), *THE_OLD_FILE)

    assert case.tried(MANAGER, of_before(OWN, "2025-10-30", of="child-1", result="cleared")).done


# --- 9. what others did not write down --------------------------------------------------------------------------------


def test_a_safety_plan_in_which_others_wrote_nothing_takes_nobody_home(taken: Taken) -> None:
    contacts = {"emergency_contact": "ng_bakhita", "assisting_organisation": "ng_bakhita"}
    told = dict.fromkeys(("numbers", "where_to_go", "what_to_take", "who_must_not_know"), "invented words")
    asked = []
    for said in (contacts, contacts | told):
        case = taken()
        case.given(MANAGER, *THE_OLD_FILE, of_before("safety_plan", "2025-10-20", **said))
        signed_by_two(case)
        assert (case.step("safety_plan").state, case.step("safety_plan").reported) == ("done", True)
        asked.append(("STEP", "safety_plan") in case.why().reasons)

    assert asked == [True, False]
