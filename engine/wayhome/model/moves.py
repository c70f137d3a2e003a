"""The table of moves: from which phase to which, and what stands in the ledger afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from wayhome.frozen import Frozen
from wayhome.model.closed_sets import PHASES as PHASES
from wayhome.model.closed_sets import MoveName, Phase

PHASE_NUMBER: Mapping[str, int] = Frozen({phase: number for number, phase in enumerate(PHASES)})

OPEN: Literal["open"] = "open"
CLOSED: Literal["closed"] = "closed"


@dataclass(frozen=True, slots=True)
class MoveRow:
    """One move: its name as a command, the event it leaves, and the phases it leads from and to."""

    name: MoveName
    event: str
    sources: tuple[Phase, ...]
    to: Phase | None  # None: the phase stays
    gated: bool


MOVES: Mapping[str, MoveRow] = Frozen(
    {
        row.name: row
        for row in (
            MoveRow("prepare", "prepared", ("identification",), "pre_departure", gated=True),
            MoveRow("depart", "departed", ("pre_departure",), "travel", gated=True),
            MoveRow("arrive", "arrived", ("travel",), "arrival", gated=False),
            MoveRow("settle", "settled", ("arrival",), "follow_up", gated=True),
            MoveRow("turn_back", "turned_back", ("travel", "arrival"), "pre_departure", gated=False),
            MoveRow("close", "closed", PHASES, None, gated=True),
            MoveRow("reopen", "reopened", PHASES, None, gated=False),
        )
    }
)

# What on_hold and blocked forbid; everything else stays possible, so that a blocked case can be repaired.
HELD_MOVES = frozenset({"prepare", "depart", "settle"})

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
