"""What is called otherwise in a newer process: an older process, and what a case holds, under the new names.

A case takes the names along when it adopts the process; they stand in its event, and replaying it asks no pack.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from wayhome.packs.kinds.about import NewNames, Renamed
from wayhome.packs.process import Process

NONE: NewNames = {}


def values_of(process: Process, kind: str, id: str) -> Sequence[str]:
    """Give the values that a fact, the result of a step, or a field of one (STEP.FIELD) can have."""
    if kind == "facts":
        return process.facts[id].values if id in process.facts else ()
    step = process.steps.get(id.partition(".")[0])
    if step is None or kind == "results":
        return tuple(step.results) if step else ()
    spec = step.fields.get(id.partition(".")[2])
    return spec.values if spec else ()


def under_new_names(process: Process, renamed: Renamed) -> Process:
    """Give a process as if it had been written with the new names."""
    if not renamed:
        return process
    raw = _read(orjson.loads(process.canonical), {**renamed.facts, **renamed.results, **renamed.fields})
    for id, names in renamed.facts.items():
        for key, value in raw["facts"].get(id, {}).items():
            if key in ("values", "cautious", "unrecorded", "example"):
                raw["facts"][id][key] = new_value(value, names)
    for id, names in renamed.results.items():
        if step := raw["steps"].get(id):
            step["results"] = [[names.get(code, code), one] for code, one in step.get("results", ())]
    for field, names in renamed.fields.items():
        step, _, name = field.partition(".")
        if spec := raw["steps"].get(step, {}).get("fields", {}).get(name):
            spec["values"] = new_value(spec.get("values", []), names)
    return Process.of(raw, process.labels)


def new_value(value: Any, names: NewNames) -> Any:
    """Give a value, or a list of values, under the new names; the same object where none is new."""
    if isinstance(value, str):
        return names.get(value, value)
    if isinstance(value, list | tuple) and any(one in names for one in value if isinstance(one, str)):
        return type(value)(dict.fromkeys(new_value(one, names) for one in value))  # two may have become one
    return value


def _read(raw: Any, names: Mapping[str, NewNames]) -> Any:
    """Give plain data with the new names wherever it says that something is, or is set to, such a value."""
    if isinstance(raw, dict):
        return {key: new_value(_read(one, names), names.get(key, NONE)) for key, one in raw.items()}
    if not isinstance(raw, list):
        return raw
    if len(raw) == 3 and raw[0] in ("is", "step") and isinstance(raw[1], str) and isinstance(raw[2], list):
        return [*raw[:2], new_value(raw[2], names.get(raw[1], NONE))]
    return [_read(one, names) for one in raw]
