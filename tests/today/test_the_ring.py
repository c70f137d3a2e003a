"""The ring: who is called because something cannot wait, and that a call says nothing of a person.

desk.md F2: one text of forty-three overdue things, the same each half hour, was read by nobody after three.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor, Engine, LedgerBroken
from wayhome.packs.plugins import Packs
from wayhome.shell.ringing import line

from tests.attacks.acts import happens, later_by
from tests.attacks.play import DEPART, LEADER, MANAGER, TRAVEL, Play, another_case, begun, evidence_is_fresh

HOUSE = "invented_organisation"
WORKER = Actor("invented_worker", HOUSE, {MANAGER})
COLLEAGUE = Actor("invented_colleague", HOUSE, {MANAGER})
CHIEF = Actor("invented_chief", HOUSE, {LEADER})
ADMIN = Actor("invented_admin", HOUSE, {"system_admin"})
THERE = Actor("ngozi", "ng_bakhita", {"case_manager_receiving"})
QUARTER = timedelta(minutes=15)


@pytest.fixture
def play(packs: Packs) -> Iterator[Play]:
    """A journey that is ready, two hours before it leaves; everybody of the office has an account."""
    with begun(evidence_is_fresh, packs) as one:
        one.engine.put_actor(ADMIN)
        for who in (WORKER, COLLEAGUE, CHIEF, THERE):
            one.engine.put_actor(who, as_=ADMIN)
        one.engine.ring()  # what they are told of their day
        yield one


def called(engine: Engine) -> dict[str, int]:
    """Ring, and give who is called, each with how much cannot wait."""
    return {one.account: one.look_now for one in engine.ring().calls}


def nobody_wrote_the_departure(play: Play) -> None:
    play.until(play.takes_off + timedelta(hours=3, seconds=1))


# --- to whom --------------------------------------------------------------------------------------------------------


def test_the_worker_is_called_first_and_once(play: Play) -> None:
    nobody_wrote_the_departure(play)

    assert called(play.engine) == {"invented_worker": 1}
    assert called(play.engine) == {}


def test_while_nobody_takes_it_it_goes_on_to_the_colleague_and_to_who_leads_the_programme(play: Play) -> None:
    nobody_wrote_the_departure(play)
    play.engine.ring()

    rung = []
    for _ in range(4):
        play.clock.moment += QUARTER
        rung.append({*called(play.engine)})

    assert rung == [
        {"invented_colleague"},
        {"invented_chief"},
        set(),
        {"invented_worker", "invented_colleague", "invented_chief"},
    ]


def test_where_nobody_answers_for_the_person_the_next_are_called_at_once(play: Play) -> None:
    play.engine.end_actor("invented_worker", as_=ADMIN)
    nobody_wrote_the_departure(play)

    assert called(play.engine) == {"invented_colleague": 1}

    play.engine.end_actor("invented_colleague", as_=ADMIN)
    assert called(play.engine) == {"invented_chief": 1}


def test_who_is_called_where_nobody_else_is_left_finds_on_their_list_what_cannot_wait(play: Play) -> None:
    for left in (WORKER, COLLEAGUE):
        play.engine.end_actor(left.id, as_=ADMIN)
    nobody_wrote_the_departure(play)
    assert called(play.engine) == {"invented_chief": 1}

    found = play.engine.today(as_=CHIEF)

    assert [row.case for row in found.journeys] == [play.case]


def test_what_somebody_has_taken_calls_nobody_until_it_grows_worse(play: Play) -> None:
    nobody_wrote_the_departure(play)
    play.engine.ring()
    assert play.engine.take(as_=WORKER) == 1
    assert play.engine.take(as_=COLLEAGUE) == 0, "somebody has taken it"

    play.wait(hours=2)
    assert called(play.engine) == {}

    play.given(MANAGER, happens("risk_high"))
    assert "invented_worker" in called(play.engine)


def test_who_takes_it_and_when_is_kept_and_shown(play: Play) -> None:
    play.given(MANAGER, happens("risk_high"))
    play.engine.take(as_=WORKER)

    (alarm,) = play.engine.today(as_=WORKER).alarms
    assert alarm.seen is not None
    assert (alarm.seen.by, alarm.seen.taken, alarm.seen.at) == ("invented_worker", True, play.now)


def test_a_damaged_case_keeps_no_other_alarm_from_being_taken(play: Play, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a case that cannot be read nobody knows to whom its alarm is told: it goes on calling."""
    play.given(MANAGER, happens("risk_high"))
    sound = another_case(play.engine, play.clock, facts={"age_status": "adult"})
    sound.given(MANAGER, happens("risk_high"))
    load = play.engine._store.load

    def damaged(connection: Any, number: str) -> Any:
        if number == play.case:
            raise LedgerBroken("this case is damaged", number=number)
        return load(connection, number)

    monkeypatch.setattr(play.engine._store, "load", damaged)

    assert play.engine.take(as_=WORKER) == 1


def test_who_was_called_because_another_does_not_answer_takes_it_and_reads_what_it_is(play: Play) -> None:
    """They were called, and their list was empty: what it was about stood in the list of who did not answer."""
    nobody_wrote_the_departure(play)
    play.engine.ring()
    assert play.engine.take(as_=COLLEAGUE) == 0, "nobody has called them, and the worker would be called no more"
    assert play.engine.today(as_=COLLEAGUE).journeys == ()

    play.clock.moment += QUARTER
    assert called(play.engine) == {"invented_colleague": 1}
    (journey,) = play.engine.today(as_=COLLEAGUE).journeys
    assert (journey.case, journey.written) == (play.case, False)

    assert play.engine.take(as_=COLLEAGUE) == 1
    assert called(play.engine) == {}


def test_who_leads_the_programme_reads_the_alarm_for_which_they_were_called(play: Play) -> None:
    play.given(MANAGER, happens("risk_high"))
    play.engine.ring()
    assert play.engine.today(as_=CHIEF).alarms == ()

    play.clock.moment += 2 * QUARTER
    assert "invented_chief" in called(play.engine)
    (alarm,) = play.engine.today(as_=CHIEF).alarms
    assert (alarm.case, alarm.step) == (play.case, "incident:risk_high")


def test_what_nobody_here_is_concerned_with_is_not_theirs_to_take(play: Play) -> None:
    nobody_wrote_the_departure(play)
    stranger = Actor("stranger", "invented_elsewhere", {MANAGER})

    assert play.engine.take(as_=stranger) == 0
    assert called(play.engine) == {"invented_worker": 1}


def test_a_house_whose_conduct_an_alarm_is_about_is_not_called_for_it(play: Play) -> None:
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.given(MANAGER, happens("partner_failure"))

    rung = called(play.engine)

    assert "invented_worker" in rung
    assert "ngozi" not in rung


def test_who_an_alarm_is_about_does_not_take_it_away_from_others(play: Play) -> None:
    """They are not called for it; by taking it they would silence everybody who is."""
    play.until(play.takes_off)
    play.given(TRAVEL, DEPART)
    play.given(MANAGER, happens("partner_failure"))

    play.engine.take(as_=THERE)

    assert "invented_worker" in called(play.engine)


def test_what_was_taken_by_somebody_whose_account_has_ended_is_taken_by_nobody(play: Play) -> None:
    nobody_wrote_the_departure(play)
    play.engine.take(as_=WORKER)
    assert called(play.engine) == {}

    play.engine.end_actor("invented_worker", as_=ADMIN)

    assert called(play.engine) == {"invented_colleague": 1}
    assert play.engine.take(as_=COLLEAGUE) == 1
    assert called(play.engine) == {}


def test_a_booking_that_is_changed_calls_anew(play: Play) -> None:
    nobody_wrote_the_departure(play)
    play.engine.take(as_=WORKER)

    play.given(TRAVEL, {"do": "travel", "status": "booked", "legs": later_by(play, days=2)})
    nobody_wrote_the_departure(play)

    assert called(play.engine)["invented_worker"] >= 1


# --- how often ------------------------------------------------------------------------------------------------------


def test_a_day_is_told_once(packs: Packs) -> None:
    with begun(evidence_is_fresh, packs) as play:
        play.engine.put_actor(ADMIN)
        play.engine.put_actor(WORKER, as_=ADMIN)
        play.clock.moment = play.now.replace(hour=5)
        first = [one.account for one in play.engine.ring().calls]
        again = []
        for _ in range(4):
            play.clock.moment += QUARTER
            again += play.engine.ring().calls
        assert first in ([], ["invented_worker"])
        assert again == []


def test_where_nobody_has_an_account_silence_is_raised_and_nobody_called(packs: Packs) -> None:
    with begun(evidence_is_fresh, packs) as play:
        play.until(play.takes_off)
        play.given(TRAVEL, DEPART)
        play.until(play.lands + timedelta(hours=2, seconds=1))
        rung = play.engine.ring()
        assert [one.incidents for one in rung.raised] == [("no_show_arrival",)]
        assert rung.calls == ()


# --- how often --------------------------------------------------------------------------------------------------------


DANGERS = ("violence", "self_harm", "threat_at_home", "medical_emergency", "re_trafficking", "detention_or_arrest")


def calls_at_home(play: Play, dangers: Iterable[str]) -> Iterator[set[str]]:
    """Let one danger after the other be written down, each taken by the worker; gives who of the office is called for each."""
    for one in dangers:
        play.given(MANAGER, happens(one))
        yield {*called(play.engine)} - {THERE.id}
        play.engine.take(as_=WORKER)
        play.wait(minutes=1)


def test_three_lines_after_the_first_of_a_day_are_enough_while_a_colleague_is_there(play: Play) -> None:
    """A line that comes eleven times a day is heard by nobody after the third month; what cannot wait is heard by who comes next."""
    assert [*calls_at_home(play, DANGERS)] == [{WORKER.id}] * 4 + [{COLLEAGUE.id}] * 2
    play.wait(days=1)
    assert WORKER.id in called(play.engine), "a new day"


def test_who_is_alone_is_called_all_the_same(play: Play) -> None:
    for one in (COLLEAGUE, CHIEF):
        play.engine.end_actor(one.id, as_=ADMIN)

    assert [*calls_at_home(play, DANGERS)] == [{WORKER.id}] * 6


def test_what_somebody_was_called_for_before_they_had_heard_enough_is_still_theirs_to_take(play: Play) -> None:
    [*calls_at_home(play, DANGERS[:3])]
    play.given(MANAGER, happens(DANGERS[3]))
    assert WORKER.id in called(play.engine)
    play.given(MANAGER, happens(DANGERS[4]))
    play.engine.ring()

    assert play.engine.take(as_=WORKER) == 2
    assert called(play.engine) == {}


# --- what a call says -----------------------------------------------------------------------------------------------


def test_no_line_names_anything_of_the_case(play: Play) -> None:
    """Each line is one constant sentence with two counts, and the id of the account that is called."""
    nobody_wrote_the_departure(play)
    play.given(MANAGER, happens("risk_high"))

    lines = [line(one) for one in play.engine.ring().calls]

    assert {re.sub(r"\d+", "#", one).partition(": ")[2] for one in lines} == {
        "Wayhome has work for you. Look now: #. Today: #."
    }
    assert {one.partition(": ")[0] for one in lines} == {
        "invented_worker",
        "invented_colleague",
        "invented_chief",
        "ngozi",
    }


# --- away -----------------------------------------------------------------------------------------------------------


def test_who_is_away_is_not_called_and_who_stands_in_is_called_first(play: Play) -> None:
    play.engine.away("invented_worker", until=play.now + timedelta(days=9), stand_in="invented_colleague", as_=WORKER)
    nobody_wrote_the_departure(play)

    assert called(play.engine) == {"invented_colleague": 1}

    play.clock.moment += 2 * QUARTER
    assert called(play.engine) == {"invented_chief": 1}


def test_where_everybody_of_a_house_is_away_they_are_called_all_the_same(play: Play) -> None:
    for who in (WORKER, COLLEAGUE, CHIEF, ADMIN):
        play.engine.away(who.id, until=play.now + timedelta(days=9), as_=who)
    nobody_wrote_the_departure(play)

    assert called(play.engine) == {"invented_worker": 1, "invented_colleague": 1}
