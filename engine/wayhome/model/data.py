"""Data: what everything has in common that goes in and out of the engine, and its one JSON form.

A piece of data is a frozen, slotted dataclass. What it holds is read only all the way down, so it can be pickled,
copied, hashed, and shared between threads. Its JSON form follows from its fields; `wayhome.model.reading` reads it back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date, datetime
from types import NoneType, UnionType
from typing import (
    Any,
    ClassVar,
    Literal,
    TypeVar,
    Union,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
    is_typeddict,
    overload,
)

from wayhome.errors import BadInput, WayhomeError
from wayhome.frozen import PLAIN, are_equal, frozen, hash_of_all, words
from wayhome.model.depth import TOO_DEEP, is_nested_deeply
from wayhome.model.page import Page

Kind = TypeVar("Kind")


@overload
def data(kind: type[Kind], /) -> type[Kind]: ...
@overload
def data(*, kw_only: bool = False) -> Callable[[type[Kind]], type[Kind]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def data(kind: type[Any] | None = None, /, *, kw_only: bool = False) -> Any:
    """Make a class of data: a dataclass that is frozen and has slots.

    `dataclass` compiles each method of each class anew, which is a good part of the start of a program: what needs no signature of its own
    stands once, in `Data`.
    """
    make = dataclass(frozen=True, slots=True, repr=False, eq=False, kw_only=kw_only)
    return make if kind is None else make(kind)


class Data:
    """Base of all data. Lists become tuples and mappings read only when one is made, and a member of an enum of text its text.

    To pydantic (and so to FastAPI and OpenAPI) each class of data is its own JSON form, both ways.
    """

    __slots__ = ()

    json_properties: ClassVar[tuple[str, ...]] = ()  # properties that JSON tells beside the fields
    # Made of what others said: how deeply that is nested is looked at before it is read.
    is_command: ClassVar[bool] = False

    def __repr__(self) -> str:
        shown = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)  # type: ignore[arg-type]
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __eq__(self, other: object) -> bool:
        return are_equal(self, other) if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        return hash_of_all(self)

    def __post_init__(self) -> None:
        holders = _HOLDERS.get(type(self))
        if holders is None:
            holders = _HOLDERS[type(self)] = _holders(type(self))
        for name, is_list, is_deep in holders:
            value = getattr(self, name)
            if not is_list:
                if type(value) not in PLAIN and isinstance(value, str | Mapping):
                    if self.is_command:
                        _must_be_flat(name, value)
                    object.__setattr__(self, name, frozen(value))
            elif type(value) is tuple and not (is_deep and value):
                continue
            elif isinstance(value, str):
                raise BadInput(
                    "'{name}' is a list, not one word.",
                    todo="Put the word into a list.",
                    field=name.rstrip("_"),
                    code="unreadable",
                    name=name.rstrip("_"),
                )
            elif isinstance(value, list | tuple | AbstractSet):
                if self.is_command:
                    _must_be_flat(name, value)
                object.__setattr__(self, name, words(value))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: Any) -> Any:
        from wayhome.model.reading import described_to_pydantic  # noqa: PLC0415 - it reads data, and lies above

        return described_to_pydantic(cls, handler)


def _must_be_flat(name: str, value: Any) -> None:
    if is_nested_deeply(value):
        raise BadInput(TOO_DEEP, todo="Nothing of ours has so many levels.", field=name.rstrip("_"), code="unreadable")


_HOLDERS: dict[Any, tuple[tuple[str, bool, bool], ...]] = {}


def _holders(kind: Any) -> tuple[tuple[str, bool, bool], ...]:
    """Name the fields that hold mappings or lists; whether it is a list, and whether its items hold more.

    Of a command, words too: a program may give members of an enum for them (`wayhome.packs.python_types`).
    """
    hints, is_command = get_type_hints(kind), hasattr(kind, "word")
    found = []
    for spec in fields(kind):
        hint = one_kind(hints[spec.name])
        if (
            get_origin(hint) is Mapping
            or is_typeddict(hint)
            or (is_command and (hint is str or get_origin(hint) is Literal))
        ):
            found.append((spec.name, False, True))
        elif get_origin(hint) is tuple:
            item = get_args(hint)[0]
            found.append((spec.name, True, is_command or get_origin(item) is Mapping or is_typeddict(item)))
    return tuple(found)


def one_kind(hint: Any) -> Any:
    """Give the type of a field apart from None, and of `tuple | list` the tuple that is kept."""
    if get_origin(hint) in (Union, UnionType):
        kinds = [kind for kind in get_args(hint) if kind is not NoneType]
        if len(kinds) == 1 or {get_origin(kind) for kind in kinds} == {tuple, list}:
            return kinds[0]
        if kinds == [datetime, date]:
            return datetime | date
    return hint


OF_ERRORS = ("kind", "code", "what", "why", "todo", "what_template", "why_template", "todo_template", "values")


def to_json(value: Any) -> Any:
    """Turn anything that Wayhome gave into plain data for JSON, in its one form.

    Moments and days are ISO text, tuples are lists, a command carries its word as `do`, and a sentence stands beside
    the template that it was made of.
    """
    if isinstance(value, str | int) or value is None:
        return value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds").replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, WayhomeError):
        return {name: to_json(getattr(value, name)) for name in (*OF_ERRORS, *value.json_properties)}
    if is_dataclass(value) and not isinstance(value, type):
        word = getattr(value, "word", None)
        names = (*(spec.name for spec in fields(value)), *getattr(value, "json_properties", ()))
        said = {name.rstrip("_"): to_json(getattr(value, name)) for name in names}
        return {"do": word, **said} if word else said
    if hasattr(value, "_asdict"):
        return {name.rstrip("_"): to_json(one) for name, one in value._asdict().items()}
    if isinstance(value, Mapping):
        return {str(name): to_json(one) for name, one in value.items()}
    if isinstance(value, AbstractSet):
        return sorted((to_json(one) for one in value), key=str)
    if isinstance(value, Page):
        plain = {"items": [to_json(one) for one in value], "after": value.after, "damaged": [*value.damaged]}
        return plain if value.read_recorded else plain | {"read_recorded": False}
    if isinstance(value, list | tuple):
        return [to_json(one) for one in value]
    return value
