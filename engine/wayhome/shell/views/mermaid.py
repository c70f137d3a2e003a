"""A process as mermaid text: phases with their steps, what waits for what, and the moves between the phases."""

from __future__ import annotations

from wayhome.commands.life_cycles import LIFE_CYCLES
from wayhome.model.moves import MOVES, PHASES
from wayhome.packs.kinds.needs import steps_in
from wayhome.packs.process import Process
from wayhome.shell.views.console import words


def flowchart(process: Process) -> str:
    """Draw a process: an arrow leads from a step to the one that waits for it."""
    ordered = sorted(process.steps.values(), key=lambda step: process.order[step.id])
    lines = ["flowchart TD"]
    for phase in PHASES:
        lines.append(f'  subgraph {phase}["{words(phase)}"]')
        for step in ordered:
            if step.phase == phase:
                title = _text(process.title("steps", step.id))
                lines.append(f'    {step.id}["{title}"]' if step.gates else f'    {step.id}(["{title}"])')
        lines.append("  end")
    for step in ordered:
        earlier = dict.fromkeys(id for need, _ in step.after for id in steps_in(need) if id in process.steps)
        lines += [f"  {id} --> {step.id}" for id in earlier]
    for move in MOVES.values():
        if move.to:
            arrow = "==>" if move.gated else "-.->"
            lines += [f"  {source} {arrow}|{words(move.name)}| {move.to}" for source in move.sources]
    return "\n".join(lines)


def life_cycles() -> str:
    """Draw the life cycles, each a diagram of its own, in blocks that Markdown shows."""
    return "\n\n".join(f"## {words(cycle.name)}\n\n```mermaid\n{cycle.mermaid()}\n```" for cycle in LIFE_CYCLES)


def _text(title: str) -> str:
    return title.replace('"', "#quot;").replace("<", "#lt;").replace(">", "#gt;")
