"""Conditions as people read them, with the titles of what they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any

from wayhome.errors import Template, part
from wayhome.packs.process import Process

COMPARED: Mapping[str, Template] = {
    "at_least": "'{name}' at least {value}",
    "at_most": "'{name}' at most {value}",
    "before": "'{name}' before {value}",
    "after": "'{name}' after {value}",
}
Said = Mapping[str, Any]


def said(process: Process, condition: Any) -> Said:
    """Say a condition in English, with titles instead of ids: a part of a sentence."""
    if condition is None:
        return part("nothing")
    word, rest = condition[0], condition[1:]
    if word == "all":
        return reduce(lambda left, right: part("{left} and {right}", left=left, right=right), _each(process, rest))
    if word == "any":
        return _one_of(_each(process, rest))
    if word == "not":
        return part("not {what}", what=said(process, rest[0]))
    if word == "incident":
        titles = [part("'{incident}'", incident=process.title("incidents", type_)) for type_ in rest[0]]
        return part("open incident {incidents}", incidents=_one_of(titles))
    name = next(
        (process.title(kind, rest[0]) for kind in ("facts", "steps", "documents") if rest[0] in getattr(process, kind)),
        rest[0],
    )
    if word == "is":
        return part("'{name}' is {values}", name=name, values=_one_of(map(_value, rest[1])))
    return part(COMPARED[word], name=name, value=rest[1])


def _each(process: Process, conditions: Iterable[Any]) -> list[Said]:
    return [said(process, condition) for condition in conditions]


def _one_of(parts: Iterable[Said]) -> Said:
    return reduce(lambda left, right: part("{left} or {right}", left=left, right=right), parts)


def _value(value: Any) -> Said:
    if isinstance(value, bool):
        return part("yes") if value else part("no")
    return part("{value}", value=str(value).replace("_", " "))
