"""What is typed after a command, read: name=value, lengths of time, moments. Every fault is one clear sentence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from wayhome.commands import BY_WORD, AnyCommand, read_command
from wayhome.errors import BadInput
from wayhome.model.closed_sets import MoveName
from wayhome.model.json_text import read_json
from wayhome.model.moves import MOVES
from wayhome.model.reading import as_day, specs_of, unknown

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,79}")
IN_A_ROW = re.compile(r"([A-Za-z][A-Za-z0-9_]{0,79})\.(\d{1,2})\.([A-Za-z][A-Za-z0-9_]{0,79})")  # table.row.column
WITHIN = re.compile(r"(\d{1,4})([hdw])")


@cache
def text_fields() -> frozenset[str]:
    """Name the fields of free text, which stands as it is typed: the texts that a command keeps out of its repr."""
    every = ((kind, one) for kind in BY_WORD.values() for one in fields(kind) if not one.repr)
    return frozenset(one.name for kind, one in every if specs_of(kind)[one.name.rstrip("_")].kind is str)


def pairs(typed: Sequence[str]) -> dict[str, Any]:
    """Read name=value, each once; a table cell by cell, table.1.column=value, or as JSON.

    Raises:
        BadInput: a word is no name=value, or a name comes twice.

    >>> pairs(["step=safety_plan", "at=2026-03-31T10:00Z"])
    {'step': 'safety_plan', 'at': '2026-03-31T10:00Z'}
    >>> pairs(["legs.1.from=BRU", "legs.1.to=LOS"])
    {'legs': [{'from': 'BRU', 'to': 'LOS'}]}
    """
    found: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for word in typed:
        name, sign, value = word.partition("=")
        if sign and (cell := IN_A_ROW.fullmatch(name)):
            rows.setdefault(cell[1], {}).setdefault(int(cell[2]), {})[cell[3]] = value
            continue
        if not sign or not NAME.fullmatch(name):
            raise BadInput(
                "'{word}' is no name=value." if NAME.fullmatch(word) else "One of the words is no name=value.",
                word=word if NAME.fullmatch(word) else "",
                why="After the command come its fields, each with its name.",
                todo="Write for example step=register_referral, and put values with spaces in quotes.",
            )
        if name in found:
            raise BadInput("'{name}' is given twice.", todo="Say it once.", name=name)
        found[name] = value if name in text_fields() else _value(value)
    return found | {name: [table[number] for number in sorted(table)] for name, table in rows.items()}


def _value(text: str) -> Any:
    if text[:1] not in ("[", "{"):
        return text
    try:
        return read_json(text)
    except ValueError:  # what is no JSON is told where it is known what belongs there
        return text


def within(text: str) -> timedelta:
    """Read a length of time: 12h, 7d, 2w.

    >>> within("7d")
    datetime.timedelta(days=7)
    """
    found = WITHIN.fullmatch(text.strip().lower())
    if not found:
        raise BadInput("That is no length of time.", todo="Write for example --within 7d (h, d or w).")
    amount = int(found[1])
    return {"h": timedelta(hours=amount), "d": timedelta(days=amount), "w": timedelta(weeks=amount)}[found[2]]


def until(text: str, now: datetime) -> datetime:
    """Read until when something waits: the beginning of a day by the office's clocks, or a length of time from now.

    Raises:
        BadInput: it is neither.
    """
    if WITHIN.fullmatch(text):
        return now + within(text)
    return datetime.combine(as_day("until", text), time()).astimezone()


def command(
    word: str,
    typed: Sequence[str],
    number: str,
    *,
    if_version: int | None = None,
    key: str | None = None,
    at: str | None = None,
) -> AnyCommand:
    """Make a command on a case of what was typed.

    Raises:
        BadInput: there is no such command or field, or a word cannot be read.
    """
    fields = pairs(typed)
    if word == "open":
        raise BadInput("A case that exists cannot be opened again.", todo="Open another one with `wayhome case open`.")
    for name, value in (("if_version", if_version), ("key", key), ("at", at)):
        if value is not None:
            if name in fields:
                raise BadInput("'{name}' is given twice.", todo="Say it once.", name=name)
            fields[name] = value
    fields.pop("case", None)
    return read_command({**fields, "do": word}, case=number)


def asked(word: str, typed: Sequence[str], number: str) -> MoveName | AnyCommand:
    """Make of what was typed after `case why N` what the engine is asked: the name of a move, or a command."""
    if word not in MOVES and word not in BY_WORD:
        raise unknown("move or command", word, [*MOVES, *BY_WORD], field="what")
    if word not in MOVES:
        return command(word, typed, number)
    return command("move", [f"to={word}", *typed], number) if typed else MOVES[word].name
