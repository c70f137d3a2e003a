"""Values that nobody can change any more: a mapping that can be pickled, copied, hashed, and written as JSON.

`MappingProxyType` is none of the last four. It lies below all other modules, because errors hold such values too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias


class Frozen(dict[str, Any]):
    """A dict that is read only. Make one of plain values with `frozen`, which goes all the way down."""

    __slots__ = ()

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise TypeError("this mapping is read only: make a new one, {**this, …}")

    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return Frozen, (dict(self),)

    def __copy__(self) -> Frozen:
        return self

    def __deepcopy__(self, _: Any) -> Frozen:
        return self


if TYPE_CHECKING:
    AnyValue: TypeAlias = Any
    AnyValues: TypeAlias = Mapping[str, Any]
else:  # a reader knows by these what to make of what is written
    _Plain = str | int | float | bool | None
    # In a record, whatever a pack declares: lists become tuples, three deep (of a journey: its legs, and of each its parts).
    AnyValue = _Plain | tuple[_Plain | tuple[_Plain | tuple[_Plain, ...], ...], ...]

    class _Anything(type):
        def __instancecheck__(cls, _: Any) -> bool:
            return True

    class AnyValues(metaclass=_Anything):
        """In a record, such values by their names: read only, all the way down."""


EMPTY: Mapping[str, Any] = Frozen()
PLAIN = frozenset({str, int, bool, float, NoneType, date, datetime, Frozen})  # what is read only as it is


def frozen(value: Any) -> Any:
    """Give the same value, read only all the way down: lists become tuples, sets frozen ones.

    A member of an enum of text becomes its text: who reads what was pickled need not know the enum.
    """
    kind = type(value)
    if kind in PLAIN:
        return value
    if kind is dict or isinstance(value, Mapping):
        for key, one in value.items():
            if type(key) is not str or type(one) not in PLAIN:
                return Frozen({str(frozen(key)): frozen(one) for key, one in value.items()})
        return Frozen(value) if value else EMPTY
    if isinstance(value, list | tuple):
        return kind(*map(frozen, value)) if hasattr(value, "_fields") else tuple(map(frozen, value))
    if isinstance(value, AbstractSet):
        return frozenset(map(frozen, value))
    if isinstance(value, str):
        return str.__str__(value)
    return value


def words(value: Sequence[Any] | AbstractSet[Any]) -> tuple[Any, ...]:
    """Give a list as the tuple that a record keeps; a set in its order."""
    return tuple(sorted(value, key=str) if isinstance(value, AbstractSet) else map(frozen, value))


def are_equal(one: Any, other: Any) -> bool:
    """Say whether two dataclasses of one kind hold the same."""
    return one is other or all(getattr(one, name) == getattr(other, name) for name in _compared_by(one.__class__))


def hash_of_all(one: Any) -> int:
    """Give the hash of what a dataclass holds."""
    return hash(tuple([getattr(one, name) for name in _compared_by(one.__class__)]))


@cache
def _compared_by(kind: Any) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if one.compare)
