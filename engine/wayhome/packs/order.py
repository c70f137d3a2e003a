"""A fixed order of a process's steps, and the cycles that would forbid one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Set
from math import inf
from typing import TYPE_CHECKING

from wayhome.model.moves import MOVE_OF_EVENT, PHASE_NUMBER
from wayhome.packs.kinds.needs import DocumentNeed, MoveNeed, steps_in
from wayhome.packs.kinds.spans import fewest_hours

if TYPE_CHECKING:
    from wayhome.packs.kinds.steps import Step
    from wayhome.packs.process import Process

CLEARANCE = "departure_clearance"


def waits_for(process: Process, step: Step) -> Iterator[str]:
    """Name every step that this one waits for: prerequisites, those of its papers, and its condition."""
    for need, _ in step.after:
        yield from steps_in(need)
        if isinstance(need, DocumentNeed):
            yield from _steps_of_document(process, need.subject)
    for timing in step.not_before:
        name = timing.anchor.partition(".")[0]
        if name in process.steps:
            yield name
    if step.done_by and step.done_by.command == "document":
        for subject in step.done_by.subjects:
            if subject in process.documents:
                yield from _steps_of_document(process, subject)


def _steps_of_document(process: Process, kind: str) -> Iterator[str]:
    for need in process.documents[kind].needs:
        yield from steps_in(need)


def all_before(process: Process, id: str) -> list[str]:
    """Name every step that this one waits for, over all that these wait for."""
    found = [id]
    for one in found:  # it grows while it is read
        if one in process.steps:
            found += [other for other in waits_for(process, process.steps[one]) if other not in found]
    return found[1:]


def in_order(process: Process) -> list[str]:
    """List the step ids: by phase, then how near to the departure they can first be done, then as they were written; but never
    before what they wait for. The clearance, which looks at all others, comes last before it. Steps in a cycle come last.
    """
    waiting = {id: set(waits_for(process, step)) & set(process.steps) for id, step in process.steps.items()}
    rank = {
        id: (PHASE_NUMBER[step.phase], -_before_departure(step), position)
        for position, (id, step) in enumerate(process.steps.items())
    }
    ordered: list[str] = []
    placed: set[str] = set()
    while ready := [id for id, needs in waiting.items() if id not in placed and needs <= placed]:
        chosen = min(ready, key=rank.__getitem__)
        ordered.append(chosen)
        placed.add(chosen)
    return ordered + sorted((id for id in waiting if id not in placed), key=rank.__getitem__)


def _before_departure(step: Step) -> float:
    """Say how many hours before the departure a step can first be done; without end where nothing says so."""
    if step.id == CLEARANCE:
        return 0
    timings = [one for one in (step.window_from, *step.not_before) if one is not None]
    return min(
        (fewest_hours(one.span) for one in timings if one.backwards and one.anchor == "planned_departure"), default=inf
    )


def cycle(process: Process) -> list[str]:
    """Name the steps of one cycle of waiting; empty when there is none."""
    waiting = {id: set(waits_for(process, step)) & set(process.steps) for id, step in process.steps.items()}
    for step in process.steps.values():  # a step that waits for a move waits for all that gates it
        for need, _ in step.after:
            if isinstance(need, MoveNeed):
                move = MOVE_OF_EVENT[need.subject]
                waiting[step.id] |= {s.id for s in process.steps.values() if s.gates and s.gate == move}
    return ring(waiting)


def ring(waiting: Mapping[str, Set[str]]) -> list[str]:
    """Name one ring of things that wait for each other; empty when there is none."""
    done: set[str] = set()
    path: list[str] = []

    def visit(id: str) -> list[str]:
        if id in path:
            return path[path.index(id) :]
        if id in done:
            return []
        path.append(id)
        for other in sorted(waiting[id]):
            if found := visit(other):
                return found
        path.pop()
        done.add(id)
        return []

    return next((found for id in waiting if (found := visit(id))), [])
