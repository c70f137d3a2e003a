"""Which of two figures is stricter: what INV-24 means when a pack touches something that exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

_HOURS = {"hours": (1, 1), "days": (24, 24), "weeks": (168, 168), "months": (28 * 24, 31 * 24), "working_days": (24, 5 * 24)}


def hours_at_least(span: Any) -> int:
    """Give the fewest hours that a span can come to."""
    return _hours(span, 0)


def hours_at_most(span: Any) -> int:
    """Give the most hours that a span can come to."""
    return _hours(span, 1)


def _hours(span: Any, side: int) -> int:
    for unit, hours in _HOURS.items():
        amount = getattr(span, unit, None)
        if amount is not None:
            return int(amount) * hours[side]
    raise AssertionError(span)


def looser(core: Any, other: Any) -> Iterator[tuple[str, str]]:
    """Give every part of a tightening that would relax what exists: (key, why)."""
    for key in ("due", "max_age"):
        old, new = getattr(core, key, None), getattr(other, key, None)
        if old is None or new is None:
            continue
        if key == "due" and (old.after, old.before) != (new.after, new.before):
            continue  # another anchor: both hold, the earlier one counts
        longer = hours_at_most(new) > hours_at_least(old)
        if key == "due" and old.before is not None:
            longer = hours_at_least(new) < hours_at_most(old)
        if longer and not _same(old, new):
            yield key, "it is longer than the one that holds already"
    old, new = getattr(core, "length", None), getattr(other, "length", None)
    if old is not None and new is not None and not _same(old, new):
        if old.side == "at_least" and hours_at_least(new) < hours_at_most(old):
            yield "length", "the period may not become shorter"
        if old.side == "at_most" and hours_at_most(new) > hours_at_least(old):
            yield "length", "the stay may not become longer"
    yield from _later_rounds(core, other)
    old, new = getattr(core, "span", None), getattr(other, "span", None)
    if old is not None and (new is not None or getattr(other, "count", None) is not None):
        if new is None:
            yield "count", "this limit is a length of time"
        elif core.side == "at_most" and hours_at_most(new) > hours_at_least(old) and not _same(old, new):
            yield "span", "it is longer than the one that holds already"
        elif core.side == "at_least" and hours_at_least(new) < hours_at_most(old) and not _same(old, new):
            yield "span", "it is shorter than the one that holds already"
    old_count, new_count = getattr(core, "count", None), getattr(other, "count", None)
    if old_count is not None:
        if new_count is None:
            if hasattr(other, "count"):
                yield "span", "this limit is a number"
        elif (new_count > old_count) if core.side == "at_most" else (new_count < old_count):
            yield "count", f"{new_count} is weaker than {old_count}"


def _later_rounds(core: Any, other: Any) -> Iterator[tuple[str, str]]:
    rounds = getattr(core, "rounds", None)
    if not isinstance(rounds, dict):
        return
    for id, new in getattr(other, "rounds", {}).items():
        old = rounds.get(id)
        if old is None:
            continue
        if old.after != new.after or hours_at_most(new) > hours_at_least(old):
            yield "rounds", f"the round '{id}' would come later"
        elif new.tolerance_days > old.tolerance_days or new.when is not None:
            yield "rounds", f"the round '{id}' would be asked less strictly"


def _same(old: Any, new: Any) -> bool:
    return all(getattr(old, unit, None) == getattr(new, unit, None) for unit in _HOURS)
