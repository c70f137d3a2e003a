"""The table of moves: from which phase to which, and what stands in the ledger afterwards.

What is permitted and what has happened are two things: `depart` is a journey that was cleared, `left` any other.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from wayhome.errors import Template
from wayhome.frozen import Frozen
from wayhome.model.closed_sets import PHASES as PHASES
from wayhome.model.closed_sets import MoveName, Phase

PHASE_NUMBER: Mapping[str, int] = Frozen({phase: number for number, phase in enumerate(PHASES)})

AFTER_LANDING: frozenset[str] = frozenset({"arrival", "follow_up"})

OPEN: Literal["open"] = "open"
CLOSED: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move: its name as a command, what it is called, the event it leaves, and the phases it leads from and to."""

    name: MoveName
    title: Template
    event: str
    sources: tuple[Phase, ...]
    to: Phase | None  # None: the phase stays
    gated: bool
    stands_for: str = ""  # the event of the permitted move, where this one has happened without leave
    implies: str = ""  # the move that has happened, too, where none is recorded that leads to this one


MOVES: Mapping[str, MoveRow] = Frozen(
    {
        row.name: row
        for row in (
            MoveRow(
                "prepare", "Begin to prepare the return", "prepared", ("identification",), "pre_departure", gated=True
            ),
            MoveRow("depart", "The person departs", "departed", ("pre_departure",), "travel", gated=True),
            MoveRow(
                "left",
                "The person has left without clearance",
                "left",
                ("identification", "pre_departure"),
                "travel",
                gated=False,
                stands_for="departed",
            ),
            MoveRow("arrive", "The person has arrived", "arrived", ("travel",), "arrival", gated=False, implies="left"),
            MoveRow(
                "settle", "The arrival is over, follow-up begins", "settled", ("arrival",), "follow_up", gated=True
            ),
            # To the phase that was left: `phase_left`.
            MoveRow(
                "turn_back", "The person is back", "turned_back", ("travel", "arrival"), "pre_departure", gated=False
            ),
            MoveRow("close", "Close the case", "closed", PHASES, None, gated=True),
            MoveRow("reopen", "Open the case again", "reopened", PHASES, None, gated=False),
        )
    }
)

# What on_hold and blocked forbid; everything else stays possible, so that a blocked case can be repaired.
HELD_MOVES = frozenset({"prepare", "depart", "settle"})

# The departure, and the moves before which it must have happened.
DEPARTED = MOVES["depart"].event
IMPLY_THE_DEPARTURE = frozenset({DEPARTED, MOVES["arrive"].event, MOVES["settle"].event})

MOVE_OF_EVENT: Mapping[str, MoveName] = Frozen({row.event: row.name for row in MOVES.values()})
EXIT_OF_PHASE: Mapping[str, MoveName] = Frozen(
    {
        "identification": "prepare",
        "pre_departure": "depart",
        "travel": "settle",  # arriving waits for nothing; what travel leaves undone is asked for when settling
        "arrival": "settle",
        "follow_up": "close",
    }
)
# On the way from a phase to a gate, the moves that must have happened first.
MOVES_BEFORE: Mapping[str, tuple[MoveName, ...]] = Frozen(
    {
        "prepare": (),
        "depart": ("prepare",),
        "settle": ("prepare", "depart", "arrive"),
    }
)
# What has happened without leave, and for which event it stands: who has left is on the way like who departed.
STANDS_FOR: Mapping[str, str] = Frozen({row.event: row.stands_for for row in MOVES.values() if row.stands_for})
# The moves of the person, not of the file. They have happened when they happened, whatever was done with the file since.
OF_THE_PERSON = frozenset({"depart", "left", "arrive", "turn_back"})


def moves_to(name: str, phase: str) -> tuple[MoveRow, ...]:
    """Give the moves that have happened when one has: itself, and what must have come before; none when it leads from nowhere.

    >>> [row.name for row in moves_to("arrive", "pre_departure")]
    ['left', 'arrive']
    """
    row = MOVES[name]
    if phase in row.sources:
        return (row,)
    first = MOVES.get(row.implies)
    return (first, row) if first is not None and phase in first.sources else ()


def phase_left(made: Mapping[str, Any]) -> Phase:
    """Give the phase from which the person went: who was never prepared for a journey is back at the beginning."""
    return "pre_departure" if "prepared" in made else "identification"


def not_before(row: MoveRow, made: Mapping[str, datetime]) -> datetime | None:
    """Give the last of the moves after which this one must have happened; None when there is none.

    >>> from datetime import UTC
    >>> prepared, arrived = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
    >>> not_before(MOVES["left"], {"prepared": prepared, "arrived": arrived}).day
    2
    """
    assert row.to is not None
    before = (
        at
        for event, at in made.items()
        if (to := MOVES[MOVE_OF_EVENT[event]].to) is not None
        and (PHASE_NUMBER[to] < PHASE_NUMBER[row.to] or row.name == "turn_back")
    )
    return max(before, default=None)
