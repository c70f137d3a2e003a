"""How steps and papers stand: what is asked for, done, fresh, and what each waits for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from wayhome.calendar.spans import start_of_day, zone_of
from wayhome.case_now.consents import Consents
from wayhome.case_now.moment import memoised
from wayhome.model.case import SAID_NO, Case, Dated, IncidentRecord, StepKey, StepRecord
from wayhome.model.command import OnAStep, StepCommand
from wayhome.model.moves import AFTER_LANDING, DEPARTED, HELD_MOVES
from wayhome.packs.conditions import UNKNOWN
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.incidents import IncidentKind
from wayhome.packs.kinds.needs import Need, is_met_by, steps_in
from wayhome.packs.kinds.spans import Span
from wayhome.packs.kinds.steps import EXTRA, PARTY, Step
from wayhome.packs.order import CLEARANCE

ASSISTANCE = "departure_assistance"
ENDED = ("done", "skipped")
ENTERS = ("enter", "update")  # what others wrote of a register
TELLS = ("start", "complete", "fail")  # that something of a step has happened; leaving out and doing anew are decided


def _is_of_adoption(step: Step) -> bool:
    """Say whether a step is asked for because a return was taken over."""
    return step.when is not None and any(one.name == "adopted" for one in step.when.mentions())


def is_newer(case: Case, record: Dated, incident: IncidentRecord) -> bool:
    """Say whether something happened after the last time of an incident, and was recorded after it.

    Of an alarm of a day, what has its hour comes after that day; what is told by its day, too, after what was told before it.
    """
    last = incident.last_at if record.seq in case.days else incident.last_ends
    return record.seq > incident.last_seq and record.at >= last and record.seq not in case.not_seen


class Steps(Consents):
    """A case at a moment: its steps and papers."""

    __slots__ = ()

    def _value(self, name: str) -> Any:
        id, _, field = name.partition(".")
        step = None if name in self.process.facts else self.process.steps.get(id)
        if step is None:
            return super()._value(name)
        return self._last_value(step, field) if field else self._result(step)

    def value_of(self, ref: str, name: str) -> Any:
        id, _, field = name.partition(".")
        step = None if name in self.process.facts else self.process.steps.get(id)
        if not ref or step is None or not step.each:
            return super().value_of(ref, name)
        key = StepKey(id, "", ref)
        record = self.recorded.steps.get(key.text())
        if record is not None and record.state == "done":
            return record.values.get(field) if field else record.result or True
        return UNKNOWN if ref in self.may_be_of(step) and self.applies(step, key) is not False else None

    def _anchor(self, name: str) -> datetime | None:
        base, _, tail = name.partition(".")
        step = self.process.steps.get(base)
        return super()._anchor(name) if step is None else self._step_anchor(step, tail)

    def _result(self, step: Step) -> Any:
        record = self.recorded.steps.get(step.id)
        if record is not None and self._is_done_well(step, record):
            return record.result or True
        rounds = self.records(step) if step.rounds or step.any_rounds else []
        done = [r for _, r in rounds if self._is_done_well(step, r)]
        if done:
            return done[-1].result or True
        return None if self._is_declined(step) else UNKNOWN

    def _last_value(self, step: Step, field: str) -> Any:
        """Give a field as it was given last; None when it was not answered, or is not asked for."""
        done = [record for _, record in self.records(step) if record.state == "done"]
        if done:
            return done[-1].values.get(field)
        return None if self._is_declined(step) else UNKNOWN

    def _is_declined(self, step: Step) -> bool:
        """Whether a step is not asked for: all of it, or each of its rounds."""
        if self.applies(step) is False:
            return True
        asked = [StepKey(step.id, one.id) for one in step.rounds if self.holds(one.when)]
        return bool(asked) and all(self.applies(step, key) is False for key in asked)

    def _step_anchor(self, step: Step, tail: str) -> datetime | None:
        records = [r for _, r in self.records(step)]
        if tail == "started":
            started = [r.started_at or self.recorded.ends(r) for r in records if r.state in ("in_progress", "done")]
            return started[-1] if started else None
        done = [r for r in records if r.state == "done"]
        if not tail:
            return self.recorded.ends(done[-1]) if done else None
        return self.ended(step, done[-1] if done else next((r for r in records if r.started_at), None))

    def ended(self, step: Step, record: StepRecord | None) -> datetime | None:
        """Give the end of a stay or period, counted from its start; its own day when none came about."""
        if record is None:
            return None
        if record.state == "done" and record.result is not None and record.result != step.favourable:
            return self.recorded.ends(record)
        ends = [
            self.shifted(record.started_at or self.recorded.ends(record), length.span, step)
            for length in step.lengths
            if self.may_hold(length.when)
        ]
        if not ends:
            return None
        return max(ends) if step.lengths[0].at_least else min(ends)

    def records(self, step: Step) -> list[tuple[StepKey, StepRecord]]:
        """Give what is recorded of a step, over its rounds and people, in the order in which it happened."""
        if step.is_done_once:
            record = self.recorded.steps.get(step.id)
            return [(StepKey(step.id), record)] if record else []
        found = [(StepKey.read(text), record) for text, record in self.recorded.records_of(step.id)]
        return sorted(found, key=lambda item: (item[1].at, item[1].seq))

    def turned(self, spec: FieldSpec, key: StepKey) -> tuple[str, ...]:
        """Name the results that say by this field what was seen since: an earlier one of the step had found otherwise."""
        recorded = self.recorded
        if not spec.needed_after:
            return ()
        ever = {was.value for was in recorded.all_of("steps", key.text()) if was.seq not in recorded.taken_back}
        return tuple(result for result, before in spec.needed_after.items() if not ever.isdisjoint(before))

    def keys(self, step: Step) -> list[StepKey]:
        """List what a step asks for: once, per round, per travelling companion. What may be done of any party is asked of nobody."""
        if step.is_done_once:
            return [StepKey(step.id)]
        if step.each == PARTY:
            return [key for key, _ in self.records(step)]
        people = self.may_be_of(step)
        if step.any_rounds:
            records = self.records(step)
            taken = sum(1 for _, record in records if record.state != "skipped")
            open_ = [StepKey(step.id, str(len(records) + 1 + i)) for i in range(step.any_rounds - taken)]
            return [key for key, _ in records] + open_
        if step.rounds:
            return [
                StepKey(step.id, r.id, ref)
                for r in step.rounds
                for ref in people
                if self.holds(r.when) is not False or StepKey(step.id, r.id, ref).text() in self.recorded.steps
            ]
        return [StepKey(step.id, "", ref) for ref in people]

    @property
    def is_report(self) -> bool:
        """Whether the command tells what others did, before this return was taken over: it is kept as it was, and not judged.

        Whom we trust, and what clears a departure, is always our own.
        """
        adopted_at, command = self.recorded.adopted_at, self.command
        if adopted_at is None or command is None or self.at >= adopted_at:
            return False
        if isinstance(command, StepCommand):
            step, confirms = self.process.steps.get(command.step), getattr(command, "confirms", None)
            is_told = command.word in TELLS and not confirms
            return is_told and step is not None and self._may_be_reported(step)
        if command.word in ENTERS:
            return True
        return command.word == "move" and getattr(command, "to", "") in HELD_MOVES

    def _may_be_reported(self, step: Step) -> bool:
        """Say whether what others did of a step is kept unjudged: not where it is its own command, or makes somebody less safe."""
        facts = self.process.facts
        sets = (one for result in step.results.values() for one in result.sets.items())
        loosens = any(value not in facts[fact].cautious for fact, value in sets)
        is_own = step == self.process.vetting or step.id in (CLEARANCE, ASSISTANCE) or _is_of_adoption(step)
        return not (is_own or loosens or step.done_by)

    def signatures(self, step: Step, key: StepKey, result: str | None, values: Mapping[str, Any]) -> int:
        """Say how many sign this; 0 where one alone does it. After what was found less safe, or over a suspicion, nobody finds it safe
        alone; nor does one alone say that an alarm is over which two must end.
        """
        if self.is_report:
            return 0  # two sign the whole list
        found = step.signatures(result, values)
        if found or not self._passes(step, result):
            return found
        less_safe = step.results[result].two_sign_after if result is not None and result in step.results else ()
        is_suspected = step == self.process.vetting and any(
            was.value for was in self.recorded.all_of("suspicions", key.of)
        )
        was_less_safe = less_safe and any(was.value in less_safe for was in self.recorded.all_of("steps", key.text()))
        return 2 if is_suspected or was_less_safe or self._is_for_two(step.id, result) else 0

    def _is_for_two(self, step: str, result: str | None) -> bool:
        """Say whether an open alarm would end with this, and must be ended by two."""
        return any(is_met_by(need, step, result) for need in self._needed_of_two())

    def may_be_for_two(self, step: Step) -> bool:
        """Say whether two sign a step, whatever comes out, or could because an open alarm must be ended by two."""
        return bool(step.sign or step.two_sign) or any(step.id in steps_in(need) for need in self._needed_of_two())

    def _needed_of_two(self) -> Iterator[Need]:
        kinds = (self.process.incidents.get(one.type) for one in self.recorded.open_incidents)
        endings = (one for kind in kinds if kind for one in kind.outcomes.values() if one.two_sign)
        return (need for one in endings for need in one.needs)

    @staticmethod
    def _passes(step: Step, result: str | None) -> bool:
        declared = step.results.get(result or "")
        return declared is None or declared.passes

    def may_be_of(self, step: Step) -> list[str]:
        """List whom a step can be about: the refs of the case, or of those who travel along; "" is the person alone."""
        if not step.each:
            return [""]
        if step.each == PARTY:
            return [*self.recorded.people, *self.recorded.organisations]
        if step.each == "child_staying":
            stay = (p for p in self.recorded.people.values() if p.relation == "child" and not p.travels)
            return [p.ref for p in stay if self.may_be_child(p) and not p.gone]
        if step.each == "child_of_family":
            here = (p for p in self.recorded.people.values() if p.is_child_or_companion and not p.own_case)
            return [p.ref for p in here if self.may_be_child(p) and not p.gone]
        if step.each == "own_case":
            return [p.ref for p in self.recorded.companions if p.own_case]
        along = self.recorded.companions  # whoever escorts is none, unless they are a child themselves
        held = self.recorded.roles.get("escort")
        escort = self.recorded.people.get(held.party) if held else None
        if escort is not None and escort.travels and self.is_said_to_be_child(escort):
            along = (*along, escort)
        asked = (p for p in along if step.asked_here or not p.own_case)  # the others are asked there, once
        return [p.ref for p in asked if step.each == "companion" or self.may_be_child(p)]

    def extras(self, step: Step) -> list[StepKey]:
        """List the extra rounds that were made, or begun. Nobody asks for them, and nothing waits for them."""
        return [key for key, _ in self.records(step) if step.extra_rounds and key.round.startswith(EXTRA)]

    def is_asked(self, step: Step, key: StepKey) -> bool:
        """Say whether this round is one of the case, or an extra one; what has no rounds always is."""
        return not step.rounds or key.round.startswith(EXTRA) or key in self.keys(step)

    def opens(self, step: Step, key: StepKey) -> datetime | None:
        """Say from when a round may be made: from its day less its tolerance; None when it has no day, or that is unknown."""
        round_ = next((one for one in step.rounds if one.id == key.round), None)
        day = None if round_ is None else self.moment_of(round_.due, step)
        if round_ is None or day is None:
            return None
        opens = self.shifted(day, round_.tolerance, step, back=True) if round_.tolerance else day
        zone = self.zone(step)
        return start_of_day(opens.astimezone(zone_of(zone)).date(), zone)

    def applies(self, step: Step, key: StepKey | None = None) -> bool | None:
        """Say whether a step is asked for: True, False, or None when that rests on unknown facts."""
        if step.phase in AFTER_LANDING and self._is_spared(step, key):
            return False
        return self.may_be_done(step, key)

    def _is_spared(self, step: Step, key: StepKey | None) -> bool:
        """Return whether a step would reach out to a person who wants nobody to meet, call or visit them there.

        What the law asks for is asked all the same, and what is done of a child who came along; what was done stands.
        """
        if step.also_when_left_alone or step.kind == "statutory" or step.each:
            return False
        record = self.recorded.steps.get(key.text() if key else step.id)
        return (record is None or record.state == "open") and self.is_left_alone

    @property
    def is_left_alone(self) -> bool:
        """Whether the person has said, and had said before they left, that they want nobody to meet, call or visit them there."""
        id, moves, named = (
            self.process.fact_that_tells.get("left_alone"),
            self.recorded.moves,
            self.process.left_alone_by,
        )
        if id is None or self.value(id) is not True:
            return False
        back, departed = moves.get("turned_back"), moves.get(DEPARTED)
        said = [one.seq for name, one in self.recorded.facts.items() if name in named and self._is_of_steps(name)]
        if back is not None and any(seq < back.seq for seq in said):
            return False  # it was heard for a journey that is over
        refused = [
            c.seq for c in self.recorded.consents.values() if c.purpose in named and c.state in SAID_NO and not c.of
        ]
        return departed is None or all(seq < departed.seq for seq in (*said, *refused))

    def _is_of_steps(self, fact: str) -> bool:
        declared = self.process.facts.get(fact)
        return declared is not None and declared.only_by_steps

    def may_be_done(self, step: Step, key: StepKey | None = None) -> bool | None:
        """Return whether a step has its place in this case, also where it is asked of nobody who wants to be left alone."""
        name = key.text() if key else step.id
        record = self.recorded.steps.get(name)
        if record is not None and record.state == "skipped":
            return False
        others = self.process.in_place_of.get(step.id, ()) if record is None or record.state == "open" else ()
        if others and any(map(self._stands_instead, others)):
            return False
        if step.when is None and not step.each and not step.consents:  # half of all steps: nothing to look at
            return True
        return self._applies(step, name)

    def _stands_instead(self, other: Step) -> bool:
        """Say whether a step is asked instead of one of the core: on a known yes alone, and until it has failed; one that is only
        offered, while it goes on under the person's consents, and when it ended with a result that passes.
        """
        record = self.recorded.steps.get(other.id)
        if other.kind == "offered":
            agreed = all(self.consent_state(need) == "given" for need, when in other.consents if self.may_hold(when))
            goes_on = record is not None and record.state == "in_progress" and agreed
            return goes_on or self.passes(other, record)
        return self.applies(other) is True and (record is None or record.state != "failed")

    @memoised
    def _applies(self, step: Step, name: str) -> bool | None:
        record, of = self.recorded.steps.get(name), StepKey.read(name).of
        people = self.may_be_of(step)
        if not people:
            return False
        answers = {self.holds(step.when, one) for one in ((of,) if of else people)}
        answer = True if True in answers else None if None in answers else False  # of each: where it is asked of one
        if answer is False:
            return False
        if (not step.is_core or step.kind == "offered") and (record is None or record.state == "open"):
            for need, when in step.consents:
                if self.may_hold(when) and self.consent_state(need) == "refused":
                    return False
        return answer

    def record(self, id: str) -> StepRecord | None:
        """Give what is recorded of a step that is done once for the person; None when nothing is."""
        return self.recorded.steps.get(id)

    def passed(self, id: str) -> bool:
        """Say whether a step that is done once is done with a result that passes."""
        return self.passes(self.process.steps[id], self.record(id))

    def passed_within(self, id: str, limit: str, *, at: datetime | None = None) -> bool:
        """Say whether a step is done with a result that passes, and not older than a safeguard's figure allows."""
        record = self.record(id)
        return (
            record is not None and self.passed(id) and not self.is_older(record, limit, self.process.steps[id], at=at)
        )

    def completed_by(self, command: str, *subjects: str) -> list[Step]:
        """List the steps that a command completes when it is about one of these."""
        wanted = set(subjects)
        steps = self.process.done_by_command.get(command, ())
        return [step for step in steps if step.done_by and not wanted.isdisjoint(step.done_by.subjects)]

    def done_by(self, command: str, *subjects: str) -> list[Step]:
        """List those of them that are asked for in this case."""
        return [step for step in self.completed_by(command, *subjects) if self.applies(step) is not False]

    def key_of(self, command: OnAStep) -> StepKey | None:
        """Say which round, of whom, a command on a step speaks of; None when it does not say it rightly."""
        step = self.process.steps.get(command.step or "")
        of, round_ = command.of or "", command.round
        if step is None or of not in self.may_be_of(step):
            return None
        if step.rounds:
            known = {r.id for r in step.rounds} | {key.round for key in self.extras(step) if key.of == of}
            named = self._next_extra(step, of) if step.extra_rounds and round_ == EXTRA else round_
            return StepKey(step.id, named, of) if named and (named in known or round_ == EXTRA) else None
        if step.any_rounds:
            begun = [key for key, record in self.records(step) if record.state != "done"]
            newest = begun[-1].round if begun else str(len(self.records(step)) + 1)
            return StepKey(step.id, round_ or newest, of)
        return StepKey(step.id, "", of) if round_ is None else None

    def _next_extra(self, step: Step, of: str) -> str:
        """Name the extra round that is begun and not ended, else the next one."""
        made = [key.round for key in self.extras(step) if key.of == of]
        begun = [one for one in made if self.recorded.steps[StepKey(step.id, one, of).text()].state not in ENDED]
        return begun[-1] if begun else f"{EXTRA}_{len(made) + 1}"

    def stale_for(self, step: Step) -> Iterator[tuple[Step, Span]]:
        """Give the evidence that is too old for this step, where its age is judged at it; with how old it may be."""
        for other in self.process.judged_at.get(step.id, ()):
            for age in other.max_ages:
                if age.at != step.id or not self.may_hold(age.when) or self.applies(other) is False:
                    continue
                done = [record for _, record in self.records(other) if record.state == "done"]
                if not done:
                    continue
                is_old = self.at > self.shifted(self.aged_from(other, done[-1]), age.span, other)
                if is_old or self.recorded.is_reported(done[-1]):
                    yield other, age.span

    def open_incident(self, type_or_number: str, of: str | None = None) -> IncidentRecord | None:
        """Find an open incident by its type or an alias, and to whom it happened, or by its number; None when there is none."""
        return next(iter(self.open_called(type_or_number, of)), None)

    def open_called(self, type_or_number: str, of: str | None = None) -> list[IncidentRecord]:
        """Find the open incidents of a type or an alias, and to whom they happened, or that of a number: of what somebody outside looks
        into, there may be several.
        """
        name, open_ = self.process.aliases.get(type_or_number, type_or_number), self.recorded.open_incidents
        return [i for i in open_ if type_or_number == str(i.number) or (name == i.type and (of or "") == i.of)]

    def records_about(self, step: Step, incident: IncidentRecord) -> list[tuple[StepKey, StepRecord]]:
        """Give what is recorded of a step that can end an incident: where it is done of each, that of whom it has happened to."""
        return [one for one in self.records(step) if not (step.each and incident.of) or one[0].of == incident.of]

    def may_happen_to(self, kind: IncidentKind) -> list[str]:
        """List to whom else than the person something can happen: who travels along, or a child of the family wherever it is; die can
        each who has a part in the case, there too.
        """
        if not kind.each:
            return []
        alive = [one for one in self.recorded.people.values() if not one.gone]
        if kind.gone:
            return [one.ref for one in alive]
        family = (one for one in alive if one.is_child_or_companion)
        return [one.ref for one in family if kind.each != "child" or one.relation == "child" or self.may_be_child(one)]

    def last_time(self, incident: str) -> IncidentRecord | None:
        """Give the last time that something has happened, whether it is over or not; None when it never did."""
        return next((i for i in reversed(self.recorded.incidents) if i.type == incident), None)

    def first_after(self, step: str, incident: IncidentRecord) -> datetime | None:
        """Give when a step was first done after an incident, and entered after it; None when it was not."""
        asked = self.process.steps[step]
        records = (record for _, record in self.records(asked) if self._is_done_well(asked, record))
        return min(
            (self.recorded.ends(record) for record in records if is_newer(self.recorded, record, incident)),
            default=None,
        )

    def passes(self, step: Step, record: StepRecord | None) -> bool:
        """Say whether a record is done with a result that passes."""
        if record is None or not self._is_done_well(step, record):
            return False
        if self.awaits_second(record, step) and not step.late_counts_at_once:
            return False
        result = step.results.get(record.result or "")
        if self.recorded.is_reported(record) and self._leaves_unsaid(step, record):
            return False
        return result is None or result.passes

    def speaks_for_who_does(self, step: Step, party: str) -> bool:
        """Say whether somebody is of those who speak, without an account, for a role that does this step: as their own lawyer does."""
        roles = self.process.roles
        return self.class_of(party) in [roles[role].spoken_by for role in step.who if role in roles]

    def is_doubtful_word(self, step: Step, by: str | None) -> bool:
        """Say whether a step is the word of somebody under suspicion, or who speaks for who does it and was not found to be trusted.

        Into whose hands the person came is true whoever says it.
        """
        party = self.party(by) if by and step.entrusts_to is None else None
        if party is None or party not in self.recorded.people:
            return False
        return self.is_suspected(party) or (self.speaks_for_who_does(step, party) and self.is_doubted(party))

    def _is_done_well(self, step: Step, record: StepRecord) -> bool:
        """Say whether a step is done, and not by a doubtful word."""
        return record.state == "done" and not self.is_doubtful_word(step, record.by)

    def _leaves_unsaid(self, step: Step, record: StepRecord) -> bool:
        """Say whether others did not write down what a step asks for: it stands as they reported it, and is done anew to count."""
        result = step.results.get(record.result or "")
        needed = {name for name, spec in step.fields.items() if spec.required} | set(
            result.needs_fields if result else ()
        )
        return any(record.values.get(name) is None for name in needed)

    def expires_at(self, step: Step, record: StepRecord) -> datetime | None:
        """Say until when this evidence counts; None when it does not age."""
        ends = [self.shifted(self.aged_from(step, record), age.span, step) for age in self.ages_of(step)]
        if ends and self.recorded.is_reported(record) and self.recorded.adopted_at:
            ends.append(self.recorded.adopted_at)
        return min(ends) if ends else None

    def aged_from(self, step: Step, record: StepRecord) -> datetime:
        """Give the moment from which the age of evidence counts: the day that it says of itself, where that lies before."""
        begins, day = self.recorded.begins(record), record.values.get(step.aged_from or "")
        return min(begins, start_of_day(date.fromisoformat(day), self.zone(step))) if day else begins

    def is_fresh(self, step: Step, record: StepRecord) -> bool:
        """Say whether this evidence still counts: by the planned departure when its age counts for that, else at the judged moment."""
        reported = self.recorded.is_reported(record)  # what a gate needs by its age is done anew then
        return not any(
            reported
            or (self.ages_at if age.at else self.at) > self.shifted(self.aged_from(step, record), age.span, step)
            for age in self.ages_of(step)
        )

    def is_done(self, id: str, results: Sequence[str] | None = None) -> bool:
        """Say whether a step is done (with one of these results, or any that passes), or not asked for."""
        step = self.process.steps[id]
        return self._is_done(step, results) or self.applies(step) is False

    def _is_done(self, step: Step, results: Sequence[str] | None) -> bool:
        if step.is_done_once:
            record = self.recorded.steps.get(step.id)
            return record is not None and self._counts(step, record, results)
        if step.any_rounds:
            return sum(1 for _, r in self.records(step) if self.passes(step, r)) >= step.any_rounds
        keys = (key for key in self.keys(step) if not step.each or self.applies(step, key) is not False)
        records = [self.recorded.steps.get(key.text()) for key in keys]
        good = [r is not None and self._counts(step, r, results) for r in records]
        return any(good) if step.rounds else all(good)

    def _counts(self, step: Step, record: StepRecord, results: Sequence[str] | None) -> bool:
        if results is not None:
            return self._is_done_well(step, record) and record.result in results
        if step.id == CLEARANCE and not self.is_fresh(step, record):
            return False
        return self.passes(step, record)
