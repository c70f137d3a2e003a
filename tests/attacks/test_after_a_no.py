"""After a no to the journey: help goes on, nothing of the journey is asked, and who wishes to go after all can go."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor
from wayhome.testing import Replies, walk_to_departure

from tests.answers import EVERY
from tests.attacks.acts import (
    NO_TO_THE_JOURNEY,
    an_escort_goes_along,
    goes_on,
    redo,
    redone,
    unmet,
    with_an_escort,
)
from tests.attacks.conftest import Begin
from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import (
    ASSESSOR,
    LEADER,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Enough,
    Play,
    Way,
    at_home,
    complete,
    evidence_is_fresh,
    opened,
    read,
    stops_at,
)

TAKEN_BACK: Command = {"do": "withdraw", "purpose": "return"}
NOT_NOW = "nobody asks now: the person has said no, and that is not over"
PLACE = "temporary_accommodation"


# --- which no counts ------------------------------------------------------------------------------


def test_an_older_yes_does_not_override_a_later_withdrawal(leaving: Play) -> None:
    before = leaving.now - timedelta(hours=48)
    leaving.wait(hours=2)
    leaving.given(MANAGER, {"do": "withdraw", "purpose": "return"})

    older = {"do": "consent", "purpose": "return", "form": "written", "language": "en", "at": before.isoformat()}
    leaving.given(MANAGER, older)  # kept, as what was before

    assert leaving.why().says("INV-01")


def test_a_no_at_the_last_check_counts(leaving: Play) -> None:
    leaving.given(ASSESSOR, redo("risk_recheck"))
    leaving.given(ASSESSOR, complete("risk_recheck", result="unchanged", will_confirmed=False))

    assert leaving.why().says("INV-04")


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


# --- help goes on ---------------------------------------------------------------------------------


def offered(play: Play, who: str = MANAGER) -> list[dict[str, Any]]:
    return [dict(row.do) for row in play.engine.next(play.case, as_=play.actor(who))]


def first_day_of_preparation(play: Play) -> None:
    play.ready("prepare")
    play.given(MANAGER, {"do": "move", "to": "prepare"})


def who_wants_to_explore_it(play: Play) -> None:
    first_day_of_preparation(play)
    play.given(
        MANAGER, {"do": "record", "facts": {"says_so_unasked": True}}, complete("return_intention", result="wants")
    )


def test_a_lawyer_and_what_she_owns_are_still_asked_for_after_a_no_and_no_paper_is(begin: Begin) -> None:
    case = begin(who_wants_to_explore_it)
    before = offered(case)
    case.given(MANAGER, NO_TO_THE_JOURNEY)

    gone = [do for do in before if do not in offered(case)]
    help_ = [{"do": "complete", "step": "legal_counselling"}, {"do": "record", "facts": ("has_claims_or_belongings",)}]
    assert all(do in offered(case, "legal_counsellor") for do in help_)
    assert {"do": "consent", "purpose": "contact_embassy"} in gone


def half_prepared(play: Play) -> None:
    first_day_of_preparation(play)
    play.prepare("depart", instead=stops_at("medical_assessment"))


def test_a_doctor_is_still_asked_for_after_a_no(begin: Begin) -> None:
    case = begin(half_prepared)
    doctor = {"do": "complete", "step": "medical_assessment"}
    assert doctor in offered(case)
    case.given(MANAGER, NO_TO_THE_JOURNEY)
    assert doctor in offered(case)


def test_who_wishes_she_had_not_returned_is_still_offered_all_help_there(begin: Begin) -> None:
    case = begin(at_home, origin="SL")
    before = offered(case, RECEIVER)
    case.given(MANAGER, TAKEN_BACK)
    assert [do for do in before if do not in offered(case, RECEIVER)] == []


def test_a_newer_danger_stands_above_the_no_and_what_either_needs_below_both(fresh: Play) -> None:
    fresh.given(MANAGER, TAKEN_BACK, {"do": "incident", "type": "self_harm"})

    assert [(do["do"], do.get("incident") or do.get("step")) for do in offered(fresh)[:4]] == [
        ("resolve", "self_harm"),
        ("resolve", "consent_withdrawn_before"),
        ("contact", None),
        ("redo", "medical_assessment"),
    ]


def test_what_lets_somebody_stay_is_offered_after_a_no(begin: Begin) -> None:
    """A protected place, and a paper to stay: to hide them would push towards the aeroplane."""
    case = begin(first_day_of_preparation, host="NL", facts={"age_status": "adult", "safe_place_tonight": False})
    before = [do for do in offered(case) if do["do"] == "consent" and str(do.get("recipient", "")).startswith("nl_")]
    assert before
    case.given(MANAGER, NO_TO_THE_JOURNEY)
    assert [do for do in before if do not in offered(case)] == []


def test_why_a_step_that_helps_waits_still_says_what_would_help_now(begin: Begin) -> None:
    case = begin()
    case.prepare("prepare", instead=stops_at("safe_accommodation"), at_most=5)
    case.given(MANAGER, NO_TO_THE_JOURNEY)
    bed = read(complete("safe_accommodation"), case.case)
    unmet = case.engine.why(case.case, bed, as_=case.actor(MANAGER)).unmet
    now = {one.rule: one.remedy.do["do"] for one in unmet if one.remedy and one.remedy.from_ == case.now}
    assert {"CONSENT": "consent", "FACT": "record"}.items() <= now.items()


def test_a_life_in_danger_stands_above_a_missing_paper_and_a_newer_hold(fresh: Play) -> None:
    for type in ("medical_emergency", "missing_document", "decision_postponed"):
        fresh.given(MANAGER, {"do": "incident", "type": type})
        fresh.wait(minutes=5)
    assert [do.get("incident") for do in offered(fresh)[:3]] == [
        "medical_emergency",
        "missing_document",
        "decision_postponed",
    ]


# --- nothing of the journey is asked --------------------------------------------------------------


@pytest.mark.parametrize(("origin", "age"), [("NG", "adult"), ("SL", "child")])
def test_why_asks_for_no_paper_and_nobody_there_after_a_no_and_says_that_nobody_asks(
    begin: Begin, origin: str, age: str
) -> None:
    case = begin(first_day_of_preparation, origin=origin, facts={"age_status": age})
    steps = case.engine.process_of(case.case, as_=case.actor(MANAGER)).steps
    case.given(MANAGER, NO_TO_THE_JOURNEY)
    unmet = case.engine.why(case.case, "depart", as_=case.actor(MANAGER)).unmet

    now = [one for one in unmet if one.remedy and one.remedy.from_]
    assert [(one.rule, one.subject) for one in now[:2]] == [
        ("STEP", "safe_accommodation"),
        ("PHASE", "consent_withdrawn_before"),
    ]
    of_the_journey = [one.subject for one in now if one.subject in steps and steps[one.subject].gate == "depart"]
    assert [id for id in of_the_journey if not steps[id].also_after_a_no] == []
    assert {dict(one.remedy.do).get("relation") for one in now if one.remedy} <= {None}
    [paper] = [one for one in unmet if (one.rule, one.subject) == ("STEP", "travel_document")]
    assert paper.todo == NOT_NOW


@pytest.mark.parametrize("origin", ["NG", "BR", "SL"])
def test_nobody_asks_for_the_passport_of_who_said_no(begin: Begin, origin: str) -> None:
    case = begin(first_day_of_preparation, origin=origin)
    case.given(MANAGER, NO_TO_THE_JOURNEY)
    asked = [fact for do in offered(case) for fact in do.get("facts", ())]
    assert [fact for fact in asked if "passport" in fact or "document_route" in fact] == []


def test_after_a_no_at_the_gate_no_reason_says_to_ask(fresh: Play):
    fresh.given(MANAGER, NO_TO_THE_JOURNEY)
    asking = {(one.rule, one.subject, one.todo) for one in unmet(fresh) if one.todo.startswith("ask ")}
    assert asking == set()


def test_after_a_no_at_the_gate_nobody_is_told_to_book(fresh: Play):
    fresh.given(MANAGER, NO_TO_THE_JOURNEY)
    now = [dict(one.remedy.do) for one in unmet(fresh) if one.remedy and one.remedy.from_]
    assert [do for do in now if do["do"] == "travel"] == []


def test_after_a_no_at_the_gate_nobody_is_told_of_a_flight_that_there_is_not(fresh: Play):
    fresh.given(MANAGER, NO_TO_THE_JOURNEY)
    assert fresh.seen().travel is None or fresh.seen().travel["status"] != "booked"
    assert ("tell the pick-up the flight that is booked now") not in [todo for _, todo in fresh.told("NG-02")]


def test_that_the_pick_up_knows_a_flight_cannot_be_said_when_none_is_booked(fresh: Play):
    fresh.given(MANAGER, NO_TO_THE_JOURNEY)
    fresh.given(TRAVEL, {"do": "redo", "step": "ng_airport_pickup"})
    told = fresh.tried(
        TRAVEL, complete("ng_airport_pickup", told="ng_bakhita", flight_told=True, recognised_by="photo")
    )
    assert told.says("travel_booked")


def test_after_a_no_at_the_gate_all_options_are_talked_about_and_no_yes_to_any_of_it_is_offered(fresh: Play):
    """Nothing that the departure waits for is asked of who does not want to leave: no consent, no paper, no call to a consulate."""
    fresh.given(MANAGER, NO_TO_THE_JOURNEY)
    asked, steps = offered(fresh), fresh.engine.process_of(fresh.case, as_=fresh.actor(MANAGER)).steps
    assert asked[:2] == [
        {"do": "resolve", "incident": "consent_withdrawn_before"},
        {"do": "complete", "step": "options_counselling", "round": "4"},
    ]
    yeses = [do["purpose"] for do in asked if do["do"] == "consent"]
    assert yeses == ["contact_authorities"]  # that a paper to stay is asked for
    assert [do for do in asked[2:] if "step" in do and steps[do["step"]].gate == "depart"] == []


def test_when_the_no_is_over_what_the_departure_waits_for_is_asked_again(fresh: Play):
    fresh.given(MANAGER, NO_TO_THE_JOURNEY, complete("options_counselling", round="4"))
    over = {"do": "resolve", "incident": "consent_withdrawn_before", "outcome": "talked_again", "reason": "invented"}
    fresh.given(MANAGER, over)
    assert {"do": "consent", "purpose": "return"} in offered(fresh)


# --- where the person sleeps ----------------------------------------------------------------------


@pytest.mark.parametrize("who", [MANAGER, "escort", TRAVEL])
def test_whoever_hears_the_no_where_the_person_sleeps_tonight_is_asked_anew(begin: Begin, who: str) -> None:
    """She was to sleep on the aeroplane; what was known of her bed is known no more."""
    fresh = begin(an_escort_goes_along)
    assert fresh.seen().facts["safe_place_tonight"] is True
    fresh.given(who, TAKEN_BACK)

    assert "safe_place_tonight" not in fresh.seen().facts
    assert {"do": "record", "facts": ("safe_place_tonight",)} in offered(fresh)
    assert "safe_accommodation" in [row.step for row in fresh.engine.due(as_=fresh.actor(MANAGER), case=fresh.case)]


def test_that_there_is_no_safe_place_is_not_forgotten_by_a_no(begin: Begin) -> None:
    case = begin(first_day_of_preparation)
    case.given(ASSESSOR, {"do": "record", "facts": {"safe_place_tonight": False}})
    case.given(MANAGER, NO_TO_THE_JOURNEY)
    assert case.seen().facts["safe_place_tonight"] is False


@pytest.fixture
def moved_in(begin: Begin) -> Play:
    case = begin(at_home, origin="SL")
    case.given(MANAGER, {"do": "record", "facts": {"safe_home_at_arrival": False, "sex": "female"}})
    [met] = [
        r for r in case.engine.next(case.case, as_=case.actor(RECEIVER)) if r.do.get("step") == "arrival_reception"
    ]
    case.given(next(iter(met.who)), case.answered(met))
    for purpose, to in (("assistance_local", None), ("sl_accompanied_leave", "sl_whi")):
        yes = {"do": "consent", "purpose": purpose, "answer": "given", "language": "en", "version": "v1"}
        case.given(RECEIVER, {**yes, "given_by": "person", "form": "written"} | ({"recipient": to} if to else {}))
    case.given(RECEIVER, {"do": "start", "step": "sl_shelter_women_girls"})
    assert case.step(PLACE).state == "not_applicable"
    case.wait(hours=20)
    return case


def test_who_leaves_the_shelter_early_is_asked_where_she_sleeps(moved_in: Play) -> None:
    moved_in.given(RECEIVER, complete("sl_shelter_women_girls", result="left_early"))

    assert moved_in.step(PLACE).state == "available"
    assert {"do": "complete", "step": PLACE} in offered(moved_in, RECEIVER)
    assert ("STEP", PLACE) in moved_in.why("settle").reasons


def test_who_takes_back_that_she_is_helped_there_is_asked_where_she_sleeps(moved_in: Play) -> None:
    moved_in.given(RECEIVER, {"do": "withdraw", "purpose": "sl_accompanied_leave", "recipient": "sl_whi"})
    assert moved_in.step(PLACE).state == "available"


def test_honest_who_went_from_the_shelter_to_a_place_of_her_own_is_asked_for_no_other(moved_in: Play) -> None:
    moved_in.given(RECEIVER, complete("sl_shelter_women_girls", result="own_place"))
    assert moved_in.step(PLACE).state == "not_applicable"


def who_sleeps_in_a_shelter(play: Play) -> None:
    play.given(ASSESSOR, {"do": "record", "facts": {"safe_place_tonight": False}})
    evidence_is_fresh(play)


@pytest.mark.parametrize("who", [MANAGER, "escort"])
def test_who_gave_up_a_bed_in_a_shelter_for_the_flight_is_found_one_again(begin: Begin, who: str) -> None:
    case = begin(who_sleeps_in_a_shelter)
    with_an_escort(case)
    assert case.step("safe_accommodation").state == "done"
    case.given(who, TAKEN_BACK)

    assert case.seen().facts["safe_place_tonight"] is False
    assert case.step("safe_accommodation").state == "available"
    assert {"do": "complete", "step": "safe_accommodation"} in offered(case)
    assert "safe_accommodation" in [row.step for row in case.engine.due(as_=case.actor(MANAGER), case=case.case)]


def test_a_bed_that_was_found_after_the_no_is_not_forgotten_when_the_no_is_told_late(fresh: Play) -> None:
    with_an_escort(fresh)
    heard = fresh.now
    fresh.wait(hours=2)
    fresh.given(ASSESSOR, {"do": "record", "facts": {"safe_place_tonight": True}})
    fresh.wait(hours=1)
    fresh.given("escort", {**TAKEN_BACK, "at": heard.isoformat()})
    assert fresh.seen().facts["safe_place_tonight"] is True


def stops_at_the_first_consent(_: Play, do: Command) -> bool:
    if do.get("do") == "consent":
        raise Enough
    return False


def test_a_no_to_the_journey_takes_no_bed_for_tonight(begin: Begin):
    """She has nowhere to sleep, and does not want to return: "it ends no other help"."""
    case = begin()
    case.prepare(instead=stops_at_the_first_consent)
    case.given(MANAGER, {"do": "record", "facts": {"safe_place_tonight": False}})
    assert {"do": "consent", "purpose": "assistance"} in offered(case)
    case.given(MANAGER, NO_TO_THE_JOURNEY)
    assert ("STEP", "safe_accommodation") in case.why("prepare").reasons
    assert {"do": "consent", "purpose": "assistance"} in offered(case)


def test_who_wishes_she_had_not_returned_is_still_offered_a_bed_there(begin: Begin):
    case = begin(evidence_is_fresh)
    case.until(case.takes_off)
    case.goes_home()
    case.given(MANAGER, {"do": "record", "facts": {"safe_home_at_arrival": False}})
    [met] = [
        row
        for row in case.engine.next(case.case, as_=case.actor(RECEIVER))
        if row.do.get("step") == "arrival_reception"
    ]
    case.given(next(iter(met.who)), case.answered(met))
    bed = {"do": "consent", "purpose": "assistance_local"}
    assert bed in offered(case, RECEIVER)
    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    assert bed in offered(case, RECEIVER)


# --- who hears it, and what is signed -------------------------------------------------------------


def test_whose_word_it_is_and_how_it_was_heard_stand_in_what_is_signed(fresh: Play) -> None:
    fresh.given(RECEIVER, {"do": "redo", "step": "partner_confirmation"})
    hours = {"reception_from": fresh.takes_off - timedelta(hours=1), "reception_until": fresh.takes_off + timedelta(3)}
    said = complete(
        "partner_confirmation", result="accepted", by="ng_bakhita", heard_by="phone", received_by="ng_bakhita"
    )
    fresh.given(
        MANAGER,
        {**said, "housing_named": True, "meeting_place": "(invented) by the exit", "on_paper": "an invented letter"}
        | {n: m.isoformat() for n, m in hours.items()},
    )

    signs = fresh.engine.form(fresh.case, {"do": "sign", "step": "partner_confirmation"}, as_=fresh.actor(LEADER)).signs
    assert signs is not None
    told = {one.slot.name: one.answer for one in signs.said}
    assert (told["by"], told["heard_by"], told["on_paper"]) == ("ng_bakhita", "phone", "an invented letter")


def first_day_with_who_meets_them(play: Play) -> None:
    first_day_of_preparation(play)
    play.given(MANAGER, {"do": "assign", "role": "reception_officer", "partner": "ng_bakhita"})


@pytest.mark.parametrize(
    ("prepare", "who"),
    [
        (an_escort_goes_along, "escort"),
        (first_day_of_preparation, TRAVEL),
        (first_day_with_who_meets_them, Actor("invented_sister", "ng_bakhita", {"reception_officer"})),
    ],
)
def test_whoever_may_hear_that_a_yes_is_taken_back_may_hear_a_no(begin: Begin, prepare: Way, who: str | Actor) -> None:
    case = begin(prepare)
    case.given(who, {**NO_TO_THE_JOURNEY, "given_by": "person"})
    assert [one["type"] for one in case.seen().incidents] == ["consent_withdrawn_before"]


def test_honest_a_yes_is_heard_only_by_who_asks_for_it(begin: Begin) -> None:
    case = begin(an_escort_goes_along)
    yes = {"do": "consent", "purpose": "legal", "answer": "given", "language": "en", "version": "v1", "form": "written"}
    assert case.tried("escort", {**yes, "given_by": "person"}).kind == "not_permitted"
    case.given(MANAGER, {**yes, "given_by": "person"})


@pytest.mark.parametrize("purpose", ["legal", "health_processing", "assistance"])
def test_an_escort_says_no_to_no_help_for_the_person(begin: Begin, purpose: str) -> None:
    """Who was said to have refused a lawyer is not asked for one again: that is for who asks."""
    case = begin(an_escort_goes_along)
    refused = {"do": "consent", "purpose": purpose, "answer": "refused", "given_by": "person"}
    assert case.tried("escort", refused).kind == "not_permitted"


def test_what_is_asked_at_once_may_have_been_said_in_the_same_breath(tmp_path: Path) -> None:
    """An incident of a pack that opens on one answer, and asks for another that was given with it."""
    opens = (
        "\n- {id: ng_moved_out, title: An invented incident, effect: none, actions: Ask.,\n"
        "   opens_on: {recorded: {sex: [female]}}, outcomes: {over: {title: Over, needs: [options_counselling]}},\n"
        "   source: OC}\n"
    )
    asked = (
        "\n- {id: ng_has_a_bed, title: An invented fact, type: bool, asked_by: [case_manager_sending],\n"
        "   ask: An invented question?, asked_anew_after: [ng_moved_out], source: OC}\n"
    )
    more = {"incidents.yaml": opens, "facts.yaml": asked}
    case = opened(packs=packs_of(like_nigeria(tmp_path / "pack", more=more)))
    with case.engine:
        for sex in ("male", "female"):
            case.given(MANAGER, {"do": "record", "facts": {"sex": sex, "ng_has_a_bed": True}})
        assert [one["type"] for one in case.seen().incidents] == ["ng_moved_out"]
        assert case.seen().facts["ng_has_a_bed"] is True


# --- who wishes to go after all -------------------------------------------------------------------


@pytest.mark.parametrize(("origin", "age"), [("NG", "adult"), ("BR", "adult"), ("SL", "child")])
def test_honest_who_says_no_at_the_gate_and_then_wishes_to_go_can_go(origin: str, age: str) -> None:
    """Each remedy is answered, the bed and the talk first; the new yes has its two days."""
    case = opened(origin=origin, facts={"age_status": age, "has_responsible_adult": age == "adult"})
    with case.engine:
        walk_to_departure(case.engine, case.clock, case.case, answers=Replies(*EVERY))
        case.given(TRAVEL, TAKEN_BACK)
        said_no = case.now
        walk = walk_to_departure(case.engine, case.clock, case.case, answers=Replies(*EVERY))
        assert walk.arrived, [(one.rule, one.subject) for one in walk.stuck]
        assert {do.get("step") for _, _, do in walk.done[:3]} >= {"options_counselling"}
        [yes] = [at for at, _, do in walk.done if do.get("purpose") == "return"]
        assert yes - said_no >= timedelta(hours=48)


def test_honest_who_slept_in_a_shelter_and_wishes_to_go_after_all_can_go(begin: Begin) -> None:
    case = begin(who_sleeps_in_a_shelter)
    case.given(TRAVEL, TAKEN_BACK)
    walk = walk_to_departure(case.engine, case.clock, case.case, answers=Replies(*EVERY))
    assert walk.arrived, [(one.rule, one.subject) for one in walk.stuck]
    assert "safe_accommodation" in [do.get("step") for _, _, do in walk.done]


# --- what is due then -----------------------------------------------------------------------------


def due_steps(play: Play) -> dict[str, Any]:
    rows = play.engine.due(as_=play.actor(MANAGER), case=play.case)
    return {row.step: row for row in rows if ":" not in row.step}


def test_after_a_no_nothing_that_is_for_the_journey_is_due(fresh: Play) -> None:
    """desk.md F2: WH-RNYNT had said no four days before, and its list still said "Contact the consulate", "Assess the risks of return"."""
    before = {step for step in due_steps(fresh) if fresh.step(step).phase == "pre_departure"}
    assert before, "something of the journey is due before"

    fresh.given(MANAGER, TAKEN_BACK)
    fresh.wait(days=40)

    assert {step for step in due_steps(fresh) if fresh.step(step).phase in ("pre_departure", "travel")} == set()


def test_after_a_no_the_list_of_a_case_names_nothing_that_its_next_things_leave_out(fresh: Play) -> None:
    fresh.given(MANAGER, TAKEN_BACK, {"do": "record", "facts": {"safe_place_tonight": False}})
    fresh.wait(days=2)

    listed = {str(row.do.get("step")) for row in fresh.engine.next(fresh.case, as_=fresh.actor(MANAGER))}

    assert set(due_steps(fresh)) <= listed


def test_what_a_no_has_reset_is_due_from_the_no(fresh: Play) -> None:
    """desk.md F2: "Find a safe place to stay" was overdue for three months, one minute after it was reset."""
    fresh.given(MANAGER, TAKEN_BACK, {"do": "record", "facts": {"safe_place_tonight": False}})
    said_no = fresh.now

    row = due_steps(fresh)["safe_accommodation"]

    assert not row.overdue
    assert said_no < row.due_at <= said_no + timedelta(days=2)
    assert row.because == "1 day after it was asked for, Brussels time"
    fresh.wait(days=3)
    assert due_steps(fresh)["safe_accommodation"].overdue
