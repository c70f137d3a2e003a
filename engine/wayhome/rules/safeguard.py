"""What a safeguard is: a numbered, named claim, the moments at which it is asked, its sources and its figures.

`@safeguard` enters a function under its number; the number never changes meaning. Declared is asked: `moments` says at
which words of the closed vocabulary a command is judged, and every rule of these is asked before anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from types import MappingProxyType
from typing import Any

from wayhome import commands as c
from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.commands.registers import state_of
from wayhome.errors import Template, filled
from wayhome.model.case import StepKey
from wayhome.model.closed_sets import Trust
from wayhome.model.reason import Finding, Judgement, no
from wayhome.packs.kinds.rules import PackRule
from wayhome.packs.mentions import Phrase
from wayhome.packs.moments import is_word
from wayhome.packs.process import Process

Claim = Callable[[CaseNow], Finding]
GATE = ("depart", "clearance")
TAKEN_OVER = "taken_over"
NONE_WANTED = "none_wanted"  # the result of choosing a partner when the person wants none
NOT_OF_A_COMMAND = frozenset({"read", "statistic"})  # what asks these is no command
# Figures that no numbered rule keeps.
NOT_OF_A_RULE = frozenset(
    {
        *("late_entry_of_departure", "late_entry_of_evidence", "longest_review", "signature_within", "time_to_think"),
        *("boarding_before", "boarding_after", "delay_at_most", "looked_for_again"),
        "asked_again_within",
        *("keep_health", "keep_identity", "keep_case", "keep_briefly", "keep_at_most_when_asked"),
    }
)

# Words at which no rule is asked, and why that is right: as each command says it. What is neither here nor asked is forbidden.
UNRULED: Mapping[str, Template] = {word: kind.unruled for word, kind in c.BY_WORD.items() if kind.unruled}


@dataclass(frozen=True, slots=True)
class Safeguard:
    """One numbered rule: what it claims, when it is asked, and what a single process cannot check of it."""

    id: str
    judge: Claim
    on: tuple[str, ...]
    source: tuple[str, ...]
    limits: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    missing: Template = ""
    each: Callable[[CaseNow], Iterable[Finding]] | None = None  # all that is missing, one by one

    def sentence(self, process: Process) -> str:
        """Say what this rule demands, with the figures of a process."""
        text: Template = (self.judge.__doc__ or "").strip().splitlines()[0]
        return filled(text, self.figures(process))

    def figures(self, process: Process) -> dict[str, Any]:
        """Give the figures that the rule declares; its sentences take them from here."""
        return {limit: process.figures[limit] for limit in self.limits}

    def ask(self, case: CaseNow, phase: int = 0) -> Judgement:
        """Judge a case: the number, the sources, the evidence and the figures of the sentences are the declaration's."""
        return self._judged(case, self.judge(case), phase)

    def ask_each(self, case: CaseNow, phase: int = 0) -> list[Judgement]:
        """Judge a case, and tell each thing that is missing by itself, where the rule tells them apart."""
        missing = [self._judged(case, one, phase) for one in self.each(case)] if self.each else []
        return missing or [self.ask(case, phase)]

    def _judged(self, case: CaseNow, finding: Finding, phase: int) -> Judgement:
        if not finding.met:
            finding = reported(case, finding) or finding
        else:
            finding = next(filter(None, (outdated(case, id) for id in self.evidence)), finding)
        if self.limits:
            finding = finding.beside(self.figures(case.process))
        return Judgement(self.id, finding, self.source, phase)


class _Registry:
    """The rules: entered while the modules of rules are imported, and then frozen."""

    __slots__ = ("_asked_at", "_entered", "_frozen")

    def __init__(self) -> None:
        self._entered: dict[str, Safeguard] = {}
        self._asked_at: dict[str, list[Safeguard]] = {}
        self._frozen = False

    @property
    def by_number(self) -> Mapping[str, Safeguard]:
        return MappingProxyType(self._entered)

    def safeguard(
        self,
        id: str,
        *,
        on: tuple[str, ...],
        source: tuple[str, ...],
        limits: tuple[str, ...] = (),
        evidence: tuple[str, ...] = (),
        missing: Template = "",
        each: Callable[[CaseNow], Iterable[Finding]] | None = None,
    ) -> Callable[[Claim], Claim]:
        """Enter a rule: the moments at which it is asked, where it comes from, the figures that it rests on, and the steps
        that are its evidence: it does not hold when what one of these rests on has changed.

        Raises:
            AssertionError: the number was given already, there is no such moment, or the rules are frozen.
        """

        def enter(judge: Claim) -> Claim:
            assert id not in self._entered, id
            for moment in on:
                assert is_word(moment) or moment in NOT_OF_A_COMMAND, (id, moment)
            assert not self._frozen, "the rules are frozen"
            self._entered[id] = Safeguard(id, judge, on, source, limits, evidence, missing, each)
            return judge

        return enter

    def freeze(self) -> None:
        """Take no more rules, and lose none: called when all are entered, before a plugin is imported."""
        for id in [] if self._frozen else sorted(self._entered):
            for moment in self._entered[id].on:
                self._asked_at.setdefault(moment, []).append(self._entered[id])
        self._frozen = True

    def asked_at(self, moments: Iterable[str]) -> list[Safeguard]:
        """Give the safeguards that are asked at any of these moments, in the order of their numbers."""
        asked = {rule.id: rule for moment in moments for rule in self._asked_at.get(moment, ())}
        return [asked[id] for id in sorted(asked)]


# Only the registry's own methods reach what it holds: SAFEGUARDS is for reading, and rebinding it changes no answer.
_registry = _Registry()
SAFEGUARDS = _registry.by_number
safeguard, freeze, asked_at = _registry.safeguard, _registry.freeze, _registry.asked_at
del _registry


def on_its_day(case: CaseNow, ask: Callable[[CaseNow], Iterable[Judgement]]) -> list[Judgement]:
    """Judge a case; of what is told late, only that stands against it which stood on its day, too."""
    found = [*ask(case)]
    for one in case.then if any(not judgement.finding.met for judgement in found) else ():
        then = [*ask(one)]
        against = {(judgement.rule, judgement.finding.subject) for judgement in then if not judgement.finding.met}
        kept = [j for j in found if j.finding.met or (j.rule, j.finding.subject) in against]
        lifted = {j.rule for j in found} - {j.rule for j in kept}
        found = [*kept, *(j for j in then if j.rule in lifted and j.finding.met)]
    return found


def awaiting_second(case: CaseNow, id: str) -> Finding | None:
    """Say that what one alone wrote down late, or by hearsay, waits for a second; None when it does not."""
    step, record = case.process.steps[id], case.record(id)
    result = step.results.get(record.result or "") if record else None
    if record is None or (result and not result.passes) or not case.awaits_second(record, step):
        return None  # a no counts at once
    assert record.alone is not None
    late: Template = "'{step}' was written down more than {limit} late, and nobody else has seen it"
    heard: Template = "'{step}' was typed for somebody else, and nobody but who typed it has heard it"
    if record.alone.happened_at != case.recorded.begins(record):
        late = "the same person wrote '{step}' down before, more than {limit} late, and nobody else has seen it"
    is_heard = record.alone.heard and step.heard_by_two
    fact = heard if is_heard else late
    values: dict[str, Any] = {} if is_heard else {"limit": step.alone_within}
    todo: Template = "let somebody else read it, or ask there, and sign it"
    title = case.process.named("steps", id)
    return no(fact, id, todo=todo, do={"do": "sign", "step": id}, from_=case.now, step=title, **values)


def outdated(case: CaseNow, id: str, key: StepKey | None = None) -> Finding | None:
    """Say what a step rests on that has changed since; None when it still holds, or is not done."""
    step, key = case.process.steps[id], key or StepKey(id)
    changed = case.changed(step, case.recorded.steps.get(key.text()))
    if not changed or case.applies(step, key) is False:
        return None
    return no(
        "'{step}' was done before this changed: {what}",
        id,
        todo="look again: confirm it if it still holds, else do it anew"
        if step.may_confirm
        else "do it anew: what was said, sent or asked then is not confirmed",
        of=key.of,
        step=case.process.named("steps", id),
        round=key.round,
        what=[case.called(subject, step, case.recorded.steps[key.text()]) for subject in changed],
    )


def anew(case: CaseNow, step: str, fact: Template, todo: Template, **values: Any) -> Finding:
    """Say that a step is to be done anew: that can be done now."""
    return no(fact, step, todo=todo, do={"do": "redo", "step": step}, from_=case.now, **values)


def reported(case: CaseNow, finding: Finding) -> Finding | None:
    """Say that what is too old was done by others, before the return was taken over; None where that is not why."""
    id, key = finding.subject, StepKey(finding.subject, finding.values.get("round") or "", finding.of)
    step, record = case.process.steps.get(id), case.recorded.steps.get(key.text())
    if step is None or record is None or not (case.passes(step, record) and case.recorded.is_reported(record)):
        return None
    if case.is_fresh(step, record):
        return None
    return no(DONE_BY_OTHERS, id, todo=OUR_OWN, of=key.of, step=case.process.named("steps", id), round=key.round)


def not_yet_signed(case: CaseNow) -> Finding | None:
    """Say that two have not signed all that was taken over with this return; None when they have, or it was always ours."""
    if case.recorded.adopted_at is None:
        return None
    record, last = case.record(TAKEN_OVER), case.recorded.reported_seq
    if record is None or record.state != "done":
        fact: Template = "two have not yet signed what was taken over with this return"
        return no(fact, TAKEN_OVER, todo="enter what is known of it with its own days; then two sign it")
    if last > (record.looked_seq or record.seq):
        added: Template = "entry {seq} was added to what was taken over, after two had signed it"
        return anew(case, TAKEN_OVER, added, "sign it anew", seq=last)
    return None


DONE_BY_OTHERS: Template = "'{step}' was done before this return was taken over"
OUR_OWN: Template = "do it anew: what a departure rests on by its age is our own"
AT_THE_LANDING: frozenset[Trust] = frozenset({"receive", "meet", "care", "escort"})


def distrust_of(case: CaseNow, name: Any, to: Trust) -> Phrase | None:
    """Say why a party is not trusted with something on the day on which they do it; None when they are.

    Who receives or meets the person, cares for a child, or brings them there does so at the landing: who boards late lands late.
    """
    lands, leaves = case.planned_arrival, case.planned_departure
    why = case.distrust(name, to)
    if (
        why is None
        and to in AT_THE_LANDING
        and lands is not None
        and leaves is not None
        and not moments(case).isdisjoint(GATE)
    ):
        why = case.when(max(case.at, lands + max(case.at - leaves, timedelta(0)))).distrust(name, to)
    return why


def vet(case: CaseNow, name: Any, to: Trust | None = None) -> dict[str, Any] | None:
    """Give the command that would help where a party is not trusted with something; None where no vetting of it would.

    Without `to`, that they can be trusted at all: they were under suspicion, and one alone has taken that back.
    """
    ref, step = case.to_be_vetted(name, to), case.process.vetting
    return {"do": "complete", "step": step.id, "of": ref, "for": [to] if to else []} if ref and step else None


def required_limits() -> frozenset[str]:
    """Name the figures without which a rule could not judge."""
    return NOT_OF_A_RULE.union(*(rule.limits for rule in SAFEGUARDS.values()))


def moments(case: CaseNow) -> frozenset[str]:
    """Give the moments at which the command is judged.

    The command's word; word:subject for what it is about; a move by its name; "clearance"; "entrust"; complete:STEP and record:FACT,
    where a command of another word completes a step, or opens a case with facts.
    """
    return case.once("moments", partial(_moments, case))


def _moments(case: CaseNow) -> frozenset[str]:
    command = case.command
    assert command is not None
    if case.is_report:  # it is kept as it was, whatever would have stood against it
        return frozenset({command.word})
    act = c.ACTS[command.word]
    completed = {f"complete:{step.id}" for step in act.completes(case, command)}
    if isinstance(command, c.Move):
        return frozenset({"move", command.to, *completed})
    found = {command.word, *(f"{command.word}:{subject}" for subject in act.about(case, command)), *completed}
    if isinstance(command, c.Enter | c.Update) and (state := state_of(case, command)) is not None:
        found |= {f"{register}:{state}" for register in act.about(case, command)}
    if isinstance(command, c.Complete) and command.step == CLEARANCE:
        found.add("clearance")
    if isinstance(command, c.Complete) and any(step.id == command.step for step, *_ in case.process.entrusting):
        found.add("entrust")
    if isinstance(command, c.Open):
        found |= {f"record:{fact}" for fact in command.facts}
    return frozenset(found)


def pack_rules_asked(case: CaseNow) -> list[PackRule]:
    """Give the packs' own rules that are asked now. What must hold at departure is asked when it is cleared, too."""
    words = moments(case)
    asked = words | {"depart"} if "clearance" in words else words
    return [rule for rule in case.process.rules.values() if not asked.isdisjoint(rule.on)]
