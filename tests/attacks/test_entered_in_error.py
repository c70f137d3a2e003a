"""Entered in error: what was typed wrongly is taken back, and nobody is talked out of danger by it."""

from __future__ import annotations

import pytest

from tests.attacks.acts import corrected, records, seq_of
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    LAWYER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    another,
    assessed,
    complete,
    signed,
)

BACK = "look at the history; what has happened since is corrected there"


# --- towards safety whoever could say it, at once ------------------------------------------------------------------------------------


def test_a_consent_that_was_typed_by_mistake_counts_no_more(fresh: Play) -> None:
    fresh.given(MANAGER, corrected(seq_of(fresh, "consent_given", purpose="return")))

    assert ("INV-01", "return") in fresh.why().reasons
    assert ("STEP", "return_consent") in fresh.why().reasons


def test_a_step_that_was_not_done_is_open_again(fresh: Play) -> None:
    fresh.given(MANAGER, corrected(seq_of(fresh, "step_completed", step="safety_plan")))

    assert fresh.step("safety_plan").state == "available"
    assert "INV-08" in fresh.why().rules
    fresh.given(MANAGER, *[act for _, _, act in fresh.said if act.get("step") == "safety_plan"][-1:])


def test_what_was_said_of_a_fact_is_unknown_again(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_debt_claimed=False))
    fresh.given(MANAGER, corrected(seq_of(fresh, "facts_recorded")))

    assert "ng_debt_claimed" not in fresh.seen().facts


def test_a_role_a_paper_a_journey_are_unknown_again(fresh: Play) -> None:
    for type, data, rule in (
        ("role_assigned", {"role": "receiving_organisation"}, "INV-07"),
        ("document_recorded", {}, "INV-16"),
        ("travel_booked", {}, "INV-16"),
    ):
        who = TRAVEL if type == "travel_booked" else MANAGER
        rows = [row for row in fresh.history() if row.type == type]
        assert rows, f"no {type}: {sorted({row.type for row in fresh.history()})}"
        fresh.given(who, corrected(seq_of(fresh, type, **data)))
        assert rule in fresh.why().rules


# --- away from safety only who may, and a second -------------------------------------------------------------------------


def test_what_a_doctor_recorded_is_taken_back_by_a_doctor_and_a_second(fresh: Play) -> None:
    fresh.given(DOCTOR, records(pregnant=True))
    seq = seq_of(fresh, "facts_recorded")

    only = "only Doctor or nurse may take back the answer to this: The person is pregnant"
    assert (only, "ask them to look, and to correct it") in fresh.told("ROLE", corrected(seq), MANAGER)

    fresh.given(DOCTOR, corrected(seq))
    assert fresh.seen(DOCTOR).facts["pregnant"] is True  # until a second agrees
    own: Command = {"do": "sign", "seq": seq}
    assert fresh.told("ROLE", own, DOCTOR) == [("the same person asked for it", "let somebody else sign")]
    fresh.given(another(DOCTOR), own)
    assert "pregnant" not in fresh.seen(DOCTOR).facts


def test_a_second_who_disagrees_leaves_it_as_it_is(fresh: Play) -> None:
    fresh.given(DOCTOR, records(pregnant=True))
    seq = seq_of(fresh, "facts_recorded")
    fresh.given(DOCTOR, corrected(seq))

    fresh.given(another(DOCTOR), {"do": "sign", "seq": seq, "answer": "disagree", "reason": "(invented) I saw her"})

    assert fresh.seen(DOCTOR).facts["pregnant"] is True
    assert not fresh.tried(another(DOCTOR), {"do": "sign", "seq": seq}).done


@pytest.mark.parametrize("word", ["refused", "withdrawn"])
def test_a_no_is_never_corrected_away(fresh: Play, word: str) -> None:
    act: Command = {"do": "withdraw", "purpose": "return"}
    if word == "refused":
        act = {"do": "consent", "purpose": "return", "answer": "refused"}
    fresh.given(MANAGER, act)

    never = ("a no is never corrected away", "if the person wants it after all, ask them anew")
    assert never in fresh.told("CONSENT", corrected(seq_of(fresh, f"consent_{word}")))


def test_a_suspicion_is_never_corrected_away(fresh: Play) -> None:
    fresh.involved("relative", suspected=True)

    never = ("a suspicion is never corrected away", "let who assesses risks look at it")
    assert never in fresh.told("INPUT", corrected(seq_of(fresh, "suspicion_recorded")))


def test_a_childs_age_is_never_corrected_away(fresh: Play) -> None:
    fresh.given(MANAGER, records(age_status="child"))

    never = ("that somebody is a child is never corrected away", "clarify the age, with a guardian")
    assert never in fresh.told("INV-13", corrected(seq_of(fresh, "facts_recorded", facts={"age_status": "disputed"})))


def test_what_an_entry_opened_stays_open(fresh: Play) -> None:
    fresh.anew("pre_return_risk_assessment")
    fresh.given(ASSESSOR, assessed("high"))
    fresh.given(MANAGER, signed())
    fresh.given(ASSESSOR, corrected(seq_of(fresh, "step_completed", step="pre_return_risk_assessment")))

    assert fresh.seen().status == "blocked"
    assert "INV-05" in fresh.why().rules


def test_an_incident_an_opening_and_a_correction_are_not_corrected_nor_a_move_after_which_something_was_written(
    fresh: Play,
) -> None:
    fresh.given(MANAGER, {"do": "incident", "type": "witness", "effect": "none"})
    fresh.given(MANAGER, records(ng_debt_claimed=False))
    fresh.given(MANAGER, corrected(seq_of(fresh, "facts_recorded")))

    moved = "a move is taken back within 72 hours, and while nothing was written after it"
    on = "make the move that leads on from where the person is"
    assert fresh.told("PHASE", corrected(seq_of(fresh, "prepared"))) == [(moved, on)]
    alarm = ("an alarm is never corrected away", "do what it needs, then say how it ended")
    assert fresh.told("INPUT", corrected(seq_of(fresh, "incident_opened"))) == [alarm]
    for type in ("opened", "entry_corrected"):
        seq = seq_of(fresh, type)
        nothing = f"entry {seq} says nothing any more that can be taken back"
        assert fresh.told("INPUT", corrected(seq)) == [(nothing, BACK)]


# --- after the departure --------------------------------------------------------------------------------------------------


def test_a_departure_that_rested_on_a_mistake_was_not_cleared(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)

    fresh.given(MANAGER, corrected(seq_of(fresh, "consent_given", purpose="return")))

    assert fresh.seen().phase == "travel"
    assert "left_without_clearance" in {one["type"] for one in fresh.seen().incidents if one["resolved_at"] is None}


def test_a_contact_that_reached_nobody_is_taken_back_by_two(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    seq = seq_of(fresh, "contact_made")

    fresh.given(MANAGER, corrected(seq))
    assert fresh.told("ROLE", {"do": "sign", "seq": seq}, MANAGER) == [
        ("the same person asked for it", "let somebody else sign")
    ]
    fresh.given(RECEIVER, {"do": "sign", "seq": seq})


# --- back to unknown ------------------------------------------------------------------------------------------------------


def test_a_fact_can_be_recorded_back_to_unknown(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_debt_claimed=False), records(ng_debt_claimed=None))
    assert "ng_debt_claimed" not in fresh.seen().facts
    fresh.given(MANAGER, records(ng_debt_claimed="unknown"))
    assert "ng_debt_claimed" not in fresh.seen().facts


def test_unknown_is_away_from_safety_too(fresh: Play) -> None:
    fresh.given(DOCTOR, records(pregnant=True))

    only = "only Doctor or nurse may change the answer to this: The person is pregnant"
    assert (only, "ask them to look, and to record it") in fresh.told("ROLE", records(pregnant=None))


def test_evidence_that_rested_on_what_is_unknown_again_is_outdated(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_residence_state=None))

    assert ("INV-01", "ng_residence_state") in fresh.why().reasons


def test_a_child_is_no_adult_by_unknown(begin: Begin) -> None:
    case = begin(facts={"age_status": "child"})
    case.given(LAWYER, records(age_status=None)) if case.tried(LAWYER, records(age_status=None)).done else None

    assert "INV-12" in case.why().rules
    assert complete("age_clarification")["step"] == "age_clarification"


# --- the last move --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours", "seconds", "may_be"), [(72, 0, True), (72, 1, False)])
def test_the_last_move_is_taken_back_by_two_within_three_days(
    fresh: Play, hours: int, seconds: int, may_be: bool
) -> None:
    fresh.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown"})
    entry = seq_of(fresh, "left")
    fresh.wait(hours=hours, seconds=seconds)

    moved = "a move is taken back within 72 hours, and while nothing was written after it"
    on = "make the move that leads on from where the person is"
    assert fresh.told("PHASE", corrected(entry)) == ([] if may_be else [(moved, on)])
    if not may_be:
        return
    fresh.given(MANAGER, corrected(entry))
    assert fresh.seen().phase == "travel"  # until a second agrees
    assert not fresh.tried(MANAGER, {"do": "sign", "seq": entry}).done
    fresh.given(RECEIVER, {"do": "sign", "seq": entry})

    assert (fresh.seen().phase, fresh.seen().left) == ("pre_departure", None)
    assert "left_without_clearance" in {one["type"] for one in fresh.seen().incidents if one["resolved_at"] is None}


def test_a_landing_that_nobody_made_takes_back_the_boarding_that_came_with_it(begin: Begin) -> None:
    case = begin()
    case.given(TRAVEL, {"do": "move", "to": "arrive"})  # in the wrong file
    entry = seq_of(case, "arrived")
    case.given(MANAGER, corrected(entry))
    case.given(RECEIVER, {"do": "sign", "seq": entry})

    assert (case.seen().phase, case.seen().left) == ("identification", None)


def test_no_move_is_taken_back_over_what_was_written_since_it_was_asked_for(fresh: Play) -> None:
    fresh.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown"})
    entry = seq_of(fresh, "left")
    fresh.given(MANAGER, corrected(entry))
    fresh.given(MANAGER, records(ng_debt_claimed=True))

    assert not fresh.tried(RECEIVER, {"do": "sign", "seq": entry}).done
    assert fresh.seen().phase == "travel"


def test_the_history_says_what_was_taken_back_by_its_title(fresh: Play) -> None:
    fresh.given(MANAGER, records(ng_debt_claimed=False))
    fresh.given(MANAGER, corrected(seq_of(fresh, "facts_recorded")))

    taken_back = next(row for row in fresh.history() if row.type == "entry_corrected")
    assert taken_back.titles["said"] == "Somebody claims a debt from the person or the family"
