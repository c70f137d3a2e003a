"""Whether somebody is a child: no word, no correction and no birthday makes an adult of who may be one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome.testing import Ready

from tests.attacks.acts import CHILD, corrected, ends, fact, goes_in_circles, happens, records, seq_of
from tests.attacks.companions import MOTHER, with_two_children
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, TRAVEL, Command, Play, at_home, complete, ready_to_depart, stops_at

# --- a word ---------------------------------------------------------------------------------------


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
    case.given(MANAGER, *([{"do": "involve", "by": "person", "ref": "child-2", **known}] if known else []))
    case.must_stand("STEP")

    case.tried(MANAGER, {"do": "involve", "by": "person", "ref": "child-2", **word}, may_be_bad_input=True)

    assert not case.why().done


@pytest.mark.parametrize("word", [{"age_band": "adult"}, {"born_on": "1999-03-02"}])
def test_honest_of_somebody_whose_age_nobody_had_said_it_is_said_later(begin: Begin, word: dict[str, Any]) -> None:
    case = begin(ready_to_depart, facts=MOTHER)
    sister = case.involved("sibling", travels=True)
    assert case.why().says("child_best_interests")

    case.given(MANAGER, {"do": "involve", "by": "person", "ref": sister, **word})

    assert not case.why().says("child_best_interests", "other_parent_agreement", "child_fit_check")
    case.ready()


@pytest.mark.parametrize(
    ("age", "told"),
    [
        (
            "disputed",
            (
                "the age is in doubt, and a day that somebody typed does not settle it",
                "clarify the age, with a guardian",
            ),
        ),
        (
            "child",
            (
                "the person counts as a child, and no birthday or clarification says otherwise",
                "record the day of the eighteenth birthday from a paper, or clarify the age",
            ),
        ),
    ],
)
def test_a_child_is_no_adult_by_way_of_unknown(begin: Begin, age: str, told: tuple[str, str]) -> None:
    case = begin(facts={"age_status": age})
    assert case.told("INV-13", records(age_status="adult")) == [told]

    case.tried(MANAGER, records(age_status=None))  # whether it is allowed or refused

    assert case.told("INV-13", records(age_status="adult")) == [told]
    case.tried(MANAGER, records(age_status="adult"))
    assert "INV-12" in case.why().rules


def test_a_child_recorded_as_an_adult_before_the_birthday_stays_a_child(ready: Ready) -> None:
    assert not ready.with_fact("turns_18_on", "2031-01-01").ask("INV-12").met


# --- a dispute, and its clarification -------------------------------------------------------------


def test_a_dispute_that_a_guardian_ended_is_not_settled_by_a_birthday(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "age_dispute"})
    fresh.given(MANAGER, records(age_status="child"), records(turns_18_on="2000-01-01"))

    doubt = "the age is in doubt, and a day that somebody typed does not settle it"
    assert fresh.told("INV-13", records(age_status="adult")) == [(doubt, "clarify the age, with a guardian")]


def test_a_birthday_from_before_a_clarification_makes_no_adult_of_a_child(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "age_dispute"}, records(has_responsible_adult=True))
    fresh.given(MANAGER, complete("age_clarification", result="child", by="competent_authority"))
    fresh.given(MANAGER, records(turns_18_on="2000-01-01"))

    against = "the clarification found a child, and this birthday would have made an adult before it"
    assert fresh.told("INV-13", records(age_status="adult")) == [(against, "correct the day, or clarify the age again")]
    tomorrow = fresh.now.date() + timedelta(days=1)
    fresh.given(MANAGER, records(turns_18_on=tomorrow.isoformat()))
    fresh.wait(days=2)
    fresh.given(MANAGER, records(age_status="adult"))


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


def test_an_age_that_is_in_doubt_again_is_not_settled_by_a_paper_from_before(fresh: Play) -> None:
    """The doubt came up twice; the clarification lies between, and is told last. Its step is undone by the second alarm, and what
    it sets stands: an adult, with the alarm open, who is asked alone. Design 4.3: evidence that happened after the latest alarm.
    """
    between = _in_doubt_twice(fresh)
    fresh.tried(MANAGER, {**complete("age_clarification", result="adult"), **between})

    assert fresh.seen().facts["age_status"] == "disputed"
    alone: Command = {"do": "consent", "purpose": "legal", "answer": "given", "language": "en"}
    assert not fresh.tried(MANAGER, alone).done  # without guardian


def test_an_age_that_was_clarified_after_the_last_doubt_is_clear(fresh: Play) -> None:
    _in_doubt_twice(fresh)
    fresh.given(MANAGER, complete("age_clarification", result="adult"), ends("age_dispute", "age_clarified"))
    assert fresh.seen().facts["age_status"] == "adult"


# --- what the authority found is not corrected away -----------------------------------------------
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
    case.given(MANAGER, corrected(entry))
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


def test_who_was_found_an_adult_by_mistake_counts_as_a_child_again(begin: Begin) -> None:
    """What a step set is unknown again with it: the step is open, and nobody is asked for it, while the age stays adult."""
    case = begin(facts={"age_status": "disputed", "has_responsible_adult": False})
    guardian = case.vetted(case.involved("guardian"), "speak")
    case.given(MANAGER, {"do": "assign", "role": "guardian", "ref": guardian})
    case.must_stand("INV-12")
    before = case.told("INV-12")
    case.given(MANAGER, complete("age_clarification", result="adult", by="competent_authority"))
    assert "INV-12" not in case.why().rules

    case.given(MANAGER, corrected(seq_of(case, "step_completed", step="age_clarification")))

    assert case.seen().facts.get("age_status") != "adult"
    assert case.told("INV-12") == before


# --- the day on which they turn 18 ----------------------------------------------------------------


def test_the_day_on_which_a_child_turns_eighteen_is_never_corrected_away(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult"})
    case.given(MANAGER, records(turns_18_on="2027-01-01"))
    case.must_stand("INV-12")  # the person counts as a child until that day

    never = ("that somebody is a child is never corrected away", "clarify the age, with a guardian")
    assert never in case.told("INV-13", corrected(seq_of(case, "facts_recorded")))
    case.tried(TRAVEL, corrected(seq_of(case, "facts_recorded")))
    assert "INV-12" in case.why().rules


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
