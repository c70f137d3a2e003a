"""Whom a case can trust, and for what. The world is closed: who is no partner of a pack and no ref of the case is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from wayhome.calendar.spans import start_of_day
from wayhome.case_now.timing import When
from wayhome.errors import part
from wayhome.model.case import PersonRecord
from wayhome.model.closed_sets import PHASES
from wayhome.packs.mentions import Said

Trust = Literal["receive", "meet", "care", "card", "escort", "interpret", "speak"]
# On which side, and in one of which phases, a pack's partner works that can be trusted for this; no partner interprets.
_WORKS: Mapping[Trust, tuple[tuple[str, ...], frozenset[str]]] = {
    "receive": (("origin",), frozenset({"arrival"})),
    "meet": (("origin",), frozenset({"arrival"})),
    "care": (("origin",), frozenset({"arrival", "follow_up"})),
    "card": (("origin",), frozenset({"arrival", "follow_up"})),
    "escort": (("host", "origin"), frozenset({"travel"})),
    "interpret": ((), frozenset()),
    "speak": (("host", "origin"), frozenset(PHASES)),  # for a child, as guardian
}
_TAKES_THEM: tuple[Trust, ...] = ("receive", "care", "speak")


class Parties(When):
    """A case at a moment: who is known, and trusted for what."""

    __slots__ = ()

    def party(self, name: Any) -> str | None:
        """Give the partner or ref that a name stands for: itself, or whoever holds it as a role; None when nobody is known."""
        said = str(name or "")
        held = self.recorded.roles.get(said)
        if held is not None:
            said = held.party
        return said if said in self.recorded.people or said in self.process.partners else None

    def distrust(self, name: Any, to: Trust) -> Said | None:
        """Say why a party is not trusted for something; None when it is."""
        party = self.party(name)
        if party is None:
            return part("nobody here knows this party")
        if self.suspending(party):
            return part("they have failed, and that is not over")
        person = self.recorded.people.get(party)
        return self._of_a_person(person) if person else self._of_a_partner(party, to)

    def is_trusted(self, ref: str) -> bool:
        """Say whether a person of the case is vetted, not too long ago, and not suspected (INV-19)."""
        person = self.recorded.people.get(ref)
        return person is not None and self._of_a_person(person) is None

    def _of_a_person(self, person: PersonRecord) -> Said | None:
        if person.suspected:
            return part("they are under suspicion")
        if person.vetted_on is None:
            return part("nobody has vetted them")
        age = self.process.vetting_age
        if self.at > self.shifted(start_of_day(person.vetted_on, self.process.zones["host"]), age):
            return part("they were vetted more than {age} ago", age=age)
        return None

    def _of_a_partner(self, id: str, to: Trust) -> Said | None:
        partner, (sides, phases) = self.process.partners[id], _WORKS[to]
        if partner.get("historical") or partner.get("superseded_by"):
            return part("this partner no longer works under this name")
        if sides and self.process.label("packs", str(partner.get("pack"))).get("role") not in sides:
            return part("this partner works in another country")
        if not sides or phases.isdisjoint(partner.get("phases") or ()):
            return part("this partner does not do that")
        if to in _TAKES_THEM and not self.takes(id):
            return part("this partner takes people of another sex or age")
        return None
