"""When a command happened: a moment, or a day of which nobody said the hour."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from wayhome import commands as c
from wayhome.calendar.spans import end_of_day, start_of_day
from wayhome.case_now import CaseNow
from wayhome.errors import BadInput
from wayhome.model.case import Case
from wayhome.model.event import Day, Event
from wayhome.model.moves import MOVES, OF_THE_PERSON, moves_to, not_before
from wayhome.model.reading import as_moment
from wayhome.packs.process import Process


def moment_of(
    process: Process, case: Case, command: c.AnyCommand, now: datetime, past: Callable[[], Iterable[Event]]
) -> tuple[datetime, Day | None]:
    """Give the moment of a command, and its day where nobody said the hour: not in the future, and not before the last move.

    A day alone is put after all that was recorded of it already: the order in which people tell it is believed.

    Raises:
        BadInput: it cannot have happened then.
    """
    now = now.astimezone(UTC)
    if command.at is None:
        return now, None
    said, day = as_moment("at", command.at), None
    if isinstance(said, datetime):
        at = said
    else:
        hour_counts = case.adopted_at is None or start_of_day(said, process.zones["host"]) >= case.adopted_at
        if boards(command) and hour_counts:
            raise BadInput(
                "A boarding has its hour.",
                why="What was so when the person boarded is judged.",
                todo="Say 'at' with the hour, as in 2026-03-31T14:30+02:00.",
                field="at",
            )
        zone = _zone_of(CaseNow(process, case, now), command)
        day = Day(said, start_of_day(said, zone), min(end_of_day(said, zone), now))
        told = (event.occurred_at for event in past() if day.begins <= event.occurred_at <= day.ends)
        at = max(told, default=day.begins)
    _could_be(case, command, at, now)
    return at, day


def _zone_of(case: CaseNow, command: c.AnyCommand) -> str:
    """Say where a day began: with who has the duty; else where the person is, or lands."""
    step = case.process.steps.get(getattr(command, "step", None) or "")
    if step is not None:
        return case.zone(step)
    lands = isinstance(command, c.Move) and command.to == "arrive"
    return case.process.zones["origin"] if lands else case.zone_of_person


def boards(command: c.AnyCommand) -> bool:
    """Say whether a command is the departure that is judged at its moment."""
    row = MOVES.get(command.to) if isinstance(command, c.Move) else None
    return row is not None and row.gated and row.name in OF_THE_PERSON


def _could_be(case: Case, command: c.AnyCommand, at: datetime, now: datetime) -> None:
    if at > now:
        raise BadInput(
            "That lies in the future.",
            why="A command says what has happened.",
            todo="Correct 'at', or give it when it has happened.",
            field="at",
        )
    if at < case.opened_at and command.earliest != "ever":
        raise BadInput(
            "That lies before the case was opened.",
            why="Only notes, facts, papers and incidents are dated before it.",
            todo="Correct 'at'. If it is true, leave it out, and write in a note when it was.",
            field="at",
        )
    before = _last_move(case, command)
    if before is not None and at < before and command.earliest == "last move":
        raise BadInput(
            "That lies before the last move of the case.",
            why="A move that is recorded is never undone by a later entry.",
            todo="Correct 'at', or record what happened as an incident.",
            field="at",
        )


def _last_move(case: Case, command: c.AnyCommand) -> datetime | None:
    """Give the move before which nothing of this kind has happened: of a journey, the one that led to it."""
    row = MOVES.get(command.to) if isinstance(command, c.Move) else None
    if row is not None and row.name in OF_THE_PERSON:
        takes_its_place = row.event == MOVES["left"].stands_for  # a departure, after the entry that the person left
        if moves_to(row.name, case.phase) or (case.left is not None and (row.stands_for or takes_its_place)):
            return not_before(row, {event: one.at for event, one in case.moves.items()})
    return case.last_move_at
