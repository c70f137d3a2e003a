"""Whom a case can trust, and for what. The world is closed.

Who is no partner of a pack, no ref of the case, and no organisation that the office registered or that works on the case, is
unknown. A partner is trusted with what its pack says; anybody else when this case has vetted them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from wayhome.calendar.spans import start_of_day
from wayhome.case_now.timing import When
from wayhome.errors import part
from wayhome.model.case import PersonRecord
from wayhome.model.closed_sets import Trust
from wayhome.packs.mentions import Said

# On which side a party works that can be trusted with this.
_THERE, _ANYWHERE = ("origin",), ("host", "origin")
_SIDES: Mapping[Trust, tuple[str, ...]] = {
    "receive": _THERE,
    "meet": _THERE,
    "house": _ANYWHERE,
    "care": _THERE,
    "card": _THERE,
    "escort": _ANYWHERE,
    "interpret": _ANYWHERE,
    "speak": _ANYWHERE,
}
_TAKES_THEM: tuple[Trust, ...] = ("receive", "house", "care", "speak")


class Parties(When):
    """A case at a moment: who is known, and trusted for what."""

    __slots__ = ()

    def party(self, name: Any) -> str | None:
        """Give the party that a name stands for: itself, or whoever holds it as a role; None when nobody is known."""
        said = str(name or "")
        held = self.recorded.roles.get(said)
        if held is not None:
            said = held.party
        known = said in self.recorded.people or said in self.process.partners or self.is_organisation(said)
        return said if known else None

    def as_assigned(self, party: str) -> dict[str, str]:
        """Give a party as a role is given to it: as a partner, a ref, or an organisation."""
        if party in self.process.partners:
            return {"partner": party}
        return {"ref" if party in self.recorded.people else "organisation": party}

    def distrust(self, name: Any, to: Trust) -> Said | None:
        """Say why a party is not trusted for something; None when it is."""
        party = self.party(name)
        if party is None:
            return part("nobody here knows this party")
        if self.suspending(party):
            return part("they have failed, and that is not over")
        person = self.recorded.people.get(party)
        if person is not None:
            return self._of_a_person(person)
        return self._of_a_partner(party, to) if party in self.process.partners else self._of_an_organisation(party, to)

    def is_trusted(self, ref: str) -> bool:
        """Say whether a person of the case is vetted, not too long ago, and not suspected (INV-19)."""
        person = self.recorded.people.get(ref)
        return person is not None and self._of_a_person(person) is None

    def _of_a_person(self, person: PersonRecord) -> Said | None:
        if person.suspected:
            return part("they are under suspicion")
        return self._of_a_vetting(person.vetted_on)

    def _of_a_vetting(self, vetted_on: date | None) -> Said | None:
        if vetted_on is None:
            return part("nobody has vetted them")
        age = self.process.vetting_age
        if self.at > self.shifted(start_of_day(vetted_on, self.process.zones["host"]), age):
            return part("they were vetted more than {age} ago", age=age)
        return None

    def _of_an_organisation(self, id: str, to: Trust) -> Said | None:
        """What the office wrote down of it must fit, as for a partner; then this case has vetted it, or not."""
        registered, process = self.recorded.organisations.get(id), self.process
        if registered is None:
            return part("nobody has registered what this organisation does")
        if to not in registered.does:
            return part("this organisation does not do that")
        works = {"host": process.host_country, "origin": process.origin_country}
        if registered.country not in (works[side] for side in _SIDES[to]):
            return part("this organisation works in another country")
        return self._of_a_vetting(None)

    def _of_a_partner(self, id: str, to: Trust) -> Said | None:
        partner = self.process.partners[id]
        if partner.get("historical") or partner.get("superseded_by"):
            return part("this partner no longer works under this name")
        if to not in (partner.get("does") or ()):
            return part("this partner does not do that")
        if self.process.label("packs", str(partner.get("pack"))).get("role") not in _SIDES[to]:
            return part("this partner works in another country")
        if to in _TAKES_THEM and not self.takes(id):
            return part("this partner takes people of another sex or age")
        return None
