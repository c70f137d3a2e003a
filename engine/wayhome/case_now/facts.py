"""What is known: facts, what follows from them, and three-valued conditions."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import partial
from typing import Any

from dateutil.relativedelta import relativedelta

from wayhome.calendar.spans import start_of_day
from wayhome.case_now.moment import Moment
from wayhome.model.case import Dated, IncidentRecord, PersonRecord, StepKey, Was
from wayhome.model.closed_sets import GUARDIAN, MAY_BE_CHILDREN
from wayhome.model.moves import AFTER_LANDING
from wayhome.packs.conditions import ENTRIES, UNKNOWN, judge
from wayhome.packs.kinds.partners import Trusted
from wayhome.packs.kinds.steps import Step
from wayhome.packs.languages import is_spoken_by


class Facts(Moment):
    """A case at a moment: the values of facts, documents, and what is built in."""

    __slots__ = ()

    def value(self, name: str) -> Any:
        """Give the value of a fact, a step's result or a document's status; UNKNOWN when nobody has recorded it."""
        cache = self._cache
        if name in cache:
            return cache[name]
        if name in self._open:  # a condition that rests on itself
            return UNKNOWN
        self._open.add(name)
        found = cache[name] = self._value(name)
        self._open.discard(name)
        return found

    def _value(self, name: str) -> Any:
        fact = self.process.facts.get(name)
        if fact is not None:
            record = self.recorded.facts.get(name)
            for day, until_then in fact.until.items():
                if self._is_before(day):
                    return until_then
            if record is not None and record.value is not None:
                return record.value
            if fact.derived is not None:
                answer = judge(fact.derived, self.value)
                return UNKNOWN if answer is None else answer
            return UNKNOWN if fact.unrecorded is None else fact.unrecorded
        if name in self.process.documents:
            document = self.recorded.documents.get(name)
            return document.status if document else "none"
        return self._built_in(name)

    def is_before(self, kind: str, key: str = "") -> bool:
        """Say whether the judged moment lies before that of what stands: then what is told of it does not become current."""
        return self.recorded.is_before(self.at, kind, key, by_day=self.ends != self.at)

    def is_history(self, fact: str, value: Any) -> bool:
        """Say whether a value was so before the one that stands: then it does not become current, unless it protects."""
        return self.is_before("facts", fact) and value not in self.process.facts[fact].cautious

    def is_kept_from(self, roles: Collection[str], fact: str) -> bool:
        """Say whether a fact protects as it stands, and none of these roles may take that back."""
        declared = self.process.facts[fact]
        protects = bool(declared.loosen) and self.recorded.fact(fact) in declared.cautious
        return protects and set(declared.loosen).isdisjoint(roles)

    def may_be_child(self, person: PersonRecord) -> bool:
        """Say whether somebody of the case is, or may be, under 18: an age that nobody has said is that of a child."""
        if person.born_on is None and person.age_band is None:
            return person.relation in MAY_BE_CHILDREN
        return self.is_said_to_be_child(person)

    def is_said_to_be_child(self, person: PersonRecord) -> bool:
        """Say whether somebody has said that a person of the case is under 18."""
        if person.born_on is not None:
            of_age = start_of_day(person.born_on + relativedelta(years=18), self.process.zones["host"])
            return self.at < of_age
        return person.age_band not in (None, "adult")

    @property
    def is_past_18(self) -> bool:
        """Whether the day is known on which the person is an adult, and has come."""
        adult_from = self.process.fact_that_tells["adult_from"]
        return self.recorded.fact(adult_from) is not None and not self._is_before(adult_from)

    def _is_before(self, fact: str) -> bool:
        """Whether a day is recorded, and is still to come."""
        day = self.recorded.fact(fact)
        return day is not None and self.at < start_of_day(as_date(day), self.process.zones["host"])

    def value_for_engine(self, what: str) -> Any:
        """Give the value of the fact that tells the engine something: child, adult_from, sex or languages."""
        return self.value(self.process.fact_that_tells[what])

    def _built_in(self, name: str) -> Any:
        case = self.recorded
        if name.startswith("incident:"):
            return case.has_open(name[9:])
        if name.startswith(f"{ENTRIES}:"):
            return [(one.state, one.values) for one in case.entries_of(name.partition(":")[2]) if not one.of]
        booked = case.travel is not None and case.travel.status == "booked"
        if name in ("host_country", "origin_country", "phase", "closed_as"):
            return getattr(case, name)
        if name == "gone_without_clearance":
            return case.left is not None
        if name == "adopted":
            return case.adopted_at is not None
        if name == "travel_booked":
            return booked
        if name == "person_reached":
            return bool(case.contacts) and case.contacts[-1].reached
        if name == "child_made_known":
            return any(one.relation == "child" for one in case.people.values())
        if name == "travel_delayed":
            return booked and bool(case.travel and case.travel.on_time)
        if name in ("arrival_place", "has_connection"):
            if case.travel is None or not booked or not case.travel.legs:
                return UNKNOWN
            return case.travel.legs[-1].to if name == "arrival_place" else len(case.travel.legs) > 1
        return UNKNOWN

    def value_of(self, ref: str, name: str) -> Any:
        """Give a value as it is asked inside what is done of each: of somebody who goes along; of the person alone, where it is about them."""
        fact, kind = self.process.facts.get(name), self.process.documents.get(name)
        if ref and fact is not None and fact.each:
            held = self.recorded.facts_of.get(f"{name}@{ref}")
            return UNKNOWN if held is None or held.value is None else held.value
        if ref and kind is not None and kind.each:
            paper = self.recorded.document(name, ref)
            return paper.status if paper else "none"
        if ref and name.startswith("incident:"):
            alarm = self.process.incidents.get(name[9:])
            return self.recorded.has_open(name[9:], ref if alarm and alarm.each else None)
        return self.value(name)

    def holds(self, condition: Any, of: str = "") -> bool | None:
        """Say whether a condition holds (of somebody who goes along): True, False, or None when it rests on unknown facts."""
        return True if condition is None else condition.judge(partial(self.value_of, of) if of else self.value)

    def may_hold(self, condition: Any) -> bool:
        """Say whether a condition holds, or cannot be excluded."""
        return condition is None or condition.judge(self.value) is not False

    @property
    def is_child(self) -> bool:
        """Whether the person counts as a child: under 18, disputed, or not recorded (INV-13)."""
        return self.value_for_engine("child") is not False

    def suspending(self, party: str, role: str | None = None) -> list[IncidentRecord]:
        """Give the incidents for which a party is not counted on (in this role): who held the role when it happened.

        That another was chosen ends an incident, and gives no trust back.
        """
        found = []
        for incident in self.recorded.incidents:
            kind = self.process.incidents.get(incident.type)
            if kind is None or kind.suspends is None or role not in (None, kind.suspends):
                continue
            told = [was for was in self.recorded.all_of("roles", kind.suspends) if was.seq < incident.last_seq]
            # Who was chosen since has not failed.
            ever = [was for was in told if was.at <= incident.last_at] or told[-1:]
            begins = self.recorded.begins(incident)
            first = max((was.seq for was in ever if was.seq < incident.number and was.at <= begins), default=0)
            by_day = [was for was in self.recorded.all_of("roles", kind.suspends) if was.at < incident.last_at]
            then = max(by_day, key=lambda was: (was.at, was.seq), default=None)  # it may have been told since
            if any(was.value == party for was in ever if was.seq >= first) or (then and then.value == party):
                found.append(incident)
        return found

    def last_reached(self) -> datetime | None:
        """Give when somebody last spoke with the person by then, or had them with them: a contact, a visit, being met."""
        case = self.recorded
        found: list[Dated] = [contact for contact in case.contacts if contact.reached]
        found += [was for _, was in self._steps_with_them()]
        return max((case.ends(one) for one in found if case.begins(one) <= self.at), default=None)

    def was_reached_since(self, since: datetime) -> bool:
        """Return whether somebody has spoken with the person themselves by then, or had them with them, since a moment.

        Of what is told by its day alone nobody knows that it was after, unless it belongs to the arrival or later.
        """
        case = self.recorded
        talks: list[Dated] = [one for one in case.all_contacts if one.is_live]
        after: list[Dated] = []
        for step, was in self._steps_with_them():
            (after if step.phase in AFTER_LANDING else talks).append(was)
        moments = [(one, case.begins(one)) for one in talks] + [(one, case.ends(one)) for one in after]
        return any(since <= moment and case.begins(one) <= self.at for one, moment in moments)

    def who_says_it_is_understood(self, language: str | None) -> str | None:
        """Give the actor who wrote down that the person understands a language which nobody had named at first; None where it was named before."""
        fact, case = self.process.fact_that_tells["languages"], self.recorded
        ever = [was.value for was in case.all_of("facts", fact) if was.value and was.seq not in case.taken_back]
        stands = case.facts.get(fact)
        if stands is None or language is None or len(ever) < 2 or all(is_spoken_by(language, one) for one in ever[:-1]):
            return None
        return stands.actor

    def was_met_after(self, moment: datetime) -> bool:
        """Say whether somebody has spoken with the person themselves, or had them with them, later than a moment."""
        talks = (one for one in self.recorded.contacts if one.reached)
        return any(one.at > moment for one in talks) or any(was.at > moment for _, was in self._steps_with_them())

    def times_reached(self, incident: IncidentRecord) -> Iterator[Dated]:
        """Give when the person was reached, as it can end this alarm: in a contact, or where something was done with them; one of danger
        ends only as they were met by whom the case trusts, or were heard so that it is sure to be them.
        """
        kind, case = self.process.incidents.get(incident.type), self.recorded
        has_its_hour = incident.last_ends == incident.last_at
        # Of a contact of that day nobody knows whether it was after an alarm that has its hour.
        unsure = {one for one in case.days if has_its_hour and case.days[one].begins < incident.last_at}
        talks = [one for one in case.all_contacts if one.reached and one.seq not in unsure]
        if kind is None or not kind.danger:
            yield from talks
            yield from (was for _, was in self._steps_with_them())
            return
        yield from (one for one in talks if one.is_live)
        yield from (was for step, was in self._steps_with_them() if step.is_meeting)

    def _steps_with_them(self) -> Iterator[tuple[Step, Was]]:
        """Give what was done with the person there, of all that was ever said of it and stands."""
        case, steps = self.recorded, self.process.steps
        for key in case.steps:
            step = steps.get(StepKey.read(key).step)
            record = case.steps[key]
            for was in case.all_of("steps", key) if step is not None else ():
                if (
                    step is None
                    or was.seq in (*case.taken_back, *case.not_seen)
                    or not self._is_with_them(step, was.value)
                ):
                    continue
                heard = step.heard_by_two and was.seq == record.seq and record.alone is not None and record.alone.heard
                if not heard or case.is_reported(record):  # what one alone was told counts once a second has seen it
                    yield step, was

    def _is_with_them(self, step: Step, result: str | None) -> bool:
        """Return whether who does a step is with the person: who is entrusted with them, or could say that nobody was reached."""
        incidents = self.process.incidents
        opens = {code: incidents[one.opens].opens_on for code, one in step.results.items() if one.opens}
        in_vain = {code for code, on in opens.items() if on and on.not_reached}
        return step.is_meeting or ((bool(in_vain) or step.late_counts_at_once) and result not in in_vain)

    def is_suspended(self, role: str) -> bool:
        """Say whether an incident says that whoever holds a role is not counted on."""
        held = self.recorded.roles.get(role)
        return held is not None and bool(self.suspending(held.party, role))

    def takes(self, partner: Trusted) -> bool:
        """Say whether a partner takes people of this person's sex and age, as far as both are known."""
        sexes, ages = partner.sexes, partner.ages
        sex = self.value_for_engine("sex")
        right_sex = "any" in sexes or not isinstance(sex, str) or sex in sexes
        return right_sex and ("any" in ages or ("child" if self.is_child else "adult") in ages)

    def class_of(self, party: str) -> str:
        """Give the class of recipients that a partner, a ref, an organisation or a class belongs to; empty: nobody knows them."""
        of_relation = self.process.class_of_relation
        if party == GUARDIAN:
            return GUARDIAN if self.is_guardian(party) else of_relation[GUARDIAN]
        if party in self.process.recipients:
            return party
        partner = self.partner(party)
        if partner is not None:
            return partner.recipient
        person = self.recorded.people.get(party)
        if person is None:
            if self.is_organisation(party):
                return self.process.class_of_organisations
            return self.process.class_of_carriers if party in self.carriers else ""
        return GUARDIAN if person.relation == GUARDIAN and self.is_guardian(party) else of_relation[person.relation]

    @property
    def carriers(self) -> tuple[str, ...]:
        """Name who carries the person by the booked legs, by their codes: also of a journey that was called off."""
        booked = self.recorded.travel and self.recorded.travel.last_booked
        return tuple(dict.fromkeys(leg.carrier for leg in booked.legs if leg.carrier)) if booked else ()

    def is_organisation(self, name: str) -> bool:
        """Say whether this is an organisation that no pack knows: that the office registered, or that works on the case."""
        case, actor = self.recorded, self.actor
        if (
            name in case.organisations
            or name == case.organisation
            or (actor is not None and name == actor.organisation)
        ):
            return True
        return bool(name) and any(name == held.organisation for held in case.roles.values())

    def is_guardian(self, party: str) -> bool:
        """Say whether a party is the guardian of somebody who counts as a child."""
        held = self.recorded.roles.get(GUARDIAN)
        return self.is_child and held is not None and party in (GUARDIAN, held.party)


def as_date(value: Any) -> date:
    """Read a recorded date."""
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value)[:10])
