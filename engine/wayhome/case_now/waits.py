"""What a step or a paper waits for before it can be done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from typing import Any, NamedTuple, Self

from wayhome.calendar.spans import clock_text
from wayhome.case_now.changes import Changes
from wayhome.case_now.moment import memoised
from wayhome.case_now.steps import is_newer
from wayhome.errors import part
from wayhome.model.case import Dated, IncidentRecord, StepKey
from wayhome.model.moves import DEPARTED, IMPLY_THE_DEPARTURE, PHASE_NUMBER
from wayhome.packs.conditions import unknowns
from wayhome.packs.kinds.documents import DocumentKind
from wayhome.packs.kinds.needs import AnyNeed, DocumentNeed, MoveNeed, Need, StepNeed
from wayhome.packs.kinds.steps import Step
from wayhome.packs.mentions import Phrase
from wayhome.packs.process import Process


class Wait(NamedTuple):
    """One thing a step waits for: fact, step, event, document, consent, or time (then `until` may say when)."""

    kind: str
    subject: str
    need: Any = None  # of a condition that nobody can judge yet there is none
    until: datetime | None = None
    of: str = ""  # of whom a fact is asked, where that is not the person
    zone: str = "UTC"  # in which a time is told: that of who has the duty

    def text(self) -> str:
        return f"{self.kind}:{self.subject}@{self.of}" if self.of else f"{self.kind}:{self.subject}"

    def is_among(self, others: Iterable[Wait]) -> bool:
        """Say whether others wait for the same; for whatever moment they wait, they wait for one."""
        return any(other == self or self.kind == other.kind == "time" for other in others)

    def as_phrase(self, process: Process) -> Phrase:
        """Say what is so when the waiting is over."""
        if self.need is not None:
            return process.phrase_of(self.need)
        if self.until is not None:
            return part("it is {moment}", moment=clock_text(self.until, self.zone))
        if self.subject == "planned_departure":
            return part("the planned departure is set")
        if self.kind == "time":
            return part("{moment} is known", moment=process.called("anchors", self.subject))
        fact = process.called("facts", self.subject)
        if self.of:
            return part("{fact} is recorded of {whom}", fact=fact, whom=self.of)
        return part("{fact} is recorded", fact=fact)


def _until(moment: datetime, zone: str) -> Wait:
    return Wait("time", moment.isoformat().replace("+00:00", "Z"), None, moment, zone=zone)


class Waits(Changes):
    """A case at a moment: what stands before each step and paper."""

    __slots__ = ()

    def need_waits(self, need: Need, of: Step | None = None) -> list[Wait]:
        """Say what a prerequisite still waits for; empty when it is met, or when this step needs it no more."""
        if isinstance(need, StepNeed):
            step = self.process.steps[need.subject]
            is_met = self._needs_no_more(of, step) or (
                self.is_done(need.subject, need.results) and self._had_been_done(step, need.results)
            )
            return [] if is_met else [Wait("step", need.subject, need)]
        if isinstance(need, MoveNeed):
            is_made = self.recorded.happened(need.subject) and not self._lies_before_the_departure(need)
            return [] if is_made else [Wait("event", need.subject, need)]
        if isinstance(need, DocumentNeed):
            document = self.recorded.documents.get(need.subject)
            if document is not None and document.status in ("held", "surrendered"):
                return []
            kind = self.process.documents[need.subject]
            return [] if self.holds(kind.when) is False else [Wait("document", need.subject, need)]
        if isinstance(need, AnyNeed):
            waits = [self.need_waits(part, of) for part in need.needs if not self._is_not_asked(part)]
            if not waits or any(not part for part in waits):
                return []
            return [wait._replace(need=need) for wait in waits[0]]  # the first is proposed, and all are told
        return [] if self.value(need.subject) is True else [Wait("fact", need.subject, need)]

    def _had_been_done(self, step: Step, results: Sequence[str] | None) -> bool:
        """Say whether some completion of a step had happened by the judged moment, where that lies behind; what was never asked, had."""
        if self.at >= self.now:
            return True
        ever = (was for key, _ in self.records(step) for was in self.recorded.all_of("steps", key.text()))
        done = [was for was in ever if was.seq not in self.recorded.taken_back]
        counting = [was for was in done if results is None or was.value in results]
        return not done or any(self.recorded.begins(was) <= self.at for was in counting)

    def is_shown(self, need: Need, incident: IncidentRecord, *, but: Iterable[int] = ()) -> bool:
        """Say whether what an incident needs to end was ever done after it; `but` are entries that count no more."""
        if isinstance(need, AnyNeed):
            return any(self.is_shown(part, incident, but=but) for part in need.needs)
        ever: Iterable[Dated] = self.times_reached(incident)
        if isinstance(need, StepNeed):
            step = self.process.steps[need.subject]
            about = self.records_about(step, incident)
            done = (was for key, _ in about for was in self.recorded.all_of("steps", key.text()))
            ever = (
                was
                for was in done
                if was.value in (need.results or (was.value,))
                and self._passes(step, was.value)
                and not self.is_doubtful_word(step, was.by)
            )
        gone = {*but, *self.recorded.taken_back}
        return any(one.seq not in gone and is_newer(self.recorded, one, incident) for one in ever)

    def _needs_no_more(self, step: Step | None, first: Step) -> bool:
        """Say whether a step goes on without what was not done before the departure: help on the way and at home does, and what
        is asked again there. What is caught up with besides keeps its order: first the part the family had, then the family.
        """
        if step is None or not self.is_behind(first):
            return False
        is_beyond = PHASE_NUMBER[step.phase] >= PHASE_NUMBER["travel"] and not self.is_behind(step)
        return is_beyond or bool(step.asked_again)

    def _is_not_asked(self, need: Need) -> bool:
        if isinstance(need, StepNeed):
            return self.applies(self.process.steps[need.subject]) is False
        return isinstance(need, DocumentNeed) and self.holds(self.process.documents[need.subject].when) is False

    def waits(self, step: Step, key: StepKey) -> list[Wait]:
        """Say everything a step waits for before it can be done now."""
        return [*self._waits(step, key)]

    def may_complete(self, step: Step, of: str = "") -> bool:
        """Say whether a command completes a step that is done by it: it is asked for here, of whom the command is about, and waits for nothing."""
        key = StepKey(step.id, "", of if step.each else "")
        return bool(of) == bool(step.each) and self.applies(step, key) is not False and not self.waits(step, key)

    def waited(self, step: Step, key: StepKey) -> list[Wait]:
        """Say what a step waits for; what is told late waits for nothing that was met on its day."""
        return self._waited(lambda one: one.waits(step, key))

    def document_waited(self, kind: DocumentKind, of: str = "") -> list[Wait]:
        """Say what a paper waits for; what is told late waits for nothing that was met on its day."""
        return self._waited(lambda one: one.document_waits(kind, of))

    def _waited(self, waits: Callable[[Self], list[Wait]]) -> list[Wait]:
        found = waits(self)
        return [wait for wait in found if all(wait.is_among(waits(one)) for one in self.then)] if found else []

    def _lies_before_the_departure(self, need: MoveNeed) -> bool:
        """Return whether what waits for a move after the departure is dated before it: then it was done before the person had gone."""
        gone = self.recorded.made(DEPARTED)
        return need.subject in IMPLY_THE_DEPARTURE and gone is not None and self.recorded.begins(gone) > self.ends

    def was_asked(self, step: Step, key: StepKey) -> bool:
        """Say whether a step is asked for, or was on the day of what is told late."""
        return any(one.is_asked(step, key) and one.may_be_done(step, key) is not False for one in (self, *self.then))

    @memoised
    def _waits(self, step: Step, key: StepKey) -> list[Wait]:
        if step.done_by and step.done_by.command == "travel" and self.is_behind(step):
            return []  # the way somebody came is written down as it was
        found = [] if step.when is None else self.unknown_waits(step.when, key.of)
        for round_ in step.rounds:
            if round_.id == key.round and round_.when is not None:
                found += self.unknown_waits(round_.when)
        opens = self.opens(step, key) if step.rounds else None
        if opens is not None and opens > self.at:
            found.append(_until(opens, self.zone(step)))
        for need, when in step.after:
            if self.may_hold(when):
                found += [w for w in self.need_waits(need, step) if w not in found]
        for asked, when in step.consents:
            if self.may_hold(when) and self.consent_state(asked) != "given":
                found.append(Wait("consent", asked.purpose, asked))
        if step.not_before or step.window:
            earliest, more = self.earliest(step)
            found += [w for w in more if w not in found]
            if earliest is not None and earliest > self.at:
                found.append(_until(earliest, self.zone(step)))
        return found

    def unknown_waits(self, condition: Any, of: str = "") -> list[Wait]:
        """Say what a condition (of somebody who goes along) still waits for: facts that somebody can record, and results of steps."""
        found: list[Wait] = []
        for name in unknowns(condition, partial(self.value_of, of)):
            fact = self.process.facts.get(name)
            more = self.unknown_waits(fact.derived) if fact and fact.derived is not None else [self._unknown(name, of)]
            found += [wait for wait in more if wait not in found]
        return found

    def _unknown(self, name: str, of: str) -> Wait:
        if (id := name.partition(".")[0]) in self.process.steps:
            return Wait("step", id, StepNeed(id))
        booked = self.completed_by("travel", "booked")
        if name in ("arrival_place", "has_connection") and booked:
            return Wait("step", booked[0].id, StepNeed(booked[0].id))
        fact = self.process.facts.get(name)
        return Wait("fact", name, of=of if fact is not None and fact.each else "")

    def earliest(self, step: Step) -> tuple[datetime | None, list[Wait]]:
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
            happened = self.last_time(timing.since) if timing.since else None
            if timing.since and happened is None:
                continue
            anchor = self.first_after(timing.anchor, happened) if happened else self.anchor(timing.anchor)
            if anchor is not None:
                moments.append(self.shifted(anchor, timing.span, step, back=timing.backwards))
            elif not self.never_comes(timing.anchor, step):
                base = timing.anchor.partition(".")[0]
                a_step = base in self.process.steps
                waits.append(Wait("step", base, StepNeed(base)) if a_step else Wait("time", timing.anchor))
        return (max(moments) if moments else None), waits

    def never_comes(self, anchor: str, of: Step) -> bool:
        """Say whether an anchor belongs to a step that is not asked for, or no more; then waiting for it counts as met."""
        if anchor in self.process.roles:  # that somebody is to hold it is asked by itself
            return True
        first = self.process.steps.get(anchor.partition(".")[0])
        return first is not None and (self._needs_no_more(of, first) or self.applies(first) is False)

    def document_waits(self, kind: DocumentKind, of: str = "") -> list[Wait]:
        """Say what a paper (of somebody who travels along) waits for before it can be asked for."""
        found = self.unknown_waits(kind.when, of)
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
                    found.append(_until(moment, self.zone()))
        return found
