"""What reaches a terminal. `safe` is the one function that every text passes; nothing else of the shell prints.

A note, a title, a name may hold what would colour, move, reverse or hide other text. Nothing of that is drawn.
"""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import click
import orjson

from wayhome.errors import Template, filled, spoken

KEPT = "\n\t"


def safe(text: str) -> str:
    """Leave out of a text what a terminal obeys or hides: controls, changes of direction, what has no width.

    Lines and tabs stay; rare spaces become spaces, and what has no form is drawn as "�".

    >>> safe("safe\\u202eefas")
    'safeefas'
    """
    if text.isprintable():
        return text
    return "".join(one if one in KEPT or one.isprintable() else _instead(one) for one in text)


def in_line(value: Any) -> str:
    """Make a value safe that stands within a line: it begins no other."""
    return " ".join(safe(str(value)).split("\n"))


def phrase(template: Template, /, **values: Any) -> str:
    """Say a phrase, or a sentence, with values."""
    return filled(template, spoken(values))


def near(place: Path | str) -> str:
    """Give a path as it is typed from here; an address of a server as it stands."""
    path = Path(place)
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else place)


def phrase_if(template: Template, value: Any, /) -> str:
    """Say a phrase about {value}; nothing where there is none."""
    return phrase(template, value=value) if value else ""


def many_or_one(count: int, one: Template, many: Template, /, **values: Any) -> str:
    """Say how many there are: {count} in a template for one, or for many."""
    return phrase(one if count == 1 else many, count=count, **values)


def say(template: Template, /, *, err: bool = False, **values: Any) -> None:
    """Print a sentence with values, each within its line."""
    write(phrase(template, **{name: in_line(value) for name, value in values.items()}), err=err)


def write(text: str, *, err: bool = False) -> None:
    """Print a text of several lines."""
    click.echo(safe(text), err=err)


def print_json(document: Any) -> None:
    """Print one JSON document, as UTF-8 whatever the terminal speaks; what a terminal would obey is escaped."""
    text = orjson.dumps(document, option=orjson.OPT_INDENT_2).decode()
    escaped = "".join(one if one == "\n" or one.isprintable() else json.dumps(one)[1:-1] for one in text)
    click.echo(escaped.encode())


def _instead(one: str) -> str:
    category = unicodedata.category(one)
    return " " if category == "Zs" else "" if category in ("Cc", "Cf", "Zl", "Zp") else "�"
