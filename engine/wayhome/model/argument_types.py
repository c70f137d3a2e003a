"""What a program gives at a public door is of the type that belongs there; of any other it is told by its name, and not by Python."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from types import NoneType
from typing import Any

from wayhome.errors import Template, term
from wayhome.model.reading import bad

CALLED: Mapping[Any, Template] = {
    str: "a text",
    Mapping: "a mapping of names",
    Iterable: "a list",
    Callable: "a function",
    os.PathLike: "a path of a file",
}


def must_be(name: str, value: Any, *kinds: Any) -> None:
    """See that what was given is of one of these types; the first says what belongs there.

    Raises:
        BadInput: it is of another type.
    """
    if not isinstance(value, kinds):
        called = CALLED.get(kinds[0]) or kinds[0].__name__
        raise bad(
            name, "unreadable", "'{name}' is of another type: {kind} belongs there.", "Give {kind}.", kind=term(called)
        )


def must_be_a_path(name: str, value: Any) -> None:
    """See that a file is named by its path. Raises BadInput."""
    must_be(name, value, os.PathLike, str)


def must_fit_open(**given: Any) -> None:
    """See that what a database is opened or made with is of the types that belong there. Raises BadInput."""
    for name in ("keys", "clock"):
        must_be(name, given.get(name), Callable, NoneType)
    must_be("key_file", given.get("key_file"), os.PathLike, str, NoneType)
    for name, kind in (("random", Callable), ("hooks", Iterable)):
        if name in given:
            must_be(name, given[name], kind)
