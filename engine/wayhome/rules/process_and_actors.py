"""What always holds: of a process, of a number, of evidence, of whoever acts.

Rules:    INV-11, INV-21 … INV-24, INV-27, INV-28, INV-30, INV-31, INV-33, INV-38
"""

from __future__ import annotations

import re

from wayhome.case_now import ASSISTANCE, CLEARANCE, CaseNow
from wayhome.commands import Complete, Move, Open, StepCommand
from wayhome.errors import Template
from wayhome.model.number import read_number
from wayhome.model.reason import Finding, no, yes
from wayhome.packs.marks import may_pay
from wayhome.packs.process import Process
from wayhome.rules.safeguard import GATE, TAKEN_OVER, not_yet_signed, required_limits, safeguard

_NUMBER = re.compile(r"WH-[0-9A-Z]{5}-[0-9A-Z]{5}-[0-9A-Z]")
CORE_STEPS = 81
LAST_QUESTION = "departure_assistance"


@safeguard("INV-11", on=("open", "rebase"), source=("P2", "P6"))
def no_help_waits_for_cooperation(case: CaseNow) -> Finding:
    """No step of help waits for cooperation with police or prosecution."""
    waiting = [*dict.fromkeys(way.id for way in case.process.ways["cooperation"])]
    if not waiting:
        return yes("no help depends on cooperation with police")
    fact = "these steps wait for cooperation with police: {steps}"
    return no(fact, todo="change the pack", steps=waiting)


@safeguard(
    "INV-21",
    on=("open",),
    source=("P20", "P31"),
    missing="Keys of the identity map lie beside the database so far; handing them to a separate keeper comes later.",
)
def the_case_number_is_random(case: CaseNow) -> Finding:
    """A case number is random: nothing in it comes from the person."""
    number = case.recorded.number
    if not _NUMBER.fullmatch(number) or read_number(number) != number:
        return no("the case number was not made by this program", todo="let the program make it")
    facts = case.command.facts if isinstance(case.command, Open) else {}
    told = [str(v) for v in facts.values() if isinstance(v, str | int) and len(str(v)) > 3]
    if any(value.upper() in number.replace("-", "") for value in told):
        return no("the case number holds something of the person", todo="open the case again")
    return yes("the case number is random")


@safeguard("INV-22", on=("complete", "move"), source=("P31",))
def a_named_person_decides(case: CaseNow) -> Finding:
    """Status, risk, go or no-go and closing are decided by named people; the clock only opens and closes gates."""
    actor, command = case.actor, case.command
    if actor is not None and not actor.is_clock:
        return yes("a named person decides")
    step = case.process.steps.get(command.step) if isinstance(command, StepCommand) else None
    confirms = isinstance(command, Complete) and command.confirms
    if actor is not None and step is not None and not step.results and not confirms:
        return yes("nothing is decided here")
    return no("only a named person may decide this", todo="let a case worker do it")


@safeguard(
    "INV-23",
    on=("read",),
    source=("OC",),
    missing="Reads are written to the log; a chained log of reads in the database comes later.",
)
def the_reader_is_named(case: CaseNow) -> Finding:
    """Every read of a case is made by a named actor and leaves a line in the log."""
    actor = case.actor
    if actor is None or not actor.id or not (actor.roles or actor.is_clock):
        return no("it is not said who reads", todo="give the actor")
    return yes("the reader is named")


@safeguard("INV-24", on=("open", "rebase"), source=("OC",))
def nothing_of_the_core_is_missing(case: CaseNow) -> Finding:
    """A pack can add and tighten, never remove a core step, prerequisite or safeguard, nor relax a limit."""
    core = [step for step in case.process.steps.values() if step.is_core]
    if len(core) < CORE_STEPS or not set(case.process.limits) >= required_limits():
        return no("this process lacks steps or limits of the core", todo="install the packs again")
    return yes("all steps and limits of the core are there")


@safeguard("INV-27", on=("open", "rebase"), source=("OC",))
def the_person_pays_for_nothing(case: CaseNow) -> Finding:
    """The person never becomes debtor of the programme: no repayment, no deposit, no penalty."""
    papers, payers = case.process.documents.values(), may_pay(case.process)
    charged = [paper.id for paper in papers if paper.payer is not None and paper.payer not in payers]
    charged += [*dict.fromkeys(way.id for way in case.process.ways["payment"])]
    if not charged:
        return yes("the person pays for nothing")
    return no("the person would pay for {what}", todo="let the programme pay", what=charged)


@safeguard(
    "INV-28",
    on=("statistic",),
    source=("P32", "P2"),
    limits=("smallest_group",),
    missing="There are no statistics yet; whoever writes one asks `may_show_group` first.",
)
def no_small_group_is_shown(case: CaseNow) -> Finding:
    """No statistic shows a group smaller than {smallest_group} people."""
    return may_show_group(case.process, getattr(case.command, "size", 0))


def may_show_group(process: Process, size: int) -> Finding:
    """Say, as INV-28, whether a statistic may show a group of this size."""
    if size >= process.count("smallest_group"):
        return yes("the group is large enough to be shown")
    return no("a group of fewer than {smallest_group} people is not shown", todo="join it with others")


@safeguard("INV-30", on=GATE, source=("OC",))
def no_evidence_is_too_old(case: CaseNow) -> Finding:
    """Evidence that has expired is never counted; age is judged at the instant of departure."""
    for step in case.process.steps.values():
        if not (step.gate == "depart" and step.gates and step.max_ages) or step.id in (ASSISTANCE, CLEARANCE):
            continue
        for key, record in case.records(step):
            old = record.state == "done" and not case.is_fresh(step, record)
            if old and case.applies(step, key) is not False:
                fact, title = "'{step}' will be too old on that day", case.process.named("steps", step.id)
                return no(fact, step.id, todo="do it again, late enough", of=key.of, step=title, round=key.round)
    return yes("no evidence that counts is too old")


@safeguard("INV-33", on=(*GATE, "prepare", "settle", "close"), source=("OC",))
def what_was_taken_over_is_signed(case: CaseNow) -> Finding:
    """What others did before a return was taken over counts once the list of it is signed; what a departure needs by its age is done anew."""
    if case.recorded.adopted_at is None:
        return yes("this return has always been ours", TAKEN_OVER)
    command = case.command
    ends = (
        case.process.outcomes.get(command.reason or "") if isinstance(command, Move) and command.to == "close" else None
    )
    if ends is not None and not ends.gated:
        return yes("a case can always end so, whatever others have done", TAKEN_OVER)
    return not_yet_signed(case) or yes("two have signed what was taken over", TAKEN_OVER)


@safeguard("INV-31", on=("open", "rebase"), source=("P2",))
def all_persons_get_the_same_safeguards(case: CaseNow) -> Finding:
    """All persons get the same safeguards, whatever their sex, nationality, legal status or form of exploitation."""
    apart = [*dict.fromkeys(way.id for way in case.process.ways["what_tells_apart"])]
    if not apart:
        return yes("all persons get the same safeguards")
    return no("these core steps tell people apart: {steps}", todo="change the core", steps=apart)


@safeguard("INV-38", on=GATE, source=("OC",))
def nothing_that_was_written_was_taken_back(case: CaseNow) -> Finding:
    """Nobody departs while something that was written is missing in the database, nor unasked since: it may be their no."""
    loss = case.outside.loss()
    if loss.is_untold:
        fact: Template = "something that was written in this database is gone, and it may be the person's no"
        todo: Template = "call whoever manages the database; ask the person again, and write down what they say"
        return no(fact, todo=todo, do={})
    asked = case.record(LAST_QUESTION)
    is_leaving = isinstance(case.command, Move) and case.command.to == "depart"
    if is_leaving and loss.told_at is not None and (asked is None or case.recorded.begins(asked) <= loss.told_at):
        fact = "the person was not asked since something of this database was lost, and that may be their no"
        return no(fact, LAST_QUESTION, todo="ask the person once more whether they want to go")
    return yes("all is there upon which later entries were written")
