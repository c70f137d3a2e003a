"""What has changed since: evidence knows what it rests on, and is outdated when that has another value now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from wayhome.case_now.letters import letters_for
from wayhome.case_now.roles import may_see_which
from wayhome.case_now.steps import Steps
from wayhome.errors import part
from wayhome.frozen import EMPTY
from wayhome.model.case import SAID_NO, Case, StepRecord, Was, stood
from wayhome.model.closed_sets import HELPERS, LEGAL_DUTY, WITHOUT_CONSENT
from wayhome.model.moves import DEPARTED, PHASE_NUMBER
from wayhome.packs.conditions import UNKNOWN
from wayhome.packs.kinds.consents import ConsentPurpose
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.kind import as_list
from wayhome.packs.kinds.rested_on import NEWS, OF_THE_JOURNEY, RESTED_ON
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import Phrase
from wayhome.packs.order import CLEARANCE, all_before
from wayhome.packs.process import Process


class Changes(Steps):
    """A case at a moment: what its evidence rests on, and whether that still holds."""

    __slots__ = ()

    def changed(self, step: Step, record: StepRecord | None, *, since_confirmed: bool = False) -> list[str]:
        """Name what a step that is done rests on and that has changed since: in what happened, or in what was recorded.

        The same value again is no change, and a first value is none but where its absence was an answer. With
        `since_confirmed` it is counted from the first of two who confirm it, while the second has not. What the departure
        waited for was looked at when the person boarded; on the way it is not asked once more, save where somebody waits for it
        there.
        """
        if record is None or record.state != "done" or not (step.rests_on or self._roles_named(step, record)):
            return []
        asked = ("changed", step.id, record.seq, since_confirmed)  # a rule asks it, and the gate
        if asked not in self._memo:
            found = self._changed(step, record, since_confirmed=since_confirmed)
            if self._open:
                return found
            self._memo[asked] = found
        kept: list[str] = self._memo[asked]
        return kept

    def _changed(self, step: Step, record: StepRecord, *, since_confirmed: bool) -> list[str]:
        if self.is_behind(step) and not self._is_awaited(step):
            return []
        at, seq = self._looked_at(step, record, since_confirmed=since_confirmed)
        rests_on = [subject for subject, when in step.rests_on if self.may_hold(when)]
        found = [
            subject
            for subject in dict.fromkeys([*rests_on, *self._roles_named(step, record)])
            if any(
                _another(self._with_ends_of_days(was, seq), absent, at, seq) is not None
                for was, absent in self._ever_memoised(subject)
            )
        ]
        return sorted(found, key=self._told_last, reverse=True) if len(found) > 1 else found

    def looks_again_on(self, step: Step, record: StepRecord | None) -> date | None:
        """Give the day on which whoever did a step wanted to look again, where nobody has since."""
        said = record.values.get(step.look_again or "") if record is not None and record.state == "done" else None
        if record is None or said is None:
            return None
        day, looked = date.fromisoformat(str(said)), record.looked_at
        has_looked = looked is not None and looked > record.at and self.day_of(looked) >= day
        return None if has_looked else day

    def changed_since(self, step: Step, record: StepRecord) -> datetime:
        """Say when the last of what an outdated step rests on came to be as it is."""
        ever = (ever for subject in self.changed(step, record) for ever, _ in self._ever_memoised(subject) if ever)
        return max((one[-1].at for one in ever), default=record.at)

    def _told_last(self, subject: str) -> int:
        """Give the last event that says something of a subject."""
        return max((ever[-1].seq for ever, _ in self._ever_memoised(subject) if ever), default=0)

    def _roles_named(self, step: Step, record: StepRecord) -> list[str]:
        """Name the roles that stand for a party in a step: it was said of who held them then."""
        named = (record.values.get(name) for name, spec in step.fields.items() if spec.type == "party")
        return [str(one) for one in named if one in self.process.roles]

    def _with_ends_of_days(self, ever: Sequence[Was], seq: int | None) -> Sequence[Was]:
        """What changed on a day of which nobody knows the hour is answered by what has its hour after that day; what was looked at
        on a day, too, was so in the order in which it is told.
        """
        days = self.recorded.days
        if not days or seq in days:
            return ever
        return [was._replace(at=days[was.seq].ends) if was.seq in days else was for was in ever]

    def _looked_at(self, step: Step, record: StepRecord, *, since_confirmed: bool) -> tuple[datetime, int | None]:
        """Give when, and at which event, what a step rests on was looked at last."""
        at: datetime = record.looked_at or record.at
        seq: int | None = record.looked_seq or record.seq
        boarded = self.recorded.moves.get("departed") if self.is_behind(step) else None
        if boarded is not None and at < boarded.at:
            at, seq = boarded.at, None
        if since_confirmed:
            at, seq = record.confirming_at or at, record.confirming_seq or seq
        return at, seq

    def undone_since(self, step: Step, at: datetime, of: str = "") -> tuple[str, datetime] | None:
        """Say what has undone since what was done (of somebody) at a moment, and when: a consent that is no more, an incident, a journey back."""
        for need, when in step.consents:
            if self.may_hold(when) and self.consent_state(need) != "given":
                for record in self.consents_for(need):
                    if record.at >= at and (record.state in SAID_NO or self.leaves_out(record)):
                        return "consent_withdrawn", record.at
        return self._over_since(at, step.id, self.process.resets, is_used_up=lambda: self.is_used_up(step), of=of)

    def voided_since(self, purpose: ConsentPurpose, at: datetime) -> tuple[str, datetime] | None:
        """Say what has made void since what the person agreed to at a moment, and when."""
        return self._over_since(
            at, purpose.id, lambda kind, phase: kind.voids.get(phase, ()), is_used_up=lambda: purpose.journey
        )

    def _over_since(
        self,
        at: datetime,
        id: str,
        undone_by: Callable[[IncidentKind, str], tuple[str, ...]],
        *,
        is_used_up: Callable[[], bool],
        of: str = "",
    ) -> tuple[str, datetime] | None:
        for incident in self.recorded.incidents:
            if of and incident.of not in ("", of):
                continue  # it has happened to somebody else
            kind = self.process.incidents.get(incident.type)
            last = incident.last_at if self.ends != self.at else incident.last_ends
            if kind is not None and last > at and id in undone_by(kind, incident.phase):
                return incident.type, incident.last_at
        back = self.recorded.moves.get("turned_back")
        return ("turned_back", back.at) if back is not None and back.at > at and is_used_up() else None

    def is_used_up(self, step: Step) -> bool:
        """Say whether a journey that is turned back uses up this step: it was said, cleared or done for that journey."""
        journey = (purpose.id for purpose in self.process.consents.values() if purpose.journey)
        return (
            step.id == CLEARANCE
            or step.phase in ("travel", "arrival")
            or any(fact in self.process.left_alone_by for result in step.results.values() for fact in result.sets)
            or step in self.completed_by("consent", *journey)
        )

    def is_outdated(self, id: str) -> bool:
        """Say whether a step that is done once rests on something that has changed since."""
        return bool(self.changed(self.process.steps[id], self.record(id)))

    def outdated_before(self, step: Step) -> Iterator[Step]:
        """Give what a consent that completes this step would rest on, over all that comes before it: what is outdated, or open again."""
        if step.done_by is None or step.done_by.command != "consent":
            return
        before = (self.process.steps[id] for id in all_before(self.process, step.id))
        yield from (
            one
            for one in before
            if one.rests_on
            and self.applies(one) is not False
            and (self.is_outdated(one.id) or self._is_open_again(one.id))
        )

    def _is_open_again(self, id: str) -> bool:
        record = self.record(id)
        return (
            record is not None and record.state in ("open", "in_progress") and bool(self.recorded.all_of("steps", id))
        )

    def called(self, subject: str, step: Step, record: StepRecord) -> Phrase:
        """Say what has changed since a step was done; of the journey, and of who holds a role, also from what to what. Its name is told to
        who reads it.
        """
        if not self._is_named(subject):
            return part("what it rests on")
        if subject in RESTED_ON:
            what = part(RESTED_ON[subject])
        else:
            kinds = ("facts", "steps", "consents", "roles", "registers")
            kind = next(kind for kind in kinds if subject in getattr(self.process, kind))
            what = part("'{title}'", title=self.process.named(kind, subject))
        at, seq = self._looked_at(step, record, since_confirmed=False)
        pairs = (
            _another(self._with_ends_of_days(was, seq), absent, at, seq) for was, absent in self._ever_memoised(subject)
        )
        before, now = next(filter(None, pairs), (None, None))
        told = self._from_to(subject, before, now)
        return what if told is None else part("{what}: {change}", what=what, change=told)

    def _is_named(self, subject: str) -> bool:
        """Return whether who asks is told by its title what has changed: who is told at least in sum of its group."""
        if self.actor is None:
            return True
        told, process = letters_for(self).of(self._told_last(subject) or None), self.process
        if subject in process.facts:
            return process.facts[subject].group in told.sums
        if subject in process.steps:
            return may_see_which(process, "steps", subject, told.sums)
        if subject in process.consents:
            return process.group_of_consent(subject) in told.sums
        if subject in process.registers:
            return process.registers[subject].group in told.sums
        return subject != f"{NEWS}.suspicions" or "risk" in told.reads

    def _from_to(self, subject: str, before: Any, now: Any) -> Phrase | None:
        """Say how something was, and is; None of what nobody said, of what is sensitive, and to whom may not read it."""
        if subject in self.process.roles and isinstance(before, str) and isinstance(now, str):
            if not all(map(letters_for(self).knows_party, (before, now))):
                return None
            return part("{before} → {now}", before=self._named(before), now=self._named(now))
        travel = self.recorded.travel
        reads = letters_for(self).of(travel and travel.seq).reads
        if subject.startswith(f"{NEWS}."):
            return self._newest(subject)
        is_a_part = subject.startswith(f"{OF_THE_JOURNEY}.") and OF_THE_JOURNEY in reads
        if not is_a_part or not isinstance(before, tuple) or not isinstance(now, tuple):
            return None
        if subject == "travel.meeting":
            (places, met), (other_places, meets) = before, now
            if places != other_places or not met or not meets:
                return None
            return part("{before} → {now}", before=self._named(met), now=self._named(meets))
        return _of_the_journey(subject, before, now)

    def _newest(self, subject: str) -> Phrase:
        """Say of which day the newest is; and what has happened, to whom may read it."""
        was = _news(subject, self.recorded, self.process)[-1]
        day, value = self.day_of(was.at).isoformat(), was.value
        kind = value[0] if isinstance(value, tuple) else ""
        told = letters_for(self).of(was.seq).sums
        if not kind or not may_see_which(self.process, "incidents", kind, told):
            return part("{day}", day=day)
        return part("'{incident}', {day}", incident=self.process.named("incidents", kind), day=day)

    def _named(self, party: str) -> Phrase:
        """Name a partner by its title, and anybody else by their ref or id."""
        return self.process.named("partners", party) if self.partner(party) else part("{party}", party=party)

    def is_behind(self, step: Step) -> bool:
        """Say whether a departure waited for this step, and is over: on the way and after landing it counts as met."""
        was_before = step.is_of_the_departure and PHASE_NUMBER[self.recorded.phase] >= PHASE_NUMBER["travel"]
        return was_before and not self.is_open_again_there(step)

    def is_open_again_there(self, step: Step) -> bool:
        """Say whether something that has happened since the departure asks for a step again there, and it was not done well since."""
        moves, reset = self.recorded.moves, self.process.resets
        gone = moves.get(DEPARTED) or moves.get("left")
        if gone is None or not any(not self.passes(step, record) for _, record in self.records(step)):
            return False
        kinds = (
            (one, self.process.incidents.get(one.type)) for one in self.recorded.incidents if one.last_seq > gone.seq
        )
        # What is told on the way counts only if they come back, save what is asked of the same there, too.
        return any(
            kind and step.id in reset(kind, one.phase) and step.id in reset(kind, "arrival") for one, kind in kinds
        )

    def is_left_undone(self, step: Step, record: StepRecord | None) -> bool:
        """Say whether a step was not done before the person went, and nobody asks for it any more."""
        return record is None and self.is_behind(step) and self.recorded.phase not in step.asked_again

    def _is_awaited(self, step: Step) -> bool:
        """Say whether what comes after the departure still waits for this step: who meets, houses, and takes over."""
        later = (self.process.steps[id] for id in self.process.awaited_after_departure.get(step.id, ()))
        return self.recorded.phase in step.asked_again or any(
            not self.is_done(other.id) and self.applies(other) is not False for other in later
        )

    def _ever_memoised(self, subject: str) -> list[tuple[Sequence[Was], object]]:
        """Keep it for the time of one question: several steps rest on the same."""
        return self.once(("ever", subject), lambda: list(self._ever(subject)))

    def _ever(self, subject: str) -> Iterator[tuple[Sequence[Was], object]]:
        """Give all that something ever was, and what it counts as before that; of several people or rounds each."""
        case, process = self.recorded, self.process
        if subject == PLACE:
            subject = process.fact_that_tells.get(subject, "")
        if subject in process.facts:
            yield case.all_of("facts", subject), self._before_asking(subject)
        elif subject in process.steps:
            step = process.steps[subject]
            ever = (case.all_of("steps", key.text()) for key, _ in self.records(step))
            if step.instrument:  # that it was asked again is another value, whatever is answered
                asked = (was._replace(value=was.seq) for one in ever for was in one)
                yield sorted(asked, key=attrgetter("seq")), None
            else:
                yield from ((one, UNKNOWN) for one in ever)
        elif subject in process.consents:
            of_it = (key for key, one in case.consents.items() if one.purpose == subject)
            yield from ((_each_time(case.all_of("consents", key)), UNKNOWN) for key in of_it)
        elif subject in process.roles:
            # What was looked at without somebody was not about them; whoever has died since is another than who lived.
            yield _with_deaths(case, process, case.all_of("roles", subject)), _NOT_ASKED
        elif subject == "companions":
            escort = case.roles.get("escort")
            along = (ref for ref in case.people if not (escort and escort.ref == ref))
            yield from ((case.all_of("people", ref), False) for ref in along)
        elif subject.startswith(f"{NEWS}."):  # that it has come is another value, whatever it says
            yield [was._replace(value=was.seq) for was in _news(subject, case, process)], None
        elif subject in process.registers:  # that it was said is another value, whatever it says
            register = process.registers[subject]
            said = [
                Was(part.seq, part.at, part.seq)
                for entry in case.entries_of(subject)
                for part in entry.parts
                if part.state in register.judged_in
                or not part.values.keys().isdisjoint(register.judged_by)
                or (part.seq != entry.first_seq and not part.values.keys().isdisjoint(register.judged_when_changed))
            ]
            yield sorted(said, key=attrgetter("seq")), None
        elif subject in RESTED_ON:
            yield [_part_of(was, subject, process.zones["origin"]) for was in case.all_of("travel")], UNKNOWN

    def unseen(self, step: Step) -> str | None:
        """Name what a step rests on and nobody has said, where its first value would ask for the step again: the place of return."""
        fact = self.process.fact_that_tells.get(PLACE)
        rests = fact is not None and any(
            subject in (PLACE, fact) and self.may_hold(when) for subject, when in step.rests_on
        )
        return fact if rests and self.recorded.fact(str(fact)) is None else None

    def _before_asking(self, fact: str) -> object:
        """Say what a fact counts as before anybody has asked: nothing, but another than what protects."""
        declared = self.process.facts[fact]
        if declared.unrecorded is not None:
            return declared.unrecorded
        was_needed = declared.tells == PLACE or declared.type == "number"  # none is judged unseen
        return _NOT_ASKED if was_needed or self.recorded.fact(fact) in declared.cautious else UNKNOWN


def _each_time(ever: Iterable[Was]) -> list[Was]:
    """Give what was said to a consent: a no after a new yes is another than the no before it."""
    found, yeses = list[Was](), 0
    for was in ever:
        said, _ = was.value
        yeses += said == "given"
        found.append(was._replace(value=(*was.value, yeses)) if said in SAID_NO else was)
    return found


def _with_deaths(case: Case, process: Process, held: tuple[Was, ...]) -> list[Was]:
    """Give who held a role, each followed by their death, where they held it until then."""
    ever = [*held]
    for one in case.incidents:
        kind, who = process.incidents.get(one.type), case.people.get(one.of)
        then = _at(held, one.at) if kind is not None and kind.gone and who is not None and who.gone else None
        if then is not None and then.value == one.of:
            ever.insert(ever.index(then) + 1, Was((one.type, one.of), one.at, one.seq))
    return ever


def _alarms(case: Case, process: Process) -> Iterator[Was]:
    for one in case.incidents:
        kind = process.incidents.get(one.type)
        if kind is not None and kind.is_news:
            yield Was((one.type, None), one.last_at, one.last_seq)
            if one.resolved_at is not None and one.resolved_seq is not None:
                yield Was((one.type, one.outcome), one.resolved_at, one.resolved_seq)


def _answers(case: Case, process: Process) -> Iterator[Was]:
    for step, questions in process.memoised("questions that are news", lambda: _that_are_news(process)):
        for _, record in case.records_of(step):
            said = (as_list(record.values.get(name)) for name in questions if record.state == "done")
            if any(not {*one}.isdisjoint(news) for one, news in zip(said, questions.values(), strict=False)):
                yield Was(True, record.at, record.seq)
    for id, name, news in process.memoised("fields that are news", lambda: _fields_that_are_news(process)):
        told = (part for entry in case.entries_of(id) for part in entry.parts if part.values.get(name) in news)
        yield from (Was(True, part.at, part.seq) for part in told)


def _suspicions(case: Case, process: Process) -> Iterator[Was]:
    for ref in case.suspicions:  # who helps is trusted with something, and judged there
        if ref in case.people and case.people[ref].relation not in HELPERS:
            yield from case.all_of("suspicions", ref)


def _fields_that_are_news(process: Process) -> list[tuple[str, str, tuple[str, ...]]]:
    """Name the registers of which an answer is news, each with the field and these answers."""
    registers = process.registers.values()
    return [(one.id, name, spec.news) for one in registers for name, spec in one.fields.items() if spec.news]


def _that_are_news(process: Process) -> list[tuple[str, dict[str, tuple[str, ...]]]]:
    """Name the steps that ask something of which an answer is news, each with these questions and answers."""
    found = []
    for step in process.steps.values():
        asked = process.instruments[step.instrument].questions if step.instrument is not None else EMPTY
        if news := {name: one.news for name, one in asked.items() if one.news}:
            found.append((step.id, news))
    return found


def _told(case: Case, process: Process) -> Iterator[Was]:
    for one in case.contacts_with_others:
        seen = process.recipients[one.with_].sees_anyway if one.with_ in process.recipients else frozenset[str]()
        if one.basis in WITHOUT_CONSENT and not (one.basis == LEGAL_DUTY and seen.issuperset(one.groups)):
            yield Was(one.with_, one.at, one.seq)


def _reopened(case: Case, process: Process) -> Iterator[Was]:
    made = case.moves.get("reopened")
    return iter([Was(True, made.at, made.seq)] if made else [])


# All that ever came of each kind of news; of every other, the last note of the data group that it names.
_EVER: Mapping[str, Callable[[Case, Process], Iterator[Was]]] = {
    "alarms": _alarms, "suspicions": _suspicions, "answers": _answers, "told": _told, "reopened": _reopened
}  # fmt: skip


def _news(subject: str, case: Case, process: Process) -> list[Was]:
    kind = subject.partition(".")[2]
    if kind not in _EVER:
        noted = case.last_notes.get(kind)
        return [noted] if noted is not None else []
    return sorted(_EVER[kind](case, process), key=attrgetter("seq"))


_NOT_ASKED = object()
PLACE = "place_of_return"  # what a fact of a pack tells


def _another(ever: Sequence[Was], absent: object, at: datetime, seq: int | None) -> tuple[object, object] | None:
    """Give the value of that moment, or that stood by that event, and the last one, where that is another; None where it is not.

    What was recorded when something later stood already is part of what happened, and never stood: it asks again for what was
    looked at in its time, and makes nothing fresh.
    """
    if not ever:
        return None
    last = ever[-1]
    if last.at <= at and (len(ever) == 1 if seq is None else last.seq <= seq):
        return None  # nearly always: it was so, and known to be
    once = stood(ever)
    recorded = [] if seq is None else [next((was for was in once if was.seq <= seq), None)]
    then = (absent if was is None else was.value for was in (_at(ever, at), _at(once, at), *recorded))
    return next(((value, last.value) for value in then if value is not UNKNOWN and value != last.value), None)


def _of_the_journey(subject: str, before: tuple[Any, ...], now: tuple[Any, ...]) -> Phrase | None:
    """Say from what to what a part of the journey has changed, in few words."""
    if subject == "travel.way":
        was, is_ = (", ".join(filter(None, part[0])) for part in (before, now))
        return part("{before} → {now}", before=was or "-", now=is_ or "-") if was != is_ else None
    if subject == "travel.route":
        was, is_ = ("–".join([*(leg[0] for leg in legs), legs[-1][1]]) for legs in (before, now))
        return part("{before} → {now}", before=was, now=is_) if was != is_ else None
    if subject == "travel.times":
        ends = [(before[0][0], now[0][0]), (before[-1][1], now[-1][1])]
        found = next(((was, is_) for was, is_ in ends if was != is_), None)
        return found and part("{before} → {now} UTC", before=_clock(found[0]), now=_clock(found[1]))
    if subject == "travel.airport":
        return part("{before} → {now}", before=before[-1], now=now[-1])
    if subject == "travel.landing":
        (was, on_day), (is_, that_day) = before[-1], now[-1]
        return part("{before} → {now}", before=f"{was} {on_day}", now=f"{is_} {that_day}")
    (was, at), (is_, then) = before[-1], now[-1]
    return part("{before} → {now} UTC", before=f"{was} {_clock(at)}", now=f"{is_} {_clock(then)}")


def _clock(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(UTC):%Y-%m-%d %H:%M}"


def _at(ever: Iterable[Was], at: datetime) -> Was | None:
    return max((was for was in ever if was.at <= at), key=lambda was: (was.at, was.seq), default=None)


def _part_of(was: Was, subject: str, zone: str) -> Was:
    """Give a part of the journey as it was booked: legs of (from, to, mode, departs, arrives), whom they meet, and where they enter."""
    legs, meets, way, _ = was.value
    parts = {
        "travel.route": tuple(leg[:3] for leg in legs),
        "travel.times": tuple(leg[3:] for leg in legs),
        "travel.arrival": tuple((leg[1], leg[4]) for leg in legs[-1:]),
        "travel.airport": tuple(leg[1] for leg in legs[-1:]),
        "travel.landing": tuple((leg[1], _day(leg[4], zone)) for leg in legs[-1:]),
        "travel.meeting": (tuple(leg[1] for leg in legs[-1:]), meets),
        "travel.way": way,
    }
    return was._replace(value=parts[subject])


def _day(moment: str, zone: str) -> date:
    return datetime.fromisoformat(moment).astimezone(ZoneInfo(zone)).date()
