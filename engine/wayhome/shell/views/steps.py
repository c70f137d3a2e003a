"""The steps of a case as a tree: by phase, each with its state."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from rich.tree import Tree

from wayhome.flow.rows import StepRow
from wayhome.model.moves import PHASES
from wayhome.shell.views.console import SIGNS, mark, when, words


def tree(rows: Sequence[StepRow], phase: str) -> Tree:
    """Draw the steps; those that do not apply are only counted. The case's phase is marked."""
    made = Tree(Text("Steps", style="bold"))
    for name in PHASES:
        some = [row for row in rows if row.phase == name]
        if not some:
            continue
        done = sum(row.state == "done" for row in some)
        asked = [row for row in some if row.state != "not_applicable"]
        head = Text(f"{words(name)}  {done} of {len(asked)} done", style="bold" if name == phase else "")
        if len(some) > len(asked):
            head.append(f", {len(some) - len(asked)} not applicable", style="dim")
        branch = made.add(head)
        for row in asked:
            branch.add(_step(row))
    return made


def states() -> Text:
    """Explain the signs of the states."""
    return Text(
        "  ".join(f"{sign} {words(state)}" for state, (sign, _) in SIGNS.items() if state != "not_applicable"),
        style="dim",
    )


def _step(row: StepRow) -> Text:
    sign, style = SIGNS.get(row.state, ("·", ""))
    line = Text.assemble(
        (f"{sign} ", style), (row.title, style if row.state in ("failed", "expired") else ""), mark(row.confidence)
    )
    if row.round or row.of:
        line.append(f" ({', '.join(part for part in (row.round, row.of) if part)})")
    line.append(f"  {row.id}", style="dim")
    for about in _about(row):
        line.append(f" · {about}", style="dim")
    return line


def _about(row: StepRow) -> list[str]:
    found = []
    if row.kind != "mandatory":
        found.append(row.kind)
    if row.result:
        found.append(words(row.result))
    if row.signed and row.state != "done":
        found.append(f"signed by {', '.join(words(role) for role in row.signed)}")
    if row.due_at and row.state != "done":
        found.append(f"due {when(row.due_at)}")
    if row.expires_at:
        found.append(f"{'was' if row.state == 'expired' else 'is'} good until {when(row.expires_at)}")
    if row.waits_until:
        more = len(row.waits_until) - 2
        found.append("waits until " + " and ".join(row.waits_until[:2]) + (f", and {more} more" if more > 0 else ""))
    if row.unsure and row.state != "done":
        found.append(f"open question: {row.unsure}")
    return found
