"""What an entry of a register waits for: the consent on which it rests, and that somebody else saw what one alone did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from wayhome.case_now import CaseNow
from wayhome.case_now.entries import needed_by
from wayhome.commands import Enter, Update
from wayhome.commands.registers import register_of, state_of
from wayhome.errors import Template
from wayhome.model.case import EntryPart
from wayhome.model.closed_sets import PERSON
from wayhome.model.reason import Finding, Judgement, never, no, yes
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.kind import as_list
from wayhome.packs.kinds.registers import EntryState, Register, RegisterField
from wayhome.rules.safeguard import on_its_day
from wayhome.rules.steps import of_telling_them


def of_entry(case: CaseNow, command: Enter | Update) -> Iterator[Judgement]:
    """Say what an entry waits for. That something which was entered has ended waits for no consent: it is told as it was. What is entered
    anew does, as of its day, however it stands: after a no nothing more is written, save money that has moved.
    """
    register, status = register_of(case, command), state_of(case, command)
    if register is None:
        return
    yield Judgement("STEP", yes("what happened may be written down", register.id))
    entry = case.recorded.entries.get(command.ref) if isinstance(command, Update) else None
    state = register.states.get(status or (entry.state if entry is not None else ""))
    if state is None or case.is_report:
        return
    values = {**(entry.values if entry is not None else {}), **command.fields}
    looks = entry is not None and status is not None and state.after_another is not None
    before = entry.first_said(state.after_another, state.another_where) if entry is not None and looks else None
    alone = _who_else_sees_it(case, register, state, before) if before is not None else None
    if alone is not None:
        title = case.process.called_in("registers", register.id, "states")
        after = str(state.after_another)
        stood = {"state": title.get(after, after), "now": title.get(str(status), status)}
        yield never("ROLE", alone, register.id, "let somebody else see it, and write it down", **stood)
    if state.without_consent or (state.ends and entry is not None and not register.silent_after_no):
        return
    yield from on_its_day(case, lambda one: _of_consent(one, register))
    for name in state.tells:
        if status is not None or name in command.fields:  # another is named: they are told now
            for party in _who_is_told(case, register.fields[name], values.get(name)):
                yield from of_telling_them(case, register.fields[name], party)


def _who_else_sees_it(case: CaseNow, register: Register, state: EntryState, before: EntryPart) -> Template | None:
    """Say that another sees it than who entered what was before; None where another does."""
    actor = case.actor
    if actor is not None and before.actor == actor.id:
        return "whoever entered '{state}' does not say that it is '{now}'"
    if actor is not None and state.by_another_role and actor.roles & {*register.who} <= {before.role}:
        return "that it is '{now}' is seen by another role than that which entered '{state}'"
    return None


def _who_is_told(case: CaseNow, spec: RegisterField, said: Any) -> list[str]:
    """Give the parties that a field names; of codes, those of another house, or known in the case."""
    if not said or spec.type != "codes":
        return as_list(said) if said else []
    ours = (case.recorded.leads, PERSON)
    return [one for one in as_list(said) if case.party(one) is not None and case.party(one) not in ours]


def _of_consent(case: CaseNow, register: Register) -> Iterator[Judgement]:
    for need in needed_by(case, register):
        yield Judgement("CONSENT", _a_consent(case, register, need))


def _a_consent(case: CaseNow, register: Register, need: ConsentNeed) -> Finding:
    state = case.consent_state(need)
    if state == "given":
        return yes("the person has agreed", need.purpose)
    consent, what = case.process.named("consents", need.purpose), case.process.named("registers", register.id)
    fact: Template = "'{what}' rests on a consent that nobody has given: {consent}"
    if state == "refused":
        fact = "'{what}' rests on a consent to which the person has said no: {consent}"
    asked = {"do": "consent", "purpose": need.purpose}
    return no(fact, need.purpose, todo="ask the person first", do=asked, what=what, consent=consent)
