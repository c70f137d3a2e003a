"""The life cycles: phase, status, step, document. The one module that imports `transitions`.

The machines are flat, built once, without models and callbacks. Where something goes next is asked here, once, when its
event is made; the event carries the answer, and nowhere else is a next state written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from transitions import Machine, MachineError

from wayhome.model.moves import MOVES, PHASES
from wayhome.packs.kinds.registers import Register


class _Carrier:
    """What a machine moves: a state, thrown away after the call."""

    __slots__ = ("state",)

    def __init__(self, state: str) -> None:
        self.state = state


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
                {"trigger": trigger, "source": list(sources), "dest": to} for trigger, sources, to in self.rows
            ],
        )
        self._following = cache(self._ask)  # a machine always answers the same

    def next(self, state: str, trigger: str) -> str | None:
        """Give the state that follows; None when the trigger does not lead on from here.

        >>> STEP.next("none", "complete")
        'done'
        >>> STEP.next("done", "complete") is None
        True
        """
        return self._following(state, trigger)

    def _ask(self, state: str, trigger: str) -> str | None:
        event = self._machine.events.get(trigger)
        if event is None:
            return None
        carrier = _Carrier(state)
        try:
            moved = event.trigger(carrier)
        except MachineError:
            return None
        return carrier.state if moved else None

    def following(self, state: str) -> tuple[str, ...]:
        """Name the states that usually follow one, in the order of all."""
        return tuple(to for to in self.states if any(to == row[2] and state in row[1] for row in self.rows))

    def mermaid(self) -> str:
        """Draw the machine as mermaid text."""
        lines = ["stateDiagram-v2"]
        lines += [f"    {source} --> {to}: {trigger}" for trigger, sources, to in self.rows for source in sources]
        return "\n".join(lines)


PHASE = LifeCycle("phase", PHASES, [(row.name, row.sources, row.to) for row in MOVES.values() if row.to])

# Whether a case is open: what holds or blocks an open one follows from its open incidents, and is no state of its own.
STATUS = LifeCycle(
    "status",
    ("open", "on_hold", "blocked", "closed"),
    [("close", ("open", "on_hold", "blocked"), "closed"), ("reopen", ("closed",), "open")],
)

STEP = LifeCycle(
    "step",
    ("none", "in_progress", "done", "failed", "skipped", "open"),
    [
        ("start", ("none", "failed", "open", "skipped"), "in_progress"),
        ("sign", ("none", "in_progress", "failed", "open", "skipped"), "in_progress"),
        ("complete", ("none", "in_progress", "failed", "open", "skipped"), "done"),
        ("disagree", ("in_progress",), "open"),
        ("confirm", ("done",), "done"),
        ("fail", ("none", "in_progress", "failed", "open"), "failed"),
        ("skip", ("none", "in_progress", "failed", "open"), "skipped"),
        # A command that completes a step does so however the step stood: another booking, a second partner.
        ("complete_by_command", ("none", "in_progress", "done", "failed", "open", "skipped"), "done"),
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

LIFE_CYCLES = (PHASE, STATUS, STEP, DOCUMENT)


def life_of(register: Register) -> LifeCycle:
    """Give the life cycle of the entries of a register, made of its states at first use: a trigger by the name of each."""
    return _life_of(register.id, tuple((code, one.from_) for code, one in register.states.items()))


@cache
def _life_of(register: str, states: tuple[tuple[str, tuple[str, ...]], ...]) -> LifeCycle:
    return LifeCycle(register, [code for code, _ in states], [(code, from_, code) for code, from_ in states if from_])
