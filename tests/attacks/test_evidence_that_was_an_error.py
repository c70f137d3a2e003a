"""What a move or a step rested on was an error: what hung on it is open again, and the truth can be entered in its place."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.acts import corrected, ends, goes_on, happens, last_row, open_alarms, records, seq_of
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
    Enough,
    Play,
    another,
    assessed,
    at_home,
    complete,
    evidence_is_fresh,
    settled,
    signed,
)

# --- what a departure rested on -------------------------------------------------------------------


@pytest.mark.parametrize(
    "found_out",
    [None, timedelta(minutes=-10), timedelta(days=-900)],
)
@pytest.mark.parametrize(
    ("type", "data"),
    [("consent_given", {"purpose": "return"}), ("step_completed", {"step": "departure_clearance"})],
)
def test_what_a_departure_rested_on_alarms_whenever_it_was_found_to_be_an_error(
    fresh: Play, type: str, data: dict[str, str], found_out: timedelta | None
) -> None:
    """Typed after boarding with an hour before it, the correction passes, and nobody hears that the person flies without a yes."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    boarded = fresh.now
    fresh.wait(hours=1)
    dated = {} if found_out is None else {"at": (boarded + found_out).isoformat()}

    fresh.given(MANAGER, {**corrected(seq_of(fresh, type, **data)), **dated})

    assert "left_without_clearance" in open_alarms(fresh)


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
    assert "left_without_clearance" in open_alarms(fresh)


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
    assert "left_without_clearance" in open_alarms(fresh)


def test_a_slip_on_which_no_departure_rested_takes_no_safety_plan_from_who_is_in_the_air(fresh: Play) -> None:
    """Whatever was entered before boarding counts as what the departure rested on: the alarm resets plan and assessment."""
    fresh.given(MANAGER, records(wants_data_erased=True))
    seq = seq_of(fresh, "facts_recorded")
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)
    before = fresh.told("STEP", "arrive")

    fresh.given(MANAGER, corrected(seq))

    assert "left_without_clearance" not in open_alarms(fresh)
    assert fresh.step("safety_plan").state == "done"
    assert fresh.told("STEP", "arrive") == before


# --- what a clearance, a check, an assessment rested on -------------------------------------------


def play_remedy(play: Play, step: str) -> Command | None:
    """Give the act that is proposed for a step, if one is."""
    return next((play.answered(remedy) for subject, remedy in play.remedies() if subject == step), None)


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


def test_an_assessment_of_two_stands_when_what_was_newer_is_taken_back(fresh: Play) -> None:
    """Written of last week beside what stands; that was an error, and the second signs: two have assessed the risk."""
    day = {"at": (fresh.now - timedelta(days=3)).isoformat()}
    fresh.given(ASSESSOR, {**assessed("medium"), **day})
    stood = next(
        row.seq
        for row in reversed(fresh.history())
        if row.type == "step_completed" and row.data["step"] == "pre_return_risk_assessment"
    )
    fresh.given(ASSESSOR, {"do": "correct", "seq": stood, "why": "an invented reason"})
    fresh.given(MANAGER, signed())

    assert fresh.step("pre_return_risk_assessment").result == "medium"


# --- what hung on a paper or a consent ------------------------------------------------------------


def test_what_hung_on_the_paper_of_a_child_is_open_again_when_that_paper_was_an_error(begin: Begin) -> None:
    """The consent of the absent parent was of another file. The paper is taken back; the step that it had done stays done, because it is
    sought without the `of`, and both fly. Design 3, `correct`: "what hung on it is open again".
    """
    case = begin(evidence_is_fresh)
    child = case.involved("child", travels=True)
    case.ready()
    paper = next(
        row.seq
        for row in case.history()
        if row.type == "document_recorded" and row.data["kind"] == "ng_minor_consent" and row.data.get("of") == child
    )
    case.given(TRAVEL, corrected(paper))

    assert ("STEP", "ng_father_letter") in case.why().reasons
    goes_on(case)
    assert seq_of(case, "document_recorded") > paper  # the right one is brought
    assert ("STEP", "ng_father_letter") not in case.why().reasons


def test_what_hung_on_a_passport_is_open_again_when_that_was_an_error(fresh: Play) -> None:
    """The step is done by "a travel document", the entry names a passport: so the step stays done, and the alarm that ended by it stays
    ended (`missing_document`). INV-16 still keeps her here; but who is to get her a paper is told by nobody.
    """
    fresh.given(MANAGER, happens("missing_document"))
    fresh.wait(minutes=1)
    passport: Command = {"do": "document", "kind": "ng_passport", "status": "held", "issued_on": "2026-05-01"}
    fresh.given(TRAVEL, {**passport, "expires_on": "2028-05-01"})
    fresh.given(MANAGER, ends("missing_document", "document_held"))
    fresh.given(TRAVEL, corrected(seq_of(fresh, "document_recorded", kind="ng_passport")))

    assert "missing_document" in open_alarms(fresh)
    assert fresh.step("travel_document").state != "done"


def test_honest_another_paper_that_was_brought_since_is_enough(fresh: Play) -> None:
    paper: Command = {"do": "document", "status": "held", "issued_on": "2026-05-01", "expires_on": "2028-05-01"}
    fresh.given(TRAVEL, {**paper, "kind": "ng_passport"})
    fresh.given(MANAGER, happens("missing_document"))
    fresh.wait(minutes=1)
    fresh.given(TRAVEL, {**paper, "kind": "ng_etc"})
    fresh.given(MANAGER, ends("missing_document", "document_held"))
    fresh.given(TRAVEL, corrected(seq_of(fresh, "document_recorded", kind="ng_passport")))
    assert "missing_document" not in open_alarms(fresh)
    assert fresh.step("travel_document").state == "done"


def test_honest_what_hung_on_a_consent_is_open_again(fresh: Play) -> None:
    fresh.given(MANAGER, corrected(seq_of(fresh, "consent_given", purpose="return")))
    assert fresh.step("return_consent").state != "done"


# --- a no stands again when the yes after it was a mistake ----------------------------------------


def test_a_no_stands_again_when_the_yes_after_it_was_a_mistake(begin: Begin) -> None:
    """A yes takes the place of the no before it; corrected, neither is left."""
    case = begin(facts={"age_status": "adult", "wants_family_contact": True})
    ref = case.involved("relative")
    no: Command = {"do": "consent", "purpose": "contact_family", "recipient": ref, "answer": "refused"}
    case.given(MANAGER, no, {**no, "answer": "given", "groups": ["identity"], "language": "en"})

    given = seq_of(case, "consent_given", purpose="contact_family")
    case.given(MANAGER, corrected(given))

    assert [one["state"] for one in case.seen().consents if one["purpose"] == "contact_family"] == ["refused"]
    never = ("a no is never corrected away", "if the person wants it after all, ask them anew")
    assert never in case.told("CONSENT", corrected(seq_of(case, "consent_refused", purpose="contact_family")))


def test_a_no_stands_again_when_the_yes_was_mistyped_twice(begin: Begin) -> None:
    """A no, and then twice a yes that belongs to another file: the first correction loses the no for ever."""
    case = begin(facts={"age_status": "adult", "wants_family_contact": True})
    ref = case.involved("relative")
    no: Command = {"do": "consent", "purpose": "contact_family", "recipient": ref, "answer": "refused"}
    yes = {**no, "answer": "given", "groups": ["identity"], "language": "en"}
    for said in (no, yes, yes):
        case.given(MANAGER, said)
        case.wait(minutes=1)
    for row in [row for row in reversed(case.history()) if row.type == "consent_given"][:2]:
        case.tried(MANAGER, corrected(row.seq))

    assert [one["state"] for one in case.seen().consents if one["purpose"] == "contact_family"] == ["refused"]


# --- a wish that rested on a counselling that never was -------------------------------------------
# design 3: "The entry stays in the history and counts no more; what hung on it is open again"; 4.3: "A withdrawal, a refusal …
# are never corrected away"; "what it set is unknown again".


def before_the_lawyer(play: Play) -> None:
    def stop(_: Play, act: Command) -> bool:
        if act.get("step") == "legal_counselling":
            raise Enough
        return False

    play.prepare(instead=stop)


def counselled(play: Play) -> Command:
    return play.answered(next(form for _, form in play.remedies() if form.do.get("step") == "legal_counselling"))


def in_three_days(play: Play) -> Command:
    return {"do": "travel", "status": "target", "departs_on": (play.now + timedelta(days=3)).date().isoformat()}


WISH: Command = {"do": "record", "facts": {"asks_during_reflection": True}}


@pytest.mark.parametrize("mistyped", [True, False])
def test_a_wish_is_not_after_a_legal_counselling_that_never_was(begin: Begin, mistyped: bool) -> None:
    """INV-10: only the person's own wish *after legal counselling* ends a reflection period; this counselling was of another."""
    case = begin(before_the_lawyer)
    if mistyped:
        case.given(LAWYER, counselled(case))
        case.given(LAWYER, corrected(seq_of(case, "step_completed", step="legal_counselling")))
    case.wait(minutes=5)
    case.given(MANAGER, WISH)
    case.wait(minutes=5)
    case.given(LAWYER, counselled(case))

    assert case.told("INV-10", in_three_days(case), TRAVEL)


def test_honest_a_wish_after_the_counselling_counts(begin: Begin) -> None:
    case = begin(before_the_lawyer)
    case.given(LAWYER, counselled(case))
    case.wait(minutes=5)
    case.given(MANAGER, WISH)

    assert not case.told("INV-10", in_three_days(case), TRAVEL)


# --- who took over by a mistake -------------------------------------------------------------------


def an_hour_later(play: Play, act: Command) -> bool:
    play.wait(hours=int(act["do"] == "sign"))
    return False


@pytest.mark.parametrize("instead", [None, an_hour_later], ids=["at once", "signed an hour later"])
def test_who_took_over_by_a_mistake_is_accountable_no_more(begin: Begin, instead: Any) -> None:
    """return-process 2.4, hand-over: "not confirmed -> escalate, sending side stays owner"."""
    case = begin(at_home)
    owner = case.seen().roles["case_owner"]
    case.prepare("settle", instead=instead)
    assert case.seen().roles["case_owner"] != owner
    case.given(MANAGER, corrected(seq_of(case, "step_completed", step="handover_confirmation")))

    assert case.step("handover_confirmation").state != "done"
    assert case.seen().roles["case_owner"] == owner


# --- a move that was typed in the wrong file ------------------------------------------------------


def test_who_never_left_is_not_said_to_have_come_back(fresh: Play) -> None:
    """'left' in the wrong case: `correct` points at the history, in circles; the one way out is a journey back that never was."""
    fresh.given(TRAVEL, {"do": "move", "to": "left", "how": "unknown"})
    entry = seq_of(fresh, "left")

    told = fresh.told("INPUT", corrected(entry))

    assert told != [
        (
            f"entry {entry} says nothing any more that can be taken back",
            "look at the history; what has happened since is corrected there",
        )
    ]
    # Whatever the way is: two say it, and the case stands where it stood.
    fresh.given(MANAGER, corrected(entry))
    if fresh.seen().phase == "travel":
        fresh.given(TRAVEL, {"do": "sign", "seq": entry})
    assert fresh.seen().phase == "pre_departure"


def test_a_turning_back_that_was_an_error_leaves_the_journey_booked(fresh: Play) -> None:
    """She sits in the aeroplane; when two have said that she did not turn back, it is known again when she lands."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)
    fresh.given(MANAGER, {"do": "move", "to": "turn_back"})
    entry = last_row(fresh, "turned_back").seq
    fresh.given(MANAGER, {"do": "correct", "seq": entry, "why": "an invented reason"})
    fresh.given(another(MANAGER), {"do": "sign", "seq": entry})

    assert fresh.seen().phase == "travel"
    assert fresh.seen().travel["status"] == "booked"


# --- what was true is entered in its place --------------------------------------------------------


def test_a_wrong_day_is_corrected_and_the_right_one_entered(fresh: Play) -> None:
    """The correction is dated today, and then stands in the way of what happened before today: the usual slip is a date."""
    fresh.given(MANAGER, records(ng_debt_claimed=False))
    fact = seq_of(fresh, "facts_recorded")
    fresh.wait(minutes=40)
    true = (fresh.now - timedelta(minutes=30)).isoformat()

    plan = seq_of(fresh, "step_completed", step="safety_plan")
    fresh.given(MANAGER, corrected(fact), corrected(plan))
    act = play_remedy(fresh, "safety_plan")
    assert act is not None

    fresh.given(MANAGER, {**records(ng_debt_claimed=False), "at": true})
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


# --- a correction that waits for a second ---------------------------------------------------------


def test_a_correction_that_waits_for_a_second_ends_when_something_else_is_said(fresh: Play) -> None:
    """A signature on nothing is taken again and again, writes nothing, and the request never goes away."""
    fresh.given(DOCTOR, records(pregnant=True))
    seq = seq_of(fresh, "facts_recorded")
    fresh.given(DOCTOR, corrected(seq), records(pregnant=False))

    own: Command = {"do": "sign", "seq": seq}
    assert fresh.told("STEP", own, another(DOCTOR)) == [
        (f"entry {seq} waits for no signature", "look at how the case stands")
    ]
    assert not fresh.tried(another(DOCTOR), own).done


def test_a_correction_that_waits_for_a_second_is_seen(fresh: Play) -> None:
    """No view, no due row, no reason names it: a second learns of it by reading the history."""
    fresh.given(DOCTOR, records(pregnant=True))
    seq = seq_of(fresh, "facts_recorded")
    fresh.given(DOCTOR, corrected(seq))

    view, due = repr(fresh.seen(DOCTOR)), repr(fresh.engine.due(as_=another(DOCTOR)))
    assert "correct" in view or "correct" in due
