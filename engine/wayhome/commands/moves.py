"""The moves of a case: from phase to phase, closing and reopening. The table of them is model/moves.py."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from functools import partial
from typing import Annotated, ClassVar, get_args

from wayhome.case_now import CaseNow
from wayhome.commands.answer import Act, Answer, role_for_command, sealed_reason, void_clearance
from wayhome.commands.changes import Change
from wayhome.commands.incidents import open_those
from wayhome.commands.life_cycles import PHASE, STATUS, STEP
from wayhome.commands.steps import complete_by_command
from wayhome.errors import BadInput
from wayhome.model.case import Case, LastMove, LeftRecord, MoveRecord, StepKey
from wayhome.model.closed_sets import HowLeft, MoveName
from wayhome.model.command import Command, Question
from wayhome.model.data import data, to_json
from wayhome.model.event import Event
from wayhome.model.moves import MOVES, MoveRow, moves_to, phase_left
from wayhome.model.reading import unknown
from wayhome.packs.kinds.incidents import OpensOn

__all__ = ["Move"]


_SAY_WHY: Mapping[str, tuple[str, ...]] = {"to": ("close", "reopen", "turn_back")}


@data(kw_only=True)
class Move(Command):
    """Move the case on: prepare, depart, left, arrive, settle, turn_back, close, reopen.

    `how` is said of who has left without clearance, and of nobody else.
    """

    word: ClassVar[str] = "move"

    to: Annotated[MoveName, Question("Which move?", of="moves")] = field(metadata={"sort": "move"})
    how: Annotated[HowLeft | None, Question("How did they leave?", when={"to": ("left",)}, needed=True)] = None
    reason: Annotated[str | None, Question("Why?", of="reasons_to_move", when=_SAY_WHY, needed=True)] = field(
        default=None, repr=False
    )

    @property
    def given_as(self) -> str:
        """As what it is given: each move is made on its own grounds."""
        return self.to if isinstance(self.to, str) else self.word


def on_move(case: CaseNow, command: Move, answer: Answer) -> None:
    """Make a move."""
    row = MOVES.get(command.to)
    if row is None:
        raise unknown("move", command.to, MOVES, field="to")
    answer.role = role_for_command(case, "move", move=row.name)
    if row.name == "close":
        _close(case, command, answer)
    elif row.name == "reopen":
        answer.emit(
            row.event, sealed_reason(command.reason), by=command.by, status=STATUS.next(case.recorded.status, row.name)
        )
    else:
        _lead_on(case, command, answer, row)
    if row.name == "turn_back":
        _back_home(case, answer)
    if row.to is None:
        open_those(case, answer, partial(_speaks_of, row.name))
    for step in case.done_by("move", row.name):
        complete_by_command(case, answer, step)


def _lead_on(case: CaseNow, command: Move, answer: Answer, row: MoveRow) -> None:
    """Move from phase to phase; what must have happened before is recorded, too, and what these bring about is opened."""
    if bool(row.stands_for) != (command.how is not None):
        raise _how_left(command)
    if row.stands_for and case.recorded.left is not None:
        answer.emit(row.event, sealed_reason(command.reason), by=command.by, how=command.how)  # it becomes known how
        return
    phase: str | None = case.recorded.phase
    for one in moves_to(row.name, case.recorded.phase) or (row,):
        is_last = one is row
        phase = PHASE.next(phase, one.name) if phase else None
        if one.name == "turn_back" and phase is not None:
            phase = phase_left(case.recorded.moves)
        how = command.how or "unknown" if one.stands_for else None
        answer.emit(one.event, sealed_reason(command.reason) if is_last else None, by=command.by, phase=phase, how=how)
        open_those(case, answer, partial(_speaks_of, one.name), moved_to=phase)
    if row.name == "depart":
        _keep_the_journey(case, answer)
    if case.recorded.left is not None and row.event == MOVES["left"].stands_for:
        _was_permitted(case, answer, case.recorded.left)


def _keep_the_journey(case: CaseNow, answer: Answer) -> None:
    """A departure that is told late was one of the journey that was booked then: its landing is watched again."""
    travel, boarded = case.recorded.travel, answer.seen.travel if answer.seen else None
    if boarded is not None and boarded.legs and travel is not None and travel.status == "cancelled":
        legs = [{name: value for name, value in to_json(leg).items() if value is not None} for leg in boarded.legs]
        answer.emit("travel_booked", legs=legs, meeting_person=boarded.meeting_person)


def _speaks_of(move: str, on: OpensOn) -> bool:
    return move in on.move


def _how_left(command: Move) -> BadInput:
    ways = get_args(HowLeft)
    if command.how is None:
        return BadInput(
            "It is not said how the person left.", todo="Say 'how': {ways}.", field="how", code="missing", ways=ways
        )
    return BadInput(
        "Only of who left without clearance is it said how.",
        todo="Leave out 'how', or make the move 'left'.",
        field="how",
    )


def _was_permitted(case: CaseNow, answer: Answer, left: LeftRecord) -> None:
    """The person had departed as it was cleared: what the other entry opened is over."""
    for incident in case.recorded.open_incidents:
        kind = case.process.incidents.get(incident.type)
        if incident.number > left.seq and kind and kind.opens_on and "left" in kind.opens_on.move:
            answer.emit("incident_resolved", incident=incident.number, type=incident.type, because="departed")


def _close(case: CaseNow, command: Move, answer: Answer) -> None:
    outcomes = case.process.outcomes
    if not command.reason:
        what, todo = "A case closes with a reason.", "Say 'reason': {outcomes}."
        raise BadInput(what, todo=todo, field="reason", code="missing", outcomes=[*outcomes])
    if command.reason not in outcomes:
        raise unknown("reason to close", command.reason, outcomes, field="reason")
    status = STATUS.next(case.recorded.status, "close")
    answer.emit("closed", reason=command.reason, by=command.by, status=status)
    void_clearance(case, answer, "closed")


def _back_home(case: CaseNow, answer: Answer) -> None:
    """Back in the host country: that journey has used up what was said, cleared and booked for it, and the yes to it."""
    steps, purposes = case.process.steps, case.process.consents
    journey = {id for id, purpose in purposes.items() if purpose.journey}
    undone = [
        key
        for key, record in case.recorded.steps.items()
        if (step := steps.get(StepKey.read(key).step)) is not None
        and STEP.next(record.state, "reset") is not None
        and case.is_used_up(step)
    ]
    given = [key for key, one in case.recorded.consents.items() if one.purpose in journey and one.state == "given"]
    if given:
        answer.emit("consent_voided", consents=given, because="turned_back")
    if undone:
        answer.emit("steps_reset", steps=undone, because="turned_back", state=STEP.next("done", "reset"))
    answer.emit("travel_cancelled")


def moved(case: Case, event: Event) -> Change:
    """The phase is the one that the event carries; a journey that was turned back leaves no trace in the moves.

    A departure takes the place of the entry that the person left, and leads from no phase to another then. How they left may
    become known later: the rest of that entry stays.
    """
    if event.type == "left" and case.left is not None:
        return {"left": case.left._replace(how=event.data["how"]), "last_move": _before(case, event)}
    made = MoveRecord(event.occurred_at, event.seq)
    if event.type == "turned_back":
        made = made._replace(begun=case.happened("departed"), landed=case.landed_under_clearance)
    moves = {**case.moves, event.type: made}
    for undone in ("departed", "left", "arrived", "settled") if event.type == "turned_back" else ():
        moves.pop(undone, None)
    last = max(case.last_move_at or event.occurred_at, event.occurred_at)
    change: dict[str, object] = {"last_move_at": last, "phase": event.data.get("phase", case.phase)}
    if event.type == "left":
        change["left"] = LeftRecord(event.data["how"], event.occurred_at, event.seq, event.actor)
    if event.type in ("departed", "turned_back"):
        moves.pop("left", None)
        change["left"] = None
    if event.data.get("phase"):
        change["last_move"] = _before(case, event)
    elif event.type == "departed":
        change["last_move"] = None  # what it takes the place of is not taken back any more
    if event.type == "closed":
        change |= {"closed_as": event.data["reason"], "closed_at": event.occurred_at}
    if event.type == "reopened":
        moves.pop("closed", None)
        change |= {"closed_as": None, "closed_at": None}
    return change | {"moves": moves}


def _before(case: Case, event: Event) -> LastMove:
    """Give how the case stood before a move; what it implies, and was written down with it, is one with it."""
    last = case.last_move
    implied = next((row.implies for row in MOVES.values() if row.event == event.type), "")
    if implied and last is not None and (MOVES[implied].event, event.recorded_at) == (last.event, last.written_at):
        return last._replace(event=event.type, seq=event.seq)
    return LastMove(
        event.type, event.seq, event.recorded_at, case.phase, case.moves, case.last_move_at, case.left, case.travel
    )


ACTS = (Act(Move, on_move, completes=lambda case, command: case.done_by("move", command.to)),)
CHANGES = {row.event: moved for row in MOVES.values()}
