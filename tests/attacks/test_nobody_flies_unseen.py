"""Silence about a moment of the journey is a question to whoever had to write. It changes nothing, and the first entry that answers ends it.

desk.md F1: two women flew tomorrow and no list showed it; a flight of five days ago had no record, and nobody was called.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from wayhome import Actor
from wayhome.today import Journey

from tests.attacks.acts import a_numbered_flight, delayed, happens, in_follow_up, later_by, open_alarms
from tests.attacks.conftest import Begin
from tests.attacks.made_packs import like_nigeria, packs_of
from tests.attacks.play import DEPART, MANAGER, TRAVEL, Command, Play, actor, begun, evidence_is_fresh

WORKER = Actor("invented_worker", "invented_organisation", {MANAGER})  # who answers for the person there
LEFT, LANDED = "expects:departure", "expects:landing"
NOT_CLEARED, NOT_ASKED = "expects:cleared", "expects:last_question"
HOURS = timedelta(hours=3)
SOON = timedelta(minutes=1)


def overdue(play: Play) -> set[str]:
    """Give the moments of the journey about which somebody is late to write."""
    rows = play.engine.due(as_=actor(MANAGER), case=play.case)
    return {row.step for row in rows if row.overdue and row.step.startswith("expects:")}


def first_listed(play: Play) -> tuple[str, dict[str, Any]]:
    """Give what is said of the first that can be done next, and what it does."""
    row = play.engine.next(play.case, as_=actor(MANAGER))[0]
    return row.because, dict(row.do)


def journeys(play: Play) -> tuple[Journey, ...]:
    return play.engine.today(as_=WORKER).journeys


def answers_of_the_person(play: Play) -> list[tuple[str, str]]:
    return [(one["purpose"], one["state"]) for one in play.seen().consents]


def books(play: Play, **later: float) -> Command:
    return {"do": "travel", "status": "booked", "legs": later_by(play, **later)}


# --- nobody has written whether she left ----------------------------------------------------------------------------


def test_a_journey_stands_on_the_list_with_what_is_missing(begin: Begin) -> None:
    play = begin(evidence_is_fresh)
    play.given(MANAGER, {"do": "redo", "step": "departure_clearance", "reason": "(invented) the dossier was not there"})

    (journey,) = journeys(play)

    assert (journey.at, journey.leaves, journey.written) == (play.takes_off, True, False)
    assert journey.missing == len(play.engine.blockers(play.case, "depart", as_=WORKER)) > 0


def test_a_departure_that_nobody_wrote_is_asked_about_three_hours_later(fresh: Play) -> None:
    fresh.until(fresh.takes_off + HOURS)
    assert overdue(fresh) == set()
    assert [one.at for one in journeys(fresh)] == [fresh.takes_off], "from the planned hour it stands there"

    fresh.wait(minutes=1)

    assert overdue(fresh) == {LEFT}
    (row,) = (row for row in fresh.engine.due(as_=actor(MANAGER), case=fresh.case) if row.step == LEFT)
    assert (row.title, row.because) == ("Has the person left?", "3 hours after the planned departure, Brussels time")


@pytest.mark.parametrize("hours", [0.1, 4, 13, 120])
def test_what_can_be_done_next_begins_with_the_question_for_as_long_as_nobody_has_answered(
    fresh: Play, hours: float
) -> None:
    """Twelve hours after the flight `next` began to plan another: boarding is over then, and `depart` was listed no more."""
    fresh.until(fresh.takes_off + timedelta(hours=hours))

    assert first_listed(fresh) == ("Has the person left?", {"do": "move", "to": "depart"})
    fresh.given(MANAGER, happens("missed_flight"))
    assert first_listed(fresh)[0].startswith("'A flight or connection was missed' is open.")
    assert "Has the person left?" not in [row.because for row in fresh.engine.next(fresh.case, as_=actor(MANAGER))]


def test_what_can_be_done_next_asks_of_a_landing_from_its_hour(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    assert first_listed(fresh)[0] != "Has the person landed?"
    fresh.until(fresh.lands + timedelta(minutes=1))

    assert first_listed(fresh) == ("Has the person landed?", {"do": "move", "to": "arrive"})


LUGGAGE = (
    "- {id: ng_luggage, title: Has the luggage come?, due: {days: 3, after: planned_arrival, confidence: own_choice}, phases: [follow_up],"
    " who: case_manager_receiving, journey: true, source: [OC], confidence: own_choice}\n"
)


def test_a_pack_that_awaits_something_which_no_move_answers_has_it_due_and_lists_no_move(tmp_path: Path) -> None:
    """The list had a line `move` to nowhere, which nobody could give."""
    packs = packs_of(like_nigeria(tmp_path / "changed", more={"expects.yaml": LUGGAGE}))
    with begun(in_follow_up, packs) as play:
        play.wait(days=10)

        assert "expects:ng_luggage" in {row.step for row in play.engine.due(as_=play.asking(), case=play.case)}
        assert [
            row for row in play.engine.next(play.case, as_=play.asking()) if row.do["do"] == "move" and row.expects
        ] == []


def test_five_days_later_it_is_still_asked(fresh: Play) -> None:
    fresh.until(fresh.takes_off + timedelta(days=5))

    assert LEFT in overdue(fresh)
    assert [one.at for one in journeys(fresh)] == [fresh.takes_off]


def test_where_nobody_has_cleared_or_asked_it_is_asked_at_once(begin: Begin) -> None:
    play = begin(evidence_is_fresh)
    play.given(MANAGER, {"do": "redo", "step": "departure_clearance", "reason": "(invented) the dossier was not there"})
    play.given(TRAVEL, {"do": "redo", "step": "departure_assistance", "reason": "(invented) she was not asked"})
    play.until(play.takes_off)
    assert overdue(play) == set()

    play.wait(minutes=1)

    assert overdue(play) == {NOT_CLEARED, NOT_ASKED}


def test_silence_voids_resets_and_opens_nothing(fresh: Play) -> None:
    before, version = answers_of_the_person(fresh), fresh.seen().version
    fresh.until(fresh.takes_off + timedelta(hours=5))
    fresh.engine.ring()

    assert LEFT in overdue(fresh)
    assert (answers_of_the_person(fresh), fresh.seen().version) == (before, version)
    assert open_alarms(fresh) == set()
    assert fresh.step("departure_clearance").state == "done"


def test_who_typed_the_departure_five_hours_later_ends_the_question(fresh: Play) -> None:
    before = answers_of_the_person(fresh)
    fresh.until(fresh.takes_off + timedelta(hours=5))

    fresh.given(TRAVEL, {**DEPART, "at": fresh.takes_off.isoformat()})

    assert overdue(fresh) == set()
    assert [one.leaves for one in journeys(fresh)] == [False]
    assert answers_of_the_person(fresh) == before


@pytest.mark.parametrize(
    ("answer", "still_flies"),
    [
        (happens("missed_flight"), True),
        (happens("no_show_departure"), True),
        (happens("decision_postponed"), True),
        ({"do": "travel", "status": "cancelled"}, False),
        (happens("consent_withdrawn_before"), False),
    ],
    ids=["the flight was missed", "she did not come", "not now", "called off", "she says no"],
)
def test_whatever_is_written_of_it_answers(fresh: Play, answer: dict[str, Any], still_flies: bool) -> None:
    fresh.until(fresh.takes_off + HOURS + SOON)
    assert overdue(fresh) == {LEFT}

    fresh.given(MANAGER, answer)

    assert overdue(fresh) == set()
    assert [one.written for one in journeys(fresh)] == [True] * still_flies, (
        "a ticket that is not called off stays in sight"
    )


def test_only_that_she_did_not_come_takes_her_yes_away(begin: Begin) -> None:
    missed, absent = begin(evidence_is_fresh), begin(evidence_is_fresh)
    for play, what in ((missed, "missed_flight"), (absent, "no_show_departure")):
        play.until(play.takes_off + SOON)
        play.given(MANAGER, happens(what))

    assert ("return", "given") in answers_of_the_person(missed)
    assert ("return", "void") in answers_of_the_person(absent)


def test_a_flight_that_is_late_is_asked_about_by_its_new_hour(begin: Begin) -> None:
    play = begin(a_numbered_flight)
    booked = play.takes_off
    delayed(play, 4)

    play.until(booked + HOURS + SOON)
    assert overdue(play).isdisjoint({LEFT})

    play.until(play.takes_off + HOURS + SOON)
    assert LEFT in overdue(play)


def test_a_day_that_is_only_aimed_at_is_nobodys_flight(begin: Begin) -> None:
    play = begin()
    play.given(
        TRAVEL, {"do": "travel", "status": "target", "departs_on": (play.now + timedelta(days=2)).date().isoformat()}
    )
    play.wait(days=4)

    assert overdue(play) == set()
    assert journeys(play) == ()


def test_a_flight_that_was_missed_before_says_nothing_of_the_one_that_is_booked_now(fresh: Play) -> None:
    """In a hurry the flight is booked anew, and nobody ends 'missed': the new one would have flown unseen."""
    fresh.until(fresh.takes_off + SOON)
    fresh.given(MANAGER, happens("missed_flight"))
    fresh.given(TRAVEL, books(fresh, days=2))
    assert open_alarms(fresh) == {"missed_flight"}

    fresh.until(fresh.takes_off + HOURS + SOON)

    assert LEFT in overdue(fresh)
    assert [one.written for one in journeys(fresh)] == [False]


# --- nobody has written whether she landed --------------------------------------------------------------------------


def test_a_landing_that_nobody_wrote_is_asked_about_and_alarms_when_nobody_met_her(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    assert [(one.at, one.leaves) for one in journeys(fresh)] == [(fresh.lands, False)]

    fresh.until(fresh.lands + HOURS + SOON)
    assert overdue(fresh) == {LANDED}

    fresh.engine.ring()
    assert open_alarms(fresh) == {"no_show_arrival"}
    assert overdue(fresh) == set(), "the alarm calls; the question is answered by it"
    assert [one.written for one in journeys(fresh)] == [True]


def test_who_has_landed_is_on_no_journey_any_more(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.until(fresh.lands)
    fresh.given(TRAVEL, {"do": "move", "to": "arrive"})

    assert journeys(fresh) == ()
    fresh.wait(days=1)
    assert overdue(fresh) == set()
