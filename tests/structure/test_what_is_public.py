"""Every type in a public signature is public, and nothing public needs a look at anything that is not. (issue 11)"""

from __future__ import annotations

import dataclasses
import inspect
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import wayhome as wh

PAGE = (Path(__file__).parents[2] / "docs" / "stability.md").read_text(encoding="utf-8")
# Of what is given and handed on, only this is promised.
PROMISED = {
    type: set(re.findall(r"`(\w+)`", names)) for type, names in re.findall(r"^\| `(\w+)` \| (.+) \|$", PAGE, re.M)
}
PUBLIC = {name: getattr(wh, name) for name in wh.__all__ if name != "commands"}
CLASSES = {one for one in PUBLIC.values() if isinstance(one, type)}


def members(name: str, one: type) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Give the public methods and properties that Wayhome itself wrote, and the maker of what is made by its users."""
    for said, member in inspect.getmembers_static(one):
        if said.startswith("_") or (name in PROMISED and said not in PROMISED[name]):
            continue
        found = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        if inspect.isfunction(found) and found.__module__.startswith("wayhome"):
            yield said, found


def hints_of(found: Any) -> dict[str, Any]:
    """Read annotations, those that only a checker imports too."""
    import sqlalchemy
    from sqlalchemy.orm import Session

    return typing.get_type_hints(found, localns={**PUBLIC, "Connection": sqlalchemy.Connection, "Session": Session})


def leaves(hint: Any) -> Iterator[Any]:
    origin = typing.get_origin(hint)
    if origin is typing.Literal:
        return
    if origin is None:
        yield hint
        return
    for one in (origin, *typing.get_args(hint)):
        yield from leaves(one) if one is not origin else [one]


def not_public(hints: dict[str, Any]) -> set[str]:
    ours = (
        one
        for hint in hints.values()
        for one in leaves(hint)
        if str(getattr(one, "__module__", "")).startswith("wayhome")
    )
    return {one.__name__ for one in ours if isinstance(one, type) and one not in CLASSES}


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_every_type_in_a_public_signature_is_public(name: str) -> None:
    one = PUBLIC[name]
    found: set[str] = set()
    if isinstance(one, type):
        if dataclasses.is_dataclass(one) and name not in PROMISED:
            found |= not_public(hints_of(one))
        for _, member in members(name, one):
            found |= not_public(hints_of(member))
    elif inspect.isfunction(one):
        found |= not_public(hints_of(one))

    assert found == set()


def test_what_the_page_promises_is_there() -> None:
    assert PROMISED
    for name, promised in PROMISED.items():
        one = PUBLIC[name]
        fields = {field.name for field in dataclasses.fields(one)} if dataclasses.is_dataclass(one) else set()
        assert promised <= {*dir(one), *fields}


def test_nothing_else_is_offered() -> None:
    assert {name for name in dir(wh) if not name.startswith("_")} == {*wh.__all__}
