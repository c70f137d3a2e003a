"""Whom a case can trust, and for what. The world is closed: who is no partner of a pack and no ref of the case is unknown.

distrust(case, "ng_bakhita", "receive") -> None, or why not, as a part of a sentence
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from wayhome.calendar.spans import start_of_day
from wayhome.case_now import CaseNow
from wayhome.errors import part
from wayhome.model.case import PersonRecord
from wayhome.packs.mentions import Said

Purpose = Literal["receive", "meet", "house", "care", "card", "escort", "interpret"]
VETTING = "vetting_max_age"
# On which side, and in one of which phases, a pack's partner works that can be trusted for this; no partner interprets.
_WORKS: Mapping[Purpose, tuple[tuple[str, ...], frozenset[str]]] = {
    "receive": (("origin",), frozenset({"arrival"})),
    "meet": (("origin",), frozenset({"arrival"})),
    "house": (("origin",), frozenset({"arrival", "follow_up"})),
    "care": (("origin",), frozenset({"arrival", "follow_up"})),
    "card": (("origin",), frozenset({"arrival", "follow_up"})),
    "escort": (("host", "origin"), frozenset({"travel"})),
    "interpret": ((), frozenset()),
}
_TAKES_THEM_IN: tuple[Purpose, ...] = ("receive", "house", "care")


def party_called(case: CaseNow, name: Any) -> str | None:
    """Give the partner or ref that a name stands for: itself, or whoever holds it as a role; None when nobody is known."""
    said = str(name or "")
    held = case.recorded.roles.get(said)
    if held is not None:
        said = held.party
    return said if said in case.recorded.people or said in case.process.partners else None


def distrust(case: CaseNow, name: Any, purpose: Purpose) -> Said | None:
    """Say why a party is not trusted for something; None when it is."""
    party = party_called(case, name)
    if party is None:
        return part("nobody here knows this party")
    person = case.recorded.people.get(party)
    return _of_a_person(case, person) if person else _of_a_partner(case, party, purpose)


def is_trusted(case: CaseNow, ref: str) -> bool:
    """Say whether a person of the case is vetted, not too long ago, and not suspected (INV-19)."""
    person = case.recorded.people.get(ref)
    return person is not None and _of_a_person(case, person) is None


def _of_a_person(case: CaseNow, person: PersonRecord) -> Said | None:
    if person.suspected:
        return part("they are under suspicion")
    if person.vetted_on is None:
        return part("nobody has vetted them")
    if case.is_older(start_of_day(person.vetted_on, case.process.zones["host"]), VETTING):
        return part("they were vetted more than {age} ago", age=case.process.span(VETTING))
    return None


def _of_a_partner(case: CaseNow, id: str, purpose: Purpose) -> Said | None:
    partner, (sides, phases) = case.process.partners[id], _WORKS[purpose]
    if partner.get("historical") or partner.get("superseded_by"):
        return part("this partner no longer works under this name")
    if case.suspending(id):
        return part("this partner has failed, and that is not over")
    if sides and case.process.label("packs", str(partner.get("pack"))).get("role") not in sides:
        return part("this partner works in another country")
    if not sides or phases.isdisjoint(partner.get("phases") or ()):
        return part("this partner does not do that")
    if purpose in _TAKES_THEM_IN and not case.takes(id):
        return part("this partner takes people of another sex or age")
    return None
