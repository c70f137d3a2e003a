"""The JSON of commands, views, events and errors, as one OpenAPI 3.1 document: for clients in other languages, and for gateways."""

from __future__ import annotations

from collections.abc import Mapping
from inspect import signature
from typing import Any, get_args, get_origin

import wayhome
from wayhome.commands.event_values import fields_of
from wayhome.commands.events import ANY, EVENTS, EventSchema
from wayhome.engine import Acting
from wayhome.errors import Fault, WayhomeError
from wayhome.model.command import BaseCommand, kinds
from wayhome.model.data import OF_ERRORS, Data
from wayhome.model.event import HistoryRow
from wayhome.model.page import Page
from wayhome.model.reading import schema_of, schema_of_object

HERE = "#/components/schemas/"


def openapi() -> dict[str, Any]:
    """Describe the JSON of all data that goes in and out, as an OpenAPI 3.1 document without paths: a host adds its own.

    Its schemas are called as the classes of `wayhome`; `AnyCommand` is any command, by its `do`; an event is called
    `Event.<type>`, and `AnyEvent` is any of them; an error is called as its class; a page of rows `Page.<class>`, and any of them `Page`. The same version always gives the same document.
    """
    public = [getattr(wayhome, name) for name in wayhome.__all__]
    data = [
        one for one in public if isinstance(one, type) and (issubclass(one, Data | Fault) or hasattr(one, "_fields"))
    ]
    names = {one: HERE + one.__name__ for one in data}
    errors = [one for one in public if isinstance(one, type) and issubclass(one, WayhomeError)]
    commands = {word: kind.__name__ for word, kind in kinds(BaseCommand).items()}
    concrete = [one for one in data if not issubclass(one, BaseCommand) or one.word]
    schemas = {one.__name__: schema_of(one, names) for one in concrete}
    schemas |= {one.__name__: _of_error(one) for one in errors}
    schemas |= {f"Event.{type}": _of_event(type, says) for type, says in EVENTS.items()}
    schemas |= {name: schema_of(kind, names) for name, kind in _pages().items()}
    schemas["AnyCommand"] = _any_of("do", {word: HERE + name for word, name in commands.items()})
    schemas["AnyEvent"] = _any_of("type", {type: f"{HERE}Event.{type}" for type in EVENTS})
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Wayhome",
            "version": wayhome.__version__,
            "summary": "Commands, views, events and errors of a return.",
        },
        "paths": {},
        "components": {"schemas": {name: schemas[name] for name in sorted(schemas)}},
    }


def _pages() -> dict[str, Any]:
    """Name the pages that are given to an actor, by what stands in them."""
    asked = [one for name, one in vars(Acting).items() if callable(one) and not name.startswith("_")]
    given = [signature(one, eval_str=True).return_annotation for one in asked]
    return {"Page": Page} | {f"Page.{get_args(one)[0].__name__}": one for one in given if get_origin(one) is Page}


def _any_of(by: str, of: Mapping[str, str]) -> dict[str, Any]:
    return {
        "oneOf": [{"$ref": one} for one in of.values()],
        "discriminator": {"propertyName": by, "mapping": dict(of)},
    }


def _of_error(kind: type[WayhomeError]) -> dict[str, Any]:
    properties = {
        **{name: {"type": "string"} for name in OF_ERRORS if name not in ("kind", "values")},
        "kind": {"const": kind.kind},
        "code": {"enum": ["", *kind.codes]},
        "values": {"type": "object"},
        **{name: _TOLD.get((kind.kind, name)) or _TOLD["", name] for name in kind.json_properties},
    }
    return schema_of_object(kind, properties, [*OF_ERRORS, *kind.json_properties])


# What an error tells beside its sentences.
_TEXT, _NUMBER, _OBJECTS = {"type": "string"}, {"type": "integer"}, {"type": "array", "items": {"type": "object"}}
_TOLD: Mapping[tuple[str, str], Mapping[str, Any]] = {
    ("", "case"): _TEXT,
    ("", "command"): _TEXT,
    ("", "move"): {"type": ["string", "null"]},
    ("", "decision"): {"$ref": f"{HERE}Decision"},
    ("", "current"): _NUMBER,
    ("", "seen"): _NUMBER,
    ("bad_input", "faults"): {"type": "array", "items": {"$ref": f"{HERE}Fault"}},
    ("", "faults"): _OBJECTS,
}


def _of_event(type: str, says: EventSchema) -> dict[str, Any]:
    data = {**ANY.data, **says.data}
    row = schema_of(HistoryRow, {})
    properties = {**row["properties"], "type": {"const": type}, "data": fields_of(data)}
    texts = {group: {"type": "object"} for group in says.texts}
    return {
        **row,
        "title": type,
        "description": says.means,
        "properties": {**properties, "texts": {"type": "object", "properties": texts}},
    }
