"""Conditions as people read them, with the titles of what they speak of."""

from __future__ import annotations

from typing import Any

from wayhome.packs.process import Process


def said(process: Process, condition: Any) -> str:
    """Say a condition in English, with titles instead of ids."""
    if condition is None:
        return "nothing"
    word, rest = condition[0], condition[1:]
    if word in ("all", "any"):
        return (" and " if word == "all" else " or ").join(said(process, part) for part in rest)
    if word == "not":
        return f"not {said(process, rest[0])}"
    if word == "incident":
        return "open incident " + " or ".join(f"'{process.title('incidents', t)}'" for t in rest[0])
    name = next(
        (process.title(kind, rest[0]) for kind in ("facts", "steps", "documents") if rest[0] in getattr(process, kind)),
        rest[0],
    )
    if word == "is":
        values = ["yes" if v is True else "no" if v is False else str(v).replace("_", " ") for v in rest[1]]
        return f"'{name}' is {' or '.join(values)}"
    return f"'{name}' {word.replace('_', ' ')} {rest[1]}"
