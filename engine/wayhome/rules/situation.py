"""A case at a moment: what is known, applicable, done, fresh and in force then.

Everything that rules, gates, the view and the due list ask about a case goes through here, so that
they cannot disagree. Reads only its arguments; keeps what it has found for the time of one question.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

import orjson

from wayhome.calendar.spans import end_of_day, shift, start_of_day
from wayhome.model.actor import Actor
from wayhome.model.case import Case, ConsentRecord, StepKey, StepRecord
from wayhome.model.command import AnyCommand, Travel
from wayhome.model.moves import MOVE_OF_EVENT
from wayhome.packs.conditions import UNKNOWN, judge, unknowns
from wayhome.packs.process import ConsentNeed, DocumentKind, Need, Process, Span, Step, Timing

CLEARANCE = "departure_clearance"
ASSISTANCE = "departure_assistance"
NOON = timedelta(hours=12)


class Wait(NamedTuple):
    """One thing a step waits for: fact, step, event, document, consent, or time (then `until` may say when)."""

    kind: str
    subject: str
    need: Any = None
    until: datetime | None = None

    def text(self) -> str:
        return f"{self.kind}:{self.subject}"


class Situation:
    """A case at a moment, under its process.

    Args:
        process: the process that the case is pinned to.
        case: the case as recorded.
        at: the moment that is judged (aware, UTC).
        now: the moment of asking, when that is another one.
        actor, command: who asks to do what; None when somebody only looks.
    """

    __slots__ = ("_cache", "_open", "_present", "actor", "at", "case", "command", "now", "process")

    def __init__(
        self,
        process: Process,
        case: Case,
        at: datetime,
        *,
        now: datetime | None = None,
        actor: Actor | None = None,
        command: AnyCommand | None = None,
    ) -> None:
        self.process, self.case, self.at, self.now = process, case, at, now or at
        self.actor, self.command = actor, command
        self._cache: dict[str, Any] = {}
        self._open: set[str] = set()
        self._present: Situation | None = None

    def with_case(self, case: Case) -> Situation:
        """Look at another state of the case, at the same moment."""
        return Situation(self.process, case, self.at, now=self.now, actor=self.actor, command=self.command)

    def when(self, at: datetime) -> Situation:
        """Look at the same case at another moment."""
        return Situation(self.process, self.case, at, now=self.now, actor=self.actor, command=self.command)

    def asking(self, command: AnyCommand) -> Situation:
        """Look at the same case, asking whether this command would be allowed."""
        return Situation(self.process, self.case, self.at, now=self.now, actor=self.actor, command=command)

    @property
    def present(self) -> Situation:
        """The same case at the moment of asking: what can be done now, whatever moment is judged."""
        if self.at == self.now:
            return self
        if self._present is None:
            self._present = self.when(self.now)
        return self._present

    # --- facts and conditions ---------------------------------------------------

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
            record = self.case.facts.get(name)
            if name == "age_status" and self._is_under_18():
                return "child"
            if record is not None:
                return record.value
            if fact.derived is not None:
                answer = judge(fact.derived, self.value)
                return UNKNOWN if answer is None else answer
            return UNKNOWN if fact.unrecorded is None else fact.unrecorded
        step = self.process.steps.get(name)
        if step is not None:
            return self._result(step)
        if name in self.process.documents:
            document = self.case.documents.get(name)
            return document.status if document else "none"
        return self._built_in(name)

    def _is_under_18(self) -> bool:
        """Whether the recorded birthday says that the person is still a child, whatever else is recorded."""
        birthday = self.case.facts.get("turns_18_on")
        return birthday is not None and self.at < start_of_day(as_date(birthday.value), self.process.zones["host"])

    def _result(self, step: Step) -> Any:
        record = self.case.steps.get(step.id)
        if record is not None and record.state == "done":
            return record.result or True
        done = [r for k, r in self.records(step) if r.state == "done"] if step.rounds or step.any_rounds else []
        if done:
            return done[-1].result or True
        return None if self.applies(step) is False else UNKNOWN

    def _built_in(self, name: str) -> Any:
        case = self.case
        if name.startswith("incident:"):
            return case.has_open(name[9:])
        booked = case.travel is not None and case.travel.status == "booked"
        if name == "host_country":
            return case.host_country
        if name == "origin_country":
            return case.origin_country
        if name == "phase":
            return case.phase
        if name == "travel_booked":
            return booked
        if name == "person_reached":
            return bool(case.contacts) and case.contacts[-1].reached
        if name in ("arrival_place", "has_connection"):
            if case.travel is None or not booked or not case.travel.legs:
                return UNKNOWN
            return case.travel.legs[-1].to if name == "arrival_place" else len(case.travel.legs) > 1
        return UNKNOWN

    def holds(self, condition: Any) -> bool | None:
        """Say whether a condition holds: True, False, or None when it rests on unknown facts."""
        return judge(condition, self.value)

    def may_hold(self, condition: Any) -> bool:
        """Say whether a condition holds, or cannot be excluded."""
        return condition is None or judge(condition, self.value) is not False

    @property
    def is_child(self) -> bool:
        """Whether the person counts as a child: under 18, disputed, or not recorded (INV-13)."""
        return bool(self.value("age_status") != "adult")

    # --- time ----------------------------------------------------------------------

    def zone(self, step: Step | None = None) -> str:
        """Give the zone of the party who has the duty: that of the country where the responsible role works."""
        return self.process.zones[self.side(step)]

    def side(self, step: Step | None = None) -> str:
        """Say on which side, host or origin, a step's first responsible role works."""
        if step is not None:
            for id in step.who:
                side = self.process.roles[id].side if id in self.process.roles else "either"
                if side != "either":
                    return side
            if step.phase in ("arrival", "follow_up"):
                return "origin"
        return "host"

    @property
    def planned_departure(self) -> datetime | None:
        """When the person is to leave: the first booked leg, else noon of the target day, else None."""
        travel = self.case.travel
        if travel is None or travel.status == "cancelled":
            return None
        if travel.legs:
            return travel.legs[0].departs_at
        if travel.departs_on is None:
            return None
        return start_of_day(travel.departs_on, self.process.zones["host"]) + NOON

    @property
    def asked_departure(self) -> datetime | None:
        """When the person would leave by the journey that the command sets; None when it sets none that can be read."""
        command = self.command
        if not isinstance(command, Travel) or command.status == "cancelled":
            return None
        try:
            if command.status == "booked":
                legs = orjson.loads(command.legs) if isinstance(command.legs, str) else command.legs
                return as_moment(legs[0]["departs_at"], self.process.zones["host"])
            return start_of_day(as_date(command.departs_on), self.process.zones["host"]) + NOON
        except (KeyError, TypeError, ValueError, IndexError):
            return None

    @property
    def planned_arrival(self) -> datetime | None:
        """When the last booked leg lands; None when nothing is booked."""
        travel = self.case.travel
        return travel.legs[-1].arrives_at if travel and travel.status == "booked" and travel.legs else None

    def shifted(self, moment: datetime, span: Span, step: Step | None = None, *, back: bool = False) -> datetime:
        """Move a moment by a span, in the zone and calendar of the step's party."""
        side = self.side(step)
        return shift(moment, span, self.process.zones[side], back=back, country=self.process.calendars[side])

    def is_older(self, moment: datetime, limit: str) -> bool:
        """Say whether something of that moment is older, at the judged moment, than a safeguard's figure allows."""
        return self.at > self.shifted(moment, self.process.span(limit))

    def anchor(self, name: str) -> datetime | None:
        """Give the moment that a deadline counts from; None when it has not come."""
        key = f"anchor:{name}"
        if key not in self._cache:
            self._cache[key] = self._anchor(name)
        found: datetime | None = self._cache[key]
        return found

    def _anchor(self, name: str) -> datetime | None:
        if name == "planned_departure":
            return self.planned_departure
        if name == "planned_arrival":
            return self.planned_arrival
        if name in MOVE_OF_EVENT:
            return self.case.moves.get(name)
        base, _, tail = name.partition(".")
        step = self.process.steps.get(base)
        if step is not None:
            return self._step_anchor(step, tail)
        if base in self.process.incidents:
            opened = [incident.at for incident in self.case.incidents if incident.type == base]
            return opened[-1] if opened else None
        if base in self.process.documents:
            document = self.case.documents.get(base)
            return document.at if document else None
        value = self.value(base)
        if value is UNKNOWN or value is None:
            return None
        return as_moment(value, self.process.zones["host"])

    def _step_anchor(self, step: Step, tail: str) -> datetime | None:
        records = [r for _, r in self.records(step)]
        if tail == "started":
            started = [r.started_at or r.at for r in records if r.state in ("in_progress", "done")]
            return started[-1] if started else None
        done = [r for r in records if r.state == "done"]
        if not tail:
            return done[-1].at if done else None
        return self.ended(step, done[-1] if done else next((r for r in records if r.started_at), None))

    def ended(self, step: Step, record: StepRecord | None) -> datetime | None:
        """Give the end of a stay or period, counted from its start; its own day when none came about."""
        if record is None:
            return None
        if record.state == "done" and record.result is not None and record.result != step.favourable:
            return record.at
        ends = [
            self.shifted(record.started_at or record.at, length.span, step)
            for length in step.lengths
            if self.may_hold(length.when)
        ]
        if not ends:
            return None
        return max(ends) if step.lengths[0].at_least else min(ends)

    # --- steps ------------------------------------------------------------------------

    def records(self, step: Step) -> list[tuple[StepKey, StepRecord]]:
        """Give what is recorded of a step, over its rounds and people, in the order of recording."""
        plain = not (step.rounds or step.any_rounds or step.each)
        if plain:
            record = self.case.steps.get(step.id)
            return [(StepKey(step.id), record)] if record else []
        found = [
            (StepKey.read(text), record)
            for text, record in self.case.steps.items()
            if text == step.id or text.startswith((f"{step.id}/", f"{step.id}@"))
        ]
        return sorted(found, key=lambda item: item[1].seq)

    def keys(self, step: Step) -> list[StepKey]:
        """List what a step asks for: once, per round, per travelling companion."""
        people = [p.ref for p in self.case.companions] if step.each else [""]
        if step.any_rounds:
            recorded = [k for k, _ in self.records(step)]
            done = sum(1 for _, r in self.records(step) if r.state == "done")
            open_ = [
                StepKey(step.id, str(len(recorded) + 1 + i))
                for i in range(max(0, step.any_rounds - done - _pending(self, step)))
            ]
            return recorded + open_
        if step.rounds:
            return [
                StepKey(step.id, r.id, ref)
                for r in step.rounds
                for ref in people
                if self.holds(r.when) is not False or StepKey(step.id, r.id, ref).text() in self.case.steps
            ]
        return [StepKey(step.id, "", ref) for ref in people]

    def applies(self, step: Step, key: StepKey | None = None) -> bool | None:
        """Say whether a step is asked for: True, False, or None when that rests on unknown facts."""
        record = self.case.steps.get(key.text() if key else step.id)
        if record is not None and record.state == "skipped":
            return False
        if step.each and not self.case.companions:
            return False
        answer = self.holds(step.when)
        if answer is False:
            return False
        if (not step.is_core or step.kind == "offered") and (record is None or record.state == "open"):
            for need, when in step.consents:
                if self.may_hold(when) and self.consent_state(need) == "refused":
                    return False
        return answer

    def passes(self, step: Step, record: StepRecord | None) -> bool:
        """Say whether a record is done with a result that passes."""
        if record is None or record.state != "done":
            return False
        result = step.results.get(record.result or "")
        return result is None or result.passes

    def expires_at(self, step: Step, record: StepRecord) -> datetime | None:
        """Say until when this evidence counts; None when it does not age."""
        ends = [
            self.shifted(record.at, age.span, step)
            for age in step.max_ages
            if age.at in (None, "planned_departure") and self.may_hold(age.when)
        ]
        return min(ends) if ends else None

    def is_fresh(self, step: Step, record: StepRecord) -> bool:
        """Say whether this evidence still counts at the judged moment."""
        end = self.expires_at(step, record)
        return end is None or self.at <= end

    def is_done(self, id: str, results: Sequence[str] | None = None) -> bool:
        """Say whether a step is done (with one of these results, or any that passes), or not asked for."""
        step = self.process.steps[id]
        if self.applies(step) is False:
            return True
        if step.any_rounds:
            return sum(1 for _, r in self.records(step) if self.passes(step, r)) >= step.any_rounds
        records = [self.case.steps.get(key.text()) for key in self.keys(step)]
        good = [r is not None and self._counts(step, r, results) for r in records]
        return any(good) if step.rounds else all(good)

    def _counts(self, step: Step, record: StepRecord, results: Sequence[str] | None) -> bool:
        if results is not None:
            return record.state == "done" and record.result in results
        if step.id == CLEARANCE and not self.is_fresh(step, record):
            return False
        return self.passes(step, record)

    def need_waits(self, need: Need) -> list[Wait]:
        """Say what a prerequisite still waits for; empty when it is met."""
        kind, subject = need[0], need[1]
        if kind == "step":
            return [] if self.is_done(subject, need[2]) else [Wait("step", subject, need)]
        if kind == "event":
            return [] if self.case.moves.get(subject) else [Wait("event", subject)]
        if kind == "document":
            document = self.case.documents.get(subject)
            if document is not None and document.status in ("held", "surrendered"):
                return []
            kind_ = self.process.documents[subject]
            return [] if self.holds(kind_.when) is False else [Wait("document", subject)]
        if kind == "any":
            asked = [part for part in subject if not self._is_not_asked(part)]
            waits = [self.need_waits(part) for part in asked]
            return [] if any(not part for part in waits) else (waits[0] if waits else [])
        return [] if self.value(subject) is True else [Wait("fact", subject)]

    def _is_not_asked(self, need: Need) -> bool:
        if need[0] == "step":
            return self.applies(self.process.steps[need[1]]) is False
        return need[0] == "document" and self.holds(self.process.documents[need[1]].when) is False

    def waits(self, step: Step, key: StepKey) -> list[Wait]:
        """Say everything a step waits for before it can be done now."""
        found = self.unknown_waits(step.when)
        for round_ in step.rounds:
            if round_.id == key.round and round_.when is not None:
                found += self.unknown_waits(round_.when)
        for need, when in step.after:
            if self.may_hold(when):
                found += [w for w in self.need_waits(need) if w not in found]
        for need, when in step.consents:
            if self.may_hold(when) and self.consent_state(need) != "given":
                found.append(Wait("consent", need.purpose, need))
        earliest, more = self.earliest(step, key)
        found += [w for w in more if w not in found]
        if earliest is not None and earliest > self.at:
            found.append(Wait("time", earliest.isoformat().replace("+00:00", "Z"), None, earliest))
        return found

    def unknown_waits(self, condition: Any) -> list[Wait]:
        """Say what a condition still waits for: facts that somebody can record, and results of steps."""
        found: list[Wait] = []
        for name in unknowns(condition, self.value):
            fact = self.process.facts.get(name)
            more = self.unknown_waits(fact.derived) if fact and fact.derived is not None else [self._unknown(name)]
            found += [wait for wait in more if wait not in found]
        return found

    def _unknown(self, name: str) -> Wait:
        if name in self.process.steps:
            return Wait("step", name)
        if name in ("arrival_place", "has_connection") and "travel_plan" in self.process.steps:
            return Wait("step", "travel_plan")
        return Wait("fact", name)

    def earliest(self, step: Step, key: StepKey) -> tuple[datetime | None, list[Wait]]:
        """Give the earliest moment for a step, and the anchors that it still waits for."""
        moments: list[datetime] = []
        waits: list[Wait] = []
        timings = [
            t
            for t in step.not_before
            if self.may_hold(t.when) and (t.unless is None or self.holds(t.unless) is not True)
        ]
        if step.window_from:
            timings.append(step.window_from)
        for timing in timings:
            anchor = self.anchor(timing.anchor)
            if anchor is not None:
                moments.append(self.shifted(anchor, timing.span, step, back=timing.backwards))
            elif not self.never_comes(timing.anchor):
                base = timing.anchor.partition(".")[0]
                waits.append(Wait("step", base) if base in self.process.steps else Wait("time", timing.anchor))
        return (max(moments) if moments else None), waits

    def never_comes(self, anchor: str) -> bool:
        """Say whether an anchor belongs to a step that is not asked for; then waiting for it counts as met."""
        step = self.process.steps.get(anchor.partition(".")[0])
        return step is not None and self.applies(step) is False

    # --- documents ---------------------------------------------------------------------

    def document_waits(self, kind: DocumentKind) -> list[Wait]:
        """Say what a paper waits for before it can be asked for."""
        found = self.unknown_waits(kind.when)
        for need in kind.needs:
            found += [w for w in self.need_waits(need) if w not in found]
        found += [Wait("consent", n.purpose, n) for n in kind.consents if self.consent_state(n) != "given"]
        if kind.request_from:
            anchor = self.anchor(kind.request_from.anchor)
            if anchor is None:
                found.append(Wait("time", kind.request_from.anchor))
            else:
                moment = self.shifted(anchor, kind.request_from.span, back=kind.request_from.backwards)
                if moment > self.at:
                    found.append(Wait("time", moment.isoformat().replace("+00:00", "Z"), None, moment))
        return found

    # --- consent --------------------------------------------------------------------------

    def class_of(self, party: str) -> str:
        """Give the class of recipients that a partner, a ref or a class belongs to."""
        if party == "guardian" and not self.is_guardian(party):
            return "family"
        if party in self.process.recipients:
            return party
        partner = self.process.partners.get(party)
        if partner is not None:
            return str(partner.get("recipient", "partner"))
        person = self.case.people.get(party)
        if person is not None and person.relation == "guardian":
            return "guardian" if self.is_guardian(party) else "family"
        if person is not None:
            return _CLASS_OF_RELATION.get(person.relation, "family")
        return "partner"

    def is_guardian(self, party: str) -> bool:
        """Say whether a party is the guardian of somebody who counts as a child."""
        held = self.case.roles.get("guardian")
        return self.is_child and held is not None and party in ("guardian", held.party)

    def in_force(self, record: ConsentRecord) -> bool:
        """Say whether a given consent counts at the judged moment, and comes from whom it must."""
        if record.state != "given" or record.at > self.at:
            return False
        if record.expires_on is not None and self.at > end_of_day(record.expires_on, self.process.zones["host"]):
            return False
        if not self.is_child:
            return record.given_by == "person"
        guardian = self.case.roles.get("guardian")
        if guardian is None or record.given_by != guardian.party:
            return False
        birthday = self.case.facts.get("turns_18_on")
        if birthday is not None and not self._is_under_18():  # the guardian's consents end by themselves
            return False
        purpose = self.process.consents.get(record.purpose)
        return not (purpose and purpose.assent and not record.assent)

    def consents_for(self, need: ConsentNeed) -> Iterator[ConsentRecord]:
        """Give the recorded answers that speak to a need of consent."""
        purpose = self.process.consents.get(need.purpose)
        wanted = need.recipient or (purpose.default_recipient if purpose else None)
        for record in self.case.consents.values():
            if record.purpose == need.purpose and not record.of and self._names(record.recipient, wanted):
                yield record

    def _names(self, given: str, wanted: str | None) -> bool:
        if wanted is None or given == wanted:
            return True
        if wanted in self.process.roles:
            held = self.case.roles.get(wanted)
            return held is None or given in (held.party, wanted)
        if wanted in self.process.recipients:
            return self.class_of(given) == wanted
        return False

    def consent_state(self, need: ConsentNeed) -> str:
        """Say how a needed consent stands: given, refused (or taken back), or missing."""
        state = "missing"
        for record in self.consents_for(need):
            if self.in_force(record):
                return "given"
            if record.state in ("refused", "withdrawn"):
                state = "refused"
        return state

    def has_consent(self, purpose: str, recipient: str | None = None) -> bool:
        """Say whether a consent for this purpose (and recipient) is in force."""
        return self.consent_state(ConsentNeed(purpose, recipient)) == "given"

    # --- periods ------------------------------------------------------------------------------

    @property
    def reflection_ends(self) -> datetime | None:
        """When a reflection period that was granted ends; None when none was."""
        step = self.process.steps.get("reflection_period")
        record = self.case.steps.get("reflection_period")
        if step is None or record is None or record.state != "done" or record.result != step.favourable:
            return None
        return self.ended(step, record)


_CLASS_OF_RELATION = {
    "escort": "partner",
    "interpreter": "partner",
    "reception_person": "partner",
    "contact_person": "partner",
    "lawyer": "lawyer",
}


def _pending(situation: Situation, step: Step) -> int:
    """Count the rounds that are begun and not done, so that an open one is not asked for twice."""
    return sum(1 for _, r in situation.records(step) if r.state in ("in_progress", "failed", "open"))


def as_date(value: Any) -> date:
    """Read a recorded date."""
    return value if isinstance(value, date) and not isinstance(value, datetime) else date.fromisoformat(str(value)[:10])


def as_moment(value: Any, zone: str) -> datetime:
    """Read a recorded date or instant as a moment: a date begins with its day."""
    if isinstance(value, datetime):
        return value
    text = str(value)
    return (
        datetime.fromisoformat(text).astimezone(UTC) if len(text) > 10 else start_of_day(date.fromisoformat(text), zone)
    )


def timing_moment(situation: Situation, timing: Timing, step: Step | None) -> datetime | None:
    """Give the moment that a timing names; None when its anchor has not come."""
    anchor = situation.anchor(timing.anchor)
    if anchor is None:
        return None
    return situation.shifted(anchor, timing.span, step, back=timing.backwards)


def known_by(case: Case, at: datetime) -> Case:
    """Give a case with only the evidence that had happened by a moment; for moves that are entered late."""

    def until(records: Mapping[str, Any]) -> dict[str, Any]:
        return {key: record for key, record in records.items() if record.at <= at}

    return replace(
        case,
        facts=until(case.facts),
        steps=until(case.steps),
        consents={k: c for k, c in case.consents.items() if c.at <= at or c.state != "given"},
        documents=until(case.documents),
        roles=until(case.roles),
    )
