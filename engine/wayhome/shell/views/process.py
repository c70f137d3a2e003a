"""A process as a tree: phases with their steps, then papers, consents, incidents, partners and the packs' rules."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.console import Group
from rich.text import Text
from rich.tree import Tree

from wayhome.model.moves import EXIT_OF_PHASE, PHASES
from wayhome.packs.kinds.steps import Step
from wayhome.packs.process import Process
from wayhome.shell.views.console import legend, mark, words


def tree(process: Process) -> Group:
    """Draw a process."""
    made = Tree(
        Text(
            f"{process.host_country} → {process.origin_country}  {process.digest[:12]}  {', '.join(process.packs)}",
            style="bold",
        )
    )
    ordered = sorted(process.steps.values(), key=lambda step: process.order[step.id])
    for phase in PHASES:
        branch = made.add(Text.assemble((words(phase), "bold"), (f"  then: {words(EXIT_OF_PHASE[phase])}", "dim")))
        for step in ordered:
            if step.phase == phase:
                branch.add(_step(process, step))
    for kind, title in (
        ("documents", "papers"),
        ("consents", "consents"),
        ("incidents", "incidents"),
        ("partners", "partners"),
        ("rules", "rules"),
    ):
        _section(made, process, kind, title)
    explained = legend(_marks(process))
    return Group(made, *([explained] if explained.plain else []))


def _step(process: Process, step: Step) -> Text:
    about = process.label("steps", step.id)
    line = Text(process.title("steps", step.id) + mark(about.get("confidence")))
    line.append(f"  {step.id}", style="dim")
    signs = [
        step.kind if step.kind != "mandatory" else "if it applies" if step.when is not None else "",
        " or ".join(words(role) for role in step.who),
        f"for {words(step.gate)}" if step.gates else "",
        f"rounds {', '.join(r.id for r in step.rounds)}" if step.rounds else "",
    ]
    line.append("".join(f" · {sign}" for sign in signs if sign), style="dim")
    if about.get("unsure"):
        line.append(f" · open question: {about['unsure']}", style="yellow")
    return line


def _section(made: Tree, process: Process, kind: str, title: str) -> None:
    entries = _ids(process, kind)
    if not entries:
        return
    branch = made.add(Text(f"{title} ({len(entries)})", style="bold"))
    for id in entries:
        about = process.label(kind, id)
        line = Text.assemble(process.title(kind, id), mark(about.get("confidence")), (f"  {id}", "dim"))
        if about.get("unsure"):
            line.append(f" · open question: {about['unsure']}", style="yellow")
        branch.add(line)


def _ids(process: Process, kind: str) -> list[str]:
    found: Any = getattr(process, kind)
    return list(found)


def _marks(process: Process) -> Iterator[str]:
    for kind in ("steps", "documents", "consents", "incidents", "partners", "rules"):
        for id in _ids(process, kind):
            yield mark(process.label(kind, id).get("confidence"))
