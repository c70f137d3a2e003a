"""Each event that a test writes through an engine says what its type declares (`wayhome.commands.events`), and nothing else."""

from __future__ import annotations

import wayhome.execution
from wayhome.commands.events import wrong
from wayhome.flow.decide import Decided, Judged, decide


class Undeclared(AssertionError):
    """An event says what its type does not declare, or does not say what it declares. See `wayhome.commands.events`."""


def declared(judged: Judged) -> Decided:
    """Decide, and see that each event says what its type declares."""
    decided, process = decide(judged), judged.standing.process
    for draft in decided.events:
        if found := wrong(draft.type, draft.data, draft.sealed, process):
            raise Undeclared(draft.type, *found)
    return decided


def hold_events_against_what_is_declared() -> None:
    """From now on, no engine of this process writes an event that says something else."""
    wayhome.execution.decide = declared  # type: ignore[attr-defined]
