"""A command as people write it: a word and fields. The same in stories, in JSON lines, in the shell, in remedies."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import orjson

from wayhome.errors import BadInput
from wayhome.flow.values import as_instant, unknown
from wayhome.model.command import BY_WORD, COMMON_FIELDS, AnyCommand, Open, Record, StepCommand, own_fields

RENAMED = {"with": "with_"}


def command_from(word: str, given: Mapping[str, Any], *, case: str = "") -> AnyCommand:
    """Make a command from its word and fields.

    For the five commands on a step, and for `record`, fields that the command does not know are taken as the step's
    own fields, or as facts.

    Raises:
        BadInput: there is no such command, or it has no such field.
    """
    kind = BY_WORD.get(word)
    if kind is None:
        raise unknown("command", word, BY_WORD)
    known = {*own_fields(kind), *COMMON_FIELDS}
    fields: dict[str, Any] = {}
    rest: dict[str, Any] = {}
    for name, value in given.items():
        if name in known:
            fields[RENAMED.get(name, name)] = value
        else:
            rest[name] = value
    if case and not issubclass(kind, Open):
        fields["case"] = case
    if rest:
        if issubclass(kind, StepCommand):
            fields["fields"] = {**_mapping("fields", fields.get("fields")), **rest}
        elif issubclass(kind, Record | Open):
            fields["facts"] = {**_mapping("facts", fields.get("facts")), **rest}
        else:
            raise unknown(f"field of '{word}'", next(iter(rest)), known)
    for name in ("fields", "facts"):
        if name in fields:
            fields[name] = _mapping(name, fields[name])
    if fields.get("at") is not None:
        fields["at"] = as_instant("at", fields["at"])
    if fields.get("if_version") is not None:
        fields["if_version"] = _version(fields["if_version"])
    if "round" in fields and fields["round"] is not None:
        fields["round"] = str(fields["round"])
    try:
        return kind(**fields)
    except TypeError as error:
        raise BadInput(f"'{word}' cannot be read.", todo="Look at its fields with `wayhome do --help`.") from error


def _mapping(name: str, value: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if isinstance(value, str):
        try:
            value = orjson.loads(value)
        except orjson.JSONDecodeError:
            raise BadInput(f"'{name}' is a set of name=value.", todo="Write each as name=value.") from None
    if not isinstance(value, Mapping):
        raise BadInput(f"'{name}' is a set of name=value.", todo="Write each as name=value.")
    return {str(k): v for k, v in value.items()}


def _version(value: Any) -> int:
    text = str(value)
    if not text.isdigit() or len(text) > 12:
        raise BadInput("A version is a whole number.", todo="Take it from `case show`.")
    return int(text)


def as_words(do: Mapping[str, Any]) -> str:
    """Write a remedy's command as it is typed after `wayhome do CASE`: "complete step=safety_plan result=…".

    >>> as_words({"do": "record", "facts": {"age_status": "adult"}})
    'record age_status=adult'
    """
    parts = [str(do.get("do", ""))]
    for name, value in do.items():
        if name in ("facts", "fields") and isinstance(value, Mapping):
            parts += [f"{n}={_word(v)}" for n, v in value.items()]
        elif name != "do":
            parts.append(f"{name}={_word(value)}")
    return " ".join(parts)


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
        return ",".join(value)
    if isinstance(value, list | tuple | dict):
        return shlex.quote(orjson.dumps(value).decode())
    return shlex.quote(str(value))
