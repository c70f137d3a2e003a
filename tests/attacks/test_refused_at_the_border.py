"""Refused at the border, turned back, left and back again: who comes back is looked at anew before anything else."""

from __future__ import annotations

from tests.attacks.acts import REACHED, closes, ends, happens, is_open
from tests.attacks.conftest import Begin
from tests.attacks.play import MANAGER, TRAVEL, Command, Play, at_home, complete

# --- who was refused at the border ----------------------------------------------------------------


TURN_BACK: Command = {"do": "move", "to": "turn_back"}


def refused_and_sent_back(case: Play) -> Play:
    case.given(MANAGER, happens("refused_entry"))
    case.wait(hours=10)
    case.given(MANAGER, TURN_BACK)
    case.wait(hours=1)
    return case


def test_nobody_who_was_refused_at_the_border_flies_there_again_while_that_is_open(begin: Begin) -> None:
    """She is refused at the border, held and sent back. All is done anew, she is cleared and boards, and 'Entry was refused' is open all
    the time: nobody has said why, or that it would be otherwise. It holds nothing in `pre_departure`, though it has an outcome for that
    phase ('The person is here again and options were talked about'); on landing the old alarm blocks her arrival. Design 4.3: 'A
    safety incident is a fact, not a switch ... It ends only through an outcome that the incident declares for the phase'.
    """
    case = refused_and_sent_back(begin(at_home))
    may_go = case.prepare()

    assert not (may_go and is_open(case, "refused_entry"))


def test_honest_who_was_refused_and_sent_back_talks_about_it_and_goes(begin: Begin) -> None:
    case = refused_and_sent_back(begin(at_home))
    case.given(MANAGER, complete("options_counselling"))
    case.given(MANAGER, ends("refused_entry", "sent_back"))
    assert case.prepare()


def test_who_was_refused_at_the_border_and_does_not_want_to_go_any_more_is_let_go(begin: Begin) -> None:
    """Sent back, met, and asked anew: no. The case closes so only after somebody has said that 'the person was let in'."""
    case = begin(at_home)
    case.given(MANAGER, happens("refused_entry"))
    case.wait(hours=9)
    case.given(TRAVEL, {"do": "move", "to": "turn_back"})
    case.wait(hours=1)
    case.given(MANAGER, REACHED, {"do": "consent", "purpose": "return", "answer": "refused"})

    assert case.tried(MANAGER, {"do": "move", "to": "close", "reason": "withdrew_return"}).done


# --- closed as impossible -------------------------------------------------------------------------


def test_who_is_held_at_the_border_is_not_closed_as_impossible(begin: Begin) -> None:
    """She has landed, the border police holds her, nobody has reached her, and she is not back. The case closes as 'Return is not
    possible' a minute later, and nobody looks for her any more. Design 4.3: 'the landing stays watched'; incidents.yaml, of who said
    no: 'Nobody looks away while the person is on the way: first they are asked, where they are then'; issue 6: 'Closing by what is
    open'. Who was not met at the landing is not closed so (test_closing.py).
    """
    case = begin(at_home)
    case.given(MANAGER, happens("refused_entry"))
    case.wait(minutes=1)

    assert not case.tried(MANAGER, closes("return_not_possible")).done


def test_honest_who_was_refused_and_is_met_when_they_are_back_is_closed_as_impossible(begin: Begin) -> None:
    case = refused_and_sent_back(begin(at_home))
    case.given(MANAGER, REACHED)
    case.given(MANAGER, closes("return_not_possible"))


# --- who left and comes back ----------------------------------------------------------------------


def test_who_left_and_comes_back_is_looked_at_anew(fresh: Play) -> None:
    fresh.given(TRAVEL, {"do": "move", "to": "left", "how": "alone"})
    fresh.wait(hours=1)
    fresh.given(MANAGER, {"do": "contact", "with": "person", "channel": "phone", "reached": True})
    fresh.given(MANAGER, {"do": "resolve", "incident": "left_without_clearance"})

    fresh.given(TRAVEL, {"do": "move", "to": "turn_back"})

    assert ("INV-05", "pre_return_risk_assessment") in fresh.why().reasons
    assert ("STEP", "return_review") in fresh.why().reasons
