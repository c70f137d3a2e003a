"""What a first hostile look at children who travel along and at the risk found, each beside an honest story. (issue 7)"""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    MANAGER,
    Command,
    Play,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    signed,
)
from tests.attacks.test_families_risk_and_versions import MOTHER, with_two_children

# --- 1. a child that becomes an adult by a word ---------------------------------------------------------------------------


@pytest.mark.parametrize("known", [{}, {"born_on": "2019-03-02"}, {"age_band": "child"}])
@pytest.mark.parametrize("word", [{"age_band": "adult"}, {"born_on": "1999-03-02"}])
def test_no_child_that_may_not_go_is_made_an_adult_by_a_word(
    begin: Begin, known: dict[str, Any], word: dict[str, Any]
) -> None:
    """The best interests of a child say no; a case manager says that it is an adult, and it boards the next moment.

    Against the step's own "Negative or unclear? The child does not go.", and design 4.3: "Facts and marks that protect
    (age, suspicion, …) say what loosens them … A typed birthday loosens nothing while an age is disputed … a child's age
    [is] never corrected away". A known birthday even vanishes when an age band is said beside it.
    """
    case = begin(with_two_children, facts=MOTHER)
    no = complete("child_best_interests", of="child-2", result="negative")
    case.given("counsellor", {"do": "redo", "step": "child_best_interests", "of": "child-2"}, no)
    case.given(MANAGER, *([{"do": "involve", "ref": "child-2", **known}] if known else []))
    case.must_stand("STEP")

    case.tried(MANAGER, {"do": "involve", "ref": "child-2", **word}, may_be_bad_input=True)

    assert not case.why().done


@pytest.mark.parametrize("word", [{"age_band": "adult"}, {"born_on": "1999-03-02"}])
def test_honest_of_somebody_whose_age_nobody_had_said_it_is_said_later(begin: Begin, word: dict[str, Any]) -> None:
    case = begin(ready_to_depart, facts=MOTHER)
    sister = case.involved("sibling", travels=True)
    assert case.why().says("child_best_interests")

    case.given(MANAGER, {"do": "involve", "ref": sister, **word})

    assert not case.why().says("child_best_interests", "other_parent_agreement", "child_fit_check")
    case.ready()


# --- 2. a young relative with the role of the escort ------------------------------------------------------------------------


def test_a_girl_who_is_called_the_escort_is_still_a_child_who_travels_along(begin: Begin) -> None:
    """A relative of 12 to 17 is vetted to accompany and is given the role `escort`: all that is asked of her is gone.

    No best interests, no parent, no doctor, no row of the risk, no passport; only the clearance is given anew, and she boards.
    Against issue 7, "For every child that travels along: best interests …, the other parent's agreement …; fitness, …"
    (`Case.companions` leaves out whoever holds the role, and nobody asks how old an escort is).
    """
    case = begin(ready_to_depart, facts=MOTHER)
    girl = case.involved("relative", travels=True, age_band="teenager")
    if not case.why().says("child_best_interests"):
        raise RuntimeError("she is not asked about as a child")
    case.vetted(girl, "escort")

    case.tried(MANAGER, {"do": "assign", "role": "escort", "ref": girl}, may_be_bad_input=True)

    assert case.why().says("child_best_interests")


def test_honest_a_grown_up_relative_may_be_the_escort(begin: Begin) -> None:
    case = begin(ready_to_depart, facts=MOTHER)
    aunt = case.vetted(case.involved("relative", travels=True, age_band="adult"), "escort")

    case.given(MANAGER, {"do": "assign", "role": "escort", "ref": aunt})

    case.ready()


# --- 3. a child by its age, and none by its relation ---------------------------------------------------------------------------


@pytest.mark.parametrize("said", ["infant", "child", "teenager"])
@pytest.mark.parametrize("relation", ["partner", "parent", "caregiver", "contact_person"])
def test_who_is_said_to_be_under_eighteen_is_a_child_whatever_else_they_are(
    begin: Begin, relation: str, said: str
) -> None:
    """A husband's or wife's age is said to be 12 to 17, and nobody asks a thing about it: a child bride boards.

    The same age as a birthday is asked about; an age band is believed only of `MAY_BE_CHILDREN`. Against issue 7, "Ages
    (`born_on` or an age band, unknown = child)"; her best interests, parents, doctor and row of the risk are never asked.
    """
    case = begin(facts=MOTHER)
    ref = case.involved(relation, travels=True, age_band=said)

    assert ref in [row.of for row in case.seen().steps if row.id == "child_best_interests"]


@pytest.mark.parametrize(("born_on", "is_asked"), [("2011-05-01", True), ("1990-05-01", False)])
def test_honest_of_a_partner_the_birthday_counts(begin: Begin, born_on: str, is_asked: bool) -> None:
    case = begin(facts=MOTHER)
    ref = case.involved("partner", travels=True, born_on=born_on)
    assert (ref in [row.of for row in case.seen().steps if row.id == "child_best_interests"]) is is_asked


# --- 4. other conditions than those that were looked at --------------------------------------------------------------------------


def decided(case: Play, *conditions: Command) -> None:
    case.anew("return_review")
    case.given(MANAGER, complete("return_review", result="go_with_conditions", conditions=[*conditions]))
    case.given(ASSESSOR, signed("return_review"))


def condition(what: str, done_by: str = "2026-05-01") -> Command:
    return {"what": what, "owner": "receiving_side", "done_by": done_by}


KEPT = complete("conditions_check", result="kept", how_seen="(invented words)")


def test_conditions_that_came_after_the_check_are_looked_at_too(begin: Begin) -> None:
    """One condition is seen to be kept; then the review is made anew with two more, and nobody looks: boarding is permitted.

    Against issue 7, "Conditions of `go_with_conditions` are entries with owner and date, checked at departure", and the core's
    own "what the review asked for is looked at before the departure, one by one" (`conditions_check` rests on nothing; had it
    rested on the review's result, that is `go_with_conditions` both times).
    """
    case = begin(evidence_is_fresh)
    decided(case, condition("a room is paid"))
    case.given(MANAGER, KEPT)
    case.wait(minutes=10)

    decided(case, condition("a room is paid"), condition("the trafficker is in prison"), condition("a doctor goes along"))

    assert case.why().says("conditions_check")


def test_honest_conditions_that_are_looked_at_after_the_last_review_hold_nobody(begin: Begin) -> None:
    case = begin(evidence_is_fresh)
    decided(case, condition("a room is paid"))
    case.wait(minutes=10)
    decided(case, condition("a room is paid"), condition("a doctor goes along"))

    case.given(MANAGER, KEPT)

    assert case.why().done
