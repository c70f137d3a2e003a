"""The slots of a command: from the questions that its class declares, the fields of its step, and the facts of the process."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from wayhome.case_now import CaseNow
from wayhome.case_now.letters import letters_for
from wayhome.case_now.roles import may_see_which
from wayhome.commands import BY_WORD, Enter, Involve, Update
from wayhome.commands.belonging import RISK
from wayhome.commands.steps import actor_party
from wayhome.errors import filled
from wayhome.forms.values import (
    SORTS,
    entries,
    entry_of,
    parties,
    register_of,
    spoken_there,
    step_of,
    theirs_alone,
    titled,
    who_said_it,
    workers,
)
from wayhome.forms.whose_word import whose_word
from wayhome.frozen import EMPTY
from wayhome.model.case import Leg, StepKey
from wayhome.model.closed_sets import PERSON, TRUST, SlotType, Trust
from wayhome.model.command import BaseCommand, Question, StepCommand
from wayhome.model.form import Column, RowsOf, Slot
from wayhome.model.partner_note import WARNINGS
from wayhome.model.reading import Spec, specs_of
from wayhome.packs.kinds.facts import Fact
from wayhome.packs.kinds.fields import NOT_ASKED, FieldSpec
from wayhome.packs.kinds.registers import ANY_REGISTER
from wayhome.packs.kinds.steps import PARTY, Step
from wayhome.packs.process import Process
from wayhome.rules.contacts import NEAR, trust_in

COMMON = ("by", "heard_by", "of")  # of what every command can say, what a remedy asks, too
LAST = ("on_paper", "at")  # and what a whole form asks at its end
PLACES = ("from", "to")
LANGUAGES: SlotType = "languages"
LOOKED_UP = frozenset(f"{place}_{what}" for place in PLACES for what in ("country", "zone"))
ZONES = frozenset(f"{place}_zone" for place in PLACES)  # no code: Region/City
OF_A_PLACE = {"departs_at": "from", "arrives_at": "to"} | {name: name.partition("_")[0] for name in LOOKED_UP}
TYPES: Mapping[Any, SlotType] = {
    bool: "bool",
    int: "number",
    date: "date",
    datetime: "instant",
    datetime | date: "moment",
}


def slots(case: CaseNow, do: Mapping[str, Any], *, facts: Iterable[str] = (), whole: bool = False) -> tuple[Slot, ...]:
    """Give what is open of a command.

    Args:
        do: what is said of it already, with its word.
        facts: which facts it is to say, where it records some.
        whole: also what every command can say: when it was, and which paper says so; and of whom it is asked, who may stands first.
    """
    kind = BY_WORD[do["do"]]
    asked = [
        one
        for name, spec, question in _asked_fields(kind.word, whole)
        if name not in do
        for one in _of_field(case, kind, name, spec, question, do, facts)
    ]
    # Only of a form that somebody opens: with each of the sixty remedies of a `why`, it would be a fifth slower.
    if whole or kind.word == Involve.word:
        asked += whose_word(case, do, facts)
    if whole:
        asked = [_who_may_first(case, do, _as_heard(case, do, one)) for one in asked]
    return tuple(one for slot in asked if (one := _as_far_as_said(slot, do)) is not None)


def open_slots(case: CaseNow, do: Mapping[str, Any]) -> tuple[Slot, ...]:
    """Give what a remedy leaves open; of `record`, each of the facts that it asks."""
    said = {name: value for name, value in do.items() if name != "facts"}
    return slots(case, said, facts=do.get("facts", ()))


@cache  # each remedy of a `why` asks for a command: some sixty times the same few
def _asked_fields(word: str, whole: bool) -> tuple[tuple[str, Spec, Question | None], ...]:
    """Give the fields of which a command asks anything, in this order: what it is about, then its own, and last how it is known."""
    kind = BY_WORD[word]
    specs, asked = specs_of(kind), questions(word)
    own = [name for name in specs if name not in (*COMMON, *LAST)]
    if kind.of_others:
        own.insert(1, "of")
    order = [*own, *(name for name in COMMON if name != "of"), *(LAST if whole else ())]
    return tuple((name, specs[name], asked.get(name)) for name in order if name in asked or name == kind.takes_more)


def _of_field(
    case: CaseNow,
    kind: type[BaseCommand],
    name: str,
    spec: Spec,
    question: Question | None,
    do: Mapping[str, Any],
    facts: Iterable[str],
) -> Iterator[Slot]:
    if do.get("confirms") and name in ("result", kind.takes_more):
        return  # what is confirmed stays as it is
    if name == kind.takes_more:
        yield from _of_own_fields(case, kind, do, facts)
    elif question is not None and (values := SORTS[question.of].values(case, do)) is not None:
        step, sort = step_of(case, do), SORTS[question.of]
        type, values = sort.type or _type_of(spec.kind), values or _values_of(spec.kind)
        needed = question.needed and not (name == "by" and step and step.heard_by_two)
        purpose = case.process.consents.get(str(do.get("purpose", "")))
        told = question.of == "groups_of_consent" and purpose is not None and bool(purpose.must_cover)
        yield Slot(
            name,
            type,
            ask=question.ask,
            values=values,
            closed=is_closed(type, values) or (sort.closed and not (step and step.each == PARTY)),
            stops=_stops(step) if question.of == "results" and step else (),
            required=bool(spec.required or needed or told),
            when=question.when,
            needs=purpose.must_explain if purpose is not None and question.of == "explained" else (),
            unless=question.unless,
            not_before=case.recorded.opened_at if name == "at" and kind.earliest != "ever" else None,
            recurs=question.recurs,
            columns=_of_legs() if spec.kind == tuple[Leg, ...] else (),
        )


def is_closed(type: SlotType, values: Mapping[str, str]) -> bool:
    """Say whether there is nothing else than these values: of a language there is, and of parties, whom the office registered."""
    return bool(values) and type in ("code", "codes", "answers")


def _as_heard(case: CaseNow, do: Mapping[str, Any], slot: Slot) -> Slot:
    """Need of another's word, which two must hear, whose it is and how it was heard, where the engine needs that of who types."""
    step, own = step_of(case, do), actor_party(case)
    if step is None or not step.heard_by_two or do["do"] != "complete" or do.get("confirms") or not own:
        return slot
    if slot.name == "heard_by":
        others = tuple(one for one in who_said_it(case, do) or () if one != own)
        return replace(slot, required=case.recorded.adopted_at is None, when={"by": others})
    theirs, stops = theirs_alone(case, step), _stops(step)
    if slot.name != "by" or not theirs or own in theirs:
        return slot
    passing = tuple(code for code in step.results if code not in stops)
    return replace(slot, required_after={"result": passing}) if stops else replace(slot, required=True)


def _who_may_first(case: CaseNow, do: Mapping[str, Any], slot: Slot) -> Slot:
    """Set those first who may do what is asked of whoever is named, and say of each of the others what they lack. Behind either
    stands of whom the own office says to be careful, with the reason: nobody is refused for that.
    """
    if slot.type != "party" or not slot.values:
        return slot
    way = str(do["role"] if do["do"] == "assign" and "role" in do else slot.name)
    trust = next((one for one in TRUST if one == slot.trust), None) or trust_in(way)
    lacking: Mapping[str, str] = EMPTY
    if trust is not None or way in NEAR:
        lacking = case.once(f"lacks:{trust or way}", lambda: _lacking(case, trust))
    careful = case.once("careful", lambda: _careful(case))
    order = sorted(slot.values, key=lambda id: (id in lacking, id in careful))
    lacks = {id: "; ".join(one[id] for one in (lacking, careful) if id in one) for id in order}
    return replace(slot, values={id: slot.values[id] for id in order}, lacks={id: s for id, s in lacks.items() if s})


def _careful(case: CaseNow) -> dict[str, str]:
    noted = (one for one in case.outside.book() if one.kind in WARNINGS)
    return {one.party: filled("careful: {why}", {"why": one.text}) for one in noted}


def _lacking(case: CaseNow, trust: Trust | None) -> dict[str, str]:
    """Say what each party lacks that is not trusted with something; where nothing is asked, who is under suspicion, or not of the case.

    Of whom that rests on what who asks is not told, nothing is said: the rules ask all the same.
    """
    known = [id for id in parties(case) if _may_be_told_of(case, id, trust)]
    whys = {id: case.distrust(id, trust) if trust else case.why_not_here(id) for id in known}
    return {id: filled(why["template"], why["values"]) for id, why in whys.items() if why}


def _may_be_told_of(case: CaseNow, id: str, trust: Trust | None) -> bool:
    """Return whether who asks may be told what somebody lacks: a suspicion, what a vetting found, that a house does not work here."""
    if case.actor is None:
        return True
    letters, person, vetting = letters_for(case), case.recorded.people.get(id), case.process.vetting
    is_told = person is None or (RISK in letters.of(person.seq).reads and letters.reads_suspicions_of(id))
    if trust is None:
        return is_told and (person is not None or "parties" in letters.of(None).reads)
    is_vetted = person is not None or id in case.recorded.organisations
    return is_told and not (
        is_vetted and vetting and not may_see_which(case.process, "steps", vetting.id, letters.about(vetting.id))
    )


@cache
def questions(word: str) -> Mapping[str, Question]:
    """Give what a command asks, by the name of the field as people write it."""
    return _questions(BY_WORD[word])


def _questions(kind: Any) -> Mapping[str, Question]:
    hints = get_type_hints(kind, include_extras=True)
    beside = {name: getattr(hint, "__metadata__", ()) for name, hint in hints.items()}
    asked = {name: [one for one in marks if isinstance(one, Question)] for name, marks in beside.items()}
    return {name.rstrip("_"): found[0] for name, found in asked.items() if found}


def _type_of(kind: Any) -> SlotType:
    if kind in TYPES:
        return TYPES[kind]
    if get_origin(kind) is tuple:
        return "codes" if get_args(kind)[0] is str else "rows"
    return "code" if get_origin(kind) is Literal else "text"


def _values_of(kind: Any) -> Mapping[str, str]:
    words = get_args(kind) if get_origin(kind) is Literal else ()
    return {word: word.replace("_", " ") for word in words}


def _stops(step: Step) -> tuple[str, ...]:
    return tuple(code for code, result in step.results.items() if not result.passes)


def _as_far_as_said(slot: Slot, do: Mapping[str, Any]) -> Slot | None:
    """Give a slot as it is asked after what the command says already; None where it is not asked then."""
    if slot.required_after and slot.required_after.keys() <= do.keys():
        slot = replace(slot, required=slot.is_needed(do), required_after=EMPTY)
    if any(do.get(name) is not None for name in slot.unless):
        return None
    said = {name: after for name, after in slot.when.items() if name in do}
    if not said:
        return slot
    if not replace(slot, when=said, unless=()).is_asked(do):
        return None
    return replace(slot, when={name: after for name, after in slot.when.items() if name not in do})


# --- what packs declare -------------------------------------------------------------------------------------


def _of_own_fields(
    case: CaseNow, kind: type[BaseCommand], do: Mapping[str, Any], facts: Iterable[str]
) -> Iterator[Slot]:
    if issubclass(kind, StepCommand):
        yield from _of_step(case, kind, do)
    elif issubclass(kind, Enter | Update):
        yield from _of_register(case, kind, do)
    else:
        yield from _of_facts(case, facts, do)


def _of_register(case: CaseNow, kind: type[BaseCommand], do: Mapping[str, Any]) -> Iterator[Slot]:
    """Give the fields of an entry: those that every state asks, and those of the state in which it stands with this."""
    register = register_of(case, do)
    if register is None:
        return
    shown = case.process.called_in("registers", register.id, "asked")
    then = case.process.called_in("registers", register.id, "asked_then")
    entry = entry_of(case, do)
    said = entry.values if entry is not None else EMPTY
    for name, spec in _in_order(register.fields, shown):
        if name in do:
            continue
        slot = _of_spec(name, spec, shown.get(name) or EMPTY)
        needing = tuple(code for code, state in register.states.items() if name in state.needs and name not in said)
        asking = tuple(code for code in register.states if name in (then.get(code) or ()) or code in needing)
        required = spec.required and kind is Enter
        if asking and not required:
            slot = replace(slot, when={"status": asking})
        slot = replace(
            slot, required=required, required_after={"status": needing} if needing and not required else EMPTY
        )
        if spec.type == "entry":
            of = register.fields[name].register
            slot = replace(slot, values=entries(case, None if of == ANY_REGISTER else of), closed=True)
        yield replace(slot, values=parties(case)) if spec.type == "party" else slot
    states = tuple(code for code, state in register.states.items() if state.of_person)
    hers = (
        {"status": states}
        if states
        else {name: spec.of_person for name, spec in register.fields.items() if spec.of_person}
    )
    if hers and "by" not in do:
        said_by = titled(case, "roles", [PERSON])
        yield Slot("by", "party", ask="Who said so?", values=said_by, closed=True, required=True, when=hers)


def _of_step(case: CaseNow, kind: type[BaseCommand], do: Mapping[str, Any]) -> Iterator[Slot]:
    step = step_of(case, do)
    if step is None or kind.word != "complete":
        return
    key = StepKey(step.id, "", str(do.get("of") or ""))
    for slot in fields_of(case.process, step):
        spec = step.fields[slot.name]
        turned = case.turned(spec, key)
        if slot.name not in do and (turned or not spec.needed_after):
            yield _with_who_is_known(
                case, step, replace(slot, required=True, when={"result": turned}) if turned else slot
            )
    if step.inform_first:
        yield Slot("informed_at", "instant", ask="When was the person told of it?", required=True, lies_behind=True)


def _with_who_is_known(case: CaseNow, step: Step, slot: Slot) -> Slot:
    """Give a slot of a step with those of the case, and of its organisations, who can be named there."""
    if slot.type == "party":
        return replace(slot, values=parties(case))
    if slot.type == "case_worker":
        roles, given = case.recorded.roles, [holder for one in step.results.values() for holder in one.assigns.values()]
        return replace(slot, values=workers(case, [roles[holder].party for holder in given if holder in roles]))
    return slot


def fields_of(process: Process, step: Step) -> tuple[Slot, ...]:
    """Give the slots of the fields of a step, without the parties, which a case knows."""

    def make() -> tuple[Slot, ...]:
        shown, one = process.asked_of(step.id), process.instruments.get(step.instrument or "")
        aloud = one.fields if one is not None else EMPTY
        spoken = tuple(
            code for code, result in step.results.items() if not aloud.keys().isdisjoint(result.needs_fields)
        )
        slots = (
            (name, _of_spec(name, spec, shown.get(name) or {}, _needed_after(step, name)))
            for name, spec in _in_order(step.fields, shown)
            if not spec.always
        )
        # Who was not reached was asked nothing.
        return tuple(
            replace(slot, when={**slot.when, "result": spoken}) if spoken and name in aloud else slot
            for name, slot in slots
        )

    return process.memoised(("slots", step.id), make)


def _in_order(fields: Mapping[str, FieldSpec], shown: Mapping[str, Any]) -> list[tuple[str, FieldSpec]]:
    """Set fields in the order in which they are declared: what decides is kept by name, what is shown in its order."""
    order = [*shown]
    return sorted(fields.items(), key=lambda one: order.index(one[0]) if one[0] in shown else len(order))


def _needed_after(step: Step, name: str) -> tuple[str, ...]:
    return tuple(code for code, result in step.results.items() if name in result.needs_fields)


def _of_spec(name: str, spec: FieldSpec, shown: Mapping[str, Any], after: tuple[str, ...] = ()) -> Slot:
    rows, columns = spec.rows_for, shown.get("columns") or {}
    return Slot(
        **_said_of(name, spec, shown),
        required=spec.required or bool(after or (spec.needed_with and NOT_ASKED not in spec.opens)),
        when=spec.needed_with or ({"result": after} if after and not spec.required else EMPTY),
        about={of: of.replace("_", " ") for of in spec.about},
        columns=tuple(
            Column(**_said_of(column, one, columns.get(column) or {}), required=one.required)
            for column, one in _in_order(spec.columns, columns)
        ),
        rows_of=RowsOf(rows.field, rows.answer, rows.column) if rows else None,
    )


def _said_of(name: str, spec: FieldSpec, shown: Mapping[str, Any]) -> dict[str, Any]:
    """Give what a field of a step and a column of a table say alike."""
    called = shown.get("called") or EMPTY
    values = {value: called.get(value) or value.replace("_", " ") for value in spec.values}
    return {
        "name": name,
        "type": spec.type,
        "label": shown.get("title") or "",
        "values": values,
        "closed": is_closed(spec.type, values),
        "between": spec.between,
        "trust": spec.trust or "",
        "lies_behind": spec.happened,
        "example": spec.example or "",
    }


def _of_facts(case: CaseNow, facts: Iterable[str], do: Mapping[str, Any]) -> Iterator[Slot]:
    process = case.process
    for id in facts or (id for id, one in process.facts.items() if one.derived is None):
        if id in process.facts and id not in do:
            slot = process.memoised(("fact", id), lambda id=id: _of_fact(process, id, process.facts[id]))  # type: ignore[misc]
            yield replace(slot, required=True) if facts else slot


def facts_of(process: Process) -> list[Slot]:
    """Give the slots of all facts that somebody says, as they are asked when a case is opened."""
    return [_of_fact(process, id, one) for id, one in process.facts.items() if one.derived is None]


def _of_fact(process: Process, id: str, fact: Fact) -> Slot:
    ask = process.label("facts", id).get("ask")
    values = {str(one): process.value_called(id, str(one)) or str(one).replace("_", " ") for one in fact.values}
    speaks = fact.tells == LANGUAGES
    return Slot(
        id,
        LANGUAGES if speaks else fact.type,
        label=process.title("facts", id),
        ask=str(ask or ""),
        values=spoken_there(process) if speaks else values,
        closed=not speaks and is_closed(fact.type, values),
    )


@cache
def _of_legs() -> tuple[Column, ...]:
    """Give the columns of a journey: of an airport, country and zone are looked up, and asked of no other place but one by land or sea."""
    asked = _questions(Leg)
    return tuple(
        Column(
            name,
            "place" if name in PLACES else "text" if name in ZONES else TYPES.get(spec.kind, "code"),
            ask=asked[name].ask,
            values=_values_of(spec.kind),
            closed=bool(_values_of(spec.kind)),
            required=spec.required,
            place=OF_A_PLACE.get(name, ""),
            looked_up=name in LOOKED_UP,
        )
        for name, spec in specs_of(Leg).items()
    )
