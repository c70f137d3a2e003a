"""What is older and told after what is newer: it takes nothing of the newer away."""

from __future__ import annotations

from typing import Any

import pytest

from tests.attacks.acts import LEFT, NO_TO_THE_JOURNEY, REACHED, ago, corrected, ends, fact, on, seq_of
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DOCTOR,
    MANAGER,
    TRAVEL,
    Command,
    Play,
    assessed,
    complete,
    ready_to_depart,
    signed_as_it_stands,
)

# --- an older alarm, told after the newer one -----------------------------------------------------
# design 4.3: an alarm "ends only through an outcome … with evidence that happened *and* was recorded after its latest alarm";
# "a new yes needs a counselling after the no, and 48 hours … So for the second and the third no."


@pytest.mark.parametrize("told_too", [True, False])
def test_no_talk_from_before_the_last_no_answers_it_because_an_older_no_is_told_by_its_day(
    begin: Begin, told_too: bool
) -> None:
    """Talked with at four, a no at six. That she had said no yesterday, too, is typed at half past six."""
    case = begin(ready_to_depart)
    case.wait(hours=3)
    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    case.wait(minutes=30)
    if told_too:
        case.given(MANAGER, {**NO_TO_THE_JOURNEY, **on(case, days_ago=1)})
    case.given(MANAGER, complete("options_counselling", **ago(case, hours=2)))

    answer = case.tried(MANAGER, ends("consent_withdrawn_before", "talked_again"))
    assert answer.says("options_counselling"), answer


@pytest.mark.parametrize("told_too", [True, False])
def test_no_doctor_from_before_the_last_alarm_ends_it_because_an_older_one_is_told_by_its_day(
    begin: Begin, told_too: bool
) -> None:
    """A doctor saw her at four; at six she harmed herself. That she had done so yesterday, too, is typed at half past six."""
    case = begin(ready_to_depart)
    case.wait(hours=3)
    case.given(MANAGER, {"do": "incident", "type": "self_harm"})
    case.wait(minutes=30)
    if told_too:
        case.given(MANAGER, {"do": "incident", "type": "self_harm", **on(case, days_ago=1)})
    seen = ago(case, hours=2)
    case.given(
        DOCTOR,
        {"do": "redo", "step": "medical_assessment", **seen},
        complete("medical_assessment", result="fit", **seen),
    )

    answer = case.tried(MANAGER, ends("self_harm", "seen_by_a_doctor"))
    assert answer.says("medical_assessment"), answer


@pytest.mark.parametrize("told_too", [True, False])
def test_an_alarm_of_a_day_alone_stays_one_when_an_older_one_is_told_with_its_hour(
    begin: Begin, told_too: bool
) -> None:
    """Of the alarm of today nobody knows the hour, so no doctor of this morning has seen it (decision 13)."""
    case = begin(ready_to_depart)
    case.wait(hours=20)
    case.given(MANAGER, {"do": "incident", "type": "pregnancy_or_birth", **on(case)})
    case.wait(hours=1)
    if told_too:
        case.given(MANAGER, {"do": "incident", "type": "pregnancy_or_birth", **ago(case, days=2)})
    case.given(DOCTOR, complete("medical_assessment", result="fit", **ago(case, minutes=90)))

    answer = case.tried(MANAGER, ends("pregnancy_or_birth", "assessed"))
    assert answer.says("medical_assessment"), answer


def test_honest_a_talk_after_both_noes_answers_them(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.wait(hours=3)
    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    case.given(MANAGER, {**NO_TO_THE_JOURNEY, **on(case, days_ago=1)})
    case.wait(minutes=30)
    case.given(MANAGER, complete("options_counselling"))

    assert case.tried(MANAGER, ends("consent_withdrawn_before", "talked_again")).done


def test_no_alarm_of_before_the_departure_ends_as_one_of_the_way_when_she_is_back(begin: Begin) -> None:
    """design 4.3: an alarm ends "only through an outcome that the incident declares for the phase": here a doctor, not a call.

    Dated before she left, it is taken for something of the way, because her turning back has come since.
    """
    case = begin(ready_to_depart)
    case.given(MANAGER, {"do": "incident", "type": "self_harm"})
    case.wait(minutes=10)
    case.given(MANAGER, REACHED)
    case.wait(minutes=10)
    over = {**ends("self_harm", "reached"), "at": case.now.isoformat()}
    case.wait(hours=1)
    assert not case.tried(MANAGER, over, may_be_bad_input=True).done
    case.given(TRAVEL, LEFT)
    case.wait(hours=3)
    case.given(MANAGER, {"do": "move", "to": "turn_back"})
    case.wait(minutes=5)

    assert not case.tried(MANAGER, over, may_be_bad_input=True).done


# --- an older no, and an older value of what protects ---------------------------------------------
# design 4.3: "A value dated before the one that stands goes into the history and does not become current, unless it protects."
# It may become current; but then what stands is no older than it was: told in another order, the last word is another.


@pytest.mark.parametrize("told_too", [True, False])
def test_a_yes_from_before_the_last_no_is_none_because_an_older_no_is_told(begin: Begin, told_too: bool) -> None:
    """No on Monday, yes on Tuesday, no on Wednesday; typed as they are remembered. Nobody calls the family (INV-14)."""
    case = begin(facts={"age_status": "adult", "wants_family_contact": True})
    ref = case.involved("relative")
    no: Command = {"do": "consent", "purpose": "contact_family", "recipient": ref, "answer": "refused"}
    case.wait(hours=10)
    case.given(MANAGER, {**no, **ago(case, hours=1)})
    if told_too:
        case.given(MANAGER, {**no, **ago(case, hours=5)})
    case.given(MANAGER, {**no, "answer": "given", "groups": ["identity"], "language": "en", **ago(case, hours=3)})

    calls = {"do": "contact", "with": ref, "channel": "phone", "reached": True, "groups": ["identity"]}
    assert "INV-14" in case.tried(MANAGER, calls).rules


@pytest.mark.parametrize("told_too", [True, False])
def test_a_fact_that_protects_is_not_overruled_by_an_older_value_because_a_still_older_one_is_told(
    begin: Begin, told_too: bool
) -> None:
    """The doctor found her with child at noon; a negative test of ten o'clock does not make her fit for a declaration."""
    case = begin()
    case.wait(hours=10)
    case.given(DOCTOR, {"do": "record", "facts": {"pregnant": True}, **ago(case, hours=1)})
    if told_too:
        case.given(DOCTOR, {"do": "record", "facts": {"pregnant": True}, **ago(case, hours=5)})
    case.given(DOCTOR, {"do": "record", "facts": {"pregnant": False}, **ago(case, hours=3)})

    assert fact(case, "pregnant") is True


def test_a_paper_that_is_lost_is_not_held_because_of_what_was_before(begin: Begin) -> None:
    """Withheld by them on Monday, got back on Tuesday, lost on Wednesday: told in another order it opens the gate (INV-16)."""
    case = begin(ready_to_depart)
    case.wait(hours=10)
    passport: Command = {"do": "document", "kind": "ng_passport"}
    case.given(TRAVEL, {**passport, "status": "lost", **ago(case, hours=1)})
    case.given(TRAVEL, {**passport, "status": "withheld", **ago(case, hours=5)})
    case.tried(
        TRAVEL, {**passport, "status": "held", "expires_on": "2031-01-01", **ago(case, hours=3)}, may_be_bad_input=True
    )

    assert "INV-16" in case.why().rules


def test_honest_the_same_told_as_it_happened_ends_with_the_last_word(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult", "wants_family_contact": True})
    ref = case.involved("relative")
    no: Command = {"do": "consent", "purpose": "contact_family", "recipient": ref, "answer": "refused"}
    case.wait(hours=10)
    for answer, hours in (("refused", 5), ("given", 3), ("refused", 1)):
        groups = {"groups": ["identity"], "language": "en"} if answer == "given" else {}
        case.given(MANAGER, {**no, "answer": answer, **groups, **ago(case, hours=hours)})

    assert [one["state"] for one in case.seen().consents if one["purpose"] == "contact_family"] == ["refused"]


# --- an older 'go' of two, and a newer 'no' of two ------------------------------------------------
# design 4.3: "A value dated before the one that stands goes into the history and does not become current"; return-process 2.2:
# `return_review` "no -> alternatives in host country". What is reset or corrected stands open with an old day, so nothing is
# older than it; the decision of two that was newer is forgotten.


def reviewed(play: Play, result: str, **dated: Any) -> None:
    play.given(MANAGER, complete("return_review", result=result, **dated))
    play.given(ASSESSOR, {**signed_as_it_stands(play, "return_review"), **dated})


def decided_against(play: Play) -> None:
    play.ready()
    play.wait(hours=6)
    play.given(MANAGER, {"do": "redo", "step": "return_review"})
    reviewed(play, "no")
    play.wait(hours=1)


def test_an_older_go_is_none_over_a_newer_no_that_a_late_alarm_has_reset(begin: Begin) -> None:
    """Violence of one o'clock is told at seven; a risk and a 'go' of two and three o'clock end it. At six two had said no."""
    case = begin(decided_against)
    case.given(MANAGER, {"do": "incident", "type": "violence", **ago(case, hours=6)})
    looked = ago(case, hours=5)
    case.given(ASSESSOR, {**assessed("low"), **looked})
    case.given(MANAGER, {**signed_as_it_stands(case), **looked})
    reviewed(case, "go", **ago(case, hours=4))

    assert case.why(ends("violence", "below_high_and_reviewed")).says("return_review")
    assert ("STEP", "return_review") in case.why().reasons


def test_an_older_go_is_none_over_a_newer_no_when_a_go_after_it_was_an_error(begin: Begin) -> None:
    case = begin(decided_against)
    case.given(MANAGER, {"do": "redo", "step": "return_review"})
    reviewed(case, "go")
    case.given(MANAGER, corrected(seq_of(case, "step_completed", step="return_review")))
    reviewed(case, "go", **ago(case, hours=4))

    assert ("STEP", "return_review") in case.why().reasons


def test_honest_a_go_of_two_after_the_no_counts(begin: Begin) -> None:
    case = begin(decided_against)
    case.given(MANAGER, {"do": "redo", "step": "return_review"})
    reviewed(case, "go")

    assert ("STEP", "return_review") not in case.why().reasons
