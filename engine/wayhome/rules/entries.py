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
    fact: Template = "what is said of '{step}' needs an entry of '{register}' that still stands: {about}"
    named, do = case.process.named, {"do": "enter", "register": register.id}
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
