"""Honest returns: how each is walked, and how many acts it took before the rules of today.

A rule that is made stricter is paid by who does everything right. Each walk of this folder is whole, is made of real commands, and is
counted: none may grow by more than three acts. `ACTS` is the count at commit 4739243, opening included.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from tests.attacks.play import DEPART, MANAGER, TRAVEL, Command, Play, PreparationRefused, complete

MORE = 3  # acts by which a walk may grow
CHILD = {"age_status": "child", "family_contact_in_best_interests": True}
REACHED: Command = {"do": "contact", "with": "person", "channel": "phone", "reached": True}

ACTS: Mapping[str, int] = {
    "h00 a plain return, adult": 97,
    "h00 a plain return, child": 110,
    "h01 passport lost four days before": 75,
    "h02 changes her mind twice": 116,
    "h03 local help refused": 77,
    "h05 no passport, BE-BR": 66,
    "h05 no passport, BE-NG": 71,
    "h05 no passport, BE-SL": 73,
    "h05 no passport, NL-BR": 65,
    "h05 no passport, NL-NG": 75,
    "h05 no passport, NL-SL": 73,
    "h06 partner closes six days before": 87,
    "h06 partner closes two hours before": 101,
    "h07 no contact afterwards": 89,
    "h08 a language on no list": 88,
    "h09 a widow with three children": 96,
    "h10 within 48 hours, reflection: False": 64,
    "h10 within 48 hours, reflection: True": 66,
    "h11 another town": 101,
    "h12 prison": 96,
    "h13 hospital": 95,
    "h14 turns 18 on the eve": 98,
    "h15 guardian yes, child no": 85,
    "WhatsApp is the only safe way": 107,
    "a court's decision by letter, best_interests_determination": 83,
    "a court's decision by letter, other_parent_agreement": 85,
    "a deaf woman": 88,
    "a friend brings the no": 108,
    "a mother is parent, guardian and caregiver": 86,
    "a nurse who also manages cases": 84,
    "an ambulance is told": 87,
    "an office of two": 73,
    "booked anew by another city at 05:00": 93,
    "no line for fourteen days after": 102,
    "no line for fourteen days before": 99,
}


def within(name: str, case: Play) -> None:
    """Hold the acts of a walk, from the opening on, against those that it took before."""
    acts = len(case.said) + 1  # and that it was opened
    assert acts <= ACTS[name] + MORE, f"{name}: {acts} acts, and {ACTS[name]} before"


def leaves(case: Play, **how: Any) -> None:
    """Do what is asked until boarding is permitted, late enough that it is the day of the flight, and board."""
    if not case.prepare(**how):
        raise PreparationRefused(f"she cannot go: {sorted(case.why().reasons)}")
    if case.now < case.takes_off - timedelta(hours=6):
        case.until(case.takes_off - timedelta(hours=1))
        if not case.prepare(**{**how, "waiting": False}):
            raise PreparationRefused(f"she cannot board: {sorted(case.why().reasons)}")
    case.given(TRAVEL, DEPART)


def lands(case: Play) -> None:
    """Land as booked."""
    case.until(case.lands)
    case.given(TRAVEL, {"do": "move", "to": "arrive"})


def settles(case: Play, **how: Any) -> None:
    """Do what is asked in the first days there, and settle."""
    if not case.prepare("settle", **how):
        raise PreparationRefused(f"she cannot settle: {sorted(case.why('settle').reasons)}")
    case.given(MANAGER, {"do": "move", "to": "settle"})


def closes(reason: str) -> Command:
    return {"do": "move", "to": "close", "reason": reason}


def happens(incident: str, **said: Any) -> Command:
    return {"do": "incident", "type": incident, **said}


def records(**facts: Any) -> Command:
    return {"do": "record", "facts": facts}


def says(purpose: str, answer: str = "given", **said: Any) -> Command:
    """Write down what the person says to something, in English where nothing else is said."""
    return {"do": "consent", "purpose": purpose, "answer": answer, "language": "en", **said}


def ended(case: Play) -> set[tuple[str, str]]:
    """Give the incidents that are over, and how each ended."""
    return {(one["type"], one["outcome"]) for one in case.seen().incidents if one["resolved_at"]}


def open_incidents(case: Play) -> set[str]:
    return {one["type"] for one in case.seen().incidents if not one["resolved_at"]}


def left_on(case: Play) -> datetime:
    """Give when the person departed."""
    departed: datetime = next(row.occurred_at for row in case.history() if row.type == "departed")
    return departed


def refuses_a_partner(play: Play, do: Command) -> bool:
    """Where a partner is to be chosen, the person wants none."""
    if (do["do"], do.get("role")) != ("assign", "receiving_organisation"):
        return False
    play.given(MANAGER, complete("partner_selection", result="none_wanted"))
    return True
