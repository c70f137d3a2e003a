"""What is said of a step, and rests on entries of registers: a measure that makes a danger smaller, a condition of the return."""

from __future__ import annotations

from wayhome.case_now import CaseNow
from wayhome.errors import Template
from wayhome.frozen import EMPTY
from wayhome.model.reason import Finding, no
from wayhome.packs.conditions import EntriesStand
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process


def not_entered(case: CaseNow, step: Step, asked: EntriesStand) -> Finding:
    """Say that what is said of a step rests on an entry that does not stand."""
    register, said = case.process.registers[asked.register], {name: str(values[0]) for name, values in asked.fields}
    about = [_called(case.process, register.id, name, one) for name, one in said.items()]
    fact: Template = "what is said of '{step}' rests on an entry of '{register}' that does not stand: {about}"
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


def _called(process: Process, register: str, name: str, value: str) -> str:
    """Give what an answer of an entry is called."""
    asked = process.called_in("registers", register, "asked").get(name) or EMPTY
    return str((asked.get("called") or EMPTY).get(value) or value)
