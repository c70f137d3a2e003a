"""A case does not close against what is known by then: a landing that is open, a visit of today, a day before what was done since."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.attacks.acts import CHILD, REACHED, ends, happens, records
from tests.attacks.conftest import Begin
from tests.attacks.play import (
    DEPART,
    DOCTOR,
    GUARD,
    MANAGER,
    RECEIVER,
    TRAVEL,
    Command,
    Play,
    complete,
    evidence_is_fresh,
    ready_to_depart,
    settled,
)
from tests.whole_answers import VISIT

# --- in the air -----------------------------------------------------------------------------------


def test_who_says_no_in_the_air_is_not_closed_before_somebody_asks_where_she_is(fresh: Play) -> None:
    """design 4.3: after a no on the way "the landing stays watched, and the person is asked at the next place"."""
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})

    answer = fresh.tried(MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"})
    assert answer.kind == "refused", answer


def test_honest_who_says_no_in_the_air_and_comes_back_is_closed_once_they_were_asked(fresh: Play) -> None:
    fresh.until(fresh.takes_off)
    fresh.given(TRAVEL, DEPART)
    fresh.wait(hours=1)
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    fresh.wait(hours=3)
    talk = complete("options_counselling")
    fresh.given(MANAGER, talk, ends("consent_withdrawn_before", "talked_again"))
    chose: dict[str, str] = {"do": "move", "to": "close", "reason": "withdrew_return"}

    assert ("PHASE", "withdrew_return") in fresh.tried(MANAGER, chose).reasons  # the journey goes on
    fresh.given(TRAVEL, {"do": "move", "to": "turn_back"})
    assert fresh.tried(MANAGER, chose).done


# --- a day before what has been done since --------------------------------------------------------


def test_nobody_closes_a_case_by_a_day_before_what_has_been_done_since(begin: Begin) -> None:
    """She said no, thought again, signed, and boards tomorrow; closed as of the hour of the old no.

    Today nothing says that she chose not to return. design 4.3: "A value dated before the one that stands … does not become
    current"; the clock of disposal would begin then, too.
    """
    case = begin(ready_to_depart)
    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    case.wait(minutes=1)
    closes = {"do": "move", "to": "close", "reason": "withdrew_return"}
    then = {"at": case.now.isoformat()}
    case.wait(hours=1)
    case.given(MANAGER, complete("options_counselling"), ends("consent_withdrawn_before", "talked_again"))
    case.wait(hours=50)
    case.ready()
    assert not case.why(closes).done

    assert not case.tried(MANAGER, {**closes, **then}).done


def test_no_clock_of_disposal_has_run_while_the_case_was_open(fresh: Play) -> None:
    """A year of help after her no; closed today as of that day. What the doctor wrote this morning is erased this afternoon.

    design 4.4: "disposal waits for its clock"; return-process 6.4: health 12 months "after `closed`".
    """
    fresh.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    fresh.wait(minutes=1)
    then = {"at": fresh.now.isoformat()}
    fresh.wait(days=380)
    again: Command = {"do": "redo", "step": "medical_assessment"}
    fresh.given(DOCTOR, again, complete("medical_assessment", result="fit"))
    fresh.wait(hours=3)
    fresh.tried(MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return", **then})

    disposed = {"do": "complete", "step": "data_disposal", "round": "health", "result": "by_hand"}
    assert not fresh.tried(GUARD, disposed).done


def test_honest_who_says_no_is_closed_late_by_the_day_on_which_nothing_has_come_since(begin: Begin) -> None:
    case = begin(ready_to_depart)
    case.given(MANAGER, {"do": "withdraw", "purpose": "return"})
    case.wait(minutes=1)
    then = {"at": case.now.isoformat()}
    case.wait(days=2)

    assert case.tried(MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return", **then}).done


# --- lost, and visited today ----------------------------------------------------------------------


VISITED = complete("monitoring_visit", round="extra", **VISIT)
LOST: Command = {"do": "move", "to": "close", "reason": "lost_contact"}


def searched_for(play: Play) -> None:
    settled(play)
    play.given(MANAGER, {"do": "consent", "purpose": "monitoring", "answer": "given", "language": "en"})
    for channel in ("phone", "message", "visit", "phone", "letter"):
        play.given(MANAGER, {**REACHED, "channel": channel, "reached": False})
        play.wait(days=20)


def test_who_was_visited_today_is_not_closed_as_lost(begin: Begin) -> None:
    """INV-25 counts attempts in vain; a visit at which she was "Reached, and it was safe to talk" ends the search."""
    case = begin(searched_for)
    case.given(RECEIVER, VISITED)

    answer = case.tried(MANAGER, LOST)
    assert answer.kind == "refused", answer


def test_honest_who_was_searched_for_in_vain_is_closed_as_lost(begin: Begin) -> None:
    assert begin(searched_for).tried(MANAGER, LOST).done


# --- who asks to close, and asks no longer --------------------------------------------------------


def asked_to_close(play: Play) -> None:
    settled(play)
    play.given(MANAGER, {"do": "record", "facts": {"person_asks_to_close": True}})
    play.given(RECEIVER, complete("closure_review", result="close", manages="yes", agrees="yes"))
    play.wait(hours=1)


FOUND: Command = {"do": "move", "to": "close", "reason": "other_durable_solution"}


def test_who_no_longer_asks_to_close_is_not_closed_in_the_first_month(begin: Begin) -> None:
    """return-process 2.5, closure_review: "not before month 12 unless person asks". She asked, and then she did not.

    design 4.3: evidence is outdated when what it judged "has *another value*".
    """
    case = begin(asked_to_close)
    case.given(MANAGER, {"do": "record", "facts": {"person_asks_to_close": False}})

    answer = case.tried(MANAGER, FOUND)
    assert answer.kind == "refused", answer


def test_honest_who_asks_to_close_is_closed(begin: Begin) -> None:
    case = begin(asked_to_close)
    case.given(MANAGER, {"do": "record", "facts": {"lasting_solution": "residence"}})

    assert case.tried(MANAGER, FOUND).done


# --- who wants no more help is let go -------------------------------------------------------------


@pytest.mark.parametrize(
    ("where", "reason"),
    [(evidence_is_fresh, "assistance_declined"), (settled, "consent_withdrawn_after_return")],
)
def test_who_becomes_an_adult_and_wants_no_more_help_is_let_go(
    begin: Begin, where: Callable[[Play], None], reason: str
) -> None:
    """Her own first decision is a no; the alarm asks for a yes, has no other end, and closes as nothing (turned_18 has no closes_as).
    Resolution 16 and 20: a refusal is recorded and counts; design 4.4: no alarm 'that can neither end nor close'.
    """
    case = begin(where, facts=CHILD)
    case.wait(days=1)
    yesterday = (case.now - timedelta(days=1)).date().isoformat()
    case.given(MANAGER, records(turns_18_on=yesterday), happens("turned_18"))
    for purpose in ("assistance", "data_processing", "monitoring"):
        case.given(MANAGER, {"do": "consent", "purpose": purpose, "answer": "refused"})
    case.given(MANAGER, REACHED)
    case.tried(MANAGER, ends("turned_18", "asked_anew"))

    assert case.tried(MANAGER, {"do": "move", "to": "close", "reason": reason}).done


@pytest.mark.parametrize("alarm", ["expulsion_risk", "medical_unfit"])
def test_what_held_the_departure_holds_up_no_end_of_the_help_at_home(begin: Begin, alarm: str) -> None:
    """Removed, or flown though a doctor had said no, and helped at home: the alarm of before ends only by 'chooses freely' or 'fit
    to travel', which is not so, and lets the case close under no true name. Resolution 27: past depart it is no longer asked for.
    """
    case = begin(evidence_is_fresh)
    case.given(DOCTOR if alarm == "medical_unfit" else MANAGER, happens(alarm))
    case.until(case.takes_off)
    case.given(TRAVEL, {"do": "move", "to": "left", "how": "removed" if alarm == "expulsion_risk" else "unknown"})
    case.until(case.lands)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})
    case.ready("settle")
    case.given(MANAGER, {"do": "move", "to": "settle"})
    ended: Command = {"do": "move", "to": "close", "reason": "support_period_completed"}

    assert ("PHASE", alarm) not in case.why(ended).reasons
