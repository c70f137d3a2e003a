"""Entries of registers: what a case holds many of. Enter one, and say how it went on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from typing import Annotated, Any, ClassVar

from wayhome.case_now import CaseNow
from wayhome.case_now.entries import is_told_of, who_writes
from wayhome.commands.answer import Act, Answer, role_for
from wayhome.commands.belonging import people_told
from wayhome.commands.changes import Change
from wayhome.commands.incidents import open_incident
from wayhome.commands.steps import complete_by_command
from wayhome.commands.values import StepValues, missing, party_from, read_fields
from wayhome.errors import BadInput, Template
from wayhome.frozen import EMPTY
from wayhome.model.case import Case, EntryPart, EntryRecord
from wayhome.model.closed_sets import GUARDIAN, PERSON
from wayhome.model.command import Command, Question
from wayhome.model.data import data
from wayhome.model.event import Event
from wayhome.model.money import is_of_day
from wayhome.model.reading import bad, one_of, unknown
from wayhome.packs.kinds.kind import as_list
from wayhome.packs.kinds.registers import ANY_REGISTER, EntryState, Register, RegisterField
from wayhome.packs.kinds.steps import ENTER, UPDATE, Step

__all__ = ["Enter", "Update"]


@data(kw_only=True)
class Enter(Command):
    """Enter one more of what a case holds many of: a plan item, a service, a payment. The engine makes the ref (service-2)."""

    word: ClassVar[str] = "enter"
    takes_more: ClassVar[str] = "fields"
    of_others: ClassVar = True
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True
    unruled: ClassVar[Template] = "what happened may be written down; a register says which consent it rests on"

    register: Annotated[str, Question("What is entered?", of="registers")]
    status: Annotated[str | None, Question("How does it stand?", of="states", needed=True)] = None
    fields: Mapping[str, Any] = field(default=EMPTY, repr=False)


@data(kw_only=True)
class Update(Command):
    """Say how an entry of a register went on: its new state, or what is known of it now."""

    word: ClassVar[str] = "update"
    takes_more: ClassVar[str] = "fields"
    earliest: ClassVar = "opening"
    judged_then: ClassVar = True
    unruled: ClassVar[Template] = "what happened may be written down; a register says which consent it rests on"

    ref: Annotated[str, Question("Which entry?", of="entries")]
    status: Annotated[str | None, Question("How does it stand now, if that has changed?", of="states")] = None
    fields: Mapping[str, Any] = field(default=EMPTY, repr=False)


def register_of(case: CaseNow, command: Enter | Update) -> Register | None:
    """Give the register that a command is about; None where there is none."""
    if isinstance(command, Enter):
        return case.process.registers.get(command.register)
    entry = case.recorded.entries.get(command.ref)
    return case.process.registers.get(entry.register) if entry is not None else None


def state_of(case: CaseNow, command: Enter | Update) -> str | None:
    """Name the state in which an entry stands by a command; None where that says nothing of it."""
    register = register_of(case, command)
    if register is None or (command.status is not None and command.status not in register.states):
        return None
    return command.status or (register.first if isinstance(command, Enter) else None)


def on_enter(case: CaseNow, command: Enter, answer: Answer) -> None:
    """Make an entry."""
    register = case.process.registers.get(command.register)
    if register is None:
        raise unknown("register", command.register, case.process.registers, field="register")
    status = one_of("status", command.status, [*register.states]) if command.status is not None else register.first
    if command.of is not None and command.of not in case.recorded.people:
        raise unknown("person of this case", command.of, people_told(case), field="of")
    said = _read(case, register, command, answer, None)
    if register.says_there_is_none(status) and (said.clear or said.sealed):
        what: Template = "Where there is none, nothing else is said of it."
        answer.wrong(
            BadInput(what, todo="Leave 'status' out, or what else is said.", field="status", code="contradiction")
        )
    _is_theirs(case, register, status, said.clear, command, answer)
    answer.role = _who(case, register, status, command, said.clear)
    _says_what_is_needed(case, register, status, said.clear, answer)
    answer.emit(
        "entry_made",
        said.sealed,
        register=register.id,
        ref=f"{register.id}-{1 + case.recorded.entries_made.get(register.id, 0)}",
        status=status,
        values=said.clear,
        passed_over=[*register.passed_over(None, status)],
        of=command.of,
        by=command.by,
    )
    _brings(case, command, register.states[status], answer)


def on_update(case: CaseNow, command: Update, answer: Answer) -> None:
    """Say how an entry went on."""
    entry, register = case.recorded.entries.get(command.ref), register_of(case, command)
    if entry is None or register is None or not is_told_of(case, entry):  # that there is one tells, too
        known = [ref for ref, one in case.recorded.entries.items() if is_told_of(case, one)]
        raise unknown("entry", command.ref, known, field="ref")
    status = one_of("status", command.status, [*register.states]) if command.status is not None else None
    if status is not None and register.says_there_is_none(status) is not register.says_there_is_none(entry.state):
        how: Template = "'{ref}' cannot be changed so: that there is none is an entry of its own."
        end: Template = "Say how it ended; what there is now is entered by itself."
        raise BadInput(how, todo=end, field="status", code="contradiction", ref=entry.ref)
    said = _read(case, register, command, answer, entry)
    if status is None and not said.clear and not answer.faults:
        nothing: Template = "Nothing new is said of '{ref}'."
        raise BadInput(nothing, todo="Say how it stands, or what is known of it.", field="status", ref=entry.ref)
    _is_theirs(case, register, status, said.clear, command, answer)
    now = {**entry.values, **said.clear}
    answer.role = _who(case, register, status, command, entry.values, now)
    if status is not None:
        _says_what_is_needed(case, register, status, now, answer)
    before = [one.state for one in entry.states if one.at <= case.at]
    answer.emit(
        "entry_updated",
        said.sealed,
        register=register.id,
        ref=entry.ref,
        status=status,
        values=said.clear,
        passed_over=[*register.passed_over(before[-1] if before else None, status)] if status else [],
        of=entry.of or None,
        by=command.by,
    )
    if status is not None:
        _brings(case, command, register.states[status], answer)


def _brings(case: CaseNow, command: Enter | Update, state: EntryState, answer: Answer) -> None:
    """What an entry brings with it, when it comes to a state: the incident that this opens, and the steps that it completes."""
    if state.opens is not None:
        open_incident(case, answer, case.process.incidents[state.opens])
    for step in _completes(case, command):
        complete_by_command(case, answer, step)


def _completes(case: CaseNow, command: Enter | Update) -> list[Step]:
    """Name the steps that an entry completes: each that waits for nothing else. It may begin in the state that another update would bring."""
    register, status = register_of(case, command), state_of(case, command)
    if register is None or status is None:
        return []
    if command.of if isinstance(command, Enter) else case.recorded.entries[command.ref].of:
        return []  # what is of somebody else is no step of the person
    ways = ((step, step.done_by) for word in (ENTER, UPDATE) for step in case.completed_by(word, register.id))
    return [
        step
        for step, by in ways
        if by is not None and (by.status == status or (by.status is None and isinstance(command, Enter)))
        if case.may_complete(step)
    ]


def _read(
    case: CaseNow, register: Register, command: Enter | Update, answer: Answer, entry: EntryRecord | None
) -> StepValues:
    """Read what is said of an entry; words that are of somebody else belong to the family."""
    of = entry.of if entry is not None else command.of
    said = StepValues({}, {})
    with answer.faults.gathered():
        required = (
            entry is None and not case.is_report and not register.says_there_is_none(str(state_of(case, command)))
        )
        given, examples = command.fields, case.process.examples
        said = read_fields(register.fields, given, required=required, examples=examples, why="Such an entry needs it.")
    for name, spec in register.fields.items():
        if spec.register is not None and name in said.clear:
            for ref in as_list(said.clear[name]):
                named = case.recorded.entries.get(ref)
                if named is None or not _can_name(case, spec, named):
                    those = [ref for ref, one in case.recorded.entries.items() if _can_name(case, spec, one)]
                    answer.wrong(unknown("entry", str(ref), those, field=name))
        if spec.type == "party" and name in said.clear and said.clear[name] not in case.process.roles:
            with answer.faults.gathered():
                party_from(case, name, said.clear[name])
        money = said.clear.get(name) if spec.type == "money" else None
        if money is not None and not is_of_day(money["currency"], case.day_of(case.at)):
            what: Template = "Nobody paid in {currency} on that day."
            answer.wrong(
                bad(name, "contradiction", what, "Correct the currency, or the day.", currency=money["currency"])
            )
    sealed: dict[str, dict[str, Any]] = {}
    for texts in said.sealed.values():
        for name, text in texts.items():
            sealed.setdefault(register.group_of(name, of), {})[name] = text
    return StepValues(said.clear, sealed)


def _can_name(case: CaseNow, spec: RegisterField, one: EntryRecord) -> bool:
    """Say whether a field can name an entry: one of those of which who says it is told."""
    return spec.register in (ANY_REGISTER, one.register) and is_told_of(case, one)


def _is_theirs(
    case: CaseNow,
    register: Register,
    status: str | None,
    values: Mapping[str, Any],
    command: Enter | Update,
    answer: Answer,
) -> None:
    """See that what only the person can say is their word, a state or an answer; of a child, the guardian's counts."""
    said = any(values.get(name) in spec.of_person for name, spec in register.fields.items() if spec.of_person)
    is_hers = said or (status is not None and register.states[status].of_person)
    if not is_hers or case.is_report:
        return
    speaks = {PERSON, *((GUARDIAN,) if case.is_child and GUARDIAN in case.recorded.roles else ())}
    if command.by not in speaks and not (case.is_child and case.is_guardian(command.by or "")):
        what: Template = "That it is so is for the person alone to say."
        answer.wrong(BadInput(what, todo="Say 'by': person, where they said it.", field="by", code="missing"))


def _who(
    case: CaseNow, register: Register, status: str | None, command: Enter | Update, *values: Mapping[str, Any]
) -> str:
    """Give the role in which the actor writes: whom the state or the register names. Where a state names who says it, no other's word
    takes the place of theirs.
    """
    named = register.states[status].who if status is not None else ()
    says = () if named and not case.is_report else (register.group,)
    usual = who_writes(register, case.recorded)
    gone = {*register.who} - {*usual}
    who = who_may_write(case, register, [one for one in named or usual if one not in gone], *values)
    return role_for(case, who, "{command}", by=command.by, says=says, command=command.word)


def who_may_write(
    case: CaseNow, register: Register, roles: Iterable[str], *values: Mapping[str, Any]
) -> tuple[str, ...]:
    """Give those of these roles that may write in an entry. Who sees no more of a register than what their own house does writes only
    where it is named by all of `values`, before and after: nobody makes their own what is another's.
    """
    theirs = {role for role in roles if _only_of_their_own(case, register, role)}
    house = case.actor.organisation if case.actor is not None else None
    is_own = theirs and all(case.party(one.get(str(register.own))) == house for one in values)
    return tuple(role for role in roles if is_own or role not in theirs)


def _only_of_their_own(case: CaseNow, register: Register, role: str) -> bool:
    """Return whether a role sees of a register no more than what its own house does."""
    known = case.process.roles.get(role)
    return register.own_group is not None and known is not None and known.login and register.group not in known.reads


def _says_what_is_needed(
    case: CaseNow, register: Register, status: str, values: Mapping[str, Any], answer: Answer
) -> None:
    for name in register.states[status].needs if not case.is_report else ():
        if name not in values:
            title = case.process.called_in("registers", register.id, "states").get(status, status)
            answer.wrong(missing(name, "An entry that is '{state}' needs it.", state=title))


# --- what the events change -----------------------------------------------------------------------------


def entered(case: Case, event: Event) -> Change:
    data = event.data
    record = EntryRecord(data["ref"], data["register"], data.get("of") or "", (_part_of(event),))
    made = {**case.entries_made, record.register: 1 + case.entries_made.get(record.register, 0)}
    return {"entries": {**case.entries, record.ref: record}, "entries_made": made}


def updated(case: Case, event: Event) -> Change:
    """What is told of before stands before what was told of since. Of a day before the entry was made, or of one that was an error, a
    case as it was then knows nothing.
    """
    record = case.entries.get(event.data["ref"])
    if record is None:
        return {}
    return {"entries": {**case.entries, record.ref: record.with_part(_part_of(event))}}


def _part_of(event: Event) -> EntryPart:
    return EntryPart(
        event.occurred_at,
        event.seq,
        event.data.get("status"),
        event.data.get("values") or EMPTY,
        event.actor,
        event.role,
    )


def _about(case: CaseNow, command: Enter | Update) -> list[str]:
    register = register_of(case, command)
    return [register.id] if register is not None else []


ACTS = (
    Act(Enter, on_enter, about=_about, completes=_completes),
    Act(Update, on_update, about=_about, completes=_completes),
)
CHANGES = {"entry_made": entered, "entry_updated": updated}
