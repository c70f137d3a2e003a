"""Entries of registers, and the sums of money, as somebody may see them.

Used by:  wayhome.results
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypedDict, cast

from wayhome.case_now import CaseNow
from wayhome.case_now.entries import as_told, gone, groups_told, known_of, may_know, reads_whole
from wayhome.case_now.letters import Letters
from wayhome.case_now.money import sums_of
from wayhome.frozen import EMPTY
from wayhome.model.case import Case, EntryRecord, MoveRecord
from wayhome.model.data import to_json
from wayhome.model.money import written
from wayhome.model.reading import as_list
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.registers import Register
from wayhome.packs.process import Process

Words = Mapping[
    int, Mapping[str, Mapping[str, Any]]
]  # of entries of a history, by their seq: by data group, the fields that are words


class EntryShown(TypedDict):
    """An entry of a register: how it stands, and since when; `values` are those that may be read, the words among them.

    `told_on` is of which day the newest is that was told of it.

    `states` are all in which it ever stood, each with its day, the newest last; `passed_over` those that usually lie between and
    nobody told of; `consents_gone` the purposes on which it rested and that are not in force any more. What others had reported before this return was taken over is `reported`.
    """

    ref: str
    register: str
    title: str
    of: str
    status: str
    at: str
    seq: int
    told_on: str
    ended: bool
    values: Mapping[str, Any]
    states: Sequence[Sequence[str]]
    passed_over: Sequence[str]
    consents_gone: Sequence[str]
    reported: bool


class SumsShown(TypedDict):
    """The five sums of a budget, each with all decimals of its currency; `left` is None before anything was granted.

    `not_settled` counts the payments in another currency of which nobody wrote down what was taken for them: then `left` is at most so
    much.
    """

    entry: str
    currency: str
    granted: str | None
    promised: str
    paid: str
    proved: str
    given_back: str
    left: str | None
    not_settled: int


def words_of_entries(process: Process, recorded: Case, letters: Letters) -> Iterator[tuple[int, str]]:
    """Name the events in which words stand that somebody may read of an entry, each with the data group."""
    for entry in recorded.entries.values():
        if (register := process.registers.get(entry.register)) is not None:
            for part in entry.parts:
                reads = groups_told(register, entry, letters, part.seq)
                for name in part.values:
                    is_of_words = name in register.fields and register.fields[name].type in ("text", "rows")
                    if is_of_words and (group := register.group_of(name, entry.of)) in reads:
                        yield part.seq, group


def entries_for(case: CaseNow, letters: Letters, words: Words) -> Iterator[EntryShown]:
    """Give the entries of registers of which somebody is told; of each what they may read of it."""
    process, recorded = case.process, case.recorded
    for entry in recorded.entries.values():
        register = process.registers.get(entry.register)
        told = as_told(register, entry, letters) if register is not None else None
        if register is None or told is None:
            continue
        status, standing, newest = told.state, MoveRecord(told.at, told.seq), told.parts[-1]
        before = next((one.state for one in reversed(told.states) if one.state != status), None)
        yield EntryShown(
            ref=entry.ref,
            register=entry.register,
            title=process.title("registers", entry.register),
            of=entry.of,
            status=status,
            at=to_json(recorded.said_at(standing)),
            seq=standing.seq,
            told_on=to_json(recorded.said_at(MoveRecord(newest.at, newest.seq))),
            ended=status in register.states and register.states[status].ends,
            values=to_json(_values(process, register, entry, letters, words)),
            states=[[str(one.state), to_json(recorded.said_at(MoveRecord(one.at, one.seq)))] for one in told.states],
            passed_over=[*register.passed_over(before, status)] if status in register.states else [],
            consents_gone=[*dict.fromkeys(need.purpose for need, _ in gone(case, register, entry))],
            reported=recorded.is_reported(standing),
        )


def in_words(process: Process, one: EntryShown) -> tuple[str, str]:
    """Give the title of an entry, and in words what is said of it and how it stands."""
    register, states = one["register"], process.called_in("registers", one["register"], "states")
    said = [
        ", ".join(
            process.value_called(f"{register}/{name}", str(value)) or str(value)
            for value in as_list(one["values"].get(name))
        )
        for name in process.called_in("registers", register, "asked")
        if one["values"].get(name) is not None
    ]
    return one["title"], "; ".join([*said, str(states.get(one["status"]) or one["status"])])


def _values(process: Process, register: Register, entry: EntryRecord, letters: Letters, words: Words) -> dict[str, Any]:
    """Give what somebody may read of an entry, each as it was said last; of tables all rows that were ever told, of
    entries those of which they know.
    """
    found: dict[str, Any] = {}
    for part in entry.parts:
        for name, value in part.values.items():
            if name in register.fields and may_know(register, entry, letters, part.seq, name):
                spec, group = register.fields[name], register.group_of(name, entry.of)
                said = with_words(spec, value, (words.get(part.seq) or EMPTY).get(group, EMPTY).get(name))
                if spec.register is not None and (said := known_of(process, letters, said)) is None:
                    continue
                found[name] = (*found.get(name, ()), *said) if spec.type == "rows" else said
    return found


def with_words(spec: FieldSpec, value: Any, text: Any) -> Any:
    """Give a value that was said; of what is words, these, where they could be read."""
    if spec.type == "text":
        return text
    if spec.type != "rows":
        return value
    return tuple({**row, **more} for row, more in zip(value, text or [EMPTY] * len(value), strict=False))


def sums_for(process: Process, recorded: Case, letters: Letters) -> Iterator[SumsShown]:
    """Give the sums of money to who reads that of which they are; nothing where something of them is kept back."""
    unread = {
        entry.values.get(register.counts.into)
        for entry in recorded.entries.values()
        if (register := process.registers.get(entry.register)) is not None
        and register.counts is not None
        and not reads_whole(register, entry, letters)
    }  # a sum of what they read and what they do not would tell it
    shut = {part.seq for one in recorded.entries.values() for part in one.parts} & letters.shut
    for one in sums_of(process, recorded) if not shut else ():
        entry = recorded.entries[one.entry]
        if one.entry in unread:
            continue
        if reads_whole(process.registers[entry.register], entry, letters):
            in_full = {
                name: None if (amount := getattr(one, name)) is None else written(amount, one.currency)
                for name in ("granted", "promised", "paid", "proved", "given_back", "left")
            }
            yield cast(
                "SumsShown", {"entry": one.entry, "currency": one.currency, **in_full, "not_settled": one.not_settled}
            )
