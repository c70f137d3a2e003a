"""A process as a tree: phases with their steps, then papers, consents, incidents, partners and the packs' rules.

As mermaid text: phases with their steps, what waits for what, and the moves between the phases.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from wayhome.commands.life_cycles import LIFE_CYCLES
from wayhome.errors import Template
from wayhome.model.moves import EXIT_OF_PHASE, MOVES, PHASES
from wayhome.packs.kinds.needs import steps_in
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process
from wayhome.shell.terminal import phrase, phrase_if
from wayhome.shell.views.console import any_of, beside, legend, mark, open_question, words

SECTIONS: Mapping[str, Template] = {
    "documents": "papers",
    "consents": "consents",
    "incidents": "incidents",
    "partners": "partners",
    "rules": "rules",
}


def tree(process: Process) -> Group:
    made = Tree(
        Text(
            f"{process.host_country} → {process.origin_country}  {process.short_digest}  {', '.join(process.packs)}",
            style="bold",
        )
    )
    ordered = sorted(process.steps.values(), key=lambda step: process.order[step.id])
    for phase in PHASES:
        then = phrase("then: {move}", move=words(EXIT_OF_PHASE[phase]))
        branch = made.add(Text.assemble((words(phase), "bold"), (f"  {then}", "dim")))
        for step in ordered:
            if step.phase == phase:
                branch.add(_step(process, step))
    for kind in SECTIONS:
        _section(made, process, kind)
    explained = legend(_marks(process))
    return Group(made, *([explained] if explained.plain else []))


def _step(process: Process, step: Step) -> Text:
    about = process.label("steps", step.id)
    line = Text(process.title("steps", step.id) + mark(about.get("confidence")))
    line.append(f"  {step.id}", style="dim")
    signs = beside(
        step.kind if step.kind != "mandatory" else phrase("if it applies") if step.when is not None else "",
        any_of(process.roles_called(step.who)),
        phrase_if("for {value}", words(step.gate) if step.gates else ""),
        phrase_if("rounds {value}", [one.id for one in step.rounds]),
    )
    line.append(f" · {signs}", style="dim")
    return _with_question(line, about)


def _with_question(line: Text, about: Mapping[str, Any]) -> Text:
    question = open_question(about)
    return line.append(f" · {question}", style="yellow") if question else line


def _section(made: Tree, process: Process, kind: str) -> None:
    entries: Mapping[str, Any] = getattr(process, kind)
    if not entries:
        return
    branch = made.add(Text(f"{phrase(SECTIONS[kind])} ({len(entries)})", style="bold"))
    for id in entries:
        about = process.label(kind, id)
        line = Text.assemble(process.title(kind, id), mark(about.get("confidence")), (f"  {id}", "dim"))
        branch.add(_with_question(line, about))


def _marks(process: Process) -> Iterator[str]:
    for kind in ("steps", *SECTIONS):
        for id in getattr(process, kind):
            yield mark(process.label(kind, id).get("confidence"))


# --- mermaid -----------------------------------------------------------------------------------------


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
