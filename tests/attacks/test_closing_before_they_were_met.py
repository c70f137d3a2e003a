"""After a cleared return nobody is closed before they were met or reached there, and who wants to be left alone is. (INV-35, INV-25)

safety.md F1: two lines of one account closed a case in the minute of landing, and the alarm of 'not met' never rang.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.attacks.acts import REACHED, TRANSFER_AGREED, closes, delayed
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    DEPART,
    LAWYER,
    LEADER,
    MANAGER,
    RECEIVER,
    RECEPTION,
    TRAVEL,
    Command,
    Play,
    another,
    complete,
    evidence_is_fresh,
    settled,
    signed,
)

NOT_MET = ("nobody has met or reached the person since they landed", "meet them, or go on trying to reach them")
REFUSES_VISITS = {"do": "consent", "purpose": "monitoring", "answer": "refused"}
DECLINED = complete(
    "contact_declined", result="declined", heard=["visit"], way_back="(invented) the number on the card"
)
AGREED = complete("leaving_alone", result="agreed", looked_at="(invented) nothing was heard")
IN_VAIN = {"do": "contact", "with": "person", "channel": "phone", "reached": False}


def landed(play: Play) -> Play:
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.until(play.lands)
    play.given(TRAVEL, {"do": "move", "to": "arrive"})
    return play


def refuses_contact(play: Play) -> None:
    """She refuses visits, and says to two of us that she wants nobody to meet or call her."""
    play.given(MANAGER, REFUSES_VISITS, DECLINED)
    play.given(TRAVEL, signed("contact_declined"))


def due_now(play: Play) -> set[str]:
    return {row.step for row in play.engine.due(as_=play.actor(MANAGER), case=play.case)}


# --- closed in the minute of landing --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "reason"),
    [
        ([REFUSES_VISITS], "consent_withdrawn_after_return"),
        ([{"do": "incident", "type": "remigration"}], "remigrated"),
        ([{"do": "incident", "type": "transfer_third_country"}], "transferred"),
        ([{"do": "incident", "type": "medical_emergency"}], "return_not_possible"),
    ],
    ids=["she wants no more", "she has gone on", "transferred", "not possible"],
)
def test_no_case_closes_in_the_minute_of_landing(fresh: Play, before: list[dict[str, Any]], reason: str) -> None:
    """n80: 'monitoring refused' and 'close', by one account, in one minute."""
    landed(fresh).given(MANAGER, *before)

    assert fresh.tried(MANAGER, closes(reason)).says("INV-35")
    assert fresh.told("INV-35", closes(reason)) == [NOT_MET]


@pytest.mark.parametrize("hours", [0, 2, 48, 24 * 400])
def test_nor_ever_after_while_nobody_has_met_or_reached_them(fresh: Play, hours: int) -> None:
    landed(fresh).given(MANAGER, REFUSES_VISITS)
    fresh.wait(hours=hours)

    assert fresh.tried(MANAGER, closes("consent_withdrawn_after_return")).says("INV-35")


def test_and_the_alarm_that_nobody_met_them_rings(fresh: Play) -> None:
    landed(fresh).given(MANAGER, REFUSES_VISITS)
    fresh.tried(MANAGER, closes("consent_withdrawn_after_return"))
    fresh.wait(hours=3)

    assert [one.incidents for one in fresh.engine.ring().raised] == [("no_show_arrival",)]


@pytest.mark.parametrize(
    "met",
    [REACHED, complete("arrival_reception"), complete("arrival_wellbeing_check")],
    ids=["called", "met", "asked how they are"],
)
def test_who_was_met_or_reached_there_is_believed(fresh: Play, met: dict[str, Any]) -> None:
    """The honest story: she was met, and then wants no more."""
    landed(fresh)
    if met.get("step") == "arrival_wellbeing_check":
        fresh.given(RECEIVER, {"do": "skip", "step": "arrival_reception", "reason": "(invented) she prefers a call"})
    fresh.given(MANAGER if "step" not in met else "reception_officer", met)
    fresh.given(MANAGER, REFUSES_VISITS)

    fresh.given(MANAGER, closes("consent_withdrawn_after_return"))


def test_a_talk_of_before_the_landing_is_no_meeting_there(fresh: Play) -> None:
    fresh.given(MANAGER, REACHED)
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(minutes=30)
    fresh.given(MANAGER, REACHED)
    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})
    fresh.given(MANAGER, REFUSES_VISITS, {**REACHED, "at": (fresh.now - timedelta(minutes=1)).isoformat()})

    assert fresh.tried(MANAGER, closes("consent_withdrawn_after_return")).says("INV-35")


def test_who_heard_of_them_through_somebody_has_not_reached_them(fresh: Play) -> None:
    landed(fresh).given(MANAGER, REFUSES_VISITS, {**REACHED, "channel": "through_somebody"})
    assert fresh.tried(MANAGER, closes("consent_withdrawn_after_return")).says("INV-35")

    fresh.given(MANAGER, REACHED, {**REACHED, "channel": "through_somebody"})
    fresh.given(MANAGER, closes("consent_withdrawn_after_return"))


@pytest.mark.parametrize("reason", ["withdrew_return", "return_not_possible", "other_durable_solution", "transferred"])
def test_who_is_said_to_be_back_after_the_landing_was_met_or_reached_too(fresh: Play, reason: str) -> None:
    """'turn_back' and 'close', by one account, in the minute of landing: nobody had seen her."""
    landed(fresh).given(TRAVEL, {"do": "move", "to": "turn_back", "reason": "(invented) words"})
    fresh.given(MANAGER, {"do": "record", "facts": {"lasting_solution": "protection"}})
    fresh.given(
        MANAGER, {"do": "incident", "type": "missing_document"}, {"do": "incident", "type": "transfer_third_country"}
    )

    assert fresh.tried(MANAGER, closes(reason)).says("INV-35")
    assert fresh.told("INV-35", closes(reason)) == [NOT_MET]


def test_who_really_came_back_has_been_spoken_with_and_may_end_it(fresh: Play) -> None:
    """The honest story: refused at the border, flown back, and done with it."""
    landed(fresh)
    fresh.wait(hours=1)
    fresh.given(TRAVEL, {"do": "move", "to": "turn_back", "reason": "(invented) refused at the border"})
    fresh.given(MANAGER, {**REACHED, "channel": "visit"}, {"do": "consent", "purpose": "return", "answer": "refused"})

    fresh.given(MANAGER, closes("withdrew_return"))


def test_who_came_back_from_the_way_closes_as_before(fresh: Play) -> None:
    """They never landed: nothing new is asked."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART, {"do": "move", "to": "turn_back", "reason": "(invented) the aircraft came back"})
    fresh.given(MANAGER, {"do": "consent", "purpose": "return", "answer": "refused"})

    fresh.given(MANAGER, closes("withdrew_return"))


BACK: Command = {"do": "move", "to": "turn_back", "reason": "(invented) refused at the border"}
LEFT: Command = {"do": "move", "to": "left", "how": "unknown"}
THIRD: Command = {"do": "incident", "type": "transfer_third_country"}
NOT_MET = ("nobody has met or reached the person since they landed", "meet them, or go on trying to reach them")


def test_nobody_is_closed_as_back_and_left_in_the_minute_of_landing(fresh: Play) -> None:
    """Three lines by one account, and nobody had seen her."""
    landed(fresh).given(TRAVEL, BACK, LEFT)

    assert fresh.told("INV-35", closes("left_outside_process")) == [NOT_MET]


def test_who_came_back_was_seen_and_then_left_is_closed_so(fresh: Play) -> None:
    landed(fresh).given(TRAVEL, BACK)
    fresh.given(MANAGER, {**REACHED, "channel": "visit"})
    fresh.wait(hours=30)
    fresh.given(MANAGER, LEFT, closes("left_outside_process"))


# --- a landing that nobody writes down, and what is told by its day ---------------------------------------------------


@pytest.mark.parametrize("hours", [0, 1, 30, 24 * 30])
@pytest.mark.parametrize(
    ("happened", "reason"),
    [
        ("transfer_third_country", "transferred"),
        ("detention_or_arrest", "left_outside_process"),
        ("missing_document", "return_not_possible"),
    ],
)
def test_nobody_is_closed_by_not_writing_down_that_they_landed(
    fresh: Play, happened: str, reason: str, hours: int
) -> None:
    """The booked hour is over: whoever leaves 'arrive' out is asked the same."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands + timedelta(hours=hours))
    fresh.given(MANAGER, {"do": "incident", "type": happened})

    assert fresh.told("INV-35", closes(reason)) == [NOT_MET]


def a_day_later(play: Play) -> list[dict[str, Any]]:
    """The booked legs, each a day later."""
    later = timedelta(days=1)
    times = [{name: leg[name] for name in ("departs_at", "arrives_at")} for leg in play.legs]
    moved = [{name: (datetime.fromisoformat(at) + later).isoformat() for name, at in one.items()} for one in times]
    return [{**leg, **one} for leg, one in zip(play.legs, moved, strict=True)]


def transferred(play: Play, *before: Command) -> None:
    """Close the case as transferred: two have heard that the person wants it, and who takes over."""
    play.given(MANAGER, *before, TRANSFER_AGREED)
    play.given(LAWYER, signed("transfer_agreed"))
    play.given(MANAGER, closes("transferred"))


def test_nobody_is_closed_by_booking_them_a_later_flight_after_the_hour_of_landing(fresh: Play) -> None:
    """One line of one account, and they would be on their way for as long as anybody likes."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands + timedelta(minutes=1))
    fresh.given(TRAVEL, {"do": "travel", "status": "booked", "legs": a_day_later(fresh)})
    fresh.given(MANAGER, THIRD)

    assert fresh.told("INV-35", closes("transferred")) == [NOT_MET]
    transferred(fresh, REACHED)


def test_of_a_flight_that_was_booked_anew_before_its_hour_the_new_hour_counts(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART, {"do": "travel", "status": "booked", "legs": a_day_later(fresh)})
    fresh.until(fresh.lands - timedelta(minutes=1))
    transferred(fresh, THIRD)


def test_before_the_hour_of_landing_a_case_closes_as_before(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands - timedelta(minutes=1))
    transferred(fresh, THIRD)


def test_who_is_reached_where_the_journey_got_stuck_is_closed_as_before(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands + timedelta(hours=9))
    transferred(fresh, THIRD, REACHED)


def test_a_call_before_the_flight_that_is_told_by_its_day_is_no_meeting_there(fresh: Play) -> None:
    """She was called before she boarded, and it was written down as people do: of that day."""
    landed(fresh)
    fresh.given(MANAGER, {**REACHED, "at": fresh.takes_off.date().isoformat()}, THIRD)

    assert fresh.told("INV-35", closes("transferred")) == [NOT_MET]


def test_nor_is_a_call_from_the_gate_where_the_landing_is_told_by_its_day(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands + timedelta(hours=20))
    fresh.given(TRAVEL, {"do": "move", "to": "arrive", "at": fresh.lands.date().isoformat()})
    fresh.given(MANAGER, {**REACHED, "at": (fresh.takes_off + timedelta(minutes=10)).isoformat()}, THIRD)

    assert fresh.told("INV-35", closes("transferred")) == [NOT_MET]


def test_a_visit_of_the_next_day_that_is_told_by_its_day_counts(fresh: Play) -> None:
    landed(fresh).wait(days=2)
    fresh.given(MANAGER, {**REACHED, "at": (fresh.now - timedelta(days=1)).date().isoformat()}, THIRD)
    transferred(fresh)


def test_being_met_on_the_day_of_landing_counts_when_all_is_told_by_its_day(fresh: Play) -> None:
    """As it stands on paper: landed, and met at the airport, on that day."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands + timedelta(days=1))
    day = fresh.lands.date().isoformat()
    fresh.given(TRAVEL, {"do": "move", "to": "arrive", "at": day})
    fresh.given(RECEPTION, {"do": "complete", "step": "arrival_reception", "at": day})
    transferred(fresh, THIRD)


# --- a second journey -------------------------------------------------------------------------------------------------


def sent_back_and_ready_again(play: Play) -> Play:
    """She refused contact, was sent back at the border, and said yes to a new journey. Nobody asked her again about contact."""
    refuses_contact(play)
    landed(play).given(TRAVEL, BACK)
    play.given(MANAGER, {**REACHED, "channel": "visit"})
    play.wait(hours=1)
    return play.ready("depart")


def test_what_was_refused_for_the_first_journey_leaves_nobody_alone_after_the_second(fresh: Play) -> None:
    landed(sent_back_and_ready_again(fresh))
    assert "arrival_reception" in due_now(fresh)
    fresh.wait(hours=3)

    assert [one.incidents for one in fresh.engine.ring().raised] == [("no_show_arrival",)]
    assert fresh.tried(MANAGER, closes("needs_nothing")).says("INV-35")


def test_who_says_it_again_before_the_second_journey_is_left_alone(fresh: Play) -> None:
    sent_back_and_ready_again(fresh)
    refuses_contact(fresh)
    fresh.ready("depart")
    landed(fresh)
    assert "arrival_reception" not in due_now(fresh)
    fresh.wait(days=14)
    fresh.given(MANAGER, AGREED)
    fresh.given(LEADER, signed("leaving_alone"))
    fresh.given(MANAGER, closes("needs_nothing"))


def test_another_solution_after_the_return_is_one(begin: Begin) -> None:
    """n14, a22: 'the person asks to close', a review, and 'another lasting solution' that nobody named."""
    home = begin(settled)
    home.given(MANAGER, {"do": "record", "facts": {"person_asks_to_close": True}})
    home.given(MANAGER, complete("closure_review", result="on_persons_request", manages="yes"))

    assert home.tried(MANAGER, closes("other_durable_solution")).reasons == {("FACT", "other_durable_solution")}
    assert home.told("FACT", closes("other_durable_solution"))[0][1].startswith("Record which solution it is")
    home.given(MANAGER, {"do": "record", "facts": {"lasting_solution": "residence"}})
    home.given(MANAGER, closes("other_durable_solution"))


def test_another_solution_before_the_return_stays_as_it_was(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "record", "facts": {"lasting_solution": "protection"}})

    fresh.given(MANAGER, closes("other_durable_solution"))


# --- the ends that need nobody to have met them ------------------------------------------------------------------


def test_who_died_on_the_way_is_closed_as_dead(fresh: Play) -> None:
    landed(fresh).given(MANAGER, {"do": "incident", "type": "death"})
    fresh.given(
        MANAGER,
        complete("death_confirmation", result="by_paper", paper="(invented) a certificate", paper_dated="2026-05-14"),
    )

    fresh.given(MANAGER, closes("deceased"))


def test_who_was_trafficked_again_is_closed_with_the_new_case(fresh: Play) -> None:
    landed(fresh).given(MANAGER, {"do": "incident", "type": "re_trafficking"})
    fresh.given(RECEIVER, {"do": "record", "facts": {"opened_anew": True}})

    fresh.given(MANAGER, closes("re_trafficked_referred"))


def test_the_removed_woman_who_is_never_reached_is_closed_as_before(begin: Begin) -> None:
    """The honest story: of a journey that nobody cleared nothing new is asked."""
    case = begin()
    case.given(MANAGER, {"do": "move", "to": "left", "how": "removed"})
    case.given(MANAGER, closes("left_outside_process"))


def test_who_was_removed_and_has_landed_closes_when_she_could_not_be_reached(begin: Begin) -> None:
    case = begin()
    case.given(MANAGER, {"do": "move", "to": "left", "how": "removed"}, {"do": "move", "to": "arrive"})
    tried_in_vain(case, "phone", "message", "email")

    assert not case.why(closes("lost_contact")).says("INV-35")
    case.given(MANAGER, closes("lost_contact"))


# --- needs nothing of us -------------------------------------------------------------------------------------------


def test_a_woman_who_refused_visits_before_the_flight_is_left_alone(fresh: Play) -> None:
    """The honest story: nothing is due, nothing rings, and a fortnight later two agree."""
    refuses_contact(fresh)
    assert fresh.why().reasons == frozenset()
    landed(fresh)
    before = due_now(fresh)
    fresh.wait(days=14)

    assert fresh.engine.ring().raised == ()
    for step in (
        "arrival_reception",
        "arrival_wellbeing_check",
        "temporary_accommodation",
        "ng_transit_shelter",
        "monitoring_visit",
    ):
        assert step not in before | due_now(fresh)
    fresh.given(MANAGER, AGREED)
    fresh.given(LEADER, signed("leaving_alone"))
    fresh.given(MANAGER, closes("needs_nothing"))


def test_it_takes_a_fortnight_and_two(fresh: Play) -> None:
    refuses_contact(fresh)
    landed(fresh)
    fresh.wait(days=14, seconds=-1)

    assert fresh.tried(MANAGER, AGREED).reasons == {("STEP", "leaving_alone")}
    fresh.wait(seconds=1)
    fresh.given(MANAGER, AGREED)
    assert fresh.tried(MANAGER, closes("needs_nothing")).reasons == {("FACT", "needs_nothing")}
    assert fresh.tried(MANAGER, signed("leaving_alone")).kind != "done"
    fresh.given(LEADER, signed("leaving_alone"))
    fresh.given(MANAGER, closes("needs_nothing"))


def test_a_journey_that_is_called_off_in_the_air_does_not_silence_the_alarm(fresh: Play) -> None:
    """One line of one account, and nobody would have asked where she is."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    lands = fresh.lands
    fresh.given(TRAVEL, {"do": "travel", "status": "cancelled"})
    fresh.until(lands + timedelta(hours=2))

    assert [one.incidents for one in fresh.engine.ring().raised] == [("no_show_arrival",)]


def test_a_connection_that_is_cancelled_and_booked_anew_is_watched_by_the_new_times(fresh: Play) -> None:
    """The honest story: she waits at the connection, and lands a day later."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    legs, lands = a_day_later(fresh), fresh.lands
    fresh.given(TRAVEL, {"do": "travel", "status": "cancelled"}, {"do": "travel", "status": "booked", "legs": legs})
    fresh.until(lands + timedelta(hours=3))

    assert fresh.engine.ring().raised == ()


def test_who_calls_from_there_and_wants_nobody_to_come_is_believed(fresh: Play) -> None:
    """The honest story: 'does the person prefer a call? Then phone.'"""
    landed(fresh).given(MANAGER, REACHED)
    fresh.given(RECEIVER, {"do": "skip", "step": "arrival_reception", "reason": "(invented) she prefers a call"})
    fresh.wait(hours=3)

    assert fresh.engine.ring().raised == ()


def test_one_alone_has_not_heard_it(fresh: Play) -> None:
    fresh.given(MANAGER, REFUSES_VISITS, DECLINED)

    assert fresh.tried(MANAGER, signed("contact_declined")).kind != "done"
    landed(fresh)
    fresh.wait(hours=3)
    assert [one.incidents for one in fresh.engine.ring().raised] == [("no_show_arrival",)]


@pytest.mark.parametrize("heard", [["message"], ["letter"], ["through_somebody"]])
def test_it_is_heard_live(fresh: Play, heard: list[str]) -> None:
    fresh.given(MANAGER, REFUSES_VISITS)

    assert {field for field, _ in fresh.faults(MANAGER, {**DECLINED, "heard": heard})} == {"heard"}


def test_the_way_back_to_us_is_explained(fresh: Play) -> None:
    fresh.given(MANAGER, REFUSES_VISITS)
    mute = {name: value for name, value in DECLINED.items() if name != "way_back"}

    assert fresh.faults(MANAGER, mute) == {("way_back", "missing")}


def test_nobody_is_asked_for_it(fresh: Play) -> None:
    """It is not proposed, and not possible, before she herself has refused visits."""
    assert "contact_declined" not in {
        row.do.get("step") for row in fresh.engine.next(fresh.case, as_=fresh.actor(MANAGER))
    }
    assert fresh.tried(MANAGER, DECLINED).reasons == {("STEP", "contact_declined")}


GONE = (
    "the person has left: that they want no contact there can only be recorded before the departure",
    "meet them, or go on trying to reach them",
)


@pytest.mark.parametrize("landed_then", [True, False])
def test_what_is_said_after_the_departure_is_no_refusal(fresh: Play, landed_then: bool) -> None:
    """Then nobody can know who speaks."""
    fresh.given(MANAGER, REFUSES_VISITS)
    if landed_then:
        landed(fresh)
    else:
        fresh.given(TRAVEL, DEPART)

    assert fresh.tried(MANAGER, DECLINED).reasons == {("INV-35", "contact_declined")}
    assert fresh.told("INV-35", DECLINED) == [GONE]
    fresh.until(fresh.lands + timedelta(hours=3))
    assert [one.incidents for one in fresh.engine.ring().raised] == [("no_show_arrival",)]


def test_what_is_dated_back_to_the_day_before_the_flight_answers_nothing_either(fresh: Play) -> None:
    """It is kept, as all that is told late; the alarm rings, and nobody closes on it."""
    fresh.given(MANAGER, REFUSES_VISITS)
    then = fresh.now.isoformat()
    fresh.wait(minutes=5)
    landed(fresh).given(MANAGER, {**DECLINED, "at": then})
    fresh.given(TRAVEL, {**signed("contact_declined"), "at": then})
    fresh.wait(hours=3)

    assert [one.incidents for one in fresh.engine.ring().raised] == [("no_show_arrival",)]
    assert fresh.tried(MANAGER, closes("needs_nothing")).says("INV-35")


def test_what_one_has_heard_before_is_not_signed_after_the_departure(fresh: Play) -> None:
    fresh.given(MANAGER, REFUSES_VISITS, DECLINED)
    landed(fresh)

    assert fresh.tried(TRAVEL, signed("contact_declined")).reasons == {("INV-35", "contact_declined")}


def test_a_refusal_that_she_took_back_before_the_flight_does_not_come_to_life_again(fresh: Play) -> None:
    refuses_contact(fresh)
    fresh.given(RECEIVER, {"do": "consent", "purpose": "monitoring", "language": "en"})
    landed(fresh).given(MANAGER, REFUSES_VISITS)
    fresh.wait(hours=3)

    assert [one.incidents for one in fresh.engine.ring().raised] == [("no_show_arrival",)]
    assert fresh.tried(MANAGER, closes("needs_nothing")).says("INV-35")


def test_where_two_do_not_agree_the_person_is_looked_for(fresh: Play) -> None:
    refuses_contact(fresh)
    landed(fresh)
    fresh.wait(days=14)
    fresh.given(MANAGER, {**AGREED, "result": "not_agreed"})
    fresh.given(LEADER, signed("leaving_alone"))

    assert [one.incidents for one in fresh.engine.ring().raised] == [("no_show_arrival",)]
    assert "arrival_wellbeing_check" in {row.id for row in fresh.seen().steps if row.state != "not_applicable"}


def test_a_child_is_never_left_alone(begin: Begin) -> None:
    child = begin(evidence_is_fresh, facts={"age_status": "child", "family_contact_in_best_interests": True})
    child.given(MANAGER, {**REFUSES_VISITS, "given_by": "guardian"})

    assert child.tried(MANAGER, DECLINED).reasons == {("STEP", "contact_declined")}


@pytest.mark.parametrize("alarm", ["violence", "re_trafficking", "risk_high", "self_harm"])
def test_an_alarm_that_opens_by_something_else_is_not_closed_over(fresh: Play, alarm: str) -> None:
    refuses_contact(fresh)
    landed(fresh).given(MANAGER, {"do": "incident", "type": alarm})
    fresh.wait(days=14)
    fresh.given(MANAGER, AGREED)
    fresh.given(LEADER, signed("leaving_alone"))

    assert fresh.tried(MANAGER, closes("needs_nothing")).reasons == {("PHASE", alarm)}


def test_when_she_was_met_after_all_it_can_be_written_down_and_her_yes_brings_all_of_it_back(fresh: Play) -> None:
    refuses_contact(fresh)
    landed(fresh).given("reception_officer", complete("arrival_reception"))
    fresh.given(RECEIVER, {"do": "consent", "purpose": "monitoring", "language": "en"})

    assert {"arrival_wellbeing_check", "monitoring_visit"} <= due_now(fresh)


def test_of_a_flight_that_is_late_nothing_rings_either(begin: Begin) -> None:
    """The honest story: the flight is four hours late, and she wants nobody to wait for her."""
    case = begin(evidence_is_fresh)
    refuses_contact(case)
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    delayed(case, 4)
    case.until(case.lands + timedelta(hours=5))

    assert case.engine.ring().raised == ()
    case.given(TRAVEL, {"do": "move", "to": "arrive", "at": case.lands.isoformat()})
    assert case.engine.ring().raised == ()


# --- fewer than three ways to reach her --------------------------------------------------------------------------


def tried_in_vain(play: Play, *channels: str, days: int = 95) -> None:
    """Five attempts on days of their own over more than a month, and then the rest of the time."""
    for number in range(6):
        play.given(MANAGER, {**IN_VAIN, "channel": channels[number % len(channels)]})
        play.wait(days=13)
    play.wait(days=max(0, days - 6 * 13))


ONLY_A_PHONE = complete("no_other_way", ways=["phone"], looked_where="(invented) the plan, the file, the partner")


def test_a_phone_that_is_her_only_channel_is_enough_once_two_have_said_so(fresh: Play) -> None:
    """The honest story: she has a number, and nothing else."""
    landed(fresh)
    tried_in_vain(fresh, "phone")
    assert fresh.tried(MANAGER, closes("lost_contact")).says("INV-25")
    assert fresh.told("INV-25", closes("lost_contact"))[0] == (
        "fewer than 3 different channels were tried",
        "try another way; where fewer are known, two sign that there is no other",
    )

    fresh.given(MANAGER, ONLY_A_PHONE)
    assert fresh.tried(MANAGER, closes("lost_contact")).says("INV-25"), "one alone does not say that there is no other"
    fresh.given(RECEIVER, signed("no_other_way"))
    fresh.given(MANAGER, closes("lost_contact"))


def test_all_ways_that_are_known_are_tried(fresh: Play) -> None:
    landed(fresh)
    tried_in_vain(fresh, "phone")
    fresh.given(MANAGER, {**ONLY_A_PHONE, "ways": ["phone", "email"]})
    fresh.given(RECEIVER, signed("no_other_way"))

    assert fresh.told("INV-25", closes("lost_contact"))[0][0] == (
        "not all ways that are known to reach the person were tried: email"
    )


def test_a_way_by_which_she_was_reached_there_is_known_whatever_two_sign(fresh: Play) -> None:
    landed(fresh).given(MANAGER, {**REACHED, "channel": "message"})
    fresh.wait(days=1)
    tried_in_vain(fresh, "phone")
    fresh.given(MANAGER, ONLY_A_PHONE)
    fresh.given(RECEIVER, signed("no_other_way"))

    assert fresh.told("INV-25", closes("lost_contact"))[0][0] == (
        "not all ways that are known to reach the person were tried: message"
    )


def test_one_account_does_not_sign_twice_that_there_is_no_other(fresh: Play) -> None:
    landed(fresh)
    tried_in_vain(fresh, "phone")
    fresh.given(MANAGER, ONLY_A_PHONE)

    assert fresh.tried(another(MANAGER), signed("no_other_way")).kind != "done"
    assert fresh.tried(MANAGER, closes("lost_contact")).says("INV-25")


def test_at_home_nothing_of_this_is_asked(begin: Begin) -> None:
    home = begin(settled)

    assert not home.why(closes("consent_withdrawn_after_return")).says("INV-35")
