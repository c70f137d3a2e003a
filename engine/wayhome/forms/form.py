"""A form as it is given out: a command with its open slots, what to keep in mind, and how answers make the command."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, get_origin

from wayhome.case_now import CaseNow
from wayhome.case_now.entries import would_miss
from wayhome.commands import BY_WORD, AnyCommand, Open, Withdraw, read_command
from wayhome.commands.values import by_type, one_to_each, within
from wayhome.errors import BadInput, Template, filled
from wayhome.forms.reach import Reach, reach
from wayhome.forms.slots import slots
from wayhome.forms.values import step_of, type_of_incident, zone_for
from wayhome.frozen import EMPTY
from wayhome.model.argument_types import must_be
from wayhome.model.data import Data, data
from wayhome.model.depth import TOO_DEEP, is_nested_deeply
from wayhome.model.form import Column, Slot, Written
from wayhome.model.reading import (
    MOST_LEVELS,
    OPENS_ANOTHER,
    Faults,
    as_list,
    as_mapping,
    as_moment,
    as_text,
    as_word,
    bad,
    one_of,
    specs_of,
    undeclared_field,
    unknown,
)
from wayhome.packs.kinds.fields import bare
from wayhome.packs.kinds.steps import Step

FEWER_LEVELS: Template = "Nothing that a command says has so many levels."
STILL_OPEN: Template = "'{name}' is not answered yet."


@data
class Form(Data):
    """A command that is about to be given.

    Attributes:
        case: the number of the case; empty where it opens one.
        do: what is said of it already, with its word, as a story writes it.
        slots: what is open, in the order in which it is asked.
        title: what it is about.
        help, evidence, otherwise: the pack's words: what it is, what to keep as proof, what to do when it fails. Of a command that
            completes a step, where it has none of its own, those of the step.
        reach: how those can be reached with whom it is done.
        sign: the roles of which each signs what is written, by the id of each its title.
        zone: in which a time is meant that does not say its own: that of who has the duty, else that of where the person is.
        signs: of a signature, what another wrote and a second is to sign; of an outdated step, what is confirmed; as this reader may
            read it. None when nothing waits for one, or nothing can be confirmed.
        read_recorded: of what is signed, whether it is written down who was given it (`Engine.read_log`).
    """

    case: str
    do: Mapping[str, Any]
    slots: tuple[Slot, ...]
    title: str = ""
    help: str = ""
    evidence: str = ""
    otherwise: str = ""
    reach: tuple[Reach, ...] = ()
    sign: Mapping[str, str] = EMPTY
    zone: str = "UTC"
    signs: Written | None = None
    read_recorded: bool = True

    def command(self, answers: Mapping[str, Any] = EMPTY) -> AnyCommand:
        """Make the command from answers by slot.

        An answer of None is none; of what is optional, it is left out.

        Raises:
            BadInput: with everything that is missing, that no slot asks, or that cannot be read.
        """
        must_be("answers", answers, Mapping)
        if is_nested_deeply(answers):
            raise BadInput(TOO_DEEP, todo=FEWER_LEVELS, field="answers", code="unreadable")
        faults, known = Faults(), {slot.name: slot for slot in self.slots}
        said = {name: value for name, value in answers.items() if value is not None and value != ""}
        places = {name: undeclared_field(number) for number, name in enumerate(answers)}
        for name, value in said.items():
            with faults.gathered():
                if name in self.do and name not in known:
                    _as_said(name, value, self.do[name])
                elif name not in known:
                    field = name if name in specs_of(BY_WORD[self.do["do"]]) else places[name]
                    raise unknown("question of this form", name, known, field=field)
                else:
                    fits(known[name], value)
        for slot in self.slots:
            if slot.name not in said and slot.is_needed({**self.do, **said}):
                faults += bad(slot.name, "missing", STILL_OPEN, "Answer it.").faults
            elif slot.name in said and slot.needs and slot.is_asked({**self.do, **said}):
                with faults.gathered():
                    _holds(slot, said[slot.name])
        command: AnyCommand | None = None
        try:
            command = read_command({**self.do, **said}, case=self.case)
        except BadInput as error:
            faults.add_others(error.faults)
        faults.raise_any()
        assert command is not None
        return command


def _as_said(name: str, value: Any, before: Any) -> None:
    if value != before:
        what: Template = "'{name}' is said already, and otherwise."
        raise bad(name, "contradiction", what, "Leave it out, or ask for the form again.")


def _holds(slot: Slot, value: Any) -> None:
    if left := [one for one in slot.needs if one not in as_list(value)]:
        what: Template = "'{name}' does not do without these: {left}."
        todo: Template = "Add what is so; what is not so is done first, and then said."
        raise bad(slot.name, "missing", what, todo, left=left)


def fits(slot: Column, value: Any) -> None:
    """See that an answer can be read, and is one of those that there are.

    Raises:
        BadInput: with everything that is wrong with it.
    """
    name, faults = slot.name, Faults()
    if isinstance(slot, Slot) and slot.type == "rows":
        if not isinstance(value, list | tuple):
            raise bad(name, "unreadable", "'{name}' is a table.", "Give a list of rows.")
        for number, row in enumerate(value):
            with faults.gathered(f"{name}[{number}]"):
                _fits_row(slot, as_mapping(name, row))
    elif isinstance(slot, Slot) and slot.type == "answers":
        one_to_each(name, value, slot.about, slot.values)
    elif slot.type == "text" and not slot.values:
        if slot.example and bare(as_text(name, value)) == bare(slot.example):
            raise bad(name, "placeholder", "'{name}' is the example, and nobody said it here.", "Write what was said.")
        as_text(name, value)
    elif slot.type == "moment":
        as_moment(name, value)
    elif slot.closed or (slot.type in ("code", "codes") and slot.values):
        for one in as_list(value) if slot.type == "codes" else [value]:
            with faults.gathered():
                one_of(name, one, slot.values)
    elif slot.type != "text":
        within(name, slot.between, by_type(name, slot.type, value))
    faults.raise_any()


def _fits_row(slot: Slot, row: Mapping[str, Any]) -> None:
    faults, columns = Faults(), {column.name: column for column in slot.columns}
    for number, (name, value) in enumerate(row.items()):
        with faults.gathered():
            if name not in columns:
                raise unknown("column of this table", name, columns, field=undeclared_field(number))
            fits(columns[name], value)
    for column in slot.columns:
        if column.required and row.get(column.name) is None:
            faults += bad(column.name, "missing", STILL_OPEN, "Answer it.").faults
    faults.raise_any()


NAMED_BY = {
    "step": "steps",
    "purpose": "consents",
    "kind": "documents",
    "type": "incidents",
    "incident": "incidents",
    "role": "roles",
    "register": "registers",
}


def form_of(case: CaseNow, do: Mapping[str, Any]) -> Form:
    """Make the form of a command of which this is said already.

    Raises:
        BadInput: there is no such command, what is said of it is not in words, or it opens another case.
    """
    must_be_words(do)
    if do["do"] == Open.word and case.recorded.number:
        raise bad("do", "contradiction", OPENS_ANOTHER, "Give it without a case.", word=do["do"])
    facts = _asked(do.get("facts")) if BY_WORD[do["do"]].takes_more == "facts" else ()
    said = {name: value for name, value in do.items() if not (name == "facts" and facts)}
    step, found = step_of(case, do), next(((kind, do[name]) for name, kind in NAMED_BY.items() if name in do), None)
    if found is not None and "incident" in do:
        found = "incidents", type_of_incident(case, do["incident"])
    own = case.process.label(*found) if found else EMPTY
    whole = next((one for one in case.process.ordered_steps if completes(do, one)), None) if step is None else None
    of_step = case.process.label("steps", whole.id) if whole else EMPTY
    return Form(
        case.recorded.number,
        said,
        slots(case, said, facts=facts, whole=True),
        title=case.process.title(*found) if found else "",
        help=" ".join(
            filter(
                None,
                (
                    _opening(case, step or whole),
                    _first(own, "help", "explains", "actions") or _first(of_step, "help"),
                    _would_be_missed(case, do),
                ),
            )
        ),
        evidence=_first(own, "evidence") or _first(of_step, "evidence"),
        otherwise=_first(own, "otherwise", "ends_on_refusal") or _first(of_step, "otherwise"),
        reach=reach(case, do),
        sign=case.process.roles_called(step.sign) if step and do["do"] == "complete" else EMPTY,
        zone=zone_for(case, do),
    )


def _opening(case: CaseNow, step: Step | None) -> str:
    """Give what is said before the questions of an instrument are asked."""
    named = step.instrument if step is not None else None
    return str(case.process.label("instruments", named).get("opening") or "") if named else ""


WOULD_MISS: Template = "Tell the person what they would miss: {what}."


def _would_be_missed(case: CaseNow, do: Mapping[str, Any]) -> str:
    """Say what the person would miss by a no, before it is written down."""
    missed = would_miss(case, str(do.get("purpose"))) if do["do"] == Withdraw.word else ()
    told = [f"{case.process.title('registers', register.id)} ({day[:10]})" for register, day in missed]
    return filled(WOULD_MISS, {"what": ", ".join(told)}) if told else ""


def must_be_words(do: Mapping[str, Any]) -> None:
    """See that what identifies a command can be looked up: others give it as JSON, in which a step may be a list."""
    if not isinstance(do, Mapping):
        raise bad("do", "unreadable", "That is no command.", 'Give a mapping, as {"do": "complete", "step": …}.')
    word = do.get("do")
    if not isinstance(word, str) or word not in BY_WORD:
        raise unknown("command", str(word or ""), BY_WORD, field="do")
    if is_nested_deeply(do, MOST_LEVELS):
        raise BadInput(TOO_DEEP, todo=FEWER_LEVELS, field="do", code="unreadable")
    faults = Faults()
    for name, spec in specs_of(BY_WORD[word]).items():
        if do.get(name) is not None and (spec.kind is str or get_origin(spec.kind) is Literal):
            with faults.gathered():
                as_word(name, do[name])
    faults.raise_any()


def _asked(facts: Any) -> list[str]:
    """Read which facts are asked."""
    return [as_word("facts", one) for one in (facts if isinstance(facts, Mapping) else as_list(facts))]


def _first(label: Mapping[str, Any], *names: str) -> str:
    """Give the first of these texts that an entry has, with what packs have added to it."""
    name = next((name for name in names if label.get(name)), "")
    return " ".join(str(one[name]) for one in (label, *(label.get("added") or ())) if one.get(name))


SUBJECT_OF: Mapping[str, str] = {
    "consent": "purpose",
    "document": "kind",
    "assign": "role",
    "move": "to",
    "enter": "register",
}


def completes(do: Mapping[str, Any], step: Step) -> bool:
    """Say whether a command is the one that completes a step, whose guidance then holds."""
    done_by, named = step.done_by, SUBJECT_OF.get(str(do.get("do")))
    return done_by is not None and done_by.command == do.get("do") and (not named or do.get(named) in done_by.subjects)
