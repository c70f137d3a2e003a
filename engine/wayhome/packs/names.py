"""Every name in a pack resolves, whichever file it stands in, and every value fits what it is compared with.

What a key names stands in its type (`mentions.Names`); here is what each kind of name may be, and nothing else looks one up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from functools import cached_property
from typing import Any, NamedTuple, get_args

from wayhome.calendar.days import has_calendar
from wayhome.errors import Template, part
from wayhome.frozen import EMPTY
from wayhome.model.closed_sets import WORDS, ConsentForm, DocumentStatus, MoveName
from wayhome.model.moves import MOVE_OF_EVENT
from wayhome.packs.kinds.facts import BUILT_IN, Valued
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.kinds.needs import CAN_BE_SINCE
from wayhome.packs.kinds.registers import ANY_REGISTER
from wayhome.packs.kinds.rested_on import RESTED_ON
from wayhome.packs.kinds.roles import BUILT_IN_ROLES
from wayhome.packs.kinds.spans import Span
from wayhome.packs.languages import countries, is_language, languages
from wayhome.packs.marks import may_pay
from wayhome.packs.mentions import Mention, Phrase, either
from wayhome.packs.moments import vocabulary
from wayhome.packs.pack import Located, Pack, PackFault
from wayhome.packs.process import Process

# What is counted from beside what packs name: when a case was opened; of a journey when it is to leave and to land, and was known to be late.
BUILT_IN_ANCHORS = ("opened", "planned_departure", "planned_arrival", "travel_delayed")


@dataclass(frozen=True)
class ProcessWithPacks:
    """A composed process with the packs that it is made of."""

    process: Process
    packs: Sequence[Pack]

    @cached_property
    def anchors(self) -> Collection[str]:
        """What a deadline can count from."""
        process = self.process
        steps = [*process.steps, *(f"{id}.started" for id in process.steps)]
        ends = [f"{id}.ended" for id, step in process.steps.items() if step.lengths]
        papers, incidents = process.documents, process.incidents
        named = (*papers, *incidents, *process.roles)
        return {*steps, *ends, *self.days, *named, *MOVE_OF_EVENT, *BUILT_IN_ANCHORS}

    @cached_property
    def days(self) -> Collection[str]:
        """The facts that are a day or an instant."""
        return {id for id, fact in self.process.facts.items() if fact.type in ("date", "instant")}

    @cached_property
    def fields(self) -> Mapping[str, FieldSpec]:
        """The fields of steps that lie in clear, each as STEP.FIELD."""
        steps = self.process.steps.values()
        return _in_clear((f"{step.id}.{name}", spec) for step in steps for name, spec in step.fields.items())

    @cached_property
    def entry_fields(self) -> Mapping[str, FieldSpec]:
        """The fields of registers that lie in clear, each as REGISTER/FIELD."""
        registers = self.process.registers.values()
        return _in_clear((f"{one.id}/{name}", spec) for one in registers for name, spec in one.fields.items())

    @cached_property
    def lengths(self) -> Collection[str]:
        """The limits that are a length of time."""
        return {id for id, figure in self.process.limits.items() if isinstance(figure, Span)}

    @cached_property
    def papers(self) -> Collection[str]:
        """What a step can ask for: a paper, or what papers satisfy."""
        return {*self.process.documents, *(one for d in self.process.documents.values() for one in d.satisfies)}

    @cached_property
    def asked_papers(self) -> Collection[str]:
        """What the steps ask for that papers can satisfy."""
        done_by = (step.done_by for step in self.process.steps.values() if step.done_by)
        return {subject for by in done_by if by.command == "document" for subject in by.subjects}

    @cached_property
    def moments(self) -> Collection[str]:
        return vocabulary(self.process)

    @cached_property
    def own_countries(self) -> Set[str]:
        return {pack.about.country for pack in self.packs if pack.about.country}


def _in_clear(fields: Iterable[tuple[str, FieldSpec]]) -> Mapping[str, FieldSpec]:
    return {name: spec for name, spec in fields if spec.type not in ("text", "rows", "money")}


class Kind(NamedTuple):
    """A kind of name: the code of its fault, how it is called, where to look, and what there is of it."""

    code: str
    called: Template
    fix: Template
    known: Callable[[ProcessWithPacks], Collection[str]]
    holds: Callable[[ProcessWithPacks, str], bool] | None = None  # where not all that there is can be listed
    values: Mapping[str, Any] = EMPTY  # of `fix`

    @property
    def advice(self) -> Phrase:
        return part(self.fix, **self.values)


def _of(file: str) -> Callable[[ProcessWithPacks], Collection[str]]:
    return lambda whole: getattr(whole.process, file)


def _shown(file: str) -> Callable[[ProcessWithPacks], Collection[str]]:
    return lambda whole: whole.process.labels.get(file) or ()


ONE_OF: Template = "It is one of {values}."
KINDS: Mapping[str, Kind] = {
    "steps": Kind("C006", "step", "Look in steps.yaml.", _of("steps")),
    "documents": Kind("C006", "document", "Look in documents.yaml.", _of("documents")),
    "fields": Kind("C006", "step", "Look in steps.yaml.", lambda whole: whole.fields),
    "facts": Kind("A001", "fact", "Declare it in facts.yaml.", _of("facts")),
    "days": Kind("A001", "fact that is a day", "Declare it in facts.yaml.", lambda whole: whole.days),
    "recorded": Kind("A001", "fact that is recorded", "Name what somebody records, not what follows from it.",
                     lambda whole: {id for id, one in whole.process.facts.items() if one.derived is None}),
    "rested_on": Kind("A001", "part of the journey", "Look for a misspelling.", lambda _: RESTED_ON),
    "built_in": Kind("A001", "built-in fact", "Declare it in facts.yaml.", lambda _: BUILT_IN),
    "judged": Kind("C006", "judged fact", "Look for a misspelling.", lambda _: ("travel_booked", *(one.subject for one in CAN_BE_SINCE))),
    "moves": Kind("C006", "move event", "Look for a misspelling.", lambda _: MOVE_OF_EVENT),
    "move_names": Kind("A025", "move", "Look for a misspelling.", lambda _: get_args(MoveName)),
    "commands": Kind("A025", "command", "Look for a misspelling.", lambda _: WORDS),
    "roles": Kind("A003", "role", "Look in the core's roles.yaml.", _of("roles")),
    "owner": Kind("A003", "owner", "Look in the core's roles.yaml.", lambda _: BUILT_IN_ROLES),
    "incidents": Kind("A009", "incident", "Look in incidents.yaml.", _of("incidents")),
    "registers": Kind("A035", "register", "Look in registers.yaml.", _of("registers")),
    "any_register": Kind("A035", "register", "Look in registers.yaml.", lambda _: (ANY_REGISTER,)),
    "instruments": Kind("A036", "instrument", "Look in instruments.yaml.", _of("instruments")),
    "groups": Kind("A011", "data group", "Look in groups.yaml.", _of("groups")),
    "consents": Kind("C008", "purpose of consent", "Look in consents.yaml.", _of("consents")),
    "recipients": Kind("A018", "class of recipients", "Look in recipients.yaml.", _of("recipients")),
    "partner_classes": Kind("A020", "class of partners", "Name a class of organisations.",
                            lambda whole: [id for id, one in whole.process.recipients.items() if not one.private]),
    "payers": Kind("A016", "organisation that may pay", "The person never pays (INV-27): say programme, or a class of organisations.",
                   lambda whole: may_pay(whole.process)),
    "outcomes": Kind("C014", "outcome", "Look in outcomes.yaml.", _of("outcomes")),
    "limits": Kind("C012", "limit", "Look in core/limits.yaml.", _of("limits")),
    "lengths": Kind("C012", "limit that is a length of time", "Look in core/limits.yaml.", lambda whole: whole.lengths),
    "partners": Kind("A018", "partner", "Look in partners.yaml.", _shown("partners")),
    "places": Kind("A018", "place", "Look in places.yaml.", _shown("places")),
    "sources": Kind("A017", "source", "Add it to sources.yaml.", _shown("sources")),
    "papers": Kind("A013", "paper that is or satisfies", "Declare one in documents.yaml.",
                   lambda whole: whole.papers),
    "asked_papers": Kind("C021", "step that asks for a paper", "Name what a step is done_by.",
                         lambda whole: whole.asked_papers),
    "anchors": Kind("A008", "moment to count from", "Count from a step, a move's event, an incident, a date fact, who holds a role, or planned_departure.",
                    lambda whole: whole.anchors),
    "moments": Kind("A019", "moment of a rule", "Write a command, a move, or a command with what it is about, e.g. complete:STEP.",
                    lambda whole: whole.moments),
    "travels": Kind("C010", "state of a journey", "Say target or booked.", lambda _: ("target", "booked")),
    "statuses": Kind("C010", "status of a paper", ONE_OF, lambda _: get_args(DocumentStatus),
                     values={"values": get_args(DocumentStatus)}),
    "entry_states": Kind("A037", "state of an entry", "Look in registers.yaml.",
                         lambda whole: {f"{one.id}/{state}" for one in whole.process.registers.values() for state in one.states},
                         lambda whole, name: _is_of_no_register(whole, name) or name in KINDS["entry_states"].known(whole)),
    "entry_fields": Kind("A038", "field of an entry that conditions read", "Look in registers.yaml.", lambda whole: whole.entry_fields,
                         lambda whole, name: _is_of_no_register(whole, name) or name in whole.entry_fields),
    "entry_parts": Kind("A038", "field of an entry", "Look in registers.yaml.",
                        lambda whole: {f"{one.id}/{name}" for one in whole.process.registers.values() for name in one.fields}),
    "days_of_entries": Kind("A038", "day of an entry", "Write REGISTER.FIELD.",
                            lambda whole: {f"{one.id}.{name}" for one in whole.process.registers.values()
                                           for name, spec in one.fields.items() if spec.type in ("date", "instant")}),
    "step_fields": Kind("C006", "field of a step", "Write STEP.FIELD.",
                        lambda whole: {f"{step.id}.{name}" for step in whole.process.steps.values() for name in step.fields}),
    "forms": Kind("A025", "form of consent", ONE_OF, lambda _: get_args(ConsentForm),
                  values={"values": get_args(ConsentForm)}),
    "countries": Kind("A024", "country", "Write the two capital letters of ISO 3166.", lambda _: countries(),
                      lambda whole, name: name in countries() or name in whole.own_countries),
    "new_countries": Kind("A024", "country", "Write the two capital letters of ISO 3166.", lambda _: countries(),
                          # ISO leaves these to its users: countries that are invented, for tests
                          lambda whole, name: name in countries() or re.fullmatch("AA|Q[M-Z]|X[A-Z]|ZZ", name) is not None),
    "languages": Kind("A022", "language", "Write its code of ISO 639, e.g. en, pcm or pt-BR.", lambda _: languages(),
                      lambda whole, name: is_language(name)),
    "calendars": Kind("A023", "calendar", "Write the country whose feast days count.", lambda _: countries(),
                      # the pack's own country is looked up like any other, without loading all calendars
                      lambda whole, name: name in whole.own_countries & countries() or has_calendar(name)),
}  # fmt: skip


# What a register says of itself is looked up like what others say of it.
OF_ITSELF = {"own_states": "entry_states", "own_fields": "entry_parts", "own_values": "entry_fields"}


def _is_of_no_register(whole: ProcessWithPacks, name: str) -> bool:
    """Whether what is said is of a register that there is not: that fault is told already."""
    return name.partition("/")[0] not in whole.process.registers


def unresolved(process: Process, packs: Sequence[Pack]) -> Iterator[PackFault]:
    """Give a fault for every name that means nothing, and every value that what it is compared with cannot have."""
    whole = ProcessWithPacks(process, packs)
    for pack in packs:
        if pack.sheet is not None:
            about = Located(pack.about, pack.sheet, None, pack.id)
            yield from _of_entry(whole, about)
        for located in pack.entries.values():
            for one in located:
                yield from _of_entry(whole, one)


def _of_entry(whole: ProcessWithPacks, one: Located) -> Iterator[PackFault]:
    for mention in one.mentions:
        if mention.kinds == ("sources",):  # every pack lists its own
            mention = mention._replace(name=f"{one.pack}/{mention.name}")
        elif mention.kinds[0] in OF_ITSELF:  # and so does every register
            register = getattr(one.entry, "tighten", None) or one.entry.id
            mention = mention._replace(name=f"{register}/{mention.name}", kinds=(OF_ITSELF[mention.kinds[0]],))
        if not any(_is(whole, kind, mention.name) for kind in mention.kinds):
            yield _unknown(whole, one, mention)
        elif mention.word:
            yield from _misfits(whole, one, mention)


def _is(whole: ProcessWithPacks, kind: str, name: str) -> bool:
    row = KINDS[kind]
    return row.holds(whole, name) if row.holds else name in row.known(whole)


def _unknown(whole: ProcessWithPacks, one: Located, mention: Mention) -> PackFault:
    rows = [KINDS[kind] for kind in mention.kinds]
    name = mention.name.rpartition("/")[2]
    called = either({row.called: part(row.called) for row in rows if row.called not in _INNER}.values())
    known = sorted({str(one) for row in rows for one in row.known(whole)})
    near = get_close_matches(mention.name, known, 1, 0.75)
    advice = rows[0].advice
    if near:
        advice = part("Did you mean '{near}'? {advice}", near=near[0].rpartition("/")[2], advice=advice)
    return one.fault(mention.code or rows[0].code, "there is no {called} '{name}'", "{advice}", *mention.at,
                     called=called, name=name, advice=advice)  # fmt: skip


_INNER = ("built-in fact", "judged fact", "owner", "part of the journey")  # not worth a word of their own


# --- values -------------------------------------------------------------------------------------------------------------


NEVER: Mapping[str, Template] = {
    "is": "'{name}' can never be '{value}'",
    "is true": "'{name}' can never be '{value}'",
    "at_least": "'{name}' can never be at least '{value}'",
    "at_most": "'{name}' can never be at most '{value}'",
    "before": "'{name}' can never be before '{value}'",
    "after": "'{name}' can never be after '{value}'",
}


def _misfits(whole: ProcessWithPacks, one: Located, mention: Mention) -> Iterator[PackFault]:
    if mention.word == "is true" and mention.name not in whole.process.facts:
        return  # a step, a paper or a move that must be so first
    valued = _valued(whole, mention.name)
    for value in mention.values:
        if advice := _misfit(whole, valued, mention.word, value):
            values = {"name": mention.name.rpartition("/")[2], "value": _as_yaml(value), "advice": advice}
            if mention.kinds == ("steps",):
                yield one.fault("C007", "the step '{name}' has no result '{value}'", "{advice}", *mention.at, **values)
            else:
                yield one.fault("A002", NEVER[mention.word], "{advice}", *mention.at, **values)


def _valued(whole: ProcessWithPacks, name: str) -> Valued:
    process = whole.process
    field = whole.fields.get(name) or whole.entry_fields.get(name)
    if field is not None:
        return Valued(field.type, field.values)
    if name in BUILT_IN:
        return BUILT_IN[name]
    if name in process.facts:
        fact = process.facts[name]
        return Valued(fact.type, fact.values)
    if name in process.steps:
        return Valued("code", tuple(process.steps[name].results) or ("done",))
    return Valued("code", get_args(DocumentStatus))


def _misfit(whole: ProcessWithPacks, valued: Valued, word: str, value: Any) -> Phrase | None:
    """Say what would fit instead; None when this fits."""
    if word in ("before", "after"):
        dated = valued.type in ("date", "instant")
        return (
            None if dated and _is_day(value) else part("A date or an instant is compared with a day, e.g. 2026-03-01.")
        )
    if word in ("at_least", "at_most"):
        counted = valued.type == "number"
        return None if counted and _is_number(value) else part("A number is compared with a number, e.g. 32.")
    if word == "is true":
        return None if valued.type == "bool" else part("Only a yes/no fact can be waited for; make a derived one.")
    if valued.type == "bool":
        return None if isinstance(value, bool) else part("Write true or false.")
    if valued.type == "text":
        return part("No condition reads words: it only knows that there are some.")
    if valued.kind:
        fits = isinstance(value, str) and _is(whole, valued.kind, value)
        return None if fits else KINDS[valued.kind].advice
    if valued.values:
        return None if value in valued.values else part(ONE_OF, values=[*map(_as_yaml, valued.values)])
    if valued.type in ("date", "instant"):
        return None if _is_day(value) else part("Write a day, e.g. 2026-03-01.")
    if valued.type == "number":
        return None if _is_number(value) else part("Write a number.")
    return None if isinstance(value, str) else part("Write one of its codes.")


def _is_day(value: Any) -> bool:
    text = str(value)
    try:
        return bool(date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text).tzinfo)
    except ValueError:
        return False


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool) and Decimal(str(value)).is_finite()
    except InvalidOperation:
        return False


def _as_yaml(value: Any) -> str:
    return {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
