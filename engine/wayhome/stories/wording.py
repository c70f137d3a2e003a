"""A command as people type it. `wayhome.model.reading` reads it back."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from typing import Any

import orjson


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
