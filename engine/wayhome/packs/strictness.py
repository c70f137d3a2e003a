"""Which of two figures is stricter: what INV-24 means when a pack touches something that exists."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

# The fewest and the most hours that one of each unit can come to.
_HOURS = {
    "hours": (1, 1),
    "days": (24, 24),
    "weeks": (168, 168),
    "months": (28 * 24, 31 * 24),
    "working_days": (24, 5 * 24),
}


def _amount(span: Any) -> tuple[str, int]:
    return next((unit, int(n)) for unit in _HOURS if (n := getattr(span, unit, None)) is not None)


def may_be_longer(new: Any, old: Any) -> bool:
    """Say whether a span is longer than another, or could be: months differ in length."""
    (new_unit, new_amount), (old_unit, old_amount) = _amount(new), _amount(old)
    if new_unit == old_unit:
        return new_amount > old_amount
    return new_amount * _HOURS[new_unit][1] > old_amount * _HOURS[old_unit][0]


def may_be_shorter(new: Any, old: Any) -> bool:
    """Say whether a span is shorter than another, or could be."""
    return may_be_longer(old, new)


def looser(core: Any, other: Any) -> Iterator[tuple[str, str]]:
    """Give every part of a tightening that would relax what exists: (key, why)."""
    yield from _longer_ages_and_dues(core, other)
    yield from _looser_length(core, other)
    yield from _later_rounds(core, other)
    yield from _looser_limit(core, other)


def _longer_ages_and_dues(core: Any, other: Any) -> Iterator[tuple[str, str]]:
    for key in ("due", "max_age"):
        old, new = getattr(core, key, None), getattr(other, key, None)
        if old is None or new is None:
            continue
        if key == "due" and (old.after, old.before) != (new.after, new.before):
            continue  # another anchor: both hold, the earlier one counts
        backwards = key == "due" and old.before is not None
        if may_be_shorter(new, old) if backwards else may_be_longer(new, old):
            yield key, "it is longer than the one that holds already"


def _looser_length(core: Any, other: Any) -> Iterator[tuple[str, str]]:
    old, new = getattr(core, "length", None), getattr(other, "length", None)
    if old is None or new is None:
        return
    if old.side == "at_least" and may_be_shorter(new, old):
        yield "length", "the period may not become shorter"
    if old.side == "at_most" and may_be_longer(new, old):
        yield "length", "the stay may not become longer"


def _later_rounds(core: Any, other: Any) -> Iterator[tuple[str, str]]:
    rounds = getattr(core, "rounds", None)
    if not isinstance(rounds, dict):
        return
    for id, new in getattr(other, "rounds", {}).items():
        old = rounds.get(id)
        if old is None:
            continue
        if old.after != new.after or may_be_longer(new, old):
            yield "rounds", f"the round '{id}' would come later"
        elif new.tolerance_days > old.tolerance_days or new.when is not None:
            yield "rounds", f"the round '{id}' would be asked less strictly"


def _looser_limit(core: Any, other: Any) -> Iterator[tuple[str, str]]:
    side = getattr(core, "side", None)
    old, new = getattr(core, "span", None), getattr(other, "span", None)
    if old is not None and hasattr(other, "span"):
        if new is None:
            yield "count", "this limit is a length of time"
        elif side == "at_most" and may_be_longer(new, old):
            yield "span", "it is longer than the one that holds already"
        elif side == "at_least" and may_be_shorter(new, old):
            yield "span", "it is shorter than the one that holds already"
    old_count, new_count = getattr(core, "count", None), getattr(other, "count", None)
    if old_count is not None and hasattr(other, "count"):
        if new_count is None:
            yield "span", "this limit is a number"
        elif (new_count > old_count) if side == "at_most" else (new_count < old_count):
            yield "count", f"{new_count} is weaker than {old_count}"
