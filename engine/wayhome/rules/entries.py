"""What is said of a step, and needs entries of registers: a measure that makes a danger smaller, a condition of the return."""

from __future__ import annotations

from wayhome.case_now import CaseNow
from wayhome.errors import Template
from wayhome.model.reason import Finding, no
from wayhome.packs.conditions import EntriesStand
from wayhome.packs.kinds.steps import Step


def not_entered(case: CaseNow, step: Step, asked: EntriesStand) -> Finding:
    """Say that what is said of a step needs an entry, and none stands."""
    register, said = case.process.registers[asked.register], [(name, str(values[0])) for name, values in asked.fields]
    about = [case.process.value_called(f"{register.id}/{name}", one) or one for name, one in said]
    named = case.process.named
    over = [one for one in case.recorded.entries_of(register.id) if asked.counts(one.state, one.values)]
    if over:  # of those that count otherwise, the day has passed
        late: Template = (
            "'{step}' rests on {refs} of '{register}', of which the day is over, and nobody has said how it went"
        )
        refs, do = [one.ref for one in over], {"do": "update", "ref": over[0].ref}
        how: Template = "say how it went; or until when it is to be done"
        title = named("steps", step.id)
        return no(late, register.id, todo=how, do=do, step=title, register=named("registers", register.id), refs=refs)
    fact: Template = "what is said of '{step}' needs an entry of '{register}' that still stands: {about}"
    do = {"do": "enter", "register": register.id}
    todo: Template = "enter it first: what is done, who sees to it, and by when"
    return no(
        fact,
        register.id,
        todo=todo,
        do=do,
        step=named("steps", step.id),
        register=named("registers", register.id),
        about=about,
    )
