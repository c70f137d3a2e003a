"""Whom a case can trust, and for what. The world is closed.

Who is no partner of a pack, no ref of the case, and no organisation that the office registered or that works on the case, is
unknown. A partner is trusted with what its pack says; anybody else when this case has vetted them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from wayhome.calendar.spans import start_of_day
from wayhome.case_now.timing import When
from wayhome.errors import part
from wayhome.model.case import Case, StepKey, StepRecord, Was
from wayhome.model.closed_sets import PERSON, THROUGH_SOMEBODY, Able, Trust
from wayhome.model.partner_note import PartnerNote
from wayhome.packs.kinds.partners import Trusted
from wayhome.packs.mentions import Phrase
from wayhome.packs.process import Process


class Asked(NamedTuple):
    """What a trust asks of a partner or organisation: on which side it works, and whether it takes people of this sex and age."""

    sides: tuple[str, ...]
    takes_them: bool = False


_THERE, _ANYWHERE = ("origin",), ("host", "origin")
_ASKED: Mapping[Able, Asked] = {
    "receive": Asked(_THERE, takes_them=True),
    "meet": Asked(_THERE),
    "house": Asked(_ANYWHERE, takes_them=True),
    "care": Asked(_THERE, takes_them=True),
    "card": Asked(_THERE),
    "escort": Asked(_ANYWHERE),
    "interpret": Asked(_ANYWHERE),
    "speak": Asked(_ANYWHERE, takes_them=True),
    "witness": Asked(_ANYWHERE),
}


WITH_THE_PERSON: tuple[Trust, ...] = ("receive", "meet", "house", "care", "escort")


class Parties(When):
    """A case at a moment: who is known, and trusted for what."""

    __slots__ = ()

    def party(self, name: Any) -> str | None:
        """Give the party that a name stands for: itself, or whoever holds it as a role; None when nobody is known."""
        said = str(name or "")
        held = self.recorded.roles.get(said)
        if held is not None:
            said = held.party
        known = said in self.recorded.people or self.partner(said) is not None or self.is_organisation(said)
        return said if known else None

    def as_assigned(self, party: str) -> dict[str, str]:
        """Give a party as a role is given to it: as a partner, a ref, or an organisation."""
        if self.partner(party) is not None:
            return {"partner": party}
        return {"ref" if party in self.recorded.people else "organisation": party}

    def can_never(self, name: Any, to: Able) -> Phrase | None:
        """Say why a partner can never do something: it works elsewhere, or its class does no such thing and its pack does not say that
        it does; nor can a class itself, which is nobody. None of whoever merely lacks something.
        """
        party = self.party(name)
        partner = self.partner(party)
        if partner is None:
            return (
                part("that is no organisation, and no person")
                if party is None and name in self.process.recipients
                else None
            )
        can = to in partner.does or to in self.process.recipients[partner.recipient].can
        return None if can and partner.side in _ASKED[to].sides else self._of_a_partner(partner, to)

    def distrust(self, name: Any, to: Trust) -> Phrase | None:
        """Say why a party is not trusted for something; None when it is."""
        party = self.party(name)
        if party is None:
            return part("nobody here knows this party")
        if self.suspending(party):
            return part("they have failed, and that is not over")
        person = self.recorded.people.get(party)
        if person is not None and person.gone:
            return part("they have died")
        if person is not None:
            return part("they are under suspicion") if self.recorded.suspects(party) else self._of_a_vetting(party, to)
        partner = self.partner(party)
        if partner is not None:
            return self._of_a_partner(partner, to)
        # What the office wrote down of it must fit, as for a partner; then this case has vetted it, or not.
        return self._does_not(party, to) or self._of_a_vetting(party, to)

    def has_died(self, party: str) -> bool:
        """Say whether somebody of the case has died by the judged moment."""
        kinds, person = self.process.incidents, self.recorded.people.get(party)
        told = (i for i in self.recorded.incidents if i.of == party and i.type in kinds and kinds[i.type].gone)
        return person is not None and person.gone and any(one.at <= self.at for one in told)

    def why_not_here(self, name: Any) -> Phrase | None:
        """Say why somebody is not there to be a witness: they are under suspicion, or do not work on this case."""
        party = self.party(name) or ""
        if self.has_died(party):
            return part("they have died")
        if self.is_suspected(party):
            return part("they are under suspicion")
        here = {self.recorded.organisation, *(held.party for held in self.recorded.roles.values())}
        return None if party in self.recorded.people or party in here else part("they do not work on this case")

    def to_be_vetted(self, name: Any, to: Trust | None) -> str | None:
        """Give the person or organisation of the case whom a vetting could make trusted with something.

        None where a suspicion, or a vetting, says no, and where an organisation does something else, or elsewhere.
        """
        party = self.party(name)
        person = self.recorded.people.get(party or "")
        is_here = person is not None or party in self.recorded.organisations
        is_out = person is not None and (self.recorded.suspects(person.ref) or person.gone)
        if party is None or not is_here or is_out or self.suspending(party):
            return None
        if person is None and to is not None and self._does_not(party, to):
            return None
        record = self._vetting_of(party)
        return None if record is not None and self._is_a_no(record) else party

    def _vetting_of(self, party: str) -> StepRecord | None:
        step = self.process.vetting
        return self.recorded.steps.get(StepKey(step.id, "", party).text()) if step else None

    def _is_a_no(self, record: StepRecord) -> bool:
        step = self.process.vetting
        return record.state == "done" and step is not None and not step.results[record.result or ""].passes

    def _of_a_vetting(self, party: str, to: Trust) -> Phrase | None:
        """Say why the vetting of a party does not carry this; None when it does."""
        step, record = self.process.vetting, self._vetting_of(party)
        if record is not None and record.state == "in_progress" and record.signed:
            return part("their vetting still needs another signature")
        if step is None or record is None or record.state != "done" or self.recorded.begins(record) > self.at:
            return part("nobody has vetted them")
        if self._is_a_no(record):
            return part("they were vetted, and not found to be trusted")
        known = self.recorded.people.get(party) or self.recorded.organisations.get(party)
        if known is not None and known.made_by in {actor for _, actor, _ in record.signed}:
            return part("who brings them into the case has vetted them")
        if to not in record.values.get("for", ()):
            return part("they were vetted for something else")
        if self.recorded.is_reported(record):
            return part("they were vetted before this return was taken over")
        begins = self.recorded.begins(record)
        if old := next((a.span for a in step.max_ages if self.at > self.shifted(begins, a.span, step)), None):
            return part("they were vetted more than {age} ago", age=old)
        ends = record.values.get("valid_until")
        if ends and self.at >= start_of_day(date.fromisoformat(ends) + timedelta(days=1), self.zone(step)):
            return part("their vetting ended on {day}", day=ends)
        return self._doubt(party)

    def is_suspected(self, party: str) -> bool:
        """Say whether somebody is under suspicion, or was, and nobody has vetted them since: one alone does not end it."""
        return self.recorded.suspects(party) or self._stands(self._suspicions(party), party)

    def is_word_of_others(self, by: str | None, heard_by: str | None, whose: Collection[str] = ()) -> bool:
        """Say whether it is what others say of the person, who neither work on the case nor are trusted to be with them; or came through one.

        `whose` are the roles, or who without an account speaks for one, whose word it is.
        """
        role = self.process.roles.get(by or PERSON)
        if heard_by == THROUGH_SOMEBODY:
            return True
        # Who may take down a no works on a case: an auditor and who keeps the program do not.
        speaks = (
            by in whose if role is None else role.relation is None and (role.id in self.process.working or by in whose)
        )
        if by in (None, PERSON) or speaks:
            return False
        party = self.party(by) or ""
        ours = {self.recorded.organisation, *(held.party for held in self.recorded.roles.values())}
        is_with_us = party in ours and not self.is_doubted(party) and not self.suspending(party)
        return not is_with_us and all(self.distrust(party, to) for to in WITH_THE_PERSON)

    def harm_noted(self, party: str, who: str) -> list[PartnerNote]:
        """Give the harm of a party that the office which leads the case has noted, or that of whoever asks; taken out, it stands for who did."""
        noted = self.outside.book(self.recorded.organisation, self.recorded.owner)
        return [one for one in noted if (one.party, one.kind) == (party, "harm") and one.dropped_by in (None, who)]

    def is_doubted(self, party: str) -> bool:
        """Say whether somebody is under suspicion, or was not found to be trusted, and no vetting since says otherwise."""
        return self.is_suspected(party) or self._doubt(party) is not None

    def _doubt(self, party: str) -> Phrase | None:
        """Say why a party was doubted once, where no vetting since has answered that."""
        if self._stands(self._suspicions(party), party):
            return part("nobody has vetted them since they were under suspicion")
        step = self.process.vetting
        ever = self.recorded.all_of("steps", StepKey(step.id, "", party).text()) if step else ()
        if step and self._stands([was for was in ever if not step.results[was.value or ""].passes], party):
            return part("they were vetted, and not found to be trusted")
        return None

    def _suspicions(self, party: str) -> list[Was]:
        return [was for was in self.recorded.all_of("suspicions", party) if was.value]

    def _stands(self, doubts: Sequence[Was], party: str) -> bool:
        """Say whether a doubt stands: no vetting since, the first signature too, finds that the party can be trusted."""
        record = self._vetting_of(party)
        if record is None or record.state != "done" or self._is_a_no(record) or self.recorded.begins(record) > self.at:
            return bool(doubts)
        first = record.looked_seq or record.seq
        return any(first < was.seq or self.recorded.came_before(record, was) for was in doubts)

    def _does_not(self, id: str, to: Trust) -> Phrase | None:
        registered, process = self.recorded.organisations.get(id), self.process
        if registered is None:
            return part("nobody has registered what this organisation does")
        if to not in registered.does:
            return part("this organisation does not do that")
        works = {"host": process.host_country, "origin": process.origin_country}
        # A telephone reaches all.
        if to != "interpret" and registered.country not in (works[side] for side in _ASKED[to].sides):
            return part("this organisation works in another country")
        return None

    def _of_a_partner(self, partner: Trusted, to: Able) -> Phrase | None:
        if partner.is_gone:
            return part("this partner no longer works under this name")
        if to not in partner.does:
            return part("this partner does not do that")
        if partner.side not in _ASKED[to].sides:
            return part("this partner works in another country")
        if _ASKED[to].takes_them and not self.takes(partner):
            return part("this partner takes people of another sex or age")
        return None


def party_called(process: Process, recorded: Case, id: str) -> str:
    """Call whom a case names: a partner, a role or a class by its title, an organisation as it is registered; others as they are."""
    kind = next((kind for kind in ("partners", "roles", "recipients") if process.label(kind, id)), None)
    known = recorded.organisations.get(id)
    return process.title(kind, id) if kind else known.title if known else id
