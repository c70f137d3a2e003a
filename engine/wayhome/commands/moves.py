"""The moves of a case: from phase to phase, closing and reopening. The table of them is model/moves.py."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from wayhome.case_now import CLEARANCE, CaseNow
from wayhome.commands.answer import Act, Answer, role_for_command, void_clearance
from wayhome.commands.changes import Change
from wayhome.commands.life_cycles import PHASE, STATUS, STEP
from wayhome.commands.steps import complete_by_command
from wayhome.errors import BadInput
from wayhome.model.case import Case, StepKey
from wayhome.model.closed_sets import MoveName
from wayhome.model.command import Command
from wayhome.model.event import Event
from wayhome.model.moves import MOVES
from wayhome.model.reading import as_text, unknown

__all__ = ["Move"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Move(Command):
    """Move the case on: prepare, depart, arrive, settle, turn_back, close, reopen."""

    word: ClassVar[str] = "move"

    to: MoveName = field(metadata={"sort": "move"})
    reason: str | None = field(default=None, repr=False)


def on_move(case: CaseNow, command: Move, answer: Answer) -> None:
    """Make a move."""
    row = MOVES.get(command.to)
    if row is None:
        raise unknown("move", command.to, MOVES, field="to")
    answer.role = role_for_command(case, "move", move=row.name)
    if row.name == "close":
        _close(case, command, answer)
    elif row.name == "reopen":
        answer.emit(row.event, _reason(command), by=command.by, status=STATUS.next(case.recorded.status, row.name))
    else:
        answer.emit(row.event, _reason(command), by=command.by, phase=PHASE.next(case.recorded.phase, row.name))
    if row.name == "turn_back":
        _back_home(case, answer)
    for step in case.done_by("move", row.name):
        complete_by_command(case, answer, step)


def _reason(command: Move) -> dict[str, dict[str, str]]:
    return {"case": {"reason": as_text("reason", command.reason)}} if command.reason else {}


def _close(case: CaseNow, command: Move, answer: Answer) -> None:
    outcomes = case.process.outcomes
    if not command.reason:
        what, todo = "A case closes with a reason.", "Say reason=… ({outcomes})."
        raise BadInput(what, todo=todo, field="reason", code="missing", outcomes=[*outcomes])
    if command.reason not in outcomes:
        raise unknown("reason to close", command.reason, outcomes, field="reason")
    status = STATUS.next(case.recorded.status, "close")
    answer.emit("closed", reason=command.reason, by=command.by, status=status)
    void_clearance(case, answer, "closed")


def _back_home(case: CaseNow, answer: Answer) -> None:
    """Back in the host country: what was said and cleared for that journey no longer counts."""
    steps = case.process.steps
    undone = [
        key
        for key, record in case.recorded.steps.items()
        if (step := steps.get(StepKey.read(key).step)) is not None
        and STEP.next(record.state, "reset") is not None
        and (step.id == CLEARANCE or step.phase in ("travel", "arrival"))
    ]
    if undone:
        answer.emit("steps_reset", steps=undone, because="turned_back", state=STEP.next("done", "reset"))
    answer.emit("travel_cancelled")


def moved(case: Case, event: Event) -> Change:
    """The phase is the one that the event carries; a journey that was turned back leaves no trace in the moves."""
    moves = {**case.moves, event.type: event.occurred_at}
    for undone in ("departed", "arrived", "settled") if event.type == "turned_back" else ():
        moves.pop(undone, None)
    change: dict[str, object] = {"last_move_at": event.occurred_at, "phase": event.data.get("phase", case.phase)}
    if event.type == "closed":
        change |= {"closed_as": event.data["reason"], "closed_at": event.occurred_at}
    if event.type == "reopened":
        moves.pop("closed", None)
        change |= {"closed_as": None, "closed_at": None}
    return change | {"moves": moves}


ACTS = (Act(Move, on_move, completes=lambda case, command: case.done_by("move", command.to)),)
CHANGES = {row.event: moved for row in MOVES.values()}
