"""A command as people type it. `wayhome.model.reading` reads it back."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from wayhome.errors import Template
from wayhome.model.form import Slot

FEW = 4  # so many answers are named; of more it is said what they are
OPEN: Mapping[str, Template] = {
    "bool": "yes|no", "code": "one", "codes": "some", "date": "day", "instant": "moment", "moment": "moment", "number": "number",
    "money": "amount", "place": "place", "party": "who", "case_worker": "account", "language": "language", "languages": "languages", "rows": "table", "answers": "one each",
}  # fmt: skip


def as_words(do: Mapping[str, Any], slots: Iterable[Slot] = ()) -> str:
    """Write a command as it is typed after `wayhome do CASE`; what is open, and needed, stands in <>, and is no answer.

    >>> as_words({"do": "record", "facts": {"age_status": "adult"}})
    'record age_status=adult'
    >>> as_words({"do": "record", "facts": ("safe_place_tonight",)}, [Slot("safe_place_tonight", "bool", required=True)])
    'record safe_place_tonight=<yes|no>'
    """
    parts = [str(do.get("do", ""))]
    for name, value in do.items():
        if name in ("facts", "fields") and isinstance(value, Mapping):
            parts += [f"{n}={_word(v)}" for n, v in value.items()]
        elif name not in ("do", "facts"):
            parts.append(f"{name}={_word(value)}")
    return " ".join([*parts, *_open(slots)])


def _open(slots: Iterable[Slot]) -> Iterator[str]:
    """Write the open slots that are needed; of those of which one is enough, the first; and dots where more follows from an answer."""
    written: set[str] = set()
    needed = [slot for slot in slots if slot.required]
    for slot in needed:
        if not slot.when and written.isdisjoint(slot.unless):
            written.add(slot.name)
            answers = "|".join(slot.values) if 0 < len(slot.values) <= FEW else OPEN.get(slot.type, slot.type)
            yield f"{slot.name}=<{answers}>"
    if any(slot.when for slot in needed):
        yield "…"


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple) and all(isinstance(v, str) for v in value):
        return ",".join(value)
    if isinstance(value, list | tuple | dict):
        return shlex.quote(orjson.dumps(value).decode())
    return shlex.quote(str(value))
