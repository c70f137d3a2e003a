"""On what an entry of a register rests: the consents, at this moment, and those that are gone.

And of which entries somebody is told.

Used by:  wayhome.rules, wayhome.commands, wayhome.flow, wayhome.forms, wayhome.permissions, wayhome.entries
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from wayhome.case_now.letters import letters_for
from wayhome.packs.kinds.consents import ConsentNeed
from wayhome.packs.kinds.kind import as_list

if TYPE_CHECKING:
    from wayhome.case_now.consents import Consents
    from wayhome.case_now.letters import Letters
    from wayhome.model.case import Case, ConsentRecord, EntryRecord
    from wayhome.packs.conditions import EntriesStand
    from wayhome.packs.kinds.registers import Register
    from wayhome.packs.kinds.steps import Step
    from wayhome.packs.process import Process


def needed_by(case: Consents, register: Register) -> tuple[ConsentNeed, ...]:
    """Give the consents under which entries of a register stand at this moment: once the person has landed, those of there."""
    landed = case.recorded.happened("arrived")
    return register.consent_there if landed is not None and landed <= case.at else register.consents


def needed_entries(
    case: Consents, step: Step, result: str | None, values: Mapping[str, Any]
) -> dict[EntriesStand, list[EntryRecord]]:
    """Give the entries that it needs what is said of a step, and which of them stand."""
    said = step.results.get(result or "")
    asked = [said.needs_entries] if said is not None and said.needs_entries is not None else []
    for name, spec in step.fields.items():
        asked += [one for row in values.get(name) or () for one in spec.lowered_by(row)] if spec.columns else []
    return {
        one: [
            entry
            for entry in case.recorded.entries_of(one.register)
            if one.counts(entry.state, entry.values) and not is_past_its_day(case, entry)
        ]
        for one in asked
    }


def is_past_its_day(case: Consents, entry: EntryRecord) -> bool:
    """Say whether the day is over until which an entry counts as it stands, and nobody has said how it went on."""
    register = case.process.registers.get(entry.register)
    state = register.states.get(entry.state) if register is not None else None
    said = entry.values.get(state.counts_until) if state is not None and state.counts_until is not None else None
    return said is not None and date.fromisoformat(str(said)[:10]) < case.day_of(case.at)


def lacking_entries(
    case: Consents, step: Step, result: str | None, values: Mapping[str, Any]
) -> Iterator[EntriesStand]:
    """Give the entries that it needs what is said of a step, and of which too few stand."""
    found = needed_entries(case, step, result, values)
    return (asked for asked, stand in found.items() if len(stand) < asked.at_least)


def is_open_condition(case: Consents, asked: EntriesStand, entry: EntryRecord) -> bool:
    """Say whether an entry is one of these, whatever it is called since, and goes on; or has ended by the word of who set it alone."""
    register = case.process.registers.get(asked.register)
    set_by = entry.first_said(None, dict(asked.fields)) if entry.register == asked.register else None
    if register is None or set_by is None or entry.state not in register.states:
        return False
    by_another = register.states[entry.state].after_another is not None
    return entry.state in register.not_at_closing or (by_another and entry.states[-1].actor == set_by.actor)


def told_of(register: Register, entry: EntryRecord) -> Iterator[tuple[str, str]]:
    """Give the parties that have ever learnt of the person by an entry, each with the purpose of the consent under which they did."""
    yield from dict.fromkeys((party, under) for _, party, under in _told(register, entry))


def _told(register: Register, entry: EntryRecord) -> Iterator[tuple[str, str, str]]:
    """Give the field in which a party is named that learnt of the person, the party, and under which consent; of one that took the place of
    another, both.
    """
    state, values = "", dict[str, Any]()
    for part in entry.parts:
        state, values = part.state or state, {**values, **part.values}
        for name in register.states[state].tells if state in register.states else ():
            under = register.fields[name].under
            if under is not None and (part.state is not None or name in part.values):
                yield from ((name, str(party), under) for party in as_list(values.get(name)) if party)


def would_miss(case: Consents, purpose: str) -> Iterator[tuple[Register, str]]:
    """Give what the person would miss without a consent: the next day that lies ahead in each register that rests on it, as it was said;
    of what who asks may know.
    """
    letters = letters_for(case) if case.actor is not None else None
    for register in case.process.registers.values():
        days = [
            str(said)
            for entry in case.recorded.entries_of(register.id)
            if purpose in {need.purpose for need in needed_by(case, register)} and not register.states[entry.state].ends
            for name, (said, seq) in _said_last(entry).items()
            if name in register.fields
            and register.fields[name].dues
            and register.fields[name].type in ("date", "instant")
            and str(said)[:10] >= case.day_of(case.at).isoformat()
            and (letters is None or may_know(register, entry, letters, seq, name))
        ]
        if days:
            yield register, min(days)


def _said_last(entry: EntryRecord) -> dict[str, tuple[Any, int]]:
    """Give what each field says now, and which event said it: another house may have written that one."""
    return {name: (said, part.seq) for part in entry.parts for name, said in part.values.items()}


Gone = list[tuple[ConsentNeed, datetime]]  # consents that are not in force any more, each with when it ended


def gone(case: Consents, register: Register, entry: EntryRecord) -> Gone:
    """Give the consents on which an entry rested, and that are not in force any more; nothing of what has ended."""
    state = register.states.get(entry.state)
    if state is None or state.ends or state.without_consent:
        return []
    return [*gone_from_all(case, register), *gone_of_one(case, register, entry)]


def who_writes(register: Register, recorded: Case) -> tuple[str, ...]:
    """Name the roles that write entries: after the hand-over those of who receives, where a register says so."""
    handed_over = recorded.leads != recorded.organisation
    return register.who_after if register.who_after and handed_over else register.who


def gone_from_all(case: Consents, register: Register) -> Gone:
    """Give the consents on which every entry of a register rests, and that are not in force any more."""
    return [*_not_in_force(case, needed_by(case, register))]


def gone_of_one(case: Consents, register: Register, entry: EntryRecord) -> Gone:
    """Give the consents under which somebody learnt of the person by an entry, and that are not in force any more."""
    told = ((party, under) for name, party, under in _told(register, entry) if party in as_list(entry.values.get(name)))
    return [*_not_in_force(case, (ConsentNeed(under, party) for party, under in dict.fromkeys(told)))]


def to_be_told(
    case: Consents, register: Register, entry: EntryRecord, from_all: Gone
) -> Iterator[tuple[str, datetime]]:
    """Give who has learnt of the person by an entry that goes on, and of whom the consent is gone, each with since when.

    Args:
        from_all: the consents that are gone, and on which every entry of the register rests.
    """
    for party, under in told_of(register, entry):
        ended = [at for _, at in (*from_all, *_not_in_force(case, [ConsentNeed(under, party)]))]
        if ended:
            yield party, max(ended)


def _not_in_force(case: Consents, needs: Iterable[ConsentNeed]) -> Iterator[tuple[ConsentNeed, datetime]]:
    for need in needs:
        answers = [*case.consents_for(need)]
        if answers and not any(map(case.in_force, answers)):
            yield need, max(_ended(case, one) for one in answers)


def _ended(case: Consents, answer: ConsentRecord) -> datetime:
    """Give since when an answer is none any more that lets anything go on: a no when it was said, a yes when it ended by itself."""
    end = case.ends_by_itself(answer) if answer.state == "given" else None
    return answer.at if end is None or end > case.at else end


def will_be_gone(case: Consents, register: Register) -> list[datetime]:
    """Give when consents end by themselves on which every entry of a register rests, and that are there."""
    return [end for need in needed_by(case, register) if (end := case.will_end(need)) is not None]


def will_be_told(
    case: Consents, register: Register, entry: EntryRecord, ends: list[datetime]
) -> Iterator[tuple[str, datetime]]:
    """Give who has learnt of the person by an entry, and when the consent for that ends by itself."""
    for party, under in told_of(register, entry):
        last = case.will_end(ConsentNeed(under, party))
        when = [*ends, *([last] if last is not None else [])]
        if when:
            yield party, min(when)


def told_under_what_is_gone(case: Consents) -> Iterator[str]:
    """Name the parties that have learnt of the person by an entry whose consent is gone: they are told that, and no more."""
    for entry in case.recorded.entries.values():
        register = case.process.registers.get(entry.register)
        state = register.states.get(entry.state) if register is not None else None
        if register is not None and state is not None and not state.ends:
            yield from (party for party, _ in to_be_told(case, register, entry, gone_from_all(case, register)))


# --- of which of them somebody is told ----------------------------------------------------------------------------


def groups_told(
    register: Register, entry: EntryRecord, letters: Letters, seq: int, *, in_sum: bool = False
) -> frozenset[str]:
    """Name the data groups that somebody reads of an entry; who is named in it as whose it is reads it as their own part.

    Args:
        seq: the event that said it.
        in_sum: also those of which they are told at least a summary.
    """
    told = letters.of(seq)
    groups = told.sums if in_sum else told.reads
    if seq in letters.shut or register.own is None or entry.values.get(register.own) != letters.house:
        return groups
    if not in_sum and not letters.wrote(seq):  # of what another house wrote of it they are told that it is theirs
        return groups
    own = letters.own.sums if in_sum else letters.own.reads
    return groups | {register.group} if register.own_group in own else groups


def may_know(register: Register, entry: EntryRecord, letters: Letters, seq: int, name: str) -> bool:
    """Say whether somebody is told what a field of an entry says: who reads its group, and who manages the case of some days."""
    if register.group_of(name, entry.of) in groups_told(register, entry, letters, seq):
        return True
    in_sum = letters.manages and register.fields[name].in_sum
    return in_sum and register.group in groups_told(register, entry, letters, seq, in_sum=True)


def as_told(register: Register, entry: EntryRecord, letters: Letters) -> EntryRecord | None:
    """Give an entry as far as somebody is told of it: what another house wrote in it is told by what they are told of that house. None
    where they are not told how it stands, or ever stood.
    """
    told_of = (groups_told(register, entry, letters, one.seq, in_sum=True) for one in entry.parts)
    parts = tuple(one for one, groups in zip(entry.parts, told_of, strict=True) if register.group in groups)
    told = entry if len(parts) == len(entry.parts) else entry._replace(parts=parts)
    return told if told.states else None


def reads_whole(register: Register, entry: EntryRecord, letters: Letters) -> bool:
    """Return whether somebody reads all that was ever said of an entry."""
    return all(register.group in letters.of(part.seq).reads for part in entry.parts)


def told_in(case: Consents, entry: EntryRecord) -> EntryRecord | None:
    """Give an entry as far as who asks about a case is told of it; where no actor asks, all is told."""
    register = case.process.registers.get(entry.register)
    if register is None or case.actor is None:
        return None if register is None else entry
    return as_told(register, entry, letters_for(case))


def is_told_of(case: Consents, entry: EntryRecord) -> bool:
    """Return whether who asks about a case is told that there is such an entry; where no actor asks, each is told."""
    return told_in(case, entry) is not None


def is_known(process: Process, letters: Letters, ref: str, seq: int | None = None) -> bool:
    """Return whether somebody is told that there is an entry, or was one; `seq` is the event that told of one that was taken back."""
    entry = letters.recorded.entries.get(ref)
    register = process.registers.get(entry.register if entry is not None else ref.rpartition("-")[0])
    if register is None:
        return False
    if entry is None:
        return register.group in letters.of(seq).sums
    return as_told(register, entry, letters) is not None


def known_of(process: Process, letters: Letters, refs: Any) -> Any:
    """Give of an entry that another names, or of several, what somebody is told of; None where that is nothing."""
    if isinstance(refs, str):
        return refs if is_known(process, letters, refs) else None
    return tuple(ref for ref in refs if is_known(process, letters, ref)) or None
