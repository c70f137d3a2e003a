"""Dependencies of derived values: what was read of a case to derive its dues, so that they are derived again only when that has changed.

A tracked case behaves as any case, and notes each field and each record that is read. So no code declares its dependencies, and none can
be forgotten. Its moment can only be compared with others; the next one at which a comparison comes out otherwise is noted, too.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterable, Iterator, KeysView, Mapping, ValuesView
from datetime import datetime
from typing import Any, NamedTuple, cast

from wayhome.case_now import CaseNow
from wayhome.flow.due_item import DueItem
from wayhome.frozen import EMPTY
from wayhome.model.case import FIELDS, HISTORIES, ROW_OF, Case, EntryRecord, StepKey, StepRecord
from wayhome.packs.process import Process

# Of these, each record is a dependency of its own.
BY_KEY = ("facts", "facts_of", "steps", "documents", "roles", "last_notes", "earlier", "entries")
ALL_OF_STEP = "steps of"  # its rounds, and of whom it is done: noted together
ALL_OF_REGISTER = "entries of"
EACH_TIME = "version"  # it changes with each event: what depends on it is derived each time


class DerivedDues(NamedTuple):
    """A part of what is due, what was read for it, and the next moment that can change it.

    A dependency is written as `FIELD`, `FIELD:KEY` or `FIELD:KIND:KEY`, or by its number in the process (`_numbers`).
    """

    items: tuple[DueItem, ...]
    dependencies: tuple[int | str, ...]
    valid_until: datetime | None


class DuesQuery(NamedTuple):
    """A part of what is due, derived by itself, and only where its precondition holds. Several parts share one precondition."""

    list_items: Callable[[CaseNow], Iterable[DueItem]]
    precondition: Callable[[CaseNow], bool]


class _TrackedValue(NamedTuple):
    value: Any
    dependencies: frozenset[str]
    valid_until: datetime | None


PreconditionMemo = dict[Callable[[CaseNow], bool], tuple[_TrackedValue, DerivedDues]]


def derive(process: Process, case: Case, query: DuesQuery, memo: PreconditionMemo) -> DerivedDues:
    """Derive a part of what is due in a case, at the moment of its last event, and note what was read.

    Args:
        memo: the preconditions that were evaluated for this case already.
    """
    if query.precondition not in memo:
        looked = _track(process, case, query.precondition)
        none = DerivedDues((), _numbered_in(process, looked.dependencies), looked.valid_until)
        memo[query.precondition] = looked, none
    given, nothing = memo[query.precondition]
    if not given.value:
        return nothing
    found = _track(process, case, lambda one: tuple(map(_dated, query.list_items(one))))
    ends = [one for one in (given.valid_until, found.valid_until) if one is not None]
    numbered = _numbered_in(process, given.dependencies | found.dependencies)
    return DerivedDues(found.value, numbered, min(ends, default=None))


def _track(process: Process, case: Case, derive_value: Callable[[CaseNow], Any]) -> _TrackedValue:
    notes = _ReadLog()
    at = _Moment(last_moment(case), notes)
    try:
        answer = derive_value(CaseNow(process, _TrackedCase(case, notes), cast("datetime", at)))
    except TypeError:  # more was asked of the moment than to compare it
        return _TrackedValue(derive_value(CaseNow(process, case, last_moment(case))), frozenset({EACH_TIME}), None)
    return _TrackedValue(answer, frozenset(notes.dependencies), notes.valid_until)


def _dated(item: DueItem) -> DueItem:
    """Raise TypeError: it is due at the moment that is watched, which is no date."""
    if isinstance(item.due_at, _Moment):
        raise TypeError
    return item


def _numbered_in(process: Process, seen: Iterable[str]) -> tuple[int | str, ...]:
    numbers = _numbers(process)
    found = [numbers.get(one, one) for one in seen]
    return tuple(sorted(found, key=lambda one: (isinstance(one, str), one)))


def last_moment(case: Case) -> datetime:
    """Give the moment of the last event of a case: dues are derived as of that moment, whenever they are asked for."""
    return case.touched_at or case.opened_at


class CaseChanges:
    """What has changed from one state of a case to the next, under one process."""

    __slots__ = ("_after", "_before", "_what")

    def __init__(self, process: Process, before: Case, after: Case) -> None:
        numbers = _numbers(process)
        self._what = {numbers.get(one, one) for one in _changed(before, after)}
        self._before, self._after = last_moment(before), last_moment(after)

    def invalidates(self, derived: DerivedDues) -> bool:
        """Say whether what was derived before these changes may be out of date."""
        if not self._what.isdisjoint(derived.dependencies):
            return True
        return derived.valid_until is not None and self._before != self._after >= derived.valid_until


def _changed(before: Case, after: Case) -> Iterator[str]:
    for name, old, new in zip(FIELDS, ROW_OF(before), ROW_OF(after), strict=True):
        if old is new:
            continue
        if name not in BY_KEY:
            if old != new:
                yield name
            continue
        yield name
        if name == "entries":
            yield from {f"{ALL_OF_REGISTER}:{(new.get(key) or old[key]).register}" for key in _keys(old, new)}
            continue
        for key in _keys(old, new):
            yield f"{name}:{key}"
            if name == "steps":
                yield f"{ALL_OF_STEP}:{StepKey.read(key).step}"
            if name == "earlier":
                kind_before, kind_after = old.get(key, EMPTY), new.get(key, EMPTY)
                yield from (f"earlier:{key}:{one}" for one in _keys(kind_before, kind_after))


def _keys(old: Mapping[str, Any], new: Mapping[str, Any]) -> list[str]:
    found = [key for key, one in new.items() if old.get(key) is not one]
    return found if old.keys() <= new.keys() else [*found, *(old.keys() - new.keys())]


def _numbers(process: Process) -> Mapping[str, int]:
    """Number all possible dependencies, so that they are short in the row of a case. What a process does not know stands there by name."""
    return process.memoised("numbers of what is looked at", lambda: _numbered(process))


def _numbered(process: Process) -> dict[str, int]:
    ids = {name: getattr(process, name, EMPTY) for name in ("facts", "steps", "documents", "roles")}
    names = [*FIELDS, *(f"earlier:{kind}" for kind in HISTORIES)]
    names += [f"{name}:{id}" for name, all_ in ids.items() for id in all_]
    names += [f"earlier:{name}:{id}" for name in ("steps", "facts", "roles") for id in ids[name]]
    names += [f"{ALL_OF_STEP}:{id}" for id in ids["steps"]]
    names += [f"{ALL_OF_REGISTER}:{id}" for id in process.registers]
    return {name: number for number, name in enumerate(names)}


class _ReadLog:
    __slots__ = ("dependencies", "valid_until")

    def __init__(self) -> None:
        self.dependencies: set[str] = set()
        self.valid_until: datetime | None = None


class _Moment:
    """A moment that can only be compared; whatever else is asked of it is a TypeError."""

    __slots__ = ("_at", "_notes")

    def __init__(self, at: datetime, notes: _ReadLog) -> None:
        self._at, self._notes = at, notes

    def _other(self, other: Any) -> datetime:
        if isinstance(other, _Moment):
            return other._at
        if not isinstance(other, datetime):
            raise TypeError
        if self._at <= other and (self._notes.valid_until is None or other < self._notes.valid_until):
            self._notes.valid_until = other
        return other

    def __lt__(self, other: Any) -> bool:
        return self._at < self._other(other)

    def __le__(self, other: Any) -> bool:
        return self._at <= self._other(other)

    def __gt__(self, other: Any) -> bool:
        return self._at > self._other(other)

    def __ge__(self, other: Any) -> bool:
        return self._at >= self._other(other)

    def __eq__(self, other: object) -> bool:
        return self._at == self._other(other)

    __hash__ = None  # type: ignore[assignment]

    def __getattr__(self, name: str) -> Any:
        raise TypeError(name)


class _Records(Mapping[str, Any]):
    """Records by their keys: reading one notes its key, reading all of them notes their field."""

    __slots__ = ("_all", "_name", "_notes")

    def __init__(self, name: str, all_: Mapping[str, Any], notes: _ReadLog) -> None:
        self._name, self._all, self._notes = name, all_, notes

    def __getitem__(self, key: str) -> Any:
        found = self._all.get(key)
        # Of what was before, each key of each kind is a dependency of its own.
        if self._name != "earlier" or found is None:
            self._look(key)
        found = self._all[key]
        return _Records(f"{self._name}:{key}", found, self._notes) if isinstance(found, Mapping) else found

    def get(self, key: str, default: Any = None) -> Any:
        return self[key] if key in self._all or self._look(key) else default

    def __contains__(self, key: object) -> bool:
        return self._look(key)

    def _look(self, key: object) -> bool:
        self._notes.dependencies.add(f"{self._name}:{key}")
        return key in self._all

    def __iter__(self) -> Iterator[str]:
        self._notes.dependencies.add(self._name)
        return iter(self._all)

    def __len__(self) -> int:
        self._notes.dependencies.add(self._name)
        return len(self._all)

    def keys(self) -> KeysView[str]:
        self._notes.dependencies.add(self._name)
        return self._all.keys()

    def values(self) -> ValuesView[Any]:
        self._notes.dependencies.add(self._name)
        return self._all.values()

    def items(self) -> ItemsView[str, Any]:
        self._notes.dependencies.add(self._name)
        return self._all.items()


class _TrackedCase(Case):
    """A case that notes what is read of it."""

    __slots__ = ("notes", "real")
    notes: _ReadLog
    real: Case

    def __init__(self, real: Case, notes: _ReadLog) -> None:
        object.__setattr__(self, "real", real)
        object.__setattr__(self, "notes", notes)

    def records_of(self, step: str) -> list[tuple[str, StepRecord]]:
        self.notes.dependencies.add(f"{ALL_OF_STEP}:{step}")
        return self.real.records_of(step)

    def entries_of(self, register: str) -> list[EntryRecord]:
        self.notes.dependencies.add(f"{ALL_OF_REGISTER}:{register}")
        return self.real.entries_of(register)


def _watched(name: str) -> property:
    def look(self: _TrackedCase) -> Any:
        self.notes.dependencies.add(name)
        return getattr(self.real, name)

    def look_by_key(self: _TrackedCase) -> _Records:
        return _Records(name, getattr(self.real, name), self.notes)

    return property(look_by_key if name in BY_KEY else look)


for _name in FIELDS:
    setattr(_TrackedCase, _name, _watched(_name))
