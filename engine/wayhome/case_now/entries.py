"""On what an entry of a register rests: the consents, at this moment, and those that are gone.

Used by:  wayhome.rules, wayhome.flow, wayhome.entries
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from wayhome.packs.kinds.consents import ConsentNeed

if TYPE_CHECKING:
    from wayhome.case_now.consents import Consents
    from wayhome.model.case import EntryRecord
    from wayhome.packs.kinds.registers import Register


def needed_by(case: Consents, register: Register) -> tuple[ConsentNeed, ...]:
    """Give the consents under which entries of a register stand at this moment: once the person has landed, those of there."""
    landed = case.recorded.happened("arrived")
    return register.consent_there if landed is not None and landed <= case.at else register.consents


def told_of(register: Register, entry: EntryRecord) -> Iterator[tuple[str, str]]:
    """Give the parties that have learnt of the person by an entry, each with the purpose of the consent under which they did."""
    for name in dict.fromkeys(
        name for one in entry.states if one.state in register.states for name in register.states[str(one.state)].tells
    ):
        party, under = entry.values.get(name), register.fields[name].under
        if party is not None and under is not None:
            yield str(party), under


Gone = list[tuple[ConsentNeed, datetime]]  # consents that are not in force any more, each with when it ended


def gone(case: Consents, register: Register, entry: EntryRecord) -> Gone:
    """Give the consents on which an entry rested, and that are not in force any more; nothing of what has ended."""
    state = register.states.get(entry.state)
    return [] if state is None or state.ends else [*gone_from_all(case, register), *gone_of_one(case, register, entry)]


def gone_from_all(case: Consents, register: Register) -> Gone:
    """Give the consents on which every entry of a register rests, and that are not in force any more."""
    return [*_not_in_force(case, needed_by(case, register))]


def gone_of_one(case: Consents, register: Register, entry: EntryRecord) -> Gone:
    """Give the consents under which somebody learnt of the person by an entry, and that are not in force any more."""
    return [*_not_in_force(case, (ConsentNeed(under, party) for party, under in told_of(register, entry)))]


def _not_in_force(case: Consents, needs: Iterable[ConsentNeed]) -> Iterator[tuple[ConsentNeed, datetime]]:
    for need in needs:
        answers = [*case.consents_for(need)]
        if answers and not any(map(case.in_force, answers)):
            yield need, max(one.at for one in answers)


def told_under_what_is_gone(case: Consents) -> Iterator[str]:
    """Name the parties that have learnt of the person by an entry whose consent is gone: they are told that, and no more."""
    for entry in case.recorded.entries.values():
        register = case.process.registers.get(entry.register)
        if register is not None and gone(case, register, entry):
            yield from (party for party, _ in told_of(register, entry))
