"""What a third hostile look found in what was built last: vetting, organisations, delays, the clock, holds. By danger."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from wayhome import Actor

from tests.attacks.conftest import Begin
from tests.attacks.play import (
    ASSESSOR,
    DEPART,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    Shell,
    actor,
    another,
    evidence_is_fresh,
    signed,
    vetting,
)
from tests.attacks.test_closing import in_follow_up

HOUSE = "mercy_house"  # invented, as is all of it
REACHED = {"do": "contact", "with": "person", "channel": "visit", "reached": True}


def _registered(case: Play, *does: str, country: str = "NG") -> None:
    case.engine.register_organisation(HOUSE, title="An invented house", country=country, does=does)


def _the_clock_was_twenty_days_fast(case: Play) -> None:
    """All evidence was typed twenty days ago, by a clock that was wrong; now it is right, and that is confirmed."""
    case.clock.moment -= timedelta(days=20)
    case.given("system_admin", {"do": "clock"})


def _visits(case: Play) -> list[str]:
    """Name the rounds of the visits that are due until now, or at any time."""
    return [row.round or "" for row in case.engine.due(as_=actor(RECEIVER)) if row.step == "monitoring_visit"]


# --- 1. a confirmed clock keeps old evidence fresh ---------------------------------------------------------------------


def test_what_a_fast_clock_dated_ahead_is_not_fresh_when_that_day_comes(fresh: Play) -> None:
    leaves = fresh.takes_off
    _the_clock_was_twenty_days_fast(fresh)
    fresh.until(leaves)  # nobody has looked at anything, or asked the person, for twenty days

    assert {"INV-02", "INV-03", "INV-04"} <= fresh.why(DEPART).rules
    fact, todo = fresh.told("INV-03", DEPART)[0]
    assert fact in ("the clearance is void", "the departure is not cleared, or its clearance is older than 24 hours")
    assert todo == "clear the departure when everything else is met"
    assert not fresh.boards().done


def test_what_a_fast_clock_dated_ahead_can_be_done_anew_today(fresh: Play) -> None:
    """The way out of it, for all who see it, is closed for twenty days: 'something later is recorded already'."""
    _the_clock_was_twenty_days_fast(fresh)

    assert fresh.step("risk_recheck").state != "done"
    anew: Command = {"do": "start", "step": "risk_recheck"}
    assert fresh.tried(ASSESSOR, anew).kind != "bad_input"  # nothing later stands in its way


# --- 2. an organisation that nobody vetted meets the person, as the role that meets ------------------------------------


@pytest.mark.parametrize(
    ("does", "country", "why"),
    [
        ([], "GH", "this organisation does not do that"),
        (["meet"], "GH", "this organisation works in another country"),
        (["meet"], "NG", "nobody has vetted them"),
    ],
)
def test_no_organisation_is_reception_officer_that_nobody_vetted(
    fresh: Play, does: list[str], country: str, why: str
) -> None:
    _registered(fresh, *does, country=country)
    act = {"do": "assign", "role": "reception_officer", "organisation": HOUSE}

    # As of a ref, who is asked already; a todo as for the other roles near the person.
    assert fresh.told("INV-19", act) == [
        (
            f"the reception officer cannot be trusted: {why}",
            "name a partner that can, or somebody whom you have vetted",
        )
    ]
    assert not fresh.tried(MANAGER, act).done
    assert fresh.boards().done  # the honest story: nobody new was named


# --- 3. an organisation vouches for itself ---------------------------------------------------------------------------------


def test_no_organisation_is_vetted_by_its_own_people(fresh: Play) -> None:
    _registered(fresh, "receive", "meet")
    one, two = Actor("one_of_theirs", HOUSE, {RECEIVER}), Actor("two_of_theirs", HOUSE, {MANAGER})
    own = [("who works for mercy_house does not vet it", "let somebody else vet them, and sign in for it")]

    assert fresh.told("ROLE", vetting(HOUSE, "receive", "meet"), one) == own
    fresh.tried(one, vetting(HOUSE, "receive", "meet"))
    assert not fresh.tried(two, signed("party_vetting", of=HOUSE)).done


def test_two_others_vet_an_organisation(fresh: Play) -> None:
    _registered(fresh, "receive", "meet")

    fresh.vetted(HOUSE, "receive", "meet")

    assert fresh.tried(MANAGER, {"do": "assign", "role": "receiving_organisation", "organisation": HOUSE}).done


# --- 4. a long delay is entered, and nobody is told ------------------------------------------------------------------------


def numbered(case: Play) -> None:
    evidence_is_fresh(case)
    legs = [{**leg, "carrier": "XX", "number": "XX1"} for leg in case.legs]
    case.given(TRAVEL, {"do": "travel", "status": "booked", "legs": legs})
    case.ready(waiting=False)


def _late(case: Play, hours: float) -> Command:
    times = ("departs_at", "arrives_at")
    later = {name: timedelta(hours=hours) for name in times}
    legs = [{**leg, **{n: _moved(leg[n], later[n]) for n in times}} for leg in case.legs]
    return {"do": "travel", "status": "booked", "legs": legs}


def _moved(moment: str, by: timedelta) -> str:
    from datetime import datetime

    return (datetime.fromisoformat(moment) + by).isoformat().replace("+00:00", "Z")


def _but_nobody_is_told(case: Play, act: Command) -> bool:
    if act.get("step") == "delay_notice":
        from tests.attacks.play import Enough

        raise Enough
    return False


def test_nobody_boards_eleven_hours_late_while_who_waits_was_not_told(begin: Begin) -> None:
    """The rule says that who waits knows of no delay. To enter one tells nobody."""
    case = begin(numbered, origin="BR")
    case.given(TRAVEL, _late(case, 11))
    case.until(case.takes_off - timedelta(minutes=30))
    case.anew("departure_assistance")
    case.prepare(waiting=False, instead=_but_nobody_is_told)
    assert case.step("delay_notice").state == "available"

    said = case.told("INV-02", DEPART)
    assert not case.boards().done
    assert len(said) == 1
    assert "who waits" in said[0][0]
    assert "tell who waits" in said[0][1]


def test_who_tells_them_boards_eleven_hours_late(begin: Begin) -> None:
    case = begin(numbered, origin="BR")
    case.given(TRAVEL, _late(case, 11), {"do": "complete", "step": "delay_notice"})
    case.until(case.takes_off - timedelta(minutes=30))
    case.anew("departure_assistance")
    case.ready(waiting=False)

    assert case.boards().done


# --- 5. on the way the flight changes, the day does not, and nobody is told ---------------------------------------------------


def _by_another_flight(leg: dict[str, Any]) -> dict[str, Any]:
    return {**leg, "carrier": "YY", "number": "YY9"}


def _whose_number_nobody_knows(leg: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in leg.items() if name not in ("carrier", "number")}


def _that_is_late(leg: dict[str, Any]) -> dict[str, Any]:
    return leg


@pytest.mark.parametrize(
    "flight",
    [
        _that_is_late,
        _by_another_flight,
        _whose_number_nobody_knows,
    ],
)
def test_who_waits_is_told_of_each_landing_that_is_later(begin: Begin, flight: Any) -> None:
    """The first way is the honest one that stands. Of the others nothing is due: the person lands, and nobody is there."""
    case = begin(numbered, origin="BR")
    case.until(case.takes_off)
    case.given(TRAVEL, DEPART)
    case.wait(minutes=5)
    case.given(TRAVEL, {"do": "complete", "step": "departure_notice"})
    case.wait(hours=1)

    late = _late(case, 3)
    case.given(TRAVEL, {**late, "legs": [flight(leg) for leg in late["legs"]]})

    due = {row.step for row in case.engine.due(as_=actor(TRAVEL)) if row.due_at <= case.lands}
    asked = {row.do.get("step") for row in case.engine.next(case.case, as_=actor(TRAVEL))}
    assert due & {"delay_notice", "departure_notice"}
    assert asked & {"delay_notice", "departure_notice"}


# --- 6. one hand turns a no of a vetting into a yes ------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["redo", "correct"])
def test_who_was_found_not_to_be_trusted_is_not_trusted_by_one_other(fresh: Play, way: str) -> None:
    ref = fresh.involved("relative")
    fresh.given(ASSESSOR, vetting(ref, "escort", result="not_trusted"))
    seq = fresh.history()[-1].seq
    fresh.wait(minutes=1)
    again = {
        "redo": {"do": "redo", "step": "party_vetting", "of": ref},
        "correct": {"do": "correct", "seq": seq, "why": "x"},
    }
    act = {"do": "assign", "role": "escort", "ref": ref}

    for one in (again[way], vetting(ref, "escort")):
        fresh.tried(another(MANAGER), one)

    assert fresh.why(act).reasons == {("INV-19", ref)}
    fact, todo = fresh.told("INV-19", act)[0]
    assert fact in (
        "the escort cannot be trusted: they were vetted, and not found to be trusted",
        "the escort cannot be trusted: their vetting still needs another signature",
    )
    assert todo in ("name somebody else", "let somebody vet them for this, who did not bring them into the case")


def test_who_takes_a_suspicion_back_does_not_vet_them_alone(fresh: Play) -> None:
    """One assessor, in one minute: no suspicion, and trusted. As who brought somebody, they are one pair of eyes."""
    ref = fresh.involved("relative")
    fresh.given(MANAGER, {"do": "involve", "ref": ref, "suspected": True})
    fresh.wait(minutes=1)
    fresh.given(ASSESSOR, {"do": "involve", "ref": ref, "suspected": False})

    fresh.tried(ASSESSOR, vetting(ref, "escort"))

    assert fresh.why({"do": "assign", "role": "escort", "ref": ref}).reasons == {("INV-19", ref)}
    half = "the escort cannot be trusted: their vetting still needs another signature"
    assert fresh.told("INV-19", {"do": "assign", "role": "escort", "ref": ref})[0][0] == half
    assert fresh.tried(RECEIVER, signed("party_vetting", of=ref)).done  # the honest way: another looks at them
    assert fresh.why({"do": "assign", "role": "escort", "ref": ref}).done


# --- 7. a hold of any length makes the follow-up vanish --------------------------------------------------------------------


def test_a_day_to_look_again_is_not_in_sixty_years(begin: Begin) -> None:
    """A year mistyped, and all visits of two years are off the list; the only row that is left is due in 2090."""
    case = begin(in_follow_up)
    act = {"do": "incident", "type": "lost_contact", "review_on": "2090-01-01"}

    assert {field for field, _ in case.faults(MANAGER, act)} == {"review_on"}
    assert {"d2", "d7", "m1"} <= {*_visits(case)}
    assert case.tried(MANAGER, {**act, "review_on": f"{case.now + timedelta(days=30):%Y-%m-%d}"}).done  # honest


# --- 8. a round that was due is forgotten because another hold was over -----------------------------------------------------


def test_what_fell_due_while_nothing_paused_stays_due_when_one_hold_is_over(begin: Begin) -> None:
    """Contact is lost, no day is set, so all stays due. A stay in hospital that is over takes the month's visit off the list."""
    case = begin(in_follow_up)
    case.given(MANAGER, {"do": "incident", "type": "lost_contact"})
    case.wait(days=20)
    case.given(MANAGER, {"do": "incident", "type": "medical_emergency"})
    case.wait(days=15)
    assert "m1" in _visits(case)  # it was asked for all the time

    case.given(MANAGER, REACHED, {"do": "resolve", "incident": "medical_emergency"})

    assert case.seen().status == "on_hold"
    assert "m1" in _visits(case)


# --- 9. a hold that is told afterwards takes what was overdue off the list --------------------------------------------------


def test_a_hold_that_is_told_late_does_not_forgive_what_nobody_did(begin: Begin) -> None:
    case = begin(in_follow_up)
    landed = case.now
    case.wait(days=40)
    assert {"d2", "d7", "m1"} <= {*_visits(case)}  # for weeks

    case.given(
        MANAGER, {"do": "incident", "type": "medical_emergency", "at": (landed + timedelta(hours=1)).isoformat()}
    )
    case.wait(minutes=1)
    case.given(MANAGER, REACHED, {"do": "resolve", "incident": "medical_emergency"})

    assert "m1" in _visits(case)


# --- 10. a registered organisation is said to be unregistered ---------------------------------------------------------------


def _meets(case: Play) -> dict[str, Any]:
    return {"do": "travel", "status": "booked", "legs": case.legs, "meeting_person": HOUSE}


def _interprets(case: Play) -> dict[str, Any]:
    return {"do": "consent", "purpose": "legal", "language": "en", "interpreter": HOUSE}


@pytest.mark.parametrize(("act", "near"), [(_meets, "meeting person"), (_interprets, "interpreter")])
def test_who_is_registered_is_known_wherever_somebody_names_them(fresh: Play, act: Any, near: str) -> None:
    """'Nobody here knows this party … register an organisation first', on and on; that they are to be vetted is not said."""
    _registered(fresh, "meet", "interpret")

    assert fresh.told("INV-19", act(fresh)) == [
        (
            f"the {near} cannot be trusted: nobody has vetted them",
            "name a partner that can, or somebody whom you have vetted",
        )
    ]


# --- 11. a day to look again is dropped without a word ----------------------------------------------------------------------


def test_a_day_that_is_set_on_an_open_incident_is_kept(begin: Begin) -> None:
    """It opens by itself where nobody was reached, so no day is set; who sets one later reads 'done', and it is nowhere."""
    case = begin(in_follow_up)
    case.given(MANAGER, {"do": "incident", "type": "lost_contact"})
    day = case.now + timedelta(days=30)

    case.given(MANAGER, {"do": "incident", "type": "lost_contact", "review_on": f"{day:%Y-%m-%d}"})

    rows = [row for row in case.engine.due(as_=actor(MANAGER)) if row.step == "incident:lost_contact"]
    assert [(row.round, row.due_at.date()) for row in rows] == [("review", day.date())]


# --- 12. the shell: a first-day user is told that nothing waits -------------------------------------------------------------


def test_who_signs_without_saying_of_whom_is_asked_of_whom(begin: Begin) -> None:
    """A draft of relative-1 waits; `sign step=party_vetting` says that nothing does. `complete` asks of whom."""
    case = begin()
    ref = case.involved("relative")
    case.given(ASSESSOR, vetting(ref, "house"))

    answer = case.tried(RECEIVER, signed("party_vetting"), may_be_bad_input=True)
    assert not answer.done
    assert ref in answer.text
    assert "of" in {field for field, _ in case.faults(RECEIVER, signed("party_vetting"))}
    assert case.tried(RECEIVER, signed("party_vetting", of=ref)).done  # the honest way


def test_who_vets_somebody_before_anybody_is_known_is_told_to_make_them_known(shell: Shell) -> None:
    """'There is none yet. Leave it out'; and without it: 'There is none yet. Leave it out'."""
    said = ("do", "N", "complete", "step=party_vetting", "result=trusted", "for=meet", "how=visited", "seen_where=x")

    for words in (said, (*said, f"of={HOUSE}")):
        shown = " ".join(shell.shows(*words).lower().split())
        assert "leave it out" not in shown
        assert "involve" in shown
        assert "organisation registered" in shown
