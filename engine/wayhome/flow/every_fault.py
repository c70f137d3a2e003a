"""All that is wrong with a command, in one round: what is read first hides nothing of what is read later.

A command is read in turns: its shape, its moment, then what its kind says. What is wrong of when and by whom it happened is left out,
and the rest is read again: it is as wrong or as right without.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from wayhome import commands as c
from wayhome.errors import BadInput, Fault, LedgerBroken, NotFound
from wayhome.model.case import Case
from wayhome.model.reading import Faults, specs_of, top_of

APART = ("at", "by", "heard_by", "on_paper", "of", "round")


def with_others(error: BadInput, command: c.AnyCommand, case: Case, read: Callable[[c.AnyCommand], None]) -> BadInput:
    """Tell with what is wrong of a command what is wrong beside it.

    Args:
        read: reads a command as it is read before it is done; it judges nothing.

    Raises:
        NotPermitted: this actor may not do it at all, and is told nothing of what is wrong.
    """
    faults = Faults(error.faults)
    while (rest := _without(command, case, wrong := {top_of(fault.field) for fault in faults})) is not None:
        try:
            read(rest)
            break
        except BadInput as more:
            others = [fault for fault in more.faults if "at" not in wrong or not _rests_on_the_moment(fault, command)]
            if not faults.add_others(others):
                break
        except (NotFound, LedgerBroken):  # of another case: whoever mends the rest is told it then
            break
    return BadInput.of(faults)


def _rests_on_the_moment(fault: Fault, command: c.AnyCommand) -> bool:
    """Say whether it may be right of another moment: a time, or what a step asks, that contradicts the present one."""
    own, name = specs_of(type(command)), top_of(fault.field)
    is_a_time = name not in own or isinstance(getattr(command, own[name].attribute), date | tuple)
    return fault.code == "contradiction" and is_a_time


def _without(command: c.AnyCommand, case: Case, wrong: set[str]) -> c.AnyCommand | None:
    """Give a command without what is wrong of it; None where the rest cannot be read without."""
    rests_on_time = case.adopted_at is not None or getattr(command, "adopted_on", None) is not None
    if not wrong <= {*APART} or ("at" in wrong and rests_on_time):
        return None
    nothing: dict[str, Any] = dict.fromkeys(wrong)
    return replace(command, **nothing)
