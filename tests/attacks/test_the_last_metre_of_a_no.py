"""After a no, whoever counts on the journey is told 'postponed', and nothing else; until then they are awaited.

desk.md F7: only Bakhita Villa was told, not who holds the ticket, and nothing reminded anybody: the sisters drove to the airport. And who
had taken back that it is shared with them could not be told at all.
"""

from __future__ import annotations

from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.acts import (
    NO_TO_THE_JOURNEY,
    REACHED,
    YES,
    a_numbered_flight,
    before,
    corrected,
    ends,
    happens,
    later_by,
    open_alarms,
    seq_of,
)
from tests.attacks.conftest import Begin
from tests.attacks.play import LEADER, MANAGER, RECEIVER, TRAVEL, Command, Play, at_home, complete, signed

WORKER = Actor("invented_worker", "invented_organisation", {MANAGER})  # who answers for the person there
THERE = "ng_bakhita"  # receives the person in these cases
STRANGER = "ng_cosudow"  # a partner of the pack that counts on nothing here


def says(party: str, reached: bool = True, **said: Any) -> Command:
    """Write that somebody was told 'postponed', and nothing else."""
    return {"do": "contact", "with": party, "channel": "phone", "reached": reached, "postponed": "only_that", **said}


def awaited(play: Play) -> dict[str, Any]:
    """Give who must still be told of the no, each with its line."""
    rows = play.engine.due(as_=play.actor(MANAGER), case=play.case)
    return {row.step.removeprefix("tell:"): row for row in rows if row.step.startswith("tell:")}


def takes_back_all(play: Play) -> None:
    """Let the person take back that anybody there is contacted, or told anything."""
    given = {one["purpose"] for one in play.seen().consents if one["state"] == "given"}
    for purpose in sorted(given & {"contact_partner", "share_partner", "travel_data_share", "health_share"}):
        play.given(MANAGER, {"do": "withdraw", "purpose": purpose})


def says_no(play: Play) -> Play:
    play.given(MANAGER, NO_TO_THE_JOURNEY)
    play.wait(minutes=5)
    return play


@pytest.fixture
def numbered(begin: Begin) -> Play:
    """As `fresh`, with the carrier and the number of each flight."""
    return begin(a_numbered_flight)


# --- who may be told without a consent -----------------------------------------------------------------------------


def test_who_counts_on_the_journey_is_told_postponed_whatever_she_took_back(fresh: Play) -> None:
    takes_back_all(fresh)
    assert ("INV-14", THERE) in fresh.tried(MANAGER, {**says(THERE), "postponed": None}).reasons, "as any contact"
    says_no(fresh)

    fresh.given(MANAGER, says(THERE))

    assert fresh.history()[-1].data == {"with": THERE, "channel": "phone", "reached": True, "postponed": "only_that"}


def test_who_counts_on_it_and_is_told_more_still_needs_what_that_needed(fresh: Play) -> None:
    takes_back_all(fresh)
    says_no(fresh)

    assert fresh.tried(MANAGER, says(THERE, groups=["travel"])).rules >= {"INV-14", "INV-20"}
    assert not fresh.tried(MANAGER, says(THERE, groups=["travel"], basis="consent")).done


def test_a_stranger_is_told_nothing_by_that_word(fresh: Play) -> None:
    says_no(fresh)
    assert fresh.tried(MANAGER, says(STRANGER)).reasons == {("INV-14", STRANGER)}
    assert not fresh.tried(MANAGER, says("authority_origin")).done


def test_so_is_a_partner_that_was_chosen_before_anything_was_booked(begin: Begin) -> None:
    """Nobody there knows of her yet: a call that says 'postponed' would tell them that she is."""
    play = begin()
    before(play, do="consent", purpose="contact_partner")
    assert play.seen().roles["receiving_organisation"] == THERE
    assert play.tried(MANAGER, says(THERE)).reasons == {("INV-14", THERE)}


def test_nobody_counts_on_a_journey_that_has_landed(begin: Begin) -> None:
    play = begin(at_home)
    takes_back_all(play)
    assert not play.tried(RECEIVER, says(play.seen().roles["receiving_organisation"])).done


def test_a_suspect_who_was_to_meet_her_is_told_nothing_and_awaited_by_nobody(begin: Begin) -> None:
    play = begin(a_numbered_flight)
    met = play.involved("reception_person")
    play.vetted(met, "meet")
    play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later_by(play, hours=1), "meeting_person": met})
    play.given(MANAGER, {"do": "involve", "ref": met, "suspected": True})
    says_no(play)

    assert met not in awaited(play)
    assert not play.tried(MANAGER, says(met)).done


def test_on_the_way_who_waits_there_may_be_told_and_nothing_is_called_off(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, {"do": "move", "to": "depart"})
    takes_back_all(fresh)
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})

    assert awaited(fresh) == {}
    fresh.given(MANAGER, says(THERE))


# --- a carrier ------------------------------------------------------------------------------------------------------


def test_the_carrier_of_a_booked_leg_is_told_by_its_code(numbered: Play) -> None:
    takes_back_all(numbered)
    says_no(numbered)
    assert awaited(numbered).keys() == {THERE, "SN"}

    numbered.given(MANAGER, says("SN"))

    assert awaited(numbered).keys() == {THERE}


def test_another_carrier_is_somebody_whom_nobody_here_knows(numbered: Play) -> None:
    assert numbered.faults(MANAGER, says("KL")) == {("with", "unregistered")}


def test_a_carrier_is_told_no_more_of_her_than_carriers_may_be(numbered: Play) -> None:
    told = {"do": "contact", "with": "SN", "channel": "email", "reached": True}
    assert numbered.tried(MANAGER, {**told, "groups": ["narrative"]}).rules == {"INV-20"}
    takes_back_all(numbered)
    assert numbered.tried(MANAGER, {**told, "groups": ["travel"]}).rules == {"INV-14", "INV-20"}


def test_of_a_flight_without_a_carrier_somebody_still_holds_the_ticket(fresh: Play) -> None:
    says_no(fresh)
    assert awaited(fresh).keys() == {THERE, "carrier"}


# --- awaited until they are told --------------------------------------------------------------------------------------


def test_after_a_no_each_who_counts_on_the_journey_is_awaited_by_who_leads(numbered: Play) -> None:
    assert awaited(numbered) == {}
    says_no(numbered)

    row = awaited(numbered)[THERE]
    assert row.title == "Tell them only 'postponed', and no reason: Bakhita Villa"
    assert row.because == "the journey was called off then"
    assert (row.overdue, next(iter(row.who))) == (True, MANAGER)
    numbered.wait(days=30)
    assert awaited(numbered).keys() == {THERE, "SN"}, "silence ends nothing"


def test_it_stands_on_todays_list_of_who_leads_the_case(fresh: Play) -> None:
    says_no(fresh)
    late = fresh.engine.today(as_=WORKER).overdue
    assert {row.step for row in late} >= {f"tell:{THERE}"}


def test_who_was_told_is_awaited_no_more_and_a_call_of_before_the_no_told_nobody(fresh: Play) -> None:
    fresh.given(MANAGER, {"do": "contact", "with": THERE, "channel": "phone", "reached": True})
    said_no = fresh.now
    says_no(fresh)
    assert THERE in awaited(fresh)

    fresh.given(MANAGER, {**says(THERE), "at": said_no.isoformat()})

    assert THERE not in awaited(fresh)


def test_who_is_told_where_they_agreed_to_be_called_is_told_too(fresh: Play) -> None:
    """As it was written until now: a contact with a consent."""
    says_no(fresh)
    fresh.given(MANAGER, {"do": "contact", "with": THERE, "channel": "phone", "reached": True, "groups": ["travel"]})
    assert THERE not in awaited(fresh)


def test_who_could_not_be_told_stays_awaited_until_nobody_tries_again(fresh: Play) -> None:
    says_no(fresh)
    fresh.given(MANAGER, says(THERE, reached=False))
    assert awaited(fresh)[THERE].round == "tried"

    fresh.given(MANAGER, says(THERE, reached=False, channel="email", postponed="given_up"))

    assert THERE not in awaited(fresh)
    tried = [row.data for row in fresh.history() if row.type == "contact_attempted"]
    assert [(one["channel"], one["postponed"]) for one in tried] == [("phone", "only_that"), ("email", "given_up")]


def test_whom_she_does_not_want_told_is_told_nothing_and_awaited_by_nobody(fresh: Play) -> None:
    takes_back_all(fresh)
    says_no(fresh)

    fresh.given(MANAGER, says(THERE, reached=False, channel="visit", postponed="not_wanted"))

    assert THERE not in awaited(fresh)
    fresh.given(MANAGER, says("carrier"))
    assert awaited(fresh) == {}


@pytest.mark.parametrize("word", ["given_up", "not_wanted"])
def test_nobody_is_told_and_not_told_in_one_line(fresh: Play, word: str) -> None:
    says_no(fresh)
    assert fresh.faults(MANAGER, says(THERE, postponed=word)) == {("postponed", "contradiction")}


def test_a_call_that_was_written_in_error_has_told_nobody(fresh: Play) -> None:
    says_no(fresh)
    fresh.given(MANAGER, says(THERE))
    fresh.given(MANAGER, corrected(seq_of(fresh, "contact_made", **{"with": THERE})))
    assert THERE in awaited(fresh)


def test_a_journey_that_is_booked_anew_is_told_as_such(fresh: Play) -> None:
    says_no(fresh)
    fresh.wait(days=3)
    fresh.given(MANAGER, complete("options_counselling", round="4"))
    fresh.given(
        MANAGER, {"do": "resolve", "incident": "consent_withdrawn_before", "outcome": "talked_again", "reason": "x"}
    )
    fresh.given(TRAVEL, {"do": "travel", "status": "target", "departs_on": "2026-09-01"})
    assert THERE in awaited(fresh), "a day that is aimed at tells nobody"


def test_who_was_never_told_is_awaited_when_the_case_is_closed(fresh: Play) -> None:
    says_no(fresh)
    fresh.given(MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"})
    assert awaited(fresh).keys() == {THERE, "carrier"}
    fresh.given(MANAGER, says(THERE))
    assert awaited(fresh).keys() == {"carrier"}


def test_a_missed_flight_is_no_no_and_nobody_is_awaited_for_it(fresh: Play) -> None:
    fresh.given(MANAGER, happens("missed_flight"))
    assert awaited(fresh) == {}
    fresh.given(TRAVEL, {"do": "travel", "status": "cancelled"})
    assert awaited(fresh) == {}


def test_who_called_it_off_first_and_wrote_the_no_later_has_told_nobody_either(fresh: Play) -> None:
    fresh.given(TRAVEL, {"do": "travel", "status": "cancelled"})
    fresh.wait(minutes=10)
    says_no(fresh)
    assert awaited(fresh).keys() == {THERE, "carrier"}


def test_a_no_where_nothing_was_booked_leaves_nobody_to_be_told(begin: Begin) -> None:
    play = begin()
    play.prepare("prepare")
    assert awaited(says_no(play)) == {}


# --- how it ended -----------------------------------------------------------------------------------------------------

STAYS = ["stays", "may_ask_again"]
EACH = [*STAYS, "not_heard_again"]
IN_VAIN: Command = {**REACHED, "reached": False}


def ended(play: Play, outcome: str) -> None:
    """Let her say no, and end it so, with what that needs."""
    says_no(play)
    play.given(MANAGER, *([REACHED] if outcome in STAYS else [IN_VAIN]))
    if outcome not in STAYS:
        play.given(MANAGER, complete("no_other_way", ways=["phone"], looked_where="invented words"))
        play.given(LEADER, signed("no_other_way"))
    play.given(MANAGER, ends("consent_withdrawn_before", outcome))


def asked(play: Play) -> list[tuple[str, str]]:
    rows = play.engine.next(play.case, as_=play.actor(MANAGER))
    return [(row.do["do"], str(row.do.get("purpose") or row.do.get("step") or row.do.get("status"))) for row in rows]


@pytest.mark.parametrize("outcome", EACH)
def test_after_a_no_that_has_ended_nobody_asks_for_the_journey(fresh: Play, outcome: str) -> None:
    ended(fresh, outcome)

    assert open_alarms(fresh) == (set() if outcome in STAYS else {"lost_contact"}), "not heard again ends no search"
    assert {("consent", "return"), ("travel", "target")}.isdisjoint(asked(fresh))
    assert ("INV-01", "return") in fresh.why().reasons
    fresh.wait(days=30)
    due = {row.step for row in fresh.engine.due(as_=fresh.actor(MANAGER), case=fresh.case) if ":" not in row.step}
    assert {fresh.step(step).phase for step in due}.isdisjoint({"pre_departure", "travel"})


@pytest.mark.parametrize("outcome", EACH)
def test_a_no_ends_by_no_word_alone(fresh: Play, outcome: str) -> None:
    fresh.given(MANAGER, REACHED)  # before the no: it shows nothing
    says_no(fresh)
    assert not fresh.tried(MANAGER, ends("consent_withdrawn_before", outcome)).done


@pytest.mark.parametrize("outcome", EACH)
def test_that_it_has_ended_makes_no_yes_in_two_minutes(fresh: Play, outcome: str) -> None:
    """The attack: the no is over, and the next yes is written at once, on the talks of before."""
    ended(fresh, outcome)
    fresh.wait(minutes=2)
    assert not fresh.tried(MANAGER, YES).done
    fresh.wait(days=3)
    assert not fresh.tried(MANAGER, YES).done, "nobody has talked about all options since"


@pytest.mark.parametrize("outcome", STAYS)
def test_who_asks_to_go_after_all_is_talked_with_and_has_two_days(fresh: Play, outcome: str) -> None:
    """The honest story beside it."""
    ended(fresh, outcome)
    fresh.wait(days=10)
    fresh.given(MANAGER, complete("options_counselling", round="4"))
    assert ("consent", "return") in asked(fresh)
    assert not fresh.tried(MANAGER, YES).done
    fresh.wait(hours=49)
    fresh.given(MANAGER, YES)


@pytest.mark.parametrize("outcome", STAYS)
def test_who_stays_can_have_the_case_closed_by_its_name_and_who_waits_there_is_still_to_be_told(
    fresh: Play, outcome: str
) -> None:
    ended(fresh, outcome)
    fresh.given(MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"})
    assert THERE in awaited(fresh)


def test_on_the_way_a_no_ends_by_no_word(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, {"do": "move", "to": "depart"})
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    assert fresh.faults(MANAGER, ends("consent_withdrawn_before", "stays")) == {("outcome", "unknown")}


# --- a no at the question, beside a journey that is booked ----------------------------------------------------------

OFF: Command = {"do": "travel", "status": "cancelled"}


def says_no_when_asked(play: Play, result: str = "no") -> Play:
    """Let the person say no when they are asked again what they want, in a talk and not at the desk where the consent lies."""
    play.given(MANAGER, {"do": "redo", "step": "return_intention"}, complete("return_intention", result=result))
    play.wait(minutes=5)
    return play


def to_call_off(play: Play) -> list[str]:
    rows = play.engine.due(as_=play.actor(MANAGER), case=play.case)
    return [row.title for row in rows if row.step == "call_off"]


@pytest.mark.parametrize("result", ["no", "not_now"])
def test_a_journey_that_is_booked_is_to_be_called_off_after_a_no_at_the_question(numbered: Play, result: str) -> None:
    """The gate held, but the ticket, and whoever counted on it, stayed: nobody was asked to call it off."""
    assert to_call_off(numbered) == []

    says_no_when_asked(numbered, result)

    assert to_call_off(numbered) == ["Call off the journey that is booked: the person has said no"]
    (late,) = [row for row in numbered.engine.today(as_=WORKER).overdue if row.step == "call_off"]
    assert late.because == "the person said no then"
    first = numbered.engine.next(numbered.case, as_=WORKER)[0]
    assert (dict(first.do), first.because) == (dict(OFF), late.title)


def test_once_it_is_called_off_whoever_counted_on_it_is_awaited(numbered: Play) -> None:
    says_no_when_asked(numbered)
    numbered.given(TRAVEL, OFF)

    assert to_call_off(numbered) == []
    assert THERE in awaited(numbered)
    rows = numbered.engine.next(numbered.case, as_=WORKER)
    told = {row.do["with"]: row.because for row in rows if row.do.get("postponed") == "only_that"}
    assert told.keys() == awaited(numbered).keys()
    assert told[THERE] == awaited(numbered)[THERE].title


def test_who_wants_to_go_after_all_keeps_the_journey(numbered: Play) -> None:
    says_no_when_asked(numbered)
    numbered.given(MANAGER, {"do": "record", "facts": {"says_so_unasked": True}})

    assert to_call_off(numbered) == []


def test_a_no_that_calls_it_off_by_itself_leaves_nothing_to_call_off(numbered: Play) -> None:
    assert to_call_off(says_no(numbered)) == []


# --- the escort's own office ------------------------------------------------------------------------------------------


def with_an_escort(begin: Begin, **said: Any) -> tuple[Play, str]:
    """A booked journey on which somebody travels along, who is given as a person, and no organisation."""
    play = begin(a_numbered_flight)
    escort = play.vetted(play.involved("escort", travels=True, **said), "escort")
    play.given(MANAGER, {"do": "assign", "role": "escort", "ref": escort})
    return play, escort


def test_the_office_of_an_escort_is_told_too(begin: Begin) -> None:
    """A person has no number here: whoever heard the no could call nobody who knows where the escort is."""
    play, escort = with_an_escort(begin, works_for="be_iom")
    takes_back_all(play)
    says_no(play)

    assert awaited(play).keys() == {THERE, "SN", escort, "be_iom"}
    play.given(MANAGER, says("be_iom"))
    assert "be_iom" not in awaited(play)


def test_of_an_escort_of_whom_it_was_not_said_no_office_is_told(begin: Begin) -> None:
    play, escort = with_an_escort(begin)
    says_no(play)

    assert awaited(play).keys() == {THERE, "SN", escort}
    assert play.tried(MANAGER, says("be_iom")).reasons == {("INV-14", "be_iom")}


def test_it_can_be_said_later_and_stays_said(begin: Begin) -> None:
    play, escort = with_an_escort(begin)
    for more in ({"works_for": "be_iom"}, {"contact": "(invented) by the office"}):
        play.given(MANAGER, {"do": "involve", "by": "person", "ref": escort, **more})
    says_no(play)

    assert "be_iom" in awaited(play)


def test_the_office_of_an_escort_under_suspicion_hears_nothing_by_that_word(begin: Begin) -> None:
    play, escort = with_an_escort(begin, works_for="be_iom")
    play.given(MANAGER, {"do": "involve", "ref": escort, "suspected": True})
    says_no(play)

    assert {escort, "be_iom"}.isdisjoint(awaited(play))
    assert not play.tried(MANAGER, says("be_iom")).done


def test_who_works_for_nobody_whom_anybody_knows_is_not_written_so(begin: Begin) -> None:
    assert begin().faults(MANAGER, {"do": "involve", "relation": "escort", "works_for": "iom"}) >= {
        ("works_for", "unregistered")
    }
