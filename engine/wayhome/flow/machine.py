"""The life cycles: phase, status, step, document, hand-over. The one module that imports `transitions`.

The machines are flat, built once, without models and callbacks. A guard is evaluated by us first and handed over as
a strict bool; `transitions` only says which state follows.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from transitions import Machine, MachineError

from wayhome.model.moves import MOVES, PHASES


class _Carrier:
    """What a machine moves: a state and one strict answer, thrown away after the call."""

    __slots__ = ("allowed", "state")

    def __init__(self, state: str, allowed: bool) -> None:
        self.state = state
        self.allowed = allowed

    def is_allowed(self) -> bool:
        return self.allowed is True


class LifeCycle:
    """A flat machine: states, and triggers that lead from one to the next."""

    def __init__(self, name: str, states: Sequence[str], rows: Iterable[tuple[str, str | Sequence[str], str]]) -> None:
        self.name = name
        self.states = tuple(states)
        self.rows = tuple(
            (trigger, (source,) if isinstance(source, str) else tuple(source), to) for trigger, source, to in rows
        )
        self._machine = Machine(
            model=None,
            states=list(states),
            initial=None,
            auto_transitions=False,
            queued=False,
            send_event=False,
            transitions=[
                {"trigger": trigger, "source": list(sources), "dest": to, "conditions": "is_allowed"}
                for trigger, sources, to in self.rows
            ],
        )

    def next(self, state: str, trigger: str, *, allowed: bool = True) -> str | None:
        """Give the state that follows; None when the trigger does not lead on from here, or is not allowed.

        >>> STEP.next("none", "complete")
        'done'
        >>> STEP.next("done", "complete") is None
        True
        """
        event = self._machine.events.get(trigger)
        if event is None:
            return None
        carrier = _Carrier(state, allowed is True)
        try:
            moved = event.trigger(carrier)
        except MachineError:
            return None
        return carrier.state if moved else None

    def mermaid(self) -> str:
        """Draw the machine as mermaid text."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {source} --> {to}: {trigger}" for trigger, sources, to in self.rows for source in sources]
        return "\n".join(lines)


PHASE = LifeCycle("phase", PHASES, [(row.name, row.sources, row.to) for row in MOVES.values() if row.to])

STATUS = LifeCycle(
    "status",
    ("open", "on_hold", "blocked", "closed"),
    [
        ("hold", ("open",), "on_hold"),
        ("block", ("open", "on_hold"), "blocked"),
        ("release", ("on_hold", "blocked"), "open"),
        ("ease", ("blocked",), "on_hold"),
        ("close", ("open", "on_hold", "blocked"), "closed"),
        ("reopen", ("closed",), "open"),
    ],
)

STEP = LifeCycle(
    "step",
    ("none", "in_progress", "done", "failed", "skipped", "open"),
    [
        ("start", ("none", "failed", "open", "skipped"), "in_progress"),
        ("sign", ("none", "in_progress", "failed", "open", "skipped"), "in_progress"),
        ("complete", ("none", "in_progress", "failed", "open", "skipped"), "done"),
        ("fail", ("none", "in_progress", "failed", "open"), "failed"),
        ("skip", ("none", "in_progress", "failed", "open"), "skipped"),
        ("redo", ("in_progress", "done", "failed", "skipped"), "open"),
        ("reset", ("in_progress", "done", "failed", "skipped"), "open"),
    ],
)

DOCUMENT = LifeCycle(
    "document",
    ("none", "requested", "held", "lost", "withheld", "refused", "surrendered"),
    [
        ("requested", ("none", "requested", "lost", "withheld", "refused", "surrendered", "held"), "requested"),
        ("held", ("none", "requested", "held", "lost", "withheld", "refused"), "held"),
        ("lost", ("none", "requested", "held", "withheld"), "lost"),
        ("withheld", ("none", "requested", "held", "lost"), "withheld"),
        ("refused", ("none", "requested", "lost", "withheld", "refused"), "refused"),
        ("surrendered", ("held",), "surrendered"),
    ],
)

HAND_OVER = LifeCycle(
    "hand_over",
    ("with_sending", "announced", "with_receiving"),
    [
        ("announce", ("with_sending", "announced"), "announced"),
        ("confirm", ("with_sending", "announced"), "with_receiving"),
        ("take_back", ("announced", "with_receiving"), "with_sending"),
    ],
)

LIFE_CYCLES = (PHASE, STATUS, STEP, DOCUMENT, HAND_OVER)
