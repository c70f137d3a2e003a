"""What a command waits for, by its kind: the themes say what, readiness asks them. What a move waits for stands in gates.

A command that cannot be read waits for nothing here: who reads it says what is wrong with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from wayhome import commands as c
from wayhome.calendar.spans import instant_text
from wayhome.case_now import CaseNow
from wayhome.case_now.entries import would_miss
from wayhome.errors import Template, part
from wayhome.model.reason import Judgement, never, yes
from wayhome.packs.process import Process
from wayhome.rules import adopting, consents, documents, gates, incidents, registers, steps, taking_back
from wayhome.rules.safeguard import on_its_day


def of_command(case: CaseNow, newer: Process | None = None) -> Iterable[Judgement]:
    """Say everything that the command of a case waits for, beside the numbered rules; `newer` is what a rebase names."""
    match case.command:
        case c.Move() as move:
            return gates.of_move(case, move)
        case c.StepCommand() as command:
            return steps.of_step_command(case, command)
        case c.Sign() as sign:
            return steps.of_signing(case, sign)
        case c.Record() as record:
            return [
                Judgement("FACT", yes("the facts are declared, and can be recorded")),
                *taking_back.of_record(case, record),
            ]
        case c.Correct() as correct:
            return taking_back.of_correcting(case, correct)
        case c.Involve() as involve:
            return taking_back.of_involve(case, involve)
        case c.Withdraw(purpose=purpose):
            return _of_withdrawing(case, purpose)
        case c.Consent() as consent:
            return consents.of_consent(case, consent)
        case c.Document() as document:
            return documents.of_document(case, document)
        case c.Travel() as travel:
            return _of_travel(case, travel)
        case c.Assign() as assign:
            return [*_of_the_steps_of_a_role(case, assign), *on_its_day(case, lambda one: _of_assign(one, assign))]
        case c.Incident() as incident:
            return incidents.of_incident(case, incident)
        case c.Resolve() as resolve:
            return incidents.of_resolve(case, resolve)
        case c.Enter() | c.Update() as entry:
            return registers.of_entry(case, entry)
        case c.Rebase() if newer is not None:
            return adopting.of_rebase(case, newer)
    return ()


def _of_withdrawing(case: CaseNow, purpose: str) -> Iterator[Judgement]:
    """A no always counts; what the person would miss is told to them before, and holds nothing up."""
    yield Judgement("CONSENT", yes("a consent can be taken back at any time", purpose))
    for register, day in would_miss(case, purpose):
        fact: Template = "the person would miss what is set in '{register}' for {day}: tell them before they decide"
        yield Judgement(
            "CONSENT", yes(fact, register.id, register=case.process.named("registers", register.id), day=day)
        )


def of_the_clock(case: CaseNow) -> Iterator[Judgement]:
    """Say that the clock goes backwards: old evidence would be fresh again. Or that there is nothing to confirm of it."""
    written, confirms = case.recorded.written_at, isinstance(case.command, c.Clock)
    if written is not None and case.now < written and not confirms:
        fact: Template = (
            "the clock of this machine says {now}, and this case holds what was written down later, at {written}"
        )
        if isinstance(case.command, c.Open):
            fact = "the clock of this machine says {now}, and something was written down here later, at {written}"
        todo: Template = "set the clock; if it is right now, an administrator confirms it"
        yield never("INPUT", fact, "clock", todo, now=instant_text(case.now), written=instant_text(written))
    elif confirms and (written is None or case.now >= written):
        fact = "nothing in this case was written down later than the clock says"
        yield never("INPUT", fact, "clock", "nothing needs to be confirmed")


def _of_travel(case: CaseNow, command: c.Travel) -> Iterator[Judgement]:
    if case.recorded.phase in ("identification", "pre_departure"):
        for step in case.done_by("travel", command.status):
            yield from steps.unmet(case, step)


def _of_the_steps_of_a_role(case: CaseNow, command: c.Assign) -> Iterator[Judgement]:
    for step in case.done_by("assign", command.role):
        record = case.recorded.steps.get(step.id)
        if record is None or record.state != "done":
            yield from steps.unmet(case, step)


def _of_assign(case: CaseNow, command: c.Assign) -> Iterator[Judgement]:
    """Who has failed, is gone, or takes other people, cannot be given a role."""
    party = command.partner or command.ref or command.organisation or ""
    if case.suspending(party, command.role):
        yield never("INPUT", "this partner has failed, and that is not over", party, "choose another")
    partner = case.partner(command.partner)
    if partner is None:
        return
    if partner.is_gone:
        fact: Template = "this partner no longer works under this name"
        newer = partner.superseded_by or part("another")
        yield never("INPUT", fact, party, "take {newer} instead", newer=newer)
    if not case.takes(partner):
        fact = "this partner takes people of another sex or age"
        yield never("INPUT", fact, party, "choose one who takes this person")
