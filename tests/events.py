"""Each event that a test writes through an engine says what its type declares (`wayhome.commands.events`), and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any, NamedTuple

import wayhome.execution
from wayhome.commands.event_values import BY_TYPE, Value
from wayhome.commands.events import ANY, EVENTS, EventSchema
from wayhome.commands.people import groups_of
from wayhome.flow.decide import Decided, Judged, decide
from wayhome.model.closed_sets import OWNER
from wayhome.model.number import read_number
from wayhome.model.reading import CODE
from wayhome.packs.kinds.fields import FieldSpec
from wayhome.packs.languages import is_language
from wayhome.packs.process import Process


class Undeclared(AssertionError):
    """An event says what its type does not declare, or does not say what it declares. See `wayhome.commands.events`."""


def declared(judged: Judged) -> Decided:
    """Decide, and see that each event says what its type declares."""
    decided, process = decide(judged), judged.standing.process
    for draft in decided.events:
        if found := wrong(draft.type, draft.data, draft.sealed, process):
            raise Undeclared(draft.type, *found)
    return decided


def hold_events_against_what_is_declared() -> None:
    """From now on, no engine of this process writes an event that says something else."""
    wayhome.execution.decide = declared  # type: ignore[attr-defined]


# --- whether an event says that -------------------------------------------------------------------------------------------


class Place(NamedTuple):
    """Where a value stands: the process of its case, and the data that it is part of."""

    process: Process
    data: Mapping[str, Any]


def wrong(
    type: str, data: Mapping[str, Any], sealed: Mapping[str, Mapping[str, Any]], process: Process
) -> tuple[str, ...]:
    """Name what an event says and its type does not declare, or the other way round: fields, and GROUP.FIELD of texts."""
    if type not in EVENTS:
        return (type,)
    says = EVENTS[type]
    texts = {(group, name) for group, names in (*says.texts.items(), *ANY.texts.items()) for name in names}
    texts |= {*_asked_for(says, data, process)}
    said = ((group, name) for group, names in sealed.items() for name in names)
    return (
        *_wrong_in({**ANY.data, **says.data}, data, process),
        *(f"{group}.{name}" for group, name in said if (group, name) not in texts),
    )


def _asked_for(says: EventSchema, data: Mapping[str, Any], process: Process) -> Iterator[tuple[str, str]]:
    if says.asked == "group":
        yield str(data.get("group")), "text"
    if says.asked == "paper":
        yield from ((process.group_of_paper(data["kind"]), name) for name in ("number", "issuer"))
    if says.asked == "incident":
        yield from ((process.group_of_incident(data["type"]), name) for name in ("note", "reason"))
    if says.asked == "person":
        yield from zip(groups_of(data["relation"], travels=bool(data.get("travels"))), ("name", "contact"), strict=True)
    for id in data.get("facts") or () if says.asked == "facts" else ():
        if id in process.facts and process.facts[id].type == "text":
            yield process.facts[id].group, id
    register = process.registers.get(str(data.get("register"))) if says.asked == "register" else None
    for name, spec in register.fields.items() if register else ():
        if spec.type in ("text", "rows"):
            yield register.group_of(name, data.get("of")), name
    step = process.steps.get(str(data.get("step"))) if says.asked == "step" else None
    for name, spec in step.fields.items() if step else ():
        if spec.type in ("text", "rows"):
            yield spec.group, name


def _wrong_in(fields: Mapping[str, Value], data: Mapping[str, Any], process: Process) -> Iterator[str]:
    """Name the fields of some data that nobody declared, that are missing, or that are something else."""
    at = Place(process, data)
    yield from (name for name in data if name not in fields)
    for name, value in fields.items():
        if name in data and not _fits(value, data[name], at):
            yield name
        if name not in data and not value.when:
            yield name


def _fits(value: Value, said: Any, at: Place) -> bool:
    """Say whether something is such a value."""
    if value.kind:
        return said in _named(at.process, value.kind)
    if value.parts:
        return isinstance(said, Mapping) and not [*_wrong_in(value.parts, said, at.process)]
    match value.schema:
        case {"enum": words}:
            return said in words
        case {"anyOf": _}:
            return any(_fits(one, said, at) for one in value.of)
        case {"prefixItems": _}:
            is_row = isinstance(said, list | tuple) and len(said) == len(value.of)
            return is_row and all(_fits(*one, at) for one in zip(value.of, said, strict=True))
        case {"items": _} if value.of:
            return isinstance(said, list | tuple) and all(_fits(value.of[0], one, at) for one in said)
        case {"additionalProperties": _}:
            key, of = value.of
            return isinstance(said, Mapping) and all(_fits(key, k, at) and _fits(of, v, at) for k, v in said.items())
    return FITS[value.said](said, at)


def _named(process: Process, kind: str) -> set[str]:
    return {*getattr(process, kind), *([OWNER] if kind == "roles" else ())}


def _is_made(make: Callable[[str], object], said: Any) -> bool:
    try:
        return isinstance(said, str) and bool(make(said))
    except Exception:
        return False


def _matches(pattern: str) -> Callable[[Any, Place], bool]:
    return lambda said, at: isinstance(said, str) and re.fullmatch(pattern, said) is not None


def _begins_with(kind: str, sign: str) -> Callable[[Any, Place], bool]:
    """A key whose first part is an id of this kind."""
    return lambda said, at: isinstance(said, str) and re.split(sign, said)[0] in _named(at.process, kind)


def _is_code(said: Any, at: Place) -> bool:
    return isinstance(said, str) and CODE.fullmatch(said) is not None


def _are_facts(said: Any, at: Place) -> bool:
    facts = at.process.facts
    return isinstance(said, Mapping) and all(
        id in facts and (one is None or _fits(BY_TYPE[facts[id].type], one, at)) for id, one in said.items()
    )


def _are_fields(said: Any, at: Place) -> bool:
    asking = at.process.registers.get(str(at.data.get("register"))) or at.process.steps.get(str(at.data.get("step")))
    return isinstance(said, Mapping) and asking is not None and _are_of(asking.fields, said, at)


def _are_of(specs: Mapping[str, FieldSpec], said: Mapping[str, Any], at: Place) -> bool:
    return all(
        name in specs
        and _fits(BY_TYPE[specs[name].type], one, at)
        and (specs[name].type != "rows" or all(_are_of(specs[name].columns, part, at) for part in one))
        for name, one in said.items()
    )


def _is_result(said: Any, at: Place) -> bool:
    step = at.process.steps.get(str(at.data.get("step")))
    return step is not None and said in step.results


# By what a value is, as the page says it: whether something is one.
FITS: Mapping[str, Callable[[Any, Place], bool]] = {
    "short code": _is_code,
    "day": lambda said, at: _is_made(date.fromisoformat, said) and len(said) == len("2026-03-31"),
    "instant": lambda said, at: _is_made(datetime.fromisoformat, said) and said.endswith("Z") and "T" in said,
    "number": lambda said, at: type(said) is int or _matches(r"-?\d+(\.\d+)?(E[+-]?\d+)?")(said, at),
    "yes or no": lambda said, at: isinstance(said, bool),
    "yes": lambda said, at: said is True,
    "text": lambda said, at: isinstance(said, str),
    "language": lambda said, at: _is_made(is_language, said),
    "country": _matches("[A-Z]{2}"),
    "time zone": _matches(r"[A-Za-z0-9_+/-]+"),
    "party": _is_code,
    "ref": _matches(r"[a-z_]+-\d+"),
    "ref of an entry": _matches(r"[a-z_]+-\d+"),
    "id of an account": _is_code,
    "number of an entry": lambda said, at: type(said) is int and said > 0,
    "digest of a process": _matches("[0-9a-f]{64}"),
    "number of a case": lambda said, at: _is_made(read_number, said),
    "label of a case": _matches("[a-z]+-[a-z]+(-[0-9]+)?"),
    "key of a step": _begins_with("steps", "[/@]"),
    "key of a consent": _begins_with("consents", ">"),
    "key of a paper": _begins_with("documents", "@"),
    "as JSON": lambda said, at: True,
    "list of records, with the columns of the field": lambda said, at: isinstance(said, list | tuple),
    "by code of a fact: its value, or `null` when it is not known": _are_facts,
    "by field of the step or the register: its value": _are_fields,
    "a result of the step": _is_result,
}
