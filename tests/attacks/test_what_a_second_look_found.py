"""What a second hostile look found in what is signed, corrected, typed late, and recorded back to unknown."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    DOCTOR,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Enough,
    Play,
    another,
    assessed,
    complete,
    ready_to_depart,
    settled,
    signed,
)
from tests.attacks.test_entered_in_error import corrected, recorded, seq_of


def _open(play: Play) -> set[str]:
    return {one["type"] for one in play.seen().incidents if one["resolved_at"] is None}


# --- a departure that becomes possible ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("type", "data", "rule", "told"),
    [
        (
            "consent_given",
            {"purpose": "return"},
            "INV-01",
            ("there is no consent to return", "talk with the person; only their own written yes counts"),
        ),
        (
            "step_completed",
            {"step": "departure_clearance"},
            "INV-03",
            ("the clearance is void", "clear the departure when everything else is met"),
        ),
    ],
)
def test_a_departure_that_is_typed_with_an_earlier_hour_rests_on_no_corrected_entry(
    fresh: Play, type: str, data: dict[str, str], rule: str, told: tuple[str, str]
) -> None:
    """`as_it_was` leaves out what happened after boarding, so the correction too: what never was so is so again."""
    fresh.until(fresh.takes_off)
    late: Command = {**DEPART, "at": fresh.now.isoformat()}
    fresh.wait(hours=1)
    assert not fresh.told(rule, late, TRAVEL)  # the honest departure, an hour late
    fresh.given(MANAGER, corrected(seq_of(fresh, type, **data)))
    assert rule in fresh.why().rules

    assert fresh.told(rule, late, TRAVEL) == [told]
    assert not fresh.tried(TRAVEL, late).done


def test_a_late_departure_over_a_corrected_consent_ends_no_alarm(fresh: Play) -> None:
    """The same with `left`: the entry that takes its place resolves the alarm, by two people who know that no yes was there."""
    fresh.until(fresh.takes_off)
    late: Command = {**DEPART, "at": fresh.now.isoformat()}
    fresh.wait(hours=2)
    fresh.given(MANAGER, {"do": "move", "to": "left", "how": "unknown"})
    fresh.given(MANAGER, corrected(seq_of(fresh, "consent_given", purpose="return")))

    told = ("there is no consent to return", "talk with the person; only their own written yes counts")
    assert fresh.told("INV-01", late, TRAVEL) == [told]
    fresh.tried(TRAVEL, late)
    assert "left_without_clearance" in _open(fresh)


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
    assert case.told("INV-13", recorded(age_status="adult")) == [told]

    case.tried(MANAGER, recorded(age_status=None))  # whether it is allowed or refused

    assert case.told("INV-13", recorded(age_status="adult")) == [told]
    case.tried(MANAGER, recorded(age_status="adult"))
    assert "INV-12" in case.why().rules


def test_the_day_on_which_a_child_turns_eighteen_is_never_corrected_away(begin: Begin) -> None:
    case = begin(facts={"age_status": "adult"})
    case.given(MANAGER, recorded(turns_18_on="2027-01-01"))
    case.must_stand("INV-12")  # the person counts as a child until that day

    never = ("that somebody is a child is never corrected away", "clarify the age, with a guardian")
    assert never in case.told("INV-13", corrected(seq_of(case, "facts_recorded")), TRAVEL)
    case.tried(TRAVEL, corrected(seq_of(case, "facts_recorded")))
    assert "INV-12" in case.why().rules


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


@pytest.mark.parametrize("step", ["safety_plan", "pre_return_risk_assessment"])
def test_a_clearance_that_was_given_over_what_never_was_is_given_anew(fresh: Play, step: str) -> None:
    """What was not there when the gate was confirmed is not there for it, though the right one comes out the same later."""
    fresh.given(MANAGER, corrected(seq_of(fresh, "step_completed", step=step)))
    again = play_remedy(fresh, step)
    assert again is not None
    fresh.wait(minutes=10)
    if step == "safety_plan":
        fresh.given(MANAGER, again)
    else:
        fresh.given(ASSESSOR, assessed("low"))
        fresh.given(MANAGER, signed())

    assert fresh.told("INV-03") == [("the clearance is void", "clear the departure when everything else is met")]


def play_remedy(play: Play, step: str) -> Command | None:
    """Give the act that is proposed for a step, if one is."""
    return next((play.answered(remedy) for subject, remedy in play.remedies() if subject == step), None)


def test_a_last_check_does_not_come_after_an_assessment_that_never_was(begin: Begin) -> None:
    """A completion that was corrected is none: the check lies before the only real assessment."""

    def assessed_once(play: Play, asked: Command) -> bool:
        if asked.get("step") == "return_review":
            raise Enough
        return False

    fresh = begin()
    fresh.prepare(instead=assessed_once)
    before = fresh.now
    fresh.wait(hours=1)
    fresh.given(MANAGER, corrected(seq_of(fresh, "step_completed", step="pre_return_risk_assessment")))
    act = complete(
        "risk_recheck", result="unchanged", will_confirmed=True, at=(before + timedelta(minutes=10)).isoformat()
    )
    first = [("needed first: 'Assess the risks of return together' is done", "do it")]
    assert first[0] in fresh.told("STEP", act, ASSESSOR)
    fresh.given(ASSESSOR, assessed("low"))
    fresh.given(MANAGER, signed())

    now = {**act, "at": fresh.now.isoformat()}
    assert first[0] not in fresh.told("STEP", now, ASSESSOR)  # it comes after
    assert first[0] in fresh.told("STEP", act, ASSESSOR)


# --- a no that disappears, and a departure that stays cleared ----------------------------------------------------------------


def test_a_no_stands_again_when_the_yes_after_it_was_a_mistake(begin: Begin) -> None:
    """A yes takes the place of the no before it; corrected, neither is left."""
    case = begin(facts={"age_status": "adult", "wants_family_contact": True})
    ref = case.involved("relative")
    no: Command = {"do": "consent", "purpose": "contact_family", "recipient": ref, "answer": "refused"}
    case.given(MANAGER, no, {**no, "answer": "given", "groups": ["identity"], "language": "en"})

    given = seq_of(case, "consent_given", purpose="contact_family")
    case.given(TRAVEL, corrected(given))

    assert [one["state"] for one in case.seen().consents if one["purpose"] == "contact_family"] == ["refused"]
    never = ("a no is never corrected away", "if the person wants it after all, ask them anew")
    assert never in case.told("CONSENT", corrected(seq_of(case, "consent_refused", purpose="contact_family")))


@pytest.mark.parametrize(
    ("since", "type", "data"),
    [
        ({"do": "withdraw", "purpose": "return"}, "consent_given", {"purpose": "return"}),
        ({"do": "redo", "step": "risk_recheck"}, "step_completed", {"step": "risk_recheck"}),
    ],
)
def test_what_a_departure_rested_on_is_corrected_also_when_something_was_said_since(
    fresh: Play, since: Command, type: str, data: dict[str, str]
) -> None:
    """An entry that another has taken the place of after boarding says nothing any more: the departure stays cleared."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)
    seq = seq_of(fresh, type, **data)
    fresh.given(ASSESSOR if since["do"] == "redo" else MANAGER, since)

    assert fresh.told("INPUT", corrected(seq)) == []
    fresh.given(MANAGER, corrected(seq))
    assert "left_without_clearance" in _open(fresh)


def test_a_slip_on_which_no_departure_rested_takes_no_safety_plan_from_who_is_in_the_air(fresh: Play) -> None:
    """Whatever was entered before boarding counts as what the departure rested on: the alarm resets plan and assessment."""
    fresh.given(MANAGER, recorded(wants_data_erased=True))
    seq = seq_of(fresh, "facts_recorded")
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)
    before = fresh.told("STEP", "arrive")

    fresh.given(MANAGER, corrected(seq))

    assert "left_without_clearance" not in _open(fresh)
    assert fresh.step("safety_plan").state == "done"
    assert fresh.told("STEP", "arrive") == before


# --- truths that cannot be recorded ------------------------------------------------------------------------------------------


def test_a_wrong_day_is_corrected_and_the_right_one_entered(fresh: Play) -> None:
    """The correction is dated today, and then stands in the way of what happened before today: the usual slip is a date."""
    fresh.given(MANAGER, recorded(ng_debt_claimed=False))
    fact = seq_of(fresh, "facts_recorded")
    fresh.wait(minutes=40)
    true = (fresh.now - timedelta(minutes=30)).isoformat()

    plan = seq_of(fresh, "step_completed", step="safety_plan")
    fresh.given(MANAGER, corrected(fact), corrected(plan))
    act = play_remedy(fresh, "safety_plan")
    assert act is not None

    fresh.given(MANAGER, {**recorded(ng_debt_claimed=False), "at": true})
    assert fresh.seen().facts.get("ng_debt_claimed") is False
    assert fresh.faults(MANAGER, {**act, "at": true}) == set()
    assert {subject for rule, subject in fresh.why().reasons if rule == "STEP"} == {"departure_clearance"}
    assert fresh.told("INV-08") == []


def test_a_consent_with_a_wrong_day_is_corrected_and_entered_with_the_right_one(fresh: Play) -> None:
    fresh.wait(minutes=30)
    true = (fresh.now - timedelta(minutes=20)).isoformat()
    fresh.given(MANAGER, corrected(seq_of(fresh, "consent_given", purpose="return")))

    yes: Command = {"do": "consent", "purpose": "return", "form": "written", "language": "en", "at": true}
    assert fresh.faults(MANAGER, yes) == set()
    assert fresh.told("INV-01") == []


def test_what_a_partner_was_told_to_avert_danger_can_be_corrected(fresh: Play) -> None:
    """It stands for the consents that nobody can ask (`_danger_stands_for`), and no correction reaches it."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)
    danger = {"groups": ["identity"], "basis": "vital_interest", "why": "(invented) nobody met her"}
    fresh.given(MANAGER, {"do": "contact", "with": "ng_bakhita", "channel": "phone", "reached": True, **danger})

    assert fresh.told("INPUT", corrected(seq_of(fresh, "contact_made"))) == []


def test_attempts_count_again_when_it_was_somebody_else_who_was_reached(begin: Begin) -> None:
    """A contact drops the attempts before it for good; corrected, the search of sixty days begins at nothing."""
    case = begin(settled)
    for channel in ("phone", "visit", "email", "message", "letter"):
        case.wait(days=15)
        case.given(MANAGER, {"do": "contact", "with": "person", "channel": channel, "reached": False})
    close: Command = {"do": "move", "to": "close", "reason": "lost_contact"}
    before = [("contact has been lost for less than 90 days", "leave the case open until then")]
    assert case.told("INV-25", close) == before
    case.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    seq = seq_of(case, "contact_made")

    case.given(MANAGER, corrected(seq))
    case.given(RECEIVER, {"do": "sign", "seq": seq})

    assert case.told("INV-25", close) == before


# --- what people see ------------------------------------------------------------------------------------------------------------


def test_a_correction_that_waits_for_a_second_ends_when_something_else_is_said(fresh: Play) -> None:
    """A signature on nothing is taken again and again, writes nothing, and the request never goes away."""
    fresh.given(DOCTOR, recorded(pregnant=True))
    seq = seq_of(fresh, "facts_recorded")
    fresh.given(DOCTOR, corrected(seq), recorded(pregnant=False))

    own: Command = {"do": "sign", "seq": seq}
    assert fresh.told("STEP", own, another(DOCTOR)) == [
        (f"entry {seq} waits for no signature", "look at how the case stands")
    ]
    assert not fresh.tried(another(DOCTOR), own).done


def test_a_correction_that_waits_for_a_second_is_seen(fresh: Play) -> None:
    """No view, no due row, no reason names it: a second learns of it by reading the history."""
    fresh.given(DOCTOR, recorded(pregnant=True))
    seq = seq_of(fresh, "facts_recorded")
    fresh.given(DOCTOR, corrected(seq))

    view, due = repr(fresh.seen(DOCTOR)), repr(fresh.engine.due(as_=another(DOCTOR)))
    assert "correct" in view or "correct" in due


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
