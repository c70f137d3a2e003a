"""What the person has agreed to: which answers count at this moment, and for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from wayhome.calendar.spans import end_of_day, start_of_day
from wayhome.case_now.facts import as_date
from wayhome.case_now.parties import Parties
from wayhome.model.case import SAID_NO, ConsentRecord, StepRecord
from wayhome.model.closed_sets import GUARDIAN, PERSON
from wayhome.packs.kinds.consents import ConsentNeed, ConsentPurpose
from wayhome.packs.kinds.steps import Step


class Consents(Parties):
    """A case at a moment: the consents in force."""

    __slots__ = ()

    def _built_in(self, name: str) -> Any:
        if not name.startswith("refused:"):
            return super()._built_in(name)
        said = (c for c in self.recorded.consents.values() if c.purpose == name[8:] and c.state in SAID_NO and not c.of)
        noes = [c for c in said if not self.was_carried_in_doubt(c)]  # nobody looks away for the word of a suspect
        return any(self.is_child or c.given_by == PERSON for c in noes)  # a guardian's no ends like their yes

    def in_force(self, record: ConsentRecord) -> bool:
        """Say whether a given consent counts at the judged moment, and comes from whom it must."""
        if (
            record.state != "given"
            or self.recorded.begins(record) > self.at
            or self.was_carried_in_doubt(record)
            or self._was_said_no_to_all(record)
            or self.awaits_second(record, self.process.consents.get(record.purpose))
        ):
            return False
        if record.expires_on is not None and self.at > end_of_day(record.expires_on, self.process.zones["host"]):
            return False
        if not self.is_child:
            return record.given_by == PERSON
        guardian = self.recorded.roles.get(GUARDIAN)
        if guardian is None or record.given_by != guardian.party:
            return False
        if self.is_past_18:
            return False  # what the guardian said ends by itself on that day
        purpose = self.process.consents.get(record.purpose)
        return not (purpose and purpose.assent and not record.assent)

    def ends_by_itself(self, record: ConsentRecord) -> datetime | None:
        """Give when a yes ends though nobody takes it back: with the day that was set, or as the child is an adult; None where it does not."""
        ends = [] if record.expires_on is None else [end_of_day(record.expires_on, self.process.zones["host"])]
        adult_from = self.recorded.fact(self.process.fact_that_tells["adult_from"])
        if record.given_by != PERSON and adult_from is not None:
            ends.append(start_of_day(as_date(adult_from), self.process.zones["host"]))
        return min(ends, default=None)

    def will_end(self, need: ConsentNeed) -> datetime | None:
        """Give when a consent that is there ends by itself; None where none is there, or nothing is known of its end."""
        ends = [self.ends_by_itself(one) for one in self.consents_for(need) if self.in_force(one)]
        known = [end for end in ends if end is not None]
        return max(known) if known and len(known) == len(ends) else None

    def _was_said_no_to_all(self, record: ConsentRecord) -> bool:
        """Say whether the person has said no since to the whole class of whom an answer names."""
        if not record.recipient or record.of:
            return False
        no, before = self.recorded.consent(record.purpose, self.class_of(record.recipient)), self.recorded.came_before
        if no is None or no.state not in SAID_NO or no.seq == record.seq:
            return False
        return before(record, no) or (record.seq < no.seq and not before(no, record))

    def awaits_second(self, record: StepRecord | ConsentRecord, entry: Step | ConsentPurpose | None) -> bool:
        """Say whether something was written down so late, or so by hearsay, that it counts once a second has seen it."""
        if entry is None or record.alone is None or record.state not in ("given", "done"):
            return False
        if self.recorded.is_reported(record):
            return False  # two sign the list of all that was taken over
        if record.alone.heard and isinstance(entry, Step) and entry.heard_by_two:
            return True
        within = entry.alone_within
        return within is not None and record.alone.at > self.shifted(record.alone.happened_at, within)

    def was_carried_in_doubt(self, record: ConsentRecord) -> bool:
        """Say whether who gave, interpreted or witnessed an answer is doubted now: then it counts no more."""
        return any(map(self.is_doubted, record.carried_by))

    def consents_for(self, need: ConsentNeed) -> Iterator[ConsentRecord]:
        """Give the recorded answers that speak to a need of consent."""
        purpose = self.process.consents.get(need.purpose)
        wanted = need.recipient or (purpose.default_recipient if purpose else None)
        for record in self.recorded.consents.values():
            if record.purpose == need.purpose and not record.of and self._names(record.recipient, wanted):
                yield record

    def _names(self, given: str, wanted: str | None) -> bool:
        if wanted is None or given == wanted:
            return True
        if wanted in self.process.roles:
            held = self.recorded.roles.get(wanted)
            return held is None or given in (held.party, wanted)
        if wanted in self.process.recipients:
            return self.class_of(given) == wanted
        return False

    def consent_state(self, need: ConsentNeed) -> str:
        """Say how a needed consent stands: given, refused (or taken back), or missing."""
        state = "missing"
        for record in self.consents_for(need):
            if self.in_force(record) and not self.leaves_out(record):
                return "given"
            if record.state in ("refused", "withdrawn"):
                state = "refused"
        return "given" if state == "missing" and self._danger_stands_for(need) else state

    def leaves_out(self, record: ConsentRecord) -> tuple[str, ...]:
        """Name the data groups that a yes leaves out, though nothing that needs it can be done without telling them."""
        purpose = self.process.consents.get(record.purpose)
        if purpose is None or not purpose.must_cover or record.state != "given":
            return ()
        covered = self.process.covered(record.groups)
        return tuple(group for group in purpose.must_cover if group not in covered)

    def _danger_stands_for(self, need: ConsentNeed) -> bool:
        """Say whether somebody who is trusted was told, on the way, to avert danger, and the person was neither reached nor met since."""
        case, purpose = self.recorded, self.process.consents.get(need.purpose)
        if purpose is None or not purpose.vital or not case.told:
            return False
        wanted = need.recipient or purpose.default_recipient or ""
        held = case.roles.get(wanted)
        party = held.party if held else wanted
        told, gone = case.told.get(party), case.happened("departed")
        if (
            told is None
            or gone is None
            or not gone <= told.at <= self.at
            or not set(told.groups) <= self.process.covered(purpose.groups)
        ):
            return False
        reached = self.last_reached()
        return (reached is None or reached < told.at) and self.distrust(party, "receive") is None

    def giver(self, given_by: str | None) -> str:
        """Name who gives a consent: the person, or whoever is their guardian."""
        guardian = self.recorded.roles.get(GUARDIAN)
        return guardian.party if given_by == GUARDIAN and guardian else given_by or PERSON

    def has_consent(self, purpose: str, recipient: str | None = None) -> bool:
        """Say whether a consent for this purpose (and recipient) is in force."""
        return self.consent_state(ConsentNeed(purpose, recipient)) == "given"
